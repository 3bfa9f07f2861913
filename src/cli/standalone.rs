//! `-f latex --standalone`: answers as one document, what is assumed as sentences below each.

use super::args::Written;
use crate::error::Error;
use crate::request::{Format, Page, Query, Request, Role};

/// The answers of a command as a document.
#[derive(Default)]
pub(super) struct Document {
    parts: Vec<String>,
}

/// Says that only LaTeX makes a document.
pub(super) fn check(written: Option<Written>) -> Result<(), Error> {
    match written {
        Some(Written { standalone: true, format }) if format != Format::Latex => {
            Err(Error::Message("--standalone makes a LaTeX document\n  = help: add -f latex".into()))
        }
        _ => Ok(()),
    }
}

impl Document {
    /// Adds an answer, unless there is none.
    pub(super) fn push(&mut self, request: &Request, page: &Page) {
        let results: Vec<&str> =
            page.lines.iter().filter(|line| line.role == Role::Result).map(|line| line.text.as_str()).collect();
        for (place, result) in results.iter().enumerate() {
            let left = left_side(request, place, results.len()).filter(|_| !result.starts_with("\\begin"));
            self.parts.push(format!("\\[\n{}{result}\n\\]", left.unwrap_or_default()));
        }
        if !results.is_empty() {
            self.parts.extend(sentence(page));
        }
    }

    /// The document; nothing where there is no answer.
    pub(super) fn text(self) -> Option<String> {
        (!self.parts.is_empty()).then(|| {
            format!(
                "\\documentclass{{article}}\n\\usepackage{{amsmath, amssymb}}\n\\begin{{document}}\n{}\n\\end{{document}}",
                self.parts.join("\n")
            )
        })
    }
}

/// `\nabla_{x} f(x) = `, where the result at this place is all of a derivative that has a sign of its own.
fn left_side(request: &Request, place: usize, results: usize) -> Option<String> {
    let names: Vec<String> = request.wrt.iter().map(|name| name_math(name)).collect();
    let all = names.join(", ");
    let is_one = results == 1 && names.len() == 1;
    match request.query {
        Query::Gradient { .. } if results == names.len() => Some(format!("\\nabla_{{{}}} f({all}) = ", names[place])),
        Query::Hessian { view: None } if is_one => Some(format!("\\nabla^2_{{{all}}} f({all}) = ")),
        Query::Jacobian { view: None } if is_one => Some(format!("J_f({all}) = ")),
        Query::Differential { order: 1 } if results == 1 => Some("\\mathrm{d}f = ".to_owned()),
        Query::Differential { order } if results == 1 => Some(format!("\\mathrm{{d}}^{order} f = ")),
        _ => None,
    }
}

/// What the symbols are and what is assumed of them.
fn sentence(page: &Page) -> Option<String> {
    let facts: Vec<String> = page.declarations.iter().chain(&page.conditions).map(|fact| fact_math(fact)).collect();
    let (last, others) = facts.split_last()?;
    let all = if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) };
    Some(format!("where {all}."))
}

/// A fact with its formula between dollars and the words behind it outside: `$X$ invertible`.
fn fact_math(fact: &str) -> String {
    let is_word = |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
    let words: Vec<&str> = fact.split(' ').rev().take_while(is_word).collect();
    let length: usize = words.iter().map(|word| word.len() + 1).sum();
    // A fact of words alone has no formula.
    let Some(formula) = fact.len().checked_sub(length).map(|end| &fact[..end]) else { return fact.to_owned() };
    format!("${}${}", math(formula), &fact[formula.len()..])
}

/// A name as it is typed: `lambda`, `x_12`.
fn name_math(name: &str) -> String {
    let (base, below) = name.split_once('_').unwrap_or((name, ""));
    let greek = GREEK.iter().any(|(_, word)| *word == base);
    let base = if greek { format!("\\{base}") } else { math(base) };
    if below.is_empty() { base } else { format!("{base}_{{{}}}", math(below.trim_matches(['{', '}']))) }
}

/// Greek letters that LaTeX has a command for.
const GREEK: &[(char, &str)] = &[
    ('α', "alpha"),
    ('β', "beta"),
    ('γ', "gamma"),
    ('δ', "delta"),
    ('ε', "varepsilon"),
    ('ζ', "zeta"),
    ('η', "eta"),
    ('θ', "theta"),
    ('ι', "iota"),
    ('κ', "kappa"),
    ('λ', "lambda"),
    ('μ', "mu"),
    ('ν', "nu"),
    ('ξ', "xi"),
    ('π', "pi"),
    ('ρ', "rho"),
    ('σ', "sigma"),
    ('τ', "tau"),
    ('υ', "upsilon"),
    ('φ', "varphi"),
    ('ϕ', "phi"),
    ('χ', "chi"),
    ('ψ', "psi"),
    ('ω', "omega"),
    ('Γ', "Gamma"),
    ('Δ', "Delta"),
    ('Θ', "Theta"),
    ('Λ', "Lambda"),
    ('Ξ', "Xi"),
    ('Π', "Pi"),
    ('Σ', "Sigma"),
    ('Υ', "Upsilon"),
    ('Φ', "Phi"),
    ('Ψ', "Psi"),
    ('Ω', "Omega"),
];

