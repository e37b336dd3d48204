import json
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dupefinder.cli import main
from dupefinder.cli.compare_report import absent_line
from dupefinder.core.coverage.records import AbsentCopy
from tests.cli.album import photo, pixels_of, turned
from tests.core.pictures import jpeg


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """A library of two photos, and a backup of one of them, another and two altered copies."""
    one, two = photo(1), photo(2)
    contents = {
        "lib/one.jpg": one,
        "lib/two small.jpg": jpeg(pixels_of(two).resize((160, 120))),
        "old/one.jpg": one,
        "old/in/two.jpg": two,
        "old/in/three.jpg": photo(3),
    }
    for name, content in contents.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
        os.utime(tmp_path / name, (1_000_000, 1_000_000))
    return tmp_path


def compare(folders: Path, *arguments: str, code: int) -> Any:
    target = folders / "coverage.json"
    backup = str(folders / "old")
    library = ["--library", str(folders / "lib")]
    assert (
        main(["compare", *library, backup, "--no-catalog", "--json", str(target), *arguments])
        == code
    )
    return json.loads(target.read_bytes())


def test_json(folders: Path) -> None:
    old = str(folders / "old")
    assert compare(folders, code=3) == {
        "format": "dupefinder-coverage",
        "version": 1,
        "folders": [
            {
                "path": old,
                "photos": 1,
                "covered": 1,
                "missing": 0,
                "smaller": 0,
                "altered": 0,
                "status": "all",
                "photos_total": 3,
                "covered_total": 1,
                "status_total": "some",
            },
            {
                "path": os.path.join(old, "in"),
                "photos": 2,
                "covered": 0,
                "missing": 1,
                "smaller": 1,
                "altered": 0,
                "status": "none",
                "photos_total": 2,
                "covered_total": 0,
                "status_total": "none",
            },
        ],
        "photos": [
            {
                "path": os.path.join(old, "in", "three.jpg"),
                "status": "missing",
                "match": None,
                "evidence": None,
                "distance": None,
            },
            {
                "path": os.path.join(old, "in", "two.jpg"),
                "status": "smaller",
                "match": str(folders / "lib" / "two small.jpg"),
                "evidence": "re-encoded",
                "distance": 0,
            },
            {
                "path": os.path.join(old, "one.jpg"),
                "status": "covered",
                "match": str(folders / "lib" / "one.jpg"),
                "evidence": "same-bytes",
                "distance": 0,
            },
        ],
        "unreadable": [],
    }


def test_all_is_there(folders: Path) -> None:
    (folders / "lib" / "three.jpg").write_bytes(photo(3))
    document = compare(folders, "--allow-smaller", code=0)
    assert {one["status"] for one in document["photos"]} == {"covered"}


def test_accepted_evidence_decides_which_copies_cover_a_photo(folders: Path) -> None:
    (folders / "old" / "one.jpg").write_bytes(jpeg(pixels_of(photo(1)), quality=50))
    by_default = compare(folders, code=3)["photos"][-1]
    assert (by_default["status"], by_default["evidence"]) == ("covered", "re-encoded")
    for strict in ("same-bytes", "same-pixels"):
        photos = compare(folders, "--accept", strict, code=3)["photos"]
        assert (photos[-1]["status"], photos[-1]["evidence"]) == ("altered", "re-encoded")


