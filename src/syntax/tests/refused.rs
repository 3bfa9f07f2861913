//! What is refused, and texts that nobody would write.

use super::{check, tree};
use crate::syntax::{KnownNames, parse, parse_declarations, parse_names};

#[test]
fn what_is_refused_by_name() {
    check(
        r"
        [x, y] ;; [x, 1] => ERROR P0022: the entries of a vector, or blocks?
        [x_1, x_2, λ] => [x_1[1] x_2[2] λ]
        [a b; c d] => [a b; c d]
        [cos(t), -sin(t); sin(t), cos(t)] => [(Cos t) (+ (- (Sin t))); (Sin t) (Cos t)]
        [x'x, 1] => [(* (T x) x) 1]
        [x_1^2, n, 2] => [(^ x_1[1] 2) n 2]
        A × B ;; A B => (* A B)
        2 × x ;; 2 x => (* 2 x)
        \lambda × x ;; λ x => (* λ x)
        \max_i x_i ;; \max_{i} x_{i} ;; max(x) => (Max x)
        \min_i (A x)_i => (Min (* A x))
        \max_i |x_i| => (Norm:Infinity x)
        \max_i x_i y_i ;; \max_i x_i^2 ;; \max_i x_j => ERROR P0008: `max` over an index can only be taken of the entries of one vector, or of a bracket
        \min_i a_i^T x => ERROR P0008: `min` over an index can only be taken of the entries of one vector, or of a bracket
        ",
    );
}

#[test]
fn errors() {
    check(
        r"
        (a + b => ERROR P0003: `(` is not closed
        a + b) => ERROR P0003: `)` without `(`
        (a] => ERROR P0003: `(` is closed by `]`
        + => ERROR P0004: nothing follows `+`
        a + => ERROR P0004: nothing follows `+`
        * a => ERROR P0004: `*` has nothing before it
        a * * b => ERROR P0004: nothing follows `*`
        X^ => ERROR P0004: `^` without an exponent
        () => ERROR P0004: `( )` with nothing in it
        a == b => ERROR P0008: this is an equation, not an expression
        \fracc{1}{2} => ERROR P0002: unknown LaTeX command `\fracc`
        |x => ERROR P0003: `|` is not closed
        ||x => ERROR P0003: `||` is not closed
        x < y => ERROR P0003: `<` is not closed
        <a> => ERROR P0009: an inner product has two sides
        a, b => ERROR P0008: `,` cannot appear here
        ? => ERROR P0001: `?` is not a symbol of the language
        a_1_1 => ERROR P0008: `_` cannot appear here
        log_b x => ERROR P0008: `log` takes no subscript
        log_{-2} x => ERROR P0008: `log` takes no subscript
    ",
    );
    assert!(tree("").starts_with("ERROR P0005"));
    assert!(tree("  ").starts_with("ERROR P0005"));
    assert!(tree("a\0b").starts_with("ERROR P0001: control character U+0000"));
    assert!(tree("\\foo + \\bar").contains("P0002"));
}

#[test]
fn hostile_input_is_refused_or_read() {
    let n = 100_000;
    for source in [
        "(".repeat(n),
        format!("{}x{}", "(".repeat(n), ")".repeat(n)),
        "[".repeat(n),
        "{".repeat(n),
        "|".repeat(n),
        "||x".repeat(n),
        "<".repeat(n),
        "1[".repeat(n),
        format!("{}x", "-".repeat(n)),
        format!("x{}", "'".repeat(n)),
        format!("x{}", "^x".repeat(n)),
        format!("{}x", "sin ".repeat(n)),
        "\\frac{".repeat(n),
        "\\frac".repeat(n),
        "\\mathbf{".repeat(n),
        "\\hat{".repeat(n),
        "x_{".repeat(n),
        "x_".repeat(n),
        "sum_i ".repeat(n),
        "sum_{i=".repeat(n),
        format!("x{}", " + x".repeat(n)),
        format!("x{}", " x".repeat(n)),
        "1/".repeat(n),
        "a".repeat(n),
        "\\".repeat(n),
        "sin^{".repeat(n),
        "√".repeat(n),
        "||".repeat(n),
        "|x".repeat(n),
    ] {
        if let Err(errors) = parse(&source, &KnownNames::default()) {
            let head: String = source.chars().take(8).collect();
            assert!(errors.len() <= crate::syntax::limits::MAX_ERRORS, "{head}: {} errors", errors.len());
            let message = crate::diagnostic::render_all(&errors, &source, "expression", false);
            assert!(message.len() < n, "{head}: {} bytes", message.len());
        }
    }
}

#[test]
fn two_thousand_layers_are_read() {
    let mut source = String::new();
    for k in 0..2_000 {
        source.push_str(&format!("tanh(W_{k} "));
    }
    source.push('x');
    source.push_str(&")".repeat(2_000));
    assert!(parse(&source, &KnownNames::default()).is_ok());
}

#[test]
fn random_symbols_never_panic() {
    let words = [
        "x",
        "A",
        "_",
        "^",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "|",
        "||",
        "‖",
        "<",
        ">",
        ",",
        ";",
        "=",
        "1",
        "2",
        "0",
        "/",
        "*",
        ".*",
        "+",
        "-",
        "'",
        "ᵀ",
        "⁻¹",
        "₁",
        "ᵢ",
        "sum",
        "∑",
        "Σ",
        "sin",
        "tr",
        "norm",
        "eye",
        "vector",
        "σ",
        "\\frac",
        "\\sqrt",
        "\\mathbf",
        "\\hat",
        "\\left",
        "\\right",
        "\\|",
        "\\begin{bmatrix}",
        "\\end{bmatrix}",
        "&",
        "\\\\",
        " ",
        "√",
        "!",
        "T",
        "\\top",
        "½",
        "∞",
        "i",
        "max",
        "L",
        "expm",
        "inf",
        "𝟙",
        ".",
        "é",
        "\u{302}",
        "\n",
        "⟨",
        "⟩",
        "**",
        "where",
        "r =",
        "r",
        "f(x) =",
        "f(",
        "h_i :=",
        "h_",
        ":=",
        ":",
        "↦",
        "∈",
        "R^n",
        "\\min",
        "_",
        "arg",
        "minimize",
        "\\underset",
        "s.t.",
    ];
    let mut seed = 12_345_u64;
    let mut next = |n: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap_or(0) % n
    };
    for _ in 0..40_000 {
        let length = 1 + next(12);
        let source: String = (0..length).map(|_| words[next(words.len())]).collect();
        match parse(&source, &KnownNames::default()) {
            Ok(ast) => {
                for node in &ast.nodes {
                    assert!(source.get(node.span.start..node.span.end).is_some(), "{source}: {:?}", node.span);
                }
                let _ = ast.to_sexpr();
            }
            Err(errors) => {
                assert!(!errors.is_empty());
                let _ = crate::diagnostic::render_all(&errors, &source, "expression", false);
            }
        }
        let _ = (parse_declarations(&source), parse_names(&source));
    }
}
