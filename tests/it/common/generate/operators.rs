//! Operators that every shape has, and arguments inside the domains of functions.

use matcalc::expr::{BigOp, ExprId, Func, Node, Op, Shape};
use matcalc::number::Coeff;

use super::{Generator, entire};

impl Generator {
    /// Operators that every shape has.
    pub(super) fn anywhere(&mut self, shape: Shape, depth: usize) -> ExprId {
        let (left, right) = self.split(depth);
        match self.rng.below(21) {
            0..=4 => {
                let (a, b) = (self.gen_of(shape, left), self.gen_of(shape, right));
                let (c, d) = (self.coeff(), self.coeff());
                self.sum(&[(c, a), (d, b)])
            }
            5 => {
                let (a, scalar) = (self.gen_of(shape, left), self.gen_of(Shape::SCALAR, right));
                let scalar = self.spread(scalar, shape);
                let (c, d) = (self.coeff(), self.coeff());
                self.sum(&[(c, a), (d, scalar)])
            }
            6 | 7 => {
                let (scalar, a) = (self.gen_of(Shape::SCALAR, left), self.gen_of(shape, right));
                if self.chance(70) { self.product(&[scalar, a]) } else { self.product(&[a, scalar]) }
            }
            8 | 9 => {
                let (a, b) = (self.gen_of(shape, left), self.gen_of(shape, right));
                let one = self.int(1);
                self.node(Node::Hadamard([(a, one), (b, one)].into()))
            }
            10 => {
                let (a, b) = (self.gen_of(shape, left), self.positive(shape, right));
                let (one, minus) = (self.int(1), self.int(-1));
                self.node(Node::Hadamard([(a, one), (b, minus)].into()))
            }
            11 => {
                let base = self.gen_of(shape, depth);
                let exponent = self.pick(&[2, 2, 3, -1, -2]);
                self.hadamard_power(base, exponent, 1)
            }
            12 => {
                let base = self.positive(shape, left);
                let (p, q) = self.pick(&[(1, 2), (1, 2), (-1, 2), (3, 2), (1, 3), (-7, 4)]);
                if self.chance(70) {
                    return self.hadamard_power(base, p, q);
                }
                let exponent = self.gen_of(Shape::SCALAR, right.min(4));
                self.node(Node::Hadamard([(base, exponent)].into()))
            }
            13..=16 => self.elementwise(shape, depth),
            17 | 18 => self.indexed(shape, depth),
            19 => {
                // One of two by a condition, of scalars or entry by entry.
                let by = if self.chance(60) { Shape::SCALAR } else { shape };
                let decides = self.gen_of(by, left.min(3));
                let condition = self.node(Node::Elementwise(Func::Step, decides));
                let (a, b) = (self.gen_of(shape, left), self.gen_of(shape, right));
                self.node(Node::Choose(condition, a, b))
            }
            _ => {
                let (a, b) = (self.gen_of(shape, left), self.gen_of(shape, right));
                let relu = self.sum(&[(Coeff::ONE, a), (Coeff::MINUS_ONE, b)]);
                let relu = self.node(Node::Elementwise(Func::Relu, relu));
                self.sum(&[(Coeff::ONE, b), (Coeff::ONE, relu)])
            }
        }
    }

    pub(super) fn elementwise(&mut self, shape: Shape, depth: usize) -> ExprId {
        let (func, inner) = match self.rng.below(20) {
            0..=8 => (self.pick(&entire()), self.gen_of(shape, depth)),
            9 => (Func::User(self.function, self.rng.clone().below(2) as u32), self.gen_of(shape, depth)),
            10 | 11 => (Func::Log, self.positive(shape, depth)),
            12 => {
                let is_gamma = |func: &Func| matches!(func, Func::Gamma | Func::LogGamma | Func::Polygamma(_));
                let family: Vec<Func> = Func::ALL.iter().copied().filter(is_gamma).collect();
                (self.pick(&family), self.positive(shape, depth))
            }
            13..=15 => (Func::Exp, self.bounded(shape, depth)),
            16 => (self.pick(&[Func::Sinh, Func::Cosh, Func::Tan]), self.bounded(shape, depth)),
            17 => (self.pick(&[Func::Asin, Func::Acos, Func::Atanh]), self.unit(shape, depth)),
            18 => {
                let inner = self.positive(shape, depth);
                let one = self.int(1);
                let one = self.spread(one, shape);
                (Func::Acosh, self.sum(&[(Coeff::ONE, one), (Coeff::ONE, inner)]))
            }
            _ => (self.pick(&[Func::Step, Func::Sign, Func::IsZero]), self.gen_of(shape, depth)),
        };
        self.node(Node::Elementwise(func, inner))
    }

