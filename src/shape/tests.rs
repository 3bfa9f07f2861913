//! The guesses, sizes and errors of this stage, on the inputs of the language's contract and of the
//! project's case files: what each symbol was understood to be, and the shape of the whole.

use super::{Description, Goal, Request, Set, Typed, describe, infer};
use crate::diagnostic::Diagnostic;
use crate::expr::{Arena, Dim};
use crate::syntax::{Ast, KnownNames, parse, parse_declarations};

fn size(arena: &Arena, dim: Dim) -> String {
    let term = |(number, names): (i64, Vec<u32>)| {
        let mut parts: Vec<String> = names.iter().map(|name| arena.size_names()[*name as usize].clone()).collect();
        if number != 1 || parts.is_empty() {
            parts.insert(0, number.to_string());
        }
        parts.join("·")
    };
    arena.size_terms(dim).into_iter().map(term).collect::<Vec<_>>().join("+")
}

fn set(arena: &Arena, set: &Set) -> String {
    match set {
        Set::Scalar => String::from("R"),
        Set::Positive => String::from("R+"),
        Set::Integer => String::from("Z"),
        Set::PositiveVector(n) => format!("R^{}_++", size(arena, *n)),
        Set::Simplex(n) => format!("Delta^{}", size(arena, *n)),
        Set::Nonnegative => ">= 0".to_owned(),
        Set::NonnegativeVector(n) => format!("R_+^{}", size(arena, *n)),
        Set::Signs(n) => format!("{{-1,1}}^{}", size(arena, *n)),
        Set::Binary(arrays) => format!("{{0,1}}^{}", self::set(arena, arrays)),
        Set::Function => String::from("fn"),
        Set::MatrixFunction => String::from("matrix fn"),
        Set::Vector(n) => size(arena, *n),
        Set::Matrix(m, n) => format!("{}x{}", size(arena, *m), size(arena, *n)),
        Set::Structured(structure, n) => format!("{structure:?}({})", size(arena, *n)),
        Set::Map(arguments, values) => format!("{} -> {}", self::set(arena, arguments), self::set(arena, values)),
        Set::Family(m, inner) => format!("{} of {}", size(arena, *m), self::set(arena, inner)),
    }
}

fn run(
    inputs: &[(&str, Goal)],
    declarations: &str,
    wrt: &[&str],
    arena: &mut Arena,
) -> Result<Typed, Vec<(usize, Diagnostic)>> {
    let declarations = if declarations.is_empty() { Vec::new() } else { parse_declarations(declarations).unwrap() };
    let names = KnownNames::from_declarations(&declarations);
    let asts: Vec<(Ast, Goal)> =
        inputs.iter().map(|(source, goal)| (parse(source, &names).unwrap(), goal.clone())).collect();
    let asts: Vec<(&Ast, Goal)> = asts.iter().map(|(ast, goal)| (ast, goal.clone())).collect();
    let wrt: Vec<String> = wrt.iter().map(|name| (*name).to_owned()).collect();
    infer(&Request { asts: &asts, declarations: &declarations, wrt: &wrt }, arena)
}

fn summary(arena: &Arena, typed: &Typed) -> String {
    let symbols: Vec<String> = typed
        .symbols
        .iter()
        .map(|symbol| {
            let Description { name, set: of, .. } = describe(arena, *symbol);
            format!("{name}:{}", set(arena, &of))
        })
        .collect();
    let shape = arena.shape(*typed.roots.last().unwrap());
    format!("{} -> {}x{}", symbols.join(" "), size(arena, shape.rows), size(arena, shape.cols))
}

#[track_caller]
fn check_with(input: &str, goal: Goal, declarations: &str, wrt: &[&str], expected: &str) {
    let mut arena = Arena::new();
    match run(&[(input, goal)], declarations, wrt, &mut arena) {
        Ok(typed) => assert_eq!(summary(&arena, &typed), expected, "{input}"),
        Err(errors) => panic!("{input}: {errors:#?}"),
    }
}

#[track_caller]
fn check(input: &str, expected: &str) {
    check_with(input, Goal::Scalar, "", &[], expected);
}

#[track_caller]
fn check_any(input: &str, expected: &str) {
    check_with(input, Goal::Any, "", &[], expected);
}

