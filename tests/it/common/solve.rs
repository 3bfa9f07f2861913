//! From a case of the collection to its answer, whatever it asks for.

use matcalc::answer::derivation::{self, Derivation};
use matcalc::answer::{self, Finished, Views};
use matcalc::check::{Certificate, CheckOptions};
use matcalc::domain::Condition;
use matcalc::expr::{ExprId, SymbolId};
use matcalc::linear::Convention;
use matcalc::naming::Limits;
use matcalc::problem::{Problem, Report};
use matcalc::render::{Format, render_entry_derivative, render_with_parts};
use matcalc::shape::Goal;

use super::{Case, read};

/// An answer: one expression, or the views of a derivative that is no matrix.
pub struct Solved {
    pub problem: Problem,
    pub answer: Shown,
    pub order: u32,
    pub conditions: Vec<Condition>,
    pub certificate: Option<Certificate>,
}

pub enum Shown {
    Expr(ExprId),
    Views(Box<Views>),
}

/// The answer of a case that is not a `check`.
pub fn solve(case: &Case, options: Option<&CheckOptions>) -> Result<Solved, Report> {
    let (command, order) = case.command();
    let goal = match command {
        "grad" | "vech" | "hessian" => Goal::Scalar,
        "derivative" => Goal::ScalarVariable,
        _ => Goal::Any,
    };
    let mut problem = read(&case.expr, &case.decl, &case.variables(), goal)?;
    let last = problem.wrt.len() - 1;
    let answer: Finished = match command {
        "jacobian" | "hessian" => {
            let views = if command == "hessian" {
                answer::hessian(&mut problem, 0, last, options)?
            } else {
                answer::jacobian(&mut problem, 0, options)?
            };
            let order = if command == "hessian" { 2 } else { 1 };
            let (conditions, certificate) = (views.conditions.clone(), views.certificate.clone());
            let answer = views.matrix.map_or_else(|| Shown::Views(Box::new(views)), Shown::Expr);
            return Ok(Solved { problem, answer, order, conditions, certificate });
        }
        "grad" => answer::gradient(&mut problem, 0, Convention::Projected, options)?,
        "vech" => answer::gradient(&mut problem, 0, Convention::Vech, options)?,
        "diff" => answer::differential(&mut problem, order, options)?,
        "derivative" => answer::scalar_derivative(&mut problem, order, options)?,
        other => panic!("{}: nothing to ask by `{other}`", case.name),
    };
    let Finished { expr, conditions, certificate, .. } = answer;
    Ok(Solved { problem, answer: Shown::Expr(expr), order, conditions, certificate })
}

/// The derivation of a case's answer.
pub fn derive(case: &Case, options: Option<&CheckOptions>) -> Result<(Problem, Derivation), Report> {
    let Solved { mut problem, answer, order, .. } = solve(case, None)?;
    let last = problem.wrt.len() - 1;
    let (command, _) = case.command();
    let derivation = match (command, answer) {
        ("jacobian", answer) => {
            let views = answer.views(|| answer::jacobian(&mut problem, 0, None))?;
            derivation::jacobian(&mut problem, 0, &views, options)?
        }
        ("hessian", answer) => {
            let views = answer.views(|| answer::hessian(&mut problem, 0, last, None))?;
            derivation::hessian(&mut problem, 0, last, &views, options)?
        }
        (_, Shown::Expr(expr)) => {
            let answer = answer::Finished { expr, conditions: Vec::new(), certificate: None };
            match command {
                "grad" => derivation::gradient(&mut problem, 0, Convention::Projected, &answer, options)?,
                "vech" => derivation::gradient(&mut problem, 0, Convention::Vech, &answer, options)?,
                "diff" => derivation::differential(&mut problem, order, &answer, options)?,
                _ => derivation::scalar_derivative(&mut problem, order, &answer, options)?,
            }
        }
        (other, Shown::Views(_)) => panic!("{}: no views of `{other}`", case.name),
    };
    Ok((problem, derivation))
}

impl Shown {
    fn views(self, again: impl FnOnce() -> Result<Views, Report>) -> Result<Views, Report> {
        match self {
            Shown::Views(views) => Ok(*views),
            Shown::Expr(_) => again(),
        }
    }
}

impl Solved {
    pub fn passed(&self) -> bool {
        self.certificate.as_ref().is_some_and(Certificate::passed)
    }

    /// The name of each view (none where there is one expression) and its text as the program prints it.
    pub fn lines(&self, format: Format) -> Vec<(&'static str, String)> {
        let views = match &self.answer {
            Shown::Expr(expr) => return vec![("", self.text(*expr, format))],
            Shown::Views(views) => views,
        };
        let arrow = if format == Format::Latex { "\\mapsto" } else { "↦" };
        let mut lines = Vec::new();
        if let Some((direction, operator)) = views.operator {
            lines.push(("operator", format!("{} {arrow} {}", self.name(direction), self.text(operator, format))));
        }
        lines.extend(views.kron.map(|kron| ("kron", self.text(kron, format))));
        let wrt = &self.problem.wrt;
        let last = wrt[wrt.len() - 1];
        let of: &[SymbolId] = if self.order == 2 { &[wrt[0], last] } else { &[last] };
        let variable = views.index.variables.concat();
        let left = render_entry_derivative(&self.problem.arena, of, &views.index.output, &variable, format);
        lines.push(("index", format!("{left} = {}", self.text(views.index.expr, format))));
        lines.extend(views.form.map(|form| ("form", self.text(form, format))));
        lines
    }

    fn name(&self, symbol: SymbolId) -> &str {
        &self.problem.arena.symbol(symbol).name
    }

    fn text(&self, expr: ExprId, format: Format) -> String {
        let style = &self.problem.style;
        render_with_parts(&self.problem.arena, expr, format, style, &Limits::NEVER).main
    }
}
