//! A C++ file: includes, helpers, the function with its documentation and assertions, a main program that checks its gradient.

use super::super::code::{free, terms};
use super::super::frame::{axes, call, documentation};
use super::super::listing::{Argument, Draw, Families, GradientCheck, Listing, SizeOf, Work};
use crate::structure::Structure;

/// Functions that C++ and Eigen do not have, by the name that code calls them by.
const HELPERS: &[(&str, &str)] = &[
    ("sigmoid", "static double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }"),
    (
        "softplus",
        "static double softplus(double x) {\n  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));\n}",
    ),
    (
        "log_sigmoid",
        "static double log_sigmoid(double x) {\n  return std::min(x, 0.0) - std::log1p(std::exp(-std::abs(x)));\n}",
    ),
    ("normcdf", "static double normcdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }"),
    (
        "norm_ratio",
        "static double norm_ratio(double x) {\n  // The continued fraction of the tail where it is small.\n  if (x > -3.0) return std::exp(-0.5 * x * x) * std::sqrt(2.0 / std::acos(-1.0)) / std::erfc(-x / std::sqrt(2.0));\n  double below = -x;\n  for (int k = 100; k > 0; --k) below = k / below - x;\n  return below;\n}",
    ),
    (
        "log_ndtr",
        "static double log_ndtr(double x) {\n  // The continued fraction of the tail where it is small.\n  if (x > 0.0) return std::log1p(-0.5 * std::erfc(x / std::sqrt(2.0)));\n  if (x > -3.0) return std::log(0.5 * std::erfc(-x / std::sqrt(2.0)));\n  double below = -x;\n  for (int k = 100; k > 0; --k) below = k / below - x;\n  return -0.5 * x * x - std::log(below * std::sqrt(2.0 * std::acos(-1.0)));\n}",
    ),
    (
        "normpdf",
        "static double normpdf(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::acos(-1.0)); }",
    ),
    ("relu", "static double relu(double x) { return std::max(x, 0.0); }"),
    ("sign", "static double sign(double x) { return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : 0.0; }"),
    ("step", "static double step(double x) { return x > 0.0 ? 1.0 : 0.0; }"),
    ("is_zero", "static double is_zero(double x) { return x == 0.0 ? 1.0 : 0.0; }"),
    (
        "polygamma",
        "template <int M>\nstatic double polygamma(double x) {\n  // The derivative of order M + 1 of lgamma: the terms M!/(x + n)^(M+1), and Stirling's series for the rest of them.\n  const double m = M;\n  double sum = 0.0, z = x, factorial = 1.0;\n  for (; z < 10.0 + 2.0 * m; z += 1.0) sum += std::pow(z, -M - 1);\n  const double bernoulli[] = {6.0, -30.0, 42.0, -30.0, 13.2, -2730.0 / 691.0, 6.0 / 7.0, -510.0 / 3617.0, 798.0 / 43867.0, -330.0 / 174611.0};\n  double tail = 0.5 / z, factor = (m + 1.0) / (2.0 * z * z), t = 2.0;\n  for (const double b : bernoulli) {\n    tail += factor / b;\n    factor *= (t + m) * (t + m + 1.0) / ((t + 1.0) * (t + 2.0) * z * z);\n    t += 2.0;\n  }\n  for (int k = 2; k <= M; ++k) factorial *= k;\n  const double first = M == 0 ? -std::log(z) : std::pow(z, -M) / m;\n  const double value = factorial * (sum + first + std::pow(z, -M) * tail);\n  return M % 2 == 1 ? value : -value;\n}",
    ),
    ("factorial", "static double factorial(double x) { return std::round(std::tgamma(x + 1.0)); }"),
    (
        "product_of_others",
        "static Eigen::VectorXd product_of_others(const Eigen::VectorXd& x) {\n  Eigen::VectorXd others = Eigen::VectorXd::Ones(x.size());\n  double before = 1.0, after = 1.0;\n  for (Eigen::Index i = 0, last = x.size() - 1; i < x.size(); ++i, --last) {\n    others(i) *= before;\n    others(last) *= after;\n    before *= x(i);\n    after *= x(last);\n  }\n  return others;\n}",
    ),
    ("xlogy", "static double xlogy(double x, double y) { return x == 0.0 ? 0.0 : x * std::log(y); }"),
    ("equal", "static double equal(double x, double y) { return x == y ? 1.0 : 0.0; }"),
    ("keep", "static double keep(double x, double y) { return y != 0.0 ? x : 0.0; }"),
    (
        "log_add_exp",
        "static double log_add_exp(double x, double y) {\n  return std::max(x, y) + std::log1p(std::exp(-std::abs(x - y)));\n}",
    ),
    (
        "log_sum_exp",
        "static double log_sum_exp(const Eigen::VectorXd& x) {\n  const double largest = x.maxCoeff();\n  return largest + std::log((x.array() - largest).exp().sum());\n}",
    ),
    (
        "log_sum_exp_rows",
        "static Eigen::VectorXd log_sum_exp_rows(const Eigen::MatrixXd& X) {\n  const Eigen::VectorXd largest = X.rowwise().maxCoeff();\n  return largest + (X.colwise() - largest).array().exp().rowwise().sum().log().matrix();\n}",
    ),
    (
        "pseudo_inverse",
        "static Eigen::MatrixXd pseudo_inverse(const Eigen::MatrixXd& A, double cutoff) {\n  // It is singular by construction: with one row it is 0.\n  if (A.size() == 1) return Eigen::MatrixXd::Zero(1, 1);\n  Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> factors;\n  factors.setThreshold(cutoff);\n  factors.compute(A);\n  return factors.pseudoInverse();\n}",
    ),
    (
        "polar_factor",
        "static Eigen::MatrixXd polar_factor(const Eigen::MatrixXd& A) {\n  const auto svd = A.bdcSvd(Eigen::ComputeThinU | Eigen::ComputeThinV);\n  return svd.matrixU() * svd.matrixV().transpose();\n}",
    ),
    (
        "cholesky",
        "static Eigen::LLT<Eigen::MatrixXd> cholesky(const Eigen::MatrixXd& A) {\n  const Eigen::LLT<Eigen::MatrixXd> factors(A);\n  if (factors.info() != Eigen::Success) throw std::domain_error(\"the matrix is not positive definite\");\n  return factors;\n}",
    ),
];

