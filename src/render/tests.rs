//! Tests of the printers on hand-built expressions in the shape of the normal form.

use super::{Format, Limits, Style, render, render_declaration, render_with_parts, where_line};
use crate::expr::{
    Arena, BigOp, Dim, ExprId, Func, IndexId, MatrixFunction, Node, Norm, Op, Reduction, Shape, Spectral, Symbol,
    SymbolId, SymbolKind,
};
use crate::number::Coeff;
use crate::structure::Structure;

/// An arena with the symbols and operators that the tests are written in.
pub(crate) struct Make {
    pub(crate) arena: Arena,
    pub(crate) n: Dim,
    pub(crate) m: Dim,
}

impl Make {
    pub(crate) fn new() -> Self {
        let mut arena = Arena::new();
        let n = arena.named_size("n");
        let m = arena.named_size("m");
        Self { arena, n, m }
    }

    pub(crate) fn declare(&mut self, name: &str, shape: Shape, kind: SymbolKind) -> SymbolId {
        if let Some(id) = self.arena.find_symbol(name) {
            return id;
        }
        let name = name.to_owned();
        self.arena.add_symbol(Symbol { name, shape, kind, structure: Structure::General, declared: true })
    }

    pub(crate) fn symbol(&mut self, name: &str, shape: Shape) -> ExprId {
        let id = self.declare(name, shape, SymbolKind::Plain);
        self.arena.intern(Node::Symbol(id))
    }

    /// A vector of length n.
    pub(crate) fn v(&mut self, name: &str) -> ExprId {
        self.symbol(name, Shape::vector(self.n))
    }

    /// An n×n matrix.
    pub(crate) fn mat(&mut self, name: &str) -> ExprId {
        self.symbol(name, Shape::square(self.n))
    }

    pub(crate) fn s(&mut self, name: &str) -> ExprId {
        self.symbol(name, Shape::SCALAR)
    }

    pub(crate) fn t(&mut self, x: ExprId) -> ExprId {
        self.arena.intern(Node::Transpose(x))
    }

    pub(crate) fn p(&mut self, factors: &[ExprId]) -> ExprId {
        self.arena.intern(Node::Product(factors.into()))
    }

    pub(crate) fn add(&mut self, terms: &[(i64, ExprId)]) -> ExprId {
        let terms = terms.iter().map(|(c, x)| (Coeff::from(*c), *x)).collect();
        self.arena.intern(Node::Add(terms))
    }

    pub(crate) fn scale(&mut self, n: i64, d: i64, x: ExprId) -> ExprId {
        self.arena.intern(Node::Add([(Coeff::ratio(n, d).unwrap(), x)].into()))
    }

    pub(crate) fn had(&mut self, factors: &[(ExprId, i64)]) -> ExprId {
        let factors = factors.iter().map(|(x, power)| (*x, self.arena.integer(*power))).collect();
        self.arena.intern(Node::Hadamard(factors))
    }

    pub(crate) fn pow(&mut self, x: ExprId, power: i64) -> ExprId {
        let power = self.arena.integer(power);
        self.arena.intern(Node::Power(x, power))
    }

    pub(crate) fn f(&mut self, func: Func, x: ExprId) -> ExprId {
        self.arena.intern(Node::Elementwise(func, x))
    }

    pub(crate) fn norm(&mut self, x: ExprId) -> ExprId {
        self.arena.intern(Node::Norm(Norm::Frobenius, x))
    }

    pub(crate) fn eye(&mut self) -> ExprId {
        self.arena.intern(Node::Identity(self.n))
    }

    pub(crate) fn ones(&mut self) -> ExprId {
        self.arena.intern(Node::Ones(Shape::vector(self.n)))
    }

    pub(crate) fn one(&mut self) -> ExprId {
        self.arena.integer(1)
    }
}

#[track_caller]
fn check(make: &Make, id: ExprId, unicode: &str, ascii: &str, latex: &str) {
    let style = Style::default();
    assert_eq!(render(&make.arena, id, Format::Unicode, &style), unicode);
    assert_eq!(render(&make.arena, id, Format::Ascii, &style), ascii);
    assert_eq!(render(&make.arena, id, Format::Latex, &style), latex);
}

