//! What is said of a reading: notes where another one is nearly as likely or the way is rare, a refusal where neither is likelier.

use unicode_normalization::UnicodeNormalization;

use super::added_number;
use super::bars;
use super::chart::{Fixed, Pick};
use super::close::ends_divisor;
use super::cost::{RowId, Says};
use super::feature;
use super::in_code;
use super::kind::{Kind, Letter, letter};
use super::limit::{NOTED_NODES, NOTED_PICKS};
use super::line;
use super::number_letter;
use super::resolve::{Input, Ref, Sym};
use super::search::{Search, Solution};
use super::target;
use super::walk::subtree;
use crate::diagnostic::{Advice, Diagnostic, Suggestion};
use crate::span::Span;
use crate::syntax::{
    Ast, AstId, AstKind, AstNode, Function, ProductOp, Remark, full_name, is_r, with_commands, without_brackets,
};

/// A reading whose runner-up costs at least so much more is taken without a word.
const SILENT: u64 = 8;

/// A reading whose runner-up costs less than so much more is not taken at all.
const UNDECIDED: u64 = 2;

/// Notes, and refusals, each with the place of its text.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) notes: Vec<(usize, Remark)>,
    pub(crate) refusals: Vec<(usize, Diagnostic)>,
}

/// What is to be said of a reading.
pub(crate) fn said(search: &Search<'_, '_>, input: &Input<'_>, solution: &Solution) -> Said {
    let mut said = Said::default();
    for (text, source) in input.texts.iter().enumerate() {
        source.ast.remarks.iter().for_each(|remark| said.add(text, Some(remark.clone())));
        if input.declared("e").is_none() {
            said.add(text, input.units[text].remark(source.ast));
        }
    }
    let nodes: usize = input.texts.iter().map(|text| text.ast.nodes.len()).sum();
    let mut looked_at = 0;
    for (text, trace) in solution.traces.iter().enumerate() {
        let ast = input.texts[text].ast;
        for pick in trace.picks.iter().rev() {
            said.add(text, added_number::remark(input, text, pick));
            said.add(text, in_code::norm(ast, pick));
            said.add(text, in_code::quotient(ast, pick));
            match pick.row.row().says {
                Says::Never | Says::Refuse => {}
                Says::Always => said.add(text, always(ast, pick)),
                Says::IfNear if nodes > NOTED_NODES || looked_at >= NOTED_PICKS => {}
                Says::IfNear => {
                    looked_at += 1;
                    near(search, ast, text, pick, solution, &mut said);
                }
            }
        }
    }
    for (symbol, reading) in solution.readings.iter().enumerate() {
        let sym = &input.symbols[symbol];
        let Some(choice) = sym.choices.get(usize::from(*reading)) else { continue };
        let is_number = sym.declared.is_none() && choice.row == RowId::CapitalScalar;
        if let Some((text, remark)) = number_letter::remark(input, sym, choice.row) {
            said.add(text, Some(remark));
        }
        if sym.name == "D"
            && is_number
            && let Some((text, id)) = sym.place
            && stands_before_a_bracket(input, text, id)
        {
            let span = input.texts[text].ast.span(id);
            let message =
                "`D` is read as a number; a derivative is asked for by the command, of the function alone".into();
            said.add(text, Some(Remark { row: choice.row.row().id, span, message, other: None }));
        }
        if choice.row.row().says == Says::Always
            && let Some((text, id)) = sym.place
        {
            said.add(text, Some(of_name(input.texts[text].ast, id, choice.row, &sym.name)));
        }
    }
    ended_arguments(input, solution, &mut said);
    for remarks in [line::remarks, bars::remarks, feature::remarks, target::remarks] {
        remarks(input, solution).into_iter().for_each(|(text, remark)| said.add(text, Some(remark)));
    }
    for sym in &input.symbols {
        let base = sym.name.nfd().collect::<String>();
        let of_variable = |other: &&Sym| other.wrt && base.strip_prefix(&*other.name) == Some("\u{304}");
        if sym.declared.is_none()
            && let (Some((text, id)), Some(variable)) = (sym.place, input.symbols.iter().find(of_variable))
        {
            let other = format!("mean({})", variable.name);
            let span = input.texts[text].ast.span(id);
            let message = format!("`{}` is a symbol of its own and does not vary; the mean is `{other}`", sym.name);
            said.add(text, Some(Remark { row: "barred", span, message: message.into(), other: Some(other) }));
        }
    }
    said.notes.sort_by_key(|(text, remark)| (*text, remark.span.start));
    said
}

