import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import State, graphdef, merge, split, state, to_pure_dict, update
from ramie.graph.errors import TraceLevelError
from ramie.module import Module, Rngs
from ramie.transforms import DiffState, grad, jit, value_and_grad
from ramie.transforms.errors import DiffArgumentError
from ramie.variables import BatchStat, Param, Variable


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


class Net(Module):
    """Two layers, a running mean, noise and a step count."""

    def __init__(self, rngs):
        self.first = Box(
            kernel=Param(jax.random.normal(rngs.params(), (3, 4))),
            bias=Param(jnp.zeros(4)),
        )
        self.last = Box(kernel=Param(jax.random.normal(rngs.params(), (4, 1))))
        self.mean = BatchStat(jnp.zeros(4))
        self.steps = Variable(jnp.int32(0))
        self.rngs = rngs

    def __call__(self, x):
        hidden = jnp.tanh(x @ self.first.kernel.value + self.first.bias.value[None])
        self.mean.value = 0.9 * self.mean.value + 0.1 * hidden.mean(0)
        self.steps.value = self.steps.value + 1
        noise = jax.random.normal(self.rngs.noise(), hidden.shape)
        return (hidden + 0.1 * noise) @ self.last.kernel.value


def loss_of(net, x):
    return jnp.mean(net(x) ** 2)


def scalar(value, kind=Param):
    return kind(jnp.asarray(value, jnp.float32))


@pytest.fixture
def net():
    return Net(Rngs(0))


X = np.linspace(-1, 1, 15, dtype=np.float32).reshape(5, 3)


def pure_gradient(net, x, *filters):
    """What jax.grad says, with the model taken apart by hand."""
    graph, params, rest = split(net, filters or Param, ...)

    def loss(params):
        return loss_of(merge(graph, params, rest, copy=True), x)

    return jax.value_and_grad(loss)(params)


# ── what is differentiated


def test_the_gradient_is_that_of_the_pure_function(net):
    value, expected = pure_gradient(net, X)

    got_value, grads = value_and_grad(loss_of)(net, X)

    assert got_value.item() == value.item()
    assert to_pure_dict(grads).keys() == {"first", "last"}
    jax.tree.map(
        np.testing.assert_array_equal,
        to_pure_dict(grads),
        to_pure_dict(expected),
    )


def test_params_are_differentiated_by_default():
    box = Box(w=scalar(2), stat=scalar(3, BatchStat), array=jnp.float32(4), n=5)

    grads = grad(lambda box: box.w.value**2 * box.stat.value * box.array)(box)

    assert isinstance(grads, State)
    assert list(grads) == ["w"]
    assert type(grads.w) is Param
    assert grads.w.value.item() == 48.0


def test_the_gradient_fits_the_model():
    box = Box(a=Box(w=Param(jnp.ones((2, 3)), note="kernel")), b=[scalar(1)])

    grads = grad(lambda box: box.a.w.value.sum() * box.b[0].value)(box)
    update(box, grads)

    assert grads.a.w.shape == (2, 3)
    assert grads.a.w.note == "kernel"
    assert box.b[0].value.item() == 6.0


@pytest.mark.parametrize(
    ("filter", "names"),
    [
        (BatchStat, ["stat"]),
        (Variable, ["kernel", "stat"]),
        (..., ["kernel", "stat"]),
        (lambda path, _: path == ("kernel",), ["kernel"]),
        ([Param, BatchStat], ["kernel", "stat"]),
        (False, []),
    ],
    ids=["type", "base", "all", "path", "any", "none"],
)
def test_a_spec_selects_variables(filter, names):
    box = Box(kernel=scalar(2), stat=scalar(3, BatchStat), array=jnp.float32(1))

    grads = grad(
        lambda box: box.kernel.value * box.stat.value, argnums=DiffState(0, filter)
    )(box)

    assert sorted(grads) == names


def test_several_arguments_give_a_tuple():
    first, second = Box(w=scalar(2)), Box(w=scalar(3), s=scalar(1, BatchStat))

    grads = grad(
        lambda a, x, b: a.w.value * b.w.value * x * b.s.value,
        argnums=(0, 1, DiffState(2, BatchStat)),
    )(first, jnp.float32(5), second)

    assert [grads[0].w.value.item(), grads[1].item()] == [15.0, 6.0]
    assert list(grads[2]) == ["s"]
    assert grads[2].s.value.item() == 30.0


