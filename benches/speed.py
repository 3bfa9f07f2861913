"""Time of whole runs of matcalc, of one binary or of two side by side: the inputs whose time grows, and the code that is slow.

    python3 benches/speed.py BINARY [OTHER] [--runs N] [--limit SECONDS] [--only TEXT] [--code]

Two binaries are run in turn, the first before the second and the second before the first by turns, so that what else the machine does hits
both. A time is user processor time, the least of the runs. Prints a table in Markdown: a row for each input and size, `—` where a run takes
longer than the limit or fails.

With `--code`, the NumPy code of the answers, in microseconds, beside a closed form by hand (needs NumPy and SciPy).
"""

import argparse
import math
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time


def chain(k):
    parts = "; ".join(["t_1 = x'x"] + [f"t_{i} = t_{i - 1}^2 + t_{i - 1}" for i in range(2, k + 1)])
    return ["grad", f"t_{k} where {parts}", "-w", "x", "-d", "x: vector(n)"]


def layers(k):
    net = "x"
    for i in range(1, k + 1):
        net = f"tanh(W_{i} {net})" if i == 1 else f"tanh(W_{i} ({net}))"
    return f"v'({net})"


def nested_inverses(k):
    text = "A"
    for _ in range(k):
        text = f"A + inv({text})"
    return ["grad", f"tr(inv({text}))", "-w", "A", "-d", "A: spd(n)", "--no-check"]


def tower(k):
    return ["grad", "exp(" * k + "x" + ")" * k, "-w", "x", "--no-check", "-f", "json"]


def quadratics(k, join):
    return join.join(f"(x'A_{i} x + 1)" for i in range(1, k + 1))




SQUARE = "x: vector(n)"
# A row: what it is, its sizes, and the arguments at a size.
ROWS = [
    ("start-up", [0], lambda _: ["--version"]),
    ("`grad x'A x`", [0], lambda _: ["grad", "x'A x", "-w", "x"]),
    ("Hessian of a Rayleigh quotient", [0], lambda _: ["hessian", "(x'A x)/(x'x)", "-w", "x"]),
    ("a chain of squares in a `where`", [14, 20, 24, 28], chain),
    ("`taylor` of tr(B f(X)), f = expm", [3, 4, 5], lambda k: ["taylor", "tr(B expm(X))", "-w", "X", "--order", str(k)]),
    ("tanh layers of guessed sizes, gradient", [60, 120, 240], lambda k: ["grad", layers(k), "-w", "x"]),
    ("tanh layers, Hessian with steps", [8, 14, 20], lambda k: ["hessian", layers(k), "-w", "x", "--steps"]),
    (
        "`convexity` of ‖A₁x‖²…‖Aₖx‖²",
        [6, 8, 10, 12],
        lambda k: ["convexity", " ".join(f"||A_{i} x||^2" for i in range(1, k + 1)), "-w", "x"],
    ),
    (
        "gradients in k variables",
        [250, 500, 1000],
        lambda k: ["grad", "+".join(f"x_{i}^2" for i in range(1, k + 1)), "-w", ",".join(f"x_{i}" for i in range(1, k + 1))],
    ),
    ("nested inverses", [64, 128, 256], nested_inverses),
    ("a tower of exp", [256, 512, 1024], tower),
    (
        "log of a sum of quadratics",
        [256, 512, 1024],
        lambda k: ["grad", f"log({quadratics(k, ' + ')})", "-w", "x", "-d", SQUARE, "--no-check"],
    ),
    (
        "a sum of quadratics, checked",
        [1000, 10000],
        lambda k: ["grad", "+".join(f"x'A_{i}x" for i in range(1, k + 1)), "-w", "x", "-d", SQUARE],
    ),
    ("Hessian of a product of quadratics", [8, 16, 32], lambda k: ["hessian", quadratics(k, " "), "-w", "x", "-d", SQUARE, "--no-check"]),
    (
        "a product of factors x'aᵢ + 1",
        [8, 32, 64],
        lambda k: ["grad", " ".join(f"(x'a_{i} + 1)" for i in range(1, k + 1)), "-w", "x", "-d", SQUARE],
    ),
    (
        "a trace of k pairs A + X",
        [64, 128, 256],
        lambda k: ["grad", "tr(" + " ".join(["(A + X)"] * k) + ")", "-w", "X", "-d", "A: square(n); X: square(n)", "--no-check"],
    ),
    ("k-th derivative of tanh(tanh x)", [10, 20, 40], lambda k: ["derivative", "tanh(tanh(x))", "-w", "x", "-n", str(k)]),
    ("k-th derivative of 1/(1 + x²)", [10, 20, 40], lambda k: ["derivative", "1/(1 + x^2)", "-w", "x", "-n", str(k)]),
    ("k-th derivative of xˣ", [10, 20, 40], lambda k: ["derivative", "x^x", "-w", "x", "-d", "x: positive", "-n", str(k)]),
    ("k-th differential of log det X", [4, 6, 8], lambda k: ["differential", "log det X", "-w", "X", "-n", str(k)]),
    ("k-th differential of tr(AX²BX⁻ᵀ)", [2, 4, 6], lambda k: ["differential", "tr(A X^2 B X^-T)", "-w", "X", "-n", str(k)]),
    (
        "`simplify` of (a₁ + b₁)…(aₖ + bₖ)",
        [8, 12, 14],
        lambda k: ["simplify", " ".join(f"(a_{i} + b_{i})" for i in range(1, k + 1))],
    ),
    ("`eval` of tr(X²), n", [200, 800, 1600], lambda n: ["eval", "tr(X^2)", "--set", f"X=@{matrix(n)}"]),
    ("`eval` of X⁻¹, n", [200, 800, 1600], lambda n: ["eval", "sum(X^-1)", "--set", f"X=@{matrix(n)}"]),
    ("`eval` of x'A x, n", [200, 800, 1600], lambda n: ["eval", "ones(n)'X ones(n)", "-d", f"X: square(n)", "--set", f"X=@{matrix(n)}"]),
]

