//! First stage: text to a syntax tree with spans. The grammar cuts the text into symbols (`lex`), names are told
//! apart in view of the declarations (`resolve`), and symbols are put together by precedence (`parse`).

mod ast;
mod below;
mod big;
mod bracket;
mod clause;
mod declare;
mod function;
mod grammar;
mod greek;
mod indexed;
mod latex;
mod left_out;
mod lex;
pub mod limits;
mod names;
mod operand;
mod over;
mod parse;
mod refused;
mod resolve;
mod sets;
mod sexpr;
mod stack;
#[cfg(test)]
mod tests;
mod token;
mod token_text;
mod trouble;
mod walk;

pub(crate) use ast::full_name;
pub use ast::{
    Ast, AstId, AstKind, AstNode, Comparison, Declaration, DeclaredKind, Function, Joint, Name, NormSpelling,
    ProductOp, Range, Remark, Sign, Size, Structure,
};
pub use declare::{parse_declarations, parse_name, parse_names};
pub use function::function_spellings;
pub use names::KnownNames;
pub use parse::parse;
pub(crate) use walk::compact;
pub use walk::{for_each_child, map_children};
