//! Kinds of symbols and what a letter says about them.

use crate::expr::{Arena, Dim, Numbering, SizeTerm, SymbolId, SymbolKind, changed, sum_of_terms};
use crate::structure::Structure;
use crate::syntax::{Declaration, DeclaredKind, Size};

/// The readings of a symbol that the guess tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 1×1
    Scalar,
    /// n×1
    Vector,
    /// m×n
    Matrix,
    /// A family of vectors.
    VectorFamily,
    /// A family of matrices.
    MatrixFamily,
    /// A family of vectors where it has an index, another vector where it has none.
    FamilyBeside,
    /// The entries of a vector where it has an index, another scalar where it has none.
    EntriesBeside,
    /// A scalar; what has a number below is a scalar of its own.
    ScalarBesideOthers,
    /// As declared.
    Declared,
}

/// The class of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Letter {
    /// `A` … `Z`
    Capital,
    /// `a` … `z`, and whatever else is a letter.
    Small,
    /// `α` … `ω`
    Greek,
    /// `Γ` … `Ω`
    CapitalGreek,
}

/// What the name of a family ends with that stands beside another symbol of its letter; no written name does.
pub(crate) const BESIDE: &str = "_·";

/// The X of dX.
fn of_step(name: &str) -> Option<&str> {
    name.strip_prefix('d').filter(|rest| rest.starts_with(|first: char| first.is_uppercase() || !first.is_ascii()))
}

/// The class of a name by its first letter, that of ΔX and dX by the letter of X.
pub(crate) fn letter(name: &str) -> Letter {
    match changed(name).or_else(|| of_step(name)).unwrap_or(name).chars().next() {
        Some('A'..='Z') => Letter::Capital,
        Some('Α'..='Ω') => Letter::CapitalGreek,
        Some('α'..='ω' | 'ħ' | 'ϵ' | 'ϑ' | 'ϕ' | 'ϱ' | 'ϖ' | 'ϰ') => Letter::Greek,
        Some(other) if other.is_uppercase() => Letter::Capital,
        _ => Letter::Small,
    }
}

/// What the field's habits say of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Nothing more than its class.
    None,
    /// `n`, `m`, `t`; `N`, `K`: counts and time.
    Count,
    /// `β`, `θ`, `μ`: coefficients, parameters, means.
    Parameter,
    /// `Y`: the response of a regression.
    Response,
}

impl Habit {
    pub(crate) fn is_count(self) -> bool {
        self == Self::Count
    }
}

/// Whether a name is by habit that of what is sought, which is a vector before the letters beside it are: x of `||y - h x||`.
pub(crate) fn is_unknown(name: &str) -> bool {
    matches!(name, "x" | "y" | "z" | "u" | "v" | "w")
}

/// The habit of a name, by its one letter.
pub(crate) fn habit(name: &str) -> Habit {
    let mut chars = changed(name).unwrap_or(name).chars();
    let first = chars.next();
    let base = chars.next().is_none_or(|c| !c.is_alphabetic());
    match first {
        Some('n' | 'm' | 't' | 'i' | 'N' | 'K') if base => Habit::Count,
        Some('β' | 'θ' | 'μ' | 'ϑ') if base => Habit::Parameter,
        Some('Y') if base => Habit::Response,
        _ => Habit::None,
    }
}

/// What the names of sizes begin with that are left open in a declaration; no written name does.
pub(crate) const OPEN: &str = "_";

/// A declared size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WrittenSize {
    /// A number.
    Number(u32),
    /// A name, by its place among the written size names.
    Name(u32),
    /// Any other: the size of a symbol that was guessed before, such as the length of `vec(X)`.
    Polynomial(Vec<SizeTerm>),
}

impl WrittenSize {
    /// The size as a sum of terms.
    pub(crate) fn terms(&self) -> Vec<SizeTerm> {
        sum_of_terms(match self {
            Self::Number(value) => vec![(i64::from(*value), Vec::new())],
            Self::Name(place) => vec![(1, vec![*place])],
            Self::Polynomial(terms) => terms.clone(),
        })
    }

    /// A size of the arena, whose names come first among the written ones.
    pub(crate) fn of_dim(arena: &Arena, dim: Dim) -> Self {
        match dim {
            Dim::Known(value) => Self::Number(value),
            Dim::Named(place) => Self::Name(place),
            Dim::Polynomial(_) => Self::Polynomial(arena.size_terms(dim)),
        }
    }
}

