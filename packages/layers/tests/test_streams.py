import jax
import pytest

from ramie.layers._streams import draw_key, fork_stream
from ramie.layers.errors import MissingRngsError, RngsTypeError
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
