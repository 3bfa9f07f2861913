//! The languages of functions.

/// A language that functions are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Language {
    /// Python with NumPy and SciPy
    #[cfg_attr(feature = "cli", value(aliases = ["np", "python", "py"]))]
    Numpy,
    /// Python with JAX
    #[cfg_attr(feature = "cli", value(aliases = ["jnp"]))]
    Jax,
    /// Python with PyTorch
    #[cfg_attr(feature = "cli", value(aliases = ["pytorch"]))]
    Torch,
    /// Julia
    #[cfg_attr(feature = "cli", value(aliases = ["jl"]))]
    Julia,
    /// MATLAB and Octave
    #[cfg_attr(feature = "cli", value(aliases = ["octave"]))]
    Matlab,
    /// Rust with nalgebra
    #[cfg_attr(feature = "cli", value(aliases = ["rs"]))]
    Rust,
    /// C++ with Eigen
    #[cfg_attr(feature = "cli", value(aliases = ["c++", "cxx"]))]
    Cpp,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Numpy, Self::Jax, Self::Torch, Self::Julia, Self::Matlab, Self::Rust, Self::Cpp];

    /// The name by which it is asked for.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Numpy => "numpy",
            Self::Jax => "jax",
            Self::Torch => "torch",
            Self::Julia => "julia",
            Self::Matlab => "matlab",
            Self::Rust => "rust",
            Self::Cpp => "cpp",
        }
    }

    /// What its users call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Numpy => "NumPy",
            Self::Jax => "JAX",
            Self::Torch => "PyTorch",
            Self::Julia => "Julia",
            Self::Matlab => "MATLAB",
            Self::Rust => "Rust with nalgebra",
            Self::Cpp => "C++ with Eigen",
        }
    }

    /// The ending of its files, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Numpy | Self::Jax | Self::Torch => "py",
            Self::Julia => "jl",
            Self::Matlab => "m",
            Self::Rust => "rs",
            Self::Cpp => "cpp",
        }
    }

    pub(super) fn is_python(self) -> bool {
        matches!(self, Self::Numpy | Self::Jax | Self::Torch)
    }
}
