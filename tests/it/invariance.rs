//! What means nothing in LaTeX changes no reading: blanks, `\cdot` between scalars, `\left( \right)`, bold arrays, other letters of the same
//! habit, on random expressions without declarations. A reading that changes says so in a note.

use crate::common::drive;
use crate::common::generate::Expressions;
use matcalc::problem::{self, Given, Problem};
use matcalc::reading::bracketed::Signs;
use matcalc::render::{Format, Style, render};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;

/// How many expressions where `MATCALC_CASES` does not say so.
const CASES: u64 = 300;

fn read(text: &str) -> Option<Problem> {
    let given = [Given { origin: "expression".into(), text: text.into(), goal: Goal::Any }];
    problem::read(&given, "", &[]).ok()
}

/// The reading with its kinds, and whether something was noted.
fn reading(text: &str) -> Option<(String, bool)> {
    let problem = read(text)?;
    let mut kinds: Vec<String> = problem
        .symbols
        .iter()
        .map(|symbol| {
            let info = problem.arena.symbol(*symbol);
            format!("{}:{}{}", info.name, info.shape.is_scalar(), info.shape.is_column())
        })
        .collect();
    kinds.sort();
    let tree = problem.reading.text(0, Signs::Ascii);
    Some((format!("{tree} {}", kinds.join(" ")), !problem.notes.is_empty()))
}

/// The text with blanks around every sign that is no part of a command.
fn spaced(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                let mut letters = 0;
                while let Some(next) = chars.next_if(char::is_ascii_alphabetic) {
                    out.push(next);
                    letters += 1;
                }
                if letters == 0 {
                    out.extend(chars.next());
                } else {
                    out.push(' ');
                }
            }
            '+' | '-' | '(' | ')' | '=' => {
                out.push(' ');
                out.push(c);
                out.push(' ');
            }
            _ => out.push(c),
        }
    }
    out
}

/// `\left(` and `\right)` for round brackets.
fn fenced(text: &str) -> String {
    let plain = text.replace("\\left(", "(").replace("\\right)", ")");
    plain.replace('(', "\\left(").replace(')', "\\right)")
}

/// Thin spaces behind closing brackets and commands' arguments.
fn thin(text: &str) -> String {
    text.replace(") ", ")\\, ").replace("} ", "}\\; ")
}

/// A piece of a LaTeX text: a command, a number, a letter, or another sign; and whether it stands below something or names a function.
struct Piece<'t> {
    text: &'t str,
    is_inert: bool,
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out: Vec<Piece<'_>> = Vec::new();
    // For each open brace whether what is inside is inert.
    let mut braces: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let count = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
        let first = rest.chars().next().expect("a character");
        let length = match first {
            '\\' => 1 + rest[1..].find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len() - 1).max(1),
            '0'..='9' => count(|c| c.is_ascii_digit()),
            ' ' => count(|c| c == ' '),
            _ => first.len_utf8(),
        };
        let inside = braces.last().copied().unwrap_or(false);
        let before = out.iter().rev().find(|piece| !piece.text.starts_with(' ')).map(|piece| piece.text);
        let behind = matches!(before, Some("_" | "\\operatorname" | "\\mathrm" | "\\text" | "\\begin" | "\\end"));
        match first {
            '{' => braces.push(inside || behind),
            '}' => drop(braces.pop()),
            _ => {}
        }
        out.push(Piece { text: &rest[..length], is_inert: inside || behind });
        at += length;
    }
    out
}

/// A Greek letter or a count; of two small letters side by side a dot makes an inner product.
fn is_scalar_by_letter(name: &str) -> bool {
    name.starts_with('\\') || matches!(name, "m" | "n" | "t")
}

/// `\cdot` between scalars that stand side by side.
fn dotted(text: &str, is_scalar: impl Fn(&str) -> bool) -> String {
    // A 1 may be a vector of ones.
    let is_number = |text: &str| text != "1" && text.starts_with(|c: char| c.is_ascii_digit());
    let mut out = String::new();
    // Whether the last piece that is no blank is a scalar of its own, and no script or argument.
    let (mut behind_scalar, mut before) = (false, "");
    for piece in pieces(text) {
        if piece.text.starts_with(' ') {
            out.push_str(piece.text);
            continue;
        }
        let scalar = !piece.is_inert && (is_number(piece.text) || is_scalar(piece.text));
        if behind_scalar && scalar {
            out.push_str("\\cdot ");
        }
        out.push_str(piece.text);
        behind_scalar = scalar && !matches!(before, "_" | "^" | "\\frac" | "\\sqrt");
        before = piece.text;
    }
    out
}

