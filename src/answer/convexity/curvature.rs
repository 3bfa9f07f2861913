//! Convexity by composition: what each part is as a function of the variables, entry by entry, by the rules of Boyd & Vandenberghe,
//! *Convex Optimization*, §3.2, and by its Hessian where no rule decides.

use rustc_hash::FxHashMap;

use crate::catalog::entrywise::{Curvature as Curve, Monotone};
use crate::catalog::operator::Entries;
use crate::expr::{Arena, BigOp, ExprId, Func, Node, Norm, Reduction, Spectral, SymbolId};
use crate::number::Coeff;
use crate::positivity::Prover;
use crate::positivity::{Claim, Curvature, Line};
use crate::sign::Bounds;

/// How many parts of a function may be differentiated twice.
const MAX_HESSIANS: u32 = 12;

/// Why a part is convex or concave.
#[derive(Clone, Debug, Default)]
pub(super) struct Why {
    pub(super) because: &'static str,
    /// Parts that the reason stands on, with what they are.
    pub(super) parts: Vec<(ExprId, Curvature)>,
    /// Lines that the reason stands on.
    pub(super) lines: Vec<Line>,
}

/// What is known of a part.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) convex: Option<Why>,
    pub(super) concave: Option<Why>,
}

impl Found {
    pub(super) fn affine() -> Self {
        Self { convex: Some(Why::default()), concave: Some(Why::default()) }
    }

    pub(super) fn is_affine(&self) -> bool {
        self.convex.is_some() && self.concave.is_some()
    }

    pub(super) fn flipped(self) -> Self {
        Self { convex: self.concave, concave: self.convex }
    }
}

/// What a scalar function is on the interval in question.
#[derive(Clone, Copy, Default)]
pub(super) struct Outer {
    pub(super) convex: bool,
    pub(super) concave: bool,
    pub(super) rising: bool,
    pub(super) falling: bool,
    pub(super) because: &'static str,
}

/// The parts of a function and what is known of them.
pub(super) struct Analysis<'a> {
    pub(super) prover: Prover<'a>,
    pub(super) wrt: Vec<SymbolId>,
    found: FxHashMap<ExprId, Found>,
    varies: FxHashMap<ExprId, bool>,
    pub(super) hessians: u32,
    /// Whether what the domain asks for is known already, from the expression as it was written.
    pub(super) domain_is_known: bool,
    /// Whether the normal form asked for more than that.
    pub(super) narrower: bool,
}

impl<'a> Analysis<'a> {
    pub(super) fn new(arena: &'a mut Arena, wrt: Vec<SymbolId>) -> Self {
        let (found, varies) = (FxHashMap::default(), FxHashMap::default());
        Self {
            prover: Prover::new(arena),
            wrt,
            found,
            varies,
            hessians: MAX_HESSIANS,
            domain_is_known: false,
            narrower: false,
        }
    }

    /// Whether a part depends on a variable.
    pub(super) fn varies(&mut self, id: ExprId) -> bool {
        if let Some(known) = self.varies.get(&id) {
            return *known;
        }
        for node in self.prover.arena.post_order(id) {
            if self.varies.contains_key(&node) {
                continue;
            }
            let own = matches!(self.prover.arena.node(node), Node::Symbol(symbol) | Node::Member(symbol, _) if self.wrt.contains(symbol));
            let below = self.prover.arena.node(node).children().iter().any(|child| self.varies[child]);
            self.varies.insert(node, own || below);
        }
        self.varies[&id]
    }

    /// Forgets what was found before something more was assumed.
    pub(super) fn forget(&mut self) {
        self.found.clear();
    }

    /// What a part is; of arrays every entry.
    pub(super) fn of(&mut self, id: ExprId) -> Found {
        if !self.varies(id) {
            return Found::affine();
        }
        if let Some(known) = self.found.get(&id) {
            return known.clone();
        }
        self.found.insert(id, Found::default());
        if !self.prover.spend() {
            return Found::default();
        }
        let mut found = self.by_rule(id);
        if found.convex.is_none()
            && found.concave.is_none()
            && self.hessians > 0
            && self.prover.arena.shape(id).is_scalar()
        {
            self.hessians -= 1;
            found = self.by_hessian(id);
        }
        self.found.insert(id, found.clone());
        found
    }

