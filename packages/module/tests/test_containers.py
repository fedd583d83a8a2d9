import copy
import pickle

import jax
import jax.numpy as jnp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie.graph import clone, flatten, graphdef, merge, split, state, update
from ramie.graph.errors import TraceLevelError
from ramie.graph.extend import view_of
from ramie.module import Dict, List, Module
from ramie.variables import Param


class Block(Module):
    def __init__(self, size=1):
        self.w = Param(jnp.ones(size))


class Net(Module):
    def __init__(self, layers):
        self.layers = layers


def is_edit(root, change):
    """Whether a change ends what was remembered of the structure."""
    view = view_of(root)
    change()
    return not view.valid


# ── List


LIST_EDITS = {
    "append": lambda items: items.append(9),
    "extend": lambda items: items.extend([8, 9]),
    "insert": lambda items: items.insert(1, 9),
    "insert before the end": lambda items: items.insert(-1, 9),
    "pop": lambda items: items.pop(),
    "pop an index": lambda items: items.pop(0),
    "remove": lambda items: items.remove(2),
    "reverse": lambda items: items.reverse(),
    "sort": lambda items: items.sort(),
    "sort by key": lambda items: items.sort(key=lambda n: -n, reverse=True),
    "clear": lambda items: items.clear(),
    "set": lambda items: items.__setitem__(0, 9),
    "set the last": lambda items: items.__setitem__(-1, 9),
    "set a slice": lambda items: items.__setitem__(slice(1, 3), [7, 8, 9]),
    "set a stepped slice": lambda items: items.__setitem__(slice(0, 3, 2), [7, 8]),
    "delete": lambda items: items.__delitem__(1),
    "delete a slice": lambda items: items.__delitem__(slice(0, 2)),
    "add in place": lambda items: items.__iadd__([8]),
}


@pytest.mark.parametrize("edit", LIST_EDITS.values(), ids=LIST_EDITS)
def test_a_list_is_edited_like_a_list_and_its_root_hears_of_it(edit):
    plain, net = [3, 1, 2], Net([3, 1, 2])

    assert is_edit(net, lambda: edit(net.layers))

    edit(plain)
    assert list(net.layers) == plain
    assert graphdef(net) == graphdef(Net(plain))


LIST_READS = {
    "index": lambda items: items[1],
    "negative index": lambda items: items[-1],
    "length": len,
    "iterate": lambda items: list(iter(items)),
    "reversed": lambda items: list(reversed(items)),
    "contains": lambda items: (1 in items, 9 in items),
    "index of": lambda items: items.index(2),
    "count": lambda items: items.count(1),
    "unpack": lambda items: [*items],
    "truth": bool,
}


@pytest.mark.parametrize("read", LIST_READS.values(), ids=LIST_READS)
def test_a_list_reads_like_a_list(read):
    plain = [3, 1, 2, 1]

    assert read(List(plain)) == read(plain)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers()), st.slices(8))
def test_a_slice_of_a_list_is_a_list(items, part):
    found = List(items)[part]

    assert type(found) is List
    assert found == items[part]


def test_a_list_equals_a_list_with_equal_items_and_nothing_else():
    assert List([1, 2]) == [1, 2] == List([1, 2])
    assert List([1, 2]) != [2, 1]
    assert List([1, 2]) != (1, 2)
    assert len({List([1]), List([1])}) == 2


def test_lists_are_joined_from_both_sides():
    joined = [1] + List([2]) + ([3] + List([4]))  # noqa: RUF005  (what is tested)

    assert type(joined) is List
    assert joined == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "wrong",
    [lambda items: items[5], lambda items: items.pop(5), lambda items: items.index(9)],
)
def test_a_list_complains_like_a_list(wrong):
    def complaint(items):
        with pytest.raises((IndexError, ValueError)) as caught:
            wrong(items)
        return caught.type

    assert complaint(List([1])) is complaint([1])


def test_a_slice_of_another_length_is_refused_and_changes_nothing():
    items = List([1, 2, 3])

    with pytest.raises(ValueError, match="extended slice"):
        items[::2] = [1]

    assert items == [1, 2, 3]


def test_putting_the_same_item_back_is_no_edit():
    net = Net([Block(), 3])

    def put():
        net.layers[0] = net.layers[0]
        net.layers[1] = 3

    assert not is_edit(net, put)


def test_an_array_of_the_same_type_in_a_list_is_no_edit():
    net = Net([jnp.ones(2)])

    def put():
        net.layers[0] = jnp.full(2, 4.0, jnp.float32)

    assert not is_edit(net, put)
    assert state(net).layers[0].tolist() == [4.0, 4.0]


