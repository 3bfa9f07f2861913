//! The arguments of a function, and where it reads off its sizes.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::listing::{Argument, Axis, Part, SizeOf};
use super::names::Names;
use super::sized;
use super::speller::size_code;
use super::walk::Walk;
use crate::codegen::symbol_axes;
use crate::expr::{Dim, SymbolId, SymbolKind};
use crate::plan::{Graph, NodeId, Source};
use crate::structure::Structure;

/// The arguments.
pub(super) struct Found {
    pub(super) arguments: Vec<Argument>,
    pub(super) sizes: Vec<SizeOf>,
    /// What each argument stands for.
    pub(super) symbols: Vec<Option<Source>>,
}

/// The places of all named sizes that the function may name.
pub(super) fn sizes(draft: &Draft<'_>, graph: &Graph, roots: &[NodeId]) -> Vec<u32> {
    let of_symbols = draft.symbols.iter().flat_map(|symbol| symbol_axes(draft.arena, *symbol));
    let dims: Vec<Dim> = of_symbols.chain(sized::dims(graph, roots)).collect();
    let mut seen = BTreeSet::new();
    dims.into_iter().flat_map(|dim| draft.arena.size_names_in(dim)).filter(|place| seen.insert(*place)).collect()
}

/// The name of the first array that is given, or of the first number where there is no array.
pub(super) fn given(draft: &Draft<'_>, graph: &Graph, roots: &[NodeId], names: &mut Names) -> Option<String> {
    let used = used(draft, graph, roots);
    let is_array = |source: &&Source| match source {
        Source::Symbol(symbol) | Source::Differential(symbol, _) => !symbol_axes(draft.arena, *symbol).is_empty(),
        _ => false,
    };
    let is_number = |source: &&Source| matches!(source, Source::Symbol(symbol) if draft.arena.symbol(*symbol).kind != SymbolKind::Integer);
    let array = used.iter().find(is_array).or_else(|| used.iter().find(is_number)).copied();
    array.map(|source| names.source(draft.arena, source))
}

/// The arrays that are used, in the order of the symbols.
fn used(draft: &Draft<'_>, graph: &Graph, roots: &[NodeId]) -> Vec<Source> {
    let mut sources = sized::sources(graph, roots);
    // What is differentiated is an argument wherever its value is computed.
    if draft.pieces.iter().any(|piece| piece.part == Part::Value) {
        sources.extend(draft.wrt.iter().map(|symbol| Source::Symbol(*symbol)));
    }
    let place = |source: &Source| match source {
        Source::Symbol(symbol) => (0, draft.symbols.iter().position(|other| other == symbol).unwrap_or(usize::MAX)),
        Source::Differential(symbol, slot) => {
            (1 + *slot as usize, draft.symbols.iter().position(|other| other == symbol).unwrap_or(usize::MAX))
        }
        Source::Index(_) | Source::Direction(_) => (usize::MAX, 0),
    };
    sources.sort_by_key(|source| (place(source), *source));
    sources.dedup();
    sources
}

/// The lengths of a result.
pub(super) fn axes_text(draft: &Draft<'_>, graph: &Graph, root: NodeId, names: &Names) -> Vec<String> {
    let lengths = graph.lengths(root).iter().filter(|length| length.size != 1);
    lengths
        .map(|length| match &length.of {
            Some(of) => of.iter().map(|dim| axis(draft, *dim, names).text).collect::<Vec<_>>().join(" * "),
            None => length.size.to_string(),
        })
        .collect()
}

fn axis(draft: &Draft<'_>, dim: Dim, names: &Names) -> Axis {
    let size = if let Dim::Named(place) = dim { Some(place) } else { None };
    let text = size_code(draft.arena, dim, &names.sizes).text;
    Axis { text, size, sizes: draft.arena.size_names_in(dim) }
}

