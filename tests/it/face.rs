//! A crate outside of this one uses the library without its default features.

use std::path::Path;
use std::process::Command;

const WANTED: &str = "\
Aᵀ(Ax − b) + 2λx
A^\\top (A x - b) + 2\\lambda x
2*lambda_*x + A.T @ (A @ x - b)
AᵀA + 2λI
A x - b
true
";

/// What the manifest says of the profile of tests.
fn profile(root: &Path) -> String {
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).expect("it can be read");
    let sections = manifest.split("\n[").filter(|section| section.starts_with("profile.dev"));
    sections.map(|section| format!("\n[{section}")).collect()
}

#[test]
fn a_crate_uses_the_library_without_the_command_line() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The folder of the outer build and its profile, so that what is built there is not built again.
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let target = scratch.parent().expect("it lies in the folder of the build");
    let folder = scratch.join("face");
    std::fs::create_dir_all(folder.join("src")).expect("the folder can be made");
    // The crate is built from a copy, so that no lock file comes into the source.
    let manifest = std::fs::read_to_string(root.join("tests/face/Cargo.toml")).expect("it can be read");
    let manifest = manifest.replace("\"../..\"", &format!("{:?}", root.display().to_string()));
    std::fs::write(folder.join("Cargo.toml"), manifest + &profile(root)).expect("it can be written");
    std::fs::copy(root.join("tests/face/src/main.rs"), folder.join("src/main.rs")).expect("it can be copied");
    // The same versions as here, since nothing may be downloaded.
    std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("it can be copied");

    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--offline"]).current_dir(&folder).env("CARGO_TARGET_DIR", target);
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "there is no Cargo: {error}");
            eprintln!("not run: there is no Cargo: {error}");
            return;
        }
    };
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    assert_eq!(out, WANTED);
}