def test_the_items_of_a_list_are_walked_by_number():
    net = Net([Block() for _ in range(11)])

    paths = split(net)[1].flat_state().paths

    assert paths == tuple(("layers", n, "w") for n in range(11))


def test_a_list_may_hold_itself():
    items = List([1])
    items.append(items)

    other = clone(items)

    assert other[1] is other
    assert repr(items) == "List([\n  1,\n  List(...)\n])"


def test_a_subclass_of_list_stays_one():
    class Sequence(List):
        def __call__(self, x):
            for layer in self:
                x = layer(x)
            return x

    sequence = clone(Sequence([jnp.sin, jnp.cos]))

    assert type(sequence[:1]) is Sequence
    assert float(sequence(0.0)) == 1.0


def test_a_list_keeps_the_attributes_of_a_subclass():
    class Scaled(List):
        def __init__(self, items, scale):
            super().__init__(items)
            self.scale = scale

    assert clone(Scaled([1], scale=2)).scale == 2


# ── Dict


DICT_EDITS = {
    "new key": lambda items: items.__setitem__("c", 3),
    "set": lambda items: items.__setitem__("a", 9),
    "delete": lambda items: items.__delitem__("a"),
    "pop": lambda items: items.pop("a"),
    "pop a default": lambda items: (items.pop("z", None), items.pop("a")),
    "popitem": lambda items: items.popitem(),
    "update": lambda items: items.update(a=5, d=6),
    "setdefault": lambda items: items.setdefault("e", 7),
    "clear": lambda items: items.clear(),
}


@pytest.mark.parametrize("edit", DICT_EDITS.values(), ids=DICT_EDITS)
def test_a_dict_is_edited_like_a_dict_and_its_root_hears_of_it(edit):
    plain, net = {"a": 1}, Net({"a": 1})

    assert is_edit(net, lambda: edit(net.layers))

    edit(plain)
    assert dict(net.layers) == plain
    assert graphdef(net) == graphdef(Net(plain))


DICT_READS = {
    "item": lambda items: items["b"],
    "get": lambda items: (items.get("a"), items.get("z", 5)),
    "length": len,
    "keys": lambda items: list(items.keys()),
    "values": lambda items: list(items.values()),
    "items": lambda items: list(items.items()),
    "contains": lambda items: ("a" in items, "z" in items),
    "unpack": lambda items: {**items},
}


@pytest.mark.parametrize("read", DICT_READS.values(), ids=DICT_READS)
def test_a_dict_reads_like_a_dict(read):
    plain = {"b": 2, "a": 1}

    assert read(Dict(plain)) == read(plain)


def test_a_dict_takes_what_dict_takes():
    assert Dict([("a", 1)], b=2) == Dict({"a": 1}, b=2) == {"a": 1, "b": 2}


def test_a_dict_equals_a_dict_with_equal_items_and_nothing_else():
    assert Dict(a=1, b=2) == {"b": 2, "a": 1}
    assert Dict(a=1) != {"a": 2}
    assert Dict(a=1) != [("a", 1)]


def test_a_str_key_is_an_attribute_too():
    parts = Dict(a=1)

    parts.b = 2
    del parts.a

    assert parts.b == 2
    assert parts == {"b": 2}


def test_a_missing_attribute_is_named():
    with pytest.raises(AttributeError, match="'missing'"):
        _ = Dict().missing


def test_a_missing_key_is_a_key_error():
    with pytest.raises(KeyError, match="missing"):
        _ = Dict()["missing"]


def test_a_parameter_of_the_type_is_no_item():
    assert Dict[int](a=1) == {"a": 1}


def test_a_dict_may_have_int_keys_and_both_kinds_at_once():
    net = Net({10: Block(), 9: Block(), "a": Block()})

    graph, leaves = split(net)

    keys = [path[1] for path in leaves.flat_state().paths]
    assert keys == [9, 10, "a"]
    assert set(merge(graph, leaves).layers) == {9, 10, "a"}


def test_a_dict_may_hold_itself():
    parts = Dict(n=1)
    parts.me = parts

    other = clone(parts)

    assert other.me is other
    assert repr(parts) == "Dict({\n  'n': 1,\n  'me': Dict(...)\n})"


def test_a_dict_keeps_the_order_of_its_items_in_a_copy():
    parts = Dict(second=jnp.ones(1), first=jnp.ones(1))

    assert list(clone(parts)) == ["second", "first"]


# ── both


def test_containers_in_containers_are_tracked():
    net = Net([{"a": [Block()]}])

    assert is_edit(net, lambda: net.layers[0]["a"].append(Block()))
    assert len(list(split(net)[1].flat_state())) == 2


