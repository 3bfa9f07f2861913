//! Symbols to a tree: an operator-precedence parser with a stack of its own, so that no depth of nesting can
//! overflow the program's. It goes over the symbols once. The only recursion is into subscripts, bounds and
//! exponents of functions, a handful of levels deep.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ast::{Ast, AstId, AstKind, Comparison, Function, Heading, Joint, ProductOp, Remark, Sign};
use super::binding::{Bindings, mark_of};
use super::conjugate::{conjugated, transposes_by_h};
use super::definition;
use super::function::function;
use super::increment;
use super::lex::lex;
use super::limits::{MAX_ERRORS, MAX_SCRIPT_DEPTH, MAX_SOURCE_BYTES, MAX_TREE_DEPTH, MAX_TREE_NODES};
use super::names::{KnownNames, Rank};
use super::resolve::resolve;
use super::script::{bound_indices, iterates, numbered_above, terms_of_norms, triplets, with_labels, with_members};
use super::second_point;
use super::stack::{Entry, FrameKind, Operand, level};
use super::token::{Bracket, Relation, Side, Tok, Token};
use super::unbound::OpenLetters;
use super::walk::{compact, for_each_child};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::span::Span;

/// From how many letters on what stands below a function is a part of a name: `log_ab` may be a logarithm.
const LETTERS_OF_WORD: usize = 3;

/// The one error at which the parser stops.
pub(super) type Failure = Box<Diagnostic>;

