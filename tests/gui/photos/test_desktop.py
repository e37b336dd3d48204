"""Photos in other programs: what is started, and with which names."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from dupefinder.gui.photos import desktop
from dupefinder.gui.photos.desktop import (
    Program,
    open_with,
    photo_programs,
    show_in_folder,
    take_drop,
)

PHOTOS = os.path.abspath("/photos")  # on some drive, where there are such
ODD = os.path.join(PHOTOS, "b\udcff & %41 'c'.jpg")
URL = Path(PHOTOS).as_uri()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    started: list[object] = []
    monkeypatch.setattr(desktop, "start", started.append)
    return started


@pytest.fixture
def asker(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    opened: list[str] = []

    def opens(path: str) -> bool:
        opened.append(path)
        return True

    monkeypatch.setattr(desktop, "_opens", opens)
    return opened


def test_without_a_bus_the_folder_is_opened(
    monkeypatch: pytest.MonkeyPatch, opened: list[str], asker: QWidget
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(desktop, "_show_by_bus", lambda path, asker: False)
    show_in_folder(ODD, asker)
    assert opened == [PHOTOS]


def test_finder_and_explorer_are_told_the_file(
    monkeypatch: pytest.MonkeyPatch, started: list[object], asker: QWidget
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    show_in_folder("/photos/a.jpg", asker)
    monkeypatch.setattr(sys, "platform", "win32")
    show_in_folder(r"C:\my photos\a,b.jpg", asker)
    assert started == [
        ["open", "-R", "/photos/a.jpg"],
        r'explorer /select,"C:\my photos\a,b.jpg"',
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="a program of another kind")
def test_a_program_gets_the_exact_name(tmp_path: Path, qtbot: QtBot, asker: QWidget) -> None:
    program = tmp_path / "viewer"
    program.write_text('#!/bin/sh\nprintf "%s" "$2" > "$1.part"\nmv "$1.part" "$1"\n')
    program.chmod(0o755)
    told = tmp_path / "told"
    open_with(Program("Viewer", (str(program), str(told), "%f")), ODD, asker)
    qtbot.waitUntil(told.exists)
    assert told.read_bytes() == os.fsencode(ODD)


def test_codes_of_the_command_become_names(
    started: list[object], monkeypatch: pytest.MonkeyPatch, asker: QWidget
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name)
    photo = os.path.join(PHOTOS, "ü.jpg")
    for words in (("a", "%U"), ("a", "--x", "%F", "%i"), ("a", "%c"), ("a", "100%%", "%f")):
        open_with(Program("A", words), photo, asker)
    assert started == [
        ["a", f"{URL}/%C3%BC.jpg"],
        ["a", "--x", photo],
        ["a", photo],
        ["a", "100%", photo],
    ]


def test_a_program_that_is_not_there_breaks_nothing(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    desktop.start(["/no/such/program"])
    qtbot.waitUntil(lambda: "cannot start another program" in caplog.text)


@pytest.mark.skipif(sys.platform == "win32", reason="the lists of another kind of desktop")
def test_programs_are_listed_by_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    applications = tmp_path / "applications"
    applications.mkdir()
    (applications / "mimeinfo.cache").write_text(
        "[MIME Cache]\nimage/jpeg=eye.desktop;gone.desktop;hidden.desktop;torn.desktop;\n"
        "text/plain=eye.desktop;\nimage/png=eye.desktop;eye.desktop\n"
    )
    eye = "[Desktop Entry]\nName=Eye\nName[de]=Auge\nExec=eye --on '%U x' %U\n[Other]\nName=No\n"
    (applications / "eye.desktop").write_text(eye)
    (applications / "hidden.desktop").write_text("[Desktop Entry]\nExec=h\nNoDisplay=true\n")
    (applications / "torn.desktop").write_text("[Desktop Entry]\nExec=h 'x\n")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    photo_programs.cache_clear()
    auge = Program("Auge", ("eye", "--on", "%U x", "%U"))
    assert photo_programs("de") == {"image/jpeg": [auge], "image/png": [auge]}
    photo_programs.cache_clear()
    assert photo_programs()["image/png"][0].name == "Eye"
    photo_programs.cache_clear()


if sys.platform == "win32":
    import winreg

    def test_programs_of_the_registry_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
        eye = rf"{sys.prefix}\python.exe"
        place = rf"Software\dupefinder-test-{os.getpid()}"
        for key, name, value in (
            (r"\.jpg\OpenWithProgids", "Eye.jpg", ""),
            (r"\.jpg\OpenWithProgids", "Gone.jpg", ""),
            (r"\Eye.jpg\shell\open\command", "", f'"{eye}" --on "%1"'),
            (r"\Gone.jpg\shell\open\command", "", r'"C:\not there\gone.exe" "%1"'),
            (r"\Applications\python.exe", "FriendlyAppName", "Eye"),
        ):
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, place + key) as made:
                winreg.SetValueEx(made, name, 0, winreg.REG_SZ, value)
        monkeypatch.setattr(desktop, "_CLASSES", place)
        photo_programs.cache_clear()
        try:
            assert photo_programs("de")["image/jpeg"] == [Program("Eye", (eye, "--on", "%f"))]
        finally:
            photo_programs.cache_clear()
            remove_key(place)

    def remove_key(key: str) -> None:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
            names = [winreg.EnumKey(opened, n) for n in range(winreg.QueryInfoKey(opened)[0])]
        for name in names:
            remove_key(rf"{key}\{name}")
        winreg.DeleteKey(winreg.HKEY_CURRENT_USER, key)


def test_a_drop_never_lets_its_source_delete_what_was_dropped() -> None:
    dropped = QMimeData()
    dropped.setUrls([QUrl("file:///photos")])
    event = QDropEvent(
        QPointF(QPoint(1, 1)),
        Qt.DropAction.MoveAction | Qt.DropAction.CopyAction,
        dropped,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.setDropAction(Qt.DropAction.MoveAction)
    take_drop(event)
    assert event.isAccepted()
    assert event.dropAction() is Qt.DropAction.CopyAction


class DragStandIn:
    """Takes what would be dragged."""

    made: list["DragStandIn"]

    def __init__(self, source: object) -> None:
        self.source = source
        self.made.append(self)

    def setMimeData(self, data: QMimeData) -> None:  # noqa: N802 - Qt's name
        self.urls = [bytes(url.toEncoded().data()) for url in data.urls()]

    def exec(self, *actions: Qt.DropAction) -> None:
        self.actions = actions


def test_dragged_files_can_only_be_copied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    DragStandIn.made = []
    monkeypatch.setattr(desktop, "QDrag", DragStandIn)
    desktop.drag_out(QObject(), ODD)
    (drag,) = DragStandIn.made
    assert drag.actions == (Qt.DropAction.CopyAction,)
    odd = "%FF" if os.name == "posix" else "%ED%B3%BF"  # a byte, or half a character
    assert drag.urls == [f"{URL}/b{odd}%20%26%20%2541%20%27c%27.jpg".encode()]
