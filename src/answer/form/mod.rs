//! Forms of an answer: with matrices in the place of families and sums over an index, or by the rows of matrices.
//!
//! A form is an expression of its own; it is taken where it was seen to agree with the answer at random points.

mod family;
mod lift;
mod rows;
mod vectorize;

pub use family::Rows;

use self::family::Families;
use self::vectorize::{left_over, vectorize};
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

/// Writes expressions of a problem with matrices. `derive` gives the same expressions, where it can, for the problem
/// whose first expression is replaced by its own form with matrices: what is derived from that is often shorter.
/// A form that was not seen to agree with its expression is not taken.
pub fn vectorized(
    problem: &mut Problem,
    exprs: &[ExprId],
    conditions: &[Condition],
    derive: &mut dyn FnMut(&mut Problem) -> Vec<Option<ExprId>>,
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
pub fn by_rows(
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
