//! What `equal`, `check` and `eval` say: exact where residues see the whole, and nothing that the numbers do not show.

use std::sync::atomic::{AtomicU64, Ordering};

use matcalc::check::{CheckOptions, Numbers, Outcome, check_equal};
use matcalc::expr::{Arena, ExprId, Node, Shape};
use matcalc::number::Coeff;
use matcalc::numeric::sample::{Overrides, Strategy, sample, symbols_of};
use matcalc::numeric::{Algebra, algebra, evaluate, random::Rng};
use matcalc::simplify::simplify;
use rustc_hash::FxHashMap;

use crate::common::drive::{self, Wrong};
use crate::common::generate::{Expressions, Sample};
use crate::common::program::{run as matcalc, stderr, stdout};

/// All that the program says.
fn said(arguments: &[&str]) -> String {
    let output = matcalc(arguments);
    stdout(&output) + &stderr(&output)
}

/// The first line of `equal`, the declarations being the third part.
#[track_caller]
fn equal(left: &str, right: &str, decl: &str, expected: &str) {
    let text = said(&["equal", left, right, "-d", decl]);
    let first = text.lines().next().unwrap_or_default();
    assert!(first.starts_with(expected), "{left} and {right}: {text}");
}

const EXACTLY: &str = "equal (exact, at ";

#[test]
fn rational_expressions_are_compared_exactly() {
    for (left, right, decl) in [
        // Factorials and products of integers.
        ("(k+25)!/(k+24)!", "k+25", ""),
        ("(j+40)!/(j+38)!", "(j+40)(j+39)", "j: integer"),
        ("prod_{i=1}^30 i", "30!", ""),
        ("prod_{i=1}^{40} (2i)", "2^40 * 40!", ""),
        ("(1+x)^25", "sum_{k=0}^25 (25!/(k!(25-k)!)) x^k", ""),
        ("(y-1)^30", "sum_{j=0}^30 (30!/(j!(30-j)!)) (-1)^j y^(30-j)", ""),
        ("200!/199!", "200", ""),
        ("1e4000*1e-4000 t", "t", ""),
        // Sums of polynomials, of any number of terms.
        ("sum_{i=1}^n i^2", "n(n+1)(2n+1)/6", ""),
        ("sum_{i=1}^{10^12} i", "10^12 (10^12 + 1)/2", ""),
        (
            "sum_{i=0}^{10^20} (a + i b)^2",
            "(10^20 + 1)a^2 + 10^20 (10^20 + 1) a b + 10^20 (10^20 + 1)(2*10^20 + 1)b^2/6",
            "a: scalar; b: scalar",
        ),
        ("sum_{i=1}^n (A + i B)", "n A + n(n+1)B/2", "A: matrix(m,k); B: matrix(m,k)"),
        // Matrices and structures.
        ("tr(A B C)", "tr(C A B)", ""),
        ("inv(A + u v')", "inv(A) - inv(A) u v' inv(A)/(1 + v' inv(A) u)", ""),
        ("det(Q)^2", "1", "Q: orthogonal(n)"),
        ("tr(S K)", "0", "S: symmetric(n); K: skew(n)"),
        ("adj(A) A", "det(A) I", "A: square(3)"),
        ("||x||^4", "(x'x)^2", "x: vector(n)"),
        ("sum(t)^3", "1", "t: simplex(n)"),
        ("s.^2", "ones(n)", "s: signs(n)"),
        // Other functions are symbols.
        ("phi(x)^2 - phi(y)^2", "(phi(x) - phi(y))(phi(x) + phi(y))", "phi: function; x: scalar; y: scalar"),
        ("10^30 exp(x) + y - 10^30 exp(x)", "y", "x: scalar; y: scalar"),
    ] {
        equal(left, right, decl, EXACTLY);
    }
}

#[test]
fn rational_differences_are_seen_however_small() {
    for (left, right, decl) in [
        ("10^20 + y", "10^20", "y: scalar"),
        ("10^60 a + b", "10^60 a", "a: scalar; b: scalar"),
        ("0.12345678901234567890123 x + 10^-18 y", "0.12345678901234567890123 x", ""),
        ("1 + 10^-40 y", "1", "y: scalar"),
        ("A + 10^-50 A'", "A", ""),
        ("sum_{i=1}^3 10^18 i", "6000000000000000001", ""),
        ("30! + 1", "30!", ""),
        // Multiples of the prime, and what holds at small sizes or integers alone.
        ("2305843009213693951 x", "0 x", "x: scalar"),
        ("2305843009213693952 x", "x", "x: scalar"),
        ("(n-2)(n-3)(n-4) x", "0 x", "x: vector(n)"),
        ("(k-1)(k-2)(k-3) t", "0 t", "k: integer; t: scalar"),
        ("A^2 - tr(A) A + det(A) I", "0 A", "A: square(n)"),
        ("det(Q)", "1", "Q: orthogonal(n)"),
        ("phi(x) + phi(y)", "phi(x + y)", "phi: function; x: scalar; y: scalar"),
    ] {
        equal(left, right, decl, "not equal");
    }
}