@pytest.mark.parametrize("argnums", [[0], (0,)])
def test_a_sequence_of_one_gives_a_tuple_of_one(argnums):
    grads = grad(lambda x: x**2, argnums=argnums)(3.0)

    assert [g.item() for g in grads] == [6.0]


def test_a_negative_position_counts_from_the_end():
    assert grad(lambda x, y: x * y**2, argnums=-1)(2.0, 3.0).item() == 12.0


def test_plain_trees_are_differentiated_as_jax_does():
    tree = {"a": jnp.float32(2), "b": [jnp.ones(2)]}

    grads = grad(lambda tree: tree["a"] ** 2 * tree["b"][0].sum())(tree)

    assert grads["a"].item() == 8.0
    assert grads["b"][0].tolist() == [4.0, 4.0]


def test_a_variable_on_its_own_is_differentiated_whatever_its_type():
    v = scalar(3, Variable)

    gradient = grad(lambda v: v.value**2)(v)

    assert type(gradient) is Variable
    assert gradient.value.item() == 6.0
    assert v.value.item() == 3.0


def test_a_state_is_differentiated_in_its_shape(net):
    graph, params, rest = split(net, Param, ...)

    grads = grad(lambda params: loss_of(merge(graph, params, rest, copy=True), X))(
        params
    )

    assert isinstance(grads, State)
    np.testing.assert_array_equal(
        grads.first.kernel.value, pure_gradient(net, X)[1].first.kernel.value
    )


def test_modules_and_arrays_in_one_container():
    box = Box(w=scalar(2), s=scalar(1, BatchStat))

    grads = grad(lambda tree: tree["m"].w.value * tree["x"][0] ** 2)(
        {"m": box, "x": [jnp.float32(3)]}
    )

    assert list(grads["m"]) == ["w"]
    assert (grads["m"].w.value.item(), grads["x"][0].item()) == (9.0, 12.0)


def test_keyword_arguments_are_passed_on():
    box = Box(w=scalar(2))

    grads = grad(lambda box, *, other, scale: box.w.value * other.w.value * scale)(
        box, other=box, scale=5.0
    )

    assert grads.w.value.item() == 20.0


# ── sharing


def test_a_tied_weight_has_one_gradient_the_sum():
    w = scalar(3)
    box = Box(encoder=Box(w=w), decoder=Box(w=w))

    grads = grad(lambda box: box.encoder.w.value * box.decoder.w.value)(box)

    assert to_pure_dict(grads) == {"decoder": {"w": 6.0}}


def test_a_variable_shared_by_two_arguments_belongs_to_the_first():
    w = scalar(3)

    first, second = grad(lambda a, b: a.w.value * b.w.value, argnums=(0, 1))(
        Box(w=w), Box(w=w)
    )

    assert first.w.value.item() == 6.0
    assert list(second) == []


def test_a_shared_variable_belongs_to_the_first_argument_that_is_differentiated():
    w = scalar(3)

    grads = grad(lambda a, b: a.w.value * b.w.value, argnums=1)(Box(w=w), Box(w=w))

    assert grads.w.value.item() == 6.0


def test_a_variable_given_twice_has_one_gradient_in_both_places():
    w = scalar(3)

    first, second = grad(lambda a, b: a.value * b.value, argnums=(0, 1))(w, w)
    tree = grad(lambda tree: tree["a"].value * tree["b"].value)({"a": w, "b": w})

    assert first is second
    assert tree["a"] is tree["b"]
    assert (first.value.item(), tree["a"].value.item()) == (6.0, 6.0)


def test_a_variable_given_beside_its_module_has_a_gradient():
    box = Box(w=scalar(3))

    gradient = grad(lambda box, w: box.w.value * w.value, argnums=1)(box, box.w)

    assert gradient.value.item() == 6.0


