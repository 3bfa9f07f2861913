//! Stage 10: whole functions in the languages of users.
//!
//! What a function returns is built into one graph of tensors (`sized`), so that value, gradient and Hessian share their parts; the graph
//! is checked, then read as trees of operations that array languages have names for (`tree`), and written step by step (`walk`).
//! A language is one table of spellings (`speller::Speller`) and the frame of its files.

mod arguments;
mod block;
mod code;
mod cpp;
mod decomposition;
mod draft;
mod draw;
mod einsum;
mod error;
mod evaluate;
mod frame;
mod functions;
mod julia;
mod language;
mod listing;
mod loops;
mod matlab;
mod names;
mod python;
mod rust;
mod sized;
mod slice;
mod speller;
mod tree;
mod walk;

pub use draft::{Draft, FunctionName, Piece};
pub use error::EmitError;
pub use language::Language;
pub use listing::Part;

use evaluate::Printed;
use listing::{Families, Listing, Output};
use names::Names;
use sized::{Root, Sized};
use speller::Speller;
use walk::Walk;

use crate::check::{Certificate, CheckOptions};
use crate::codegen::identifier::SymbolNames;
use crate::expr::{Arena, ExprId, Node, SizeTerm, SymbolId, difference_of_terms, sum_of_terms};
use crate::numeric::Bindings;

/// A function that has not been written yet.
pub struct Function<'a> {
    draft: &'a Draft<'a>,
    roots: Vec<Root>,
    sized: Sized,
}

impl<'a> Function<'a> {
    /// Plans a function.
    ///
    /// # Errors
    /// Where there is no plan, or none that is the same for all sizes.
    pub fn new(draft: &'a Draft<'a>) -> Result<Self, EmitError> {
        let roots: Vec<Root> =
            draft.pieces.iter().map(|piece| Root { expr: piece.expr, layout: piece.layout.clone() }).collect();
        let sized = Sized::new(draft.arena, &roots)?;
        Ok(Self { draft, roots, sized })
    }

    /// The function in a language, with everything around it: a whole file where its gradient can be checked.
    ///
    /// # Errors
    /// What the language cannot say, with those that can.
    pub fn write(&self, language: Language) -> Result<Written<'_>, EmitError> {
        self.written(language).map_err(|error| error.retaining(|other| self.written(other).is_ok()))
    }

    /// As [`Function::write`], where an error names languages that may not be able either.
    fn written(&self, language: Language) -> Result<Written<'_>, EmitError> {
        let speller = speller(language);
        let draft = self.draft;
        let (graph, roots) = (&self.sized.graph, &self.sized.roots);
        let sizes = arguments::sizes(draft, graph, roots);
        let name = names::function_name(draft.arena, speller.rules(), draft.name, language)?;
        let mut names = Names::new(draft.arena, speller.rules(), &name, &sizes);
        if speller.families() == Families::Lists {
            names.stack(draft.arena);
        }
        let wishes: Vec<String> = draft.pieces.iter().map(|piece| result_name(piece.part, draft, &mut names)).collect();
        let mut walk = Walk::new(draft.arena, graph, speller.as_ref(), names);
        walk.given = arguments::given(draft, graph, roots, &mut walk.names);
        let named: Vec<_> = roots.iter().copied().zip(wishes.iter().cloned()).collect();
        let codes = walk.run(&named)?;
        let (codes, results): (Vec<_>, Vec<_>) = codes.into_iter().unzip();
        let steps = walk.steps.iter().map(|step| (step.name.clone(), step.tree.clone())).collect();
        let printed = Printed { steps, results };
        let outputs = draft.pieces.iter().zip(&wishes).zip(codes).zip(roots).map(|(((piece, name), code), root)| {
            let axes = arguments::axes_text(draft, graph, *root, &walk.names);
            Output { part: piece.part, name: name.clone(), code, axes }
        });
        let outputs: Vec<Output> = outputs.collect();
        let found = arguments::arguments(draft, graph, roots, &mut walk);
        let mut listing = Listing {
            name,
            about: draft.about.to_owned(),
            conditions: draft.conditions.to_vec(),
            arguments: found.arguments,
            sizes: found.sizes,
            steps: walk.steps,
            outputs,
            check: None,
        };
        listing.check = draw::check(draft, &self.sized, &listing, &found.symbols, &walk.names);
        let text = speller.file(&listing);
        Ok(Written { function: self, name: listing.name, text, printed })
    }
}

