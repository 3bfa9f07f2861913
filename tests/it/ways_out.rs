//! Every way out that a message offers works: what stands in backquotes, or after a colon, in a line of help is put where the message
//! points, and the program has to get past the error. The inputs are those of `errors.matcalc` and of `ways_out.matcalc`.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::common::{self, program};

const INPUTS: &str = include_str!("../cases/ways_out.matcalc");

/// What messages name in backquotes and do not offer: what is to be left out, or what an option is called.
const NAMED: &[&str] = &["axis=", "np.", "#", "-w", "-d", "--view", "=", "@", "/", "_", "+ - * / .* ./ ^ '"];

/// What the program did: whether it was content, the first lines of its errors, and all it said.
#[derive(Clone, Debug)]
struct Run {
    is_fine: bool,
    errors: Vec<String>,
    text: String,
}

fn run(arguments: &[String]) -> Run {
    static KNOWN: Mutex<Option<HashMap<Vec<String>, Run>>> = Mutex::new(None);
    if let Some(known) = KNOWN.lock().unwrap().get_or_insert_default().get(arguments) {
        return known.clone();
    }
    let output = program::run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let text = program::stderr(&output);
    let errors: Vec<String> = text.lines().filter(|line| line.starts_with("error")).map(str::to_owned).collect();
    let run = Run { is_fine: matches!(output.status.code(), Some(0 | 1)) && errors.is_empty(), errors, text };
    KNOWN.lock().unwrap().get_or_insert_default().insert(arguments.to_vec(), run.clone());
    run
}

/// The words of a command as a shell takes them.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// One message of several.
struct Message<'t> {
    first: &'t str,
    /// The text that it points into, its first line, and the bytes that are underlined.
    origin: &'t str,
    line: &'t str,
    labels: Vec<(usize, usize)>,
    help: Vec<String>,
}

fn messages(text: &str) -> Vec<Message<'_>> {
    let starts: Vec<usize> =
        text.match_indices("error").map(|(at, _)| at).filter(|at| *at == 0 || text[..*at].ends_with('\n')).collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(from, to)| message(&text[*from..to])).collect()
}

fn message(text: &str) -> Message<'_> {
    let lines: Vec<&str> = text.lines().collect();
    let origin = lines.iter().find_map(|line| line.trim_start().strip_prefix("--> ")).unwrap_or("");
    let origin = origin.rsplitn(3, ':').last().unwrap_or("");
    let source = lines.iter().position(|line| line.trim_start().starts_with("1 | ")).unwrap_or(0);
    let (line, marks) = (lines[source], lines.get(source + 1).copied().unwrap_or(""));
    let bar = line.find("| ").map_or(0, |at| at + 2);
    let line = line.get(bar..).unwrap_or("");
    let mut labels: Vec<(usize, usize)> = Vec::new();
    for (at, mark) in marks.char_indices().filter(|(at, mark)| *at >= bar && matches!(mark, '^' | '-')) {
        let _ = mark;
        // Columns are characters.
        let place = |column: usize| line.char_indices().nth(column).map_or(line.len(), |(byte, _)| byte);
        let column = at - bar;
        match labels.last_mut() {
            Some(last) if last.1 == place(column) => last.1 = place(column + 1),
            _ => labels.push((place(column), place(column + 1))),
        }
    }
    let mut help: Vec<String> = Vec::new();
    for line in lines.iter().skip(1) {
        if let Some(text) = line.trim_start().strip_prefix("= help: ") {
            help.push(text.to_owned());
        }
    }
    Message { first: lines[0], origin, line, labels, help }
}

/// What a line of help offers.
fn offers(help: &str) -> Vec<String> {
    let quoted: Vec<String> = help.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    let bare = help.rsplit_once(": ").map_or(help, |(_, rest)| rest);
    // Up to a semicolon outside of quotation marks.
    let mut quote = None;
    let end = bare.find(|c: char| {
        quote = match quote {
            Some(open) if open == c => None,
            None if matches!(c, '\'' | '"') => Some(c),
            known => known,
        };
        quote.is_none() && c == ';'
    });
    let bare = end.map_or(bare, |end| &bare[..end]);
    let is_typed = ["matcalc ", "-d ", "-w ", "--set ", "--wrt ", "--start ", "--derivatives "];
    if is_typed.iter().any(|begin| bare.starts_with(begin)) && !bare.contains(['…', '`']) {
        return quoted.into_iter().chain([bare.to_owned()]).collect();
    }
    quoted
}

