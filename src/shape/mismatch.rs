//! The wording of every clash of shapes: what is wrong with both shapes, a label on each operand, where
//! the shapes come from, and a way out that was tried before it is offered.

use super::Goal;
use super::check::Try;
use super::clash::{Clash, Demand, Operand, Problem, Ty};
use super::naming::Naming;
use super::size::SizeValue;
use crate::diagnostic::{Advice, Diagnostic, Suggestion};
use crate::reading::kind::{Kind, WrittenSize};
use crate::reading::limit::{KRONECKER_FACTORS, REPORTED};
use crate::reading::resolve::Ref;
use crate::span::Span;
use crate::syntax::{Ast, AstId, AstKind, Comparison, Function, NormSpelling, arity_of};

/// All clashes of the best try as diagnostics, each with the place of its expression.
pub(super) fn report(tried: &Try<'_>) -> Vec<(usize, Diagnostic)> {
    let naming = Naming::new(tried);
    let writer = Writer { tried, naming };
    let mut out: Vec<(usize, Diagnostic)> = Vec::new();
    for clash in tried.clashes.iter().take(REPORTED) {
        let diagnostic = (clash.text, writer.with_products(clash, writer.diagnostic(clash)));
        if !out.contains(&diagnostic) {
            out.push(diagnostic);
        }
    }
    out
}

struct Writer<'t, 'i> {
    tried: &'t Try<'i>,
    naming: Naming,
}

impl Writer<'_, '_> {
    fn ast(&self, text: usize) -> &Ast {
        self.tried.input.texts[text].ast
    }

    fn source(&self, text: usize, span: Span) -> &str {
        self.ast(text).written(span)
    }

    fn written(&self, text: usize, operand: &Operand) -> String {
        self.source(text, operand.span).to_owned()
    }

    /// `m×n`, or `a scalar`, `a vector of length n`.
    fn shape(&self, ty: Ty) -> String {
        let tried = self.tried;
        if tried.is_scalar(ty) {
            return String::from("a scalar");
        }
        format!("{}×{}", self.naming.size(tried, ty.rows), self.naming.size(tried, ty.cols))
    }

    fn is(&self, text: usize, operand: &Operand) -> String {
        format!("`{}` is {}", self.written(text, operand), self.shape(operand.ty))
    }

    /// An operand as it must be written to be an operand of something that binds tighter.
    fn grouped(&self, text: usize, operand: &Operand) -> String {
        let source = self.written(text, operand);
        let atom = match operand.nodes.as_slice() {
            [only] => matches!(
                self.ast(text).node(*only).kind,
                AstKind::Name(_)
                    | AstKind::Number(_)
                    | AstKind::Call(..)
                    | AstKind::UserCall { .. }
                    | AstKind::Norm(..)
                    | AstKind::Abs(_)
                    | AstKind::Inner(..)
                    | AstKind::Literal(_)
                    | AstKind::Stack { .. }
            ),
            _ => false,
        };
        if atom || (source.starts_with('(') && source.ends_with(')') && source.matches('(').count() == 1) {
            source
        } else {
            format!("({source})")
        }
    }

    /// Whether reading a node transposed leaves fewer clashes.
    fn flip_helps(&self, text: usize, node: AstId) -> bool {
        let flipped = Try::run(self.tried.input, Some((text, node)));
        flipped.count < self.tried.count
    }

