"""`python -m tools.bench` and `python tools/bench` are `python tools/bench/run.py`."""

import sys
from pathlib import Path

# Neither way of running a folder puts the parent of the package on the path.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.run import main

main()
