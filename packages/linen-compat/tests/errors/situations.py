"""What raises each error, for any library with the Linen API.

A situation is a function of a library, `lib.nn`, `lib.core` and so on, and raises the
error of its name. Modules are made in it, as each library has a `Module` of its own.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

KEY = jax.random.key(0)
X = jnp.ones(2)

SITUATIONS: dict[str, Callable[[Any], Any]] = {}


def raises(name: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Note a situation as that of an error."""

    def note(situation: Callable[[Any], Any]) -> Callable[[Any], Any]:
        SITUATIONS[name] = situation
        return situation

    return note


def scale(nn: Any, name: str = "scale") -> Any:
    """A module with one parameter."""

    class Scale(nn.Module):
        @nn.compact
        def __call__(self, x: Any) -> Any:
            return x * self.param(name, nn.initializers.ones, (2,))

    return Scale()


def calling(nn: Any, body: Callable[..., Any]) -> Any:
    """A module whose compact method calls a function with it."""

    class Net(nn.Module):
        @nn.compact
        def __call__(self, *args: Any) -> Any:
            return body(self, *args)

    return Net()


@raises("CallCompactUnboundModuleError")
def _(lib: Any) -> Any:
    return scale(lib.nn)(X)


@raises("CallSetupUnboundModuleError")
def _(lib: Any) -> Any:
    class Net(lib.nn.Module):
        def setup(self) -> None:
            self.a = lib.nn.Dense(2)

    return Net().setup()


@raises("CallShareScopeOnUnboundModuleError")
def _(lib: Any) -> Any:
    return lib.nn.share_scope(scale(lib.nn), scale(lib.nn))


@raises("CallUnbindOnUnboundModuleError")
def _(lib: Any) -> Any:
    return scale(lib.nn).unbind()


@raises("InvalidInstanceModuleError")
def _(lib: Any) -> Any:
    return lib.nn.Dense.init(KEY, X)


@raises("ApplyModuleInvalidMethodError")
def _(lib: Any) -> Any:
    return scale(lib.nn).apply({}, X, method=3)


@raises("AssignSubModuleError")
def _(lib: Any) -> Any:
    class Net(lib.nn.Module):
        def __call__(self, x: Any) -> Any:
            return lib.nn.Dense(2)(x)

    return Net().init(KEY, X)


@raises("SetAttributeInModuleSetupError")
def _(lib: Any) -> Any:
    class Net(lib.nn.Module):
        size: int = 2

        def setup(self) -> None:
            self.size = 3

        def __call__(self) -> Any:
            return self.size

    return Net().init(KEY)


@raises("SetAttributeFrozenModuleError")
def _(lib: Any) -> Any:
    return calling(lib.nn, lambda module: setattr(module, "x", 1)).init(KEY)


@raises("MultipleMethodsCompactError")
def _(lib: Any) -> Any:
    class Net(lib.nn.Module):
        @lib.nn.compact
        def encode(self, x: Any) -> Any:
            return lib.nn.Dense(2)(x)

        @lib.nn.compact
        def decode(self, x: Any) -> Any:
            return lib.nn.Dense(2)(x)

        def __call__(self, x: Any) -> Any:
            return self.decode(self.encode(x))

    return Net().init(KEY, X)


@raises("NameInUseError")
def _(lib: Any) -> Any:
    def body(module: Any) -> None:
        module.param("a", lib.nn.initializers.ones, ())
        module.param("a", lib.nn.initializers.ones, ())

    return calling(lib.nn, body).init(KEY)


@raises("ReservedModuleAttributeError")
def _(lib: Any) -> Any:
    class Net(lib.nn.Module):
        parent: int

    return Net


@raises("IncorrectPostInitOverrideError")
def _(lib: Any) -> Any:
    class Net(lib.nn.Module):
        def __post_init__(self) -> None:
            self.size = 3

        @lib.nn.compact
        def __call__(self, x: Any) -> Any:
            return x

    return Net().init(KEY, X)


@raises("DescriptorAttributeError")
def _(lib: Any) -> Any:
    class Net(lib.nn.Module):
        @property
        def size(self) -> Any:
            return self.missing

        def __call__(self) -> Any:
            return self.size

    return Net().init(KEY)


@raises("InvalidRngError")
def _(lib: Any) -> Any:
    return scale(lib.nn).init({"dropout": KEY}, X)


@raises("InvalidFilterError")
def _(lib: Any) -> Any:
    return lib.core.scope.in_filter(3, "params")


@raises("InvalidScopeError")
def _(lib: Any) -> Any:
    kept = []

    def body(scope: Any) -> None:
        kept.append(scope)

    lib.core.init(body)(KEY)
    return kept[0].param("w", lib.nn.initializers.ones, ())


@raises("JaxTransformError")
def _(lib: Any) -> Any:
    def body(module: Any, x: Any) -> Any:
        layer = lib.nn.Dense(2)
        return jax.jit(lambda x: layer(x) * 2)(x)

    return calling(lib.nn, body).init(KEY, X)


@raises("ApplyScopeInvalidVariablesTypeError")
def _(lib: Any) -> Any:
    return scale(lib.nn).apply({"params": X}, X)


