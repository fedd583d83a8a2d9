"""The example of a model with the weights of PyTorch runs without PyTorch."""

import runpy
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "gpt2_weights.py"


def test_it_continues_tokens_with_weights_from_files(capsys):
    runpy.run_path(str(EXAMPLE))["main"]([])

    printed = capsys.readouterr().out.split()
    assert printed[:4] == ["tokens:", "1", "2", "3"]
    assert all(0 <= int(token) < 50 for token in printed[4:])
