//! First stage: text to a syntax tree with spans. The grammar cuts the text into symbols (`lex`), names are told
//! apart in view of the declarations (`resolve`), and symbols are put together by precedence (`parse`).

mod ast;
mod big;
mod binding;
mod bracket;
mod declare;
mod definition;
mod derivative;
mod function;
mod grammar;
mod greek;
mod latex;
mod letter_call;
mod lex;
pub mod limits;
mod names;
mod operand;
mod optimum;
mod parse;
mod resolve;
mod script;
mod sexpr;
mod stack;
mod systems;
#[cfg(test)]
mod tests;
mod token;
mod token_text;
mod trouble;
mod walk;

pub use ast::{
    Ast, AstId, AstKind, AstNode, Comparison, Declaration, DeclaredKind, Function, Heading, Joint, Mark, Name,
    NormSpelling, ProductOp, Range, Remark, Sign, Size, Structure,
};
pub use declare::{parse_declarations, parse_name, parse_names};
pub use function::function_spellings;
pub use names::KnownNames;
pub use parse::parse;
pub(crate) use walk::compact;
pub use walk::{for_each_child, map_children};
