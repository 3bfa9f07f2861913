//! Products: numbers and scalar factors collected in one fraction, matrix factors after them.

use super::Notation;
use super::piece::{Edge, Piece, Prec};
use super::power::Exponent;
use super::printer::Printer;
use super::turned::Turned;
use crate::expr::{BigOp, ExprId, Func, Node};
use crate::number::Coeff;

/// A product taken apart.
#[derive(Clone)]
pub(super) struct Monomial {
    pub(super) coeff: Coeff,
    pub(super) above: Vec<(ExprId, Exponent)>,
    pub(super) below: Vec<(ExprId, Exponent)>,
    pub(super) chains: Vec<Vec<ExprId>>,
    pub(super) tail: Vec<ExprId>,
    /// Sums among the factors that are printed with their signs turned.
    pub(super) turned: Vec<Turned>,
}

impl Monomial {
    /// The empty product.
    pub(super) fn one() -> Self {
        Self {
            coeff: Coeff::ONE,
            above: Vec::new(),
            below: Vec::new(),
            chains: Vec::new(),
            tail: Vec::new(),
            turned: Vec::new(),
        }
    }

    /// Only a number, or a number times identities.
    pub(super) fn is_plain(&self) -> bool {
        self.above.is_empty() && self.below.is_empty() && self.chains.is_empty()
    }

    /// Whether what multiplies the rest is π, or a sum with π as a term, and nothing beside it but a sign.
    pub(super) fn is_pi(&self, printer: &Printer<'_>) -> bool {
        let is_term =
            |(number, term): &(Coeff, ExprId)| number.abs().is_one() && matches!(printer.opened(*term), Some(Node::Pi));
        let is_pi = |(base, exponent): &(ExprId, Exponent)| {
            exponent.is_one()
                && match printer.opened(*base) {
                    Some(Node::Pi) => true,
                    Some(Node::Add(terms)) => terms.iter().any(is_term),
                    _ => false,
                }
        };
        let is_alone = self.below.is_empty() && self.chains.is_empty() && self.coeff.abs().is_one();
        is_alone && matches!(self.above.as_slice(), [only] if is_pi(only))
    }

    /// The scalars that multiply the rest, where nothing is divided by and no inner product is among them.
    pub(super) fn multipliers(&self) -> Option<impl Iterator<Item = ExprId>> {
        let is_multiplied = !self.above.is_empty() && self.below.is_empty() && self.chains.is_empty();
        is_multiplied.then(|| self.above.iter().map(|(base, _)| *base))
    }
}

/// How deep single-term sums and products in one another are looked through.
const MAX_NESTING: u32 = 8;

/// Brackets and a transposition mark, in symbols.
pub(super) const BRACKETED_MARK: usize = 3;

