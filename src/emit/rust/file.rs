//! A Rust file: imports, the function with its documentation and assertions, helpers, a main program that checks its gradient.

use super::super::code::{Code, Origin, free, terms};
use super::super::frame::{axes, call, documentation, is_checked};
use super::super::listing::{Argument, Draw, Families, GradientCheck, Listing, Work};
use crate::structure::Structure;

/// Functions that Rust and nalgebra do not have, by the name that code calls them by.
const HELPERS: &[(&str, &str)] = &[
    ("sigmoid", "fn sigmoid(x: f64) -> f64 {\n    1.0 / (1.0 + (-x).exp())\n}"),
    ("softplus", "fn softplus(x: f64) -> f64 {\n    x.max(0.0) + (-x.abs()).exp().ln_1p()\n}"),
    ("log_sigmoid", "fn log_sigmoid(x: f64) -> f64 {\n    x.min(0.0) - (-x.abs()).exp().ln_1p()\n}"),
    ("relu", "fn relu(x: f64) -> f64 {\n    x.max(0.0)\n}"),
    ("sign", "fn sign(x: f64) -> f64 {\n    if x == 0.0 { 0.0 } else { x.signum() }\n}"),
    ("step", "fn step(x: f64) -> f64 {\n    if x > 0.0 { 1.0 } else { 0.0 }\n}"),
    ("is_zero", "fn is_zero(x: f64) -> f64 {\n    if x == 0.0 { 1.0 } else { 0.0 }\n}"),
    (
        "erf",
        "fn erf(x: f64) -> f64 {\n    // 2/sqrt(pi) exp(-x^2) (x + 2x^3/3 + 4x^5/15 + ...): all terms have the sign of x.\n    if x.abs() > 6.0 {\n        return x.signum();\n    }\n    let (mut term, mut sum, mut odd) = (x, x, 1.0);\n    while term.abs() > 1e-17 * sum.abs() {\n        odd += 2.0;\n        term *= 2.0 * x * x / odd;\n        sum += term;\n    }\n    2.0 / std::f64::consts::PI.sqrt() * (-x * x).exp() * sum\n}",
    ),
    ("normpdf", "fn normpdf(x: f64) -> f64 {\n    (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt()\n}"),
    (
        "normcdf",
        "fn normcdf(x: f64) -> f64 {\n    // 1/2 + pdf(x) (x + x^3/3 + x^5/15 + ...), and the continued fraction of the tail.\n    let (size, pdf) = (x.abs(), (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt());\n    let tail = if size < 3.0 {\n        let (mut term, mut sum, mut odd) = (size, size, 1.0);\n        while term > 1e-17 * sum {\n            odd += 2.0;\n            term *= size * size / odd;\n            sum += term;\n        }\n        0.5 - pdf * sum\n    } else {\n        pdf / (1..=100).rev().fold(size, |below, k| size + f64::from(k) / below)\n    };\n    if x < 0.0 { tail } else { 1.0 - tail }\n}",
    ),
    (
        "log_ndtr",
        "fn log_ndtr(x: f64) -> f64 {\n    // The continued fraction of the tail where it is small.\n    if x < -3.0 {\n        let below = (1..=100).rev().fold(-x, |below, k| f64::from(k) / below - x);\n        -0.5 * x * x - (below * std::f64::consts::TAU.sqrt()).ln()\n    } else if x > 0.0 {\n        (-normcdf(-x)).ln_1p()\n    } else {\n        normcdf(x).ln()\n    }\n}",
    ),
    (
        "norm_ratio",
        "fn norm_ratio(x: f64) -> f64 {\n    // The continued fraction of the tail where it is small.\n    if x < -3.0 {\n        (1..=100).rev().fold(-x, |below, k| f64::from(k) / below - x)\n    } else {\n        (-0.5 * x * x).exp() / (std::f64::consts::TAU.sqrt() * normcdf(x))\n    }\n}",
    ),
    (
        "gamma",
        "fn gamma(x: f64) -> f64 {\n    // By x gamma(x) = gamma(x + 1) up to an argument of Stirling's series.\n    let (mut product, mut z) = (1.0, x);\n    while z < 10.0 {\n        product *= z;\n        z += 1.0;\n    }\n    log_gamma(z).exp() / product\n}",
    ),
    (
        "log_gamma",
        "fn log_gamma(x: f64) -> f64 {\n    // Stirling's series at z >= 10, less the logarithm of x (x + 1) ... (z - 1).\n    let (mut product, mut z) = (1.0, x);\n    while z < 10.0 {\n        product *= z;\n        z += 1.0;\n    }\n    let series = [12.0, -360.0, 1260.0, -1680.0, 1188.0, -360360.0 / 691.0, 156.0, -122400.0 / 3617.0];\n    let tail = series.iter().rev().fold(0.0, |sum, c| sum / (z * z) + 1.0 / c) / z;\n    (z - 0.5) * z.ln() - z + 0.5 * (2.0 * std::f64::consts::PI).ln() + tail - product.ln()\n}",
    ),
    (
        "polygamma",
        "fn polygamma<const M: i32>(x: f64) -> f64 {\n    // The derivative of order M + 1 of log_gamma: the terms M!/(x + n)^(M+1), and Stirling's series for the rest of them.\n    let (m, mut sum, mut z) = (f64::from(M), 0.0, x);\n    while z < 10.0 + 2.0 * m {\n        sum += z.powi(-M - 1);\n        z += 1.0;\n    }\n    let bernoulli = [6.0, -30.0, 42.0, -30.0, 13.2, -2730.0 / 691.0, 6.0 / 7.0, -510.0 / 3617.0, 798.0 / 43867.0, -330.0 / 174611.0];\n    let (mut tail, mut factor) = (0.5 / z, (m + 1.0) / (2.0 * z * z));\n    for (k, b) in bernoulli.iter().enumerate() {\n        tail += factor / b;\n        let t = 2.0 * k as f64 + 2.0;\n        factor *= (t + m) * (t + m + 1.0) / ((t + 1.0) * (t + 2.0) * z * z);\n    }\n    let first = if M == 0 { -z.ln() } else { z.powi(-M) / m };\n    let factorial: f64 = (1..=M).map(f64::from).product();\n    let value = factorial * (sum + first + z.powi(-M) * tail);\n    if M % 2 == 1 { value } else { -value }\n}",
    ),
    ("factorial", "fn factorial(n: f64) -> f64 {\n    (1..=n as u64).map(|k| k as f64).product()\n}"),
    (
        "product_of_others",
        "fn product_of_others(x: &DVector<f64>) -> DVector<f64> {\n    let mut others = DVector::from_element(x.len(), 1.0);\n    let (mut before, mut after) = (1.0, 1.0);\n    for i in 0..x.len() {\n        let last = x.len() - 1 - i;\n        others[i] *= before;\n        others[last] *= after;\n        before *= x[i];\n        after *= x[last];\n    }\n    others\n}",
    ),
    ("xlogy", "fn xlogy(x: f64, y: f64) -> f64 {\n    if x == 0.0 { 0.0 } else { x * y.ln() }\n}"),
    ("log_add_exp", "fn log_add_exp(x: f64, y: f64) -> f64 {\n    x.max(y) + (-(x - y).abs()).exp().ln_1p()\n}"),
    (
        "log_sum_exp",
        "fn log_sum_exp<'a>(x: impl Iterator<Item = &'a f64> + Clone) -> f64 {\n    let largest = x.clone().fold(f64::NEG_INFINITY, |most, &t| most.max(t));\n    largest + x.map(|&t| (t - largest).exp()).sum::<f64>().ln()\n}",
    ),
    (
        "pseudo_inverse",
        "fn pseudo_inverse(a: &DMatrix<f64>, cutoff: f64) -> DMatrix<f64> {\n    let svd = a.clone().svd(true, true);\n    let below = cutoff * svd.singular_values.max();\n    svd.pseudo_inverse(below).expect(\"the singular vectors are computed\")\n}",
    ),
    (
        "eigenvector",
        "fn eigenvector(a: &DMatrix<f64>, is_largest: bool) -> DVector<f64> {\n    let eigen = a.clone().symmetric_eigen();\n    let values = &eigen.eigenvalues;\n    let place = if is_largest { values.imax() } else { values.imin() };\n    eigen.eigenvectors.column(place).into_owned()\n}",
    ),
    (
        "singular_vectors",
        "fn singular_vectors(a: &DMatrix<f64>) -> (DVector<f64>, DVector<f64>) {\n    let svd = a.clone().svd(true, true);\n    let place = svd.singular_values.imax();\n    let (u, v_t) = (svd.u.expect(\"it is computed\"), svd.v_t.expect(\"it is computed\"));\n    (u.column(place).into_owned(), v_t.row(place).transpose())\n}",
    ),
    (
        "falling_eigen",
        "fn falling_eigen(a: &DMatrix<f64>) -> (DVector<f64>, DMatrix<f64>) {\n    let eigen = a.clone().symmetric_eigen();\n    let mut order: Vec<usize> = (0..a.nrows()).collect();\n    order.sort_by(|i, j| eigen.eigenvalues[*j].total_cmp(&eigen.eigenvalues[*i]));\n    let values = DVector::from_fn(order.len(), |k, _| eigen.eigenvalues[order[k]]);\n    let rows = DMatrix::from_fn(order.len(), order.len(), |k, i| eigen.eigenvectors[(i, order[k])]);\n    (values, rows)\n}",
    ),
    (
        "falling_svd",
        "fn falling_svd(a: &DMatrix<f64>) -> (DMatrix<f64>, DMatrix<f64>) {\n    let svd = a.clone().svd(true, true);\n    (svd.u.expect(\"it is computed\").transpose(), svd.v_t.expect(\"it is computed\"))\n}",
    ),
    (
        "polar_factor",
        "fn polar_factor(a: &DMatrix<f64>) -> DMatrix<f64> {\n    let svd = a.clone().svd(true, true);\n    svd.u.expect(\"it is computed\") * svd.v_t.expect(\"it is computed\")\n}",
    ),
    (
        "cholesky",
        "fn cholesky(a: &DMatrix<f64>) -> Cholesky<f64, Dyn> {\n    a.clone().cholesky().expect(\"the matrix is not positive definite\")\n}",
    ),
];

