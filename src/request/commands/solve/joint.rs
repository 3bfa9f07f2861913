//! `matcalc solve` in several unknowns, and under constraints: values, equations, what the point is.

use super::super::super::format::Format;
use super::super::super::{Page, Request, certificate, code, json, shown};
use super::super::given::{checking, limits, read};
use super::super::note::take_notes;
use super::constraint;
use super::words::{leaves_text, nature_text, turns_text};
use super::written::{condition_texts, text};
use crate::answer;
use crate::answer::derivation::{self, Derivation};
use crate::answer::stationary::{self, Eigen, Joint, JointSolution};
use crate::check::Outcome;
use crate::codegen::Layout;
use crate::domain::Condition;
use crate::error::Error;
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::linear::Convention;
use crate::problem::Problem;
use crate::render::{self, glossary, render_declaration};
use crate::shape::Goal;
use crate::structure::Structure;

/// Answers the question.
pub(super) fn run(request: &Request, subject_to: Option<&str>, page: &mut Page) -> Result<(), Error> {
    let more = match subject_to {
        Some(constraints) => constraint::sides(constraints, |text| request.defined(text))?,
        None => Vec::new(),
    };
    let mut problem = read(request, Goal::Function, more)?;
    let bound = problem.wrt.iter().find(|wrt| problem.arena.symbol(**wrt).structure == Structure::Orthogonal);
    if let Some(bound) = bound.filter(|_| subject_to.is_some()) {
        let name = render::document_name(&problem.arena, *bound);
        return Err(Error::Message(format!(
            "`{name}` is orthogonal, and no other constraint on it can be solved for\n  = note: over the rotations, det {name} = 1, the polar factor UVᵀ becomes U diag(1, …, 1, det(UVᵀ)) Vᵀ, which is not a formula of this language"
        )));
    }
    let options = checking(request);
    let steps = match request.steps {
        true => derivations(&mut problem, options.as_ref())?,
        false => Vec::new(),
    };
    let found = stationary::joint(&mut problem, options.as_ref())?;
    let varies = |id| problem.wrt.iter().any(|wrt| problem.arena.contains_symbol(id, *wrt));
    if let Some(idle) = found.constraints.iter().find(|constraint| !varies(constraint.difference)) {
        let [left, right] = [idle.left, idle.right].map(|side| text(&problem, side, render::Format::Unicode));
        return Err(Error::Message(format!(
            "the constraint `{left} = {right}` does not restrict the unknowns\n  = help: leave it out, or name its unknown with --wrt"
        )));
    }
    let limits = limits(&request.form);
    let said = take_notes(&mut problem, &[]);
    for unknown in &found.unknowns {
        let is_right = !matches!(unknown.checked.as_ref().map(|checked| &checked.outcome), Some(Outcome::Failed(_)));
        page.fail_unless(is_right);
        if !is_right {
            shown::warn(page, "gradient", unknown.checked.as_ref(), true);
        }
    }
    page.fail_unless(found.solutions.iter().all(|solution| solution.point.stands()));
    page.knows_symbols(request, &problem);
    page.conditions = common_conditions(&problem, &found, render::Format::Unicode);
    page.notes.clone_from(&said);
    if request.keeps_facts && problem.wrt.len() == 1 {
        let standing = found.solutions.iter().filter(|solution| solution.point.stands());
        let values = standing.flat_map(|solution| &solution.whole);
        page.values = values.map(|value| text(&problem, *value, render::Format::Ascii)).collect();
    }
    if let [solution] = found.solutions.as_slice() {
        page.certificate.clone_from(&solution.point.certificate);
    }
    let words = Words { problem: &problem, found: &found };
    if request.format == Format::Json {
        let mut said = said.as_slice();
        for solution in &found.solutions {
            for (place, value) in solution.values.iter().enumerate() {
                let unknown = found.unknowns.iter().find(|unknown| unknown.symbol == value.0);
                let mut coded = |expr| {
                    let coded = code::coded(page, request, &problem, expr, None, &Layout::Value);
                    coded.unwrap_or_default().text
                };
                let codes = [coded(value.1), unknown.and_then(|unknown| coded(unknown.gradient))];
                let remarks = words.remarks();
                let step = steps.get(place).map(|step| (step, &limits));
                let answer =
                    json::joint((&problem, &found), solution, *value, codes, (&remarks, &words.equations()), step);
                page.gather(request, &problem, std::mem::take(&mut said), answer);
            }
        }
        if found.solutions.is_empty() {
            let answer = json::open(&problem, &found, &words.remarks(), &words.equations());
            page.gather(request, &problem, said, answer);
        }
        return Ok(());
    }
    for step in &steps {
        super::super::super::steps::before(page, &problem, step, request.format, &limits)?;
    }
    for solution in &found.solutions {
        show(page, request, &problem, &found, solution)?;
    }
    if found.solutions.is_empty() {
        for equation in words.written(shown::text_format(request.format).unwrap_or(render::Format::Unicode)) {
            page.line(equation);
        }
    }
    for line in words.lines() {
        page.about(line);
    }
    shown::note_lines(request.prompt, &said).into_iter().for_each(|line| page.about(line));
    for solution in &found.solutions {
        // On standard error the reason stands in the warning already.
        if let Some(certificate) = &solution.point.certificate
            && (request.format == Format::Unicode || certificate.reason().is_none())
        {
            page.about(certificate::stationary_line(certificate, !found.constraints.is_empty()));
        }
    }
    Ok(())
}

