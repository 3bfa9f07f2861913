//! What would be printed, made wrong in one thing, and whether the check of that surface sees it: the expression of an answer, its text, a line of
//! a derivation, a line of an argument of convexity. Code has this test in `code.rs`, conditions in `perturbed_conditions.rs`.
//!
//! What is equal in value is left out of the count. `MATCALC_CASES` sets how many perturbations each surface is given.

use crate::common::generate::{Expressions, Sample};
use crate::common::perturb::{Perturbed, Worth, perturbed, worth};
use crate::common::solve::derive;
use crate::common::{self, drive};
use matcalc::answer::convexity::{Claim, Curvature, Finding, Line, Order, Verdict, argument, argument_holds, judge};
use matcalc::answer::derivation::{Derivation, Quantity, Right, as_function};
use matcalc::answer::{self};
use matcalc::check::{
    Certificate, CheckOptions, Moving, Outcome, check_differential, check_gradient, check_same_derivative,
};
use matcalc::expr::{Arena, ExprId, Func, Node, Norm, Reduction, StandIn, SymbolId, SymbolKind};
use matcalc::linear::Convention;
use matcalc::problem::{Problem, read_in};
use matcalc::render::{Format, render};
use matcalc::request::misread;
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;

/// How many effective perturbations of each surface where `MATCALC_CASES` does not say so.
const CASES: u64 = 250;
/// At least so many of a thousand are seen.
const SEEN: u64 = 999;

/// What became of the perturbations of a surface.
#[derive(Default)]
struct Tally {
    seen: u64,
    same: u64,
    open: u64,
    /// There was no point at which to check, which the answer says.
    unchecked: u64,
    missed: Vec<String>,
    /// Those of them that no branch of a function hides.
    plain: Vec<String>,
}

impl Tally {
    fn effective(&self) -> u64 {
        self.seen + self.missed.len() as u64
    }

    fn is_full(&self) -> bool {
        self.effective() >= drive::count(CASES)
    }

    /// Counts a perturbation that has another value.
    fn count(&mut self, certificate: &Certificate, has_branches: bool, text: impl FnOnce() -> String) {
        match certificate.outcome {
            Outcome::Failed(_) => self.seen += 1,
            Outcome::NotChecked(_) => self.unchecked += 1,
            Outcome::Passed => {
                let text = text();
                if !has_branches {
                    self.plain.push(text.clone());
                }
                self.missed.push(text);
            }
        }
    }

    /// Whether it is to be counted at all.
    fn is_effective(&mut self, arena: &mut Arena, one: ExprId, other: ExprId) -> bool {
        match worth(arena, one, other) {
            Worth::Other => return true,
            Worth::Same => self.same += 1,
            Worth::Open => self.open += 1,
        }
        false
    }

    /// Fails where a check of an answer missed what no branch hides.
    fn report_answer(&self, surface: &str) {
        self.report(surface);
        assert!(self.plain.is_empty(), "{surface}: missed, and not for a branch\n{}", self.plain.join("\n"));
    }

    fn report(&self, surface: &str) {
        let missed = self.missed.join("\n");
        eprintln!(
            "{surface}: {} of {} seen; {} equal in value, {} undecided, {} without a point\n{missed}",
            self.seen,
            self.effective(),
            self.same,
            self.open,
            self.unchecked
        );
        assert!(self.effective() >= drive::count(CASES).min(CASES) / 2, "{surface}: too few");
        assert!(self.seen * 1000 >= self.effective() * SEEN, "{surface}: missed\n{missed}");
    }
}

/// Whether a function is made of branches, or has an integer, of which the points of a check may miss one: `docs/conventions.md` says so.
fn has_branches(arena: &Arena, roots: &[ExprId]) -> bool {
    let is_branched = |id: ExprId| match arena.node(id) {
        Node::Elementwise(f, _) => matches!(f, Func::Abs | Func::Sign | Func::Relu | Func::Step | Func::IsZero),
        Node::Symbol(symbol) => arena.symbol(*symbol).kind == SymbolKind::Integer,
        Node::Reduce(Reduction::Max | Reduction::Min, _) | Node::Norm(Norm::One | Norm::Infinity, _) => true,
        _ => false,
    };
    roots.iter().any(|root| arena.post_order(*root).into_iter().any(is_branched))
}

