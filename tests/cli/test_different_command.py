"""`dupefinder different`: what was called different is listed, and taken back."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dupefinder.cli import main
from dupefinder.core.marks import MarkStore
from dupefinder.core.separated import PhotoKeys, SeparatedPhoto, Separation
from tests.core.pictures import jpeg
from tests.core.test_pipeline import picture


def photo(number: int, part: int, name: str) -> SeparatedPhoto:
    return SeparatedPhoto(PhotoKeys(bytes([number]) * 32), part, f"/photos/{name}")


OLDER = Separation((photo(1, 0, "a.jpg"), photo(2, 1, "b\udcff\n.jpg"), photo(3, 1, "c.jpg")), 1)
NEWER = Separation((photo(4, 0, "d.jpg"), photo(5, 1, "e.jpg")), 2)


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    with MarkStore.open(tmp_path / "decisions.sqlite") as store:
        store.keep_separations([OLDER, NEWER])
    return tmp_path / "catalog.sqlite"


def kept(catalog: Path) -> list[Separation]:
    with MarkStore.open(catalog.with_name("decisions.sqlite")) as store:
        return store.separations()


def run(catalog: Path, *arguments: str) -> int:
    return main(["different", *arguments, "--catalog", str(catalog)])


def test_the_newest_decision_comes_first(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(catalog) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Photos with different numbers are different")
    assert lines[2].split()[0] == NEWER.separation_id
    assert [line.split() for line in lines[3:5]] == [["1", "/photos/d.jpg"], ["2", "/photos/e.jpg"]]
    assert lines[6].split()[0] == OLDER.separation_id
    assert [line.split()[0] for line in lines[7:]] == ["1", "2", "2"]


def test_it_can_be_had_as_json(catalog: Path, tmp_path: Path) -> None:
    target = tmp_path / "different.json"
    for _ in range(2):  # an earlier list is replaced
        assert run(catalog, "--json", str(target)) == 0
    document = json.loads(target.read_text("ascii"))
    assert (document["format"], document["version"]) == ("dupefinder-different", 1)
    assert [one["id"] for one in document["decisions"]] == [
        NEWER.separation_id,
        OLDER.separation_id,
    ]
    assert document["decisions"][1] == {
        "id": OLDER.separation_id,
        "decided_ns": 1,
        "photos": [
            {"part": one.part + 1, "path": one.path, "digest": one.keys.digest.hex()}
            for one in OLDER.photos
        ],
    }


def test_a_decision_is_taken_back(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(catalog, "--allow", NEWER.separation_id) == 0
    assert capsys.readouterr().out.startswith("1 decision taken back")
    assert kept(catalog) == [OLDER]
    assert run(catalog, "--allow", NEWER.separation_id, OLDER.separation_id) == 2
    assert kept(catalog) == [OLDER]


def test_before_the_first_decision_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "catalog.sqlite") == 0
    assert "not called any photos different" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_scan_apply_and_search_heed_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "share"))
    photos, catalog = tmp_path / "photos", tmp_path / "catalog.sqlite"
    photos.mkdir()
    for name, quality in (("a.jpg", 95), ("b.jpg", 60)):
        (photos / name).write_bytes(jpeg(picture(1), quality=quality))
    named = ("--catalog", str(catalog))
    groups = tmp_path / "groups.json"
    assert main(["scan", str(photos), "--json", str(groups), *named]) == 0
    (group,) = json.loads(groups.read_text())["groups"]
    everything = ("--evidence", "re-encoded")
    assert main(["apply", "--from", str(groups), *everything, *named]) == 0

    digests = [bytes.fromhex(one["digest"]) for one in group["files"]]
    with MarkStore.open(tmp_path / "decisions.sqlite") as store:
        store.keep_separations(
            [Separation(tuple(SeparatedPhoto(PhotoKeys(one), n) for n, one in enumerate(digests)))]
        )
    capsys.readouterr()
    # The list that was written before knows nothing of it.
    assert main(["apply", "--from", str(groups), *everything, *named]) == 1
    assert "You called it and the copy that should be kept different" in capsys.readouterr().out
    assert main(["apply", "--from", str(groups), "--yes", *everything, *named]) == 1
    assert {path.name for path in photos.iterdir()} == {"a.jpg", "b.jpg"}
    assert main(["scan", str(photos), "--json", str(groups), *named]) == 0
    assert json.loads(groups.read_text())["groups"] == []
    capsys.readouterr()
    assert main(["search", str(photos / "a.jpg"), "--json", "-", *named]) == 0
    ((match,),) = (query["matches"] for query in json.loads(capsys.readouterr().out)["queries"])
    assert match["called_different"] is True
    assert main(["search", str(photos / "a.jpg"), *named]) == 0
    assert "you called these different" in capsys.readouterr().out


@pytest.mark.parametrize("damage", ["file", "row"])
def test_a_scan_tells_that_the_decisions_cannot_be_read(
    catalog: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    path = catalog.with_name("decisions.sqlite")
    if damage == "file":
        path.write_bytes(b"no database" * 100)
    else:
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("UPDATE separated SET path = 5")
    photos = tmp_path / "photos"
    photos.mkdir()
    assert main(["scan", str(photos), "--catalog", str(catalog)]) == 0
    told = capsys.readouterr().err
    assert "photos that you called different are compared like any others" in told
    assert "until it can be, nothing is removed" in told
    assert run(catalog) == 1
