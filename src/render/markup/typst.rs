//! Boxes as Typst math: what stands between dollars.

use super::{Face, Gap, Item, Row};
use crate::render::greek;

/// Functions that Typst knows by their names.
const FUNCTIONS: [&str; 18] = [
    "exp", "log", "ln", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "det", "max", "min",
    "sup", "inf", "tr",
];

/// A formula in Typst.
pub(in crate::render) fn typst(row: &[Item]) -> String {
    if let [Item::Aligned(rows)] = row {
        return aligned(rows);
    }
    written(row, false)
}

/// Lines with their columns.
fn aligned(rows: &[Vec<Row>]) -> String {
    let line = |cells: &Vec<Row>| cells.iter().map(|cell| written(cell, false)).collect::<Vec<_>>().join(" & ");
    rows.iter().map(line).collect::<Vec<_>>().join(" \\\n")
}

/// Boxes side by side; of an argument commas are escaped, which would end it.
fn written(row: &[Item], is_argument: bool) -> String {
    let mut out = String::new();
    for (place, item) in row.iter().enumerate() {
        let text = match item {
            Item::Sign(sign @ (',' | ';' | ':')) if is_argument => format!("\\{sign}"),
            item => one(item),
        };
        if place > 0 && !is_close(&row[place - 1], item, place == 1) {
            out.push(' ');
        }
        out.push_str(&text);
    }
    out
}

/// Whether no blank stands between two boxes.
fn is_close(left: &Item, right: &Item, is_first: bool) -> bool {
    match (left, right) {
        (_, Item::Sign(',' | ';' | '!')) => true,
        (Item::Function(_), Item::Fenced { open: '(', .. }) => true,
        (Item::Function(_), Item::Script { base, .. }) => matches!(**base, Item::Fenced { open: '(', .. }),
        (Item::Sign('−'), _) => is_first,
        _ => false,
    }
}

fn argument(row: &[Item]) -> String {
    written(row, true)
}

