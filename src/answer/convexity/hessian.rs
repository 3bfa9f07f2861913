//! Convexity by the second derivative: the Hessian of a smooth function of a vector or a scalar, and d²f as a quadratic form otherwise.

use rustc_hash::FxHashMap;

use super::curvature::Analysis;
use super::found::{Found, Why};
use crate::catalog::entrywise::Differentiable;
use crate::differential::differentiate;
use crate::expr::{Arena, BigOp, Dim, ExprId, Func, Node, Norm, Reduction, Shape, SymbolId};
use crate::linear;
use crate::number::Coeff;
use crate::positivity::Prover;
use crate::positivity::{Claim, Curvature, Line, Order};
use crate::sign::Bounds;
use crate::simplify::{expand, simplify};

/// Expressions with more operands in all are not differentiated twice: the result could be of the square of their length.
const MAX_LINKS: usize = 600;
/// The same for first derivatives.
const MAX_LINKS_OF_FIRST: usize = 1500;

/// Why a sum that only an inequality shows to be nonnegative is.
pub(super) const CAUCHY_SCHWARZ: &str = "Cauchy–Schwarz";
const SUM_OF_SQUARES: &str = "a sum of squares and of products of nonnegative factors";
const AROUND_ZERO: &str = "above and below 0, over one denominator, by derivatives at 0";
const AROUND_ONE: &str = "above and below 1, over one denominator, by derivatives by the logarithm at 1";
const TRACE: &str = "the trace of a product of two positive semidefinite matrices";
const TRIANGULAR: &str = "squares on the diagonal of a product of triangular matrices";
const SQUARES: &str = "a product of squares and nonnegative factors";

/// The second derivative of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Second {
    /// The matrix, or of a scalar variable the number.
    Matrix(ExprId),
    /// d²f in one direction, the differentials in slot 0.
    Form(ExprId),
}

/// How much of a sign was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// ⪰ 0
    Plain,
    /// ≻ 0 everywhere
    Strict,
    /// ⪰ M for a constant M ≻ 0
    Strong,
}

