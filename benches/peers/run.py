"""Plans and emitted code beside NumPy by hand, JAX, PyTorch and CasADi, in one run.

    python -m venv /tmp/peers && /tmp/peers/bin/pip install -r benches/peers/requirements.txt
    /tmp/peers/bin/python benches/peers/run.py [--table FILE]

Every time is the least of many, in microseconds, on one core: the process is kept on it, as JAX has no switch for its threads. The plans of a row are measured on the same core just before the others, so that both meet the machine in the same state. What a peer does not have is left out. Needs cargo.
"""

import argparse
import json
import math
import os
import pathlib
import subprocess
import time

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")

import numpy as np  # noqa: E402
import scipy.linalg  # noqa: E402, F401
import scipy.special  # noqa: E402

HERE = pathlib.Path(__file__).parent
LIMIT = 0.3
MOST_RUNS = 200


def least(run, ready=lambda value: value):
    """The least time of a call in microseconds."""
    ready(run())
    best, begin = math.inf, time.perf_counter()
    for _ in range(MOST_RUNS):
        start = time.perf_counter()
        ready(run())
        best = min(best, time.perf_counter() - start)
        if time.perf_counter() - begin > LIMIT:
            break
    return best * 1e6


def arrays(row, sizes):
    """Random arrays of the declared kinds."""
    rng = np.random.default_rng(7)
    given = {}
    for one in row["decl"].split(";"):
        name, kind = (part.strip() for part in one.split(":"))
        word, _, dims = kind.partition("(")
        lengths = [sizes[dim.strip()] for dim in dims.rstrip(")").split(",")]
        if word in ("spd", "symmetric"):
            root = rng.standard_normal((lengths[0], lengths[0])) / math.sqrt(lengths[0])
            given[name] = root @ root.T + np.eye(lengths[0]) if word == "spd" else root + root.T
        else:
            given[name] = rng.standard_normal(lengths) / math.sqrt(lengths[-1])
    return given


expit = scipy.special.expit
softmax = scipy.special.softmax


def by_hand():
    """Gradients and Hessians as a careful author writes them."""
    return {
        "least squares": (lambda A, x, b: A.T @ (A @ x - b), lambda A, x, b: A.T @ A),
        "quadratic": (lambda A, x, b: (A @ x + x @ A) / 2 + b, lambda A, x, b: (A + A.T) / 2),
        "logistic regression": (
            lambda X, w, y: X.T @ (expit(X @ w) - y),
            lambda X, w, y: (lambda p: X.T @ ((p * (1 - p))[:, None] * X))(expit(X @ w)),
        ),
        "log-sum-exp": (
            lambda A, x, b: A.T @ softmax(A @ x + b),
            lambda A, x, b: (lambda p, g: A.T @ (p[:, None] * A) - np.outer(g, g))(
                softmax(A @ x + b), A.T @ softmax(A @ x + b)
            ),
        ),
        "log(1 + exp <a,x>)": (
            lambda a, x: expit(a @ x) * a,
            lambda a, x: (lambda p: p * (1 - p) * np.outer(a, a))(expit(a @ x)),
        ),
        "tr(A X B)": (lambda A, X, B: A.T @ B.T, None),
        "log det X": (lambda X: np.linalg.inv(X), None),
        "tr(A X^2 B X^-T)": (
            lambda A, X, B: (
                lambda Y: A.T @ Y @ B.T @ X.T + X.T @ A.T @ Y @ B.T - Y.T @ A @ X @ X @ B @ Y.T
            )(np.linalg.inv(X)),
            None,
        ),
        "1/2 ||A - x x'||^2": (
            lambda A, x: 2 * (x @ x) * x - 2 * (A @ x),
            lambda A, x: 4 * np.outer(x, x) + 2 * (x @ x) * np.eye(len(x)) - 2 * A,
        ),
        "factorization": (lambda T, U, V: 2 * (U @ (V.T @ V) - T @ V), None),
        "Gaussian likelihood": (lambda S, C: (lambda Y: Y - Y @ C @ Y)(np.linalg.inv(S)), None),
        "tanh network": (
            lambda W, V, x, y: (
                lambda t: np.outer((W.T @ (W @ t - y)) * (1 - t * t), x)
            )(np.tanh(V @ x)),
            None,
        ),
    }


