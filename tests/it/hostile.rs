//! Input that nobody writes in earnest, through the real program: each run ends soon, with an answer or a message.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use crate::common::scratch::Folder;

/// The seconds of a processor that the system gives one run, however many others there are; the program is meant to need a small part.
const BOUND: u32 = 30;

/// The program, which the system ends where it takes longer.
fn program() -> Command {
    let program = env!("CARGO_BIN_EXE_matcalc");
    if !cfg!(unix) {
        return Command::new(program);
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -t {BOUND}; exec \"$0\" \"$@\""), program]);
    shell
}

/// Runs the program with a text as its expression, from a file, and tells what is wrong with how it ended.
fn run(name: &str, command: &str, text: &[u8], more: &[&str]) -> Option<String> {
    let folder = Folder::new();
    let argument = folder.argument("text", text);
    let mut given = vec![command, &argument];
    if command == "equal" {
        given.push(&argument);
    }
    if matches!(command, "grad" | "check") {
        given.extend(["-w", "x"]);
    }
    given.extend(more);
    let output = program()
        .args(&given)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .unwrap_or_else(|error| panic!("{error}"));
    let (message, status) = (String::from_utf8_lossy(&output.stderr), output.status);
    match status.code() {
        Some(0 | 1) => None,
        Some(2) if !message.is_empty() => None,
        code => Some(format!(
            "{name} {command}: status {code:?} ({status}); {}",
            message.chars().take(300).collect::<String>()
        )),
    }
}

/// Runs every command on every text.
fn all(inputs: &[(&str, Vec<u8>)], commands: &[&str], more: &[&str]) {
    let wrong: Vec<String> = inputs
        .iter()
        .flat_map(|(name, text)| commands.iter().filter_map(move |command| run(name, command, text, more)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const COMMANDS: [&str; 5] = ["grad", "simplify", "check", "eval", "equal"];

fn text(name: &'static str, text: impl Into<String>) -> (&'static str, Vec<u8>) {
    (name, text.into().into_bytes())
}

#[test]
fn unfinished() {
    let n = 100_000;
    let inputs = [
        text("braces", "{".repeat(n)),
        text("norms", "||x".repeat(n)),
        text("bars", "|x".repeat(n)),
        text("entries", "1[".repeat(n)),
        text("powers", format!("x{}", "^x".repeat(n))),
        text("sines", format!("{}x", "sin ".repeat(n))),
        text("powers of sines", "sin^{".repeat(n)),
        text("fractions", "\\frac".repeat(n)),
        text("bold", "\\mathbf{".repeat(n)),
        text("hats", "\\hat{".repeat(n)),
        text("braced subscripts", "x_{".repeat(n)),
        text("bare subscripts", "x_".repeat(n)),
        text("bounds", "sum_{i=".repeat(n)),
        text("quotients", "1/".repeat(n)),
        text("backslashes", "\\".repeat(n)),
        text("root signs", "√".repeat(n)),
    ];
    all(&inputs, &["simplify"], &[]);
}

/// Noise that is the same on each run.
fn noise(seed: u64, length: usize, alphabet: &[u8]) -> Vec<u8> {
    let mut state = seed;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            alphabet[(state >> 33) as usize % alphabet.len()]
        })
        .collect()
}

#[test]
fn bytes() {
    let every: Vec<u8> = (0..=255).collect();
    let signs = b"()[]{}|<>^_'.,;+-*/ xA1e\\&=!~$\"";
    let mut inputs = vec![
        ("invalid UTF-8", vec![b'x', 0xFF, 0xFE, b'x']),
        ("NUL", b"x\0'x".to_vec()),
        ("only NUL", vec![0; 1000]),
        ("empty", Vec::new()),
        ("blanks", vec![b' '; 100_000]),
        ("newlines", vec![b'\n'; 100_000]),
        text("byte order mark", "\u{feff}x'x"),
        text("right to left", "x\u{202e}'x"),
        text("combining", format!("x{}", "\u{302}".repeat(100_000))),
        text("emoji", "🎲ᵀ🎲"),
        text("comment", format!("x'x # {}", "y".repeat(100_000))),
    ];
    for seed in 0..6 {
        inputs.push(("noise", noise(seed, 2000, &every)));
        inputs.push(("signs", noise(seed, 300, signs)));
    }
    all(&inputs, &["grad", "simplify"], &[]);
}

#[test]
fn nesting() {
    let n = 100_000;
    let wrap = |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(n), close.repeat(n));
    let inputs = [
        text("round", wrap("(", "x'x", ")")),
        text("square", wrap("[", "x", "]")),
        text("unclosed round", "(".repeat(n)),
        text("unclosed square", "[".repeat(n)),
        text("unclosed norm", "||".repeat(n)),
        text("unclosed bars", "|".repeat(n)),
        text("unclosed angle", "<".repeat(n)),
        text("unclosed brace", "\\frac{".repeat(n)),
        text("unclosed function", "exp(".repeat(n)),
        text("only closed", ")".repeat(n)),
        text("frac", wrap("\\frac{1}{", "x'x", "}")),
        text("roots", wrap("\\sqrt{", "x'x", "}")),
        text("exp", wrap("exp(", "x'x", ")")),
        text("bare exp", format!("{} x'x", "exp ".repeat(n))),
        text("primes", format!("x{}", "'".repeat(n))),
        text("minus", format!("{}x'x", "-".repeat(n))),
        text("carets", format!("2{}", "^2".repeat(n))),
        text("functions by other names", "th x + ".repeat(n)),
        text("names that end with underscores", "u_-v_-".repeat(n)),
        text("subscripts", format!("x{}", "_x".repeat(n))),
        text("nested subscripts", format!("x{}{}", "_{x".repeat(n), "}".repeat(n))),
        text("bangs", format!("3{}", "!".repeat(n))),
        text("sums", format!("{} x_i", "sum_i ".repeat(n))),
        text("shallow tanh", format!("sum({}x{})", "tanh(A ".repeat(400), ")".repeat(400))),
        text("deep tanh", format!("sum({}x{})", "tanh(".repeat(4000), ")".repeat(4000))),
        text("where", format!("x {}", "where r = ".repeat(n))),
    ];
    all(&inputs, &["grad", "simplify"], &[]);
}

