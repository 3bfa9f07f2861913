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
