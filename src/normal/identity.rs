//! Named identities: what each says, an example that a test holds it by, and how it is applied.
//!
//! A row looks at a small window, so that it fires wherever the window occurs: two neighbors in a product, what a chain of factors ends
//! with, an operator over its operand, a term and its partner anywhere in a sum, a power and its partner anywhere in an entrywise product.
//! An identity never makes a form longer, and it holds for every value that the operands can have, or where both sides fail together.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::chain::Chain;
use super::rules;
use crate::expr::{Arena, BigOp, ExprId, Func, Node, SymbolKind};
use crate::number::Coeff;
use crate::structure::Structure;

/// An identity of the normal form.
pub struct Identity {
    /// Its name, which is stable.
    pub id: &'static str,
    /// What it says.
    pub says: &'static str,
    /// An expression that it applies to.
    pub example: &'static str,
    /// The declarations of the example.
    pub declare: &'static str,
    /// The normal form of the example.
    pub want: &'static str,
    pub(super) rule: Rule,
}

impl Identity {
    /// Whether it is what collecting, sorting and flattening does.
    #[must_use]
    pub fn is_canonical(&self) -> bool {
        matches!(self.rule, Rule::Canonical)
    }
}

/// What an identity looks at.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// Two neighbors in a product of matrices, which are one factor.
    Neighbors(fn(&mut Arena, ExprId, ExprId) -> Option<ExprId>),
    /// What a chain of factors ends with: how many of its last factors become which.
    Ending(fn(&mut Arena, &Chain) -> Option<Shortened>),
    /// uᵀv of two columns, before it is a product.
    Inner(fn(&mut Arena, ExprId, ExprId) -> Option<ExprId>),
    /// A chain of three factors or more from a row to a column, which is a scalar.
    Form(fn(&mut Arena, &[ExprId]) -> Option<ExprId>),
    /// An operator over its operands, before it is a node.
    Over(Head, fn(&mut Arena, &Node) -> Option<ExprId>),
    /// A term and its partners anywhere in the sum: what is to be added to the sum, which leaves its value as it is.
    Terms(TermRule),
    /// The same of a term that is one of these functions.
    TermsOf(&'static [Func], TermRule),
    /// The power at a place of an entrywise product, sorted by base, and its partners anywhere in it: which of them become which others.
    Powers(PowerRule),
    /// The same where the base at the place is one of these functions.
    PowersOf(&'static [Func], PowerRule),
    /// What collecting, sorting and flattening does by itself; the constructor says when.
    Canonical,
}

/// What is to be added to a sum, by one of its terms and all of them.
type TermRule = fn(&mut Arena, &Term, &[Term]) -> Option<Vec<Term>>;
/// Which powers become which others, by the place of one of them.
type PowerRule = fn(&mut Arena, usize, &[Power]) -> Option<Exchange>;
/// A term of a sum.
pub(super) type Term = (Coeff, ExprId);
/// Base and exponent of a factor of an entrywise product.
type Power = (ExprId, ExprId);
/// How many of the last factors of a chain become which.
type Shortened = (usize, Vec<ExprId>);

/// Powers of an entrywise product that become others of the same value.
pub(super) struct Exchange {
    /// The places of those that go.
    pub(super) places: Vec<usize>,
    /// Bases and exponents of those that come.
    pub(super) by: Vec<(ExprId, ExprId)>,
}

/// The operators that rows look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    Adjugate,
    Axial,
    Choose,
    Det,
    Diag,
    DiagPart,
    Elementwise,
    Entry,
    Factorial,
    Hat,
    Indexed,
    Kron,
    MatrixFunction,
    Norm,
    Pinv,
    Power,
    Ranked,
    Reduce,
    Softmax,
    Spectral,
    Total,
    Trace,
    Triangle,
    Unvec,
    Vec,
}

impl Head {
    const COUNT: usize = Self::Vec as usize + 1;
}

