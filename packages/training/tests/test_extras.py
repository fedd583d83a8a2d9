import json
import sys

import pytest

from ramie.training._extras import load
from ramie.training.errors import MissingExtraError


def test_what_is_installed_is_imported():
    assert load("json", extra="plots") is json


@pytest.mark.parametrize("module", ["no_such_library", "no_such_library.part"])
def test_what_is_not_installed_is_named_with_its_extra(module):
    with pytest.raises(MissingExtraError, match=r"install 'ramie-training\[plots\]'"):
        load(module, extra="plots")


def test_what_a_library_lacks_itself_is_reported_as_it_is(tmp_path, monkeypatch):
    (tmp_path / "needs_another.py").write_text("import no_such_library\n")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(ModuleNotFoundError, match="no_such_library") as caught:
        load("needs_another", extra="plots")

    assert not isinstance(caught.value, MissingExtraError)
    assert "needs_another" not in sys.modules