fn options() -> CheckOptions {
    CheckOptions { work_limit: 20_000_000, ..CheckOptions::default() }
}

fn text(problem: &Problem, id: ExprId) -> String {
    render(&problem.arena, id, Format::Unicode, &problem.style)
}

/// How many perturbations of one expression are tried.
fn most() -> usize {
    usize::try_from(drive::count(CASES).div_ceil(100)).unwrap_or(3).clamp(2, 40)
}

/// Problems with a gradient: those of the collection, every `step`-th, then random ones.
fn gradients(mut ask: impl FnMut(&mut Problem, ExprId) -> bool) {
    let asked = |case: &&common::Case| case.command().0 == "grad";
    let cases: Vec<common::Case> = common::collection().iter().filter(asked).cloned().collect();
    for case in cases.iter().step_by(if drive::count(CASES) > CASES { 1 } else { 3 }) {
        let Ok(mut problem) = common::read(&case.expr, &case.decl, &[&case.wrt], Goal::Scalar) else { continue };
        let Ok(answer) = answer::gradient(&mut problem, 0, Convention::Projected, None) else { continue };
        if !ask(&mut problem, answer.expr) {
            return;
        }
    }
    for seed in 0..1_000_000 {
        let Sample { arena, expr, wrt } = Expressions::Scalar.make(seed);
        let Some(wrt) = wrt else { continue };
        let mut problem = Problem::of_expressions(arena, vec![expr], vec![wrt]);
        let Ok(answer) = answer::gradient(&mut problem, 0, Convention::Projected, None) else { continue };
        if !ask(&mut problem, answer.expr) {
            return;
        }
    }
}

#[test]
fn a_perturbed_gradient_is_seen() {
    let mut tally = Tally::default();
    on_large_stack(|| {
        gradients(|problem, gradient| {
            for Perturbed { expr, what } in perturbed(&mut problem.arena, gradient, most()) {
                if !tally.is_effective(&mut problem.arena, gradient, expr) {
                    continue;
                }
                let found = check_gradient(&problem.arena, problem.raw[0], problem.wrt[0], expr, &options());
                let has_branches = has_branches(&problem.arena, &[problem.raw[0], expr]);
                tally.count(&found, has_branches, || {
                    let [input, right, wrong] = [problem.raw[0], gradient, expr].map(|id| text(problem, id));
                    format!("{what}: {input}: {right} → {wrong}")
                });
            }
            !tally.is_full()
        });
    });
    tally.report_answer("gradients");
}

#[test]
fn a_perturbed_differential_is_seen() {
    let mut tally = Tally::default();
    on_large_stack(|| {
        gradients(|problem, _| {
            let Ok(answer) = answer::differential(problem, 1, None) else { return true };
            let wrt = problem.wrt[0];
            for Perturbed { expr, what } in perturbed(&mut problem.arena, answer.expr, most()) {
                if !tally.is_effective(&mut problem.arena, answer.expr, expr) {
                    continue;
                }
                let orders: [&[(SymbolId, u32)]; 1] = [&[(wrt, 0)]];
                let found = check_differential(&problem.arena, problem.raw[0], &orders, expr, &options());
                let has_branches = has_branches(&problem.arena, &[problem.raw[0], expr]);
                tally.count(&found, has_branches, || {
                    let [input, right, wrong] = [problem.raw[0], answer.expr, expr].map(|id| text(problem, id));
                    format!("{what}: {input}: {right} → {wrong}")
                });
            }
            !tally.is_full()
        });
    });
    tally.report_answer("differentials");
}

