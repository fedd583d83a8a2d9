"""Summaries: a table of the modules of a call, and of the variables they have.

`_calls` watches the call, `_rows` counts, `_texts` fills cells. How a table is drawn
comes from `ramie.module.summary`, imported when there is one to draw.
"""

from ramie.graph.extend import publish as _publish

from ._rows import Row as Row
from ._rows import Table as Table
from ._tabulate import tabulate as tabulate

_publish(globals())