#[track_caller]
fn check_error(input: &str, declarations: &str, expected: &[&str]) {
    let mut arena = Arena::new();
    let errors = run(&[(input, Goal::Scalar)], declarations, &[], &mut arena).unwrap_err();
    let codes: Vec<&str> = errors.iter().map(|(_, diagnostic)| diagnostic.code).collect();
    assert_eq!(codes, expected, "{input}: {errors:#?}");
    for (_, diagnostic) in &errors {
        assert!(crate::diagnostic::code::CODES.iter().any(|(code, _)| *code == diagnostic.code), "{}", diagnostic.code);
    }
}

#[track_caller]
fn check_help(input: &str, declarations: &str, help: &str) {
    let mut arena = Arena::new();
    let errors = run(&[(input, Goal::Scalar)], declarations, &[], &mut arena).unwrap_err();
    assert!(
        errors.iter().flat_map(|(_, d)| &d.help).any(|text| text.to_string().contains(help)),
        "{input}: {errors:#?}"
    );
}

#[test]
fn first_kinds() {
    check_any("A x", "A:mxn x:n -> mx1");
    check("x' A x", "x:n A:nxn -> 1x1");
    check("log(det(X))", "X:nxn -> 1x1");
    check("λ x'x", "λ:R x:n -> 1x1");
    check_any("Σ x", "Σ:mxn x:n -> mx1");
    check_any("A x_1 + b", "A:mxn x_1:n b:m -> mx1");
}

#[test]
fn moved_kinds() {
    check("1/2 x' A x + b' x + c", "x:n A:nxn b:n c:R -> 1x1");
    check("a^b", "a:R b:R -> 1x1");
    check("det(A - t I)", "A:nxn t:R -> 1x1");
    check("(w' r - f)/sqrt(w' Σ w)", "w:n r:n f:R Σ:nxn -> 1x1");
    check("tr(X^k)", "X:nxn k:Z -> 1x1");
    check("α' A α", "α:n A:nxn -> 1x1");
    check("log(1 + exp(a'x + b))", "a:n x:n b:R -> 1x1");
    check("log(sum(exp(θ)))", "θ:n -> 1x1");
    check("(x-μ)' inv(Σ) (x-μ)", "x:n μ:n Σ:nxn -> 1x1");
    check("||A θ||^2 + λ ||θ||^2", "A:mxn θ:n λ:R -> 1x1");
    check_any("x - mean(x)", "x:n -> nx1");
    check_any("w.^2 + ε", "w:n ε:R -> nx1");
    check_any("x + t (y - x)", "x:n t:R y:n -> nx1");
    check_any("(1 - l/||u||) u", "l:R u:n -> nx1");
}

#[test]
fn families() {
    check("sum_{i=1}^m log(1 + exp(a_i' x + b_i))", "a:m of n x:n b:m -> 1x1");
    check("sum_i (y_i - a_i'x)^2", "y:m a:m of n x:n -> 1x1");
    check("(1/n) sum_{i=1}^n log(1 + exp(a_i'x)) + μ/2 ||x||^2", "a:n of m x:m μ:R -> 1x1");
    check("sum_{i=1}^{n-1} (x_{i+1} - x_i)^2", "x:n -> 1x1");
    check("sum_{i=1}^3 x_i x_{i+1}", "x:4 -> 1x1");
    check("sum_{i,j} X_{ij}^2", "X:mxn -> 1x1");
    check("sum_i x_i + x'x", "x:n -> 1x1");
    check("sum_{k=0}^K (-1)^k x^(2k)/(2k)!", "x:R -> 1x1");
    check("sum_{i=1}^{10} a_i'x", "a:10 of n x:n -> 1x1");
    check_error("sum_{i=1}^m x_i", "x: vector(n)", &["S0122"]);
    check("sum_{i=1}^n (x_i - x_{i-1})^2", "x:n+1 -> 1x1");
    check("sum_{t=1}^T (x_{t+1} - x_t)^2", "x:T+1 -> 1x1");
    check_error("sum_{i=0}^n x_i", "x: vector(n)", &["S0122"]);
    check_error("sum_{i=1}^n (A x)_{i-1}", "A: square(n); x: vector(n)", &["S0123"]);
    check_error("tr(X) + sum_i tr(X_i)", "", &["S0120"]);
}