@pytest.mark.parametrize(
    "put",
    [
        lambda layers: layers.append([1]),
        lambda layers: layers.insert(0, [1]),
        lambda layers: layers.extend([[1]]),
        lambda layers: layers.__setitem__(0, [1]),
        lambda layers: layers.__setitem__(slice(0, 1), [[1]]),
    ],
    ids=["append", "insert", "extend", "set", "set a slice"],
)
def test_a_list_put_into_a_list_is_tracked_however_it_gets_there(put):
    layers = List([0])

    put(layers)

    assert [type(item) for item in layers if item != 0] == [List]


def test_a_list_put_into_a_dict_is_tracked():
    parts = Dict(a=[1])
    parts["b"] = [2]
    parts.c = {"d": [3]}

    assert [type(parts.a), type(parts["b"]), type(parts.c.d)] == [List, List, List]


def test_the_list_that_was_assigned_is_not_held():
    layers = [1]
    net = Net(layers)

    layers.append(2)

    assert net.layers == [1]


@pytest.mark.parametrize("make", [lambda: List([Block()]), lambda: Dict(a=Block())])
@pytest.mark.parametrize(
    "copied",
    [copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value)), clone],
    ids=["deepcopy", "pickle", "clone"],
)
def test_a_copy_of_a_container_has_its_own_items(make, copied):
    items = make()

    other = copied(items)

    assert type(other) is type(items)
    assert graphdef(other) == graphdef(items)
    assert flatten(other)[1].leaves[0] is not flatten(items)[1].leaves[0]


@pytest.mark.parametrize("make", [lambda: List([1]), lambda: Dict({0: 1})])
def test_a_shallow_copy_of_a_container_is_edited_alone(make):
    items = make()

    other = copy.copy(items)
    other[0] = 5

    assert items[0] == 1


@pytest.mark.parametrize(
    "edit",
    [
        lambda net: net.layers.append(1),
        lambda net: net.layers.pop(),
        lambda net: net.layers.__setitem__(0, 1),
        lambda net: net.layers.__delitem__(0),
        lambda net: net.parts.__setitem__("a", 1),
        lambda net: net.parts.__delitem__("a"),
        lambda net: net.parts.clear(),
    ],
)
def test_a_container_of_another_trace_cannot_be_edited(edit):
    net = Net([jnp.ones(1)])
    net.parts = {"a": jnp.ones(1)}

    def inside(x):
        with pytest.raises(TraceLevelError, match="Pass the object"):
            edit(net)
        return x

    jax.jit(inside)(0)

    assert len(net.layers) == len(net.parts) == 1


# ── what lists and dicts do besides


def test_a_list_can_be_copied_added_and_repeated():
    block = Block()
    blocks = List([block])

    assert type(blocks.copy()) is type(2 * blocks) is List
    assert blocks.copy()[0] is block
    assert (blocks * 2)[1] is block
    assert len(List(None)) == 0


def test_a_dict_can_be_merged_copied_and_reversed():
    parts = Dict(a=1, b=2)
    same = parts
    parts |= {"c": 3}

    assert parts is same
    assert parts | {"a": 9} == {"a": 9, "b": 2, "c": 3}
    assert {"a": 9, "z": 0} | parts == {"a": 1, "b": 2, "c": 3, "z": 0}
    assert list(reversed(parts.copy())) == ["c", "b", "a"]
    assert Dict.fromkeys("ab", 0) == {"a": 0, "b": 0}


def test_a_subclass_need_not_call_the_init_of_its_base():
    class Blocks(List):
        def __init__(self, n):
            self.extend(Block() for _ in range(n))

    class Parts(Dict):
        def __init__(self, n):
            self["n"] = n

    assert len(clone(Blocks(2))) == 2
    assert clone(Parts(2)) == {"n": 2}


def test_the_alias_of_a_generic_container_is_no_attribute():
    assert vars(List[int]([1])) == {}
    assert graphdef(Dict[int](a=1)) == graphdef(Dict(a=1))


def test_arrays_are_updated_where_they_stand():
    class Named(List):
        pass

    named, plain = Named([jnp.zeros(1), 3]), Dict(a=jnp.zeros(1))
    named.scale = jnp.zeros(2)
    whole = Net([named, plain])
    view = view_of(whole)

    update(whole, jax.tree.map(lambda x: x + 1, state(whole)))

    assert view.valid
    assert named[0].tolist() == [1.0]
    assert named.scale.tolist() == [1.0, 1.0]
    assert plain.a.tolist() == [1.0]
    assert state(whole).layers[0][0] is named[0]
