//! The symbols that an expression is put together from, after spellings have been unified: what is left of LaTeX,
//! Unicode and ASCII is one alphabet.

use super::ast::{Derivative, Function, Mark, ProductOp};
use super::grammar::Rule;
use crate::number::Coeff;
use crate::span::Span;

/// What begins the word that the lexer makes of `.dot` in `A.dot(b)`.
pub(super) const METHOD: char = '.';

/// What begins the word that the lexer makes of the axes of `einsum`.
pub(super) const AXES: char = '\'';

/// The word that the lexer makes of `s.t.`.
pub(super) const SUBJECT_TO: &str = "s.t.";

/// The word that the lexer makes of `\underset`, until what stands below the sign is moved after it.
pub(super) const UNDERSET: &str = "\\underset";

/// Kinds of brackets that have a left and a right form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    /// `( )`, `\{ \}`, `\left. \right.`
    Round,
    /// `[ ]`
    Square,
    /// `{ }`, not shown in LaTeX.
    Brace,
    /// `⟨ ⟩`
    Angle,
    /// `\begin{bmatrix} \end{bmatrix}`
    Matrix,
    /// Lines of a piecewise definition.
    Cases,
    /// Two values and a condition that decides entry by entry.
    Where,
    /// Ranges of places in the brackets of code.
    Index {
        /// Whether they are square.
        is_square: bool,
    },
}

/// On which side a bar was said to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Nothing was said: `|`.
    Either,
    /// `\left|`, `\lvert`
    Left,
    /// `\right|`, `\rvert`
    Right,
}

/// A relation that stands below sums, and some of them in indicators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// `≤`, `<=`
    LessEqual,
    /// `≥`, `>=`
    GreaterEqual,
    /// `≠`, `!=`
    NotEqual,
    /// `∈`
    In,
    /// `∉`
    NotIn,
    /// `≻`, `⪰`
    Above,
}

