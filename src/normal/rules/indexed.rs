//! Sums and products over an index: what comes out of them, and what they are without the index.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, BigOp, Dim, ExprId, IndexId, Node, Shape};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "sum-over-empty-range",
        says: "a sum of no terms is 0, and a product of no factors is 1",
        example: "x + sum_{k=1}^0 x^k",
        declare: "x: scalar",
        want: "x",
        rule: Rule::Over(Head::Indexed, over_empty_range),
    },
    Identity {
        id: "sum-of-constant",
        says: "Σᵢ₌₁ⁿ c = nc and Πᵢ₌₁ⁿ c = cⁿ",
        example: "sum_{k=1}^n x",
        declare: "x: scalar",
        want: "nx",
        rule: Rule::Over(Head::Indexed, of_constant),
    },
    Identity {
        id: "sum-of-one-term",
        says: "Σᵢ₌ₘᵐ f(i) = f(m)",
        example: "sum_{k=3}^3 x^k",
        declare: "x: scalar",
        want: "x³",
        rule: Rule::Over(Head::Indexed, of_one_term),
    },
    Identity {
        id: "sum-of-multiple",
        says: "Σᵢ c f(i) = c Σᵢ f(i) and Πᵢ₌₁ⁿ c f(i) = cⁿ Πᵢ f(i) for a number c",
        example: "sum_{k=1}^n 2 x^k",
        declare: "x: scalar",
        want: "2Σ_{k=1}^n xᵏ",
        rule: Rule::Over(Head::Indexed, of_multiple),
    },
    Identity {
        id: "product-of-common-factors",
        says: "Πᵢ₌₁ⁿ c f(i) = cⁿ Πᵢ f(i)",
        example: "prod_{i=1}^n c x_i",
        declare: "c: scalar; x: vector(n)",
        want: "cⁿprod(x)",
        rule: Rule::Over(Head::Indexed, product_of_common_factors),
    },
    Identity {
        id: "product-of-powers-by-index",
        says: "Πᵢ cᶠ⁽ⁱ⁾ = c to the power Σᵢ f(i) where c > 0, as a power by what is no integer says",
        example: "prod_{i=1}^n p^(x_i)",
        declare: "p: scalar; x: vector(n)",
        want: "p^sum(x)",
        rule: Rule::Over(Head::Indexed, product_of_powers),
    },
    Identity {
        id: "product-of-index",
        says: "Πᵢ₌₁ⁿ i = n!",
        example: "prod_{i=1}^n i x",
        declare: "x: scalar",
        want: "n!xⁿ",
        rule: Rule::Over(Head::Indexed, product_of_index),
    },
    Identity {
        id: "sum-without-vanishing-term",
        says: "Σₖ₌₀ⁿ k f(k) = Σₖ₌₁ⁿ k f(k)",
        example: "sum_{k=0}^n k x^k",
        declare: "x: scalar",
        want: "Σ_{k=1}^n kxᵏ",
        rule: Rule::Over(Head::Indexed, without_vanishing_term),
    },
    Identity {
        id: "sum-with-common-factors",
        says: "Σᵢ A f(i) B = A (Σᵢ f(i)) B",
        example: "sum_{k=1}^n A X^k b",
        declare: "A: matrix(m,r); X: matrix(r,r); b: vector(r)",
        want: "A(Σ_{k=1}^n Xᵏ)b",
        rule: Rule::Over(Head::Indexed, with_common_factors),
    },
    Identity {
        id: "sum-at-unit-vector",
        says: "Σⱼ (eⱼ)ᵢ f(j) = f(i)",
        example: "sum_{j=1}^n (e_j)_i x^j",
        declare: "x: scalar",
        want: "xⁱ",
        rule: Rule::Over(Head::Indexed, at_unit_vector),
    },
    Identity {
        id: "sum-of-sums-by-entries",
        says: "Σᵢ s(i) Σⱼ c(i, j) eⱼ = Σⱼ (Σᵢ s(i) c(i, j)) eⱼ",
        example: "sum_{i=1}^m y_i sum_{j=1}^m exp(x_i' x_j) e_j",
        declare: "x: family(m) of vector(n); y: vector(m)",
        want: "Σᵢ (Σⱼ yⱼexp(xⱼᵀxᵢ))eᵢ",
        rule: Rule::Over(Head::Indexed, by_entries),
    },
    Identity {
        id: "sum-over-pairs",
        says: "Σⱼ Σ_{i<j} f(i, j) = ½(Σᵢⱼ f(i, j) − Σᵢ f(i, i)) of a symmetric f that is smooth where i is j",
        example: "sum_{j=1}^n sum_{i=1}^{j-1} x_i x_j",
        declare: "x: vector(n)",
        want: "½(sum(x)² − ‖x‖²)",
        rule: Rule::Over(Head::Indexed, over_pairs),
    },
    Identity {
        id: "sum-over-whole",
        says: "Σᵢ f(xᵢ) = sum(f(x)), Σᵢ sᵢeᵢ = s, Σᵢ eᵢeᵢᵀ = I, Σᵢⱼ f(Xᵢⱼ) = sum(f(X)): a sum over all of a size, without its index",
        example: "sum_{i=1}^n exp(x_i)",
        declare: "x: vector(n)",
        want: "sum(exp(x))",
        rule: Rule::Over(Head::Indexed, over_whole),
    },
    Identity {
        id: "factorial-of-number",
        says: "4! = 24",
        example: "4! x",
        declare: "x: scalar",
        want: "24x",
        rule: Rule::Over(Head::Factorial, factorial_of_number),
    },
];

