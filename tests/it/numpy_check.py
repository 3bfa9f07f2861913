"""Compares gradients and arrays of higher derivatives with central differences, both in the NumPy code that matcalc writes.

Reads a JSON list of cases from standard input; prints one line for each case that fails, and last how many were compared.
"""

import json
import os
import sys
import time

import numpy as np
import scipy
import scipy.linalg
import scipy.special

STRATEGIES = ["normal", "positive", "near identity", "small", "large", "definite", "mixed"]
DRAWS = 300
ARRAY_DRAWS = 14
# Arrays with more entries are compared along a few directions only.
WHOLE_ENTRIES = 60
FEW = 2
STEP = 1e-4
TOLERANCE = 1e-6
# The highest derivative of a declared function that code may call.
HIGHEST_ORDER = 6


def entries(shape, strategy, rng):
    if strategy in ("normal", "definite"):
        return rng.normal(size=shape)
    low, high = {"small": (0.05, 0.45), "large": (1.2, 3.0)}.get(strategy, (0.3, 1.7))
    return rng.uniform(low, high, size=shape)


def matrix(structure, shape, strategy, rng):
    if len(shape) != 2 or shape[0] != shape[1]:
        return entries(shape, strategy, rng)
    n = shape[0]
    x = entries(shape, strategy, rng)
    b = rng.normal(size=shape)
    definite = b @ b.T / n + 0.5 * np.eye(n)
    near = np.eye(n) + 0.15 * b
    if structure == "General":
        return {"near identity": near, "definite": definite}.get(strategy, x)
    if structure == "Symmetric":
        return {"near identity": (near + near.T) / 2, "definite": definite}.get(strategy, (x + x.T) / 2)
    return {
        "PositiveDefinite": definite,
        "PositiveSemidefinite": definite,
        "Skew": x - x.T,
        "Diagonal": np.diag(np.diag(x)),
        "Orthogonal": np.linalg.qr(b)[0],
        "Lower": np.tril(x) + np.eye(n),
        "Upper": np.triu(x) + np.eye(n),
    }[structure]


def declared(kind, order):
    """The derivative of that order of sin(ax + b) + cos(cx + d)/2, in the place of a declared function."""
    a, b, c, d = 1.2, 0.4, 0.7, 0.2
    sin, cos = (np.sin, np.cos) if kind == "Function" else (scipy.linalg.sinm, scipy.linalg.cosm)
    one = (lambda x: 1) if kind == "Function" else (lambda x: np.eye(len(x)))
    turned = [sin, cos, lambda z: -sin(z), lambda z: -cos(z)]
    left, right = turned[order % 4], turned[(order + 1) % 4]
    return lambda x: a**order * left(a * x + b * one(x)) + c**order * right(c * x + d * one(x)) / 2


def declared_map(shape, order):
    """The derivative of that order of sin(⟨a, x⟩ + b), with a and b by the place of the entry, in the place of a declared map."""

    def value(x):
        x = np.asarray(x, dtype=float)
        place = np.indices(shape).sum(axis=0) if shape else np.array(0)
        at = np.arange(x.size).reshape(x.shape)
        slopes = np.cos(1 + np.add.outer(place, at))
        phase = 0.3 * place + np.tensordot(slopes, x, axes=x.ndim)
        turned = [np.sin, np.cos, lambda z: -np.sin(z), lambda z: -np.cos(z)][order % 4](phase)
        for k in range(order):
            more = slopes.reshape(place.shape + (1,) * (k * x.ndim) + x.shape)
            turned = turned.reshape(turned.shape + (1,) * x.ndim) * more
        return turned if turned.ndim else float(turned)

    return value


