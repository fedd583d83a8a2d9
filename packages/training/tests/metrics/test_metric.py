import pytest

from ramie.training.metrics import Average, Metric


class Nothing(Metric):
    def __init__(self):
        pass


def test_a_metric_must_make_its_counters():
    with pytest.raises(NotImplementedError, match=r"Metric must define __init__\(\)"):
        Metric()


@pytest.mark.parametrize("method", ["reset", "update", "compute"])
def test_every_method_is_asked_for_by_name(method):
    with pytest.raises(NotImplementedError, match=rf"Nothing must define {method}\(\)"):
        getattr(Nothing(), method)()


def test_split_gives_structure_and_state():
    graphdef, state = Average().split()

    assert graphdef.num_leaves == 2
    assert set(state) == {"count", "total"}