/// No blanks but those that end a command before a letter; where `keeps_letters`, none between two letters or a letter and a number goes.
fn tight(text: &str, keeps_letters: bool) -> String {
    let pieces = pieces(text);
    let is = |at: usize, is: fn(&char) -> bool| {
        pieces.get(at).and_then(|piece| piece.text.chars().next()).is_some_and(|c| is(&c))
    };
    let mut out = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        let ends_command = at > 0 && pieces[at - 1].text.starts_with('\\') && is(at + 1, char::is_ascii_alphabetic);
        let between = at > 0 && is(at - 1, char::is_ascii_alphanumeric) && is(at + 1, char::is_ascii_alphanumeric);
        if !piece.text.starts_with(' ') || ends_command || keeps_letters && between {
            out.push_str(piece.text);
        }
    }
    out
}

/// Arrays in bold, but for members and entries: `\mathbf{A}`, `\boldsymbol{\Sigma}`.
fn bold(text: &str, is_array: impl Fn(&str) -> bool) -> String {
    let pieces = pieces(text);
    let set = |(at, piece): (usize, &Piece<'_>)| match piece.text {
        text if piece.is_inert || !is_array(text) => text.to_owned(),
        text if pieces.get(at + 1).is_some_and(|next| next.text == "_") => text.to_owned(),
        text if text.starts_with('\\') => format!("\\boldsymbol{{{text}}}"),
        text => format!("\\mathbf{{{text}}}"),
    };
    pieces.iter().enumerate().map(set).collect()
}

/// Each letter of these rows becomes the next one of its row.
const ROWS: [&str; 2] = ["abpqwxyz", "ABCPQRSX"];

fn next_letter(c: char) -> char {
    let row = ROWS.iter().find(|row| row.contains(c));
    row.and_then(|row| row.chars().cycle().skip_while(|other| *other != c).nth(1)).unwrap_or(c)
}

fn other_letters(text: &str) -> String {
    let set = |piece: Piece<'_>| match piece.text.chars().next() {
        Some(c) if !piece.is_inert && piece.text.len() == 1 => next_letter(c).to_string(),
        _ => piece.text.to_owned(),
    };
    pieces(text).into_iter().map(set).collect()
}

/// A printed reading in other letters; words stay.
fn in_other_letters(reading: &str, other: impl Fn(char) -> char) -> String {
    let chars: Vec<char> = reading.chars().collect();
    let is_letter = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_ascii_alphabetic());
    let alone = |at: usize| !is_letter(at.checked_sub(1)) && !is_letter(Some(at + 1));
    (0..chars.len()).map(|at| if alone(at) { other(chars[at]) } else { chars[at] }).collect()
}

#[test]
fn what_means_nothing_changes_no_reading() {
    on_large_stack(readings_stay);
}

/// A reading whose kinds are in the order of their names.
fn sorted(reading: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = reading.split(' ').collect();
    let tail = parts.iter().rposition(|part| !part.contains(':')).map_or(0, |at| at + 1);
    parts[tail..].sort_unstable();
    parts
}

