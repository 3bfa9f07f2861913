//! Code as a numerical analyst writes it: sums over an index without loops, nothing computed twice that takes long, no matrix where vectors
//! suffice, systems with one matrix solved from its factors. The request prints no code whose value is not that of the answer.

use crate::common::program::run as matcalc;

#[track_caller]
fn check(rows: &[(&[&str], &str)]) {
    let mut wrong = Vec::new();
    for (arguments, expected) in rows {
        let output = matcalc(&[arguments, &["-f", "numpy", "-q"][..]].concat());
        let found = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
        if found != *expected {
            wrong.push(format!("{arguments:?}:\n  {found}\n  {expected}\n{}", String::from_utf8_lossy(&output.stderr)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sums_over_an_index_are_operations_on_arrays() {
    check(&[
        (&["grad", "sum_k k log|x_k|", "-w", "x"], "(np.arange(x.shape[0]) + 1)/x"),
        (&["grad", "sum_{i=1}^m log(1 + exp(a_i^T x + b_i))", "-w", "x"], "a.T @ scipy.special.expit(a @ x + b)"),
        (&["grad", "1/2 sum_k (c_k'z - d_k)^2", "-w", "z"], "c.T @ (c @ z - d)"),
        (
            &["hessian", "sum_i log(1+exp(-y_i x_i' w))", "-w", "w"],
            "(s1 := y*(x @ w), x.T @ ((y**2*scipy.special.expit(-s1)*scipy.special.expit(s1))[:, None]*x))[-1]",
        ),
        (&["grad", "sum_i ||x_i - m||^2", "-w", "m"], "-2*np.sum(x - m, axis=0)"),
        (&["grad", "sum_i ||x_i - m||", "-w", "m"], "(s1 := x - m, -(s1.T @ (1/np.linalg.norm(s1, axis=1))))[-1]"),
        (
            &["grad", "sum_{i=1}^n sum_{j=1}^n w_{ij} ||x_i - x_j||^2", "-w", "x_k"],
            "2*((x[k] - x).T @ (w[:, k] + w[k]))",
        ),
        (&["grad", "sum_i ||A_i x - b_i||^2", "-w", "x"], "2*np.einsum('ikj,ik->j', A, A @ x - b, optimize=True)"),
        (&["simplify", "sum_i p_i a_i a_i'"], "a.T @ (p[:, None]*a)"),
        (&["simplify", "sum_i A_i B_i"], "np.einsum('ijk,ikl->jl', A, B, optimize=True)"),
        (&["simplify", "sum_i i x_i"], "x.T @ (np.arange(x.shape[0]) + 1)"),
        (&["simplify", "sum_i softmax(x_i)"], "np.sum(scipy.special.softmax(x, axis=1), axis=0)"),
        (
            &["simplify", "sum_{i=1}^n sum_{j=1}^n K_{ij} exp(-||x_i - x_j||^2)", "-d", "x: family(n) of vector(d)"],
            "np.sum(K*np.exp(-np.linalg.norm(x[:, None] - x, axis=2)**2))",
        ),
    ]);
}

#[test]
fn products_of_the_other_entries_are_not_quotients() {
    let others = "(lambda x: np.cumprod(np.append(1.0, x[:-1]))*np.cumprod(np.append(1.0, x[:0:-1]))[::-1])";
    let rows: &[(&str, String)] = &[
        ("prod_i (a_i'x)", format!("a.T @ {others}(a @ x)")),
        ("prod(A x + b)", format!("A.T @ {others}(A @ x + b)")),
        ("prod(x .* y)", format!("y*{others}(x*y)")),
        ("prod(x ./ y)", format!("{others}(x/y)/y")),
        ("prod(x)^2 + sum(x)", format!("1 + 2*np.prod(x)*{others}(x)")),
        ("-2 prod(1 - x)^3", format!("6*np.prod(1 - x)**2*{others}(1 - x)")),
        ("sin(prod(x))", format!("np.cos(np.prod(x))*{others}(x)")),
        ("c'x prod(x)", format!("np.prod(x)*c + (c @ x)*{others}(x)")),
        // What is divided by the square of an entry is left as it is.
        ("prod(x)^(1/2)", "0.5*np.sqrt(np.prod(x))/x".to_owned()),
    ];
    for (text, expected) in rows {
        check(&[(&["grad", text, "-w", "x"], expected)]);
    }
    check(&[(&["hessian", "prod(x)", "-w", "x"], "np.prod(x)*(np.outer(1/x, 1/x) - np.diag(1/x**2))")]);
}

#[test]
fn a_sum_of_arrays_is_multiplied_by_a_number_once() {
    let declared = "A: matrix(n,n); B: matrix(n,n); x: vector(n); b: vector(n); s: scalar; t: scalar";
    for (text, expected) in [
        ("1/2 A + 1/2 A'", "0.5*(A + A.T)"),
        ("3 B' - 3 A", "3*(B.T - A)"),
        ("-2 A - 2 B", "-2*(A + B)"),
        ("A/3 + B/3", "(A + B)/3"),
        ("2 exp(x) - 2 b + 2 x", "2*(x + np.exp(x) - b)"),
        ("2 A - 3 B", "2*A - 3*B"),
        ("2 x - 2 ones(n)", "2*x - 2"),
        ("2 s - 2 t", "2*s - 2*t"),
    ] {
        check(&[(&["simplify", text, "-d", declared], expected)]);
    }
}

#[test]
fn what_is_no_array_stays_a_loop() {
    check(&[
        (
            &["simplify", "sum_{i=1}^{n-1} (x_i - x_{i+1})^2"],
            "sum((x[i] - x[i + 1])**2 for i in range(x.shape[0] - 1))",
        ),
        (
            &["simplify", "sum_i p_i inv(A_i)"],
            "sum((p[i]*np.linalg.inv(A[i]) for i in range(p.shape[0])), np.zeros((A.shape[1], A.shape[1])))",
        ),
        // Bounds are worked out.
        (
            &["simplify", "sum_{i<j} log|x_i - x_j|", "-d", "x: vector(n)"],
            "sum(sum(np.log(np.abs(x[i] - x[j])) for i in range(j)) for j in range(x.shape[0]))",
        ),
        (
            &["simplify", "sum_{i=2}^{n-1} log|x_{i+1} - x_{i-1}|", "-d", "x: vector(n)"],
            "sum(np.log(np.abs(x[i] - x[i - 2])) for i in range(2, x.shape[0]))",
        ),
        (
            &["simplify", "sum_{i=0}^{n-3} sin(x_{i+1} x_{i+3})"],
            "sum(np.sin(x[i]*x[i + 2]) for i in range(x.shape[0] - 2))",
        ),
    ]);
}

#[test]
fn what_takes_long_is_computed_once() {
    check(&[
        (
            &["hessian", "sum(log(1 + exp(X w)))", "-w", "w"],
            "(s1 := X @ w, X.T @ ((scipy.special.expit(s1)*scipy.special.expit(-s1))[:, None]*X))[-1]",
        ),
        (
            &["grad", "||tanh(V x) - y||^2", "-w", "V"],
            "(s1 := np.tanh(V @ x), 2*np.outer((s1 - y)*(1 - s1**2), x))[-1]",
        ),
        (
            &["grad", "log det S + (x-m)'S^-1(x-m)", "-w", "S", "-d", "S: spd(n)"],
            "(s1 := np.linalg.inv(S), s2 := s1 @ (x - m), s1 - np.outer(s2, s2))[-1]",
        ),
        (
            &["grad", "y' inv(K + s I) y + log det(K + s I)", "-w", "K", "-d", "K: spd(n); s: positive"],
            "(s1 := np.linalg.inv(K + s*np.eye(y.shape[0])), s2 := s1 @ y, s1 - np.outer(s2, s2))[-1]",
        ),
        (
            &["grad", "log det S + tr(C inv(S))", "-w", "S", "-d", "S: spd(n); C: symmetric(n)"],
            "(s1 := np.linalg.inv(S), s1 - s1 @ C @ s1)[-1]",
        ),
        (
            &["grad", "tr(A X^2 B X^-T)", "-w", "X"],
            "(s1 := np.linalg.inv(X).T, s2 := s1 @ A @ X, s3 := X @ (B @ s1), s2.T @ B.T + A.T @ s3.T - s2 @ s3)[-1]",
        ),
        (
            &["grad", "(x'A x)/(x'x)", "-w", "x"],
            "(s1 := x @ A, (A @ x + s1 - 2*(s1 @ x)*x/np.linalg.norm(x)**2)/np.linalg.norm(x)**2)[-1]",
        ),
        (
            &["grad", "y'X^-2 z", "-w", "X"],
            "(s1 := scipy.linalg.lu_factor(X), s2 := scipy.linalg.lu_solve(s1, y, trans=1), s3 := scipy.linalg.lu_solve(s1, z), -np.outer(s2, scipy.linalg.lu_solve(s1, s3)) - np.outer(scipy.linalg.lu_solve(s1, s2, trans=1), s3))[-1]",
        ),
        (
            &["grad", "y'inv(S)z", "-w", "S", "-d", "S: spd(n)"],
            "(s1 := scipy.linalg.cho_factor(S), s2 := scipy.linalg.cho_solve(s1, y), \
             s3 := scipy.linalg.cho_solve(s1, z), -0.5*(np.outer(s2, s3) + np.outer(s3, s2)))[-1]",
        ),
        (
            &["grad", "y' inv(K + s I) y", "-w", "K", "-d", "K: spd(n); s: positive"],
            "(s1 := np.linalg.solve(K + s*np.eye(y.shape[0]), y), -np.outer(s1, s1))[-1]",
        ),
        (
            &["grad", "sum_i (x_i - m)'S^-1(x_i - m)", "-w", "S"],
            "(s1 := np.linalg.inv(S).T, s2 := x - m, -(s1 @ (s2.T @ s2) @ s1))[-1]",
        ),
    ]);
}

#[test]
fn no_matrix_is_made_where_less_suffices() {
    check(&[
        (&["simplify", "(A + A' - 2x x') x"], "A @ x + A.T @ x - 2*(x @ x)*x"),
        (&["simplify", "(A + A') x"], "A @ x + A.T @ x"),
        (&["simplify", "x'(A B + C D) y"], "x @ (A @ (B @ y) + C @ (D @ y))"),
        (&["simplify", "(A + A')(B + B') x"], "(s1 := B @ x + B.T @ x, A @ s1 + A.T @ s1)[-1]"),
        (&["simplify", "A X^2 y"], "A @ (X @ (X @ y))"),
        (&["simplify", "U V' W", "-d", "U: matrix(m, k); V: matrix(n, k); W: matrix(n, p)"], "U @ (V.T @ W)"),
        (&["simplify", "x'(diag(p) - p p') A"], "(x*p - (x @ p)*p) @ A"),
        (&["simplify", "tr(A B C)"], "np.sum((A @ B)*C.T)"),
        (&["simplify", "diag(A B)"], "np.sum(A*B.T, axis=1)"),
        (&["grad", "1/2||T - U V'||_F^2", "-w", "U"], "U @ (V.T @ V) - T @ V"),
        (
            &["grad", "sum(softmax(X W) .* Y)", "-w", "W"],
            "(s1 := scipy.special.softmax(X @ W, axis=1), X.T @ (s1*Y - np.sum(Y*s1, axis=1)[:, None]*s1))[-1]",
        ),
        (&["simplify", "sum_{i=1}^n sum_{j=1}^n W_{ij} (x_i - x_j)^2"], "np.sum(W*(x - x[:, None])**2)"),
    ]);
}

#[test]
fn derivatives_by_matrices_are_made_without_kronecker_products() {
    check(&[
        (&["hessian", "log det X", "-w", "X"], "(s1 := np.linalg.inv(X), -np.einsum('jk,li->ijkl', s1, s1))[-1]"),
        (
            &["hessian", "log det X", "-w", "X", "-d", "X: spd(n)"],
            "(s1 := np.linalg.inv(X), \
             -0.5*(np.einsum('jl,ik->ijkl', s1, s1) + np.einsum('jk,il->ijkl', s1, s1)))[-1]",
        ),
        (&["jacobian", "A X B", "-w", "X"], "np.einsum('lj,ik->ijkl', B, A)"),
        (&["jacobian", "W x", "-w", "W"], "np.einsum('l,ik->ikl', x, np.eye(W.shape[0]))"),
        (
            &["hessian", "sum(exp(X))", "-w", "X"],
            "np.einsum('ij,ik,jl->ijkl', np.exp(X), np.eye(X.shape[0]), np.eye(X.shape[1]))",
        ),
        (
            &["hessian", "log det(X' X)", "-w", "X"],
            "(s1 := np.linalg.inv(X.T @ X), s2 := X @ s1, 2*(np.einsum('jl,ik->ijkl', s1, np.eye(X.shape[0])) \
             - np.einsum('jk,il->ijkl', s1 @ X.T, s2) - np.einsum('jl,ik->ijkl', s1, s2 @ X.T)))[-1]",
        ),
    ]);
}

#[test]
fn sums_of_exponentials_do_not_overflow() {
    check(&[
        (
            &["grad", "log(1 + sum(exp(A x)))", "-w", "x"],
            "(s1 := A @ x, A.T @ np.exp(s1 - np.logaddexp(0, scipy.special.logsumexp(s1))))[-1]",
        ),
        (
            &["grad", "log(c + sum(exp(z)))", "-w", "z", "-d", "c: positive; z: vector(n)"],
            "np.exp(z - np.logaddexp(np.log(c), scipy.special.logsumexp(z)))",
        ),
        (
            &["grad", "log(exp(p) + exp(q) + exp(r))", "-w", "q", "-d", "p: scalar; q: scalar; r: scalar"],
            "np.exp(q - np.logaddexp(np.logaddexp(p, q), r))",
        ),
        (&["simplify", "log(mean(exp(z)))", "-d", "z: vector(n)"], "scipy.special.logsumexp(z) - np.log(z.shape[0])"),
        (&["grad", "log(w'exp(A x))", "-w", "x"], "(s1 := scipy.special.softmax(A @ x), (A.T @ (w*s1))/(w @ s1))[-1]"),
        (&["grad", "log(c + exp(t))", "-w", "t", "-d", "c: positive; t: scalar"], "scipy.special.expit(t - np.log(c))"),
        (&["grad", "log(exp(t) - 1)", "-w", "t", "-d", "t: scalar"], "1/-np.expm1(-t)"),
        (
            &["simplify", "sum_i log(sum_k exp(-‖x_i - μ_k‖²))"],
            "np.sum(scipy.special.logsumexp(-np.linalg.norm(x[:, None] - mu, axis=2)**2, axis=1))",
        ),
        (
            &["grad", "sum_i log(sum_k exp(-‖x_i - μ_k‖²))", "-w", "μ_k"],
            "2*((x - mu[k]).T @ np.exp(-np.linalg.norm(x - mu[k], axis=1)**2 - scipy.special.logsumexp(-np.linalg.norm(x[:, None] - mu, axis=2)**2, axis=1)))",
        ),
    ]);
}
