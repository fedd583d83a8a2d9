from ramie.layers import errors
from ramie.layers.errors import _modules


def test_errors_of_modules_say_what_to_do_and_keep_their_facts(check_family):
    examples = [
        errors.ModuleTypeError("RNN", "cell", "Linear", "RNNCellBase"),
        errors.NoVariableError("BatchNorm", "mean", "to be written"),
    ]

    check_family(_modules, examples)
