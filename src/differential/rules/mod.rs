//! The table of differential rules: one row for each operator, with the name a textbook gives it.
//!
//! `rule` and `apply` match on [`Node`] without a default case, so an operator without a rule does not compile.

mod algebra;
mod arrangement;
pub(super) mod cycle;
mod elementwise;
mod map;
mod norm;
mod power;
mod reduction;
mod spectral;

use super::engine::{Context, NotDifferentiable};
use crate::expr::{Arena, BigOp, ExprId, Node, Norm, Op, Ranked, Reduction, Spectral};
use crate::number::Coeff;

pub use elementwise::derivative as elementwise_derivative;

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable name, subject first: `inverse-differential`.
    pub id: &'static str,
    /// What a textbook calls it.
    pub name: &'static str,
    /// Its formula.
    pub formula: &'static str,
}

macro_rules! rules {
    ($($constant:ident: $id:literal, $name:literal, $formula:literal;)*) => {
        $(const $constant: Rule = Rule { id: $id, name: $name, formula: $formula };)*
        /// All rows, in the order of the documentation.
        pub const ALL: &[Rule] = &[$($constant),*];
    };
}

rules! {
    CONSTANT: "constant-differential", "constant", "dA = 0";
    VARIABLE: "variable-differential", "variable", "d(X) = dX";
    SUM: "sum-differential", "sum rule", "d(αX + βY) = α dX + β dY";
    FACTOR: "factor-differential", "constant factor", "d(αX) = α dX";
    PRODUCT: "product-differential", "product rule", "d(XY) = (dX)Y + X(dY)";
    HADAMARD: "hadamard-differential", "product and power rule", "d(x^p∘y) = p x^(p−1)∘dx∘y + x^p∘dy";
    KRONECKER: "kronecker-differential", "Kronecker product rule", "d(X⊗Y) = dX⊗Y + X⊗dY";
    TRANSPOSE: "transpose-differential", "transpose", "d(Xᵀ) = (dX)ᵀ";
    POWER: "power-differential", "matrix power and inverse", "d(X⁻¹) = −X⁻¹(dX)X⁻¹, d(Xᵏ) = Σᵣ Xʳ(dX)Xᵏ⁻¹⁻ʳ";
    ENTRY: "entry-differential", "entry", "d(X_ij) = (dX)_ij";
    INDEXED_SUM: "indexed-sum-differential", "sum over an index", "d Σᵢ Xᵢ = Σᵢ dXᵢ";
    INDEXED_PRODUCT: "indexed-product-differential", "product over an index", "d Πᵢ fᵢ = Πᵢ fᵢ · Σᵢ dfᵢ/fᵢ";
    ELEMENTWISE: "chain-rule", "chain rule", "d f(x) = f′(x)∘dx";
    CHOICE: "choice-differential", "choice by a condition", "d(X where c, else Y) = dX where c, else dY";
    MATRIX_FUNCTION: "matrix-function-differential", "Fréchet derivative of a matrix function", "d f(X) = L_f(X, dX)";
    MAP: "map-differential", "declared map", "d f(x) = ⟨∇f(x), dx⟩, d F(x) = J_F(x) dx, d F(t) = F′(t) dt";
    TRACE: "trace-differential", "trace", "d(tr X) = tr(dX)";
    DETERMINANT: "determinant-differential", "determinant (Jacobi's formula)", "d(det X) = det(X) tr(X⁻¹ dX)";
    TOTAL: "total-differential", "sum of entries", "d sum(X) = sum(dX)";
    PROD: "prod-differential", "product of entries", "d prod(x) = prod(x) sum(dx⊘x)";
    EXTREME: "extreme-differential", "largest and smallest entry", "d max(x) = sum(1[x = max(x)]∘dx)";
    LOGSUMEXP: "logsumexp-differential", "log-sum-exp", "d logsumexp(x) = softmax(x)ᵀdx";
    NORM_FROBENIUS: "norm-differential", "Euclidean and Frobenius norm", "d‖X‖ = ⟨X, dX⟩/‖X‖";
    NORM_SQUARED: "squared-norm-differential", "squared norm", "d‖X‖² = 2⟨X, dX⟩";
    NORM_ONE: "norm-one-differential", "1-norm", "d‖x‖₁ = sign(x)ᵀdx";
    NORM_INFINITY: "norm-infinity-differential", "maximum norm", "d‖x‖_∞ = sum(1[|x| = ‖x‖_∞]∘sign(x)∘dx)";
    NORM_P: "norm-p-differential", "p-norm", "d‖x‖_p = ‖x‖_p^(1−p) sum(|x|^(p−1)∘sign(x)∘dx)";
    NORM_SPECTRAL: "norm-spectral-differential", "spectral norm", "d‖X‖₂ = u₁ᵀ(dX)v₁";
    NORM_NUCLEAR: "norm-nuclear-differential", "nuclear norm", "d‖X‖_* = ⟨UVᵀ, dX⟩";
    EIGENVALUE: "eigenvalue-differential", "simple eigenvalue of a symmetric matrix", "dλ = vᵀ(dA)v";
    EIGENVECTOR: "eigenvector-differential", "eigenvector of a simple eigenvalue", "dv = (λI − A)⁺(dA)v";
    SINGULAR_VALUE: "singular-value-differential", "simple singular value", "dσ = uᵀ(dX)v";
    SINGULAR_VECTOR: "singular-vector-differential", "singular vector as an eigenvector", "u₁(X) = v₁(XXᵀ), v₁(X) = v₁(XᵀX)";
    POLAR: "polar-differential", "orthogonal polar factor", "dP = P unvec(M⁺ vec(Pᵀ(dX) − (dX)ᵀP)) + (I − PPᵀ)(dX) X⁺P, M = I ⊗ PᵀX + XᵀP ⊗ I";
    SOFTMAX: "softmax-differential", "softmax", "d softmax(x) = (diag(p) − ppᵀ)dx";
    ARRANGEMENT: "arrangement-differential", "linear rearrangement of entries", "d vec(X) = vec(dX), d diag(x) = diag(dx)";
    CROSS: "cross-differential", "cross product with a vector", "d[a]_× = [da]_×, d(a × b) = da × b + a × db";
    PSEUDOINVERSE: "pinv-differential", "Moore–Penrose inverse of constant rank (Golub & Pereyra 1973)",
        "dX⁺ = −X⁺(dX)X⁺ + X⁺X⁺ᵀ(dX)ᵀ(I − XX⁺) + (I − X⁺X)(dX)ᵀX⁺ᵀX⁺";
    PSEUDOINVERSE_OF_RANK_ONE: "pinv-of-rank-one-differential", "Moore–Penrose inverse of a matrix of rank 1",
        "dX⁺ = (dX)ᵀ/‖X‖² − 2⟨X, dX⟩Xᵀ/‖X‖⁴ of X = uvᵀ";
    ADJUGATE: "adjugate-differential", "adjugate of an invertible matrix", "d adj(X) = det(X)(tr(X⁻¹dX)X⁻¹ − X⁻¹(dX)X⁻¹)";
    FACTORIAL: "factorial-differential", "factorial", "none: refused";
}

