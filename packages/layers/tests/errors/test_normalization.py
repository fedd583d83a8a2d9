from ramie.layers import errors
from ramie.layers.errors import _normalization


def test_errors_of_normalization_say_what_to_do_and_keep_their_facts(check_family):
    examples = [
        errors.UnequalGroupsError("GroupNorm", 6, 4),
        errors.GroupChoiceError("GroupNorm", 32, 4),
        errors.GroupReductionError("group_norm", (1, 2), 3),
        errors.BatchFeatureError("InstanceNorm", (0, -1), (8, 3)),
        errors.StatisticsMaskError("mean_and_variance", "bool", (5, 1), (6, 4)),
        errors.NonMatrixError("SpectralNorm", ("kernel",), (3, 3, 1, 8)),
    ]

    check_family(_normalization, examples)
