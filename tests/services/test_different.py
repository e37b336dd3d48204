"""Photos that a person called different, wherever they are met: scans, comparisons, actions."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from dupefinder.actions.backups.retire import plan_retirement
from dupefinder.actions.records import ActionKind, SkipCode
from dupefinder.core import decisions
from dupefinder.core.coverage.records import Accepted, CoverageStatus
from dupefinder.core.decisions.marks import APPLICATION_ID, MARKS_FORMAT, MarkStore
from dupefinder.core.decisions.separated import (
    PixelKeyKind,
    Separation,
    all_different,
    split_off,
)
from dupefinder.core.errors import DecisionsNotRead
from dupefinder.core.grouping import separations
from dupefinder.core.job import JobContext
from dupefinder.core.pipeline import Options
from dupefinder.core.records import Evidence, Group, GroupMember, ReasonCode
from dupefinder.core.scan.options import FolderChoice, ScanOptions
from dupefinder.services.catalog import OpenCatalog
from dupefinder.services.comparison import ComparisonSession
from dupefinder.services.findings import Findings
from dupefinder.services.marks import KeptMarks
from dupefinder.services.removal import MarkedPhotos, RemovalSession
from dupefinder.services.scan import ScanSession
from tests.core.pictures import encode, jpeg, with_xmp
from tests.core.test_pipeline import picture


class Stage:
    """A catalog with what lies beside it, and a folder of photos."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.photos = folder / "photos"
        self.photos.mkdir()
        self.catalog = OpenCatalog(self.data / "catalog.sqlite", decisions_path=self.decisions_path)
        self.scans = ScanSession(self.catalog)
        self.marks = KeptMarks(self.decisions_path, self.data / "journal.sqlite")
        self.removals = RemovalSession(self.data / "journal.sqlite", self.decisions_path)

    @property
    def decisions_path(self) -> Path:
        return self.data / "decisions.sqlite"

    def write(self, name: str, content: bytes) -> Path:
        path = self.photos / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def scan(self) -> list[Group]:
        options = Options(ScanOptions((FolderChoice(str(self.photos)),)))
        return self.scans.scan(options, JobContext()).groups

    def keep(self, *separations: Separation | None) -> None:
        self.marks.keep_separations([one for one in separations if one is not None])

    def close(self) -> None:
        self.catalog.close()
        self.marks.close()
        self.removals.close()


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "share"))
    stage = Stage(tmp_path)
    yield stage
    stage.close()


def names(groups: Sequence[Group]) -> list[list[str]]:
    return sorted(sorted(Path(one.file.path).name for one in group.members) for group in groups)


def member(groups: Sequence[Group], name: str) -> GroupMember:
    found = (one for group in groups for one in group.members)
    return next(one for one in found if Path(one.file.path).name == name)


SHOWN = picture(1)
A = jpeg(SHOWN, quality=95)
B = jpeg(SHOWN, quality=60)
C = jpeg(SHOWN, quality=80)


def write_three(stage: Stage) -> list[Group]:
    for name, content in (("a.jpg", A), ("b.jpg", B), ("c.jpg", C)):
        stage.write(name, content)
    groups = stage.scan()
    assert names(groups) == [["a.jpg", "b.jpg", "c.jpg"]]
    return groups


def different(groups: Sequence[Group], *which: str) -> Separation:
    return all_different([member(groups, name) for name in which], 7)


def test_a_pair_is_never_grouped_again_and_a_third_photo_joins_one(stage: Stage) -> None:
    stage.keep(different(write_three(stage), "a.jpg", "b.jpg"))
    (found,) = names(stage.scan())
    assert found in (["a.jpg", "c.jpg"], ["b.jpg", "c.jpg"])
    with_first = found[0]
    # In another order, in other places, by other names.
    os.rename(stage.photos / "a.jpg", stage.photos / "z.jpg")
    os.rename(stage.photos / "c.jpg", stage.write("2010/x", b"").with_name("0.jpg"))
    (found,) = names(stage.scan())
    assert found == ["0.jpg", "z.jpg" if with_first == "a.jpg" else "b.jpg"]


