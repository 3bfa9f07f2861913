//! Reductions as NumPy, PyTorch and MATLAB call them: along an axis (`sum(X, axis=0)`, `X.sum(0)`, `mean(X, 2)`, `max(X, [], 1)`), and
//! variances by their divisor (`var(x, ddof=1)`, `np.var(x)`, `var(x, 0)`). What follows the array in the brackets is taken out of the
//! text here, and what it says becomes the function.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ast::{Axis, Function, Reducer, Remark};
use super::names::KnownNames;
use super::token::{Bracket, Tok, Token};
use crate::diagnostic::{Advice, Diagnostic, Diagnostics};
use crate::number::Coeff;
use crate::span::Span;

/// The functions that reduce an array.
const REDUCERS: &[(&str, Reducer)] = &[
    ("sum", Reducer::Sum),
    ("mean", Reducer::Mean),
    ("average", Reducer::Mean),
    ("prod", Reducer::Prod),
    ("max", Reducer::Max),
    ("amax", Reducer::Max),
    ("min", Reducer::Min),
    ("amin", Reducer::Min),
    ("logsumexp", Reducer::LogSumExp),
    ("norm", Reducer::Norm),
    ("var", Reducer::Var(0)),
    ("std", Reducer::Std(0)),
];

/// What a call says beside its array.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    axis: Option<Axis>,
    keeps: bool,
    /// What is taken from the number of entries in a divisor.
    less: Option<u8>,
    is_one_norm: bool,
}

/// Whether a text is in R: its divisors are n − 1.
pub(crate) fn is_r(source: &str) -> bool {
    source.contains("%*%")
}

/// Whether `*` and functions of numbers work entry by entry in a text: in NumPy's and R's.
pub(crate) fn is_entry_by_entry(source: &str) -> bool {
    is_numpy(source) || is_r(source)
}

/// Whether a text is NumPy's by its looks. The `@` of a MATLAB function, `@(x) x'*A*x`, is no product.
pub(crate) fn is_numpy(source: &str) -> bool {
    let begins_function = |before: &str| before.is_empty() || before.ends_with('=');
    let is_product =
        |(at, _): (usize, &str)| !(source[at + 1..].starts_with('(') && begins_function(source[..at].trim_end()));
    // `(A * X).sum()`
    let is_method =
        |(at, _): (usize, &str)| source[..at].ends_with(|c: char| c == ')' || c == ']' || c.is_alphanumeric());
    source.match_indices('@').any(is_product)
        || [".sum(", ".mean("].iter().any(|method| source.match_indices(method).any(is_method))
        || ["np.", "numpy.", "jnp.", "torch."].iter().any(|module| source.contains(module))
}

