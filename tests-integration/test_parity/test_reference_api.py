"""The files about the reference library say what an installed one says."""

import json
import warnings

import pytest

import reference_api

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pytest.importorskip("flax.nnx", exc_type=ImportError)


def test_the_files_are_what_the_tool_writes(tmp_path):
    reference_api.write(tmp_path)

    for name in reference_api.MODULES:
        ours = (reference_api.FOLDER / f"{name}.json").read_text("utf-8")
        theirs = (tmp_path / f"{name}.json").read_text("utf-8")
        if json.loads(ours)["library"] != json.loads(theirs)["library"]:
            pytest.skip("another version of the reference library")
        assert ours == theirs, name
