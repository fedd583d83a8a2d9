import jax
import jax.numpy as jnp

from ramie.variables import Param, Variable


def test_a_variable_is_a_pytree():
    v = Param(jnp.ones(2), note="n")

    twin = jax.tree.map(lambda x: x + 1, v)

    assert type(twin) is Param
    assert twin is not v
    assert (twin.value.tolist(), twin.note) == ([2.0, 2.0], "n")


def test_metadata_is_structure_to_jax():
    def structure(**metadata):
        return jax.tree.structure(Param(1, **metadata))

    assert structure(a=1, b=2) == structure(b=2, a=1)
    assert structure(a=1) != structure(a=2)
    assert structure() != jax.tree.structure(Variable(1))


def test_leaves_have_key_paths():
    ((path, _),) = jax.tree.leaves_with_path({"w": Param({"a": 1})})

    assert jax.tree_util.keystr(path) == "['w'].value['a']"


def test_a_subclass_is_a_pytree_of_its_own():
    class Own(Param):
        pass

    assert type(jax.tree.map(lambda x: x, Own(1))) is Own


def test_a_variable_passes_through_jit():
    v = Param(jnp.ones(2), note="n")

    out = jax.jit(lambda v: v.replace(v * 2))(v)

    assert (type(out), out.note, out.value.tolist()) == (Param, "n", [2.0, 2.0])


def test_gradients_come_as_variables():
    grads = jax.grad(lambda v: (v**2).sum())(Param(jnp.array([1.0, 2.0]), note="n"))

    assert type(grads) is Param
    assert grads.value.tolist() == [2.0, 4.0]
