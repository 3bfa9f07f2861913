//! Tests of the generated code: its text here, and its values in Python where that has NumPy.

use super::{lower, numpy, numpy_sizes};
use crate::expr::{
    BigOp, ExprId, Func, IndexId, MatrixFunction, Node, Norm, Op, Reduction, Shape, Spectral, SymbolKind,
};
use crate::render::tests::Make;

/// Expressions over A, B, X (n×n), M (m×n), x, y, z (n), c with their code and the same by hand.
fn cases(k: &mut Make) -> Vec<(ExprId, &'static str, &'static str)> {
    let (a, b, x, y) = (k.mat("A"), k.mat("X"), k.v("x"), k.v("y"));
    let (at, xt, yt) = (k.t(a), k.t(x), k.t(y));
    let wide = k.symbol("M", Shape::new(k.m, k.n));
    let c = k.s("λ");
    let mut out = Vec::new();
    let ax = k.p(&[a, x]);
    let residual = k.add(&[(1, ax), (-1, y)]);
    out.push((k.p(&[at, residual]), "A.T @ (A @ x - y)", "A.T.dot(A.dot(x) - y)"));
    out.push((k.p(&[x, yt]), "np.outer(x, y)", "x[:, None]*y[None, :]"));
    out.push((k.p(&[xt, a, y]), "x @ A @ y", "x.dot(A).dot(y)"));
    out.push((k.p(&[x, yt, a, y, xt]), "(y @ A @ y)*np.outer(x, x)", "y.dot(A).dot(y)*np.outer(x, x)"));
    let inverse = k.pow(b, -1);
    let inverse_t = k.t(inverse);
    out.push((inverse_t, "np.linalg.inv(X).T", "np.linalg.inv(X.T)"));
    let both = k.p(&[inverse_t, a, inverse_t]);
    out.push((both, "(s1 := np.linalg.inv(X).T, s1 @ A @ s1)[-1]", "np.linalg.inv(X.T) @ A @ np.linalg.inv(X.T)"));
    let mixed = k.p(&[a, inverse, a, inverse, a, a]);
    out.push((
        mixed,
        "(s1 := A @ np.linalg.inv(X), s1 @ s1 @ A @ A)[-1]",
        "A @ np.linalg.inv(X) @ A @ np.linalg.inv(X) @ A @ A",
    ));
    let solved = k.p(&[yt, inverse, x]);
    out.push((solved, "y @ np.linalg.solve(X, x)", "y @ np.linalg.inv(X) @ x"));
    let xx = k.p(&[xt, x]);
    let one = k.one();
    let below = k.add(&[(1, one), (1, xx)]);
    let over = k.had(&[(below, -2)]);
    let gradient = k.p(&[over, x]);
    out.push((k.add(&[(2, gradient)]), "2*x/(1 + x @ x)**2", "2*x/(1 + x.dot(x))**2"));
    let norm = k.norm(residual);
    let over = k.had(&[(norm, -1)]);
    out.push((k.p(&[over, c, x]), "lambda_*x/np.linalg.norm(A @ x - y)", "x*lambda_/np.sqrt(((A@x-y)**2).sum())"));
    let log = k.f(Func::Log, xx);
    out.push((log, "np.log(x @ x)", "np.log((x**2).sum())"));
    let ones = k.ones();
    let tanh = k.f(Func::Tanh, x);
    let square = k.had(&[(tanh, 2)]);
    out.push((k.add(&[(1, ones), (-1, square)]), "1 - np.tanh(x)**2", "1/np.cosh(x)**2"));
    let ones_t = k.t(ones);
    out.push((k.p(&[ones_t, x]), "np.ones(x.shape[0]) @ x", "x.sum()"));
    let det = k.arena.intern(Node::Det(b));
    out.push((k.f(Func::Log, det), "np.linalg.slogdet(X)[1]", "np.log(np.linalg.det(X))"));
    out.push((k.arena.intern(Node::Kron(x, wide)), "np.kron(x[:, None], M)", "np.kron(x.reshape(-1, 1), M)"));
    out.push((k.arena.intern(Node::Kron(x, yt)), "np.outer(x, y)", "np.outer(x, y)"));
    out.push((k.arena.intern(Node::Vec(wide)), "M.reshape(-1, order='F')", "M.T.reshape(-1)"));
    let square = Shape::square(k.n);
    out.push((k.arena.intern(Node::Ones(square)), "np.ones((A.shape[0], A.shape[0]))", "np.ones_like(A)"));
    out.push((k.arena.intern(Node::Apply(Op::Adjugate, b)), "", "np.linalg.det(X)*np.linalg.inv(X)"));
    let directions = [a].into();
    out.push((
        k.arena.intern(Node::MatrixFunction(MatrixFunction::Sqrtm, b, directions)),
        "",
        "scipy.linalg.solve_sylvester(scipy.linalg.sqrtm(X), scipy.linalg.sqrtm(X), A)",
    ));
    let directions = [a, a].into();
    out.push((
        k.arena.intern(Node::MatrixFunction(MatrixFunction::Expm, b, directions)),
        "",
        "(scipy.linalg.expm(X+1e-4*A)-2*scipy.linalg.expm(X)+scipy.linalg.expm(X-1e-4*A))/1e-8",
    ));
    out.push((k.arena.intern(Node::Spectral(Spectral::Polar, b)), "", "scipy.linalg.polar(X)[0]"));
    let (u, v) =
        (k.arena.intern(Node::Spectral(Spectral::UMax, wide)), k.arena.intern(Node::Spectral(Spectral::VMax, wide)));
    let vt = k.t(v);
    let sigma = k.arena.intern(Node::Norm(Norm::Spectral, wide));
    let rank_one = k.p(&[sigma, u, vt]);
    out.push((rank_one, "", "np.linalg.norm(M, 2)*np.outer(np.linalg.svd(M)[0][:, 0], np.linalg.svd(M)[2][0])"));
    out.push((
        k.arena.intern(Node::Reduce(Reduction::LogSumExp, x)),
        "scipy.special.logsumexp(x)",
        "np.log(np.exp(x).sum())",
    ));
    out.push((
        k.arena.intern(Node::Apply(Op::Softmax, wide)),
        "scipy.special.softmax(M, axis=1)",
        "np.exp(M)/np.exp(M).sum(1)[:, None]",
    ));
    let softplus = k.f(Func::Softplus, x);
    out.push((softplus, "np.logaddexp(0, x)", "np.log(1 + np.exp(x))"));

    let family = k.declare("a", Shape::vector(k.n), SymbolKind::Family(k.m));
    let index = IndexId(1);
    let i = k.arena.intern(Node::Index(index));
    let member = k.arena.intern(Node::Member(family, i));
    let upper = k.arena.intern(Node::Size(k.m));
    let member_t = k.t(member);
    let inner = k.p(&[member_t, x]);
    let body = k.p(&[inner, member]);
    let sum = k.arena.intern(Node::Indexed { op: BigOp::Sum, index, lower: one, upper, body });
    let diagonal = k.arena.intern(Node::Diag(y));
    out.push((k.p(&[diagonal, a]), "y[:, None]*A", "np.diag(y) @ A"));
    out.push((k.p(&[a, diagonal]), "A*y", "A @ np.diag(y)"));
    out.push((k.p(&[at, diagonal, a]), "A.T @ (y[:, None]*A)", "A.T @ np.diag(y) @ A"));
    out.push((k.p(&[diagonal, inverse]), "y[:, None]*np.linalg.inv(X)", "np.diag(y) @ np.linalg.inv(X)"));
    out.push((k.p(&[xt, diagonal, y]), "x @ (y*y)", "(x*y).dot(y)"));
    out.push((k.p(&[at, diagonal, x]), "A.T @ (y*x)", "A.T @ np.diag(y) @ x"));
    let outer = k.p(&[y, yt]);
    let centered = k.add(&[(1, diagonal), (-1, outer)]);
    let hessian = k.p(&[at, centered, a]);
    out.push((
        hessian,
        "(s1 := A.T @ y, A.T @ (y[:, None]*A) - np.outer(s1, s1))[-1]",
        "A.T @ (np.diag(y) - np.outer(y, y)) @ A",
    ));
    let outer = k.p(&[x, xt]);
    let updated = k.add(&[(1, a), (1, at), (-2, outer)]);
    out.push((k.p(&[updated, x]), "A @ x + A.T @ x - 2*(x @ x)*x", "(A + A.T - 2*np.outer(x, x)) @ x"));
    let over = k.had(&[(upper, -1)]);
    let mean = k.p(&[over, sum]);
    out.push((mean, "(a.T @ (a @ x))/a.shape[0]", "a.T @ (a @ x)/len(a)"));
    let weighted = k.p(&[i, inner]);
    let sum = k.arena.intern(Node::Indexed { op: BigOp::Sum, index, lower: one, upper, body: weighted });
    out.push((sum, "", "np.arange(1, len(a) + 1) @ (a @ x)"));
    let negative = k.scale(-1, 3, ax);
    out.push((negative, "-(A @ x)/3", "A @ x/-3"));
    out
}

