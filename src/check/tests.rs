//! Right answers pass and wrong ones are caught.

use super::*;
use crate::expr::{Dim, ExprId, Func, Node, Norm, Op, Shape, Spectral, SymbolId, SymbolKind};
use crate::numeric::sample::Imposed;
use crate::numeric::testing::Build;

fn check(b: &Build, input: ExprId, wrt: SymbolId, answer: ExprId) -> Certificate {
    check_gradient(&b.arena, input, wrt, answer, &CheckOptions::default())
}

#[track_caller]
fn passes(b: &Build, input: ExprId, wrt: SymbolId, answer: ExprId) -> Certificate {
    let certificate = check(b, input, wrt, answer);
    assert!(certificate.passed(), "{certificate:?}");
    assert_eq!(certificate.points, 3);
    certificate
}

#[track_caller]
fn fails(b: &Build, input: ExprId, wrt: SymbolId, answer: ExprId) -> Disagreement {
    match check(b, input, wrt, answer).outcome {
        Outcome::Failed(disagreement) => *disagreement,
        other => panic!("{other:?}"),
    }
}

fn verdict(b: &Build, input: ExprId, wrt: SymbolId, claim: ExprId) -> Verdict {
    diagnose(&b.arena, input, wrt, claim, &CheckOptions::default())
}

/// xᵀAx and (A + Aᵀ)x
fn quadratic() -> (Build, ExprId, SymbolId, ExprId, [ExprId; 3], SymbolId) {
    let mut b = Build::new();
    let ((ai, a), (xi, x)) = (b.matrix("A", "n", "n"), b.matrix("x", "n", "1"));
    let form = b.form(x, a);
    let at = b.t(a);
    let sum = b.add(&[(1, a), (1, at)]);
    let (right, ax, atx) = (b.mul(&[sum, x]), b.mul(&[a, x]), b.mul(&[at, x]));
    let double = b.add(&[(2, ax)]);
    (b, form, xi, right, [ax, atx, double], ai)
}

#[test]
fn quadratic_form() {
    let (mut b, form, x, right, [ax, atx, double], a) = quadratic();
    let certificate = passes(&b, form, x, right);
    assert_eq!(certificate.method, Method::DualNumbers);
    assert!(certificate.largest_error < 1e-12);
    // A missing term, a missing transpose, and what is right for symmetric A alone.
    for wrong in [ax, atx, double] {
        fails(&b, form, x, wrong);
    }
    let minus = b.add(&[(-1, right)]);
    let thrice = b.add(&[(3, right)]);
    let report = fails(&b, form, x, minus);
    assert!((report.expected + report.found).abs() < 1e-12);
    assert_eq!(verdict(&b, form, x, right), Verdict::Right);
    let factor = |verdict| match verdict {
        Verdict::WrongByFactor { fraction, .. } => fraction,
        other => panic!("{other:?}"),
    };
    assert_eq!(factor(verdict(&b, form, x, minus)), Some((-1, 1)));
    assert_eq!(factor(verdict(&b, form, x, thrice)), Some((3, 1)));
    let symmetric = vec![(a, Imposed::Structure(Structure::Symmetric))];
    assert_eq!(verdict(&b, form, x, double), Verdict::OnlyUnder(symmetric));
    assert!(matches!(verdict(&b, form, x, ax), Verdict::Counterexample(_)));
}

