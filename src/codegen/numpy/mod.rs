//! A program of array operations as one expression of Python with NumPy and SciPy.
//!
//! Operands come before what uses them, so the work is linear in distinct nodes. Where the code would be long or deeply nested, shared
//! parts are bound first: `(s1 := …, s2 := …, result)[-1]`; so is what has to be computed once to be compared with itself. A declared
//! function `phi` is called as `phi(x)`, its k-th derivative as `phi_k(x)`.

mod code;
mod names;
mod share;
mod table;

use rustc_hash::FxHashMap;

use super::error::CodeError;
use super::tree::{Array, ArrayId, Binary, Loop, Program, Range, Unary, Units};
use crate::expr::{Arena, Func, MatrixFunction};
use crate::number::Coeff;
use code::{Code, Prec};
use names::Names;
use share::{Scope, Shared};

/// The longest code for one part, in bytes.
const MAX_LENGTH: usize = 1 << 20;
/// Integers below this are written as integers; Python's are exact, NumPy's have 64 bits.
const MAX_INTEGER: u64 = 1_000_000_000_000_000;

/// Writes a program as one expression of Python with NumPy.
///
/// # Errors
/// Where the code would be too long.
pub fn spell(arena: &Arena, program: &Program) -> Result<String, CodeError> {
    let names = Names::new(arena, program);
    let shared = Shared::new(arena, program);
    let mut speller = Speller { arena, program, names, shared, codes: FxHashMap::default(), bound: Default::default() };
    for id in program.order() {
        let code = speller.layout(id);
        if code.text.len() > MAX_LENGTH {
            return Err(CodeError::TooLong(MAX_LENGTH));
        }
        let code = match speller.shared.scope(id, code.text.len(), code.depth) {
            Some(scope) if id != program.root => speller.bind(&code, scope),
            _ => code,
        };
        speller.codes.insert(id, code);
    }
    let mut result = speller.code(program.root);
    if matches!(program.node(program.root), Array::Number(value) if value.is_integer())
        && result.text.bytes().all(|letter| letter == b'-' || letter.is_ascii_digit())
    {
        // A scalar is a float.
        result = Code::new(format!("{}.0", result.text), result.prec, result.depth);
    }
    Ok(speller.with_bound(&result, Scope::Whole).text.to_string())
}

/// The names of the sizes that the code needs and that no array has.
pub(super) fn sizes(arena: &Arena, program: &Program) -> Vec<String> {
    let names = Names::new(arena, program);
    let size = |id: &ArrayId| match program.node(*id) {
        Array::Size(place) => Some(names.size(*place)),
        _ => None,
    };
    program.order().iter().filter_map(size).collect()
}

struct Speller<'a> {
    arena: &'a Arena,
    program: &'a Program,
    names: Names,
    shared: Shared,
    codes: FxHashMap<ArrayId, Code>,
    /// The parts that are bound first, in the whole and where unit arrays are tabulated.
    bound: FxHashMap<Scope, String>,
}

