//! Checks a gradient by a part of a variable, a member of a family or an entry, at random places.

use nalgebra::DMatrix;

use super::gradient::refused;
use super::point::{Comparison, Pair, Trial, is_finite, size};
use super::search::at_points;
use super::space::project;
use super::terms::beside_terms;
use super::{Cause, Certificate, CheckOptions, Method, Reason, VALUE_FLOOR};
use crate::ad::{along, along_member};
use crate::expr::{Arena, ExprId, Node, Part, SymbolKind};
use crate::number::Coeff;
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};
use crate::structure::Structure;

/// Sizes are not made larger than this for the sake of a part.
const LARGEST_PLACE: u64 = 24;

/// Checks `answer` as the gradient of the scalar `input` by a part of a variable, whose free indices get random values: the entries of
/// the part are moved, one after another.
#[must_use]
pub fn check_part(arena: &Arena, input: ExprId, part: &Part, answer: ExprId, options: &CheckOptions) -> Certificate {
    if let Some(reason) = refused(arena, part.symbol).filter(|reason| *reason != Reason::Family) {
        return Certificate::not_checked(reason, options);
    }
    if !arena.shape(input).is_scalar() || arena.shape(answer) != arena.shape(part.expr) {
        return Certificate::not_checked(Reason::Shape, options);
    }
    let symbol = arena.symbol(part.symbol);
    let options = CheckOptions { larger: options.larger + reach(arena, part), ..options.clone() };
    at_points(arena, &[input, answer, part.expr], &[], Method::DualNumbers, &options, |point| {
        let sizes = match symbol.kind {
            SymbolKind::Family(count) => vec![count],
            _ if symbol.shape.is_row() => vec![symbol.shape.cols],
            _ => vec![symbol.shape.rows, symbol.shape.cols],
        };
        for (at, size) in part.at.iter().zip(sizes) {
            if let Node::Index(index) = *arena.node(*at) {
                let size = point.bindings.size(arena, size)?;
                let value = i64::try_from(1 + point.rng.below(size)).unwrap_or(1);
                point.bindings.indices.insert(index, value);
            }
        }
        for bound in &part.within {
            if evaluate(arena, *bound, &point.bindings)?[0] < 0.0 {
                return Ok(Trial::Outside);
            }
        }
        let is_family = matches!(symbol.kind, SymbolKind::Family(_));
        let (moving, declared) = if is_family {
            (point.structure(part.symbol), symbol.structure)
        } else {
            (Structure::General, Structure::General)
        };
        point.compare(&Block { arena, input, part, answer, moving, declared })
    })
}

/// How many places there have to be for the part to be one of them, as far as its numbers say.
fn reach(arena: &Arena, part: &Part) -> usize {
    let number = |id: &ExprId| arena.as_number(*id).and_then(Coeff::to_i64).map_or(0, i64::unsigned_abs);
    let in_bound = |bound: &ExprId| match arena.node(*bound) {
        Node::Add(terms) => {
            let number = terms.iter().find(|(_, term)| arena.as_number(*term).is_some());
            number.and_then(|(coeff, _)| coeff.to_i64()).map_or(0, i64::unsigned_abs)
        }
        _ => 0,
    };
    let places = part.at.iter().map(number).max().unwrap_or(0) + part.within.iter().map(in_bound).sum::<u64>();
    usize::try_from(places.saturating_sub(1).min(LARGEST_PLACE)).unwrap_or(0)
}

/// The derivatives of the input by the entries of the part against the answer.
struct Block<'a> {
    arena: &'a Arena,
    input: ExprId,
    part: &'a Part,
    answer: ExprId,
    /// The structure by which a member moves.
    moving: Structure,
    /// The structure that the answer must have.
    declared: Structure,
}

impl Block<'_> {
    /// The derivative along a direction of the part.
    fn along<T: Scalar>(&self, point: &Bindings<T>, places: &[usize], h: DMatrix<T>) -> Result<DMatrix<T>, EvalError> {
        let symbol = self.part.symbol;
        if point.families.contains_key(&symbol) {
            return Ok(along_member(self.arena, self.input, point, (symbol, places[0]), &h)?.1);
        }
        let whole = point.symbols.get(&symbol).ok_or(EvalError::UnboundSymbol(symbol))?;
        let (row, col) = match *places {
            [row, col] => (row, col),
            _ if whole.nrows() == 1 => (0, places[0]),
            _ => (places[0], 0),
        };
        let mut direction = DMatrix::zeros(whole.nrows(), whole.ncols());
        direction[(row, col)] = h[0];
        Ok(along(self.arena, self.input, point, &[(symbol, direction)])?.1)
    }
}

impl Comparison for Block<'_> {
    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError> {
        let value = evaluate(self.arena, self.input, point)?;
        if !is_finite(&value) {
            return Ok(Vec::new());
        }
        let x = evaluate(self.arena, self.part.expr, point)?;
        let places: Vec<usize> = self
            .part
            .at
            .iter()
            .map(|at| {
                let place = evaluate(self.arena, *at, point)?[0].real();
                #[allow(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "evaluation has found it in range"
                )]
                Ok((place - 1.0) as usize)
            })
            .collect::<Result<_, EvalError>>()?;
        let found = evaluate(self.arena, self.answer, point)?;
        let mut expected = x.clone();
        for place in 0..x.len() {
            let mut unit = DMatrix::zeros(x.nrows(), x.ncols());
            unit[place] = T::one();
            expected[place] = self.along(point, &places, project(self.moving, &x, &unit))?[0];
        }
        let scale = size(&expected).max(size(&found)) + VALUE_FLOOR * size(&value);
        let mut pairs = vec![Pair { expected, found: project(self.moving, &x, &found), scale, cause: Cause::Value }];
        let (expected, scale) = (project(self.declared, &x, &found), size(&found));
        pairs.push(Pair { expected, found, scale, cause: Cause::Space(self.declared) });
        beside_terms(pairs, self.arena, self.input, point)
    }
}
