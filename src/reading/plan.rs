//! What each node of the open trees takes, step by step: the tree as the chart of readings sees it.

use super::chart::class_of_sizes;
use super::class::{Class, Stars, State, Step, Unary};
use super::kind::{Declared, Letter, Special, WrittenSize, habit, letter};
use super::resolve::{Input, Ref};
use super::scope::{is_in_sum, is_product_of_entries, is_summed_product, scales_and_shifts};
use crate::catalog::Ranked;
use crate::catalog::operator::Operand;
use crate::number::Coeff;
use crate::syntax::{
    Ast, AstId, AstKind, AstNode, Cut, Derivative, Function, NormSpelling, ProductOp, is_entry_by_entry, is_entrywise,
};

/// Where the value of a node comes from before any step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// From its operands alone.
    None,
    /// Of one class.
    Fixed(Class),
    /// From a symbol with so many subscripts.
    Symbol(usize, usize),
    /// A written 1 beside a factor: ones, or the number.
    One,
    /// It has no value of its own.
    Skip,
}

/// A node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) leaf: Leaf,
    /// Its steps: a range of [`Text::steps`].
    pub(crate) from: u32,
    pub(crate) to: u32,
    /// Whether it has an open divisor.
    pub(crate) is_wide: bool,
}

impl Plan {
    /// The states that it can be in.
    pub(crate) fn states(&self) -> usize {
        if self.is_wide { State::ALL } else { State::CLOSED }
    }

    pub(crate) fn steps(&self) -> std::ops::Range<usize> {
        self.from as usize..self.to as usize
    }
}

/// One text.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) plans: Vec<Plan>,
    /// Operands, where a step has one, and what is done with them.
    pub(crate) steps: Vec<(Option<AstId>, Step)>,
    /// The first step that takes each node, by its place among all steps.
    pub(crate) taker: Vec<Option<usize>>,
    /// Whether several steps take it.
    pub(crate) is_shared: Vec<bool>,
}

impl Text {
    pub(crate) fn new(input: &Input<'_>, text: usize) -> Self {
        let ast = input.texts[text].ast;
        let nodes = ast.nodes.len();
        let mut this = Self {
            plans: Vec::with_capacity(nodes),
            steps: Vec::new(),
            taker: vec![None; nodes],
            is_shared: vec![false; nodes],
        };
        let numpy = is_entry_by_entry(&ast.source);
        // Julia's `1 .- A`
        let is_dotted = [" .+", " .-"].iter().any(|sign| ast.source.contains(sign));
        let raised = transposes_by_t(input);
        for number in 0..nodes {
            let id = AstId(u32::try_from(number).unwrap_or(u32::MAX));
            let from = this.steps.len();
            let leaf = leaf(input, text, ast, id);
            // What stands below a symbol of its own is part of its name.
            if leaf == Leaf::None || matches!(leaf, Leaf::Symbol(_, subscripts) if subscripts > 0) {
                steps(input, text, ast, id, (numpy, is_dotted, raised), &mut this.steps);
            }
            let is_wide = this.steps[from..].iter().any(|(_, step)| *step == Step::RunFirst);
            for place in from..this.steps.len() {
                if let Some(child) = this.steps[place].0 {
                    let child = child.0 as usize;
                    match this.taker[child] {
                        Some(_) => this.is_shared[child] = true,
                        None => this.taker[child] = Some(place),
                    }
                }
            }
            let bound = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
            this.plans.push(Plan { leaf, from: bound(from), to: bound(this.steps.len()), is_wide });
        }
        this
    }
}

fn is_t(ast: &Ast, id: AstId) -> bool {
    matches!(&ast.node(id).kind, AstKind::Name(name) if name.base == "t" && name.subscript_text.is_empty())
}