    /// Entries above 0, mostly.
    pub(super) fn positive(&mut self, shape: Shape, depth: usize) -> ExprId {
        let depth = depth.saturating_sub(2);
        if self.chance(self.risk) {
            return self.gen_of(shape, depth);
        }
        match self.rng.below(7) {
            0..=2 => {
                let inner = self.gen_of(shape, depth);
                let square = self.hadamard_power(inner, 2, 1);
                let one = self.int(1);
                let one = if shape.is_scalar() { one } else { self.node(Node::Ones(shape)) };
                self.sum(&[(Coeff::ONE, one), (Coeff::ONE, square)])
            }
            3 => {
                let inner = self.bounded(shape, depth);
                self.node(Node::Elementwise(Func::Exp, inner))
            }
            4 => {
                let inner = self.gen_of(shape, depth);
                let func = self.pick(&[Func::Softplus, Func::Sigmoid, Func::Abs]);
                self.node(Node::Elementwise(func, inner))
            }
            5 if shape.is_scalar() => {
                let s = self.symbols[2];
                if self.chance(50) {
                    return s;
                }
                let square = {
                    let size = self.size();
                    self.definite(size, depth)
                };
                self.node(Node::Det(square))
            }
            6 if shape.is_column() => {
                let inner = self.gen_of(shape, depth);
                self.node(Node::Apply(Op::Softmax, inner))
            }
            _ => {
                let inner = self.gen_of(shape, depth);
                self.hadamard_power(inner, 2, 1)
            }
        }
    }

    /// Small entries, mostly.
    pub(super) fn bounded(&mut self, shape: Shape, depth: usize) -> ExprId {
        let inner = self.gen_of(shape, depth.saturating_sub(1));
        match self.rng.below(4) {
            0 | 1 => {
                let coeff = Coeff::ratio(if self.chance(50) { 1 } else { -1 }, 4).expect("a fraction");
                self.sum(&[(coeff, inner)])
            }
            2 => {
                let func = self.pick(&[Func::Tanh, Func::Sin, Func::Sigmoid]);
                self.node(Node::Elementwise(func, inner))
            }
            _ => inner,
        }
    }

    /// Entries between −1 and 1, mostly.
    pub(super) fn unit(&mut self, shape: Shape, depth: usize) -> ExprId {
        let inner = self.gen_of(shape, depth.saturating_sub(1));
        if self.chance(self.risk) {
            return inner;
        }
        // Half of it, as near ±1 the values of asin and atanh are all rounding.
        let func = self.pick(&[Func::Tanh, Func::Sin, Func::Erf]);
        let inside = self.node(Node::Elementwise(func, inner));
        let half = Coeff::ratio(1, 2).expect("a fraction");
        self.sum(&[(half, inside)])
    }

    pub(super) fn indexed(&mut self, shape: Shape, depth: usize) -> ExprId {
        if self.scope.len() >= 3 {
            return self.gen_of(shape, depth);
        }
        let index = self.arena.fresh_index();
        let (mut lower, mut upper) = (self.int(1), self.int(3));
        let mut range = None;
        match self.rng.below(8) {
            0 => {
                upper = self.int(2);
                range = Some(self.two);
            }
            1 => {
                if let Some((outer, size)) = self.scope.last().copied() {
                    upper = self.node(Node::Index(outer));
                    range = size;
                }
            }
            2 => {
                let size = self.n;
                upper = self.node(Node::Size(size));
                lower = self.int(2);
                range = Some(size);
            }
            3 => {
                let size = self.n;
                let last = self.node(Node::Size(size));
                let one = self.int(1);
                upper = self.sum(&[(Coeff::ONE, last), (Coeff::MINUS_ONE, one)]);
                range = Some(size);
            }
            _ => {
                let size = if self.chance(60) { self.n } else { self.m };
                upper = self.node(Node::Size(size));
                range = Some(size);
            }
        }
        self.scope.push((index, range));
        let body = self.gen_of(shape, depth);
        self.scope.pop();
        let op = if shape.is_scalar() && self.chance(25) { BigOp::Product } else { BigOp::Sum };
        self.node(Node::Indexed { op, index, lower, upper, body })
    }
}
