//! Functions that work entry by entry.

use super::row::{Kind, NONE, Row, shows};
use crate::catalog::Func;
use crate::syntax::Function;

const ENTRYWISE: Row = Row { kind: Kind::Elementwise, given: "x: vector(n)", wrt: "x", ..NONE };

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "exp",
        form: "exp(x)",
        title: "the exponential function",
        what: "For a square matrix it is still elementwise; `expm` is the matrix exponential.",
        functions: &[Function::Entrywise(Func::Exp)],
        forms: &["e^x"],
        identities: &[("exp(x + y)", "exp(x) .* exp(y)", "x, y: vector(n)"), ("log(exp(x))", "x", "x, y: vector(n)")],
        example: shows(&["grad sum exp(A x) wrt x"], "Aᵀexp(Ax)"),
        ..ENTRYWISE
    },
    Row {
        name: "log",
        form: "log(x)",
        title: "the natural logarithm",
        what: "For a square matrix it is still elementwise; `logm` is the matrix logarithm.",
        functions: &[Function::Entrywise(Func::Log)],
        identities: &[
            ("log(x .* y)", "log(x) + log(y)", "x, y: positive(n)"),
            ("log(x.^3)", "3 log(x)", "x, y: positive(n)"),
            ("exp(log(x))", "x", "x, y: positive(n)"),
        ],
        example: shows(&["grad sum log(x) wrt x"], "1⊘x"),
        ..ENTRYWISE
    },
    Row {
        name: "sqrt",
        form: "sqrt(x)",
        title: "the square root",
        what: "For a square matrix it is still elementwise; `sqrtm` is the matrix square root.",
        functions: &[Function::Sqrt],
        forms: &["x.^(1/2)"],
        marks: &["√"],
        identities: &[
            ("sqrt(x) .* sqrt(x)", "x", "x, y: positive(n)"),
            ("sqrt(x .* y)", "sqrt(x) .* sqrt(y)", "x, y: positive(n)"),
            ("sqrt(x.^2)", "abs(x)", "x, y: vector(n)"),
        ],
        example: shows(&["grad sum sqrt(x) wrt x"], "½(1⊘√(x))"),
        ..ENTRYWISE
    },
    Row {
        name: "abs",
        form: "abs(x)",
        title: "the absolute value",
        what: "Bars around a square matrix are its determinant.",
        functions: &[Function::Entrywise(Func::Abs)],
        forms: &["|x|"],
        marks: &["|"],
        identities: &[
            ("abs(-x)", "abs(x)", "x, y: vector(n)"),
            ("abs(x).^2", "x.^2", "x, y: vector(n)"),
            ("abs(x .* y)", "abs(x) .* abs(y)", "x, y: vector(n)"),
        ],
        example: shows(&["grad sum abs(A x - b) wrt x"], "Aᵀsign(Ax − b)"),
        ..ENTRYWISE
    },
    Row {
        name: "sign",
        form: "sign(x)",
        title: "the sign: −1, 0 or 1",
        what: "Its derivative is 0 where it has one.",
        functions: &[Function::Entrywise(Func::Sign)],
        identities: &[("sign(-x)", "-sign(x)", "x, y: vector(n)"), ("sign(x) .* abs(x)", "x", "x, y: vector(n)")],
        example: shows(&["grad x' sign(x) wrt x"], "sign(x)"),
        ..ENTRYWISE
    },
    Row {
        name: "sin",
        form: "sin(x)",
        title: "the sine",
        functions: &[Function::Entrywise(Func::Sin)],
        identities: &[
            ("sin(-x)", "-sin(x)", "x, y: vector(n)"),
            ("sin(x).^2 + cos(x).^2", "ones(n)", "x, y: vector(n)"),
            ("sin(2 t)", "2 sin(t) cos(t)", "t: scalar"),
        ],
        example: shows(&["grad sum sin(x) wrt x"], "cos(x)"),
        ..ENTRYWISE
    },
    Row {
        name: "cos",
        form: "cos(x)",
        title: "the cosine",
        functions: &[Function::Entrywise(Func::Cos)],
        identities: &[("cos(-x)", "cos(x)", "x, y: vector(n)"), ("cos(2 t)", "cos(t)^2 - sin(t)^2", "t: scalar")],
        example: shows(&["grad sum cos(x) wrt x"], "−sin(x)"),
        ..ENTRYWISE
    },
    Row {
        name: "tan",
        form: "tan(x)",
        title: "the tangent",
        functions: &[Function::Entrywise(Func::Tan)],
        identities: &[("tan(x)", "sin(x) ./ cos(x)", "x, y: vector(n)"), ("tan(-x)", "-tan(x)", "x, y: vector(n)")],
        example: shows(&["grad sum tan(x) wrt x"], "1 + tan²(x)"),
        ..ENTRYWISE
    },
    Row {
        name: "asin",
        form: "asin(x)",
        title: "the inverse of the sine",
        what: "Its values are in [−π/2, π/2].",
        functions: &[Function::Entrywise(Func::Asin)],
        identities: &[("sin(asin(x))", "x", "x, y: vector(n)"), ("asin(-x)", "-asin(x)", "x, y: vector(n)")],
        example: shows(&["derivative asin(t) wrt t"], "1/√(1 − t²)"),
        ..ENTRYWISE
    },
    Row {
        name: "acos",
        form: "acos(x)",
        title: "the inverse of the cosine",
        what: "Its values are in [0, π].",
        functions: &[Function::Entrywise(Func::Acos)],
        identities: &[("cos(acos(x))", "x", "x, y: vector(n)"), ("acos(t)", "pi/2 - asin(t)", "t: scalar")],
        example: shows(&["derivative acos(t) wrt t"], "−1/√(1 − t²)"),
        ..ENTRYWISE
    },
    Row {
        name: "atan",
        form: "atan(x)",
        title: "the inverse of the tangent",
        what: "Its values are in (−π/2, π/2).",
        functions: &[Function::Entrywise(Func::Atan)],
        identities: &[("tan(atan(x))", "x", "x, y: vector(n)"), ("atan(-x)", "-atan(x)", "x, y: vector(n)")],
        example: shows(&["derivative atan(t) wrt t"], "1/(1 + t²)"),
        ..ENTRYWISE
    },
    Row {
        name: "sinh",
        form: "sinh(x)",
        title: "the hyperbolic sine",
        functions: &[Function::Entrywise(Func::Sinh)],
        identities: &[
            ("sinh(t)", "(exp(t) - exp(-t))/2", "t: scalar"),
            ("cosh(x).^2 - sinh(x).^2", "ones(n)", "x, y: vector(n)"),
        ],
        example: shows(&["grad sum sinh(x) wrt x"], "cosh(x)"),
        ..ENTRYWISE
    },
    Row {
        name: "cosh",
        form: "cosh(x)",
        title: "the hyperbolic cosine",
        functions: &[Function::Entrywise(Func::Cosh)],
        identities: &[("cosh(t)", "(exp(t) + exp(-t))/2", "t: scalar"), ("cosh(-x)", "cosh(x)", "x, y: vector(n)")],
        example: shows(&["grad sum log cosh(x) wrt x"], "tanh(x)"),
        ..ENTRYWISE
    },
    Row {
        name: "tanh",
        form: "tanh(x)",
        title: "the hyperbolic tangent",
        functions: &[Function::Entrywise(Func::Tanh)],
        identities: &[
            ("tanh(x)", "2 sigmoid(2 x) - 1", "x, y: vector(n)"),
            ("tanh(-x)", "-tanh(x)", "x, y: vector(n)"),
        ],
        example: shows(&["grad sum tanh(x) wrt x"], "1 − tanh²(x)"),
        ..ENTRYWISE
    },
    Row {
        name: "asinh",
        form: "asinh(x)",
        title: "the inverse of the hyperbolic sine",
        functions: &[Function::Entrywise(Func::Asinh)],
        identities: &[("sinh(asinh(x))", "x", "x, y: vector(n)"), ("asinh(-x)", "-asinh(x)", "x, y: vector(n)")],
        example: shows(&["derivative asinh(t) wrt t"], "1/√(1 + t²)"),
        ..ENTRYWISE
    },
    Row {
        name: "acosh",
        form: "acosh(x)",
        title: "the inverse of the hyperbolic cosine",
        functions: &[Function::Entrywise(Func::Acosh)],
        identities: &[("cosh(acosh(x))", "x", "x, y: vector(n)")],
        example: shows(&["derivative acosh(t) wrt t"], "1/√(t² − 1)"),
        ..ENTRYWISE
    },
    Row {
        name: "atanh",
        form: "atanh(x)",
        title: "the inverse of the hyperbolic tangent",
        functions: &[Function::Entrywise(Func::Atanh)],
        identities: &[("tanh(atanh(x))", "x", "x, y: vector(n)"), ("atanh(t)", "log((1 + t)/(1 - t))/2", "t: scalar")],
        example: shows(&["derivative atanh(t) wrt t"], "1/(1 − t²)"),
        ..ENTRYWISE
    },
    Row {
        name: "sigmoid",
        form: "sigmoid(x)",
        title: "the logistic function, 1/(1 + exp(−x))",
        what: "It is printed as σ.",
        functions: &[Function::Entrywise(Func::Sigmoid)],
        forms: &["σ(x)"],
        marks: &["σ", "sigma", "\\sigma"],
        identities: &[
            ("sigmoid(t)", "1/(1 + exp(-t))", "t: scalar"),
            ("sigmoid(-x)", "1 - sigmoid(x)", "x, y: vector(n)"),
        ],
        example: shows(&["grad sum sigmoid(A x) wrt x"], "Aᵀ(σ(Ax)∘σ(−Ax))"),
        ..ENTRYWISE
    },
    Row {
        name: "softplus",
        form: "softplus(x)",
        title: "the smooth form of max(x, 0), log(1 + exp(x))",
        functions: &[Function::Entrywise(Func::Softplus)],
        identities: &[
            ("softplus(x)", "log(1 + exp(x))", "x, y: vector(n)"),
            ("softplus(x) - softplus(-x)", "x", "x, y: vector(n)"),
        ],
        example: shows(&["grad sum softplus(A x) wrt x"], "Aᵀσ(Ax)"),
        ..ENTRYWISE
    },
    Row {
        name: "relu",
        form: "relu(x)",
        title: "the positive part, max(x, 0)",
        functions: &[Function::Entrywise(Func::Relu)],
        forms: &["max(x, 0)", "[x]_+"],
        marks: &["[]_+"],
        identities: &[
            ("relu(x) - relu(-x)", "x", "x, y: vector(n)"),
            ("relu(x) + relu(-x)", "abs(x)", "x, y: vector(n)"),
        ],
        example: shows(&["grad sum relu(A x) wrt x"], "Aᵀ 1[Ax > 0]"),
        ..ENTRYWISE
    },
    Row {
        name: "erf",
        form: "erf(x)",
        title: "the error function, (2/√π) ∫₀ˣ exp(−s²) ds",
        functions: &[Function::Entrywise(Func::Erf)],
        identities: &[("erf(-x)", "-erf(x)", "x, y: vector(n)")],
        example: shows(&["derivative erf(t) wrt t"], "2exp(−t²)/√(π)"),
        ..ENTRYWISE
    },
    Row {
        name: "normcdf",
        form: "normcdf(x)",
        title: "the standard normal distribution function Φ",
        functions: &[Function::Entrywise(Func::NormCdf)],
        identities: &[
            ("normcdf(x)", "(1 + erf(x/sqrt(2)))/2", "x: vector(n)"),
            ("normcdf(x) + normcdf(-x)", "1", "x: scalar"),
        ],
        example: shows(&["grad log(normcdf(x'b)) wrt b"], "normpdf(xᵀb)x/normcdf(xᵀb)"),
        ..ENTRYWISE
    },
    Row {
        name: "normpdf",
        form: "normpdf(x)",
        title: "the standard normal density, exp(−x²/2)/√(2π)",
        functions: &[Function::Entrywise(Func::NormPdf)],
        identities: &[
            ("normpdf(t)", "exp(-t^2/2)/sqrt(2 pi)", "t: scalar"),
            ("log(normpdf(t))", "-t^2/2 - log(2 pi)/2", "t: scalar"),
        ],
        example: shows(&["derivative normpdf(t) wrt t"], "−t normpdf(t)"),
        ..ENTRYWISE
    },
    Row {
        name: "gamma",
        form: "Γ(x)",
        given: "x: positive(n)",
        title: "the Gamma function, ∫₀^∞ s^(x − 1) exp(−s) ds",
        what: "It is taken of arguments above 0. `gamma(x)` is read so with a note, as γ is a letter too.",
        functions: &[Function::Entrywise(Func::Gamma)],
        marks: &["Γ", "Gamma", "\\Gamma"],
        identities: &[("log(Γ(x))", "lgamma(x)", "x: positive(n)"), ("Γ(5)", "24", "")],
        example: shows(&["derivative Γ(t) wrt t"], "Γ(t)digamma(t)"),
        ..ENTRYWISE
    },
    Row {
        name: "lgamma",
        form: "lgamma(x)",
        given: "x: positive(n)",
        title: "the logarithm of the Gamma function",
        what: "It is taken of arguments above 0.",
        functions: &[Function::Entrywise(Func::LogGamma)],
        forms: &["log Γ(x)"],
        identities: &[("exp(lgamma(x))", "Γ(x)", "x: positive(n)")],
        example: shows(&["grad lgamma(sum(x)) - sum(lgamma(x)) wrt x"], "digamma(sum(x)) − digamma(x)"),
        ..ENTRYWISE
    },
    Row {
        name: "digamma",
        form: "digamma(x)",
        given: "x: positive(n)",
        title: "the digamma function ψ, the derivative of log Γ",
        what: "It is taken of arguments above 0. `psi(x)` is read so with a note.",
        functions: &[Function::Entrywise(Func::Polygamma(0))],
        forms: &["psi(x)"],
        marks: &["ψ", "psi", "\\psi"],
        identities: &[("digamma(x)", "polygamma(0, x)", "x: positive(n)")],
        example: shows(&["derivative digamma(t) wrt t"], "trigamma(t)"),
        ..ENTRYWISE
    },
    Row {
        name: "trigamma",
        form: "trigamma(x)",
        given: "x: positive(n)",
        title: "the trigamma function ψ′, the second derivative of log Γ",
        what: "It is taken of arguments above 0.",
        functions: &[Function::Entrywise(Func::Polygamma(1))],
        identities: &[("trigamma(x)", "polygamma(1, x)", "x: positive(n)")],
        example: shows(&["hessian sum lgamma(x) wrt x"], "diag(trigamma(x))"),
        ..ENTRYWISE
    },
    Row {
        name: "polygamma",
        form: "polygamma(2, x)",
        given: "x: positive(n)",
        title: "the polygamma functions: the derivative of order k + 1 of log Γ",
        what: "The order k is a whole number, written as one. The argument is above 0.",
        functions: &[Function::Polygamma],
        forms: &["psi(2, x)"],
        identities: &[],
        example: shows(&["derivative trigamma(t) wrt t"], "polygamma(2, t)"),
        ..ENTRYWISE
    },
];
