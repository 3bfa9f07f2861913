//! The scripts of `examples/` run as they stand: every check in them passes, and what they print is recorded.

use crate::common;

/// What a script prints, without the size of rounding errors, which differs between machines.
fn printed(script: &str) -> String {
    let path = format!("{}/examples/{script}", env!("CARGO_MANIFEST_DIR"));
    let output = common::run(&[&path]);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{script}\n{out}{err}");
    assert!(!out.contains("wrong"), "{script}\n{out}");
    common::without_errors(&out)
}

#[test]
fn scripts_print_what_is_recorded() {
    let scripts = common::page::scripts();
    assert!(scripts.len() >= 12, "{} scripts", scripts.len());
    common::settings().bind(|| {
        for (script, text) in scripts {
            assert!(text.starts_with("# "), "{script} does not begin with what it is about");
            let name = script.trim_end_matches(".mc");
            insta::assert_snapshot!(format!("example-{name}"), printed(&script));
        }
    });
}
