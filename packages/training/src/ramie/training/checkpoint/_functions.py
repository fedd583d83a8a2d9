"""Save and restore in one call: a folder opened and closed for it."""

from collections.abc import Mapping
from typing import Any

from ._checkpoints import Checkpoints, Restored
from ._files import Folder
from ._schema import Schema


def save(
    path: Folder,
    node: Any,
    step: int,
    *,
    keep: int | None = None,
    schema: Schema | None = None,
    notes: Mapping[str, Any] | None = None,
) -> None:
    """Save all arrays of a graph as a checkpoint, and return when it is complete.

    Args:
        path: the folder of all checkpoints of a run; made if it is not there.
        node: a module, a state, a Variable, or any container of them, such as a dict
            of model, optimizer and streams.
        step: a number greater than those of all checkpoints in the folder.
        keep: how many checkpoints to keep, the last ones; all if left out.
        schema: the version of what is saved.
        notes: facts that JSON can hold, such as the position in the data.

    Raises:
        StepNotNewError: there is a checkpoint of that step, or of a later one.
        StoredContentError: something in the graph is no array.
        NotesError: JSON cannot hold the notes.
        MissingExtraError: orbax-checkpoint is not installed.

    Example:
        >>> import tempfile
        >>> from ramie.training import checkpoint
        >>> from ramie.variables import Param
        >>> trained, fresh = {"w": Param(jnp.ones(2))}, {"w": Param(jnp.zeros(2))}
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     checkpoint.save(folder, trained, 100, notes={"epoch": 3})
        ...     checkpoint.restore(folder, into=fresh)
        Restored(step=100, notes={'epoch': 3}, left_out=None)
        >>> fresh["w"].value.tolist()
        [1.0, 1.0]
    """
    with Checkpoints(path, keep=keep, schema=schema) as checkpoints:
        checkpoints.save(node, step, notes=notes)


def restore(
    path: Folder,
    into: Any,
    *,
    step: int | None = None,
    strict: bool = True,
    schema: Schema | None = None,
) -> Restored:
    """Give the arrays of a graph the values they had; see `Checkpoints.restore`.

    Args:
        path: the folder that `save` was given.
        into: a graph with the structure of the one that was saved.
        step: which checkpoint; the last one if left out.
        strict: refuse everything if something does not fit; with False, restore what
            fits.
        schema: the version of what is wanted, with upgrades of earlier ones.

    Raises:
        NoCheckpointError: there is none.
        StoredMismatchError: naming every path, shape and dtype that does not fit.
        SchemaError: it has another version, and there is no upgrade.
        UnreadableCheckpointError: its files are damaged, or another program's.
        MissingExtraError: orbax-checkpoint is not installed.
    """
    return Checkpoints(path, schema=schema).restore(into, step=step, strict=strict)


def load(
    path: Folder, *, step: int | None = None, schema: Schema | None = None
) -> dict[Any, Any]:
    """All arrays of a checkpoint as nested dicts; see `Checkpoints.load`.

    Args:
        path: the folder that `save` was given.
        step: which checkpoint; the last one if left out.
        schema: the version of what is wanted, with upgrades of earlier ones.

    Raises:
        NoCheckpointError: there is none.
        SchemaError: it has another version, and there is no upgrade.
        UnreadableCheckpointError: its files are damaged, or another program's.
        MissingExtraError: orbax-checkpoint is not installed.

    Example:
        >>> import tempfile
        >>> from ramie.training import checkpoint
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     checkpoint.save(folder, {"layers": [jnp.ones(2)]}, 1)
        ...     checkpoint.load(folder)
        {'layers': {0: Array([1., 1.], dtype=float32)}}
    """
    return Checkpoints(path, schema=schema).load(step=step)


def steps(path: Folder) -> list[int]:
    """The steps of which a folder has a complete checkpoint, in order.

    Example:
        >>> from ramie.training import checkpoint
        >>> checkpoint.steps("no such folder")
        []
    """
    return Checkpoints(path).steps
