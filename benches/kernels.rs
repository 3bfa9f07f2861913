//! The kernels beside plain loops: `cargo bench --bench kernels`. Not run in CI, as clocks there say little.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use matcalc::kernel::{Binary, Cholesky, Lu, Reduction, SymmetricEigen, Unary, gemm, gemv, gram, map, reduce, zip};

/// Numbers between −1 and 1, the same on every run.
fn sample(count: usize) -> Vec<f64> {
    let mut state = 88_172_645_463_325_252_u64;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            2.0 * (state >> 11) as f64 / (1_u64 << 53) as f64 - 1.0
        })
        .collect()
}

fn elementwise(c: &mut Criterion) {
    let mut group = c.benchmark_group("elementwise");
    let x = sample(1 << 14);
    let mut y = vec![0.0; x.len()];
    group.throughput(Throughput::Elements(x.len() as u64));
    for f in [Unary::Exp, Unary::Ln, Unary::Tanh, Unary::Sigmoid, Unary::Softplus, Unary::Sin, Unary::Power(3.0)] {
        group.bench_function(BenchmarkId::new("kernel", format!("{f:?}")), |b| b.iter(|| map(f, &x, &mut y)));
        group.bench_function(BenchmarkId::new("loop", format!("{f:?}")), |b| {
            b.iter(|| y.iter_mut().zip(&x).for_each(|(y, x)| *y = f.at(*x)));
        });
    }
    let z = x.clone();
    group.bench_function("kernel/Multiply", |b| b.iter(|| zip(Binary::Multiply, &x, &z, &mut y)));
    group.bench_function("kernel/Sum", |b| b.iter(|| black_box(reduce(Reduction::Sum, &x))));
    group.bench_function("loop/Sum", |b| b.iter(|| black_box(x.iter().sum::<f64>())));
    group.finish();
}

fn products(c: &mut Criterion) {
    let mut group = c.benchmark_group("products");
    for n in [4, 16, 50, 250, 1000] {
        let (a, b) = (sample(n * n), sample(n * n));
        let mut out = vec![0.0; n * n];
        group.throughput(Throughput::Elements(2 * (n * n * n) as u64));
        group.bench_function(BenchmarkId::new("gemm", n), |bench| {
            bench.iter(|| gemm(n, n, n, 1.0, &a, [n, 1], &b, [n, 1], 0.0, &mut out));
        });
        group.bench_function(BenchmarkId::new("gram", n), |bench| {
            bench.iter(|| gram(n, n, 1.0, &a, [n, 1], None, 0.0, &mut out));
        });
        group.bench_function(BenchmarkId::new("gemv", n), |bench| {
            bench.iter(|| gemv(1.0, &a, [n, 1], &b[..n], 0.0, &mut out[..n]));
        });
        if n <= 50 {
            group.bench_function(BenchmarkId::new("loop", n), |bench| {
                bench.iter(|| {
                    for (row, out) in out.chunks_exact_mut(n).enumerate() {
                        out.fill(0.0);
                        for (factor, b) in a[row * n..(row + 1) * n].iter().zip(b.chunks_exact(n)) {
                            out.iter_mut().zip(b).for_each(|(out, b)| *out += factor * b);
                        }
                    }
                });
            });
        }
    }
    group.finish();
}

fn factorizations(c: &mut Criterion) {
    let mut group = c.benchmark_group("factorizations");
    group.sample_size(10);
    for n in [5, 50, 250, 1000] {
        let a = sample(n * n);
        let mut spd = vec![0.0; n * n];
        gram(n, n, 1.0, &a, [n, 1], None, 0.0, &mut spd);
        (0..n).for_each(|row| spd[row * (n + 1)] += 1.0);
        group.bench_function(BenchmarkId::new("lu", n), |b| b.iter(|| Lu::new(n, a.clone())));
        let matrix = nalgebra::DMatrix::from_row_slice(n, n, &a);
        group.bench_function(BenchmarkId::new("lu of nalgebra", n), |b| b.iter(|| matrix.clone().lu()));
        let lu = Lu::new(n, a.clone());
        group.bench_function(BenchmarkId::new("inverse", n), |b| b.iter(|| lu.inverse()));
        group.bench_function(BenchmarkId::new("cholesky", n), |b| b.iter(|| Cholesky::new(n, spd.clone()).is_ok()));
        if n <= 250 {
            group.bench_function(BenchmarkId::new("eigen", n), |b| b.iter(|| SymmetricEigen::new(n, &spd).is_ok()));
        }
    }
    group.finish();
}

criterion_group!(benches, elementwise, products, factorizations);
criterion_main!(benches);