/// Reads an expression.
///
/// # Errors
/// All errors of spelling and of names together; otherwise the first of structure.
pub fn parse(source: &str, names: &KnownNames) -> Result<Ast, Diagnostics> {
    if source.len() > MAX_SOURCE_BYTES {
        let error = Diagnostic::new("P0007", "the input is too long", Span::new(0, 1), "it begins here")
            .with_note(format!("{} bytes; at most {MAX_SOURCE_BYTES} can be read", source.len()))
            .with_help("split it into several expressions");
        return Err(vec![error]);
    }
    let mut known = std::borrow::Cow::Borrowed(names);
    super::abroad::refuse_macro(source)?;
    let tokens = lex(source, names).map_err(first_few)?;
    let (tokens, number) = super::equation_number::rewrite(tokens, source);
    let (tokens, underscores) = super::trailing_underscore::rewrite(tokens, names, source)?;
    let (mut tokens, abroad) = super::abroad::rewrite(tokens, names, source)?;
    let capitals = super::capital_sign::mark(&mut tokens, names, source);
    let two_styles = super::letter_style::two_styles(&tokens, source)?;
    let (tokens, numbered) = super::points::rewrite(tokens, names, source);
    let tokens = super::anonymous::rewrite(tokens, names);
    let (tokens, divisions) = super::left_division::rewrite(tokens, source);
    let (tokens, signs) = super::glued_sign::rewrite(tokens, names, source);
    let tokens = super::summation::rewrite(tokens, names);
    let (tokens, bare_sums) = super::bare_sum::rewrite(tokens, names, source);
    for name in super::comprehension::arrays(&tokens, names) {
        known.to_mut().add_variable(&name);
    }
    let tokens = super::comprehension::rewrite(tokens, names).map_err(|failure| vec![*failure])?;
    let tokens = super::r_product::rewrite(tokens, source);
    let (tokens, real_parts) = super::conjugate::without_real_parts(tokens, names, source);
    let (tokens, marks) = super::word_mark::rewrite(tokens, names, source);
    let bound_below = bound_indices(&tokens, false);
    let lost_bars = super::lost_bar::check(&tokens, names, source, &bound_below)?;
    let lost_powers = super::lost_power::remarks(&tokens, names, source);
    let (tokens, glued) = super::glued_index::rewrite(tokens, names, source, &bound_below);
    let joined = increment::join(tokens, names, source);
    for name in &joined.names {
        known.to_mut().add_variable(name);
    }
    for name in names_in_code(&joined.tokens, source) {
        known.to_mut().add_variable(&name);
    }
    let (tokens, points) = second_point::rewrite(joined.tokens, &known, source);
    let mut parts = definition::split(tokens, &known, source).map_err(|failure| vec![*failure])?;
    if parts.main.len() <= 1 {
        return Err(vec![
            Diagnostic::new("P0005", "the expression is empty", Span::new(0, source.len()), "nothing to read here")
                .with_help("write an expression such as `x'A x` or `log det X`"),
        ]);
    }
    if !parts.definitions.is_empty() || parts.name.is_some() || parts.heading != Heading::default() {
        let known = known.to_mut();
        for name in parts.definitions.iter().map(|part| &part.name).chain(parts.name.iter().map(|(name, _)| name)) {
            known.add_symbol(name);
        }
        for part in parts.definitions.iter().filter(|part| !part.arguments.is_empty()) {
            known.add_defined_function(&part.name);
        }
        let arguments = parts.definitions.iter().flat_map(|part| &part.arguments);
        for name in parts.heading.variables.iter().chain(arguments.filter(|name| name.len() > 2)) {
            known.add_variable(name);
        }
    }
    let mut remarks = joined.remarks;
    remarks.extend(points);
    remarks.extend(underscores);
    remarks.extend(abroad);
    remarks.extend(number);
    remarks.extend(two_styles);
    remarks.extend(capitals);
    remarks.extend(numbered);
    remarks.extend(marks);
    remarks.extend(lost_powers);
    remarks.extend(lost_bars);
    remarks.extend(signs);
    remarks.extend(real_parts);
    remarks.extend(glued);
    remarks.extend(divisions);
    remarks.extend(bare_sums);
    remarks.append(&mut parts.remarks);
    let ast = Ast { source: source.to_owned(), remarks, nodes: Vec::with_capacity(parts.main.len()), ..Ast::default() };
    let mut parser = Parser {
        tokens: Vec::new(),
        names: &known,
        is_latex: source.contains('\\'),
        is_r: super::reduction::is_r(source),
        bound_indices: bound_indices(&parts.main, source.contains('\\')),
        iterates: FxHashSet::default(),
        points: FxHashSet::default(),
        with_members: FxHashSet::default(),
        with_labels: FxHashSet::default(),
        numbered_above: FxHashSet::default(),
        transposes_by_h: false,
        conjugated: FxHashSet::default(),
        ast,
        depth: Vec::new(),
        marks: Vec::new(),
        scripts: 0,
        values: 0,
        bound_around: 0,
        state: State::default(),
        bindings: Bindings::new(&parts),
        transposed_lists: None,
        shows_zero: None,
        ranked_calls: FxHashMap::default(),
        open_letters: None,
    };
    for part in &parts.definitions {
        parser.bound_indices.extend(bound_indices(&part.tokens, parser.is_latex));
    }
    let count = parts.definitions.len();
    for (place, part) in parts.definitions.iter_mut().enumerate() {
        parser.bindings.begin(place, &part.arguments);
        let root = parser.whole(std::mem::take(&mut part.tokens))?;
        parser.bind(place, root);
    }
    parser.bindings.begin(count, &parts.heading.variables);
    let root = parser.whole(parts.main)?;
    if let Some(error) = super::lost_entry::check(&parser.ast, parser.bindings.unused_names(count)) {
        return Err(vec![error]);
    }
    parser.ast.remarks.extend(parser.bindings.unused(count));
    parser.ast.named = parser.bindings.named(count);
    parser.ast.heading = Heading { name: parts.name.map(|(name, _)| name), ..parts.heading };
    let ast = super::sets::count_sets(compact(parser.ast, root));
    let mut ast = super::mean::with_counts(ast, &known);
    drop_absent_variables(&mut ast);
    let is_free = |unit: &&str| !parser.bound_indices.contains(*unit) && !names.has_base(unit);
    let units: Vec<&str> = ["i", "j"].into_iter().filter(is_free).collect();
    super::imaginary::note(&mut ast, &units);
    Ok(ast)
}

/// The names of code that begin as a function of one number does, with a word below it and no argument: `log_var`; and those of two functions
/// of which the second has no argument: `logvar`.
fn names_in_code(tokens: &[Token], source: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Tok::Word(word) = &token.tok else { continue };
        let has_argument = tokens.get(at + 1).is_some_and(|next| next.tok.starts_operand());
        if !has_argument && is_of_two_functions(word) && !found.contains(word) {
            found.push(word.clone());
        }
    }
    if source.contains('\\') {
        return found;
    }
    for (at, window) in tokens.windows(3).enumerate() {
        let [
            Token { tok: Tok::Word(head), .. },
            Token { tok: Tok::Underscore, .. },
            Token { tok: Tok::Word(below), .. },
        ] = window
        else {
            continue;
        };
        let written = window[0].span.join(window[2].span);
        let name = format!("{head}_{below}");
        let is_word = below.len() >= LETTERS_OF_WORD && below.bytes().all(|b| b.is_ascii_lowercase());
        let continues = tokens.get(at + 3).is_some_and(|next| matches!(next.tok, Tok::Open(_) | Tok::Underscore));
        if is_word
            && !continues
            && source.get(written.start..written.end) == Some(name.as_str())
            && matches!(function(head), Some(Function::Entrywise(_)))
            && !found.contains(&name)
        {
            found.push(name);
        }
    }
    found
}

