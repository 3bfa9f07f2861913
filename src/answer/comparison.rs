//! Two expressions against each other: whether they are equal, and whether what a user claims is the gradient. Residues decide what is
//! rational, the rules where they can; numbers alone are said to be numbers alone.

use rustc_hash::FxHashMap;

use super::finish::{Finished, domain_of};
use super::gradient::gradient;
use super::mistake;
use crate::check::{self, Certificate, CheckOptions, Numbers, Outcome, Reason, Verdict};
use crate::domain::{Condition, reduced};
use crate::expr::{Arena, Dim, ExprId, Node, Op};
use crate::linear::Convention;
use crate::number::Coeff;
use crate::problem::{Problem, Report};
use crate::simplify::{expand_powers, simplify};

/// What an agreement rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The rules show it.
    Rules,
    /// Arithmetic modulo a prime at this many random points.
    Residues(usize),
    /// Numbers of 31 digits at this many random points.
    Numbers(usize),
}

/// What is known about the equality of two expressions.
#[derive(Clone, Debug)]
pub enum Equality {
    /// The difference is this number, however small.
    Apart(Coeff),
    /// They are equal, and agree at all points tried.
    Equal(Evidence, Certificate),
    /// Not equal, with a point where they differ, the difference, as far as the rules simplify it, and where they are equal all the same.
    Different(Certificate, ExprId, Option<Condition>),
    /// No point was found where both have a value, or numbers cannot tell.
    Unknown(Certificate),
}

/// Whether the first two expressions are equal where both have a value: under the conditions.
#[must_use]
pub fn equality(problem: &mut Problem, conditions: &[Condition], options: &CheckOptions) -> Equality {
    let difference = difference(&mut problem.arena, problem.normal[0], problem.normal[1]);
    let by_rules = problem.arena.is_zero(difference);
    if let Some(apart) = problem.arena.as_number(difference).filter(|_| !by_rules) {
        return Equality::Apart(apart.clone());
    }
    let check = |numbers| {
        let options = CheckOptions { numbers, ..options.clone() };
        check::check_equal(&problem.arena, problem.raw[0], problem.raw[1], &options)
    };
    let exact = check(Numbers::Residues);
    let evidence = match exact.outcome {
        Outcome::Passed => Some(Evidence::Residues(exact.points)),
        Outcome::Failed(_) => {
            // A point where the numbers show it is easier to believe.
            let certificate = check(Numbers::Long);
            let shows = matches!(&certificate.outcome, Outcome::Failed(report) if report.is_plain());
            let certificate = if shows { certificate } else { exact };
            let place = equal_where(problem, difference, &certificate, options);
            return Equality::Different(certificate, difference, place);
        }
        Outcome::NotChecked(_) => by_rules.then_some(Evidence::Rules),
    };
    // What only numbers speak for is looked at in more places.
    let certificate = check(if evidence.is_some() { Numbers::Doubles } else { Numbers::Long });
    if certificate.passed() && !matches!(evidence, Some(Evidence::Residues(_))) {
        let options = CheckOptions { numbers: Numbers::Long, ..options.clone() };
        let sides = (problem.raw[0], problem.raw[1]);
        let tied = check::check_equal_at_ties(&problem.arena, sides.0, sides.1, &options);
        if let Some(tied) = tied.filter(|tied| matches!(tied.outcome, Outcome::Failed(_))) {
            let place = check::of_full_rank(&problem.arena, sides).map(|matrix| full_rank(&problem.arena, matrix));
            let place = place.or_else(|| equal_where(problem, difference, &tied, &options));
            return Equality::Different(tied, difference, place);
        }
        // A condition may exclude the number: x/x is nothing at 0.
        if conditions.is_empty()
            && let Some(found) = check::check_equal_at_numbers(&mut problem.arena, sides.0, sides.1, &options)
        {
            let place = equal_where(problem, difference, &found, &options);
            return Equality::Different(found, difference, place);
        }
    }
    if (certificate.passed() || exact.passed())
        && let Some((certificate, place)) = different_at_small_size(problem, conditions, exact.passed(), options)
    {
        return Equality::Different(certificate, difference, place);
    }
    match (&certificate.outcome, evidence) {
        (Outcome::Failed(_), _) => {
            let place = equal_where(problem, difference, &certificate, options);
            Equality::Different(certificate, difference, place)
        }
        // Other functions may have no value anywhere; what is rational has, where doubles do not reach it.
        (Outcome::NotChecked(_), Some(evidence @ Evidence::Residues(_)))
            if check::is_rational(&problem.arena, &problem.raw[..2])
                || check::have_values(&problem.arena, &[problem.raw[0], problem.raw[1]], options) =>
        {
            Equality::Equal(evidence, exact)
        }
        (Outcome::NotChecked(_), _) => Equality::Unknown(certificate),
        (Outcome::Passed, Some(evidence)) => Equality::Equal(evidence, certificate),
        (Outcome::Passed, None) if check::has_long_numbers(&problem.arena, &problem.raw[..2]) => {
            Equality::Unknown(Certificate::not_checked(Reason::LongNumbers, options))
        }
        (Outcome::Passed, None) => Equality::Equal(Evidence::Numbers(certificate.points), certificate),
    }
}