/// A sum or product over an index, before it is a node.
struct Over {
    op: BigOp,
    index: IndexId,
    lower: ExprId,
    upper: ExprId,
    body: ExprId,
}

impl Over {
    fn of(node: &Node) -> Option<Self> {
        let Node::Indexed { op, index, lower, upper, body } = *node else { return None };
        Some(Self { op, index, lower, upper, body })
    }

    /// The same sum of another body.
    fn with(&self, arena: &mut Arena, body: ExprId) -> ExprId {
        arena.indexed(self.op, self.index, self.lower, self.upper, body)
    }
}

/// A sum of no terms is 0, and a product of no factors is 1.
fn over_empty_range(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let over = Over::of(node)?;
    let range = arena.minus(over.upper, over.lower);
    if !arena.as_number(range).is_some_and(Coeff::is_negative) {
        return None;
    }
    Some(match over.op {
        BigOp::Sum => arena.zero(arena.shape(over.body)),
        BigOp::Product => arena.one(),
    })
}

/// Σᵢ₌₁ⁿ c = nc and Πᵢ₌₁ⁿ c = cⁿ
fn of_constant(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let over = Over::of(node)?;
    if arena.depends_on_index(over.body, over.index) {
        return None;
    }
    let count = arena.count_of_range(over.lower, over.upper)?;
    Some(match over.op {
        BigOp::Sum => arena.mul(&[count, over.body]),
        BigOp::Product => arena.pow(over.body, count),
    })
}

/// Σᵢ₌ₘᵐ f(i) = f(m)
fn of_one_term(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let over = Over::of(node)?;
    (over.lower == over.upper).then(|| arena.substitute_index(over.body, over.index, over.lower))
}

/// Σᵢ c f(i) = c Σᵢ f(i) and Πᵢ₌₁ⁿ c f(i) = cⁿ Πᵢ f(i)
fn of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let over = Over::of(node)?;
    let (content, primitive) = arena.split_content(over.body);
    if content.is_one() {
        return None;
    }
    match over.op {
        BigOp::Sum => {
            let value = over.with(arena, primitive);
            Some(arena.scale(&content, value))
        }
        BigOp::Product => {
            let count = arena.count_of_range(over.lower, over.upper)?;
            let value = over.with(arena, primitive);
            Some(arena.times_power_of(content, count, value))
        }
    }
}

/// Πᵢ₌₁ⁿ c f(i) = cⁿ Πᵢ f(i)
fn product_of_common_factors(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let over = Over::of(node).filter(|over| over.op == BigOp::Product)?;
    let (Some(out), Some(kept)) = split_by_index(arena, over.body, over.index) else { return None };
    let count = arena.count_of_range(over.lower, over.upper)?;
    let (power, value) = (arena.pow(out, count), over.with(arena, kept));
    Some(arena.mul(&[power, value]))
}

/// Πᵢ cᶠ⁽ⁱ⁾ as c to the power Σᵢ f(i)
fn product_of_powers(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let over = Over::of(node).filter(|over| over.op == BigOp::Product)?;
    let Node::Hadamard(factors) = arena.node(over.body).clone() else { return None };
    let (mut powers, mut rest) = (Vec::new(), Vec::new());
    for (base, exponent) in &*factors {
        let is_power = !arena.depends_on_index(*base, over.index)
            && arena.depends_on_index(*exponent, over.index)
            && (arena.is_positive(*base) || !arena.is_integer_valued(*exponent));
        if is_power {
            let total = arena.indexed(BigOp::Sum, over.index, over.lower, over.upper, *exponent);
            powers.push(arena.pow(*base, total));
        } else {
            rest.push((*base, *exponent));
        }
    }
    if powers.is_empty() {
        return None;
    }
    if !rest.is_empty() {
        let rest = arena.hadamard_powers(&rest, Shape::SCALAR);
        powers.push(over.with(arena, rest));
    }
    Some(arena.mul(&powers))
}

