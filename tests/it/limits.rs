//! Work that is bounded before it begins: measurements that would take long are not made.

use crate::common::program::{status, stderr, stdout};
use crate::common::run;

#[test]
fn comparisons_leave_out_what_would_take_long() {
    let expr = "tr(A logm(X)) + tr(B logm(X X))";
    let declared = ["-w", "X", "-d", "X: spd(n)"];
    let at = |sizes: &str| {
        let mut arguments = vec!["compare", expr];
        arguments.extend(declared);
        arguments.extend(["--sizes", sizes]);
        run(&arguments)
    };
    let output = at("3:1000:2");
    status(&output, 0);
    let text = stdout(&output);
    assert!(text.contains("n=1000 value: not run: one evaluation would take about"), "{text}");
    assert!(text.contains("the ways agree"), "{text}");
    let output = at("1000");
    assert!(stderr(&output).contains("not run: one evaluation would take about"), "{}", stderr(&output));
}