/// The tokens, whose brackets are paired, with these calls as calls of one argument.
pub(super) fn rewrite(
    tokens: Vec<Token>,
    names: &KnownNames,
    source: &str,
    remarks: &mut Vec<Remark>,
) -> Result<Vec<Token>, Diagnostics> {
    let reducer = |at: usize| match (&tokens[at].tok, tokens.get(at + 1).map(|next| &next.tok)) {
        (Tok::Word(word), Some(Tok::Open(Bracket::Round))) if !tokens[at + 1].blank => {
            let is_known = !names.has_base(word) && !names.has_function(word);
            REDUCERS.iter().find(|row| row.0 == word && is_known).map(|row| row.1)
        }
        _ => None,
    };
    let found: Vec<(usize, Reducer)> = (0..tokens.len()).filter_map(|at| Some((at, reducer(at)?))).collect();
    if found.is_empty() {
        return Ok(tokens);
    }
    let mut gone = vec![false; tokens.len()];
    let mut functions = Vec::new();
    let mut errors = Vec::new();
    for (at, reducer) in found {
        let call = Call { tokens: &tokens, source, at };
        match call.said(reducer, remarks) {
            Ok(Some((function, from))) => {
                functions.push((at, function));
                gone[from..tokens[at + 1].partner].iter_mut().for_each(|gone| *gone = true);
            }
            Ok(None) => {}
            Err(error) => errors.push(*error),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut functions = functions.into_iter().peekable();
    let mut out = Vec::with_capacity(tokens.len());
    for (at, mut token) in tokens.into_iter().enumerate() {
        let function = functions.next_if(|next| next.0 == at).map(|next| next.1);
        if gone[at] {
            continue;
        }
        if let (Some(function), Tok::Word(word)) = (function, &token.tok) {
            let spelling = REDUCERS.iter().find(|row| row.0 == word).map_or("sum", |row| row.0);
            token.tok = Tok::Func(function, spelling);
        }
        out.push(token);
    }
    Ok(out)
}

/// The tokens with the powers behind the brackets of means within these, where a blank stands before the bracket: `mean (y - z)^2` is a mean
/// of squares, as `sum (y - z)^2` is a sum of them.
pub(super) fn means_of_powers(
    tokens: Vec<Token>,
    names: &KnownNames,
    source: &str,
    remarks: &mut Vec<Remark>,
) -> Vec<Token> {
    let power = |at: usize| {
        let Tok::Word(word) = &tokens[at].tok else { return None };
        let open = tokens.get(at + 1).filter(|next| next.blank && next.tok == Tok::Open(Bracket::Round))?;
        let is_mean = matches!(word.as_str(), "mean" | "average" | "avg") && !names.has_base(word);
        let close = open.partner;
        let sign = tokens.get(close + 1).filter(|_| is_mean)?;
        let has_terms = (at + 3..close).any(|at| matches!(tokens[at].tok, Tok::Plus | Tok::Minus));
        let exponent = tokens.get(close + 2)?;
        let end = match &exponent.tok {
            Tok::Open(Bracket::Brace | Bracket::Round) => exponent.partner,
            Tok::Number(_) => close + 2,
            _ => return None,
        };
        (matches!(sign.tok, Tok::Caret | Tok::Stars | Tok::DotCaret) && has_terms).then_some(end)
    };
    let mut names_at: FxHashMap<usize, usize> = FxHashMap::default();
    names_at.extend((0..tokens.len()).filter_map(|at| Some((power(at)?, at))));
    if names_at.is_empty() {
        return tokens;
    }
    let begins: FxHashSet<usize> = (0..tokens.len()).filter(|at| power(*at).is_some()).collect();
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len() + 2 * begins.len());
    for (at, token) in tokens.iter().enumerate() {
        let end = Span::new(token.span.end, token.span.end);
        out.push(token.clone());
        if begins.contains(&at) {
            out.push(Token::new(Tok::Open(Bracket::Round), end));
        }
        if let Some(name) = names_at.get(&at) {
            out.push(Token::new(Tok::Close(Bracket::Round), end));
            let (span, close) = (tokens[*name].span.join(token.span), tokens[*name + 1].partner);
            let text = |from: usize, to: usize| source.get(from..to).unwrap_or_default();
            let word = text(tokens[*name].span.start, tokens[*name].span.end);
            let inner = text(tokens[*name + 1].span.start, tokens[close].span.end);
            let raised = text(tokens[close].span.end, token.span.end);
            let other = format!("({word}{inner}){raised}");
            let message = format!(
                "`{word} {inner}{raised}` is read as a mean of powers; the power of the mean is written `{other}`"
            );
            remarks.push(Remark { row: "mean-of-powers", span, message: message.into(), other: Some(other) });
        }
    }
    out
}

/// The call of a reduction, by the place of its name.
struct Call<'t> {
    tokens: &'t [Token],
    source: &'t str,
    at: usize,
}

