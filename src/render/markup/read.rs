//! Boxes from LaTeX.

use super::{Face, Gap, Item, Row};
use crate::render::greek;
use crate::render::spelling::is_function_command;

/// Brackets and braces nested deeper stand side by side.
const MAX_DEPTH: usize = 200;

/// Commands for one sign.
const SIGNS: [(&str, char); 30] = [
    ("cdot", '⋅'),
    ("odot", '⊙'),
    ("oslash", '⊘'),
    ("otimes", '⊗'),
    ("times", '×'),
    ("in", '∈'),
    ("neq", '≠'),
    ("leq", '≤'),
    ("geq", '≥'),
    ("succ", '≻'),
    ("succeq", '⪰'),
    ("prec", '≺'),
    ("preceq", '⪯'),
    ("approx", '≈'),
    ("mapsto", '↦'),
    ("to", '→'),
    ("colon", ':'),
    ("dots", '…'),
    ("ldots", '…'),
    ("infty", '∞'),
    ("top", '⊤'),
    ("partial", '∂'),
    ("nabla", '∇'),
    ("{", '{'),
    ("}", '}'),
    ("langle", '⟨'),
    ("rangle", '⟩'),
    ("|", '‖'),
    ("&", '&'),
    ("%", '%'),
];

/// A token of LaTeX.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Command(&'a str),
    Char(char),
    /// What stands in the braces after `\text`.
    Text(&'a str),
    /// The name in the braces after `\begin`.
    Begin(&'a str),
    End,
}

/// What ends a row, apart from what ends any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    Whole,
    Brace,
    Bracket,
    Right,
    Bar(char),
    Cell,
}

/// The boxes of a formula.
pub(in crate::render) fn read(latex: &str) -> Row {
    let mut reader = Reader { tokens: tokens(latex), at: 0, depth: 0, flat: 0 };
    let mut row = Row::new();
    loop {
        row.extend(reader.row(Stop::Whole));
        match reader.next() {
            None => return row,
            Some(Token::Char('&') | Token::Command("\\")) => {}
            Some(token) => row.extend(reader.sign(token).map(Item::Sign)),
        }
    }
}

fn tokens(latex: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = latex;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c != '\\' {
            if !c.is_whitespace() {
                found.push(Token::Char(c));
            }
            continue;
        }
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let length = if letters > 0 { letters } else { rest.chars().next().map_or(0, char::len_utf8) };
        let (name, behind) = rest.split_at(length);
        rest = behind;
        let braced = matches!(name, "text" | "begin" | "end").then(|| closing_brace(behind)).flatten();
        let Some(close) = braced else {
            found.push(Token::Command(name));
            continue;
        };
        let inner = &behind[1..close];
        rest = &behind[close + 1..];
        found.push(match name {
            "text" => Token::Text(inner),
            "begin" => Token::Begin(inner),
            _ => Token::End,
        });
    }
    found
}

