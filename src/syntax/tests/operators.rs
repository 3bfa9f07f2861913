//! Operators and brackets: products, powers, fractions, norms, blocks.

use super::check;

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