#[test]
fn code_as_people_write_it() {
    let mut k = Make::new();
    for (id, expected, _) in cases(&mut k) {
        let code = numpy(&k.arena, id).unwrap();
        if !expected.is_empty() {
            assert_eq!(code, expected);
        }
    }
}

#[test]
fn a_size_that_no_array_has_is_a_name() {
    let mut k = Make::new();
    let eye = k.eye();
    assert_eq!(numpy(&k.arena, eye).unwrap(), "np.eye(n)");
    let n = k.s("n");
    let both = k.p(&[n, eye]);
    assert_eq!(numpy(&k.arena, both).unwrap(), "n*np.eye(n_)");
    assert_eq!(numpy_sizes(&k.arena, &lower(&k.arena, both).unwrap()), ["n_"]);
}

/// Runs a script in a Python that has NumPy and SciPy; `None` where there is none.
fn python(script: &str) -> Option<String> {
    for command in [".venv/bin/python", "python3"] {
        let probe = std::process::Command::new(command).args(["-c", "import numpy, scipy"]).output();
        if probe.is_ok_and(|output| output.status.success()) {
            let output = std::process::Command::new(command).args(["-c", script]).output().ok()?;
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            return Some(String::from_utf8_lossy(&output.stdout).into_owned() + &errors);
        }
    }
    None
}

