//! `matcalc convexity EXPR --wrt x`

use super::super::format::Format;
use super::super::{Page, Request, certificate, json, literal, shown, steps};
use super::given::{checking, limits, read};
use super::note::take_notes;
use crate::answer;
use crate::answer::convexity::{self, Claim, Finding, Half, Role, Strength, Verdict, claim_text, line_text};
use crate::answer::derivation::{self, Derivation};
use crate::check::{Bend, Certificate, CheckOptions, Evidence, Method, Outcome};
use crate::domain::Condition;
use crate::error::Error;
use crate::problem::{Note, Problem, Report};
use crate::render::{self, render, render_condition, render_declaration};
use crate::shape::Goal;

pub(super) fn run(request: &Request, page: &mut Page) -> Result<(), Error> {
    if request.format.is_code() {
        return Err(Error::Message("an argument about convexity has no form as code".into()));
    }
    let mut problem = read(request, Goal::Function, Vec::new())?;
    let options = checking(request);
    let finding = convexity::convexity(&mut problem, options.as_ref())?;
    page.fail_unless(finding.stands());
    page.certificate.clone_from(&finding.certificate);
    page.knows_symbols(request, &problem);
    let steps = if request.steps { Some(derive(&mut problem, options.as_ref())?) } else { None };
    let limits = limits(&request.form);
    let all: Vec<usize> = (0..problem.wrt.len()).collect();
    let notes = take_notes(&mut problem, &all);
    if let Some(steps) = steps.as_ref().filter(|_| request.format != Format::Json)
        && !steps::before(page, &problem, steps, request.format, &limits)?
    {
        return Ok(());
    }
    page.notes.clone_from(&notes);
    let note_lines = |notes: &[Note]| shown::note_lines(request.prompt, notes);
    match request.format {
        Format::Json => {
            page.fail_unless(steps.as_ref().is_none_or(|steps| steps.failed().is_none()));
            let answer = json::convexity(&problem, &finding, steps.as_ref(), &limits);
            page.gather(request, &problem, &notes, answer);
        }
        Format::Unicode => show(page, &problem, &finding, note_lines(&notes), render::Format::Unicode),
        Format::Ascii => show(page, &problem, &finding, note_lines(&notes), render::Format::Ascii),
        _ => {
            show(page, &problem, &finding, note_lines(&notes), render::Format::Latex);
        }
    }
    Ok(())
}

/// The derivation of the second derivative: of the Hessian in one variable that is no matrix, of d²f otherwise.
fn derive(problem: &mut Problem, options: Option<&CheckOptions>) -> Result<Derivation, Report> {
    let matrix = problem.arena.symbol(problem.wrt[0]).shape.is_matrix();
    if problem.wrt.len() > 1 || matrix {
        let answer = answer::differential(problem, 2, None)?;
        return derivation::differential(problem, 2, &answer, options);
    }
    if scalar(problem) {
        let answer = answer::scalar_derivative(problem, 2, None)?;
        return derivation::scalar_derivative(problem, 2, &answer, options);
    }
    let views = answer::hessian(problem, 0, 0, None)?;
    derivation::hessian(problem, 0, 0, &views, options)
}

/// Verdict and argument, and the lines below every answer.
fn show(page: &mut Page, problem: &Problem, finding: &Finding, notes: Vec<String>, format: render::Format) {
    shown::warn(page, "verdict", finding.certificate.as_ref(), true);
    if !finding.stands() {
        if format != render::Format::Unicode {
            if finding.failed() {
                page.about(certificate_text(finding.certificate.as_ref()));
            }
            return;
        }
        page.line(shown::mark(finding.certificate.as_ref()).trim_end());
    }
    let verdict = verdict_text(problem, finding, format);
    let lines = argument(problem, finding, format);
    if format == render::Format::Latex {
        let mut rows = vec![format!("&\\text{{{verdict}}}")];
        rows.extend(lines.iter().map(|text| format!("&{text}")));
        page.line(format!("\\begin{{aligned}}\n{}\n\\end{{aligned}}", rows.join(" \\\\\n")));
    } else {
        page.line(verdict);
        lines.into_iter().for_each(|text| page.line(text));
    }
    for text in witness_lines(finding) {
        page.about(text);
    }
    if !finding.halves.is_empty() {
        let side = |half: &Half| {
            let number = render(&problem.arena, half.number, render::Format::Unicode, &problem.style);
            format!("{} where {number} {} 0", half.kind.word(), if half.is_above { ">" } else { "<" })
        };
        page.about(finding.halves.iter().map(side).collect::<Vec<_>>().join(", "));
    }
    if let Some(hint) = finding.hint {
        let name = &problem.arena.symbol(hint.symbol).name;
        page.about(format!("{} on the positive definite matrices: declare `{name}: spd`", hint.kind.word()));
    }
    let facts = facts(problem, finding);
    if !facts.is_empty() {
        page.about(format!("where {}", facts.join(", ")));
    }
    notes.into_iter().for_each(|text| page.about(text));
    let checked = certificate_text(finding.certificate.as_ref());
    if !checked.is_empty() {
        page.about(checked);
    }
}

