import jax
import pytest

from ramie import graph
from ramie.layers._streams import draw_key, fork_stream, optional_key
from ramie.layers.errors import MissingRngsError, NoVariableError, RngsTypeError
from ramie.module import Rngs
from ramie.module.errors import MissingStreamError


@pytest.mark.parametrize("give", [lambda rngs: rngs, lambda rngs: rngs.noise])
def test_a_fork_takes_one_key_of_the_stream(give):
    rngs = Rngs(noise=3)

    own = fork_stream("Dropout", give(rngs), "noise")

    assert rngs.noise.count[...] == 1
    assert own.count[...] == 0
    assert own() == Rngs(noise=3).noise.fork()()


def test_nothing_is_forked_from_nothing():
    assert fork_stream("Dropout", None, "dropout") is None


@pytest.mark.parametrize("give", [lambda rngs: rngs, lambda rngs: rngs.noise])
def test_a_key_is_the_next_one_of_the_stream(give):
    rngs = Rngs(noise=3)

    keys = [draw_key("Dropout", give(rngs), "noise") for _ in range(2)]

    expected = Rngs(noise=3)
    assert keys == [expected.noise(), expected.noise()]


def test_a_key_is_drawn_as_it_is():
    key = jax.random.key(0)

    assert draw_key("Dropout", key, "dropout") is key


def test_nothing_is_drawn_from_nothing():
    with pytest.raises(MissingRngsError, match=r"rngs=Rngs\(noise="):
        draw_key("Dropout", None, "noise")


@pytest.mark.parametrize(
    ("take", "accepted"),
    [(fork_stream, "an RngStream or None"), (draw_key, "an RngStream or a key")],
)
def test_an_object_of_another_type_is_refused(take, accepted):
    with pytest.raises(RngsTypeError, match=f"Dropout: rngs must be .*{accepted}"):
        take("Dropout", 3, "dropout")


@pytest.mark.parametrize("take", [fork_stream, draw_key])
def test_a_stream_that_is_not_there_is_refused(take):
    with pytest.raises(MissingStreamError, match="dropout"):
        take("Dropout", Rngs(params=0), "dropout")


def test_a_pure_copy_of_a_stream_cannot_be_drawn_from():
    pure = graph.as_pure(Rngs(noise=3))

    for source in (pure, pure.noise):
        with pytest.raises(NoVariableError, match=r"Dropout: rngs\.count must be"):
            draw_key("Dropout", source, "noise")


def test_a_key_is_drawn_even_if_none_is_needed():
    rngs = Rngs(noise=3)

    keys = [optional_key("RNN", rngs.noise, needed=needed) for needed in (False, True)]

    expected = Rngs(noise=3)
    assert keys == [expected.noise(), expected.noise()]


def test_a_key_that_is_not_needed_need_not_be_there():
    pure = graph.as_pure(Rngs(noise=3)).noise

    assert optional_key("RNN", None, needed=False) is None
    assert optional_key("RNN", pure, needed=False) is None
    with pytest.raises(NoVariableError, match=r"rngs\.count"):
        optional_key("RNN", pure, needed=True)