/// The derivations of f in each of the unknowns.
fn derivations(problem: &mut Problem, options: Option<&crate::check::CheckOptions>) -> Result<Vec<Derivation>, Error> {
    let mut all = Vec::new();
    for place in 0..problem.wrt.len() {
        let gradient = answer::gradient(problem, place, Convention::Projected, None)?;
        all.push(derivation::gradient(problem, place, Convention::Projected, &gradient, options)?);
    }
    Ok(all)
}

/// Shows the values of a solution.
fn show(
    page: &mut Page,
    request: &Request,
    problem: &Problem,
    found: &Joint,
    solution: &JointSolution,
) -> Result<(), Error> {
    shown::warn(page, "solution", solution.point.certificate.as_ref(), true);
    if !solution.point.stands() && request.format != Format::Unicode {
        return Ok(());
    }
    let mark = shown::mark(solution.point.certificate.as_ref());
    if request.format == Format::Numpy {
        for (symbol, value) in &solution.order {
            let mut coded = |expr| {
                code::coded(page, request, problem, expr, None, &Layout::Value)
                    .map_err(|error| Error::Message(error.to_string()))
            };
            let coded_value = coded(*value)?;
            let name = symbol_expr(&problem.arena, *symbol).map(&mut coded).transpose()?.and_then(|coded| coded.text);
            if let (Some(name), Some(code)) = (name, coded_value.text) {
                page.line(format!("{name} = {code}"));
            }
            coded_value.remarks.into_iter().for_each(|remark| page.about(remark));
        }
        return Ok(());
    }
    let format = shown::text_format(request.format).unwrap_or(render::Format::Latex);
    let line = |(symbol, value): &(SymbolId, ExprId)| {
        format!("{} = {}", render::render_name(&problem.arena, *symbol, format), text(problem, *value, format))
    };
    let lines: Vec<String> = solution.values.iter().map(line).collect();
    // Each of several solutions on a line of its own.
    if found.solutions.len() > 1 {
        page.line(format!("{mark}{}", lines.join(", ")));
    } else {
        lines.into_iter().for_each(|line| page.line(format!("{mark}{line}")));
    }
    Ok(())
}

fn symbol_expr(arena: &Arena, symbol: SymbolId) -> Option<ExprId> {
    arena.find(&Node::Symbol(symbol))
}

/// The conditions that all solutions have.
fn common_conditions(problem: &Problem, found: &Joint, format: render::Format) -> Vec<String> {
    let is_common =
        |condition: &&Condition| found.solutions.iter().all(|other| other.point.conditions.contains(condition));
    let all = found.solutions.iter().flat_map(|solution| &solution.point.conditions).filter(is_common);
    condition_texts(problem, all, format)
}

/// What is said below the values.
struct Words<'a> {
    problem: &'a Problem,
    found: &'a Joint,
}