#[test]
fn a_way_into_a_small_domain_is_found() {
    // √(1/1000 − xᵀx), with −x/√(1/1000 − xᵀx)
    let mut b = Build::new();
    let (xi, x) = b.matrix("x", "n", "1");
    let xt = b.t(x);
    let square = b.mul(&[xt, x]);
    let bound = b.number(1, 1000);
    let inside = b.add(&[(1, bound), (-1, square)]);
    let f = b.pow(inside, 1, 2);
    let slope = b.pow(inside, -1, 2);
    let product = b.mul(&[slope, x]);
    let right = b.add(&[(-1, product)]);
    passes(&b, f, xi, right);
    fails(&b, f, xi, product);
    // Σ arccos(20Ax + 3)
    let (ai, a) = b.matrix("A", "m", "n");
    let rows = b.arena.symbol(ai).shape.rows;
    let ones = b.node(Node::Ones(Shape::new(rows, Dim::ONE)));
    let ax = b.mul(&[a, x]);
    let argument = b.add(&[(20, ax), (3, ones)]);
    let angle = b.f(Func::Acos, argument);
    let total = b.total(angle);
    let shape = b.arena.symbol(ai).shape;
    let zeros = b.node(Node::Zeros(shape));
    fails(&b, total, ai, zeros);
    // Of log(xᵀx − exp(xᵀx)) there is none.
    let exp = b.f(Func::Exp, square);
    let below = b.add(&[(1, square), (-1, exp)]);
    let never = b.f(Func::Log, below);
    assert_eq!(check(&b, never, xi, x).outcome, Outcome::NotChecked(Reason::NoPoint));
}

#[test]
fn where_the_sizes_that_are_drawn_take_too_long_the_smallest_are_taken() {
    let mut b = Build::new();
    let (xi, x) = b.matrix("X", "n", "n");
    let f = b.logdet(x);
    let inverse = b.inv(x);
    let right = b.t(inverse);
    let largest = |certificate: &Certificate| certificate.sizes.iter().flatten().map(|(_, size)| *size).max();
    assert!(largest(&passes(&b, f, xi, right)) > Some(2));
    let within = |work_limit| {
        let options = CheckOptions { work_limit, ..CheckOptions::default() };
        check_gradient(&b.arena, f, xi, right, &options)
    };
    let least = (1..10_000).map(|steps| within(8 * steps)).find(Certificate::passed).unwrap();
    assert_eq!((least.points, largest(&least)), (3, Some(2)));
    assert_eq!(within(8).outcome, Outcome::NotChecked(Reason::Evaluation(EvalError::TooMuchWork)));
}

#[test]
fn log_det() {
    let mut b = Build::new();
    let (xi, x) = b.matrix("X", "n", "n");
    let f = b.logdet(x);
    let inverse = b.inv(x);
    let right = b.t(inverse);
    passes(&b, f, xi, right);
    fails(&b, f, xi, inverse);
    let symmetric = vec![(xi, Imposed::Structure(Structure::Symmetric))];
    assert_eq!(verdict(&b, f, xi, inverse), Verdict::Transposed(symmetric));
    // 2X⁻¹ − X⁻¹∘I is the table's form for symmetric X.
    let diagonal = b.node(Node::DiagPart(inverse));
    let diagonal = b.node(Node::Diag(diagonal));
    let table = b.add(&[(2, inverse), (-1, diagonal)]);
    assert_eq!(verdict(&b, f, xi, table), Verdict::HalfVectorized);
}

#[test]
fn structured_variables_want_answers_in_their_space() {
    // ∇ tr(AX) = Aᵀ, projected
    for structure in [
        Structure::Symmetric,
        Structure::PositiveDefinite,
        Structure::Skew,
        Structure::Diagonal,
        Structure::Lower,
        Structure::Upper,
    ] {
        let mut b = Build::new();
        let ((_, a), (xi, x)) = (b.matrix("A", "n", "n"), b.structured("X", "n", "n", structure));
        let ax = b.mul(&[a, x]);
        let f = b.trace(ax);
        let at = b.t(a);
        assert_eq!(fails(&b, f, xi, at).cause, Cause::Space(structure));
        assert_eq!(verdict(&b, f, xi, at), Verdict::Unprojected(structure));
        let right = match structure {
            Structure::Skew => b.add(&[(1, at), (-1, a)]),
            Structure::Diagonal => {
                let diagonal = b.node(Node::DiagPart(a));
                b.node(Node::Diag(diagonal))
            }
            Structure::Lower => b.node(Node::Apply(Op::Tril, at)),
            Structure::Upper => b.node(Node::Apply(Op::Triu, at)),
            _ => b.add(&[(1, at), (1, a)]),
        };
        let half = b.number(1, 2);
        let halves = !matches!(structure, Structure::Diagonal | Structure::Lower | Structure::Upper);
        let right = if halves { b.mul(&[half, right]) } else { right };
        passes(&b, f, xi, right);
    }
}

