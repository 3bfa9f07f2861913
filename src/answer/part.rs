//! The gradient by a member of a family, or by an entry.

use rustc_hash::FxHashMap;

use super::finish::{Derived, Finished, Form, finish};
use super::refusal::{not_differentiable, not_linear, reason};
use crate::check::{self, CheckOptions};
use crate::differential::differentiate;
use crate::expr::{Arena, BigOp, ExprId, Node, Part};
use crate::linear::{self, Convention, NoPart};
use crate::problem::{Problem, Report};
use crate::simplify::{cost, expand, simplify};

/// The expression with Σⱼ (c + xⱼ) as mc + Σⱼ xⱼ.
pub(crate) fn sums_apart(arena: &mut Arena, root: ExprId) -> ExprId {
    let mut map = FxHashMap::default();
    for id in arena.post_order(root) {
        let mut rebuilt = arena.rebuild(id, &map);
        if let Node::Indexed { op: BigOp::Sum, index, lower, upper, body } = *arena.node(rebuilt)
            && let Node::Add(terms) = arena.node(body).clone()
            && terms.iter().any(|(_, term)| !arena.depends_on_index(*term, index))
        {
            let mut sums = Vec::with_capacity(terms.len());
            for (coeff, term) in terms.iter() {
                sums.push((coeff.clone(), arena.indexed(BigOp::Sum, index, lower, upper, *term)));
            }
            let shape = arena.shape(body);
            rebuilt = arena.add_terms(sums, shape);
        }
        map.insert(id, rebuilt);
    }
    map.get(&root).copied().unwrap_or(root)
}

/// The gradient of the first expression, a scalar, by a part of a variable.
pub(super) fn gradient(
    problem: &mut Problem,
    place: usize,
    part: &Part,
    convention: Convention,
    options: Option<&CheckOptions>,
) -> Result<Finished, Report> {
    let arena = &mut problem.arena;
    let differential = match differentiate(arena, problem.normal[0], part.symbol, 0) {
        Ok(differential) => differential,
        Err(error) => return Err(reason(problem, &error)),
    };
    let (whole, within) = match linear::gradient_by_part(arena, differential.expr, part) {
        Ok(found) => found,
        Err(NoPart::NotLinear) => return Err(not_linear(problem)),
        Err(NoPart::Place(_)) => {
            let reason = "the index of its variable is not just a summation index plus a number";
            return Err(not_differentiable(problem, reason));
        }
        Err(NoPart::Ends) => {
            let reason = "the indices at which the sums reach this member have no simple form";
            return Err(not_differentiable(problem, reason));
        }
    };
    let project = |arena: &mut Arena, convention| {
        let projected = linear::project_at(arena, whole, part.symbol, part.expr, convention);
        let mut forms = vec![projected];
        forms.push(expand(arena, projected));
        for form in forms.clone() {
            forms.push(sums_apart(arena, form));
        }
        let forms: Vec<ExprId> = forms.into_iter().map(|form| simplify(arena, form)).collect();
        forms.into_iter().min_by_key(|form| cost(arena, *form)).unwrap_or(projected)
    };
    let projected = project(arena, Convention::Projected);
    let expr = match convention {
        Convention::Projected => projected,
        Convention::Vech => project(arena, Convention::Vech),
    };
    let part = Part { within, ..part.clone() };
    let derived = Derived { expr, form: Form::AsDerived, before: &[], rules: &differential.conditions };
    let answer = finish(problem, &derived, options, |arena, raw, _, options| {
        check::check_part(arena, raw, &part, projected, options)
    })?;
    problem.parts[place] = Some(part);
    Ok(answer)
}