#[test]
fn residuals_and_quadratic_forms() {
    let mut k = Make::new();
    let (a, x, b) = (k.mat("A"), k.v("x"), k.v("b"));
    let (at, xt) = (k.t(a), k.t(x));
    let ax = k.p(&[a, x]);
    let residual = k.add(&[(1, ax), (-1, b)]);
    let gradient = k.p(&[at, residual]);
    check(&k, gradient, "Aᵀ(Ax − b)", "A'(A x - b)", "A^\\top (A x - b)");
    let lambda = k.s("λ");
    let lx = k.p(&[lambda, x]);
    let both = k.add(&[(1, lx), (1, gradient)]);
    check(&k, both, "Aᵀ(Ax − b) + λx", "A'(A x - b) + lambda x", "A^\\top (A x - b) + \\lambda x");

    let half = Coeff::ratio(1, 2).unwrap();
    let symmetrized = k.arena.intern(Node::Add([(half.clone(), a), (half, at)].into()));
    let hx = k.p(&[symmetrized, x]);
    let with_b = k.add(&[(1, b), (1, hx)]);
    check(&k, with_b, "½(A + Aᵀ)x + b", "(1/2)(A + A')x + b", "\\frac{1}{2}(A + A^\\top) x + b");

    let quadratic = k.p(&[xt, a, x]);
    let sum = k.add(&[(1, a), (1, at)]);
    let over = k.had(&[(quadratic, -1)]);
    let log_gradient = k.p(&[over, sum, x]);
    check(&k, log_gradient, "(A + Aᵀ)x/(xᵀAx)", "(A + A')x/(x'A x)", "\\frac{(A + A^\\top) x}{x^\\top A x}");
    let scaled = k.p(&[quadratic, x]);
    check(&k, scaled, "(xᵀAx)x", "(x'A x)x", "(x^\\top A x) x");
    let ata = k.p(&[at, a, x]);
    let norm = k.norm(ax);
    let inverse_norm = k.had(&[(norm, -1)]);
    let seven = k.p(&[inverse_norm, ata]);
    let flat = k.p(&[inverse_norm, at, a, x]);
    check(&k, flat, "AᵀAx/‖Ax‖", "A'A x/||A x||", "\\frac{A^\\top A x}{\\|A x\\|}");
    check(&k, seven, "(AᵀAx)/‖Ax‖".replace(['(', ')'], "").as_str(), "A'A x/||A x||", "\\frac{A^\\top A x}{\\|A x\\|}");
}

#[test]
fn exponentials_and_fractions() {
    let mut k = Make::new();
    let x = k.v("x");
    let xt = k.t(x);
    let xx = k.p(&[xt, x]);
    let minus = k.add(&[(-1, xx)]);
    let exp = k.f(Func::Exp, minus);
    let gradient = k.p(&[exp, x]);
    let gradient = k.add(&[(2, gradient)]);
    check(&k, gradient, "2exp(−xᵀx)x", "2 exp(-x'x)x".replace("2 e", "2e").as_str(), "2\\exp(-x^\\top x) x");
    let outer = k.p(&[x, xt]);
    let eye = k.eye();
    let inner = k.add(&[(1, eye), (-2, outer)]);
    let hessian = k.p(&[exp, inner]);
    let hessian = k.add(&[(2, hessian)]);
    check(&k, hessian, "2exp(−xᵀx)(I − 2xxᵀ)", "2exp(-x'x)(I - 2x x')", "2\\exp(-x^\\top x)(I - 2x x^\\top)");
    let one = k.one();
    let below = k.add(&[(1, one), (1, xx)]);
    let over = k.had(&[(below, -2)]);
    let eight = k.p(&[over, x]);
    let eight = k.add(&[(2, eight)]);
    check(&k, eight, "2x/(1 + xᵀx)²", "2x/(1 + x'x)^2", "\\frac{2x}{(1 + x^\\top x)^2}");
    let norm = k.norm(x);
    let squared = k.had(&[(norm, 2)]);
    let half = k.scale(1, 2, squared);
    check(&k, half, "½‖x‖²", "(1/2)||x||^2", "\\frac{1}{2} \\|x\\|^2");
    let style = Style { squared_norm_as_product: true, ..Style::default() };
    assert_eq!(render(&k.arena, half, Format::Unicode, &style), "½xᵀx");
    let inverse = k.had(&[(norm, -2)]);
    let projected = k.p(&[inverse, x, xt]);
    let projection = k.add(&[(1, eye), (-1, projected)]);
    check(&k, projection, "I − xxᵀ/‖x‖²", "I - x x'/||x||^2", "I - \\frac{x x^\\top}{\\|x\\|^2}");
    let three = k.scale(5, 7, x);
    check(&k, three, "(5/7)x", "(5/7)x", "\\frac{5}{7} x");
    let lone = k.add(&[(2, eye)]);
    check(&k, lone, "2Iₙ", "2I_n", "2I_n");
}

