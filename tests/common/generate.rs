//! Random well-shaped expressions over all operators, as the shape stage would make them of a text (raw nodes), and the way from a failing
//! one to a small one that fails too.

use std::collections::HashMap;

use matcalc::expr::{
    Arena, BigOp, Coeff, Dim, ExprId, Func, IndexId, MatrixFunction, Node, Norm, Reduction, Shape, Spectral, Structure,
    Symbol, SymbolId, SymbolKind,
};
use matcalc::numeric::random::Rng;

/// Makes expressions in an arena of its own.
pub struct Generator {
    pub arena: Arena,
    rng: Rng,
    /// Symbols by shape.
    symbols: Vec<ExprId>,
    /// Families with their counts.
    families: Vec<(SymbolId, Dim)>,
    integer: ExprId,
    function: SymbolId,
    n: Dim,
    m: Dim,
    two: Dim,
    /// Bound indices in scope, each with the size it runs up to.
    scope: Vec<(IndexId, Option<Dim>)>,
    /// Chance in percent that an argument outside the domain is let through.
    risk: usize,
}

const ENTIRE: [Func; 11] = [
    Func::Sin,
    Func::Cos,
    Func::Atan,
    Func::Tanh,
    Func::Asinh,
    Func::Sigmoid,
    Func::Softplus,
    Func::Erf,
    Func::Relu,
    Func::Abs,
    Func::Sign,
];

impl Generator {
    pub fn new(seed: u64) -> Self {
        let mut arena = Arena::new();
        let (n, m, two) = (arena.named_size("n"), arena.named_size("m"), Dim::Known(2));
        let mut symbols = Vec::new();
        let mut declare = |arena: &mut Arena, name: &str, shape: Shape, kind: SymbolKind, structure: Structure| {
            let id = arena.add_symbol(Symbol { name: name.into(), shape, kind, structure, declared: true });
            if kind == SymbolKind::Plain || kind == SymbolKind::Positive {
                symbols.push(arena.intern(Node::Symbol(id)));
            }
            id
        };
        let general = Structure::General;
        for name in ["a", "b"] {
            declare(&mut arena, name, Shape::SCALAR, SymbolKind::Plain, general);
        }
        declare(&mut arena, "s", Shape::SCALAR, SymbolKind::Positive, general);
        let k = declare(&mut arena, "k", Shape::SCALAR, SymbolKind::Integer, general);
        let function = declare(&mut arena, "φ", Shape::SCALAR, SymbolKind::Function, general);
        for (name, size) in [("x", n), ("y", n), ("w", n), ("u", m), ("v", m), ("p", two)] {
            declare(&mut arena, name, Shape::vector(size), SymbolKind::Plain, general);
        }
        for (name, rows, cols) in [
            ("A", n, n),
            ("B", n, n),
            ("C", m, n),
            ("E", m, n),
            ("F", n, m),
            ("G", m, m),
            ("R", two, two),
            ("T", two, n),
        ] {
            declare(&mut arena, name, Shape::new(rows, cols), SymbolKind::Plain, general);
        }
        for (name, structure) in [
            ("S", Structure::Symmetric),
            ("P", Structure::PositiveDefinite),
            ("Q", Structure::PositiveSemidefinite),
            ("D", Structure::Diagonal),
            ("K", Structure::Skew),
            ("O", Structure::Orthogonal),
            ("L", Structure::Lower),
            ("U", Structure::Upper),
        ] {
            declare(&mut arena, name, Shape::square(n), SymbolKind::Plain, structure);
        }
        declare(&mut arena, "M", Shape::square(m), SymbolKind::Plain, Structure::Symmetric);
        let families = vec![
            (declare(&mut arena, "z", Shape::vector(n), SymbolKind::Family(m), general), m),
            (declare(&mut arena, "Z", Shape::square(n), SymbolKind::Family(m), general), m),
            (declare(&mut arena, "Y", Shape::new(m, n), SymbolKind::Family(n), general), n),
        ];
        let integer = arena.intern(Node::Symbol(k));
        let mut rng = Rng::new(seed);
        let risk = [0, 5, 30][rng.below(3)];
        Self { arena, rng, symbols, families, integer, function, n, m, two, scope: Vec::new(), risk }
    }