/// Signs.
const SIGNS: &[(char, &str)] = &[
    ('ℝ', "\\mathbb{R}"),
    ('ℤ', "\\mathbb{Z}"),
    ('ℕ', "\\mathbb{N}"),
    ('∈', "\\in"),
    ('≠', "\\neq"),
    ('≥', "\\ge"),
    ('≤', "\\le"),
    ('≻', "\\succ"),
    ('⪰', "\\succeq"),
    ('−', "-"),
    ('·', "\\cdot"),
    ('×', "\\times"),
    ('∘', "\\odot"),
    ('⊗', "\\otimes"),
    ('‖', "\\|"),
    ('⟨', "\\langle"),
    ('⟩', "\\rangle"),
    ('→', "\\to"),
    ('…', "\\ldots"),
    ('½', "\\tfrac12"),
    ('ℓ', "\\ell"),
];

const ABOVE: &str = "⁰0¹1²2³3⁴4⁵5⁶6⁷7⁸8⁹9⁺+⁻-⁽(⁾)ᵃaᵇbᶜcᵈdᵉeᶠfᵍgʰhⁱiʲjᵏkˡlᵐmⁿnᵒoᵖpʳrˢsᵗtᵘuᵛvʷwʸyᶻz";
const BELOW: &str = "₀0₁1₂2₃3₄4₅5₆6₇7₈8₉9₊+₋-₍(₎)ₐaₑeₕhᵢiⱼjₖkₗlₘmₙnₒoₚpᵣrₛsₜtᵤuᵥvₓx";

/// What a raised or lowered character stands for.
fn plain(table: &str, c: char) -> Option<char> {
    let mut all = table.chars();
    while let Some(raised) = all.next() {
        let plain = all.next();
        if raised == c {
            return plain;
        }
    }
    None
}

/// A formula in Unicode as LaTeX.
fn math(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    // Whether each open brace is one of LaTeX's own, as in `ℝ^{k × q}`, or a set's.
    let mut groups = Vec::new();
    while let Some(c) = rest.chars().next() {
        if let Some((run, behind)) = script(rest, |c| match c {
            'ᵀ' => Some("\\top".to_owned()),
            'ˣ' => Some(" \\times ".to_owned()),
            c => plain(ABOVE, c).map(String::from),
        }) {
            out.push_str(&format!("^{{{run}}}"));
            rest = behind;
            continue;
        }
        if let Some((run, behind)) = script(rest, |c| plain(BELOW, c).map(String::from)) {
            out.push_str(&format!("_{{{run}}}"));
            rest = behind;
            continue;
        }
        let word = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        if ["det", "log", "exp", "min", "max"].contains(&&rest[..word]) {
            out.push_str(&format!("\\{}", &rest[..word]));
            rest = &rest[word..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        if c == '{' {
            groups.push(out.ends_with(['^', '_']));
        }
        if matches!(c, '{' | '}') {
            let is_group = if c == '{' { groups.last().copied() } else { groups.pop() };
            out.push_str(if is_group == Some(true) { "" } else { "\\" });
            out.push(c);
            continue;
        }
        let sign = SIGNS.iter().find(|(sign, _)| *sign == c).map(|(_, text)| (*text).to_owned());
        let sign = sign.or_else(|| GREEK.iter().find(|(letter, _)| *letter == c).map(|(_, word)| format!("\\{word}")));
        match sign {
            Some(sign) => {
                out.push_str(&sign);
                // A command ends before a letter.
                if sign.ends_with(|c: char| c.is_alphanumeric()) && rest.starts_with(|c: char| c.is_alphanumeric()) {
                    out.push(' ');
                }
            }
            None => out.push(c),
        }
    }
    out
}

/// The characters at the front that are raised, or lowered, as LaTeX, and what is behind them.
fn script(text: &str, plain: impl Fn(char) -> Option<String>) -> Option<(String, &str)> {
    let mut run = String::new();
    let mut length = 0;
    for c in text.chars() {
        let Some(plain) = plain(c) else { break };
        run.push_str(&plain);
        length += c.len_utf8();
    }
    (length > 0).then(|| (run.trim().to_owned(), &text[length..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_written_in_latex() {
        for (fact, wanted) in [
            ("A ∈ ℝᵐˣⁿ", r"$A \in \mathbb{R}^{m \times n}$"),
            ("S ∈ Sⁿ₊₊", r"$S \in S^{n}_{++}$"),
            ("λ > 0", r"$\lambda > 0$"),
            ("X invertible", r"$X$ invertible"),
            ("Ax − b ≠ 0 in every entry", r"$Ax - b \neq 0$ in every entry"),
            ("aᵢᵀx > 0", r"$a_{i}^{\top}x > 0$"),
            ("X ∈ ℝ^{k × q}", r"$X \in \mathbb{R}^{k \times q}$"),
            ("y ∈ {−1, 1}ⁿ", r"$y \in \{-1, 1\}^{n}$"),
        ] {
            assert_eq!(fact_math(fact), wanted);
        }
    }

    #[test]
    fn names_are_written_in_latex() {
        for (name, wanted) in [("x", "x"), ("lambda", r"\lambda"), ("θ", r"\theta"), ("x_12", "x_{12}"), ("W", "W")] {
            assert_eq!(name_math(name), wanted);
        }
    }
}
