//! One NumPy expression for an expression.
//!
//! Children come before parents, so the work is linear in distinct nodes. Where the code would be long or deeply
//! nested, shared parts are bound first: `(s1 := …, s2 := …, result)[-1]`. A declared function `phi` is called
//! as `phi(x)`, its k-th derivative as `phi_k(x)`. Indices run from 0.

use rustc_hash::{FxHashMap, FxHashSet};

use super::CodeError;
use super::array::{Code, Prec};
use super::chain::{Factor, Kind, chain, invert};
use super::size::{PythonNames, python_name, size_code, symbols_used};
use super::spectral;
use crate::expr::{Arena, BigOp, Dim, ExprId, Func, IndexId, Node, Norm, Op, Shape, SymbolId};
use crate::number::Coeff;
use crate::render::{names, order};

/// From this estimated length on shared parts are bound to names.
const WHOLE_LENGTH: u32 = 400;
/// A part that occurs twice is bound from this length on.
const SHARED_LENGTH: usize = 20;
/// A part that occurs once is bound from this length on.
const SINGLE_LENGTH: usize = 1000;
/// A part is bound from this depth of brackets on; Python's parser allows 200.
const MAX_DEPTH: u32 = 40;
/// The longest code for one part, in bytes.
const MAX_LENGTH: usize = 1 << 20;

/// Writes an expression as one expression of Python with NumPy.
///
/// # Errors
/// Where a size is the size of no array, or the code would be too long.
pub fn numpy(arena: &Arena, id: ExprId) -> Result<String, CodeError> {
    let nodes = order::post_order(arena, id);
    let mut writer = Writer::new(arena, &nodes);
    let long = estimated_length(arena, &nodes) > WHOLE_LENGTH;
    let counts = order::reference_counts(arena, &nodes);
    let free = order::free_indices(arena, &nodes);
    let mut bound = String::new();
    for node in &nodes {
        if writer.skipped(*node) {
            continue;
        }
        let code = writer.layout(*node)?;
        if code.text.len() > MAX_LENGTH {
            return Err(CodeError::TooLong(MAX_LENGTH));
        }
        let often = counts.get(node).copied().unwrap_or(0) >= 2;
        let length = if often { SHARED_LENGTH } else { SINGLE_LENGTH };
        let name_it =
            long && *node != id && !free.contains_key(node) && (code.text.len() >= length || code.depth > MAX_DEPTH);
        if name_it {
            let name = writer.fresh_name();
            bound.push_str(&format!("{name} := {}, ", code.text));
            writer.bound.insert(*node);
            writer.memo.insert(*node, Code::atom(name));
        } else {
            writer.memo.insert(*node, code);
        }
    }
    let result = writer.code(id)?;
    Ok(if bound.is_empty() { result.text.to_string() } else { format!("({bound}{})[-1]", result.text) })
}

/// Twelve characters for each node of the written-out form, saturating.
fn estimated_length(arena: &Arena, nodes: &[ExprId]) -> u32 {
    let mut lengths: FxHashMap<ExprId, u32> = FxHashMap::default();
    let mut last = 0;
    for id in nodes {
        let children = arena.node(*id).children();
        last = children.iter().fold(8, |sum: u32, child| sum.saturating_add(lengths.get(child).copied().unwrap_or(0)));
        lengths.insert(*id, last);
    }
    last
}

struct Writer<'a> {
    arena: &'a Arena,
    used: Vec<SymbolId>,
    index_names: FxHashMap<IndexId, String>,
    /// Indices whose loops start at 1 everywhere, so that the loop variable is the position.
    zero_based: FxHashSet<IndexId>,
    taken: FxHashSet<String>,
    python: PythonNames,
    memo: FxHashMap<ExprId, Code>,
    bound: FxHashSet<ExprId>,
    next: u32,
}

impl<'a> Writer<'a> {
    fn new(arena: &'a Arena, nodes: &[ExprId]) -> Self {
        let mut taken = names::taken_names(arena);
        let python = PythonNames::new(arena);
        taken.extend(arena.symbols().map(|(_, symbol)| python.of(&symbol.name)));
        let index_names = names::index_names(arena, nodes, || taken.clone());
        taken.extend(index_names.values().cloned());
        let mut zero_based: FxHashSet<IndexId> = index_names.keys().copied().collect();
        for id in nodes {
            if let Node::Indexed { index, lower, .. } = arena.node(*id)
                && !arena.as_number(*lower).is_some_and(Coeff::is_one)
            {
                zero_based.remove(index);
            }
        }
        let used = symbols_used(arena, nodes);
        let (memo, bound) = (FxHashMap::default(), FxHashSet::default());
        Self { arena, used, index_names, zero_based, taken, python, memo, bound, next: 0 }
    }

