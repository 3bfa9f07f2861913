//! The clauses of a question: `f wrt x claim A'(A x - b)`, `f --wrt x -f latex`.

use super::format::{format_names, format_of, picture_of};
use super::mention::outside;
use super::prose;
use crate::numeric::Precision;
use crate::request::{Format, Picture, View};
use crate::syntax::parse_names;

/// The parts of a question after its verb.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Clauses {
    pub(super) expression: String,
    pub(super) wrt: Vec<String>,
    /// The claim, the direction, or the other side.
    pub(super) other: Option<String>,
    /// Equality constraints.
    pub(super) subject_to: Option<String>,
    pub(super) order: Option<u32>,
    pub(super) steps: bool,
    pub(super) vech: bool,
    pub(super) vectorize: bool,
    pub(super) is_unchecked: bool,
    pub(super) view: Option<View>,
    pub(super) format: Format,
    /// How a graph is drawn.
    pub(super) picture: Option<Picture>,
    pub(super) with_values: bool,
    pub(super) with_adjoints: bool,
    /// The numbers that values are computed with, where that is said.
    pub(super) precision: Option<Precision>,
    /// The first word after `code`, where it may be meant for a language that no code is written in.
    pub(super) other_language: Option<String>,
    /// Options of questions that numbers answer, by their names without dashes.
    pub(super) settings: Vec<(String, String)>,
}

impl Clauses {
    pub(super) fn of_equality(left: &str, right: &str) -> Self {
        Self { expression: left.to_owned(), other: Some(right.to_owned()), ..Self::default() }
    }
}

/// What begins a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Wrt,
    Other,
    SubjectTo,
    Order,
    Format,
    View,
    Steps,
    Vech,
    Vectorize,
    NoCheck,
    Values,
    Adjoints,
    Precision,
    Setting,
}

/// The words that begin a clause; those of the shell with their dashes too.
const KEYS: &[(&str, Key)] = &[
    ("wrt", Key::Wrt),
    ("--wrt", Key::Wrt),
    ("-w", Key::Wrt),
    ("with respect to", Key::Wrt),
    ("w.r.t.", Key::Wrt),
    ("for", Key::Wrt),
    ("by", Key::Wrt),
    ("claim", Key::Other),
    ("--claim", Key::Other),
    ("along", Key::Other),
    ("--along", Key::Other),
    ("subject to", Key::SubjectTo),
    ("s.t.", Key::SubjectTo),
    ("st", Key::SubjectTo),
    ("--subject-to", Key::SubjectTo),
    ("--st", Key::SubjectTo),
    ("order", Key::Order),
    ("--order", Key::Order),
    ("-n", Key::Order),
    ("as", Key::Format),
    ("-f", Key::Format),
    ("--format", Key::Format),
    ("--view", Key::View),
    ("view", Key::View),
    ("--steps", Key::Steps),
    ("--vech", Key::Vech),
    ("--vectorize", Key::Vectorize),
    ("--no-check", Key::NoCheck),
    ("--values", Key::Values),
    ("--adjoints", Key::Adjoints),
    ("--precision", Key::Precision),
];

/// The options of questions, by their names.
pub(super) const SETTINGS: &[&str] = &[
    "--method",
    "--rate",
    "--momentum",
    "--tol",
    "--tol-change",
    "--tol-value",
    "--target",
    "--max-iter",
    "--derivatives",
    "--checkpoint",
    "--nonnegative",
    "--start",
    "--set",
    "--data",
    "--sizes",
    "--runs",
    "--hessian",
    "--of",
    "--name",
];

/// The words of clauses, for completion.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|(word, _)| *word).filter(|word| !word.starts_with('-')).chain(SETTINGS.iter().copied())
}

/// The place of the next clause and its key.
fn next_key(text: &str) -> Option<(usize, &'static str, Key)> {
    outside(text).find_map(|(at, rest)| {
        if !(at == 0 || text[..at].ends_with(char::is_whitespace)) {
            return None;
        }
        let is_word = |key: &str| {
            rest.strip_prefix(key)
                .is_some_and(|behind| behind.is_empty() || behind.starts_with(|c: char| c.is_whitespace() || c == '='))
        };
        let known = KEYS.iter().copied().chain(SETTINGS.iter().map(|word| (*word, Key::Setting)));
        known.into_iter().find(|(key, _)| is_word(key)).map(|(word, key)| (at, word, key))
    })
}

/// Reads the clauses.
pub(super) fn clauses(text: &str) -> Result<Clauses, String> {
    let mut found = Clauses::default();
    let mut rest = text;
    let end = next_key(rest).map_or(rest.len(), |(at, ..)| at);
    found.expression = rest[..end].trim().to_owned();
    rest = &rest[end..];
    while let Some((at, word, key)) = next_key(rest) {
        let behind = rest[at + word.len()..].trim_start_matches(['=', ' ', '\t']);
        let end = next_key(behind).map_or(behind.len(), |(at, ..)| at);
        let value = behind[..end].trim();
        rest = &behind[end..];
        set(&mut found, key, word, value)?;
    }
    Ok(found)
}

