from typing import Any

import jax
import pytest

from ramie import linen as nn
from ramie.linen.errors import (
    CallShareScopeOnUnboundModuleError,
    IncorrectPostInitOverrideError,
    MultipleMethodsCompactError,
    NameInUseError,
    ParentTypeError,
    UnboundModuleError,
)

from .example_modules import KEY, Chain, Dense, X, names

zeros = nn.initializers.zeros


def compact(body):
    """A module whose call is a function of itself and the input."""

    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            return body(self, x)

    return Net()


def params(body):
    return compact(body).init(KEY, X)["params"]


def test_modules_without_a_name_are_numbered_by_type():
    def body(net, x):
        shared = Dense(3)
        return Dense(3, name="named")(Dense(3)(shared(shared(x))))

    assert sorted(params(body)) == ["Dense_0", "Dense_1", "named"]


def test_a_second_call_uses_the_same_names():
    class Net(nn.Module):
        def setup(self):
            self.inner = compact(lambda _, x: Dense(3)(x))

        def __call__(self, x):
            return self.inner(self.inner(x))

    assert list(Net().init(KEY, X)["params"]["inner"]) == ["Dense_0"]


def test_a_call_inside_of_the_call_goes_on_with_names():
    class Net(nn.Module):
        @nn.compact
        def __call__(self, x, again=True):
            x = Dense(3)(x)
            return self(x, again=False) if again else x

    class Child(Net):
        @nn.compact
        def __call__(self, x):
            return Dense(3)(super().__call__(x, again=False))

    assert names(Net().init(KEY, X)) == ["Dense_0", "Dense_1"]
    assert names(Child().init(KEY, X)) == ["Dense_0", "Dense_1"]


@pytest.mark.parametrize(
    "body",
    [
        lambda _, x: Dense(3, name="a")(Dense(3, name="a")(x)),
        lambda net, x: (net.param("a", zeros, ()), Dense(name="a")(x)),
        lambda net, x: (Dense(name="a")(x), net.param("a", zeros, ())),
        lambda net, _: (net.param("a", zeros, ()), net.param("a", zeros, ())),
        lambda net, x: (Dense(name="a")(x), net.variable("c", "a", dict)),
        lambda net, _: (net.variable("c", "a", dict), net.variable("c", "a", dict)),
        lambda net, x: (Dense(name="a")(x), net.sow("c", "a", 1)),
    ],
)
def test_a_name_is_used_once(body):
    with pytest.raises(NameInUseError, match=r"'a' in .*in use there.*choose another"):
        params(body)


def test_an_automatic_name_does_not_give_way():
    with pytest.raises(NameInUseError, match="submodule 'Dense_0' in Net at /"):
        params(lambda _, x: Dense()(Dense(3, name="Dense_0")(x)))


def test_variables_of_different_collections_share_a_name():
    variables = compact(
        lambda net, _: (net.param("a", zeros, ()), net.variable("c", "a", lambda: 1))
    ).init(KEY, X)

    assert variables["c"] == {"a": 1}


def test_names_of_fields_and_methods_are_free():
    class Net(nn.Module):
        features: int = 2

        @nn.compact
        def __call__(self, x):
            return self.param("features", zeros, ()), Dense(name="encode")(x)

        def encode(self):
            pass

    assert names(Net().init(KEY, X)) == ["encode", "features"]


def test_names_of_setup_are_taken_in_the_call():
    class Net(nn.Module):
        def setup(self):
            self.a = Dense(3)

        @nn.compact
        def __call__(self, x):
            return Dense(name="a")(x)

    with pytest.raises(NameInUseError, match="submodule 'a'"):
        Net().init(KEY, X)


def test_a_parent_can_be_given():
    def body(net, x):
        alone = Dense(3, parent=None)
        assert alone.parent is None and alone.scope is None  # noqa: PT018
        inner = Dense(3, parent=net, name="given")
        assert inner.parent is net
        return Dense(parent=net.scope)(inner(x))

    assert sorted(params(body)) == ["bias", "given", "kernel"]
    with pytest.raises(ParentTypeError, match="parent of a Dense is a int"):
        Dense(parent=3)


