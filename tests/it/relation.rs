//! H = (J(∇f))ᵀ, row 13 of the seminar: for every scalar expression of the case files the Hessian and the Jacobian of the gradient, read back
//! as it is printed, are one expression after simplification, and it is symmetric.

use crate::common;
use crate::common::{Case, read};
use matcalc::answer::{self, Views};
use matcalc::check::{CheckOptions, check_equal};
use matcalc::expr::{Arena, ExprId};
use matcalc::linear::Convention;
use matcalc::problem::{self, Report};
use matcalc::render::{Format, render};
use matcalc::shape::Goal;
use matcalc::simplify::{expand, simplify};
use matcalc::stack::on_large_stack;
use matcalc::structure::Structure;

const OTHERS: [&str; 2] = [include_str!("../cases/cookbook.matcalc"), include_str!("../cases/rules.matcalc")];

/// How two forms of the Hessian were found to be equal.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// One expression.
    Same,
    /// Their difference simplifies to 0.
    ByRules,
    /// At all points tried.
    ByNumbers,
    Different(String),
}

fn compare(arena: &mut Arena, hessian: ExprId, jacobian: ExprId) -> Found {
    if hessian == jacobian {
        return Found::Same;
    }
    let difference = arena.minus(hessian, jacobian);
    let difference = expand(arena, difference);
    let difference = simplify(arena, difference);
    if arena.is_zero(difference) {
        return Found::ByRules;
    }
    let equal = check_equal(arena, hessian, jacobian, &CheckOptions::default());
    if equal.passed() { Found::ByNumbers } else { Found::Different(format!("{:?}", equal.outcome)) }
}

/// The matrix, or of a matrix variable the operator: where the variable is symmetric, several matrices do the same.
fn of(arena: &mut Arena, views: &Views, direction: Option<ExprId>) -> ExprId {
    match (views.matrix, views.operator, direction) {
        (Some(matrix), ..) => matrix,
        (None, Some((own, operator)), Some(direction)) => {
            let own = arena.symbol_expr(own);
            arena.rewrite(operator, &mut [(own, direction)].into_iter().collect())
        }
        (None, Some((_, operator)), None) => operator,
        (None, None, _) => unreachable!("a derivative is a matrix or has an operator"),
    }
}

fn relation(case: &Case) -> Result<Found, Report> {
    let mut problem = read(&case.expr, &case.decl, &case.variables()[..1], Goal::Scalar)?;
    let wrt = problem.wrt[0];
    let gradient = answer::gradient(&mut problem, 0, Convention::Projected, None)?;
    let text = render(&problem.arena, gradient.expr, Format::Unicode, &problem.style);
    let goal = Goal::ShapeOf(problem.arena.symbol(wrt).name.clone());
    let printed = problem::read_again(&mut problem, &text, goal)?;
    assert_eq!(printed, gradient.expr, "{}: {text} does not read back", case.name);
    let hessian = answer::hessian(&mut problem, 0, 0, None)?;
    let direction = hessian.operator.map(|(direction, _)| problem.arena.symbol_expr(direction));
    problem.normal[0] = printed;
    let jacobian = answer::jacobian(&mut problem, 0, None)?;
    let arena = &mut problem.arena;
    let (left, right) = (of(arena, &hessian, None), of(arena, &jacobian, direction));
    if let Some(matrix) = hessian.matrix {
        let transposed = arena.transpose(matrix);
        let symmetric = check_equal(arena, matrix, transposed, &CheckOptions::default());
        assert!(symmetric.passed(), "{}: the Hessian is not symmetric", case.name);
    }
    // The gradient among orthogonal matrices turns with the point; its Jacobian is another thing than the Hessian.
    if arena.symbol(wrt).structure == Structure::Orthogonal {
        return Ok(Found::Same);
    }
    Ok(compare(arena, left, right))
}

#[test]
fn the_hessian_is_the_jacobian_of_the_printed_gradient() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    on_large_stack(|| {
        let others = OTHERS.iter().flat_map(|text| common::cases(text));
        for case in common::collection().into_iter().chain(others) {
            if !matches!(case.command().0, "grad" | "hessian") || case.variables().len() > 1 {
                continue;
            }
            count += 1;
            match relation(&case) {
                Ok(Found::Same | Found::ByRules) => {}
                Ok(found) => wrong.push(format!("{}: {} {} {found:?}", case.name, case.expr, case.decl)),
                Err(report) => wrong.push(format!("{}: {:?}", case.name, report.errors)),
            }
        }
    });
    assert!(wrong.is_empty(), "{} of {count}\n{}", wrong.len(), wrong.join("\n"));
}
