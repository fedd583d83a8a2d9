import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AxisType
from jax.sharding import PartitionSpec as P

from ramie.graph import State, state
from ramie.graph.errors import SharedInTreeError
from ramie.module import Module
from ramie.transforms import StateSharding, grad, jit, prefix, shard_map
from ramie.transforms.errors import (
    PrefixAliasingError,
    ShardingPrefixError,
    SpecMismatchError,
)
from ramie.variables import BatchStat, Param, Variable

DEVICES = 8
MODEL = StateSharding({Param: P("data"), ...: P()})


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


@pytest.fixture
def mesh():
    return jax.make_mesh((DEVICES,), ("data",), axis_types=(AxisType.Auto,))


def make():
    return Box(w=Param(jnp.arange(8.0)), steps=BatchStat(jnp.zeros(1)))


def scale(box, x):
    assert (box.w.shape, box.steps.shape, x.shape) == ((1,), (1,), (1,))
    box.steps.value = box.steps.value + 1
    return box.w.value * x


X = jnp.full(8, 2.0)
modes = pytest.mark.parametrize("graph", [True, False], ids=["graph", "tree"])


@modes
@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "jit"])
def test_it_is_what_jax_does_with_the_arrays(mesh, graph, compiled):
    expected = jax.shard_map(
        lambda w, s, x: (w * x, s + 1),
        mesh=mesh,
        in_specs=(P("data"), P(), P("data")),
        out_specs=(P("data"), P()),
    )(jnp.arange(8.0), jnp.zeros(1), X)
    fun = shard_map(
        scale, mesh=mesh, in_specs=(MODEL, P("data")), out_specs=P("data"), graph=graph
    )
    box = make()

    out = (jit(fun) if compiled else fun)(box, X)

    np.testing.assert_array_equal(out, expected[0])
    np.testing.assert_array_equal(box.steps.value, expected[1])


def test_what_was_written_may_go_in_again(mesh):
    fun = shard_map(scale, mesh=mesh, in_specs=(MODEL, P("data")), out_specs=P("data"))
    box, compiled = make(), jit(fun)

    for call in (fun, fun, compiled, fun, compiled):
        call(box, X)

    assert box.steps.value.tolist() == [5.0]


def test_specs_may_be_a_state_or_stand_for_a_whole_module(mesh):
    by_path = StateSharding(State({"w": P("data"), "steps": P()}))
    whole = Box(w=Param(jnp.arange(8.0)))

    one = shard_map(
        scale, mesh=mesh, in_specs=(by_path, P("data")), out_specs=P("data")
    )
    two = shard_map(
        lambda box: box.w.value * 2, mesh=mesh, in_specs=P("data"), out_specs=P("data")
    )

    np.testing.assert_array_equal(one(make(), X), two(whole))


def test_specs_may_be_shaped_like_a_module(mesh):
    box, other = make(), Box(inner=make(), more=[make()])
    specs = prefix(box, {Param: P("data"), ...: P()})
    whole = Box(inner=MODEL, more=[specs])

    one = shard_map(scale, mesh=mesh, in_specs=(specs, P("data")), out_specs=P("data"))
    two = shard_map(
        lambda other, x: scale(other.inner, x) + scale(other.more[0], x),
        mesh=mesh,
        in_specs=(whole, P("data")),
        out_specs=P("data"),
    )

    np.testing.assert_array_equal(2 * one(box, X), two(other, X))
    with pytest.raises(ShardingPrefixError, match="at in_specs/0/inner/steps: the mod"):
        shard_map(scale, mesh=mesh, in_specs=(specs, P()), out_specs=P())(other, X)


def test_nothing_said_is_replicated(mesh):
    add = shard_map(
        lambda v, x: v.value.sum() + x,
        mesh=mesh,
        in_specs=(None, P("data")),
        out_specs=P("data"),
    )

    assert add(Variable(jnp.arange(3.0)), X).tolist() == [5.0] * 8


def test_collectives_and_containers(mesh):
    @shard_map(
        mesh=mesh,
        in_specs=({"box": MODEL, "x": P("data")},),
        out_specs={"sum": P(), "x": P("data")},
    )
    def total(tree):
        mine = (tree["box"].w.value * tree["x"]).sum()
        return {"sum": jax.lax.psum(mine, "data"), "x": tree["x"]}

    out = total({"box": make(), "x": X})

    assert out["sum"].item() == 56.0
    np.testing.assert_array_equal(out["x"], X)


