//! The table of domains: what each operator needs of its operands to have a value and a derivative. The ends of a domain are left out, as
//! no derivative is taken there.

use rustc_hash::FxHashSet;

use super::choice::is_entrywise;
use super::condition::{Condition, nowhere_zero};
use super::exponent::{Context, Contexts, is_power_of_integers};
use crate::catalog::entrywise::Domain;
use crate::expr::{Arena, ExprId, Func, MatrixFunction, Node, Ranked, Spectral};
use crate::number::Coeff;
use crate::positivity::is_nonnegative;

/// Pairs of a node and what is known where it stands that are looked at; beyond these only the node is.
const MAX_PLACES: usize = 20_000;

/// What the nodes of an expression need, whose own normal form and whose operands' is known.
pub(super) fn needs_below(arena: &mut Arena, root: ExprId, found: &mut Vec<Condition>) {
    let order = arena.post_order(root);
    if order.iter().any(|id| matches!(arena.node(*id), Node::Choose(..))) {
        let mut rest = MAX_PLACES;
        match needs_where_chosen(arena, root, &mut rest) {
            Some(needed) => found.extend(needed),
            None => order.iter().for_each(|id| needs(arena, *id, &Context::default(), found)),
        }
        return;
    }
    let nothing = Context::default();
    if !order.iter().any(|id| is_power_of_integers(arena, *id)) {
        for id in order {
            needs(arena, id, &nothing, found);
        }
        return;
    }
    // In x^(k − 1) it matters that k stands before it, and from where on an index runs.
    let mut contexts = Contexts::new();
    let mut seen = FxHashSet::default();
    let mut open = vec![(root, 0)];
    let mut places = Vec::new();
    while let Some((id, context)) = open.pop() {
        if seen.len() > MAX_PLACES {
            order.iter().for_each(|id| needs(arena, *id, &nothing, found));
            return;
        }
        if !seen.insert((id, context)) {
            continue;
        }
        places.push((id, context));
        let inside = contexts.inside(arena, id, context);
        open.extend(arena.node(id).children().iter().map(|child| (*child, inside)));
    }
    for (id, context) in places.into_iter().rev() {
        let inside = contexts.inside(arena, id, context);
        needs(arena, id, contexts.get(inside), found);
    }
}

/// The same of an expression with choices: what a value of a choice needs it needs where it is chosen. `None` where there are too many
/// places.
fn needs_where_chosen(arena: &mut Arena, root: ExprId, rest: &mut usize) -> Option<Vec<Condition>> {
    let mut found = Vec::new();
    let mut seen = FxHashSet::default();
    let mut open = vec![root];
    let mut choices = Vec::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        *rest = rest.checked_sub(1)?;
        match *arena.node(id) {
            Node::Choose(condition, then, otherwise) => {
                open.push(condition);
                choices.push((condition, then, otherwise));
            }
            ref node => open.extend(node.children()),
        }
        needs(arena, id, &Context::default(), &mut found);
    }
    for (condition, then, otherwise) in choices {
        let condition = arena.normalize(condition);
        for (value, is_then) in [(then, true), (otherwise, false)] {
            if seen.contains(&value) {
                continue;
            }
            let is_apart = arena.shape(condition).is_scalar() || is_entrywise_throughout(arena, value);
            for need in needs_where_chosen(arena, value, rest)? {
                found.push(if is_apart { need.where_chosen(arena, condition, is_then) } else { need });
            }
        }
    }
    Some(found)
}

/// Whether every entry of a value depends on entries at its own place alone, by its form.
fn is_entrywise_throughout(arena: &Arena, value: ExprId) -> bool {
    arena
        .post_order(value)
        .into_iter()
        .filter(|id| !arena.shape(*id).is_scalar())
        .all(|id| matches!(arena.node(id), Node::Symbol(_) | Node::Ones(_) | Node::Zeros(_)) || is_entrywise(arena, id))
}