/// Says where the argument of a function without brackets ends, if what follows the operator is a number for this alone: `tr A*B`.
fn ended_arguments(input: &Input<'_>, solution: &Solution, said: &mut Said) {
    for (text, source) in input.texts.iter().enumerate() {
        let ast = source.ast;
        for ended in &ast.ended {
            let is_call =
                |node: &AstNode| matches!(node.kind, AstKind::Call(..) | AstKind::Norm(..)) && node.span == ended.call;
            let Some(call) = ast.nodes.iter().position(is_call).map(|at| AstId(u32::try_from(at).unwrap_or(u32::MAX)))
            else {
                continue;
            };
            let Some(next) = next_operand(ast, &source.parents, call) else { continue };
            let is_number = |id: AstId, of_any: bool| {
                let mut found = false;
                subtree(ast, id, MOST_OF_OPERAND, |inner| {
                    found |= is_number_by_use(input, solution, (text, inner), of_any);
                    // The θ of K(θ) may well be a number.
                    !found && !matches!(ast.node(inner).kind, AstKind::UserCall { .. })
                });
                found
            };
            // A small letter behind a trace is a number by its letter.
            let is_small = |id: AstId| letter_of(ast, id) == Some(Letter::Small);
            let is_meant = is_number(next, false) && !(ended.is_of_square && is_small(next));
            let is_plain = !ast.written(ended.argument).contains('(');
            let has_number = ended.is_of_square && is_plain && is_number(call, true);
            // A logarithm of a letter beside a density matrix: `Tr ρ log σ`.
            let is_of_greek = ended.is_of_square
                && is_plain
                && matches!(&ast.node(next).kind, AstKind::Call(..))
                && is_number(next, true)
                && holds_greek_matrix(input, solution, (text, call));
            if !is_meant && !has_number && !is_of_greek {
                continue;
            }
            let written = |from: usize, to: usize| ast.source.get(from..to).unwrap_or_default().trim();
            let (end, behind) = (ended.call.end, ast.span(next));
            let name = ended.name.trim();
            let sign = written(end, behind.start).trim_end_matches('(').trim_end();
            let argument = written(ended.argument.start, behind.end).trim_start_matches('}');
            let argument = [r"\,", r"\;", r"\:", r"\!", r"\ "]
                .into_iter()
                .fold(argument, |rest, space| rest.strip_prefix(space).map_or(rest, str::trim_start));
            let other = format!("{name}({argument})");
            let before = if sign.is_empty() { String::from("another factor") } else { format!("`{sign}`") };
            let message =
                format!("the argument of `{name}` ends before {before}; for that of all of it write `{other}`").into();
            let span = ended.call.join(behind);
            said.add(text, Some(Remark { row: "ended-argument", span, message, other: Some(other) }));
        }
    }
}

/// Whether a small Greek letter is read as a matrix in a subtree.
fn holds_greek_matrix(input: &Input<'_>, solution: &Solution, (text, root): (usize, AstId)) -> bool {
    let ast = input.texts[text].ast;
    let mut found = false;
    subtree(ast, root, MOST_OF_OPERAND, |inner| {
        if let Ref::Symbol(symbol) = input.texts[text].refs[inner.0 as usize] {
            let choice = input.symbols[symbol].choices.get(usize::from(solution.readings[symbol]));
            found |= letter_of(ast, inner) == Some(Letter::Greek) && choice.is_some_and(|one| one.kind == Kind::Matrix);
        }
        !found
    });
    found
}

fn letter_of(ast: &Ast, id: AstId) -> Option<Letter> {
    match &ast.node(id).kind {
        AstKind::Name(name) => Some(letter(&name.base)),
        _ => None,
    }
}

/// The most nodes of an operand in which a number is looked for.
const MOST_OF_OPERAND: usize = 64;

/// The factor or term behind an operand.
fn next_operand(ast: &Ast, parents: &[Option<AstId>], operand: AstId) -> Option<AstId> {
    match &ast.node(parents[operand.0 as usize]?).kind {
        AstKind::Sum(terms) => {
            let place = terms.iter().position(|(_, term)| *term == operand)?;
            terms.get(place + 1).map(|(_, term)| *term)
        }
        AstKind::Product { first, rest } if *first == operand => rest.first().map(|(_, factor)| *factor),
        AstKind::Product { rest, .. } => {
            let place = rest.iter().position(|(_, factor)| *factor == operand)?;
            rest.get(place + 1).map(|(_, factor)| *factor)
        }
        _ => None,
    }
}

