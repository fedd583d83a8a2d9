"""ramie has the names of the reference library, and each is called the same way.

The names and signatures there are in `reference_api/*.json`, written by
`tools/reference_api.py`; how they are compared is in `tools/api_gaps.py`, which also
explains how a gap is written. `python tools/reference_api.py missing` shows them all.
"""

import importlib

import pytest

import api_gaps
from reference_api import FOLDER, read

PARTS = api_gaps.parts(FOLDER)
NOT_YET = api_gaps.not_yet(FOLDER)
MEANT = api_gaps.load_table(FOLDER, "differences")
FACADE = "ramie.nnx"


@pytest.mark.parametrize("title", PARTS)
def test_the_gaps_of_a_part_are_those_that_are_listed(title):
    gaps = set(api_gaps.part_gaps(PARTS[title]))
    listed = {*NOT_YET.get(title, []), *MEANT.get(title, {})}

    assert gaps - listed == set(), "a name or an argument got lost"
    assert listed - gaps == set(), "run: python tools/reference_api.py settle"


def test_a_gap_is_meant_or_to_be_closed_and_belongs_to_a_part():
    assert NOT_YET.keys() | MEANT.keys() <= PARTS.keys()
    for title, meant in MEANT.items():
        assert not meant.keys() & set(NOT_YET.get(title, [])), title
        assert all(meant.values()), f"{title}: a reason is missing"


def test_every_name_belongs_to_one_part():
    listed = [
        name
        for part in PARTS.values()
        if part["reference"] == "nnx"
        for name in part["names"]
    ]

    assert sorted(listed) == sorted(read("nnx"))


@pytest.mark.parametrize("title", PARTS)
def test_the_facade_offers_what_a_part_has(title):
    part = PARTS[title]
    owner, facade = api_gaps.find(part["module"]), importlib.import_module(FACADE)
    present = [name for name in part.get("names", []) if hasattr(owner, name)]

    for name in present:
        assert getattr(facade, name, None) is getattr(owner, name), name