const SETUP: &str = "
import numpy as np, scipy, scipy.linalg, scipy.special
r = np.random.default_rng(1)
A = r.normal(size=(3, 3)); X = r.normal(size=(3, 3)); X = X @ X.T + np.eye(3); M = r.normal(size=(4, 3))
x = r.normal(size=3); y = r.normal(size=3); a = r.normal(size=(4, 3)); lambda_ = 0.7; W = A/3
";

#[test]
fn values_in_python() {
    let mut k = Make::new();
    let mut script = SETUP.to_owned();
    for (id, _, by_hand) in cases(&mut k) {
        let code = numpy(&k.arena, id).unwrap();
        script.push_str(&format!(
            "u, v = np.asarray({code}), np.asarray({by_hand})\n\
             assert u.shape == v.shape and np.allclose(u, v, rtol=1e-5, atol=1e-6), (u, v, {code:?})\n"
        ));
    }
    script.push_str("print('fine')");
    if let Some(output) = python(&script) {
        assert_eq!(output, "fine\n");
    }
}

#[test]
fn deep_and_shared_graphs_have_code_of_linear_size() {
    let mut k = Make::new();
    let (w, x) = (k.mat("W"), k.v("x"));
    let mut z = x;
    for _ in 0..300 {
        let inner = k.p(&[w, z]);
        let tanh = k.f(Func::Tanh, inner);
        z = k.add(&[(1, tanh), (1, inner)]);
    }
    let code = numpy(&k.arena, z).unwrap();
    assert!(code.len() < 40_000, "{}", code.len());
    let script = format!(
        "{SETUP}z = x\nfor _ in range(300): z = np.tanh(W @ z) + W @ z\nassert np.allclose(z, {code})\nprint('fine')"
    );
    if let Some(output) = python(&script) {
        assert_eq!(output, "fine\n");
    }
}
