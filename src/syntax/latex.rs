//! What each LaTeX command means. Greek letters and functions are looked up in their own tables.

use super::ast::ProductOp;
use super::function::{function_spelling, function_spellings};
use super::greek::{greek, greek_names};
use super::token::{Bracket, Relation, Side, Tok, UNDERSET};
use crate::diagnostic::suggest::nearest;

/// A command's effect.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    /// It stands for one symbol.
    Symbol(Tok),
    /// It changes the look of what follows in braces: `\mathbf`, `\operatorname`.
    Style,
    /// It puts an accent on what follows: the combining character.
    Accent(char),
    /// `\left`, `\bigl`: the bracket after it is a left one; `\right`: a right one; `\big`: either.
    Delimiter(Side),
    /// `\begin`, `\end`.
    Begin,
    /// `\end`
    End,
    /// It means nothing.
    Blank,
    /// A label may follow what stands in braces after it, `\underbrace{…}_{…}`; neither means anything.
    Labelled,
    /// Neither it nor what stands in braces after it means anything: `\label{…}`.
    Dropped,
}

const SYMBOLS: &[(&str, Tok)] = &[
    ("cdot", Tok::Op(ProductOp::Dot)),
    ("times", Tok::Op(ProductOp::Times)),
    ("land", Tok::And),
    ("wedge", Tok::And),
    ("lor", Tok::Or),
    ("vee", Tok::Or),
    ("ast", Tok::Op(ProductOp::Star)),
    ("odot", Tok::Op(ProductOp::Hadamard)),
    ("circ", Tok::Op(ProductOp::Hadamard)),
    ("oslash", Tok::Op(ProductOp::HadamardDivide)),
    ("otimes", Tok::Op(ProductOp::Kronecker)),
    ("div", Tok::Op(ProductOp::Divide)),
    ("langle", Tok::Open(Bracket::Angle)),
    ("rangle", Tok::Close(Bracket::Angle)),
    ("{", Tok::Open(Bracket::Round)),
    ("}", Tok::Close(Bracket::Round)),
    ("lbrace", Tok::Open(Bracket::Round)),
    ("rbrace", Tok::Close(Bracket::Round)),
    ("lbrack", Tok::Open(Bracket::Square)),
    ("rbrack", Tok::Close(Bracket::Square)),
    ("lparen", Tok::Open(Bracket::Round)),
    ("rparen", Tok::Close(Bracket::Round)),
    ("|", Tok::DoubleBar(Side::Either, false)),
    ("Vert", Tok::DoubleBar(Side::Either, false)),
    ("parallel", Tok::DoubleBar(Side::Either, false)),
    ("lVert", Tok::DoubleBar(Side::Left, false)),
    ("rVert", Tok::DoubleBar(Side::Right, false)),
    ("vert", Tok::Bar(Side::Either)),
    ("lvert", Tok::Bar(Side::Left)),
    ("rvert", Tok::Bar(Side::Right)),
    ("mid", Tok::Bar(Side::Either)),
    ("top", Tok::Top),
    ("T", Tok::Top),
    ("tp", Tok::Top),
    ("transp", Tok::Top),
    ("trans", Tok::Top),
    ("intercal", Tok::Top),
    ("T", Tok::Top),
    ("trans", Tok::Top),
    ("tran", Tok::Top),
    ("transp", Tok::Top),
    ("prime", Tok::Prime),
    ("dagger", Tok::Dagger),
    ("nabla", Tok::Nabla),
    ("infty", Tok::Infinity),
    ("sum", Tok::BigSum),
    ("prod", Tok::BigProduct),
    ("frac", Tok::Frac),
    ("dfrac", Tok::Frac),
    ("tfrac", Tok::Frac),
    ("cfrac", Tok::Frac),
    ("sfrac", Tok::Frac),
    ("nicefrac", Tok::Frac),
    ("binom", Tok::Binom),
    ("dbinom", Tok::Binom),
    ("tbinom", Tok::Binom),
    ("choose", Tok::Choose),
    ("over", Tok::Over),
    ("sqrt", Tok::Sqrt),
    ("le", Tok::Relation(Relation::LessEqual)),
    ("leq", Tok::Relation(Relation::LessEqual)),
    ("leqslant", Tok::Relation(Relation::LessEqual)),
    ("ge", Tok::Relation(Relation::GreaterEqual)),
    ("geq", Tok::Relation(Relation::GreaterEqual)),
    ("geqslant", Tok::Relation(Relation::GreaterEqual)),
    ("ne", Tok::Relation(Relation::NotEqual)),
    ("neq", Tok::Relation(Relation::NotEqual)),
    ("in", Tok::Relation(Relation::In)),
    ("succ", Tok::Relation(Relation::Above)),
    ("succeq", Tok::Relation(Relation::Above)),
    ("succcurlyeq", Tok::Relation(Relation::Above)),
    ("notin", Tok::Relation(Relation::NotIn)),
    ("colon", Tok::Colon),
    ("dots", Tok::Dots),
    ("ldots", Tok::Dots),
    ("cdots", Tok::Dots),
    ("dotsc", Tok::Dots),
    ("mapsto", Tok::MapsTo),
    ("coloneqq", Tok::Equal),
    ("coloneq", Tok::Equal),
    ("triangleq", Tok::Equal),
    ("doteq", Tok::Equal),
    ("defeq", Tok::Equal),
    ("equiv", Tok::Equal),
    ("propto", Tok::Equal),
    ("lt", Tok::Less),
    ("gt", Tok::Greater),
];

