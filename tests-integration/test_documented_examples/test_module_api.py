"""Examples of the documentation of Module, with what each shows."""

import jax.numpy as jnp
import pytest

from ramie import nnx
from ramie.module import capture, view, view_info, with_attributes
from ramie.variables import Perturbation


class SubModule(nnx.Module):
    def __init__(self, din, dout, rngs):
        self.linear1 = nnx.Linear(din, dout, rngs=rngs)
        self.linear2 = nnx.Linear(din, dout, rngs=rngs)


class Nesting(nnx.Module):
    def __init__(self, din, dout, *, rngs: nnx.Rngs):
        self.linear = nnx.Linear(din, dout, rngs=rngs)
        self.submodule = SubModule(din, dout, rngs=rngs)
        self.dropout = nnx.Dropout(0.5)
        self.batch_norm = nnx.BatchNorm(10, rngs=rngs)


class Block(nnx.Module):
    def __init__(self, din, dout, *, rngs: nnx.Rngs):
        self.linear = nnx.Linear(din, dout, rngs=rngs)
        self.dropout = nnx.Dropout(0.5, deterministic=False)
        self.batch_norm = nnx.BatchNorm(10, use_running_average=False, rngs=rngs)


@pytest.fixture
def block():
    return Block(2, 5, rngs=nnx.Rngs(0))


def modes(block):
    return block.dropout.deterministic, block.batch_norm.use_running_average


def test_iter_children_gives_names_and_children():
    model = Nesting(2, 5, rngs=nnx.Rngs(0))

    found = [(path, type(module).__name__) for path, module in nnx.iter_children(model)]

    assert found == [
        ("batch_norm", "BatchNorm"),
        ("dropout", "Dropout"),
        ("linear", "Linear"),
        ("submodule", "SubModule"),
    ]


def test_iter_modules_gives_paths_and_all_modules():
    model = Nesting(2, 5, rngs=nnx.Rngs(0))

    found = [(path, type(module).__name__) for path, module in nnx.iter_modules(model)]

    assert found == [
        (("batch_norm",), "BatchNorm"),
        (("dropout",), "Dropout"),
        (("linear",), "Linear"),
        (("submodule", "linear1"), "Linear"),
        (("submodule", "linear2"), "Linear"),
        (("submodule",), "SubModule"),
        ((), "Nesting"),
    ]


def test_the_methods_of_that_name_are_deprecated_and_give_the_same():
    model = Nesting(2, 5, rngs=nnx.Rngs(0))

    with pytest.warns(DeprecationWarning, match="iter_children"):
        assert list(model.iter_children()) == list(nnx.iter_children(model))
    with pytest.warns(DeprecationWarning, match="iter_modules"):
        assert list(model.iter_modules()) == list(nnx.iter_modules(model))


def test_a_module_is_called_directly():
    class Model(nnx.Module):
        def __init__(self, rngs):
            self.linear1 = nnx.Linear(2, 3, rngs=rngs)
            self.linear2 = nnx.Linear(3, 4, rngs=rngs)

        def __call__(self, x):
            x = self.linear1(x)
            x = nnx.relu(x)
            x = self.linear2(x)
            return x  # noqa: RET504 (as users write it)

    x = jnp.ones((1, 2))
    model = Model(rngs=nnx.Rngs(0))
    y = model(x)

    assert y.shape == (1, 4)


def test_eval_sets_the_evaluation_mode():
    model = Nesting(2, 5, rngs=nnx.Rngs(0))
    assert modes(model) == (False, False)

    model.eval()

    assert modes(model) == (True, True)


def test_train_sets_the_training_mode():
    class Block(nnx.Module):
        def __init__(self, din, dout, *, rngs: nnx.Rngs):
            self.linear = nnx.Linear(din, dout, rngs=rngs)
            # initialize Dropout and BatchNorm in eval mode
            self.dropout = nnx.Dropout(0.5, deterministic=True)
            self.batch_norm = nnx.BatchNorm(10, use_running_average=True, rngs=rngs)

    block = Block(2, 5, rngs=nnx.Rngs(0))
    assert modes(block) == (True, True)

    block.train()

    assert modes(block) == (False, False)


