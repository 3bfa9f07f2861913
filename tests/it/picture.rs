//! The picture in the README is a real session, with the colors of the prompt. With `MATCALC_BLESS=1` it is drawn anew.

use std::fmt::Write as _;
use std::path::Path;

use crate::common;
use matcalc::Session;
use matcalc::request::Role;
use matcalc::statement::{NameKind, words};
use matcalc::syntax::function_spellings;

/// What is typed.
const STATEMENTS: &[&str] = &[
    "X: matrix(n, p); λ: positive",
    "f(w) := 1/2 ||X w - y||^2 + λ/2 ||w||^2",
    "∇f",
    "solve f",
    "check f claim X'(X w - y)",
    "latex hessian f",
];

const PROMPT: &str = "matcalc> ";

/// The size of a character, the height of a line, and the margin, in pixels.
const CHAR: f64 = 8.43;
const LINE: usize = 21;
const MARGIN: usize = 18;
/// The height of the bar above the text.
const BAR: usize = 34;

/// A piece of a line with its class.
type Piece = (&'static str, String);

/// The prompt and what is typed behind it.
fn typed(session: &Session, statement: &str) -> Vec<Piece> {
    let mut pieces = vec![("prompt", PROMPT.to_owned())];
    let names = session.names();
    let mut rest = statement;
    let mut is_first = true;
    while let Some(first) = rest.chars().next() {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let end = match first.is_alphabetic() {
            true => rest.find(|c| !is_part(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (word, behind) = rest.split_at(end);
        let known = names.iter().find(|(name, _)| name == word);
        let is_keyword = words().any(|known| known == word) && (is_first || ["wrt", "claim"].contains(&word));
        let class = match known {
            Some((_, NameKind::Declared)) => "declared",
            Some((_, NameKind::Defined)) => "defined",
            Some((_, NameKind::Valued)) => "valued",
            None if is_keyword => "prompt",
            None if word.len() > 1 && function_spellings().any(|known| known == word) => "function",
            None => "text",
        };
        is_first &= first.is_whitespace();
        match pieces.last_mut() {
            Some((last, text)) if *last == class => text.push_str(word),
            _ => pieces.push((class, word.to_owned())),
        }
        rest = behind;
    }
    pieces
}

/// The lines of the session.
fn lines() -> Vec<Vec<Piece>> {
    let mut session = Session::new();
    let mut lines = Vec::new();
    for statement in STATEMENTS {
        lines.push(typed(&session, statement));
        let reply = session.run(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
        for line in &reply.page.lines {
            let class = if line.role == Role::Result { "text" } else { "about" };
            lines.extend(line.text.lines().map(|text| vec![(class, text.to_owned())]));
        }
    }
    lines.push(vec![("prompt", PROMPT.to_owned())]);
    lines
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The picture.
fn picture() -> String {
    let lines = lines();
    let length = |line: &Vec<Piece>| line.iter().map(|(_, text)| text.chars().count()).sum::<usize>();
    let columns = lines.iter().map(length).max().unwrap_or(0);
    let width = (columns as f64 * CHAR).ceil() as usize + 2 * MARGIN;
    let height = BAR + lines.len() * LINE + MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>A session of matcalc</title>\n\
         <style>\n\
         text {{ font: 14px 'DejaVu Sans Mono', 'JuliaMono', Menlo, Consolas, monospace; white-space: pre; fill: #d8dee9 }}\n\
         .prompt {{ font-weight: bold; fill: #ffffff }}\n\
         .declared {{ fill: #7aa2f7 }}\n\
         .defined {{ fill: #9ece6a }}\n\
         .valued {{ fill: #bb9af7 }}\n\
         .function {{ fill: #7dcfff }}\n\
         .about {{ fill: #8b93a8 }}\n\
         </style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#1a1b26\"/>\n"
    );
    for (place, color) in ["#ff5f57", "#febc2e", "#28c840"].iter().enumerate() {
        writeln!(svg, "<circle cx=\"{}\" cy=\"17\" r=\"6\" fill=\"{color}\"/>", MARGIN + 4 + 20 * place).unwrap();
    }
    for (place, line) in lines.iter().enumerate() {
        write!(svg, "<text x=\"{MARGIN}\" y=\"{}\" xml:space=\"preserve\">", BAR + place * LINE + 14).unwrap();
        for (class, text) in line {
            match *class {
                "text" => svg.push_str(&escaped(text)),
                class => write!(svg, "<tspan class=\"{class}\">{}</tspan>", escaped(text)).unwrap(),
            }
        }
        svg.push_str("</text>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

#[test]
fn the_picture_is_a_real_session() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/session.svg");
    let wanted = picture();
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let is_current = common::without_errors(&found) == common::without_errors(&wanted);
    if !is_current && std::env::var_os("MATCALC_BLESS").is_some() {
        std::fs::write(&path, &wanted).expect("the picture can be written");
        return;
    }
    assert!(is_current, "docs/session.svg is not the session; MATCALC_BLESS=1 draws it anew");
}