/// The text of another expression is read as that.
#[test]
fn the_text_of_a_perturbed_answer_is_seen() {
    let mut tally = Tally::default();
    on_large_stack(|| {
        gradients(|problem, gradient| {
            let wrt = problem.wrt[0];
            for Perturbed { expr, what } in perturbed(&mut problem.arena, gradient, most()) {
                if !tally.is_effective(&mut problem.arena, gradient, expr) {
                    continue;
                }
                for format in [Format::Unicode, Format::Ascii, Format::Latex] {
                    let printed = render(&problem.arena, expr, format, &problem.style);
                    if misread(problem, Some(wrt), gradient, &printed, format).is_some() {
                        tally.seen += 1;
                    } else {
                        tally.missed.push(format!("{what}: {} → {printed}", text(problem, gradient)));
                    }
                }
            }
            !tally.is_full()
        });
    });
    tally.report("texts of other expressions");
}

/// Texts with one thing wrong: a sign, a transposition, an index or a digit, a bracket.
fn texts(text: &str) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    let marks: [(&str, &str, &str); 8] = [
        ("sign", "+", "−"),
        ("sign", "−", "+"),
        ("transposition", "ᵀ", ""),
        ("transposition", "⁻ᵀ", "⁻¹"),
        ("exponent", "²", "³"),
        ("exponent", "⁻¹", ""),
        ("index", "ᵢ", "ⱼ"),
        ("factor", "2", "3"),
    ];
    for (what, from, to) in marks {
        for (at, _) in text.match_indices(from) {
            all.push((what, format!("{}{to}{}", &text[..at], &text[at + from.len()..])));
        }
    }
    let mut open = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' => open.push(at),
            ')' => {
                if let Some(start) = open.pop() {
                    all.push(("bracket", format!("{}{}{}", &text[..start], &text[start + 1..at], &text[at + 1..])));
                }
            }
            _ => {}
        }
    }
    all
}

/// Whether a text has the value of a gradient.
fn is_worth_the_same(problem: &Problem, wrt: SymbolId, gradient: ExprId, text: &str) -> bool {
    let mut arena = problem.arena.clone();
    let goal = Goal::ShapeOf(arena.symbol(wrt).name.clone());
    read_in(&mut arena, text, goal).is_ok_and(|found| matches!(worth(&mut arena, gradient, found), Worth::Same))
}

/// A text with a wrong character is not read, or is read as another expression, or is another way to write the same.
#[test]
fn a_perturbed_text_is_seen() {
    let mut tally = Tally::default();
    on_large_stack(|| {
        gradients(|problem, gradient| {
            let wrt = problem.wrt[0];
            let printed = text(problem, gradient);
            if printed.len() > 400 || misread(problem, Some(wrt), gradient, &printed, Format::Unicode).is_some() {
                return true;
            }
            let all = texts(&printed);
            let step = all.len().div_ceil(most()).max(1);
            for (what, other) in all.into_iter().step_by(step) {
                match misread(problem, Some(wrt), gradient, &other, Format::Unicode) {
                    Some(_) => tally.seen += 1,
                    // Brackets may be superfluous, and a symmetric matrix is its transpose.
                    None if matches!(what, "bracket" | "transposition") => tally.same += 1,
                    // Nor does every value depend on every number.
                    None if is_worth_the_same(problem, wrt, gradient, &other) => tally.same += 1,
                    None => tally.missed.push(format!("{what}: {printed} → {other}")),
                }
            }
            !tally.is_full()
        });
    });
    tally.report("texts");
}

/// The lines of a derivation of one variable that say what its first differential is.
fn lines(derivation: &Derivation) -> Vec<(usize, Right)> {
    let mut found = Vec::new();
    for (at, line) in derivation.lines.iter().enumerate() {
        if line.left == Quantity::Differential(1) {
            found.push((at, line.right));
        }
    }
    found
}

