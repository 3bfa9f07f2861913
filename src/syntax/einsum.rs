//! Products of arrays by their axes, `einsum('ij,j->i', A, x)`, as products of matrices and vectors: axis after axis is summed, each over a
//! product of two factors or over one alone.

/// A factor: how it is written, and its axes, at most two of them.
struct Factor {
    text: String,
    axes: Vec<char>,
}

/// The most factors.
const MAX_FACTORS: usize = 4;

/// What a product by its axes is in the language, with the letters a, b, c, d for the arrays; nothing where an array or a part of the
/// product has more than two axes, or where the letters do not fit.
pub(super) fn product(axes: &str, count: usize) -> Option<String> {
    let axes: String = axes.chars().filter(|c| *c != ' ').collect();
    let (given, kept) = match axes.split_once("->") {
        Some((given, kept)) => (given, kept.chars().collect()),
        None => (axes.as_str(), named_once(&axes)),
    };
    let given: Vec<Vec<char>> = given.split(',').map(|axes| axes.chars().collect()).collect();
    let is_known = |axis: &char| axis.is_ascii_alphabetic() && given.iter().any(|axes| axes.contains(axis));
    let fits = given.len() == count
        && count <= MAX_FACTORS
        && given.iter().all(|axes| axes.len() <= 2 && axes.iter().all(char::is_ascii_alphabetic))
        && kept.len() <= 2
        && kept.iter().all(is_known)
        && !matches!(kept.as_slice(), [first, second] if first == second);
    if !fits {
        return None;
    }
    let factors = ('a'..).zip(given).map(|(letter, axes)| Factor { text: letter.to_string(), axes }).collect();
    let mut product = Product { factors, kept };
    while product.step()? {}
    product.value()
}

/// The letters that stand once, in alphabetical order: the axes that are kept where the text does not say it.
fn named_once(axes: &str) -> Vec<char> {
    let mut letters: Vec<char> = axes.chars().filter(char::is_ascii_alphabetic).collect();
    letters.sort_unstable();
    let count = |letter: char| letters.iter().filter(|other| **other == letter).count();
    letters.iter().copied().filter(|letter| count(*letter) == 1).collect()
}

struct Product {
    factors: Vec<Factor>,
    /// The axes that are not summed.
    kept: Vec<char>,
}

impl Product {
    fn holders(&self, axis: char) -> Vec<usize> {
        (0..self.factors.len()).filter(|place| self.factors[*place].axes.contains(&axis)).collect()
    }

    /// Takes two factors out, in the order of their places.
    fn take(&mut self, first: usize, second: usize) -> (Factor, Factor) {
        let (low, high) = (first.min(second), first.max(second));
        let high = self.factors.remove(high);
        (self.factors.remove(low), high)
    }

    /// Makes one factor of two, or of one; whether there was one to make.
    fn step(&mut self) -> Option<bool> {
        // A_ii
        if let Some(place) = self.factors.iter().position(|factor| matches!(*factor.axes, [a, b] if a == b)) {
            let axis = self.factors[place].axes[0];
            let is_summed = !self.kept.contains(&axis) && self.holders(axis).len() == 1;
            let factor = &mut self.factors[place];
            factor.text = format!("{}({})", if is_summed { "tr" } else { "diag" }, factor.text);
            factor.axes.truncate(usize::from(!is_summed));
            return Some(true);
        }
        let summed = |this: &Self, axis: char| !this.kept.contains(&axis);
        let mut axes: Vec<char> = self.factors.iter().flat_map(|factor| factor.axes.iter().copied()).collect();
        axes.dedup();
        // An axis of one factor alone.
        let alone = axes.iter().copied().find(|axis| summed(self, *axis) && self.holders(*axis).len() == 1);
        // Two factors with the same axes, one of which is kept or in others, are multiplied entry by entry.
        if let Some((first, second)) = self.alike() {
            let (left, right) = self.take(first, second);
            let same = oriented(&right, &left.axes)?;
            self.factors.insert(first, Factor { text: format!("({} .* {same})", left.text), axes: left.axes });
            return Some(true);
        }
        let of_two = axes.iter().copied().find(|axis| summed(self, *axis) && self.holders(*axis).len() == 2);
        if let Some(axis) = of_two {
            let places = self.holders(axis);
            let (left, right) = self.take(places[0], places[1]);
            self.factors.insert(places[0], contracted(&left, &right, axis)?);
            return Some(true);
        }
        if let Some(axis) = alone {
            let place = self.holders(axis)[0];
            let factor = &mut self.factors[place];
            factor.text = match factor.axes.as_slice() {
                [_] => format!("sum({})", factor.text),
                [first, _] => format!("sum({}, axis={})", factor.text, u8::from(*first != axis)),
                _ => return None,
            };
            factor.axes.retain(|other| *other != axis);
            return Some(true);
        }
        // A vector along an axis of a matrix scales its rows or columns.
        let scales = |vector: &Factor, matrix: &Factor| {
            vector.axes.len() == 1 && matrix.axes.len() == 2 && matrix.axes.contains(&vector.axes[0])
        };
        let pair = (0..self.factors.len()).find_map(|vector| {
            let of = (0..self.factors.len()).find(|of| scales(&self.factors[vector], &self.factors[*of]))?;
            Some((vector, of))
        });
        if let Some((vector, of)) = pair {
            let (vector, matrix) = (self.factors[vector].text.clone(), (vector, of));
            let (text, axes) = {
                let of = &self.factors[matrix.1];
                let is_of_rows = of.axes[0] == self.factors[matrix.0].axes[0];
                let text = if is_of_rows {
                    format!("(diag({vector}) {})", of.text)
                } else {
                    format!("({} diag({vector}))", of.text)
                };
                (text, of.axes.clone())
            };
            self.take(matrix.0, matrix.1);
            self.factors.push(Factor { text, axes });
            return Some(true);
        }
        Some(false)
    }

