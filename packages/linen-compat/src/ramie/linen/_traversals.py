"""Traversals: places in nested data, to be listed and replaced in a copy."""

import abc
import copy
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import jax

from ._dict_paths import flatten_dict, unflatten_dict
from .core._frozen_dict import FrozenDict, unfreeze
from .errors import TraversalCountError


class Traversal(abc.ABC):
    """Base of traversals; `t_identity` is the one to begin with.

    Example:
        >>> from ramie.linen import traverse_util
        >>> weights = traverse_util.t_identity["layers"].each()["w"]
        >>> data = {"layers": [{"w": 1}, {"w": 2}]}
        >>> list(weights.iterate(data))
        [1, 2]
        >>> weights.update(lambda w: 10 * w, data)
        {'layers': [{'w': 10}, {'w': 20}]}
    """

    @abc.abstractmethod
    def update(self, fn: Callable[[Any], Any], inputs: Any) -> Any:
        """A copy with a function applied to each of the places."""

    @abc.abstractmethod
    def iterate(self, inputs: Any) -> Iterator[Any]:
        """The values at the places."""

    def set(self, values: Any, inputs: Any) -> Any:
        """A copy with these values at the places, in their order.

        Raises:
            TraversalCountError: there are more values than places, or fewer.
        """
        waiting = list(values)
        waiting.reverse()

        def take(_: Any) -> Any:
            if not waiting:
                raise TraversalCountError("there are more places than values")
            return waiting.pop()

        outputs = self.update(take, inputs)
        if waiting:
            raise TraversalCountError(f"{len(waiting)} values are left over")
        return outputs

    def compose(self, other: "Traversal") -> "Traversal":
        """The places of another traversal inside of each of these."""
        return TraverseCompose(self, other)

    def merge(self, *traversals: "Traversal") -> "Traversal":
        """The places of several traversals inside of each of these."""
        return self.compose(TraverseMerge(*traversals))

    def each(self) -> "Traversal":
        """Each item of lists and tuples, and each value of dicts."""
        return self.compose(TraverseEach())

    def tree(self) -> "Traversal":
        """Each leaf of pytrees."""
        return self.compose(TraverseTree())

    def filter(self, fn: Callable[[Any], bool]) -> "Traversal":
        """Those of the places whose values a function accepts."""
        return self.compose(TraverseFilter(fn))

    def __getattr__(self, attr: str) -> "Traversal":
        """An attribute at each of the places."""
        if attr.startswith("__"):
            raise AttributeError(attr)
        return self.compose(TraverseAttr(attr))

    def __getitem__(self, key: Any) -> "Traversal":
        """An item at each of the places."""
        return self.compose(TraverseItem(key))


class TraverseId(Traversal):
    """The one place that is everything."""

    def update(self, fn: Callable[[Any], Any], inputs: Any) -> Any:
        """Apply the function to everything."""
        return fn(inputs)

    def iterate(self, inputs: Any) -> Iterator[Any]:
        """Everything."""
        yield inputs


t_identity = TraverseId()


class TraverseMerge(Traversal):
    """The places of several traversals.

    Args:
        *traversals: they must not meet.
    """

    def __init__(self, *traversals: Traversal) -> None:
        """Keep them."""
        self._traversals = traversals

    def update(self, fn: Callable[[Any], Any], inputs: Any) -> Any:
        """Apply the function by one traversal after the other."""
        for traversal in self._traversals:
            inputs = traversal.update(fn, inputs)
        return inputs

    def iterate(self, inputs: Any) -> Iterator[Any]:
        """The values by one traversal after the other."""
        for traversal in self._traversals:
            yield from traversal.iterate(inputs)


class TraverseCompose(Traversal):
    """The places of one traversal inside of those of another.

    Args:
        x: the outer one.
        y: the inner one.
    """

    def __init__(self, x: Traversal, y: Traversal) -> None:
        """Keep both."""
        self._x, self._y = x, y

    def update(self, fn: Callable[[Any], Any], inputs: Any) -> Any:
        """Apply the function inside of each of the outer places."""
        return self._x.update(lambda part: self._y.update(fn, part), inputs)

    def iterate(self, inputs: Any) -> Iterator[Any]:
        """The values inside of each of the outer places."""
        for part in self._x.iterate(inputs):
            yield from self._y.iterate(part)


class TraverseFilter(Traversal):
    """Everything, if a function accepts it.

    Args:
        fn: the function.
    """

    def __init__(self, fn: Callable[[Any], bool]) -> None:
        """Keep it."""
        self._fn = fn

    def update(self, fn: Callable[[Any], Any], inputs: Any) -> Any:
        """Apply the function to what is accepted."""
        return fn(inputs) if self._fn(inputs) else inputs

    def iterate(self, inputs: Any) -> Iterator[Any]:
        """What is accepted."""
        if self._fn(inputs):
            yield inputs


