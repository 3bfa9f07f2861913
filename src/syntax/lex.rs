//! Text to symbols: runs the grammar's `expression` rule, which cuts the text up, and unifies the spellings. After
//! this no stage sees LaTeX commands, superscript characters or styled letters.

use pest::Parser as _;
use rustc_hash::FxHashMap;

use super::ast::{Mark, ProductOp};
use super::derivative;
use super::dot::{is_called, is_operand};
use super::function::{INTEGRAL, foreign, function};
use super::grammar::{Grammar, Rule};
use super::greek::{fraction, greek, plain_text, subscript, superscript};
use super::latex::{
    Command, Macro, bold_letter, command, defined, in_place_of, is_expectation, is_operator, similar_command,
};
use super::letter_call::AVERAGE;
use super::limits::{MAX_NUMBER_DIGITS, MAX_NUMBER_EXPONENT};
use super::names::KnownNames;
use super::token::{AXES, Bracket, METHOD, Raw, Relation, Side, Tok, Token, closing};
use crate::diagnostic::{Advice, Diagnostic, Diagnostics, Suggestion};
use crate::number::Coeff;
use crate::span::Span;

/// The symbols of a text, closed by [`Tok::End`], or all that cannot be one.
pub(super) fn lex(source: &str, names: &KnownNames) -> Result<Vec<Token>, Diagnostics> {
    let changed = super::left_division::marked(source, |name| command(name).is_some() || is_operator(name))
        .or_else(|| super::user_macro::without_comments(source));
    let text = changed.as_deref().unwrap_or(source);
    let raws = pieces(text, source)?;
    if let Some(error) = super::derivative::inside(text, names) {
        return Err(vec![error]);
    }
    let is_known = |raw: &Raw<'_>| raw.rule == Rule::command && command(&raw.text[1..]).is_some();
    let mut lexer = Lexer {
        source,
        has_commands: text.contains('\\'),
        is_latex: text.contains('{') || raws.iter().any(is_known),
        raws,
        partners: Vec::new(),
        at: 0,
        side: None,
        mark: Mark::None,
        is_word: false,
        tokens: Vec::new(),
        errors: Vec::new(),
        skip: Vec::new(),
        instead: FxHashMap::default(),
    };
    lexer.partners = lexer.braces();
    lexer.run();
    if !lexer.errors.is_empty() {
        return Err(lexer.errors);
    }
    Ok(super::raised::beside_exponents(norms_of_bars(lexer.tokens, source), names))
}

/// The pieces of a text, with what its macros stand for in their place. Places in the text are those of the source.
pub(super) fn pieces<'s>(text: &'s str, source: &str) -> Result<Vec<Raw<'s>>, Diagnostics> {
    // The rule takes any text, as `unknown` takes any character, so the error arm is for pest's own limits.
    let pairs = Grammar::parse(Rule::expression, text).map_err(|_| {
        vec![Diagnostic::new("P0008", "this text cannot be read", Span::new(0, source.len().min(1)), "from here on")]
    })?;
    let mut raws = Vec::new();
    for pair in pairs.flatten() {
        let rule = pair.as_rule();
        if rule != Rule::expression && rule != Rule::EOI {
            let at = pair.as_span();
            raws.push(Raw { rule, text: at.as_str(), span: Span::new(at.start(), at.end()) });
        }
    }
    super::user_macro::expanded(raws, source)
}

/// The tokens with `\left|\left|x\right|\right|`, `\lvert\lvert x\rvert\rvert` and `|\!|x|\!|` as norms: of an absolute value nobody takes the
/// absolute value.
fn norms_of_bars(mut tokens: Vec<Token>, source: &str) -> Vec<Token> {
    let is_bar = |token: &Token, side: Side| token.tok == Tok::Bar(side);
    let is_joined = |tokens: &[Token], at: usize| {
        let between = source.get(tokens[at].span.end..tokens[at + 1].span.start).unwrap_or("");
        let is_either = is_bar(&tokens[at], Side::Either) && is_bar(&tokens[at + 1], Side::Either);
        is_either
            && !between.is_empty()
            && between.split("\\!").all(|blank| blank.trim().is_empty())
            && between.contains('!')
    };
    let mut pairs: Vec<usize> = (1..tokens.len()).map(|at| at - 1).filter(|at| is_joined(&tokens, *at)).collect();
    let (mut open, mut closed): (Vec<usize>, FxHashMap<usize, usize>) = (Vec::new(), FxHashMap::default());
    for (at, token) in tokens.iter().enumerate() {
        if is_bar(token, Side::Left) {
            open.push(at);
        } else if is_bar(token, Side::Right)
            && let Some(first) = open.pop()
        {
            closed.insert(first, at);
        }
    }
    for at in 0..tokens.len() {
        if let (Some(last), Some(inner)) = (closed.get(&at), closed.get(&(at + 1)))
            && inner + 1 == *last
        {
            pairs.extend([at, *inner]);
        }
    }
    pairs.sort_unstable();
    // The later ones first, so that the places of the others stay.
    for at in pairs.into_iter().rev() {
        if let (Tok::Bar(side), Some(Tok::Bar(_))) = (tokens[at].tok.clone(), tokens.get(at + 1).map(|next| &next.tok))
        {
            tokens[at].span = tokens[at].span.join(tokens[at + 1].span);
            tokens[at].tok = Tok::DoubleBar(side, false);
            tokens.remove(at + 1);
        }
    }
    tokens
}

/// Modules whose functions are often written with their name in front.
const MODULES: &[&str] = &[
    "np",
    "numpy",
    "jnp",
    "jax",
    "torch",
    "tf",
    "keras",
    "linalg",
    "scipy",
    "special",
    "stats",
    "math",
    "Math",
    "nn",
    "functional",
    "sp",
    "sympy",
    "cp",
    "cvxpy",
    "LinearAlgebra",
    "LA",
    "la",
    "sla",
    "spla",
    "random",
    "F",
];

/// Functions that are called as a method of an array; after a module that has the name of a matrix they are one.
const METHODS: &[&str] = &[
    "dot",
    "sum",
    "mean",
    "prod",
    "max",
    "min",
    "trace",
    "det",
    "inv",
    "inverse",
    "transpose",
    "t",
    "norm",
    "pow",
    "clamp",
];

/// The word that the lexer makes of `s.t.`.
pub(super) const SUBJECT_TO: &str = "s.t.";

/// The word that the lexer makes of `\underset`, until what stands below the sign is moved after it.
pub(super) const UNDERSET: &str = "\\underset";

/// Most symbols that stand below a sign.
const MAX_BELOW: usize = 100;

/// What stands for a division from the left.
const SOLVE: &str = "for the solution of a linear system, A⁻¹b, write `inv(A) b`";

/// Commands that set letters as one word.
const WORD_STYLES: &[&str] =
    &["operatorname", "operatorname*", "mathop", "mathrm", "mathsf", "text", "textrm", "textnormal", "textsf", "mbox"];

