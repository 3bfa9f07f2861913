//! Every kernel's rows for derivatives: ⟨ȳ, Jẋ⟩ = ⟨Jᵀȳ, ẋ⟩, central differences, and many directions at once against one after the other.

use matcalc::expr::{Func, MatrixFunction, Ranked};
use matcalc::kernel::Real as _;
use matcalc::numeric::random::Rng;
use matcalc::plan::ad::{forward, reverse};
use matcalc::plan::{
    Draft, Fold, Graph, Inputs, Kernel, Length, Map, Matrix, NodeId, PlanError, Schedule, Source, Tensor, Zip, entries,
};
use matcalc::stack::on_large_stack;

/// Step of the central differences.
const STEP: f64 = 1e-5;
/// How far both sides of ⟨ȳ, Jẋ⟩ = ⟨Jᵀȳ, ẋ⟩ may be apart, relative to their size.
const ADJOINT: f64 = 1e-9;
/// The same of differences.
const DIFFERENCE: f64 = 1e-6;

/// From where an operand's entries are.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Draw {
    /// Normal.
    Any,
    /// Between ½ and 1½.
    Positive,
    /// Between −0.8 and 0.8.
    Small,
    /// Between 1½ and 2½.
    AboveOne,
    /// Matrices near 3I.
    Regular,
    /// Symmetric matrices, moved among these.
    Symmetric,
    /// Positive definite ones.
    Definite,
}

/// Adds an operation on some nodes to a graph.
type Made = Box<dyn Fn(&mut Graph, &[NodeId]) -> NodeId>;

/// An operation with its operands: what they are drawn from and their lengths, without those of a batch.
struct Row {
    name: String,
    operands: Vec<(Draw, Vec<usize>)>,
    made: Made,
    is_batched: bool,
}

fn row(
    name: impl Into<String>,
    operands: &[(Draw, &[usize])],
    made: impl Fn(&mut Graph, &[NodeId]) -> NodeId + 'static,
) -> Row {
    let operands = operands.iter().map(|(draw, lengths)| (*draw, lengths.to_vec())).collect();
    Row { name: name.into(), operands, made: Box::new(made), is_batched: true }
}

fn alone(row: Row) -> Row {
    Row { is_batched: false, ..row }
}

fn drawn(draw: Draw, lengths: &[usize], is_direction: bool, rng: &mut Rng) -> Vec<f64> {
    let count = lengths.iter().product();
    let mut entries: Vec<f64> = (0..count).map(|_| rng.normal()).collect();
    let within = |entry: &f64, low: f64, high: f64| low + (high - low) * (0.5 + entry.atan() / std::f64::consts::PI);
    if !is_direction {
        for entry in &mut entries {
            *entry = match draw {
                Draw::Positive => within(entry, 0.5, 1.5),
                Draw::Small => within(entry, -0.8, 0.8),
                Draw::AboveOne => within(entry, 1.5, 2.5),
                _ => *entry,
            };
        }
    }
    let [.., rows, cols] = *lengths else { return entries };
    if matches!(draw, Draw::Any | Draw::Positive | Draw::Small | Draw::AboveOne) {
        return entries;
    }
    for matrix in entries.chunks_mut(rows * cols) {
        let old = matrix.to_vec();
        let at = |i: usize, j: usize| old[i * cols + j];
        for (i, j) in (0..rows).flat_map(|i| (0..cols).map(move |j| (i, j))) {
            matrix[i * cols + j] = match draw {
                Draw::Symmetric => at(i, j) + at(j, i),
                Draw::Definite if is_direction => at(i, j) + at(j, i),
                Draw::Definite => (0..cols).map(|k| at(i, k) * at(j, k)).sum::<f64>() + f64::from(u8::from(i == j)),
                _ if is_direction => at(i, j),
                _ => 0.3 * at(i, j) + 3.0 * f64::from(u8::from(i == j)),
            };
        }
    }
    entries
}

