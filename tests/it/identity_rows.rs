//! The table of identities: each fires on its example, in every position, has the form that its row wants, and both sides agree by numbers.

use std::sync::Arc;

use crate::common;

use matcalc::check::{CheckOptions, check_equal};
use matcalc::expr::{Arena, Dim, ExprId, Node, Shape, Symbol, SymbolKind};
use matcalc::normal::identity::{Identity, identities};
use matcalc::number::Coeff;
use matcalc::render::{Format, Style, render};
use matcalc::shape::Goal;
use matcalc::simplify::{STRATEGIES, cost, simplify};
use matcalc::stack::on_large_stack;
use matcalc::structure::Structure;

/// Identities whose right side is longer: determinants and products of entries are taken apart, so that products, quotients and logarithms
/// see what they consist of; a sum and a trace are linear and a norm is not; a factor of rows or columns becomes one of the matrix product.
const LONGER: &[&str] = &[
    "block-entrywise",
    "block-inverse",
    "block-norm",
    "block-total",
    "columns-scaled",
    "det-of-kron",
    "det-of-multiple",
    "det-of-product",
    "log-of-normal-density",
    "norm-of-nonnegative",
    "norm-of-semidefinite",
    "product-of-common-factors",
    "product-of-multiple",
    "product-of-powers-by-index",
    "outer-product-scales",
    "rows-scaled",
    "power-of-multiple",
    "power-of-outer-product",
    "power-written-out",
    "sum-of-polynomial",
    "inverse-of-product",
    "power-of-kron",
    "pseudo-inverse-of-multiple",
    "pseudo-inverse-of-orthogonal-product",
    "pseudo-inverse-of-kron",
    "diagonal-part-of-entrywise-product",
    "diagonal-part-of-triangular-product",
    "adjugate-of-multiple",
    "adjugate-of-product",
    "inner-of-equal",
    "inner-with-ones",
    "inner-with-entrywise-product",
    "form-of-ones",
    "entry-of-sum",
    "entry-of-entrywise-product",
    "trace-of-kron",
    "total-of-kron",
    "total-of-diagonal",
    "sum-over-pairs",
    "sum-over-whole",
    "transpose-of-product",
    "transpose-entrywise",
    "transpose-of-kron",
    "transpose-of-sum-over-index",
];

/// A symbol of that shape that nothing else knows.
fn stranger(arena: &mut Arena, name: &str, shape: Shape) -> ExprId {
    let symbol =
        Symbol { name: name.to_owned(), shape, kind: SymbolKind::Plain, structure: Structure::General, declared: true };
    let symbol = arena.add_symbol(symbol);
    arena.symbol_expr(symbol)
}

/// The transpose, written at the leaves: (AB)ᵀ as BᵀAᵀ, before anything is brought into normal form.
fn mirrored(arena: &mut Arena, id: ExprId) -> ExprId {
    if arena.shape(id).is_scalar() {
        return id;
    }
    let node = match arena.node(id).clone() {
        Node::Transpose(inner) => return inner,
        Node::Product(factors) => {
            let factors: Vec<ExprId> = factors.iter().rev().map(|factor| mirrored(arena, *factor)).collect();
            Node::Product(factors.into())
        }
        Node::Add(terms) => {
            let terms: Vec<_> = terms.iter().map(|(coeff, term)| (coeff.clone(), mirrored(arena, *term))).collect();
            Node::Add(terms.into())
        }
        Node::Hadamard(factors) if arena.shape(id).is_matrix() => {
            let factors: Vec<_> = factors.iter().map(|(base, power)| (mirrored(arena, *base), *power)).collect();
            Node::Hadamard(factors.into())
        }
        Node::Kron(left, right) => Node::Kron(mirrored(arena, left), mirrored(arena, right)),
        Node::Power(base, exponent) => Node::Power(mirrored(arena, base), exponent),
        _ => Node::Transpose(id),
    };
    arena.intern(node)
}

