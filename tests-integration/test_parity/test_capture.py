"""What models record, and other modes of them, are as in the reference, Flax NNX.

Each program is run with both libraries, and what it gives must be equal. Flax is
called, never read.
"""

import warnings

import jax
import jax.numpy as jnp
import pytest

from ramie import graph, module, transforms, variables

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    nnx = pytest.importorskip("flax.nnx", exc_type=ImportError)

# What Flax warns of is not ours to judge.
pytestmark = pytest.mark.filterwarnings("default", "ignore:\\s*.*outside of")


class Ours:
    """The names of both libraries that the programs use."""

    Module, List = module.Module, module.List
    Param, Cache = variables.Param, variables.Cache
    Intermediate, Perturbation = variables.Intermediate, variables.Perturbation
    capture, view = staticmethod(module.capture), staticmethod(module.view)
    with_attributes = staticmethod(module.with_attributes)
    view_info = staticmethod(module.view_info)
    iter_modules = staticmethod(module.iter_modules)
    iter_children = staticmethod(module.iter_children)
    jit, grad = staticmethod(transforms.jit), staticmethod(transforms.grad)
    state, to_pure_dict = staticmethod(graph.state), staticmethod(graph.to_pure_dict)


class Theirs:
    """The same names of the reference."""

    Module, List = nnx.Module, nnx.List
    Param, Cache = nnx.Param, nnx.Cache
    Intermediate, Perturbation = nnx.Intermediate, nnx.Perturbation
    capture, view = staticmethod(nnx.capture), staticmethod(nnx.view)
    with_attributes = staticmethod(nnx.with_attributes)
    view_info = staticmethod(nnx.view_info)
    iter_modules = staticmethod(nnx.iter_modules)
    iter_children = staticmethod(nnx.iter_children)
    jit, grad = staticmethod(nnx.jit), staticmethod(nnx.grad)
    state, to_pure_dict = staticmethod(nnx.state), staticmethod(nnx.to_pure_dict)


def make(lib):
    """A small model of one library."""

    class Layer(lib.Module):
        def __init__(self):
            self.w = lib.Param(jnp.asarray(2.0))
            self.deterministic = False
            self.rate = 0.5

        def __call__(self, x):
            x = self.perturb("p", x * self.w[...])
            self.sow(lib.Intermediate, "h", x)
            self.sow(
                lib.Cache,
                "sum",
                x,
                init_fn=lambda: jnp.zeros(()),
                reduce_fn=lambda before, new: before + new,
            )
            return x + 1

        def set_view(self, deterministic: bool | None = None):
            """Choose.

            Args:
              deterministic: whether to
                evaluate.
            """
            if deterministic is not None:
                self.deterministic = deterministic

    class Net(lib.Module):
        def __init__(self):
            self.first = Layer()
            self.layers = lib.List([Layer(), Layer()])

        def __call__(self, x):
            x = self.first(x)
            for layer in self.layers:
                x = layer(x)
            return self.first(x)

        def encode(self, x):
            return self.first(x)

    return Net()


def plain(lib, states):
    """States as nested dicts of Python's own numbers."""
    return jax.tree.map(
        float,
        [lib.to_pure_dict(state) if hasattr(state, "flat_state") else state
         for state in states],
    )  # fmt: skip


X = 1.0


def of_module(lib):
    return plain(lib, lib.capture(make(lib), lib.Intermediate)(X))


def of_function(lib):
    return plain(lib, lib.capture(lambda m, x: m(x), lib.Intermediate)(make(lib), X))


def of_bound_method(lib):
    return plain(lib, lib.capture(make(lib).encode, lib.Intermediate)(X))


def by_decorator(lib):
    @lib.capture(lib.Cache, lib.Perturbation, lib.Intermediate)
    def forward(net, x):
        return net(x)

    return plain(lib, forward(make(lib), X))


def without_types(lib):
    return plain(lib, [lib.capture(make(lib))(X)])


def of_base_type(lib):
    return plain(lib, lib.capture(make(lib), lib.Param)(X))


def outputs_of_calls(lib):
    return plain(
        lib,
        lib.capture(make(lib), lib.Intermediate, method_outputs=lib.Intermediate)(
            jnp.asarray(X)
        ),
    )