#[test]
fn online_tool() {
    check("0.5*x'*A*x", "x:n A:nxn -> 1x1");
    check_any("A*exp(x)", "A:mxn x:n -> mx1");
    check("(y.*v)'*x", "y:n v:n x:n -> 1x1");
    check("norm1(A*x-y)", "A:mxn x:n y:m -> 1x1");
    check("norm2(A*x-y)^2", "A:mxn x:n y:m -> 1x1");
    check("sum(log(exp(-y.*(X*w)) + vector(1)))", "y:n X:nxm w:m -> 1x1");
    check("tr(A*X'*B*X*C)", "A:mxn X:pxn B:pxp C:nxm -> 1x1");
    check("log(det(inv(X)))", "X:nxn -> 1x1");
    check("sum(log(exp(-b .* (A x)) + vector(1)))", "b:n A:nxm x:m -> 1x1");
    check("b'H'A'M A H b", "b:n H:mxn A:pxm M:pxp -> 1x1");
    check("(w'r - f)/(w'Σw)^0.5", "w:n r:n f:R Σ:nxn -> 1x1");
    check("y' log(x exp(θ)/sum(exp(θ))) - θ'θ/18", "y:n x:R θ:n -> 1x1");
    check("α'((yy') .* (PKP' .* QKQ' - PKQ' .* QKP'))α", "α:n y:n P:nxm K:mxm Q:nxm -> 1x1");
}

#[test]
fn canonical() {
    check("1'((AX) .* (XB)) 1", "A:nxn X:nxm B:mxm -> 1x1");
    check("||x||^2 + 1' x", "x:n -> 1x1");
    check("log det(I + X X')", "X:mxn -> 1x1");
    check("1/2 ||A - x x'||_F^2", "A:nxn x:n -> 1x1");
    check("-t' log softmax(W x)", "t:n W:nxm x:m -> 1x1");
    check("tr(A X^2 B X^-T)", "A:nxn X:nxn B:nxn -> 1x1");
    check("sum eig(X)", "X:nxn -> 1x1");
    check("<S, X> - log det X", "S:nxn X:nxn -> 1x1");
    check("<x,x>^<x,x>", "x:n -> 1x1");
    check("exp(-1/2 x'A x)", "x:n A:nxn -> 1x1");
    check("tr(kron(A, B) vec(X) vec(X)')", "A:nxn B:mxm X:mxn -> 1x1");
    check("||x x'||_2", "x:n -> 1x1");
    check("e^(x'x) + sum(e^x)", "x:n -> 1x1");
    check("tr(e^X)", "X:nxn -> 1x1");
    check_any("max(x, 0)", "x:n -> nx1");
    check_any("[1 2; 3 4] x", "x:2 -> 2x1");
    check_with("A x", Goal::Any, "", &["x"], "A:mxn x:n -> mx1");
    check_with("a'X b", Goal::Scalar, "", &["X"], "a:m X:mxn b:n -> 1x1");
    check_with("tanh(x)", Goal::ScalarVariable, "", &["x"], "x:R -> 1x1");
    // Nobody transposes a scalar or takes its norm.
    check_with("x'A x", Goal::ScalarVariable, "", &["x"], "x:n A:nxn -> 1x1");
    check_with("||x||", Goal::ScalarVariable, "", &["x"], "x:n -> 1x1");
    check_with("||x - mu||^2", Goal::Scalar, "", &["x"], "x:n μ:n -> 1x1");
}

