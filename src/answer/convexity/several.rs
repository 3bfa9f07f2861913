//! The rule of composition with a function of several numbers: h(g₁, …, gₖ) is convex where h is, by its second derivative, and each gᵢ is
//! affine, or convex with h nondecreasing in it, or concave with h nonincreasing in it (Boyd & Vandenberghe, *Convex Optimization*,
//! §3.2.4). Of arrays, entry by entry.
//!
//! What is shown of h holds near every point, and on a convex domain that is enough.

use rustc_hash::FxHashMap;

use super::curvature::Analysis;
use super::found::{Found, Role, StandInFor, Why};
use super::hessian::Second;
use crate::catalog::entrywise::Differentiable;
use crate::differential::differentiate;
use crate::expr::{ExprId, Func, Node, Shape, StandIn, SymbolId};
use crate::number::Coeff;
use crate::positivity::{Claim, Curvature, Line, Part};
use crate::simplify::simplify;

/// Most arguments that a function may have.
const MAX_ARGUMENTS: usize = 4;
/// Most operands of an expression that is looked at as such a function.
const MAX_LINKS: usize = 120;

const SECOND: &str = "by its second derivative";

/// A function of numbers, with what stands in each of its arguments.
#[derive(Default)]
struct Outline {
    arguments: Vec<(ExprId, SymbolId)>,
    constants: Vec<(ExprId, SymbolId)>,
    built: FxHashMap<ExprId, ExprId>,
    /// Whether functions with kinks are functions of numbers too, and affine parts arguments whatever they are made of.
    kinks: bool,
}

