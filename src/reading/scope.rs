//! First pass over an expression, from the root down: parents, bound indices, and which subscripts are
//! expressions rather than part of a name. Sizes that are written as such get their names here.

use rustc_hash::{FxHashMap, FxHashSet};

use super::kind::{Letter, habit, letter};
use super::limit::CLASH_NODES;
use super::resolve::{Binder, Extent, Input};
use super::walk::subtree;
use crate::catalog::Op;
use crate::expr::is_increment;
use crate::syntax::{
    Ast, AstId, AstKind, AstNode, Cut, Function, Mark, Name, NormSpelling, ProductOp, Sign, for_each_child, full_name,
    is_entrywise,
};

/// First pass: parents, bound indices, and which subscripts are expressions.
pub(crate) struct Scopes {
    pub(crate) parents: Vec<Option<AstId>>,
    /// The first place of each node among the children of its parent.
    places: Vec<usize>,
    /// Products with a Kronecker product in them.
    kroneckers: FxHashSet<AstId>,
    pub(crate) inert: Vec<bool>,
    scope: Vec<u32>,
    /// (outer scope, binder)
    links: Vec<(u32, usize)>,
    pub(crate) binders: FxHashMap<AstId, usize>,
    binder_names: Vec<String>,
    first_binder: usize,
    pub(crate) active: FxHashSet<AstId>,
    /// Names that stand as a vector with a number below them: points, and no vectors with entries.
    points: FxHashSet<String>,
}

impl Scopes {
    pub(crate) fn new(ast: &Ast, input: &mut Input<'_>) -> Self {
        let nodes = ast.nodes.len();
        let mut scopes = Self {
            parents: vec![None; nodes],
            places: vec![0; nodes],
            kroneckers: FxHashSet::default(),
            inert: vec![false; nodes],
            scope: vec![0; nodes],
            links: vec![(0, usize::MAX)],
            binders: FxHashMap::default(),
            binder_names: Vec::new(),
            first_binder: input.binders.len(),
            active: FxHashSet::default(),
            points: FxHashSet::default(),
        };
        scopes.find_points(ast);
        scopes.parents.fill(None);
        for number in (0..nodes).rev() {
            let id = AstId(u32::try_from(number).unwrap_or(u32::MAX));
            let kind = &ast.node(id).kind;
            let (scope, inert) = (scopes.scope[number], scopes.inert[number]);
            let mut place = 0;
            for_each_child(kind, |child| {
                let child = child.0 as usize;
                if scopes.parents[child] != Some(id) {
                    scopes.places[child] = place;
                }
                place += 1;
                scopes.parents[child] = Some(id);
                scopes.scope[child] = scope;
                scopes.inert[child] = inert;
            });
            match kind {
                AstKind::BigSum(ranges, body) | AstKind::BigProduct(ranges, body) if !inert => {
                    scopes.binders.insert(id, input.binders.len());
                    let mut inner = scope;
                    for range in ranges {
                        for bound in range.lower.into_iter().chain(range.upper) {
                            scopes.scope[bound.0 as usize] = inner;
                        }
                        if let Some(upper) = range.upper
                            && let AstKind::Name(name) = &ast.node(upper).kind
                        {
                            let full = full_name(name);
                            if input.declared(&full).is_none() && scopes.lookup(&full, inner).is_none() {
                                input.size_name(&full);
                            }
                        } else if let Some(upper) = range.upper
                            && let AstKind::Sum(terms) = &ast.node(upper).kind
                        {
                            for (_, term) in terms {
                                if let AstKind::Name(name) = &ast.node(*term).kind
                                    && input.declared(&full_name(name)).is_none()
                                    && !input.free.is_free(&full_name(name))
                                    && scopes.lookup(&full_name(name), inner).is_none()
                                {
                                    input.size_name(&full_name(name));
                                }
                            }
                        }
                        input.binders.push(Binder {
                            name: range.index.clone(),
                            lower: range.lower,
                            upper: range.upper,
                            least: Extent::Unknown,
                            largest: Extent::Unknown,
                            beside: range.beside.as_ref().and_then(|name| scopes.lookup(name, inner)),
                            left_out: [0; 2],
                            offset: 0,
                        });
                        scopes.binder_names.push(range.index.clone());
                        scopes.links.push((inner, input.binders.len() - 1));
                        inner = u32::try_from(scopes.links.len() - 1).unwrap_or(u32::MAX);
                    }
                    scopes.scope[body.0 as usize] = inner;
                }
                AstKind::Name(name) if !inert && !name.subscript.is_empty() => {
                    if scopes.has_active_subscript(ast, name, scope, input) {
                        scopes.active.insert(id);
                    } else {
                        name.subscript.iter().for_each(|part| scopes.inert[part.0 as usize] = true);
                        if matches!(name.base.as_str(), "I" | "1" | "0") && input.declared(&full_name(name)).is_none() {
                            name.subscript.iter().for_each(|part| {
                                let _ = input.written_size(ast, *part);
                            });
                        }
                    }
                }
                AstKind::Call(
                    Function::Commutation | Function::Eye | Function::Ones | Function::Zeros | Function::OnesMatrix,
                    arguments,
                ) => {
                    for argument in arguments {
                        scopes.inert[argument.0 as usize] = true;
                        let _ = input.written_size(ast, *argument);
                    }
                }
                AstKind::Product { rest, .. } if rest.iter().any(|(op, _)| *op == ProductOp::Kronecker) => {
                    scopes.kroneckers.insert(id);
                }
                AstKind::Call(Function::Unvec, arguments) => {
                    for argument in arguments.iter().skip(1) {
                        scopes.inert[argument.0 as usize] = true;
                        let _ = input.written_size(ast, *argument);
                    }
                }
                AstKind::Slice { cuts, .. } => {
                    for cut in cuts {
                        if matches!(cut, Cut::All | Cut::At(_)) {
                            continue;
                        }
                        // The places of a slice are sizes: no bound index is one.
                        cut.each_place(|bound| {
                            if !scopes.has_bound_index(ast, bound, scope) {
                                scopes.inert[bound.0 as usize] = true;
                                let _ = input.written_size(ast, bound);
                            }
                        });
                    }
                }
                AstKind::Call(Function::Norm, arguments) if arguments.len() == 2 => {
                    if let AstKind::Name(name) = &ast.node(arguments[1]).kind
                        && matches!(name.base.as_str(), "inf" | "∞" | "F" | "fro")
                    {
                        scopes.inert[arguments[1].0 as usize] = true;
                    }
                }
                _ => {}
            }
        }
        scopes
    }

