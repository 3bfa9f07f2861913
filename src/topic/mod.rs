//! What there is to say of a word of the language: a function, an operator, a declaration or a command.
//!
//! A topic is a row of data, and what follows from it: its spellings are those of the tables of [`crate::syntax`], its shapes, conditions,
//! gradient and adjoint are worked out by the engine from one expression, and the formulas of its differential are those of
//! [`crate::differential::rules`]. This module is unstable: what it says and how may change in any version.
//!
//! ```
//! use matcalc::topic::topic;
//!
//! let det = topic("|X|").or_else(|| topic("det")).expect("there is a topic");
//! assert_eq!(det.differential[0], "d(det X) = det(X) tr(X⁻¹ dX)");
//! ```

mod arrangement;
mod command;
mod composed;
mod declaration;
mod elementwise;
mod facts;
mod matrix;
mod operator;
mod row;
mod scalar;
mod show;

pub use row::{Example, Kind, Topic};

use crate::diagnostic::Advice;
use crate::diagnostic::suggest::nearest;
use crate::syntax::{declared_kinds, every_name, foreign, infix_names, kind_synonyms, spellings_of};
use row::Row;

/// The tables, in the order of [`topics`].
const TABLES: [&[Row]; 8] = [
    elementwise::ROWS,
    composed::ROWS,
    scalar::ROWS,
    matrix::ROWS,
    arrangement::ROWS,
    operator::ROWS,
    declaration::ROWS,
    command::ROWS,
];

fn rows() -> impl Iterator<Item = &'static Row> {
    TABLES.iter().copied().flatten()
}

/// What there is to say of a name or a spelling of the language: `det`, `⊗`, `||`, `^T`, `np.linalg.inv`. Of one that is several things
/// it is the first of [`all`].
#[must_use]
pub fn topic(name: &str) -> Option<Topic> {
    found(name).first().copied().map(topic_of)
}

/// Everything that a name is: `skew` a function and a declaration, `solve` a command and a product with an inverse.
#[must_use]
pub fn all(name: &str) -> Vec<Topic> {
    found(name).into_iter().map(topic_of).collect()
}

/// What to write in place of a function that the language does not have: of `svd` the norms that there are of its values.
#[must_use]
pub fn instead(name: &str) -> Option<Advice> {
    foreign(name.trim()).or_else(|| foreign(bare(name.trim())))
}

/// The name or spelling nearest to a word that has no topic.
#[must_use]
pub fn near(word: &str) -> Option<String> {
    let names = topics().chain(every_name()).chain(declared_kinds()).filter(|name| *name != word);
    nearest(word.trim(), names)
}

/// The names of the topics, those of one kind together.
pub fn topics() -> impl Iterator<Item = &'static str> {
    groups().into_iter().flat_map(|(_, names)| names)
}

/// The names of the topics by kind.
#[must_use]
pub fn groups() -> Vec<(Kind, Vec<&'static str>)> {
    let named = |kind| (kind, rows().filter(|row| row.kind == kind).map(|row| row.name).collect());
    Kind::ALL.iter().map(|kind| named(*kind)).collect()
}

/// The identities of all topics: two texts and the declarations that they need.
pub fn identities() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    rows().flat_map(|row| row.identities.iter().copied())
}

/// The expressions of all topics with each other text for them and the declarations of both.
pub fn spelled() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let expressions = rows().filter(|row| row.is_expression());
    expressions.flat_map(|row| row.forms.iter().map(|other| (row.form, *other, row.given)))
}

/// The topics by kind, in lines of at most 80 columns.
#[must_use]
pub fn contents() -> String {
    show::contents(&groups())
}

/// The rows of a name: those that bear it before those that have it among their spellings.
fn found(name: &str) -> Vec<&'static Row> {
    let name = name.trim();
    let tried = [name, bare(name), before_index(name), behind_bars(name), sign(name, false), sign(name, true)];
    for name in tried.into_iter().filter(|name| !name.is_empty()) {
        let named = rows().filter(|row| row.name == name);
        let spelled = rows().filter(|row| row.name != name && spells(row, name));
        let found: Vec<_> = named.chain(spelled).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// `sum_` of `sum_{i<j}`.
fn before_index(name: &str) -> &str {
    name.find('_').map_or("", |end| &name[..=end])
}

/// `_F` of `||A||_F`, and the bars where nothing stands after them.
fn behind_bars(name: &str) -> &str {
    let bars = ["||", "‖", "|"].into_iter().find(|bars| name.starts_with(bars));
    let closing = bars.and_then(|bars| name[bars.len()..].rfind(bars).map(|at| (bars, at + 2 * bars.len())));
    closing.map_or("", |(bars, end)| if end == name.len() { bars } else { &name[end..] })
}

/// An operator without its operands: `^T` of `A^T`; with `both` left out also `⊗` of `A ⊗ B`.
fn sign(name: &str, both: bool) -> &str {
    let is_operand = |c: char| c.is_alphanumeric() || c == ' ';
    let behind = name.trim_start_matches(is_operand);
    if both { behind.trim_end_matches(is_operand) } else { behind }
}

/// A name without what other systems have around it: `det` of `\det`, `np.linalg.det(X)` and `Det[X]` of `Det`.
fn bare(name: &str) -> &str {
    let name = name.strip_prefix('\\').unwrap_or(name);
    let end = name.find(['(', '[', ' ']).filter(|end| *end > 0).unwrap_or(name.len());
    let word = &name[..end];
    match word.rsplit_once('.') {
        Some((before, last))
            if before.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '_') && !last.is_empty() =>
        {
            last
        }
        _ => word,
    }
}

fn spells(row: &Row, name: &str) -> bool {
    row.marks.contains(&name)
        || row.forms.contains(&name)
        || row.form == name
        || row.functions.iter().any(|function| spellings_of(*function).any(|spelling| spelling == name))
        || row.infix.iter().any(|operator| infix_names(*operator).any(|spelling| spelling == name))
        || row.kind == Kind::Declaration && kind_synonyms(row.name).any(|synonym| synonym == name)
}

/// The topic of the row.
fn topic_of(row: &Row) -> Topic {
    let facts::Facts { shape, value, smooth, differential, gradient, adjoint, identities } = facts::facts(row);
    Topic {
        name: row.name,
        kind: row.kind,
        form: row.form,
        title: row.title,
        spellings: row.spellings(),
        what: row.what,
        shape,
        value,
        smooth,
        differential,
        gradient,
        adjoint,
        identities,
        example: row.example,
    }
}
