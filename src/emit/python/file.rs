//! A Python file: imports, the function with its documentation and assertions, the check of its gradient.

use super::super::code::{terms, tuple};
use super::super::language::Language;
use super::super::listing::{Argument, Draw, GradientCheck, Listing, Part, Work};
use crate::structure::Structure;

/// UVᵀ of a singular value decomposition.
const POLAR: &str = "def polar_factor(A):
    U, _, Vt = np.linalg.svd(A, full_matrices=False)
    return U @ Vt


";
/// Relative error of a gradient that is too large.
const TOLERANCE: &str = "1e-5";

/// Widest line of the usual formatters.
const WIDTH: usize = 88;

pub(super) fn file(language: Language, listing: &Listing) -> String {
    let mut out = String::new();
    for line in imports(language, listing) {
        out.push_str(&line);
        out.push('\n');
    }
    out.push_str("\n\n");
    if listing.mentions("polar_factor(") {
        out.push_str(&POLAR.replace("np", array_name(language)));
    }
    out.push_str(&function(language, listing));
    if let Some(check) = &listing.check {
        out.push_str("\n\n");
        out.push_str(&checked(language, listing, check));
        out.push_str("\n\nif __name__ == \"__main__\":\n    error = check_gradient()\n");
        out.push_str("    print(f\"largest relative error of the gradient: {error:.1e}\")\n");
        out.push_str(&format!("    sys.exit(not error < {TOLERANCE})\n"));
    }
    out
}

fn imports(language: Language, listing: &Listing) -> Vec<String> {
    let mut lines = Vec::new();
    if listing.check.is_some() {
        lines.extend(["import sys".to_owned(), String::new()]);
    }
    match language {
        Language::Jax => {
            if listing.mentions("jax.") || listing.check.is_some() {
                lines.push("import jax".to_owned());
            }
            lines.push("import jax.numpy as jnp".to_owned());
            if listing.check.is_some() {
                lines.push("import numpy as np".to_owned());
            }
        }
        Language::Torch => lines.push("import torch".to_owned()),
        _ => {
            lines.push("import numpy as np".to_owned());
            for part in ["linalg", "special", "stats"] {
                if listing.mentions(&format!("scipy.{part}.")) {
                    lines.push(format!("import scipy.{part}"));
                }
            }
        }
    }
    lines
}

/// `np`, `jnp`, `torch`
fn array_name(language: Language) -> &'static str {
    match language {
        Language::Jax => "jnp",
        Language::Torch => "torch",
        _ => "np",
    }
}

fn kind(language: Language) -> &'static str {
    if language == Language::Torch { "tensor" } else { "array" }
}

fn described(language: Language, argument: &Argument) -> String {
    let axes: Vec<String> = argument.axes.iter().map(|axis| axis.text.clone()).collect();
    let shape = match (axes.len(), language) {
        (0, _) if argument.is_size || argument.is_index => "int".to_owned(),
        (0, Language::Torch) => "0-d tensor".to_owned(),
        (0, _) => "scalar".to_owned(),
        _ => format!("{} {}", kind(language), tuple(axes.into_iter())),
    };
    match argument.property() {
        "" => shape,
        property => format!("{shape}, {property}"),
    }
}

