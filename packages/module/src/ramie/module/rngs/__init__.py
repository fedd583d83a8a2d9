"""Streams of random keys, as Pytrees of Variables."""

from ._backups import SplitBackups as SplitBackups
from ._backups import StreamBackup as StreamBackup
from ._backups import backup_keys as backup_keys
from ._backups import restore_rngs as restore_rngs
from ._fork import fork_rngs as fork_rngs
from ._fork import split_rngs as split_rngs
from ._fork import with_rngs as with_rngs
from ._reseed import reseed as reseed
from ._rngs import Rngs as Rngs
from ._sampling import KeylessInitializer as KeylessInitializer
from ._stream import RngCount as RngCount
from ._stream import RngKey as RngKey
from ._stream import RngState as RngState
from ._stream import RngStream as RngStream
from ._stream import RngValue as RngValue
