//! Variables of differentiation: which names cannot be one, and what is said of them.

use super::repeated::over_repeated_indices;
use crate::diagnostic::{Advice, Diagnostic, Suggestion};
use crate::reading::resolve::{Input, Sym};
use crate::reading::{Request, kind};
use crate::span::Span;
use crate::syntax::{Ast, AstId, AstKind, parse_name};

/// Most symbols that are listed where a name is none of them.
const MOST_LISTED: usize = 12;

/// The variables of differentiation must be symbols that occur or are declared.
pub(super) fn variables(request: &Request<'_>, input: &Input<'_>) -> Vec<(usize, Diagnostic)> {
    let Some((ast, _)) = request.asts.first() else { return Vec::new() };
    let span = if ast.nodes.is_empty() { Span::default() } else { ast.span(ast.root()) };
    let error = |name: &String| Variable { name, ast, span, input }.error();
    request.wrt.iter().filter_map(error).map(|error| (0, error)).collect()
}

/// Whether a name stands in a bound of a sum or product, where only whole numbers do.
fn bounds_an_index(ast: &Ast, name: &str) -> bool {
    let is_name = |id: &AstId| matches!(&ast.node(*id).kind, AstKind::Name(found) if found.base == name);
    ast.nodes.iter().any(|node| match &node.kind {
        AstKind::BigSum(ranges, _) | AstKind::BigProduct(ranges, _) => {
            ranges.iter().any(|range| range.lower.iter().chain(&range.upper).any(is_name))
        }
        _ => false,
    })
}

/// A name that is to be a variable, of the expression at a place.
#[derive(Clone, Copy)]
struct Variable<'a> {
    name: &'a str,
    ast: &'a Ast,
    span: Span,
    input: &'a Input<'a>,
}

