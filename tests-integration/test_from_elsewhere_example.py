"""Guides for users of other libraries: both programs of a page compute the same."""

import doctest
import re
from pathlib import Path

import jax
import numpy as np
import pytest

from ramie import nnx
from ramie.training import weights

GUIDES = Path(__file__).parents[1] / "docs" / "guides"
THEIRS = re.compile(r"^```python\n(?!>>>)(.*?)^```$", re.MULTILINE | re.DOTALL)


def programs_of(page):
    """What the blocks of a page leave behind: those of the others, and ours."""
    text = (GUIDES / page).read_text("utf-8")
    theirs, ours = {"__name__": "theirs"}, {"__name__": "ours"}
    for block in THEIRS.findall(text):
        exec(block, theirs)
    for example in doctest.DocTestParser().get_examples(text):
        exec(compile(example.source, page, "single"), ours)
    return theirs, ours


@pytest.fixture(autouse=True)
def _as_readers_have_it():
    with jax.numpy_rank_promotion("allow"), jax.numpy_dtype_promotion("standard"):
        yield


def test_pytorch_and_its_guide_agree():
    torch = pytest.importorskip("torch", reason="pip install torch; the CPU build does")
    theirs, ours = programs_of("from-pytorch.md")
    draw = np.random.default_rng(1)
    x, y = draw.normal(size=(16, 8, 8, 1)).astype("f"), np.arange(16) % 10
    images, labels = torch.from_numpy(np.moveaxis(x, -1, 1).copy()), torch.from_numpy(y)
    model = ours["Net"](rngs=nnx.Rngs(0))
    optimizer = nnx.Optimizer(model, ours["optimizer"].tx, wrt=nnx.Param)
    # They draw other numbers, so nothing is dropped.
    theirs["model"].dropout.p = model.dropout.rate = 0.0

    learned = nnx.state(model, (nnx.Param, nnx.BatchStat))
    weights.load(learned, theirs["model"].state_dict(), ours["names"])

    theirs["model"].eval()
    scores = theirs["model"](images).detach().numpy()
    np.testing.assert_allclose(
        nnx.view(model, use_running_average=True)(x), scores, atol=1e-5
    )
    for _ in range(3):
        loss = theirs["train_step"](images, labels).item()
        same = ours["train_step"](model, optimizer, x, y)
        np.testing.assert_allclose(same, loss, rtol=1e-3)


def test_equinox_and_its_guide_agree():
    eqx = pytest.importorskip("equinox", reason="pip install equinox")
    theirs, ours = programs_of("from-equinox.md")
    draw = np.random.default_rng(1)
    x, y = draw.normal(size=(8, 2)).astype("f"), draw.normal(size=(8, 1)).astype("f")
    value = eqx.tree_at(lambda m: m.dropout.p, theirs["model"], 0.0)
    model = ours["Net"](rngs=nnx.Rngs(0))
    optimizer = nnx.Optimizer(model, theirs["tx"], wrt=nnx.Param)
    model.dropout.rate = 0.0

    arrays = theirs["arrays_of"](value)
    weights.load(nnx.state(model, nnx.Param), arrays, ours["names"])

    opt_state = theirs["opt_state"]
    for _ in range(3):
        key = jax.random.key(0)
        value, opt_state, loss = theirs["train_step"](value, opt_state, x, y, key)
        same = ours["train_step"](model, optimizer, x, y)
        np.testing.assert_allclose(same, loss, rtol=1e-4)
