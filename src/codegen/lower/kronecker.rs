//! The array of a derivative from its Kronecker matrix, without the matrix: with vec(dF) = (P ⊗ Q) vec(dX) the entry for Fᵢⱼ and Xₖₗ is
//! PⱼₗQᵢₖ. Products of sums of such matrices, and of commutation matrices K, are multiplied out first:
//! (P ⊗ Q)(R ⊗ S) = PR ⊗ QS and K(P ⊗ Q) = (Q ⊗ P)K.

use rustc_hash::FxHashSet;

use super::super::axes::Axes;
use super::super::tree::{Array, ArrayId, Binary, Program, Unary};
use crate::expr::{Arena, Shape};

/// Sums with more terms stay matrices.
const MAX_TERMS: usize = 8;

/// A term of a Kronecker matrix.
#[derive(Clone)]
struct Term {
    is_subtracted: bool,
    /// Numbers above and below the line.
    above: Vec<ArrayId>,
    below: Vec<ArrayId>,
    form: Form,
}

#[derive(Clone)]
enum Form {
    /// P ⊗ Q with the identity for what is missing, times a commutation matrix where it is swapped.
    Kron { p: Option<ArrayId>, q: Option<ArrayId>, is_swapped: bool },
    /// vec(A)vec(B)ᵀ
    Outer(ArrayId, ArrayId),
    /// diag(vec(A))
    Diagonal(ArrayId),
}

/// The array with the axes of F followed by those of X, of the matrix M with vec(dF) = M vec(dX); none where M has another form. The lengths
/// are of these axes.
pub(in crate::codegen) fn tensor(
    arena: &Arena,
    program: &mut Program,
    output: Shape,
    variable: Shape,
    lengths: &[ArrayId],
) -> Option<ArrayId> {
    let root = program.root;
    let terms = Reader { axes: Axes::new(arena, &[]), program }.terms(root)?;
    let has_axis = |shape: Shape| [shape.is_matrix() || shape.is_column(), shape.is_matrix() || shape.is_row()];
    let there = [has_axis(output), has_axis(variable)].concat();
    let mut rest = lengths.iter().copied();
    let axes: Vec<Option<(char, ArrayId)>> = ['i', 'j', 'k', 'l']
        .into_iter()
        .zip(there)
        .map(|(letter, is_there)| is_there.then(|| rest.next().map(|length| (letter, length))).flatten())
        .collect();
    let arrays = terms.iter().map(|term| Some((term.is_subtracted, array(program, &axes, &term.form)?)));
    let arrays = arrays.collect::<Option<Vec<_>>>()?;
    // Numbers that all terms have are multiplied once.
    let first = terms.first()?;
    if terms.iter().all(|term| term.above == first.above && term.below == first.below) {
        let is_negative = arrays.iter().all(|(is_subtracted, _)| *is_subtracted);
        let all = arrays.into_iter().map(|(is_subtracted, array)| (is_subtracted && !is_negative, array)).collect();
        let all = sum(program, all);
        let value = multiple(program, first, all);
        return Some(if is_negative { program.unary(Unary::Negative, value) } else { value });
    }
    let all = terms.iter().zip(arrays).map(|(term, (minus, array))| (minus, multiple(program, term, array))).collect();
    Some(sum(program, all))
}

/// An array times the numbers of a term.
fn multiple(program: &mut Program, term: &Term, array: ArrayId) -> ArrayId {
    let above: Vec<ArrayId> = term.above.iter().copied().chain([array]).collect();
    let above = program.product(&above);
    if term.below.is_empty() {
        return above;
    }
    let below = program.product(&term.below);
    program.binary(Binary::Divide, above, below)
}

/// Terms added up, those that are subtracted last.
fn sum(program: &mut Program, mut terms: Vec<(bool, ArrayId)>) -> ArrayId {
    terms.sort_by_key(|(is_subtracted, _)| *is_subtracted);
    match *terms.as_slice() {
        [(false, only)] => only,
        [(true, only)] => program.unary(Unary::Negative, only),
        _ => program.add(Array::Sum(terms.into())),
    }
}