pub(super) fn file(listing: &Listing) -> String {
    let body = function(listing);
    let check = listing.check.as_ref().map(|check| checked(listing, check)).unwrap_or_default();
    let mut helpers = String::new();
    for (name, text) in HELPERS {
        // The Gamma function is computed by its logarithm, and the logarithm of the normal distribution function by that.
        let is_called = listing.calls(name, &["(", "::<"])
            || *name == "log_gamma" && helpers.contains("fn gamma(")
            || *name == "normcdf" && (listing.calls("log_ndtr", &["("]) || listing.calls("norm_ratio", &["("]));
        if is_called {
            helpers.push_str(&format!("\n{text}\n"));
        }
    }
    let all = format!("{body}{helpers}{check}");
    let imports = ["Cholesky<", "DMatrix", "DVector", "Dyn>"].into_iter().filter(|name| all.contains(name));
    let imports: Vec<&str> = imports.map(|name| name.trim_end_matches(['<', '>'])).collect();
    let import = match imports.as_slice() {
        [] => String::new(),
        [one] => format!("use nalgebra::{one};\n\n"),
        several => format!("use nalgebra::{{{}}};\n\n", several.join(", ")),
    };
    format!("{import}{all}")
}

fn kind(rank: usize) -> String {
    match rank {
        0 => "f64".to_owned(),
        1 => "DVector<f64>".to_owned(),
        _ => (2..rank).fold("DMatrix<f64>".to_owned(), |inner, _| format!("Vec<{inner}>")),
    }
}

