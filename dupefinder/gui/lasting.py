"""Spares the window from the collector of reference cycles.

Python's collector holds all threads while it looks at every object that it knows; with the photos
of a large library that takes a tenth of a second, time and again. Photos, groups and results are in
no cycles: they go when nothing refers to them any more, whether the collector knows them or not.
"""

import gc


def spare_what_is_there() -> None:
    """Keep the collector from looking at the present objects ever again."""
    gc.freeze()
