//! The command line: exit statuses, where texts come from, what goes to which stream.

use std::process::Output;

use crate::common::program::{run as matcalc, status, stderr, stdout, with_input};
use crate::common::scratch::Folder;

#[test]
fn an_answer_ends_with_0() {
    let output = matcalc(&["grad", "log det X", "--wrt", "X"]);
    status(&output, 0);
    let text = stdout(&output);
    assert!(text.starts_with("X⁻ᵀ\nwhere X ∈ ℝⁿˣⁿ, det(X) > 0\n✓ checked"), "{text}");
    assert_eq!(stderr(&output), "");
}

#[test]
fn entries_far_behind_are_checked() {
    for (expr, declared) in
        [("x_5^2 + x'x", "x: vector(n)"), ("X_{7,9}^2", "X: matrix(m,n)"), ("x_{40} x_{41}", "x: vector(n)")]
    {
        let output = matcalc(&["grad", expr, "-w", &declared[..1], "-d", declared]);
        status(&output, 0);
        assert!(stdout(&output).contains("✓ checked"), "{expr}: {}", stdout(&output));
    }
}

#[test]
fn input_that_cannot_be_used_ends_with_2() {
    for arguments in [
        &["grad", "log det X +", "-w", "X"][..],
        &["grad", "x + A", "-w", "x"],
        &["grad", "k!", "-w", "k"],
        &["grad", "x'x", "-w", "y"],
        &["grad", "@/nowhere/at/all", "-w", "x"],
        &["grad", "x'x"],
        &["eval", "inv(A)", "-s", "A=[1 2; 2 4]"],
        &["eval", "x'x", "-s", "x=[1 2"],
        &["nonsense"],
    ] {
        let output = matcalc(arguments);
        status(&output, 2);
        assert_eq!(stdout(&output), "", "{arguments:?}");
        assert!(stderr(&output).starts_with("error"), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn a_claim_that_fails_ends_with_1_and_says_how() {
    for (expr, wrt, decl, claim, wanted) in [
        ("log det X", "X", "", "X^-1", "transpose of the gradient; right if X is symmetric"),
        ("log det X", "X", "X: symmetric(n)", "2X^-1 - X^-1 .* I", "half-vectorized"),
        ("||A x - b||^2", "x", "", "A'(A x - b)", "1/2 of the gradient"),
        ("tr X^-1", "X", "", "(X^-2)'", "factor of −1"),
        ("x'A x", "x", "", "2A x", "right if A is symmetric"),
        ("a'x", "x", "", "x", "should be"),
        // Right where the random points usually lie, and nowhere else.
        ("relu(x - 20)", "x", "", "0", "should be 1.000000 and is 0.000000"),
        ("asin(sin(x))", "x", "", "1", "should be"),
        ("max(x)", "x", "", "softmax(100000x)", "should be"),
        // Off by less than doubles show.
        ("x^2 + 1e-9 x", "x", "", "2x", "off by -1.0000e-9"),
        ("1e12 x + sin x", "x", "", "1e12", "the term cos(x) is missing"),
        ("x^2/6", "x", "", "0.333333333333 x", "0.999999999999 times the gradient"),
    ] {
        let output = matcalc(&["check", expr, "-w", wrt, "-d", decl, "--claim", claim]);
        status(&output, 1);
        assert!(stdout(&output).contains(wanted), "{expr}: {}", stdout(&output));
    }
    for (expr, wrt, claim) in [("x'A x", "x", "A x + A' x"), ("tr(A X)", "X", "A'"), ("det X", "X", "adj(X)'")] {
        let output = matcalc(&["check", expr, "-w", wrt, "--claim", claim]);
        status(&output, 0);
        assert!(stdout(&output).starts_with("right (exact, ") && stdout(&output).contains('✓'), "{expr}");
    }
    for (expr, wrt, claim) in [("sum(softmax(x))", "x", "0 x"), ("tr(X X^-1)", "X", "0 X")] {
        let output = matcalc(&["check", expr, "-w", wrt, "--claim", claim]);
        status(&output, 0);
        assert!(stdout(&output).starts_with("right "), "{expr}: {}", stdout(&output));
    }
    let output = matcalc(&["check", "sin(x)^2", "-w", "x", "--claim", "sin(2x)"]);
    status(&output, 0);
    assert!(
        stdout(&output).starts_with("right at 15 random points (")
            && stdout(&output).contains(" digits), though the rules do not show it\n")
    );
}

#[test]
fn equality_is_proved_or_refuted() {
    let output = matcalc(&["equal", "tr(A B C)", "tr(C A B)"]);
    status(&output, 0);
    assert!(stdout(&output).starts_with("equal (exact, at 3 random points modulo 2⁶¹ − 1)\n"));
    let output = matcalc(&["equal", "expm(A + B)", "expm(A) expm(B)"]);
    status(&output, 1);
    assert!(stdout(&output).starts_with("not equal\n"));
    for (left, right) in [("asin(sin x)", "x"), ("relu(x - 10)", "0 x"), ("pi", "3.14159265358979"), ("x + 1e-12", "x")]
    {
        let output = matcalc(&["equal", left, right]);
        status(&output, 1);
        assert!(stdout(&output).starts_with("not equal"), "{left}: {}", stdout(&output));
    }
    let output = matcalc(&["equal", "log(x^2)", "2 log x"]);
    assert!(stdout(&output).contains("\nthe first needs x ≠ 0, the second x > 0\n"), "{}", stdout(&output));
    let output = matcalc(&["equal", "A B", "B A"]);
    status(&output, 1);
    let text = stdout(&output);
    assert!(text.contains("the left side is") && !text.contains("should be"), "{text}");
}

#[test]
fn texts_come_from_arguments_standard_input_and_files() {
    let output = with_input(&["grad", "-", "-w", "x"], "½‖Ax − b‖²\n".as_bytes());
    status(&output, 0);
    assert!(stdout(&output).starts_with("Aᵀ(Ax − b)\n"));
    let folder = Folder::new();
    let output = matcalc(&["grad", &folder.argument("expression.txt", "-x'x"), "-w", "x"]);
    assert!(stdout(&output).starts_with("−2x\n"));
    let output = matcalc(&["grad", "-x'x", "-w", "x"]);
    assert!(stdout(&output).starts_with("−2x\n"), "an expression may begin with a minus sign");
}

#[test]
fn other_formats_print_the_result_alone() {
    for (format, wanted) in [("ascii", "X^-T\n"), ("latex", "X^{-\\top}\n"), ("numpy", "np.linalg.inv(X).T\n")] {
        let output = matcalc(&["grad", "log det X", "-w", "X", "-f", format]);
        status(&output, 0);
        assert_eq!(stdout(&output), wanted);
        assert!(stderr(&output).contains("checked"));
    }
    let output = matcalc(&["grad", "log det X", "-w", "X", "-f", "json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["answers"][0]["result"]["latex"], "X^{-\\top}");
    assert_eq!(document["answers"][0]["check"]["status"], "passed");
    assert_eq!(document["version"], 2);
}

#[test]
fn several_derivatives_are_one_document() {
    for (arguments, count) in [
        (&["jacobian", "W x + b", "-w", "W,x"][..], 2),
        (&["hessian", "x'A y", "-w", "x,y"], 3),
        (&["hessian", "x'A y", "-w", "x,y", "--steps"], 3),
        (&["hessian", "x'A y", "-w", "x,y", "--view", "kron"], 3),
        (&["grad", "x'A y", "-w", "x,y"], 2),
    ] {
        let output = matcalc(&[arguments, &["-f", "json"]].concat());
        status(&output, 0);
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one document");
        assert_eq!(document["answers"].as_array().map(Vec::len), Some(count), "{arguments:?}");
    }
}

#[test]
fn views_in_latex_are_one_environment() {
    let output = matcalc(&["jacobian", "X^-1", "-w", "X", "-f", "latex"]);
    status(&output, 0);
    let text = stdout(&output);
    assert!(text.starts_with("\\begin{aligned}\n\\text{operator}\\quad & H \\mapsto"), "{text}");
    assert!(text.ends_with("\\end{aligned}\n"), "{text}");
}

#[test]
fn lines_of_a_derivation_are_written_out() {
    let output = matcalc(&["grad", "||A x - b||", "-w", "x", "--steps", "--name-parts"]);
    status(&output, 0);
    let text = stdout(&output);
    assert!(text.contains("∇f = u/‖r‖") && text.contains("u = Aᵀr"), "{text}");
    let output = matcalc(&["grad", "log det X", "-w", "X", "-d", "X: spd(n)", "--vech", "--steps"]);
    assert!(stdout(&output).contains("∂f/∂X = 2X⁻¹ − X⁻¹∘I"), "{}", stdout(&output));
}

#[test]
fn arguments_begin_with_their_derivation() {
    let output = matcalc(&["solve", "||A x - b||^2", "-w", "x", "-d", "A: matrix(3,2)", "--steps"]);
    status(&output, 0);
    let text = stdout(&output);
    assert!(text.starts_with("f  = ‖Ax − b‖²\n") && text.contains("\nx = (AᵀA)⁻¹Aᵀb\n"), "{text}");
    let output = matcalc(&["convexity", "log sum exp(A x)", "-w", "x", "--steps"]);
    let text = stdout(&output);
    assert!(text.contains("identified: d(∇f) = ∇²f dx") && text.contains("\nconvex\n"), "{text}");
    let output = matcalc(&["solve", "||A x - b||^2", "-w", "x", "--steps", "-f", "numpy"]);
    status(&output, 2);
}

#[test]
fn what_is_written_as_a_transpose_ends() {
    // ⟨Ax, x⟩ is (Ax)ᵀx as it is written, which is no normal form.
    let output = matcalc(&["diff", "⟨Ax,x⟩/‖x‖₂²", "-w", "A,x", "--order", "2", "--steps", "-d", "A: symmetric(n)"]);
    status(&output, 0);
    let output = matcalc(&["hessian", "sum(softplus(u + v))", "-w", "u,v"]);
    status(&output, 0);
}

#[test]
fn the_operator_of_a_matrix_is_applied() {
    let output = matcalc(&["jacobian", "A x", "-w", "x", "--view", "operator"]);
    assert!(stdout(&output).starts_with("Ah\n"), "{}", stdout(&output));
    let output = matcalc(&["hessian", "log det X", "-w", "X", "--view", "trace"]);
    assert!(stdout(&output).starts_with("−‖X⁻¹‖_F²\n"), "{}", stdout(&output));
    let output = matcalc(&["jacobian", "A x", "-w", "x", "--view", "trace"]);
    status(&output, 2);
    assert!(stderr(&output).contains("not a square matrix"), "{}", stderr(&output));
}

#[test]
fn values_come_from_literals_and_csv() {
    let output = matcalc(&["eval", "x'A x", "--set", "x=[1 2]", "--set", "A=[1 2; 3 4]"]);
    status(&output, 0);
    assert_eq!(stdout(&output), "27\n");
    let folder = Folder::new();
    let setting = format!("A={}", folder.argument("A.csv", "1,2\n3,4\n"));
    let output = matcalc(&["eval", "tr(A)", "--set", &setting]);
    assert_eq!(stdout(&output), "5\n");
}

#[test]
fn two_runs_print_the_same_bytes() {
    let run = || matcalc(&["grad", "tr(A X^2 B X^-T) + log sum exp(C x)", "-w", "X,x", "-f", "json"]).stdout;
    assert_eq!(run(), run());
}

#[test]
fn sums_over_data_are_shown_as_gradients_read_them() {
    for (expr, first) in [
        ("sum_i log(1 + exp(-y_i w'x_i))", "sum_{i} (log(1 + exp(−(y_i·(wᵀ x_i)))))   a scalar"),
        ("C sum_i (y_i - w'x_i)^2", "C·(sum_{i} ((y_i − (wᵀ x_i))^2))   a scalar"),
        ("||w||^2/2 + C sum_i xi_i", "((norm(w)^2)/2) + (C·(sum_{i} (ξ_i)))   a scalar"),
        ("sum_i (w'x_i) x_i", "sum_{i} ((wᵀ x_i)·x_i)   a vector in ℝⁿ"),
        ("sum_i c_i a_i", "sum_{i} (c_i·a_i)   a vector in ℝⁿ"),
        ("C ||x||^2", "C·(norm(x)^2)   a matrix in ℝᵐˣⁿ"),
    ] {
        let output = matcalc(&["read", expr]);
        status(&output, 0);
        assert_eq!(stdout(&output).lines().next(), Some(first));
    }
}

#[test]
fn views_of_tensors() {
    let output = matcalc(&["jacobian", "A X B", "-w", "X", "--view", "kron"]);
    status(&output, 0);
    assert!(stdout(&output).starts_with("Bᵀ ⊗ A\n"));
    let output = matcalc(&["hessian", "½‖Ax − b‖²", "-w", "x", "--view", "trace"]);
    status(&output, 0);
    assert!(stdout(&output).starts_with("‖A‖_F²\n"), "{}", stdout(&output));
}

#[test]
fn convexity_prints_a_verdict_and_its_argument() {
    let output = matcalc(&["convexity", "log sum exp(A x + b)", "-w", "x"]);
    status(&output, 0);
    let text = stdout(&output);
    assert!(text.starts_with("convex\n∇²f = Aᵀ(diag(p) − ppᵀ)A where p = softmax(Ax + b)\n"), "{text}");
    assert!(text.contains("\n✓ checked"), "{text}");
    let output = matcalc(&["convexity", "x'A x", "-w", "x"]);
    status(&output, 0);
    assert!(
        stdout(&output).starts_with("neither convex nor concave in general\n∇²f = A + Aᵀ\n"),
        "{}",
        stdout(&output)
    );
    let output = matcalc(&["convexity", "||x||", "-w", "x", "-f", "ascii"]);
    assert_eq!(stdout(&output), "convex\n||x|| is convex (a norm of an affine function)\n");
    assert!(stderr(&output).contains("checked"));
    let output = matcalc(&["convexity", "||x||", "-w", "x", "-f", "json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["answers"][0]["convexity"]["verdict"], "convex");
    assert_eq!(document["answers"][0]["check"]["status"], "passed");
    for arguments in [
        &["convexity", "||x||", "-w", "x", "-f", "numpy"][..],
        &["convexity", "A x", "-w", "x", "-d", "A: matrix(m,n)"],
    ] {
        status(&matcalc(arguments), 2);
    }
}

#[test]
fn a_kink_is_no_stationary_point() {
    for (kink, name) in [
        ("|x| + 2x^2", "x"),
        ("||y||_1 + ||y||^2", "y"),
        ("relu(t) + t^2", "t"),
        ("||z - a||", "z"),
        ("sign(x) + x^2", "x"),
    ] {
        let output = matcalc(&["solve", kink, "-w", name]);
        status(&output, 2);
        assert!(stderr(&output).contains("no stationary point"), "{kink}: {}", stderr(&output));
    }
    for (smooth, name) in
        [("x^4 - x^2", "x"), ("2|x| - x^2", "x"), ("|x|^3", "x"), ("log(1 + t^2)", "t"), ("||A y - b||^2", "y")]
    {
        status(&matcalc(&["solve", smooth, "-w", name]), 0);
    }
}

#[test]
fn hints_name_no_property_that_a_claim_does_without() {
    for (input, claim, hint) in [
        ("tr(A X B)", "A B", "right if A is symmetric and B is symmetric"),
        ("tr(A B X)", "A B", "right if A is diagonal and B is diagonal"),
        ("tr(A B C X)", "A' B' C'", "right if A is diagonal and B is diagonal and C is diagonal"),
        ("tr(A X)", "A", "the transpose of the gradient; right if A is symmetric"),
    ] {
        let declared = "A: square(n); B: square(n); C: square(n); X: square(n)";
        let output = matcalc(&["check", input, "-w", "X", "--claim", claim, "-d", declared]);
        let first = stdout(&output).lines().next().unwrap_or_default().to_owned();
        assert!(first.ends_with(hint), "{first}");
    }
    // That X is symmetric belongs to no hint for an X that is any matrix.
    for (input, claim) in [("tr(A X C X)", "2A X C"), ("tr(A X B X')", "A X B + A' X B")] {
        let output = matcalc(&["check", input, "-w", "X", "--claim", claim]);
        assert!(!stdout(&output).contains("X is symmetric and"), "{}", stdout(&output));
        assert!(!stdout(&output).contains("and X is"), "{}", stdout(&output));
    }
}

#[test]
fn letters_that_python_folds_keep_names_of_their_own() {
    let output = matcalc(&["grad", "\\ell l x x", "-w", "x", "-f", "numpy"]);
    assert_eq!(stdout(&output).trim(), "2*ell*l*x");
}

#[test]
fn solve_prints_a_point_or_says_why_not() {
    let least_squares = "½||A x - b||^2";
    for (format, wanted) in [
        ("ascii", "x = (A'A)^-1 A'b\n"),
        ("latex", "x = (A^\\top A)^{-1} A^\\top b\n"),
        ("numpy", "np.linalg.solve(A.T @ A, A.T @ b)\n"),
    ] {
        let output = matcalc(&["solve", least_squares, "-w", "x", "-f", format]);
        status(&output, 0);
        assert_eq!(stdout(&output), wanted);
        assert!(
            stderr(&output).contains("A invertible") && stderr(&output).contains("✓ checked"),
            "{}",
            stderr(&output)
        );
    }
    let output = matcalc(&["solve", least_squares, "-w", "x", "-f", "json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let answer = &document["answers"][0];
    assert_eq!(answer["result"]["unicode"], "(AᵀA)⁻¹Aᵀb");
    assert_eq!(answer["stationary"]["kind"], "minimum");
    assert_eq!(answer["stationary"]["complete"], true);
    for (expr, wrt, wanted) in [
        ("sum(log(1 + exp(A x))) - y'A x", "x", "∇f = Aᵀ(σ(Ax) − y)"),
        ("a'x", "x", "does not depend on x"),
        ("||x||", "x", "lies outside the domain"),
    ] {
        let output = matcalc(&["solve", expr, "-w", wrt]);
        status(&output, 2);
        assert_eq!(stdout(&output), "");
        assert!(stderr(&output).contains(wanted), "{expr}: {}", stderr(&output));
    }
}

#[test]
fn a_direction_that_depends_on_the_variable_is_checked() {
    for (expr, along, wanted) in [("A x", "x", "Aᵀx"), ("x'A x", "x'x", "(xᵀx)(A + Aᵀ)x")] {
        let output = matcalc(&["vjp", expr, "-w", "x", "--along", along, "-d", "A: square(n)"]);
        status(&output, 0);
        let text = stdout(&output);
        assert!(text.contains("✓ checked"), "{text}");
        assert!(text.starts_with(wanted), "{text}");
    }
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stdout(output)))
}

#[test]
fn a_derivative_that_vanishes_is_noted() {
    let note = "note: the derivative with respect to `x` is identically zero";
    for arguments in [
        &["grad", "sum(softmax(x))", "-w", "x"][..],
        &["jacobian", "x - x + a", "-w", "x", "-d", "x: vector(n)"],
        &["hessian", "sum(softmax(x))", "-w", "x"],
        &["diff", "sum(softmax(x))", "-w", "x"],
        &["diff", "sum(softmax(x))", "-w", "x", "--order", "2"],
        &["derivative", "x^2 - x*x", "-w", "x", "-d", "x: scalar", "-n", "1"],
        &["derivative", "x^2 - x*x", "-w", "x", "-d", "x: scalar", "-n", "3"],
        &["jvp", "sum(softmax(x))", "-w", "x", "--along", "v"],
        &["vjp", "sum(softmax(x))", "-w", "x", "--along", "v"],
        &["hvp", "sum(softmax(x))", "-w", "x", "--along", "v"],
        &["taylor", "sum(softmax(x))", "-w", "x"],
        &["convexity", "sum(softmax(x))", "-w", "x"],
        &["check", "sum(softmax(x))", "-w", "x"],
        &["check", "sum(softmax(x))", "-w", "x", "--claim", "0 x"],
        &["grad", "sum(softmax(x))", "-w", "x", "--steps"],
    ] {
        let output = matcalc(arguments);
        status(&output, 0);
        let text = stdout(&output);
        let lines: Vec<&str> = text.lines().collect();
        let at = lines.iter().position(|line| line.starts_with(note));
        let at = at.unwrap_or_else(|| panic!("{arguments:?}: {text}"));
        assert!(lines[..at].iter().any(|line| line.starts_with("where ")), "{arguments:?}: {text}");
        assert!(lines[at + 1].starts_with('✓'), "{arguments:?}: {text}");
    }
}

#[test]
fn an_affine_function_has_no_note() {
    for arguments in [
        &["hessian", "a'x", "-w", "x"][..],
        &["diff", "a'x", "-w", "x", "--order", "2"],
        &["derivative", "3t + 1", "-w", "t", "-n", "2"],
        &["hvp", "a'x", "-w", "x", "--along", "v"],
        &["hessian", "x'x + y'y", "-w", "x,y"],
        &["taylor", "a'x", "-w", "x"],
        &["convexity", "a'x", "-w", "x"],
        &["grad", "a'a", "-w", "x", "-d", "x: vector(n)"],
    ] {
        let output = matcalc(arguments);
        status(&output, 0);
        assert!(!stdout(&output).contains("note:"), "{arguments:?}: {}", stdout(&output));
    }
}

#[test]
fn notes_stand_on_standard_error_or_in_the_document() {
    for format in ["ascii", "latex", "numpy"] {
        let output = matcalc(&["grad", "sum(softmax(x))", "-w", "x", "-f", format]);
        status(&output, 0);
        assert!(
            stderr(&output).contains("note: the derivative with respect to `x` is identically zero"),
            "{}",
            stderr(&output)
        );
        assert_eq!(stdout(&output).lines().count(), 1, "{}", stdout(&output));
    }
    let output = matcalc(&["grad", "x'x + sum(softmax(y))", "-w", "x,y", "-f", "json"]);
    let document = json(&output);
    assert_eq!(document["notes"].as_array().map(Vec::len), Some(1));
    let note = &document["notes"][0];
    assert_eq!((note["id"].as_str(), note["source"].as_str()), (Some("zero-derivative"), Some("expression")));
    assert_eq!(note["text"], "y");
    assert_eq!((note["start"].as_u64(), note["end"].as_u64()), (Some(0), Some(21)));
    for arguments in [
        &["simplify", "x + x"][..],
        &["solve", "x'x", "-w", "x"],
        &["convexity", "x'x", "-w", "x"],
        &["jacobian", "X^-1", "-w", "X"],
    ] {
        let output = matcalc(&[arguments, &["-f", "json"]].concat());
        assert_eq!(json(&output)["notes"], serde_json::json!([]), "{arguments:?}");
    }
}

/// An expression that has no value anywhere: its logarithm has no argument > 0.
const NOWHERE: &str = "log(x'x - exp(x'x))";

#[test]
fn parts_within_parts_are_looked_at_once() {
    let parts: String = (0..40).map(|k| format!("; B{} = B{k} B{k}' + I", k + 1)).collect();
    status(&matcalc(&["read", &format!("B40 where B0 = A{}", parts.replace('\'', "")), "-d", "A: square(n)"]), 0);
    let expr = format!("sum(pinv(C) B40 C x) where B0 = A{parts}");
    let declared = "A: square(n); C: matrix(n,n)";
    let output = matcalc(&["hessian", &expr, "-w", "C", "-f", "numpy", "--no-check", "-d", declared]);
    status(&output, 0);
}

#[test]
fn conditions_of_choices_hold_where_their_values_are_taken() {
    let arguments = ["grad", "cases(b if b > 0, norm2(1 ./ sqrt(R))^2 otherwise)", "-w", "R", "-d", "b: scalar"];
    let said = stdout(&matcalc(&arguments));
    assert!(said.contains("R > 0 where b ≤ 0, 1⊘√(R) with a simple largest singular value"), "{said}");
}

#[test]
fn domains_that_random_points_miss_are_checked() {
    for arguments in [
        &["grad", "sqrt(0.001 - x'x)", "-w", "x"][..],
        &["grad", "sum(log(A x)) + sum(log(0.01*ones(m) - A x))", "-w", "x"],
        &["hessian", "arccos(30*norm(x)^2 + tr(A))", "-w", "x"],
        &["grad", "tr(logm(A - 5*B*B'))", "-w", "A"],
        // The derivative of what is written is nowhere to be had, that of an equal expression is.
        &["grad", "min(b*ones(2,m))", "-w", "b"],
        &["taylor", "min(b*ones(2,m))", "-w", "b"],
        &["grad", "det(unvec(kron(r,w),n,n))", "-w", "w", "-d", "r,w: vector(n)"],
        // What is equal everywhere and moves alike has a derivative: entries, singular values, eigenvalues.
        &["grad", "max(ones(m) x')", "-w", "x"],
        &["hvp", "min(ones(2,m)*D)^3", "-w", "D", "--along", "dD", "-d", "D: diagonal(m)"],
        &["grad", "||K||_*", "-w", "K", "-d", "K: skew(n)"],
        &["jvp", "||K.*A||_*", "-w", "K", "--along", "dK", "-d", "K: skew(n); A: symmetric(n)"],
        &["grad", "||x y' A||_*", "-w", "A"],
        &["grad", "sigma_2(O) + tr(O B)", "-w", "O", "-d", "O: orthogonal(n)"],
        &["hvp", "sin(||O B||_2)", "-w", "O", "--along", "dO", "-d", "O: orthogonal(n)"],
        &["hessian", "sigma_2(c e_1')^2 + c'c", "-w", "c"],
        &["grad", "lambda_2(A x x' A') + x'x", "-w", "x"],
        // Along lines what orthogonal matrices do not change changes in second order, along geodesics it does not.
        &["taylor", "||O ones(n)||", "-w", "O", "--order", "2", "-d", "O: orthogonal(n)"],
        &["diff", "det(O)^2 + ||O A||_F^2", "-w", "O", "--order", "2", "-d", "O: orthogonal(n)"],
        &["hessian", "tr(tr(O' O) ones(n) ones(n)')", "-w", "O", "-d", "O: orthogonal(n)"],
        // The pseudo-inverse of a matrix whose rank is low and stays.
        &["taylor", "tr(pinv(x y')A)", "-w", "x"],
        &["derivative", "tr(pinv(x y' + t*x z')A)", "-w", "t", "-n", "3"],
        // A node that is constant takes no part in a backward pass.
        &["backprop", "||(zeros(n)'w) v|| + w'w", "-w", "w"],
        // What falls below the smallest double is no zero.
        &["simplify", "max(1[sigma(F) = 0] ones(m,n) ones(n))", "-d", "F: matrix(n,m)"],
        // π alone beside a vector is written so that it is the number.
        &["grad", "‖g − ¼π‖_∞", "-w", "g"],
        // A Kronecker product of which one factor is a sum of such products.
        &["code", "sum(pinv(pi C)C x)", "-w", "C", "--of", "hessian", "-l", "numpy"],
        // A product that is a value from before one of its factors, which takes no part in it.
        &[
            "code",
            "norm2(softmax(F softmax(z)) kron x')",
            "-w",
            "z",
            "--of",
            "hessian",
            "-d",
            "F: matrix(m,n); x: vector(n); z: vector(n)",
            "-l",
            "numpy",
        ],
        // Members beside a number of their letter, in all formats.
        &["grad", "sum_i (x - x_i)^2", "-w", "x", "-f", "ascii"],
        &["grad", "sum_i (x - x^{(i)})^2", "-w", "x", "-f", "ascii"],
        &["hessian", "sum_i (b c - b_i)^4", "-w", "b", "-f", "latex"],
        // A sum of products that adds nothing up, `ijki,i->ijk`.
        &["derivative", "exp(tr(sigma(inv(R))))", "-w", "R", "-n", "3", "-d", "R: matrix(2,2)", "-f", "torch"],
        // Gradients that are 0 but for rounding.
        &["grad", "tr(polar(K))", "-w", "K", "-d", "K: skew(4)"],
        &["grad", "lambda_min((p u'B)'(p u'B))", "-w", "B", "-d", "p, u: vector(m); B: matrix(m,n)"],
        &["grad", "sigma_2(A (p u' + u p'))", "-w", "A", "-d", "A: matrix(2,m); p: vector(m); u: vector(m)"],
        // What keeps its rank where the inputs move does not move otherwise.
        &["backprop", "‖pinv(u v')‖_F^2", "-w", "u"],
        &["backprop", "tr(C pinv(A B))", "-w", "A,B", "-d", "A: matrix(4,2); B: matrix(2,5)"],
        // Zeros of a triangular or diagonal matrix are zeros of a function of its entries, and no small numbers that rounding hides.
        &["code", "sigma_2(sin(triu(G)))", "-w", "G", "--of", "hessian", "-l", "numpy"],
        &["hessian", "||sinh(L)||_2", "-w", "L", "-d", "L: lower(n)", "-f", "numpy"],
        &["taylor", "||tan(tanh(D))./F||_2^2", "-w", "D", "-d", "D: diagonal(n); F: matrix(n,n)", "-f", "numpy"],
        // Rounding is larger than the numbers that are left.
        &[
            "code",
            "||((relu(F - F M) + F M)'ones(n, n)ones(n)).^2||_inf^2",
            "-w",
            "M",
            "-d",
            "F: matrix(n,m); M: symmetric(m)",
            "-l",
            "torch",
        ],
    ] {
        let output = matcalc(arguments);
        status(&output, 0);
        let text = stdout(&output) + &stderr(&output);
        assert!(text.contains("✓ checked") && !text.contains("not checked"), "{arguments:?}: {text}");
    }
}

#[test]
fn what_could_not_be_checked_is_no_answer() {
    let reason = "could not be checked at any point: no random point was found at which the expression";
    for arguments in [
        &["grad", NOWHERE, "-w", "x"][..],
        &["hessian", NOWHERE, "-w", "x"],
        &["diff", NOWHERE, "-w", "x"],
        &["jvp", NOWHERE, "-w", "x", "--along", "v"],
        &["taylor", NOWHERE, "-w", "x"],
        &["simplify", "log(x'x - exp(x'x)) + 0"],
        &["grad", NOWHERE, "-w", "x", "--steps"],
    ] {
        let output = matcalc(arguments);
        status(&output, 1);
        assert!(stdout(&output).starts_with("(not checked)"), "{arguments:?}: {}", stdout(&output));
        assert!(stderr(&output).contains(reason), "{arguments:?}: {}", stderr(&output));
        for format in ["ascii", "latex", "numpy"] {
            if format == "numpy" && arguments.contains(&"--steps") {
                continue;
            }
            let output = matcalc(&[arguments, &["-f", format]].concat());
            status(&output, 1);
            assert_eq!(stdout(&output), "", "{arguments:?}");
            assert!(stderr(&output).contains(reason), "{arguments:?}: {}", stderr(&output));
        }
        let output = matcalc(&[arguments, &["-f", "json"]].concat());
        status(&output, 1);
        let document = json(&output);
        let answer = &document["answers"][0];
        assert_eq!(document["status"], "failed");
        assert_eq!(answer["check"]["status"], "not_checked");
        assert!(answer["result"].is_null() && answer["unchecked"]["latex"].is_string(), "{document}");
        let output = matcalc(&[arguments, &["--no-check"]].concat());
        status(&output, 0);
        assert!(!stdout(&output).contains("not checked"), "{}", stdout(&output));
    }
    for (arguments, wanted) in [
        (&["jacobian", "log(tr(X'X) - exp(tr(X'X))) X", "-w", "X"][..], "(not checked)\noperator"),
        (&["hessian", "log(x'x - exp(x'x) - y'y)", "-w", "x,y"], "(not checked)\n∇²f"),
        (&["convexity", NOWHERE, "-w", "x"], "(not checked)\nconcave\n"),
    ] {
        let output = matcalc(arguments);
        status(&output, 1);
        assert!(stdout(&output).starts_with(wanted), "{arguments:?}: {}", stdout(&output));
        let output = matcalc(&[arguments, &["-f", "latex"]].concat());
        status(&output, 1);
        assert_eq!(stdout(&output), "", "{arguments:?}");
    }
    let document = json(&matcalc(&["convexity", NOWHERE, "-w", "x", "-f", "json"]));
    let convexity = &document["answers"][0]["convexity"];
    assert!(convexity["verdict"].is_null() && convexity["unchecked"] == "concave", "{document}");
}

#[test]
fn usual_names_of_formats_commands_and_options_are_taken() {
    for (name, wanted) in [
        ("tex", "X^{-\\top}\n"),
        ("LaTeX", "X^{-\\top}\n"),
        ("python", "np.linalg.inv(X).T\n"),
        ("NP", "np.linalg.inv(X).T\n"),
        ("ASCII", "X^-T\n"),
    ] {
        let output = matcalc(&["grad", "log det X", "-w", "X", "-f", name]);
        status(&output, 0);
        assert_eq!(stdout(&output), wanted, "{name}");
    }
    for name in ["text", "txt", "Unicode"] {
        let output = matcalc(&["grad", "log det X", "-w", "X", "-f", name]);
        assert!(stdout(&output).starts_with("X⁻ᵀ\nwhere"), "{name}: {}", stdout(&output));
    }
    for option in ["--wrt", "--var", "--variable", "--by", "--respect-to"] {
        let output = matcalc(&["grad", "x'x", option, "x"]);
        assert!(stdout(&output).starts_with("2x\n"), "{option}: {}", stderr(&output));
    }
    let output = matcalc(&["grad", "x'A x", "-w", "x", "--declare", "A: symmetric(n)"]);
    assert!(stdout(&output).starts_with("2Ax\n"));
    for (arguments, wanted) in [
        (&["gradient", "x'x", "-w", "x"][..], "2x\n"),
        (&["jac", "A x", "-w", "x"], "A\n"),
        (&["hess", "x'x", "-w", "x"], "2Iₙ\n"),
        (&["differential", "x'x", "-w", "x"], "2xᵀ dx\n"),
        (&["d", "x'x", "-w", "x"], "2xᵀ dx\n"),
        (&["differentiate", "t^3", "-w", "t"], "3t²\n"),
        (&["derivative", "t^3", "-w", "t"], "3t²\n"),
        (&["derivative", "t^3", "-w", "t", "-k", "3"], "6\n"),
        (&["derivative", "t^3", "-w", "t", "-n", "3"], "6\n"),
    ] {
        let output = matcalc(arguments);
        status(&output, 0);
        assert!(stdout(&output).starts_with(wanted), "{arguments:?}: {}", stdout(&output));
    }
}

#[test]
fn formats_that_do_not_exist_yet_are_refused_by_name() {
    for name in ["sympy", "SymPy"] {
        let output = matcalc(&["grad", "log det X", "-w", "X", "-f", name]);
        status(&output, 2);
        let message = stderr(&output);
        assert!(message.contains(&format!("there is no {} output yet", name.to_lowercase())), "{message}");
        assert!(message.contains("the formats are unicode, ascii, latex, typst, mathml, json, numpy"), "{message}");
    }
    let output = matcalc(&["grad", "log det X", "-w", "X", "-f", "lates"]);
    status(&output, 2);
    assert!(stderr(&output).contains("latex"), "{}", stderr(&output));
}

#[test]
fn a_value_may_be_the_name_of_a_file() {
    let folder = Folder::new();
    let file = folder.file("value.csv", "1,2\n3,4\n");
    for setting in [format!("A={}", file.display()), format!("A=@{}", file.display())] {
        let output = matcalc(&["eval", "tr(A)", "--set", &setting]);
        status(&output, 0);
        assert_eq!(stdout(&output), "5\n");
    }
    let output = matcalc(&["eval", "tr(A)", "--set", "A=/nowhere/A.npy"]);
    status(&output, 2);
    assert!(stderr(&output).contains("`/nowhere/A.npy` cannot be read"), "{}", stderr(&output));
}

#[test]
fn a_missing_variable_names_those_that_occur() {
    for (arguments, wanted) in [
        (
            &["grad", "||A x - b||^2"][..],
            "`grad` needs a variable, named with --wrt\n  = help: the names in the expression are A, x, b, as in --wrt A\n",
        ),
        (
            &["check", "x'x"],
            "`check` needs a variable, named with --wrt\n  = help: the only name in the expression is x: --wrt x\n",
        ),
        (&["hessian", "tr(X"], "`hessian` needs a variable, named with --wrt\n"),
        (&["jvp", "2", "--along", "v"], "`jvp` needs a variable, named with --wrt\n"),
    ] {
        let output = matcalc(arguments);
        status(&output, 2);
        assert_eq!(stderr(&output), format!("error: {wanted}"));
    }
}

#[test]
fn each_line_of_a_text_is_answered() {
    let text = "# two functions\nx'x\n\ntr(X\nsum(log(x)) +\n  a'x\n";
    let output = with_input(&["grad", "-", "-w", "x"], text.as_bytes());
    status(&output, 2);
    let printed = stdout(&output);
    let wanted = ["── line 2: x'x\n2x\n", "── line 4: tr(X\n── line 5: sum(log(x)) + a'x\n"];
    assert!(wanted.iter().all(|wanted| printed.contains(wanted)), "{printed}");
    assert!(printed.matches("✓ checked").count() == 2, "{printed}");
    assert!(stderr(&output).contains("--> expression:4:3"), "{}", stderr(&output));

    // In the other formats standard output is the results alone.
    let output = with_input(&["grad", "-", "-w", "x", "-f", "ascii"], b"x'x\na'x");
    status(&output, 0);
    assert_eq!(stdout(&output), "2x\na\n");
    assert!(stderr(&output).contains("── line 2: a'x\n"), "{}", stderr(&output));

    // A message that points nowhere says the line by itself.
    let output = with_input(&["solve", "-", "-w", "x"], b"x'x\na'x");
    status(&output, 2);
    assert!(
        stderr(&output).starts_with("error: line 2: in general there is no stationary point"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_status_of_several_is_the_largest() {
    let status_of = |text: &str| with_input(&["grad", "-", "-w", "x"], text.as_bytes()).status.code();
    assert_eq!(status_of("x'x\na'x"), Some(0));
    assert_eq!(status_of("log(x'x - exp(x'x))\nx'x"), Some(1));
    assert_eq!(status_of("a'x\nlog(x'x - exp(x'x))\nx'x +\n"), Some(2));
}

#[test]
fn one_line_of_a_text_is_answered_as_an_argument_is() {
    for text in ["x'x", "# a comment\nx'x\n", "x'\\\nx\n", "r'r\nwhere r = x\n", "(x'\n\n x)"] {
        let output = with_input(&["grad", "-", "-w", "x"], text.as_bytes());
        status(&output, 0);
        assert!(stdout(&output).starts_with("2x\nwhere x ∈ ℝⁿ\n"), "{text}: {}", stdout(&output));
    }
    let output = with_input(&["grad", "-", "-w", "x"], b"# a comment\nx'x + ");
    status(&output, 2);
    assert!(stderr(&output).contains("--> expression:2:"), "{}", stderr(&output));
    let output = with_input(&["grad", "-", "-w", "x"], b"\n");
    status(&output, 2);
    assert!(stderr(&output).contains("error[P0005]"), "{}", stderr(&output));
}

#[test]
fn comparisons_of_several_go_in_pairs() {
    let folder = Folder::new();
    let left = folder.argument("left.txt", "x + x\nx'y x\n");
    let right = folder.argument("right.txt", "2x\ny'x x\n");
    let output = matcalc(&["equal", &left, &right]);
    status(&output, 0);
    assert_eq!(stdout(&output).matches("\nequal (exact, ").count(), 2, "{}", stdout(&output));
    let output = matcalc(&["check", "x'x", "-w", "x", "--claim", &right]);
    status(&output, 1);
    let text = stdout(&output);
    assert!(text.contains("── line 1: 2x\nright (exact, ") && text.contains("── line 2: y'x x\nwrong"), "{text}");
    let three = folder.argument("three.txt", "x\ny\nz\n");
    let output = matcalc(&["equal", &left, &three]);
    status(&output, 2);
    assert!(stderr(&output).contains("2 expressions cannot be paired with 3"), "{}", stderr(&output));
}

#[test]
fn an_error_in_the_declarations_of_several_is_one_error() {
    let output = with_input(&["grad", "-", "-w", "x", "-d", "A: symetric(n)"], b"x'x\na'x");
    status(&output, 2);
    assert_eq!(stderr(&output).matches("error[").count(), 1, "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
}

/// A mistake in a list of variables is shown in the list, and a comma inside brackets belongs to the name.
#[test]
fn lists_of_variables_are_shown_whole() {
    let output = matcalc(&["grad", "x^2 + y", "-w", "x,,y"]);
    assert_eq!(output.status.code(), Some(2));
    let message = stderr(&output);
    assert!(message.contains("--> variables:1:3") && message.contains("1 | x,,y"), "{message}");
    let output = matcalc(&["grad", "sum(X.^2)", "-w", "X_{1,2}", "-d", "X: matrix(3,3)"]);
    assert!(stdout(&output).starts_with("2X"), "{}", stderr(&output));
}

/// The adjugate of a matrix without an inverse is not 0 for that, and its derivative has no form with an inverse.
#[test]
fn adjugates_of_singular_matrices_are_not_differentiated_by_their_inverse() {
    for (expression, variable, declared) in [
        ("tr(A adj(x y'))", "x", "A: square(n)"),
        ("tr(A adj(K))", "K", "K: skew(3)"),
        ("sum(adj(B B'))", "B", "B: matrix(3,1)"),
    ] {
        let output = matcalc(&["grad", expression, "-w", variable, "-d", declared]);
        assert_eq!(output.status.code(), Some(2), "{expression}: {}", stdout(&output));
        assert!(stderr(&output).contains("adjugate"), "{}", stderr(&output));
    }
}
