import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from dupefinder.core.catalog import Catalog, FileRow
from dupefinder.core.comparing import (
    FolderComparison,
    LibraryIsBackup,
    absent_copies,
    compare_folders,
)
from dupefinder.core.coverage.records import Accepted, CoverageStatus
from dupefinder.core.errors import Cancelled, FolderNotFound
from dupefinder.core.job import JobContext
from dupefinder.core.pipeline import Options, find_duplicates
from dupefinder.core.records import Evidence
from dupefinder.core.scan import FolderChoice, ScanOptions
from dupefinder.core.scan.mounts import Volume
from dupefinder.core.scan.volumes import VolumeTable
from tests.core.grouping.test_grouping import World
from tests.core.pictures import encode, jpeg
from tests.core.test_pipeline import brighter, decoded, picture, write

COVERED = CoverageStatus.COVERED


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    with Catalog.open(None) as opened:
        yield opened


def compare(
    catalog: Catalog,
    library: Path | list[Path],
    *backups: Path,
    context: JobContext | None = None,
    accepted: Accepted | None = None,
    follow_symlinks: bool = False,
) -> FolderComparison:
    libraries = [library] if isinstance(library, Path) else library
    return compare_folders(
        [str(path) for path in libraries],
        [str(path) for path in backups],
        Options(ScanOptions((), follow_symlinks=follow_symlinks), threads=2),
        accepted or Accepted(),
        catalog,
        context or JobContext(),
    )


def statuses(comparison: FolderComparison) -> dict[str, str]:
    return {Path(one.place.file.path).name: one.status.value for one in comparison.photos}


def test_photos_on_disk(catalog: Catalog, tmp_path: Path) -> None:
    shown = picture(1)
    original = jpeg(shown, quality=95)
    write(tmp_path / "lib" / "photo.jpg", original)
    write(tmp_path / "lib" / "small.jpg", jpeg(picture(2).resize((160, 120))))
    old = tmp_path / "old"
    write(old / "copy.jpg", original)
    write(old / "copy.png", encode(decoded(original), "PNG"))
    write(old / "in" / "reduced.jpg", jpeg(shown.resize((200, 150)), quality=60))
    write(old / "in" / "brighter.jpg", jpeg(brighter(shown)))
    write(old / "large.jpg", jpeg(picture(2), quality=95))
    write(old / "other.jpg", jpeg(picture(3)))
    found = compare(catalog, tmp_path / "lib", old)
    assert statuses(found) == {
        "copy.jpg": "covered",
        "copy.png": "covered",
        "reduced.jpg": "covered",
        "brighter.jpg": "altered",
        "large.jpg": "smaller",
        "other.jpg": "missing",
    }
    top, inside = found.folders
    assert (top.path, inside.path) == (str(old), str(old / "in"))
    assert (top.own.covered, top.total.covered, top.total.photos) == (2, 3, 6)
    evidence = {
        Path(one.place.file.path).name: one.answer.evidence for one in found.photos if one.answer
    }
    assert evidence["copy.png"] is Evidence.SAME_PIXELS


def test_a_backup_within_the_library(catalog: Catalog, tmp_path: Path) -> None:
    photo = jpeg(picture(1))
    write(tmp_path / "a.jpg", photo)
    write(tmp_path / "backup" / "b.jpg", photo)
    write(tmp_path / "backup" / "c.jpg", jpeg(picture(2)))
    found = compare(catalog, tmp_path, tmp_path / "backup")
    assert statuses(found) == {"b.jpg": "covered", "c.jpg": "missing"}


def test_a_link_from_the_library_into_the_backup_covers_nothing(
    catalog: Catalog, tmp_path: Path
) -> None:
    photo = jpeg(picture(1))
    old = tmp_path / "old"
    write(old / "x" / "one.jpg", photo)
    write(old / "y" / "two.jpg", photo)
    write(old / "three.jpg", jpeg(picture(2)))
    write(tmp_path / "lib" / "other.jpg", jpeg(picture(3)))
    (tmp_path / "lib" / "folder").symlink_to(old / "y")
    (tmp_path / "lib" / "file.jpg").symlink_to(old / "three.jpg")
    found = compare(catalog, tmp_path / "lib", old, follow_symlinks=True)
    assert statuses(found) == {"one.jpg": "missing", "two.jpg": "missing", "three.jpg": "missing"}