/// Whether a name is a number although its letter is that of an array, or, if that is asked, by its letter too.
fn is_number_by_use(input: &Input<'_>, solution: &Solution, (text, id): (usize, AstId), of_any: bool) -> bool {
    let Ref::Symbol(symbol) = input.texts[text].refs[id.0 as usize] else { return false };
    let reading = usize::from(solution.readings[symbol]);
    let Some(choice) = input.symbols[symbol].choices.get(reading) else { return false };
    match choice.row {
        RowId::CapitalScalar
        | RowId::CapitalGreekScalar
        | RowId::SmallScalar
        | RowId::UnknownScalar
        | RowId::ScalarTerm
        | RowId::ParameterScalar => true,
        RowId::GreekScalar => of_any,
        _ => false,
    }
}

impl Said {
    fn add(&mut self, text: usize, remark: Option<Remark>) {
        let Some(remark) = remark else { return };
        if !self.notes.iter().any(|known| known.0 == text && known.1.message == remark.message) {
            self.notes.push((text, remark));
        }
    }
}

fn source(ast: &Ast, span: Span) -> &str {
    ast.written(span)
}

/// Whether a bracket is opened right behind a name, as that of an argument.
fn stands_before_a_bracket(input: &Input<'_>, text: usize, id: AstId) -> bool {
    let ast = input.texts[text].ast;
    ast.source.get(ast.span(id).end..).is_some_and(|rest| rest.starts_with(['(', '[']) || rest.starts_with("\\left"))
}

fn of_name(ast: &Ast, id: AstId, row: RowId, name: &str) -> Remark {
    let span = ast.span(id);
    if matches!(row, RowId::PairMember | RowId::MarkedPair) {
        let part = |place: usize| match &ast.node(id).kind {
            AstKind::Name(name) => name.subscript.get(place).map_or("", |part| source(ast, ast.span(*part))),
            _ => "",
        };
        let (pair, member, place) = (source(ast, span), part(0), part(1));
        let message = Advice::from(format!(
            "`{pair}` is read as a vector, row `{place}` of the matrix `{name}_{member}`; for a number declare it: "
        ))
        .suggest(Suggestion::declaration(format!("{name}: matrix(m,n)")));
        return Remark { row: row.row().id, span, message, other: None };
    }
    let (said, kind) = match row {
        RowId::EulerAsVector => ("vector, not as Euler's number; declare it to say so", "vector(n)"),
        RowId::PiAsVector => ("vector, not as the number 3.14…; declare it to say so", "vector(n)"),
        RowId::CapitalOverNumber => ("number; for a matrix declare it", "square(n)"),
        RowId::DensityMatrix => ("matrix; for a number declare it", "scalar"),
        RowId::NumberCapital => {
            let message = Advice::from("capitals are read as numbers here; for a matrix declare it: ")
                .suggest(Suggestion::declaration(format!("{name}: matrix(m,n)")));
            return Remark { row: row.row().id, span, message, other: None };
        }
        RowId::InertiaMatrix => ("matrix, not as the identity; declare it to say so", "square(n)"),
        _ => ("vector; for a matrix declare it", "matrix(m,n)"),
    };
    let message = Advice::from(format!("`{name}` is read as a {said}: "))
        .suggest(Suggestion::declaration(format!("{name}: {kind}")));
    Remark { row: row.row().id, span, message, other: None }
}

/// Where a power stands whose entries are taken together.
fn beneath(ast: &Ast, span: Span) -> &'static str {
    let holds = |node: &AstNode| node.span.start <= span.start && span.end <= node.span.end;
    let calls = ast.nodes.iter().filter(|node| {
        matches!(node.kind, AstKind::Call(Function::Sum | Function::Prod | Function::Mean | Function::Along(..), _))
            && holds(node)
    });
    let inmost = calls.min_by_key(|node| node.span.end - node.span.start);
    let is_sign = inmost.is_none_or(|node| !source(ast, node.span).starts_with(|c: char| c.is_ascii_lowercase()));
    if is_sign { "beneath this sign" } else { "in these brackets" }
}