/// The table of the rules in Markdown, as `docs/rules.md` shows it.
#[must_use]
pub fn table() -> String {
    let mut text = String::from("| name | rule | formula |\n| --- | --- | --- |\n");
    for rule in ALL {
        let formula = rule.formula.replace('|', "\\|");
        text.push_str(&format!("| `{}` | {} | {formula} |\n", rule.id, rule.name));
    }
    text
}

/// The row that an expression is differentiated by.
#[must_use]
pub fn rule(arena: &Arena, id: ExprId) -> Rule {
    let squared = matches!(arena.node(id), Node::Hadamard(factors) if factors.len() == 1
        && arena.as_number(factors[0].1) == Some(&Coeff::integer(2)) && matches!(arena.node(factors[0].0), Node::Norm(Norm::Frobenius, _)));
    match *arena.node(id) {
        _ if squared => NORM_SQUARED,
        Node::Pinv(inner) if arena.leads_through_vector(inner) => PSEUDOINVERSE_OF_RANK_ONE,
        ref node => row(node),
    }
}

/// The norms N of a product in which they stand as even powers, N² or N⁻⁴, which are differentiated as powers of ⟨X, X⟩.
pub(super) fn even_norms(arena: &Arena, id: ExprId) -> Vec<ExprId> {
    let Node::Hadamard(factors) = arena.node(id) else { return Vec::new() };
    let even =
        |exponent: ExprId| arena.as_number(exponent).and_then(Coeff::to_i64).is_some_and(|exponent| exponent % 2 == 0);
    let norms = factors
        .iter()
        .filter(|(base, exponent)| matches!(arena.node(*base), Node::Norm(Norm::Frobenius, _)) && even(*exponent));
    norms.map(|(base, _)| *base).collect()
}

