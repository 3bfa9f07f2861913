//! Primary functions of square matrices and their Fréchet derivatives (Higham 2008, §1.2 and §3.2).

use crate::expr::{Arena, ExprId, Func, MatrixFunction, Node};
use crate::normal::chain::Chain;
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "exponential-product",
        says: "expm(X) expm(Y) = expm(X + Y) where X and Y commute",
        example: "expm(X) expm(X^2)",
        declare: "",
        want: "expm(X² + X)",
        rule: Rule::Neighbors(exponential_product),
    },
    Identity {
        id: "matrix-function-past-inverse",
        says: "X⁻¹P⁻¹f(PXQ)P = Q f(PXQ)Q⁻¹X⁻¹ where Q is P or Pᵀ",
        example: "inv(X) inv(P) logm(P X P) P",
        declare: "X: matrix(n,n); P: matrix(n,n)",
        want: "P logm(PXP)P⁻¹X⁻¹",
        rule: Rule::Ending(past_inverse),
    },
    Identity {
        id: "matrix-function-of-constant",
        says: "expm(0) = I, logm(I) = 0, sqrtm(I) = I and sqrtm(0) = 0",
        example: "expm(zeros(n, n)) A",
        declare: "A: matrix(n,k)",
        want: "A",
        rule: Rule::Over(Head::MatrixFunction, of_constant),
    },
    Identity {
        id: "matrix-function-of-diagonal",
        says: "expm(diag(v)) = diag(exp(v)), and likewise for the logarithm and the square root",
        example: "expm(diag(v))",
        declare: "v: vector(n)",
        want: "diag(exp(v))",
        rule: Rule::Over(Head::MatrixFunction, of_diagonal),
    },
    Identity {
        id: "exponential-of-logarithm",
        says: "expm(p logm(X)) = Xᵖ",
        example: "expm(3 logm(X))",
        declare: "X: matrix(n,n)",
        want: "X³",
        rule: Rule::Over(Head::MatrixFunction, exponential_of_logarithm),
    },
    Identity {
        id: "frechet-derivative-that-commutes",
        says: "L_f(X, E) = f′(X)E where E commutes with X because both are functions of one matrix",
        example: "L_expm(X, X^2)",
        declare: "X: matrix(n,n)",
        want: "X²expm(X)",
        rule: Rule::Over(Head::MatrixFunction, frechet_derivative_that_commutes),
    },
    Identity {
        id: "frechet-derivative-along-zero",
        says: "L_f(X, 0) = 0",
        example: "L_expm(X, zeros(n, n)) + A",
        declare: "X: matrix(n,n); A: matrix(n,n)",
        want: "A",
        rule: Rule::Canonical,
    },
    Identity {
        id: "frechet-derivative-multilinear",
        says: "L_f(X, cE) = c L_f(X, E)",
        example: "L_expm(X, 2 s E)",
        declare: "X: matrix(n,n); E: matrix(n,n); s: scalar",
        want: "2s L_expm(X, E)",
        rule: Rule::Canonical,
    },
];

/// The argument of the function where it is one without directions.
fn argument(arena: &Arena, id: ExprId, wanted: MatrixFunction) -> Option<ExprId> {
    match arena.node(id) {
        Node::MatrixFunction(func, inner, directions) if *func == wanted && directions.is_empty() => Some(*inner),
        _ => None,
    }
}

/// expm(X) expm(Y) = expm(X + Y) where X and Y commute
fn exponential_product(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let (x, y) = (argument(arena, left, MatrixFunction::Expm)?, argument(arena, right, MatrixFunction::Expm)?);
    arena.commute(x, y).then(|| {
        let sum = arena.plus(x, y);
        arena.matrix_function(MatrixFunction::Expm, sum, &[])
    })
}

/// X⁻¹P⁻¹f(M)P = Q f(M)Q⁻¹X⁻¹ of M = PXQ, with whose inverse f(M) commutes: Q⁻¹X⁻¹P⁻¹f(M) = f(M)Q⁻¹X⁻¹P⁻¹.
fn past_inverse(arena: &mut Arena, chain: &Chain) -> Option<(usize, Vec<ExprId>)> {
    let [.., x_inverse, p_inverse, value, last] = *chain.factors() else { return None };
    let argument = match *arena.node(value) {
        Node::MatrixFunction(_, argument, ref directions) if directions.is_empty() => argument,
        _ => return None,
    };
    let Node::Product(ref factors) = *arena.node(argument) else { return None };
    let [p, x, q] = **factors else { return None };
    if p != last
        || (q != p && arena.transpose(p) != q)
        || arena.inverse(p) != p_inverse
        || arena.inverse(x) != x_inverse
    {
        return None;
    }
    Some((4, vec![q, value, arena.inverse(q), x_inverse]))
}

/// The function and its argument, before it is a node, without directions.
fn plain(node: &Node) -> Option<(MatrixFunction, ExprId)> {
    match node {
        Node::MatrixFunction(func, inner, directions) if directions.is_empty() => Some((*func, *inner)),
        _ => None,
    }
}

/// expm(0) = I, logm(I) = 0, sqrtm(I) = I and sqrtm(0) = 0
fn of_constant(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (func, inner) = plain(node)?;
    let shape = arena.shape(inner);
    match (func, arena.node(inner)) {
        (MatrixFunction::Expm, Node::Zeros(_)) => Some(arena.identity(shape.rows)),
        (MatrixFunction::Logm, Node::Identity(_)) => Some(arena.zero(shape)),
        (MatrixFunction::Sqrtm, Node::Identity(_) | Node::Zeros(_)) => Some(inner),
        _ => None,
    }
}

/// expm(diag(v)) = diag(exp(v)), and likewise for the logarithm and the square root; a declared function has no other form.
fn of_diagonal(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (func, inner) = plain(node)?;
    let Node::Diag(vector) = *arena.node(inner) else { return None };
    let value = match func {
        MatrixFunction::Expm => arena.elementwise(Func::Exp, vector),
        MatrixFunction::Logm => arena.elementwise(Func::Log, vector),
        MatrixFunction::Sqrtm => arena.pow_number(vector, &Coeff::ratio(1, 2)?),
        MatrixFunction::User(..) => return None,
    };
    Some(arena.diag(value))
}

/// expm(p logm(X)) = Xᵖ
fn exponential_of_logarithm(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (MatrixFunction::Expm, inner) = plain(node)? else { return None };
    let (content, primitive) = arena.split_content(inner);
    let (scalar, matrix) = arena.split_scalar(primitive);
    let base = argument(arena, matrix, MatrixFunction::Logm)?;
    let exponent = arena.scale(&content, scalar);
    Some(arena.power(base, exponent))
}

/// L_f(X, E) = f′(X)E where E commutes with X
fn frechet_derivative_that_commutes(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::MatrixFunction(func, inner, directions) = node else { return None };
    let [direction] = **directions else { return None };
    if !arena.commute(*inner, direction) {
        return None;
    }
    let derivative = arena.derivative_of_matrix_function(*func, *inner)?;
    Some(arena.mul(&[derivative, direction]))
}