/// Πᵢ₌₁ⁿ i = n!
fn product_of_index(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let over = Over::of(node).filter(|over| over.op == BigOp::Product && arena.is_one(over.lower))?;
    let is_index = matches!(arena.node(over.body), Node::Index(index) if *index == over.index);
    is_index.then(|| arena.factorial(over.upper))
}

/// Σₖ₌₀ⁿ k f(k) = Σₖ₌₁ⁿ k f(k): of Σ k xᵏ⁻¹ the term of k = 0 is 0·x⁻¹, which has no value at x = 0.
fn without_vanishing_term(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let over = Over::of(node).filter(|over| over.op == BigOp::Sum)?;
    let first = arena.as_number(over.lower)?.to_i64()?;
    let scalar = match arena.node(over.body) {
        Node::Product(factors) if arena.shape(factors[0]).is_scalar() => factors[0],
        _ => over.body,
    };
    let Node::Hadamard(factors) = arena.node(scalar).clone() else { return None };
    let vanishes = factors.iter().any(|(base, exponent)| {
        if arena.as_number(*exponent).is_none_or(Coeff::is_negative) {
            return false;
        }
        let terms = arena.terms(*base);
        let of_index = |term: ExprId| matches!(arena.node(term), Node::Index(found) if *found == over.index);
        match &*terms {
            [(coeff, term)] => !coeff.is_zero() && of_index(*term) && first == 0,
            [(a, s), (b, t)] if of_index(*s) && arena.is_one(*t) => a.mul(&Coeff::integer(first)).add(b).is_zero(),
            [(b, t), (a, s)] if of_index(*s) && arena.is_one(*t) => a.mul(&Coeff::integer(first)).add(b).is_zero(),
            _ => false,
        }
    });
    vanishes.then(|| {
        let next = arena.integer(first + 1);
        arena.indexed(over.op, over.index, next, over.upper, over.body)
    })
}

/// The size that the index runs over, from 1 on.
fn whole_size(arena: &Arena, over: &Over) -> Option<Dim> {
    if !arena.is_one(over.lower) {
        return None;
    }
    match *arena.node(over.upper) {
        Node::Size(dim) => Some(dim),
        Node::Number(ref value) => Some(Dim::Known(u32::try_from(value.to_i64()?).ok()?)),
        Node::Add(_) => arena.known_sum(&arena.place_terms(over.upper)?),
        _ => None,
    }
}

/// Σⱼ (eⱼ)ᵢ f(j) = f(i), where j runs over all of the size.
fn at_unit_vector(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let over = Over::of(node).filter(|over| over.op == BigOp::Sum)?;
    let size = whole_size(arena, &over)?;
    let (scalar, chain) = match arena.node(over.body) {
        Node::Product(factors) if arena.shape(factors[0]).is_scalar() => (factors[0], factors[1..].to_vec()),
        _ => (over.body, Vec::new()),
    };
    let one = arena.one();
    let powers = match arena.node(scalar) {
        Node::Hadamard(powers) => powers.to_vec(),
        _ => vec![(scalar, one)],
    };
    let (place, at) = powers.iter().enumerate().find_map(|(place, (base, exponent))| {
        let Node::Entry(of, row, _) = *arena.node(*base) else { return None };
        let Node::Basis(rows, at) = *arena.node(of) else { return None };
        let is_index = |id: ExprId| matches!(arena.node(id), Node::Index(index) if *index == over.index);
        let other = match (is_index(row), is_index(at)) {
            (true, false) => at,
            (false, true) => row,
            _ => return None,
        };
        (rows == size && *exponent == one).then_some((place, other))
    })?;
    if arena.depends_on_index(at, over.index) {
        return None;
    }
    let others: Vec<_> =
        powers.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, power)| *power).collect();
    let mut factors = vec![arena.hadamard_powers(&others, Shape::SCALAR)];
    factors.extend(chain);
    let rest = arena.mul(&factors);
    Some(arena.substitute_index(rest, over.index, at))
}