/// The row of an operator.
fn row(node: &Node) -> Rule {
    match node {
        Node::Number(_)
        | Node::Pi
        | Node::Size(_)
        | Node::Index(_)
        | Node::Differential(..)
        | Node::Pending(..)
        | Node::Identity(_)
        | Node::Commutation(_)
        | Node::Selection(..)
        | Node::Ones(_)
        | Node::Zeros(_)
        | Node::Basis(..)
        | Node::Member(..) => CONSTANT,
        Node::Symbol(_) => VARIABLE,
        Node::Add(terms) if terms.len() == 1 => FACTOR,
        Node::Add(_) => SUM,
        Node::Product(_) => PRODUCT,
        Node::Hadamard(_) => HADAMARD,
        Node::Kron(..) => KRONECKER,
        Node::Transpose(_) => TRANSPOSE,
        Node::Power(..) => POWER,
        Node::Entry(..) => ENTRY,
        Node::Indexed { op: BigOp::Sum, .. } => INDEXED_SUM,
        Node::Indexed { op: BigOp::Product, .. } => INDEXED_PRODUCT,
        Node::Elementwise(..) => ELEMENTWISE,
        Node::Choose(..) => CHOICE,
        Node::MatrixFunction(..) => MATRIX_FUNCTION,
        Node::Map(..) => MAP,
        Node::Trace(_) | Node::Spectral(Spectral::SumEig, _) => TRACE,
        Node::Det(_) | Node::Spectral(Spectral::ProdEig, _) => DETERMINANT,
        Node::Reduce(Reduction::Sum, _) => TOTAL,
        Node::Reduce(Reduction::Product, _) => PROD,
        Node::Reduce(Reduction::Max | Reduction::Min, _) => EXTREME,
        Node::Reduce(Reduction::LogSumExp, _) => LOGSUMEXP,
        Node::Norm(Norm::Frobenius, _) => NORM_FROBENIUS,
        Node::Norm(Norm::One, _) => NORM_ONE,
        Node::Norm(Norm::Infinity, _) => NORM_INFINITY,
        Node::Norm(Norm::P(_), _) => NORM_P,
        Node::Norm(Norm::Spectral, _) => NORM_SPECTRAL,
        Node::Norm(Norm::Nuclear, _) => NORM_NUCLEAR,
        Node::Spectral(Spectral::LambdaMax | Spectral::LambdaMin, _) => EIGENVALUE,
        Node::Spectral(Spectral::EigvecMax | Spectral::EigvecMin, _) => EIGENVECTOR,
        Node::Spectral(Spectral::UMax | Spectral::VMax, _)
        | Node::Ranked(Ranked::LeftVector | Ranked::RightVector, ..) => SINGULAR_VECTOR,
        Node::Ranked(Ranked::Eigenvalue, ..) => EIGENVALUE,
        Node::Ranked(Ranked::Eigenvector, ..) => EIGENVECTOR,
        Node::Ranked(Ranked::SingularValue, ..) => SINGULAR_VALUE,
        Node::Spectral(Spectral::Polar, _) => POLAR,
        Node::Apply(op, _) => operator(*op).0,
        Node::Hat(_) | Node::Axial(_) => CROSS,
        Node::Literal(..) | Node::Diag(_) | Node::DiagPart(_) | Node::Vec(_) | Node::Unvec(..) => ARRANGEMENT,
        Node::Pinv(_) => PSEUDOINVERSE,
        Node::Factorial(_) => FACTORIAL,
    }
}

