import jax
import pytest

from ramie.linen.core import Scope
from ramie.linen.errors import InvalidRngError

KEY = jax.random.key(0)


def test_keys_are_counted_for_each_path_and_name():
    root = Scope({}, {"params": KEY, "dropout": KEY})

    drawn = [root.make_rng(), root.make_rng("dropout"), root.push("a").make_rng()]
    drawn += [root.make_rng(), root.push("a", reuse=True).make_rng()]

    # The name of a key is not folded in: equal bases give equal first keys.
    assert (drawn[0] == drawn[1]).all()
    assert len({str(jax.random.key_data(key)) for key in drawn}) == 4
    assert root.rng_counters == {"params": 2, "dropout": 1}


def test_names_without_a_key_draw_from_params():
    root = Scope({}, KEY)

    assert (root.make_rng("noise") == Scope({}, KEY).make_rng()).all()
    assert not root.has_rng("noise")
    assert root.rng_counters["params"] == 1
    with pytest.raises(InvalidRngError, match=r"/a needs .* rngs=\{'noise': key\}"):
        Scope({}, {"dropout": KEY}).push("a").make_rng("noise")


def test_a_scope_from_the_keys_of_another_goes_on_with_its_keys():
    scope = Scope({}, KEY).push("a")
    inner = Scope({}, scope.rngs)

    assert (inner.push("b").make_rng() == scope.push("b").make_rng()).all()