@pytest.mark.parametrize("out_specs", [MODEL, P("data")], ids=["filters", "one spec"])
def test_a_module_may_be_made_on_the_devices(mesh, out_specs):
    def make_there(x):
        made = Box(w=Param(x * 3))
        if isinstance(out_specs, StateSharding):
            made.mean = BatchStat(jnp.zeros(2))
        return made

    made = shard_map(make_there, mesh=mesh, in_specs=P("data"), out_specs=out_specs)(X)

    np.testing.assert_array_equal(made.w.value, X * 3)
    assert made.w.value.sharding.spec == P("data")


def test_new_variables_of_an_argument_are_sharded_as_its_spec_says(mesh):
    def grow(box, x):
        box.new, box.mean = Param(x * 3), BatchStat(jnp.zeros(2))
        return x

    box = make()

    shard_map(grow, mesh=mesh, in_specs=(MODEL, P("data")), out_specs=P("data"))(box, X)

    np.testing.assert_array_equal(box.new.value, X * 3)
    assert box.mean.shape == (2,)


def test_new_variables_have_the_one_spec_of_their_module(mesh):
    def grow(box):
        box.new = Param(box.w.value * 3)

    box = Box(w=Param(X))

    shard_map(grow, mesh=mesh, in_specs=P("data"), out_specs=P())(box)

    np.testing.assert_array_equal(box.new.value, X * 3)


def test_new_arrays_inside_a_container_are_replicated(mesh):
    def grow(tree):
        tree["box"].new = Variable(jnp.ones(3))

    box = Box(w=Param(X))

    shard_map(grow, mesh=mesh, in_specs=({"box": P("data")},), out_specs=P())(
        {"box": box}
    )

    assert box.new.value.tolist() == [1.0] * 3


def test_structural_edits_stay_inside_without_updates(mesh):
    def grow(box, x):
        box.new = Param(x)
        return x

    box = make()

    shard_map(
        grow,
        mesh=mesh,
        in_specs=(MODEL, P("data")),
        out_specs=P("data"),
        graph_updates=False,
    )(box, X)

    assert not hasattr(box, "new")


def test_a_returned_argument_is_the_argument(mesh):
    box = make()

    assert (
        shard_map(lambda b: b, mesh=mesh, in_specs=(MODEL,), out_specs=MODEL)(box)
        is box
    )


def test_it_is_differentiated(mesh):
    def loss(box):
        spread = shard_map(
            scale, mesh=mesh, in_specs=(MODEL, P("data")), out_specs=P("data")
        )
        return spread(box, X).sum()

    box = make()

    assert grad(loss)(box).w.value.tolist() == X.tolist()
    assert box.steps.value.item() == 1.0


def test_the_function_is_traced_once(mesh):
    traces = []

    @shard_map(mesh=mesh, in_specs=(MODEL, P("data")), out_specs=P("data"))
    def traced(box, x):
        traces.append(1)
        return scale(box, x)

    jit(traced)(make(), X)

    assert len(traces) == 1


def test_a_method_is_bound_to_an_object_that_is_everywhere(mesh):
    class Counter(Box):
        def times(self, x):
            self.calls.value = self.calls.value + 1
            return x * self.calls.value

        spread = shard_map(times, mesh=mesh, in_specs=P(), out_specs=P())

    counter = Counter(calls=Variable(jnp.zeros(())))
    bound = shard_map(counter.times, mesh=mesh, in_specs=P("data"), out_specs=P("data"))

    assert bound(X).tolist() == X.tolist()
    assert counter.calls.value.item() == 1.0


def test_keyword_arguments_are_everywhere(mesh):
    fun = shard_map(
        lambda x, *, by: x * by.value,
        mesh=mesh,
        in_specs=(P("data"),),
        out_specs=P("data"),
    )

    assert fun(X, by=Variable(jnp.float32(3))).tolist() == [6.0] * 8


def test_no_tracer_leaks(mesh):
    box = make()

    with jax.checking_leaks():
        out = shard_map(
            scale, mesh=mesh, in_specs=(MODEL, P("data")), out_specs=P("data")
        )(box, X)

    leaves = jax.tree.leaves((state(box), out))
    assert not any(isinstance(leaf, jax.core.Tracer) for leaf in leaves)


# ── wrong input


def first(box, _):
    return box.w.value


def test_a_module_given_twice_has_one_spec(mesh):
    fun = shard_map(first, mesh=mesh, in_specs=(MODEL, P()), out_specs=P())
    box = make()

    with pytest.raises(PrefixAliasingError, match=r"^argument 0 and argument 1 "):
        fun(box, box)