    /// Finds the names of points, x of x₁ in `(x - x_1)^T A (x - x_2)`.
    fn find_points(&mut self, ast: &Ast) {
        let ids = || (0_u32..).zip(&ast.nodes).map(|(number, node)| (AstId(number), &node.kind));
        let numbered = |kind: &AstKind| match kind {
            AstKind::Name(name) => match name.subscript.as_slice() {
                [part] if matches!(ast.node(*part).kind, AstKind::Number(_)) => Some(name.base.clone()),
                _ => None,
            },
            _ => None,
        };
        if !ids().any(|(_, kind)| numbered(kind).is_some()) {
            return;
        }
        for (id, kind) in ids() {
            for_each_child(kind, |child| self.parents[child.0 as usize] = Some(id));
        }
        self.points =
            ids().filter(|(id, _)| self.stands_as_vector(ast, *id)).filter_map(|(_, kind)| numbered(kind)).collect();
    }

    fn has_bound_index(&self, ast: &Ast, root: AstId, scope: u32) -> bool {
        let mut found = false;
        subtree(ast, root, CLASH_NODES, |id| {
            found |=
                matches!(&ast.node(id).kind, AstKind::Name(name) if self.lookup(&full_name(name), scope).is_some());
            !found
        });
        found
    }

    fn lookup(&self, name: &str, mut scope: u32) -> Option<usize> {
        while scope != 0 {
            let (outer, binder) = self.links[scope as usize];
            if self.binder_names[binder - self.first_binder] == name {
                return Some(binder);
            }
            scope = outer;
        }
        None
    }

    pub(crate) fn bound(&self, name: &str, id: AstId) -> Option<usize> {
        self.lookup(name, self.scope[id.0 as usize])
    }

    fn has_active_subscript(&self, ast: &Ast, name: &Name, scope: u32, input: &Input<'_>) -> bool {
        if input.declared(&full_name(name)).is_some() {
            return false;
        }
        let mut found = false;
        let mut numbers = true;
        for part in &name.subscript {
            numbers &= matches!(ast.node(*part).kind, AstKind::Number(_));
            subtree(ast, *part, CLASH_NODES, |id| {
                if let AstKind::Name(inner) = &ast.node(id).kind {
                    found |= self.lookup(&full_name(inner), scope).is_some();
                }
                !found
            });
        }
        if found || input.free.picks(ast, name) {
            return true;
        }
        if input.declared("e").is_none() && (input.free.is_place(ast, name) || is_last_unit(ast, name, input)) {
            return true;
        }
        let capital = matches!(letter(&name.base), Letter::Capital | Letter::CapitalGreek);
        let declared = input.declared(&name.base);
        numbers
            && match name.subscript.len() {
                0 => false,
                1 => match declared {
                    Some(declared) => declared.family.is_some() || declared.is_vector(),
                    None if name.base == "e" => true,
                    // `β_0 + β'x`, unless the text counts from 0.
                    None if name.subscript_text == "0" => input.numberings.of(&name.base).offset(0) < 0,
                    None => {
                        input.indexed_bases.contains(&name.base)
                            || !capital
                                && input.whole_names.contains(&name.base)
                                && name.mark == Mark::None
                                && !self.points.contains(&name.base)
                    }
                },
                _ => capital || declared.is_some(),
            }
    }

