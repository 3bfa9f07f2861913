//! Single eigenvalues and singular values: `λ_k(A)`, `σ_1(X)`, and their vectors `eigvec_k(A)`, `u_k(X)`, `v_k(X)`. A letter with a subscript
//! is one of these only directly before a bracket that holds a matrix.

use super::ast::{AstId, AstKind, Derivative, Function, Name, Remark, Sign, full_name};
use super::function::ranked;
use super::letter_call;
use super::looks::{self, Looks};
use super::parse::{Failure, Parser};
use super::token::{Bracket, Tok};
use super::walk::for_each_child;
use crate::catalog::Ranked;
use crate::span::Span;

impl Parser<'_> {
    /// The call that a name with a subscript begins, where one does. Whether the present operand is now one.
    pub(super) fn ranked_call(&mut self, name: &Name, span: Span, next: usize) -> Result<bool, Failure> {
        let Some(which) = ranked(&name.base).filter(|_| !name.subscript_text.is_empty()) else { return Ok(false) };
        let (power, open) = match (self.tok(next), self.tok(next + 1)) {
            (Tok::Caret, Tok::Number(power)) => (Some((power.clone(), self.span(next + 1))), next + 2),
            _ => (None, next),
        };
        if self.tok(open) != &Tok::Open(Bracket::Round) {
            return Ok(false);
        }
        // Where blanks mean nothing, one before the bracket does not make it a factor.
        let is_symbol = self.tokens[open].partner == open + 2;
        let bracket = &self.tokens[open];
        if bracket.blank && !bracket.latex && !self.is_latex {
            return Ok(false);
        }
        let is_letter = matches!(which, Ranked::Eigenvalue | Ranked::SingularValue);
        let is_declared =
            if is_letter { self.names.has_base(&name.base) } else { self.names.has_symbol(&full_name(name)) };
        let close = self.tokens[open].partner;
        // No power is taken of a vector: `u_2^2(A + B)` is a product.
        let is_raised_vector = !is_letter && power.is_some();
        if is_declared || is_raised_vector || close >= self.state.end || close == open + 1 {
            return Ok(false);
        }
        let whole = span.join(self.span(close));
        let place = match name.subscript.as_slice() {
            [place] if self.is_place(*place) && !(is_letter && self.is_letter_elsewhere(&name.base)) => Some(*place),
            _ => None,
        };
        let argument = match place {
            Some(_) => self.matrix_in_bracket(open)?,
            None => None,
        };
        let (Some(place), Some(argument)) = (place, argument) else {
            // Nobody brackets one factor.
            let is_symbol = is_symbol
                && matches!(self.tok(open + 1), Tok::Name(name) if self.is_matrix_letter(name))
                && power.is_none();
            return if is_symbol && !self.names.has_base(&name.base) {
                Err(Box::new(letter_call::undeclared(&self.ast.source, (span, whole), self.span(open + 1))))
            } else {
                Ok(false)
            };
        };
        // It is no product.
        self.ast.remarks.retain(|remark| remark.row != "c4" || remark.span.start != span.start);
        if which == Ranked::Eigenvalue
            && !self.runs_over_all(place)
            && !self.ast.remarks.iter().any(|remark| remark.row == "rank")
        {
            let message = "eigenvalues are counted from the largest down: λ_1 is the largest".into();
            self.ast.remarks.push(Remark { row: "rank", span: whole, message, other: None });
        }
        let call = AstKind::Call(Function::Ranked(which), vec![argument, place]);
        match power {
            None => self.operand(call, whole, close + 1)?,
            Some((power, at)) => {
                let call = self.push(call, whole)?;
                let power = self.push(AstKind::Number(power), at)?;
                self.operand(AstKind::Power(call, power), whole, close + 1)?;
            }
        }
        Ok(true)
    }

    /// Whether an exponent without braces, whose subscript ends at `next`, is an eigenvalue or singular value with its place: `s^σ_2(X)`. In
    /// LaTeX the subscript is set below the base.
    pub(super) fn is_ranked_exponent(&mut self, at: usize, next: usize) -> Result<bool, Failure> {
        let Tok::Name(base) = self.tok(at) else { return Ok(false) };
        let is_value = matches!(ranked(base), Some(Ranked::Eigenvalue | Ranked::SingularValue));
        if !is_value || self.names.has_base(base) || self.is_latex {
            return Ok(false);
        }
        let is_glued = self.tok(next) == &Tok::Open(Bracket::Round) && !self.tokens[next].blank;
        let is_inside = is_glued && (next + 2..self.state.end).contains(&self.tokens[next].partner);
        Ok(is_inside && self.matrix_in_bracket(next)?.is_some())
    }

    /// What stands in a bracket, where it looks like a matrix.
    fn matrix_in_bracket(&mut self, open: usize) -> Result<Option<AstId>, Failure> {
        let start = self.span(open).start;
        if self.ranked_calls.get(&start) == Some(&false) {
            return Ok(None);
        }
        let before = (self.ast.nodes.len(), self.ast.remarks.len(), self.ast.open_sums.len());
        let argument = self.value(open + 1, self.tokens[open].partner)?;
        let is_matrix = self.is_matrix(argument.id);
        self.ranked_calls.insert(start, is_matrix);
        if !is_matrix {
            self.take_back(before);
        }
        Ok(is_matrix.then_some(argument.id))
    }

    /// Whether a letter by itself is a matrix: nobody brackets a count that is a factor.
    fn is_matrix_letter(&self, name: &str) -> bool {
        self.looks_of_name(name, "") == Looks::Matrix || matches!(name, "N" | "K") && self.names.rank(name).is_none()
    }

    /// Whether it looks like a matrix, also as the value of a function.
    fn is_matrix(&self, id: AstId) -> bool {
        use Function as F;
        match &self.ast.node(id).kind {
            AstKind::Name(name) if name.subscript_text.is_empty() => self.is_matrix_letter(&name.base),
            AstKind::Call(F::Diag, arguments) => arguments.first().is_some_and(|argument| !self.is_matrix(*argument)),
            AstKind::Call(F::Kron, _)
            | AstKind::UserCall { derivative: Derivative::Hessian | Derivative::Jacobian, .. } => true,
            AstKind::Call(function, _) if looks::is_matrix(*function) => true,
            AstKind::Literal(rows) => rows.len() > 1 && rows.iter().all(|row| row.len() > 1),
            // A number is added to no matrix.
            AstKind::Sum(terms) if terms.iter().any(|(_, term)| self.looks(*term) == Looks::Scalar) => false,
            kind => match self.looks(id) {
                Looks::Matrix => true,
                // The value of a function of a matrix.
                Looks::Open => {
                    let mut found = false;
                    for_each_child(kind, |child| found = found || self.is_matrix(child));
                    found
                }
                Looks::Scalar | Looks::Letter | Looks::Vector => false,
            },
        }
    }

    /// Whether a subscript may be a place: a number, a letter, or a sum of such.
    fn is_place(&self, part: AstId) -> bool {
        match &self.ast.node(part).kind {
            AstKind::Number(number) => number.is_integer() && !number.is_negative() && !number.is_zero(),
            AstKind::Name(name) => name.base.chars().count() == 1 && name.subscript.is_empty(),
            AstKind::Sum(terms) => terms.iter().enumerate().all(|(at, (sign, term))| {
                (at > 0 || *sign == Sign::Plus)
                    && !matches!(self.ast.node(*term).kind, AstKind::Sum(_))
                    && self.is_place(*term)
            }),
            _ => false,
        }
    }

    /// Whether a place is an index that a sum or product without bounds runs over, so that the order does not matter.
    fn runs_over_all(&self, place: AstId) -> bool {
        let AstKind::Name(index) = &self.ast.node(place).kind else { return false };
        let tok = |at: usize| self.tokens.get(at).map(|token| &token.tok);
        (0..self.tokens.len()).any(|at| {
            if !matches!(tok(at), Some(Tok::BigSum | Tok::BigProduct)) || tok(at + 1) != Some(&Tok::Underscore) {
                return false;
            }
            let (below, end) = match tok(at + 2) {
                Some(Tok::Open(Bracket::Brace)) => (at + 3, self.tokens[at + 2].partner),
                _ => (at + 2, at + 3),
            };
            let is_alone = end == below + 1;
            let names = matches!(tok(below), Some(Tok::Name(name) | Tok::Word(name)) if *name == index.base);
            is_alone && names && !matches!(tok(end), Some(Tok::Caret)) && !matches!(tok(end + 1), Some(Tok::Caret))
        })
    }

    /// Whether a letter stands somewhere in the text without a subscript and a bracket behind it.
    fn is_letter_elsewhere(&self, base: &str) -> bool {
        (0..self.tokens.len()).any(|at| {
            if !matches!(&self.tokens[at].tok, Tok::Name(name) if name == base) {
                return false;
            }
            let after = |at: usize| self.tokens.get(at).map(|token| &token.tok);
            let skip = |at: usize| match after(at) {
                Some(Tok::Open(Bracket::Brace)) => self.tokens[at].partner + 1,
                _ => at + 1,
            };
            if after(at + 1) != Some(&Tok::Underscore) {
                return true;
            }
            let mut next = skip(at + 2);
            if after(next) == Some(&Tok::Caret) {
                next = skip(next + 1);
            }
            after(next) != Some(&Tok::Open(Bracket::Round))
        })
    }
}
