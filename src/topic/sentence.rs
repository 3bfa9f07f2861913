//! What else a session understands.

use super::row::{Kind, NONE, Row, shows};

const SENTENCE: Row = Row { kind: Kind::Sentence, ..NONE };

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "declaration",
        form: "A: symmetric(n)",
        title: "says what a name is, for all that follows",
        what: "`help symmetric` and the other kinds say more.",
        forms: &["A in S^n", "x ∈ ℝⁿ"],
        marks: &[":", "declare", "∈", "in"],
        example: shows(&["A: symmetric(n)", "grad x'A x wrt x"], "2Ax"),
        ..SENTENCE
    },
    Row {
        name: "definition",
        form: "f(x) := 1/2 ||A x - b||^2",
        title: "names an expression, or a function of its variables",
        forms: &["r = A x - b"],
        marks: &[":=", "define"],
        example: shows(&["r = A x - b", "grad r'r wrt x"], "2Aᵀ(Ax − b)"),
        ..SENTENCE
    },
    Row {
        name: "value",
        form: "x = [1 2 3]",
        title: "gives a name a value, for `eval`",
        forms: &["A = load(\"A.npy\")"],
        marks: &["="],
        example: shows(&["x = [1 2 3]", "eval x'x"], "14"),
        ..SENTENCE
    },
    Row {
        name: "wrt",
        form: "wrt x",
        title: "names the variable of a command",
        what: "Several are parted by commas: `grad f wrt x, y`. Without it the variables are those of a definition `f(x) := …`.",
        marks: &["w.r.t.", "by", "-w"],
        example: shows(&["grad x'A y wrt y"], "Aᵀx"),
        ..SENTENCE
    },
    Row { name: "list", form: "list", title: "what is declared, defined and given a value", ..SENTENCE },
    Row { name: "info", form: "info A", title: "what is known of a name", ..SENTENCE },
    Row { name: "forget", form: "forget A", title: "takes a name out of the session", ..SENTENCE },
    Row { name: "reset", form: "reset", title: "takes everything out of the session", ..SENTENCE },
    Row { name: "undo", form: "undo", title: "takes the last statement back", ..SENTENCE },
    Row { name: "save", form: "save FILE", title: "writes the session to a file", ..SENTENCE },
    Row { name: "load", form: "load FILE", title: "reads the statements of a file", ..SENTENCE },
    Row {
        name: "help",
        form: "help det",
        title: "what there is to say of a word; alone, the words",
        marks: &["?"],
        ..SENTENCE
    },
];
