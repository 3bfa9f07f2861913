//! Random expressions as texts through the commands and the formats, with every check on: nothing that is answered is false, and little of it
//! is not checked.
//!
//! `tests/it/common/drive.rs` says which variables of the environment set how many.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::common::drive::{self, Wrong};
use crate::common::generate::{Expressions, Sample};
use crate::corpus::targets::{COMMANDS, query};
use matcalc::check::{CheckOptions, check_equal};
use matcalc::expr::{Arena, ExprId, SymbolId, SymbolKind};
use matcalc::numeric::sample::symbols_of;
use matcalc::problem::Problem;
use matcalc::render::{self, Style, render, render_declaration};
use matcalc::request::{CodePart, Format, NameParts, Picture, Query, Request, answer, misread};
use matcalc::structure::Structure;

/// How many expressions where `MATCALC_CASES` does not say so.
const CASES: u64 = 200;
/// Most answers, of a thousand, that found no point to be checked at.
const MOST_UNCHECKED: u64 = 40;
/// How many commands an expression is asked in.
const ASKED: usize = 3;

/// For readers.
const TEXTS: [Format; 6] = [Format::Unicode, Format::Ascii, Format::Latex, Format::Typst, Format::Mathml, Format::Json];

/// For programs.
const LANGUAGES: [Format; 7] =
    [Format::Numpy, Format::Jax, Format::Torch, Format::Julia, Format::Matlab, Format::Rust, Format::Cpp];

/// What became of the questions of a command.
#[derive(Debug, Default)]
struct Tally {
    answered: u64,
    /// How often, and of which expression first.
    unchecked: BTreeMap<String, (u64, String)>,
    refused: BTreeMap<String, u64>,
}

/// A number that the expression decides, for what is asked of it.
fn mixed(text: &str) -> usize {
    text.bytes().fold(7, |sum: usize, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte))) >> 3
}

/// The text of an expression: in Unicode where that in another notation would mean something else, as `sum_{i=1}^n pi` does; `None` where
/// no text says what it is, as the length of e₂ in `[e₂ᵀ, gᵀ]_{1, n+1:n+m}` is left open.
fn text(arena: &Arena, expr: ExprId, format: render::Format) -> Option<(String, render::Format)> {
    let in_format = |format| render(arena, expr, format, &Style::default());
    let problem = Problem::of_expressions(arena.clone(), vec![expr], Vec::new());
    let is_read = |format: &render::Format| misread(&problem, None, expr, &in_format(*format), *format).is_none();
    let format = [format, render::Format::Unicode].into_iter().find(is_read)?;
    Some((in_format(format), format))
}

/// The expression and its declarations as they are typed; `None` where no text says what it is.
fn written(sample: &Sample, format: render::Format) -> Option<(String, String)> {
    let (text, format) = text(&sample.arena, sample.expr, format)?;
    let mut symbols = symbols_of(&sample.arena, &[sample.expr]);
    symbols.extend(sample.arena.symbols().filter(|(_, symbol)| symbol.kind.is_function()).map(|(id, _)| id));
    // `s > 0` alone leaves it open whether s is a number.
    let declaration = |id: &SymbolId| {
        let symbol = sample.arena.symbol(*id);
        let is_positive = symbol.kind == SymbolKind::Positive && symbol.shape.is_scalar();
        if is_positive { format!("{}: positive", symbol.name) } else { render_declaration(&sample.arena, *id, format) }
    };
    let declared: Vec<String> = symbols.iter().map(declaration).collect();
    Some((text, declared.join("\n")))
}

/// What is asked by the number, of an expression by a variable; `None` where the command takes what nothing is known of.
fn asked(arena: &mut Arena, sample: &Sample, number: usize) -> Option<Query> {
    let parts = [CodePart::Value, CodePart::Gradient, CodePart::Hessian, CodePart::Hvp];
    let is_scalar = arena.shape(sample.expr).is_scalar();
    let place = number % (COMMANDS.len() + 4);
    let needs_variable = !matches!(COMMANDS.get(place), Some(&("simplify" | "read" | "equal")));
    if needs_variable && sample.wrt.is_none() {
        return None;
    }
    let Some(command) = COMMANDS.get(place).copied() else {
        return Some(match place - COMMANDS.len() {
            0 => Query::Plan { sizes: Vec::new(), hessian: number.is_multiple_of(2), checkpoints: None },
            1 => Query::Graph {
                picture: [Picture::Unicode, Picture::Dot, Picture::Mermaid, Picture::Svg][number % 4],
                with_values: false,
                with_adjoints: number.is_multiple_of(3),
                values: Vec::new(),
                remarks: Vec::new(),
            },
            2 => Query::Backprop { values: Vec::new(), remarks: Vec::new() },
            _ => Query::Code { parts: parts[..=number % 4].to_vec(), name: None, language: None },
        });
    };
    let structure = sample.wrt.map(|id| arena.symbol(id).structure);
    let other = match (command, sample.wrt) {
        ("claim" | "eval", _) => return None,
        ("vech", _) if !structure.is_some_and(Structure::is_symmetric) => return None,
        // It is what the expression is in normal form.
        ("equal", _) => {
            let normal = arena.normalize(sample.expr);
            text(arena, normal, render::Format::Ascii)?.0
        }
        ("jvp" | "hvp", Some(id)) => format!("d{}", arena.symbol(id).name),
        ("vjp", _) if is_scalar => "1".into(),
        ("vjp", _) => "Ψ".into(),
        _ => String::new(),
    };
    Some(query(command, other))
}

