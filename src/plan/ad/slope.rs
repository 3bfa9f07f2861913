//! Derivatives of functions of entries, as nodes: a row for each. Where it is cheaper the value is used again.

use crate::expr::Func;
use crate::plan::entry::{Map, Zip};
use crate::plan::graph::Graph;
use crate::plan::node::NodeId;

/// The number of a formula: c₀ + c₁z + …
fn polynomial(graph: &mut Graph, z: NodeId, coeffs: &[f64]) -> NodeId {
    let lengths = graph.lengths(z).to_vec();
    let mut power = graph.filled(1.0, &lengths);
    let mut terms = Vec::new();
    for coeff in coeffs {
        terms.push((*coeff, power));
        power = graph.times(power, z);
    }
    graph.sum(&terms)
}

/// f′(x), where y = f(x); none where it is 0 wherever it exists.
pub(super) fn slope(graph: &mut Graph, map: Map, x: NodeId, y: NodeId) -> Option<NodeId> {
    let func = |graph: &mut Graph, func: Func| graph.func(func, x);
    let one_over_root = |graph: &mut Graph, coeffs: &[f64]| {
        let below = polynomial(graph, x, coeffs);
        let root = graph.map(Map::Sqrt, below);
        graph.map(Map::Reciprocal, root)
    };
    Some(match map {
        Map::Sqrt => {
            let below = graph.map(Map::Reciprocal, y);
            graph.scale(0.5, below)
        }
        Map::Reciprocal => {
            let square = graph.times(y, y);
            graph.scale(-1.0, square)
        }
        Map::Log1p => {
            let below = polynomial(graph, x, &[1.0, 1.0]);
            graph.map(Map::Reciprocal, below)
        }
        Map::Expm1 => func(graph, Func::Exp),
        Map::LogExpit => {
            let minus = graph.scale(-1.0, x);
            graph.func(Func::Sigmoid, minus)
        }
        Map::LogNormCdf => graph.map(Map::NormRatio, x),
        // With r = φ(x)/Φ(x) it is −r(x + r).
        Map::NormRatio => {
            let sum = graph.sum(&[(-1.0, x), (-1.0, y)]);
            graph.times(y, sum)
        }
        Map::Factorial | Map::Truncate => return None,
        Map::Func(of) => match of {
            Func::Exp => y,
            Func::Log => graph.map(Map::Reciprocal, x),
            Func::Sin => func(graph, Func::Cos),
            Func::Cos => {
                let sine = func(graph, Func::Sin);
                graph.scale(-1.0, sine)
            }
            Func::Tan => polynomial(graph, y, &[1.0, 0.0, 1.0]),
            Func::Asin => one_over_root(graph, &[1.0, 0.0, -1.0]),
            Func::Acos => {
                let asin = one_over_root(graph, &[1.0, 0.0, -1.0]);
                graph.scale(-1.0, asin)
            }
            Func::Atan => {
                let below = polynomial(graph, x, &[1.0, 0.0, 1.0]);
                graph.map(Map::Reciprocal, below)
            }
            Func::Sinh => func(graph, Func::Cosh),
            Func::Cosh => func(graph, Func::Sinh),
            Func::Tanh => polynomial(graph, y, &[1.0, 0.0, -1.0]),
            Func::Asinh => one_over_root(graph, &[1.0, 0.0, 1.0]),
            Func::Acosh => one_over_root(graph, &[-1.0, 0.0, 1.0]),
            Func::Atanh => {
                let below = polynomial(graph, x, &[1.0, 0.0, -1.0]);
                graph.map(Map::Reciprocal, below)
            }
            Func::Sigmoid => polynomial(graph, y, &[0.0, 1.0, -1.0]),
            Func::Softplus => func(graph, Func::Sigmoid),
            Func::Relu => func(graph, Func::Step),
            Func::Abs => func(graph, Func::Sign),
            Func::Erf => {
                let square = graph.times(x, x);
                let minus = graph.scale(-1.0, square);
                let exp = graph.func(Func::Exp, minus);
                graph.scale(2.0 / std::f64::consts::PI.sqrt(), exp)
            }
            Func::NormCdf => func(graph, Func::NormPdf),
            Func::NormPdf => {
                let product = graph.times(x, y);
                graph.scale(-1.0, product)
            }
            Func::Gamma => {
                let digamma = func(graph, Func::Polygamma(0));
                graph.times(y, digamma)
            }
            Func::LogGamma => func(graph, Func::Polygamma(0)),
            Func::Polygamma(order) => func(graph, Func::Polygamma(order + 1)),
            Func::Sign | Func::Step | Func::IsZero => return None,
            Func::User(symbol, order) => graph.func(Func::User(symbol, order + 1), x),
        },
    })
}

/// The derivatives of a function of two entries by both, where v is its value.
pub(super) fn slopes(graph: &mut Graph, zip: Zip, x: NodeId, y: NodeId, v: NodeId) -> [Option<NodeId>; 2] {
    match zip {
        Zip::Divide => {
            let below = graph.map(Map::Reciprocal, y);
            let of_y = graph.times(v, below);
            [Some(below), Some(graph.scale(-1.0, of_y))]
        }
        Zip::Power => {
            let lengths = graph.lengths(x).to_vec();
            let one = graph.filled(1.0, &lengths);
            let less = graph.minus(y, one);
            let power = graph.zip(Zip::Power, x, less);
            [Some(graph.times(y, power)), Some(graph.zip(Zip::Xlogy, v, x))]
        }
        Zip::LogAddExp => [x, y].map(|side| {
            let below = graph.minus(side, v);
            Some(graph.func(Func::Exp, below))
        }),
        Zip::Xlogy => [Some(graph.func(Func::Log, y)), Some(graph.zip(Zip::Divide, x, y))],
        Zip::Keep => {
            let lengths = graph.lengths(x).to_vec();
            let one = graph.filled(1.0, &lengths);
            [Some(graph.zip(Zip::Keep, one, y)), None]
        }
        // At a tie the second counts, as in y + relu(x − y).
        Zip::Maximum | Zip::Minimum => {
            let lengths = graph.lengths(x).to_vec();
            let above = if zip == Zip::Maximum { graph.minus(x, y) } else { graph.minus(y, x) };
            let first = graph.func(Func::Step, above);
            let one = graph.filled(1.0, &lengths);
            [Some(first), Some(graph.minus(one, first))]
        }
        Zip::Equal => [None, None],
    }
}