fn parameter(argument: &Argument) -> String {
    let name = &argument.name;
    match argument.rank() {
        _ if argument.is_size || argument.is_index => format!("{name}: usize"),
        0 => format!("{name}: f64"),
        rank if argument.is_family() => format!("{name}: &[{}]", kind(rank - 1)),
        rank => format!("{name}: &{}", kind(rank)),
    }
}

/// What reads a length off an argument, without its brackets.
fn length(argument: &Argument, axis: usize) -> &'static str {
    match (argument.is_family(), argument.rank(), axis) {
        (true, _, 0) | (false, 1, _) => ".len",
        (true, 2, _) => "[0].len",
        (true, _, 1) => "[0].nrows",
        (true, ..) => "[0].ncols",
        (false, _, 0) => ".nrows",
        (false, ..) => ".ncols",
    }
}

/// A result, as it is given away.
fn given(code: &Code) -> String {
    match code.origin {
        Origin::Given if code.rank > 2 => format!("{}.to_vec()", code.text),
        Origin::Given => format!("{}.clone()", code.text),
        _ => code.text.clone(),
    }
}

/// `let name = a + b;`, in several lines where it is long.
fn bound(name: &str, text: &str) -> Vec<String> {
    let one = format!("let {name} = {text};");
    let parts = terms(text);
    if one.chars().count() + 4 <= WIDTH || parts.len() == 1 {
        return vec![one];
    }
    let last = parts.len() - 1;
    // As rustfmt breaks: the last term alone where the others fit.
    let first = format!("let {name} = {}", parts[..last].join(" "));
    if first.chars().count() + 4 <= WIDTH {
        return vec![first, format!("    {};", parts[last])];
    }
    let line = |(place, part): (usize, &String)| match place {
        0 => format!("let {name} = {part}"),
        _ if place == last => format!("    {part};"),
        _ => format!("    {part}"),
    };
    parts.iter().enumerate().map(line).collect()
}

