"""Whole Linen programs train to the same losses as with the reference, Flax.

A program is taken as it is: its import is changed, and nothing else. Flax is called,
never read.
"""

import re
import warnings
from pathlib import Path
from types import ModuleType

import jax
import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pytest.importorskip("flax.linen", exc_type=ImportError)

# What Flax warns of is not ours to judge.
pytestmark = pytest.mark.filterwarnings("default")

PROGRAMS = Path(__file__).parent.parent / "linen_programs"
STEPS = 8


def load(name, package):
    """The program with all it imports from ramie's Linen imported from a package."""
    source = (PROGRAMS / f"{name}.py").read_text("utf-8")
    source = re.sub(
        r"from ramie import linen\b", f"from {package} import linen", source
    )
    if package != "ramie":
        source = source.replace("from ramie.linen.", f"from {package}.")
    program = ModuleType(f"{package}_{name}")
    exec(compile(source, program.__name__, "exec"), vars(program))
    return program


def arrays(state):
    """What is trained by path, and what the optimizer holds."""
    leaves = jax.tree_util.tree_leaves_with_path(state)
    return {jax.tree_util.keystr(path): np.asarray(leaf) for path, leaf in leaves}


@pytest.mark.parametrize("name", ["resnet", "scanned_transformer", "rnn"])
def test_a_program_trains_as_with_the_reference(name):
    ours, theirs = (load(name, package) for package in ("ramie", "flax"))

    begin, their_begin = (arrays(each.make()) for each in (ours, theirs))
    _, losses = ours.train(STEPS)
    _, their_losses = theirs.train(STEPS)

    assert set(begin) == set(their_begin)
    for path, array in begin.items():
        np.testing.assert_array_equal(array, their_begin[path], err_msg=path)
    np.testing.assert_allclose(losses, their_losses, rtol=1e-4)
