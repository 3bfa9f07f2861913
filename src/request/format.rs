//! The formats in which answers are shown.

use crate::emit::Language;

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
    /// A function of Python with JAX
    #[cfg_attr(feature = "cli", value(aliases = ["jnp"]))]
    Jax,
    /// A function of Python with PyTorch
    #[cfg_attr(feature = "cli", value(aliases = ["pytorch"]))]
    Torch,
    /// A function of Julia
    #[cfg_attr(feature = "cli", value(aliases = ["jl"]))]
    Julia,
    /// A function of MATLAB and Octave
    #[cfg_attr(feature = "cli", value(aliases = ["octave"]))]
    Matlab,
    /// A function of Rust with nalgebra
    #[cfg_attr(feature = "cli", value(aliases = ["rs"]))]
    Rust,
    /// A function of C++ with Eigen
    #[cfg_attr(feature = "cli", value(aliases = ["c++", "cxx"]))]
    Cpp,
}

impl Format {
    /// The language that code in this format is written in.
    #[must_use]
    pub fn language(self) -> Option<Language> {
        Some(match self {
            Self::Unicode | Self::Ascii | Self::Latex | Self::Typst | Self::Mathml | Self::Json => return None,
            Self::Numpy => Language::Numpy,
            Self::Jax => Language::Jax,
            Self::Torch => Language::Torch,
            Self::Julia => Language::Julia,
            Self::Matlab => Language::Matlab,
            Self::Rust => Language::Rust,
            Self::Cpp => Language::Cpp,
        })
    }

    /// The format of code in a language.
    #[must_use]
    pub fn of_language(language: Language) -> Self {
        match language {
            Language::Numpy => Self::Numpy,
            Language::Jax => Self::Jax,
            Language::Torch => Self::Torch,
            Language::Julia => Self::Julia,
            Language::Matlab => Self::Matlab,
            Language::Rust => Self::Rust,
            Language::Cpp => Self::Cpp,
        }
    }

    /// Whether it is code.
    #[must_use]
    pub fn is_code(self) -> bool {
        self.language().is_some()
    }
}