def functions(xp, special):
    """The functions, in an array library."""
    return {
        "least squares": lambda A, x, b: 0.5 * ((A @ x - b) ** 2).sum(),
        "quadratic": lambda A, x, b: 0.5 * (x @ (A @ x)) + b @ x,
        "logistic regression": lambda X, w, y: (special["softplus"](X @ w) - y * (X @ w)).sum(),
        "log-sum-exp": lambda A, x, b: special["logsumexp"](A @ x + b),
        "log(1 + exp <a,x>)": lambda a, x: special["softplus"](a @ x),
        "tr(A X B)": lambda A, X, B: xp.trace(A @ X @ B),
        "log det X": lambda X: xp.linalg.slogdet(X)[1],
        "tr(A X^2 B X^-T)": lambda A, X, B: xp.trace(A @ X @ X @ B @ xp.linalg.inv(X).T),
        "1/2 ||A - x x'||^2": lambda A, x: 0.5 * ((A - xp.outer(x, x)) ** 2).sum(),
        "factorization": lambda T, U, V: ((T - U @ V.T) ** 2).sum(),
        "Gaussian likelihood": lambda S, C: xp.linalg.slogdet(S)[1] + xp.trace(C @ xp.linalg.inv(S)),
        "tanh network": lambda W, V, x, y: 0.5 * ((W @ xp.tanh(V @ x) - y) ** 2).sum(),
    }


def jax_times(row, given):
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    special = {"softplus": jax.nn.softplus, "logsumexp": jax.scipy.special.logsumexp}
    function = functions(jnp, special)[row["name"]]
    names = list(given)
    place = names.index(row["wrt"])
    values = [jnp.asarray(given[name]) for name in names]
    ready = lambda value: value.block_until_ready()  # noqa: E731
    gradient = jax.jit(jax.grad(function, argnums=place))
    times = {"value": least(lambda f=jax.jit(function): f(*values), ready)}
    times["gradient"] = least(lambda: gradient(*values), ready)
    if row["hessian"]:
        hessian = jax.jit(jax.hessian(function, argnums=place))
        times["hessian"] = least(lambda: hessian(*values), ready)
    return times


def torch_times(row, given):
    import torch

    torch.set_num_threads(1)
    special = {"softplus": torch.nn.functional.softplus, "logsumexp": lambda x: torch.logsumexp(x, 0)}
    function = functions(torch, special)[row["name"]]
    names = list(given)
    values = [torch.tensor(given[name], requires_grad=name == row["wrt"]) for name in names]
    wanted = values[names.index(row["wrt"])]
    return {"gradient": least(lambda: torch.autograd.grad(function(*values), wanted)[0])}


def casadi_times(row, given, sizes):
    import casadi

    if max(sizes.values()) > 100 or row["name"] in ("log det X", "tr(A X^2 B X^-T)", "Gaussian likelihood"):
        return {}
    symbols = {
        name: casadi.MX.sym(name, *(value.shape if value.ndim == 2 else (len(value), 1)))
        for name, value in given.items()
    }
    softplus = lambda x: casadi.log1p(casadi.exp(x))  # noqa: E731
    function = {
        "least squares": lambda A, x, b: casadi.sumsqr(A @ x - b) / 2,
        "quadratic": lambda A, x, b: x.T @ A @ x / 2 + b.T @ x,
        "logistic regression": lambda X, w, y: casadi.sum1(softplus(X @ w) - y * (X @ w)),
        "log-sum-exp": lambda A, x, b: casadi.logsumexp(A @ x + b),
        "log(1 + exp <a,x>)": lambda a, x: softplus(a.T @ x),
        "tr(A X B)": lambda A, X, B: casadi.trace(A @ X @ B),
        "1/2 ||A - x x'||^2": lambda A, x: casadi.sumsqr(A - x @ x.T) / 2,
        "factorization": lambda T, U, V: casadi.sumsqr(T - U @ V.T),
        "tanh network": lambda W, V, x, y: casadi.sumsqr(W @ casadi.tanh(V @ x) - y) / 2,
    }[row["name"]](*symbols.values())
    gradient = casadi.Function("g", list(symbols.values()), [casadi.gradient(function, symbols[row["wrt"]])])
    buffer, call = gradient.buffer()
    keep = [np.ascontiguousarray(value.ravel(order="F")) for value in given.values()]
    for place, value in enumerate(keep):
        buffer.set_arg(place, memoryview(value))
    out = np.zeros(math.prod(gradient.size_out(0)))
    buffer.set_res(0, memoryview(out))
    return {"gradient": least(call)}


