import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import State, clone, graphdef, state
from ramie.graph.errors import SharedInTreeError
from ramie.module import Module
from ramie.transforms import jit, vjp
from ramie.transforms.errors import DiffArgumentError, TangentMismatchError
from ramie.variables import BatchStat, Param, Variable


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def scalar(value, kind=Param):
    return kind(jnp.asarray(value, jnp.float32))


def make():
    return Box(w=scalar(3), mean=scalar(1, BatchStat), calls=Variable(jnp.int32(0)))


def product(box, x):
    box.calls.value = box.calls.value + 1
    return box.w.value * box.mean.value * x


X = np.float32(2)
MODES = [
    {"graph": True, "graph_updates": True},
    {"graph": True, "graph_updates": False},
    {"graph": False, "graph_updates": False},
]
modes = pytest.mark.parametrize("mode", MODES, ids=["graph", "frozen shape", "tree"])


@modes
def test_it_is_what_jax_says_of_the_arrays(mode):
    expected, pull = jax.vjp(lambda w, m, x: w * m * x, *map(jnp.float32, (3, 1, 2)))
    box = make()

    value, vjp_fn = vjp(product, box, X, **mode)
    box_g, x_g = vjp_fn(jnp.float32(5))

    assert value.item() == expected.item()
    got = [box_g.w.value, box_g.mean.value, x_g]
    np.testing.assert_array_equal(got, pull(jnp.float32(5)))
    assert box.calls.value.item() == 1


def test_in_graph_mode_the_cotangent_of_a_module_is_a_state_of_what_has_one():
    box_g, _ = vjp(product, make(), X)[1](jnp.float32(1))

    assert isinstance(box_g, State)
    assert sorted(box_g) == ["mean", "w"]


@pytest.mark.parametrize("mode", MODES[1:], ids=["frozen shape", "tree"])
def test_where_edits_do_not_travel_it_is_a_module_with_zeros_of_jax(mode):
    box_g, _ = vjp(product, make(), X, **mode)[1](jnp.float32(1))

    assert type(box_g) is Box
    assert box_g.calls.value.dtype == jax.dtypes.float0


def test_arrays_and_frozen_variables_have_cotangents_too():
    box = Box(w=Param(jnp.float32(3), frozen=True), array=jnp.float32(4))

    (box_g,) = vjp(lambda box: box.w.value * box.array, box)[1](jnp.float32(1))

    assert (box_g["w"].value.item(), box_g["array"].item()) == (4.0, 3.0)


def test_aux_is_returned_beside():
    value, vjp_fn, aux = vjp(
        lambda box, x: (product(box, x), {"box": box, "x": x}),
        box := make(),
        X,
        has_aux=True,
    )

    assert aux["box"] is box
    assert (value.item(), vjp_fn(1.0)[1].item()) == (6.0, 3.0)


def test_every_way_of_writing_it():
    ways = [
        vjp(product)(make(), X),
        vjp()(product)(make(), X),
        vjp(graph=False)(product)(make(), X),
    ]

    assert [value.item() for value, _ in ways] == [6.0] * 3
    assert vjp(product).__name__ == "product"


def test_a_bound_method_changes_its_object():
    class Counter(Box):
        def times(self, x):
            self.calls.value = self.calls.value + 1
            return x * self.w.value

    counter = Counter(w=scalar(3), calls=Variable(jnp.int32(0)))

    value, vjp_fn = vjp(counter.times, X)

    assert [each.item() for each in vjp_fn(jnp.float32(1))] == [3.0]
    assert (value.item(), counter.calls.value.item()) == (6.0, 1)


@modes
@pytest.mark.parametrize("as_state", [True, False], ids=["state", "module"])
def test_the_cotangent_of_a_returned_module_is_a_state_or_a_module(mode, as_state):
    box = make()

    out, vjp_fn = vjp(
        lambda box: Box(n=Variable(jnp.int32(1)), v=Param(box.w.value * 2)), box, **mode
    )
    given = Box(n=Variable(jnp.int32(1)), v=scalar(5))
    (box_g,) = vjp_fn(state(given) if as_state else given)

    assert out.v.value.item() == 6.0
    assert box_g.w.value.item() == 10.0


