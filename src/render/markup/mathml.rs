//! Boxes as presentation MathML.

use super::{Face, Gap, Item, Row};

const OPEN: &str = "<math xmlns=\"http://www.w3.org/1998/Math/MathML\">";
const CLOSE: &str = "</math>";

/// A formula as a `math` element.
pub(in crate::render) fn mathml(row: &[Item]) -> String {
    let mut out = String::from(OPEN);
    boxes(row, &mut out);
    out.push_str(CLOSE);
    out
}

/// An element and those of its named parts as one.
pub(in crate::render) fn in_one_element(main: &str, parts: &[(String, String)]) -> String {
    fn inner(element: &str) -> &str {
        element.strip_prefix(OPEN).and_then(|rest| rest.strip_suffix(CLOSE)).unwrap_or(element)
    }
    let mut out = format!("{OPEN}{}", inner(main));
    let gap = "<mspace width=\"1em\"/>";
    for (place, (name, part)) in parts.iter().enumerate() {
        let before = if place == 0 { format!("{gap}<mtext>where</mtext>{gap}") } else { "<mo>,</mo>".to_owned() };
        out.push_str(&format!("{before}{}<mo>=</mo>{}", inner(name), inner(part)));
    }
    out + CLOSE
}

fn boxes(row: &[Item], out: &mut String) {
    for (place, item) in row.iter().enumerate() {
        one(item, out);
        // Between a function and its argument stands what is not seen.
        if place + 1 < row.len() && is_function(item) {
            out.push_str("<mo>\u{2061}</mo>");
        }
    }
}

fn is_function(item: &Item) -> bool {
    match item {
        Item::Function(_) => true,
        Item::Script { base, .. } => matches!(**base, Item::Function(_)),
        _ => false,
    }
}

/// One element, however many boxes there are.
fn single(row: &[Item], out: &mut String) {
    match row {
        [item] => one(item, out),
        row => wrapped("mrow", out, |out| boxes(row, out)),
    }
}

fn wrapped(element: &str, out: &mut String, inner: impl FnOnce(&mut String)) {
    out.push_str(&format!("<{element}>"));
    inner(out);
    // An element's name ends at the first blank.
    out.push_str(&format!("</{}>", element.split(' ').next().unwrap_or(element)));
}

