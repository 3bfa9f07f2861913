//! Products: of vectors, matrices and stacks of matrices, and sums of products with a letter for each axis.

use super::fault::Fault;
use super::nd::NdArray;

/// The product of vectors, matrices and stacks of matrices, as `@` reads them: a vector is a row on the left and a column on the right, and
/// the axes before the last two are stretched.
pub(crate) fn matmul(x: &NdArray, y: &NdArray) -> Result<NdArray, Fault> {
    let is_vector = [x.lengths.len() == 1, y.lengths.len() == 1];
    let left = if is_vector[0] { x.clone().reshaped(vec![1, x.entries.len()])? } else { x.clone() };
    let right = if is_vector[1] { y.clone().reshaped(vec![y.entries.len(), 1])? } else { y.clone() };
    let (Some((before, _)), Some((beside, _))) =
        (left.lengths.split_last_chunk::<2>(), right.lengths.split_last_chunk::<2>())
    else {
        return Err(Fault::Lengths);
    };
    let mut lengths = match (before, beside) {
        (stack, []) | ([], stack) => stack.to_vec(),
        (stack, other) if stack == other => stack.to_vec(),
        _ => return Err(Fault::Lengths),
    };
    let count: usize = lengths.iter().product();
    let flat = |array: &NdArray, stack: &[usize]| match stack {
        [] => Ok(array.clone()),
        _ => array.clone().reshaped([&[count], &array.lengths[stack.len()..]].concat()),
    };
    let (left, right) = (flat(&left, before)?, flat(&right, beside)?);
    let (mut entries, mut own) = (Vec::new(), [0, 0]);
    let slice = |array: &NdArray, at: i64| if array.lengths.len() == 3 { array.item(&[at]) } else { Ok(array.clone()) };
    for at in 0..count {
        let at = i64::try_from(at).unwrap_or(0);
        let (left, right) = (slice(&left, at)?.as_matrix()?, slice(&right, at)?.as_matrix()?);
        if left.ncols() != right.nrows() {
            return Err(Fault::Lengths);
        }
        let product = left * right;
        own = [product.nrows(), product.ncols()];
        entries.extend_from_slice(product.transpose().as_slice());
    }
    lengths.extend(own.iter().zip(is_vector).filter(|(_, is_vector)| !is_vector).map(|(length, _)| *length));
    Ok(NdArray { lengths, entries })
}

/// A sum of products of entries, with a letter for each axis.
pub(crate) struct Einsum {
    /// The letters of the result, then those that are summed over.
    letters: Vec<char>,
    lengths: Vec<usize>,
    /// How many letters the result has.
    kept: usize,
    factors: Vec<Vec<char>>,
}

impl Einsum {
    pub(crate) fn new(subscripts: &str, factors: &[&NdArray]) -> Result<Self, Fault> {
        let (from, to) = subscripts.split_once("->").ok_or(Fault::Lengths)?;
        let lists: Vec<Vec<char>> = from.split(',').map(|list| list.chars().collect()).collect();
        if lists.len() != factors.len() {
            return Err(Fault::Lengths);
        }
        let mut letters: Vec<char> = to.chars().collect();
        let kept = letters.len();
        for letter in lists.iter().flatten() {
            if !letters.contains(letter) {
                letters.push(*letter);
            }
        }
        let mut lengths = vec![None; letters.len()];
        for (list, factor) in lists.iter().zip(factors) {
            if list.len() != factor.lengths.len() {
                return Err(Fault::Lengths);
            }
            for (letter, length) in list.iter().zip(&factor.lengths) {
                let known = letters.iter().position(|one| one == letter).and_then(|place| lengths.get_mut(place));
                let known = known.ok_or(Fault::Lengths)?;
                if *known.get_or_insert(*length) != *length {
                    return Err(Fault::Lengths);
                }
            }
        }
        let lengths = lengths.into_iter().collect::<Option<Vec<usize>>>().ok_or(Fault::Lengths)?;
        Ok(Self { letters, lengths, kept, factors: lists })
    }

    /// How many products are added up.
    pub(crate) fn terms(&self) -> usize {
        self.lengths.iter().fold(1, |all, length| all.saturating_mul(*length))
    }

    pub(crate) fn value(&self, factors: &[&NdArray]) -> NdArray {
        let mut result = NdArray::filled(self.lengths[..self.kept].to_vec(), 0.0);
        let terms = self.terms();
        let each = terms / result.entries.len().max(1);
        // How far an entry of a factor is from the next along each letter.
        let strides: Vec<Vec<usize>> =
            self.factors.iter().zip(factors).map(|(list, factor)| self.strides(list, factor)).collect();
        let mut at = vec![0; self.letters.len()];
        for term in 0..terms {
            let mut rest = term;
            for (at, length) in at.iter_mut().zip(&self.lengths).rev() {
                *at = rest % length;
                rest /= length;
            }
            let entry = |(strides, factor): (&Vec<usize>, &&NdArray)| {
                factor.entries[strides.iter().zip(&at).map(|(stride, at)| stride * at).sum::<usize>()]
            };
            result.entries[term / each] += strides.iter().zip(factors).map(entry).product::<f64>();
        }
        result
    }

    fn strides(&self, list: &[char], factor: &NdArray) -> Vec<usize> {
        let mut strides = vec![0; self.letters.len()];
        let mut stride = 1;
        for (letter, length) in list.iter().zip(&factor.lengths).rev() {
            if let Some(place) = self.letters.iter().position(|one| one == letter) {
                strides[place] += stride;
            }
            stride *= length;
        }
        strides
    }
}

#[cfg(test)]
mod tests {
    use super::matmul;
    use crate::codegen::NdArray;

    /// `x @ y` of an array of four axes and a vector, and of two stacks of stacks.
    #[test]
    fn stacks_have_any_number_of_axes() {
        let count = |lengths: &[usize]| {
            let entries = (0..lengths.iter().product::<usize>()).map(|at| at as f64).collect();
            NdArray { lengths: lengths.to_vec(), entries }
        };
        let product = matmul(&count(&[2, 1, 2, 3]), &count(&[3])).expect("it has a value");
        assert_eq!((product.lengths, product.entries), (vec![2, 1, 2], vec![5.0, 14.0, 23.0, 32.0]));
        let product = matmul(&count(&[1, 2, 1, 2]), &count(&[1, 2, 2, 1])).expect("it has a value");
        assert_eq!((product.lengths, product.entries), (vec![1, 2, 1, 1], vec![1.0, 13.0]));
        assert!(matmul(&count(&[2, 1, 1, 1]), &count(&[3, 1, 1, 1])).is_err());
    }
}
