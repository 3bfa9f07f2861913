//! `matcalc solve EXPR --wrt x`

mod constraint;
mod joint;
mod lines;
mod words;
mod written;

use super::super::format::Format;
use super::super::{Page, Request, certificate, code, json, shown, steps};
use super::given::{checking, limits, read, variables};
use super::note::take_notes;
use crate::answer;
use crate::answer::derivation;
use crate::answer::stationary::{self, Kind, Solution, Stationary, Why};
use crate::check::Outcome;
use crate::codegen::Layout;
use crate::diagnostic::{Advice, Prompt, Suggestion};
use crate::domain::Condition;
use crate::error::Error;
use crate::expr::{ExprId, SymbolId};
use crate::linear::Convention;
use crate::problem::Problem;
use crate::render::{self, glossary, render_condition, render_declaration};
use crate::shape::Goal;
use words::{eigenvectors, leaves_text, nature_text, not_decided, polar_lines};
use written::{condition_texts, nonzero_text, so_is_every, text};

pub(super) fn run(request: &Request, subject_to: Option<&str>, page: &mut Page) -> Result<(), Error> {
    if subject_to.is_none()
        && let Some((expression, constraints)) = constraint::split_off(&request.expression)
    {
        let request = Request { expression, ..request.clone() };
        return joint::run(&request, Some(&constraints), page);
    }
    if subject_to.is_some() || variables(request, &Goal::Function)?.len() > 1 {
        return joint::run(request, subject_to, page);
    }
    let mut problem = read(request, Goal::Function, Vec::new())?;
    let options = checking(request);
    page.knows_symbols(request, &problem);
    let found = stationary::stationary(&mut problem, 0, options.as_ref())?;
    let wrt = problem.wrt[0];
    if found.solutions.is_empty() {
        return Err(Error::Message(refusal(&problem, wrt, &found, request.prompt)));
    }
    let steps = if request.steps {
        let gradient = answer::gradient(&mut problem, 0, Convention::Projected, None)?;
        Some(derivation::gradient(&mut problem, 0, Convention::Projected, &gradient, options.as_ref())?)
    } else {
        None
    };
    let limits = limits(&request.form);
    let said = take_notes(&mut problem, &[]);
    let is_gradient_right = found.checked.as_ref().is_none_or(|checked| !matches!(checked.outcome, Outcome::Failed(_)));
    page.fail_unless(found.solutions.iter().all(|solution| solution.point.stands()) && is_gradient_right);
    if !is_gradient_right {
        shown::warn(page, "gradient", found.checked.as_ref(), true);
    }
    page.conditions = conditions(&problem, &found, render::Format::Unicode);
    page.notes.clone_from(&said);
    if request.keeps_facts {
        let standing = found.solutions.iter().filter(|solution| solution.point.stands());
        page.values = standing.map(|solution| text(&problem, solution.point.expr, render::Format::Ascii)).collect();
    }
    if let [solution] = found.solutions.as_slice() {
        page.certificate.clone_from(&solution.point.certificate);
    }
    if request.format == Format::Json {
        let remarks = remarks(&problem, &found);
        let mut said = said.as_slice();
        for solution in &found.solutions {
            let mut code = |expr| {
                let coded =
                    code::coded(page, request, &problem, (expr, &solution.point.conditions), None, &Layout::Value);
                coded.unwrap_or_default().text
            };
            let codes = [code(solution.point.expr), code(found.gradient)];
            let answer = json::solution((&problem, &found), solution, codes, &remarks, (steps.as_ref(), &limits));
            page.gather(request, &problem, std::mem::take(&mut said), answer);
        }
        return Ok(());
    }
    if let Some(steps) = &steps {
        steps::before(page, &problem, steps, request.format, &limits)?;
    }
    for solution in &found.solutions {
        show(page, request, &problem, &found, solution)?;
    }
    let said = shown::note_lines(request.prompt, &said);
    for text in notes(&problem, wrt, &found, said, request.format) {
        page.about(text);
    }
    Ok(())
}

fn name(problem: &Problem, wrt: SymbolId) -> String {
    render::spoken_name(&problem.arena, wrt)
}

