//! Calls of other systems that are short for expressions of the language: `F.mse_loss(a, b)`, `quad_form(x, P)`, `np.array([1, 2])`,
//! `np.linalg.slogdet(A)[1]`. Each is a row with what it is short for; the arguments take the place of its letters.

use super::lex::lex;
use super::names::{KnownNames, Rank};
use super::reduction::{is_numpy, is_r};
use super::token::{Bracket, Tok, Token, closing, split_at_commas};
use crate::number::Coeff;
use crate::span::Span;

/// The most calls that are written out in one expression: each takes time in proportion to its length.
const MAX_CALLS: usize = 500;

/// The letters that stand for the arguments.
const LETTERS: [&str; 4] = ["a", "b", "c", "d"];

/// The names of a call, how many arguments it has, and what it is short for. What begins with `mean(` begins with `sum(` where the call
/// says `reduction='sum'`.
const ROWS: &[(&[&str], usize, &str)] = &[
    (&["mse_loss", "mse", "MSE", "mean_squared_error"], 2, "mean((a - b).^2)"),
    (&["l1_loss", "mae", "mean_absolute_error"], 2, "mean(abs(a - b))"),
    (&["binary_cross_entropy"], 2, "mean(-(b .* log(a)) - ((1 - b) .* log(1 - a)))"),
    (&["binary_cross_entropy_with_logits"], 2, "mean(softplus(a) - b .* a)"),
    (&["l2_loss"], 1, "(sum(a.^2)/2)"),
    (&["crossprod"], 1, "(transpose(a) a)"),
    (&["crossprod"], 2, "(transpose(a) b)"),
    (&["tcrossprod"], 1, "(a transpose(a))"),
    (&["tcrossprod"], 2, "(a transpose(b))"),
    (&["log_softmax", "logsoftmax"], 1, "log(softmax(a))"),
    (&["logaddexp"], 2, "log(exp(a) + exp(b))"),
    (&["xlogy"], 2, "(a .* log(b))"),
    (&["rel_entr"], 2, "(a .* log(a ./ b))"),
    (&["hypot"], 2, "sqrt(a.^2 + b.^2)"),
    (&["reciprocal", "inv_pos"], 1, "(1 ./ a)"),
    (&["rsqrt"], 1, "(1 ./ sqrt(a))"),
    (&["negative"], 1, "(-a)"),
    (&["exp2"], 1, "exp(log(2) a)"),
    (&["logcosh"], 1, "log(cosh(a))"),
    (&["hardtanh"], 1, "min(1, max(-1, a))"),
    (&["sumsq", "sum_sq", "sumsqr", "sum_squares", "sum_of_squares", "ssq"], 1, "sum(a.^2)"),
    (&["quad_form"], 2, "(transpose(a) b a)"),
    (&["matrix_frac"], 2, "(transpose(a) inv(b) a)"),
    (&["quad_over_lin"], 2, "(sum(a.^2)/b)"),
    (&["matvec"], 2, "(a b)"),
    (&["colSums"], 1, "sum(a, axis=0)"),
    (&["rowSums"], 1, "sum(a, axis=1)"),
    (&["colMeans"], 1, "mean(a, axis=0)"),
    (&["rowMeans"], 1, "mean(a, axis=1)"),
    (&["norm_nuc", "normNuc"], 1, "norm(a, nuc)"),
    (&["norm_fro", "fro_norm", "matrix_norm"], 1, "norm(a, fro)"),
    (&["vector_norm"], 1, "norm(vec(a))"),
    (&["abs2"], 1, "(a.^2)"),
    (&["norm_inf"], 1, "norm(a, inf)"),
    (&["opnorm"], 1, "norm(a, 2)"),
    (&["matrix_power", "MatrixPower"], 2, "(a^b)"),
    (&["dot", "Dot"], 3, "(transpose(a) b c)"),
    // R's inverse; of two arguments it is the solution of a system.
    (&["solve"], 1, "inv(a)"),
    // Arrays of rows one after another.
    (&["flatten", "ravel"], 1, "vec(transpose(a))"),
    // What leaves an array as it is.
    (
        &[
            "array",
            "asarray",
            "tensor",
            "as_tensor",
            "constant",
            "Variable",
            "copy",
            "drop",
            "clone",
            "detach",
            "numpy",
            "item",
            "float",
            "double",
            "contiguous",
            "cpu",
            "cuda",
        ],
        1,
        "a",
    ),
];