const STYLES: &[&str] = &[
    "mathbf",
    "bm",
    "boldsymbol",
    "mathrm",
    "mathsf",
    "mathit",
    "mathbb",
    "mathds",
    "mathbbm",
    "mathcal",
    "mathtt",
    "mathfrak",
    "mathscr",
    "mathnormal",
    "operatorname",
    "operatorname*",
    "operatornamewithlimits",
    "text",
    "textrm",
    "textbf",
    "textit",
    "textsf",
    "textnormal",
    "textup",
    "mbox",
    "cal",
    "vec",
    "vv",
    "mat",
    "matr",
    "mtx",
    "symbf",
    "symup",
    "pmb",
    "mathop",
    "mathopen",
    "mathclose",
    "rm",
    "bf",
    "it",
    "sf",
    "sl",
    "tt",
    "mathstrut",
    "ensuremath",
    "mathbin",
    "mathrel",
    "boldmath",
];

/// Styles of letters; without braces each is that of the one letter behind it.
const STYLES_OF_LETTERS: &[&str] = &[
    "mathbf",
    "bm",
    "boldsymbol",
    "mathit",
    "mathbb",
    "mathds",
    "mathbbm",
    "mathcal",
    "mathfrak",
    "mathscr",
    "mathnormal",
    "vec",
    "vect",
    "vv",
    "mat",
    "matr",
    "mtx",
    "symbf",
    "pmb",
];

/// Whether a command sets the one letter that stands behind it without braces.
pub(super) fn sets_one_letter(name: &str) -> bool {
    STYLES_OF_LETTERS.contains(&name)
}

const ACCENTS: &[(&str, char)] = &[
    ("hat", '\u{302}'),
    ("widehat", '\u{302}'),
    ("tilde", '\u{303}'),
    ("widetilde", '\u{303}'),
    ("bar", '\u{304}'),
    ("overline", '\u{304}'),
    ("dot", '\u{307}'),
    ("ddot", '\u{308}'),
    ("check", '\u{30C}'),
    ("breve", '\u{306}'),
    ("acute", '\u{301}'),
    ("grave", '\u{300}'),
    ("mathring", '\u{30A}'),
    ("underline", '\u{332}'),
    ("underbar", '\u{332}'),
];

/// The combining character of an accent, by its command without the backslash.
pub(super) fn accent(name: &str) -> Option<char> {
    ACCENTS.iter().find(|row| row.0 == name).map(|row| row.1)
}

/// The command of an accent by its combining character, without the backslash.
pub(crate) fn accent_name(mark: char) -> Option<&'static str> {
    ACCENTS.iter().find(|row| row.1 == mark).map(|row| row.0)
}

/// Whether papers define a macro of this name for an expectation, a probability or a variance.
pub(super) fn is_expectation(name: &str) -> bool {
    matches!(name, "E" | "EE" | "Ex" | "P" | "PP" | "Prob" | "Var" | "Cov")
}

/// The letter of a macro that papers define for it in bold: `\vx`, `\vtheta`, `\bx`, `\mA`, `\mSigma`.
pub(super) fn bold_letter(name: &str) -> Option<String> {
    let is_one = |rest: &str| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_alphabetic());
    let letter = |rest: &str| greek(rest).map(String::from).or_else(|| is_one(rest).then(|| rest.to_owned()));
    if let Some(rest) = name.strip_prefix('m') {
        return letter(rest).filter(|letter| letter.starts_with(char::is_uppercase));
    }
    // `\be` begins an equation, and `\ve` is ε as well.
    let rest = name.strip_prefix(['v', 'b']).filter(|rest| *rest != "e")?;
    letter(rest)
}

/// Commands that people define for what stands in braces after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Macro {
    /// `\norm{x}`
    Norm,
    /// `\abs{x}`
    Abs,
    /// `\inner{a}{b}`, `\inner{a, b}`, `\braket{a|b}`
    Inner,
}

/// The macro of a name, which may end with a star.
pub(super) fn defined(name: &str) -> Option<Macro> {
    match name.trim_end_matches('*') {
        "norm" | "Norm" | "nrm" => Some(Macro::Norm),
        "abs" | "Abs" | "absval" => Some(Macro::Abs),
        "inner" | "ip" | "inp" | "inprod" | "innerprod" | "innerproduct" | "iprod" | "dotp" | "dotprod" | "braket"
        | "scal" | "scalar" => Some(Macro::Inner),
        _ => None,
    }
}