#[test]
fn what_numbers_do_not_show_is_not_called_equal() {
    for (left, right, decl) in [
        ("x + exp(-1000)", "x", "x: scalar"),
        ("y exp(-500) + x", "x", "x: scalar; y: scalar"),
        ("tanh(100)", "1", ""),
        ("y + tanh(90)", "1 + y", "y: scalar"),
        ("sign(x)", "tanh(10^9 x)", "x: scalar"),
        ("1[x > 0]", "sigmoid(10^9 x)", "x: scalar"),
        ("erf(20)", "1", ""),
        ("softplus(90 + x)", "90 + x", "x: positive"),
        ("softplus(10^5 + x'x)", "10^5 + x'x", "x: vector(n)"),
        ("-softplus(90 + x'x)", "-90 - x'x", "x: vector(n)"),
        ("sinh(90 + x)", "cosh(90 + x)", "x: positive"),
        ("log cosh(90 + x)", "90 + x - log(2)", "x: positive"),
        ("sigmoid(-300 - x)", "exp(-300 - x)", "x: positive"),
        ("sigmoid(-80) + x", "x", "x: scalar"),
        ("sigmoid(50) + x", "1 + x", "x: scalar"),
        ("cos(10^-20 x)", "1", "x: scalar"),
        ("exp(10^-35 x)", "1", "x: scalar"),
        ("tr([10^40, exp(y); 1, 0] [1, 0; 1, 0])", "10^40", "y: scalar"),
        ("log(10^40 + exp(y))", "log(10^40)", "y: scalar"),
        ("pi", "3.14159265358979323846264338327950288419716939937510582", ""),
        ("log(2 pi)/2 + x", "0.918938533204672741780329736405617639861 + x", "x: scalar"),
        ("exp(pi sqrt(163))", "262537412640768744", ""),
        ("expm(A + 10^-40 B)", "expm(A)", "A, B: square(n)"),
        ("lambda_max(A + 10^-40 B)", "lambda_max(A)", "A, B: symmetric(n)"),
        ("||A + 10^-40 B||_2", "||A||_2", ""),
        ("max(x, 10^-30 sin(x))", "max(x, 0)", "x: scalar"),
        // What holds for few sizes, integers, signs or near by alone.
        ("(n-2)(n-3)(n-4) exp(x'x)", "0", "x: vector(n)"),
        ("||A||_* (m - 2)(m - 3)(m - 4)", "0", "A: matrix(m,n)"),
        ("prod_{j=1}^{14} (n - j) x'x", "0", "x: vector(n)"),
        ("prod_{j=1}^{60} (k - j) tr(A^k)", "0", "A: square(n); k: integer"),
        ("sum_{i=1}^n 1[i = 6] x_i", "0", "x: vector(n)"),
        ("relu(k - 12)", "0", "k: integer"),
        ("prod(1 + y)", "0", "y: signs(16)"),
        ("min(y)", "0", "y: binary(20)"),
        ("relu(x - 20000)", "0", "x: scalar"),
        // What differs in a short interval alone.
        ("relu(1e-3 - |x - 3|)", "0", "x: scalar"),
        ("1[|x - 3| < 0.001]", "0", "x: scalar"),
        ("max(1e-4 - (x - 3)^2, 0)", "0", "x: scalar"),
        ("relu(1e-5 - ||x - a||^2)", "0", "x, a: vector(n)"),
        // What does not hold where entries are 0 or alike.
        ("1[x = y]", "0", "x, y: vector(n)"),
        ("sum_i 1[x_i = 0]", "0", "x: vector(n)"),
        ("sign(x)^2", "1", "x: scalar"),
        ("1[X >= Y]", "1[X > Y]", "X, Y: matrix(m,n)"),
        ("1[a_i'x > 0]", "1 - 1[a_i'x < 0]", "a: family(m) of vector(n)"),
        // What differs at a number that stands in it, or beyond that.
        ("sum_{i=40}^n i", "0", ""),
        ("sum_{i=1}^n relu(i - 20)", "0", ""),
        ("relu(x - 10^8)", "0", "x: scalar"),
        ("max(x, -10^12)", "x", "x: scalar"),
        ("|x + 10^9|", "x + 10^9", "x: vector(n)"),
        ("where(x == 3, 1, 0)", "0", "x: scalar"),
        ("1[x = 5]", "0", "x: vector(n)"),
        ("sign((x - 1/3)^2)", "1", "x: scalar"),
        ("relu(k - 30)", "0", "k: integer"),
        ("1[k = 17]", "0", "k: integer"),
        ("sign(x)", "1", "x: nonnegative"),
    ] {
        let text = said(&["equal", left, right, "-d", decl]);
        assert!(text.starts_with("not "), "{left} and {right}: {text}");
    }
}

