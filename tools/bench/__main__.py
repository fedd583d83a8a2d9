"""`python tools/bench` is `python tools/bench/run.py`."""

import sys
from pathlib import Path

# A folder that is run as a program puts itself on the path, not its parent.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.run import main

main()