FOLDER = tempfile.TemporaryDirectory()


def matrix(n):
    """An .npy file of an n×n matrix near the identity."""
    path = pathlib.Path(FOLDER.name) / f"{n}.npy"
    if not path.exists():
        from array import array

        entries = array("d", (math.sin(i * 12.9898) / n for i in range(n * n)))
        for i in range(n):
            entries[i * n + i] += 1.0
        header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({n}, {n}), }}"
        header += " " * (-(len(header) + 11) % 64) + "\n"
        head = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
        path.write_bytes(head + entries.tobytes())
    return path


def run(binary, arguments, limit):
    """The user time of a run in seconds; none where it fails or takes too long."""
    process = subprocess.Popen(
        [binary, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(limit), math.ceil(limit) + 1)),
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # A verdict against what was claimed is an answer, too.
    return usage.ru_utime if process.returncode in (0, 1) and usage.ru_utime <= limit else None


def least(binaries, arguments, runs, limit):
    """The least time of each binary, run by turns."""
    best = [math.inf] * len(binaries)
    for turn in range(runs):
        order = range(len(binaries)) if turn % 2 == 0 else reversed(range(len(binaries)))
        for place in order:
            if best[place] is None:
                continue
            found = run(binaries[place], arguments, limit)
            best[place] = None if found is None else min(best[place], found)
        # What takes long needs no second look.
        if all(one is None or one > limit / 4 for one in best):
            break
    return best


def shown(seconds):
    if seconds is None:
        return "—"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def ratio(before, after):
    if before is None or after is None or after == 0:
        return ""
    return f"{before / after:.2f}"


def runs_table(binaries, options):
    heads = ["time"] if len(binaries) == 1 else ["before", "after", "before / after"]
    print(f"| input | size | {' | '.join(heads)} |\n|---|---|{'---|' * len(heads)}")
    for name, sizes, arguments in ROWS:
        if options.only and options.only not in name:
            continue
        for size in sizes:
            times = least(binaries, arguments(size), options.runs, options.limit)
            cells = [shown(one) for one in times] + ([ratio(*times)] if len(times) == 2 else [])
            print(f"| {name} | {size or ''} | {' | '.join(cells)} |", flush=True)


# A row: what it is, command, expression, variable, declarations, the sizes, and the closed form by hand.
def code_rows(np, special):
    softmax = special.softmax
    expit = special.expit

    def softmax_hessian(A, x):
        p = softmax(A @ x)
        g = A.T @ p
        return A.T @ (p[:, None] * A) - np.outer(g, g)

    def softmax_regression(X, W, Y):
        S = softmax(X @ W, axis=1)
        return X.T @ (np.sum(Y, axis=1)[:, None] * S - Y)

    def logdet_hessian(X):
        inverse = np.linalg.inv(X)
        return -np.einsum("jk,li->ijkl", inverse, inverse)

    def power(A, X, B):
        Y = np.linalg.inv(X)
        return A.T @ Y @ B.T @ X.T + X.T @ A.T @ Y @ B.T - Y.T @ A @ X @ X @ B @ Y.T

    m, n = {"m": 200, "n": 10, "k": 5}, {"m": 2000, "n": 10, "k": 5}
    square = [{"n": 10}, {"n": 100}, {"n": 1000}]
    return [
        ("X'diag(d)X", "simplify", "X'diag(d) X", "", "X: matrix(m,n); d: vector(m)", [m, n], lambda X, d: X.T @ (d[:, None] * X)),
        ("Hessian of log-sum-exp", "hessian", "logsumexp(A x)", "x", "A: matrix(m,n); x: vector(n)", [m, n], softmax_hessian),
        (
            "softmax regression",
            "grad",
            "-sum(Y .* log(softmax(X W)))",
            "W",
            "X: matrix(m,n); W: matrix(n,k); Y: matrix(m,k)",
            [m, n],
            softmax_regression,
        ),
        (
            "a sum over a family",
            "grad",
            "sum_{i=1}^m log(1 + exp(a_i'x))",
            "x",
            "a: family(m) of vector(n); x: vector(n)",
            [m, n],
            lambda a, x: a.T @ expit(a @ x),
        ),
        ("(A + A' − 2xx')x", "simplify", "(A + A' - 2 x x') x", "", "A: square(n); x: vector(n)", square, lambda A, x: A @ x + A.T @ x - 2 * (x @ x) * x),
        ("a quadratic form", "grad", "1/2 x'A x + b'x", "x", "A: square(n); x: vector(n); b: vector(n)", square, lambda A, x, b: (A @ x + x @ A) / 2 + b),
        ("Hessian of log det X", "hessian", "log det X", "X", "X: square(n)", [{"n": 5}, {"n": 20}], logdet_hessian),
        (
            "tr(AX²BX⁻ᵀ)",
            "grad",
            "tr(A X^2 B X^-T)",
            "X",
            "A: square(n); X: square(n); B: square(n)",
            square,
            power,
        ),
        (
            "‖T − UV'‖²",
            "grad",
            "||T - U V'||_F^2",
            "U",
            "T: matrix(m,n); U: matrix(m,k); V: matrix(n,k)",
            [{"m": 200, "n": 100, "k": 5}, {"m": 2000, "n": 1000, "k": 5}],
            lambda T, U, V: 2 * (U @ (V.T @ V) - T @ V),
        ),
        (
            "log det S + tr(CS⁻¹)",
            "grad",
            "log det S + tr(C inv(S))",
            "S",
            "S: spd(n); C: symmetric(n)",
            square,
            lambda S, C: (lambda Y: Y - Y @ C @ Y)(np.linalg.inv(S)),
        ),
    ]


