import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from dupefinder.core import companions
from dupefinder.core.companions.records import Companion
from dupefinder.gui.review.file_place import companion_names
from dupefinder.gui.tasks.window_thread import FileLookup, PaintSteps, open_post, post
from tests.gui.stand_ins import catch


def in_thread(owner: QObject, handled: list[threading.Thread], times: int = 1) -> None:
    def work() -> None:
        for _ in range(times):
            post(owner, lambda: handled.append(threading.current_thread()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)


def test_posts_of_a_thread_are_handled_in_the_windows_thread(qtbot: QtBot) -> None:
    open_post()
    owner = QObject()
    handled: list[threading.Thread] = []
    in_thread(owner, handled, 3)
    assert handled == []
    qtbot.waitUntil(lambda: len(handled) == 3)
    assert set(handled) == {threading.main_thread()}


def test_nothing_is_handled_for_an_owner_that_is_gone(qtbot: QtBot) -> None:
    open_post()
    owner, other = QObject(), QObject()
    gone: list[threading.Thread] = []
    handled: list[threading.Thread] = []
    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()
    in_thread(owner, gone)
    in_thread(other, handled)
    qtbot.waitUntil(lambda: len(handled) == 1)
    assert gone == []


def test_each_thing_has_a_turn_of_its_own_in_order(qtbot: QtBot) -> None:
    steps = PaintSteps()
    done: list[str] = []

    def do(what: str) -> None:
        done.append(what)
        # Queued for later, and yet done before the next one.
        QTimer.singleShot(0, lambda: done.append(f"after {what}"))

    steps.add(lambda: do("one"))
    steps.add(lambda: do("two"))
    assert done == []
    qtbot.waitUntil(lambda: len(done) == 4)
    assert done == ["one", "after one", "two", "after two"]


def test_a_queued_step_is_done_once(qtbot: QtBot) -> None:
    steps = PaintSteps()
    done: list[str] = []

    def one() -> None:
        done.append("one")

    steps.add(one)
    steps.add(one)
    steps.add(lambda: done.append("last"))
    qtbot.waitUntil(lambda: "last" in done)
    assert done == ["one", "last"]
    steps.add(one)
    qtbot.waitUntil(lambda: done == ["one", "last", "one"])


def test_a_dropped_step_is_not_done(qtbot: QtBot) -> None:
    steps = PaintSteps()
    done: list[str] = []

    def one() -> None:
        done.append("one")

    steps.add(one)
    steps.add(lambda: done.append("last"))
    assert steps.drop(one)
    assert not steps.drop(one)
    qtbot.waitUntil(lambda: "last" in done)
    assert done == ["last"]


def test_a_thing_may_lead_to_another(qtbot: QtBot) -> None:
    steps = PaintSteps()
    done: list[str] = []

    def one() -> None:
        done.append("one")
        steps.add(lambda: done.append("two"))

    steps.add(one)
    qtbot.waitUntil(lambda: done == ["one", "two"])


def test_a_fault_does_not_keep_the_next_from_its_turn(qtbot: QtBot) -> None:
    steps = PaintSteps()
    done: list[str] = []

    def fail() -> None:
        raise ValueError("a bug")

    with qtbot.captureExceptions() as faults:
        steps.add(fail)
        steps.add(lambda: done.append("next"))
        qtbot.waitUntil(lambda: done == ["next"])
    assert [kind for kind, _, _ in faults] == [ValueError]


def test_companions_of_photos_are_found(tmp_path: Path, qtbot: QtBot) -> None:
    for name in ("IMG_1.HEIC", "IMG_1.MOV", "IMG_1.xmp", "IMG_2.JPG"):
        (tmp_path / name).touch()
    photos = [str(tmp_path / "IMG_1.HEIC"), str(tmp_path / "IMG_2.JPG"), str(tmp_path / "x" / "y")]
    lookup = FileLookup(companion_names)
    with qtbot.waitSignal(lookup.found) as caught:
        lookup.look(photos)
    assert caught.args == [{photos[0]: ("IMG_1.MOV", "IMG_1.xmp"), photos[1]: (), photos[2]: ()}]


def test_while_a_drive_does_not_answer_only_the_last_wish_waits(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, asked = threading.Event(), []

    def slow(path: str) -> tuple[Companion, ...]:
        asked.append(path)
        assert gate.wait(60)
        return ()

    monkeypatch.setattr(companions, "companions_of", slow)
    lookup = FileLookup(companion_names)
    found = catch(lookup.found)
    lookup.look(["a"])
    qtbot.waitUntil(lambda: asked == ["a"])
    lookup.look(["b"])
    lookup.look(["c"])
    gate.set()
    qtbot.waitUntil(lambda: len(found) == 2)
    assert asked == ["a", "c"]
    lookup.look([])
    lookup.look(["d"])
    qtbot.waitUntil(lambda: len(found) == 3)