/// What is always said of a row.
fn always(ast: &Ast, pick: &Pick) -> Option<Remark> {
    let span = ast.span(pick.node);
    let whole = source(ast, span);
    let inner = match &ast.node(pick.node).kind {
        AstKind::Abs(inner) | AstKind::Norm(_, inner) => source(ast, with_commands(&ast.source, ast.span(*inner))),
        AstKind::StarPower(base, _) => source(ast, ast.span(*base)),
        _ => whole,
    };
    let bare = without_brackets(inner);
    let (message, other) = match pick.row {
        RowId::RaisedTranspose => {
            let base = match &ast.node(pick.node).kind {
                AstKind::Power(base, _) => source(ast, ast.span(*base)),
                _ => whole,
            };
            (
                format!("`{whole}` is read as the transpose; a power is written `{base}^{{(t)}}`"),
                format!("{base}^{{(t)}}"),
            )
        }
        RowId::TransposedGuess => {
            let of = match &ast.node(pick.node).kind {
                AstKind::Transpose(of) => *of,
                _ => pick.node,
            };
            let inner = source(ast, ast.span(of));
            let message = Advice::from(format!("`{whole}` is read as a number"));
            let message = match &ast.node(of).kind {
                AstKind::Name(name) => message
                    .words("; for a vector declare it: ")
                    .suggest(Suggestion::declaration(format!("{}: vector(n)", full_name(name)))),
                _ => message.words(format!(", as no vectors fit in `{inner}`; declare what is one")),
            };
            return Some(Remark { row: pick.row.row().id, span, message, other: None });
        }
        RowId::DotWithScalar => {
            let message = format!(
                "the dot in `{whole}` is read as a multiple of a vector; for an inner product declare both as vectors"
            );
            return Some(Remark { row: pick.row.row().id, span, message: message.into(), other: None });
        }
        RowId::BarsAsNorm | RowId::BarsOfImageAsNorm => (
            format!("`{whole}` is read as the norm; the absolute value of each entry is written `abs({bare})`"),
            format!("abs({bare})"),
        ),
        RowId::DotFromLeft => (
            format!(
                "`{whole}` is read with the vector as a row, as of tensors; for a multiple of the matrix declare the scalar"
            ),
            whole.to_owned(),
        ),
        RowId::BarsAsDeterminant => (
            format!("`{whole}` is read as the determinant; the absolute value of each entry is written `abs({bare})`"),
            format!("abs({bare})"),
        ),
        RowId::BarsOfMatrixEntries => (
            format!("`{whole}` is read as the absolute value of each entry; the determinant is written `det({bare})`"),
            format!("det({bare})"),
        ),
        RowId::NuclearOfVector => (
            format!("`{whole}` of a vector is read as its Euclidean norm, which is written `||{bare}||`"),
            format!("||{bare}||"),
        ),
        RowId::MixedNorm => (
            format!(
                "`{whole}` is read as the sum of the norms of the columns; for the rows write `||({bare})'||_{{2,1}}`"
            ),
            format!("||({bare})'||_{{2,1}}"),
        ),
        RowId::SummedStar => (
            format!(
                "`*` in `{whole}` is read as the elementwise product, as what is summed has entries; the matrix product is written `@`"
            ),
            whole.replacen('*', "@", 1),
        ),
        RowId::SummedQuotient => (
            format!("`/` in `{whole}` divides by a vector and is read elementwise, like `./`"),
            whole.replacen('/', "./", 1),
        ),
        RowId::EntrywiseStar if !whole.contains('*') => (
            format!("the product `{whole}` beneath this sign is read entry by entry, which elsewhere is written `.*`"),
            whole.to_owned(),
        ),
        RowId::EntrywiseStar => {
            let (language, product) = if is_r(&ast.source) { ("R", "%*%") } else { ("NumPy", "@") };
            let message = format!(
                "`*` in `{whole}` is read as the elementwise product, as in {language}; the matrix product is written `{product}`"
            );
            (message, whole.replacen('*', product, 1))
        }
        RowId::MatrixStar => (
            format!("`*` in `{whole}` is read as the matrix product; the elementwise product is written `.*`"),
            whole.replacen('*', ".*", 1),
        ),
        RowId::EntrywiseMatrixStars => (
            format!("`{whole}` is read as the elementwise power, as in NumPy; the matrix power is written `^`"),
            whole.replacen("**", "^", 1),
        ),
        RowId::SummedPower => (
            format!(
                "`{whole}` {} is read as the power of each entry, which elsewhere is written `.^`",
                beneath(ast, span)
            ),
            whole.replacen('^', ".^", 1),
        ),
        RowId::MatrixStars | RowId::OpenMatrixStars => (
            format!("`{whole}` is read as the matrix power; the elementwise power is written `.^`"),
            whole.replacen("**", ".^", 1),
        ),
        RowId::VectorQuotient => (
            format!("`/` in `{whole}` divides by a vector and is read elementwise, like `./`"),
            whole.replacen('/', "./", 1),
        ),
        RowId::RightDivision => (
            format!(
                "`/` in `{whole}` is read as the division by a matrix from the right, as in MATLAB: a product with its inverse; for a number as the divisor declare it"
            ),
            whole.to_owned(),
        ),
        RowId::BroadcastGuess => (
            format!(
                "in `{whole}` a letter is read as a scalar that is added to every entry; a vector there has to be declared or transposed so that it fits"
            ),
            whole.to_owned(),
        ),
        RowId::SummedGuess => (
            format!(
                "the argument of `{whole}` is read as a scalar; elementwise powers of a vector are written `.^`, products `.*`"
            ),
            whole.replace('^', ".^"),
        ),
        _ => return None,
    };
    Some(Remark {
        row: pick.row.row().id,
        span,
        message: message.into(),
        other: Some(other).filter(|other| other != whole),
    })
}

