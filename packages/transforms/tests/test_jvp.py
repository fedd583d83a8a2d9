import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import State, clone, state
from ramie.module import Module
from ramie.transforms import grad, jit, jvp
from ramie.transforms.errors import TangentCountError, TangentMismatchError
from ramie.variables import BatchStat, Param, Variable


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def scalar(value, kind=Param):
    return kind(jnp.asarray(value, jnp.float32))


def make():
    return Box(w=scalar(3), mean=scalar(4, BatchStat), calls=Variable(jnp.int32(0)))


def product(box, x):
    box.calls.value = box.calls.value + 1
    return box.w.value * box.mean.value * x


X = jnp.float32(2)
modes = pytest.mark.parametrize("graph", [True, False], ids=["graph", "tree"])


@modes
def test_it_is_what_jax_says_of_the_arrays(graph):
    primals = tuple(map(jnp.float32, (3, 4, 2)))
    expected = jax.jvp(lambda w, m, x: w * m * x, primals, primals)
    box = make()

    value, tangent = jvp(product, (box, X), (clone(box), X), graph=graph)

    assert (value.item(), tangent.item()) == tuple(each.item() for each in expected)
    assert box.calls.value.item() == 1


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (State({"w": Param(jnp.float32(1))}), 8.0),
        (State({"w": 1.0}), 8.0),
        (Box(w=scalar(1), mean=scalar(1), calls=Variable(jnp.int32(9))), 14.0),
        (None, 0.0),
    ],
    ids=["state", "state of numbers", "module", "nothing"],
)
def test_a_tangent_may_be_a_state_a_module_or_nothing(given, expected):
    _, tangent = jvp(product, (make(), X), (given, None))

    assert tangent.item() == expected


def test_variables_and_containers_have_tangents_in_kind():
    v = scalar(3, Variable)

    def both(v, tree):
        return v.value * tree["box"].w.value * tree["x"]

    primals = v, {"box": make(), "x": X}
    of_v = jvp(both, primals, (Variable(jnp.float32(1)), None))[1]
    of_array = jvp(both, primals, (jnp.float32(1), {"box": None, "x": None}))[1]
    of_tree = jvp(both, primals, (None, {"box": State({"w": 1.0}), "x": 1.0}))[1]

    assert (of_v.item(), of_array.item(), of_tree.item()) == (6.0, 6.0, 15.0)


def test_returned_objects_have_tangents_like_them():
    (new, same), (new_t, same_t) = jvp(
        lambda box: (Box(v=Param(box.w.value * 2)), box.w),
        (box := make(),),
        (State({"w": 1.0}),),
    )

    assert (new.v.value.item(), new_t.v.value.item()) == (6.0, 2.0)
    assert same is box.w
    assert (type(same_t), same_t.value.item()) == (Param, 1.0)


def test_aux_is_returned_beside():
    value, tangent, aux = jvp(lambda x: (x**2, {"x": x}), (3.0,), (1.0,), has_aux=True)

    assert (value.item(), tangent.item(), float(aux["x"])) == (9.0, 6.0, 3.0)


def test_every_way_of_writing_it():
    args = (make(), X), (State({"w": 1.0}), None)

    ways = [
        jvp(product)(*args),
        jvp()(product)(*args),
        jvp(graph=False)(product)(*args),
    ]

    assert [tangent.item() for _, tangent in ways] == [8.0] * 3
    assert jvp(product).__name__ == "product"


def test_a_bound_method_changes_its_object():
    class Counter(Box):
        def times(self, x):
            self.calls.value = self.calls.value + 1
            return x * self.w.value

    counter = Counter(w=scalar(3), calls=Variable(jnp.int32(0)))

    assert [each.item() for each in jvp(counter.times, (X,), (X,))] == [6.0, 6.0]
    assert counter.calls.value.item() == 1


def test_a_shared_variable_has_one_tangent():
    w = scalar(3)

    def square(a, b):
        return a.w.value * b.w.value

    one = jvp(square, (Box(w=w), Box(w=w)), (State({"w": 1.0}), None))[1]
    two = jvp(square, (Box(w=w), Box(w=w)), (None, State({"w": 1.0})))[1]
    both = jvp(square, (Box(w=w), Box(w=w)), (State({"w": 1.0}), Box(w=scalar(1))))[1]

    assert one.item() == two.item() == both.item() == 6.0


def test_forward_over_reverse_inside_jit():
    @jit
    def curvature(box):
        def slope(box):
            return grad(lambda box: box.w.value**3)(box).w.value

        return jvp(slope, (box,), (State({"w": 1.0}),))[1]

    np.testing.assert_allclose(curvature(make()), 18.0)


def test_no_tracer_leaks():
    box = make()

    with jax.checking_leaks():
        out = jvp(product, (box, X), (None, X))

    leaves = jax.tree.leaves((state(box), out))
    assert not any(isinstance(leaf, jax.core.Tracer) for leaf in leaves)


@pytest.mark.parametrize("tangents", [(), (None, None), None])
def test_tangents_are_as_many_as_primals(tangents):
    with pytest.raises(TangentCountError, match="primals are a tuple of 1"):
        jvp(lambda x: x, (1.0,), tangents)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (State({"q": 1.0}), r"unexpected \(1\): q"),
        (State({"w": jnp.ones(2)}), r"type at w: float32\[\] was wanted, float32\[2\]"),
        (State({"w": jnp.int32(2)}), r"type at w: float32\[\] was wanted, int32\[\]"),
    ],
    ids=["path", "shape", "dtype"],
)
def test_a_tangent_that_does_not_fit_is_named(given, text):
    with pytest.raises(TangentMismatchError, match=f"(?s)of argument 0.*{text}"):
        jvp(product, (make(), X), (given, X))


def test_a_container_that_does_not_fit_is_named():
    with pytest.raises(TangentMismatchError, match="dict was wanted, list given"):
        jvp(lambda t: t["box"].w.value, ({"box": make()},), ([1.0],))


def test_a_tangent_of_arrays_that_does_not_fit_is_named():
    with pytest.raises(TangentMismatchError, match=r"argument 1.*\n.*a: float32\[2\] "):
        jvp(lambda x, _tree: x, (1.0, {"a": jnp.ones(2)}), (None, {"a": jnp.ones(3)}))


def test_zero_may_stand_inside_of_a_tangent():
    x, y = jnp.float32(2), jnp.float32(3)

    _, slope = jvp(
        lambda t: t["x"] * t["y"], ({"x": x, "y": y},), ({"x": 1.0, "y": None},)
    )

    assert slope.item() == 3.0


def test_primals_and_tangents_are_tuples():
    with pytest.raises(TangentCountError, match="primals are something else than a"):
        jvp(lambda x: x, 2.0, 1.0)