#[test]
fn inverses_traces_and_determinants() {
    let mut k = Make::new();
    let (x, s) = (k.mat("X"), k.mat("S"));
    let inverse = k.pow(x, -1);
    let inverse_t = k.t(inverse);
    check(&k, inverse_t, "X⁻ᵀ", "X^-T", "X^{-\\top}");
    let det = k.arena.intern(Node::Det(x));
    let gradient = k.p(&[det, inverse_t]);
    check(&k, gradient, "det(X)X⁻ᵀ", "det(X)X^-T", "\\det(X) X^{-\\top}");
    let difference = k.add(&[(1, s), (-1, inverse_t)]);
    check(&k, difference, "S − X⁻ᵀ", "S - X^-T", "S - X^{-\\top}");
    let log_det = k.f(Func::Log, det);
    check(&k, log_det, "log det X", "log det X", "\\log\\det X");
    let scaled = k.p(&[log_det, x]);
    check(&k, scaled, "(log det X)X", "(log det X)X", "(\\log\\det X) X");
    let trace = k.arena.intern(Node::Trace(x));
    let square = k.had(&[(trace, 2)]);
    check(&k, square, "tr(X)²", "tr(X)^2", "\\operatorname{tr}(X)^2");
    let squared = k.pow(inverse, 2);
    let t = k.t(squared);
    check(&k, t, "((X⁻¹)²)ᵀ", "((X^-1)^2)'", "((X^{-1})^2)^\\top");
    let xt = k.t(x);
    let product = k.p(&[xt, s, x, inverse_t]);
    check(&k, product, "XᵀSXX⁻ᵀ", "X'S X X^-T", "X^\\top S X X^{-\\top}");
    let dx = k.declare("X", Shape::square(k.n), SymbolKind::Plain);
    let d1 = k.arena.intern(Node::Differential(dx, 1));
    let product = k.p(&[inverse, d1, inverse]);
    let negative = k.add(&[(-1, product)]);
    check(&k, negative, "−X⁻¹ dX₁ X⁻¹", "-X^-1 dX_1 X^-1", "-X^{-1} \\, \\mathrm{d}X_1 \\, X^{-1}");
}

#[test]
fn entrywise() {
    let mut k = Make::new();
    let (a, b, x) = (k.v("a"), k.v("b"), k.v("x"));
    let product = k.had(&[(a, 1), (b, 1), (x, 1)]);
    let doubled = k.add(&[(2, product)]);
    check(&k, doubled, "2(a∘b∘x)", "2(a .* b .* x)", "2(a \\odot b \\odot x)");
    let over = k.had(&[(x, -1)]);
    check(&k, over, "1⊘x", "1 ./ x", "1 \\oslash x");
    let quotient = k.had(&[(a, 1), (b, -1), (x, -2)]);
    check(&k, quotient, "a⊘(b∘x∘x)", "a ./ (b .* x .* x)", "a \\oslash (b \\odot x \\odot x)");
    let sum = k.add(&[(1, a), (1, b)]);
    let square = k.had(&[(sum, 2)]);
    check(&k, square, "(a + b).^2", "(a + b).^2", "(a + b)^{\\odot 2}");
    // The number that the terms of a row share stays with it.
    let (at, bt, xt) = (k.t(a), k.t(b), k.t(x));
    let row = k.add(&[(3, at), (-3, bt)]);
    let product = k.had(&[(xt, 1), (row, 1)]);
    check(&k, product, "(x ∘ 3(a − b))ᵀ", "(x .* 3(a - b))'", "(x \\odot 3(a - b))^\\top");
    let tanh = k.f(Func::Tanh, x);
    let square = k.had(&[(tanh, 2)]);
    let ones = k.ones();
    let derivative = k.add(&[(1, ones), (-1, square)]);
    check(&k, derivative, "1 − tanh²(x)", "1 - tanh^2(x)", "1 - \\tanh^2(x)");
    let log = k.f(Func::Log, x);
    let entropy = k.add(&[(1, log), (1, ones)]);
    check(&k, entropy, "1 + log(x)", "1 + log(x)", "1 + \\log(x)");
    let step = k.f(Func::Step, x);
    check(&k, step, "1[x > 0]", "1[x > 0]", "\\mathbf{1}[x > 0]");
    let difference = k.add(&[(1, a), (-1, b)]);
    let equal = k.f(Func::IsZero, difference);
    check(&k, equal, "1[a = b]", "1[a = b]", "\\mathbf{1}[a = b]");
    let ones_t = k.t(ones);
    let total = k.p(&[ones_t, x]);
    check(&k, total, "1ᵀx", "1'x", "\\mathbf{1}^\\top x");
    let sigmoid = k.f(Func::Sigmoid, x);
    check(&k, sigmoid, "σ(x)", "sigmoid(x)", "\\sigma(x)");
    check(&k, ones, "ones(n)", "ones(n)", "\\mathbf{1}_{n}");
}

