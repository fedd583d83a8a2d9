import jax
import jax.numpy as jnp
import pytest

from ramie.graph.errors import SharedInTreeError, TraceLevelError
from ramie.module import Module
from ramie.transforms import cond, grad, jit, switch, while_loop
from ramie.transforms.errors import (
    BranchEditError,
    BranchMismatchError,
    NoBranchError,
    UntraceableArgumentError,
)
from ramie.variables import Param, Variable


class Pair(Module):
    def __init__(self):
        self.a = Param(jnp.zeros(2))
        self.b = Variable(jnp.ones(2))


def write_a(pair, x):
    pair.a.value = pair.a + x
    return 2 * x


def write_b(pair, x):
    pair.b.value = pair.b * x
    return 3 * x


def leave(pair, x):
    return x


@pytest.mark.parametrize("graph", [True, False])
@pytest.mark.parametrize(
    ("pred", "a", "b", "out"), [(True, 5.0, 1.0, 10.0), (False, 0.0, 5.0, 15.0)]
)
def test_variables_written_in_either_branch_come_out_of_both(graph, pred, a, b, out):
    pair = Pair()

    assert cond(pred, write_a, write_b, pair, 5.0, graph=graph).item() == out
    assert pair.a.value.tolist() == [a, a]
    assert pair.b.value.tolist() == [b, b]


def test_it_is_what_jax_does_with_arrays():
    def step(pred, a, b, x):
        return jax.lax.cond(pred, lambda: (a + x, b, 2 * x), lambda: (a, b * x, 3 * x))

    @jit
    def run(pred, pair, x):
        return cond(pred, write_a, write_b, pair, x)

    for pred in (True, False):
        pair = Pair()
        expected = step(pred, pair.a.value, pair.b.value, 5.0)

        out = run(pred, pair, 5.0)

        for ours, theirs in zip(
            (pair.a.value, pair.b.value, out), expected, strict=True
        ):
            assert ours.tolist() == theirs.tolist()


@pytest.mark.parametrize("index", [-1, 0, 1, 2, 7])
def test_switch_takes_the_nearest_branch(index):
    pair = Pair()

    out = switch(index, [leave, write_a, write_b], pair, 2.0)

    assert out.item() == [2.0, 4.0, 6.0][min(max(index, 0), 2)]


def test_what_chooses_may_be_a_variable():
    assert cond(Variable(jnp.array(0)), lambda: 1, lambda: 2) == 2
    assert switch(Variable(jnp.array(1)), [lambda: 1, lambda: 2]) == 2


def test_a_switch_needs_a_branch():
    with pytest.raises(NoBranchError, match="one function at least"):
        switch(0, [], 1.0)


def test_several_modules_that_share_a_variable():
    one, other = Pair(), Pair()
    other.a = one.a

    def add(one, other):
        one.a.value = one.a + 1
        other.a.value = other.a + 1
        other.b.value = one.b * 0

    cond(True, add, lambda *_: None, one, other)

    assert one.a.value.tolist() == [2.0, 2.0]
    assert other.b.value.tolist() == [0.0, 0.0]
    assert one.b.value.tolist() == [1.0, 1.0]


def test_an_operand_that_is_returned_is_the_one_that_went_in():
    pair = Pair()

    def same(pair):
        return {"pair": pair, "n": 1}

    assert cond(True, same, same, pair)["pair"] is pair


def test_a_new_object_comes_out():
    def make(value):
        def fun(x):
            pair = Pair()
            pair.a.value = jnp.full(2, value) * x
            return pair

        return fun

    assert cond(False, make(1.0), make(2.0), 3.0).a.value.tolist() == [6.0, 6.0]


def test_branches_may_make_the_same_edit():
    def edit(value):
        def fun(pair):
            pair.c = Variable(jnp.array(value))
            pair.name = "edited"

        return fun

    pair = Pair()
    cond(False, edit(1.0), edit(2.0), pair)

    assert pair.c.value.item() == 2.0
    assert pair.name == "edited"


def add_c(pair):
    pair.c = Variable(jnp.array(1.0))


def test_branches_that_edit_differently_are_refused():
    pair = Pair()

    with pytest.raises(BranchEditError, match=r"only in b \(1\)\n +0/c: Variable"):
        cond(True, lambda _: None, add_c, pair)
    assert not hasattr(pair, "c")


def test_an_edit_of_one_branch_is_named_also_beside_numbers():
    pair, total = Pair(), Variable(jnp.array(0.0))

    with pytest.raises(BranchEditError, match=r"only in b \(1\)\n +0/c: Variable"):
        cond(True, lambda *_: None, lambda pair, _: add_c(pair), pair, total)
    assert not hasattr(pair, "c")


def test_without_updates_edits_are_dropped():
    pair = Pair()

    cond(True, lambda _: None, add_c, pair, graph_updates=False)
    cond(True, lambda _: None, add_c, pair, graph=False)

    assert not hasattr(pair, "c")


def test_branches_that_return_other_objects_are_refused():
    with pytest.raises(BranchEditError, match="Branch 1"):
        cond(True, lambda pair: pair, lambda _: Pair(), Pair())
    with pytest.raises(BranchMismatchError, match="an object after branch 0"):
        cond(True, lambda pair: pair, lambda pair: pair.a.value, Pair())


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (
            lambda _: {"x": [1.0, 2]},
            "value at x/1 is float32.. after branch 0 and i",
        ),
        (lambda _: {"x": [1.0]}, "value at x/1 is float32.. after branch 0 and no"),
        (lambda _: None, "value at x/0 is float32.. after branch 0 and nothing"),
    ],
)
def test_branches_that_return_other_types_are_refused(second, message):
    with pytest.raises(BranchMismatchError, match=message):
        cond(True, lambda _: {"x": [1.0, 2.0]}, second, Pair())


