//! Sums and products over an index.

use super::check;
use crate::syntax::{KnownNames, parse};

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

/// What several parts share is looked at once, also for the indices in a sum.
#[test]
fn sums_of_shared_parts() {
    let mut source = "sum(t_60) where t_1 = x'x".to_owned();
    for part in 2..=60 {
        source.push_str(&format!("; t_{part} = t_{}^2 + t_{}", part - 1, part - 1));
    }
    assert!(parse(&source, &KnownNames::default()).is_ok());
}
