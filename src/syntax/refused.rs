//! What parts of a text look like, and what the language does not have yet and a reader would take for something else: block matrices,
//! which are refused by name where their parts look like them.

use super::ast::{AstId, AstKind, Function};
use super::names::Rank;
use super::parse::{Failure, Parser};
use super::walk::for_each_child;
use crate::diagnostic::{Advice, Diagnostic, Suggestion};
use crate::span::Span;

/// What a part of a literal or a side of a cross is by its looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looks {
    Scalar,
    /// A small letter that is no scalar by habit.
    Letter,
    /// A declared vector, or something made of vectors.
    Vector,
    /// A capital, the identity, a transpose.
    Matrix,
}

impl Parser<'_> {
    pub(super) fn looks(&self, root: AstId) -> Looks {
        let mut known: rustc_hash::FxHashMap<AstId, Looks> = rustc_hash::FxHashMap::default();
        let Some(parts) = self.factors_and_terms(root) else { return Looks::Scalar };
        for id in parts {
            let of = |id: &AstId| known.get(id).copied().unwrap_or(Looks::Scalar);
            let widest = |ids: &mut dyn Iterator<Item = AstId>| {
                ids.map(|id| of(&id))
                    .fold(Looks::Scalar, |wide, next| if rank(next) > rank(wide) { next } else { wide })
            };
            let looks = match &self.ast.node(id).kind {
                AstKind::Name(name) => self.looks_of_name(&name.base, &name.subscript_text),
                AstKind::Sum(terms) => widest(&mut terms.iter().map(|term| term.1)),
                AstKind::Transpose(inner) => match of(inner) {
                    Looks::Scalar => Looks::Scalar,
                    Looks::Letter | Looks::Vector | Looks::Matrix => Looks::Matrix,
                },
                AstKind::Product { first, rest } => {
                    let is_row = matches!(self.ast.node(*first).kind, AstKind::Transpose(_));
                    let last = rest.last().map_or(*first, |factor| factor.1);
                    if is_row && matches!(of(&last), Looks::Letter | Looks::Vector) {
                        Looks::Scalar
                    } else {
                        let wide = widest(&mut std::iter::once(*first).chain(rest.iter().map(|factor| factor.1)));
                        // A matrix times a vector.
                        let is_column = wide == Looks::Matrix && matches!(of(&last), Looks::Letter | Looks::Vector);
                        if is_column { Looks::Vector } else { wide }
                    }
                }
                AstKind::Power(base, _) => match of(base) {
                    Looks::Letter => Looks::Scalar,
                    other => other,
                },
                AstKind::HadamardPower(base, _) | AstKind::StarPower(base, _) => of(base),
                AstKind::Call(Function::Eye | Function::Inv | Function::Diag | Function::Hat, _) => Looks::Matrix,
                AstKind::Call(Function::Ones | Function::Zeros | Function::Cross, _) | AstKind::Line { .. } => {
                    Looks::Vector
                }
                _ => Looks::Scalar,
            };
            known.insert(id, looks);
        }
        known.get(&root).copied().unwrap_or(Looks::Scalar)
    }

    /// The nodes that decide what a value looks like, children first; none where they are too many.
    fn factors_and_terms(&self, root: AstId) -> Option<Vec<AstId>> {
        const MOST: usize = 1024;
        let (mut parts, mut at) = (vec![root], 0);
        while let Some(id) = parts.get(at).copied() {
            at += 1;
            match &self.ast.node(id).kind {
                kind @ (AstKind::Sum(_) | AstKind::Product { .. } | AstKind::Transpose(_)) => {
                    for_each_child(kind, |child| parts.push(child));
                }
                AstKind::Power(base, _) | AstKind::HadamardPower(base, _) | AstKind::StarPower(base, _) => {
                    parts.push(*base);
                }
                _ => {}
            }
            if parts.len() > MOST {
                return None;
            }
        }
        parts.sort_unstable();
        Some(parts)
    }

    pub(super) fn looks_of_name(&self, base: &str, below: &str) -> Looks {
        let full = if below.is_empty() { base.to_owned() } else { format!("{base}_{below}") };
        match self.names.rank(&full) {
            Some(Rank::Scalar) => return Looks::Scalar,
            Some(Rank::Vector) => return Looks::Vector,
            Some(Rank::Matrix) => return Looks::Matrix,
            Some(Rank::Other) => return Looks::Scalar,
            None => {}
        }
        // `X_{1,2}`, and X_12 of a matrix X that is known: entries, where no row or column is meant by a `:`.
        let is_pair = below.contains(',') || below.chars().count() == 2 && self.names.rank(base) == Some(Rank::Matrix);
        if is_pair && !below.contains([':', '*', '·']) {
            return Looks::Scalar;
        }
        let first = base.chars().next().unwrap_or(' ');
        if first.is_uppercase() && !matches!(base, "N" | "K") {
            Looks::Matrix
        } else if matches!(base, "1" | "0") {
            Looks::Vector
        } else if first.is_ascii_lowercase() && !matches!(base, "n" | "m" | "t" | "e") && below.is_empty() {
            Looks::Letter
        } else {
            Looks::Scalar
        }
    }

    /// Refuses a literal with an entry that is not a scalar. Letters in several rows and columns are scalars, `[a b; c d]`; in one row or
    /// column they may be vectors as well.
    pub(super) fn no_blocks(&self, rows: &[Vec<AstId>], span: Span) -> Result<(), Failure> {
        let is_grid = rows.len() > 1 && rows.iter().all(|row| row.len() > 1);
        let is_block = |entry: &AstId| match self.looks(*entry) {
            Looks::Scalar => false,
            Looks::Letter => !is_grid,
            Looks::Vector | Looks::Matrix => true,
        };
        let blocks: Vec<AstId> = rows.iter().flatten().copied().filter(is_block).collect();
        let Some(&block) = blocks.first() else { return Ok(()) };
        let part = self.ast.span(block);
        let shown = self.ast.source.get(part.start..part.end).unwrap_or("").to_owned();
        let mut error = Diagnostic::new(
            "P0022",
            "block matrices cannot be read yet",
            part,
            format!("`{shown}` does not look like a scalar"),
        )
        .with_label(span, "the entries of a literal are scalars");
        if blocks.len() <= 8 && blocks.iter().all(|block| self.looks(*block) == Looks::Letter) {
            let mut letters: Vec<&str> = Vec::new();
            for letter in blocks
                .iter()
                .filter_map(|block| self.ast.source.get(self.ast.span(*block).start..self.ast.span(*block).end))
            {
                if !letters.contains(&letter) {
                    letters.push(letter);
                }
            }
            let words =
                if letters.len() == 1 { "if it is one, declare it: " } else { "if they are scalars, declare them: " };
            error = error.with_help(
                Advice::from(words).suggest(Suggestion::declaration(format!("{}: scalar", letters.join(", ")))),
            );
        }
        Err(Box::new(error.with_help("write the products of the blocks out, as `x'A x + 2 x'B y + y'D y`")))
    }
}

fn rank(looks: Looks) -> u8 {
    match looks {
        Looks::Scalar => 0,
        Looks::Letter => 1,
        Looks::Vector => 2,
        Looks::Matrix => 3,
    }
}
