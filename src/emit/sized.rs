//! The graph that a function is written from: built at sizes that stand for all, and run at others before it is printed.
//!
//! Which products are taken first depends on sizes, so those that stand for all are large, all different, and taller than wide where the
//! usual names say so. Every length knows the sizes of the expression that it is, so the same graph is checked at the sizes of the
//! check's points.

use nalgebra::DMatrix;

use super::error::EmitError;
use super::evaluate::{Printed, size_at};
use super::tree::is_unit;
use crate::check::{Certificate, CheckOptions, check_code_where};
use crate::codegen::{Fault, Layout, half_lengths, laid_out, lower_as};
use crate::expr::{Arena, Dim, ExprId, SymbolKind};
use crate::numeric::{Bindings, EvalError};
use crate::plan::{Graph, Inputs, Kernel, Length, NodeId, PlanError, Source, build, optimize, run};

/// About how large sizes are, tried in turn until all arrays fit.
const SCALES: [usize; 4] = [1000, 100, 30, 8];
/// How much larger they are when it is tried whether the steps stay the same.
const OTHER: usize = 3;

/// An expression with the layout of its array.
#[derive(Clone, Debug)]
pub(super) struct Root {
    pub(super) expr: ExprId,
    pub(super) layout: Layout,
}

/// The graph of some expressions.
pub(super) struct Sized {
    pub(super) graph: Graph,
    pub(super) roots: Vec<NodeId>,
}

impl Sized {
    pub(super) fn new(arena: &Arena, roots: &[Root]) -> Result<Self, EmitError> {
        refuse_declared(arena, roots)?;
        let mut scales = SCALES.into_iter();
        loop {
            let Some(scale) = scales.next() else { return Err(PlanError::TooLarge.into()) };
            let (graph, nodes) = match built(arena, roots, scale, 5) {
                Err(EmitError::Plan(PlanError::TooLarge | PlanError::Evaluation(EvalError::TooLarge))) => continue,
                built => built?,
            };
            if let Ok((other, other_nodes)) = built(arena, roots, scale / OTHER, 7)
                && (steps(&graph, &nodes) != steps(&other, &other_nodes))
            {
                return Err(EmitError::Varies);
            }
            let (graph, roots) = optimize(&graph, &nodes);
            if graph.order(&roots).into_iter().any(|id| !is_known(&graph, id)) {
                return Err(EmitError::Varies);
            }
            return Ok(Self { graph, roots });
        }
    }

    /// Checks what is printed for a root against its expression at random points of small sizes where the conditions hold.
    pub(super) fn check(
        &self,
        arena: &Arena,
        place: usize,
        (root, printed): (&Root, &Printed),
        options: &CheckOptions,
        is_given: &dyn Fn(&Bindings<f64>) -> bool,
    ) -> Certificate {
        check_code_where(arena, root.expr, root.layout.along(), options, is_given, |point| {
            self.value(arena, place, (root, printed), point)
        })
    }

    /// The value of what is printed, with all axes that the array of the root has.
    fn value(
        &self,
        arena: &Arena,
        place: usize,
        (root, printed): (&Root, &Printed),
        point: &Bindings<f64>,
    ) -> Result<Option<DMatrix<f64>>, EvalError> {
        let array = match printed.value(arena, place, point) {
            Ok(array) => array,
            Err(Fault::Lengths) => return Ok(None),
            Err(Fault::Evaluation(error)) => return Err(error),
        };
        let size = |length: &Length| size_at(arena, length, point).unwrap_or(length.size);
        let all = self.graph.lengths(self.roots[place]);
        if !all.iter().filter(|length| !is_unit(length)).map(size).eq(array.lengths.iter().copied()) {
            return Ok(None);
        }
        match array.reshaped(all.iter().map(size).collect()) {
            Ok(array) => laid_out(arena, root.expr, &root.layout, array, point),
            Err(_) => Ok(None),
        }
    }

