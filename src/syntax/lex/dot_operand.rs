//! What a dot may stand between as the sign of an inner product: `w.x`, `w.xi`, `phi.theta`, `w.(x - y)`.

use crate::syntax::function::function;
use crate::syntax::greek::greek;

/// Letters that are indices when they are written beside another letter.
const INDICES: [char; 4] = ['i', 'j', 'k', 'n'];

/// Letters that stand for functions rather than operands before a bracket: `σ.(x)`, `f.(x)`.
const FUNCTIONS: &[&str] = &["f", "g", "h", "σ", "φ", "ϕ", "ψ", "ρ", "Φ"];

/// Whether a word is a letter, with numbers or an index beside it, or the name of one, and not of a function.
pub(super) fn is_operand(word: &str) -> bool {
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return false };
    let rest = letters.as_str();
    let has_index = first.is_lowercase()
        && !INDICES.contains(&first)
        && INDICES.iter().any(|index| rest.chars().eq(std::iter::once(*index)));
    let is_letter = first.is_alphabetic() && rest.chars().all(|c| c.is_ascii_digit());
    is_letter || (has_index || greek(word).is_some()) && function(word).is_none()
}

/// Whether a bracket after a word and a dot holds the argument of a function, as in Julia, rather than a factor.
pub(super) fn is_called(word: &str) -> bool {
    !is_operand(word) || FUNCTIONS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands() {
        for word in ["w", "x1", "xi", "wj", "θ", "theta", "A", "f", "σ"] {
            assert!(is_operand(word), "{word}");
        }
        for word in ["log", "relu", "shape", "dot", "sum", "np", "nn"] {
            assert!(!is_operand(word) && is_called(word), "{word}");
        }
        assert!(is_called("f") && is_called("σ") && !is_called("w"));
    }
}