#[test]
fn seminar() {
    check("-exp(-x'x)", "x:n -> 1x1");
    check("log sum_{i=1}^m exp(a_i'x + b_i)", "a:m of n x:n b:m -> 1x1");
    check(
        "-sum_i (y_i log(exp(θ_1'x_i)/(exp(θ_1'x_i) + exp(θ_2'x_i))) + (1 - y_i) log(1 - σ(θ_1'x_i)))",
        "y:m θ_1:n x:m of n θ_2:n -> 1x1",
    );
    check("ln<A x, x>", "A:nxn x:n -> 1x1");
    check("ln(1 + exp⟨a, x⟩)", "a:n x:n -> 1x1");
    check("1/3 ||x||_2^3", "x:n -> 1x1");
    check("||A X - B||_F", "A:mxn X:nxp B:mxp -> 1x1");
    check("1/2 ||σ(W x + b) - y||^2", "W:mxn x:n b:m y:m -> 1x1");
    check("<A x, x>/||x||_2^2", "A:nxn x:n -> 1x1");
    check("det(A - t I)", "A:nxn t:R -> 1x1");
    check("-1/(1 + x'x)", "x:n -> 1x1");
    check("b'A (A'A)^-1 A' b", "b:n A:nxm -> 1x1");
    check("tr(S Σ^-1) + log det Σ", "S:nxn Σ:nxn -> 1x1");
    check("-sum(log(b - A x))", "b:n A:nxm x:m -> 1x1");
    check("tr(B logm(X))", "B:nxn X:nxn -> 1x1");
    check("1/2 ||W_2 relu(W_1 x) - y||^2", "W_2:mxn W_1:nxp x:p y:m -> 1x1");
    check("λ ||x||_1 + ||X||_* + ||X||_2", "λ:R x:n X:mxp -> 1x1");
    check("sum_{i=1}^n (w x_i + b - y_i)^2", "w:R x:n b:R y:n -> 1x1");
}

#[test]
fn declarations_are_kept() {
    check_with("x'A x", Goal::Scalar, "A in S^n_++; x in R^n", &["x"], "x:n A:PositiveDefinite(n) -> 1x1");
    check_with("sum_i a_i'x", Goal::Scalar, "a: family(m) of vector(3)", &[], "a:m of 3 x:3 -> 1x1");
    check_with("sum(phi(x))", Goal::Scalar, "phi: function", &[], "x:n φ:fn -> 1x1");
    check_with("A B x", Goal::Any, "A: matrix(2,3); x: vector(4)", &[], "A:2x3 B:3x4 x:4 -> 2x1");
    check_with("n x'x", Goal::Scalar, "x: vector(n)", &[], "x:n -> 1x1");
    check_with("x'x", Goal::Scalar, "x: vector(n); z: vector(n)", &["z"], "x:n z:n -> 1x1");
    check_with("s log s", Goal::Scalar, "s: positive", &[], "s:R+ -> 1x1");
}

#[test]
fn errors_name_both_shapes() {
    check_error("A x", "A: matrix(m,n); x: vector(m)", &["S0101"]);
    check_help("||A x||^2", "A: matrix(m,n); x: vector(m)", "`A' * x`");
    check_error("A + 1", "", &["S0103"]);
    check_help("tr(A + 1)", "A: square(n)", "write `I`");
    check_help("tr(A + 2)", "A: square(n)", "`2 * I`");
    check_error("||X||", "", &["S0113"]);
    check_error("|X|", "X: matrix(m,n)", &["S0109"]);
    check_error("A x", "", &["S0124"]);
    check_error("tr(A/B)", "", &["S0106"]);
    check_error("det(A) + tr(B B)", "A: matrix(m,n); B: matrix(p,q)", &["S0109", "S0101"]);
    check_error("x'(1/0)x", "", &["S0116"]);
    check_error("inv(A) + B", "A: matrix(m,n)", &["S0109"]);
    check_error(&format!("tr({})", vec!["A"; 60].join(" ⊗ ")), "", &["S0127"]);
    check_error("x'x + eig(A)", "", &["S0114"]);
    check_error("x^2 y'y", "x: vector(n)", &["S0111"]);
    check_error("x + 1'A", "A: matrix(m,n)", &["S0102"]);
}

#[test]
fn joint_inference() {
    let mut arena = Arena::new();
    let wrt = ["X"];
    let typed = run(&[("tr(X)", Goal::Scalar), ("I", Goal::ShapeOf(String::from("X")))], "", &wrt, &mut arena).unwrap();
    assert_eq!(arena.shape(typed.roots[1]), arena.shape(typed.roots[1]).transposed());
    assert!(run(&[("x'x", Goal::Any), ("x", Goal::SameAs(0))], "x: vector(n)", &[], &mut arena).is_err());
    assert!(run(&[("x'x", Goal::Scalar)], "", &["z"], &mut arena).is_err());
    let alike = ("a logsumexp([v; e_2; e_1; e_2])", "logsumexp([v; e_2; e_1; e_2]) a");
    let typed = run(&[(alike.0, Goal::Any), (alike.1, Goal::SameAs(0))], "", &[], &mut arena).unwrap();
    assert_eq!(arena.normalize(typed.roots[0]), arena.normalize(typed.roots[1]), "unit vectors of no known size");
}

