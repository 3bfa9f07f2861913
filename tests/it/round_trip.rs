//! What is printed reads back as the same expression, in every text format: the inputs and the answers of all cases.

use crate::common;
use crate::common::drive::{self, Wrong};
use crate::common::generate::{Expressions, Sample};
use crate::common::program::{run, status, stderr, stdout};
use crate::common::solve::{Shown, Solved, solve};
use matcalc::expr::{Arena, ExprId};
use matcalc::naming::Limits;
use matcalc::problem::{self, Given, Problem, read_in};
use matcalc::render::{Format, Style, break_latex, break_plain, render, render_declaration, render_with_parts};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;

const FORMATS: [Format; 3] = [Format::Unicode, Format::Ascii, Format::Latex];

/// Random expressions that are printed; `MATCALC_CASES` sets another number.
const RANDOM: u64 = 300;

/// What a text is read as instead of the expression it was printed from, whose normal form is `wanted`.
fn misread(
    arena: &mut Arena,
    (expr, wanted): (ExprId, ExprId),
    format: Format,
    style: &Style,
    limits: &Limits,
    goal: &Goal,
) -> Option<String> {
    let text = render_with_parts(arena, expr, format, style, limits).to_line(format);
    match read_in(arena, &text, goal.clone()) {
        Ok(found) if found == wanted => None,
        Ok(found) => {
            let other = render_with_parts(arena, found, format, style, limits).to_line(format);
            Some(format!("{format:?}\n  printed {text}\n  read as {other}"))
        }
        Err(report) => {
            let errors: Vec<String> = report
                .errors
                .iter()
                .flat_map(|(_, list)| list)
                .map(|error| format!("{} {} ({})", error.code, error.message, error.labels[0].text))
                .collect();
            Some(format!("{format:?}\n  printed {text}\n  error   {}", errors.join("; ")))
        }
    }
}

#[test]
fn declarations_read_back() {
    let declared = "A: matrix(m,n); x: vector(n); t: scalar; X: symmetric(n); P: spd(n); Q: psd(n); S: skew(n); D: diagonal(n); \
        U: orthogonal(n); L: lower(n); R: upper(n); a: family(m) of vector(n); B: family(p) of spd(3); k: integer; s: positive; \
        w: simplex(n); y: signs(m); f: function; F: matrix function; x_1: vector(3); λ: scalar; v: positive(n); \
        z: nonnegative(n); r: nonnegative; g: R^n -> R; G: vector(n) -> matrix(m,n); K: R -> S^n_++";
    let read = |declarations: &str| {
        let of = |text: &str| Given { origin: "expression".into(), text: text.into(), goal: Goal::Any };
        let variables = ["A", "x", "t", "X", "P", "Q", "S", "D", "U", "L", "R", "s", "x_1", "λ", "v", "z", "r"];
        let others = ["w'w", "y'y", "f(t)", "tr(F(X))", "sum_i a_i", "sum_i B_i", "k", "g(x)", "sum(G(x))", "tr K(t)"];
        problem::read(&others.map(of), declarations, &variables)
    };
    let problem = read(declared).expect("these are declarations");
    let symbols: Vec<_> = problem.arena.symbols().map(|(id, _)| id).collect();
    assert!(symbols.len() > 20, "every declaration makes a symbol");
    for format in FORMATS {
        for separator in ["; ", ", ", "\n"] {
            let text = symbols.iter().map(|id| render_declaration(&problem.arena, *id, format)).collect::<Vec<_>>();
            let text = text.join(separator);
            let again = read(&text).unwrap_or_else(|report| panic!("{text}\n{report:?}"));
            for id in &symbols {
                let symbol = problem.arena.symbol(*id);
                let other = again.arena.find_symbol(&symbol.name).map(|id| again.arena.symbol(id));
                let shown = |arena: &Arena, id| render_declaration(arena, id, Format::Unicode);
                let found = again.arena.find_symbol(&symbol.name).map(|id| shown(&again.arena, id));
                assert_eq!(found, Some(shown(&problem.arena, *id)), "{text}");
                assert_eq!(other.map(|other| other.structure), Some(symbol.structure), "{text}");
            }
        }
    }
}

/// Prints an expression, reads it, and tells where it came back as another.
fn trip(problem: &mut Problem, expr: ExprId, goal: &Goal, limits: &Limits, wrong: &mut Vec<String>, name: &str) {
    let wanted = problem.arena.normalize(expr);
    for format in FORMATS {
        let style = problem.style;
        let found = misread(&mut problem.arena, (expr, wanted), format, &style, limits, goal);
        wrong.extend(found.map(|details| format!("{name} {details}")));
    }
}

