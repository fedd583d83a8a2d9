"""What a training loop needs beyond the model: optimizers, metrics, averages, logs.

The mathematics of optimizers is optax'. This package keeps optax' state in
variables, so that an optimizer is changed in place like a model, and is split,
saved and compiled like one.
"""

from ramie.graph.extend import publish as _publish

from . import errors as errors
from . import loop as loop
from . import metrics as metrics
from ._dynamic_scale import DynamicScale as DynamicScale
from ._dynamic_scale import DynamicScaleResult as DynamicScaleResult
from ._ema import EMA as EMA
from ._model_and_optimizer import ModelAndOptimizer as ModelAndOptimizer
from ._opt_state import OptArray as OptArray
from ._opt_state import OptDict as OptDict
from ._opt_state import OptState as OptState
from ._opt_state import OptTree as OptTree
from ._opt_state import OptVariable as OptVariable
from ._optimizer import Optimizer as Optimizer
from ._portable import Portable as Portable
from ._train_state import TrainState as TrainState
from ._version import __version__ as __version__
from .metrics import Metric as Metric
from .metrics import MultiMetric as MultiMetric

_publish(globals())
