import jax.numpy as jnp
import numpy as np
import pytest
from safetensors import safe_open

from ramie.training import safetensors
from ramie.training.safetensors._dtypes import DTYPES


@pytest.mark.parametrize("name", DTYPES)
def test_a_file_has_the_dtype_and_gives_it_back(tmp_path, name):
    file = tmp_path / "a.safetensors"
    array = np.arange(6).reshape(2, 3).astype(jnp.dtype(DTYPES[name]))

    safetensors.save(file, {"a": array})

    with safe_open(file, framework="numpy") as opened:
        assert opened.get_slice("a").get_dtype() == name
    back = safetensors.Tensors(file)["a"]
    assert back.dtype == array.dtype
    assert back.tobytes() == array.tobytes()