/// What reads the terms of a matrix off its program.
struct Reader<'p, 'a> {
    axes: Axes<'a>,
    program: &'p mut Program,
}

impl Reader<'_, '_> {
    fn terms(&mut self, matrix: ArrayId) -> Option<Vec<Term>> {
        let plain = |form| Some(vec![Term { is_subtracted: false, above: Vec::new(), below: Vec::new(), form }]);
        match self.program.node(matrix).clone() {
            Array::Sum(terms) => {
                let mut all = Vec::new();
                for (minus, term) in &terms {
                    let found = self.terms(*term)?;
                    all.extend(
                        found.into_iter().map(|term| Term { is_subtracted: term.is_subtracted != *minus, ..term }),
                    );
                    (all.len() <= MAX_TERMS).then_some(())?;
                }
                Some(all)
            }
            Array::Unary(Unary::Negative, x) => {
                let terms = self.terms(x)?.into_iter();
                Some(terms.map(|term| Term { is_subtracted: !term.is_subtracted, ..term }).collect())
            }
            Array::Binary(operation @ (Binary::Multiply | Binary::Divide), x, y) => {
                let is_number = |reader: &mut Self, id| reader.axes.count(reader.program, id) == Some(0);
                let (number, of) = if operation == Binary::Multiply && is_number(self, x) { (x, y) } else { (y, x) };
                is_number(self, number).then_some(())?;
                let mut terms = self.terms(of)?;
                for term in &mut terms {
                    match operation {
                        Binary::Multiply => term.above.push(number),
                        _ => term.below.push(number),
                    }
                }
                Some(terms)
            }
            Array::Binary(Binary::Matmul, x, y) => {
                let (left, right) = (self.terms(x)?, self.terms(y)?);
                (left.len() * right.len() <= MAX_TERMS).then_some(())?;
                let pairs = left.iter().flat_map(|left| right.iter().map(move |right| (left, right)));
                pairs.map(|(left, right)| self.product(left, right)).collect()
            }
            // Of (R ⊗ tᵀ) ⊗ s the one side is no map of rows and the other none of columns.
            Array::Binary(Binary::Kron, p, q) if [p, q].iter().any(|side| is_kron(self.program, *side)) => None,
            Array::Binary(Binary::Kron, p, q) => {
                let [p, q] = [p, q].map(|id| Some(id).filter(|id| !matches!(self.program.node(*id), Array::Eye(_))));
                plain(Form::Kron { p, q, is_swapped: false })
            }
            Array::Eye(_) => plain(Form::Kron { p: None, q: None, is_swapped: false }),
            Array::Commutation(..) => plain(Form::Kron { p: None, q: None, is_swapped: true }),
            Array::Binary(Binary::Outer, x, y) => plain(Form::Outer(self.of_vec(x)?, self.of_vec(y)?)),
            Array::Unary(Unary::Diag, x) => plain(Form::Diagonal(self.of_vec(x)?)),
            _ => None,
        }
    }

    /// A, of vec(A).
    fn of_vec(&self, id: ArrayId) -> Option<ArrayId> {
        match *self.program.node(id) {
            Array::Unary(Unary::Vec, inner) => Some(inner),
            _ => None,
        }
    }

    fn product(&mut self, left: &Term, right: &Term) -> Option<Term> {
        let Form::Kron { p, q, is_swapped: is_left_swapped } = left.form else { return None };
        let Form::Kron { p: r, q: s, is_swapped } = right.form else { return None };
        let (r, s) = if is_left_swapped { (s, r) } else { (r, s) };
        let mut times = |x: Option<ArrayId>, y: Option<ArrayId>| match (x, y) {
            (Some(x), Some(y)) => {
                let fits = [x, y].map(|side| self.axes.count(self.program, side)) == [Some(2), Some(2)];
                fits.then(|| Some(self.program.binary(Binary::Matmul, x, y)))
            }
            _ => Some(x.or(y)),
        };
        Some(Term {
            is_subtracted: left.is_subtracted != right.is_subtracted,
            above: left.above.iter().chain(&right.above).copied().collect(),
            below: left.below.iter().chain(&right.below).copied().collect(),
            form: Form::Kron { p: times(p, r)?, q: times(q, s)?, is_swapped: is_swapped != is_left_swapped },
        })
    }
}

