//! Calls that put arrays together, as NumPy, PyTorch, MATLAB, Julia and R have them: `np.block([[A, B], [C, D]])`, `hstack([x, y])`,
//! `np.concatenate((A, B), axis=1)`, `horzcat(A, B)`, `np.c_[X, y]`, `blkdiag(A, B)`. Their lists and axes are taken out of the text, and
//! the parser makes blocks of their arguments: whether vectors are rows, columns or joined to one is said by the function.

use super::ast::{AstId, AstKind, Bound, Cut, Function, Join, ProductOp, Remark, Sign};
use super::looks::Looks;
use super::names::KnownNames;
use super::parse::{Failure, Parser};
use super::stack::{Callee, Operand};
use super::token::{Bracket, Tok, Token};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::number::Coeff;
use crate::span::Span;

/// What a spelling says of how its arguments are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spelled {
    /// One way.
    Fixed(Join),
    /// Along an axis that the call may give, the first where it does not: `concatenate`, `cat`.
    Along,
    /// `append`: the axis is the third argument.
    Append,
    /// As the rows of a matrix, or its columns: `np.stack`.
    Stack,
    /// `np.block`, a list of rows.
    Block,
    /// `diff`, of one array.
    Difference,
}

/// The most times that differences are taken.
const MOST_DIFFERENCES: i64 = 4;

/// The spellings, those of two words by both.
const SPELLINGS: &[(&str, Spelled)] = &[
    ("hstack", Spelled::Fixed(Join::Last)),
    ("vstack", Spelled::Fixed(Join::Rows)),
    ("row_stack", Spelled::Fixed(Join::Rows)),
    ("rbind", Spelled::Fixed(Join::Rows)),
    ("column_stack", Spelled::Fixed(Join::Beside)),
    ("cbind", Spelled::Fixed(Join::Beside)),
    ("horzcat", Spelled::Fixed(Join::Beside)),
    ("hcat", Spelled::Fixed(Join::Beside)),
    ("vertcat", Spelled::Fixed(Join::Below)),
    ("vcat", Spelled::Fixed(Join::Below)),
    ("blkdiag", Spelled::Fixed(Join::Diagonal)),
    ("blockdiag", Spelled::Fixed(Join::Diagonal)),
    ("block_diag", Spelled::Fixed(Join::DiagonalOfRows)),
    ("concatenate", Spelled::Along),
    ("concat", Spelled::Along),
    ("cat", Spelled::Along),
    ("append", Spelled::Append),
    ("stack", Spelled::Stack),
    ("block", Spelled::Block),
    ("diff", Spelled::Difference),
];

/// The symbols `from..to`.
type Part = (usize, usize);