fn readings_stay() {
    let mut changed = Vec::new();
    let mut compared = 0_u64;
    for seed in 0..drive::count(CASES) {
        let mut made = Expressions::Mixed.make(seed);
        let normal = made.arena.normalize(made.expr);
        let text = render(&made.arena, normal, Format::Latex, &Style::default());
        // A text with a backslash is LaTeX.
        let text = if text.contains('\\') { text } else { format!("\\displaystyle {text}") };
        let Some(problem) = read(&text) else { continue };
        let Some((plain, _)) = reading(&text) else { continue };
        let of_kind = |name: &str, scalar: bool| {
            let Some(alone) = read(name).filter(|alone| alone.symbols.len() == 1) else { return false };
            let letter = &alone.arena.symbol(alone.symbols[0]).name;
            let symbols = problem.symbols.iter().map(|symbol| problem.arena.symbol(*symbol));
            symbols.filter(|info| info.name == *letter).any(|info| info.shape.is_scalar() == scalar)
        };
        // A capital that was read as a vector is a matrix in bold.
        let is_matrix = |name: &str| {
            let symbols = problem.symbols.iter().map(|symbol| problem.arena.symbol(*symbol));
            symbols.filter(|info| info.name == name).any(|info| !info.shape.is_column())
        };
        let is_array = |name: &str| {
            let is_capital = name.starts_with(|c: char| c.is_ascii_uppercase());
            name != "\\phi" && of_kind(name, false) && (!is_capital || is_matrix(name))
        };
        let variants = [
            ("spaced", spaced(&text)),
            ("fenced", fenced(&text)),
            ("thin", thin(&text)),
            ("tight", tight(&text, true)),
            ("glued", tight(&text, false)),
            ("dotted", dotted(&text, |name| is_scalar_by_letter(name) && of_kind(name, true))),
            ("bold", bold(&text, is_array)),
            ("other letters", other_letters(&text)),
        ];
        for (how, variant) in variants {
            compared += 1;
            let plain = if how == "other letters" { in_other_letters(&plain, next_letter) } else { plain.clone() };
            // A dot between scalars may bracket a product otherwise.
            let shown =
                |reading: &str| if how == "dotted" { reading.replace(['(', ')'], "") } else { reading.to_owned() };
            match reading(&variant) {
                Some((other, noted)) if noted || sorted(&shown(&other)) == sorted(&shown(&plain)) => {}
                Some((other, _)) => changed.push(format!("{how}: {text}\n  {variant}\n  {plain}\n  {other}")),
                // Letters that became a word may be refused, and are then read as meant nowhere.
                None if how == "glued" => {}
                None => changed.push(format!("{how}: {text}\n  {variant}\n  cannot be read")),
            }
        }
    }
    assert!(compared > 100, "{compared} compared");
    assert!(changed.is_empty(), "{} of {compared} changed:\n{}", changed.len(), changed.join("\n"));
}

/// Pairs of letters that are read alike.
#[test]
fn letters_of_one_habit_are_read_alike() {
    const TEXTS: [&str; 8] = [
        "\\frac{1}{2} a^T A a + b^T a",
        "\\lambda/2 \\|a\\|^2 + \\frac{1}{\\tau} b^T a",
        "\\log(1 + e^{-b^T a})",
        "\\sum_i (b_i - a^T A_i c)^2",
        "\\|A a - b\\|^2 + \\lambda \\|a\\|_1",
        "c a^T a - a b c",
        "\\frac{a^T A a}{a^T a}",
        "\\lambda \\cdot a^T b + \\tau",
    ];
    const LETTERS: [[(char, char); 4]; 3] = [
        [('a', 'x'), ('b', 'y'), ('c', 'z'), ('A', 'B')],
        [('a', 'u'), ('b', 'v'), ('c', 'w'), ('A', 'X')],
        [('a', 'p'), ('b', 'q'), ('c', 'r'), ('A', 'S')],
    ];
    let swap = |c: char, letters: &[(char, char)]| letters.iter().find(|pair| pair.0 == c).map_or(c, |pair| pair.1);
    let swapped = |text: &str, letters: &[(char, char)]| -> String {
        let mut in_command = false;
        let set = |c: char| {
            in_command = c == '\\' || in_command && c.is_ascii_alphabetic();
            if in_command { c } else { swap(c, letters) }
        };
        text.chars().map(set).collect()
    };
    for text in TEXTS {
        let read = |text: &str| {
            let problem = read(text).unwrap_or_else(|| panic!("{text} can be read"));
            (
                problem.reading.text(0, Signs::Ascii),
                problem.symbols.len(),
                problem.arena.shape(problem.raw[0]).is_scalar(),
            )
        };
        let plain = read(text);
        for letters in &LETTERS {
            let other = read(&swapped(text, letters));
            assert_eq!(in_other_letters(&plain.0, |c| swap(c, letters)), other.0, "{text}");
            assert_eq!((plain.1, plain.2), (other.1, other.2), "{text}");
        }
    }
}