#[test]
fn orthogonal_variable() {
    // ½(G − X Gᵀ X) with G = Aᵀ
    let mut b = Build::new();
    let ((_, a), (xi, x)) = (b.matrix("A", "n", "n"), b.structured("Q", "n", "n", Structure::Orthogonal));
    let ax = b.mul(&[a, x]);
    let f = b.trace(ax);
    let at = b.t(a);
    let xax = b.mul(&[x, a, x]);
    let (sum, half) = (b.add(&[(1, at), (-1, xax)]), b.number(1, 2));
    let right = b.mul(&[half, sum]);
    passes(&b, f, xi, right);
    assert_eq!(fails(&b, f, xi, at).cause, Cause::Space(Structure::Orthogonal));
}

#[test]
fn eigenvalues_and_singular_values() {
    let mut b = Build::new();
    let (ai, a) = b.structured("A", "n", "n", Structure::Symmetric);
    let f = b.node(Node::Spectral(Spectral::LambdaMax, a));
    let v = b.node(Node::Spectral(Spectral::EigvecMax, a));
    let vt = b.t(v);
    let right = b.mul(&[v, vt]);
    let wrong = b.add(&[(2, right)]);
    passes(&b, f, ai, right);
    fails(&b, f, ai, wrong);
    // Undeclared, the matrix is drawn symmetric, and the certificate says so.
    let (xi, x) = b.matrix("X", "n", "n");
    let f = b.node(Node::Spectral(Spectral::LambdaMax, x));
    let v = b.node(Node::Spectral(Spectral::EigvecMax, x));
    let vt = b.t(v);
    let right = b.mul(&[v, vt]);
    assert!(passes(&b, f, xi, right).symmetric_squares);
    // Norms by singular values: ‖X‖ = σ₁, ∇ = uvᵀ; nuclear: the polar factor.
    let (yi, y) = b.matrix("Y", "m", "n");
    let f = b.node(Node::Norm(Norm::Spectral, y));
    let (u, v) = (b.node(Node::Spectral(Spectral::UMax, y)), b.node(Node::Spectral(Spectral::VMax, y)));
    let vt = b.t(v);
    let right = b.mul(&[u, vt]);
    passes(&b, f, yi, right);
    let f = b.node(Node::Norm(Norm::Nuclear, y));
    let right = b.node(Node::Spectral(Spectral::Polar, y));
    passes(&b, f, yi, right);
    let f = b.node(Node::Spectral(Spectral::SumEig, x));
    let n = b.arena.shape(x).rows;
    let right = b.node(Node::Identity(n));
    passes(&b, f, xi, right);
}

#[test]
fn deficient_rank() {
    // tr (xxᵀ)⁺ = ‖x‖⁻², ∇ = −2‖x‖⁻⁴x
    let mut b = Build::new();
    let (xi, x) = b.matrix("x", "n", "1");
    let xt = b.t(x);
    let outer = b.mul(&[x, xt]);
    let pinv = b.node(Node::Pinv(outer));
    let f = b.trace(pinv);
    let (norm, p) = (b.node(Node::Norm(Norm::Frobenius, x)), b.int(-4));
    let power = b.node(Node::Hadamard([(norm, p)].into()));
    let (two, one) = (b.int(-2), b.int(-1));
    let (right, wrong) = (b.mul(&[two, power, x]), b.mul(&[one, power, x]));
    passes(&b, f, xi, right);
    fails(&b, f, xi, wrong);
}

