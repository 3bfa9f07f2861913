//! Sums of exponentials without overflow.
//!
//! A sum T = c + Σ exp(uᵢ) is ∞ in doubles where a uᵢ is above 709, and Σ wᵢ exp(uᵢ) is 0 where all are below −745; log T and exp(uᵢ)/T have
//! values there all the same. With L = log Σ exp(uᵢ), which has a stable function of its own, T is exp(L) times a number of ordinary size:
//! log T = L + log(T/exp(L)) and exp(uᵢ)/T = exp(uᵢ − L)/(T/exp(L)). Single exponentials need no sum: exp(u)/(c + exp(u)) = σ(u − log c).

use rustc_hash::FxHashMap;

use crate::expr::{Arena, BigOp, Dim, ExprId, Func, Node, Reduction, Shape};
use crate::number::Coeff;

/// How deep below a product its exponentials are looked for, and how many nodes are looked at.
const MAX_DEPTH: u32 = 6;
const MAX_NODES: u32 = 64;

/// Whether an expression has exponentials and what may need them without overflow.
pub(super) fn may_overflow(arena: &Arena, nodes: &[ExprId]) -> bool {
    let has = |wanted: &dyn Fn(&Node) -> bool| nodes.iter().any(|id| wanted(arena.node(*id)));
    let is_divisor = |exponent: ExprId| arena.as_number(exponent).is_some_and(Coeff::is_negative);
    has(&|node| matches!(node, Node::Elementwise(Func::Exp, _)))
        && has(&|node| match node {
            Node::Elementwise(Func::Log, _) => true,
            Node::Hadamard(factors) => factors.iter().any(|(_, exponent)| is_divisor(*exponent)),
            _ => false,
        })
}

/// The expression with logarithms of such sums, and quotients with them, in a form that does not overflow.
pub(super) fn without_overflow(arena: &mut Arena, root: ExprId, nodes: &[ExprId]) -> ExprId {
    let mut map: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for id in nodes {
        let is_changed = arena.node(*id).children().iter().any(|child| map.contains_key(child));
        let rebuilt = if is_changed { arena.rebuild(*id, &map) } else { *id };
        let found = stable(arena, rebuilt).unwrap_or(rebuilt);
        if found != *id {
            map.insert(*id, found);
        }
    }
    map.get(&root).copied().unwrap_or(root)
}

/// A node in a form that does not overflow, where it has another one.
fn stable(arena: &mut Arena, id: ExprId) -> Option<ExprId> {
    match arena.node(id).clone() {
        Node::Elementwise(Func::Log, of) => {
            let total = total(arena, of)?;
            let log = arena.elementwise(Func::Log, total.rest);
            Some(arena.plus(total.log, log))
        }
        Node::Hadamard(factors) => {
            let shape = arena.shape(id);
            by_sigmoid(arena, &factors, shape).or_else(|| quotient(arena, &factors, &[], shape))
        }
        Node::Product(factors) => {
            let (scalar, others) = factors.split_first()?;
            let below = match arena.node(*scalar) {
                Node::Hadamard(below) if arena.shape(*scalar).is_scalar() => below.clone(),
                _ => return None,
            };
            let shape = arena.shape(id);
            quotient(arena, &below, others, shape)
        }
        _ => None,
    }
}

/// exp(L)·rest
struct Total {
    log: ExprId,
    rest: ExprId,
}

