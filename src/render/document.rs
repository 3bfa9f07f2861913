//! A result as a LaTeX document of its own, which pdflatex compiles as it is.

/// An equation set apart, `heading = body`, and after it what its symbols are. The heading may be empty; a body in lines of an `aligned`
/// environment stands as it is.
///
/// ```
/// use matcalc::render::latex_equation;
///
/// let text = latex_equation("\\nabla_x f(x)", "A^\\top b", &["A \\in \\mathbb{R}^{m \\times n}", "x \\in \\mathbb{R}^n"]);
/// assert!(text.contains("\n\\nabla_x f(x) = A^\\top b,\n"));
/// assert!(text.ends_with("\nwhere $A \\in \\mathbb{R}^{m \\times n}$ and $x \\in \\mathbb{R}^n$.\n"));
/// ```
#[must_use]
pub fn latex_equation<S: AsRef<str>>(heading: &str, body: &str, facts: &[S]) -> String {
    let facts: Vec<&str> = facts.iter().map(|fact| fact.as_ref().trim()).filter(|fact| !fact.is_empty()).collect();
    let mark = if facts.is_empty() { "." } else { "," };
    let equation = if heading.is_empty() { body.to_owned() } else { equation(heading, body) };
    // The mark belongs to the last line.
    let mut out = match equation.strip_suffix("\n\\end{aligned}") {
        Some(lines) => format!("\\[\n{lines}{mark}\n\\end{{aligned}}\n\\]\n"),
        None => format!("\\[\n{equation}{mark}\n\\]\n"),
    };
    if !facts.is_empty() {
        out.push_str(&format!("where {}.\n", listed(&facts)));
    }
    out
}

/// A document of some equations, each as [`latex_equation`] makes it.
#[must_use]
pub fn latex_document(equations: &[String]) -> String {
    let all = equations.concat();
    format!(
        "\\documentclass{{article}}\n\\usepackage{{amsmath,amssymb}}\n\\begin{{document}}\n{all}\\end{{document}}\n"
    )
}

/// The heading before the body; of a body in lines, before the first of them.
fn equation(heading: &str, body: &str) -> String {
    match body.strip_prefix("\\begin{aligned}\n&") {
        Some(lines) => format!("\\begin{{aligned}}\n{heading} &= {lines}"),
        None => format!("{heading} = {body}"),
    }
}

/// `$a$, $b$ and $c$`, each a formula that may end in words.
fn listed(facts: &[&str]) -> String {
    let facts: Vec<String> = facts.iter().map(|fact| in_line(fact)).collect();
    match &facts[..] {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A formula within a sentence: the words after it are words of the sentence.
fn in_line(fact: &str) -> String {
    let words = fact.strip_suffix('}').and_then(|rest| rest.rsplit_once("\\text{"));
    match words.filter(|(_, words)| !words.contains(['{', '}', '$'])) {
        Some((formula, words)) if !formula.trim().is_empty() => format!("${}$ {}", formula.trim(), words.trim()),
        _ => format!("${fact}$"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_whole() {
        let wanted = "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\begin{document}\n\\[\n\\nabla f = x.\n\\]\n\\end{document}\n";
        assert_eq!(latex_document(&[latex_equation("\\nabla f", "x", &[] as &[&str])]), wanted);
    }

    #[test]
    fn facts_are_a_sentence() {
        let table: [(&[&str], &str); 3] = [
            (&["s > 0"], "where $s > 0$."),
            (&["x \\in \\mathbb{R}^n", "A \\text{ invertible}"], "where $x \\in \\mathbb{R}^n$ and $A$ invertible."),
            (
                &["a > 0", "D \\in \\mathbb{R}^{n \\times n} \\text{ diagonal}", "f \\text{ a function}"],
                "where $a > 0$, $D \\in \\mathbb{R}^{n \\times n}$ diagonal and $f$ a function.",
            ),
        ];
        for (facts, sentence) in table {
            let document = latex_equation("f", "x", facts);
            assert!(document.contains(&format!("\nf = x,\n\\]\n{sentence}\n")), "{document}");
        }
    }

    #[test]
    fn lines_stand_behind_the_heading() {
        let body = "\\begin{aligned}\n&a \\\\\n&\\quad + b\n\\end{aligned}";
        let wanted = "\\[\n\\begin{aligned}\n\\nabla f &= a \\\\\n&\\quad + b.\n\\end{aligned}\n\\]\n";
        assert!(latex_equation("\\nabla f", body, &[] as &[&str]).contains(wanted));
        assert!(latex_equation("", body, &["b > 0"]).contains("\n&a \\\\\n&\\quad + b,\n\\end{aligned}\n"));
    }
}
