//! Texts as they are found: pasted LaTeX, signs of papers, code.

use super::{check, tree};
use crate::syntax::{KnownNames, parse, parse_declarations};

#[test]
fn latex_as_it_is_pasted() {
    check(
        r"
        \frac n2 x ;; \frac{n}{2} x => (* (/ n 2) x)
        \frac nm ;; \frac{n}m ;; {n \over m} ;; n \over m ;; \nicefrac{n}{m} => (/ n m)
        {1\over 2}x ;; \frac12x ;; \frac{1}2 x => (* (/ 1 2) x)
        {a \over {b \over c}} => (/ a (/ b c))
        (a \over b) c => (* (/ a b) c)
        x^\T x ;; x{}^T x ;; x\,^T x ;; x^{\!\top} x ;; x^\mathsf{T} x ;; x^{\mathsf T} x ;; x^{\prime} x => (* (T x) x)
        x^Tx. ;; x^Tx, ;; x^Tx; ;; &= x^Tx \\ ;; x^Tx \tag{1} ;; x^Tx \label{eq:a} ;; \[ x^Tx \,. \] ;; \begin{align*} x^Tx \end{align*} => (* (T x) x)
        x^Tx \phantom{+ y} ;; \hspace{1em} x^Tx => (* (T x) x)
        \mathds{1}[t>0] ;; \mathbb{I}[t>0] ;; \mathbf{1}\{t>0\} ;; \mathbb{1}(t>0) ;; 1_{t>0} ;; \mathbb{1}_{[t>0]} ;; \mathbf 1_{\{t>0\}} => (>? t 0)
        \mathds{1}^T x ;; \boldsymbol{1}^T x => (* (T (Ones)) x)
        \mathrm{Id} + A ;; I + A => (+ I A)
        I_{n\times n} x => (* (Eye n) x)
        0_{n×m} => (Zeros n m)
        I_{n\times m} => ERROR P0008: an identity matrix is square
        x_1 + \dots + x_n => ERROR P0008: `…` cannot appear here
        \binom{n}{k} ;; \binom nk ;; {n \choose k} ;; binom(n, k) => (/ (! n) (! k) (! (+ n (- k))))
        x \quad \text{for all } x => ERROR P0008: words cannot be read
        ",
    );
}

#[test]
fn signs_from_pages_and_papers() {
    check(
        "
        ŷ ;; y\u{302} ;; \\hat{y} ;; \\hat{\\mathbf{y}} ;; \\widehat y => y\u{302}
        y\u{305} ;; \\bar{y} ;; ȳ => y\u{304}
        \\check{x} ;; x\u{30C} => x\u{30C}
        \\ddot x => x\u{308}
        x\u{20D7} ;; ｘ => x
        （a ＋ b）c ;; (a\u{2007}+\u{FEFF}b)\u{200B}c => (* (+ a b) c)
        a — b ;; a ‐ b ;; a － b => (+ a (- b))
        x‘ ;; x´ ;; xʹ ;; x＇ => (T x)
        ║x║ ;; ∥x∥ => (Norm:Plain x)
        │x│ => (Abs x)
        a ∙ b ;; a ＊ b => (* a b)
        sin\u{2061}(x) ;; sin\u{200B}(x) => (Sin x)
        xᵦ => x_β[β]
        ⊥ => ERROR P0001: `⊥` is not a symbol of the language
    ",
    );
}

#[test]
fn brackets_of_code_count_as_their_spelling_does() {
    let names = KnownNames::from_declarations(&parse_declarations("x: vector(3); A: matrix(2,2); t: scalar").unwrap());
    let read = |source: &str| {
        let ast = parse(source, &names).unwrap();
        let notes: Vec<String> = ast.remarks.iter().map(|remark| remark.message.to_string()).collect();
        format!("{} | {}", ast.to_sexpr(), notes.join(" | "))
    };
    assert_eq!(read("x(1)"), "(entry x 1) | ");
    assert_eq!(read("x[0] + x[1]"), "(+ (entry x 1) (entry x 2)) | ");
    assert_eq!(read("x[1]"), "(entry x 1) | `x[1]` counts from 1 and is read as x_1");
    assert_eq!(read("x[1] @ x"), "(* (entry x 2) x) | `x[1]` counts from 0 and is read as x_2");
    assert_eq!(read("A[0,1]"), "(entry A 1 2) | ");
    assert_eq!(read("A[0]'x"), "(* (T (row A 1)) x) | ");
    assert_eq!(read("t(2)"), "(* t 2) | ");
    assert!(parse("x(0)", &names).is_err());
}