/// Nodes of an arena in which an input has been given its shapes.
fn nodes(input: &str) -> usize {
    let ast = parse(input, &KnownNames::default()).unwrap();
    let mut arena = Arena::new();
    infer(&Request { asts: &[(&ast, Goal::Scalar)], declarations: &[], wrt: &[] }, &mut arena).unwrap();
    arena.len()
}

#[test]
fn large_inputs_take_linear_work() {
    let sum = |terms: usize| (0..terms).map(|k| format!("x'A_{k} x")).collect::<Vec<_>>().join(" + ");
    let trace = |factors: usize| format!("tr({})", vec!["A B"; factors].join(" "));
    let layers = |layers: usize| {
        let inner = (0..layers).fold(String::from("x"), |inner, k| format!("tanh(W_{k} {inner})"));
        format!("sum({inner})")
    };
    for (half, whole) in [(sum(5_000), sum(10_000)), (trace(64), trace(128)), (layers(75), layers(150))]
        .map(|(half, whole)| (nodes(&half), nodes(&whole)))
    {
        assert!(whole <= 2 * half, "{half} {whole}");
    }
}

#[test]
fn random_inputs_never_panic() {
    const PARTS: [&str; 44] = [
        "A",
        "X",
        "x",
        "y",
        "λ",
        "Σ",
        "a_i",
        "x_i",
        "X_{ij}",
        "n",
        "e",
        "I",
        "1",
        "2",
        "ones",
        "'",
        " + ",
        " - ",
        " * ",
        " / ",
        " .* ",
        " ./ ",
        "^2",
        "^-1",
        "^k",
        ".^x",
        "(",
        ")",
        "sum_i ",
        "sum_{i=1}^n ",
        "sum_{j=1}^i ",
        "prod_i ",
        "tr(",
        "det(",
        "exp(",
        "vec(",
        "kron(A,",
        "diag(",
        "max(x,",
        "||",
        "|",
        "<x,",
        ">",
        "[1 2; 3 x]",
    ];
    let declared = parse_declarations("B: matrix(1,n); u: vector(1); a: family(m) of vector(n); Y: square(3)").unwrap();
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut typed = 0;
    for round in 0..30_000 {
        let mut input = String::new();
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % 1_000_003).unwrap()
        };
        for _ in 0..=random() % 9 {
            input.push_str(PARTS[random() % PARTS.len()]);
            input.push(' ');
        }
        if round % 3 == 0 {
            input.push_str(["B x", "u", "Y x", "B' u"][random() % 4]);
        }
        let declarations = if round % 3 == 0 { declared.as_slice() } else { &[] };
        let Ok(ast) = parse(&input, &KnownNames::from_declarations(declarations)) else { continue };
        for goal in [Goal::Scalar, Goal::Any] {
            let mut arena = Arena::new();
            let asts = [(&ast, goal)];
            typed += usize::from(infer(&Request { asts: &asts, declarations, wrt: &[] }, &mut arena).is_ok());
        }
    }
    assert!(typed > 500, "{typed}");
}

/// Operators with two operands `a` and `b`, and with one.
const BINARY: [&str; 20] = [
    "a + b",
    "a - b",
    "a b",
    "a * b",
    "a · b",
    "a / b",
    "a .* b",
    "a ./ b",
    "a ⊗ b",
    "a ^ b",
    "a .^ b",
    "a ** b",
    "<a, b>",
    "max(a, b)",
    "dot(a, b)",
    "outer(a, b)",
    "kron(a, b)",
    "1[a > b]",
    "||a||_b",
    "a b'",
];
const UNARY: [&str; 28] = [
    "-a",
    "a'",
    "a^2",
    "a.^2",
    "a^-1",
    "exp(a)",
    "sum(a)",
    "mean(a)",
    "||a||_2",
    "||a||_F",
    "|a|",
    "tr(a)",
    "det(a)",
    "log det a",
    "inv(a)",
    "pinv(a)",
    "diag(a)",
    "vec(a)",
    "softmax(a)",
    "expm(a)",
    "lambda_max(a)",
    "sym(a)",
    "a!",
    "(a)_1",
    "(a)_{1,2}",
    "max(a)",
    "e^a",
    "logsumexp(a)",
];

