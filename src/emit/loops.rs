//! What a language's operations do not reach, computed entry by entry in loops: contractions without a name, arrays of more axes than the
//! language has operations for, and operations on every matrix of a family.
//!
//! An array that only one loop reads is not made: its entries are written where they are read.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::block::by_rows;
use super::code::{Code, Origin, Prec};
use super::error::EmitError;
use super::listing::{Step, Work};
use super::names::wish;
use super::slice::first_position;
use super::speller::{Lengths, SetBlock, Syntax};
use super::tree::{Form, Tree, axes, named};
use super::walk::Walk;
use crate::plan::{Contraction, Fold, Group, Label, Length, Matrix, Source, Start};

/// A nest of loops: indices with their lengths, and what is done inside.
struct Nest {
    indices: Vec<(String, String)>,
    body: Vec<String>,
}

impl Nest {
    fn lines(self, syntax: &Syntax) -> Vec<String> {
        let mut lines = Vec::new();
        for (depth, (index, length)) in self.indices.iter().enumerate() {
            lines.push(format!("{}{}", syntax.indent.repeat(depth), (syntax.open)(index, length)));
        }
        let depth = self.indices.len();
        lines.extend(self.body.into_iter().map(|line| format!("{}{line}", syntax.indent.repeat(depth))));
        lines.extend((0..depth).rev().map(|depth| format!("{}{}", syntax.indent.repeat(depth), syntax.close)));
        lines
    }
}