@raises("ApplyScopeInvalidVariablesStructureError")
def _(lib: Any) -> Any:
    return scale(lib.nn).apply({"params": {"params": {"scale": X}}}, X)


@raises("ScopeCollectionNotFound")
def _(lib: Any) -> Any:
    return lib.nn.BatchNorm(use_running_average=True).apply(
        {"params": {"scale": X, "bias": X}}, X
    )


@raises("ScopeVariableNotFoundError")
def _(lib: Any) -> Any:
    def body(module: Any) -> Any:
        return module.variable("stats", "n", jnp.zeros, ()).value

    return calling(lib.nn, body).apply({"stats": {"m": X}})


@raises("ScopeParamNotFoundError")
def _(lib: Any) -> Any:
    return scale(lib.nn).apply({"params": {"other": X}}, X)


@raises("ScopeParamShapeError")
def _(lib: Any) -> Any:
    return scale(lib.nn).apply({"params": {"scale": jnp.ones(3)}}, X)


@raises("ModifyScopeVariableError")
def _(lib: Any) -> Any:
    def body(module: Any) -> None:
        module.variable("stats", "n", jnp.zeros, ()).value = 1.0

    return calling(lib.nn, body).apply({"stats": {"n": 0.0}})


@raises("LazyInitError")
def _(lib: Any) -> Any:
    def body(module: Any, x: Any) -> Any:
        return module.param("w", lambda _: x * 2)

    return calling(lib.nn, body).lazy_init(KEY, jax.ShapeDtypeStruct((2,), "float32"))


@raises("TransformTargetError")
def _(lib: Any) -> Any:
    return lib.nn.jit(scale(lib.nn))


@raises("TransformedMethodReturnValueError")
def _(lib: Any) -> Any:
    class Net(lib.nn.Module):
        @lib.nn.compact
        def __call__(self) -> Any:
            return lib.nn.Dense(2)

    return lib.nn.jit(Net)().init(KEY)


@raises("PartitioningUnspecifiedError")
def _(lib: Any) -> Any:
    def body(module: Any, x: Any) -> Any:
        init = lib.nn.with_partitioning(lib.nn.initializers.ones, ("a",))
        return x * module.param("w", init, (2,))

    mapped = lib.nn.vmap(
        type(calling(lib.nn, body)), {"params": 0}, {"params": True}, in_axes=0
    )
    return mapped().init(KEY, jnp.ones((3, 2)))


@raises("CursorFindError")
def _(lib: Any) -> Any:
    return lib.cursor.cursor({"a": 1}).find(lambda path, _: path == "b")


@raises("TraverseTreeError")
def _(lib: Any) -> Any:
    return lib.cursor.cursor({"a": 1}).apply_update(None)


# Errors that the reference has no class for: it raises a built-in one, or none.


@raises("UnboundModuleError")
def _(lib: Any) -> Any:
    return scale(lib.nn).variables


@raises("DeclaredOutsideSetupError")
def _(lib: Any) -> Any:
    class Net(lib.nn.Module):
        def __call__(self) -> Any:
            return self.param("w", lib.nn.initializers.ones, ())

    return Net().init(KEY)


@raises("ParentTypeError")
def _(lib: Any) -> Any:
    return lib.nn.Dense(2, parent=3)


@raises("LiftedAxesError")
def _(lib: Any) -> Any:
    return lib.nn.vmap(type(scale(lib.nn)), in_axes=4)().init(KEY, X)


@raises("LiftedCarryError")
def _(lib: Any) -> Any:
    class Step(lib.nn.Module):
        def __call__(self, carry: Any, x: Any) -> Any:
            return carry + x

    return lib.nn.scan(Step)().apply({}, 0.0, X)


@raises("LoopInvariantError")
def _(lib: Any) -> Any:
    class Step(lib.nn.Module):
        @lib.nn.compact
        def __call__(self, carry: Any, x: Any) -> Any:
            return carry, self.param("w", lambda _: x)

    scanned = lib.nn.scan(
        Step, variable_broadcast="params", split_rngs={"params": False}
    )
    return scanned().init(KEY, 0.0, X)


@raises("PartitioningNameError")
def _(lib: Any) -> Any:
    box = lib.nn.Partitioned(X, names=("a",))
    return box.remove_axis(0, {lib.nn.PARTITION_NAME: "b"})


@raises("LogicalAxisError")
def _(lib: Any) -> Any:
    return lib.nn.logical_to_mesh_axes(("a", "a"), (("a", "x"),))


@raises("MissingAxesError")
def _(lib: Any) -> Any:
    return lib.partitioning.get_axis_names({"w": 3})


@raises("FrozenDictError")
def _(lib: Any) -> Any:
    lib.core.freeze({})["a"] = 1


@raises("TraversalCountError")
def _(lib: Any) -> Any:
    each = lib.traverse_util.t_identity.each()
    return each.set([1], [2, 3])


@raises("StateDictError")
def _(lib: Any) -> Any:
    return lib.serialization.from_state_dict({"a": 1}, {"b": 1})


@raises("SerializationError")
def _(lib: Any) -> Any:
    return lib.serialization.msgpack_serialize({"a": object()})


@raises("CursorWriteError")
def _(lib: Any) -> Any:
    lib.cursor.cursor({"a": object()})["a"]["b"] = 1
