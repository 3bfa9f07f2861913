//! What stands around an expression: definitions, the sign of a minimum, variables, sets.

use super::check;
use crate::syntax::{KnownNames, parse};

#[test]
fn entries_of_values() {
    check(
        r"
        (Ax)_i ;; (Ax)ᵢ ;; (A x)_{i} ;; {Ax}_i => (entry (* A x) i)
        (XY)_{ij} ;; (X Y)_ij ;; \left(XY\right)_{i,j} => (entry (* X Y) i j)
        (a_i)_j => (entry a_i[i] j)
        A(Bx)_1^2 ;; A(Bx)₁² => (* A (^ (entry (* B x) 1) 2))
        X'_{12} => (entry (T X) 1 2)
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