/// The tokens, whose brackets are paired, with these calls as calls of the arrays alone.
pub(super) fn rewrite(tokens: Vec<Token>, names: &KnownNames, source: &str) -> Result<Vec<Token>, Diagnostics> {
    let reader = Reader { tokens: &tokens, names, source };
    let mut calls = Vec::new();
    let mut errors = Vec::new();
    for at in 0..tokens.len() {
        match reader.call(at) {
            Ok(Some(call)) => calls.push(call),
            Ok(None) => {}
            Err(error) => errors.push(*error),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    if calls.is_empty() {
        return Ok(tokens);
    }
    let mut gone = vec![false; tokens.len()];
    let mut instead: Vec<Vec<Token>> = vec![Vec::new(); tokens.len()];
    for call in calls {
        for (from, to) in call.gone {
            gone[from..to].iter_mut().for_each(|gone| *gone = true);
        }
        for (at, tok) in call.made {
            gone[at] = true;
            instead[at].push(Token { tok, partner: usize::MAX, ..tokens[at].clone() });
        }
    }
    let mut out = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.into_iter().enumerate() {
        out.append(&mut instead[at]);
        if !gone[at] {
            out.push(token);
        }
    }
    Ok(out)
}

/// What becomes of the symbols of one call.
#[derive(Default)]
struct Change {
    /// Symbols that go.
    gone: Vec<Part>,
    /// Symbols that stand in place of one, in order.
    made: Vec<(usize, Tok)>,
}

struct Reader<'t> {
    tokens: &'t [Token],
    names: &'t KnownNames,
    source: &'t str,
}

impl Reader<'_> {
    fn tok(&self, at: usize) -> &Tok {
        self.tokens.get(at).map_or(&Tok::End, |token| &token.tok)
    }

    fn word(&self, at: usize) -> Option<&str> {
        match self.tok(at) {
            Tok::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The spelling of the call whose name begins at a place, and the place of its bracket.
    fn spelling(&self, at: usize) -> Option<(&'static str, Spelled, usize)> {
        let word = self.word(at)?;
        if self.names.has_base(word) || self.names.has_function(word) {
            return None;
        }
        let (whole, open) = match (self.tok(at + 1), self.word(at + 2)) {
            (Tok::Underscore, Some(second)) => (format!("{word}_{second}"), at + 3),
            _ => (word.to_owned(), at + 1),
        };
        // A name that is a part of another is none.
        if at > 0 && self.tok(at - 1) == &Tok::Underscore {
            return None;
        }
        let (spelling, found) = SPELLINGS.iter().find(|row| row.0 == whole)?;
        let is_call =
            self.tok(open) == &Tok::Open(Bracket::Round) && (!self.tokens[open].blank || self.tokens[at].is_word);
        is_call.then_some((*spelling, *found, open))
    }

    /// The call at a place, if one of these begins there.
    fn call(&self, at: usize) -> Result<Option<Change>, Box<Diagnostic>> {
        if let Some(change) = self.square(at) {
            return Ok(Some(change));
        }
        let Some((spelling, spelled, open)) = self.spelling(at) else { return Ok(None) };
        if spelled == Spelled::Difference {
            return self.difference(at, open);
        }
        let close = self.tokens[open].partner;
        let mut arguments = self.parts(open + 1, close);
        let mut axis = None;
        let mut first_gone = close;
        while arguments.len() > 1
            && let Some((word, value)) = arguments.last().and_then(|argument| self.keyword(*argument))
        {
            let number = self.integer(value);
            axis = match (word, number) {
                ("axis" | "dim", Some(axis)) => Some(axis),
                ("dims", Some(axis)) => Some(axis - 1),
                _ => return Err(self.unread(spelling, word, value)),
            };
            first_gone = value.0 - 3;
            arguments.pop();
        }
        let is_list = |part: &Part| self.list(*part).is_some();
        // `cat(1, A, B)` in MATLAB.
        let mut made = vec![(at, Tok::Word(String::new()))];
        let mut gone = vec![(at, open)];
        if spelled == Spelled::Along && axis.is_none() {
            if let [number, _, _, ..] = arguments.as_slice()
                && let Some(first) = self.integer(*number)
            {
                axis = Some(first - 1);
                gone.push((number.0, number.1 + 1));
                arguments.remove(0);
            } else if let [list, number] = arguments.as_slice()
                && is_list(list)
                && let Some(second) = self.integer(*number)
            {
                axis = Some(second);
                first_gone = number.0 - 1;
                arguments.pop();
            }
        }
        if spelled == Spelled::Append
            && let [_, _, number] = arguments.as_slice()
            && let Some(third) = self.integer(*number)
        {
            axis = Some(third);
            first_gone = number.0 - 1;
            arguments.pop();
        }
        gone.push((first_gone, close));
        let join = match (spelled, axis) {
            (Spelled::Difference, _) => return Ok(None),
            (Spelled::Fixed(join), None) => join,
            (Spelled::Append, None) => Join::Append,
            (Spelled::Block, None) => Join::Last,
            (Spelled::Along, None) | (Spelled::Along | Spelled::Append, Some(0 | -2)) => Join::Below,
            (Spelled::Along | Spelled::Append, Some(1)) => Join::Beside,
            (Spelled::Along | Spelled::Append, Some(-1)) => Join::Last,
            (Spelled::Stack, None | Some(0 | -2)) => Join::Rows,
            (Spelled::Stack, Some(1 | -1)) => Join::Beside,
            (_, Some(_)) => return Err(self.no_axis(spelling, (first_gone, close))),
        };
        // A list in the brackets goes; its entries are the arguments.
        if let [only] = arguments.as_slice()
            && let Some(inner) = self.list(*only)
        {
            gone.extend([(only.0, only.0 + 1), (only.1 - 1, only.1)]);
            let rows: Vec<Option<Vec<Part>>> =
                inner.iter().map(|part| self.list(*part).filter(|_| spelled == Spelled::Block)).collect();
            if let Some(rows) = rows.into_iter().collect::<Option<Vec<_>>>() {
                return Ok(Some(self.rows(at, open, &inner, rows.len(), gone)));
            }
            if self.tok(only.1 - 2) == &Tok::Comma {
                gone.push((only.1 - 2, only.1 - 1));
            }
        }
        made[0].1 = Tok::Func(Function::Join(join), spelling);
        Ok(Some(Change { gone, made }))
    }

    /// `np.diff(x)`, `diff(x, 2)`, `np.diff(X, axis=0)`, `diff(X, 1, 2)`. A second argument that is not a number is a variable, and the
    /// call that of a derivative.
    fn difference(&self, at: usize, open: usize) -> Result<Option<Change>, Box<Diagnostic>> {
        let close = self.tokens[open].partner;
        let arguments = self.parts(open + 1, close);
        let Some((array, rest)) = arguments.split_first() else { return Ok(None) };
        let is_of_module = self.source.get(..self.tokens[at].span.start).is_some_and(|before| before.ends_with('.'));
        let (mut order, mut axis) = (1, None);
        for (place, argument) in rest.iter().enumerate() {
            match (self.keyword(*argument), self.integer(*argument)) {
                (Some(("n", value)), _) if self.integer(value).is_some() => order = self.integer(value).unwrap_or(1),
                (Some(("axis" | "dim", value)), _) if self.integer(value).is_some() => axis = self.integer(value),
                (Some(("dims", value)), _) if self.integer(value).is_some() => {
                    axis = self.integer(value).map(|dim| dim - 1);
                }
                (Some((word, value)), _) => return Err(self.unread("diff", word, value)),
                (None, Some(number)) if place == 0 => order = number,
                (None, Some(number)) if place == 1 => axis = Some(if is_of_module { number } else { number - 1 }),
                (None, _) => return Ok(None),
            }
        }
        let is_along_rows = match axis {
            None if is_of_module => Some(true),
            None => None,
            Some(0 | -2) => Some(false),
            Some(1 | -1) => Some(true),
            Some(_) => return Err(self.no_axis("diff", (array.1, close))),
        };
        let Some(order) = u8::try_from(order).ok().filter(|order| (1..=MOST_DIFFERENCES).contains(&i64::from(*order)))
        else {
            let message = format!("differences are taken 1 to {MOST_DIFFERENCES} times");
            let error = Diagnostic::new("P0009", message, self.place((array.1, close)), "not so many times");
            return Err(Box::new(error.with_help("write `diff(x, 2)` for the differences of differences")));
        };
        let join = Join::Difference { order, is_along_rows };
        let made = vec![(at, Tok::Func(Function::Join(join), "diff"))];
        Ok(Some(Change { gone: vec![(at, open), (array.1, close)], made }))
    }

    /// `np.block([[A, B], [C, D]])`: its rows, each a call of its own.
    fn rows(&self, at: usize, open: usize, rows: &[Part], count: usize, mut gone: Vec<Part>) -> Change {
        debug_assert_eq!(rows.len(), count);
        let mut made = vec![(at, Tok::Func(Function::Join(Join::Below), "block"))];
        for (from, to) in rows {
            made.push((*from, Tok::Func(Function::Join(Join::BlockRow), "block")));
            made.push((*from, Tok::Open(Bracket::Round)));
            made.push((to - 1, Tok::Close(Bracket::Round)));
        }
        gone.push((at, open));
        Change { gone, made }
    }

    /// `np.c_[X, y]`, `np.r_[x, t]`.
    fn square(&self, at: usize) -> Option<Change> {
        let join = match self.word(at)? {
            "c" => Join::Beside,
            "r" => Join::Below,
            _ => return None,
        };
        let before = self.source.get(..self.tokens[at].span.start)?;
        let open = at + 2;
        if self.tok(at + 1) != &Tok::Underscore
            || self.tok(open) != &Tok::Open(Bracket::Square)
            || !["np.", "numpy."].iter().any(|module| before.ends_with(module))
        {
            return None;
        }
        let close = self.tokens[open].partner;
        let spelling = if join == Join::Beside { "c_" } else { "r_" };
        let made = vec![
            (at, Tok::Func(Function::Join(join), spelling)),
            (open, Tok::Open(Bracket::Round)),
            (close, Tok::Close(Bracket::Round)),
        ];
        Some(Change { gone: vec![(at, open)], made })
    }

    /// What stands between the commas of a bracket.
    fn parts(&self, from: usize, to: usize) -> Vec<Part> {
        let (mut found, mut start, mut at) = (Vec::new(), from, from);
        while at < to {
            match self.tokens[at].tok {
                Tok::Open(_) => at = self.tokens[at].partner.min(to),
                Tok::Comma => {
                    found.push((start, at));
                    start = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        if start < to {
            found.push((start, to));
        }
        found
    }

    /// The entries of a list, `[A, B]`, `(A, B)`, `[A]`.
    fn list(&self, (from, to): Part) -> Option<Vec<Part>> {
        let Tok::Open(bracket @ (Bracket::Round | Bracket::Square | Bracket::Brace)) = *self.tok(from) else {
            return None;
        };
        if self.tokens[from].partner + 1 != to {
            return None;
        }
        let entries = self.parts(from + 1, to - 1);
        let has_commas = entries.len() > 1 || self.tok(to - 2) == &Tok::Comma;
        let has_semicolon = (from..to).any(|at| self.tok(at) == &Tok::Semicolon);
        (!entries.is_empty() && !has_semicolon && (has_commas || bracket == Bracket::Square)).then_some(entries)
    }

    /// The word and the value of `axis=0`.
    fn keyword(&self, (from, to): Part) -> Option<(&str, Part)> {
        (self.tok(from + 1) == &Tok::Equal && from + 2 < to).then_some((self.word(from)?, (from + 2, to)))
    }

    /// The whole number that an argument is.
    fn integer(&self, (from, to): Part) -> Option<i64> {
        let number = |tok: &Tok| match tok {
            Tok::Number(number) => Coeff::to_i64(number).filter(|number| (-9..=9).contains(number)),
            _ => None,
        };
        match &self.tokens[from..to] {
            [one] => number(&one.tok),
            [sign, one] if sign.tok == Tok::Minus => number(&one.tok).map(|number| -number),
            _ => None,
        }
    }

    fn place(&self, (from, to): Part) -> Span {
        self.tokens[from].span.join(self.tokens[to - 1].span)
    }

    fn unread(&self, spelling: &str, word: &str, value: Part) -> Box<Diagnostic> {
        let message = match word {
            "axis" | "dim" | "dims" => format!("`{word}` of `{spelling}` is a number"),
            _ => format!("`{word}` of `{spelling}` is not read"),
        };
        let error = Diagnostic::new("P0009", message, self.place(value), "not read");
        Box::new(error.with_help(
            "beside the arrays only an axis is read: `axis=0` joins them one below the other, `axis=1` side by side",
        ))
    }

    fn no_axis(&self, spelling: &str, given: Part) -> Box<Diagnostic> {
        let (at, to) = (given.0.min(self.tokens.len() - 1), given.1);
        let span = if at < to { self.place((at, to)) } else { self.tokens[at].span };
        let error = Diagnostic::new("P0009", format!("an axis that `{spelling}` does not have"), span, "not read");
        Box::new(
            error.with_help("of two axes 0 runs down the columns and 1 along the rows: `concatenate([A, B], axis=1)`"),
        )
    }
}

impl Parser<'_> {
    /// The blocks that a call joins.
    pub(super) fn joined(
        &mut self,
        join: Join,
        callee: &Callee,
        arguments: &[Operand],
        span: Span,
    ) -> Result<AstKind, Failure> {
        if arguments.is_empty() {
            return Err(self.no_argument(callee));
        }
        if let Join::Difference { order, is_along_rows } = join {
            return self.differences(order, is_along_rows, arguments, span);
        }
        let looks: Vec<Looks> = arguments.iter().map(|part| self.looks(part.id)).collect();
        let has = |wanted: &[Looks]| looks.iter().any(|looks| wanted.contains(looks));
        let has_matrix = has(&[Looks::Matrix]) || !has(&[Looks::Letter, Looks::Vector]) && has(&[Looks::Open]);
        let mut blocks: Vec<AstId> = arguments.iter().map(|part| part.id).collect();
        if join == Join::Append && has_matrix {
            return Err(self.appended_matrices(arguments, span));
        }
        // One axis: a vector is a row among rows.
        let are_rows = match join {
            Join::Rows => !has(&[Looks::Scalar]),
            Join::BlockRow => !has_matrix,
            Join::DiagonalOfRows => true,
            Join::Below | Join::Beside | Join::Last | Join::Append | Join::Diagonal | Join::Difference { .. } => false,
        };
        if are_rows {
            let mut turned = false;
            for (block, looks) in blocks.iter_mut().zip(&looks) {
                if matches!(looks, Looks::Letter | Looks::Vector) {
                    *block = self.push(AstKind::Transpose(*block), self.ast.span(*block))?;
                    turned = true;
                }
            }
            if turned {
                self.note_rows(join, arguments, span);
            }
        }
        let is_row = match join {
            Join::Below | Join::Rows | Join::Append | Join::Difference { .. } => false,
            Join::Beside | Join::BlockRow => true,
            Join::Last => {
                if !has_matrix && arguments.len() > 1 && has(&[Looks::Letter, Looks::Vector]) {
                    self.note_joined(arguments, span);
                }
                has_matrix
            }
            Join::Diagonal | Join::DiagonalOfRows => return self.diagonal_blocks(&blocks, span),
        };
        if let [only] = blocks.as_slice() {
            return Ok(self.ast.node(*only).kind.clone());
        }
        Ok(AstKind::Stack { is_row, blocks })
    }

    /// x_{2:n} − x_{1:n−1}, and with binomial coefficients where differences are taken several times.
    fn differences(
        &mut self,
        order: u8,
        is_along_rows: Option<bool>,
        arguments: &[Operand],
        span: Span,
    ) -> Result<AstKind, Failure> {
        let [array] = arguments else { return Err(self.stray()) };
        let is_matrix = self.looks(array.id) == Looks::Matrix;
        if is_matrix && is_along_rows.is_none() {
            let shown = self.ast.source.get(span.start..span.end).unwrap_or("").to_owned();
            let other = format!("diff({}, axis=1)", self.written(arguments, ", "));
            let message = format!(
                "`{shown}` takes the differences of rows, as in MATLAB; those within a row are written `{other}`"
            );
            self.note_once("differences-of-rows", span, message, other);
        }
        let (mut terms, mut binomial) = (Vec::with_capacity(usize::from(order) + 1), 1_i64);
        for step in 0..=order {
            let number = |value: u8| AstKind::Number(Coeff::integer(i64::from(value)));
            let first = self.push(number(order - step + 1), span)?;
            let after = if step == 0 { None } else { Some(self.push(number(step), span)?) };
            let range = Cut::Range(Bound::At(first), Bound::FromEnd(after));
            let cuts = match (is_matrix, is_along_rows) {
                (false, _) => vec![range],
                (true, Some(true)) => vec![Cut::All, range],
                (true, _) => vec![range, Cut::All],
            };
            let mut term = self.push(AstKind::Slice { of: array.id, cuts }, span)?;
            if binomial != 1 {
                let factor = self.push(AstKind::Number(Coeff::integer(binomial)), span)?;
                term = self.push(AstKind::Product { first: factor, rest: vec![(ProductOp::Times, term)] }, span)?;
            }
            terms.push((if step % 2 == 0 { Sign::Plus } else { Sign::Minus }, term));
            binomial = binomial * i64::from(order - step) / i64::from(step + 1);
        }
        Ok(AstKind::Sum(terms))
    }

    /// Blocks along the diagonal, with zeros of any shape beside them.
    pub(super) fn diagonal_blocks(&mut self, blocks: &[AstId], span: Span) -> Result<AstKind, Failure> {
        let mut rows = Vec::with_capacity(blocks.len());
        for place in 0..blocks.len() {
            let mut row = Vec::with_capacity(blocks.len());
            for (column, block) in blocks.iter().enumerate() {
                row.push(if column == place { *block } else { self.push(AstKind::Number(Coeff::ZERO), span)? });
            }
            rows.push(self.push(AstKind::Stack { is_row: true, blocks: row }, span)?);
        }
        Ok(AstKind::Stack { is_row: false, blocks: rows })
    }

    fn written(&self, arguments: &[Operand], by: &str) -> String {
        let text = |part: &Operand| self.ast.source.get(part.span.start..part.span.end).unwrap_or("").to_owned();
        arguments.iter().map(text).collect::<Vec<_>>().join(by)
    }

    fn note_once(&mut self, row: &'static str, span: Span, message: String, other: String) {
        if self.ast.remarks.iter().all(|remark| remark.row != row) {
            self.ast.remarks.push(Remark { row, span, message: message.into(), other: Some(other) });
        }
    }

    fn note_rows(&mut self, join: Join, arguments: &[Operand], span: Span) {
        let shown = self.ast.source.get(span.start..span.end).unwrap_or("").to_owned();
        let other = match join {
            Join::Rows => format!("[{}]", self.written(arguments, "; ")),
            Join::DiagonalOfRows => format!("blkdiag({})", self.written(arguments, ", ")),
            _ => format!("vertcat({})", self.written(arguments, ", ")),
        };
        let message =
            format!("vectors are rows in `{shown}`, as those of one axis in NumPy; columns are written `{other}`");
        self.note_once("vectors-as-rows", span, message, other);
    }

    fn note_joined(&mut self, arguments: &[Operand], span: Span) {
        let shown = self.ast.source.get(span.start..span.end).unwrap_or("").to_owned();
        let other = format!("column_stack([{}])", self.written(arguments, ", "));
        let message = format!(
            "`{shown}` joins vectors to one, as those of one axis in NumPy; side by side they are written `{other}`"
        );
        self.note_once("vectors-joined", span, message, other);
    }

    fn appended_matrices(&self, arguments: &[Operand], span: Span) -> Failure {
        let list = self.written(arguments, ", ");
        Box::new(
            Diagnostic::new("P0009", "`append` of matrices without an axis", span, "would be one long vector")
                .with_help(format!("for one below the other write `append({list}, axis=0)`"))
                .with_help(format!("for one beside the other write `append({list}, axis=1)`")),
        )
    }
}
