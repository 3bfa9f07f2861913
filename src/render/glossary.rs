//! What functions stand for that an answer may hold and that not every textbook has.

use super::Notation;
use super::names::{primes, symbol_text};
use crate::expr::{Arena, ExprId, MatrixFunction, Node, Ranked, Spectral, SymbolId, SymbolKind};

/// One sentence for each set that symbols are declared to be from and that goes by several names.
#[must_use]
pub fn sets_glossary(arena: &Arena, symbols: &[SymbolId]) -> Vec<&'static str> {
    let simplex = symbols.iter().any(|id| arena.symbol(*id).kind == SymbolKind::Simplex);
    if simplex {
        vec!["Δⁿ is the probability simplex: the vectors of n entries ≥ 0 whose sum is 1"]
    } else {
        Vec::new()
    }
}

/// One sentence for each such function in the expression, in a fixed order.
#[must_use]
pub fn glossary(arena: &Arena, id: ExprId) -> Vec<String> {
    let nodes = arena.post_order(id);
    let has = |wanted: &dyn Fn(&Node) -> bool| nodes.iter().any(|id| wanted(arena.node(*id)));
    let mut lines = Vec::new();
    if has(&|node| matches!(node, Node::Spectral(Spectral::Polar, _))) {
        lines.push("polar(X) = UVᵀ, where X = U diag(s) Vᵀ is the thin singular value decomposition");
    }
    if has(&|node| matches!(node, Node::Spectral(Spectral::UMax | Spectral::VMax, _))) {
        lines.push("u_max(X) = u₁ and v_max(X) = v₁, the singular vectors of the largest singular value of X");
    }
    if has(&|node| matches!(node, Node::Spectral(Spectral::EigvecMax, _))) {
        lines.push("eigvec_max(A) = v₁, the unit eigenvector of the largest eigenvalue of A");
    }
    if has(&|node| matches!(node, Node::Spectral(Spectral::EigvecMin, _))) {
        lines.push("eigvec_min(A) = vₙ, the unit eigenvector of the smallest eigenvalue of A");
    }
    if has(&|node| matches!(node, Node::Ranked(Ranked::Eigenvector, ..))) {
        lines.push("eigvec_k(A) = vₖ, the unit eigenvector of λₖ(A), the k-th largest eigenvalue of A");
    }
    if has(&|node| matches!(node, Node::Ranked(Ranked::LeftVector | Ranked::RightVector, ..))) {
        lines.push("uₖ(X) and vₖ(X) are the singular vectors of σₖ(X), the k-th largest singular value of X");
    }
    let function = |wanted: MatrixFunction| move |node: &Node| matches!(node, Node::MatrixFunction(func, _, directions) if *func == wanted && !directions.is_empty());
    for (wanted, line) in [
        (
            MatrixFunction::Expm,
            "L_expm(X, E) is the Fréchet derivative; for symmetric X = V diag(λ) Vᵀ it is V(F∘(VᵀEV))Vᵀ with Fᵢⱼ = (exp λᵢ − exp λⱼ)/(λᵢ − λⱼ), Fᵢᵢ = exp λᵢ",
        ),
        (
            MatrixFunction::Logm,
            "L_logm(X, E) is the Fréchet derivative; for symmetric X = V diag(λ) Vᵀ it is V(F∘(VᵀEV))Vᵀ with Fᵢⱼ = (log λᵢ − log λⱼ)/(λᵢ − λⱼ), Fᵢᵢ = 1/λᵢ",
        ),
        (MatrixFunction::Sqrtm, "L_sqrtm(X, E) is the Fréchet derivative: the solution L of X^(1/2) L + L X^(1/2) = E"),
    ] {
        if has(&function(wanted)) {
            lines.push(line);
        }
    }
    if has(&|node| matches!(node, Node::MatrixFunction(_, _, directions) if directions.len() > 1)) {
        lines.push(
            "L(X, E, H) is the derivative of L(X, E) in X along H, symmetric in E and H, and so on for more directions",
        );
    }
    if has(&|node| matches!(node, Node::Commutation(_))) {
        lines.push("K = commutation(m, n) is the commutation matrix: K vec(X) = vec(Xᵀ) for m×n matrices X");
    }
    let mut lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
    for (symbol, order) in declared_derivatives(arena, &nodes) {
        let name = symbol_text(Notation::Unicode, &arena.symbol(symbol).name);
        let name = format!("{name}{}", primes(Notation::Unicode, order));
        lines.push(format!(
            "L_{name}(X, E) is the Fréchet derivative, the part of {name}(X + E) − {name}(X) that is linear in E"
        ));
    }
    lines
}

/// The declared functions of matrices whose Fréchet derivatives occur, with their order, each once.
fn declared_derivatives(arena: &Arena, nodes: &[ExprId]) -> Vec<(SymbolId, u32)> {
    let mut found: Vec<(SymbolId, u32)> = nodes
        .iter()
        .filter_map(|id| match arena.node(*id) {
            Node::MatrixFunction(MatrixFunction::User(symbol, order), _, directions) if !directions.is_empty() => {
                Some((*symbol, *order))
            }
            _ => None,
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