#[test]
fn a_perturbed_step_is_seen() {
    let mut tally = Tally::default();
    let mut ask = |problem: &mut Problem, derivation: &Derivation| {
        let wrt = problem.wrt[0];
        let held = problem.arena.stand_in(StandIn::Held(wrt));
        let variables = vec![(wrt, held)];
        let moving = Moving { variables: variables.clone(), reference: Some(problem.raw[0]), directions: Vec::new() };
        for pair in lines(derivation).windows(2) {
            let [(_, before), (_, after)] = *pair else { continue };
            let before = as_function(&mut problem.arena, before, &variables, 0);
            let (part, rest) = match after {
                Right::Expr(expr) => (expr, None),
                Right::Inner(gradient, of) => (gradient, Some(of)),
            };
            let right = as_function(&mut problem.arena, after, &variables, 0);
            for Perturbed { expr, what } in perturbed(&mut problem.arena, part, 2) {
                let line = rest.map_or(Right::Expr(expr), |of| Right::Inner(expr, of));
                let wrong = as_function(&mut problem.arena, line, &variables, 0);
                // Functions of the variable with the same differential may differ by what does not move: the lines are compared.
                let [one, other] = [after, line].map(|line| match line {
                    Right::Expr(expr) => expr,
                    Right::Inner(gradient, of) => problem.arena.written_inner(gradient, of),
                });
                if wrong == right
                    || has_pending(&problem.arena, expr)
                    || !tally.is_effective(&mut problem.arena, one, other)
                {
                    continue;
                }
                let options = CheckOptions { points: 2, directions: 1, ..options() };
                let found = check_same_derivative(&problem.arena, before, wrong, &moving, &options);
                tally.count(&found, false, || format!("{what}: {} → {}", text(problem, part), text(problem, expr)));
            }
        }
        !tally.is_full()
    };
    on_large_stack(|| {
        let asked = |case: &common::Case| case.command().0 == "grad";
        for case in common::collection().into_iter().filter(asked) {
            let Ok((mut problem, derivation)) = derive(&case, None) else { continue };
            if problem.wrt.len() == 1 && !ask(&mut problem, &derivation) {
                return;
            }
        }
        gradients(|problem, gradient| {
            let answer = answer::gradient(problem, 0, Convention::Projected, None);
            let Ok(answer) = answer.map(|answer| answer::Finished { expr: gradient, ..answer }) else { return true };
            let derivation = answer::derivation::gradient(problem, 0, Convention::Projected, &answer, None);
            derivation.map_or(true, |derivation| ask(problem, &derivation))
        });
    });
    tally.report("steps");
}

/// Whether a differential in it is still to be worked out, whose value numbers do not give.
fn has_pending(arena: &Arena, id: ExprId) -> bool {
    arena.post_order(id).iter().any(|id| matches!(arena.node(*id), Node::Pending(..)))
}

/// The expression that a claim is about most.
fn subject(claim: &Claim) -> ExprId {
    match claim {
        Claim::Hessian { is, .. } | Claim::Form { is, .. } => *is,
        Claim::Order(id, _) | Claim::Curvature(id, _) | Claim::Loewner(id, _) => *id,
    }
}

/// A claim about another expression.
fn about(claim: &Claim, expr: ExprId) -> Claim {
    match claim.clone() {
        Claim::Hessian { of, .. } => Claim::Hessian { of, is: expr },
        Claim::Form { of, .. } => Claim::Form { of, is: expr },
        Claim::Order(_, order) => Claim::Order(expr, order),
        Claim::Curvature(_, kind) => Claim::Curvature(expr, kind),
        Claim::Loewner(_, kind) => Claim::Loewner(expr, kind),
    }
}

/// The wrong lines that can be made of a line. A second derivative may be anything else; of what has a sign or bends to one side the
/// opposite is wrong wherever it is not 0 or affine.
fn wrong_lines(arena: &mut Arena, line: &Line) -> Vec<(String, ExprId, Claim)> {
    let id = subject(&line.claim);
    match line.claim {
        Claim::Hessian { .. } | Claim::Form { .. } => {
            let all = perturbed(arena, id, 4);
            all.into_iter().map(|one| (one.what, id, about(&line.claim, one.expr))).collect()
        }
        Claim::Order(
            _,
            Order::Positive
            | Order::Negative
            | Order::Nonnegative
            | Order::Nonpositive
            | Order::Definite
            | Order::Semidefinite
            | Order::NegativeSemidefinite,
        ) => {
            let (negative, zero) = (arena.neg(id), arena.minus(id, id));
            vec![("sign".into(), zero, about(&line.claim, negative))]
        }
        // An affine function is both.
        Claim::Curvature(_, Curvature::Affine) | Claim::Loewner(_, Curvature::Affine) => Vec::new(),
        Claim::Curvature(..) | Claim::Loewner(..) => {
            let negative = arena.neg(id);
            vec![("sign".into(), id, about(&line.claim, negative))]
        }
    }
}

