//! What stands where in a text that is not read yet: names, and what is in no bracket.

/// The characters before and after each place where a name stands in a text.
fn neighbors<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = (Option<char>, Option<char>)> + 't {
    let around = |at: usize| (text[..at].chars().next_back(), text[at + name.len()..].chars().next());
    text.match_indices(name).map(move |(at, _)| around(at))
}

/// Whether a name stands in a line apart from other letters: `2x` and `x_1` name x, `\x` does not.
pub(super) fn is_named(line: &str, name: &str) -> bool {
    neighbors(line, name).any(|(before, behind)| {
        !before.is_some_and(|c| c.is_alphabetic() || c == '\\') && !behind.is_some_and(char::is_alphabetic)
    })
}

/// Whether a name stands in a text apart from other letters, digits and subscripts.
pub(super) fn is_word(text: &str, name: &str) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    neighbors(text, name).any(|(before, behind)| !joins(before) && !joins(behind))
}

/// Whether a name stands in a text with a bracket after it: `f(x)`.
pub(super) fn is_called(text: &str, name: &str) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '\\');
    neighbors(text, name).any(|(before, behind)| !joins(before) && behind == Some('('))
}

/// The places in a text that stand in no bracket, each with what begins there.
pub(super) fn outside(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut depth = 0_i32;
    text.char_indices().filter_map(move |(at, c)| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        (depth <= 0).then(|| (at, &text[at..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_a_name_says_whether_it_is_one() {
        assert!(is_named("2x + 1", "x") && is_named("x_1", "x") && !is_named("exp", "x") && !is_named("\\x", "x"));
        assert!(is_word("a x", "x") && !is_word("2x", "x") && !is_word("x_1", "x"));
        assert!(is_called("loss(x)", "loss") && !is_called("closs(x)", "loss") && !is_called("loss x", "loss"));
    }
}
