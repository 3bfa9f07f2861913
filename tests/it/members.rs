//! Gradients by a family, one of its members or an entry: the form that readers expect, and that every one of them passed its check.

use matcalc::answer;
use matcalc::check::{CheckOptions, Outcome, check_part};
use matcalc::linear::Convention;
use matcalc::problem::{self, Given, Problem, Report};
use matcalc::render::{Format, render};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;

/// Expression, variable, declarations, gradient.
const TABLE: &[(&str, &str, &str, &str)] = &[
    // clusters
    ("sum_i sum_k r_{ik} ||x_i - μ_k||^2", "μ", "", "2Σᵢ rᵢₖ(μₖ − xᵢ)"),
    ("sum_i sum_k r_{ik} ||x_i - μ_k||^2", "mu_k", "", "2Σᵢ rᵢₖ(μₖ − xᵢ)"),
    ("sum_i sum_k r_{ik} ||x_i - μ_k||^2", "x_j", "", "2Σₖ rⱼₖ(xⱼ − μₖ)"),
    ("log sum_k π_k exp(-1/2 ||x-μ_k||^2)", "μ_k", "", "πₖexp(−½‖x − μₖ‖²)(x − μₖ)/(Σᵢ πᵢexp(−½‖x − μᵢ‖²))"),
    ("log sum_k π_k exp(-1/2 ||x-μ_k||^2)", "π_k", "", "exp(−½‖x − μₖ‖²)/(Σᵢ πᵢexp(−½‖x − μᵢ‖²))"),
    ("sum_i ||x_i - m||^2", "x_i", "", "2(xᵢ − m)"),
    ("sum_i ||a_i||", "a_i", "", "aᵢ/‖aᵢ‖"),
    (
        r"\sum_n \max_k (x_n^T c_k)",
        "c_k",
        "",
        "Σₙ 1[(Σᵢ (cᵢᵀxₙ)eᵢ)ₖ = max(Σᵢ (cᵢᵀxₙ)eᵢ)]xₙ/sum(1[Σᵢ (cᵢᵀxₙ)eᵢ = max(Σᵢ (cᵢᵀxₙ)eᵢ)])",
    ),
    (
        "sum_n log(1 + norm(sum_k (x_n' c_k) e_k)^2)",
        "x_n",
        "c: family(p) of vector(q)",
        "(2/(1 + ‖Σₖ (cₖᵀxₙ)eₖ‖²))Σₖ (cₖᵀxₙ)cₖ",
    ),
    // factorizations
    (r"\sum_i\sum_j (M_{ij} - u_i^\top v_j)^2", "u", "", "2Σⱼ (vⱼᵀuᵢ − Mᵢⱼ)vⱼ"),
    (r"\sum_i\sum_j (M_{ij} - u_i^\top v_j)^2", "v_k", "", "2Σᵢ (vₖᵀuᵢ − Mᵢₖ)uᵢ"),
    ("sum_{i=1}^m (a_i^T x - b_i)^2", "a", "", "2(aᵢᵀx − bᵢ)x"),
    ("sum_{i=1}^m (a_i^T x - b_i)^2", "b_i", "", "2(bᵢ − aᵢᵀx)"),
    ("sum_i log(1 + exp(-y_i x_i^T w))", "x_i", "", "−yᵢσ(−yᵢxᵢᵀw)w"),
    ("prod_i (a_i^T x)", "a_k", "", "(Πᵢ aᵢᵀx)x/(aₖᵀx)"),
    // pairs and neighbors
    ("sum_{i,j} W_{ij} ||f_i - f_j||^2", "f", "", "2Σⱼ (Wⱼᵢ + Wᵢⱼ)(fᵢ − fⱼ)"),
    ("sum_{i<j} ||x_i - x_j||^2", "x_k", "", "2Σⱼ (xₖ − xⱼ)"),
    ("sum_i sum_j exp(-||p_i - p_j||^2)", "p_i", "", "4Σⱼ exp(−‖pⱼ − pᵢ‖²)(pⱼ − pᵢ)"),
    (r"\sum_t \|x_{t+1} - A x_t - B u_t\|^2", "x_t", "", "2(xₜ − Aᵀ(x_{t+1} − Axₜ − Buₜ) − Ax_{t−1} − Bu_{t−1})"),
    ("sum_{i=1}^{n-1} ||x_{i+1} - x_i||^2", "x_1", "", "2(x₁ − x₂)"),
    ("sum_{i=1}^{n-1} (x_{i+1} - x_i)^2", "x_2", "", "2(2x₂ − x₁ − x₃)"),
    ("sum_{i=1}^{m-2} ||x_i - 2x_{i+1} + x_{i+2}||^2", "x_i", "", "2(6xᵢ + x_{i−2} − 4x_{i−1} − 4x_{i+1} + x_{i+2})"),
    ("sum_{i=1}^m sum_{j=i}^m x_i^T A x_j", "x", "", "AΣ_{j=i}^m xⱼ + AᵀΣ_{j=1}^i xⱼ"),
    ("1/m sum_{i=1}^m ||x_i - 1/m sum_{j=1}^m x_j||^2", "x_k", "", "2(xₖ − (1/m)Σᵢ xᵢ)/m"),
    ("a_1^T a_2 + sum_i ||a_i||^2", "a_k", "", "2aₖ + δ_{2,k} a₁ + δ_{1,k} a₂"),
    ("sum_k ||w_k||^2 + λ sum_k w_k^T w_1", "w_2", "", "2w₂ + λw₁"),
    ("sum_i ||x - x_i||^2", "x_i", "", "2(xᵢ − x)"),
    // labels
    (r"\sum_i \|x^{(i)} - c\|^2", "x^{(j)}", "", "2(x⁽ʲ⁾ − c)"),
    (r"\sum_i \|x^{(i)} - c\|^2", "x", "", "2(x⁽ⁱ⁾ − c)"),
    (r"\sum_i \|A x^{(i)} - y^{(i)}\|^2", "x^{(3)}", "", "2Aᵀ(Ax⁽³⁾ − y⁽³⁾)"),
    (r"\sum_i \|x^{(i)} - x^{(1)}\|^2", "x^{(1)}", "", "2Σᵢ (x⁽¹⁾ − x⁽ⁱ⁾)"),
    (r"\sum_l \|W^{(l)} h^{(l-1)}\|^2", "W^{(l)}", "", "2W⁽ˡ⁾h^{(l−1)}h^{(l−1)}ᵀ"),
    // free indices
    (r"\sum_{j\ne i}(x_i-x_j)^2", "x_i", "", "2(nxᵢ − sum(x))"),
    (r"\sum_{j\ne i}\|x_i-x_j\|^2", "x_i", "", "2Σⱼ (xᵢ − xⱼ)"),
    (r"-\sum_{j\ne i} J_{ij}s_is_j-h_is_i", "s_i", "", "sᵢJᵢᵢ − (Js)ᵢ − hᵢ"),
    (r"x_i \sum_{j\ne i} J_{ij}x_j", "x_i", "", "(Jx)ᵢ − xᵢJᵢᵢ"),
    (r"-\log\frac{e^{s_p}}{\sum_j e^{s_j}}", "s_p", "", "(softmax(s))ₚ − 1"),
    (r"-\log\frac{\exp(w_y^Tx)}{\sum_{j=1}^K\exp(w_j^Tx)}", "w", "", "(exp(wⱼᵀx)/(Σᵢ exp(wᵢᵀx)) − δ_yj)x"),
    (r"-\log\frac{\exp(w_y^Tx)}{\sum_{j=1}^K\exp(w_j^Tx)}", "w_k", "", "(exp(wₖᵀx)/(Σⱼ exp(wⱼᵀx)) − δ_yk)x"),
    (r"\sum_{j\ne i}\frac{1}{\|x_i-x_j\|}", "x_i", "", "Σ_{j≠i} (xⱼ − xᵢ)/‖xᵢ − xⱼ‖³"),
    // pair potentials
    (r"\sum_{j<k}\|x_j-x_k\|^{-1}", "x", "", "Σ_{i≠j} (xᵢ − xⱼ)/‖xⱼ − xᵢ‖³"),
    (r"\sum_{i\ne j}\frac{q_iq_j}{\|r_i-r_j\|}", "r", "", "2qᵢΣ_{j≠i} qⱼ(rⱼ − rᵢ)/‖rⱼ − rᵢ‖³"),
    (r"\sum_{i\neq j}\log\|x_i-x_j\|", "x", "", "2Σ_{j≠i} (xᵢ − xⱼ)/‖xⱼ − xᵢ‖²"),
    // matrices
    ("sum_i tr(A Q_i B Q_i')", "Q_i", "Q: family(m) of orthogonal(n)", "½(AQᵢB + AᵀQᵢBᵀ − Qᵢ(BQᵢᵀA + BᵀQᵢᵀAᵀ)Qᵢ)"),
    ("log det(sum_i a_i a_i^T)", "a_k", "", "2(Σᵢ aᵢaᵢᵀ)⁻¹aₖ"),
    ("sum_i tr(A_i' X A_i)", "A_i", "A: family(m) of matrix(n,p)", "(X + Xᵀ)Aᵢ"),
    ("sum_i (tr(S Σ_i^-1) + log det Σ_i)", "Σ_i", "Σ: family(m) of spd(n); S: spd(n)", "Σᵢ⁻¹ − Σᵢ⁻¹SΣᵢ⁻¹"),
    // entries
    ("sum_{i=1}^n x_i^2 + x_1", "x_1", "", "1 + 2x₁"),
    ("sum_i x_i^2", "x_i", "", "2xᵢ"),
    ("100(x_2 - x_1^2)^2 + (1 - x_1)^2", "x_2", "x: vector(2)", "200(x₂ − x₁²)"),
    ("||X - A||_F^2", "X_ij", "", "2(Xᵢⱼ − Aᵢⱼ)"),
    ("sum_{i,j} X_{ij}^2 Y_{ij}", "X_ij", "", "2XᵢⱼYᵢⱼ"),
    ("sum_i sum_j X_{ij} X_{ji}", "X_ij", "", "2Xⱼᵢ"),
    ("log det X", "X_ij", "", "(X⁻¹)ⱼᵢ"),
    ("x'A x", "x_k", "", "((A + Aᵀ)x)ₖ"),
    ("sum_i x_i^2", "x_5", "", "2x₅"),
    ("x'y", "x_n", "x: vector(n)", "yₙ"),
];