/// Which of several results is taken by an index after the call.
const RESULTS: &[(&str, i64, &str)] = &[
    ("slogdet", 1, "log(abs(det(a)))"),
    ("eigh", 0, "eigvalsh(a)"),
    ("eigvalsh", 0, "lambda_min(a)"),
    ("eigvalsh", -1, "lambda_max(a)"),
    ("svd", 1, "svdvals(a)"),
    ("svdvals", 0, "sigma_max(a)"),
];

/// Layers of PyTorch, made and called at once, `nn.MSELoss()(a, b)`, and the functions that they are.
const LAYERS: &[(&str, &str)] = &[
    ("MSELoss", "mse_loss"),
    ("L1Loss", "l1_loss"),
    ("BCELoss", "binary_cross_entropy"),
    ("BCEWithLogitsLoss", "binary_cross_entropy_with_logits"),
    ("LogSoftmax", "log_softmax"),
    ("Softmax", "softmax"),
    ("ReLU", "relu"),
    ("Sigmoid", "sigmoid"),
    ("LogSigmoid", "logsigmoid"),
    ("Tanh", "tanh"),
    ("Softplus", "softplus"),
    ("GELU", "gelu"),
    ("SiLU", "silu"),
];

/// Keywords that say nothing of the value.
const IDLE: &[&str] = &["dtype", "device", "requires_grad", "copy", "order"];

/// A call by the places of its symbols.
struct Call<'t> {
    name: String,
    arguments: Vec<&'t [Token]>,
    keywords: Vec<(String, &'t [Token])>,
    /// The place of its last symbol.
    close: usize,
}

/// The symbols with such calls written out.
pub(super) fn rewrite(tokens: Vec<Token>, names: &KnownNames, source: &str) -> Vec<Token> {
    let mut tokens = all_entries(tokens);
    let is_first = |token: &Token| matches!(&token.tok, Tok::Word(word) if begins_row(word) && !names.has_base(word));
    if !(1..=MAX_CALLS).contains(&tokens.iter().filter(|token| is_first(token)).count()) {
        return tokens;
    }
    // The inner ones first.
    for at in (0..tokens.len()).rev() {
        while tokens.get(at).is_some_and(is_first)
            && let Some((last, value)) = written_out(&tokens, at, names, source)
        {
            tokens.splice(at..=last, value);
        }
    }
    tokens
}

/// MATLAB's `A(:)`, the entries of an array one below the other, as `vec(A)`.
fn all_entries(tokens: Vec<Token>) -> Vec<Token> {
    let is_all = |at: usize| {
        matches!(
            tokens.get(at..at + 4),
            Some([
                Token { tok: Tok::Word(_), .. },
                Token { tok: Tok::Open(Bracket::Round), .. },
                Token { tok: Tok::Colon, .. },
                Token { tok: Tok::Close(Bracket::Round), .. },
            ])
        )
    };
    if !(0..tokens.len()).any(is_all) {
        return tokens;
    }
    let mut out = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        if !is_all(at) {
            out.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let (name, open) = (&tokens[at], &tokens[at + 1]);
        out.push(Token { tok: Tok::Word("vec".to_owned()), blank: name.blank, newline: name.newline, ..open.clone() });
        out.push(open.clone());
        out.push(Token { blank: false, newline: false, ..name.clone() });
        out.push(tokens[at + 3].clone());
        at += 4;
    }
    out
}

