//! Builds small expressions as the shape stage would, for tests of this room and of the checks.

use crate::catalog::entrywise::Domain;
use crate::expr::{Arena, BigOp, ExprId, Func, IndexId, Node, Norm, Reduction, Shape, Symbol, SymbolId, SymbolKind};
use crate::number::Coeff;
use crate::structure::Structure;

/// Every function of the table with arguments at which it is smooth.
pub(crate) fn points() -> impl Iterator<Item = (Func, f64)> {
    Func::ALL.iter().flat_map(|func| {
        let points: &[f64] = match func.row().domain {
            Domain::Real | Domain::CosineNonZero => &[-0.9, -0.7, 0.4, 0.7],
            Domain::Positive => &[0.7, 1.9],
            Domain::FromOne => &[1.7, 2.5],
            Domain::UpToOneInSize | Domain::BelowOneInSize => &[-0.4, 0.4, 0.6],
        };
        points.iter().map(|x| (*func, *x))
    })
}

/// An arena with constructors of raw nodes.
#[derive(Default)]
pub(crate) struct Build {
    pub(crate) arena: Arena,
}

impl Build {
    pub(crate) fn new() -> Self {
        Self { arena: Arena::new() }
    }

    fn dim(&mut self, name: &str) -> crate::expr::Dim {
        match name.parse() {
            Ok(known) => crate::expr::Dim::Known(known),
            Err(_) => self.arena.named_size(name),
        }
    }

    pub(crate) fn declare(
        &mut self,
        name: &str,
        rows: &str,
        cols: &str,
        kind: SymbolKind,
        structure: Structure,
    ) -> SymbolId {
        let shape = Shape::new(self.dim(rows), self.dim(cols));
        self.arena.add_symbol(Symbol { name: name.into(), shape, kind, structure, declared: true })
    }

    pub(crate) fn matrix(&mut self, name: &str, rows: &str, cols: &str) -> (SymbolId, ExprId) {
        self.structured(name, rows, cols, Structure::General)
    }

    pub(crate) fn structured(&mut self, name: &str, rows: &str, cols: &str, s: Structure) -> (SymbolId, ExprId) {
        let id = self.declare(name, rows, cols, SymbolKind::Plain, s);
        (id, self.arena.intern(Node::Symbol(id)))
    }

    pub(crate) fn family(&mut self, name: &str, count: &str, rows: &str, cols: &str) -> SymbolId {
        let count = self.dim(count);
        self.declare(name, rows, cols, SymbolKind::Family(count), Structure::General)
    }

    pub(crate) fn node(&mut self, node: Node) -> ExprId {
        self.arena.intern(node)
    }

    pub(crate) fn int(&mut self, value: i64) -> ExprId {
        self.arena.integer(value)
    }

    pub(crate) fn number(&mut self, n: i64, d: i64) -> ExprId {
        let value = Coeff::ratio(n, d).unwrap();
        self.arena.number(value)
    }

    pub(crate) fn add(&mut self, terms: &[(i64, ExprId)]) -> ExprId {
        self.node(Node::Add(terms.iter().map(|(c, x)| (Coeff::from(*c), *x)).collect()))
    }

    pub(crate) fn mul(&mut self, factors: &[ExprId]) -> ExprId {
        self.node(Node::Product(factors.into()))
    }

    pub(crate) fn t(&mut self, x: ExprId) -> ExprId {
        self.node(Node::Transpose(x))
    }

    pub(crate) fn inv(&mut self, x: ExprId) -> ExprId {
        let minus = self.int(-1);
        self.node(Node::Power(x, minus))
    }

    pub(crate) fn pow(&mut self, x: ExprId, n: i64, d: i64) -> ExprId {
        let p = self.number(n, d);
        self.node(Node::Hadamard([(x, p)].into()))
    }

    pub(crate) fn f(&mut self, f: Func, x: ExprId) -> ExprId {
        self.node(Node::Elementwise(f, x))
    }

    pub(crate) fn trace(&mut self, x: ExprId) -> ExprId {
        self.node(Node::Trace(x))
    }

    pub(crate) fn total(&mut self, x: ExprId) -> ExprId {
        self.node(Node::Reduce(Reduction::Sum, x))
    }

    pub(crate) fn norm(&mut self, x: ExprId) -> ExprId {
        self.node(Node::Norm(Norm::Frobenius, x))
    }

    pub(crate) fn logdet(&mut self, x: ExprId) -> ExprId {
        let det = self.node(Node::Det(x));
        self.f(Func::Log, det)
    }

    pub(crate) fn sum(&mut self, index: IndexId, upper: ExprId, body: ExprId) -> ExprId {
        let lower = self.int(1);
        self.node(Node::Indexed { op: BigOp::Sum, index, lower, upper, body })
    }

    /// Xᵀ A X
    pub(crate) fn form(&mut self, x: ExprId, a: ExprId) -> ExprId {
        let xt = self.t(x);
        self.mul(&[xt, a, x])
    }
}