def test_a_spec_selects_among_the_variables_of_a_state():
    params = state(Box(kernel=scalar(2), bias=scalar(3)))
    only_kernel = DiffState(0, lambda path, _: "kernel" in path)

    grads = grad(lambda s: s.kernel.value * s.bias.value, argnums=only_kernel)(params)

    assert list(grads) == ["kernel"]


# ── tree mode, frozen Variables, and what has no derivative

UPDATE_FREE = pytest.mark.parametrize(
    "mode", [{"graph": False}, {"graph_updates": False}], ids=["tree", "frozen shape"]
)


@UPDATE_FREE
def test_without_updates_the_gradient_is_a_module_like_the_argument(net, mode):
    value, expected = pure_gradient(net, X)

    got_value, grads = value_and_grad(loss_of, **mode)(net, X)

    assert got_value.item() == value.item()
    assert type(grads) is Net
    jax.tree.map(
        np.testing.assert_array_equal,
        to_pure_dict(state(grads, Param)),
        to_pure_dict(expected),
    )
    assert grads.mean.value.tolist() == [0.0] * 4
    assert grads.steps.value.dtype == jax.dtypes.float0
    assert net.steps.value.item() == 1


@UPDATE_FREE
def test_a_model_of_params_and_its_gradient_have_one_tree_structure(mode):
    box = Box(w=scalar(3), inner=Box(v=scalar(2)), n=5)

    grads = grad(lambda box: box.w.value * box.inner.v.value, **mode)(box)
    moved = jax.tree.map(lambda p, g: p - g, box, grads)

    assert (moved.w.value.item(), moved.inner.v.value.item(), moved.n) == (1.0, -1.0, 5)


@UPDATE_FREE
def test_without_updates_containers_variables_and_states_keep_their_shape(mode):
    box, v = Box(w=scalar(2), s=scalar(3, BatchStat)), scalar(5, Variable)

    def loss(tree, v, params):
        return tree["box"].w.value * tree["x"] * v.value * params.w.value

    tree_g, v_g, state_g = grad(loss, argnums=(0, 1, 2), **mode)(
        {"box": box, "x": jnp.float32(7)}, v, state(Box(w=scalar(1)))
    )

    assert type(tree_g["box"]) is Box
    assert (tree_g["box"].w.value.item(), tree_g["x"].item()) == (35.0, 10.0)
    assert (type(v_g), v_g.value.item()) == (Variable, 14.0)
    assert (type(state_g), state_g.w.value.item()) == (State, 70.0)


def test_in_tree_mode_a_spec_selects_too():
    box = Box(w=scalar(2), s=scalar(3, BatchStat))

    grads = grad(
        lambda box: box.w.value * box.s.value,
        argnums=DiffState(0, BatchStat),
        graph=False,
    )(box)

    assert (grads.w.value.item(), grads.s.value.item()) == (0.0, 2.0)


def test_without_updates_a_tied_weight_stays_tied():
    w = scalar(3)
    box = Box(a=w, b=w)

    grads = grad(lambda box: box.a.value * box.b.value, graph_updates=False)(box)

    assert grads.a is grads.b
    assert grads.a.value.item() == 6.0


@pytest.mark.parametrize("graph", [True, False])
@pytest.mark.parametrize("argnums", [0, DiffState(0, ...)], ids=["default", "all"])
def test_frozen_variables_are_passed_by(graph, argnums):
    box = Box(body=Param(jnp.float32(2), frozen=True), head=scalar(3))

    grads = grad(
        lambda box: box.body.value * box.head.value, argnums=argnums, graph=graph
    )(box)

    of_params = to_pure_dict(state(grads, Param))
    assert of_params == ({"head": 2.0} if graph else {"head": 2.0, "body": 0.0})


@pytest.mark.parametrize("graph", [True, False])
def test_keys_and_counts_are_passed_by_even_where_everything_is_selected(graph):
    box = Box(w=scalar(3), rngs=Rngs(0), n=Variable(jnp.int32(1)))

    grads = grad(lambda box: box.w.value**2, argnums=DiffState(0, ...), graph=graph)(
        box
    )

    assert list(state(grads, Param)) == ["w"]
    if graph:
        assert list(grads) == ["w"]


def test_keys_in_a_state_are_passed_by():
    grads = grad(lambda s: s.w.value**2)(state(Box(w=scalar(3), rngs=Rngs(0))))

    assert list(grads) == ["w"]