#[test]
fn third_differentials_and_polynomials() {
    // d³ tr X³ = 3 tr(dX₁ dX₂ dX₃ + dX₁ dX₃ dX₂); without the second term it is right along equal directions only
    let mut b = Build::new();
    let (xi, x) = b.matrix("X", "n", "n");
    let cube = b.mul(&[x, x, x]);
    let f = b.trace(cube);
    let d: Vec<ExprId> = (0..4).map(|slot| b.node(Node::Differential(xi, slot))).collect();
    let (first, second) = (b.mul(&[d[1], d[2], d[3]]), b.mul(&[d[1], d[3], d[2]]));
    let (first, second) = (b.trace(first), b.trace(second));
    let (right, wrong) = (b.add(&[(3, first), (3, second)]), b.add(&[(6, first)]));
    let moves: [&[(SymbolId, u32)]; 3] = [&[(xi, 1)], &[(xi, 2)], &[(xi, 3)]];
    let options = CheckOptions::default();
    let certificate = check_differential(&b.arena, f, &moves, right, &options);
    assert!(certificate.passed() && certificate.method == Method::PowerSeries, "{certificate:?}");
    assert!(matches!(check_differential(&b.arena, f, &moves, wrong, &options).outcome, Outcome::Failed(_)));
    let factor = b.number(300_003, 100_000);
    let (one, other) = (b.mul(&[factor, first]), b.mul(&[factor, second]));
    let slightly_wrong = b.add(&[(1, one), (1, other)]);
    assert!(matches!(check_differential(&b.arena, f, &moves, slightly_wrong, &options).outcome, Outcome::Failed(_)));
    // tr (X + dX)³ up to the second degree, and with a wrong coefficient of the second
    let (linear, square) = (b.mul(&[x, x, d[0]]), b.mul(&[x, d[0], d[0]]));
    let (linear, square) = (b.trace(linear), b.trace(square));
    let (right, wrong) = (b.add(&[(1, f), (3, linear), (3, square)]), b.add(&[(1, f), (3, linear), (6, square)]));
    assert!(check_polynomial(&b.arena, f, xi, 2, right, &options).passed());
    assert!(matches!(check_polynomial(&b.arena, f, xi, 2, wrong, &options).outcome, Outcome::Failed(_)));
    assert!(matches!(check_polynomial(&b.arena, f, xi, 3, right, &options).outcome, Outcome::Failed(_)));
}

#[test]
fn derivatives_of_high_order() {
    // (x exp x)⁽³⁰⁾ = (x + 30) exp x
    let mut b = Build::new();
    let (xi, x) = b.matrix("x", "1", "1");
    let exp = b.node(Node::Elementwise(Func::Exp, x));
    let f = b.mul(&[x, exp]);
    let (right, wrong) = (b.add(&[(1, f), (30, exp)]), b.add(&[(1, f), (29, exp)]));
    let options = CheckOptions::default();
    assert!(check_derivative(&b.arena, f, xi, 30, right, &options).passed());
    assert!(matches!(check_derivative(&b.arena, f, xi, 30, wrong, &options).outcome, Outcome::Failed(_)));
}

#[test]
fn norms_and_signs() {
    // ∇‖x‖₁ = sign x; ones is right for positive x alone
    let mut b = Build::new();
    let (xi, x) = b.matrix("x", "n", "1");
    let f = b.node(Node::Norm(Norm::One, x));
    let right = b.f(Func::Sign, x);
    let shape = b.arena.shape(x);
    let ones = b.node(Node::Ones(shape));
    passes(&b, f, xi, right);
    fails(&b, f, xi, ones);
    assert_eq!(verdict(&b, f, xi, ones), Verdict::OnlyUnder(vec![(xi, Imposed::Positive)]));
    // ∇‖x‖ = x/‖x‖
    let f = b.norm(x);
    let inverse = b.pow(f, -1, 1);
    let right = b.mul(&[inverse, x]);
    passes(&b, f, xi, right);
    fails(&b, f, xi, x);
    let off = b.add(&[(1, right), (3, ones)]);
    let Verdict::OffByConstant(c) = verdict(&b, f, xi, off) else { panic!() };
    assert!((c - 3.0).abs() < 1e-9);
}

