//! Sums and entrywise products: order of terms, signs, common numeric factors.

use rustc_hash::FxHashMap;

use super::monomial::{BRACKETED_MARK, Monomial};
use super::piece::{Edge, Piece, Prec};
use super::power::Exponent;
use super::printer::Printer;
use super::{Fractions, Notation};
use crate::expr::{BigOp, ExprId, Func, IndexId, Node, Shape, SymbolId};
use crate::number::Coeff;

/// Products of up to this many factors are put in order by their factors.
const MAX_ORDERED: usize = 16;

/// Two sums over all values of an index but one.
#[derive(Clone, Copy)]
struct Pair {
    /// The sum over the values behind the one that is left out, or minus the term at that one.
    behind: ExprId,
    index: IndexId,
    /// Where the first begins and the second ends.
    range: (ExprId, ExprId),
    but: ExprId,
    body: ExprId,
}

impl Printer<'_> {
    /// Σ cₖXₖ. A row is printed as the transpose of a column.
    pub(super) fn sum(&mut self, id: ExprId, terms: &[(Coeff, ExprId)], loose: bool) -> Piece {
        let shape = self.arena.shape(id);
        if let Some((scale, piece)) = self.contrary_indicator(terms) {
            let number = scale.abs();
            let piece = if number.is_one() { piece } else { self.scaled(&number, &piece) };
            return if scale.is_negative() { self.negated(&piece) } else { piece };
        }
        let sized = self.says_size(terms.iter().map(|(_, term)| *term));
        let mut monomials = self.monomials(terms, &Coeff::ONE);
        let stacked = self.is_stacked(&monomials.iter().map(|(_, monomial)| monomial).collect::<Vec<_>>());
        let flipped = terms.len() > 1
            && !stacked
            && (shape.is_row() || self.shorter_transposed(&monomials) || self.is_written_transposed(id, &monomials));
        let is_one_sum = monomials.len() == 2 && !flipped && !self.pairs_around(&monomials).is_empty();
        let content = self.common_factor(&monomials).or_else(|| self.factor_of_written(id, &monomials));
        if let Some(content) = content.filter(|_| !is_one_sum) {
            let over = content.recip().unwrap_or(Coeff::ONE);
            for (_, monomial) in &mut monomials {
                monomial.coeff = monomial.coeff.mul(&over);
            }
            let inner = self.signed_terms(id, monomials, shape, sized || loose, flipped);
            let bracketed = self.bracket(&inner);
            let bracketed = if flipped { self.turned_over(id, bracketed) } else { bracketed };
            let piece = self.scaled(&content.abs(), &bracketed);
            self.contents.insert(id, (content.clone(), if flipped { bracketed } else { inner }));
            return if content.is_negative() { self.negated(&piece) } else { piece };
        }
        let piece = self.signed_terms(id, monomials, shape, sized || loose, flipped);
        if flipped { self.turned_over(id, piece) } else { piece }
    }

    /// What stands alone, or in brackets, times a positive number: `2(x − y)`, `(x − y)/12`.
    fn scaled(&mut self, number: &Coeff, piece: &Piece) -> Piece {
        if let (Some(below), true) = (self.divisor(number), self.format != Notation::Latex) {
            let below = self.ropes.text(&below, Prec::Atom, Edge::Digit, Edge::Digit);
            return self.fraction(piece, &below);
        }
        let number = self.number(number);
        let number = if number.prec < Prec::Juxt { self.bracket(&number) } else { number };
        self.juxtapose(&number, piece)
    }

    /// The transpose of a factor with the number that all terms of it share, which [`Self::flipped`] leaves to the product.
    fn flipped_whole(&mut self, id: ExprId) -> Piece {
        let piece = self.flipped(id);
        let Some((content, _)) = self.contents.get(&id).filter(|_| self.transposes.contains_key(&id)) else {
            return piece;
        };
        let content = content.clone();
        let piece = self.scaled(&content.abs(), &piece);
        if content.is_negative() { self.negated(&piece) } else { piece }
    }

    /// The transpose of what is printed in the place of a sum's transpose.
    fn turned_over(&mut self, id: ExprId, inner: Piece) -> Piece {
        let piece = self.transposed(&inner);
        self.transposes.insert(id, inner);
        piece
    }

    /// The common numeric factor of a sum where writing it once saves coefficients, or decimals were divided by it; negative where all terms are.
    fn common_factor(&self, terms: &[(ExprId, Monomial)]) -> Option<Coeff> {
        if terms.len() < 2 {
            return None;
        }
        let coeffs = terms.iter().map(|(_, monomial)| &monomial.coeff);
        let is_number = |(_, monomial): &&(ExprId, Monomial)| monomial.is_plain() && monomial.tail.is_empty();
        let keeps_decimals = self.style.fractions != Fractions::Common;
        let quotient = if keeps_decimals {
            let (numbers, others): (Vec<_>, Vec<_>) = terms.iter().partition(is_number);
            Coeff::quotient_of_decimals(others.iter().chain(&numbers).map(|(_, monomial)| &monomial.coeff))
        } else {
            None
        };
        let content = match quotient {
            Some(quotient) => quotient,
            None => {
                let content = coeffs.clone().fold(Coeff::ZERO, |gcd, coeff| gcd.gcd(coeff)).abs();
                let over = content.recip()?;
                let count = |factor: &Coeff| coeffs.clone().filter(|coeff| !coeff.mul(factor).abs().is_one()).count();
                // A divisor is a coefficient less on each term that has none then: (x + 2)/13.
                let price = usize::from(self.divisor(&content).is_none());
                if content.is_one() || count(&over) + price >= count(&Coeff::ONE) {
                    return None;
                }
                content
            }
        };
        let negative = coeffs.clone().all(Coeff::is_negative);
        Some(if negative { content.neg() } else { content })
    }

    /// The number that a written sum is taken times, where that is a number of more than a sign and no term has taken in another.
    fn factor_of_written(&self, sum: ExprId, terms: &[(ExprId, Monomial)]) -> Option<Coeff> {
        let (number, _) = self.arena.times_written(sum)?;
        let Node::Add(raw) = self.arena.node(sum) else { return None };
        let over = number.recip()?;
        let is_plain = raw.iter().zip(terms).all(|((coeff, _), (_, monomial))| monomial.coeff == *coeff);
        let is_fit = |number: &Coeff| match self.style.fractions {
            Fractions::Common => number.is_integer(),
            _ => number.decimal().is_some(),
        };
        let is_short = is_fit(&number) && raw.iter().all(|(coeff, _)| is_fit(&coeff.mul(&over)));
        (is_plain && is_short && !number.abs().is_one()).then_some(number)
    }

    /// Whether some of the terms of a sum were written as a sum.
    fn is_part_written(&self, sum: ExprId, part: &[(ExprId, Monomial)]) -> bool {
        let Some(Node::Add(raw)) = self.opened(sum) else { return false };
        let is_in = |term: ExprId| part.iter().any(|(id, _)| *id == term);
        let raw: Vec<(Coeff, ExprId)> = raw.iter().filter(|(_, term)| is_in(*term)).cloned().collect();
        raw.len() > 1 && raw.len() == part.len() && self.arena.is_multiple_of_written(&raw)
    }

    /// Whether its transpose was written, and has so many fewer marks that one around it pays: (X − A)ᵀ for Xᵀ − Aᵀ.
    fn is_written_transposed(&self, sum: ExprId, terms: &[(ExprId, Monomial)]) -> bool {
        let is_mark = |id: &&ExprId| matches!(self.opened(**id), Some(Node::Transpose(_)));
        let is_matrix = |id: &&ExprId| !self.arena.shape(**id).is_scalar();
        let marks = terms.iter().map(|(_, monomial)| monomial.tail.iter().filter(is_mark).count()).sum::<usize>();
        let matrices = terms.iter().map(|(_, monomial)| monomial.tail.iter().filter(is_matrix).count()).sum::<usize>();
        2 * marks > matrices && self.arena.written_transposed(sum).is_some()
    }

    fn monomials(&self, terms: &[(Coeff, ExprId)], factor: &Coeff) -> Vec<(ExprId, Monomial)> {
        let mut monomials = Vec::with_capacity(terms.len());
        for (coeff, term) in terms {
            let mut monomial = self.monomial(*term);
            monomial.coeff = monomial.coeff.mul(coeff).mul(factor);
            monomials.push((*term, monomial));
        }
        monomials
    }

    /// Whether all terms are products of transposes, and one transpose of them all is shorter.
    fn shorter_transposed(&self, terms: &[(ExprId, Monomial)]) -> bool {
        let mut saved = 0;
        for (_, monomial) in terms {
            match self.saved_by_transposing(&monomial.tail) {
                0 => return false,
                more => saved += more,
            }
        }
        saved > BRACKETED_MARK
    }

    /// The sum with its signs turned, without its common factor, also where it is transposed or on a diagonal; `flipped`: the transpose of one
    /// that is printed as a transpose.
    pub(super) fn turned_sum(&mut self, id: ExprId, flipped: bool) -> Piece {
        if let Some(Node::Indexed { op, index, lower, upper, body }) = self.opened(id)
            && let Some(monomial) = self.turned_body(*body)
        {
            let inner = self.print_monomial(&monomial, false, false);
            return self.indexed(*op, *index, *lower, *upper, *body, Some(inner));
        }
        let terms = match self.opened(id) {
            Some(Node::Add(terms)) => terms,
            Some(Node::Transpose(inner)) => {
                let turned = self.turned_sum(*inner, false);
                return if flipped { turned } else { self.transposed(&turned) };
            }
            Some(Node::Diag(inner)) => {
                let turned = self.turned_sum(*inner, false);
                return self.call("diag", &[turned]);
            }
            _ => {
                debug_assert!(false, "a sum has signs to turn");
                return self.piece(id, true);
            }
        };
        let is_transpose = self.transposes.contains_key(&id);
        let content = self.contents.get(&id).and_then(|(content, _)| content.recip());
        if self.holds_numbered_index(id) {
            return self.multiple_of_place(id, 0, &content.unwrap_or(Coeff::ONE).neg());
        }
        let monomials = self.monomials(terms, &content.unwrap_or(Coeff::ONE).neg());
        let piece = self.signed_terms(id, monomials, self.arena.shape(id), true, is_transpose);
        if is_transpose && !flipped { self.transposed(&piece) } else { piece }
    }

    fn signed_terms(
        &mut self,
        sum: ExprId,
        mut terms: Vec<(ExprId, Monomial)>,
        shape: Shape,
        loose: bool,
        flipped: bool,
    ) -> Piece {
        let monomials: Vec<&Monomial> = terms.iter().map(|(_, monomial)| monomial).collect();
        if let (false, Some(piece)) = (flipped, self.stack(&monomials)) {
            return piece;
        }
        let pairs = if flipped { FxHashMap::default() } else { self.pairs_around(&terms) };
        terms.retain(|(term, _)| !pairs.values().any(|pair| pair.behind == *term));
        // Ones in a sum of vectors are written as the number alone, which stands in every entry; but π alone, `g − π`, may be a vector.
        let is_ones = |printer: &Self, monomial: &Monomial| {
            !monomial.is_pi(printer)
                && matches!(monomial.tail.as_slice(), [only] if match printer.opened(*only) {
                    Some(Node::Ones(_)) => true,
                    Some(Node::Transpose(inner)) => matches!(printer.opened(*inner), Some(Node::Ones(_))),
                    _ => false,
                })
        };
        let ones: Vec<bool> = terms.iter().map(|(_, monomial)| is_ones(self, monomial)).collect();
        if !shape.is_matrix() && !shape.is_scalar() && ones.contains(&false) {
            for ((_, monomial), is_ones) in terms.iter_mut().zip(&ones) {
                if *is_ones {
                    monomial.tail.clear();
                }
            }
        }
        let degree = |printer: &Self, id: ExprId| printer.degrees.get(&id).copied().unwrap_or(0);
        let graded = terms.windows(2).any(|pair| degree(self, pair[0].0) != degree(self, pair[1].0));
        // i + 1, as it stands below a letter.
        let of_index = terms.len() == 2
            && terms.iter().any(|(id, _)| matches!(self.opened(*id), Some(Node::Index(_) | Node::Size(_))));
        // As the writer has it, where it was written; else what weighs most comes first.
        let of_transpose = if flipped { self.arena.written_transposed(sum) } else { None };
        let of_multiple = || self.arena.times_written(sum).map(|(_, order)| order);
        let order = of_transpose.or_else(|| self.arena.written_order(sum)).or_else(of_multiple).filter(|_| !of_index);
        let have_symbols = terms.iter().all(|(_, monomial)| self.symbol_behind(monomial).is_some());
        terms.sort_by_cached_key(|(id, monomial)| {
            let identity = monomial.tail.iter().all(|factor| matches!(self.opened(*factor), Some(Node::Identity(_))));
            let leading = monomial.is_plain() && identity && !of_index && monomial.coeff.is_integer();
            let is_decimal = self.style.fractions != Fractions::Common && !monomial.coeff.is_integer();
            let last = matches!(self.opened(*id), Some(Node::Number(_))) && (of_index || is_decimal);
            let products = self.order_of_product(&monomial.tail);
            let heavy = std::cmp::Reverse(self.weights.get(id).copied().unwrap_or(0));
            let written = order.and_then(|order| order.iter().position(|term| term == id));
            let place = self.place_of_unit(monomial);
            let first = if have_symbols { self.symbol_behind(monomial) } else { None };
            let directions = self.directions(&monomial.tail);
            let rank = (degree(self, *id), written, !leading, last, self.is_scaled(monomial), place);
            (rank, heavy, products, first, directions)
        });
        let negatives = terms.iter().filter(|(_, monomial)| monomial.coeff.is_negative()).count();
        if !graded && negatives < terms.len() && terms.first().is_some_and(|(_, monomial)| monomial.coeff.is_negative())
        {
            if negatives == 1 {
                terms.rotate_left(1);
            } else if let Some(place) = terms.iter().position(|(_, monomial)| !monomial.coeff.is_negative()) {
                // m₁ − m₂ − (wᵀm₁)w, where m₁ − m₂ was written.
                if self.is_part_written(sum, &terms[place..]) {
                    terms.rotate_left(place);
                } else {
                    let first = terms.remove(place);
                    terms.insert(0, first);
                }
            }
        }

        // 1 − p + 1e-8
        let is_number = |monomial: &Monomial| monomial.is_plain() && monomial.tail.is_empty();
        if let Some(number) = terms.iter().position(|(_, monomial)| is_number(monomial))
            && terms.len() > 1
            && let Some((whole, little)) = self.split_decimal(&terms[number].1.coeff)
        {
            terms[number].1.coeff = whole;
            terms.push((terms[number].0, Monomial { coeff: little, ..Monomial::one() }));
        }
        let mut pieces = Vec::with_capacity(terms.len());
        let mut signs = Vec::with_capacity(terms.len());
        // Blocks beside other terms are one term.
        if let (false, Some(stack)) = (flipped, self.stack_among(&mut terms)) {
            pieces.push(stack);
            signs.push("");
        }
        if pieces.is_empty() && !flipped && terms.first().is_some_and(|(term, _)| !pairs.contains_key(term)) {
            self.absorb_in_front(&mut terms);
        }
        if !flipped {
            terms.iter_mut().skip(1).for_each(|(_, monomial)| self.absorb_behind(monomial));
        }
        for (term, mut monomial) in terms {
            let pair = pairs.get(&term).copied();
            let mut negative = monomial.coeff.is_negative();
            monomial.coeff = monomial.coeff.abs();
            let piece = match pair {
                Some(pair) => {
                    let turned = if negative { self.turned_body(pair.body) } else { None };
                    negative &= turned.is_none();
                    self.sum_but(&monomial.coeff, pair, turned.as_ref())
                }
                None => self.print_monomial(&monomial, flipped, loose),
            };
            // A number that stands in every entry, λ − 1 in λ − 1 − log x, is bracketed only behind another term.
            let is_bare = piece.prec != Prec::Sum || (signs.is_empty() && !negative);
            pieces.push(if is_bare { piece } else { self.bracket(&piece) });
            signs.push(match (signs.is_empty(), negative) {
                (true, true) => self.spelling.minus,
                (true, false) => "",
                (false, true) => self.spelling.binary_minus,
                (false, false) => " + ",
            });
        }
        if pieces.len() == 1 && signs.first().is_some_and(|sign| sign.is_empty()) {
            return pieces.swap_remove(0);
        }
        let refs: Vec<&Piece> = pieces.iter().collect();
        let (rope, len) = self.ropes.weave(&signs, &refs);
        let tall = pieces.iter().any(|piece| piece.tall);
        let bar = pieces.iter().any(|piece| piece.bar);
        Piece { rope, len, tall, bar, ..Piece::shell(Prec::Sum, Edge::Other, Edge::Other) }
    }

    /// Of sums over the values before and behind one that is left out, the first, with what is the same of both: Σ_{j<i} f(j) + Σ_{j>i} f(j);
    /// and sums over all values beside minus their term at one, Σⱼ f(j) − f(i).
    fn pairs_around(&self, terms: &[(ExprId, Monomial)]) -> FxHashMap<ExprId, Pair> {
        let mut pairs = FxHashMap::default();
        let sum_of = |term: &(ExprId, Monomial)| match self.opened(term.0) {
            Some(Node::Indexed { op: BigOp::Sum, index, lower, upper, body }) => {
                Some((term.0, term.1.coeff.clone(), *index, (*lower, *upper), *body))
            }
            _ => None,
        };
        let sums: Vec<_> = terms.iter().filter_map(sum_of).collect();
        if sums.len() > MAX_ORDERED {
            return pairs;
        }
        for (before, coeff, index, (lower, upper), body) in &sums {
            let found = sums.iter().find_map(|(behind, other, of, (next, end), same)| {
                let but = self.one_between(*upper, *next)?;
                // Where the term has a value, all but it is the whole sum less the term.
                let is_pair = other == coeff && of == index && same == body;
                (is_pair && !self.arena.clone().has_value_at(*body, *index, but)).then_some(Pair {
                    behind: *behind,
                    index: *index,
                    range: (*lower, *end),
                    but,
                    body: *body,
                })
            });
            if let Some(pair) = found {
                pairs.insert(*before, pair);
                continue;
            }
            let others = terms.iter().filter(|(_, monomial)| monomial.coeff == coeff.neg());
            let less =
                others.filter_map(|(other, _)| Some((*other, self.left_out(*index, (*lower, *upper), *body, *other)?)));
            if let Some((behind, but)) = less.into_iter().next() {
                let pair = Pair { behind, index: *index, range: (*lower, *upper), but, body: *body };
                pairs.insert(*before, pair);
            }
        }
        pairs
    }

    /// The free i of Σⱼ f(j) − f(i), which is the sum over j ≠ i.
    fn left_out(&self, index: IndexId, range: (ExprId, ExprId), body: ExprId, other: ExprId) -> Option<ExprId> {
        let is_whole = self.natural(index, range.0, range.1, body) && self.arena.has_free_index(other);
        if is_whole { self.arena.clone().left_out(index, body, other) } else { None }
    }

    /// The i of i − 1 and i + 1.
    fn one_between(&self, upper: ExprId, next: ExprId) -> Option<ExprId> {
        let index_and = |id: ExprId, number: &Coeff| {
            let Node::Add(terms) = self.arena.node(id) else { return None };
            let one = terms.iter().find(|(coeff, term)| coeff == number && self.arena.is_one(*term))?.1;
            match &**terms {
                [(coeff, other), (_, number)] | [(_, number), (coeff, other)] if *number == one && coeff.is_one() => {
                    Some(*other)
                }
                _ => None,
            }
        };
        let (upper, next) = (index_and(upper, &Coeff::MINUS_ONE)?, index_and(next, &Coeff::ONE)?);
        (upper == next).then_some(upper)
    }

    /// A multiple of a sum of all terms but one; its body is printed with the sign turned where that is given.
    fn sum_but(&mut self, coeff: &Coeff, pair: Pair, turned: Option<&Monomial>) -> Piece {
        let inner = turned.map(|monomial| self.print_monomial(monomial, false, false));
        let sum = self.indexed_but(BigOp::Sum, pair.index, pair.range, Some(pair.but), pair.body, inner);
        if coeff.is_one() {
            return sum;
        }
        let number = self.number(coeff);
        let number = if number.prec < Prec::Juxt { self.bracket(&number) } else { number };
        self.juxtapose(&number, &sum)
    }

    /// The symbol of a vector behind scalars: of exp(aᵀx)a and exp(bᵀx)b the one with the earlier symbol comes first.
    fn symbol_behind(&self, monomial: &Monomial) -> Option<SymbolId> {
        match (monomial.tail.as_slice(), monomial.above.is_empty() && monomial.chains.is_empty()) {
            ([only], false) => match self.opened(*only) {
                Some(Node::Symbol(symbol)) => Some(*symbol),
                _ => None,
            },
            _ => None,
        }
    }

    /// The i of a multiple of eᵢ, where it is a number: of these the first comes first.
    fn place_of_unit(&self, monomial: &Monomial) -> Option<i64> {
        match self.opened(*monomial.tail.last()?) {
            Some(Node::Basis(_, place)) => self.arena.as_number(*place).and_then(Coeff::to_i64),
            _ => None,
        }
    }

    /// Whether it is a parameter times something that is no number: the λI of AᵀA + λI and the tB of A + tB stand last.
    fn is_scaled(&self, monomial: &Monomial) -> bool {
        let is_parameter = |id: ExprId| matches!(self.opened(id), Some(Node::Symbol(_)));
        !monomial.tail.is_empty() && monomial.multipliers().is_some_and(|mut scalars| scalars.all(is_parameter))
    }

    /// Of equally long products of matrices the one with fewer transposes comes first, then by the factors' names,
    /// then the one that is transposed earlier.
    fn order_of_product(&self, factors: &[ExprId]) -> (usize, Vec<&str>, Vec<bool>) {
        if factors.len() < 2 || factors.len() > MAX_ORDERED {
            return (0, Vec::new(), Vec::new());
        }
        let (mut names, mut plain) = (Vec::new(), Vec::new());
        for factor in factors {
            let (mut id, mut transposed, mut times) = (*factor, false, 1);
            loop {
                id = match self.opened(id) {
                    Some(Node::Transpose(inner)) => {
                        transposed = true;
                        *inner
                    }
                    Some(Node::Power(base, exponent)) => {
                        let power = self.arena.as_number(*exponent).and_then(Coeff::to_i64).unwrap_or(1);
                        times = usize::try_from(power).unwrap_or(1).min(MAX_ORDERED);
                        *base
                    }
                    _ => break,
                };
            }
            for _ in 0..times {
                names.push(self.name_of(id).unwrap_or_default());
                plain.push(!transposed);
            }
        }
        (plain.iter().filter(|plain| !**plain).count(), names, plain)
    }

    /// The numbers of the differentials in a product: dX₁ X⁻¹ dX₂ comes before dX₂ X⁻¹ dX₁.
    fn directions(&self, factors: &[ExprId]) -> Vec<u32> {
        let number = |id: &ExprId| match self.opened(*id) {
            Some(Node::Differential(_, number)) => Some(*number),
            Some(Node::Transpose(inner)) => match self.opened(*inner) {
                Some(Node::Differential(_, number)) => Some(*number),
                _ => None,
            },
            _ => None,
        };
        factors.iter().filter_map(number).collect()
    }

    fn name_of(&self, id: ExprId) -> Option<&str> {
        match self.opened(id) {
            Some(Node::Symbol(symbol) | Node::Member(symbol, _)) => Some(self.arena.symbol(*symbol).name.as_str()),
            _ => None,
        }
    }

    /// Entrywise factors: symbols by name, then products and sums, then functions, then what picks entries.
    fn order_of_factor(&self, id: ExprId) -> (u8, &str) {
        match self.opened(id) {
            Some(Node::Symbol(symbol)) if self.arena.is_adjoint(*symbol) => (0, ""),
            Some(Node::Symbol(_) | Node::Member(..)) => (0, self.name_of(id).unwrap_or_default()),
            Some(Node::Elementwise(Func::Step | Func::IsZero, _) | Node::Identity(_)) => (3, ""),
            Some(Node::Elementwise(..)) => (2, ""),
            // f′(x)∘dx
            Some(node) if self.is_differential(node) => (4, ""),
            _ => (1, ""),
        }
    }

    /// Whether it is a differential, or a product with one in it.
    fn is_differential(&self, node: &Node) -> bool {
        let differential = |node: &Node| matches!(node, Node::Differential(..) | Node::Pending(..));
        match node {
            Node::Product(factors) => factors.iter().any(|factor| self.opened(*factor).is_some_and(differential)),
            node => differential(node),
        }
    }

    /// Π Xₖ^pₖ entry by entry; `turned` is a sum among the factors that is printed with its signs turned.
    pub(super) fn hadamard(&mut self, factors: &[(ExprId, ExprId)], turned: Option<ExprId>) -> Piece {
        let is_transpose = |(base, _): &(ExprId, ExprId)| {
            self.transposes.contains_key(base) || matches!(self.opened(*base), Some(Node::Transpose(_)))
        };
        if factors.len() > 1 && factors.iter().all(is_transpose) {
            let product = self.entrywise_product(factors, turned, true);
            return self.transposed(&product);
        }
        self.entrywise_product(factors, turned, false)
    }

    /// The same; `flipped`: its transpose.
    fn entrywise_product(&mut self, factors: &[(ExprId, ExprId)], turned: Option<ExprId>, flipped: bool) -> Piece {
        let sized = self.says_size(factors.iter().map(|(base, _)| *base));
        let (mut above, mut below) = (Vec::new(), Vec::new());
        let mut factors: Vec<&(ExprId, ExprId)> = factors.iter().collect();
        factors.sort_by(|a, b| self.order_of_factor(a.0).cmp(&self.order_of_factor(b.0)));
        for (base, exponent) in factors {
            let exponent = self.exponent(*exponent);
            let (side, exponent) = match exponent {
                Exponent::Number(power) if power.is_negative() => (&mut below, Exponent::Number(power.neg())),
                other => (&mut above, other),
            };
            let piece = match (turned == Some(*base), flipped) {
                (true, _) => self.turned_sum(*base, flipped),
                (false, true) => self.flipped_whole(*base),
                (false, false) => self.piece(*base, sized),
            };
            let square = exponent == Exponent::Number(Coeff::integer(2)) && piece.whole;
            if square {
                side.push(piece.clone());
            }
            side.push(match (square || exponent.is_one(), flipped) {
                (true, _) => piece,
                (false, true) => self.elementwise_power(&piece, &exponent),
                (false, false) => self.factor(*base, &exponent),
            });
        }
        if above.is_empty() {
            above.push(self.number(&Coeff::ONE));
        }
        if above.len() == 1 && !below.is_empty() {
            let only = above.swap_remove(0);
            above.push(self.at_least(&only, Prec::Juxt));
        }
        let several = above.len() > 1 && self.between(&above, self.spelling.hadamard) == self.spelling.hadamard;
        let mut piece =
            if above.len() == 1 { above.swap_remove(0) } else { self.operation(&above, self.spelling.hadamard) };
        if !below.is_empty() {
            let below =
                if below.len() == 1 { below.swap_remove(0) } else { self.operation(&below, self.spelling.hadamard) };
            let below = self.at_least(&below, Prec::Juxt);
            if piece.prec == Prec::Ops && self.format == Notation::Latex {
                piece = self.bracket(&piece);
            }
            let above = if several { Prec::Juxt } else { piece.prec };
            let sides = [Piece { prec: above.max(Prec::Juxt), ..piece.clone() }, below.clone()];
            let operator = self.between(&sides, self.spelling.hadamard_divide);
            let (rope, len) = self.ropes.weave(&["", operator], &[&piece, &below]);
            let (tall, bar) = (piece.tall || below.tall, piece.bar || below.bar);
            piece = Piece { rope, len, tall, bar, ..Piece::shell(Prec::Ops, piece.lead.clone(), below.trail) };
        }
        piece
    }
}
