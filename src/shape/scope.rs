//! First pass over an expression, from the root down: parents, bound indices, and which subscripts are
//! expressions rather than part of a name. Sizes that are written as such get their names here.

use rustc_hash::{FxHashMap, FxHashSet};

use super::kind::{Letter, letter};
use super::limit::CLASH_NODES;
use super::resolve::{Binder, Extent, Input, full_name};
use super::walk::subtree;
use crate::syntax::{Ast, AstId, AstKind, Function, Name, ProductOp, for_each_child};

/// First pass: parents, bound indices, and which subscripts are expressions.
pub(super) struct Scopes {
    pub(super) parents: Vec<Option<AstId>>,
    pub(super) inert: Vec<bool>,
    scope: Vec<u32>,
    /// (outer scope, binder)
    links: Vec<(u32, usize)>,
    pub(super) binders: FxHashMap<AstId, usize>,
    binder_names: Vec<String>,
    first_binder: usize,
    pub(super) active: FxHashSet<AstId>,
}

impl Scopes {
    pub(super) fn new(ast: &Ast, input: &mut Input<'_>) -> Self {
        let nodes = ast.nodes.len();
        let mut scopes = Self {
            parents: vec![None; nodes],
            inert: vec![false; nodes],
            scope: vec![0; nodes],
            links: vec![(0, usize::MAX)],
            binders: FxHashMap::default(),
            binder_names: Vec::new(),
            first_binder: input.binders.len(),
            active: FxHashSet::default(),
        };
        for number in (0..nodes).rev() {
            let id = AstId(u32::try_from(number).unwrap_or(u32::MAX));
            let kind = &ast.node(id).kind;
            let (scope, inert) = (scopes.scope[number], scopes.inert[number]);
            for_each_child(kind, |child| {
                let child = child.0 as usize;
                scopes.parents[child] = Some(id);
                scopes.scope[child] = scope;
                scopes.inert[child] = inert;
            });
            match kind {
                AstKind::BigSum(ranges, body) | AstKind::BigProduct(ranges, body) if !inert => {
                    scopes.binders.insert(id, input.binders.len());
                    let mut inner = scope;
                    for range in ranges {
                        for bound in range.lower.into_iter().chain(range.upper) {
                            scopes.scope[bound.0 as usize] = inner;
                        }
                        if let Some(upper) = range.upper
                            && let AstKind::Name(name) = &ast.node(upper).kind
                        {
                            let full = full_name(name);
                            if input.declared(&full).is_none() && scopes.lookup(&full, inner).is_none() {
                                input.size_name(&full);
                            }
                        } else if let Some(upper) = range.upper
                            && let AstKind::Sum(terms) = &ast.node(upper).kind
                        {
                            for (_, term) in terms {
                                if let AstKind::Name(name) = &ast.node(*term).kind
                                    && input.declared(&full_name(name)).is_none()
                                    && scopes.lookup(&full_name(name), inner).is_none()
                                {
                                    input.size_name(&full_name(name));
                                }
                            }
                        }
                        input.binders.push(Binder {
                            name: range.index.clone(),
                            lower: range.lower,
                            upper: range.upper,
                            least: Extent::Unknown,
                            largest: Extent::Unknown,
                        });
                        scopes.binder_names.push(range.index.clone());
                        scopes.links.push((inner, input.binders.len() - 1));
                        inner = u32::try_from(scopes.links.len() - 1).unwrap_or(u32::MAX);
                    }
                    scopes.scope[body.0 as usize] = inner;
                }
                AstKind::Name(name) if !inert && !name.subscript.is_empty() => {
                    if scopes.has_active_subscript(ast, name, scope, input) {
                        scopes.active.insert(id);
                    } else {
                        name.subscript.iter().for_each(|part| scopes.inert[part.0 as usize] = true);
                        if matches!(name.base.as_str(), "I" | "1" | "0") && input.declared(&full_name(name)).is_none() {
                            name.subscript.iter().for_each(|part| {
                                let _ = input.written_size(ast, *part);
                            });
                        }
                    }
                }
                AstKind::Call(
                    Function::Commutation | Function::Eye | Function::Ones | Function::Zeros | Function::OnesMatrix,
                    arguments,
                ) => {
                    for argument in arguments {
                        scopes.inert[argument.0 as usize] = true;
                        let _ = input.written_size(ast, *argument);
                    }
                }
                AstKind::Call(Function::Unvec, arguments) => {
                    for argument in arguments.iter().skip(1) {
                        scopes.inert[argument.0 as usize] = true;
                        let _ = input.written_size(ast, *argument);
                    }
                }
                AstKind::Call(Function::Norm, arguments) if arguments.len() == 2 => {
                    if let AstKind::Name(name) = &ast.node(arguments[1]).kind
                        && matches!(name.base.as_str(), "inf" | "∞" | "F" | "fro")
                    {
                        scopes.inert[arguments[1].0 as usize] = true;
                    }
                }
                _ => {}
            }
        }
        scopes
    }