    /// Where the shapes of the symbols below come from.
    fn with_origins(&self, mut diagnostic: Diagnostic, clash: &Clash, operands: &[&Operand]) -> Diagnostic {
        let tried = self.tried;
        let mut seen: Vec<usize> = Vec::new();
        let text = &tried.input.texts[clash.text];
        for node in operands.iter().flat_map(|operand| &operand.nodes) {
            crate::reading::walk::subtree(text.ast, *node, 64, |id| {
                if let Ref::Symbol(symbol) | Ref::Indexed(symbol) = text.refs[id.0 as usize]
                    && !seen.contains(&symbol)
                    && seen.len() < 4
                {
                    seen.push(symbol);
                }
                true
            });
        }
        seen.sort_by_key(|symbol| tried.input.symbols[*symbol].place);
        for symbol in seen {
            let sym = &tried.input.symbols[symbol];
            let ty = tried.symbols[symbol];
            let shape = self.shape(Try::plain(ty.rows, ty.cols));
            let note = if sym.declared.is_some() {
                format!("`{}` is declared {shape}", sym.name)
            } else {
                let kind = match tried.kind(symbol) {
                    Kind::Scalar | Kind::EntriesBeside | Kind::ScalarBesideOthers => "a scalar",
                    Kind::Vector | Kind::FamilyBeside => "a vector",
                    Kind::Matrix => "a matrix",
                    Kind::VectorFamily => "a family of vectors",
                    Kind::MatrixFamily => "a family of matrices",
                    Kind::Declared => continue,
                };
                if kind == "a scalar" {
                    format!("`{}` is not declared and was read as {kind}", sym.name)
                } else {
                    format!("`{}` is not declared and was read as {kind} ({shape})", sym.name)
                }
            };
            diagnostic = diagnostic.with_note(note);
        }
        diagnostic
    }

    fn two(&self, code: &'static str, message: String, clash: &Clash, left: &Operand, right: &Operand) -> Diagnostic {
        let diagnostic = Diagnostic::new(code, message, right.span, self.is(clash.text, right))
            .with_label(left.span, self.is(clash.text, left));
        let shapes = vec![self.shape(left.ty), self.shape(right.ty)];
        self.with_origins(diagnostic, clash, &[left, right]).with_shapes(shapes)
    }

    fn one(&self, code: &'static str, message: String, clash: &Clash, operand: &Operand) -> Diagnostic {
        let diagnostic = Diagnostic::new(code, message, operand.span, self.is(clash.text, operand));
        self.with_origins(diagnostic, clash, &[operand]).with_shapes(vec![self.shape(operand.ty)])
    }

    /// A literal whose blanks were read between blocks may be one of products: `[A x; 0.1 x]`.
    fn with_products(&self, clash: &Clash, diagnostic: Diagnostic) -> Diagnostic {
        let place = self.span(clash);
        let meets = |span: Span| span.start < place.end && place.start < span.end;
        let remarks = self.ast(clash.text).remarks.iter();
        let other = remarks.filter(|remark| remark.row == "blanks-between-blocks" && meets(remark.span));
        match other.filter_map(|remark| remark.other.as_deref()).next() {
            Some(products) => diagnostic
                .with_help(format!("blanks in a literal separate blocks; for products write their sign: `{products}`")),
            None => diagnostic,
        }
    }

    fn span(&self, clash: &Clash) -> Span {
        self.ast(clash.text).span(clash.node)
    }