class TraverseAttr(Traversal):
    """An attribute of a dataclass, a named tuple or another object.

    Args:
        attr: its name.
    """

    def __init__(self, attr: str) -> None:
        """Keep the name."""
        self._attr = attr

    def update(self, fn: Callable[[Any], Any], inputs: Any) -> Any:
        """A copy of the object with the function applied to the attribute."""
        value = fn(getattr(inputs, self._attr))
        if isinstance(inputs, tuple) and hasattr(inputs, "_replace"):
            return inputs._replace(**{self._attr: value})
        if dataclasses.is_dataclass(inputs) and not isinstance(inputs, type):
            return dataclasses.replace(inputs, **{self._attr: value})
        other = copy.copy(inputs)
        setattr(other, self._attr, value)
        return other

    def iterate(self, inputs: Any) -> Iterator[Any]:
        """The attribute."""
        yield getattr(inputs, self._attr)


class TraverseItem(Traversal):
    """An item of a list, a tuple or a dict.

    Args:
        key: its key or index.
    """

    def __init__(self, key: Any) -> None:
        """Keep the key."""
        self._key = key

    def update(self, fn: Callable[[Any], Any], inputs: Any) -> Any:
        """A copy of the container with the function applied to the item."""
        value = fn(inputs[self._key])
        if isinstance(inputs, FrozenDict):
            return inputs.copy({self._key: value})
        items = list(inputs) if isinstance(inputs, tuple) else copy.copy(inputs)
        items[self._key] = value
        return _like(inputs, items)

    def iterate(self, inputs: Any) -> Iterator[Any]:
        """The item."""
        yield inputs[self._key]


class TraverseEach(Traversal):
    """Each item of a list or tuple, or each value of a dict."""

    def update(self, fn: Callable[[Any], Any], inputs: Any) -> Any:
        """A container of the same type with the function applied to each."""
        if isinstance(inputs, (dict, FrozenDict)):
            changed = {key: fn(value) for key, value in inputs.items()}
            return FrozenDict(changed) if isinstance(inputs, FrozenDict) else changed
        return _like(inputs, [fn(value) for value in inputs])

    def iterate(self, inputs: Any) -> Iterator[Any]:
        """The items or values."""
        if isinstance(inputs, (dict, FrozenDict)):
            yield from inputs.values()
        else:
            yield from inputs


class TraverseTree(Traversal):
    """Each leaf of a pytree."""

    def update(self, fn: Callable[[Any], Any], inputs: Any) -> Any:
        """A tree with the function applied to each leaf."""
        return jax.tree.map(fn, inputs)

    def iterate(self, inputs: Any) -> Iterator[Any]:
        """The leaves."""
        yield from jax.tree.leaves(inputs)


class ModelParamTraversal(Traversal):
    """The parameters whose path a function accepts.

    Args:
        filter_fn: a function of the path, such as `/dense/kernel`, and the value.

    Example:
        >>> from ramie.linen import traverse_util
        >>> kernels = traverse_util.ModelParamTraversal(lambda path, x: "k" in path)
        >>> kernels.update(lambda x: -x, {"dense": {"bias": 1, "k": 2}})
        {'dense': {'bias': 1, 'k': -2}}
    """

    def __init__(self, filter_fn: Callable[[str, Any], bool]) -> None:
        """Keep the function."""
        self._filter_fn = filter_fn

    def _sorted(self, inputs: Any) -> list[tuple[Any, Any]]:
        flat = flatten_dict(unfreeze(inputs), keep_empty_nodes=True)
        return sorted(flat.items(), key=lambda item: tuple(map(str, item[0])))

    def _is_meant(self, path: tuple[Any, ...], value: Any) -> bool:
        from ._dict_paths import empty_node

        name = "/" + "/".join(map(str, path))
        return value is not empty_node and self._filter_fn(name, value)

    def update(self, fn: Callable[[Any], Any], inputs: Any) -> Any:
        """Nested dicts with the function applied to those parameters."""
        changed = {
            path: fn(value) if self._is_meant(path, value) else value
            for path, value in self._sorted(inputs)
        }
        nested = unflatten_dict(changed)
        return FrozenDict(nested) if isinstance(inputs, FrozenDict) else nested

    def iterate(self, inputs: Any) -> Iterator[Any]:
        """Those parameters."""
        for path, value in self._sorted(inputs):
            if self._is_meant(path, value):
                yield value


def _like(inputs: Any, items: Any) -> Any:
    """Items in a container of the type of another one."""
    if isinstance(inputs, tuple) and hasattr(inputs, "_fields"):
        return type(inputs)(*items)
    return type(inputs)(items) if isinstance(inputs, tuple) else items
