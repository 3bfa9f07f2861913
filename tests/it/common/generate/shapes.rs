//! Operators with a value of one shape: scalars, columns, squares and other matrices.

use std::sync::Arc;

use matcalc::expr::{Dim, ExprId, Func, MatrixFunction, Node, Norm, Op, Ranked, Reduction, Shape, Spectral};
use matcalc::number::Coeff;
use matcalc::structure::Structure;

use super::Generator;

impl Generator {
    pub(super) fn scalar(&mut self, depth: usize) -> ExprId {
        let (left, right) = self.split(depth);
        match self.rng.below(33) {
            0..=5 => {
                // uᵀAv
                let rows = self.size();
                let u = self.gen_of(Shape::vector(rows), left);
                let u = self.t(u);
                if right >= 1 && self.chance(60) {
                    let cols = self.size();
                    let (middle, last) = self.split(right);
                    let (a, v) = (self.gen_of(Shape::new(rows, cols), middle), self.gen_of(Shape::vector(cols), last));
                    self.product(&[u, a, v])
                } else {
                    let v = self.gen_of(Shape::vector(rows), right);
                    self.product(&[u, v])
                }
            }
            6..=9 => {
                let size = self.size();
                let inner = self.gen_of(Shape::square(size), depth);
                self.node(Node::Trace(inner))
            }
            10..=12 => {
                let size = self.size();
                let inner =
                    if self.chance(50) { self.definite(size, depth) } else { self.gen_of(Shape::square(size), depth) };
                let det = self.node(Node::Det(inner));
                if self.chance(50) { self.node(Node::Elementwise(Func::Log, det)) } else { det }
            }
            13..=16 => {
                let shape = self.array_shape();
                let inner = self.gen_of(shape, depth);
                let which = self.pick(&[
                    Reduction::Sum,
                    Reduction::Sum,
                    Reduction::Product,
                    Reduction::Max,
                    Reduction::Min,
                    Reduction::LogSumExp,
                ]);
                self.node(Node::Reduce(which, inner))
            }
            17..=22 => self.norm(depth),
            23 | 24 => self.spectral_scalar(depth),
            25 | 26 => {
                let shape = self.array_shape();
                let of = self.gen_of(shape, depth);
                self.entry(of)
            }
            27 => {
                let integer = self.integer;
                self.node(Node::Factorial(integer))
            }
            28 => {
                // ⟨X, Y⟩
                let (rows, cols) = (self.size(), self.size());
                let shape = Shape::new(rows, cols);
                let (x, y) = (self.gen_of(shape, left), self.gen_of(shape, right));
                let x = self.t(x);
                let product = self.product(&[x, y]);
                self.node(Node::Trace(product))
            }
            29 => {
                // vec(X)ᵀ vec(Y), vec(X)ᵀ (A ⊗ B) vec(Y), uᵀ⊗v and other shapes with products of sizes
                let (rows, cols) = (self.size(), self.size());
                let size = self.arena.size_product(rows, cols);
                let (u, v) = (self.long_vector(rows, cols, left), self.long_vector(rows, cols, right));
                let u = self.t(u);
                if self.chance(20) {
                    let commutation = self.node(Node::Commutation(Shape::new(rows, cols)));
                    return self.product(&[u, commutation, v]);
                }
                if self.chance(50) {
                    let (a, b) = (self.gen_of(Shape::square(cols), left), self.gen_of(Shape::square(rows), right));
                    let kron = self.node(Node::Kron(a, b));
                    debug_assert!(self.arena.shape(kron) == Shape::square(size));
                    self.product(&[u, kron, v])
                } else {
                    self.product(&[u, v])
                }
            }
            30 => {
                // uᵀ(v × w), and with an axial vector
                let (u, v, w) = (self.three(left), self.three(right), self.three(right.min(2)));
                let (u, hat) = (self.t(u), self.node(Node::Hat(v)));
                if self.chance(60) {
                    return self.product(&[u, hat, w]);
                }
                let other = self.node(Node::Hat(w));
                let product = self.product(&[hat, other]);
                let axial = self.node(Node::Axial(product));
                self.product(&[u, axial])
            }
            _ => {
                let a = self.array_shape();
                let b = self.array_shape();
                let (a, b) = (self.gen_of(a, left), self.gen_of(b, right));
                let kron = self.node(Node::Kron(a, b));
                let shape = self.arena.shape(kron);
                if shape.is_square() && self.chance(60) {
                    self.node(Node::Trace(kron))
                } else if self.chance(50) {
                    self.node(Node::Norm(Norm::Frobenius, kron))
                } else {
                    self.node(Node::Reduce(Reduction::Sum, kron))
                }
            }
        }
    }