    /// What a name's surroundings say of it.
    pub(crate) fn surroundings(&self, ast: &Ast, id: AstId) -> Surroundings {
        let marked = self.stands_as_vector(ast, id);
        let measured = self.is_measured(ast, id);
        let of = (letter_of(ast, id) == Some(Letter::Greek)).then(|| self.trace_around(ast, id)).flatten();
        let (traced, state) = (of.is_some(), of.is_some_and(|of| is_state_beside_another(ast, id, of)));
        let density = is_letter(ast, id, "ρ") && self.stands_in_trace(ast, id);
        let summed = self.is_summed(ast, id);
        let over_number = self.is_over_number_before_matrix(ast, id);
        let mut found =
            Surroundings { marked, measured, traced, state, density, summed, over_number, ..Surroundings::default() };
        let Some(parent) = self.parents[id.0 as usize] else { return found };
        found.nuclear = matches!(ast.node(parent).kind, AstKind::Norm(NormSpelling::Nuclear, _));
        match &ast.node(parent).kind {
            AstKind::Product { first, rest } => {
                found.factor = !self.kroneckers.contains(&parent);
                let place = self.places[id.0 as usize];
                let factor = |place: usize| match place.checked_sub(1) {
                    None => Some((ProductOp::Times, *first)),
                    Some(place) => rest.get(place).copied(),
                };
                let pair = |place: usize| Some((factor(place)?, factor(place + 1)?));
                let (before, behind) = (place.checked_sub(1).and_then(pair), pair(place));
                found.behind_transposed =
                    before.is_some_and(|((_, this), (op, _))| op == ProductOp::Times && is_transposed(ast, this));
                found.before_vector = behind.is_some_and(|(_, (op, next))| {
                    op == ProductOp::Times && is_vector_like(ast, next) && !is_work(ast, id, next)
                });
                found.before_transposed = behind.is_some_and(|(_, (_, next))| is_transposed(ast, next));
                found.beside_image = is_term_of_sum_of_entries(ast, &self.parents, parent)
                    && [before, behind].into_iter().flatten().any(|((_, this), (op, next))| {
                        let other = if this == id { next } else { this };
                        op == ProductOp::Star && is_image_of_entries(ast, other)
                    });
                found.entrywise = is_letter(ast, id, "γ") && scales_and_shifts(ast, &self.parents, parent)
                    || [before, behind].into_iter().flatten().any(|((_, this), (op, next))| {
                        let between = ast.source.get(ast.span(this).end..ast.span(next).start).unwrap_or("");
                        op == ProductOp::Hadamard && !between.contains('.')
                    });
            }
            AstKind::Run { items, .. } => {
                found.factor = true;
                let at = self.places[id.0 as usize];
                let before = at.checked_sub(1).and_then(|at| items.get(at));
                found.behind_transposed = before.is_some_and(|before| is_transposed(ast, *before));
                // What stands directly after a `/` is a divisor, whatever follows it.
                found.before_vector = at > 0 && items.get(at + 1).is_some_and(|next| is_vector_like(ast, *next));
            }
            AstKind::Sum(terms) => {
                // Of `∑ w (y - x)²` the terms have entries, too.
                found.term = terms.len() > 1 && !self.stands_in_product_of_entries(ast, parent);
                let is_other = |term: &AstId| *term == id || matches!(ast.node(*term).kind, AstKind::Number(_));
                found.beside_number = found.term && terms.iter().all(|(_, term)| is_other(term));
            }
            AstKind::Power(_, exponent) | AstKind::HadamardPower(_, exponent) | AstKind::StarPower(_, exponent) => {
                found.factor = *exponent == id || self.surroundings_of_power(ast, parent);
            }
            _ => {}
        }
        found
    }

    /// Whether a sum, or a power of it, is a factor of a product of entries beneath a sign.
    fn stands_in_product_of_entries(&self, ast: &Ast, sum: AstId) -> bool {
        let above = |id: AstId| self.parents[id.0 as usize];
        let factor = match above(sum) {
            Some(power) if matches!(ast.node(power).kind, AstKind::StarPower(base, _) if base == sum) => power,
            _ => sum,
        };
        above(factor).is_some_and(|product| is_product_of_entries(ast, &self.parents, product))
    }

    /// Whether I is a number beside S, as in the −βSI of an epidemic: a rate stands beside the two, nothing but numbers besides, and only
    /// sums, products and literals around them.
    pub(crate) fn is_compartment(&self, ast: &Ast, id: AstId) -> bool {
        let Some(parent) = self.parents[id.0 as usize] else { return false };
        let AstKind::Product { first, rest } = &ast.node(parent).kind else { return false };
        let factors: Vec<AstId> = std::iter::once(*first).chain(rest.iter().map(|(_, factor)| *factor)).collect();
        let is_beside = factors.windows(2).any(|pair| {
            pair[0] == id && is_letter(ast, pair[1], COMPARTMENTS[0])
                || pair[1] == id && is_letter(ast, pair[0], COMPARTMENTS[0])
        });
        let is_number = |op: ProductOp, at: AstId| {
            op == ProductOp::Divide
                || op.is_product()
                    && match &ast.node(at).kind {
                        AstKind::Number(_) => true,
                        AstKind::Name(name) => {
                            COMPARTMENTS.contains(&name.base.as_str()) || letter(&name.base) == Letter::Greek
                        }
                        AstKind::Product { first, rest } => {
                            matches!(rest.as_slice(), [(ProductOp::Divide, _)])
                                && letter_of(ast, *first) == Some(Letter::Greek)
                        }
                        _ => false,
                    }
        };
        let is_plain = |at: AstId| {
            matches!(
                ast.node(at).kind,
                AstKind::Sum(_)
                    | AstKind::Product { .. }
                    | AstKind::Run { .. }
                    | AstKind::Stack { .. }
                    | AstKind::Literal(_)
                    | AstKind::BigSum(..)
            )
        };
        let has_rate = factors.iter().any(|factor| match &ast.node(*factor).kind {
            AstKind::Name(name) => letter(&name.base) == Letter::Greek,
            AstKind::Product { first, .. } => letter_of(ast, *first) == Some(Letter::Greek),
            _ => false,
        });
        is_beside
            && has_rate
            && is_number(ProductOp::Times, *first)
            && rest.iter().all(|(op, factor)| is_number(*op, *factor))
            && std::iter::successors(Some(parent), |at| self.parents[at.0 as usize]).all(is_plain)
    }

    /// The factors directly before and after a name in a product.
    fn neighbors(&self, ast: &Ast, id: AstId) -> [Option<AstId>; 2] {
        let Some(parent) = self.parents[id.0 as usize] else { return [None; 2] };
        let AstKind::Product { first, rest } = &ast.node(parent).kind else { return [None; 2] };
        if rest.iter().any(|(op, _)| !op.is_product() && *op != ProductOp::Divide) {
            return [None; 2];
        }
        // What is divided by stands nowhere beside it.
        let factors: Vec<AstId> = std::iter::once(*first)
            .chain(rest.iter().filter(|(op, _)| *op != ProductOp::Divide).map(|(_, factor)| *factor))
            .collect();
        let at = factors.iter().position(|factor| *factor == id);
        let neighbor = |at: Option<usize>| at.and_then(|at| factors.get(at)).copied();
        [neighbor(at.and_then(|at| at.checked_sub(1))), neighbor(at.map(|at| at + 1))]
    }

