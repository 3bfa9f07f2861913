//! What one name refers to, and what its surroundings say of the symbol.

use super::Input;
use super::reference::Ref;
use crate::reading::kind::{Kind, Letter, letter};
use crate::reading::scope::Scopes;
use crate::syntax::{Ast, AstId, AstKind, Function, Mark, Name, full_name};

impl Input<'_> {
    pub(super) fn name(&mut self, ast: &Ast, name: &Name, at: (usize, AstId), scopes: &Scopes, wrt: &[String]) -> Ref {
        let full = full_name(name);
        let known = self.find(&full).is_some_and(|place| self.symbols[place].declared.is_some()) || wrt.contains(&full);
        if name.subscript.is_empty() {
            if let Some(binder) = scopes.bound(&full, at.1) {
                return Ref::Index(binder);
            }
            if !known {
                match name.base.as_str() {
                    "I" if self.inertia.is_some() => {}
                    "I" | "eye" => return Ref::Identity(None),
                    "e" if !self.e_is_vector => return Ref::Euler,
                    "π" | "pi" if !self.pi_is_vector => return Ref::Pi,
                    "ones" | "zeros" => {
                        let kinds = [Kind::Vector, Kind::Matrix];
                        return Ref::FreeFill(name.base == "ones", self.hidden(&kinds, at));
                    }
                    _ => {}
                }
                if self.names_size(&full) {
                    return Ref::Size(self.size_name(&full));
                }
            }
        } else if !known && self.is_one_entry(ast, name) {
            let place = self.symbol(&name.base, at);
            self.symbols[place].whole = true;
            return Ref::Symbol(place);
        } else if !known || scopes.active.contains(&at.1) {
            if scopes.active.contains(&at.1) {
                let are_units = !self.units.iter().any(|units| units.are_residuals());
                if name.base == "e" && are_units && self.declared("e").is_none() && name.subscript.len() == 1 {
                    return Ref::Basis;
                }
                let beside = format!("{}{}", name.base, crate::reading::kind::BESIDE);
                let base = if self.declared(&beside).is_some() { &beside } else { &name.base };
                let place = self.symbol(base, at);
                let around = scopes.surroundings(ast, at.1);
                let symbol = &mut self.symbols[place];
                symbol.subscripts |= 1 << name.subscript.len().min(4);
                symbol.has_index |=
                    name.subscript.iter().any(|part| !matches!(ast.node(*part).kind, AstKind::Number(_)));
                let set = name.mark != Mark::None;
                symbol.evidence.member_marked |= (around.marked || set) && name.subscript.len() == 1;
                symbol.evidence.pair_marked |= around.measured && name.subscript.len() == 2;
                symbol.evidence.triple_marked |= around.measured && name.subscript.len() == 3;
                symbol.evidence.mark(name.mark);
                return Ref::Indexed(place);
            }
            match (name.base.as_str(), name.subscript.as_slice()) {
                // An intensity or a current at the start.
                ("I", [_]) if name.subscript_text == "0" => {}
                ("I", [size]) => {
                    return self
                        .written_size(ast, *size)
                        .map_or_else(Ref::BadSize, |size| Ref::Identity(Some(Box::new(size))));
                }
                ("I", [_, _, ..]) => {
                    if let Some(size) = self.size_run_together(ast, name) {
                        return Ref::Identity(Some(Box::new(size)));
                    }
                }
                ("1" | "0", sizes) => return self.fill(ast, name.base == "1", sizes, at),
                _ => {}
            }
            if self.names_size(&full) {
                return Ref::Size(self.size_name(&full));
            }
        }
        let place = self.symbol(&full, at);
        let around = scopes.surroundings(ast, at.1);
        let symbol = &mut self.symbols[place];
        symbol.whole = true;
        symbol.evidence.marked |= around.marked || name.mark != Mark::None;
        symbol.evidence.mark(name.mark);
        if scopes.parents[at.1.0 as usize].is_some_and(|parent| match &ast.node(parent).kind {
            AstKind::Line { of, .. } => *of == at.1,
            // A capital that has an axis has two.
            AstKind::Call(Function::Along(..), _) => matches!(letter(&full), Letter::Capital | Letter::CapitalGreek),
            _ => false,
        }) {
            symbol.subscripts |= 1 << 2;
        }
        symbol.evidence.not_factor |= !around.factor;
        symbol.evidence.before_vector |= around.before_vector;
        symbol.evidence.behind_transposed |= around.behind_transposed;
        symbol.evidence.term |= around.term;
        symbol.evidence.beside_number |= around.beside_number;
        symbol.evidence.traced |= around.traced;
        symbol.evidence.summed |= around.summed;
        symbol.evidence.density |= around.density;
        symbol.evidence.state |= around.state;
        symbol.evidence.over_number |= around.over_number;
        symbol.evidence.nuclear |= around.nuclear;
        symbol.evidence.only_before_vector |= around.before_vector && !around.before_transposed;
        symbol.evidence.entrywise |= around.entrywise;
        symbol.evidence.beside_image |= around.beside_image;
        symbol.evidence.uses += 1;
        Ref::Symbol(place)
    }

    /// Whether a name is that of the first entry of a declared array that has no other: x₁ of an x ∈ ℝ¹ is x.
    fn is_one_entry(&self, ast: &Ast, name: &Name) -> bool {
        let Some(declared) = self.declared(&name.base) else { return false };
        let is_first = |(axis, part): (usize, &AstId)| match &ast.node(*part).kind {
            AstKind::Number(place) => place.to_i64() == Some(1 + declared.numbering.offset(axis)),
            _ => false,
        };
        declared.is_one_entry(name.subscript.len()) && name.subscript.iter().enumerate().all(is_first)
    }
}