/// Headers of the standard library, and what in a file takes them.
const HEADERS: &[(&str, &[&str])] = &[
    ("algorithm", &["std::max", "std::min"]),
    ("cassert", &["assert("]),
    (
        "cmath",
        &[
            "std::abs",
            "std::acos",
            "std::asin",
            "std::atan",
            "std::cos",
            "std::erf",
            "std::exp",
            "std::lgamma",
            "std::log",
            "std::pow",
            "std::round",
            "std::sin",
            "std::sqrt",
            "std::tan",
            "std::tgamma",
            "std::trunc",
            "M_PI",
            "INFINITY",
        ],
    ),
    ("cstdio", &["std::printf"]),
    ("cstdlib", &["std::srand"]),
    ("stdexcept", &["std::domain_error"]),
    ("vector", &["std::vector"]),
];

pub(super) fn file(listing: &Listing) -> String {
    let mut out = String::from("#include <Eigen/Dense>\n");
    if listing.mentions("Eigen::kroneckerProduct") {
        out.push_str("#include <unsupported/Eigen/KroneckerProduct>\n");
    }
    let functions = ["Eigen::MatrixXd(", ".exp())", ".log())", ".sqrt())", ".pow("];
    if functions[1..].iter().any(|name| listing.mentions(name)) {
        out.push_str("#include <unsupported/Eigen/MatrixFunctions>\n");
    }
    let mut body = String::new();
    for (name, text) in HELPERS {
        if listing.calls(name, &["(", "<", ")"]) {
            body.push_str(&format!("\n{text}\n"));
        }
    }
    body.push('\n');
    body.push_str(&function(listing));
    if let Some(check) = &listing.check {
        body.push('\n');
        body.push_str(&checked(listing, check));
    }
    for (header, names) in HEADERS {
        if names.iter().any(|name| body.contains(name)) {
            out.push_str(&format!("#include <{header}>\n"));
        }
    }
    out.push_str(&body);
    out
}

/// Lists of lists of matrices, so deep.
pub(super) fn list(depth: usize) -> String {
    (0..depth).fold("Eigen::MatrixXd".to_owned(), |inner, _| format!("std::vector<{inner}>"))
}

fn kind(rank: usize) -> String {
    match rank {
        0 => "double".to_owned(),
        1 => "Eigen::VectorXd".to_owned(),
        _ => list(rank - 2),
    }
}

/// The kind of an argument.
fn kind_of(argument: &Argument) -> String {
    match argument.rank() {
        2 if argument.is_family() => "std::vector<Eigen::VectorXd>".to_owned(),
        rank => kind(rank),
    }
}

