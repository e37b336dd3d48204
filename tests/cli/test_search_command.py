"""`dupefinder search`: where else a photo is, as text and as JSON."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from dupefinder.cli import main
from dupefinder.core.catalog import Catalog, FileRow
from tests.cli.album import photo, pixels_of, scan, turned, write_album
from tests.core.pictures import jpeg, textured

AWAY = "uuid:0000-not-plugged-in"


@pytest.fixture
def album(tmp_path: Path) -> Path:
    return write_album(tmp_path / "album")


@pytest.fixture
def query(tmp_path: Path) -> Path:
    """A smaller copy of the album's first photo."""
    path = tmp_path / "query.jpg"
    path.write_bytes(jpeg(pixels_of(photo(1)).resize((200, 150)), quality=70))
    return path


def search(tmp_path: Path, *arguments: object, code: int = 0) -> Any:
    target = tmp_path / "found.json"
    assert main(["search", *map(str, arguments), "--json", str(target)]) == code
    return json.loads(target.read_bytes())


def names(report: Any, query: int = 0) -> list[str]:
    return [os.path.basename(one["relative_path"]) for one in report["queries"][query]["matches"]]


class TestComparedInFullSize:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """A photo, a smaller copy, and a copy in which something else is shown in one place."""
        folder = tmp_path / "photos"
        folder.mkdir()
        shown = textured(480, 360, seed=5)
        (folder / "original.jpg").write_bytes(jpeg(shown, quality=95))
        (folder / "copy.jpg").write_bytes(jpeg(shown.resize((240, 180)), quality=85))
        ImageDraw.Draw(shown).rectangle((400, 300, 424, 316), "white", "black")
        (folder / "marked.jpg").write_bytes(jpeg(shown, quality=90))
        return folder

    def test_full_size_comparisons_of_a_scan_are_reported(
        self, tmp_path: Path, folder: Path
    ) -> None:
        catalog = ("--catalog", str(tmp_path / "catalog.sqlite"))
        assert main(["scan", str(folder), *catalog]) == 0
        found = search(tmp_path, *catalog, folder / "original.jpg")
        by_name = dict(zip(names(found), found["queries"][0]["matches"], strict=True))
        assert by_name["copy.jpg"]["evidence"] == "re-encoded"
        assert by_name["copy.jpg"]["compared"] is True
        assert by_name["marked.jpg"]["evidence"] == "edited"
        (place,) = by_name["marked.jpg"]["differences"]
        assert place["x_px"] <= 400 < place["x_px"] + place["width_px"]

    def test_a_match_not_compared_in_full_size_is_called_so(
        self, tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        query = tmp_path / "query.jpg"
        query.write_bytes(jpeg(textured(480, 360, seed=5).resize((300, 225)), quality=80))
        found = search(tmp_path, query, "--in", folder, "--no-catalog")
        assert {one["compared"] for one in found["queries"][0]["matches"]} == {False}
        capsys.readouterr()
        assert main(["search", str(query), "--in", str(folder), "--no-catalog"]) == 0
        assert "Re-encoded (not compared in full size)" in capsys.readouterr().out


class TestInFolders:
    def test_all_copies_are_ranked(self, tmp_path: Path, album: Path, query: Path) -> None:
        report = search(tmp_path, query, "--in", album, "--no-catalog")
        assert (report["format"], report["version"]) == ("dupefinder-search", 1)
        (asked,) = report["queries"]
        assert asked["path"] == str(query)
        assert set(names(report)) == {
            *("one.jpg", "one copy.jpg", "one.png", "one small.jpg", "turned.jpg")
        }
        by_name = dict(zip(names(report), asked["matches"], strict=True))
        assert by_name["one.jpg"]["rank"] == by_name["one copy.jpg"]["rank"]
        assert by_name["one.jpg"]["evidence"] == "re-encoded"
        assert by_name["turned.jpg"]["transform"] == "rotated-90"
        assert by_name["turned.jpg"]["path"] == str(album / "turned.jpg")
        assert by_name["turned.jpg"]["connected"] is True
        distances = [one["distance"] for one in asked["matches"]]
        assert distances == sorted(distances)

    def test_the_photo_itself_is_no_answer(self, tmp_path: Path, album: Path) -> None:
        report = search(tmp_path, album / "a" / "one.jpg", "--in", album, "--no-catalog")
        assert "one.jpg" not in names(report)
        assert report["queries"][0]["matches"][0]["evidence"] == "same-bytes"
        assert names(search(tmp_path, album / "two.jpg", "--in", album, "--no-catalog")) == []

    def test_several_photos_and_folders(self, tmp_path: Path, album: Path, query: Path) -> None:
        report = search(
            tmp_path, query, album / "two.jpg", "--in", album / "a", album / "b", "--no-catalog"
        )
        assert len(report["queries"]) == 2
        assert set(names(report)) == {"one.jpg", "one copy.jpg", "one.png", "one small.jpg"}
        assert names(report, 1) == []

    def test_only_these_folders_count(self, tmp_path: Path, album: Path, query: Path) -> None:
        catalog = ("--catalog", tmp_path / "catalog.sqlite")
        scan(tmp_path, album, catalog=[str(word) for word in catalog])
        report = search(tmp_path, query, "--in", album / "b", *catalog)
        assert set(names(report)) == {"one.png", "one small.jpg"}

    def test_as_many_as_asked_for(self, tmp_path: Path, album: Path, query: Path) -> None:
        report = search(tmp_path, query, "--in", album, "--no-catalog", "--top", 2)
        assert {one["rank"] for one in report["queries"][0]["matches"]} == {1, 2}

    def test_any_hash_ranks_all_photos(self, tmp_path: Path, album: Path, query: Path) -> None:
        report = search(
            *(tmp_path, query, "--in", album, "--no-catalog"),
            *("--hash", "ahash", "--threshold", 64),
        )
        assert report["settings"] == {
            "in": [str(album)],
            "hash": "ahash-64",
            "bits": 64,
            "threshold": 64,
            "rotations": True,
            "crops": True,
        }
        assert len(names(report)) == 6
        assert report["queries"][0]["matches"][-1]["evidence"] == "look-alike"

    def test_without_turned_copies(self, tmp_path: Path, album: Path, query: Path) -> None:
        report = search(tmp_path, query, "--in", album, "--no-catalog", "--no-rotations")
        assert "turned.jpg" not in names(report)


class TestInTheCatalog:
    @pytest.fixture
    def catalog(self, tmp_path: Path, album: Path) -> tuple[str, str]:
        """The album was scanned, and a copy lies on a drive that is away."""
        path = tmp_path / "catalog.sqlite"
        options = ("--catalog", str(path))
        scan(tmp_path, album, catalog=options)
        with Catalog.open(path) as catalog:
            (content_id,) = {
                known.content_id
                for place in catalog.all_files()
                for name, known in catalog.known_files(place.volume_id).items()
                if name.endswith("two.jpg")
            }
            catalog.record_files([FileRow(AWAY, "DCIM/far.jpg", 9, 9, content_id)])
            catalog.note_volumes({AWAY: "RED"})
        return options

    def test_a_drive_that_is_away_answers_too(
        self,
        tmp_path: Path,
        album: Path,
        catalog: tuple[str, str],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        report = search(tmp_path, album / "two.jpg", *catalog)
        (match,) = report["queries"][0]["matches"]
        assert match["path"] is None
        assert match["connected"] is False
        assert (match["volume"], match["relative_path"]) == (AWAY, "DCIM/far.jpg")
        assert match["evidence"] == "same-bytes"
        assert match["drive"] == "RED"
        assert match["last_seen_ns"] > 0
        words = "DCIM/far.jpg  (On RED, not connected, last seen in "
        assert words in capsys.readouterr().out

    def test_missing_files_are_no_answers(
        self, tmp_path: Path, album: Path, query: Path, catalog: tuple[str, str]
    ) -> None:
        (album / "b" / "one.png").unlink()
        assert "one.png" not in names(search(tmp_path, query, *catalog))

    def test_text_for_people(
        self,
        album: Path,
        query: Path,
        catalog: tuple[str, str],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        assert main(["search", str(query), *catalog]) == 0
        printed = capsys.readouterr().out
        lines = printed.splitlines()
        assert lines[0] == str(query)
        assert any(line.endswith(str(album / "a" / "one.jpg")) for line in lines)
        assert any("turned right" in line and "turned.jpg" in line for line in lines)

    def test_nothing_found_is_said(
        self, tmp_path: Path, catalog: tuple[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        other = tmp_path / "other.jpg"
        other.write_bytes(turned(photo(77), Image.Transpose.ROTATE_90))
        assert main(["search", str(other), *catalog]) == 0
        assert "nothing within 10 bits" in capsys.readouterr().out

    def test_it_answers_while_the_window_has_the_catalog(
        self, tmp_path: Path, album: Path, query: Path, catalog: tuple[str, str]
    ) -> None:
        with Catalog.open(Path(catalog[1])):
            assert len(names(search(tmp_path, query, *catalog))) == 5
            # These would write into it.
            for more in (("--in", album), ("--hash", "ahash")):
                assert main(["search", str(query), *map(str, more), *catalog]) == 1

    def test_the_last_scan_stays_what_it_was(
        self, tmp_path: Path, query: Path, catalog: tuple[str, str]
    ) -> None:
        with Catalog.open(Path(catalog[1])) as opened:
            before = opened.last_results()
        search(tmp_path, query, "--in", query.parent / "album" / "a", *catalog)
        with Catalog.open(Path(catalog[1])) as opened:
            after = opened.last_results()
        assert before is not None
        assert after is not None
        assert after.files == before.files


class TestWhatGoesWrong:
    def test_a_photo_that_cannot_be_read_is_named_and_the_rest_goes_on(
        self,
        tmp_path: Path,
        album: Path,
        query: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        damaged = tmp_path / "damaged.jpg"
        damaged.write_bytes(b"no picture")
        missing = tmp_path / "missing.jpg"
        report = search(tmp_path, damaged, missing, query, "--in", album, "--no-catalog", code=1)
        assert [one["path"] for one in report["queries"]] == [str(query)]
        assert {one["path"]: one["reason"] for one in report["unreadable"]} == {
            str(damaged): "not-a-picture",
            str(missing): "folder-not-found",
        }
        assert f"{missing}: There is no such file or folder" in capsys.readouterr().out

    def test_without_a_catalog_nothing_is_known_nor_made(
        self, tmp_path: Path, query: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "none" / "catalog.sqlite"
        assert main(["search", str(query), "--catalog", str(path)]) == 1
        assert "nothing was scanned yet" in capsys.readouterr().err
        assert not path.parent.exists()

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("--threshold", "65"), "the fingerprint has only 64 bits"),
            (("--no-catalog",), "name folders to look in with --in"),
            (("--in", "no such folder"), "no such folder or photo"),
        ],
    )
    def test_wrong_usage(
        self,
        query: Path,
        arguments: tuple[str, ...],
        words: str,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        assert main(["search", str(query), *arguments]) == 2
        assert words in capsys.readouterr().err


def test_photos_of_another_version_are_not_searched_and_that_is_said(
    tmp_path: Path, album: Path, query: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "catalog.sqlite"
    catalog = ("--catalog", str(path))
    assert main(["scan", str(album), *catalog]) == 0
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE contents SET fingerprint_version = 1")
    capsys.readouterr()
    assert names(search(tmp_path, *catalog, query)) == []
    assert "were read by another version" in capsys.readouterr().err
    assert main(["scan", str(album), *catalog]) == 0
    capsys.readouterr()
    assert names(search(tmp_path, *catalog, query)) != []
    assert "another version" not in capsys.readouterr().err
