import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import State
from ramie.module import Module
from ramie.transforms import DiffState, custom_vjp, grad, jit, vjp
from ramie.transforms.errors import (
    ArgumentOptionError,
    NotCallableError,
    RuleArgumentError,
    RuleMissingError,
    RuleResultError,
    TangentMismatchError,
)
from ramie.variables import BatchStat, Param, Variable


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def scalar(value, kind=Param):
    return kind(jnp.asarray(value, jnp.float32))


def make():
    return Box(
        x=scalar(2), y=scalar(3), mean=scalar(0, BatchStat), n=Variable(jnp.int32(0))
    )


def plain(box, scale):
    box.mean.value = box.mean.value + box.x.value
    box.n.value = box.n.value + 1
    return jnp.sin(box.x.value) * box.y.value * scale


MODES = [
    {"graph": True, "graph_updates": True},
    {"graph": True, "graph_updates": False},
    {"graph": False, "graph_updates": False},
]
modes = pytest.mark.parametrize("mode", MODES, ids=["graph", "frozen shape", "tree"])


def with_rule(mode, seen):
    """`plain` with ten times its derivative."""
    fun = custom_vjp(plain, **mode)

    def fwd(box, scale):
        value = fun(box, scale)
        return value, (box, {"scale": scale})

    def bwd(residuals, g):
        seen.append(g)
        box, rest = residuals
        value_g = g[1] if mode["graph_updates"] else g
        x, y, scale = box.x.value, box.y.value, rest["scale"]
        box_g = {
            "x": Param(10 * jnp.cos(x) * y * scale * value_g),
            "y": Param(10 * jnp.sin(x) * scale * value_g),
        }
        box_g = State(box_g) if mode["graph_updates"] else Box(**box_g)
        return box_g, 10 * jnp.sin(x) * y * value_g

    fun.defvjp(fwd, bwd)
    return fun


@modes
@pytest.mark.parametrize("outer", ["eager", "jit outside", "jit inside"])
def test_the_rule_is_the_derivative(mode, outer):
    fun, box = with_rule(mode, []), make()
    transform = {
        "eager": lambda f: grad(f, argnums=(0, 1), **mode),
        "jit outside": lambda f: jit(grad(f, argnums=(0, 1), **mode)),
        "jit inside": lambda f: grad(jit(f, **mode), argnums=(0, 1), **mode),
    }[outer]

    box_g, scale_g = transform(fun)(box, jnp.float32(5))

    expected = jax.grad(lambda x, y, s: 10 * jnp.sin(x) * y * s, argnums=(0, 1, 2))(
        *map(jnp.float32, (2, 3, 5))
    )
    got = [box_g.x.value, box_g.y.value, scale_g]
    np.testing.assert_allclose(got, expected, rtol=1e-6)
    assert (box.mean.value.item(), box.n.value.item()) == (2.0, 1)


@modes
def test_without_a_derivative_it_is_the_function(mode):
    fun, box = with_rule(mode, []), make()

    value = fun(box, scale=jnp.float32(5))

    np.testing.assert_allclose(value, np.sin(2) * 15, rtol=1e-6)
    assert (box.mean.value.item(), box.n.value.item()) == (2.0, 1)
    assert fun.__name__ == "plain"


def test_in_graph_mode_the_rule_is_told_of_what_was_written():
    fun = with_rule(MODES[0], seen := [])

    def loss(box, scale):
        return fun(box, scale) + 7 * box.mean.value

    grad(loss)(make(), jnp.float32(5))

    (((box_g, scale_g), value_g),) = seen
    assert scale_g is None
    assert value_g.item() == 1.0
    assert sorted(box_g) == ["mean", "n", "x", "y"]
    assert (box_g.mean.value.item(), box_g.x.value.item()) == (7.0, 0.0)
    assert box_g.n.value.dtype == jax.dtypes.float0


@pytest.mark.parametrize("mode", MODES[1:], ids=["frozen shape", "tree"])
def test_where_edits_do_not_travel_it_is_told_of_the_value_alone(mode):
    fun = with_rule(mode, seen := [])

    grad(fun, **mode)(make(), jnp.float32(5))

    assert [g.item() for g in seen] == [1.0]


def test_static_arguments_come_first_in_bwd():
    fun = custom_vjp(lambda power, x: x**power, nondiff_argnums=(0,))
    fun.defvjp(
        lambda power, x: (fun(power, x), x),
        lambda power, x, g: (power * 100 * x * g[1],),
    )

    assert grad(fun, argnums=1)(3, 2.0).item() == 600.0


