//! Numbers: integers, fractions, decimals.

use super::piece::{Edge, Piece, Prec};
use super::printer::Printer;
use super::{Fractions, Notation};
use crate::number::Coeff;

/// With more zeros behind the point a power of ten is written.
const MAX_ZEROS: usize = 3;
/// With more zeros at the end of an integer a power of ten is written, where no more digits stand before them.
const MAX_ZEROS_IN_FRONT: usize = 12;
const MAX_ROUND_DIGITS: usize = 16;

impl Printer<'_> {
    /// A number: `2`, `½`, `5/7`, `0.1`.
    pub(super) fn number(&mut self, value: &Coeff) -> Piece {
        if value.is_negative() {
            let positive = self.number(&value.abs());
            return self.negated(&positive);
        }
        if let Some((text, prec)) = self.on_line(value) {
            // What follows 1e-5 is set off.
            let end = if text.contains('e') { Edge::Word } else { Edge::Digit };
            return self.ropes.text(&text, prec, Edge::Digit, end);
        }
        if let (Notation::Unicode, Some(sign)) = (self.format, fraction_sign(&value.to_string())) {
            return self.ropes.text(sign, Prec::Juxt, Edge::Digit, Edge::Digit);
        }
        let (numerator, denominator) = self.quotient(value);
        let above = self.ropes.text(&numerator, Prec::Atom, Edge::Digit, Edge::Digit);
        let below = self.ropes.text(&denominator, Prec::Atom, Edge::Digit, Edge::Digit);
        self.fraction(&above, &below)
    }

    /// Numerator and denominator of a positive number that is not written on the line: 7 and 3; beside decimals 1 and 0.3 of 10/3.
    pub(super) fn quotient(&self, value: &Coeff) -> (String, String) {
        let (numerator, denominator) = value.parts();
        let (numerator, denominator) = (numerator.to_string(), denominator.to_string());
        let digits = |text: &str| text.trim_start_matches(['0', '.']).chars().filter(char::is_ascii_digit).count();
        match value.recip().and_then(|below| self.on_line(&below)) {
            Some((below, Prec::Atom)) if digits(&below) <= digits(&numerator) + digits(&denominator) => {
                ("1".into(), below)
            }
            _ => {
                let written = if self.style.fractions == Fractions::Common {
                    None
                } else {
                    self.arena.quotient_of_written(value)
                };
                let lines = written.and_then(|(above, below)| Some((self.on_line(&above)?, self.on_line(&below)?)));
                match lines {
                    Some(((above, Prec::Atom), (below, Prec::Atom)))
                        if digits(&above) + digits(&below) <= digits(&numerator) + digits(&denominator) =>
                    {
                        (above, below)
                    }
                    _ => (numerator, denominator),
                }
            }
        }
    }

    /// What is divided by where that is how a positive number is written: 12 of 1/12, and none of ½, which has a sign.
    pub(super) fn divisor(&self, value: &Coeff) -> Option<String> {
        if self.is_on_line(value) || fraction_sign(&value.to_string()).is_some() {
            return None;
        }
        let (numerator, denominator) = self.quotient(value);
        (numerator == "1").then_some(denominator)
    }

    /// Whether a number is written on the line: an integer or a decimal.
    pub(super) fn is_on_line(&self, value: &Coeff) -> bool {
        self.on_line(value).is_some()
    }

    /// A number beside a base, as an exponent: `-3/2` with the format's minus.
    pub(super) fn exponent_text(&self, value: &Coeff) -> String {
        let sign = if value.is_negative() { self.spelling.minus } else { "" };
        let size = value.abs();
        format!("{sign}{}", self.on_line(&size).map_or_else(|| size.to_string(), |(text, _)| text))
    }

    /// A positive number on the line.
    fn on_line(&self, value: &Coeff) -> Option<(String, Prec)> {
        if value.is_integer() {
            let digits = value.to_string();
            let significant = digits.trim_end_matches('0').len();
            let is_round = significant <= MAX_ROUND_DIGITS && digits.len() - significant > MAX_ZEROS_IN_FRONT;
            return Some(if is_round {
                self.with_power_of_ten(&digits[..significant], digits.len() as i64 - 1)
            } else {
                (digits, Prec::Atom)
            });
        }
        let (digits, places) = match self.style.fractions {
            Fractions::Common => return None,
            Fractions::Mixed if value.to_ratio().is_some_and(|(_, below)| matches!(below, 2 | 4 | 8)) => return None,
            Fractions::Mixed | Fractions::Decimal => value.abs().decimal()?,
        };
        let (digits, places) = (digits.to_string(), places as usize);
        if let Some(zeros) = places.checked_sub(digits.len())
            && zeros > MAX_ZEROS
        {
            return Some(self.with_power_of_ten(&digits, -(places as i64) + digits.len() as i64 - 1));
        }
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (whole, behind) = digits.split_at(digits.len() - places);
        Some((format!("{whole}.{behind}"), Prec::Atom))
    }

    /// Digits with one before the point and a power of ten: `2.5e-7`, `6.02e23`.
    fn with_power_of_ten(&self, digits: &str, exponent: i64) -> (String, Prec) {
        let (first, rest) = digits.split_at(1);
        let mantissa = if rest.is_empty() { first.to_owned() } else { format!("{first}.{rest}") };
        match (self.format, mantissa.as_str()) {
            (Notation::Latex, "1") => (format!("10^{{{exponent}}}"), Prec::Postfix),
            (Notation::Latex, _) => (format!("{mantissa} \\cdot 10^{{{exponent}}}"), Prec::Juxt),
            _ => (format!("{mantissa}e{exponent}"), Prec::Atom),
        }
    }

    /// A decimal as a whole number and what is so little beside it that it is written with a power of ten: 1 and 1e-8 of 1.00000001.
    pub(super) fn split_decimal(&self, value: &Coeff) -> Option<(Coeff, Coeff)> {
        if self.style.fractions == Fractions::Common || value.is_integer() || !self.is_on_line(&value.abs()) {
            return None;
        }
        let whole = Coeff::from_f64(value.to_f64().round())?;
        let rest = value.sub(&whole);
        let (digits, places) = rest.abs().decimal()?;
        let is_little = places as usize > digits.to_string().len() + MAX_ZEROS;
        (!whole.is_zero() && is_little).then_some((whole, rest))
    }
}

/// The sign of a fraction that has one.
pub(super) fn fraction_sign(text: &str) -> Option<&'static str> {
    Some(match text {
        "1/2" => "½",
        "1/3" => "⅓",
        "2/3" => "⅔",
        "1/4" => "¼",
        "3/4" => "¾",
        "1/5" => "⅕",
        "2/5" => "⅖",
        "3/5" => "⅗",
        "4/5" => "⅘",
        "1/6" => "⅙",
        "5/6" => "⅚",
        "1/8" => "⅛",
        "3/8" => "⅜",
        "5/8" => "⅝",
        "7/8" => "⅞",
        _ => return None,
    })
}
