//! Lines with conditions: `\begin{cases} … \end{cases}` as a choice by the first condition that holds, and what the conditions leave open.

use super::ast::{AstId, AstKind, Comparison, Function, ProductOp, Remark};
use super::cases::is_relation;
use super::cover::{Cover, Cut, Gap};
use super::parse::{Failure, Parser};
use super::stack::Operand;
use super::token::{Bracket, Relation, Tok, is_sign_as_script};
use crate::diagnostic::Diagnostic;
use crate::number::Coeff;
use crate::span::Span;

/// Places from where to where a part of the text stands.
type Place = (usize, usize);

impl Parser<'_> {
    /// The lines between the bracket at the present place and its partner.
    pub(super) fn cases(&mut self, bracket: Bracket) -> Result<(), Failure> {
        let at = self.state.at;
        let close = self.tokens[at].partner;
        let span = self.span(at).join(self.span(close));
        let mut lines: Vec<(AstId, AstId)> = Vec::new();
        let mut otherwise = None;
        let mut cover = Cover::default();
        let rows = self.stretches((at + 1, close), |tok| *tok == Tok::Semicolon);
        let count = rows.len();
        for (place, row) in rows.into_iter().enumerate() {
            let sides = self.stretches(row, |tok| *tok == Tok::If);
            let value = self.side(sides[0], row)?;
            let Some(condition) = sides.get(1) else {
                if place + 1 < count {
                    return Err(self.not_last(row));
                }
                otherwise = Some(value.id);
                continue;
            };
            for alternative in self.stretches(*condition, |tok| *tok == Tok::Or) {
                let mut all = None;
                let mut cuts = Vec::new();
                for part in self.stretches(alternative, |tok| *tok == Tok::And) {
                    for (left, relation, right) in self.comparisons(part)? {
                        cuts.push(self.cut(left, &relation, right));
                        let one = self.comparison(left, &relation, right)?;
                        all = Some(match all {
                            None => one,
                            Some(all) => {
                                let rest = vec![(ProductOp::Hadamard, one)];
                                self.push(AstKind::Product { first: all, rest }, self.ast.span(one))?
                            }
                        });
                    }
                }
                cover.add(cuts);
                let Some(all) = all else { return Err(self.no_condition(row)) };
                lines.push((all, value.id));
            }
        }
        let last = match otherwise {
            Some(last) => last,
            None => self.uncovered(&cover, &mut lines, span)?,
        };
        let function = if bracket == Bracket::Where { Function::Where } else { Function::Cases };
        let mut value = last;
        for (condition, then) in lines.into_iter().rev() {
            value = self.push(AstKind::Call(function, vec![condition, then, value]), span)?;
        }
        self.state.operand = Some(Operand { id: value, span });
        self.state.at = close + 1;
        Ok(())
    }

    /// The value of the last line, which is taken where no condition holds, with a note where there are such points.
    fn uncovered(&mut self, cover: &Cover, lines: &mut Vec<(AstId, AstId)>, span: Span) -> Result<AstId, Failure> {
        let gap = cover.gap();
        let Some((_, last)) = lines.last().copied().filter(|_| lines.len() > 1 && !matches!(gap, Gap::Interval(_)))
        else {
            let mut error = Diagnostic::new(
                "P0024",
                "the cases leave open what the value is elsewhere",
                span,
                "no line for all else",
            );
            if let Gap::Interval(of) = &gap {
                error = error.with_note(format!("no line says what it is where {of}"));
            }
            let written = self.ast.source.get(span.start..span.end).unwrap_or("");
            let whole = match (written.rfind("\\end{"), written.strip_suffix(')')) {
                (Some(end), _) => {
                    Some(format!("{} \\\\ 0 & \\text{{otherwise}} {}", written[..end].trim_end(), &written[end..]))
                }
                (None, Some(lines)) => Some(format!("{lines}, 0 otherwise)")),
                (None, None) => None,
            };
            return Err(Box::new(match whole {
                Some(whole) => error.with_help(format!("add a line for all else: `{whole}`")),
                None => error.with_help("add a line for all else"),
            }));
        };
        let place = match gap {
            Gap::None => None,
            Gap::Point(of) => {
                Some(format!("no line says what the value is where {of}; that of the last line is taken there"))
            }
            _ => Some("where no condition holds, the value of the last line is taken".to_owned()),
        };
        if let Some(message) = place {
            self.ast.remarks.push(Remark { row: "open-cases", span, message: message.into(), other: None });
        }
        // The last line is for all else, with all its alternatives.
        while lines.last().is_some_and(|(_, value)| *value == last) {
            lines.pop();
        }
        Ok(last)
    }

    /// One side of a comparison, or a value.
    fn side(&mut self, (from, to): Place, row: Place) -> Result<Operand, Failure> {
        if from >= to {
            return Err(self.no_value(row));
        }
        self.value(from, to)
    }

    /// The parts between symbols that stand in no bracket.
    fn stretches(&self, (from, to): Place, is_end: impl Fn(&Tok) -> bool) -> Vec<Place> {
        let (mut parts, mut start, mut at, mut angles) = (Vec::new(), from, from, 0_usize);
        let mut operand = false;
        while at < to {
            let tok = &self.tokens[at].tok;
            match tok {
                Tok::Open(_) => {
                    at = self.tokens[at].partner;
                    operand = true;
                }
                Tok::Less if !operand => angles += 1,
                Tok::Greater if angles > 0 => {
                    angles -= 1;
                    operand = true;
                }
                _ if angles == 0 && is_end(tok) => {
                    parts.push((start, at));
                    start = at + 1;
                    operand = false;
                }
                Tok::Plus | Tok::Minus | Tok::Op(_) | Tok::Comma | Tok::And | Tok::Or | Tok::If | Tok::Semicolon => {
                    operand = is_sign_as_script(&self.tokens, at);
                }
                tok => operand = !is_relation(tok),
            }
            at += 1;
        }
        parts.push((start, to));
        parts
    }

    /// `a < b`, and the two of `a < b ≤ c`.
    fn comparisons(&self, place: Place) -> Result<Vec<(Place, Tok, Place)>, Failure> {
        let sides = self.stretches(place, is_relation);
        if sides.len() < 2 {
            return Err(self.no_condition(place));
        }
        Ok(sides.windows(2).map(|pair| (pair[0], self.tokens[pair[0].1].tok.clone(), pair[1])).collect())
    }

    fn comparison(&mut self, left: Place, relation: &Tok, right: Place) -> Result<AstId, Failure> {
        let whole = (left.0, right.1);
        let (a, b) = (self.side(left, whole)?, self.side(right, whole)?);
        let span = a.span.join(b.span);
        let (comparison, holds) = match relation {
            Tok::Greater => (Comparison::Greater, true),
            Tok::Less => (Comparison::Less, true),
            Tok::Equal => (Comparison::Equal, true),
            Tok::Relation(Relation::LessEqual) => (Comparison::Greater, false),
            Tok::Relation(Relation::GreaterEqual) => (Comparison::Less, false),
            _ => (Comparison::Equal, false),
        };
        let id = self.push(AstKind::Indicator(comparison, a.id, b.id), span)?;
        if holds { Ok(id) } else { self.one_minus(id, span) }
    }

    /// What a comparison says, for the question which values no line is for.
    fn cut(&self, left: Place, relation: &Tok, right: Place) -> Option<Cut> {
        let number = |place: Place| {
            let value = |at: usize| match &self.tokens[at].tok {
                Tok::Number(value) => Some(value.clone()),
                _ => None,
            };
            match place.1 - place.0 {
                1 => value(place.0),
                2 if self.tokens[place.0].tok == Tok::Minus => value(place.0 + 1).map(|value| value.neg()),
                _ => None,
            }
        };
        let text = |place: Place| {
            let span = self.span(place.0).join(self.span(place.1.max(place.0 + 1) - 1));
            self.ast.source.get(span.start..span.end).unwrap_or("").split_whitespace().collect::<String>()
        };
        if left.0 >= left.1 || right.0 >= right.1 {
            return None;
        }
        let sign = match relation {
            Tok::Greater => [false, false, true],
            Tok::Less => [true, false, false],
            Tok::Equal => [false, true, false],
            Tok::Relation(Relation::LessEqual) => [true, true, false],
            Tok::Relation(Relation::GreaterEqual) => [false, true, true],
            _ => [true, false, true],
        };
        let turned = [sign[2], sign[1], sign[0]];
        Some(match (number(left), number(right)) {
            (None, Some(value)) => Cut { of: text(left), to: None, at: value, holds: sign },
            (Some(value), None) => Cut { of: text(right), to: None, at: value, holds: turned },
            _ if text(left) <= text(right) => {
                Cut { of: text(left), to: Some(text(right)), at: Coeff::ZERO, holds: sign }
            }
            _ => Cut { of: text(right), to: Some(text(left)), at: Coeff::ZERO, holds: turned },
        })
    }

    fn row_span(&self, (from, to): Place) -> Span {
        self.span(from).join(self.span(to.max(from + 1) - 1))
    }

    fn no_condition(&self, row: Place) -> Failure {
        Box::new(
            Diagnostic::new("P0024", "a condition compares two values", self.row_span(row), "no comparison here")
                .with_note("the signs of comparisons are <, >, =, \\le, \\ge and \\ne")
                .with_help("write a comparison with one of them here"),
        )
    }

    /// A call that is a piecewise definition by its name alone.
    pub(super) fn without_condition(span: Span) -> Failure {
        Box::new(
            Diagnostic::new("P0024", "a choice needs a condition", span, "no condition here")
                .with_help("write it as `where(x > 0, x, 0)`, or `cases(x if x > 0, 0 otherwise)`"),
        )
    }

    fn no_value(&self, row: Place) -> Failure {
        Box::new(
            Diagnostic::new("P0024", "a line of the cases is incomplete", self.row_span(row), "a part is missing here")
                .with_note("each line has a value and a condition, as in `x^2 & x > 0`"),
        )
    }

    fn not_last(&self, row: Place) -> Failure {
        Box::new(
            Diagnostic::new(
                "P0024",
                "a line without a condition is the last one",
                self.row_span(row),
                "no condition here",
            )
            .with_note(
                "each line has a value and a condition, as in `x^2 & x > 0`; the last may have `\\text{otherwise}`",
            ),
        )
    }
}