    /// Ones whose size is not known may still stand in a sum as a number.
    fn skipped(&self, id: ExprId) -> bool {
        matches!(self.arena.node(id), Node::Ones(_) | Node::Zeros(_) | Node::Identity(_))
            || matches!(self.arena.node(id), Node::Transpose(inner) if matches!(self.arena.node(*inner), Node::Ones(_)))
    }

    fn fresh_name(&mut self) -> String {
        loop {
            self.next += 1;
            let name = format!("s{}", self.next);
            if !self.taken.contains(&name) {
                return name;
            }
        }
    }

    fn code(&self, id: ExprId) -> Result<Code, CodeError> {
        match self.memo.get(&id) {
            Some(code) => Ok(code.clone()),
            None => self.layout(id),
        }
    }

    fn codes(&self, ids: &[ExprId]) -> Result<Vec<Code>, CodeError> {
        ids.iter().map(|id| self.code(*id)).collect()
    }

    fn size(&self, dim: Dim) -> Result<String, CodeError> {
        size_code(self.arena, &self.python, &self.used, dim)
    }

    /// `n` or `(m, n)`: the shape of an array as an argument.
    fn shape_argument(&self, shape: Shape) -> Result<String, CodeError> {
        Ok(if shape.is_matrix() {
            format!("({}, {})", self.size(shape.rows)?, self.size(shape.cols)?)
        } else {
            self.size(if shape.is_row() { shape.cols } else { shape.rows })?
        })
    }

    fn call_on(&self, name: &str, inner: ExprId, more: &str) -> Result<Code, CodeError> {
        Ok(Code::call(name, &[&self.code(inner)?], more))
    }

