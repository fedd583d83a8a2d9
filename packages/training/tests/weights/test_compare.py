import jax
import jax.numpy as jnp
import pytest

from ramie.training.weights._compare import compare
from ramie.training.weights.errors import StoredMismatchError


def struct(*shape, dtype=jnp.float32):
    return jax.ShapeDtypeStruct(shape, dtype)


def test_everything_that_does_not_fit_is_in_one_report():
    ours = {("a",): struct(2), ("b", 0): struct(3), ("c",): struct(1), ("d",): struct()}
    theirs = {
        ("a",): struct(2),
        ("b", 0): struct(4),
        ("d",): struct(dtype=jnp.int32),
        ("b", "x"): struct(),
    }

    report = compare("The file", ours, theirs, strict=False)

    assert report.missing == (("c",),)
    assert report.unexpected == (("b", "x"),)
    assert report.shapes == {("b", 0): ((3,), (4,))}
    assert report.dtypes == {("d",): (jnp.float32, jnp.int32)}


def test_a_misfit_is_raised_with_advice_or_returned_without():
    ours, theirs = {("a",): struct(2)}, {("a",): struct(3)}

    with pytest.raises(StoredMismatchError, match=r"Do this\."):
        compare("The file", ours, theirs, advice="Do this.")
    report = compare("The file", ours, theirs, advice="Do this.", strict=False)

    assert report.unfit == {("a",)}
    assert "Do this." not in str(report)


def test_precision_may_differ():
    assert compare("", {(): struct(2)}, {(): struct(2, dtype=jnp.bfloat16)}) is None


def test_keys_of_another_generator_do_not_fit():
    ours, theirs = (jax.random.key(0, impl=impl) for impl in ("threefry2x32", "rbg"))

    report = compare("", {("k",): ours}, {("k",): theirs}, strict=False)

    assert report.dtypes == {("k",): (ours.dtype, theirs.dtype)}


def test_a_path_may_lead_to_an_array_here_and_further_there():
    report = compare("", {("a",): struct()}, {("a", "b"): struct()}, strict=False)

    assert report.missing == (("a",),)
    assert report.unexpected == (("a", "b"),)