/// Why there is no answer.
fn refusal(problem: &Problem, wrt: SymbolId, found: &Stationary, prompt: Prompt) -> String {
    let name = name(problem, wrt);
    let gradient = text(problem, found.gradient, render::Format::Unicode);
    let mut notes: Vec<String> = regions(problem, &name, found);
    notes.extend(kinks(problem, &name, found));
    if !found.regions.is_empty() {
        return notes.join("\n  = note: ");
    }
    if found.complete {
        notes.insert(0, format!("there is no stationary point: ∇f = {gradient} is not 0 where it is defined"));
        return notes.join("\n  = note: ");
    }
    if problem.arena.is_zero(found.gradient) {
        return format!("the gradient is 0: every {name} is stationary");
    }
    if !problem.arena.contains_symbol(found.gradient, wrt) {
        return format!("in general there is no stationary point: ∇f = {gradient} does not depend on {name}");
    }
    if found.too_long {
        return format!("∇f = 0 was not solved for {name}: the gradient is too long");
    }
    if found.is_inconsistent && found.is_linear {
        let [in_general, why] = match problem.symbols.len() {
            1 => ["", "has no solution"],
            _ => ["in general ", "has a solution only for special values of the other symbols"],
        };
        return format!(
            "{in_general}there is no stationary point: ∇f = {gradient} is linear in {name} and singular, and ∇f = 0 {why}"
        );
    }
    match found.outside {
        Some(point) => {
            let help = if problem.symbols.len() > 1 {
                let help = Advice::from("declare what is known of the other symbols, as in ");
                format!("\n  = help: {}", help.suggest_bare(Suggestion::declaration("S: spd(n)")).spelled(prompt))
            } else {
                String::new()
            };
            let point = text(problem, point, render::Format::Unicode);
            notes.insert(
                0,
                format!(
                    "no stationary point was found: {name} = {point}, where ∇f = {gradient} would be 0, is undefined or lies outside the domain"
                ),
            );
            format!("{}{help}", notes.join("\n  = note: "))
        }
        None => {
            let help = if found.is_convex && found.kinks.is_empty() {
                let help = Advice::from("f is convex; look for a minimum by numbers with ");
                format!("\n  = help: {}", help.suggest(Suggestion::Command("minimize", None)).spelled(prompt))
            } else {
                String::new()
            };
            let why = match found.is_linear {
                true => format!("∇f = {gradient} is linear in {name}, but no closed form was found"),
                false => format!(
                    "∇f = {gradient} is not linear in {name}, and no factor and no invertible operator leads to a linear \
                     equation"
                ),
            };
            notes.insert(0, format!("∇f = 0 was not solved for {name}: {why}"));
            format!("{}{help}", notes.join("\n  = note: "))
        }
    }
}

fn show(
    page: &mut Page,
    request: &Request,
    problem: &Problem,
    found: &Stationary,
    solution: &Solution,
) -> Result<(), Error> {
    let format = request.format;
    shown::warn(page, "solution", solution.point.certificate.as_ref(), true);
    if !solution.point.stands() && format != Format::Unicode {
        return Ok(());
    }
    let mark = shown::mark(solution.point.certificate.as_ref());
    let format = match format {
        Format::Unicode => render::Format::Unicode,
        Format::Ascii => render::Format::Ascii,
        Format::Latex | Format::Typst | Format::Mathml | Format::Json => render::Format::Latex,
        _ => {
            let point = &solution.point;
            let coded = code::coded(page, request, problem, (point.expr, &point.conditions), None, &Layout::Value)
                .map_err(|error| Error::Message(error.to_string()))?;
            coded.text.into_iter().for_each(|text| page.line(text));
            coded.remarks.into_iter().for_each(|remark| page.about(remark));
            return Ok(());
        }
    };
    page.line(format!(
        "{mark}{} = {}",
        text(problem, found.variable, format),
        text(problem, solution.point.expr, format)
    ));
    Ok(())
}