/// What is wrong with a row, behind axes of a batch.
fn wrong(row: &Row, batch: &[usize], seed: u64) -> Option<String> {
    let mut rng = Rng::new(seed);
    let mut graph = Graph::default();
    let lengths = |own: &[usize]| -> Vec<usize> { [batch, own].concat() };
    let named = |lengths: &[usize]| -> Box<[Length]> { lengths.iter().map(|size| Length::number(*size)).collect() };
    let count = u32::try_from(row.operands.len()).expect("few");
    let input =
        |graph: &mut Graph, number: u32, lengths: &[usize]| graph.input(Source::Direction(number), named(lengths));
    let mut x = Vec::new();
    for (number, (_, own)) in (0..).zip(&row.operands) {
        x.push(input(&mut graph, number, &lengths(own)));
    }
    let y = (row.made)(&mut graph, &x);
    let of_y: Vec<usize> = graph.lengths(y).iter().map(|length| length.size).collect();
    let bar = input(&mut graph, 1000, &of_y);
    // Two directions, one after the other and at once.
    let mut slopes = Vec::new();
    let mut together = Vec::new();
    for direction in 0..2 {
        let mut given = Vec::new();
        for (number, (_, own)) in (0..).zip(&row.operands) {
            given.push((x[number as usize], input(&mut graph, 100 * (direction + 1) + number, &lengths(own))));
        }
        slopes.push(forward(&mut graph, y, &[], &given).unwrap_or_else(|error| panic!("{}: {error}", row.name)));
    }
    for (number, (_, own)) in (0..).zip(&row.operands) {
        let all = [&[2], lengths(own).as_slice()].concat();
        together.push((x[number as usize], input(&mut graph, 300 + number, &all)));
    }
    let at_once = forward(&mut graph, y, &[Length::number(2)], &together).expect("it has tangents");
    let bars = reverse(&mut graph, y, bar, &x).unwrap_or_else(|error| panic!("{}: {error}", row.name));
    // Numbers.
    let mut point = Vec::new();
    let mut directions = vec![Vec::new(), Vec::new()];
    for (draw, own) in &row.operands {
        point.push(drawn(*draw, &lengths(own), false, &mut rng));
        for direction in &mut directions {
            direction.push(drawn(*draw, &lengths(own), true, &mut rng));
        }
    }
    let of_bar: Vec<f64> = (0..of_y.iter().product()).map(|_| rng.normal()).collect();
    let inputs = |moved: f64| {
        let mut inputs = Inputs::default();
        let mut give = |number: u32, lengths: Vec<usize>, entries: Vec<f64>| {
            inputs.give(Source::Direction(number), Tensor::made(lengths, entries));
        };
        for (number, (_, own)) in (0..count).zip(&row.operands) {
            let place = number as usize;
            let at = point[place].iter().zip(&directions[0][place]).map(|(x, v)| x + moved * v).collect();
            give(number, lengths(own), at);
            for direction in 0..2 {
                give(100 * (direction + 1) + number, lengths(own), directions[direction as usize][place].clone());
            }
            let both = [directions[0][place].clone(), directions[1][place].clone()].concat();
            give(300 + number, [&[2], lengths(own).as_slice()].concat(), both);
        }
        give(1000, of_y.clone(), of_bar.clone());
        inputs
    };
    let value = |node: NodeId, moved: f64| {
        entries::<f64>(&graph, node, &inputs(moved)).unwrap_or_else(|error| panic!("{}: {error}", row.name))
    };
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let size = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a * b).abs()).sum::<f64>();
    let slope = value(slopes[0], 0.0);
    let forwards = dot(&of_bar, &slope);
    let backwards: f64 = bars.iter().zip(&directions[0]).map(|(bar, v)| dot(&value(*bar, 0.0), v)).sum();
    let (above, below) = (value(y, STEP), value(y, -STEP));
    let difference: Vec<f64> = above.iter().zip(&below).map(|(a, b)| (a - b) / (2.0 * STEP)).collect();
    let scale = size(&of_bar, &slope).max(size(&of_bar, &difference)).max(1e-3);
    let name = &row.name;
    let differs = |difference: f64, most: f64| difference.is_nan() || difference.abs() > most;
    if differs(forwards - backwards, ADJOINT * scale) {
        return Some(format!("{name} {batch:?}: ⟨ȳ, Jẋ⟩ = {forwards}, ⟨Jᵀȳ, ẋ⟩ = {backwards}"));
    }
    let found = dot(&of_bar, &difference);
    if differs(forwards - found, DIFFERENCE * scale) {
        return Some(format!("{name} {batch:?}: forward {forwards}, by differences {found}"));
    }
    let all = [slope, value(slopes[1], 0.0)].concat();
    let apart = all.iter().zip(&value(at_once, 0.0)).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    let largest = all.iter().fold(1e-3_f64, |most, entry| most.max(entry.abs()));
    differs(apart, ADJOINT * largest).then(|| format!("{name} {batch:?}: two directions at once differ by {apart}"))
}