def test_a_variable_that_two_modules_share_has_one_spec(mesh):
    fun = shard_map(first, mesh=mesh, in_specs=(MODEL, P()), out_specs=P())
    w = Param(jnp.arange(8.0))

    one, other = Box(w=w), {"inner": [Box(w=w)]}
    with pytest.raises(
        PrefixAliasingError, match=r"at w and .* at inner/0/w .*in_specs"
    ):
        fun(one, other)


def test_specs_are_as_many_as_arguments(mesh):
    with pytest.raises(
        ShardingPrefixError, match="at in_specs: it has 1 entries for 2"
    ):
        shard_map(scale, mesh=mesh, in_specs=(P(),), out_specs=P())(make(), X)


def test_a_variable_that_no_filter_selects_is_named(mesh):
    only = StateSharding({Param: P("data")})

    with pytest.raises(ShardingPrefixError, match="at in_specs/0/steps: no filter"):
        shard_map(scale, mesh=mesh, in_specs=(only, P("data")), out_specs=P())(
            make(), X
        )


def test_results_fit_their_specs(mesh):
    with pytest.raises(ShardingPrefixError, match="at out_specs/0/steps: no filter"):
        shard_map(
            lambda box: (box,),
            mesh=mesh,
            in_specs=(MODEL,),
            out_specs=(StateSharding({Param: P("data")}),),
        )(make())


@pytest.mark.parametrize(
    ("in_specs", "text"),
    [
        ((MODEL, {"x": P("model")}), "argument 1 at x: 'model' is none of the mapped"),
        ((MODEL, P(None, "data")), r"argument 1 at x: it has 2 entries, .* \(8,\)"),
        ((P("data"), P()), r"argument 0 at steps: 8 does not divide .* \(1,\)"),
        ((Box(w="data", steps=P()), P()), "'data' for argument 0 at w: it is no P"),
    ],
    ids=["axis", "entries", "size", "type"],
)
def test_specs_fit_arrays_and_mesh(mesh, in_specs, text):
    fun = shard_map(first, mesh=mesh, in_specs=in_specs, out_specs=P("data"))

    with pytest.raises(SpecMismatchError, match=f"^in_specs has .*{text}"):
        fun(make(), {"x": X})


def test_a_method_counts_its_arguments_without_the_object(mesh):
    class Scaled(Box):
        def times(self, x):
            return self.w.value * x

    bound = Scaled(w=Param(jnp.ones(()))).times

    with pytest.raises(SpecMismatchError, match="for argument 0: 'model'"):
        shard_map(bound, mesh=mesh, in_specs=P("model"), out_specs=P())(X)


@pytest.mark.parametrize(
    ("of_x", "of_made", "of_box", "text"),
    [
        (P("model"), P("data"), MODEL, "out_specs has .* the returned value at x: 'm"),
        (P("data"), "data", MODEL, "'data' for the returned value at made/0/w: it is"),
        (P("data"), P("data"), P("model"), "out_specs has .* argument 0 at [a-z]+: 'm"),
    ],
    ids=["value", "new object", "argument"],
)
def test_specs_fit_results(mesh, of_x, of_made, of_box, text):
    def make_more(box, x):
        box.steps.value = box.steps.value + 1
        box.new = Param(x)
        return {"x": x, "made": [Box(w=Param(x))], "box": box}

    box = make()
    out_specs = {"x": of_x, "made": of_made, "box": of_box}
    fun = shard_map(
        make_more, mesh=mesh, in_specs=(MODEL, P("data")), out_specs=out_specs
    )

    with pytest.raises(SpecMismatchError, match=text):
        fun(box, X)

    assert box.steps.value.item() == 0.0
    assert not hasattr(box, "new")


def test_the_spec_of_an_argument_fits_its_new_variables(mesh):
    def grow(box):
        box.new = Param(jnp.zeros(()))

    fun = shard_map(grow, mesh=mesh, in_specs=(MODEL,), out_specs=P())

    with pytest.raises(SpecMismatchError, match=r"for a new Variable at new: it has 1"):
        fun(make())


def test_a_shared_variable_is_refused_in_tree_mode(mesh):
    w = Param(jnp.arange(8.0))

    with pytest.raises(SharedInTreeError, match="shard_map"):
        shard_map(
            lambda b: b.a.value, mesh=mesh, in_specs=P(), out_specs=P(), graph=False
        )(Box(a=w, b=w))


def test_an_exception_leaves_everything_as_it_was(mesh):
    def broken(box, x):
        scale(box, x)
        raise RuntimeError("stop")

    box = make()

    with pytest.raises(RuntimeError, match="stop"):
        shard_map(broken, mesh=mesh, in_specs=(MODEL, P("data")), out_specs=P())(box, X)

    assert box.steps.value.item() == 0.0