/// That a matrix has full rank, in the words for its shape.
fn full_rank(arena: &Arena, matrix: ExprId) -> Condition {
    let shape = arena.shape(matrix);
    if shape.rows == shape.cols {
        Condition::Invertible(matrix)
    } else if shape.rows.is_one() || shape.cols.is_one() {
        Condition::NonZero(matrix)
    } else {
        Condition::FullRank(matrix)
    }
}

/// What is looked at in a comparison that holds at random points where sizes are small, or beyond its numbers: which sizes are allowed, and with what numbers they are looked at.
struct Sizes<'a> {
    /// Where the comparison has a value.
    conditions: &'a [Condition],
    numbers: &'a [Numbers],
    options: &'a CheckOptions,
    /// What is compared.
    roots: [ExprId; 2],
}

/// The largest small size at which a comparison fails, and how, and from which size on it holds, where it does with the last of the numbers;
/// otherwise a size beyond the numbers in what is compared at which it fails.
fn fails_at_a_size(
    arena: &mut Arena,
    sizes: &Sizes<'_>,
    compare: impl Fn(&Arena, &CheckOptions) -> Certificate,
) -> Option<(Certificate, Option<Condition>)> {
    let Sizes { conditions, numbers, options, roots } = *sizes;
    let beyond = check::sizes_beyond_numbers(arena, roots);
    let above = |condition: &Condition| usize::try_from(condition.as_size_above(arena)?.1).ok();
    let least = conditions.iter().filter_map(above).max().map_or(1, |number| number + 1);
    let with = |numbers: Numbers| CheckOptions { numbers, ..options.clone() };
    let compare = |options: &CheckOptions| compare(arena, options);
    let fails = |numbers: &Numbers| check::fails_at_small_size(arena, least, &with(*numbers), compare);
    let strongest = with(*numbers.last()?);
    let Some((size, certificate)) = numbers.iter().find_map(fails) else {
        let allowed = beyond.into_iter().filter(|size| *size >= least && options.size.is_none());
        let mut checks = allowed.map(|size| compare(&CheckOptions { size: Some(size), ..strongest.clone() }));
        return Some((checks.find(|check| matches!(check.outcome, Outcome::Failed(_)))?, None));
    };
    let holds = check::holds_above(arena, size, &strongest, compare);
    let number = i64::try_from(size).ok().filter(|_| holds);
    Some((certificate, number.map(|number| Condition::size_above(arena, Dim::Named(0), number))))
}

