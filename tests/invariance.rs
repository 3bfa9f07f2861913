//! What means nothing in LaTeX changes no reading: blanks, `\cdot` between scalars, `\left( \right)`, other letters of the same habit,
//! on random expressions without declarations. A reading that changes says so in a note.

mod common;

use common::drive;
use common::generate::Expressions;
use matcalc::reading::bracketed::Signs;
use matcalc::render::{Format, Style, render};
use matcalc::session::{self, Given, Problem};
use matcalc::shape::Goal;

/// How many expressions where `MATCALC_CASES` does not say so.
const CASES: u64 = 300;

fn read(text: &str) -> Option<Problem> {
    let given = [Given { origin: "expression".into(), text: text.into(), goal: Goal::Any }];
    session::read(&given, "", &[]).ok()
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

#[test]
fn what_means_nothing_changes_no_reading() {
    let mut changed = Vec::new();
    let mut compared = 0_u64;
    for seed in 0..drive::count(CASES) {
        let mut made = Expressions::Mixed.make(seed);
        let normal = made.arena.normalize(made.expr);
        let text = render(&made.arena, normal, Format::Latex, &Style::default());
        // A text with a backslash is LaTeX.
        let text = if text.contains('\\') { text } else { format!("\\displaystyle {text}") };
        let Some((plain, _)) = reading(&text) else { continue };
        for (how, variant) in [("spaced", spaced(&text)), ("fenced", fenced(&text)), ("thin", thin(&text))] {
            compared += 1;
            match reading(&variant) {
                Some((other, noted)) if other == plain || noted => {}
                Some((other, _)) => changed.push(format!("{how}: {text}\n  {variant}\n  {plain}\n  {other}")),
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
    let swapped = |text: &str, letters: &[(char, char)]| -> String {
        let mut out = String::new();
        let mut in_command = false;
        for c in text.chars() {
            in_command = c == '\\' || in_command && c.is_ascii_alphabetic();
            let other = letters.iter().find(|pair| pair.0 == c).map_or(c, |pair| pair.1);
            out.push(if in_command { c } else { other });
        }
        out
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
            assert_eq!(swapped_words(&plain.0, letters), other.0, "{text}");
            assert_eq!((plain.1, plain.2), (other.1, other.2), "{text}");
        }
    }
}

/// The printed reading with other letters; words stay.
fn swapped_words(text: &str, letters: &[(char, char)]) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is_letter = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_ascii_alphabetic());
    (0..chars.len())
        .map(|at| {
            let alone = !is_letter(at.checked_sub(1)) && !is_letter(Some(at + 1));
            let other = letters.iter().find(|pair| pair.0 == chars[at]).map_or(chars[at], |pair| pair.1);
            if alone { other } else { chars[at] }
        })
        .collect()
}
