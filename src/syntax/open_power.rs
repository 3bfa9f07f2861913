//! Powers beneath a sum or product sign without an index, as in `\sum (y - X w)^2`: of a vector the power of each entry is meant.

use super::ast::{AstId, AstKind, ProductOp};
use super::function::is_entrywise;
use super::parse::Parser;
use super::stack::Operand;

/// Parts of a body that are looked through.
const MOST_PARTS: usize = 512;

impl Parser<'_> {
    /// Leaves open whether the powers of the terms and factors of a body are those of each entry.
    pub(super) fn open_powers(&mut self, body: Operand) {
        let mut parts = vec![body.id];
        let mut looked_at = 0;
        while let Some(id) = parts.pop() {
            looked_at += 1;
            let node = self.ast.node(id);
            // What a name of the text stands for is written elsewhere, and used elsewhere too.
            let is_here = body.span.start <= node.span.start && node.span.end <= body.span.end;
            if looked_at > MOST_PARTS || !is_here {
                continue;
            }
            match node.kind.clone() {
                AstKind::Sum(terms) => parts.extend(terms.iter().map(|(_, term)| *term)),
                AstKind::Product { first, rest } => {
                    let is_open = |op: ProductOp| {
                        matches!(
                            op,
                            ProductOp::Times
                                | ProductOp::Star
                                | ProductOp::Divide
                                | ProductOp::Hadamard
                                | ProductOp::HadamardDivide
                        )
                    };
                    parts.push(first);
                    parts.extend(rest.iter().filter(|(op, _)| is_open(*op)).map(|(_, factor)| *factor));
                }
                AstKind::Run { items, .. } => parts.extend(items),
                AstKind::HadamardPower(base, _) => parts.push(base),
                AstKind::Call(function, arguments) if is_entrywise(function) => parts.extend(arguments),
                AstKind::Power(base, exponent) if !self.is_letter(base, "e") && !self.is_letter(exponent, "t") => {
                    parts.push(base);
                    self.ast.nodes[id.0 as usize].kind = AstKind::StarPower(base, exponent);
                }
                _ => {}
            }
        }
    }

    /// Whether a node is this letter: e is a function of its exponent, and a raised t may transpose.
    fn is_letter(&self, id: AstId, letter: &str) -> bool {
        matches!(&self.ast.node(id).kind, AstKind::Name(name) if name.base == letter && name.subscript.is_empty())
    }
}