def test_the_path_leads_from_the_root():
    paths = []

    def inner(net, x):
        paths.append(net.path)

    compact(lambda _, x: compact(inner)(x)).init(KEY, X)

    assert paths == [("Net_0",)]
    with pytest.raises(UnboundModuleError, match="nothing can have a path"):
        _ = Dense().path


def test_post_init_calls_that_of_its_base():
    class Forgets(nn.Module):
        def __post_init__(self):
            self.ready = True

        def __call__(self):
            return 1

    class Remembers(Forgets):
        def __post_init__(self):
            self.ready = True
            nn.Module.__post_init__(self)

    for use in (lambda: Forgets().init(KEY), Forgets()):
        with pytest.raises(IncorrectPostInitOverrideError, match="of Forgets"):
            use()
    assert Remembers().apply({}) == 1


def test_two_compact_methods_do_not_share_by_accident():
    class Net(nn.Module):
        @nn.compact
        def encode(self, x):
            return Dense(3)(x)

        @nn.compact
        def decode(self, x):
            return Dense(3)(x)

        def __call__(self, x):
            return self.decode(self.encode(x))

    with pytest.raises(
        MultipleMethodsCompactError, match=r"encode and decode.*Dense_0"
    ):
        Net().init(KEY, X)
    assert names(Net().init(KEY, X, method="decode")) == ["Dense_0"]


def test_methods_can_have_scopes_of_their_own():
    class Net(nn.Module):
        @nn.compact_name_scope
        def up(self, x):
            return Dense(3)(x)

        @nn.compact_name_scope
        def down(self, x):
            return Dense(3)(x)

        @nn.compact
        def __call__(self, x):
            return self.down(self.up(self.up(Dense(3)(x))))

    made = Net().init(KEY, X)["params"]

    assert sorted(made) == ["Dense_0", "down", "up"]
    assert list(made["up"]) == list(made["down"]) == ["Dense_0"]
    assert list(Net().init(KEY, X, method="up")["params"]) == ["up"]


class Lora(nn.Module):
    other: Any

    def setup(self):
        nn.share_scope(self, self.other)

    @nn.compact
    def __call__(self, x):
        return self.other(x) + self.param("a", zeros, ())


def test_modules_with_one_scope_have_variables_side_by_side():
    def beside(net, x):
        return Lora(Dense(3))(x) + Dense(3)(x)

    assert names(Lora(Dense()).init(KEY, X)) == ["a", "bias", "kernel"]
    made = params(beside)
    assert sorted(made) == ["Dense_0", "Dense_1"]
    assert sorted(made["Dense_0"]) == ["a", "bias", "kernel"]


def test_a_shared_scope_takes_submodules_along():
    class Deep(nn.Module):
        def setup(self):
            self.chain = Chain([Dense(3)])
            self.chain(X)
            nn.share_scope(self, self.chain)

        def __call__(self, x):
            return self.chain(x)

    assert "layers_0" in names(Deep().init(KEY, X))


def test_only_bound_modules_share_a_scope():
    with pytest.raises(CallShareScopeOnUnboundModuleError, match="this Dense is not"):
        nn.share_scope(Dense(), Dense())


def test_a_parent_goes_when_nobody_holds_it():
    variables = Chain([Dense()]).init(KEY, X)

    inner = Chain([Dense()]).bind(variables).layers[0]

    assert inner.parent is None
    assert inner(X).shape == (2,)


def test_values_do_not_depend_on_other_modules():
    alone = params(lambda _, x: Dense(name="a")(x))
    crowded = params(lambda _, x: (Dense()(x), Dense(name="a")(x)))

    assert jax.tree.all(
        jax.tree.map(lambda x, y: bool((x == y).all()), alone["a"], crowded["a"])
    )
