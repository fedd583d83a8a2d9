import jax.numpy as jnp
import pytest

from ramie.graph import set_graph_mode, set_graph_updates
from ramie.graph.errors import SharedInTreeError
from ramie.module import (
    Module,
    Rngs,
    RngStream,
    fork_rngs,
    restore_rngs,
    split_rngs,
    with_rngs,
)
from ramie.module.errors import (
    BareDecoratorError,
)
from ramie.variables import Param


def same(one, other):
    return bool((one == other).all())


class Model(Module):
    def __init__(self):
        self.rngs = Rngs(0, dropout=1)
        self.other = RngStream(2, tag="dropout")
        self.scale = Param(jnp.ones(2))
        self.owner = self

    @split_rngs(splits=2)
    def shape(self):
        return self.other.key.shape


def shapes(rngs):
    return {name: stream.key.shape for name, stream in rngs.items()}


def counts(rngs):
    return {name: stream.count.value.tolist() for name, stream in rngs.items()}


# ── as a block


def test_a_block_restores_at_its_end():
    rngs = Rngs(0)

    with split_rngs(rngs, splits=2) as backups:
        inside = shapes(rngs)

    assert inside == {"default": (2,)}
    assert shapes(rngs) == {"default": ()}
    assert counts(rngs) == {"default": 1}
    assert [stream for stream, *_ in backups.backups] == [rngs.default]


def test_a_block_that_fails_restores_as_well():
    rngs = Rngs(0)

    with pytest.raises(RuntimeError), fork_rngs(rngs, split=2):
        raise RuntimeError

    assert shapes(rngs) == {"default": ()}


def test_blocks_can_be_nested_for_different_streams():
    rngs = Rngs(0, dropout=1)

    with (
        split_rngs(rngs, splits=2, only="dropout"),
        fork_rngs(rngs, split={"default": 3}),
    ):
        inside = shapes(rngs)

    assert inside == {"dropout": (2,), "default": (3,)}
    assert shapes(rngs) == {"dropout": (), "default": ()}


# ── as a decorator


def test_a_decorated_function_gets_split_streams_and_they_are_restored():
    @split_rngs(splits=2)
    def f(rngs, x, *, more, note):
        return shapes(rngs), shapes(more["rngs"]), x, note

    rngs, other = Rngs(0), Rngs(1)

    result = f(rngs, jnp.ones(1), more={"rngs": other}, note="static")

    assert result == ({"default": (2,)}, {"default": (2,)}, jnp.ones(1), "static")
    assert shapes(rngs) == shapes(other) == {"default": ()}
    assert counts(rngs) == {"default": 1}
    assert f.__name__ == "f"


def test_a_decorated_function_that_fails_leaves_streams_restored():
    @fork_rngs(split=2)
    def f(rngs):
        raise RuntimeError

    rngs = Rngs(0)

    with pytest.raises(RuntimeError):
        f(rngs)

    assert shapes(rngs) == {"default": ()}


def test_a_method_can_be_decorated():
    model = Model()

    assert model.shape() == (2,)
    assert model.other.key.shape == ()


@pytest.mark.parametrize("options", [{"graph": False}, {"graph_updates": False}])
def test_without_graph_updates_a_decorated_function_gets_copies(options):
    @split_rngs(splits=2, **options)
    def f(rngs, other):
        return rngs, other

    rngs = Rngs(0)

    new, other = f(rngs, 3)

    assert new is not rngs
    assert (shapes(new), shapes(rngs), other) == ({"default": (2,)}, {"default": ()}, 3)


@pytest.mark.parametrize(
    ("decorator", "options"),
    [(split_rngs, {"splits": 2}), (fork_rngs, {}), (with_rngs, {"split": 2})],
)
def test_a_function_where_a_node_belongs_is_refused(decorator, options):
    def f(rngs):
        return rngs

    with pytest.raises(BareDecoratorError, match=rf"`@{decorator.__name__}\(\.\.\.\)`"):
        decorator(f, **options)
    with pytest.raises(BareDecoratorError, match="shape"):
        decorator(Model().shape, **options)


# ── copies


@pytest.mark.parametrize(
    "copied",
    [
        lambda node, **options: split_rngs(node, splits=2, only="dropout", **options),
        lambda node, **options: fork_rngs(node, split={"dropout": 2}, **options),
    ],
    ids=["split", "fork"],
)
def test_without_graph_updates_a_node_is_copied(copied):
    model = Model()

    new = copied(model, graph_updates=False)

    assert new.rngs.dropout.key.shape == new.other.key.shape == (2,)
    assert new.owner is new
    assert new.scale is model.scale
    assert new.rngs.default.key is model.rngs.default.key
    assert model.other.key.shape == ()
    assert int(model.other.count.value) == 1


def test_settings_decide_where_the_arguments_do_not():
    with set_graph_mode(False):
        assert isinstance(split_rngs(Rngs(0), splits=2), Rngs)
    with set_graph_updates(False):
        assert isinstance(fork_rngs(Rngs(0)), Rngs)
        restore_rngs(fork_rngs(Rngs(0), graph_updates=True))


@pytest.mark.parametrize(
    "do",
    [
        lambda node: split_rngs(node, splits=2, graph=False),
        lambda node: fork_rngs(node, graph=False),
        lambda node: with_rngs(node, split=2, graph=False),
    ],
    ids=["split_rngs", "fork_rngs", "with_rngs"],
)
def test_tree_mode_wants_each_stream_once(do):
    rngs = Rngs(0)

    with pytest.raises(SharedInTreeError, match=r"_rngs\(\)"):
        do({"x": rngs, "y": rngs})

    assert counts(rngs) == {"default": 0}