fn one(item: &Item) -> String {
    match item {
        Item::Letter(text, face) => letter(text, *face),
        Item::Number(digits) => digits.clone(),
        Item::Sign(sign) => signed(*sign),
        Item::Big('∏') => "product".to_owned(),
        Item::Big(_) => "sum".to_owned(),
        Item::Function(name) if FUNCTIONS.contains(&name.as_str()) => name.clone(),
        Item::Function(name) => format!("op({})", quoted(name)),
        Item::Text(text) => quoted(text),
        Item::Gap(Gap::Thin) => "thin".to_owned(),
        Item::Gap(Gap::Thick) => "thick".to_owned(),
        Item::Gap(Gap::Quad) => "quad".to_owned(),
        Item::Group(row) => written(row, false),
        Item::Fenced { open: '‖', body, .. } => format!("norm({})", argument(body)),
        Item::Fenced { open: '|', body, .. } => format!("abs({})", argument(body)),
        Item::Fenced { open, body, close, .. } => format!("{open}{}{close}", written(body, false)),
        Item::Script { base, below, primes, above } => script(base, below.as_deref(), *primes, above.as_deref()),
        Item::Fraction(above, below) => format!("frac({}, {})", argument(above), argument(below)),
        Item::Root(row) => format!("sqrt({})", argument(row)),
        Item::Accent(mark, row) => accented(*mark, &argument(row)),
        Item::Matrix(rows) => {
            let line = |cells: &Vec<Row>| cells.iter().map(|cell| argument(cell)).collect::<Vec<_>>().join(", ");
            format!("mat(delim: \"[\", {})", rows.iter().map(line).collect::<Vec<_>>().join("; "))
        }
        Item::Cases(rows) => {
            let line = |cells: &Vec<Row>| cells.iter().map(|cell| argument(cell)).collect::<Vec<_>>().join(" & ");
            format!("cases({})", rows.iter().map(line).collect::<Vec<_>>().join(", "))
        }
        Item::Aligned(rows) => aligned(rows),
        Item::Table(rows) => {
            let line = |cells: &Vec<Row>| cells.iter().map(|cell| argument(cell)).collect::<Vec<_>>().join(", ");
            let lines = rows.iter().map(line).collect::<Vec<_>>().join(";\n  ");
            format!("mat(delim: #none, align: #left, row-gap: #0.8em, augment: #(hline: 1),\n  {lines})")
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn letter(text: &str, face: Face) -> String {
    let mut letters = text.chars();
    let (Some(only), None) = (letters.next(), letters.next()) else { return quoted(text) };
    let plain = match only {
        'ϑ' => "theta.alt".to_owned(),
        'ς' => "sigma.alt".to_owned(),
        'ℓ' => "ell".to_owned(),
        'ħ' => "planck.reduce".to_owned(),
        only => greek::spelled(only).map_or_else(|| only.to_string(), str::to_owned),
    };
    match face {
        Face::Italic => plain,
        Face::Upright => format!("upright({plain})"),
        Face::Bold => format!("bold({plain})"),
        Face::Blackboard if only.is_ascii_uppercase() => format!("{only}{only}"),
        Face::Blackboard => format!("bb({plain})"),
    }
}

fn signed(sign: char) -> String {
    let name = match sign {
        '−' => "-",
        '⊙' => "dot.o",
        '×' => "times",
        '∈' => "in",
        '≠' => "!=",
        '≤' => "<=",
        '≥' => ">=",
        '≻' => "succ",
        '≺' => "prec",
        '≈' => "approx",
        '↦' => "|->",
        '→' => "->",
        '…' => "...",
        '∞' => "infinity",
        '⊤' => "top",
        '∇' => "nabla",
        '/' => "\\/",
        '#' => "\\#",
        '"' => "\\\"",
        '\\' => "\\\\",
        '&' => "\\&",
        '~' => "\\~",
        '`' => "\\`",
        '@' => "\\@",
        '(' => "paren.l",
        ')' => "paren.r",
        '[' => "bracket.l",
        ']' => "bracket.r",
        '{' => "brace.l",
        '}' => "brace.r",
        '|' => "bar.v",
        sign => return sign.to_string(),
    };
    name.to_owned()
}

fn accented(mark: char, inner: &str) -> String {
    let name = match mark {
        '\u{300}' => "grave",
        '\u{301}' => "acute",
        '\u{302}' => "hat",
        '\u{303}' => "tilde",
        '\u{304}' => "macron",
        '\u{306}' => "breve",
        '\u{307}' => "dot",
        '\u{308}' => "dot.double",
        '\u{30C}' => "caron",
        '\u{332}' => "underline",
        mark => return format!("accent({inner}, \"{mark}\")"),
    };
    format!("{name}({inner})")
}

fn script(base: &Item, below: Option<&[Item]>, primes: usize, above: Option<&[Item]>) -> String {
    if let Item::Group(row) = base {
        // Brackets would show.
        let mut out = format!("attach({}", argument(row));
        let primes = vec![Item::Sign('′'); primes];
        let above = [&primes, above.unwrap_or_default()].concat();
        for (place, part) in [("b", below.unwrap_or_default()), ("t", &above)] {
            if !part.is_empty() {
                out.push_str(&format!(", {place}: {}", argument(part)));
            }
        }
        return out + ")";
    }
    let mut out = one(base) + &"'".repeat(primes);
    for (mark, part) in [("_", below), ("^", above)] {
        match part {
            None => {}
            Some([item @ (Item::Letter(..) | Item::Number(_) | Item::Function(_) | Item::Sign(_))]) => {
                out.push_str(&format!("{mark}{}", one(item)));
            }
            Some(part) => out.push_str(&format!("{mark}({})", written(part, false))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn formulas_in_typst() {
        let table = [
            ("A^\\top (A x - b)", "A^top (A x - b)"),
            ("-X^{-1} \\, \\mathrm{d}X_1 \\, X^{-1}", "-X^(-1) thin upright(d) X_1 thin X^(-1)"),
            ("\\frac{(A + A^\\top) x}{x^\\top A x}", "frac((A + A^top) x, x^top A x)"),
            ("\\operatorname{tr}(X)^2 + \\operatorname{vec}(X)", "tr(X)^2 + op(\"vec\")(X)"),
            ("\\sum_{i=1}^{m} a_i", "sum_(i = 1)^m a_i"),
            ("\\|A x - b\\|_F^2 + |t|", "norm(A x - b)_F^2 + abs(t)"),
            ("\\hat{y}_{\\mathrm{max}}", "hat(y)_\"max\""),
            ("\\mathbf{1}[x > 0]", "bold(1) [x > 0]"),
            ("{W^{(1)}}^\\top", "attach(W^((1)), t: top)"),
            ("\\mathbb{R}^{m \\times n}", "RR^(m times n)"),
            ("\\begin{bmatrix} 1 & f(a, b) \\\\ a,b & 4 \\end{bmatrix}", "mat(delim: \"[\", 1, f (a, b); a\\, b, 4)"),
            ("x^{\\odot 2} / n!", "x^(dot.o 2) \\/ n!"),
            ("\\begin{aligned}\nf &= a \\\\\n &\\quad + b\n\\end{aligned}", "f & = a \\\n & quad + b"),
            (
                "\\begin{array}{ll}\n\\text{a} & b \\\\ \\hline\n\\rule{0pt}{2.6ex}x & y \\\\[6pt]\nz & [1] \n\\end{array}",
                "mat(delim: #none, align: #left, row-gap: #0.8em, augment: #(hline: 1),\n  \"a\", b;\n  x, y;\n  z, [1])",
            ),
            ("f''(x) \\text{ and \"so\" on}", "f'' (x) \" and \\\"so\\\" on\""),
        ];
        for (latex, wanted) in table {
            assert_eq!(typst(&read(latex)), wanted, "{latex}");
        }
    }
}
