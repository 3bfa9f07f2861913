//! The table of identities: each fires on its example, in every position, has the form that its row wants, and both sides agree by numbers.

use crate::common;

use matcalc::check::{CheckOptions, check_equal};
use matcalc::expr::{Arena, Dim, ExprId, Node, Shape, Symbol, SymbolKind};
use matcalc::normal::identity::{Identity, identities};
use matcalc::number::Coeff;
use matcalc::render::{Format, Style, render};
use matcalc::shape::Goal;
use matcalc::simplify::cost;
use matcalc::stack::on_large_stack;
use matcalc::structure::Structure;

/// Identities whose right side is longer: an operator is taken apart, so that products, quotients and sums see what it consists of, or
/// goes down to the symbols; of ‖x‖², sum(x) and functions of vectors it is the count that is larger and not what is printed.
const LONGER: &[&str] = &[
    "det-of-multiple",
    "det-of-product",
    "det-of-kron",
    "power-of-multiple",
    "power-of-outer-product",
    "power-written-out",
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

/// The example in other positions, each with what it must come to, where the example itself comes to `normal`.
fn positions(arena: &mut Arena, raw: ExprId, normal: ExprId) -> Vec<(&'static str, ExprId, ExprId)> {
    let shape = arena.shape(raw);
    let mut found = Vec::new();
    let other = stranger(arena, "Y_0", shape);
    let sum = arena.intern(Node::Add(Box::new([(Coeff::ONE, other), (Coeff::ONE, raw)])));
    let wanted = arena.plus(other, normal);
    found.push(("beside another term", sum, wanted));
    if shape.is_scalar() {
        let one = arena.one();
        let product = arena.intern(Node::Hadamard(Box::new([(other, one), (raw, one)])));
        let wanted = arena.hadamard(other, normal);
        found.push(("times another scalar", product, wanted));
        return found;
    }
    let mut factors = match arena.node(raw) {
        Node::Product(factors) => factors.to_vec(),
        _ => vec![raw],
    };
    let mut wanted = vec![normal];
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
fn names_are_unique_and_in_kebab_case() {
    let mut names: Vec<&str> = identities().map(|row| row.id).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "two identities have one name");
    for name in names {
        assert!(name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-'), "{name}");
    }
}