def test_perturb_gives_gradients_of_intermediate_values():
    class Model(nnx.Module):
        def __call__(self, x):
            x2 = self.perturb("grad_of_x", x)
            return 3 * x2

    model = Model()
    x = 1.0

    # Step 1: Initialize perturbations
    forward = capture(model, Perturbation)
    _, perturbations = forward(x)

    # Steps 2-4: Capture gradients
    def train_step(model, perturbations, x):
        def loss(model, perturbations, x):
            return capture(model, nnx.Intermediate, init=perturbations)(x)

        (_, perturb_grads), sowed = nnx.grad(loss, argnums=(0, 1), has_aux=True)(
            model, perturbations, x
        )
        return nnx.merge_state(perturb_grads, sowed)

    metrics = train_step(model, perturbations, x)

    assert float(metrics["grad_of_x"].value) == 3.0


def test_set_attributes_sets_them_wherever_they_are(block):
    assert modes(block) == (False, False)

    block.set_attributes(deterministic=True, use_running_average=True)

    assert modes(block) == (True, True)


def test_set_attributes_sets_them_where_a_filter_says(block):
    block.set_attributes(nnx.Dropout, deterministic=True)

    # Only the dropout will be modified
    assert modes(block) == (True, False)


class Sowing(nnx.Module):
    def __init__(self, rngs):
        self.linear1 = nnx.Linear(2, 3, rngs=rngs)
        self.linear2 = nnx.Linear(3, 4, rngs=rngs)

    def __call__(self, x):
        x = self.linear1(x)
        self.sow(nnx.Intermediate, "features", x)
        x = self.linear2(x)
        return x  # noqa: RET504 (as users write it)


def test_sow_records_for_capture():
    # With the capture decorator, sow returns intermediates
    model = Sowing(rngs=nnx.Rngs(0))

    @capture(nnx.Intermediate)
    def forward(model, x):
        return model(x)

    result, intermediates = forward(model, jnp.ones(2))

    assert "features" in intermediates
    assert result.shape == (4,)
    (features,) = intermediates["features"].value
    assert jnp.allclose(features, model.linear1(jnp.ones(2)))


def test_sow_reduces_with_a_function():
    class Model(nnx.Module):
        def __init__(self, rngs):
            self.linear = nnx.Linear(2, 3, rngs=rngs)

        def __call__(self, x):
            x = self.linear(x)
            self.sow(
                nnx.Intermediate,
                "sum",
                x,
                init_fn=lambda: 0,
                reduce_fn=lambda prev, curr: prev + curr,
            )
            return x

    y, intermediates = capture(Model(nnx.Rngs(0)), nnx.Intermediate)(jnp.ones(2))

    assert jnp.array_equal(intermediates["sum"].value, y)


def test_view_gives_another_mode_over_the_same_variables(block):
    new_block = view(block, deterministic=True, use_running_average=True)

    assert modes(new_block) == (True, True)
    assert modes(block) == (False, False)
    assert new_block.linear.kernel is block.linear.kernel


def test_view_takes_a_filter(block):
    new_block = view(block, only=nnx.Dropout, deterministic=True)

    # Only the dropout will be modified
    assert modes(new_block) == (True, False)


def test_view_info_says_what_can_be_set():
    from ramie.layers import MultiHeadAttention

    class CustomModel(nnx.Module):
        def __init__(self, *, rngs):
            self.mha = MultiHeadAttention(4, 8, 32, rngs=rngs)
            self.drop = nnx.Dropout(0.5, rngs=rngs)
            self.bn = nnx.BatchNorm(32, rngs=rngs)

    model = CustomModel(rngs=nnx.Rngs(0))

    shown = view_info(model)

    expected = {
        "BatchNorm": ["use_running_average: bool | None = None"],
        "Dropout": ["deterministic: bool | None = None"],
        "MultiHeadAttention": [
            "deterministic: bool | None = None",
            "decode: bool | None = None",
            "batch_size: int | Shape | None = None",
            "max_length: int | None = None",
        ],
    }
    heads = [line[:-1] for line in shown.splitlines() if not line.startswith(" ")]
    assert heads == list(expected)
    arguments = [line.strip() for line in shown.splitlines() if " = None" in line]
    assert arguments == [line for lines in expected.values() for line in lines]


def test_with_attributes_sets_them_in_new_nodes(block):
    new_block = with_attributes(block, deterministic=True, use_running_average=True)

    assert modes(new_block) == (True, True)
    assert modes(block) == (False, False)


def test_with_attributes_takes_a_filter(block):
    new_block = with_attributes(block, only=nnx.Dropout, deterministic=True)

    # Only the dropout will be modified
    assert modes(new_block) == (True, False)
