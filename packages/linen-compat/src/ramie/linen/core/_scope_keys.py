"""The random keys of a scope."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import InvalidRngError
from ._rng import LazyRng, fold_in_static

if TYPE_CHECKING:
    from ._scope import Shared


class ScopeKeys:
    """What a `Scope` does with its keys."""

    __slots__ = ()

    if TYPE_CHECKING:
        _shared: Shared
        _suffix: tuple[str | int, ...]
        _check_valid: Callable[[], None]

        @property
        def path_text(self) -> str:
            """The path as errors show it."""

    @property
    def rngs(self) -> dict[str, LazyRng]:
        """The keys of this scope by name; no call counts them."""
        return {
            name: LazyRng.create(lazy, *self._suffix)
            for name, lazy in self._shared.rngs.items()
        }

    @property
    def rng_counters(self) -> dict[str, int]:
        """How many keys of each name this scope has drawn."""
        counts = self._shared.counts
        return {name: counts.get((*self._suffix, name), 0) for name in self.rngs}

    def has_rng(self, name: str) -> bool:
        """Whether there is a key of this name."""
        return name in self._shared.rngs

    def make_rng(self, name: str = "params") -> Any:
        """A new key; names without a key draw from `params`.

        Raises:
            InvalidRngError: there is no key to draw from.
        """
        lazy = self.next_rng(name)
        return fold_in_static(lazy.rng, lazy.suffix)

    def next_rng(self, name: str) -> LazyRng:
        """The next key, counted and with nothing folded in yet."""
        self._check_valid()
        shared = self._shared
        lazy = shared.rngs.get(name)
        if lazy is None:
            lazy = shared.rngs[name := self._fallback(name)]
        place = (*self._suffix, name)
        count = shared.counts[place] = shared.counts.get(place, 0) + 1
        return LazyRng(lazy.rng, (*lazy.suffix, *self._suffix, count))

    def _fallback(self, name: str) -> str:
        if "params" in self._shared.rngs:
            return "params"
        raise InvalidRngError(
            f"{self.path_text} needs a random key {name!r}, and none was given. Pass "
            f"one: rngs={{{name!r}: key}}; a key 'params' answers for all names."
        )
