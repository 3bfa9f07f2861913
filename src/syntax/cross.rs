//! Cross products by a sign, `a × b` and `a \times b`, and the matrix of one, `[a]_\times`: told from products by what the sides look
//! like.

use super::ast::{AstId, AstKind, Function, Mark, ProductOp};
use super::looks::Looks;
use super::parse::{Failure, Parser};
use super::stack::Operand;
use super::token::behind_cross_below;

/// Greek letters that are vectors beside a cross: angular velocities.
const ANGULAR: &[&str] = &["ω", "Ω"];

impl Parser<'_> {
    /// The factors of a product with each cross of two vectors as one factor.
    pub(super) fn with_crosses(
        &mut self,
        first: AstId,
        rest: Vec<(ProductOp, AstId)>,
    ) -> Result<(AstId, Vec<(ProductOp, AstId)>), Failure> {
        if rest.iter().all(|(op, _)| *op != ProductOp::Times) {
            return Ok((first, rest));
        }
        let (mut first, mut done) = (first, Vec::with_capacity(rest.len()));
        for (op, right) in rest {
            let left = done.last().map_or(first, |(_, factor)| *factor);
            if op == ProductOp::Times
                && self.is_vector_beside_cross(left, false)
                && self.is_vector_beside_cross(right, true)
            {
                let span = self.ast.span(left).join(self.ast.span(right));
                let cross = self.push(AstKind::Call(Function::Cross, vec![left, right]), span)?;
                match done.last_mut() {
                    Some((_, factor)) => *factor = cross,
                    None => first = cross,
                }
            } else {
                done.push((op, right));
            }
        }
        Ok((first, done))
    }

    /// Whether a side of a cross is a vector by its looks. In `r × F` the capital is one: a column has no product with a matrix.
    fn is_vector_beside_cross(&self, id: AstId, is_right: bool) -> bool {
        let name = match &self.ast.node(id).kind {
            AstKind::Name(name) => Some(name),
            _ => None,
        };
        let is_marked = |mark: Mark| mark != Mark::None;
        let of_name = name.is_some_and(|name| {
            let is_numbered = !name.subscript_text.is_empty() && self.looks_of_name(&name.base, "") == Looks::Letter;
            let is_angular = ANGULAR.contains(&name.base.as_str()) && self.names.rank(&name.base).is_none();
            is_numbered || is_angular || is_marked(name.mark)
        });
        if let AstKind::Literal(rows) = &self.ast.node(id).kind {
            return rows.len() == 1 || rows.iter().all(|row| row.len() == 1);
        }
        // Three parts below one another of which the looks of some are open, `[ψ(x); a; b]`, are numbers, as a cross has no other sides.
        if let AstKind::Stack { is_row: false, blocks } = &self.ast.node(id).kind {
            let is_capital = |block: &AstId| {
                matches!(self.ast.node(*block).kind, AstKind::Name(_)) && self.looks(*block) == Looks::Matrix
            };
            return blocks.len() == 3 && !blocks.iter().any(is_capital);
        }
        // Jω and (Iω), the angular momentum.
        if let AstKind::Product { first, rest } = &self.ast.node(id).kind
            && rest.iter().all(|(op, _)| *op == ProductOp::Times)
            && let Some((_, last)) = rest.last()
            && self.is_angular(*last)
        {
            let before = std::iter::once(*first).chain(rest[..rest.len() - 1].iter().map(|(_, factor)| *factor));
            return before.into_iter().all(|factor| matches!(self.looks(factor), Looks::Matrix | Looks::Scalar));
        }
        if self.is_of_unit_vectors(id) {
            return true;
        }
        match self.looks(id) {
            Looks::Letter | Looks::Vector => true,
            Looks::Matrix => name.is_some() && (is_right || of_name),
            Looks::Scalar | Looks::Open => of_name,
        }
    }

    /// Whether it is a unit vector, a multiple of one, or a sum of such: `(a e_1 + b e_2) × e_3`.
    fn is_of_unit_vectors(&self, id: AstId) -> bool {
        match &self.ast.node(id).kind {
            AstKind::Name(name) => name.base == "e" && name.subscript.len() == 1 && !self.names.has_base("e"),
            AstKind::Sum(terms) => terms.iter().all(|(_, term)| self.is_of_unit_vectors(*term)),
            AstKind::Product { first, rest } => {
                let factors = std::iter::once(first).chain(rest.iter().map(|(_, factor)| factor));
                let (units, others): (Vec<AstId>, Vec<AstId>) =
                    factors.partition(|factor| self.is_of_unit_vectors(**factor));
                units.len() == 1
                    && others.iter().all(|factor| matches!(self.looks(*factor), Looks::Scalar | Looks::Letter))
            }
            _ => false,
        }
    }

    /// Whether it is the letter of an angular velocity, or a letter that is marked as a vector.
    fn is_angular(&self, id: AstId) -> bool {
        let AstKind::Name(name) = &self.ast.node(id).kind else { return false };
        let letter = name.base.trim_end_matches(|c| ('\u{300}'..='\u{36f}').contains(&c));
        ANGULAR.contains(&letter) && self.names.rank(&name.base).is_none() || name.mark != Mark::None
    }

    /// `[a]_\times` after its bracket, if that is what stands here.
    pub(super) fn hat_below(&mut self) -> Result<bool, Failure> {
        let (Some(next), Some(operand)) = (behind_cross_below(&self.tokens, self.state.at), self.state.operand) else {
            return Ok(false);
        };
        let span = operand.span.join(self.span(next - 1));
        let id = self.push(AstKind::Call(Function::Hat, vec![operand.id]), span)?;
        self.state.operand = Some(Operand { id, span });
        self.state.at = next;
        Ok(true)
    }
}