/// A scalar with sums of exponentials as exp(L) times what does not overflow.
fn total(arena: &mut Arena, id: ExprId) -> Option<Total> {
    if !arena.shape(id).is_scalar() {
        return None;
    }
    match arena.node(id).clone() {
        Node::Reduce(Reduction::Sum, of) => {
            let Node::Elementwise(Func::Exp, exponents) = *arena.node(of) else { return None };
            Some(Total { log: arena.reduce(Reduction::LogSumExp, exponents), rest: arena.one() })
        }
        // wᵀexp(u)
        Node::Product(factors) => {
            let exponents = factors.iter().find_map(|factor| column_of_exponentials(arena, *factor))?;
            let log = arena.reduce(Reduction::LogSumExp, exponents);
            let rest = shifted(arena, id, log, &mut { MAX_NODES }, MAX_DEPTH)?;
            Some(Total { log, rest })
        }
        // Σ exp(u)/n
        Node::Hadamard(factors) => {
            let place = factors.iter().position(|(base, exponent)| {
                arena.is_one(*exponent) && matches!(arena.node(*base), Node::Reduce(..) | Node::Product(_))
            })?;
            let mut factors = factors.to_vec();
            let found = total(arena, factors[place].0)?;
            factors[place].0 = found.rest;
            Some(Total { log: found.log, rest: arena.hadamard_powers(&factors, Shape::SCALAR) })
        }
        Node::Add(terms) => total_of_terms(arena, &terms),
        _ => None,
    }
}

/// c + Σ exp(u) + exp(v) + …; what is added to the exponentials is positive, or it is weighed like one of them.
fn total_of_terms(arena: &mut Arena, terms: &[(Coeff, ExprId)]) -> Option<Total> {
    let (mut logs, mut rest, mut sums) = (Vec::new(), Vec::new(), 0_usize);
    for (coeff, term) in terms {
        let exponent = match *arena.node(*term) {
            Node::Elementwise(Func::Exp, exponent) => Some(exponent),
            _ => total(arena, *term).filter(|total| arena.is_one(total.rest)).map(|total| {
                sums += 1;
                total.log
            }),
        };
        match exponent {
            Some(exponent) if !coeff.is_negative() => {
                let number = arena.number(coeff.clone());
                let log = arena.elementwise(Func::Log, number);
                logs.push(arena.plus(exponent, log));
            }
            Some(_) => return None,
            None => rest.push((coeff.clone(), *term)),
        }
    }
    let is_stable_already = logs.len() == 2 && rest.is_empty() && sums == 0;
    if logs.is_empty() || is_stable_already {
        return None;
    }
    let constant = arena.add_terms(rest.clone(), Shape::SCALAR);
    if rest.is_empty() || arena.is_positive(constant) {
        if !rest.is_empty() {
            let log = arena.elementwise(Func::Log, constant);
            logs.insert(0, log);
        }
        return Some(Total { log: log_of_sum(arena, logs), rest: arena.one() });
    }
    // A difference of numbers that are close has the more digits the fewer operations there are.
    if sums == 0 || arena.as_number(constant).is_some() {
        return None;
    }
    let exponentials = log_of_sum(arena, logs.clone());
    logs.insert(0, arena.zero(Shape::SCALAR));
    let log = log_of_sum(arena, logs);
    let shares = [arena.zero(Shape::SCALAR), exponentials].map(|exponent| {
        let exponent = arena.minus(exponent, log);
        arena.elementwise(Func::Exp, exponent)
    });
    let constant = arena.mul(&[constant, shares[0]]);
    Some(Total { log, rest: arena.plus(constant, shares[1]) })
}

/// log Σ exp of some numbers.
fn log_of_sum(arena: &mut Arena, logs: Vec<ExprId>) -> ExprId {
    match (u32::try_from(logs.len()), logs.as_slice()) {
        (_, [only]) => *only,
        (count, _) => {
            let shape = Shape { rows: Dim::Known(count.unwrap_or(u32::MAX)), cols: Dim::ONE };
            let literal = arena.intern(Node::Literal(shape, logs.into()));
            arena.intern(Node::Reduce(Reduction::LogSumExp, literal))
        }
    }
}

/// u of the first exp(u), a column, among the factors of one entry by entry, its transpose or its diagonal matrix.
fn column_of_exponentials(arena: &Arena, id: ExprId) -> Option<ExprId> {
    let inner = match *arena.node(id) {
        Node::Transpose(inner) | Node::Diag(inner) => inner,
        _ => id,
    };
    let exponent = |id: ExprId| match *arena.node(id) {
        Node::Elementwise(Func::Exp, exponent) if arena.shape(exponent).is_column() => Some(exponent),
        _ => None,
    };
    match arena.node(inner) {
        Node::Hadamard(factors) => {
            factors.iter().filter(|(_, power)| arena.is_one(*power)).find_map(|(base, _)| exponent(*base))
        }
        _ => exponent(inner),
    }
}

