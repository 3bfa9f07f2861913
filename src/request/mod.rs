//! Requests: what is asked of an expression, and the page that answers it.
//!
//! The command line, the session of statements and the program's other front ends make a [`Request`] of what was typed; [`answer`] reads,
//! derives, checks and writes the page. Nothing here prints or reads files. Unstable: the stable face is [`crate::Function`] and
//! [`crate::Session`].

mod about;
mod answer;
mod blocks;
mod certificate;
mod code;
mod columns;
mod commands;
mod constant;
mod form;
pub mod format;
mod gradients;
mod json;
mod kind;
mod literal;
pub mod numbers;
pub(crate) mod options;
mod output;
mod page;
mod part;
mod question;
mod read_back;
mod shown;
mod steps;
mod table;
mod tape;
mod verdict;
mod views;

pub use crate::answer::AlongKind;
pub use crate::emit::Language;
pub(crate) use about::declarations_text;
pub use answer::{answer, answer_watched};
pub(crate) use answer::{holds_at, value};
pub(crate) use certificate::certificate_line;
pub(crate) use constant::as_declared;
pub use constant::parse_value;
pub use format::Format;
pub use json::{failure_json, json_text};
pub use kind::{Kind, ResultKind};
pub(crate) use literal::{exact_literal, value_lines};

pub use page::{Line, Page, Role};
pub use question::{CodePart, FormOptions, NameParts, Picture, Query, Request, View};
pub use read_back::misread;
