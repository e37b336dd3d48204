"""Searches: what is answered, and that it keeps up with the catalog."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dupefinder.core.catalog import Catalog, FileRow
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence, ProblemCode
from dupefinder.core.search import Query
from dupefinder.core.search.index import SearchIndex
from dupefinder.services.search import (
    KnownPhoto,
    PhotoBytes,
    PhotoFile,
    PhotosFound,
    SearchedPhoto,
    SearchSession,
)
from tests.core.search.library import jpeg_of, picture, scan, write


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
def session(tmp_path: Path) -> SearchSession:
    return SearchSession(tmp_path / "catalog.sqlite", tmp_path / "decisions.sqlite")


def answer(session: SearchSession, photo: SearchedPhoto) -> PhotosFound:
    return session.search(photo, JobContext(), lambda _: None)


def names(found: PhotosFound) -> list[str]:
    return [Path(place.relative_path).name for one in found.answers for place in one.places]


@pytest.fixture
def query(tmp_path: Path) -> str:
    path = tmp_path / "query.jpg"
    path.write_bytes(jpeg_of(picture(1).resize((200, 150))))
    return str(path)


def test_a_file(session: SearchSession, catalog: Catalog, query: str) -> None:
    asked: list[Query] = []
    found = session.search(PhotoFile(query), JobContext(), asked.append)
    assert names(found) == ["1.jpg"]
    assert found.answers[0].hit.evidence is Evidence.RE_ENCODED
    assert found.photos == 3
    assert asked[0].name == query


def test_a_picture(session: SearchSession, catalog: Catalog) -> None:
    assert names(answer(session, PhotoBytes(jpeg_of(picture(2))))) == ["2.jpg"]


def test_a_photo_that_is_known_is_not_its_own_answer(
    session: SearchSession, catalog: Catalog, folder: Path
) -> None:
    write(folder, {"copy.jpg": jpeg_of(picture(0))})
    matches = scan(catalog, folder).matches
    by_name = {
        Path(file.path).name: KnownPhoto(int(content_id), file.path)
        for file, content_id in zip(matches.files, matches.content_ids, strict=True)
    }
    assert names(answer(session, by_name["0.jpg"])) == ["copy.jpg"]


def test_photos_added_by_a_scan_are_found(
    session: SearchSession, catalog: Catalog, folder: Path, query: str
) -> None:
    answer(session, PhotoFile(query))
    write(folder, {"new.jpg": jpeg_of(picture(1).resize((280, 210)))})
    scan(catalog, folder)
    assert set(names(answer(session, PhotoFile(query)))) == {"1.jpg", "new.jpg"}


def test_it_answers_while_a_scan_writes(
    session: SearchSession, catalog: Catalog, query: str
) -> None:
    with catalog.transaction():
        catalog.record_files([FileRow("uuid:1", "half written.jpg", 1, 1, 1)])
        assert names(answer(session, PhotoFile(query))) == ["1.jpg"]


def test_the_fingerprints_are_loaded_once(
    session: SearchSession, catalog: Catalog, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    load = SearchIndex.__init__

    def counted(self: SearchIndex, *arguments: Any, **keywords: Any) -> None:
        made.append(1)
        load(self, *arguments, **keywords)

    monkeypatch.setattr(SearchIndex, "__init__", counted)
    for _ in range(3):
        answer(session, PhotoFile(query))
    assert len(made) == 1
    session.forget()
    answer(session, PhotoFile(query))
    assert len(made) == 2


def test_before_the_first_scan(session: SearchSession, query: str) -> None:
    found = answer(session, PhotoFile(query))
    assert (found.answers, found.photos, found.problem) == ((), 0, None)


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, ProblemCode.VANISHED), (b"no picture", ProblemCode.NOT_A_PICTURE)],
)
def test_unreadable_queries_are_problems(
    session: SearchSession,
    catalog: Catalog,
    tmp_path: Path,
    content: bytes | None,
    code: ProblemCode,
) -> None:
    path = tmp_path / "bad.jpg"
    if content is not None:
        path.write_bytes(content)
    found = answer(session, PhotoFile(str(path)))
    assert found.problem is not None
    assert found.problem.code is code


def test_a_content_missing_from_the_catalog_is_a_vanished_query(
    session: SearchSession, catalog: Catalog
) -> None:
    found = answer(session, KnownPhoto(99, "a.jpg"))
    assert found.problem is not None
    assert found.problem.code is ProblemCode.VANISHED


def test_fingerprints_of_one_and_of_two(
    session: SearchSession, catalog: Catalog, query: str
) -> None:
    assert session.fingerprints(None, JobContext()) is None
    found = answer(session, PhotoFile(query))
    alone = session.fingerprints(None, JobContext())
    assert alone is not None
    assert alone.other == {}
    both = session.fingerprints(found.answers[0].hit.content, JobContext())
    assert both is not None
    assert set(both.asked) == set(both.other)
    assert {one.kind for one in both.distances} >= {"phash-64", "ahash-64", "colorhash"}
    assert both.segments is not None