    /// A scalar expression.
    pub fn scalar_expression(&mut self) -> ExprId {
        let budget = 2 + self.rng.below([6, 12, 24][self.rng.clone().below(3)]);
        self.gen_of(Shape::SCALAR, budget)
    }

    /// An expression of any shape.
    pub fn any_expression(&mut self) -> ExprId {
        let budget = 2 + self.rng.below(16);
        let shape = self.any_shape();
        self.gen_of(shape, budget)
    }

    /// One of the variables that occur, where there is one.
    pub fn variable(&mut self, root: ExprId) -> Option<SymbolId> {
        let candidates: Vec<SymbolId> = self
            .arena
            .symbols_in(root)
            .into_iter()
            .filter(|id| matches!(self.arena.symbol(*id).kind, SymbolKind::Plain | SymbolKind::Positive))
            .collect();
        if candidates.is_empty() { None } else { Some(candidates[self.rng.below(candidates.len())]) }
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.rng.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.rng.below(list.len())]
    }

    fn size(&mut self) -> Dim {
        let sizes = [self.n, self.n, self.n, self.m, self.m, self.two];
        self.pick(&sizes)
    }

    fn any_shape(&mut self) -> Shape {
        let (rows, cols) = (self.size(), self.size());
        match self.rng.below(10) {
            0 | 1 => Shape::SCALAR,
            2..=4 => Shape::vector(rows),
            5 => Shape::new(Dim::ONE, cols),
            6 | 7 => Shape::square(rows),
            _ => Shape::new(rows, cols),
        }
    }

    fn array_shape(&mut self) -> Shape {
        loop {
            let shape = self.any_shape();
            if !shape.is_scalar() {
                return shape;
            }
        }
    }

    fn int(&mut self, value: i64) -> ExprId {
        self.arena.integer(value)
    }

    fn coeff(&mut self) -> Coeff {
        let (p, q) = self.pick(&[(1, 1), (1, 1), (1, 1), (-1, 1), (-1, 1), (2, 1), (1, 2), (-3, 1), (2, 3), (-1, 4)]);
        Coeff::ratio(p, q).expect("a fraction")
    }

    fn node(&mut self, node: Node) -> ExprId {
        self.arena.intern(node)
    }

    fn t(&mut self, inner: ExprId) -> ExprId {
        if self.arena.shape(inner).is_scalar() { inner } else { self.node(Node::Transpose(inner)) }
    }

    fn sum(&mut self, terms: &[(Coeff, ExprId)]) -> ExprId {
        self.node(Node::Add(terms.into()))
    }

    fn product(&mut self, factors: &[ExprId]) -> ExprId {
        self.node(Node::Product(factors.into()))
    }

    fn hadamard_power(&mut self, base: ExprId, p: i64, q: i64) -> ExprId {
        let exponent = self.arena.number(Coeff::ratio(p, q).expect("a fraction"));
        self.node(Node::Hadamard([(base, exponent)].into()))
    }

    fn spread(&mut self, scalar: ExprId, shape: Shape) -> ExprId {
        if shape.is_scalar() {
            return scalar;
        }
        let ones = self.node(Node::Ones(shape));
        self.product(&[scalar, ones])
    }

    /// An index: a number, a bound index that runs over the size, or something near it.
    fn place(&mut self, size: Dim) -> ExprId {
        let bound: Vec<IndexId> =
            self.scope.iter().filter(|(_, upper)| *upper == Some(size)).map(|(index, _)| *index).collect();
        if !bound.is_empty() && self.chance(80) {
            let index = self.pick(&bound);
            return self.node(Node::Index(index));
        }
        let value = 1 + i64::try_from(self.rng.below(2)).expect("small");
        self.int(value)
    }

    fn leaf(&mut self, shape: Shape) -> ExprId {
        if shape.is_row() {
            let column = self.leaf(shape.transposed());
            return self.t(column);
        }
        let fitting: Vec<ExprId> =
            self.symbols.iter().copied().filter(|symbol| self.arena.shape(*symbol) == shape).collect();
        if shape.is_scalar() {
            return match self.rng.below(12) {
                0 => {
                    let value = self.coeff();
                    self.arena.number(value)
                }
                1 => {
                    let size = if self.chance(50) { self.n } else { self.m };
                    self.node(Node::Size(size))
                }
                2 if self.chance(30) => self.node(Node::Pi),
                3 if !self.scope.is_empty() => {
                    let indices: Vec<IndexId> = self.scope.iter().map(|(index, _)| *index).collect();
                    let index = self.pick(&indices);
                    self.node(Node::Index(index))
                }
                4..=6 => {
                    let symbols: Vec<ExprId> =
                        self.symbols.iter().copied().filter(|symbol| !self.arena.shape(*symbol).is_scalar()).collect();
                    let of = self.pick(&symbols);
                    self.entry(of)
                }
                _ => self.pick(&fitting),
            };
        }
        let families: Vec<(SymbolId, Dim)> =
            self.families.iter().copied().filter(|(family, _)| self.arena.symbol(*family).shape == shape).collect();
        if !families.is_empty() && (self.chance(8) || (!self.scope.is_empty() && self.chance(40))) {
            let (family, count) = self.pick(&families);
            let place = self.place(count);
            return self.node(Node::Member(family, place));
        }
        if self.chance(4) {
            return self.node(Node::Ones(shape));
        }
        if self.chance(2) {
            return self.node(Node::Zeros(shape));
        }
        if shape.is_column() && self.chance(5) {
            let place = self.place(shape.rows);
            return self.node(Node::Basis(shape.rows, place));
        }
        if shape.is_square() && self.chance(8) {
            return self.node(Node::Identity(shape.rows));
        }
        if fitting.is_empty() {
            let transposed: Vec<ExprId> =
                self.symbols.iter().copied().filter(|symbol| self.arena.shape(*symbol) == shape.transposed()).collect();
            if transposed.is_empty() {
                return self.node(Node::Ones(shape));
            }
            let symbol = self.pick(&transposed);
            return self.t(symbol);
        }
        let symbol = self.pick(&fitting);
        if shape.is_square() && self.chance(15) { self.t(symbol) } else { symbol }
    }

    fn entry(&mut self, of: ExprId) -> ExprId {
        let shape = self.arena.shape(of);
        let row = if shape.rows.is_one() { self.int(1) } else { self.place(shape.rows) };
        let col = if shape.cols.is_one() { self.int(1) } else { self.place(shape.cols) };
        self.node(Node::Entry(of, row, col))
    }

    fn split(&mut self, budget: usize) -> (usize, usize) {
        let left = self.rng.below(budget);
        (left, budget - 1 - left)
    }

    /// An expression of a shape with about that many nodes.
    fn gen_of(&mut self, shape: Shape, budget: usize) -> ExprId {
        if budget <= 1 {
            return self.leaf(shape);
        }
        let budget = budget - 1;
        if self.chance(45) {
            return self.anywhere(shape, budget);
        }
        if shape.is_scalar() {
            self.scalar(budget)
        } else if shape.is_row() {
            let column = self.gen_of(shape.transposed(), budget);
            self.t(column)
        } else if shape.is_column() {
            self.column(shape, budget)
        } else if shape.is_square() && self.chance(60) {
            self.square(shape, budget)
        } else {
            self.matrix(shape, budget)
        }
    }

    /// Operators that every shape has.
    fn anywhere(&mut self, shape: Shape, budget: usize) -> ExprId {
        let (left, right) = self.split(budget);
        match self.rng.below(20) {
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
                let base = self.gen_of(shape, budget);
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
            13..=16 => self.elementwise(shape, budget),
            17 | 18 => self.indexed(shape, budget),
            _ => {
                let (a, b) = (self.gen_of(shape, left), self.gen_of(shape, right));
                let relu = self.sum(&[(Coeff::ONE, a), (Coeff::MINUS_ONE, b)]);
                let relu = self.node(Node::Elementwise(Func::Relu, relu));
                self.sum(&[(Coeff::ONE, b), (Coeff::ONE, relu)])
            }
        }
    }

    fn elementwise(&mut self, shape: Shape, budget: usize) -> ExprId {
        let (func, inner) = match self.rng.below(20) {
            0..=8 => (self.pick(&ENTIRE), self.gen_of(shape, budget)),
            9 => (Func::User(self.function, 0), self.gen_of(shape, budget)),
            10..=12 => (Func::Log, self.positive(shape, budget)),
            13..=15 => (Func::Exp, self.bounded(shape, budget)),
            16 => (self.pick(&[Func::Sinh, Func::Cosh, Func::Tan]), self.bounded(shape, budget)),
            17 => (self.pick(&[Func::Asin, Func::Acos, Func::Atanh]), self.unit(shape, budget)),
            18 => {
                let inner = self.positive(shape, budget);
                let one = self.int(1);
                let one = self.spread(one, shape);
                (Func::Acosh, self.sum(&[(Coeff::ONE, one), (Coeff::ONE, inner)]))
            }
            _ => (self.pick(&[Func::Step, Func::Sign, Func::IsZero]), self.gen_of(shape, budget)),
        };
        self.node(Node::Elementwise(func, inner))
    }

    /// Entries above 0, mostly.
    fn positive(&mut self, shape: Shape, budget: usize) -> ExprId {
        let budget = budget.saturating_sub(2);
        if self.chance(self.risk) {
            return self.gen_of(shape, budget);
        }
        match self.rng.below(7) {
            0..=2 => {
                let inner = self.gen_of(shape, budget);
                let square = self.hadamard_power(inner, 2, 1);
                let one = self.int(1);
                let one = if shape.is_scalar() { one } else { self.node(Node::Ones(shape)) };
                self.sum(&[(Coeff::ONE, one), (Coeff::ONE, square)])
            }
            3 => {
                let inner = self.bounded(shape, budget);
                self.node(Node::Elementwise(Func::Exp, inner))
            }
            4 => {
                let inner = self.gen_of(shape, budget);
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
                    self.definite(size, budget)
                };
                self.node(Node::Det(square))
            }
            6 if shape.is_column() => {
                let inner = self.gen_of(shape, budget);
                self.node(Node::Softmax(inner))
            }
            _ => {
                let inner = self.gen_of(shape, budget);
                self.hadamard_power(inner, 2, 1)
            }
        }
    }

    /// Small entries, mostly.
    fn bounded(&mut self, shape: Shape, budget: usize) -> ExprId {
        let inner = self.gen_of(shape, budget.saturating_sub(1));
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
    fn unit(&mut self, shape: Shape, budget: usize) -> ExprId {
        let inner = self.gen_of(shape, budget.saturating_sub(1));
        if self.chance(self.risk) {
            return inner;
        }
        // Half of it, as near ±1 the values of asin and atanh are all rounding.
        let func = self.pick(&[Func::Tanh, Func::Sin, Func::Erf]);
        let inside = self.node(Node::Elementwise(func, inner));
        let half = Coeff::ratio(1, 2).expect("a fraction");
        self.sum(&[(half, inside)])
    }

    fn indexed(&mut self, shape: Shape, budget: usize) -> ExprId {
        if self.scope.len() >= 3 {
            return self.gen_of(shape, budget);
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
        let body = self.gen_of(shape, budget);
        self.scope.pop();
        let op = if shape.is_scalar() && self.chance(25) { BigOp::Product } else { BigOp::Sum };
        self.node(Node::Indexed { op, index, lower, upper, body })
    }

    fn scalar(&mut self, budget: usize) -> ExprId {
        let (left, right) = self.split(budget);
        match self.rng.below(32) {
            0..=5 => {
                // uᵀAv
                let rows = self.size();
                let u = self.gen_of(Shape::vector(rows), left);
                let u = self.t(u);
                if right >= 2 && self.chance(60) {
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
                let inner = self.gen_of(Shape::square(size), budget);
                self.node(Node::Trace(inner))
            }
            10..=12 => {
                let size = self.size();
                let inner = if self.chance(50) {
                    self.definite(size, budget)
                } else {
                    self.gen_of(Shape::square(size), budget)
                };
                let det = self.node(Node::Det(inner));
                if self.chance(50) { self.node(Node::Elementwise(Func::Log, det)) } else { det }
            }
            13..=16 => {
                let shape = self.array_shape();
                let inner = self.gen_of(shape, budget);
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
            17..=22 => self.norm(budget),
            23 | 24 => self.spectral_scalar(budget),
            25 | 26 => {
                let shape = self.array_shape();
                let of = self.gen_of(shape, budget);
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
                    let (a, b) =
                        (self.gen_of(Shape::square(cols), left / 2), self.gen_of(Shape::square(rows), right / 2));
                    let kron = self.node(Node::Kron(a, b));
                    debug_assert!(self.arena.shape(kron) == Shape::square(size));
                    self.product(&[u, kron, v])
                } else {
                    self.product(&[u, v])
                }
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

    /// A vector of length rows·cols.
    fn long_vector(&mut self, rows: Dim, cols: Dim, budget: usize) -> ExprId {
        let (left, right) = self.split(budget.max(1));
        if self.chance(60) {
            let matrix = self.gen_of(Shape::new(rows, cols), budget);
            return self.node(Node::Vec(matrix));
        }
        let (a, b) = (self.gen_of(Shape::vector(cols), left), self.gen_of(Shape::vector(rows), right));
        self.node(Node::Kron(a, b))
    }

    fn norm(&mut self, budget: usize) -> ExprId {
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
                _ => Norm::Frobenius,
            }
        } else if shape.is_matrix() {
            self.pick(&[Norm::Frobenius, Norm::Frobenius, Norm::Spectral, Norm::Nuclear])
        } else {
            Norm::Frobenius
        };
        let inner = self.gen_of(shape, budget);
        let norm = self.node(Node::Norm(norm, inner));
        if self.chance(40) { self.hadamard_power(norm, 2, 1) } else { norm }
    }

    fn spectral_scalar(&mut self, budget: usize) -> ExprId {
        let size = self.size();
        let which = self.pick(&[Spectral::SumEig, Spectral::ProdEig, Spectral::LambdaMax, Spectral::LambdaMin]);
        let inner = match which {
            Spectral::SumEig | Spectral::ProdEig => self.gen_of(Shape::square(size), budget),
            _ => self.symmetric(size, budget),
        };
        self.node(Node::Spectral(which, inner))
    }

    /// A symmetric matrix.
    fn symmetric(&mut self, size: Dim, budget: usize) -> ExprId {
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
        if !symbols.is_empty() && (budget <= 2 || self.chance(50)) {
            return self.pick(&symbols);
        }
        let inner = self.gen_of(shape, budget.saturating_sub(1) / 2);
        let transposed = self.t(inner);
        if self.chance(50) {
            self.sum(&[(Coeff::ONE, inner), (Coeff::ONE, transposed)])
        } else {
            self.product(&[transposed, inner])
        }
    }

    /// A matrix whose determinant is above 0, mostly.
    fn definite(&mut self, size: Dim, budget: usize) -> ExprId {
        let shape = Shape::square(size);
        match self.rng.below(4) {
            0 if size == self.n => {
                let name = self.arena.find_symbol("P").expect("declared");
                self.node(Node::Symbol(name))
            }
            1 => {
                let vector = self.positive(Shape::vector(size), budget);
                self.node(Node::Diag(vector))
            }
            2 if budget < 6 => {
                let inner = self.bounded(shape, budget);
                self.node(Node::MatrixFunction(MatrixFunction::Expm, inner, [].into()))
            }
            _ => {
                let rows = self.size();
                let inner = self.gen_of(Shape::new(rows, size), budget / 2);
                let transposed = self.t(inner);
                let square = self.product(&[transposed, inner]);
                let identity = self.node(Node::Identity(size));
                let coeff = self.pick(&[Coeff::ONE, Coeff::integer(2)].each_ref()).clone();
                self.sum(&[(Coeff::ONE, square), (coeff, identity)])
            }
        }
    }

    fn column(&mut self, shape: Shape, budget: usize) -> ExprId {
        let (left, right) = self.split(budget);
        match self.rng.below(16) {
            0..=6 => {
                let cols = self.size();
                let (a, x) = (self.gen_of(Shape::new(shape.rows, cols), left), self.gen_of(Shape::vector(cols), right));
                self.product(&[a, x])
            }
            7 | 8 => {
                let inner = self.gen_of(shape, budget);
                self.node(Node::Softmax(inner))
            }
            9 | 10 => {
                let inner = self.gen_of(Shape::square(shape.rows), budget);
                self.node(Node::DiagPart(inner))
            }
            11 if self.chance(30) => {
                let matrix = self.symmetric(shape.rows, budget);
                let which = self.pick(&[Spectral::EigvecMax, Spectral::EigvecMin]);
                let v = self.node(Node::Spectral(which, matrix));
                // The sign of an eigenvector is arbitrary, that of its square is not.
                self.hadamard_power(v, 2, 1)
            }
            12 if shape.rows == Dim::Known(2) => {
                let (a, b) = (self.gen_of(Shape::SCALAR, left), self.gen_of(Shape::SCALAR, right));
                self.node(Node::Literal(shape, [a, b].into()))
            }
            13 => {
                let inner = self.gen_of(shape.transposed(), budget);
                self.t(inner)
            }
            14 => {
                let rows = self.size();
                let (a, x) = (self.gen_of(Shape::new(rows, shape.rows), left), self.gen_of(Shape::vector(rows), right));
                let a = self.t(a);
                self.product(&[a, x])
            }
            _ => self.anywhere(shape, budget),
        }
    }

    fn square(&mut self, shape: Shape, budget: usize) -> ExprId {
        let (left, right) = self.split(budget);
        let size = shape.rows;
        match self.rng.below(22) {
            0..=3 => {
                let base = if self.chance(50) { self.definite(size, budget) } else { self.gen_of(shape, budget) };
                let minus = self.int(-1);
                self.node(Node::Power(base, minus))
            }
            4..=6 => {
                let base = self.gen_of(shape, budget);
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
                let vector = self.gen_of(Shape::vector(size), budget);
                self.node(Node::Diag(vector))
            }
            9 => {
                let inner = self.gen_of(shape, budget);
                self.node(Node::Tril(inner))
            }
            10 => {
                let inner = self.gen_of(shape, budget);
                self.node(Node::Triu(inner))
            }
            11 | 12 => {
                let inner = self.bounded(shape, left);
                let directions: Box<[ExprId]> =
                    if self.chance(25) { [self.gen_of(shape, right)].into() } else { [].into() };
                self.node(Node::MatrixFunction(MatrixFunction::Expm, inner, directions))
            }
            13 => {
                let inner = self.definite(size, left);
                let func = self.pick(&[MatrixFunction::Logm, MatrixFunction::Sqrtm]);
                let directions: Box<[ExprId]> =
                    if self.chance(15) { [self.gen_of(shape, right)].into() } else { [].into() };
                self.node(Node::MatrixFunction(func, inner, directions))
            }
            14 => {
                let inner = self.gen_of(shape, budget);
                self.node(Node::Adjugate(inner))
            }
            15 => self.symmetric(size, budget),
            16 => {
                let rows = self.size();
                let inner = self.gen_of(Shape::new(rows, size), budget / 2);
                let transposed = self.t(inner);
                self.product(&[transposed, inner])
            }
            17 if size == Dim::Known(2) => {
                let half = budget / 4;
                let entries = [0; 4].map(|_: i32| self.gen_of(Shape::SCALAR, half));
                self.node(Node::Literal(shape, entries.into()))
            }
            _ => self.matrix(shape, budget),
        }
    }

    fn matrix(&mut self, shape: Shape, budget: usize) -> ExprId {
        let (left, right) = self.split(budget);
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
                let inner = self.gen_of(shape.transposed(), budget);
                self.t(inner)
            }
            9 | 10 => {
                let (a, b) =
                    (self.gen_of(Shape::vector(shape.rows), left), self.gen_of(Shape::vector(shape.cols), right));
                let b = self.t(b);
                if self.chance(20) { self.node(Node::Kron(a, b)) } else { self.product(&[a, b]) }
            }
            11 => {
                let inner = self.gen_of(shape.transposed(), budget);
                self.node(Node::Pinv(inner))
            }
            12 => {
                let inner = self.gen_of(shape, budget);
                self.node(Node::Softmax(inner))
            }
            13 => {
                let vector = self.long_vector(shape.rows, shape.cols, budget);
                self.node(Node::Unvec(vector, shape))
            }
            _ => self.anywhere(shape, budget),
        }
    }
}

/// The node with its operands replaced, not brought into normal form.
fn with_children(node: &Node, to: &mut dyn FnMut(ExprId) -> ExprId) -> Node {
    match node.clone() {
        Node::Number(_)
        | Node::Pi
        | Node::Size(_)
        | Node::Index(_)
        | Node::Symbol(_)
        | Node::Differential(..)
        | Node::Identity(_)
        | Node::Ones(_)
        | Node::Zeros(_)
        | Node::Commutation(_) => node.clone(),
        Node::Member(symbol, index) => Node::Member(symbol, to(index)),
        Node::Basis(size, index) => Node::Basis(size, to(index)),
        Node::Literal(shape, entries) => Node::Literal(shape, entries.iter().map(|entry| to(*entry)).collect()),
        Node::Add(terms) => Node::Add(terms.iter().map(|(coeff, term)| (coeff.clone(), to(*term))).collect()),
        Node::Product(factors) => Node::Product(factors.iter().map(|factor| to(*factor)).collect()),
        Node::Hadamard(factors) => {
            Node::Hadamard(factors.iter().map(|(base, power)| (to(*base), to(*power))).collect())
        }
        Node::Kron(a, b) => Node::Kron(to(a), to(b)),
        Node::Transpose(inner) => Node::Transpose(to(inner)),
        Node::Power(base, exponent) => Node::Power(to(base), to(exponent)),
        Node::Entry(of, row, col) => Node::Entry(to(of), to(row), to(col)),
        Node::Indexed { op, index, lower, upper, body } => {
            Node::Indexed { op, index, lower: to(lower), upper: to(upper), body: to(body) }
        }
        Node::Elementwise(func, inner) => Node::Elementwise(func, to(inner)),
        Node::MatrixFunction(func, inner, directions) => {
            Node::MatrixFunction(func, to(inner), directions.iter().map(|direction| to(*direction)).collect())
        }
        Node::Trace(inner) => Node::Trace(to(inner)),
        Node::Det(inner) => Node::Det(to(inner)),
        Node::Reduce(which, inner) => Node::Reduce(which, to(inner)),
        Node::Norm(Norm::P(p), inner) => Node::Norm(Norm::P(to(p)), to(inner)),
        Node::Norm(norm, inner) => Node::Norm(norm, to(inner)),
        Node::Spectral(which, inner) => Node::Spectral(which, to(inner)),
        Node::Softmax(inner) => Node::Softmax(to(inner)),
        Node::Diag(inner) => Node::Diag(to(inner)),
        Node::DiagPart(inner) => Node::DiagPart(to(inner)),
        Node::Vec(inner) => Node::Vec(to(inner)),
        Node::Unvec(inner, shape) => Node::Unvec(to(inner), shape),
        Node::Tril(inner) => Node::Tril(to(inner)),
        Node::Triu(inner) => Node::Triu(to(inner)),
        Node::Pinv(inner) => Node::Pinv(to(inner)),
        Node::Adjugate(inner) => Node::Adjugate(to(inner)),
        Node::Pending(inner, slot) => Node::Pending(to(inner), slot),
        Node::Factorial(inner) => Node::Factorial(to(inner)),
    }
}

/// The expression with one node replaced by another of its shape; everything else stays as it is.
pub fn replace(arena: &mut Arena, root: ExprId, old: ExprId, new: ExprId) -> ExprId {
    let mut map: HashMap<ExprId, ExprId> = HashMap::new();
    for id in arena.post_order(root) {
        let value = if id == old {
            new
        } else {
            let node = with_children(arena.node(id), &mut |child| map.get(&child).copied().unwrap_or(child));
            arena.intern(node)
        };
        map.insert(id, value);
    }
    map[&root]
}

/// Indices that occur outside their binder.
fn is_closed(arena: &mut Arena, root: ExprId) -> bool {
    arena.free_indices(root).is_empty()
}

/// What may stand for a node in a smaller expression: nodes below it of its shape, leaves, and itself with fewer operands.
fn smaller(arena: &mut Arena, id: ExprId) -> Vec<ExprId> {
    let shape = arena.shape(id);
    let mut found: Vec<ExprId> = Vec::new();
    let node = arena.node(id).clone();
    if node.children().is_empty() {
        let one = if shape.is_scalar() { arena.integer(1) } else { arena.intern(Node::Ones(shape)) };
        return if matches!(node, Node::Symbol(_) | Node::Size(_)) { vec![one] } else { Vec::new() };
    }
    let mut below: Vec<ExprId> = arena.post_order(id);
    below.pop();
    found.extend(below.iter().filter(|inner| arena.shape(**inner) == shape));
    // Transposes of what is below.
    for inner in below {
        if arena.shape(inner).transposed() == shape && !shape.is_square() {
            found.push(arena.intern(Node::Transpose(inner)));
        }
    }
    let symbols: Vec<(SymbolId, Shape, SymbolKind, Structure)> =
        arena.symbols().map(|(id, symbol)| (id, symbol.shape, symbol.kind, symbol.structure)).collect();
    for (symbol, of, kind, structure) in symbols {
        if of == shape && kind == SymbolKind::Plain && structure == Structure::General {
            found.push(arena.intern(Node::Symbol(symbol)));
        }
    }
    match &node {
        Node::Add(terms) => {
            if terms.len() > 1 {
                for place in 0..terms.len() {
                    let mut fewer = terms.to_vec();
                    fewer.remove(place);
                    found.push(arena.intern(Node::Add(fewer.into())));
                }
            }
            for place in 0..terms.len() {
                if terms[place].0 != Coeff::ONE {
                    let mut plain = terms.to_vec();
                    plain[place].0 = Coeff::ONE;
                    found.push(arena.intern(Node::Add(plain.into())));
                }
            }
        }
        Node::Hadamard(factors) if factors.len() > 1 => {
            for place in 0..factors.len() {
                let mut fewer = factors.to_vec();
                fewer.remove(place);
                found.push(arena.intern(Node::Hadamard(fewer.into())));
            }
        }
        Node::Indexed { index, lower, body, .. } => {
            let one = arena.integer(1);
            let mut map: HashMap<ExprId, ExprId> = HashMap::new();
            let target = arena.index(*index);
            map.insert(target, one);
            found.push(replace(arena, *body, target, one));
            let _ = lower;
        }
        _ => {}
    }
    found
}

/// How large an expression is to a reader.
fn weight(arena: &Arena, root: ExprId) -> usize {
    let mut sizes: HashMap<ExprId, usize> = HashMap::new();
    for id in arena.post_order(root) {
        let node = arena.node(id);
        let own = match node {
            Node::Number(value) => 1 + usize::from(!value.is_one()),
            Node::Ones(_) => 1,
            Node::Symbol(_) => 2,
            Node::Add(terms) => 2 + terms.iter().filter(|(coeff, _)| !coeff.is_one()).count(),
            _ => 3,
        };
        let size = node.children().iter().fold(own, |sum, child| sum.saturating_add(sizes[child]));
        sizes.insert(id, size);
    }
    sizes[&root]
}

/// A small expression for which `fails` still holds.
pub fn shrink(arena: &mut Arena, root: ExprId, fails: &mut dyn FnMut(&mut Arena, ExprId) -> bool) -> ExprId {
    let mut best = root;
    let mut tries = 0;
    'again: loop {
        let size = weight(arena, best);
        let mut nodes = arena.post_order(best);
        nodes.reverse();
        for node in nodes {
            for candidate in smaller(arena, node) {
                let smaller = replace(arena, best, node, candidate);
                if smaller != best && weight(arena, smaller) < size && is_closed(arena, smaller) {
                    tries += 1;
                    if tries > 3000 {
                        return best;
                    }
                    if fails(arena, smaller) {
                        best = smaller;
                        continue 'again;
                    }
                }
            }
        }
        return best;
    }
}
