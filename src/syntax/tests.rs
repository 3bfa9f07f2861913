//! Every spelling of the language, by the tree that it makes.

use super::{KnownNames, parse, parse_declarations, parse_name, parse_names};

fn tree(source: &str) -> String {
    match parse(source, &KnownNames::default()) {
        Ok(ast) => ast.to_sexpr(),
        Err(errors) => {
            format!(
                "ERROR {}",
                errors.iter().map(|e| format!("{}: {}", e.code, e.message)).collect::<Vec<_>>().join(" | ")
            )
        }
    }
}

/// Checks lines `input  =>  tree`; several inputs with one tree are separated by ` ;; `.
#[track_caller]
fn check(table: &str) {
    let mut wrong = Vec::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let Some((inputs, expected)) = line.split_once(" => ") else { panic!("no arrow: {line}") };
        for input in inputs.split(" ;; ") {
            let found = tree(input.trim());
            if found != expected.trim() {
                wrong.push(format!("{input}\n  found    {found}\n  expected {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn entries_of_values() {
    check(
        r"
        (Ax)_i ;; (Ax)ᵢ ;; (A x)_{i} ;; {Ax}_i => (entry (* A x) i)
        (XY)_{ij} ;; (X Y)_ij ;; \left(XY\right)_{i,j} => (entry (* X Y) i j)
        (a_i)_j => (entry a_i[i] j)
        A(Bx)_1^2 ;; A(Bx)₁² => (* A (^ (entry (* B x) 1) 2))
        X'_{12} => (entry (T X) 12)
        (X)^{-1}_{ij} ;; (X⁻¹)_{ij} => (entry (^ X -1) i j)
        softmax(x)_i => (entry (Softmax x) i)
        x_{1}_{2} => ERROR P0008: `_` cannot appear here
        2_i => ERROR P0008: `_` cannot appear here
        ",
    );
}

#[test]
fn definitions() {
    check(
        r"
        L = x'A x ;; J := x'A x ;; \mathcal{L} = x'A x ;; {\cal L} = x'A x ;; f(x) = x'A x ;; \ell(w) := x'A x ;; loss = x'A x => (* (T x) A x)
        x^* = \arg\min_x x'A x ;; f: x ↦ x'A x ;; x \mapsto x'A x ;; f \colon x \mapsto x'A x ;; (x, A) ↦ x'A x => (* (T x) A x)
        r = A x - b; x'r ;; r := A x - b; x'r ;; r = A x - b, x'r ;; x'r; r = A x - b => (* (T x) (+ (* A x) (- b)))
        x'r, where r = A x - b ;; x'r\text{, where } r = A x - b ;; x'r \quad \text{with} \quad r = A x - b => (* (T x) (+ (* A x) (- b)))
        r = A x - b; f(x) = x'r ;; f(x) = x'r where r = A x - b ;; u = A x; r = u - b; x'r => (* (T x) (+ (* A x) (- b)))
        y = 2x; y where x = z ;; x = z; y where y = 2x => (* 2 z)
        z = 3; 2z where z = z => ERROR P0015: this clause after `where` cannot be read
        h(x) = σ(w'x); h(a) + h(A b) => (+ (Sigmoid (* (T w) a)) (Sigmoid (* (T w) (* A b))))
        h(x) = x_1 + x' b; h(y) + h(A y) => (+ (+ y_1[1] (* (T y) b)) (+ (entry (* A y) 1) (* (T (* A y)) b)))
        h(x) = x'x; h ;; h(x) = x'x; h(x) => (* (T x) x)
        k(x, y) = x'y; k(y, x) => (* (T y) x)
        h(x) = x'x; A h(x) => (* A (* (T x) x))
        h(x) = x'x; h(x, y) => ERROR P0009: `h` takes 1 argument, 2 given
        h(x) = x'x; h'(x) => ERROR P0015: a derivative of a defined function cannot be called
        p_i = a_i'x; sum_j y_j p_j => (Σ j : (* y_j[j] (* (T a_j[j]) x)))
        p_i = a_i'x; sum_i p_i + sum_i p_i => (+ (Σ i : (* (T a_i[i]) x)) (Σ i : (* (T a_i[i]) x)))
        p_i = a_i'x; p x => ERROR P0015: `p` is defined by its entries, as `p_i`
        p_i = sum_j B_{ij}; sum_k p_k => (Σ k : (Σ j : B_kj[k j]))
        p_i = sum_j B_{ij}; sum_j p_j => ERROR P0015: the index `j` has two meanings in this call
        W_h = 2A; x'W_h => (* (T x) (* 2 A))
        f(x) = x'r, r = A x - b ;; f(x) = x'r; r = A x - b => (* (T x) (+ (* A x) (- b)))
        f(x) = h(a'x), \quad h(t) = t^2 => (^ (* (T a) x) 2)
        r = s; s = 1; r ;; r where r = s, s = 1 => 1
        r = s; s = r; r => ERROR P0015: the definition of `s` uses what it defines itself
        r where r = s, s = r => ERROR P0015: this clause after `where` cannot be read
        f = x'x; f(2x + y) ;; f(2x + y) where f = x'x => (* (T (+ (* 2 x) y)) (+ (* 2 x) y))
        s = x'x; s(1 - y) => (* (* (T x) x) (+ 1 (- y)))
        f(x_1) = x_1^2; f(2x_1) => (^ (* 2 x_1[1]) 2)
        f = 2f ;; f(x) = f(x) + 1 => ERROR P0015: the definition of `f` uses `f`
        ",
    );
}

#[test]
fn definitions_that_cannot_be_read() {
    check(
        r"
        r = 1; r = 2; r => ERROR P0015: `r` is defined twice
        r = 1; a; b => ERROR P0015: two parts of the text are expressions
        r = n; x_r => ERROR P0015: a defined name is used in a subscript, a bound or a function's exponent
        A x = b ;; Ax = b ;; x'x = 1 ;; xy = 2 ;; L = a = b => ERROR P0008: this is an equation, not an expression
        a; b => ERROR P0008: `;` cannot appear here
        x \in y => ERROR P0008: `∈` cannot appear here
        a : b => ERROR P0008: `:` stands between two matrices
        A : B ;; A \colon B => (<> A B)
        ",
    );
}

#[test]
fn minima() {
    check(
        r"
        \min_x x'A x ;; \max_{x} x'A x ;; \arg\min_x x'A x ;; \underset{x}{\min} x'A x ;; \operatorname*{arg\,min}_{x, y} x'A x => (* (T x) A x)
        min_x x'A x ;; argmin_{x} x'A x ;; minimize x'A x ;; \text{minimize}_x\ x'A x ;; \min_{x \in \mathbb{R}^n} x'A x => (* (T x) A x)
        \underset{x}{\operatorname{argmin}} x'A x ;; \min_xx^TAx ;; \min\limits_x x'A x ;; \min_x f(x) = x'A x ;; {\arg\min}_x x'A x => (* (T x) A x)
        \max\{0, 1 - t\} ;; max(0, 1 - t) => (Max 0 (+ 1 (- t)))
        \underset{i}{\sum} x_i => (Σ i : x_i[i])
        \max_i x_i ;; max_i x_i => (Max x)
        \max_i (a_i^T x + b_i) ;; max_i (a_i'x + b_i) => (Max (Σ i : (* (^ (+ (* (T a_i[i]) x) b_i[i]) 1) e_i[i])))
        max_i a_i'x => ERROR P0008: `max` over an index can only be taken of the entries of one vector, or of a bracket
        x + \min_y y ;; -\min_y y ;; \min_x \max_y x'y => ERROR P0016: a minimum or maximum over a variable inside an expression
        \min_x x'x \text{ s.t. } A x ;; min_x x'x s.t. A x ;; min_x x'x subject to A x ;; \min_{x > 0} x => ERROR P0016: constraints cannot be read
        \min_{2} x => ERROR P0016: the text below the minimum or maximum cannot be read
        \underset x => ERROR P0002: `\underset` needs two parts in braces
        ",
    );
}

#[test]
fn what_is_pasted_along() {
    check(
        r"
        x'x. ;; x'x, ;; x'x; ;; $x'x.$ ;; \[ x'x, \] ;; x^Tx \\ ;; \begin{align} f(x) &= x'x \\ \end{align} => (* (T x) x)
        \begin{aligned} &A \\ &\quad x \end{aligned} ;; A x => (* A x)
        \begin{aligned} f &= B \Bigl(a \\ &\qquad + b\Bigr) \\ &\quad - c \end{aligned} ;; B(a + b) - c => (+ (* B (+ a b)) (- c))
        \begin{aligned} f &= a \\ &\quad + b \end{aligned} ;; f(x) = a \\ + b => (+ a b)
        a & b => ERROR P0008: `&` cannot appear here
        ",
    );
}

/// What a text says of its variables, and what is noted.
#[track_caller]
fn check_heading(source: &str, variables: &[&str], notes: &[&str]) {
    let ast = parse(source, &KnownNames::default()).unwrap();
    assert_eq!(ast.heading.variables, variables, "{source}");
    let said: Vec<String> = ast.remarks.iter().map(|remark| remark.message.to_string()).collect();
    assert_eq!(said, notes, "{source}");
}

#[test]
fn variables_of_a_text() {
    check_heading("x'x", &[], &[]);
    check_heading("f(x) = x'x", &["x"], &[]);
    check_heading("\\mathcal{L}(\\theta, b_1) = \\theta b_1", &["θ", "b_1"], &[]);
    check_heading("J(w; X, y) = w'X y", &["w"], &[]);
    check_heading("p(x | \\mu) = \\mu x", &["x"], &[]);
    check_heading("\\min_{w, b} w + b", &["w", "b"], &[]);
    check_heading("\\min_x f(x, y) = x'y", &["x"], &[]);
    check_heading("minimize x'x", &[], &[]);
    check_heading("h(x) = x'x; h(y)", &[], &[]);
    check_heading("f(x, y) = x'x", &["x"], &["`y` does not occur in the expression"]);
    check_heading("r = a; s = r; s", &[], &[]);
    check_heading("r = a; s = b; s", &[], &["`r` is defined and not used"]);
    check_heading("r = A x - b; f(r) = r'r", &["r"], &["`r` is defined and not used"]);
}

#[test]
fn sets_of_a_text() {
    let declared = |source: &str| {
        let ast = parse(source, &KnownNames::default()).unwrap();
        ast.heading.declarations.iter().map(|one| one.name.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(declared("\\min_{x \\in \\mathbb{R}^n} x'x"), "x");
    assert_eq!(declared("\\min_{x, y ∈ R^n} x'y"), "y x");
    assert_eq!(declared("x'A x where A ∈ S^n, x ∈ R^n"), "A x");
    assert_eq!(declared("x'A x, A: symmetric(n)"), "A");
}

#[test]
fn parts_are_shared() {
    let mut source = "t_1 = x'x".to_owned();
    for k in 1..2000 {
        source.push_str(&format!("; t_{} = t_{k}^2 + t_{k}", k + 1));
    }
    source.push_str("; t_2000");
    let ast = parse(&source, &KnownNames::default()).unwrap();
    assert!(ast.nodes.len() < 10_000, "{}", ast.nodes.len());
}

#[test]
fn nodes_know_of_eigenvalues_in_them() {
    let count = |source: &str| {
        let ast = parse(source, &KnownNames::default()).unwrap();
        ast.nodes.iter().filter(|node| node.has_eigenvalues).count()
    };
    assert_eq!(count("a sum(x^2) + tr X"), 0);
    // eig(X), its logarithm, the sum of that and the sum with tr X.
    assert_eq!(count("sum(log(eig(X))) + tr X"), 4);
}

#[test]
fn named_parts() {
    check(
        r"
        Ax where A = B + C => (* (+ B C) x)
        x'r where r = Ax - b ;; x^\top r \quad\text{where}\quad r = Ax - b => (* (T x) (+ (* A x) (- b)))
        r'S_1 where r = <a, b> a; S_1 = r y ;; r'S₁ where r = <a, b> a, S₁ = ry => (* (T (* (<> a b) a)) (* (* (<> a b) a) y))
        sum_i r_i + r where r = 2x => (+ (Σ i : (entry (* 2 x) i)) (* 2 x))
        foo x where foo = 3 => (* 3 x)
        r where r = r ;; r where r = 1; r = 2 ;; r where ;; r where = 2 ;; x_{r} where r = n + 1 => ERROR P0015: this clause after `where` cannot be read
        x where r = => ERROR P0005: there is no expression here
        ",
    );
}

#[test]
fn products() {
    check(
        r"
        Ax ;; A x ;; A*x ;; A·x ;; A@x ;; A \cdot x ;; A\times x ;; $A x$ ;; \[A\,x\] ;; A~x => (* A x)
        A x .* b ;; (A x) ∘ b ;; A x⊙b ;; Ax \odot b ;; {Ax}\circ b => (.* (* A x) b)
        a ./ b ;; a⊘b ;; a \oslash b => (./ a b)
        1./x ;; 1 ./ x => (./ 1 x)
        x.^2 ;; x .^ 2 ;; x^{\odot 2} ;; x^{\circ 2} ;; x^{∘2} ;; x^{\circ{2}} => (.^ x 2)
        x.^-1 ;; x^{\odot -1} ;; x^{\circ-1} => (.^ x -1)
        (A x)^{\odot(p - 1)} ;; (A x).^(p - 1) => (.^ (* A x) (+ p (- 1)))
        x^{\circ\frac{1}{2}} ;; x^{\odot 1/2} ;; x.^(1/2) => (.^ x (/ 1 2))
        kron(A,B) => (Kron A B)
        A⊗B ;; A \otimes B => (kron A B)
        a*b/c => (mixed a * b / c)
        a / b c ;; a/b c ;; a/bc => (/ a (run b c))
        a/2 ||x||^2 => (/ a (run 2 (^ (Norm:Plain x) 2)))
        a/2*||x||^2 => (mixed a / 2 * (^ (Norm:Plain x) 2))
        a/n log x => (/ a (run n (Log x)))
        a/n^2 |t| => (/ a (run (^ n 2) (Abs t)))
        x'x / x'log(x) ;; x'x / x' log(x) => (/ (* (T x) x) (run (T x) (Log x)))
        a/n log(x) y / s => (/ a (run n (Log x) y) s)
        1/2 x ;; 1/2x => (/ 1 (run 2 x))
        1/2*x => (mixed 1 / 2 * x)
        x/1/2 => (/ x 1 2)
        2x ;; 2 x => (* 2 x)
        2e3 => 2000
        2e^x => (* 2 (^ e x))
        2 e => (* 2 e)
        X.T @ X => (* (T X) X)
        exp(-y.*(X*w)) => (Exp (+ (- (.* y (* X w)))))
        (y.*v)'*x => (* (T (.* y v)) x)
        x'*A*x => (* (T x) A x)
        norm2(A*x-y)^2 => (^ (Norm2 (+ (* A x) (- y))) 2)
        -x'Ax => (+ (- (* (T x) A x)))
        +x => x
        -x + y => (+ (- x) y)
        a - -b => (+ a (- (+ (- b))))
        -x^2 => (+ (- (^ x 2)))
    ",
    );
}

#[test]
fn transposes_inverses_powers() {
    check(
        r"
        X' ;; X^T ;; X^{T} ;; Xᵀ ;; X^\top ;; X^⊤ ;; X.T ;; X^{\top} ;; X^{\mathsf{T}} ;; X^\mathsf{T} ;; X^\intercal ;; transpose(X) ;; X.' ;; X⊤ ;; X^{\prime} ;; {X}^T ;; \mathbf{X}^\top ;; \bm X^{\mathrm T} => (T X)
        X^-1 ;; X^{-1} ;; X⁻¹ ;; X^(-1) ;; X^−1 => (^ X -1)
        inv(X) => (Inv X)
        X^-T ;; X^{-T} ;; X⁻ᵀ ;; X^{-\top} ;; X^{-⊤} ;; X⁻¹ᵀ ;; X^-1^T ;; X^-1' ;; X^{-1}^{T} => (T (^ X -1))
        X'^-1 ;; X^T^{-1} ;; Xᵀ⁻¹ => (^ (T X) -1)
        X^2 ;; X² ;; X^{2} ;; X**2 => (^ X 2)
        X^k ;; Xᵏ => (^ X k)
        X^{1/2} => (^ X (/ 1 2))
        Xᵏ⁻¹ ;; X^{k-1} ;; X^(k-1) => (^ X (+ k (- 1)))
        x^{x'x} => (^ x (* (T x) x))
        x^{-1/2} => (^ x (+ (- (/ 1 2))))
        a^b^c => (^ a (^ b c))
        2^-1 => (^ 2 -1)
        x^-2 => (^ x -2)
        x^p' => (T (^ x p))
        xx^T => (* x (T x))
        x^TAx ;; xᵀAx ;; x'Ax ;; x^{\top} A x ;; x^\top Ax => (* (T x) A x)
        X⁺ ;; X^{+} ;; X^† ;; X^\dagger ;; pinv(X) => (Pinv X)
        A^k x => (* (^ A k) x)
        ⟨x,x⟩^⟨x,x⟩ => (^ (<> x x) (<> x x))
        e^{A+B} => (^ e (+ A B))
        e^-x => (^ e (+ (- x)))
        k! => (! k)
        (2k)! => (! (* 2 k))
        x'''' => (T (T (T (T x))))
    ",
    );
}

#[test]
fn fractions_and_numbers() {
    check(
        r"
        \frac{a}{b} ;; \dfrac{a}{b} ;; \frac ab ;; \frac{a}b => (/ a b)
        \frac12 ;; \frac{1}{2} ;; \frac{1}2 ;; \frac 1 2 => (/ 1 2)
        \frac12 x ;; \frac12x => (* (/ 1 2) x)
        \frac123 => (* (/ 1 2) 3)
        \frac1n x => (* (/ 1 n) x)
        ½ => 1/2
        ⅓x => (* 1/3 x)
        ½ xᵀAx => (* 1/2 (T x) A x)
        0.25 ;; .25 ;; 25e-2 => 1/4
        1e-3 => 1/1000
        1.2.3 => ERROR P0006: two numbers side by side
    ",
    );
}

#[test]
fn inner_products_and_norms() {
    check(
        r"
        <a,b> ;; ⟨a,b⟩ ;; \langle a,b\rangle ;; \left\langle a, b \right\rangle ;; \langle a , b \rangle => (<> a b)
        ||x|| ;; ‖x‖ ;; \|x\| ;; \lVert x \rVert ;; \left\|x\right\| ;; \left\| x \right\| ;; norm(x) ;; norm x ;; \Vert x\Vert => (Norm:Plain x)
        ||x||_1 ;; ‖x‖₁ ;; \|x\|_{1} ;; norm(x,1) => (Norm:One x)
        ||x||_2 ;; ‖x‖₂ ;; \|x\|_2 ;; norm(x, 2) => (Norm:Two x)
        ||x||_2^2 ;; ||x||^2_2 ;; ‖x‖₂² ;; ‖x‖²₂ ;; \|x\|_2^{2} => (^ (Norm:Two x) 2)
        ||x||_inf ;; ||x||_∞ ;; ||x||_\infty ;; ||x||_{\infty} ;; norm(x,inf) ;; norm(x, 'inf') => (Norm:Infinity x)
        ||X||_F ;; \|X\|_{F} ;; \|X\|_\mathrm{F} ;; norm(X, 'fro') ;; norm(X,fro) ;; norm(X,F) => (Norm:Frobenius X)
        ||X||_* ;; \|X\|_{*} ;; \|X\|_\ast ;; norm(X,nuc) => (Norm:Nuclear X)
        ||x||_p ;; norm(x,p) ;; ‖x‖ₚ => (Norm:p p x)
        norm1(x) => (Norm1 x)
        ‖x‖² => (^ (Norm:Plain x) 2)
        |x| ;; abs(x) ;; \left|x\right| ;; \lvert x\rvert => (Abs x)
        |x|·|y| ;; |x| |y| ;; |x||y| => (* (Abs x) (Abs y))
        |x + |y|| => (+ (Abs (+ x (Abs y)))
        ||x|| + |y| => (+ (Norm:Plain x) (Abs y))
        ‖A|x|‖ ;; ||A|x||| => (Norm:Plain (* A (Abs x)))
        log ‖x‖ => (Log (Norm:Plain x))
        exp|x| => (Exp (Abs x))
        ½‖Ax − b‖₂² => (* 1/2 (^ (Norm:Two (+ (* A x) (- b))) 2))
        2<a,b> => (* 2 (<> a b))
    "
        .replace("(+ (Abs (+ x (Abs y)))", "(Abs (+ x (Abs y)))")
        .as_str(),
    );
}

#[test]
fn big_sums() {
    check(
        r"
        sum_{i=1}^m a_i ;; ∑_{i=1}^m a_i ;; \sum_{i=1}^{m} a_i ;; Σ_{i=1}^m a_i ;; ∑ᵢ₌₁ᵐ aᵢ ;; sum_(i=1)^m a_i ;; \sum\limits_{i=1}^{m} a_i ;; \sum^m_{i=1} a_i => (Σ i=1..m : a_i[i])
        sum_i a_i ;; ∑ᵢ aᵢ ;; ∑_i a_i ;; Σᵢ aᵢ ;; Σ_i a_i ;; \sum_i a_i => (Σ i : a_i[i])
        \sum_{i,j} X_{ij} ;; sum_{ij} X_ij => (Σ i j : X_ij[i j])
        sum_{i=1}^{n-1} x_i => (Σ i=1..(+ n (- 1)) : x_i[i])
        prod_{i=1}^n x_i ;; Π_{i=1}^n x_i ;; \prod_{i=1}^n x_i ;; ∏ᵢ₌₁ⁿ xᵢ => (Π i=1..n : x_i[i])
        Σ_1 => Σ_1[1]
        Σ^{-1} ;; \Sigma^{-1} ;; Sigma^-1 => (^ Σ -1)
        xΣᵢ aᵢ ;; xΣ_i a_i => (* x (Σ i : a_i[i]))
        Σ eig(X) ;; sum eig(X) => (Sum (Eig X))
        Σ exp(x) ;; ∑ exp(x) ;; Sigma exp(x) ;; \sum \exp(x) => (Sum (Exp x))
        log Σ exp(x) => (Log (Sum (Exp x)))
        −Σ log(b−Ax) + x => (+ (- (Sum (Log (+ b (- (* A x)))))) x)
        Σ x⊙log x => (Sum (.* x (Log x)))
        (1/n) Σ |x| => (* (/ 1 n) (Sum (Abs x)))
        Σexp(x) => (* Σ (Exp x))
        Σ x ;; Σx => (* Σ x)
        Σ(x - y) => (* Σ (+ x (- y)))
        xᵀΣ exp(x) => (* (T x) Σ (Exp x))
        Σ exp(x) + log det Σ => (+ (* Σ (Exp x)) (Log (Det Σ)))
        Π eig(X) ;; prod eig(X) => (Prod (Eig X))
        sum_i a_i * x + b => (+ (Σ i : (* a_i[i] x)) b)
        sum_i -x_i + b => (+ (Σ i : (+ (- x_i[i]))) b)
        2 sum_i a_i x => (* 2 (Σ i : (* a_i[i] x)))
        log Σᵢ exp(aᵢᵀx + bᵢ) => (Log (Σ i : (Exp (+ (* (T a_i[i]) x) b_i[i]))))
        sum_i sum_{j=1}^i x_j => (Σ i : (Σ j=1..i : x_j[j]))
        ∑ log(x) => (Sum (Log x))
        sum(x) y => (* (Sum x) y)
        (1/n) Σᵢ log(1 + exp(aᵢᵀx)) + (μ/2)‖x‖² => (+ (* (/ 1 n) (Σ i..n : (Log (+ 1 (Exp (* (T a_i[i]) x)))))) (* (/ μ 2) (^ (Norm:Plain x) 2)))
        sum_{r=0}^{k-1} X^r => (Σ r=0..(+ k (- 1)) : (^ X r))
        sum_i a_ix_i => (Σ i : (* a_i[i] x_i[i]))
        sum_i=1^m x_i => ERROR P0010: the bounds of the sum need brackets
        sum_{i=1}^\infty x_i => ERROR P0010: a sum with infinitely many terms
        sum_i => ERROR P0004: a sum without a body
    ",
    );
}

#[test]
fn conditions_below_sums() {
    check(
        r"
        \sum_{j\ge i} x_j ;; sum_{j>=i} x_j ;; ∑_{j ≥ i} x_j => (Σ j=i : x_j[j])
        \sum_{i \le j} x_j => (Σ j i..j : x_j[j])
        \sum_{j\ge i} x_i x_j => (Σ j i..j : (* x_i[i] x_j[j]))
        \sum_{i=1}^n \sum_{j>i} x_j => (Σ i=1..n : (Σ j=(+ i 1)..n : x_j[j]))
        \sum_{1\le i<j\le n} x_i => (Σ j..n i=1..(+ j (- 1)) : x_i[i])
        \sum_{i\in[n]} x_i => (Σ i..n : x_i[i])
        \sum_{i \in \{1,\dots,n\}} x_i ;; \sum_{i=1,\ldots,n} x_i ;; \sum_{1\le i\le n} x_i => (Σ i=1..n : x_i[i])
        \sum_{i\le n} x_i ;; \sum_{n \ge i} x_i ;; \sum_i^n x_i ;; \sum_{i}^{n} x_i => (Σ i..n : x_i[i])
        \sum_{i<j<k} x_i => (Σ k j..(+ k (- 1)) i..(+ j (- 1)) : x_i[i])
        \sum_{i\in S} x_i ;; sum_{i in S} x_i ;; ∑_{i∈S} x_i => (Σ i : (* S_i[i] x_i[i]))
        \sum_{(i,j)\in\Omega} x_i => (Σ i j : (* Ω_ij[i j] x_i[i]))
        \sum_{i\notin S} x_i => (Σ i : (* (+ 1 (- S_i[i])) x_i[i]))
        \prod_{i\in S} x_i => (Π i : (^ x_i[i] S_i[i]))
        \sum_i \sum_{j\in N_i} x_j ;; \sum_i \sum_{j\in \mathcal{N}(i)} x_j => (Σ i : (Σ j : (* N_ij[i j] x_j[j])))
        \frac{1}{|S|} \sum_{i\in S} x_i => (* (/ 1 (Sum S)) (Σ i : (* S_i[i] x_i[i])))
        \sum_i \frac{1}{|N_i|} \sum_{j\in N_i} x_j => (Σ i : (* (/ 1 (Σ j : N_ij[i j])) (Σ j : (* N_ij[i j] x_j[j]))))
        \sum_{i: y_i = 1} x_i ;; \sum_{i | y_i = 1} x_i => (Σ i : (* (=? y_i[i] 1) x_i[i]))
        \sum_{i: y_i \ge 0} x_i => (Σ i : (* (+ 1 (- (>? 0 y_i[i]))) x_i[i]))
        \sum_{j \ne i} x_{ij} => (Σ j : (+ (Σ i : x_ij[i j]) (- x_jj[j j])))
        \sum_{i,j: i \ne j} x_{ij} ;; \sum_{\substack{i,j\\ i\ne j}} x_{ij} => (Σ i : (+ (Σ j : x_ij[i j]) (- x_ii[i i])))
        \sum_{i=1}^n \sum_{j \ne i} x_i x_j => (Σ i=1..n : (+ (Σ j..n : (* x_i[i] x_j[j])) (- (* x_i[i] x_i[i]))))
        \sum_{j \ne i} 1/(x_i - x_j) => (Σ j : (+ (Σ i..(+ j (- 1)) : (/ 1 (+ x_i[i] (- x_j[j])))) (Σ i=(+ j 1) : (/ 1 (+ x_i[i] (- x_j[j]))))))
        \sum_{j \ne i} (x_i - x_j)^2 => (Σ j : (+ (Σ i : (^ (+ x_i[i] (- x_j[j])) 2)) (- (^ (+ x_j[j] (- x_j[j])) 2))))
        \prod_{j \ne i} x_j => (* (Π j..(+ i (- 1)) : x_j[j]) (Π j=(+ i 1) : x_j[j]))
        \sum_{j \ne i} x_j + y_i => (+ (+ (Σ j : x_j[j]) (- x_i[i])) y_i[i])
        x_i \sum_{j < i} x_j => (* x_i[i] (Σ j..(+ i (- 1)) : x_j[j]))
        \sum_{j: j \ne i} x_i x_j => (+ (Σ j : (* x_i[i] x_j[j])) (- (* x_i[i] x_i[i])))
        \sum_{i=1}^m \sum_{j=1, j\ne i}^n x_j => (Σ i=1..m : (Σ j=1..n : (* (+ 1 (- (=? j i))) x_j[j])))
        \sum_je^{x_j} => (Σ j : (^ e x_j[j]))
        \sum_{i+j=n} x_i => ERROR P0010: the index of the sum cannot be read
        \sum_{i\in\{1,3\}} x_i => ERROR P0010: a sum over listed values
        \sum_{i<j,i<k} x_i => ERROR P0010: an index has two bounds on one side
        1[t >= 0] => (+ 1 (- (<? t 0)))
        x \le y => ERROR P0008: `≤` cannot appear here
        1 + x : y => ERROR P0008: `:` stands between two matrices
        ",
    );
}

#[test]
fn rows_columns_and_parts() {
    check(
        r"
        X_{i,:} ;; X_{i:} ;; X_{i\cdot} ;; X_{i*} ;; X_{i,\cdot} => (row X i)
        X_{:,j} ;; X_{:j} ;; X_{\cdot j} ;; X_{\cdot,j} ;; (X)_{:,j} => (column X j)
        X_{i,:}^\top a => (* (T (row X i)) a)
        X_{i+1,:} => (row X (+ i 1))
        (A X)_{i,:} => (row (* A X) i)
        [t]_+ ;; (t)_+ ;; t_+ ;; \left[t\right]_+ ;; \{t\}_+ ;; (t)_{+} => (Relu t)
        (t)_- ;; t_{-} => (Relu (+ (- t)))
        [t]_+^2 ;; (t)^2_+ ;; t_+^2 ;; t^2_+ => (^ (Relu t) 2)
        (x_i)_+ ;; x_i_+ => (Relu x_i[i])
        |t|_+ => (Relu (Abs t))
        sum_i x[i] ;; sum_i x_i => (Σ i : x_i[i])
        sum_i X[i,:]'a => (Σ i : (* (T (row X i)) a))
        X[0,:] + X[:,1] => (+ (row X 1) (column X 2))
        x[0] => ERROR P0021: `x[0]` is not an entry of anything that is declared
        x(1) => ERROR P0021: `x(1)` is not an entry of anything that is declared
        A[1,2] => ERROR P0021: `A[1,2]` is not an entry of anything that is declared
        x(1 - t) => (* x (+ 1 (- t)))
        A[x] => (* A x)
        x (1) => (* x 1)
        A [1, 2] => (* A [1 2])
        ",
    );
}

#[test]
fn norms_by_their_subscripts() {
    check(
        r"
        \|X\|_{2,1} ;; \lVert X\rVert_{2,1} => (Norm:TwoOne X)
        \|X\|_F ;; \|X\|_{\mathrm{F}} ;; \|X\|_\text{fro} ;; {\|X\|}_{F} ;; \|X\|_{\rm F} => (Norm:Frobenius X)
        \|x\|_{\ell_2} ;; \|x\|_{\ell^2} ;; \|x\|_{L^2} ;; \|x\|_2 ;; {\|x\|}_2 ;; \|x\|_{op} => (Norm:Two x)
        \|x\|_2^2 ;; \|x\|^2_2 => (^ (Norm:Two x) 2)
        \|x\|_{\ell_1} ;; \|x\|_1 => (Norm:One x)
        \|X\|_* ;; \|X\|_{tr} => (Norm:Nuclear X)
        \|X\|_{\max} => ERROR P0008: the norm `max` is not in the language
        \langle A, X\rangle_F ;; <A,X>_F ;; \langle A, X\rangle_{\mathrm{F}} ;; ⟨A,X⟩ => (<> A X)
        \langle x, y\rangle_M => (* (T x) M y)
        ",
    );
}

#[test]
fn blocks_and_slices() {
    check(
        r"
        [A, B; B^T, D] ;; [[A, B], [B^T, D]] ;; \begin{bmatrix} A & B \\ B^T & D \end{bmatrix} => (below (beside A B) (beside (T B) D))
        [A B; B' D] => (below (beside A B) (beside (T B) D))
        [x; t] ;; \begin{pmatrix} x \\ t \end{pmatrix} => (below x t)
        [A; sqrt(λ) I] ;; [A; sqrt(λ)*I] => (below A (* (Sqrt λ) I))
        [A, 0; 0, 1] => (below (beside A 0) (beside 0 1))
        [A, b] => (beside A b)
        x_{1:n} => (slice x 1 n)
        X_{1:m,:} ;; X_{1:m, \cdot} => (slice X 1 m)
        (A B)_{2:n,j} => (slice (* A B) 2 n j)
        X_{1:k,1+k:n+k} => (slice X 1 k (+ 1 k) (+ n k))
        ",
    );
}

#[test]
fn what_is_refused_by_name() {
    check(
        r"
        [x, y] ;; [x, 1] => ERROR P0022: the entries of a vector, or blocks?
        [x_1, x_2, λ] => [x_1[1] x_2[2] λ]
        [a b; c d] => [a b; c d]
        [cos(t), -sin(t); sin(t), cos(t)] => [(Cos t) (+ (- (Sin t))); (Sin t) (Cos t)]
        [x'x, 1] => [(* (T x) x) 1]
        [x_1^2, n, 2] => [(^ x_1[1] 2) n 2]
        A × B ;; A B => (* A B)
        2 × x ;; 2 x => (* 2 x)
        \lambda × x ;; λ x => (* λ x)
        \max_i x_i ;; \max_{i} x_{i} ;; max(x) => (Max x)
        \min_i (A x)_i => (Min (* A x))
        \max_i |x_i| => (Norm:Infinity x)
        \max_i x_i y_i ;; \max_i x_i^2 ;; \max_i x_j => ERROR P0008: `max` over an index can only be taken of the entries of one vector, or of a bracket
        \min_i a_i^T x => ERROR P0008: `min` over an index can only be taken of the entries of one vector, or of a bracket
        ",
    );
}

#[test]
fn choices_and_cross_products() {
    check(
        r"
        \begin{cases} t & t > 0 \\ 0 & t \le 0 \end{cases} ;; cases(t if t > 0, 0 otherwise) ;; Piecewise[{{t, t > 0}}] ;; Piecewise((t, t > 0), (0, True)) => (Cases (>? t 0) t 0)
        where(t > 0, t, 0) ;; np.where(t > 0, t, 0) ;; ifelse(t > 0, t, 0) ;; If[t > 0, t, 0] => (Where (>? t 0) t 0)
        a \times b ;; \vec a × \vec b ;; a × b ;; cross(a, b) => (Cross a b)
        r × F => (Cross r F)
        (r - p) × v => (Cross (+ r (- p)) v)
        R p × q => (Cross (* R p) q)
        ω × (ω × r) ;; \omega \times (\omega \times r) => (Cross ω (Cross ω r))
        [w]_\times ;; [w]_× ;; [w]_{\times} ;; hat(w) => (Hat w)
        ",
    );
}

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
fn names() {
    check(
        r"
        x_1 ;; x₁ ;; x_{1} ;; \mathbf{x}_1 => x_1[1]
        a_{12} => a_12[12]
        X_{ij} ;; X_ij ;; Xᵢⱼ => X_ij[i j]
        X_{1,2} => X_1,2[1 2]
        x_max ;; x_{\max} => x_max[max]
        x_{i+1} => x_i+1[(+ i 1)]
        x1 => x1
        lambda ;; \lambda ;; λ ;; 𝜆 => λ
        Lambda ;; \Lambda ;; Λ => Λ
        \hat{x} ;; \hat x ;; \hat{\mathbf{x}} ;; x̂ => x̂
        \hat\beta ;; \hat{\beta} => β̂
        \mathbf{x} ;; \bm{x} ;; \boldsymbol x ;; \mathrm{x} ;; \vec{x} ;; 𝐱 => x
        theta_1' x ;; θ₁ᵀx ;; \theta_1^\top x => (* (T θ_1[1]) x)
        2pi => (* 2 π)
        beta => β
        Axb => (* A x b)
        Ax_1 => (* A x_1[1])
        Ax1 => (* A x1)
        x^2_1 => (^ x_1[1] 2)
        trAXB ;; tr AXB ;; tr(AXB) ;; \operatorname{tr} AXB ;; \tr(AXB) ;; \text{tr}(AXB) ;; \mathrm{Tr}(AXB) => ...
        TrX => (Trace X)
        PKP' .* QKQ' => (.* (* P K (T P)) (* Q K (T Q)))
        xexp(y) => (* x (Exp y))
        I_n => I_n[n]
        e_i => e_i[i]
        foobar => ERROR N0001: unknown name `foobar`
        log2(x) => (Log2 x)
        logit x => (Logit x)
        \operatorname{Cov} x => ERROR N0001: there is no function `Cov`
        \mathrm{Var}(x) => ERROR N0001: there is no function `Var`
        E[x^2] => ERROR N0004: `E[x^2]` is an expectation
        \mathbb{E}[x] => ERROR P0002: `\mathbb{E}` cannot be read
        sin2(x) => ERROR N0001: unknown name `sin2`
        epx(x) => ERROR N0001: unknown name `epx`
        cot(x) => (Cot x)
        sofmax(x) => ERROR N0001: unknown name `sofmax`
        foobar + bazqux => ERROR N0001: unknown name `foobar` | N0001: unknown name `bazqux`
    "
        .replace(r"\tr(AXB)", "Tr(AXB)")
        .replace("=> ...", "=> (Trace (* A X B))")
        .as_str(),
    );
}

#[test]
fn functions() {
    check(
        r"
        sin x cos x => (* (Sin x) (Cos x))
        tr A X + b => (+ (Trace (* A X)) b)
        log det X ;; \log\det X ;; log(det(X)) => (Log (Det X))
        logdet X => (LogDet X)
        det X ⟨Y, Z⟩ => (* (Det X) (<> Y Z))
        det X^T X => (Det (* (T X) X))
        tr(A) B => (* (Trace A) B)
        log(x)^2 => (^ (Log x) 2)
        exp⟨a,x⟩ x => (* (Exp (<> a x)) x)
        sin^2 x ;; \sin^{2} x ;; sin²(x) => (.^ (Sin x) 2)
        sinᵀ(x) ;; sin^T(x) ;; \sin^\top(x) ;; sin^{T}(x) => (T (Sin x))
        sin^-1 x => ERROR P0012: `sin^-1` has two readings
        sin x * y => (* (Sin x) y)
        a sin 2x cos x => (* a (Sin (* 2 x)) (Cos x))
        σ(x) ;; sigma(x) ;; \sigma(x) ;; sigmoid(x) ;; \sigma\left(x\right) => (Sigmoid x)
        Aσ(x) ;; Asigma(x) ;; A\sigma(x) ;; A σ(x) => (* A (Sigmoid x))
        σ x => (* σ x)
        sigma_max(X) ;; \sigma_{\max}(X) ;; σ_max(X) ;; σₘₐₓ(X) => (SigmaMax X)
        lambda_max(A) ;; λ_max(A) ;; \lambda_{\max}(A) ;; λₘₐₓ(A) => (LambdaMax A)
        lambda_min(A) => (LambdaMin A)
        L_expm(X, E) ;; L_{\operatorname{expm}}(X, E) => (FrechetExpm X E)
        L_sqrtm(X,E,F) => (FrechetSqrtm X E F)
        eigvec_max(A) ;; \operatorname{eigvec}_{\max}(A) => (EigvecMax A)
        u_max(X) ;; u_{\max}(X) => (UMax X)
        polar(X) ;; \operatorname{polar}(X) => (Polar X)
        unvec(v,m,n) => (Unvec v m n)
        tril(X) => (Tril X)
        1[a > b] ;; \mathbf{1}[a > b] ;; 𝟙[a > b] ;; \mathbf 1[a>b] => (>? a b)
        1[x<y] => (<? x y)
        1[a = b] => (=? a b)
        1[<a,b> < 0] => (<? (<> a b) 0)
        1'x ;; 1ᵀx ;; 1^T x ;; \mathbf{1}^\top x ;; 𝟙ᵀx => (* (T (Ones)) x)
        X 11' ;; X 1 1' ;; X 1 1^T ;; X 11^\top ;; X \mathbf{1}\mathbf{1}^T => (* X (Ones) (T (Ones)))
        11^2 x => (* (^ 11 2) x)
        9E+6F^\top => (+ (* 9 E) (* 6 (T F)))
        2E-3 => 1/500
        1_n ;; \mathbf{1}_n ;; 1ₙ => (Ones n)
        ones(n) => (Ones n)
        ones ;; vector(1) ;; \mathbf{1} => (Ones)
        matrix(1) => (OnesMatrix)
        vector(3) => (* 3 (Ones))
        eye(n) => (Eye n)
        eye x => (* (Eye) x)
        zeros(m,n) => (Zeros m n)
        1ᵀ((AX)⊙(XB))1 => (* (T (Ones)) (.* (* A X) (* X B)) (Ones))
        max(a,b) => (Max a b)
        \max(a,b) => (Max a b)
        \sqrt{x} ;; sqrt(x) ;; √x ;; \sqrt x ;; sqrt x => (Sqrt x)
        \sqrt[3]{x} => (^ x (/ 1 3))
        √(wᵀΣw) => (Sqrt (* (T w) Σ w))
        \arcsin x => (Asin x)
        kron(A) => ERROR P0009: `kron` takes 2 arguments, 1 given
        sin => ERROR P0009: `sin` has no argument
        ln⟨Ax, x⟩ => (Log (<> (* A x) x))
        ln(1 + exp⟨a, x⟩) => (Log (+ 1 (Exp (<> a x))))
        diag(p) - pp' => (+ (Diag p) (- (* p (T p))))
        log det (A) B => (Log (* (Det A) B))
        e^sin x => (^ e (Sin x))
    ",
    );
}

#[test]
fn functions_of_other_systems() {
    check(
        r#"
        Trace(A X) ;; Tr[A.X] ;; np.trace(A @ X) ;; LinearAlgebra.tr(A X) ;; (A X).trace() ;; \trace(AX) ;; \Tr(AX) => (Trace (* A X))
        Det(X) ;; Det[X] ;; Determinant(X) ;; np.linalg.det(X) ;; X.det() ;; \mathrm{det} X ;; Det X => (Det X)
        Log[Det[X]] ;; Log(Det(X)) ;; np.log(np.linalg.det(X)) => (Log (Det X))
        log_det(X) ;; \logdet X ;; LogDet(X) => (LogDet X)
        Inverse(X) ;; Inverse[X] ;; np.linalg.inv(X) ;; numpy.linalg.inv(X) ;; X.inv() => (Inv X)
        numpy.linalg.pinv(X) ;; PseudoInverse[X] => (Pinv X)
        Transpose(X) ;; Transpose[X] ;; X.transpose() ;; X.t() ;; X\T ;; X^\T ;; X^\transpose ;; X^{\trans} ;; X^{\mathsf T} ;; X^\mathrm{T} ;; X^\intercal => (T X)
        Norm[x] ;; \norm{x} ;; \norm*{x} ;; norm(x) ;; cp.norm(x) => (Norm:Plain x)
        np.linalg.norm(x) ;; torch.linalg.norm(x) ;; LA.norm(x) ;; tf.norm(x) => (Norm:OfEntries x)
        np.linalg.norm(X,'fro') ;; np.linalg.norm(X, ord='fro') ;; Norm[X, "Frobenius"] ;; \norm{X}_F => (Norm:Frobenius X)
        \norm{\norm{x}_1 y}_2^2 => (^ (Norm:Two (* (Norm:One x) y)) 2)
        \abs{x} => (Abs x)
        \inner{a}{b} ;; \ip{a, b} ;; \braket{a|b} ;; \braket{a}{b} => (<> a b)
        np.sum(x) ;; x.sum() ;; Total[x] ;; torch.sum(x) => (Sum x)
        x.mean() ;; Mean[x] => (Mean x)
        np.exp(x) ;; Exp[x] ;; jnp.exp(x) ;; math.exp(x) => (Exp x)
        sigmoid(x) ;; expit(x) ;; logistic(x) ;; scipy.special.expit(x) ;; torch.sigmoid(x) ;; LogisticSigmoid[x] => (Sigmoid x)
        scipy.linalg.expm(X) ;; MatrixExp[X] => (Expm X)
        logsumexp(x) ;; lse(x) ;; log_sum_exp(x) ;; scipy.special.logsumexp(x) => (LogSumExp x)
        np.eye(n) ;; IdentityMatrix[n] => (Eye n)
        np.ones(n) => (Ones n)
        np.ones((m, n)) => (Ones m n)
        np.kron(A, B) ;; KroneckerProduct[A, B] => (Kron A B)
        np.outer(a, b) => (Outer a b)
        np.diag(x) ;; \diag(x) ;; \operatorname{diag}(x) => (Diag x)
        \vect(X) ;; \operatorname{vec}(X) => (Vec X)
        \vect{x} => x
        np.dot(a,b) ;; a.dot(b) ;; a.T @ b ;; Dot[a, b] => (* (T a) b)
        A.dot(b) ;; np.dot(A, b) ;; np.matmul(A, b) => (* A b)
        A.T.dot(b) => (* (T A) b)
        x.T.dot(A).dot(x) => (* (* (T x) A) x)
        (A@x - b).dot(c) => (* (T (+ (* A x) (- b))) c)
        np.linalg.solve(A, b) => (* (Inv A) b)
        np.multiply(a, b) => (.* a b)
        np.power(x, 3) => (.^ x 3)
        2*np.pi => (* 2 π)
        tr\,\mathrm{Id} => (Trace I)
        tr [1 2; 3 4] ;; tr[1 2; 3 4] => (Trace [1 2; 3 4])
        xexp(y) => (* x (Exp y))
        x^TA(y - b) => (* (T x) A (+ y (- b)))
    "#,
    );
}

#[test]
fn functions_that_are_not_there_are_refused() {
    for name in [
        "cond", "entropy", "slogdet", "besselj", "mse", "rms", "cdf", "sinc", "lu", "pos", "chol", "qr", "fft",
        "interp", "clip", "grad", "lg", "Ab", "trx", "lambdax", "Matrix",
    ] {
        let found = tree(&format!("a {name}(x) + b"));
        assert_eq!(found, format!("ERROR N0001: there is no function `{name}`"));
    }
    check(
        r"
        \Gamma(a) => (Gamma a)
        n\log\Gamma(a) => (* n (Log (Gamma a)))
        \Phi (x) => (NormCdf x)
        \gamma(1 - t) ;; γ(1 - t) => (* γ (+ 1 (- t)))
        polygamma(2, x) ;; PolyGamma[2, x] ;; psi(2, x) ;; digamma''(x) ;; psi''(x) => (Polygamma(2) x)
        PolyGamma[x] ;; scipy.special.psi(x) => (Polygamma(0) x)
        lgamma(x) + ψ(x) => (+ (LogGamma x) (Polygamma(0) x))
        polygamma(k, x) => ERROR P0009: the order of `polygamma` is a whole number from 0 to 32
        \rank(X) => ERROR N0001: there is no function `rank`
        scipy.stats.norm.logpdf(x) => ERROR N0001: there is no function `logpdf`
        x.sum(axis=0) ;; sum(x, 0) ;; np.sum(x, 0) => (Along(Sum, Columns) x)
        mean(X, 1) => (Along(Mean, ColumnsAsRow) X)
        X.std(axis=-1, ddof=1) => (Along(Std(1), Last) X)
        max(X, [], 2) => (Along(Max, Rows) X)
        max(x, 0) => (Max x 0)
        np.sum(X, axis=0, keepdims=True) => (Along(Sum, ColumnsAsRow) X)
        var(x, 0) ;; torch.var(x) ;; x.var(ddof=1) ;; np.var(x, axis=None, ddof=1) => (Var(1) x)
        sum(x, axis=2) => ERROR P0009: `axis` of `sum` is 0, 1 or -1
        2 \partial => ERROR P0002: unknown LaTeX command `\partial`
        sp.Matrix([[1,2],[3,4]]) => ERROR N0001: there is no function `Matrix`
        eps => ERROR N0001: unknown name `eps`
        x kam => ERROR N0001: unknown name `kam`
        Ab (x) ;; A b (x) => (* A b x)
        Φ x => (* Φ x)
        λA(x) => (* λ A x)
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
fn literals_and_brackets() {
    check(
        r"
        [1 2; 3 4] ;; [1, 2; 3, 4] ;; [[1,2],[3,4]] ;; \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} => [1 2; 3 4]
        [1, 2, 3] ;; [1 2 3] => [1 2 3]
        [1 -2 3] => [1 (+ (- 2)) 3]
        [1 - 2] => (+ 1 (- 2))
        [1; 2] => [1; 2]
        [1/2 1/3] => [(/ 1 2) (/ 1 3)]
        [a b; c d] => [a b; c d]
        [Ax - b]' ;; [A x - b]' => (T (+ (* A x) (- b)))
        [5] => 5
        \left( a + b \right) c ;; \bigl(a+b\bigr)c ;; \left[a+b\right] c ;; \{a+b\} c => (* (+ a b) c)
        [1 2; 3] => ERROR P0011: the rows of the literal differ in length
    ",
    );
}

#[test]
fn errors() {
    check(
        r"
        (a + b => ERROR P0003: `(` is not closed
        a + b) => ERROR P0003: `)` without `(`
        (a] => ERROR P0003: `(` is closed by `]`
        + => ERROR P0004: nothing follows `+`
        a + => ERROR P0004: nothing follows `+`
        * a => ERROR P0004: `*` has nothing before it
        a * * b => ERROR P0004: nothing follows `*`
        X^ => ERROR P0004: `^` without an exponent
        () => ERROR P0004: `( )` with nothing in it
        a == b => ERROR P0008: this is an equation, not an expression
        \fracc{1}{2} => ERROR P0002: unknown LaTeX command `\fracc`
        |x => ERROR P0003: `|` is not closed
        ||x => ERROR P0003: `||` is not closed
        x < y => ERROR P0003: `<` is not closed
        <a> => ERROR P0009: an inner product has two sides
        a, b => ERROR P0008: `,` cannot appear here
        ? => ERROR P0001: `?` is not a symbol of the language
        a_1_1 => ERROR P0008: `_` cannot appear here
        log_b x => ERROR P0008: `log` takes no subscript
        log_{-2} x => ERROR P0008: `log` takes no subscript
    ",
    );
    assert!(tree("").starts_with("ERROR P0005"));
    assert!(tree("  ").starts_with("ERROR P0005"));
    assert!(tree("a\0b").starts_with("ERROR P0001: control character U+0000"));
    assert!(tree("\\foo + \\bar").contains("P0002"));
}

fn declared(source: &str) -> String {
    match parse_declarations(source) {
        Ok(list) => list.iter().map(|one| format!("{}: {:?}", one.name, one.kind)).collect::<Vec<_>>().join("; "),
        Err(errors) => format!(
            "ERROR {}",
            errors.iter().map(|e| format!("{}: {}", e.code, e.message)).collect::<Vec<_>>().join(" | ")
        ),
    }
}

#[test]
fn declarations() {
    let same = |inputs: &[&str], expected: &str| {
        for input in inputs {
            assert_eq!(declared(input), expected, "{input}");
        }
    };
    same(
        &[
            "A: matrix(m,n)",
            "A : matrix( m , n )",
            "A ∈ ℝ^{m×n}",
            "A in R^{m x n}",
            "A ∈ ℝᵐˣⁿ",
            "A \\in \\mathbb{R}^{m \\times n}",
            "A in R^(m x n)",
            "$A \\in \\mathbb{R}^{m\\times n}$",
            "A in R^mxn",
            "A in R^m x n",
            "A: matrix(m,n) # data",
        ],
        "A: Matrix(Symbol(\"m\"), Symbol(\"n\"))",
    );
    same(&["x: vector(n)", "x ∈ ℝⁿ", "x in R^n", "x in R^{n}"], "x: Vector(Symbol(\"n\"))");
    same(&["alpha in R", "α ∈ ℝ", "\\alpha: scalar"], "α: Scalar");
    same(
        &["A in S^n_++", "A ∈ Sⁿ₊₊", "A in S_{++}^n", "A: spd(n)", "A \\in \\mathbb{S}^n_{++}"],
        "A: Square(PositiveDefinite, Symbol(\"n\"))",
    );
    same(&["A in S^n_+", "A ∈ Sⁿ₊"], "A: Square(PositiveSemidefinite, Symbol(\"n\"))");
    same(&["A ∈ S^n", "A: symmetric(n)"], "A: Square(Symmetric, Symbol(\"n\"))");
    same(&["A: matrix(2,3)", "A in R^{2x3}", "A in R^2x3"], "A: Matrix(Number(2), Number(3))");
    same(&["A, B: square(n)"], "A: Square(General, Symbol(\"n\")); B: Square(General, Symbol(\"n\"))");
    same(&["x_1: vector(n)", "x₁: vector(n)"], "x_1: Vector(Symbol(\"n\"))");
    same(&["a: family(m) of vector(n)"], "a: Family(Symbol(\"m\"), Vector(Symbol(\"n\")))");
    same(&["phi: function"], "φ: Function");
    same(&["f: matrix function", "f: Matrix  Function"], "f: MatrixFunction");
    same(&["t: simplex(n)", "t in Delta^n", "t ∈ Δⁿ", "t \\in \\Delta^{n}"], "t: Simplex(Symbol(\"n\"))");
    same(
        &["y: signs(n)", "y in {-1,1}^n", "y ∈ {−1, 1}ⁿ", "y \\in \\{-1, +1\\}^n", "y in {±1}^n", "y in {1,-1}^n"],
        "y: Signs(Symbol(\"n\"))",
    );
    same(
        &["M: binary(m,n)", "M in {0,1}^{m x n}", "M ∈ {0, 1}ᵐˣⁿ", "M \\in \\{0,1\\}^{m \\times n}", "M: mask(m,n)"],
        "M: Binary(Symbol(\"m\"), Symbol(\"n\"))",
    );
    same(&["y: binary(n)", "y in {0,1}^n", "y: boolean(n)"], "y: Binary(Symbol(\"n\"), Number(1))");
    same(&["z: binary", "z in {0,1}"], "z: Binary(Number(1), Number(1))");
    same(&["f: matrix functon"], "ERROR P0014: unknown kind `matrix functon`");
    same(
        &["k: integer; s: positive", "k: integer\n# note\ns: positive\n", ";k: integer;;\n s: positive;"],
        "k: Integer; s: Positive",
    );
    same(&["x: vektor(n)"], "ERROR P0014: unknown kind `vektor`");
    same(&["x: vector", "x: vec", "x: real vector", "x is a vector", "x: column vector"], "x: Vector(Open)");
    same(&["x: vector(m, n)"], "ERROR P0014: `vector` takes one size, 2 given");
    same(&["A: matrix", "A: mat", "A: a real matrix"], "A: Matrix(Open, Open)");
    same(
        &[
            "A: spd",
            "A: SPD",
            "A: positive definite",
            "A: pos. def.",
            "A: symmetric positive definite",
            "A: symmetric positive-definite matrix",
        ],
        "A: Square(PositiveDefinite, Open)",
    );
    same(
        &["A: SPD(n)", "A: symmetric positive definite(n)", "A: posdef(n)"],
        "A: Square(PositiveDefinite, Symbol(\"n\"))",
    );
    same(
        &["A: PSD", "A: positive semidefinite", "A: positive semi-definite matrix"],
        "A: Square(PositiveSemidefinite, Open)",
    );
    same(&["A: symmetric", "A is symmetric", "A: symmetric matrix"], "A: Square(Symmetric, Open)");
    same(&["A: diagonal", "A: diag", "A: diagonal matrix"], "A: Square(Diagonal, Open)");
    same(&["A: skew-symmetric(n)", "A: antisymmetric(n)"], "A: Square(Skew, Symbol(\"n\"))");
    same(&["L: lower triangular(n)", "L: lower-triangular matrix(n)"], "L: Square(Lower, Symbol(\"n\"))");
    same(&["A: invertible(n)", "A: square n", "A: nxn invertible matrix"], "A: Square(General, Symbol(\"n\"))");
    same(&["a: family of vector", "a: family of vectors"], "a: Family(Open, Vector(Open))");
    same(
        &[
            "x: R^n",
            "x : ℝ^n",
            "x: ℝⁿ",
            "x:vector n",
            "x: vec(n)",
            "x: column(n)",
            "x: vector of length n",
            "x: vector(n, 1)",
        ],
        "x: Vector(Symbol(\"n\"))",
    );
    same(
        &["A: R^{m x n}", "A: mat(m,n)", "A: m x n matrix", "A: m by n matrix", "A: matrix(m x n)", "A: matrix m x n"],
        "A: Matrix(Symbol(\"m\"), Symbol(\"n\"))",
    );
    same(&["A: 2x3 matrix"], "A: Matrix(Number(2), Number(3))");
    same(&["alpha: real", "alpha: number", "alpha: R", "alpha: real number", "alpha: real scalar"], "α: Scalar");
    same(&["k: int", "k: natural", "k: natural number", "k: positive integer"], "k: Integer");
    same(&["phi: func", "phi: elementwise function", "phi: fn"], "φ: Function");
    same(
        &[
            "w: positive(n)",
            "w in R^n_{++}",
            "w in R_{++}^n",
            "w ∈ ℝⁿ₊₊",
            "w ∈ ℝ₊₊ⁿ",
            "w \\in \\mathbb{R}^n_{++}",
            "w: vector(n); w > 0",
            "w: vector(n), w > 0",
            "w > 0; w in R^n",
            "w: positive vector(n)",
        ],
        "w: PositiveVector(Symbol(\"n\"))",
    );
    same(&["s: scalar; s > 0", "s > 0", "s: positive", "s: positive number"], "s: Positive");
    same(
        &[
            "w: nonnegative(n)",
            "w in R^n_+",
            "w ∈ ℝⁿ₊",
            "w: vector(n); w >= 0",
            "w ≥ 0; w in R^n",
            "w: non-negative vector(n)",
        ],
        "w: NonnegativeVector(Symbol(\"n\"))",
    );
    same(&["s: scalar; s >= 0", "s ≥ 0", "s: nonnegative", "s: nonneg", "s in R_+"], "s: Nonnegative");
    same(
        &[
            "f: function of vector(n)",
            "f: R^n -> R",
            "f: ℝⁿ → ℝ",
            "f: \\mathbb{R}^n \\to \\mathbb{R}",
            "f \\colon \\R^n \\to \\R",
            "f: vector(n) -> scalar",
            "f: function from R^n to R",
        ],
        "f: Map(Vector(Symbol(\"n\")), Scalar)",
    );
    same(&["F: R^n -> R^m", "F: ℝⁿ → ℝᵐ"], "F: Map(Vector(Symbol(\"n\")), Vector(Symbol(\"m\")))");
    same(&["K: R -> S^n_++", "K: scalar -> spd(n)"], "K: Map(Scalar, Square(PositiveDefinite, Symbol(\"n\")))");
    same(&["f: R -> R"], "f: Function");
    same(&["f: vector function", "f: R^n x R^m -> R", "f: -> R"], "ERROR P0014: this map cannot be read");
    same(&["A: 3x3", "A ∈ ℝ^{3×3}"], "A: Matrix(Number(3), Number(3))");
    same(&["A in R^{n x n} symmetric", "A ∈ ℝⁿˣⁿ symmetric"], "A: Square(Symmetric, Symbol(\"n\"))");
    same(&["x: 3"], "ERROR P0014: unknown kind `3`");
    same(&["n: size"], "ERROR P0014: unknown kind `size`");
    same(&["U: unitary(n)"], "ERROR P0014: unknown kind `unitary`");
    same(&["x, y: vector(n)", "x ∈ R^n, y ∈ R^n"], "x: Vector(Symbol(\"n\")); y: Vector(Symbol(\"n\"))");
    same(&["x: vector(n"], "ERROR P0013: the sizes of `vector` cannot be read");
    same(&["x: foo; y: bar"], "ERROR P0014: unknown kind `foo` | P0014: unknown kind `bar`");
    same(&["x = 3"], "ERROR P0013: a declaration has no `=`");
    same(&["x: scalar; x: scalar"], "ERROR N0003: `x` is declared twice");
    same(&["", "# nothing"], "");
}

#[test]
fn names_after_wrt() {
    for (text, name) in [
        ("X", "X"),
        (" theta ", "θ"),
        ("theta_1", "θ_1"),
        ("\\Sigma", "Σ"),
        ("W₁", "W_1"),
        ("x_{12}", "x_12"),
        ("x1", "x1"),
        ("\\mathbf{x}", "x"),
        ("foo", "foo"),
        ("\\hat{x}", "x̂"),
        ("\\mathbf{\\hat x}", "x̂"),
        ("\\boldsymbol{\\hat{\\beta}}_1", "β̂_1"),
        ("\\check{x}", "x\u{30C}"),
        ("ŷ", "y\u{302}"),
        ("\\hat{y}", "y\u{302}"),
    ] {
        assert_eq!(parse_name(text).as_deref(), Ok(name), "{text}");
    }
    assert_eq!(parse_names("W, b").unwrap_or_default(), ["W", "b"]);
    assert!(parse_name("W,b").is_err());
    assert!(parse_name("").is_err());
    assert!(parse_name("X^2").is_err());
}

#[test]
fn declared_names_change_the_reading() {
    let list = parse_declarations("foobar: vector(n); phi: function; σ: scalar; f: function").unwrap_or_default();
    let names = KnownNames::from_declarations(&list);
    let tree = |source: &str| parse(source, &names).map(|ast| ast.to_sexpr()).unwrap_or_default();
    assert_eq!(tree("A foobar"), "(* A foobar)");
    assert_eq!(tree("phi(x) + phi'(x)"), "(+ (φ x) (φ' x))");
    assert_eq!(tree("f''(x)"), "(f'' x)");
    assert_eq!(tree("φ′(x)"), "(φ' x)");
    assert_eq!(tree("σ(x)"), "(* σ x)");
    assert_eq!(tree("Aσ(x)"), "(* A σ x)");
    let list = parse_declarations("svd: function; gamma: function; A: matrix; b: vector; n: integer; eps: scalar")
        .unwrap_or_default();
    let names = KnownNames::from_declarations(&list);
    let tree = |source: &str| parse(source, &names).map(|ast| ast.to_sexpr()).unwrap_or_default();
    assert_eq!(tree("svd(x)"), "(svd x)");
    assert_eq!(tree("gamma(x) + Γ(x)"), "(+ (γ x) (Gamma x))");
    assert_eq!(tree("gamma(x)"), "(γ x)");
    assert_eq!(tree("Ab(x)"), "(* A b x)");
    assert_eq!(tree("eps x"), "(* eps x)");
    assert_eq!(tree("Ax(x)"), "");
    let list = parse_declarations("g: matrix function").unwrap_or_default();
    let names = KnownNames::from_declarations(&list);
    let tree = |source: &str| parse(source, &names).map(|ast| ast.to_sexpr()).unwrap_or_default();
    assert_eq!(tree("tr L_g(X, E)"), "(Trace (L_g X E))");
    for text in ["A L_g'(X,E,F)", "A L_g′(X, E, F)", "A L_{g'}(X,E,F)", "A L_{g}'(X,E,F)"] {
        assert_eq!(tree(text), "(* A (L_g' X E F))", "{text}");
    }
    assert_eq!(tree("L_g + L_f"), "(+ L_g[g] L_f[f])");
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

#[test]
fn hostile_input_is_refused_or_read() {
    let n = 100_000;
    for source in [
        "(".repeat(n),
        format!("{}x{}", "(".repeat(n), ")".repeat(n)),
        "[".repeat(n),
        "{".repeat(n),
        "|".repeat(n),
        "||x".repeat(n),
        "<".repeat(n),
        "1[".repeat(n),
        format!("{}x", "-".repeat(n)),
        format!("x{}", "'".repeat(n)),
        format!("x{}", "^x".repeat(n)),
        format!("{}x", "sin ".repeat(n)),
        "\\frac{".repeat(n),
        "\\frac".repeat(n),
        "\\mathbf{".repeat(n),
        "\\hat{".repeat(n),
        "x_{".repeat(n),
        "x_".repeat(n),
        "sum_i ".repeat(n),
        "sum_{i=".repeat(n),
        format!("x{}", " + x".repeat(n)),
        format!("x{}", " x".repeat(n)),
        "1/".repeat(n),
        "a".repeat(n),
        "\\".repeat(n),
        "sin^{".repeat(n),
        "√".repeat(n),
        "||".repeat(n),
        "|x".repeat(n),
    ] {
        if let Err(errors) = parse(&source, &KnownNames::default()) {
            let head: String = source.chars().take(8).collect();
            assert!(errors.len() <= super::limits::MAX_ERRORS, "{head}: {} errors", errors.len());
            let message = crate::diagnostic::render_all(&errors, &source, "expression", false);
            assert!(message.len() < n, "{head}: {} bytes", message.len());
        }
    }
}

#[test]
fn two_thousand_layers_are_read() {
    let mut source = String::new();
    for k in 0..2_000 {
        source.push_str(&format!("tanh(W_{k} "));
    }
    source.push('x');
    source.push_str(&")".repeat(2_000));
    assert!(parse(&source, &KnownNames::default()).is_ok());
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

#[test]
fn mixtures() {
    check(
        r"
        \frac{1}{2} \left\| A\mathbf{x} - \mathbf b \right\|_2^2 + \lambda \lVert x\rVert_1 => (+ (* (/ 1 2) (^ (Norm:Two (+ (* A x) (- b))) 2)) (* λ (Norm:One x)))
        -\sum_{i=1}^{m} \left( y_i \log \sigma(\theta^\top x_i) \right) => (+ (- (Σ i=1..m : (* y_i[i] (Log (Sigmoid (* (T θ) x_i[i])))))))
        X^T*(X*w - y)/n => (mixed (T X) * (+ (* X w) (- y)) / n)
        max(0, x) + (a/b)' => (+ (Max 0 x) (T (/ a b)))
        x^(1/2) y => (* (^ x (/ 1 2)) y)
        tr(X^-1 A)^2 / 2 => (/ (^ (Trace (* (^ X -1) A)) 2) 2)
        (1/2)x => (* (/ 1 2) x)
        3*-x => (* 3 (+ (- x)))
        x_n' y => (* (T x_n[n]) y)
        A_1A_2 => (* A_1[1] A_2[2])
        \hat{y}_i => ŷ_i[i]
    "
        .replace("\u{177}", "y\u{302}")
        .as_str(),
    );
}

#[test]
fn random_symbols_never_panic() {
    let words = [
        "x",
        "A",
        "_",
        "^",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "|",
        "||",
        "‖",
        "<",
        ">",
        ",",
        ";",
        "=",
        "1",
        "2",
        "0",
        "/",
        "*",
        ".*",
        "+",
        "-",
        "'",
        "ᵀ",
        "⁻¹",
        "₁",
        "ᵢ",
        "sum",
        "∑",
        "Σ",
        "sin",
        "tr",
        "norm",
        "eye",
        "vector",
        "σ",
        "\\frac",
        "\\sqrt",
        "\\mathbf",
        "\\hat",
        "\\left",
        "\\right",
        "\\|",
        "\\begin{bmatrix}",
        "\\end{bmatrix}",
        "&",
        "\\\\",
        " ",
        "√",
        "!",
        "T",
        "\\top",
        "½",
        "∞",
        "i",
        "max",
        "L",
        "expm",
        "inf",
        "𝟙",
        ".",
        "é",
        "\u{302}",
        "\n",
        "⟨",
        "⟩",
        "**",
        "where",
        "r =",
        "r",
        "f(x) =",
        "f(",
        "h_i :=",
        "h_",
        ":=",
        ":",
        "↦",
        "∈",
        "R^n",
        "\\min",
        "_",
        "arg",
        "minimize",
        "\\underset",
        "s.t.",
    ];
    let mut seed = 12_345_u64;
    let mut next = |n: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap_or(0) % n
    };
    for _ in 0..40_000 {
        let length = 1 + next(12);
        let source: String = (0..length).map(|_| words[next(words.len())]).collect();
        match parse(&source, &KnownNames::default()) {
            Ok(ast) => {
                for node in &ast.nodes {
                    assert!(source.get(node.span.start..node.span.end).is_some(), "{source}: {:?}", node.span);
                }
                let _ = ast.to_sexpr();
            }
            Err(errors) => {
                assert!(!errors.is_empty());
                let _ = crate::diagnostic::render_all(&errors, &source, "expression", false);
            }
        }
        let _ = (parse_declarations(&source), parse_names(&source));
    }
}

/// What several parts share is looked at once, also for the indices in a sum.
#[test]
fn sums_of_shared_parts() {
    let mut source = "sum(t_60) where t_1 = x'x".to_owned();
    for part in 2..=60 {
        source.push_str(&format!("; t_{part} = t_{}^2 + t_{}", part - 1, part - 1));
    }
    assert!(parse(&source, &KnownNames::default()).is_ok());
}