/// The lines below the solutions.
fn notes(problem: &Problem, wrt: SymbolId, found: &Stationary, said: Vec<String>, format: Format) -> Vec<String> {
    let name = name(problem, wrt);
    let mut lines = vec![format!("∇f = {}", text(problem, found.gradient, render::Format::Unicode))];
    for solution in &found.solutions {
        let is_number = problem.arena.symbol(wrt).shape.is_scalar();
        let kind = nature_text(solution.nature, (problem, &name, is_number, &inverse_name(problem, wrt)), ("", ""));
        let mut said = Vec::new();
        let own = own_conditions(problem, found, solution);
        if !own.is_empty() {
            said.push(format!("where {}", own.join(", ")));
        }
        if !kind.is_empty() {
            said.push(kind);
        }
        if said.is_empty() {
            continue;
        }
        let which = if found.solutions.len() > 1 {
            let separator = if own.is_empty() { ":" } else { "" };
            format!("{name} = {}{separator} ", text(problem, solution.point.expr, render::Format::Unicode))
        } else {
            String::new()
        };
        lines.push(format!("{which}{}", said.join(": ")));
    }
    lines.extend(remarks(problem, found));
    let mut facts: Vec<String> = problem
        .symbols
        .iter()
        .map(|symbol| render_declaration(&problem.arena, *symbol, render::Format::Unicode))
        .collect();
    facts.extend(conditions(problem, found, render::Format::Unicode));
    lines.push(format!("where {}", facts.join(", ")));
    lines.extend(said);
    for solution in &found.solutions {
        // On standard error the reason stands in the warning already.
        if let Some(certificate) = &solution.point.certificate
            && (format == Format::Unicode || certificate.reason().is_none())
        {
            lines.push(match solution.nature.why {
                Why::Subgradient => certificate::least_line(certificate),
                _ => certificate::stationary_line(certificate, false),
            });
        }
    }
    lines
}

/// Where the gradient is 0 throughout.
fn regions(problem: &Problem, name: &str, found: &Stationary) -> Vec<String> {
    let style = &problem.style;
    let condition =
        |condition: &Condition| render_condition(&problem.arena, *condition, render::Format::Unicode, style);
    let region = |region: &Vec<Condition>| {
        let conditions: Vec<String> = region.iter().map(condition).collect();
        format!("every {name} with {} is stationary: the gradient is 0 there", conditions.join(" and "))
    };
    found.regions.iter().map(region).collect()
}

/// Where f is smallest without a derivative.
fn kinks(problem: &Problem, name: &str, found: &Stationary) -> Vec<String> {
    let why = if found.is_convex { "0 is a subgradient of the convex f" } else { "no value of f is smaller" };
    let line = |point: &crate::expr::ExprId| {
        let point = text(problem, *point, render::Format::Unicode);
        format!("a minimum at the kink {name} = {point}, where f has no derivative: {why} there")
    };
    found.kinks.iter().map(line).collect()
}

/// What would decide between a minimum and a maximum: the sign of the second derivative.
fn undecided(problem: &Problem, (second, is_turned): (ExprId, bool)) -> String {
    let of = text(problem, second, render::Format::Unicode);
    let [above, below] = if is_turned { ["maximum", "minimum"] } else { ["minimum", "maximum"] };
    match problem.arena.shape(second).is_scalar() {
        true => format!("not decided: a {above} if {of} > 0, a {below} if {of} < 0"),
        false => format!("not decided: a {above} if {of} ⪰ 0, a {below} if {of} ⪯ 0, and else a saddle point"),
    }
}

/// A local minimum or maximum of a function of one number, by the sign of its second derivative.
fn by_sign(problem: &Problem, (sign, is_turned): (ExprId, bool)) -> String {
    let of = text(problem, sign, render::Format::Unicode);
    let [above, below] = if is_turned { ["maximum", "minimum"] } else { ["minimum", "maximum"] };
    if let Some(base) = stationary::root_of_nonnegative(&problem.arena, sign) {
        return format!("a local {above} if {}", nonzero_text(problem, base));
    }
    format!("a local {above} if {of} > 0, a local {below} if {of} < 0")
}