impl Printer<'_> {
    /// Takes an expression apart into number, scalar factors above and below the line, and matrices.
    pub(super) fn monomial(&self, id: ExprId) -> Monomial {
        let mut monomial = Monomial::one();
        self.gather(id, &mut monomial, MAX_NESTING);
        monomial
    }

    fn gather(&self, id: ExprId, into: &mut Monomial, depth: u32) {
        let scalar = self.arena.shape(id).is_scalar();
        match self.opened(id) {
            Some(Node::Number(value)) => into.coeff = into.coeff.mul(value),
            Some(Node::Product(factors)) if depth > 0 => {
                let (scalars, matrices): (Vec<ExprId>, Vec<ExprId>) =
                    factors.iter().partition(|factor| self.arena.shape(**factor).is_scalar());
                for factor in scalars {
                    self.gather(factor, into, depth - 1);
                }
                if matrices.is_empty() {
                } else if scalar {
                    // A factor of the chain is printed without its common factor, which stands before the chain.
                    for (content, _) in matrices.iter().filter_map(|factor| self.contents.get(factor)) {
                        into.coeff = into.coeff.mul(content);
                    }
                    into.chains.push(matrices);
                } else {
                    for factor in matrices {
                        self.gather_matrix(factor, into, depth - 1);
                    }
                }
            }
            Some(Node::Hadamard(factors)) if scalar => {
                for (base, exponent) in factors.iter() {
                    self.gather_power(*base, *exponent, into);
                }
            }
            Some(Node::Add(terms)) if terms.len() == 1 && depth > 0 => {
                into.coeff = into.coeff.mul(&terms[0].0);
                self.gather(terms[0].1, into, depth - 1);
            }
            _ => {
                if let Some((content, _)) = self.contents.get(&id) {
                    into.coeff = into.coeff.mul(content);
                }
                if scalar {
                    into.above.push((id, Exponent::Number(Coeff::ONE)));
                } else {
                    into.tail.push(id);
                }
            }
        }
    }

    /// A factor of a matrix product: products in it are flat already, so only numbers are taken out.
    fn gather_matrix(&self, id: ExprId, into: &mut Monomial, depth: u32) {
        match self.opened(id) {
            Some(Node::Add(terms)) if terms.len() == 1 && depth > 0 => {
                into.coeff = into.coeff.mul(&terms[0].0);
                self.gather_matrix(terms[0].1, into, depth - 1);
            }
            _ => {
                if let Some((content, _)) = self.contents.get(&id) {
                    into.coeff = into.coeff.mul(content);
                }
                into.tail.push(id);
            }
        }
    }

    fn gather_power(&self, base: ExprId, exponent: ExprId, into: &mut Monomial) {
        match self.exponent(exponent) {
            Exponent::Number(power) => {
                if power.is_one() {
                    self.gather(base, into, 1);
                } else if let (Some(Node::Number(value)), Some(power)) = (self.opened(base), power.to_i64()) {
                    match value.pow(power, 1 << 16) {
                        Some(value) => into.coeff = into.coeff.mul(&value),
                        None => into.above.push((base, Exponent::Number(Coeff::from(power)))),
                    }
                } else if power.is_negative() {
                    into.below.push((base, Exponent::Number(power.neg())));
                } else {
                    into.above.push((base, Exponent::Number(power)));
                }
            }
            Exponent::Expr(id) => into.above.push((base, Exponent::Expr(id))),
        }
    }

    pub(super) fn monomial_of(&mut self, id: ExprId, loose: bool) -> Piece {
        let mut monomial = self.monomial(id);
        self.absorb_minus(&mut monomial);
        let negative = monomial.coeff.is_negative();
        monomial.coeff = monomial.coeff.abs();
        let piece = self.print_monomial(&monomial, false, loose);
        if negative { self.negated(&piece) } else { piece }
    }

    /// −piece
    pub(super) fn negated(&mut self, piece: &Piece) -> Piece {
        let inner = if piece.prec == Prec::Sum { self.bracket(piece) } else { piece.clone() };
        let (rope, len) = self.ropes.weave(&[self.spelling.minus], &[&inner]);
        Piece { rope, len, prec: Prec::Sum, lead: Edge::Other, whole: false, ..inner }
    }

    /// Numbers, then plain symbols, powers and norms, functions, inner products, sums, sums over an index, differentials.
    pub(super) fn rank(&self, (base, exponent): &(ExprId, Exponent), factors: &[(ExprId, Exponent)]) -> u8 {
        match self.opened(*base) {
            Some(Node::Number(_)) => 0,
            // e⁻¹
            Some(Node::Elementwise(Func::Exp, inner)) if self.arena.as_number(*inner).is_some() => 0,
            // v̄ comes before the derivative that it is multiplied with.
            Some(Node::Symbol(symbol)) if self.arena.is_adjoint(*symbol) => 0,
            None
            | Some(Node::Symbol(_) | Node::Size(_) | Node::Pi | Node::Index(_) | Node::Member(..) | Node::Entry(..))
                if exponent.is_one() =>
            {
                1
            }
            // n!xⁿ
            Some(Node::Factorial(_)) if exponent.is_one() => 1,
            // k²xₖ
            Some(Node::Index(_)) if matches!(exponent, Exponent::Number(_)) => 1,
            // k(k − 1)xᵏ⁻²
            _ if matches!(exponent, Exponent::Expr(_))
                && factors.iter().any(|(id, _)| self.is_of_exponent(*id, factors)) =>
            {
                6
            }
            None
            | Some(
                Node::Symbol(_)
                | Node::Norm(..)
                | Node::Size(_)
                | Node::Pi
                | Node::Index(_)
                | Node::Member(..)
                | Node::Entry(..),
            ) => 2,
            Some(Node::Product(_) | Node::Hadamard(_)) => 4,
            // (2π)^(n/2)
            Some(Node::Add(terms)) if terms.iter().all(|(_, term)| matches!(self.opened(*term), Some(Node::Pi))) => 0,
            Some(Node::Add(_)) if self.is_letter_of_index(*base) => u8::from(!exponent.is_one()) * 2,
            Some(Node::Add(_)) => 5,
            Some(Node::Indexed { op: BigOp::Sum | BigOp::Product, .. }) => 7,
            Some(Node::Differential(..) | Node::Pending(..)) => 8,
            Some(_) => 3,
        }
    }

    /// The names of an entry's indices; none of anything else.
    fn places_of_entry(&self, id: ExprId) -> Vec<&str> {
        let Some(Node::Entry(_, row, col)) = self.opened(id) else { return Vec::new() };
        let name = |id: &ExprId| match self.opened(*id) {
            Some(Node::Index(index)) => {
                self.arena.index_name(*index).or(self.index_names.get(index).map(String::as_str))
            }
            _ => None,
        };
        [row, col].into_iter().filter_map(name).collect()
    }

    /// The sum without its common factor, or the piece as it is.
    fn stripped(&mut self, id: ExprId, loose: bool) -> Piece {
        match self.contents.get(&id) {
            Some((_, piece)) => piece.clone(),
            None => self.piece(id, loose),
        }
    }

    pub(super) fn scalar_pieces(&mut self, factors: &[(ExprId, Exponent)], turned: &[Turned]) -> Vec<Piece> {
        let mut sorted: Vec<&(ExprId, Exponent)> = factors.iter().collect();
        // Entries of one vector or matrix stand together, by their indices.
        let of = |factor: &(ExprId, Exponent)| match self.opened(factor.0) {
            Some(Node::Entry(of, ..)) => *of,
            _ => factor.0,
        };
        let first = |factor: &(ExprId, Exponent)| factors.iter().position(|other| of(other) == of(factor));
        // Numbers come before letters: nw, 2mn, sin(2πkt); `tk` would be tₖ.
        let letter = |factor: &(ExprId, Exponent)| match self.opened(factor.0) {
            Some(Node::Size(_)) => 0,
            Some(Node::Pi) => 1,
            Some(Node::Index(_)) => 2,
            _ => 3,
        };
        sorted.sort_by_cached_key(|factor| {
            (self.rank(factor, factors), letter(factor), first(factor), self.places_of_entry(factor.0))
        });
        let mut pieces = Vec::with_capacity(sorted.len());
        for (base, exponent) in sorted {
            pieces.push(if !exponent.is_one() {
                self.factor(*base, exponent)
            } else if turned.contains(&Turned::Scalar(*base)) {
                self.turned_sum(*base, false)
            } else {
                self.stripped(*base, false)
            });
        }
        pieces
    }

    /// A chain `xᵀAy` of matrices with a scalar value.
    fn chain(&mut self, factors: &[ExprId]) -> Piece {
        let picked = Monomial { tail: factors.to_vec(), ..Monomial::one() };
        if let Some(piece) = self.picked(&picked, true) {
            return piece;
        }
        // Nothing in cos(e₂)ᵀcos(e₂) says how long the two are.
        if let [left, right] = factors
            && let Some(Node::Transpose(first)) = self.opened(*left)
            && self.has_open_rows(*first)
            && self.has_open_rows(*right)
        {
            let (left, right) = (self.stripped(*first, false), self.sized(*right));
            return self.inner_product(&left, &right);
        }
        let member = |id: ExprId| matches!(self.opened(id), Some(Node::Member(..)));
        let is_reversed = self.arena.is_written_reversed(factors);
        if let [left, right] = factors
            && let Some(Node::Transpose(first)) = self.opened(*left)
            && is_reversed.unwrap_or_else(|| member(*right) && !member(*first) && !self.style.members_last)
        {
            let (left, right) = (self.stripped(*right, false), self.piece(*first, false));
            return self.inner_product(&left, &right);
        }
        if is_reversed == Some(true) && !self.style.inner_brackets && !self.has_cross(factors) {
            let pieces = self.matrices(factors, true, true, true);
            let mut piece = self.join(pieces).unwrap_or_else(|| self.number(&Coeff::ONE));
            piece.chain = true;
            return piece;
        }
        if let (true, Some(Node::Transpose(first))) =
            (self.style.inner_brackets, factors.first().and_then(|first| self.opened(*first)))
        {
            let left = self.piece(*first, false);
            let rest = self.matrices(&factors[1..], false, true, false);
            let rest = self.with_crosses(&factors[1..], rest, false);
            if let Some(right) = self.join(rest) {
                return if factors.len() > 2 {
                    self.inner_product(&right, &left)
                } else {
                    self.inner_product(&left, &right)
                };
            }
        }
        let pieces = self.matrices(factors, false, true, true);
        let pieces = self.with_crosses(factors, pieces, false);
        let mut piece = self.join(pieces).unwrap_or_else(|| self.number(&Coeff::ONE));
        piece.chain = true;
        piece
    }

    /// ⟨a, b⟩, or aᵀb in the other style.
    pub(super) fn inner_product(&mut self, left: &Piece, right: &Piece) -> Piece {
        if self.style.inner_brackets {
            let (open, close) = self.spelling.angle;
            let (rope, len) = self.ropes.weave(&[open, ", ", close], &[left, right]);
            let tall = left.tall || right.tall;
            return Piece { rope, len, tall, ..Piece::shell(Prec::Atom, Edge::Other, Edge::Bracket) };
        }
        let left = self.transposed(left);
        let right = self.at_least(right, Prec::Juxt);
        Piece { chain: true, ..self.juxtapose(&left, &right) }
    }

    /// The pieces of matrix factors; `flipped`: of the transposed product.
    pub(super) fn matrices(&mut self, factors: &[ExprId], flipped: bool, loose: bool, inside: bool) -> Vec<Piece> {
        let sized = inside || factors.iter().any(|factor| !self.unsized_form(*factor));
        let mut pieces = Vec::with_capacity(factors.len());
        for (place, factor) in factors.iter().enumerate() {
            let last = place + 1 == factors.len() && factors.len() > 1;
            let is_row = matches!(self.opened(*factor), Some(Node::Transpose(_)));
            let bare = (loose || (sized && !(last && is_row))) && !self.is_ones_beside_open(factors, place);
            pieces.push(if flipped { self.flipped(*factor) } else { self.stripped(*factor, bare) });
        }
        for place in 1..factors.len() {
            if self.is_open_between(factors[place - 1], factors[place]) {
                let identity = self.identity(self.arena.shape(factors[place]).rows, false);
                let next = &mut pieces[if flipped { place - 1 } else { place }];
                let right = self.at_least(next, Prec::Juxt);
                *next = self.juxtapose(&identity, &right);
            }
        }
        if flipped {
            pieces.reverse();
        }
        pieces
    }

    /// The transpose of a factor: of a transposed one the factor itself.
    pub(super) fn flipped(&mut self, id: ExprId) -> Piece {
        if let Some(inner) = self.transposes.get(&id) {
            return inner.clone();
        }
        if let Some(Node::Transpose(inner)) = self.opened(id) {
            return self.piece(*inner, true);
        }
        if let Some(Node::Power(base, exponent)) = self.opened(id)
            && let Some(Node::Transpose(inner)) = self.opened(*base)
        {
            let inner = self.piece(*inner, true);
            let exponent = self.exponent(*exponent);
            return self.power(&inner, &exponent);
        }
        if let Some(Node::Power(base, exponent)) = self.opened(id)
            && self.arena.as_number(*exponent) == Some(&Coeff::MINUS_ONE)
        {
            let base = self.piece(*base, true);
            return self.inverse_transposed(&base);
        }
        let symmetric = match self.opened(id) {
            Some(Node::Symbol(symbol)) => super::declaration::is_symmetric(self.arena.symbol(*symbol).structure),
            Some(Node::Identity(_)) => true,
            _ => false,
        };
        let piece = self.stripped(id, true);
        if symmetric { piece } else { self.transposed(&piece) }
    }

    /// Factors side by side, bracketed where they must be.
    pub(super) fn join(&mut self, mut pieces: Vec<Piece>) -> Option<Piece> {
        if pieces.len() == 1 {
            return pieces.pop();
        }
        let chains = pieces.iter().filter(|piece| piece.chain).count();
        let count = pieces.len();
        let mut joined: Option<Piece> = None;
        let mut string = Vec::with_capacity(count);
        for (place, piece) in pieces.into_iter().enumerate() {
            let last = place + 1 == count;
            let wrap = piece.prec < Prec::Juxt || (piece.open && !last) || (piece.chain && (!last || chains > 1));
            let piece = if wrap { self.bracket(&piece) } else { piece };
            let (rope, len) = (piece.rope, piece.len);
            let (before, product) = match joined {
                None => ("", piece),
                Some(before) => {
                    let prec = before.prec.min(piece.prec).min(Prec::Juxt);
                    let (separator, product) = self.beside(&before, &piece);
                    (separator, Piece { prec: product.prec.min(prec), ..product })
                }
            };
            string.push((before, rope, len));
            joined = Some(product);
        }
        let product = joined?;
        let (rope, len) = self.ropes.string(&string);
        Some(Piece { rope, len, ..product })
    }

    /// num/den
    pub(super) fn fraction(&mut self, above: &Piece, below: &Piece) -> Piece {
        if self.format == Notation::Latex {
            let (rope, len) = self.ropes.weave(&["\\frac{", "}{", "}"], &[above, below]);
            return Piece { rope, len, tall: true, ..Piece::shell(Prec::Juxt, Edge::Other, Edge::Bracket) };
        }
        let above = self.at_least(above, Prec::Juxt);
        let below = self.at_least(below, Prec::Postfix);
        // `1/1[x > 0]` would begin with the number 1/1.
        let runs_on = above.trail == Edge::Digit && below.lead == Edge::Digit && below.trail != Edge::Digit;
        let below = if runs_on { self.bracket(&below) } else { below };
        let (rope, len) = self.ropes.weave(&["", "/"], &[&above, &below]);
        let bar = above.bar || below.bar;
        Piece { rope, len, bar, ..Piece::shell(Prec::Ops, above.lead.clone(), below.trail.clone()) }
    }

    /// How many symbols the transpose of a product saves; 0 unless it is a product of transposes.
    pub(super) fn saved_by_transposing(&self, factors: &[ExprId]) -> usize {
        let mut saved = 0;
        for factor in factors {
            saved += match self.opened(*factor) {
                Some(Node::Transpose(inner)) if self.arena.shape(*inner).is_matrix() => match self.opened(*inner) {
                    Some(Node::Power(..)) => 0,
                    _ => 1,
                },
                Some(Node::Power(base, exponent)) => match self.opened(*base) {
                    Some(Node::Transpose(_)) if self.arena.as_number(*exponent) == Some(&Coeff::MINUS_ONE) => 0,
                    Some(Node::Transpose(_)) => BRACKETED_MARK,
                    _ => return 0,
                },
                _ => return 0,
            };
        }
        saved
    }

    /// The product with a positive number in front; `flipped`: its transpose.
    pub(super) fn print_monomial(&mut self, monomial: &Monomial, flipped: bool, loose: bool) -> Piece {
        if !flipped && let Some(piece) = self.picked(monomial, loose).or_else(|| self.stack(&[monomial])) {
            return piece;
        }
        let (shared, apart) = self.powers_together(monomial);
        let monomial = apart.as_ref().unwrap_or(monomial);
        let mut above = self.scalar_pieces(&monomial.above, &monomial.turned);
        let plain = monomial.above.iter().filter(|factor| self.rank(factor, &monomial.above) < 2).count();
        let (shared_above, shared_below) = shared;
        above.splice(plain..plain, shared_above);
        for chain in &monomial.chains {
            let place = above.iter().position(|piece| piece.open || piece.prec == Prec::Sum).unwrap_or(above.len());
            let chain = self.chain(chain);
            above.insert(place, chain);
        }
        let mut tail = self.matrices(&monomial.tail, flipped, loose, false);
        for turned in &monomial.turned {
            match *turned {
                Turned::Matrix(place) if place < tail.len() => {
                    tail[place] = self.turned_sum(monomial.tail[place], false);
                }
                Turned::Entrywise(place, base) => {
                    if let Some(factors) = self.entrywise_factors(monomial.tail[place]) {
                        let product = self.hadamard(factors, Some(base));
                        tail[place] = match self.opened(monomial.tail[place]) {
                            Some(Node::Diag(_)) => self.call("diag", &[product]),
                            _ if flipped => self.transposed(&product),
                            _ => product,
                        };
                    }
                }
                Turned::Matrix(_) | Turned::Scalar(_) | Turned::Cross => {}
            }
        }
        if !flipped && tail.len() > 1 && self.saved_by_transposing(&monomial.tail) > BRACKETED_MARK + 1 {
            let inner = self.matrices(&monomial.tail, true, loose, false);
            if let Some(inner) = self.join(inner) {
                let inner = self.bracket(&inner);
                tail = vec![self.transposed(&inner)];
            }
        }
        if !flipped {
            let is_turned = monomial.turned.contains(&Turned::Cross);
            tail = self.with_crosses(&monomial.tail, tail, is_turned);
        }
        let scaled = !above.is_empty() || !tail.is_empty();
        let scalars = above.len();
        above.extend(tail);
        let mut below = self.scalar_pieces(&monomial.below, &[]);
        below.extend(shared_below);
        let is_line = self.is_on_line(&monomial.coeff);
        let (numerator, denominator) = if is_line { ("1".into(), "1".into()) } else { self.quotient(&monomial.coeff) };
        let divided = scaled && self.format != Notation::Latex && self.divisor(&monomial.coeff).is_some();
        if below.is_empty() && !divided {
            if !monomial.coeff.is_one() || !scaled {
                let number = self.number(&monomial.coeff);
                above.insert(0, number);
            }
            return self.join(above).unwrap_or_else(|| self.number(&Coeff::ONE));
        }

        if is_line && !monomial.coeff.is_one() {
            let number = self.number(&monomial.coeff);
            above.insert(0, number);
        }
        if denominator != "1" {
            below.insert(0, self.ropes.text(&denominator, Prec::Atom, Edge::Digit, Edge::Digit));
        }
        if numerator != "1" || above.is_empty() {
            above.insert(0, self.ropes.text(&numerator, Prec::Atom, Edge::Digit, Edge::Digit));
        }
        let below = self.join(below).unwrap_or_else(|| self.number(&Coeff::ONE));
        // A sum over an index stands after the fraction: (1/n)Σᵢ aᵢ
        if !below.open && above.last().is_some_and(|piece| piece.open) {
            let sum = above.pop();
            let front = self.join(above).unwrap_or_else(|| self.number(&Coeff::ONE));
            let front = self.fraction(&front, &below);
            return self.join(std::iter::once(front).chain(sum).collect()).unwrap_or(below);
        }
        // So does, in LaTeX, a sum with fractions of its own, which would be set small in the numerator.
        let is_high = |piece: &Piece| piece.tall && piece.prec == Prec::Sum;
        if let (Notation::Latex, Some(at)) = (self.format, above.iter().position(is_high)) {
            let scalars = scalars + usize::from(if is_line { !monomial.coeff.is_one() } else { numerator != "1" });
            let behind = above.split_off(at.min(scalars));
            let front = self.join(above).unwrap_or_else(|| self.number(&Coeff::ONE));
            let front = self.fraction(&front, &below);
            return self.join(std::iter::once(front).chain(behind).collect()).unwrap_or(below);
        }
        let above = self.join(above).unwrap_or_else(|| self.number(&Coeff::ONE));
        self.fraction(&above, &below)
    }
}
