from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from dupefinder.gui.turns import Turns


def test_each_thing_has_a_turn_of_its_own_in_order(qtbot: QtBot) -> None:
    turns = Turns()
    done: list[str] = []

    def do(what: str) -> None:
        done.append(what)
        # Queued for later, and yet done before the next one.
        QTimer.singleShot(0, lambda: done.append(f"after {what}"))

    turns.add(lambda: do("one"))
    turns.add(lambda: do("two"))
    assert done == []
    qtbot.waitUntil(lambda: len(done) == 4)
    assert done == ["one", "after one", "two", "after two"]


def test_what_waits_already_is_done_once(qtbot: QtBot) -> None:
    turns = Turns()
    done: list[str] = []

    def one() -> None:
        done.append("one")

    turns.add(one)
    turns.add(one)
    turns.add(lambda: done.append("last"))
    qtbot.waitUntil(lambda: "last" in done)
    assert done == ["one", "last"]
    turns.add(one)
    qtbot.waitUntil(lambda: done == ["one", "last", "one"])


def test_what_is_dropped_is_not_done(qtbot: QtBot) -> None:
    turns = Turns()
    done: list[str] = []

    def one() -> None:
        done.append("one")

    turns.add(one)
    turns.add(lambda: done.append("last"))
    assert turns.drop(one)
    assert not turns.drop(one)
    qtbot.waitUntil(lambda: "last" in done)
    assert done == ["last"]


def test_a_thing_may_lead_to_another(qtbot: QtBot) -> None:
    turns = Turns()
    done: list[str] = []

    def one() -> None:
        done.append("one")
        turns.add(lambda: done.append("two"))

    turns.add(one)
    qtbot.waitUntil(lambda: done == ["one", "two"])


def test_a_fault_does_not_keep_the_next_from_its_turn(qtbot: QtBot) -> None:
    turns = Turns()
    done: list[str] = []

    def fail() -> None:
        raise ValueError("a bug")

    with qtbot.captureExceptions() as faults:
        turns.add(fail)
        turns.add(lambda: done.append("next"))
        qtbot.waitUntil(lambda: done == ["next"])
    assert [kind for kind, _, _ in faults] == [ValueError]
