//! The formats in which answers are shown.

/// How an answer is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[non_exhaustive]
pub enum Format {
    /// X⁻ᵀ, with shapes and conditions below
    #[default]
    #[cfg_attr(feature = "cli", value(aliases = ["text", "txt", "plain", "utf8", "utf-8"]))]
    Unicode,
    /// X^-T
    Ascii,
    /// X^{-\top}
    #[cfg_attr(feature = "cli", value(aliases = ["tex"]))]
    Latex,
    /// X^(-top), what stands between dollars in Typst
    #[cfg_attr(feature = "cli", value(aliases = ["typ"]))]
    Typst,
    /// A `<math>` element
    #[cfg_attr(feature = "cli", value(aliases = ["mml"]))]
    Mathml,
    /// Everything known about the answer, as one JSON object
    Json,
    /// A Python expression for NumPy arrays
    #[cfg_attr(feature = "cli", value(aliases = ["np", "python", "py"]))]
    Numpy,
}
