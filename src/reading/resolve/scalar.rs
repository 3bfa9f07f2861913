//! Symbols that are numbers whatever else is read: exponents, divisors, bounds of sums, subscripts.

use super::Input;
use super::reference::Ref;
use super::symbol::{Choice, Sym};
use crate::reading::cost::RowId;
use crate::reading::kind::{Kind, Letter, habit, letter};
use crate::reading::limit::CLASH_NODES;
use crate::reading::scope::is_in_sum;
use crate::reading::walk::subtree;
use crate::syntax::{Ast, AstId, AstKind, Function, Name, NormSpelling, ProductOp, full_name};

impl Input<'_> {
    /// Takes every name for a number; of capitals that are no counts and have nothing below them it is said.
    pub(super) fn read_as_numbers(&mut self) {
        let open = |symbol: &&mut Sym| symbol.declared.is_none() && !symbol.hidden && symbol.subscripts == 0;
        for symbol in self.symbols.iter_mut().filter(open) {
            symbol.scalar = true;
        }
        let is_said = |symbol: &&mut Sym| {
            letter(&symbol.name) == Letter::Capital && !symbol.name.contains('_') && !habit(&symbol.name).is_count()
        };
        if let Some(symbol) = self.symbols.iter_mut().filter(open).filter(is_said).min_by_key(|symbol| symbol.place) {
            symbol.choices = vec![Choice { kind: Kind::Scalar, row: RowId::NumberCapital }];
        }
    }

    /// Symbols that stand where only a scalar can, whatever the rest is.
    pub(super) fn force_scalars(&mut self, wrt: &[String]) {
        for place in 0..self.texts.len() {
            let ast = self.texts[place].ast;
            let mut forced: Vec<(AstId, bool)> = Vec::new();
            let is_varied = |id: AstId| {
                let mut varied = false;
                subtree(ast, id, CLASH_NODES, |inner| {
                    let name =
                        if let AstKind::Name(name) = &ast.node(inner).kind { full_name(name) } else { return true };
                    varied |= wrt.contains(&name);
                    true
                });
                varied
            };
            let parents = &self.texts[place].parents;
            for (number, node) in ast.nodes.iter().enumerate() {
                let id = AstId(u32::try_from(number).unwrap_or(u32::MAX));
                match &node.kind {
                    AstKind::Power(base, exponent) if self.texts[place].refs[base.0 as usize] != Ref::Euler => {
                        forced.push((*exponent, false));
                        // The T of `A^{T-1}`.
                        if let AstKind::Sum(terms) = &ast.node(*exponent).kind {
                            forced.extend(terms.iter().map(|(_, term)| (*term, false)));
                        }
                    }
                    AstKind::HadamardPower(_, exponent) | AstKind::StarPower(_, exponent) => {
                        forced.push((*exponent, false));
                    }
                    AstKind::Factorial(inner) => forced.push((*inner, !is_varied(*inner))),
                    AstKind::Norm(NormSpelling::P(p), _) if is_scalar_like(ast, *p) => forced.push((*p, false)),
                    // `sum(a/x)` divides entry by entry.
                    AstKind::Product { .. } if is_in_sum(ast, parents, id) => {}
                    AstKind::Product { rest, .. } => {
                        // The K_m of s/(K_m + s).
                        let divisors =
                            rest.iter().filter(|(op, _)| *op == ProductOp::Divide).map(|(_, divisor)| *divisor);
                        forced.extend(divisors.flat_map(|id| named_terms(ast, id)).map(|id| (id, false)));
                        // `A/B` is refused, so a capital divisor is left open.
                        let is_open = |id: AstId| matches!(&ast.node(id).kind, AstKind::Name(name) if name.base.starts_with(char::is_uppercase));
                        forced.extend(
                            rest.iter()
                                .filter(|(op, factor)| *op == ProductOp::Divide && !is_open(*factor))
                                .map(|(_, factor)| (*factor, false)),
                        );
                    }
                    AstKind::Literal(rows) => forced.extend(rows.iter().flatten().map(|entry| (*entry, false))),
                    AstKind::Name(Name { subscript: parts, .. }) | AstKind::EntryOf(_, parts) => {
                        forced.extend(parts.iter().map(|part| (*part, true)));
                    }
                    AstKind::Line { index, .. } => forced.push((*index, true)),
                    AstKind::Call(Function::Ranked(_), arguments) => {
                        forced.extend(arguments.iter().skip(1).map(|place| (*place, true)));
                    }
                    AstKind::BigSum(ranges, _) | AstKind::BigProduct(ranges, _) => {
                        for range in ranges {
                            forced.extend(range.lower.into_iter().chain(range.upper).map(|bound| (bound, true)));
                        }
                    }
                    _ => {}
                }
            }
            for (id, integer) in forced {
                if let Ref::Symbol(symbol) = self.texts[place].refs[id.0 as usize] {
                    self.symbols[symbol].scalar = true;
                    self.symbols[symbol].integer |= integer;
                } else if integer {
                    let (mut found, text) = (Vec::new(), &self.texts[place]);
                    subtree(ast, id, CLASH_NODES, |inner| {
                        if let Ref::Symbol(symbol) = text.refs[inner.0 as usize] {
                            found.push(symbol);
                        }
                        true
                    });
                    for symbol in found {
                        self.symbols[symbol].scalar = true;
                        self.symbols[symbol].integer = true;
                    }
                }
            }
        }
    }
}

/// The terms of a sum that are capitals with something below them.
fn named_terms(ast: &Ast, sum: AstId) -> impl Iterator<Item = AstId> {
    let terms = if let AstKind::Sum(terms) = &ast.node(sum).kind { terms.as_slice() } else { &[] };
    let is_named = |id: &AstId| match &ast.node(*id).kind {
        AstKind::Name(name) => name.base.starts_with(char::is_uppercase) && !name.subscript_text.is_empty(),
        _ => false,
    };
    terms.iter().map(|(_, term)| *term).filter(is_named)
}

/// Whether what stands below a norm is the p of a p-norm by its looks: no capital, nothing inverted.
fn is_scalar_like(ast: &Ast, id: AstId) -> bool {
    match &ast.node(id).kind {
        AstKind::Name(name) => !matches!(letter(&name.base), Letter::Capital | Letter::CapitalGreek),
        _ => false,
    }
}
