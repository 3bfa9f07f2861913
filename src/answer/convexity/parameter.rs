//! For which values of its parameters a function is convex: of a quadratic function by its constant second derivative, of a multiple a·g of
//! a convex or concave g by the sign of a, of a function of one number by the least value of its second derivative, and of ‖u‖_p by p.

use super::argue::argue;
use super::curvature::Analysis;
use super::finding::Verdict;
use super::hessian::Strength;
use crate::catalog::entrywise::{Differentiable, Domain};
use crate::check::{self, CheckOptions, Chords, Outcome};
use crate::expr::{Arena, ExprId, Func, Node, Norm, Reduction, Shape, SymbolId, SymbolKind};
use crate::number::Coeff;
use crate::positivity::{Claim, Curvature, Line, Order};
use crate::sign::Bounds;
use crate::simplify::{expand, simplify};
use crate::structure::Structure;

/// When exactly a function is convex, and the lines that argue for it.
pub(super) struct ConvexIf {
    pub(super) claim: Claim,
    /// Whether it is convex only then.
    pub(super) is_exact: bool,
    /// Whether it is concave exactly where the contrary holds.
    pub(super) is_mirrored: bool,
    pub(super) lines: Vec<Line>,
}

/// When exactly a function whose sign is open is convex; nothing where that is not known.
pub(super) fn convex_if(
    arena: &mut Arena,
    raw: ExprId,
    root: ExprId,
    wrt: &[SymbolId],
    open: Option<&Claim>,
    options: Option<&CheckOptions>,
) -> Option<ConvexIf> {
    if let Some(claim) = open.and_then(|open| of_quadratic(arena, wrt, open)) {
        return Some(ConvexIf { claim, is_exact: true, is_mirrored: true, lines: Vec::new() });
    }
    let options = options?;
    let mut multiple = of_multiple(arena, raw, root, wrt, options);
    // −yᵀ log softmax(z) = sum(y) logsumexp(z) − yᵀz
    let expanded = expand(arena, root);
    if multiple.is_none() && expanded != root {
        multiple = of_multiple(arena, raw, expanded, wrt, options);
    }
    if let Some(found) = multiple {
        return Some(found);
    }
    if let Some(found) = of_kinked(arena, raw, root, wrt, options) {
        return Some(found);
    }
    let (bound, is_exact, is_mirrored) = match open.and_then(|open| of_least(arena, (raw, root), wrt, open)) {
        Some((bound, is_mirrored)) => (bound, true, is_mirrored),
        None => {
            let (bound, is_exact) = of_order(arena, root, wrt)?;
            (bound, is_exact, false)
        }
    };
    // Where it holds f is convex, by numbers too.
    let definite = if arena.shape(bound).is_column() { arena.diag(bound) } else { bound };
    let certificate = check::check_curvature(arena, raw, wrt, (false, true), &[definite], Chords::All, options);
    let holds = !matches!(certificate.outcome, Outcome::Failed(_));
    let claim = at_least_nothing(arena, bound);
    holds.then(|| ConvexIf { claim, is_exact, is_mirrored, lines: Vec::new() })
}

/// That a number or every entry of a vector is ≥ 0, or that a symmetric matrix is ⪰ 0, in the signs of the writer: −a ≥ 0 is a ≤ 0, 1/a ≥ 0
/// is a > 0, and diag(w) ⪰ 0 is w ≥ 0.
fn at_least_nothing(arena: &mut Arena, expr: ExprId) -> Claim {
    let (content, primitive) = arena.split_content(expr);
    let has_minus = |id: ExprId| match arena.node(id) {
        Node::Add(terms) => terms.iter().any(|(coeff, _)| coeff.is_negative()),
        _ => false,
    };
    // p − 1 and p(p − 1) are written so, and not as −(1 − p).
    let is_difference = match arena.node(primitive) {
        Node::Hadamard(factors) => factors.iter().any(|(base, _)| has_minus(*base)),
        _ => has_minus(primitive),
    };
    let is_turned = content.is_negative() && !is_difference;
    let primitive = if content.is_negative() && is_difference { arena.neg(primitive) } else { primitive };
    // What divides is not 0.
    let below = match arena.node(primitive) {
        Node::Hadamard(factors) => match **factors {
            [(base, exponent)] if arena.as_number(exponent).is_some_and(|power| *power == Coeff::MINUS_ONE) => {
                Some(base)
            }
            _ => None,
        },
        _ => None,
    };
    let claim = match (arena.node(primitive), below) {
        (Node::Diag(vector), _) => Claim::Order(*vector, Order::Nonnegative),
        (_, Some(base)) => Claim::Order(base, Order::Positive),
        _ if arena.shape(primitive).cols.is_one() => Claim::Order(primitive, Order::Nonnegative),
        _ => Claim::Order(primitive, Order::Semidefinite),
    };
    let mirrored = claim.mirrored().filter(|_| is_turned);
    mirrored.unwrap_or(claim)
}

