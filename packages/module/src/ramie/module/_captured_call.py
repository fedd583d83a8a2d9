"""One captured call: what the modules were before, and what they record on the way.

For the duration of the call every module below the arguments has slots (`_sow.py`)
and a recording type (`_recording.py`). Afterwards each is as it was, also if the
call raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import jax

from ramie.graph import State, from_flat_state
from ramie.graph.extend import (
    as_flat_state,
    is_node,
    is_object,
    show_path,
    structure_changed,
)
from ramie.variables import Variable

from ._containers import Dict, List
from ._iterate import Path, iter_modules
from ._module import Module
from ._recording import ends_here, original_type, recording_type
from ._sow import OUTPUTS, SLOTS, paths, running
from .errors import CaptureError, CaptureInitError

VariableType: TypeAlias = type[Variable[Any]]


class Recording:
    """One call: what the modules were before, and what they recorded.

    Attributes:
        out: what the function returned.
    """

    def __init__(
        self,
        roots: Mapping[Path, Any],
        types: Sequence[VariableType],
        init: Any,
        outputs: VariableType | None,
    ) -> None:
        """Find the modules, and what each has from the start; change nothing."""
        self._roots, self._types, self._outputs = roots, types, outputs
        self._modules = _find_modules(roots)
        # The function `sow` needs a place, also where no module is passed.
        self._modules.setdefault((), Module())
        self._contents = _by_module(init, self._modules)
        self._before: list[tuple[Module, type, Any]] = []
        self._is_outermost = running.get() is None
        self.out: Any = None

    def __enter__(self) -> Recording:
        """Give every module slots and a recording type."""
        extra = {cls for types in self._contents.values() for cls in types}
        all_types = (*self._types, *(extra - set(self._types)))
        for path, module in self._modules.items():
            cls, outer = type(module), module.__dict__.get(SLOTS)
            slots = [self._slot(path, slot_type) for slot_type in all_types]
            slots += [slot for slot in outer or () if type(slot) not in all_types]
            self._before.append((module, cls, outer))
            _change(module, recording_type(module), (*slots,))
        places = {id(module): path for path, module in self._modules.items()}
        self._tokens = running.set(self._modules[()]), paths.set(places)
        return self

    def __exit__(self, *_: object) -> None:
        """Give every module back what it had."""
        running.reset(self._tokens[0])
        paths.reset(self._tokens[1])
        for module, cls, slots in self._before:
            _change(module, cls, slots)
        if self._is_outermost:
            # A transform or a copy may have made modules of recording types.
            left = [*_find_modules(self._roots).values(), *_modules_in(self.out)]
            for module in left:
                if (original := original_type(type(module))) is not None:
                    _change(module, original, None)

    def states(self) -> tuple[State[Any], ...]:
        """What was recorded: a state for each type."""
        # A transform may have put a new module in the place of one.
        modules = {**self._modules, **_find_modules(self._roots)}
        recorded: dict[type, dict[Path, Variable[Any]]] = {t: {} for t in self._types}
        for path, module in modules.items():
            for slot in module.__dict__.get(SLOTS, ()):
                for name, value in slot.get_raw_value().items():
                    if type(slot) in recorded:
                        recorded[type(slot)][*path, name] = type(slot)(value)
        return tuple(from_flat_state(recorded[cls].items()) for cls in self._types)

    def _slot(self, path: Path, cls: VariableType) -> Variable[Any]:
        content = self._contents.get(path, {}).get(cls, {})
        # Hooks are for the values; they see each when the state is made.
        metadata = {OUTPUTS: True} if cls is self._outputs else {}
        return cls.from_metadata(content, metadata)


def _change(module: Module, cls: type, slots: tuple[Variable[Any], ...] | None) -> None:
    """Give a module a type and slots, whatever trace it belongs to: not for long."""
    object.__setattr__(module, "__class__", cls)
    if slots is None:
        module.__dict__.pop(SLOTS, None)
    else:
        module.__dict__[SLOTS] = slots
    structure_changed(module)


def _find_modules(roots: Mapping[Path, Any]) -> dict[Path, Module]:
    """The modules that can record below some roots, each by its first path.

    Raises:
        CaptureError: two modules have the same path.
    """
    found: dict[Path, Module] = {}
    seen: set[int] = set()
    for start, root in roots.items():
        for path, module in iter_modules(root, graph=True) if is_node(root) else ():
            # A plain List has no methods to record from; a Dict has no attributes.
            if id(module) in seen or type(module) is List or isinstance(module, Dict):
                continue
            seen.add(id(module))
            if found.setdefault((*start, *path), module) is not module:
                raise CaptureError(
                    f"Two modules that are passed to the captured function have the "
                    f"path {show_path((*start, *path))}. Rename its parameter "
                    f"{start[0]!r}."
                )
    return found


def _modules_in(out: Any) -> Iterator[Module]:
    """The modules in what a function returned."""
    for leaf in jax.tree.leaves(out, is_leaf=ends_here):
        if is_object(leaf) and is_node(leaf):
            yield from _find_modules({(): leaf}).values()


def _by_module(
    init: Any, modules: Mapping[Path, Module]
) -> dict[Path, dict[VariableType, dict[Any, Any]]]:
    """What each module has from the start, by type and name.

    Raises:
        CaptureInitError: a leaf is no Variable, or belongs to no module.
    """
    items = list(as_flat_state({} if init is None else init))
    stray = [path for path, _ in items if path[:-1] not in modules]
    raw = [path for path, leaf in items if not isinstance(leaf, Variable)]
    if stray or raw:
        raise CaptureInitError(stray, raw)
    found: dict[Path, dict[VariableType, dict[Any, Any]]] = {}
    for path, variable in items:
        types = found.setdefault(path[:-1], {})
        types.setdefault(type(variable), {})[path[-1]] = variable.get_raw_value()
    return found