    /// Whether I stands between a transposed vector and a vector, or before one in a cross product, where an identity would change nothing:
    /// `\omega^T I \omega`, `\omega \times I \omega`.
    pub(crate) fn is_between_vectors(&self, ast: &Ast, id: AstId) -> bool {
        let is_small = |id: AstId| matches!(letter_of(ast, id), Some(Letter::Small | Letter::Greek));
        let [before, behind] = self.neighbors(ast, id);
        if !behind.is_some_and(is_small) {
            return false;
        }
        match before.map(|before| &ast.node(before).kind) {
            Some(AstKind::Transpose(inner)) => is_small(*inner),
            before => self.stands_behind_dot(ast, id, before.is_none()),
        }
    }

    /// Whether a name, or a product that begins with it, is the right side of an inner product: I of `\omega \cdot I \omega`.
    fn stands_behind_dot(&self, ast: &Ast, id: AstId, is_first: bool) -> bool {
        let is_dotted = |at: AstId| {
            self.parents[at.0 as usize].is_some_and(|parent| match &ast.node(parent).kind {
                AstKind::Product { rest, .. } => rest.contains(&(ProductOp::Dot, at)),
                AstKind::Inner(_, right) => *right == at,
                AstKind::Call(Function::Cross, sides) => sides.contains(&at),
                _ => false,
            })
        };
        is_dotted(id) || is_first && self.parents[id.0 as usize].is_some_and(is_dotted)
    }

    /// Whether a name is a factor beside a capital in a trace, as ρ of `\mathrm{Tr}(\rho H)`.
    fn stands_in_trace(&self, ast: &Ast, id: AstId) -> bool {
        let is_trace = |at: AstId| matches!(ast.node(at).kind, AstKind::Call(Function::Trace, _));
        let is_matrix = |factor: Option<AstId>| {
            factor.is_some_and(|factor| {
                !is_letter(ast, factor, "I")
                    && matches!(letter_of(ast, factor), Some(Letter::Capital | Letter::CapitalGreek))
            })
        };
        let parent = self.parents[id.0 as usize];
        let is_all = parent.and_then(|parent| self.parents[parent.0 as usize]).is_some_and(is_trace);
        is_all && self.neighbors(ast, id).into_iter().any(is_matrix)
    }

    /// Whether I stands directly before ω², or the square of a letter with a dot: the moment of inertia of ½Iω².
    pub(crate) fn is_before_square_of_speed(&self, ast: &Ast, id: AstId) -> bool {
        let [_, Some(behind)] = self.neighbors(ast, id) else { return false };
        let AstKind::Power(base, exponent) = ast.node(behind).kind else { return false };
        let is_speed =
            matches!(&ast.node(base).kind, AstKind::Name(name) if SPEEDS.iter().any(|mark| name.base.contains(mark)));
        is_speed && ast.node(exponent).kind.is_two()
    }

    /// Whether a power is itself a factor: `N^2 x`.
    fn surroundings_of_power(&self, ast: &Ast, id: AstId) -> bool {
        self.parents[id.0 as usize]
            .is_some_and(|parent| matches!(ast.node(parent).kind, AstKind::Product { .. } | AstKind::Run { .. }))
    }

    /// What a trace or a determinant is taken of that a name is a part of, where no capital stands beside it that could be the matrix.
    fn trace_around(&self, ast: &Ast, id: AstId) -> Option<AstId> {
        let is_traced = |at: &AstId| {
            matches!(ast.node(*at).kind, AstKind::Call(Function::Trace | Function::Det | Function::LogDet, _))
        };
        let mut above = std::iter::successors(self.parents[id.0 as usize], |at| self.parents[at.0 as usize]);
        let of = above.find(is_traced)?;
        let mut has_capital = false;
        subtree(ast, of, CLASH_NODES, |part| {
            let letter = letter_of(ast, part);
            has_capital |= matches!(letter, Some(Letter::Capital | Letter::CapitalGreek));
            !has_capital
        });
        (!has_capital).then_some(of)
    }

    /// The factor that multiplies one from behind.
    fn factor_behind(&self, ast: &Ast, id: AstId) -> Option<AstId> {
        let AstKind::Product { rest, .. } = &ast.node(self.parents[id.0 as usize]?).kind else { return None };
        let (op, factor) = *rest.get(self.places[id.0 as usize])?;
        op.is_product().then_some(factor)
    }

    /// Whether a capital stands alone over a number before another capital: the power of `\frac{P}{\sigma^2} H H^T`.
    fn is_over_number_before_matrix(&self, ast: &Ast, id: AstId) -> bool {
        let above = |id: AstId| self.parents[id.0 as usize];
        let Some(quotient) = above(id).filter(|_| is_capital(ast, id)) else { return false };
        let AstKind::Product { first, rest } = &ast.node(quotient).kind else { return false };
        let [(ProductOp::Divide, divisor), ..] = rest[..] else { return false };
        if *first != id {
            return false;
        }
        let (divisor, behind) = match &ast.node(divisor).kind {
            // `P/σ^2 H H'`
            AstKind::Run { items, .. } => (items[0], items.get(1).copied()),
            _ if rest.len() > 1 => (divisor, Some(rest[1]).filter(|(op, _)| op.is_product()).map(|(_, factor)| factor)),
            _ => (divisor, self.factor_behind(ast, quotient)),
        };
        let base = match ast.node(divisor).kind {
            AstKind::Power(base, exponent) if matches!(ast.node(exponent).kind, AstKind::Number(_)) => base,
            _ => divisor,
        };
        let is_number = matches!(&ast.node(base).kind, AstKind::Name(name) if letter(&name.base) != Letter::Capital && letter(&name.base) != Letter::CapitalGreek);
        is_number && behind.is_some_and(|behind| is_capital_or_its_transpose(ast, behind))
    }

