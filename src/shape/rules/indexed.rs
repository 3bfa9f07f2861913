//! Entries, members of families, sums and products over an index, and the sizes that subscripts fix.

use crate::number::Coeff;
use crate::reading::resolve::{Binder, Extent, Ref, Stretch};
use crate::shape::check::{SubscriptUse, Try};
use crate::shape::clash::{Demand, Problem, Ty};
use crate::shape::size::{SizeId, SizeValue, Sizes};
use crate::syntax::{Ast, AstId, AstKind, Cut, Function, Range};

/// Names of sizes that are counts rather than the size of a matrix.
const COUNTS: &[&str] = &["k", "r", "K", "l", "q", "s"];

impl Try<'_> {
    /// `x_i`, `a_i`, `X_{ij}`: an entry or a member, by what the symbol is.
    pub(in crate::shape) fn indexed(&mut self, ast: &Ast, id: AstId, symbol: usize) -> Ty {
        let AstKind::Name(name) = &ast.node(id).kind else { return Self::scalar() };
        let parts = name.subscript.as_slice();
        for part in parts {
            if !self.demand(ast, id, *part, Demand::Scalar("a subscript")) {
                return Self::poison();
            }
        }
        let ty = self.symbols[symbol];
        let vector = self.sizes.is_one(ty.cols) && !self.sizes.is_one(ty.rows);
        let scalar = self.sizes.is_one(ty.cols) && self.sizes.is_one(ty.rows);
        let wanted = usize::from(ty.count.is_some()) + if scalar { 0 } else { 1 + usize::from(!vector) };
        let mut axes: Vec<SizeId> = ty.count.into_iter().collect();
        let member = ty.count.is_some() && parts.len() == 1;
        if ty.count.is_some() && parts.len() == 3 && self.input.symbols[symbol].is_marked_triple() {
            self.clash_at(self.text, id, Problem::ThreeIndices(symbol), &[id]);
            return Self::poison();
        }
        // `x_{it}`: row t of the matrix `x_i`, as a column.
        let row = ty.count.is_some() && parts.len() == 2 && !vector && !scalar;
        if row {
            axes.push(ty.rows);
        } else if !member {
            if parts.len() != wanted || wanted == 0 {
                let problem = if ty.count.is_none() && parts.len() == 1 && wanted == 2 {
                    Problem::MatrixOneSubscript(symbol)
                } else {
                    Problem::Subscripts { symbol, found: parts.len(), wanted }
                };
                self.clash_at(self.text, id, problem, &[id]);
                return Self::poison();
            }
            axes.push(ty.rows);
            if !vector {
                axes.push(ty.cols);
            }
        }
        for (part, axis) in parts.iter().zip(axes) {
            self.subscripts.push(SubscriptUse { text: self.text, node: id, part: *part, axis, symbol });
        }
        match (member, row) {
            (true, _) => Self::plain(ty.rows, ty.cols),
            (_, true) => Self::plain(ty.cols, Sizes::ONE),
            _ => Self::scalar(),
        }
    }

    /// `(A x)_i`, `(X Y)_{ij}`: an entry of a value.
    pub(in crate::shape) fn entry_of(&mut self, ast: &Ast, id: AstId, inner: AstId, parts: &[AstId]) -> Ty {
        for part in parts {
            if !self.demand(ast, id, *part, Demand::Scalar("a subscript")) {
                return Self::poison();
            }
        }
        let ty = self.ty(inner);
        if ty.poison {
            return Self::poison();
        }
        let axes: Vec<SizeId> = [ty.rows, ty.cols].into_iter().filter(|axis| !self.sizes.is_one(*axis)).collect();
        let is_first = |part: &AstId| ast.node(*part).kind == AstKind::Number(Coeff::ONE);
        if axes.is_empty() && parts.iter().all(is_first) {
            return Self::scalar();
        }
        if parts.len() != axes.len() {
            let operand = self.operand(ast, inner);
            let problem = Problem::SubscriptsOf { operand: operand.clone(), found: parts.len() };
            return self.clash(id, problem, &[&operand]);
        }
        for (part, axis) in parts.iter().zip(axes) {
            self.subscripts.push(SubscriptUse { text: self.text, node: id, part: *part, axis, symbol: usize::MAX });
        }
        Self::scalar()
    }

    /// How many places come before a range on an axis, how many it has, and how many come after; nothing where it goes beyond the axis.
    fn stretch(&mut self, stretch: &Stretch, axis: SizeId) -> Option<[SizeId; 3]> {
        let none = self.sizes.known(0);
        Some(match stretch {
            Stretch::Fixed { before, length } => {
                let (before, length) = (self.written(before), self.written(length));
                let end = self.sizes.sum(vec![before, length]);
                if self.sizes.same(axis, end) {
                    return Some([before, length, none]);
                }
                // What comes after the range has some length.
                let after = if self.sizes.is_known(axis) {
                    self.sizes.rest(axis, end)?
                } else {
                    let after = self.sizes.beyond(axis);
                    let whole = self.sizes.sum(vec![end, after]);
                    // Of blocks some of whose lengths are not known yet, what is left of all of them.
                    match self.sizes.unify(axis, whole) {
                        Ok(()) => after,
                        Err(_) => self.sizes.rest(axis, end)?,
                    }
                };
                [before, length, after]
            }
            Stretch::Inner { before, after } => {
                let (before, after) = (self.written(before), self.written(after));
                let both = self.sizes.sum(vec![before, after]);
                [before, self.sizes.rest(axis, both)?, after]
            }
            Stretch::Tail { length, after } => {
                let (length, after) = (self.written(length), self.written(after));
                let both = self.sizes.sum(vec![length, after]);
                let before = if self.sizes.same(axis, both) { none } else { self.sizes.rest(axis, both)? };
                [before, length, after]
            }
        })
    }

    /// The last place of a range as it is written.
    fn last_place(&self, ast: &Ast, id: AstId, cut: &Cut) -> String {
        let mut last = None;
        cut.each_place(|place| last = Some(place));
        let span = last.map_or_else(|| ast.span(id), |place| ast.span(place));
        ast.source.get(span.start..span.end).unwrap_or("").to_owned()
    }

    /// A row, as a column vector, or a column of a matrix.
    /// `X_{1:n,j}`: of a matrix two axes, of a vector the one that it has; a single row is a column.
    pub(in crate::shape) fn slice(&mut self, ast: &Ast, id: AstId, of: AstId, cuts: &[Cut]) -> Ty {
        let Ref::Slice(ranges) = self.input.texts[self.text].refs[id.0 as usize].clone() else { return Self::poison() };
        let ty = self.ty(of);
        if ty.poison {
            return Self::poison();
        }
        let is_matrix = self.is_matrix(ty);
        if self.is_scalar(ty) || is_matrix != (cuts.len() == 2) {
            let operand = self.operand(ast, of);
            let problem = Problem::SubscriptsOf { operand: operand.clone(), found: cuts.len() };
            return self.clash(id, problem, &[&operand]);
        }
        let axes = if is_matrix || !self.sizes.is_one(ty.rows) { [ty.rows, ty.cols] } else { [ty.cols, ty.rows] };
        let (mut lengths, mut found) = (Vec::with_capacity(2), Vec::with_capacity(2));
        for ((cut, range), axis) in cuts.iter().zip(&ranges).zip(axes) {
            match (cut, range) {
                (_, Some(stretch)) => {
                    let Some(sizes @ [_, length, _]) = self.stretch(stretch, axis) else {
                        let what = ast.source.get(ast.span(of).start..ast.span(of).end).unwrap_or("").to_owned();
                        let upper = format!("`{}`", self.last_place(ast, id, cut));
                        return self.clash(id, Problem::Range { what, upper, size: axis, offset: 0 }, &[]);
                    };
                    found.push(Some(sizes));
                    if !matches!(cut, Cut::Last(_)) {
                        lengths.push(length);
                    }
                    continue;
                }
                (Cut::At(at), _) => {
                    let at = *at;
                    if !self.demand(ast, id, at, Demand::Scalar("a subscript")) {
                        return Self::poison();
                    }
                    self.subscripts.push(SubscriptUse {
                        text: self.text,
                        node: id,
                        part: at,
                        axis,
                        symbol: usize::MAX,
                    });
                }
                _ => lengths.push(axis),
            }
            found.push(None);
        }
        self.stretches.insert((self.text, id), found);
        match (lengths.as_slice(), is_matrix) {
            ([], _) => Self::scalar(),
            ([rows, cols], true) => Self::plain(*rows, *cols),
            ([length], false) if self.sizes.is_one(ty.rows) => Self::plain(Sizes::ONE, *length),
            ([length], _) => Self::plain(*length, Sizes::ONE),
            _ => Self::poison(),
        }
    }

    pub(in crate::shape) fn line(&mut self, ast: &Ast, id: AstId, of: AstId, index: AstId, is_row: bool) -> Ty {
        if !self.demand(ast, id, index, Demand::Scalar("a subscript")) {
            return Self::poison();
        }
        let ty = self.ty(of);
        if ty.poison {
            return Self::poison();
        }
        if !self.is_matrix(ty) {
            let operand = self.operand(ast, of);
            return self.clash(id, Problem::SubscriptsOf { operand: operand.clone(), found: 2 }, &[&operand]);
        }
        let (axis, length) = if is_row { (ty.rows, ty.cols) } else { (ty.cols, ty.rows) };
        self.subscripts.push(SubscriptUse { text: self.text, node: id, part: index, axis, symbol: usize::MAX });
        Self::plain(length, Sizes::ONE)
    }

    /// A sum or product over indices; its bounds are scalars.
    pub(in crate::shape) fn big(&mut self, ast: &Ast, id: AstId, ranges: &[Range], body: Ty) -> Ty {
        let mut ok = true;
        for bound in ranges.iter().flat_map(|range| range.lower.into_iter().chain(range.upper)) {
            ok &= self.demand(ast, id, bound, Demand::Scalar("a bound of an index"));
        }
        for range in ranges {
            if let (Some(lower), Some(upper)) = (range.lower, range.upper) {
                let (least, largest) = (self.input.extent(self.text, lower).0, self.input.extent(self.text, upper).1);
                // An empty sum of numbers, from 1 to 0, is 0.
                let is_empty = match (least, largest) {
                    // From a size down to a number: bounds in the wrong order.
                    (Extent::Size(..), Extent::Number(_)) => true,
                    (Extent::Unknown, Extent::Number(high)) => {
                        high <= 1 && matches!(ast.node(lower).kind, AstKind::Name(_))
                    }
                    _ => false,
                };
                if is_empty {
                    self.clash_at(self.text, id, Problem::EmptyRange(lower, upper), &[]);
                    ok = false;
                }
            }
        }
        if ok { body } else { Self::poison() }
    }

    /// After all shapes are in: the size of an axis that runs with an index is the index's upper
    /// bound, and no subscript leaves its axis.
    pub(in crate::shape) fn check_subscripts(&mut self) {
        let uses = std::mem::take(&mut self.subscripts);
        // The places, which count from 1 whatever the names count from.
        let place_of = |this: &Self, used: &SubscriptUse| {
            let (least, largest) = this.input.extent(used.text, used.part);
            let before = -this.subscript_offset(used);
            (least.plus(before), largest.plus(before))
        };
        let mut extents: Vec<(Extent, Extent)> = uses.iter().map(|used| place_of(self, used)).collect();
        // Unwritten upper bounds are the axis itself.
        for (used, (_, largest)) in uses.iter().zip(&extents) {
            if let Extent::Range(binder, 0) = largest {
                let range = self.ranges[*binder];
                if self.sizes.unify(range, used.axis).is_err() {
                    self.out_of_range(used, *largest);
                }
            }
        }
        // An index without an axis of its own runs as far as the one that it is compared with.
        let has_axis = |binder: usize| {
            extents.iter().any(|(_, largest)| matches!(largest, Extent::Range(own, _) if *own == binder))
        };
        for (binder, known) in self.input.binders.iter().enumerate() {
            if let (None, Some(other)) = (known.upper, known.beside)
                && self.input.binders[other].upper.is_none()
                && (!has_axis(binder) || !has_axis(other))
            {
                let _ = self.sizes.unify(self.ranges[binder], self.ranges[other]);
            }
        }
        // An axis on which an index stops short of its last value is as long as those on which it does not.
        for (used, (_, largest)) in uses.iter().zip(&extents) {
            if let Extent::Range(binder, offset) = largest
                && *offset < 0
                && *self.sizes.value(used.axis) == SizeValue::Free
            {
                let _ = self.sizes.unify(used.axis, self.ranges[*binder]);
            }
        }
        self.share_free_indices(&uses);
        self.unit_vectors_beside_entries(&uses);
        // A free axis gets the largest value any subscript has on it.
        let mut groups: Vec<(SizeId, Extent)> = Vec::new();
        let mut place = rustc_hash::FxHashMap::default();
        for (used, (_, largest)) in uses.iter().zip(&extents) {
            let root = self.sizes.find(used.axis);
            if *self.sizes.value(root) != SizeValue::Free {
                continue;
            }
            let bound = self.input.constant(used.text, used.part);
            // The k largest eigenvalues are not all of them.
            let is_count = |size: u32| COUNTS.contains(&self.input.size_names[size as usize].as_str());
            if matches!(largest, Extent::Size(size, _) if is_count(*size)) && self.is_ranked(used) {
                continue;
            }
            if bound || matches!(largest, Extent::Unknown | Extent::Range(..)) {
                continue;
            }
            let group = *place.entry(root).or_insert_with(|| {
                groups.push((root, *largest));
                groups.len() - 1
            });
            let known = &mut groups[group].1;
            *known = match (*known, *largest) {
                (Extent::Number(a), Extent::Number(b)) => Extent::Number(a.max(b)),
                (Extent::Size(s, a), Extent::Size(t, b)) if s == t => Extent::Size(s, a.max(b)),
                (known @ Extent::Size(..), _) => known,
                (_, other) => other,
            };
        }
        for (root, largest) in groups {
            let size = match largest {
                Extent::Number(value) => {
                    u32::try_from(value).ok().filter(|value| *value > 0).map(|value| self.sizes.known(value))
                }
                Extent::Size(size, more) => {
                    let name = self.size_names[size as usize];
                    Some(match u32::try_from(more) {
                        Ok(more @ 1..) => {
                            let more = self.sizes.known(more);
                            self.sizes.sum(vec![name, more])
                        }
                        _ => name,
                    })
                }
                Extent::Range(..) | Extent::Unknown => None,
            };
            if let Some(size) = size {
                // A clash shows below, where each use is compared.
                let _ = self.sizes.unify(root, size);
            }
        }
        // Values without a name count as the vectors of their length do, which are known now.
        for (used, extent) in uses.iter().zip(&mut extents).filter(|(used, _)| used.symbol == usize::MAX) {
            *extent = place_of(self, used);
        }
        for (used, (least, largest)) in uses.iter().zip(&extents) {
            let is_ranked = self.is_ranked(used);
            let fits = match (*largest, self.sizes.value(used.axis)) {
                (Extent::Size(..), _) | (Extent::Number(_), SizeValue::Named(_)) if is_ranked => true,
                (Extent::Number(top), SizeValue::Known(size)) => top <= i64::from(*size),
                (Extent::Size(name, offset), SizeValue::Named(size)) => name == *size && offset <= 0,
                (Extent::Size(..), SizeValue::Known(_)) => false,
                // N + 1 within N + 2
                (Extent::Size(name, offset), SizeValue::Sum(_)) => {
                    let terms = self.sizes.terms(used.axis);
                    match terms.added.as_slice() {
                        [only] if terms.subtracted.is_empty() && *self.sizes.value(*only) == SizeValue::Named(name) => {
                            offset <= terms.number
                        }
                        _ => true,
                    }
                }
                (Extent::Number(_), SizeValue::Named(_)) => self.input.constant(used.text, used.part),
                (Extent::Range(binder, offset), own) => match (self.sizes.value(self.ranges[binder]), own) {
                    (SizeValue::Known(range), SizeValue::Known(size)) => {
                        i64::from(*range).saturating_add(offset) <= i64::from(*size)
                    }
                    _ => offset <= 0 && self.sizes.same(self.ranges[binder], used.axis),
                },
                _ => true,
            };
            if !fits {
                self.out_of_range(used, *largest);
            } else if matches!(least, Extent::Number(low) if *low < 1) {
                self.clash_at(used.text, used.node, Problem::RangeLow, &[]);
            }
        }
        self.subscripts = uses;
    }

    /// What is added to a place for the number that a subscript is written as.
    fn subscript_offset(&self, used: &SubscriptUse) -> i64 {
        let text = &self.input.texts[used.text];
        let of_name = |id: AstId, subscript: usize| match text.refs[id.0 as usize] {
            Ref::Symbol(symbol) | Ref::Indexed(symbol) => Some(self.input.numbering(symbol).offset(subscript)),
            _ => None,
        };
        let named = match &text.ast.node(used.node).kind {
            AstKind::Name(name) => {
                let at = name.subscript.iter().position(|part| *part == used.part);
                at.and_then(|at| of_name(used.node, at))
            }
            AstKind::Line { of, is_row, .. } => of_name(*of, usize::from(!is_row)),
            AstKind::EntryOf(of, parts) => {
                let at = parts.iter().position(|part| *part == used.part);
                at.and_then(|at| of_name(*of, at))
            }
            AstKind::Call(..) => Some(0),
            _ => None,
        };
        named.unwrap_or_else(|| self.axis_offset(used.axis))
    }

    /// The same along an axis of values without a name.
    fn axis_offset(&self, axis: SizeId) -> i64 {
        let symbols = self.symbols.iter().enumerate();
        let of_length = symbols
            .filter(|(_, ty)| ty.count.is_none() && self.sizes.is_one(ty.cols) && self.sizes.same(ty.rows, axis));
        of_length.map(|(symbol, _)| self.input.numbering(symbol).offset(0)).min().unwrap_or(0)
    }

    /// Whether it is the place of an eigenvalue or a singular value.
    fn is_ranked(&self, used: &SubscriptUse) -> bool {
        let ast = self.input.texts[used.text].ast;
        matches!(ast.node(used.node).kind, AstKind::Call(Function::Ranked(_), _))
    }

    /// An index that no sign binds runs over the same values wherever it stands, if their axes allow it.
    fn share_free_indices(&mut self, uses: &[SubscriptUse]) {
        let mut first: rustc_hash::FxHashMap<usize, SizeId> = rustc_hash::FxHashMap::default();
        for used in uses {
            let Ref::Symbol(letter) = self.input.texts[used.text].refs[used.part.0 as usize] else { continue };
            let axis = *first.entry(letter).or_insert(used.axis);
            let is_free = |size: SizeId| *self.sizes.value(self.sizes.find(size)) == SizeValue::Free;
            if is_free(axis) || is_free(used.axis) {
                let _ = self.sizes.unify(axis, used.axis);
            }
        }
    }

    /// A unit vector is as long as the arrays whose entries its index picks: of Σ_{i=1}^3 xᵢeᵢ as long as x.
    fn unit_vectors_beside_entries(&mut self, uses: &[SubscriptUse]) {
        let mut axes: rustc_hash::FxHashMap<usize, SizeId> = rustc_hash::FxHashMap::default();
        for used in uses {
            let axis = self.sizes.find(used.axis);
            if *self.sizes.value(axis) != SizeValue::Free
                && let Some(index) = self.input.bound_index(used.text, used.part)
            {
                axes.entry(index).or_insert(axis);
            }
        }
        for used in uses {
            let is_unit = self.input.texts[used.text].refs[used.node.0 as usize] == Ref::Basis;
            if is_unit
                && *self.sizes.value(self.sizes.find(used.axis)) == SizeValue::Free
                && let Some(index) = self.input.bound_index(used.text, used.part)
                && let Some(axis) = axes.get(&index)
            {
                let _ = self.sizes.unify(used.axis, *axis);
            }
        }
    }

    fn out_of_range(&mut self, used: &SubscriptUse, largest: Extent) {
        let offset = |base: &str, offset: i64| match offset {
            0 => base.to_owned(),
            _ if offset > 0 => format!("{base} + {offset}"),
            _ => format!("{base} - {}", offset.unsigned_abs()),
        };
        let numbering = self.subscript_offset(used);
        let upper = match largest.plus(numbering) {
            Extent::Number(value) => value.to_string(),
            Extent::Size(size, more) => offset(&self.input.size_names[size as usize], more),
            Extent::Range(binder, more) => {
                let Binder { name, .. } = &self.input.binders[binder];
                offset(&format!("the last {name}"), more)
            }
            Extent::Unknown => String::from("unknown"),
        };
        let ast = self.input.texts[used.text].ast;
        let what = match (self.input.symbols.get(used.symbol), &ast.node(used.node).kind) {
            (Some(symbol), _) => symbol.name.clone(),
            (None, AstKind::EntryOf(inner, _) | AstKind::Line { of: inner, .. }) => {
                let span = ast.span(*inner);
                ast.source.get(span.start..span.end).unwrap_or("").to_owned()
            }
            (None, AstKind::Call(..)) => {
                let span = ast.span(used.node);
                ast.source.get(span.start..span.end).unwrap_or("").to_owned()
            }
            (None, _) => String::from("e"),
        };
        let problem = Problem::Range { what, upper, size: used.axis, offset: numbering };
        self.clash_at(used.text, used.node, problem, &[used.node]);
    }

    /// Ranges whose upper bound nothing fixes are free sizes, never 1.
    pub(in crate::shape) fn range_size(&self, binder: usize) -> SizeId {
        debug_assert!(self.ranges[binder] != Sizes::ONE, "only unwritten bounds have a size");
        self.ranges[binder]
    }
}