    /// Two factors with the same axes that are not all summed in this product of two.
    fn alike(&self) -> Option<(usize, usize)> {
        let sorted = |factor: &Factor| {
            let mut axes = factor.axes.clone();
            axes.sort_unstable();
            axes
        };
        for first in 0..self.factors.len() {
            for second in first + 1..self.factors.len() {
                let axes = sorted(&self.factors[first]);
                let is_contracted = axes.iter().all(|axis| !self.kept.contains(axis) && self.holders(*axis).len() == 2);
                if !axes.is_empty() && axes == sorted(&self.factors[second]) && !is_contracted {
                    return Some((first, second));
                }
            }
        }
        None
    }

    /// The product of what is left: numbers, and one matrix or vector or the outer product of two vectors.
    fn value(self) -> Option<String> {
        let (numbers, arrays): (Vec<Factor>, Vec<Factor>) =
            self.factors.into_iter().partition(|factor| factor.axes.is_empty());
        let array = match arrays.as_slice() {
            [] => None,
            [array] => Some(oriented(array, &self.kept)?),
            [first, second] if first.axes.len() == 1 && second.axes.len() == 1 => {
                let (left, right) = if first.axes[0] == self.kept[0] { (first, second) } else { (second, first) };
                Some(format!("outer({}, {})", left.text, right.text))
            }
            _ => return None,
        };
        let factors: Vec<String> = numbers.into_iter().map(|factor| factor.text).chain(array).collect();
        Some(if factors.len() == 1 { factors.concat() } else { format!("({})", factors.join(" ")) })
    }
}

/// How a factor is written with its axes in this order.
fn oriented(factor: &Factor, axes: &[char]) -> Option<String> {
    if factor.axes == axes {
        return Some(factor.text.clone());
    }
    let is_reversed = matches!((factor.axes.as_slice(), axes), ([a, b], [c, d]) if a == d && b == c);
    is_reversed.then(|| format!("transpose({})", factor.text))
}

/// The sum of a product of two factors over an axis of both.
fn contracted(left: &Factor, right: &Factor, axis: char) -> Option<Factor> {
    let other = |factor: &Factor| factor.axes.iter().copied().find(|other| *other != axis);
    let ends_with = |factor: &Factor| match other(factor) {
        Some(other) => oriented(factor, &[other, axis]),
        None => Some(factor.text.clone()),
    };
    let begins_with = |factor: &Factor| match other(factor) {
        Some(other) => oriented(factor, &[axis, other]),
        None => Some(factor.text.clone()),
    };
    let text = match (other(left), other(right)) {
        (None, None) => format!("dot({}, {})", left.text, right.text),
        // A vector stands behind its matrix.
        (None, Some(_)) => format!("({} {})", ends_with(right)?, left.text),
        _ => format!("({} {})", ends_with(left)?, begins_with(right)?),
    };
    Some(Factor { text, axes: other(left).into_iter().chain(other(right)).collect() })
}

#[cfg(test)]
mod tests {
    use super::product;

    #[test]
    fn axes_are_products() {
        for (axes, count, expected) in [
            ("ij,j->i", 2, Some("(a b)")),
            ("i,ij->j", 2, Some("(transpose(b) a)")),
            ("i,ij,j->", 3, Some("dot((transpose(b) a), c)")),
            ("i,ij,j", 3, Some("dot((transpose(b) a), c)")),
            ("ij,jk", 2, Some("(a b)")),
            ("ij,kj->ik", 2, Some("(a transpose(b))")),
            ("ij,jk->ki", 2, Some("transpose((a b))")),
            ("ij,ij->", 2, Some("tr((transpose(a) b))")),
            ("ij,ji->", 2, Some("tr((transpose(a) transpose(b)))")),
            ("ij,ij->i", 2, Some("sum((a .* b), axis=1)")),
            ("ij,ij->ij", 2, Some("(a .* b)")),
            ("i,i->", 2, Some("dot(a, b)")),
            ("i,i->i", 2, Some("(a .* b)")),
            ("i,j->ij", 2, Some("outer(a, b)")),
            ("i,j->ji", 2, Some("outer(b, a)")),
            ("i,j->", 2, Some("(sum(a) sum(b))")),
            ("ii->", 1, Some("tr(a)")),
            ("ii->i", 1, Some("diag(a)")),
            ("ij->ji", 1, Some("transpose(a)")),
            ("ij->j", 1, Some("sum(a, axis=0)")),
            ("ij->", 1, Some("sum(sum(a, axis=0))")),
            ("i,ij->ij", 2, Some("(diag(a) b)")),
            ("ni,ij,nj->n", 3, Some("sum(((a b) .* c), axis=1)")),
            ("bij,bj->bi", 2, None),
            ("ij,j->k", 2, None),
            ("ij,j->i", 1, None),
        ] {
            assert_eq!(product(axes, count).as_deref(), expected, "{axes}");
        }
    }
}
