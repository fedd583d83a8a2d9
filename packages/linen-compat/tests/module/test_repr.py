from ramie import linen as nn

from .example_modules import KEY, Chain, Dense, Two, X


def test_fields_are_shown_one_a_line():
    assert repr(Dense(3)) == (
        "Dense(\n    # attributes\n    features = 3\n    kernel_init = init\n)"
    )
    assert repr(Two()) == "Two()"


def test_submodules_are_shown_once_they_are_there():
    bound = Two().bind(Two().init(KEY, X))
    bound(X)

    lines = [line.strip() for line in repr(bound).splitlines()]

    assert lines.count("features = 3") == 1
    assert "# children" in lines
    assert "first = Dense(" in lines
    assert "Dense_0 = Dense(" in lines


def test_a_field_that_became_a_child_is_shown_as_one():
    class Holder(nn.Module):
        inner: Dense

    shown = repr(Holder(Dense()).bind({}))

    assert shown.count("inner") == 1
    assert "# children" in shown


def test_modules_in_fields_are_shown_inside():
    assert "layers = [Dense(" in repr(Chain([Dense()]))
