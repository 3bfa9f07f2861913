//! Stationary points in several unknowns and under constraints, and on the orthogonal matrices: `tests/cases/solve.matcalc` holds questions
//! with all lines of their answers. `MATCALC_BLESS=1` rewrites the answers.

use std::path::Path;

use crate::common;
use matcalc::answer::stationary::{self, Kind};
use matcalc::check::{self, CheckOptions, Outcome, Place, Reach};
use matcalc::expr::{Arena, ExprId, SymbolId};
use matcalc::request::{self, Query, Request};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;

/// A question and the lines of its answer.
struct Asked {
    name: String,
    keys: Vec<(String, String)>,
    lines: Vec<String>,
}

impl Asked {
    fn key(&self, key: &str) -> String {
        self.keys
            .iter()
            .filter(|(known, _)| known == key)
            .map(|(_, value)| value.as_str())
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn answer(&self) -> Vec<String> {
        let subject_to = Some(self.key("st")).filter(|text| !text.is_empty());
        let request = Request {
            declarations: self.key("decl"),
            wrt: self.key("wrt").split(',').map(|name| name.trim().to_owned()).collect(),
            ..Request::new(Query::Solve { subject_to }, self.key("expr"))
        };
        match request::answer(&request) {
            Ok(page) => {
                assert!(!page.failed, "{}: {page}", self.name);
                page.to_string().lines().map(str::to_owned).collect()
            }
            Err(error) => error.to_string().lines().map(str::to_owned).collect(),
        }
    }
}

fn asked(text: &str) -> Vec<Asked> {
    let mut all: Vec<Asked> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("--- ") {
            all.push(Asked { name: name.to_owned(), keys: Vec::new(), lines: Vec::new() });
            continue;
        }
        let Some(last) = all.last_mut() else { continue };
        if let Some(answer) = line.strip_prefix("> ") {
            last.lines.push(answer.to_owned());
        } else if let Some((key, value)) = line.split_once(": ") {
            last.keys.push((key.to_owned(), value.to_owned()));
        }
    }
    all
}

#[test]
fn answers_are_those_of_the_case_file() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/solve.matcalc");
    let text = std::fs::read_to_string(&path).expect("the case file is there");
    let (mut wrong, mut written) = (Vec::new(), String::new());
    on_large_stack(|| {
        for line in text.lines().take_while(|line| !line.starts_with("--- ")) {
            written.push_str(&format!("{line}\n"));
        }
        for one in asked(&text) {
            let found = one.answer();
            written.push_str(&format!("--- {}\n", one.name));
            one.keys.iter().for_each(|(key, value)| written.push_str(&format!("{key}: {value}\n")));
            found.iter().for_each(|line| written.push_str(&format!("> {line}\n")));
            if found != one.lines {
                wrong.push(format!(
                    "{}\n  want  {}\n  found {}",
                    one.name,
                    one.lines.join("\n        "),
                    found.join("\n        ")
                ));
            }
            let is_solved = found.iter().any(|line| line.starts_with("L = ") || line.starts_with("∇"))
                && !found.iter().any(|line| line.contains("not solved"));
            assert!(!is_solved || found.iter().any(|line| line.starts_with('✓')), "{}: nothing is checked", one.name);
        }
    });
    if std::env::var_os("MATCALC_BLESS").is_some() {
        std::fs::write(&path, written).expect("it can be written");
        return;
    }
    assert!(wrong.is_empty(), "{}\nMATCALC_BLESS=1 writes them anew", wrong.join("\n"));
}

/// A point that is moved, or whose multiplier is, does not pass; nor does a minimum that is called a maximum.
#[test]
fn wrong_points_and_wrong_verdicts_do_not_pass() {
    let options = CheckOptions::default();
    on_large_stack(|| {
        let constrained = [
            ("½x'P x + q'x", "P: spd(n)", &["C x", "d"][..]),
            ("x'S x", "S: spd(n)", &["1'x", "1"]),
            ("sum(x .* log(x)) + c'x", "", &["1'x", "1"]),
            ("c'x", "", &["x'x", "1"]),
            ("x'A x", "A: symmetric(n)", &["x'x", "1"]),
        ];
        for (expr, decl, constraint) in constrained {
            let given = constrained_problem(expr, constraint);
            let mut problem = matcalc::problem::read(&given, decl, &["x"]).expect("it can be read");
            let found = stationary::joint(&mut problem, Some(&options)).expect("a gradient");
            assert!(!found.solutions.is_empty(), "{expr}");
            for solution in &found.solutions {
                let arena = &mut problem.arena;
                let written = arena.minus(problem.raw[1], problem.raw[2]);
                let held = [(written, arena.symbol_expr(found.constraints[0].multiplier))];
                let is_right = |arena: &Arena, values: &[(SymbolId, ExprId)]| {
                    let place = Place { values, constraints: &held, positive: &[], is_feasible: true };
                    check::check_stationary(arena, problem.raw[0], &place, &options, |_| true).passed()
                };
                assert!(is_right(arena, &solution.order), "{expr}");
                for place in 0..solution.order.len() {
                    let mut moved = solution.order.clone();
                    let ones = arena.ones(arena.shape(moved[place].1));
                    moved[place].1 = arena.plus(moved[place].1, ones);
                    assert!(!is_right(arena, &moved), "{expr}: a moved value {place} passes");
                }
                let opposite = match solution.nature.kind {
                    Kind::Minimum => Reach::FarBelow,
                    Kind::Maximum => Reach::Far,
                    other => panic!("{expr}: {other:?}"),
                };
                let place = Place { values: &solution.order, constraints: &held, positive: &[], is_feasible: true };
                let certificate = check::check_least(arena, problem.raw[0], &place, opposite, &options);
                assert!(matches!(certificate.outcome, Outcome::Failed(_)), "{expr}: {:?}", solution.nature);
            }
        }
    });
}

fn constrained_problem(expr: &str, sides: &[&str]) -> Vec<matcalc::problem::Given> {
    let given = |text: &str, goal| matcalc::problem::Given { origin: "expression".into(), text: text.into(), goal };
    vec![given(expr, Goal::Scalar), given(sides[0], Goal::Any), given(sides[1], Goal::SameAs(1))]
}

/// On the orthogonal matrices too.
#[test]
fn the_opposite_polar_factor_is_no_minimum() {
    let options = CheckOptions::default();
    on_large_stack(|| {
        let mut problem =
            common::read("||A X - B||_F^2", "X: orthogonal(n)", &["X"], Goal::Scalar).expect("it can be read");
        let found = stationary::stationary(&mut problem, 0, Some(&options)).expect("a gradient");
        assert_eq!(found.solutions.len(), 2);
        for solution in &found.solutions {
            let opposite = if solution.nature.kind == Kind::Minimum { Reach::FarBelow } else { Reach::Far };
            let values = [(problem.wrt[0], solution.point.expr)];
            let place = Place { values: &values, ..Place::default() };
            let certificate = check::check_least(&problem.arena, problem.raw[0], &place, opposite, &options);
            assert!(matches!(certificate.outcome, Outcome::Failed(_)), "{:?}", solution.nature);
        }
    });
}