struct Lexer<'s> {
    source: &'s str,
    /// Whether the text has commands of LaTeX.
    has_commands: bool,
    /// Whether it is LaTeX, in which a backslash begins a command and is no division.
    is_latex: bool,
    raws: Vec<Raw<'s>>,
    /// For each brace in `raws`, the place of its partner.
    partners: Vec<usize>,
    at: usize,
    /// `\left` or its kin stands before the next symbol.
    side: Option<Side>,
    /// How the next letters are set.
    mark: Mark,
    /// Whether the next letters are set as one word.
    is_word: bool,
    tokens: Vec<Token>,
    errors: Diagnostics,
    /// Places in `raws` of closing braces that are already used up, the nearest last.
    skip: Vec<usize>,
    /// What stands in place of a symbol in `raws`: the closing brace of `\norm{x}` is a norm's right bar.
    instead: FxHashMap<usize, Option<Tok>>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        let mut end = 0;
        while self.at < self.raws.len() {
            if self.skip.last() == Some(&self.at) {
                self.skip.pop();
                self.at += 1;
                continue;
            }
            let first = self.tokens.len();
            let start = self.raws[self.at].span.start;
            match self.instead.remove(&self.at) {
                Some(Some(tok)) => self.push(tok, self.raws[self.at].span),
                Some(None) => {}
                None => self.symbol(),
            }
            self.at += 1;
            let between = self.source.get(end..start).unwrap_or("");
            if let Some(token) = self.tokens.get_mut(first) {
                // The dot of `σ.(x)` is no blank.
                let is_dotted = between == "." && token.tok == Tok::Open(Bracket::Round);
                token.blank = !is_dotted && between.chars().any(|c| !is_invisible(c));
                token.newline = first > 0 && between.contains('\n');
            }
            if self.tokens.len() > first {
                end = self.tokens.last().map_or(end, |token| token.span.end);
            }
        }
        let end = self.source.trim_end().len();
        self.tokens.push(Token::new(Tok::End, Span::new(end, end)));
        self.trim();
        self.tokens = super::raised::unified(std::mem::take(&mut self.tokens));
        self.unwrap_functions();
        self.move_below();
        self.tokens = super::numbered_index::unified(std::mem::take(&mut self.tokens));
        self.tokens = super::cases::unified(std::mem::take(&mut self.tokens), self.source);
        self.tokens = super::over::as_fractions(std::mem::take(&mut self.tokens));
    }

    /// Drops the punctuation after a formula and the signs that align its one line.
    fn trim(&mut self) {
        let end = self.tokens.pop();
        while matches!(self.tokens.last(), Some(token) if matches!(token.tok, Tok::Comma | Tok::Semicolon)) {
            self.tokens.pop();
        }
        let is_sign = |at: usize, text: &str| {
            self.tokens.get(at).is_some_and(|token| self.source.get(token.span.start..token.span.end) == Some(text))
        };
        if is_sign(0, "&") && is_sign(1, "=") {
            self.tokens.drain(..2);
        } else if let Some(at) = (0..self.tokens.len()).find(|at| is_sign(*at, "&") && is_sign(at + 1, "=")) {
            self.tokens.remove(at);
        }
        self.tokens.extend(end);
    }

    /// Whether nothing but ends of lines and environments follows a place.
    fn is_last(&self, at: usize) -> bool {
        self.raws[at + 1..]
            .iter()
            .all(|raw| raw.rule == Rule::row_end || matches!(raw.text, "\\end" | "\\tag" | "\\label" | "\\nonumber"))
            || self.raws[at + 1..].first().is_some_and(|raw| matches!(raw.text, "\\end" | "\\tag" | "\\label"))
    }

    /// The partner of each brace.
    fn braces(&self) -> Vec<usize> {
        let mut partners = vec![usize::MAX; self.raws.len()];
        let mut open = Vec::new();
        for (at, raw) in self.raws.iter().enumerate() {
            match raw.rule {
                Rule::open_brace => open.push(at),
                Rule::close_brace => {
                    if let Some(partner) = open.pop() {
                        partners[partner] = at;
                        partners[at] = partner;
                    }
                }
                _ => {}
            }
        }
        partners
    }

    /// `{\rm tr}(X)` and `\mathop{\mathrm{tr}}(X)` are `tr(X)`: a function alone in braces that are no argument loses them.
    fn unwrap_functions(&mut self) {
        let mut kept: Vec<Token> = Vec::with_capacity(self.tokens.len());
        let mut tokens = std::mem::take(&mut self.tokens).into_iter().peekable();
        while let Some(token) = tokens.next() {
            let is_function = |token: &Token| matches!(&token.tok, Tok::Word(word) if function(word).is_some());
            let takes_group = |token: &Token| {
                matches!(token.tok, Tok::Caret | Tok::DotCaret | Tok::Underscore | Tok::Frac | Tok::Binom | Tok::Sqrt)
                    || matches!(token.tok, Tok::Close(Bracket::Brace))
            };
            kept.push(token);
            // `x{}^T`
            if let [before @ .., open, close] = &*kept
                && (&open.tok, &close.tok) == (&Tok::Open(Bracket::Brace), &Tok::Close(Bracket::Brace))
                && before.last().is_some_and(|token| !takes_group(token) || token.tok == Tok::Close(Bracket::Brace))
                && matches!(tokens.peek(), Some(next) if matches!(next.tok, Tok::Caret | Tok::Underscore | Tok::Prime))
            {
                kept.truncate(kept.len() - 2);
            }
            if !matches!(tokens.peek(), Some(next) if next.tok == Tok::Close(Bracket::Brace)) {
                continue;
            }
            if let [before @ .., open, name] = &*kept
                && open.tok == Tok::Open(Bracket::Brace)
                && is_function(name)
                && !before.last().is_some_and(takes_group)
            {
                let open = kept.len() - 2;
                kept.remove(open);
                tokens.next();
            }
        }
        self.tokens = kept;
    }

    fn push(&mut self, tok: Tok, span: Span) {
        let side = self.side.take();
        let tok = match (tok, side) {
            (Tok::Bar(_), Some(side)) => Tok::Bar(side),
            (Tok::DoubleBar(_, _), Some(side)) => Tok::DoubleBar(side, false),
            (Tok::Less, Some(_)) => Tok::Open(Bracket::Angle),
            (Tok::Greater, Some(_)) => Tok::Close(Bracket::Angle),
            (tok, _) => tok,
        };
        let mut token = Token::new(tok, span);
        token.latex = side.is_some();
        token.mark = std::mem::take(&mut self.mark);
        token.is_word = std::mem::take(&mut self.is_word);
        if token.tok == Tok::Op(ProductOp::Hadamard) && self.raise_entrywise() {
            return;
        }
        self.tokens.push(token);
    }

    /// `x^{\odot 2}`, `x^{\circ 2}` is `x.^2`: an entrywise sign that begins a raised group belongs to the power.
    fn raise_entrywise(&mut self) -> bool {
        let [.., power, open] = &mut *self.tokens else { return false };
        if power.tok != Tok::Caret || open.tok != Tok::Open(Bracket::Brace) {
            return false;
        }
        power.tok = Tok::DotCaret;
        true
    }

    fn symbol(&mut self) {
        let Raw { rule, text, span } = self.raws[self.at];
        let tok = match rule {
            Rule::power if text == "**" => Tok::Stars,
            Rule::times => Tok::Op(match text {
                "·" | "⋅" | "•" | "∙" | "‧" => ProductOp::Dot,
                "*" | "∗" | "⁎" | "＊" => ProductOp::Star,
                "@" | "%*%" => ProductOp::At,
                _ => ProductOp::Times,
            }),
            Rule::number => return self.number(text, span),
            Rule::fraction_sign => match fraction(text).and_then(|(a, b)| Coeff::ratio(a, b)) {
                Some(value) => Tok::Number(value),
                None => return self.unknown(text, span),
            },
            Rule::superscript => return self.superscript(text, span),
            Rule::subscript => return self.script(text, span, Tok::Underscore, subscript),
            Rule::under_digits => {
                self.push(Tok::Underscore, Span::new(span.start, span.start + 1));
                return self.number(&text[1..], Span::new(span.start + 1, span.end));
            }
            Rule::quoted => Tok::NormWord(match text.trim_matches(['\'', '"']) {
                "fro" | "Frobenius" => "fro",
                "nuc" => "nuc",
                _ => "inf",
            }),
            Rule::axes => return self.axes(text, span),
            Rule::unknown if super::left_division::is_sign(text, self.source, span) => Tok::LeftDivide,
            Rule::row_end if self.continues_below() => {
                self.at += 1;
                return;
            }
            Rule::word => return self.word(text, span),
            Rule::command => return self.command(&text[1..], span),
            Rule::double_bar => Tok::DoubleBar(Side::Either, text == "||"),
            Rule::bar => Tok::Bar(Side::Either),
            Rule::unknown => return self.unknown(text, span),
            // f″ is f′′.
            Rule::prime if matches!(text, "″" | "‴") => {
                for _ in 1..if text == "″" { 2 } else { 3 } {
                    self.push(Tok::Prime, span);
                }
                Tok::Prime
            }
            _ => match operator(rule) {
                Some(tok) => tok,
                None => return self.unknown(text, span),
            },
        };
        self.push(tok, span);
    }

    /// `einsum('ij,j->i',` and `reduction='sum'`: a word of their own holds what is quoted.
    fn axes(&mut self, text: &str, span: Span) {
        let quoted = text.find(['\'', '"']).zip(text.rfind(['\'', '"']));
        let Some((first, last)) = quoted else { return };
        let place = |from: usize, to: usize| Span::new(span.start + from, span.start + to);
        let said = text[first + 1..last].to_owned();
        if let Some(name) = text[..first].strip_suffix('(') {
            self.push(Tok::Word(name.to_owned()), place(0, first - 1));
            self.push(Tok::Open(Bracket::Round), place(first - 1, first));
            self.push(Tok::Word(format!("{AXES}{said}")), place(first, last + 1));
            self.push(Tok::Comma, place(last + 1, text.len()));
        } else {
            self.push(Tok::Word("reduction".to_owned()), place(0, "reduction".len()));
            self.push(Tok::Equal, place("reduction".len(), first));
            self.push(Tok::Word(said), place(first, last + 1));
        }
    }

    /// Whether the row below is indented after its first column, `\\ &\quad …`, and so goes on with this one.
    fn continues_below(&self) -> bool {
        let below = self.raws.get(self.at + 1).filter(|raw| raw.rule == Rule::ampersand);
        let below = below.and_then(|raw| self.source.get(raw.span.end..)).unwrap_or_default().trim_start();
        let behind = below.trim_start_matches("\\quad").trim_start_matches("\\qquad");
        behind.len() < below.len() && !behind.trim_start().starts_with("\\text")
    }

    /// A run of letters; a `Σ` or `Π` at its end that has an index is a symbol of its own, as in `xΣᵢ aᵢ`.
    fn word(&mut self, text: &str, span: Span) {
        if self.subject_to(text, span) {
            return;
        }
        if let Some(length) = self.raised_letter(text) {
            let middle = span.start + length;
            self.push(Tok::Word(text[..length].to_owned()), Span::new(span.start, middle));
            let digits = text[length..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |count| length + count);
            let end = span.start + digits;
            if digits > length {
                self.number(&text[length..digits], Span::new(middle, end));
            }
            if digits < text.len() {
                self.word(&text[digits..], Span::new(end, span.end));
            }
            return;
        }
        if let Some(error) = self.other_base(text, span) {
            return self.errors.push(error);
        }
        if let Some(next) = self.behind_modules() {
            self.at = next;
            let Raw { rule, text, span } = self.raws[next];
            if rule == Rule::axes {
                return self.axes(text, span);
            }
            // CVXPY's `logistic(x)` is log(1 + e^x).
            let is_of_cvxpy = matches!(self.raws[next - 2].text, "cp" | "cvxpy");
            return match text {
                "dot" => self.push(Tok::Word("np.dot".to_owned()), span),
                "logistic" if is_of_cvxpy => self.push(Tok::Word("softplus".to_owned()), span),
                _ => self.word(text, span),
            };
        }
        let word = plain_text(text);
        // Letters that became longer and others that became shorter: no letter is where its number of bytes says.
        if word.len() == text.len() && word != text && word.chars().count() != text.chars().count() {
            let mut starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            starts.push(text.len());
            for pair in starts.windows(2) {
                let letter = plain_text(&text[pair[0]..pair[1]]);
                self.push(Tok::Word(letter), Span::new(span.start + pair[0], span.start + pair[1]));
            }
            return;
        }
        let indexed =
            matches!(self.rule_at(self.at + 1), Some(Rule::subscript | Rule::underscore | Rule::under_digits));
        if indexed
            && let Some((place, sign @ ('Σ' | 'Π'))) = text.char_indices().last()
            && place > 0
        {
            let middle = span.start + place;
            self.push(Tok::Word(plain_text(&text[..place])), Span::new(span.start, middle));
            return self.push(Tok::Word(sign.to_string()), Span::new(middle, span.end));
        }
        self.push(Tok::Word(word), span);
    }

    /// The error at `0xFF`, `0b101`, `0o17`: a number of another base, which would be 0 times a name.
    fn other_base(&self, text: &str, span: Span) -> Option<Diagnostic> {
        let before = self.at.checked_sub(1).and_then(|at| self.raws.get(at))?;
        if before.rule != Rule::number || before.text != "0" || before.span.end != span.start {
            return None;
        }
        let base = match text.chars().next()?.to_ascii_lowercase() {
            'x' => 16,
            'o' => 8,
            'b' => 2,
            _ => return None,
        };
        let digits = &text[1..];
        if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(base)) {
            return None;
        }
        let span = before.span.join(span);
        let error = Diagnostic::new("P0006", "a number that is not decimal", span, format!("in base {base}"))
            .with_help(format!("put a blank between the factors of a product: `0 {text}`"));
        let value = u64::from_str_radix(digits, base).ok();
        Some(value.into_iter().fold(error, |error, value| error.with_help(format!("write the number as `{value}`"))))
    }

    /// The length of the letter that alone is raised at the beginning of a run: the T of `x^TAx` and `w^T1`, and in LaTeX any letter, as in
    /// `\gamma^tr`.
    fn raised_letter(&self, text: &str) -> Option<usize> {
        let first = text.chars().next()?;
        if text.len() == first.len_utf8() || !matches!(self.tokens.last(), Some(token) if token.tok == Tok::Caret) {
            return None;
        }
        let is_one = first == 'T' || first.is_ascii_alphabetic() && greek(text).is_none() && self.has_commands;
        is_one.then_some(first.len_utf8())
    }

    /// Where the modules end that a function's name stands after, as in `np.linalg.inv(X)`: the place of the name.
    fn behind_modules(&self) -> Option<usize> {
        let mut at = self.at;
        let is_module = |at: usize| {
            let of_a_distribution =
                matches!(self.raws.get(at + 2).map(|raw| raw.text), Some("cdf" | "pdf" | "logcdf" | "logpdf"));
            MODULES.contains(&self.raws[at].text) || self.raws[at].text == "norm" && of_a_distribution
        };
        let is_name = |at: usize| matches!(self.rule_at(at), Some(Rule::word | Rule::axes));
        while is_module(at) && self.is_dot(at + 1) && is_name(at + 2) {
            at += 2;
        }
        // `tf.reduce_mean(x)`
        let is_reduction = |place: usize| {
            matches!(
                self.raws.get(place).map(|raw| raw.text),
                Some("sum" | "mean" | "max" | "min" | "prod" | "logsumexp" | "variance" | "std")
            )
        };
        if at > self.at
            && self.raws[at].text == "reduce"
            && self.rule_at(at + 1) == Some(Rule::underscore)
            && is_reduction(at + 2)
        {
            at += 2;
        }
        let first = self.raws[self.at].text;
        let name = self.raws[at].text;
        let called = self.rule_at(at) == Some(Rule::axes)
            || matches!(self.rule_at(at + 1), Some(Rule::open_round | Rule::under_digits | Rule::underscore));
        let is_constant = matches!(name, "pi" | "e" | "inf" | "float16" | "float32" | "float64" | "double");
        let of_a_symbol = first.len() == 1 && METHODS.contains(&name);
        (at > self.at && (called || is_constant) && !of_a_symbol).then_some(at)
    }

    /// Whether a dot stands at a place, with no blank on either side.
    fn is_dot(&self, at: usize) -> bool {
        let touches = |left: usize, right: usize| match (self.raws.get(left), self.raws.get(right)) {
            (Some(left), Some(right)) => left.span.end == right.span.start,
            _ => false,
        };
        at > 0
            && self.raws.get(at).is_some_and(|raw| raw.rule == Rule::unknown && raw.text == ".")
            && touches(at - 1, at)
            && touches(at, at + 1)
    }

    /// A dot before a method, `A.dot(b)`, or between the factors of a product as Mathematica has it, `Tr[A.X]`; whether it was one.
    fn dot(&mut self, span: Span) -> bool {
        let at = self.at;
        let Some(&Raw { rule: rule_before, text: before, .. }) =
            at.checked_sub(1).and_then(|before| self.raws.get(before))
        else {
            return false;
        };
        let ends_operand = matches!(
            rule_before,
            Rule::word
                | Rule::close_round
                | Rule::close_square
                | Rule::dot_transpose
                | Rule::prime
                | Rule::under_digits
        );
        if ends_operand
            && self.is_dot(at)
            && self.rule_at(at + 1) == Some(Rule::word)
            && self.rule_at(at + 2) == Some(Rule::open_round)
        {
            let name = &self.raws[at + 1];
            let method = Tok::Word(format!("{METHOD}{}", name.text));
            let place = span.join(name.span);
            self.push(method, place);
            self.at += 1;
            return true;
        }
        if ends_operand && self.is_dot(at) && self.attribute(span) {
            return true;
        }
        // `log.(x)`: Julia's functions of each entry.
        if self.is_dot(at) && self.rule_at(at + 1) == Some(Rule::open_round) {
            if rule_before == Rule::word && is_called(before) {
                return true;
            }
            // `w.(x - y)`, `(A x - b).(A x - b)`
            if ends_operand && rule_before != Rule::prime {
                self.push(Tok::Op(ProductOp::Dot), span);
                return true;
            }
        }
        // `x .+ 1`, `1 .- p`
        let is_sign = matches!(self.rule_at(at + 1), Some(Rule::plus | Rule::minus));
        let touches = self.raws.get(at + 1).is_some_and(|next| next.span.start == span.end);
        let after_operand = ends_operand || matches!(rule_before, Rule::number | Rule::superscript);
        if is_sign && touches && after_operand {
            return true;
        }
        // `w.x + b`, `x . A . x`
        if ends_operand && self.is_between_letters(at) {
            self.push(Tok::Op(ProductOp::Dot), span);
            return true;
        }
        let begins_operand = matches!(self.rule_at(at + 1), Some(Rule::word | Rule::open_round | Rule::open_square));
        if ends_operand && begins_operand && calls_with_square_brackets(self.source) {
            let column = |text: &str| text.len() == 1 && text.bytes().all(|b| b.is_ascii_lowercase());
            let within = self.tokens.len().checked_sub(2).is_some_and(|at| matches!(self.tokens[at].tok, Tok::Op(_)));
            if column(before) && !within {
                self.push(Tok::Prime, span);
            }
            self.push(Tok::Op(ProductOp::Dot), span);
            return true;
        }
        false
    }

    /// Whether a dot stands between the names of operands in a text that calls nothing with square brackets: an inner product. What NumPy has
    /// after a dot, as in `X.T`, is none, and neither is what is called.
    fn is_between_letters(&self, at: usize) -> bool {
        let (Some(before), Some(dot), Some(next)) = (&self.raws.get(at - 1), self.raws.get(at), self.raws.get(at + 1))
        else {
            return false;
        };
        let stands_apart = before.span.end < dot.span.start && dot.span.end < next.span.start;
        let is_known = matches!(next.text, "T" | "t" | "H" | "I") || self.rule_at(at + 2) == Some(Rule::open_round);
        let ends =
            matches!(before.rule, Rule::close_round | Rule::under_digits | Rule::prime) || is_operand(before.text);
        (self.is_dot(at) || dot.text == "." && stands_apart)
            && ends
            && next.rule == Rule::word
            && is_operand(next.text)
            && !is_known
            && !calls_with_square_brackets(self.source)
    }

    /// `X.shape[0]`, `X.size`: the method that counts the same; whether one of them stands after a dot.
    fn attribute(&mut self, dot: Span) -> bool {
        let text = |at: usize| self.raws.get(at).map(|raw| raw.text);
        let at = self.at + 1;
        let (method, last) = match (text(at), text(at + 1), text(at + 2), text(at + 3)) {
            (Some("shape"), Some("["), Some("0"), Some("]")) => ("nrow", at + 3),
            (Some("shape"), Some("["), Some("1"), Some("]")) => ("ncol", at + 3),
            (Some("size"), ..) => ("numel", at),
            _ => return false,
        };
        let span = dot.join(self.raws[last].span);
        self.push(Tok::Word(format!("{METHOD}{method}")), span);
        self.push(Tok::Open(Bracket::Round), span);
        self.push(Tok::Close(Bracket::Round), span);
        self.at = last;
        true
    }

    /// Whether a dot ends a sentence: nothing but brackets of LaTeX stands after it.
    fn full_stop(&self) -> bool {
        self.at > 0 && self.at + 1 == self.raws.len()
    }

    /// `s.t.` is one word; whether it stands here.
    fn subject_to(&mut self, text: &str, span: Span) -> bool {
        let is = |at: usize, wanted: &str| self.raws.get(at).is_some_and(|raw| raw.text == wanted);
        if text != "s" || !is(self.at + 1, ".") || !is(self.at + 2, "t") {
            return false;
        }
        let last = if is(self.at + 3, ".") { self.at + 3 } else { self.at + 2 };
        self.push(Tok::Word(SUBJECT_TO.to_owned()), span.join(self.raws[last].span));
        self.at = last;
        true
    }

    fn number(&mut self, text: &str, span: Span) {
        // `9E+6F` in LaTeX is a sum of matrices.
        if let Some(letter) = text.find('E').filter(|_| self.has_commands) {
            let place = |from: usize, to: usize| Span::new(span.start + from, span.start + to);
            let (before, behind) = (&text[..letter], &text[letter + 1..]);
            self.number(before, place(0, letter));
            let sign = behind.chars().next().filter(|c| !c.is_ascii_digit());
            let Some(sign) = sign else {
                return self.push(Tok::Word(format!("E{behind}")), place(letter, text.len()));
            };
            self.push(Tok::Word(String::from("E")), place(letter, letter + 1));
            let digits = letter + 1 + sign.len_utf8();
            self.push(if sign == '+' { Tok::Plus } else { Tok::Minus }, place(letter + 1, digits));
            return self.number(&text[digits..], place(digits, text.len()));
        }
        let plain = text.replace('−', "-");
        let value =
            if plain.len() > MAX_NUMBER_DIGITS { None } else { Coeff::parse_decimal(&plain, MAX_NUMBER_EXPONENT) };
        match value {
            Some(value) => self.push(Tok::Number(value), span),
            None => self.errors.push(
                Diagnostic::new(
                    "P0006",
                    "this number is out of range",
                    span,
                    "too many digits or too large an exponent",
                )
                .with_note(format!(
                    "numbers are exact: at most {MAX_NUMBER_DIGITS} digits, exponents up to {MAX_NUMBER_EXPONENT}"
                ))
                .with_help("write a symbol in its place, such as `s`"),
            ),
        }
    }

    fn unknown(&mut self, text: &str, span: Span) {
        let c = text.chars().next().unwrap_or(' ');
        let follows_else = self
            .at
            .checked_sub(1)
            .and_then(|at| self.raws.get(at))
            .is_some_and(|raw| matches!(raw.text, "otherwise" | "else" | "elsewhere" | "const"));
        if c == '.'
            && (follows_else || self.dot(span) || self.full_stop() || !self.tokens.is_empty() && self.is_last(self.at))
        {
            return;
        }
        let diagnostic = if c.is_control() {
            let code = u32::from(c);
            Diagnostic::new("P0001", format!("control character U+{code:04X} in the input"), span, "here")
                .with_help("delete it; it is invisible in most editors")
        } else if c == '.' {
            let module = self.at.checked_sub(1).and_then(|at| self.raws.get(at)).map(|raw| raw.text);
            let is_shape = self.raws.get(self.at + 1).is_some_and(|next| next.text == "shape");
            let help = match module.filter(|name| MODULES.contains(name)) {
                Some(module) => format!("functions are written without a module: `sum(X)`, without `{module}.`"),
                None if is_shape => "write `len(x)`, `nrow(X)` or `ncol(X)`".to_owned(),
                None => "write `0.5` for a number, `.*`, `./`, `.^` for elementwise operators, `X.T` for the transpose"
                    .to_owned(),
            };
            Diagnostic::new("P0006", "a dot that belongs to no number or operator", span, "here").with_help(help)
        } else {
            let error =
                Diagnostic::new("P0001", format!("`{c}` is not a symbol of the language"), span, "not known here");
            if matches!(c, '∇' | '∂') {
                return self.errors.push(error.with_help(derivative::written_out()));
            }
            error.with_help(match c {
                '⊥' | '⟂' => {
                    "the orthogonal complement is not in the language; write the projection, as `I - A pinv(A)`"
                }
                '∛' => "write `x^(1/3)`",
                '∜' => "write `x^(1/4)`",
                '⊛' => "a convolution is the product with a matrix: write `C x`",
                '⊕' => "write a sum of matrices as `A + B`",
                '±' | '∓' => "write one of the two signs",
                '≈' => "an expression is one side of an equation",
                '∫' => INTEGRAL,
                '%' => "comments begin with `#`",
                '０'..='９' => "this digit is wider than those of the keyboard; write `0` to `9`",
                '“' | '”' | '"' | '`' => "write the expression without quotation marks",
                _ => "delete it, or write what it stands for with the operators `+ - * / .* ./ ^ '`",
            })
        };
        self.errors.push(diagnostic);
    }

    /// `⁻¹ᵀ` becomes `^{-1}^{T}`: a T closes a group, alone or with a minus before it.
    fn superscript(&mut self, text: &str, span: Span) {
        let mut start = 0;
        for (at, c) in text.char_indices() {
            if c != 'ᵀ' {
                continue;
            }
            let before = &text[start..at];
            let end = at + c.len_utf8();
            if before.is_empty() || before == "⁻" {
                self.script(
                    &text[start..end],
                    Span::new(span.start + start, span.start + end),
                    Tok::Caret,
                    superscript,
                );
            } else {
                self.script(before, Span::new(span.start + start, span.start + at), Tok::Caret, superscript);
                self.script(&text[at..end], Span::new(span.start + at, span.start + end), Tok::Caret, superscript);
            }
            start = end;
        }
        if start < text.len() {
            self.script(&text[start..], Span::new(span.start + start, span.end), Tok::Caret, superscript);
        }
    }

    /// `mark { … }` with the characters on the line.
    fn script(&mut self, text: &str, span: Span, mark: Tok, plain: fn(char) -> Option<char>) {
        self.push(mark, Span::new(span.start, span.start));
        self.push(Tok::Open(Bracket::Brace), Span::new(span.start, span.start));
        let chars: Vec<(usize, char)> =
            text.char_indices().map(|(at, c)| (span.start + at, plain(c).unwrap_or(c))).collect();
        let ends: Vec<usize> = text.char_indices().map(|(at, c)| span.start + at + c.len_utf8()).collect();
        let mut k = 0;
        while k < chars.len() {
            let (start, c) = chars[k];
            let mut next = k + 1;
            let tok = if c.is_ascii_digit() {
                while next < chars.len() && chars[next].1.is_ascii_digit() {
                    next += 1;
                }
                let digits: String = chars[k..next].iter().map(|pair| pair.1).collect();
                self.number(&digits, Span::new(start, ends[next - 1]));
                k = next;
                continue;
            } else if c.is_alphabetic() {
                // In a superscript letters multiply (`xⁿᵏ`); in a subscript they are one run (`λₘₐₓ`).
                while mark_is_subscript(plain) && next < chars.len() && chars[next].1.is_alphabetic() {
                    next += 1;
                }
                Tok::Word(chars[k..next].iter().map(|pair| pair.1).collect())
            } else {
                match c {
                    '+' => Tok::Plus,
                    '-' => Tok::Minus,
                    '=' => Tok::Equal,
                    '(' => Tok::Open(Bracket::Round),
                    ')' => Tok::Close(Bracket::Round),
                    _ => Tok::Op(ProductOp::Divide),
                }
            };
            self.push(tok, Span::new(start, ends[next - 1]));
            k = next;
        }
        self.push(Tok::Close(Bracket::Brace), Span::new(span.end, span.end));
    }

    fn rule_at(&self, at: usize) -> Option<Rule> {
        self.raws.get(at).map(|raw| raw.rule)
    }

    fn command(&mut self, name: &str, span: Span) {
        let next = self.at + 1;
        if matches!(name, "vec" | "vect") {
            if self.rule_at(next) == Some(Rule::open_round) {
                return self.push(Tok::Word("vec".to_owned()), span);
            }
            return self.style("vec", span);
        }
        // `X^\transpose`, `X^\tr`
        let raised = self.at > 0 && self.rule_at(self.at - 1) == Some(Rule::power)
            || self.at > 1
                && self.rule_at(self.at - 1) == Some(Rule::open_brace)
                && self.rule_at(self.at - 2) == Some(Rule::power)
                && self.rule_at(next) == Some(Rule::close_brace);
        if raised && matches!(name, "transpose" | "tr" | "t") {
            return self.push(Tok::Top, span);
        }
        // `x^\star` is `x^*`, also before a sign of transposition.
        let begins_group = self.at > 1
            && self.rule_at(self.at - 1) == Some(Rule::open_brace)
            && self.rule_at(self.at - 2) == Some(Rule::power);
        if (raised || begins_group) && name == "star" {
            return self.push(Tok::Op(ProductOp::Star), span);
        }
        // `\alpha*x`
        if let Some(plain) = name.strip_suffix('*').filter(|_| command(name).is_none() && defined(name).is_none())
            && let Some(Command::Symbol(tok)) = command(plain)
        {
            let middle = span.end - 1;
            self.push(tok, Span::new(span.start, middle));
            return self.push(Tok::Op(ProductOp::Star), Span::new(middle, span.end));
        }
        if matches!(name, "stackrel" | "overset") && self.sign_under_label(span) {
            return;
        }
        let is_script =
            self.at > 0 && matches!(self.rule_at(self.at - 1), Some(Rule::power | Rule::underscore | Rule::open_brace));
        let ends_script = self.rule_at(next).is_none_or(|rule| rule == Rule::close_brace);
        if name == "ast" && !is_script && !ends_script {
            let error = Diagnostic::new("P0001", "`\\ast` is not an operator of the language", span, "a convolution?")
                .with_help("a convolution is the product with a matrix: write `C x`")
                .with_help("for the product write `\\cdot`, for the elementwise product `\\odot`");
            return self.errors.push(error);
        }
        // Beneath a supremum stands what one maximizes.
        let name = match name {
            "sup" => "max",
            "inf" => "min",
            name => name,
        };
        if let Some(which) = defined(name)
            && self.macro_call(which, span)
        {
            return;
        }
        match command(name) {
            Some(Command::Symbol(tok)) => {
                self.push(tok, span);
                if let Some(token) = self.tokens.last_mut() {
                    token.latex = true;
                }
            }
            Some(Command::Style) => self.style(name, span),
            Some(Command::Accent(mark)) => self.accent(name, mark, span),
            Some(Command::Delimiter(side)) => {
                if self.raws.get(next).is_some_and(|raw| raw.text == ".") {
                    self.at += 1;
                } else {
                    self.side = Some(side);
                }
            }
            Some(Command::Begin) => self.environment(span, true),
            Some(Command::End) => self.environment(span, false),
            Some(Command::Blank) => {}
            Some(Command::Dropped) => self.drop_group(),
            Some(Command::Labelled) => self.drop_label(),
            None if self.is_latex && bold_letter(name).is_some() => {
                self.mark = Mark::Bold;
                self.push(Tok::Word(bold_letter(name).unwrap_or_default()), span);
            }
            // The real part, of what is real.
            None if name == "Re" => {
                self.push(Tok::Word(name.to_owned()), span);
                if let Some(token) = self.tokens.last_mut() {
                    token.latex = true;
                }
            }
            None if is_expectation(name) => {
                self.refuse_expectation(&format!("\\{name}"), span);
                self.push(Tok::Word(name.to_owned()), span);
            }
            // What a variable below an expectation is drawn from.
            None if name == "sim" && !self.errors.is_empty() => {}
            None if foreign(name).is_some() => {
                let error = Diagnostic::new(
                    "N0001",
                    format!("there is no function `{name}`"),
                    span,
                    "not a function of the language",
                );
                self.errors.push(error.with_help(foreign(name).unwrap_or_default()));
            }
            None => {
                let shown = name.chars().next().filter(|c| c.is_control()).map_or(name, |_| "");
                let mut error =
                    Diagnostic::new("P0002", format!("unknown LaTeX command `\\{shown}`"), span, "not known here");
                let is_operand =
                    |raw: &Raw<'_>| matches!(raw.rule, Rule::word | Rule::close_round | Rule::close_square);
                let is_call = self.raws.get(next).is_some_and(|raw| raw.rule == Rule::open_round);
                let kind = if is_call { "function" } else { "vector(n)" };
                let divides = self.at.checked_sub(1).and_then(|at| self.raws.get(at)).is_some_and(is_operand);
                error = match similar_command(name) {
                    _ if in_place_of(name).is_some() => error.with_help(in_place_of(name).unwrap_or_default()),
                    _ if name == "partial" => error.with_help(derivative::written_out()),
                    _ if divides
                        && name.len() <= 2
                        && name.bytes().all(|b| b.is_ascii_alphabetic())
                        && name != "to" =>
                    {
                        let divisor = self
                            .at
                            .checked_sub(1)
                            .and_then(|at| self.raws.get(at))
                            .filter(|raw| raw.rule == Rule::word);
                        match divisor {
                            Some(raw) => error.with_help(format!(
                                "for the solution of a linear system, {0}⁻¹{name}, write `inv({0}) {name}`",
                                raw.text
                            )),
                            None => error.with_help(SOLVE),
                        }
                    }
                    Some(similar) => error.with_help(format!("did you mean `\\{similar}`?")),
                    None if is_operator(shown) => error
                        .with_help("write it with the operators `+`, `-`, `*`, `/`, `^` and functions by their names"),
                    None => error.with_help(
                        Advice::from(format!("for a name write `\\mathrm{{{shown}}}` in its place, and declare it: "))
                            .suggest(Suggestion::declared_word(shown, kind)),
                    ),
                };
                self.errors.push(error);
            }
        }
    }

    /// `\stackrel{\text{def}}{=}`: the sign in the second braces alone; whether it was one.
    fn sign_under_label(&mut self, span: Span) -> bool {
        let close = |open: usize| {
            let partner = self.partners.get(open).copied().unwrap_or(usize::MAX);
            (self.rule_at(open) == Some(Rule::open_brace)).then_some(partner).filter(|close| *close != usize::MAX)
        };
        let Some(label) = close(self.at + 1) else { return false };
        let is_sign = |at: usize| match self.raws.get(at) {
            Some(Raw { rule: Rule::equal, .. }) => true,
            Some(Raw { rule: Rule::command, text, .. }) => command(&text[1..]) == Some(Command::Symbol(Tok::Equal)),
            _ => false,
        };
        if close(label + 1) != Some(label + 3) || !is_sign(label + 2) {
            return false;
        }
        self.push(Tok::Equal, span.join(self.raws[label + 3].span));
        self.at = label + 3;
        true
    }

    /// `\norm{x}`, `\abs{x}`, `\inner{a}{b}`, `\inner{a, b}`, `\braket{a|b}`: bars and angles in place of the braces; whether it was one.
    fn macro_call(&mut self, which: Macro, span: Span) -> bool {
        let open = self.at + 1;
        let close = self.partners.get(open).copied().unwrap_or(usize::MAX);
        if self.rule_at(open) != Some(Rule::open_brace) || close == usize::MAX {
            return false;
        }
        let (left, right) = match which {
            Macro::Norm => (Tok::DoubleBar(Side::Left, false), Tok::DoubleBar(Side::Right, false)),
            Macro::Abs => (Tok::Bar(Side::Left), Tok::Bar(Side::Right)),
            Macro::Inner => {
                let second = close + 1;
                let last = self.partners.get(second).copied().unwrap_or(usize::MAX);
                if self.rule_at(second) == Some(Rule::open_brace) && last != usize::MAX {
                    self.instead.insert(close, Some(Tok::Comma));
                    self.instead.insert(second, None);
                    self.instead.insert(last, Some(Tok::Close(Bracket::Angle)));
                } else {
                    self.instead.insert(close, Some(Tok::Close(Bracket::Angle)));
                    let between =
                        |at: &usize| matches!(self.raws[*at].rule, Rule::bar) || self.raws[*at].text == "\\mid";
                    let bars: Vec<usize> = (open + 1..close).filter(between).take(2).collect();
                    if let [bar] = bars.as_slice() {
                        self.instead.insert(*bar, Some(Tok::Comma));
                    }
                }
                self.push(Tok::Open(Bracket::Angle), span);
                self.at = open;
                return true;
            }
        };
        self.instead.insert(close, Some(right));
        self.push(left, span);
        self.at = open;
        true
    }

    /// Goes over what stands in braces after a command.
    fn drop_group(&mut self) {
        if self.rule_at(self.at + 1) != Some(Rule::open_brace) {
            return;
        }
        let mut depth = 0_usize;
        for at in self.at + 1..self.raws.len() {
            match self.raws[at].rule {
                Rule::open_brace => depth += 1,
                Rule::close_brace => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.at = at;
                return;
            }
        }
    }

    /// Leaves out what stands below or above the braces after a command.
    fn drop_label(&mut self) {
        let close = self.partners.get(self.at + 1).copied().unwrap_or(usize::MAX);
        let is_script = |rule: Option<Rule>| matches!(rule, Some(Rule::underscore | Rule::power));
        let Some(script) = close.checked_add(1).filter(|at| is_script(self.rule_at(*at))) else { return };
        let last = match self.rule_at(script + 1) {
            Some(Rule::open_brace) => self.partners[script + 1],
            _ => script + 1,
        };
        for at in (script..self.raws.len()).take_while(|at| *at <= last) {
            self.instead.insert(at, None);
        }
    }

    /// `\underset{x}{\min}` is `\min_{x}`: what stands below a sign comes after it.
    fn move_below(&mut self) {
        let is_underset = |token: &Token| matches!(&token.tok, Tok::Word(word) if word == UNDERSET);
        if !self.tokens.iter().any(is_underset) {
            return;
        }
        let close = |tokens: &[Token], open: usize| {
            let end = tokens.len().min(open + MAX_BELOW + 2);
            closing(&tokens[..end], open).filter(|at| tokens[*at].tok == Tok::Close(Bracket::Brace))
        };
        let tokens = std::mem::take(&mut self.tokens);
        let mut at = 0;
        while at < tokens.len() {
            let token = &tokens[at];
            if !is_underset(token) {
                self.tokens.push(token.clone());
                at += 1;
                continue;
            }
            let below = close(&tokens, at + 1);
            let sign = below.and_then(|below| match tokens.get(below + 1).map(|token| &token.tok) {
                Some(Tok::Open(Bracket::Brace)) => close(&tokens, below + 1).map(|end| (below + 2, end, end + 1)),
                Some(Tok::Word(word)) if word != UNDERSET => Some((below + 1, below + 2, below + 2)),
                Some(Tok::BigSum | Tok::BigProduct) => Some((below + 1, below + 2, below + 2)),
                _ => None,
            });
            let (Some(below), Some((from, to, next))) = (below, sign) else {
                let error = Diagnostic::new("P0002", "`\\underset` needs two parts in braces", token.span, "here")
                    .with_help("write `\\underset{x}{\\min}`, or `\\min_{x}`");
                return self.errors.push(error);
            };
            self.tokens.extend(tokens[from..to].iter().cloned());
            self.tokens.push(Token::new(Tok::Underscore, tokens[at + 1].span));
            self.tokens.extend(tokens[at + 1..=below].iter().cloned());
            at = next;
        }
    }

    /// `\mathbf{x}` is `x`, `\mathbf{1}` the vector of ones; other contents keep their braces.
    fn style(&mut self, name: &str, span: Span) {
        let mut inner = self.at + 1;
        let mut close = None;
        if self.rule_at(inner) == Some(Rule::open_brace)
            && self.rule_at(inner + 2) == Some(Rule::close_brace)
            && matches!(self.rule_at(inner + 1), Some(Rule::word | Rule::number | Rule::command))
        {
            close = Some(inner + 2);
            inner += 1;
        }
        if matches!(name, "mathcal" | "mathscr" | "cal") && self.names_space(inner) {
            return self.refuse_space(inner);
        }
        let mark = match name {
            "mathbf" | "bm" | "boldsymbol" | "symbf" | "pmb" | "bf" | "textbf" | "boldmath" | "mat" | "matr"
            | "mtx" => Mark::Bold,
            "vec" | "vv" => Mark::Arrow,
            _ => Mark::None,
        };
        if matches!(name, "text" | "textrm" | "mbox") && self.words_in_group() > 1 && !self.is_constraint() {
            let error = "words cannot be read";
            self.errors
                .push(Diagnostic::new("P0008", error, span, "words of a sentence").with_help("give the formula alone"));
            return;
        }
        if let (Some(close), "mathbb" | "mathbbm" | "mathds") = (close, name)
            && let Some(Raw { text: letter @ ("E" | "P" | "V"), .. }) = self.raws.get(inner)
        {
            let span = Span::new(span.start, self.raws[close].span.end);
            let letter = (*letter).to_owned();
            self.refuse_expectation(&format!("\\{name}{{{letter}}}"), span);
            self.push(Tok::Word(letter), span);
            self.at = close;
            return;
        }
        // `\mathrm{Id}` is the identity.
        if let (Some(close), Some(Raw { text: "Id" | "id", .. })) = (close, self.raws.get(inner)) {
            self.push(Tok::Word(String::from("I")), Span::new(span.start, self.raws[close].span.end));
            self.at = close;
            return;
        }
        let bold =
            matches!(name, "mathds" | "mathbbm" | "mathbf" | "mathbb" | "bm" | "boldsymbol" | "symbf" | "pmb" | "bf");
        let special = match self.raws.get(inner) {
            Some(raw) if bold && raw.rule == Rule::number && raw.text == "1" => Some(Tok::Ones),
            Some(raw) if bold && raw.rule == Rule::number && raw.text == "0" => Some(Tok::Zeros),
            _ => None,
        };
        if let Some(tok) = special {
            let end = self.raws[close.unwrap_or(inner)].span.end;
            self.push(tok, Span::new(span.start, end));
            self.at = close.unwrap_or(inner);
            return;
        }
        if let ("mathrm", Some((word, close))) = (name, self.word_with_greek()) {
            self.is_word = true;
            self.push(Tok::Word(word), Span::new(span.start, self.raws[close].span.end));
            self.at = close;
            return;
        }
        if close.is_some() || matches!(self.rule_at(inner), Some(Rule::word | Rule::command)) {
            self.mark = mark;
        }
        if let Some(close) = close {
            self.is_word = WORD_STYLES.contains(&name) && self.rule_at(inner) == Some(Rule::word);
            self.skip.push(close);
            self.at += 1;
        }
    }

    /// The error at an expectation, a probability or a variance.
    fn refuse_expectation(&mut self, written: &str, span: Span) {
        let help = format!("{AVERAGE}; name a matrix by a plain letter");
        let note = "an expectation, a probability or a variance";
        let error = Diagnostic::new("P0002", format!("`{written}` cannot be read"), span, note);
        self.errors.push(error.with_help(help));
    }

    /// Whether a calligraphic letter stands below a norm or an inner product, as in `\|f\|_{\mathcal H}`, where it names the space; a
    /// calligraphic F is Frobenius.
    fn names_space(&self, letter: usize) -> bool {
        let mut before = self.tokens.iter().rev().map(|token| &token.tok);
        let mut sign = before.next();
        if sign == Some(&Tok::Open(Bracket::Brace)) {
            sign = before.next();
        }
        let is_below = sign == Some(&Tok::Underscore)
            && matches!(before.next(), Some(Tok::Close(Bracket::Angle) | Tok::DoubleBar(..)));
        is_below && self.raws.get(letter).is_some_and(|raw| raw.rule == Rule::word && raw.text != "F")
    }

    /// The error at the norm of a space.
    fn refuse_space(&mut self, letter: usize) {
        let Raw { text, span, .. } = self.raws[letter];
        let error = format!("the norm or inner product of the space `{text}` is not known");
        self.errors.push(
            Diagnostic::new("S0113", error, span, "names a space")
                .with_help("for a matrix of weights write a plain letter below")
                .with_help("for the usual one leave out what stands below"),
        );
    }

    /// Whether the group after begins with `s.t.` or `subject to`, which the expression refuses by name.
    fn is_constraint(&self) -> bool {
        self.raws.get(self.at + 2).is_some_and(|raw| matches!(raw.text, "s" | "subject" | "such"))
    }

    /// How many words stand in the braces after a command.
    fn words_in_group(&self) -> usize {
        if self.rule_at(self.at + 1) != Some(Rule::open_brace) {
            return 0;
        }
        let inside = self.raws[self.at + 2..].iter().take_while(|raw| raw.rule != Rule::close_brace);
        inside.filter(|raw| raw.rule == Rule::word).count()
    }

    /// The name in the braces after a command, and the place that closes them, where Greek letters are among its letters:
    /// `\mathrm{\Delta x}`.
    fn word_with_greek(&self) -> Option<(String, usize)> {
        let open = self.at + 1;
        let letters = self.raws.get(open + 1..)?.iter().take_while(|raw| raw.rule != Rule::close_brace);
        let mut word = String::new();
        let mut count = 0;
        for raw in letters {
            match raw.rule {
                Rule::word => word.push_str(&plain_text(raw.text)),
                Rule::command => word.push(greek(&raw.text[1..])?),
                _ => return None,
            }
            count += 1;
        }
        let close = open + 1 + count;
        let found = self.rule_at(open) == Some(Rule::open_brace)
            && count > 1
            && self.rule_at(close) == Some(Rule::close_brace)
            && !word.is_ascii();
        found.then_some((word, close))
    }

    /// `\hat{x}`, `\bar x`, `\hat{\mathbf{x}}`, `\hat{\beta}`: the accent becomes part of the name.
    fn accent(&mut self, name: &str, mark: char, span: Span) {
        let mut at = self.at + 1;
        let mut braces = 0;
        let mut word = None;
        let mut is_double_struck = false;
        while let Some(raw) = self.raws.get(at) {
            let content = match raw.rule {
                Rule::open_brace => {
                    braces += 1;
                    at += 1;
                    continue;
                }
                Rule::word => Some(plain_text(raw.text)),
                Rule::command => match command(&raw.text[1..]) {
                    Some(Command::Style) => {
                        is_double_struck |= matches!(raw.text, "\\mathbb" | "\\mathbbm" | "\\mathds");
                        at += 1;
                        continue;
                    }
                    Some(Command::Symbol(Tok::Word(letter))) => Some(letter),
                    _ => None,
                },
                _ => None,
            };
            word = content;
            break;
        }
        let closed = (1..=braces).all(|k| self.rule_at(at + k) == Some(Rule::close_brace));
        match word {
            Some(mut word) if closed => {
                word.push(mark);
                let last = at + braces;
                let span = Span::new(span.start, self.raws[last].span.end);
                if is_double_struck && word.starts_with(['E', 'P', 'V']) {
                    let written = self.source.get(span.start..span.end).unwrap_or_default().to_owned();
                    self.refuse_expectation(&written, span);
                }
                self.push(Tok::Word(word), span);
                self.at = last;
            }
            _ => self.errors.push(
                Diagnostic::new("P0008", format!("`\\{name}` is over something that is not a letter"), span, "here")
                    .with_help(format!("write it over one letter, as in `\\{name}{{x}}`")),
            ),
        }
    }

    /// Goes over what says how the columns of a matrix are set: `{c|c}`, `[t]{cc}` of an array, `[r]` of others.
    fn columns(&mut self, name: &str) {
        let is_starred = self.at > 1 && self.raws[self.at - 1].text == "*";
        if self.rule_at(self.at + 1) == Some(Rule::open_square)
            && self.rule_at(self.at + 3) == Some(Rule::close_square)
            && (is_starred || name == "array" && self.rule_at(self.at + 4) == Some(Rule::open_brace))
        {
            self.at += 3;
        }
        if name == "array" {
            self.drop_group();
        }
    }

    /// `\left\{ \begin{array}{ll} … \end{array} \right.` is a piecewise definition; whether one begins with the array at a place.
    fn brace_of_cases(&mut self, span: Span) -> bool {
        let brace = self.tokens.last().map(|token| token.span);
        let is_brace = brace.and_then(|brace| self.source.get(brace.start..brace.end));
        if !matches!(is_brace, Some("\\{" | "\\lbrace")) {
            return false;
        }
        let (mut depth, mut end) = (1_usize, None);
        for at in self.at + 1..self.raws.len() {
            match self.raws[at].text {
                "\\begin" => depth += 1,
                "\\end" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                end = Some(at);
                break;
            }
        }
        let Some(end) = end.filter(|end| {
            let text = |at: usize| self.raws.get(at).map(|raw| raw.text);
            text(end + 4) == Some("\\right") && text(end + 5) == Some(".")
        }) else {
            return false;
        };
        self.tokens.pop();
        self.push(Tok::Open(Bracket::Cases), span);
        self.instead.insert(end, Some(Tok::Close(Bracket::Cases)));
        self.instead.extend((end + 1..end + 6).map(|at| (at, None)));
        self.columns("array");
        true
    }

    /// `\begin{bmatrix}`, `\end{bmatrix}`.
    fn environment(&mut self, span: Span, begins: bool) {
        let mut at = self.at + 1;
        let name = match (self.rule_at(at), self.raws.get(at + 1), self.raws.get(at + 2), self.rule_at(at + 3)) {
            (Some(Rule::open_brace), Some(raw), Some(Raw { rule: Rule::close_brace, .. }), _) => raw.text,
            (Some(Rule::open_brace), Some(raw), Some(Raw { text: "*", .. }), Some(Rule::close_brace)) => {
                at += 1;
                raw.text
            }
            _ => "",
        };
        match name {
            "bmatrix" | "pmatrix" | "matrix" | "smallmatrix" | "Bmatrix" | "bsmallmatrix" | "psmallmatrix"
            | "vmatrix" | "vsmallmatrix" | "Vmatrix" | "Vsmallmatrix" | "array" => {
                let bracket = Bracket::Matrix;
                let span = Span::new(span.start, self.raws[at + 2].span.end);
                let tok = if begins { Tok::Open(bracket) } else { Tok::Close(bracket) };
                let (is_determinant, is_norm) = (name.starts_with('v'), name.starts_with('V'));
                self.at = at + 2;
                if begins && name == "array" && self.brace_of_cases(span) {
                    return;
                }
                match begins {
                    true if is_determinant => self.push(Tok::Word("det".to_owned()), span),
                    true if is_norm => self.push(Tok::DoubleBar(Side::Left, false), span),
                    _ => {}
                }
                self.push(tok, span);
                if is_norm && !begins {
                    self.push(Tok::DoubleBar(Side::Right, false), span);
                }
                if begins {
                    self.columns(name);
                }
            }
            "equation" | "aligned" | "align" | "gather" | "multline" | "eqnarray" | "displaymath" | "math"
            | "gathered" | "split" => self.at = at + 2,
            "cases" | "dcases" => {
                let end = self.raws[at + 2].span.end;
                let tok = if begins { Tok::Open(Bracket::Cases) } else { Tok::Close(Bracket::Cases) };
                self.push(tok, Span::new(span.start, end));
                self.at = at + 2;
            }
            _ => self.errors.push(
                Diagnostic::new("P0002", format!("unknown LaTeX environment `{name}`"), span, "not known here")
                    .with_help("write a matrix as `\\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}` or `[1 2; 3 4]`"),
            ),
        }
    }
}