#[test]
fn sums_over_an_index() {
    let mut k = Make::new();
    let family = k.declare("a", Shape::vector(k.n), SymbolKind::Family(k.m));
    let x = k.v("x");
    let index = IndexId(1);
    let i = k.arena.intern(Node::Index(index));
    let member = k.arena.intern(Node::Member(family, i));
    let (one, upper) = (k.one(), k.arena.intern(Node::Size(k.m)));
    let member_t = k.t(member);
    let inner = k.p(&[member_t, x]);
    let sigmoid = k.f(Func::Sigmoid, inner);
    let body = k.p(&[sigmoid, member]);
    let sum = k.arena.intern(Node::Indexed { op: BigOp::Sum, index, lower: one, upper, body });
    check(&k, sum, "Σᵢ σ(aᵢᵀx)aᵢ", "sum_i sigmoid(a_i'x)a_i", "\\sum_{i=1}^{m} \\sigma(a_i^\\top x) a_i");
    let over = k.had(&[(upper, -1)]);
    let mean = k.p(&[over, sum]);
    let mu = k.s("μ");
    let ridge = k.p(&[mu, x]);
    let both = k.add(&[(1, mean), (1, ridge)]);
    assert_eq!(render(&k.arena, both, Format::Unicode, &Style::default()), "(1/m)Σᵢ σ(aᵢᵀx)aᵢ + μx");
    let xt = k.t(x);
    let outer = k.p(&[sum, xt]);
    assert_eq!(render(&k.arena, outer, Format::Unicode, &Style::default()), "(Σᵢ σ(aᵢᵀx)aᵢ)xᵀ");
    let style = Style { inner_brackets: true, ..Style::default() };
    assert_eq!(render(&k.arena, sigmoid, Format::Unicode, &style), "σ(⟨aᵢ, x⟩)");

    let matrix = k.mat("X");
    let power = k.arena.intern(Node::Power(matrix, i));
    let zero = k.arena.integer(0);
    let count = k.s("k");
    let less = k.add(&[(1, count), (-1, one)]);
    let sum = k.arena.intern(Node::Indexed { op: BigOp::Sum, index, lower: zero, upper: less, body: power });
    k.arena.suggest_index_name(less, "r", 0);
    check(&k, sum, "Σ_{r=0}^{k−1} Xʳ", "sum_{r=0}^{k-1} X^r", "\\sum_{r=0}^{k-1} X^r");
}

