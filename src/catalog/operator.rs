//! Operators of one operand whose value has its shape, and which have no algebra of their own: one row for each.

/// What is known of an operator F.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Its spellings, the one that it is printed with first. They are also read at the start of a run of letters: `adjX`.
    pub(crate) spellings: &'static [&'static str],
    /// Spellings that are read as whole words only.
    pub(crate) foreign: &'static [&'static str],
    pub(crate) operand: Operand,
    /// Whether it makes 1 of every scalar.
    pub(crate) is_one_of_scalars: bool,
    pub(crate) transpose: Transpose,
    pub(crate) entries: Entries,
    /// Whether it makes a positive semidefinite matrix of one.
    pub(crate) keeps_semidefinite: bool,
    /// Where it is linear in its operand, the adjoint.
    pub(crate) adjoint: Option<Op>,
    /// Whether its entries are rational in those of the operand.
    pub(crate) is_rational: bool,
    /// Its value in Python; `{}` stands for the operand.
    pub(crate) numpy: &'static str,
}

/// What it takes. The text is its subject in messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    Any,
    /// A vector or a matrix.
    Array(&'static str),
    Square(&'static str),
}

/// What F(X)ᵀ is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transpose {
    /// G(Xᵀ)
    Inside(Op),
    /// Nothing simpler.
    Outside,
}

/// What its entries are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entries {
    /// Those of the operand at the same place, or 0.
    OperandOrZero,
    /// Above 0 and at most 1.
    Probabilities,
    Unknown,
}

table! {
    /// Operators of one operand that keep its shape.
    #[derive(PartialOrd, Ord)]
    Op {
        /// exp(x)/Σexp(x) of a vector; of a matrix row by row.
        Softmax {
            spellings: &["softmax"],
            foreign: &["Softmax", "SoftMax"],
            operand: Operand::Array("softmax"),
            is_one_of_scalars: false,
            transpose: Transpose::Outside,
            entries: Entries::Probabilities,
            keeps_semidefinite: false,
            adjoint: None,
            is_rational: false,
            numpy: "scipy.special.softmax({})",
        }
        /// The lower triangle, diagonal included.
        Tril {
            spellings: &["tril"],
            foreign: &[],
            operand: Operand::Any,
            is_one_of_scalars: false,
            transpose: Transpose::Inside(Op::Triu),
            entries: Entries::OperandOrZero,
            keeps_semidefinite: false,
            adjoint: Some(Op::Tril),
            is_rational: true,
            numpy: "np.tril({})",
        }
        /// The upper triangle, diagonal included.
        Triu {
            spellings: &["triu"],
            foreign: &[],
            operand: Operand::Any,
            is_one_of_scalars: false,
            transpose: Transpose::Inside(Op::Tril),
            entries: Entries::OperandOrZero,
            keeps_semidefinite: false,
            adjoint: Some(Op::Triu),
            is_rational: true,
            numpy: "np.triu({})",
        }
        /// The adjugate: X adj(X) = det(X) I.
        Adjugate {
            spellings: &["adj"],
            foreign: &["Adjugate", "adjugate"],
            operand: Operand::Square("the adjugate"),
            is_one_of_scalars: true,
            transpose: Transpose::Inside(Op::Adjugate),
            entries: Entries::Unknown,
            keeps_semidefinite: true,
            adjoint: None,
            is_rational: true,
            // det(UV) Vᵀ diag(∏_{j≠i} sⱼ) Uᵀ of X = U diag(s) V, also where X is singular.
            numpy: "(lambda U, s, V: np.linalg.det(U @ V)*(V.T*np.array([np.prod(np.delete(s, i)) for i in range(len(s))])) @ U.T)\
                 (*np.linalg.svd({}))",
        }
    }
}

impl Op {
    /// The name that it is printed with.
    pub(crate) fn name(self) -> &'static str {
        self.row().spellings[0]
    }
}
