//! Sines and cosines without brackets that multiply an array: `\\sin\\theta K` of a rotation is sin(θ)K and not the sine of each entry of θK.
//!
//! What is an array is known once the text is read, so that it is read again with the ends of such arguments.

use super::ast::{Ast, AstId, AstKind, Function, ProductOp, Remark};
use super::function::is_entrywise;
use super::parse::{Failure, Parser};
use super::stack::{Entry, Which, level};
use super::walk::for_each_child;
use crate::catalog::Func;
use crate::span::Span;

/// The most angles among which another function of the same one is looked for.
const MOST_BESIDE: usize = 100;

/// An argument that goes on past a number to an array.
struct Angle<'a> {
    function: Func,
    /// The numbers before the array, as written.
    angle: &'a str,
    /// What follows them.
    array: &'a str,
    /// Where the last of the numbers ends.
    end: usize,
    has_matrix: bool,
}

/// Where the arguments of sines and cosines end in a text of which it is known which nodes are numbers. One before a vector ends only where
/// sine and cosine of one angle stand before different vectors, as in `\\cos t\\,u + \\sin t\\,v`: of samples each entry may be meant.
#[must_use]
pub fn ends_of_angles(ast: &Ast, scalars: &[bool], is_matrix: impl Fn(&str) -> bool) -> Vec<usize> {
    let is_scalar = |id: AstId| scalars.get(id.0 as usize).copied().unwrap_or(true);
    let mut found: Vec<Angle<'_>> = Vec::new();
    for node in &ast.nodes {
        let AstKind::Call(Function::Entrywise(function), arguments) = &node.kind else { continue };
        let &[argument] = arguments.as_slice() else { continue };
        if !is_angular(*function) || is_scalar(argument) {
            continue;
        }
        let span = ast.span(argument);
        let before = ast.source.get(node.span.start..span.start).unwrap_or("(").trim_end();
        let AstKind::Product { first, rest } = &ast.node(argument).kind else { continue };
        if before.ends_with(['(', '[', '{', '|', '<']) || rest.iter().any(|(op, _)| *op != ProductOp::Times) {
            continue;
        }
        let factors: Vec<AstId> = std::iter::once(*first).chain(rest.iter().map(|factor| factor.1)).collect();
        let count = factors.iter().take_while(|factor| is_scalar(**factor)).count();
        let Some(last) = count.checked_sub(1).map(|last| ast.span(factors[last])) else { continue };
        found.push(Angle {
            function: *function,
            angle: ast.written(Span::new(span.start, last.end)),
            array: ast.source.get(last.end..span.end).unwrap_or("").trim(),
            end: last.end,
            has_matrix: factors[count..].iter().any(|factor| holds_matrix(ast, *factor, &is_matrix)),
        });
    }
    let is_beside = |one: &Angle<'_>, other: &Angle<'_>| {
        one.angle == other.angle && one.function != other.function && one.array != other.array
    };
    let is_product =
        |one: &&Angle<'_>| one.has_matrix || found.iter().take(MOST_BESIDE).any(|other| is_beside(one, other));
    found.iter().filter(is_product).map(|one| one.end).collect()
}

/// Functions of an angle, which nobody takes of the entries of a matrix.
fn is_angular(function: Func) -> bool {
    matches!(function, Func::Sin | Func::Cos | Func::Tan | Func::Sinh | Func::Cosh)
}

/// Whether a matrix stands in a part of a text.
fn holds_matrix(ast: &Ast, root: AstId, is_matrix: &impl Fn(&str) -> bool) -> bool {
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        let kind = &ast.node(id).kind;
        let is_it = match kind {
            AstKind::Name(name) => name.base == "I" || is_matrix(&name.base),
            AstKind::Call(function, _) => !is_entrywise(*function),
            AstKind::Transpose(_) => true,
            _ => false,
        };
        if is_it {
            return true;
        }
        for_each_child(kind, |child| open.push(child));
    }
    false
}

impl Parser<'_> {
    /// Ends a sine or cosine before the array that it multiplies, with a note.
    pub(super) fn end_angle(&mut self) -> Result<(), Failure> {
        let Some(operand) = self.state.operand.filter(|operand| self.names.ends_argument(operand.span.end)) else {
            return Ok(());
        };
        let Some(place) = self.innermost_bare(
            level::BARE,
            |callee| matches!(callee.which, Which::Known(Function::Entrywise(function), _) if is_angular(function)),
        ) else {
            return Ok(());
        };
        if let Entry::Bare(callee) = &self.state.stack[place]
            && self.ast.remarks.iter().all(|remark| remark.row != "angle")
        {
            let span = callee.span.join(operand.span);
            let begin = match self.state.stack.get(place + 1) {
                Some(Entry::Juxtaposition { span, .. } | Entry::Sign { span, .. }) => span.start,
                _ => operand.span.start,
            };
            let name = self.ast.written(Span::new(span.start, begin)).to_owned();
            let angle = self.ast.written(Span::new(begin, span.end)).to_owned();
            let message = format!(
                "`{name} {angle}` is read as `{name}({angle})`, times what follows; that of each entry of the product is written `{name}({angle} …)`"
            );
            self.ast.remarks.push(Remark { row: "angle", span, message: message.into(), other: None });
        }
        self.reduce_bare(place)
    }
}