/// Whether `t` may stand for the transpose, and whether of matrices too: it is no declared name, variable or index, every t is an
/// exponent, and of matrices it is one beside small letters that are raised so, and where a matrix stands as only a transpose does.
fn transposes_by_t(input: &Input<'_>) -> Option<bool> {
    let symbol = &input.symbols[input.find("t")?];
    if symbol.declared.is_some() || symbol.wrt {
        return None;
    }
    let mut of_letters = false;
    for text in &input.texts {
        for number in 0..text.ast.nodes.len() {
            let id = AstId(u32::try_from(number).unwrap_or(u32::MAX));
            if !is_t(text.ast, id) {
                continue;
            }
            let power = text.parents[number]?;
            match &text.ast.node(power).kind {
                AstKind::Power(base, exponent) if *exponent == id => {
                    of_letters |= matches!(&text.ast.node(*base).kind, AstKind::Name(name) if letter(&name.base) == Letter::Small)
                        || text.parents[power.0 as usize]
                            .is_some_and(|product| is_as_transpose(text.ast, product, power));
                }
                _ => return None,
            }
        }
    }
    Some(of_letters)
}

/// Whether a matrix with a raised t stands in a product as only a transpose does: beside the same matrix, `XᵗX`, or at its end behind
/// another one, `UVᵗ`.
fn is_as_transpose(ast: &Ast, product: AstId, power: AstId) -> bool {
    let (AstKind::Product { first, rest }, AstKind::Power(base, _)) = (&ast.node(product).kind, &ast.node(power).kind)
    else {
        return false;
    };
    let matrix = |id: AstId| match &ast.node(id).kind {
        AstKind::Name(name) if letter(&name.base) == Letter::Capital => Some((&name.base, &name.subscript_text)),
        _ => None,
    };
    let factors: Vec<AstId> = std::iter::once(*first).chain(rest.iter().map(|(_, factor)| *factor)).collect();
    let Some(place) = factors.iter().position(|factor| *factor == power).filter(|_| matrix(*base).is_some()) else {
        return false;
    };
    let before = place.checked_sub(1).and_then(|before| matrix(factors[before]));
    let behind = factors.get(place + 1).and_then(|behind| matrix(*behind));
    before == matrix(*base) || behind == matrix(*base) || before.is_some() && place + 1 == factors.len()
}

fn leaf(input: &Input<'_>, text: usize, ast: &Ast, id: AstId) -> Leaf {
    let source = &input.texts[text];
    let number = id.0 as usize;
    let one = |size: &WrittenSize| *size == WrittenSize::Number(1);
    match &source.refs[number] {
        Ref::Inert => Leaf::Skip,
        Ref::Symbol(symbol) | Ref::FreeFill(_, symbol) => Leaf::Symbol(*symbol, 0),
        Ref::Indexed(symbol) => match &ast.node(id).kind {
            AstKind::Name(name) => Leaf::Symbol(*symbol, name.subscript.len()),
            _ => Leaf::Skip,
        },
        Ref::Index(_) | Ref::Size(_) | Ref::BadSize(_) | Ref::OpenRange(_) => Leaf::Fixed(Class::Scalar),
        Ref::Euler | Ref::Pi => Leaf::Fixed(Class::Number),
        Ref::Identity(_) | Ref::Commutation(..) => Leaf::Fixed(Class::Matrix),
        Ref::Basis => Leaf::Fixed(Class::Column),
        Ref::Fill(_, sizes) => Leaf::Fixed(match (one(&sizes[0]), one(&sizes[1])) {
            (true, true) => Class::Scalar,
            (false, true) => Class::Column,
            (true, false) => Class::Row,
            (false, false) => Class::Matrix,
        }),
        Ref::None | Ref::Unvec(..) | Ref::Slice(_) => match &ast.node(id).kind {
            AstKind::Number(value) if value.is_one() && is_bare_one(ast, id) && beside_factor(input, text, ast, id) => {
                Leaf::One
            }
            AstKind::Run { .. } => Leaf::Skip,
            _ if source.constants[number].is_some() => Leaf::Fixed(Class::Number),
            AstKind::Number(_) | AstKind::Name(_) => Leaf::Fixed(Class::Number),
            _ => Leaf::None,
        },
    }
}

