//! Positions that follow one another: the slices that languages have for them, and the zeros around what is put between zeros.

use super::code::Code;
use super::speller::{Lengths, terms_code};
use super::tree::{Form, Tree};
use crate::expr::{SizeTerm, difference_of_terms, sum_of_terms};
use crate::plan::Start;

/// The first of positions that follow one another.
pub(super) fn first_position(positions: &Tree) -> Option<Start> {
    let offset = match (&positions.form, positions.operands.as_slice()) {
        (Form::Range, []) => return Some(Start::default()),
        (Form::Sum(coeffs), [Tree { form: Form::Range, .. }, offset]) if coeffs[..] == [1.0, 1.0] => offset,
        _ => return None,
    };
    let (Form::Spread(_) | Form::Broadcast(_), [offset]) = (&offset.form, offset.operands.as_slice()) else {
        return None;
    };
    only_position(offset)
}

/// A position that is made of numbers and lengths.
pub(super) fn only_position(position: &Tree) -> Option<Start> {
    let mut start = Start::default();
    let mut add = |times: f64, term: &Tree| {
        match &term.form {
            Form::Number(number) => start.number += times * number,
            Form::Size(length) => start.sizes.push((times, length.clone())),
            _ => return None,
        }
        Some(())
    };
    match &position.form {
        Form::Sum(coeffs) => coeffs.iter().zip(&position.operands).try_for_each(|(times, term)| add(*times, term))?,
        _ => add(1.0, position)?,
    }
    Some(start)
}

/// The bounds of a slice, counted from 0.
pub(super) struct Slice {
    from: Vec<SizeTerm>,
    to: Vec<SizeTerm>,
    /// How many entries are left out at the end, where that is the same for all sizes.
    left: Option<i64>,
}

impl Slice {
    /// The bounds in a language that counts from a number, and leaves out what is not there: the first position, none where that is
    /// the first of all, and the first one behind the slice, as so many before the end where `before_end` writes that.
    pub(super) fn bounds(
        &self,
        lengths: &Lengths<'_>,
        counted_from: i64,
        before_end: impl FnOnce(i64) -> String,
    ) -> (Option<String>, String) {
        let counted =
            |terms: &[SizeTerm], by: i64| lengths.of_terms(&sum_of_terms([terms, &[(by, Vec::new())]].concat())).text;
        let from = (!self.from.is_empty()).then(|| counted(&self.from, counted_from));
        let to = match self.left {
            Some(left) => before_end(left),
            None => counted(&self.to, 0),
        };
        (from, to)
    }

    /// `2:end-1`, as languages write it that count from 1, include the last position and call it `end`.
    pub(super) fn up_to_end(&self, lengths: &Lengths<'_>) -> String {
        let before_end = |left: i64| if left == 0 { "end".to_owned() } else { format!("end-{left}") };
        let (from, to) = self.bounds(lengths, 1, before_end);
        format!("{}:{to}", from.as_deref().unwrap_or("1"))
    }
}

impl Lengths<'_> {
    /// A sum of terms of sizes as a whole number.
    pub(super) fn of_terms(&self, terms: &[SizeTerm]) -> Code {
        self.used.borrow_mut().extend(terms.iter().flat_map(|(_, names)| names.iter().copied()));
        terms_code(terms, self.sizes)
    }

    /// A position as terms of sizes; none where it is not the same in all languages.
    fn terms_of_start(&self, start: &Start) -> Option<Vec<SizeTerm>> {
        #[allow(clippy::cast_possible_truncation, reason = "it is the position of an entry")]
        let mut all = vec![(start.number as i64, Vec::new())];
        for (times, length) in &start.sizes {
            #[allow(clippy::cast_possible_truncation, reason = "it is a whole number")]
            let times = *times as i64;
            all.extend(self.terms(length)?.into_iter().map(|(factor, names)| (times * factor, names)));
        }
        Some(sum_of_terms(all))
    }

    /// A position as a whole number.
    pub(super) fn position(&self, start: &Start) -> Option<Code> {
        self.terms_of_start(start).map(|terms| self.of_terms(&terms))
    }

    /// The bounds of a slice, of entries from a position on; none where positions do not follow one another.
    pub(super) fn slice(&self, array: &Tree, positions: &Tree) -> Option<Slice> {
        let start = first_position(positions)?;
        let from = self.terms_of_start(&start)?;
        let count = self.terms(positions.lengths.first()?)?;
        let to = sum_of_terms([from.clone(), count].concat());
        let left = match difference_of_terms(&self.terms(array.lengths.first()?)?, &to).as_slice() {
            [] => Some(0),
            [(left, names)] if names.is_empty() => Some(*left),
            _ => None,
        };
        // Beyond the end is nothing.
        let is_there = left.is_none_or(|left| left >= 0);
        is_there.then_some(Slice { from, to, left })
    }

    /// How many zeros come before parts that are put between zeros along their first axis, and how many after them.
    pub(super) fn padding(&self, tree: &Tree) -> Option<(String, String)> {
        let [_, positions] = tree.operands.as_slice() else { return None };
        let before = self.terms_of_start(&first_position(positions)?)?;
        let count = self.terms(positions.lengths.first()?)?;
        let all = self.terms(tree.lengths.first()?)?;
        let after = difference_of_terms(&all, &sum_of_terms([before.clone(), count].concat()));
        Some((self.of_terms(&before).text, self.of_terms(&after).text))
    }
}
