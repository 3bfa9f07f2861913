//! Answers in the form that a reader would write: sums over all entries without indices, signs and order as they were written, one
//! fraction instead of two, and what is 0 or I said so.

use crate::common::program::{run, stdout};

/// Arguments before the expression's own, the expression, further arguments, and the first line of the answer.
const FORMS: &[(&str, &str, &[&str], &str)] = &[
    // Sums over entries
    ("grad", "½ sum_{i,j} W_{ij}(f_i-f_j)^2", &["-w", "f", "-d", "W: symmetric(n)"], "2(f ∘ W ones(n) − Wf)"),
    ("hessian", "½ sum_{i,j} K_{ij}(u_i-u_j)^2", &["-w", "u", "-d", "K: symmetric(m)"], "2(diag(K ones(m)) − K)"),
    ("grad", "sum_{i,j} W_{ij}(x_i-y_j)^2", &["-w", "x"], "2(x ∘ W ones(m) − Wy)"),
    ("grad", "sum_{i,j} (X_{ij}-Y_{ij})^2", &["-w", "X"], "2(X − Y)"),
    ("grad", "sum_{i,j} exp(X_{ij})", &["-w", "X"], "exp(X)"),
    ("grad", "sum_{i,j} X_{ij}^2 Y_{ij}", &["-w", "X"], "2(X∘Y)"),
    ("simplify", "sum_{i=1}^n e_i e_i^T", &[], "Iₙ"),
    ("simplify", "sum_{j=1}^n A_{ij} e_j", &[], "Aᵀeᵢ"),
    ("simplify", "sum_{i=1}^m sum_{j=1}^n e_i exp(X_{ij}) e_j'", &["-d", "X: matrix(m,n)"], "exp(X)"),
    ("simplify", "sum_{i=1}^n i^2", &[], "⅙n(n + 1)(2n + 1)"),
    ("grad", "sum_{i=1}^n ||x - i a||^2", &["-w", "x"], "n(2x − (n + 1)a)"),
    ("simplify", "sum_{i=1}^{10^20} i", &[], "5000000000000000000050000000000000000000"),
    // Entries that mirror each other are an extreme together.
    ("grad", "min(inv(P))", &["-w", "P", "-d", "P: spd(n)"], "−P⁻¹ 1[P⁻¹ = min(P⁻¹)]P⁻¹/sum(1[P⁻¹ = min(P⁻¹)])"),
    // Inverses and pseudo-inverses
    ("solve", "||y - K a||^2 + λ a^T K a", &["-w", "a", "-d", "K: spd(n)"], "a = (K + λI)⁻¹y"),
    ("grad", "||b - A A^+ b||^2", &["-w", "A"], "2(A pinv(A)b − b)bᵀpinv(Aᵀ)"),
    ("simplify", "A'(I - A pinv(A))", &[], "zeros(n, m)"),
    ("simplify", "A'A pinv(A)", &[], "Aᵀ"),
    ("simplify", "pinv(A'A) A'", &[], "pinv(A)"),
    ("grad", "log det(pinv(P)'pinv(P))", &["-w", "P"], "−2pinv(Pᵀ)"),
    ("grad", "log det(I+uv')", &["-w", "u"], "v/(1 + uᵀv)"),
    ("grad", "det(I + u v')", &["-w", "u"], "v"),
    ("grad", "tr((X'X)^{3/2})", &["-w", "X"], "3X sqrtm(XᵀX)"),
    ("simplify", "(X'X)^{-1/2} X'X", &[], "sqrtm(XᵀX)"),
    (
        "grad",
        "||logm(A^{-1/2} X A^{-1/2})||_F^2",
        &["-w", "X", "-d", "A: spd(n); X: spd(n)"],
        "2A^(−1/2)logm(A^(−1/2)XA^(−1/2))sqrtm(A)X⁻¹",
    ),
    ("grad", "tr(C pinv(a b'))", &["-w", "a"], "(Cb − 2(aᵀCb)a/(aᵀa))/((aᵀa)(bᵀb))"),
    ("grad", "tr(A (I_n ⊗ F))", &["-w", "F"], "Σ_{i=1}^n (eᵢᵀ ⊗ Iₘ)Aᵀ(eᵢ ⊗ Iₚ)"),
    ("grad", "tr(A (F ⊗ I_n))", &["-w", "F"], "Σ_{i=1}^n (Iₘ ⊗ eᵢᵀ)Aᵀ(Iₚ ⊗ eᵢ)"),
    // Fractions, norms and literals
    ("grad", "tr(log softmax(Z))", &["-w", "Z"], "I − softmax(Z)"),
    ("grad", "c log(1 + (x-μ)^T S (x-μ)/ν)", &["-w", "x"], "c(S + Sᵀ)(x − μ)/(ν + (x − μ)ᵀS(x − μ))"),
    ("hessian", "sum(δ^2(sqrt(1 + ((x - y)/δ).^2) - 1))", &["-w", "x"], "diag(1⊘(1 + (x − y).^2/δ²).^(3/2))"),
    ("vjp", "(x - mean(x))/||x - mean(x)||", &["-w", "x", "--along", "v"], "(v − (vᵀr)r/‖r‖² − sum(v)/n)/‖r‖"),
    ("grad", "y'(a F F')y", &["-w", "a"], "‖Fᵀy‖²"),
    ("grad", "sum(c X)", &["-w", "c"], "sum(X)"),
    ("grad", "x' [2 1; 0 3] x", &["-w", "x"], "[4, 1; 1, 6]x"),
    // Order and signs as they were written
    ("grad", "log(c - a^T x)", &["-w", "x"], "−a/(c − aᵀx)"),
    ("grad", "1/(n-1) tr(S)", &["-w", "S"], "Iₘ/(n − 1)"),
    ("grad", "log det(λI + K)", &["-w", "K"], "(λI + Kᵀ)⁻¹"),
    ("grad", "log det(A + X X')", &["-w", "X", "-d", "A: spd(n)"], "2(A + XXᵀ)⁻¹X"),
    (
        "grad",
        "-N/2 log det S - 1/2 sum_i (x_i-m)^T S^{-1} (x_i-m)",
        &["-w", "S"],
        "½(S⁻ᵀ(Σᵢ (xᵢ − m)(xᵢ − m)ᵀ)S⁻ᵀ − NS⁻ᵀ)",
    ),
    ("grad", "(30 - 25 y + 12.5 x)^2", &["-w", "x"], "25(30 − 25y + 12.5x)"),
    ("grad", "(2.4 - 1.055 t)^2", &["-w", "t"], "2.11(1.055t − 2.4)"),
    ("grad", "||2 A x + 3 y||^2", &["-w", "x"], "4Aᵀ(2Ax + 3y)"),
    (
        "grad",
        "(w'(m_1 - m_2))^2/(w'S w)",
        &["-w", "w", "-d", "S: spd(n)"],
        "2(wᵀ(m₁ − m₂))(m₁ − m₂ − (wᵀ(m₁ − m₂))Sw/(wᵀSw))/(wᵀSw)",
    ),
    ("grad", "log s - s/e + e^2", &["-w", "s"], "1/s − e⁻¹"),
    ("grad", "exp(2) x^2 + exp(-3) x", &["-w", "x", "-d", "x: scalar"], "2e²x + e⁻³"),
    // Masks, and sums over all but one
    ("grad", "\\|P_\\Omega(M - U V^T)\\|_F^2", &["-w", "U"], "2(Ω∘(UVᵀ − M))V"),
    ("grad", "||W .* (X - A B)||_F^2", &["-w", "B", "-d", "W: binary(p,q)"], "2Aᵀ(W∘(AB − X))"),
    ("grad", "\\sum_{k \\ne i} (x_i^T x_k)^2", &["-w", "x_i"], "2Σ_{k≠i} (xᵢᵀxₖ)xₖ"),
    ("grad", "\\log \\sum_{k \\ne i} \\exp(u_i^T u_k)", &["-w", "u_i"], "(1/s)Σ_{k≠i} exp(uᵢᵀuₖ)uₖ"),
    (
        "grad",
        "\\sum_i \\alpha_i - \\frac12 \\sum_i\\sum_j \\alpha_i\\alpha_j y_i y_j x_i^T x_j",
        &["-w", "α"],
        "1 − Σᵢ yᵢ(Σⱼ αⱼyⱼxⱼᵀxᵢ)eᵢ",
    ),
    ("grad", "sum(B .* exp(t A))", &["-w", "t", "-d", "t: scalar"], "sum(A∘B∘exp(tA))"),
    ("derivative", "(A + t B)^-1", &["-w", "t"], "−(A + tB)⁻¹B(A + tB)⁻¹"),
    // What holds of one operand holds of its neighbors
    ("simplify", "1[x>0] .* relu(x)", &["-d", "x: vector(n)"], "relu(x)"),
    ("simplify", "1 - σ(x) + y", &[], "y + σ(−x)"),
    ("simplify", "commutation(p,m) kron(A,B) commutation(n,q)", &["-d", "A: matrix(m,n); B: matrix(p,q)"], "B ⊗ A"),
    ("simplify", "det(kron(A,B))", &["-d", "A: matrix(m,m); B: matrix(n,n)"], "det(A)ⁿdet(B)ᵐ"),
    ("simplify", "norm(Q x)", &["-d", "Q: orthogonal(n)"], "‖x‖"),
    ("simplify", "exp(1/2 log x)", &[], "√(x)"),
    ("simplify", "exp(a log x)", &["-d", "a: scalar; x: scalar"], "xᵃ"),
    ("simplify", "x'K x + tr(K) + tr(K S)", &["-d", "K: skew(n); S: symmetric(n)"], "0"),
    ("simplify", "X adj(X)", &[], "det(X)Iₙ"),
    ("simplify", "softmax(x + a ones(n))", &["-d", "x: vector(n); a: scalar"], "softmax(x)"),
    ("simplify", "max(2x)", &["-d", "x: vector(n)"], "2max(x)"),
    ("simplify", "prod(c x)", &["-d", "x: vector(n); c: scalar"], "cⁿprod(x)"),
    ("simplify", "ones(m)'X ones(n)", &[], "sum(X)"),
    ("simplify", "ones(n)'(x - mean(x))", &["-d", "x: vector(n)"], "0"),
];

#[test]
fn answers_have_the_form_that_a_reader_would_write() {
    let mut wrong = Vec::new();
    for (command, expression, further, form) in FORMS {
        let output = run(&[&[*command, *expression], *further].concat());
        let text = stdout(&output);
        let found = text.lines().next().unwrap_or_default();
        if found != *form || !text.contains('✓') {
            wrong.push(format!("{command} {expression}: {found}, not {form}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
