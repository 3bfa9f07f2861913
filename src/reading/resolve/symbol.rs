//! Symbols before their shapes are known: what their uses say of them, and which readings that leaves.

use crate::reading::cost::RowId;
use crate::reading::kind::{Declared, Habit, Kind, Letter, Special, habit, letter};
use crate::syntax::{AstId, Mark};

/// One reading of a symbol, and the row of the table of costs that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) kind: Kind,
    pub(crate) row: RowId,
}

/// What the uses of a symbol say of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Evidence {
    /// A use without an index is transposed, under a norm and so on.
    pub(super) marked: bool,
    /// A use with an index is.
    pub(super) member_marked: bool,
    /// A use with two indices is transposed, under a norm or in an inner product.
    pub(super) pair_marked: bool,
    /// A use with three indices is.
    pub(super) triple_marked: bool,
    /// A use is neither a factor nor an exponent.
    pub(super) not_factor: bool,
    /// A use stands directly before a small letter or something transposed.
    pub(super) before_vector: bool,
    /// A use stands directly after something transposed.
    pub(super) behind_transposed: bool,
    /// A use is a term of a sum, by itself.
    pub(super) term: bool,
    /// A use is a term of a sum with numbers.
    pub(super) beside_number: bool,
    /// A use is multiplied or divided entry by entry, as `\odot` says.
    pub(super) entrywise: bool,
    /// A use is multiplied in code by a function of entries in what is summed.
    pub(super) beside_image: bool,
    /// A use is beneath a trace or a determinant.
    pub(super) traced: bool,
    /// Functions of its entries are summed in a use.
    pub(super) summed: bool,
    /// A use is that of a density matrix.
    pub(super) density: bool,
    /// A use is that of a state beside ρ in a trace.
    pub(super) state: bool,
    /// A use stands alone over a number, before a matrix.
    pub(super) over_number: bool,
    /// Its nuclear norm is taken.
    pub(super) nuclear: bool,
    /// A use stands directly before a small letter that is not transposed.
    pub(super) only_before_vector: bool,
    /// How often it is used without an index.
    pub(super) uses: u32,
    /// It is set in bold.
    bold: bool,
    /// It is set under an arrow.
    arrow: bool,
}

impl Evidence {
    pub(super) fn mark(&mut self, mark: Mark) {
        self.bold |= mark == Mark::Bold;
        self.arrow |= mark == Mark::Arrow;
    }
}

/// A symbol before its shape is known.
#[derive(Clone, Debug)]
pub(crate) struct Sym {
    pub(crate) name: String,
    pub(crate) declared: Option<Declared>,
    /// The readings, the first kind first.
    pub(crate) choices: Vec<Choice>,
    /// The first kind by its letter is a small Greek one.
    pub(crate) greek: bool,
    pub(crate) integer: bool,
    pub(crate) whole: bool,
    pub(crate) subscripts: usize,
    /// It weighs a norm: symmetric positive definite.
    pub(crate) weighs: bool,
    /// A sum runs over it: an array of 0 and 1.
    pub(super) is_set: bool,
    /// Its entries are 0 and 1: a set, or the Ω of P_Ω(X).
    pub(crate) is_binary: bool,
    /// One of its subscripts is more than a number.
    pub(super) has_index: bool,
    pub(super) evidence: Evidence,
    pub(crate) scalar: bool,
    pub(crate) wrt: bool,
    /// Made for `ones`, not a name of the input.
    pub(crate) hidden: bool,
    /// Where it was first written.
    pub(crate) place: Option<(usize, AstId)>,
}