#[test]
fn every_other_operator() {
    let mut k = Make::new();
    let (a, b, x) = (k.mat("A"), k.mat("B"), k.v("x"));
    let (one, two) = (k.one(), k.arena.integer(2));
    let phi = k.declare("φ", Shape::SCALAR, SymbolKind::Function);
    let f = k.declare("f", Shape::SCALAR, SymbolKind::MatrixFunction);
    let transposed = k.arena.transpose(a);
    let shape = Shape::square(k.n);
    let cases: Vec<(Node, &str)> = vec![
        (Node::Kron(a, b), "A ⊗ B"),
        (Node::Entry(a, one, two), "A_{1,2}"),
        (Node::Entry(x, two, one), "x₂"),
        (Node::Basis(k.n, two), "e₂"),
        (Node::Zeros(shape), "zeros(n, n)"),
        (Node::Ones(shape), "ones(n, n)"),
        (Node::Literal(Shape::vector(Dim::Known(2)), [one, two].into()), "[1, 2]"),
        (Node::Literal(Shape::square(Dim::Known(2)), [one, two, two, one].into()), "[1, 2; 2, 1]"),
        (Node::MatrixFunction(MatrixFunction::Expm, a, [].into()), "expm(A)"),
        (Node::MatrixFunction(MatrixFunction::Logm, a, [b].into()), "L_logm(A, B)"),
        (Node::MatrixFunction(MatrixFunction::Expm, transposed, [].into()), "expm(A)ᵀ"),
        (Node::MatrixFunction(MatrixFunction::Logm, transposed, [transposed].into()), "L_logm(A, A)ᵀ"),
        (Node::MatrixFunction(MatrixFunction::Logm, transposed, [b].into()), "L_logm(Aᵀ, B)"),
        (Node::MatrixFunction(MatrixFunction::User(f, 1), a, [].into()), "f′(A)"),
        (Node::MatrixFunction(MatrixFunction::User(f, 2), a, [b].into()), "L_f″(A, B)"),
        (Node::Reduce(Reduction::LogSumExp, x), "logsumexp(x)"),
        (Node::Norm(Norm::Frobenius, a), "‖A‖_F"),
        (Node::Norm(Norm::Spectral, a), "‖A‖₂"),
        (Node::Norm(Norm::Nuclear, a), "‖A‖_*"),
        (Node::Norm(Norm::One, x), "‖x‖₁"),
        (Node::Norm(Norm::Infinity, x), "‖x‖_∞"),
        (Node::Norm(Norm::P(two), x), "‖x‖_2"),
        (Node::Spectral(Spectral::LambdaMax, a), "λ_max(A)"),
        (Node::Spectral(Spectral::SumEig, a), "sum(eig(A))"),
        (Node::Spectral(Spectral::Polar, a), "polar(A)"),
        (Node::Apply(Op::Softmax, x), "softmax(x)"),
        (Node::Diag(x), "diag(x)"),
        (Node::DiagPart(a), "diag(A)"),
        (Node::Vec(a), "vec(A)"),
        (Node::Unvec(x, shape), "unvec(x, n, n)"),
        (Node::Apply(Op::Tril, a), "tril(A)"),
        (Node::Apply(Op::Triu, a), "triu(A)"),
        (Node::Pinv(a), "pinv(A)"),
        (Node::Apply(Op::Adjugate, a), "adj(A)"),
        (Node::Factorial(two), "2!"),
        (Node::Pending(a, 0), "d(A)"),
        (Node::Pending(a, 2), "d₂(A)"),
        (Node::Pi, "π"),
        (Node::Size(k.n), "n"),
        (Node::Identity(k.n), "Iₙ"),
        (Node::Elementwise(Func::User(phi, 1), x), "φ′(x)"),
        (Node::Elementwise(Func::Abs, x), "|x|"),
        (Node::Elementwise(Func::Exp, one), "e"),
    ];
    for (node, expected) in cases {
        let id = k.arena.intern(node);
        assert_eq!(render(&k.arena, id, Format::Unicode, &Style::default()), expected);
        for format in [Format::Ascii, Format::Latex] {
            let text = render(&k.arena, id, format, &Style::default());
            assert!(text.is_ascii() && !text.is_empty(), "{text}");
        }
    }
}

#[test]
fn runs_of_letters_that_would_read_as_words_are_parted() {
    let mut k = Make::new();
    let (p, i, m, a, h) = (k.s("p"), k.mat("Q"), k.mat("M"), k.mat("A"), k.mat("H"));
    let b = k.v("b");
    let product = k.p(&[m, a, h, b]);
    assert_eq!(render(&k.arena, product, Format::Unicode, &Style::default()), "MAHb");
    let rest = k.s("i");
    let word = k.had(&[(p, 1), (rest, 1)]);
    let pi = k.p(&[word, i]);
    assert_eq!(render(&k.arena, pi, Format::Unicode, &Style::default()), "p iQ");
}

