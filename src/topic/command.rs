//! Questions to the program, and what else a session understands.

use super::row::{Kind, NONE, Row, shows};

const COMMAND: Row = Row { kind: Kind::Command, ..NONE };
const SENTENCE: Row = Row { kind: Kind::Sentence, ..NONE };

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "grad",
        form: "grad f wrt x",
        title: "the gradient of a scalar, with the shape of x",
        what: "df = ⟨∇f, dX⟩; for a variable with structure, the gradient in its space. The variable may be a member or an entry, `mu_k`, `x_i`. Separate several by commas.",
        marks: &["gradient", "nabla", "∇", "\\nabla"],
        example: shows(&["grad log det X wrt X"], "X⁻ᵀ"),
        ..COMMAND
    },
    Row {
        name: "diff",
        form: "diff f wrt x",
        title: "the differential, in terms of dX",
        what: "`diff f wrt x order 2` is d²f.",
        marks: &["differential", "d"],
        example: shows(&["diff inv(X) wrt X"], "−X⁻¹ dX X⁻¹"),
        ..COMMAND
    },
    Row {
        name: "jacobian",
        form: "jacobian f wrt x",
        title: "the derivative of a vector or matrix",
        what: "A matrix, values by variables, where both are vectors; otherwise the linear operator, its Kronecker matrix and its entries.",
        example: shows(&["jacobian A x + b wrt x"], "A"),
        ..COMMAND
    },
    Row {
        name: "hessian",
        form: "hessian f wrt x",
        title: "the second derivative of a scalar",
        what: "A matrix for one vector; for a matrix, the operator, its Kronecker matrix, entries and quadratic form.",
        example: shows(&["hessian 1/2 ||A x - b||^2 wrt x"], "AᵀA"),
        ..COMMAND
    },
    Row {
        name: "derivative",
        form: "derivative f wrt t",
        title: "the derivative with respect to a scalar, of any order",
        what: "`derivative f wrt t order 3`; for a vector or matrix it is the differential of that order.",
        example: shows(&["derivative det(A + t B) wrt t"], "det(A + tB)tr(B(A + tB)⁻¹)"),
        ..COMMAND
    },
    Row {
        name: "jvp",
        form: "jvp F wrt x along v",
        title: "the product of the Jacobian and a direction, J v",
        marks: &["along"],
        example: shows(&["jvp tanh(A x) wrt x along v"], "(1 − tanh²(Ax)) ∘ Av"),
        ..COMMAND
    },
    Row {
        name: "vjp",
        form: "vjp F wrt x along v",
        title: "the product of the transposed Jacobian and v, Jᵀv",
        example: shows(&["vjp tanh(A x) wrt x along v"], "Aᵀ(v∘(1 − tanh²(Ax)))"),
        ..COMMAND
    },
    Row {
        name: "hvp",
        form: "hvp f wrt x along v",
        title: "the product of the Hessian and a direction, H v",
        example: shows(&["hvp log sum exp(A x) wrt x along v"], "Aᵀ(softmax(Ax)∘(Av − softmax(Ax)ᵀAv))"),
        ..COMMAND
    },
    Row {
        name: "taylor",
        form: "taylor f wrt x order 2",
        title: "the Taylor polynomial in dx",
        marks: &["order"],
        example: shows(&["taylor log det X wrt X order 2"], "log det X + tr(X⁻¹ dX) − ½tr(X⁻¹ dX X⁻¹ dX)"),
        ..COMMAND
    },
    Row {
        name: "solve",
        form: "solve f wrt x",
        title: "where the gradient is zero",
        what: "In several unknowns `wrt x, y` it is zero in all of them; `subject to C x = d` is an equality constraint, or `s.t.`",
        example: shows(&["solve 1/2 ||A x - b||^2 wrt x"], "x = (AᵀA)⁻¹Aᵀb"),
        marks: &["subject", "subject to", "s.t.", "Lagrangian", "multiplier", "KKT"],
        ..COMMAND
    },
    Row {
        name: "convexity",
        form: "convexity f wrt x",
        title: "whether f is convex, concave or neither, with the argument",
        marks: &["convex", "concave"],
        example: shows(&["convexity log sum exp(A x) wrt x"], "convex"),
        ..COMMAND
    },
    Row {
        name: "check",
        form: "check f wrt x claim g",
        title: "whether g is the gradient of f, or how it is wrong",
        marks: &["claim"],
        example: shows(
            &["check 1/2 ||A x - b||^2 wrt x claim A'(A x - b)"],
            "right (exact, at 3 random points modulo 2⁶¹ − 1)",
        ),
        ..COMMAND
    },
    Row {
        name: "simplify",
        form: "simplify f",
        title: "the simplest form that is found",
        example: shows(&["simplify tr(A inv(A) B)"], "tr(B)"),
        ..COMMAND
    },
    Row {
        name: "read",
        form: "read f",
        title: "how a text is read, with every grouping in brackets",
        example: shows(&["read x'A x"], "(xᵀ A) x   a scalar"),
        ..COMMAND
    },
    Row {
        name: "equal",
        form: "equal E1 == E2",
        title: "whether two expressions are equal",
        marks: &["==", "equality"],
        example: shows(
            &["A, B: square(n)", "equal det(A B) == det(A) det(B)"],
            "equal (exact, at 3 random points modulo 2⁶¹ − 1)",
        ),
        ..COMMAND
    },
    Row {
        name: "eval",
        form: "eval f",
        title: "the value of an expression, from the values of its symbols",
        marks: &["value", "evaluate"],
        example: shows(&["A = [1 2; 3 4]", "x = [1 2]", "eval x'A x"], "27"),
        ..COMMAND
    },
    Row {
        name: "backprop",
        form: "backprop f wrt w, b",
        title: "automatic differentiation, node by node",
        what: "Each node with its local derivatives and its bar, the derivative of f by it. The nodes are the parts that are defined, or one for each operator; where all symbols have values, the numbers too.",
        marks: &["bar", "adjoint", "backward"],
        example: shows(&["backprop exp(w x) wrt w"], "node           local derivatives   backward"),
        ..COMMAND
    },
    Row {
        name: "graph",
        form: "graph f wrt w --adjoints",
        title: "the graph of a computation",
        what: "`--values` writes the values at the nodes, `--adjoints` draws the backward pass; `as dot`, `as mermaid` and `as svg` draw it for other programs.",
        marks: &["--adjoints", "--values"],
        example: shows(&["graph exp(w x)"], "●     w"),
        ..COMMAND
    },
    Row {
        name: "minimize",
        form: "minimize f wrt x",
        title: "a minimum, searched for with numbers",
        what: "The other symbols have values in the session; a variable that has one starts there. `--method newton`, `--start x=[1 2]`, `--rate`, `--tol`, `--target`, `--max-iter`, `--precision single` choose the search.",
        marks: &["argmin", "minimum", "--method", "--start"],
        example: shows(&["b = [1 2]", "minimize ||x - b||^2 wrt x"], "x = [1 2]"),
        ..COMMAND
    },
    Row {
        name: "compare",
        form: "compare f wrt x --hessian",
        title: "what derivatives take, by algebra and by reverse mode",
        what: "The time, the operations and the memory of each, at a random point of each of some sizes: `--sizes 10:1000:3`.",
        marks: &["--sizes"],
        ..SENTENCE
    },
    Row {
        name: "plan",
        form: "plan f wrt x --sizes n=1000",
        title: "the steps that compute f and ∇f, and what they take",
        what: "Together and in the cheapest order; `--hessian` adds the second derivative.",
        marks: &["flops"],
        example: shows(&["plan x'y wrt x"], "step   computes      flops    bytes"),
        ..COMMAND
    },
    Row {
        name: "latex",
        form: "latex",
        title: "the last answer in LaTeX",
        marks: &["tex"],
        example: shows(&["grad log det X wrt X", "latex"], "X^{-\\top}"),
        ..COMMAND
    },
    Row {
        name: "code",
        form: "code numpy",
        title: "the last answer as NumPy code",
        what: "`code jax f wrt x --of value,gradient` writes a function; the languages are numpy, jax, torch, julia, matlab, rust and cpp.",
        marks: &["numpy", "python", "jax", "torch", "julia", "matlab", "rust", "cpp", "c++"],
        example: shows(&["grad 1/2 ||A x - b||^2 wrt x", "code numpy"], "A.T @ (A @ x - b)"),
        ..COMMAND
    },
    Row {
        name: "steps",
        form: "steps f wrt x",
        title: "the derivation of the gradient, rule by rule",
        what: "Each step names its rule and is checked separately.",
        marks: &["derivation"],
        example: shows(&["steps ||A x||^2 wrt x"], "f  = ‖Ax‖²"),
        ..COMMAND
    },
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
        what: "Separate several by commas: `grad f wrt x, y`. Without it the variables are those of a definition `f(x) := …`.",
        marks: &["w.r.t.", "by", "-w"],
        example: shows(&["grad x'A y wrt y"], "Aᵀx"),
        ..SENTENCE
    },
    Row { name: "list", form: "list", title: "what is declared, defined and given a value", ..SENTENCE },
    Row { name: "info", form: "info A", title: "what is known about a name", ..SENTENCE },
    Row { name: "forget", form: "forget A", title: "removes a name from the session", ..SENTENCE },
    Row { name: "reset", form: "reset", title: "removes everything from the session", ..SENTENCE },
    Row { name: "undo", form: "undo", title: "undoes the last statement", ..SENTENCE },
    Row { name: "save", form: "save FILE", title: "writes the session to a file", ..SENTENCE },
    Row { name: "load", form: "load FILE", title: "reads the statements of a file", ..SENTENCE },
    Row { name: "quit", form: "quit", title: "leaves; so does Ctrl-D", marks: &["exit"], ..SENTENCE },
    Row {
        name: "help",
        form: "help det",
        title: "what a word means; alone, the list of words",
        marks: &["?"],
        ..SENTENCE
    },
];
