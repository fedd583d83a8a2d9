import jax
import jax.numpy as jnp
import pytest

from ramie.graph import merge, split, update
from ramie.graph.errors import TraceLevelError
from ramie.graph.extend import NodeKind, Tracked, register_node, show_place
from ramie.variables import Param, Variable

HERE = __file__


def line_after(function, lines):
    """The line so many below that of a function's `def`."""
    return function.__code__.co_firstlineno + lines


def make():
    return Param(jnp.ones(()))


def error_of(call, *args):
    with pytest.raises(TraceLevelError) as caught:
        call(*args)
    return caught.value


BEFORE = (
    "Cannot change the Param here: it belongs to another JAX trace than the one that "
    "runs now, so the change would leak a tracer or be lost. "
)


def test_a_variable_that_is_closed_over():
    params = {"scale": make()}

    def step(x):
        params["scale"].value = x
        return x

    error = error_of(jax.jit(step), 1.0)

    me = "test_a_variable_that_is_closed_over.<locals>.step"
    assert str(error) == (
        f"{BEFORE}It was made at {HERE}:{line_after(make, 1)}, in make, and written at "
        f"{HERE}:{line_after(step, 1)}, in {me}, where it is params/scale. Likely "
        f"cause: {me} closes over it. Pass the object to the transformed function as "
        f"an argument instead of closing over it, and use ramie's transform so that "
        f"the change travels back."
    )
    assert params["scale"].value.item() == 1.0


class Counter:
    """An object with a method that writes."""

    def __init__(self):
        self.count = make()

    def add(self, x):
        self.count.value = x


def fill(node, items):
    node.__dict__ = dict(items)


register_node(
    Counter,
    NodeKind(
        lambda node: (sorted(vars(node).items()), None),
        create=lambda cls, _: cls.__new__(cls),
        fill=fill,
    ),
)


def test_a_method_that_was_bound_outside():
    error = error_of(jax.jit(Counter().add), 1.0)

    assert str(error) == (
        f"{BEFORE}It was made at {HERE}:{line_after(make, 1)}, in make, and written at "
        f"{HERE}:{line_after(Counter.add, 1)}, in Counter.add, where it is self/count. "
        f"Likely cause: Counter.add was bound to its object before it was transformed. "
        f"Transform the function of the class with ramie's transform, and pass the "
        f"object as its first argument, as in jit(Model.step)(model), so that the "
        f"change travels back."
    )


def test_a_method_of_a_variable_that_was_bound_outside():
    scale = make()

    error = error_of(jax.jit(scale.set_value), 1.0)

    assert str(error) == (
        f"{BEFORE}It was made at {HERE}:{line_after(make, 1)}, in make, and written at "
        f"{HERE}:{line_after(error_of, 2)}, in error_of. Likely cause: the function "
        f"was bound to its object before it was transformed. Transform the function "
        f"of the class with ramie's transform, and pass the object as its first "
        f"argument, as in jit(Model.step)(model), so that the change travels back."
    )


def test_a_variable_that_leaked_out_of_a_finished_trace():
    kept = []

    def leak(x):
        kept.append(Param(x))
        return x

    jax.jit(leak)(1.0)
    error = error_of(lambda: kept[0].set_value(2.0))

    me = "test_a_variable_that_leaked_out_of_a_finished_trace.<locals>"
    line = line_after(test_a_variable_that_leaked_out_of_a_finished_trace, 8)
    assert str(error) == (
        f"{BEFORE}It was made at {HERE}:{line_after(leak, 1)}, in {me}.leak, and "
        f"written at {HERE}:{line}, in {me}.<lambda>. Likely cause: it was kept after "
        f"the transformed function that made it had finished. Return it from that "
        f"function, through ramie's transform, and use what the call returns."
    )


def test_a_global_variable_is_named_too():
    error = error_of(jax.vmap(lambda x: GLOBAL.set_value(x + 1)), jnp.ones(2))

    assert error.known_as == "GLOBAL"
    assert error.cause == "closed over"


GLOBAL = Param(0.0)


def test_a_variable_that_jax_passes_as_it_is():
    scale = make()

    def step(x, scale):
        scale.value = x
        return x

    error = error_of(jax.jit(jax.grad(step)), 1.0, scale)

    assert (error.cause, error.known_as) == ("passed", "scale")
    assert "step was given the object itself" in str(error)


def test_an_update_names_the_path_as_well():
    model = {"w": make()}

    error = error_of(jax.jit(lambda x: update(model, {"w": x})), 1.0)

    assert error.path == ("w",)
    assert error.known_as == "model/w"


def test_what_is_rebuilt_has_no_place():
    scale = make()

    rebuilt = [
        merge(*split([scale]), copy=True)[0],
        jax.tree.map(lambda x: x, scale),
        scale.copy(),
    ]

    assert show_place(scale._made_at).endswith("in make")
    assert [hasattr(v, "_made_at") for v in rebuilt] == [False] * 3


def test_a_variable_that_jax_makes_for_someone_is_theirs():
    (v,) = jax.tree.map(Variable, [1.0])

    assert show_place(v._made_at).startswith(HERE)


def test_without_a_place_of_its_own_the_error_tells_the_rest():
    scale = make().copy()

    error = error_of(jax.jit(lambda x: scale.set_value(x + 1)), 1.0)

    assert error.made is None
    assert "lost. It was written at" in str(error)
    assert isinstance(scale, Tracked)
