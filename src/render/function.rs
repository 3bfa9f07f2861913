//! Functions of numbers and of matrices, the declared ones with the primes of their derivatives.

use super::Notation;
use super::cases::Relation;
use super::names::{primes, symbol_text};
use super::piece::{Edge, Piece, Prec};
use super::printer::Printer;
use super::spelling::{function_name, matrix_function_name};
use crate::expr::{ExprId, Func, MatrixFunction, Node, SymbolId};
use crate::number::Coeff;

impl Printer<'_> {
    pub(super) fn elementwise(&mut self, func: Func, inner: ExprId) -> Piece {
        match func {
            Func::Sigmoid => {
                let argument = self.piece(inner, false);
                let taken = self.is_taken("σ");
                match self.format {
                    Notation::Unicode if !taken => self.apply("σ", Edge::Other, &[argument]),
                    Notation::Latex if !taken => self.apply("\\sigma", Edge::Other, &[argument]),
                    _ => self.call("sigmoid", &[argument]),
                }
            }
            Func::Gamma | Func::LogGamma if self.format != Notation::Ascii && !self.is_taken("Γ") => {
                self.gamma(func, inner)
            }
            Func::Gamma if !self.is_taken("Γ") => self.call_on("Gamma", inner),
            Func::Gamma => {
                // The name of the function is a letter, but that of its logarithm is not.
                let log = self.call_on("lgamma", inner);
                self.call("exp", &[log])
            }
            Func::Polygamma(order) if order > 1 => {
                let order = self.ropes.text(&order.to_string(), Prec::Atom, Edge::Digit, Edge::Digit);
                let argument = self.piece(inner, false);
                self.call("polygamma", &[order, argument])
            }
            Func::Abs => self.absolute(inner),
            Func::Step => self.indicator(inner, Relation::Greater),
            Func::IsZero => self.indicator(inner, Relation::Equal),
            Func::User(symbol, order) => {
                let name = self.declared_function(symbol, order);
                let argument = self.piece(inner, false);
                self.apply(&name, Edge::Word, &[argument])
            }
            Func::Exp if self.arena.as_number(inner).is_some_and(Coeff::is_one) && !self.is_taken("e") => {
                self.ropes.text("e", Prec::Atom, Edge::Word, Edge::Word)
            }
            Func::Exp if self.arena.as_number(inner).is_some_and(Coeff::is_integer) && !self.is_taken("e") => {
                let e = self.ropes.text("e", Prec::Atom, Edge::Word, Edge::Word);
                let exponent = self.exponent(inner);
                self.power(&e, &exponent)
            }
            Func::Log => {
                if let Some(Node::Det(matrix)) = self.opened(inner) {
                    return self.log_det(*matrix);
                }
                self.call_on("log", inner)
            }
            _ => self.call_on(function_name(func).unwrap_or("f"), inner),
        }
    }

    /// `Γ(x)` or `log Γ(x)`, which is an open piece: what follows would be taken into it.
    fn gamma(&mut self, func: Func, inner: ExprId) -> Piece {
        let argument = self.piece(inner, false);
        let letter = if self.format == Notation::Latex { "\\Gamma" } else { "Γ" };
        if func == Func::Gamma {
            return self.apply(letter, Edge::Other, &[argument]);
        }
        let log = if self.format == Notation::Latex { "\\log" } else { "log " };
        let value = self.apply(&format!("{log}{letter}"), Edge::Word, &[argument]);
        Piece { open: true, ..Piece { prec: Prec::Juxt, ..value } }
    }

    /// The name of a declared function with the primes of its derivative.
    fn declared_function(&self, symbol: SymbolId, order: u32) -> String {
        let name = symbol_text(self.format, &self.arena.symbol(symbol).name);
        format!("{name}{}", primes(self.format, order))
    }

    pub(super) fn matrix_function(&mut self, function: MatrixFunction, inner: ExprId, directions: &[ExprId]) -> Piece {
        // f(X)ᵀ rather than f(Xᵀ), L_f(X, E)ᵀ rather than L_f(Xᵀ, Eᵀ)
        let all = std::iter::once(inner).chain(directions.iter().copied());
        let matrices: Option<Vec<ExprId>> = all
            .map(|id| match self.opened(id) {
                Some(Node::Transpose(matrix)) => Some(*matrix),
                _ => None,
            })
            .collect();
        if let Some(matrices) = matrices {
            let value = self.matrix_function(function, matrices[0], &matrices[1..]);
            return self.transposed(&value);
        }
        let name = match (function, matrix_function_name(function)) {
            (MatrixFunction::User(symbol, order), _) => self.declared_function(symbol, order),
            (_, Some(name)) if directions.is_empty() => self.function_text(name),
            (_, Some(name)) if self.format == Notation::Latex => format!("\\operatorname{{{name}}}"),
            (_, name) => name.unwrap_or_default().to_owned(),
        };
        let mut arguments = vec![self.piece(inner, false)];
        for direction in directions {
            arguments.push(self.piece(*direction, true));
        }
        if directions.is_empty() {
            return self.apply(&name, Edge::Word, &arguments);
        }
        let text = match self.format {
            Notation::Unicode | Notation::Ascii => format!("L_{name}"),
            Notation::Latex => format!("L_{{{name}}}"),
        };
        self.apply(&text, Edge::Word, &arguments)
    }
}
