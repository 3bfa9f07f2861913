//! Functions of the eigenvalues of a symmetric matrix: traces and determinants of f(X), and the trace functions of several matrices that
//! Lieb's theorems are about (Carlen 2010, *Trace inequalities and quantum entropy*, §2 and §3).

use super::curvature::Analysis;
use super::found::{Found, Role, StandInFor, Why};
use super::loewner::{LOG_DET, concave, convex};
use crate::expr::{ExprId, Func, MatrixFunction, Node, Shape, StandIn, SymbolId};
use crate::number::Coeff;
use crate::positivity::{Curvature, Line};
use crate::sign::Bounds;

const TRACE_CONVEX: &str = "tr f(X) of a symmetric X for a convex f";
const TRACE_CONCAVE: &str = "tr f(X) of a symmetric X for a concave f";
const LIEB: &str = "Lieb's concavity theorem: tr(KᵀXᵖKY^q) for p, q ≥ 0 with p + q ≤ 1";
const LIEB_EXPONENTIAL: &str = "Lieb's theorem: tr exp(H + log X) is concave in X ≻ 0";
const RELATIVE_ENTROPY: &str = "the relative entropy tr(X log X − X log Y), which is convex in both by Lieb's theorem";
const GROWING: &str =
    "tr f(F) for F convex in the order of positive semidefinite matrices, and f convex and nondecreasing";

/// A matrix as f of one symmetric matrix, with a number in its place.
struct OneMatrix {
    matrix: ExprId,
    symbol: SymbolId,
}

