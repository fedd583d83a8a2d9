"""The package is a reserved name, and says no more than that."""

from ramie import linen


def test_it_holds_only_its_version():
    public = [name for name in vars(linen) if not name.startswith("_")]

    assert public == []
    assert linen.__version__ == "0.1.0.dev0"
