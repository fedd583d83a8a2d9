import jax

from ramie.graph.tracers import TraceState, current_jax_trace


def test_a_trace_state_is_valid_where_it_was_made():
    outside = TraceState()
    seen = []

    @jax.jit
    def inside(x):
        here = TraceState()
        seen.append((outside.is_valid(), here.is_valid(), here == outside))
        seen.append(here)
        assert here.jax_trace == current_jax_trace()
        return x

    inside(1.0)

    assert seen[0] == (False, True, False)
    assert not seen[1].is_valid()
    assert outside.is_valid()
    assert outside == TraceState()
    assert outside != 1
    assert repr(outside).startswith("TraceState(")
