//! Names and functions.

use super::{check, tree};

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