/// Whether a word that is no function is one of numbers and another one together: `logvar`, `logstd`.
fn is_of_two_functions(word: &str) -> bool {
    let is_lower = word.len() >= 2 * LETTERS_OF_WORD && word.bytes().all(|b| b.is_ascii_lowercase());
    is_lower
        && function(word).is_none()
        && (LETTERS_OF_WORD..=word.len() - LETTERS_OF_WORD).any(|middle| {
            let (head, tail) = word.split_at(middle);
            matches!(function(head), Some(Function::Entrywise(_))) && function(tail).is_some()
        })
}

/// Of the variables that a text names, those that do not occur are none, unless none of them does.
fn drop_absent_variables(ast: &mut Ast) {
    if ast.heading.variables.len() < 2 {
        return;
    }
    let mut present: FxHashSet<String> = FxHashSet::default();
    for node in &ast.nodes {
        if let AstKind::Name(name) = &node.kind {
            present.insert(name.base.clone());
            present.insert(format!("{}_{}", name.base, name.subscript_text));
        }
    }
    let variables = std::mem::take(&mut ast.heading.variables);
    let (kept, absent): (Vec<String>, Vec<String>) = variables.into_iter().partition(|name| present.contains(name));
    if kept.is_empty() {
        ast.heading.variables = absent;
        return;
    }
    ast.heading.variables = kept;
    ast.remarks.extend(absent.into_iter().map(|name| Remark {
        row: "absent-variable",
        span: Span::new(0, ast.source.len()),
        message: format!("`{name}` does not occur in the expression").into(),
        other: None,
    }));
}

fn first_few(mut errors: Diagnostics) -> Diagnostics {
    if errors.len() > MAX_ERRORS {
        let more = errors.len() - MAX_ERRORS;
        errors.truncate(MAX_ERRORS);
        if let Some(last) = errors.pop() {
            errors.push(last.with_note(format!("{more} more errors are not shown")));
        }
    }
    errors
}

pub(super) struct Parser<'n> {
    pub(super) tokens: Vec<Token>,
    pub(super) names: &'n KnownNames,
    pub(super) ast: Ast,
    /// Whether the text is LaTeX, where blanks mean nothing.
    pub(super) is_latex: bool,
    /// Whether the text is R's.
    pub(super) is_r: bool,
    /// Letters that sums and products bind.
    pub(super) bound_indices: FxHashSet<String>,
    /// Letters with the exponents k and k + 1, iterates, and those of triplets.
    pub(super) iterates: FxHashSet<String>,
    /// Those of them that also stand by themselves, as another point beside the iterate.
    pub(super) points: FxHashSet<String>,
    /// Names with a bound index below them.
    pub(super) with_members: FxHashSet<String>,
    /// Names with a bound index above them in brackets.
    pub(super) with_labels: FxHashSet<String>,
    /// Letters that are numbered by their exponents.
    pub(super) numbered_above: FxHashSet<String>,
    /// Whether a raised H transposes.
    pub(super) transposes_by_h: bool,
    /// Names whose dagger or star transposes.
    pub(super) conjugated: FxHashSet<String>,
    /// Height of each node, beside `ast.nodes`.
    depth: Vec<u32>,
    /// The names below each node, as [`mark_of`] has them.
    pub(super) marks: Vec<u64>,
    /// How many regions are being read that stand in one another.
    scripts: u32,
    /// How many of them are values, and neither subscripts nor bounds.
    values: u32,
    /// The indices that are bound around the innermost value, as [`mark_of`] has them.
    pub(super) bound_around: u64,
    pub(super) state: State,
    pub(super) bindings: Bindings,
    /// Whether a list in round brackets is transposed, where that is known.
    pub(super) transposed_lists: Option<bool>,
    /// Whether an index in brackets is 0, once that was asked.
    pub(super) shows_zero: Option<bool>,
    /// Whether the bracket that begins at a place of the text holds the matrix whose eigenvalue or singular value is meant.
    pub(super) ranked_calls: FxHashMap<usize, bool>,
    /// Where letters stand as indices that no sign around them has below it, once that was asked.
    pub(super) open_letters: Option<OpenLetters>,
}

