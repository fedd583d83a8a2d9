import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph.errors import SharedInTreeError, TraceLevelError
from ramie.module import Module, Rngs
from ramie.transforms import fori_loop, grad, jit, while_loop
from ramie.transforms.errors import (
    CarryMismatchError,
    LoopConditionError,
    LoopEditError,
    UntraceableArgumentError,
)
from ramie.variables import Param, Variable


class Counter(Module):
    def __init__(self, start=0.0):
        self.n = Variable(jnp.array(start))
        self.scale = Param(jnp.array(2.0))


def below_three(counter):
    return counter.n.value < 3


def count(counter):
    counter.n.value = counter.n + 1
    return counter


@pytest.mark.parametrize("graph", [True, False])
def test_a_while_loop_works_on_a_module(graph):
    counter = Counter()

    assert while_loop(below_three, count, counter, graph=graph) is counter
    assert counter.n.value.item() == 3.0


def test_a_while_loop_is_that_of_jax():
    def step(carry):
        counter, x = carry
        counter.n.value = counter.n + x.sum()
        return counter, x * counter.scale

    counter, x = jit(
        lambda counter, x: while_loop(lambda c: c[0].n.value < 50, step, (counter, x))
    )(Counter(), jnp.arange(3.0))
    n, expected = jax.lax.while_loop(
        lambda c: c[0] < 50,
        lambda c: (c[0] + c[1].sum(), c[1] * 2.0),
        (0.0, jnp.arange(3.0)),
    )

    assert counter.n.value.item() == n.item()
    assert x.tolist() == expected.tolist()


def test_a_loop_that_never_runs_changes_nothing():
    counter = Counter(5.0)

    while_loop(below_three, count, counter)
    fori_loop(3, 3, lambda _, counter: count(counter), counter)

    assert counter.n.value.item() == 5.0


def test_the_condition_may_be_a_variable():
    def step(carry):
        carry["go"].value = carry["n"] < 3
        return {"go": carry["go"], "n": carry["n"] + 1}

    last = while_loop(
        lambda carry: carry["go"], step, {"go": Variable(jnp.array(True)), "n": 0}
    )

    assert last["n"] == 4


def test_the_condition_only_looks():
    with pytest.raises(LoopConditionError, match="writes to n, but it can only look"):
        while_loop(lambda c: count(c).n.value < 3, count, Counter())

    def edit(counter):
        counter.name = "edited"
        return below_three(counter)

    with pytest.raises(LoopConditionError, match="edits an object"):
        while_loop(edit, count, Counter())


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        (0, 4),
        (np.int32(0), np.int32(4)),
        (jnp.array(0), jnp.array(4)),
        (0, np.array(4)),
    ],
)
@pytest.mark.parametrize("unroll", [None, 2, True])
def test_a_fori_loop_passes_the_number_and_what_the_last_step_left(
    lower, upper, unroll
):
    def add(i, carry):
        counter, total = carry
        counter.n.value = counter.n + i.astype(float)
        return counter, total + counter.n.value

    counter = Counter()
    same, total = fori_loop(lower, upper, add, (counter, 0.0), unroll=unroll)

    assert same is counter
    assert counter.n.value.item() == 6.0
    assert total.item() == 0 + 1 + 3 + 6


def test_a_bound_may_be_a_variable_or_traced():
    @jit
    def run(upper, counter):
        return fori_loop(0, upper, lambda _, counter: count(counter), counter)

    counter = Counter()
    run(jnp.array(4), counter)
    run(Variable(jnp.array(3)), counter)

    assert counter.n.value.item() == 7.0


def test_a_bound_is_an_integer():
    with pytest.raises(TypeError, match="equal types"):
        fori_loop(0, 2.5, lambda _, n: n, 0)


def test_the_type_of_the_number_is_that_of_jax():
    def types(loop, lower, upper):
        seen = []

        def body(i, x):
            seen.append(jax.typeof(i))
            return x

        loop(lower, upper, body, 0.0)
        return seen

    for bounds in [(0, 3), (np.int16(0), np.int16(3)), (jnp.int8(0), jnp.int8(2))]:
        assert types(fori_loop, *bounds) == types(jax.lax.fori_loop, *bounds)
    assert jit(lambda n: len(types(fori_loop, 0, n)))(3).item() == 1


def test_known_bounds_of_another_type_make_another_loop():
    def run(upper):
        return fori_loop(0 * upper, upper, lambda i, x: x + i, 0)

    assert run(3) == run(np.int32(3)) == 3


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda c: {"x": c["x"]}, "at m is the Counter object .* and nothing"),
        (lambda c: {"m": c["m"], "x": c["x"] > 0}, r"at x is float32\[\] .* bool\[\]"),
        (lambda c: {"m": c["m"], "x": jnp.ones(2)}, r"float32\[\] .* float32\[2\]"),
        (lambda c: {"m": Counter(), "x": c["x"]}, "and another object, a Counter"),
        (lambda _: None, "and nothing after it"),
    ],
)
def test_a_body_that_returns_something_else_is_refused(body, message):
    with pytest.raises(CarryMismatchError, match=message):
        while_loop(lambda c: c["x"] < 3, body, {"m": Counter(), "x": 1.0})


