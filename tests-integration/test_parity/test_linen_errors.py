"""What the reference refuses is refused here, by an error of the same name.

The situations are those of the tests of the package; here, both libraries meet them.
"""

import runpy
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest

from ramie import linen
from ramie.linen import cursor, errors, partitioning

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    theirs = pytest.importorskip("flax.linen", exc_type=ImportError)
    from flax import core as their_core
    from flax import cursor as their_cursor
    from flax import errors as their_errors
    from flax import serialization as their_serialization
    from flax import traverse_util as their_traverse_util
    from flax.linen import partitioning as their_partitioning

pytestmark = pytest.mark.filterwarnings("ignore")

PACKAGES = Path(__file__).parents[2] / "packages"
FILE = PACKAGES / "linen-compat" / "tests" / "errors" / "situations.py"
SITUATIONS = runpy.run_path(str(FILE))["SITUATIONS"]

OURS = SimpleNamespace(
    nn=linen,
    core=linen.core,
    cursor=cursor,
    partitioning=partitioning,
    serialization=linen.serialization,
    traverse_util=linen.traverse_util,
)
THEIRS = SimpleNamespace(
    nn=theirs,
    core=their_core,
    cursor=their_cursor,
    partitioning=their_partitioning,
    serialization=their_serialization,
    traverse_util=their_traverse_util,
)

# The reference shares weights, or leaks tracers, where these are raised here.
STRICTER = {"MultipleMethodsCompactError", "JaxTransformError"}
NAMES = [name for name in SITUATIONS if hasattr(their_errors, name)]
OTHERS = [name for name in SITUATIONS if not hasattr(their_errors, name)]

# It checks nothing itself there, and fails where it comes to.
UNMEANT = (AttributeError, IndexError)


@pytest.mark.parametrize("name", NAMES)
def test_both_raise_the_error_of_the_situation(name):
    with pytest.raises(getattr(errors, name)):
        SITUATIONS[name](OURS)
    if name in STRICTER:
        SITUATIONS[name](THEIRS)
    else:
        with pytest.raises(getattr(their_errors, name)):
            SITUATIONS[name](THEIRS)


@pytest.mark.parametrize("name", OTHERS)
def test_other_errors_are_caught_as_those_of_the_reference(name):
    """Where the reference raises a built-in error, ours is one of that kind as well."""
    with pytest.raises(errors.FlaxError) as ours:
        SITUATIONS[name](OURS)
    try:
        SITUATIONS[name](THEIRS)
    except Exception as error:
        kind = next(k for k in type(error).__mro__ if k.__module__ == "builtins")
        assert kind in UNMEANT or isinstance(ours.value, kind)