#[test]
fn what_a_condition_excludes_is_no_difference() {
    for (left, right, decl) in [
        (
            "2 cases(tr((F ./ F)' exp(tanh(F))) if a > 0, b otherwise)",
            "2 cases(sum(exp(tanh(F))) if a > 0, b otherwise)",
            "F: matrix(n,m); a, b: scalar",
        ),
        ("(x - 5)/(x - 5) + |x|", "1 + |x|", "x: scalar"),
        ("x/x + relu(x)", "1 + (x + |x|)/2", "x: scalar"),
    ] {
        let text = said(&["equal", left, right, "-d", decl]);
        assert!(text.starts_with("equal "), "{left} and {right}: {text}");
    }
}

#[test]
fn a_part_on_which_sides_are_equal_does_not_hold_the_point_at_which_they_differ() {
    for (left, right) in [
        ("cases(1 if 21 < x < 22, 0 otherwise)", "0"),
        ("cases(1 if 5 < x < 6, |x| otherwise)", "x"),
        ("|x|", "x + relu(x - 7)"),
    ] {
        let text = said(&["equal", left, right, "-d", "x: scalar"]);
        assert!(text.starts_with("not equal\n"), "{left} and {right}: {text}");
    }
    equal("sqrt(x^2)", "x", "x: scalar", "not equal; equal where x > 0");
}

#[test]
fn sizes_and_ranks_for_which_sides_differ_are_named() {
    for (left, right, decl, place) in [
        ("det(x x' + y y')", "0", "x, y: vector(n)", "n > 2"),
        ("det(A A')", "0", "A: matrix(n,2)", "n > 2"),
        ("adj(x y')", "0 x y'", "x, y: vector(n)", "n > 2"),
        ("lambda_max(I - x x')", "1", "x: vector(n)", "n > 1"),
        ("lambda_max(x y' + y x')", "x'y + ||x|| ||y||", "x, y: vector(n)", "n > 1"),
        ("A pinv(A)", "I", "A: square(n)", "A invertible"),
        ("det(A) pinv(A)", "adj(A)", "A: square(n)", "A invertible"),
        ("pinv(A) A", "I", "A: matrix(3,2)", "A of full rank"),
        ("pinv(a) a", "1", "a: vector(n)", "a ≠ 0"),
    ] {
        equal(left, right, decl, &format!("not equal; equal where {place}"));
    }
    for (left, right, decl) in
        [("det(A A')", "0", "A: matrix(n,m)"), ("pinv(A B)", "pinv(B) pinv(A)", "A, B: square(n)")]
    {
        let text = said(&["equal", left, right, "-d", decl]);
        assert_eq!(text.lines().next(), Some("not equal"), "{text}");
    }
    equal("pinv(A' A) A'", "pinv(A)", "A: matrix(m,n)", "equal");
    equal("tr(x x')", "x'x", "x: vector(n)", "equal (exact");
    // What is no value, or no rule, elsewhere is a condition.
    for (left, right, decl, condition) in [
        ("polar(X) polar(X)'", "I", "X: square(n)", "X of full rank"),
        ("det(x x')", "0", "x: vector(n)", "n > 1"),
        ("prod(eig(A x x'))", "0", "A: square(n)", "n > 1"),
    ] {
        let text = said(&["equal", left, right, "-d", decl]);
        assert!(text.starts_with("equal") && text.contains(condition), "{text}");
    }
}

