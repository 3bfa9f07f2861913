//! Forms of an answer: with matrices in the place of families and sums over an index, or by the rows of matrices.
//!
//! A form is an expression of its own; it is taken where it was seen to agree with the answer at random points.

mod family;
mod rows;
mod vectorize;

pub use family::Rows;

use self::family::Families;
use self::vectorize::{left_over, vectorize};
use crate::answer::{Derivative, Finished, Target, Views};
use crate::check::{self, Certificate, CheckOptions};
use crate::domain::Condition;
use crate::expr::{ExprId, SymbolId, SymbolKind};
use crate::problem::Problem;
use crate::simplify::cost;
use crate::syntax;

/// Expressions in their forms with matrices in the place of families and sums over an index.
#[derive(Clone, Debug)]
pub struct Vectorized {
    /// The expressions, in the order given.
    pub exprs: Vec<ExprId>,
    /// The conditions.
    pub conditions: Vec<Condition>,
    /// The matrices that stand for families.
    pub rows: Vec<Rows>,
    /// The sums, or the chosen matrices, that have no such form and are left as they were.
    pub left: Vec<ExprId>,
    /// Whether the expressions are written by the rows of matrices rather than with matrices.
    pub by_rows: bool,
    /// Whether the forms agree with the expressions at random points; `None` where nothing was checked.
    pub certificate: Option<Certificate>,
}

/// The form that an answer is to be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// With matrices in the place of families and sums over an index.
    Matrices,
    /// By the rows of the matrices of these names.
    Rows(&'a [String]),
}

/// Writes an answer in the form; its certificate then says also whether that form agrees with the answer.
///
/// # Errors
/// The name that is no matrix of the problem.
pub fn of_answer(
    problem: &mut Problem,
    wanted: Wanted<'_>,
    target: Target,
    answer: &mut Finished,
    options: Option<&CheckOptions>,
) -> Result<Vectorized, String> {
    let derive = |problem: &mut Problem| {
        let derived = (target != Target::Simplest).then(|| target.answer(problem, None).ok()).flatten();
        vec![derived.map(|answer| answer.expr)]
    };
    let found = written(problem, wanted, &[answer.expr], &answer.conditions, derive, options)?;
    answer.expr = found.exprs[0];
    answer.conditions.clone_from(&found.conditions);
    worse_of(&mut answer.certificate, &found);
    Ok(found)
}

/// Writes the views of a derivative in the form; entries are of one index each and stay.
///
/// # Errors
/// The name that is no matrix of the problem.
pub fn of_views(
    problem: &mut Problem,
    wanted: Wanted<'_>,
    derivative: Derivative,
    views: &mut Views,
    options: Option<&CheckOptions>,
) -> Result<Vectorized, String> {
    // A second derivation has another name for the direction, so the operator is written from its own form alone.
    let of = |views: &Views| [views.matrix, views.kron, views.form, None];
    let mut all = of(views);
    all[3] = views.operator.map(|(_, operator)| operator);
    if views.matrix.is_some() {
        all = [views.matrix, None, None, None];
    }
    let present: Vec<usize> = (0..all.len()).filter(|place| all[*place].is_some()).collect();
    let exprs: Vec<ExprId> = all.iter().copied().flatten().collect();
    let derive = |problem: &mut Problem| {
        let derived = derivative.views(problem, None).map(|views| of(&views)).unwrap_or_default();
        present.iter().map(|place| derived[*place]).collect()
    };
    let found = written(problem, wanted, &exprs, &views.conditions, derive, options)?;
    for (place, expr) in present.iter().zip(&found.exprs) {
        all[*place] = Some(*expr);
    }
    views.matrix = all[0];
    views.kron = all[1].or(views.kron);
    views.form = all[2].or(views.form);
    views.operator = views.operator.map(|(direction, operator)| (direction, all[3].unwrap_or(operator)));
    views.conditions.clone_from(&found.conditions);
    worse_of(&mut views.certificate, &found);
    Ok(found)
}

fn written(
    problem: &mut Problem,
    wanted: Wanted<'_>,
    exprs: &[ExprId],
    conditions: &[Condition],
    derive: impl FnOnce(&mut Problem) -> Vec<Option<ExprId>>,
    options: Option<&CheckOptions>,
) -> Result<Vectorized, String> {
    // The forms are those with norms, however the input writes them.
    problem.style.squared_norm_as_product = false;
    match wanted {
        Wanted::Matrices => Ok(with_matrices(problem, exprs, conditions, derive, options)),
        Wanted::Rows(matrices) => by_rows(problem, exprs, conditions, matrices, options),
    }
}

/// Of an answer that passed its check and of its form the certificate that says less.
fn worse_of(certificate: &mut Option<Certificate>, found: &Vectorized) {
    if let Some(form) = &found.certificate {
        *certificate = certificate.take().map(|certificate| certificate.and(|| form.clone()));
    }
}