/// Where the first two expressions, which agree at random points, differ at a small size, and from which size on they are equal.
fn different_at_small_size(
    problem: &mut Problem,
    conditions: &[Condition],
    is_exact: bool,
    options: &CheckOptions,
) -> Option<(Certificate, Option<Condition>)> {
    let (left, right) = (problem.raw[0], problem.raw[1]);
    // A difference in numbers is easier to believe.
    let numbers: &[Numbers] = if is_exact { &[Numbers::Long, Numbers::Residues] } else { &[Numbers::Long] };
    fails_at_a_size(
        &mut problem.arena,
        &Sizes { conditions, numbers, options, roots: [left, right] },
        |arena, options| check::check_equal(arena, left, right, options),
    )
}

/// The part of the space on which two expressions that are not equal are: a side of the one kink of their difference, or where a symbol is
/// positive. Held against numbers.
fn equal_where(
    problem: &mut Problem,
    difference: ExprId,
    different: &Certificate,
    options: &CheckOptions,
) -> Option<Condition> {
    if problem.arena.shape(problem.raw[0]) != problem.arena.shape(problem.raw[1]) {
        return None;
    }
    let zero = problem.arena.zero(problem.arena.shape(difference));
    if let Some(condition) = mistake::vanishes_on_a_side(&mut problem.arena, difference, zero, |arena, blended| {
        check::check_equal(arena, blended, zero, options).passed()
    }) {
        return Some(condition);
    }
    let numbers = CheckOptions { numbers: Numbers::Long, ..options.clone() };
    let Outcome::Failed(found) = &different.outcome else { return None };
    let sides = (problem.raw[0], problem.raw[1]);
    let symbol = check::equal_where_positive(&problem.arena, sides, found, &numbers)?;
    Some(Condition::Positive(problem.arena.symbol_expr(symbol)))
}

/// Where each of the first two expressions has a value, and where both have.
#[must_use]
pub fn domains(problem: &mut Problem) -> ([Vec<Condition>; 2], Vec<Condition>) {
    let each = [0, 1].map(|place| domain_of(&mut problem.arena, problem.raw[place], problem.normal[place]));
    let both = reduced(&mut problem.arena, each.concat());
    (each, both)
}

/// What is said of a claimed gradient.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Whether it is right, or how it is wrong.
    pub verdict: Verdict,
    /// What it rests on that a right one is right.
    pub evidence: Evidence,
    /// The check of a right one.
    pub certificate: Option<Certificate>,
    /// The gradient.
    pub truth: Finished,
}

/// The second expression as the gradient of the first, a scalar, in the first variable; a right one where both have a value.
///
/// # Errors
/// A message where the first expression has no derivative.
pub fn claimed(problem: &mut Problem, options: &CheckOptions) -> Result<Claimed, Report> {
    let mut claimed = judged(problem, options)?;
    if claimed.verdict == Verdict::Right
        && let Some(verdict) = wrong_at_small_size(problem, &claimed.truth.conditions, options)
    {
        claimed.verdict = verdict;
    }
    if claimed.verdict == Verdict::Right {
        let of_claim = domain_of(&mut problem.arena, problem.raw[1], problem.normal[1]);
        let both = [std::mem::take(&mut claimed.truth.conditions), of_claim].concat();
        claimed.truth.conditions = reduced(&mut problem.arena, both);
    }
    Ok(claimed)
}

/// What is wrong with a claim that is right at random points at a small size.
fn wrong_at_small_size(problem: &mut Problem, conditions: &[Condition], options: &CheckOptions) -> Option<Verdict> {
    let (input, wrt, claim) = (problem.raw[0], problem.wrt[0], problem.raw[1]);
    let sizes = Sizes { conditions, numbers: &[Numbers::Long], options, roots: [input, claim] };
    let found = fails_at_a_size(&mut problem.arena, &sizes, |arena, options| {
        check::check_gradient(arena, input, wrt, claim, options)
    });
    match found? {
        (_, Some(place)) => Some(Verdict::RightWhere(place.expr())),
        (Certificate { outcome: Outcome::Failed(report), .. }, None) => Some(Verdict::Counterexample(report)),
        _ => None,
    }
}