/// Whether a name of the tables begins with a word.
fn begins_row(word: &str) -> bool {
    let begins = |name: &str| name.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
    let mut names = ROWS.iter().flat_map(|row| row.0.iter().copied()).chain(RESULTS.iter().map(|row| row.0));
    LAYERS.iter().any(|row| row.0 == word)
        || names.any(begins)
        || matches!(word, "einsum" | "softmax" | "inner" | "size" | "np.size" | "sum" | "multi" | "t")
}

/// The place of the last symbol of a call, with the index after it, and what stands in its place.
fn written_out(tokens: &[Token], at: usize, names: &KnownNames, source: &str) -> Option<(usize, Vec<Token>)> {
    if at > 0 && tokens[at - 1].tok == Tok::Underscore {
        return None;
    }
    let call = call(tokens, at)?;
    let span = tokens[at].span;
    if names.has_function(&call.name) || names.has_symbol(&call.name) {
        return None;
    }
    if let Some((_, function)) = LAYERS.iter().find(|row| row.0 == call.name) {
        return layer(tokens, at, &call, function);
    }
    let made = |body: &str| Some((call.close, filled(body, &call.arguments, &tokens[at], names)?));
    let integer = |tokens: &[Token]| integer(tokens);
    match (call.name.as_str(), call.keywords.as_slice(), call.arguments.as_slice()) {
        ("einsum", [], [axes, arrays @ ..]) => {
            let [Token { tok: Tok::Word(axes), .. }] = axes else { return None };
            let body = super::einsum::product(axes.strip_prefix(super::token::AXES)?, arrays.len())?;
            return Some((call.close, filled(&body, arrays, &tokens[at], names)?));
        }
        ("softmax" | "log_softmax", [(word, axis)], [_]) if matches!(word.as_str(), "dim" | "axis") => {
            let of_columns = match integer(axis)? {
                0 | -2 => true,
                1 | -1 => false,
                _ => return None,
            };
            let body = if of_columns { "transpose(softmax(transpose(a)))" } else { "softmax(a)" };
            return if call.name == "softmax" { made(body) } else { made(&format!("log({body})")) };
        }
        // NumPy's product over the last axes, of what is called as a matrix.
        ("inner", [], [left, right]) if is_of_numpy(source, span) => {
            return match (is_matrix(left, names), is_matrix(right, names)) {
                (true, true) => made("(a transpose(b))"),
                (true, false) if is_vector(right, names) => made("(a b)"),
                (false, true) if is_vector(left, names) => made("(b a)"),
                _ => None,
            };
        }
        // PyTorch's axis by place.
        ("softmax" | "log_softmax", [], [_, axis]) if integer(axis) == Some(-1) => {
            let body = if call.name == "softmax" { "softmax(a)" } else { "log(softmax(a))" };
            return Some((call.close, filled(body, &call.arguments[..1], &tokens[at], names)?));
        }
        ("size", [], [_, axis]) => {
            let first = i64::from(!is_numpy(source));
            return match integer(axis)? - first {
                0 => made("nrow(a)"),
                1 => made("ncol(a)"),
                _ => None,
            };
        }
        ("np.size", keywords, [_, rest @ ..]) => {
            return match (keywords, rest) {
                ([], []) => made("numel(a)"),
                ([], [axis]) => made(if integer(axis)? == 0 { "nrow(a)" } else { "ncol(a)" }),
                ([(word, axis)], []) if matches!(word.as_str(), "dim" | "axis") => {
                    made(if integer(axis)? == 0 { "nrow(a)" } else { "ncol(a)" })
                }
                _ => None,
            };
        }
        // R's transpose
        ("t", [], [_]) if is_r(source) => return made("transpose(a)"),
        // Julia's `sum(abs2, x)`
        ("sum", [], [[Token { tok: Tok::Word(function), .. }], _]) => {
            let body = match function.as_str() {
                "abs2" => "sum(b.^2)".to_owned(),
                "abs" | "exp" | "log" | "sqrt" | "sin" | "cos" | "tanh" => format!("sum({function}(b))"),
                _ => return None,
            };
            return made(&body);
        }
        ("multi_dot", [], [list]) => {
            let [Token { tok: Tok::Open(_), .. }, inner @ .., Token { tok: Tok::Close(_), .. }] = list else {
                return None;
            };
            let factors = split_at_commas(inner);
            let mut value: Vec<Token> = Vec::new();
            for factor in factors {
                if !value.is_empty() {
                    value.push(Token::new(Tok::Op(super::ast::ProductOp::At), span));
                }
                value.extend(bracketed(factor, span));
            }
            return Some((call.close, bracketed(&value, span)));
        }
        _ => {}
    }
    let is_idle = |(word, _): &&(String, &[Token])| IDLE.contains(&word.as_str());
    let said: Vec<_> = call.keywords.iter().filter(|keyword| !is_idle(keyword)).collect();
    if let Some((index, last)) = index_after(tokens, call.close)
        && let Some((.., body)) = RESULTS.iter().find(|row| row.0 == call.name && row.1 == index)
        && said.is_empty()
        && call.arguments.len() == 1
    {
        return Some((last, filled(body, &call.arguments, &tokens[at], names)?));
    }
    // `svd(A, compute_uv=False)`
    if call.name == "svd" && matches!(said.as_slice(), [(word, _)] if word == "compute_uv") {
        return made("svdvals(a)");
    }
    let (.., body) = ROWS
        .iter()
        .find(|(spellings, count, _)| spellings.contains(&call.name.as_str()) && *count == call.arguments.len())?;
    match said.as_slice() {
        [] => made(body),
        [(word, [Token { tok: Tok::Word(how), .. }])] if word == "reduction" => {
            made(&if how == "sum" { body.replacen("mean(", "sum(", 1) } else { (*body).to_owned() })
        }
        _ => None,
    }
}

