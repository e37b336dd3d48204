import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dupefinder.core.catalog import Catalog, FileRow
from dupefinder.core.records import FoundFile
from dupefinder.core.search.answers import places_in_catalog, places_of_files, without_file

HERE, AWAY = "uuid:here", "uuid:away"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    (tmp_path / "there.jpg").write_bytes(b"x")
    with Catalog.open(None) as catalog:
        catalog.record_files(
            [
                FileRow(AWAY, "DCIM/far.jpg", 7, 8, 1),
                FileRow(HERE, "there.jpg", 1, 2, 1),
                FileRow(HERE, "gone.jpg", 1, 2, 1),
                FileRow(HERE, "also gone.jpg", 1, 2, 2),
            ]
        )
        yield catalog


def test_missing_files_are_left_out_and_absent_drives_come_last(
    catalog: Catalog, tmp_path: Path
) -> None:
    places = places_in_catalog(catalog, [1, 2], {HERE: [str(tmp_path)]})
    assert list(places) == [1]
    here, away = places[1]
    assert here.path == str(tmp_path / "there.jpg")
    assert (away.path, away.volume_id, away.relative_path) == (None, AWAY, "DCIM/far.jpg")
    assert (away.size_bytes, away.mtime_ns) == (7, 8)


def test_a_drive_that_is_away_is_called_by_its_name(catalog: Catalog, tmp_path: Path) -> None:
    catalog.note_volumes({AWAY: "RED", HERE: "", "uuid:never met": "BLUE"})
    here, away = places_in_catalog(catalog, [1], {HERE: [str(tmp_path)]})[1]
    assert (away.drive, here.drive) == ("RED", "")
    assert away.seen_ns == catalog.volume_notes()[AWAY].seen_ns
    assert set(catalog.volume_notes()) == {AWAY, HERE}


def test_of_a_volume_mounted_twice_either_place_will_do(catalog: Catalog, tmp_path: Path) -> None:
    mounted = {HERE: [str(tmp_path / "elsewhere"), str(tmp_path)]}
    assert places_in_catalog(catalog, [1], mounted)[1][0].path == str(tmp_path / "there.jpg")


def test_files_that_cannot_be_seen_are_not_gone(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: object) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "lstat", refuse)
        places = places_in_catalog(catalog, [2], {HERE: [str(tmp_path)]})
    assert places[2][0].path == str(tmp_path / "also gone.jpg")


def test_files_that_were_just_met_are_where_they_are(tmp_path: Path) -> None:
    files = [
        FoundFile(str(tmp_path / name), HERE, name, 1, 2, 0, 0, False) for name in ("b", "a", "c")
    ]
    places = places_of_files(files, [5, 5, 6])
    assert [Path(place.path or "").name for place in places[5]] == ["a", "b"]
    assert len(places[6]) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="links of POSIX")
def test_a_file_is_known_by_any_path(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    places = places_in_catalog(catalog, [1], {HERE: [str(tmp_path)]})[1]
    (left,) = without_file(places, str(tmp_path / "link" / "there.jpg"))
    assert left.path is None
    assert len(without_file(places, str(tmp_path / "no such file"))) == 2
