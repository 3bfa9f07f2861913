//! Derivatives at a point: values where their conditions hold, and words where they do not; the values that are typed.

use crate::common::program::{run as matcalc, status, stderr, stdout};

/// The first line of an answer.
fn first(arguments: &[&str]) -> String {
    let output = matcalc(arguments);
    status(&output, 0);
    stdout(&output).lines().next().unwrap_or_default().to_owned()
}

/// What an input is refused with.
fn refused(arguments: &[&str]) -> String {
    let output = matcalc(arguments);
    status(&output, 2);
    assert_eq!(stdout(&output), "", "{arguments:?}");
    stderr(&output)
}

#[test]
fn a_point_meets_the_conditions() {
    for (command, expr, wrt, decl, values, wanted) in [
        ("grad", "log(x) + log(y)", "x", "x,y: scalar", &["x=-1", "y=2"][..], "x > 0, and x is -1"),
        ("grad", "log(x) + log(y)", "x", "x,y: scalar", &["x=1", "y=-2"], "y > 0, and y is -2"),
        ("grad", "log(x'x - 5)", "x", "", &["x=[1 1]"], "xᵀx − 5 > 0, and xᵀx − 5 is -3"),
        ("grad", "log det X", "X", "", &["X=[-1 0; 0 1]"], "det(X) > 0, and det(X) is -1"),
        ("hessian", "log det X", "X", "", &["X=[-1 0; 0 1]"], "det(X) > 0, and det(X) is -1"),
        ("grad", "max(x)", "x", "", &["x=[1 1 0]"], "max(x) attained at one entry only"),
        ("grad", "max(abs(x))", "x", "", &["x=[1 -1 0]"], "it needs "),
        ("grad", "abs(x)", "x", "x: scalar", &["x=0"], "x ≠ 0, and x is 0"),
        ("grad", "sum(abs(x))", "x", "", &["x=[0 1]"], "x ≠ 0 in every entry"),
        ("grad", "||x||", "x", "", &["x=[0 0]"], "x ≠ 0, and x is [0 0]"),
        ("grad", "lambda_max(A)", "A", "", &["A=[1 0; 0 1]"], "A with a simple largest eigenvalue"),
        ("grad", "lambda_max(A)", "A", "", &["A=[1 2; 3 4]"], "A symmetric"),
        ("grad", "||X||_2", "X", "", &["X=[1 0; 0 1]"], "simple largest singular value"),
        ("grad", "lambda_2(A)", "A", "A: symmetric", &["A=[2 0 0; 0 1 0; 0 0 1]"], "λ₂(A) simple"),
        ("grad", "||X||_*", "X", "", &["X=[1 2; 2 4]"], "of full rank"),
        ("grad", "||pinv(X)||_F^2", "X", "", &["X=[1 0; 0 0]"], "of constant rank"),
        ("grad", "tr logm(X)", "X", "", &["X=[-1 0; 0 2]"], "X without eigenvalues ≤ 0"),
        ("grad", "sum_i log(x_i)", "x", "", &["x=[-1 1]"], "x > 0"),
        ("backprop", "abs(x)", "x", "x: scalar", &["x=0"], "x ≠ 0, and x is 0"),
        ("backprop", "max(x)", "x", "", &["x=[1 1]"], "max(x) attained at one entry only"),
    ] {
        let mut arguments = vec![command, expr, "-w", wrt, "-d", decl];
        values.iter().for_each(|value| arguments.extend(["--set", value]));
        let text = refused(&arguments);
        let is_said = text.contains("the formula of the derivative does not hold at these values: it needs ")
            && text.contains(wanted);
        assert!(is_said, "{command} {expr} at {values:?}: {text}");
    }
    // What is just inside has a value.
    for (expr, wrt, values, wanted) in [
        ("log(x'x - 5)", "x", "x=[2 2]", "[1.3333333333333333 1.3333333333333333]"),
        ("log det X", "X", "X=[1 1; 1 2]", "[ 2 -1;"),
        ("max(x)", "x", "x=[2 1 0]", "[1 0 0]"),
        ("||pinv(X)||_F^2", "X", "X=[1 0; 0 1]", "[-2  0;"),
        ("relu(x - 1) + x", "x", "x=3", "2"),
    ] {
        assert_eq!(first(&["grad", expr, "-w", wrt, "--set", values]), wanted, "{expr}");
    }
}

