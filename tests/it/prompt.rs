//! The prompt through a real pseudo-terminal: what is typed, completed, colored, kept, stopped and left.

use std::process::Command;

use crate::common::scratch::Folder;
use rexpect::session::{Options, PtySession, spawn_with_options};

/// How long an answer may take on a slow machine.
const PATIENCE: u64 = 30_000;

/// A prompt with a history of its own.
struct Prompt {
    terminal: PtySession,
}

impl Prompt {
    fn new(folder: &Folder) -> Self {
        Self::showing(folder, false)
    }

    /// A prompt whose colors are seen, or stripped.
    fn showing(folder: &Folder, has_colors: bool) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_matcalc"));
        command
            .args(["--color", "always", "repl"])
            .env("MATCALC_HISTORY", folder.path().join("history"))
            .env("MATCALC_INIT", folder.path().join("init.mc"))
            .env("TERM", "xterm-256color");
        let options = Options::new().timeout_ms(Some(PATIENCE)).strip_ansi_escape_codes(!has_colors);
        let mut terminal = spawn_with_options(command, options).expect("a terminal");
        terminal.exp_string("matcalc> ").expect("a prompt");
        Self { terminal }
    }

    /// Types without an end of line.
    fn types(&mut self, keys: &str) {
        self.terminal.send(keys).expect("the prompt reads");
        self.terminal.flush().expect("the prompt reads");
    }

    /// Types a statement and waits for a text of the reply and the next prompt.
    #[track_caller]
    fn asks(&mut self, statement: &str, wanted: &str) {
        self.types(statement);
        self.types("\r");
        self.sees(wanted);
        self.sees("matcalc> ");
    }

    #[track_caller]
    fn sees(&mut self, wanted: &str) {
        // The terminal's bytes come as characters each.
        let bytes: String = wanted.bytes().map(char::from).collect();
        if let Err(error) = self.terminal.exp_string(&bytes) {
            panic!("{wanted}: {error}");
        }
    }

    #[track_caller]
    fn leaves(mut self) {
        self.types("\x04");
        let status = self.terminal.process().wait().expect("it ends");
        assert!(format!("{status:?}").contains("Exited") && format!("{status:?}").contains(", 0"), "{status:?}");
    }
}

#[test]
fn statements_are_answered_and_ctrl_d_leaves() {
    let folder = Folder::new();
    let mut prompt = Prompt::new(&folder);
    prompt.asks("A: symmetric(n)", "A ∈ Sⁿ");
    prompt.asks("f(x) := 1/2 x'A x - b'x", "f(x) = ½xᵀAx − bᵀx   a scalar");
    prompt.asks("grad f", "Ax − b");
    prompt.asks("latex", "A x - b");
    prompt.leaves();
}

#[test]
fn words_names_and_signs_are_completed() {
    let folder = Folder::new();
    let mut prompt = Prompt::new(&folder);
    prompt.asks("loss = ||A x - b||^2", "a scalar");
    prompt.types("jacob\t");
    prompt.sees("jacobian");
    // The line is cleared.
    prompt.types("\u{15}grad los\t");
    prompt.sees("loss");
    prompt.asks(" wrt b", "2(b − Ax)");
    prompt.types("\\lambd\t");
    prompt.sees("λ");
    prompt.asks(" x'x", "λxᵀx");
    prompt.leaves();
}

#[test]
fn names_words_and_brackets_are_colored() {
    let folder = Folder::new();
    let mut prompt = Prompt::showing(&folder, true);
    prompt.types("A: matrix(n,n)\r");
    prompt.sees("A ∈");
    prompt.types("grad tr(A)");
    // The word bold, the function cyan, a declared name blue, the bracket that matches the one at the cursor marked.
    prompt.sees("\x1b[1mgrad\x1b[0m");
    prompt.sees("\x1b[36mtr\x1b[0m\x1b[1;7m(\x1b[0m\x1b[34mA\x1b[0m)");
    prompt.types("\x03\x04");
}

#[test]
fn open_brackets_go_on_to_the_next_line() {
    let folder = Folder::new();
    let mut prompt = Prompt::new(&folder);
    prompt.types("grad tr(A\r");
    prompt.asks(" B) wrt A", "Bᵀ");
    prompt.leaves();
}

#[test]
fn a_formula_is_read_while_it_is_typed() {
    let folder = Folder::new();
    let mut prompt = Prompt::new(&folder);
    prompt.types("x'A x");
    prompt.sees("(xᵀ A) x   a scalar");
    prompt.types("\r");
    prompt.sees("xᵀAx   a scalar");
    prompt.leaves();
}

#[test]
fn history_lasts_from_one_run_to_the_next() {
    let folder = Folder::new();
    let mut first = Prompt::new(&folder);
    first.asks("log det X", "log det X   a scalar");
    first.leaves();
    let mut second = Prompt::new(&folder);
    second.types("\x1b[A");
    second.sees("log det X");
    second.asks(" + 1", "log det X + 1   a scalar");
    // Ctrl-R searches.
    second.types("\x12log det");
    second.sees("log det X + 1");
    second.types("\r");
    second.sees("log det X + 1   a scalar");
    second.sees("matcalc> ");
    second.leaves();
}

#[test]
fn ctrl_c_stops_a_question_and_clears_a_line() {
    let folder = Folder::new();
    let mut prompt = Prompt::new(&folder);
    prompt.asks("X: matrix(m,n)", "X ∈");
    prompt.types("derivative log det(X'X) wrt X order 8\r");
    std::thread::sleep(std::time::Duration::from_millis(500));
    prompt.types("\x03");
    prompt.sees("stopped");
    prompt.sees("matcalc> ");
    prompt.types("half a line\x03");
    prompt.sees("matcalc> ");
    prompt.asks("list", "X: matrix(m,n)");
    prompt.leaves();
}

#[test]
fn an_error_keeps_the_session() {
    let folder = Folder::new();
    let mut prompt = Prompt::new(&folder);
    prompt.asks("f = x'A x", "a scalar");
    prompt.asks("grad f + wrt x", "error[");
    prompt.asks("f = )", "error[");
    prompt.asks("grad f wrt x", "(A + Aᵀ)x");
    prompt.leaves();
}

#[test]
fn a_megabyte_may_be_pasted() {
    let folder = Folder::new();
    let mut prompt = Prompt::new(&folder);
    let text = "x'x + ".repeat(170_000);
    prompt.types("\x1b[200~");
    for piece in text.as_bytes().chunks(4096) {
        prompt.types(std::str::from_utf8(piece).expect("ASCII"));
    }
    prompt.types("x'x\x1b[201~\r");
    prompt.sees("error[P0007]");
    prompt.asks("2 + 3", "5   a scalar");
    prompt.leaves();
}

#[test]
fn the_first_statements_come_from_a_file() {
    let folder = Folder::new();
    folder.file("init.mc", "# mine\nS: spd(n)\n");
    let mut prompt = Prompt::new(&folder);
    prompt.asks("list", "S: spd(n)");
    prompt.leaves();
}