/// Whether a function's name stands after NumPy's.
fn is_of_numpy(source: &str, span: Span) -> bool {
    let written = source.get(..span.end).unwrap_or_default();
    let before = written.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
    ["np.", "numpy.", "jnp."].iter().any(|module| before.ends_with(module))
}

/// Whether an argument is a letter of this case that is not declared as another kind, transposed or not.
fn is_letter(argument: &[Token], names: &KnownNames, is_capital: bool) -> bool {
    let [Token { tok: Tok::Word(word), .. }, primes @ ..] = argument else { return false };
    let is_declared = match names.rank(word) {
        Some(rank) => (rank == Rank::Matrix) == is_capital,
        None => word.starts_with(|first: char| first.is_uppercase() == is_capital),
    };
    word.chars().count() == 1 && is_declared && primes.iter().all(|token| token.tok == Tok::Prime)
}

fn is_matrix(argument: &[Token], names: &KnownNames) -> bool {
    is_letter(argument, names, true)
}

fn is_vector(argument: &[Token], names: &KnownNames) -> bool {
    is_letter(argument, names, false)
}

/// `nn.MSELoss(reduction='sum')(a, b)` as `mse_loss(a, b, reduction='sum')`.
fn layer(tokens: &[Token], at: usize, made: &Call<'_>, function: &str) -> Option<(usize, Vec<Token>)> {
    let open = made.close + 1;
    if tokens.get(open)?.tok != Tok::Open(Bracket::Round) || tokens[open].blank || !made.arguments.is_empty() {
        return None;
    }
    let close = closing(tokens, open)?;
    let span = tokens[at].span;
    let mut value = Vec::new();
    for (place, part) in function.split('_').enumerate() {
        if place > 0 {
            value.push(Token::new(Tok::Underscore, span));
        }
        value.push(Token { tok: Tok::Word(part.to_owned()), ..tokens[at].clone() });
    }
    value.extend(tokens[open..close].iter().cloned());
    let said = &tokens[at + 2..made.close];
    if !said.is_empty() {
        value.push(Token::new(Tok::Comma, span));
        value.extend(said.iter().cloned());
    }
    value.push(tokens[close].clone());
    Some((close, value))
}

