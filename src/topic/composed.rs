//! Functions that work entry by entry and are short for others.

use super::row::{Kind, NONE, Row, shows};
use crate::catalog::Composed;
use crate::syntax::Function;

const COMPOSED: Row = Row { kind: Kind::Elementwise, given: "x: vector(n)", wrt: "x", ..NONE };

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "log1p",
        form: "log1p(x)",
        title: "the logarithm of 1 + x",
        functions: &[Function::Composed(Composed::Log1p)],
        identities: &[("log1p(x)", "log(1 + x)", "x: positive(n)")],
        example: shows(&["grad sum log1p(exp(x)) wrt x"], "σ(x)"),
        ..COMPOSED
    },
    Row {
        name: "expm1",
        form: "expm1(x)",
        title: "exp(x) − 1",
        functions: &[Function::Composed(Composed::Expm1)],
        identities: &[("expm1(x)", "exp(x) - 1", "x: vector(n)")],
        example: shows(&["grad sum expm1(A x) wrt x"], "Aᵀexp(Ax)"),
        ..COMPOSED
    },
    Row {
        name: "log2",
        form: "log2(x)",
        title: "the logarithm to base 2",
        functions: &[Function::Composed(Composed::Log2)],
        identities: &[("log2(x)", "log(x)/log(2)", "x: positive(n)")],
        example: shows(&["derivative log2(t) wrt t"], "1/(t log(2))"),
        ..COMPOSED
    },
    Row {
        name: "log10",
        form: "log10(x)",
        title: "the logarithm to base 10",
        functions: &[Function::Composed(Composed::Log10)],
        identities: &[("log10(x)", "log(x)/log(10)", "x: positive(n)")],
        example: shows(&["derivative log10(t) wrt t"], "1/(t log(10))"),
        ..COMPOSED
    },
    Row {
        name: "square",
        form: "square(x)",
        title: "the square of each entry",
        functions: &[Function::Composed(Composed::Square)],
        identities: &[("square(x)", "x.^2", "x: vector(n)")],
        example: shows(&["grad mean(square(x)) wrt x"], "2x/n"),
        ..COMPOSED
    },
    Row {
        name: "sec",
        form: "sec(x)",
        title: "the secant, 1/cos(x)",
        functions: &[Function::Composed(Composed::Sec)],
        identities: &[("sec(x)", "1 ./ cos(x)", "x: vector(n)")],
        example: shows(&["derivative sec(t) wrt t"], "tan(t)/cos(t)"),
        ..COMPOSED
    },
    Row {
        name: "csc",
        form: "csc(x)",
        title: "the cosecant, 1/sin(x)",
        functions: &[Function::Composed(Composed::Csc)],
        identities: &[("csc(x)", "1 ./ sin(x)", "x: vector(n)")],
        example: shows(&["derivative csc(t) wrt t"], "−cos(t)/sin²(t)"),
        ..COMPOSED
    },
    Row {
        name: "cot",
        form: "cot(x)",
        title: "the cotangent, cos(x)/sin(x)",
        functions: &[Function::Composed(Composed::Cot)],
        identities: &[("cot(x)", "cos(x) ./ sin(x)", "x: vector(n)")],
        example: shows(&["derivative cot(t) wrt t"], "−1/sin²(t)"),
        ..COMPOSED
    },
    Row {
        name: "sech",
        form: "sech(x)",
        title: "the hyperbolic secant, 1/cosh(x)",
        functions: &[Function::Composed(Composed::Sech)],
        identities: &[("sech(x)", "1 ./ cosh(x)", "x: vector(n)")],
        example: shows(&["derivative sech(t) wrt t"], "−tanh(t)/cosh(t)"),
        ..COMPOSED
    },
    Row {
        name: "csch",
        form: "csch(x)",
        title: "the hyperbolic cosecant, 1/sinh(x)",
        functions: &[Function::Composed(Composed::Csch)],
        identities: &[("csch(x)", "1 ./ sinh(x)", "x: vector(n)")],
        example: shows(&["derivative csch(t) wrt t"], "−1/(sinh(t)tanh(t))"),
        ..COMPOSED
    },
    Row {
        name: "coth",
        form: "coth(x)",
        title: "the hyperbolic cotangent, 1/tanh(x)",
        functions: &[Function::Composed(Composed::Coth)],
        identities: &[("coth(x)", "1 ./ tanh(x)", "x: vector(n)")],
        example: shows(&["derivative coth(t) wrt t"], "1 − 1/tanh²(t)"),
        ..COMPOSED
    },
    Row {
        name: "erfc",
        form: "erfc(x)",
        title: "1 − erf(x)",
        functions: &[Function::Composed(Composed::Erfc)],
        identities: &[("erfc(x)", "1 - erf(x)", "x: vector(n)")],
        example: shows(&["derivative erfc(t) wrt t"], "−2exp(−t²)/√(π)"),
        ..COMPOSED
    },
    Row {
        name: "logit",
        form: "logit(x)",
        title: "log(x/(1 − x)), the inverse of the sigmoid",
        functions: &[Function::Composed(Composed::Logit)],
        identities: &[("logit(sigmoid(t))", "t", "t: scalar")],
        example: shows(&["derivative logit(t) wrt t"], "1/(t(1 − t))"),
        ..COMPOSED
    },
    Row {
        name: "logsigmoid",
        form: "logsigmoid(x)",
        title: "log σ(x)",
        functions: &[Function::Composed(Composed::LogSigmoid)],
        identities: &[("logsigmoid(x)", "log(sigmoid(x))", "x: vector(n)")],
        example: shows(&["grad sum logsigmoid(A x) wrt x"], "Aᵀσ(−Ax)"),
        ..COMPOSED
    },
    Row {
        name: "silu",
        form: "silu(x)",
        title: "x σ(x), also named swish",
        functions: &[Function::Composed(Composed::Silu)],
        identities: &[("silu(x)", "x .* sigmoid(x)", "x: vector(n)")],
        example: shows(&["derivative silu(t) wrt t"], "σ(t)(1 + tσ(−t))"),
        ..COMPOSED
    },
    Row {
        name: "gelu",
        form: "gelu(x)",
        title: "x Φ(x), with the normal distribution function Φ",
        functions: &[Function::Composed(Composed::Gelu)],
        identities: &[("gelu(x)", "x .* normcdf(x)", "x: vector(n)")],
        example: shows(&["derivative gelu(t) wrt t"], "t normpdf(t) + normcdf(t)"),
        ..COMPOSED
    },
    Row {
        name: "elu",
        form: "elu(x)",
        title: "x where x > 0, exp(x) − 1 below",
        functions: &[Function::Composed(Composed::Elu)],
        identities: &[("elu(x)", "relu(x) + exp(-relu(-x)) - 1", "x: vector(n)")],
        example: shows(&["derivative elu(t) wrt t"], "exp(−relu(−t)) 1[t < 0] + 1[t > 0]"),
        ..COMPOSED
    },
    Row {
        name: "mish",
        form: "mish(x)",
        title: "x tanh(softplus(x))",
        functions: &[Function::Composed(Composed::Mish)],
        identities: &[("mish(x)", "x .* tanh(softplus(x))", "x: vector(n)")],
        example: shows(&["derivative mish(t) wrt t"], "tσ(t)(1 − tanh²(softplus(t))) + tanh(softplus(t))"),
        ..COMPOSED
    },
    Row {
        name: "softsign",
        form: "softsign(x)",
        title: "x/(1 + |x|)",
        functions: &[Function::Composed(Composed::Softsign)],
        identities: &[("softsign(x)", "x ./ (1 + abs(x))", "x: vector(n)")],
        example: shows(&["derivative softsign(t) wrt t"], "1/(1 + |t|)²"),
        ..COMPOSED
    },
    Row {
        name: "leaky_relu",
        form: "leaky_relu(x)",
        title: "x where x > 0, x/100 below",
        functions: &[Function::Composed(Composed::LeakyRelu)],
        identities: &[("leaky_relu(x)", "max(x, 0.01 x)", "x: vector(n)")],
        example: shows(&["derivative leaky_relu(t) wrt t"], "1[t > 0] + 1[t < 0]/100"),
        ..COMPOSED
    },
    Row {
        name: "huber",
        form: "huber(x)",
        title: "½x² where |x| ≤ 1, |x| − ½ elsewhere",
        functions: &[Function::Composed(Composed::Huber)],
        identities: &[("huber(-x)", "huber(x)", "x: vector(n)")],
        example: shows(&["grad sum huber(A x - b) wrt x"], "Aᵀ(relu(b − Ax − 1) − relu(Ax − b − 1) + Ax − b)"),
        ..COMPOSED
    },
    Row {
        name: "hinge",
        form: "hinge(x)",
        title: "max(0, 1 − x)",
        functions: &[Function::Composed(Composed::Hinge)],
        identities: &[("hinge(x)", "max(0, 1 - x)", "x: vector(n)")],
        example: shows(&["grad sum hinge(A x) wrt x"], "−Aᵀ 1[1 > Ax]"),
        ..COMPOSED
    },
    Row {
        name: "entr",
        form: "entr(x)",
        title: "−x log(x)",
        functions: &[Function::Composed(Composed::Entr)],
        identities: &[("entr(x)", "-x .* log(x)", "x: positive(n)")],
        example: shows(&["grad sum entr(x) wrt x"], "−1 − log(x)"),
        ..COMPOSED
    },
];
