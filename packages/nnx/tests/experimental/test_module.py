import jax
import jax.numpy as jnp
import pytest

from ramie.experimental import nnx
from ramie.graph.errors import (
    FilterError,
    NonExhaustiveFilterError,
    StateMismatchError,
    TraceLevelError,
)


class Counter(nnx.Module):
    def __init__(self):
        self.inner = nnx.Linear(2, 2, rngs=nnx.Rngs(0))
        self.count = nnx.Cache(jnp.zeros((), jnp.int32))
        self.last = nnx.Intermediate(jnp.ones(2))
        self.array = jnp.ones(1)

    def __call__(self, x):
        self.count.value = self.count.value + 1
        return self.inner(x)


@pytest.fixture
def counter():
    return Counter()


def test_filters_split_into_states_before_the_structure(counter):
    params, rest, graphdef = counter.split(nnx.Param, ...)

    assert list(params) == ["inner"]
    assert list(rest) == ["count", "last", "array"]
    assert isinstance(graphdef.merge(rest, params), Counter)
    with pytest.raises(NonExhaustiveFilterError):
        counter.split(nnx.Param)


def test_one_filter_for_everything_gives_one_state(counter):
    state, graphdef = counter.split(...)

    assert list(state) == list(counter.get_state())
    assert isinstance(graphdef, nnx.GraphDef)


def test_states_are_not_seen_to_change(counter):
    state = counter.get_state()

    counter(jnp.ones((1, 2)))

    assert (int(state["count"].raw_value), int(counter.count.value)) == (0, 1)


def test_get_state_gives_what_filters_select(counter):
    params, cache = counter.get_state(nnx.Param, nnx.Cache)

    assert (list(params), list(cache)) == (["inner"], ["count"])
    assert list(counter.get_state(nnx.Cache)) == ["count"]


def test_update_writes_states_and_raw_values(counter):
    zeros = jax.tree.map(jnp.zeros_like, counter.get_state(nnx.Param))

    counter.update(zeros, {"count": jnp.int32(7)})

    assert not counter.inner.kernel.value.any()
    assert int(counter.count.value) == 7
    with pytest.raises(StateMismatchError, match="nope"):
        counter.update({"nope": 1.0})


def test_pop_leaves_empty_variables_which_are_not_popped_again(counter):
    last, cache = counter.pop(nnx.Intermediate, nnx.Cache)

    assert last["last"].raw_value.tolist() == [1.0, 1.0]
    assert int(cache["count"].raw_value) == 0
    assert counter.last.raw_value is nnx.Empty
    assert list(counter.pop(nnx.Intermediate)) == []


def test_pop_takes_no_arrays_that_have_no_variable(counter):
    assert set(counter.pop(...)) == {"inner", "count", "last"}
    assert counter.array.tolist() == [1.0]


def test_pop_wants_a_filter(counter):
    with pytest.raises(FilterError, match="no filter"):
        counter.pop()


def test_pop_takes_all_or_nothing(counter):
    def inside(_):
        counter.pop(nnx.Intermediate)

    with pytest.raises(TraceLevelError):
        jax.jit(inside)(1.0)
    assert counter.last.raw_value.tolist() == [1.0, 1.0]


def test_a_module_with_empty_variables_is_split_merged_and_compiled(counter):
    counter.pop(nnx.Intermediate)
    state, graphdef = counter.split()

    module = graphdef.merge(state)
    y = nnx.jit(lambda module, x: module(x))(module, jnp.ones((1, 2)))

    assert module.last.raw_value is nnx.Empty
    assert y.shape == (1, 2)
    assert int(module.count.value) == 1


def test_a_step_can_be_written_with_functions_of_states(counter):
    state, graphdef = counter.split()

    @jax.jit
    def step(state, x):
        module = graphdef.merge(state)
        y = module(x)
        return y, module.get_state()

    _, state = step(state, jnp.ones((1, 2)))
    counter.update(state)

    assert int(counter.count.value) == 1


def test_init_makes_and_splits():
    state, graphdef = nnx.Linear.init(2, 3, rngs=nnx.Rngs(0))

    same = nnx.Linear(2, 3, rngs=nnx.Rngs(0))
    assert jnp.array_equal(graphdef.merge(state).kernel.value, same.kernel.value)


def test_partial_init_refuses_what_the_module_has_not():
    make = nnx.Linear.partial_init(nnx.State({"nope": jnp.ones(1)}))

    with pytest.raises(StateMismatchError, match="nope"):
        make(2, 3, rngs=nnx.Rngs(0))


def test_set_attributes_counts_modules_that_are_not_selected_as_found(counter):
    counter.set_attributes(nnx.Dropout, use_bias=False)

    assert counter.inner.use_bias is True
    with pytest.raises(ValueError, match="'nope'"):
        counter.set_attributes(use_bias=False, nope=1)
    assert counter.inner.use_bias is True
    counter.set_attributes(use_bias=False, nope=1, raise_if_not_found=False)
    assert counter.inner.use_bias is False


def test_variables_is_no_attribute_to_set(counter):
    with pytest.raises(AttributeError):
        counter.variables = {}