/// The call whose name begins at a place.
fn call(tokens: &[Token], at: usize) -> Option<Call<'_>> {
    let (name, open) = joined_word(tokens, at)?;
    let bracket = tokens.get(open)?;
    if bracket.tok != Tok::Open(Bracket::Round) || bracket.blank {
        return None;
    }
    let close = closing(tokens, open)?;
    let mut arguments = Vec::new();
    let mut keywords = Vec::new();
    for part in split_at_commas(&tokens[open + 1..close]) {
        match joined_word(part, 0) {
            Some((word, equal)) if part.get(equal).is_some_and(|token| token.tok == Tok::Equal) => {
                keywords.push((word, &part[equal + 1..]));
            }
            _ => arguments.push(part),
        }
    }
    Some(Call { name, arguments, keywords, close })
}

/// The word at a place with what is joined to it by underscores, and the place after it.
fn joined_word(tokens: &[Token], at: usize) -> Option<(String, usize)> {
    let Tok::Word(word) = &tokens.get(at)?.tok else { return None };
    let (mut word, mut next) = (word.clone(), at + 1);
    while let (Some(Token { tok: Tok::Underscore, .. }), Some(Token { tok: Tok::Word(more), .. })) =
        (tokens.get(next), tokens.get(next + 1))
    {
        word = format!("{word}_{more}");
        next += 2;
    }
    Some((word, next))
}

/// The whole number that symbols are.
fn integer(tokens: &[Token]) -> Option<i64> {
    match tokens {
        [Token { tok: Tok::Number(number), .. }] => Coeff::to_i64(number),
        [Token { tok: Tok::Minus, .. }, Token { tok: Tok::Number(number), .. }] => {
            Coeff::to_i64(number).and_then(i64::checked_neg)
        }
        _ => None,
    }
}

/// The number in square brackets directly after a place, and the place of what closes them.
fn index_after(tokens: &[Token], at: usize) -> Option<(i64, usize)> {
    let open = tokens.get(at + 1).filter(|open| open.tok == Tok::Open(Bracket::Square) && !open.blank)?;
    debug_assert_eq!(open.tok, Tok::Open(Bracket::Square));
    let close = closing(tokens, at + 1)?;
    Some((integer(&tokens[at + 2..close])?, close))
}

fn bracketed(tokens: &[Token], span: Span) -> Vec<Token> {
    let bracket = |tok: Tok| Token::new(tok, span);
    let inner = tokens.iter().cloned();
    std::iter::once(bracket(Tok::Open(Bracket::Round)))
        .chain(inner)
        .chain([bracket(Tok::Close(Bracket::Round))])
        .collect()
}

/// The symbols of a text with the arguments in place of its letters.
fn filled(body: &str, arguments: &[&[Token]], callee: &Token, names: &KnownNames) -> Option<Vec<Token>> {
    let mut pattern = lex(body, names).ok()?;
    pattern.pop();
    let mut value = Vec::with_capacity(pattern.len());
    for token in pattern {
        let argument = match &token.tok {
            Tok::Word(word) => LETTERS.iter().position(|letter| letter == word),
            _ => None,
        };
        match argument.and_then(|place| arguments.get(place)) {
            Some(argument) => value.extend(bracketed(argument, callee.span)),
            None => value.push(Token { span: callee.span, ..token }),
        }
    }
    if let Some(first) = value.first_mut() {
        (first.blank, first.newline) = (callee.blank, callee.newline);
    }
    Some(value)
}
