import threading

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from dupefinder.gui.window_thread import open_post, post


def in_thread(owner: QObject, handled: list[threading.Thread], times: int = 1) -> None:
    def work() -> None:
        for _ in range(times):
            post(owner, lambda: handled.append(threading.current_thread()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(5)


def test_what_a_thread_posts_is_handled_in_the_windows_thread(qtbot: QtBot) -> None:
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
