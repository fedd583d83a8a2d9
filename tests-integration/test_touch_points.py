"""Places where other projects of the JAX world meet ramie in one program.

jaxtyping checks the types of arrays, grain reads data, treescope shows objects.
"""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ramie import nnx
from ramie.training.loop import Stream

jaxtyping = pytest.importorskip("jaxtyping", reason="jaxtyping is not installed")
beartype = pytest.importorskip("beartype", reason="beartype is not installed")
grain = pytest.importorskip("grain", reason="grain is not installed")
treescope = pytest.importorskip("treescope", reason="treescope is not installed")

Array, Float = jax.Array, jaxtyping.Float
checked = jaxtyping.jaxtyped(typechecker=beartype.beartype)


class Line(nnx.Module):
    """A linear layer whose parts and calls are annotated."""

    kernel: Float[nnx.Param, "i o"]

    def __init__(self, rngs: nnx.Rngs):
        self.kernel = nnx.Param(rngs.normal((3, 2)))

    @checked
    def __call__(self, x: Float[Array, "b 3"]) -> Float[Array, "b 2"]:
        return x @ self.kernel[...]


@checked
def loss_of(
    model: Line, x: Float[Array, "b i"], y: Float[Array, "b o"]
) -> Float[Array, ""]:
    return jnp.mean((model(x) - y) ** 2)


@checked
def product(
    kernel: Float[nnx.Param, "i o"], x: Float[Array, "b i"]
) -> Float[Array, "b o"]:
    return x @ kernel[...]


@pytest.fixture
def run():
    """A model and its optimizer."""
    model = Line(nnx.Rngs(0))
    return model, nnx.Optimizer(model, optax.sgd(0.1), wrt=nnx.Param)


@nnx.jit
def step(model, optimizer, x, y):
    """One step, whose shapes are checked while it is traced."""
    loss, grads = nnx.value_and_grad(loss_of)(model, x, y)
    optimizer.update(model, grads)
    return loss


def test_annotations_of_jaxtyping_hold_in_a_compiled_step_with_gradients(run):
    x, y = jnp.ones((4, 3)), jnp.zeros((4, 2))

    losses = [float(step(*run, x, y)) for _ in range(2)]

    assert losses[1] < losses[0]
    with pytest.raises(jaxtyping.TypeCheckError, match="loss_of"):
        step(*run, x, jnp.zeros((5, 2)))  # another size of the batch


def test_a_function_on_a_variable_binds_its_axes(run):
    kernel = run[0].kernel

    assert product(kernel, jnp.ones((4, 3))).shape == (4, 2)
    assert nnx.eval_shape(product, kernel, jnp.ones((4, 3))).shape == (4, 2)
    with pytest.raises(jaxtyping.TypeCheckError, match="product"):
        product(kernel, jnp.ones((4, 2)))


def batches():
    """Shuffled batches of grain: a line with its points."""
    points = np.random.default_rng(0).standard_normal((8, 3)).astype(np.float32)
    data = [{"x": x, "y": x[:2]} for x in points]
    return grain.MapDataset.source(data).seed(1).shuffle().batch(4).to_iter_dataset()


def test_batches_of_grain_train_a_model_that_goes_on_where_it_was_left(run):
    stream = Stream(batches())
    first = [float(step(*run, **batch)) for batch in stream]
    position = stream.position

    twin = Line(nnx.Rngs(0))
    other = (twin, nnx.Optimizer(twin, optax.sgd(0.1), wrt=nnx.Param))
    again = Stream(batches())
    assert [float(step(*other, **batch)) for batch in again] == first
    later = Stream(batches())
    later.position = position

    on = [float(step(*run, **batch)) for batch in stream]
    assert [float(step(*other, **batch)) for batch in later] == on
    assert on[-1] < first[0]


# treescope 0.1.10 still asks NumPy for a class that NumPy 2.5 is about to drop.
@pytest.mark.filterwarnings("ignore:The chararray class:DeprecationWarning")
def test_treescope_shows_a_run_and_what_shares_its_variables(run):
    model, optimizer = run
    tied = nnx.Dict(model=model, again=model)

    text = treescope.render_to_text({"tied": tied, "optimizer": optimizer})
    page = treescope.render_to_html(nnx.state(model), compressed=False)

    assert "Line(" in text
    assert "kernel=Param(" in text
    assert "Repeated python obj" in text
    assert "kernel" in page
    assert "State" in page
