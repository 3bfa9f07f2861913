"""SciPy's minima of the problems of minimize.rs, with the evaluations that it takes."""

import json
import sys

import numpy as np
from scipy import optimize


def softmax(values):
    e = np.exp(values - values.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def logsumexp(values, axis=-1):
    top = values.max(axis=axis)
    return top + np.log(np.exp(values - np.expand_dims(top, axis)).sum(axis=axis))


def rosenbrock(w, d):
    a, b = w
    return (1 - a) ** 2 + 100 * (b - a**2) ** 2, np.array([-2 * (1 - a) - 400 * a * (b - a**2), 200 * (b - a**2)])


def least_squares(w, d):
    r = d["A"] @ w - d["y"]
    return 0.5 * r @ r, d["A"].T @ r


def logistic(w, d):
    z = -d["y"] * (d["A"] @ w)
    s = 1 / (1 + np.exp(-z))
    return np.logaddexp(0, z).mean() + 0.05 * w @ w, -d["A"].T @ (d["y"] * s) / len(z) + 0.1 * w


def log_sum_exp(w, d):
    z = d["A"] @ w + d["y"]
    return logsumexp(z) + 0.1 * w @ w, d["A"].T @ softmax(z) + 0.2 * w


def quadratic(w, d):
    return 0.5 * w @ d["D"] @ w - w.sum(), d["D"] @ w - 1


def himmelblau(w, d):
    a, b = w
    p, q = a**2 + b - 11, a + b**2 - 7
    return p**2 + q**2, np.array([4 * a * p + 2 * q, 2 * p + 4 * b * q])


def factorization(w, d):
    u, v = w[:12].reshape(6, 2), w[12:].reshape(2, 3)
    r = u @ v - d["A"]
    return 0.5 * (r**2).sum(), np.concatenate([(r @ v.T).ravel(), (u.T @ r).ravel()])


def softmax_regression(w, d):
    w = w.reshape(3, 2)
    scores = d["x"] @ w.T
    gradient = (softmax(scores) - d["z"]).T @ d["x"] + 0.1 * w
    return (logsumexp(scores) - (d["z"] * scores).sum(axis=1)).sum() + 0.05 * (w**2).sum(), gradient.ravel()


def huber(w, d):
    r = d["A"] @ w - 3 * d["y"]
    root = np.sqrt(1 + r**2)
    return (root - 1).sum(), d["A"].T @ (r / root)


def rayleigh(w, d):
    f = w @ d["C"] @ w / (w @ w)
    return f, 2 * (d["C"] @ w - f * w) / (w @ w)


def simplex(w, d):
    return 0.5 * w @ d["C"] @ w - d["r"] @ w, d["C"] @ w - d["r"]


FUNCTIONS = {
    "rosenbrock": rosenbrock,
    "least squares": least_squares,
    "logistic regression": logistic,
    "log-sum-exp": log_sum_exp,
    "badly conditioned quadratic": quadratic,
    "himmelblau": himmelblau,
    "matrix factorization": factorization,
    "softmax regression": softmax_regression,
    "pseudo-Huber loss": huber,
    "Rayleigh quotient": rayleigh,
}
OPTIONS = {
    "L-BFGS-B": {"gtol": 1e-8, "ftol": 0.0, "maxiter": 1000},
    "Newton-CG": {"xtol": 1e-10},
    "trust-exact": {"gtol": 1e-8},
}


def hessian(f, w, d):
    step = 1e-6 * max(1.0, np.abs(w).max())
    columns = [(f(w + step * e, d)[1] - f(w - step * e, d)[1]) / (2 * step) for e in np.eye(len(w))]
    h = np.array(columns)
    return (h + h.T) / 2


answers = []
for case in json.load(sys.stdin):
    d = {name: np.array(value) for name, value in case["data"].items()}
    for name in ("y", "r"):
        if name in d:
            d[name] = d[name].ravel()
    found = []
    for start in case["starts"]:
        w = np.concatenate([np.array(part).ravel() for part in start])
        answer = {}
        if case["name"] == "portfolio in the simplex":
            whole = optimize.minimize(
                lambda w: simplex(w, d)[0],
                w,
                jac=lambda w: simplex(w, d)[1],
                method="SLSQP",
                bounds=[(0, 1)] * len(w),
                constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
                options={"ftol": 1e-14},
            )
            answer["least"] = whole.fun
        elif case["name"] in FUNCTIONS:
            f = FUNCTIONS[case["name"]]
            results = {}
            for method, options in OPTIONS.items():
                more = {} if method == "L-BFGS-B" else {"hess": lambda w: hessian(f, w, d)}
                result = optimize.minimize(lambda w: f(w, d), w, jac=True, method=method, options=options, **more)
                results[method] = result
            answer["least"] = min(float(result.fun) for result in results.values())
            for method, result in results.items():
                # A search that ends elsewhere is no measure.
                if result.fun < answer["least"] + 1e-6:
                    answer[method] = int(result.nfev)
        found.append(answer)
    answers.append(found)
print(json.dumps(answers))