def test_a_frozen_variable_that_is_an_argument_was_chosen():
    assert grad(lambda v: v.value**2)(Param(jnp.float32(3), frozen=True)).value == 6.0


def test_a_bound_method_changes_its_object_and_counts_its_own_arguments():
    class Counter(Box):
        def loss(self, x, y):
            self.calls.value = self.calls.value + 1
            return x * y**2

    counter = Counter(calls=Variable(jnp.int32(0)))

    assert grad(counter.loss)(2.0, 3.0).item() == 9.0
    assert grad(counter.loss, argnums=DiffState(1, ...))(2.0, 3.0).item() == 12.0
    assert grad(counter.loss, argnums=-1)(2.0, 3.0).item() == 12.0
    assert counter.calls.value.item() == 3


def test_grad_of_jit_is_that_of_the_function():
    box = Box(w=scalar(3))

    assert grad(jit(lambda box: box.w.value**2))(box).w.value.item() == 6.0


# ── what the function does besides


def test_writes_travel_back(net):
    expected = Net(Rngs(0))
    expected(jnp.asarray(X))

    grad(loss_of)(net, X)

    assert net.steps.value.item() == 1
    assert net.rngs.noise.count.value == expected.rngs.noise.count.value
    np.testing.assert_allclose(net.mean.value, expected.mean.value, rtol=1e-6)


def test_a_written_param_keeps_the_gradient_of_what_it_was():
    box = Box(w=scalar(3))

    def loss(box):
        value = box.w.value**2
        box.w.value = box.w.value * 0
        return value

    grads = grad(loss)(box)

    assert (grads.w.value.item(), box.w.value.item()) == (6.0, 0.0)


def test_structural_edits_travel_back():
    box = Box(w=scalar(3), log=[])

    def loss(box):
        box.log.append(Variable(box.w.value * 2))
        box.n = 1
        return box.w.value**2

    value, grads = value_and_grad(loss)(box)

    assert (value.item(), grads.w.value.item()) == (9.0, 6.0)
    assert (box.log[0].value.item(), box.n) == (6.0, 1)


def test_aux_is_returned_and_may_hold_objects():
    box = Box(w=scalar(3))

    def loss(box):
        return box.w.value**2, {"box": box, "double": box.w.value * 2, "new": Box(n=1)}

    (value, aux), grads = value_and_grad(loss, has_aux=True)(box)
    only, more = grad(loss, has_aux=True)(box)

    assert aux["box"] is box is more["box"]
    assert (value.item(), aux["double"].item(), aux["new"].n) == (9.0, 6.0, 1)
    assert grads.w.value.item() == only.w.value.item() == 6.0


def test_the_loss_may_be_a_variable():
    box = Box(w=scalar(3))

    value, grads = value_and_grad(lambda box: box.w)(box)

    assert (value.item(), grads.w.value.item()) == (3.0, 1.0)


# ── together with other transforms


def test_inside_jit_it_is_the_same(net):
    other = Net(Rngs(0))

    value, grads = value_and_grad(loss_of)(net, X)
    jit_value, jit_grads = jit(value_and_grad(loss_of))(other, X)

    np.testing.assert_allclose(value, jit_value, rtol=1e-6)
    jax.tree.map(
        lambda mine, theirs: np.testing.assert_allclose(mine, theirs, rtol=1e-4),
        to_pure_dict(grads),
        to_pure_dict(jit_grads),
    )
    assert other.steps.value.item() == 1


def test_a_training_step_learns(net):
    @jit
    def step(net, x):
        value, grads = value_and_grad(loss_of)(net, x)
        params = state(net, Param)
        update(net, jax.tree.map(lambda p, g: p - 0.1 * g, params, grads))
        return value

    values = [step(net, X).item() for _ in range(20)]

    assert values[-1] < values[0]
    assert net.steps.value.item() == 20


def test_a_gradient_of_a_gradient():
    box = Box(w=scalar(3))

    def slope(box):
        return grad(lambda box: box.w.value**3)(box).w.value

    assert grad(slope)(box).w.value.item() == 18.0