    /// A vector of three entries.
    fn three(&mut self, depth: usize) -> ExprId {
        let entries: Vec<ExprId> = (0..3).map(|_| self.gen_of(Shape::SCALAR, depth / 3)).collect();
        self.node(Node::Literal(Shape::vector(Dim::Known(3)), entries.into()))
    }

    /// A vector of length rows·cols.
    pub(super) fn long_vector(&mut self, rows: Dim, cols: Dim, depth: usize) -> ExprId {
        let (left, right) = self.split(depth);
        if self.chance(60) {
            let matrix = self.gen_of(Shape::new(rows, cols), depth);
            return self.node(Node::Vec(matrix));
        }
        let (a, b) = (self.gen_of(Shape::vector(cols), left), self.gen_of(Shape::vector(rows), right));
        self.node(Node::Kron(a, b))
    }

    pub(super) fn norm(&mut self, depth: usize) -> ExprId {
        let shape = self.array_shape();
        let norm = if shape.is_column() {
            match self.rng.below(6) {
                0 => Norm::One,
                1 => Norm::Infinity,
                2 => {
                    let (p, q) = self.pick(&[(3, 1), (4, 1), (3, 2), (1, 1), (2, 1)]);
                    let p = self.arena.number(Coeff::ratio(p, q).expect("a fraction"));
                    Norm::P(p)
                }
                3 if self.chance(20) => {
                    // ‖x‖_(s+1)
                    let (one, s) = (self.int(1), self.symbols[2]);
                    let p = self.sum(&[(Coeff::ONE, one), (Coeff::ONE, s)]);
                    Norm::P(p)
                }
                _ => Norm::Frobenius,
            }
        } else if shape.is_matrix() {
            self.pick(&[Norm::Frobenius, Norm::Frobenius, Norm::Spectral, Norm::Nuclear])
        } else {
            Norm::Frobenius
        };
        let inner = self.gen_of(shape, depth);
        let norm = self.node(Node::Norm(norm, inner));
        if self.chance(40) { self.hadamard_power(norm, 2, 1) } else { norm }
    }

    pub(super) fn spectral_scalar(&mut self, depth: usize) -> ExprId {
        let size = self.size();
        if self.chance(40) {
            let two = self.int(2);
            let (which, inner) = if self.chance(50) {
                (Ranked::Eigenvalue, self.symmetric(size, depth))
            } else {
                (Ranked::SingularValue, self.gen_of(Shape::square(size), depth))
            };
            return self.node(Node::Ranked(which, inner, two));
        }
        let which = self.pick(&[Spectral::SumEig, Spectral::ProdEig, Spectral::LambdaMax, Spectral::LambdaMin]);
        let inner = match which {
            Spectral::SumEig | Spectral::ProdEig => self.gen_of(Shape::square(size), depth),
            _ => self.symmetric(size, depth),
        };
        self.node(Node::Spectral(which, inner))
    }

