import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie.training.errors import LabelMismatchError, ThresholdTypeError
from ramie.training.metrics import Accuracy


@settings(max_examples=25)  # each shape compiles
@given(st.data())
def test_many_classes_agree_with_numpy(data):
    shape = tuple(data.draw(st.lists(st.integers(1, 4), max_size=2)))
    classes = data.draw(st.integers(1, 5))
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    logits = random.standard_normal((*shape, classes), dtype=np.float32)
    labels = random.integers(0, classes, shape, dtype=np.int32)
    accuracy = Accuracy()

    accuracy.update(logits=logits, labels=labels)

    expected = (logits.argmax(-1) == labels).mean()
    np.testing.assert_allclose(accuracy.compute(), expected, rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.uint32])
def test_labels_of_any_integer_dtype_are_fine(dtype):
    accuracy = Accuracy()

    accuracy.update(logits=jnp.eye(3), labels=np.array([0, 1, 0], dtype))

    assert float(accuracy.compute()) == pytest.approx(2 / 3)


def test_small_labels_do_not_wrap_large_predictions():
    logits = jnp.zeros((1, 300)).at[0, 256].set(1.0)
    accuracy = Accuracy()

    accuracy.update(logits=logits, labels=np.zeros(1, np.uint8))

    assert float(accuracy.compute()) == 0.0


def test_a_threshold_separates_two_classes():
    accuracy = Accuracy(threshold=0.5)

    accuracy.update(
        logits=jnp.array([0.1, 0.5, 0.9, 0.7]), labels=jnp.array([0, 1, 1, 0])
    )

    assert float(accuracy.compute()) == 0.75


def test_two_classes_take_bools():
    accuracy = Accuracy(threshold=0.0)

    accuracy.update(logits=jnp.array([-1.0, 1.0]), labels=jnp.array([False, False]))

    assert float(accuracy.compute()) == 0.5


def test_a_mask_leaves_predictions_out():
    accuracy = Accuracy()

    accuracy.update(
        logits=jnp.eye(3),
        labels=jnp.array([0, 0, 2]),
        mask=jnp.array([True, False, True]),
    )

    assert float(accuracy.compute()) == 1.0
    assert int(accuracy.count.get_value()) == 2


@pytest.mark.parametrize(
    ("threshold", "logits", "labels"),
    [
        (None, (2, 3), jnp.zeros((2, 3), int)),
        (None, (2, 3), jnp.zeros(2)),
        (None, (2, 3), jnp.zeros(2, bool)),
        (None, (), jnp.zeros((), int)),
        (0.5, (2, 1), jnp.zeros(2, int)),
        (0.5, (2,), jnp.zeros(2)),
    ],
)
def test_labels_that_do_not_fit_are_refused(threshold, logits, labels):
    accuracy = Accuracy(threshold)

    with pytest.raises(LabelMismatchError, match="needs integer"):
        accuracy.update(logits=jnp.zeros(logits), labels=labels)

    assert int(accuracy.count.get_value()) == 0


def test_a_number_of_classes_is_no_threshold():
    with pytest.raises(ThresholdTypeError, match="must be a float, not 10"):
        Accuracy(10)