#[test]
fn a_perturbed_argument_is_seen() {
    let mut tally = Tally::default();
    let mut ask = |name: &str, arena: &mut Arena, raw: ExprId, wrt: &[SymbolId], style: &matcalc::render::Style| {
        let finding = argument(arena, raw, wrt);
        // What the program would not print is not what is perturbed, nor what it prints without a point.
        let judged = judge(&mut arena.clone(), raw, wrt, Some(&options()));
        if finding.lines.is_empty() || judged.certificate.is_none_or(|certificate| !certificate.passed()) {
            return true;
        }
        if !argument_holds(arena, raw, wrt, &finding, &options()) {
            return true;
        }
        // A kink is looked for between two points of a convex domain alone.
        let is_whole = finding.parts.is_empty();
        for (at, line) in finding.lines.iter().enumerate() {
            for (what, against, claim) in wrong_lines(arena, line) {
                let changed = subject(&claim);
                if !is_whole && matches!(claim, Claim::Curvature(..) | Claim::Loewner(..)) {
                    tally.unchecked += 1;
                    continue;
                }
                if !tally.is_effective(arena, against, changed) {
                    continue;
                }
                // What is said of an affine function holds of its negative, too. Entries that bend one way are affine where their sum is.
                let is_bent = |arena: &mut Arena| {
                    let whole = arena.reduce(Reduction::Sum, changed);
                    !matches!(argument(arena, whole, wrt).verdict, Verdict::Is(Curvature::Affine, _))
                };
                if matches!(claim, Claim::Curvature(..)) && !is_bent(arena) {
                    tally.same += 1;
                    continue;
                }
                let mut other = Finding::clone(&finding);
                other.lines[at].claim = claim;
                if argument_holds(arena, raw, wrt, &other, &options()) {
                    let [right, wrong] =
                        [subject(&line.claim), changed].map(|id| render(arena, id, Format::Unicode, style));
                    tally.missed.push(format!("{name}, line {}: {what}: {right} → {wrong} {:?}", at + 1, line.claim));
                } else {
                    tally.seen += 1;
                }
            }
        }
        !tally.is_full()
    };
    on_large_stack(|| {
        let rows = include_str!("../cases/convexity.matcalc").lines().filter(|line| !line.starts_with('#'));
        for row in rows {
            let [_, expr, wrt, decl] = row.split(" | ").collect::<Vec<_>>()[..] else { continue };
            let wrt: Vec<&str> = wrt.split(',').map(str::trim).collect();
            let Ok(problem) = common::read(expr, decl, &wrt, Goal::Scalar) else { continue };
            let (mut arena, style) = (problem.arena, problem.style);
            if !ask(expr, &mut arena, problem.raw[0], &problem.wrt, &style) {
                return;
            }
        }
        for seed in 0..3_000 * drive::count(CASES).div_ceil(CASES) {
            let Sample { mut arena, expr, wrt } = Expressions::Scalar.make(seed);
            let Some(wrt) = wrt.filter(|wrt| {
                let symbol = arena.symbol(*wrt);
                symbol.structure != matcalc::structure::Structure::Orthogonal
                    && matches!(symbol.kind, SymbolKind::Plain | SymbolKind::Positive)
            }) else {
                continue;
            };
            if !ask(&format!("seed {seed}"), &mut arena, expr, &[wrt], &Default::default()) {
                return;
            }
        }
    });
    tally.report("arguments");
}
