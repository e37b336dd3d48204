import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dupefinder.core import companions
from dupefinder.core.companions.records import Companion
from dupefinder.gui.file_lookup import FileLookup, companion_names
from tests.gui.stand_ins import catch


def test_what_belongs_to_a_photo_is_found(tmp_path: Path, qtbot: QtBot) -> None:
    for name in ("IMG_1.HEIC", "IMG_1.MOV", "IMG_1.xmp", "IMG_2.JPG"):
        (tmp_path / name).touch()
    photos = [str(tmp_path / "IMG_1.HEIC"), str(tmp_path / "IMG_2.JPG"), str(tmp_path / "x" / "y")]
    belongings = FileLookup(companion_names)
    with qtbot.waitSignal(belongings.found) as caught:
        belongings.look(photos)
    assert caught.args == [{photos[0]: ("IMG_1.MOV", "IMG_1.xmp"), photos[1]: (), photos[2]: ()}]


def test_while_a_drive_does_not_answer_only_the_last_wish_waits(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, asked = threading.Event(), []

    def slow(path: str) -> tuple[Companion, ...]:
        asked.append(path)
        assert gate.wait(10)
        return ()

    monkeypatch.setattr(companions, "companions_of", slow)
    belongings = FileLookup(companion_names)
    found = catch(belongings.found)
    belongings.look(["a"])
    qtbot.waitUntil(lambda: asked == ["a"])
    belongings.look(["b"])
    belongings.look(["c"])
    gate.set()
    qtbot.waitUntil(lambda: len(found) == 2)
    assert asked == ["a", "c"]
    belongings.look([])
    belongings.look(["d"])
    qtbot.waitUntil(lambda: len(found) == 3)