/// The same of vectors or matrices in place of scalars, where all operators act entry by entry.
fn lifted(arena: &mut Arena, root: ExprId, shape: Shape) -> Option<ExprId> {
    let ones = |arena: &mut Arena, value: &Coeff| {
        let ones = if shape.is_row() {
            let column = arena.intern(Node::Ones(shape.transposed()));
            arena.intern(Node::Transpose(column))
        } else {
            arena.intern(Node::Ones(shape))
        };
        if value.is_one() { ones } else { arena.intern(Node::Add([(value.clone(), ones)].into())) }
    };
    let node = match arena.node(root).clone() {
        Node::Number(value) => return Some(ones(arena, &value)),
        Node::Symbol(symbol) => {
            let of = arena.symbol(symbol).clone();
            let name = format!("{}_{}_{}", of.name, shape.rows == Dim::Known(1), shape.cols == Dim::Known(1));
            let symbol = match arena.find_symbol(&name) {
                Some(known) => known,
                None => arena.add_symbol(Symbol { name, shape, ..of }),
            };
            return Some(arena.symbol_expr(symbol));
        }
        Node::Elementwise(func, inner) => Node::Elementwise(func, lifted(arena, inner, shape)?),
        Node::Add(terms) => {
            let lift = |(coeff, term): &(Coeff, ExprId)| Some((coeff.clone(), lifted(arena, *term, shape)?));
            Node::Add(terms.iter().map(lift).collect::<Option<Vec<_>>>()?.into())
        }
        Node::Hadamard(factors) => {
            let is_number = |id: ExprId| arena.as_number(id).is_some();
            if !factors.iter().all(|(_, exponent)| is_number(*exponent)) {
                return None;
            }
            let lift = |(base, exponent): &(ExprId, ExprId)| Some((lifted(arena, *base, shape)?, *exponent));
            Node::Hadamard(factors.iter().map(lift).collect::<Option<Vec<_>>>()?.into())
        }
        _ => return None,
    };
    Some(arena.intern(node))
}

/// What is wrong with an identity of scalars where columns, rows and matrices take their place.
fn complaints_of_shapes(arena: &mut Arena, raw: ExprId, normal: ExprId) -> Vec<String> {
    let (one, three, two) = (Dim::Known(1), Dim::Known(3), Dim::Known(2));
    let mut wrong = Vec::new();
    for shape in [Shape::new(three, one), Shape::new(one, three), Shape::new(three, two)] {
        let (Some(raw), Some(wanted)) = (lifted(arena, raw, shape), lifted(arena, normal, shape)) else { continue };
        let found = arena.rewrite(raw, &mut Default::default());
        let wanted = arena.rewrite(wanted, &mut Default::default());
        if found != wanted {
            let text = |id| render(arena, id, Format::Unicode, &Style::default());
            wrong.push(format!("of shape {shape:?} comes to {}, not to {}", text(found), text(wanted)));
        }
        if !check_equal(arena, raw, found, &CheckOptions::default()).passed() {
            wrong.push(format!("of shape {shape:?} is not equal by numbers"));
        }
    }
    wrong
}

/// The example in other positions, each with what it must come to, where the example itself comes to `normal`.
fn positions(arena: &mut Arena, raw: ExprId, normal: ExprId) -> Vec<(&'static str, ExprId, ExprId)> {
    let shape = arena.shape(raw);
    let mut found = Vec::new();
    let other = stranger(arena, "Y_0", shape);
    let sum = arena.intern(Node::Add(Arc::new([(Coeff::ONE, other), (Coeff::ONE, raw)])));
    let wanted = arena.plus(other, normal);
    found.push(("beside another term", sum, wanted));
    if shape.is_scalar() {
        let one = arena.one();
        let product = arena.intern(Node::Hadamard(Arc::new([(other, one), (raw, one)])));
        let wanted = arena.hadamard(other, normal);
        found.push(("times another scalar", product, wanted));
        return found;
    }
    let mut factors = match arena.node(raw) {
        Node::Product(factors) => factors.to_vec(),
        _ => vec![raw],
    };
    let mut wanted = vec![normal];
    let scalar = stranger(arena, "s_0", Shape::SCALAR);
    if !arena.shape(factors[0]).is_scalar() {
        let scaled: Vec<ExprId> = std::iter::once(scalar).chain(factors.iter().copied()).collect();
        let scaled = arena.intern(Node::Product(scaled.into()));
        let wanted = arena.mul(&[scalar, normal]);
        found.push(("times a scalar", scaled, wanted));
    }
    if !shape.rows.is_one() {
        let left = stranger(arena, "L_0", Shape::new(Dim::Known(3), shape.rows));
        factors.insert(0, left);
        wanted.insert(0, left);
    }
    if !shape.cols.is_one() {
        let right = stranger(arena, "R_0", Shape::new(shape.cols, Dim::Known(2)));
        factors.push(right);
        wanted.push(right);
    }
    let product = arena.intern(Node::Product(factors.into()));
    let wanted = arena.mul(&wanted);
    found.push(("between other factors", product, wanted));
    let transposed = mirrored(arena, raw);
    let wanted = arena.transpose(normal);
    found.push(("transposed", transposed, wanted));
    found
}