fn read(expr: &str, wrt: &str, decl: &str) -> Result<Problem, Report> {
    let given = [Given { origin: "expression".into(), text: expr.into(), goal: Goal::Scalar }];
    problem::read_by_parts(&given, decl, &[wrt])
}

#[test]
fn the_forms() {
    let mut wrong = Vec::new();
    for (expr, wrt, decl, want) in TABLE {
        let mut problem = read(expr, wrt, decl).unwrap_or_else(|report| panic!("{expr}: {report:?}"));
        let options = CheckOptions::default();
        let answer = answer::gradient(&mut problem, 0, Convention::Projected, Some(&options))
            .unwrap_or_else(|report| panic!("{expr}: {report:?}"));
        let found = render(&problem.arena, answer.expr, Format::Unicode, &problem.style);
        let certificate = answer.certificate.expect("it was checked");
        if found != *want || !certificate.passed() {
            wrong.push(format!("{expr} by {wrt}: {found}, not {want}; {:?}", certificate.outcome));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_wrong_block_does_not_pass() {
    for (expr, wrt, decl, _) in TABLE {
        let mut problem = read(expr, wrt, decl).expect("it can be read");
        let answer = answer::gradient(&mut problem, 0, Convention::Projected, None).expect("it has a gradient");
        let double = problem.arena.plus(answer.expr, answer.expr);
        let part = problem.parts[0].clone().expect("it is a part");
        let found = check_part(&problem.arena, problem.raw[0], &part, double, &CheckOptions::default());
        // At ‖fᵢ − fᵢ‖ numbers that know their error cannot tell.
        let tells = !expr.contains("f_i - f_j") && !expr.contains("p_i - p_j");
        assert!(!found.passed(), "{expr} by {wrt}");
        assert!(!tells || matches!(found.outcome, Outcome::Failed(_)), "{expr} by {wrt}: {:?}", found.outcome);
    }
}

#[test]
fn a_symbol_of_its_own_is_no_part() {
    let mut problem = read("x_1^2 + x_2^2", "x_1", "").expect("it can be read");
    assert!(problem.parts[0].is_none());
    let answer = answer::gradient(&mut problem, 0, Convention::Projected, None).expect("it has a gradient");
    assert_eq!(render(&problem.arena, answer.expr, Format::Unicode, &problem.style), "2x₁");
}

/// The program gives sizes without a name letters, and one of them may be that of the index.
#[test]
fn a_size_that_is_not_written_is_no_place() {
    let sums = "sum_i ".repeat(12);
    let mut problem = read(&format!("{sums}||a_i||^2"), "a_k", "").expect("it can be read");
    answer::gradient(&mut problem, 0, Convention::Projected, None).expect("it has a gradient");
    let part = problem.parts[0].clone().expect("it is a part");
    assert!(matches!(problem.arena.node(part.at[0]), matcalc::expr::Node::Index(_)));
    assert!(part.within.is_empty());
}

#[test]
fn where_a_block_holds() {
    let within = |expr, wrt| {
        let mut problem = read(expr, wrt, "").expect("it can be read");
        answer::gradient(&mut problem, 0, Convention::Projected, None).expect("it has a gradient");
        let part = problem.parts[0].clone().expect("it is a part");
        let text = |id: &_| render(&problem.arena, *id, Format::Unicode, &problem.style);
        part.within.iter().map(text).collect::<Vec<_>>()
    };
    assert!(within("sum_{i<j} ||x_i - x_j||^2", "x").is_empty());
    assert_eq!(within("sum_{i=1}^{n-1} ||x_{i+1} - x_i||^2", "x_i"), ["i − 2", "n − 1 − i"]);
    assert_eq!(within("sum_{i=1}^{n-1} ||x_{i+1} - x_i||^2", "x_1"), ["n − 2"]);
    assert!(within("sum_{k=0}^{N-1} x_k'Q x_k + x_N'P x_N", "x_0").is_empty());
}

#[test]
fn members_that_count_from_zero_are_printed_so() {
    let table = [
        ("sum_{k=0}^{N-1} (x_k'Q x_k + u_k'R u_k) + x_N'P x_N", "x_3", "(Q + Qᵀ)x₃", "x₀,…,x_N ∈ ℝⁿ"),
        ("sum_{k=0}^{N-1} (x_k'Q x_k + u_k'R u_k) + x_N'P x_N", "u_k", "(R + Rᵀ)uₖ", "x₀,…,x_N ∈ ℝᵐ"),
        ("sum_{k=0}^{N-1} x_k'Q x_k + x_N'P x_N", "x_N", "(P + Pᵀ)x_N", "x₀,…,x_N ∈ ℝⁿ"),
        ("sum_{k=0}^{N-1} x_k'Q x_k + x_N'P x_N", "Q", "Σ_{k=0}^{N−1} xₖxₖᵀ", "x₀,…,x_N ∈ ℝⁿ"),
        ("sum_{t=1}^T ||y_t - A y_{t-1}||^2", "A", "2Σ_{t=1}^T (Ay_{t−1} − yₜ)y_{t−1}ᵀ", "y₀,…,y_T ∈ ℝⁿ"),
        ("sum_{t=1}^T ||y_t - A y_{t-1}||^2", "y_0", "2Aᵀ(Ay₀ − y₁)", "y₀,…,y_T ∈ ℝⁿ"),
        ("sum_{l=1}^L ||W_l h_{l-1}||^2", "W_l", "2Wₗh_{l−1} h_{l−1}ᵀ", "W₁,…,W_L ∈ ℝᵐˣⁿ"),
        ("sum_{k=0}^K c_k x^k", "x", "Σ_{k=1}^K kcₖxᵏ⁻¹", "c = (c₀,…,c_K) ∈ ℝ^{K+1}"),
        ("sum_{k=0}^K c_k x^k", "c", "Σ_{k=0}^K xᵏeₖ", "c = (c₀,…,c_K) ∈ ℝ^{K+1}"),
        ("sum_{k=0}^K c_k x^k", "c_k", "xᵏ", "c = (c₀,…,c_K) ∈ ℝ^{K+1}"),
        ("sum_{i=0}^n w_i x_i", "w", "x", "w = (w₀,…,wₙ) ∈ ℝ^{n+1}"),
    ];
    for (expr, wrt, want, declared) in table {
        let mut problem = read(expr, wrt, "").unwrap_or_else(|report| panic!("{expr}: {report:?}"));
        let options = CheckOptions::default();
        let answer = answer::gradient(&mut problem, 0, Convention::Projected, Some(&options))
            .unwrap_or_else(|report| panic!("{expr}: {report:?}"));
        assert_eq!(render(&problem.arena, answer.expr, Format::Unicode, &problem.style), want, "{expr} by {wrt}");
        assert!(answer.certificate.expect("it was checked").passed(), "{expr} by {wrt}");
        assert!(
            matcalc::render::where_line(&problem.arena, &problem.symbols, Format::Unicode).starts_with(declared),
            "{expr}"
        );
    }
}

#[test]
fn what_takes_no_parts_says_so() {
    let refused = |expr: &str, wrt: &str, decl: &str| {
        let given = [Given { origin: "expression".into(), text: expr.into(), goal: Goal::Scalar }];
        let report = problem::read(&given, decl, &[wrt]).expect_err("it is refused");
        report.errors[0].1[0].code
    };
    assert_eq!(refused("sum_i ||x_i - m||^2", "x", ""), "N0110");
    assert_eq!(refused("sum_i ||x_i - m||^2", "x_i", ""), "N0110");
    assert_eq!(refused("x'x", "x_1", "x: vector(n)"), "N0110");
    assert_eq!(refused("tr(X)", "X_ij", "X: symmetric(n)"), "N0110");
    assert_eq!(refused("sum_i ||x_i - m||^2", "x_{ij}", ""), "N0110");
    assert_eq!(refused("c^2", "c_1", ""), "N0110");
    assert_eq!(refused("x_3 + sum(x)", "x_5", "x: vector(3)"), "N0110");
}

#[test]
fn multiples_of_unit_vectors_stand_in_their_order() {
    let gradient = |decl: &str| {
        let function = matcalc::Function::parse("x_1 x_2 + x_3").and_then(|f| f.declare(decl));
        function.and_then(|f| f.gradient("x")).expect("it has a gradient").to_string()
    };
    assert_eq!(gradient("x: vector(n)"), "x₂e₁ + x₁e₂ + e₃");
    assert_eq!(gradient("x: vector(5)"), "x₂e₁ + x₁e₂ + e₃");
    assert_eq!(gradient("x: vector(3)"), "[x₂, x₁, 1]");
}

/// A linear system with numbers as coefficients is solved.
#[test]
fn numbers_are_the_solution_of_equations_with_numbers() {
    let query = matcalc::request::Query::Solve { subject_to: None };
    for (expr, want) in
        [("x_1^2 + 3 x_2^2 - x_1 x_2 + x_1", "x = [−6/11, −1/11]"), ("(x_1 - a)^2 + (x_2 - x_1)^2", "x = [a, a]")]
    {
        let request = matcalc::request::Request {
            declarations: "x: vector(2); a: scalar".to_owned(),
            wrt: vec!["x".to_owned()],
            ..matcalc::request::Request::new(query.clone(), expr)
        };
        let page = on_large_stack(|| matcalc::request::answer(&request)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(page.to_string().lines().next(), Some(want));
    }
}

/// Small arrays are answered by their entries, and those of any size read back as arrays of their own shape.
#[test]
fn second_derivatives_by_entries() {
    let hessian = |expr: &str, decl: &str| {
        let function = matcalc::Function::parse(expr).and_then(|f| f.declare(decl));
        function.and_then(|f| f.hessian("x")).expect("it has a Hessian").to_string()
    };
    let rosenbrock = "100(x_2 - x_1^2)^2 + (1 - x_1)^2";
    assert_eq!(hessian(rosenbrock, "x: vector(2)"), "[2 − 400x₂ + 1200x₁², −400x₁; −400x₁, 200]");
    assert_eq!(hessian("x_1*x_2*x_3", "x: vector(3)"), "[0, x₃, x₂; x₃, 0, x₁; x₂, x₁, 0]");
    assert_eq!(hessian("x_1 x_2 + x'A x", "x: vector(2); A: symmetric(2)"), "2A + e₂e₁ᵀ + e₁e₂ᵀ");
    for (expr, decl) in [("x_1 x_2", "x: vector(n)"), ("x_1*x_2*x_3", "x: vector(8)"), ("x_2^2", "x: vector(n)")] {
        let query = matcalc::request::Query::Hessian { view: None };
        let request = matcalc::request::Request {
            declarations: decl.to_owned(),
            wrt: vec!["x".to_owned()],
            ..matcalc::request::Request::new(query, expr)
        };
        let page =
            on_large_stack(|| matcalc::request::answer(&request)).unwrap_or_else(|error| panic!("{expr}: {error}"));
        assert!(!page.failed, "{expr}: {page}");
    }
    let jacobian = matcalc::Function::parse("[x_1 cos(x_2), x_1 sin(x_2)]").and_then(|f| f.declare("x: vector(2)"));
    let jacobian = jacobian.and_then(|f| f.jacobian("x")).expect("it has a Jacobian").to_string();
    assert_eq!(jacobian, "[cos(x₂), −x₁sin(x₂); sin(x₂), x₁cos(x₂)]");
}