impl Speller<'_> {
    fn code(&self, id: ArrayId) -> Code {
        self.codes.get(&id).cloned().unwrap_or_else(|| Code::atom(""))
    }

    fn codes(&self, ids: &[ArrayId]) -> Vec<Code> {
        ids.iter().map(|id| self.code(*id)).collect()
    }

    /// The texts of arguments, with a comma between them.
    fn list(&self, ids: &[ArrayId]) -> String {
        let texts: Vec<String> = ids.iter().map(|id| self.code(*id).text.to_string()).collect();
        texts.join(", ")
    }

    /// `n` or `(m, n)`: the shape of an array as an argument.
    fn shape(&self, lengths: &[ArrayId]) -> String {
        let list = self.list(lengths);
        if lengths.len() == 1 { list } else { format!("({list})") }
    }

    /// Binds code to a name, which stands for it from then on.
    fn bind(&mut self, code: &Code, scope: Scope) -> Code {
        let name = self.names.fresh();
        self.bound.entry(scope).or_default().push_str(&format!("{name} := {}, ", code.text));
        Code::atom(name)
    }

    /// A result behind the parts that are bound for it.
    fn with_bound(&mut self, result: &Code, scope: Scope) -> Code {
        match self.bound.remove(&scope) {
            Some(bound) => Code::new(format!("({bound}{})[-1]", result.text), Prec::Atom, result.depth + 1),
            None => result.clone(),
        }
    }

    fn layout(&mut self, id: ArrayId) -> Code {
        match self.program.node(id) {
            Array::Number(value) => number(value),
            Array::Pi => Code::atom("np.pi"),
            Array::Symbol(symbol) => Code::atom(self.names.symbol(self.arena, *symbol)),
            Array::Differential(symbol, slot) => Code::atom(self.names.differential(*symbol, *slot)),
            Array::Length(symbol, axis) => {
                Code::atom(format!("{}.shape[{axis}]", self.names.symbol(self.arena, *symbol)))
            }
            Array::Size(place) => Code::atom(self.names.size(*place)),
            Array::Index(index) => Code::atom(self.names.index(*index)),
            Array::Eye(n) => Code::call("np.eye", &[&self.code(*n)], ""),
            Array::Ones(lengths) => Code::new(format!("np.ones({})", self.shape(lengths)), Prec::Atom, 2),
            Array::Zeros(lengths) => Code::new(format!("np.zeros({})", self.shape(lengths)), Prec::Atom, 2),
            Array::Commutation(m, n) => {
                let (m, n) = (self.code(*m).text, self.code(*n).text);
                let text =
                    format!("np.eye({m}*{n}).reshape({n}, {m}, {m}*{n}).transpose(1, 0, 2).reshape({m}*{n}, {m}*{n})");
                Code::new(text, Prec::Atom, 2)
            }
            Array::Slice(array, ranges) => {
                let range = |range: &Option<Range>| match range {
                    None => ":".to_owned(),
                    Some((from, to)) => {
                        let (from, to) = (self.code(*from).text, self.code(*to).text);
                        if &*from == "0" { format!(":{to}") } else { format!("{from}:{to}") }
                    }
                };
                let ranges: Vec<String> = ranges.iter().map(range).collect();
                self.suffixed(*array, &format!("[{}]", ranges.join(", ")))
            }
            Array::Block(cols, blocks, lengths) => {
                let text = if lengths.len() == 1 {
                    format!("np.block([{}])", self.list(blocks))
                } else {
                    let rows: Vec<String> = blocks.chunks(*cols).map(|row| format!("[{}]", self.list(row))).collect();
                    format!("np.block([{}])", rows.join(", "))
                };
                Code::new(text, Prec::Atom, 2)
            }
            Array::Selection(offset, rows, cols) => {
                let (offset, rows, cols) = (self.code(*offset), self.code(*rows).text, self.code(*cols).text);
                let text = match &*offset.text {
                    "0" => format!("np.eye({rows}, {cols})"),
                    text if offset.prec < Prec::Product => format!("np.eye({rows}, {cols}, -({text}))"),
                    text => format!("np.eye({rows}, {cols}, -{text})"),
                };
                Code::new(text, Prec::Atom, 2)
            }
            Array::Literal(cols, entries) => self.literal(*cols, entries),
            Array::Sum(terms) => self.sum(terms),
            Array::Unary(operation, x) => self.unary(*operation, *x),
            Array::Binary(operation, x, y) => self.binary(id, *operation, *x, *y),
            Array::Item(array, positions) if positions.len() == 1 && self.transposed(*array).is_some() => {
                let inner = self.transposed(*array).unwrap_or(*array);
                self.suffixed(inner, &format!("[:, {}]", self.list(positions)))
            }
            Array::Item(array, positions) => self.suffixed(*array, &format!("[{}]", self.list(positions))),
            Array::Unvec(array, lengths) => {
                self.suffixed(*array, &format!(".reshape({}, order='F')", self.shape(lengths)))
            }
            Array::Reshape(array, lengths) => {
                let lengths = if lengths.is_empty() { "()".to_owned() } else { self.list(lengths) };
                self.suffixed(*array, &format!(".reshape({lengths})"))
            }
            Array::Axes(array, order) => {
                let order: Vec<String> = order.iter().map(ToString::to_string).collect();
                self.suffixed(*array, &format!(".transpose({})", order.join(", ")))
            }
            Array::Range(n) => Code::call("np.arange", &[&self.code(*n)], ""),
            Array::Expand(array, places) => {
                let last = places.iter().copied().max().unwrap_or(0);
                let axes: Vec<&str> =
                    (0..=last).map(|axis| if places.contains(&axis) { "None" } else { ":" }).collect();
                self.suffixed(*array, &format!("[{}]", axes.join(", ")))
            }
            Array::Along(operation, array, axes) => {
                let axes: Vec<String> = axes.iter().map(ToString::to_string).collect();
                let axes = if let [axis] = axes.as_slice() { axis.clone() } else { format!("({})", axes.join(", ")) };
                let call = table::unary(*operation).unwrap_or("{}").replacen("{})", &format!("{{}}, axis={axes})"), 1);
                Code::filled(&call, &self.code(*array))
            }
            Array::Einsum(subscripts, factors) => {
                // Where a letter is summed over, products of matrices do the work.
                let to = subscripts.split("->").last().unwrap_or_default();
                let is_summed = subscripts.chars().any(|letter| letter.is_alphabetic() && !to.contains(letter));
                let more = if is_summed && factors.len() > 1 { ", optimize=True" } else { "" };
                let text = format!("np.einsum('{subscripts}', {}{more})", self.list(factors));
                let depth = self.codes(factors).iter().map(|code| code.depth).max().unwrap_or(0);
                Code::new(text, Prec::Atom, depth + 1)
            }
            Array::Frechet(function, at, directions) => self.frechet(*function, *at, directions),
            Array::Declared(map, order, at) => Code::call(&self.names.declared(*map, *order), &[&self.code(*at)], ""),
            Array::Loop { kind, index, lower, upper, body, empty } => {
                let (code, name) = (self.code(*body), self.names.index(*index));
                let is_zero = |id: ArrayId| matches!(self.program.node(id), Array::Number(value) if value.is_zero());
                let range = match lower {
                    None => self.code(*upper).text.to_string(),
                    Some(lower) if is_zero(*lower) => self.after(*upper),
                    Some(lower) => format!("{}, {}", self.code(*lower).text, self.after(*upper)),
                };
                let loops = format!("{} for {name} in range({range})", code.text);
                let text = match (kind, empty) {
                    (Loop::Product, _) => format!("np.prod([{loops}])"),
                    (Loop::Sum, None) => format!("sum({loops})"),
                    (Loop::Sum, Some(lengths)) => format!("sum(({loops}), np.zeros({}))", self.shape(lengths)),
                };
                Code::new(text, Prec::Atom, code.depth + 3)
            }
            Array::Tabulate { units, body } => {
                let body = self.code(*body);
                let body = self.with_bound(&body, Scope::Units);
                let loops: String = units.iter().map(|unit| self.unit_loop(unit)).collect();
                Code::new(format!("np.array([{}{loops}], dtype=float)", body.text), Prec::Atom, body.depth + 2)
            }
        }
    }

    /// The number after one: n after n - 1.
    fn after(&self, last: ArrayId) -> String {
        let whole = |id: ArrayId| match self.program.node(id) {
            Array::Number(value) if value.is_integer() => Some(value),
            _ => None,
        };
        if let Some(value) = whole(last) {
            return number(&value.add(&Coeff::ONE)).text.to_string();
        }
        if let Array::Sum(terms) = self.program.node(last)
            && let [before @ .., (is_subtracted, end)] = &**terms
            && let Some(value) = whole(*end)
            && !before.is_empty()
        {
            let value = if *is_subtracted { Coeff::ONE.sub(value) } else { Coeff::ONE.add(value) };
            let before = self.sum(before).text;
            return match (value.is_zero(), value.is_negative()) {
                (true, _) => before.to_string(),
                (_, true) => format!("{before} - {}", number(&value.abs()).text),
                (_, false) => format!("{before} + {}", number(&value).text),
            };
        }
        format!("{} + 1", self.code(last).text)
    }

    /// ` for dX in np.eye(n)`
    fn unit_loop(&self, (symbol, slot, lengths): &Units) -> String {
        let texts: Vec<String> = self.codes(lengths).iter().map(|code| code.text.to_string()).collect();
        let units = match texts.as_slice() {
            [] => "(1.0,)".to_owned(),
            [n] => format!("np.eye({n})"),
            _ => format!("np.eye({}).reshape(-1, {})", texts.join("*"), texts.join(", ")),
        };
        format!(" for {} in {units}", self.names.differential(*symbol, *slot))
    }

    /// What an array is the transpose of.
    fn transposed(&self, array: ArrayId) -> Option<ArrayId> {
        match *self.program.node(array) {
            Array::Unary(Unary::Transpose, inner) => Some(inner),
            _ => None,
        }
    }

    /// A method or an index of an array.
    fn suffixed(&self, array: ArrayId, suffix: &str) -> Code {
        let code = self.code(array);
        Code::new(format!("{}{suffix}", code.at(Prec::Atom)), Prec::Atom, code.depth + 1)
    }

    fn literal(&self, cols: Option<usize>, entries: &[ArrayId]) -> Code {
        let rows: Vec<String> = match cols {
            Some(cols) => entries.chunks(cols).map(|row| format!("[{}]", self.list(row))).collect(),
            None => vec![self.list(entries)],
        };
        Code::new(format!("np.array([{}], dtype=float)", rows.join(", ")), Prec::Atom, 3)
    }

    fn sum(&self, terms: &[(bool, ArrayId)]) -> Code {
        let (mut text, mut depth) = (String::new(), 0);
        for (is_subtracted, term) in terms {
            let code = self.code(*term);
            depth = depth.max(code.depth + 1);
            match (text.is_empty(), is_subtracted) {
                (true, true) => text.push_str(&code.negated().text),
                (true, false) => text.push_str(&code.text),
                (false, _) => {
                    text.push_str(if *is_subtracted { " - " } else { " + " });
                    text.push_str(&code.at(Prec::Product));
                }
            }
        }
        Code::new(text, Prec::Sum, depth)
    }

    fn unary(&self, operation: Unary, x: ArrayId) -> Code {
        let code = self.code(x);
        match operation {
            Unary::Elementwise(Func::User(symbol, order))
            | Unary::MatrixFunction(MatrixFunction::User(symbol, order)) => {
                Code::call(&self.names.declared(symbol, order), &[&code], "")
            }
            Unary::Elementwise(Func::Polygamma(order @ 1..)) => {
                Code::filled(&format!("scipy.special.polygamma({order}, {{}})"), &code)
            }
            Unary::MatrixFunction(function) => Code::call(self.matrix_function(function).as_str(), &[&code], ""),
            Unary::Negative => code.negated(),
            Unary::Transpose => self.suffixed(x, ".T"),
            Unary::AsColumn => self.suffixed(x, "[:, None]"),
            Unary::AsRow => self.suffixed(x, "[None, :]"),
            Unary::Vec => self.suffixed(x, ".reshape(-1, order='F')"),
            _ => Code::filled(table::unary(operation).unwrap_or("{}"), &code),
        }
    }

    fn binary(&mut self, id: ArrayId, operation: Binary, x: ArrayId, y: ArrayId) -> Code {
        if operation == Binary::Equal {
            return self.equal(id, x, y);
        }
        let (left, right) = (self.code(x), self.code(y));
        match operation {
            Binary::Multiply => left.times(&right),
            Binary::Divide => left.over(&right),
            Binary::Keep => {
                let text = format!("np.where({}, {}, 0.0)", right.text, left.text);
                Code::new(text, Prec::Atom, left.depth.max(right.depth) + 1)
            }
            Binary::Matmul => left.matmul(&right),
            Binary::Power => {
                let text = format!("{}**{}", left.at(Prec::Atom), right.at(Prec::Minus));
                Code::new(text, Prec::Power, left.depth.max(right.depth) + 1)
            }
            _ => {
                let (name, more) = table::binary(operation).unwrap_or_default();
                Code::call(name, &[&left, &right], more)
            }
        }
    }

    /// 1.0 where entries are equal. An array that is compared with its own largest or smallest entry is bound in passing, unless it has a
    /// name.
    fn equal(&mut self, id: ArrayId, x: ArrayId, y: ArrayId) -> Code {
        let has_no_name = |array: &ArrayId| !self.code(*array).is_name();
        let (left, right) = match self.shared.bound_in_passing(id).filter(has_no_name) {
            Some(array) => {
                let (name, code) = (self.names.fresh(), self.code(array));
                let bound = Code::new(format!("({name} := {})", code.text), Prec::Atom, code.depth + 1);
                let sides = [(x, bound), (y, Code::atom(name))];
                let [left, right] = sides.map(|(side, code)| {
                    let outer = self.codes.insert(array, code);
                    let spelled = self.above(side, array);
                    self.codes.extend(outer.map(|outer| (array, outer)));
                    spelled
                });
                (left, right)
            }
            None => (self.code(x), self.code(y)),
        };
        let depth = left.depth.max(right.depth) + 1;
        Code::new(format!("np.where({} == {}, 1.0, 0.0)", left.text, right.text), Prec::Atom, depth)
    }

    /// A node that is not far above an array, spelled again.
    fn above(&mut self, id: ArrayId, array: ArrayId) -> Code {
        match self.program.node(id) {
            _ if id == array => self.code(id),
            Array::Unary(operation, x) => {
                let (operation, x) = (*operation, *x);
                let inner = self.above(x, array);
                let outer = self.codes.insert(x, inner);
                let spelled = self.unary(operation, x);
                self.codes.extend(outer.map(|outer| (x, outer)));
                spelled
            }
            Array::Item(x, positions) => {
                let inner = self.above(*x, array);
                let text = format!("{}[{}]", inner.at(Prec::Atom), self.list(positions));
                Code::new(text, Prec::Atom, inner.depth + 1)
            }
            _ => self.code(id),
        }
    }

    fn matrix_function(&self, function: MatrixFunction) -> String {
        match function {
            MatrixFunction::Expm => "scipy.linalg.expm".to_owned(),
            MatrixFunction::Logm => "scipy.linalg.logm".to_owned(),
            MatrixFunction::Sqrtm => "scipy.linalg.sqrtm".to_owned(),
            MatrixFunction::User(symbol, order) => self.names.declared(symbol, order),
        }
    }

    /// The Fréchet derivative by blocks: f of [[X, E], [0, X]] has L(X; E) at the upper right.
    fn frechet(&self, function: MatrixFunction, at: ArrayId, directions: &[ArrayId]) -> Code {
        let (inner, directions) = (self.code(at), self.codes(directions));
        // No name of a symbol begins so: the directions may be written in X itself.
        let mut block = "_X".to_owned();
        for (place, direction) in directions.iter().enumerate() {
            let side = if place == 0 {
                direction.text.to_string()
            } else {
                format!("np.kron(np.eye({}), {})", 1_u64 << place.min(62), direction.text)
            };
            block = format!("(lambda M, E: np.block([[M, E], [np.zeros_like(M), M]]))({block}, {side})");
        }
        let name = self.matrix_function(function);
        let text = format!("(lambda _X: {name}({block})[:_X.shape[0], -_X.shape[0]:])({})", inner.text);
        let depth = directions.iter().map(|code| code.depth).max().unwrap_or(0).max(inner.depth);
        Code::new(text, Prec::Atom, depth + 4)
    }
}

/// A number: `2`, `0.5`, a float where it has more digits than a double.
fn number(value: &Coeff) -> Code {
    let text = match value.to_i64() {
        Some(whole) if whole.unsigned_abs() < MAX_INTEGER => whole.to_string(),
        Some(whole) => {
            let float = format!("{:?}", super::number::double(value));
            // A power of ten as such, other integers with all their digits.
            if float.contains('e') && Coeff::parse_decimal(&float, 400).as_ref() == Some(value) {
                float
            } else {
                whole.to_string()
            }
        }
        None => format!("{:?}", super::number::double(value)),
    };
    Code::new(text, if value.is_negative() { Prec::Minus } else { Prec::Atom }, 0)
}
