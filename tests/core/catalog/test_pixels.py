import os
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from dupefinder.core.catalog import Catalog, erase
from dupefinder.core.catalog.pixels import ThumbnailReader
from tests.benchmarks.large_catalog import write_catalog


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    path = tmp_path / "catalog.sqlite"
    write_catalog(path, 3, 1)
    return path


def is_jpeg(thumbnail: bytes | None) -> bool:
    return thumbnail is not None and thumbnail.startswith(b"\xff\xd8")


def test_thumbnails_are_read_beside_the_one_who_writes(catalog: Path) -> None:
    with Catalog.open(catalog):
        reader = ThumbnailReader(catalog)
        assert is_jpeg(reader.thumbnail(1))
        assert reader.thumbnail(99) is None
        reader.close()
        reader.close()


def test_a_catalog_that_is_not_there_yet(catalog: Path, tmp_path: Path) -> None:
    later = tmp_path / "later" / "catalog.sqlite"
    reader = ThumbnailReader(later)
    assert reader.thumbnail(1) is None
    assert not later.parent.exists()
    later.parent.mkdir()
    shutil.copy(catalog, later)
    assert is_jpeg(reader.thumbnail(1))
    reader.close()


def test_a_catalog_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(b"no catalog at all" * 100)
    reader = ThumbnailReader(path)
    assert reader.thumbnail(1) is None
    path.unlink()
    path.mkdir()
    assert reader.thumbnail(1) is None


@pytest.mark.skipif(sys.platform == "win32", reason="no file is replaced there while it is open")
def test_a_replaced_catalog_is_read_anew(catalog: Path, tmp_path: Path) -> None:
    reader = ThumbnailReader(catalog)
    assert is_jpeg(reader.thumbnail(1))
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE pixels (content_id INTEGER PRIMARY KEY, thumbnail BLOB)")
        connection.execute("INSERT INTO pixels VALUES (1, x'ffd8aa'), (2, NULL), (3, 'text')")
    connection.close()
    os.replace(other, catalog)
    assert reader.thumbnail(1) == b"\xff\xd8\xaa"
    assert reader.thumbnail(2) is None
    assert reader.thumbnail(3) is None
    reader.close()


def test_a_catalog_that_was_erased_has_none(catalog: Path) -> None:
    reader = ThumbnailReader(catalog)
    assert is_jpeg(reader.thumbnail(1))
    reader.close()
    erase(catalog)
    assert reader.thumbnail(1) is None
    assert not catalog.exists()


def test_a_locked_catalog_has_none_now(catalog: Path) -> None:
    writer = sqlite3.connect(catalog, isolation_level=None)
    writer.execute("PRAGMA journal_mode = DELETE")
    reader = ThumbnailReader(catalog)
    assert is_jpeg(reader.thumbnail(1))
    writer.execute("BEGIN EXCLUSIVE")
    assert reader.thumbnail(1) is None
    writer.execute("ROLLBACK")
    assert is_jpeg(reader.thumbnail(1))
    reader.close()
    writer.close()


def test_the_reader_cannot_write(catalog: Path) -> None:
    reader = ThumbnailReader(catalog)
    reader.thumbnail(1)
    assert reader._connection is not None
    with pytest.raises(sqlite3.OperationalError):
        reader._connection.execute("DELETE FROM pixels")
    reader.close()