def test_a_filter_says_which_variables_are_differentiated():
    fun = custom_vjp(
        lambda box: box.x.value * box.y.value,
        nondiff_argnums=(DiffState(0, lambda path, _: "x" in path),),
    )
    fun.defvjp(
        lambda box: (fun(box), None),
        lambda _, g: (State({"x": Param(g[1] * 5), "y": Param(g[1] * 5)}),),
    )

    box_g = grad(fun)(make())

    assert (box_g.x.value.item(), box_g.y.value.item()) == (5.0, 0.0)


def test_a_filter_reaches_into_containers():
    fun = custom_vjp(
        lambda pair: pair[0].x.value * pair[1].value,
        nondiff_argnums=(DiffState(0, Param),),
    )
    fun.defvjp(lambda pair: (fun(pair), None), lambda _, g: (g[0][0],))

    box_g, v_g = grad(fun)([make(), scalar(4, Variable)])

    assert (box_g.x.value.item(), v_g.value.item()) == (0.0, 0.0)


def test_variables_and_containers_are_told_in_kind():
    seen = []
    fun = custom_vjp(lambda v, tree: v.value * tree["box"].x.value * tree["s"])

    def bwd(_, g):
        seen.append(g[0])
        return scalar(1, Variable), {"box": State({"x": 2.0}), "s": jnp.float32(3)}

    fun.defvjp(lambda v, tree: (fun(v, tree), None), bwd)

    v_g, tree_g = grad(fun, argnums=(0, 1))(
        scalar(4, Variable), {"box": make(), "s": jnp.float32(5)}
    )

    assert (v_g.value.item(), tree_g["box"].x.value.item()) == (1.0, 2.0)
    assert tree_g["s"].item() == 3.0
    ((of_v, of_tree),) = seen
    assert (type(of_v), of_v.value.item(), of_tree["s"]) == (Variable, 0.0, None)
    assert sorted(of_tree["box"]) == ["mean", "n", "x", "y"]


def test_none_is_zero():
    fun = custom_vjp(lambda box, tree: box.x.value * tree[0].value * tree[1])
    fun.defvjp(lambda box, tree: (fun(box, tree), None), lambda *_: (None, None))

    box_g, tree_g = grad(fun, argnums=(0, 1))(make(), (scalar(1), jnp.float32(2)))

    assert (box_g.x.value.item(), tree_g[0].value.item(), tree_g[1].item()) == (0, 0, 0)


def test_what_two_arguments_share_has_the_sum_of_both_cotangents():
    w = scalar(3)
    fun = custom_vjp(lambda a, b: a.w.value * b.w.value)
    fun.defvjp(
        lambda a, b: (fun(a, b), None),
        lambda _, g: (State({"w": Param(g[1] * 1)}), State({"w": Param(g[1] * 10)})),
    )

    assert grad(fun)(Box(w=w), Box(w=w)).w.value.item() == 11.0


def returns_objects(mode, seen):
    def both(box):
        return box, Box(z=Param(box.x.value * 2), v=box.y.value)

    fun = custom_vjp(both, **mode)

    def bwd(_, g):
        seen.append(g)
        return (State({"x": Param(jnp.float32(100))}),)

    fun.defvjp(lambda box: (both(box), None), bwd)
    return fun


def test_returned_objects_in_graph_mode():
    fun = returns_objects(MODES[0], seen := [])

    def loss(box):
        same, new = fun(box)
        assert same is box
        return new.z.value * 3 + new.v * 4 + same.x.value * 5

    box_g = grad(loss)(make())

    # What is only passed through is differentiated without the rule.
    assert box_g.x.value.item() == 105.0
    ((_, (same_g, new_g)),) = seen
    assert dict(same_g) == {}
    assert (new_g["z"].value.item(), new_g["v"].item()) == (3.0, 4.0)


def test_returned_objects_where_edits_do_not_travel():
    fun = returns_objects(MODES[2], seen := [])

    grad(lambda box: fun(box)[1].z.value * 3, graph=False)(make())

    ((same_g, new_g),) = seen
    assert (type(new_g), new_g.z.value.item()) == (Box, 3.0)
    assert same_g.x.value.item() == 0.0


