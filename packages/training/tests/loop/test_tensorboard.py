import struct
import sys

import pytest

from ramie.training.errors import MissingExtraError
from ramie.training.loop import TensorBoard


def test_points_are_in_the_event_file(tmp_path):
    pytest.importorskip("tensorboardX")
    writer = TensorBoard(tmp_path)

    writer.write(1, {"train/loss": 0.5, "n": 3})
    writer.write(2, {"train/loss": 0.25})
    writer.close()

    (path,) = tmp_path.iterdir()
    assert points(path.read_bytes()) == [
        (1, "train/loss", 0.5),
        (1, "n", 3.0),
        (2, "train/loss", 0.25),
    ]


def points(data):
    """The scalars of an event file: lengths, checksums and protocol buffers."""
    from tensorboardX.proto.event_pb2 import Event

    found = []
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        event = Event.FromString(data[12 : 12 + length])
        found += [(event.step, v.tag, v.simple_value) for v in event.summary.value]
        data = data[16 + length :]
    return found


def test_the_extra_is_named_where_the_library_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)

    with pytest.raises(MissingExtraError, match=r"ramie-training\[tensorboard\]"):
        TensorBoard(tmp_path)
