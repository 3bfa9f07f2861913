//! A letter before a bracket that is no factor: `\\sum_i \\rho(y_i - x_i^T\\beta)`, `q̇ᵀM(q)q̇`.
//!
//! A letter that is a factor of all of a sum, or of all of a text, and of nothing else makes the function affine in the variable, and its
//! derivative a constant that nobody asks for. A matrix before a bracketed letter is a function of that letter, where the letter is no
//! more than a scalar by guess.
//!
//! Declared functions with an index, `f_i` under a sum over i, are one function for all i.

use rustc_hash::FxHashMap;

use super::{Report, Source};
use crate::diagnostic::{Advice, Diagnostic, Suggestion};
use crate::expr::Arena;
use crate::shape::Goal;
use crate::span::Span;
use crate::syntax::{Ast, AstId, AstKind, Name, ProductOp, Remark, declared_function, for_each_child, full_name};

/// Letters that multiply constraints or weigh terms.
const MULTIPLIERS: [&str; 4] = ["λ", "Λ", "μ", "ν"];

/// Letters that are functions, potentials or kernels rather than factors, also where the bracket is all of a text.
const POTENTIALS: [&str; 6] = ["ρ", "η", "κ", "k", "u", "v"];

/// Capitals that multiply brackets by habit: costs, counts, and the constants of Lipschitz.
const FACTORS: [&str; 4] = ["C", "N", "M", "L"];

/// Small letters that multiply brackets with one term: counts, steps and weights.
const WEIGHTS: [&str; 12] = ["a", "b", "c", "m", "n", "t", "α", "β", "γ", "δ", "τ", "ω"];

/// The most capitals before brackets that are looked at in a text.
const MOST_LETTERS: usize = 50;

/// The most errors on functions with an index that are listed.
const MOST_SAID: usize = 5;

/// What is said of calls, each with the number of its text.
///
/// # Errors
/// Letters before brackets that are read as factors and meant as functions, as far as scalars are asked for; sums of a function that does not
/// depend on their index.
pub(super) fn calls_of_letters(
    arena: &Arena,
    asts: &[Ast],
    (sources, goals): (&[Source], &[Goal]),
    variables: &[String],
) -> Result<Vec<(usize, Remark)>, Report> {
    let (mut errors, mut remarks) = (Vec::new(), Vec::new());
    for (place, ((ast, source), goal)) in asts.iter().zip(sources).zip(goals).enumerate() {
        let is_scalar = matches!(goal, Goal::Scalar | Goal::Hessian | Goal::Function);
        let mut found: Vec<Diagnostic> = Vec::new();
        let mut letters: Vec<(String, bool, Remark)> = Vec::new();
        for (number, node) in (0_u32..).zip(&ast.nodes) {
            let factors = factors(&node.kind);
            for pair in factors.windows(2) {
                let Some(letter) = before_bracket(arena, ast, pair[0], pair[1]) else { continue };
                let (name, head) = (full_name(letter), ast.span(pair[0]));
                let call = head.join(ast.span(pair[1]));
                let is_weight = MULTIPLIERS.iter().chain(&WEIGHTS).any(|weight| *weight == letter.base);
                let shape = arena.find_symbol(&name).map(|id| arena.symbol(id).shape);
                let is_matrix = shape.is_some_and(|shape| shape.is_matrix());
                if is_matrix && is_guessed_scalar(arena, ast, pair[1]) {
                    found.push(matrix_of(ast, pair[0], pair[1]));
                } else if is_scalar
                    && !is_matrix
                    && is_all(ast, AstId(number), &letter.base)
                    && !MULTIPLIERS.contains(&letter.base.as_str())
                    && occurrences(asts, &name) == 1
                    && factors.iter().filter(|factor| holds(ast, **factor, variables)).count() == 1
                    && is_affine(ast, pair[1], variables)
                {
                    found.push(function_of(ast, head, through_bracket(ast, call)));
                } else if shape.is_some_and(|shape| shape.is_scalar())
                    && (letter.base.starts_with(char::is_uppercase) || !is_weight && is_argument(ast, pair[1]))
                    && !FACTORS.contains(&letter.base.as_str())
                    && letters.len() < MOST_LETTERS
                {
                    let holds_variable = holds(ast, pair[1], variables);
                    letters.push((name, holds_variable, product_with(ast, head, through_bracket(ast, call))));
                }
            }
        }
        // A letter that is a factor elsewhere is one here.
        let is_call =
            |name: &String| letters.iter().filter(|other| other.0 == *name).count() == occurrences(asts, name);
        let call = letters.iter().find(|(name, holds_variable, _)| *holds_variable && is_call(name));
        remarks.extend(call.map(|(.., remark)| (place, remark.clone())));
        found.extend(sums_of_one_function(ast, place, &mut remarks));
        if !found.is_empty() {
            errors.push((source.clone(), found));
        }
    }
    if errors.is_empty() { Ok(remarks) } else { Err(Report { errors }) }
}

