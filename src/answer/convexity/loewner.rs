//! Symmetric matrices as functions of the variables in the order of positive semidefinite matrices: operator convexity and concavity, and
//! what increasing functionals make of it (Bhatia, *Positive Definite Matrices*, ch. 4; Boyd & Vandenberghe, *Convex Optimization*, §3.6.2;
//! Carlen 2010, *Trace inequalities and quantum entropy*, §2.5).

use super::curvature::Analysis;
use super::found::{Found, Why};
use crate::expr::{BigOp, ExprId, IndexId, MatrixFunction, Node, Ranked};
use crate::number::Coeff;
use crate::positivity::Curvature;

/// Longest product under a trace whose rotations are searched.
const MAX_ROTATIONS: usize = 8;

const FRACTIONAL: &str = "the matrix fractional function of affine arguments, the inverted one positive definite";
const INVERSE: &str = "the inverse is operator convex and decreasing on positive definite matrices";
const ROOT: &str = "a power between 0 and 1 is operator concave and increasing";
const LOGARITHM: &str = "the logarithm is operator concave and increasing";
const POWER: &str = "a power between 1 and 2 is operator convex";
const SQUARE: &str = "the square is operator convex";
const FALLING: &str = "a power between −1 and 0 is operator convex and decreasing";
const ENTROPY: &str = "X log X is operator convex";
const GRAM: &str = "UᵀMU is operator convex for a positive semidefinite M";
const CONGRUENCE: &str = "a congruence keeps the order of positive semidefinite matrices";
const SUM: &str = "a sum of such matrices";
const MULTIPLE: &str = "a multiple by a number of one sign";
const FUNCTIONAL: &str = "uᵀFu grows with F in the order of positive semidefinite matrices";
const TRACE: &str = "tr(MF) for M ⪰ 0 grows with F in the order of positive semidefinite matrices";
const LARGEST: &str = "the largest eigenvalue is convex and grows in the order of positive semidefinite matrices";
const SEVERAL_LARGEST: &str =
    "the sum of the k largest eigenvalues is convex and grows in the order of positive semidefinite matrices";
const SMALLEST: &str = "the smallest eigenvalue is concave and grows in the order of positive semidefinite matrices";
pub(super) const LOG_DET: &str = "log det is concave and grows in the order of positive definite matrices";

pub(super) fn convex(because: &'static str) -> Found {
    Found { convex: Some(Why { because, ..Why::default() }), concave: None }
}

pub(super) fn concave(because: &'static str) -> Found {
    convex(because).flipped()
}

/// The same verdicts for another part, each standing on the matrix.
fn resting_on(matrix: ExprId, found: &Found, because: &'static str) -> Found {
    if found.is_affine() {
        return Found::affine();
    }
    let why = |known: &Option<Why>, kind| {
        known.as_ref().map(|_| Why { because, matrices: vec![(matrix, kind)], ..Why::default() })
    };
    Found { convex: why(&found.convex, Curvature::Convex), concave: why(&found.concave, Curvature::Concave) }
}