/// The expressions of the seminar and of the canonical table. A run of four capitals has blanks, as the language asks.
const COLLECTED: &str = r"
½ xᵀAx + bᵀx + c
−exp(−xᵀx)
½‖Ax − b‖₂²
−1/(1 + xᵀx)
log(xᵀAx)
log Σᵢ exp(aᵢᵀx + bᵢ)
Σ eig(X)
‖X‖_F²
−Σᵢ (yᵢ log σ(θᵀxᵢ) + (1 − yᵢ) log(1 − σ(θᵀxᵢ)))
exp(θ₁ᵀx)/(exp(θ₁ᵀx) + exp(θ₂ᵀx))
tr AX
⟨S, X⟩ − log det X
ln⟨Ax, x⟩
ln(1 + exp⟨a, x⟩)
⅓‖x‖₂³
‖AX − B‖_F
−yᵀ log softmax(Wx + b)
½‖σ(Wx + b) − y‖²
⟨x,x⟩^⟨x,x⟩
⟨Ax,x⟩/‖x‖₂²
½‖A − xxᵀ‖_F²
‖xxᵀ‖₂
(1/n) Σᵢ log(1 + exp(aᵢᵀx)) + (μ/2)‖x‖²
(X⁻²)ᵀ
det(A − tI)
tr(A X² B X⁻ᵀ)
Σₖ (−1)ᵏ x²ᵏ/(2k)!
Aᵀ(Ax−b)/‖Ax−b‖₂
(1/ρ)·Aᵀ(I − rrᵀ/ρ²)A
(Ax−b)ᵀW(Ax−b)
2(Ax − r x)/(xᵀx)
diag(p) − ppᵀ
Σ log(1+exp(−y⊙(Aw)))
Aᵀdiag(y²⊙s⊙(1−s))A
Σᵢ log(1+exp(−yᵢaᵢᵀw))
−tᵀ log softmax(Wx)
(xxᵀ)⊗(diag(p) − ppᵀ)
tr(AXᵀBXC)
tr(AX³)
Σ_{r=0}^{k−1}(XʳAX^{k−1−r})ᵀ
−(X⁻¹⊗X⁻ᵀ)K
det(X)(vec(X⁻ᵀ)vec(X⁻ᵀ)ᵀ − (X⁻¹⊗X⁻ᵀ)K)
(X⁻²⊗X⁻ᵀ + X⁻¹⊗(X⁻²)ᵀ)K
½‖A − XXᵀ‖²_F
½‖BXAᵀ‖²_F
log det(I+XXᵀ)
½log det Σ + ½(x−μ)ᵀΣ⁻¹(x−μ)
tr(SΣ⁻¹)+log det Σ
−Σ log(b−Ax)
Aᵀ(1⊘(b−Ax))
Aᵀdiag(1⊘(b−Ax)²)A
1[x>0]
exp(−½xᵀAx)
2diag(x)
(a⊙x)ᵀ(b⊙x)
1ᵀ((AX)⊙(XB))1
tr(expm(X))
½‖W₂relu(W₁x) − y‖²
(W₂ᵀ(W₂h − y) ⊙ 1[W₁x>0])xᵀ
bᵀA(AᵀA)⁻¹Aᵀb
‖X‖_*
σ_max(X)
λ_max(X)
(wᵀr − c)/√(wᵀΣw)
(r − ((wᵀr − c)/s²)Σw)/s
bᵀHᵀAᵀM A H b
(1−ℓ/‖u‖)u
tr(B logm(X))
tr(A' inv(X))
sum(log(exp(−b .* (A x)) + vector(1)))
(w'r − f)/(w'Σw)^0.5
norm2(v(p + B·(−inv(B'v'vB))B'v'(vp − w)) − w)²
y' log(x exp(θ)/sum(exp(θ))) − θ'θ/18
α'((yy') .* (PKP' .* QKQ' − PKQ' .* QKP'))α
";

#[test]
fn collected_expressions_are_read() {
    let failed: Vec<String> = COLLECTED
        .lines()
        .filter(|line| !line.is_empty())
        .filter_map(|line| {
            Some(tree(line)).filter(|tree| tree.starts_with("ERROR")).map(|tree| format!("{line}: {tree}"))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    check(
        r"
        Σₖ (−1)ᵏ x²ᵏ/(2k)! => (Σ k : (/ (* (^ (+ (- 1)) k) (^ x (* 2 k))) (! (* 2 k))))
        ∑ log(b−Ax) => (Sum (Log (+ b (- (* A x)))))
        Σ log(x) => (Sum (Log x))
        tr(SΣ⁻¹)+log det Σ => (+ (Trace (* S (^ Σ -1))) (Log (Det Σ)))
        ½‖A − XXᵀ‖²_F => (* 1/2 (^ (Norm:Frobenius (+ A (- (* X (T X))))) 2))
    ",
    );
}