/// A zero that a matrix has by its structure is no kink.
#[test]
fn kinks_are_not_met_where_a_structure_has_zeros() {
    for (structure, values, wanted) in [
        ("lower(2)", "L=[1 0; 2 3]", "[1 0;\n 1 1]"),
        ("upper(2)", "L=[1 2; 0 3]", "[1 1;\n 0 1]"),
        ("skew(2)", "L=[0 2; -2 0]", "[ 0 1;\n -1 0]"),
        ("diagonal(2)", "L=[1 0; 0 2]", "[1 0;\n 0 1]"),
    ] {
        let declared = format!("L: {structure}");
        let output = matcalc(&["grad", "sum(abs(L))", "-w", "L", "-d", &declared, "--set", values]);
        assert!(stdout(&output).starts_with(wanted), "{structure}: {}{}", stdout(&output), stderr(&output));
    }
    assert!(refused(&["grad", "sum(abs(X))", "-w", "X", "--set", "X=[1 0; -2 3]"]).contains("X ≠ 0 in every entry"));
}

#[test]
fn sizes_and_matrices_of_the_program_have_values() {
    let output = matcalc(&["hessian", "log det X", "-w", "X", "--set", "X=[2 0; 0 1]"]);
    status(&output, 0);
    assert!(stdout(&output).starts_with("[-0.25    0    0  0;\n     0    0 -0.5  0;"), "{}", stdout(&output));
    assert!(stdout(&output).contains("the value is that of the form `kron`"), "{}", stdout(&output));
    let jacobian = first(&["jacobian", "A X", "-w", "X", "--set", "A=[1 2; 3 4]", "--set", "X=[1 2; 3 4]"]);
    assert_eq!(jacobian, "[1 2 0 0;");
    assert_eq!(first(&["grad", "sum_{i=1}^n x_i^2", "-w", "x", "--set", "x=[1 2]", "--set", "n=2"]), "[2 4]");
    // Of what does not occur in it no value is needed.
    assert_eq!(first(&["grad", "b'x + c", "-w", "x", "--set", "b=[1 2]"]), "[1 2]");
    assert_eq!(first(&["diff", "x'x", "-w", "x", "--set", "x=[1 2]", "--set", "dx=[1 1]"]), "6");
}

#[test]
fn several_variables_have_a_value_each() {
    let output = matcalc(&["grad", "x'A x", "-w", "x,A", "--set", "A=[1 2; 3 4]", "--set", "x=[1 2]"]);
    status(&output, 0);
    assert!(stdout(&output).starts_with("∇_x: [12 21]\n∇_A: [1 2;\n      2 4]\n"), "{}", stdout(&output));
    let values = ["--set", "A=[1 2; 3 4]", "--set", "x=[1 2]", "-f", "json"];
    let output = matcalc(&[&["grad", "x'A x", "-w", "x,A"][..], &values].concat());
    let document: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("a document");
    let value = |place: usize| document["answers"][place]["value"].clone();
    assert_eq!((value(0), value(1)), (serde_json::json!([12.0, 21.0]), serde_json::json!([[1.0, 2.0], [2.0, 4.0]])));
    for arguments in [&["hessian", "x'A y", "-w", "x,y"][..], &["hessian", "f(x, y) = x'A y"]] {
        let text = refused(&[arguments, &["--set", "A=[1 2; 3 4]"]].concat());
        assert!(text.contains("ask for one variable"), "{text}");
    }
}

#[test]
fn numbers_have_no_other_formats() {
    for format in ["latex", "numpy", "ascii", "mathml"] {
        let text = refused(&["grad", "x'x", "-w", "x", "--set", "x=[1 2]", "-f", format]);
        assert!(text.contains("`grad --set` gives numbers, whose formats are unicode and json"), "{text}");
    }
    let text = refused(&["grad", "x'x", "-w", "x", "--set", "x=[1 2]", "--set", "x=[3 4]"]);
    assert!(text.contains("`x` is given two values"), "{text}");
}

#[test]
fn rows_are_the_members_of_a_family() {
    let data = ["-s", "y=[1 2 3]", "-s", "x=[1 2; 3 4; 5 6]"];
    let expr = "sum_i (y_i - w'x_i)^2";
    let said = "note: the rows of the value of `x` are the members of the family";
    for (command, more, wanted) in [
        ("eval", &["-s", "w=[0 0]"][..], "14"),
        ("backprop", &["-w", "w", "-s", "w=[0 0]"], "node"),
        ("minimize", &["-w", "w"], "w = ["),
    ] {
        let output = matcalc(&[&[command, expr][..], more, &data].concat());
        status(&output, 0);
        assert!(stdout(&output).starts_with(wanted), "{command}: {}", stdout(&output));
        assert!(stdout(&output).contains(said), "{command}: {}", stdout(&output));
    }
    let values = ["--set", "w=[0 0]", "--set", "y=[1 2 3]", "--set", "x=[1 2; 3 4; 5 6]"];
    assert_eq!(first(&[&["grad", expr, "-w", "w"][..], &values].concat()), "[-44 -56]");
    // An entry of a matrix is none.
    assert_eq!(first(&["eval", "X_{12} + tr X", "-s", "X=[1 2; 3 4]"]), "7");
}