impl Sym {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            declared: None,
            choices: Vec::new(),
            greek: letter(name) == Letter::Greek,
            integer: false,
            whole: false,
            subscripts: 0,
            weighs: false,
            is_set: false,
            is_binary: false,
            has_index: false,
            evidence: Evidence::default(),
            scalar: false,
            wrt: false,
            hidden: false,
            place: None,
        }
    }

    /// Whether it stands with three indices where a vector does, and nobody has declared it.
    pub(crate) fn is_marked_triple(&self) -> bool {
        self.declared.is_none() && self.evidence.triple_marked
    }

    /// Whether it was declared as a function.
    pub(crate) fn is_function(&self) -> bool {
        self.declared.as_ref().is_some_and(|declared| {
            matches!(declared.special, Special::Function | Special::MatrixFunction | Special::Map)
        })
    }

    /// Whether it was declared as a function of square matrices.
    pub(crate) fn is_matrix_function(&self) -> bool {
        self.declared.as_ref().is_some_and(|declared| declared.special == Special::MatrixFunction)
    }

    /// Whether it was declared as a map.
    pub(crate) fn is_map(&self) -> bool {
        self.declared.as_ref().is_some_and(|declared| declared.domain.is_some())
    }

    /// The readings that its letter, its uses and the field's habits leave, each with its row of the table of costs.
    pub(super) fn set_choices(&mut self, scalar_first: bool) {
        if !self.choices.is_empty() {
            return;
        }
        let class = letter(&self.name);
        let capital = matches!(class, Letter::Capital | Letter::CapitalGreek);
        let uses = |count: usize| self.subscripts & (1 << count) != 0;
        let list: &[(Kind, RowId)] = if self.is_set {
            if uses(2) { &[(Kind::Matrix, RowId::Plain)] } else { &[(Kind::Vector, RowId::Plain)] }
        } else if uses(3) {
            &[(Kind::MatrixFamily, RowId::Plain)]
        } else if uses(2) {
            match (uses(1) && !self.whole, capital) {
                (true, false) => &[(Kind::VectorFamily, RowId::Plain)],
                (true, true) => &[(Kind::Matrix, RowId::CapitalMatrix), (Kind::VectorFamily, RowId::IndexedCapital)],
                _ if self.whole || !self.has_index => &[(Kind::Matrix, RowId::Plain)],
                _ if self.evidence.pair_marked => &[(Kind::MatrixFamily, RowId::MarkedPair)],
                _ => &[(Kind::Matrix, RowId::Plain), (Kind::MatrixFamily, RowId::PairMember)],
            }
        } else if uses(1) {
            self.indexed_choices(class, capital)
        } else {
            self.whole_choices(class, scalar_first)
        };
        self.choices = list.iter().map(|&(kind, row)| Choice { kind, row }).collect();
    }

    /// The readings of a symbol with one index.
    fn indexed_choices(&self, class: Letter, capital: bool) -> &'static [(Kind, RowId)] {
        match (capital, self.whole) {
            (true, true) if habit(&self.name) == Habit::Response => {
                &[(Kind::Matrix, RowId::CapitalMatrix), (Kind::Vector, RowId::ResponseVector)]
            }
            (true, true) => &[(Kind::Matrix, RowId::CapitalMatrix), (Kind::Vector, RowId::CapitalVector)],
            (true, false) => &[
                (Kind::MatrixFamily, RowId::CapitalMember),
                (Kind::Vector, RowId::CapitalEntry),
                (Kind::VectorFamily, RowId::IndexedCapital),
            ],
            (false, _) if !self.has_index => {
                &[(Kind::Vector, RowId::EntryBesideWhole), (Kind::ScalarBesideOthers, RowId::SmallScalar)]
            }
            (false, true) if self.evidence.member_marked => &[(Kind::FamilyBeside, RowId::FamilyBesideWhole)],
            (false, true) => &[
                (Kind::Vector, RowId::EntryBesideWhole),
                (Kind::FamilyBeside, RowId::FamilyBesideWhole),
                (Kind::EntriesBeside, RowId::EntriesBesideWhole),
            ],
            (false, false) if self.evidence.member_marked => &[(Kind::VectorFamily, RowId::MarkedMember)],
            (false, false) if self.wrt || class == Letter::Greek => {
                &[(Kind::Vector, RowId::EntryOfVariable), (Kind::VectorFamily, RowId::MemberOfVariable)]
            }
            (false, false) => &[(Kind::VectorFamily, RowId::Member), (Kind::Vector, RowId::EntryOfData)],
        }
    }

    /// The readings of a symbol without an index.
    #[allow(clippy::too_many_lines, reason = "a table")]
    fn whole_choices(&self, class: Letter, scalar_first: bool) -> &'static [(Kind, RowId)] {
        let habit = habit(&self.name);
        let factor_only = !self.evidence.not_factor && !self.evidence.before_vector;
        match class {
            _ if self.name == "e" && !self.wrt => &[(Kind::Vector, RowId::EulerAsVector)],
            _ if self.name == "π" && !self.wrt => &[(Kind::Vector, RowId::PiAsVector)],
            Letter::Capital if self.name == "I_0" => &[(Kind::Scalar, RowId::InertiaScalar)],
            Letter::Capital if self.scalar && habit.is_count() => &[(Kind::Scalar, RowId::CountCapital)],
            Letter::Capital | Letter::CapitalGreek if self.scalar => &[(Kind::Scalar, RowId::CapitalScalar)],
            _ if self.scalar => &[(Kind::Scalar, RowId::Forced)],
            Letter::Capital | Letter::CapitalGreek if self.evidence.arrow => &[(Kind::Vector, RowId::MarkedVector)],
            Letter::Capital | Letter::CapitalGreek if self.evidence.bold => &[(Kind::Matrix, RowId::CapitalMatrix)],
            Letter::Capital if habit.is_count() && self.evidence.beside_number && !self.evidence.marked => {
                &[(Kind::Scalar, RowId::CountCapital)]
            }
            Letter::Capital | Letter::CapitalGreek if self.evidence.nuclear => &[(Kind::Matrix, RowId::CapitalMatrix)],
            // N(x − μ)ᵀS(x − μ): no matrix stands before a row.
            Letter::Capital
                if habit.is_count()
                    && !self.evidence.not_factor
                    && !self.evidence.only_before_vector
                    && !factor_only =>
            {
                &[
                    (Kind::Matrix, RowId::CapitalMatrix),
                    (Kind::Scalar, RowId::CountCapital),
                    (Kind::Vector, RowId::CapitalVector),
                ]
            }
            Letter::Capital if self.evidence.over_number && factor_only && !self.wrt => {
                &[(Kind::Scalar, RowId::CapitalOverNumber), (Kind::Matrix, RowId::CapitalMatrix)]
            }
            Letter::Capital => match (factor_only, habit) {
                (true, Habit::Response) => &[
                    (Kind::Matrix, RowId::CapitalMatrix),
                    (Kind::Vector, RowId::ResponseVector),
                    (Kind::Scalar, RowId::CapitalScalar),
                ],
                (false, Habit::Response) => {
                    &[(Kind::Matrix, RowId::CapitalMatrix), (Kind::Vector, RowId::ResponseVector)]
                }
                (false, _) if self.name.contains('_') => &[
                    (Kind::Matrix, RowId::CapitalMatrix),
                    (Kind::Vector, RowId::IndexedCapital),
                    (Kind::Scalar, RowId::CapitalScalar),
                ],
                (true, Habit::None) if self.name.contains('_') => &[
                    (Kind::Matrix, RowId::CapitalMatrix),
                    (Kind::Scalar, RowId::CapitalScalar),
                    (Kind::Vector, RowId::IndexedCapital),
                ],
                (true, Habit::Count) => &[
                    (Kind::Matrix, RowId::CapitalMatrix),
                    (Kind::Scalar, RowId::CountCapital),
                    (Kind::Vector, RowId::CapitalVector),
                ],
                (true, _) => &[
                    (Kind::Matrix, RowId::CapitalMatrix),
                    (Kind::Scalar, RowId::CapitalScalar),
                    (Kind::Vector, RowId::CapitalVector),
                ],
                (false, _) => &[(Kind::Matrix, RowId::CapitalMatrix), (Kind::Vector, RowId::CapitalVector)],
            },
            Letter::CapitalGreek => &[
                (Kind::Matrix, RowId::CapitalGreekMatrix),
                (Kind::Scalar, RowId::CapitalGreekScalar),
                (Kind::Vector, RowId::CapitalGreekVector),
            ],
            _ if self.evidence.marked => &[(Kind::Vector, RowId::MarkedVector)],
            Letter::Small if scalar_first && self.wrt && !self.evidence.summed && !self.evidence.behind_transposed => {
                &[(Kind::Scalar, RowId::SmallVector), (Kind::Vector, RowId::SmallScalar)]
            }
            Letter::Small if habit.is_count() && !self.evidence.behind_transposed && !self.is_target() => {
                &[(Kind::Scalar, RowId::CountScalar), (Kind::Vector, RowId::CountVector)]
            }
            Letter::Small if self.evidence.term && self.evidence.uses == 1 => {
                &[(Kind::Vector, RowId::SmallVector), (Kind::Scalar, RowId::ScalarTerm)]
            }
            Letter::Small if self.wrt && crate::reading::kind::is_unknown(&self.name) => {
                &[(Kind::Vector, RowId::SmallVector), (Kind::Scalar, RowId::UnknownScalar)]
            }
            Letter::Small => &[(Kind::Vector, RowId::SmallVector), (Kind::Scalar, RowId::SmallScalar)],
            Letter::Greek if habit == Habit::Parameter || self.evidence.entrywise => {
                &[(Kind::Vector, RowId::ParameterVector), (Kind::Scalar, RowId::ParameterScalar)]
            }
            Letter::Greek if self.evidence.density => {
                &[(Kind::Matrix, RowId::DensityMatrix), (Kind::Scalar, RowId::ParameterScalar)]
            }
            Letter::Greek if self.evidence.state => {
                &[(Kind::Matrix, RowId::GreekMatrix), (Kind::Scalar, RowId::ParameterScalar)]
            }
            Letter::Greek if self.evidence.traced => &[
                (Kind::Scalar, RowId::GreekScalar),
                (Kind::Vector, RowId::GreekVector),
                (Kind::Matrix, RowId::GreekMatrix),
            ],
            Letter::Greek => &[(Kind::Scalar, RowId::GreekScalar), (Kind::Vector, RowId::GreekVector)],
        }
    }

    /// Whether it stands once, as the t of `np.sum(t * np.log(p))`.
    fn is_target(&self) -> bool {
        self.evidence.beside_image && self.evidence.uses == 1
    }

    /// The row by which it has its kind.
    pub(crate) fn row(&self) -> RowId {
        match self.choices.first() {
            Some(_) if self.weighs => RowId::WeightedNorm,
            Some(choice) => choice.row,
            None => RowId::Plain,
        }
    }

    /// The one kind that a reading has settled on.
    pub(crate) fn kind(&self) -> Kind {
        self.choices.first().map_or(Kind::Declared, |choice| choice.kind)
    }
}
