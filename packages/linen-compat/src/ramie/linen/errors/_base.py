"""FlaxError, the base class of every error, and how places are spelled."""

from ramie.graph.extend import MadeOfFacts


def show_scope(path: object) -> str:
    """A path as it is spelled in errors; the root is `/`."""
    if isinstance(path, str):
        return path if path.startswith("/") else f"/{path}"
    return "/" + "/".join(map(str, path)) if isinstance(path, tuple) else str(path)


class FlaxError(MadeOfFacts, Exception):
    """Base class: catch this to catch anything the package rejects."""
