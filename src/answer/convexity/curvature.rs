//! Convexity by composition: what each part is as a function of the variables, entry by entry, by the rules of Boyd & Vandenberghe,
//! *Convex Optimization*, §3.2, and by its Hessian where no rule decides.

use rustc_hash::{FxHashMap, FxHashSet};

use super::composition::{Outer, compose, multiple, outer};
use super::found::{Found, StandInFor, Why};
use crate::catalog::operator::Entries;
use crate::expr::{Arena, BigOp, ExprId, Func, Node, Norm, Reduction, Spectral, SymbolId};
use crate::number::Coeff;
use crate::positivity::Prover;
use crate::positivity::{Claim, Curvature};
use crate::sign::Bounds;

/// How many parts of a function may be differentiated twice.
const MAX_HESSIANS: u32 = 12;
/// How deep functions of parts of parts are looked at.
const MAX_DEPTH: u32 = 2;

/// The parts of a function and what is known of them.
pub(super) struct Analysis<'a> {
    pub(super) prover: Prover<'a>,
    pub(super) wrt: Vec<SymbolId>,
    found: FxHashMap<ExprId, Found>,
    /// What symmetric matrices are in the order of positive semidefinite matrices.
    pub(super) orders: FxHashMap<ExprId, Found>,
    pub(super) degrees: FxHashMap<ExprId, Option<ExprId>>,
    /// The numbers that stand in lines for parts, their entries and their eigenvalues.
    pub(super) stand_ins: Vec<StandInFor>,
    /// How often a part may be looked at as a function of its own.
    pub(super) depth: u32,
    varies: FxHashMap<ExprId, bool>,
    /// The claims that lines were asked for, each of which is argued for once.
    explained: FxHashSet<Claim>,
    pub(super) hessians: u32,
    /// Whether what the domain asks for is known already, from the expression as it was written.
    pub(super) domain_is_known: bool,
    /// Whether the normal form asked for more than that.
    pub(super) narrower: bool,
}

impl<'a> Analysis<'a> {
    pub(super) fn new(arena: &'a mut Arena, wrt: Vec<SymbolId>) -> Self {
        Self::over(Prover::new(arena), wrt, MAX_DEPTH)
    }

    fn over(prover: Prover<'a>, wrt: Vec<SymbolId>, depth: u32) -> Self {
        Self {
            prover,
            wrt,
            found: FxHashMap::default(),
            orders: FxHashMap::default(),
            degrees: FxHashMap::default(),
            stand_ins: Vec::new(),
            depth,
            varies: FxHashMap::default(),
            explained: FxHashSet::default(),
            hessians: MAX_HESSIANS,
            domain_is_known: false,
            narrower: false,
        }
    }