/// What has to be ≥ 0 where f″ of one number is C·P with P > 0, or C + Σ cᵢ x^kᵢ, the other terms above 0 and as near to 0 as may be; C free of x.
/// Of the first f is concave where it is ≤ 0.
fn of_least(
    arena: &mut Arena,
    (raw, root): (ExprId, ExprId),
    wrt: &[SymbolId],
    second: &Claim,
) -> Option<(ExprId, bool)> {
    let (Claim::Hessian { of: None, is: second }, [symbol]) = (second, wrt) else { return None };
    // diag(w ⊘ x∘x) ⪰ 0 is w ⊘ x∘x ≥ 0.
    let (_, primitive) = arena.split_content(*second);
    let is_diagonal = matches!(arena.node(primitive), Node::Diag(_));
    if !arena.shape(*second).is_scalar() && !is_diagonal {
        return None;
    }
    let mut analysis = Analysis::new(arena, wrt.to_vec());
    // What the domain says, as x > 0 of log x.
    let mut blockers = analysis.written_domain(raw);
    analysis.assume_domain(raw, root);
    blockers.extend(analysis.domain(root, false));
    if !blockers.is_empty() {
        return None;
    }
    let (content, primitive) = analysis.prover.arena.split_content(*second);
    let entries = if let Node::Diag(vector) = *analysis.prover.arena.node(primitive) { vector } else { primitive };
    if let Some((constant, varying)) = analysis.split_constant(entries)
        && !analysis.prover.arena.is_one(constant)
        && analysis.prover.bounds(varying).is_positive()
    {
        // yᵇ > 0 decides nothing.
        let constant = match analysis.prover.arena.node(constant).clone() {
            Node::Hadamard(factors) => {
                let factors: Vec<_> = factors
                    .iter()
                    .copied()
                    .filter(|(base, exponent)| {
                        let power = analysis.prover.arena.pow(*base, *exponent);
                        !analysis.prover.bounds(power).is_positive()
                    })
                    .collect();
                let shape = analysis.prover.arena.shape(constant);
                analysis.prover.arena.hadamard_powers(&factors, shape)
            }
            _ => constant,
        };
        let constant = if content.is_negative() { analysis.prover.arena.neg(constant) } else { constant };
        return Some((is_open(analysis.prover.arena, constant)?, true));
    }
    let x = analysis.prover.arena.symbol_expr(*symbol);
    if is_diagonal || !analysis.prover.arena.shape(x).is_scalar() {
        return None;
    }
    let expanded = expand(analysis.prover.arena, *second);
    let (mut constant, mut rises) = (Vec::new(), [false, false]);
    let range = analysis.prover.bounds(x);
    for (coeff, term) in analysis.prover.arena.terms(expanded) {
        if !analysis.varies(term) {
            constant.push((coeff, term));
            continue;
        }
        let (factor, varying) = analysis.split_constant(term)?;
        let factor = analysis.prover.bounds(factor).scale(&coeff);
        let power = match analysis.prover.arena.node(varying).clone() {
            _ if varying == x => Coeff::ONE,
            Node::Hadamard(factors) => match *factors {
                [(base, exponent)] if base == x => analysis.prover.arena.as_number(exponent)?.clone(),
                _ => return None,
            },
            _ => return None,
        };
        let is_even = power.to_i64().is_some_and(|power| power % 2 == 0);
        let is_whole_line = range == Bounds::ANY && is_even && !power.is_negative();
        if !factor.is_positive() || !(range == Bounds::positive() || is_whole_line) {
            return None;
        }
        // All are near 0 at one end.
        rises[usize::from(power.is_negative())] = true;
    }
    if rises == [true, true] || constant.is_empty() {
        return None;
    }
    let constant = analysis.prover.arena.add_terms(constant, Shape::SCALAR);
    let constant = simplify(analysis.prover.arena, constant);
    let (content, primitive) = analysis.prover.arena.split_content(constant);
    let shown = if content.is_negative() { analysis.prover.arena.neg(primitive) } else { primitive };
    Some((is_open(analysis.prover.arena, shown)?, false))
}

