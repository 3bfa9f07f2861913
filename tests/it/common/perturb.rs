//! Expressions that are almost another: one sign, one factor, one transpose, one index, one number or one operation is wrong.

use matcalc::check::{CheckOptions, Numbers, Outcome, check_equal};
use matcalc::expr::{Arena, ExprId, Func, Node, Reduction, Spectral};
use matcalc::number::Coeff;
use rustc_hash::FxHashMap;

/// A perturbed expression, and what was done.
pub struct Perturbed {
    pub expr: ExprId,
    pub what: String,
}

/// What a perturbation is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It has another value.
    Other,
    /// It has the same value.
    Same,
    /// Numbers do not tell.
    Open,
}

/// The expression with one thing wrong, at most `most` of all that can be, spread over it.
pub fn perturbed(arena: &mut Arena, root: ExprId, most: usize) -> Vec<Perturbed> {
    let mut all = Vec::new();
    for id in arena.post_order(root) {
        all.extend(changes(arena, id).into_iter().map(|(what, to)| (id, what, to)));
    }
    let step = all.len().div_ceil(most.max(1)).max(1);
    // Another remainder for each expression, so that every kind of change has its turn.
    let first = all.len() % step;
    let chosen: Vec<_> = all.into_iter().skip(first).step_by(step).collect();
    let mut found: Vec<Perturbed> = Vec::new();
    for (id, what, to) in chosen {
        if arena.shape(id) != arena.shape(to) {
            continue;
        }
        let mut map = FxHashMap::default();
        map.insert(id, to);
        let expr = arena.rewrite(root, &mut map);
        if expr != root && arena.shape(expr) == arena.shape(root) && found.iter().all(|one| one.expr != expr) {
            found.push(Perturbed { expr, what: what.to_owned() });
        }
    }
    found
}

/// What could stand in the place of a node.
fn changes(arena: &mut Arena, id: ExprId) -> Vec<(&'static str, ExprId)> {
    let mut all = vec![("sign", arena.neg(id)), ("factor", arena.scale(&Coeff::integer(2), id))];
    let shape = arena.shape(id);
    if shape.is_matrix() && shape.is_square() {
        all.push(("transpose", arena.transpose(id)));
    }
    match arena.node(id).clone() {
        Node::Number(value) => all.push(("number", arena.number(value.add(&Coeff::ONE)))),
        Node::Add(terms) if terms.len() > 1 => {
            all.push(("term", arena.add_terms(terms[1..].iter().cloned(), shape)));
            let mut turned = terms.to_vec();
            let last = turned.len() - 1;
            turned[last].0 = turned[last].0.neg();
            all.push(("sign of a term", arena.add_terms(turned, shape)));
        }
        Node::Product(factors) => {
            let mut order = factors.to_vec();
            let last = order.len() - 1;
            if last > 0 && arena.shape(order[last]) == arena.shape(order[last - 1]) {
                order.swap(last, last - 1);
                all.push(("order of factors", arena.mul(&order)));
            }
            if arena.shape(factors[0]).is_square() && factors.len() > 1 {
                all.push(("factor left out", arena.mul(&factors[1..])));
            }
        }
        Node::Power(base, exponent) => {
            let turned = arena.neg(exponent);
            all.push(("exponent", arena.power(base, turned)));
        }
        Node::Entry(of, row, col) if arena.shape(of).is_square() => all.push(("index", arena.entry(of, col, row))),
        Node::Elementwise(func, inner) => {
            let other = match func {
                Func::Sin => Func::Cos,
                Func::Exp => Func::Tanh,
                _ => Func::Sin,
            };
            all.push(("function", arena.elementwise(other, inner)));
            if arena.shape(inner) == shape {
                all.push(("function left out", inner));
            }
        }
        Node::Trace(inner) => all.push(("trace", arena.intern(Node::Reduce(Reduction::Sum, inner)))),
        Node::Reduce(Reduction::Max, inner) => {
            all.push(("reduction", arena.intern(Node::Reduce(Reduction::Min, inner))));
        }
        Node::Ranked(which, inner, place) => {
            let one = arena.one();
            let next = arena.plus(place, one);
            all.push(("place", arena.intern(Node::Ranked(which, inner, next))));
        }
        Node::Spectral(which, inner) => {
            let other = match which {
                Spectral::LambdaMax => Spectral::LambdaMin,
                Spectral::EigvecMax => Spectral::EigvecMin,
                Spectral::LambdaMin => Spectral::LambdaMax,
                Spectral::EigvecMin => Spectral::EigvecMax,
                other => other,
            };
            all.push(("eigenvalue", arena.intern(Node::Spectral(other, inner))));
        }
        Node::Symbol(symbol) => {
            // Another symbol of the same shape.
            let mut symbols = arena.symbols().filter(|(other, _)| *other > symbol);
            let same = |one: &matcalc::expr::Symbol| (one.shape, one.kind) == (shape, arena.symbol(symbol).kind);
            let other = symbols.find(|(_, one)| same(one) && !one.name.is_empty()).map(|(other, _)| other);
            drop(symbols);
            all.extend(other.map(|other| ("symbol", arena.symbol_expr(other))));
        }
        _ => {}
    }
    all
}

/// Whether two expressions have the same value: by their form, in numbers of 31 digits, or modulo a prime.
pub fn worth(arena: &mut Arena, one: ExprId, other: ExprId) -> Worth {
    if arena.normalize(one) == arena.normalize(other) {
        return Worth::Same;
    }
    for numbers in [Numbers::Residues, Numbers::Long, Numbers::Doubles] {
        let options = CheckOptions { seed: 4711, numbers, work_limit: 20_000_000, ..CheckOptions::default() };
        match check_equal(arena, one, other, &options).outcome {
            Outcome::Passed => return Worth::Same,
            Outcome::Failed(found) if numbers != Numbers::Doubles || found.is_plain() => return Worth::Other,
            Outcome::Failed(_) | Outcome::NotChecked(_) => {}
        }
    }
    Worth::Open
}
