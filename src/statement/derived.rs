//! Answers where an expression is expected: `g = grad f`, `w = solve f`, `eval ∇f`, `simplify d/dx f`.

use super::parse::{self, Statement, Verb};
use super::{Session, message};
use crate::diagnostic::Prompt;
use crate::error::Error;
use crate::numeric::SharedMatrix;
use crate::request;
use crate::syntax::DeclaredKind;

impl Session {
    /// The derivative or point that a text asks for, as an expression; nothing where the text is an expression itself. Refused where its
    /// formula does not hold at the values at which it is to be evaluated, those given.
    pub(super) fn derived(&self, text: &str, values: &[(String, SharedMatrix<f64>)]) -> Result<Option<String>, Error> {
        let statement = match parse::parse(text) {
            Ok(statement @ Statement::Ask(_)) if asks_for_expression(&statement) => statement,
            Ok(Statement::Differentiate(derivative)) if !self.is_transpose(text) => {
                Statement::Differentiate(derivative)
            }
            _ => return Ok(None),
        };
        let mut aside = self.clone();
        aside.state.answers.retain(|answer| answer.name != "ans");
        let page = match statement {
            Statement::Ask(question) => aside.ask(&question)?.page,
            Statement::Differentiate(derivative) => aside.differentiate(derivative)?.page,
            _ => return Ok(None),
        };
        if page.failed {
            return Err(message(format!("the answer to `{text}` did not pass its check")));
        }
        request::holds_at(&page, values, Prompt::Session)?;
        match aside.state.answers.into_iter().find(|answer| answer.name == "ans") {
            Some(answer) => Ok(Some(answer.body)),
            None => {
                Err(message(format!("`{text}` is not one expression\n  = help: ask for it alone to see its forms")))
            }
        }
    }

    /// Whether `A'(x)` is the product of a transpose and x: A is a matrix, not a function.
    pub(super) fn is_transpose(&self, text: &str) -> bool {
        let Some((name, _)) = text.trim().split_once('\'') else { return false };
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_name || self.state.definition(name).is_some_and(|definition| !definition.arguments.is_empty()) {
            return false;
        }
        if let Some(kind) = self.state.declared_kind(name) {
            return !matches!(kind, DeclaredKind::Function | DeclaredKind::MatrixFunction);
        }
        let is_known = self.state.value(name).is_some();
        is_known || (self.state.definition(name).is_none() && name.starts_with(char::is_uppercase))
    }
}

/// Whether the answer to a question is an expression: a derivative or a point, not a verdict or a value.
fn asks_for_expression(statement: &Statement) -> bool {
    let Statement::Ask(question) = statement else { return false };
    match question.verb {
        Verb::Grad
        | Verb::Jacobian
        | Verb::Hessian
        | Verb::Derivative
        | Verb::Jvp
        | Verb::Vjp
        | Verb::Hvp
        | Verb::Solve => true,
        Verb::Diff
        | Verb::Taylor
        | Verb::Convexity
        | Verb::Check
        | Verb::Simplify
        | Verb::Read
        | Verb::Equal
        | Verb::Eval
        | Verb::Steps
        | Verb::Backprop
        | Verb::Graph
        | Verb::Minimize
        | Verb::Compare
        | Verb::Plan
        | Verb::Code => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, refusal};

    #[test]
    fn a_derivative_can_have_a_name() {
        check(&["f(x) := x'A x", "A: symmetric(n)", "g = grad f", "jacobian g wrt x"], "2A");
        check(&["f(x) := x'x", "g := ∇f", "equal g == 2x"], "equal (exact, at 3 random points modulo 2⁶¹ − 1)");
        check(&["f(x) := ||A x - b||^2", "w = solve f", "jacobian w wrt b"], "(AᵀA)⁻¹Aᵀ");
        check(&["f(t) := t^3", "g = f'(t)", "derivative g wrt t"], "6t");
        check(&["f(t) := t^3", "f'(2)"], "12   a scalar");
        check(&["f(t) := t^3", "f''(2 + 1)"], "18   a scalar");
        check(&["f(t) := t^3", "g = f'(2)", "eval g + 1"], "13");
        check(&["f(t) := t^3", "t = 5", "eval f'(2)"], "12");
    }

    #[test]
    fn a_derivative_has_a_value() {
        check(&["f(x) := x'x", "x = [1 2]", "eval ∇f"], "[2 4]");
        check(&["f(x) := x'x", "x = [1 2]", "eval grad f wrt x"], "[2 4]");
        check(&["f(x) := x'x", "simplify ∇²f"], "2Iₙ");
    }

    #[test]
    fn a_derivative_has_no_value_where_its_formula_does_not_hold() {
        let refuses = |lines: &[&str]| {
            let error = refusal(lines);
            assert!(
                error.contains("the formula of the derivative does not hold at these values"),
                "{lines:?}: {error}"
            );
        };
        refuses(&["g(x) := max(x)", "x = [1 1]", "eval ∇g"]);
        refuses(&["f(x) := ||x||_1", "x = [0 1]", "eval grad f"]);
        refuses(&["S: symmetric(2)", "L(S) := lambda_max(S)", "S = [1 0; 0 1]", "eval ∇L"]);
        refuses(&["h(t) := |t|", "h'(0)"]);
        refuses(&["u(t) := relu(t)^2", "u''(1 - 1)"]);
        refuses(&["r(t) := log t", "t = -2", "eval r'(t)"]);
        check(&["r(t) := log t", "r'(4)"], "¼   a scalar\n= 0.25");
        check(&["f(x) := ||x||_1", "x = [-2 1]", "eval grad f"], "[-1 1]");
    }

    #[test]
    fn the_transpose_of_a_matrix_is_no_derivative() {
        check(&["A: matrix(m, n)", "x: vector(m)", "A'(x)"], "Aᵀx   a vector in ℝⁿ");
        check(&["A = [1 2; 3 4]", "x = [1 1]", "eval A'(x)"], "[4 6]");
    }

    #[test]
    fn a_name_is_found_in_every_spelling() {
        check(&["ŵ := X y", "jacobian ŵ wrt y"], "X");
        check(&["\\hat w := X y", "jacobian ŵ wrt y"], "X");
        check(&["\\alpha := X y", "jacobian alpha wrt y"], "X");
        check(&["w_1 := X y", "jacobian w₁ wrt y"], "X");
    }

    #[test]
    fn a_row_is_a_matrix_where_its_name_is_declared_one() {
        check(&["H: matrix(m, n)", "H = [1 2]", "x = [3 4]", "eval H x"], "11");
        check(&["H = [1 2]", "x = [3 4]", "eval H'x"], "11");
    }
}