impl Analysis<'_> {
    /// What a part is as a function of several numbers; nothing where it is not one.
    pub(super) fn of_several(&mut self, id: ExprId) -> Found {
        if self.depth == 0 || self.prover.arena.links_below(id) > MAX_LINKS {
            return Found::default();
        }
        let mut outline = Outline::default();
        let Some(root) = self.outline(id, &mut outline) else { return Found::default() };
        let arguments = outline.arguments.clone();
        if arguments.is_empty() || arguments.len() > MAX_ARGUMENTS || self.is_the_whole(&arguments, id) {
            return Found::default();
        }
        let kinds: Vec<Found> = arguments.iter().map(|(part, _)| self.of(*part)).collect();
        if kinds.iter().any(|found| found.convex.is_none() && found.concave.is_none()) {
            return Found::default();
        }
        let bounds: Vec<_> = (arguments.iter().chain(&outline.constants))
            .map(|(part, symbol)| {
                let nonzero = [self.prover.is_assumed_nonzero(*part), self.prover.has_assumed_nonzero_entries(*part)];
                (*symbol, self.prover.bounds(*part), nonzero)
            })
            .collect();
        let depth = self.depth - 1;
        let symbols: Vec<SymbolId> = arguments.iter().map(|(_, symbol)| *symbol).collect();
        let mut nested = self.nested(symbols.clone(), depth);
        for (symbol, bounds, nonzero) in bounds {
            let symbol = nested.prover.arena.symbol_expr(symbol);
            nested.prover.hold_between(symbol, bounds);
            match nonzero {
                [_, true] => nested.prover.assume_entries_nonzero(symbol),
                [true, false] => nested.prover.assume_nonzero(symbol),
                [false, false] => {}
            }
        }
        if !nested.is_smooth(root) {
            return Found::default();
        }
        let blockers = nested.domain(root, true);
        if blockers.iter().any(|blocker| !matches!(blocker, crate::domain::Condition::Positive(_))) {
            return Found::default();
        }
        let Some(second @ Second::Matrix(matrix)) = nested.second_derivative(root) else { return Found::default() };
        let mut slopes = Vec::new();
        for (symbol, kind) in symbols.iter().zip(&kinds) {
            if kind.is_affine() {
                slopes.push(None);
                continue;
            }
            let Some(slope) = nested.slope(root, *symbol) else { return Found::default() };
            let bounds = nested.prover.bounds(slope);
            slopes.push(Some((slope, bounds)));
        }
        let mut result = Found::default();
        for (flipped, curvature) in [(false, Curvature::Convex), (true, Curvature::Concave)] {
            let fits = |(kind, slope): (&Found, &Option<(ExprId, crate::sign::Bounds)>)| {
                let Some((_, slope)) = slope else { return true };
                let (up, down) = if flipped { (&kind.concave, &kind.convex) } else { (&kind.convex, &kind.concave) };
                (up.is_some() && slope.is_nonnegative()) || (down.is_some() && slope.is_nonpositive())
            };
            if !kinds.iter().zip(&slopes).all(fits) {
                continue;
            }
            nested.prover.lines.clear();
            if nested.second_sign(second, flipped).is_none() {
                continue;
            }
            let mut lines: Vec<Line> = nested
                .prover
                .lines
                .iter()
                .filter(|line| !matches!(line.claim, Claim::Hessian { .. }))
                .cloned()
                .collect();
            lines.insert(
                0,
                Line {
                    claim: Claim::Hessian { of: Some(Part { expr: root, by: symbols.clone().into() }), is: matrix },
                    because: "",
                },
            );
            lines.push(Line { claim: Claim::Curvature(root, curvature), because: SECOND });
            let mut parts = Vec::new();
            for ((part, kind), slope) in arguments.iter().map(|(part, _)| part).zip(&kinds).zip(&slopes) {
                let Some((slope, bounds)) = slope else { continue };
                let rising = bounds.is_nonnegative();
                parts.push((
                    *part,
                    if kind.convex.is_some() == (rising != flipped) || kind.concave.is_none() {
                        Curvature::Convex
                    } else {
                        Curvature::Concave
                    },
                ));
                let shown = if rising { *slope } else { nested.prover.arena.neg(*slope) };
                let because = if rising {
                    "the derivative in this argument, in which it is nondecreasing"
                } else {
                    "minus the derivative in this argument, in which it is nonincreasing"
                };
                lines.push(Line { claim: Claim::Order(shown, crate::positivity::Order::Nonnegative), because });
            }
            let because = if slopes.iter().all(Option::is_none) {
                "its composition with affine functions"
            } else {
                "its composition with these"
            };
            let why = Some(Why { because, parts, lines, ..Why::default() });
            match curvature {
                Curvature::Concave => result.concave = why,
                Curvature::Convex | Curvature::Affine => result.convex = why,
            }
        }
        if result.convex.is_some() || result.concave.is_some() {
            for (list, varies) in [(&arguments, true), (&outline.constants, false)] {
                let all = list.iter().map(|(part, symbol)| (*part, *symbol));
                self.stand_ins.extend(all.map(|(part, symbol)| StandInFor { part, symbol, role: Role::Part, varies }));
            }
        }
        result
    }

    /// What a part is as a function with kinks of one affine argument, of arrays entry by entry.
    pub(super) fn of_one(&mut self, id: ExprId) -> Found {
        let has_kinks = |node: &Node| matches!(node, Node::Elementwise(Func::Abs | Func::Relu, _));
        let order = self.prover.arena.post_order(id);
        if self.depth == 0 || order.len() > MAX_LINKS || !order.iter().any(|id| has_kinks(self.prover.arena.node(*id)))
        {
            return Found::default();
        }
        let mut outline = Outline { kinks: true, ..Outline::default() };
        let Some(root) = self.outline(id, &mut outline) else { return Found::default() };
        let [(part, symbol)] = *outline.arguments else { return Found::default() };
        if !outline.constants.is_empty() || self.is_the_whole(&[(part, symbol)], id) || !self.of(part).is_affine() {
            return Found::default();
        }
        let (bounds, depth) = (self.prover.bounds(part), self.depth - 1);
        let mut nested = self.nested(vec![symbol], depth.max(1));
        let number = nested.prover.arena.symbol_expr(symbol);
        nested.prover.hold_between(number, bounds);
        if !nested.domain(root, false).is_empty() {
            return Found::default();
        }
        let found = nested.of(root);
        let mut result = Found::default();
        for (kind, known) in [(Curvature::Convex, found.convex), (Curvature::Concave, found.concave)] {
            if known.is_none() {
                continue;
            }
            nested.prover.lines.clear();
            nested.explain(root, kind);
            let lines = std::mem::take(&mut nested.prover.lines);
            let why = Some(Why { because: "its composition with an affine function", lines, ..Why::default() });
            match kind {
                Curvature::Concave => result.concave = why,
                Curvature::Convex | Curvature::Affine => result.convex = why,
            }
        }
        let stand_ins = std::mem::take(&mut nested.stand_ins);
        self.stand_ins.extend(stand_ins);
        self.stand_ins.push(StandInFor { part, symbol, role: Role::Part, varies: true });
        result
    }

    /// Whether the arguments are the variables themselves, of which the second derivative of the whole speaks.
    fn is_the_whole(&mut self, arguments: &[(ExprId, SymbolId)], id: ExprId) -> bool {
        self.prover.arena.shape(id).is_scalar()
            && arguments.iter().all(
                |(part, _)| matches!(self.prover.arena.node(*part), Node::Symbol(symbol) if self.wrt.contains(symbol)),
            )
            || arguments.iter().any(|(part, _)| *part == id)
    }

    /// ∂h/∂s
    fn slope(&mut self, root: ExprId, symbol: SymbolId) -> Option<ExprId> {
        let arena = &mut *self.prover.arena;
        let differential = differentiate(arena, root, symbol, 0).ok()?.expr;
        let (step, one) = (arena.differential(symbol, 0), arena.one());
        let mut map = FxHashMap::default();
        map.insert(step, one);
        let slope = arena.rewrite(differential, &mut map);
        Some(simplify(arena, slope))
    }

    /// The expression as a function of numbers, of arrays that of one entry.
    fn outline(&mut self, id: ExprId, outline: &mut Outline) -> Option<ExprId> {
        if let Some(known) = outline.built.get(&id) {
            return Some(*known);
        }
        let node = self.prover.arena.node(id).clone();
        let built = if !self.varies(id) {
            match node {
                _ if self.prover.arena.shape(id).is_scalar() => id,
                Node::Ones(_) => self.prover.arena.one(),
                Node::Zeros(_) => self.prover.arena.zero(Shape::SCALAR),
                Node::Add(terms) => self.outline_of_sum(&terms, outline)?,
                Node::Hadamard(factors) => self.outline_of_powers(&factors, outline)?,
                _ => self.stand_in(id, outline, false),
            }
        } else if outline.kinks && self.of(id).is_affine() {
            self.affine_argument(id, outline)
        } else {
            match node {
                Node::Add(terms) if !self.of(id).is_affine() || self.is_entrywise(id) => {
                    self.outline_of_sum(&terms, outline)?
                }
                Node::Hadamard(factors) => self.outline_of_powers(&factors, outline)?,
                Node::Elementwise(func, inner)
                    if (func.row().differentiable == Differentiable::Everywhere && !matches!(func, Func::User(..)))
                        || (outline.kinks && matches!(func, Func::Abs | Func::Relu)) =>
                {
                    let inner = self.outline(inner, outline)?;
                    self.prover.arena.elementwise(func, inner)
                }
                Node::Product(factors) if self.prover.arena.shape(factors[0]).is_scalar() => {
                    let rest = self.prover.arena.mul(&factors[1..]);
                    let (scalar, rest) = (self.outline(factors[0], outline)?, self.outline(rest, outline)?);
                    self.prover.arena.mul(&[scalar, rest])
                }
                Node::Product(_) | Node::Trace(_) if self.is_squared_seminorm(id) => {
                    let half = self.prover.arena.pow_number(id, &Coeff::ratio(1, 2)?);
                    let root = self.stand_in(half, outline, true);
                    self.prover.arena.pow_number(root, &Coeff::integer(2))
                }
                _ => self.stand_in(id, outline, true),
            }
        };
        outline.built.insert(id, built);
        Some(built)
    }

    /// αu + β of an affine part, with numbers α and β: parts that differ in these alone are of one argument.
    fn affine_argument(&mut self, id: ExprId, outline: &mut Outline) -> ExprId {
        let shape = self.prover.arena.shape(id);
        let (mut moved, mut number) = (Vec::new(), Coeff::ZERO);
        for (coeff, term) in self.prover.arena.terms(id) {
            match self.prover.arena.as_number(term) {
                Some(value) => number = number.add(&coeff.mul(value)),
                None if self.prover.arena.is_ones(term) => number = number.add(&coeff),
                None => moved.push((coeff, term)),
            }
        }
        let scale = moved.first().map_or(Coeff::ONE, |(coeff, _)| coeff.clone());
        let Some(inverse) = scale.recip() else { return self.stand_in(id, outline, true) };
        let moved: Vec<_> = moved.into_iter().map(|(coeff, term)| (coeff.mul(&inverse), term)).collect();
        let argument = self.prover.arena.add_terms(moved, shape);
        let symbol = self.stand_in(argument, outline, true);
        let one = self.prover.arena.one();
        self.prover.arena.add_terms([(scale, symbol), (number, one)], Shape::SCALAR)
    }

    /// Whether an affine sum is one of variables and constants entry by entry, as x + y is.
    fn is_entrywise(&mut self, id: ExprId) -> bool {
        let terms = self.prover.arena.terms(id);
        terms.iter().all(|(_, term)| {
            !self.varies(*term) || matches!(self.prover.arena.node(*term), Node::Symbol(_) | Node::Entry(..))
        })
    }

    fn outline_of_sum(&mut self, terms: &[(Coeff, ExprId)], outline: &mut Outline) -> Option<ExprId> {
        let mut sum = Vec::new();
        for (coeff, term) in terms {
            sum.push((coeff.clone(), self.outline(*term, outline)?));
        }
        Some(self.prover.arena.add_terms(sum, Shape::SCALAR))
    }

    fn outline_of_powers(&mut self, factors: &[(ExprId, ExprId)], outline: &mut Outline) -> Option<ExprId> {
        let mut all = Vec::new();
        for (base, exponent) in factors {
            if self.varies(*exponent) {
                return None;
            }
            all.push((self.outline(*base, outline)?, *exponent));
        }
        Some(self.prover.arena.hadamard_powers(&all, Shape::SCALAR))
    }

    fn stand_in(&mut self, id: ExprId, outline: &mut Outline, varies: bool) -> ExprId {
        let list = if varies { &mut outline.arguments } else { &mut outline.constants };
        if let Some((_, symbol)) = list.iter().find(|(part, _)| *part == id) {
            return self.prover.arena.symbol_expr(*symbol);
        }
        let symbol = self.prover.arena.stand_in(StandIn::Entry(id));
        list.push((id, symbol));
        self.prover.arena.symbol_expr(symbol)
    }
}