#[test]
fn length() {
    let n = 1 << 20;
    let mut many = String::new();
    for k in 0..50_000 {
        let _ = write!(many, "+ a_{k}'x ");
    }
    let inputs = [
        text("flat sum", "x'x+".repeat(n / 4) + "1"),
        text("flat product", "x'x ".repeat(n / 4)),
        text("flat matrices", "A".repeat(n)),
        text("flat Hadamard", format!("sum(x{})", ".*x".repeat(n / 3))),
        text("one name", "x".repeat(n)),
        text("digits", "1".repeat(n)),
        text("decimals", format!("0.{}", "1".repeat(n))),
        text("signs below", format!("{}x", "x_+ + ".repeat(n / 6))),
        text("indices glued to signs", "+ ∑i x".repeat(20_000)),
        text("classes in brackets", "+ z[y]".repeat(20_000)),
        text("words in brackets", "+ x[idx]".repeat(20_000)),
        text("many symbols", many),
        text("a literal", format!("[{}1]'x", "1, ".repeat(n / 3))),
        text(
            "doubling parts",
            (0..200).fold("r_200 where r_0 = x'x".to_owned(), |mut all, k| {
                let _ = write!(all, "; r_{} = r_{k} r_{k}", k + 1);
                all
            }),
        ),
        text("doubling definitions", {
            let mut all = "t_0 = x'x".to_owned();
            for k in 0..40 {
                let _ = write!(all, "; t_{} = t_{k}^2 + t_{k}", k + 1);
            }
            all + "; t_40"
        }),
        text("calls in calls", {
            let calls: String = (0..40).fold("h_0(x) = x".to_owned(), |mut all, k| {
                let _ = write!(all, "; h_{}(x) = h_{k}(x + 1) + h_{k}(x)", k + 1);
                all
            });
            calls + "; h_40(x)"
        }),
        text(
            "doubling sums",
            (0..200).fold("r_200 where r_0 = x'x".to_owned(), |mut all, k| {
                let _ = write!(all, "; r_{} = exp(r_{k}) + r_{k}", k + 1);
                all
            }),
        ),
    ];
    all(&inputs, &["grad", "simplify"], &[]);
}

