//! Names of all kinds of nodes, for tests that each of them occurs.

use std::collections::BTreeSet;

use matcalc::expr::{Arena, BigOp, ExprId, Func, MatrixFunction, Node, Norm, Op};

/// The kinds that expressions of the language have: all but `dX`.
pub fn all_kinds() -> Vec<String> {
    let funcs = Func::ALL.iter().map(|func| format!("{func:?}"));
    let ops = Op::ALL.iter().map(|op| format!("{op:?}"));
    OTHERS.iter().map(|kind| (*kind).to_owned()).chain(funcs).chain(ops).collect()
}

/// Those that are not rows of a table.
const OTHERS: &[&str] = &[
    "Number",
    "Pi",
    "Size",
    "Index",
    "Symbol",
    "Member",
    "Identity",
    "Ones",
    "Zeros",
    "Commutation",
    "Selection",
    "Basis",
    "Literal",
    "Add",
    "Product",
    "Hadamard",
    "Choose",
    "Kron",
    "Transpose",
    "Power",
    "Entry",
    "Trace",
    "Det",
    "Diag",
    "DiagPart",
    "Hat",
    "Axial",
    "Vec",
    "Unvec",
    "Pinv",
    "Factorial",
    "indexed Sum",
    "indexed Product",
    "User",
    "derivative of User",
    "norm Frobenius",
    "norm One",
    "norm Infinity",
    "norm Spectral",
    "norm Nuclear",
    "norm P",
    "reduce Sum",
    "reduce Product",
    "reduce Max",
    "reduce Min",
    "reduce LogSumExp",
    "spectral SumEig",
    "spectral ProdEig",
    "spectral LambdaMax",
    "spectral LambdaMin",
    "spectral EigvecMax",
    "spectral EigvecMin",
    "spectral UMax",
    "spectral VMax",
    "spectral Polar",
    "Expm",
    "Logm",
    "Sqrtm",
    "L_Expm",
    "L_Logm",
    "L_Sqrtm",
    "matrix User",
    "L_User",
    "Map",
];

/// The kind of a node, for functions and norms with their names.
fn kind(node: &Node) -> String {
    let name = match node {
        Node::Number(..) => "Number",
        Node::Pi => "Pi",
        Node::Size(..) => "Size",
        Node::Index(..) => "Index",
        Node::Symbol(..) => "Symbol",
        Node::Member(..) => "Member",
        Node::Differential(..) => "Differential",
        Node::Pending(..) => "Pending",
        Node::Identity(..) => "Identity",
        Node::Ones(..) => "Ones",
        Node::Zeros(..) => "Zeros",
        Node::Commutation(..) => "Commutation",
        Node::Selection(..) => "Selection",
        Node::Basis(..) => "Basis",
        Node::Literal(..) => "Literal",
        Node::Add(..) => "Add",
        Node::Product(..) => "Product",
        Node::Hadamard(..) => "Hadamard",
        Node::Choose(..) => "Choose",
        Node::Kron(..) => "Kron",
        Node::Transpose(..) => "Transpose",
        Node::Power(..) => "Power",
        Node::Entry(..) => "Entry",
        Node::Trace(..) => "Trace",
        Node::Det(..) => "Det",
        Node::Diag(..) => "Diag",
        Node::DiagPart(..) => "DiagPart",
        Node::Hat(..) => "Hat",
        Node::Axial(..) => "Axial",
        Node::Vec(..) => "Vec",
        Node::Unvec(..) => "Unvec",
        Node::Pinv(..) => "Pinv",
        Node::Factorial(..) => "Factorial",
        Node::Indexed { op: BigOp::Sum, .. } => "indexed Sum",
        Node::Indexed { op: BigOp::Product, .. } => "indexed Product",
        Node::Elementwise(Func::User(_, 0), _) => "User",
        Node::Elementwise(Func::User(..), _) => "derivative of User",
        Node::Elementwise(func, _) => return format!("{func:?}"),
        Node::Apply(op, _) => return format!("{op:?}"),
        Node::Map(..) => "Map",
        Node::MatrixFunction(MatrixFunction::User(..), _, directions) if directions.is_empty() => "matrix User",
        Node::MatrixFunction(MatrixFunction::User(..), ..) => "L_User",
        Node::MatrixFunction(func, _, directions) if directions.is_empty() => return format!("{func:?}"),
        Node::MatrixFunction(MatrixFunction::Expm, ..) => "L_Expm",
        Node::MatrixFunction(MatrixFunction::Logm, ..) => "L_Logm",
        Node::MatrixFunction(MatrixFunction::Sqrtm, ..) => "L_Sqrtm",
        Node::Reduce(which, _) => return format!("reduce {which:?}"),
        Node::Norm(Norm::P(_), _) => "norm P",
        Node::Norm(norm, _) => return format!("norm {norm:?}"),
        Node::Spectral(which, _) => return format!("spectral {which:?}"),
    };
    name.to_owned()
}

/// The kinds of all nodes of an expression.
pub fn kinds(arena: &Arena, root: ExprId) -> BTreeSet<String> {
    arena.post_order(root).into_iter().map(|id| kind(arena.node(id))).collect()
}
