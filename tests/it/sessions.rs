//! Sessions of statements, without a terminal: what is replied, what is kept, and that an error changes nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use matcalc::Session;
use matcalc::statement::Files;

/// Runs statements and gives the reply to the last.
#[track_caller]
fn last(statements: &[&str]) -> String {
    let mut session = Session::new();
    let mut reply = String::new();
    for statement in statements {
        reply = session.run(statement).unwrap_or_else(|error| panic!("{statement}: {error}")).to_string();
    }
    reply
}

/// The first line of the reply to the last of some statements.
#[track_caller]
fn first_line(statements: &[&str]) -> String {
    last(statements).lines().next().unwrap_or_default().to_owned()
}

/// The error of the last of some statements, the others of which succeed.
#[track_caller]
fn error(statements: &[&str]) -> String {
    let mut session = Session::new();
    let (last, before) = statements.split_last().expect("a statement");
    for statement in before {
        session.run(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    let names = session.names();
    let error = session.run(last).expect_err(last).to_string();
    assert_eq!(session.names(), names, "an error changes nothing");
    error
}

const LEAST_SQUARES: &str = "f(x) := 1/2 ||A x - b||^2";

#[test]
fn questions_are_asked_in_the_words_of_the_shell() {
    for (question, wanted) in [
        ("grad f wrt x", "Aᵀ(Ax − b)"),
        ("gradient f", "Aᵀ(Ax − b)"),
        ("grad f(x)", "Aᵀ(Ax − b)"),
        ("grad f --wrt x", "Aᵀ(Ax − b)"),
        ("grad f -w x -f latex", "A^\\top (A x - b)"),
        ("grad f wrt b", "b − Ax"),
        ("latex grad f", "A^\\top (A x - b)"),
        ("grad f as numpy", "A.T @ (A @ x - b)"),
        ("hessian f", "AᵀA"),
        ("jacobian A x wrt x", "A"),
        ("diff f", "(Ax − b)ᵀA dx"),
        ("hvp f along v", "AᵀAv"),
        ("convexity f", "convex"),
        ("solve f", "x = (AᵀA)⁻¹Aᵀb"),
        ("solve x'x wrt x subject to C x = d", "x = Cᵀ(CCᵀ)⁻¹d"),
        ("solve f wrt x s.t. C x = d", "x = (AᵀA)⁻¹(Aᵀb + Cᵀν)"),
        ("solve x'x wrt x --subject-to a'x = 1 as numpy", "nu = 2/np.linalg.norm(a)**2"),
        ("solve ½||X w + t 1 - y||^2 wrt w, t", "w = (Xᵀ(I − ones(m, m)/m)X)⁻¹Xᵀ(y − sum(y)/m)"),
        ("check f claim A'(A x - b)", "right (exact, at 3 random points modulo 2⁶¹ − 1)"),
        ("equal f == 1/2 (A x - b)'(A x - b)", "equal (exact, at 3 random points modulo 2⁶¹ − 1)"),
        ("||x||^2 == x'x", "equal (exact, at 3 random points modulo 2⁶¹ − 1)"),
        ("simplify f + f", "‖Ax − b‖²"),
        ("steps f", "f  = ½‖Ax − b‖²"),
        ("read f", "(1/2)·(norm((A x) − b)^2)   a scalar"),
    ] {
        assert_eq!(first_line(&[LEAST_SQUARES, question]), wanted, "{question}");
    }
}

#[test]
fn derivatives_are_written_as_mathematics_writes_them() {
    for (question, wanted) in [
        ("d/dx f", "Aᵀ(Ax − b)"),
        ("df/dx", "Aᵀ(Ax − b)"),
        ("∂f/∂b", "b − Ax"),
        ("\\frac{\\partial f}{\\partial x}", "Aᵀ(Ax − b)"),
        ("∇f", "Aᵀ(Ax − b)"),
        ("∇_A f", "(Ax − b)xᵀ"),
        ("∇²f", "AᵀA"),
        ("\\nabla^2 f", "AᵀA"),
        ("f'(x)", "Aᵀ(Ax − b)"),
        ("d/dx (A x)", "A"),
        ("d/dt exp(3t)", "3exp(3t)"),
        ("d^2/dt^2 sin(t)", "−sin(t)"),
    ] {
        assert_eq!(first_line(&[LEAST_SQUARES, question]), wanted, "{question}");
    }
}

#[test]
fn what_is_no_derivative_stays_a_formula() {
    assert_eq!(first_line(&["x'(y)"]), "xᵀy   a scalar");
    assert_eq!(first_line(&["d'x/2"]), "½dᵀx   a scalar");
}

#[test]
fn definitions_build_on_each_other_and_change_together() {
    let definitions = ["r = A x - b", "f = 1/2 ||r||^2"];
    let ask = |more: &[&'static str]| first_line(&[&definitions, more].concat());
    assert_eq!(ask(&["grad f wrt x"]), "Aᵀ(Ax − b)");
    assert_eq!(ask(&["r = B x", "grad f wrt x"]), "BᵀBx");
    assert_eq!(ask(&["A: symmetric(n)", "grad f wrt x"]), "A(Ax − b)");
    assert_eq!(ask(&["forget r", "grad f wrt r"]), "r");
    assert_eq!(first_line(&["g = s + t; s = 2t", "d/dt g"]), "3");
}

#[test]
fn numbered_definitions_stand_in_their_order() {
    let mut session = Session::new();
    session.run("t_0 = x'x").expect("a definition");
    for k in 1..=23 {
        session.run(&format!("t_{k} = t_{} + 2", k - 1)).unwrap_or_else(|error| panic!("{k}: {error}"));
    }
    assert_eq!(session.run("grad t_23 wrt x").expect("an answer").result(), "2x");
}

#[test]
fn a_definition_does_not_use_itself() {
    assert!(error(&["x = y + 1", "y = 2x"]).contains("`y` is defined in terms of itself, through `x`"));
    assert!(error(&["x = x + 1"]).contains("`x` is defined in terms of itself"));
}

#[test]
fn names_keep_their_kinds_from_statement_to_statement() {
    // Alone, c would be a vector.
    assert_eq!(first_line(&["f(x) = x'x + c", "c + 1"]), "c + 1   a scalar");
    let reply = last(&["g = 2c", "c^3 + g"]);
    assert!(reply.contains("note: `c` is read as a scalar here; it was a vector before"), "{reply}");
}

#[test]
fn a_variable_is_asked_for_only_where_several_could_be_meant() {
    assert_eq!(first_line(&["grad log det X"]), "X⁻ᵀ");
    let message = error(&["grad ||A x||^2"]);
    assert!(
        message.contains("with respect to which variable: A, x?") && message.contains("`grad ||A x||^2 wrt x`"),
        "{message}"
    );
    assert_eq!(first_line(&["A = [1 2; 3 4]", "grad ||A x||^2"]), "2AᵀAx");
}

#[test]
fn values_are_used_where_all_are_known() {
    let values = ["A = [1 2; 3 4]", "x = [1 1]"];
    let ask = |more: &[&'static str]| last(&[&values, more].concat());
    assert_eq!(ask(&["eval x'A x"]), "10");
    assert_eq!(ask(&["A x"]).lines().nth(1), Some("= [3 7]"));
    assert_eq!(ask(&["y = A x", "y'y"]).lines().nth(1), Some("= 58"));
    assert!(!ask(&["A z"]).contains('='));
    assert_eq!(ask(&["lam = 0.5", "eval lam x'x"]), "1");
    assert_eq!(last(&["2 + 3"]), "5   a scalar");
}

#[test]
fn the_last_answers_have_names() {
    let asked = ["f(x) := x'A x", "grad f", "hessian f"];
    let ask = |more: &'static str| first_line(&[&asked[..], &[more]].concat());
    assert_eq!(ask("ans"), "A + Aᵀ   a matrix in ℝⁿˣⁿ");
    assert_eq!(ask("ans1"), "(A + Aᵀ)x   a vector in ℝⁿ");
    assert_eq!(ask("tr ans"), "2tr(A)   a scalar");
    assert_eq!(ask("latex"), "A + A^\\top");
    assert_eq!(ask("code numpy"), "A + A.T");
    assert_eq!(ask("steps"), "f     = xᵀAx");
}

#[test]
fn another_format_has_the_same_verdict() {
    let asked = ["A: symmetric(n)", "convexity x'A x wrt x"];
    assert_eq!(first_line(&asked), "neither convex nor concave in general");
    let latex = last(&[&asked[..], &["latex"]].concat());
    assert!(latex.contains("\\text{neither convex nor concave in general}"), "{latex}");
}

#[test]
fn what_was_defined_without_an_argument_is_not_called() {
    let message = error(&["f = ||x||^2", "f([1 2])"]);
    assert!(
        message.contains("`f` was defined without an argument") && message.contains("`f(x) := ||x||^2`"),
        "{message}"
    );
    assert!(error(&["loss = ||x||^2", "grad loss(x) wrt x"]).contains("without an argument"));
    assert_eq!(first_line(&["A = B + C", "A(x + y)"]), "(B + C)(x + y)   a vector in ℝᵐ");
    assert_eq!(first_line(&["f(x) = ||x||^2", "eval f([1 2])"]), "5");
}

#[test]
fn errors_point_into_the_statement() {
    let message = error(&["grad x'A x + wrt x"]);
    assert!(message.contains("--> statement:1:1"), "{message}");
    assert!(message.contains("grad x'A x + wrt x"), "{message}");
    let message = error(&["A: matrix(m,n)", "f = A x + y'"]);
    assert!(message.contains("1 | f = A x + y'"), "{message}");
    assert!(error(&["latex"]).contains("there is no answer yet"));
    assert!(error(&["check x'x wrt"]).contains("nothing follows `wrt`"));
    assert!(error(&["grad = x"]).contains("`grad` is reserved in a session"));
    assert!(error(&["forget zz"]).contains("`zz` is not known"));
    assert!(error(&["undo"]).contains("nothing to undo"));
    assert!(error(&["help sofmax"]).contains("softmax"));
}

#[test]
fn what_is_advised_can_be_typed() {
    for (statement, wanted) in [
        ("eval x'x", "help: give one: `x = …`"),
        ("eval tr(I_n)", "help: give one: `n = 3`;"),
        ("grad x'A x --vech wrt A", "help: declare it: `A: symmetric(n)`"),
        (
            "grad k(x) + x wrt x",
            "help: declare it: `k: function` for one that acts elementwise, `k: R^n -> R` for one of vectors",
        ),
        ("x'x = y", "help: give one side, or the two to `equal`"),
        ("grad hessian(x) wrt x", "its Hessian: `hessian log sum exp(x) wrt x`"),
    ] {
        let said = error(&[statement]);
        assert!(said.contains(wanted) && !said.contains("-d '") && !said.contains("--set"), "{statement}: {said}");
    }
    assert!(last(&["grad e'x wrt x"]).contains("declare it to say so: `e: vector(n)`"));
    assert_eq!(last(&["n = 3", "eval tr(I_n)"]), "3");
}

#[test]
fn changes_can_be_taken_back() {
    let mut session = Session::new();
    let mut run = |text: &str| session.run(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string();
    run("A: symmetric(n)");
    run("f = x'A x");
    run("reset");
    run("undo");
    assert_eq!(run("list"), "A: symmetric(n)\nf := x'A x");
    run("undo");
    assert_eq!(run("list"), "A: symmetric(n)");
    run("A, B: spd(n)");
    run("forget A");
    assert_eq!(run("list"), "B: spd(n)");
}

#[test]
fn several_statements_may_stand_on_a_line() {
    assert_eq!(first_line(&["r = A x - b; f = r'r; grad f wrt x"]), "2Aᵀ(Ax − b)");
    assert_eq!(first_line(&["A: symmetric(n); x: vector(n)", "grad x'A x wrt x"]), "2Ax");
    // All or none.
    let mut session = Session::new();
    assert!(session.run("r = A x; s = (r").is_err());
    assert!(session.names().is_empty());
}

/// Files in memory.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

impl Files for Memory {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0.lock().expect("no panic").get(path).cloned().ok_or_else(|| format!("there is no `{path}`"))
    }

    fn write(&self, path: &str, text: &str) -> Result<(), String> {
        self.0.lock().expect("no panic").insert(path.to_owned(), text.as_bytes().to_vec());
        Ok(())
    }
}

#[test]
fn sessions_are_saved_and_loaded() {
    let files = Memory::default();
    files.write("x.csv", "1\n2\n3\n").expect("it is written");
    let mut session = Session::with_files(files.clone());
    for statement in ["A: symmetric(3)", "f(x) := x'A x", "x = load(\"x.csv\")", "save work.mc"] {
        session.run(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    let mut again = Session::with_files(files.clone());
    again.run("load work.mc").expect("it is read");
    assert_eq!(again.run("list").expect("a list").to_string(), "A: symmetric(3)\nf(x) := x'A x\nx = [1 2 3]");
    assert_eq!(again.run("A = [1 0 0; 0 1 0; 0 0 1]; eval f").expect("a value").to_string(), "14");
    files.write("bad.mc", "B: spd(n)\n\ng = B x +\n").expect("it is written");
    let error = again.run("load bad.mc").expect_err("it cannot be read").to_string();
    assert!(error.contains("bad.mc:3:"), "{error}");
    assert!(!again.names().iter().any(|(name, _)| name == "B"), "a file that fails changes nothing");
    assert!(Session::new().run("load work.mc").is_err());
}

#[test]
fn numbers_are_asked_for_with_the_values_of_the_session() {
    let data = ["X = [1; 2; 3; 4]", "y = [2 4 6 8]", "f(w) := mean((X w - y).^2)"];
    let asked = |statement: &str| last(&[&data[..], &[statement]].concat());
    for (statement, wanted) in [
        ("minimize f", "w = 2"),
        ("minimize f wrt w --derivatives reverse --checkpoint 1MB", "w = 2"),
        ("minimize f over w", "w = 2"),
        ("argmin f wrt w --method newton", "w = 2"),
        ("minimize (a - 3)^2 wrt a", "a = 3"),
        ("minimize w'w wrt w --nonnegative w --start w=[1 2]", "w = [0 0]"),
        ("plan f wrt w --sizes n=1", "step"),
        ("plan X w", "step"),
        ("code f", "import sys"),
        ("code rust f --of value,gradient", "use nalgebra::DVector;"),
        ("compare f --sizes 3 --runs 1 --hessian", "sizes"),
    ] {
        assert!(asked(statement).starts_with(wanted), "{statement}: {}", asked(statement));
    }
    // Where a variable has a value the search starts there.
    assert!(last(&["x = [5 5]", "minimize x'x wrt x"]).contains("start: as given"));
    let found = asked("minimize f --start w=[5] --method gd --rate 0.01 --target 1e-9");
    assert!(found.contains("iterations of gradient descent") && found.contains("start: as given"), "{found}");
    // The result is the last answer.
    assert_eq!(last(&[&data[..], &["minimize f", "ans + 1"]].concat()).lines().next(), Some("3   a scalar"));
    for (statements, wanted) in [
        (&["minimize x'A x wrt x"][..], "`A` has no value"),
        (&["minimize x wrt x --method foo"], "`foo` after `--method`"),
        (&["minimize x wrt x --rate -1"], "not a number above 0"),
        (&["minimize x wrt x --sizes 3"], "`minimize` has no option `--sizes`"),
        (&["minimize x'x wrt x subject to a'x = 1"], "`solve f wrt x subject to …`"),
        (&["minimize x'x wrt x --checkpoint"], "add --derivatives reverse"),
        (&["grad x'x wrt x --rate 1"], "`grad` has no option `--rate`"),
        (&["compare x'x wrt x --runs 0"], "not a number from 1 on"),
        (&["plan x'x wrt x --checkpoint"], "needs sizes"),
        (&["plan x'x wrt x --sizes n"], "not NAME=SIZE"),
        (&["code haskell"], "there is no code output for `haskell`"),
        (&["code f wrt x --of hessians"], "value, gradient, hessian or hvp"),
        (&["maximize x'x wrt x"], "`minimize -(…) wrt x` finds the same point"),
    ] {
        let found = error(statements);
        assert!(found.contains(wanted), "{statements:?}: {found}");
    }
}

/// The names of languages after `code` are no factors: `code c f` was the code of the product of c and f.
#[test]
fn languages_after_code_are_known_by_all_their_names() {
    for language in ["c++", "cpp", "C++", "cxx"] {
        let reply = last(&[LEAST_SQUARES, &format!("code {language} f wrt x --of gradient")]);
        assert!(reply.contains("Eigen::VectorXd loss(") && !reply.contains("double c"), "{reply}");
    }
    assert!(last(&[LEAST_SQUARES, "code octave f wrt x"]).contains("function [value, gradient] = loss("));
    for language in ["c", "R", "fortran", "javascript"] {
        let error = error(&[LEAST_SQUARES, &format!("code {language} f wrt x")]);
        assert!(error.contains(&format!("there is no code output for `{language}`")), "{error}");
        assert!(error.contains(&format!("`code numpy {language} f`")), "{error}");
    }
    let reply = last(&["c: scalar", LEAST_SQUARES, "code c f wrt x --of gradient"]);
    assert!(reply.contains("def loss(A, x, b, c):"), "{reply}");
}

#[test]
fn the_precision_of_numbers_is_chosen() {
    assert_eq!(last(&["b = [1 2]", "eval b/3 --precision single"]), "[0.33333334 0.6666667]");
    assert!(last(&["b = [1 2]", "minimize ||x - b||^2 wrt x --precision single"]).contains("at most 1e-4"));
    assert!(error(&["eval 1/3 --precision half"]).contains("single or double"));
    assert!(error(&["grad x'x wrt x --precision single"]).contains("`grad` has no option `--precision`"));
}

/// What begins with two dashes and is no option is not a sum.
#[test]
fn unknown_options_are_named() {
    assert!(error(&["minimize x'x --steepest wrt x"]).contains("`minimize` has no option `--steepest`"));
    assert!(error(&["grad x'x wrt x --exact"]).contains("there is no option `--exact`"));
    assert_eq!(first_line(&["x --alpha"]), "x + α   a scalar");
}

/// A value that is none of what its name is declared to be is refused where it is given.
#[test]
fn values_are_what_their_names_are_declared_to_be() {
    for (statements, words) in [
        (&["k: integer", "k = 2.5"][..], "not a positive integer"),
        (&["S: spd(2)", "S = [1 2; 2 1]"], "not symmetric and positive definite"),
        (&["A: matrix(2,2)", "A = [1 2 3]"], "has 1 rows where 2 are needed"),
    ] {
        let said = error(statements);
        assert!(said.contains(words), "{statements:?}: {said}");
    }
    assert_eq!(first_line(&["x: vector(n)", "x = [1 2 3]"]), "x = [1 2 3]   a vector of length 3");
    assert_eq!(first_line(&["A: matrix(m,n)", "A = [[1, 2, 3]]", "eval A A'"]), "14");
}
