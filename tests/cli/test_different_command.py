"""`dupefinder different`: what was called different is listed, and taken back."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dupefinder.cli import main
from dupefinder.core.decisions.marks import MarkStore
from dupefinder.core.decisions.separated import PhotoKeys, SeparatedPhoto, Separation
from tests.core.pictures import jpeg
from tests.core.test_pipeline import picture


def photo(number: int, part: int, name: str) -> SeparatedPhoto:
    return SeparatedPhoto(PhotoKeys(bytes([number]) * 32), part, f"/photos/{name}")


OLDER = Separation((photo(1, 0, "a.jpg"), photo(2, 1, "b\udcff\n.jpg"), photo(3, 1, "c.jpg")), 1)
NEWER = Separation((photo(4, 0, "d.jpg"), photo(5, 1, "e.jpg")), 2)


@pytest.fixture
def data(home: Path) -> Path:
    """The person's data folder, with nothing in it."""
    return home / "dupefinder"


@pytest.fixture
def decisions(data: Path) -> Path:
    with MarkStore.open(data / "decisions.sqlite") as store:
        store.keep_separations([OLDER, NEWER])
    return data / "decisions.sqlite"


def kept(decisions: Path) -> list[Separation]:
    with MarkStore.open(decisions) as store:
        return store.separations()


def run(*arguments: str) -> int:
    return main(["different", *arguments])


def test_the_newest_decision_comes_first(
    decisions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Photos with different numbers are different")
    assert lines[2].split()[0] == NEWER.separation_id
    assert [line.split() for line in lines[3:5]] == [["1", "/photos/d.jpg"], ["2", "/photos/e.jpg"]]
    assert lines[6].split()[0] == OLDER.separation_id
    assert [line.split()[0] for line in lines[7:]] == ["1", "2", "2"]


def test_it_can_be_had_as_json(decisions: Path, tmp_path: Path) -> None:
    target = tmp_path / "different.json"
    for _ in range(2):  # an earlier list is replaced
        assert run("--json", str(target)) == 0
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


def test_a_decision_is_taken_back(decisions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--allow", NEWER.separation_id) == 0
    assert capsys.readouterr().out.startswith("1 decision taken back")
    assert kept(decisions) == [OLDER]
    assert run("--allow", NEWER.separation_id, OLDER.separation_id) == 2
    assert kept(decisions) == [OLDER]


def test_before_the_first_decision_nothing_is_made(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 0
    assert "not called any photos different" in capsys.readouterr().out
    assert not data.exists()


@pytest.mark.parametrize("named", [(), ("--catalog", "other.sqlite")])
def test_scan_apply_and_search_heed_it(
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    named: tuple[str, ...],
) -> None:
    """Decisions are the person's, whatever catalog is in use."""
    monkeypatch.chdir(tmp_path)
    photos = tmp_path / "photos"
    photos.mkdir()
    for name, quality in (("a.jpg", 95), ("b.jpg", 60)):
        (photos / name).write_bytes(jpeg(picture(1), quality=quality))
    groups = tmp_path / "groups.json"
    assert main(["scan", str(photos), "--json", str(groups), *named]) == 0
    (group,) = json.loads(groups.read_text())["groups"]
    everything = ("--evidence", "re-encoded")
    assert main(["apply", "--from", str(groups), *everything, *named]) == 0

    digests = [bytes.fromhex(one["digest"]) for one in group["files"]]
    with MarkStore.open(data / "decisions.sqlite") as store:
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
    decisions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    path = decisions
    if damage == "file":
        path.write_bytes(b"no database" * 100)
    else:
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("UPDATE separated SET path = 5")
    photos = tmp_path / "photos"
    photos.mkdir()
    assert main(["scan", str(photos), "--catalog", str(tmp_path / "c")]) == 0
    told = capsys.readouterr().err
    assert "photos that you called different are compared like any others" in told
    assert "until it can be, nothing is removed" in told
    assert run() == 1
