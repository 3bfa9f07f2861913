//! Integers that no double is.

/// Integers up to this size are doubles: 2⁵³.
const MOST_INTEGER: i128 = 1 << 53;

/// The text of an integer that is no double.
pub(super) fn rounded_integer(value: i128) -> Option<String> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "it is what is asked")]
    let is_rounded = value.abs() > MOST_INTEGER && (value as f64) as i128 != value;
    is_rounded.then(|| value.to_string())
}

/// The first integer of a text that is no double.
pub(super) fn rounded_in(text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_ascii_digit() && !".eE+-".contains(c));
    words.filter_map(|word| word.parse::<i128>().ok()).find_map(rounded_integer)
}
