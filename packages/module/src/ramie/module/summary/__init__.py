"""Summaries: a table of what a module does when it is called, without computing it.

What is called is found by `_watch`, what there is to count by `_sizes`; `_rows` makes a
`Table` of both. A `Table` is texts alone: who has other rows makes one of them.
"""

from ramie.graph.extend import publish as _publish

from ._calls import CallInfo as CallInfo
from ._calls import filter_rng_streams as filter_rng_streams
from ._render import render as render
from ._table import Table as Table
from ._table import show_size as show_size
from ._tabulate import tabulate as tabulate
from ._tree_text import show_tree as show_tree

_publish(globals())
