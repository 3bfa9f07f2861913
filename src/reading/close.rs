//! The tree of the reading that was found: nothing is open in it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::chart::{Pick, Trace};
use super::cost::RowId;
use super::kind::{BESIDE, Kind};
use super::resolve::{Input, Ref};
use super::search::Solution;
use crate::number::Coeff;
use crate::span::Span;
use crate::syntax::{
    Ast, AstId, AstKind, Function, Name, NormSpelling, ProductOp, Range, Sign, compact, full_name, map_children,
};

/// The closed tree of a text.
pub(crate) fn close(input: &Input<'_>, text: usize, solution: &Solution) -> Ast {
    let open = input.texts[text].ast;
    let mut closing = Closing {
        input,
        text,
        solution,
        picks: picks(&solution.traces[text]),
        open,
        out: Ast {
            source: open.source.clone(),
            nodes: Vec::with_capacity(open.nodes.len()),
            remarks: open.remarks.clone(),
            open_sums: open.open_sums.clone(),
            ended: open.ended.clone(),
            members: open.members.clone(),
            sets: open.sets.clone(),
            heading: open.heading.clone(),
            named: open.named.clone(),
        },
        renamed: Vec::with_capacity(open.nodes.len()),
    };
    for number in 0..open.nodes.len() {
        let id = AstId(u32::try_from(number).unwrap_or(u32::MAX));
        let new = closing.node(id);
        closing.renamed.push(new);
    }
    let root = closing.renamed.last().copied().unwrap_or(AstId(0));
    let Closing { mut out, renamed, .. } = closing;
    out.named.iter_mut().for_each(|(_, id)| *id = renamed[id.0 as usize]);
    compact(out, root)
}

/// The names of the symbols that weigh a norm: `W` in ‖x‖_W and `Σ` in ‖x‖_{Σ⁻¹}. What weighs a norm is symmetric positive definite.
pub(crate) fn weights<'i>(input: &'i Input<'_>, solution: &Solution) -> FxHashSet<&'i str> {
    let mut found = FxHashSet::default();
    for (source, trace) in input.texts.iter().zip(&solution.traces) {
        for pick in trace.picks.iter().filter(|pick| pick.row == RowId::WeightedNorm) {
            let below = match &source.ast.node(pick.node).kind {
                AstKind::Norm(NormSpelling::P(below), _) => *below,
                AstKind::Call(_, arguments) if arguments.len() == 2 => arguments[1],
                _ => continue,
            };
            let symbol = match &source.ast.node(below).kind {
                AstKind::Power(base, _) => *base,
                AstKind::Call(Function::Inv, arguments) => arguments[0],
                _ => below,
            };
            if let Ref::Symbol(symbol) = source.refs[symbol.0 as usize] {
                found.insert(input.symbols[symbol].name.as_str());
            }
        }
    }
    found
}

fn picks(trace: &Trace) -> FxHashMap<(AstId, usize), Pick> {
    trace.picks.iter().map(|pick| ((pick.node, pick.step), *pick)).collect()
}

struct Closing<'c, 'a> {
    input: &'c Input<'a>,
    text: usize,
    solution: &'c Solution,
    picks: FxHashMap<(AstId, usize), Pick>,
    open: &'a Ast,
    out: Ast,
    renamed: Vec<AstId>,
}

impl Closing<'_, '_> {
    fn row(&self, id: AstId, step: usize) -> RowId {
        self.picks.get(&(id, step)).map_or(RowId::Plain, |pick| pick.row)
    }

    fn map(&self, id: AstId) -> AstId {
        self.renamed[id.0 as usize]
    }

    fn node(&mut self, id: AstId) -> AstId {
        let node = self.open.node(id);
        let span = node.span;
        let kind = match &node.kind {
            AstKind::Number(_) if self.row(id, 0) == RowId::WrittenOnes => AstKind::Call(Function::Ones, Vec::new()),
            AstKind::Name(name) => self.name(id, name),
            AstKind::Product { first, rest } => return self.product(id, *first, rest),
            AstKind::Sum(terms) => self.sum(id, terms),
            AstKind::Abs(inner) => match self.row(id, 0) {
                RowId::BarsAsNorm | RowId::BarsOfImageAsNorm => AstKind::Norm(NormSpelling::Plain, self.map(*inner)),
                RowId::BarsAsDeterminant => AstKind::Call(Function::Det, vec![self.map(*inner)]),
                _ => AstKind::Abs(self.map(*inner)),
            },
            AstKind::Power(base, _) if self.row(id, 1) == RowId::RaisedTranspose => AstKind::Transpose(self.map(*base)),
            AstKind::StarPower(base, exponent) => {
                let (base, exponent) = (self.map(*base), self.map(*exponent));
                match self.row(id, 1) {
                    RowId::EntrywiseStars | RowId::EntrywiseMatrixStars | RowId::SummedPower => {
                        AstKind::HadamardPower(base, exponent)
                    }
                    _ => AstKind::Power(base, exponent),
                }
            }
            AstKind::Norm(NormSpelling::P(below), inner) if self.row(id, 1) == RowId::WeightedNorm => {
                return self.weighted_norm(self.map(*below), self.map(*inner), span);
            }
            AstKind::Norm(NormSpelling::OfEntries, inner) => {
                let is_matrix = self.row(id, 0) == RowId::FrobeniusInCode;
                let spelling = if is_matrix { NormSpelling::Frobenius } else { NormSpelling::Plain };
                AstKind::Norm(spelling, self.map(*inner))
            }
            AstKind::Norm(NormSpelling::TwoOne, inner) => return self.mixed_norm(self.map(*inner), span),
            other => map_children(other, |child| self.map(child)),
        };
        self.out.push(kind, span)
    }

