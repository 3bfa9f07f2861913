//! Sets below sums: `i ∈ S` weighs each term with the entry i of an array of 0 and 1 named S, `i ∈ [n]` and `i ∈ {1, …, n}` are bounds.

use super::ast::{Ast, AstId, AstKind, Function, Name, Range, Remark, full_name};
use super::below::{Bound, Reading, Weight};
use super::big::Place;
use super::parse::{Failure, Parser};
use super::token::{Bracket, Relation, Tok};
use super::walk::map_children;
use crate::diagnostic::{Advice, Diagnostic};
use crate::span::Span;

impl Parser<'_> {
    /// `i ∈ S`, `(i,j) ∈ Ω`, `i ∈ [n]`, `i ∈ {1, …, n}`.
    pub(super) fn member(&mut self, left: Place, set: Place, is_in: bool, found: &mut Reading) -> Result<(), Failure> {
        let mut indices = self.index_list(left)?;
        // `i,j ∈ S`: each of them.
        let earlier: Vec<(String, Span)> = found
            .indices
            .iter()
            .rev()
            .take_while(|index| index.bare)
            .map(|index| (index.name.clone(), index.span))
            .collect();
        let both = indices.len() == 1 && found.place(&indices[0].0).is_none();
        for (name, span) in &indices {
            if found.place(name).is_none() && self.outer(name).is_none() {
                found.list(name, *span)?;
            }
        }
        let names: Vec<String> = indices.iter().map(|index| index.0.clone()).collect();
        let alike: Vec<(String, Span)> = if both { earlier } else { Vec::new() };
        if let Some((lower, upper)) = self.interval(set) {
            if !is_in || names.len() != 1 {
                return Err(self.no_index((left.0, set.1)));
            }
            for name in names.iter().chain(alike.iter().map(|index| &index.0)) {
                if let Some(place) = found.place(name) {
                    let index = &mut found.indices[place];
                    index.bare = false;
                    index.lower = lower.map(|lower| Bound::At(lower, 0));
                    index.upper = Some(Bound::At(upper, 0));
                }
            }
            return Ok(());
        }
        if let Tok::Open(_) = self.tokens[set.0].tok {
            let label = "give the set a name: `i \\in S`";
            return Err(Self::bad_bounds(self.clause_span(set), "a sum over listed values", label));
        }
        for (name, span) in alike {
            found.weights.push(Weight::Set { indices: vec![(name, span)], set, is_in });
        }
        for index in &mut found.indices {
            index.bare = false;
        }
        indices.shrink_to_fit();
        found.weights.push(Weight::Set { indices, set, is_in });
        Ok(())
    }

    /// The bounds that `[n]` and `{1, …, n}` stand for; the lower one is 1 in the first.
    fn interval(&self, (from, to): Place) -> Option<(Option<Place>, Place)> {
        let Tok::Open(bracket) = self.tokens[from].tok else { return None };
        if self.tokens[from].partner + 1 != to {
            return None;
        }
        let parts = self.split_at_commas(from + 1, to - 1);
        match (bracket, parts.as_slice()) {
            (Bracket::Square, [upper]) => Some((None, *upper)),
            (Bracket::Round | Bracket::Brace, [lower, .., dots, upper])
                if dots.1 == dots.0 + 1 && self.tokens[dots.0].tok == Tok::Dots =>
            {
                Some((Some(*lower), *upper))
            }
            (Bracket::Round | Bracket::Brace, [lower, .., upper]) if parts.iter().all(|part| self.is_number(*part)) => {
                let value = |part: &Place| match &self.tokens[part.0].tok {
                    Tok::Number(value) => value.to_i64(),
                    _ => None,
                };
                let values: Option<Vec<i64>> = parts.iter().map(value).collect();
                let in_a_row = values?.windows(2).all(|pair| pair[1] == pair[0] + 1);
                in_a_row.then_some((Some(*lower), *upper))
            }
            _ => None,
        }
    }

    /// The bound index on which a set depends: i of `N_i`, `N(i)` and `R(t_i)`. Other signs with an index in them are refused.
    fn index_of_set(&self, set: Place, below: Place, ranges: &[Range]) -> Result<Option<(String, Span)>, Failure> {
        let is_bound = |name: &str| self.outer(name).is_some() || ranges.iter().any(|range| range.index == name);
        let mut found: Vec<(String, Span)> = Vec::new();
        for at in below.0..below.1 {
            match (self.letter((at, at + 1)), &self.tokens[at].tok) {
                (Some(letter), _) if is_bound(&letter) => found.push((letter, self.span(at))),
                (None, Tok::Word(word)) if word.chars().all(|letter| is_bound(&letter.to_string())) => {
                    found.extend(word.chars().map(|letter| (letter.to_string(), self.span(at))));
                }
                _ => {}
            }
        }
        let is_plain = (below.0..below.1).all(|at| {
            matches!(self.tokens[at].tok, Tok::Word(_) | Tok::Name(_) | Tok::Underscore | Tok::Open(_) | Tok::Close(_))
        });
        match found.as_slice() {
            [] => Ok(None),
            [index] if is_plain && self.is_used_alike(set.0) => Ok(Some(index.clone())),
            [(index, _), ..] => {
                let span = self.clause_span(set);
                let written = self.ast.written(span);
                let letter = self.script_text(set.0);
                let error = Diagnostic::new(
                    "P0010",
                    format!("the set `{written}` cannot be read"),
                    span,
                    "expected a letter with one index",
                );
                Err(Box::new(error.with_help(format!(
                    "give each set below a sum a letter of its own, with one index: `{letter}_{index}` for a set for each `{index}`"
                ))))
            }
        }
    }

    /// Whether a set has the same below it wherever it has an index: not both `N(i)` and `N(t_i)`.
    fn is_used_alike(&self, at: usize) -> bool {
        let below = |at: usize| {
            let inside = match self.tokens.get(at + 1)?.tok {
                Tok::Open(Bracket::Round) => (at + 2, self.tokens[at + 1].partner),
                Tok::Underscore => match self.tokens.get(at + 2)?.tok {
                    Tok::Open(_) => (at + 3, self.tokens[at + 2].partner),
                    _ => (at + 2, at + 3),
                },
                _ => return None,
            };
            let mut has_index = false;
            let texts: Vec<String> = (inside.0..inside.1)
                .map(|at| match self.letter((at, at + 1)).filter(|letter| self.bound_indices.contains(letter)) {
                    Some(_) => {
                        has_index = true;
                        String::new()
                    }
                    None => self.script_text(at),
                })
                .collect();
            has_index.then_some(texts)
        };
        let own = below(at);
        let is_set = |at: usize| match at.checked_sub(1).map(|before| &self.tokens[before].tok) {
            Some(Tok::Relation(relation)) => matches!(relation, Relation::In | Relation::NotIn),
            Some(Tok::Word(word)) => word == "in",
            _ => false,
        };
        let others =
            (0..self.tokens.len()).filter(|other| self.tokens[*other].tok == self.tokens[at].tok && is_set(*other));
        own.is_some() && others.filter_map(below).all(|other| Some(&other) == own.as_ref())
    }

    /// The entry of the array of 0 and 1 that a set is.
    pub(super) fn set_weight(
        &mut self,
        indices: &[(String, Span)],
        set: Place,
        is_in: bool,
        ranges: &[Range],
    ) -> Result<AstId, Failure> {
        let span = self.clause_span(set);
        let error = || Self::bad_bounds(span, "the set below the sum cannot be read", "expected a name such as `S`");
        let (Tok::Word(base) | Tok::Name(base)) = &self.tokens[set.0].tok else { return Err(error()) };
        let base = match super::greek::greek(base) {
            Some(letter) => letter.to_string(),
            None if base.chars().filter(|c| c.is_alphabetic()).count() == 1 || self.names.has_base(base) => {
                base.clone()
            }
            None => return Err(error()),
        };
        // `N_i`, `N(i)`: a set for each i.
        let below = match (&self.tok(set.0 + 1), set.1 - set.0) {
            (_, 1) => None,
            (Tok::Open(Bracket::Round), _) if self.tokens[set.0 + 1].partner + 1 == set.1 => {
                Some((set.0 + 2, set.1 - 1))
            }
            (Tok::Underscore, 3) => Some((set.0 + 2, set.1)),
            (Tok::Underscore, _)
                if matches!(self.tok(set.0 + 2), Tok::Open(_)) && self.tokens[set.0 + 2].partner + 1 == set.1 =>
            {
                Some((set.0 + 3, set.1 - 1))
            }
            _ => return Err(error()),
        };
        let mut set_name = base.clone();
        let mut names: Vec<(String, Span)> = indices.to_vec();
        let mut own = false;
        if let Some(below) = below {
            match self.index_of_set(set, below, ranges)? {
                Some(index) => names.insert(0, index),
                None => {
                    let text: String = (below.0..below.1).map(|at| self.script_text(at)).collect();
                    set_name = format!("{base}_{text}");
                    own = true;
                }
            }
        }
        let mut parts = Vec::new();
        for (name, span) in &names {
            parts.push(self.push(AstKind::Name(Name::plain(name.clone())), *span)?);
        }
        let written: Vec<&str> = indices.iter().map(|index| index.0.as_str()).collect();
        let entry = if own {
            let text = set_name[base.len() + 1..].to_owned();
            let whole = Name { subscript_text: text, ..Name::plain(base) };
            let whole = self.push(AstKind::Name(whole), span)?;
            self.push(AstKind::EntryOf(whole, parts), span)?
        } else {
            let subscript_text: String = names.iter().map(|index| index.0.as_str()).collect();
            self.push(AstKind::Name(Name { subscript: parts, subscript_text, ..Name::plain(base) }), span)?
        };
        if !self.ast.sets.contains(&set_name) {
            self.ast.sets.push(set_name.clone());
        }
        let array = if names.len() == 1 { "vector" } else { "matrix" };
        let list = if written.len() == 1 { written[0].to_owned() } else { format!("({})", written.join(",")) };
        let written = self.ast.source.get(span.start..span.end).unwrap_or(&set_name);
        // The name may stand in the braces of a font: `\mathcal{N}_i`.
        let is_whole = written.matches('{').count() == written.matches('}').count();
        let shown = if is_whole { written.to_owned() } else { written.replace(['{', '}'], "") };
        let message =
            Advice::from(format!("`{list} ∈ {shown}` is read as a sum weighted by the 0/1 {array} {set_name}"));
        if !self.ast.remarks.iter().any(|remark| remark.message == message) {
            self.ast.remarks.push(Remark { row: "set-below", span, message, other: None });
        }
        if is_in { Ok(entry) } else { self.one_minus(entry, span) }
    }
}