#[test]
fn what_numbers_show_says_so() {
    let numbers = "equal at 15 random points (";
    equal("sinh(x)", "(exp(x) - exp(-x))/2", "x: scalar", numbers);
    equal("log det X", "tr logm X", "X: spd(n)", numbers);
    equal("max(10^20 + x)", "10^20 + max(x)", "x: vector(n)", "equal");
    equal("min(x + 10^9 + 10^-9 sin(y))", "min(x + 10^-9 sin(y)) + 10^9", "x, y: vector(n)", "equal");
    equal("sin(x)^2 + cos(x)^2", "1", "x: scalar", "equal by the rules");
    equal("max(M)^2", "max(M)", "M: binary(3,3)", "equal");
    equal("relu(M - ones(n,n)/2)", "M/2", "M: binary(n,n)", "equal");
}

/// The first line of `check --claim`.
#[track_caller]
fn claim(expr: &str, wrt: &str, decl: &str, claim: &str, expected: &str) {
    let text = said(&["check", expr, "-w", wrt, "-d", decl, "--claim", claim]);
    let first = text.lines().next().unwrap_or_default();
    assert!(first.starts_with(expected), "{expr} and {claim}: {text}");
}

#[test]
fn claims_are_compared_exactly() {
    let exactly = "right (exact, at ";
    claim("10^20 x + y x", "x", "x: scalar; y: scalar", "10^20 + y", exactly);
    claim("10^20 x + y x", "x", "x: scalar; y: scalar", "10^20", "wrong");
    claim("1/2 ||A x - b||^2 + 10^-30 x'x", "x", "x: vector(n)", "A'(A x - b) + 2*10^-30 x", exactly);
    claim("1/2 ||A x - b||^2 + 10^-30 x'x", "x", "x: vector(n)", "A'(A x - b)", "wrong");
    claim("x^(k+30)/(k+30)!", "x", "x: scalar; k: integer", "x^(k+29)/(k+29)!", exactly);
    claim("x^(k+30)/(k+30)!", "x", "x: scalar; k: integer", "x^(k+29)/(k+30)!", "wrong");
    claim("det(S)", "S", "S: symmetric(n)", "adj(S)", exactly);
    claim("exp(10^-40 x)", "x", "x: scalar", "x - x", "wrong");
    claim("x + tanh(100 + x)", "x", "x: positive", "1", "not decided");
    claim("sum(exp(x)) + (n-2)(n-3)(n-4) sum(x)", "x", "x: vector(n)", "exp(x)", "wrong");
    claim("sum_{i=1}^n cases(x_i^2 if i <= 7, x_i^3 otherwise)", "x", "x: vector(n)", "2x", "wrong");
    claim("x'x + relu(sum(x) - 10^6)", "x", "x: vector(n)", "2x", "wrong");
    // It is right where it has a value.
    let text = said(&["check", "x^2", "-w", "x", "-d", "x: scalar", "--claim", "2*x + 0*log(x)"]);
    assert!(text.starts_with("right") && text.contains("x > 0"), "{text}");
    claim("|x|", "x", "x: scalar", "2sigmoid(10^8 x) - 1", "wrong: it should be");
    claim("x^2", "x", "x: scalar", "2.0000001 x", "wrong: it is 1.0000001 times the gradient");
    claim("relu(1e-3 - |x - 3|)", "x", "x: scalar", "0", "wrong");
    // It is right for larger sizes.
    claim("det(x x' + y y')", "x", "x, y: vector(n)", "0 x", "wrong");
    claim("log(1 + det(x y' + y x'))", "x", "x, y: vector(n)", "0 x", "wrong");
    claim("det(A A')", "A", "A: matrix(n,2)", "0 A", "wrong");
}

#[test]
fn conditions_bind_their_indices() {
    let text = said(&["equal", "b", "sum_{k=0}^3 1/(a^k b)"]);
    assert!(text.contains("a ≠ 0, b ≠ 0\n"), "{text}");
    let text = said(&["simplify", "sum_{i=1}^n 1/(x - i)", "-d", "x: scalar"]);
    assert!(text.contains("x − i ≠ 0 for every i"), "{text}");
    let text = said(&["simplify", "sum_{i=1}^n log(a_i'x)", "-d", "a: family(n) of vector(m)"]);
    assert!(text.contains("> 0 for every i"), "{text}");
    let text = said(&["equal", "x_k/x_k", "1"]);
    assert!(!text.contains("every"), "{text}");
}

/// All that `eval` says.
#[track_caller]
fn value(arguments: &[&str], expected: &str) {
    let text = said(&[&["eval"], arguments].concat());
    assert_eq!(text.trim_end(), expected, "{arguments:?}");
}