fn parameter(argument: &Argument) -> String {
    let name = &argument.name;
    match argument.rank() {
        _ if argument.is_size || argument.is_index => format!("Eigen::Index {name}"),
        0 => format!("double {name}"),
        _ => format!("const {}& {name}", kind_of(argument)),
    }
}

/// `LossResult`
fn structure(listing: &Listing) -> String {
    let words = listing.name.split('_').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
    });
    format!("{}Result", words.collect::<String>())
}

/// `A.rows()`
fn reading(listing: &Listing, size: &SizeOf) -> String {
    let argument = &listing.arguments[size.argument];
    let of = match (argument.is_family(), argument.rank(), size.axis) {
        (true, _, 0) => return format!("static_cast<Eigen::Index>({}.size())", argument.name),
        (false, 1, _) => ".size",
        (true, 2, _) => "[0].size",
        (true, _, 1) => "[0].rows",
        (true, ..) => "[0].cols",
        (false, _, 0) => ".rows",
        (false, ..) => ".cols",
    };
    format!("{}{of}()", argument.name)
}

/// A length as an assertion says it: sizes without a name as they are read off, so that nothing is unused where assertions are left out.
fn length(listing: &Listing, text: &str) -> String {
    let parts =
        text.split(" * ").map(|part| match listing.sizes.iter().find(|size| size.name == part && !size.is_used) {
            Some(size) => reading(listing, size),
            None => part.to_owned(),
        });
    parts.collect::<Vec<_>>().join(" * ")
}

/// Widest line.
const WIDTH: usize = 80;

fn function(listing: &Listing) -> String {
    let mut lines = Vec::new();
    let result = if listing.outputs.len() == 1 { kind(listing.outputs[0].rank()) } else { structure(listing) };
    if listing.outputs.len() > 1 {
        lines.push(format!("struct {result} {{"));
        lines.extend(listing.outputs.iter().map(|output| format!("  {} {};", kind(output.rank()), output.name)));
        lines.extend(["};".to_owned(), String::new()]);
    }
    lines.extend(
        documentation(listing, Families::Lists).into_iter().map(|line| format!("// {line}").trim_end().to_owned()),
    );
    let parameters: Vec<String> = listing.arguments.iter().map(parameter).collect();
    let start = format!("{result} {}(", listing.name);
    let head = format!("{start}{}) {{", parameters.join(", "));
    if head.chars().count() <= WIDTH {
        lines.push(head);
    } else {
        let indent = " ".repeat(start.chars().count());
        for (place, parameter) in parameters.iter().enumerate() {
            let before = if place == 0 { start.as_str() } else { indent.as_str() };
            let after = if place + 1 == parameters.len() { ") {" } else { "," };
            lines.push(format!("{before}{parameter}{after}"));
        }
    }
    let mut push = |text: &str| lines.push(format!("  {text}"));
    let mut tests = Vec::new();
    for (place, argument) in listing.arguments.iter().enumerate() {
        let name = &argument.name;
        let own: Vec<_> = listing.sizes.iter().filter(|size| size.argument == place).collect();
        for size in own.iter().filter(|size| size.is_used) {
            push(&format!("const Eigen::Index {} = {};", size.name, reading(listing, size)));
        }
        let is_read = listing.is_whole(place) && !argument.is_family();
        if argument.rank() == 0 || is_read || !listing.is_named(place) {
            continue;
        }
        let axes: Vec<String> = axes(argument).iter().map(|axis| length(listing, axis)).collect();
        if argument.is_family() {
            let has_count = own.iter().any(|size| size.axis == 0);
            if !has_count {
                tests.push(format!("assert(static_cast<Eigen::Index>({name}.size()) == {});", axes[0]));
            }
            let test = match &axes[1..] {
                [n] => format!("one.size() == {n}"),
                axes => format!("one.rows() == {} && one.cols() == {}", axes[0], axes[1]),
            };
            tests.push(format!("for ([[maybe_unused]] const auto& one : {name}) assert({test});"));
        } else if axes.len() == 1 {
            tests.push(format!("assert({name}.size() == {});", axes[0]));
        } else {
            let read = |axis: usize| own.iter().any(|size| size.axis == axis);
            let sides = [("rows", 0), ("cols", 1)].into_iter().filter(|(_, axis)| !read(*axis));
            let all: Vec<String> = sides.map(|(side, axis)| format!("{name}.{side}() == {}", axes[axis])).collect();
            tests.push(format!("assert({});", all.join(" && ")));
        }
    }
    tests.iter().for_each(|test| push(test));
    for argument in &listing.arguments {
        if let Some(inner) = argument.inner.as_ref().filter(|inner| listing.mentions(inner)) {
            let name = &argument.name;
            push(&format!("Eigen::MatrixXd {inner}({name}.size(), {name}[0].size());"));
            let i = free("i", &[name, inner]);
            push(&format!("for (Eigen::Index {i} = 0; {i} < {inner}.rows(); ++{i}) {inner}.row({i}) = {name}[{i}];"));
        }
    }
    for step in &listing.steps {
        match &step.work {
            Work::Let(code) => {
                let (left, right) = (format!("const {} {} =", kind(step.rank), step.name), format!("{};", code.text));
                if left.chars().count() + right.chars().count() + 3 <= WIDTH {
                    push(&format!("{left} {right}"));
                } else if right.chars().count() + 6 <= WIDTH {
                    push(&left);
                    push(&format!("    {right}"));
                } else {
                    let mut parts = terms(&right);
                    // The sign ends a line here.
                    for place in 1..parts.len() {
                        let (sign, rest) = parts[place].split_at(2);
                        let (sign, rest) = (sign.trim().to_owned(), rest.to_owned());
                        parts[place - 1] = format!("{} {sign}", parts[place - 1]);
                        parts[place] = rest;
                    }
                    push(&left);
                    parts.iter().for_each(|part| push(&format!("    {part}")));
                }
            }
            Work::Lines(more) => more.iter().for_each(|line| push(line)),
        }
    }
    let results: Vec<&str> = listing.outputs.iter().map(|output| output.code.text.as_str()).collect();
    push(&if results.len() == 1 {
        format!("return {};", results[0])
    } else {
        format!("return {{{}}};", results.join(", "))
    });
    lines.push("}".to_owned());
    lines.join("\n") + "\n"
}

