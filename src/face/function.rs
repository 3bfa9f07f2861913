//! A function as a library user holds it: a text, what is declared of its symbols, and the questions that can be asked of it.

use nalgebra::DMatrix;

use super::answer::Answer;
use crate::answer::AlongKind;
use crate::error::Error;
use crate::problem::{Report, Source};
use crate::request::{Query, Request};
use crate::stack::on_large_stack;
use crate::syntax::{KnownNames, parse, parse_declarations};

/// An expression of scalars, vectors and matrices, as a text with declarations.
///
/// What is not declared gets its kind and its sizes from the expression itself, as on the command line: capitals are matrices, small
/// letters vectors where these fit. [`Function::read`] shows what was understood.
///
/// ```
/// let f = matcalc::Function::parse("1/2 ||A x - b||^2 + λ||x||^2")?.declare("λ: positive")?;
/// let g = f.gradient("x")?;
/// assert_eq!(g.to_string(), "Aᵀ(Ax − b) + 2λx");
/// assert_eq!(g.latex(), r"A^\top (A x - b) + 2\lambda x");
/// assert_eq!(g.numpy()?, "2*lambda_*x + A.T @ (A @ x - b)");
/// assert!(g.check().passed());
/// assert_eq!(f.hessian("x")?.to_string(), "AᵀA + 2λI");
/// # Ok::<(), matcalc::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    text: String,
    declarations: String,
}

/// Codes of errors that a declaration can cure: unknown names, calls and letters that are not declared.
const CURABLE: [&str; 4] = ["N0001", "N0004", "P0021", "P0015"];

impl Function {
    /// A function from its text, in any spelling of the language: `x'A x`, `\log\det X`, `f(x) = ½‖Ax − b‖²`.
    ///
    /// # Errors
    /// What cannot be read whatever is declared; names that are not known are reported when the first question is asked.
    pub fn parse(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        let read = on_large_stack(|| parse(&text, &KnownNames::default()).map(drop));
        match read {
            Err(found) if !found.iter().all(|one| CURABLE.contains(&one.code)) => {
                let source = Source { origin: "expression".into(), text };
                Err(Report { errors: vec![(source, found)] }.into())
            }
            Ok(()) | Err(_) => Ok(Self { text, declarations: String::new() }),
        }
    }

    /// The same function with more declared: `A: symmetric(n)`, `λ: positive; x: vector(n)`, `S in S^n`.
    ///
    /// # Errors
    /// Declarations that cannot be read.
    pub fn declare(mut self, declarations: &str) -> Result<Self, Error> {
        let found = on_large_stack(|| parse_declarations(declarations).map(drop));
        if let Err(found) = found {
            let source = Source { origin: "declarations".into(), text: declarations.to_owned() };
            return Err(Report { errors: vec![(source, found)] }.into());
        }
        if !self.declarations.is_empty() {
            self.declarations.push('\n');
        }
        self.declarations.push_str(declarations);
        Ok(self)
    }