    /// The values of all roots at a point.
    pub(super) fn values(&self, arena: &Arena, point: &Bindings<f64>) -> Option<Vec<Vec<f64>>> {
        let resized = self.graph.resized(|length| size_at(arena, length, point).unwrap_or(length.size));
        let found = run(&resized, &self.roots, &Inputs::of_bindings(point)).ok()?;
        Some(found.iter().map(crate::plan::Tensor::entries).collect())
    }
}

/// A declared function has no values.
fn refuse_declared(arena: &Arena, roots: &[Root]) -> Result<(), EmitError> {
    for id in roots.iter().flat_map(|root| arena.post_order(root.expr)) {
        if let Some(symbol) = arena.node(id).declared_function() {
            let name = &arena.symbol(symbol).name;
            return Err(EmitError::Nowhere(format!("`{name}` is a declared function, which has no values")));
        }
    }
    Ok(())
}

fn built(arena: &Arena, roots: &[Root], scale: usize, integer: u32) -> Result<(Graph, Vec<NodeId>), EmitError> {
    let mut bindings = Bindings::default();
    for (place, size) in (0_u32..).zip(sizes(arena, scale)) {
        bindings.sizes.insert(place, size);
    }
    for (id, symbol) in arena.symbols() {
        if symbol.kind == SymbolKind::Integer {
            bindings.symbols.insert(id, DMatrix::from_element(1, 1, f64::from(integer)));
        }
    }
    let mut graph = Graph::default();
    let mut nodes = Vec::new();
    for root in roots {
        let program = lower_as(arena, root.expr, &root.layout)?;
        nodes.push(build(arena, &program, &bindings, &mut graph)?);
    }
    Ok((graph, nodes))
}

/// Sizes that are all different, and of which no two have a common factor: m and N are large, k, r and c small.
fn sizes(arena: &Arena, scale: usize) -> Vec<usize> {
    let names = arena.size_names();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|place| half_lengths(&names[*place]));
    let mut sizes = vec![0; names.len()];
    let mut last = 1;
    for place in order {
        let wish = scale * half_lengths(&names[place]) as usize / 2;
        let prime = (wish.max(last + 1)..).find(|number| is_prime(*number)).unwrap_or(wish);
        sizes[place] = prime;
        last = prime;
    }
    crate::numeric::sample::fill_sizes(arena, &mut sizes);
    sizes
}

fn is_prime(number: usize) -> bool {
    number > 4
        && (2..number).take_while(|divisor| divisor * divisor <= number).all(|divisor| !number.is_multiple_of(divisor))
}

/// The operations, whatever their sizes.
fn steps(graph: &Graph, roots: &[NodeId]) -> Vec<String> {
    let same = graph.resized(|_| 0);
    same.order(roots).into_iter().map(|id| format!("{:?}", same.node(id))).collect()
}

/// Whether all lengths of a node are known from the sizes of the expression.
fn is_known(graph: &Graph, id: NodeId) -> bool {
    let node = graph.node(id);
    let is_known = |length: &Length| length.of.is_some() || length.size == 1;
    node.lengths.iter().chain(lengths_in(&node.kernel)).all(is_known)
}

/// The lengths that an operation names besides those of its result.
fn lengths_in(kernel: &Kernel) -> &[Length] {
    match kernel {
        Kernel::Contract(contraction) => &contraction.lengths,
        Kernel::Size(length) | Kernel::Range(length) => std::slice::from_ref(length),
        _ => &[],
    }
}

/// The symbols that a graph takes, the numbers of the others.
pub(super) fn sources(graph: &Graph, roots: &[NodeId]) -> Vec<Source> {
    let inputs = graph.order(roots).into_iter().filter_map(|id| match graph.kernel(id) {
        Kernel::Input(source) => Some(*source),
        _ => None,
    });
    inputs.collect()
}

/// Every size that the steps of a graph name.
pub(super) fn dims(graph: &Graph, roots: &[NodeId]) -> Vec<Dim> {
    let mut all = Vec::new();
    for id in graph.order(roots) {
        let node = graph.node(id);
        let inner = match &node.kernel {
            Kernel::Input(_) => continue,
            kernel => lengths_in(kernel),
        };
        all.extend(node.lengths.iter().chain(inner).filter_map(|length| length.of.clone()).flatten());
    }
    all
}
