"""Products in eight bits, and the collection of their scales, in one public module."""

from .layers._fp8 import OVERWRITE_WITH_GRADIENT as OVERWRITE_WITH_GRADIENT
from .layers._fp8 import Fp8DirectDotGeneralOp as Fp8DirectDotGeneralOp
from .layers._fp8 import Fp8DotGeneral as Fp8DotGeneral
from .layers._fp8 import Fp8DotGeneralBase as Fp8DotGeneralBase
from .layers._fp8 import Fp8DotGeneralOp as Fp8DotGeneralOp
from .layers._fp8 import Fp8Einsum as Fp8Einsum
from .layers._fp8 import NANOOFp8DotGeneralOp as NANOOFp8DotGeneralOp

__all__ = [
    "OVERWRITE_WITH_GRADIENT",
    "Fp8DirectDotGeneralOp",
    "Fp8DotGeneral",
    "Fp8DotGeneralBase",
    "Fp8DotGeneralOp",
    "Fp8Einsum",
    "NANOOFp8DotGeneralOp",
]