/// The arguments with another text in place of the one that a message points into.
fn with_text(arguments: &[String], origin: &str, text: String) -> Option<Vec<String>> {
    let mut changed = arguments.to_vec();
    let option = |name: &str| arguments.iter().position(|argument| argument == name).map(|at| at + 1);
    let at = match origin {
        "declarations" => option("-d")?,
        "variable" | "variables" => option("-w")?,
        "second expression" => 2,
        _ => 1,
    };
    *changed.get_mut(at)? = text;
    Some(changed)
}

/// What is wrong with an offer, if something is.
fn refusal(arguments: &[String], message: &Message<'_>, offer: &str) -> Option<String> {
    let command = arguments[0].as_str();
    let before = run(arguments).errors;
    let past = |tried: &[String]| {
        let run = run(tried);
        run.is_fine || !run.errors.iter().any(|error| error == message.first)
    };
    // Whether nothing is left but what was wrong beside it, or what is asked does not fit: no scalar, another variable.
    let is_left = |error: &String| {
        before.contains(error) || ["error[S0124]", "error[N0101]"].iter().any(|code| error.starts_with(code))
    };
    let is_mended = |tried: &[String]| past(tried) && run(tried).errors.iter().all(is_left);
    if NAMED.contains(&offer) {
        return None;
    }
    if let Some(line) = offer.strip_prefix("matcalc ") {
        let mut typed = words(line);
        if typed.len() == 1 {
            typed.push("--help".into());
        }
        let run = run(&typed);
        return (!run.is_fine).then_some(run.text);
    }
    let words_of_offer = words(offer);
    // A word of the command line in place of the one that the message names.
    let mistyped =
        message.first.split('`').skip(1).step_by(2).find_map(|word| arguments.iter().position(|one| one == word));
    if message.origin.is_empty()
        && let Some(at) = mistyped
    {
        let kept = |rest: usize| [&arguments[..at], &words_of_offer, &arguments[rest..]].concat();
        return (!past(&kept(at + 1)) && !past(&kept(arguments.len().min(at + 2)))).then(|| run(&kept(at + 1)).text);
    }
    if offer.starts_with("--") && words_of_offer.len() == 1 || run(&[offer.to_owned(), "--help".into()]).is_fine {
        // An option or a command by its name.
        let shown = program::stdout(&program::run(&[command, "--help"]));
        let is_known = !offer.starts_with('-') || shown.contains(offer);
        return (!is_known).then(|| format!("`{command}` has no {offer}"));
    }
    // A declaration that goes with something else to write is tried with it.
    let with_it: Vec<String> =
        message.help.iter().map(|help| offers(help)).find(|all| all.iter().any(|one| one == offer)).unwrap_or_default();
    let is_second = with_it.first().is_some_and(|first| first != offer && !first.starts_with('-'));
    if offer.starts_with("-d ") && is_second {
        return None;
    }
    if offer.starts_with("-d ") || offer.starts_with("-w ") || offer.starts_with("--") {
        let mut tried = arguments.to_vec();
        // Another value in place of the one that cannot be read.
        if let Some((name, _)) = words_of_offer.get(1).and_then(|value| value.split_once('='))
            && let Some(at) = tried.iter().position(|argument| argument.starts_with(&format!("{name}=")))
        {
            tried.drain(at - 1..=at);
        }
        if ["-w", "--wrt"].contains(&words_of_offer[0].as_str())
            && let Some(at) = tried.iter().position(|argument| argument == "-w" || argument == "--wrt")
        {
            tried.drain(at..at + 2);
        }
        tried.extend(words_of_offer);
        return (!past(&tried)).then(|| run(&tried).text);
    }
    // A declaration: in place of those that are there, or beside them.
    let reads_as_declaration = run(&["read".into(), "1".into(), "-d".into(), offer.to_owned()]).is_fine;
    if reads_as_declaration && (offer.contains([':', '∈', '<', '>']) || offer.contains(" in ")) {
        let beside: Vec<String> = arguments.iter().cloned().chain(["-d".into(), offer.to_owned()]).collect();
        let instead = with_text(arguments, "declarations", offer.to_owned());
        let works = past(&beside) || instead.is_some_and(|instead| past(&instead)) || is_second;
        return (!works).then(|| run(&beside).text);
    }
    // A spelling: in place of what is underlined, of the part around it, of the whole, or beside it.
    let (line, origin) = (message.line, message.origin);
    let mut places = message.labels.clone();
    let (first, last) = (places.iter().map(|place| place.0).min(), places.iter().map(|place| place.1).max());
    places.extend(first.zip(last));
    places.extend([(0, line.len()), (line.len(), line.len())]);
    let put = |(from, to): (usize, usize)| {
        let text = format!("{}{offer}{}", line.get(..from)?, line.get(to..)?);
        with_text(arguments, origin, text)
    };
    let mut tried: Vec<Vec<String>> = places.into_iter().filter_map(put).collect();
    for declared in with_it.iter().filter(|one| one.starts_with("-d ")) {
        tried.extend(tried.clone().into_iter().map(|tried| [tried, words(declared)].concat()));
    }
    // Another variable.
    tried.extend(with_text(arguments, "variable", offer.to_owned()));
    if tried.iter().any(|tried| is_mended(tried)) {
        return None;
    }
    let is_sign = !offer.contains(|c: char| c.is_alphanumeric());
    let reads = is_sign || run(&["read".into(), offer.to_owned()]).is_fine;
    let gets_past = tried.iter().any(|tried| past(tried)) || message.origin.is_empty();
    if reads && gets_past {
        return None;
    }
    let said: Vec<String> = tried.iter().map(|tried| format!("{tried:?}: {}", run(tried).errors.join("; "))).collect();
    Some(said.join("\n    "))
}

