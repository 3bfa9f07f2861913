//! Sizes that are written as arguments, below ones and zeros, or as ends of ranges.

use super::Input;
use crate::expr::{SizeTerm, difference_of_terms, sum_of_terms};
use crate::reading::kind::WrittenSize;
use crate::reading::limit::KRONECKER_FACTORS;
use crate::syntax::{Ast, AstId, AstKind, Name, Sign, full_name};

/// Whether a sum of terms can be a size: something is added, and numbers alone are above 0.
pub(super) fn may_be_positive(terms: &[SizeTerm]) -> bool {
    terms.iter().any(|(factor, _)| *factor > 0)
}

impl Input<'_> {
    /// A size written as an argument or subscript.
    pub(crate) fn written_size(&mut self, ast: &Ast, id: AstId) -> Result<WrittenSize, AstId> {
        match &ast.node(id).kind {
            AstKind::Number(value) => match value.to_i64().map(u32::try_from) {
                Some(Ok(number)) if number > 0 => Ok(WrittenSize::Number(number)),
                _ => Err(id),
            },
            AstKind::Name(name) => Ok(WrittenSize::Name(self.size_name(&full_name(name)))),
            // `zeros(m^2)`: the length of the `vec` of a square matrix.
            AstKind::Power(..) => self.product_of_sizes(ast, &[id])?.ok_or(id),
            // `ones(m n)`: the length of a `vec`.
            AstKind::Product { first, rest } if rest.len() < KRONECKER_FACTORS => {
                if rest.iter().any(|(op, _)| !op.is_product()) {
                    return Err(id);
                }
                let factors: Vec<AstId> =
                    std::iter::once(*first).chain(rest.iter().map(|(_, factor)| *factor)).collect();
                self.product_of_sizes(ast, &factors)?.ok_or(id)
            }
            // `zeros(n + 1)`: the height of stacked blocks.
            AstKind::Sum(terms) if terms.len() < KRONECKER_FACTORS => {
                let mut sum = Vec::new();
                for (sign, term) in terms {
                    let term = self.written_size(ast, *term)?.terms();
                    sum = match sign {
                        Sign::Plus => sum_of_terms([sum, term].concat()),
                        Sign::Minus => difference_of_terms(&sum, &term),
                    };
                }
                may_be_positive(&sum).then_some(WrittenSize::Polynomial(sum)).ok_or(id)
            }
            _ => Err(id),
        }
    }

    /// The product of numbers, names and small powers of names; none of others, and where the number is too large.
    fn product_of_sizes(&mut self, ast: &Ast, factors: &[AstId]) -> Result<Option<WrittenSize>, AstId> {
        let (mut number, mut names) = (1_u32, Vec::new());
        for factor in factors {
            let (base, times) = match ast.node(*factor).kind {
                AstKind::Number(_) | AstKind::Name(_) => (*factor, 1),
                AstKind::Power(base, exponent) if matches!(ast.node(base).kind, AstKind::Name(_)) => {
                    let AstKind::Number(power) = &ast.node(exponent).kind else { return Ok(None) };
                    let power = power.to_i64().and_then(|power| usize::try_from(power).ok());
                    let Some(power) = power.filter(|power| (1..=KRONECKER_FACTORS).contains(power)) else {
                        return Ok(None);
                    };
                    (base, power)
                }
                _ => return Ok(None),
            };
            match self.written_size(ast, base)? {
                WrittenSize::Number(value) => match number.checked_mul(value) {
                    Some(product) => number = product,
                    None => return Ok(None),
                },
                WrittenSize::Name(place) => names.extend(std::iter::repeat_n(place, times)),
                WrittenSize::Polynomial(_) => return Ok(None),
            }
        }
        Ok(Some(WrittenSize::Polynomial(vec![(number.into(), names)])))
    }

    /// The size below a letter whose subscript is run together, `I_{2n}`, `I_{mn}`: the product of its parts. Not of indices, `I_{ij}`.
    pub(super) fn size_run_together(&mut self, ast: &Ast, name: &Name) -> Option<WrittenSize> {
        if name.subscript.len() < 2 || name.subscript_text.contains(',') {
            return None;
        }
        let is_index = |part: &AstId| matches!(&ast.node(*part).kind, AstKind::Name(part) if matches!(part.base.as_str(), "i" | "j" | "k" | "l"));
        let are_indices = name.subscript.iter().all(is_index);
        (!are_indices).then(|| self.product_of_sizes(ast, &name.subscript).ok().flatten())?
    }
}