/// Whether a written number stands beside a factor by juxtaposition, as in `1 gᵀ` and `A 1`.
fn beside_factor(input: &Input<'_>, text: usize, ast: &Ast, id: AstId) -> bool {
    let Some(parent) = input.texts[text].parents[id.0 as usize] else { return false };
    match &ast.node(parent).kind {
        AstKind::Product { first, rest } => {
            *first == id && rest.first().is_some_and(|(op, _)| *op == ProductOp::Times)
                || rest.iter().any(|(op, factor)| *factor == id && *op == ProductOp::Times)
        }
        AstKind::Run { items, .. } => items.first() != Some(&id),
        _ => false,
    }
}

/// Whether a 1 is written so: `1.0` is a number, and so is `(1)`, as in `a(1)` with a number put in for a letter.
fn is_bare_one(ast: &Ast, id: AstId) -> bool {
    let span = ast.span(id);
    let before = ast.source.get(..span.start).and_then(|before| before.trim_end().chars().next_back());
    let after = ast.source.get(span.end..).and_then(|after| after.trim_start().chars().next());
    ast.source.get(span.start..span.end) == Some("1") && (before, after) != (Some('('), Some(')'))
}

/// What `**` of a matrix is at a node. A negative power is an inverse in any text but NumPy's.
fn stars(input: &Input<'_>, text: usize, (id, base, exponent): (AstId, AstId, AstId), numpy: bool) -> Stars {
    use Function as F;
    let (ast, parents) = (input.texts[text].ast, &input.texts[text].parents);
    let sign = ast.source.get(ast.span(base).end..ast.span(exponent).start).unwrap_or("");
    let is_caret = !sign.contains("**");
    if numpy && !is_caret {
        return Stars::Entrywise;
    }
    let is_negative = match &ast.node(exponent).kind {
        AstKind::Sum(terms) => terms.len() == 1,
        AstKind::Number(number) => number.is_negative(),
        _ => false,
    };
    if is_negative {
        return if is_caret { Stars::Summed(false) } else { Stars::Matrix };
    }
    // A number or a small letter only scales; beneath a sign a small letter may be the vector that a matrix power is applied to.
    let scales = |id: AstId| match &ast.node(id).kind {
        AstKind::Number(_) => true,
        AstKind::Name(name) if is_caret => matches!(letter(&name.base), Letter::Greek),
        AstKind::Name(name) => !matches!(letter(&name.base), Letter::Capital | Letter::CapitalGreek),
        _ => false,
    };
    let (mut is_factor, mut below) = (false, id);
    let mut above = parents[id.0 as usize];
    while let Some(at) = above {
        match &ast.node(at).kind {
            AstKind::Sum(_) | AstKind::Power(..) | AstKind::StarPower(..) | AstKind::HadamardPower(..) => {}
            AstKind::Product { first, rest } => {
                let mut factors = rest.iter().map(|(_, factor)| *factor).chain([*first]);
                is_factor |= factors.any(|factor| factor != below && !scales(factor));
            }
            // Beneath a sign a power is of each entry, in the brackets of a function only that of a vector.
            AstKind::Call(F::Sum | F::Prod | F::Mean | F::Along(..), _) if is_caret => {
                return Stars::Summed(!is_factor && !is_by_name(ast, at));
            }
            AstKind::Call(F::Sum | F::Mean | F::Prod | F::Max | F::Min | F::Along(..), _) => return Stars::Entrywise,
            AstKind::Call(function, _) if is_entrywise(*function) => {}
            AstKind::Call(..) => return Stars::Matrix,
            _ => break,
        }
        (below, above) = (at, parents[at.0 as usize]);
    }
    if is_factor { Stars::Matrix } else { Stars::Open }
}