    /// A symmetric matrix.
    pub(super) fn symmetric(&mut self, size: Dim, depth: usize) -> ExprId {
        let shape = Shape::square(size);
        let symbols: Vec<ExprId> = self
            .symbols
            .iter()
            .copied()
            .filter(|id| match self.arena.node(*id) {
                Node::Symbol(symbol) => {
                    self.arena.shape(*id) == shape
                        && matches!(
                            self.arena.symbol(*symbol).structure,
                            Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite
                        )
                }
                _ => false,
            })
            .collect();
        if !symbols.is_empty() && (depth <= 1 || self.chance(50)) {
            return self.pick(&symbols);
        }
        let inner = self.gen_of(shape, depth.saturating_sub(1));
        let transposed = self.t(inner);
        if self.chance(50) {
            self.sum(&[(Coeff::ONE, inner), (Coeff::ONE, transposed)])
        } else {
            self.product(&[transposed, inner])
        }
    }

    /// A matrix whose determinant is above 0, mostly.
    pub(super) fn definite(&mut self, size: Dim, depth: usize) -> ExprId {
        let shape = Shape::square(size);
        match self.rng.below(4) {
            0 if size == self.n => {
                let name = self.arena.find_symbol("P").expect("declared");
                self.node(Node::Symbol(name))
            }
            1 => {
                let vector = self.positive(Shape::vector(size), depth);
                self.node(Node::Diag(vector))
            }
            2 if depth < 3 => {
                let inner = self.bounded(shape, depth);
                self.node(Node::MatrixFunction(MatrixFunction::Expm, inner, [].into()))
            }
            _ => {
                let rows = self.size();
                let inner = self.gen_of(Shape::new(rows, size), depth.saturating_sub(1));
                let transposed = self.t(inner);
                let square = self.product(&[transposed, inner]);
                let identity = self.node(Node::Identity(size));
                let coeff = self.pick(&[Coeff::ONE, Coeff::integer(2)].each_ref()).clone();
                self.sum(&[(Coeff::ONE, square), (coeff, identity)])
            }
        }
    }

    pub(super) fn column(&mut self, shape: Shape, depth: usize) -> ExprId {
        let (left, right) = self.split(depth);
        match self.rng.below(16) {
            0..=6 => {
                let cols = self.size();
                let (a, x) = (self.gen_of(Shape::new(shape.rows, cols), left), self.gen_of(Shape::vector(cols), right));
                self.product(&[a, x])
            }
            7 | 8 => {
                let inner = self.gen_of(shape, depth);
                self.node(Node::Apply(Op::Softmax, inner))
            }
            9 | 10 => {
                let inner = self.gen_of(Shape::square(shape.rows), depth);
                self.node(Node::DiagPart(inner))
            }
            11 if self.chance(30) => {
                let matrix = self.symmetric(shape.rows, depth);
                let which = self.pick(&[Some(Spectral::EigvecMax), Some(Spectral::EigvecMin), None]);
                let two = self.int(2);
                let v = self.node(match which {
                    Some(which) => Node::Spectral(which, matrix),
                    None => Node::Ranked(Ranked::Eigenvector, matrix, two),
                });
                // The sign of an eigenvector is arbitrary, that of its square is not.
                self.hadamard_power(v, 2, 1)
            }
            11 if self.chance(40) => {
                let other = self.size();
                let (which, inner) = if self.chance(50) {
                    (Spectral::UMax, self.gen_of(Shape::new(shape.rows, other), depth))
                } else {
                    (Spectral::VMax, self.gen_of(Shape::new(other, shape.rows), depth))
                };
                let (two, ranked) =
                    (self.int(2), if which == Spectral::UMax { Ranked::LeftVector } else { Ranked::RightVector });
                let is_second = self.chance(30);
                let v =
                    self.node(if is_second { Node::Ranked(ranked, inner, two) } else { Node::Spectral(which, inner) });
                self.hadamard_power(v, 2, 1)
            }
            12 if shape.rows == Dim::Known(2) => {
                let (a, b) = (self.gen_of(Shape::SCALAR, left), self.gen_of(Shape::SCALAR, right));
                self.node(Node::Literal(shape, [a, b].into()))
            }
            13 => {
                let inner = self.gen_of(shape.transposed(), depth);
                self.t(inner)
            }
            14 => {
                let rows = self.size();
                let (a, x) = (self.gen_of(Shape::new(rows, shape.rows), left), self.gen_of(Shape::vector(rows), right));
                let a = self.t(a);
                self.product(&[a, x])
            }
            _ => self.anywhere(shape, depth),
        }
    }