def in_a_list(lib):
    nets = [make(lib), make(lib)]
    return plain(
        lib, lib.capture(lambda m, x: m[1](m[0](x)), lib.Intermediate)(nets, X)
    )


def shared(lib):
    net = make(lib)
    net.again = net.first
    return plain(lib, lib.capture(net, lib.Intermediate)(X))


def through_jit(lib):
    forward = lib.jit(lambda m, x: m(x))
    return plain(lib, lib.capture(forward, lib.Intermediate)(make(lib), X))


def jit_of_capture(lib):
    forward = lib.jit(lib.capture(lambda m, x: m(x), lib.Intermediate))
    return plain(lib, forward(make(lib), X))


def jit_of_a_part(lib):
    forward = lib.jit(lambda m, x: m(x))
    return plain(
        lib,
        lib.capture(lambda m, x: forward(m.layers[1], x), lib.Intermediate)(
            make(lib), X
        ),
    )


def gradients_of_values(lib):
    net = make(lib)
    _, zeros = lib.capture(net, lib.Perturbation)(X)

    def loss(net, zeros, x):
        return lib.capture(net, lib.Intermediate, init=zeros)(x)

    (grads, found), seen = lib.grad(loss, argnums=(0, 1), has_aux=True)(net, zeros, X)
    return plain(lib, [grads, found, seen])


def with_values_from_the_start(lib):
    net = make(lib)
    _, sums = lib.capture(net, lib.Cache)(X)
    return plain(lib, lib.capture(net, lib.Cache, init=sums)(X))


def outside_of_capture(lib):
    net = make(lib)
    net(X)
    net(X)
    return plain(lib, [lib.state(net, lib.Intermediate), lib.state(net, lib.Cache)])


def left_behind(lib):
    net = make(lib)
    lib.capture(net, lib.Intermediate)(X)
    return plain(lib, [lib.state(net)])


def views(lib):
    net = make(lib)
    new = lib.view(net, deterministic=True)
    return (
        [layer.deterministic for layer in (net.first, *net.layers)],
        [layer.deterministic for layer in (new.first, *new.layers)],
        new.first is net.first,
        new.first.w is net.first.w,
        type(new) is type(net),
    )


def attributes(lib):
    net = make(lib)
    new = lib.with_attributes(net, only=lambda path, _: "layers" in path, rate=0.1)
    return (
        [layer.rate for layer in (net.first, *net.layers)],
        [layer.rate for layer in (new.first, *new.layers)],
        new.layers[0].w is net.layers[0].w,
    )


def info(lib):
    return lib.view_info(make(lib))


def visits(lib):
    net = make(lib)
    return (
        [(path, type(found).__name__) for path, found in lib.iter_modules(net)],
        [(path, type(f).__name__) for path, f in lib.iter_modules(net, graph=False)],
        [(key, type(found).__name__) for key, found in lib.iter_children(net)],
    )


PROGRAMS = [
    of_module,
    of_function,
    of_bound_method,
    by_decorator,
    without_types,
    of_base_type,
    outputs_of_calls,
    in_a_list,
    shared,
    through_jit,
    jit_of_capture,
    jit_of_a_part,
    gradients_of_values,
    with_values_from_the_start,
    outside_of_capture,
    left_behind,
    views,
    attributes,
    info,
    visits,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_a_program_gives_what_it_gives_in_the_reference(program):
    assert program(Ours) == program(Theirs)


REFUSED = {
    "unknown attribute": lambda lib: make(lib).set_attributes(unknown=1),
    "unknown attribute, new": lambda lib: lib.with_attributes(make(lib), unknown=1),
    "unknown view": lambda lib: lib.view(make(lib), unknown=1),
    "nobody to view": lambda lib: lib.view(make(lib), only=False, deterministic=True),
    "clash": lambda lib: make(lib).first.sow(lib.Intermediate, "w", 1.0),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("lib", [Ours, Theirs])
def test_what_the_reference_refuses_is_refused_as_a_value_error(name, lib):
    with pytest.raises(ValueError, match=r"unknown|deterministic|type"):
        REFUSED[name](lib)