    fn lookup(&self, name: &str, mut scope: u32) -> Option<usize> {
        while scope != 0 {
            let (outer, binder) = self.links[scope as usize];
            if self.binder_names[binder - self.first_binder] == name {
                return Some(binder);
            }
            scope = outer;
        }
        None
    }

    pub(super) fn bound(&self, name: &str, id: AstId) -> Option<usize> {
        self.lookup(name, self.scope[id.0 as usize])
    }

    fn has_active_subscript(&self, ast: &Ast, name: &Name, scope: u32, input: &Input<'_>) -> bool {
        if input.declared(&full_name(name)).is_some() {
            return false;
        }
        let mut found = false;
        let mut numbers = true;
        for part in &name.subscript {
            numbers &= matches!(ast.node(*part).kind, AstKind::Number(_));
            subtree(ast, *part, CLASH_NODES, |id| {
                if let AstKind::Name(inner) = &ast.node(id).kind {
                    found |= self.lookup(&full_name(inner), scope).is_some();
                }
                !found
            });
        }
        if found {
            return true;
        }
        let capital = matches!(letter(&name.base), Letter::Capital | Letter::CapitalGreek);
        let declared = input.declared(&name.base);
        numbers
            && match name.subscript.len() {
                0 => false,
                1 => {
                    declared.is_some_and(|declared| declared.family.is_some())
                        || (name.base == "e" && declared.is_none())
                }
                _ => capital || declared.is_some(),
            }
    }

    /// Whether a name is transposed or has its norm taken, by itself or as a term of a sum, as no scalar would.
    pub(super) fn stands_as_vector(&self, ast: &Ast, id: AstId) -> bool {
        let mut at = id;
        loop {
            let Some(parent) = self.parents[at.0 as usize] else { return false };
            match &ast.node(parent).kind {
                AstKind::Transpose(_) | AstKind::Norm(..) => return true,
                AstKind::Sum(_) => at = parent,
                AstKind::Product { first, rest } if rest.len() == 1 && rest[0].1 == at => {
                    if !matches!(ast.node(*first).kind, AstKind::Number(_)) {
                        return false;
                    }
                    at = parent;
                }
                _ => return false,
            }
            if self.parents[at.0 as usize].is_none() {
                return false;
            }
        }
    }

    /// Whether a written 1 may stand for a vector of ones: `1ᵀA`, `A 1`.
    pub(super) fn ones_vector(&self, ast: &Ast, id: AstId) -> bool {
        match self.parents[id.0 as usize].map(|parent| &ast.node(parent).kind) {
            Some(AstKind::Transpose(_)) => true,
            Some(AstKind::Product { rest, .. }) => {
                rest.iter().any(|(op, factor)| *factor == id && *op == ProductOp::Times)
            }
            _ => false,
        }
    }
}