    pub(super) fn square(&mut self, shape: Shape, depth: usize) -> ExprId {
        let (left, right) = self.split(depth);
        let size = shape.rows;
        match self.rng.below(22) {
            0..=3 => {
                let base = if self.chance(50) { self.definite(size, depth) } else { self.gen_of(shape, depth) };
                let minus = self.int(-1);
                self.node(Node::Power(base, minus))
            }
            4..=6 => {
                let base = self.gen_of(shape, depth);
                let exponent = match self.rng.below(6) {
                    0 => self.int(3),
                    1 => self.int(-2),
                    2 => self.int(0),
                    3 => self.integer,
                    _ => self.int(2),
                };
                self.node(Node::Power(base, exponent))
            }
            7 | 8 => {
                let vector = self.gen_of(Shape::vector(size), depth);
                self.node(Node::Diag(vector))
            }
            9 | 10 | 14 => {
                let op = self.pick(Op::ALL);
                let inner = self.gen_of(shape, depth);
                self.node(Node::Apply(op, inner))
            }
            11 | 12 => {
                let inner = self.bounded(shape, left);
                let directions: Arc<[ExprId]> =
                    if self.chance(25) { [self.gen_of(shape, right)].into() } else { [].into() };
                let order = u32::from(self.chance(30));
                let declared = MatrixFunction::User(self.matrix_function, order);
                let func = if self.chance(35) { declared } else { MatrixFunction::Expm };
                self.node(Node::MatrixFunction(func, inner, directions))
            }
            13 => {
                let inner = self.definite(size, left);
                let func = self.pick(&[MatrixFunction::Logm, MatrixFunction::Sqrtm]);
                let directions: Arc<[ExprId]> =
                    if self.chance(15) { [self.gen_of(shape, right)].into() } else { [].into() };
                self.node(Node::MatrixFunction(func, inner, directions))
            }
            15 => self.symmetric(size, depth),
            16 => {
                let rows = self.size();
                let inner = self.gen_of(Shape::new(rows, size), depth.saturating_sub(1));
                let transposed = self.t(inner);
                self.product(&[transposed, inner])
            }
            17 if size == Dim::Known(2) => {
                let entries = [0; 4].map(|_: i32| self.gen_of(Shape::SCALAR, depth / 2));
                self.node(Node::Literal(shape, entries.into()))
            }
            _ => self.matrix(shape, depth),
        }
    }

    pub(super) fn matrix(&mut self, shape: Shape, depth: usize) -> ExprId {
        let (left, right) = self.split(depth);
        match self.rng.below(16) {
            0..=6 => {
                let inner = self.size();
                let (a, b) = (
                    self.gen_of(Shape::new(shape.rows, inner), left),
                    self.gen_of(Shape::new(inner, shape.cols), right),
                );
                self.product(&[a, b])
            }
            7 | 8 => {
                let inner = self.gen_of(shape.transposed(), depth);
                self.t(inner)
            }
            9 | 10 => {
                let (a, b) =
                    (self.gen_of(Shape::vector(shape.rows), left), self.gen_of(Shape::vector(shape.cols), right));
                let b = self.t(b);
                if self.chance(20) { self.node(Node::Kron(a, b)) } else { self.product(&[a, b]) }
            }
            11 if self.chance(30) => {
                let inner = self.gen_of(shape, depth);
                self.node(Node::Spectral(Spectral::Polar, inner))
            }
            11 => {
                let inner = self.gen_of(shape.transposed(), depth);
                self.node(Node::Pinv(inner))
            }
            12 => {
                let inner = self.gen_of(shape, depth);
                self.node(Node::Apply(Op::Softmax, inner))
            }
            13 => {
                let vector = self.long_vector(shape.rows, shape.cols, depth);
                self.node(Node::Unvec(vector, shape))
            }
            _ => self.anywhere(shape, depth),
        }
    }
}