fn all_cases(limits: &Limits) -> Vec<String> {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for case in common::collection().into_iter().filter(|case| case.command().0 != "check") {
            let Ok(Solved { mut problem, answer, .. }) = solve(&case, None) else {
                wrong.push(format!("{}: no answer", case.name));
                continue;
            };
            let wrt = problem.arena.symbol(problem.wrt[0]).name.clone();
            let (raw, input) = (problem.raw[0], problem.normal[0]);
            trip(&mut problem, raw, &Goal::Any, limits, &mut wrong, &format!("{} as written", case.name));
            trip(&mut problem, input, &Goal::Any, limits, &mut wrong, &format!("{} input", case.name));
            let goal = if case.command().0 == "grad" { Goal::ShapeOf(wrt) } else { Goal::Any };
            // Views have bound differentials, directions and commutation matrices, which the language cannot write.
            if let (Shown::Expr(expr), false) = (answer, case.command().0 == "diff") {
                trip(&mut problem, expr, &goal, limits, &mut wrong, &format!("{} answer", case.name));
            }
        }
    });
    wrong
}

#[test]
fn what_is_printed_reads_back() {
    let wrong = all_cases(&Limits { length: 20_000, ..Limits::default() });
    assert!(wrong.is_empty(), "{} failures\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn named_parts_read_back() {
    let wrong = all_cases(&Limits::ALWAYS);
    assert!(wrong.is_empty(), "{} failures\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn random_expressions_read_back() {
    let limits = Limits { length: 20_000, ..Limits::default() };
    drive::run(Expressions::Scalar, "tests/regressions/round_trip.txt", RANDOM, &|sample: Sample| {
        let mut arena = sample.arena;
        let normal = arena.normalize(sample.expr);
        for (format, stage) in FORMATS.into_iter().zip(["unicode", "ascii", "latex"]) {
            if let Some(details) = misread(&mut arena, (normal, normal), format, &Style::default(), &limits, &Goal::Any)
            {
                return Err(Wrong { stage, details });
            }
        }
        Ok(())
    });
}

/// Expressions that once came back as others.
const MISREAD: [(&str, &str); 23] = [
    ("tr((D.^3 U)^-T D)", "D: diagonal(n); U: upper(n)"),
    ("tr(D (A + B') D) + tr((A + B').*eye(n) A)", "D: diagonal(n); A: square(n); B: square(n)"),
    ("prod(ones(n) e_1')", "x: vector(n)"),
    ("tr(tanh(diag(eye(n) e_1)))", ""),
    ("det(eye(n) + diag(e_1))", ""),
    ("det(S ./ (eye(n).^2))", "S: square(n)"),
    ("2 sum((1 ./ x) ./ (y - ones(n)))", "x: vector(n); y: vector(n)"),
    ("tr(1 ./ (X - ones(n,n)).^2)", "X: square(n)"),
    ("norm((U .* eye(n)).^2, 2)", "U: upper(n)"),
    ("norm((eye(n) ./ U) .* (D + ones(n,n)), fro)", "U: upper(n); D: diagonal(n)"),
    ("det(diag(v) .* (eye(n) ./ G))", "v: vector(n); G: square(n)"),
    ("tr((1 ./ eye(n)) * (1 ./ abs(B)))", "B: square(n)"),
    ("prod_{i=1}^m (i - m n^2) x' x", "x: vector(n); A: matrix(m,n)"),
    ("norm(1 ./ 1[x > 0].^2)", "x: vector(n)"),
    ("vec(Q)' commutation(n,n) kron(ones(n), K ones(n))", "K: skew(n); Q: square(n)"),
    ("vec(ones(m,2))' commutation(m,2) kron(ones(2), ones(m))", "x: vector(m)"),
    ("sum(det(diag(abs(ones(n,m) ones(m)).^2)) x)", "x: vector(n)"),
    ("norm(ones(m)) abs(p' e_1)", "p: vector(m)"),
    ("sum(relu(abs(Z).^(2/3) - 3/4 O .* Z))", "Z: square(n); O: square(n)"),
    ("sum(f''(x))", "f: function; x: vector(n)"),
    ("tr(f''(X))", "f: matrix function; X: square(n)"),
    ("tr(A X^(p-1))", "A: square(n); X: square(n); p: scalar"),
    ("norm([G_{1,1}, 1; 1, 2], 2)", "G: square(2)"),
];

#[test]
fn what_was_misread_reads_back() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for (expr, decl) in MISREAD {
            let given = [Given { origin: "expression".into(), text: expr.into(), goal: Goal::Scalar }];
            let mut problem = problem::read(&given, decl, &[]).unwrap_or_else(|report| panic!("{expr}: {report:?}"));
            let normal = problem.normal[0];
            trip(&mut problem, normal, &Goal::Any, &Limits::default(), &mut wrong, expr);
        }
    });
    assert!(wrong.is_empty(), "{} failures\n{}", wrong.len(), wrong.join("\n"));
}