    /// Whether a name is transposed, has its norm or an inner product taken, by itself or as a term of a sum.
    pub(crate) fn is_measured(&self, ast: &Ast, id: AstId) -> bool {
        let (mut at, mut above) = (id, self.parents[id.0 as usize]);
        while let Some(parent) = above {
            match &ast.node(parent).kind {
                AstKind::Sum(_) => (at, above) = (parent, self.parents[parent.0 as usize]),
                AstKind::Transpose(_) | AstKind::Inner(..) => return true,
                AstKind::Norm(spelling, inner) => return *inner == at && *spelling != NormSpelling::Frobenius,
                _ => return false,
            }
        }
        false
    }

    /// Whether functions of the entries of a name, by itself or as a term of a sum, are summed or averaged: x of `log sum exp(x)`.
    fn is_summed(&self, ast: &Ast, id: AstId) -> bool {
        use Function as F;
        let mut at = id;
        while let Some(parent) = self.parents[at.0 as usize] {
            match &ast.node(parent).kind {
                AstKind::Call(F::Entrywise(_) | F::Composed(_) | F::Sqrt, arguments) if arguments.len() == 1 => {}
                AstKind::Call(F::Sum | F::Mean | F::Var(_) | F::Std(_) | F::Prod | F::LogSumExp, _) => return true,
                AstKind::HadamardPower(base, _) if *base == at => {}
                AstKind::Sum(_) => {}
                _ => return false,
            }
            at = parent;
        }
        false
    }

    /// Whether a name is transposed, has its norm or an inner product taken, is summed or averaged, by itself or as a term of a
    /// sum, as no scalar would.
    fn stands_as_vector(&self, ast: &Ast, id: AstId) -> bool {
        let mut at = id;
        loop {
            let Some(parent) = self.parents[at.0 as usize] else { return false };
            match &ast.node(parent).kind {
                AstKind::Transpose(_) | AstKind::Inner(..) => return true,
                AstKind::Norm(spelling, inner) => {
                    return *inner == at && *spelling != NormSpelling::Frobenius;
                }
                AstKind::Call(function, arguments) => {
                    use Function as F;
                    let single = arguments.len() == 1;
                    return match function {
                        F::Sum
                        | F::Mean
                        | F::Count(_)
                        | F::Var(_)
                        | F::Std(_)
                        | F::Along(..)
                        | F::Cumsum
                        | F::Prod
                        | F::LogSumExp
                        | F::Operator(Op::Softmax)
                        | F::Diag => true,
                        F::Max | F::Min => single,
                        F::Norm | F::Norm1 | F::Norm2 => arguments.first() == Some(&at),
                        F::Dot | F::Outer => true,
                        _ => false,
                    };
                }
                AstKind::Sum(_) => at = parent,
                AstKind::Product { first, rest } if rest.len() == 1 && rest[0].1 == at => {
                    if !matches!(ast.node(*first).kind, AstKind::Number(_)) {
                        return false;
                    }
                    at = parent;
                }
                _ => return false,
            }
        }
    }
}

/// What the names of speeds hold: ω, Ω, or a dot above.
const SPEEDS: [&str; 3] = ["ω", "Ω", "\u{307}"];
/// The capitals that are numbers as often as matrices before an increment: F Δx, P ΔV, C ΔT.
const NUMBERS_BEFORE_INCREMENTS: [&str; 7] = ["F", "P", "C", "T", "V", "Q", "E"];
/// The letters of susceptible and infected people.
const COMPARTMENTS: [&str; 2] = ["S", "I"];
/// All capitals of the equations of an epidemic: those who are exposed, recovered, deceased, vaccinated, in hospital, and all.
const EPIDEMIC: [&str; 9] = ["S", "I", "E", "R", "D", "V", "H", "N", "T"];

/// Whether it is a unit vector whose place is a size, or a sum or product of sizes and numbers: `e_n`, `e_{n+1}`.
fn is_last_unit(ast: &Ast, name: &Name, input: &Input<'_>) -> bool {
    let [part] = name.subscript.as_slice() else { return false };
    let (mut has_size, mut has_others) = (false, name.base != "e");
    subtree(ast, *part, CLASH_NODES, |id| {
        match &ast.node(id).kind {
            AstKind::Name(inner) if input.names_size(&full_name(inner)) => has_size = true,
            AstKind::Number(_) | AstKind::Sum(_) | AstKind::Product { .. } | AstKind::Run { .. } => {}
            _ => has_others = true,
        }
        !has_others
    });
    has_size && !has_others
}

/// Whether no other capitals stand in a text than those of an epidemic.
pub(crate) fn is_of_epidemic(ast: &Ast) -> bool {
    ast.nodes.iter().all(|node| match &node.kind {
        AstKind::Name(name) => {
            !name.base.starts_with(|c: char| c.is_ascii_uppercase()) || EPIDEMIC.contains(&name.base.as_str())
        }
        _ => true,
    })
}

