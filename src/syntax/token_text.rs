//! How a symbol is named in messages.

use super::ast::{Derivative, ProductOp};
use super::token::{Bracket, Relation, Tok};

/// The left form of a bracket.
pub(super) fn left(bracket: Bracket) -> &'static str {
    match bracket {
        Bracket::Round => "(",
        Bracket::Square => "[",
        Bracket::Brace => "{",
        Bracket::Angle => "⟨",
        Bracket::Matrix => "\\begin{bmatrix}",
        Bracket::Cases => "\\begin{cases}",
        Bracket::Where => "where(",
        Bracket::Index { is_square: true } => "[",
        Bracket::Index { is_square: false } => "(",
    }
}

/// The right form of a bracket.
pub(super) fn right(bracket: Bracket) -> &'static str {
    match bracket {
        Bracket::Round => ")",
        Bracket::Square => "]",
        Bracket::Brace => "}",
        Bracket::Angle => "⟩",
        Bracket::Matrix => "\\end{bmatrix}",
        Bracket::Cases => "\\end{cases}",
        Bracket::Where | Bracket::Index { is_square: false } => ")",
        Bracket::Index { is_square: true } => "]",
    }
}

/// A symbol as it is shown in a message, in backquotes where it is a piece of input.
pub(super) fn describe(tok: &Tok) -> String {
    let text = match tok {
        Tok::Number(value) => return format!("the number `{value}`"),
        Tok::Word(word) | Tok::Name(word) | Tok::User(word) => word.as_str(),
        Tok::Frechet(name) => return format!("`L_{name}`"),
        Tok::Derived(name, Derivative::Jacobian) => return format!("`J_{name}`"),
        Tok::Derived(name, _) => return format!("`∇{name}`"),
        Tok::Nabla => "∇",
        Tok::Func(_, spelling) | Tok::NormWord(spelling) => spelling,
        Tok::Plus => "+",
        Tok::Minus => "-",
        Tok::Op(op) => match op {
            ProductOp::Times | ProductOp::Star => "*",
            ProductOp::Dot => "·",
            ProductOp::At => "@",
            ProductOp::Divide => "/",
            ProductOp::Hadamard => ".*",
            ProductOp::HadamardDivide => "./",
            ProductOp::Kronecker => "⊗",
        },
        Tok::LeftDivide => "\\",
        Tok::Caret => "^",
        Tok::Stars => "**",
        Tok::DotCaret => ".^",
        Tok::Prime => "'",
        Tok::Top => "⊤",
        Tok::Dagger => "†",
        Tok::Bang => "!",
        Tok::Underscore => "_",
        Tok::Comma => ",",
        Tok::Semicolon => ";",
        Tok::Equal => "=",
        Tok::Less => "<",
        Tok::Greater => ">",
        Tok::Relation(relation) => match relation {
            Relation::LessEqual => "≤",
            Relation::GreaterEqual => "≥",
            Relation::NotEqual => "≠",
            Relation::In => "∈",
            Relation::Above => "≻",
            Relation::NotIn => "∉",
        },
        Tok::If => "if",
        Tok::And => "and",
        Tok::Or => "or",
        Tok::Colon => ":",
        Tok::Last => "end",
        Tok::Dots => "…",
        Tok::MapsTo => "↦",
        Tok::Open(bracket) => left(*bracket),
        Tok::Close(bracket) => right(*bracket),
        Tok::Bar(_) => "|",
        Tok::DoubleBar(..) => "||",
        Tok::BigSum => "∑",
        Tok::BigProduct => "∏",
        Tok::Root | Tok::Sqrt => "√",
        Tok::Frac => "\\frac",
        Tok::Binom => "\\binom",
        Tok::Choose => "\\choose",
        Tok::Over => "\\over",
        Tok::Infinity => "∞",
        Tok::Ones => "𝟏",
        Tok::Zeros => "𝟎",
        Tok::Skip => "",
        Tok::End => return "the end of the input".to_owned(),
    };
    format!("`{text}`")
}

/// A text without the pair of round brackets that holds all of it, where one does.
pub(crate) fn without_brackets(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) else { return text };
    let mut depth = 0_i32;
    for c in inner.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth < 0 {
            return text;
        }
    }
    inner
}