#[test]
fn constants_are_values() {
    for (value, wanted) in [
        ("x=sqrt(2)", "2"),
        ("x=½", "0.25"),
        ("x=−3", "9"),
        ("x=2^3", "64"),
        ("x=[½ −1]", "1.25"),
        ("x=[3, sqrt(16)]", "25"),
    ] {
        let expr = if value.contains('[') { "x'x" } else { "x^2" };
        let found: f64 = first(&["eval", expr, "-s", value]).parse().expect(value);
        let wanted: f64 = wanted.parse().expect(wanted);
        assert!((found - wanted).abs() < 1e-12, "{value}: {found}");
    }
    assert_eq!(first(&["eval", "X", "-s", "X=eye(2)"]), "[1 0;");
    for value in ["x=y", "x=sqrt(y)", "x=1_000", "x=[1 2", "x=sqrt(-1)"] {
        assert!(refused(&["eval", "x'x", "-s", value]).contains("the value of `x` cannot be read"), "{value}");
    }
}

#[test]
fn options_do_not_contradict() {
    let minimize = ["minimize", "||x - b||^2", "-w", "x", "-s", "b=[1 2]"];
    for (more, wanted) in [
        (&["--rate", "0.1"][..], "L-BFGS finds the length of its steps itself"),
        (&["--rate", "0.1", "-m", "newton"], "Newton's method finds the length of its steps itself"),
        (&["--momentum", "0.5"], "the method is L-BFGS"),
        (&["--momentum", "2", "-m", "momentum"], "below 1"),
        (&["--rate", "-1", "-m", "adam"], "`--rate` does not take `-1`: not above 0"),
        (&["--tol", "-1"], "`--tol` does not take `-1`: below 0"),
        (&["--tol-change", "-1e-3"], "`--tol-change` does not take `-1e-3`: below 0"),
    ] {
        let text = refused(&[&minimize[..], more].concat());
        assert!(text.contains(wanted), "{more:?}: {text}");
    }
    for more in [&["--rate", "0.1", "-m", "gd"][..], &["--momentum", "0.5", "-m", "momentum"], &["-m", "adam"]] {
        status(&matcalc(&[&minimize[..], more].concat()), 0);
    }
    for (command, sizes) in [("plan", "n=3,n=4"), ("compare", "n=3,n=4"), ("compare", "n=2:4:2,n=5")] {
        let text = refused(&[command, "x'x", "-w", "x", "--sizes", sizes]);
        assert!(text.contains("`n` is given two sizes"), "{command} {sizes}: {text}");
    }
    let text = refused(&["plan", "x'x", "-w", "x", "--sizes", "n=3", "--sizes", "n=4"]);
    assert!(text.contains("`n` is given two sizes, 3 and 4"), "{text}");
    status(&matcalc(&["plan", "x'x", "-w", "x", "--sizes", "n=3,n=3"]), 0);
}

#[test]
fn a_maximum_is_no_minimum() {
    for expr in [
        r"\max_x -||x - b||^2",
        r"\arg\max_{x} -||x - b||^2",
        "argmax_x -||x - b||^2",
        "maximize -||x - b||^2",
        r"f = \max_x -||x - b||^2",
    ] {
        let text = refused(&["minimize", expr, "-w", "x", "-s", "b=[1 2]"]);
        assert!(text.contains("error[P0016]: `minimize` looks for a minimum, and this asks for a maximum"), "{text}");
        assert!(text.contains("the negative, -(-||x - b||^2)"), "{text}");
    }
    for expr in [r"\min_x ||x - b||^2", "argmin_x ||x - b||^2", "minimize ||x - b||^2", "-(-||x - b||^2)"] {
        assert_eq!(first(&["minimize", expr, "-w", "x", "-s", "b=[1 2]"]), "x = [1 2]", "{expr}");
    }
    // A maximum of entries is a value.
    status(&matcalc(&["minimize", "max(exp(x))/exp(sum(x)) + x'x", "-w", "x", "-d", "x: vector(1)"]), 0);
}

