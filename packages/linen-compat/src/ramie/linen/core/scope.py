"""Scopes, filters of collections, and keys, in one public module."""

from ._apply import apply as apply
from ._apply import bind as bind
from ._apply import init as init
from ._apply import lazy_init as lazy_init
from ._collections import CollectionFilter as CollectionFilter
from ._collections import DenyList as DenyList
from ._collections import PRNGSequenceFilter as PRNGSequenceFilter
from ._collections import filter_to_set as filter_to_set
from ._collections import group_collections as group_collections
from ._collections import in_filter as in_filter
from ._collections import intersect_filters as intersect_filters
from ._collections import subtract_filters as subtract_filters
from ._collections import union_filters as union_filters
from ._rng import LazyRng as LazyRng
from ._scope import Scope as Scope
from ._scope_variables import Variable as Variable
