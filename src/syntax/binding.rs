//! What the names of definitions stand for. A name stands for the tree of its part, which is one for all its uses; a function that is
//! called stands for a copy of it, with the arguments in place of their names.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ast::{AstId, AstKind, Function, Name, Remark};
use super::definition::{Parts, bad_clause, bad_definition};
use super::parse::{Failure, Parser};
use super::stack::{Callee, Entry, Operand, Which};
use super::token::{Bracket, Tok};
use super::walk::{for_each_child, map_children};
use crate::diagnostic::Diagnostic;
use crate::span::Span;

/// A name that the text defines.
struct Bound {
    name: String,
    span: Span,
    arguments: Vec<String>,
    /// i of `p_i = a_i'x`, where the tree depends on it.
    index: Option<String>,
    /// The symbols of their own that have its letter, as A₀ of A = A₀ + xxᵀ.
    own: FxHashSet<String>,
    /// The tree; `None` as long as it is not read.
    root: Option<AstId>,
    is_used: bool,
}

/// What the names of a text stand for.
#[derive(Default)]
pub(super) struct Bindings {
    list: Vec<Bound>,
    by_name: FxHashMap<String, usize>,
    /// The letters of definitions by their entries, `p_i`.
    by_letter: FxHashMap<String, usize>,
    /// The place of the name of the expression itself.
    main: usize,
    /// The definition that is read.
    present: usize,
    /// The names of its arguments, which mean nothing outside it.
    arguments: FxHashSet<String>,
    has_clause: bool,
    /// Where brackets open that hold what is put in place of a symbol of a definition without arguments.
    calls: FxHashMap<usize, String>,
}

/// What an argument's name stands for.
struct Argument<'n> {
    name: &'n str,
    id: AstId,
    /// The names in it, as [`mark_of`] has them.
    marks: u64,
}

/// What a name in a copied tree becomes.
enum Substituted {
    Node(AstId),
    Name(Name),
}

/// A bit for each small and capital letter, and one for several of the other names: where two names share none, they are not the same.
pub(super) fn mark_of(name: &str) -> u64 {
    let bit = match name.as_bytes() {
        [letter @ b'a'..=b'z'] => u64::from(letter - b'a'),
        [letter @ b'A'..=b'Z'] => 26 + u64::from(letter - b'A'),
        bytes => 52 + bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>() % 12,
    };
    1 << bit
}

impl Bindings {
    /// All names, before any part is read. The last is that of the expression.
    pub(super) fn new(parts: &Parts) -> Self {
        let calls = parts.calls.iter().cloned().collect();
        let main = parts.definitions.len();
        let mut found = Self { has_clause: parts.has_clause, calls, main, ..Self::default() };
        for part in &parts.definitions {
            found.add(&part.name, part.span, part.arguments.clone());
        }
        if let Some((name, span)) = parts.name.as_ref().filter(|(name, _)| !found.by_name.contains_key(name)) {
            found.add(name, *span, Vec::new());
        }
        found
    }

    fn add(&mut self, name: &str, span: Span, arguments: Vec<String>) {
        self.by_name.insert(name.to_owned(), self.list.len());
        let (name, own) = (name.to_owned(), FxHashSet::default());
        self.list.push(Bound { name, span, arguments, index: None, own, root: None, is_used: false });
    }

    /// Goes on to a part, with the names of its arguments.
    pub(super) fn begin(&mut self, place: usize, arguments: &[String]) {
        self.present = place;
        self.arguments = arguments.iter().cloned().collect();
    }

    /// Whether a letter is an index or an argument of the definition that is read: i of `s_i = …`.
    pub(super) fn has_index(&self, letter: &str) -> bool {
        let below = self.list.get(self.present).and_then(|bound| bound.name.split_once('_')).map(|(_, below)| below);
        self.arguments.contains(letter)
            || below.is_some_and(|below| below.chars().all(char::is_lowercase) && below.contains(letter))
    }

    /// Whether the definition that a letter may name depends on an index, by the names below its nodes.
    pub(super) fn depends_on(&self, letter: &str, index: &str, marks: &[u64]) -> bool {
        let is_named = |bound: &&Bound| bound.name.split(['_', '^']).next() == Some(letter);
        let depends = |root: AstId| marks[root.0 as usize] & mark_of(index) != 0;
        self.list.iter().filter(is_named).filter_map(|bound| bound.root).any(depends)
    }