/// The lines of the argument, the names of parts after the second derivative.
fn argument(problem: &Problem, finding: &Finding, format: render::Format) -> Vec<String> {
    let arena = &problem.arena;
    let text = |id| render(arena, id, format, &problem.style);
    let mut named = vec![false; finding.names.len()];
    let mut lines = Vec::new();
    for line in &finding.lines {
        let mut claim = line_text(arena, line, scalar(problem), format, &problem.style);
        let mut names = Vec::new();
        for (name, done) in finding.names.iter().zip(&mut named) {
            if *done || !line.mentions(arena, name.symbol) {
                continue;
            }
            *done = true;
            names.push(match (name.role, format) {
                (Role::Part, _) => format!("{} = {}", text(name.symbol), text(name.part)),
                (Role::Eigenvalue, render::Format::Latex) => {
                    format!("{} \\text{{ an eigenvalue of }} {}", text(name.symbol), text(name.part))
                }
                (Role::Eigenvalue, _) => format!("{} an eigenvalue of {}", text(name.symbol), text(name.part)),
            });
        }
        if !names.is_empty() {
            let before = if format == render::Format::Latex { " \\quad\\text{where}\\quad " } else { " where " };
            claim = format!("{claim}{before}{}", names.join(", "));
        }
        lines.push(claim);
    }
    if let Some(open) = &finding.open {
        lines.push(claim_text(arena, open, scalar(problem), format, &problem.style));
        let words = match (finding.verdict, open) {
            (Verdict::Neither, Claim::Hessian { .. }) if has_parameters(problem) => {
                "which changes sign for some values of the symbols"
            }
            (Verdict::Neither, _) => "which changes sign",
            _ if finding.convex_if.is_some() => "whose sign depends on the other symbols",
            _ => "whose sign is not decided by the rules",
        };
        lines.push(if format == render::Format::Latex { format!("\\text{{{words}}}") } else { words.to_owned() });
    }
    if let Some(condition) = &finding.convex_if {
        let condition = claim_text(arena, condition, scalar(problem), format, &problem.style);
        let when = if finding.is_exact { "if and only if" } else { "if" };
        let mut parts = vec![(format!("convex {when} "), condition)];
        if let Some(mirrored) = &finding.concave_if {
            let condition = claim_text(arena, mirrored, scalar(problem), format, &problem.style);
            parts.push((format!(", concave {when} "), condition));
        }
        let said = parts.into_iter().map(|(words, condition)| match format {
            render::Format::Latex | render::Format::Typst | render::Format::Mathml => {
                format!("\\text{{{words}}} {condition}")
            }
            render::Format::Unicode | render::Format::Ascii => format!("{words}{condition}"),
        });
        lines.push(said.collect());
    }
    lines
}

fn scalar(problem: &Problem) -> bool {
    problem.wrt.len() == 1 && problem.arena.symbol(problem.wrt[0]).shape.is_scalar()
}

fn has_parameters(problem: &Problem) -> bool {
    problem.symbols.iter().any(|symbol| !problem.wrt.contains(symbol))
}