/// A declaration in the terms of this stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) rows: WrittenSize,
    pub(crate) cols: WrittenSize,
    pub(crate) family: Option<WrittenSize>,
    pub(crate) structure: Structure,
    pub(crate) special: Special,
    /// The sizes of the arguments of a map.
    pub(crate) domain: Option<[WrittenSize; 2]>,
    /// From which numbers its subscripts count.
    pub(crate) numbering: Numbering,
    /// How many subscripts an entry has, as it is declared: 1 of a vector of one entry, which is a number.
    pub(crate) axes: usize,
}

impl Declared {
    /// Whether a name with so many subscripts is the one entry of an array.
    pub(crate) fn is_one_entry(&self, subscripts: usize) -> bool {
        let one = WrittenSize::Number(1);
        self.family.is_none() && self.rows == one && self.cols == one && self.axes == subscripts
    }

    /// Whether it is a vector, whose entries have one subscript.
    pub(crate) fn is_vector(&self) -> bool {
        let one = WrittenSize::Number(1);
        self.family.is_none() && self.cols == one && self.rows != one
    }

    /// A symbol that the arena has already.
    pub(crate) fn of_symbol(arena: &Arena, id: SymbolId) -> Self {
        let symbol = arena.symbol(id);
        let (family, special) = match symbol.kind {
            SymbolKind::Plain => (None, Special::Plain),
            SymbolKind::Positive => (None, Special::Positive),
            SymbolKind::Nonnegative => (None, Special::Nonnegative),
            SymbolKind::Integer => (None, Special::Integer),
            SymbolKind::Simplex => (None, Special::Simplex),
            SymbolKind::Signs => (None, Special::Signs),
            SymbolKind::Binary => (None, Special::Binary),
            SymbolKind::Function => (None, Special::Function),
            SymbolKind::MatrixFunction => (None, Special::MatrixFunction),
            SymbolKind::Map(_) => (None, Special::Map),
            SymbolKind::Family(count) => (Some(WrittenSize::of_dim(arena, count)), Special::Plain),
        };
        Self {
            rows: WrittenSize::of_dim(arena, symbol.shape.rows),
            cols: WrittenSize::of_dim(arena, symbol.shape.cols),
            family,
            structure: symbol.structure,
            special,
            domain: match symbol.kind {
                SymbolKind::Map(domain) => Some([domain.rows, domain.cols].map(|dim| WrittenSize::of_dim(arena, dim))),
                _ => None,
            },
            numbering: arena.numbering(id),
            axes: 0,
        }
    }
}

/// What a declared symbol is besides its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Special {
    /// Nothing more.
    Plain,
    /// A positive scalar, or a vector of positive entries.
    Positive,
    /// A scalar that is not below 0, or a vector of such entries.
    Nonnegative,
    /// An integer.
    Integer,
    /// A probability vector.
    Simplex,
    /// A vector of −1 and 1.
    Signs,
    /// A scalar, vector or matrix of 0 and 1.
    Binary,
    /// An elementwise function.
    Function,
    /// A function of square matrices.
    MatrixFunction,
    /// A map from arrays of one shape to those of another.
    Map,
}

/// Why a declaration cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadDeclaration {
    /// A size of 0 or beyond 2³² − 1.
    Size(u64),
    /// A family of families or functions.
    Family,
    /// A family of vectors from a set.
    FamilyOfSet,
}