def draw(case, strategy, rng):
    names = sorted({name for symbol in case["symbols"] for dim in symbol["shape"] for term in dim for name in term["names"]})
    sizes = dict(zip(names, 2 + rng.permutation(len(names))))
    values = {}
    for symbol in case["symbols"]:
        shape = tuple(
            int(sum(term["factor"] * np.prod([sizes[name] for name in term["names"]]) for term in dim)) for dim in symbol["shape"]
        )
        own = rng.choice(STRATEGIES[:-1]) if strategy == "mixed" else strategy
        if symbol["kind"] in ("Function", "MatrixFunction"):
            name = symbol["name"]
            for order in range(HIGHEST_ORDER + 1):
                values[f"{name}_{order}" if order else name] = declared(symbol["kind"], order)
            continue
        if symbol["kind"] == "Map":
            name = symbol["name"]
            for order in range(HIGHEST_ORDER + 1):
                values[f"{name}_{order}" if order else name] = declared_map(shape, order)
            continue
        if symbol["kind"] == "Integer":
            # It may be a place.
            value = int(rng.integers(1, 1 + min([3, *sizes.values()])))
        elif symbol["kind"] == "Positive":
            value = rng.uniform(0.3, 1.7)
        elif symbol["kind"] == "Simplex":
            value = rng.uniform(0.1, 1.0, shape)
            value = value / value.sum()
        elif symbol["kind"] == "Signs":
            value = rng.choice([-1.0, 1.0], shape)
        elif symbol["kind"] == "Binary":
            value = rng.choice([0.0, 1.0], shape)
        elif symbol["kind"] == "Family":
            value = np.array([matrix(symbol["structure"], shape[1:], own, rng) for _ in range(shape[0])])
        else:
            value = matrix(symbol["structure"], shape, own, rng)
        values[symbol["name"]] = value if np.ndim(value) else (value if isinstance(value, int) else float(value))
    # A size that no array has is a number of the code; one of a range alone leaves a rest of every axis.
    for name in [*sizes, *case.get("sizes", ())]:
        values.setdefault(name, int(sizes.get(name, 1)))
    return values


def directions(structure, x):
    """Paths through x inside the structure: functions of the step, with their velocity at 0."""
    shape = np.shape(x)
    for place in np.ndindex(shape):
        e = np.zeros(shape)
        e[place] = 1.0
        if structure in ("Symmetric", "PositiveDefinite", "PositiveSemidefinite"):
            e = (e + e.T) / 2
        elif structure in ("Skew", "Orthogonal"):
            e = e - e.T
        elif structure == "Diagonal":
            e = e * np.eye(len(e))
        elif structure == "Lower":
            e = np.tril(e)
        elif structure == "Upper":
            e = np.triu(e)
        if structure == "Orthogonal":
            yield (lambda t, e=e: x @ scipy.linalg.expm(t * e)), x @ e
        elif np.any(e):
            yield (lambda t, e=e: x + t * e), e


def in_structure(structure, gradient, x):
    if structure in ("Symmetric", "PositiveDefinite", "PositiveSemidefinite"):
        other = gradient.T
    elif structure == "Skew":
        other = -gradient.T
    elif structure == "Diagonal":
        other = np.diag(np.diag(gradient))
    elif structure == "Orthogonal":
        other = -x @ gradient.T @ x
    elif structure == "Lower":
        other = np.tril(gradient)
    elif structure == "Upper":
        other = np.triu(gradient)
    else:
        return True
    return np.allclose(gradient, other)


def real(value):
    value = np.asarray(value)
    if np.iscomplexobj(value) or not np.all(np.isfinite(value)):
        raise ArithmeticError("not a finite real number")
    return value


