"""Tell which modules an import loads that nobody promised.

    python tools/check_import.py ramie.graph --allow=jax --allow=numpy

Standard library only: it runs inside environments that hold one package and
what that package declares. Everything that the allowed modules load themselves
is allowed too, because a dependency of jax is not ours to answer for.
"""

import argparse
import importlib
import json
import sys


def surprises(module: str, allowed: list[str]) -> list[str]:
    """Import `module` and name what it loaded beyond `allowed`."""
    ours = [name for name in (module, *allowed) if name.startswith("ramie.")]
    for name in allowed:
        if name not in ours:
            importlib.import_module(name)
    fine = {name.partition(".")[0] for name in sys.modules} | sys.stdlib_module_names
    before = set(sys.modules)
    importlib.import_module(module)
    return sorted(
        name
        for name in set(sys.modules) - before
        if not _belongs(name, [*ours, *(fine - {"ramie"})]) and name != "ramie"
    )


def _belongs(name: str, owners: list[str]) -> bool:
    return any(name == owner or name.startswith(f"{owner}.") for owner in owners)


def main() -> int:
    """Print the surprises as JSON; the exit code says whether there are any."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("module")
    parser.add_argument("--allow", action="append", default=[])
    options = parser.parse_args()
    found = surprises(options.module, options.allow)
    print(json.dumps({"module": options.module, "surprises": found}))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
