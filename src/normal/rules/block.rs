//! Stacked blocks: sums Σ EᵢXFⱼᵀ with selection matrices, multiplied, normed and traced block by block (Magnus & Neudecker 2019, §1.11).

use crate::expr::{Arena, Dim, ExprId, Node, Norm, Placed, Places, Reduction, Shape};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "block-selected",
        says: "[I, 0][A; B] = A",
        example: "[eye(m), 0] [A; B]",
        declare: "A: matrix(m,n); B: matrix(p,n)",
        want: "A",
        rule: Rule::Neighbors(selected),
    },
    Identity {
        id: "block-product",
        says: "[A, B][C; D] = AC + BD, [A; B]C = [AC; BC] and A[B, C] = [AB, AC]",
        example: "[A, B; C, D] [x; y]",
        declare: "A: matrix(m,n); B: matrix(m,p); C: matrix(q,n); D: matrix(q,p); x: vector(n); y: vector(p)",
        want: "[Ax + By; Cx + Dy]",
        rule: Rule::Neighbors(product),
    },
    Identity {
        id: "block-sum",
        says: "[A; B] + [C; D] = [A + C; B + D]",
        example: "[A; B] - [C; 0]",
        declare: "A: matrix(m,n); B: matrix(p,n); C: matrix(m,n)",
        want: "[A − C; B]",
        rule: Rule::Terms(like_blocks),
    },
    Identity {
        id: "block-norm",
        says: "‖[A; B]‖² = ‖A‖² + ‖B‖²",
        example: "norm([x; y])^2",
        declare: "x: vector(n); y: vector(m)",
        want: "‖x‖² + ‖y‖²",
        rule: Rule::Over(Head::Norm, norm),
    },
    Identity {
        id: "block-total",
        says: "sum([A, B; C, D]) = sum(A) + sum(B) + sum(C) + sum(D)",
        example: "sum([x; y])",
        declare: "x: vector(n); y: vector(m)",
        want: "sum(x) + sum(y)",
        rule: Rule::Over(Head::Total, total),
    },
    Identity {
        id: "block-entrywise",
        says: "f([x; y]) = [f(x); f(y)]",
        example: "exp([x; y])",
        declare: "x: vector(n); y: vector(m)",
        want: "[exp(x); exp(y)]",
        rule: Rule::Over(Head::Elementwise, entrywise),
    },
    Identity {
        id: "block-trace",
        says: "tr [A, B; C, D] = tr(A) + tr(D)",
        example: "tr([A, B; C, D])",
        declare: "A: square(n); B: matrix(n,m); C: matrix(m,n); D: square(m)",
        want: "tr(A) + tr(D)",
        rule: Rule::Over(Head::Trace, trace),
    },
    Identity {
        id: "block-determinant",
        says: "det [A, B; 0, D] = det(A) det(D)",
        example: "det([A, B; 0, D])",
        declare: "A: square(n); B: matrix(n,m); D: square(m)",
        want: "det(A)det(D)",
        rule: Rule::Over(Head::Det, determinant),
    },
    Identity {
        id: "block-entry",
        says: "[x; y]ᵢ = xᵢ for i ≤ n",
        example: "([x; y; t])_{n+m+1}",
        declare: "x: vector(n); y: vector(m); t: scalar",
        want: "t",
        rule: Rule::Over(Head::Entry, entry),
    },
    Identity {
        id: "block-inverse",
        says: "[A, 0; 0, D]⁻¹ = [A⁻¹, 0; 0, D⁻¹]",
        example: "[A, 0; 0, D]^-1",
        declare: "A: square(n); D: square(m)",
        want: "[A⁻¹, 0; 0, D⁻¹]",
        rule: Rule::Over(Head::Power, inverse),
    },
];

/// Most blocks that are multiplied out.
const MOST_BLOCKS: usize = 64;

/// The places that a selection matrix picks: how many come before, and how many there are.
type Range = (Dim, Dim);

/// A term c·E X Fᵀ.
struct Block {
    coeff: Coeff,
    rows: Option<Range>,
    cols: Option<Range>,
    inner: ExprId,
}

