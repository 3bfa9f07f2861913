"""Runs the checks of functions in Python files: FLAVOR FOLDER NAME…

JAX: also under jit and vmap, and against jax.grad and jax.hessian. PyTorch: also against torch.autograd.
"""

import importlib
import sys
import traceback

flavor, folder, names = sys.argv[1], sys.argv[2], sys.argv[3:]
sys.path.insert(0, folder)


def recorded(module, name):
    """The arguments and results of the function's first call while it checks itself."""
    calls = []
    function = getattr(module, name)

    def wrapped(*arguments):
        results = function(*arguments)
        calls.append((arguments, results))
        return results

    setattr(module, name, wrapped)
    error = module.check_gradient()
    setattr(module, name, function)
    return function, error, *calls[0], calls[1][0]


def within(documentation, name, direction):
    """A direction inside of the structure that the documentation gives a matrix."""
    line = next((line for line in documentation.splitlines() if line.strip().startswith(f"{name}:")), "")
    if "skew-symmetric" in line:
        return direction - direction.T
    if "symmetric" in line:
        return direction + direction.T
    if "diagonal" in line:
        return direction * [[float(i == j) for j in range(len(direction))] for i in range(len(direction))]
    return None if "triangular" in line or "orthogonal" in line else direction


def compare_hessian(function, arguments, results, place):
    """The Hessian times a direction against differences of the gradient."""
    import numpy as np

    x = np.asarray(arguments[place], dtype=float)
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    direction = within(function.__doc__, names[place], np.random.default_rng(3).standard_normal(x.shape))
    if direction is None:
        return
    found = np.tensordot(np.asarray(results[2]), direction, axes=x.ndim)
    assert np.shape(results[2]) == 2 * x.shape, f"the Hessian has the shape {np.shape(results[2])}"

    def gradient(step):
        moved = list(arguments)
        moved[place] = like(x + step * direction, arguments[place])
        return np.asarray(function(*moved)[1])

    h = 1e-5
    slope = (8 * (gradient(h) - gradient(-h)) - (gradient(2 * h) - gradient(-2 * h))) / (12 * h)
    scale = 1 + np.max(np.abs(found)) + np.max(np.abs(gradient(0)))
    assert np.max(np.abs(found - slope)) < 1e-6 * scale, f"Hessian: {found.tolist()}, differences {slope.tolist()}"


def like(array, given):
    """A NumPy array as what is given is."""
    if type(given).__module__.startswith("torch"):
        import torch

        return torch.as_tensor(array)
    return array


def changed(first, second):
    """The place of the argument that differs: the variable."""
    return next(place for place, (a, b) in enumerate(zip(first, second)) if a is not b)


def more_of_jax(function, arguments, results, place):
    import jax
    import jax.numpy as jnp
    import numpy as np

    value = lambda *arguments: function(*arguments)[0]
    arguments = [jnp.asarray(one, dtype=float) if not isinstance(one, int) else one for one in arguments]
    static = [at for at, one in enumerate(arguments) if isinstance(one, int)]
    for found, wanted in zip(jax.jit(function, static_argnums=static)(*arguments), results):
        assert np.allclose(found, wanted, rtol=1e-9, atol=1e-9), "jit"
    axes = [None if at in static else 0 for at in range(len(arguments))]
    stacked = [one if at in static else jnp.stack([one, one]) for at, one in enumerate(arguments)]
    for found, wanted in zip(jax.vmap(function, in_axes=axes)(*stacked), results):
        assert np.allclose(found[1], wanted, rtol=1e-8, atol=1e-8), "vmap"
    return value, arguments


def more_of_torch(function, arguments, results, place):
    import torch

    arguments = list(arguments)
    x = arguments[place].clone().requires_grad_()
    arguments[place] = x
    (found,) = torch.autograd.grad(function(*arguments)[0], x)
    return found


failed = 0
for name in names:
    try:
        module = importlib.import_module(name)
        function, error, arguments, results, moved = recorded(module, name)
        assert error < 1e-5, f"error {error}"
        place = changed(arguments, moved)
        if len(results) > 2:
            compare_hessian(function, arguments, results, place)
        if flavor == "jax":
            more_of_jax(function, arguments, results, place)
        if flavor == "torch":
            found = more_of_torch(function, arguments, results, place)
            if "symmetric" not in function.__doc__ and "orthogonal" not in function.__doc__ and "triangular" not in function.__doc__ and "diagonal" not in function.__doc__:
                import torch

                assert torch.allclose(found, results[1], rtol=1e-8, atol=1e-8), "autograd"
    except Exception:
        failed = 1
        print(name)
        traceback.print_exc(file=sys.stdout)
sys.exit(failed)