/// What is to be said about other solutions.
fn remarks(problem: &Problem, found: &Stationary) -> Vec<String> {
    let mut remarks: Vec<String> =
        render::sets_glossary(&problem.arena, &problem.symbols).into_iter().map(str::to_owned).collect();
    if found.singular {
        remarks.push("the least-norm solution; the equation is linear and singular, and has others".to_owned());
    }
    for other in &found.others {
        remarks.push(so_is_every(problem, &name(problem, problem.wrt[0]), *other));
    }
    let name = name(problem, problem.wrt[0]);
    if let Some(period) = found.period {
        let period = text(problem, period, render::Format::Unicode);
        remarks.push(match found.solutions.len() {
            1 => format!("all others differ from it by multiples of {period}"),
            _ => format!("all others differ from these by multiples of {period}"),
        });
    }
    remarks.extend(found.solutions.iter().any(|solution| solution.may_leave).then(|| leaves_text(&name)));
    remarks.extend(regions(problem, &name, found));
    remarks.extend(kinks(problem, &name, found));
    let polar = found.solutions.iter().find_map(|solution| match solution.nature.why {
        Why::Polar(matrix) => Some(matrix),
        _ => None,
    });
    if let Some(matrix) = polar {
        remarks.extend(polar_lines(problem, matrix));
    } else if !found.complete && !found.singular && found.others.is_empty() && found.period.is_none() {
        remarks.push(match found.is_strict {
            true if found.solutions.len() == 1 => {
                "where these conditions hold there is no other; elsewhere there may be".to_owned()
            }
            true => "where the conditions of one hold there is no other; elsewhere there may be".to_owned(),
            false => "there may be others".to_owned(),
        });
    }
    if let Some(hessian) = found.hessian {
        remarks.push(undecided(problem, hessian));
    } else if let [first, others @ ..] = found.seconds.as_slice() {
        let same = others.iter().all(|other| other == first);
        let open = found.solutions.iter().filter(|solution| solution.nature.kind == Kind::Unknown);
        for (solution, second) in open
            .zip(&found.seconds)
            .take(if same && found.seconds.len() == found.solutions.len() { 1 } else { usize::MAX })
        {
            let is_of_all = same && found.seconds.len() == found.solutions.len();
            let which = if is_of_all || found.solutions.len() == 1 {
                "not decided".to_owned()
            } else {
                format!("{name} = {}", text(problem, solution.point.expr, render::Format::Unicode))
            };
            remarks.push(format!("{which}: {}", by_sign(problem, *second)));
        }
    } else {
        let open = found.solutions.iter().filter(|solution| solution.nature.kind == Kind::Unknown).count();
        remarks.extend(not_decided(open, found.solutions.len()));
    }
    if let Some(eigen) = &found.eigen {
        let eigenvectors = eigenvectors(problem, eigen);
        remarks.push(format!("the stationary points are all multiples of {eigenvectors}"));
    }
    if polar.is_none() {
        for solution in &found.solutions {
            remarks.extend(glossary(&problem.arena, solution.point.expr));
        }
    }
    remarks.dedup();
    remarks
}

/// The inverse of a variable: Σ⁻¹, 1/s, 1⊘w.
fn inverse_name(problem: &Problem, wrt: SymbolId) -> String {
    let (name, shape) = (name(problem, wrt), problem.arena.symbol(wrt).shape);
    if shape.is_matrix() {
        format!("{name}⁻¹")
    } else if shape.is_scalar() {
        format!("1/{name}")
    } else {
        format!("1⊘{name}")
    }
}

fn conditions(problem: &Problem, found: &Stationary, format: render::Format) -> Vec<String> {
    let is_common =
        |condition: &&Condition| found.solutions.iter().all(|other| other.point.conditions.contains(condition));
    let all = found.solutions.iter().flat_map(|solution| &solution.point.conditions).filter(is_common);
    condition_texts(problem, all, format)
}

/// The conditions that this solution has and another one has not.
fn own_conditions(problem: &Problem, found: &Stationary, solution: &Solution) -> Vec<String> {
    let is_own =
        |condition: &&Condition| !found.solutions.iter().all(|other| other.point.conditions.contains(condition));
    condition_texts(problem, solution.point.conditions.iter().filter(is_own), render::Format::Unicode)
}