/// Whether a text may be of numbers alone: sums, products, quotients, powers and functions of numbers, and nothing inverted.
pub(crate) fn is_of_numbers(ast: &Ast) -> bool {
    ast.nodes.iter().all(|node| match &node.kind {
        AstKind::Number(_) | AstKind::Sum(_) | AstKind::Run { .. } => true,
        AstKind::Name(name) => name.mark == Mark::None && name.base != "I",
        AstKind::Product { rest, .. } => {
            let is_of_numbers = |op: ProductOp| op == ProductOp::Divide || op.is_product() && op != ProductOp::At;
            rest.iter().all(|(op, _)| is_of_numbers(*op))
        }
        AstKind::Power(base, exponent) | AstKind::StarPower(base, exponent) => {
            let is_inverse = matches!(&ast.node(*exponent).kind, AstKind::Number(number) if number.is_negative())
                || matches!(&ast.node(*exponent).kind, AstKind::Sum(terms) if matches!(terms.as_slice(), [(Sign::Minus, _)]));
            !(is_inverse && is_capital(ast, *base))
        }
        AstKind::Call(function, _) => is_entrywise(*function),
        _ => false,
    })
}

/// Whether a text divides by a sum with a capital or by a power of one, as in `V S/(K + S)` and `a/V^2`, adds a quotient by a capital to a
/// number, as in `1 - S/K`, or takes a function of one, as in `\ln(V/V_0)`.
pub(crate) fn divides_by_capitals(ast: &Ast) -> bool {
    let divisors = |id: AstId| -> Vec<AstId> {
        let AstKind::Product { rest, .. } = &ast.node(id).kind else { return Vec::new() };
        let divisors = rest.iter().filter(|(op, _)| *op == ProductOp::Divide).map(|(_, divisor)| *divisor);
        divisors
            .map(|divisor| match &ast.node(divisor).kind {
                AstKind::Run { items, .. } => items.first().copied().unwrap_or(divisor),
                _ => divisor,
            })
            .collect()
    };
    let is_power = |id: AstId| match &ast.node(id).kind {
        AstKind::Power(base, exponent) => {
            is_capital(ast, *base) && matches!(ast.node(*exponent).kind, AstKind::Number(_))
        }
        _ => false,
    };
    (0_u32..).zip(&ast.nodes).any(|(number, node)| match &node.kind {
        AstKind::Product { .. } => {
            let is_of_numbers = |divisor: &AstId| match &ast.node(*divisor).kind {
                AstKind::Sum(terms) => terms.iter().any(|(_, term)| is_capital(ast, *term) || is_power(*term)),
                _ => is_power(*divisor),
            };
            divisors(AstId(number)).iter().any(is_of_numbers)
        }
        AstKind::Call(_, arguments) => {
            arguments.iter().any(|argument| divisors(*argument).iter().any(|divisor| is_capital(ast, *divisor)))
        }
        AstKind::Sum(terms) => {
            let is_number = |(_, term): &(Sign, AstId)| matches!(ast.node(*term).kind, AstKind::Number(_));
            let is_quotient =
                |(_, term): &(Sign, AstId)| divisors(*term).iter().any(|divisor| is_capital(ast, *divisor));
            terms.iter().any(is_number) && terms.iter().any(is_quotient)
        }
        _ => false,
    })
}

/// Whether it is a capital with nothing below it.
fn is_capital(ast: &Ast, id: AstId) -> bool {
    matches!(&ast.node(id).kind, AstKind::Name(name) if letter(&name.base) == Letter::Capital && name.subscript_text.is_empty())
}

fn is_capital_or_its_transpose(ast: &Ast, id: AstId) -> bool {
    match ast.node(id).kind {
        AstKind::Transpose(inner) => is_capital(ast, inner),
        _ => is_capital(ast, id),
    }
}

/// Letters of states in quantum mechanics, which are matrices beside a ρ in a trace.
const STATES: [&str; 4] = ["ρ", "σ", "τ", "ω"];

/// Whether a name is that of a state in what a trace is taken of, in which ρ stands, as σ of `\Tr(\rho \log \sigma)`.
fn is_state_beside_another(ast: &Ast, id: AstId, of: AstId) -> bool {
    let base = |id: AstId| if let AstKind::Name(name) = &ast.node(id).kind { name.base.as_str() } else { "" };
    let mut has_density = false;
    subtree(ast, of, CLASH_NODES, |part| {
        has_density |= base(part) == STATES[0];
        !has_density
    });
    has_density && STATES.contains(&base(id))
}

/// What the surroundings of a name say of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Surroundings {
    /// Transposed, under a norm, in an inner product, summed or averaged.
    pub(crate) marked: bool,
    /// Transposed, under a norm or in an inner product.
    pub(crate) measured: bool,
    /// Its nuclear norm is taken, which only matrices have.
    pub(crate) nuclear: bool,
    /// It is a factor or an exponent.
    pub(crate) factor: bool,
    /// It stands directly before a small letter or something transposed.
    pub(crate) before_vector: bool,
    /// It stands directly before something transposed.
    pub(crate) before_transposed: bool,
    /// It is a term of a sum with numbers, as in N − 1.
    pub(crate) beside_number: bool,
    /// It stands directly after something transposed.
    pub(crate) behind_transposed: bool,
    /// It is a term of a sum, by itself.
    pub(crate) term: bool,
    /// It is a factor of an entrywise product whose sign no number stands beside: `\odot`, and not `.*`.
    pub(crate) entrywise: bool,
    /// It is multiplied by `*` with a function of entries in what is summed.
    pub(crate) beside_image: bool,
    /// It stands beneath a trace or a determinant.
    pub(crate) traced: bool,
    /// A function of each of its entries is summed or averaged.
    pub(crate) summed: bool,
    /// It is ρ and stands beside a matrix in a trace.
    pub(crate) density: bool,
    /// It is a state in a trace with ρ and without a capital.
    pub(crate) state: bool,
    /// It stands alone over a number, before a matrix.
    pub(crate) over_number: bool,
}

