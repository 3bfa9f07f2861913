//! Operands: numbers, names with their subscripts, functions, fractions, and what is written after an operand.

use super::ast::{AstId, AstKind, Comparison, Derivative, Function, Name, NormSpelling, ProductOp, Remark, Sign};
use super::function::{inverse_function, is_entrywise};
use super::looks::Looks;
use super::names::Piece;
use super::parse::{Failure, Parser};
use super::script::is_word_below;
use super::stack::{Callee, Entry, Frame, FrameKind, Operand, PowerKind, Which};
use super::token::{Bracket, Relation, Side, Tok, Token, is_sign_as_script};
use crate::catalog::Func;
use crate::diagnostic::Diagnostic;
use crate::number::Coeff;
use crate::span::Span;

/// What a raised mark does that is no exponent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Transpose,
    InverseTranspose,
    PseudoInverse,
}

impl Parser<'_> {
    pub(super) fn behind_number(&self, at: usize) -> bool {
        let is_number = |operand: Operand| matches!(self.ast.node(operand.id).kind, AstKind::Number(_));
        at > 0 && matches!(self.tokens[at - 1].tok, Tok::Number(_)) && self.state.operand.is_some_and(is_number)
    }

    pub(super) fn number(&mut self, value: &Coeff) -> Result<(), Failure> {
        let at = self.state.at;
        let span = self.span(at);
        let exponent = matches!(self.state.stack.last(), Some(Entry::Power { .. } | Entry::Sign { tight: true, .. }));
        let text = self.ast.source.get(span.start..span.end);
        if text == Some("11") && !exponent && self.mark(at + 1).is_some() {
            // `11ᵀ`: the second one is left for the next step.
            let middle = span.start + 1;
            let one = &mut self.tokens[at];
            (one.tok, one.span) = (Tok::Number(Coeff::integer(1)), Span::new(middle, span.end));
            let first = Span::new(span.start, middle);
            return self.operand(AstKind::Call(Function::Ones, Vec::new()), first, at);
        }
        let before_one = matches!(self.tok(at + 1), Tok::Number(next) if next.is_one()) && self.mark(at + 2).is_some();
        if value.is_one() && !exponent && before_one {
            return self.operand(AstKind::Call(Function::Ones, Vec::new()), span, at + 1);
        }
        if value.is_one() && !exponent && (self.mark(at + 1).is_some() || self.tok(at + 1) == &Tok::Underscore)
            || value.is_zero() && self.tok(at + 1) == &Tok::Underscore
            || value.is_one() && self.opens_indicator(at + 1)
        {
            return self.ones_or_zeros(value.is_one());
        }
        if value.is_one() && self.right_of_a_factor(at) {
            return self.operand(AstKind::Call(Function::Ones, Vec::new()), span, at + 1);
        }
        self.operand(AstKind::Number(value.clone()), span, at + 1)
    }

    /// `(A B) 1`: a one that would change nothing is the vector of ones.
    fn right_of_a_factor(&self, at: usize) -> bool {
        let Some(Entry::Juxtaposition { items, .. }) = self.state.stack.last() else { return false };
        let factor = items.last().is_some_and(|&id| !matches!(self.ast.node(id).kind, AstKind::Number(_)));
        factor && !matches!(self.tok(at + 1), Tok::Op(ProductOp::Divide) | Tok::Caret | Tok::Bang)
    }

    /// `\mathbf{1}`, `1_n`, `0_{m,n}`, `1[a > b]`.
    pub(super) fn ones_or_zeros(&mut self, ones: bool) -> Result<(), Failure> {
        let at = self.state.at;
        let sub = self.tok(at + 1) == &Tok::Underscore && matches!(self.tok(at + 2), Tok::Open(Bracket::Brace));
        if ones && (self.opens_indicator(at + 1) || sub && self.opens_indicator(at + 2)) {
            let mut inside = if sub { at + 2 } else { at + 1 };
            // `1_{[x > 0]}`
            if sub
                && matches!(self.tok(at + 3), Tok::Open(_))
                && self.tokens[at + 3].partner + 1 == self.tokens[at + 2].partner
            {
                let outer = self.tokens[at + 2].partner;
                self.tokens[outer].tok = Tok::Skip;
                inside = at + 3;
            }
            let open = self.span(at).join(self.span(inside));
            let frame = Frame {
                kind: FrameKind::Indicator,
                open,
                callee: None,
                before: Vec::new(),
                rows: Vec::new(),
                comparison: None,
            };
            self.push_frame(frame);
            self.state.at = inside + 1;
            return Ok(());
        }
        let function = if ones { Function::Ones } else { Function::Zeros };
        let (sizes, next) = match self.sizes_below(at + 1) {
            Some((parts, next)) => {
                let mut sizes = Vec::new();
                for (from, to) in parts {
                    sizes.push(self.region(from, to)?.id);
                }
                (sizes, next)
            }
            None => {
                let (mut sizes, text, next) = self.subscript(at + 1)?;
                // `1_{2n}` is a vector, `1_{mn}` a matrix.
                if let [number, size] = *sizes
                    && matches!(self.ast.node(number).kind, AstKind::Number(_))
                    && !text.contains(',')
                {
                    let product = AstKind::Product { first: number, rest: vec![(ProductOp::Times, size)] };
                    sizes = vec![self.push(product, self.ast.span(number).join(self.ast.span(size)))?];
                }
                (sizes, next)
            }
        };
        let span = self.span(at).join(self.span(next - 1));
        self.operand(AstKind::Call(function, sizes), span, next)
    }

    /// Whether a `[` at this place holds a comparison.
    fn opens_indicator(&self, at: usize) -> bool {
        if !matches!(self.tok(at), Tok::Open(Bracket::Square | Bracket::Round | Bracket::Brace)) {
            return false;
        }
        let end = self.tokens[at].partner;
        let mut inner = at + 1;
        let mut operand = false;
        while inner < end {
            let token = &self.tokens[inner];
            match token.tok {
                Tok::Open(_) if inner == at + 1 && token.partner + 1 == end => {}
                Tok::Open(_) => inner = token.partner,
                Tok::Equal
                | Tok::Greater
                | Tok::Relation(Relation::LessEqual | Relation::GreaterEqual | Relation::NotEqual) => return true,
                Tok::Less if operand => return true,
                _ => {}
            }
            operand = !matches!(self.tokens[inner].tok, Tok::Plus | Tok::Minus | Tok::Op(_) | Tok::Comma)
                || is_sign_as_script(&self.tokens, inner);
            inner += 1;
        }
        false
    }

    pub(super) fn name(&mut self, base: &str) -> Result<(), Failure> {
        let at = self.state.at;
        if base == "I" && !self.names.has_base("I") {
            let sub = self.tok(at + 1) == &Tok::Underscore;
            if self.opens_indicator(if sub { at + 2 } else { at + 1 }) {
                return self.ones_or_zeros(true);
            }
            if let Some((parts, next)) = self.sizes_below(at + 1) {
                return self.sized_identity(&parts, next);
            }
            self.refuse_slopes_of_image()?;
        }
        if self.is_part(at + 1) {
            return self.whole_name(base);
        }
        let (subscript, subscript_text, mut next) = self.subscript(at + 1)?;
        if subscript_text.is_empty() {
            next = at + 1;
            self.pull_subscript(at + 1)?;
            if self.tok(at + 1) == &Tok::Underscore {
                return self.name(base);
            }
        }
        let span = self.span(at).join(self.span(next - 1));
        if let Some(callee) = self.defined_call(base, &subscript_text, span, next)? {
            self.state.at = next;
            return self.open(Some(callee));
        }
        if let Some(operand) = self.bound(base, &subscript_text, &subscript, span)? {
            self.state.operand = Some(operand);
            self.state.at = next;
            return Ok(());
        }
        let name = Name { base: base.to_owned(), subscript, subscript_text, mark: self.tokens[at].mark };
        if self.ranked_call(&name, span, next)? {
            return Ok(());
        }
        self.operand(AstKind::Name(name), span, next)
    }

    /// The refusal of I_x beside I_y or I_t, derivatives of an image rather than identities, as in the equation of optical flow.
    fn refuse_slopes_of_image(&self) -> Result<(), Failure> {
        let below = |at: usize| match (&self.tokens[at].tok, self.tokens.get(at + 1..at + 4)) {
            (Tok::Name(base), Some([mark, first, second])) if base == "I" && mark.tok == Tok::Underscore => {
                let letter = if first.tok == Tok::Open(Bracket::Brace) { second } else { first };
                match &letter.tok {
                    Tok::Name(name) | Tok::Word(name) => Some(name.as_str()),
                    _ => None,
                }
            }
            _ => None,
        };
        let at = self.state.at;
        let Some(here) = below(at).filter(|name| matches!(*name, "x" | "y" | "t")) else { return Ok(()) };
        let is_other = |name: &str| matches!(name, "x" | "y" | "t") && name != here;
        let is_axis = |name: &str| matches!(name, "x" | "y");
        let others: Vec<&str> = (0..self.tokens.len()).filter_map(below).filter(|name| is_other(name)).collect();
        let known = |name: &str| self.names.has_base(&format!("I_{name}"));
        if others.is_empty() || !(is_axis(here) || others.iter().any(|name| is_axis(name))) || known(here) {
            return Ok(());
        }
        let span = self.span(at).join(self.span(at + 2));
        let error = Diagnostic::new(
            "N0111",
            format!("`I_{here}` has two usual readings"),
            span,
            "the derivative of an image, or an identity matrix?",
        );
        let error = if self.bound_indices.contains(here) {
            error.with_help("number the points, and write other letters: `sum_i (a_i u + b_i v + c_i)^2`")
        } else {
            error
                .with_help("for derivatives write other letters: `(a u + b v + c)^2` at a point, `||u a + v b + c||^2` of all points")
                .with_help(format!("for an identity matrix write `eye({here})`"))
        };
        Err(Box::new(error))
    }

    /// In `x^2_1` and `‖x‖^2_2` the subscript stands after the exponent: the two are swapped, unless the exponent is an eigenvalue or
    /// singular value with its place, as in `s^σ_2(X)`.
    pub(super) fn pull_subscript(&mut self, at: usize) -> Result<(), Failure> {
        if self.tok(at) != &Tok::Caret {
            return Ok(());
        }
        let under = match self.tok(at + 1) {
            Tok::Open(_) => self.tokens[at + 1].partner + 1,
            Tok::Number(_) | Tok::Name(_) | Tok::Top => at + 2,
            _ => return Ok(()),
        };
        if self.tok(under) != &Tok::Underscore {
            return Ok(());
        }
        let end = match self.tok(under + 1) {
            Tok::Open(_) => self.tokens[under + 1].partner + 1,
            Tok::End => return Ok(()),
            _ => under + 2,
        };
        if self.is_ranked_exponent(at + 1, end)? {
            return Ok(());
        }
        let (exponent, subscript) = (under - at, end - under);
        self.tokens[at..end].rotate_left(exponent);
        // Partners move with their brackets.
        for place in at..end {
            let partner = self.tokens[place].partner;
            if partner == usize::MAX {
                continue;
            }
            self.tokens[place].partner = if partner >= under { partner - exponent } else { partner + subscript };
        }
        Ok(())
    }

    /// The places between an opening mark at `at` and the end of what it governs: one symbol or a bracket's inside;
    /// with the place after.
    fn governed(&self, at: usize) -> Result<(usize, usize, usize), Failure> {
        match self.tok(at) {
            Tok::Open(_) => Ok((at + 1, self.tokens[at].partner, self.tokens[at].partner + 1)),
            Tok::End => Err(self.missing_script(at)),
            _ => Ok((at, at + 1, at + 1)),
        }
    }

    /// The subscript at a place, if there is one: its parts, its text, and the place after it.
    pub(super) fn subscript(&mut self, at: usize) -> Result<(Vec<AstId>, String, usize), Failure> {
        if self.tok(at) != &Tok::Underscore {
            return Ok((Vec::new(), String::new(), at));
        }
        let (from, to, next) = self.governed(at + 1)?;
        if from == to {
            return Err(self.missing_script(at + 1));
        }
        let mut parts = Vec::new();
        if self.is_label(from, to) {
            let text: String = (from..to).map(|k| self.script_text(k)).collect();
            let span = self.span(from).join(self.span(to - 1));
            parts.push(self.plain_name(text.clone(), span)?);
            return Ok((parts, text, next));
        }
        for (begin, end) in self.split_at_commas(from, to) {
            let flat = (begin..end).all(|k| matches!(self.tokens[k].tok, Tok::Number(_) | Tok::Word(_)));
            if flat && begin < end {
                for k in begin..end {
                    self.flat_part(k, &mut parts)?;
                }
            } else {
                parts.push(self.region(begin, end)?.id);
            }
        }
        let text = (from..to).map(|k| self.script_text(k)).collect();
        Ok((parts, text, next))
    }

    /// Whether a subscript is a sign, or a label with a star or a bar: `k_+`, `k_*`, `k_{**}`, `P_{k|k-1}`.
    fn is_label(&self, from: usize, to: usize) -> bool {
        let tokens = &self.tokens[from..to];
        let is_star = |token: &Token| matches!(token.tok, Tok::Op(ProductOp::Star) | Tok::Stars);
        let is_bar = |token: &Token| matches!(token.tok, Tok::Bar(_));
        let is_plain = |token: &Token| {
            is_star(token)
                || is_bar(token)
                || matches!(token.tok, Tok::Word(_) | Tok::Number(_) | Tok::Plus | Tok::Minus)
        };
        let has_star = tokens.first().is_some_and(is_star) || tokens.last().is_some_and(is_star);
        let has_bar = tokens.len() > 2 && tokens[1..tokens.len() - 1].iter().filter(|token| is_bar(token)).count() == 1;
        let is_sign = matches!(tokens, [Token { tok: Tok::Plus | Tok::Minus, .. }]);
        is_sign || (has_star || has_bar) && tokens.iter().all(is_plain)
    }

    pub(super) fn split_at_commas(&self, from: usize, to: usize) -> Vec<(usize, usize)> {
        let mut parts = Vec::new();
        let (mut start, mut at) = (from, from);
        while at < to {
            match self.tokens[at].tok {
                Tok::Open(_) => at = self.tokens[at].partner,
                Tok::Comma => {
                    parts.push((start, at));
                    start = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        parts.push((start, to));
        parts
    }

    /// One symbol of a subscript: a number; two letters, or more that are all bound, that are so many indices; or a word.
    fn flat_part(&mut self, at: usize, parts: &mut Vec<AstId>) -> Result<(), Failure> {
        let span = self.span(at);
        match self.tokens[at].tok.clone() {
            Tok::Number(value) => parts.push(self.push(AstKind::Number(value), span)?),
            Tok::Word(word) => {
                let letters: Vec<char> = word.chars().collect();
                let is_index = |letter: &char| self.bound_indices.contains(letter.to_string().as_str());
                let is_list = letters.len() > 2 && self.names.whole(&word).is_none() && !is_word_below(&word);
                if is_list && letters.iter().all(is_index) {
                    let written = span.end - span.start == word.len();
                    for (place, letter) in word.char_indices() {
                        let end = place + letter.len_utf8();
                        let own = if written { Span::new(span.start + place, span.start + end) } else { span };
                        let id = self.plain_name(letter.to_string(), own)?;
                        parts.push(id);
                    }
                    return Ok(());
                }
                let split = match (self.names.whole(&word), letters.as_slice()) {
                    (None, [a, rest @ ..]) if !rest.is_empty() && rest.iter().all(char::is_ascii_digit) => {
                        Some((a.to_string(), rest.iter().collect::<String>()))
                    }
                    (None, [a, b]) if *b < '\u{300}' || *b > '\u{36F}' => Some((a.to_string(), b.to_string())),
                    _ => None,
                };
                if let Some((first, second)) = split {
                    let written = span.end - span.start == word.len();
                    let middle = if written { Span::new(span.start, span.start + first.len()) } else { span };
                    parts.push(self.plain_name(first, middle)?);
                    let rest = if written { Span::new(middle.end, span.end) } else { span };
                    let id = match Coeff::parse_decimal(&second, 9) {
                        Some(value) => self.push(AstKind::Number(value), rest)?,
                        None => self.plain_name(second, rest)?,
                    };
                    parts.push(id);
                } else {
                    let name = match self.names.whole(&word) {
                        Some(Piece::Symbol(name)) => name,
                        Some(Piece::User(_) | Piece::Function(_)) | None => word,
                    };
                    parts.push(self.plain_name(name, span)?);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn plain_name(&mut self, base: String, span: Span) -> Result<AstId, Failure> {
        self.not_bound(&base, span)?;
        self.push(AstKind::Name(Name::plain(base)), span)
    }

    pub(super) fn script_text(&self, at: usize) -> String {
        match &self.tokens[at].tok {
            Tok::Number(value) => value.to_string(),
            Tok::Word(word) | Tok::Name(word) => match self.names.whole(word) {
                Some(Piece::Symbol(name)) => name,
                Some(Piece::User(_) | Piece::Function(_)) | None => word.clone(),
            },
            Tok::Func(_, spelling) | Tok::NormWord(spelling) => (*spelling).to_owned(),
            Tok::Open(Bracket::Brace) | Tok::Close(Bracket::Brace) => String::new(),
            Tok::Plus => "+".to_owned(),
            Tok::Minus => "-".to_owned(),
            Tok::Comma => ",".to_owned(),
            Tok::Bar(_) => "|".to_owned(),
            Tok::Op(ProductOp::Star) => "*".to_owned(),
            _ => {
                let span = self.span(at);
                self.ast.source.get(span.start..span.end).unwrap_or("").to_owned()
            }
        }
    }

    /// Letters in a subscript that stand in an expression, as `n` in `x_{n+1}`.
    pub(super) fn loose_word(&mut self, word: &str) -> Result<(), Failure> {
        let at = self.state.at;
        let pieces = match self.names.whole(word) {
            Some(Piece::Symbol(name)) => return self.name(&name),
            Some(_) => return self.name(word),
            None => self.names.split(word).unwrap_or_default(),
        };
        let mut letters: Vec<String> = pieces
            .into_iter()
            .map(|(_, piece)| match piece {
                Piece::Symbol(name) | Piece::User(name) => name,
                Piece::Function(spelling) => spelling.to_owned(),
            })
            .collect();
        let last = letters.pop().unwrap_or_else(|| word.to_owned());
        for letter in letters {
            let span = self.span(at);
            self.operand(AstKind::Name(Name::plain(letter)), span, at)?;
            self.juxtapose()?;
        }
        self.name(&last)
    }

    pub(super) fn function(&mut self) -> Result<(), Failure> {
        let at = self.state.at;
        let mut next = at + 1;
        let mut which = match self.tokens[at].tok.clone() {
            Tok::Func(function, spelling) => Which::Known(function, spelling),
            Tok::User(name) => Which::User(name, Derivative::Primes(0), Vec::new()),
            Tok::Derived(name, derivative) => Which::User(name, derivative, Vec::new()),
            Tok::Frechet(name) => Which::Frechet(name, 0),
            _ => return self.square_root(),
        };
        if let Which::User(_, Derivative::Primes(order), _) | Which::Frechet(_, order) = &mut which {
            while self.tok(next) == &Tok::Prime {
                *order += 1;
                next += 1;
            }
        }
        // `F_i(x)`, `∇F_i(x)`
        if let Which::User(name, _, parts) = &mut which
            && self.names.has_map(name)
            && self.tok(next) == &Tok::Underscore
        {
            (*parts, _, next) = self.subscript(next)?;
        }
        // `σ'(z)`: the derivative of a function that is known.
        if let Which::Known(Function::Entrywise(func), spelling) = which
            && self.tok(next) == &Tok::Prime
        {
            let mut order = 0;
            while self.tok(next + order) == &Tok::Prime {
                order += 1;
            }
            let function = match (order, func) {
                (1, _) => Function::Slope(func),
                (_, Func::Polygamma(first)) => {
                    Function::Entrywise(Func::Polygamma(first.saturating_add(u32::try_from(order).unwrap_or(u32::MAX))))
                }
                _ => return Err(self.higher_derivative(spelling, at, next + 1)),
            };
            which = Which::Known(function, spelling);
            next += order;
        }
        let mut callee =
            Callee { which, power: None, transposed: false, span: self.span(at).join(self.span(next - 1)) };
        if let Which::Known(function @ (Function::Eye | Function::Ones | Function::Zeros), spelling) = callee.which
            && self.tok(next) != &Tok::Open(Bracket::Round)
        {
            if matches!(spelling, "vector") {
                return Err(self.no_argument(&callee));
            }
            return self.operand(AstKind::Call(function, Vec::new()), callee.span, next);
        }
        if self.tok(next) == &Tok::Underscore {
            if let Which::Known(function @ (Function::Max | Function::Min), _) = callee.which {
                return self.over_index(function, &callee, next);
            }
            let Some((base, behind)) = self.base_of_logarithm(&callee, next)? else {
                return Err(self.subscripted_function(&callee, next));
            };
            callee.which = Which::LogarithmTo(base);
            next = behind;
        }
        if let (Tok::Caret, Some((Mark::Transpose, behind))) = (self.tok(next), self.mark(next)) {
            callee.transposed = true;
            next = behind;
        } else if self.tok(next) == &Tok::Caret {
            let negative = matches!(self.tok(next + 1), Tok::Minus);
            let (from, to, behind) = if negative { (next + 1, next + 3, next + 3) } else { self.governed(next + 1)? };
            let power = self.region(from, to.min(self.state.end))?;
            self.fold_sign(power.id);
            let minus_one = Coeff::integer(-1);
            if let Which::Known(function, spelling) = callee.which
                && let Some(inverse) = inverse_function(function)
                && self.ast.node(power.id).kind == AstKind::Number(minus_one)
            {
                let span = callee.span.join(self.span(behind - 1));
                return Err(Self::inverse_function(spelling, &inverse, span));
            }
            callee.power = Some(power.id);
            next = behind;
        }
        let tok = self.tok(next).clone();
        if let (Which::Known(Function::Sum | Function::Mean | Function::Prod, spelling), Tok::Open(_)) =
            (&callee.which, &tok)
        {
            let span = callee.span.join(self.span(self.tokens[next].partner));
            self.note_on_open_index(spelling, next, span);
        }
        self.state.at = next;
        match tok {
            Tok::Open(bracket) if !matches!(bracket, Bracket::Cases | Bracket::Where | Bracket::Index { .. }) => {
                self.open(Some(callee))
            }
            Tok::Less => self.open(Some(callee)),
            Tok::Bar(side) | Tok::DoubleBar(side, _) if side != Side::Right => self.open(Some(callee)),
            // `exp -x` has a sign; in `log - x` the argument is missing.
            Tok::Plus | Tok::Minus if self.tokens.get(next + 1).is_some_and(|after| after.blank) => {
                Err(self.no_argument(&callee))
            }
            tok if tok.starts_operand() || matches!(tok, Tok::Plus | Tok::Minus) => {
                self.state.stack.push(Entry::Bare(Box::new(callee)));
                Ok(())
            }
            _ => Err(self.no_argument(&callee)),
        }
    }

    /// The base of `log_2` or `log_{10}`, and the place after it.
    fn base_of_logarithm(&mut self, callee: &Callee, at: usize) -> Result<Option<(AstId, usize)>, Failure> {
        if !matches!(callee.which, Which::Known(Function::Entrywise(Func::Log), _)) {
            return Ok(None);
        }
        let (parts, _, next) = self.subscript(at)?;
        Ok(match parts.as_slice() {
            [base] => match &self.ast.node(*base).kind {
                AstKind::Number(number) if !number.is_negative() && !number.is_zero() && !number.is_one() => {
                    Some((*base, next))
                }
                _ => None,
            },
            _ => None,
        })
    }

    /// `\sqrt{x}`, `\sqrt[n]{x}`, `\sqrt x`.
    fn square_root(&mut self) -> Result<(), Failure> {
        let at = self.state.at;
        let mut next = at + 1;
        let span = self.span(at);
        let mut which = Which::Known(Function::Sqrt, "sqrt");
        if self.tok(next) == &Tok::Open(Bracket::Square) {
            let close = self.tokens[next].partner;
            if matches!(self.tok(close + 1), Tok::Open(_)) {
                which = Which::Root(self.region(next + 1, close)?.id);
                next = close + 1;
            }
        }
        self.state.at = next;
        if matches!(self.tok(next), Tok::Open(_)) {
            return self.open(Some(Callee { which, power: None, transposed: false, span }));
        }
        if self.is_form(next) {
            self.state.at = at;
            self.root_of_form();
            return Ok(());
        }
        self.state.stack.push(Entry::Root { span });
        Ok(())
    }

    /// Whether a letter at a place is transposed and multiplied by what follows, as x in `xᵀA x`.
    pub(super) fn is_form(&self, at: usize) -> bool {
        self.end_of_transposed(at).is_some_and(|end| {
            let next = self.tok(end);
            next.starts_operand() && !matches!(next, Tok::Bar(Side::Either) | Tok::DoubleBar(Side::Either, _))
        })
    }

    /// The place after a letter with its subscript and its transpose.
    fn end_of_transposed(&self, at: usize) -> Option<usize> {
        if !matches!(self.tok(at), Tok::Name(_)) {
            return None;
        }
        let mark = match (self.tok(at + 1), self.tok(at + 2)) {
            (Tok::Underscore, Tok::Open(_)) => self.tokens[at + 2].partner + 1,
            (Tok::Underscore, _) => at + 3,
            _ => at + 1,
        };
        self.mark(mark).filter(|(mark, _)| *mark == Mark::Transpose).map(|(_, end)| end)
    }

    /// `√xᵀA x`, the root of the whole: of a transposed vector nobody takes it.
    pub(super) fn root_of_form(&mut self) {
        let at = self.state.at;
        let span = self.span(at);
        let letter = self.ast.written(self.span(at + 1)).to_owned();
        let message = format!(
            "the root before `{letter}` is read as that of the whole product; the root of each entry is written \
             `sqrt({letter})`"
        );
        self.ast.remarks.push(Remark { row: "root-of-form", span, message: message.into(), other: None });
        let which = Which::Known(Function::Sqrt, "sqrt");
        self.state.stack.push(Entry::Bare(Box::new(Callee { which, power: None, transposed: false, span })));
        self.state.at += 1;
    }

    /// `e^-x'x`, `e^x'Ax`, `2^x'x`: the exponent is the whole product that begins with a transposed letter, as no number has a power that is
    /// transposed.
    fn form_above(&mut self) -> Result<bool, Failure> {
        let at = self.state.at;
        let letter = at + 1 + usize::from(self.tok(at + 1) == &Tok::Minus);
        let Some(base) = self.state.operand else { return Ok(false) };
        let is_number = match &self.ast.node(base.id).kind {
            AstKind::Number(_) => true,
            AstKind::Name(name) => name.base == "e" && name.subscript.is_empty() && !self.names.has_base("e"),
            _ => false,
        };
        let run = self.end_of_run_above(base.id, letter);
        if !is_number || self.tok(at) != &Tok::Caret || !(run.is_some() || self.is_form(letter)) {
            return Ok(false);
        }
        let end = run.unwrap_or_else(|| self.end_of_form(letter));
        self.reduce(super::stack::level::POWER + 1)?;
        let Some(base) = self.state.operand.take() else { return Ok(false) };
        let exponent = self.region(at + 1, end)?;
        let span = base.span.join(self.span(end - 1));
        let (below, above) = (self.ast.written(base.span).to_owned(), self.ast.written(exponent.span).to_owned());
        let message =
            format!("the exponent of `{below}` is read as `{above}`, all of it; brackets say so, `{below}^({above})`");
        self.ast.remarks.push(Remark { row: "form-above", span, message: message.into(), other: None });
        self.operand(AstKind::Power(base.id, exponent.id), span, end)?;
        Ok(true)
    }

    /// The place after the product that begins with a transposed letter.
    fn end_of_form(&self, letter: usize) -> usize {
        let mut end = letter;
        loop {
            end = match self.tok(end) {
                Tok::Name(_) | Tok::Number(_) | Tok::Word(_) | Tok::Prime | Tok::Top => end + 1,
                Tok::Caret | Tok::Underscore if matches!(self.tok(end + 1), Tok::Open(_)) => {
                    self.tokens[end + 1].partner + 1
                }
                Tok::Caret | Tok::Underscore if !matches!(self.tok(end + 1), Tok::End) => end + 2,
                Tok::Open(Bracket::Round) => self.tokens[end].partner + 1,
                _ => return end,
            };
        }
    }

    /// The place after the letters that e is raised to where they are written as one run, `e^-wx`: in plain text all of them are meant.
    fn end_of_run_above(&self, base: AstId, letter: usize) -> Option<usize> {
        let is_letter = |at: usize| matches!(self.tok(at), Tok::Name(name) if name.chars().count() == 1);
        let is_next =
            |at: usize| is_letter(at) && !self.tokens[at].blank && self.span(at - 1).end == self.span(at).start;
        if self.is_latex || !matches!(self.ast.node(base).kind, AstKind::Name(_)) || !is_letter(letter) {
            return None;
        }
        let end = (letter + 1..self.tokens.len()).find(|at| !is_next(*at))?;
        let goes_on = matches!(self.tok(end), Tok::Caret | Tok::Underscore | Tok::Prime | Tok::Open(_) | Tok::Stars);
        (end > letter + 1 && (!goes_on || self.tokens[end].blank)).then_some(end)
    }

    /// The value of a function at its arguments.
    pub(super) fn apply(&mut self, callee: &Callee, arguments: &[Operand], span: Span) -> Result<Operand, Failure> {
        let kind = match &callee.which {
            Which::Known(function, spelling) => self.known_call(*function, spelling, callee, arguments, span)?,
            Which::User(name, derivative, parts) => match arguments {
                [argument] => {
                    let is_value = matches!(derivative, Derivative::Primes(_));
                    let call = AstKind::UserCall {
                        name: name.clone(),
                        derivative: *derivative,
                        argument: argument.id,
                        others: if is_value { Vec::new() } else { parts.clone() },
                    };
                    if is_value && !parts.is_empty() {
                        let call = self.push(call, span)?;
                        AstKind::EntryOf(call, parts.clone())
                    } else {
                        call
                    }
                }
                _ => return Err(self.wrong_arity(name, (1, 1), arguments, span)),
            },
            Which::Frechet(name, order) => match arguments {
                [argument, directions @ ..] if !directions.is_empty() => AstKind::UserCall {
                    name: name.clone(),
                    derivative: Derivative::Primes(*order),
                    argument: argument.id,
                    others: directions.iter().map(|direction| direction.id).collect(),
                },
                _ => return Err(self.wrong_arity(&format!("L_{name}"), (2, usize::MAX), arguments, span)),
            },
            Which::Defined(place, symbol) => return self.call_defined((*place, symbol.as_deref()), arguments, span),
            Which::LogarithmTo(base) => match arguments {
                [argument] => {
                    let log = Function::Entrywise(Func::Log);
                    let of_argument = self.push(AstKind::Call(log, vec![argument.id]), span)?;
                    let of_base = self.push(AstKind::Call(log, vec![*base]), callee.span)?;
                    AstKind::Product { first: of_argument, rest: vec![(ProductOp::Divide, of_base)] }
                }
                _ => return Err(self.wrong_arity("log", (1, 1), arguments, span)),
            },
            Which::Root(index) => match arguments {
                [argument] => {
                    let one = self.push(AstKind::Number(Coeff::integer(1)), callee.span)?;
                    let rest = vec![(ProductOp::Divide, *index)];
                    let exponent = self.push(AstKind::Product { first: one, rest }, callee.span)?;
                    AstKind::Power(argument.id, exponent)
                }
                _ => return Err(self.wrong_arity("sqrt", (1, 1), arguments, span)),
            },
        };
        let mut id = self.push(kind, span)?;
        if let Some(power) = callee.power {
            // `cos^2(X)` is the square of each entry.
            let entrywise = match callee.which {
                Which::Known(function, _) => is_entrywise(function),
                Which::LogarithmTo(_) => true,
                _ => false,
            };
            let kind = if entrywise { AstKind::HadamardPower(id, power) } else { AstKind::Power(id, power) };
            id = self.push(kind, span)?;
        }
        if callee.transposed {
            id = self.push(AstKind::Transpose(id), span)?;
        }
        Ok(Operand { id, span })
    }

    fn known_call(
        &mut self,
        function: Function,
        spelling: &str,
        callee: &Callee,
        arguments: &[Operand],
        span: Span,
    ) -> Result<AstKind, Failure> {
        if let Function::Join(join) = function {
            return self.joined(join, callee, arguments, span);
        }
        let (least, most) = super::function::arity(spelling);
        let empty_size = arguments.is_empty() && matches!(function, Function::Eye | Function::Ones | Function::Zeros);
        let is_list = function == Function::Diag && self.are_diagonal_entries(arguments);
        if !empty_size && !is_list && (arguments.len() < least || arguments.len() > most) {
            if arguments.is_empty() {
                return Err(self.no_argument(callee));
            }
            return Err(self.wrong_arity(spelling, (least, most), arguments, span));
        }
        if matches!(function, Function::Where | Function::Cases) {
            return Err(Self::without_condition(span));
        }
        // Where the body names an index that nothing binds, its powers are of numbers.
        let is_of_index = |remark: &Remark| {
            remark.row == "open-index" && remark.span.start <= span.end && span.start <= remark.span.end
        };
        if let (Function::Sum | Function::Mean | Function::Prod | Function::Along(..), [argument]) =
            (function, arguments)
            && !self.ast.remarks.iter().any(is_of_index)
        {
            self.open_powers(*argument);
        }
        let ids: Vec<AstId> = arguments.iter().map(|argument| argument.id).collect();
        Ok(match (function, ids.as_slice()) {
            (Function::Polygamma, [argument]) => {
                AstKind::Call(Function::Entrywise(Func::Polygamma(0)), vec![*argument])
            }
            (Function::Polygamma | Function::Entrywise(Func::Polygamma(_)), [order, argument]) => {
                let order = self.order_of_polygamma(spelling, arguments[0], *order)?;
                AstKind::Call(Function::Entrywise(Func::Polygamma(order)), vec![*argument])
            }
            (Function::Binomial, [n, k]) => self.binomial(*n, *k, span)?,
            (Function::Diag, [_, _, ..]) => return self.diagonal(&ids, span),
            (Function::Transpose, [argument]) => AstKind::Transpose(*argument),
            (Function::Norm, [argument]) if self.is_of_entries(callee) => {
                AstKind::Norm(NormSpelling::OfEntries, *argument)
            }
            (Function::Norm, [argument]) => AstKind::Norm(NormSpelling::Plain, *argument),
            (Function::Norm, [argument, which]) => AstKind::Norm(self.norm_of_argument(*which), *argument),
            (Function::Ones | Function::OnesMatrix, [factor]) if matches!(spelling, "vector" | "matrix") => {
                if self.ast.node(*factor).kind == AstKind::Number(Coeff::integer(1)) {
                    return Ok(AstKind::Call(function, Vec::new()));
                }
                let ones = self.push(AstKind::Call(function, Vec::new()), callee.span)?;
                AstKind::Product { first: *factor, rest: vec![(ProductOp::Times, ones)] }
            }
            _ => AstKind::Call(function, ids),
        })
    }

    /// Whether a `norm` is that of a module which takes all entries of an array, as NumPy's does and SciPy's, PyTorch's and TensorFlow's.
    fn is_of_entries(&self, callee: &Callee) -> bool {
        let before = self.ast.source.get(..callee.span.end).unwrap_or("");
        let is_blank = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'));
        let name = before.rsplit(is_blank).next().unwrap_or("");
        let Some((module, _)) = name.rsplit_once('.') else { return false };
        let mut modules = module.split('.');
        modules
            .any(|module| matches!(module, "np" | "numpy" | "jnp" | "torch" | "tf" | "scipy" | "linalg" | "LA" | "la"))
    }

    /// n!/(k!(n − k)!)
    fn binomial(&mut self, n: AstId, k: AstId, span: Span) -> Result<AstKind, Failure> {
        // Leaves are not shared: each may be read by what surrounds it.
        let (again, less) = (self.operand_of(n, span)?, self.operand_of(k, span)?);
        let rest = self.push(AstKind::Sum(vec![(Sign::Plus, again), (Sign::Minus, less)]), span)?;
        let of = [n, k, rest];
        let mut factorials = [n; 3];
        for (factorial, inner) in factorials.iter_mut().zip(of) {
            *factorial = self.push(AstKind::Factorial(inner), span)?;
        }
        let [first, chosen, left] = factorials;
        Ok(AstKind::Product { first, rest: vec![(ProductOp::Divide, chosen), (ProductOp::Divide, left)] })
    }

    /// Whether several arguments of `diag` are its entries: with two of them, the second may say which diagonal is meant, as in NumPy.
    fn are_diagonal_entries(&self, arguments: &[Operand]) -> bool {
        let [first, second, rest @ ..] = arguments else { return false };
        let is_place = matches!(self.ast.node(second.id).kind, AstKind::Number(_)) && rest.is_empty();
        !is_place || self.looks(first.id) == Looks::Scalar
    }

    /// `diag(a, b, c)`: the diagonal matrix of numbers, or of blocks.
    fn diagonal(&mut self, entries: &[AstId], span: Span) -> Result<AstKind, Failure> {
        if entries.iter().any(|entry| matches!(self.looks(*entry), Looks::Vector | Looks::Matrix)) {
            return self.diagonal_blocks(entries, span);
        }
        let vector = self.push(AstKind::Literal(entries.iter().map(|entry| vec![*entry]).collect()), span)?;
        Ok(AstKind::Call(Function::Diag, vec![vector]))
    }

    /// The first argument of `polygamma(k, x)`.
    fn order_of_polygamma(&self, spelling: &str, written: Operand, order: AstId) -> Result<u32, Failure> {
        let order = match &self.ast.node(order).kind {
            AstKind::Number(order) => order.to_i64().and_then(|order| u32::try_from(order).ok()),
            _ => None,
        };
        order
            .filter(|order| *order <= super::limits::MAX_POLYGAMMA_ORDER)
            .ok_or_else(|| self.no_order(spelling, written.span))
    }

    /// `\frac{a}{b}`, `\frac12`, `\frac1n`.
    pub(super) fn fraction(&mut self) -> Result<(), Failure> {
        let open = self.span(self.state.at);
        let is_quotient = self.tok(self.state.at) == &Tok::Frac;
        let which = Which::Known(Function::Binomial, "binom");
        let callee = Callee { which, power: None, transposed: false, span: open };
        self.state.at += 1;
        self.fraction_part(Frame {
            kind: FrameKind::Numerator,
            open,
            callee: (!is_quotient).then_some(callee),
            before: Vec::new(),
            rows: Vec::new(),
            comparison: None,
        })
    }

    /// Goes on to the second part of a fraction.
    pub(super) fn denominator(&mut self, frame: Frame, numerator: Operand) -> Result<(), Failure> {
        self.fraction_part(Frame { kind: FrameKind::Denominator, before: vec![numerator], ..frame })
    }

    fn fraction_part(&mut self, frame: Frame) -> Result<(), Failure> {
        let at = self.state.at;
        let numerator = frame.kind == FrameKind::Numerator;
        match self.tok(at).clone() {
            Tok::Open(Bracket::Brace) => {
                self.push_frame(frame);
                self.state.at += 1;
                Ok(())
            }
            Tok::Number(_) | Tok::Name(_) | Tok::Word(_) => {
                // TeX takes one digit: the rest of the number stands after it.
                let token = self.tokens[at].clone();
                let text = self.ast.source.get(token.span.start..token.span.end).unwrap_or("").to_owned();
                // In `\frac n2` the letter is one part and the number the other.
                if let Tok::Name(base) | Tok::Word(base) = &token.tok
                    && base == &text
                    && !self.names.has_base(base)
                    && let Some((middle, _)) = text.char_indices().nth(1)
                    && text[middle..].bytes().all(|byte| byte.is_ascii_digit())
                {
                    let (letter, place) = (text[..middle].to_owned(), token.span.start + middle);
                    let number = Coeff::parse_decimal(&text[middle..], 9).unwrap_or(Coeff::ZERO);
                    self.tokens[at] = Token::new(Tok::Number(number), Span::new(place, token.span.end));
                    let span = Span::new(token.span.start, place);
                    self.operand(AstKind::Name(Name::plain(letter)), span, at)?;
                    let Some(operand) = self.state.operand.take() else { return Ok(()) };
                    return if numerator {
                        self.denominator(frame, operand)
                    } else {
                        self.finish_fraction(frame, operand)
                    };
                }
                let digits =
                    matches!(token.tok, Tok::Number(_)) && text.len() > 1 && text.bytes().all(|b| b.is_ascii_digit());
                let (kind, span, next) = if digits {
                    let middle = token.span.start + 1;
                    let number = |text: &str| Coeff::parse_decimal(text, 9).unwrap_or(Coeff::ZERO);
                    let rest = Span::new(middle, token.span.end);
                    self.tokens[at] = Token::new(Tok::Number(number(&text[1..])), rest);
                    (AstKind::Number(number(&text[..1])), Span::new(token.span.start, middle), at)
                } else {
                    let kind = match token.tok {
                        Tok::Number(value) => AstKind::Number(value),
                        Tok::Name(base) | Tok::Word(base) => AstKind::Name(Name::plain(base)),
                        _ => return Err(self.bad_fraction(&frame)),
                    };
                    (kind, token.span, at + 1)
                };
                self.operand(kind, span, next)?;
                let Some(operand) = self.state.operand.take() else { return Ok(()) };
                if numerator { self.denominator(frame, operand) } else { self.finish_fraction(frame, operand) }
            }
            _ => Err(self.bad_fraction(&frame)),
        }
    }

    pub(super) fn finish_fraction(&mut self, frame: Frame, denominator: Operand) -> Result<(), Failure> {
        let Some(numerator) = frame.before.first() else { return Err(self.bad_fraction(&frame)) };
        let span = frame.open.join(self.span(self.state.at.saturating_sub(1))).join(denominator.span);
        let kind = match &frame.callee {
            Some(_) => self.binomial(numerator.id, denominator.id, span)?,
            None => AstKind::Product { first: numerator.id, rest: vec![(ProductOp::Divide, denominator.id)] },
        };
        let at = self.state.at;
        self.operand(kind, span, at)
    }

    /// Whether a transpose stands at a place.
    pub(super) fn is_transpose(&self, at: usize) -> bool {
        matches!(self.mark(at), Some((Mark::Transpose, _)))
    }

    /// The transpose or pseudo-inverse at a place, and the place after it.
    fn mark(&self, at: usize) -> Option<(Mark, usize)> {
        let is_top = |tok: &Tok| match tok {
            Tok::Top | Tok::Prime => true,
            Tok::Name(name) | Tok::Word(name) => name == "T" || name == "H" && self.is_transposed_by_h(),
            Tok::Op(ProductOp::Star) => self.is_conjugated(),
            _ => false,
        };
        let dagger = if self.is_conjugated() { Mark::Transpose } else { Mark::PseudoInverse };
        match self.tok(at) {
            Tok::Prime | Tok::Top => Some((Mark::Transpose, at + 1)),
            Tok::Dagger => Some((dagger, at + 1)),
            Tok::Caret => match self.tok(at + 1) {
                tok if is_top(tok) => Some((Mark::Transpose, at + 2)),
                Tok::Dagger => Some((dagger, at + 2)),
                // `X^+ Y`, but not `x^+2`.
                Tok::Plus if self.ends_operand(at + 2) => Some((Mark::PseudoInverse, at + 2)),
                Tok::Minus if is_top(self.tok(at + 2)) => Some((Mark::InverseTranspose, at + 3)),
                Tok::Open(_) => {
                    let close = self.tokens[at + 1].partner;
                    let mark = match close - at {
                        3 => match self.tok(at + 2) {
                            tok if is_top(tok) => Mark::Transpose,
                            Tok::Plus => Mark::PseudoInverse,
                            Tok::Dagger => dagger,
                            _ => return None,
                        },
                        4 if self.tok(at + 2) == &Tok::Minus && is_top(self.tok(at + 3)) => Mark::InverseTranspose,
                        _ => return None,
                    };
                    Some((mark, close + 1))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether what stands at a place is set apart by a blank or cannot begin an operand.
    fn ends_operand(&self, at: usize) -> bool {
        self.tokens[at].blank
            || matches!(
                self.tok(at),
                Tok::End
                    | Tok::Close(_)
                    | Tok::Comma
                    | Tok::Semicolon
                    | Tok::Op(_)
                    | Tok::Plus
                    | Tok::Minus
                    | Tok::Prime
                    | Tok::Caret
                    | Tok::Stars
                    | Tok::DotCaret
                    | Tok::Equal
                    | Tok::Less
                    | Tok::Greater
                    | Tok::Relation(_)
            )
    }

    /// `(A x)_i`, `X'_{ij}`: a subscript after a bracket, a transpose or a raised brace.
    pub(super) fn entry_of(&mut self) -> Result<(), Failure> {
        let at = self.state.at;
        if self.tokens[at - 1].tok == Tok::Close(Bracket::Square) && self.hat_below()? {
            return Ok(());
        }
        let behind = &self.tokens[at - 1].tok;
        let group = matches!(behind, Tok::Close(_) | Tok::Bar(_) | Tok::Prime | Tok::Top);
        let named = |id: AstId| matches!(self.ast.node(id).kind, AstKind::Name(_));
        if !group
            || behind == &Tok::Close(Bracket::Brace) && self.state.operand.is_some_and(|operand| named(operand.id))
        {
            return Err(self.stray());
        }
        // `{\|X\|}_F`
        if let (Tok::Close(Bracket::Brace), Some(operand)) = (behind, self.state.operand)
            && let AstKind::Norm(NormSpelling::Plain, inner) = self.ast.node(operand.id).kind
        {
            let (spelling, next) = self.norm_spelling(at)?;
            let span = operand.span.join(self.span(next - 1));
            return self.operand(AstKind::Norm(spelling, inner), span, next);
        }
        self.reduce_chain()?;
        let (parts, _, next) = self.subscript(at)?;
        let Some(operand) = self.state.operand else { return Ok(()) };
        let span = operand.span.join(self.span(next - 1));
        self.operand(AstKind::EntryOf(operand.id, parts), span, next)
    }

    pub(super) fn postfix(&mut self) -> Result<(), Failure> {
        let at = self.state.at;
        if self.label()? {
            return Ok(());
        }
        if let Some((mark, next)) = self.mark(at) {
            self.reduce_chain()?;
            let Some(mut operand) = self.state.operand else { return Ok(()) };
            operand.span = operand.span.join(self.span(next - 1));
            if mark != Mark::PseudoInverse {
                self.note_on_conjugate((at, next), operand.span);
            }
            let kind = match mark {
                Mark::Transpose => AstKind::Transpose(operand.id),
                Mark::PseudoInverse => AstKind::Call(Function::Pinv, vec![operand.id]),
                Mark::InverseTranspose => {
                    let minus_one = self.push(AstKind::Number(Coeff::integer(-1)), self.span(next - 1))?;
                    AstKind::Transpose(self.push(AstKind::Power(operand.id, minus_one), operand.span)?)
                }
            };
            return self.operand(kind, operand.span, next);
        }
        if self.form_above()? {
            return Ok(());
        }
        self.reduce(super::stack::level::POWER + 1)?;
        let kind = match self.tok(at) {
            Tok::DotCaret => PowerKind::Entrywise,
            Tok::Stars => PowerKind::Stars,
            _ => PowerKind::Caret,
        };
        let op = self.span(at);
        self.note_on_raised_index(at);
        self.note_on_end_of_time(at);
        if let Some(base) = self.state.operand.take() {
            self.state.stack.push(Entry::Power { base, kind, op });
        }
        self.state.at += 1;
        Ok(())
    }

    /// The note at `y^μ` under a sum over μ: a power, where a physicist may mean a component.
    fn note_on_raised_index(&mut self, at: usize) {
        let index = match (self.tok(at + 1), self.tok(at + 2)) {
            (Tok::Name(name), _) => name.clone(),
            (Tok::Open(Bracket::Brace), Tok::Name(name)) if self.tokens[at + 1].partner == at + 3 => name.clone(),
            _ => return,
        };
        let is_greek = matches!(index.as_str(), "μ" | "ν" | "ρ" | "σ" | "κ");
        let Some(base) = self.state.operand.filter(|_| is_greek && self.outer(&index).is_some()) else { return };
        let AstKind::Name(name) = &self.ast.node(base.id).kind else { return };
        if name.base == "e" || !name.subscript.is_empty() {
            return;
        }
        let written = self.ast.written(base.span).to_owned();
        let message = format!("`{written}^{index}` is read as a power; the component is written `{written}_{index}`");
        let span = base.span.join(self.span(at + 1));
        let other = Some(format!("{written}_{index}"));
        self.ast.remarks.push(Remark { row: "raised-index", span, message: message.into(), other });
    }

    /// The note at `A^{T-1}`, a power, where T is nothing else: some mean the inverse of the transpose.
    fn note_on_end_of_time(&mut self, at: usize) {
        let [caret, open, end, minus, one, close, ..] = &self.tokens[at..] else { return };
        let Some(base) = self.state.operand else { return };
        let is_end = caret.tok == Tok::Caret
            && open.tok == Tok::Open(Bracket::Brace)
            && matches!(&end.tok, Tok::Name(name) if name == "T" && !self.names.has_base(name))
            && minus.tok == Tok::Minus
            && matches!(&one.tok, Tok::Number(value) if value.is_one())
            && close.tok == Tok::Close(Bracket::Brace);
        let is_matrix = match &self.ast.node(base.id).kind {
            AstKind::Name(name) => name.base.starts_with(char::is_uppercase) && name.subscript.is_empty(),
            _ => false,
        };
        if !is_end || !is_matrix {
            return;
        }
        let is_letter =
            |token: &Token, letter: &str| matches!(&token.tok, Tok::Name(name) | Tok::Word(name) if name == letter);
        // The T of `x^T` and `x^{T}` is no number.
        let is_raised = |place: usize| {
            let before = |back: usize| place.checked_sub(back).map(|at| &self.tokens[at].tok);
            let is_alone = self.tokens.get(place + 1).is_some_and(|next| next.tok == Tok::Close(Bracket::Brace));
            before(1) == Some(&Tok::Caret) || is_alone && before(2) == Some(&Tok::Caret)
        };
        let is_used = self.tokens.iter().enumerate().any(|(place, token)| {
            is_letter(token, "t") || is_letter(token, "T") && place != at + 2 && !is_raised(place)
        });
        if is_used {
            return;
        }
        let span = base.span.join(close.span);
        let written = self.ast.written(base.span).to_owned();
        let other = format!("{written}^{{-T}}");
        let message =
            format!("`{written}^{{T-1}}` is read as a power; the inverse of the transpose is written `{other}`");
        self.ast.remarks.push(Remark { row: "power-of-time", span, message: message.into(), other: Some(other) });
    }

    /// `>`, `<`, `=` in an indicator, or what is true where one of them is not.
    pub(super) fn compare(&mut self, comparison: Comparison, holds: bool) -> Result<(), Failure> {
        if self.frame_kind() != Some(&FrameKind::Indicator) {
            return Err(self.stray());
        }
        self.reduce(super::stack::level::SUM)?;
        if self.frame().is_some_and(|frame| frame.comparison.is_some()) {
            return Err(self.stray());
        }
        let operand = self.state.operand.take();
        if let Some(frame) = self.frame_mut() {
            frame.comparison = Some((comparison, holds));
            frame.before.extend(operand);
        }
        self.state.at += 1;
        Ok(())
    }
}