/// Whether an entrywise product is of arrays by its looks: its sign is `\odot` or the like, or a capital stands in it. In code `.*` stands
/// between numbers, too.
fn is_of_arrays(ast: &Ast, first: AstId, factor: AstId) -> bool {
    let is_capital =
        |id: AstId| matches!(&ast.node(id).kind, AstKind::Name(name) if letter(&name.base) == Letter::Capital);
    let before = ast.source.get(..ast.span(factor).start).unwrap_or("").trim_end();
    is_capital(first) || is_capital(factor) || !before.ends_with(['*', '/'])
}

/// Whether a reduction is written as a function, and not as a sign.
fn is_by_name(ast: &Ast, call: AstId) -> bool {
    let span = ast.span(call);
    ast.source.get(span.start..span.end).is_some_and(|text| text.starts_with(|c: char| c.is_ascii_lowercase()))
}

fn steps(
    input: &Input<'_>,
    text: usize,
    ast: &Ast,
    id: AstId,
    (numpy, is_dotted, raised): (bool, bool, Option<bool>),
    out: &mut Vec<(Option<AstId>, Step)>,
) {
    let mut take = |child: AstId, step: Step| out.push((Some(child), step));
    match &ast.node(id).kind {
        AstKind::Number(_) | AstKind::Run { .. } => {}
        AstKind::Name(name) => name.subscript.iter().for_each(|part| take(*part, Step::Aside)),
        AstKind::Sum(terms) => {
            for (place, (_, term)) in terms.iter().enumerate() {
                take(*term, if place == 0 { Step::Take } else { Step::Term(numpy || is_dotted) });
            }
        }
        AstKind::Product { first, rest } => {
            take(*first, Step::Take);
            let parents = &input.texts[text].parents;
            let is_scaled = scales_and_shifts(ast, parents, id) || is_summed_product(ast, parents, id);
            let is_of_entries = is_product_of_entries(ast, parents, id);
            let is_in_sum = is_in_sum(ast, parents, id);
            for (op, factor) in rest {
                let step = match op {
                    ProductOp::Times | ProductOp::Star if is_of_entries => Step::Star(true),
                    ProductOp::Times => Step::Times,
                    // `y · (w · x + b)`: an inner product is a number, and so is what is added to it.
                    ProductOp::Dot if has_dot(ast, *factor) || has_dot(ast, *first) => Step::Times,
                    ProductOp::Dot => Step::Dot,
                    ProductOp::Star if is_in_sum && !numpy && !is_scaled => Step::Summed { divides: false },
                    ProductOp::Star => Step::Star(numpy || is_scaled),
                    ProductOp::At => Step::At,
                    ProductOp::Divide => {
                        if let AstKind::Run { items, joints } = &ast.node(*factor).kind {
                            for (place, item) in items.iter().enumerate() {
                                let joint = place.checked_sub(1).and_then(|place| joints.get(place));
                                out.push((Some(*item), joint.map_or(Step::RunFirst, |joint| Step::RunNext(*joint))));
                            }
                            out.push((None, Step::RunEnd));
                            continue;
                        }
                        if is_in_sum && !numpy { Step::Summed { divides: true } } else { Step::Divide(numpy) }
                    }
                    ProductOp::Hadamard | ProductOp::HadamardDivide if is_of_arrays(ast, *first, *factor) => {
                        Step::Hadamard
                    }
                    ProductOp::Hadamard | ProductOp::HadamardDivide => Step::HadamardInCode,
                    ProductOp::Kronecker => Step::Kronecker,
                };
                out.push((Some(*factor), step));
            }
        }
        AstKind::Power(base, exponent) if input.texts[text].refs[base.0 as usize] == Ref::Euler => {
            take(*exponent, Step::Take);
        }
        AstKind::Power(base, exponent) => {
            take(*base, Step::Take);
            let step = raised.filter(|_| is_t(ast, *exponent)).map_or(Step::Exponent, Step::RaisedT);
            take(*exponent, step);
        }
        AstKind::StarPower(base, exponent) => {
            take(*base, Step::Take);
            take(*exponent, Step::StarExponent(stars(input, text, (id, *base, *exponent), numpy)));
        }
        AstKind::HadamardPower(base, exponent) => {
            take(*base, Step::Take);
            take(*exponent, Step::Aside);
        }
        AstKind::Transpose(inner) => take(*inner, Step::Unary(Unary::Transpose)),
        AstKind::Call(function, arguments) => call(*function, arguments, &mut take),
        AstKind::UserCall { name, derivative, argument, others } => {
            let declared = input.find(name).and_then(|symbol| input.symbols[symbol].declared.as_ref());
            let (of, other) = match declared {
                Some(declared) if declared.domain.is_some() => (of_map(declared, *derivative), Step::Aside),
                Some(declared) if declared.special == Special::MatrixFunction => (Unary::Square, Step::Direction),
                _ => (Unary::Elementwise, Step::Direction),
            };
            take(*argument, Step::Unary(of));
            others.iter().for_each(|id| take(*id, other));
        }
        AstKind::Norm(spelling, inner) => norm(*spelling, *inner, &mut take),
        AstKind::Abs(inner) => {
            let is_wide = has_image(ast, *inner) || is_vector_elsewhere(ast, *inner);
            let bars = if is_wide { Unary::BarsOfImage } else { Unary::Bars };
            take(*inner, Step::Unary(bars));
        }
        AstKind::Inner(a, b) => {
            take(*a, Step::Take);
            take(*b, Step::Inner);
        }
        AstKind::BigSum(ranges, body) | AstKind::BigProduct(ranges, body) => {
            for bound in ranges.iter().flat_map(|range| range.lower.into_iter().chain(range.upper)) {
                take(bound, Step::Aside);
            }
            let is_sum = matches!(ast.node(id).kind, AstKind::BigSum(..));
            take(*body, if is_sum { Step::Take } else { Step::Only });
        }
        AstKind::Literal(rows) => {
            let many_rows = rows.len() > 1;
            let many_cols = rows.first().is_some_and(|row| row.len() > 1);
            for entry in rows.iter().flatten() {
                take(*entry, Step::Entry { many_rows, many_cols });
            }
        }
        AstKind::Stack { is_row, blocks } => {
            blocks.iter().for_each(|block| take(*block, Step::Block { is_row: *is_row }));
        }
        AstKind::EntryOf(inner, parts) => {
            let is_first = |part: &AstId| ast.node(*part).kind == AstKind::Number(Coeff::ONE);
            let are_first = parts.iter().all(is_first);
            take(*inner, Step::Unary(Unary::EntryOf { places: parts.len(), are_first }));
            parts.iter().for_each(|part| take(*part, Step::Aside));
        }
        AstKind::Line { of, index, .. } => {
            take(*of, Step::Unary(Unary::Line));
            take(*index, Step::Aside);
        }
        AstKind::Slice { of, cuts } => {
            let places = cuts.iter().filter(|cut| matches!(cut, Cut::At(_) | Cut::Last(_))).count();
            take(*of, Step::Unary(Unary::Slice { axes: cuts.len(), places }));
            for cut in cuts {
                if let Cut::At(at) = cut {
                    take(*at, Step::Aside);
                }
            }
        }
        AstKind::Factorial(inner) => take(*inner, Step::Only),
        AstKind::Indicator(_, a, b) => {
            take(*a, Step::Take);
            take(*b, Step::Entrywise);
        }
    }
}

