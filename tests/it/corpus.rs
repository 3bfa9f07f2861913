//! The targets of `fuzz/` over their corpus and over mutations of it: nothing panics, nothing is wrong, nothing takes more than its steps.
//!
//! `MATCALC_CASES` sets how many mutations, `MATCALC_SEED` where they begin. The slowest are printed, by their steps of work and by the clock.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::common::drive::{count, number, quietly};
use matcalc::interrupt::MOST_STEPS;
use matcalc::numeric::random::Rng;
use matcalc::stack::on_large_stack;

#[allow(dead_code, unreachable_pub, reason = "the package of the targets uses more of it")]
#[path = "../../fuzz/src/lib.rs"]
pub(crate) mod targets;

use targets::{COMMANDS, TARGETS, Target};

/// How many mutations where `MATCALC_CASES` does not say so.
const CASES: u64 = 300;
/// Most characters of a text that is made.
const MOST_CHARACTERS: usize = 200;
/// Most bytes of a file that is made.
const MOST_BYTES: usize = 400;
/// How many of the slowest are told.
const SLOWEST: usize = 12;
/// More failures than this end the run.
const MOST_FAILURES: usize = 20;

/// What stands in formulas.
const WORDS: [&str; 64] = [
    "x",
    "A",
    "X",
    "b",
    "n",
    "i",
    "a_i",
    "x_1",
    "λ",
    "\\theta",
    "0",
    "1",
    "2",
    "-1",
    "1/2",
    "1e9",
    "99",
    "+",
    "-",
    "*",
    "/",
    "^",
    "'",
    "^T",
    "^-1",
    "^2",
    "⁻¹",
    "ᵀ",
    ".*",
    "./",
    "⊗",
    "∘",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    "||",
    "<",
    ">",
    ",",
    ";",
    ":",
    "=",
    "_",
    "tr(",
    "log det ",
    "exp(",
    "sum(",
    "diag(",
    "vec(",
    "inv(",
    "norm(",
    "max(",
    "relu(",
    "expm(",
    "sum_i ",
    "sum_{i=1}^n ",
    "prod_i ",
    "\\frac{1}{",
    " where r = ",
    "!",
];

/// The inputs of a target, in the order of their names.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut found: Vec<(String, Vec<u8>)> = std::fs::read_dir(&folder)
        .expect("the corpus is there")
        .map(|entry| {
            let path = entry.expect("the corpus can be listed").path();
            let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("the corpus can be read"))
        })
        .collect();
    found.sort();
    found
}

/// Runs a target; steps of work and time, or what is wrong.
fn run(target: Target, input: &[u8]) -> Result<(u64, Duration), String> {
    let start = Instant::now();
    let done = quietly(|| catch_unwind(AssertUnwindSafe(|| target(input))));
    let steps = done.unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().cloned();
        let message = message.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(format!("it panics: {}", message.unwrap_or_else(|| "work was stopped outside of a question".into())))
    })?;
    if steps > MOST_STEPS {
        return Err(format!("{steps} steps"));
    }
    Ok((steps, start.elapsed()))
}