fn function(language: Language, listing: &Listing) -> String {
    let mut lines = vec![format!("def {}({}):", listing.name, listing.names().join(", "))];
    let mut push = |text: &str| lines.push(if text.is_empty() { String::new() } else { format!("    {text}") });
    push(&format!("\"\"\"{}", listing.about));
    if !listing.arguments.is_empty() {
        push("");
        push("Args:");
        for argument in &listing.arguments {
            push(&format!("    {}: {}", argument.name, described(language, argument)));
        }
    }
    push("");
    push("Returns:");
    for output in &listing.outputs {
        let shape = match output.axes.as_slice() {
            [] if language == Language::Torch => "0-d tensor".to_owned(),
            [] => "scalar".to_owned(),
            axes => format!("{} {}", kind(language), tuple(axes.iter().cloned())),
        };
        push(&match output.part {
            Part::Answer => format!("    {shape}"),
            _ => format!("    {}: {shape}", output.name),
        });
    }
    for line in listing.remarks() {
        push("");
        push(&line);
    }
    push("\"\"\"");
    for line in assertions(listing) {
        push(&line);
    }
    for step in &listing.steps {
        match &step.work {
            Work::Let(code) => assigned(&step.name, &code.text).iter().for_each(|line| push(line)),
            Work::Lines(more) => more.iter().for_each(|line| push(line)),
        }
    }
    let results: Vec<&str> = listing.outputs.iter().map(|output| output.code.text.as_str()).collect();
    push(&format!("return {}", results.join(", ")));
    lines.join("\n") + "\n"
}

/// `name = a + b`, in several lines where it is long.
fn assigned(name: &str, text: &str) -> Vec<String> {
    let one = format!("{name} = {text}");
    let indent = 4;
    if one.chars().count() + indent <= WIDTH {
        return vec![one];
    }
    let inside = if text.chars().count() + 2 * indent <= WIDTH { vec![text.to_owned()] } else { terms(text) };
    if let [only] = inside.as_slice()
        && only.chars().count() + 2 * indent > WIDTH
    {
        return vec![one];
    }
    let lines = inside.into_iter().map(|line| format!("    {line}"));
    std::iter::once(format!("{name} = (")).chain(lines).chain([")".to_owned()]).collect()
}

/// Sizes that are read off, and shapes that are asserted.
fn assertions(listing: &Listing) -> Vec<String> {
    let (mut lines, mut tests) = (Vec::new(), Vec::new());
    for (place, argument) in listing.arguments.iter().enumerate() {
        let own: Vec<_> = listing.sizes.iter().filter(|size| size.argument == place).collect();
        let name = &argument.name;
        if listing.is_whole(place) && argument.rank() > 0 {
            let names: Vec<String> = own.iter().map(|size| size.name.clone()).collect();
            let left = if names.len() == 1 { format!("({},)", names[0]) } else { names.join(", ") };
            lines.push(format!("{left} = {name}.shape"));
            continue;
        }
        lines.extend(own.iter().map(|size| format!("{} = {name}.shape[{}]", size.name, size.axis)));
        if argument.rank() == 0 {
            continue;
        }
        tests.push(if listing.is_named(place) {
            format!("assert {name}.shape == {}", tuple(argument.axes.iter().map(|axis| axis.text.clone())))
        } else {
            format!("assert {name}.ndim == {}", argument.rank())
        });
    }
    lines.extend(tests);
    lines
}

