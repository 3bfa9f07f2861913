//! Powers, roots and transposes of pieces that are already printed.

use super::Notation;
use super::names::superscript;
use super::piece::{Edge, Piece, Prec};
use super::printer::Printer;
use crate::expr::{ExprId, Func, Node, Norm};
use crate::number::Coeff;

/// An exponent: a number, or an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Exponent {
    Number(Coeff),
    Expr(ExprId),
}

/// Exponents up to this length are written with small letters.
const MAX_SMALL: u32 = 8;

impl Exponent {
    pub(super) fn is_one(&self) -> bool {
        matches!(self, Self::Number(value) if value.is_one())
    }

    fn is_half(&self) -> bool {
        matches!(self, Self::Number(value) if value.add(value).is_one())
    }

    fn integer(&self) -> Option<i64> {
        if let Self::Number(value) = self { value.to_i64() } else { None }
    }
}

impl Printer<'_> {
    /// The exponent's number, where it is one, and whether the factor belongs below the fraction line.
    pub(super) fn exponent(&self, id: ExprId) -> Exponent {
        match self.arena.as_number(id) {
            Some(value) => Exponent::Number(value.clone()),
            None => Exponent::Expr(id),
        }
    }

    /// The text after the base, and its last edge.
    fn exponent_mark(&mut self, exponent: &Exponent) -> (Piece, Edge) {
        let end = if self.format == Notation::Ascii { Edge::Word } else { Edge::Post };
        // A digit at the end would run into one that follows.
        let latex_digit = self.format == Notation::Latex && exponent.integer().is_some();
        let end = if latex_digit { Edge::Word } else { end };
        let number = exponent.integer().map(|value| value.to_string());
        let name = match exponent {
            Exponent::Expr(id) => match self.arena.node(*id) {
                Node::Symbol(symbol) => Some(self.arena.symbol(*symbol).name.clone()),
                Node::Index(index) if self.index_offset(*index) == 0 => self.index_names.get(index).cloned(),
                Node::Size(dim) => Some(self.size(*dim)).filter(|text| text.chars().all(char::is_alphabetic)),
                _ => None,
            },
            Exponent::Number(_) => None,
        };
        let plain = number.or(name.filter(|name| name != "T"));
        if let (Notation::Unicode, Some(small)) = (self.format, plain.as_deref().and_then(superscript)) {
            return (self.ropes.text(&small, Prec::Atom, Edge::Post, Edge::Post), Edge::Post);
        }
        if let (Notation::Unicode, Exponent::Expr(id)) = (self.format, exponent)
            && let Some(small) = self.small_exponent(*id)
        {
            return (self.ropes.text(&small, Prec::Atom, Edge::Post, Edge::Post), Edge::Post);
        }
        let inner = match exponent {
            Exponent::Number(value) => {
                let plain = self.format == Notation::Latex && !value.is_integer();
                if plain {
                    self.number(value)
                } else {
                    self.ropes.text(&self.exponent_text(value), Prec::Ops, Edge::Digit, Edge::Digit)
                }
            }
            Exponent::Expr(id) => self.tight(*id),
        };
        let is_t = matches!(exponent, Exponent::Expr(id)
            if matches!(self.arena.node(*id), Node::Symbol(symbol) if self.arena.symbol(*symbol).name == "T"));
        let (open, close) = match self.format {
            Notation::Latex if is_t => ("^{(", ")}"),
            Notation::Latex if inner.len == 1 => ("^", ""),
            Notation::Latex => ("^{", "}"),
            _ if exponent.integer().is_some()
                || (inner.prec == Prec::Atom
                    && !inner.lead.is_bracket()
                    && !is_t
                    && !self.is_subscripted(exponent)) =>
            {
                ("^", "")
            }
            _ => ("^(", ")"),
        };
        let (rope, len) = self.ropes.weave(&[open, close], &[&inner]);
        let end = match close {
            ")" => Edge::Bracket,
            // Letters at the end would run into those that follow.
            "" if self.format == Notation::Unicode && !matches!(inner.trail, Edge::Digit) => Edge::Word,
            _ => end,
        };
        (Piece { rope, len, ..Piece::shell(Prec::Atom, Edge::Post, Edge::Post) }, end)
    }

    /// Whether a subscript stands at the end of an exponent, where it would be read as one of the power.
    fn is_subscripted(&self, exponent: &Exponent) -> bool {
        let Exponent::Expr(id) = exponent else { return false };
        matches!(self.opened(*id), Some(Node::Entry(..) | Node::Member(..) | Node::Basis(..)))
    }

    /// `ᵏ⁻¹`: a short sum of letters and numbers.
    fn small_exponent(&mut self, id: ExprId) -> Option<String> {
        let one = [(Coeff::ONE, id)];
        let terms = match self.opened(id) {
            Some(Node::Add(terms)) => &**terms,
            Some(Node::Index(index)) if self.index_offset(*index) != 0 => one.as_slice(),
            _ => return None,
        };
        let is_index = matches!(self.opened(id), Some(Node::Index(_)));
        let simple = terms.iter().all(|(coeff, term)| {
            let name = matches!(self.opened(*term), Some(Node::Symbol(_) | Node::Index(_) | Node::Number(_)));
            name && coeff.is_integer()
        });
        let piece = self.tight(id);
        if !simple || terms.len() < 2 && !is_index || piece.len > MAX_SMALL {
            return None;
        }
        superscript(&self.ropes.flatten(piece.rope, 1 << 8).replace('−', "-"))
    }

    /// base^exponent
    pub(super) fn power(&mut self, base: &Piece, exponent: &Exponent) -> Piece {
        let base = self.at_least(base, Prec::Atom);
        let (mark, trail) = self.exponent_mark(exponent);
        let (rope, len) = self.ropes.weave(&[], &[&base, &mark]);
        Piece { rope, len, prec: Prec::Postfix, lead: base.lead.clone(), trail, whole: false, open: false, ..base }
    }

    /// The same, a square root by its sign.
    pub(super) fn power_of_piece(&mut self, base: &Piece, exponent: &Exponent) -> Piece {
        if exponent.is_half() { self.root(base) } else { self.power(base, exponent) }
    }

    /// A mark such as `ᵀ` after the base.
    pub(super) fn marked(&mut self, base: &Piece, mark: &str, trail: Edge) -> Piece {
        let base = self.at_least(base, Prec::Atom);
        let (rope, len) = self.ropes.weave(&["", mark], &[&base]);
        Piece {
            rope,
            len,
            prec: Prec::Postfix,
            lead: base.lead.clone(),
            trail,
            whole: false,
            chain: false,
            open: false,
            ..base
        }
    }

    /// baseᵀ
    pub(super) fn transposed(&mut self, base: &Piece) -> Piece {
        if !base.label {
            return self.marked(base, self.spelling.transpose, Edge::Post);
        }
        // Two things raised side by side are braced in LaTeX.
        let texts = if self.format == Notation::Latex { ["{", "}^\\top"] } else { ["", self.spelling.transpose] };
        let (rope, len) = self.ropes.weave(&texts, &[base]);
        Piece { rope, len, ..Piece::shell(Prec::Postfix, base.lead.clone(), Edge::Post) }
    }

    /// base⁻ᵀ
    pub(super) fn inverse_transposed(&mut self, base: &Piece) -> Piece {
        let trail = if self.format == Notation::Ascii { Edge::Word } else { Edge::Post };
        self.marked(base, self.spelling.inverse_transpose, trail)
    }

    /// The square root.
    pub(super) fn root(&mut self, inner: &Piece) -> Piece {
        let (open, close) = match self.format {
            Notation::Unicode => ("√(", ")"),
            Notation::Ascii => ("sqrt(", ")"),
            Notation::Latex => ("\\sqrt{", "}"),
        };
        let (rope, len) = self.ropes.weave(&[open, close], &[inner]);
        let lead = if self.format == Notation::Ascii { Edge::Word } else { Edge::Other };
        let tall = self.format == Notation::Latex;
        Piece { rope, len, tall, ..Piece::shell(Prec::Atom, lead, Edge::Bracket) }
    }

    /// A base to a power in a product of scalars, or entry by entry.
    pub(super) fn factor(&mut self, base: ExprId, exponent: &Exponent) -> Piece {
        let scalar = self.arena.shape(base).is_scalar();
        if exponent.is_one() {
            return self.piece(base, false);
        }
        if exponent.is_half() {
            let inner = self.piece(base, false);
            return self.root(&inner);
        }
        if let (Some(power @ 2..), Some(Node::Elementwise(func, inner))) = (exponent.integer(), self.opened(base))
            && let (Some(name), inner) = (self.power_name(*func), *inner)
        {
            let (mark, _) = self.exponent_mark(&Exponent::Number(Coeff::from(power)));
            return self.call_with_mark(&name, &mark, inner);
        }
        if let (Some(power), Some(Node::Norm(Norm::Frobenius, inner))) = (exponent.integer(), self.opened(base)) {
            let inner = *inner;
            // (Ax)ᵀAx is nothing that anyone would write for xᵀAᵀAx.
            let is_short = !matches!(self.opened(inner), Some(Node::Product(_)));
            let as_product = self.style.squared_norm_as_product && is_short && self.arena.shape(inner).is_column();
            if as_product && power > 0 && power % 2 == 0 {
                let (left, right) = (self.piece(inner, false), self.sized(inner));
                let chain = self.inner_product(&left, &right);
                return if power == 2 { chain } else { self.power(&chain, &Exponent::Number(Coeff::from(power / 2))) };
            }
        }
        let piece = self.piece(base, false);
        if scalar {
            return self.power(&piece, exponent);
        }
        if exponent.integer() == Some(2) && piece.whole {
            return self.operation(&[piece.clone(), piece], self.spelling.hadamard);
        }
        self.elementwise_power(&piece, exponent)
    }

    /// `x.^p`, in LaTeX `x^{\odot p}`.
    pub(super) fn elementwise_power(&mut self, base: &Piece, exponent: &Exponent) -> Piece {
        let base = self.at_least(base, Prec::Atom);
        let latex = self.format == Notation::Latex;
        let inner = match exponent {
            Exponent::Number(value) if latex => self.number(value),
            Exponent::Number(value) => self.ropes.text(&self.exponent_text(value), Prec::Ops, Edge::Digit, Edge::Digit),
            Exponent::Expr(id) if latex => self.tight(*id),
            Exponent::Expr(id) => self.piece(*id, false),
        };
        let is_number = matches!(exponent, Exponent::Number(_));
        let bare = exponent.integer().is_some() || (inner.prec == Prec::Atom && !self.is_subscripted(exponent));
        let (open, close) = match (self.format, bare) {
            (Notation::Latex, _) if bare || is_number => ("^{\\odot ", "}"),
            (Notation::Latex, _) => ("^{\\odot (", ")}"),
            (_, true) => (".^", ""),
            (_, false) => (".^(", ")"),
        };
        let (rope, len) = self.ropes.weave(&["", open, close], &[&base, &inner]);
        let trail = if close == ")" { Edge::Bracket } else { Edge::Word };
        Piece { rope, len, prec: Prec::Postfix, lead: base.lead.clone(), trail, whole: false, open: false, ..base }
    }

    /// The name of a function whose powers are written `tanh²(z)`.
    fn power_name(&self, func: Func) -> Option<String> {
        super::spelling::function_name(func).map(str::to_owned)
    }
}
