//! What `solve` says of several unknowns, and under constraints, below their values: the Lagrangian and the equations, what the points are, and
//! whether there are others.

use super::words::{eigenvectors, leaves_text, nature_text, not_decided, polar_lines, turns_text};
use super::written::{condition_texts, so_is_every, text};
use crate::answer::stationary::{self, Eigen, Joint, Kind, OpenForm, Subspace, Why};
use crate::domain::Condition;
use crate::expr::{ExprId, Node, SymbolId};
use crate::problem::Problem;
use crate::render::{self, glossary, render_declaration};

/// The conditions that all solutions have.
pub(super) fn common_conditions(problem: &Problem, found: &Joint, format: render::Format) -> Vec<String> {
    let is_common =
        |condition: &&Condition| found.solutions.iter().all(|other| other.point.conditions.contains(condition));
    let all = found.solutions.iter().flat_map(|solution| &solution.point.conditions).filter(is_common);
    condition_texts(problem, all, format)
}

/// What is said below the values.
pub(super) struct Words<'a> {
    pub(super) problem: &'a Problem,
    pub(super) found: &'a Joint,
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
    pub(super) fn written(&self, format: render::Format) -> Vec<String> {
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
    pub(super) fn equations(&self) -> Vec<String> {
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
    pub(super) fn lines(&self) -> Vec<String> {
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
            let is_number =
                matches!(&*found.unknowns, [one] if self.problem.arena.symbol(one.symbol).shape.is_scalar());
            let name = self.names().join(", ");
            let mut nature = nature_text(solution.nature, (self.problem, &name, is_number, ""), (constraints, &these));
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
            let own = match (0..solution.values.len()).find(is_own) {
                _ if found.solutions.len() == 1 => &[],
                Some(place) => &solution.values[place..=place],
                None => &solution.values[..found.unknowns.len()],
            };
            let values: Vec<String> =
                own.iter().map(|(symbol, value)| format!("{} = {}", self.name(*symbol), self.text(*value))).collect();
            let which = if values.is_empty() { String::new() } else { format!("{}: ", values.join(", ")) };
            lines.push(format!("{which}{}", said.join(": ")));
        }
        lines
    }

    /// What is to be said about other solutions, and where there are none.
    pub(super) fn remarks(&self) -> Vec<String> {
        let (problem, found) = (self.problem, self.found);
        let mut remarks: Vec<String> =
            render::sets_glossary(&problem.arena, &problem.symbols).into_iter().map(str::to_owned).collect();
        for one in &found.dependent {
            let [again, earlier] = [one.sides, one.earlier].map(|sides| self.equation(sides));
            remarks.push(match again == earlier {
                true => format!("{again} is given twice"),
                false => format!("{again} follows from {earlier} and was left out"),
            });
        }
        match &found.open_form {
            Some(open) => remarks.push(self.not_decided(open)),
            None => {
                let open = found.solutions.iter().filter(|solution| solution.nature.kind == Kind::Unknown).count();
                remarks.extend(not_decided(open, found.solutions.len()));
            }
        }
        for symbol in found.solutions.iter().flat_map(|solution| &solution.may_leave) {
            remarks.push(leaves_text(&self.name(*symbol)));
        }
        for other in &found.others {
            remarks.push(so_is_every(problem, &self.names().join(", "), *other));
        }
        let polar = found.solutions.iter().find_map(|solution| match solution.nature.why {
            Why::Polar(matrix) => Some(matrix),
            _ => None,
        });
        if let Some(eigen) = &found.eigen {
            remarks.extend(self.of_eigenvectors(eigen));
        } else if let Some(matrix) = polar {
            remarks.extend(polar_lines(problem, matrix));
        } else if !found.solutions.is_empty() && !found.complete && found.others.is_empty() {
            remarks.push("there may be others".to_owned());
        }
        if let Some(subspace) = &found.subspace {
            remarks.extend(self.of_subspace(subspace));
        } else if found.solutions.is_empty() {
            remarks.extend(self.open());
        }
        let values = found.solutions.iter().flat_map(|solution| &solution.values);
        for (_, value) in values.filter(|_| polar.is_none()) {
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

    fn equation(&self, (left, right): (ExprId, ExprId)) -> String {
        format!("{} = {}", self.text(left), self.text(right))
    }

    /// What decides whether the point is a minimum or a maximum.
    fn not_decided(&self, open: &OpenForm) -> String {
        let zero: Vec<String> = open.zero.iter().map(|zero| format!("{} = 0", self.text(*zero))).collect();
        let steps = self.names().iter().map(|name| format!("d{name}")).collect::<Vec<_>>().join(", ");
        let form = self.text(open.form);
        format!(
            "not decided: a minimum if {form} ≥ 0 for all {steps} with {}, a maximum if it is ≤ 0 for all of these, and else neither",
            zero.join(" and ")
        )
    }

    fn of_eigenvectors(&self, eigen: &Eigen) -> Vec<String> {
        let name = self.names().join(", ");
        let multiplier = self.found.constraints.iter().map(|one| self.name(one.multiplier)).collect::<String>();
        let constraint =
            self.found.constraints.iter().map(|one| format!("{} = {}", self.text(one.left), self.text(one.right)));
        let constraint = constraint.collect::<String>();
        let of = eigenvectors(self.problem, eigen);
        let multiplier = if eigen.is_turned { format!("−{multiplier}") } else { multiplier };
        vec![format!(
            "the stationary points are all {of} with {constraint}, and {multiplier} is the eigenvalue of {name}"
        )]
    }

    /// What the points are where the columns of X are orthonormal.
    fn of_subspace(&self, subspace: &Subspace) -> Vec<String> {
        let (name, matrix) = (self.names().join(", "), self.text(subspace.matrix));
        let columns = self.found.unknowns.iter().map(|unknown| {
            let cols = self.problem.arena.symbol(unknown.symbol).shape.cols;
            render::size_text(&self.problem.arena, render::Format::Unicode, cols)
        });
        let count = columns.collect::<String>();
        let free = |names: [&'static str; 3]| {
            let is_taken = |name: &str| self.problem.arena.symbols().any(|(_, symbol)| symbol.name == name);
            names.into_iter().find(|name| !is_taken(name)).unwrap_or(names[2])
        };
        let (basis, turn) = (free(["V", "U", "E"]), free(["Q", "R", "O"]));
        vec![
            format!(
                "the stationary points are {name} = {basis}{turn}: the columns of {basis} are {count} orthonormal eigenvectors of {matrix}, and {turn} is orthogonal"
            ),
            format!(
                "a minimum where they belong to the {count} smallest eigenvalues, and a maximum where they belong to the {count} largest"
            ),
        ]
    }

    fn names(&self) -> Vec<String> {
        self.found.unknowns.iter().map(|unknown| self.name(unknown.symbol)).collect()
    }
}
