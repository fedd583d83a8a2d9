import jax
import jax.numpy as jnp
import pytest

from ramie.graph import clone, merge, split, state
from ramie.graph.errors import TraceLevelError
from ramie.module import RngKey, Rngs, RngStream
from ramie.module.errors import InvalidSeedError, MissingStreamError, ModuleError


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

    assert list(rngs) == ["default", "dropout"]
    assert len(rngs) == 2
    assert rngs.items() == [("default", rngs.default), ("dropout", rngs.dropout)]


def test_a_mapping_of_seeds_gives_streams():
    rngs = Rngs({"params": 0, "dropout": jax.random.key(1)}, noise=2)

    assert list(rngs) == ["params", "dropout", "noise"]


def test_streams_that_are_given_are_taken_as_they_are():
    first = Rngs(params=0)

    second = Rngs(first, dropout=first.params)

    assert second.params is first.params is second.dropout


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