/// A format that the answer has.
fn format_of(query: &Query, number: usize) -> Format {
    let (text, language) = (TEXTS[number % TEXTS.len()], LANGUAGES[number % LANGUAGES.len()]);
    match query {
        Query::Graph { .. } => Format::Unicode,
        Query::Code { .. } => language,
        Query::Plan { .. } => [Format::Unicode, Format::Json][number % 2],
        Query::Backprop { .. } | Query::Convexity | Query::Read | Query::Solve { .. } => text,
        _ if number.is_multiple_of(3) => language,
        _ => text,
    }
}

#[test]
fn random_commands_are_never_wrong() {
    let tallies = Mutex::new(BTreeMap::<&'static str, Tally>::new());
    drive::run(Expressions::Mixed, "tests/regressions/random_commands.txt", CASES, &|sample: Sample| {
        // What has a value nowhere has nothing to be checked.
        if !check_equal(&sample.arena, sample.expr, sample.expr, &CheckOptions::default()).passed() {
            return Ok(());
        }
        let mut arena = sample.arena.clone();
        let kinds = [render::Format::Unicode, render::Format::Ascii, render::Format::Latex];
        let start = mixed(&format!("{sample:?}"));
        let Some((expression, declarations)) = written(&sample, kinds[start % kinds.len()]) else { return Ok(()) };
        let name = sample.wrt.map(|id| sample.arena.symbol(id).name.clone());
        for turn in 0..ASKED {
            let number = start / 3 + 7 * turn;
            let Some(query) = asked(&mut arena, &sample, number) else { continue };
            let mut request = Request::new(query, expression.clone());
            request.declarations.clone_from(&declarations);
            request.wrt = name.clone().into_iter().collect();
            request.steps = number % COMMANDS.len() == COMMANDS.len() - 1 && request.query.is_derived();
            request.format = format_of(&request.query, start / 71 + turn);
            request.form.name_parts = [NameParts::Long, NameParts::Always, NameParts::Never][start / 997 % 3];
            let command = request.query.name();
            if request.steps && !TEXTS.contains(&request.format) {
                continue;
            }
            let page = answer(&request);
            let mut tallies = tallies.lock().unwrap();
            let tally = tallies.entry(command).or_default();
            match page {
                Ok(page) => {
                    let text = page.to_string();
                    let says = |words: &str| text.lines().find(|line| line.contains(words)).map(str::to_owned);
                    let open = ["not checked", "not be checked", "not_checked", "not decided"]
                        .iter()
                        .find_map(|words| says(words));
                    tally.answered += 1;
                    let is_open = open.is_some();
                    if let Some(why) = open {
                        let why = why.trim().chars().take(160).collect();
                        tally.unchecked.entry(why).or_insert_with(|| (0, format!("{sample:?}"))).0 += 1;
                    }
                    if page.failed && !is_open {
                        let text = text.get(..600).unwrap_or(&text);
                        let wrt = &request.wrt;
                        let details = format!(
                            "{:?} {:?} {wrt:?} of\n{expression}\n{declarations}\n{text}",
                            request.query, request.format
                        );
                        return Err(Wrong { stage: "an answer that is not right", details });
                    }
                }
                Err(error) => {
                    let code = error.diagnostics().next().map(|first| first.code.to_owned());
                    let is_unread = |code: &String| code.starts_with('P') || matches!(code.as_str(), "N0001" | "N0004");
                    if code.as_ref().is_some_and(is_unread) {
                        let details = format!("{:?} of\n{expression}\n{declarations}\n{error}", request.query);
                        return Err(Wrong { stage: "a text that is not read", details });
                    }
                    *tally.refused.entry(code.unwrap_or_else(|| error.to_string())).or_default() += 1;
                }
            }
        }
        Ok(())
    });
    let tallies = tallies.into_inner().unwrap();
    for (command, tally) in &tallies {
        eprintln!("{command:<10} {tally:?}");
    }
    let total = |of: fn(&Tally) -> u64| tallies.values().map(of).sum::<u64>();
    let (answered, unchecked) =
        (total(|tally| tally.answered), total(|tally| tally.unchecked.values().map(|(count, _)| count).sum()));
    assert!(unchecked * 1000 <= answered * MOST_UNCHECKED, "{unchecked} of {answered} were not checked");
}
