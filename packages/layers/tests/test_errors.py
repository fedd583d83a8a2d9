import inspect
import pickle

import pytest

from ramie.layers import errors

EXAMPLES = [
    errors.SizeError("Linear", "out_features", -4),
    errors.FeatureCountError("linear", (8, 4), (-1,), 3),
    errors.InputRankError("conv", (8,), 3, "spatial and features"),
    errors.AxisError("normalize", 5, 3),
    errors.AxisCountError("conv", "strides", (2, 2, 2), 2),
    errors.GroupCountError("Conv", "in_features", 4, 3),
    errors.UnequalGroupsError("GroupNorm", 6, 4),
    errors.GroupChoiceError("GroupNorm", 32, 4),
    errors.GroupReductionError("group_norm", (1, 2), 3),
    errors.BatchFeatureError("InstanceNorm", (0, -1), (8, 3)),
    errors.CountError("SpectralNorm", "n_steps", 0),
    errors.NonMatrixError("SpectralNorm", ("kernel",), (3, 3, 1, 8)),
    errors.ModuleTypeError("RNN", "cell", "Linear", "RNNCellBase"),
    errors.SequenceLengthsError("RNN", "int32", (3,), (2,)),
    errors.PolicyDtypeError("PrecisionPolicy", "compute_dtype", "int8"),
    errors.PaddingError("conv", "FULL", 2, "'SAME'"),
    errors.CausalPaddingError("conv", 2),
    errors.DilatedPaddingError("conv", "SAME", 2),
    errors.KernelMaskError("Conv", (3, 3), (3, 3, 2, 8)),
    errors.StatisticsMaskError("mean_and_variance", "bool", (5, 1), (6, 4)),
    errors.DuplicateAxisError("linear_general", (0, -1, 1), 2),
    errors.FeatureAxesError("LinearGeneral", (3,), (0, 1)),
    errors.BatchAxesError("LinearGeneral", (1,)),
    errors.BatchSizeError("linear_general", (4, 3), (5,)),
    errors.EinsumEquationError("Einsum", "ab", "it has no '->'"),
    errors.EinsumOperandError("einsum", "kernel", "na,ab->nb", "ab", (3,)),
    errors.EinsumBiasError("einsum", "na,ab->nb", (3,), (1, 4)),
    errors.LoRABaseError("LoRA", "an int is not callable"),
    errors.HeadCountError("MultiHeadAttention", "qkv_features", 16, "num_heads", 3),
    errors.MissingKeysError("MultiHeadAttention"),
    errors.AttentionShapeError(
        "dot_product_attention", "all must match", (4, 2, 8), (4, 3, 8), (4, 3, 8)
    ),
    errors.AttentionBiasError("dot_product_attention", "mask", (2, 5, 5), (2, 4, 5, 5)),
    errors.MaskCombinationError("combine_masks", ((5, 5), (2, 5, 5))),
    errors.MissingCacheError("MultiHeadAttention"),
    errors.CacheShapeError("MultiHeadAttention", (2, 3, 4, 8), (2, 1, 4, 8)),
    errors.CacheFullError("MultiHeadAttention", 5, 5),
    errors.CacheSizeError("MultiHeadAttention", "max_length", "batch_size"),
    errors.RotarySizeError("RoPE", 7),
    errors.PositionsError("rotary_embedding", (3,), (2, 5)),
    errors.PositionRangeError("RoPE", 9, 8),
    errors.SettingError("RoPE", "theta", 0.0, "a number above 0"),
    errors.MissingDropoutKeyError("dot_product_attention", 0.5),
    errors.InputDtypeError("embed", "float32", "integer"),
    errors.ComputeDtypeError("promote_dtype", "int32"),
    errors.NothingToPromoteError("promote_dtype"),
    errors.RateError("Dropout", 1.5),
    errors.ModeNotSetError("Dropout", "deterministic"),
    errors.MissingRngsError("Dropout", "dropout"),
    errors.MissingCarryRngsError("GRUCell"),
    errors.RngsTypeError("Linear", "int", "an Rngs"),
]
CLASSES = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and value.__module__ == errors.__name__
]


def test_every_error_has_an_example_here():
    assert {type(example) for example in EXAMPLES} == set(CLASSES) - {
        errors.LayerError,
        errors.CacheError,
    }


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_survive_a_process_border_with_their_facts(error):
    back = pickle.loads(pickle.dumps(error))

    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_say_the_place_first_and_end_with_a_next_step(error):
    place, *_, advice = str(error).partition(":")[0], *str(error).splitlines()

    assert place == error.place
    assert advice.endswith(".")
    assert len(str(error).splitlines()) >= 2


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_is_a_value_error_drawn_in_the_tree(kind):
    assert issubclass(kind, ValueError)
    assert f"{kind.__name__} " in errors.__doc__


@pytest.mark.parametrize(
    "kind", [type(error) for error in EXAMPLES], ids=lambda kind: kind.__name__
)
def test_every_error_shows_its_message(kind):
    assert ">>>" in kind.__doc__