#[test]
fn a_search_ends_at_a_kink() {
    let lasso = ["minimize", "1/2 ||A x - b||^2 + 1/2 ||x||_1", "-w", "x"];
    let output = matcalc(&[&lasso[..], &["-s", "A=[1 0; 0 1; 1 1]", "-s", "b=[1 0.1 1]"]].concat());
    status(&output, 1);
    let text = stdout(&output);
    assert!(text.starts_with("x = [0.75 0]\nvalue 0.4425\nnot reached: "), "{text}");
    assert!(text.contains("the function has a kink here"), "{text}");
    // Where the search gets near enough, gradients beside the kink of a convex function show that it is least there.
    let output = matcalc(&["minimize", "max(x) + x'x", "-w", "x", "-d", "x: vector(3)"]);
    status(&output, 0);
    assert!(stdout(&output).contains("✓ a global minimum"), "{}", stdout(&output));
    // A smooth function that is flat has none.
    let output = matcalc(&["minimize", "x^4", "-w", "x", "--start", "x=1"]);
    assert!(!stdout(&output).contains("kink"), "{}", stdout(&output));
}

#[test]
fn a_point_that_is_at_fault_is_said_to_be() {
    let text = refused(&["check", "abs(x)", "-w", "x", "-d", "x: scalar", "--slope", "-s", "x=0"]);
    assert!(text.contains("it needs x ≠ 0, and x is 0"), "{text}");
    for (expr, wrt) in [("lambda_max(A)", "A"), ("log det X", "X"), ("log(x)", "x")] {
        let output = matcalc(&["check", expr, "-w", wrt, "--slope"]);
        status(&output, 0);
        assert!(stdout(&output).contains("✓ the remainders fall"), "{expr}: {}", stdout(&output));
    }
    status(&matcalc(&["check", "x'x", "-w", "x", "--slope", "--claim", "3x"]), 1);
}

#[test]
fn tables_have_every_format_of_text() {
    let table = |format: &str| {
        let output = matcalc(&["backprop", "tr(A X B)", "-w", "X", "-f", format]);
        status(&output, 0);
        stdout(&output)
    };
    let ascii = table("ascii");
    assert!(ascii.is_ascii() && ascii.contains(r"dv_1/dX: \bar{v}_1 |-> A'\bar{v}_1 B'"), "{ascii}");
    let typst = table("typst");
    assert!(typst.starts_with("mat(delim: #none") && !typst.contains("pt") && !typst.contains("l l l"), "{typst}");
    let mathml = table("mathml");
    assert!(mathml.matches("<mtr>").count() == 4 && !mathml.contains("pt</") && !mathml.contains("2.6"), "{mathml}");
    assert!(refused(&["backprop", "tr(A X B)", "-w", "X", "-f", "jax"]).contains("a table has no form as code"));
}

#[test]
fn ascii_is_ascii() {
    for (expr, wrt, wanted) in [
        (r"\hat{x}'\tilde{A} \hat{x} + \bar{x}_1'\hat x", r"\hat{x}", r"(\tilde{A} + \tilde{A}')\hat{x} + \bar{x}_1"),
        (r"\hat{\lambda} x'x", "x", r"2\hat{\lambda} x"),
        (r"\ell'x", "x", r"\ell"),
    ] {
        let found = first(&["grad", expr, "-w", wrt, "-f", "ascii"]);
        assert_eq!(found, wanted);
        let output = matcalc(&["equal", expr, &format!("({expr}) + 0")]);
        status(&output, 0);
    }
    assert_eq!(first(&["read", r"\hat{\lambda} \hat x", "-f", "ascii"]), r"\hat{\lambda}*\hat{x}");
    assert_eq!(first(&["read", r"\hat{\lambda} \hat x", "-f", "latex"]), r"\hat{\lambda} \cdot \hat{x}");
}

#[test]
fn solutions_are_functions_of_what_is_given() {
    let solve = |expr: &str, more: &[&str], format: &str| {
        let output = matcalc(&[&["solve", expr, "-f", format][..], more].concat());
        status(&output, 0);
        stdout(&output)
    };
    let bound = ["-w", "x", "--subject-to", "sum(x)=1"];
    assert_eq!(solve("x'x", &bound, "numpy"), "nu = 2/n\nx = np.ones(n)/n\n");
    assert_eq!(solve("||x - 1||^2", &["-w", "x"], "numpy"), "np.ones(n)\n");
    for (format, head) in [
        ("jax", "def solve(n):"),
        ("torch", "def solve(n):"),
        ("julia", "function solve(n)"),
        ("matlab", "function [x, nu] = solve(n)"),
    ] {
        let code = solve("x'x", &bound, format);
        assert!(code.contains(head) && !code.contains("\\frac"), "{format}: {code}");
    }
    let code = solve("||A x - b||^2 + ||C y - x||^2", &["-w", "x,y"], "jax");
    assert!(code.contains("def solve(A, b, C):") && code.contains("return x, y"), "{code}");
}
