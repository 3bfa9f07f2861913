//! Random well-shaped expressions over all operators, as the shape stage would make them of a text (raw nodes).
//!
//! [`Generator`] makes one from a seed, [`Expressions`] is the strategy of proptest that makes and shrinks them.

mod kinds;
mod operators;
mod shapes;
mod shrink;
mod stacks;
mod strategy;

pub use kinds::{all_kinds, kinds};
pub use strategy::{Expressions, Sample};

use matcalc::expr::{Arena, Dim, ExprId, Func, IndexId, Map, MapDerivative, Node, Shape, Symbol, SymbolId, SymbolKind};
use matcalc::number::Coeff;
use matcalc::numeric::random::Rng;
use matcalc::structure::Structure;

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
    matrix_function: SymbolId,
    /// Maps from the vectors of length n to numbers and to the vectors of length m, and a curve of n×n matrices.
    maps: [SymbolId; 3],
    /// Whether they are used: in the expressions of some seeds, and often there.
    has_maps: bool,
    /// The same of stacked blocks.
    has_blocks: bool,
    n: Dim,
    m: Dim,
    two: Dim,
    /// Bound indices in scope, each with the size it runs up to.
    scope: Vec<(IndexId, Option<Dim>)>,
    /// How many more operators the expression may have.
    fuel: usize,
    /// Chance in percent that an argument outside the domain is let through.
    risk: usize,
}

/// Deepest expression, in operators.
pub const MAX_DEPTH: usize = 8;

/// Functions that grow fast, that have a domain, or that are constant near most arguments: they have arms of their own.
const APART: [Func; 17] = [
    Func::Exp,
    Func::Log,
    Func::Tan,
    Func::Asin,
    Func::Acos,
    Func::Sinh,
    Func::Cosh,
    Func::Acosh,
    Func::Atanh,
    Func::Step,
    Func::IsZero,
    Func::Gamma,
    Func::LogGamma,
    Func::Polygamma(0),
    Func::Polygamma(1),
    Func::Polygamma(2),
    Func::Polygamma(3),
];

/// The other functions, of any argument.
fn entire() -> Vec<Func> {
    Func::ALL.iter().copied().filter(|func| !APART.contains(func)).collect()
}

impl Generator {
    pub fn new(seed: u64) -> Self {
        let mut arena = Arena::new();
        let (n, m, two) = (arena.named_size("n"), arena.named_size("m"), Dim::Known(2));
        let mut symbols = Vec::new();
        let mut declare = |arena: &mut Arena, name: &str, shape: Shape, kind: SymbolKind, structure: Structure| {
            let id = arena.add_symbol(Symbol { name: name.into(), shape, kind, structure, declared: true });
            if !kind.is_function() && !matches!(kind, SymbolKind::Integer | SymbolKind::Family(_)) {
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
        let matrix_function = declare(&mut arena, "f", Shape::SCALAR, SymbolKind::MatrixFunction, general);
        let function = declare(&mut arena, "φ", Shape::SCALAR, SymbolKind::Function, general);
        let maps = [
            ("ψ", Shape::SCALAR, Shape::vector(n), general),
            ("V", Shape::vector(m), Shape::vector(n), general),
            ("W", Shape::square(n), Shape::SCALAR, Structure::Symmetric),
        ]
        .map(|(name, values, domain, structure)| declare(&mut arena, name, values, SymbolKind::Map(domain), structure));
        for (name, size) in [("x", n), ("y", n), ("w", n), ("u", m), ("v", m), ("p", two)] {
            declare(&mut arena, name, Shape::vector(size), SymbolKind::Plain, general);
        }
        for (name, size, kind) in [
            ("t", n, SymbolKind::Simplex),
            ("q", two, SymbolKind::Simplex),
            ("c", n, SymbolKind::Positive),
            ("r", n, SymbolKind::Signs),
            ("g", m, SymbolKind::Signs),
            ("h", n, SymbolKind::Binary),
        ] {
            declare(&mut arena, name, Shape::vector(size), kind, general);
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
        Self {
            arena,
            rng,
            symbols,
            families,
            integer,
            function,
            matrix_function,
            maps,
            has_maps: seed % 8 == 7,
            has_blocks: seed % 8 == 5,
            n,
            m,
            two,
            scope: Vec::new(),
            fuel: 0,
            risk,
        }
    }

    /// An expression of a shape, of a random depth up to [`MAX_DEPTH`].
    pub fn expression(&mut self, shape: Shape) -> ExprId {
        let depth = 1 + self.rng.below(MAX_DEPTH);
        self.fuel = self.pick(&[8, 16, 32]);
        self.gen_of(shape, depth)
    }

    /// A shape over the sizes n, m and 2.
    pub fn any_shape(&mut self) -> Shape {
        let (rows, cols) = (self.size(), self.size());
        match self.rng.below(10) {
            0 | 1 => Shape::SCALAR,
            2..=4 => Shape::vector(rows),
            5 => Shape::new(Dim::ONE, cols),
            6 | 7 => Shape::square(rows),
            _ => Shape::new(rows, cols),
        }
    }

    /// One of the variables that occur, where there is one.
    pub fn variable(&mut self, root: ExprId) -> Option<SymbolId> {
        let candidates: Vec<SymbolId> = self
            .arena
            .symbols_in(root)
            .into_iter()
            .filter(|id| matches!(self.arena.symbol(*id).kind, SymbolKind::Plain | SymbolKind::Positive))
            .collect();
        let structured: Vec<SymbolId> =
            candidates.iter().copied().filter(|id| self.arena.symbol(*id).structure != Structure::General).collect();
        let list = if structured.is_empty() || self.chance(60) { candidates } else { structured };
        if list.is_empty() { None } else { Some(self.pick(&list)) }
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

    /// Depths of two operands, one of them the whole.
    fn split(&mut self, depth: usize) -> (usize, usize) {
        let other = self.rng.below(depth + 1);
        if self.chance(50) { (depth, other) } else { (other, depth) }
    }

    /// An expression of a shape, up to about that depth.
    fn gen_of(&mut self, shape: Shape, depth: usize) -> ExprId {
        if depth == 0 || self.fuel == 0 {
            return self.leaf(shape);
        }
        self.fuel -= 1;
        let depth = depth - 1;
        if self.has_maps
            && self.chance(12)
            && let Some(value) = self.map_value(shape, depth)
        {
            return value;
        }
        if self.has_blocks && self.chance(15) {
            return self.stacked(shape, depth);
        }
        if self.chance(45) {
            return self.anywhere(shape, depth);
        }
        if shape.is_scalar() {
            self.scalar(depth)
        } else if shape.is_row() {
            let column = self.gen_of(shape.transposed(), depth);
            self.t(column)
        } else if shape.is_column() {
            self.column(shape, depth)
        } else if shape.is_square() && self.chance(60) {
            self.square(shape, depth)
        } else {
            self.matrix(shape, depth)
        }
    }

    /// The value of a declared map of that shape.
    fn map_value(&mut self, shape: Shape, depth: usize) -> Option<ExprId> {
        let symbol = self.maps.into_iter().find(|symbol| self.arena.symbol(*symbol).shape == shape)?;
        let SymbolKind::Map(domain) = self.arena.symbol(symbol).kind else { return None };
        let argument = self.gen_of(domain, depth);
        Some(self.node(Node::Map(Map { symbol, derivative: MapDerivative::Prime(0) }, argument, [].into())))
    }
}