impl Analysis<'_> {
    /// What a scalar part is by its second derivative; nothing where it is not smooth.
    pub(super) fn by_hessian(&mut self, id: ExprId) -> Found {
        if !self.is_smooth(id) || !self.domain(id, true).is_empty() {
            return Found::default();
        }
        let Some(second) = self.second_derivative(id) else { return Found::default() };
        let wrt = self.wrt.clone();
        let why = |lines: Vec<Line>| {
            // They are of this part.
            let lines = lines.into_iter().map(|line| line.of_part(id, &wrt)).collect();
            Some(Why { because: "by its second derivative", lines, ..Why::default() })
        };
        for (flipped, kind) in [(false, Curvature::Convex), (true, Curvature::Concave)] {
            let before = std::mem::take(&mut self.prover.lines);
            let found = self.second_sign(second, flipped);
            let lines = std::mem::replace(&mut self.prover.lines, before);
            if found.is_some() {
                return match kind {
                    Curvature::Convex | Curvature::Affine => Found { convex: why(lines), concave: None },
                    Curvature::Concave => Found { convex: None, concave: why(lines) },
                };
            }
        }
        Found::default()
    }

    /// ∇²f where the one variable is no matrix, else d²f.
    pub(super) fn second_derivative(&mut self, id: ExprId) -> Option<Second> {
        let arena = &mut *self.prover.arena;
        if let [wrt] = *self.wrt
            && !arena.symbol(wrt).shape.is_matrix()
        {
            let first = differentiate(arena, id, wrt, 1).ok()?;
            let gradient = linear::gradient(arena, first.expr, wrt, 1).ok()?;
            if arena.links_below(gradient) > MAX_LINKS_OF_FIRST {
                return None;
            }
            let gradient = simplify(arena, gradient);
            let second = differentiate(arena, gradient, wrt, 2).ok()?;
            let matrix = linear::matrix(arena, second.expr, wrt, 2).ok()?;
            return Some(Second::Matrix(simplify(arena, matrix)));
        }
        if self.wrt.iter().all(|wrt| arena.symbol(*wrt).shape.is_scalar()) {
            return self.matrix_of_scalars(id);
        }
        let arena = &mut *self.prover.arena;
        let mut form = id;
        for _ in 0..2 {
            let shape = arena.shape(form);
            let mut parts = Vec::new();
            for wrt in &self.wrt {
                parts.push(differentiate(arena, form, *wrt, 0).ok()?.expr);
            }
            form = arena.sum_of(&parts, shape);
            if arena.links_below(form) > MAX_LINKS_OF_FIRST {
                return None;
            }
        }
        Some(Second::Form(form))
    }

    /// The matrix of second derivatives in several scalars.
    fn matrix_of_scalars(&mut self, id: ExprId) -> Option<Second> {
        let arena = &mut *self.prover.arena;
        let mut partial = |of: ExprId, wrt: SymbolId| {
            let differential = differentiate(arena, of, wrt, 0).ok()?.expr;
            let (step, one) = (arena.differential(wrt, 0), arena.one());
            let mut map = FxHashMap::default();
            map.insert(step, one);
            let derivative = arena.rewrite(differential, &mut map);
            (arena.links_below(derivative) <= MAX_LINKS_OF_FIRST).then(|| simplify(arena, derivative))
        };
        let mut entries = Vec::new();
        for row in &self.wrt {
            let first = partial(id, *row)?;
            for col in &self.wrt {
                entries.push(partial(first, *col)?);
            }
        }
        let size = Dim::Known(u32::try_from(self.wrt.len()).ok()?);
        Some(Second::Matrix(self.prover.arena.intern(Node::Literal(Shape::square(size), entries.into()))))
    }

    /// Whether ± the second derivative is ≥ 0, with the lines that say why.
    pub(super) fn second_sign(&mut self, second: Second, flipped: bool) -> Option<Strength> {
        match second {
            Second::Matrix(matrix) => {
                let mark = self.prover.lines.len();
                self.prover.say(Claim::Hessian { of: None, is: matrix }, "");
                let mut forms = vec![matrix];
                let expanded = expand(self.prover.arena, matrix);
                let simplified = simplify(self.prover.arena, expanded);
                forms.extend([simplified, expanded].into_iter().filter(|form| *form != matrix));
                // An index may run elsewhere there than in the function.
                for form in &forms {
                    self.prover.learn_ranges(*form);
                }
                for form in forms.iter().copied() {
                    if let Some(strict) = self.prover.semidefinite(form, flipped) {
                        let strong = strict && self.is_strong(form, flipped);
                        if self.prover.arena.shape(form).is_scalar() {
                            let shown = if flipped { self.prover.arena.neg(form) } else { form };
                            let order = if strict { Order::Positive } else { Order::Nonnegative };
                            self.prover.say(Claim::Order(shown, order), "");
                        }
                        return Some(if strong {
                            Strength::Strong
                        } else if strict {
                            Strength::Strict
                        } else {
                            Strength::Plain
                        });
                    }
                }
                if let Some((form, because)) = self.sign_on_both_sides(&forms, flipped) {
                    let shown = if flipped { self.prover.arena.neg(form) } else { form };
                    self.prover.say(Claim::Order(shown, Order::Nonnegative), because);
                    return Some(Strength::Plain);
                }
                self.prover.lines.truncate(mark);
                None
            }
            Second::Form(form) => {
                let mark = self.prover.lines.len();
                let simple = simplify(self.prover.arena, form);
                self.prover.say(Claim::Form { of: None, is: simple }, "");
                let expanded = expand_traces(self.prover.arena, form);
                for form in [simple, expanded, form] {
                    self.prover.learn_ranges(form);
                    if self.prover.nonnegative_form(form, flipped) {
                        return Some(self.strength_of_form(form, flipped));
                    }
                }
                self.prover.lines.truncate(mark);
                None
            }
        }
    }

    /// One of the forms of a second derivative in one number x, if it is shown to have the sign on both sides of 0, or of 1 for an x above 0.
    /// Where it has a value in between, it is continuous there.
    fn sign_on_both_sides(&mut self, forms: &[ExprId], flipped: bool) -> Option<(ExprId, &'static str)> {
        let [variable] = *self.wrt else { return None };
        let x = self.prover.arena.symbol_expr(variable);
        if !self.prover.arena.shape(x).is_scalar() {
            return None;
        }
        let known = self.prover.bounds(x);
        let (sides, because) = match (known.is_positive(), known.is_negative()) {
            (true, _) => ([Bounds::above(1, true), Bounds::between(0, 1, true)], AROUND_ONE),
            (_, true) => return None,
            _ => ([Bounds::positive(), Bounds::positive().neg()], AROUND_ZERO),
        };
        let found = forms.iter().copied().find(|form| {
            sides.iter().all(|side| {
                let mut nested = self.prover.nested();
                nested.hold_between(x, side.clone());
                let bounds = nested.bounds(*form);
                if flipped { bounds.is_nonpositive() } else { bounds.is_nonnegative() }
            })
        })?;
        Some((found, because))
    }

    /// Whether ±M is at least a constant positive definite matrix.
    fn is_strong(&mut self, matrix: ExprId, flipped: bool) -> bool {
        if !self.varies(matrix) {
            return self.prover.quietly(|prover| prover.semidefinite(matrix, flipped)) == Some(true);
        }
        let shape = self.prover.arena.shape(matrix);
        if shape.is_scalar() {
            let bounds = self.prover.bounds(matrix);
            let bounds = if flipped { bounds.neg() } else { bounds };
            return bounds.low.is_some_and(|end| !end.at.is_negative() && !end.at.is_zero());
        }
        let (content, primitive) = self.prover.arena.split_content(matrix);
        let (scalar, rest) = self.prover.arena.split_scalar(primitive);
        if !self.prover.arena.is_one(scalar) || !content.is_one() {
            // At least a number above 0 times such a matrix.
            let bounds = self.prover.bounds(scalar).scale(&content);
            let is_nonzero = bounds.is_nonzero();
            let (low, flipped) =
                if bounds.is_positive() { (bounds.low, flipped) } else { (bounds.neg().low, !flipped) };
            let is_above = if self.varies(scalar) {
                low.is_some_and(|end| !end.at.is_negative() && !end.at.is_zero())
            } else {
                is_nonzero
            };
            return is_above && self.is_strong(rest, flipped);
        }
        let terms = self.prover.arena.terms(matrix);
        if terms.len() > 1 {
            for place in 0..terms.len() {
                let mut others = terms.clone();
                let (coeff, term) = others.remove(place);
                let one = self.prover.arena.scale(&coeff, term);
                if !self.varies(one) {
                    continue;
                }
                let others = self.prover.arena.add_terms(others, shape);
                let is_rest = self.prover.quietly(|prover| prover.semidefinite(others, flipped).is_some());
                if is_rest && self.is_strong(one, flipped) {
                    return true;
                }
            }
        }
        let (varying, constant): (Vec<_>, Vec<_>) = terms.into_iter().partition(|(_, term)| self.varies(*term));
        if constant.is_empty() {
            return false;
        }
        let constant = self.prover.arena.add_terms(constant, shape);
        let varying = self.prover.arena.add_terms(varying, shape);
        self.prover.quietly(|prover| {
            prover.semidefinite(constant, flipped) == Some(true) && prover.semidefinite(varying, flipped).is_some()
        })
    }

    /// How much of a nonnegative form was shown: that some of its terms are above 0 in every direction of every variable, and by how much.
    fn strength_of_form(&mut self, form: ExprId, flipped: bool) -> Strength {
        let terms = self.prover.arena.terms(form);
        let mut all = Strength::Strong;
        for symbol in self.wrt.clone() {
            let step = self.prover.arena.differential(symbol, 0);
            let Node::Differential(..) = *self.prover.arena.node(step) else { return Strength::Plain };
            let mut best = Strength::Plain;
            for (place, (coeff, term)) in terms.iter().enumerate() {
                let own = self.prover.arena.post_order(*term).contains(&step);
                let is_definite =
                    own && coeff.is_negative() == flipped && self.prover.quietly(|prover| prover.definite_term(*term));
                if is_definite && self.is_apart(&terms, place, flipped) {
                    best = best.max(if self.varies(*term) { Strength::Strict } else { Strength::Strong });
                }
            }
            all = all.min(best);
        }
        all
    }

    /// Whether a form is still nonnegative without one of its terms, or with half of it: what other terms take away, as −(tr dX)² does from
    /// n‖dX‖², leaves some of this one.
    fn is_apart(&mut self, terms: &[(Coeff, ExprId)], place: usize, flipped: bool) -> bool {
        let mut rest = terms.to_vec();
        let (coeff, term) = rest.remove(place);
        if rest.is_empty() {
            return true;
        }
        let half = Coeff::ratio(1, 2).map(|half| [rest.clone(), vec![(coeff.mul(&half), term)]].concat());
        let forms: Vec<ExprId> = [Some(rest), half]
            .into_iter()
            .flatten()
            .map(|terms| self.prover.arena.add_terms(terms, Shape::SCALAR))
            .collect();
        self.prover.quietly(|prover| forms.into_iter().any(|form| prover.nonnegative_form(form, flipped)))
    }

    /// The strength of a sum that is convex, or concave, term by term: that of its smooth terms together. With it the lines that show it.
    pub(super) fn strength_of_terms(&mut self, root: ExprId, kind: Curvature) -> (Strength, Vec<Line>) {
        let flipped = kind == Curvature::Concave;
        let mut smooth = Vec::new();
        for (coeff, term) in self.prover.arena.terms(root) {
            let found = self.of(term);
            if found.is_affine() {
                continue;
            }
            if self.is_smooth(term) && self.domain(term, true).is_empty() {
                smooth.push((coeff, term));
                continue;
            }
            let found = if coeff.is_negative() { found.flipped() } else { found };
            if found.why(kind).is_none() {
                return (Strength::Plain, Vec::new());
            }
        }
        let nothing = (Strength::Plain, Vec::new());
        if smooth.is_empty() {
            return nothing;
        }
        let part = self.prover.arena.add_terms(smooth, Shape::SCALAR);
        let Some(second) = self.second_derivative(part) else { return nothing };
        let before = std::mem::take(&mut self.prover.lines);
        let found = self.second_sign(second, flipped);
        let lines = std::mem::replace(&mut self.prover.lines, before);
        let wrt = self.wrt.clone();
        match found {
            Some(strength) if strength > Strength::Plain => {
                (strength, lines.into_iter().map(|line| line.of_part(part, &wrt)).collect())
            }
            _ => nothing,
        }
    }

    /// Whether every operator on the way to a variable has a second derivative, or a first one that is continuous with a second one
    /// almost everywhere. Kinks at single points, as of ‖x‖ at 0, are asked for by [`Analysis::domain`].
    pub(super) fn is_smooth(&mut self, root: ExprId) -> bool {
        if self.prover.arena.links_below(root) > MAX_LINKS {
            return false;
        }
        for id in self.prover.arena.post_order(root) {
            if !self.varies(id) {
                continue;
            }
            let smooth = match self.prover.arena.node(id).clone() {
                // |u| has no kink where u ≠ 0, as log |u| and 1/|u| ask for.
                Node::Elementwise(Func::Abs, _) => self.prover.bounds(id).is_positive(),
                Node::Elementwise(func, _) => func.row().differentiable == Differentiable::Everywhere,
                Node::Norm(Norm::Frobenius, _) => true,
                Node::Norm(..) | Node::Spectral(..) | Node::Pinv(_) | Node::Factorial(_) => false,
                Node::Reduce(Reduction::Max | Reduction::Min, _) => false,
                Node::Hadamard(factors) => factors
                    .iter()
                    .all(|(base, exponent)| !self.varies(*exponent) || self.prover.bounds(*base).is_positive()),
                Node::Power(_, exponent) => !self.varies(exponent),
                Node::Indexed { op: BigOp::Sum | BigOp::Product, lower, upper, .. } => {
                    !self.varies(lower) && !self.varies(upper)
                }
                _ => true,
            };
            if !smooth {
                return false;
            }
        }
        true
    }
}

