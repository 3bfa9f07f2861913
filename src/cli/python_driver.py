# Calls a function of a file at points: see python.rs.
import importlib.util
import inspect
import json
import math
import os
import sys

answer = sys.stdout
# What the file prints is not an answer.
sys.stdout = sys.stderr


def array(lengths, entries):
    try:
        import numpy

        return numpy.array(entries, dtype=float).reshape(lengths) if lengths else float(entries[0])
    except ImportError:
        if not lengths:
            return float(entries[0])
        if len(lengths) == 1:
            return list(entries)
        size = len(entries) // lengths[0]
        return [array(lengths[1:], entries[row * size : (row + 1) * size]) for row in range(lengths[0])]


def entries(value):
    if hasattr(value, "detach"):
        value = value.detach()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [entry for part in value for entry in entries(part)]
    number = float(value)
    return [number if math.isfinite(number) else None]


def function(file, name):
    if not os.path.exists(file):
        raise ValueError(f"there is no file `{file}`")
    sys.path.insert(0, os.path.dirname(os.path.abspath(file)))
    spec = importlib.util.spec_from_file_location("matcalc_function", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not callable(getattr(module, name, None)):
        raise ValueError(f"the file has no function `{name}`")
    return getattr(module, name)


def keywords(called, call):
    parameters = list(inspect.signature(called).parameters.values())
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = [one for one in parameters if one.kind not in kinds]
    names = [one.name for one in parameters]
    if not names and inspect.signature(called).parameters:
        raise ValueError("none of its parameters has a name; write them out, the variable first")
    if not names:
        raise ValueError("it takes no arguments")
    variable = next((name for name in call["variable"] if name in names), names[0])
    known = {name: array(one["lengths"], one["entries"]) for one in call["data"] for name in one["names"]}
    given = {name: known[name] for name in names if name in known and name != variable}
    for one in parameters:
        if one.name != variable and one.name not in given and one.default is inspect.Parameter.empty:
            raise ValueError(f"its parameter `{one.name}` is not a symbol of the expression")
    return variable, given


try:
    call = json.load(sys.stdin)
    called = function(call["file"], call["name"])
    variable, given = keywords(called, call)
    values = []
    for point in call["points"]:
        values += entries(called(**{variable: array(call["lengths"], point)}, **given))
    json.dump({"values": values}, answer)
except Exception as error:
    json.dump({"error": f"{type(error).__name__}: {error}"}, answer)