/// Widest line of rustfmt.
const WIDTH: usize = 100;

/// A line of the documentation in Markdown.
fn marked(line: &str) -> String {
    match line.strip_prefix("  ").and_then(|line| line.split_once(": ")) {
        Some((name, what)) => format!("- `{name}`: {what}"),
        None => line.to_owned(),
    }
}

fn function(listing: &Listing) -> String {
    let mut lines: Vec<String> = documentation(listing, Families::Lists)
        .iter()
        .map(|line| format!("/// {}", marked(line)).trim_end().to_owned())
        .collect();
    let parameters: Vec<String> = listing.arguments.iter().map(parameter).collect();
    let kinds: Vec<String> = listing.outputs.iter().map(|output| kind(output.rank())).collect();
    let result = if kinds.len() == 1 { kinds[0].clone() } else { format!("({})", kinds.join(", ")) };
    let head = format!("pub fn {}({}) -> {result} {{", listing.name, parameters.join(", "));
    if head.chars().count() <= WIDTH {
        lines.push(head);
    } else {
        lines.push(format!("pub fn {}(", listing.name));
        lines.extend(parameters.iter().map(|parameter| format!("    {parameter},")));
        lines.push(format!(") -> {result} {{"));
    }
    let mut push = |text: &str| lines.push(format!("    {text}"));
    let mut tests = Vec::new();
    for (place, argument) in listing.arguments.iter().enumerate() {
        let own: Vec<_> = listing.sizes.iter().filter(|size| size.argument == place).collect();
        let name = &argument.name;
        if listing.is_whole(place) && argument.rank() == 2 && !argument.is_family() {
            push(&format!("let ({}, {}) = {name}.shape();", own[0].name, own[1].name));
            continue;
        }
        for size in own {
            push(&format!("let {} = {name}{}();", size.name, length(argument, size.axis)));
        }
        match axes(argument).as_slice() {
            [] => {}
            _ if !listing.is_named(place) => {}
            [_] if listing.is_whole(place) => {}
            [count, member @ ..] if argument.is_family() => {
                if !listing.sizes.iter().any(|size| size.argument == place && size.axis == 0) {
                    tests.push(format!("assert_eq!({name}.len(), {count});"));
                }
                let test = match member {
                    [n] => format!("one.len() == {n}"),
                    axes => format!("one.shape() == ({})", axes.join(", ")),
                };
                tests.push(format!("assert!({name}.iter().all(|one| {test}));"));
            }
            [n] => tests.push(format!("assert_eq!({name}.len(), {n});")),
            axes => tests.push(format!("assert_eq!({name}.shape(), ({}));", axes.join(", "))),
        }
    }
    tests.iter().for_each(|test| push(test));
    for argument in &listing.arguments {
        if let Some(inner) = argument.inner.as_ref().filter(|inner| listing.mentions(inner)) {
            let name = &argument.name;
            let [i, j] = ["i", "j"].map(|wish| free(wish, &[name]));
            let rows = format!("DMatrix::from_fn({name}.len(), {name}[0].len(), |{i}, {j}| {name}[{i}][{j}])");
            push(&format!("let {inner} = &{rows};"));
        }
    }
    for step in &listing.steps {
        match &step.work {
            Work::Let(code) => bound(&step.name, &given(code)).iter().for_each(|line| push(line)),
            Work::Lines(more) => more.iter().for_each(|line| push(line)),
        }
    }
    let results: Vec<String> = listing.outputs.iter().map(|output| given(&output.code)).collect();
    push(&if results.len() == 1 { results[0].clone() } else { format!("({})", results.join(", ")) });
    lines.push("}".to_owned());
    lines.join("\n") + "\n"
}

