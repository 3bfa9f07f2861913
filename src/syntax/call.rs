//! Functions: which arguments a name takes, and what a call with them is.

use super::ast::{AstId, AstKind, Derivative, Function, NormSpelling, ProductOp, Remark, Sign};
use super::function::{inverse_function, is_entrywise};
use super::looks::Looks;
use super::parse::{Failure, Parser};
use super::postfix::Mark;
use super::stack::{Callee, Entry, Operand, Which};
use super::token::{Bracket, Side, Tok};
use crate::catalog::Func;
use crate::number::Coeff;
use crate::span::Span;

impl Parser<'_> {
    pub(super) fn function(&mut self) -> Result<(), Failure> {
        let at = self.state.at;
        let mut next = at + 1;
        let mut which = match self.tokens[at].tok.clone() {
            Tok::Func(function, spelling) => Which::Known(function, spelling),
            Tok::User(name) => Which::User(name, Derivative::Primes(0), Vec::new()),
            Tok::Derived(name, derivative) => Which::User(name, derivative, Vec::new()),
            Tok::Frechet(name) => Which::Frechet(name, 0),
            _ => return self.square_root(),
        };
        if let Which::User(_, Derivative::Primes(order), _) | Which::Frechet(_, order) = &mut which {
            while self.tok(next) == &Tok::Prime {
                *order += 1;
                next += 1;
            }
        }
        // `F_i(x)`, `∇F_i(x)`
        if let Which::User(name, _, parts) = &mut which
            && self.names.has_map(name)
            && self.tok(next) == &Tok::Underscore
        {
            (*parts, _, next) = self.subscript(next)?;
        }
        // `σ'(z)`: the derivative of a function that is known.
        if let Which::Known(Function::Entrywise(func), spelling) = which
            && self.tok(next) == &Tok::Prime
        {
            let mut order = 0;
            while self.tok(next + order) == &Tok::Prime {
                order += 1;
            }
            let function = match (order, func) {
                (1, _) => Function::Slope(func),
                (_, Func::Polygamma(first)) => {
                    Function::Entrywise(Func::Polygamma(first.saturating_add(u32::try_from(order).unwrap_or(u32::MAX))))
                }
                _ => return Err(self.higher_derivative(spelling, at, next + 1)),
            };
            which = Which::Known(function, spelling);
            next += order;
        }
        let mut callee =
            Callee { which, power: None, transposed: false, span: self.span(at).join(self.span(next - 1)) };
        if let Which::Known(function @ (Function::Eye | Function::Ones | Function::Zeros), spelling) = callee.which
            && self.tok(next) != &Tok::Open(Bracket::Round)
        {
            if matches!(spelling, "vector") {
                return Err(self.no_argument(&callee));
            }
            return self.operand(AstKind::Call(function, Vec::new()), callee.span, next);
        }
        if self.tok(next) == &Tok::Underscore {
            if let Which::Known(function @ (Function::Max | Function::Min), _) = callee.which {
                return self.over_index(function, &callee, next);
            }
            let Some((base, behind)) = self.base_of_logarithm(&callee, next)? else {
                return Err(self.subscripted_function(&callee, next));
            };
            callee.which = Which::LogarithmTo(base);
            next = behind;
        }
        if let (Tok::Caret, Some((Mark::Transpose, behind))) = (self.tok(next), self.mark(next)) {
            callee.transposed = true;
            next = behind;
        } else if self.tok(next) == &Tok::Caret {
            let negative = matches!(self.tok(next + 1), Tok::Minus);
            let (from, to, behind) = if negative { (next + 1, next + 3, next + 3) } else { self.governed(next + 1)? };
            let power = self.region(from, to.min(self.state.end))?;
            self.fold_sign(power.id);
            let minus_one = Coeff::integer(-1);
            if let Which::Known(function, spelling) = callee.which
                && let Some(inverse) = inverse_function(function)
                && self.ast.node(power.id).kind == AstKind::Number(minus_one)
            {
                let span = callee.span.join(self.span(behind - 1));
                return Err(Self::inverse_function(spelling, &inverse, span));
            }
            callee.power = Some(power.id);
            next = behind;
        }
        let tok = self.tok(next).clone();
        if let (Which::Known(Function::Sum | Function::Mean | Function::Prod, spelling), Tok::Open(_)) =
            (&callee.which, &tok)
        {
            let span = callee.span.join(self.span(self.tokens[next].partner));
            self.note_on_open_index(spelling, next, span);
        }
        self.state.at = next;
        if self.whole_argument(&callee, next)? {
            return Ok(());
        }
        match tok {
            Tok::Open(Bracket::Round) if self.argument_goes_on(&callee, next) => {
                self.state.stack.push(Entry::Bare(Box::new(callee)));
                Ok(())
            }
            Tok::Open(bracket) if !matches!(bracket, Bracket::Cases | Bracket::Where | Bracket::Index { .. }) => {
                self.open(Some(callee))
            }
            Tok::Less => self.open(Some(callee)),
            Tok::Bar(side) | Tok::DoubleBar(side, _) if side != Side::Right => self.open(Some(callee)),
            // `exp -x` has a sign; in `log - x` the argument is missing.
            Tok::Plus | Tok::Minus if self.tokens.get(next + 1).is_some_and(|after| after.blank) => {
                Err(self.no_argument(&callee))
            }
            tok if tok.starts_operand() || matches!(tok, Tok::Plus | Tok::Minus) => {
                self.state.stack.push(Entry::Bare(Box::new(callee)));
                Ok(())
            }
            _ => Err(self.no_argument(&callee)),
        }
    }

    /// The base of `log_2` or `log_{10}`, and the place after it.
    fn base_of_logarithm(&mut self, callee: &Callee, at: usize) -> Result<Option<(AstId, usize)>, Failure> {
        if !matches!(callee.which, Which::Known(Function::Entrywise(Func::Log), _)) {
            return Ok(None);
        }
        let (parts, _, next) = self.subscript(at)?;
        Ok(match parts.as_slice() {
            [base] => match &self.ast.node(*base).kind {
                AstKind::Number(number) if !number.is_negative() && !number.is_zero() && !number.is_one() => {
                    Some((*base, next))
                }
                _ => None,
            },
            _ => None,
        })
    }

    /// The value of a function at its arguments.
    pub(super) fn apply(&mut self, callee: &Callee, arguments: &[Operand], span: Span) -> Result<Operand, Failure> {
        let kind = match &callee.which {
            Which::Known(function, spelling) => self.known_call(*function, spelling, callee, arguments, span)?,
            Which::User(name, derivative, parts) => match arguments {
                [argument] => {
                    let is_value = matches!(derivative, Derivative::Primes(_));
                    let call = AstKind::UserCall {
                        name: name.clone(),
                        derivative: *derivative,
                        argument: argument.id,
                        others: if is_value { Vec::new() } else { parts.clone() },
                    };
                    if is_value && !parts.is_empty() {
                        let call = self.push(call, span)?;
                        AstKind::EntryOf(call, parts.clone())
                    } else {
                        call
                    }
                }
                _ => return Err(self.wrong_arity(name, (1, 1), arguments, span)),
            },
            Which::Frechet(name, order) => match arguments {
                [argument, directions @ ..] if !directions.is_empty() => AstKind::UserCall {
                    name: name.clone(),
                    derivative: Derivative::Primes(*order),
                    argument: argument.id,
                    others: directions.iter().map(|direction| direction.id).collect(),
                },
                _ => return Err(self.wrong_arity(&format!("L_{name}"), (2, usize::MAX), arguments, span)),
            },
            Which::Defined(place, symbol) => return self.call_defined((*place, symbol.as_deref()), arguments, span),
            Which::LogarithmTo(base) => match arguments {
                [argument] => {
                    let log = Function::Entrywise(Func::Log);
                    let of_argument = self.push(AstKind::Call(log, vec![argument.id]), span)?;
                    let of_base = self.push(AstKind::Call(log, vec![*base]), callee.span)?;
                    AstKind::Product { first: of_argument, rest: vec![(ProductOp::Divide, of_base)] }
                }
                _ => return Err(self.wrong_arity("log", (1, 1), arguments, span)),
            },
            Which::Root(index) => match arguments {
                [argument] => {
                    let one = self.push(AstKind::Number(Coeff::integer(1)), callee.span)?;
                    let rest = vec![(ProductOp::Divide, *index)];
                    let exponent = self.push(AstKind::Product { first: one, rest }, callee.span)?;
                    AstKind::Power(argument.id, exponent)
                }
                _ => return Err(self.wrong_arity("sqrt", (1, 1), arguments, span)),
            },
        };
        let mut id = self.push(kind, span)?;
        if let Some(power) = callee.power {
            // `cos^2(X)` is the square of each entry.
            let entrywise = match callee.which {
                Which::Known(function, _) => is_entrywise(function),
                Which::LogarithmTo(_) => true,
                _ => false,
            };
            let kind = if entrywise { AstKind::HadamardPower(id, power) } else { AstKind::Power(id, power) };
            id = self.push(kind, span)?;
        }
        if callee.transposed {
            id = self.push(AstKind::Transpose(id), span)?;
        }
        Ok(Operand { id, span })
    }

    fn known_call(
        &mut self,
        function: Function,
        spelling: &str,
        callee: &Callee,
        arguments: &[Operand],
        span: Span,
    ) -> Result<AstKind, Failure> {
        if let Function::Join(join) = function {
            return self.joined(join, callee, arguments, span);
        }
        let (least, most) = super::function::arity(spelling);
        let empty_size = arguments.is_empty() && matches!(function, Function::Eye | Function::Ones | Function::Zeros);
        let is_list = function == Function::Diag && self.are_diagonal_entries(arguments);
        if !empty_size && !is_list && (arguments.len() < least || arguments.len() > most) {
            if arguments.is_empty() {
                return Err(self.no_argument(callee));
            }
            return Err(self.wrong_arity(spelling, (least, most), arguments, span));
        }
        if matches!(function, Function::Where | Function::Cases) {
            return Err(Self::without_condition(span));
        }
        // Where the body names an index that nothing binds, its powers are of numbers.
        let is_of_index = |remark: &Remark| {
            remark.row == "open-index" && remark.span.start <= span.end && span.start <= remark.span.end
        };
        if let (Function::Sum | Function::Mean | Function::Prod | Function::Along(..), [argument]) =
            (function, arguments)
            && !self.ast.remarks.iter().any(is_of_index)
        {
            self.open_powers(*argument);
        }
        let ids: Vec<AstId> = arguments.iter().map(|argument| argument.id).collect();
        Ok(match (function, ids.as_slice()) {
            (Function::Polygamma, [argument]) => {
                AstKind::Call(Function::Entrywise(Func::Polygamma(0)), vec![*argument])
            }
            (Function::Polygamma | Function::Entrywise(Func::Polygamma(_)), [order, argument]) => {
                let order = self.order_of_polygamma(spelling, arguments[0], *order)?;
                AstKind::Call(Function::Entrywise(Func::Polygamma(order)), vec![*argument])
            }
            (Function::Binomial, [n, k]) => self.binomial(*n, *k, span)?,
            (Function::Diag, [_, _, ..]) => return self.diagonal(&ids, span),
            (Function::Transpose, [argument]) => AstKind::Transpose(*argument),
            (Function::Norm, [argument]) if self.is_of_entries(callee) => {
                AstKind::Norm(NormSpelling::OfEntries, *argument)
            }
            (Function::Norm, [argument]) => AstKind::Norm(NormSpelling::Plain, *argument),
            (Function::Norm, [argument, which]) => self.norm_by_argument(callee, *argument, *which, span)?,
            (Function::Ones | Function::OnesMatrix, [factor]) if matches!(spelling, "vector" | "matrix") => {
                if self.ast.node(*factor).kind == AstKind::Number(Coeff::integer(1)) {
                    return Ok(AstKind::Call(function, Vec::new()));
                }
                let ones = self.push(AstKind::Call(function, Vec::new()), callee.span)?;
                AstKind::Product { first: *factor, rest: vec![(ProductOp::Times, ones)] }
            }
            _ => AstKind::Call(function, ids),
        })
    }

    /// `norm(x, p)`. As a method and as PyTorch's and TensorFlow's, outside their modules of linear algebra, that of a number p is of all entries.
    fn norm_by_argument(
        &mut self,
        callee: &Callee,
        argument: AstId,
        which: AstId,
        span: Span,
    ) -> Result<AstKind, Failure> {
        let spelling = self.norm_of_argument(which);
        let is_of_matrices = |module: &str| matches!(module, "linalg" | "LA" | "la" | "sla" | "spla" | "LinearAlgebra");
        let is_of_vectors = self.module(callee).is_some_and(|module| !module.split('.').any(is_of_matrices));
        Ok(match spelling {
            NormSpelling::Two if is_of_vectors => AstKind::Norm(NormSpelling::OfEntries, argument),
            NormSpelling::One | NormSpelling::Infinity | NormSpelling::P(_)
                if is_of_vectors && matches!(self.looks(argument), Looks::Matrix) =>
            {
                let entries = self.push(AstKind::Call(Function::Vec, vec![argument]), span)?;
                AstKind::Norm(spelling, entries)
            }
            _ => AstKind::Norm(spelling, argument),
        })
    }

    /// What stands before the last dot of a function's name: a module, or the array whose method it is.
    fn module(&self, callee: &Callee) -> Option<&str> {
        let before = self.ast.source.get(..callee.span.end)?;
        let is_blank = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'));
        let name = before.rsplit(is_blank).next()?;
        // Of `(X - Y).norm(2)` nothing but the dot is left.
        name.rsplit_once('.').map(|(module, _)| module)
    }

    /// Whether a `norm` is that of a module which takes all entries of an array, as NumPy's does and SciPy's, PyTorch's and TensorFlow's.
    fn is_of_entries(&self, callee: &Callee) -> bool {
        let Some(module) = self.module(callee) else { return false };
        let mut modules = module.split('.');
        modules
            .any(|module| matches!(module, "np" | "numpy" | "jnp" | "torch" | "tf" | "scipy" | "linalg" | "LA" | "la"))
    }

    /// n!/(k!(n − k)!)
    pub(super) fn binomial(&mut self, n: AstId, k: AstId, span: Span) -> Result<AstKind, Failure> {
        // Leaves are not shared: each may be read by what surrounds it.
        let (again, less) = (self.operand_of(n, span)?, self.operand_of(k, span)?);
        let rest = self.push(AstKind::Sum(vec![(Sign::Plus, again), (Sign::Minus, less)]), span)?;
        let of = [n, k, rest];
        let mut factorials = [n; 3];
        for (factorial, inner) in factorials.iter_mut().zip(of) {
            *factorial = self.push(AstKind::Factorial(inner), span)?;
        }
        let [first, chosen, left] = factorials;
        Ok(AstKind::Product { first, rest: vec![(ProductOp::Divide, chosen), (ProductOp::Divide, left)] })
    }

    /// Whether several arguments of `diag` are its entries: with two of them, the second may say which diagonal is meant, as in NumPy.
    fn are_diagonal_entries(&self, arguments: &[Operand]) -> bool {
        let [first, second, rest @ ..] = arguments else { return false };
        let is_place = matches!(self.ast.node(second.id).kind, AstKind::Number(_)) && rest.is_empty();
        !is_place || self.looks(first.id) == Looks::Scalar
    }

    /// `diag(a, b, c)`: the diagonal matrix of numbers, or of blocks.
    fn diagonal(&mut self, entries: &[AstId], span: Span) -> Result<AstKind, Failure> {
        if entries.iter().any(|entry| matches!(self.looks(*entry), Looks::Vector | Looks::Matrix)) {
            return self.diagonal_blocks(entries, span);
        }
        let vector = self.push(AstKind::Literal(entries.iter().map(|entry| vec![*entry]).collect()), span)?;
        Ok(AstKind::Call(Function::Diag, vec![vector]))
    }

    /// The first argument of `polygamma(k, x)`.
    fn order_of_polygamma(&self, spelling: &str, written: Operand, order: AstId) -> Result<u32, Failure> {
        let order = match &self.ast.node(order).kind {
            AstKind::Number(order) => order.to_i64().and_then(|order| u32::try_from(order).ok()),
            _ => None,
        };
        order
            .filter(|order| *order <= super::limits::MAX_POLYGAMMA_ORDER)
            .ok_or_else(|| self.no_order(spelling, written.span))
    }
}
