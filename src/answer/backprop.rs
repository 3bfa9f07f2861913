//! A computation and its backward pass: a name for every node, its local derivatives, the cotangent of each, checked.

use super::finish::Finished;
use super::refusal;
use crate::backprop::{self, Bar, Local, NoRow, Tape};
use crate::check::{Certificate, CheckOptions, Step, check_adjoints};
use crate::domain::{conditions_through, decided};
use crate::expr::{Part, SymbolId};
use crate::problem::{Problem, Report};

/// Most nodes that are written in a table or drawn.
pub const MOST_NODES: usize = 200;

/// A computation with its backward pass.
#[derive(Clone, Debug)]
pub struct Backprop {
    /// The nodes.
    pub tape: Tape,
    /// The cotangent of each node that depends on a variable.
    pub bars: Vec<Option<Bar>>,
    /// The local derivatives of each.
    pub locals: Vec<Vec<Local>>,
    /// The result, the conditions and the check.
    pub finished: Finished,
}

/// Why there is no backward pass.
#[derive(Clone, Debug)]
pub enum NoBackprop {
    /// An operator has no row.
    NoRow(NoRow),
    /// There are more nodes than are written.
    TooLarge(usize),
    /// A condition never holds.
    Nowhere(Box<Report>),
}

/// The computation of the problem's first expression, a number, and its backward pass.
///
/// # Errors
/// As [`NoBackprop`] says.
pub fn backprop(
    problem: &mut Problem,
    wrt: &[SymbolId],
    options: Option<&CheckOptions>,
) -> Result<Backprop, NoBackprop> {
    let tape = forward(problem, wrt)?;
    let (arena, raw) = (&mut problem.arena, problem.raw[0]);
    let bars = backprop::backward(arena, &tape).map_err(NoBackprop::NoRow)?;
    let locals = tape.nodes.iter().map(|node| backprop::locals(arena, &tape, node));
    let locals = locals.collect::<Result<Vec<_>, _>>().map_err(NoBackprop::NoRow)?;
    let symbols = wrt.iter().copied().collect();
    let rules = backprop::needs(arena, raw, &symbols);
    let whole = backprop::expanded(arena, &tape, &bars);
    let conditions = conditions_through(arena, raw, &whole, &rules);
    let mut all = backprop::inverses_of_singular(arena, &tape);
    all.extend(&conditions);
    if let Some(never) = all.iter().find(|condition| decided(arena, **condition) == Some(false)) {
        let never = *never;
        return Err(NoBackprop::Nowhere(Box::new(refusal::holds_nowhere(problem, never))));
    }
    let certificate = options.map(|options| checked(problem, &tape, &bars, options));
    let finished = Finished { expr: problem.normal[0], conditions, certificate };
    let (needed, certificate) = (&finished.conditions, finished.certificate.as_ref());
    if let Some(report) = refusal::fails_everywhere(problem, needed, certificate, options) {
        return Err(NoBackprop::Nowhere(Box::new(report)));
    }
    Ok(Backprop { tape, bars, locals, finished })
}

/// The nodes alone.
///
/// # Errors
/// More nodes than are written.
pub fn forward(problem: &mut Problem, wrt: &[SymbolId]) -> Result<Tape, NoBackprop> {
    let whole = problem.reading.asts.first().and_then(|ast| ast.heading.name.clone());
    let parts = backprop::Parts { named: &problem.named, whole: whole.as_deref() };
    let members: Vec<Part> = problem.parts.iter().flatten().cloned().collect();
    let tape = Tape::new(&mut problem.arena, problem.raw[0], &parts, wrt, &members);
    match tape.nodes.len() {
        0..=MOST_NODES => Ok(tape),
        count => Err(NoBackprop::TooLarge(count)),
    }
}

fn checked(problem: &Problem, tape: &Tape, bars: &[Option<Bar>], options: &CheckOptions) -> Certificate {
    let steps: Vec<Step> = tape
        .nodes
        .iter()
        .zip(bars)
        .map(|(node, bar)| Step {
            symbol: node.symbol,
            formula: node.formula,
            bar: bar.map(|bar| (bar.symbol, bar.exact)),
            member: node.part.as_ref().and_then(|part| part.at.first().copied()),
        })
        .collect();
    check_adjoints(&problem.arena, problem.raw[0], &steps, options)
}
