"""The searcher's thread: what it answers, and that it keeps up with the catalog."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from dupefinder.core.catalog import Catalog, FileRow
from dupefinder.core.records import Evidence, ProblemCode
from dupefinder.core.search.index import SearchIndex
from dupefinder.gui.search.found import Found
from dupefinder.gui.search.searcher import Searcher
from tests.core.search.library import jpeg_of, picture, scan, write
from tests.gui.stand_ins import catch

LIMIT_MS = 30_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    write(folder, {f"{seed}.jpg": jpeg_of(picture(seed)) for seed in range(3)})
    return folder


@pytest.fixture
def catalog(tmp_path: Path, folder: Path) -> Iterator[Catalog]:
    """Open and in use, as the engine has it."""
    with Catalog.open(tmp_path / "catalog.sqlite") as catalog:
        scan(catalog, folder)
        yield catalog


@pytest.fixture
def searcher(tmp_path: Path) -> Iterator[Searcher]:
    searcher = Searcher(tmp_path / "catalog.sqlite")
    searcher.start()
    yield searcher
    searcher.close()
    searcher.wait()


def answer(searcher: Searcher, qtbot: QtBot, ask: Any) -> Found:
    with qtbot.waitSignal(searcher.answered, timeout=LIMIT_MS) as answered:
        ask()
    assert answered.args is not None
    found: Found = answered.args[0]
    return found


def names(found: Found) -> list[str]:
    return [Path(row.place.relative_path).name for row in found.rows]


@pytest.fixture
def query(tmp_path: Path) -> str:
    path = tmp_path / "query.jpg"
    path.write_bytes(jpeg_of(picture(1).resize((200, 150))))
    return str(path)


def test_a_file(searcher: Searcher, catalog: Catalog, query: str, qtbot: QtBot) -> None:
    asked = catch(searcher.asked)
    found = answer(searcher, qtbot, lambda: searcher.search_file(query))
    assert names(found) == ["1.jpg"]
    assert found.rows[0].hit.evidence is Evidence.RE_ENCODED
    assert found.photos == 3
    assert asked[0].path == query
    assert not asked[0].is_away
    assert asked[0].thumbnail.size().toTuple() == (200, 150)


def test_a_picture(searcher: Searcher, catalog: Catalog, qtbot: QtBot) -> None:
    image = QImage.fromData(jpeg_of(picture(2)))
    found = answer(searcher, qtbot, lambda: searcher.search_image(image))
    assert names(found) == ["2.jpg"]


def test_a_photo_that_is_known_is_not_its_own_answer(
    searcher: Searcher, catalog: Catalog, folder: Path, qtbot: QtBot
) -> None:
    write(folder, {"copy.jpg": jpeg_of(picture(0))})
    matches = scan(catalog, folder).matches
    by_name = {
        Path(file.path).name: (int(content_id), file.path)
        for file, content_id in zip(matches.files, matches.content_ids, strict=True)
    }
    found = answer(searcher, qtbot, lambda: searcher.search_content(*by_name["0.jpg"]))
    assert names(found) == ["copy.jpg"]


def test_what_a_scan_added_is_found(
    searcher: Searcher, catalog: Catalog, folder: Path, query: str, qtbot: QtBot
) -> None:
    answer(searcher, qtbot, lambda: searcher.search_file(query))
    write(folder, {"new.jpg": jpeg_of(picture(1).resize((280, 210)))})
    scan(catalog, folder)
    found = answer(searcher, qtbot, lambda: searcher.search_file(query))
    assert set(names(found)) == {"1.jpg", "new.jpg"}


def test_it_answers_while_a_scan_writes(
    searcher: Searcher, catalog: Catalog, query: str, qtbot: QtBot
) -> None:
    with catalog.transaction():
        catalog.record_files([FileRow("uuid:1", "half written.jpg", 1, 1, 1)])
        found = answer(searcher, qtbot, lambda: searcher.search_file(query))
    assert names(found) == ["1.jpg"]


def test_the_last_of_several_photos_is_answered(
    searcher: Searcher, catalog: Catalog, query: str, tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "other.jpg"
    other.write_bytes(jpeg_of(picture(2).resize((200, 150))))
    answers = catch(searcher.answered)
    for _ in range(5):
        searcher.search_file(query)
    searcher.search_file(str(other))
    qtbot.waitUntil(lambda: bool(answers) and names(answers[-1]) == ["2.jpg"], timeout=LIMIT_MS)
    assert len(answers) < 6


def test_the_fingerprints_are_loaded_once(
    searcher: Searcher,
    catalog: Catalog,
    query: str,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[int] = []
    load = SearchIndex.__init__

    def counted(self: SearchIndex, *arguments: Any, **keywords: Any) -> None:
        made.append(1)
        load(self, *arguments, **keywords)

    monkeypatch.setattr(SearchIndex, "__init__", counted)
    for _ in range(3):
        answer(searcher, qtbot, lambda: searcher.search_file(query))
    assert len(made) == 1
    searcher.forget()
    answer(searcher, qtbot, lambda: searcher.search_file(query))
    assert len(made) == 2


def test_before_the_first_scan(searcher: Searcher, query: str, qtbot: QtBot) -> None:
    found = answer(searcher, qtbot, lambda: searcher.search_file(query))
    assert (found.rows, found.photos, found.problem) == ((), 0, None)


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, ProblemCode.VANISHED), (b"no picture", ProblemCode.NOT_A_PICTURE)],
)
def test_what_cannot_be_read(
    searcher: Searcher,
    catalog: Catalog,
    tmp_path: Path,
    content: bytes | None,
    code: ProblemCode,
    qtbot: QtBot,
) -> None:
    path = tmp_path / "bad.jpg"
    if content is not None:
        path.write_bytes(content)
    found = answer(searcher, qtbot, lambda: searcher.search_file(str(path)))
    assert found.problem is not None
    assert found.problem.code is code


def test_what_the_catalog_forgot(searcher: Searcher, catalog: Catalog, qtbot: QtBot) -> None:
    found = answer(searcher, qtbot, lambda: searcher.search_content(99, "a.jpg"))
    assert found.problem is not None
    assert found.problem.code is ProblemCode.VANISHED


def test_fingerprints_of_one_and_of_two(
    searcher: Searcher, catalog: Catalog, query: str, qtbot: QtBot
) -> None:
    found = answer(searcher, qtbot, lambda: searcher.search_file(query))
    with qtbot.waitSignal(searcher.hashed, timeout=LIMIT_MS) as hashed:
        searcher.hash_with(None)
    assert hashed.args is not None
    assert hashed.args[0].other == {}
    with qtbot.waitSignal(searcher.hashed, timeout=LIMIT_MS) as hashed:
        searcher.hash_with(found.rows[0])
    assert hashed.args is not None
    both = hashed.args[0]
    assert set(both.asked) == set(both.other)
    assert {one.kind for one in both.distances} >= {"phash-64", "ahash-64", "colorhash"}
    assert both.segments is not None