/// The rows by what they look at, each kind in the order of the families.
struct Table {
    neighbors: Vec<&'static Identity>,
    ending: Vec<&'static Identity>,
    inner: Vec<&'static Identity>,
    form: Vec<&'static Identity>,
    over: [Vec<&'static Identity>; Head::COUNT],
    terms: Vec<&'static Identity>,
    powers: Vec<&'static Identity>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table {
        neighbors: Vec::new(),
        ending: Vec::new(),
        inner: Vec::new(),
        form: Vec::new(),
        over: std::array::from_fn(|_| Vec::new()),
        terms: Vec::new(),
        powers: Vec::new(),
    };
    for row in identities() {
        match row.rule {
            Rule::Neighbors(_) => table.neighbors.push(row),
            Rule::Ending(_) => table.ending.push(row),
            Rule::Inner(_) => table.inner.push(row),
            Rule::Form(_) => table.form.push(row),
            Rule::Over(head, _) => table.over[head as usize].push(row),
            Rule::Terms(_) | Rule::TermsOf(..) => table.terms.push(row),
            Rule::Powers(_) | Rule::PowersOf(..) => table.powers.push(row),
            Rule::Canonical => {}
        }
    }
    table
});

/// The families of identities: what each is about, and its rows.
#[must_use]
pub fn families() -> &'static [(&'static str, &'static [Identity])] {
    rules::FAMILIES
}

/// Every identity, family by family.
pub fn identities() -> impl Iterator<Item = &'static Identity> {
    families().iter().flat_map(|(_, rows)| rows.iter())
}

