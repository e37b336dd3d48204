from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from dupefinder.gui.paint_steps import PaintSteps


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


def test_what_waits_already_is_done_once(qtbot: QtBot) -> None:
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


def test_what_is_dropped_is_not_done(qtbot: QtBot) -> None:
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
