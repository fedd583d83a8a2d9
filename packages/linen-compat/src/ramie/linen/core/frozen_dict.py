"""Frozen dicts in one public module."""

from ._frozen_dict import FrozenDict as FrozenDict
from ._frozen_dict import FrozenKeysView as FrozenKeysView
from ._frozen_dict import FrozenValuesView as FrozenValuesView
from ._frozen_dict import copy as copy
from ._frozen_dict import freeze as freeze
from ._frozen_dict import pop as pop
from ._frozen_dict import pretty_repr as pretty_repr
from ._frozen_dict import unfreeze as unfreeze
