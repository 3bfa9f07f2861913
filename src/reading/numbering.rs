//! From which number the subscripts of each name count.
//!
//! They count from 1 unless the text says otherwise, and it says so by an index that begins below 1: the x of
//! `\sum_{k=0}^{N-1} x_k^T x_k` has the members x_0, …, x_{N−1}, and so has the y of `\sum_{t=1}^T (y_t - y_{t-1})^2` a y_0. Where the whole
//! of a name is the variable and it stands with numbers alone, as in `(y - w_0 - w_1 x)^2` by w, its w_0 says so too; otherwise a lone
//! `x_0` is a symbol of its own: an intercept, a starting point. Each subscript counts by itself: of `\sum_{i=1}^m \sum_{j=0}^n a_{ij}`
//! the rows count from 1.
//!
//! What is found here is the one place from which it is known: the check of sizes and the lowering take a written number less the offset of
//! [`Numbering`] for the place, and printing adds it again.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Request;
use super::constant::constants;
use super::kind::{BESIDE, Letter, letter};
use crate::expr::Numbering;
use crate::number::Coeff;
use crate::syntax::{Ast, AstId, AstKind, Name, Sign, for_each_child};

/// The numberings of names whose subscripts do not all count from 1.
#[derive(Debug, Default)]
pub(crate) struct Numberings(FxHashMap<String, Numbering>);

impl Numberings {
    /// What the texts say.
    pub(super) fn new(request: &Request<'_>) -> Self {
        let mut found = Self::default();
        for (ast, _) in request.asts {
            if ast.nodes.iter().any(|node| matches!(node.kind, AstKind::BigSum(..) | AstKind::BigProduct(..))) {
                Indices::new(ast).count(&mut found);
            }
        }
        found.count_variables(request);
        found
    }

    /// From which numbers the subscripts of a name count.
    pub(crate) fn of(&self, name: &str) -> Numbering {
        self.0.get(name.strip_suffix(BESIDE).unwrap_or(name)).copied().unwrap_or_default()
    }

    /// Takes over what is known of a symbol of an earlier text.
    pub(super) fn declare(&mut self, name: &str, numbering: Numbering) {
        if !numbering.is_from_one() {
            self.0.insert(name.strip_suffix(BESIDE).unwrap_or(name).to_owned(), numbering);
        }
    }

    fn count_from(&mut self, name: &Name, subscript: usize, first: i64) {
        if first < 1 {
            self.0.entry(name.base.clone()).or_default().count_from(subscript, first);
        }
    }

    /// A variable that stands nowhere but with numbers, or with numbers and a bound index, and with 0 among them.
    fn count_variables(&mut self, request: &Request<'_>) {
        let names = || {
            request.asts.iter().flat_map(|(ast, _)| ast.nodes.iter().map(move |node| (*ast, node))).filter_map(
                |(ast, node)| match &node.kind {
                    AstKind::Name(name) => Some((ast, name)),
                    _ => None,
                },
            )
        };
        for base in request.wrt.iter().filter(|name| letter(name) != Letter::Capital) {
            let mut numbers: FxHashSet<&str> = FxHashSet::default();
            let mut is_whole = false;
            for (ast, name) in names().filter(|(_, name)| name.base == *base) {
                match name.subscript.as_slice() {
                    [] => is_whole = true,
                    [part] if matches!(ast.node(*part).kind, AstKind::Number(_)) => {
                        numbers.insert(&name.subscript_text);
                    }
                    _ => {}
                }
            }
            let is_indexed = names().any(|(_, name)| {
                name.base == *base && name.subscript.len() == 1 && !numbers.contains(name.subscript_text.as_str())
            });
            if !is_whole && numbers.contains("0") && (numbers.len() > 1 || is_indexed) {
                self.0.entry(base.clone()).or_default().count_from(0, 0);
            }
        }
    }
}

/// The bound indices of a text, with the numbers they begin with.
struct Indices<'a> {
    ast: &'a Ast,
    constants: Vec<Option<Coeff>>,
    /// For each node the innermost index around it; 0 is none.
    scope: Vec<u32>,
    /// The next one outwards, the index, and the least number that it has.
    links: Vec<(u32, &'a str, Option<i64>)>,
}

impl<'a> Indices<'a> {
    fn new(ast: &'a Ast) -> Self {
        let scope = vec![0; ast.nodes.len()];
        Self { ast, constants: constants(ast), scope, links: vec![(0, "", None)] }
    }

    /// Finds the subscripts that begin below 1, from the root down.
    fn count(mut self, found: &mut Numberings) {
        for number in (0..self.ast.nodes.len()).rev() {
            let scope = self.scope[number];
            let kind = &self.ast.nodes[number].kind;
            for_each_child(kind, |child| self.scope[child.0 as usize] = scope);
            match kind {
                AstKind::BigSum(ranges, body) | AstKind::BigProduct(ranges, body) => {
                    let mut inner = scope;
                    for range in ranges {
                        let least = range.lower.and_then(|lower| self.least(lower, inner, true));
                        self.links.push((inner, &range.index, least));
                        inner = u32::try_from(self.links.len() - 1).unwrap_or(0);
                    }
                    self.scope[body.0 as usize] = inner;
                }
                AstKind::Name(name) => {
                    for (subscript, part) in name.subscript.iter().enumerate() {
                        if let Some(first) = self.least(*part, scope, false) {
                            found.count_from(name, subscript, first);
                        }
                    }
                }
                AstKind::Line { of, index, is_row } => {
                    if let AstKind::Name(name) = &self.ast.node(*of).kind
                        && name.subscript.is_empty()
                        && let Some(first) = self.least(*index, scope, false)
                    {
                        found.count_from(name, usize::from(!is_row), first);
                    }
                }
                _ => {}
            }
        }
    }

    /// The least number that an index with a number added has; that of a number alone where one may stand.
    fn least(&self, id: AstId, scope: u32, or_number: bool) -> Option<i64> {
        if let Some(number) = &self.constants[id.0 as usize] {
            return number.to_i64().filter(|_| or_number);
        }
        match &self.ast.node(id).kind {
            AstKind::Name(name) if name.subscript_text.is_empty() => self.lookup(&name.base, scope)?,
            AstKind::Sum(terms) => {
                let (mut least, mut added) = (None, 0_i64);
                for (sign, term) in terms {
                    match (&self.constants[term.0 as usize], sign) {
                        (Some(number), Sign::Plus) => added = added.checked_add(number.to_i64()?)?,
                        (Some(number), Sign::Minus) => added = added.checked_sub(number.to_i64()?)?,
                        (None, Sign::Plus) if least.is_none() => least = Some(self.least(*term, scope, false)?),
                        (None, _) => return None,
                    }
                }
                least?.checked_add(added)
            }
            _ => None,
        }
    }

    /// The least number of the index of that name.
    fn lookup(&self, name: &str, mut scope: u32) -> Option<Option<i64>> {
        while scope != 0 {
            let (outer, index, least) = self.links[scope as usize];
            if index == name {
                return Some(least);
            }
            scope = outer;
        }
        None
    }
}