/// relu(x − 100) has the derivative 1[x − 100 > 0], and |x − y + 60| that of its sign: no point that is drawn is on the other side.
#[test]
fn branches_that_no_drawn_point_meets_are_looked_for() {
    let mut b = Build::new();
    let ((xi, x), (_, y), one) = (b.matrix("x", "1", "1"), b.matrix("y", "1", "1"), b.int(1));
    let (far, near) = (b.add(&[(1, x), (-100, one)]), b.add(&[(1, x), (-90, one)]));
    let (ramp, right, wrong, zero) =
        (b.f(Func::Relu, far), b.f(Func::Step, far), b.f(Func::Step, near), b.add(&[(0, x)]));
    passes(&b, ramp, xi, right);
    fails(&b, ramp, xi, wrong);
    fails(&b, ramp, xi, zero);
    let (apart, without) = (b.add(&[(1, x), (-1, y), (60, one)]), b.add(&[(1, x), (60, one)]));
    let (size, right, wrong) = (b.f(Func::Abs, apart), b.f(Func::Sign, apart), b.f(Func::Sign, without));
    passes(&b, size, xi, right);
    fails(&b, size, xi, wrong);
}

#[test]
fn domains() {
    // Σ log(1 − x), Σ asin x, Σ √x
    let mut b = Build::new();
    let (xi, x) = b.matrix("x", "n", "1");
    let shape = b.arena.shape(x);
    let ones = b.node(Node::Ones(shape));
    let less = b.add(&[(1, ones), (-1, x)]);
    let log = b.f(Func::Log, less);
    let f = b.total(log);
    let inverse = b.pow(less, -1, 1);
    let right = b.add(&[(-1, inverse)]);
    passes(&b, f, xi, right);
    fails(&b, f, xi, inverse);
    let asin = b.f(Func::Asin, x);
    let f = b.total(asin);
    let square = b.pow(x, 2, 1);
    let rest = b.add(&[(1, ones), (-1, square)]);
    let right = b.pow(rest, -1, 2);
    passes(&b, f, xi, right);
    // Nowhere defined: log(−‖x‖)
    let norm = b.norm(x);
    let negative = b.add(&[(-1, norm)]);
    let f = b.f(Func::Log, negative);
    assert_eq!(check(&b, f, xi, x).outcome, Outcome::NotChecked(Reason::NoPoint));
}

#[test]
fn first_and_second_differentials() {
    // d(X⁻¹) = −X⁻¹ dX X⁻¹ and its differential
    let mut b = Build::new();
    let (xi, x) = b.matrix("X", "n", "n");
    let inverse = b.inv(x);
    let d1 = b.node(Node::Differential(xi, 1));
    let d2 = b.node(Node::Differential(xi, 2));
    let plus = b.mul(&[inverse, d1, inverse]);
    let first = b.add(&[(-1, plus)]);
    let options = CheckOptions::default();
    let check = |b: &Build, orders: &[&[(SymbolId, u32)]], answer| {
        check_differential(&b.arena, inverse, orders, answer, &options)
    };
    assert!(check(&b, &[&[(xi, 1)]], first).passed());
    assert!(matches!(check(&b, &[&[(xi, 1)]], plus).outcome, Outcome::Failed(_)));
    let (left, right) = (b.mul(&[inverse, d1, inverse, d2, inverse]), b.mul(&[inverse, d2, inverse, d1, inverse]));
    let second = b.add(&[(1, left), (1, right)]);
    let half = b.add(&[(2, left)]);
    let orders: [&[(SymbolId, u32)]; 2] = [&[(xi, 1)], &[(xi, 2)]];
    assert!(check(&b, &orders, second).passed());
    assert!(matches!(check(&b, &orders, half).outcome, Outcome::Failed(_)));
    assert!(matches!(check(&b, &[], half).outcome, Outcome::NotChecked(Reason::Order(0))));
}

#[test]
fn equality() {
    let mut b = Build::new();
    let ((_, a), (_, m)) = (b.matrix("A", "n", "n"), b.matrix("B", "n", "n"));
    let (ab, ba) = (b.mul(&[a, m]), b.mul(&[m, a]));
    let (left, right) = (b.trace(ab), b.trace(ba));
    let options = CheckOptions::default();
    assert!(check_equal(&b.arena, left, right, &options).passed());
    let Outcome::Failed(report) = check_equal(&b.arena, ab, ba, &options).outcome else { panic!() };
    assert_eq!(report.values.len(), 2);
    assert!(report.sizes[0].1 >= 2);
}