/// Writes expressions of a problem with matrices. `derive` gives the same expressions, where it can, for the problem
/// whose first expression is replaced by its own form with matrices: what is derived from that is often shorter.
/// A form that was not seen to agree with its expression is not taken.
fn with_matrices(
    problem: &mut Problem,
    exprs: &[ExprId],
    conditions: &[Condition],
    derive: impl FnOnce(&mut Problem) -> Vec<Option<ExprId>>,
    options: Option<&CheckOptions>,
) -> Vectorized {
    let mut families = Families::default();
    let input = problem.normal[0];
    let whole = vectorize(&mut problem.arena, input, &mut families);
    let mut derived = Vec::new();
    if whole != input {
        problem.normal[0] = whole;
        derived = derive(problem);
        problem.normal[0] = input;
    }
    let arena = &mut problem.arena;
    let mut out = Vectorized {
        exprs: Vec::new(),
        conditions: Vec::new(),
        rows: Vec::new(),
        left: Vec::new(),
        by_rows: false,
        certificate: None,
    };
    for (place, expr) in exprs.iter().enumerate() {
        let mut forms = vec![vectorize(arena, *expr, &mut families)];
        if let Some(form) = derived.get(place).copied().flatten() {
            forms.push(vectorize(arena, form, &mut families));
        }
        forms.sort_by_cached_key(|form| (left_over(arena, *form).len(), cost(arena, *form)));
        let pairs: Vec<_> = families.rows.iter().map(|rows| (rows.matrix, rows.family)).collect();
        let mut chosen = *expr;
        for form in forms.into_iter().filter(|form| *form != *expr) {
            let certificate = options.map(|options| check::check_equal_by_rows(arena, *expr, form, &pairs, options));
            if certificate.as_ref().is_some_and(|found| !found.passed()) {
                continue;
            }
            chosen = form;
            out.certificate = certificate;
            break;
        }
        out.left.extend(left_over(arena, chosen));
        out.exprs.push(chosen);
    }
    for condition in conditions {
        let condition = condition.with(vectorize(arena, condition.expr(), &mut families));
        let known = matches!(condition, Condition::Positive(id) | Condition::NonZero(id) if arena.is_positive(id));
        if !known && !out.conditions.contains(&condition) {
            out.conditions.push(condition);
        }
    }
    let used = |rows: &Rows| {
        let mut all = out.exprs.iter().copied().chain(out.conditions.iter().map(Condition::expr));
        all.any(|expr| arena.contains_symbol(expr, rows.matrix))
    };
    out.rows = families.rows.into_iter().filter(used).collect();
    out
}

/// Writes expressions of a problem by the rows of the chosen matrices. A form that was not seen to agree with
/// its expression is not taken.
///
/// # Errors
/// The name that is no matrix of the problem.
fn by_rows(
    problem: &mut Problem,
    exprs: &[ExprId],
    conditions: &[Condition],
    matrices: &[String],
    options: Option<&CheckOptions>,
) -> Result<Vectorized, String> {
    let arena = &mut problem.arena;
    let mut rows = Vec::new();
    for name in matrices {
        let found = syntax::parse_name(name).ok().and_then(|name| arena.find_symbol(&name));
        let is_matrix =
            |id: &SymbolId| arena.symbol(*id).kind == SymbolKind::Plain && arena.symbol(*id).shape.is_matrix();
        let Some(matrix) = found.filter(is_matrix) else { return Err(name.clone()) };
        rows.push(rows::rows_of(arena, matrix));
    }
    let pairs: Vec<_> = rows.iter().map(|rows| (rows.matrix, rows.family)).collect();
    let mut out = Vectorized {
        exprs: Vec::new(),
        conditions: Vec::new(),
        rows,
        left: Vec::new(),
        by_rows: true,
        certificate: None,
    };
    for expr in exprs {
        let form = rows::by_rows(arena, *expr, &out.rows);
        let certificate = options.map(|options| check::check_equal_by_rows(arena, *expr, form, &pairs, options));
        let stands = certificate.as_ref().is_none_or(Certificate::passed);
        out.exprs.push(if stands { form } else { *expr });
        if stands {
            out.certificate = certificate;
        }
    }
    out.conditions =
        conditions.iter().map(|condition| condition.with(rows::by_rows(arena, condition.expr(), &out.rows))).collect();
    for rows in &out.rows {
        if out.exprs.iter().any(|expr| arena.contains_symbol(*expr, rows.matrix)) {
            let matrix = arena.symbol_expr(rows.matrix);
            out.left.push(matrix);
        }
    }
    let in_use = |family| out.exprs.iter().any(|expr| arena.contains_symbol(*expr, family));
    out.rows.retain(|rows| in_use(rows.family));
    Ok(out)
}