    fn by_rule(&mut self, id: ExprId) -> Found {
        match self.prover.arena.node(id).clone() {
            Node::Symbol(_) => Found::affine(),
            Node::Add(terms) => self.sum(&terms),
            Node::Product(factors) => {
                let found = self.product(&factors);
                if found.convex.is_some() || found.concave.is_some() { found } else { self.fractional(&factors) }
            }
            Node::Trace(inner) if self.spectral_trace(inner).is_some() => {
                self.spectral_trace(inner).unwrap_or_default()
            }
            Node::Hadamard(factors) => self.powers(id, &factors),
            Node::Elementwise(Func::Log, inner) => self.log_of(inner),
            Node::Elementwise(func, inner) => {
                let bounds = self.prover.bounds(inner);
                let inner_found = self.of(inner);
                compose(outer(func, &bounds), inner, &inner_found)
            }
            Node::Transpose(inner)
            | Node::Vec(inner)
            | Node::Unvec(inner, _)
            | Node::Diag(inner)
            | Node::DiagPart(inner)
            | Node::Reduce(Reduction::Sum, inner)
            | Node::Trace(inner) => self.passed_on(inner, "a sum of entries"),
            Node::Apply(op, inner) if op.row().entries == Entries::OperandOrZero => {
                self.passed_on(inner, "a sum of entries")
            }
            Node::Entry(of, row, col) if !self.varies(row) && !self.varies(col) => self.passed_on(of, "an entry"),
            Node::Indexed { op: BigOp::Sum, lower, upper, body, .. } if !self.varies(lower) && !self.varies(upper) => {
                self.passed_on(body, "a sum")
            }
            Node::Kron(left, right) => self.bilinear(left, right),
            Node::Norm(norm, inner) => self.norm(norm, inner),
            Node::Reduce(Reduction::Max, inner) => {
                let found = self.of(inner);
                let because = "the largest of convex functions";
                compose(Outer { convex: true, rising: true, because, ..Outer::default() }, inner, &found)
            }
            Node::Reduce(Reduction::Min, inner) => {
                let found = self.of(inner);
                let because = "the least of concave functions";
                compose(Outer { concave: true, rising: true, because, ..Outer::default() }, inner, &found)
            }
            Node::Reduce(Reduction::LogSumExp, inner) => {
                let found = self.of(inner);
                let because = "log Σ exp is convex and nondecreasing";
                compose(Outer { convex: true, rising: true, because, ..Outer::default() }, inner, &found)
            }
            Node::Spectral(which @ (Spectral::LambdaMax | Spectral::LambdaMin), inner) => {
                let found = self.of(inner);
                let (convex, because) = if which == Spectral::LambdaMax {
                    (true, "the largest eigenvalue, the maximum of linear functions")
                } else {
                    (false, "the smallest eigenvalue, the minimum of linear functions")
                };
                compose(Outer { convex, concave: !convex, because, ..Outer::default() }, inner, &found)
            }
            _ => Found::default(),
        }
    }

    fn passed_on(&mut self, inner: ExprId, because: &'static str) -> Found {
        let found = self.of(inner);
        let trivial = found.is_affine();
        let pass = |why: Option<Why>, curvature| {
            why.map(|_| {
                if trivial {
                    Why::default()
                } else {
                    Why { because, parts: vec![(inner, curvature)], lines: Vec::new() }
                }
            })
        };
        Found { convex: pass(found.convex, Curvature::Convex), concave: pass(found.concave, Curvature::Concave) }
    }

    fn sum(&mut self, terms: &[(Coeff, ExprId)]) -> Found {
        let mut convex = Some(Why::default());
        let mut concave = Some(Why::default());
        for (coeff, term) in terms {
            let found = self.of(*term);
            if found.is_affine() {
                continue;
            }
            let positive = !coeff.is_negative();
            let (kind, other) = if positive {
                (Curvature::Convex, Curvature::Concave)
            } else {
                (Curvature::Concave, Curvature::Convex)
            };
            let found = if positive { found } else { found.flipped() };
            let join = |all: Option<Why>, part: &Option<Why>, kind| {
                let mut all = all?;
                part.as_ref()?;
                all.parts.push((*term, kind));
                Some(all)
            };
            convex = join(convex, &found.convex, kind);
            concave = join(concave, &found.concave, other);
        }
        for (why, because) in [(&mut convex, "a sum of convex functions"), (&mut concave, "a sum of concave functions")]
        {
            if let Some(why) = why
                && !why.parts.is_empty()
            {
                why.because = if terms.len() == 1 {
                    if terms[0].0.is_negative() { "a negative multiple" } else { "a positive multiple" }
                } else {
                    because
                };
            }
        }
        Found { convex, concave }
    }