impl Arena {
    /// What the first of the rows says that applies.
    fn first_row<T>(
        &mut self,
        rows: &[&'static Identity],
        mut apply: impl FnMut(&mut Self, Rule) -> Option<T>,
    ) -> Option<T> {
        rows.iter().find_map(|row| {
            let value = apply(self, row.rule)?;
            self.fired(row.id);
            Some(value)
        })
    }

    /// The one factor that two neighbors are.
    pub(super) fn merged_neighbors(&mut self, left: ExprId, right: ExprId) -> Option<ExprId> {
        if self.are_apart(left, right) {
            return None;
        }
        self.first_row(&TABLE.neighbors, |arena, rule| match rule {
            Rule::Neighbors(apply) => apply(arena, left, right),
            _ => None,
        })
    }

    /// Whether two neighbors are symbols, functions or entrywise products, transposed or not, that no row makes one factor of.
    fn are_apart(&self, left: ExprId, right: ExprId) -> bool {
        let is_plain = |id: ExprId| {
            let node = match self.node(id) {
                Node::Transpose(inner) => self.node(*inner),
                node => node,
            };
            matches!(
                node,
                Node::Symbol(_) | Node::Differential(..) | Node::Member(..) | Node::Elementwise(..) | Node::Hadamard(_)
            )
        };
        left != right
            && is_plain(left)
            && is_plain(right)
            && self.declared_structure(left) != Some(Structure::Orthogonal)
    }

    /// Whether no row begins with a power of this base, whatever stands beside it.
    fn is_power_alone(&self, base: ExprId) -> bool {
        match *self.node(base) {
            Node::Symbol(symbol) => !matches!(self.symbol(symbol).kind, SymbolKind::Signs | SymbolKind::Binary),
            Node::Norm(..) | Node::Trace(_) | Node::Det(_) | Node::Size(_) | Node::Index(_) | Node::Number(_) => true,
            _ => false,
        }
    }

    /// What a chain ends with, shortened.
    pub(super) fn shortened_ending(&mut self, chain: &Chain) -> Option<(usize, Vec<ExprId>)> {
        // All rows look at a power or a pseudo-inverse of a product, or at one of these in the last three places.
        let is_telling = |factor: &ExprId| {
            matches!(self.node(*factor), Node::Pinv(_) | Node::Commutation(_) | Node::MatrixFunction(..))
        };
        if !chain.has_powers() && !chain.factors().iter().rev().take(3).any(is_telling) {
            return None;
        }
        self.first_row(&TABLE.ending, |arena, rule| match rule {
            Rule::Ending(apply) => apply(arena, chain),
            _ => None,
        })
    }

    /// What uᵀv is instead of a product.
    pub(super) fn inner_identity(&mut self, u: ExprId, v: ExprId) -> Option<ExprId> {
        self.first_row(&TABLE.inner, |arena, rule| match rule {
            Rule::Inner(apply) => apply(arena, u, v),
            _ => None,
        })
    }

    /// What a chain from a row to a column is instead of a product.
    pub(super) fn form_identity(&mut self, chain: &[ExprId]) -> Option<ExprId> {
        self.first_row(&TABLE.form, |arena, rule| match rule {
            Rule::Form(apply) => apply(arena, chain),
            _ => None,
        })
    }

    /// What an operator over its operands is instead of a node of its own.
    pub(super) fn rewritten(&mut self, head: Head, node: &Node) -> Option<ExprId> {
        self.first_row(&TABLE.over[head as usize], |arena, rule| match rule {
            Rule::Over(_, apply) => apply(arena, node),
            _ => None,
        })
    }

    /// What is to be added to a sum that is shorter with it: what all rows say whose terms are not touched by an earlier one.
    pub(super) fn term_identity(&mut self, terms: &[(Coeff, ExprId)]) -> Option<Vec<(Coeff, ExprId)>> {
        let mut all = Vec::new();
        let mut touched: FxHashSet<ExprId> = FxHashSet::default();
        let stacks = rules::may_stack_terms(self, terms);
        for term in terms {
            // No row begins with another kind.
            let func = match *self.node(term.1) {
                Node::Elementwise(func, _) => Some(func),
                Node::Product(_) | Node::Basis(..) if stacks => None,
                Node::Choose(..) | Node::Hadamard(_) | Node::Literal(..) | Node::Indexed { op: BigOp::Sum, .. } => None,
                _ => continue,
            };
            for row in &TABLE.terms {
                let apply = match row.rule {
                    Rule::Terms(apply) if func.is_none() => apply,
                    Rule::TermsOf(funcs, apply) if func.is_some_and(|func| funcs.contains(&func)) => apply,
                    _ => continue,
                };
                let Some(change) = apply(self, term, terms) else { continue };
                if change.iter().any(|(_, term)| touched.contains(term)) {
                    continue;
                }
                self.fired(row.id);
                touched.extend(change.iter().map(|(_, term)| *term));
                all.extend(change);
            }
        }
        (!all.is_empty()).then_some(all)
    }

    /// Which powers of an entrywise product, sorted by base, become which others: what all rows say whose powers are not taken by an
    /// earlier one.
    pub(super) fn power_identity(&mut self, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
        let mut all: Option<Exchange> = None;
        let mut taken: FxHashSet<usize> = FxHashSet::default();
        for at in 0..powers.len() {
            if self.is_power_alone(powers[at].0) {
                continue;
            }
            let func = match *self.node(powers[at].0) {
                Node::Elementwise(func, _) => Some(func),
                _ => None,
            };
            for row in &TABLE.powers {
                let apply = match row.rule {
                    Rule::Powers(apply) => apply,
                    Rule::PowersOf(funcs, apply) if func.is_some_and(|func| funcs.contains(&func)) => apply,
                    _ => continue,
                };
                let Some(exchange) = apply(self, at, powers) else { continue };
                if exchange.places.iter().any(|place| taken.contains(place)) {
                    continue;
                }
                self.fired(row.id);
                taken.extend(exchange.places.iter().copied());
                match &mut all {
                    Some(all) => {
                        all.places.extend(exchange.places);
                        all.by.extend(exchange.by);
                    }
                    None => all = Some(exchange),
                }
            }
        }
        all
    }
}

/// The coefficient of a term in a sum that is sorted by term.
pub(super) fn coefficient_of(terms: &[(Coeff, ExprId)], term: ExprId) -> Option<&Coeff> {
    let at = terms.binary_search_by_key(&term, |(_, term)| *term).ok()?;
    Some(&terms[at].0)
}

/// The place of a base in an entrywise product that is sorted by base, and its exponent.
pub(super) fn power_of(powers: &[(ExprId, ExprId)], base: ExprId) -> Option<(usize, ExprId)> {
    let at = powers.binary_search_by_key(&base, |(base, _)| *base).ok()?;
    Some((at, powers[at].1))
}