#[test]
fn families_under_sums_and_refused_variables() {
    // ∇ₓ Σᵢ (aᵢᵀx)² = 2 Σᵢ aᵢ aᵢᵀ x
    let mut b = Build::new();
    let (xi, x) = b.matrix("x", "n", "1");
    let a = b.family("a", "m", "n", "1");
    let index = b.arena.fresh_index();
    let at = b.node(Node::Index(index));
    let member = b.node(Node::Member(a, at));
    let member_t = b.t(member);
    let inner = b.mul(&[member_t, x]);
    let square = b.pow(inner, 2, 1);
    let m = b.arena.named_size("m");
    let upper = b.node(Node::Size(m));
    let f = b.sum(index, upper, square);
    let outer = b.mul(&[member, member_t, x]);
    let sum = b.sum(index, upper, outer);
    let right = b.add(&[(2, sum)]);
    passes(&b, f, xi, right);
    fails(&b, f, xi, sum);
    assert_eq!(check(&b, f, a, right).outcome, Outcome::NotChecked(Reason::Family));
    let k = b.declare("k", "1", "1", SymbolKind::Integer, Structure::General);
    let power = b.node(Node::Symbol(k));
    let f = b.node(Node::Hadamard([(f, power)].into()));
    assert_eq!(check(&b, f, k, f).outcome, Outcome::NotChecked(Reason::NotDifferentiable));
}

#[test]
fn small_gradients_are_not_lost() {
    // f = 10⁶ + 10⁻⁴ xᵀx: the constant must not drown a wrong gradient.
    let mut b = Build::new();
    let (xi, x) = b.matrix("x", "n", "1");
    let (xt, big, small) = (b.t(x), b.int(1_000_000), b.number(1, 10_000));
    let square = b.mul(&[small, xt, x]);
    let f = b.add(&[(1, big), (1, square)]);
    let right = b.number(1, 5_000);
    let right = b.mul(&[right, x]);
    let wrong = b.mul(&[small, x]);
    passes(&b, f, xi, right);
    fails(&b, f, xi, wrong);
}

#[test]
fn small_mistakes_are_caught_and_rounding_is_not_taken_for_one() {
    // ∇ xᵀx = 2x, and (2 + 2·10⁻⁵)x, which is wrong by the factor 1.00001.
    let mut b = Build::new();
    let (xi, x) = b.matrix("x", "n", "1");
    let xt = b.t(x);
    let f = b.mul(&[xt, x]);
    let (right, factor) = (b.add(&[(2, x)]), b.number(200_002, 100_000));
    let wrong = b.mul(&[factor, x]);
    passes(&b, f, xi, right);
    fails(&b, f, xi, wrong);
    // (y − 10¹²)² with y = 10¹² + xᵀx: doubles leave four digits of the difference.
    let big = b.int(1_000_000_000_000);
    let (y, minus) = (b.add(&[(1, big), (1, f)]), b.int(-1_000_000_000_000));
    let log = b.f(Func::Log, y);
    let exp = b.f(Func::Exp, log);
    let back = b.add(&[(1, exp), (1, minus)]);
    let f = b.pow(back, 2, 1);
    let (four, wrong) = (b.mul(&[xt, x, x]), b.number(400_004, 100_000));
    let (right, wrong) = (b.add(&[(4, four)]), b.mul(&[wrong, four]));
    passes(&b, f, xi, right);
    fails(&b, f, xi, wrong);
}

#[test]
fn log_det_is_checked_with_little_work() {
    let mut b = Build::new();
    let (xi, x) = b.matrix("X", "n", "n");
    let f = b.logdet(x);
    let inverse = b.inv(x);
    let right = b.t(inverse);
    let options = CheckOptions { work_limit: 10_000, ..CheckOptions::default() };
    let certificate = check_gradient(&b.arena, f, xi, right, &options);
    assert!(certificate.passed() && certificate.points == 3, "{certificate:?}");
}