/// An expression in which a symbol stands and whose sign is not known.
fn is_open(arena: &mut Arena, id: ExprId) -> Option<ExprId> {
    let has_symbol = arena.post_order(id).iter().any(|id| matches!(arena.node(*id), Node::Symbol(_)));
    let bounds = crate::positivity::Prover::new(arena).bounds(id);
    (has_symbol && !bounds.is_nonnegative() && !bounds.is_nonpositive()).then_some(id)
}

/// p − 1 of a positive multiple of ‖cx + d‖_p, x with more than one entry, or of its pth power, beside an affine function, and whether it is
/// convex only where that is not below 0: |x|⁰ is.
fn of_order(arena: &mut Arena, root: ExprId, wrt: &[SymbolId]) -> Option<(ExprId, bool)> {
    let mut analysis = Analysis::new(arena, wrt.to_vec());
    let (mut found, mut is_norm_alone) = (None, true);
    for (coeff, term) in analysis.prover.arena.terms(root) {
        if analysis.of(term).is_affine() {
            continue;
        }
        let (factor, varying) = analysis.split_constant(term)?;
        let (order, inner) = match *analysis.prover.arena.node(varying) {
            Node::Norm(Norm::P(order), inner) => (order, inner),
            _ => power_of_size(&mut analysis, varying)?,
        };
        let is_positive = analysis.prover.bounds(factor).scale(&coeff).is_positive();
        let is_norm = matches!(analysis.prover.arena.node(varying), Node::Norm(..));
        is_norm_alone &= is_norm;
        let has_entries = !is_norm || !analysis.prover.arena.shape(inner).is_scalar();
        let is_fit = is_positive && has_entries && is_shifted(&mut analysis, inner, wrt) && !analysis.varies(order);
        if !is_fit || found.replace(order).is_some() {
            return None;
        }
    }
    let order = found?;
    let is_exact = is_norm_alone || analysis.prover.bounds(order).is_positive();
    let one = analysis.prover.arena.one();
    let above = analysis.prover.arena.minus(order, one);
    Some((is_open(analysis.prover.arena, above)?, is_exact))
}

/// p and u of |u|ᵖ, Σ |uᵢ|ᵖ or ‖u‖_pᵖ.
fn power_of_size(analysis: &mut Analysis<'_>, id: ExprId) -> Option<(ExprId, ExprId)> {
    let arena = &*analysis.prover.arena;
    let power = if let Node::Reduce(Reduction::Sum, inner) = *arena.node(id) { inner } else { id };
    let Node::Hadamard(factors) = arena.node(power) else { return None };
    let [(base, order)] = **factors else { return None };
    match *arena.node(base) {
        Node::Elementwise(Func::Abs, inner) if arena.as_number(order).is_none() => Some((order, inner)),
        Node::Norm(Norm::P(of), inner) if of == order => Some((order, inner)),
        _ => None,
    }
}

/// Of a function whose second derivative does not depend on its variables.
fn of_quadratic(arena: &mut Arena, wrt: &[SymbolId], second: &Claim) -> Option<Claim> {
    let Claim::Hessian { of: None, is: matrix } = *second else { return None };
    if wrt.iter().any(|symbol| arena.contains_symbol(matrix, *symbol)) {
        return None;
    }
    // 2A ⪰ 0 is A ⪰ 0, and λI ⪰ 0 is λ ≥ 0.
    let (content, primitive) = arena.split_content(matrix);
    let (factor, rest) = arena.split_scalar(primitive);
    let primitive = if matches!(arena.node(rest), Node::Identity(_)) { factor } else { primitive };
    let is_number =
        !arena.post_order(primitive).iter().any(|id| matches!(arena.node(*id), Node::Symbol(_) | Node::Member(..)));
    if is_number {
        return None;
    }
    let signed = if content.is_negative() { arena.neg(primitive) } else { primitive };
    Some(at_least_nothing(arena, signed))
}