    /// A name; the member of a family beside another symbol of its letter gets the family's name.
    fn name(&self, id: AstId, name: &Name) -> AstKind {
        let mut closed =
            Name { subscript: name.subscript.iter().map(|part| self.map(*part)).collect(), ..name.clone() };
        if let Ref::Indexed(symbol) = self.input.texts[self.text].refs[id.0 as usize] {
            let reading = usize::from(self.solution.readings[symbol]);
            match self.input.symbols[symbol].choices.get(reading).map(|choice| choice.kind) {
                Some(Kind::FamilyBeside | Kind::EntriesBeside) => closed.base.push_str(BESIDE),
                Some(Kind::ScalarBesideOthers) => closed = Name::plain(full_name(name)),
                _ => {}
            }
        }
        AstKind::Name(closed)
    }

    /// A sum; numbers that stand in every entry of a matrix are multiples of the matrix of ones.
    fn sum(&mut self, id: AstId, terms: &[(Sign, AstId)]) -> AstKind {
        let rows: Vec<RowId> = (0..terms.len()).map(|step| self.row(id, step)).collect();
        let are_before = rows.iter().position(|row| *row == RowId::ScalarsBeforeArray).unwrap_or(0);
        let mut closed = Vec::with_capacity(terms.len());
        for (place, (sign, term)) in terms.iter().enumerate() {
            let mapped = self.map(*term);
            let is_spread = place < are_before || rows[place] == RowId::ScalarTermOfArray;
            closed.push((*sign, if is_spread { self.spread(mapped) } else { mapped }));
        }
        AstKind::Sum(closed)
    }

    /// A number in every entry of a matrix.
    fn spread(&mut self, number: AstId) -> AstId {
        let span = self.out.span(number);
        let ones = self.out.push(AstKind::Call(Function::OnesMatrix, Vec::new()), span);
        if self.out.node(number).kind == AstKind::Number(Coeff::ONE) {
            return ones;
        }
        self.out.push(AstKind::Product { first: number, rest: vec![(ProductOp::Times, ones)] }, span)
    }

    fn product(&mut self, id: AstId, first: AstId, rest: &[(ProductOp, AstId)]) -> AstId {
        let mut chain = Chain { first: self.map(first), span: self.open.span(first), rest: Vec::new() };
        let mut step = 0;
        for (op, factor) in rest {
            step += 1;
            let mapped = self.map(*factor);
            let row = self.row(id, step);
            match op {
                ProductOp::Times | ProductOp::Dot | ProductOp::Star | ProductOp::At => match row {
                    RowId::DotOfVectors | RowId::AtOfVectors => {
                        let span = chain.span.join(self.open.span(*factor));
                        let left = chain.finish(&mut self.out);
                        let inner = self.out.push(AstKind::Inner(left, mapped), span);
                        chain = Chain { first: inner, span, rest: Vec::new() };
                        continue;
                    }
                    RowId::AtFromLeft | RowId::DotFromLeft => {
                        let span = chain.span.join(self.open.span(*factor));
                        let left = chain.finish(&mut self.out);
                        let first = self.out.push(AstKind::Transpose(mapped), self.open.span(*factor));
                        let rest = vec![(ProductOp::Times, left)];
                        let first = self.out.push(AstKind::Product { first, rest }, span);
                        chain = Chain { first, span, rest: Vec::new() };
                        continue;
                    }
                    RowId::EntrywiseStar | RowId::SummedStar => chain.rest.push((ProductOp::Hadamard, mapped)),
                    _ => chain.rest.push((ProductOp::Times, mapped)),
                },
                ProductOp::Divide => {
                    if let AstKind::Run { items, .. } = &self.open.node(*factor).kind {
                        self.run(id, step, items, &mut chain);
                        step += items.len();
                    } else if matches!(row, RowId::VectorQuotient | RowId::ArrayQuotient | RowId::SummedQuotient) {
                        chain.rest.push((ProductOp::HadamardDivide, mapped));
                    } else if row == RowId::RightDivision {
                        let inverse =
                            self.out.push(AstKind::Call(Function::Inv, vec![mapped]), self.open.span(*factor));
                        chain.rest.push((ProductOp::Times, inverse));
                    } else {
                        chain.rest.push((ProductOp::Divide, mapped));
                    }
                }
                ProductOp::Hadamard | ProductOp::HadamardDivide | ProductOp::Kronecker => {
                    chain.rest.push((*op, mapped));
                }
            }
            chain.span = chain.span.join(self.open.span(*factor));
        }
        chain.span = self.open.span(id);
        chain.finish(&mut self.out)
    }