/// How two ranges of one axis lie.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meet {
    Same,
    Apart,
    Otherwise,
}

fn selection(arena: &mut Arena, id: ExprId) -> Option<Range> {
    if let Node::Selection(offset, shape) = arena.node(id) {
        return Some((*offset, shape.cols));
    }
    let [offset, count] = arena.selected_range(id)?;
    Some((arena.size_of_terms(offset), arena.size_of_terms(count)))
}

fn transposed_selection(arena: &mut Arena, id: ExprId) -> Option<Range> {
    match *arena.node(id) {
        Node::Transpose(inner) => selection(arena, inner),
        _ => None,
    }
}

fn meet(arena: &mut Arena, left: Range, right: Range) -> Meet {
    if left == right {
        return Meet::Same;
    }
    let is_before = |arena: &mut Arena, (offset, count): Range, (next, _): Range| {
        let end = arena.size_sum(offset, count);
        arena.size_rest(next, end).is_some()
    };
    if is_before(arena, left, right) || is_before(arena, right, left) { Meet::Apart } else { Meet::Otherwise }
}

/// Whether it may be a sum of blocks, by the selection matrices in it.
fn may_stack(arena: &Arena, id: ExprId) -> bool {
    let id = if let Node::Transpose(inner) = arena.node(id) { *inner } else { id };
    matches!(arena.node(id), Node::Add(terms) if may_stack_terms(arena, terms))
}

/// The same of its terms.
pub(in crate::normal) fn may_stack_terms(arena: &Arena, terms: &[(Coeff, ExprId)]) -> bool {
    terms.len() <= MOST_BLOCKS && arena.may_stack(terms)
}

/// The blocks of a sum, in which all terms select on the same sides.
fn blocks(arena: &mut Arena, id: ExprId) -> Option<Vec<Block>> {
    if !may_stack(arena, id) {
        return None;
    }
    if let Node::Transpose(inner) = *arena.node(id) {
        let mut all = blocks(arena, inner)?;
        for block in &mut all {
            (block.rows, block.cols) = (block.cols, block.rows);
            block.inner = arena.transpose(block.inner);
        }
        return Some(all);
    }
    let Node::Add(terms) = arena.node(id).clone() else { return None };
    let mut all = Vec::with_capacity(terms.len());
    for (coeff, term) in terms.iter() {
        all.push(block(arena, coeff.clone(), *term)?);
    }
    let sides = (all[0].rows.is_some(), all[0].cols.is_some());
    all.iter().all(|block| (block.rows.is_some(), block.cols.is_some()) == sides).then_some(all)
}

fn block(arena: &mut Arena, coeff: Coeff, term: ExprId) -> Option<Block> {
    let Placed { rows, cols, mut factors } = arena.placed(term)?;
    let mut range = |places: Option<Places>| {
        places.map(|[offset, count]| (arena.size_of_terms(offset), arena.size_of_terms(count)))
    };
    let (rows, cols) = (range(rows), range(cols));
    if factors.iter().all(|factor| arena.shape(*factor).is_scalar()) {
        let (_, count) = rows.or(cols)?;
        factors.push(arena.identity(count));
    }
    let inner = arena.mul(&factors);
    Some(Block { coeff, rows, cols, inner })
}

/// c·E X Fᵀ in an array of this shape.
fn placed(arena: &mut Arena, block: &Block, shape: Shape) -> (Coeff, ExprId) {
    let mut factors = Vec::with_capacity(3);
    if let Some((offset, count)) = block.rows {
        factors.push(arena.selection(offset, Shape::new(shape.rows, count)));
    }
    factors.push(block.inner);
    if let Some((offset, count)) = block.cols {
        let selection = arena.selection(offset, Shape::new(shape.cols, count));
        factors.push(arena.transpose(selection));
    }
    (block.coeff.clone(), arena.mul(&factors))
}