/// How many roundings a kernel may be off in floats, of data that are well conditioned.
const ROUNDINGS: f64 = 256.0;

/// What is wrong with the value of a row in floats: it is that of the same numbers in doubles.
fn wrong_in_floats(row: &Row, seed: u64) -> Option<String> {
    let (mut rng, mut graph) = (Rng::new(seed), Graph::default());
    let (mut doubles, mut floats) = (Inputs::<f64>::default(), Inputs::<f32>::default());
    let mut x = Vec::new();
    for (number, (draw, own)) in (0..).zip(&row.operands) {
        let source = Source::Direction(number);
        x.push(graph.input(source, own.iter().map(|size| Length::number(*size)).collect()));
        let drawn: Vec<f32> = drawn(*draw, own, false, &mut rng).iter().map(|entry| f32::narrow(*entry)).collect();
        doubles.give(source, Tensor::made(own.clone(), drawn.iter().copied().map(f64::from).collect()));
        floats.give(source, Tensor::made(own.clone(), drawn));
    }
    let y = (row.made)(&mut graph, &x);
    let wanted = entries(&graph, y, &doubles).unwrap_or_else(|error| panic!("{}: {error}", row.name));
    let found = entries(&graph, y, &floats).unwrap_or_else(|error| panic!("{}: {error}", row.name));
    let size = wanted.iter().fold(0.0_f64, |most, entry| most.max(entry.abs()));
    let off = found.iter().zip(&wanted).map(|(found, wanted)| (f64::from(*found) - wanted).abs());
    let off = off.fold(0.0_f64, |most, off| if off.is_nan() { f64::INFINITY } else { most.max(off) });
    let is_wrong = off > ROUNDINGS * f64::from(f32::EPSILON) * size;
    is_wrong.then(|| format!("{}: {found:?} in floats, {wanted:?} in doubles", row.name))
}