/// The form multiplied out, under traces too.
pub(super) fn expand_traces(arena: &mut Arena, form: ExprId) -> ExprId {
    let expanded = expand(arena, form);
    let mut terms = Vec::new();
    for (coeff, term) in arena.terms(expanded) {
        let Node::Trace(inner) = *arena.node(term) else {
            terms.push((coeff, term));
            continue;
        };
        let inner = expand(arena, inner);
        for (factor, part) in arena.terms(inner) {
            terms.push((coeff.mul(&factor), arena.trace(part)));
        }
    }
    arena.add_terms(terms, Shape::SCALAR)
}

impl Prover<'_> {
    /// Whether ±q ≥ 0 for a quadratic form in differentials, with a line for each of its terms.
    fn nonnegative_form(&mut self, form: ExprId, flipped: bool) -> bool {
        let mark = self.lines.len();
        let terms = self.arena.terms(form);
        for (coeff, term) in terms {
            if !self.nonnegative_term(term, coeff.is_negative() != flipped) {
                self.lines.truncate(mark);
                return self.nonnegative_whole(form, flipped);
            }
        }
        true
    }

    fn nonnegative_whole(&mut self, form: ExprId, flipped: bool) -> bool {
        let bounds = self.bounds(form);
        let bounds = if flipped { bounds.neg() } else { bounds };
        if bounds.is_nonnegative() {
            let shown = if flipped { self.arena.neg(form) } else { form };
            let because = self.why_nonnegative(form);
            self.say(Claim::Order(shown, Order::Nonnegative), because);
        }
        bounds.is_nonnegative()
    }

    /// Why a scalar is nonnegative: as a product, or a sum in it as a sum of squares or by an inequality.
    fn why_nonnegative(&mut self, id: ExprId) -> &'static str {
        if let Node::Trace(inner) = *self.arena.node(id)
            && let Node::Product(factors) = self.arena.node(inner)
            && self.has_squares_on_diagonal(factors)
        {
            return TRIANGULAR;
        }
        let sums: Vec<ExprId> = match self.arena.node(id).clone() {
            Node::Add(_) => vec![id],
            Node::Hadamard(factors) => factors
                .iter()
                .map(|(base, _)| *base)
                .filter(|base| matches!(self.arena.node(*base), Node::Add(_)))
                .collect(),
            _ => Vec::new(),
        };
        let mut because = SQUARES;
        for sum in sums {
            let sign = self.polynomial(sum).map_or(Bounds::ANY, |polynomial| self.sign_of(&polynomial));
            if !(sign.is_nonnegative() || sign.is_nonpositive()) {
                return CAUCHY_SCHWARZ;
            }
            because = SUM_OF_SQUARES;
        }
        because
    }

    fn nonnegative_term(&mut self, term: ExprId, flipped: bool) -> bool {
        if let (Node::Trace(inner), false) = (self.arena.node(term).clone(), flipped)
            && let Node::Product(factors) = self.arena.node(inner).clone()
            && let Some((first, second)) = self.split_of_trace(&factors)
        {
            for part in [first, second] {
                let _ = self.semidefinite(part, false);
            }
            self.say(Claim::Order(term, Order::Nonnegative), TRACE);
            return true;
        }
        let bounds = self.bounds(term);
        let bounds = if flipped { bounds.neg() } else { bounds };
        if bounds.is_nonnegative() {
            self.explain_factors(term);
            let shown = if flipped { self.arena.neg(term) } else { term };
            let because = self.why_nonnegative(term);
            self.say(Claim::Order(shown, Order::Nonnegative), because);
        }
        bounds.is_nonnegative()
    }

    /// The lines that say which matrices in a nonnegative scalar are positive semidefinite: M of uᵀMu, both of tr(MN), X of det(X).
    fn explain_factors(&mut self, scalar: ExprId) {
        match self.arena.node(scalar).clone() {
            Node::Hadamard(factors) => factors.iter().for_each(|(base, _)| self.explain_factors(*base)),
            Node::Add(terms) => terms.iter().for_each(|(_, term)| self.explain_factors(*term)),
            Node::Product(factors) => {
                let scalar = usize::from(self.arena.shape(factors[0]).is_scalar());
                factors[..scalar].iter().for_each(|factor| self.explain_factors(*factor));
                if factors.len() - scalar > 1 {
                    let _ = self.mirrored(&factors[scalar..], false);
                }
            }
            Node::Trace(inner) => {
                if let Node::Product(factors) = self.arena.node(inner).clone()
                    && let Some((first, second)) = self.split_of_trace(&factors)
                {
                    for part in [first, second] {
                        let _ = self.semidefinite(part, false);
                    }
                }
            }
            Node::Det(inner) => {
                let _ = self.semidefinite(inner, false);
            }
            _ => {}
        }
    }
}
