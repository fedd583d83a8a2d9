"""Every layer has the variables and gives the numbers of the reference, Flax NNX.

What is compared and how closely stands in `comparing`, what with stands in `cases`. At
the end pytest prints a table of all errors; `--parity-json FILE` keeps it.
"""

from dataclasses import asdict

import pytest

from .cases import attention, conv, functions, linear, norms, recurrent, refused
from .comparing import compare, compare_refusals

GROUPS = (linear, conv, norms, attention, recurrent, functions)

# What Flax warns of is not ours to judge.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("case", [x for each in GROUPS for x in each.CASES], ids=str)
def test_both_libraries_agree(case, record_property):
    errors = compare(case)

    record_property("parity", {"layer": case.layer, **asdict(errors)})


@pytest.mark.parametrize("case", refused.CASES, ids=str)
def test_both_libraries_refuse(case, record_property):
    compare_refusals(case)

    record_property("parity", {"layer": case.layer, "refused": True})
