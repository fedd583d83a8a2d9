"""Every error a layer can raise.

LayerError                      catch this to catch them all
├── SizeError                   a number of features that is no size
├── FeatureCountError           an axis holds another number of features
├── InputRankError              inputs with too few axes
├── AxisError                   an axis the inputs do not have
├── AxisCountError              settings for another number of spatial axes
├── GroupCountError             features that do not fall into equal groups
├── UnequalGroupsError          the same, for normalization by groups
├── GroupChoiceError            not exactly one of number and size of groups
├── GroupReductionError         statistics of groups that leave the features out
├── BatchFeatureError           the batch axis among the feature axes
├── CountError                  a number of repetitions that is none
├── NonMatrixError              a kernel that is no matrix where one is demanded
├── ModuleTypeError             something else where a module is expected
├── NoVariableError             a plain array where a Variable is needed
├── SequenceLengthsError        lengths that do not fit the batch
├── CarryTypeError              a carry that is not as many arrays as the cell has
├── CarryBatchError             a carry of another batch than the inputs
├── PolicyDtypeError            a precision without fractions
├── PaddingError                a padding that means nothing
│   ├── CausalPaddingError          causal padding along more than one axis
│   └── DilatedPaddingError         padding by name of dilated inputs
├── KernelMaskError             a mask that does not cover the kernel
├── LocalShapeError             weights for other places than the outputs
├── StatisticsMaskError         a mask that does not select elements of the inputs
├── DuplicateAxisError          an axis named twice
├── FeatureAxesError            other axes than sizes of features
├── BatchAxesError              batch axes that are not the leading ones
├── BatchSizeError              a batch without kernels of its own
├── EinsumEquationError         an equation of einsum that is malformed
├── EinsumOperandError          an operand with other axes than its equation
├── EinsumBiasError             a bias of another size than its axes
├── LoRABaseError               a base module that a map cannot be added to
├── HeadCountError              features or heads that cannot be shared out
├── MissingKeysError            values given without keys
├── AttentionShapeError         query, key and value that do not fit
├── AttentionBiasError          a bias or mask of another shape than the scores
├── MaskCombinationError        masks that do not fit each other
├── CacheError                  anything about the cache of a decoder
│   ├── MissingCacheError           decoding without a cache
│   ├── CacheShapeError             a step that does not fit the cache
│   ├── CacheFullError              more steps than the cache holds
│   └── CacheSizeError              half of the size of a cache
├── RotarySizeError             features that cannot be rotated in pairs
├── PositionsError              other positions than tokens
├── PositionRangeError          a position beyond the greatest length
├── SettingError                a setting outside of its range
├── MissingDropoutKeyError      a function has to drop and has no random key
├── InputTypeError              something else where an array is expected
├── InputDtypeError             inputs of a kind the layer cannot work with
├── ComputeDtypeError           computing in a dtype without fractions
├── NothingToPromoteError       no array and no dtype to promote to
├── RateError                   a dropout rate that is no probability
├── ModeNotSetError             a layer was never told whether it trains
├── MissingRngsError            randomness is needed and nothing provides it
├── MissingCarryRngsError       the same, for the first carry of a cell
└── RngsTypeError               something else where random streams are expected

Each says where it happened, which rule was broken and what to do next, and
keeps the facts as attributes, so that it survives a process border.
"""

from ramie.graph.extend import publish as _publish

from ._attention import AttentionBiasError as AttentionBiasError
from ._attention import AttentionShapeError as AttentionShapeError
from ._attention import HeadCountError as HeadCountError
from ._attention import MaskCombinationError as MaskCombinationError
from ._attention import MissingKeysError as MissingKeysError
from ._base import LayerError as LayerError
from ._cache import CacheError as CacheError
from ._cache import CacheFullError as CacheFullError
from ._cache import CacheShapeError as CacheShapeError
from ._cache import CacheSizeError as CacheSizeError
from ._cache import MissingCacheError as MissingCacheError
from ._convolution import CausalPaddingError as CausalPaddingError
from ._convolution import DilatedPaddingError as DilatedPaddingError
from ._convolution import GroupCountError as GroupCountError
from ._convolution import KernelMaskError as KernelMaskError
from ._convolution import LocalShapeError as LocalShapeError
from ._convolution import PaddingError as PaddingError
from ._dtypes import ComputeDtypeError as ComputeDtypeError
from ._dtypes import InputDtypeError as InputDtypeError
from ._dtypes import InputTypeError as InputTypeError
from ._dtypes import NothingToPromoteError as NothingToPromoteError
from ._dtypes import PolicyDtypeError as PolicyDtypeError
from ._linear import BatchAxesError as BatchAxesError
from ._linear import BatchSizeError as BatchSizeError
from ._linear import EinsumBiasError as EinsumBiasError
from ._linear import EinsumEquationError as EinsumEquationError
from ._linear import EinsumOperandError as EinsumOperandError
from ._linear import FeatureAxesError as FeatureAxesError
from ._linear import LoRABaseError as LoRABaseError
from ._modules import ModuleTypeError as ModuleTypeError
from ._modules import NoVariableError as NoVariableError
from ._normalization import BatchFeatureError as BatchFeatureError
from ._normalization import GroupChoiceError as GroupChoiceError
from ._normalization import GroupReductionError as GroupReductionError
from ._normalization import NonMatrixError as NonMatrixError
from ._normalization import StatisticsMaskError as StatisticsMaskError
from ._normalization import UnequalGroupsError as UnequalGroupsError
from ._positions import PositionRangeError as PositionRangeError
from ._positions import PositionsError as PositionsError
from ._positions import RotarySizeError as RotarySizeError
from ._randomness import MissingCarryRngsError as MissingCarryRngsError
from ._randomness import MissingDropoutKeyError as MissingDropoutKeyError
from ._randomness import MissingRngsError as MissingRngsError
from ._randomness import RngsTypeError as RngsTypeError
from ._recurrent import CarryBatchError as CarryBatchError
from ._recurrent import CarryTypeError as CarryTypeError
from ._recurrent import SequenceLengthsError as SequenceLengthsError
from ._settings import CountError as CountError
from ._settings import ModeNotSetError as ModeNotSetError
from ._settings import RateError as RateError
from ._settings import SettingError as SettingError
from ._settings import SizeError as SizeError
from ._shapes import AxisCountError as AxisCountError
from ._shapes import AxisError as AxisError
from ._shapes import DuplicateAxisError as DuplicateAxisError
from ._shapes import FeatureCountError as FeatureCountError
from ._shapes import InputRankError as InputRankError

_publish(globals())