/// A function as it is written in a language.
pub struct Written<'a> {
    function: &'a Function<'a>,
    /// What the function is called.
    pub name: String,
    /// The file.
    pub text: String,
    printed: Printed,
}

impl Written<'_> {
    /// Checks each result against its expression, at points where the conditions hold: the operations that are written are computed one
    /// after another.
    #[must_use]
    pub fn check(&self, options: &CheckOptions, is_given: &dyn Fn(&Bindings<f64>) -> bool) -> Vec<Certificate> {
        let Function { draft, roots, sized } = self.function;
        let check = |(place, root)| sized.check(draft.arena, place, (root, &self.printed), options, is_given);
        roots.iter().enumerate().map(check).collect()
    }
}

/// Names the sizes that ranges of sums in these expressions have, n − 1 of i = 1, …, n − 1 and of i < j, so that arrays of that length can
/// be written.
pub fn name_ranges(arena: &mut Arena, exprs: impl Iterator<Item = ExprId>) {
    let (mut counts, mut ends, mut is_nested) = (Vec::new(), Vec::new(), false);
    for id in exprs.flat_map(|expr| arena.post_order(expr)) {
        let Node::Indexed { lower, upper, .. } = *arena.node(id) else { continue };
        let less_one = |terms: Vec<SizeTerm>| sum_of_terms(terms.into_iter().chain([(-1, Vec::new())]));
        match (arena.place_terms(lower), arena.place_terms(upper)) {
            (Some(least), Some(most)) => {
                counts.push(difference_of_terms(&most, &less_one(least)));
                ends.push(less_one(most));
            }
            (least, most) => {
                is_nested |= least.is_none() || most.is_none();
                ends.extend(most.map(less_one));
            }
        }
    }
    // The range of an index that ends before another one, or begins after it.
    counts.extend(ends.into_iter().filter(|_| is_nested));
    for count in counts.into_iter().filter(|count| count.iter().any(|(_, names)| !names.is_empty())) {
        arena.size_of_terms(count);
    }
}

/// What a symbol is called in functions in Python: `lambda_` of λ.
#[must_use]
pub fn python_name(arena: &Arena, symbol: SymbolId) -> String {
    let rules = speller(Language::Numpy).rules();
    SymbolNames::new(arena, rules).of(&arena.symbol(symbol).name)
}

fn speller(language: Language) -> Box<dyn Speller> {
    match language {
        Language::Numpy | Language::Jax | Language::Torch => Box::new(python::Python::new(language)),
        Language::Julia => Box::new(julia::Julia),
        Language::Matlab => Box::new(matlab::Matlab),
        Language::Rust => Box::new(rust::Rust),
        Language::Cpp => Box::new(cpp::Cpp),
    }
}

/// What a result is called: that of a gradient in one of several variables after the variable.
fn result_name(part: Part, draft: &Draft<'_>, names: &mut Names) -> String {
    match part {
        Part::Value => names.claim("value"),
        Part::Gradient(place) if draft.wrt.len() > 1 => {
            let of = names.symbol(draft.arena, draft.wrt[place]);
            names.claim(&format!("gradient_{of}"))
        }
        Part::Gradient(_) => names.claim("gradient"),
        Part::Hessian => names.claim("hessian"),
        Part::Hvp => names.claim("hvp"),
        Part::Answer => names.claim("result"),
        Part::Unknown(symbol) => names.symbol(draft.arena, symbol),
    }
}