/// Whether it is the product of a capital and a small letter, A x, or a sum with such a term.
fn has_image(ast: &Ast, id: AstId) -> bool {
    let is = |id: AstId, kinds: &[Letter]| matches!(&ast.node(id).kind, AstKind::Name(name) if name.subscript.is_empty() && kinds.contains(&letter(&name.base)));
    match &ast.node(id).kind {
        AstKind::Sum(terms) => terms.iter().any(|(_, term)| has_image(ast, *term)),
        AstKind::Product { first, rest } => match rest.as_slice() {
            [(ProductOp::Times | ProductOp::Star | ProductOp::At, last)] => {
                is(*first, &[Letter::Capital]) && is(*last, &[Letter::Small])
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether it is `w · x + b`: the product of two small letters with a dot, and numbers or letters of constants.
fn has_dot(ast: &Ast, id: AstId) -> bool {
    let is_letter = |id: AstId| matches!(&ast.node(id).kind, AstKind::Name(name) if letter(&name.base) == Letter::Small && !habit(&name.base).is_count());
    let is_dot = |id: AstId| match &ast.node(id).kind {
        AstKind::Product { first, rest } => match rest.as_slice() {
            [(ProductOp::Dot, last)] => is_letter(*first) && is_letter(*last),
            _ => false,
        },
        _ => false,
    };
    let is_constant = |id: AstId| match &ast.node(id).kind {
        AstKind::Number(_) => true,
        AstKind::Name(name) => matches!(name.base.as_str(), "b" | "c") || letter(&name.base) == Letter::Greek,
        _ => false,
    };
    let AstKind::Sum(terms) = &ast.node(id).kind else { return false };
    terms.iter().filter(|(_, term)| is_dot(*term)).count() == 1
        && terms.iter().filter(|(_, term)| is_constant(*term)).count() + 1 == terms.len()
        && terms.len() > 1
}

/// The most nodes of a text that is looked through for each pair of bars.
const SEARCHED_NODES: usize = 2000;

/// Whether it is the x of `|A x - b|`, which stands between other bars, or of `a · x`.
fn is_vector_elsewhere(ast: &Ast, id: AstId) -> bool {
    let AstKind::Name(name) = &ast.node(id).kind else { return false };
    let is_same = |id: AstId| matches!(&ast.node(id).kind, AstKind::Name(other) if other.base == name.base && other.subscript.is_empty());
    let is_name =
        |id: AstId| matches!(&ast.node(id).kind, AstKind::Name(other) if letter(&other.base) == Letter::Small);
    let is_image = |id: AstId| match &ast.node(id).kind {
        AstKind::Product { rest, .. } => has_image(ast, id) && rest.last().is_some_and(|(_, last)| is_same(*last)),
        _ => false,
    };
    let is_within = |node: &AstNode| match &node.kind {
        AstKind::Abs(inner) => match &ast.node(*inner).kind {
            AstKind::Sum(terms) => terms.iter().any(|(_, term)| is_image(*term)),
            _ => is_image(*inner),
        },
        // `x·y`, and `x·y/(|x||y|)`
        AstKind::Product { first, rest } => match rest.as_slice() {
            [(ProductOp::Dot, last)] | [(ProductOp::Dot, last), (ProductOp::Divide, _)] => {
                is_same(*first) && is_name(*last) || is_same(*last) && is_name(*first)
            }
            _ => false,
        },
        _ => false,
    };
    let is_small = name.subscript.is_empty() && letter(&name.base) == Letter::Small;
    is_small && ast.nodes.len() <= SEARCHED_NODES && ast.nodes.iter().any(is_within)
}

fn norm(spelling: NormSpelling, inner: AstId, take: &mut impl FnMut(AstId, Step)) {
    let function = match spelling {
        NormSpelling::P(below) => {
            take(below, Step::Below);
            return take(inner, Step::NormAbove);
        }
        NormSpelling::Plain | NormSpelling::One | NormSpelling::Infinity => Unary::Norm,
        NormSpelling::Two => Unary::NormTwo,
        NormSpelling::Frobenius => Unary::NormOfMatrix,
        NormSpelling::OfEntries => Unary::NormOfEntries,
        NormSpelling::Nuclear => Unary::NuclearNorm,
        NormSpelling::TwoOne => Unary::MixedNorm,
    };
    take(inner, Step::Unary(function));
}

/// The operands of a known function. The match is exhaustive: a new function needs its row here.
fn call(function: Function, arguments: &[AstId], take: &mut impl FnMut(AstId, Step)) {
    use Function as F;
    let Some((&first, rest)) = arguments.split_first() else { return };
    let unary = match function {
        F::Entrywise(_)
        | F::Slope(_)
        | F::Composed(_)
        | F::Polygamma
        | F::Binomial
        | F::Join(_)
        | F::Cumsum
        | F::Sqrt
        | F::Polar => Unary::Elementwise,
        F::Operator(op) => match op.row().operand {
            Operand::Any => Unary::Elementwise,
            Operand::Array(_) => Unary::Array,
            Operand::Square(_) => Unary::Square,
        },
        F::Sum | F::Mean | F::Count(_) | F::Prod | F::LogSumExp | F::Var(_) | F::Std(_) => Unary::Reduce,
        F::Along(_, axis) => Unary::Along(axis),
        F::Max | F::Min => match rest {
            [] => Unary::Reduce,
            [second, ..] => {
                take(first, Step::Take);
                return take(*second, Step::Entrywise);
            }
        },
        F::Norm => match rest {
            [] => Unary::Norm,
            [below, ..] => {
                take(*below, Step::Below);
                return take(first, Step::NormAbove);
            }
        },
        F::Norm1 => Unary::Norm,
        F::Norm2 => Unary::NormTwo,
        F::SigmaMax => Unary::NormOfMatrix,
        F::Ranked(which) => {
            rest.iter().for_each(|place| take(*place, Step::Aside));
            match which {
                Ranked::Eigenvalue => Unary::OfSquare,
                Ranked::SingularValue => Unary::NormOfMatrix,
                Ranked::Eigenvector | Ranked::LeftVector | Ranked::RightVector => Unary::VectorOf,
            }
        }
        F::Trace | F::Det | F::LogDet | F::LambdaMax | F::LambdaMin => Unary::OfSquare,
        F::Svd => Unary::SingularValues,
        F::Eig | F::EigvecMax | F::EigvecMin | F::UMax | F::VMax => Unary::VectorOf,
        F::Inv | F::Cof | F::Sym | F::Skew | F::Expm | F::Logm | F::Sqrtm => Unary::Square,
        F::FrechetExpm | F::FrechetLogm | F::FrechetSqrtm => {
            take(first, Step::Unary(Unary::Square));
            return rest.iter().for_each(|direction| take(*direction, Step::Direction));
        }
        F::Pinv => Unary::Pseudoinverse,
        F::Diag => Unary::Diagonal,
        F::Vec => Unary::Vec,
        F::Unvec => Unary::Unvec,
        F::Transpose => Unary::TransposeCall,
        F::Where | F::Cases => {
            take(first, if function == F::Where { Step::Take } else { Step::Aside });
            let [then, otherwise] = rest else { return };
            take(*then, if function == F::Where { Step::Entrywise } else { Step::Take });
            return take(*otherwise, Step::Entrywise);
        }
        F::Hat => Unary::Hat,
        F::Axial => Unary::VectorOf,
        F::Cross => {
            take(first, Step::Unary(Unary::Array));
            return rest.iter().for_each(|second| take(*second, Step::Cross));
        }
        F::Kron => {
            take(first, Step::Take);
            return rest.iter().for_each(|second| take(*second, Step::Kronecker));
        }
        F::Dot => {
            take(first, Step::Take);
            return rest.iter().for_each(|second| take(*second, Step::Inner));
        }
        F::Outer => {
            take(first, Step::Take);
            return rest.iter().for_each(|second| take(*second, Step::Outer));
        }
        F::Commutation | F::Eye | F::Ones | F::OnesMatrix | F::Zeros => return,
    };
    take(first, Step::Unary(unary));
}

/// How the argument of a declared map, or of its derivative, is taken.
fn of_map(declared: &Declared, derivative: Derivative) -> Unary {
    let value = class_of_sizes(&declared.rows, &declared.cols);
    let argument = declared.domain.as_ref().map_or(value, |[rows, cols]| class_of_sizes(rows, cols));
    let value = match derivative {
        Derivative::Primes(_) => value,
        Derivative::Gradient => argument,
        Derivative::Hessian | Derivative::Jacobian => Class::Matrix,
    };
    Unary::Map { argument, value }
}