    fn diagnostic(&self, clash: &Clash) -> Diagnostic {
        let text = clash.text;
        let span_of = |id: &AstId| self.tried.input.texts[text].ast.span(*id);
        match &clash.problem {
            Problem::Product(left, right) => self.product(clash, left, right),
            Problem::Sum(left, right) => {
                let message = format!(
                    "the terms of a sum have different shapes: {} and {}",
                    self.shape(left.ty),
                    self.shape(right.ty)
                );
                let diagnostic = self.two("S0102", message, clash, left, right);
                let sign = self.sign_before(clash.text, right);
                self.offer_transposes(diagnostic, clash, left, right, |l, r| format!("{l} {sign} {r}"))
            }
            Problem::ScalarPlusMatrix { scalar, matrix } => {
                let message = format!("a scalar is added to a matrix ({})", self.shape(matrix.ty));
                let (s, rows, cols) = (
                    self.grouped(text, scalar),
                    self.naming.size(self.tried, matrix.ty.rows),
                    self.naming.size(self.tried, matrix.ty.cols),
                );
                let mut diagnostic = self.two("S0103", message, clash, scalar, matrix);
                // A size that nothing fixes may become another one once the sum has a shape.
                let free =
                    [matrix.ty.rows, matrix.ty.cols].map(|size| *self.tried.sizes.value(size) == SizeValue::Free);
                if free != [false, false] || self.tried.sizes.same(matrix.ty.rows, matrix.ty.cols) {
                    let on_diagonal = if s == "1" { "I".to_owned() } else { format!("{s} * I") };
                    diagnostic = diagnostic.with_help(format!("to add it on the diagonal, write `{on_diagonal}`"));
                }
                let ones =
                    if free == [false, false] { format!("ones({rows},{cols})") } else { "ones * ones'".to_owned() };
                let to_entries = if s == "1" { ones } else { format!("{s} * {ones}") };
                diagnostic.with_help(format!("to add it to every entry, write `{to_entries}`"))
            }
            Problem::Entrywise(left, right) => {
                let message = format!(
                    "an elementwise operation needs equal shapes: {} and {} differ",
                    self.shape(left.ty),
                    self.shape(right.ty)
                );
                let diagnostic = self.two("S0104", message, clash, left, right);
                self.offer_transposes(diagnostic, clash, left, right, |l, r| format!("{l} .* {r}"))
            }
            Problem::Inner(left, right) => {
                let message = format!(
                    "an inner product needs equal shapes: {} and {} differ",
                    self.shape(left.ty),
                    self.shape(right.ty)
                );
                let diagnostic = self.two("S0105", message, clash, left, right);
                self.offer_transposes(diagnostic, clash, left, right, |l, r| format!("<{l}, {r}>"))
            }
            Problem::Divide(left, right) => self.divide(clash, left, right),
            Problem::Demand(demand, operand) => self.demand(clash, *demand, operand),
            Problem::VectorPower { base, exponent } => {
                let message = format!("a power of a vector ({})", self.shape(base.ty));
                let number = match exponent.nodes.as_slice() {
                    [only] => match &self.ast(text).node(*only).kind {
                        AstKind::Number(value) => value.to_i64(),
                        _ => None,
                    },
                    _ => None,
                };
                let e = number.map_or_else(|| self.grouped(text, exponent), |number| number.to_string());
                let b = self.grouped(text, base);
                let diagnostic = self.one("S0111", message, clash, base);
                let diagnostic = match number {
                    Some(2) => {
                        let inside = self.written(text, base);
                        diagnostic.with_help(format!("for the sum of the squares write `||{inside}||^2`"))
                    }
                    _ => diagnostic,
                };
                diagnostic.with_help(format!("for the power of each entry write `{b} .^ {e}`"))
            }
            Problem::ExponentShape { base, exponent } => {
                let message = format!("the exponent is {}", self.shape(exponent.ty));
                let (b, e) = (self.written(text, base), self.written(text, exponent));
                let diagnostic = self.two("S0112", message, clash, base, exponent);
                if self.tried.is_scalar(base.ty) {
                    diagnostic.with_help(format!("for the power to each entry write `exp(log({b}) * ({e}))`"))
                } else if e == "H" {
                    diagnostic.with_help(format!("matrices are real: write `{b}'` or `{b}^T` for the transpose"))
                } else {
                    diagnostic
                }
            }
            Problem::MatrixNorm(spelling, operand) => self.matrix_norm(clash, *spelling, operand),
            Problem::NormOrder(order) => Diagnostic::new(
                "S0130",
                "a p-norm with p ≤ 0",
                span_of(order),
                "p must be positive; the number of nonzero entries is not a norm and has no derivative",
            )
            .with_help("write `||x||_1`, which is often used instead, or `||x||_p` for a symbolic p"),
            Problem::EmptyRange(lower, upper) => {
                let bound = |id: &AstId| self.source(text, span_of(id)).to_owned();
                let (from, to) = (bound(lower), bound(upper));
                let message = format!("nothing lies between the bounds: from {from} to {to}");
                Diagnostic::new("S0129", message, span_of(lower), "the lower bound")
                    .with_label(span_of(upper), "the upper bound")
                    .with_help(format!("write the smaller bound first: from {to} to {from}"))
            }
            Problem::EigAlone => Diagnostic::new(
                "S0114",
                "eigenvalues outside a sum or product",
                self.span(clash),
                "only their sum or product has a derivative in matrix notation",
            )
            .with_help(format!("write `sum {0}` or `prod {0}`", self.source(text, self.span(clash))))
            .with_help({
                let source = self.source(text, self.span(clash));
                let inner =
                    source.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')')).map_or("A", |part| part.0);
                format!("for one eigenvalue of a symmetric matrix write `lambda_max({inner})` or `lambda_min({inner})`")
            })
            .with_help("beneath a sum or product powers, `exp`, `log` and `sqrt` of each eigenvalue are read, and what these and scalars make"),
            Problem::SvdAlone => Diagnostic::new(
                "S0114",
                "singular values outside a sum",
                self.span(clash),
                "only their sum, the sum of their squares and the largest are read",
            )
            .with_help(
                "write `||X||_*` for their sum, `||X||_F^2` for that of their squares, `||X||_2` for the largest",
            ),
            Problem::CumulativeMatrix(operand) => Diagnostic::new(
                "S0113",
                "`cumsum` of a matrix may run down its columns, along its rows or through all entries",
                operand.span,
                self.is(text, operand),
            )
            .with_help("write `tril(ones(m,m)) X` for the columns, `X triu(ones(n,n))` for the rows"),
            Problem::LengthOfMatrix(operand) => Diagnostic::new(
                "S0113",
                "the length of a matrix is that of its columns, the larger of its sizes, or the number of its entries",
                operand.span,
                self.is(text, operand),
            )
            .with_help({
                let x = self.written(text, operand);
                format!("write `nrow({x})`, `ncol({x})` or `numel({x})`")
            }),
            Problem::NoAxis(operand) => Diagnostic::new(
                "S0110",
                "a vector has one axis",
                operand.span,
                self.is(text, operand),
            )
            .with_help("leave the axis out: the function is then of all entries"),
            Problem::KroneckerFactors => Diagnostic::new(
                "S0127",
                format!("a size that is a product of more than {KRONECKER_FACTORS} factors"),
                self.span(clash),
                "too many Kronecker products",
            ),
            Problem::Arity { function, found } => self.arity(clash, *function, *found),
            Problem::DivideByZero => Diagnostic::new("S0116", "a division by zero", self.span(clash), "this is zero"),
            Problem::NestedLiteral(operand) => Diagnostic::new(
                "S0117",
                "a matrix literal inside a matrix literal",
                operand.span,
                "entries are scalars",
            )
            .with_help("write out all entries, rows separated by `;`"),
            Problem::RaggedLiteral { first, other } => Diagnostic::new(
                "S0118",
                "the rows of a matrix literal differ in length",
                self.span(clash),
                format!("a row of {first} and a row of {other}"),
            ),
            Problem::Stack { is_row, first, other } => {
                let message = if *is_row {
                    "blocks beside one another differ in their numbers of rows"
                } else {
                    "blocks below one another differ in their numbers of columns"
                };
                self.two("S0118", message.to_owned(), clash, first, other)
                    .with_help("a 0 among blocks is of any shape, and a vector in a row is transposed: `[A, b; c', 0]`")
            }
            Problem::OpenRange => {
                let error = Diagnostic::new(
                    "S0122",
                    "a range of places that is empty, or may be",
                    self.span(clash),
                    "not known to have a place",
                );
                let written = self.source(text, self.span(clash));
                let rows = if written.contains(',') { ",:" } else { "" };
                match written.split(['[', '(', '_']).next().filter(|array| !array.is_empty()) {
                    Some(array) => error
                        .with_help(format!("count both ends from the same side, as in `{array}_{{1:2{rows}}}`")),
                    None => error.with_help("count both ends from the same side"),
                }
            }
            Problem::BadSize => Diagnostic::new(
                "S0119",
                "a size must be a name or a positive integer",
                self.span(clash),
                format!("`{}` is neither", self.source(text, self.span(clash))),
            ),
            Problem::FamilyWhole(symbol) => {
                let name = &self.tried.input.symbols[*symbol].name;
                Diagnostic::new(
                    "N0108",
                    format!("`{name}` is a family and has no index here"),
                    self.span(clash),
                    "no index",
                )
                .with_help(format!("write the sum over its members as `sum_i {name}_i`, or one of them as `{name}_1`"))
            }
            Problem::MatrixOneSubscript(symbol) => {
                let name = &self.tried.input.symbols[*symbol].name;
                Diagnostic::new(
                    "S0120",
                    format!("`{name}` is a matrix and has one subscript"),
                    self.span(clash),
                    "a row, a column, or a member of a family?",
                )
                .with_help(format!("for an entry write `{name}_{{ij}}`"))
                .with_help(format!("for row i write `{name}' e_i`, transposed, and for column i `{name} e_i`"))
                .with_help(format!("for a family of matrices use a name other than that of the matrix `{name}`"))
            }
            Problem::Subscripts { symbol, found, wanted } => {
                let name = &self.tried.input.symbols[*symbol].name;
                let has = match wanted {
                    0 => String::from("is a scalar and has no entries"),
                    1 => String::from("takes one subscript"),
                    _ => format!("takes {wanted} subscripts"),
                };
                let diagnostic = Diagnostic::new(
                    "S0121",
                    format!("`{name}` {has}"),
                    self.span(clash),
                    format!("subscripts here: {found}"),
                );
                if *found > 3 { diagnostic.with_help("an array has at most three indices") } else { diagnostic }
            }
            Problem::ThreeIndices(symbol) => {
                let name = &self.tried.input.symbols[*symbol].name;
                Diagnostic::new(
                    "S0121",
                    format!("a vector `{name}` with three indices: a family of vectors has at most two"),
                    self.span(clash),
                    "three indices here",
                )
                .with_help(format!("let one index stand for two of them, as in `{name}_{{jk}}`"))
                .with_help(
                    Advice::from("for an array of numbers declare it: ")
                        .suggest(Suggestion::declaration(format!("{name}: family(m) of matrix(p,n)"))),
                )
            }
            Problem::SubscriptsOf { operand, found } => {
                let has = match [operand.ty.rows, operand.ty.cols]
                    .iter()
                    .filter(|axis| !self.tried.sizes.is_one(**axis))
                    .count()
                {
                    0 => "a scalar, which has no entries",
                    1 => "a vector, which takes one subscript",
                    _ => "a matrix, which takes two subscripts",
                };
                Diagnostic::new(
                    "S0121",
                    format!("`{}` is {has}", self.source(text, operand.span)),
                    self.span(clash),
                    format!("subscripts here: {found}"),
                )
            }
            Problem::NotAFunction(name) => Diagnostic::new(
                "N0106",
                format!("`{name}` is not declared as a function"),
                self.span(clash),
                "called here",
            )
            .with_help(format!("declare it: `{name}: function`")),
            Problem::Argument(name, operand, target) => {
                let (wanted, found) = (self.shape(*target), self.shape(operand.ty));
                self.one("S0133", format!("the argument of `{name}` must be {wanted}; this is {found}"), clash, operand)
            }
            Problem::NoDerivative { message, symbol, argument } => {
                Diagnostic::new("S0134", *message, self.span(clash), "this derivative")
                    .with_help(self.derivatives_of_map(text, *symbol, *argument))
            }
            Problem::FunctionWithoutArgument(symbol) => {
                let name = &self.tried.input.symbols[*symbol].name;
                Diagnostic::new(
                    "N0107",
                    format!("the function `{name}` has no argument here"),
                    self.span(clash),
                    "no argument",
                )
                .with_help(format!("write `{name}(x)`"))
            }
            Problem::Range { what, upper, size, offset } => {
                let known = if let SizeValue::Known(value) = self.tried.sizes.value(*size) { Some(*value) } else { None };
                let size = self.naming.size(self.tried, *size);
                let last = match (known, *offset) {
                    (_, 0) => size.clone(),
                    (Some(value), offset) => (i64::from(value) + offset).to_string(),
                    (None, offset) => format!("{size} - {}", offset.unsigned_abs()),
                };
                let message = match *offset {
                    0 => format!("a subscript of `{what}` goes up to {upper}, but its size is {size}"),
                    offset => format!(
                        "a subscript of `{what}` goes up to {upper}, but counted from {} the last of {size} is {last}",
                        1 + offset
                    ),
                };
                Diagnostic::new("S0122", message, self.span(clash), format!("up to {upper}")).with_help(if upper
                    .parse::<u64>()
                    .is_ok()
                {
                    format!("the last one has the number {last}")
                } else {
                    "give the sum bounds that stay within the size".to_owned()
                })
            }
            Problem::RangeLow => {
                let written = self.source(text, self.span(clash));
                let base = written.strip_suffix("_0").or_else(|| written.strip_suffix("_{0}"));
                Diagnostic::new("S0123", "subscripts count from 1", self.span(clash), "starts below 1").with_help(
                    match base {
                        Some(base) => format!("the first one is `{base}_1`"),
                        None => "let the index run from 1, as in `sum_{i=1}^n x_i`".to_owned(),
                    },
                )
            }
            Problem::Comparison(comparison, left, right) => {
                let sign = match comparison {
                    Comparison::Greater => ">",
                    Comparison::Less => "<",
                    Comparison::Equal => "=",
                };
                let message = format!(
                    "the sides of `{sign}` have different shapes: {} and {}",
                    self.shape(left.ty),
                    self.shape(right.ty)
                );
                self.two("S0126", message, clash, left, right)
            }
            Problem::Goal(operand) => self.goal(clash, operand),
            Problem::SameShape(operand, target) => {
                let message = format!("the shape must be {}; this is {}", self.shape(*target), self.shape(operand.ty));
                let diagnostic = self.one("S0125", message, clash, operand);
                if self.flip_helps(text, clash.node) {
                    diagnostic.with_help(format!("did you mean `{}'`?", self.grouped(text, operand)))
                } else {
                    diagnostic
                }
            }
        }
    }

    /// How the derivatives of a declared map are written.
    fn derivatives_of_map(&self, text: usize, symbol: usize, argument: AstId) -> String {
        let sym = &self.tried.input.symbols[symbol];
        let (name, x) = (&sym.name, self.source(text, self.tried.input.texts[text].ast.node(argument).span));
        let one = WrittenSize::Number(1);
        let [rows, cols] =
            sym.declared.as_ref().and_then(|declared| declared.domain.clone()).unwrap_or([one.clone(), one.clone()]);
        let values = self.tried.symbols[symbol];
        let [has_rows, has_cols] = [values.rows, values.cols].map(|size| !self.tried.sizes.is_one(size));
        let (is_number, is_vector) = (rows == one && cols == one, cols == one);
        match (has_rows || has_cols, has_cols) {
            _ if is_number => format!("the derivative of `{name}` is written `{name}'({x})`"),
            (false, _) if is_vector => {
                format!("the gradient of `{name}` is written `∇{name}({x})`, its Hessian `∇²{name}({x})`")
            }
            (false, _) => format!("the gradient of `{name}` is written `∇{name}({x})`"),
            (true, false) if is_vector => {
                format!(
                    "the Jacobian of `{name}` is written `J_{name}({x})`, the gradient of an entry `∇{name}_1({x})`"
                )
            }
            (true, false) => format!("the gradient of an entry of `{name}` is written `∇{name}_1({x})`"),
            (true, true) => format!("the gradient of an entry of `{name}` is written `∇{name}_{{1,1}}({x})`"),
        }
    }

    fn product(&self, clash: &Clash, left: &Operand, right: &Operand) -> Diagnostic {
        let text = clash.text;
        let message =
            format!("the inner sizes of the product differ: {} times {}", self.shape(left.ty), self.shape(right.ty));
        let diagnostic = self.two("S0101", message, clash, left, right);
        let mut diagnostic = self.offer_transposes(diagnostic, clash, left, right, |l, r| format!("{l} * {r}"));
        let mut sizes = self.tried.sizes.clone();
        if sizes.unify(left.ty.rows, right.ty.rows).is_ok() && sizes.unify(left.ty.cols, right.ty.cols).is_ok() {
            let (l, r) = (self.written(text, left), self.grouped(text, right));
            diagnostic = diagnostic.with_help(format!("for the elementwise product write `{l} .* {r}`"));
        }
        diagnostic
    }

    /// The sign that stands before an operand of a sum.
    fn sign_before(&self, text: usize, operand: &Operand) -> char {
        let ast = self.ast(text);
        let start = operand.nodes.first().map_or(0, |node| ast.span(*node).start);
        let before = ast.source.get(..start).unwrap_or_default().trim_end();
        if before.ends_with(['-', '−']) { '-' } else { '+' }
    }

    /// Offers the transpose of an operand where that leaves fewer clashes.
    fn offer_transposes(
        &self,
        mut diagnostic: Diagnostic,
        clash: &Clash,
        left: &Operand,
        right: &Operand,
        join: impl Fn(&str, &str) -> String,
    ) -> Diagnostic {
        let text = clash.text;
        let transposed = |operand: &Operand| {
            let source = self.grouped(text, operand);
            // Xᵀ transposed is X, where the sign is written.
            match operand.nodes.as_slice() {
                [only] => match &self.ast(text).node(*only).kind {
                    AstKind::Transpose(inner) if self.ast(text).span(*inner) != self.ast(text).span(*only) => {
                        self.source(text, self.ast(text).span(*inner)).to_owned()
                    }
                    _ => format!("{source}'"),
                },
                _ => format!("{source}'"),
            }
        };
        if let [node] = left.nodes.as_slice()
            && self.flip_helps(text, *node)
        {
            let offer = join(&transposed(left), &self.grouped(text, right));
            diagnostic = diagnostic.with_help(format!("did you mean `{offer}`?"));
        }
        if let [node] = right.nodes.as_slice()
            && self.flip_helps(text, *node)
        {
            let offer = join(&self.grouped(text, left), &transposed(right));
            diagnostic = diagnostic.with_help(format!("did you mean `{offer}`?"));
        }
        diagnostic
    }

    fn divide(&self, clash: &Clash, left: &Operand, right: &Operand) -> Diagnostic {
        let text = clash.text;
        let (l, r) = (self.grouped(text, left), self.grouped(text, right));
        let message = format!("a division by {}", if self.tried.is_matrix(right.ty) { "a matrix" } else { "a vector" });
        let diagnostic = self.two("S0106", message, clash, left, right);
        let mut sizes = self.tried.sizes.clone();
        if self.tried.is_matrix(right.ty) && sizes.unify(right.ty.rows, right.ty.cols).is_ok() {
            return diagnostic
                .with_help(format!("for the inverse write `{l} * inv({})`", self.written(text, right)))
                .with_help(format!("for the elementwise quotient write `{l} ./ {r}`"));
        }
        diagnostic.with_help(format!("for the elementwise quotient write `{l} ./ {r}`"))
    }

    fn demand(&self, clash: &Clash, demand: Demand, operand: &Operand) -> Diagnostic {
        let shape = self.shape(operand.ty);
        let source = self.written(clash.text, operand);
        match demand {
            Demand::Scalar(what) => {
                self.one("S0107", format!("{what} must be a scalar; this is {shape}"), clash, operand)
            }
            Demand::Square(what) => {
                let mut diagnostic =
                    self.one("S0109", format!("{what} needs a square matrix; this is {shape}"), clash, operand);
                let bars = self.source(clash.text, self.span(clash)).starts_with(['|', '∣'])
                    || self.source(clash.text, self.span(clash)).starts_with("\\left|");
                if what == "the determinant" && bars {
                    let inner = source.trim_start_matches('(').trim_end_matches(')');
                    diagnostic = diagnostic
                        .with_note("bars around a matrix are its determinant")
                        .with_help(format!("for the absolute value of each entry write `abs({inner})`"))
                        .with_help(format!("for the Frobenius norm write `||{inner}||_F`"));
                }
                let power = self.source(clash.text, self.span(clash));
                let is_inverse = what == "the inverse"
                    || what == "a matrix power"
                        && ["^-1", "^{-1}", "⁻¹", "**-1"].iter().any(|end| power.ends_with(end));
                if is_inverse {
                    diagnostic = diagnostic.with_help(format!("for the pseudoinverse write `pinv({source})`"));
                }
                diagnostic
            }
            Demand::Array(what) => {
                self.one("S0110", format!("{what} needs a vector or matrix; this is {shape}"), clash, operand)
            }
        }
    }

    fn matrix_norm(&self, clash: &Clash, spelling: Option<NormSpelling>, operand: &Operand) -> Diagnostic {
        let x = self.written(clash.text, operand);
        let shape = self.shape(operand.ty);
        match spelling {
            None => self
                .one("S0113", format!("`|…|` of a matrix ({shape}) could mean several things"), clash, operand)
                .with_help(format!("for the determinant write `det({x})`"))
                .with_help(format!("for the absolute value of each entry write `abs({x})`"))
                .with_help(format!("for the Frobenius norm write `||{x}||_F`")),
            Some(NormSpelling::One | NormSpelling::Infinity | NormSpelling::P(_)) => self
                .one("S0113", format!("this norm of a matrix ({shape}) could mean several things"), clash, operand)
                .with_help(format!("for the norm of all entries as one vector write `||vec({x})||_1` and the like"))
                .with_help(format!("`||{x}||_F`, `||{x}||_2` and `||{x}||_*` are the norms of matrices")),
            Some(_) => self
                .one("S0113", format!("a norm of a matrix ({shape}) without a subscript"), clash, operand)
                .with_help(format!("for the Frobenius norm write `{}_F`", in_double_bars(&x)))
                .with_help(format!("for the spectral norm write `{}_2`", in_double_bars(&x)))
                .with_help(format!("for the nuclear norm write `{}_*`", in_double_bars(&x))),
        }
    }

    fn arity(&self, clash: &Clash, function: Function, found: usize) -> Diagnostic {
        let (least, greatest) = arity_of(function);
        let wanted = if least == greatest { least.to_string() } else { format!("{least} to {greatest}") };
        Diagnostic::new(
            "S0115",
            format!("this function takes {wanted} argument{}", if greatest == 1 { "" } else { "s" }),
            self.span(clash),
            format!("found {found}"),
        )
    }

    fn goal(&self, clash: &Clash, operand: &Operand) -> Diagnostic {
        let tried = self.tried;
        let ty = operand.ty;
        let what = if tried.is_matrix(ty) {
            "a matrix"
        } else if tried.sizes.is_one(ty.cols) {
            "a vector"
        } else {
            "a row"
        };
        let root = Operand { nodes: vec![clash.node], ..operand.clone() };
        let (wanted, instead) = match tried.input.texts[clash.text].goal {
            Goal::Hessian => {
                ("a Hessian needs a scalar expression", Some("for all second derivatives use `derivative`, of order 2"))
            }
            Goal::Function => ("convexity and stationary points need a scalar expression", None),
            Goal::Scalar | Goal::Any | Goal::Shape(_) | Goal::ShapeOf(_) | Goal::SameAs(_) | Goal::ScalarVariable => {
                ("a gradient needs a scalar expression", Some("for all partial derivatives use `jacobian`"))
            }
        };
        let message = format!("{wanted}; this is {what} ({})", self.shape(ty));
        let mut diagnostic = self.one("S0124", message, clash, &root);
        if let Some(instead) = instead {
            diagnostic = diagnostic.with_help(instead);
        }
        let source = self.written(clash.text, operand);
        if let Some(whole) = self.in_brackets(clash.text) {
            return diagnostic.with_help(format!("for a scalar write `{whole}`"));
        }
        let norm = if tried.is_matrix(ty) { format!("||{source}||_F^2") } else { format!("||{source}||^2") };
        diagnostic.with_help(format!("for a scalar write `sum({source})` or `{norm}`"))
    }

    /// A text with what a function was meant to be of in brackets, `tr((A - B)'(A - B))`, or the two sides of a quotient in code,
    /// `(x @ A @ x) / (x @ x)`, where it is such a text.
    fn in_brackets(&self, text: usize) -> Option<String> {
        let ast = self.tried.input.texts[text].ast;
        let root = ast.nodes.last()?;
        let whole = ast.source.get(root.span.start..root.span.end)?;
        let operand = match &root.kind {
            AstKind::Product { first, .. } => *first,
            AstKind::Sum(terms) => terms.first()?.1,
            _ => return None,
        };
        let name = whole.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        let is_apart = whole[name.len()..].starts_with(' ') && ast.span(operand).start == root.span.start;
        let called = match &ast.node(operand).kind {
            AstKind::Transpose(inner) | AstKind::Power(inner, _) | AstKind::StarPower(inner, _) => *inner,
            _ => operand,
        };
        let is_call = matches!(ast.node(called).kind, AstKind::Call(..) | AstKind::Norm(..));
        if is_call && is_apart && name.len() > 1 {
            return Some(format!("{name}({})", whole[name.len()..].trim()));
        }
        let (left, right) = whole.split_once(" / ")?;
        let is_code = left.contains('@') && right.contains('@') && !right.contains('/');
        is_code.then(|| format!("({left}) / ({right})"))
    }
}

/// What is written in double bars; `\\begin{Vmatrix}` has its own.
fn in_double_bars(written: &str) -> String {
    if written.starts_with("\\begin{V") { written.to_owned() } else { format!("||{written}||") }
}