@pytest.mark.parametrize("scanned_before", [True, False])
def test_tagging_changes_nothing(
    stage: Stage, scanned_before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (decisions, separations):  # several times over three photos
        monkeypatch.setattr(module, "_PHOTOS_AT_ONCE", 2)
    stage.keep(different(write_three(stage), "a.jpg", "b.jpg"))
    (before,) = names(stage.scan())
    for name, content in (("a.jpg", A), ("b.jpg", B)):
        stage.write(name, with_xmp(content, 'xmp:Rating="4"'))
        if scanned_before:
            assert names(stage.scan()) == [before]
    assert names(stage.scan()) == [before]
    # Not by what the catalog knows of the photos as they were.
    stage.catalog.erase()
    assert names(stage.scan()) == [before]


@pytest.mark.parametrize("format_", ["PNG", "WEBP", "TIFF"])
def test_tagging_changes_nothing_in_any_format(stage: Stage, format_: str) -> None:
    suffix = format_.lower()
    options = {"lossless": True} if format_ == "WEBP" else {}
    stage.write(f"a.{suffix}", encode(SHOWN, format_, **options))
    stage.write("b.jpg", B)
    stage.keep(different(stage.scan(), f"a.{suffix}", "b.jpg"))
    assert stage.scan() == []
    exif = SHOWN.getexif()
    exif[270] = "a caption"
    stage.write(f"a.{suffix}", encode(SHOWN, format_, exif=exif, **options))
    assert stage.scan() == []
    with stage.catalog.decisions() as store:
        assert len(store.separations()) == 1


def test_a_photo_that_is_taken_out_leaves_the_others_together(stage: Stage) -> None:
    (group,) = write_three(stage)
    stage.keep(split_off(member([group], "a.jpg"), group.members, 7))
    assert names(stage.scan()) == [["b.jpg", "c.jpg"]]


def test_photos_are_grouped_again_once_a_decision_is_taken_back(stage: Stage) -> None:
    decision = different(write_three(stage), "a.jpg", "b.jpg", "c.jpg")
    stage.keep(decision)
    assert stage.scan() == []
    stage.marks.forget_separations([decision.separation_id])
    assert names(stage.scan()) == [["a.jpg", "b.jpg", "c.jpg"]]


def test_results_that_are_on_show_heed_what_was_decided_since(stage: Stage) -> None:
    groups = write_three(stage)
    stage.keep(different(groups, "a.jpg", "b.jpg", "c.jpg"))
    # Also where the group had been decided on.
    found = stage.scans.regroup(10, groups, JobContext())
    assert found is not None
    assert found.groups == []
    known = stage.catalog.separated()
    assert stage.catalog.separated() is known
    (photo, *_) = groups[0].members
    stage.catalog.get().set_pixel_digests({photo.content_id: b"pixels"})
    learned = [one.keys for each in stage.catalog.separated().separations for one in each.photos]
    pixels = {kind for keys in learned for kind, key in keys.pixels if key == b"pixels"}
    assert pixels == {PixelKeyKind.PIXELS}
    stage.marks.forget_separations([one.separation_id for one in known.separations])
    found = stage.scans.regroup(10, (), JobContext())
    assert found is not None
    assert names(found.groups) == [["a.jpg", "b.jpg", "c.jpg"]]
    stage.keep(*known.separations)
    reopened = ScanSession(stage.catalog).reopen(JobContext())
    assert reopened is not None
    assert reopened.groups == []


def test_while_a_scan_runs_its_groups_heed_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_FIRST_PROVISIONAL_S", "_PROVISIONAL_EVERY_S"):
        monkeypatch.setattr(f"dupefinder.core.pipeline.{name}", 0.0)
    monkeypatch.setattr("dupefinder.core.pipeline._PROVISIONAL_SHARE", 0)
    monkeypatch.setattr("dupefinder.core.reading._BATCH_FILES", 1)
    stage.keep(different(write_three(stage), "a.jpg", "b.jpg", "c.jpg"))
    stage.catalog.erase()
    told: list[Findings] = []
    options = Options(ScanOptions((FolderChoice(str(stage.photos)),)))
    stage.scans.scan(options, JobContext(), told.append)
    assert any(one.is_provisional for one in told)
    assert [one.groups for one in told if one.groups] == []


def dismissed_by_an_earlier_version(path: Path, *group_ids: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as earlier:
        earlier.executescript(MARKS_FORMAT.migrations[0])
        earlier.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        earlier.execute("PRAGMA user_version = 1")
        earlier.executemany("INSERT INTO dismissed VALUES (?)", [(one,) for one in group_ids])


def test_groups_that_an_earlier_version_dismissed_are_carried_over(stage: Stage) -> None:
    (group,) = write_three(stage)
    dismissed_by_an_earlier_version(stage.decisions_path, group.group_id, "gone")
    assert stage.scan() == []
    with MarkStore.open(stage.decisions_path) as store:
        assert store.dismissed() == {"gone"}
        (separation,) = store.separations()
    assert {Path(one.path).name for one in separation.photos} == {"a.jpg", "b.jpg", "c.jpg"}
    os.remove(stage.photos / "c.jpg")
    assert stage.scan() == []


def test_reopening_the_last_results_carries_over_what_was_dismissed(stage: Stage) -> None:
    (group,) = write_three(stage)
    dismissed_by_an_earlier_version(stage.decisions_path, group.group_id)
    findings = stage.scans.reopen(JobContext())
    assert findings is not None
    assert findings.groups == []


def test_look_alikes_that_were_dismissed_are_carried_over(stage: Stage) -> None:
    wider = picture(1, 360, 240)
    for name, left_px in (("a.jpg", 0), ("b.jpg", 25)):
        stage.write(name, jpeg(wider.crop((left_px, 0, left_px + 320, 240))))
    findings: list[Findings] = []
    options = Options(ScanOptions((FolderChoice(str(stage.photos)),)))
    stage.scans.scan(options, JobContext(), findings.append)
    (pair,) = findings[-1].look_alikes
    dismissed_by_an_earlier_version(stage.decisions_path, pair.group_id)
    stage.scans.scan(options, JobContext(), findings.append)
    assert findings[-1].look_alikes == []


# Comparisons and actions


def compared(stage: Stage) -> dict[str, CoverageStatus]:
    library, backup = stage.photos / "library", stage.photos / "backup"
    comparison = ComparisonSession(stage.catalog).compare(
        [str(library)], [str(backup)], Accepted(), JobContext()
    )
    retirement = plan_retirement(comparison, str(backup), ActionKind.SET_ASIDE, JobContext())
    going = {Path(step.victim.path).name for step in retirement.plan.steps}
    statuses = {Path(one.place.file.path).name: one.status for one in comparison.photos}
    for photo in comparison.photos:
        name = Path(photo.place.file.path).name
        assert (photo.status is CoverageStatus.COVERED) == (name in going)
        if photo.status is not CoverageStatus.COVERED:
            assert photo.answer is not None
            assert photo.answer.evidence is Evidence.LOOK_ALIKE
            assert photo.answer.lack is not None
            assert photo.answer.lack.code is ReasonCode.CALLED_DIFFERENT
    return statuses


def test_a_photo_is_not_in_the_library_because_of_one_called_different(stage: Stage) -> None:
    stage.write("library/a.jpg", A)
    stage.write("backup/b.jpg", B)
    assert compared(stage) == {"b.jpg": CoverageStatus.COVERED}
    stage.keep(different(stage.scan(), "a.jpg", "b.jpg"))
    assert compared(stage) == {"b.jpg": CoverageStatus.MISSING}
    stage.write("backup/b.jpg", with_xmp(B, 'xmp:Rating="4"'))
    assert compared(stage) == {"b.jpg": CoverageStatus.MISSING}
    stage.write("library/b again.jpg", B)
    assert compared(stage) == {"b.jpg": CoverageStatus.COVERED}


def test_same_bytes_that_were_called_different_do_not_cover(stage: Stage) -> None:
    stage.write("library/a.jpg", A)
    stage.write("backup/b.jpg", A)
    assert compared(stage) == {"b.jpg": CoverageStatus.COVERED}
    stage.keep(different(stage.scan(), "a.jpg", "b.jpg"))
    assert compared(stage) == {"b.jpg": CoverageStatus.MISSING}
    assert stage.scan() == []


def test_a_copy_of_the_other_photo_does_not_cover_either(stage: Stage) -> None:
    """It matches both, and is rather of the one that it matches better."""
    shown = picture(5)
    small = jpeg(shown.resize((160, 120)), quality=40)
    for name, content in (
        ("library/better.jpg", jpeg(shown, quality=95)),
        ("library/same.png", encode(shown, "PNG")),
        ("backup/small.jpg", small),
    ):
        stage.write(name, content)
    assert compared(stage) == {"small.jpg": CoverageStatus.COVERED}
    stage.keep(different(stage.scan(), "better.jpg", "small.jpg"))
    assert compared(stage) == {"small.jpg": CoverageStatus.MISSING}


def test_an_old_plan_lets_nothing_go_because_of_one_called_different(stage: Stage) -> None:
    stage.write("a.jpg", A)
    stage.write("b.jpg", B)
    (group,) = groups = stage.scan()
    matches = stage.scans.load_matches(JobContext())
    assert matches is not None
    marked = MarkedPhotos(
        [(group, [one for one in group.members if not one.keep])],
        (),
        matches,
        (),
    )
    plan = stage.removals.plan(marked, JobContext())
    assert [Path(step.victim.path).name for step in plan.steps] == ["b.jpg"]
    stage.keep(different(groups, "a.jpg", "b.jpg"))
    outcome = stage.removals.carry_out(plan, JobContext())
    assert [skip.code for skip in outcome.skipped] == [SkipCode.CALLED_DIFFERENT]
    assert (stage.photos / "b.jpg").read_bytes() == B
    again = stage.removals.plan(marked, JobContext())
    assert [skip.code for skip in again.refused] == [SkipCode.CALLED_DIFFERENT]


def test_nothing_goes_while_the_decisions_cannot_be_read(stage: Stage) -> None:
    stage.write("a.jpg", A)
    stage.write("b.jpg", B)
    (group,) = stage.scan()
    matches = stage.scans.load_matches(JobContext())
    assert matches is not None
    marked = MarkedPhotos(
        [(group, [one for one in group.members if not one.keep])], (), matches, ()
    )
    plan = stage.removals.plan(marked, JobContext())
    stage.decisions_path.write_bytes(b"not a database" * 100)
    assert names(stage.scan()) == [["a.jpg", "b.jpg"]]  # looking is not removing
    with pytest.raises(DecisionsNotRead):
        stage.removals.carry_out(plan, JobContext())
    assert (stage.photos / "b.jpg").read_bytes() == B