    /// A product in which one factor varies.
    fn product(&mut self, factors: &[ExprId]) -> Found {
        let varying: Vec<usize> = (0..factors.len()).filter(|place| self.varies(factors[*place])).collect();
        let [place] = *varying else { return Found::default() };
        let found = self.of(factors[place]);
        if found.is_affine() {
            return Found::affine();
        }
        let mut sign = Bounds::exactly(Coeff::ONE);
        for (at, factor) in factors.iter().enumerate() {
            if at != place {
                let bounds = self.prover.bounds(*factor);
                sign = sign.mul(&bounds);
            }
        }
        multiple(&sign, factors[place], found)
    }

    fn bilinear(&mut self, left: ExprId, right: ExprId) -> Found {
        let (varying, constant) = match (self.varies(left), self.varies(right)) {
            (true, false) => (left, right),
            (false, true) => (right, left),
            _ => return Found::default(),
        };
        let found = self.of(varying);
        let sign = self.prover.bounds(constant);
        if found.is_affine() { Found::affine() } else { multiple(&sign, varying, found) }
    }

    fn norm(&mut self, norm: Norm, inner: ExprId) -> Found {
        let found = self.of(inner);
        let at_least_one = match norm {
            Norm::P(p) => !self.varies(p) && self.prover.bounds(p).at_least(&Coeff::ONE),
            Norm::Frobenius | Norm::One | Norm::Infinity | Norm::Spectral | Norm::Nuclear => true,
        };
        if !at_least_one {
            return Found::default();
        }
        if found.is_affine() {
            return Found {
                convex: Some(Why { because: "a norm of an affine function", ..Why::default() }),
                concave: None,
            };
        }
        // Norms by the sizes of entries grow with nonnegative entries.
        let monotone = !matches!(norm, Norm::Spectral | Norm::Nuclear);
        if monotone && found.convex.is_some() && self.prover.bounds(inner).is_nonnegative() {
            let parts = vec![(inner, Curvature::Convex)];
            let because = "a norm of convex functions that are nonnegative";
            return Found { convex: Some(Why { because, parts, lines: Vec::new() }), concave: None };
        }
        Found::default()
    }

    /// Products of powers, entry by entry.
    fn powers(&mut self, id: ExprId, factors: &[(ExprId, ExprId)]) -> Found {
        let shape = self.prover.arena.shape(id);
        let mut varying = Vec::new();
        let mut constant = Vec::new();
        for (base, exponent) in factors {
            if self.varies(*exponent) {
                return Found::default();
            }
            if self.varies(*base) { varying.push((*base, *exponent)) } else { constant.push((*base, *exponent)) }
        }
        let sign = if constant.is_empty() {
            Bounds::exactly(Coeff::ONE)
        } else {
            let constant = self.prover.arena.hadamard_powers(&constant, shape);
            self.prover.bounds(constant)
        };
        let (found, of) = if let [(base, exponent)] = *varying {
            (self.power(base, exponent), self.prover.arena.pow(base, exponent))
        } else {
            let of = self.prover.arena.hadamard_powers(&varying, shape);
            (self.several_powers(of, &varying), of)
        };
        if sign == Bounds::exactly(Coeff::ONE) {
            return found;
        }
        if found.is_affine() { Found::affine() } else { multiple(&sign, of, found) }
    }

    fn power(&mut self, base: ExprId, exponent: ExprId) -> Found {
        let found = self.of(base);
        let bounds = self.prover.bounds(base);
        if self.prover.arena.is_one(exponent) {
            return found;
        }
        let Some(p) = self.prover.arena.as_number(exponent).cloned() else { return Found::default() };
        if !Coeff::ratio(1, 2).is_some_and(|half| p.sub(&half).is_negative()) && self.is_squared_seminorm(base) {
            let because = "a power of a norm √(uᵀMu) of an affine function";
            return Found { convex: Some(Why { because, ..Why::default() }), concave: None };
        }
        compose(outer_power(&p, &bounds), base, &found)
    }

    /// Whether it is uᵀMu with u affine and M constant and positive semidefinite.
    fn is_squared_seminorm(&mut self, id: ExprId) -> bool {
        let Node::Product(chain) = self.prover.arena.node(id).clone() else { return false };
        let mut inside = &*chain;
        let mut ends = 0;
        while let [first, middle @ .., last] = inside {
            if self.prover.arena.transpose(*first) != *last {
                break;
            }
            if self.varies(*last) {
                ends += 1;
                if !self.of(*last).is_affine() {
                    return false;
                }
            }
            inside = middle;
        }
        ends == 1
            && !inside.iter().any(|factor| self.varies(*factor))
            && self.prover.quietly(|prover| prover.mirrored(&chain, false)).is_some()
    }