/// The differential of F(X), from the node and its operand.
type Apply = fn(&mut Context<'_>, ExprId, ExprId) -> Option<ExprId>;

/// The row of an operator in the table of operators, and what applies it.
fn operator(op: Op) -> (Rule, Apply) {
    match op {
        Op::Softmax => (SOFTMAX, elementwise::softmax),
        Op::Tril => (ARRANGEMENT, |cx, _, inner| arrangement::map(cx, inner, Arena::tril)),
        Op::Triu => (ARRANGEMENT, |cx, _, inner| arrangement::map(cx, inner, Arena::triu)),
        Op::Adjugate => (ADJUGATE, power::adjugate),
    }
}

/// The differential of a node by its row, from the differentials of its operands.
pub(super) fn apply(cx: &mut Context<'_>, id: ExprId) -> Result<Option<ExprId>, NotDifferentiable> {
    match cx.arena.node(id).clone() {
        Node::Number(_)
        | Node::Pi
        | Node::Size(_)
        | Node::Index(_)
        | Node::Symbol(_)
        | Node::Member(..)
        | Node::Differential(..)
        | Node::Identity(_)
        | Node::Commutation(_)
        | Node::Selection(..)
        | Node::Ones(_)
        | Node::Zeros(_)
        | Node::Basis(..) => Ok(None),
        Node::Add(terms) => Ok(algebra::sum(cx, id, &terms)),
        Node::Product(factors) => Ok(algebra::product(cx, id, &factors)),
        Node::Hadamard(factors) => Ok(algebra::hadamard(cx, id, &factors)),
        Node::Kron(left, right) => Ok(algebra::kronecker(cx, id, left, right)),
        Node::Indexed { op, index, lower, upper, body } => algebra::indexed(cx, id, op, index, lower, upper, body),
        Node::Power(base, exponent) => power::power(cx, id, base, exponent),
        Node::Det(inner) | Node::Spectral(Spectral::ProdEig, inner) => Ok(power::determinant(cx, id, inner)),
        Node::Pinv(inner) if cx.arena.leads_through_vector(inner) => {
            Ok(power::pseudoinverse_of_rank_one(cx, id, inner))
        }
        Node::Pinv(inner) => Ok(power::pseudoinverse(cx, id, inner)),
        Node::MatrixFunction(func, inner, directions) => Ok(power::matrix_function(cx, id, func, inner, &directions)),
        Node::Map(map, inner, place) => map::map(cx, id, map, inner, &place),
        Node::Choose(condition, then, otherwise) => Ok(elementwise::choice(cx, condition, then, otherwise)),
        Node::Elementwise(func, inner) => Ok(elementwise::elementwise(cx, func, inner)),
        Node::Apply(Op::Adjugate, inner) if power::is_never_invertible(cx.arena, inner) => Err(NotDifferentiable {
            expr: id,
            reason: "the rule for an adjugate needs the inverse of its matrix, which never has one",
        }),
        Node::Apply(op, inner) => Ok(operator(op).1(cx, id, inner)),
        Node::Reduce(reduction, inner) => Ok(reduction::reduce(cx, id, reduction, inner)),
        Node::Norm(norm, inner) => norm::norm(cx, id, norm, inner),
        Node::Spectral(Spectral::SumEig, inner) | Node::Trace(inner) => {
            Ok(arrangement::map(cx, inner, crate::expr::Arena::trace))
        }
        Node::Spectral(which, inner) => spectral::spectral(cx, id, which, inner),
        Node::Ranked(which, inner, place) => Ok(spectral::ranked(cx, id, which, (inner, place))),
        Node::Transpose(inner) => Ok(arrangement::map(cx, inner, crate::expr::Arena::transpose)),
        Node::Diag(inner) => Ok(arrangement::map(cx, inner, crate::expr::Arena::diag)),
        Node::DiagPart(inner) => Ok(arrangement::map(cx, inner, crate::expr::Arena::diag_part)),
        Node::Hat(inner) => Ok(arrangement::map(cx, inner, crate::expr::Arena::hat)),
        Node::Axial(inner) => Ok(arrangement::map(cx, inner, crate::expr::Arena::axial)),
        Node::Vec(inner) => Ok(arrangement::map(cx, inner, crate::expr::Arena::vec)),
        Node::Unvec(inner, shape) => Ok(arrangement::map(cx, inner, |arena, inner| arena.unvec(inner, shape))),
        Node::Entry(of, row, col) => Ok(arrangement::map(cx, of, |arena, of| arena.entry(of, row, col))),
        Node::Literal(shape, entries) => Ok(arrangement::literal(cx, shape, &entries)),
        Node::Pending(..) => Err(NotDifferentiable { expr: id, reason: "a differential has to be worked out first" }),
        Node::Factorial(_) => Err(NotDifferentiable { expr: id, reason: "a factorial is defined at integers only" }),
    }
}
