//! Sums and products over all values of an index but one, `\sum_{j \ne i}`: the term of that value is taken away, or the range is split
//! where the term does not exist.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ast::{AstId, AstKind, Comparison, Function, Name, ProductOp, Range, Sign};
use super::parse::{Failure, Parser};
use super::walk::{for_each_child, map_children};
use crate::catalog::Func;
use crate::number::Coeff;
use crate::span::Span;

/// What is known of a value at the index that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Regular,
    Zero,
    /// 0, and not differentiable there unless it is squared.
    Kink,
    Singular,
}

impl Parser<'_> {
    /// A sum or product over all values of an index but one.
    pub(super) fn all_but(
        &mut self,
        is_sum: bool,
        range: Range,
        value: AstId,
        body: AstId,
        before: &[Range],
        span: Span,
    ) -> Result<AstId, Failure> {
        let name = match &self.ast.node(value).kind {
            AstKind::Name(name) if name.subscript.is_empty() => Some(name.base.clone()),
            _ => None,
        };
        let other = name
            .as_ref()
            .and_then(|name| before.iter().find(|range| range.index == *name).or_else(|| self.outer(name)))
            .cloned();
        let same_bound = |one: Option<AstId>, two: Option<AstId>| match (one, two) {
            (None, None) => true,
            (Some(one), Some(two)) => self.same(one, two),
            (Some(one), None) | (None, Some(one)) => self.ast.node(one).kind == AstKind::Number(Coeff::ONE),
        };
        let is_within = other.as_ref().is_none_or(|other| {
            same_bound(other.lower, range.lower)
                && (other.upper.is_some() == range.upper.is_some())
                && same_bound(other.upper, range.upper)
        });
        if !is_within {
            let index = self.push(AstKind::Name(Name::plain(range.index.clone())), range.span)?;
            let value = self.copy(value, None)?;
            let equal = self.push(AstKind::Indicator(Comparison::Equal, index, value), span)?;
            let weight = self.one_minus(equal, span)?;
            let body = if is_sum {
                AstKind::Product { first: weight, rest: vec![(ProductOp::Times, body)] }
            } else {
                AstKind::Power(body, weight)
            };
            let body = self.push(body, span)?;
            return self.indexed(is_sum, vec![range], body, span);
        }
        if is_sum && !self.binds(body, &range.index, name.as_deref()) {
            let term = self.copy(body, Some((&range.index, value)))?;
            if !self.is_singular(term) {
                let all = self.indexed(true, vec![range], body, span)?;
                return self.push(AstKind::Sum(vec![(Sign::Plus, all), (Sign::Minus, term)]), span);
            }
        }
        // The term may not exist: 1/‖xᵢ − xⱼ‖.
        let before = self.copy(value, None)?;
        let upper = Some(self.plus(before, -1)?);
        let low = Range { upper, ..range.clone() };
        let behind = self.copy(value, None)?;
        let lower = Some(self.plus(behind, 1)?);
        let upper = range.upper.map(|upper| self.copy(upper, None)).transpose()?;
        let high = Range { lower, upper, ..range };
        let again = self.copy(body, None)?;
        let low = self.indexed(is_sum, vec![low], body, span)?;
        let high = self.indexed(is_sum, vec![high], again, span)?;
        self.push(
            if is_sum {
                AstKind::Sum(vec![(Sign::Plus, low), (Sign::Plus, high)])
            } else {
                AstKind::Product { first: low, rest: vec![(ProductOp::Times, high)] }
            },
            span,
        )
    }

    /// The nodes that a node is made of, itself included, children first.
    fn parts(&self, root: AstId) -> Vec<AstId> {
        let mut seen = FxHashSet::default();
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                for_each_child(&self.ast.node(id).kind, |child| open.push(child));
            }
        }
        let mut parts: Vec<AstId> = seen.into_iter().collect();
        parts.sort_unstable();
        parts
    }

    /// Whether one of two names is bound within a body.
    fn binds(&self, body: AstId, index: &str, value: Option<&str>) -> bool {
        self.parts(body).iter().any(|id| match &self.ast.node(*id).kind {
            AstKind::BigSum(ranges, _) | AstKind::BigProduct(ranges, _) => {
                ranges.iter().any(|range| range.index == index || Some(range.index.as_str()) == value)
            }
            _ => false,
        })
    }

    /// A second tree of what a node is made of, with an index replaced by a value.
    pub(super) fn copy(&mut self, root: AstId, index: Option<(&str, AstId)>) -> Result<AstId, Failure> {
        let value_text = match index {
            Some((_, value)) => match &self.ast.node(value).kind {
                AstKind::Name(name) => name.base.clone(),
                AstKind::Number(value) => value.to_string(),
                _ => String::new(),
            },
            None => String::new(),
        };
        let mut copies: FxHashMap<AstId, AstId> = FxHashMap::default();
        for id in self.parts(root) {
            let node = self.ast.node(id).clone();
            let mut kind = map_children(&node.kind, |child| copies[&child]);
            if let (Some((index, value)), AstKind::Name(name)) = (index, &mut kind) {
                if name.subscript.is_empty() && name.subscript_text.is_empty() && name.base == index {
                    let copy = self.copy(value, None)?;
                    copies.insert(id, copy);
                    continue;
                }
                if !name.subscript.is_empty() {
                    name.subscript_text = name.subscript_text.replace(index, &value_text);
                }
            }
            let copy = self.push(kind, node.span)?;
            copies.insert(id, copy);
        }
        Ok(copies[&root])
    }

    /// Whether two nodes are written alike.
    fn same(&self, one: AstId, two: AstId) -> bool {
        let mut open = vec![(one, two)];
        while let Some((one, two)) = open.pop() {
            if one == two {
                continue;
            }
            let (left, right) = (&self.ast.node(one).kind, &self.ast.node(two).kind);
            let bare = |kind: &AstKind| map_children(kind, |_| AstId(0));
            if bare(left) != bare(right) {
                return false;
            }
            let (mut children, mut others) = (Vec::new(), Vec::new());
            for_each_child(left, |child| children.push(child));
            for_each_child(right, |child| others.push(child));
            open.extend(children.into_iter().zip(others));
        }
        true
    }

    /// Whether a term divides by a difference of equals, or has a kink there.
    fn is_singular(&self, root: AstId) -> bool {
        let mut known: FxHashMap<AstId, Value> = FxHashMap::default();
        for id in self.parts(root) {
            let kind = &self.ast.node(id).kind;
            let of = |id: &AstId| known[id];
            let even = |id: &AstId| matches!(&self.ast.node(*id).kind, AstKind::Number(value) if value.to_i64().is_some_and(|value| value > 0 && value % 2 == 0));
            let positive = |id: &AstId| matches!(&self.ast.node(*id).kind, AstKind::Number(value) if !value.is_zero() && !value.is_negative());
            let value = match kind {
                AstKind::Power(base, exponent) if of(base) == Value::Kink && even(exponent) => Value::Zero,
                AstKind::Power(base, exponent)
                | AstKind::HadamardPower(base, exponent)
                | AstKind::StarPower(base, exponent)
                    if of(base) == Value::Zero =>
                {
                    if positive(exponent) {
                        Value::Zero
                    } else {
                        Value::Singular
                    }
                }
                AstKind::Norm(_, inner) | AstKind::Abs(inner) if of(inner) == Value::Zero => Value::Kink,
                AstKind::Call(Function::Norm | Function::Norm2 | Function::Entrywise(Func::Abs), inner)
                    if inner.first().is_some_and(|inner| of(inner) == Value::Zero) =>
                {
                    Value::Kink
                }
                AstKind::Call(
                    Function::Entrywise(Func::Log)
                    | Function::Sqrt
                    | Function::Inv
                    | Function::Entrywise(Func::Sign)
                    | Function::Entrywise(Func::Relu),
                    inner,
                ) if inner.iter().any(|inner| of(inner) == Value::Zero) => Value::Singular,
                AstKind::Product { rest, .. }
                    if rest.iter().any(|(op, factor)| {
                        matches!(op, ProductOp::Divide | ProductOp::HadamardDivide) && of(factor) == Value::Zero
                    }) =>
                {
                    Value::Singular
                }
                _ => {
                    let mut children = Vec::new();
                    for_each_child(kind, |child| children.push(known[&child]));
                    if children.iter().any(|child| matches!(child, Value::Kink | Value::Singular)) {
                        Value::Singular
                    } else {
                        match kind {
                            AstKind::Sum(terms) if self.cancels(terms) => Value::Zero,
                            AstKind::Sum(terms) if terms.iter().all(|(_, term)| of(term) == Value::Zero) => Value::Zero,
                            AstKind::Product { .. }
                            | AstKind::Run { .. }
                            | AstKind::Inner(..)
                            | AstKind::Transpose(_)
                                if children.contains(&Value::Zero) =>
                            {
                                Value::Zero
                            }
                            _ => Value::Regular,
                        }
                    }
                }
            };
            known.insert(id, value);
        }
        matches!(known.get(&root), Some(Value::Kink | Value::Singular))
    }

    /// Whether the terms of a sum cancel in pairs.
    fn cancels(&self, terms: &[(Sign, AstId)]) -> bool {
        let mut left: Vec<(Sign, AstId)> = terms.to_vec();
        while let Some((sign, term)) = left.pop() {
            let Some(place) = left.iter().position(|other| other.0 != sign && self.same(other.1, term)) else {
                return false;
            };
            left.swap_remove(place);
        }
        true
    }
}
