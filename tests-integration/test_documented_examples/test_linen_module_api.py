"""Examples of the documentation of Linen modules: how they are run."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn

KEY = jax.random.key(0)


@pytest.fixture(autouse=True)
def _biases_broadcast():
    """The examples add rows to batches, as JAX allows by default."""
    with jax.numpy_rank_promotion("allow"):
        yield


class Transformer(nn.Module):
    def encode(self, x): ...


class AutoEncoder(nn.Module):
    def setup(self):
        self.encoder = nn.Dense(3)
        self.decoder = nn.Dense(5)

    def __call__(self, x):
        return self.decoder(self.encoder(x))


class Normalised(nn.Module):
    @nn.compact
    def __call__(self, x, train):
        x = nn.Dense(16)(x)
        x = nn.BatchNorm(use_running_average=not train)(x)
        x = nn.relu(x)
        return nn.Dense(1)(x)


class EncodeDecode(nn.Module):
    def encode(self, x): ...

    def decode(self, x): ...


def through(foo, x):
    z = foo.encode(x)
    return foo.decode(z)


def test_submodules_are_attributes_of_setup():
    class Module(nn.Module):
        features: tuple[int, ...] = (16, 4)

        def setup(self):
            self.dense1 = nn.Dense(self.features[0])
            self.dense2 = nn.Dense(self.features[1])

        def __call__(self, x):
            return self.dense2(nn.relu(self.dense1(x)))

    y, variables = Module().init_with_output(KEY, jnp.ones((1, 3)))

    assert y.shape == (1, 4)
    assert jax.tree.map(jnp.shape, variables["params"]) == {
        "dense1": {"bias": (16,), "kernel": (3, 16)},
        "dense2": {"bias": (4,), "kernel": (16, 4)},
    }


def test_any_method_can_be_applied():
    x = jnp.ones((16, 9))
    model = Transformer()
    variables = model.init(jax.random.key(0), x, method=Transformer.encode)

    encoded = model.apply(variables, x, method=Transformer.encode)
    assert encoded is None

    encoded = model.apply(variables, x, method=model.encode)
    assert encoded is None

    encoded = model.apply(variables, x, method="encode")
    assert encoded is None

    def other_fn(instance, x):
        instance.encode  # noqa: B018  (as in the example)
        return instance

    assert isinstance(model.apply(variables, x, method=other_fn), Transformer)


def test_a_bound_module_is_used_without_apply():
    x = jnp.ones((16, 9))
    ae = AutoEncoder()
    variables = ae.init(jax.random.key(0), x)
    model = ae.bind(variables)
    z = model.encoder(x)
    x_reconstructed = model.decoder(z)

    assert z.shape == (16, 3)
    np.testing.assert_allclose(x_reconstructed, ae.apply(variables, x))


def test_unbind_takes_a_submodule_and_its_variables():
    class Encoder(nn.Module):
        @nn.compact
        def __call__(self, x):
            return nn.Dense(256)(x)

    class Decoder(nn.Module):
        @nn.compact
        def __call__(self, x):
            return nn.Dense(784)(x)

    class AutoEncoder(nn.Module):
        def setup(self):
            self.encoder = Encoder()
            self.decoder = Decoder()

        def __call__(self, x):
            return self.decoder(self.encoder(x))

    module = AutoEncoder()
    variables = module.init(jax.random.key(0), jnp.ones((1, 784)))

    # Extract the Encoder sub-Module and its variables
    encoder, encoder_vars = module.bind(variables).encoder.unbind()

    assert encoder.apply(encoder_vars, jnp.ones((1, 784))).shape == (1, 256)


def test_init_takes_one_key():
    x = jnp.empty((1, 7))
    module = Normalised()
    key = jax.random.key(0)
    variables = module.init(key, x, train=False)

    assert jax.tree.map(jnp.shape, variables) == {
        "params": {
            "Dense_0": {"kernel": (7, 16), "bias": (16,)},
            "BatchNorm_0": {"scale": (16,), "bias": (16,)},
            "Dense_1": {"kernel": (16, 1), "bias": (1,)},
        },
        "batch_stats": {"BatchNorm_0": {"mean": (16,), "var": (16,)}},
    }


def test_init_can_be_compiled():
    x = jnp.empty((1, 7))
    module = nn.Dense(1)
    init_jit = jax.jit(module.init)
    variables = init_jit(jax.random.key(0), x)

    jax.tree.map(np.testing.assert_allclose, variables, module.init(KEY, x))


def test_lazy_init_takes_shapes():
    model = nn.Dense(features=256)
    variables = model.lazy_init(
        jax.random.key(0), jax.ShapeDtypeStruct((1, 128), jnp.float32)
    )

    assert jax.tree.map(jnp.shape, variables) == {
        "params": {"kernel": (128, 256), "bias": (256,)}
    }


def test_assigning_a_submodule_in_setup_names_it():
    class MyModule(nn.Module):
        def setup(self):
            submodule = nn.Conv(2, kernel_size=(1,))

            # Accessing `submodule` attributes does not yet work here.
            assert submodule.name is None

            # The following line invokes `self.__setattr__`, which gives
            # `submodule` the name "conv1".
            self.conv1 = submodule

            # Accessing `submodule` attributes or methods is now safe and
            # either causes setup() to be called once.
            assert submodule.name == "conv1"
            assert submodule.variables == {}

        def __call__(self, x):
            return self.conv1(x)

    variables = MyModule().init(KEY, jnp.ones((1, 4, 3)))

    assert list(variables["params"]) == ["conv1"]


def test_functions_of_modules_can_be_compiled():
    variables = {}
    foo = EncodeDecode()

    f_jitted = jax.jit(nn.apply(through, foo))
    assert f_jitted(variables, jnp.ones((1, 3))) is None

    f_jitted = jax.jit(nn.init(through, foo))
    variables = f_jitted(jax.random.key(0), jnp.ones((1, 3)))
    assert variables == {}

    f_jitted = jax.jit(nn.init_with_output(through, foo))
    y, variables = f_jitted(jax.random.key(0), jnp.ones((1, 3)))
    assert y is None
    assert variables == {}


def test_interceptors_run_in_order():
    class Foo(nn.Module):
        def __call__(self, x):
            return x

    def my_interceptor1(next_fun, args, kwargs, context):
        called.append(1)
        return next_fun(*args, **kwargs)

    def my_interceptor2(next_fun, args, kwargs, context):
        called.append(2)
        return next_fun(*args, **kwargs)

    def my_interceptor3(next_fun, args, kwargs, context):
        called.append(3)
        return context.orig_method(*args, **kwargs)

    called = []
    foo = Foo()
    with nn.intercept_methods(my_interceptor1):
        _ = foo(jnp.ones([1]))
    assert called == [1]
    called.clear()

    with nn.intercept_methods(my_interceptor1), nn.intercept_methods(my_interceptor2):
        _ = foo(jnp.ones([1]))
    assert called == [1, 2]
    called.clear()

    # You could skip other interceptors by directly calling the context.orig_method.
    with (
        nn.intercept_methods(my_interceptor3),
        nn.intercept_methods(my_interceptor1),
        nn.intercept_methods(my_interceptor2),
    ):
        _ = foo(jnp.ones([1]))
    assert called == [3]