/// Σᵢ s(i) Σⱼ c(i, j) eⱼ = Σⱼ (Σᵢ s(i) c(i, j)) eⱼ, also for terms of a sum: the entry is what the outer index picks.
fn by_entries(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let over = Over::of(node).filter(|over| over.op == BigOp::Sum && arena.shape(over.body).is_column())?;
    let (mut swapped, mut rest) = (Vec::new(), Vec::new());
    for (coeff, term) in arena.terms(over.body) {
        match entries_outside(arena, &over, term) {
            Some(sum) => swapped.push((coeff, sum)),
            None => rest.push((coeff, term)),
        }
    }
    if swapped.is_empty() {
        return None;
    }
    let shape = arena.shape(over.body);
    if !rest.is_empty() {
        let rest = arena.add_terms(rest, shape);
        swapped.push((Coeff::ONE, over.with(arena, rest)));
    }
    Some(arena.add_terms(swapped, shape))
}

/// Σⱼ (Σᵢ s(i) c(i, j)) eⱼ for the term s(i) Σⱼ c(i, j) eⱼ of a sum over i.
fn entries_outside(arena: &mut Arena, over: &Over, term: ExprId) -> Option<ExprId> {
    let (scalar, inner) = arena.split_scalar(term);
    let Node::Indexed { op: BigOp::Sum, index, lower, upper, body } = *arena.node(inner) else { return None };
    let (entry, unit) = arena.split_scalar(body);
    let Node::Basis(_, at) = *arena.node(unit) else { return None };
    let is_own = matches!(arena.node(at), Node::Index(own) if *own == index);
    if !is_own || [lower, upper].iter().any(|end| arena.depends_on_index(*end, over.index)) {
        return None;
    }
    let fresh = arena.fresh_index();
    let other = arena.index(fresh);
    let (entry, unit) = (arena.substitute_index(entry, index, other), arena.substitute_index(unit, index, other));
    let product = arena.mul(&[scalar, entry]);
    let sum = over.with(arena, product);
    let body = arena.mul(&[sum, unit]);
    Some(arena.indexed(BigOp::Sum, fresh, lower, upper, body))
}

/// Σⱼ Σ_{i<j} f(i, j) = ½(Σᵢⱼ f(i, j) − Σᵢ f(i, i)) where f(i, j) = f(j, i).
fn over_pairs(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let over = Over::of(node).filter(|over| over.op == BigOp::Sum && arena.shape(over.body).is_scalar())?;
    let size = whole_size(arena, &over)?;
    let powers = match arena.node(over.body) {
        Node::Indexed { .. } => vec![(over.body, arena.one())],
        Node::Hadamard(powers) => powers.to_vec(),
        _ => return None,
    };
    let (outer, one) = (arena.index(over.index), arena.one());
    let before = arena.minus(outer, one);
    let (place, index, inner) =
        powers.iter().enumerate().find_map(|(place, (base, exponent))| match *arena.node(*base) {
            Node::Indexed { op: BigOp::Sum, index, lower, upper, body }
                if *exponent == one && lower == one && upper == before =>
            {
                Some((place, index, body))
            }
            _ => None,
        })?;
    let fresh = arena.fresh_index();
    let other = arena.index(fresh);
    let mut factors = powers;
    factors[place].0 = arena.substitute_index(inner, index, other);
    let term = arena.hadamard_powers(&factors, Shape::SCALAR);
    let swapped = arena.rewrite(term, &mut FxHashMap::from_iter([(outer, other), (other, outer)]));
    if swapped != term || !is_smooth_at(arena, term, fresh, outer) {
        return None;
    }
    let at_same = arena.substitute_index(term, fresh, outer);
    let end = arena.size(size);
    let all = arena.indexed(BigOp::Sum, fresh, one, end, term);
    let all = over.with(arena, all);
    let same = over.with(arena, at_same);
    let half = Coeff::ratio(1, 2)?;
    Some(arena.add_terms(vec![(half.clone(), all), (half.neg(), same)], Shape::SCALAR))
}

/// Whether nothing in a term has a kink or no value where an index has a value: no divisor, norm or argument of a function with a kink
/// becomes 0.
fn is_smooth_at(arena: &mut Arena, term: ExprId, index: IndexId, value: ExprId) -> bool {
    let depends = |node: &Node| match node {
        Node::Hadamard(factors) => {
            let is_whole = |exponent: ExprId, arena: &Arena| {
                arena.as_number(exponent).is_some_and(|number| number.is_integer() && !number.is_negative())
            };
            let open = factors.iter().filter(|(_, exponent)| !is_whole(*exponent, arena));
            open.map(|(base, _)| *base).collect()
        }
        Node::Power(base, _) => vec![*base],
        Node::Elementwise(func, _) if func.is_smooth_at_zero() => Vec::new(),
        Node::Elementwise(_, inner) | Node::Norm(_, inner) => vec![*inner],
        _ => Vec::new(),
    };
    let asked: Vec<ExprId> = arena.post_order(term).into_iter().flat_map(|id| depends(arena.node(id))).collect();
    asked.into_iter().all(|id| {
        let at_value = arena.substitute_index(id, index, value);
        !arena.is_zero(at_value)
    })
}

