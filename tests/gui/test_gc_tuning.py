import gc
from collections.abc import Iterator

import pytest

from dupefinder.gui.gc_tuning import look_at_nothing_twice


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = list(gc.callbacks)
    yield
    gc.callbacks[:] = before
    gc.unfreeze()


def test_what_survives_a_full_collection_is_not_looked_at_again() -> None:
    look_at_nothing_twice()
    lasting = [[number] for number in range(1000)]
    gc.collect()
    # The collector's list of what it looks at has none of them any more.
    known = {id(one) for one in gc.get_objects()}
    assert not any(id(one) in known for one in lasting)


def test_a_young_cycle_is_freed_as_before() -> None:
    look_at_nothing_twice()
    cycle: list[object] = []
    cycle.append(cycle)
    del cycle
    assert gc.collect() >= 1


def test_asked_for_twice_it_is_done_once() -> None:
    look_at_nothing_twice()
    look_at_nothing_twice()
    names = [getattr(one, "__name__", "") for one in gc.callbacks]
    assert names.count("_set_aside") == 1