def test_a_link_from_the_library_to_elsewhere_covers(catalog: Catalog, tmp_path: Path) -> None:
    photo = jpeg(picture(1))
    write(tmp_path / "old" / "one.jpg", photo)
    write(tmp_path / "elsewhere" / "one.jpg", photo)
    write(tmp_path / "lib" / "other.jpg", jpeg(picture(3)))
    (tmp_path / "lib" / "folder").symlink_to(tmp_path / "elsewhere")
    # A library that was itself named by a link, and lies in the backup, is one all the same.
    write(tmp_path / "old" / "library" / "two.jpg", jpeg(picture(2)))
    write(tmp_path / "old" / "two.jpg", jpeg(picture(2)))
    (tmp_path / "named").symlink_to(tmp_path / "old" / "library")
    found = compare(
        catalog, [tmp_path / "lib", tmp_path / "named"], tmp_path / "old", follow_symlinks=True
    )
    assert statuses(found) == {"one.jpg": "covered", "two.jpg": "covered"}


def test_unreadable_files_are_listed_and_the_rest_goes_on(catalog: Catalog, tmp_path: Path) -> None:
    photo = jpeg(picture(1))
    write(tmp_path / "lib" / "a.jpg", photo)
    write(tmp_path / "old" / "a.jpg", photo)
    write(tmp_path / "old" / "broken.jpg", b"\xff\xd8\xff no more")
    found = compare(catalog, tmp_path / "lib", tmp_path / "old")
    assert statuses(found) == {"a.jpg": "covered"}
    assert [Path(problem.path).name for problem in found.problems] == ["broken.jpg"]
    assert found.folders[0].own.unreadable == 1


def test_one_folder_cannot_be_both(catalog: Catalog, tmp_path: Path) -> None:
    write(tmp_path / "a" / "a.jpg", jpeg(picture(1)))
    with pytest.raises(LibraryIsBackup):
        compare(catalog, tmp_path / "a", tmp_path / "a" / "..", tmp_path / "a")
    (tmp_path / "also a").symlink_to(tmp_path / "a")
    with pytest.raises(LibraryIsBackup):
        compare(catalog, tmp_path / "a", tmp_path / "also a")


def test_a_folder_named_twice_counts_once(catalog: Catalog, tmp_path: Path) -> None:
    photo = jpeg(picture(1))
    for name in ("lib", "old"):
        write(tmp_path / name / "a.jpg", photo)
    found = compare(catalog, tmp_path / "lib", tmp_path / "old", tmp_path / "lib" / ".." / "old")
    assert len(found.coverage.roots) == 2
    assert len(found.photos) == 1


@pytest.mark.parametrize("gone", ["lib", "old"])
def test_without_one_of_the_folders_nothing_is_claimed(
    catalog: Catalog, tmp_path: Path, gone: str
) -> None:
    for name in {"lib", "old"} - {gone}:
        write(tmp_path / name / "a.jpg", jpeg(picture(1)))
    with pytest.raises(FolderNotFound) as fault:
        compare(catalog, tmp_path / "lib", tmp_path / "old")
    assert isinstance(fault.value.__cause__, FileNotFoundError)