/// The note at `F(x^T b)` with a number F.
fn product_with(ast: &Ast, head: Span, call: Span) -> Remark {
    let (head, written) = (ast.written(head), ast.written(call));
    let message =
        Advice::from(format!("`{written}` is read as a product with the number `{head}`; for a function declare it: "))
            .suggest(Suggestion::declaration(format!("{head}: function")));
    let row = if head.starts_with(char::is_uppercase) { "capital-call" } else { "letter-call" };
    Remark { row, span: call, message, other: None }
}

/// Functions whose index a sum binds: an error where the argument has no such index, as the sum would be a multiple of one value, and else a
/// note, as the function is the same for each term.
fn sums_of_one_function(ast: &Ast, place: usize, remarks: &mut Vec<(usize, Remark)>) -> Vec<Diagnostic> {
    // Of an index that no sum binds there is nothing.
    let mut holds_index: FxHashMap<&str, Option<Vec<bool>>> = FxHashMap::default();
    let mut found = Vec::new();
    for node in &ast.nodes {
        let AstKind::UserCall { name, argument, .. } = &node.kind else { continue };
        let Some((base, index)) = name.split_once('_') else { continue };
        let holding = holds_index.entry(index).or_insert_with(|| ast.binds(index).then(|| holding(ast, index)));
        let Some(holding) = holding else { continue };
        if !holding[argument.0 as usize] {
            if found.len() >= MOST_SAID {
                continue;
            }
            let written = ast.written(node.span);
            found.push(
                Diagnostic::new("N0004", format!("`{name}` is one function, the same for each {index}"), node.span, format!("does not depend on {index}"))
                    .with_help(format!("the derivative of a sum of different functions is the sum of theirs: ask for that of one, `{written}`"))
                    .with_help(format!("for one function for all {index} write `{base}`, and declare it")),
            );
        } else if remarks.iter().all(|(_, known)| known.row != "one-function") {
            let message = format!("`{name}` is read as one function, the same for each {index}");
            remarks
                .push((place, Remark { row: "one-function", span: node.span, message: message.into(), other: None }));
        }
    }
    found
}

/// Which nodes of a text hold an index.
fn holding(ast: &Ast, index: &str) -> Vec<bool> {
    let mut holding = vec![false; ast.nodes.len()];
    for (at, node) in ast.nodes.iter().enumerate() {
        let mut holds = matches!(&node.kind, AstKind::Name(name) if name.base == index || name.subscript_text == index);
        for_each_child(&node.kind, |child| holds |= holding[child.0 as usize]);
        holding[at] = holds;
    }
    holding
}

/// The factors of a product in which nothing is divided by a letter before a bracket.
fn factors(kind: &AstKind) -> Vec<AstId> {
    match kind {
        AstKind::Product { first, rest } if rest.iter().all(|(op, _)| *op == ProductOp::Times) => {
            std::iter::once(*first).chain(rest.iter().map(|(_, factor)| *factor)).collect()
        }
        _ => Vec::new(),
    }
}

/// The undeclared letter directly before a factor in round brackets.
fn before_bracket<'a>(arena: &Arena, ast: &'a Ast, letter: AstId, behind: AstId) -> Option<&'a Name> {
    let AstKind::Name(name) = &ast.node(letter).kind else { return None };
    let (start, end) = (ast.span(letter).end, ast.span(behind).start);
    // The bracket is a part of the factor or stands before it.
    let opens = ast.source.get(start..(end + 1).min(ast.source.len()))?;
    let has_bracket = without_spacing(opens, ast.source.contains('\\')).starts_with('(');
    let is_letter = name.base.chars().filter(|c| c.is_alphabetic()).count() == 1;
    let is_open = arena.find_symbol(&full_name(name)).is_some_and(|id| !arena.symbol(id).declared);
    (is_letter && is_open && has_bracket).then_some(name)
}

/// Whether a product is all of a text or of the body of a sum.
fn is_all(ast: &Ast, product: AstId, letter: &str) -> bool {
    let is_body = ast.nodes.iter().any(|node| matches!(&node.kind, AstKind::BigSum(_, body) if *body == product));
    let is_potential = POTENTIALS.contains(&letter) || letter.starts_with(|c: char| c.is_ascii_uppercase());
    is_body || is_potential && product.0 as usize + 1 == ast.nodes.len()
}

/// How often a symbol stands in the texts.
fn occurrences(asts: &[Ast], name: &str) -> usize {
    let is_it = |kind: &AstKind| matches!(kind, AstKind::Name(other) if full_name(other) == name);
    asts.iter().flat_map(|ast| &ast.nodes).filter(|node| is_it(&node.kind)).count()
}

/// Whether a name is a variable, one of its members or an entry.
fn is_variable(name: &Name, variables: &[String]) -> bool {
    let full = full_name(name);
    variables.iter().any(|variable| *variable == full || *variable == name.base)
}

/// Whether a variable stands in a subtree.
fn holds(ast: &Ast, root: AstId, variables: &[String]) -> bool {
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if matches!(&ast.node(id).kind, AstKind::Name(name) if is_variable(name, variables)) {
            return true;
        }
        for_each_child(&ast.node(id).kind, |child| open.push(child));
    }
    false
}