/// Looks for the best reading that takes another way here, and says what its distance asks for.
fn near(search: &Search<'_, '_>, ast: &Ast, text: usize, pick: &Pick, solution: &Solution, said: &mut Said) {
    let without = Fixed { without_row: vec![(text, pick.node, pick.row)], ..Fixed::default() };
    let rival = search.best(&without);
    if !rival.cost.is_possible() || rival.cost.clashes() > solution.cost.clashes() {
        return;
    }
    let margin = rival.cost.minus(solution.cost).whole_weight();
    if margin >= SILENT {
        return;
    }
    let (Some(read), Some(other)) = (quotient(ast, text, pick, solution), quotient(ast, text, pick, &rival)) else {
        return;
    };
    if read == other {
        return;
    }
    let span = ast.span(pick.node);
    let whole = source(ast, span);
    if margin >= UNDECIDED {
        let message = format!("the divisor in `{whole}` is read as in `{read}`; otherwise write `{other}`");
        said.add(text, Some(Remark { row: pick.row.row().id, span, message: message.into(), other: Some(other) }));
    } else {
        let diagnostic =
            Diagnostic::new("N0111", format!("`{whole}` has two usual readings"), span, "where does the divisor end?")
                .with_help(format!("write `{read}`"))
                .with_help(format!("or write `{other}`"));
        said.refusals.push((text, diagnostic));
    }
}

/// A quotient with its divisor in brackets, as a solution reads it.
fn quotient(ast: &Ast, text: usize, pick: &Pick, solution: &Solution) -> Option<String> {
    let AstKind::Product { first, rest } = &ast.node(pick.node).kind else { return None };
    let rows = |step: usize| {
        solution.traces[text]
            .picks
            .iter()
            .find(|other| other.node == pick.node && other.step == step)
            .map(|other| other.row)
    };
    let text_of = |id: AstId| source(ast, ast.span(id)).to_owned();
    let mut out = text_of(*first);
    let mut step = 0;
    for (op, factor) in rest {
        step += 1;
        match &ast.node(*factor).kind {
            AstKind::Run { items, .. } => {
                let ends =
                    (1..items.len()).find(|place| rows(step + place).is_some_and(ends_divisor)).unwrap_or(items.len());
                let over = |items: &[AstId]| match (items.first(), items.last()) {
                    (Some(first), Some(last)) => source(ast, ast.span(*first).join(ast.span(*last))).to_owned(),
                    _ => String::new(),
                };
                let (divisor, behind) = (over(&items[..ends]), over(&items[ends..]));
                let quotient = if ends == 1 { format!("{out}/{divisor}") } else { format!("{out}/({divisor})") };
                out = if behind.is_empty() { quotient } else { format!("({quotient}) {behind}") };
                step += items.len();
            }
            _ => {
                let sign = sign_of(*op, ast.source.contains('\\'));
                out = format!("{out}{sign}{}", text_of(*factor));
            }
        }
    }
    Some(out)
}

