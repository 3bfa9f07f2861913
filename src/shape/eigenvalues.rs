//! Functions of the eigenvalues of a matrix, entry by entry, as in `sum(log(eig(X)))`: what is summed is the function of matrices of the same
//! name, and the sum its trace, Σ g(λᵢ) = tr g(X); the product is its determinant. Likewise for sums of singular values, which are norms.

use crate::catalog::Func;
use crate::catalog::entrywise::Formula;
use crate::expr::MatrixFunction;
use crate::number::Coeff;
use crate::syntax::{Ast, AstId, AstKind, Function, ProductOp, Sign};

/// A function of eigenvalues that has one of matrices.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// The eigenvalues of this matrix.
    Eigenvalues(AstId),
    /// A scalar in which there are none.
    Constant(AstId),
    Number(Coeff),
    Sum(Vec<(Sign, Form)>),
    /// Factors, and whether they divide.
    Product(Vec<(bool, Form)>),
    Power(Box<Form>, Exponent),
    Function(MatrixFunction, Box<Form>),
}

/// An exponent.
#[derive(Clone, Debug)]
pub(super) enum Exponent {
    Written(AstId),
    Number(Coeff),
}

/// Nested functions that are looked through.
const MOST_DEPTH: usize = 40;

/// What the argument of a reduction is, where there are eigenvalues in it.
pub(super) fn form(ast: &Ast, id: AstId) -> Option<Form> {
    let found = of(ast, id, 0)?;
    (!matches!(found, Form::Constant(_))).then_some(found)
}

/// Whether the argument of a sum is the singular values of a matrix, to what power, and whose they are.
pub(super) fn singular_values(ast: &Ast, id: AstId) -> Option<(AstId, u8)> {
    let of = |id: AstId| match &ast.node(id).kind {
        AstKind::Call(Function::Svd, arguments) => arguments.first().copied(),
        _ => None,
    };
    match &ast.node(id).kind {
        AstKind::Power(base, two) | AstKind::StarPower(base, two) | AstKind::HadamardPower(base, two) => {
            let is_two = ast.node(*two).kind == AstKind::Number(Coeff::integer(2));
            of(*base).filter(|_| is_two).map(|matrix| (matrix, 2))
        }
        _ => of(id).map(|matrix| (matrix, 1)),
    }
}

/// The scalars beside the eigenvalues, and the matrices whose they are.
pub(super) fn leaves(form: &Form, constants: &mut Vec<AstId>, matrices: &mut Vec<AstId>) {
    match form {
        Form::Eigenvalues(matrix) => matrices.push(*matrix),
        Form::Constant(id) => constants.push(*id),
        Form::Number(_) => {}
        Form::Sum(terms) => terms.iter().for_each(|(_, term)| leaves(term, constants, matrices)),
        Form::Product(factors) => factors.iter().for_each(|(_, factor)| leaves(factor, constants, matrices)),
        Form::Power(base, exponent) => {
            leaves(base, constants, matrices);
            if let Exponent::Written(id) = exponent {
                constants.push(*id);
            }
        }
        Form::Function(_, inner) => leaves(inner, constants, matrices),
    }
}

fn of(ast: &Ast, id: AstId, depth: usize) -> Option<Form> {
    if depth > MOST_DEPTH {
        return None;
    }
    if !ast.node(id).has_eigenvalues {
        return Some(Form::Constant(id));
    }
    let inside = |id: &AstId| of(ast, *id, depth + 1);
    match &ast.node(id).kind {
        AstKind::Call(Function::Eig, arguments) => match arguments.as_slice() {
            [matrix] if !ast.node(*matrix).has_eigenvalues => Some(Form::Eigenvalues(*matrix)),
            _ => None,
        },
        AstKind::Call(function, arguments) => {
            let [argument] = arguments.as_slice() else { return None };
            let inner = inside(argument)?;
            match function {
                Function::Entrywise(func) => of_function(*func, inner),
                Function::Sqrt => Some(Form::Function(MatrixFunction::Sqrtm, Box::new(inner))),
                Function::Composed(composed) => of_formula(&composed.row().formula, &inner),
                _ => None,
            }
        }
        AstKind::Sum(terms) => {
            let terms: Option<Vec<_>> = terms.iter().map(|(sign, term)| Some((*sign, inside(term)?))).collect();
            terms.map(Form::Sum)
        }
        AstKind::Product { first, rest } => {
            let mut factors = vec![(false, inside(first)?)];
            for (op, factor) in rest {
                let divides = match op {
                    ProductOp::Divide | ProductOp::HadamardDivide => true,
                    ProductOp::Times | ProductOp::Star | ProductOp::Dot | ProductOp::Hadamard => false,
                    ProductOp::At | ProductOp::Kronecker => return None,
                };
                factors.push((divides, inside(factor)?));
            }
            // A row times a column is no product entry by entry.
            let several = factors.iter().filter(|(_, factor)| !matches!(factor, Form::Constant(_))).count() > 1;
            let entrywise = |op: &ProductOp| {
                matches!(op, ProductOp::Hadamard | ProductOp::HadamardDivide | ProductOp::Star | ProductOp::Divide)
            };
            (!several || rest.iter().all(|(op, _)| entrywise(op))).then_some(Form::Product(factors))
        }
        AstKind::Power(base, exponent)
        | AstKind::StarPower(base, exponent)
        | AstKind::HadamardPower(base, exponent) => {
            let exponent = (!ast.node(*exponent).has_eigenvalues).then_some(Exponent::Written(*exponent))?;
            Some(Form::Power(Box::new(inside(base)?), exponent))
        }
        _ => None,
    }
}

fn of_function(func: Func, inner: Form) -> Option<Form> {
    let function = match func {
        Func::Exp => MatrixFunction::Expm,
        Func::Log => MatrixFunction::Logm,
        _ => return None,
    };
    Some(Form::Function(function, Box::new(inner)))
}

/// A formula whose variable is this form.
fn of_formula(formula: &Formula, z: &Form) -> Option<Form> {
    Some(match formula {
        Formula::Z => z.clone(),
        Formula::Integer(number) => Form::Number(Coeff::integer(*number)),
        Formula::Pi | Formula::Next => return None,
        Formula::Of(func, inner) => match of_formula(inner, z)? {
            Form::Number(_) => return None,
            inner => of_function(*func, inner)?,
        },
        Formula::Sum(terms) => {
            let term = |(coeff, term): &(i64, Formula)| {
                let factors = vec![(false, Form::Number(Coeff::integer(*coeff))), (false, of_formula(term, z)?)];
                Some((Sign::Plus, Form::Product(factors)))
            };
            Form::Sum(terms.iter().map(term).collect::<Option<_>>()?)
        }
        Formula::Product(left, right) => {
            Form::Product(vec![(false, of_formula(left, z)?), (false, of_formula(right, z)?)])
        }
        Formula::Power(base, p, q) => {
            Form::Power(Box::new(of_formula(base, z)?), Exponent::Number(Coeff::ratio(*p, *q)?))
        }
    })
}