    fn layout(&self, id: ExprId) -> Result<Code, CodeError> {
        let arena = self.arena;
        let shape = arena.shape(id);
        Ok(match arena.node(id) {
            Node::Number(value) => number(value),
            Node::Pi => Code::atom("np.pi"),
            Node::Size(dim) => {
                let text = self.size(*dim)?;
                let prec = if text.contains('*') { Prec::Product } else { Prec::Atom };
                Code::new(text, prec, 0)
            }
            Node::Index(index) => {
                let name = self.index_name(*index);
                if self.zero_based.contains(index) {
                    Code::new(format!("{name} + 1"), Prec::Sum, 0)
                } else {
                    Code::atom(name)
                }
            }
            Node::Symbol(symbol) => Code::atom(self.python.of(&arena.symbol(*symbol).name)),
            Node::Member(symbol, index) => {
                let name = self.python.of(&arena.symbol(*symbol).name);
                Code::atom(format!("{name}[{}]", self.position(*index)?))
            }
            Node::Differential(symbol, slot) => {
                let name = self.python.of(&arena.symbol(*symbol).name);
                Code::atom(if *slot == 0 { format!("d{name}") } else { format!("d{name}_{slot}") })
            }
            Node::Pending(..) => return Err(CodeError::Pending),
            Node::Identity(dim) => Code::atom(format!("np.eye({})", self.size(*dim)?)),
            Node::Commutation(of) => {
                let (m, n) = (self.size(of.rows)?, self.size(of.cols)?);
                Code::atom(format!(
                    "np.eye({m}*{n}).reshape({n}, {m}, {m}*{n}).transpose(1, 0, 2).reshape({m}*{n}, {m}*{n})"
                ))
            }
            Node::Ones(shape) => Code::atom(format!("np.ones({})", self.shape_argument(*shape)?)),
            Node::Zeros(shape) => Code::atom(format!("np.zeros({})", self.shape_argument(*shape)?)),
            Node::Basis(dim, index) => Code::atom(format!("np.eye({})[{}]", self.size(*dim)?, self.position(*index)?)),
            Node::Literal(shape, entries) => self.literal(*shape, entries)?,
            Node::Add(terms) => self.sum(terms)?,
            Node::Product(_) | Node::Hadamard(_) => self.product(id)?,
            Node::Kron(left, right) => self.kron(*left, *right)?,
            Node::Transpose(inner) => {
                let code = self.code(*inner)?;
                if shape.is_matrix() { code.transposed() } else { code }
            }
            Node::Power(base, exponent) => self.power(*base, *exponent)?,
            Node::Entry(inner, row, col) => {
                let (of, base) = (arena.shape(*inner), self.code(*inner)?);
                let place = if of.is_column() {
                    self.position(*row)?
                } else if of.is_row() {
                    self.position(*col)?
                } else {
                    format!("{}, {}", self.position(*row)?, self.position(*col)?)
                };
                if of.is_scalar() {
                    base
                } else {
                    Code::new(format!("{}[{place}]", base.at(Prec::Atom)), Prec::Atom, base.depth + 1)
                }
            }
            Node::Indexed { op, index, lower, upper, body } => self.indexed(*op, *index, *lower, *upper, *body)?,
            Node::Elementwise(Func::Log, inner)
                if matches!(arena.node(*inner), Node::Det(_)) && !self.bound.contains(inner) =>
            {
                let Node::Det(matrix) = arena.node(*inner) else { return self.call_on("np.log", *inner, "") };
                let call = self.call_on("np.linalg.slogdet", *matrix, "")?;
                Code::new(format!("{}[1]", call.text), Prec::Atom, call.depth)
            }
            Node::Elementwise(func, inner) => spectral::elementwise(arena, &self.python, *func, &self.code(*inner)?),
            Node::MatrixFunction(function, inner, directions) => {
                let directions = self.codes(directions)?;
                spectral::matrix_function(arena, &self.python, *function, &self.code(*inner)?, &directions)
            }
            Node::Trace(inner) => self.call_on("np.trace", *inner, "")?,
            Node::Det(inner) => self.call_on("np.linalg.det", *inner, "")?,
            Node::Reduce(reduction, inner) => spectral::reduce(*reduction, &self.code(*inner)?),
            Node::Norm(norm, inner) => {
                let p = if let Norm::P(p) = norm { Some(self.code(*p)?) } else { None };
                spectral::norm(*norm, arena.shape(*inner), &self.code(*inner)?, p.as_ref())
            }
            Node::Spectral(which, inner) => spectral::spectral(*which, &self.code(*inner)?),
            Node::Apply(Op::Softmax, inner) if shape.is_matrix() => {
                self.call_on("scipy.special.softmax", *inner, ", axis=1")?
            }
            Node::Apply(op, inner) => Code::filled(op.row().numpy, &self.code(*inner)?),
            Node::Diag(inner) | Node::DiagPart(inner) => self.call_on("np.diag", *inner, "")?,
            Node::Vec(inner) => {
                let code = self.code(*inner)?;
                if arena.shape(*inner).is_matrix() {
                    Code::new(format!("{}.reshape(-1, order='F')", code.at(Prec::Atom)), Prec::Atom, code.depth + 1)
                } else {
                    code
                }
            }
            Node::Unvec(inner, to) => {
                let code = self.code(*inner)?;
                if to.is_matrix() {
                    let text = format!("{}.reshape({}, order='F')", code.at(Prec::Atom), self.shape_argument(*to)?);
                    Code::new(text, Prec::Atom, code.depth + 1)
                } else {
                    code
                }
            }
            Node::Pinv(inner) if arena.shape(*inner).is_matrix() => {
                // λI − A is singular by construction: what rounding leaves of 0 is not to be inverted.
                let shifted = matches!(arena.node(*inner), Node::Add(terms) if terms.iter().any(|(_, term)| self.is_multiple_of_identity(*term)));
                self.call_on("np.linalg.pinv", *inner, if shifted { ", rcond=1e-12" } else { "" })?
            }
            Node::Pinv(inner) => {
                let code = self.code(*inner)?;
                Code::new(
                    format!("np.linalg.pinv(np.atleast_2d({})).reshape(-1)", code.text),
                    Prec::Atom,
                    code.depth + 2,
                )
            }
            Node::Factorial(inner) => self.call_on("scipy.special.factorial", *inner, "")?,
        })
    }