/// Whether every place along the sides that are stacked has its block.
fn is_filled(arena: &mut Arena, blocks: &[Block], shape: Shape) -> bool {
    let side = |arena: &mut Arena, ranges: Vec<Range>, of: Dim| {
        let mut distinct: Vec<Range> = Vec::new();
        for range in ranges {
            if !distinct.contains(&range) {
                distinct.push(range);
            }
        }
        let mut total = Dim::Known(0);
        for (at, range) in distinct.iter().enumerate() {
            if distinct[..at].iter().any(|other| meet(arena, *other, *range) != Meet::Apart) {
                return None;
            }
            total = arena.size_sum(total, range.1);
        }
        (total == of).then_some(distinct.len())
    };
    let (rows, cols): (Vec<Range>, Vec<Range>) = (
        blocks.iter().filter_map(|block| block.rows).collect(),
        blocks.iter().filter_map(|block| block.cols).collect(),
    );
    let height = if rows.is_empty() { Some(1) } else { side(arena, rows, shape.rows) };
    let width = if cols.is_empty() { Some(1) } else { side(arena, cols, shape.cols) };
    height.zip(width).is_some_and(|(height, width)| height * width == blocks.len()) && are_apart(arena, blocks)
}

/// Whether no two blocks share a place.
fn are_apart(arena: &mut Arena, blocks: &[Block]) -> bool {
    (0..blocks.len()).all(|at| {
        (0..at).all(|other| {
            let pairs = [(blocks[at].rows, blocks[other].rows), (blocks[at].cols, blocks[other].cols)];
            pairs
                .into_iter()
                .any(|(one, other)| one.zip(other).is_some_and(|(one, other)| meet(arena, one, other) == Meet::Apart))
        })
    })
}

/// EᵀE = I, E₁ᵀE₂ = 0, and Eᵀ of a sum of blocks the blocks that it picks.
fn selected(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    if !arena.is_selection(left) && !arena.is_selection(right) && !may_stack(arena, left) && !may_stack(arena, right) {
        return None;
    }
    if let (Some(one), Some(other)) = (transposed_selection(arena, left), selection(arena, right)) {
        return match meet(arena, one, other) {
            Meet::Same => Some(arena.identity(one.1)),
            Meet::Apart => Some(arena.zero(Shape::new(one.1, other.1))),
            Meet::Otherwise => {
                // Some of those that are picked already.
                let offset = arena.size_rest(other.0, one.0)?;
                let after = arena.size_sum(offset, other.1);
                arena.size_rest(one.1, after)?;
                Some(arena.selection(offset, Shape::new(one.1, other.1)))
            }
        };
    }
    if let Some(range) = transposed_selection(arena, left) {
        let all = blocks(arena, right).filter(|all| all[0].rows.is_some())?;
        is_decided(arena, range, all.iter().filter_map(|block| block.rows)).then_some(())?;
        let cols = arena.shape(right).cols;
        return Some(each(arena, &all, Shape::new(range.1, cols), |arena, term| arena.mul(&[left, term]), right));
    }
    let range = selection(arena, right)?;
    let all = blocks(arena, left).filter(|all| all[0].cols.is_some())?;
    is_decided(arena, range, all.iter().filter_map(|block| block.cols)).then_some(())?;
    let rows = arena.shape(left).rows;
    Some(each(arena, &all, Shape::new(rows, range.1), |arena, term| arena.mul(&[term, right]), left))
}

/// Whether a range is each of the others, or apart from it.
fn is_decided(arena: &mut Arena, range: Range, mut others: impl Iterator<Item = Range>) -> bool {
    others.all(|other| meet(arena, range, other) != Meet::Otherwise)
}

/// The sum of what becomes of each block of an array.
fn each(
    arena: &mut Arena,
    all: &[Block],
    shape: Shape,
    to: impl Fn(&mut Arena, ExprId) -> ExprId,
    of: ExprId,
) -> ExprId {
    let whole = arena.shape(of);
    let mut terms = Vec::with_capacity(all.len());
    for block in all {
        let (coeff, term) = placed(arena, block, whole);
        terms.push((coeff, to(arena, term)));
    }
    arena.add_terms(terms, shape)
}