/// An analysis of a function whose domain is convex, and known whole.
fn on_whole_domain<'a>(arena: &'a mut Arena, (raw, root): (ExprId, ExprId), wrt: &[SymbolId]) -> Option<Analysis<'a>> {
    let mut analysis = Analysis::new(arena, wrt.to_vec());
    let mut blockers = analysis.written_domain(raw);
    analysis.assume_domain(raw, root);
    blockers.extend(analysis.domain(root, false));
    (blockers.is_empty() && !analysis.narrower).then_some(analysis)
}

/// a·g + an affine function, g convex or concave and not affine.
fn of_multiple(
    arena: &mut Arena,
    raw: ExprId,
    root: ExprId,
    wrt: &[SymbolId],
    options: &CheckOptions,
) -> Option<ConvexIf> {
    let mut analysis = on_whole_domain(arena, (raw, root), wrt)?;
    let mut factor = None;
    let mut rest = Vec::new();
    for (coeff, term) in analysis.prover.arena.terms(root) {
        if analysis.of(term).is_affine() {
            continue;
        }
        let (own, varying) = analysis.split_constant(term)?;
        if *factor.get_or_insert(own) != own {
            return None;
        }
        rest.push((coeff, varying));
    }
    let factor = factor?;
    let (content, primitive) = analysis.prover.arena.split_content(factor);
    let rest = rest.into_iter().map(|(coeff, term)| (coeff.mul(&content), term)).collect::<Vec<(Coeff, ExprId)>>();
    let function = analysis.prover.arena.add_terms(rest, Shape::SCALAR);
    let bounds = analysis.prover.bounds(primitive);
    if bounds.is_nonnegative() || bounds.is_nonpositive() || analysis.prover.arena.as_number(primitive).is_some() {
        return None;
    }
    let found = analysis.of(function);
    let by_composition = match (found.convex.is_some(), found.concave.is_some()) {
        (true, false) => Some(Curvature::Convex),
        (false, true) => Some(Curvature::Concave),
        _ => None,
    };
    let (kind, is_strict, lines) = if let Some(kind) = by_composition {
        analysis.explain(function, kind);
        // Nothing says here what a number in a line stands for.
        if !analysis.stand_ins.is_empty() {
            analysis.prover.lines.clear();
        }
        let (strength, _) = analysis.strength_of_terms(function, kind);
        (kind, strength > Strength::Plain, std::mem::take(&mut analysis.prover.lines))
    } else {
        let Verdict::Is(kind, strength) = argue(arena, function, function, wrt, &[]).verdict else { return None };
        (kind, strength > Strength::Plain, Vec::new())
    };
    // Only of what is not affine the sign of a decides, whatever the other symbols are: exp(bx) is 1 where b = 0.
    let bends = check::check_curvature(arena, function, wrt, (false, false), &[], Chords::All, options);
    if !matches!(bends.outcome, Outcome::Failed(_)) {
        return None;
    }
    let is_exact = is_strict || is_only_shifted(arena, function, wrt);
    let signed = if kind == Curvature::Convex { primitive } else { arena.neg(primitive) };
    Some(ConvexIf { claim: at_least_nothing(arena, signed), is_exact, is_mirrored: true, lines })
}

/// Whether symbols other than the variables stand in a function as terms only that are added to what varies.
fn is_only_shifted(arena: &Arena, function: ExprId, wrt: &[SymbolId]) -> bool {
    let varies = |id: ExprId| wrt.iter().any(|symbol| arena.contains_symbol(id, *symbol));
    let has_symbol = |id: ExprId| {
        arena.post_order(id).iter().any(|id| matches!(arena.node(*id), Node::Symbol(_) | Node::Member(..)))
    };
    arena.post_order(function).into_iter().filter(|id| varies(*id)).all(|id| match arena.node(id) {
        Node::Symbol(_) | Node::Add(_) => true,
        other => other.children().into_iter().all(|child| varies(child) || !has_symbol(child)),
    })
}

