"""All cases by group. A case is built when it runs, so listing them costs nothing."""

from collections.abc import Callable, Iterator

from bench.cases import (
    checkpoints,
    edits_elsewhere,
    every_cell,
    first_trace,
    graph_ops,
    imports,
    large_model,
    layers,
    linen,
    many_models,
    memory,
    modes,
    noop_step,
    objects,
    one_of_thousands,
    rngs,
    tracing,
    train_step,
    variables,
)
from bench.harness import Case

GROUPS: tuple[Callable[[], Iterator[Case]], ...] = (
    noop_step.cases,
    one_of_thousands.cases,
    every_cell.cases,
    edits_elsewhere.cases,
    train_step.cases,
    tracing.cases,
    first_trace.cases,
    memory.cases,
    many_models.cases,
    layers.cases,
    linen.cases,
    large_model.cases,
    graph_ops.cases,
    variables.cases,
    objects.cases,
    modes.cases,
    rngs.cases,
    checkpoints.cases,
    imports.cases,
)