/// [A; B]C = [AC; BC], A[B, C] = [AB, AC], and blocks times blocks.
fn product(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    if !may_stack(arena, left) && !may_stack(arena, right) {
        return None;
    }
    // An outer product stays one, but for a row or a column of blocks at a place of its own.
    if arena.shape(left).cols.is_one()
        && selection(arena, left).is_none()
        && transposed_selection(arena, right).is_none()
    {
        return None;
    }
    let shape = Shape::new(arena.shape(left).rows, arena.shape(right).cols);
    let (of_left, of_right) = (blocks(arena, left), blocks(arena, right));
    if let (Some(of_left), Some(of_right)) = (&of_left, &of_right)
        && of_left[0].cols.is_some()
        && of_right[0].rows.is_some()
    {
        let meets = of_left.iter().all(|block| {
            block.cols.is_some_and(|range| is_decided(arena, range, of_right.iter().filter_map(|other| other.rows)))
        });
        if !meets || of_left.len() * of_right.len() > MOST_BLOCKS {
            return None;
        }
        let (of, by) = (arena.shape(left), arena.shape(right));
        let mut terms = Vec::new();
        for one in of_left {
            let (coeff, one) = placed(arena, one, of);
            for other in of_right {
                let (factor, other) = placed(arena, other, by);
                terms.push((coeff.mul(&factor), arena.mul(&[one, other])));
            }
        }
        return Some(arena.add_terms(terms, shape));
    }
    if let Some(all) = of_left.filter(|all| all[0].cols.is_none()) {
        return Some(each(arena, &all, shape, |arena, term| arena.mul(&[term, right]), left));
    }
    let all = of_right.filter(|all| all[0].rows.is_none())?;
    Some(each(arena, &all, shape, |arena, term| arena.mul(&[left, term]), right))
}

/// E X Fᵀ + E Y Fᵀ = E(X + Y)Fᵀ
fn like_blocks(
    arena: &mut Arena,
    (coeff, term): &(Coeff, ExprId),
    terms: &[(Coeff, ExprId)],
) -> Option<Vec<(Coeff, ExprId)>> {
    let one = block(arena, coeff.clone(), *term)?;
    for (factor, other) in terms.iter().filter(|(_, other)| other != term) {
        let Some(like) = block(arena, factor.clone(), *other) else { continue };
        if (like.rows, like.cols) != (one.rows, one.cols) {
            continue;
        }
        let of = arena.shape(one.inner);
        let inner = arena.add_terms(vec![(one.coeff.clone(), one.inner), (like.coeff.clone(), like.inner)], of);
        // A difference begins with what is not subtracted.
        let order = if one.coeff.is_negative() { [like.inner, one.inner] } else { [one.inner, like.inner] };
        arena.remember_written(&order, inner);
        let shape = arena.shape(*term);
        let sum = Block { coeff: Coeff::ONE, inner, ..one };
        let placed = placed(arena, &sum, shape);
        return Some(vec![(coeff.neg(), *term), (factor.neg(), *other), placed]);
    }
    None
}

/// ‖[A; B]‖² = ‖A‖² + ‖B‖²; of the 1-norm likewise.
fn norm(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Norm(norm, inner) = *node else { return None };
    if !matches!(norm, Norm::Frobenius | Norm::One) || !may_stack(arena, inner) {
        return None;
    }
    let all = blocks(arena, inner)?;
    are_apart(arena, &all).then_some(())?;
    let squared = norm == Norm::Frobenius;
    let mut terms = Vec::with_capacity(all.len());
    for block in all {
        let scaled = arena.scale(&block.coeff, block.inner);
        let part = arena.norm(norm, scaled);
        let two = arena.integer(2);
        terms.push((Coeff::ONE, if squared { arena.power(part, two) } else { part }));
    }
    let sum = arena.add_terms(terms, Shape::SCALAR);
    let half = arena.number(Coeff::ratio(1, 2)?);
    Some(if squared { arena.power(sum, half) } else { sum })
}

/// sum([A; B]) = sum(A) + sum(B)
fn total(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Reduce(Reduction::Sum, inner) = *node else { return None };
    let all = blocks(arena, inner)?;
    let mut terms = Vec::with_capacity(all.len());
    for block in all {
        terms.push((block.coeff, arena.reduce(Reduction::Sum, block.inner)));
    }
    Some(arena.add_terms(terms, Shape::SCALAR))
}