#[test]
fn a_difference_takes_the_leading_minus() {
    let mut k = Make::new();
    let (a, x, mu) = (k.mat("A"), k.v("x"), k.v("μ"));
    let xt = k.t(x);
    let outer = k.p(&[x, xt]);
    let difference = k.add(&[(1, a), (-1, outer)]);
    let product = k.p(&[difference, x]);
    let doubled = k.add(&[(-2, product)]);
    check(&k, doubled, "2(xxᵀ − A)x", "2(x x' - A)x", "2(x x^\\top - A) x");
    let away = k.add(&[(1, x), (-1, mu)]);
    let inverse = k.pow(a, -1);
    let product = k.p(&[inverse, away]);
    let negative = k.add(&[(-1, product)]);
    check(&k, negative, "A⁻¹(μ − x)", "A^-1(mu - x)", "A^{-1} (\\mu - x)");
    k.arena.normalize_written(away);
    check(&k, negative, "−A⁻¹(x − μ)", "-A^-1(x - mu)", "-A^{-1} (x - \\mu)");
    let total = k.add(&[(1, a), (1, outer)]);
    let product = k.p(&[total, x]);
    let negative = k.add(&[(-1, product)]);
    check(&k, negative, "−(xxᵀ + A)x", "-(x x' + A)x", "-(x x^\\top + A) x");
}

#[test]
fn sums_of_transposed_products_are_transposed_as_a_whole() {
    let mut k = Make::new();
    let (a, x, count) = (k.mat("A"), k.mat("X"), k.s("k"));
    let (at, xt) = (k.t(a), k.t(x));
    let square = k.pow(xt, 2);
    check(&k, square, "(X²)ᵀ", "(X^2)'", "(X^2)^\\top");
    let terms = [k.p(&[xt, at, xt]), k.p(&[square, at]), k.p(&[at, square])];
    let sum = k.add(&terms.map(|term| (1, term)));
    check(&k, sum, "(X²A + XAX + AX²)ᵀ", "(X^2 A + X A X + A X^2)'", "(X^2 A + X A X + A X^2)^\\top");
    let product = k.p(&[at, xt]);
    check(&k, product, "AᵀXᵀ", "A'X'", "A^\\top X^\\top");
    let one = k.one();
    let less = k.add(&[(1, count), (-1, one)]);
    let power = k.arena.intern(Node::Power(xt, less));
    check(&k, power, "(Xᵀ)ᵏ⁻¹", "(X')^(k-1)", "(X^\\top)^{k-1}");
}

#[test]
fn declarations() {
    let mut k = Make::new();
    let a = k.declare("A", Shape::new(k.m, k.n), SymbolKind::Plain);
    let x = k.declare("x", Shape::vector(k.n), SymbolKind::Plain);
    let c = k.declare("c", Shape::SCALAR, SymbolKind::Plain);
    assert_eq!(where_line(&k.arena, &[a, x, c], Format::Unicode), "A ∈ ℝᵐˣⁿ, x ∈ ℝⁿ, c ∈ ℝ");
    assert_eq!(where_line(&k.arena, &[a, x, c], Format::Ascii), "A in R^{m x n}, x in R^n, c in R");
    let family = k.declare("a", Shape::vector(k.n), SymbolKind::Family(k.m));
    assert_eq!(render_declaration(&k.arena, family, Format::Unicode), "a₁,…,aₘ ∈ ℝⁿ");
    let spd = k.arena.add_symbol(Symbol {
        name: "Σ".to_owned(),
        shape: Shape::square(k.n),
        kind: SymbolKind::Plain,
        structure: Structure::PositiveDefinite,
        declared: true,
    });
    assert_eq!(render_declaration(&k.arena, spd, Format::Unicode), "Σ ∈ Sⁿ₊₊");
    assert_eq!(render_declaration(&k.arena, spd, Format::Latex), "\\Sigma \\in \\mathbb{S}^{n}_{++}");
}