/// An expression divided by exp(L), which one exponential of every term of it takes up.
fn shifted(arena: &mut Arena, id: ExprId, log: ExprId, nodes: &mut u32, depth: u32) -> Option<ExprId> {
    *nodes = nodes.checked_sub(1)?;
    let depth = depth.checked_sub(1)?;
    let shape = arena.shape(id);
    match arena.node(id).clone() {
        Node::Elementwise(Func::Exp, exponent) => {
            let ones = arena.ones(shape);
            let by = arena.mul(&[log, ones]);
            let exponent = arena.minus(exponent, by);
            Some(arena.elementwise(Func::Exp, exponent))
        }
        Node::Transpose(inner) => {
            let inner = shifted(arena, inner, log, nodes, depth)?;
            Some(arena.transpose(inner))
        }
        Node::Diag(inner) => {
            let inner = shifted(arena, inner, log, nodes, depth)?;
            Some(arena.diag(inner))
        }
        Node::Reduce(Reduction::Sum, inner) => {
            let inner = shifted(arena, inner, log, nodes, depth)?;
            Some(arena.reduce(Reduction::Sum, inner))
        }
        Node::Indexed { op: BigOp::Sum, index, lower, upper, body } if !arena.depends_on_index(log, index) => {
            let body = shifted(arena, body, log, nodes, depth)?;
            Some(arena.indexed(BigOp::Sum, index, lower, upper, body))
        }
        Node::Hadamard(factors) => {
            let mut factors = factors.to_vec();
            for place in 0..factors.len() {
                let (base, power) = factors[place];
                if arena.is_one(power)
                    && let Some(found) = shifted(arena, base, log, nodes, depth)
                {
                    factors[place].0 = found;
                    return Some(arena.hadamard_powers(&factors, shape));
                }
            }
            None
        }
        Node::Product(factors) => {
            let mut factors = factors.to_vec();
            for place in 0..factors.len() {
                if let Some(found) = shifted(arena, factors[place], log, nodes, depth) {
                    factors[place] = found;
                    return Some(arena.mul(&factors));
                }
            }
            None
        }
        Node::Add(terms) => {
            let mut found = Vec::with_capacity(terms.len());
            for (coeff, term) in terms.iter() {
                found.push((coeff.clone(), shifted(arena, *term, log, nodes, depth)?));
            }
            Some(arena.add_terms(found, shape))
        }
        _ => None,
    }
}

/// A product with T⁻ᵏ among its scalars, divided by exp(L) as often as T is: exp(u)/T. Where nothing is there to be divided it stays.
fn quotient(arena: &mut Arena, scalars: &[(ExprId, ExprId)], others: &[ExprId], shape: Shape) -> Option<ExprId> {
    let (place, power, total) = scalars.iter().enumerate().find_map(|(place, (base, exponent))| {
        let power = arena.as_number(*exponent)?.to_i64().filter(|power| (-4..0).contains(power))?;
        Some((place, -power, total(arena, *base)?))
    })?;
    let (mut scalars, mut others) = (scalars.to_vec(), others.to_vec());
    scalars[place].0 = total.rest;
    let mut left = power;
    while left > 0 && divide_one(arena, &mut scalars, &mut others, total.log) {
        left -= 1;
    }
    if left == power {
        return None;
    }
    if left > 0 {
        let exponent = arena.scale(&Coeff::integer(-left), total.log);
        scalars.push((arena.elementwise(Func::Exp, exponent), arena.one()));
    }
    if others.is_empty() {
        return Some(arena.hadamard_powers(&scalars, shape));
    }
    let scalar = arena.hadamard_powers(&scalars, Shape::SCALAR);
    others.insert(0, scalar);
    Some(arena.mul(&others))
}

