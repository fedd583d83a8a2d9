from ramie.layers import errors
from ramie.layers.errors import _settings


def test_errors_of_settings_say_what_to_do_and_keep_their_facts(check_family):
    examples = [
        errors.SizeError("Linear", "out_features", -4),
        errors.CountError("SpectralNorm", "n_steps", 0),
        errors.SettingError("RoPE", "theta", 0.0, "a number above 0"),
        errors.RateError("Dropout", 1.5),
        errors.ModeNotSetError("Dropout", "deterministic"),
    ]

    check_family(_settings, examples)
