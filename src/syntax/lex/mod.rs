//! Text to symbols: runs the grammar's `expression` rule, which cuts the text up, and unifies the spellings. After
//! this no stage sees LaTeX commands, superscript characters or styled letters.

mod bars;
mod command;
mod dot;
mod dot_operand;
mod environment;
mod number;
mod one_token;
mod rearrange;
mod style;
mod unknown;
mod word;

use pest::Parser as _;
use rustc_hash::FxHashMap;

use bars::norms_of_bars;

use super::ast::{Mark, ProductOp};
use super::grammar::{Grammar, Rule};
use super::greek::{fraction, subscript};
use super::latex::{command, is_operator};
use super::names::KnownNames;
use super::token::{Bracket, Raw, Relation, Side, Tok, Token};
use crate::diagnostic::{Diagnostic, Diagnostics};
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
    let tokens = super::raised::behind_subscripts(norms_of_bars(lexer.tokens, source), names, source.contains('\\'));
    Ok(super::raised::beside_exponents(tokens, names))
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
    super::user_macro::expanded(raws, source).map(one_token::cut)
}

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

    /// Whether the row below is indented after its first column, `\\ &\quad …`, and so goes on with this one.
    fn continues_below(&self) -> bool {
        let below = self.raws.get(self.at + 1).filter(|raw| raw.rule == Rule::ampersand);
        let below = below.and_then(|raw| self.source.get(raw.span.end..)).unwrap_or_default().trim_start();
        let behind = below.trim_start_matches("\\quad").trim_start_matches("\\qquad");
        behind.len() < below.len() && !behind.trim_start().starts_with("\\text")
    }

    fn rule_at(&self, at: usize) -> Option<Rule> {
        self.raws.get(at).map(|raw| raw.rule)
    }
}

/// Characters without width, which come along when a text is copied.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
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