fn checked(listing: &Listing, check: &GradientCheck) -> String {
    let mut lines = vec![
        "// The largest relative error of the gradient against central differences at a".to_owned(),
        "// random point.".to_owned(),
        "static double check_gradient() {".to_owned(),
        "  std::srand(1);".to_owned(),
    ];
    let mut push = |text: &str| lines.push(format!("  {text}"));
    for (name, size) in &check.sizes {
        push(&format!("const Eigen::Index {name} = {size};"));
    }
    for (argument, draw) in listing.arguments.iter().zip(&check.draws) {
        if !argument.is_size {
            drawn(argument, *draw).into_iter().for_each(|line| push(&line));
        }
    }
    let name = |argument: &Argument| argument.name.clone();
    push(&format!("const {} at = {};", structure(listing), call(listing, name, None)));
    let (h, d) = (listing.local("h"), listing.local("d"));
    push(&format!("const double {h} = 1e-5;"));
    push("double worst = 0.0;");
    push("for (int trial = 0; trial < 10; ++trial) {");
    let value = &listing.outputs[check.value].name;
    for (place, (argument, gradient)) in check.gradients.iter().enumerate() {
        let own = &listing.arguments[*argument];
        let (x, g) = (&own.name, &listing.outputs[*gradient].name);
        let suffix = if check.gradients.len() > 1 { format!("_{}", place + 1) } else { String::new() };
        let d = format!("{d}{suffix}");
        for line in direction(own, &d) {
            push(&format!("  {line}"));
        }
        let moved = |sign: &str| format!("{x} {sign} {h} * {d}");
        push(&format!(
            "  const double above{suffix} = {}.{value};",
            call(listing, name, Some((*argument, &moved("+"))))
        ));
        push(&format!(
            "  const double below{suffix} = {}.{value};",
            call(listing, name, Some((*argument, &moved("-"))))
        ));
        push(&format!("  const double slope{suffix} = (above{suffix} - below{suffix}) / (2.0 * {h});"));
        let found = if own.rank() == 0 { format!("at.{g} * {d}") } else { format!("at.{g}.cwiseProduct({d}).sum()") };
        push(&format!("  const double error{suffix} ="));
        push(&format!("      std::abs({found} - slope{suffix}) / std::max(1.0, std::abs(slope{suffix}));"));
        push(&format!("  worst = error{suffix} <= worst ? worst : error{suffix};"));
    }
    push("}");
    push("return worst;");
    lines.push("}".to_owned());
    format!(
        "{}\n\nint main() {{\n  const double worst = check_gradient();\n  std::printf(\"largest relative error of the gradient: %.1e\\n\", worst);\n  return worst < 1e-5 ? 0 : 1;\n}}\n",
        lines.join("\n")
    )
}

