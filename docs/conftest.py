"""Pages run with the settings of JAX that their readers have."""

from collections.abc import Iterator

import jax
import pytest

# The settings of Sphinx, which only the session `docs` installs.
collect_ignore = ["conf.py"]


@pytest.fixture(autouse=True)
def _as_readers_have_it() -> Iterator[None]:
    """Let arrays of other ranks and types be combined, as JAX does by itself."""
    with jax.numpy_rank_promotion("allow"), jax.numpy_dtype_promotion("standard"):
        yield