#[test]
fn values_are_computed_beyond_doubles() {
    for (arguments, expected) in [
        (&["10^20 + y - 10^20", "--set", "y=1"][..], "1"),
        (&["10^40 + y - 10^40", "--set", "y=1"], "1"),
        (&["200!/199!"], "200"),
        (&["500!/(498! 2!)"], "124750"),
        (&["1e4000*1e-4000"], "1"),
        (&["log(sigmoid(-1000))"], "-1000"),
        (&["log(sigmoid(x))", "--set", "x=-5000"], "-5000"),
        (&["log(1+exp(1000))"], "1000"),
        (&["log(exp(2000) + exp(2000)) - log(2)"], "2000"),
        (&["logdet([1e200 0;0 1e200])"], "921.0340371976183"),
        (&["logdet(A)", "--set", "A=[1e-200 0; 0 1e-200]"], "-921.0340371976183"),
        (&["log1p(1e-10)"], "9.9999999995e-11"),
        (&["log(1 + x)", "--set", "x=1e-17"], "1e-17"),
        (&["exp(x) - 1", "--set", "x=1e-17"], "1e-17"),
        (&["acosh(1+1e-12)"], "1.4142135623729772e-6"),
        (&["acos(1e-20 - 1) + x", "--set", "x=0"], "3.141592653448372"),
        (&["sinh(x) + atanh(x)", "--set", "x=1e-20"], "2e-20"),
        (&["1[x = y]", "--set", "x=1", "--set", "y=1.0000000000000002"], "0"),
        (&["1[x = y]", "--set", "x=0.1", "--set", "y=0.1"], "1"),
        (&["ones(n)'ones(n) - n", "--set", "n=3"], "0"),
        (&["sum_{i=1}^{100000} sum_{j=1}^{100000} i*j"], "2.50005000025e19"),
    ] {
        value(arguments, expected);
    }
}

#[test]
fn values_say_what_is_lost() {
    for (arguments, expected) in [
        (&["exp(-1000)"][..], "0\nnote: the value is too small for a double: 5.08e-435 is given as 0.0"),
        (&["det([1e-200 0;0 1e-200])"], "0\nnote: the value is too small for a double: 1.00e-400 is given as 0.0"),
        (&["exp(1000)"], "error: the value is too large for a double: it is about 1.97e434"),
        (&["x'x", "--set", "x=[1e200 1e200]"], "error: the value is too large for a double: it is about 2.00e400"),
        (&["acosh(1 + 1e-20)"], "1.414213562373095e-10\nnote: about 10 digits of the value are known"),
        (&["acos(1 - 1e-20)"], "1.414213562373095e-10\nnote: about 10 digits of the value are known"),
        (&["pi/2 - asin(1 - 1e-20)"], "1.414213562373095e-10\nnote: about 10 digits of the value are known"),
        (&["atanh(1 - 1e-20)"], "23.37242452022043\nnote: about 11 digits of the value are known"),
        (&["[exp(1000) 1; 2 3]"], "error: entry (1, 1) of the value is too large for a double: it is about 1.97e434"),
        (
            &["x", "--set", "x=9007199254740993"],
            "9007199254740992\nnote: an integer in the value of `x` is no double and is rounded: 9007199254740993",
        ),
        (&["x", "--set", "x=1", "--set", "x=2"], "error: `x` is given two values\n  = help: write `--set x=…` once"),
        (
            &["ones(n)'ones(n)"],
            "error: the size `n` has no value\n  = help: give one: --set n=3; the sizes of values that are given are known",
        ),
    ] {
        value(arguments, expected);
    }
}

#[test]
fn too_much_work_is_refused_before_it_begins() {
    for text in [
        "sum_{i=1}^{10000000000} sin(i)",
        "sum_{i=1}^{3000} sum_{j=1}^{3000} sum_{k=1}^{3000} sin(i j k)",
        "sum_{i=1}^{400000} sum_{j=1}^{400000} 1/(i + j)",
    ] {
        let start = std::time::Instant::now();
        let said = said(&["eval", text]);
        assert!(
            ["takes too long", "would not fit in memory", "too many to evaluate"].iter().any(|why| said.contains(why)),
            "{text}: {said}"
        );
        assert!(start.elapsed().as_secs_f64() < 5.0, "{text}: {:?}", start.elapsed());
    }
}