const DELIMITERS: &[(&str, Side)] = &[
    ("left", Side::Left),
    ("bigl", Side::Left),
    ("Bigl", Side::Left),
    ("biggl", Side::Left),
    ("Biggl", Side::Left),
    ("right", Side::Right),
    ("bigr", Side::Right),
    ("Bigr", Side::Right),
    ("biggr", Side::Right),
    ("Biggr", Side::Right),
    ("big", Side::Either),
    ("Big", Side::Either),
    ("bigg", Side::Either),
    ("Bigg", Side::Either),
    ("bigm", Side::Either),
    ("middle", Side::Either),
];

/// A text without the command for the size of a bracket that it ends with.
pub(super) fn without_delimiter(text: &str) -> &str {
    let before = text.rfind('\\').filter(|at| DELIMITERS.iter().any(|row| row.0 == text[at + 1..].trim_end()));
    before.map_or(text, |at| &text[..at])
}

/// What a command means, without its backslash; `None` where the language does not have it.
pub(super) fn command(name: &str) -> Option<Command> {
    if let Some((_, tok)) = SYMBOLS.iter().find(|row| row.0 == name) {
        return Some(Command::Symbol(tok.clone()));
    }
    if STYLES.contains(&name) {
        return Some(Command::Style);
    }
    if let Some(mark) = accent(name) {
        return Some(Command::Accent(mark));
    }
    if let Some(&(_, side)) = DELIMITERS.iter().find(|row| row.0 == name) {
        return Some(Command::Delimiter(side));
    }
    match name {
        "begin" => return Some(Command::Begin),
        "end" => return Some(Command::End),
        "hspace" | "hspace*" | "vspace" | "phantom" | "hphantom" | "vphantom" | "textcolor" | "tag" | "tag*"
        | "label" | "color" => {
            return Some(Command::Dropped);
        }
        "par" | "newline" | "substack" | "hline" | "vline" => return Some(Command::Blank),
        "underbrace" | "overbrace" | "underbracket" | "overbracket" => return Some(Command::Labelled),
        "underset" => return Some(Command::Symbol(Tok::Word(UNDERSET.to_owned()))),
        "arg" | "argmin" | "argmax" => return Some(Command::Symbol(Tok::Word(name.to_owned()))),
        _ => {}
    }
    if let Some(letter) = greek(name) {
        return Some(Command::Symbol(Tok::Word(letter.to_string())));
    }
    function_spelling(name).map(|spelling| Command::Symbol(Tok::Word(spelling.to_owned())))
}

/// What to write in place of a command that the language does not have.
pub(super) fn in_place_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "int" | "iint" | "oint" => "integrals cannot be read: write the function that is integrated",
        "lim" => "limits cannot be read",
        "lfloor" | "rfloor" | "lceil" | "rceil" => "what is rounded is constant where it is differentiable",
        "sim" => {
            "a set of pairs is read by its name: write `\\sum_{(i,j)\\in E} (x_i - x_j)^2`, or `\\sum_{i,j} A_{ij} (x_i - x_j)^2` with the weights of all pairs"
        }
        _ => return None,
    })
}

/// Whether a command of LaTeX that the language does not have is an operator or a relation rather than a name.
pub(super) fn is_operator(name: &str) -> bool {
    const OPERATORS: &[&str] = &[
        "approx",
        "ast",
        "backslash",
        "boxplus",
        "boxtimes",
        "bullet",
        "cap",
        "cup",
        "div",
        "equiv",
        "exists",
        "forall",
        "land",
        "lor",
        "mapsto",
        "mp",
        "neg",
        "ominus",
        "oplus",
        "parallel",
        "perp",
        "pm",
        "propto",
        "rightarrow",
        "setminus",
        "sim",
        "star",
        "subset",
        "subseteq",
        "to",
        "vee",
        "wedge",
    ];
    OPERATORS.contains(&name)
}

/// The command nearest to one that is not known.
pub(super) fn similar_command(name: &str) -> Option<String> {
    let all = SYMBOLS
        .iter()
        .map(|row| row.0)
        .chain(STYLES.iter().copied())
        .chain(ACCENTS.iter().map(|row| row.0))
        .chain(DELIMITERS.iter().map(|row| row.0))
        .chain(greek_names())
        .chain(function_spellings().filter(|spelling| !spelling.contains('_')));
    // `\\to` is an arrow, and two letters are near to everything.
    nearest(name, all).filter(|_| name.len() > 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands() {
        assert_eq!(command("lambda"), Some(Command::Symbol(Tok::Word("λ".into()))));
        assert_eq!(command("det"), Some(Command::Symbol(Tok::Word("det".into()))));
        assert_eq!(command("nosuch"), None);
        assert_eq!(similar_command("fracc").as_deref(), Some("frac"));
        assert_eq!(similar_command("lamda").as_deref(), Some("lambda"));
    }
}