fn random(argument: &Argument) -> String {
    match axes(argument).as_slice() {
        [] => "Eigen::internal::random<double>(-1.0, 1.0)".to_owned(),
        [n] => format!("Eigen::VectorXd::Random({n})"),
        axes => format!("Eigen::MatrixXd::Random({})", axes.join(", ")),
    }
}

fn drawn(argument: &Argument, draw: Draw) -> Vec<String> {
    if argument.is_family() {
        let (name, of) = (&argument.name, kind_of(argument));
        let one = Argument { name: "one".to_owned(), ..argument.member() };
        let mut lines =
            vec![format!("{of} {name};"), format!("for (Eigen::Index i = 0; i < {}; ++i) {{", argument.axes[0].text)];
        lines.extend(drawn(&one, draw).into_iter().map(|line| format!("  {line}")));
        lines.extend([format!("  {name}.push_back(one);"), "}".to_owned()]);
        return lines;
    }
    let (x, rank) = (&argument.name, argument.rank());
    let axes = axes(argument);
    let n = axes.last().cloned().unwrap_or_default();
    let of = kind(rank);
    let one = |text: String| vec![format!("const {of} {x} = {text};")];
    let normal = random(argument);
    let uniform = |low: &str, high: &str| {
        let (low, high): (f64, f64) = (low.parse().unwrap_or(0.0), high.parse().unwrap_or(1.0));
        let (middle, half) = ((low + high) / 2.0, (high - low) / 2.0);
        if rank == 0 {
            format!("{middle:.3} + {half:.3} * {normal}")
        } else {
            format!("({middle:.3} + {half:.3} * {normal}.array()).matrix()")
        }
    };
    let identity = format!("Eigen::MatrixXd::Identity({n}, {n})");
    let base = |text: &str| {
        vec![format!("const Eigen::MatrixXd {x}_base = {normal};"), format!("const Eigen::MatrixXd {x} = {text};")]
    };
    match draw {
        Draw::Normal => one(normal),
        Draw::Uniform(interval) => {
            let (low, high) = interval.ends();
            one(uniform(low, high))
        }
        Draw::NearIdentity => one(format!("{identity} + 0.2 * {normal}")),
        Draw::Simplex => {
            vec![format!("Eigen::VectorXd {x} = {};", uniform("0.1", "1.0")), format!("{x} /= {x}.sum();")]
        }
        Draw::Signs => one(format!("{normal}.array().sign().matrix()")),
        Draw::Binary if axes.is_empty() => one("1.0".to_owned()),
        Draw::Binary => one(format!("({normal}.array() > 0.0).cast<double>().matrix()")),
        Draw::Integer => one("3.0".to_owned()),
        Draw::Structured(structure) => match structure {
            Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
                base(&format!("{x}_base * {x}_base.transpose() + {identity}"))
            }
            Structure::Symmetric => base(&format!("{x}_base + {x}_base.transpose()")),
            Structure::Skew => base(&format!("{x}_base - {x}_base.transpose()")),
            Structure::Diagonal => {
                one(format!("(1.0 + 0.7 * Eigen::VectorXd::Random({n}).array()).matrix().asDiagonal()"))
            }
            Structure::Orthogonal => one(format!("{normal}.eval().householderQr().householderQ()")),
            Structure::Lower => base(&format!(
                "{}.triangularView<Eigen::Lower>()",
                uniform("0.3", "1.7").replace(&normal, &format!("{x}_base"))
            )),
            Structure::Upper => base(&format!(
                "{}.triangularView<Eigen::Upper>()",
                uniform("0.3", "1.7").replace(&normal, &format!("{x}_base"))
            )),
            Structure::General => one(normal),
        },
    }
}

fn direction(argument: &Argument, d: &str) -> Vec<String> {
    let (x, normal) = (&argument.name, random(argument));
    let of = kind(argument.rank());
    let text = match argument.structure {
        Structure::General => return vec![format!("const {of} {d} = {normal};")],
        Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
            "(D + D.transpose()) / 2.0".to_owned()
        }
        Structure::Skew => "(D - D.transpose()) / 2.0".to_owned(),
        Structure::Diagonal => "D.diagonal().asDiagonal()".to_owned(),
        Structure::Orthogonal => format!("{x} * (D - D.transpose())"),
        Structure::Lower => "D.triangularView<Eigen::Lower>()".to_owned(),
        Structure::Upper => "D.triangularView<Eigen::Upper>()".to_owned(),
    };
    let base = format!("{d}_base");
    vec![
        format!("const {of} {base} = {normal};"),
        format!("const {of} {d} = {};", text.replace("D.", &format!("{base}.")).replace("(D ", &format!("({base} "))),
    ]
}