fn set(found: &mut Clauses, key: Key, word: &str, value: &str) -> Result<(), String> {
    let is_flag = matches!(key, Key::Steps | Key::Vech | Key::Vectorize | Key::NoCheck | Key::Values | Key::Adjoints);
    if value.is_empty() && !is_flag && key != Key::Setting {
        return Err(format!("nothing follows `{word}`"));
    }
    if is_flag && !value.is_empty() {
        return Err(format!("`{value}` after `{word}` cannot be read\n  = help: give the expression before it"));
    }
    match key {
        Key::Wrt => {
            // The definitions of `grad f wrt x where f = x'x` belong to the expression.
            let (value, definitions) = match value.find(" where ").or_else(|| value.find(", where ")) {
                Some(at) => value.split_at(at),
                None => (value, ""),
            };
            found.expression.push_str(definitions);
            // `wrt x in latex`
            let value = match value.rsplit_once(" in ").map(|(names, format)| (names, format_of(format.trim()))) {
                Some((names, Some(format))) => {
                    found.format = format;
                    names
                }
                _ => value,
            };
            if let Some(option) = prose::option(value) {
                return Err(format!("there is no option `{option}`"));
            }
            let names = parse_names(value).map_err(|_| {
                format!("`{value}` is not a variable\n  = help: give a name, or several with commas, as in `grad x'A x wrt x, A`")
            })?;
            found.wrt.extend(names);
        }
        Key::Other => found.other = Some(value.to_owned()),
        Key::SubjectTo => {
            let value = value.trim_matches(['"', '\'']).to_owned();
            found.subject_to = Some(match found.subject_to.take() {
                Some(before) => format!("{before}; {value}"),
                None => value,
            });
        }
        Key::Order => {
            let order = value.parse().ok().filter(|order| *order > 0);
            found.order =
                Some(order.ok_or_else(|| format!("`{value}` is not an order\n  = help: give a positive integer"))?);
        }
        Key::Format => {
            found.picture = picture_of(value);
            if found.picture.is_some() {
                return Ok(());
            }
            let format = format_of(value);
            found.format =
                format.ok_or_else(|| format!("there is no format `{value}`\n  = help: {}", format_names()))?;
        }
        Key::View => {
            found.view = Some(match value {
                "operator" => View::Operator,
                "kron" => View::Kron,
                "index" => View::Index,
                "form" => View::Form,
                "diag" => View::Diag,
                "trace" => View::Trace,
                _ => {
                    return Err(format!(
                        "there is no view `{value}`\n  = help: operator, kron, index, form, diag, trace"
                    ));
                }
            });
        }
        Key::Precision => {
            let known = [Precision::Double, Precision::Single].into_iter().find(|one| one.name() == value);
            found.precision =
                Some(known.ok_or_else(|| format!("there is no precision `{value}`\n  = help: single or double"))?);
        }
        Key::Setting => {
            let name = match word.trim_start_matches('-') {
                "tol-value" => "target",
                name => name,
            };
            found.settings.push((name.to_owned(), value.to_owned()));
        }
        Key::Steps => found.steps = true,
        Key::Vech => found.vech = true,
        Key::Vectorize => found.vectorize = true,
        Key::NoCheck => found.is_unchecked = true,
        Key::Values => found.with_values = true,
        Key::Adjoints => found.with_adjoints = true,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_end_where_the_next_begins() {
        let found = clauses("1/2 ||A x - b||^2 wrt x claim A'(A x - b)").expect("it can be read");
        assert_eq!(found.expression, "1/2 ||A x - b||^2");
        assert_eq!(found.wrt, ["x"]);
        assert_eq!(found.other.as_deref(), Some("A'(A x - b)"));
    }

    #[test]
    fn words_inside_brackets_are_factors() {
        let found = clauses("tr(A for B) --wrt=A,B -n 2 --steps").expect("it can be read");
        assert_eq!((found.expression.as_str(), found.order, found.steps), ("tr(A for B)", Some(2), true));
        assert_eq!(found.wrt, ["A", "B"]);
    }

    #[test]
    fn what_is_missing_or_wrong_is_said() {
        assert!(clauses("f wrt").is_err_and(|message| message.contains("nothing follows `wrt`")));
        assert!(clauses("f as pdf").is_err_and(|message| message.contains("no format `pdf`")));
        assert!(clauses("f order 0").is_err_and(|message| message.contains("not an order")));
    }
}
