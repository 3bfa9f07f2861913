//! Declared maps, `f: R^n -> R` and its kin: the derivatives that are written with them, in the formats that are read back, as code, and
//! the errors at derivatives that a map does not have.

use matcalc::request::{Format, Query, Request, answer};
use matcalc::stack::on_large_stack;

const GRADIENT: Query = Query::Gradient { vech: false };
const HESSIAN: Query = Query::Hessian { view: None };
const JACOBIAN: Query = Query::Jacobian { view: None };

fn asked(query: Query, expr: &str, wrt: &str, decl: &str, format: Format) -> Result<String, String> {
    let request =
        Request { wrt: vec![wrt.to_owned()], declarations: decl.to_owned(), format, ..Request::new(query, expr) };
    let page = on_large_stack(|| answer(&request)).map_err(|error| error.to_string())?;
    let notes = page.to_string();
    assert!(!page.failed && notes.contains('✓'), "{expr}: {notes}");
    Ok(page.result().trim_end().to_owned())
}

#[track_caller]
fn check(query: &Query, expr: &str, wrt: &str, decl: &str, want: &str) {
    let found =
        asked(query.clone(), expr, wrt, decl, Format::Unicode).unwrap_or_else(|error| panic!("{expr}: {error}"));
    assert_eq!(found, want, "{expr}");
    // What is printed is the answer in the other formats, too, and is read back there.
    for format in [Format::Ascii, Format::Latex] {
        let other = asked(query.clone(), expr, wrt, decl, format).unwrap_or_else(|error| panic!("{expr}: {error}"));
        let difference = format!("({other}) - ({want})");
        let zero = asked(Query::Simplify, &difference, wrt, decl, Format::Ascii)
            .unwrap_or_else(|error| panic!("{difference}: {error}"));
        assert!(zero == "0" || zero.starts_with("zeros("), "{difference}: {zero}");
    }
}

#[test]
fn scalar_maps_of_vectors() {
    let decl = "f: R^m -> R; g: R^n -> R";
    check(&GRADIENT, "f(A x - b) + g(x)", "x", decl, "Aᵀ∇f(Ax − b) + ∇g(x)");
    check(&HESSIAN, "f(A x - b)", "x", decl, "Aᵀ∇²f(Ax − b)A");
    check(&GRADIENT, "log g(x)", "x", decl, "∇g(x)/g(x)");
    check(&JACOBIAN, "g(x) x", "x", decl, "g(x)I + x∇g(x)ᵀ");
    check(&GRADIENT, "∇g(x)^T v", "x", decl, "∇²g(x)v");
    check(&GRADIENT, r"v^T \nabla^2 g(y) x", "x", decl, "∇²g(y)v");
    check(&GRADIENT, "sum_i g(x_i)", "x_i", decl, "∇g(xᵢ)");
    check(&GRADIENT, "σ(g(x))", "x", "g: function of vector(n)", "σ(g(x))σ(−g(x))∇g(x)");
}

/// A subscript belongs to the name of a function that is declared with it.
#[test]
fn names_with_subscripts() {
    let decl = r"f_1, f_2: R^n -> R; \phi_k: function; F_1: R^n -> R^m";
    check(&GRADIENT, "f_1(x) f_2(x)", "x", decl, "f₁(x)∇f₂(x) + f₂(x)∇f₁(x)");
    check(&HESSIAN, "f_{1}(x)", "x", decl, "∇²f₁(x)");
    check(&GRADIENT, r"sum(\phi_k(A x))", "x", decl, "Aᵀφₖ′(Ax)");
    check(&JACOBIAN, "F_1(x)", "x", decl, "J_{F₁}(x)");
}

#[test]
fn maps_between_vectors() {
    let decl = "F: R^n -> R^m";
    check(&GRADIENT, "½‖F(x) − b‖²", "x", decl, "J_F(x)ᵀ(F(x) − b)");
    check(&HESSIAN, "½‖F(x) − b‖²", "x", decl, "Σᵢ (Fᵢ(x) − bᵢ)∇²Fᵢ(x) + J_F(x)ᵀJ_F(x)");
    check(&HESSIAN, "w^T F(x)", "x", decl, "Σᵢ wᵢ∇²Fᵢ(x)");
    check(&JACOBIAN, "F(A x)", "x", decl, "J_F(Ax)A");
    check(&GRADIENT, "F_2(x)^2", "x", decl, "2F₂(x)J_F(x)ᵀe₂");
    check(
        &GRADIENT,
        r"\frac{1}{N} \sum_{n=1}^N (t_n - \mathbf{w}^T \phi(\mathbf{x}_n))^2",
        r"\mathbf w",
        r"\phi: \mathbb{R}^d \to \mathbb{R}^m",
        "(2/N)Σₙ (wᵀφ(xₙ) − tₙ)φ(xₙ)",
    );
}

