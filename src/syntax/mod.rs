//! First stage: text to a syntax tree with spans. The grammar cuts the text into symbols (`lex`), names are told
//! apart in view of the declarations (`resolve`), and symbols are put together by precedence (`parse`).

mod anonymous;
mod ast;
mod below;
mod big;
mod binding;
mod bra_ket;
mod bracket;
mod cases;
mod choice;
mod code_index;
mod comprehension;
mod conjugate;
mod cover;
mod cross;
mod cuts;
mod declare;
mod declare_map;
mod definition;
mod definition_call;
mod derivative;
mod digits;
mod einsum;
mod entry_mask;
mod function;
mod grammar;
mod greek;
mod increment;
mod indexed;
mod join;
mod latex;
mod left_division;
mod left_out;
mod letter_call;
mod letter_function;
mod lex;
pub mod limits;
mod looks;
mod map_call;
mod mean;
mod names;
mod numbered_index;
mod open_power;
mod operand;
mod optimum;
mod over;
mod parse;
mod raised;
mod ranked;
mod reduction;
mod resolve;
mod script;
mod second_point;
mod sets;
mod sexpr;
mod shorthand;
mod stack;
mod systems;
#[cfg(test)]
mod tests;
mod title;
mod token;
mod token_text;
mod trouble;
mod unbound;
mod walk;

pub use anonymous::as_definition;
pub(crate) use ast::full_name;
pub use ast::{
    Ast, AstId, AstKind, AstNode, Axis, Bound, Comparison, Cut, Declaration, DeclaredKind, Derivative, Extent,
    Function, Heading, Join, Joint, Mark, Name, NormSpelling, ProductOp, Range, Reducer, Remark, Sign, Size,
};
pub(crate) use declare::kind_synonyms;
pub use declare::{declared_kinds, parse_declarations, parse_name, parse_names};
pub use digits::separate_digits;
pub(crate) use function::{Infix, arity_of, foreign, infix_names, is_entrywise, spelling_of, spellings_of};
pub use function::{every_name, function_spellings};
pub use greek::greek_letters;
pub(crate) use greek::greek_name;
pub(crate) use latex::accent_name;
pub(crate) use letter_call::declared_function;
pub use names::KnownNames;
pub use parse::parse;
pub(crate) use reduction::is_entry_by_entry;
pub(crate) use walk::compact;
pub use walk::{for_each_child, map_children};
