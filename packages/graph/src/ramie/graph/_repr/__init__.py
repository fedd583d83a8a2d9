"""How everything looks to people: text, colours, notebooks.

`_parts` says what a thing is made of, and everything else is built on that: `_text`
lays it out in lines, `_treescope` in boxes that unfold. `_mixin` gives a class both.
No file here knows Variables or modules: kinds answer for their types.
"""

from ._layout import show_block as show_block
from ._values import show_value as show_value