def emitted(row, command):
    """The NumPy code of an answer as a function of its arrays."""
    text = subprocess.run(
        [BINARY, command, row["expr"], "-w", row["wrt"], "-d", row["decl"], "-f", "numpy", "--no-check"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = [one.split(":")[0].strip() for one in row["decl"].split(";")]
    return eval(f"lambda {', '.join(names)}: {text}", {"np": np, "scipy": scipy})  # noqa: S307


def regression(n):
    """The loop of gradient descent for y = wx, as NumPy, autograd and JAX, compiled whole, run it."""
    import autograd
    import jax
    import jax.numpy as jnp

    x = np.resize([1.0, 2.0, 3.0, 4.0], n)
    y = 2 * x

    def by_hand():
        w = 0.0
        while True:
            r = w * x - y
            if r @ r / n <= 1e-9:
                return w
            w -= 0.01 * 2 * (r @ x) / n

    slope = autograd.value_and_grad(lambda w: autograd.numpy.mean((w * x - y) ** 2))

    def by_autograd():
        w = 0.0
        while True:
            value, gradient = slope(w)
            if value <= 1e-9:
                return w
            w -= 0.01 * gradient

    compiled = jax.value_and_grad(lambda w, x, y: jnp.mean((w * x - y) ** 2))

    @jax.jit
    def by_jax(w, x, y):
        def step(state):
            w = state[0] - 0.01 * state[2]
            return (w, *compiled(w, x, y))

        return jax.lax.while_loop(lambda state: state[1] > 1e-9, step, (w, *compiled(w, x, y)))[0]

    arrays = jnp.asarray(x), jnp.asarray(y)
    return {
        "by hand": least(by_hand),
        "autograd": least(by_autograd),
        "jax": least(lambda: by_jax(0.0, *arrays), lambda value: value.block_until_ready()),
    }


def plans_of(name):
    """The times of the plans of a row."""
    bench = subprocess.run(
        ["cargo", "bench", "--bench", "peers", "--", name], check=True, capture_output=True, text=True
    )
    return json.loads(bench.stdout.strip().splitlines()[-1])


def mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else math.nan


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--table", help="write the times as JSON to this file")
    options = arguments.parse_args()
    subprocess.run(["cargo", "build", "--release", "--bin", "matcalc"], check=True)
    global BINARY
    BINARY = str(pathlib.Path("target/release/matcalc").resolve())
    subprocess.run(["cargo", "bench", "--bench", "peers", "--no-run"], check=True)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    rows = {row["name"]: row for row in json.loads((HERE / "rows.json").read_text())}
    hands = by_hand()
    all_times = []
    print(f"{'row':22} {'sizes':22} {'what':9} {'plan':>9} {'reverse':>9} {'emitted':>9} {'by hand':>9} {'jax':>9} {'torch':>9} {'casadi':>9}")
    for plan in (plan for name in rows for plan in plans_of(name)):
        row, sizes = rows[plan["name"]], plan["sizes"]
        given = arrays(row, sizes)
        jax_found, torch_found = jax_times(row, given), torch_times(row, given)
        casadi_found = casadi_times(row, given, sizes)
        for what, command, place in (("gradient", "grad", 0), ("hessian", "hessian", 1)):
            if what not in plan:
                continue
            hand = hands[row["name"]][place]
            times = {
                "plan": plan[what]["us"],
                "reverse": plan["reverse"]["us"] if what == "gradient" and "reverse" in plan else None,
                "emitted": least(lambda f=emitted(row, command): f(**given)),
                "by hand": least(lambda: hand(**given)) if hand else None,
                "jax": jax_found.get(what),
                "torch": torch_found.get(what),
                "casadi": casadi_found.get(what),
            }
            label = ",".join(f"{name}={size}" for name, size in sizes.items())
            cells = " ".join(f"{value:9.1f}" if value is not None else " " * 9 for value in times.values())
            print(f"{row['name']:22} {label:22} {what:9} {cells}")
            all_times.append({"row": row["name"], "sizes": sizes, "what": what, "value": plan["value"]["us"], **times})
    print()
    for what in ("gradient", "hessian"):
        here = [times for times in all_times if times["what"] == what]
        for one, other in (("plan", "jax"), ("reverse", "jax"), ("plan", "casadi"), ("emitted", "by hand"), ("reverse", "plan")):
            ratios = [times[one] / times[other] for times in here if times[one] and times[other]]
            if ratios:
                print(f"{what}: {one} / {other}: mean {mean(ratios):.2f}, worst {max(ratios):.2f}")
    ratios = [times["plan"] / times["value"] for times in all_times if times["what"] == "gradient"]
    print(f"gradient / value of plans: mean {mean(ratios):.2f}, worst {max(ratios):.2f}")
    print()
    print(f"{'regression loop':15} {'iterations':>10} {'symbolic':>9} {'reverse':>9} {'with plan':>9} {'by hand':>9} {'autograd':>9} {'jax':>9}")
    for plan in plans_of("regression loop"):
        others = regression(plan["sizes"]["n"])
        own = [plan["symbolic"]["us"], plan["reverse"]["us"], plan["reverse"]["with_plan_us"]]
        cells = " ".join(f"{value:9.1f}" for value in [*own, *others.values()])
        print(f"n={plan['sizes']['n']:<13} {plan['reverse']['iterations']:10} {cells}")
        all_times.append({"row": "regression loop", "sizes": plan["sizes"], "what": "loop", "plan": own[0], "reverse": own[1], **others})
    if options.table:
        pathlib.Path(options.table).write_text(json.dumps(all_times, indent=1))


if __name__ == "__main__":
    main()
