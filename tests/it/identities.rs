//! The derivative identities of `tests/cases/cookbook.matcalc`: each gradient passes its check, equals the form of the book, and is no
//! longer than it; and every differential rule is used by some case of the tables.

use std::collections::BTreeSet;

use crate::common;
use crate::common::Case;
use matcalc::answer;
use matcalc::check::{CheckOptions, check_equal};
use matcalc::differential::{differentiate, rules};
use matcalc::linear::Convention;
use matcalc::problem::{self, Given};
use matcalc::render::{Format, Style, render};
use matcalc::shape::Goal;
use matcalc::simplify::cost;
use matcalc::stack::on_large_stack;

const COOKBOOK: &str = include_str!("../cases/cookbook.matcalc");
const GRADIENTS: &str = include_str!("../cases/gradients.matcalc");
const NORMAL: &str = include_str!("../cases/normal.matcalc");
const RULES: &str = include_str!("../cases/rules.matcalc");

/// What is wrong with our gradient of a case, if anything is.
fn compare(case: &Case) -> Option<String> {
    // A case without a form of its own is held by its check.
    let text = if case.want == "?" { "0" } else { &case.want };
    let given = [
        Given { origin: "expression".into(), text: case.expr.clone(), goal: Goal::Scalar },
        Given { origin: "book".into(), text: text.into(), goal: Goal::ShapeOf(case.wrt.clone()) },
    ];
    let mut problem = match problem::read(&given, &case.decl, &[&case.wrt]) {
        Ok(problem) => problem,
        Err(report) => return Some(format!("{:?}", report.errors)),
    };
    let options = CheckOptions::default();
    let answer = match answer::gradient(&mut problem, 0, Convention::Projected, Some(&options)) {
        Ok(answer) => answer,
        Err(report) => return Some(format!("{:?}", report.errors)),
    };
    let arena = &problem.arena;
    let text = |id| render(arena, id, Format::Unicode, &Style::default());
    let ours = text(answer.expr);
    if !answer.certificate.as_ref().is_some_and(matcalc::check::Certificate::passed) {
        return Some(format!("{ours} did not pass: {:?}", answer.certificate));
    }
    if case.want == "?" {
        return None;
    }
    let equal = check_equal(arena, problem.raw[1], answer.expr, &options);
    if !equal.passed() {
        return Some(format!("{ours} is not {}: {:?}", text(problem.raw[1]), equal.outcome));
    }
    let (mine, theirs) = (cost(arena, answer.expr), cost(arena, problem.normal[1]));
    match (mine > theirs, case.note.is_empty()) {
        (true, true) => Some(format!("{ours} ({mine}) is longer than {} ({theirs})", text(problem.normal[1]))),
        (false, false) => Some(format!("{ours} is no longer longer than {}", text(problem.normal[1]))),
        _ => None,
    }
}

#[test]
fn cookbook_identities_hold() {
    let wrong: Vec<String> = on_large_stack(|| {
        let named = |case: &Case| compare(case).map(|wrong| format!("{}: {} → {wrong}", case.name, case.expr));
        common::cases(COOKBOOK).iter().chain(&common::cases(RULES)).filter_map(named).collect()
    });
    assert!(wrong.is_empty(), "{} cases\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn normal_and_simplified_forms_equal_what_was_written() {
    let wrong: Vec<String> = on_large_stack(|| {
        let mut wrong = Vec::new();
        for case in common::cases(NORMAL) {
            match common::read(&case.expr, &case.decl, &[], Goal::Any) {
                Err(report) => wrong.push(format!("{}: {:?}", case.name, report.errors)),
                Ok(mut problem) => {
                    let simple = matcalc::simplify::simplify(&mut problem.arena, problem.normal[0]);
                    for form in [problem.normal[0], simple] {
                        let equal = check_equal(&problem.arena, problem.raw[0], form, &CheckOptions::default());
                        if !equal.passed() {
                            wrong.push(format!("{}: {:?}", case.name, equal.outcome));
                        }
                    }
                }
            }
        }
        wrong
    });
    assert!(wrong.is_empty(), "{} cases\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_differential_rule_is_used_by_a_case() {
    let used: BTreeSet<&str> = on_large_stack(|| {
        let mut used = BTreeSet::new();
        for case in [COOKBOOK, GRADIENTS, RULES].into_iter().flat_map(common::cases) {
            let Ok(mut problem) = common::read(&case.expr, &case.decl, &[&case.wrt], Goal::Scalar) else { continue };
            let wrt = problem.wrt[0];
            if let Ok(differential) = differentiate(&mut problem.arena, problem.normal[0], wrt, 0) {
                used.extend(differential.fired.iter().map(|(rule, _)| rule.id));
            }
        }
        used
    });
    let missing: Vec<&str> = rules::ALL
        .iter()
        .filter(|rule| {
            !rule.formula.starts_with("none") && !["constant-differential", "variable-differential"].contains(&rule.id)
        })
        .map(|rule| rule.id)
        .filter(|id| !used.contains(id))
        .collect();
    assert!(missing.is_empty(), "no case uses {missing:?}");
}
