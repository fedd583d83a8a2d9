import jax
import jax.numpy as jnp
import pytest

from ramie.graph import clone, merge, split, state
from ramie.graph.errors import TraceLevelError
from ramie.module import RngKey, Rngs, RngStream
from ramie.module.errors import (
    InvalidSeedError,
    MissingStreamError,
    ModuleError,
    SplitStreamError,
    StreamShapeError,
)


def same(key, other):
    return bool((key == other).all())


def test_streams_are_attributes_and_items():
    rngs = Rngs(params=0, dropout=1)

    assert rngs.params is rngs["params"]
    assert rngs.params is not rngs.dropout
    assert isinstance(rngs.dropout, RngStream)


def test_each_stream_counts_alone():
    rngs = Rngs(params=0, dropout=1)

    rngs.params()
    rngs.params()
    rngs.dropout()

    assert int(rngs.params.count.value) == 2
    assert int(rngs.dropout.count.value) == 1


def test_streams_of_equal_seeds_give_equal_keys():
    assert same(Rngs(params=3).params(), Rngs(dropout=3).dropout())


def test_a_positional_seed_is_that_of_the_default_stream():
    rngs = Rngs(5)

    assert same(rngs(), jax.random.fold_in(jax.random.key(5), 0))
    assert int(rngs.default.count.value) == 1


def test_the_default_stream_answers_for_names_nobody_gave():
    rngs = Rngs(0, dropout=1)

    assert rngs.params is rngs.noise is rngs["anything"] is rngs.default
    assert rngs.dropout is not rngs.default


@pytest.mark.parametrize(
    "ask", [lambda rngs: rngs.params, lambda rngs: rngs["params"]], ids=["name", "item"]
)
def test_a_missing_stream_is_named_with_the_ones_there_are(ask):
    with pytest.raises(MissingStreamError, match=r"'params'.*dropout.*Rngs\(0\)"):
        ask(Rngs(dropout=0))


@pytest.mark.parametrize("kind", [AttributeError, KeyError, ModuleError])
def test_a_missing_stream_can_be_caught_as(kind):
    with pytest.raises(kind):
        _ = Rngs().params


def test_a_call_without_a_default_stream_is_refused():
    with pytest.raises(MissingStreamError, match="'default'"):
        Rngs(params=0)()


def test_in_says_which_streams_were_given():
    rngs = Rngs(0, dropout=1)

    assert "dropout" in rngs
    assert "default" in rngs
    assert "params" not in rngs


def test_iteration_gives_names_and_items_gives_streams():
    rngs = Rngs(0, dropout=1)

    assert list(rngs) == ["dropout", "default"]
    assert len(rngs) == 2
    assert dict(rngs.items()) == {"default": rngs.default, "dropout": rngs.dropout}


def test_a_mapping_of_seeds_gives_streams():
    rngs = Rngs({"params": 0, "dropout": jax.random.key(1)}, noise=2)

    assert list(rngs) == ["params", "dropout", "noise"]


def test_a_stream_that_is_given_is_where_another_begins():
    first = RngStream(3, tag="first")
    first()

    second = Rngs(first, dropout=first)

    assert second.dropout is not first
    assert same(second.default.key.value, first.key.value)
    assert (int(first.count.value), int(second.dropout.count.value)) == (1, 0)
    assert second.dropout.tag == "dropout"


def test_a_seed_that_is_no_seed_leaves_no_stream_behind():
    with pytest.raises(InvalidSeedError, match="'default' got a Rngs"):
        Rngs(Rngs(params=0))


@pytest.mark.parametrize("name", ["items", "split", "fork", "normal"])
def test_a_stream_may_have_the_name_of_a_method(name):
    rngs = Rngs(0, **{name: 1})

    assert list(rngs) == [name, "default"]
    assert len(Rngs.fork(rngs)) == 2
    assert rngs[name].tag == name


def test_an_attribute_that_is_no_stream_is_not_among_them():
    rngs = Rngs(0)

    rngs.note = "mine"

    assert list(rngs) == ["default"]
    assert "note" not in rngs
    assert rngs["note"] is rngs.default


def test_the_name_of_a_method_as_an_item_is_a_stream():
    rngs = Rngs(0)

    assert rngs["normal"] is rngs["items"] is rngs.default


def test_a_seed_no_key_can_be_made_of_is_refused_with_its_name():
    with pytest.raises(InvalidSeedError, match="'dropout' got a str"):
        Rngs(dropout="seed")


def test_a_stream_can_be_added_and_removed():
    rngs = Rngs(0)

    rngs.dropout = RngStream(1, tag="dropout")
    given = "dropout" in rngs
    del rngs.dropout

    assert given
    assert rngs.dropout is rngs.default


