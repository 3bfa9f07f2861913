//! For the tests of statements.

use super::Session;

/// The result of the last of some statements.
#[track_caller]
pub(super) fn check(statements: &[&str], wanted: &str) {
    let mut session = Session::new();
    let mut result = String::new();
    for statement in statements {
        let reply = session.run(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
        result = reply.result();
    }
    assert_eq!(result, wanted, "{statements:?}");
}

/// What the last of some statements is refused with; those before it are answered.
#[track_caller]
pub(super) fn refusal(statements: &[&str]) -> String {
    let mut session = Session::new();
    let mut results = statements.iter().map(|statement| session.run(statement)).collect::<Vec<_>>();
    let last = results.pop().expect("some statements");
    assert!(results.iter().all(Result::is_ok), "{statements:?}");
    last.map(|reply| reply.result()).expect_err("a refusal").to_string()
}
