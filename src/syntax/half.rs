//! `1/2 m v^2` in LaTeX, where blanks mean nothing: letters that end with a square stand beside a half, not below it.

use super::ast::{AstId, AstKind, Joint, ProductOp};
use super::parse::Parser;
use super::stack::Entry;

impl Parser<'_> {
    /// What stands between the factors after a division sign, where they are those of half a square: `1/2 k x^2`, but not the variance of
    /// `1/2 n \sigma^2`, nor `1/2 \pi r^2`.
    pub(super) fn with_half(&self, items: &[AstId], mut joints: Vec<Joint>) -> Vec<Joint> {
        let kind = |id: AstId| &self.ast.node(id).kind;
        let is_number = |id: AstId| matches!(kind(id), AstKind::Number(_));
        let dividend = match self.state.stack.last() {
            Some(Entry::Product { first, rest, next: ProductOp::Divide, .. }) if rest.is_empty() => *first,
            _ => return joints,
        };
        let [two, letter, .., last] = items else { return joints };
        let AstKind::Power(squared, exponent) = kind(*last) else { return joints };
        let is_square = kind(*exponent).is_two() && matches!(kind(*squared), AstKind::Name(name) if name.base != "σ");
        let is_latin =
            matches!(kind(*letter), AstKind::Name(name) if name.base.starts_with(|c: char| c.is_ascii_alphabetic()));
        let are_letters = items[2..items.len() - 1].iter().all(|id| matches!(kind(*id), AstKind::Name(_)));
        let are_open = joints.iter().all(|joint| matches!(joint, Joint::TexNumber | Joint::TexLetters));
        if is_number(dividend) && is_number(*two) && is_square && is_latin && are_letters && are_open {
            joints[0] = Joint::TexHalf;
        }
        joints
    }
}
