//! Derivatives of long products, and of high order: k log k symbols where each of k terms lacks one of k factors, and parts that are shared
//! where every order of the directions counts.

use std::fmt::Write as _;

use crate::common::program::{status, stdout};
use crate::common::run;

fn product(count: usize, between: &str, factor: impl Fn(usize) -> String) -> String {
    (1..=count).map(factor).collect::<Vec<_>>().join(between)
}

/// The answer, which is checked, and its length.
#[track_caller]
fn checked(arguments: &[&str]) -> (String, usize) {
    let output = run(arguments);
    status(&output, 0);
    let text = stdout(&output).to_string();
    assert!(text.contains('✓'), "{arguments:?}\n{text}");
    let length = text.lines().take_while(|line| !line.starts_with('✓')).map(|line| line.chars().count()).sum();
    (text, length)
}

/// The answer for a product of 48 factors has few symbols for each of them.
#[track_caller]
fn is_short(command: &str, between: &str, more: &[&str], factor: impl Fn(usize) -> String) {
    let text = product(48, between, &factor);
    let text = if between == " .* " { format!("sum({text})") } else { text };
    let mut arguments = vec![command, text.as_str(), "-w", "x"];
    arguments.extend(more);
    let (text, length) = checked(&arguments);
    assert!(length < 48 * 120, "{length} characters\n{text}");
}

#[test]
fn gradients_of_long_products_stay_short() {
    is_short("grad", "", &[], |place| format!("(x + a_{place})"));
    is_short("grad", "", &[], |place| format!("(a_{place}'x + 1)"));
    is_short("grad", "", &[], |place| format!("(x'A_{place} x + 1)"));
    is_short("grad", " ", &["-d", "x: vector(48)"], |place| format!("x_{place}"));
    is_short("grad", " .* ", &[], |place| format!("exp(x - b_{place}) .* (x + a_{place})"));
    is_short("grad", " ", &["-d", "x: scalar"], |place| format!("cosh(c_{place} x)"));
}

#[test]
fn hessians_of_long_products_end() {
    let affine = product(40, "", |place| format!("(a_{place}'x + 1)"));
    let (_, length) = checked(&["hessian", &affine, "-w", "x"]);
    assert!(length < 10_000, "{length}");
    let quadratic = product(24, "", |place| format!("(x'A_{place} x + {place})"));
    let (_, length) = checked(&["hessian", &quadratic, "-w", "x"]);
    assert!(length < 10_000, "{length}");
    let rows = product(24, "", |place| format!("(x - {place})"));
    checked(&["hessian", &rows, "-w", "x"]);
}

#[test]
fn a_long_sum_is_factored_as_a_short_one_is() {
    let mut sum = String::new();
    for place in 1..9_000 {
        let _ = write!(sum, "{}x'A_{{{place}}}x", if place == 1 { "" } else { "+" });
    }
    let (text, _) = checked(&["grad", &sum, "-w", "x"]);
    assert!(text.lines().next().is_some_and(|line| line.starts_with('(') && line.ends_with(")x")), "{}", &text[..99]);
}

#[test]
fn high_orders_of_inverses_share_their_parts() {
    for expr in ["X^-1", "tr(X^-1 A X^-1 B)", "tr(A X^2 B X^-T)", "tr(X^-1 C) - 3 tr(X^-1 A X^-1)"] {
        checked(&["derivative", "-n", "8", expr, "-w", "X"]);
    }
    checked(&["derivative", "-n", "7", "tr(Y^-1 A Y^-1 B)", "-w", "Y"]);
    checked(&["derivative", "-n", "8", "2 tr(S^-1 A)", "-w", "S", "-d", "S: symmetric(n); A: symmetric(n)"]);
}
