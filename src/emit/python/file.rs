//! A Python file: imports, the function with its documentation and assertions, the check of its gradient.

use super::super::language::Language;
use super::super::listing::{Argument, Draw, GradientCheck, Listing, Part, Work};
use super::{Python, tuple};
use crate::structure::Structure;

/// Relative error of a gradient that is too large.
const TOLERANCE: &str = "1e-6";

pub(super) fn file(python: &Python, listing: &Listing) -> String {
    let mut out = String::new();
    for line in imports(python, listing) {
        out.push_str(&line);
        out.push('\n');
    }
    out.push_str("\n\n");
    out.push_str(&function(python, listing));
    if let Some(check) = &listing.check {
        out.push_str("\n\n");
        out.push_str(&checked(python, listing, check));
        out.push_str("\n\nif __name__ == \"__main__\":\n    error = check_gradient()\n");
        out.push_str("    print(f\"largest relative error of the gradient: {error:.1e}\")\n");
        out.push_str(&format!("    sys.exit(not error < {TOLERANCE})\n"));
    }
    out
}

fn imports(python: &Python, listing: &Listing) -> Vec<String> {
    let mut lines = Vec::new();
    if listing.check.is_some() {
        lines.extend(["import sys".to_owned(), String::new()]);
    }
    match python.language {
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
            for part in ["linalg", "special"] {
                if listing.mentions(&format!("scipy.{part}.")) {
                    lines.push(format!("import scipy.{part}"));
                }
            }
        }
    }
    lines
}

fn kind(python: &Python) -> &'static str {
    if python.language == Language::Torch { "tensor" } else { "array" }
}

fn described(python: &Python, argument: &Argument) -> String {
    let axes: Vec<String> = argument.axes.iter().map(|axis| axis.text.clone()).collect();
    let shape = match (axes.len(), python.language) {
        (0, _) if argument.is_size || argument.is_index => "int".to_owned(),
        (0, Language::Torch) => "0-d tensor".to_owned(),
        (0, _) => "scalar".to_owned(),
        _ => format!("{} {}", kind(python), tuple(axes.into_iter())),
    };
    match argument.property() {
        "" => shape,
        property => format!("{shape}, {property}"),
    }
}

fn function(python: &Python, listing: &Listing) -> String {
    let mut lines = vec![format!("def {}({}):", listing.name, listing.names().join(", "))];
    let mut push = |text: &str| lines.push(if text.is_empty() { String::new() } else { format!("    {text}") });
    push(&format!("\"\"\"{}", listing.about));
    if !listing.arguments.is_empty() {
        push("");
        push("Args:");
        for argument in &listing.arguments {
            push(&format!("    {}: {}", argument.name, described(python, argument)));
        }
    }
    push("");
    push("Returns:");
    for output in &listing.outputs {
        let shape = match output.axes.as_slice() {
            [] if python.language == Language::Torch => "0-d tensor".to_owned(),
            [] => "scalar".to_owned(),
            axes => format!("{} {}", kind(python), tuple(axes.iter().cloned())),
        };
        push(&match output.part {
            Part::Answer => format!("    {shape}"),
            _ => format!("    {}: {shape}", output.name),
        });
    }
    if !listing.conditions.is_empty() {
        push("");
        push(&format!("It holds where {}.", listing.conditions.join(", ")));
    }
    push("\"\"\"");
    for line in assertions(listing) {
        push(&line);
    }
    for step in &listing.steps {
        match &step.work {
            Work::Let(code) => push(&format!("{} = {}", step.name, code.text)),
            Work::Lines(more) => more.iter().for_each(|line| push(line)),
        }
    }
    let results: Vec<&str> = listing.outputs.iter().map(|output| output.code.text.as_str()).collect();
    push(&format!("return {}", results.join(", ")));
    lines.join("\n") + "\n"
}

/// Sizes that are read off, and shapes that are asserted.
fn assertions(listing: &Listing) -> Vec<String> {
    let mut lines = Vec::new();
    for (place, argument) in listing.arguments.iter().enumerate() {
        let own: Vec<_> = listing.sizes.iter().filter(|size| size.argument == place).collect();
        let name = &argument.name;
        if listing.is_whole(place) && argument.rank() > 0 {
            let names: Vec<String> = own.iter().map(|size| size.name.clone()).collect();
            let left = if names.len() == 1 { format!("({},)", names[0]) } else { names.join(", ") };
            lines.push(format!("{left} = {name}.shape"));
            continue;
        }
        for size in own {
            lines.push(format!("{} = {name}.shape[{}]", size.name, size.axis));
        }
        if argument.rank() == 0 {
            continue;
        }
        if listing.is_named(place) {
            let axes = argument.axes.iter().map(|axis| axis.text.clone());
            lines.push(format!("assert {name}.shape == {}", tuple(axes)));
        } else {
            lines.push(format!("assert {name}.ndim == {}", argument.rank()));
        }
    }
    lines
}

