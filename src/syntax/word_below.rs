//! Words that stand below a letter as a whole, as in `x_max` and `w_train`.

/// Words that stand below a letter as a whole, however they are set.
const WORDS_BELOW: &[&str] = &[
    "max", "min", "opt", "tot", "ref", "new", "old", "inf", "sup", "eff", "obs", "est", "fro", "nuc", "op", "in",
    "out", "true", "pred", "train", "test", "reg", "data", "prior", "post", "prev", "next", "init", "prime",
];

/// Whether a word stands below a letter as a whole.
pub(super) fn is_word_below(word: &str) -> bool {
    WORDS_BELOW.contains(&word)
}