/// Expressions that once came back as others before they were brought to normal form, as derivations begin with them.
const MISREAD_AS_WRITTEN: [(&str, &str); 4] = [
    ("tr(C I (A + B))", "A: square(n); B: square(n); C: square(n)"),
    ("x' sym(X) x + tr(skew(X) A)", "X: square(n); A: square(n); x: vector(n)"),
    ("<sym(X) x, y>/(y' skew(X) x)", "X: square(n); x: vector(n); y: vector(n)"),
    ("2 x' sym(X)^2 x + (x' skew(X) y)^2", "X: square(n); x: vector(n); y: vector(n)"),
];

#[test]
fn what_was_written_reads_back() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for (expr, decl) in MISREAD_AS_WRITTEN {
            let given = [Given { origin: "expression".into(), text: expr.into(), goal: Goal::Scalar }];
            let mut problem = problem::read(&given, decl, &[]).unwrap_or_else(|report| panic!("{expr}: {report:?}"));
            let raw = problem.raw[0];
            trip(&mut problem, raw, &Goal::Any, &Limits::default(), &mut wrong, expr);
        }
    });
    assert!(wrong.is_empty(), "{} failures\n{}", wrong.len(), wrong.join("\n"));
}

/// Names with letters and accents that LaTeX writes as commands, and powers of entries.
const NAMES: [(&str, &str); 4] = [
    ("sum((x - x̂).^(p-1) ./ b_max)", "x: vector(n); x̂: vector(n); b_max: vector(n); p: scalar"),
    (
        "ℓ sum((Δx - 2x̄_2).^(-3/2) .* exp(y_i).^p)",
        "Δx: vector(n); x̄_2: vector(n); p: scalar; ℓ: scalar; y_i: vector(n)",
    ),
    ("sum(ç (x̃.^3).^y) Α", "ç: scalar; x̃: vector(n); y: scalar; Α: scalar"),
    ("norm(φ(x_new) - x_αβ)^2", "φ: function; x_new: vector(n); x_αβ: vector(n)"),
];

#[test]
fn names_in_latex_read_back() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for (expr, decl) in NAMES {
            let mut problem = common::read(expr, decl, &[], Goal::Scalar).expect(expr);
            let (normal, style) = (problem.normal[0], problem.style);
            for format in [Format::Unicode, Format::Latex] {
                let found =
                    misread(&mut problem.arena, (normal, normal), format, &style, &Limits::default(), &Goal::Any);
                wrong.extend(found.map(|details| format!("{expr} {details}")));
            }
            let latex = render(&problem.arena, normal, Format::Latex, &style);
            assert!(latex.replace("\\text{ç}", "").is_ascii(), "{latex}");
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn broken_lines_read_back() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for case in common::collection().into_iter().filter(|case| case.command().0 == "grad") {
            let Ok(Solved { mut problem, answer: Shown::Expr(expr), .. }) = solve(&case, None) else { continue };
            let (style, wrt) = (problem.style, problem.arena.symbol(problem.wrt[0]).name.clone());
            for format in FORMATS {
                let whole = render(&problem.arena, expr, format, &style);
                let broken = match format {
                    Format::Latex => break_latex(&whole, 12),
                    _ => break_plain(&whole, 16),
                };
                let found = read_in(&mut problem.arena, &broken, Goal::ShapeOf(wrt.clone()));
                if found.ok() != Some(expr) {
                    wrong.push(format!("{} {format:?}\n{broken}", case.name));
                }
            }
        }
    });
    assert!(wrong.is_empty(), "{} failures\n{}", wrong.len(), wrong.join("\n"));
}

