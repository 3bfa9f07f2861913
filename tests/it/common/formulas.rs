//! Every formula that the cases give, in one format.

use matcalc::answer::convexity::{convexity, line_text};
use matcalc::naming::Limits;
use matcalc::render::{
    Format, Notation, break_latex, render, render_condition, render_with_parts, typeset, where_line,
};
use matcalc::shape::Goal;

use super::solve::{Shown, derive, solve};
use super::{cases, collection, read};

const OTHERS: [&str; 2] = [include_str!("../../cases/cookbook.matcalc"), include_str!("../../cases/rules.matcalc")];

/// Symbols in a line of a narrow page.
const NARROW: usize = 16;

/// The formulas of all cases, each with the name of its case: answers in all their views, in several lines and with named parts, inputs,
/// declarations, conditions, derivations and what is argued about convexity.
pub fn of_cases(format: Format) -> Vec<(String, String)> {
    let mut formulas = Vec::new();
    let others = OTHERS.iter().flat_map(|text| cases(text));
    for case in collection().into_iter().chain(others).filter(|case| case.command().0 != "check") {
        let Ok(solved) = solve(&case, None) else { continue };
        let (problem, style) = (&solved.problem, &solved.problem.style);
        if let Ok(mut problem) = read(&case.expr, &case.decl, &case.variables(), Goal::Scalar)
            && let Ok(finding) = convexity(&mut problem, None)
        {
            for line in &finding.lines {
                let text = line_text(&problem.arena, line, false, format, &problem.style);
                formulas.push((case.name.clone(), text));
            }
        }
        let mut add = |text: String| formulas.push((case.name.clone(), text));
        let notation = Format::from(format.notation());
        for (_, text) in solved.lines(notation) {
            add(typeset(&text, format));
            if format.notation() == Notation::Latex {
                add(typeset(&break_latex(&text, NARROW), format));
            }
        }
        add(render(&problem.arena, problem.raw[0], format, style));
        add(where_line(&problem.arena, &problem.symbols, format));
        for condition in &solved.conditions {
            add(render_condition(&problem.arena, *condition, format, style));
        }
        if let Shown::Expr(expr) = solved.answer {
            add(render_with_parts(&problem.arena, expr, format, style, &Limits::ALWAYS).to_line(format));
        }
        if let Ok((problem, derivation)) = derive(&case, None) {
            let text = derivation.text(&problem.arena, format, &problem.style, &Limits::default());
            add(text.page());
            add(text.lines.last().map(|line| line.right.clone()).unwrap_or_default());
        }
    }
    formulas
}
