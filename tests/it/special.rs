//! The Gamma function, its logarithm and the derivatives of that: likelihoods of Dirichlet, Gamma, Student and negative binomial variables,
//! every spelling, and the texts of the answers in every format.

use matcalc::Function;

#[track_caller]
fn function(text: &str, declared: &str) -> Function {
    let function = Function::parse(text).and_then(|function| function.declare(declared));
    function.unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The gradient is this and passes its check.
#[track_caller]
fn gradient(text: &str, declared: &str, wrt: &str, want: &str) {
    let answer = function(text, declared).gradient(wrt).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(answer.to_string(), want, "{text}");
    assert!(answer.check().passed(), "{text}");
}

#[test]
fn likelihoods() {
    let dirichlet = "lgamma(sum(α)) - sum(lgamma(α)) + <α - 1, log p>";
    gradient(dirichlet, "α: positive(n); p: positive(n)", "α", "digamma(sum(α)) + log(p) − digamma(α)");
    let gamma = "n(α log β - log Γ(α)) + (α - 1) sum(log x) - β sum(x)";
    let declared = "α, β: positive; n: scalar; x: positive(n)";
    gradient(gamma, declared, "α", "n(log(β) − digamma(α)) + sum(log(x))");
    let student = r"\log\Gamma\left(\frac{\nu+1}{2}\right) - \log\Gamma\left(\frac{\nu}{2}\right)";
    gradient(student, "ν: positive", "ν", "½(digamma(½(1 + ν)) − digamma(½ν))");
    let negative_binomial = "sum(gammaln(y + r)) - n gammaln(r) + n r log(1 - p)";
    let declared = "r: positive; y: nonnegative(n); p, n: scalar";
    gradient(negative_binomial, declared, "r", "sum(digamma(y + r)) + n(log(1 − p) − digamma(r))");
    let hessian = function(dirichlet, "α: positive(n); p: positive(n)").hessian("α").expect("it has one");
    assert_eq!(hessian.to_string(), "trigamma(sum(α))ones(n, n) − diag(trigamma(α))");
    assert!(hessian.check().passed());
}

#[test]
fn spellings_mean_the_same() {
    let families: [(&str, &[&str]); 4] = [
        ("Γ(x)digamma(x)", &["Γ(x)", "gamma(x)", "Gamma(x)", "Gamma[x]", r"\Gamma(x)", "scipy.special.gamma(x)"]),
        (
            "digamma(x)",
            &[
                "lgamma(x)",
                "loggamma(x)",
                "gammaln(x)",
                "LogGamma[x]",
                "log Γ(x)",
                r"\log\Gamma(x)",
                r"\ln\Gamma\left(x\right)",
                "torch.lgamma(x)",
                "jax.scipy.special.gammaln(x)",
                "scipy.special.loggamma(x)",
            ],
        ),
        (
            "trigamma(x)",
            &["digamma(x)", "psi(x)", "PolyGamma[x]", "polygamma(0, x)", "scipy.special.psi(x)", "torch.digamma(x)"],
        ),
        ("polygamma(2, x)", &["trigamma(x)", "psi(1, x)", "polygamma(1, x)", "PolyGamma[1, x]", "digamma'(x)"]),
    ];
    for (want, texts) in families {
        for text in texts {
            gradient(text, "x: positive", "x", want);
        }
    }
}

#[test]
fn derivatives_of_any_order() {
    let orders = ["digamma(t)", "trigamma(t)", "polygamma(2, t)", "polygamma(3, t)", "polygamma(4, t)"];
    for (order, want) in (1..).zip(orders) {
        let answer = function("lgamma(t)", "").derivative("t", order).expect("it has one");
        assert_eq!(answer.to_string(), want);
        assert!(answer.check().passed(), "{want}");
    }
}

#[test]
fn letters_keep_their_other_meanings() {
    gradient("γ(1 - t)", "", "t", "−γ");
    gradient(r"\gamma (1 - t)", "", "t", "−γ");
    gradient("gamma * (1 - t)", "", "t", "−γ");
    gradient("gamma(1 - t)", "γ: scalar", "t", "−γ");
    gradient("tr(Γ X)", "", "X", "Γᵀ");
    gradient("Γ(t)^2", "Γ: function", "t", "2Γ(t)Γ′(t)");
    for text in ["ψ(A x)", "φ(t)", "Γ_p(t)"] {
        assert!(function(text, "").gradient("t").is_err(), "{text}");
    }
}

#[test]
fn texts_in_every_notation() {
    let answer = function("lgamma(t)^2 Γ(t)", "").gradient("t").expect("it has one");
    assert_eq!(answer.to_string(), "(log Γ(t))Γ(t)digamma(t)(2 + log Γ(t))");
    let latex = answer.latex();
    assert!(latex.contains(r"\log\Gamma(t)") && latex.contains(r"\operatorname{digamma}(t)"), "{latex}");
    let numpy = answer.numpy().expect("there is code");
    assert!(numpy.contains("scipy.special.gammaln(t)") && numpy.contains("scipy.special.digamma(t)"), "{numpy}");
    // Where the letter is taken there are names.
    let taken = function("tr(Γ) lgamma(t) + exp(lgamma(s))", "Γ: matrix(n,n)").simplify();
    assert_eq!(taken.expect("it has a form").to_string(), "tr(Γ)lgamma(t) + exp(lgamma(s))");
}
