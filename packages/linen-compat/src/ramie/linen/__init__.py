"""Reserved for the Linen API on top of ramie; holds only its version yet."""

from ._version import __version__ as __version__
