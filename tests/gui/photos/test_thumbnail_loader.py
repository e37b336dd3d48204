import io
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
import shiboken6
from PIL import Image
from pytestqt.qtbot import QtBot

from dupefinder.gui.photos import thumbnail_loader as module
from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader
from tests.gui.stand_ins import catch


def write(path: Path, sizes: dict[int, tuple[int, int]]) -> None:
    """Put thumbnails into the part of a catalog that is read here."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS pixels (content_id INTEGER PRIMARY KEY, thumbnail BLOB)"
        )
        for content_id, size in sizes.items():
            target = io.BytesIO()
            Image.new("RGB", size, (content_id % 256, 90, 160)).save(target, "JPEG")
            connection.execute("INSERT INTO pixels VALUES (?, ?)", (content_id, target.getvalue()))


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    path = tmp_path / "catalog.sqlite"
    write(path, {1: (320, 240), 2: (240, 320), 3: (20, 10)})
    return path


@pytest.fixture
def store(catalog: Path, qtbot: QtBot) -> Iterator[ThumbnailLoader]:
    made = ThumbnailLoader(catalog)
    yield made
    made.close()


def width(store: ThumbnailLoader, content_id: int, size_px: int = 64, ratio: float = 1.0) -> int:
    """Device pixels of what is at hand, 0 for nothing."""
    pixmap = store.get(content_id, size_px, ratio)
    return 0 if pixmap is None else pixmap.width()


def is_there(store: ThumbnailLoader, content_id: int) -> bool:
    return width(store, content_id) > 0


def test_loaded_thumbnails_are_announced_and_kept(store: ThumbnailLoader, qtbot: QtBot) -> None:
    with qtbot.waitSignal(store.loaded) as told:
        assert store.get(1, 64) is None
    assert told.args == [{1}]
    pixmap = store.get(1, 64, 1.0)
    assert pixmap is not None
    assert (pixmap.width(), pixmap.height()) == (64, 48)


def test_sharp_on_a_dense_screen_and_never_enlarged(store: ThumbnailLoader, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: width(store, 2, 100, 2.0) == 150)
    pixmap = store.get(2, 100, 2.0)
    assert pixmap is not None
    assert pixmap.deviceIndependentSize().height() == 100
    qtbot.waitUntil(lambda: width(store, 3) == 20)


def test_arrivals_are_told_together(store: ThumbnailLoader, qtbot: QtBot) -> None:
    told = catch(store.loaded)
    for content_id in (1, 2, 3):
        store.get(content_id, 64)
    qtbot.waitUntil(lambda: set().union(*told) == {1, 2, 3})
    assert len(told) <= 2


def test_missing_thumbnails_are_asked_for_again_on_request(
    store: ThumbnailLoader, catalog: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(store.loaded):
        store.get(9, 64)
    write(catalog, {9: (64, 64)})
    assert store.get(9, 64) is None
    qtbot.waitUntil(lambda: width(store, 1) == 64)
    assert store.get(9, 64) is None
    store.ask_again()
    qtbot.waitUntil(lambda: width(store, 9) == 64)


def test_memory_is_bounded_and_counted_once(catalog: Path, qtbot: QtBot) -> None:
    one = 64 * 48 * 4
    store = ThumbnailLoader(catalog, most_bytes=2 * one)
    for content_id in (1, 2, 1):
        for _ in range(50):
            store.get(content_id, 64)
        qtbot.waitUntil(partial(is_there, store, content_id))
    assert store.held_bytes == 2 * one
    qtbot.waitUntil(lambda: width(store, 3) > 0)
    # The one that was not used for longest makes room.
    assert store.get(2, 64) is None
    assert store.held_bytes <= 2 * one
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no file is replaced there while it is open")
def test_after_an_erase_numbers_mean_other_contents(
    store: ThumbnailLoader, catalog: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: width(store, 1) == 64)
    other = tmp_path / "other.sqlite"
    write(other, {1: (30, 60)})
    os.replace(other, catalog)
    store.forget()
    assert store.held_bytes == 0
    qtbot.waitUntil(lambda: width(store, 1) == 30)


def test_thumbnails_forgotten_while_loading_do_not_arrive(
    store: ThumbnailLoader, qtbot: QtBot
) -> None:
    told = catch(store.loaded)
    store.get(1, 64)
    store.get(2, 64)
    store.forget()
    store.get(3, 64)
    qtbot.waitUntil(lambda: {3} in told)
    assert store._pixmaps.keys() == {(3, 64)}


def test_the_file_is_let_go_when_nothing_is_asked_for(
    catalog: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_IDLE_S", 0.01)
    store = ThumbnailLoader(catalog)
    qtbot.waitUntil(lambda: width(store, 1) == 64)
    qtbot.waitUntil(lambda: store._loader._reader._connection is None)
    qtbot.waitUntil(lambda: width(store, 2) == 48)
    store.close()


def test_rows_that_scrolled_away_are_dropped(
    catalog: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_WISHES", 2)
    store = ThumbnailLoader(catalog)
    with store._loader._changed:
        # The condition's lock is one that its holder may take again.
        for content_id in (1, 2, 3):
            store.get(content_id, 64)
    with qtbot.waitSignal(store.loaded) as told:
        pass
    assert told.args == [{2, 3}]
    store.close()


def test_closing_twice_and_asking_afterwards(catalog: Path, qtbot: QtBot) -> None:
    store = ThumbnailLoader(catalog)
    store.close()
    store.close()
    assert store.get(1, 64) is None
    assert not store._thread.is_alive()


def test_a_window_that_goes_without_closing_it_ends_its_thread(catalog: Path, qtbot: QtBot) -> None:
    store = ThumbnailLoader(catalog)
    store.get(1, 64)
    thread = store._thread
    shiboken6.delete(store)
    thread.join(60)
    assert not thread.is_alive()