impl Variable<'_> {
    /// The error, where it cannot be one.
    fn error(&self) -> Option<Diagnostic> {
        let Self { name, input, .. } = *self;
        if input.names_size(name) && input.declared(name).is_none() {
            return Some(self.is_size());
        }
        let Some(place) = input.find(name) else {
            let is_index = input.binders.iter().any(|binder| binder.name == name);
            return Some(if is_index {
                self.is_no_variable("the index of a sum or product")
            } else {
                self.is_absent()
            });
        };
        let symbol = &input.symbols[place];
        if symbol.integer && symbol.declared.is_none() {
            return Some(self.is_whole_number());
        }
        if let Some(rows) = input.rows_of(name).filter(|_| symbol.place.is_none()) {
            return Some(self.has_rows_only(&rows));
        }
        if symbol.is_function() {
            return Some(self.is_no_variable("a function"));
        }
        self.does_not_vary(symbol.declared.as_ref()?.special)
    }

    fn is_no_variable(&self, what: &str) -> Diagnostic {
        let message = format!("`{}` is {what}, no variable", self.name);
        Diagnostic::new("N0102", message, self.span, "in this expression")
    }

    fn is_size(&self) -> Diagnostic {
        let message = format!("`{}` is a size, not a variable", self.name);
        let error = Diagnostic::new("N0102", message, self.span, "in this expression")
            .with_note("a size counts entries, and does not vary continuously");
        self.with_scalar(error, "for a scalar use a letter that is not a declared size, or declare it: ")
    }

    fn is_whole_number(&self) -> Diagnostic {
        let message = format!("`{}` is a whole number here, not a variable", self.name);
        let error = Diagnostic::new("N0102", message, self.span, "in this expression")
            .with_note("it is an index, a bound of an index or the exponent of a matrix");
        self.with_scalar(error, "for the derivative by a real number declare it: ")
    }

    /// The advice to declare it a scalar, which the bound of an index cannot be.
    fn with_scalar(&self, error: Diagnostic, advice: &str) -> Diagnostic {
        if bounds_an_index(self.ast, self.name) {
            return error;
        }
        let scalar = Suggestion::declaration(format!("{}: scalar", self.name));
        error.with_help(Advice::from(advice).suggest(scalar))
    }

    fn does_not_occur(&self) -> Diagnostic {
        let name = self.name;
        let message = format!("there is no `{name}` in the expression");
        Diagnostic::new("N0101", message, self.span, format!("`{name}` does not occur here"))
    }

    /// X, of which the expression has `x_i`.
    fn has_rows_only(&self, rows: &str) -> Diagnostic {
        let Self { name, ast, .. } = *self;
        let index = ast.nodes.iter().find_map(|node| match &node.kind {
            AstKind::Name(found) if found.base == rows => Some(found.subscript_text.as_str()),
            _ => None,
        });
        let (index, written) = (index.unwrap_or("i"), ast.source.trim());
        self.does_not_occur()
            .with_note(format!("`{rows}_{index}` is not a row of `{name}` unless it is said to be one"))
            .with_help(format!("say so after the expression: `{written} where {rows}_{index} = {name}' e_{index}`"))
    }

    /// Of what was declared with values that lie apart or depend on one another.
    fn does_not_vary(&self, special: kind::Special) -> Option<Diagnostic> {
        let name = self.name;
        let (message, note, kinds) = match special {
            kind::Special::Simplex => (
                format!("derivatives in the probability vector `{name}` are not supported"),
                "its entries do not vary freely, as their sum is 1",
                format!("`{name}: vector(n)`"),
            ),
            kind::Special::Binary => (
                format!("`{name}` is an array of 0 and 1, no variable"),
                "0 and 1 do not vary continuously",
                format!("`{name}: vector(n)` or `{name}: matrix(m,n)`"),
            ),
            kind::Special::Signs => (
                format!("`{name}` is a vector of signs, no variable"),
                "its entries are −1 or 1 and do not vary continuously",
                format!("`{name}: vector(n)`"),
            ),
            _ => return None,
        };
        let error = Diagnostic::new("N0109", message, self.span, "in this expression").with_note(note);
        Some(error.with_help(format!("declare {kinds} for the derivative in free entries")))
    }

    /// Of a name that the text does not have: the names that it has, and the nearest of them.
    fn is_absent(&self) -> Diagnostic {
        let Self { name, input, .. } = *self;
        let mut error = self.does_not_occur();
        let is_known = |symbol: &&Sym| symbol.place.is_some() && !symbol.hidden;
        let known = input.symbols.iter().filter(is_known).take(MOST_LISTED).map(|symbol| format!("`{}`", symbol.name));
        let known: Vec<String> = known.collect();
        if !known.is_empty() {
            error = error.with_note(format!("the symbols are {}", known.join(", ")));
        }
        let base = |name: &str| name.split(['_', '^']).next().map(str::to_owned);
        let near = input.symbols.iter().find(|symbol| {
            symbol.place.is_some()
                && parse_name(&symbol.name).is_ok()
                && (symbol.name.to_lowercase() == name.to_lowercase() || base(&symbol.name) == base(name))
        });
        if let Some(near) = near {
            let index = near.name.strip_prefix(name).and_then(|rest| rest.strip_prefix('_'));
            let bound = index.filter(|index| input.binders.iter().any(|binder| binder.name == **index));
            if bound.is_none()
                && let Some(sum) = over_repeated_indices(self.ast, name)
            {
                error = error.with_help(format!("for the sum over the indices that stand twice write it: `{sum}`"));
            }
            error = error.with_help(match bound {
                Some(index) => {
                    format!("`{}` stands outside the sum over `{index}`: put the whole summand in brackets", near.name)
                }
                None => format!("did you mean `{}`?", near.name),
            });
        }
        let kind = match kind::letter(name) {
            kind::Letter::Capital | kind::Letter::CapitalGreek => "matrix(m,n)",
            kind::Letter::Greek => "scalar",
            kind::Letter::Small => "vector(n)",
        };
        error.with_help(
            Advice::from("for the derivative by a symbol that does not occur, which is 0, declare it: ")
                .suggest(Suggestion::declaration(format!("{name}: {kind}"))),
        )
    }
}
