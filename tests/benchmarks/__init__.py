"""Benchmarks, each a module to run.

The program is loaded here, before any of them loads NumPy: as in the program itself, NumPy's
library then starts no threads of its own, which would spin beside ours and be measured.
"""

import dupefinder  # noqa: F401
