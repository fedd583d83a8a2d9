"""Recurrent layers and their cells in one public module."""

from .layers import RNN as RNN
from .layers import Bidirectional as Bidirectional
from .layers import ConvLSTMCell as ConvLSTMCell
from .layers import GRUCell as GRUCell
from .layers import LSTMCell as LSTMCell
from .layers import MGUCell as MGUCell
from .layers import OptimizedLSTMCell as OptimizedLSTMCell
from .layers import RNNBase as RNNBase
from .layers import RNNCellBase as RNNCellBase
from .layers import SimpleCell as SimpleCell
from .layers import flip_sequences as flip_sequences

__all__ = [
    "RNN",
    "Bidirectional",
    "ConvLSTMCell",
    "GRUCell",
    "LSTMCell",
    "MGUCell",
    "OptimizedLSTMCell",
    "RNNBase",
    "RNNCellBase",
    "SimpleCell",
    "flip_sequences",
]