/// What a node itself needs to have a value, its operands in normal form.
fn needs(arena: &mut Arena, id: ExprId, context: &Context, found: &mut Vec<Condition>) {
    match arena.node(id).clone() {
        Node::Power(base, exponent) => {
            let (base, exponent) = (arena.normalize(base), arena.normalize(exponent));
            let number = arena.as_number(exponent).cloned();
            if number.as_ref().map_or_else(|| context.may_be_negative(arena, exponent), Coeff::is_negative) {
                found.push(Condition::Invertible(untransposed(arena, base)));
            }
            if number.map_or_else(|| !arena.is_integer_valued(exponent), |p| !p.is_integer()) {
                found.push(Condition::NoNegativeEigenvalues(base));
            }
        }
        Node::Hadamard(factors) => {
            for (base, exponent) in &*factors {
                let (base, exponent) = (arena.normalize(*base), arena.normalize(*exponent));
                found.extend(need_of_power(arena, base, exponent, context));
            }
        }
        Node::Elementwise(func, inner) => {
            let inner = arena.normalize(inner);
            found.extend(need_of_function(arena, func, inner));
        }
        Node::MatrixFunction(MatrixFunction::Logm | MatrixFunction::Sqrtm, inner, _) => {
            found.push(Condition::NoNegativeEigenvalues(arena.normalize(inner)));
        }
        Node::Spectral(
            which @ (Spectral::LambdaMax | Spectral::LambdaMin | Spectral::EigvecMax | Spectral::EigvecMin),
            inner,
        ) => {
            let inner = arena.normalize(inner);
            found.push(Condition::Symmetric(inner));
            let is_vector = matches!(which, Spectral::EigvecMax | Spectral::EigvecMin);
            let simple = Condition::SimpleEigenvalue(inner, which == Spectral::EigvecMax);
            found.extend((is_vector && has_one_value(arena, inner)).then_some(simple));
        }
        // A matrix of rank one is singular from two rows on.
        Node::Det(inner) | Node::Spectral(Spectral::ProdEig, inner) if is_zero_from_two_rows_on(arena, id, inner) => {
            let rows = arena.shape(inner).rows;
            found.push(Condition::size_above(arena, rows, 1));
        }
        // Of a lower rank no polar factor is its own.
        Node::Spectral(Spectral::Polar, inner) => found.push(Condition::FullRank(arena.normalize(inner))),
        Node::Ranked(which @ (Ranked::Eigenvalue | Ranked::Eigenvector), inner, _) => {
            let inner = arena.normalize(inner);
            found.push(Condition::Symmetric(inner));
            let is_nowhere = which == Ranked::Eigenvector && has_one_value(arena, inner);
            found.extend(is_nowhere.then_some(Condition::SimpleEigenvalue(inner, true)));
        }
        Node::Spectral(Spectral::UMax | Spectral::VMax, inner)
        | Node::Ranked(Ranked::LeftVector | Ranked::RightVector, inner, _) => {
            let inner = arena.normalize(inner);
            found.extend(has_one_value(arena, inner).then_some(Condition::SimpleSingularValue(inner)));
        }
        _ => {}
    }
}

/// Whether a determinant is 0 for its rank, of a matrix whose size is a letter that may be 1.
fn is_zero_from_two_rows_on(arena: &mut Arena, det: ExprId, matrix: ExprId) -> bool {
    let (value, matrix) = (arena.normalize(det), arena.normalize(matrix));
    arena.is_zero(value) && arena.is_singular_from_two_rows_on(matrix)
}

/// Whether all eigenvalues or singular values of a matrix are one, so that none of them has a vector of its own.
pub(super) fn has_one_value(arena: &Arena, matrix: ExprId) -> bool {
    let shape = arena.shape(matrix);
    shape.is_matrix() && !shape.rows.is_one() && (arena.is_zero(matrix) || arena.is_multiple_of_identity(matrix))
}

/// base^exponent, entry by entry.
fn need_of_power(arena: &mut Arena, base: ExprId, exponent: ExprId, context: &Context) -> Option<Condition> {
    let number = arena.as_number(exponent).cloned();
    let is_fraction = match &number {
        Some(p) => !p.is_integer(),
        None => !arena.is_integer_valued(exponent),
    };
    let is_pole = match &number {
        Some(p) => p.is_negative(),
        None => !is_fraction && context.may_be_negative(arena, exponent),
    };
    let is_symbolic = number.is_none() && is_fraction;
    let base = if is_pole { base } else { on_diagonal(arena, base) };
    match arena.node(base).clone() {
        // ‖x‖ vanishes where x does, and |x| likewise; neither is below 0.
        Node::Norm(_, inner) if is_pole || is_symbolic => Some(Condition::NonZero(inner)),
        Node::Elementwise(Func::Abs, inner) if is_pole || is_symbolic => Some(nowhere_zero(arena, inner)),
        Node::Norm(..) | Node::Elementwise(Func::Abs, _) => None,
        // Where u ≥ 0 anyway the kink of √u, if it has one, is a pole of the answer.
        _ if is_fraction && !is_pole && !is_symbolic && is_nonnegative(arena, base) => None,
        _ if is_fraction => Some(Condition::Positive(base)),
        _ if is_pole && context.is_nonzero_integer(arena, base) => None,
        _ if is_pole => Some(nowhere_zero(arena, base)),
        _ => None,
    }
}

/// Where a function of one number has a value and a derivative.
fn need_of_function(arena: &mut Arena, func: Func, inner: ExprId) -> Option<Condition> {
    match func.row().domain {
        Domain::Real => None,
        Domain::CosineNonZero => {
            let cosine = arena.elementwise(Func::Cos, inner);
            Some(nowhere_zero(arena, cosine))
        }
        Domain::Positive => Some(match *arena.node(inner) {
            Node::Norm(_, of) => Condition::NonZero(of),
            _ => Condition::Positive(inner),
        }),
        Domain::FromOne => {
            let ones = arena.ones(arena.shape(inner));
            Some(Condition::Positive(arena.minus(inner, ones)))
        }
        Domain::UpToOneInSize | Domain::BelowOneInSize => {
            let (ones, two) = (arena.ones(arena.shape(inner)), arena.integer(2));
            let square = arena.pow(inner, two);
            Some(Condition::Positive(arena.minus(ones, square)))
        }
    }
}

/// Of a diagonal matrix the diagonal, as no other entry varies.
pub(super) fn on_diagonal(arena: &mut Arena, id: ExprId) -> ExprId {
    if arena.shape(id).is_matrix() && arena.is_diagonal(id) { arena.diag_part(id) } else { id }
}

fn untransposed(arena: &Arena, id: ExprId) -> ExprId {
    if let Node::Transpose(inner) = arena.node(id) { *inner } else { id }
}