    /// Quotients such as ‖u‖²/v, u log u, geometric means and products of log-convex functions.
    fn several_powers(&mut self, id: ExprId, factors: &[(ExprId, ExprId)]) -> Found {
        let exponents: Option<Vec<Coeff>> =
            factors.iter().map(|(_, exponent)| self.prover.arena.as_number(*exponent).cloned()).collect();
        let Some(exponents) = exponents else { return Found::default() };
        let bases: Vec<ExprId> = factors.iter().map(|(base, _)| *base).collect();
        if let Some(found) = self.entropy(&bases, &exponents) {
            return found;
        }
        let positive = bases.iter().all(|base| self.prover.bounds(*base).is_positive());
        if positive && self.log_of_powers(factors).convex.is_some() {
            let because = "a product of log-convex functions";
            return Found { convex: Some(Why { because, ..Why::default() }), concave: None };
        }
        if let Some(why) = self.quotient(&bases, &exponents) {
            return Found { convex: Some(why), concave: None };
        }
        let mut total = Coeff::ZERO;
        for (base, exponent) in bases.iter().zip(&exponents) {
            total = total.add(exponent);
            let fits = !exponent.is_negative()
                && self.prover.bounds(*base).is_nonnegative()
                && self.of(*base).concave.is_some();
            if !fits {
                return Found::default();
            }
        }
        let _ = id;
        if Coeff::ONE.sub(&total).is_negative() {
            return Found::default();
        }
        let parts = self.not_affine(&bases, Curvature::Concave);
        Found {
            convex: None,
            concave: Some(Why { because: "a geometric mean of concave functions", parts, lines: Vec::new() }),
        }
    }

    /// uᵖ/v^q with p ≥ q + 1 is convex for convex u ≥ 0 and concave v > 0: the perspective of a power.
    fn quotient(&mut self, bases: &[ExprId], exponents: &[Coeff]) -> Option<Why> {
        let ([a, b], [p, q]) = (bases, exponents) else { return None };
        let (above, p, below, q) = match (p.is_negative(), q.is_negative()) {
            (false, true) => (*a, p, *b, q.neg()),
            (true, false) => (*b, q, *a, p.neg()),
            _ => return None,
        };
        if p.sub(&q).sub(&Coeff::ONE).is_negative() || !self.prover.bounds(below).is_positive() {
            return None;
        }
        let numerator = self.of(above);
        let even = p.to_i64().is_some_and(|p| p % 2 == 0);
        let fits = (numerator.is_affine() && even)
            || (numerator.convex.is_some() && self.prover.bounds(above).is_nonnegative());
        if !fits || self.of(below).concave.is_none() {
            return None;
        }
        let mut parts = self.not_affine(&[above], Curvature::Convex);
        parts.extend(self.not_affine(&[below], Curvature::Concave));
        Some(Why { because: "a power over a linear function, as x²/y for y > 0", parts, lines: Vec::new() })
    }

    /// u log(cu/v), the perspective of x log x.
    fn entropy(&mut self, bases: &[ExprId], exponents: &[Coeff]) -> Option<Found> {
        let [first, second] = bases else { return None };
        if exponents.iter().any(|p| !p.is_one()) {
            return None;
        }
        for (u, logarithm) in [(*first, *second), (*second, *first)] {
            let Node::Elementwise(Func::Log, inner) = *self.prover.arena.node(logarithm) else { continue };
            if !self.of(u).is_affine() {
                continue;
            }
            let direct = self.prover.arena.quotient(u, inner);
            let inverse = self.prover.arena.hadamard(u, inner);
            // inner = u/v or v/u
            for (v, sign) in [(direct, Curvature::Convex), (inverse, Curvature::Concave)] {
                let positive =
                    self.prover.bounds(v).is_positive() || (!self.varies(v) && self.prover.bounds(u).is_positive());
                if positive && self.of(v).is_affine() {
                    let why = Some(Why { because: "as x log x, or its perspective", ..Why::default() });
                    return Some(match sign {
                        Curvature::Convex | Curvature::Affine => Found { convex: why, concave: None },
                        Curvature::Concave => Found { convex: None, concave: why },
                    });
                }
            }
        }
        None
    }

    fn not_affine(&mut self, parts: &[ExprId], kind: Curvature) -> Vec<(ExprId, Curvature)> {
        parts.iter().copied().filter(|part| !self.of(*part).is_affine()).map(|part| (part, kind)).collect()
    }

