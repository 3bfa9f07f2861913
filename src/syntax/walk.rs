//! Walks over the tree: the children of a node, what a new node has of them, and the tree without the nodes that nothing refers to.

use super::ast::{Ast, AstId, AstKind, AstNode, Bound, Cut, Function, Name, NormSpelling, Range};
use crate::span::Span;

impl Ast {
    /// Appends a node and returns its id.
    pub fn push(&mut self, kind: AstKind, span: Span) -> AstId {
        let id = AstId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        let mut has_eigenvalues = matches!(kind, AstKind::Call(Function::Eig, _));
        for_each_child(&kind, |child| has_eigenvalues |= self.node(child).has_eigenvalues);
        self.nodes.push(AstNode { kind, span, has_eigenvalues });
        id
    }
}

/// Calls `visit` with each child of a node, left to right.
pub fn for_each_child(kind: &AstKind, mut visit: impl FnMut(AstId)) {
    match kind {
        AstKind::Number(_) => {}
        AstKind::Name(name) => name.subscript.iter().copied().for_each(visit),
        AstKind::Sum(terms) => terms.iter().for_each(|term| visit(term.1)),
        AstKind::Product { first, rest } => {
            visit(*first);
            rest.iter().for_each(|factor| visit(factor.1));
        }
        AstKind::Run { items, .. } => items.iter().copied().for_each(visit),
        AstKind::Power(a, b)
        | AstKind::StarPower(a, b)
        | AstKind::HadamardPower(a, b)
        | AstKind::Inner(a, b)
        | AstKind::Indicator(_, a, b) => {
            visit(*a);
            visit(*b);
        }
        AstKind::Transpose(a) | AstKind::Abs(a) | AstKind::Factorial(a) => visit(*a),
        AstKind::UserCall { argument, others, .. } => {
            visit(*argument);
            others.iter().copied().for_each(visit);
        }
        AstKind::Call(_, arguments) => arguments.iter().copied().for_each(visit),
        AstKind::Norm(spelling, a) => {
            if let NormSpelling::P(p) = spelling {
                visit(*p);
            }
            visit(*a);
        }
        AstKind::BigSum(ranges, body) | AstKind::BigProduct(ranges, body) => {
            for range in ranges {
                range.lower.into_iter().chain(range.upper).for_each(&mut visit);
            }
            visit(*body);
        }
        AstKind::EntryOf(a, parts) => {
            visit(*a);
            parts.iter().copied().for_each(visit);
        }
        AstKind::Line { of, index, .. } => {
            visit(*of);
            visit(*index);
        }
        AstKind::Slice { of, cuts } => {
            visit(*of);
            cuts.iter().for_each(|cut| cut.each_place(&mut visit));
        }
        AstKind::Literal(rows) => rows.iter().flatten().copied().for_each(visit),
        AstKind::Stack { blocks, .. } => blocks.iter().copied().for_each(visit),
    }
}

