"""Every error the training package can raise.

TrainingError                      catch this to catch them all
├── NothingToTrainError            `wrt` selects no variable of the model
├── LoneVariableError              a variable where a model is needed
├── NotATransformationError        something else where optax is needed
├── GradientMismatchError          gradients that do not fit the variables
├── OptimizerStateMismatchError    a model that is not the one at the start
├── UnstableStateError             a transformation that changed its state's form
├── ReadOnlyStateError             an assignment into a state of fixed structure
├── NotAStateError                 a field of a TrainState that holds no State
├── AverageMismatchError           a model that does not fit a moving average
├── NotAVariableError              an array where a moving average needs variables
├── DecayRangeError                a decay that is not from 0 to 1
├── MissingExtraError              an optional dependency is not installed
├── UnportableFunctionError        a function that cannot be pickled
├── ForeignCodeError               a pickle made with other versions
├── NotAScalarError                something to log or show that is no number
├── LogNameError                   a name under which nothing can be logged
├── NothingToDrawError             names without numbers
├── OneShotSourceError             an iterator where a data set is needed
├── PositionError                  a position of another stream
└── MetricError                    anything a metric rejects
    ├── MissingMetricArgumentError     `update` was not given what it averages
    ├── MaskShapeError                 a mask that does not fit the values
    ├── LabelMismatchError             labels that do not fit the logits
    ├── ThresholdTypeError             a threshold that is not a float
    └── MetricNameError                a name or value `MultiMetric` cannot take
"""

from ramie.graph.extend import publish as _publish

from ._averaging import AverageMismatchError as AverageMismatchError
from ._averaging import DecayRangeError as DecayRangeError
from ._averaging import NotAVariableError as NotAVariableError
from ._base import TrainingError as TrainingError
from ._installed import ForeignCodeError as ForeignCodeError
from ._installed import MissingExtraError as MissingExtraError
from ._installed import UnportableFunctionError as UnportableFunctionError
from ._loop import LogNameError as LogNameError
from ._loop import NotAScalarError as NotAScalarError
from ._loop import NothingToDrawError as NothingToDrawError
from ._loop import OneShotSourceError as OneShotSourceError
from ._loop import PositionError as PositionError
from ._metrics import LabelMismatchError as LabelMismatchError
from ._metrics import MaskShapeError as MaskShapeError
from ._metrics import MetricError as MetricError
from ._metrics import MetricNameError as MetricNameError
from ._metrics import MissingMetricArgumentError as MissingMetricArgumentError
from ._metrics import ThresholdTypeError as ThresholdTypeError
from ._optimizing import GradientMismatchError as GradientMismatchError
from ._optimizing import LoneVariableError as LoneVariableError
from ._optimizing import NotAStateError as NotAStateError
from ._optimizing import NotATransformationError as NotATransformationError
from ._optimizing import NothingToTrainError as NothingToTrainError
from ._optimizing import OptimizerStateMismatchError as OptimizerStateMismatchError
from ._optimizing import ReadOnlyStateError as ReadOnlyStateError
from ._optimizing import UnstableStateError as UnstableStateError

_publish(globals())