def test_inside_of_jax_vmap_and_grad_on_objects_made_there():
    def slope(w):
        return grad(lambda box: box.w.value**2)(Box(w=Param(w))).w.value

    assert jax.vmap(slope)(jnp.arange(3.0)).tolist() == [0.0, 2.0, 4.0]
    assert jax.grad(slope)(3.0).item() == 2.0


def test_options_of_jax_are_passed_on():
    z = grad(lambda z: z**2, holomorphic=True)(jnp.complex64(1 + 1j))
    box = Box(n=Param(jnp.int32(1)))
    n = grad(lambda box: box.n.value.astype(float), allow_int=True)(box)

    assert z.item() == 2 + 2j
    assert n.n.value.dtype == jax.dtypes.float0


def test_no_tracer_leaks(net):
    with jax.checking_leaks():
        grads = grad(loss_of)(net, jnp.asarray(X))

    leaves = jax.tree.leaves((state(net), grads))
    assert not any(isinstance(leaf, jax.core.Tracer) for leaf in leaves)


# ── wrong input


def test_an_argument_that_is_not_there_is_named():
    with pytest.raises(DiffArgumentError, match=r"argument 2.*has 1 positional.*argn"):
        grad(lambda _: 0.0, argnums=2)(Box())


def test_an_argument_that_holds_no_array_is_named():
    with pytest.raises(DiffArgumentError, match=r"argument 0: it holds a str"):
        grad(lambda _: 0.0)({"name": "text"})


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_exception_leaves_everything_as_it_was(net, error):
    before, mean = graphdef(net), net.mean.value

    def loss(net, x):
        loss_of(net, x)
        net.new = 1
        raise error("stop")

    with pytest.raises(error, match="stop"):
        grad(loss)(net, X)

    assert graphdef(net) is before
    assert net.mean.value is mean
    assert net.rngs.noise.count.value == 2
    assert grad(loss_of)(net, X).first.bias.shape == (4,)


def test_a_loss_that_is_no_scalar_changes_nothing(net):
    with pytest.raises(TypeError, match="scalar"):
        grad(lambda net, x: net(x))(net, X)

    assert net.steps.value.item() == 0


def test_a_module_that_is_closed_over_cannot_be_written(net):
    with pytest.raises(TraceLevelError, match="argument instead of closing over"):
        grad(lambda x: loss_of(net, x[None]))(jnp.ones(3))

    assert net.steps.value.item() == 0


@pytest.mark.parametrize(
    "argnums", [(0, 0), (0, -1), (0, DiffState(0, Param)), (DiffState(-1, Param), 0)]
)
def test_an_argument_is_differentiated_once(argnums):
    with pytest.raises(DiffArgumentError, match="argument 0: argnums has it twice"):
        grad(lambda box: box.w.value, argnums=argnums)(Box(w=scalar(1)))


def test_two_filters_may_share_an_argument():
    box = Box(w=scalar(1), b=scalar(2))
    by_name = [
        DiffState(0, lambda path, _, name=name: name in path) for name in ("w", "b")
    ]

    w, b = grad(lambda box: box.w.value * box.b.value, argnums=by_name)(box)

    assert (list(w), list(b)) == (["w"], ["b"])
    assert (w["w"].value.item(), b["b"].value.item()) == (2.0, 1.0)


def test_a_filter_that_selects_nothing_is_refused():
    box = Box(w=scalar(1), n=Variable(jnp.array(1)))

    for selects in (BatchStat, "w", lambda path, _: "n" in path):
        with pytest.raises(DiffArgumentError, match="selects nothing that has"):
            grad(lambda box: box.w.value, argnums=DiffState(0, selects))(box)


def test_what_another_argument_holds_too_is_selected():
    tied = scalar(3)
    both = DiffState(0, Param), DiffState(1, Param)

    first, second = grad(lambda a, b: a.w * b.w, argnums=both)(Box(w=tied), Box(w=tied))

    assert (first["w"].value.item(), list(second)) == (6.0, [])


def test_a_filter_may_say_that_nothing_is_differentiated():
    nothing = grad(lambda box: box.w.value, argnums=DiffState(0, False))

    assert list(nothing(Box(w=scalar(1)))) == []