/// Answers that were refused because a check, the reader or the printer was wrong about them: what is asked, and the first line.
#[test]
fn answers_that_were_refused_are_printed() {
    let eigenvector = "ψ(eigvec_max(Q r(Q ones(n))ᵀ))";
    let hidden = "sum(v .* softmax(((ones(n, n) + D.^2)relu(y)).^3))";
    let table: [(&[&str], &str); 28] = [
        // Nothing else says the size of the ones.
        (
            &["simplify", "ones(2) ones(m)'softmax(pinv(c e_1'))F", "-d", "c: vector(n); F: matrix(n,m)"],
            "ones(2)ones(m)ᵀsoftmax(pinv(ce₁ᵀ))F",
        ),
        // Several terms of the sum are 1.
        (&["eval", "log(ones(3) + ones(3))"], "[0.6931471805599453 0.6931471805599453 0.6931471805599453]"),
        (&["eval", "log(1 + t + 1)", "--set", "t=0.25"], "0.8109302162163288"),
        (&["simplify", "t'ones(n, m)log(ones(m) + ones(m))", "-d", "t in Delta^n"], "sum(log(2ones(m)))"),
        // The matrix is symmetric where Q has rank 1, but nothing near that is.
        (
            &["grad", eigenvector, "-w", "Q", "-d", "r ∈ {−1, 1}ⁿ; Q ∈ Sⁿ₊; ψ: ℝⁿ → ℝ"],
            "−½((rᵀQw)(ones(n)vᵀ + v 1ᵀ) + (1ᵀQv)(rwᵀ + wrᵀ))",
        ),
        (&["simplify", "s^(sigma_2(2S - 3S))", "-d", "s > 0; S: symmetric(n)", "-f", "ascii"], "s^sigma_2(S)"),
        (
            &["grad", "atanh((u + v)'ones(m))", "-w", "u", "-d", "u, v: vector(m)", "-f", "latex"],
            "\\frac{\\mathbf{1}_{m}}{1 - \\operatorname{sum}(u + v)^2}",
        ),
        // Nothing else says how many rows M has.
        (
            &["jvp", "logsumexp(I_m e_2 w')", "-w", "w", "--along", "dw", "-f", "ascii", "--name-parts=always"],
            "(M dw)_2/sum(M) where M = I_m exp(e_2 w')",
        ),
        (&["simplify", "[b*w; T w]", "-d", "b: scalar; w: vector(n); T: matrix(2,n)", "-f", "ascii"], "[(b w); T w]"),
        (&["simplify", "[A*x; B*y]", "-d", "A, B: matrix(m,n)", "-f", "ascii"], "[(A x); B y]"),
        (
            &["grad", "tr(kron(C, L ones(n, m)))", "-w", "L", "-d", "C: matrix(m,n); L: lower(n)"],
            "tril((Σᵢ (eᵢᵀ ⊗ Iₙ)Σⱼ Cᵢⱼ(eⱼ ⊗ Iₘ))ones(m)ones(n)ᵀ)",
        ),
        // A part that stands before a bracket is not called h: that would be the value of a function.
        (
            &["grad", hidden, "-w", "D", "-d", "D: diagonal(n); v, y: vector(n)", "-f", "ascii", "--name-parts=always"],
            "6(D .* ((p .* u .* u .* v)z' - (v'p)z(p .* u .* u)')) where z = relu(y); u = (ones(n, n) + D .* D)z; p = softmax(u.^3)",
        ),
        // A number on the other side does not say how many columns the ones have, and e₂ not how many rows.
        (&["simplify", "sum(1[F ones(m, 2) > t])", "-d", "F: matrix(n,m)"], "sum(1[F ones(m)ones(2)ᵀ > t])"),
        (&["simplify", "sum(1[b I_n e_2 > 0])", "-d", "b: scalar", "-f", "ascii"], "sum(1[I_n b e_2 > 0])"),
        // Neither factor says the size that they share.
        (
            &["grad", "tr(softmax(w e_1ᵀ)⁻²)", "-w", "w"],
            "2(diag(softmax(we₁ᵀ)⁻²) ∘ softmax(we₁ᵀ)Iₙe₁ − (softmax(we₁ᵀ)∘(softmax(we₁ᵀ)⁻³)ᵀ)e₁)",
        ),
        // The sign goes into the difference on the diagonal, and is not lost there.
        (
            &["grad", "-tr(acosh((M - I).^2 + ones(m, m)))", "-w", "M", "-d", "M: symmetric(m)"],
            "2(diag(1 − diag(M))⊘√(((M − I).^2 + ones(m, m)).^2 − ones(m, m)))",
        ),
        // The index stands before the letters that it is no subscript of.
        (&["grad", "sum_k x_k cos(k t)", "-w", "t"], "−Σₖ kxₖsin(kt)"),
        (&["simplify", "Σ_{i=1}^2 relu(i b (s + t))", "-d", "s, t, b: scalar"], "Σ_{i=1}^2 relu(ib(s + t))"),
        (&["simplify", "Σ_{k=1}^n tanh(k^2 t d) x_k", "-d", "t, d: scalar"], "Σₖ tanh(k²td)xₖ"),
        // No part is called t, which stands below r.
        (
            &["grad", "min(r_t a, clip(r_t, 1-ε, 1+ε) a)", "-w", "r_t", "-d", "r_t, a, ε: scalar"],
            "a(1 − (1[s > 0] 1[c ≤ 0] + 1[c > 0]) 1[u ≤ 0])",
        ),
        // A row of a matrix is read as a column.
        (&["simplify", "2(M_{1,2:n+1})'", "-d", "M: matrix(n+1,n+1)"], "2M_{1,2:n+1}ᵀ"),
        (
            &["simplify", "(M_{1:n,2})'D", "-d", "M: matrix(n+1,n+1); D: diagonal(n)", "-f", "latex"],
            "M_{1:n,2}^\\top D",
        ),
        // What comes behind zeros does not meet what stands before them.
        (&["simplify", "ones(m,2) zeros(2,n) diag(exp(-ones(n)))"], "zeros(m, n)"),
        // Below a sum over i, `pi` would be pᵢ.
        (&["simplify", "Σᵢ yᵢ log(π zᵢ)", "-f", "ascii"], "sum_j log(pi z_j)y_j"),
        // Above the diagonal atanh need not exist, though the code computes it there.
        (&["simplify", "det(tril(sum_{i=1}^2 atanh(G)))", "-d", "G: matrix(m,m)", "-f", "torch"], "import torch"),
        // One choice less another is 0 but for rounding.
        (
            &[
                "hessian",
                "tr(pinv(B' .* (relu(t t' - L) + L)))",
                "-w",
                "L",
                "--view",
                "trace",
                "-d",
                "t in Delta^n; B: matrix(n,n); L: lower(n)",
                "-f",
                "matlab",
            ],
            "function result = hessian(B, t, L)",
        ),
        // π alone beside vectors would be one.
        (
            &["grad", "ψ(2O(π + n + y))", "-w", "y", "-d", "O: orthogonal; ψ: R^n -> R; y: vector(n)", "-f", "ascii"],
            "2O'nabla psi(2O((pi + n)ones(n) + y))",
        ),
        (
            &[
                "jvp",
                "[sum(y); a; max(y)]ᵀaxial(C B)",
                "-w",
                "y",
                "--along",
                "dy",
                "-d",
                "B, C: matrix(3,3); y: vector(n)",
            ],
            "axial(CB)ᵀ [sum(dy), 0, dyᵀ 1[y = max(y)]]",
        ),
    ];
    for (arguments, wanted) in table {
        let output = run(arguments);
        assert_eq!(stdout(&output).lines().next(), Some(wanted), "{arguments:?}\n{}", stderr(&output));
        status(&output, 0);
    }
    // The arrays of a family are known by their names.
    let softmax = "b^T P (sum_i softmax(Z_i)) a";
    let output = run(&["grad", softmax, "-w", "P", "-d", "P: square(n); Z_1,...,Z_m in R^{n x n}", "-f", "rust"]);
    assert!(stdout(&output).contains("pub fn gradient("), "{}", stderr(&output));
    // More piecewise definitions than a page has.
    let many = vec!["where(x > 0, x, 2)"; 250].join(" + ");
    let output = run(&["eval", &many, "--set", "x=3"]);
    assert_eq!(stdout(&output).trim_end(), "750", "{}", stderr(&output));
    // Two entries of an orthogonal matrix are equal but for their last digit; vec(T) and vec(Tᵀ) have axes of different lengths.
    for (expression, wrt, declared) in [("min(O)", "O", "O: orthogonal(n)"), ("vec(T)'vec(T')", "T", "T: matrix(2,n)")]
    {
        let output = run(&["hessian", expression, "-w", wrt, "-d", declared, "-f", "numpy"]);
        assert!(stdout(&output).contains("np."), "{expression}\n{}", stderr(&output));
        status(&output, 0);
    }
}