fn argument(draft: &Draft<'_>, source: Source, names: &mut Names) -> Argument {
    let name = match source {
        Source::Symbol(symbol) => names.symbol(draft.arena, symbol),
        _ => names.source(draft.arena, source),
    };
    let inner = Some(names.source(draft.arena, source)).filter(|inner| *inner != name);
    let of = |symbol: SymbolId, names: &Names| {
        symbol_axes(draft.arena, symbol).into_iter().map(|dim| axis(draft, dim, names)).collect::<Vec<_>>()
    };
    let (axes, kind, structure) = match source {
        Source::Symbol(symbol) => {
            let info = draft.arena.symbol(symbol);
            let is_symmetric = info.structure == Structure::General && draft.symmetric.contains(&symbol);
            let structure = if is_symmetric { Structure::Symmetric } else { info.structure };
            (of(symbol, names), info.kind, structure)
        }
        Source::Differential(symbol, _) => (of(symbol, names), SymbolKind::Plain, Structure::General),
        Source::Index(_) | Source::Direction(_) => (Vec::new(), SymbolKind::Plain, Structure::General),
    };
    Argument { name, axes, kind, structure, is_size: false, is_index: matches!(source, Source::Index(_)), inner }
}

/// The arguments that the steps of a function take. A size is read off the first array that has it.
pub(super) fn arguments(draft: &Draft<'_>, graph: &Graph, roots: &[NodeId], walk: &mut Walk<'_>) -> Found {
    let mut sources = used(draft, graph, roots);
    let has = |sources: &[Source], size: u32| {
        sources.iter().any(|source| match source {
            Source::Symbol(symbol) | Source::Differential(symbol, _) => {
                symbol_axes(draft.arena, *symbol).into_iter().any(|dim| dim == Dim::Named(size))
            }
            _ => false,
        })
    };
    let mut lacking = Vec::new();
    for size in walk.used_sizes.clone() {
        if has(&sources, size) {
            continue;
        }
        match draft.symbols.iter().map(|symbol| Source::Symbol(*symbol)).find(|source| has(&[*source], size)) {
            Some(source) => {
                let place = draft.symbols.iter().position(|symbol| source == Source::Symbol(*symbol));
                let at = sources
                    .iter()
                    .position(|other| matches!(other, Source::Symbol(symbol) if draft.symbols.iter().position(|one| one == symbol) > place));
                sources.insert(at.unwrap_or(sources.len()), source);
            }
            None => lacking.push(size),
        }
    }
    let mut arguments: Vec<Argument> = sources.iter().map(|source| argument(draft, *source, &mut walk.names)).collect();
    let mut symbols: Vec<Option<Source>> = sources.iter().map(|source| Some(*source)).collect();
    for size in lacking {
        let name = walk.names.sizes.get(&size).cloned().unwrap_or_default();
        let (kind, structure) = (SymbolKind::Plain, Structure::General);
        arguments.push(Argument {
            name,
            axes: Vec::new(),
            kind,
            structure,
            is_size: true,
            is_index: false,
            inner: None,
        });
        symbols.push(None);
    }
    let sizes = read_off(&arguments, &walk.used_sizes, &walk.names);
    Found { arguments, sizes, symbols }
}

/// Where the sizes are read off that steps use, or that several axes have.
fn read_off(arguments: &[Argument], used: &BTreeSet<u32>, names: &Names) -> Vec<SizeOf> {
    let all: Vec<(usize, usize, &Axis)> = arguments
        .iter()
        .enumerate()
        .flat_map(|(place, argument)| argument.axes.iter().enumerate().map(move |(axis, of)| (place, axis, of)))
        .collect();
    let mut sizes: Vec<SizeOf> = Vec::new();
    for (argument, axis, of) in &all {
        let Some(size) = of.size else { continue };
        let count = all.iter().filter(|(.., other)| other.sizes.contains(&size)).count();
        let name = names.sizes.get(&size).cloned().unwrap_or_default();
        let is_known = sizes.iter().any(|known| known.name == name);
        if !is_known && (count > 1 || used.contains(&size)) {
            sizes.push(SizeOf { name, argument: *argument, axis: *axis, is_used: used.contains(&size) });
        }
    }
    sizes
}
