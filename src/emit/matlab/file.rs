//! A MATLAB file: the function with its help and assertions; without arguments it checks its gradient.

use super::super::code::free;
use super::super::frame::{axes, call, documentation, is_checked};
use super::super::listing::{Argument, Draw, Families, GradientCheck, Listing, Work};
use crate::structure::Structure;

/// Functions that MATLAB does not have, by the name that code calls them by.
const HELPERS: &[(&str, &str)] = &[
    ("sigmoid", "function y = sigmoid(x)\n    y = 1 ./ (1 + exp(-x));\nend"),
    ("softplus", "function y = softplus(x)\n    y = max(x, 0) + log1p(exp(-abs(x)));\nend"),
    ("logsigmoid", "function y = logsigmoid(x)\n    y = min(x, 0) - log1p(exp(-abs(x)));\nend"),
    ("normcdf", "function y = normcdf(x)\n    y = erfc(-x / sqrt(2)) / 2;\nend"),
    ("normratio", "function y = normratio(x)\n    y = sqrt(2 / pi) ./ erfcx(-x / sqrt(2));\nend"),
    (
        "logndtr",
        "function y = logndtr(x)\n    y = log(erfc(-x / sqrt(2)) / 2);\n    tail = x < -1;\n    y(tail) = log(erfcx(-x(tail) / sqrt(2)) / 2) - x(tail).^2 / 2;\nend",
    ),
    ("normpdf", "function y = normpdf(x)\n    y = exp(-x.^2 / 2) / sqrt(2 * pi);\nend"),
    ("logaddexp", "function z = logaddexp(x, y)\n    z = max(x, y) + log1p(exp(-abs(x - y)));\nend"),
    ("xlogy", "function z = xlogy(x, y)\n    z = x .* log(y + (x == 0));\nend"),
    (
        "keep",
        "function z = keep(x, y)\n    z = zeros(size(x + y));\n    x = x + z;\n    y = y + z;\n    z(y ~= 0) = x(y ~= 0);\nend",
    ),
    (
        "logsumexp",
        "function y = logsumexp(X, dim)\n    largest = max(X, [], dim);\n    y = largest + log(sum(exp(X - largest), dim));\nend",
    ),
    (
        "largest_eigenvector",
        "function v = largest_eigenvector(A)\n    [V, D] = eig((A + A') / 2);\n    [~, k] = max(diag(D));\n    v = V(:, k);\nend",
    ),
    (
        "smallest_eigenvector",
        "function v = smallest_eigenvector(A)\n    [V, D] = eig((A + A') / 2);\n    [~, k] = min(diag(D));\n    v = V(:, k);\nend",
    ),
    ("left_singular_vector", "function u = left_singular_vector(A)\n    [U, ~, ~] = svd(A);\n    u = U(:, 1);\nend"),
    ("right_singular_vector", "function v = right_singular_vector(A)\n    [~, ~, V] = svd(A);\n    v = V(:, 1);\nend"),
    (
        "rows_of_eigenvectors",
        "function W = rows_of_eigenvectors(A)\n    [V, D] = eig((A + A') / 2);\n    [~, order] = sort(diag(D), 'descend');\n    W = V(:, order)';\nend",
    ),
    (
        "rows_of_left_singular_vectors",
        "function W = rows_of_left_singular_vectors(A)\n    [U, ~, ~] = svd(A, 'econ');\n    W = U';\nend",
    ),
    (
        "rows_of_right_singular_vectors",
        "function W = rows_of_right_singular_vectors(A)\n    [~, ~, V] = svd(A, 'econ');\n    W = V';\nend",
    ),
    ("polar_factor", "function Q = polar_factor(A)\n    [U, ~, V] = svd(A, 'econ');\n    Q = U * V';\nend"),
];

pub(super) fn file(listing: &Listing) -> String {
    let mut out = function(listing);
    for (name, text) in HELPERS {
        if listing.mentions(&format!("{name}(")) {
            out.push_str(&format!("\n{text}\n"));
        }
    }
    if let Some(check) = &listing.check {
        out.push('\n');
        out.push_str(&checked(listing, check));
    }
    out
}