    /// The trees of the parts that stand for themselves, not for their entries.
    pub(super) fn named(&self, count: usize) -> Vec<(String, AstId)> {
        let whole = self.list[..count].iter().filter(|bound| bound.index.is_none());
        whole.filter_map(|bound| Some((bound.name.clone(), bound.root?))).collect()
    }

    /// The names, and where they stand, of what is defined without arguments and not used.
    pub(super) fn unused_names(&self, count: usize) -> impl Iterator<Item = (&str, Span)> {
        let unused = self.list[..count].iter().filter(|bound| !bound.is_used && bound.arguments.is_empty());
        unused.map(|bound| (bound.name.as_str(), bound.span))
    }

    /// Notes on what is defined and not used.
    pub(super) fn unused(&self, count: usize) -> impl Iterator<Item = Remark> + '_ {
        self.list[..count].iter().filter(|bound| !bound.is_used).map(|bound| Remark {
            row: "unused-definition",
            span: bound.span,
            message: format!("`{}` is defined and not used", bound.name).into(),
            other: None,
        })
    }

    /// Whether a letter is defined by its entries, as `r_i`.
    pub(super) fn is_by_index(&self, letter: &str) -> bool {
        self.by_letter.contains_key(letter) && !self.arguments.contains(letter)
    }

    /// The definition that a name means, and whether the name is an entry of it.
    fn find(&self, full: &str, base: &str) -> Option<(usize, bool)> {
        if self.arguments.contains(full) {
            return None;
        }
        if let Some(found) = self.by_name.get(full) {
            return Some((*found, false));
        }
        self.by_name.get(base).filter(|_| !self.arguments.contains(base)).map(|found| (*found, true))
    }
}