impl Analysis<'_> {
    /// A trace of a function of symmetric matrices.
    pub(super) fn spectral_trace(&mut self, inner: ExprId) -> Found {
        if let Some(found) = self.lieb(inner) {
            return found;
        }
        if let Node::Add(terms) = self.prover.arena.node(inner).clone() {
            let mut traces = Vec::new();
            for (coeff, term) in terms.iter() {
                traces.push((coeff.clone(), self.prover.arena.trace(*term)));
            }
            let found = self.sum_of(&traces);
            if found.convex.is_some() || found.concave.is_some() {
                return found;
            }
        }
        let found = self.trace_of_function(inner);
        if found.convex.is_some() || found.concave.is_some() {
            return found;
        }
        let found = self.trace_of_matrix(inner);
        if found.convex.is_some() || found.concave.is_some() {
            return found;
        }
        // tr Fᵖ, p ≥ 1, of an F ⪰ 0 that is convex in their order.
        if let Node::Power(base, exponent) = *self.prover.arena.node(inner)
            && let Some(p) = self.prover.arena.as_number(exponent).cloned()
            && !p.sub(&Coeff::ONE).is_negative()
            && self.loewner(base).convex.is_some()
            && self.prover.quietly(|prover| prover.semidefinite(base, false)).is_some()
        {
            let why = Why { because: GROWING, matrices: vec![(base, Curvature::Convex)], ..Why::default() };
            return Found { convex: Some(why), concave: None };
        }
        Found::default()
    }

    /// tr f(X), by f as a function of one number.
    fn trace_of_function(&mut self, inner: ExprId) -> Found {
        let Some(found) = self.of_eigenvalue(inner, false) else { return Found::default() };
        let why = |lines: Option<Vec<Line>>, because| lines.map(|lines| Why { because, lines, ..Why::default() });
        Found { convex: why(found.0, TRACE_CONVEX), concave: why(found.1, TRACE_CONCAVE) }
    }

    /// log det f(X) = tr log f(X).
    pub(super) fn log_det(&mut self, inner: ExprId) -> Found {
        let definite = {
            let before = std::mem::take(&mut self.prover.lines);
            let definite = self.prover.semidefinite(inner, false);
            let lines = std::mem::replace(&mut self.prover.lines, before);
            definite.filter(|strict| *strict).map(|_| lines)
        };
        let Some(lines) = definite else { return Found::default() };
        let found = self.loewner(inner);
        if found.concave.is_some() {
            let matrices = if found.is_affine() { Vec::new() } else { vec![(inner, Curvature::Concave)] };
            let why = Why { because: LOG_DET, parts: Vec::new(), lines, matrices };
            return Found { convex: None, concave: Some(why) };
        }
        if self.inverse(inner).is_some() {
            let inverse = self.prover.arena.inverse(inner);
            let because = "minus log det of its inverse, which is operator concave";
            let matrices = vec![(inverse, Curvature::Concave)];
            return Found { convex: Some(Why { because, parts: Vec::new(), lines, matrices }), concave: None };
        }
        let Some(found) = self.of_eigenvalue(inner, true) else { return Found::default() };
        let why = |lines: Option<Vec<Line>>, because| lines.map(|lines| Why { because, lines, ..Why::default() });
        Found {
            convex: why(found.0, "log det f(X) = tr log f(X) of a symmetric X, and log f is convex"),
            concave: why(found.1, "log det f(X) = tr log f(X) of a symmetric X, and log f is concave"),
        }
    }

    /// What f, or log f, is, with the lines that say why, where a matrix is f of one affine symmetric matrix.
    #[allow(clippy::type_complexity, reason = "a pair of optional arguments")]
    fn of_eigenvalue(&mut self, id: ExprId, logarithm: bool) -> Option<(Option<Vec<Line>>, Option<Vec<Line>>)> {
        if self.depth == 0 || !self.varies(id) {
            return None;
        }
        let mut of = None;
        let mut root = self.as_function(id, &mut of)?;
        let OneMatrix { matrix, symbol } = of?;
        let sign = self.prover.quietly(|prover| prover.semidefinite(matrix, false));
        if logarithm {
            root = self.prover.arena.elementwise(Func::Log, root);
        }
        let depth = self.depth - 1;
        let mut nested = self.nested(vec![symbol], depth);
        let number = nested.prover.arena.symbol_expr(symbol);
        match sign {
            Some(true) => nested.prover.hold_between(number, Bounds::positive()),
            Some(false) => nested.prover.hold_between(number, Bounds::nonnegative()),
            None => {}
        }
        if !nested.domain(root, false).is_empty() {
            return None;
        }
        let found = nested.of(root);
        let mut argue = |known: bool, kind| {
            known.then(|| {
                nested.prover.lines.clear();
                nested.explain(root, kind);
                std::mem::take(&mut nested.prover.lines)
            })
        };
        let lines = if found.is_affine() {
            (Some(Vec::new()), Some(Vec::new()))
        } else {
            (argue(found.convex.is_some(), Curvature::Convex), argue(found.concave.is_some(), Curvature::Concave))
        };
        let stand_ins = std::mem::take(&mut nested.stand_ins);
        self.stand_ins.extend(stand_ins);
        if found.convex.is_some() || found.concave.is_some() {
            self.stand_ins.push(StandInFor { part: matrix, symbol, role: Role::Eigenvalue, varies: true });
        }
        Some(lines)
    }

    /// The matrix as a function of one matrix, which is found on the way.
    fn as_function(&mut self, id: ExprId, of: &mut Option<OneMatrix>) -> Option<ExprId> {
        let node = self.prover.arena.node(id).clone();
        if self.prover.arena.shape(id).is_scalar() {
            return (!self.varies(id)).then_some(id);
        }
        if !self.varies(id) {
            return match node {
                Node::Identity(_) => Some(self.prover.arena.one()),
                Node::Zeros(_) => Some(self.prover.arena.zero(Shape::SCALAR)),
                Node::Product(factors) if self.prover.arena.shape(factors[0]).is_scalar() => {
                    let rest = self.prover.arena.mul(&factors[1..]);
                    let rest = self.as_function(rest, of)?;
                    Some(self.prover.arena.mul(&[factors[0], rest]))
                }
                Node::Add(terms) => self.sum_as_function(&terms, of),
                _ => None,
            };
        }
        match node {
            Node::Add(terms) => {
                // An affine matrix is one, less its multiples of the identity.
                let of_identity = |analysis: &mut Self, term: ExprId| {
                    let (_, rest) = analysis.prover.arena.split_scalar(term);
                    matches!(analysis.prover.arena.node(rest), Node::Identity(_))
                };
                let whole = terms.len() > 1
                    && terms.iter().all(|(_, term)| !of_identity(self, *term))
                    && self.prover.arena.is_symmetric(id)
                    && self.of(id).is_affine();
                if whole { self.the_one(id, of) } else { self.sum_as_function(&terms, of) }
            }
            Node::Product(factors) => {
                let mut product = Vec::new();
                for factor in factors.iter() {
                    if self.prover.arena.shape(*factor).is_scalar() && self.varies(*factor) {
                        return None;
                    }
                    match self.as_function(*factor, of) {
                        Some(factor) => product.push(factor),
                        None => return self.symmetric_as_function(id, of),
                    }
                }
                Some(self.prover.arena.mul(&product))
            }
            Node::Power(base, exponent) if !self.varies(exponent) => {
                let base = self.as_function(base, of)?;
                Some(self.prover.arena.pow(base, exponent))
            }
            Node::MatrixFunction(func, inner, directions) if directions.is_empty() => {
                let inner = self.as_function(inner, of)?;
                match func {
                    MatrixFunction::Expm => Some(self.prover.arena.elementwise(Func::Exp, inner)),
                    MatrixFunction::Logm => Some(self.prover.arena.elementwise(Func::Log, inner)),
                    MatrixFunction::Sqrtm => {
                        let half = Coeff::ratio(1, 2)?;
                        Some(self.prover.arena.pow_number(inner, &half))
                    }
                    MatrixFunction::User(..) => None,
                }
            }
            Node::Transpose(inner) => self.as_function(inner, of),
            _ => self.symmetric_as_function(id, of),
        }
    }

    fn sum_as_function(&mut self, terms: &[(Coeff, ExprId)], of: &mut Option<OneMatrix>) -> Option<ExprId> {
        let mut sum = Vec::new();
        for (coeff, term) in terms {
            sum.push((coeff.clone(), self.as_function(*term, of)?));
        }
        Some(self.prover.arena.add_terms(sum, Shape::SCALAR))
    }

    fn symmetric_as_function(&mut self, id: ExprId, of: &mut Option<OneMatrix>) -> Option<ExprId> {
        (self.prover.arena.is_symmetric(id) && self.of(id).is_affine()).then_some(())?;
        self.the_one(id, of)
    }

    /// The number that stands for the one matrix.
    fn the_one(&mut self, id: ExprId, of: &mut Option<OneMatrix>) -> Option<ExprId> {
        match of {
            Some(known) if known.matrix == id => {}
            Some(_) => return None,
            None => {
                let symbol = self.prover.arena.stand_in(StandIn::Entry(id));
                *of = Some(OneMatrix { matrix: id, symbol });
            }
        }
        let symbol = of.as_ref()?.symbol;
        Some(self.prover.arena.symbol_expr(symbol))
    }

    /// tr(KᵀXᵖKY^q) and tr exp(H + log X).
    fn lieb(&mut self, inner: ExprId) -> Option<Found> {
        match self.prover.arena.node(inner).clone() {
            Node::MatrixFunction(MatrixFunction::Expm, of, directions) if directions.is_empty() => {
                let terms = self.prover.arena.terms(of);
                let mut total = Coeff::ZERO;
                for (coeff, term) in terms {
                    if !self.varies(term) {
                        self.prover.arena.is_symmetric(term).then_some(())?;
                        continue;
                    }
                    let Node::MatrixFunction(MatrixFunction::Logm, x, directions) =
                        self.prover.arena.node(term).clone()
                    else {
                        return None;
                    };
                    let fits = directions.is_empty() && !coeff.is_negative() && self.is_affine_definite(x);
                    fits.then_some(())?;
                    total = total.add(&coeff);
                }
                (!total.is_zero() && !Coeff::ONE.sub(&total).is_negative()).then(|| concave(LIEB_EXPONENTIAL))
            }
            Node::Product(factors) if factors.len() == 4 => {
                for start in 0..4 {
                    let [k, x, l, y] = [0, 1, 2, 3].map(|at| factors[(start + at) % 4]);
                    if self.varies(k) || self.prover.arena.transpose(k) != l {
                        continue;
                    }
                    let (Some(p), Some(q)) = (self.exponent_of_definite(x), self.exponent_of_definite(y)) else {
                        continue;
                    };
                    if !p.is_negative() && !q.is_negative() && !Coeff::ONE.sub(&p.add(&q)).is_negative() {
                        return Some(concave(LIEB));
                    }
                }
                None
            }
            Node::Product(factors) if factors.len() == 2 => {
                let (p, q) = (self.exponent_of_definite(factors[0])?, self.exponent_of_definite(factors[1])?);
                (!p.is_negative() && !q.is_negative() && !Coeff::ONE.sub(&p.add(&q)).is_negative())
                    .then(|| concave(LIEB))
            }
            _ => None,
        }
    }

    pub(super) fn is_affine_definite(&mut self, id: ExprId) -> bool {
        self.varies(id)
            && self.of(id).is_affine()
            && self.prover.quietly(|prover| prover.semidefinite(id, false)) == Some(true)
    }

    /// p of Xᵖ with X affine and positive definite.
    fn exponent_of_definite(&mut self, id: ExprId) -> Option<Coeff> {
        let (base, exponent) = match self.prover.arena.node(id).clone() {
            Node::Power(base, exponent) => (base, self.prover.arena.as_number(exponent).cloned()?),
            Node::MatrixFunction(MatrixFunction::Sqrtm, base, directions) if directions.is_empty() => {
                (base, Coeff::ratio(1, 2)?)
            }
            _ => (id, Coeff::ONE),
        };
        self.is_affine_definite(base).then_some(exponent)
    }

    /// The terms of a sum that are left when tr(X log X) is taken together with −tr(X log Y), each pair convex in X and Y.
    pub(super) fn relative_entropies(&mut self, terms: &[(Coeff, ExprId)]) -> Option<(Vec<(Coeff, ExprId)>, Found)> {
        let mut rest: Vec<(Coeff, ExprId)> = terms.to_vec();
        let mut found = None;
        'search: loop {
            for place in 0..rest.len() {
                let Some((x, y)) = self.trace_with_log(rest[place].1) else { continue };
                if x == y || !self.varies(y) || !self.varies(x) {
                    continue;
                }
                let own = rest.iter().position(|(_, term)| self.trace_with_log(*term) == Some((x, x)));
                let Some(own) = own else { continue };
                let (paired, coeff) = (rest[place].0.clone(), rest[own].0.clone());
                // c·(tr(X log X) − tr(X log Y)) takes its part of the other.
                if !(paired.is_negative() != coeff.is_negative()
                    && self.is_affine_definite(x)
                    && self.is_affine_definite(y))
                {
                    continue;
                }
                let left = coeff.add(&paired);
                let negative = coeff.is_negative();
                if left.is_negative() != negative && !left.is_zero() {
                    continue;
                }
                if found.is_some_and(|known| known != negative) {
                    return None;
                }
                found = Some(negative);
                rest[own].0 = left;
                rest.remove(place);
                rest.retain(|(coeff, _)| !coeff.is_zero());
                continue 'search;
            }
            break;
        }
        let negative = found?;
        let pair = if negative { convex(RELATIVE_ENTROPY).flipped() } else { convex(RELATIVE_ENTROPY) };
        Some((rest, pair))
    }

    /// X and Y of tr(X log Y).
    fn trace_with_log(&mut self, id: ExprId) -> Option<(ExprId, ExprId)> {
        let Node::Trace(inner) = *self.prover.arena.node(id) else { return None };
        let Node::Product(factors) = self.prover.arena.node(inner).clone() else { return None };
        let [first, second] = *factors else { return None };
        [(first, second), (second, first)].into_iter().find_map(|(x, log)| match self.prover.arena.node(log) {
            Node::MatrixFunction(MatrixFunction::Logm, of, directions) if directions.is_empty() => Some((x, *of)),
            _ => None,
        })
    }

    /// log tr expm(X) of an affine symmetric X.
    pub(super) fn log_trace(&mut self, inner: ExprId) -> Found {
        let Node::MatrixFunction(MatrixFunction::Expm, of, directions) = self.prover.arena.node(inner).clone() else {
            return Found::default();
        };
        if directions.is_empty() && self.varies(of) && self.prover.arena.is_symmetric(of) && self.of(of).is_affine() {
            return convex("the log-sum-exp of the eigenvalues");
        }
        Found::default()
    }
}
