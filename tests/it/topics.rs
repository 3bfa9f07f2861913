//! What `help` says of a word holds: every word of the language has a topic, other spellings mean the same, identities are equal, and examples
//! have the answers that stand beside them.

use std::collections::BTreeSet;

use crate::common;
use matcalc::answer::{self, Equality};
use matcalc::check::CheckOptions;
use matcalc::differential::rules;
use matcalc::problem::{self, Given};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;
use matcalc::syntax::{declared_kinds, every_name};
use matcalc::topic::{self, Kind, Topic};

fn all_topics() -> Vec<Topic> {
    let of = |(kind, names): (Kind, Vec<&'static str>)| {
        names
            .into_iter()
            .flat_map(move |name| topic::all(name).into_iter().find(|topic| topic.kind == kind && topic.name == name))
    };
    topic::groups().into_iter().flat_map(of).collect()
}

#[test]
fn every_word_of_the_language_has_a_topic() {
    let words: Vec<&str> = every_name().chain(declared_kinds()).collect();
    let missing: Vec<&&str> = words.iter().filter(|word| topic::topic(word).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let signs = [
        "||",
        "‖",
        "|",
        "'",
        "^T",
        "ᵀ",
        ".T",
        ".*",
        "./",
        ".^",
        "**",
        "⊗",
        "∘",
        "⊙",
        "@",
        "*",
        "+",
        "-",
        "/",
        "^",
        "^-1",
        "⁻¹",
        "^+",
        "<>",
        "∑",
        "∏",
        "√",
        "σ",
        "_1",
        "_F",
        "_*",
        "_inf",
        "_",
        "[1 2; 3 4]",
        "1[x > 0]",
        "e_i",
        "I",
        "1",
        "sum_{i<j}",
        "π",
        "n!",
        "\\det",
        "np.linalg.inv",
        "np.linalg.norm(X)",
        "Det[X]",
        "det(X)",
        "scipy.special.expit",
        ":=",
        "==",
    ];
    let missing: Vec<&&str> = signs.iter().filter(|sign| topic::topic(sign).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(topic::topic("nothing of the kind").is_none());
    assert_eq!(topic::topic("ln").map(|topic| topic.name), Some("log"));
    assert_eq!(topic::topic("solve").map(|topic| topic.kind), Some(Kind::Command));
    assert_eq!(
        topic::all("skew").iter().map(|topic| topic.kind).collect::<Vec<_>>(),
        [Kind::Matrix, Kind::Declaration]
    );
}

#[test]
fn a_word_is_found_with_what_stands_around_it() {
    for (word, name) in [
        ("||A||_F", "frobenius norm"),
        ("||x||_1", "norm1"),
        ("||A x - b||", "norm"),
        ("|t|", "abs"),
        ("A ⊗ B", "kron"),
        ("a .* b", "entrywise product"),
        ("A^T", "transpose"),
        ("A.T", "transpose"),
        ("A'", "transpose"),
        ("A^-1", "inv"),
        ("sum_{i<j}", "sum over an index"),
        ("np.linalg.slogdet", ""),
        ("np.linalg.det(A)", "det"),
        ("Tr[A.B]", "tr"),
    ] {
        assert_eq!(topic::topic(word).map_or("", |topic| topic.name), name, "{word}");
    }
}

#[test]
fn the_contents_fit_a_terminal() {
    let contents = topic::contents();
    assert!(contents.lines().all(|line| line.chars().count() <= 80), "{contents}");
    assert!(topic::topics().all(|name| contents.contains(name)));
}

#[test]
fn names_are_unique_among_those_of_their_kind() {
    for (kind, names) in topic::groups() {
        assert!(!names.is_empty(), "{kind:?}");
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{kind:?}");
    }
    let found: usize = topic::groups().iter().map(|(_, names)| names.len()).sum();
    assert_eq!(all_topics().len(), found);
}

/// The engine works on every form, and what it says of it is there.
#[test]
fn facts_are_there() {
    for topic in all_topics() {
        let is_expression = !matches!(topic.kind, Kind::Declaration | Kind::Command | Kind::Sentence);
        assert_eq!(topic.shape.is_empty(), !is_expression, "{topic}");
        assert_eq!(topic.value.is_empty(), !is_expression, "{topic}");
        let derives = topic.gradient.is_some() || topic.adjoint.is_some();
        assert_eq!(derives, !topic.differential.is_empty(), "{topic}");
        assert!(topic.kind != Kind::Elementwise || derives, "{topic}");
    }
}

fn equality(left: &str, right: &str, declarations: &str) -> Result<Equality, String> {
    let given = [
        Given { origin: "left side".into(), text: left.into(), goal: Goal::Any },
        Given { origin: "right side".into(), text: right.into(), goal: Goal::SameAs(0) },
    ];
    let mut problem = problem::read(&given, declarations, &[]).map_err(|report| format!("{:?}", report.errors))?;
    let (_, conditions) = answer::domains(&mut problem);
    Ok(answer::equality(&mut problem, &conditions, &CheckOptions::default()))
}

/// Whether two texts are seen to be equal: what is wrong if they are not.
fn wrong(left: &str, right: &str, declarations: &str) -> Option<String> {
    match equality(left, right, declarations) {
        Ok(Equality::Equal(..)) => None,
        Ok(other) => Some(format!("{left} = {right} ({declarations}): {other:?}")),
        Err(report) => Some(format!("{left} = {right} ({declarations}): {report}")),
    }
}

#[test]
fn identities_hold() {
    let mut found = Vec::new();
    on_large_stack(|| {
        for (left, right, declarations) in topic::identities() {
            found.extend(wrong(left, right, declarations));
        }
    });
    assert!(found.is_empty(), "{} wrong\n{}", found.len(), found.join("\n"));
}

/// What is shown can be typed: it holds as it stands.
#[test]
fn identities_hold_as_they_are_shown() {
    let mut found = Vec::new();
    on_large_stack(|| {
        let typed: Vec<_> = topic::identities().collect();
        let shown: Vec<String> = all_topics().into_iter().flat_map(|topic| topic.identities).collect();
        assert_eq!(typed.len(), shown.len());
        for ((_, _, declarations), shown) in typed.iter().zip(&shown) {
            let equation = shown.split_once("   where ").map_or(shown.as_str(), |(equation, _)| equation);
            let (left, right) = equation.split_once(" = ").expect("two sides");
            found.extend(wrong(left, right, declarations));
        }
    });
    assert!(found.is_empty(), "{} wrong\n{}", found.len(), found.join("\n"));
}

#[test]
fn words_without_a_topic_have_advice() {
    assert!(topic::instead("opnorm").is_some_and(|advice| advice.to_string().contains("||X||_2")));
    assert_eq!(topic::instead("det"), None);
    assert_eq!(topic::near("sofmax").as_deref(), Some("softmax"));
}

#[test]
fn other_spellings_mean_the_same() {
    let mut found = Vec::new();
    on_large_stack(|| {
        for (form, other, declarations) in topic::spelled() {
            found.extend(wrong(form, other, declarations));
        }
    });
    assert!(found.is_empty(), "{} wrong\n{}", found.len(), found.join("\n"));
}

/// The arguments of the command line for a statement of a session.
fn arguments(statements: &[&str]) -> Vec<String> {
    let (mut declarations, mut definitions, mut values, mut asked) =
        (Vec::new(), String::new(), Vec::new(), Vec::new());
    for statement in statements {
        let first = statement.split([' ', '(', ':', '=']).next().unwrap_or_default();
        let is_command = topic::all(first).iter().any(|topic| topic.kind == Kind::Command);
        if is_command {
            asked.push(*statement);
        } else if let Some((name, value)) = statement.split_once(" = [") {
            values.push(format!("{name}=[{value}"));
        } else if statement.contains(": ") {
            declarations.push(*statement);
        } else {
            definitions.push_str(&format!("{statement}; "));
        }
    }
    let mut statement = asked[0];
    let mut more: Vec<String> = Vec::new();
    match asked.get(1) {
        Some(&"latex") => more.extend(["-f".into(), "latex".into()]),
        Some(&"code numpy") => more.extend(["-f".into(), "numpy".into()]),
        _ => {}
    }
    let mut words: Vec<String> = Vec::new();
    for (word, option) in [(" order ", "--order"), (" along ", "--along"), (" claim ", "--claim"), (" wrt ", "-w")] {
        if let Some((before, after)) = statement.split_once(word) {
            more.extend([option.to_owned(), after.to_owned()]);
            statement = before;
        }
    }
    let (command, expression) = statement.split_once(' ').unwrap_or((statement, ""));
    let command = if command == "steps" {
        more.push("--steps".into());
        "grad"
    } else {
        command
    };
    words.push(command.to_owned());
    match expression.split_once(" == ") {
        Some((left, right)) => words.extend([left.to_owned(), right.to_owned()]),
        None => words.push(format!("{definitions}{expression}")),
    }
    for value in values {
        more.extend(["--set".into(), value]);
    }
    if !declarations.is_empty() {
        more.extend(["-d".into(), declarations.join("; ")]);
    }
    words.extend(more);
    words
}

#[test]
fn examples_have_their_answers() {
    let mut found = Vec::new();
    for topic in all_topics() {
        let example = topic.example;
        if example.statements.is_empty() {
            assert_eq!(topic.kind, Kind::Sentence, "{topic}");
            continue;
        }
        let words = arguments(example.statements);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = common::run(&words);
        let answer = String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned();
        if answer != example.answer || !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr).into_owned();
            found.push(format!(
                "{}\t{}\t{}\t{answer}\t{words:?}\t{message}",
                topic.kind.heading(),
                topic.name,
                example.answer
            ));
        }
    }
    assert!(found.is_empty(), "{} wrong\n{}", found.len(), found.join("\n"));
}

