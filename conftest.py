"""Strict surroundings for every test in the workspace."""

import os
import sys

# Several devices, so that code which assumes one of them fails here.
DEVICES = "--xla_force_host_platform_device_count=8"
if DEVICES not in os.environ.get("XLA_FLAGS", ""):
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {DEVICES}".strip()
os.environ.setdefault("JAX_PLATFORMS", "cpu")
# Tests compile much and run it once: XLA need not optimise it.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
# ramie checks its shortcuts against a full walk, and raises where they disagree.
os.environ.setdefault("RAMIE_PARANOID", "1")

from collections.abc import Iterator  # noqa: E402  (jax must see the variables above)
from typing import Any  # noqa: E402

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

jax.config.update("jax_numpy_rank_promotion", "raise")
jax.config.update("jax_numpy_dtype_promotion", "strict")

# A first example compiles, and takes as long as that takes.
settings.register_profile("ramie", deadline=None, max_examples=50)
settings.load_profile("ramie")


def pytest_report_header() -> str:
    """Say what the tests ran on, since it decides what they can show."""
    paranoid = os.environ["RAMIE_PARANOID"]
    devices = f"{jax.device_count()} {jax.default_backend()} devices"
    return f"jax {jax.__version__}, {devices}, RAMIE_PARANOID={paranoid}"


@pytest.fixture(autouse=True)
def _names_in_examples(doctest_namespace: dict[str, Any]) -> None:
    """Let an example say `jax` and `jnp`; everything else it imports."""
    doctest_namespace.update(jax=jax, jnp=jnp)


@pytest.fixture
def restless_threads() -> Iterator[None]:
    """Let threads take turns a thousand times as often as they do."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)
