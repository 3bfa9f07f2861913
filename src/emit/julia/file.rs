//! A Julia file: packages, helpers, the function with its documentation and assertions, the check of its gradient.

use super::super::frame::{axes, call, documentation, is_checked};
use super::super::listing::{Argument, Draw, Families, GradientCheck, Listing, Work};
use crate::structure::Structure;

/// Functions that Julia does not have, by the name that code calls them by.
const HELPERS: &[(&str, &str)] = &[
    ("logsigmoid", "logsigmoid(x) = -(max(-x, 0) + log1p(exp(-abs(x))))"),
    ("sigmoid", "sigmoid(x) = 1 / (1 + exp(-x))"),
    ("softplus", "softplus(x) = max(x, 0) + log1p(exp(-abs(x)))"),
    ("relu", "relu(x) = max(x, 0)"),
    ("normcdf", "normcdf(x) = erfc(-x / sqrt(2)) / 2"),
    ("logndtr", "logndtr(x) = x < -1 ? log(erfcx(-x / sqrt(2)) / 2) - x^2 / 2 : log(erfc(-x / sqrt(2)) / 2)"),
    ("normratio", "normratio(x) = sqrt(2 / pi) / erfcx(-x / sqrt(2))"),
    ("normpdf", "normpdf(x) = exp(-x^2 / 2) / sqrt(2pi)"),
    ("logaddexp", "logaddexp(x, y) = max(x, y) + log1p(exp(-abs(x - y)))"),
    ("xlogy", "xlogy(x, y) = iszero(x) ? zero(x) : x * log(y)"),
    (
        "logsumexp",
        "function logsumexp(x; dims=:)\n    largest = maximum(x; dims)\n    return largest .+ log.(sum(exp.(x .- largest); dims))\nend",
    ),
];