def compare(case, values, _):
    """A message where the gradient is wrong; raises ArithmeticError where the point is outside the domain."""
    run = lambda code, values: real(eval(code, {"np": np, "scipy": scipy, **values}))
    f = run(case["f"], values)
    if f.shape != ():
        return f"f has the shape {f.shape}"
    again = run(case["normal"], values)
    if not np.allclose(f, again, rtol=1e-8, atol=1e-10):
        return f"f as written is {f}, in normal form {again}"
    x = values[case["wrt"]]
    gradient = run(case["gradient"], values)
    if gradient.shape != np.shape(x):
        return f"the gradient has the shape {gradient.shape}, the variable {np.shape(x)}"
    if not in_structure(case["structure"], gradient, x):
        return "the gradient does not have the variable's structure"
    scale = 1 + np.max(np.abs(gradient)) + abs(f)
    for path, velocity in directions(case["structure"], x):
        at = lambda t: run(case["f"], {**values, case["wrt"]: path(t)})
        estimate = lambda h: (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
        slope, finer = estimate(STEP), estimate(STEP / 2)
        if abs(slope - finer) > TOLERANCE * scale / 4:
            raise ArithmeticError("badly conditioned")
        found = np.sum(gradient * velocity)
        if abs(found - slope) > TOLERANCE * scale:
            return f"along {velocity.tolist()}: differences {slope}, gradient {found}, at {values}"
    return None


def unit(structure, x, place):
    """The unit array at a place, projected on the space of the variable."""
    e = np.zeros(np.shape(x))
    e[place] = 1.0
    if structure in ("Symmetric", "PositiveDefinite", "PositiveSemidefinite"):
        return (e + e.T) / 2
    if structure == "Skew":
        return (e - e.T) / 2
    if structure == "Diagonal":
        return e * np.eye(len(e))
    if structure == "Lower":
        return np.tril(e)
    if structure == "Upper":
        return np.triu(e)
    return e


def compare_arrays(case, values, rng):
    """Each array against the differences of its base: the axes of the base, then those of the variable."""
    run = lambda code, values: real(eval(code, {"np": np, "scipy": scipy, **values}))
    for array in case["arrays"]:
        base, x = run(array["base"], values), values[array["wrt"]]
        found = run(array["code"], values)
        if found.shape != base.shape + np.shape(x):
            return f"{array['name']} has the shape {found.shape}, not {base.shape + np.shape(x)}\n  {array['code']}"
        scale = 1 + np.max(np.abs(found), initial=0) + np.max(np.abs(base), initial=0)
        nudged = {
            name: value if isinstance(value, int) or callable(value) else value * (1 + 1e-12 * rng.normal(size=np.shape(value)))
            for name, value in values.items()
        }
        if np.max(np.abs(run(array["code"], nudged) - found), initial=0) > TOLERANCE * scale / 4:
            raise ArithmeticError("badly conditioned")
        places = list(np.ndindex(np.shape(x)))
        if found.size > WHOLE_ENTRIES:
            places = [places[k] for k in rng.permutation(len(places))[:FEW]]
        for place in places:
            e = unit(array["structure"], x, place)
            at = lambda t: run(array["base"], {**values, array["wrt"]: x + t * e})
            estimate = lambda h: (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
            slope, finer = estimate(STEP), estimate(STEP / 2)
            if np.max(np.abs(slope - finer), initial=0) > TOLERANCE * scale / 4:
                raise ArithmeticError("badly conditioned")
            difference = np.max(np.abs(found[(...,) + place] - slope), initial=0)
            if difference > TOLERANCE * scale:
                return f"{array['name']} at {place}: off by {difference}\n  {array['code']}"
    return None


def is_outside(error):
    """Whether code stopped because a number before it was none: SciPy's factorizations refuse what NumPy's let through."""
    return isinstance(error, (ArithmeticError, np.linalg.LinAlgError)) or "infs or NaNs" in str(error)


def check_everywhere(case):
    """Whether the gradient agrees at every point, and most points can be told."""
    rng = np.random.default_rng(11)
    told = 0
    for number in range(case["points"]):
        try:
            with np.errstate(all="ignore"):
                message = compare(case, draw(case, STRATEGIES[number % 5], rng), rng)
        except (ArithmeticError, ValueError) as error:
            if isinstance(error, np.linalg.LinAlgError) or not is_outside(error):
                raise
            continue
        if message:
            return f"at point {number}: {message}"
        told += 1
    return None if 2 * told > case["points"] else f"only {told} of {case['points']} points could be told"


def check(case):
    if "points" in case:
        return check_everywhere(case)
    rng = np.random.default_rng(7)
    trouble = "no point in the domain"
    for number in range(ARRAY_DRAWS if "arrays" in case else DRAWS):
        try:
            with np.errstate(all="ignore"):
                values = draw(case, STRATEGIES[number % len(STRATEGIES)], rng)
                message = (compare_arrays if "arrays" in case else compare)(case, values, rng)
        except Exception as error:
            if is_outside(error):
                trouble = f"no point in the domain: {error}"
                continue
            return f"{type(error).__name__}: {error}"
        return message
    return trouble


def main():
    cases = json.load(sys.stdin)
    for case in cases:
        start = time.monotonic()
        message = check(case)
        if "MATCALC_TRACE" in os.environ:
            print(f"{case['name']}: {time.monotonic() - start:.1f} s", file=sys.stderr, flush=True)
        if message:
            print(f"{case['name']}: {message}\n  f {case['f']}\n  gradient {case.get('gradient')}")
    print(f"compared {len(cases)}")


main()
