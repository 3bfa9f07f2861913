//! A contraction as `einsum` reads it: a letter for each label, arrays reshaped so that every axis has one, and what no operand says
//! added as an identity matrix or a vector of ones.

use crate::plan::{Contraction, Group, Label, Length};

/// The letters that labels get, in this order.
const LETTERS: &str = "ijklmnopqrstuvwxyzabcdefghIJKLMNOPQRSTUVWXYZABCDEFGH";

/// What is multiplied.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Factor {
    /// The operand at that place, with these lengths where axes of it run over several labels.
    Operand(usize, Option<Vec<Length>>),
    /// The identity matrix: off the diagonal of two labels all is 0.
    Eye(Length),
    /// Along a label that no operand has the value stays the same.
    Ones(Length),
}

/// A sum of products over labels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Einsum {
    /// What is multiplied, each with its letters.
    pub(super) factors: Vec<(String, Factor)>,
    /// The letters of the result.
    pub(super) result: String,
    /// What the result is reshaped to, where axes of it run over several labels.
    pub(super) lengths: Option<Vec<Length>>,
}

impl Einsum {
    /// The sum that a contraction is; none where it has more labels than there are letters.
    pub(super) fn new(contraction: &Contraction) -> Option<Self> {
        let mut sums = Sums::default();
        for (place, (_, groups)) in contraction.operands.iter().enumerate() {
            let labels: Vec<Label> = groups.iter().flatten().copied().collect();
            let is_joined = groups.iter().any(|group| group.len() > 1);
            let lengths = is_joined.then(|| labels.iter().map(|label| length(contraction, *label)).collect());
            sums.factor(&labels, Factor::Operand(place, lengths))?;
        }
        let mut out: Vec<Label> = Vec::new();
        let mut next = u32::try_from(contraction.lengths.len()).ok()?;
        for label in contraction.output.iter().flatten() {
            if out.contains(label) {
                sums.factor(&[*label, next], Factor::Eye(length(contraction, *label)))?;
                out.push(next);
                next += 1;
            } else {
                out.push(*label);
            }
        }
        for label in &out {
            if !sums.letters.contains(label) {
                sums.factor(&[*label], Factor::Ones(length(contraction, *label)))?;
            }
        }
        let result = sums.text(&out)?;
        let is_joined = contraction.output.iter().any(|group| group.len() > 1);
        let groups = contraction.output.iter().filter(|group: &&Group| !group.is_empty());
        let lengths = is_joined.then(|| groups.map(|group| contraction.length(group)).collect());
        Some(Self { factors: sums.factors, result, lengths })
    }

    /// `ij,j->i`
    pub(super) fn subscripts(&self) -> String {
        let inputs: Vec<&str> = self.factors.iter().map(|(letters, _)| letters.as_str()).collect();
        format!("{}->{}", inputs.join(","), self.result)
    }

    /// The places of two factors of which it is the product `a @ b`: a matrix for every member of a family, and one vector. Where the vector
    /// has the label of another axis, too, nothing is added up: `ijki,i->ijk`.
    pub(super) fn product(&self) -> Option<(usize, usize)> {
        let ([(first, _), (second, _)], None) = (self.factors.as_slice(), &self.lengths) else { return None };
        let (family, vector, places) =
            if second.len() == 1 { (first, second, (0, 1)) } else { (second, first, (1, 0)) };
        let is_product = family.len() > 2
            && vector.len() == 1
            && family.strip_suffix(vector.as_str()) == Some(&*self.result)
            && !self.result.contains(vector.as_str());
        is_product.then_some(places)
    }
}

fn length(contraction: &Contraction, label: Label) -> Length {
    contraction.lengths[label as usize].clone()
}

/// A sum that is being put together.
#[derive(Default)]
struct Sums {
    letters: Vec<Label>,
    factors: Vec<(String, Factor)>,
}

impl Sums {
    fn text(&mut self, labels: &[Label]) -> Option<String> {
        labels.iter().map(|label| self.letter(*label)).collect()
    }

    fn letter(&mut self, label: Label) -> Option<char> {
        let place = self.letters.iter().position(|known| *known == label).unwrap_or_else(|| {
            self.letters.push(label);
            self.letters.len() - 1
        });
        LETTERS.chars().nth(place)
    }

    fn factor(&mut self, labels: &[Label], factor: Factor) -> Option<()> {
        let letters = self.text(labels)?;
        self.factors.push((letters, factor));
        Some(())
    }
}