fn judged(problem: &mut Problem, options: &CheckOptions) -> Result<Claimed, Report> {
    let truth = gradient(problem, 0, Convention::Projected, Some(options))?;
    let claim = problem.normal[1];
    let by_rules = problem.arena.shape(claim) == problem.arena.shape(truth.expr) && !truth.failed() && {
        let difference = difference(&mut problem.arena, claim, truth.expr);
        problem.arena.is_zero(difference)
    };
    let (arena, input, wrt, claim) = (&problem.arena, problem.raw[0], problem.wrt[0], problem.raw[1]);
    let with = |numbers| CheckOptions { numbers, ..options.clone() };
    let check = |numbers| check::check_gradient(arena, input, wrt, claim, &with(numbers));
    let exact = check(Numbers::Residues);
    let found = match exact.outcome {
        Outcome::Passed => Some(Evidence::Residues(exact.points)),
        Outcome::NotChecked(_) => by_rules.then_some(Evidence::Rules),
        Outcome::Failed(_) => None,
    };
    if let Some(evidence) = found {
        let certificate = check(Numbers::Doubles);
        // Numbers that do not reach as far as residues take nothing back.
        let certificate = if certificate.reason().is_some() && exact.passed() { exact } else { certificate };
        return Ok(match certificate.outcome {
            Outcome::Failed(report) => {
                Claimed { verdict: Verdict::Counterexample(report), evidence, certificate: None, truth }
            }
            _ => Claimed { verdict: Verdict::Right, evidence, certificate: Some(certificate), truth },
        });
    }
    let verdict = check::diagnose(arena, input, wrt, claim, &with(Numbers::Long));
    let verdict = match (verdict, exact.outcome) {
        // What no digits show, residues do.
        (Verdict::Right | Verdict::NotChecked(_), Outcome::Failed(report)) => Verdict::Counterexample(report),
        (Verdict::Right, _) if check::has_long_numbers(arena, &[input, claim]) => {
            Verdict::NotChecked(Reason::LongNumbers)
        }
        (verdict, _) => verdict,
    };
    let certificate = (verdict == Verdict::Right).then(|| check(Numbers::Long));
    let verdict = match verdict {
        Verdict::Counterexample(_) if truth.stands() => {
            let (claim, options) = (problem.normal[1], with(Numbers::Doubles));
            mistake::explained(&mut problem.arena, (input, wrt), (claim, truth.expr), &options).unwrap_or(verdict)
        }
        _ => verdict,
    };
    let points = certificate.as_ref().map_or(0, |certificate| certificate.points);
    Ok(Claimed { verdict, evidence: Evidence::Numbers(points), certificate, truth })
}

/// The difference of two expressions of one shape, in its simplest form.
fn difference(arena: &mut Arena, left: ExprId, right: ExprId) -> ExprId {
    let difference = arena.minus(left, right);
    let plain = simplify(arena, difference);
    if arena.is_zero(plain) {
        return plain;
    }
    let expanded = expand_powers(arena, difference);
    let expanded = simplify(arena, expanded);
    if arena.is_zero(expanded) {
        return expanded;
    }
    let inverses = with_inverses(arena, difference);
    simplify(arena, inverses)
}

/// The expression with det(X)X⁻¹ for adj(X): what is equal for invertible X is equal for every X, as both sides are continuous.
fn with_inverses(arena: &mut Arena, id: ExprId) -> ExprId {
    let mut map = FxHashMap::default();
    for node in arena.post_order(id) {
        if let Node::Apply(Op::Adjugate, inner) = *arena.node(node) {
            let inner = arena.rewrite(inner, &mut map);
            let (det, inverse) = (arena.det(inner), arena.inverse(inner));
            let product = arena.mul(&[det, inverse]);
            map.insert(node, product);
        }
    }
    arena.rewrite(id, &mut map)
}