/// The sign of a factor as it is written between two, in LaTeX or in plain text.
fn sign_of(op: ProductOp, is_latex: bool) -> &'static str {
    match (op, is_latex) {
        (ProductOp::Times, _) => " ",
        (ProductOp::Dot, true) => " \\cdot ",
        (ProductOp::Dot, false) => " · ",
        (ProductOp::Star, _) => " * ",
        (ProductOp::At, _) => " @ ",
        (ProductOp::Divide, _) => " / ",
        (ProductOp::Hadamard, true) => " \\odot ",
        (ProductOp::Hadamard, false) => " .* ",
        (ProductOp::HadamardDivide, _) => " ./ ",
        (ProductOp::Kronecker, true) => " \\otimes ",
        (ProductOp::Kronecker, false) => " ⊗ ",
    }
}

/// The refusals among the picks of a reading that no clash of shapes reports.
pub(crate) fn refused(input: &Input<'_>, solution: &Solution) -> Vec<(usize, Diagnostic)> {
    let mut found = Vec::new();
    for (text, trace) in solution.traces.iter().enumerate() {
        let ast = input.texts[text].ast;
        for pick in &trace.picks {
            if pick.row == RowId::SpreadGuess {
                let is_number = |id: AstId| is_number_by_use(input, solution, (text, id), false);
                found.extend(spread(ast, pick, is_number).map(|diagnostic| (text, diagnostic)));
            }
            if pick.row == RowId::BroadcastStar {
                let diagnostic = broadcast(ast, ast.span(pick.node));
                found.push((text, diagnostic));
            }
        }
    }
    found
}

/// The refusal at `A * x`, of which NumPy scales the columns of A and R the rows.
fn broadcast(ast: &Ast, span: Span) -> Diagnostic {
    if is_r(&ast.source) {
        let message = "`*` of a matrix and a vector in R's spelling";
        return Diagnostic::new("S0131", message, span, "R scales the rows here")
            .with_help("for the matrix product write `A %*% x`")
            .with_help("to scale the rows write `diag(x) %*% A`, the columns `A %*% diag(x)`");
    }
    let message = "`*` of a matrix and a vector in NumPy's spelling";
    Diagnostic::new("S0131", message, span, "NumPy scales the columns here")
        .with_help("for the matrix product write `A @ x`")
        .with_help("to scale the columns write `A @ np.diag(x)`, the rows `np.diag(x) @ A`")
}

/// The refusal at `w .* X`, of which code makes `diag(w) X`, and where w may be a number.
fn spread(ast: &Ast, pick: &Pick, is_number: impl Fn(AstId) -> bool) -> Option<Diagnostic> {
    let AstKind::Product { first, rest } = &ast.node(pick.node).kind else { return None };
    let place = pick.step.checked_sub(1)?;
    let (op, right) = rest.get(place)?;
    let left = if place == 0 { *first } else { rest[place - 1].1 };
    let number = [left, *right].into_iter().find(|id| is_number(*id))?;
    let sign = if *op == ProductOp::Hadamard { ".*" } else { "./" };
    let text = |id: AstId| source(ast, ast.span(id));
    let message = format!("`{sign}` of two arrays of different shapes");
    let span = ast.span(pick.node);
    let mut diagnostic = Diagnostic::new("S0131", message, span, "code would repeat the smaller one");
    let is_matrix =
        |id: AstId| matches!(&ast.node(id).kind, AstKind::Name(name) if letter(&name.base) == Letter::Capital);
    let sides = [(left, *right), (*right, left)].into_iter().find(|(matrix, _)| is_matrix(*matrix));
    if let (Some((matrix, vector)), ".*") = (sides, sign) {
        let matrix = text(matrix);
        diagnostic = diagnostic.with_help(match &ast.node(vector).kind {
            AstKind::Transpose(vector) => format!("to scale the columns write `{matrix} diag({})`", text(*vector)),
            _ => format!("to scale the rows write `diag({}) {matrix}`", text(vector)),
        });
    }
    let declaration = Suggestion::declaration(format!("{}: scalar", text(number)));
    diagnostic = diagnostic.with_help(Advice::from("for a number declare it: ").suggest(declaration));
    Some(diagnostic)
}

/// Whether a row among the picks refuses the input.
pub(crate) fn refuses(solution: &Solution) -> bool {
    let rows = solution.traces.iter().flat_map(|trace| &trace.picks).map(|pick| pick.row);
    rows.into_iter().any(|row| row.row().says == Says::Refuse)
}