impl Walk<'_> {
    /// Whether a tree is beyond the operations of the language.
    pub(super) fn is_beyond(&self, tree: &Tree) -> bool {
        let Some(syntax) = self.speller.syntax() else { return false };
        let is_wide = |tree: &Tree| tree.rank() > syntax.most_axes;
        match &tree.form {
            Form::Node(_) | Form::Input(_) | Form::Named(_) => false,
            Form::General(_) => true,
            Form::Matrix(_) => tree.operands.iter().any(|operand| operand.rank() > 2),
            Form::Take | Form::Scatter => syntax.most_axes <= 2,
            Form::Blocks(_) => syntax.set_block.is_some(),
            Form::Join(_) => is_wide(tree) || tree.rank() == 2 && syntax.set_block.is_some(),
            Form::Total(_) | Form::Fold(..) => tree.operands.iter().any(is_wide),
            _ if Self::is_entrywise(tree) => {
                let is_beyond = |operand: &Tree| Self::is_entrywise(operand) && self.is_beyond(operand);
                is_wide(tree) || tree.operands.iter().any(|operand| is_wide(operand) || is_beyond(operand))
            }
            _ => false,
        }
    }

    /// Whether the entries of a tree can be written where they are read.
    pub(super) fn is_entrywise(tree: &Tree) -> bool {
        matches!(
            tree.form,
            Form::Map(_)
                | Form::Zip(_)
                | Form::Sum(_)
                | Form::Times
                | Form::Square
                | Form::Outer
                | Form::Transpose
                | Form::Permute(_)
                | Form::Spread(_)
                | Form::Broadcast(_)
                | Form::Take
        )
    }

    /// The steps that give a name the value of a tree that is beyond the operations of the language.
    pub(super) fn looped(&mut self, name: &str, tree: &Tree) -> Result<(), EmitError> {
        let Some(syntax) = self.speller.syntax() else { return Ok(()) };
        let lines = match (&tree.form, tree.operands.as_slice()) {
            (Form::General(contraction), _) => self.contracted(syntax, name, contraction, &tree.operands)?,
            (Form::Total(along), [x]) => self.accumulated(syntax, name, None, x, along)?,
            (Form::Fold(Fold::LogSumExp, along), [x]) => return self.log_sum_exp(name, tree, x, along),
            (Form::Fold(fold, along), [x]) => self.accumulated(syntax, name, Some(*fold), x, along)?,
            (Form::Matrix(matrix), operands) => self.members(syntax, name, *matrix, tree, operands)?,
            (Form::Scatter, [parts, positions]) if let Some(first) = first_position(positions) => {
                let lengths = self.texts(&tree.lengths);
                let part_lengths = self.texts(&parts.lengths);
                let indices = self.names.indices(part_lengths.len());
                let entry = self.entry(syntax, parts, &indices)?;
                let mut at = indices.clone();
                at[0] = self.shifted(&at[0], &first)?;
                let target = (syntax.entry)(name, &at);
                let body = vec![(syntax.set)(&target, &entry.text, false)];
                let mut lines = vec![(syntax.filled)(name, &lengths, "0.0")];
                lines.extend(Nest { indices: paired(&indices, &part_lengths), body }.lines(syntax));
                lines
            }
            (Form::Blocks(rows), parts) if let Some(set) = syntax.set_block => {
                self.filled_in(set, (syntax, name, tree), &by_rows(rows, parts))?
            }
            (Form::Join(axis), parts) if let (2, Some(set)) = (tree.rank(), syntax.set_block) => {
                let rows: Vec<(bool, &[Tree])> = match axis {
                    0 => parts.chunks(1).map(|row| (row[0].rank() == 1, row)).collect(),
                    _ => vec![(false, parts)],
                };
                self.filled_in(set, (syntax, name, tree), &rows)?
            }
            (Form::Join(axis), parts) => self.joined(syntax, name, tree, parts, *axis)?,
            _ if Self::is_entrywise(tree) && tree.rank() == 0 => {
                let code = self.entry(syntax, tree, &[])?;
                let tree = self.resolved(tree);
                self.steps.push(Step { name: name.to_owned(), rank: 0, work: Work::Let(code), tree });
                return Ok(());
            }
            _ if Self::is_entrywise(tree) => {
                let lengths = self.texts(&tree.lengths);
                let indices = self.names.indices(lengths.len());
                let entry = self.entry(syntax, tree, &indices)?;
                let target = (syntax.entry)(name, &indices);
                let nest =
                    Nest { indices: paired(&indices, &lengths), body: vec![(syntax.set)(&target, &entry.text, false)] };
                let mut lines = vec![(syntax.filled)(name, &lengths, "0.0")];
                lines.extend(nest.lines(syntax));
                lines
            }
            _ => return Err(self.speller.missing("this operation on an array of more than two axes")),
        };
        let (rank, tree) = (tree.rank(), self.resolved(tree));
        self.steps.push(Step { name: name.to_owned(), rank, work: Work::Lines(lines), tree });
        Ok(())
    }

    /// Lengths as texts, which are used from then on.
    fn texts(&mut self, lengths: &[Length]) -> Vec<String> {
        let used = RefCell::new(BTreeSet::new());
        let all = Lengths { arena: self.arena, sizes: &self.names.sizes, given: self.given.as_deref(), used };
        let texts = all.texts(lengths);
        self.used_sizes.extend(all.used.into_inner());
        texts
    }

    /// Parts that are set one after the other along an axis.
    fn joined(
        &mut self,
        syntax: &Syntax,
        name: &str,
        tree: &Tree,
        parts: &[Tree],
        axis: usize,
    ) -> Result<Vec<String>, EmitError> {
        let mut lines = vec![(syntax.filled)(name, &self.texts(&tree.lengths), "0.0")];
        let mut before = Start::default();
        for part in parts {
            let has_axis = part.rank() == tree.rank();
            let lengths = self.texts(&part.lengths);
            let indices = self.names.indices(lengths.len());
            let entry = self.entry(syntax, part, &indices)?;
            let mut at = indices.clone();
            if !has_axis {
                at.insert(axis, (syntax.first).to_string());
            }
            at[axis] = self.shifted(&at[axis], &before)?;
            let body = vec![(syntax.set)(&(syntax.entry)(name, &at), &entry.text, false)];
            lines.extend(Nest { indices: paired(&indices, &lengths), body }.lines(syntax));
            before.add(part.lengths.get(axis).filter(|_| has_axis));
        }
        Ok(lines)
    }

    /// A matrix that is filled in block by block, row by row; of each row whether it is one row of entries.
    fn filled_in(
        &mut self,
        set: SetBlock,
        (syntax, name, tree): (&Syntax, &str, &Tree),
        rows: &[(bool, &[Tree])],
    ) -> Result<Vec<String>, EmitError> {
        let mut lines = vec![(syntax.filled)(name, &self.texts(&tree.lengths), "0.0")];
        let first = syntax.first.to_string();
        let mut above = Start::default();
        for (is_flat, row) in rows {
            let mut left = Start::default();
            let mut height = None;
            for part in *row {
                // An axis that is not there is of length 1.
                let (own_height, width) = match part.lengths.as_slice() {
                    [height, width] => (Some(height), Some(width)),
                    [width] if *is_flat => (None, Some(width)),
                    [height] => (Some(height), None),
                    _ => (None, None),
                };
                height = height.or(own_height);
                let at = [self.shifted(&first, &above)?, self.shifted(&first, &left)?];
                let of = [own_height, width].map(|length| {
                    length.map_or_else(|| "1".to_owned(), |length| self.texts(std::slice::from_ref(length)).concat())
                });
                let code = self.named_part(part)?.0;
                lines.push(set(name, [&at[0], &at[1]], [&of[0], &of[1]], &code));
                left.add(width);
            }
            above.add(height);
        }
        Ok(lines)
    }

    /// An index that counts from a position on.
    fn shifted(&mut self, index: &str, start: &Start) -> Result<String, EmitError> {
        let used = RefCell::new(BTreeSet::new());
        let all = Lengths { arena: self.arena, sizes: &self.names.sizes, given: None, used };
        let position = all.position(start);
        self.used_sizes.extend(all.used.into_inner());
        let position = position.ok_or_else(|| self.speller.missing("entries from a position that is computed"))?;
        Ok(match (index, position.text.as_str()) {
            (_, "0") => index.to_owned(),
            ("0", position) => position.to_owned(),
            (_, position) => format!("{index} + {position}"),
        })
    }

    /// A part under a name.
    pub(super) fn named_part(&mut self, tree: &Tree) -> Result<(Code, Tree), EmitError> {
        if let Form::Node(id) = tree.form
            && let Some(deferred) = self.deferred.remove(&id)
        {
            let (code, part) = self.named_part(&deferred)?;
            self.codes.insert(id, code.clone());
            self.printed.insert(id, part.clone());
            return Ok((code, part));
        }
        if self.is_beyond(tree) {
            let name = self.names.part(&wish(tree, &[]));
            self.looped(&name, tree)?;
            let part = Tree::named(&name, tree);
            return Ok((Code::name(name, Origin::Local, tree.rank()), part));
        }
        let (code, printed) = self.spelled(tree)?;
        if code.is_name() || matches!(tree.form, Form::Number(_) | Form::Size(_)) {
            return Ok((code, printed));
        }
        let (code, part) = self.bind_part(tree, code, printed);
        if let Form::Node(id) = tree.form {
            self.codes.insert(id, code.clone());
            self.printed.insert(id, part.clone());
        }
        Ok((code, part))
    }

    /// An entry of a tree.
    fn entry(&mut self, syntax: &Syntax, tree: &Tree, at: &[String]) -> Result<Code, EmitError> {
        let at_axes = |axes: &[usize]| axes.iter().map(|axis| at[*axis].clone()).collect::<Vec<_>>();
        match (&tree.form, tree.operands.as_slice()) {
            (Form::Node(id), _) => {
                if let Some(deferred) = self.deferred.get(id).cloned() {
                    return self.entry(syntax, &deferred, at);
                }
            }
            (Form::Broadcast(axes) | Form::Spread(axes), [x]) => return self.entry(syntax, x, &at_axes(axes)),
            (Form::Transpose, [x]) => return self.entry(syntax, x, &at_axes(&[1, 0])),
            (Form::Permute(order), [x]) => {
                let mut inner = vec![String::new(); at.len()];
                for (axis, of) in order.iter().enumerate() {
                    inner[*of].clone_from(&at[axis]);
                }
                return self.entry(syntax, x, &inner);
            }
            (Form::Outer, [x, y]) => {
                let x = self.entry(syntax, x, &at[..1])?;
                let y = self.entry(syntax, y, &at[1..])?;
                return Ok(x.times(" * ", &y));
            }
            (Form::Range, _) => return Ok(Code::atom((syntax.number_of)(&at[0]))),
            (Form::Take, [array, positions @ ..]) => {
                let mut inner = Vec::new();
                let own = positions.iter().map(Tree::rank).max().unwrap_or(0);
                for position in positions {
                    inner.push(match position.form {
                        // The position of an entry is an index, and no number that would have to become one.
                        _ if let Some(first) = first_position(position) => self.shifted(&at[0], &first)?,
                        Form::Number(value) => format!("{:.0}", value + syntax.first as f64),
                        Form::Input(Source::Index(_)) => self.spell(position)?.text,
                        _ => {
                            let value = self.entry(syntax, position, &at[..position.rank()])?;
                            (syntax.position_of)(&value.text)
                        }
                    });
                }
                inner.extend_from_slice(&at[own..]);
                return self.entry(syntax, array, &inner);
            }
            (Form::Map(_) | Form::Zip(_) | Form::Sum(_) | Form::Times | Form::Square, operands) => {
                let mut codes = Vec::new();
                for operand in operands {
                    let own = at_axes(&axes(operand));
                    let own = if operand.rank() == 0 { Vec::new() } else { own };
                    codes.push(match operand.form {
                        Form::Broadcast(_) => self.entry(syntax, operand, at)?,
                        _ => self.entry(syntax, operand, &own)?,
                    });
                }
                let scalar = |_: &Tree| Tree::new(Form::Number(0.0), Vec::new(), Vec::new());
                let tree = Tree::new(tree.form.clone(), Vec::new(), operands.iter().map(scalar).collect());
                let used = RefCell::new(BTreeSet::new());
                let lengths = Lengths { arena: self.arena, sizes: &self.names.sizes, given: None, used };
                return self.speller.spell(&tree, &codes, &lengths);
            }
            _ => {}
        }
        let code = self.named_part(tree)?.0;
        Ok(if at.is_empty() { Code { rank: 0, ..code } } else { Code::atom((syntax.entry)(&code.text, at)) })
    }

    /// The positions of an array along its axes; of several labels along one axis the last runs fastest.
    fn positions(
        &mut self,
        syntax: &Syntax,
        contraction: &Contraction,
        groups: &[Group],
        indices: &[String],
    ) -> Vec<String> {
        let mut all = Vec::new();
        for group in groups.iter().filter(|group| !group.is_empty()) {
            let index = |label: &Label| indices[*label as usize].clone();
            let mut text = index(&group[0]);
            for (place, label) in group.iter().enumerate().skip(1) {
                let length = self.texts(&contraction.lengths[*label as usize..=*label as usize]).remove(0);
                let length = if length.contains(' ') { format!("({length})") } else { length };
                let before = match (syntax.first, place) {
                    (0, 1) => text,
                    (0, _) => format!("({text})"),
                    _ => format!("({text} - 1)"),
                };
                text = format!("{before} * {length} + {}", index(label));
            }
            all.push(text);
        }
        all
    }

    /// A contraction in loops over its labels, those of the result outside.
    fn contracted(
        &mut self,
        syntax: &Syntax,
        name: &str,
        contraction: &Contraction,
        operands: &[Tree],
    ) -> Result<Vec<String>, EmitError> {
        if let Some(lines) = self.over_members(syntax, name, contraction, operands)? {
            return Ok(lines);
        }
        let indices = self.names.indices(contraction.lengths.len());
        let mut factors = Vec::new();
        for ((_, groups), operand) in contraction.operands.iter().zip(operands) {
            let at = self.positions(syntax, contraction, groups, &indices);
            factors.push(self.entry(syntax, operand, &at)?.at(Prec::Product));
        }
        let product = if factors.is_empty() { "1.0".to_owned() } else { factors.join(" * ") };
        let output = contraction.output.iter().flatten().copied();
        let all = contraction.operands.iter().flat_map(|(_, groups)| groups.iter().flatten().copied());
        let mut labels: Vec<Label> = Vec::new();
        for label in output.chain(all) {
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        let own = |label: &Label| (indices[*label as usize].clone(), contraction.lengths[*label as usize].clone());
        let (names, lengths): (Vec<String>, Vec<Length>) = labels.iter().map(own).unzip();
        let result: Vec<Length> = contraction
            .output
            .iter()
            .filter(|group| !group.is_empty())
            .map(|group| contraction.length(group))
            .collect();
        let (lengths, result) = (self.texts(&lengths), self.texts(&result));
        let at = self.positions(syntax, contraction, &contraction.output, &indices);
        let target = if at.is_empty() { name.to_owned() } else { (syntax.entry)(name, &at) };
        let body = vec![(syntax.set)(&target, &product, !contraction.is_without_sums())];
        let mut lines = vec![(syntax.filled)(name, &result, "0.0")];
        lines.extend(Nest { indices: paired(&names, &lengths), body }.lines(syntax));
        Ok(lines)
    }

    /// A contraction in one loop over the members of a family, with operations on matrices inside; none where there is none.
    fn over_members(
        &mut self,
        syntax: &Syntax,
        name: &str,
        contraction: &Contraction,
        operands: &[Tree],
    ) -> Result<Option<Vec<String>>, EmitError> {
        let Some(label) = shared_first(contraction) else { return Ok(None) };
        let is_there = |operand: &Tree| match &operand.form {
            Form::Node(id) => !self.deferred.contains_key(id),
            form => matches!(form, Form::Input(_) | Form::Named(_)),
        };
        if !operands.iter().all(is_there) {
            return Ok(None);
        }
        let index = self.names.indices(1).remove(0);
        let (mut inner, mut members) = (contraction.clone(), Vec::new());
        for ((_, groups), operand) in inner.operands.iter_mut().zip(operands) {
            let has_label = groups.iter().any(|group| group[..] == [label]);
            *groups = without(groups, label);
            if !has_label {
                members.push(operand.clone());
                continue;
            }
            let (text, lengths) = (self.named_part(operand)?.0.text, operand.lengths[1..].to_vec());
            let at = [index.clone()];
            let text = match lengths.len() {
                0 => (syntax.entry)(&text, &at),
                1 => (syntax.row)(&text, &index),
                _ => {
                    let lengths = self.texts(&lengths);
                    (syntax.member)(&text, &at, &lengths)
                }
            };
            members.push(Tree::new(Form::Named(text), lengths, Vec::new()));
        }
        inner.output = without(&inner.output, label);
        let is_member = inner.output.len() < contraction.output.len();
        let Some(tree) = named(&inner, &members).filter(|tree| !self.is_beyond(tree)) else { return Ok(None) };
        let steps = self.steps.len();
        let code = self.spell(&tree)?;
        if self.steps.len() > steps {
            // A part that had to be named would depend on the index.
            self.steps.truncate(steps);
            return Ok(None);
        }
        let output = contraction.output.iter().filter(|group| !group.is_empty());
        let result = self.texts(&output.map(|group| contraction.length(group)).collect::<Vec<_>>());
        let line = match (is_member, tree.rank()) {
            (false, _) => (syntax.set)(name, &code.text, true),
            (true, 0) => (syntax.set)(&(syntax.entry)(name, std::slice::from_ref(&index)), &code.text, false),
            (true, 1) => (syntax.set_row)(name, &index, &code),
            (true, _) => (syntax.set)(&(syntax.member_target)(name, std::slice::from_ref(&index)), &code.text, false),
        };
        let length = self.texts(&contraction.lengths[label as usize..=label as usize]);
        let mut lines = vec![(syntax.filled)(name, &result, "0.0")];
        lines.extend(Nest { indices: paired(&[index], &length), body: vec![line] }.lines(syntax));
        Ok(Some(lines))
    }

    /// Entries added up, multiplied or compared along axes.
    fn accumulated(
        &mut self,
        syntax: &Syntax,
        name: &str,
        fold: Option<Fold>,
        x: &Tree,
        along: &[usize],
    ) -> Result<Vec<String>, EmitError> {
        let lengths = self.texts(&x.lengths);
        let indices = self.names.indices(lengths.len());
        let entry = self.entry(syntax, x, &indices)?;
        let kept = |of: &[String]| {
            of.iter()
                .enumerate()
                .filter(|(axis, _)| !along.contains(axis))
                .map(|(_, one)| one.clone())
                .collect::<Vec<_>>()
        };
        let (at, result) = (kept(&indices), kept(&lengths));
        let target = if at.is_empty() { name.to_owned() } else { (syntax.entry)(name, &at) };
        let infinity = |number: f64| {
            let tree = Tree::new(Form::Number(number.abs()), Vec::new(), Vec::new());
            let used = RefCell::new(BTreeSet::new());
            let lengths = Lengths { arena: self.arena, sizes: &self.names.sizes, given: None, used };
            let code = self.speller.spell(&tree, &[], &lengths)?;
            Ok::<String, EmitError>(if number < 0.0 { code.negated().text } else { code.text })
        };
        let (start, value, adds) = match fold {
            None => ("0.0".to_owned(), entry.text, true),
            Some(Fold::Product) => ("1.0".to_owned(), Code::atom(target.clone()).times(" * ", &entry).text, false),
            Some(Fold::Max) => (infinity(f64::NEG_INFINITY)?, (syntax.larger)(&target, &entry.text), false),
            _ => (infinity(f64::INFINITY)?, (syntax.smaller)(&target, &entry.text), false),
        };
        let body = vec![(syntax.set)(&target, &value, adds)];
        let mut lines = vec![(syntax.filled)(name, &result, &start)];
        lines.extend(Nest { indices: paired(&indices, &lengths), body }.lines(syntax));
        Ok(lines)
    }

    /// log Σ exp along axes, less its largest term.
    fn log_sum_exp(&mut self, name: &str, tree: &Tree, x: &Tree, along: &[usize]) -> Result<(), EmitError> {
        let x = self.named_part(x)?.1;
        let part = |form: Form, lengths: &[Length], operands: Vec<Tree>| Tree::new(form, lengths.to_vec(), operands);
        let largest = self.names.part("largest");
        self.looped(&largest, &part(Form::Fold(Fold::Max, along.to_vec()), &tree.lengths, vec![x.clone()]))?;
        let largest = part(Form::Named(largest), &tree.lengths, Vec::new());
        let kept: Vec<usize> = (0..x.rank()).filter(|axis| !along.contains(axis)).collect();
        let spread = part(Form::Broadcast(kept), &x.lengths, vec![largest.clone()]);
        let less = part(Form::Sum(vec![1.0, -1.0]), &x.lengths, vec![x.clone(), spread]);
        let exp = part(Form::Map(crate::plan::Map::Func(crate::expr::Func::Exp)), &x.lengths, vec![less]);
        let total = self.names.part("total");
        self.looped(&total, &part(Form::Total(along.to_vec()), &tree.lengths, vec![exp]))?;
        let total = part(Form::Named(total), &tree.lengths, Vec::new());
        let log = part(Form::Map(crate::plan::Map::Func(crate::expr::Func::Log)), &tree.lengths, vec![total]);
        let sum = part(Form::Sum(vec![1.0, 1.0]), &tree.lengths, vec![largest, log]);
        self.looped(name, &sum)
    }

    /// An operation on every matrix of a family.
    fn members(
        &mut self,
        syntax: &Syntax,
        name: &str,
        matrix: Matrix,
        tree: &Tree,
        operands: &[Tree],
    ) -> Result<Vec<String>, EmitError> {
        let of = operands.first().and_then(|operand| operand.rank().checked_sub(2)).unwrap_or(0);
        let of_family = |tree: &Tree| tree.lengths.get(..of) == Some(&operands[0].lengths[..of]);
        let has_vectors = operands.iter().chain([tree]).any(|one| one.rank() == of + 1);
        if of == 0 || has_vectors && of > 1 || !operands.iter().chain([tree]).all(of_family) {
            return Err(self.speller.missing("this operation on a stack of matrices"));
        }
        let lengths = self.texts(&tree.lengths);
        let indices = self.names.indices(of);
        let mut codes = Vec::new();
        for operand in operands {
            let name = self.named_part(operand)?.0.text;
            if operand.rank() == of + 1 {
                codes.push(Code { rank: 1, ..Code::atom((syntax.row)(&name, &indices[0])) });
                continue;
            }
            let inner = self.texts(&operand.lengths[of..]);
            codes.push(Code::name((syntax.member)(&name, &indices, &inner), Origin::Local, 2));
        }
        let one = |tree: &Tree| Tree::new(Form::Number(0.0), tree.lengths[of..].to_vec(), Vec::new());
        let inner = Tree::new(Form::Matrix(matrix), tree.lengths[of..].to_vec(), operands.iter().map(one).collect());
        let used = RefCell::new(BTreeSet::new());
        let all = Lengths { arena: self.arena, sizes: &self.names.sizes, given: self.given.as_deref(), used };
        let code = self.speller.spell(&inner, &codes, &all)?;
        self.used_sizes.extend(all.used.into_inner());
        let line = match tree.rank() - of {
            0 => (syntax.set)(&(syntax.entry)(name, &indices), &code.text, false),
            1 => (syntax.set_row)(name, &indices[0], &code),
            _ => (syntax.set)(&(syntax.member_target)(name, &indices), &code.text, false),
        };
        let body = vec![line];
        let mut lines = vec![(syntax.filled)(name, &lengths, "0.0")];
        lines.extend(Nest { indices: paired(&indices, &lengths[..of]), body }.lines(syntax));
        Ok(lines)
    }
}

/// The label of the members of a family: the first axis of an operand of three axes, and of whatever else has it.
fn shared_first(contraction: &Contraction) -> Option<Label> {
    let label = contraction.operands.iter().find_map(|(_, groups)| match &groups[..] {
        [first, _, _] if first.len() == 1 => Some(first[0]),
        _ => None,
    })?;
    let is_first = |groups: &[Group]| {
        let has = |group: &Group| group.contains(&label);
        !groups.iter().any(has) || groups[0][..] == [label] && !groups[1..].iter().any(has) && groups.len() <= 3
    };
    let all =
        contraction.operands.iter().all(|(_, groups)| is_first(groups) && groups.iter().all(|one| !one.is_empty()));
    (all && is_first(&contraction.output)).then_some(label)
}

fn without(groups: &[Group], label: Label) -> Box<[Group]> {
    groups.iter().filter(|group| group[..] != [label]).cloned().collect()
}

fn paired(indices: &[String], lengths: &[String]) -> Vec<(String, String)> {
    indices.iter().cloned().zip(lengths.iter().cloned()).collect()
}