def test_a_returned_argument_is_the_argument_and_has_a_cotangent():
    box = make()

    out, vjp_fn = vjp(lambda box: box, box)
    (box_g,) = vjp_fn(State({"w": scalar(7)}))

    assert out is box
    assert (box_g.w.value.item(), box_g.mean.value.item()) == (7.0, 0.0)


def test_variables_and_containers_are_answered_in_kind():
    v, tree = scalar(3, Variable), {"box": make(), "x": X}

    v_g, tree_g = vjp(lambda v, t: v.value * product(t["box"], t["x"]), v, tree)[1](1.0)

    assert type(v_g) is Variable
    assert v_g.value.item() == 6.0
    assert (tree_g["box"].w.value.item(), tree_g["x"].item()) == (6.0, 9.0)


def test_a_tied_weight_has_the_sum_and_stays_tied():
    w = scalar(3)
    tied = Box(a=Box(w=w), b=Box(w=w))

    def square(tied):
        return tied.a.w.value * tied.b.w.value

    (as_state,) = vjp(square, tied)[1](1.0)
    (as_module,) = vjp(square, tied, graph_updates=False)[1](1.0)

    assert as_state.a.w.value.item() == 6.0
    assert as_module.a.w is as_module.b.w
    assert as_module.a.w.value.item() == 6.0
    with pytest.raises(SharedInTreeError):
        vjp(square, tied, graph=False)


def test_structural_edits_travel_with_updates_only():
    def grow(box):
        box.new = Param(box.w.value)
        return box.w.value

    grown, same = make(), make()

    vjp(grow, grown)
    vjp(grow, same, graph_updates=False)

    assert grown.new.value.item() == 3.0
    assert not hasattr(same, "new")


def test_the_function_may_be_pulled_back_many_times_inside_jit():
    @jit
    def jacobian(box, x):
        _, vjp_fn = vjp(lambda box, x: box.w.value * x, box, x)
        return jax.vmap(lambda e: vjp_fn(e)[1])(jnp.eye(3))

    box = make()

    assert jacobian(box, jnp.arange(3.0)).tolist() == (3 * np.eye(3)).tolist()


def test_no_tracer_leaks():
    box = make()

    with jax.checking_leaks():
        value, vjp_fn = vjp(product, box, X)
        grads = vjp_fn(jnp.float32(1))

    leaves = jax.tree.leaves((state(box), value, grads))
    assert not any(isinstance(leaf, jax.core.Tracer) for leaf in leaves)


def test_an_exception_leaves_everything_as_it_was():
    box = make()
    before = graphdef(clone(box))

    def broken(box):
        product(box, X)
        box.new = 1
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        vjp(broken, box)

    assert graphdef(box) == before
    assert box.calls.value.item() == 0


def test_a_cotangent_that_does_not_fit_is_named():
    _, vjp_fn = vjp(lambda box: Box(v=Param(box.w.value * jnp.ones(2))), make())

    with pytest.raises(TangentMismatchError, match=r"(?s)of the value.*unexp.*q"):
        vjp_fn(State({"q": scalar(1)}))
    with pytest.raises(TangentMismatchError, match=r"v: float32\[2\] .*, float32\[\]"):
        vjp_fn(Box(v=scalar(1)))


def test_a_cotangent_of_arrays_that_does_not_fit_is_named():
    _, vjp_fn = vjp(lambda x: {"a": x, "b": [x]}, jnp.ones(2))

    with pytest.raises(
        TangentMismatchError, match=r"at b/0: float32\[2\] .* int32\[2\]"
    ):
        vjp_fn({"a": None, "b": [jnp.ones(2, int)]})
    with pytest.raises(TangentMismatchError, match=r"(?s)missing \(1\): a.*: c"):
        vjp_fn({"c": None, "b": [None]})


def test_what_cannot_be_differentiated_is_named():
    with pytest.raises(DiffArgumentError, match="argument 0: it holds a str"):
        vjp(lambda _: 0.0, {"name": "text"})
    with pytest.raises(NotImplementedError, match="reduce_axes"):
        vjp(lambda x: x, 1.0, reduce_axes=("batch",))