def test_branches_that_write_other_types_are_refused():
    def grow(pair, x):
        pair.a.set_value(jnp.ones(3))
        return x

    with pytest.raises(BranchMismatchError, match=r"Variable at a is float32\[2\]"):
        cond(True, leave, grow, Pair(), 1.0)


def test_branches_whose_new_variables_differ_are_refused():
    def make(size):
        return lambda: Param(jnp.ones(size))

    with pytest.raises(BranchMismatchError, match=r"float32\[2\] after branch 0"):
        cond(True, make(2), make(3))


def test_branches_may_all_write_another_shape():
    def grow(value):
        def fun(pair):
            pair.a.set_value(jnp.full(3, value))

        return fun

    pair = Pair()
    cond(False, grow(1.0), grow(2.0), pair)

    assert pair.a.value.tolist() == [2.0, 2.0, 2.0]


def test_an_object_that_is_closed_over_can_be_read_but_not_written():
    pair = Pair()

    def write(x):
        pair.a.value = pair.a + x
        return x

    assert cond(True, lambda x: pair.b + x, lambda x: pair.a + x, 1.0).tolist() == [
        2,
        2,
    ]
    with pytest.raises(TraceLevelError):
        cond(True, write, lambda x: x, 1.0)
    assert pair.a.value.tolist() == [0.0, 0.0]


def test_what_is_closed_over_is_read_anew_by_each_call():
    pair = Pair()

    def read(x):
        return pair.a + x

    before = cond(True, read, read, 1.0)
    pair.a.value = pair.a + 1

    assert cond(True, read, read, 1.0).tolist() == (before + 1).tolist()


def test_an_error_in_a_branch_leaves_the_operands_as_they_were():
    def fail(pair, x):
        pair.a.value = pair.a + x
        raise RuntimeError("no")

    pair = Pair()
    with pytest.raises(RuntimeError, match="no"):
        cond(True, write_b, fail, pair, 2.0)

    assert pair.a.value.tolist() == [0.0, 0.0]
    assert pair.b.value.tolist() == [1.0, 1.0]


def test_tree_mode_refuses_sharing():
    pair = Pair()
    pair.tied = pair.a

    with pytest.raises(SharedInTreeError, match=r"cond\(\)"):
        cond(True, write_a, write_b, pair, 1.0, graph=False)


class Traces:
    """A class is a constant for the trace, so counting does not disturb it."""

    true = false = lambdas = 0


def counted_true(pair, x):
    Traces.true += 1
    return write_a(pair, x)


def counted_false(pair, x):
    Traces.false += 1
    return write_b(pair, x)


def test_each_branch_is_traced_once_for_a_layout():

    for n in range(3):
        cond(n == 1, counted_true, counted_false, Pair(), float(n))
        jit(lambda n, pair: cond(n, counted_true, counted_false, pair, 1.0))(n, Pair())
    assert (Traces.true, Traces.false) == (1, 1)

    cond(True, counted_true, counted_true, Pair(), jnp.ones(2))
    assert (Traces.true, Traces.false) == (3, 1)


def test_a_lambda_made_anew_is_not_traced_anew():
    def counted(x):
        Traces.lambdas += 1
        return x

    for n in range(3):
        assert cond(True, lambda x: 1 * counted(x), lambda x: x, float(n)).item() == n

    assert Traces.lambdas == 1


def test_a_gradient_flows_through_it():
    def loss(pair, x):
        cond(x > 0, write_a, leave, pair, x)
        return (pair.a.value * pair.a.value * 0.5).sum() * pair.b.value[0]

    pair = Pair()
    pair.a.value = jnp.array([1.0, 2.0])

    grads = jit(grad(loss))(pair, 3.0)

    assert grads.a.value.tolist() == [4.0, 5.0]


def test_conds_and_loops_nest():
    def step(carry):
        pair, n = carry
        cond(n % 2 == 0, write_a, write_b, pair, 2.0)
        return pair, n + 1

    pair = Pair()
    _, n = while_loop(lambda carry: carry[1] < 4, step, (pair, 0))

    assert n == 4
    assert pair.a.value.tolist() == [4.0, 4.0]
    assert pair.b.value.tolist() == [4.0, 4.0]


def test_it_can_be_mapped_by_jax():
    def run(pred, x):
        variable = Variable(x)
        cond(pred, lambda v: v.set_value(-v.value), lambda _: None, variable)
        return variable.value

    out = jax.vmap(run)(jnp.array([True, False]), jnp.array([1.0, 2.0]))

    assert out.tolist() == [-1.0, 2.0]


@pytest.mark.parametrize("which", [None, "yes", Pair()], ids=["None", "str", "Pair"])
def test_what_chooses_is_a_number(which):
    with pytest.raises(UntraceableArgumentError, match=r"that cond\(\) chooses by"):
        cond(which, leave, leave, Pair(), 1.0)


def test_an_operand_that_cannot_be_traced_is_named():
    with pytest.raises(UntraceableArgumentError, match="argument 1 is a str"):
        cond(True, leave, leave, Pair(), "x")


@pytest.mark.parametrize("error", [TypeError, NoBranchError])
def test_an_error_of_a_branch_is_its_own(error):
    def fails(pair, x):
        raise error

    with pytest.raises(error):
        cond(True, leave, fails, Pair(), 1.0)


def test_what_jax_says_of_other_things_is_left_as_it_is():
    with pytest.raises(TypeError, match="Pred must be a scalar"):
        cond(jnp.ones(2), leave, leave, Pair(), 1.0)