#[test]
fn lines_fit_a_terminal() {
    for topic in all_topics() {
        for line in topic.to_string().lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

/// Every rule of the differential is in some topic, but those that say nothing of an operator that has a name, and the one of a special form
/// of X⁺.
#[test]
fn every_rule_of_the_differential_is_in_a_topic() {
    let shown: Vec<String> = all_topics().into_iter().flat_map(|topic| topic.differential).collect();
    let without = [
        "constant-differential",
        "variable-differential",
        "factor-differential",
        "factorial-differential",
        "map-differential",
        "pinv-of-rank-one-differential",
    ];
    let missing: Vec<&str> = rules::ALL
        .iter()
        .filter(|rule| !without.contains(&rule.id) && !shown.iter().any(|formula| formula == rule.formula))
        .map(|rule| rule.id)
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_topic_is_shown_in_lines() {
    let det = topic::topic("\\det").expect("a topic").to_string();
    let wanted = "\
det(X)  the determinant of a square matrix
  spellings   det, Det, Determinant, determinant, det X, |X|, prod eig(X)
  shape       X ∈ ℝⁿˣⁿ → det(X) ∈ ℝ
  value       everywhere
  derivative  where X invertible
  d           d(det X) = det(X) tr(X⁻¹ dX)
  gradient    ∇f = det(X)X⁻ᵀ
  identities  det(AB) = det(A)det(B)
              det(Xᵀ) = det(X)
              det(X⁻¹) = 1/det(X)
              det(tX) = tⁿdet(X)
              det(I + uvᵀ) = 1 + vᵀu
              det(I + AB) = det(I + BA)
              det(X ⊗ Y) = det(X)ⁿdet(Y)ᵐ where X ∈ ℝᵐˣᵐ, Y ∈ ℝⁿˣⁿ
  example     grad det X wrt X   →   det(X)X⁻ᵀ";
    assert_eq!(det, wanted);
    let symmetric = topic::topic("symmetric").expect("a topic").to_string();
    let wanted = "\
A: symmetric(n)  a symmetric matrix, A = Aᵀ
  A symmetric variable varies within the symmetric matrices: its gradient is
  `(G + G')/2`.
  spellings   sym, A in S^n, A ∈ Sⁿ
  example     A: symmetric(n)
              grad x'A x wrt x   →   2Ax";
    assert_eq!(symmetric, wanted);
}