#[test]
fn millions_of_terms_are_added_as_one_array() {
    // sin(n/2) sin((n + 1)/2)/sin(1/2)
    let said = said(&["eval", "sum_{i=1}^{10000000} sin(i)"]);
    let value: f64 = said.lines().next().unwrap_or_default().trim().parse().unwrap_or(f64::NAN);
    let n: f64 = 1e7;
    let expected = (n / 2.0).sin() * (n / 2.0 + 0.5).sin() / 0.5_f64.sin();
    assert!((value - expected).abs() < 1e-6, "{said}");
}

/// How many expressions where `MATCALC_CASES` does not say so.
const CASES: u64 = 300;

fn options(numbers: Numbers) -> CheckOptions {
    CheckOptions { numbers, work_limit: 20_000_000, ..CheckOptions::default() }
}

/// The expression with one node changed: a factor, a sign, a transpose.
fn perturbed(arena: &mut Arena, root: ExprId, rng: &mut Rng) -> Option<ExprId> {
    let order = arena.post_order(root);
    let place = order[rng.below(order.len())];
    if matches!(arena.node(place), Node::Index(_) | Node::Size(_)) {
        return None;
    }
    let shape = arena.shape(place);
    let changed = match rng.below(4) {
        0 => arena.neg(place),
        1 if shape.rows == shape.cols && shape != Shape::SCALAR => arena.transpose(place),
        2 => arena.scale(&Coeff::ratio(1_000_001, 1_000_000)?, place),
        _ => arena.scale(&Coeff::integer(2), place),
    };
    let mut map = FxHashMap::default();
    map.insert(place, changed);
    Some(arena.rewrite(root, &mut map))
}

/// Whether doubles show plainly that two expressions differ.
fn plainly_differ(arena: &Arena, left: ExprId, right: ExprId) -> bool {
    let symbols = symbols_of(arena, &[left, right]);
    let sizes: Vec<usize> = (0..arena.size_names().len()).map(|place| 2 + place).collect();
    let mut rng = Rng::new(17);
    Strategy::ALL.iter().filter(|strategy| !strategy.symmetric_squares()).any(|strategy| {
        let Ok(point) = sample::<f64>(arena, &symbols, &sizes, *strategy, &Overrides::default(), &mut rng) else {
            return false;
        };
        let (Ok(a), Ok(b)) = (evaluate(arena, left, &point), evaluate(arena, right, &point)) else { return false };
        let is_usual = |x: &matcalc::numeric::DMatrix<f64>| x.iter().all(|entry| entry.abs() < 1e6);
        is_usual(&a) && is_usual(&b) && (&a - &b).amax() > 1e-3 * a.amax().max(b.amax()).max(1e-3)
    })
}

#[test]
fn random_expressions_are_equal_to_themselves_alone() {
    let (equal, exact, different) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    drive::run(Expressions::Mixed, "tests/regressions/exact.txt", CASES, &|sample: Sample| {
        let mut arena = sample.arena;
        let raw = sample.expr;
        let normal = arena.normalize(raw);
        let simple = simplify(&mut arena, normal);
        for numbers in [Numbers::Residues, Numbers::Long] {
            let certificate = check_equal(&arena, raw, simple, &options(numbers));
            // The bounds of matrix functions of badly scaled matrices are estimates.
            let is_bounded = numbers == Numbers::Residues || algebra(&arena, &[raw, simple]) != Algebra::Neither;
            if let Outcome::Failed(report) = &certificate.outcome
                && is_bounded
            {
                return Err(Wrong { stage: "not equal to itself", details: format!("{numbers:?} {report:?}") });
            }
            equal.fetch_add(u64::from(certificate.passed()), Ordering::Relaxed);
            exact.fetch_add(u64::from(certificate.passed() && numbers == Numbers::Residues), Ordering::Relaxed);
        }
        let mut rng = Rng::new(arena.len() as u64);
        for _ in 0..3 {
            let Some(other) = perturbed(&mut arena, normal, &mut rng) else { continue };
            if !plainly_differ(&arena, raw, other) {
                continue;
            }
            for numbers in [Numbers::Residues, Numbers::Long] {
                if check_equal(&arena, raw, other, &options(numbers)).passed() {
                    return Err(Wrong { stage: "equal to another", details: format!("{numbers:?}") });
                }
                different.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(())
    });
    let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
    eprintln!("{} equal, {} of them exactly, {} different", get(&equal), get(&exact), get(&different));
    assert!(get(&different) > 0 && get(&exact) > 0);
}