def arrays(np, declarations, sizes):
    rng = np.random.default_rng(7)
    given = {}
    for one in declarations.split(";"):
        name, kind = (part.strip() for part in one.split(":"))
        count, _, member = kind.partition(" of ")
        dims = []
        for part in (count, member):
            word, _, inner = part.partition("(")
            dims += [sizes[dim.strip()] for dim in inner.rstrip(")").split(",") if dim.strip()]
        word = kind.partition("(")[0]
        if word in ("square", "spd", "symmetric"):
            root = rng.standard_normal((dims[0], dims[0])) / math.sqrt(dims[0])
            eye = np.eye(dims[0])
            given[name] = {"square": root + 2 * eye, "spd": root @ root.T + eye, "symmetric": root + root.T}[word]
        else:
            given[name] = rng.standard_normal(dims) / math.sqrt(dims[-1])
    return given


def microseconds(call, limit=0.5):
    call()
    best, begin = math.inf, time.perf_counter()
    while time.perf_counter() - begin < limit:
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best * 1e6


def code_table(binaries, options):
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(threads, "1")
    import numpy as np
    import scipy.linalg
    import scipy.special

    heads = ["code"] if len(binaries) == 1 else ["before", "after"]
    print(f"| input | sizes | by hand | {' | '.join(heads)} | {' | '.join(head + ' / by hand' for head in heads)} |")
    print(f"|---|---|---|{'---|' * (2 * len(heads))}")
    for name, command, expression, wrt, declarations, sizes, hand in code_rows(np, scipy.special):
        if options.only and options.only not in name:
            continue
        functions = []
        for binary in binaries:
            arguments = [binary, command, expression, "-d", declarations, "-f", "numpy", "--no-check", "-q"]
            found = subprocess.run(arguments + (["-w", wrt] if wrt else []), capture_output=True, text=True)
            names = ", ".join(one.split(":")[0].strip() for one in declarations.split(";"))
            ok = found.returncode == 0
            functions.append(eval(f"lambda {names}: {found.stdout}", {"np": np, "scipy": scipy}) if ok else None)  # noqa: S307
        for size in sizes:
            given = arrays(np, declarations, size)
            by_hand = microseconds(lambda: hand(**given))
            times = [microseconds(lambda: function(**given)) if function else None for function in functions]
            cells = [f"{one:.1f}" if one else "—" for one in times]
            ratios = [f"{one / by_hand:.2f}" if one else "" for one in times]
            label = ", ".join(f"{letter} = {value}" for letter, value in size.items())
            print(f"| {name} | {label} | {by_hand:.1f} | {' | '.join(cells + ratios)} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="+", help="one binary, or the one before and the one after")
    parser.add_argument("--runs", type=int, default=5, help="how many times each binary is run (5)")
    parser.add_argument("--limit", type=float, default=20, help="the longest time of a run in seconds (20)")
    parser.add_argument("--only", default="", help="only rows whose name contains this")
    parser.add_argument("--code", action="store_true", help="the NumPy code of answers beside closed forms by hand")
    options = parser.parse_args()
    if len(options.binary) > 2:
        parser.error("at most two binaries")
    binaries = [str(pathlib.Path(one).resolve()) for one in options.binary]
    (code_table if options.code else runs_table)(binaries, options)


if __name__ == "__main__":
    sys.exit(main())