def test_new_variables_of_an_argument_are_among_its_updates():
    seen = []

    def grow(box):
        box.new = Param(box.x.value * 2)
        return box.x.value

    fun = custom_vjp(grow)

    def bwd(_, g):
        seen.append(g[0][0])
        return (None,)

    fun.defvjp(lambda box: (grow(box), None), bwd)

    def loss(box):
        fun(box)
        return box.new.value * 9

    grad(loss)(make())

    assert seen[0]["new"].value.item() == 9.0


def test_a_method_may_have_a_rule():
    class Layer(Box):
        @custom_vjp
        def times(self, x):
            return self.x.value * x

        times.defvjp(
            lambda self, x: (self.x.value * x, None),
            lambda _, g: (State({"x": Param(g[1] * 50)}), None),
        )

    layer = Layer(x=scalar(2))

    assert layer.times(jnp.float32(3)).item() == 6.0
    assert grad(lambda m: m.times(jnp.float32(3)))(layer).x.value.item() == 50.0


def test_it_is_a_decorator_with_and_without_arguments():
    @custom_vjp(graph=False)
    def double(x):
        return 2 * x

    double.defvjp(lambda x: (2 * x, None), lambda _, g: (7 * g,))

    assert vjp(double, 1.0)[1](1.0) == (7.0,)


def test_no_tracer_leaks():
    fun, box = with_rule(MODES[0], []), make()

    with jax.checking_leaks():
        grads = grad(fun)(box, jnp.float32(5))

    leaves = jax.tree.leaves((box.mean.value, grads))
    assert not any(isinstance(leaf, jax.core.Tracer) for leaf in leaves)


# ── wrong input


def test_a_function_without_a_rule_is_named():
    with pytest.raises(RuleMissingError, match=r"plain has no rule.*plain\.defvjp"):
        custom_vjp(plain)(make(), 1.0)


def test_numbers_name_arguments():
    with pytest.raises(ArgumentOptionError, match="has 2: the function takes 2"):
        custom_vjp(lambda x, n: x * n, nondiff_argnums=(2,))


def test_rules_are_functions():
    with pytest.raises(NotCallableError, match=r"defvjp\(\) takes a function"):
        custom_vjp(lambda x: x).defvjp(lambda x: (x, None), None)


@pytest.mark.parametrize("number", [1, -1])
def test_a_static_argument_may_be_counted_from_the_end_and_have_a_default(number):
    @custom_vjp(nondiff_argnums=(number,), graph_updates=False)
    def times(x, n=2):
        return x * n

    times.defvjp(lambda x, n: (x * n, None), lambda n, _, g: (10 * n * g,))

    assert grad(times)(1.0) == 20.0


def test_a_cotangent_of_an_array_fits_it():
    fun = custom_vjp(lambda x: x.sum())
    fun.defvjp(lambda x: (x.sum(), None), lambda *_: (jnp.ones(3),))

    with pytest.raises(
        TangentMismatchError, match=r"argument 0.*\n.*float32\[3\] given"
    ):
        grad(fun)(jnp.ones(2))


def test_an_object_among_static_arguments_is_named():
    fun = custom_vjp(lambda _, x: x, nondiff_argnums=(0,))
    fun.defvjp(lambda _, x: (x, None), lambda *_: (None,))

    with pytest.raises(RuleArgumentError, match=r"Argument 0 .* a Box.*DiffState\(0"):
        fun([make()], 1.0)


def test_a_fwd_that_returns_no_pair_is_named():
    fun = custom_vjp(lambda x: x)
    fun.defvjp(lambda x: x, lambda *_: (None,))

    with pytest.raises(RuleResultError, match="fwd rule"):
        grad(fun)(1.0)


@pytest.mark.parametrize(
    ("answer", "text"), [((1.0, 2.0), "of 1 .* returned 2"), (1.0, "returned no tuple")]
)
def test_a_bwd_that_returns_another_number_is_named(answer, text):
    fun = custom_vjp(lambda x: x)
    fun.defvjp(lambda x: (x, None), lambda *_: answer)

    with pytest.raises(RuleResultError, match=f"bwd rule.*{text}"):
        grad(fun)(1.0)


def test_a_cotangent_that_does_not_fit_is_named():
    fun = custom_vjp(lambda box: box.x.value)
    fun.defvjp(lambda box: (box.x.value, None), lambda *_: (State({"q": 1.0}),))

    with pytest.raises(TangentMismatchError, match=r"(?s)cotangent of argument 0.*q"):
        grad(fun)(make())