fn leaf(element: &str, text: &str, out: &mut String) {
    wrapped(element, out, |out| out.push_str(&escaped(text)));
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn one(item: &Item, out: &mut String) {
    match item {
        Item::Letter(text, face) => letter(text, *face, out),
        Item::Number(digits) => leaf("mn", digits, out),
        Item::Sign('∞') => leaf("mi", "∞", out),
        Item::Sign(sign @ ('(' | ')' | '[' | ']' | '{' | '}' | '|')) => fence(*sign, false, out),
        Item::Sign(sign) | Item::Big(sign) => leaf("mo", sign.encode_utf8(&mut [0; 4]), out),
        Item::Function(name) => leaf("mi", name, out),
        // Blanks at the ends would be dropped.
        Item::Text(text) => leaf("mtext", &text.replace(' ', "\u{A0}"), out),
        Item::Gap(gap) => {
            let width = match gap {
                Gap::Thin => "0.167em",
                Gap::Thick => "0.278em",
                Gap::Quad => "1em",
            };
            out.push_str(&format!("<mspace width=\"{width}\"/>"));
        }
        Item::Group(row) => wrapped("mrow", out, |out| boxes(row, out)),
        Item::Fenced { open, body, close, tall } => wrapped("mrow", out, |out| {
            fence(*open, *tall, out);
            boxes(body, out);
            fence(*close, *tall, out);
        }),
        Item::Script { base, below, primes, above } => script(base, below.as_deref(), *primes, above.as_deref(), out),
        Item::Fraction(above, below) => wrapped("mfrac", out, |out| {
            single(above, out);
            single(below, out);
        }),
        Item::Root(row) => wrapped("msqrt", out, |out| boxes(row, out)),
        Item::Accent(mark, row) => accented(*mark, row, out),
        Item::Matrix(rows) => wrapped("mrow", out, |out| {
            fence('[', true, out);
            wrapped("mtable", out, |out| table(rows, out));
            fence(']', true, out);
        }),
        Item::Cases(rows) => wrapped("mrow", out, |out| {
            fence('{', true, out);
            wrapped("mtable columnalign=\"left\"", out, |out| table(rows, out));
        }),
        Item::Aligned(rows) => {
            let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
            let sides: Vec<&str> = ["right", "left"].into_iter().cycle().take(columns).collect();
            let element = format!("mtable displaystyle=\"true\" columnalign=\"{}\"", sides.join(" "));
            wrapped(&element, out, |out| table(rows, out));
        }
        Item::Table(rows) => {
            let element = "mtable displaystyle=\"true\" columnalign=\"left\" rowlines=\"solid none\"";
            wrapped(element, out, |out| table(rows, out));
        }
    }
}

fn table(rows: &[Vec<Row>], out: &mut String) {
    for row in rows {
        wrapped("mtr", out, |out| {
            for cell in row {
                wrapped("mtd", out, |out| boxes(cell, out));
            }
        });
    }
}

fn letter(text: &str, face: Face, out: &mut String) {
    let mut letters = text.chars();
    let (Some(only), None) = (letters.next(), letters.next()) else { return leaf("mi", text, out) };
    match face {
        Face::Italic => leaf("mi", text, out),
        Face::Upright => leaf("mi mathvariant=\"normal\"", text, out),
        Face::Bold => match only.to_digit(10).and_then(|digit| char::from_u32(0x1D7CE + digit)) {
            Some(bold) => leaf("mn", bold.encode_utf8(&mut [0; 4]), out),
            None => leaf("mi mathvariant=\"bold\"", text, out),
        },
        Face::Blackboard => {
            let doubled = match only {
                'C' => 'ℂ',
                'H' => 'ℍ',
                'N' => 'ℕ',
                'P' => 'ℙ',
                'Q' => 'ℚ',
                'R' => 'ℝ',
                'Z' => 'ℤ',
                'A'..='Z' => char::from_u32(0x1D538 + u32::from(only) - u32::from('A')).unwrap_or(only),
                other => other,
            };
            leaf("mi", doubled.encode_utf8(&mut [0; 4]), out);
        }
    }
}

fn fence(sign: char, tall: bool, out: &mut String) {
    let element = if tall { "mo fence=\"true\"" } else { "mo fence=\"true\" stretchy=\"false\"" };
    leaf(element, sign.encode_utf8(&mut [0; 4]), out);
}

fn accented(mark: char, row: &[Item], out: &mut String) {
    let sign = match mark {
        '\u{300}' => "`",
        '\u{301}' => "´",
        '\u{302}' => "^",
        '\u{303}' => "~",
        '\u{304}' => "¯",
        '\u{306}' => "˘",
        '\u{307}' => "˙",
        '\u{308}' => "¨",
        '\u{30C}' => "ˇ",
        '\u{332}' => "_",
        _ => "˚",
    };
    let element = if mark == '\u{332}' { "munder accentunder=\"true\"" } else { "mover accent=\"true\"" };
    wrapped(element, out, |out| {
        single(row, out);
        leaf("mo stretchy=\"false\"", sign, out);
    });
}

fn script(base: &Item, below: Option<&[Item]>, primes: usize, above: Option<&[Item]>, out: &mut String) {
    let is_big = matches!(base, Item::Big(_));
    let primed = vec![Item::Sign('′'); primes];
    let raised = [&primed, above.unwrap_or_default()].concat();
    let above = (above.is_some() || primes > 0).then_some(raised);
    let element = match (below.is_some(), above.is_some(), is_big) {
        (true, true, true) => "munderover",
        (true, false, true) => "munder",
        (false, _, true) => "mover",
        (true, true, false) => "msubsup",
        (true, false, false) => "msub",
        (false, _, false) => "msup",
    };
    wrapped(element, out, |out| {
        single(std::slice::from_ref(base), out);
        for part in [below, above.as_deref()].into_iter().flatten() {
            single(part, out);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn formulas_in_mathml() {
        let table = [
            ("x^2", "<msup><mi>x</mi><mn>2</mn></msup>"),
            ("A^\\top x", "<msup><mi>A</mi><mo>⊤</mo></msup><mi>x</mi>"),
            ("\\frac{1}{2 n}", "<mfrac><mn>1</mn><mrow><mn>2</mn><mi>n</mi></mrow></mfrac>"),
            (
                "\\operatorname{tr}(X)",
                "<mi>tr</mi><mo>\u{2061}</mo><mrow><mo fence=\"true\" stretchy=\"false\">(</mo><mi>X</mi>\
                 <mo fence=\"true\" stretchy=\"false\">)</mo></mrow>",
            ),
            (
                "\\sum_{i=1}^{m} a_i",
                "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>m</mi></munderover>\
                 <msub><mi>a</mi><mi>i</mi></msub>",
            ),
            (
                "\\hat{x} < \\mathbb{R}",
                "<mover accent=\"true\"><mi>x</mi><mo stretchy=\"false\">^</mo></mover><mo>&lt;</mo><mi>ℝ</mi>",
            ),
            ("f''", "<msup><mi>f</mi><mrow><mo>′</mo><mo>′</mo></mrow></msup>"),
            ("\\text{ is }", "<mtext>\u{A0}is\u{A0}</mtext>"),
        ];
        for (latex, wanted) in table {
            let found = mathml(&read(latex));
            let inner = found.strip_prefix("<math xmlns=\"http://www.w3.org/1998/Math/MathML\">");
            assert_eq!(inner.and_then(|inner| inner.strip_suffix("</math>")), Some(wanted), "{latex}");
        }
    }
}