    fn is_multiple_of_identity(&self, id: ExprId) -> bool {
        match self.arena.node(id) {
            Node::Identity(_) => true,
            Node::Product(factors) => {
                factors.iter().all(|factor| self.arena.shape(*factor).is_scalar() || self.is_identity(*factor))
            }
            _ => false,
        }
    }

    fn is_identity(&self, id: ExprId) -> bool {
        matches!(self.arena.node(id), Node::Identity(_))
    }

    fn index_name(&self, index: IndexId) -> String {
        python_name(self.index_names.get(&index).map_or("i", String::as_str))
    }

    /// An index's value less one: the position in an array.
    fn position(&self, id: ExprId) -> Result<String, CodeError> {
        let place = |index: IndexId, offset: i64| {
            let offset = if self.zero_based.contains(&index) { offset } else { offset - 1 };
            let name = self.index_name(index);
            match offset {
                0 => name,
                1.. => format!("{name} + {offset}"),
                _ => format!("{name} - {}", offset.unsigned_abs()),
            }
        };
        match self.arena.node(id) {
            Node::Index(index) => return Ok(place(*index, 0)),
            Node::Number(value) => {
                if let Some(value) = value.to_i64() {
                    return Ok((value - 1).to_string());
                }
            }
            Node::Add(terms) => {
                let (mut index, mut offset) = (None, Some(0_i64));
                for (coeff, term) in terms.iter() {
                    match self.arena.node(*term) {
                        Node::Index(found) if index.is_none() && coeff.is_one() => index = Some(*found),
                        Node::Number(value) => {
                            let value = value.mul(coeff).to_i64();
                            offset = offset.zip(value).and_then(|(sum, value)| sum.checked_add(value));
                        }
                        _ => offset = None,
                    }
                }
                if let (Some(index), Some(offset)) = (index, offset) {
                    return Ok(place(index, offset));
                }
            }
            _ => {}
        }
        Ok(format!("int({}) - 1", self.code(id)?.text))
    }

    fn literal(&self, shape: Shape, entries: &[ExprId]) -> Result<Code, CodeError> {
        let texts: Vec<String> = self.codes(entries)?.iter().map(|code| code.text.to_string()).collect();
        let cols = match shape.cols {
            Dim::Known(cols) if shape.is_matrix() => (cols as usize).max(1),
            _ => texts.len().max(1),
        };
        let rows: Vec<String> = texts.chunks(cols).map(|row| format!("[{}]", row.join(", "))).collect();
        let text = if shape.is_matrix() { format!("[{}]", rows.join(", ")) } else { rows.concat() };
        Ok(Code::new(format!("np.array({text}, dtype=float)"), Prec::Atom, 3))
    }

    /// Σ cₖXₖ; ones beside other terms are the number alone, which stands in every entry.
    fn sum(&self, terms: &[(Coeff, ExprId)]) -> Result<Code, CodeError> {
        let is_ones = |id: ExprId| match self.arena.node(id) {
            Node::Ones(_) => true,
            Node::Transpose(inner) => matches!(self.arena.node(*inner), Node::Ones(_)),
            _ => false,
        };
        let broadcast = terms.iter().any(|(_, term)| !is_ones(*term));
        let mut sorted: Vec<&(Coeff, ExprId)> = terms.iter().collect();
        sorted.sort_by_key(|(coeff, _)| coeff.is_negative());
        let (mut text, mut depth) = (String::new(), 0);
        for (coeff, term) in &sorted {
            let size = coeff.abs();
            let plain = broadcast && is_ones(*term) || self.arena.as_number(*term).is_some_and(Coeff::is_one);
            let code = if plain {
                number(&size)
            } else if size.is_one() {
                self.code(*term)?
            } else {
                let (n, d) = size.parts();
                let term = self.code(*term)?;
                // x/3 rather than 1/3*x
                if size.to_f64() < 1.0 && n == 1.into() && !exact_decimal(&d) {
                    term.quotient(&Code::atom(d.to_string()))
                } else {
                    Code::product(&[number(&size), term])
                }
            };
            depth = depth.max(code.depth + 1);
            match (text.is_empty(), coeff.is_negative()) {
                (true, true) => {
                    text.push('-');
                    text.push_str(&if code.prec == Prec::Product {
                        code.text.to_string()
                    } else {
                        code.at(Prec::Power)
                    });
                    if sorted.len() == 1 {
                        return Ok(Code::new(
                            text,
                            if code.prec == Prec::Product { Prec::Product } else { Prec::Minus },
                            depth,
                        ));
                    }
                }
                (true, false) if sorted.len() == 1 => return Ok(code),
                (true, false) => text.push_str(&code.text),
                (false, negative) => {
                    text.push_str(if negative { " - " } else { " + " });
                    text.push_str(&code.at(Prec::Product));
                }
            }
        }
        Ok(Code::new(text, Prec::Sum, depth))
    }