/// Numbers between -1 and 1 from a seed.
const RANDOM: &str = "/// Numbers between -1 and 1.
fn random(seed: &mut u64) -> f64 {
    *seed = seed
        .wrapping_mul(6364136223846793005)
        .wrapping_add(1442695040888963407);
    (*seed >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}
";

fn checked(listing: &Listing, check: &GradientCheck) -> String {
    let mut lines = vec![
        "/// The largest relative error of the gradient against central differences at a random point.".to_owned(),
        "fn check_gradient() -> f64 {".to_owned(),
        "    let seed = &mut 1;".to_owned(),
    ];
    let mut push = |text: &str| lines.push(format!("    {text}"));
    match check.sizes.as_slice() {
        [] => {}
        [(name, size)] => push(&format!("let {name} = {size};")),
        sizes => {
            let names: Vec<&str> = sizes.iter().map(|(name, _)| name.as_str()).collect();
            let values: Vec<String> = sizes.iter().map(|(_, size)| size.to_string()).collect();
            push(&format!("let ({}) = ({});", names.join(", "), values.join(", ")));
        }
    }
    for (argument, draw) in listing.arguments.iter().zip(&check.draws) {
        if !argument.is_size {
            push(&format!("let {} = {};", argument.name, drawn(argument, *draw)));
        }
    }
    let name =
        |argument: &Argument| if argument.rank() > 0 { format!("&{}", argument.name) } else { argument.name.clone() };
    let outputs: Vec<&str> = listing
        .outputs
        .iter()
        .enumerate()
        .map(|(place, output)| if is_checked(check, place) { output.name.as_str() } else { "_" })
        .collect();
    push(&format!("let ({}) = {};", outputs.join(", "), call(listing, name, None)));
    let (h, d) = (listing.local("h"), listing.local("d"));
    push(&format!("let {h} = 1e-5;"));
    push("let mut worst = 0.0_f64;");
    push("for _ in 0..10 {");
    for (argument, gradient) in &check.gradients {
        let own = &listing.arguments[*argument];
        let (x, g) = (&own.name, &listing.outputs[*gradient].name);
        for line in direction(own, &d) {
            push(&format!("    {line}"));
        }
        let moved = |sign: &str| match own.rank() {
            0 => format!("{x} {sign} {h} * {d}"),
            _ => format!("&(&{x} {sign} {h} * &{d})"),
        };
        push(&format!("    let above = {}.{};", call(listing, name, Some((*argument, &moved("+")))), check.value));
        push(&format!("    let below = {}.{};", call(listing, name, Some((*argument, &moved("-")))), check.value));
        push(&format!("    let slope = (above - below) / (2.0 * {h});"));
        let found = if own.rank() == 0 { format!("{g} * {d}") } else { format!("{g}.dot(&{d})") };
        push(&format!("    let error = ({found} - slope).abs() / slope.abs().max(1.0);"));
        push("    worst = if error <= worst { worst } else { error };");
    }
    push("}");
    push("worst");
    lines.push("}".to_owned());
    format!(
        "\n{RANDOM}\n{}\n\nfn main() {{\n    let worst = check_gradient();\n    println!(\"largest relative error of the gradient: {{worst:.1e}}\");\n    assert!(worst < 1e-5);\n}}\n",
        lines.join("\n")
    )
}

/// An array of entries that an expression gives.
fn filled(axes: &[String], entry: &str) -> String {
    match axes {
        [] => entry.to_owned(),
        [n] => format!("DVector::from_fn({n}, |_, _| {entry})"),
        _ => format!("DMatrix::from_fn({}, |_, _| {entry})", axes.join(", ")),
    }
}

fn drawn(argument: &Argument, draw: Draw) -> String {
    if argument.is_family() {
        let count = &argument.axes[0].text;
        return format!("(0..{count}).map(|_| {}).collect::<Vec<_>>()", drawn(&argument.member(), draw));
    }
    let axes = axes(argument);
    let n = axes.last().cloned().unwrap_or_default();
    let normal = filled(&axes, "random(seed)");
    let uniform = |axes: &[String], low: &str, high: &str| {
        let (low, high): (f64, f64) = (low.parse().unwrap_or(0.0), high.parse().unwrap_or(1.0));
        filled(axes, &format!("{:.3} + {:.3} * random(seed)", (low + high) / 2.0, (high - low) / 2.0))
    };
    match draw {
        Draw::Normal => normal,
        Draw::Uniform(interval) => {
            let (low, high) = interval.ends();
            uniform(&axes, low, high)
        }
        Draw::NearIdentity => format!("DMatrix::<f64>::identity({n}, {n}) + 0.2 * {normal}"),
        Draw::Simplex => {
            format!("{{\n        let x = {};\n        &x / x.sum()\n    }}", uniform(&axes, "0.1", "1.0"))
        }
        Draw::Signs => filled(&axes, "random(seed).signum()"),
        Draw::Binary if axes.is_empty() => "1.0".to_owned(),
        Draw::Binary => filled(&axes, "if random(seed) > 0.0 { 1.0 } else { 0.0 }"),
        Draw::Integer => "3.0".to_owned(),
        Draw::Structured(structure) => {
            let then = |text: &str| format!("{{\n        let b = {normal};\n        {text}\n    }}");
            match structure {
                Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
                    then(&format!("&b * b.transpose() + DMatrix::<f64>::identity({n}, {n})"))
                }
                Structure::Symmetric => then("&b + b.transpose()"),
                Structure::Skew => then("&b - b.transpose()"),
                Structure::Diagonal => format!("DMatrix::from_diagonal(&{})", uniform(&axes[..1], "0.3", "1.7")),
                Structure::Orthogonal => format!("{normal}.qr().q()"),
                Structure::Lower => format!("{}.lower_triangle()", uniform(&axes, "0.3", "1.7")),
                Structure::Upper => format!("{}.upper_triangle()", uniform(&axes, "0.3", "1.7")),
                Structure::General => normal,
            }
        }
    }
}

fn direction(argument: &Argument, d: &str) -> Vec<String> {
    let x = &argument.name;
    let first = format!("let {d} = {};", filled(&axes(argument), "random(seed)"));
    let second = match argument.structure {
        Structure::General => return vec![first],
        Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
            format!("let {d} = (&{d} + {d}.transpose()) / 2.0;")
        }
        Structure::Skew => format!("let {d} = (&{d} - {d}.transpose()) / 2.0;"),
        Structure::Diagonal => format!("let {d} = DMatrix::from_diagonal(&{d}.diagonal());"),
        Structure::Orthogonal => format!("let {d} = &{x} * (&{d} - {d}.transpose());"),
        Structure::Lower => format!("let {d} = {d}.lower_triangle();"),
        Structure::Upper => format!("let {d} = {d}.upper_triangle();"),
    };
    vec![first, second]
}