def test_a_fork_has_streams_of_its_own():
    rngs = Rngs(0, dropout=1)

    fork = rngs.fork()
    keys = fork.params(), fork.dropout()

    assert list(fork) == list(rngs)
    assert (int(rngs.default.count.value), int(rngs.dropout.count.value)) == (1, 1)
    assert not any(same(key, rngs.default()) for key in keys)


def test_split_and_merge_resume_exactly():
    rngs = Rngs(0, dropout=1)
    rngs.params(), rngs.dropout()

    graphdef, keys, counts = split(clone(rngs), RngKey, ...)
    other = merge(graphdef, keys, counts)

    assert same(other.params(), rngs.params())
    assert same(other.dropout(), rngs.dropout())


def test_the_tag_of_a_stream_is_its_name():
    rngs = Rngs(0, dropout=1)

    assert list(state(rngs, "dropout")) == ["dropout"]


def test_keys_are_drawn_inside_a_trace_from_state_that_is_passed():
    rngs = Rngs(0)
    graphdef, leaves = split(rngs)

    def draw(leaves):
        inside = merge(graphdef, leaves, copy=True)
        return inside.params(), split(inside)[1]

    key, leaves = jax.jit(draw)(leaves)

    assert same(key, rngs.params())
    assert int(leaves["default"]["count"].value) == 1


def test_a_stream_of_another_trace_is_not_drawn_from():
    rngs = Rngs(0)

    with pytest.raises(TraceLevelError, match="RngCount"):
        jax.jit(lambda x: (rngs.params(), x))(jnp.ones(1))

    assert int(rngs.default.count.value) == 0


def test_special_names_are_not_streams():
    assert not hasattr(Rngs(0), "__array__")
    assert not hasattr(Rngs(0), "_private")


def keys_of(rngs):
    return {name: stream.key.value for name, stream in rngs.items()}


def counts_of(rngs):
    return {name: stream.count.value.tolist() for name, stream in rngs.items()}


def test_a_split_holds_different_keys_made_of_the_next():
    rngs = Rngs(0, dropout=1)
    key = clone(rngs).dropout()

    new = rngs.split((2, 3))

    assert same(new.dropout.key.value, jax.random.split(key, (2, 3)))
    assert new.default.count.value.shape == (2, 3)
    assert counts_of(rngs) == {"default": 1, "dropout": 1}


def test_a_broadcast_holds_the_next_key_everywhere():
    rngs = Rngs(0)
    key = clone(rngs)()

    new = rngs.broadcast(3)

    assert new.default.key.shape == (3,)
    assert same(new.default.key.value, key)


@pytest.mark.parametrize("name", ["split", "broadcast"])
def test_streams_without_a_shape_begin_anew(name):
    rngs = Rngs(0, dropout=1)
    rngs(), rngs.dropout()

    new = getattr(rngs, name)({"dropout": 2})

    assert same(new.default.key.value, rngs.default.key.value)
    assert counts_of(new) == {"dropout": [0, 0], "default": 0}
    assert counts_of(rngs) == {"dropout": 2, "default": 1}


def test_a_fork_may_be_split_by_filters_of_which_the_first_wins():
    new = Rngs(0, a=1, b=2).fork(split={"a": None, ("a", "b"): 2})

    assert {name: key.shape for name, key in keys_of(new).items()} == {
        "a": (),
        "b": (2,),
        "default": (),
    }


def test_filters_see_the_stream_with_its_name_as_path():
    seen = []

    Rngs(a=1).fork(split={(lambda *args: seen.append(args) or True): 2})

    ((path, stream),) = seen
    assert path == ("a",)
    assert isinstance(stream, RngStream)


def test_a_split_without_a_shape_is_refused():
    with pytest.raises(StreamShapeError, match=r"split\(\).*None"):
        Rngs(0).split(None)


@pytest.mark.parametrize("name", ["split", "broadcast", "fork"])
def test_a_split_stream_is_not_derived_from_and_no_other_is_drawn_from(name):
    rngs = Rngs(0, dropout=1)
    rngs.dropout = rngs.dropout.split(2)
    arguments = [] if name == "fork" else [3]

    with pytest.raises(SplitStreamError, match=rf"{name}\(\).*'dropout'.*\(2,\)"):
        getattr(rngs, name)(*arguments)

    assert int(rngs.default.count.value) == 0


def test_split_streams_give_a_key_each_inside_of_vmap():
    rngs = Rngs(0).split(3)
    graphdef, leaves = split(rngs)

    keys = jax.vmap(lambda leaves: merge(graphdef, leaves, copy=True).params())(leaves)

    root = jax.random.fold_in(jax.random.key(0), 0)
    assert same(
        keys, jax.vmap(jax.random.fold_in, (0, None))(jax.random.split(root, 3), 0)
    )
