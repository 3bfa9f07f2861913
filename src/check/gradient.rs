//! Checks a gradient: d/dt f(X + tH) at t = 0 against ⟨G, H⟩ for random directions H in the variable's space.

use nalgebra::DMatrix;
use rustc_hash::FxHashMap;

use super::point::{Comparison, Pair, Point, Trial, is_finite, size};
use super::search::at_points;
use super::space::project;
use super::terms::{Entries, beside_terms, size_of_terms};
use super::{Cause, Certificate, CheckOptions, Disagreement, Method, Reason, TOLERANCE, VALUE_FLOOR};
use crate::ad::along;
use crate::expr::{Arena, ExprId, SymbolId, SymbolKind};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};
use crate::structure::Structure;

/// Variables with more entries than this get no gradient entry by entry in a report.
const MAX_REPORTED: usize = 900;

/// Checks `answer`, of the shape of `wrt`, as the gradient of the scalar `input`. For a structured variable
/// (symmetric, diagonal, …, orthogonal) the answer must lie in its (tangent) space.
#[must_use]
pub fn check_gradient(
    arena: &Arena,
    input: ExprId,
    wrt: SymbolId,
    answer: ExprId,
    options: &CheckOptions,
) -> Certificate {
    if let Some(reason) = refused(arena, wrt) {
        return Certificate::not_checked(reason, options);
    }
    if !arena.shape(input).is_scalar() || arena.shape(answer) != arena.symbol(wrt).shape {
        return Certificate::not_checked(Reason::Shape, options);
    }
    at_points(arena, &[input, answer], &[wrt], Method::DualNumbers, options, |point| {
        let normals = (0..options.directions.max(1)).map(|_| point.normal(wrt)).collect::<Result<_, _>>()?;
        let (moving, declared) = (point.structure(wrt), arena.symbol(wrt).structure);
        let gradient = Gradient { arena, input, wrt, answer, moving, declared, normals };
        let mut trial = point.compare(&gradient)?;
        if let Trial::Disagree(report) = &mut trial
            && report.cause == Cause::Value
        {
            gradient.report(point, report);
        }
        Ok(trial)
    })
}

/// Why a symbol is no variable of a check.
pub(super) fn refused(arena: &Arena, wrt: SymbolId) -> Option<Reason> {
    match arena.symbol(wrt).kind {
        SymbolKind::Family(_) => Some(Reason::Family),
        SymbolKind::Integer
        | SymbolKind::Simplex
        | SymbolKind::Signs
        | SymbolKind::Binary
        | SymbolKind::Function
        | SymbolKind::MatrixFunction
        | SymbolKind::Map(_) => Some(Reason::NotDifferentiable),
        SymbolKind::Plain | SymbolKind::Positive | SymbolKind::Nonnegative => None,
    }
}

/// The derivative of the input along random directions against that of the answer.
struct Gradient<'a> {
    arena: &'a Arena,
    input: ExprId,
    wrt: SymbolId,
    answer: ExprId,
    /// The structure by which the variable moves.
    moving: Structure,
    /// The structure that the answer must have. The symmetry that a point was given for want of another is not asked of it.
    declared: Structure,
    normals: Vec<DMatrix<f64>>,
}

impl Comparison for Gradient<'_> {
    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError> {
        let Some(x) = point.symbols.get(&self.wrt) else { return Err(EvalError::UnboundSymbol(self.wrt)) };
        let value = evaluate(self.arena, self.input, point)?;
        if !is_finite(&value) {
            return Ok(Vec::new());
        }
        let gradient = evaluate(self.arena, self.answer, point)?;
        let mut pairs = Vec::new();
        for normal in &self.normals {
            let h = project(self.moving, x, &normal.map(T::from_f64));
            let along_answer = gradient.iter().zip(&h).fold(T::zero(), |sum, (g, h)| sum + *g * *h);
            let norms = length(&gradient) * length(&h);
            let expected = along(self.arena, self.input, point, &[(self.wrt, h)])?.1;
            let scale = size(&expected).max(norms) + VALUE_FLOOR * size(&value);
            pairs.push(Pair { expected, found: DMatrix::from_element(1, 1, along_answer), scale, cause: Cause::Value });
        }
        let expected = project(self.declared, x, &gradient);
        let mut scale = size(&gradient);
        // What is 0 because its terms cancel lies in no space but for their rounding.
        if size(&(&expected - &gradient)) > TOLERANCE * scale {
            let terms = size_of_terms(self.arena, self.answer, point, &mut FxHashMap::default(), Entries::Whole)?;
            scale = scale.max(VALUE_FLOOR * terms);
        }
        pairs.push(Pair { expected, found: gradient, scale, cause: Cause::Space(self.declared) });
        beside_terms(pairs, self.arena, self.input, point)
    }
}

/// √(Σ xᵢⱼ²) of the real parts.
pub(super) fn length<T: Scalar>(x: &DMatrix<T>) -> f64 {
    x.map(Scalar::real).norm()
}

impl Gradient<'_> {
    /// Says in a report which entry of the gradient is wrong, where the variable is not too large.
    fn report(&self, point: &Point<'_>, report: &mut Disagreement) {
        let Ok(exact) = point.exact() else { return };
        let Some(x) = exact.symbols.get(&self.wrt) else { return };
        let direction = self.normals.first().map(|normal| project(self.moving, &x.map(Scalar::real), normal));
        if x.len() <= MAX_REPORTED
            && let Ok(truth) = numeric_gradient(self.arena, self.input, self.wrt, self.moving, &exact)
            && let Ok(answer) = evaluate(self.arena, self.answer, &exact)
        {
            let answer = project(self.moving, x, &answer);
            *report = point.disagreement(&truth.map(Scalar::real), &answer.map(Scalar::real), Cause::Value);
        }
        report.direction = direction;
    }
}

/// The gradient in the variable's space, entry by entry: (PG)ᵢⱼ = Df(X)\[P Eᵢⱼ\], as P is self-adjoint.
pub(super) fn numeric_gradient<T: Scalar>(
    arena: &Arena,
    input: ExprId,
    wrt: SymbolId,
    structure: Structure,
    point: &Bindings<T>,
) -> Result<DMatrix<T>, EvalError> {
    let Some(x) = point.symbols.get(&wrt) else { return Err(EvalError::UnboundSymbol(wrt)) };
    let mut gradient = x.clone();
    for place in 0..x.len() {
        let mut basis = DMatrix::zeros(x.nrows(), x.ncols());
        basis[place] = T::one();
        gradient[place] = along(arena, input, point, &[(wrt, project(structure, x, &basis))])?.1[0];
    }
    Ok(gradient)
}