impl Analysis<'_> {
    /// What a symmetric matrix is in the order of positive semidefinite matrices.
    pub(super) fn loewner(&mut self, id: ExprId) -> Found {
        if !self.varies(id) {
            return Found::affine();
        }
        if let Some(known) = self.orders.get(&id) {
            return known.clone();
        }
        self.orders.insert(id, Found::default());
        let found = if !self.prover.arena.is_symmetric(id) && !matches!(self.prover.arena.node(id), Node::Product(_)) {
            Found::default()
        } else if self.of(id).is_affine() {
            Found::affine()
        } else if self.prover.spend() {
            self.loewner_by_form(id)
        } else {
            Found::default()
        };
        self.orders.insert(id, found.clone());
        found
    }

    fn loewner_by_form(&mut self, id: ExprId) -> Found {
        match self.prover.arena.node(id).clone() {
            Node::Add(terms) => {
                let all: Vec<(Coeff, ExprId)> = terms.to_vec();
                self.loewner_sum(&all)
            }
            Node::Indexed { op: BigOp::Sum, body, lower, upper, .. } if !self.varies(lower) && !self.varies(upper) => {
                let found = self.loewner(body);
                resting_on(body, &found, SUM)
            }
            Node::Power(base, exponent) => match self.prover.arena.as_number(exponent).cloned() {
                Some(p) => self.loewner_power(base, &p),
                None => Found::default(),
            },
            Node::MatrixFunction(MatrixFunction::Sqrtm, inner, directions) if directions.is_empty() => {
                Coeff::ratio(1, 2).map_or_else(Found::default, |half| self.loewner_power(inner, &half))
            }
            Node::MatrixFunction(MatrixFunction::Logm, inner, directions) if directions.is_empty() => {
                let found = self.loewner(inner);
                self.increasing(inner, &found, LOGARITHM)
            }
            Node::Diag(vector) => {
                let found = self.of(vector);
                let pass = |why: Option<Why>, kind| {
                    why.map(|_| Why {
                        because: "a diagonal matrix of such entries",
                        parts: vec![(vector, kind)],
                        ..Why::default()
                    })
                };
                Found {
                    convex: pass(found.convex, Curvature::Convex),
                    concave: pass(found.concave, Curvature::Concave),
                }
            }
            Node::Product(factors) => self.loewner_product(&factors),
            _ => Found::default(),
        }
    }

    fn loewner_sum(&mut self, terms: &[(Coeff, ExprId)]) -> Found {
        let (mut convex, mut concave) = (Some(Vec::new()), Some(Vec::new()));
        for (coeff, term) in terms {
            let found = self.loewner(*term);
            if found.is_affine() {
                continue;
            }
            let negative = coeff.is_negative();
            for (all, up) in [(&mut convex, true), (&mut concave, false)] {
                let (known, kind) = if up == negative {
                    (&found.concave, Curvature::Concave)
                } else {
                    (&found.convex, Curvature::Convex)
                };
                match (all.as_mut(), known) {
                    (Some(list), Some(_)) => list.push((*term, kind)),
                    _ => *all = None,
                }
            }
        }
        let why = |all: Option<Vec<_>>| all.map(|matrices| Why { because: SUM, matrices, ..Why::default() });
        Found { convex: why(convex), concave: why(concave) }
    }

    fn loewner_power(&mut self, base: ExprId, p: &Coeff) -> Found {
        let found = self.loewner(base);
        let sign = self.prover.quietly(|prover| prover.semidefinite(base, false));
        let two = Coeff::integer(2);
        if *p == two && found.is_affine() {
            return convex(SQUARE);
        }
        let above_one = !p.sub(&Coeff::ONE).is_negative();
        if above_one && sign.is_some() && found.is_affine() && !two.sub(p).is_negative() {
            return convex(POWER);
        }
        if !p.is_negative() && !above_one && sign.is_some() {
            return self.increasing(base, &found, ROOT);
        }
        let at_least_minus_one = !p.add(&Coeff::ONE).is_negative();
        if p.is_negative() && at_least_minus_one && sign == Some(true) && found.concave.is_some() {
            let because = if *p == Coeff::MINUS_ONE { INVERSE } else { FALLING };
            let matrices = if found.is_affine() { Vec::new() } else { vec![(base, Curvature::Concave)] };
            return Found { convex: Some(Why { because, matrices, ..Why::default() }), concave: None };
        }
        if *p == Coeff::MINUS_ONE && sign == Some(true) {
            return Found { convex: None, concave: self.inverse(base) };
        }
        Found::default()
    }

    /// A function that is operator concave and increasing.
    fn increasing(&mut self, base: ExprId, found: &Found, because: &'static str) -> Found {
        if found.concave.is_none() {
            return Found::default();
        }
        let matrices = if found.is_affine() { Vec::new() } else { vec![(base, Curvature::Concave)] };
        Found { convex: None, concave: Some(Why { because, matrices, ..Why::default() }) }
    }

    fn loewner_product(&mut self, factors: &[ExprId]) -> Found {
        if self.prover.arena.shape(factors[0]).is_scalar() {
            let (scalar, rest) = (factors[0], self.prover.arena.mul(&factors[1..]));
            let bounds = self.prover.bounds(scalar);
            let found = self.loewner(rest);
            if self.varies(scalar) || !(bounds.is_nonnegative() || bounds.is_nonpositive()) {
                return Found::default();
            }
            let found = resting_on(rest, &found, MULTIPLE);
            return if bounds.is_nonnegative() { found } else { found.flipped() };
        }
        if self.is_entropy_product(factors) {
            return convex(ENTROPY);
        }
        if self.is_fractional(factors) {
            return convex(FRACTIONAL);
        }
        if self.is_gram(factors) {
            return convex(GRAM);
        }
        match self.congruence(factors) {
            Some(middle) => {
                let found = self.loewner(middle);
                resting_on(middle, &found, CONGRUENCE)
            }
            None => Found::default(),
        }
    }

    /// F of LᵀFL with L constant and not empty.
    pub(super) fn congruence(&mut self, factors: &[ExprId]) -> Option<ExprId> {
        let mut inside = factors;
        while let [first, middle @ .., last] = inside {
            if self.varies(*last) || middle.is_empty() || self.prover.arena.transpose(*first) != *last {
                break;
            }
            inside = middle;
        }
        (inside.len() < factors.len()).then(|| self.prover.arena.mul(inside))
    }

    /// X log X of an affine X.
    pub(super) fn is_entropy_product(&mut self, factors: &[ExprId]) -> bool {
        let [first, second] = *factors else { return false };
        [(first, second), (second, first)].into_iter().any(|(x, log)| {
            matches!(self.prover.arena.node(log), Node::MatrixFunction(MatrixFunction::Logm, of, directions)
                if *of == x && directions.is_empty())
                && self.prover.arena.is_symmetric(x)
                && self.of(x).is_affine()
        })
    }

    /// Whether a chain is UᵀP⁻¹U with U affine, and P affine and positive definite.
    fn is_fractional(&mut self, chain: &[ExprId]) -> bool {
        if chain.len().is_multiple_of(2) {
            return false;
        }
        let middle = chain.len() / 2;
        let Node::Power(base, exponent) = *self.prover.arena.node(chain[middle]) else { return false };
        let is_inverse = self.prover.arena.as_number(exponent) == Some(&Coeff::MINUS_ONE);
        let mirrored = (0..middle).all(|at| {
            let other = chain[chain.len() - 1 - at];
            self.prover.arena.transpose(chain[at]) == other
        });
        if !is_inverse || !mirrored || middle == 0 {
            return false;
        }
        let column = self.prover.arena.mul(&chain[middle + 1..]);
        self.of(column).is_affine()
            && self.of(base).is_affine()
            && self.prover.quietly(|prover| prover.semidefinite(base, false)) == Some(true)
    }

    /// Whether a chain is UᵀMU with U affine and M constant and positive semidefinite.
    pub(super) fn is_gram(&mut self, chain: &[ExprId]) -> bool {
        let mut inside = chain;
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
            && self.prover.quietly(|prover| prover.mirrored(chain, false)).is_some()
    }

    /// uᵀFu of a constant u, and of variables uᵀP⁻¹u.
    pub(super) fn form_of_matrix(&mut self, factors: &[ExprId]) -> Found {
        let scalar = usize::from(self.prover.arena.shape(factors[0]).is_scalar());
        if scalar > 0 && self.varies(factors[0]) {
            return Found::default();
        }
        let bounds = if scalar == 0 { crate::sign::Bounds::positive() } else { self.prover.bounds(factors[0]) };
        if !(bounds.is_nonnegative() || bounds.is_nonpositive()) {
            return Found::default();
        }
        let chain = &factors[scalar..];
        // Entries beside the diagonal of UᵀFU are not convex with F.
        let [Some(first), Some(last)] =
            [chain.first(), chain.last()].map(|end| end.map(|id| self.prover.arena.shape(*id)))
        else {
            return Found::default();
        };
        if !(first.rows.is_one() && last.cols.is_one()) {
            return Found::default();
        }
        let found = if self.is_fractional(chain) {
            convex(FRACTIONAL)
        } else if let Some(middle) = self.congruence(chain) {
            let found = self.loewner(middle);
            resting_on(middle, &found, FUNCTIONAL)
        } else {
            Found::default()
        };
        if bounds.is_nonnegative() { found } else { found.flipped() }
    }

    /// tr(MF) of a constant M ⪰ 0, for any rotation of the factors.
    pub(super) fn trace_of_matrix(&mut self, inner: ExprId) -> Found {
        let direct = self.loewner(inner);
        if direct.convex.is_some() || direct.concave.is_some() {
            return resting_on(inner, &direct, TRACE);
        }
        let Node::Product(factors) = self.prover.arena.node(inner).clone() else { return Found::default() };
        if factors.len() > MAX_ROTATIONS {
            return Found::default();
        }
        for start in 0..factors.len() {
            let rotated: Vec<ExprId> = factors[start..].iter().chain(&factors[..start]).copied().collect();
            if self.is_fractional(&rotated) {
                return convex(FRACTIONAL);
            }
            for cut in 0..rotated.len() {
                if rotated[..cut].iter().any(|factor| self.varies(*factor)) {
                    break;
                }
                let weight = (cut > 0).then(|| self.prover.arena.mul(&rotated[..cut]));
                let sign = match weight {
                    None => Some(false),
                    Some(weight) if self.prover.quietly(|prover| prover.semidefinite(weight, false)).is_some() => {
                        Some(false)
                    }
                    Some(weight) if self.prover.quietly(|prover| prover.semidefinite(weight, true)).is_some() => {
                        Some(true)
                    }
                    Some(_) => None,
                };
                let Some(negative) = sign else { continue };
                let rest = self.prover.arena.mul(&rotated[cut..]);
                let found = self.loewner(rest);
                if found.convex.is_some() || found.concave.is_some() {
                    let found = resting_on(rest, &found, TRACE);
                    return if negative { found.flipped() } else { found };
                }
            }
        }
        Found::default()
    }

    /// The matrix whose eigenvalues a sum over an index counts.
    pub(super) fn counts_eigenvalues(&mut self, index: IndexId, body: ExprId) -> Option<ExprId> {
        let Node::Ranked(Ranked::Eigenvalue, inner, place) = *self.prover.arena.node(body) else { return None };
        let is_index = matches!(self.prover.arena.node(place), Node::Index(at) if *at == index);
        (is_index && !self.prover.arena.depends_on_index(inner, index)).then_some(inner)
    }

    /// λ₁(A) + … + λₖ(A), the largest of tr UᵀAU over all n×k matrices with UᵀU = I (Fan 1949).
    pub(super) fn largest_eigenvalues(&mut self, inner: ExprId) -> Found {
        let found = self.extreme_eigenvalue(inner, true);
        let because = |why: Why| Why { because: SEVERAL_LARGEST, ..why };
        Found { convex: found.convex.map(because), concave: None }
    }

    /// The largest or the smallest eigenvalue.
    pub(super) fn extreme_eigenvalue(&mut self, inner: ExprId, largest: bool) -> Found {
        let found = self.loewner(inner);
        let (known, kind, because) = if largest {
            (&found.convex, Curvature::Convex, LARGEST)
        } else {
            (&found.concave, Curvature::Concave, SMALLEST)
        };
        if known.is_none() {
            return Found::default();
        }
        let matrices = if found.is_affine() { Vec::new() } else { vec![(inner, kind)] };
        let why = Some(Why { because, matrices, ..Why::default() });
        if largest { Found { convex: why, concave: None } } else { Found { convex: None, concave: why } }
    }
}