/// g + a‖cx + d‖, g convex and differentiable: where a < 0 its slope falls at the kink. A number is its own norm.
fn of_kinked(
    arena: &mut Arena,
    raw: ExprId,
    root: ExprId,
    wrt: &[SymbolId],
    options: &CheckOptions,
) -> Option<ConvexIf> {
    let mut analysis = on_whole_domain(arena, (raw, root), wrt)?;
    // The kink has to be a point of the domain.
    let is_free = |symbol: &SymbolId| {
        let info = analysis.prover.arena.symbol(*symbol);
        info.kind == SymbolKind::Plain && info.structure == Structure::General
    };
    if !wrt.iter().all(is_free) {
        return None;
    }
    let mut weight = None;
    let mut rest = Vec::new();
    let written = expand(analysis.prover.arena, root);
    for (coeff, term) in analysis.prover.arena.terms(written) {
        let (own, varying) = analysis.split_constant(term)?;
        let inner = match *analysis.prover.arena.node(varying) {
            Node::Norm(Norm::P(_), _) => return None,
            Node::Norm(_, inner) | Node::Elementwise(Func::Abs, inner) => Some(inner),
            _ => None,
        };
        let is_kinked = inner.is_some_and(|inner| is_shifted(&mut analysis, inner, wrt));
        let bounds = analysis.prover.bounds(own);
        if !is_kinked || bounds.is_nonnegative() || bounds.is_nonpositive() {
            rest.push((coeff, term));
        } else if weight.replace(analysis.prover.arena.scale(&coeff, own)).is_some() {
            return None;
        }
    }
    let weight = weight?;
    let rest = analysis.prover.arena.add_terms(rest, Shape::SCALAR);
    if !has_no_kink(analysis.prover.arena, rest) || analysis.of(rest).convex.is_none() {
        return None;
    }
    let (content, primitive) = arena.split_content(weight);
    let shown = if content.is_negative() { arena.neg(primitive) } else { primitive };
    let certificate = check::check_curvature(arena, raw, wrt, (false, true), &[shown], Chords::All, options);
    if matches!(certificate.outcome, Outcome::Failed(_)) {
        return None;
    }
    Some(ConvexIf { claim: at_least_nothing(arena, shown), is_exact: true, is_mirrored: false, lines: Vec::new() })
}

/// Whether a function has a derivative everywhere by its form: sums, products, whole powers, squares of norms, and functions that have slopes everywhere.
fn has_no_kink(arena: &Arena, id: ExprId) -> bool {
    let all = arena.post_order(id);
    let is_squared_norm = |norm: ExprId| {
        all.iter().all(|id| match arena.node(*id) {
            Node::Hadamard(factors) => factors.iter().filter(|(base, _)| *base == norm).all(|(_, exponent)| {
                arena.as_number(*exponent).is_some_and(|power| !power.sub(&Coeff::from(2)).is_negative())
            }),
            other => !other.children().contains(&norm),
        }) && norm != id
    };
    all.iter().all(|id| match arena.node(*id) {
        Node::Norm(Norm::Frobenius, _) => is_squared_norm(*id),
        Node::Elementwise(func, _) => {
            func.row().differentiable == Differentiable::Everywhere && func.row().domain == Domain::Real
        }
        Node::Hadamard(factors) => factors.iter().all(|(_, exponent)| {
            arena.as_number(*exponent).is_some_and(|power| power.is_integer() && !power.is_negative())
        }),
        Node::Number(_)
        | Node::Size(_)
        | Node::Symbol(_)
        | Node::Identity(_)
        | Node::Ones(_)
        | Node::Add(_)
        | Node::Product(_)
        | Node::Transpose(_)
        | Node::Trace(_)
        | Node::Reduce(Reduction::Sum, _) => true,
        _ => false,
    })
}

/// Whether an expression is a multiple of one of the variables up to a constant.
fn is_shifted(analysis: &mut Analysis<'_>, id: ExprId, wrt: &[SymbolId]) -> bool {
    let terms = analysis.prover.arena.terms(id);
    let moving: Vec<ExprId> = terms.into_iter().map(|(_, term)| term).filter(|term| analysis.varies(*term)).collect();
    matches!(*moving, [only] if wrt.iter().any(|symbol| analysis.prover.arena.symbol_expr(*symbol) == only))
}

impl Analysis<'_> {
    /// The constant factor of a number or an array entry by entry, and what is left.
    fn split_constant(&mut self, term: ExprId) -> Option<(ExprId, ExprId)> {
        let shape = self.prover.arena.shape(term);
        match self.prover.arena.node(term).clone() {
            Node::Hadamard(factors) => {
                let (varying, constant): (Vec<_>, Vec<_>) =
                    factors.iter().copied().partition(|(base, exponent)| self.varies(*base) || self.varies(*exponent));
                let constant = self.prover.arena.hadamard_powers(&constant, shape);
                Some((constant, self.prover.arena.hadamard_powers(&varying, shape)))
            }
            _ => {
                let one = self.prover.arena.ones(shape);
                Some((one, term))
            }
        }
    }
}
