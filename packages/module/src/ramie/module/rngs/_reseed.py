"""Start the streams of a node anew, by the names they were made with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import jax

from ramie.graph.extend import require_own_trace
from ramie.graph.typing import Path

from ..errors import ReseedPolicyError, ReseedShapeError, UnknownStreamsError
from ._backups import streams_in
from ._derive import split_key, zero_count
from ._stream import RngStream, RngValue, is_typed_key

Policy: TypeAlias = (
    Literal["scalars_only", "match_shape"]
    | Callable[[Path, jax.Array, tuple[int, ...]], jax.Array]
)
"""What becomes of a stream of several keys."""


def reseed(
    node: Any,
    /,
    *,
    graph: bool | None = None,
    policy: Policy = "scalars_only",
    **stream_keys: RngValue | RngStream,
) -> None:
    """Start streams anew from other seeds, all of them or none.

    Args:
        node: what holds the streams, as a module or an Rngs.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        policy: what becomes of a stream of several keys: "scalars_only" refuses it,
            "match_shape" splits the new key into as many, and a function is called
            as `policy(path, key, shape)` for every stream and returns its keys.
        **stream_keys: a seed, a key or a stream by the name of a stream. Streams of
            the same name get different keys, in the order of their paths: the first
            keys of a stream that starts there.

    Raises:
        UnknownStreamsError: there is no stream of that name.
        InvalidSeedError: no key can be made of what was given.
        ReseedShapeError: a stream of several keys, and the policy refuses it.
        ReseedPolicyError: the policy is none, or gives no key.
        TraceLevelError: a stream belongs to another JAX trace.
        SharedInTreeError: in tree mode, two paths lead to one cell.

    Example:
        >>> from ramie.module.rngs import Rngs, reseed
        >>> rngs = Rngs(params=0, dropout=1)
        >>> first = rngs.dropout()
        >>> reseed(rngs, dropout=42)
        >>> bool(rngs.dropout() == first), int(rngs.params.count.value)
        (False, 0)
    """
    if not (callable(policy) or policy in ("scalars_only", "match_shape")):
        raise ReseedPolicyError(policy)
    sources = {name: RngStream(seed, tag=name) for name, seed in stream_keys.items()}
    streams = streams_in(node, graph, "reseed()")
    known = dict.fromkeys(stream.tag for _, stream in streams)
    if unknown := [name for name in sources if name not in known]:
        raise UnknownStreamsError(unknown, [*known])
    new = []
    for path, stream in streams:
        if stream.tag in sources:
            require_own_trace(stream.key)
            require_own_trace(stream.count)
            key = sources[stream.tag]()
            new.append((stream, _fitted(policy, path, key, stream.key.shape)))
    for stream, key in new:
        stream.key.value = key
        stream.count.value = zero_count(key)


def _fitted(
    policy: Policy, path: Path, key: jax.Array, shape: tuple[int, ...]
) -> jax.Array:
    """What a policy makes of a key for a stream of keys of some shape."""
    if callable(policy):
        keys: Any = policy(path, key, shape)
        if isinstance(keys, jax.Array) and is_typed_key(keys):
            return keys
        raise ReseedPolicyError(policy, keys)
    if not shape:
        return key
    if policy == "scalars_only":
        raise ReseedShapeError(path, shape)
    return split_key(key, shape)