    /// Collects factors above and below the line.
    fn gather(&self, id: ExprId, above: &mut Vec<Code>, below: &mut Vec<Code>, top: bool) -> Result<(), CodeError> {
        let opened = top || !self.bound.contains(&id);
        match self.arena.node(id) {
            Node::Hadamard(factors) if opened => {
                for (base, exponent) in factors.iter() {
                    let power = self.arena.as_number(*exponent);
                    let base = self.code(*base)?;
                    match power {
                        Some(power) if power.is_negative() => below.push(raised(&base, &power.neg())),
                        Some(power) => above.push(raised(&base, power)),
                        None => {
                            let exponent = self.code(*exponent)?;
                            let text = format!("{}**{}", base.at(Prec::Atom), exponent.at(Prec::Minus));
                            above.push(Code::new(text, Prec::Power, base.depth.max(exponent.depth) + 1));
                        }
                    }
                }
            }
            Node::Product(factors) if opened => {
                let mut matrices = Vec::new();
                for factor in factors.iter() {
                    if !self.arena.shape(*factor).is_scalar() {
                        matrices.push(self.factor(*factor)?);
                    } else if matches!(self.arena.node(*factor), Node::Hadamard(_)) {
                        self.gather(*factor, above, below, false)?;
                    } else {
                        above.push(self.code(*factor)?);
                    }
                }
                if !matrices.is_empty() {
                    let (array, scalars) = chain(&matrices);
                    above.extend(scalars);
                    above.extend(array);
                }
            }
            _ => above.push(self.code(id)?),
        }
        Ok(())
    }

    fn product(&self, id: ExprId) -> Result<Code, CodeError> {
        let (mut above, mut below) = (Vec::new(), Vec::new());
        self.gather(id, &mut above, &mut below, true)?;
        if above.is_empty() {
            above.push(Code::atom("1"));
        }
        let above = Code::product(&above);
        Ok(if below.is_empty() { above } else { above.quotient(&Code::product(&below)) })
    }

    fn factor(&self, id: ExprId) -> Result<Factor, CodeError> {
        let shape = self.arena.shape(id);
        let kind = if shape.is_column() {
            Kind::Column
        } else if shape.is_row() {
            Kind::Row
        } else {
            Kind::Matrix
        };
        let minus_one = |exponent: &ExprId| self.arena.as_number(*exponent) == Some(&Coeff::MINUS_ONE);
        if kind == Kind::Matrix && !self.bound.contains(&id) {
            match self.arena.node(id) {
                Node::Power(base, exponent) if minus_one(exponent) => {
                    return Ok(Factor { kind, code: self.code(*base)?, inverse: true });
                }
                Node::Transpose(inner) if !self.bound.contains(inner) => {
                    if let Node::Power(base, exponent) = self.arena.node(*inner)
                        && minus_one(exponent)
                    {
                        return Ok(Factor { kind, code: self.code(*base)?.transposed(), inverse: true });
                    }
                }
                _ => {}
            }
        }
        Ok(Factor { kind, code: self.code(id)?, inverse: false })
    }

    fn kron(&self, left: ExprId, right: ExprId) -> Result<Code, CodeError> {
        let (a, b) = (self.arena.shape(left), self.arena.shape(right));
        let (left, right) = (self.code(left)?, self.code(right)?);
        let flat = |shape: Shape| !shape.is_matrix() && !shape.is_scalar();
        let widened = |code: &Code, shape: Shape| {
            let mark = if shape.is_column() { "[:, None]" } else { "[None, :]" };
            Code::new(format!("{}{mark}", code.at(Prec::Atom)), Prec::Atom, code.depth + 1)
        };
        Ok(if a.is_column() && b.is_row() {
            Code::call("np.outer", &[&left, &right], "")
        } else if a.is_row() && b.is_column() {
            Code::call("np.outer", &[&right, &left], "")
        } else if a.is_scalar() || b.is_scalar() {
            Code::product(&[left, right])
        } else if flat(a) && b.is_matrix() {
            Code::call("np.kron", &[&widened(&left, a), &right], "")
        } else if a.is_matrix() && flat(b) {
            Code::call("np.kron", &[&left, &widened(&right, b)], "")
        } else {
            Code::call("np.kron", &[&left, &right], "")
        })
    }