/// What offers wait for: functions of vectors that can be declared.
fn waits(message: &Message<'_>, offer: &str) -> bool {
    let is_message_of_one = message.first.contains("functions of vectors cannot be declared yet");
    offer.contains("->") || is_message_of_one || message.first.contains("N0004") && message.first.contains(',')
}

fn inputs() -> Vec<String> {
    let own = INPUTS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned);
    let errors = common::error_cases().into_iter().flat_map(|(_, lines)| lines).map(str::to_owned);
    own.chain(errors).collect()
}

#[test]
fn every_way_out_works() {
    let (mut failures, mut count) = (Vec::new(), 0);
    for line in inputs() {
        let arguments = common::arguments(&line);
        let refused = run(&arguments);
        for message in messages(&refused.text) {
            for help in &message.help {
                for offer in offers(help) {
                    count += 1;
                    if waits(&message, &offer) {
                        continue;
                    }
                    if let Some(why) = refusal(&arguments, &message, &offer) {
                        failures.push(format!("{line}\n  {}\n  {help}\n  offers {offer}\n    {why}", message.first));
                    }
                }
            }
        }
    }
    assert!(count > 400, "only {count} offers");
    assert!(failures.is_empty(), "{} of {count} offers fail\n{}", failures.len(), failures.join("\n"));
}

/// An input of the file is one that is refused, and with a way out.
#[test]
fn every_input_is_offered_something() {
    for line in INPUTS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let text = run(&common::arguments(line)).text;
        assert!(text.contains("= help: "), "{line}\n{text}");
    }
}

/// What a session offers can be typed there: it is an answer by itself, or the statement is one after it.
#[test]
fn every_way_out_of_a_session_works() {
    let said = |statements: &[&str]| {
        let mut session = matcalc::Session::new();
        let mut last = String::new();
        statements.iter().for_each(|statement| last = common::reply(&mut session, statement));
        last
    };
    let is_error = |text: &str| text.starts_with("error") || text.contains("= help:");
    let mut failures = Vec::new();
    for statement in [
        "eval tr(I_n)",
        "minimize x'x wrt x",
        "grad x'A x",
        "convexity x'A x",
        "grad x'A x --vech wrt A",
        "grad hessian(x) wrt x",
        "equal tr(A)",
        "latex",
        "grad",
        "grad wrt x",
        "jvp A x wrt x",
        "hvp x'A x wrt x",
        "grad x'x wrt 2",
        "solve x'x wrt x subject to x >= 0",
        "help sofmax",
        "eps x'x",
        "grad eps x'x wrt x",
        "grad x'A x wrt y",
        "D[x^2, x]",
        "grad f(2x) wrt x",
        "x_i: vectr(n)",
    ] {
        let reply = said(&[statement]);
        assert!(reply.contains("= help: "), "{statement}: {reply}");
        for offer in reply.lines().filter_map(|line| line.trim().strip_prefix("= help: ")).flat_map(offers) {
            let is_word = !offer.contains(' ') || offer.contains('…');
            if !is_word && is_error(&said(&[&offer])) && is_error(&said(&[&offer, statement])) {
                failures.push(format!("{statement}\n  offers {offer}\n  {}", said(&[&offer])));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
