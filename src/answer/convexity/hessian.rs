//! Convexity by the second derivative: the Hessian of a smooth function of a vector or a scalar, and d²f as a quadratic form otherwise.

use rustc_hash::FxHashMap;

use super::curvature::{Analysis, Found, Why};
use crate::catalog::entrywise::{Differentiable, Domain};
use crate::differential::differentiate;
use crate::domain::Condition;
use crate::expr::{Arena, BigOp, Dim, ExprId, IndexId, MatrixFunction, Node, Norm, Reduction, Shape, SymbolId};
use crate::linear;
use crate::number::Coeff;
use crate::positivity::Prover;
use crate::positivity::{Claim, Curvature, Order};
use crate::simplify::{expand, simplify};

/// Expressions with more operands in all are not differentiated twice: the result could be of the square of their length.
const MAX_LINKS: usize = 600;
/// The same for first derivatives.
const MAX_LINKS_OF_FIRST: usize = 1500;

const TRACE: &str = "the trace of a product of two positive semidefinite matrices";
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
        let why = |lines| Some(Why { because: "by its second derivative", parts: Vec::new(), lines });
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
                self.prover.say(Claim::Hessian(matrix), "");
                let mut forms = vec![matrix];
                let expanded = expand(self.prover.arena, matrix);
                let simplified = simplify(self.prover.arena, expanded);
                forms.extend([simplified, expanded].into_iter().filter(|form| *form != matrix));
                for form in forms {
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
                self.prover.lines.truncate(mark);
                None
            }
            Second::Form(form) => {
                let mark = self.prover.lines.len();
                let simple = simplify(self.prover.arena, form);
                self.prover.say(Claim::Form(simple), "");
                let expanded = expand_traces(self.prover.arena, form);
                for form in [simple, expanded, form] {
                    if self.prover.nonnegative_form(form, flipped) {
                        return Some(Strength::Plain);
                    }
                }
                self.prover.lines.truncate(mark);
                None
            }
        }
    }

    /// Whether ±M is at least a constant positive definite matrix.
    fn is_strong(&mut self, matrix: ExprId, flipped: bool) -> bool {
        if !self.varies(matrix) {
            return true;
        }
        let shape = self.prover.arena.shape(matrix);
        if shape.is_scalar() {
            let bounds = self.prover.bounds(matrix);
            let bounds = if flipped { bounds.neg() } else { bounds };
            return bounds.low.is_some_and(|end| !end.at.is_negative() && !end.at.is_zero());
        }
        let terms = self.prover.arena.terms(matrix);
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
                Node::Elementwise(func, _) => func.row().differentiable == Differentiable::Everywhere,
                Node::Norm(Norm::Frobenius, _) => true,
                Node::Norm(..) | Node::Spectral(..) | Node::Pinv(_) | Node::Factorial(_) => false,
                Node::Reduce(Reduction::Max | Reduction::Min, _) => false,
                Node::Hadamard(factors) => factors.iter().all(|(_, exponent)| !self.varies(*exponent)),
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

    /// What of the domain keeps a function from being judged as a whole: conditions that do not describe a convex set. What the domain
    /// says of signs is assumed from here on. With `kinks` also points at which the second derivative fails to exist.
    pub(super) fn domain(&mut self, root: ExprId, kinks: bool) -> Vec<Condition> {
        let mut blockers = Vec::new();
        for id in self.prover.arena.post_order(root) {
            self.need_domain(root, id, kinks, &mut blockers);
        }
        blockers
    }

    /// The same for an expression as it was written, whose domain its normal form may not have.
    pub(super) fn written_domain(&mut self, raw: ExprId) -> Vec<Condition> {
        let mut blockers = Vec::new();
        let indices = self.indices_in_normal_form(raw);
        for id in self.prover.arena.post_order(raw) {
            // Of each operator as it was written, on operands in normal form.
            let normal: FxHashMap<ExprId, ExprId> = self
                .prover
                .arena
                .node(id)
                .children()
                .into_iter()
                .map(|child| {
                    let normal = self.prover.arena.normalize(child);
                    let renamed = indices.iter().fold(normal, |normal, (written, bound)| {
                        self.prover.arena.substitute_index(normal, *written, *bound)
                    });
                    (child, renamed)
                })
                .collect();
            let to = |child: &ExprId| normal.get(child).copied().unwrap_or(*child);
            let node = match self.prover.arena.node(id).clone() {
                Node::Elementwise(func, inner) => Node::Elementwise(func, to(&inner)),
                Node::Power(base, exponent) => Node::Power(to(&base), to(&exponent)),
                Node::MatrixFunction(func, inner, directions) => Node::MatrixFunction(func, to(&inner), directions),
                Node::Pinv(inner) => Node::Pinv(to(&inner)),
                Node::Hadamard(factors) => {
                    Node::Hadamard(factors.iter().map(|(base, exponent)| (to(base), to(exponent))).collect())
                }
                _ => continue,
            };
            let id = self.prover.arena.intern(node);
            self.need_domain(id, id, false, &mut blockers);
        }
        blockers
    }

    /// The indices of sums and products as they were written, each with the one that stands for it in normal form.
    fn indices_in_normal_form(&mut self, raw: ExprId) -> Vec<(IndexId, ExprId)> {
        let arena = &mut *self.prover.arena;
        let mut found = Vec::new();
        for id in arena.post_order(raw) {
            let Node::Indexed { index, .. } = *arena.node(id) else { continue };
            let normal = arena.normalize(id);
            let (_, primitive) = arena.split_content(normal);
            if let Node::Indexed { index: bound, .. } = *arena.node(primitive) {
                let bound = arena.index(bound);
                found.push((index, bound));
            }
        }
        found
    }

    fn need_domain(&mut self, root: ExprId, id: ExprId, kinks: bool, blockers: &mut Vec<Condition>) {
        match self.prover.arena.node(id).clone() {
            Node::Elementwise(func, inner) => match func.row().domain {
                Domain::Real => {}
                Domain::CosineNonZero if self.varies(inner) => blockers.push(Condition::NonZero(inner)),
                Domain::CosineNonZero => {}
                Domain::Positive | Domain::FromOne => self.need_positive(inner, blockers),
                Domain::UpToOneInSize | Domain::BelowOneInSize => {
                    if !self.of(inner).is_affine() {
                        blockers.push(Condition::PatternConstant(inner));
                    }
                }
            },
            Node::Hadamard(factors) => {
                for (base, exponent) in &*factors {
                    self.need_power(*base, *exponent, kinks, blockers);
                }
            }
            Node::Norm(Norm::Frobenius, inner) if kinks && self.varies(inner) && !self.only_in_powers(root, id) => {
                blockers.push(Condition::NonZero(inner));
            }
            Node::Power(base, exponent) => {
                let exponent = self.prover.arena.as_number(exponent).cloned();
                let known = exponent.as_ref().is_some_and(|p| p.is_integer() && !p.is_negative());
                if self.varies(base)
                    && !known
                    && self.prover.quietly(|prover| prover.semidefinite(base, false)) != Some(true)
                {
                    blockers.push(Condition::Invertible(base));
                }
            }
            Node::MatrixFunction(MatrixFunction::Logm | MatrixFunction::Sqrtm, inner, _)
                if self.varies(inner)
                    && self.prover.quietly(|prover| prover.semidefinite(inner, false)) != Some(true) =>
            {
                blockers.push(Condition::NoNegativeEigenvalues(inner));
            }
            Node::Pinv(inner) if self.varies(inner) => blockers.push(Condition::ConstantRank(inner)),
            _ => {}
        }
    }

    fn need_positive(&mut self, inner: ExprId, blockers: &mut Vec<Condition>) {
        if self.prover.bounds(inner).is_positive() {
            return;
        }
        self.narrower |= self.domain_is_known && self.varies(inner);
        if self.varies(inner) && self.of(inner).concave.is_none() {
            blockers.push(Condition::Positive(inner));
        }
        self.prover.assume_positive(inner);
        self.forget();
    }

    fn need_power(&mut self, base: ExprId, exponent: ExprId, kinks: bool, blockers: &mut Vec<Condition>) {
        let number = self.prover.arena.as_number(exponent).cloned();
        let bounds = self.prover.bounds(base);
        let norm = match *self.prover.arena.node(base) {
            Node::Norm(_, inner) => Some(inner),
            _ => None,
        };
        match number {
            Some(p) if p.is_negative() && !bounds.is_nonzero() => {
                if !p.is_integer() && norm.is_none() && !bounds.is_nonnegative() {
                    self.need_positive(base, blockers);
                    return;
                }
                let of = self.prover.power_base(norm.unwrap_or(base));
                if self.varies(base) && !blockers.contains(&Condition::NonZero(of)) {
                    blockers.push(Condition::NonZero(of));
                }
                self.prover.assume_nonzero(of);
                self.prover.assume_nonzero(norm.unwrap_or(base));
                if bounds.is_nonnegative() && norm.is_none() {
                    self.prover.assume_positive(base);
                }
                self.forget();
            }
            Some(p) if !p.is_negative() && !p.is_integer() && !bounds.is_positive() => {
                if bounds.is_nonnegative() {
                    // √ of what vanishes inside the domain has a kink there.
                    if kinks && self.varies(base) && (norm.is_none() || Coeff::ONE.sub(&p) == Coeff::ONE.sub(&p).abs())
                    {
                        blockers.push(Condition::NonZero(norm.unwrap_or(base)));
                    }
                    return;
                }
                self.need_positive(base, blockers);
            }
            None if !bounds.is_positive() && !self.prover.arena.is_integer_valued(exponent) => {
                self.need_positive(base, blockers);
            }
            None if !bounds.is_positive() && self.varies(base) => blockers.push(Condition::NonZero(base)),
            _ => {}
        }
    }

    /// Whether ‖u‖ stands in powers above 1 only, where it has a continuous derivative.
    fn only_in_powers(&mut self, root: ExprId, norm: ExprId) -> bool {
        if root == norm {
            return false;
        }
        self.prover.arena.post_order(root).iter().all(|id| {
            let arena: &Arena = self.prover.arena;
            match arena.node(*id) {
                Node::Hadamard(factors) => factors.iter().all(|(base, exponent)| {
                    *base != norm
                        || arena
                            .as_number(*exponent)
                            .is_some_and(|p| p.is_negative() || Coeff::ONE.sub(p).is_negative())
                }),
                node => !node.children().contains(&norm),
            }
        })
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
            self.say(Claim::Order(shown, Order::Nonnegative), "Cauchy–Schwarz");
        }
        bounds.is_nonnegative()
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
            self.say(Claim::Order(shown, Order::Nonnegative), SQUARES);
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