impl Words<'_> {
    fn text(&self, id: ExprId) -> String {
        text(self.problem, id, render::Format::Unicode)
    }

    fn name(&self, symbol: SymbolId) -> String {
        render::render_name(&self.problem.arena, symbol, render::Format::Unicode)
    }

    /// f − ν(g − c), the constraints with their sides as they are written.
    fn lagrangian(&self) -> String {
        let (arena, style) = (&self.problem.arena, render::Format::Unicode);
        let mut written = text(self.problem, self.problem.normal[0], style);
        for one in &self.found.constraints {
            let [left, right] = [one.left, one.right].map(|side| text(self.problem, side, style));
            let is_sum = |id| matches!(arena.node(id), Node::Add(terms) if terms.len() > 1);
            let right = if is_sum(one.right) || right.starts_with('−') { format!("({right})") } else { right };
            let is_plain = arena.is_zero(one.right);
            let inside = if is_plain { left } else { format!("{left} − {right}") };
            let (name, shape) = (self.name(one.multiplier), arena.symbol(one.multiplier).shape);
            let is_row = arena.shape(one.left).rows.is_one();
            let product = if shape.is_matrix() {
                format!("⟨{name}, {inside}⟩")
            } else if shape.is_scalar() || !is_row {
                let name = if shape.is_scalar() { name } else { format!("{name}ᵀ") };
                let is_glued = is_plain && !is_sum(one.left) && !shape.is_scalar();
                if is_glued { format!("{name}{inside}") } else { format!("{name}({inside})") }
            } else {
                format!("({inside}){name}")
            };
            written.push_str(&format!(" − {product}"));
        }
        written
    }

    /// The equations that are solved: ∇f = 0 by each unknown, or ∇L = 0 with the terms of the multipliers on the right, and the constraints.
    fn written(&self, format: render::Format) -> Vec<String> {
        let text = |id| text(self.problem, id, format);
        let gradient = |unknown: &stationary::Unknown| match self.found.constraints.is_empty() {
            true => format!("{} = 0", text(unknown.gradient)),
            false => format!("{} = {}", text(unknown.sides.0), text(unknown.sides.1)),
        };
        let gradients = self.found.unknowns.iter().map(gradient);
        gradients
            .chain(self.found.constraints.iter().map(|one| format!("{} = {}", text(one.left), text(one.right))))
            .collect()
    }

    /// The same, each with what it says of its unknown where that is not printed as its value.
    fn equations(&self) -> Vec<String> {
        let mut lines = self.written(render::Format::Unicode);
        if let [solution] = self.found.solutions.as_slice() {
            for (place, unknown) in self.found.unknowns.iter().enumerate() {
                let step = solution.steps.iter().find(|(symbol, _)| *symbol == unknown.symbol);
                if let Some((_, value)) = step.filter(|(_, value)| *value != unknown.sides.1) {
                    lines[place].push_str(&format!(", so {} = {}", self.name(unknown.symbol), self.text(*value)));
                }
            }
        }
        lines
    }

    /// All lines below the values, but for notes and checks.
    fn lines(&self) -> Vec<String> {
        let (problem, found) = (self.problem, self.found);
        let mut lines = Vec::new();
        match found.lagrangian {
            Some(_) => {
                lines.push(format!("L = {}", self.lagrangian()));
                if !found.solutions.is_empty() {
                    let heads = found.unknowns.iter().map(|unknown| format!("∇_{} L = 0: ", self.name(unknown.symbol)));
                    let heads = heads.chain(found.constraints.iter().map(|_| String::new()));
                    lines.extend(heads.zip(self.equations()).map(|(head, line)| format!("{head}{line}")));
                }
            }
            None if found.solutions.is_empty() => {}
            None => {
                for unknown in &found.unknowns {
                    lines.push(format!("∇_{} f = {}", self.name(unknown.symbol), self.text(unknown.gradient)));
                }
            }
        }
        lines.extend(self.natures());
        lines.extend(self.remarks());
        let declared = problem.symbols.iter();
        let mut facts: Vec<String> =
            declared.map(|symbol| render_declaration(&problem.arena, *symbol, render::Format::Unicode)).collect();
        facts.extend(common_conditions(problem, found, render::Format::Unicode));
        lines.push(format!("where {}", facts.join(", ")));
        lines
    }

    /// What each solution is.
    fn natures(&self) -> Vec<String> {
        let found = self.found;
        let constraints =
            if found.constraints.len() == 1 { "the constraint is affine" } else { "the constraints are affine" };
        let multipliers: Vec<String> = found.constraints.iter().map(|one| self.name(one.multiplier)).collect();
        let these = format!("{} {}", if multipliers.len() == 1 { "this" } else { "these" }, multipliers.join(", "));
        let mut lines = Vec::new();
        for solution in &found.solutions {
            let constraints = if found.constraints.is_empty() { "" } else { constraints };
            let mut nature = nature_text(solution.nature, "", (constraints, &these));
            if !nature.is_empty() && !solution.turns.is_empty() {
                let turns: Vec<_> = solution.turns.iter().map(|(symbol, kind)| (self.name(*symbol), *kind)).collect();
                nature.push_str(&turns_text(&turns));
            }
            let is_own = |condition: &&Condition| {
                !found.solutions.iter().all(|other| other.point.conditions.contains(condition))
            };
            let own = solution.point.conditions.iter().filter(is_own);
            let own = condition_texts(self.problem, own, render::Format::Unicode);
            let mut said = Vec::new();
            if !own.is_empty() {
                said.push(format!("where {}", own.join(", ")));
            }
            if !nature.is_empty() {
                said.push(nature);
            }
            if said.is_empty() {
                continue;
            }
            // The first value that tells it from the others.
            let is_own = |place: &usize| {
                let same =
                    found.solutions.iter().filter(|other| other.values.get(*place) == solution.values.get(*place));
                same.count() == 1
            };
            let place = (0..solution.values.len()).find(is_own).unwrap_or(0);
            let which = match (found.solutions.len() > 1, solution.values.get(place)) {
                (true, Some((symbol, value))) => {
                    format!("{} = {}: ", self.name(*symbol), self.text(*value))
                }
                _ => String::new(),
            };
            lines.push(format!("{which}{}", said.join(": ")));
        }
        lines
    }

    /// What is to be said about other solutions, and where there are none.
    fn remarks(&self) -> Vec<String> {
        let (problem, found) = (self.problem, self.found);
        let mut remarks: Vec<String> =
            render::sets_glossary(&problem.arena, &problem.symbols).into_iter().map(str::to_owned).collect();
        for symbol in found.solutions.iter().flat_map(|solution| &solution.may_leave) {
            remarks.push(leaves_text(&self.name(*symbol)));
        }
        for other in &found.others {
            remarks.push(format!("there may be others, where {} = 0", self.text(*other)));
        }
        if let Some(eigen) = &found.eigen {
            remarks.extend(self.of_eigenvectors(eigen));
        } else if !found.solutions.is_empty() && !found.complete && found.others.is_empty() {
            remarks.push("there may be others".to_owned());
        }
        if found.solutions.is_empty() {
            remarks.extend(self.open());
        }
        for (_, value) in found.solutions.iter().flat_map(|solution| &solution.values) {
            remarks.extend(glossary(&problem.arena, *value));
        }
        remarks.dedup();
        remarks
    }

    /// What is said where the equations were not solved.
    fn open(&self) -> Vec<String> {
        let found = self.found;
        let names = self.names();
        let mut lines = vec![match (found.is_linear, names.len()) {
            (false, 2..) => format!(
                "these equations are not linear in {} jointly and were not solved in closed form",
                names.join(" and ")
            ),
            _ => "these equations were not solved in closed form".to_owned(),
        }];
        for (symbol, value, conditions) in &found.given {
            let needed = condition_texts(self.problem, conditions.iter(), render::Format::Unicode);
            let needed = if needed.is_empty() { String::new() } else { format!(", where {}", needed.join(", ")) };
            let multipliers = found.constraints.iter().map(|one| one.multiplier);
            let others = found.unknowns.iter().map(|unknown| unknown.symbol).chain(multipliers);
            let others = others.filter(|other| self.problem.arena.contains_symbol(*value, *other));
            let others: Vec<String> = others.map(|other| self.name(other)).collect();
            let given = if others.is_empty() { String::new() } else { format!("given {}, ", others.join(" and ")) };
            lines.push(format!("{given}{} = {}{needed}", self.name(*symbol), self.text(*value)));
        }
        lines
    }

    fn of_eigenvectors(&self, eigen: &Eigen) -> Vec<String> {
        let (name, matrix) = (self.names().join(", "), self.text(eigen.matrix));
        let multiplier = self.found.constraints.iter().map(|one| self.name(one.multiplier)).collect::<String>();
        let constraint =
            self.found.constraints.iter().map(|one| format!("{} = {}", self.text(one.left), self.text(one.right)));
        let constraint = constraint.collect::<String>();
        let of = match eigen.metric {
            Some(metric) => format!("generalized eigenvectors of ({matrix}, {})", self.text(metric)),
            None => format!("eigenvectors of {matrix}"),
        };
        let multiplier = if eigen.is_turned { format!("−{multiplier}") } else { multiplier };
        vec![format!(
            "the stationary points are all {of} with {constraint}, and {multiplier} is the eigenvalue of {name}"
        )]
    }

    fn names(&self) -> Vec<String> {
        self.found.unknowns.iter().map(|unknown| self.name(unknown.symbol)).collect()
    }
}
