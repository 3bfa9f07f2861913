//! What `e_i` under a sum over i is: a unit vector, as in `\\sum_i e_i e_i^T`, or a residual, as in `\\sum_t e_t^T S^{-1} e_t`.
//!
//! Unit vectors are not squared, and nothing that stands in a sum of `e_i^T e_i` varies. A quadratic form in `e_i` with an inverse or a
//! covariance, or beside a log-determinant, is that of a Gaussian likelihood; any other may be the trace.

use super::kind::{Letter, letter};
use super::limit::CLASH_NODES;
use super::walk::subtree;
use crate::diagnostic::{Advice, Suggestion};
use crate::syntax::{Ast, AstId, AstKind, Function, Name, NormSpelling, Remark};

/// How an undeclared `e` with a bound index is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Units {
    /// As unit vectors, and nothing speaks against it.
    #[default]
    Basis,
    /// As unit vectors in a quadratic form, at that node, which could be one of residuals.
    BasisInForm(AstId),
    /// As entries or members of a symbol, since unit vectors do not stand so.
    Residuals,
    /// As residuals by the quadratic form at that node.
    ResidualsInForm(AstId),
}

impl Units {
    /// What one text says.
    pub(crate) fn of(ast: &Ast) -> Self {
        let index = |id: AstId| member_of_e(ast, id).filter(|index| ast.binds(index));
        let has_determinant =
            ast.nodes.iter().any(|node| matches!(node.kind, AstKind::Call(Function::LogDet | Function::Det, _)));
        let mut found = Self::Basis;
        for node in &ast.nodes {
            let is_number = |id: AstId| matches!(ast.node(id).kind, AstKind::Number(_));
            match &node.kind {
                AstKind::Power(base, exponent) | AstKind::HadamardPower(base, exponent)
                    if index(*base).is_some() && is_number(*exponent) =>
                {
                    return Self::Residuals;
                }
                AstKind::Abs(inner) | AstKind::Norm(NormSpelling::Plain, inner) if index(*inner).is_some() => {
                    return Self::Residuals;
                }
                AstKind::Inner(left, right) if index(*left).is_some() && index(*left) == index(*right) => {
                    return Self::Residuals;
                }
                _ => {}
            }
            let factors: Vec<AstId> = match &node.kind {
                AstKind::Product { first, rest } => {
                    std::iter::once(*first).chain(rest.iter().map(|one| one.1)).collect()
                }
                AstKind::Run { items, .. } => items.clone(),
                _ => continue,
            };
            let turned = factors.iter().position(|id| match &ast.node(*id).kind {
                AstKind::Transpose(inner) => index(*inner).is_some(),
                _ => false,
            });
            let (Some(turned), Some(last)) = (turned, factors.last()) else { continue };
            let AstKind::Transpose(inner) = &ast.node(factors[turned]).kind else { continue };
            if index(*inner).is_none() || index(*inner) != index(*last) || turned + 1 == factors.len() {
                continue;
            }
            let between = &factors[turned + 1..factors.len() - 1];
            if between.is_empty() {
                return Self::Residuals;
            }
            let is_time = matches!(index(*inner), Some("t" | "s"));
            let is_form = is_time || has_determinant || between.iter().any(|id| is_of_covariance(ast, *id));
            found = match found {
                Self::ResidualsInForm(_) => found,
                _ if is_form => Self::ResidualsInForm(*inner),
                Self::Basis => Self::BasisInForm(*inner),
                _ => found,
            };
        }
        found
    }

    /// Whether `e_i` is no unit vector.
    pub(crate) fn are_residuals(self) -> bool {
        matches!(self, Self::Residuals | Self::ResidualsInForm(_))
    }

    /// What is said of it.
    pub(crate) fn remark(self, ast: &Ast) -> Option<Remark> {
        let declaration = Suggestion::declaration("e: family(m) of vector(n)");
        let (id, message) = match self {
            Self::Basis | Self::Residuals => return None,
            Self::BasisInForm(id) => {
                let written = ast.written(ast.span(id));
                let message = format!(
                    "`{written}` is read as a unit vector; for members of a family, such as residuals, declare it: "
                );
                (id, Advice::from(message).suggest(declaration))
            }
            Self::ResidualsInForm(id) => {
                let written = ast.written(ast.span(id));
                let message = format!(
                    "`{written}` is read as a member of a family of vectors, such as residuals; the sum over unit vectors is a trace, `tr(A)`"
                );
                (id, message.into())
            }
        };
        Some(Remark { row: "unit-vector", span: ast.span(id), message, other: None })
    }
}

/// The index of `e_i`.
fn member_of_e(ast: &Ast, id: AstId) -> Option<&str> {
    let AstKind::Name(Name { base, subscript, .. }) = &ast.node(id).kind else { return None };
    let [part] = subscript.as_slice() else { return None };
    match &ast.node(*part).kind {
        AstKind::Name(index) if base == "e" && index.subscript.is_empty() => Some(&index.base),
        _ => None,
    }
}

/// Whether a matrix is inverted or has the letter of a covariance.
fn is_of_covariance(ast: &Ast, id: AstId) -> bool {
    let mut found = false;
    subtree(ast, id, CLASH_NODES, |part| {
        found |= match &ast.node(part).kind {
            AstKind::Call(Function::Inv | Function::Pinv, _) => true,
            AstKind::Power(_, exponent) => {
                matches!(&ast.node(*exponent).kind, AstKind::Number(value) if value.is_negative())
            }
            AstKind::Name(name) => letter(&name.base) == Letter::CapitalGreek,
            _ => false,
        };
        !found
    });
    found
}
