//! What a function and its derivatives have in common is computed once: counted in operations of plans.

use crate::common;
use matcalc::numeric::Bindings;
use matcalc::numeric::random::Rng;
use matcalc::numeric::sample::{Strategy, sample, symbols_of};
use matcalc::oracle::{Ready, Wanted, Way, derive, ready};
use matcalc::plan::Inputs;
use matcalc::problem::Problem;
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;

fn read(expr: &str, decl: &str, wrt: &[&str]) -> Problem {
    common::read(expr, decl, wrt, Goal::Scalar).unwrap_or_else(|_| panic!("{expr} is not read"))
}

/// A random point at these sizes; those that are not named are 40.
fn point(problem: &Problem, named: &[(&str, usize)]) -> Bindings<f64> {
    let arena = &problem.arena;
    let at = |name: &String| named.iter().find(|(known, _)| known == name).map_or(40, |(_, size)| *size);
    let sizes: Vec<usize> = arena.size_names().iter().map(at).collect();
    let symbols = symbols_of(arena, &[problem.raw[0]]);
    sample(arena, &symbols, &sizes, Strategy::Normal, &Default::default(), &mut Rng::new(5)).expect("there is a point")
}

fn plan(problem: &mut Problem, way: Way, wanted: Wanted, at: &Bindings<f64>) -> Ready {
    let derived = derive(problem, way, false).unwrap_or_else(|_| panic!("there is no gradient"));
    ready(problem, &derived, at, wanted, None).unwrap_or_else(|error| panic!("{error}"))
}

/// The value and the gradient by algebra and by reverse mode: the operations of each plan. Their values are the same.
fn both(expr: &str, decl: &str, wrt: &[&str], sizes: &[(&str, usize)]) -> [String; 2] {
    let mut problem = read(expr, decl, wrt);
    let at = point(&problem, sizes);
    let [algebra, reverse] = [Way::Symbolic, Way::Reverse].map(|way| {
        let mut plan = plan(&mut problem, way, Wanted::Both, &at);
        let values = plan.entries(&Inputs::of_bindings(&at)).unwrap_or_else(|error| panic!("{expr}: {error}"));
        (plan.plan().flops().text(&problem.arena), values)
    });
    let largest = algebra.1.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    let apart = algebra.1.iter().zip(&reverse.1).fold(0.0_f64, |most, (one, other)| most.max((one - other).abs()));
    assert!(apart <= 1e-12 * largest, "{expr}: {apart} of {largest}");
    [algebra.0, reverse.0]
}

#[test]
fn products_have_their_common_parts_once() {
    on_large_stack(|| {
        let square = "A: square(n); B: square(n); C: square(n); X: square(n)";
        for (expr, decl, wrt, sizes, algebra, reverse) in [
            // The gradient AᵀBᵀ, and its product with X.
            ("tr(A X B)", square, &["X"][..], &[][..], "2n³ + 2n²", ""),
            ("tr(B X A)", square, &["X"], &[], "2n³ + 2n²", ""),
            ("tr(X B A)", square, &["X"], &[], "2n³ + 2n²", ""),
            ("tr(A X' B)", square, &["X"], &[], "2n³ + 2n²", ""),
            // Five products for the gradient; the value is X times one of its terms. Reverse mode keeps the two parts of the value.
            ("tr(A X' B X C)", square, &["X"], &[], "10n³ + 3n²", "12n³ + 3n²"),
            ("tr(X' A X)", "A: symmetric(n); X: matrix(n,m)", &["X"], &[("m", 30)], "2mn² + 3mn", ""),
            // Xa and Xb, and two outer products.
            ("a' X' X b", "X: matrix(m,n); a: vector(n); b: vector(n)", &["X"], &[("m", 30)], "7mn + 2m", ""),
            // The residual, with all that is made of it.
            (
                "1/2 ||X Y - M||_F^2",
                "X: matrix(m,k); Y: matrix(k,n); M: matrix(m,n)",
                &["X", "Y"],
                &[("k", 30)],
                "6kmn + 3mn + 1",
                "",
            ),
        ] {
            let wanted = [algebra, if reverse.is_empty() { algebra } else { reverse }];
            assert_eq!(both(expr, decl, wrt, sizes), wanted, "{expr}");
        }
    });
}

/// The value beside the gradient takes next to nothing where the gradient needs all that it is made of.
#[test]
fn a_value_beside_its_gradient_takes_next_to_nothing() {
    on_large_stack(|| {
        for (expr, decl, wrt) in [
            ("lambda_max(S)", "S: symmetric(n)", "S"),
            ("lambda_min(S)", "S: symmetric(n)", "S"),
            ("||X||_2", "X: matrix(m,n)", "X"),
            ("||X'||_2", "X: matrix(m,n)", "X"),
            ("||X||_*", "X: matrix(m,n)", "X"),
            ("||X'||_*", "X: matrix(n,m)", "X"),
            ("tr(A pinv(X))", "A: matrix(m,n); X: matrix(m,n)", "X"),
            ("log det(S) + tr(C inv(S))", "S: spd(n); C: symmetric(n)", "S"),
            ("tr(A X B X)", "A: square(n); B: square(n); X: square(n)", "X"),
            ("||W tanh(V x) - y||^2", "W: matrix(m,k); V: matrix(k,n); x: vector(n); y: vector(m)", "V"),
            ("sum(log(1 + exp(A x + b)))", "A: matrix(m,n); x: vector(n); b: vector(m)", "x"),
        ] {
            let mut problem = read(expr, decl, &[wrt]);
            let at = point(&problem, &[("m", 50)]);
            let mut count = |wanted| plan(&mut problem, Way::Symbolic, wanted, &at).plan().flops().value;
            let (gradient, all) = (count(Wanted::Gradient), count(Wanted::Both));
            assert!(all <= 1.06 * gradient, "{expr}: {all} operations, {gradient} of the gradient");
            // And so it is by reverse mode, whose values are the same.
            let _ = both(expr, decl, &[wrt], &[("m", 50)]);
        }
    });
}

/// Σᵢⱼ yᵢxⱼ is a product of two sums.
#[test]
fn what_one_factor_is_summed_over_is_added_up_first() {
    on_large_stack(|| {
        for (expr, decl, wrt) in [
            ("sum(x) sum(y) sum(tanh(z))", "x: vector(n); y: vector(m); z: vector(n)", "z"),
            ("y' log(exp(z)/sum(exp(z)))", "y: vector(n); z: vector(n)", "z"),
            ("sum(A) sum(x .* x)", "A: matrix(n,n); x: vector(n)", "x"),
        ] {
            let mut problem = read(expr, decl, &[wrt]);
            let at = point(&problem, &[]);
            let flops = plan(&mut problem, Way::Symbolic, Wanted::Both, &at).plan().flops().value;
            // One pass over a matrix where there is one.
            let least = if decl.contains("matrix") { 1600.0 } else { 0.0 };
            assert!(flops <= least + 800.0, "{expr}: {flops} operations");
            let _ = both(expr, decl, &[wrt], &[]);
        }
    });
}