/// Where the parser stands in one region of the symbols.
#[derive(Default)]
pub(super) struct State {
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) stack: Vec<Entry>,
    /// Places of the frames in the stack.
    pub(super) frames: Vec<usize>,
    pub(super) operand: Option<Operand>,
}

impl Parser<'_> {
    /// Reads what the lexer gives as one expression.
    fn whole(&mut self, tokens: Vec<Token>) -> Result<AstId, Diagnostics> {
        let resolved = resolve(tokens, self.names, &self.ast.source, &self.bound_indices).map_err(first_few)?;
        self.ast.remarks.extend(resolved.remarks);
        self.tokens = resolved.tokens;
        self.iterates = iterates(&self.tokens, &self.bound_indices, self.names);
        self.iterates.extend(triplets(&self.tokens));
        self.points = terms_of_norms(&self.tokens, &self.bound_indices);
        self.iterates.extend(self.points.iter().cloned());
        let is_plain = |base: &String| {
            self.tokens.windows(2).any(|pair| {
                matches!(&pair[0].tok, Tok::Name(name) if name == base)
                    && !matches!(pair[1].tok, Tok::Caret | Tok::Underscore)
            })
        };
        let points = std::mem::take(&mut self.points);
        self.points = points.into_iter().filter(is_plain).collect();
        self.with_members = with_members(&self.tokens, &self.bound_indices);
        self.with_labels = with_labels(&self.tokens, &self.bound_indices);
        self.numbered_above = numbered_above(&self.tokens, self.names);
        self.transposes_by_h = transposes_by_h(&self.tokens, self.names);
        self.conjugated = conjugated(&self.tokens, self.names);
        self.shows_zero = None;
        self.ranked_calls.clear();
        self.open_letters = None;
        let end = self.tokens.len() - 1;
        self.region(0, end).map(|root| root.id).map_err(|failure| vec![*failure])
    }

    /// How many regions are being read that stand in one another.
    pub(super) fn scripts(&self) -> u32 {
        self.scripts
    }

    /// Whether a subscript, a bound or a function's exponent is being read.
    pub(super) fn in_script(&self) -> bool {
        self.scripts > 1 + self.values
    }

    /// Appends a node.
    pub(super) fn push(&mut self, kind: AstKind, span: Span) -> Result<AstId, Failure> {
        let mut depth = 0;
        let mut marks = if let AstKind::Name(name) = &kind { mark_of(&name.base) } else { 0 };
        for_each_child(&kind, |child| {
            depth = depth.max(self.depth[child.0 as usize]);
            marks |= self.marks[child.0 as usize];
        });
        if depth >= MAX_TREE_DEPTH {
            return Err(Box::new(
                Diagnostic::new("P0007", "the expression is nested too deeply", span, "one level too many")
                    .with_note(format!("at most {MAX_TREE_DEPTH} levels can be read"))
                    .with_help("split it into several expressions"),
            ));
        }
        if self.ast.nodes.len() >= MAX_TREE_NODES {
            return Err(Box::new(
                Diagnostic::new("P0007", "the expression is too long", span, "one part too many")
                    .with_note(format!("at most {MAX_TREE_NODES} numbers, names and operations can be read"))
                    .with_help("split it into several expressions"),
            ));
        }
        self.depth.push(depth + 1);
        self.marks.push(marks);
        Ok(self.ast.push(kind, span))
    }

    /// Reads the symbols `from..to` as one expression.
    pub(super) fn region(&mut self, from: usize, to: usize) -> Result<Operand, Failure> {
        if self.scripts >= MAX_SCRIPT_DEPTH {
            return Err(Box::new(
                Diagnostic::new(
                    "P0007",
                    "subscripts and bounds are nested too deeply",
                    self.tokens[from].span,
                    "one level too many",
                )
                .with_note(format!("at most {MAX_SCRIPT_DEPTH} levels can be read"))
                .with_help("use plain letters as indices"),
            ));
        }
        self.scripts += 1;
        let outer = std::mem::replace(&mut self.state, State { at: from, end: to, ..State::default() });
        let result = self.run();
        self.state = outer;
        self.scripts -= 1;
        result
    }

    /// The same of what is no subscript, but a value at its own place: a line of cases, the argument of an eigenvalue.
    pub(super) fn value(&mut self, from: usize, to: usize) -> Result<Operand, Failure> {
        let bound = self.bound_here();
        let around = std::mem::replace(&mut self.bound_around, bound);
        self.values += 1;
        let value = self.region(from, to);
        self.values -= 1;
        self.bound_around = around;
        value
    }

    fn run(&mut self) -> Result<Operand, Failure> {
        while self.state.at < self.state.end {
            if self.state.operand.is_some() { self.after_operand()? } else { self.before_operand()? }
        }
        if self.state.operand.is_none() {
            return Err(self.missing_operand());
        }
        self.reduce(level::SUM)?;
        if self.frame().is_some() {
            return Err(self.unclosed());
        }
        self.state.operand.ok_or_else(|| self.missing_operand())
    }

    /// Takes back what was read since there were so many nodes and remarks.
    pub(super) fn take_back(&mut self, (nodes, remarks, open_sums): (usize, usize, usize)) {
        self.ast.nodes.truncate(nodes);
        self.depth.truncate(nodes);
        self.marks.truncate(nodes);
        self.ast.remarks.truncate(remarks);
        self.ast.open_sums.truncate(open_sums);
    }

    /// The symbol at a place of the region; the end of the input beyond it.
    pub(super) fn tok(&self, at: usize) -> &Tok {
        if at < self.state.end { &self.tokens[at].tok } else { &Tok::End }
    }

    /// Where the symbol at a place was written.
    pub(super) fn span(&self, at: usize) -> Span {
        self.tokens[at.min(self.tokens.len() - 1)].span
    }

    pub(super) fn operand(&mut self, kind: AstKind, span: Span, next: usize) -> Result<(), Failure> {
        let id = self.push(kind, span)?;
        self.state.operand = Some(Operand { id, span });
        self.state.at = next;
        Ok(())
    }

    /// Whether ∞ stands where it says which norm is meant, or is an argument.
    fn may_be_infinite(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map(|before| self.tok(before));
        matches!(before, Some(Tok::Comma | Tok::Underscore | Tok::Open(Bracket::Brace)))
    }

    fn before_operand(&mut self) -> Result<(), Failure> {
        let at = self.state.at;
        match self.tokens[at].tok.clone() {
            Tok::Number(value) => self.number(&value),
            Tok::Ones => self.ones_or_zeros(true),
            Tok::Zeros => self.ones_or_zeros(false),
            Tok::Name(base) => self.name(&base),
            Tok::Word(word) => self.loose_word(&word),
            Tok::NormWord(word) => self.name(word),
            Tok::Infinity if self.names.has_base("∞") || self.may_be_infinite(at) => self.name("∞"),
            Tok::Infinity => {
                let error = Diagnostic::new("P0008", "`∞` is not a number here", self.span(at), "not a value");
                Err(Box::new(
                    error.with_help("below a norm it is read, `||x||_∞`; for a limit give the expression that has it"),
                ))
            }
            Tok::Func(..) | Tok::User(_) | Tok::Frechet(_) | Tok::Derived(..) | Tok::Sqrt => self.function(),
            Tok::BigSum => self.big(true),
            Tok::BigProduct => self.big(false),
            Tok::Open(bracket @ (Bracket::Cases | Bracket::Where)) => self.cases(bracket),
            Tok::Open(Bracket::Index { .. }) | Tok::Last => Err(self.missing_operand()),
            Tok::Open(_) | Tok::Less => self.open(None),
            Tok::Bar(side) | Tok::DoubleBar(side, _) if side != Side::Right => self.open(None),
            Tok::Root if self.is_root_of_pi(at) => self.root_of_pi(),
            Tok::Root if self.is_form(at + 1) => {
                self.root_of_form();
                Ok(())
            }
            Tok::Root => {
                self.state.stack.push(Entry::Root { span: self.span(at) });
                self.state.at += 1;
                Ok(())
            }
            Tok::Frac | Tok::Binom => self.fraction(),
            Tok::Plus => self.leading_sign(Sign::Plus),
            Tok::Minus => self.leading_sign(Sign::Minus),
            Tok::Skip => {
                self.state.at += 1;
                Ok(())
            }
            Tok::Close(_) => self.close(),
            Tok::Bar(_)
            | Tok::DoubleBar(..)
            | Tok::Op(_)
            | Tok::LeftDivide
            | Tok::Caret
            | Tok::Stars
            | Tok::DotCaret
            | Tok::Prime
            | Tok::Top
            | Tok::Dagger
            | Tok::Nabla
            | Tok::Bang
            | Tok::Underscore
            | Tok::Comma
            | Tok::Semicolon
            | Tok::If
            | Tok::And
            | Tok::Or
            | Tok::Equal
            | Tok::Greater
            | Tok::Relation(_)
            | Tok::Colon
            | Tok::Over
            | Tok::Choose
            | Tok::MapsTo
            | Tok::End => Err(self.missing_operand()),
            Tok::Dots => Err(self.stray()),
        }
    }

    fn after_operand(&mut self) -> Result<(), Failure> {
        let at = self.state.at;
        if self.separates_entries(at) {
            let new_row = self.tokens[at].newline;
            return self.entry(new_row);
        }
        let tok = self.tokens[at].tok.clone();
        match tok {
            Tok::Caret if self.is_part_behind_power(at) => {
                self.pull_subscript(at)?;
                self.part()
            }
            Tok::Prime | Tok::Top | Tok::Dagger | Tok::Caret | Tok::Stars | Tok::DotCaret => self.postfix(),
            Tok::Bang => {
                let Some(operand) = self.state.operand else { return Ok(()) };
                if matches!(self.tok(at + 1), Tok::Bang) {
                    return Err(self.double_factorial(at));
                }
                let span = operand.span.join(self.span(at));
                self.operand(AstKind::Factorial(operand.id), span, at + 1)
            }
            Tok::Plus => self.term(Sign::Plus),
            Tok::Minus => self.term(Sign::Minus),
            Tok::Op(ProductOp::Dot) if self.is_bullet_of_matrices(at) => self.double_dot(),
            Tok::Op(op) => self.factor(op),
            Tok::LeftDivide => Err(self.stray()),
            Tok::Colon => self.double_dot(),
            Tok::Comma => self.comma(),
            Tok::Semicolon => self.semicolon(),
            Tok::Greater if self.frame_kind() == Some(&FrameKind::Less) => self.close(),
            Tok::Equal => self.compare(Comparison::Equal, true),
            Tok::Greater => self.compare(Comparison::Greater, true),
            Tok::Less if self.frame_kind() == Some(&FrameKind::Indicator) => self.compare(Comparison::Less, true),
            Tok::Relation(Relation::LessEqual) => self.compare(Comparison::Greater, false),
            Tok::Relation(Relation::GreaterEqual) => self.compare(Comparison::Less, false),
            Tok::Relation(Relation::NotEqual) => self.compare(Comparison::Equal, false),
            Tok::Close(_) => self.close(),
            Tok::Bar(_) | Tok::DoubleBar(..) => self.bar(),
            Tok::Func(..)
            | Tok::User(_)
            | Tok::Frechet(_)
            | Tok::Derived(..)
            | Tok::Sqrt
            | Tok::BigSum
            | Tok::BigProduct
            | Tok::Less
            | Tok::Open(Bracket::Angle) => {
                self.end_bare_functions()?;
                self.juxtapose()
            }
            Tok::Number(_) if self.behind_number(at) => Err(self.two_numbers()),
            Tok::Open(Bracket::Index { is_square }) => self.places_in_brackets(is_square),
            Tok::Last => Err(self.stray()),
            Tok::Open(Bracket::Square | Bracket::Round) if self.bracket_index()? => Ok(()),
            Tok::Number(_)
            | Tok::Ones
            | Tok::Zeros
            | Tok::Name(_)
            | Tok::Word(_)
            | Tok::NormWord(_)
            | Tok::Infinity
            | Tok::Root
            | Tok::Frac
            | Tok::Binom
            | Tok::Open(_) => self.juxtapose(),
            Tok::Skip => {
                self.state.at += 1;
                Ok(())
            }
            Tok::Underscore if self.is_part(at) => self.part(),
            Tok::Underscore => self.entry_of(),
            Tok::Relation(_)
            | Tok::If
            | Tok::And
            | Tok::Or
            | Tok::Dots
            | Tok::Nabla
            | Tok::Over
            | Tok::Choose
            | Tok::MapsTo
            | Tok::End => Err(self.stray()),
        }
    }

    /// A sign where an operand is expected.
    fn leading_sign(&mut self, sign: Sign) -> Result<(), Failure> {
        let span = self.span(self.state.at);
        let entry = match self.state.stack.last() {
            None | Some(Entry::Frame(_)) => Entry::Sum { terms: Vec::new(), sign, span, op: span },
            Some(Entry::Power { .. } | Entry::Root { .. } | Entry::Sign { tight: true, .. } | Entry::Applied(_)) => {
                Entry::Sign { sign, tight: true, span }
            }
            Some(
                Entry::Sum { .. }
                | Entry::Big { .. }
                | Entry::DoubleDot { .. }
                | Entry::Product { .. }
                | Entry::Bare(_)
                | Entry::Sign { tight: false, .. }
                | Entry::Juxtaposition { .. },
            ) => Entry::Sign { sign, tight: false, span },
        };
        self.state.stack.push(entry);
        self.state.at += 1;
        Ok(())
    }

    fn term(&mut self, sign: Sign) -> Result<(), Failure> {
        let op = self.span(self.state.at);
        self.keep_ended(level::SUM + 1);
        self.reduce(level::SUM + 1)?;
        let Some(operand) = self.state.operand.take() else { return Ok(()) };
        if let Some(Entry::Sum { terms, sign: before, op: place, .. }) = self.state.stack.last_mut() {
            terms.push((*before, operand.id));
            *before = sign;
            *place = op;
        } else {
            let terms = vec![(Sign::Plus, operand.id)];
            self.state.stack.push(Entry::Sum { terms, sign, span: operand.span, op });
        }
        self.state.at += 1;
        Ok(())
    }

    fn factor(&mut self, op: ProductOp) -> Result<(), Failure> {
        let place = self.span(self.state.at);
        self.reduce_before(op)?;
        self.note_on_dots(op);
        let Some(operand) = self.state.operand.take() else { return Ok(()) };
        if let Some(Entry::Product { rest, next, op: before, .. }) = self.state.stack.last_mut() {
            rest.push((*next, operand.id));
            *next = op;
            *before = place;
        } else {
            let (first, span) = (operand.id, operand.span);
            self.state.stack.push(Entry::Product { first, rest: Vec::new(), next: op, span, op: place });
        }
        self.state.at += 1;
        Ok(())
    }

    /// The note at `a·x b·x`, in which two letters side by side stand between dots.
    fn note_on_dots(&mut self, op: ProductOp) {
        let (Some(operand), Some(Entry::Product { first, rest, next, .. })) =
            (self.state.operand, self.state.stack.last())
        else {
            return;
        };
        let small = |id: AstId| match &self.ast.node(id).kind {
            AstKind::Name(name) if name.base.starts_with(|c: char| c.is_ascii_lowercase()) => Some(name.base.as_str()),
            _ => None,
        };
        let AstKind::Product { first: left, rest: right } = &self.ast.node(operand.id).kind else { return };
        let [(ProductOp::Times, right)] = right[..] else { return };
        let before = rest.last().map_or(*first, |(_, factor)| *factor);
        let are_letters = [before, *left, right].into_iter().all(|id| small(id).is_some());
        if op != ProductOp::Dot || *next != ProductOp::Dot || !are_letters {
            return;
        }
        let span = self.ast.span(before).join(operand.span);
        let [a, x, b] = [before, *left, right].map(|id| self.ast.written(self.ast.span(id)));
        let message = format!(
            "between dots `{x} {b}` is read as one factor; a product of inner products is written `({a}·{x})({b}·…)`"
        );
        self.ast.remarks.push(Remark { row: "dots", span, message: message.into(), other: None });
    }

    /// Whether a bullet stands between capitals, `C • X`: the inner product of matrices, as in semidefinite programs.
    fn is_bullet_of_matrices(&self, at: usize) -> bool {
        let is_capital = |text: &str| text.starts_with(|first: char| first.is_ascii_uppercase());
        let is_open = |name: &str| self.names.rank(name).is_none_or(|rank| rank == Rank::Matrix);
        let Some(operand) = self.state.operand.filter(|_| self.ast.written(self.span(at)).trim() == "•") else {
            return false;
        };
        let before = matches!(&self.ast.node(operand.id).kind, AstKind::Name(name) if is_capital(&name.base) && is_open(&name.base));
        before && matches!(self.tok(at + 1), Tok::Name(name) | Tok::Word(name) if is_capital(name) && is_open(name))
    }

    /// `A : B`, the inner product of two matrices; it is looser than the products on either side.
    fn double_dot(&mut self) -> Result<(), Failure> {
        let (at, op) = (self.state.at, self.span(self.state.at));
        // `x: …` declares.
        let is_glued = !self.tokens[at].blank && self.tokens.get(at + 1).is_some_and(|next| next.blank);
        if is_glued && !self.is_latex && self.tok(at) == &Tok::Colon {
            return Err(self.stray());
        }
        match self.optimum_of_product(level::DOUBLE_DOT) {
            Some(place) => self.reduce_above(place, level::DOUBLE_DOT)?,
            None => self.reduce(level::DOUBLE_DOT)?,
        }
        let Some(left) = self.state.operand.take() else { return Ok(()) };
        self.state.stack.push(Entry::DoubleDot { left, op });
        self.state.at += 1;
        Ok(())
    }

    /// What stands between the present operand and what follows it.
    fn joint(&self, operand: Operand) -> Joint {
        let at = self.state.at;
        if matches!(self.tok(at), Tok::Bar(_) | Tok::DoubleBar(..) | Tok::Less | Tok::Open(Bracket::Angle)) {
            let mut before = operand.id;
            while let AstKind::Power(base, _) = self.ast.node(before).kind {
                before = base;
            }
            let is_norm =
                matches!(self.ast.node(before).kind, AstKind::Norm(..) | AstKind::Abs(_) | AstKind::Inner(..));
            return if is_norm { Joint::Norms } else { Joint::Closed };
        }
        if self.is_beside_root(operand) {
            return Joint::Root;
        }
        let letter = match self.tok(at) {
            // `e^…` is a function of its exponent.
            Tok::Name(base) | Tok::Word(base) => {
                base != "e" || !matches!(self.tok(at + 1), Tok::Caret | Tok::Stars) || self.names.has_base("e")
            }
            Tok::Number(_) | Tok::Ones | Tok::Zeros | Tok::NormWord(_) | Tok::Infinity => true,
            _ => false,
        };
        let glued = self.ast.source.get(operand.span.start..).unwrap_or("").chars().next();
        let mut base = operand.id;
        let number = loop {
            match self.ast.node(base).kind {
                AstKind::Number(_) => break Some(true),
                AstKind::Name(_) => break Some(false),
                AstKind::Power(inner, _)
                | AstKind::StarPower(inner, _)
                | AstKind::HadamardPower(inner, _)
                | AstKind::Transpose(inner)
                | AstKind::Factorial(inner) => base = inner,
                _ => break None,
            }
        };
        let bracketed = glued.is_none_or(|c| matches!(c, '(' | '[' | '{' | '|' | '‖' | '<' | '⟨'))
            || self.ast.source[operand.span.start..].starts_with("\\left");
        let (true, false, Some(number)) = (letter, bracketed, number) else { return Joint::Closed };
        let blank = operand.span.end < self.span(at).start;
        match (self.is_latex, blank, number, self.tok(at)) {
            (true, _, true, Tok::Name(base) | Tok::Word(base))
                if !matches!(base.as_str(), "σ" | "π")
                    && base.starts_with(|c| ('α'..='ω').contains(&c))
                    && self.tok(at + 1) != &Tok::Caret =>
            {
                Joint::TexParameter
            }
            (true, _, true, _) => Joint::TexNumber,
            (true, _, false, _) => Joint::TexLetters,
            (false, true, ..) | (_, _, _, Tok::Number(_)) => Joint::Blank,
            (false, false, true, _) => Joint::NumberLetter,
            (false, false, false, _) => Joint::Letters,
        }
    }

    /// Two operands side by side.
    pub(super) fn juxtapose(&mut self) -> Result<(), Failure> {
        self.reduce(level::JUXTAPOSITION + 1)?;
        self.end_angle()?;
        let Some(operand) = self.state.operand.take() else { return Ok(()) };
        let joint = self.joint(operand);
        if let Some(Entry::Juxtaposition { items, joints, .. }) = self.state.stack.last_mut() {
            items.push(operand.id);
            joints.push(joint);
        } else {
            let (items, joints) = (vec![operand.id], vec![joint]);
            self.state.stack.push(Entry::Juxtaposition { items, joints, span: operand.span });
        }
        Ok(())
    }
}
