"""Two paths that lead to one file although nothing tells so: a folder within a union of folders.

Needs to mount, so it runs as root; else it is skipped.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.records import ActionKind, SkipCode
from dupefinder.core.job import JobContext
from tests.actions.mounting import mounted
from tests.actions.removals import add, files_below, plan, step


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path / "drive", "-t", "tmpfs", "-o", "size=4m", "none") as drive:
        yield drive


@pytest.fixture
def union(drive: Path) -> Iterator[Path]:
    """A union of folders whose writable one is `drive/upper`."""
    for name in ("lower", "upper", "work"):
        (drive / name).mkdir()
    folders = ",".join(f"{name}dir={drive / name}" for name in ("lower", "upper", "work"))
    with mounted(drive / "union", "-t", "overlay", "overlay", "-o", folders) as union:
        yield union


@pytest.mark.parametrize(
    "kind", [ActionKind.TRASH, ActionKind.SET_ASIDE, ActionKind.MOVE, ActionKind.DELETE]
)
@pytest.mark.parametrize("way_round", ["victim in the union", "survivor in the union"])
def test_the_last_copy_stays_and_the_rest_is_not_tried(
    drive: Path,
    union: Path,
    tmp_path: Path,
    journal: Journal,
    kind: ActionKind,
    way_round: str,
) -> None:
    for number in range(3):
        # Its own moment each: nothing but the path differs.
        add(drive / "upper" / f"{number}.jpg", b"photo %d" % number)
    steps = []
    for number in range(3):
        paths = [union / f"{number}.jpg", drive / "upper" / f"{number}.jpg"]
        victim, survivor = paths if way_round.startswith("victim") else reversed(paths)
        assert os.stat(victim).st_dev != os.stat(survivor).st_dev
        steps.append(step(victim, survivor))
    before = files_below(union)
    target = None if kind is not ActionKind.MOVE else tmp_path / "target"
    outcome = execute(plan(*steps, kind=kind, target=target), journal, JobContext())
    assert [skipped.code for skipped in outcome.skipped] == [
        SkipCode.SAME_FILE,
        SkipCode.ONE_VOLUME,
        SkipCode.ONE_VOLUME,
    ]
    assert outcome.done == ()
    assert {
        name: state
        for name, state in files_below(union).items()
        if "set-aside" not in name and "Trash" not in name
    } == before


@pytest.mark.parametrize("kind", list(ActionKind))
def test_a_folder_that_is_mounted_twice(
    drive: Path, tmp_path: Path, journal: Journal, kind: ActionKind
) -> None:
    photo = add(drive / "photos" / "a.jpg", b"a photo")
    with mounted(drive / "again", "--bind", drive / "photos") as again:
        one = step(again / "a.jpg", photo)
        target = tmp_path / "target"
        outcome = execute(plan(one, kind=kind, target=target), journal, JobContext())
    if kind is ActionKind.COPY:
        assert len(outcome.done) == 1
    else:
        assert [skipped.code for skipped in outcome.skipped] == [SkipCode.SAME_FILE]
    assert photo.read_bytes() == b"a photo"
