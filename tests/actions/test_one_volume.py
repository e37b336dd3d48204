"""Two paths that lead to one file although nothing tells so: a folder within a union of folders.

Needs to mount, so it runs as root; else it is skipped.
"""

import os
import shutil
import subprocess
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


@pytest.fixture(params=["overlay", "mergerfs"])
def union(drive: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A union of folders in which what lies in `drive/upper` is seen, too."""
    for name in ("lower", "upper", "work", "union"):
        (drive / name).mkdir()
    if request.param == "mergerfs":
        if shutil.which("mergerfs") is None:
            pytest.skip("mergerfs is not installed")
        folders = f"{drive / 'upper'}:{drive / 'lower'}"
        command = ["mergerfs", "-o", "minfreespace=0", folders, str(drive / "union")]
        subprocess.run(command, check=True)
        try:
            yield drive / "union"
        finally:
            subprocess.run(["umount", "--lazy", str(drive / "union")], check=True)
        return
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
        add(drive / "upper" / "photos" / f"{number}.jpg", b"photo %d" % number)
    steps = []
    for number in range(3):
        paths = [union / "photos" / f"{number}.jpg", drive / "upper" / "photos" / f"{number}.jpg"]
        victim, survivor = paths if way_round.startswith("victim") else reversed(paths)
        assert os.stat(victim).st_dev != os.stat(survivor).st_dev
        steps.append(step(victim, survivor))
    before = files_below(union / "photos")
    target = None if kind is not ActionKind.MOVE else tmp_path / "target"
    outcome = execute(plan(*steps, kind=kind, target=target), journal, JobContext())
    assert [skipped.code for skipped in outcome.skipped] == [
        SkipCode.SAME_FILE,
        SkipCode.ONE_VOLUME,
        SkipCode.ONE_VOLUME,
    ]
    assert outcome.done == ()
    for folder in (union, drive / "upper"):
        after = files_below(folder / "photos")
        # A quarantine folder may be there, and nothing is in it.
        assert {name: state for name, state in after.items() if name.endswith(".jpg")} == before


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