impl Call<'_> {
    /// The function that is called, and where the arguments after the array begin; nothing where it is what the name alone says.
    fn said(&self, reducer: Reducer, remarks: &mut Vec<Remark>) -> Result<Option<(Function, usize)>, Box<Diagnostic>> {
        let arguments = self.arguments();
        let Some((array, rest)) = arguments.split_first() else { return Ok(None) };
        if array.0 == array.1 {
            return Ok(None);
        }
        let mut said = Said::default();
        let mut positional = Vec::new();
        for argument in rest {
            match self.keyword(*argument) {
                Some((word, value)) => self.take(reducer, *array, (word, value), (&mut said, remarks))?,
                None => positional.push(*argument),
            }
        }
        if !self.take_positional(reducer, *array, &positional, &mut said, remarks) {
            return Ok(None);
        }
        let is_variance = matches!(reducer, Reducer::Var(_) | Reducer::Std(_));
        if rest.is_empty() && !is_variance {
            return Ok(None);
        }
        let less = if is_variance { said.less.unwrap_or_else(|| self.usual_divisor(remarks)) } else { 0 };
        let reducer = match reducer {
            Reducer::Var(_) => Reducer::Var(less),
            Reducer::Std(_) => Reducer::Std(less),
            Reducer::Norm if said.is_one_norm => Reducer::NormOne,
            other => other,
        };
        let axis = match said.axis {
            Some(Axis::Columns) if said.keeps => Some(Axis::ColumnsAsRow),
            axis => axis,
        };
        let from = rest.first().map_or(self.tokens[self.at + 1].partner, |first| first.0 - 1);
        Ok(Some((axis.map_or_else(|| reducer.of_all(), |axis| Function::Along(reducer, axis)), from)))
    }

    /// Where the arguments begin and end.
    fn arguments(&self) -> Vec<(usize, usize)> {
        let (open, close) = (self.at + 1, self.tokens[self.at + 1].partner.min(self.tokens.len()));
        let (mut found, mut from, mut at) = (Vec::new(), open + 1, open + 1);
        while at < close {
            match self.tokens[at].tok {
                Tok::Open(_) => at = self.tokens[at].partner.min(close),
                // `sum(X; dims=2)`
                Tok::Comma | Tok::Semicolon
                    if self.tokens[at].tok == Tok::Comma || self.keyword((at + 1, close)).is_some() =>
                {
                    found.push((from, at));
                    from = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        found.push((from, close));
        found
    }

    /// The word and the value of `axis=0`.
    fn keyword(&self, (from, to): (usize, usize)) -> Option<(&str, (usize, usize))> {
        match (&self.tokens.get(from)?.tok, &self.tokens.get(from + 1)?.tok) {
            (Tok::Word(word), Tok::Equal) if from + 2 < to => Some((word, (from + 2, to))),
            _ => None,
        }
    }

    /// The whole number that an argument is.
    fn integer(&self, (from, to): (usize, usize)) -> Option<i64> {
        let number = |tok: &Tok| match tok {
            Tok::Number(number) => Coeff::to_i64(number),
            _ => None,
        };
        match &self.tokens[from..to] {
            [one] => number(&one.tok),
            [sign, one] if sign.tok == Tok::Minus => number(&one.tok).map(|number| -number),
            _ => None,
        }
    }

    fn word(&self, (from, to): (usize, usize)) -> Option<&str> {
        match &self.tokens[from..to] {
            [Token { tok: Tok::Word(word), .. }] => Some(word),
            _ => None,
        }
    }

    fn span(&self, (from, to): (usize, usize)) -> Span {
        self.tokens[from].span.join(self.tokens[to - 1].span)
    }

    fn name(&self) -> &str {
        match &self.tokens[self.at].tok {
            Tok::Word(word) => word,
            _ => "sum",
        }
    }

    /// What a keyword says.
    fn take(
        &self,
        reducer: Reducer,
        array: (usize, usize),
        (word, value): (&str, (usize, usize)),
        (said, remarks): (&mut Said, &mut Vec<Remark>),
    ) -> Result<(), Box<Diagnostic>> {
        let name = self.name();
        let wrong = |what: &str, help: &str| {
            let message = format!("`{word}` of `{name}` is {what}");
            let error = Diagnostic::new("P0009", message, self.span(value), "not read");
            Err(Box::new(error.with_help(help.to_owned())))
        };
        let truth = match (self.word(value), self.integer(value)) {
            (Some("True" | "true"), _) | (_, Some(1)) => Some(true),
            (Some("False" | "false"), _) | (_, Some(0)) => Some(false),
            _ => None,
        };
        match word {
            // Julia numbers axes from 1, and the axis stays.
            "dims" if matches!(self.integer(value), Some(1 | 2)) && !is_numpy(self.source) => {
                said.axis = Some(if self.integer(value) == Some(1) { Axis::ColumnsAsRow } else { Axis::Rows });
                remarks.push(self.note_on_dims(array, said.axis));
            }
            "axis" | "dim" | "dims" => {
                let is_pair = matches!(self.tokens[value.0].tok, Tok::Open(_)) && value.0 + 5 == value.1;
                said.axis = match (self.word(value), self.integer(value)) {
                    (Some("None"), _) => None,
                    _ if is_pair => None,
                    (_, Some(0 | -2)) => Some(Axis::Columns),
                    (_, Some(1)) => Some(Axis::Rows),
                    (_, Some(-1)) => Some(Axis::Last),
                    _ => {
                        return wrong(
                            "0, 1 or -1",
                            "an array has at most two axes: 0 runs down the columns, 1 along the rows",
                        );
                    }
                };
            }
            "keepdims" | "keepdim" => match truth {
                Some(keeps) => said.keeps = keeps,
                None => return wrong("True or False", "write `keepdims=True`, or leave it out"),
            },
            "unbiased" => match truth {
                Some(unbiased) => said.less = Some(u8::from(unbiased)),
                None => return wrong("True or False", "write `unbiased=False` for the divisor n"),
            },
            "ddof" | "correction" => match self.integer(value).and_then(|less| u8::try_from(less).ok()) {
                Some(less) => said.less = Some(less),
                None => {
                    return wrong(
                        "a small whole number",
                        "the divisor is n less this number: write `ddof=1` for n − 1",
                    );
                }
            },
            "ord" | "p" if reducer == Reducer::Norm => {}
            _ => {
                let known = "beside the array only an axis, keepdims and the ddof of variances are read";
                let message = format!("`{word}` of `{name}` is not read");
                let error = Diagnostic::new("P0009", message, self.span(value), "not read");
                return Err(Box::new(error.with_help(known.to_owned())));
            }
        }
        Ok(())
    }

    /// What arguments without a word say; whether all of them are read here.
    fn take_positional(
        &self,
        reducer: Reducer,
        array: (usize, usize),
        given: &[(usize, usize)],
        said: &mut Said,
        remarks: &mut Vec<Remark>,
    ) -> bool {
        let integers: Vec<Option<i64>> = given.iter().map(|argument| self.integer(*argument)).collect();
        let of_arrays = |axis: i64| match axis {
            0 | -2 => Some(Axis::Columns),
            1 => Some(Axis::Rows),
            -1 => Some(Axis::Last),
            _ => None,
        };
        let of_matlab = |axis: i64| match axis {
            1 => Some(Axis::ColumnsAsRow),
            2 => Some(Axis::Rows),
            _ => None,
        };
        let is_numbered_from_0 = self.is_of_module() || matches!(reducer, Reducer::LogSumExp);
        let is_empty =
            |(from, to): (usize, usize)| to == from + 2 && self.tokens[from].tok == Tok::Open(Bracket::Square);
        match (reducer, given, integers.as_slice()) {
            (_, [], _) => true,
            // `max(X, 0)` is of two arrays.
            (Reducer::Max | Reducer::Min, [_], [_]) if !self.is_of_module() => false,
            (Reducer::Max | Reducer::Min, [empty, _], [_, Some(axis)]) if is_empty(*empty) => {
                said.axis = of_matlab(*axis);
                said.axis.is_some()
            }
            (Reducer::Norm, [_], [Some(1)]) if said.axis.is_some() => {
                said.is_one_norm = true;
                true
            }
            (Reducer::Norm, [_], [Some(2)]) => said.axis.is_some(),
            (Reducer::Norm, ..) => false,
            (Reducer::Var(_) | Reducer::Std(_), [_, ..], [Some(weight @ (0 | 1)), axis @ ..])
                if !is_numbered_from_0 =>
            {
                // MATLAB's weight: 0 for n − 1, 1 for n.
                said.less = Some(u8::from(*weight == 0));
                match axis {
                    [] => true,
                    [Some(axis)] => {
                        said.axis = of_matlab(*axis);
                        said.axis.is_some()
                    }
                    _ => false,
                }
            }
            (_, [_], [Some(axis)]) if is_numbered_from_0 || *axis <= 0 => {
                said.axis = of_arrays(*axis);
                said.axis.is_some()
            }
            (_, [_], [Some(axis)]) => {
                said.axis = of_matlab(*axis);
                // NumPy has no axis 2 of a matrix.
                if *axis == 1 {
                    remarks.push(self.note_on_axis(array));
                }
                said.axis.is_some()
            }
            _ => false,
        }
    }

    /// Whether the function stands after a module or is a method, so that axes are numbered from 0.
    fn is_of_module(&self) -> bool {
        let (span, name) = (self.tokens[self.at].span, self.name());
        let written = self.source.get(span.start..span.end).unwrap_or("");
        self.source.get(..span.start).is_some_and(|before| before.ends_with('.'))
            || written.len() > name.len() && written.ends_with(&format!(".{name}"))
            || is_numpy(self.source)
    }

    /// What is taken from the number of entries where the call does not say it: PyTorch takes 1, NumPy nothing; with a note nothing is
    /// taken elsewhere.
    fn usual_divisor(&self, remarks: &mut Vec<Remark>) -> u8 {
        let span = self.tokens[self.at].span;
        let before = self.source.get(..span.start).unwrap_or("");
        let has_module = |module: &str| before.ends_with(&format!("{module}."));
        if has_module("np") || has_module("jnp") || has_module("numpy") {
            return 0;
        }
        if is_r(self.source) || has_module("torch") || self.source.contains("torch.") && !self.source.contains("np.") {
            return 1;
        }
        if !is_numpy(self.source) {
            remarks.push(self.note_on_divisor());
        }
        0
    }

    fn whole(&self) -> Span {
        let close = self.tokens[self.at + 1].partner;
        self.tokens[self.at].span.join(self.tokens.get(close).map_or(self.tokens[self.at].span, |close| close.span))
    }

    fn text(&self, span: Span) -> &str {
        self.source.get(span.start..span.end).unwrap_or("x")
    }

    fn note_on_divisor(&self) -> Remark {
        let span = self.whole();
        let written = self.text(span);
        let open = written.strip_suffix(')').unwrap_or(written);
        let comma = if open.ends_with('(') { "" } else { ", " };
        let other = format!("{open}{comma}ddof=1)");
        let message = format!(
            "`{written}` is read with the divisor n, the number of entries; with n − 1 it is written `{other}`"
        );
        Remark { row: "divisor-of-variance", span, message: Advice::from(message), other: Some(other) }
    }

    fn note_on_dims(&self, array: (usize, usize), axis: Option<Axis>) -> Remark {
        let (span, name) = (self.whole(), self.name());
        let (of, axis) = if axis == Some(Axis::Rows) { ("row", 0) } else { ("column, as a row", 1) };
        let other = format!("{name}({}, axis={axis})", self.text(self.span(array)));
        let message = format!(
            "`{}` is read as in Julia, of each {of}; along the other axis it is written `{other}`",
            self.text(span)
        );
        Remark { row: "axis-of-julia", span, message: Advice::from(message), other: Some(other) }
    }

    fn note_on_axis(&self, array: (usize, usize)) -> Remark {
        let (span, name) = (self.whole(), self.name());
        let other = format!("{name}({}, axis=1)", self.text(self.span(array)));
        let message = format!(
            "`{}` is read as in MATLAB, of each column, as a row; NumPy's axis 1 is written `{other}`",
            self.text(span)
        );
        Remark { row: "axis-by-place", span, message: Advice::from(message), other: Some(other) }
    }
}