#[test]
fn kernels_have_the_same_values_in_floats() {
    on_large_stack(|| {
        let wrong: Vec<String> =
            rows().iter().flat_map(|row| (1..4).filter_map(|seed| wrong_in_floats(row, seed))).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

/// Places of arrays and comparisons of indices that floats do not hold are refused, and so are constants.
#[test]
fn what_floats_do_not_hold_is_refused() {
    let long = |size: usize| Length::number(size);
    let refused = |made: &dyn Fn(&mut Graph) -> NodeId| {
        let mut graph = Graph::default();
        let root = made(&mut graph);
        let doubles = Schedule::new(&graph, &[root], &Inputs::<f64>::default()).err();
        assert!(doubles.is_none(), "{doubles:?}");
        Schedule::new(&graph, &[root], &Inputs::<f32>::default()).err()
    };
    let compared = |size: usize| {
        move |graph: &mut Graph| {
            let (at, last) = (graph.range(long(3)), graph.filled(size as f64, &[long(3)]));
            let at = graph.sum(&[(1.0, at), (-1.0, last)]);
            graph.map(Map::Func(Func::Step), at)
        }
    };
    assert_eq!(refused(&compared(1 << 20)), None);
    assert_eq!(refused(&compared(1 << 24)), Some(PlanError::Counting));
    let taken = |first: f64| {
        move |graph: &mut Graph| {
            let (x, at) = (graph.range(long(5)), graph.range(long(4)));
            let first = graph.filled(first, &[long(4)]);
            let far = graph.sum(&[(1.0, at), (1.0, first)]);
            graph.take(x, &[far])
        }
    };
    assert_eq!(refused(&taken(1.0)), None);
    assert_eq!(refused(&taken(2e7)), Some(PlanError::Counting));
    assert_eq!(refused(&|graph| graph.number(1e-60)), Some(PlanError::OutOfRange(1e-60)));
    assert_eq!(refused(&|graph| graph.number(1e39)), Some(PlanError::OutOfRange(1e39)));
}

/// A product with these letters for the axes, as einsum writes it.
fn einsum(graph: &mut Graph, subscripts: &str, operands: &[NodeId]) -> NodeId {
    let (factors, result) = subscripts.split_once("->").expect("it has a result");
    let mut draft = Draft::default();
    let mut known: Vec<(char, u32)> = Vec::new();
    for (letters, operand) in factors.split(',').zip(operands) {
        let lengths = graph.lengths(*operand).to_vec();
        let labels: Vec<u32> = letters
            .chars()
            .zip(lengths)
            .map(|(letter, length)| match known.iter().find(|(other, _)| *other == letter) {
                Some((_, label)) => *label,
                None => {
                    let label = draft.label(length);
                    known.push((letter, label));
                    label
                }
            })
            .collect();
        draft.factor(*operand, &labels);
    }
    let result: Vec<u32> =
        result.chars().filter_map(|letter| known.iter().find(|(other, _)| *other == letter)).map(|(_, l)| *l).collect();
    draft.result(&result);
    graph.contract(draft)
}

#[allow(clippy::too_many_lines, reason = "a table")]
fn rows() -> Vec<Row> {
    use Draw::{AboveOne, Any, Definite, Positive, Regular, Small, Symmetric};
    let mut rows = Vec::new();
    let map = |draw: Draw, map: Map| {
        row(format!("{map:?}"), &[(draw, &[3])], move |graph: &mut Graph, x: &[NodeId]| graph.map(map, x[0]))
    };
    for func in [
        Func::Exp,
        Func::Sin,
        Func::Cos,
        Func::Tan,
        Func::Sinh,
        Func::Cosh,
        Func::Tanh,
        Func::Atan,
        Func::Asinh,
        Func::Sigmoid,
        Func::Softplus,
        Func::Relu,
        Func::Abs,
        Func::Erf,
        Func::NormCdf,
        Func::NormPdf,
        Func::Asin,
        Func::Acos,
        Func::Atanh,
        Func::Sign,
        Func::Step,
    ] {
        rows.push(map(Small, Map::Func(func)));
    }
    for func in [Func::Gamma, Func::LogGamma, Func::Polygamma(0), Func::Polygamma(1), Func::Polygamma(2)] {
        rows.push(map(Positive, Map::Func(func)));
    }
    rows.extend([map(Positive, Map::Func(Func::Log)), map(AboveOne, Map::Func(Func::Acosh))]);
    for other in [Map::Sqrt, Map::Reciprocal, Map::Log1p, Map::Expm1, Map::LogExpit, Map::LogNormCdf, Map::Truncate] {
        rows.push(map(Positive, other));
    }
    for zip in [Zip::Divide, Zip::Power, Zip::LogAddExp, Zip::Xlogy, Zip::Keep] {
        rows.push(row(format!("{zip:?}"), &[(Positive, &[3]), (Positive, &[3])], move |graph, x| {
            graph.zip(zip, x[0], x[1])
        }));
    }
    rows.push(row("Sum", &[(Any, &[2, 3]), (Any, &[2, 3])], |graph, x| {
        graph.sum(&[(2.0, x[0]), (-0.5, x[1]), (1.0, x[0])])
    }));
    for (text, operands) in [
        ("ij,jk->ik", vec![vec![2, 3], vec![3, 4]]),
        ("ij->ji", vec![vec![2, 3]]),
        ("ij->", vec![vec![2, 3]]),
        ("ii->i", vec![vec![3, 3]]),
        ("ii->", vec![vec![3, 3]]),
        ("i->ii", vec![vec![3]]),
        ("i,j->ij", vec![vec![2], vec![3]]),
        ("i,ij,j->", vec![vec![2], vec![2, 3], vec![3]]),
        ("ij,ij->i", vec![vec![2, 3], vec![2, 3]]),
        ("ij,kl->ikjl", vec![vec![2, 3], vec![2, 2]]),
    ] {
        let shapes: Vec<(Draw, &[usize])> = operands.iter().map(|own| (Any, own.as_slice())).collect();
        rows.push(alone(row(text, &shapes, move |graph, x| einsum(graph, text, x))));
    }
    rows.push(alone(row("a square", &[(Any, &[2, 3])], |graph, x| einsum(graph, "ij,kj->ik", &[x[0], x[0]]))));
    for fold in [Fold::Max, Fold::Min, Fold::Product, Fold::LogSumExp] {
        rows.push(row(format!("{fold:?}"), &[(Any, &[2, 4])], move |graph, x| {
            let last = graph.lengths(x[0]).len() - 1;
            graph.fold(fold, x[0], &[last])
        }));
        rows.push(alone(row(format!("{fold:?} of all"), &[(Any, &[2, 3])], move |graph, x| {
            graph.fold(fold, x[0], &[0, 1])
        })));
    }
    rows.push(alone(row("Others", &[(Positive, &[2, 4])], |graph, x| graph.others(x[0], &[1]))));
    rows.push(alone(row("Stack", &[(Any, &[3]), (Any, &[3])], |graph, x| graph.stack(&[x[0], x[1], x[0]]))));
    for (axis, first, second) in [(0, [2, 3, 2], [1, 3, 2]), (1, [2, 3, 2], [2, 1, 2]), (2, [2, 3, 1], [2, 3, 4])] {
        rows.push(alone(row(format!("Join along {axis}"), &[(Any, &first), (Any, &second)], move |graph, x| {
            let whole = Length::number(2 * first[axis] + second[axis]);
            graph.join(&[x[0], x[1], x[0]], axis, &whole)
        })));
    }
    rows.push(alone(row("Take", &[(Any, &[4, 2])], |graph, x| {
        let at = graph.range(Length::number(3));
        let one = graph.filled(1.0, &[Length::number(3)]);
        let at = graph.plus(at, one);
        graph.take(x[0], &[at])
    })));
    rows.push(alone(row("Scatter", &[(Any, &[3, 2])], |graph, x| {
        let at = graph.range(Length::number(3));
        // The same place twice: 0, ½, 1 are rounded.
        let at = graph.scale(0.5, at);
        let at = graph.map(Map::Truncate, at);
        graph.scatter(x[0], &[at], &[Length::number(4)])
    })));
    let square: &[usize] = &[3, 3];
    let one = |draw: Draw, matrix: Matrix| {
        row(format!("{matrix:?}"), &[(draw, square)], move |graph: &mut Graph, x: &[NodeId]| graph.matrix(matrix, x))
    };
    for matrix in [
        Matrix::Inverse,
        Matrix::Det,
        Matrix::LogDet,
        Matrix::Adjugate,
        Matrix::IntegerPower(3),
        Matrix::IntegerPower(-2),
        Matrix::Function(MatrixFunction::Expm),
        Matrix::Function(MatrixFunction::Logm),
        Matrix::Function(MatrixFunction::Sqrtm),
        Matrix::Polar,
        Matrix::NormSpectral,
        Matrix::NormNuclear,
        Matrix::UMax,
        Matrix::VMax,
        Matrix::Every(Ranked::SingularValue),
        Matrix::Every(Ranked::LeftVector),
        Matrix::Every(Ranked::RightVector),
    ] {
        rows.push(one(Regular, matrix));
    }
    for matrix in [
        Matrix::LambdaMax,
        Matrix::LambdaMin,
        Matrix::EigvecMax,
        Matrix::EigvecMin,
        Matrix::Every(Ranked::Eigenvalue),
        Matrix::Every(Ranked::Eigenvector),
    ] {
        rows.push(one(Symmetric, matrix));
    }
    for own in [[4, 2], [2, 4]] {
        for matrix in [
            Matrix::Pinv(1e-12.into()),
            Matrix::Polar,
            Matrix::NormSpectral,
            Matrix::NormNuclear,
            Matrix::UMax,
            Matrix::VMax,
            Matrix::Every(Ranked::SingularValue),
            Matrix::Every(Ranked::LeftVector),
            Matrix::Every(Ranked::RightVector),
        ] {
            rows.push(row(format!("{matrix:?} {own:?}"), &[(Any, &own)], move |graph, x| graph.matrix(matrix, x)));
        }
    }
    for transposed in [false, true] {
        let operands: [(Draw, &[usize]); 2] = [(Regular, square), (Any, &[3, 2])];
        rows.push(row("Solve", &operands, move |graph, x| graph.matrix(Matrix::Solve { transposed }, x)));
    }
    rows.push(alone(row("Power", &[(Definite, square), (Positive, &[])], |graph, x| graph.matrix(Matrix::Power, x))));
    rows.push(row("AdjugateAlong", &[(Regular, square), (Any, square)], |graph, x| {
        graph.matrix(Matrix::AdjugateAlong, x)
    }));
    for function in [MatrixFunction::Expm, MatrixFunction::Logm, MatrixFunction::Sqrtm] {
        rows.push(row(format!("Frechet {function:?}"), &[(Regular, square), (Any, square)], move |graph, x| {
            graph.matrix(Matrix::Frechet(function), x)
        }));
    }
    rows
}

/// Whether it is an operation on matrices.
fn is_of_matrices(row: &Row) -> bool {
    let mut graph = Graph::default();
    let mut x = Vec::new();
    for (number, (_, own)) in (0..).zip(&row.operands) {
        let lengths = own.iter().map(|size| Length::number(*size)).collect();
        x.push(graph.input(Source::Direction(number), lengths));
    }
    let y = (row.made)(&mut graph, &x);
    matches!(graph.kernel(y), Kernel::Matrix(..))
}

/// The same of ¾ of every operand, which products look through.
fn of_multiples(row: Row) -> Row {
    let made = move |graph: &mut Graph, x: &[NodeId]| {
        let multiples: Vec<NodeId> = x.iter().map(|x| graph.scale(0.75, *x)).collect();
        (row.made)(graph, &multiples)
    };
    Row { name: format!("{} of multiples", row.name), made: Box::new(made), ..row }
}

#[test]
fn every_kernel_has_right_rows_both_ways() {
    on_large_stack(|| {
        let mut found = Vec::new();
        for row in rows().into_iter().chain(rows().into_iter().filter(is_of_matrices).map(of_multiples)) {
            for batch in [&[][..], &[2]].into_iter().take(if row.is_batched { 2 } else { 1 }) {
                for seed in 1..4 {
                    found.extend(wrong(&row, batch, seed));
                }
            }
        }
        assert!(found.is_empty(), "{} wrong\n{}", found.len(), found.join("\n"));
    });
}