/// One symbol.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tok {
    /// An exact number.
    Number(Coeff),
    /// Letters that are not yet split: what is left after the names are resolved stands in a subscript.
    Word(String),
    /// The base of a symbol.
    Name(String),
    /// A known function by its spelling.
    Func(Function, &'static str),
    /// A declared function.
    User(String),
    /// `L_f` of a declared function of matrices; its primes follow.
    Frechet(String),
    /// `∇f`, `∇²f`, `J_f` of a declared map; a subscript of f may follow.
    Derived(String, Derivative),
    /// `∇`
    Nabla,
    /// `inf`, `fro`, `nuc`: only as the second argument of `norm`.
    NormWord(&'static str),
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`, `/`, `.*`, `./`, `⊗`
    Op(ProductOp),
    /// A backslash between two operands, until it becomes an inverse.
    LeftDivide,
    /// `^`
    Caret,
    /// `**`
    Stars,
    /// `.^`
    DotCaret,
    /// `'`, `.T`, `.'`
    Prime,
    /// `⊤` and its kin, after a `^`.
    Top,
    /// `†`, after a `^`.
    Dagger,
    /// `!`
    Bang,
    /// `_`
    Underscore,
    /// `,`, `&`
    Comma,
    /// `;`, `\\`
    Semicolon,
    /// `=`, `==`, `:=`
    Equal,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `≤`, `≥`, `≠`, `∈`, `∉`
    Relation(Relation),
    /// `:`
    Colon,
    /// `end` in the brackets of code.
    Last,
    /// `…`
    Dots,
    /// `↦`
    MapsTo,
    /// Before the condition of a line of a piecewise definition.
    If,
    /// Between conditions that all hold.
    And,
    /// Between conditions of which one holds.
    Or,
    /// A left bracket.
    Open(Bracket),
    /// A right bracket.
    Close(Bracket),
    /// `|`
    Bar(Side),
    /// `‖`; `true` where it was typed as two `|`.
    DoubleBar(Side, bool),
    /// `∑`, and `sum`, `Σ` with an index under it.
    BigSum,
    /// `∏`, and `prod`, `Π` with an index under it.
    BigProduct,
    /// `√`
    Root,
    /// `\sqrt`
    Sqrt,
    /// `\frac`
    Frac,
    /// `\binom`
    Binom,
    /// `\choose`, until its braces become those of a binomial coefficient.
    Choose,
    /// `\over`, until its braces become those of a fraction.
    Over,
    /// `∞`
    Infinity,
    /// `\mathbf{1}`, `𝟙`
    Ones,
    /// `\mathbf{0}`
    Zeros,
    /// Already used up.
    Skip,
    /// The end of the input.
    End,
}

/// A piece of text as the grammar cut it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw<'s> {
    pub(super) rule: Rule,
    pub(super) text: &'s str,
    pub(super) span: Span,
}

/// Whether a sign stands below or above what is before it and ends an operand: the star of `‖X‖_*` and `x^*`.
pub(super) fn is_sign_as_script(tokens: &[Token], at: usize) -> bool {
    at > 0 && matches!(tokens[at - 1].tok, Tok::Underscore | Tok::Caret)
}

/// A symbol with its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// What it is.
    pub(super) tok: Tok,
    /// Where it was written.
    pub(super) span: Span,
    /// Whether blanks stand before it.
    pub(super) blank: bool,
    /// Whether a line break stands before it.
    pub(super) newline: bool,
    /// Whether it was a LaTeX command (or stood after `\left`).
    pub(super) latex: bool,
    /// How its letters are set.
    pub(super) mark: Mark,
    /// Whether it is set as one word: `\operatorname{Cov}`.
    pub(super) is_word: bool,
    /// Whether it is a letter, though it could be the sign of a sum or product: `\Sigma_k`.
    pub(super) is_letter: bool,
    /// For a bracket, the place of its partner in the list.
    pub(super) partner: usize,
}

impl Token {
    /// A symbol without blanks before it.
    pub(super) fn new(tok: Tok, span: Span) -> Self {
        Self {
            tok,
            span,
            blank: false,
            newline: false,
            latex: false,
            mark: Mark::None,
            is_word: false,
            is_letter: false,
            partner: usize::MAX,
        }
    }

    /// Whether an index below it makes it a sum or product over the index.
    pub(super) fn is_big_sign(&self) -> bool {
        !self.is_letter && self.tok.is_big_sign()
    }
}

/// The place of the bracket that closes the one at a place.
pub(super) fn closing(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.tok {
            Tok::Open(_) => depth += 1,
            Tok::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The most symbols of a script that is looked at as one.
const MAX_SCRIPT: usize = 400;

/// The same of a script, which is short: however many are left open, each is looked for in a bounded time.
pub(super) fn closing_of_script(tokens: &[Token], open: usize) -> Option<usize> {
    closing(&tokens[..tokens.len().min(open + MAX_SCRIPT)], open)
}

/// The place at which what the tokens end with opens, where that is a closed bracket.
pub(super) fn opening(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0_usize;
    tokens.iter().rposition(|token| {
        match token.tok {
            Tok::Close(_) => depth += 1,
            Tok::Open(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })
}

/// The place of the innermost bracket that the tokens leave open.
pub(super) fn left_open(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0_usize;
    tokens.iter().rposition(|token| {
        match token.tok {
            Tok::Close(_) => depth += 1,
            Tok::Open(_) if depth == 0 => return true,
            Tok::Open(_) => depth -= 1,
            _ => {}
        }
        false
    })
}

/// The place behind the cross of `[a]_\\times`, `[a]_{\\times}`, where that begins at a place.
pub(super) fn behind_cross_below(tokens: &[Token], at: usize) -> Option<usize> {
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    let is_cross = |at: usize| tok(at) == Some(&Tok::Op(ProductOp::Times));
    match tok(at + 1)? {
        _ if tok(at) != Some(&Tok::Underscore) => None,
        Tok::Open(Bracket::Brace) => {
            (is_cross(at + 2) && tok(at + 3) == Some(&Tok::Close(Bracket::Brace))).then_some(at + 4)
        }
        _ => is_cross(at + 1).then_some(at + 2),
    }
}

/// The parts of a bracket's contents; a comma at the end has none after it.
pub(super) fn split_at_commas(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0_usize;
    let parts = tokens.split(|token| {
        match token.tok {
            Tok::Open(_) => depth += 1,
            Tok::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && token.tok == Tok::Comma
    });
    parts.filter(|part| !part.is_empty()).collect()
}

impl Tok {
    /// Whether an index below it makes it a sum or product over the index.
    pub(super) fn is_big_sign(&self) -> bool {
        match self {
            Self::BigSum | Self::BigProduct => true,
            Self::Word(word) => matches!(word.as_str(), "sum" | "prod" | "Σ" | "Π" | "Sigma" | "Pi"),
            _ => false,
        }
    }

    /// Whether an operand can begin with it.
    pub(super) fn starts_operand(&self) -> bool {
        match self {
            Self::Number(_)
            | Self::Word(_)
            | Self::Name(_)
            | Self::Func(..)
            | Self::User(_)
            | Self::Frechet(_)
            | Self::Derived(..)
            | Self::Nabla
            | Self::NormWord(_)
            | Self::Open(_)
            | Self::Less
            | Self::BigSum
            | Self::BigProduct
            | Self::Root
            | Self::Sqrt
            | Self::Frac
            | Self::Binom
            | Self::Infinity
            | Self::Last
            | Self::Ones
            | Self::Zeros => true,
            Self::Bar(side) | Self::DoubleBar(side, _) => *side != Side::Right,
            Self::Plus
            | Self::Minus
            | Self::Op(_)
            | Self::LeftDivide
            | Self::Caret
            | Self::Stars
            | Self::DotCaret
            | Self::Prime
            | Self::Top
            | Self::Dagger
            | Self::Bang
            | Self::Underscore
            | Self::Comma
            | Self::Semicolon
            | Self::If
            | Self::And
            | Self::Or
            | Self::Equal
            | Self::Greater
            | Self::Relation(_)
            | Self::Choose
            | Self::Colon
            | Self::Dots
            | Self::Over
            | Self::MapsTo
            | Self::Close(_)
            | Self::Skip
            | Self::End => false,
        }
    }
}