/// A sum over all of a size, without its index.
fn over_whole(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let over = Over::of(node)?;
    let size = whole_size(arena, &over)?;
    arena.lifted(over.op, over.index, size, over.body, None)
}

/// 4! = 24
fn factorial_of_number(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Factorial(inner) = *node else { return None };
    let n = arena.as_number(inner).and_then(Coeff::to_i64).filter(|n| (0..=170).contains(n))?;
    let value = (2..=n).fold(Coeff::ONE, |product, k| product.mul(&Coeff::integer(k)));
    Some(arena.number(value))
}

/// Σᵢ A f(i) B = A (Σᵢ f(i)) B: the factors that do not depend on the index, from both ends.
fn with_common_factors(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let over = Over::of(node).filter(|over| over.op == BigOp::Sum)?;
    let is_scalar = arena.shape(over.body).is_scalar();
    match arena.node(over.body).clone() {
        Node::Product(factors) => with_common_ends(arena, &over, &factors),
        Node::Hadamard(_) if is_scalar => {
            let (out, kept) = split_by_index(arena, over.body, over.index);
            let (out, kept) = (out?, kept?);
            let sum = over.with(arena, kept);
            Some(arena.mul(&[out, sum]))
        }
        _ => None,
    }
}

fn with_common_ends(arena: &mut Arena, over: &Over, factors: &[ExprId]) -> Option<ExprId> {
    let (scalar, mut chain) =
        if arena.shape(factors[0]).is_scalar() { (Some(factors[0]), &factors[1..]) } else { (None, factors) };
    let (out, kept) = scalar.map_or((None, None), |scalar| split_by_index(arena, scalar, over.index));
    let is_free = |arena: &mut Arena, factor: ExprId| !arena.depends_on_index(factor, over.index);
    let mut left = chain.iter().take_while(|factor| is_free(arena, **factor)).count();
    let mut right = chain[left..].iter().rev().take_while(|factor| is_free(arena, **factor)).count();
    if left == chain.len() {
        // Only the scalar depends on the index.
        let mut all = vec![over.with(arena, kept?)];
        all.extend(out);
        all.extend_from_slice(chain);
        return Some(arena.mul(&all));
    }
    // The total of a sum is the sum of totals, so 1ᵀ alone does not come out of it again.
    if arena.shape(over.body).is_scalar() {
        if left == 1 && arena.is_ones(chain[0]) {
            left = 0;
        }
        if right == 1 && arena.is_ones(chain[chain.len() - 1]) {
            right = 0;
        }
    }
    // A scalar result keeps its chain whole unless everything free stands at an end.
    if out.is_none() && left == 0 && right == 0 {
        return None;
    }
    let mut all: Vec<ExprId> = out.into_iter().collect();
    all.extend_from_slice(&chain[..left]);
    let behind = &chain[chain.len() - right..];
    chain = &chain[left..chain.len() - right];
    let mut middle: Vec<ExprId> = kept.into_iter().collect();
    middle.extend_from_slice(chain);
    let middle = arena.mul(&middle);
    all.push(over.with(arena, middle));
    all.extend_from_slice(behind);
    Some(arena.mul(&all))
}

/// A scalar product as the part that does not depend on the index and the part that does.
fn split_by_index(arena: &mut Arena, scalar: ExprId, index: IndexId) -> (Option<ExprId>, Option<ExprId>) {
    if !arena.depends_on_index(scalar, index) {
        return (Some(scalar), None);
    }
    let Node::Hadamard(factors) = arena.node(scalar).clone() else { return (None, Some(scalar)) };
    let (kept, out): (Vec<_>, Vec<_>) = factors
        .iter()
        .partition(|(base, exponent)| arena.depends_on_index(*base, index) || arena.depends_on_index(*exponent, index));
    if out.is_empty() {
        return (None, Some(scalar));
    }
    let out = arena.hadamard_powers(&out, Shape::SCALAR);
    let kept = arena.hadamard_powers(&kept, Shape::SCALAR);
    (Some(out), Some(kept))
}