/// Whether a matrix is a sum of Kronecker products, or one times something.
fn is_kron(program: &Program, root: ArrayId) -> bool {
    let (mut open, mut seen) = (vec![root], FxHashSet::default());
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        match program.node(id) {
            Array::Binary(Binary::Kron, ..) => return true,
            Array::Sum(terms) => open.extend(terms.iter().map(|(_, term)| *term)),
            Array::Unary(Unary::Negative | Unary::Transpose, x) => open.push(*x),
            Array::Binary(Binary::Multiply | Binary::Divide | Binary::Matmul, x, y) => open.extend([*x, *y]),
            _ => {}
        }
    }
    false
}

/// The array of a term on the axes of F and X: those of the rows and columns of F, then of X, each with its letter and length.
fn array(program: &mut Program, axes: &[Option<(char, ArrayId)>], form: &Form) -> Option<ArrayId> {
    let letter = |place: usize| axes.get(place).copied().flatten().map(|(letter, _)| letter);
    let factors = match *form {
        Form::Kron { p, q, is_swapped } => {
            let [of_p, of_q] = if is_swapped { [[1, 2], [0, 3]] } else { [[1, 3], [0, 2]] };
            let mut factors = Vec::new();
            for (factor, places) in [(p, of_p), (q, of_q)] {
                let letters = places.map(letter);
                let factor = match factor {
                    Some(factor) => factor,
                    // The identity between axes that are not there is the number 1.
                    None if letters == [None, None] => continue,
                    None => {
                        let [row, column] = places.map(|place| axes.get(place).copied().flatten().map(|axis| axis.1));
                        // vec(X) and vec(Xᵀ) of an X that is not square have axes of different lengths.
                        (row == column || row.is_none() || column.is_none()).then_some(())?;
                        program.add(Array::Eye(row?))
                    }
                };
                factors.push(with_letters(program, factor, letters)?);
            }
            factors
        }
        Form::Outer(x, y) => {
            vec![with_letters(program, x, [letter(0), letter(1)])?, with_letters(program, y, [letter(2), letter(3)])?]
        }
        Form::Diagonal(x) => {
            let [rows, columns] = [axes.first(), axes.get(1)].map(|axis| axis.copied().flatten());
            let [rows, columns] = [rows?, columns?].map(|(_, length)| program.add(Array::Eye(length)));
            vec![
                with_letters(program, x, [letter(0), letter(1)])?,
                (rows, vec![letter(0)?, letter(2)?]),
                (columns, vec![letter(1)?, letter(3)?]),
            ]
        }
    };
    let to: String = axes.iter().flatten().map(|(letter, _)| *letter).collect();
    let lists: Vec<String> = factors.iter().map(|(_, letters)| letters.iter().collect()).collect();
    let subscripts = format!("{}->{to}", lists.join(","));
    to.chars().all(|letter| lists.iter().any(|list| list.contains(letter))).then_some(())?;
    Some(program.add(Array::Einsum(subscripts.into(), factors.iter().map(|(array, _)| *array).collect())))
}

/// A matrix with the letters of its axes; of a transpose those of what is transposed, of a vector that is a row or column its own.
fn with_letters(program: &Program, id: ArrayId, letters: [Option<char>; 2]) -> Option<(ArrayId, Vec<char>)> {
    let [row, column] = letters;
    match *program.node(id) {
        Array::Unary(Unary::AsColumn, x) => column.is_none().then_some((x, vec![row?])),
        Array::Unary(Unary::AsRow, x) => row.is_none().then_some((x, vec![column?])),
        Array::Unary(Unary::Transpose, x) => Some((x, vec![column?, row?])),
        _ => Some((id, vec![row?, column?])),
    }
}