/// Whether a capital before an increment may be a number, as the force of `F \Delta x`.
fn is_work(ast: &Ast, capital: AstId, increment: AstId) -> bool {
    let is_increment = matches!(&ast.node(increment).kind, AstKind::Name(name) if is_increment(&name.base));
    is_increment && NUMBERS_BEFORE_INCREMENTS.iter().any(|letter| is_letter(ast, capital, letter))
}

fn letter_of(ast: &Ast, id: AstId) -> Option<Letter> {
    match &ast.node(id).kind {
        AstKind::Name(name) => Some(letter(&name.base)),
        _ => None,
    }
}

fn is_letter(ast: &Ast, id: AstId, wanted: &str) -> bool {
    matches!(&ast.node(id).kind, AstKind::Name(name) if name.base == wanted && name.subscript_text.is_empty())
}

/// Whether a product is the γ * (x − m)/s of γ * (x − m)/s + β, the scale and the shift of a vector that is normalized.
pub(crate) fn scales_and_shifts(ast: &Ast, parents: &[Option<AstId>], product: AstId) -> bool {
    let AstKind::Product { first, rest } = &ast.node(product).kind else { return false };
    let has_op = |wanted: ProductOp| rest.iter().any(|(op, _)| *op == wanted);
    let has_scale = is_letter(ast, *first, "γ") || rest.iter().any(|(_, factor)| is_letter(ast, *factor, "γ"));
    let above = parents[product.0 as usize].map(|above| &ast.node(above).kind);
    has_op(ProductOp::Star)
        && has_op(ProductOp::Divide)
        && has_scale
        && matches!(above, Some(AstKind::Sum(terms)) if terms.iter().any(|(_, term)| is_letter(ast, *term, "β")))
}

/// Whether a product is that of `sum(w*x)`: small letters with stars between them, summed or averaged, which no multiple of a vector would
/// be written as.
pub(crate) fn is_summed_product(ast: &Ast, parents: &[Option<AstId>], product: AstId) -> bool {
    use Function as F;
    let AstKind::Product { first, rest } = &ast.node(product).kind else { return false };
    let above = parents[product.0 as usize].map(|above| &ast.node(above).kind);
    matches!(above, Some(AstKind::Call(F::Sum | F::Mean, _)))
        && is_vector_like(ast, *first)
        && rest.iter().all(|(op, factor)| *op == ProductOp::Star && is_vector_like(ast, *factor))
        && !rest.iter().any(|(_, factor)| is_transposed(ast, *factor))
        && !is_transposed(ast, *first)
}

/// Whether a product stands beneath a sign without an index, by itself or as a term, and is of what has entries, as in `∑ y log p` and
/// `Σ (1 - y) log(1 - p)`; beside that stand numbers and Greek letters only.
pub(crate) fn is_product_of_entries(ast: &Ast, parents: &[Option<AstId>], product: AstId) -> bool {
    let AstKind::Product { first, rest } = &ast.node(product).kind else { return false };
    let above = |id: AstId| parents[id.0 as usize].map(|above| (above, &ast.node(above).kind));
    let around = match above(product) {
        Some((sum, AstKind::Sum(_))) => above(sum),
        around => around,
    };
    let is_beneath_sign = match around {
        Some((call, AstKind::Call(Function::Sum, _))) => {
            let span = ast.span(call);
            ast.source.get(span.start..).is_some_and(|text| text.starts_with(['∑', 'Σ']) || text.starts_with("\\sum"))
        }
        _ => false,
    };
    if !is_beneath_sign || rest.iter().any(|(op, _)| !matches!(op, ProductOp::Times | ProductOp::Star)) {
        return false;
    }
    let factors = || std::iter::once(*first).chain(rest.iter().map(|(_, factor)| *factor));
    let is_number = |id: AstId| match &ast.node(id).kind {
        AstKind::Number(_) => true,
        _ => letter_of(ast, id) == Some(Letter::Greek),
    };
    factors().all(|factor| is_number(factor) || has_entries(ast, factor, MOST_TERMS_DEEP))
        && factors().filter(|factor| !is_number(*factor)).count() > 1
}

/// Whether a product is what is summed or averaged, or a term of it.
pub(crate) fn is_term_of_sum_of_entries(ast: &Ast, parents: &[Option<AstId>], product: AstId) -> bool {
    let mut above = std::iter::successors(parents[product.0 as usize], |at| parents[at.0 as usize]);
    let around = above.find(|at| !matches!(ast.node(*at).kind, AstKind::Sum(_)));
    around.is_some_and(|at| matches!(ast.node(at).kind, AstKind::Call(Function::Sum | Function::Mean, _)))
}

/// Whether a factor is a function of each entry of something, `log(p)`, or one of all of them whose value has entries.
pub(crate) fn is_image_of_entries(ast: &Ast, factor: AstId) -> bool {
    use Function as F;
    matches!(
        ast.node(factor).kind,
        AstKind::Call(F::Entrywise(_) | F::Composed(_) | F::Sqrt | F::Operator(Op::Softmax), _)
    )
}