fn function(listing: &Listing) -> String {
    // A result of one thing has that thing's name.
    let names: Vec<&str> = listing.outputs.iter().map(|output| output.name.as_str()).collect();
    let left = if names.len() == 1 { names[0].to_owned() } else { format!("[{}]", names.join(", ")) };
    let mut lines = vec![format!("function {left} = {}({})", listing.name, listing.names().join(", "))];
    let title = listing.name.to_uppercase();
    for (place, line) in documentation(listing, Families::Last).into_iter().enumerate() {
        lines.push(match (place, line.is_empty()) {
            (0, _) => format!("%{title}  {line}"),
            (_, true) => "%".to_owned(),
            _ => format!("%   {line}"),
        });
    }
    if listing.check.is_some() {
        lines.push("%".to_owned());
        lines.push("%   Without arguments it compares its gradient with central differences.".to_owned());
    }
    let mut push = |text: &str| lines.push(if text.is_empty() { String::new() } else { format!("    {text}") });
    if listing.check.is_some() {
        push("if nargin == 0");
        push("    check_gradient();");
        push("    return");
        push("end");
    }
    let mut tests = Vec::new();
    for (place, argument) in listing.arguments.iter().enumerate() {
        let own: Vec<_> = listing.sizes.iter().filter(|size| size.argument == place).collect();
        let name = &argument.name;
        let given = |axis: usize| match (argument.is_family(), axis) {
            (true, 0) => argument.rank(),
            (true, axis) => axis,
            (false, axis) => axis + 1,
        };
        if listing.is_whole(place) && argument.rank() > 1 {
            let mut own = own.clone();
            own.sort_by_key(|size| given(size.axis));
            let names: Vec<&str> = own.iter().map(|size| size.name.as_str()).collect();
            push(&format!("[{}] = size({name});", names.join(", ")));
            continue;
        }
        own.iter().for_each(|size| push(&format!("{} = size({name}, {});", size.name, given(size.axis))));
        let axes: Vec<String> = argument.given_axes(Families::Last).into_iter().map(|axis| axis.text).collect();
        match axes.as_slice() {
            [] => {}
            [_] if !listing.is_named(place) || listing.is_whole(place) => {
                tests.push(format!("assert(iscolumn({name}));"));
            }
            [n] => tests.push(format!("assert(isequal(size({name}), [{n}, 1]));")),
            axes if listing.is_named(place) => {
                tests.push(format!("assert(isequal(size({name}), [{}]));", axes.join(", ")));
            }
            axes => tests.push(format!("assert(ndims({name}) == {});", axes.len())),
        }
    }
    tests.iter().for_each(|test| push(test));
    for argument in listing.arguments.iter().filter(|argument| argument.is_family()) {
        let name = &argument.name;
        match argument.rank() {
            2 => push(&format!("{name} = {name}';")),
            _ => push(&format!("{name} = permute({name}, [3 1 2]);")),
        }
    }
    for step in &listing.steps {
        match &step.work {
            Work::Let(code) => push(&format!("{} = {};", step.name, code.text)),
            Work::Lines(more) => more.iter().for_each(|line| push(line)),
        }
    }
    for output in &listing.outputs {
        if output.code.text != output.name {
            push(&format!("{} = {};", output.name, output.code.text));
        }
    }
    lines.push("end".to_owned());
    lines.join("\n") + "\n"
}

fn checked(listing: &Listing, check: &GradientCheck) -> String {
    let mut lines = vec!["function check_gradient()".to_owned()];
    let mut push = |text: &str| lines.push(format!("    {text}"));
    push("rng(0);");
    for (name, size) in &check.sizes {
        push(&format!("{name} = {size};"));
    }
    for (argument, draw) in listing.arguments.iter().zip(&check.draws) {
        if !argument.is_size {
            drawn(argument, *draw).into_iter().for_each(|line| push(&line));
        }
    }
    let name = |argument: &Argument| argument.name.clone();
    let last = check.gradients.iter().map(|(_, place)| *place).max().unwrap_or(0);
    let outputs: Vec<&str> = listing
        .outputs
        .iter()
        .enumerate()
        .take(last + 1)
        .map(|(place, output)| if is_checked(check, place) { output.name.as_str() } else { "~" })
        .collect();
    push(&format!("[{}] = {};", outputs.join(", "), call(listing, name, None)));
    let (h, d) = (listing.local("h"), listing.local("d"));
    push(&format!("{h} = 1e-5;"));
    push("errors = [];");
    push("for trial = 1:10");
    let before: String = (0..check.value).map(|_| "~, ").collect();
    for (argument, gradient) in &check.gradients {
        let own = &listing.arguments[*argument];
        let (x, g) = (&own.name, &listing.outputs[*gradient].name);
        for line in direction(own, &d) {
            push(&format!("    {line}"));
        }
        let left = |name: &str| if before.is_empty() { name.to_owned() } else { format!("[{before}{name}]") };
        push(&format!(
            "    {} = {};",
            left("above"),
            call(listing, name, Some((*argument, &format!("{x} + {h} * {d}"))))
        ));
        push(&format!(
            "    {} = {};",
            left("below"),
            call(listing, name, Some((*argument, &format!("{x} - {h} * {d}"))))
        ));
        push(&format!("    slope = (above - below) / (2 * {h});"));
        let found = if own.rank() == 2 { format!("sum(sum({g} .* {d}))") } else { format!("sum({g} .* {d})") };
        push(&format!("    errors(end + 1) = abs({found} - slope) / max(1, abs(slope));"));
    }
    push("end");
    push("fprintf('largest relative error of the gradient: %.1e\\n', max(errors));");
    push("assert(all(errors < 1e-5));");
    lines.push("end".to_owned());
    lines.join("\n") + "\n"
}

