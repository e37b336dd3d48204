"""Signs of a scan outside of the window."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QSystemTrayIcon, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.core.job import Progress
from dupefinder.gui.main_window import desktop_progress as attention_module
from dupefinder.gui.main_window.desktop_progress import Attention


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shares(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    shares: list[float | None] = []
    monkeypatch.setattr(attention_module, "tell_task_bar", shares.append)
    return shares


@pytest.fixture
def notified(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    notified: list[tuple[str, str]] = []

    def note(title: str, text: str, on_error: Callable[[], None]) -> bool:
        notified.append((title, text))
        return True

    monkeypatch.setattr(attention_module, "notify_by_portal", note)
    return notified


@pytest.fixture
def attention(qtbot: QtBot, clock: Clock) -> Attention:
    window = QWidget()
    window.setWindowTitle("dupefinder")
    qtbot.addWidget(window)
    return Attention(window, clock)


def title_of(attention: Attention) -> str:
    window = attention.parent()
    assert isinstance(window, QWidget)
    return window.windowTitle()


def progress(share: float | None, left_s: float | None = 130.0) -> Progress:
    return Progress("decode", 1, 2, 1.0, left_s, 0, share=share)


def test_the_title_and_the_task_bar_follow_the_scan(
    attention: Attention, shares: list[float | None]
) -> None:
    attention.begin()
    attention.show_progress(progress(None))
    assert title_of(attention) == "dupefinder"
    attention.show_progress(progress(0.375))
    attention.show_progress(progress(0.376))
    assert title_of(attention) == "37 % · 2 min left – dupefinder"
    attention.show_progress(progress(0.5, None))
    assert title_of(attention) == "50 % – dupefinder"
    attention.finish()
    attention.finish()
    assert title_of(attention) == "dupefinder"
    assert shares == [0.375, 0.5, None]


def test_only_the_end_of_a_long_scan_is_notified(
    attention: Attention, clock: Clock, notified: list[tuple[str, str]]
) -> None:
    attention.begin()
    clock.now_s += 59
    attention.tell_end("soon")
    assert notified == []
    clock.now_s += 2
    attention.tell_end("late")
    assert notified == [("dupefinder", "late")]


def test_a_person_looking_at_the_window_is_not_notified(
    attention: Attention,
    clock: Clock,
    notified: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QWidget, "isActiveWindow", lambda _: True)
    attention.begin()
    clock.now_s += 3600
    attention.tell_end("late")
    assert notified == []


def test_the_tray_notifies_where_the_portal_fails(
    attention: Attention, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(title: str, text: str, on_error: Callable[[], None]) -> bool:
        on_error()
        return True

    shown: list[str] = []
    monkeypatch.setattr(attention_module, "notify_by_portal", fail)
    monkeypatch.setattr(Attention, "_notify_without_portal", lambda _, text: shown.append(text))
    attention.begin()
    clock.now_s += 61
    attention.tell_end("late")
    assert shown == ["late"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has a tray, and no notify-send")
def test_a_desktop_without_portal_and_tray_is_notified_by_its_command(
    attention: Attention,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    told = tmp_path / "told"
    command = tmp_path / "notify-send"
    command.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {told}.new\nmv {told}.new {told}\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(attention_module, "notify_by_portal", lambda *_: False)
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    attention.begin()
    clock.now_s += 61
    attention.tell_end("<b>12</b> groups")
    qtbot.waitUntil(told.exists)
    assert told.read_text() == "--app-name\ndupefinder\n--\n<b>12</b> groups\n"
