//! First stage: text to a syntax tree with spans.

mod ast;

pub use ast::{
    Ast, AstId, AstKind, AstNode, Comparison, Declaration, DeclaredKind, Function, Name, NormSpelling, ProductOp,
    Range, Sign, Size, Structure,
};