#[test]
fn numbers() {
    let inputs = [
        text("power of a scalar", "(x'x)^999999999999"),
        text("power of a matrix", "x'X^1000000 x"),
        text("huge power of a matrix", "x'X^999999999999 x"),
        text("negative power", "x'X^-1000000 x"),
        text("power of a sum", "(1 + x'x)^1000000"),
        text("power of a matrix sum", "x'(A + B)^64 x"),
        text("tower", "2^2^2^2^2^2 x'x"),
        text("ten to the ten to the ten", "10^(10^10) x'x"),
        text("fraction power", "(1/3)^(10^9) x'x"),
        text("exponent", "1e999999999 x'x"),
        text("small exponent", "1e-999999999 x'x"),
        text("factorial", "(10^9)! x'x"),
        text("factorial of a factorial", "10!!!! x'x"),
        text("long sum", "sum_{i=1}^{1000000000} i x'x"),
        text("long sum of powers", "sum_{i=1}^{1000000000} (x'x)^i"),
        text("long product", "prod_{i=1}^{1000000000} (x'x + i)"),
        text("empty sum", "sum_{i=5}^{1} i x'x"),
        text("nested sums", "sum_{i=1}^{1000} sum_{j=1}^{1000} sum_{k=1}^{1000} (i + j + k) x'x"),
        text("exponential", "exp(exp(exp(exp(exp(1000))))) x'x"),
        text("division by zero", "x'x/(1 - 1)"),
        text("large entry", "x_{4000000000}"),
        text("large identity", "x'I_{4000000000} x"),
        text("large ones", "ones(4000000000)'x"),
        text("huge ones", "ones(99999999999999999999)'x"),
        text("root", "x^{1/999999999999}"),
    ];
    all(&inputs, &COMMANDS, &[]);
}

#[test]
fn sizes() {
    all(
        &[text("large vector", "x'x"), text("large matrix", "x x'")],
        &["simplify", "eval"],
        &["-d", "x: vector(4000000000)"],
    );
    all(&[text("large vector", "x'x")], &["grad", "check"], &["-d", "x: vector(4000000000)"]);
    all(&[text("medium vector", "sum(exp(x))")], &["grad", "check"], &["-d", "x: vector(1000000)"]);
    all(&[text("medium matrix", "log det(A + x x')")], &["grad", "check"], &["-d", "x: vector(3000)"]);
    let towers = [
        text("Kronecker tower", format!("x'(A{})x", "⊗A".repeat(60))),
        text("Kronecker tower of vectors", format!("sum(x{})", "⊗x".repeat(60))),
        text("outer products", format!("tr(x x'{})", " ⊗ x x'".repeat(12))),
    ];
    all(&towers, &COMMANDS, &[]);
}

/// What grows without end takes a counted number of steps, and then says so.
#[test]
fn a_question_has_so_many_steps_of_work() {
    let tower = vec!["x"; 20_000].join("^");
    let questions: [&[&str]; 2] =
        [&["derivative", "tanh(tanh(tanh(tanh(x))))", "-w", "x", "-n", "16"], &["grad", &tower, "-w", "x"]];
    for arguments in questions {
        let output = program().args(arguments).output().unwrap_or_else(|error| panic!("{error}"));
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains("too much work: more than 3 million steps"), "{message}");
        assert!(output.stdout.is_empty());
    }
}

/// A disk that is full is an error.
#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    for arguments in [["grad", "x^2", "-w", "x"].as_slice(), &["-e", "x^2"], &["--help"], &["completions", "bash"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap_or_else(|error| panic!("{error}"));
        let output = program()
            .args(arguments)
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .unwrap_or_else(|error| panic!("{error}"));
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {message}");
        assert!(message.contains("cannot be written"), "{arguments:?} {message}");
    }
}

/// Messages about long names stay short.
#[test]
fn a_long_name_does_not_fill_the_screen() {
    let long = "b".repeat(50_000);
    let accents = "\u{301}".repeat(30_000);
    for text in [format!("{long} x"), format!("y_{{{long}}}^2"), format!("y{accents}^2"), format!("{long}(x)")] {
        let folder = Folder::new();
        let argument = folder.argument("text", text.as_bytes());
        let output = program().args(["grad", &argument, "-w", "x"]).output().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stderr.len() < 2_000, "{} bytes", output.stderr.len());
    }
}
