//! What parts of a text look like, scalars, letters, vectors or matrices; and whether the entries of brackets are blocks.

use super::ast::{AstId, AstKind, Cut, Derivative, Function, ProductOp};
use super::function::is_entrywise;
use super::names::Rank;
use super::parse::{Failure, Parser};
use super::walk::for_each_child;
use crate::catalog::Ranked;
use crate::diagnostic::{Advice, Diagnostic, Suggestion};
use crate::span::Span;

/// What a part of a literal or a side of a cross is by its looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looks {
    Scalar,
    /// The value of a function, which may have any shape.
    Open,
    /// A small letter that is no scalar by habit.
    Letter,
    /// A declared vector, or something made of vectors.
    Vector,
    /// A capital, the identity, a transpose.
    Matrix,
}

/// What is transposed, an odd number of times or an even one.
struct Transposed {
    of: AstId,
    is_odd: bool,
}

impl Looks {
    fn of_rank(rank: Rank) -> Self {
        match rank {
            Rank::Scalar | Rank::Other => Self::Scalar,
            Rank::Vector => Self::Vector,
            Rank::Matrix => Self::Matrix,
        }
    }
}

impl Parser<'_> {
    pub(super) fn looks(&self, root: AstId) -> Looks {
        let mut known: rustc_hash::FxHashMap<AstId, Looks> = rustc_hash::FxHashMap::default();
        // Products and sums of rows: what is behind one is a column.
        let mut rows: rustc_hash::FxHashSet<AstId> = rustc_hash::FxHashSet::default();
        let Some(parts) = self.factors_and_terms(root) else { return Looks::Scalar };
        for id in parts {
            let mut ends_in_row = false;
            let of = |id: &AstId| known.get(id).copied().unwrap_or(Looks::Scalar);
            let widest = |ids: &mut dyn Iterator<Item = AstId>| {
                ids.map(|id| of(&id))
                    .fold(Looks::Scalar, |wide, next| if rank(next) > rank(wide) { next } else { wide })
            };
            // Nobody transposes a number: the bars in |x|ᵀ stand for the absolute value of each entry, and tanh(x)ᵀ is a row.
            let has_entries = |id: AstId| {
                let inner = self.taken_by_entries(id);
                inner.is_some_and(|inner| matches!(of(&inner), Looks::Letter | Looks::Vector))
            };
            let is_row = |id: AstId| {
                let Transposed { of: inner, is_odd } = self.as_transpose(id);
                let is_column = || {
                    matches!(of(&inner), Looks::Letter | Looks::Vector) || self.has_member(inner) || has_entries(inner)
                };
                rows.contains(&id) || is_odd && is_column()
            };
            let is_column = |id: AstId| !is_row(id) && of(&id) != Looks::Matrix;
            let looks = match &self.ast.node(id).kind {
                AstKind::Name(name) if name.subscript_text.is_empty() && self.bound_indices.contains(&name.base) => {
                    Looks::Scalar
                }
                AstKind::Name(name) => self.looks_of_name(&name.base, &name.subscript_text),
                AstKind::Sum(terms) => {
                    ends_in_row = terms.iter().any(|term| is_row(term.1));
                    widest(&mut terms.iter().map(|term| term.1))
                }
                AstKind::Transpose(inner) if self.has_member(*inner) => Looks::Matrix,
                AstKind::Transpose(inner) => match (of(inner), self.as_transpose(id)) {
                    (_, Transposed { of: inner, is_odd: true }) if has_entries(inner) => Looks::Matrix,
                    (looks @ (Looks::Scalar | Looks::Open), _) => looks,
                    // Transposed twice.
                    (_, Transposed { of: inner, is_odd: false }) => of(&inner),
                    (Looks::Letter | Looks::Vector | Looks::Matrix, _) => Looks::Matrix,
                },
                AstKind::Product { first, rest } => {
                    let divides = |op: ProductOp| matches!(op, ProductOp::Divide);
                    // Nothing is divided by a matrix: of `X/Z` neither is one.
                    if rest.iter().any(|(op, divisor)| divides(*op) && of(divisor) == Looks::Matrix) {
                        known.insert(id, Looks::Scalar);
                        continue;
                    }
                    let others = rest.iter().filter(|(op, _)| !divides(*op)).map(|factor| factor.1);
                    let factors = std::iter::once(*first).chain(others);
                    let mut before = false;
                    let (looks, is_row_itself) = looks_of_product(factors.map(|id| {
                        // Behind a row a member is a column.
                        let looks = if before && self.is_member(id) { Looks::Vector } else { of(&id) };
                        before = is_row(id);
                        (looks, before)
                    }));
                    ends_in_row = is_row_itself;
                    looks
                }
                AstKind::Power(base, _) => match of(base) {
                    Looks::Letter => Looks::Scalar,
                    other => other,
                },
                AstKind::HadamardPower(base, _) | AstKind::StarPower(base, _) => {
                    ends_in_row = is_row(*base);
                    of(base)
                }
                // `[sin(x), cos(x)]` has scalars as its entries.
                AstKind::Call(function, arguments) if is_entrywise(*function) => {
                    ends_in_row = arguments.first().is_some_and(|argument| is_row(*argument));
                    match arguments.first().map(of) {
                        Some(looks @ (Looks::Open | Looks::Vector | Looks::Matrix)) => looks,
                        _ => Looks::Scalar,
                    }
                }
                // |A| is a determinant.
                AstKind::Abs(inner) if of(inner) == Looks::Vector => {
                    ends_in_row = is_row(*inner);
                    Looks::Vector
                }
                // Of a matrix it is the vector of its diagonal.
                AstKind::Call(Function::Diag, arguments) if arguments.first().map(of) == Some(Looks::Matrix) => {
                    Looks::Vector
                }
                AstKind::Call(Function::Where | Function::Cases, arguments) => {
                    match widest(&mut arguments.iter().skip(1).copied()) {
                        looks @ (Looks::Vector | Looks::Matrix) => looks,
                        Looks::Scalar | Looks::Open | Looks::Letter => Looks::Open,
                    }
                }
                // Of columns it is a column, `y ⊗ A e₁`.
                AstKind::Call(Function::Kron, factors) => {
                    let is_column = |id: &AstId| {
                        matches!(of(id), Looks::Letter | Looks::Vector)
                            || of(id) == Looks::Matrix && self.has_member(*id)
                    };
                    ends_in_row = factors.iter().all(|factor| is_row(*factor));
                    if factors.iter().all(is_column) { Looks::Vector } else { widest(&mut factors.iter().copied()) }
                }
                AstKind::Call(function, _) if is_matrix(*function) => Looks::Matrix,
                AstKind::Call(Function::Ones | Function::Zeros, sizes) if sizes.len() == 2 => Looks::Matrix,
                AstKind::Literal(rows) if rows.len() == 1 || rows.iter().all(|row| row.len() == 1) => Looks::Vector,
                AstKind::Literal(_) => Looks::Matrix,
                AstKind::BigSum(_, body) => of(body),
                AstKind::Call(function, _) if is_vector(*function) => Looks::Vector,
                AstKind::Line { .. } => Looks::Vector,
                AstKind::Slice { cuts, .. } => {
                    let places = cuts.iter().filter(|cut| matches!(cut, Cut::At(_) | Cut::Last(_))).count();
                    match cuts.len() - places {
                        0 => Looks::Scalar,
                        1 => Looks::Vector,
                        _ => Looks::Matrix,
                    }
                }
                AstKind::Call(Function::Operator(_), arguments) => {
                    ends_in_row = arguments.first().is_some_and(|argument| is_row(*argument));
                    match arguments.first().map(of) {
                        Some(looks @ (Looks::Vector | Looks::Matrix)) => looks,
                        _ => Looks::Open,
                    }
                }
                AstKind::Call(function, _) if !is_number(*function) => Looks::Open,
                AstKind::UserCall { name, derivative: Derivative::Primes(0), .. } if self.names.has_map(name) => {
                    self.names.rank(name).map_or(Looks::Open, Looks::of_rank)
                }
                AstKind::UserCall { argument, .. } => {
                    ends_in_row = self.taken_by_entries(id).is_some() && is_row(*argument);
                    match of(argument) {
                        looks @ (Looks::Vector | Looks::Matrix) if self.taken_by_entries(id).is_some() => looks,
                        _ => Looks::Open,
                    }
                }
                // `1[x > y]` of vectors is one.
                AstKind::Indicator(_, left, right) => {
                    ends_in_row = is_row(*left) || is_row(*right);
                    match widest(&mut [*left, *right].into_iter()) {
                        looks @ (Looks::Vector | Looks::Matrix) => looks,
                        Looks::Scalar | Looks::Open | Looks::Letter => Looks::Scalar,
                    }
                }
                // Vectors and scalars below one another.
                AstKind::Stack { is_row: false, blocks } if blocks.iter().all(|block| is_column(*block)) => {
                    Looks::Vector
                }
                AstKind::Stack { .. } => Looks::Matrix,
                _ => Looks::Scalar,
            };
            known.insert(id, looks);
            if ends_in_row {
                rows.insert(id);
            }
        }
        known.get(&root).copied().unwrap_or(Looks::Scalar)
    }

    /// Whether it is a name with a subscript of which nothing is known: where it is transposed, a member of a family.
    fn is_member(&self, id: AstId) -> bool {
        matches!(&self.ast.node(id).kind, AstKind::Name(name) if !name.subscript_text.is_empty()
            && self.looks_of_name(&name.base, &name.subscript_text) == Looks::Scalar
            && self.names.rank(&format!("{}_{}", name.base, name.subscript_text)).is_none())
    }

    /// Whether it is a member of a family, or one times numbers that stand before it, `a e₁`.
    fn has_member(&self, mut id: AstId) -> bool {
        while let AstKind::Product { rest, .. } = &self.ast.node(id).kind {
            match rest.last() {
                Some((ProductOp::Divide, _)) | None => return false,
                Some((_, last)) => id = *last,
            }
        }
        self.is_member(id)
    }

    /// What it is the transpose of, through transposes of transposes.
    fn as_transpose(&self, mut id: AstId) -> Transposed {
        let mut is_odd = false;
        while let AstKind::Transpose(inner) = self.ast.node(id).kind {
            (id, is_odd) = (inner, !is_odd);
        }
        Transposed { of: id, is_odd }
    }

    /// Of what a value is taken entry by entry: what stands in bars, or in a function that acts so, which may be raised to powers.
    fn taken_by_entries(&self, mut id: AstId) -> Option<AstId> {
        let mut found = None;
        loop {
            id = match &self.ast.node(id).kind {
                AstKind::Power(base, _) | AstKind::HadamardPower(base, _) | AstKind::StarPower(base, _) => *base,
                AstKind::Abs(inner) => *found.insert(*inner),
                AstKind::Call(function, arguments) if is_entrywise(*function) && arguments.len() == 1 => {
                    *found.insert(arguments[0])
                }
                AstKind::UserCall { name, derivative: Derivative::Primes(_), argument, .. }
                    if !self.names.has_map(name) =>
                {
                    *found.insert(*argument)
                }
                _ => return found,
            }
        }
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
                AstKind::BigSum(_, inner) | AstKind::Abs(inner) => parts.push(*inner),
                AstKind::Call(Function::Where | Function::Cases, arguments) => parts.extend(arguments.iter().skip(1)),
                AstKind::Call(Function::Kron, factors) => parts.extend(factors),
                AstKind::Stack { is_row: false, blocks } => parts.extend(blocks),
                AstKind::UserCall { argument, .. } => parts.push(*argument),
                AstKind::Indicator(_, left, right) => parts.extend([left, right]),
                AstKind::Power(base, _) | AstKind::HadamardPower(base, _) | AstKind::StarPower(base, _) => {
                    parts.push(*base);
                }
                AstKind::Call(function, arguments)
                    if is_entrywise(*function) || matches!(function, Function::Operator(_) | Function::Diag) =>
                {
                    parts.extend(arguments.first());
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
        if let Some(rank) = self.names.rank(&full) {
            return Looks::of_rank(rank);
        }
        let is_member = below.chars().count() == 1 || !below.is_empty() && below.chars().all(|c| c.is_ascii_digit());
        if is_member && let Some(rank) = self.names.rank_of_members(base) {
            return Looks::of_rank(rank);
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

    /// Whether what stands in a row of a LaTeX matrix is numbers: letters are, where nothing says that they are vectors.
    pub(super) fn are_numbers(&self, row: &[AstId]) -> bool {
        row.iter().all(|entry| !matches!(self.looks(*entry), Looks::Vector | Looks::Matrix))
    }

    /// Whether the entries of brackets are blocks. Letters in several rows and columns are scalars, `[a b; c d]`, and where none stands alone;
    /// below one another they are blocks, `[x; t]`; beside one another they may be the entries of a vector, or its columns, and are refused.
    pub(super) fn are_blocks(&self, rows: &[Vec<AstId>], span: Span) -> Result<bool, Failure> {
        let is_grid = rows.len() > 1 && rows.iter().all(|row| row.len() > 1);
        // A list that is an entry itself is refused by its shape.
        let is_list = |entry: &AstId| matches!(self.ast.node(*entry).kind, AstKind::Literal(_));
        let looks_of = |entry: &AstId| if is_list(entry) { Looks::Scalar } else { self.looks(*entry) };
        let looks: Vec<Looks> = rows.iter().flatten().map(looks_of).collect();
        let is_bare = |entry: &AstId| matches!(self.ast.node(*entry).kind, AstKind::Name(_));
        let has_bare =
            rows.iter().flatten().zip(&looks).any(|(entry, looks)| *looks == Looks::Letter && is_bare(entry));
        let is_block = |looks: &Looks| match looks {
            Looks::Scalar => false,
            Looks::Open => rows.len() > 1,
            // `[r cos(θ); r sin(θ)]` are two numbers, `[x; 2x]` two vectors.
            Looks::Letter => !is_grid && (rows.len() == 1 || has_bare),
            Looks::Vector | Looks::Matrix => true,
        };
        if !looks.iter().any(is_block) {
            return Ok(false);
        }
        let [row] = rows else { return Ok(true) };
        let is_open = looks.iter().any(|looks| matches!(looks, Looks::Scalar | Looks::Open | Looks::Letter));
        if looks.contains(&Looks::Matrix) || !is_open {
            return Ok(true);
        }
        let written = |id: &AstId| {
            let part = self.ast.span(*id);
            self.ast.source.get(part.start..part.end).unwrap_or("").to_owned()
        };
        let all: Vec<String> = row.iter().map(written).collect();
        let mut letters: Vec<&String> = Vec::new();
        let mut are_bare = true;
        for ((entry, id), looks) in all.iter().zip(row).zip(&looks) {
            are_bare &= *looks != Looks::Letter || is_bare(id);
            if *looks == Looks::Letter && !letters.contains(&entry) {
                letters.push(entry);
            }
        }
        let mut error =
            Diagnostic::new("P0022", "the entries of a vector, or blocks?", span, "scalars and vectors in one row");
        if are_bare && letters.len() <= 8 && looks.iter().all(|looks| matches!(looks, Looks::Letter | Looks::Scalar)) {
            let words = if letters.len() == 1 {
                "if it is a scalar, declare it: "
            } else {
                "if they are scalars, declare them: "
            };
            let letters: Vec<&str> = letters.iter().map(|letter| letter.as_str()).collect();
            error = error.with_help(
                Advice::from(words).suggest(Suggestion::declaration(format!("{}: scalar", letters.join(", ")))),
            );
        }
        Err(Box::new(error.with_help(format!("for one below the other write `[{}]`", all.join("; ")))))
    }
}

/// Whether the values of a function are numbers.
fn is_number(function: Function) -> bool {
    use Function as F;
    matches!(
        function,
        F::Sum
            | F::Mean
            | F::Count(_)
            | F::Prod
            | F::Max
            | F::Min
            | F::LogSumExp
            | F::Norm
            | F::Norm1
            | F::Norm2
            | F::Trace
            | F::Det
            | F::LogDet
            | F::LambdaMax
            | F::LambdaMin
            | F::SigmaMax
            | F::Ranked(Ranked::Eigenvalue | Ranked::SingularValue)
            | F::Dot
    )
}

/// Whether the values of a function are vectors.
fn is_vector(function: Function) -> bool {
    use Function as F;
    let is_vector = |which: Ranked| !matches!(which, Ranked::Eigenvalue | Ranked::SingularValue);
    match function {
        F::Ranked(which) => is_vector(which),
        _ => matches!(
            function,
            F::Ones | F::Zeros | F::Cross | F::Vec | F::EigvecMax | F::EigvecMin | F::UMax | F::VMax | F::Axial
        ),
    }
}

/// Whether the values of a function are matrices, of whatever is usually put into it.
pub(super) fn is_matrix(function: Function) -> bool {
    use Function as F;
    matches!(
        function,
        F::Eye
            | F::OnesMatrix
            | F::Commutation
            | F::Inv
            | F::Pinv
            | F::Expm
            | F::Logm
            | F::Sqrtm
            | F::FrechetExpm
            | F::FrechetLogm
            | F::FrechetSqrtm
            | F::Cof
            | F::Sym
            | F::Skew
            | F::Polar
            | F::Diag
            | F::Unvec
            | F::Hat
            | F::Outer
    )
}

/// What a product looks like, from what its factors do and whether they are the transposes of columns, and whether it is the transpose of one:
/// a row times a column is a scalar, a matrix times one a vector.
fn looks_of_product(factors: impl Iterator<Item = (Looks, bool)>) -> (Looks, bool) {
    let (mut looks, mut ends_in_row) = (Looks::Scalar, false);
    for (next, is_row) in factors {
        let is_column = matches!(next, Looks::Letter | Looks::Vector);
        if ends_in_row && is_column {
            (looks, ends_in_row) = (Looks::Scalar, false);
        } else if looks == Looks::Matrix && is_column {
            looks = Looks::Vector;
        } else if rank(next) >= rank(looks) && next != Looks::Scalar {
            // A row times a matrix is a row; a column times a row is a matrix.
            // What has an open shape beside a row is a number more often than not.
            let begins = is_row && matches!(looks, Looks::Scalar | Looks::Open);
            ends_in_row = begins || ends_in_row && next == Looks::Matrix && !is_row;
            looks = next;
        }
    }
    (looks, ends_in_row)
}

fn rank(looks: Looks) -> u8 {
    match looks {
        Looks::Scalar => 0,
        Looks::Open => 1,
        Looks::Letter => 2,
        Looks::Vector => 3,
        Looks::Matrix => 4,
    }
}