impl Parser<'_> {
    /// The tree of the part that was read.
    pub(super) fn bind(&mut self, place: usize, root: AstId) {
        let bound = &mut self.bindings.list[place];
        bound.root = Some(root);
        let is_index = |text: &&str| text.chars().count() == 1 && text.chars().all(char::is_lowercase);
        if let Some((base, below)) = bound.name.split_once('_').filter(|(_, below)| is_index(below))
            && bound.arguments.is_empty()
            && self.marks[root.0 as usize] & mark_of(below) != 0
        {
            bound.index = Some(below.to_owned());
            self.bindings.by_letter.insert(base.to_owned(), place);
        }
    }

    fn in_script_error(&self, span: Span) -> Failure {
        let label = "a name defined in the clause is used in a subscript, a bound or a function's exponent";
        Box::new(if self.bindings.has_clause {
            bad_clause(span, label)
        } else {
            bad_definition(
                span,
                "a defined name is used in a subscript, a bound or a function's exponent",
                "write out what it stands for",
            )
        })
    }

    /// A name in a subscript must not be a defined one: nodes of a subscript are not shared with the rest.
    pub(super) fn not_bound(&self, name: &str, span: Span) -> Result<(), Failure> {
        let bindings = &self.bindings;
        match bindings.by_name.get(name) {
            // The name of the expression itself is used nowhere, so below a letter it is a label.
            Some(place) if !bindings.arguments.contains(name) && bindings.list[*place].root.is_some() => {
                Err(self.in_script_error(span))
            }
            _ => Ok(()),
        }
    }

    /// The tree of a definition, where it may be used at a place.
    fn use_of(&mut self, place: usize, span: Span) -> Result<AstId, Failure> {
        let bound = &self.bindings.list[place];
        if self.in_script() {
            return Err(self.in_script_error(span));
        }
        let name = &bound.name;
        let Some(root) = bound.root else {
            let is_own = place == self.bindings.present;
            return Err(Box::new(match (self.bindings.has_clause, is_own) {
                (true, true) => bad_clause(span, "a part cannot use itself"),
                (true, false) => bad_clause(span, "this part and the one named here use one another"),
                (false, true) => bad_definition(
                    span,
                    &format!("the definition of `{name}` uses `{name}`"),
                    "a definition cannot use itself",
                )
                .with_label(bound.span, "defined here")
                .with_help("give the two another name, and separate a definition from what follows it with `;`"),
                (false, false) if place < self.bindings.main => bad_definition(
                    span,
                    &format!("the definition of `{name}` uses what it defines itself"),
                    "a definition cannot use itself by way of others",
                )
                .with_label(bound.span, "defined here")
                .with_help("write out one of the two"),
                (false, false) => bad_definition(
                    span,
                    &format!("`{name}` is used before it is defined"),
                    "a definition can use only those before it",
                )
                .with_label(bound.span, "defined here")
                .with_help("move its definition to the front"),
            }));
        };
        self.bindings.list[place].is_used = true;
        Ok(root)
    }

    /// The indices that sums and products bind where the parser stands.
    pub(super) fn bound_here(&self) -> u64 {
        let ranges = self.state.stack.iter().flat_map(|entry| match entry {
            Entry::Big { below, .. } => below.ranges.as_slice(),
            _ => &[],
        });
        ranges.fold(self.bound_around, |all, range| all | mark_of(&range.index))
    }

    /// The tree as an operand of its own: shared, but for leaves, which mean what surrounds them says, and for what depends on an index
    /// that is bound here and may be another one elsewhere.
    pub(super) fn operand_of(&mut self, root: AstId, span: Span) -> Result<AstId, Failure> {
        let kind = &self.ast.node(root).kind;
        if matches!(kind, AstKind::Number(_) | AstKind::Name(_)) {
            return self.leaf(root, span);
        }
        let bound = self.bound_here();
        if self.marks[root.0 as usize] & bound != 0 { self.copy_with(root, &[], bound, span) } else { Ok(root) }
    }

    /// A leaf once more, with a subscript of its own.
    fn leaf(&mut self, id: AstId, span: Span) -> Result<AstId, Failure> {
        let mut kind = self.ast.node(id).kind.clone();
        if let AstKind::Name(name) = &mut kind {
            for part in &mut name.subscript {
                *part = self.copy_with(*part, &[], u64::MAX, span)?;
            }
        }
        self.push(kind, span)
    }

    /// The operand that a defined name stands for; `None` where the name is not defined.
    pub(super) fn bound(
        &mut self,
        base: &str,
        text: &str,
        parts: &[AstId],
        span: Span,
    ) -> Result<Option<Operand>, Failure> {
        if self.bindings.list.is_empty() {
            return Ok(None);
        }
        let full = if text.is_empty() { base.to_owned() } else { format!("{base}_{text}") };
        let Some((place, is_entry)) = self.bindings.find(&full, base) else {
            return self.by_index(base, text, parts, span);
        };
        if is_entry && self.is_own(place, &full, parts) {
            return Ok(None);
        }
        // The l₀ beside l = ‖x − a‖ is no entry of a number.
        let is_number = |part: &AstId| matches!(self.ast.node(*part).kind, AstKind::Number(_));
        if is_entry
            && parts.iter().all(is_number)
            && self.bindings.list[place].root.is_some_and(|root| self.is_value(root))
        {
            return Ok(None);
        }
        let root = self.use_of(place, span)?;
        let id = self.operand_of(root, span)?;
        let id = if is_entry { self.push(AstKind::EntryOf(id, parts.to_vec()), span)? } else { id };
        Ok(Some(Operand { id, span }))
    }

    /// Whether a name with the letter of a definition is a symbol of its own: one that the definition itself uses, unless an index that a
    /// sign binds stands below it.
    fn is_own(&mut self, place: usize, full: &str, parts: &[AstId]) -> bool {
        let marks = parts.iter().fold(0, |all, part| all | self.marks[part.0 as usize]);
        let is_free = marks & self.bound_here() == 0;
        let is_inside = place == self.bindings.present;
        let bound = &mut self.bindings.list[place];
        if is_inside && is_free && bound.root.is_none() && bound.arguments.is_empty() && place < self.bindings.main {
            bound.own.insert(full.to_owned());
        }
        bound.own.contains(full)
    }

    /// Whether a tree is a number by its outermost sign: a norm, an inner product, a trace, a power of these.
    fn is_value(&self, mut root: AstId) -> bool {
        loop {
            match &self.ast.node(root).kind {
                AstKind::Power(base, _) => root = *base,
                AstKind::Norm(..) | AstKind::Inner(..) | AstKind::Number(_) => return true,
                AstKind::Call(function, _) => {
                    use Function as F;
                    return matches!(function, F::Norm | F::Norm1 | F::Norm2 | F::Trace | F::Det | F::LogDet);
                }
                _ => return false,
            }
        }
    }

    /// `p_j` where `p_i = a_i'x` is defined.
    fn by_index(&mut self, base: &str, text: &str, parts: &[AstId], span: Span) -> Result<Option<Operand>, Failure> {
        let Some(&place) = self.bindings.by_letter.get(base).filter(|_| self.bindings.is_by_index(base)) else {
            return Ok(None);
        };
        let bound = &self.bindings.list[place];
        let Some(index) = bound.index.clone() else { return Ok(None) };
        let [part] = parts else {
            let name = &bound.name;
            let error =
                bad_definition(span, &format!("`{base}` is defined by its entries, as `{name}`"), "without an index")
                    .with_label(bound.span, "defined here");
            return Err(Box::new(error.with_help(format!("write `{name}`, or define `{base}` as a whole"))));
        };
        if text.contains(',') {
            return Ok(None);
        }
        let root = self.use_of(place, span)?;
        let argument = Argument { name: &index, id: *part, marks: self.marks[part.0 as usize] };
        let bound = self.bound_here();
        let id = self.copy_with(root, &[argument], bound, span)?;
        Ok(Some(Operand { id, span }))
    }

    /// The defined function that is called where its name stands: a bracket opens at `next`.
    pub(super) fn defined_call(
        &self,
        base: &str,
        text: &str,
        span: Span,
        next: usize,
    ) -> Result<Option<Callee>, Failure> {
        if self.bindings.list.is_empty() {
            return Ok(None);
        }
        let full = if text.is_empty() { base.to_owned() } else { format!("{base}_{text}") };
        let Some((place, false)) = self.bindings.find(&full, base) else { return Ok(None) };
        let bound = &self.bindings.list[place];
        let mut open = next;
        while self.tok(open) == &Tok::Prime {
            open += 1;
        }
        let symbol = self.bindings.calls.get(&self.span(open).start).filter(|_| bound.arguments.is_empty()).cloned();
        if bound.arguments.is_empty() && symbol.is_none() || self.tok(open) != &Tok::Open(Bracket::Round) {
            return Ok(None);
        }
        if open > next {
            let error = bad_definition(
                span.join(self.span(open - 1)),
                "a derivative of a defined function cannot be called",
                "write out what it is",
            );
            return Err(Box::new(error));
        }
        Ok(Some(Callee { which: Which::Defined(place, symbol), power: None, transposed: false, span }))
    }

    /// The name of a defined function.
    pub(super) fn defined_name(&self, place: usize) -> String {
        self.bindings.list[place].name.clone()
    }

    /// The value of a defined function at its arguments, or of a definition without any with an argument in place of a symbol.
    pub(super) fn call_defined(
        &mut self,
        (place, symbol): (usize, Option<&str>),
        arguments: &[Operand],
        span: Span,
    ) -> Result<Operand, Failure> {
        let root = self.use_of(place, span)?;
        let mut names = self.bindings.list[place].arguments.clone();
        if names.is_empty() {
            names.extend(symbol.map(str::to_owned));
        }
        if names.len() != arguments.len() {
            let name = self.defined_name(place);
            return Err(self.wrong_arity(&name, (names.len(), names.len()), arguments, span));
        }
        let is_same = |(name, argument): (&String, &Operand)| match &self.ast.node(argument.id).kind {
            AstKind::Name(given) => full_name(given) == *name,
            _ => false,
        };
        if names.iter().zip(arguments).all(is_same) {
            return Ok(Operand { id: self.operand_of(root, span)?, span });
        }
        let with: Vec<Argument<'_>> = names
            .iter()
            .zip(arguments)
            .map(|(name, argument)| Argument { name, id: argument.id, marks: self.marks[argument.id.0 as usize] })
            .collect();
        let bound = self.bound_here();
        Ok(Operand { id: self.copy_with(root, &with, bound, span)?, span })
    }

    /// The tree with arguments in place of their names. What has none of them, and no index of `bound`, is shared.
    fn copy_with(&mut self, root: AstId, with: &[Argument<'_>], bound: u64, span: Span) -> Result<AstId, Failure> {
        // A symbol with a subscript is marked by its letter.
        let mark = |name: &str| mark_of(name.split('_').next().unwrap_or(name));
        let order = self.copied(root, with.iter().fold(bound, |all, argument| all | mark(argument.name)));
        let mut copies: FxHashMap<AstId, AstId> = FxHashMap::default();
        for id in order {
            let node = self.ast.node(id).clone();
            let copied = |id: AstId| copies.get(&id).copied().unwrap_or(id);
            let kind = match &node.kind {
                AstKind::Name(name) => match self.substituted(name, with, &copies, span)? {
                    Substituted::Node(done) => {
                        copies.insert(id, done);
                        continue;
                    }
                    Substituted::Name(name) => AstKind::Name(name),
                },
                AstKind::BigSum(ranges, _) | AstKind::BigProduct(ranges, _) => {
                    for range in ranges {
                        let mark = mark_of(&range.index);
                        let clash =
                            with.iter().any(|argument| argument.name == range.index || argument.marks & mark != 0);
                        if clash {
                            let message = format!("the index `{}` has two meanings in this call", range.index);
                            let error = bad_definition(span, &message, "called here")
                                .with_label(range.span, "bound here")
                                .with_help("use another letter for one of the two");
                            return Err(Box::new(error));
                        }
                    }
                    map_children(&node.kind, copied)
                }
                kind => map_children(kind, copied),
            };
            let copy = self.push(kind, node.span)?;
            copies.insert(id, copy);
        }
        Ok(copies.get(&root).copied().unwrap_or(root))
    }

    /// The nodes below a root that have one of these marks, children first. What an index among them binds is copied whole.
    fn copied(&self, root: AstId, mut wanted: u64) -> Vec<AstId> {
        loop {
            let mut reached: FxHashSet<AstId> = FxHashSet::default();
            let mut stack = vec![root];
            let mut order = Vec::new();
            let mut more = wanted;
            while let Some(id) = stack.pop() {
                if self.marks[id.0 as usize] & wanted == 0 && wanted != u64::MAX || !reached.insert(id) {
                    continue;
                }
                order.push(id);
                let kind = &self.ast.node(id).kind;
                if let AstKind::BigSum(ranges, _) | AstKind::BigProduct(ranges, _) = kind {
                    more |= ranges.iter().fold(0, |all, range| all | mark_of(&range.index));
                }
                for_each_child(kind, |child| stack.push(child));
            }
            if more == wanted {
                order.sort_unstable();
                return order;
            }
            wanted = more;
        }
    }

    /// What a name in a copied tree becomes: another node, or a name.
    fn substituted(
        &mut self,
        name: &Name,
        with: &[Argument<'_>],
        copies: &FxHashMap<AstId, AstId>,
        span: Span,
    ) -> Result<Substituted, Failure> {
        let full = full_name(name);
        let value = |wanted: &str| with.iter().find(|argument| argument.name == wanted);
        if let Some(argument) = value(&full) {
            let is_leaf = matches!(self.ast.node(argument.id).kind, AstKind::Number(_) | AstKind::Name(_));
            return Ok(Substituted::Node(if is_leaf { self.leaf(argument.id, span)? } else { argument.id }));
        }
        let subscript: Vec<AstId> =
            name.subscript.iter().map(|part| copies.get(part).copied().unwrap_or(*part)).collect();
        if let Some(argument) = value(&name.base).filter(|_| !subscript.is_empty()) {
            let entry = match self.ast.node(argument.id).kind.clone() {
                AstKind::Name(whole) if whole.subscript.is_empty() => {
                    AstKind::Name(Name { subscript, subscript_text: name.subscript_text.clone(), ..whole })
                }
                _ => AstKind::EntryOf(argument.id, subscript),
            };
            return Ok(Substituted::Node(self.push(entry, span)?));
        }
        let mut out = Name { subscript, ..name.clone() };
        let is_index = |id: &AstId| match &self.ast.node(*id).kind {
            AstKind::Name(part) => value(&full_name(part)).is_some(),
            _ => false,
        };
        if name.subscript.iter().any(is_index) {
            out.subscript_text.clear();
            for part in &out.subscript {
                match &self.ast.node(*part).kind {
                    AstKind::Number(number) => out.subscript_text.push_str(&number.to_string()),
                    AstKind::Name(part) if part.subscript.is_empty() => out.subscript_text.push_str(&part.base),
                    _ if with.iter().any(|argument| argument.id == *part) && out.subscript.len() == 1 => {
                        let place = self.ast.span(*part);
                        out.subscript_text = self.ast.source.get(place.start..place.end).unwrap_or("").replace(' ', "");
                    }
                    _ => {
                        let error = Diagnostic::new(
                            "P0015",
                            "an argument is used in a subscript and is neither a name nor a number",
                            span,
                            "called here",
                        );
                        return Err(Box::new(error.with_help("write out what the function stands for")));
                    }
                }
            }
        }
        Ok(Substituted::Name(out))
    }
}

fn full_name(name: &Name) -> String {
    if name.subscript_text.is_empty() { name.base.clone() } else { format!("{}_{}", name.base, name.subscript_text) }
}