fn verdict_text(problem: &Problem, finding: &Finding, format: render::Format) -> String {
    match finding.verdict {
        Verdict::Is(kind, Strength::Plain) => kind.word().to_owned(),
        Verdict::Is(kind, Strength::Strict) => format!("{0} (strictly {0})", kind.word()),
        Verdict::Is(kind, Strength::Strong) => format!("{0} (strongly {0})", kind.word()),
        Verdict::OnParts(kind) => {
            format!(
                "locally {}: on every convex part of its domain, which itself is not known to be convex",
                kind.word()
            )
        }
        Verdict::Where(kind) => {
            let texts: Vec<String> = finding
                .parts
                .iter()
                .filter(|condition| matches!(condition, Condition::Definite(_)))
                .map(|condition| render_condition(&problem.arena, *condition, format, &problem.style))
                .collect();
            let joined = texts.join(", ");
            match format {
                render::Format::Latex => format!("{} where }} {joined} \\text{{", kind.word()),
                _ => format!("{} where {joined}", kind.word()),
            }
        }
        Verdict::Neither if has_parameters(problem) => "neither convex nor concave in general".to_owned(),
        Verdict::Neither => "neither convex nor concave".to_owned(),
        Verdict::Unknown if finding.convex_if.is_some() => "convex for some values of the other symbols".to_owned(),
        Verdict::Unknown => "unknown".to_owned(),
    }
}

/// The numbers behind `neither`.
fn witness_lines(finding: &Finding) -> Vec<String> {
    let Some(witness) = &finding.witness else { return Vec::new() };
    let list = |values: &[(String, nalgebra::DMatrix<f64>)]| {
        values
            .iter()
            .map(|(name, value)| format!("{name} = {}", literal::literal(value)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let bend = |bend: &Bend, up: bool| match bend.evidence {
        Evidence::Second(second) => {
            let direction: Vec<String> =
                bend.direction.iter().map(|(name, value)| format!("d{name} = {}", literal::literal(value))).collect();
            let word = if up { "up" } else { "down" };
            format!("  at {} it curves {word}: d²f = {second:.4} along {}", list(&bend.point), direction.join(", "))
        }
        Evidence::Chord { at, value, chord } => {
            let beyond = |t: f64| {
                let ends = bend.point.iter().zip(&bend.direction);
                list(&ends.map(|((name, x), (_, h))| (name.clone(), x + h * t)).collect::<Vec<_>>())
            };
            let word = if up { "below" } else { "above" };
            format!(
                "  between {} and {} it lies {word} the chord: {value:.4} against {chord:.4} at {}",
                list(&bend.point),
                beyond(1.0),
                beyond(at)
            )
        }
    };
    let mut lines = Vec::new();
    if !witness.values.is_empty() {
        lines.push(format!("  for {}", list(&witness.values)));
    }
    lines.push(bend(&witness.up, true));
    lines.push(bend(&witness.down, false));
    lines
}

/// Declarations as understood, and the domain.
fn facts(problem: &Problem, finding: &Finding) -> Vec<String> {
    let mut facts: Vec<String> = problem
        .symbols
        .iter()
        .map(|symbol| render_declaration(&problem.arena, *symbol, render::Format::Unicode))
        .collect();
    facts.extend(conditions(problem, finding, render::Format::Unicode));
    facts
}

fn conditions(problem: &Problem, finding: &Finding, format: render::Format) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for condition in finding.conditions.iter().chain(&finding.parts) {
        let text = render_condition(&problem.arena, *condition, format, &problem.style);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

fn certificate_text(certificate: Option<&Certificate>) -> String {
    let Some(certificate) = certificate else { return String::new() };
    match &certificate.outcome {
        Outcome::Passed => {
            let sizes = certificate::first_sizes(certificate);
            let with = match certificate.method {
                Method::Values | Method::DualNumbers => "dual numbers",
                Method::PowerSeries => "power series",
            };
            format!(
                "✓ checked with {with}: the second derivative has the expected sign along random lines through {} points{sizes}",
                certificate.points
            )
        }
        Outcome::Failed(disagreement) => {
            let values: Vec<String> = disagreement
                .values
                .iter()
                .map(|(name, value)| format!("{name} = {}", literal::literal(value)))
                .collect();
            format!(
                "✗ check failed: along a random line the second derivative has the wrong sign, by {:.6} with {} {}",
                disagreement.found,
                certificate::sizes_text(&disagreement.sizes),
                values.join(", ")
            )
        }
        Outcome::NotChecked(reason) => format!("not checked: {}", certificate::reason_text(reason)),
    }
}