/// The function that compares the gradient with central differences.
fn checked(python: &Python, listing: &Listing, check: &GradientCheck) -> String {
    let mut lines = vec!["def check_gradient():".to_owned()];
    let mut push = |text: &str| lines.push(if text.is_empty() { String::new() } else { format!("    {text}") });
    push("\"\"\"Largest relative error against central differences at a random point.\"\"\"");
    match python.language {
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
            push(&format!("{} = {}", argument.name, drawn(python, argument, *draw)));
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
            if check.gradients.iter().any(|(_, gradient)| *gradient == place) { output.name.clone() } else { "_".to_owned() }
        })
        .collect();
    push(&format!("{} = {}", outputs.join(", "), call(None)));
    push("h = 1e-5");
    push("errors = []");
    push("for _ in range(10):");
    for (argument, gradient) in &check.gradients {
        let own = &listing.arguments[*argument];
        let (x, g) = (&own.name, &listing.outputs[*gradient].name);
        for line in direction(python, own) {
            push(&format!("    {line}"));
        }
        push(&format!("    above = {}[{}]", call(Some((*argument, &format!("{x} + h * d")))), check.value));
        push(&format!("    below = {}[{}]", call(Some((*argument, &format!("{x} - h * d")))), check.value));
        push("    slope = (above - below) / (2 * h)");
        let found = match (own.rank(), python.language) {
            (0, _) => format!("{g} * d"),
            (_, Language::Torch) => format!("torch.sum({g} * d)"),
            _ => format!("np.sum({g} * d)"),
        };
        push(&format!("    errors.append(abs({found} - slope) / max(1.0, abs(slope)))"));
    }
    push(if python.language == Language::Torch {
        "return float(torch.stack(errors).max())"
    } else {
        "return float(np.max(errors))"
    });
    lines.join("\n") + "\n"
}

/// `rng.standard_normal((m, n))`
fn normal(python: &Python, axes: &[String]) -> String {
    match (python.language, axes) {
        (Language::Torch, _) => {
            format!("torch.randn({}, generator=rng, dtype=torch.float64)", if axes.is_empty() { "()".to_owned() } else { axes.join(", ") })
        }
        (_, []) => "rng.standard_normal()".to_owned(),
        (_, [n]) => format!("rng.standard_normal({n})"),
        _ => format!("rng.standard_normal({})", tuple(axes.iter().cloned())),
    }
}

fn uniform(python: &Python, axes: &[String], low: &str, high: &str) -> String {
    match (python.language, axes) {
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
fn drawn(python: &Python, argument: &Argument, draw: Draw) -> String {
    let axes: Vec<String> = argument.axes.iter().map(|axis| axis.text.clone()).collect();
    let torch = python.language == Language::Torch;
    let n = axes.last().cloned().unwrap_or_default();
    let np = if torch { "torch" } else { "np" };
    let eye = if torch { format!("torch.eye({n}, dtype=torch.float64)") } else { format!("np.eye({n})") };
    let text = match draw {
        Draw::Normal => normal(python, &axes),
        Draw::Uniform(interval) => {
            let (low, high) = interval.ends();
            uniform(python, &axes, low, high)
        }
        Draw::NearIdentity => format!("{eye} + 0.15 * {}", normal(python, &axes)),
        Draw::Simplex => {
            let text = uniform(python, &axes, "0.1", "1.0");
            return if torch { format!("torch.nn.functional.normalize({text}, p=1, dim=0)") } else { wrap(python, &format!("rng.dirichlet(np.ones({n}))")) };
        }
        Draw::Signs if torch => format!("torch.sign({})", normal(python, &axes)),
        Draw::Signs => format!("rng.choice([-1.0, 1.0], {n})"),
        Draw::Integer => "3".to_owned(),
        Draw::Structured(structure) => {
            let x = normal(python, &axes);
            match structure {
                Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
                    let product = if torch { format!("torch.cov({x})") } else { format!("np.cov({x})") };
                    format!("{product} + {eye}")
                }
                Structure::Symmetric => format!("(lambda B: (B + B.mT) / 2)({x})").replace("B.mT", if torch { "B.mT" } else { "B.T" }),
                Structure::Skew => format!("(lambda B: B - B.mT)({x})").replace("B.mT", if torch { "B.mT" } else { "B.T" }),
                Structure::Diagonal => format!("{np}.diag({})", uniform(python, &axes[..1], "0.3", "1.7")),
                Structure::Orthogonal => format!("{np}.linalg.qr({x})[0]"),
                Structure::Lower => format!("{np}.tril({})", uniform(python, &axes, "0.3", "1.7")),
                Structure::Upper => format!("{np}.triu({})", uniform(python, &axes, "0.3", "1.7")),
                Structure::General => x,
            }
        }
    };
    if argument.rank() == 0 { text } else { wrap(python, &text) }
}

/// An array of NumPy as one of the language.
fn wrap(python: &Python, text: &str) -> String {
    if python.language == Language::Jax { format!("jnp.array({text})") } else { text.to_owned() }
}

/// A random direction in the space of a variable.
fn direction(python: &Python, argument: &Argument) -> Vec<String> {
    let axes: Vec<String> = argument.axes.iter().map(|axis| axis.text.clone()).collect();
    let torch = python.language == Language::Torch;
    let np = if torch { "torch" } else { "np" };
    let t = if torch { "mT" } else { "T" };
    let x = &argument.name;
    let first = format!("d = {}", normal(python, &axes));
    let second = match argument.structure {
        Structure::General => return vec![first],
        Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
            format!("d = (d + d.{t}) / 2")
        }
        Structure::Skew => format!("d = (d - d.{t}) / 2"),
        Structure::Diagonal => format!("d = {np}.diag({np}.diag(d))"),
        Structure::Orthogonal => format!("d = {x} @ (d - d.{t})"),
        Structure::Lower => format!("d = {np}.tril(d)"),
        Structure::Upper => format!("d = {np}.triu(d)"),
    };
    vec![first, second]
}