    /// The divisor of a run, and what is left of it as factors.
    fn run(&mut self, id: AstId, step: usize, items: &[AstId], chain: &mut Chain) {
        let ends = (1..items.len()).find(|place| ends_divisor(self.row(id, step + place))).unwrap_or(items.len());
        let mapped: Vec<AstId> = items.iter().map(|item| self.map(*item)).collect();
        let span = self.open.span(items[0]).join(self.open.span(items[ends - 1]));
        let mut divisor = Chain { first: mapped[0], span, rest: Vec::new() };
        divisor.rest.extend(mapped[1..ends].iter().map(|item| (ProductOp::Times, *item)));
        let number = |out: &Ast, id: AstId| match &out.node(id).kind {
            AstKind::Number(value) => Some(value.clone()),
            _ => None,
        };
        // `1/2 x` has the number ½.
        if let (true, Some(dividend), Some(by)) =
            (chain.rest.is_empty() && ends == 1, number(&self.out, chain.first), number(&self.out, mapped[0]))
            && let Some(inverse) = by.recip()
            && ends < items.len()
        {
            chain.first = self.out.push(AstKind::Number(dividend.mul(&inverse)), chain.span.join(span));
        } else {
            let divisor = divisor.finish(&mut self.out);
            chain.rest.push((ProductOp::Divide, divisor));
        }
        chain.rest.extend(mapped[ends..].iter().map(|item| (ProductOp::Times, *item)));
    }

    /// √(xᵀWx)
    fn weighted_norm(&mut self, below: AstId, inner: AstId, span: Span) -> AstId {
        let again = self.again(inner);
        let left = self.out.push(AstKind::Transpose(inner), span);
        let rest = vec![(ProductOp::Times, below), (ProductOp::Times, again)];
        let form = self.out.push(AstKind::Product { first: left, rest }, span);
        self.out.push(AstKind::Call(Function::Sqrt, vec![form]), span)
    }

    /// Σⱼ ‖Xeⱼ‖
    fn mixed_norm(&mut self, inner: AstId, span: Span) -> AstId {
        let written = |letter: &str| {
            self.open.nodes.iter().any(|node| matches!(&node.kind, AstKind::Name(name) if name.base == letter))
        };
        let letter = ["j", "k", "l", "i"].into_iter().find(|letter| !written(letter)).unwrap_or("j");
        let index = self.out.push(AstKind::Name(Name::plain(letter)), span);
        let column = self.out.push(AstKind::Line { of: inner, index, is_row: false }, span);
        let norm = self.out.push(AstKind::Norm(NormSpelling::Plain, column), span);
        let range = Range { index: letter.to_owned(), span, lower: None, upper: None, beside: None };
        self.out.push(AstKind::BigSum(vec![range], norm), span)
    }

    /// A second use of a node; leaves are not shared, as what surrounds them decides what they mean.
    fn again(&mut self, id: AstId) -> AstId {
        let node = self.out.node(id).clone();
        match node.kind {
            AstKind::Name(_) | AstKind::Number(_) => self.out.push(node.kind, node.span),
            _ => id,
        }
    }
}

/// Whether a divisor ends before the factor at which this row was taken.
pub(crate) fn ends_divisor(row: RowId) -> bool {
    matches!(
        row,
        RowId::CloseNumberLetter
            | RowId::CloseNumberWide
            | RowId::CloseNumberColumn
            | RowId::CloseLetters
            | RowId::CloseLettersWide
            | RowId::CloseBlank
            | RowId::CloseClosed
            | RowId::CloseNorms
            | RowId::CloseRoot
            | RowId::CloseTexNumber
            | RowId::CloseTexParameter
            | RowId::CloseTexHalf
            | RowId::CloseTexLetters
            | RowId::CloseTexWide
    )
}

/// A product under construction.
struct Chain {
    first: AstId,
    span: Span,
    rest: Vec<(ProductOp, AstId)>,
}

impl Chain {
    fn finish(self, out: &mut Ast) -> AstId {
        if self.rest.is_empty() {
            return self.first;
        }
        out.push(AstKind::Product { first: self.first, rest: self.rest }, self.span)
    }
}
