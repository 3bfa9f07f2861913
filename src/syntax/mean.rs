//! Means: the n of `\frac1n \sum_i a_i`, `1/n sum_i a_i`, `\frac{\sum_i a_i}{n}` and `(\prod_i x_i)^{1/n}` is the number of the terms.

use rustc_hash::FxHashMap;

use super::ast::{Ast, AstId, AstKind, Name, ProductOp, Range};
use super::names::KnownNames;
use super::walk::map_children;

/// Letters of numbers of terms.
const COUNTS: [&str; 6] = ["n", "N", "m", "M", "T", "K"];

/// The most factors of a quotient that are looked at.
const MOST_FACTORS: usize = 64;

/// The text with such numbers as the upper bounds of their sums and products, where they have no bounds and the letter is no other's.
pub(super) fn with_counts(ast: Ast, names: &KnownNames) -> Ast {
    let is_free = |name: &str| {
        let is_known = names.has_base(name) || names.has_size(name) || names.is_variable(name);
        !is_known && !ast.heading.variables.iter().any(|variable| variable == name)
    };
    let mut counts: FxHashMap<AstId, String> = FxHashMap::default();
    for at in 0..ast.nodes.len() {
        let id = AstId::at(at);
        if let Some((sign, count)) = counted(&ast, id).filter(|(_, count)| is_free(count)) {
            counts.entry(sign).or_insert_with(|| count.to_owned());
        }
    }
    if counts.is_empty() || !ast.sets.is_empty() {
        return ast;
    }
    let mut out = Ast { nodes: Vec::with_capacity(ast.nodes.len() + counts.len()), ..ast.clone() };
    out.nodes.clear();
    let mut renamed: Vec<AstId> = Vec::with_capacity(ast.nodes.len());
    for at in 0..ast.nodes.len() {
        let node = ast.node(AstId::at(at));
        let mut kind = map_children(&node.kind, |child| renamed[child.0 as usize]);
        if let Some(count) = counts.remove(&AstId::at(at))
            && let AstKind::BigSum(ranges, _) | AstKind::BigProduct(ranges, _) = &mut kind
        {
            let upper = out.push(AstKind::Name(Name::plain(count)), node.span);
            ranges.iter_mut().for_each(|range| range.upper = Some(upper));
        }
        renamed.push(out.push(kind, node.span));
    }
    out.named.iter_mut().for_each(|(_, id)| *id = renamed[id.0 as usize]);
    out
}

/// The sum or product without bounds of which a node takes the mean, and the letter that it is divided by.
fn counted(ast: &Ast, id: AstId) -> Option<(AstId, &str)> {
    match &ast.node(id).kind {
        AstKind::Product { .. } => {
            let (above, count) = quotient(ast, id)?;
            let mut signs = above.into_iter().filter(|factor| is_unbounded(ast, *factor));
            let sign = signs.next()?;
            signs.next().is_none().then_some((sign, count))
        }
        AstKind::Power(base, exponent) if is_unbounded(ast, *base) => Some((*base, reciprocal(ast, *exponent)?)),
        AstKind::BigSum(_, body) if is_unbounded(ast, id) => match &ast.node(*body).kind {
            AstKind::Product { .. } => Some((id, quotient(ast, *body)?.1)),
            _ => None,
        },
        AstKind::BigProduct(_, body) if is_unbounded(ast, id) => match &ast.node(*body).kind {
            AstKind::Power(_, exponent) => Some((id, reciprocal(ast, *exponent)?)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether it is a sum or product over one index of which no bound is written.
fn is_unbounded(ast: &Ast, id: AstId) -> bool {
    let (AstKind::BigSum(ranges, _) | AstKind::BigProduct(ranges, _)) = &ast.node(id).kind else { return false };
    matches!(ranges.as_slice(), [Range { lower: None, upper: None, beside: None, .. }])
}

/// n of 1/n
fn reciprocal(ast: &Ast, id: AstId) -> Option<&str> {
    let (above, count) = quotient(ast, id)?;
    let is_one = |id: &AstId| matches!(&ast.node(*id).kind, AstKind::Number(number) if number.is_one());
    above.iter().all(is_one).then_some(count)
}

/// The factors above a line, and the one letter below it that may be a number of terms; numbers may stand beside it.
fn quotient(ast: &Ast, id: AstId) -> Option<(Vec<AstId>, &str)> {
    let (mut above, mut count) = (Vec::new(), None);
    let mut stack = vec![(id, false)];
    // Parts are shared, so that a short text may have any number of factors.
    let mut left = MOST_FACTORS;
    while let Some((id, is_below)) = stack.pop() {
        left = usize::checked_sub(left, 1)?;
        match &ast.node(id).kind {
            AstKind::Product { first, rest } => {
                stack.push((*first, is_below));
                stack.extend(rest.iter().map(|(op, factor)| (*factor, is_below ^ (*op == ProductOp::Divide))));
            }
            AstKind::Number(_) if is_below => {}
            // How far a divisor goes is not known yet; what is no number of terms is the sum.
            AstKind::Run { items, .. } if is_below && count.is_none() => {
                let is_number = |item: &&AstId| matches!(&ast.node(**item).kind, AstKind::Number(_));
                let numbers = items.iter().take_while(is_number).count();
                let below = items.len().min(numbers + 1);
                stack.extend(items[below..].iter().map(|item| (*item, false)));
                stack.extend(items[..below].iter().map(|item| (*item, true)));
            }
            AstKind::Name(name) if is_below && count.is_none() && name.subscript_text.is_empty() => {
                count = COUNTS.iter().copied().find(|count| name.base == **count);
                count?;
            }
            _ if is_below => return None,
            _ => above.push(id),
        }
    }
    Some((above, count?))
}