def test_problems_alone(folders: Path) -> None:
    (folders / "lib" / "three.jpg").write_bytes(photo(3))
    (folders / "old" / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    document = compare(folders, "--allow-smaller", code=1)
    assert [Path(one["path"]).name for one in document["unreadable"]] == ["broken.jpg"]
    assert document["folders"][0]["status"] == "some"


def test_text(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folders / "old" / "turned.jpg").write_bytes(turned(photo(1), Image.Transpose.ROTATE_90))
    command = ["compare", "--library", str(folders / "lib"), str(folders / "old"), "--no-catalog"]
    assert main(command) == 3
    text = capsys.readouterr().out
    assert "Missing, 1 photo:" in text
    assert "Smaller, 1 photo:" in text
    assert "Altered, 1 photo:" in text
    assert f"{folders / 'old'}: Some altered, 1 of 2 photos, 1 altered" in text
    assert f"{folders / 'old' / 'in'}: None in library, 0 of 2 photos, 1 missing, 1 smaller" in text
    assert f"25 % in {folders / 'lib'}; 3 only here" in text
    assert "1 of 4 photos in the library; 1 missing" in text


def test_wrong_usage(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lib, old = str(folders / "lib"), str(folders / "old")
    assert main(["compare", old]) == 2
    assert main(["compare", "--library", lib, lib, "--no-catalog"]) == 2
    assert "is named as library and as backup" in capsys.readouterr().err
    assert main(["compare", "--library", f"{lib}/no", old, "--no-catalog"]) == 2
    assert main(["compare", "--library", lib, "--no-catalog"]) == 2


@pytest.mark.parametrize("name", ["BACKUP", "--library", "--exclude-folder"])
def test_an_empty_name_is_not_the_folder_one_stands_in(
    folders: Path, home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (folders / "here").mkdir()
    (folders / "here" / "one.jpg").write_bytes((folders / "lib" / "one.jpg").read_bytes())
    monkeypatch.chdir(folders / "here")
    arguments = {"BACKUP": [""], "--library": ["--library", ""]}.get(name, [name, ""])
    library = ["--library", str(folders / "lib")]
    paths = [] if name == "BACKUP" else [str(folders / "old")]
    retire = ["--retire", "set-aside", "--yes", "--no-catalog"]
    assert main(["compare", *library, *paths, *retire, *arguments]) == 2
    assert (folders / "here" / "one.jpg").exists()


def test_copying_what_is_missing(
    folders: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = folders / "lib" / "new"
    document = compare(folders, "--copy-missing", str(target), code=3)
    assert {one["status"] for one in document["photos"]} == {"covered", "smaller"}
    assert (target / "in" / "three.jpg").read_bytes() == photo(3)
    assert "1 file copied, 0 skipped" in capsys.readouterr().out
    compare(folders, "--copy-missing", str(target), "--copy-altered", code=0)
    assert (target / "in" / "two.jpg").exists()
    for _ in range(2):
        assert main(["undo"]) == 0
    assert list((target).rglob("*.jpg")) == []
    assert home.is_dir()


def test_copying_to_a_folder_beside_the_library_counts(folders: Path, home: Path) -> None:
    target = folders / "elsewhere"
    everything = ("--copy-missing", str(target), "--copy-altered", "--arrange", "date")
    compare(folders, *everything, code=0)
    before = sorted(target.rglob("*.jpg"))
    assert len(before) == 2
    compare(folders, *everything, code=0)
    assert sorted(target.rglob("*.jpg")) == before
    assert home.is_dir()


def test_nothing_is_copied_into_the_backup(folders: Path, home: Path) -> None:
    lib, old = str(folders / "lib"), str(folders / "old")
    command = ["compare", "--library", lib, old, "--no-catalog", "--copy-missing"]
    assert main([*command, f"{old}/in"]) == 2
    assert main([*command, ""]) == 2
    assert sorted(path.name for path in (folders / "old").rglob("*.jpg")) == [
        "one.jpg",
        "three.jpg",
        "two.jpg",
    ]
    assert home.is_dir()


def test_retiring_what_is_proven(
    folders: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folders / "old" / "list.txt").write_bytes(b"only here")
    old = folders / "old"
    before = sorted(path.name for path in old.rglob("*.*"))
    compare(folders, "--retire", "set-aside", code=3)
    text = capsys.readouterr().out
    assert "Nothing was changed. The same with --yes does it." in text
    assert sorted(path.name for path in old.rglob("*.*")) == before
    compare(folders, "--retire", "set-aside", "--yes", code=3)
    text = capsys.readouterr().out
    assert "Not proven, and kept:" in text
    assert f"{old}/list.txt: The library has no copy that can replace it" in text
    assert sorted(path.name for path in old.rglob("*.*")) == ["list.txt", "three.jpg", "two.jpg"]
    assert main(["undo"]) == 0
    assert sorted(path.name for path in old.rglob("*.*")) == before
    assert home.is_dir()


def test_a_film_that_is_retired_is_no_photo(
    folders: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("lib/film.mov", "old/films/film.mov"):
        (folders / name).parent.mkdir(exist_ok=True)
        (folders / name).write_bytes(b"a film")
    compare(folders, "--retire", "set-aside", code=3)
    told = capsys.readouterr().out.partition("Would be set aside:")[2]
    assert "2 files would be set aside" in told
    assert f"1 file, 6 bytes, from {folders / 'old' / 'films'};" in told
    assert f"{folders / 'old' / 'films'}: No photo is left" not in told
    assert f"{folders / 'old'}: No photo is left in this folder: 1 goes" in told


def test_copied_and_retired_in_one_go(folders: Path, home: Path) -> None:
    everything = ("--copy-missing", str(folders / "lib"), "--copy-altered")
    compare(folders, *everything, "--retire", "trash", "--yes", code=0)
    assert list((folders / "old").rglob("*.*")) == []
    assert (home / "data" / "Trash").is_dir()


def test_a_drive_that_is_away_is_named() -> None:
    may_ns = 1_778_000_000 * 10**9
    copy = AbsentCopy("uuid:1", "RED", "old/a.jpg", may_ns)
    assert absent_line(copy) == (
        "Also on drive RED, not connected, last seen in 2026-05: old/a.jpg"
    )
    assert absent_line(AbsentCopy("uuid:1", None, "a.jpg", None)) == (
        "Also on a drive, not connected (uuid:1): a.jpg"
    )