/// The function that compares the gradient with central differences.
fn checked(language: Language, listing: &Listing, check: &GradientCheck) -> String {
    let mut lines = vec!["def check_gradient():".to_owned()];
    let mut push = |text: &str| lines.push(if text.is_empty() { String::new() } else { format!("    {text}") });
    push("\"\"\"Largest relative error against central differences at a random point.\"\"\"");
    match language {
        Language::Torch => push("rng = torch.Generator().manual_seed(0)"),
        Language::Jax => {
            push("jax.config.update(\"jax_enable_x64\", True)");
            push("rng = np.random.default_rng(0)");
        }
        _ => push("rng = np.random.default_rng(0)"),
    }
    if !check.sizes.is_empty() {
        let names: Vec<&str> = check.sizes.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<String> = check.sizes.iter().map(|(_, size)| size.to_string()).collect();
        push(&format!("{} = {}", names.join(", "), values.join(", ")));
    }
    for (argument, draw) in listing.arguments.iter().zip(&check.draws) {
        if !argument.is_size {
            drawn(language, argument, *draw).iter().for_each(|line| push(line));
        }
    }
    let call = |changed: Option<(usize, &str)>| {
        let arguments = listing.arguments.iter().enumerate().map(|(place, argument)| match changed {
            Some((at, text)) if at == place => text.to_owned(),
            _ => argument.name.clone(),
        });
        format!("{}({})", listing.name, arguments.collect::<Vec<_>>().join(", "))
    };
    let outputs: Vec<String> = listing
        .outputs
        .iter()
        .enumerate()
        .map(|(place, output)| {
            if check.gradients.iter().any(|(_, gradient)| *gradient == place) {
                output.name.clone()
            } else {
                "_".to_owned()
            }
        })
        .collect();
    push(&format!("{} = {}", outputs.join(", "), call(None)));
    let (h, d) = (listing.local("h"), listing.local("d"));
    push(&format!("{h} = 1e-5"));
    push("errors = []");
    push("for _ in range(10):");
    for (argument, gradient) in &check.gradients {
        let own = &listing.arguments[*argument];
        let (x, g) = (&own.name, &listing.outputs[*gradient].name);
        for line in direction(language, own, &d) {
            push(&format!("    {line}"));
        }
        push(&format!("    above = {}[{}]", call(Some((*argument, &format!("{x} + {h} * {d}")))), check.value));
        push(&format!("    below = {}[{}]", call(Some((*argument, &format!("{x} - {h} * {d}")))), check.value));
        push(&format!("    slope = (above - below) / (2 * {h})"));
        let found = match (own.rank(), language) {
            (0, _) => format!("{g} * {d}"),
            (_, Language::Torch) => format!("torch.sum({g} * {d})"),
            _ => format!("np.sum({g} * {d})"),
        };
        push(&format!("    errors.append(abs({found} - slope) / max(1.0, abs(slope)))"));
    }
    push(if language == Language::Torch {
        "return float(torch.stack(errors).max())"
    } else {
        "return float(np.max(errors))"
    });
    lines.join("\n") + "\n"
}

/// `rng.standard_normal((m, n))`
fn normal(language: Language, axes: &[String]) -> String {
    match (language, axes) {
        (Language::Torch, _) => {
            format!(
                "torch.randn({}, generator=rng, dtype=torch.float64)",
                if axes.is_empty() { "()".to_owned() } else { axes.join(", ") }
            )
        }
        (_, []) => "rng.standard_normal()".to_owned(),
        (_, [n]) => format!("rng.standard_normal({n})"),
        _ => format!("rng.standard_normal({})", tuple(axes.iter().cloned())),
    }
}

fn uniform(language: Language, axes: &[String], low: &str, high: &str) -> String {
    match (language, axes) {
        (Language::Torch, _) => {
            let shape = if axes.is_empty() { "()".to_owned() } else { axes.join(", ") };
            format!("{low} + ({high} - {low}) * torch.rand({shape}, generator=rng, dtype=torch.float64)")
        }
        (_, []) => format!("rng.uniform({low}, {high})"),
        (_, [n]) => format!("rng.uniform({low}, {high}, {n})"),
        _ => format!("rng.uniform({low}, {high}, {})", tuple(axes.iter().cloned())),
    }
}

