import subprocess
import sys

from ramie import graph
from ramie.graph.extend import publish


class Thing:
    """Something with a module to change."""


def namespace(**names):
    return {"__name__": "plants.tools", "__package__": "plants", **names}


def test_what_a_private_file_defines_names_the_public_module():
    thing = type("Thing", (), {"__module__": "plants._thing"})

    publish(namespace(Thing=thing))

    assert thing.__module__ == "plants.tools"


def test_what_others_define_keeps_its_module():
    thing = type("Thing", (), {"__module__": "animals._thing"})
    public = type("Public", (), {"__module__": "plants.public"})

    publish(namespace(Thing=thing, Public=public, number=3))

    assert thing.__module__ == "animals._thing"
    assert public.__module__ == "plants.public"


def test_nothing_public_names_a_private_file():
    private = [
        f"{module.__name__}.{name}"
        for module in (graph, graph.extend)
        for name, value in vars(module).items()
        if not name.startswith("_")
        and str(getattr(value, "__module__", "")).startswith("ramie.graph._")
    ]

    assert private == []


def test_the_contracts_are_not_imported_with_the_package():
    code = "import sys, ramie.graph; sys.exit('ramie.graph.testing' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
