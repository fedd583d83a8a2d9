from ramie import variables
from ramie.variables import spmd


def test_the_names_are_those_of_the_package():
    public = {k: v for k, v in vars(spmd).items() if k[0].isalpha()}

    assert public
    assert [k for k, v in public.items() if getattr(variables, k) is not v] == []