def test_a_body_that_swaps_objects_is_refused():
    pair = Counter(), Counter()

    with pytest.raises(CarryMismatchError, match="at 0 is the Counter object"):
        fori_loop(0, 3, lambda _, pair: (pair[1], pair[0]), pair)


def test_a_body_that_writes_another_type_is_refused():
    def grow(i, counter):
        counter.n.set_value(jnp.ones(3))
        return counter

    with pytest.raises(
        CarryMismatchError, match=r"Variable at n is float32\[\] before"
    ):
        fori_loop(0, 3, grow, Counter())


def test_a_weakly_typed_value_may_become_a_strong_one():
    def add(i, counter):
        counter.n.value = counter.n + jnp.ones((), jnp.float32)
        return counter

    counter = fori_loop(0, 3, add, Counter())

    assert counter.n.value.item() == 3.0
    assert not counter.n.value.weak_type


def edit(i, counter):
    counter.extra = Variable(jnp.array(i))
    return counter


def test_a_body_that_edits_the_structure_is_refused():
    counter = Counter()

    with pytest.raises(LoopEditError, match="0/extra: Variable"):
        fori_loop(0, 3, edit, counter)
    assert not hasattr(counter, "extra")


def test_without_updates_edits_are_dropped():
    counter = Counter()

    fori_loop(0, 3, edit, counter, graph_updates=False)

    assert not hasattr(counter, "extra")


def test_several_modules_that_share_a_variable():
    one, other = Counter(), Counter()
    other.n = one.n

    def step(i, modules):
        for module in modules:
            count(module)
        return modules

    fori_loop(0, 3, step, [one, other])

    assert one.n is other.n
    assert one.n.value.item() == 6.0
    with pytest.raises(SharedInTreeError, match=r"fori_loop\(\)"):
        fori_loop(0, 3, step, [Tied()], graph=False)


class Tied(Module):
    def __init__(self):
        self.n = self.again = Variable(jnp.array(0.0))


def test_random_streams_go_on_from_step_to_step():
    def draw(i, carry):
        rngs, total = carry
        return rngs, total + jax.random.uniform(rngs.params())

    rngs, same = Rngs(params=0), Rngs(params=0)
    _, total = fori_loop(0, 3, draw, (rngs, 0.0))
    expected = sum(jax.random.uniform(same.params()) for _ in range(3))

    assert total.item() == pytest.approx(expected.item())
    assert jax.random.uniform(rngs.params()) == jax.random.uniform(same.params())


def test_loops_nest():
    def outer(i, counter):
        return fori_loop(
            0, i, lambda _, counter: while_loop(below_three, count, counter), counter
        )

    counter = Counter()
    fori_loop(0, 3, outer, counter)

    assert counter.n.value.item() == 3.0


def test_a_while_loop_can_be_mapped_by_jax():
    def run(start):
        counter = Counter(start)
        return while_loop(below_three, count, counter).n.value

    assert jax.vmap(run)(jnp.arange(5.0)).tolist() == [3.0, 3.0, 3.0, 3.0, 4.0]


def test_a_loop_with_known_bounds_has_a_gradient():
    def loss(counter):
        def step(i, counter):
            counter.n.value = counter.n * counter.scale + 1
            return counter

        return fori_loop(0, 3, step, counter).n.value

    # 1 + s + s²
    assert grad(loss)(Counter()).scale.value.item() == 1 + 2 * 2.0
    assert jit(lambda c: grad(loss)(c).scale.value)(Counter()).item() == 5.0


def test_an_error_in_the_body_leaves_the_objects_as_they_were():
    def fail(i, counter):
        count(counter)
        raise RuntimeError("no")

    counter = Counter()
    with pytest.raises(RuntimeError, match="no"):
        fori_loop(0, 3, fail, counter)

    assert counter.n.value.item() == 0.0


def test_an_object_that_is_closed_over_cannot_be_written():
    counter = Counter()

    with pytest.raises(TraceLevelError):
        fori_loop(0, 3, lambda _, x: (count(counter), x)[1], 0)


class Traces:
    """A class is a constant for the trace, so counting does not disturb it."""

    count = 0


def counted(i, counter):
    Traces.count += 1
    return count(counter)


def test_the_body_is_traced_once_for_a_layout():
    Traces.count = 0

    for _ in range(3):
        fori_loop(0, 3, counted, Counter())
        jit(lambda counter: fori_loop(0, 3, counted, counter))(Counter())

    assert Traces.count == 1


def test_what_the_body_only_reads_is_not_carried():
    jaxpr = jax.make_jaxpr(
        lambda n, scale: (
            while_loop(
                lambda carry: carry[0].value < 3,
                lambda carry: (carry[0].set_value(carry[0] + carry[1].value), carry)[1],
                (Variable(n), Param(scale)),
            )[0].value
        )
    )(0.0, 2.0)

    (loop,) = [eqn for eqn in jaxpr.jaxpr.eqns if eqn.primitive.name == "while"]
    assert len(loop.outvars) == 1


def test_a_carry_that_cannot_be_traced_is_named():
    with pytest.raises(UntraceableArgumentError, match="argument 0 at 1 is a str"):
        fori_loop(0, 3, lambda _, pair: pair, (1.0, "x"))