fn shape(argument: &Argument) -> String {
    let axes: Vec<String> = argument.given_axes(Families::Last).into_iter().map(|axis| axis.text).collect();
    match axes.as_slice() {
        [] => "1".to_owned(),
        [n] => format!("{n}, 1"),
        axes => axes.join(", "),
    }
}

fn drawn(argument: &Argument, draw: Draw) -> Vec<String> {
    if draw.is_by_member(argument) {
        let (x, i) = (&argument.name, free("i", &[&argument.name]));
        let one = Argument { name: "one".to_owned(), ..argument.member() };
        let mut lines =
            vec![format!("{x} = zeros({});", shape(argument)), format!("for {i} = 1:{}", argument.axes[0].text)];
        lines.extend(drawn(&one, draw).into_iter().map(|line| format!("    {line}")));
        lines.extend([format!("    {x}(:, :, {i}) = one;"), "end".to_owned()]);
        return lines;
    }
    let shape = shape(argument);
    let x = &argument.name;
    let n = axes(argument).last().cloned().unwrap_or_default();
    let normal = if argument.rank() == 0 { "randn".to_owned() } else { format!("randn({shape})") };
    let random = if argument.rank() == 0 { "rand".to_owned() } else { format!("rand({shape})") };
    let uniform = |low: &str, high: &str| format!("{low} + ({high} - {low}) * {random}");
    let one = |text: String| vec![format!("{x} = {text};")];
    match draw {
        Draw::Normal => one(normal),
        Draw::Uniform(interval) => {
            let (low, high) = interval.ends();
            one(uniform(low, high))
        }
        Draw::NearIdentity => one(format!("eye({n}) + 0.15 * {normal}")),
        Draw::Simplex => vec![format!("{x} = {};", uniform("0.1", "1.0")), format!("{x} = {x} / sum({x});")],
        Draw::Signs => one(format!("sign({normal})")),
        Draw::Binary => one(format!("double({normal} > 0)")),
        Draw::Integer => one("3".to_owned()),
        Draw::Structured(structure) => {
            let then = |text: String| vec![format!("{x} = {normal};"), format!("{x} = {text};")];
            match structure {
                Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
                    then(format!("{x} * {x}' / {n} + eye({n})"))
                }
                Structure::Symmetric => then(format!("({x} + {x}') / 2")),
                Structure::Skew => then(format!("{x} - {x}'")),
                Structure::Diagonal => one(format!("diag(0.3 + rand({n}, 1))")),
                Structure::Orthogonal => vec![format!("[{x}, ~] = qr({normal});")],
                Structure::Lower => one(format!("tril({})", uniform("0.3", "1.7"))),
                Structure::Upper => one(format!("triu({})", uniform("0.3", "1.7"))),
                Structure::General => one(normal),
            }
        }
    }
}

fn direction(argument: &Argument, d: &str) -> Vec<String> {
    let x = &argument.name;
    let first =
        if argument.rank() == 0 { format!("{d} = randn;") } else { format!("{d} = randn({});", shape(argument)) };
    let second = match argument.structure {
        Structure::General => return vec![first],
        Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
            format!("{d} = ({d} + {d}') / 2;")
        }
        Structure::Skew => format!("{d} = ({d} - {d}') / 2;"),
        Structure::Diagonal => format!("{d} = diag(diag({d}));"),
        Structure::Orthogonal => format!("{d} = {x} * ({d} - {d}');"),
        Structure::Lower => format!("{d} = tril({d});"),
        Structure::Upper => format!("{d} = triu({d});"),
    };
    vec![first, second]
}
