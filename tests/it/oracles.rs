//! Derivatives as plans: reverse mode beside algebra, values computed again rather than kept, columns of Jacobians found together.

use crate::common;
use matcalc::nalgebra::DMatrix;
use matcalc::numeric::Bindings;
use matcalc::numeric::random::Rng;
use matcalc::numeric::sample::{Strategy, sample, symbols_of};
use matcalc::oracle::{Checkpoints, Derived, Ready, Wanted, Way, derive, ready};
use matcalc::plan::{Inputs, Kernel, Source};
use matcalc::problem::Problem;
use matcalc::request::numbers::{Data, Slope};
use matcalc::request::{self, Query, Request};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;

fn read(expr: &str, decl: &str, wrt: &[&str]) -> Problem {
    common::read(expr, decl, wrt, Goal::Scalar).unwrap_or_else(|_| panic!("{expr} is not read"))
}

/// A random point where each size that is not named is this.
fn point(problem: &Problem, size: usize, named: &[(&str, usize)]) -> Bindings<f64> {
    let arena = &problem.arena;
    let at = |name: &String| named.iter().find(|(known, _)| known == name).map_or(size, |(_, size)| *size);
    let sizes: Vec<usize> = arena.size_names().iter().map(at).collect();
    let symbols = symbols_of(arena, &[problem.raw[0]]);
    sample(arena, &symbols, &sizes, Strategy::Normal, &Default::default(), &mut Rng::new(3)).expect("there is a point")
}

fn derived(problem: &mut Problem, way: Way) -> Derived {
    let derived = derive(problem, way, true).unwrap_or_else(|_| panic!("there is a derivative"));
    Derived { function: problem.raw[0], ..derived }
}

fn plan(problem: &mut Problem, way: Way, wanted: Wanted, at: &Bindings<f64>, budget: Option<Checkpoints>) -> Ready {
    let derived = derived(problem, way);
    ready(problem, &derived, at, wanted, budget).unwrap_or_else(|error| panic!("{error}"))
}

/// The operations of the gradient's plan by some way, where every size is 1000.
fn flops(expr: &str, decl: &str, wrt: &str, way: Way, wanted: Wanted) -> String {
    let mut problem = read(expr, decl, &[wrt]);
    let at = point(&problem, 1000, &[("k", 10)]);
    let plan = plan(&mut problem, way, wanted, &at, None);
    plan.plan().flops().text(&problem.arena)
}

#[test]
fn reverse_mode_takes_no_more_than_algebra() {
    on_large_stack(|| {
        for (expr, decl, wrt, wanted) in [
            // The residual is not made for its gradient, and of a symmetric A there is one product.
            ("½‖A − x x'‖_F²", "A: symmetric(n); x: vector(n)", "x", "2n² + 5n"),
            ("½‖A − x x'‖_F²", "A: square(n); x: vector(n)", "x", "4n² + 6n"),
            ("‖T − U V'‖_F²", "T: matrix(m,n); U: matrix(m,k); V: matrix(n,k)", "U", "2kmn + 2k²m + k²n + 2km"),
            ("½‖A x − b‖²", "A: matrix(m,n); x: vector(n)", "x", "4mn + m"),
        ] {
            let found = flops(expr, decl, wrt, Way::Reverse, Wanted::Gradient);
            let algebra = flops(expr, decl, wrt, Way::Symbolic, Wanted::Gradient);
            assert_eq!((found.as_str(), algebra.as_str()), (wanted, wanted), "{expr}");
        }
        // A sum of squares is not multiplied out: where it is small, all its digits would be lost.
        let both = flops("½‖A − x x'‖_F²", "A: symmetric(n); x: vector(n)", "x", Way::Reverse, Wanted::Value);
        assert_eq!(both, "4n² + 1");
    });
}