/// Where the brace is that closes the one a text begins with.
pub(in crate::render) fn closing_brace(text: &str) -> Option<usize> {
    if !text.starts_with('{') {
        return None;
    }
    let (mut depth, mut escaped) = (0_usize, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

struct Reader<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    depth: usize,
    /// Open braces that are too deep to make a group.
    flat: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    fn takes(&mut self, wanted: Token<'_>) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// The sign that a token stands for by itself.
    fn sign(&self, token: Token<'_>) -> Option<char> {
        match token {
            Token::Command(name) => SIGNS.iter().find(|row| row.0 == name).map(|row| row.1),
            Token::Char('{' | '}' | '_' | '^' | '&' | '$') => None,
            Token::Char('-') => Some('−'),
            Token::Char(c) => Some(c),
            Token::Text(_) | Token::Begin(_) | Token::End => None,
        }
    }

    fn stops(&self, token: Token<'_>, stop: Stop) -> bool {
        match token {
            Token::Char('}') => self.flat == 0,
            Token::Char('&') | Token::End | Token::Command("right" | "\\") => true,
            Token::Char(')' | ']') | Token::Command("}" | "rangle") => stop == Stop::Bracket,
            Token::Char('|') => stop == Stop::Bar('|'),
            Token::Command("|") => stop == Stop::Bar('‖'),
            Token::Char(_) | Token::Command(_) | Token::Text(_) | Token::Begin(_) => false,
        }
    }

    fn row(&mut self, stop: Stop) -> Row {
        let mut row = Row::new();
        while let Some(token) = self.peek() {
            if self.stops(token, stop) {
                break;
            }
            let before = self.at;
            let items = self.item();
            row.extend(items);
            self.scripts(&mut row);
            if self.at == before {
                self.at += 1;
            }
        }
        row
    }

    /// What is raised or set below the last box.
    fn scripts(&mut self, row: &mut Row) {
        let (mut below, mut above, mut primes) = (None, None, 0);
        loop {
            if self.takes(Token::Char('_')) {
                below = Some(self.argument());
            } else if self.takes(Token::Char('^')) {
                above = Some(self.argument());
            } else if self.takes(Token::Char('\'')) {
                primes += 1;
            } else {
                break;
            }
        }
        if below.is_some() || above.is_some() || primes > 0 {
            let base = Box::new(row.pop().unwrap_or(Item::Group(Row::new())));
            row.push(Item::Script { base, below, primes, above });
        }
    }

    /// What a command or a script takes: braces, or one token.
    fn argument(&mut self) -> Row {
        if self.takes(Token::Char('{')) {
            return self.braces();
        }
        if self.depth >= MAX_DEPTH {
            return Row::new();
        }
        self.depth += 1;
        let row = self.bare_argument();
        self.depth -= 1;
        row
    }

    fn bare_argument(&mut self) -> Row {
        match self.peek() {
            Some(Token::Char(digit)) if digit.is_ascii_digit() => {
                self.at += 1;
                vec![Item::Number(digit.to_string())]
            }
            Some(token) if !self.stops(token, Stop::Whole) => self.item(),
            _ => Row::new(),
        }
    }

    fn braces(&mut self) -> Row {
        if self.depth >= MAX_DEPTH {
            self.flat += 1;
            return Row::new();
        }
        self.depth += 1;
        let row = self.row(Stop::Brace);
        self.depth -= 1;
        self.takes(Token::Char('}'));
        row
    }

    /// The letters in the braces after a command.
    fn word(&mut self) -> String {
        let mut word = String::new();
        if !self.takes(Token::Char('{')) {
            return word;
        }
        while let Some(token) = self.next() {
            match token {
                Token::Char('}') => break,
                Token::Char('{') => {}
                Token::Char(c) => word.push(c),
                Token::Command("_") => word.push('_'),
                Token::Command(name) => match greek::accent_mark(name) {
                    Some(mark) => {
                        word.push_str(&self.word());
                        word.push(mark);
                    }
                    None => word.extend(greek::letter(name)),
                },
                Token::Text(text) => word.push_str(text),
                Token::Begin(_) | Token::End => {}
            }
        }
        word
    }

    /// The next box; several where brackets have no partner.
    fn item(&mut self) -> Row {
        let Some(token) = self.next() else { return Row::new() };
        match token {
            Token::Char('{') => match self.braces() {
                row if row.len() == 1 && !matches!(row[0], Item::Script { .. }) => row,
                row => vec![Item::Group(row)],
            },
            Token::Char('}') => {
                self.flat = self.flat.saturating_sub(1);
                Row::new()
            }
            Token::Char(open @ ('(' | '[' | '|')) => self.fenced(open, false),
            Token::Command("{") => self.fenced('{', false),
            Token::Command("langle") => self.fenced('⟨', false),
            Token::Command("|") => self.fenced('‖', false),
            Token::Char(digit) if digit.is_ascii_digit() => vec![Item::Number(self.digits(digit))],
            Token::Char(letter) if letter.is_alphabetic() => vec![Item::Letter(letter.to_string(), Face::Italic)],
            Token::Char(_) => self.sign(token).map(Item::Sign).into_iter().collect(),
            Token::Text(text) => texts(text),
            Token::Begin(name) => self.table(name),
            Token::End => Row::new(),
            Token::Command("left") => self.tall(),
            Token::Command(name) => self.command(name),
        }
    }

    fn digits(&mut self, first: char) -> String {
        let mut digits = first.to_string();
        while let Some(Token::Char(c)) = self.peek() {
            let is_point =
                c == '.' && matches!(self.tokens.get(self.at + 1), Some(Token::Char(next)) if next.is_ascii_digit());
            if !c.is_ascii_digit() && !is_point {
                break;
            }
            digits.push(c);
            self.at += 1;
        }
        digits
    }

    fn command(&mut self, name: &str) -> Row {
        let item = match name {
            "frac" | "tfrac" | "dfrac" => Item::Fraction(self.argument(), self.argument()),
            "sqrt" => Item::Root(self.argument()),
            "operatorname" => Item::Function(self.word()),
            "mathrm" => Item::Letter(self.word(), Face::Upright),
            "mathbf" => Item::Letter(self.word(), Face::Bold),
            "mathbb" => Item::Letter(self.word(), Face::Blackboard),
            "sum" => Item::Big('∑'),
            "prod" => Item::Big('∏'),
            "," => Item::Gap(Gap::Thin),
            ";" => Item::Gap(Gap::Thick),
            "quad" => Item::Gap(Gap::Quad),
            "qquad" => return vec![Item::Gap(Gap::Quad); 2],
            // What holds lines apart is not seen.
            "rule" => {
                self.argument();
                self.argument();
                return Row::new();
            }
            _ => {
                if let Some(sign) = self.sign(Token::Command(name)) {
                    Item::Sign(sign)
                } else if let Some(mark) = greek::accent_mark(name) {
                    Item::Accent(mark, self.argument())
                } else if let Some(letter) = greek::letter(name) {
                    Item::Letter(letter.to_string(), Face::Italic)
                } else if is_function_command(name) {
                    Item::Function(name.to_owned())
                } else {
                    return Row::new();
                }
            }
        };
        vec![item]
    }

    /// From an opening bracket to its partner.
    fn fenced(&mut self, open: char, tall: bool) -> Row {
        let is_bar = matches!(open, '|' | '‖');
        if self.depth >= MAX_DEPTH {
            return vec![Item::Sign(open)];
        }
        self.depth += 1;
        let body = self.row(if is_bar { Stop::Bar(open) } else { Stop::Bracket });
        self.depth -= 1;
        let end = self.peek().filter(|token| self.stops(*token, if is_bar { Stop::Bar(open) } else { Stop::Bracket }));
        match end.and_then(|token| self.sign(token)).filter(|sign| is_bar || matches!(sign, ')' | ']' | '}' | '⟩')) {
            Some(close) => {
                self.at += 1;
                vec![Item::Fenced { open, body, close, tall }]
            }
            None => std::iter::once(Item::Sign(open)).chain(body).collect(),
        }
    }

    /// `\left( … \right)`
    fn tall(&mut self) -> Row {
        let Some(open) = self.next().and_then(|token| self.sign(token)) else { return Row::new() };
        if self.depth >= MAX_DEPTH {
            return vec![Item::Sign(open)];
        }
        self.depth += 1;
        let mut body = self.row(Stop::Right);
        self.depth -= 1;
        if self.takes(Token::Command("right"))
            && let Some(close) = self.next().and_then(|token| self.sign(token))
        {
            return vec![Item::Fenced { open, body, close, tall: true }];
        }
        body.insert(0, Item::Sign(open));
        body
    }

    /// `\begin{bmatrix} … \end{bmatrix}`
    fn table(&mut self, name: &str) -> Row {
        let mut rows = vec![vec![]];
        let is_array = name == "array";
        if is_array && self.takes(Token::Char('{')) {
            // On which side its columns are set.
            self.braces();
        }
        self.depth += 1;
        loop {
            let cell = if self.depth < MAX_DEPTH { self.row(Stop::Cell) } else { Row::new() };
            if let Some(row) = rows.last_mut() {
                row.push(cell);
            }
            match self.next() {
                Some(Token::Char('&')) => {}
                Some(Token::Command("\\")) => {
                    rows.push(vec![]);
                    if is_array && self.takes(Token::Char('[')) {
                        // How far the next line stands off.
                        while !matches!(self.next(), Some(Token::Char(']')) | None) {}
                    }
                }
                Some(Token::End) | None => break,
                Some(_) => {}
            }
        }
        self.depth -= 1;
        vec![match name {
            "cases" => Item::Cases(rows),
            "array" => Item::Table(rows),
            _ if name.ends_with("matrix") => Item::Matrix(rows),
            _ => Item::Aligned(rows),
        }]
    }
}

/// Words, with formulas between dollars.
fn texts(text: &str) -> Row {
    let plain = |part: &str| Item::Text(part.replace("\\&", "&").replace("--", "–"));
    let parts = text.split('$').enumerate().filter(|(_, part)| !part.is_empty());
    parts.flat_map(|(at, part)| if at % 2 == 1 { read(part) } else { vec![plain(part)] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(text: &str) -> Item {
        Item::Letter(text.to_owned(), Face::Italic)
    }

    #[test]
    fn brackets_find_their_partners() {
        let bars = read("\\|A x\\| + |t|");
        assert!(matches!(&bars[..], [Item::Fenced { open: '‖', .. }, Item::Sign('+'), Item::Fenced { open: '|', .. }]));
        assert_eq!(read("(x"), vec![Item::Sign('('), letter("x")]);
        assert_eq!(read("x)"), vec![letter("x"), Item::Sign(')')]);
        assert!(matches!(&read("[0, 1)")[..], [Item::Fenced { open: '[', close: ')', .. }]));
        let tall = read("\\left(\\frac12\\right)^2");
        assert!(matches!(&tall[..], [Item::Script { base, .. }] if matches!(**base, Item::Fenced { tall: true, .. })));
    }

    #[test]
    fn deep_brackets_stand_side_by_side() {
        let deep = "(".repeat(100_000) + &")".repeat(100_000);
        assert!(!read(&deep).is_empty());
        let braces = "\\frac{".repeat(100_000);
        assert!(!read(&braces).is_empty());
    }

    #[test]
    fn words_hold_formulas() {
        let row = read("\\text{by $\\sigma$ \\& more}");
        assert_eq!(row, vec![Item::Text("by ".into()), letter("σ"), Item::Text(" & more".into())]);
        assert_eq!(read("\\mathrm{\\Delta x}"), vec![Item::Letter("Δx".into(), Face::Upright)]);
    }
}