    /// Another analysis in other variables that takes the same for granted.
    pub(super) fn nested(&mut self, wrt: Vec<SymbolId>, depth: u32) -> Analysis<'_> {
        Analysis::over(self.prover.nested(), wrt, depth)
    }

    /// Keeps what is known of a part.
    pub(super) fn remember(&mut self, id: ExprId, found: Found) {
        self.found.insert(id, found);
    }

    /// What is known of a part so far.
    pub(super) fn known(&self, id: ExprId) -> Option<Found> {
        self.found.get(&id).cloned()
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
        self.orders.clear();
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
        let open = |found: &Found| found.convex.is_none() && found.concave.is_none();
        if open(&found) {
            found = self.perspective(id);
        }
        if open(&found) {
            found = self.of_several(id);
        }
        if open(&found) {
            found = self.of_one(id);
        }
        if open(&found) {
            found = self.piecewise(id);
        }
        if open(&found) {
            found = self.multiplied_out(id);
        }
        if open(&found) && self.hessians > 0 && self.prover.arena.shape(id).is_scalar() {
            self.hessians -= 1;
            found = self.by_hessian(id);
        }
        self.found.insert(id, found.clone());
        found
    }

    fn by_rule(&mut self, id: ExprId) -> Found {
        match self.prover.arena.node(id).clone() {
            Node::Symbol(_) => Found::affine(),
            Node::Add(terms) => self.sum(id, &terms),
            Node::Product(factors) => {
                let mut found = self.product(&factors);
                if found.convex.is_none() && found.concave.is_none() {
                    found = self.form_of_matrix(&factors);
                }
                if found.convex.is_none() && found.concave.is_none() {
                    found = self.of_entries(id);
                }
                found
            }
            Node::Trace(inner) => {
                let found = self.passed_on(inner, "a sum of entries");
                if found.convex.is_some() || found.concave.is_some() { found } else { self.spectral_trace(inner) }
            }
            Node::Hadamard(factors) => {
                let found = self.powers(id, &factors);
                if found.convex.is_some() || found.concave.is_some() { found } else { self.of_entries(id) }
            }
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
            | Node::Reduce(Reduction::Sum, inner) => self.passed_on(inner, "a sum of entries"),
            Node::Literal(_, entries) => self.literal(&entries),
            Node::Apply(op, inner) if op.row().entries == Entries::OperandOrZero => {
                self.passed_on(inner, "a sum of entries")
            }
            Node::Entry(of, row, col) if !self.varies(row) && !self.varies(col) => self.passed_on(of, "an entry"),
            Node::Indexed { op: BigOp::Sum, index, lower, upper, body }
                if self.prover.arena.is_one(lower)
                    && !self.varies(upper)
                    && self.counts_eigenvalues(index, body).is_some() =>
            {
                self.counts_eigenvalues(index, body).map_or_else(Found::default, |of| self.largest_eigenvalues(of))
            }
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
            Node::Spectral(Spectral::LambdaMax, inner) => self.extreme_eigenvalue(inner, true),
            Node::Spectral(Spectral::LambdaMin, inner) => self.extreme_eigenvalue(inner, false),
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
                    Why { because, parts: vec![(inner, curvature)], ..Why::default() }
                }
            })
        };
        Found { convex: pass(found.convex, Curvature::Convex), concave: pass(found.concave, Curvature::Concave) }
    }

    /// A product in which one factor is a sum with kinks as a sum: (τ − 1[u < 0])u is τu + max(−u, 0).
    fn multiplied_out(&mut self, id: ExprId) -> Found {
        let Node::Hadamard(factors) = self.prover.arena.node(id).clone() else { return Found::default() };
        let shape = self.prover.arena.shape(id);
        for (place, (base, exponent)) in factors.iter().enumerate() {
            let Node::Add(terms) = self.prover.arena.node(*base).clone() else { continue };
            if !self.prover.arena.is_one(*exponent) || self.is_smooth(*base) {
                continue;
            }
            let mut sum = Vec::new();
            for (coeff, term) in terms.iter() {
                let mut product = factors.to_vec();
                product[place].0 = *term;
                sum.push((coeff.clone(), self.prover.arena.hadamard_powers(&product, shape)));
            }
            let sum = self.prover.arena.add_terms(sum, shape);
            if sum != id && matches!(self.prover.arena.node(sum), Node::Add(_)) {
                return self.passed_on(sum, "multiplied out");
            }
        }
        Found::default()
    }

    /// A literal, entry by entry.
    fn literal(&mut self, entries: &[ExprId]) -> Found {
        let mut all = Found::affine();
        for entry in entries {
            let found = self.of(*entry);
            let join = |all: Option<Why>, part: Option<Why>, kind| {
                let (mut all, part) = (all?, part?);
                all.because = "an array of such entries";
                if !found.is_affine() {
                    all.parts.push((*entry, kind));
                }
                let _ = part;
                Some(all)
            };
            all = Found {
                convex: join(all.convex, found.convex.clone(), Curvature::Convex),
                concave: join(all.concave, found.concave.clone(), Curvature::Concave),
            };
        }
        all
    }

    fn sum(&mut self, id: ExprId, terms: &[(Coeff, ExprId)]) -> Found {
        let found = self.sum_of(terms);
        if found.convex.is_some() || found.concave.is_some() || terms.len() == 1 {
            return found;
        }
        self.of_entries(id)
    }

    /// A sum by its terms, those that are convex together taken together.
    pub(super) fn sum_of(&mut self, terms: &[(Coeff, ExprId)]) -> Found {
        let pairs = self.relative_entropies(terms).or_else(|| self.determinant_quotients(terms));
        let Some((rest, pairs)) = pairs else { return self.sum_by_terms(terms) };
        let others = self.sum_of(&rest);
        let join = |pair: Option<Why>, others: Option<Why>| {
            let (mut pair, others) = (pair?, others?);
            pair.parts.extend(others.parts);
            Some(pair)
        };
        Found { convex: join(pairs.convex, others.convex), concave: join(pairs.concave, others.concave) }
    }

    pub(super) fn sum_by_terms(&mut self, terms: &[(Coeff, ExprId)]) -> Found {
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
            return Found { convex: Some(Why { because, parts, ..Why::default() }), concave: None };
        }
        // Norms by singular values grow in the order of positive semidefinite matrices.
        if matches!(norm, Norm::Frobenius | Norm::Spectral | Norm::Nuclear)
            && self.prover.arena.shape(inner).is_matrix()
            && self.loewner(inner).convex.is_some()
            && self.prover.quietly(|prover| prover.semidefinite(inner, false)).is_some()
        {
            let because = "a norm of a matrix that is operator convex and positive semidefinite";
            let matrices = vec![(inner, Curvature::Convex)];
            return Found { convex: Some(Why { because, matrices, ..Why::default() }), concave: None };
        }
        Found::default()
    }

    /// Adds the lines that argue for a part, those of its own parts first.
    pub(super) fn explain(&mut self, id: ExprId, kind: Curvature) {
        let found = self.of(id);
        if !found.is_affine()
            && let Some(why) = found.why(kind)
        {
            self.explain_by(why, Claim::Curvature(id, kind));
        }
    }

    /// Adds the lines that argue for a symmetric matrix.
    fn explain_order(&mut self, id: ExprId, kind: Curvature) {
        if let Some(why) = self.loewner(id).why(kind).filter(|why| !why.because.is_empty()) {
            self.explain_by(why, Claim::Loewner(id, kind));
        }
    }

    /// Adds the lines of what a claim stands on, and the claim.
    fn explain_by(&mut self, why: Why, claim: Claim) {
        if !self.explained.insert(claim.clone()) {
            return;
        }
        for (part, kind) in why.parts {
            self.explain(part, kind);
        }
        for (matrix, kind) in why.matrices {
            self.explain_order(matrix, kind);
        }
        for line in why.lines {
            self.prover.say(line.claim, line.because);
        }
        self.prover.say(claim, why.because);
    }
}