#[test]
fn curves() {
    let decl = "K: R -> S^n_++; u: R -> R^n; X: R -> R^{n x n}";
    check(
        &GRADIENT,
        r"\frac12 y^T K(\theta)^{-1} y + \frac12 \log\det K(\theta)",
        r"\theta",
        decl,
        "½(tr(K(θ)⁻¹K′(θ)) − yᵀK(θ)⁻¹K′(θ)K(θ)⁻¹y)",
    );
    check(&GRADIENT, "u(t)^T A u(t)", "t", decl, "u′(t)ᵀA u(t) + u(t)ᵀA u′(t)");
    check(&Query::Derivative { order: 2 }, "X(t)^-1", "t", decl, "X(t)⁻¹(2X′(t)X(t)⁻¹X′(t) − X″(t))X(t)⁻¹");
    check(&GRADIENT, "K_{1,2}(t)", "t", decl, "K′_{1,2}(t)");
}

#[test]
fn maps_of_matrices_and_to_them() {
    check(&GRADIENT, "f(X^T X)", "X", "f: R^{n x n} -> R", "X(∇f(XᵀX) + ∇f(XᵀX)ᵀ)");
    check(&GRADIENT, "tr F(X)", "X", "F: R^{n x n} -> R^{n x n}", "Σ_{i=1}^n ∇Fᵢᵢ(X)");
    check(&GRADIENT, "log det K(θ)", "θ", "K: R^p -> S^n_++", "Σᵢ Σⱼ (K(θ)⁻¹)ⱼᵢ∇Kᵢⱼ(θ)");
}

#[test]
fn code_names_the_derivatives_by_their_order() {
    let numpy = |query: &Query, expr: &str, decl: &str| asked(query.clone(), expr, "x", decl, Format::Numpy);
    assert_eq!(numpy(&GRADIENT, "f(A x - b)", "f: R^m -> R").as_deref(), Ok("A.T @ f_1(A @ x - b)"));
    assert_eq!(
        numpy(&HESSIAN, "w^T F(x)", "F: R^n -> R^m").as_deref(),
        Ok("np.einsum('i,ijk->jk', w, F_2(x), optimize=True)")
    );
}

#[track_caller]
fn refused(query: Query, expr: &str, wrt: &str, decl: &str, because: &str) {
    match asked(query, expr, wrt, decl, Format::Unicode) {
        Ok(found) => panic!("{expr}: {found}"),
        Err(error) => assert!(error.contains(because), "{expr}: {error}"),
    }
}

#[test]
fn derivatives_that_a_map_does_not_have() {
    refused(Query::Derivative { order: 3 }, "f(x)", "x", "f: R^n -> R", "has no matrix form");
    refused(HESSIAN, "f(X)", "X", "f: R^{m x n} -> R", "has no matrix form");
    refused(GRADIENT, "f'(x)", "x", "f: R^n -> R", "the gradient of `f` is written `∇f(x)`");
    refused(GRADIENT, "sum(∇F(x))", "x", "F: R^n -> R^m", "the Jacobian of `F` is written `J_F(x)`");
    refused(GRADIENT, "f(X)", "X", "f: R^n -> R; X: matrix(n,n)", "the argument of `f` must be n×1; this is n×n");
    refused(GRADIENT, "f(x)", "x", "f: R^n x R^m -> R", "a map has one argument");
    refused(GRADIENT, "f(x)", "x", "f: S^n -> R", "the arguments of a map are from ℝ, ℝⁿ or ℝ^{m×n}");
    refused(GRADIENT, "tr Q(t)", "t", "Q: R -> R^{n x n} orthogonal", "the values of a map are from");
    refused(GRADIENT, "∇f + x", "x", "f: R^n -> R", "`f` has no argument");
    let value = Query::Eval {
        values: vec![("x".to_owned(), nalgebra::DMatrix::from_element(2, 1, 1.0).into())],
        families: Vec::new(),
        remarks: Vec::new(),
    };
    refused(value.clone(), "f(x)", "x", "f: R^n -> R", "`f` is a declared function, which has no values");
    refused(value, "sum(φ(x))", "x", "φ: function", "`φ` is a declared function, which has no values");
}

/// What stands for a declared function in numbers decides nothing about it.
#[test]
fn a_declared_function_of_a_constant_has_no_sign() {
    for (expr, decl) in [("φ(2)^{1/2} x'x", "φ: function"), ("f(1_3)^{1/2} x'x", "f: R^3 -> R")] {
        let request =
            Request { wrt: vec!["x".to_owned()], declarations: decl.to_owned(), ..Request::new(GRADIENT, expr) };
        let page = on_large_stack(|| answer(&request)).unwrap_or_else(|error| panic!("{expr}: {error}")).to_string();
        assert!(page.contains("(2) > 0") || page.contains("f(ones(3)) > 0"), "{page}");
    }
}