    /// The text that it was made from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn ask(&self, query: Query, wrt: &[&str]) -> Result<Answer, Error> {
        let wrt = wrt.iter().map(|name| (*name).to_owned()).collect();
        Answer::to(Request { declarations: self.declarations.clone(), wrt, ..Request::new(query, self.text.as_str()) })
    }

    /// The gradient of a scalar function, of the shape of the variable: f(x + h) ≈ f(x) + ⟨∇f, h⟩. Of a symmetric variable it is the one
    /// among symmetric matrices, ½(G + Gᵀ).
    ///
    /// ```
    /// let f = matcalc::Function::parse("log det X")?;
    /// assert_eq!(f.gradient("X")?.to_string(), "X⁻ᵀ");
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// A text that cannot be read or has no shape; a value that is no scalar; a variable that does not occur.
    pub fn gradient(&self, wrt: &str) -> Result<Answer, Error> {
        self.ask(Query::Gradient { vech: false }, &[wrt])
    }

    /// The differential df, dX kept, of order 1 to 4.
    ///
    /// ```
    /// let f = matcalc::Function::parse("inv(X)")?;
    /// assert_eq!(f.differential("X", 1)?.to_string(), "−X⁻¹ dX X⁻¹");
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Function::gradient`], but for any shape of the value.
    pub fn differential(&self, wrt: &str, order: u32) -> Result<Answer, Error> {
        self.ask(Query::Differential { order }, &[wrt])
    }

    /// The derivative of any function: a matrix of output rows by variable columns, or operator, Kronecker matrix and entries.
    ///
    /// ```
    /// let f = matcalc::Function::parse("A x .* x")?;
    /// assert_eq!(f.jacobian("x")?.to_string(), "diag(Ax) + diag(x)A");
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Function::gradient`], but for any shape of the value.
    pub fn jacobian(&self, wrt: &str) -> Result<Answer, Error> {
        self.ask(Query::Jacobian { view: None }, &[wrt])
    }

    /// The second derivative of a scalar function: the n×n matrix of d²f = ⟨H dx₁, dx₂⟩, or an operator where the variable is a matrix.
    ///
    /// ```
    /// let f = matcalc::Function::parse("x'A x")?;
    /// assert_eq!(f.hessian("x")?.to_string(), "A + Aᵀ");
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Function::gradient`].
    pub fn hessian(&self, wrt: &str) -> Result<Answer, Error> {
        self.ask(Query::Hessian { view: None }, &[wrt])
    }

    /// The k-th derivative: of a scalar variable the one expression f⁽ᵏ⁾, else the k-th differential.
    ///
    /// ```
    /// let f = matcalc::Function::parse("tr expm(t A)")?;
    /// assert_eq!(f.derivative("t", 2)?.to_string(), "tr(expm(tA)A²)");
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Function::jacobian`]; an order above 8 in a vector or matrix.
    pub fn derivative(&self, wrt: &str, order: u32) -> Result<Answer, Error> {
        self.ask(Query::Derivative { order }, &[wrt])
    }

    /// The Jacobian times a direction of the variable's shape.
    ///
    /// ```
    /// let f = matcalc::Function::parse("inv(X)")?;
    /// assert_eq!(f.jvp("X", "V")?.to_string(), "−X⁻¹VX⁻¹");
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Function::jacobian`]; a direction of another shape.
    pub fn jvp(&self, wrt: &str, direction: &str) -> Result<Answer, Error> {
        self.ask(Query::Along { kind: AlongKind::Jvp, direction: direction.to_owned() }, &[wrt])
    }

    /// The transposed Jacobian times a direction of the value's shape.
    ///
    /// ```
    /// let f = matcalc::Function::parse("A x")?;
    /// assert_eq!(f.vjp("x", "u")?.to_string(), "Aᵀu");
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Function::jacobian`]; a direction of another shape.
    pub fn vjp(&self, wrt: &str, direction: &str) -> Result<Answer, Error> {
        self.ask(Query::Along { kind: AlongKind::Vjp, direction: direction.to_owned() }, &[wrt])
    }

    /// The Hessian times a direction of the variable's shape.
    ///
    /// ```
    /// let f = matcalc::Function::parse("x'A x")?;
    /// assert_eq!(f.hvp("x", "v")?.to_string(), "(A + Aᵀ)v");
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Function::gradient`]; a direction of another shape.
    pub fn hvp(&self, wrt: &str, direction: &str) -> Result<Answer, Error> {
        self.ask(Query::Along { kind: AlongKind::Hvp, direction: direction.to_owned() }, &[wrt])
    }

    /// The Taylor polynomial in the step dX, of order 1 to 8.
    ///
    /// ```
    /// let f = matcalc::Function::parse("inv(X)")?;
    /// assert_eq!(f.taylor("X", 1)?.to_string(), "X⁻¹ − X⁻¹ dX X⁻¹");
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Function::jacobian`].
    pub fn taylor(&self, wrt: &str, order: u32) -> Result<Answer, Error> {
        self.ask(Query::Taylor { order }, &[wrt])
    }

    /// Where the gradient vanishes, in closed form.
    ///
    /// ```
    /// let f = matcalc::Function::parse("||A x - b||^2")?;
    /// assert_eq!(f.solve("x")?.to_string(), "x = (AᵀA)⁻¹Aᵀb");
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Function::gradient`]; an equation that no closed form was found for.
    pub fn solve(&self, wrt: &str) -> Result<Answer, Error> {
        self.ask(Query::Solve { subject_to: None }, &[wrt])
    }

    /// Whether a scalar function is convex, concave or affine jointly in the variables, with the argument line by line.
    ///
    /// ```
    /// let f = matcalc::Function::parse("||A x - b||^2")?;
    /// assert!(f.convexity(&["x"])?.to_string().starts_with("convex"));
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Function::gradient`].
    pub fn convexity(&self, wrt: &[&str]) -> Result<Answer, Error> {
        self.ask(Query::Convexity, wrt)
    }

    /// What is to be said of a gradient that somebody derived: right, or how it is wrong.
    ///
    /// ```
    /// let f = matcalc::Function::parse("x'A x")?;
    /// let verdict = f.check_claim("x", "2A x")?;
    /// assert!(!verdict.stands());
    /// assert!(verdict.to_string().starts_with("wrong in general: right if A is symmetric"));
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Function::gradient`], for the claim too.
    pub fn check_claim(&self, wrt: &str, claim: &str) -> Result<Answer, Error> {
        self.ask(Query::Check { claim: Some(claim.to_owned()) }, &[wrt])
    }

    /// Whether it equals another expression of the same symbols.
    ///
    /// ```
    /// let f = matcalc::Function::parse("tr(A B)")?;
    /// assert!(f.equals("tr(B A)")?.stands());
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// Texts that cannot be read, or have different shapes.
    pub fn equals(&self, other: &str) -> Result<Answer, Error> {
        self.ask(Query::Equal { other: other.to_owned() }, &[])
    }

    /// The simplest form of the function itself.
    ///
    /// ```
    /// let f = matcalc::Function::parse("tr(A' A)")?;
    /// assert_eq!(f.simplify()?.to_string(), "‖A‖_F²");
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// A text that cannot be read or has no shape.
    pub fn simplify(&self) -> Result<Answer, Error> {
        self.ask(Query::Simplify, &[])
    }

    /// How the text is read: every grouping in brackets, and each symbol with its kind.
    ///
    /// ```
    /// let f = matcalc::Function::parse("1/2n x'x")?;
    /// assert!(f.read()?.to_string().starts_with("((1/(2·n))·xᵀ) x"));
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// A text that cannot be read or has no shape.
    pub fn read(&self) -> Result<Answer, Error> {
        self.ask(Query::Read, &[])
    }

    /// Its value: a matrix of the function's shape, 1×1 for a scalar. The values are named as in the text; a vector is a matrix of one
    /// column, a family one of a row for each member.
    ///
    /// ```
    /// use matcalc::nalgebra::DMatrix;
    /// let f = matcalc::Function::parse("x'A x")?;
    /// let value = f.value(&[
    ///     ("A", DMatrix::from_row_slice(2, 2, &[2.0, 0.0, 0.0, 3.0])),
    ///     ("x", DMatrix::from_column_slice(2, 1, &[1.0, 1.0])),
    /// ])?;
    /// assert_eq!(value[(0, 0)], 5.0);
    /// # Ok::<(), matcalc::Error>(())
    /// ```
    ///
    /// # Errors
    /// A symbol without a value; values whose sizes do not fit; a point where the function has no value.
    pub fn value(&self, values: &[(&str, DMatrix<f64>)]) -> Result<DMatrix<f64>, Error> {
        let values: Vec<_> = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into())).collect();
        let query = Query::Eval { values: Vec::new(), families: Vec::new(), remarks: Vec::new() };
        let request = Request { declarations: self.declarations.clone(), ..Request::new(query, self.text.as_str()) };
        on_large_stack(|| crate::request::value(&request, values.as_slice()))
    }
}

impl std::fmt::Display for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for Function {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}