/// Two tables say what has a shape: the classes of the reader, and the rules of this stage. They agree on every operator and all classes of
/// its operands: what one refuses, the other does.
#[test]
fn classes_and_shapes_agree() {
    let kinds = [("s", "s: scalar"), ("u", "u: vector(3)"), ("r", "r: matrix(1,3)"), ("M", "M: matrix(3,3)")];
    let others = [("t", "t: scalar"), ("v", "v: vector(3)"), ("q", "q: matrix(1,3)"), ("N", "N: matrix(3,3)")];
    let mut wrong = Vec::new();
    let mut look = |text: &str, declarations: &str| {
        let declared = parse_declarations(declarations).unwrap();
        let ast = parse(text, &KnownNames::from_declarations(&declared)).unwrap();
        let asts = [(&ast, Goal::Any)];
        let request = Request { asts: &asts, declarations: &declared, wrt: &[] };
        let (known, names) = super::declarations(&declared, &Arena::new()).unwrap();
        let open = crate::reading::resolve::Input::new(&request, known, names);
        let solution = super::Search::new(&open).best(&super::Fixed::default());
        let by_class = solution.cost.clashes() == 0 && !crate::reading::note::refuses(&solution);
        let by_shape = infer(&request, &mut Arena::new()).is_ok();
        if by_class != by_shape {
            wrong.push(format!("{text} with {declarations}: by classes {by_class}, by shapes {by_shape}"));
        }
    };
    let place = |template: &str, a: &str, b: &str| -> String {
        let mut out = String::new();
        let letters: Vec<char> = template.chars().collect();
        for (at, letter) in letters.iter().enumerate() {
            let alone = |at: Option<&char>| at.is_none_or(|c| !c.is_alphabetic());
            let single = alone(at.checked_sub(1).and_then(|at| letters.get(at))) && alone(letters.get(at + 1));
            match letter {
                'a' if single => out.push_str(a),
                'b' if single => out.push_str(b),
                other => out.push(*other),
            }
        }
        out
    };
    for (a, first) in kinds {
        for template in UNARY {
            look(&place(template, a, ""), first);
        }
        for (b, second) in others {
            for template in BINARY {
                look(&place(template, a, b), &format!("{first}; {second}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The search finds what trying every reading of every name finds.
#[test]
fn the_search_is_exact() {
    const TEXTS: [&str; 16] = [
        "a b + c",
        "a b c",
        "a'b + c d",
        "A b + c",
        "(a + b)(c + d)",
        "x^2 + a x + b",
        "1/n x'A x",
        "a/b c",
        "a/bc d",
        "|a| b",
        "‖a − b‖² c",
        "C sum_i y_i b",
        "Y - X β",
        "log|S| + u'v t",
        "sum_i x_i y_i + z",
        "λ/2 a b c",
    ];
    for text in TEXTS {
        for goal in [Goal::Scalar, Goal::Any] {
            let ast = parse(text, &KnownNames::default()).unwrap();
            let asts = [(&ast, goal)];
            let request = Request { asts: &asts, declarations: &[], wrt: &[] };
            let open = crate::reading::resolve::Input::new(&request, Default::default(), Vec::new());
            let search = super::Search::new(&open);
            let found = search.best(&super::Fixed::default()).cost;
            let mut least = None;
            let mut readings = vec![0_u8; open.symbols.len()];
            'all: loop {
                let mut fixed = super::Fixed::default();
                fixed.symbols.extend(readings.iter().enumerate().map(|(symbol, reading)| (symbol, *reading)));
                let cost = search.best(&fixed).cost;
                least = Some(least.map_or(cost, |known: crate::reading::cost::Cost| known.min(cost)));
                for (symbol, reading) in readings.iter_mut().enumerate() {
                    *reading += 1;
                    if usize::from(*reading) < open.symbols[symbol].choices.len() {
                        continue 'all;
                    }
                    *reading = 0;
                }
                break;
            }
            assert_eq!(Some(found), least, "{text}");
        }
    }
}
