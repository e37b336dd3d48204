"""Any action on any tree, undone, leaves the tree as it was before."""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.plan import make_plan
from dupefinder.actions.records import ActionKind, Plan, StepState
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from dupefinder.core.scan.mounts import Volume
from dupefinder.core.scan.volumes import VolumeTable
from tests.actions.trees import (
    entries,
    grow,
    left_behind,
    skip_where_read_only_files_get_no_times,
    steps_for,
)
from tests.memory import MEMORY

KINDS = [
    ActionKind.TRASH,
    ActionKind.SET_ASIDE,
    ActionKind.MOVE,
    ActionKind.COPY,
    ActionKind.HARD_LINK,
    ActionKind.DELETE,
]
if sys.platform in ("win32", "darwin"):
    KINDS.remove(ActionKind.TRASH)  # theirs cannot be led into a folder of the test
TO_FOLDER = (ActionKind.MOVE, ActionKind.COPY)
EXAMPLES = settings().max_examples // 2
"""Number of small trees tried with each kind; 150 before a release."""
TREES = int(os.environ.get("DUPEFINDER_TREES", "1"))
"""Number of large trees tried; 20 before a release."""

done: Counter[ActionKind] = Counter()


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """A folder that counts as a volume of its own, with the home folder in it."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder, pytest.MonkeyPatch.context() as patch:
        root = Path(os.path.realpath(folder))
        for name in ("HOME", "USERPROFILE"):  # Windows knows the second
            patch.setenv(name, str(root / "home"))
        patch.setenv("XDG_DATA_HOME", str(root / "home" / "data"))
        volume = Volume("drive", str(root), None, "ext4")
        patch.setattr(VolumeTable, "volume_of", lambda *_: volume)
        yield root


def check(root: Path, kind: ActionKind, random: Random, count: int) -> None:
    with tempfile.TemporaryDirectory(dir=root) as folder:
        photos, target = Path(folder, "photos"), Path(folder, "target")
        steps = steps_for(random, grow(random, photos, count), random.choice([0.3, 0.7, 1.0]))
        plan = make_plan(steps, [str(photos / "protected")])
        plan = Plan(plan.steps, plan.refused, kind, str(target) if kind in TO_FOLDER else None)
        before = entries(photos)
        with Journal.open(Path(folder, "journal.sqlite")) as journal:
            outcome = execute(plan, journal, JobContext())
            done[kind] += len(outcome.done)
            after = entries(photos)
            assert {one.content for one in after.values()} == {
                one.content for one in before.values()
            }
            protected = [name for name in before if name.startswith("protected/")]
            assert all(after[name].content == before[name].content for name in protected)
            untouched = before.keys() - {os.path.relpath(path, photos) for path in outcome.done}
            assert untouched <= after.keys()
            if kind is ActionKind.DELETE:
                assert after.keys() == untouched
                assert left_behind(Path(folder)) == []
                return
            back = undo(outcome.action_id, journal, JobContext())
            assert (sorted(back.done), back.skipped) == (sorted(outcome.done), ())
            assert {row.state for row in journal.steps(1)} <= {
                StepState.SKIPPED,
                StepState.UNDONE,
            }
        assert entries(photos) == before
        assert not target.exists() or entries(target) == {}
        assert left_behind(Path(folder)) == []


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES)
@given(random=st.randoms(use_true_random=False), count=st.integers(2, 60))
def test_small_trees(root: Path, kind: ActionKind, random: Random, count: int) -> None:
    if kind is ActionKind.HARD_LINK:
        skip_where_read_only_files_get_no_times(root)
    check(root, kind, random, count)


@pytest.mark.parametrize("seed", range(TREES))
def test_large_trees(root: Path, seed: int) -> None:
    check(root, KINDS[seed % (len(KINDS) - 1)], Random(seed), 1000)


def test_something_was_done_at_all(root: Path) -> None:
    """Else all of the above would hold whatever the code does."""
    if not done:
        for kind in KINDS:
            check(root, kind, Random(1), 1000)
    print(dict(done))
    assert min(done[kind] for kind in KINDS) > 10
