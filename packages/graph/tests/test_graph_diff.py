import jax.numpy as jnp

from ramie.graph import diff


def test_the_text_groups_by_what_differs_and_shows_the_first_few():
    a = {"n": {f"k{i}": i for i in range(9)}, "x": [1]}
    b = {"n": {f"k{i}": i + 1 for i in range(9)}, "x": (1,)}

    lines = str(diff(a, b)).splitlines()

    assert lines == [
        "10 differences",
        "  another type (1)",
        "    x: list → tuple",
        "  another static value (9)",
        "    n/k0: 0 → 1",
        "    n/k1: 1 → 2",
        "    n/k2: 2 → 3",
        "    n/k3: 3 → 4",
        "    n/k4: 4 → 5",
        "    … and 4 more",
    ]


def test_the_largest_difference_of_values_comes_first():
    a = {"a": jnp.ones(1), "b": jnp.ones(1), "c": jnp.ones(1)}
    b = {"a": jnp.zeros(1), "b": jnp.full(1, 9.0), "c": jnp.full(1, jnp.nan)}

    text = repr(diff(a, b))

    assert text.splitlines()[2:] == [
        "    c: largest difference nan",
        "    b: largest difference 8",
        "    a: largest difference 1",
    ]


def test_a_key_of_one_side_is_shown_with_what_is_there():
    found = diff({"a": {"b": "text"}}, {"a": {"c": [1]}})

    assert str(found).splitlines() == [
        "2 differences",
        "  only in a (1)",
        "    a/b: 'text'",
        "  only in b (1)",
        "    a/c: list",
    ]


def test_one_difference_is_not_several():
    assert str(diff({"a": 1}, {"a": 2})).startswith("1 difference\n")