/// Whether a subtree that holds a variable is affine in it by its looks.
fn is_affine(ast: &Ast, root: AstId, variables: &[String]) -> bool {
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if !holds(ast, id, variables) {
            continue;
        }
        match &ast.node(id).kind {
            AstKind::Name(name) => {
                if !is_variable(name, variables) {
                    return false;
                }
            }
            AstKind::Sum(terms) => open.extend(terms.iter().map(|(_, term)| *term)),
            AstKind::Transpose(inner) => open.push(*inner),
            AstKind::Inner(left, right) => {
                if holds(ast, *left, variables) && holds(ast, *right, variables) {
                    return false;
                }
                open.extend([*left, *right]);
            }
            AstKind::Product { first, rest } => {
                let factors: Vec<(ProductOp, AstId)> =
                    std::iter::once((ProductOp::Times, *first)).chain(rest.iter().copied()).collect();
                let with: Vec<_> = factors.into_iter().filter(|(_, factor)| holds(ast, *factor, variables)).collect();
                match with.as_slice() {
                    [(op, factor)] if *op != ProductOp::Divide => open.push(*factor),
                    _ => return false,
                }
            }
            _ => return false,
        }
    }
    true
}

/// Whether a bracket holds a single small letter that is a scalar by guess alone.
fn is_guessed_scalar(arena: &Arena, ast: &Ast, id: AstId) -> bool {
    let AstKind::Name(name) = &ast.node(id).kind else { return false };
    let symbol = arena.find_symbol(&full_name(name)).map(|id| arena.symbol(id));
    name.base.starts_with(|c: char| c.is_ascii_lowercase())
        && symbol.is_some_and(|symbol| !symbol.declared && symbol.shape.is_scalar())
}

/// Whether a bracket holds one term that is a number of vectors, a norm or an inner product: the argument of a function rather than a factor,
/// which needs no bracket.
fn is_argument(ast: &Ast, id: AstId) -> bool {
    let is_transposed = |id: AstId| matches!(ast.node(id).kind, AstKind::Transpose(_));
    match &ast.node(id).kind {
        AstKind::Norm(..) | AstKind::Inner(..) => true,
        AstKind::Product { first, rest } => {
            is_transposed(*first) && rest.iter().all(|(op, _)| *op == ProductOp::Times)
                || rest.iter().all(|(op, _)| matches!(op, ProductOp::Dot | ProductOp::At))
        }
        _ => false,
    }
}

/// A text from its first sign that is neither the size of a bracket nor, in LaTeX, a space.
fn without_spacing(text: &str, is_latex: bool) -> &str {
    const SIZES: [&str; 8] = ["\\left", "\\right", "\\bigl", "\\bigr", "\\Bigl", "\\Bigr", "\\big", "\\Big"];
    const SPACES: [&str; 10] = ["\\,", "\\;", "\\:", "\\!", "\\ ", "\\quad", "~", "{}", " ", "$"];
    let mut rest = text;
    loop {
        let spaces = if is_latex { &SPACES[..] } else { &[] };
        match SIZES.iter().chain(spaces).find_map(|start| rest.strip_prefix(start)) {
            Some(next) => rest = next,
            None => return rest,
        }
    }
}

/// A call with the end of its bracket.
fn through_bracket(ast: &Ast, call: Span) -> Span {
    let behind = ast.source.get(call.end..).unwrap_or("");
    let rest = without_spacing(behind, true);
    match rest.strip_prefix(')') {
        Some(rest) => Span::new(call.start, ast.source.len() - rest.len()),
        None => call,
    }
}

/// The error at `ρ(y − x)`.
fn function_of(ast: &Ast, head: Span, call: Span) -> Diagnostic {
    let (head, written) = (ast.written(head), ast.written(call));
    let factor = Suggestion::declaration(format!("{head}: scalar"));
    Diagnostic::new("N0004", format!("`{written}` is a call of an unknown function"), call, "not declared")
        .with_help(declared_function(head))
        .with_help(Advice::from("for a factor declare it: ").suggest(factor))
}

/// The error at `M(q)`.
fn matrix_of(ast: &Ast, letter: AstId, argument: AstId) -> Diagnostic {
    let (head, inside) = (ast.written(ast.span(letter)), ast.written(ast.span(argument)));
    let inside = inside.trim_start_matches('(').trim_end_matches(')');
    let span = through_bracket(ast, ast.span(letter).join(ast.span(argument)));
    let message = format!("`{head}({inside})` is a call of an unknown function");
    Diagnostic::new("N0004", message, span, "not declared")
        .with_help(
            Advice::from("declare it: ")
                .suggest(Suggestion::declaration(format!("{head}: R^n -> R^{{n x n}}")))
                .words(format!(", or with `{inside}` a scalar "))
                .suggest(Suggestion::declaration(format!("{head}: R -> R^{{n x n}}; {inside}: scalar"))),
        )
        .with_help(format!("for the product write `{head} {inside}`"))
}
