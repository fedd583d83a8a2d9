"""Around a training loop that you write yourself: data in, numbers and pictures out.

`Stream` hands out batches from a place that can be saved, `Progress` shows how far a
loop is, `MetricsLogger` writes what was measured to files, and `draw_curves` draws it.
None of them knows the others, or the loop.
"""

from ramie.graph.extend import publish as _publish

from ._csv import Csv as Csv
from ._curves import draw_curves as draw_curves
from ._json_lines import JsonLines as JsonLines
from ._logger import MetricsLogger as MetricsLogger
from ._logger import MetricsWriter as MetricsWriter
from ._progress import Progress as Progress
from ._stream import Stream as Stream
from ._tensorboard import TensorBoard as TensorBoard

_publish(globals())
