"""All cases by group. A case is built when it runs, so listing them costs nothing."""

from collections.abc import Callable, Iterator

from bench.cases import (
    graph_ops,
    imports,
    modes,
    noop_step,
    objects,
    rngs,
    train_step,
    variables,
)
from bench.harness import Case

GROUPS: tuple[Callable[[], Iterator[Case]], ...] = (
    noop_step.cases,
    train_step.cases,
    graph_ops.cases,
    variables.cases,
    objects.cases,
    modes.cases,
    rngs.cases,
    imports.cases,
)