/// What an argument is drawn from.
fn drawn(language: Language, argument: &Argument, draw: Draw) -> Vec<String> {
    if draw.is_by_member(argument) {
        let (x, count) = (&argument.name, &argument.axes[0].text);
        let one = Argument { name: "one".to_owned(), ..argument.member() };
        let mut lines = vec![format!("{x} = []"), format!("for _ in range({count}):")];
        lines.extend(drawn(language, &one, draw).into_iter().map(|line| format!("    {line}")));
        let stack = match language {
            Language::Jax => "jnp",
            Language::Torch => "torch",
            _ => "np",
        };
        lines.extend([format!("    {x}.append(one)"), format!("{x} = {stack}.stack({x})")]);
        return lines;
    }
    let axes: Vec<String> = argument.axes.iter().map(|axis| axis.text.clone()).collect();
    let torch = language == Language::Torch;
    let (x, n) = (&argument.name, axes.last().cloned().unwrap_or_default());
    let np = if torch { "torch" } else { "np" };
    let eye = if torch { format!("torch.eye({n}, dtype=torch.float64)") } else { format!("np.eye({n})") };
    let one = |text: String| vec![format!("{x} = {}", if argument.rank() == 0 { text } else { wrap(language, &text) })];
    // Drawn first, then brought to its structure.
    let then =
        |text: String| vec![format!("{x} = {}", normal(language, &axes)), format!("{x} = {}", wrap(language, &text))];
    match draw {
        Draw::Normal => one(normal(language, &axes)),
        Draw::Uniform(interval) => {
            let (low, high) = interval.ends();
            one(uniform(language, &axes, low, high))
        }
        Draw::NearIdentity => one(format!("{eye} + 0.15 * {}", normal(language, &axes))),
        Draw::Simplex if torch => {
            vec![format!("{x} = {}", uniform(language, &axes, "0.1", "1.0")), format!("{x} = {x} / {x}.sum()")]
        }
        Draw::Simplex => one(format!("rng.dirichlet(np.ones({n}))")),
        Draw::Binary if axes.is_empty() => one("1.0".to_owned()),
        Draw::Binary if torch => one(format!("({} > 0).double()", normal(language, &axes))),
        Draw::Binary => one(format!("rng.choice([0.0, 1.0], ({},))", axes.join(", "))),
        Draw::Signs if torch => one(format!("torch.sign({})", normal(language, &axes))),
        Draw::Signs => one(format!("rng.choice([-1.0, 1.0], {n})")),
        Draw::Integer => one("3".to_owned()),
        Draw::Structured(structure) => match structure {
            Structure::PositiveDefinite | Structure::PositiveSemidefinite => then(format!("{x} @ {x}.T / {n} + {eye}")),
            Structure::Symmetric => then(format!("({x} + {x}.T) / 2")),
            Structure::Skew => then(format!("{x} - {x}.T")),
            Structure::Diagonal => one(format!("{np}.diag({})", uniform(language, &axes[..1], "0.3", "1.7"))),
            Structure::Orthogonal => one(format!("{np}.linalg.qr({})[0]", normal(language, &axes))),
            Structure::Lower => one(format!("{np}.tril({})", uniform(language, &axes, "0.3", "1.7"))),
            Structure::Upper => one(format!("{np}.triu({})", uniform(language, &axes, "0.3", "1.7"))),
            Structure::General => one(normal(language, &axes)),
        },
    }
}

/// An array of NumPy as one of the language.
fn wrap(language: Language, text: &str) -> String {
    if language == Language::Jax { format!("jnp.array({text})") } else { text.to_owned() }
}

/// A random direction in the space of a variable.
fn direction(language: Language, argument: &Argument, d: &str) -> Vec<String> {
    let axes: Vec<String> = argument.axes.iter().map(|axis| axis.text.clone()).collect();
    let torch = language == Language::Torch;
    let np = if torch { "torch" } else { "np" };
    let t = if torch { "mT" } else { "T" };
    let x = &argument.name;
    let first = format!("{d} = {}", normal(language, &axes));
    let second = match argument.structure {
        Structure::General => return vec![first],
        Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
            format!("{d} = ({d} + {d}.{t}) / 2")
        }
        Structure::Skew => format!("{d} = ({d} - {d}.{t}) / 2"),
        Structure::Diagonal => format!("{d} = {np}.diag({np}.diag({d}))"),
        Structure::Orthogonal => format!("{d} = {x} @ ({d} - {d}.{t})"),
        Structure::Lower => format!("{d} = {np}.tril({d})"),
        Structure::Upper => format!("{d} = {np}.triu({d})"),
    };
    vec![first, second]
}