/// Reads a declaration; `name_of` gives the place of a size's name.
pub(crate) fn read(
    declaration: &Declaration,
    mut name_of: impl FnMut(&str) -> u32,
) -> Result<Declared, BadDeclaration> {
    let mut open = 0;
    let number = |value: u64| match u32::try_from(value) {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(BadDeclaration::Size(value)),
    };
    let mut size = |written: &Size| match written {
        Size::Symbol(name) => Ok(WrittenSize::Name(name_of(name))),
        Size::Number(value) => Ok(WrittenSize::Number(number(*value)?)),
        Size::Sum(terms) => {
            let term = |(value, names): &(i64, Vec<String>)| {
                let size = i64::from(number(value.unsigned_abs())?);
                Ok((size * value.signum(), names.iter().map(|name| name_of(name)).collect()))
            };
            let sum = sum_of_terms(terms.iter().map(term).collect::<Result<Vec<SizeTerm>, _>>()?);
            let may_be_positive = sum.iter().any(|(factor, _)| *factor > 0);
            if may_be_positive { Ok(WrittenSize::Polynomial(sum)) } else { Err(BadDeclaration::Size(0)) }
        }
        Size::Open => {
            open += 1;
            Ok(WrittenSize::Name(name_of(&format!("{OPEN}{}{open}", declaration.name))))
        }
    };
    let (family, kind) = match &declaration.kind {
        DeclaredKind::Family(count, inner) => (Some(size(count)?), inner.as_ref()),
        other => (None, other),
    };
    let (domain, values) = match kind {
        DeclaredKind::Map(arguments, values) => (Some(sizes_of(arguments, &mut size)?), values.as_ref()),
        kind => (None, kind),
    };
    let [rows, cols] = sizes_of(values, &mut size)?;
    let structure = match values {
        DeclaredKind::Square(structure, _) => *structure,
        _ => Structure::General,
    };
    let mut numbering = Numbering::default();
    numbering.count_from(0, declaration.first);
    let axes = match values {
        DeclaredKind::Vector(_)
        | DeclaredKind::PositiveVector(_)
        | DeclaredKind::NonnegativeVector(_)
        | DeclaredKind::Simplex(_)
        | DeclaredKind::Signs(_) => 1,
        DeclaredKind::Matrix(..) | DeclaredKind::Square(..) => 2,
        _ => 0,
    };
    let mut declared = Declared { rows, cols, family, structure, special: Special::Plain, domain, numbering, axes };
    match kind {
        DeclaredKind::Scalar | DeclaredKind::Vector(_) | DeclaredKind::Matrix(..) | DeclaredKind::Square(..) => {}
        DeclaredKind::Positive => declared.special = Special::Positive,
        DeclaredKind::Nonnegative => declared.special = Special::Nonnegative,
        DeclaredKind::Integer => declared.special = Special::Integer,
        DeclaredKind::PositiveVector(_) => declared.special = Special::Positive,
        DeclaredKind::NonnegativeVector(_) => declared.special = Special::Nonnegative,
        DeclaredKind::Simplex(_) => declared.special = Special::Simplex,
        DeclaredKind::Signs(_) => declared.special = Special::Signs,
        DeclaredKind::Binary(..) => declared.special = Special::Binary,
        DeclaredKind::Function => declared.special = Special::Function,
        DeclaredKind::MatrixFunction => declared.special = Special::MatrixFunction,
        DeclaredKind::Map(..) => declared.special = Special::Map,
        DeclaredKind::Family(..) => return Err(BadDeclaration::Family),
    }
    if declared.family.is_some() {
        match kind {
            DeclaredKind::Scalar | DeclaredKind::Positive | DeclaredKind::Nonnegative | DeclaredKind::Integer => {
                // A family of scalars is a vector, its members are entries.
                declared.special = Special::Plain;
                if let Some(count) = declared.family.take() {
                    declared.rows = count;
                }
            }
            DeclaredKind::Function
            | DeclaredKind::MatrixFunction
            | DeclaredKind::Map(..)
            | DeclaredKind::Family(..) => {
                return Err(BadDeclaration::Family);
            }
            DeclaredKind::PositiveVector(_)
            | DeclaredKind::NonnegativeVector(_)
            | DeclaredKind::Simplex(_)
            | DeclaredKind::Signs(_)
            | DeclaredKind::Binary(..) => {
                return Err(BadDeclaration::FamilyOfSet);
            }
            DeclaredKind::Vector(_) | DeclaredKind::Matrix(..) | DeclaredKind::Square(..) => {}
        }
    }
    Ok(declared)
}

/// The sizes of an array of that kind.
fn sizes_of(
    kind: &DeclaredKind,
    size: &mut impl FnMut(&Size) -> Result<WrittenSize, BadDeclaration>,
) -> Result<[WrittenSize; 2], BadDeclaration> {
    let one = WrittenSize::Number(1);
    Ok(match kind {
        DeclaredKind::Vector(n)
        | DeclaredKind::PositiveVector(n)
        | DeclaredKind::NonnegativeVector(n)
        | DeclaredKind::Simplex(n)
        | DeclaredKind::Signs(n) => [size(n)?, one],
        DeclaredKind::Matrix(m, n) | DeclaredKind::Binary(m, n) => [size(m)?, size(n)?],
        DeclaredKind::Square(_, n) => {
            let n = size(n)?;
            [n.clone(), n]
        }
        DeclaredKind::Scalar
        | DeclaredKind::Positive
        | DeclaredKind::Nonnegative
        | DeclaredKind::Integer
        | DeclaredKind::Function
        | DeclaredKind::MatrixFunction
        | DeclaredKind::Map(..)
        | DeclaredKind::Family(..) => [one.clone(), one],
    })
}