/// Divides one factor by exp(L); whether there was one.
fn divide_one(arena: &mut Arena, scalars: &mut [(ExprId, ExprId)], others: &mut [ExprId], log: ExprId) -> bool {
    let mut nodes = MAX_NODES;
    for (base, exponent) in scalars.iter_mut() {
        if arena.is_one(*exponent)
            && let Some(found) = shifted(arena, *base, log, &mut nodes, MAX_DEPTH)
        {
            *base = found;
            return true;
        }
    }
    for factor in others.iter_mut() {
        if let Some(found) = shifted(arena, *factor, log, &mut nodes, MAX_DEPTH) {
            *factor = found;
            return true;
        }
    }
    false
}

/// exp(u)/(c + exp(u)) = σ(u − log c) for c > 0, and exp(u)/(c + q exp(u)) = 1/(q + c exp(−u)), entry by entry.
fn by_sigmoid(arena: &mut Arena, factors: &[(ExprId, ExprId)], shape: Shape) -> Option<ExprId> {
    for (place, (base, power)) in factors.iter().enumerate() {
        let Node::Elementwise(Func::Exp, exponent) = *arena.node(*base) else { continue };
        if !arena.is_one(*power) {
            continue;
        }
        let divisor = factors.iter().enumerate().find_map(|(below, (sum, power))| {
            let power = arena.as_number(*power).filter(|power| power.is_integer() && power.is_negative())?.clone();
            let Node::Add(terms) = arena.node(*sum) else { return None };
            let (with, rest): (Vec<_>, Vec<_>) = terms.iter().cloned().partition(|(_, term)| term == base);
            let [(coeff, _)] = with.as_slice() else { return None };
            let is_constant = rest.iter().all(|(_, term)| !has_exponential(arena, *term));
            is_constant.then(|| (below, coeff.clone(), rest, power))
        });
        let Some((below, coeff, rest, divided)) = divisor else { continue };
        let shape_of_sum = arena.shape(*base);
        let constant = arena.add_terms(rest, shape_of_sum);
        let mut factors = factors.to_vec();
        let once_less = divided.add(&Coeff::ONE);
        factors[below].1 = arena.number(once_less);
        let (content, primitive) = arena.split_content(constant);
        factors[place] = if coeff.is_one() && arena.is_positive(constant) {
            let (scalar, rest) = arena.split_scalar(primitive);
            let log = if arena.is_ones(rest) {
                let number = arena.scale(&content, scalar);
                let log = arena.elementwise(Func::Log, number);
                arena.mul(&[log, rest])
            } else {
                arena.elementwise(Func::Log, constant)
            };
            let from = arena.minus(exponent, log);
            (arena.elementwise(Func::Sigmoid, from), arena.one())
        } else {
            let negative = arena.scale(&Coeff::MINUS_ONE, exponent);
            let decay = arena.elementwise(Func::Exp, negative);
            let decay = arena.hadamard(constant, decay);
            let ones = arena.ones(shape_of_sum);
            let sum = arena.add_terms([(coeff, ones), (Coeff::ONE, decay)], shape_of_sum);
            (sum, arena.number(Coeff::MINUS_ONE))
        };
        return Some(arena.hadamard_powers(&factors, shape));
    }
    None
}

/// Whether exponentials stand in a term, a factor of it or a factor entry by entry.
fn has_exponential(arena: &Arena, id: ExprId) -> bool {
    match arena.node(id) {
        Node::Elementwise(Func::Exp, _) => true,
        Node::Product(factors) => {
            factors.iter().any(|factor| matches!(arena.node(*factor), Node::Elementwise(Func::Exp, _)))
        }
        Node::Hadamard(factors) => {
            factors.iter().any(|(base, _)| matches!(arena.node(*base), Node::Elementwise(Func::Exp, _)))
        }
        Node::Reduce(_, of) => matches!(arena.node(*of), Node::Elementwise(Func::Exp, _)),
        _ => false,
    }
}