    fn power(&self, base: ExprId, exponent: ExprId) -> Result<Code, CodeError> {
        let (code, power) = (self.code(base)?, self.arena.as_number(exponent));
        if self.arena.shape(base).is_scalar() {
            let exponent = self.code(exponent)?;
            let text = format!("{}**{}", code.at(Prec::Atom), exponent.at(Prec::Minus));
            return Ok(Code::new(text, Prec::Power, code.depth.max(exponent.depth) + 1));
        }
        Ok(match power {
            Some(power) if *power == Coeff::MINUS_ONE => invert(&code),
            Some(power) if power.is_integer() => Code::call("np.linalg.matrix_power", &[&code, &number(power)], ""),
            Some(power) => Code::call("scipy.linalg.fractional_matrix_power", &[&code, &number(power)], ""),
            None if !self.arena.is_integer_valued(exponent) => {
                Code::call("scipy.linalg.fractional_matrix_power", &[&code, &self.code(exponent)?], "")
            }
            None => {
                let exponent = Code::call("int", &[&self.code(exponent)?], "");
                Code::call("np.linalg.matrix_power", &[&code, &exponent], "")
            }
        })
    }

    fn bound_code(&self, id: ExprId) -> Result<String, CodeError> {
        let code = self.code(id)?;
        let whole = matches!(self.arena.node(id), Node::Size(_) | Node::Index(_))
            || self.arena.as_number(id).is_some_and(Coeff::is_integer);
        Ok(if whole { code.text.to_string() } else { format!("int({})", code.text) })
    }

    fn indexed(
        &self,
        op: BigOp,
        index: IndexId,
        lower: ExprId,
        upper: ExprId,
        body: ExprId,
    ) -> Result<Code, CodeError> {
        let (code, name) = (self.code(body)?, self.index_name(index));
        let range = if self.zero_based.contains(&index) {
            format!("range({})", self.bound_code(upper)?)
        } else {
            format!("range({}, {} + 1)", self.bound_code(lower)?, self.bound_code(upper)?)
        };
        let loops = format!("{} for {name} in {range}", code.text);
        let shape = self.arena.shape(body);
        let text = match op {
            BigOp::Product => format!("np.prod([{loops}])"),
            BigOp::Sum if shape.is_scalar() => format!("sum({loops})"),
            // An empty sum of arrays is zeros of their shape.
            BigOp::Sum => match self.shape_argument(shape) {
                Ok(zeros) => format!("sum(({loops}), np.zeros({zeros}))"),
                Err(_) => format!("sum({loops})"),
            },
        };
        Ok(Code::new(text, Prec::Atom, code.depth + 3))
    }
}

/// base^power with a positive number.
fn raised(base: &Code, power: &Coeff) -> Code {
    if power.is_one() {
        base.clone()
    } else if power.add(power).is_one() {
        Code::call("np.sqrt", &[base], "")
    } else {
        let text = format!("{}**{}", base.at(Prec::Atom), number(power).at(Prec::Minus));
        Code::new(text, Prec::Power, base.depth + 1)
    }
}

fn exact_decimal(denominator: &num_bigint::BigInt) -> bool {
    (num_bigint::BigInt::from(10_000) % denominator) == 0.into()
}

/// A number: `2`, `0.5`, `1/3`, a float where it is large.
fn number(value: &Coeff) -> Code {
    let (numerator, denominator) = value.parts();
    let large = value.abs().to_f64() >= 1e15;
    let (text, prec) = if value.is_integer() && !large {
        (numerator.to_string(), Prec::Atom)
    } else if large || exact_decimal(&denominator) || denominator.bits() > 50 {
        (format!("{:?}", value.to_f64()), Prec::Atom)
    } else {
        (format!("{numerator}/{denominator}"), Prec::Product)
    };
    Code::new(text, if value.is_negative() { prec.min(Prec::Minus) } else { prec }, 0)
}