    /// Adds the lines that argue for a part, those of its own parts first.
    pub(super) fn explain(&mut self, id: ExprId, kind: Curvature) {
        let found = self.of(id);
        let why = match kind {
            Curvature::Convex => found.convex,
            Curvature::Concave => found.concave,
            Curvature::Affine => None,
        };
        let Some(why) = why else { return };
        for (part, kind) in why.parts {
            self.explain(part, kind);
        }
        for line in why.lines {
            self.prover.say(line.claim, line.because);
        }
        self.prover.say(Claim::Curvature(id, kind), why.because);
    }
}

/// s·f for s of one sign.
fn multiple(sign: &Bounds, of: ExprId, found: Found) -> Found {
    let (found, kinds, because) = if sign.is_nonnegative() {
        (found, (Curvature::Convex, Curvature::Concave), "a nonnegative multiple")
    } else if sign.is_nonpositive() {
        (found.flipped(), (Curvature::Concave, Curvature::Convex), "a nonpositive multiple")
    } else {
        return Found::default();
    };
    let pass = |why: Option<Why>, kind| why.map(|_| Why { because, parts: vec![(of, kind)], lines: Vec::new() });
    Found { convex: pass(found.convex, kinds.0), concave: pass(found.concave, kinds.1) }
}

/// h∘g: convex where h is convex, and g affine, or convex with h nondecreasing, or concave with h nonincreasing.
pub(super) fn compose(outer: Outer, inner: ExprId, found: &Found) -> Found {
    let why = |kind: Option<Curvature>| {
        Some(Why {
            because: outer.because,
            parts: kind.map(|kind| (inner, kind)).into_iter().collect(),
            lines: Vec::new(),
        })
    };
    let side = |holds: bool, up: Curvature, down: Curvature| {
        let known = |kind: Curvature| match kind {
            Curvature::Convex => found.convex.is_some(),
            Curvature::Concave => found.concave.is_some(),
            Curvature::Affine => found.is_affine(),
        };
        if !holds {
            None
        } else if found.is_affine() {
            why(None)
        } else if outer.rising && known(up) {
            why(Some(up))
        } else if outer.falling && known(down) {
            why(Some(down))
        } else {
            None
        }
    };
    Found {
        convex: side(outer.convex, Curvature::Convex, Curvature::Concave),
        concave: side(outer.concave, Curvature::Concave, Curvature::Convex),
    }
}

/// An entrywise function on the interval that holds its argument.
fn outer(func: Func, z: &Bounds) -> Outer {
    let (up, down) = (z.is_nonnegative(), z.is_nonpositive());
    let row = func.row();
    let (convex, concave) = match row.curvature {
        Curve::Convex => (true, false),
        Curve::Concave => (false, true),
        Curve::ConvexThenConcave => (down, up),
        Curve::ConcaveThenConvex => (up, down),
        Curve::Unknown => return Outer::default(),
    };
    let (rising, falling) = match row.monotone {
        Monotone::Increasing => (true, false),
        Monotone::Decreasing => (false, true),
        Monotone::WithSize => (up, down),
        Monotone::Unknown => (false, false),
    };
    Outer { convex, concave, rising, falling, because: row.shape }
}

/// xᵖ on the interval that holds x.
fn outer_power(p: &Coeff, x: &Bounds) -> Outer {
    let (up, down) = (x.is_nonnegative(), x.is_nonpositive());
    let outer = |convex, concave, rising, falling, because| Outer { convex, concave, rising, falling, because };
    let even = p.to_i64().map(|p| p % 2 == 0);
    if p.is_negative() {
        return match even {
            _ if x.is_positive() => {
                outer(true, false, false, true, "a power below 0 is convex and nonincreasing above 0")
            }
            Some(true) if x.is_negative() => outer(true, false, true, false, "an even power below 0 is convex below 0"),
            Some(false) if x.is_negative() => {
                outer(false, true, false, true, "an odd power below 0 is concave below 0")
            }
            // A power that is no integer has a value above 0 only.
            None => outer(true, false, false, true, "a power below 0 is convex and nonincreasing above 0"),
            _ => Outer::default(),
        };
    }
    match even {
        Some(true) => outer(
            true,
            false,
            up,
            down,
            if up { "an even power is convex, and nondecreasing above 0" } else { "an even power is convex" },
        ),
        Some(false) => outer(up, down, true, false, "an odd power is convex above 0 and nondecreasing"),
        None if Coeff::ONE.sub(p).is_negative() => {
            outer(true, false, true, false, "a power from 1 on is convex and nondecreasing above 0")
        }
        None => outer(false, true, true, false, "a power between 0 and 1 is concave and nondecreasing"),
    }
}