#[test]
fn nothing_in_the_corpus_panics_or_is_wrong() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for (name, target) in TARGETS {
            for (file, input) in corpus(name) {
                if let Err(why) = run(target, &input) {
                    wrong.push(format!("{name}/{file}: {why}"));
                }
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One to four changes of a text: a part is left out, doubled, moved, replaced by a word or by a part of another text.
fn mutated(text: &[char], other: &[char], rng: &mut Rng) -> Vec<char> {
    let mut text = text.to_vec();
    for _ in 0..=rng.below(4) {
        let at = rng.below(text.len() + 1);
        let end = (at + rng.below(8)).min(text.len());
        match rng.below(6) {
            0 => _ = text.drain(at..end),
            1 => {
                let part = text[at..end].to_vec();
                text.splice(end..end, part);
            }
            2 => {
                let part: Vec<char> = text.drain(at..end).collect();
                let to = rng.below(text.len() + 1);
                text.splice(to..to, part);
            }
            3 => {
                let from = rng.below(other.len() + 1);
                let to = (from + rng.below(24)).min(other.len());
                text.splice(at..end, other[from..to].iter().copied());
            }
            4 => _ = text.splice(at..at, WORDS[rng.below(WORDS.len())].chars()),
            _ => _ = text.splice(at..(at + 1).min(text.len()), WORDS[rng.below(WORDS.len())].chars()),
        }
    }
    text.truncate(MOST_CHARACTERS);
    text
}

/// A question with another expression, and now and then with another command or without its declarations.
fn other_question(input: &[u8], other: &[u8], rng: &mut Rng) -> Vec<u8> {
    let lines = |input| String::from_utf8_lossy(input).split('\n').map(str::to_owned).collect::<Vec<String>>();
    let (mut lines, other) = (lines(input), lines(other));
    lines.resize(5, String::new());
    let characters = |text: &str| text.chars().collect::<Vec<char>>();
    let of_other = other.get(1).map(|text| characters(text)).unwrap_or_default();
    let place = [1, 1, 1, 1, 3, 4][rng.below(6)];
    lines[place] = mutated(&characters(&lines[place]), &of_other, rng).into_iter().filter(|c| *c != '\n').collect();
    match rng.below(8) {
        0 | 1 => lines[0] = COMMANDS[rng.below(COMMANDS.len())].into(),
        2 => lines[3].clear(),
        _ => {}
    }
    lines.join("\n").into_bytes()
}

/// A file with bytes changed, left out, doubled, or taken from another.
fn other_file(input: &[u8], other: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=rng.below(5) {
        let at = rng.below(bytes.len() + 1);
        let end = (at + rng.below(9)).min(bytes.len());
        match rng.below(5) {
            0 => _ = bytes.drain(at..end),
            1 => bytes.insert(at, [b'0', b'9', b'(', b',', b'\n', b'\'', 0, 255][rng.below(8)]),
            2 => {
                let from = rng.below(other.len() + 1);
                let to = (from + rng.below(24)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            3 => bytes.splice(at..at, bytes[at..end].to_vec()).for_each(drop),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << rng.below(8);
                }
            }
        }
    }
    bytes.truncate(MOST_BYTES);
    bytes
}

#[test]
fn no_mutation_of_the_corpus_panics_or_is_wrong() {
    let all: Vec<(&str, Target, Vec<Vec<u8>>)> = TARGETS
        .into_iter()
        .map(|(name, target)| (name, target, corpus(name).into_iter().map(|(_, input)| input).collect()))
        .collect();
    let (most, first) = (count(CASES), number("MATCALC_SEED").unwrap_or(0));
    let next = AtomicU64::new(0);
    let wrong = Mutex::new(Vec::<String>::new());
    let slowest = Mutex::new(Vec::<(u64, Duration, String)>::new());
    std::thread::scope(|scope| {
        for _ in 0..if most > CASES { 2 } else { 1 } {
            scope.spawn(|| {
                on_large_stack(|| {
                    loop {
                        let place = next.fetch_add(1, Ordering::Relaxed);
                        if place >= most || wrong.lock().unwrap().len() >= MOST_FAILURES {
                            return;
                        }
                        let mut rng = Rng::new((first << 32) + place);
                        // Half of them in the commands.
                        let (name, target, inputs) = &all[[0, 0, 0, 1, 2, 3][rng.below(6)]];
                        let mut pick = || &inputs[rng.below(inputs.len())];
                        let (input, other) = (pick(), pick());
                        let mutate = if *name == "files" { other_file } else { other_question };
                        let input = mutate(input, other, &mut rng);
                        let shown = format!("{name} {:?}", String::from_utf8_lossy(&input));
                        if std::env::var_os("MATCALC_TRACE").is_some() {
                            eprintln!("{place} {shown}");
                        }
                        match run(*target, &input) {
                            Ok((steps, time)) => {
                                let mut slowest = slowest.lock().unwrap();
                                slowest.push((steps, time, shown));
                                if slowest.len() > 1000 {
                                    keep_slowest(&mut slowest);
                                }
                            }
                            Err(why) => {
                                eprintln!("{place}: {shown}: {why}");
                                wrong.lock().unwrap().push(format!("{place}: {shown}: {why}"));
                            }
                        }
                    }
                });
            });
        }
    });
    let mut slowest = slowest.into_inner().unwrap();
    keep_slowest(&mut slowest);
    for (steps, time, shown) in slowest {
        eprintln!("{steps:>8} steps, {:.2} s: {shown}", time.as_secs_f64());
    }
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Keeps those with most steps and those that took longest.
fn keep_slowest(all: &mut Vec<(u64, Duration, String)>) {
    all.sort_by_key(|(steps, ..)| std::cmp::Reverse(*steps));
    let rest = all.split_off(SLOWEST.min(all.len()));
    let mut by_time = rest;
    by_time.sort_by_key(|(_, time, _)| std::cmp::Reverse(*time));
    by_time.truncate(SLOWEST);
    all.append(&mut by_time);
}
