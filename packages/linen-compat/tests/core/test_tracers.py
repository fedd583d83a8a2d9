import jax
import pytest

from ramie.linen.core import check_trace_level, current_trace
from ramie.linen.errors import JaxTransformError


def test_the_trace_of_now_is_recognised():
    outside = current_trace()
    check_trace_level(outside)

    def inside(x):
        check_trace_level(current_trace())
        with pytest.raises(JaxTransformError):
            check_trace_level(outside)
        return x

    jax.eval_shape(inside, 1.0)