/// The node with each child replaced.
pub fn map_children(kind: &AstKind, map: impl Fn(AstId) -> AstId) -> AstKind {
    let ranges = |ranges: &[Range]| {
        ranges
            .iter()
            .map(|range| Range { lower: range.lower.map(&map), upper: range.upper.map(&map), ..range.clone() })
            .collect()
    };
    match kind {
        AstKind::Number(value) => AstKind::Number(value.clone()),
        AstKind::Name(name) => {
            AstKind::Name(Name { subscript: name.subscript.iter().map(|&id| map(id)).collect(), ..name.clone() })
        }
        AstKind::Sum(terms) => AstKind::Sum(terms.iter().map(|&(sign, id)| (sign, map(id))).collect()),
        AstKind::Product { first, rest } => {
            AstKind::Product { first: map(*first), rest: rest.iter().map(|&(op, id)| (op, map(id))).collect() }
        }
        AstKind::Run { items, joints } => {
            AstKind::Run { items: items.iter().map(|&id| map(id)).collect(), joints: joints.clone() }
        }
        AstKind::Power(a, b) => AstKind::Power(map(*a), map(*b)),
        AstKind::StarPower(a, b) => AstKind::StarPower(map(*a), map(*b)),
        AstKind::HadamardPower(a, b) => AstKind::HadamardPower(map(*a), map(*b)),
        AstKind::Inner(a, b) => AstKind::Inner(map(*a), map(*b)),
        AstKind::Indicator(comparison, a, b) => AstKind::Indicator(*comparison, map(*a), map(*b)),
        AstKind::Transpose(a) => AstKind::Transpose(map(*a)),
        AstKind::Abs(a) => AstKind::Abs(map(*a)),
        AstKind::Factorial(a) => AstKind::Factorial(map(*a)),
        AstKind::UserCall { name, derivative, argument, others } => AstKind::UserCall {
            name: name.clone(),
            derivative: *derivative,
            argument: map(*argument),
            others: others.iter().map(|&id| map(id)).collect(),
        },
        AstKind::Call(function, arguments) => AstKind::Call(*function, arguments.iter().map(|&id| map(id)).collect()),
        AstKind::Norm(spelling, a) => AstKind::Norm(
            match spelling {
                NormSpelling::P(p) => NormSpelling::P(map(*p)),
                NormSpelling::Plain
                | NormSpelling::One
                | NormSpelling::Two
                | NormSpelling::Infinity
                | NormSpelling::Frobenius
                | NormSpelling::Nuclear
                | NormSpelling::TwoOne
                | NormSpelling::OfEntries => *spelling,
            },
            map(*a),
        ),
        AstKind::EntryOf(a, parts) => AstKind::EntryOf(map(*a), parts.iter().map(|&id| map(id)).collect()),
        AstKind::Line { of, index, is_row } => AstKind::Line { of: map(*of), index: map(*index), is_row: *is_row },
        AstKind::Slice { of, cuts } => {
            let bound = |bound: Bound| match bound {
                Bound::At(at) => Bound::At(map(at)),
                Bound::FromEnd(after) => Bound::FromEnd(after.map(&map)),
            };
            let cut = |cut: &Cut| match *cut {
                Cut::All => Cut::All,
                Cut::At(at) => Cut::At(map(at)),
                Cut::Last(after) => Cut::Last(after.map(&map)),
                Cut::Range(first, last) => Cut::Range(bound(first), bound(last)),
            };
            AstKind::Slice { of: map(*of), cuts: cuts.iter().map(cut).collect() }
        }
        AstKind::BigSum(list, body) => AstKind::BigSum(ranges(list), map(*body)),
        AstKind::BigProduct(list, body) => AstKind::BigProduct(ranges(list), map(*body)),
        AstKind::Literal(rows) => {
            AstKind::Literal(rows.iter().map(|row| row.iter().map(|&id| map(id)).collect()).collect())
        }
        AstKind::Stack { is_row, blocks } => {
            AstKind::Stack { is_row: *is_row, blocks: blocks.iter().map(|&id| map(id)).collect() }
        }
    }
}

/// Keeps what the root is made of, so that the root is the last node and no other node is unused.
pub(crate) fn compact(ast: Ast, root: AstId) -> Ast {
    let mut used = vec![false; ast.nodes.len()];
    used[root.0 as usize] = true;
    for at in (0..ast.nodes.len()).rev() {
        if used[at] {
            for_each_child(&ast.nodes[at].kind, |child| used[child.0 as usize] = true);
        }
    }
    if used.iter().all(|&is_used| is_used) {
        return ast;
    }
    let mut renamed = vec![AstId(0); ast.nodes.len()];
    let mut out = Ast {
        source: ast.source,
        nodes: Vec::with_capacity(ast.nodes.len()),
        remarks: ast.remarks,
        sets: ast.sets,
        open_sums: ast.open_sums,
        ended: ast.ended,
        members: ast.members,
        heading: ast.heading,
        named: Vec::new(),
    };
    for (at, node) in ast.nodes.into_iter().enumerate() {
        if used[at] {
            let kind = map_children(&node.kind, |id| renamed[id.0 as usize]);
            renamed[at] = out.push(kind, node.span);
        }
    }
    let kept = ast.named.into_iter().filter(|(_, id)| used[id.0 as usize]);
    out.named = kept.map(|(name, id)| (name, renamed[id.0 as usize])).collect();
    out
}
