"""Switching a model between training and evaluation, and visiting its modules.

The limit is a loop over a list of the modules, which does the same by hand.
"""

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from bench.harness import Call, Case, Contestants
from bench.libraries import libraries

MODULES = 1000


def cases() -> Iterator[Case]:
    """Yield each operation against a loop."""
    for name in ("train, eval", "eval again", "iter_modules", "view"):
        yield Case(
            f"modes/{name}",
            partial(contestants, name),
            per=MODULES,
            limit="a loop over a list",
        )


def contestants(name: str) -> Contestants:
    """Return one operation of each library, and its limit."""
    found = {lib: operations(nnx)[name] for lib, nnx in libraries().items()}
    return {**found, "limit": loops()[name]}


def make_model(nnx: Any) -> Any:
    """Return a module with many others below, each of which has a mode."""

    class Layer(nnx.Module):  # type: ignore[misc]  # the library is a parameter
        def __init__(self) -> None:
            self.deterministic = False

        def set_view(self, deterministic: bool | None = None) -> None:
            if deterministic is not None:
                self.deterministic = deterministic

    class Model(nnx.Module):  # type: ignore[misc]  # likewise
        def __init__(self) -> None:
            self.layers = nnx.List([Layer() for _ in range(MODULES)])

    return Model()


@cache
def operations(nnx: Any) -> dict[str, Call]:
    """Return the operations of one library."""
    model, evaluating = make_model(nnx), make_model(nnx)
    evaluating.eval()

    def switch() -> None:
        model.eval()
        model.train()

    return {
        "train, eval": switch,
        "eval again": evaluating.eval,
        "iter_modules": lambda: _drop(list(nnx.iter_modules(evaluating))),
        "view": lambda: _drop(nnx.view(evaluating, deterministic=False)),
    }


@cache
def loops() -> dict[str, Call]:
    """Return what a user would write for plain objects in a list."""
    layers = [Plain() for _ in range(MODULES)]

    def switch_to(deterministic: bool) -> None:
        for layer in layers:
            if hasattr(layer, "deterministic"):
                layer.deterministic = deterministic

    def switch() -> None:
        switch_to(True)
        switch_to(False)

    return {
        "train, eval": switch,
        "eval again": partial(switch_to, True),
        "iter_modules": lambda: _drop([(n, layer) for n, layer in enumerate(layers)]),
        "view": lambda: _drop([Plain() for _ in layers]),
    }


class Plain:
    """An object with a mode, and nothing else."""

    def __init__(self) -> None:
        """Be in training."""
        self.deterministic = False


def _drop(_: Any) -> None:
    """Return nothing, so that the clock does not wait for arrays that are there."""