/// What is wrong with a row.
fn complaints(row: &Identity) -> Vec<String> {
    let mut problem = match common::read(row.example, row.declare, &[], Goal::Any) {
        Ok(problem) => problem,
        Err(report) => return vec![format!("is not read: {:?}", report.errors)],
    };
    let raw = problem.raw[0];
    let arena = &mut problem.arena;
    let mut wrong = Vec::new();
    arena.start_trace();
    let normal = arena.rewrite(raw, &mut Default::default());
    let fired = arena.take_trace();
    if !fired.contains(&row.id) {
        wrong.push(format!("does not fire, but {fired:?}"));
    }
    let text = |arena: &Arena, id| render(arena, id, Format::Unicode, &Style::default());
    let form = text(arena, normal);
    if form != row.want {
        wrong.push(format!("comes to {form}, not to {}", row.want));
    }
    let is_longer = cost(arena, normal) > cost(arena, raw);
    if is_longer != LONGER.contains(&row.id) {
        wrong.push(if is_longer { "is longer than before" } else { "is not longer, as the list says" }.to_owned());
    }
    let equal = check_equal(arena, raw, normal, &CheckOptions::default());
    if !equal.passed() {
        wrong.push(format!("is not equal by numbers: {:?}", equal.outcome));
    }
    if arena.shape(raw).is_scalar() {
        wrong.extend(complaints_of_shapes(arena, raw, normal));
    }
    for (place, raw, wanted) in positions(arena, raw, normal) {
        let found = arena.rewrite(raw, &mut Default::default());
        if found != wanted {
            wrong.push(format!("{place} comes to {}, not to {}", text(arena, found), text(arena, wanted)));
        }
        let equal = check_equal(arena, raw, found, &CheckOptions::default());
        if !equal.passed() {
            wrong.push(format!("{place} is not equal by numbers: {:?}", equal.outcome));
        }
    }
    wrong
}

#[test]
fn every_identity_holds_in_every_position() {
    let wrong: Vec<String> = on_large_stack(|| {
        let named = |row: &'static Identity| {
            complaints(row).into_iter().map(move |wrong| format!("{}: {} {wrong}", row.id, row.example))
        };
        identities().flat_map(named).collect()
    });
    assert!(wrong.is_empty(), "{} complaints\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_strategy_makes_its_example_shorter() {
    let wrong: Vec<String> = on_large_stack(|| {
        let mut wrong = Vec::new();
        for way in STRATEGIES {
            let mut problem = common::read(way.example, way.declare, &[], Goal::Any).expect("the example is read");
            let (raw, normal) = (problem.raw[0], problem.normal[0]);
            let arena = &mut problem.arena;
            arena.start_trace();
            let simple = simplify(arena, normal);
            let fired = arena.take_trace();
            let form = render(arena, simple, Format::Unicode, &Style::default());
            if !fired.contains(&way.id) || form != way.want {
                wrong.push(format!("{}: {} comes to {form}, not to {}, by {fired:?}", way.id, way.example, way.want));
            }
            if cost(arena, simple) >= cost(arena, normal)
                || !check_equal(arena, raw, simple, &CheckOptions::default()).passed()
            {
                wrong.push(format!("{}: {} is not shorter, or not equal", way.id, way.example));
            }
        }
        wrong
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_are_unique_and_in_kebab_case() {
    let mut names: Vec<&str> = identities().map(|row| row.id).chain(STRATEGIES.iter().map(|way| way.id)).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "two identities have one name");
    for name in names {
        assert!(name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-'), "{name}");
    }
}
