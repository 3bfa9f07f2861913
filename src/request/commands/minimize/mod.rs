//! `matcalc minimize EXPR --wrt w`

mod race;
mod search;
mod show;
mod start;

use super::super::numbers::{Minimize, Watch};
use super::super::{Page, Request};
use super::eval::bind;
use super::held::held;
use crate::error::Error;
use crate::interrupt;
use crate::kernel::Real;
use crate::minimize::{Ending, Method, Options, Space};
use crate::numeric::{Bindings, Precision};
use crate::oracle::Way;
use crate::problem::{Note, Problem};
use search::{Found, known, oracle, read, space};

pub(super) fn run(request: &Request, asked: &Minimize, page: &mut Page, watch: &mut dyn Watch) -> Result<(), Error> {
    if asked.checkpoints.is_some() && asked.way != Way::Reverse && asked.compare.is_none() {
        return Err(Error::Message(format!(
            "checkpoints are for reverse mode, and the derivatives are {}\n  = help: add --derivatives reverse",
            asked.way.name()
        )));
    }
    contradicts(&asked.options)?;
    if asked.compare.is_some() {
        return race::run(request, asked, page, watch);
    }
    let mut problem = read(request, asked)?;
    let known = known(asked);
    let bindings = bind(&problem, (&known.values, &known.families), request.prompt)?;
    let space = space(request, &problem, &bindings, asked)?;
    let remarks = held(&problem, &bindings, request.precision)?;
    problem.notes.extend(remarks.into_iter().map(Note::of_value));
    let found = match request.precision {
        Precision::Double => found::<f64>(request, asked, &mut problem, &bindings, space, watch)?,
        Precision::Single => found::<f32>(request, asked, &mut problem, &bindings, space, watch)?,
    };
    show::show(request, asked, &mut problem, &found, page);
    Ok(())
}

/// What a search finds where values are computed with such numbers.
fn found<T: Real>(
    request: &Request,
    asked: &Minimize,
    problem: &mut Problem,
    bindings: &Bindings<f64>,
    space: Space,
    watch: &mut dyn Watch,
) -> Result<Found, Error> {
    let mut oracle = oracle::<T>(problem, asked, bindings, &space)?;
    let (start, how) = start::start(problem, asked, bindings, &space, &mut oracle, request.seed)?;
    let mut outcome = search::search(&mut oracle, &space, start, asked, watch)?;
    // Values of floats go up and down by rounding where those of doubles become no lower.
    let is_single = request.precision == Precision::Single;
    if is_single && outcome.ending == Ending::Stalled && show::is_at_rounding(&outcome, request.precision) {
        outcome.ending = Ending::NoLower;
    }
    interrupt::heard();
    let names: Vec<String> = problem.wrt.iter().map(|symbol| problem.arena.symbol(*symbol).name.clone()).collect();
    let is_stationary = matches!(outcome.ending, Ending::Gradient | Ending::NoLower | Ending::Change);
    let is_convex = is_stationary && space.is_convex() && search::is_convex(request, asked);
    let memory = asked.checkpoints.filter(|_| asked.way == Way::Reverse).map(|_| {
        let gradient = &oracle.plans().gradient;
        // A plan states what doubles take.
        let part = size_of::<T>() as f64 / size_of::<f64>() as f64;
        [part * gradient.memory_before(), part * gradient.plan().memory()]
    });
    let method = asked.options.method;
    let precision = request.precision;
    Ok(Found { outcome, space, names, is_convex, start: how, way: asked.way, method, precision, memory })
}

/// Refuses options that the method does not take, or that let no search end.
fn contradicts(options: &Options) -> Result<(), Error> {
    let method = options.method;
    let is_of_rate = matches!(method, Method::GradientDescent | Method::Momentum | Method::Adam);
    if options.rate.is_some() && !is_of_rate {
        return Err(Error::Message(format!(
            "`--rate` is for gradient descent, momentum and Adam; {} finds the length of its steps itself\n  = help: leave out `--rate`, or add --method gradient-descent",
            method.name()
        )));
    }
    if (options.momentum - Options::of(method).momentum).abs() > 0.0 && method != Method::Momentum {
        return Err(Error::Message(format!(
            "`--momentum` is for the method of that name, and the method is {}\n  = help: leave out `--momentum`, or add --method momentum",
            method.name()
        )));
    }
    if options.momentum >= 1.0 {
        return Err(Error::Message(format!(
            "`--momentum` is the part of a step that is kept, below 1; {} lets the steps grow without end\n  = help: give a number from 0 on and below 1: --momentum 0.9",
            options.momentum
        )));
    }
    Ok(())
}
