//! The formats that a statement may ask for, by name.

use crate::request::{Format, Picture};

/// The words that show the last answer, or a statement's, in another format.
pub(super) const FORMATS: &[(&str, Format)] = &[
    ("unicode", Format::Unicode),
    ("ascii", Format::Ascii),
    ("latex", Format::Latex),
    ("typst", Format::Typst),
    ("mathml", Format::Mathml),
    ("json", Format::Json),
    ("numpy", Format::Numpy),
    ("jax", Format::Jax),
    ("torch", Format::Torch),
    ("julia", Format::Julia),
    ("matlab", Format::Matlab),
    ("rust", Format::Rust),
    ("cpp", Format::Cpp),
];

/// Languages that no code is written in, by the names that people call them.
const OTHER_LANGUAGES: &[&str] = &[
    "ada",
    "c",
    "c#",
    "clojure",
    "csharp",
    "cuda",
    "cupy",
    "erlang",
    "f#",
    "fortran",
    "fsharp",
    "go",
    "golang",
    "haskell",
    "java",
    "javascript",
    "js",
    "keras",
    "kotlin",
    "lisp",
    "lua",
    "maple",
    "mathematica",
    "mlx",
    "ocaml",
    "pascal",
    "perl",
    "php",
    "r",
    "ruby",
    "sage",
    "scala",
    "scheme",
    "scilab",
    "stan",
    "swift",
    "sympy",
    "tensorflow",
    "tf",
    "typescript",
    "wolfram",
];

/// The first word of what code is asked for, where it names a language that no code is written in.
pub(super) fn other_language(text: &str) -> Option<&str> {
    let word = text.split_whitespace().next()?;
    OTHER_LANGUAGES.contains(&word.to_ascii_lowercase().as_str()).then_some(word)
}

/// The names of the languages that code is written in.
pub(super) fn languages() -> String {
    let names = FORMATS.iter().skip_while(|(_, format)| *format != Format::Numpy).map(|(name, _)| *name);
    names.collect::<Vec<_>>().join(", ")
}

/// The names of all formats and pictures.
pub(super) fn format_names() -> String {
    let formats = FORMATS.iter().map(|(name, _)| *name);
    format!("{}; of a graph also dot, mermaid, svg", formats.collect::<Vec<_>>().join(", "))
}

/// The picture of a name.
pub(super) fn picture_of(name: &str) -> Option<Picture> {
    match name.to_ascii_lowercase().as_str() {
        "dot" => Some(Picture::Dot),
        "mermaid" => Some(Picture::Mermaid),
        "svg" => Some(Picture::Svg),
        _ => None,
    }
}

/// The format of a name.
pub(super) fn format_of(name: &str) -> Option<Format> {
    let name = match name.to_ascii_lowercase() {
        // The language that code is written in where none is named.
        name if matches!(name.as_str(), "code" | "python") => "numpy".to_owned(),
        name if name == "pytorch" => "torch".to_owned(),
        name if name == "jl" => "julia".to_owned(),
        name if name == "octave" => "matlab".to_owned(),
        name if matches!(name.as_str(), "c++" | "cxx") => "cpp".to_owned(),
        name => name,
    };
    FORMATS.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
}