/// Whether a product stands in what is summed or averaged, entry by entry: `sum(w * (y - X*b)^2)`, `sum(log(1 + exp(-y * (X*w))))`, `sum(1/x)`.
/// Within functions, where a letter may be a rate, one of its factors is an image or a function of each entry.
pub(crate) fn is_in_sum(ast: &Ast, parents: &[Option<AstId>], product: AstId) -> bool {
    use Function as F;
    let AstKind::Product { first, rest } = &ast.node(product).kind else { return false };
    if !rest.iter().any(|(op, _)| matches!(op, ProductOp::Star | ProductOp::Divide)) {
        return false;
    }
    let (mut below, mut is_within, mut is_shared, mut is_term, mut steps) = (product, false, false, false, 0);
    loop {
        let Some(above) = parents[below.0 as usize].filter(|_| steps < MOST_STEPS_UP) else { return false };
        match &ast.node(above).kind {
            AstKind::Call(F::Sum | F::Mean, _) => break,
            AstKind::Sum(terms) => is_term |= terms.len() > 1,
            AstKind::Product { rest, .. } => {
                // The p of `p log(p/q)`.
                let inner = names_of(ast, product);
                let outer = names_of(ast, above);
                is_shared |= inner.iter().any(|name| outer.contains(name));
                let is_of_entries = |op: ProductOp| {
                    matches!(op, ProductOp::Star | ProductOp::Divide | ProductOp::Hadamard | ProductOp::HadamardDivide)
                };
                if !rest.iter().all(|(op, _)| is_of_entries(*op)) && !is_product_of_entries(ast, parents, above) {
                    return false;
                }
            }
            AstKind::Call(F::Max | F::Min, arguments) if arguments.len() == 2 => is_within = true,
            AstKind::Call(function, _) if is_entrywise(*function) => is_within = true,
            _ => return false,
        }
        (below, steps) = (above, steps + 1);
    }
    // The s of `sum(x/s - y)` may be a number.
    let divides = rest.iter().any(|(op, _)| *op == ProductOp::Divide);
    if divides && is_term && !is_shared && !matches!(ast.node(*first).kind, AstKind::Number(_)) {
        return false;
    }
    let mut factors = std::iter::once(*first).chain(rest.iter().map(|(_, factor)| *factor));
    !is_within || is_shared || factors.any(|factor| is_image_or_function(ast, factor))
}

/// The names among the factors of a product.
fn names_of(ast: &Ast, product: AstId) -> Vec<String> {
    let AstKind::Product { first, rest } = &ast.node(product).kind else { return Vec::new() };
    let factors = std::iter::once(*first).chain(rest.iter().map(|(_, factor)| *factor));
    let name = |id: AstId| if let AstKind::Name(name) = &ast.node(id).kind { Some(full_name(name)) } else { None };
    factors.filter_map(name).collect()
}

/// Whether a factor is a product with a capital, as X*w, or a function of each entry.
fn is_image_or_function(ast: &Ast, id: AstId) -> bool {
    match &ast.node(id).kind {
        AstKind::Call(function, _) => is_entrywise(*function),
        AstKind::Product { first, rest } => {
            rest.iter().all(|(op, _)| op.is_product())
                && std::iter::once(*first).chain(rest.iter().map(|(_, factor)| *factor)).any(|id| is_capital(ast, id))
        }
        AstKind::Sum(terms) => terms.iter().any(|(_, term)| is_image_or_function(ast, *term)),
        _ => false,
    }
}

/// Whether e is what is expected in a statistic, `∑ (o - e)^2/e`: it is taken from another letter and divides, in what is summed.
pub(crate) fn divides_by_expected(ast: &Ast) -> bool {
    let is_e = |id: AstId| is_letter(ast, id, "e");
    let has_divisor = |node: &AstNode| match &node.kind {
        AstKind::Product { rest, .. } => {
            rest.iter().any(|(op, factor)| matches!(op, ProductOp::Divide | ProductOp::HadamardDivide) && is_e(*factor))
        }
        _ => false,
    };
    let has_term = |node: &AstNode| match &node.kind {
        AstKind::Sum(terms) => {
            terms.iter().any(|(_, term)| is_e(*term))
                && terms.iter().any(|(_, term)| letter_of(ast, *term) == Some(Letter::Small) && !is_e(*term))
        }
        _ => false,
    };
    let is_summed = |node: &AstNode| matches!(node.kind, AstKind::Call(Function::Sum | Function::Mean, _));
    ast.nodes.iter().any(is_summed) && ast.nodes.iter().any(has_divisor) && ast.nodes.iter().any(has_term)
}

/// The most steps from a product up to the sum that it stands in.
const MOST_STEPS_UP: usize = 32;

/// How deep the terms and bases of a factor are looked into.
const MOST_TERMS_DEEP: usize = 3;

/// Whether a factor is a small letter, a function of each entry, or a sum or power of these.
fn has_entries(ast: &Ast, id: AstId, depth: usize) -> bool {
    match &ast.node(id).kind {
        AstKind::Transpose(_) => false,
        AstKind::Call(function, _) => is_entrywise(*function),
        AstKind::StarPower(base, _) if depth > 0 => has_entries(ast, *base, depth - 1),
        AstKind::Sum(terms) if depth > 0 => terms
            .iter()
            .all(|(_, term)| matches!(ast.node(*term).kind, AstKind::Number(_)) || has_entries(ast, *term, depth - 1)),
        _ => is_vector_like(ast, id),
    }
}

fn is_transposed(ast: &Ast, id: AstId) -> bool {
    matches!(ast.node(id).kind, AstKind::Transpose(_))
}

fn is_vector_like(ast: &Ast, id: AstId) -> bool {
    match &ast.node(id).kind {
        AstKind::Transpose(_) => true,
        AstKind::Name(name) => letter(&name.base) == Letter::Small && !habit(&name.base).is_count() && name.base != "e",
        _ => false,
    }
}
