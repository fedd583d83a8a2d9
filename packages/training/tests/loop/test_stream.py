import json

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramie.training.errors import OneShotSourceError, PositionError
from ramie.training.loop import Stream


def shuffled(epoch):
    return np.random.default_rng(epoch).permutation(5).tolist()


def test_a_loop_goes_to_the_end_of_the_epoch():
    stream = Stream(shuffled)

    epochs = [list(stream) for _ in range(2)]

    assert epochs == [shuffled(0), shuffled(1)]
    assert (stream.epoch, stream.batch) == (2, 0)


@given(st.integers(0, 2), st.integers(0, 5))
def test_a_stream_at_a_saved_position_goes_on_alike(epoch, batches):
    stream = Stream(shuffled)
    for _ in range(epoch):
        list(stream)
    for _, _ in zip(range(batches), stream, strict=False):
        pass
    position = json.loads(json.dumps(stream.position))

    twin = Stream(shuffled)
    twin.position = position

    assert [list(twin), list(twin)] == [list(stream), list(stream)]


def test_a_loop_that_was_left_is_continued():
    stream = Stream([1, 2, 3])

    for batch in stream:
        if batch == 2:
            break

    assert list(stream) == [3]
    assert list(stream) == [1, 2, 3]


def test_a_loop_ends_where_the_position_is_set_inside_of_it():
    stream = Stream([1, 2, 3])
    start = stream.position

    seen = []
    for batch in stream:
        seen.append(batch)
        if batch == 2 and len(seen) < 4:
            stream.position = start

    assert seen == [1, 2]
    assert list(stream) == [1, 2, 3]


def test_batches_are_put_on_devices():
    mesh = jax.make_mesh((8,), ("data",))
    sharding = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("data"))
    batch = {"x": np.arange(16.0, dtype=np.float32).reshape(8, 2)}

    (placed,) = Stream([batch], sharding=sharding)

    assert placed["x"].sharding == sharding
    np.testing.assert_array_equal(placed["x"], batch["x"])


def test_an_iterator_is_no_data_set():
    with pytest.raises(OneShotSourceError, match="list_iterator"):
        Stream(iter([1, 2]))


@pytest.mark.parametrize(
    ("position", "problem"),
    [
        ({"epoch": 0}, "batch"),
        ({"epoch": 0, "batch": 9}, "the epoch has 3 batches only"),
        ({"epoch": 0, "batch": 1, "source": {"next": 1}}, "get_state"),
    ],
)
def test_a_position_of_another_stream_is_refused(position, problem):
    stream = Stream([1, 2, 3])
    first = next(iter(stream))

    with pytest.raises(PositionError, match=problem):
        stream.position = position

    assert first == 1
    assert list(stream) == [2, 3]


@pytest.fixture(scope="module")
def grain():
    # Its packages are not there for every Python; the stream works without it.
    return pytest.importorskip("grain")


def grain_batches(grain):
    source = grain.MapDataset.source(range(10)).seed(3).shuffle().map(lambda x: 2 * x)
    return source.batch(3).to_iter_dataset()


def grain_loader(grain):
    sampler = grain.samplers.IndexSampler(
        num_records=10, num_epochs=1, shuffle=True, seed=3
    )
    return grain.DataLoader(
        data_source=range(10),
        sampler=sampler,
        operations=[grain.transforms.Batch(3)],
        worker_count=0,
    )


@pytest.mark.parametrize("make", [grain_batches, grain_loader])
def test_grain_keeps_its_place_itself(grain, make):
    stream = Stream(make(grain))
    whole = [batch.tolist() for batch in Stream(make(grain))]
    first = next(iter(stream)).tolist()
    position = json.loads(json.dumps(stream.position))

    twin = Stream(make(grain))
    twin.position = position

    assert "source" in position
    assert [first, *(batch.tolist() for batch in twin)] == whole
    assert (twin.epoch, twin.batch) == (1, 0)
    assert [batch.tolist() for batch in twin] == whole


def test_grain_may_shuffle_by_the_number_of_the_epoch(grain):
    def epoch_of(number):
        return grain.MapDataset.source(range(10)).shuffle(seed=number).batch(5)

    stream = Stream(epoch_of)
    first = [batch.tolist() for batch in stream]
    next(iter(stream))

    twin = Stream(epoch_of)
    twin.position = stream.position

    assert twin.epoch == 1
    assert [b.tolist() for b in twin] == [b.tolist() for b in epoch_of(1)][1:]
    assert first == [b.tolist() for b in epoch_of(0)]
