from types import SimpleNamespace

import pytest

from ramie import linen
from ramie.linen import cursor, errors, partitioning

from .situations import SITUATIONS

LIBRARY = SimpleNamespace(
    nn=linen,
    core=linen.core,
    cursor=cursor,
    partitioning=partitioning,
    serialization=linen.serialization,
    traverse_util=linen.traverse_util,
)

BASES = {"FlaxError", "TraceContextError", "ImmutableVariableError"}

# Those of files with checkpoints, which this package neither writes nor reads, and of
# several processes, which the tests of serialization pretend to be.
OF_FILES = {
    "InvalidCheckpointError",
    "AlreadyExistsError",
    "MPACheckpointingRequiredError",
    "MPARestoreTargetRequiredError",
    "MPARestoreDataCorruptedError",
}


def test_every_error_has_its_situation():
    classes = {name for name in vars(errors) if name[0].isupper()}

    assert classes == SITUATIONS.keys() | BASES | OF_FILES
    for name in BASES:
        assert getattr(errors, name).__subclasses__()


@pytest.mark.parametrize("name", SITUATIONS)
def test_an_error_is_raised_where_its_name_says(name):
    with pytest.raises(errors.FlaxError) as caught:
        SITUATIONS[name](LIBRARY)

    assert type(caught.value).__name__ == name