/// Reads `|S|` of a set that a sum runs over as the number of its elements, the sum of its 0 and 1.
pub(super) fn count_sets(ast: Ast) -> Ast {
    let counts = |id: AstId| match &ast.node(id).kind {
        AstKind::Abs(inner) => match &ast.node(*inner).kind {
            AstKind::Name(name) => {
                let whole = ast.sets.contains(&full_name(name));
                let row = name.subscript.len() == 1 && ast.sets.contains(&name.base);
                (whole || row).then(|| (name.clone(), whole))
            }
            _ => None,
        },
        _ => None,
    };
    if ast.sets.is_empty() || !(0..ast.nodes.len()).any(|at| counts(AstId::at(at)).is_some()) {
        return ast;
    }
    let mut out = Ast { nodes: Vec::with_capacity(ast.nodes.len()), ..ast.clone() };
    out.nodes.clear();
    let mut renamed: Vec<AstId> = Vec::with_capacity(ast.nodes.len());
    for at in 0..ast.nodes.len() {
        let node = ast.node(AstId::at(at));
        let mut kind = map_children(&node.kind, |child| renamed[child.0 as usize]);
        if let Some((name, whole)) = counts(AstId::at(at)) {
            let message = Advice::from(format!("`|{0}|` is read as the number of elements of {0}", full_name(&name)));
            if !out.remarks.iter().any(|remark| remark.message == message) {
                out.remarks.push(Remark { row: "set-size", span: node.span, message, other: None });
            }
            let name = Name { subscript: name.subscript.iter().map(|part| renamed[part.0 as usize]).collect(), ..name };
            kind = if whole {
                let whole = out.push(AstKind::Name(name), node.span);
                AstKind::Call(Function::Sum, vec![whole])
            } else {
                let index = if name.subscript_text == "j" { "i" } else { "j" };
                let part = out.push(AstKind::Name(Name::plain(index)), node.span);
                let subscript = [name.subscript.as_slice(), &[part]].concat();
                let subscript_text = format!("{}{index}", name.subscript_text);
                let entry =
                    out.push(AstKind::Name(Name { subscript, subscript_text, ..Name::plain(name.base) }), node.span);
                let range =
                    Range { index: String::from(index), span: node.span, lower: None, upper: None, beside: None };
                AstKind::BigSum(vec![range], entry)
            };
        }
        renamed.push(out.push(kind, node.span));
    }
    out.named.iter_mut().for_each(|(_, id)| *id = renamed[id.0 as usize]);
    out
}