pub(super) fn file(listing: &Listing) -> String {
    let mut out = String::new();
    let has = |name: &str| listing.mentions(&format!("{name}(")) || listing.mentions(&format!("{name}.("));
    let linear = [
        "dot(",
        "det(",
        "logdet(",
        "pinv(",
        "inv(",
        "tr(",
        "diag(",
        "diagm(",
        "I,",
        "* I",
        "eig",
        "Symmetric",
        "svd",
        "opnorm",
        "kron(",
        " + I",
        " - I",
        "exp(",
        "log(",
        "sqrt(",
        "\\",
    ];
    let structured = listing
        .check
        .as_ref()
        .is_some_and(|check| check.draws.iter().any(|draw| matches!(draw, Draw::Structured(_) | Draw::NearIdentity)));
    let mut packages = Vec::new();
    if listing.check.is_some() || linear.iter().any(|name| listing.mentions(name)) || structured {
        packages.push("using LinearAlgebra");
    }
    if listing.check.is_some() {
        packages.push("using Random");
    }
    let special: Vec<&str> = ["erf", "erfc", "erfcx", "gamma", "loggamma", "digamma", "trigamma", "polygamma"]
        .into_iter()
        .filter(|name| match *name {
            "erfc" => has("normcdf") || has("logndtr"),
            "erfcx" => has("logndtr") || has("normratio"),
            _ => listing.calls(name, &["(", ".("]),
        })
        .collect();
    let special = format!("using SpecialFunctions: {}", special.join(", "));
    if !special.ends_with(": ") {
        packages.push(&special);
    }
    for package in &packages {
        out.push_str(package);
        out.push('\n');
    }
    for (name, text) in HELPERS {
        if has(name) {
            out.push_str(&format!("\n{text}\n"));
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(&function(listing));
    if let Some(check) = &listing.check {
        out.push('\n');
        out.push_str(&checked(listing, check));
        out.push_str("\nif abspath(PROGRAM_FILE) == @__FILE__\n    worst = check_gradient()\n");
        out.push_str("    println(\"largest relative error of the gradient: \", worst)\n");
        out.push_str("    exit(worst < 1e-5 ? 0 : 1)\nend\n");
    }
    out
}

fn function(listing: &Listing) -> String {
    let mut lines =
        vec!["\"\"\"".to_owned(), format!("    {}({})", listing.name, listing.names().join(", ")), String::new()];
    lines.extend(
        documentation(listing, Families::First).into_iter().map(|line| line.replace('\\', "\\\\").replace('$', "\\$")),
    );
    lines.push("\"\"\"".to_owned());
    lines.push(format!("function {}({})", listing.name, listing.names().join(", ")));
    let mut push = |text: &str| lines.push(format!("    {text}"));
    let mut tests = Vec::new();
    for (place, argument) in listing.arguments.iter().enumerate() {
        let own: Vec<_> = listing.sizes.iter().filter(|size| size.argument == place).collect();
        let name = &argument.name;
        if listing.is_whole(place) && argument.rank() > 0 {
            let names: Vec<&str> = own.iter().map(|size| size.name.as_str()).collect();
            match names.as_slice() {
                [one] => push(&format!("{one} = length({name})")),
                names => push(&format!("{} = size({name})", names.join(", "))),
            }
            continue;
        }
        own.iter().for_each(|size| push(&format!("{} = size({name}, {})", size.name, size.axis + 1)));
        let axes = axes(argument);
        match axes.as_slice() {
            [] => {}
            _ if !listing.is_named(place) => tests.push(format!("@assert ndims({name}) == {}", axes.len())),
            [n] => tests.push(format!("@assert length({name}) == {n}")),
            axes => tests.push(format!("@assert size({name}) == ({})", axes.join(", "))),
        }
    }
    tests.iter().for_each(|test| push(test));
    for step in &listing.steps {
        match &step.work {
            Work::Let(code) => push(&format!("{} = {}", step.name, code.text)),
            Work::Lines(more) => more.iter().for_each(|line| push(line)),
        }
    }
    drop_unused(&mut lines);
    let mut push = |text: &str| lines.push(format!("    {text}"));
    let results: Vec<&str> = listing.outputs.iter().map(|output| output.code.text.as_str()).collect();
    push(&format!("return {}", results.join(", ")));
    lines.push("end".to_owned());
    lines.join("\n") + "\n"
}

/// The sizes that only the identity has, which needs none beside a matrix, are not read off.
fn drop_unused(lines: &mut Vec<String>) {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let start = lines.iter().position(|line| line.starts_with("function ")).unwrap_or(0);
    for place in (start + 1..lines.len()).rev() {
        let Some((name, read)) = lines[place].split_once(" = ") else { continue };
        let name = name.trim();
        let is_read = read.starts_with("length(") || read.starts_with("size(");
        if !is_read || name.contains(',') {
            continue;
        }
        let others = lines[start..].iter().enumerate().filter(|(at, _)| start + at != place);
        let is_used = others.flat_map(|(_, line)| line.split(|letter| !is_word(letter))).any(|word| word == name);
        if !is_used {
            lines.remove(place);
        }
    }
}

fn checked(listing: &Listing, check: &GradientCheck) -> String {
    let mut lines = vec![
        "# Largest relative error of the gradient against central differences at a random point.".to_owned(),
        "function check_gradient()".to_owned(),
        "    Random.seed!(0)".to_owned(),
    ];
    let mut push = |text: &str| lines.push(format!("    {text}"));
    if !check.sizes.is_empty() {
        let names: Vec<&str> = check.sizes.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<String> = check.sizes.iter().map(|(_, size)| size.to_string()).collect();
        push(&format!("{} = {}", names.join(", "), values.join(", ")));
    }
    for (argument, draw) in listing.arguments.iter().zip(&check.draws) {
        if !argument.is_size {
            push(&format!("{} = {}", argument.name, drawn(argument, *draw)));
        }
    }
    let name = |argument: &Argument| argument.name.clone();
    let outputs: Vec<&str> = listing
        .outputs
        .iter()
        .enumerate()
        .map(|(place, output)| if is_checked(check, place) { output.name.as_str() } else { "_" })
        .collect();
    push(&format!("{} = {}", outputs.join(", "), call(listing, name, None)));
    let (h, d) = (listing.local("h"), listing.local("d"));
    push(&format!("{h}, worst = 1e-5, 0.0"));
    push("for _ in 1:10");
    let value = if listing.outputs.len() == 1 { String::new() } else { format!("[{}]", check.value + 1) };
    for (argument, gradient) in &check.gradients {
        let own = &listing.arguments[*argument];
        let (x, g) = (&own.name, &listing.outputs[*gradient].name);
        for line in direction(own, &d) {
            push(&format!("    {line}"));
        }
        push(&format!("    above = {}{value}", call(listing, name, Some((*argument, &format!("{x} + {h} * {d}"))))));
        push(&format!("    below = {}{value}", call(listing, name, Some((*argument, &format!("{x} - {h} * {d}"))))));
        push(&format!("    slope = (above - below) / (2 * {h})"));
        push(&format!("    worst = max(worst, abs(dot({g}, {d}) - slope) / max(1.0, abs(slope)))"));
    }
    push("end");
    push("return worst");
    lines.push("end".to_owned());
    lines.join("\n") + "\n"
}

fn drawn(argument: &Argument, draw: Draw) -> String {
    if draw.is_by_member(argument) {
        let one = drawn(&argument.member(), draw);
        return format!("stack(({one} for _ in 1:{}); dims=1)", argument.axes[0].text);
    }
    let axes = axes(argument);
    let shape = axes.join(", ");
    let n = axes.last().cloned().unwrap_or_default();
    let normal = format!("randn({shape})");
    let uniform = |low: &str, high: &str, shape: &str| match shape {
        "" => format!("{low} + ({high} - {low}) * rand()"),
        _ => format!("{low} .+ ({high} - {low}) .* rand({shape})"),
    };
    match draw {
        Draw::Normal => normal,
        Draw::Uniform(interval) => {
            let (low, high) = interval.ends();
            uniform(low, high, &shape)
        }
        Draw::NearIdentity => format!("I + 0.15 * {normal}"),
        Draw::Simplex => format!("normalize(rand({n}) .+ 0.1, 1)"),
        Draw::Signs => format!("rand([-1.0, 1.0], {n})"),
        Draw::Binary if axes.is_empty() => "1.0".to_owned(),
        Draw::Binary => format!("rand([0.0, 1.0], {})", axes.join(", ")),
        Draw::Integer => "3".to_owned(),
        Draw::Structured(structure) => match structure {
            Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
                format!("(B -> B * B' / {n} + I)({normal})")
            }
            Structure::Symmetric => format!("(B -> (B + B') / 2)({normal})"),
            Structure::Skew => format!("(B -> B - B')({normal})"),
            Structure::Diagonal => format!("diagm({})", uniform("0.3", "1.7", &n)),
            Structure::Orthogonal => format!("Matrix(qr({normal}).Q)"),
            Structure::Lower => format!("tril({})", uniform("0.3", "1.7", &shape)),
            Structure::Upper => format!("triu({})", uniform("0.3", "1.7", &shape)),
            Structure::General => normal,
        },
    }
}

fn direction(argument: &Argument, d: &str) -> Vec<String> {
    let x = &argument.name;
    let first = format!("{d} = randn({})", axes(argument).join(", "));
    let second = match argument.structure {
        Structure::General => return vec![first],
        Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
            format!("{d} = ({d} + {d}') / 2")
        }
        Structure::Skew => format!("{d} = ({d} - {d}') / 2"),
        Structure::Diagonal => format!("{d} = diagm(diag({d}))"),
        Structure::Orthogonal => format!("{d} = {x} * ({d} - {d}')"),
        Structure::Lower => format!("{d} = tril({d})"),
        Structure::Upper => format!("{d} = triu({d})"),
    };
    vec![first, second]
}
