//! Tests of the library and of the program from outside, in one binary: each file below is a module, and `cargo test --test it papers` runs one.
//! What needs a process of its own lies beside this folder.

mod answer_forms;
mod circles;
mod cli;
mod code;
mod common;
mod convexity;
mod derivatives;
mod docs;
mod domains;
mod errors;
mod exact;
mod examples;
mod face;
mod forms;
mod hostile;
mod identities;
mod identity_rows;
mod invariance;
mod json;
mod katex;
mod mathml;
mod members;
mod midpoints;
mod numpy;
mod papers;
mod pdflatex;
mod picture;
mod places;
#[cfg(unix)]
mod prompt;
mod random_conditions;
mod random_gradients;
mod random_tensors;
mod readers;
mod readings;
mod relation;
mod round_trip;
mod sessions;
mod shell;
mod solve;
mod steps;
mod tidy;
mod topics;
mod typst;