/// Whether a text has a call as Mathematica writes them, such as `Tr[A.X]`.
fn calls_with_square_brackets(source: &str) -> bool {
    source.match_indices('[').any(|(at, _)| {
        let name = source[..at].rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
        name.len() >= 2 && name.starts_with(|c: char| c.is_ascii_uppercase()) && function(name).is_some()
    })
}

/// Characters without width, which come along when a text is copied.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

fn mark_is_subscript(plain: fn(char) -> Option<char>) -> bool {
    plain('ᵢ').is_some()
}

/// The symbols that stand for themselves.
fn operator(rule: Rule) -> Option<Tok> {
    Some(match rule {
        Rule::dot_transpose | Rule::prime => Tok::Prime,
        Rule::hadamard_power => Tok::DotCaret,
        Rule::hadamard_divide => Tok::Op(ProductOp::HadamardDivide),
        Rule::hadamard => Tok::Op(ProductOp::Hadamard),
        Rule::power => Tok::Caret,
        Rule::kronecker => Tok::Op(ProductOp::Kronecker),
        Rule::times => Tok::Op(ProductOp::Times),
        Rule::divide => Tok::Op(ProductOp::Divide),
        Rule::plus => Tok::Plus,
        Rule::minus => Tok::Minus,
        Rule::transpose_sign => Tok::Top,
        Rule::factorial => Tok::Bang,
        Rule::equal => Tok::Equal,
        Rule::less_equal => Tok::Relation(Relation::LessEqual),
        Rule::greater_equal => Tok::Relation(Relation::GreaterEqual),
        Rule::not_equal => Tok::Relation(Relation::NotEqual),
        Rule::element_of => Tok::Relation(Relation::In),
        Rule::above_sign => Tok::Relation(Relation::Above),
        Rule::no_element_of => Tok::Relation(Relation::NotIn),
        Rule::dots_sign => Tok::Dots,
        Rule::colon_sign => Tok::Colon,
        Rule::maps_to => Tok::MapsTo,
        Rule::less => Tok::Less,
        Rule::greater => Tok::Greater,
        Rule::comma | Rule::ampersand => Tok::Comma,
        Rule::semicolon | Rule::row_end => Tok::Semicolon,
        Rule::and_sign => Tok::And,
        Rule::or_sign => Tok::Or,
        Rule::underscore => Tok::Underscore,
        Rule::big_sum => Tok::BigSum,
        Rule::big_product => Tok::BigProduct,
        Rule::root => Tok::Root,
        Rule::infinity => Tok::Infinity,
        Rule::dagger => Tok::Dagger,
        Rule::nabla => Tok::Nabla,
        Rule::open_round => Tok::Open(Bracket::Round),
        Rule::close_round => Tok::Close(Bracket::Round),
        Rule::open_square => Tok::Open(Bracket::Square),
        Rule::close_square => Tok::Close(Bracket::Square),
        Rule::open_brace => Tok::Open(Bracket::Brace),
        Rule::close_brace => Tok::Close(Bracket::Brace),
        Rule::open_angle => Tok::Open(Bracket::Angle),
        Rule::close_angle => Tok::Close(Bracket::Angle),
        Rule::ones_sign => Tok::Ones,
        Rule::zeros_sign => Tok::Zeros,
        _ => return None,
    })
}