/// f([A; B]) = [f(A); f(B)]
fn entrywise(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func, inner) = *node else { return None };
    let all = blocks(arena, inner)?;
    let shape = arena.shape(inner);
    is_filled(arena, &all, shape).then_some(())?;
    let mut terms = Vec::with_capacity(all.len());
    for block in all {
        let argument = arena.scale(&block.coeff, block.inner);
        let inner = arena.elementwise(func, argument);
        terms.push(placed(arena, &Block { coeff: Coeff::ONE, inner, ..block }, shape));
    }
    Some(arena.add_terms(terms, shape))
}

/// tr [A, B; C, D] = tr A + tr D
fn trace(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Trace(inner) = *node else { return None };
    let all = blocks(arena, inner)?;
    let mut terms = Vec::new();
    for block in all {
        let (rows, cols) = block.rows.zip(block.cols)?;
        match meet(arena, rows, cols) {
            Meet::Same => terms.push((block.coeff, arena.trace(block.inner))),
            Meet::Apart => {}
            Meet::Otherwise => return None,
        }
    }
    Some(arena.add_terms(terms, Shape::SCALAR))
}

/// The blocks on the diagonal, where there is one at each place of it and all others are on one side of it.
fn triangular(arena: &mut Arena, id: ExprId) -> Option<(Vec<Block>, bool)> {
    let all = blocks(arena, id)?;
    let (mut diagonal, mut others) = (Vec::new(), Vec::new());
    for block in all {
        let (rows, cols) = block.rows.zip(block.cols)?;
        match meet(arena, rows, cols) {
            Meet::Same => diagonal.push(block),
            Meet::Apart => {
                let end = arena.size_sum(rows.0, rows.1);
                others.push(arena.size_rest(cols.0, end).is_some());
            }
            Meet::Otherwise => return None,
        }
    }
    let size = arena.shape(id).rows;
    let mut total = Dim::Known(0);
    for block in &diagonal {
        total = arena.size_sum(total, block.rows?.1);
    }
    let is_one_sided = others.iter().all(|is_above| *is_above == others[0]);
    (total == size && is_one_sided && are_apart(arena, &diagonal)).then_some((diagonal, others.is_empty()))
}

/// det [A, B; 0, D] = det(A) det(D)
fn determinant(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Det(inner) = *node else { return None };
    let (diagonal, _) = triangular(arena, inner)?;
    let mut factors = Vec::with_capacity(diagonal.len());
    for block in diagonal {
        let scaled = arena.scale(&block.coeff, block.inner);
        factors.push(arena.det(scaled));
    }
    Some(arena.mul(&factors))
}

/// [A, 0; 0, D]⁻¹ = [A⁻¹, 0; 0, D⁻¹]
fn inverse(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Power(base, exponent) = *node else { return None };
    arena.as_number(exponent).filter(|exponent| **exponent == Coeff::MINUS_ONE)?;
    let (diagonal, true) = triangular(arena, base)? else { return None };
    let shape = arena.shape(base);
    let mut terms = Vec::with_capacity(diagonal.len());
    for block in diagonal {
        let scaled = arena.scale(&block.coeff, block.inner);
        let inner = arena.inverse(scaled);
        terms.push(placed(arena, &Block { coeff: Coeff::ONE, inner, ..block }, shape));
    }
    Some(arena.add_terms(terms, shape))
}

/// An entry of E X: that of X at the place that is selected, or 0.
fn entry(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Entry(of, row, col) = *node else { return None };
    if !arena.has_selection(of) || !arena.shape(of).is_column() {
        return None;
    }
    let found = block(arena, Coeff::ONE, of)?;
    let rows = found.rows?;
    let unit = arena.basis(arena.shape(of).rows, row);
    let place = selection(arena, unit)?;
    match meet(arena, rows, place) {
        Meet::Apart => Some(arena.zero(Shape::SCALAR)),
        Meet::Same => Some(found.inner),
        Meet::Otherwise => {
            let offset = arena.size_rest(place.0, rows.0)?;
            let last = arena.size_sum(offset, Dim::ONE);
            arena.size_rest(rows.1, last)?;
            let row = arena.size(last);
            Some(arena.entry(found.inner, row, col))
        }
    }
}