#[test]
fn deep_and_shared_graphs_print_in_linear_size() {
    let length = |layers: usize| {
        let mut k = Make::new();
        let (w, mut z) = (k.mat("W"), k.v("x"));
        for _ in 0..layers {
            let inner = k.p(&[w, z]);
            let tanh = k.f(Func::Tanh, inner);
            z = k.add(&[(1, tanh), (1, inner)]);
        }
        let text = render_with_parts(&k.arena, z, Format::Unicode, &Style::default(), &Limits::default());
        assert!(text.parts.len() > layers / 4);
        text.to_line(Format::Unicode).len()
    };
    let (half, whole) = (length(1000), length(2000));
    assert!(whole < 200_000 && 2 * whole < 5 * half, "{half} {whole}");
    let mut k = Make::new();
    let mut x = k.s("c");
    for _ in 0..200 {
        x = k.had(&[(x, 1), (x, 1)]);
        x = k.f(Func::Sin, x);
    }
    assert!(render(&k.arena, x, Format::Latex, &Style::default()).len() < 50_000);
}

#[test]
fn names_with_labels() {
    let mut k = Make::new();
    let (w, q, star, x) = (k.mat("W^(1)"), k.mat("W^Q"), k.v("x^*"), k.v("x"));
    let transposed = k.t(w);
    check(&k, transposed, "W⁽¹⁾ᵀ", "W^{(1)}'", "{W^{(1)}}^\\top");
    let two = k.arena.integer(2);
    let square = k.arena.intern(Node::Power(w, two));
    check(&k, square, "(W⁽¹⁾)²", "(W^{(1)})^2", "(W^{(1)})^2");
    let product = k.p(&[q, x]);
    check(&k, product, "W^Q x", "W^Q x", "W^Q x");
    let product = k.p(&[w, x]);
    check(&k, product, "W⁽¹⁾x", "W^{(1)} x", "W^{(1)} x");
    let difference = k.add(&[(1, x), (-1, star)]);
    check(&k, difference, "x − x^*", "x - x^{*}", "x - x^{*}");
    let product = k.p(&[w, difference]);
    check(&k, product, "W⁽¹⁾(x − x^*)", "W^{(1)}(x - x^{*})", "W^{(1)} (x - x^{*})");
}

#[test]
fn members_with_labels_and_beside() {
    let mut k = Make::new();
    let raised = k.declare("x^(·)", Shape::vector(k.n), SymbolKind::Family(k.m));
    let beside = k.declare("x_·", Shape::vector(k.n), SymbolKind::Family(k.m));
    let entries = k.v("y_·");
    let x = k.v("x");
    let index = k.arena.named_index("i");
    let i = k.arena.intern(Node::Index(index));
    let one = k.one();
    let member = k.arena.intern(Node::Member(raised, i));
    check(&k, member, "x⁽ⁱ⁾", "x^{(i)}", "x^{(i)}");
    let transposed = k.t(member);
    let inner = k.p(&[transposed, x]);
    check(&k, inner, "x⁽ⁱ⁾ᵀx", "x^{(i)}'x", "{x^{(i)}}^\\top x");
    let next = k.add(&[(1, i), (1, one)]);
    let member = k.arena.intern(Node::Member(raised, next));
    check(&k, member, "x⁽ⁱ⁺¹⁾", "x^{(i+1)}", "x^{(i+1)}");
    let member = k.arena.intern(Node::Member(beside, i));
    let difference = k.add(&[(1, x), (-1, member)]);
    check(&k, difference, "x − xᵢ", "x - x_i", "x - x_i");
    let entry = k.arena.intern(Node::Entry(entries, i, one));
    check(&k, entry, "yᵢ", "y_i", "y_i");
    let entry = k.arena.intern(Node::Entry(x, i, one));
    check(&k, entry, "(x)ᵢ", "(x)_i", "(x)_i");
    let declared = |id, format| render_declaration(&k.arena, id, format);
    assert_eq!(declared(raised, Format::Unicode), "x⁽¹⁾,…,x⁽ᵐ⁾ ∈ ℝⁿ");
    assert_eq!(declared(raised, Format::Ascii), "x^{(1)},...,x^{(m)} in R^n");
    assert_eq!(declared(raised, Format::Latex), "x^{(1)},\\dots,x^{(m)} \\in \\mathbb{R}^{n}");
    assert_eq!(declared(beside, Format::Unicode), "x₁,…,xₘ ∈ ℝⁿ");
    let Node::Symbol(entries) = *k.arena.node(entries) else { panic!("it is a symbol") };
    assert_eq!(declared(entries, Format::Unicode), "y₁,…,yₙ ∈ ℝ");
}
