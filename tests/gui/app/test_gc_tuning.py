"""Each in a process of its own: undone here, the collector would look at all earlier windows."""

import subprocess
import sys

from tests.gui.app.one_module import WITHOUT_WINDOW

_BEGIN = f"{WITHOUT_WINDOW}import gc; from dupefinder.gui.app.gc_tuning import freeze_survivors\n"


def run(program: str) -> None:
    """Run a program that ends with an error where something does not hold."""
    subprocess.run([sys.executable, "-c", _BEGIN + program], check=True, timeout=60)


def test_survivors_of_a_full_collection_are_not_visited_again() -> None:
    # The collector's list of what it looks at has none of them any more.
    run("""
freeze_survivors()
lasting = [[number] for number in range(1000)]
gc.collect()
known = {id(one) for one in gc.get_objects()}
assert not any(id(one) in known for one in lasting)
""")


def test_a_young_cycle_is_freed_as_before() -> None:
    run("""
freeze_survivors()
cycle = []
cycle.append(cycle)
del cycle
assert gc.collect() >= 1
""")


def test_asked_for_twice_it_is_done_once() -> None:
    run("""
freeze_survivors()
freeze_survivors()
names = [getattr(one, "__name__", "") for one in gc.callbacks]
assert names.count("_set_aside") == 1
""")