/// The rows that `benches/peers` measures.
#[test]
fn reverse_mode_takes_about_the_operations_of_algebra_on_every_row() {
    let rows: serde_json::Value =
        serde_json::from_str(include_str!("../../benches/peers/rows.json")).expect("it is JSON");
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    on_large_stack(|| {
        let mut logarithms = Vec::new();
        for row in rows.as_array().into_iter().flatten() {
            let (name, wrt) = (text(row, "name"), text(row, "wrt"));
            let mut problem = read(&text(row, "expr"), &text(row, "decl"), &[&wrt]);
            let at = point(&problem, 100, &[("m", 200), ("k", 10)]);
            let count =
                |problem: &mut Problem, way| plan(problem, way, Wanted::Gradient, &at, None).plan().flops().value;
            let (algebra, reverse) = (count(&mut problem, Way::Symbolic), count(&mut problem, Way::Reverse));
            // By algebra one inverse serves where reverse mode solves several systems.
            assert!(reverse <= 1.4 * algebra, "{name}: {reverse} operations, by algebra {algebra}");
            logarithms.push((reverse / algebra).ln());
        }
        assert_eq!(logarithms.len(), 12);
        let mean = (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp();
        assert!(mean <= 1.06, "{mean}");
    });
}

/// Values near 0 keep their digits beside a gradient that is multiplied out.
#[test]
fn small_residuals_keep_their_digits() {
    on_large_stack(|| {
        let mut problem = read("½‖A − x x'‖_F²", "A: symmetric(n); x: vector(n)", &["x"]);
        let mut at = point(&problem, 20, &[]);
        let x = at.symbols[&problem.wrt[0]].clone();
        let a = problem.symbols.iter().copied().find(|symbol| *symbol != problem.wrt[0]).expect("A");
        at.symbols.insert(a, &x * x.transpose() + DMatrix::identity(20, 20) * 1e-9);
        let mut plan = plan(&mut problem, Way::Reverse, Wanted::Both, &at, None);
        let value = plan.entries(&Inputs::of_bindings(&at)).expect("it has a value")[0];
        assert!((value - 1e-17).abs() < 1e-18 * 20.0, "{value}");
    });
}

/// A network of so many layers.
fn layers(count: usize) -> String {
    let mut text = "h_0 = X; ".to_owned();
    for layer in 1..=count {
        text.push_str(&format!("h_{layer} = tanh(W h_{}); ", layer - 1));
    }
    format!("{text}sum(h_{count})")
}

#[test]
fn checkpoints_take_less_memory_and_change_nothing() {
    on_large_stack(|| {
        let mut problem = read(&layers(64), "W: square(n); X: matrix(n,m)", &["W"]);
        let at = point(&problem, 4, &[("m", 200)]);
        let inputs = Inputs::of_bindings(&at);
        let mut plain = plan(&mut problem, Way::Reverse, Wanted::Both, &at, None);
        let wanted = plain.entries(&inputs).expect("it has values");
        let value = plan(&mut problem, Way::Reverse, Wanted::Value, &at, None);
        let mut least = plain.plan().memory();
        for budget in [
            None,
            Some(plain.plan().memory() / 2.0),
            Some(plain.plan().memory() / 4.0),
            Some(plain.plan().memory() / 6.0),
        ] {
            let mut again = plan(&mut problem, Way::Reverse, Wanted::Both, &at, Some(Checkpoints { budget }));
            assert_eq!(again.entries(&inputs).expect("it has values"), wanted, "{budget:?}");
            assert!(again.repeated() > 0 && again.plan().flops().value > plain.plan().flops().value);
            least = least.min(again.plan().memory());
            match budget {
                Some(budget) => assert!(again.plan().memory() <= budget, "{} of {budget}", again.plan().memory()),
                // About one more evaluation of the function.
                None => {
                    assert!(
                        again.plan().memory() < plain.plan().memory() / 2.0,
                        "{} of {}",
                        again.plan().memory(),
                        plain.plan().memory()
                    );
                    assert!(
                        again.plan().flops().value < plain.plan().flops().value + 1.5 * value.plan().flops().value,
                        "{} {}",
                        again.plan().flops().value,
                        value.plan().flops().value
                    );
                }
            }
        }
        // What fits is left as it is, and what does not fit says what it takes.
        let enough = Checkpoints { budget: Some(plain.plan().memory()) };
        let same = plan(&mut problem, Way::Reverse, Wanted::Both, &at, Some(enough));
        assert_eq!((same.repeated(), same.plan().memory()), (0, plain.plan().memory()));
        let mut nothing = plan(&mut problem, Way::Reverse, Wanted::Both, &at, Some(Checkpoints { budget: Some(0.0) }));
        assert_eq!(nothing.entries(&inputs).expect("it has values"), wanted);
        assert!(nothing.plan().memory() > 0.0 && nothing.plan().memory() <= least, "{}", nothing.plan().memory());
    });
}

#[test]
fn checkpoints_keep_every_answer() {
    on_large_stack(|| {
        for (expr, decl, wrt) in [
            ("½‖A x − b‖² + sum(exp(x))", "A: matrix(m,n); x: vector(n)", "x"),
            ("log det(S) + tr(C inv(S))", "S: spd(n); C: symmetric(n)", "S"),
            ("tr(A X² B inv(X)')", "A: square(n); X: square(n); B: square(n)", "X"),
            ("logsumexp(A tanh(B x) + b)", "A: matrix(m,n); B: matrix(n,k); x: vector(k); b: vector(m)", "x"),
            ("‖T − U V'‖_F² + prod(x) + max(x)", "T: matrix(m,n); U: matrix(m,k); V: matrix(n,k); x: vector(n)", "U"),
        ] {
            let mut problem = read(expr, decl, &[wrt]);
            let at = point(&problem, 5, &[]);
            let inputs = Inputs::of_bindings(&at);
            for wanted in [Wanted::Both, Wanted::Hessian] {
                let mut plain = plan(&mut problem, Way::Reverse, wanted, &at, None);
                for budget in [None, Some(0.0)] {
                    let mut again = plan(&mut problem, Way::Reverse, wanted, &at, Some(Checkpoints { budget }));
                    assert_eq!(again.entries(&inputs), plain.entries(&inputs), "{expr}");
                    assert!(again.plan().memory() <= plain.plan().memory(), "{expr}");
                }
            }
        }
    });
}

/// The directions that a Hessian takes, and whether it is that of algebra.
fn directions(expr: &str, decl: &str, size: usize) -> Option<usize> {
    let mut problem = read(expr, decl, &["x"]);
    let at = point(&problem, size, &[]);
    let inputs = Inputs::of_bindings(&at);
    let mut reverse = plan(&mut problem, Way::Reverse, Wanted::Hessian, &at, None);
    let found = reverse.entries(&inputs).expect("it has values");
    let wanted = plan(&mut problem, Way::Symbolic, Wanted::Hessian, &at, None).entries(&inputs).expect("it has values");
    let largest = wanted.iter().fold(1e-300_f64, |most, entry| most.max(entry.abs()));
    assert_eq!(found.len(), wanted.len(), "{expr}");
    for (one, other) in found.iter().zip(&wanted) {
        assert!((one - other).abs() <= 1e-9 * largest, "{expr}: {one} {other}");
    }
    reverse.directions().next().map(|(count, columns)| {
        assert_eq!(columns, size);
        count
    })
}

#[test]
fn columns_that_share_no_row_take_one_direction() {
    on_large_stack(|| {
        let vector = "x: vector(n)";
        for (expr, wanted) in [
            // Diagonal.
            ("sum(exp(x))", Some(1)),
            ("sum(x .* log(1 + x .* x)) + c'x", Some(1)),
            ("Σᵢ tanh(x_i)^2", Some(1)),
            ("‖x‖⁴", None),
            // Bands.
            ("sum_{i=1}^{n-1} (x_{i+1} − x_i)^4", Some(3)),
            ("sum_{i=1}^{n-1} (100 (x_{i+1} − x_i^2)^2 + (1 − x_i)^2)", Some(3)),
            ("sum_{i=1}^{n-2} (x_i x_{i+1} x_{i+2})^2", Some(5)),
            // All entries meet.
            ("½‖A x − b‖²", None),
            ("log(sum(exp(x)))", None),
        ] {
            assert_eq!(directions(expr, vector, 24), wanted, "{expr}");
        }
    });
}

#[test]
fn hessians_of_blocks_take_as_many_directions_as_a_block_has_columns() {
    on_large_stack(|| {
        // Each row of X has a block of its own.
        let mut problem = read("Σᵢ log(1 + ‖X_{i,:}‖²)", "X: matrix(m,n)", &["X"]);
        let at = point(&problem, 3, &[("m", 20)]);
        let plan = plan(&mut problem, Way::Reverse, Wanted::Hessian, &at, None);
        assert_eq!(plan.directions().collect::<Vec<_>>(), [(3, 60)]);
    });
}

#[test]
fn declared_symmetry_is_used_after_differentiation_only() {
    on_large_stack(|| {
        // By each entry apart: the gradient of x'Sx is xx', not 2xx' − diag(x∘x).
        let mut problem = read("x'S y", "S: symmetric(n); x: vector(n); y: vector(n)", &["S"]);
        let at = point(&problem, 3, &[]);
        let mut plan = plan(&mut problem, Way::Reverse, Wanted::Gradient, &at, None);
        let entries = plan.entries(&Inputs::of_bindings(&at)).expect("it has values");
        let symbol = |name: &str| {
            let found = problem.symbols.iter().find(|symbol| problem.arena.symbol(**symbol).name == name);
            at.symbols[found.expect("it is there")].clone()
        };
        let outer = symbol("x") * symbol("y").transpose();
        assert_eq!(DMatrix::from_row_slice(3, 3, &entries), outer);
        let is_input =
            |id: &matcalc::plan::NodeId| matches!(plan.plan().graph.kernel(*id), Kernel::Input(Source::Symbol(_)));
        assert_eq!(plan.plan().graph.order(&plan.plan().roots).iter().filter(|id| is_input(id)).count(), 2);
    });
}

#[test]
fn remainders_on_the_orthogonal_matrices_fall_along_geodesics() {
    for (expr, claim, passes) in [
        ("tr(A Q)", None, true),
        ("‖A Q − B‖_F²", None, true),
        ("tr(A Q B Q')", None, true),
        ("tr(A Q)", Some("A'"), true),
        ("tr(A Q)", Some("A"), false),
    ] {
        let claim = claim.map(str::to_owned);
        let asked = Slope { claim, function: None, gradient: None, sizes: None, data: Data::default() };
        let request = Request {
            declarations: "Q: orthogonal(n); A: square(n); B: square(n)".into(),
            wrt: vec!["Q".into()],
            ..Request::new(Query::Slope(Box::new(asked)), expr)
        };
        let page = on_large_stack(|| request::answer(&request)).unwrap_or_else(|error| panic!("{expr}: {error}"));
        assert_eq!(page.failed, !passes, "{page}");
        assert!(page.to_string().contains("the point moves along a geodesic"), "{page}");
    }
}
