"""A pytest plugin: a test that wants more devices than there are is skipped.

Tests on a CPU have as many devices as they want; one that makes a mesh of eight has
nothing to say about a machine with one GPU.
"""

import re
from collections.abc import Generator
from typing import Any

import pytest

TOO_FEW = re.compile(r"Number of devices \d+ must be >=")
"""How `jax.make_mesh` begins to say so."""


def _skip_if_few() -> Generator[None, Any, Any]:
    try:
        return (yield)
    except ValueError as error:
        if TOO_FEW.match(str(error)):
            pytest.skip(str(error))
        raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, Any, Any]:
    """Watch fixtures."""
    return (yield from _skip_if_few())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, Any, Any]:
    """Watch the test itself."""
    return (yield from _skip_if_few())
