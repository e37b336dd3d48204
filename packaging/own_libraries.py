"""Runs first in the packaged program: what it starts gets the system's libraries, not these.

The loader has read the variable by now; it would lead a browser or a file manager astray.
"""

import os

_BEFORE = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
os.environ.pop("LD_LIBRARY_PATH", None)
if _BEFORE is not None:
    os.environ["LD_LIBRARY_PATH"] = _BEFORE