def test_a_drive_that_does_not_answer_holds_up_no_stop(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lib").mkdir()
    silent = str(tmp_path / "old")
    asked, may_answer = Event(), Event()
    ask = os.stat

    def stat(path: str, *rest: Any, **options: Any) -> os.stat_result:
        if path == silent:
            asked.set()
            assert may_answer.wait(60)
            raise OSError
        return ask(path, *rest, **options)

    monkeypatch.setattr(os, "stat", stat)
    context = JobContext()

    def stop() -> None:
        asked.wait(60)
        context.cancel()

    stopping = Thread(target=stop)
    stopping.start()
    try:
        with pytest.raises(Cancelled):
            compare(catalog, tmp_path / "lib", Path(silent), context=context)
        assert not may_answer.is_set()
    finally:
        may_answer.set()
        stopping.join()


def test_hard_links_are_two_names_of_one_photo(catalog: Catalog, tmp_path: Path) -> None:
    photo = write(tmp_path / "lib" / "a.jpg", jpeg(picture(1)))
    (tmp_path / "old").mkdir()
    os.link(photo, tmp_path / "old" / "b.jpg")
    assert statuses(compare(catalog, tmp_path / "lib", tmp_path / "old")) == {"b.jpg": "covered"}


def test_the_last_results_stay(catalog: Catalog, tmp_path: Path) -> None:
    for name in ("lib", "old", "other"):
        write(tmp_path / name / "a.jpg", jpeg(picture(1)))
    options = Options(ScanOptions((FolderChoice(str(tmp_path / "other")),)), threads=2)
    find_duplicates(options, catalog, JobContext())
    compare(catalog, tmp_path / "lib", tmp_path / "old")
    last = catalog.last_results()
    assert last is not None
    assert [Path(file.path).parent.name for file in last.files] == ["other"]


def test_it_can_be_cancelled(catalog: Catalog, tmp_path: Path) -> None:
    for name in ("lib", "old"):
        write(tmp_path / name / "a.jpg", jpeg(picture(1)))
    context = JobContext()
    context.cancel()
    with pytest.raises(Cancelled):
        compare(catalog, tmp_path / "lib", tmp_path / "old", context=context)


def test_a_copy_on_a_drive_that_is_away_is_named_and_does_not_count(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = jpeg(picture(1))
    write(tmp_path / "red" / "a.jpg", photo)
    write(tmp_path / "lib" / "b.jpg", jpeg(picture(2)))
    write(tmp_path / "old" / "a.jpg", photo)
    ask = VolumeTable.volume_of

    def volume_of(table: VolumeTable, path: str, device: int) -> Volume:
        if Path(path).is_relative_to(tmp_path / "red"):
            return Volume("uuid:red", str(tmp_path / "red"), "RED")
        return ask(table, path, device)

    monkeypatch.setattr(VolumeTable, "volume_of", volume_of)
    options = Options(ScanOptions((FolderChoice(str(tmp_path / "red")),)), threads=2)
    find_duplicates(options, catalog, JobContext())
    catalog.note_volumes({"uuid:red": "RED"})
    found = compare(catalog, tmp_path / "lib", tmp_path / "old")
    (photo_found,) = found.photos
    assert photo_found.status is CoverageStatus.MISSING
    (copy,) = found.absent[photo_found.place.content_id]
    assert (copy.label, copy.relative_path) == ("RED", "a.jpg")


@pytest.fixture
def world() -> Iterator[World]:
    with Catalog.open(None) as catalog:
        yield World(catalog)


def remember(world: World, content_id: int, volume_id: str, path: str) -> None:
    world.catalog.record_files([FileRow(volume_id, path, 1000, 5, content_id=content_id)])


def test_copies_on_drives_that_are_away(world: World) -> None:
    one, two = world.content("one"), world.content("two")
    remember(world, one, "uuid:here", "a.jpg")
    remember(world, one, "uuid:red", "old/a.jpg")
    remember(world, two, "uuid:here", "b.jpg")
    world.catalog.note_volumes({"uuid:here": "", "uuid:red": "RED"})
    found = absent_copies(world.catalog, [one, two], ["uuid:here"])
    assert list(found) == [one]
    (copy,) = found[one]
    assert (copy.label, copy.relative_path) == ("RED", "old/a.jpg")
    assert copy.seen_ns is not None


def test_a_label_of_two_drives_names_neither(world: World) -> None:
    one = world.content("one")
    for name in ("x", "y"):
        remember(world, one, f"uuid:{name}", "a.jpg")
    world.catalog.note_volumes({"uuid:x": "RED", "uuid:y": "RED"})
    copies = absent_copies(world.catalog, [one], [])[one]
    assert [(copy.volume_id, copy.label) for copy in copies] == [
        ("uuid:x", None),
        ("uuid:y", None),
    ]


def test_a_drive_of_which_nothing_was_noted(world: World) -> None:
    one = world.content("one")
    remember(world, one, "uuid:long ago", "a.jpg")
    (copy,) = absent_copies(world.catalog, [one], [])[one]
    assert (copy.label, copy.seen_ns) == (None, None)
