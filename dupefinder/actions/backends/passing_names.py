"""Names for what an action needs on the way: hidden, of this program, found again by the path.

What a crash leaves under such a name is known for what it is, and for whose.
"""

import os

from blake3 import blake3

_NAME_BYTES = 8


def partial_name(path: str) -> str:
    """Where a copy is written before it gets its name, or a link is made."""
    return _beside(path, "part")


def aside_name(path: str) -> str:
    """Where a file waits while it is proved that its removal takes nothing else along."""
    return _beside(path, "aside")


def _beside(path: str, ending: str) -> str:
    folder, name = os.path.split(path)
    mark = blake3(os.fsencode(name)).hexdigest(length=_NAME_BYTES)
    return os.path.join(folder, f".dupefinder-{mark}.{ending}")
