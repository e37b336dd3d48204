"""Photos in the programs of the desktop: opened, shown in their folder, dragged out."""

from __future__ import annotations

import configparser
import itertools
import logging
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol, runtime_checkable

import shiboken6
from PySide6.QtCore import QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDrag, QDropEvent, QGuiApplication, QPixmap
from PySide6.QtWidgets import QWidget

from dupefinder.gui.language import harmless

_log = logging.getLogger(__name__)

_DRAGGED_PX = 96
_FILE_MANAGER = "org.freedesktop.FileManager1"
_NO_FILE = ("%i", "%c", "%k")
"""Codes of an `Exec` line that do not stand for a file."""


@runtime_checkable
class TellsFailures(Protocol):
    """A window that reports files which no other program opens, so that each click is answered."""

    def tell_not_opened(self, path: str) -> None:
        """Report that no program opened a file."""

    def tell_not_shown(self, path: str) -> None:
        """Report that no file manager showed a file."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program that opens photos.

    Attributes:
        name: Its name for people.
        command: Words of its `Exec` line, codes such as "%f" included.
    """

    name: str
    command: tuple[str, ...]


def file_url(path: str) -> QUrl:
    """A path as a URL, with every byte of its name, even where that is not valid text."""
    return QUrl(Path(path).as_uri())


def open_file(path: str, asker: QWidget) -> None:
    """Open a file or folder in the program that the desktop has for it.

    Args:
        path: The file.
        asker: The widget that was clicked; its window is told of a failure, see `TellsFailures`.
    """
    if not _opens(path):
        _tell_not_opened(path, asker)


def _tell_not_opened(path: str, asker: QWidget) -> None:
    if isinstance(window := asker.window(), TellsFailures):
        window.tell_not_opened(path)


def _opens(path: str) -> bool:
    return QDesktopServices.openUrl(file_url(path))


def show_in_folder(path: str, asker: QWidget) -> None:
    """Show a file in the file manager, selected; where that is not possible, open its folder.

    Args:
        path: The file.
        asker: See `open_file`.
    """
    if sys.platform == "darwin":
        start(["open", "-R", path])
    elif sys.platform == "win32":
        start(f'explorer /select,"{path}"')  # a path has no quotation marks there
    elif not _show_by_bus(path, asker):
        _show_folder_of(path, asker)


def _show_folder_of(path: str, asker: QWidget) -> None:
    if not _opens(os.path.dirname(path)) and isinstance(window := asker.window(), TellsFailures):
        window.tell_not_shown(path)


def _show_by_bus(path: str, asker: QWidget) -> bool:
    """Ask the file manager over the session bus; False where there is no bus."""
    # Slow to load, and not there on other systems.
    from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    message = QDBusMessage.createMethodCall(
        _FILE_MANAGER, "/org/freedesktop/FileManager1", _FILE_MANAGER, "ShowItems"
    )
    message.setArguments([[Path(path).as_uri()], ""])
    watcher = QDBusPendingCallWatcher(bus.asyncCall(message), QGuiApplication.instance())

    def answered(call: QDBusPendingCallWatcher) -> None:
        if call.isError() and shiboken6.isValid(asker):
            _show_folder_of(path, asker)
        call.deleteLater()

    watcher.finished.connect(answered)
    return True


def copy_path(path: str) -> None:
    """Put a path on the clipboard."""
    QGuiApplication.clipboard().setText(harmless(path))


def drag_out(source: QObject, path: str, picture: QPixmap | None = None) -> None:
    """Drag a photo out to another program, which gets a copy: it is never moved.

    Args:
        source: The widget it is dragged from.
        path: The photo.
        picture: The picture at the pointer; None for none.
    """
    dragged = QMimeData()
    dragged.setUrls([file_url(path)])
    drag = QDrag(source)
    drag.setMimeData(dragged)
    if picture is not None and not picture.isNull():
        drag.setPixmap(
            picture.scaled(
                _DRAGGED_PX,
                _DRAGGED_PX,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
    drag.exec(Qt.DropAction.CopyAction)


def take_drop(event: QDropEvent) -> None:
    """Accept a drop as a copy: on a move, its source would delete the file."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


# Open with


def open_with(program: Program, path: str, asker: QWidget) -> None:
    """Open a photo in a program of the desktop's list."""
    command: list[str] = []
    has_file = False
    for word in program.command:
        if word in ("%f", "%F", "%u", "%U"):
            command.append(path if word.lower() == "%f" else Path(path).as_uri())
            has_file = True
        elif word not in _NO_FILE:
            command.append(word.replace("%%", "%"))
    _start_for(path, command if has_file else [*command, path], asker)


def open_with_chosen(program_path: str, path: str, asker: QWidget) -> None:
    """Open a photo in a program that a person chose as a file."""
    is_bundle = sys.platform == "darwin"
    command = ["open", "-a", program_path, path] if is_bundle else [program_path, path]
    _start_for(path, command, asker)


def _start_for(path: str, command: Sequence[str], asker: QWidget) -> None:
    if shutil.which(command[0]) is None:
        _tell_not_opened(path, asker)
    else:
        start(command)


def ask_system_to_open_with(path: str) -> bool:
    """Let Windows ask for a program; False on other systems, which have no such dialog."""
    if sys.platform == "win32":
        start(f"rundll32.exe shell32.dll,OpenAs_RunDLL {path}")
    return sys.platform == "win32"


def start(command: Sequence[str] | str) -> None:
    """Start a program that outlives this one; its output is not read."""

    def run() -> None:
        try:
            subprocess.run(
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError):
            _log.warning("cannot start another program", exc_info=True)

    # A daemon thread waits for it, so that no zombie is left and closing is not held up.
    threading.Thread(target=run, name="another program", daemon=True).start()


@lru_cache(maxsize=1)
def photo_programs(language: str = "") -> Mapping[str, Sequence[Program]]:
    """Programs by the type of picture that they open ("image/jpeg"), the preferred first.

    Reads the desktop's own lists, see freedesktop.org's "Desktop Entry" and "Shared MIME-info"
    specifications, and Windows' registry; empty on systems that have neither.

    Args:
        language: Language of the names ("de"); empty takes those without one. Windows has one.
    """
    if sys.platform == "win32":
        return _registered_programs()
    home = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    others = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    folders = [os.path.join(one, "applications") for one in (home, *others.split(":")) if one]
    known: dict[str, Program | None] = {}
    found: dict[str, list[Program]] = {}
    for folder in folders:
        listed = _ini(os.path.join(folder, "mimeinfo.cache"))
        for kind, names in listed.get("MIME Cache", {}).items():
            if not kind.startswith("image/"):
                continue
            for name in filter(None, names.split(";")):
                if name not in known:
                    known[name] = _program(name, folders, language)
                program = known[name]
                if program is not None and program not in found.setdefault(kind, []):
                    found[kind].append(program)
    return found


if sys.platform == "win32":
    import winreg

    _EXTENSIONS = {"image/jpeg": ".jpg", "image/png": ".png", "image/tiff": ".tif"}
    _CLASSES = r"Software\Classes"
    _CHOSEN_FOR = r"Software\Microsoft\Windows\CurrentVersion\Explorer\FileExts"
    _WORD = re.compile(r'(?:"[^"]*"|[^\s"])+')

    def _registered_programs() -> dict[str, list[Program]]:
        """Programs with a command line; those of the Store have none.

        Sources: Microsoft, "File Types", "How to Include an Application on the Open With Dialog".
        """
        return {kind: _registered_for(extension) for kind, extension in _EXTENSIONS.items()}

    def _registered_for(extension: str) -> list[Program]:
        keys = [_value(rf"{_CHOSEN_FOR}\{extension}\UserChoice", "ProgId")]
        keys += [_value(rf"{_CLASSES}\{extension}")]
        keys += _names(rf"{extension}\OpenWithProgids", winreg.EnumValue)
        for key in (extension, r"SystemFileAssociations\image"):
            keys += [
                rf"Applications\{name}" for name in _names(rf"{key}\OpenWithList", winreg.EnumKey)
            ]
        found: dict[str, Program] = {}
        for key in filter(None, keys):
            line = _value(rf"{_CLASSES}\{key}\shell\open\command")
            words = [os.path.expandvars(one.replace('"', "")) for one in _WORD.findall(line)]
            # rundll32 runs a library, which has no name of its own.
            if words and shutil.which(words[0]) and "rundll32" not in words[0].lower():
                command = tuple("%f" if one in ("%1", "%l", "%L") else one for one in words)
                program = Program(_name_of(words[0]), command)
                found.setdefault(os.path.normcase(words[0]), program)
        return list(found.values())

    def _name_of(program: str) -> str:
        file = os.path.basename(program)
        name = _value(rf"{_CLASSES}\Applications\{file}", "FriendlyAppName")
        # Some names are references to a text ("@program.dll,-10").
        return os.path.splitext(file)[0] if name.startswith("@") or not name else name

    _ROOTS = (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE)

    def _value(key: str, name: str = "") -> str:
        """A text in the registry, the person's own first; empty where there is none."""
        for root in _ROOTS:
            with suppress(OSError), winreg.OpenKey(root, key) as opened:
                return str(winreg.QueryValueEx(opened, name)[0])
        return ""

    def _names(key: str, entry: Callable[..., str | tuple[str, object, int]]) -> list[str]:
        """Names of values or keys below a class."""
        names: list[str] = []
        for root in _ROOTS:
            with suppress(OSError), winreg.OpenKey(root, rf"{_CLASSES}\{key}") as opened:
                for place in itertools.count():  # ends by OSError
                    found = entry(opened, place)
                    names.append(found if isinstance(found, str) else found[0])
        return names


def _program(name: str, folders: Sequence[str], language: str) -> Program | None:
    for folder in folders:
        entry = _ini(os.path.join(folder, os.path.basename(name))).get("Desktop Entry")
        if entry is None:
            continue
        hidden = ("Hidden", "NoDisplay", "Terminal")
        try:
            command = tuple(shlex.split(entry.get("Exec", "")))
        except ValueError:
            return None
        if not command or any(entry.get(key) == "true" for key in hidden):
            return None
        return Program(entry.get(f"Name[{language}]", entry.get("Name", name)), command)
    return None


def _ini(path: str) -> dict[str, dict[str, str]]:
    """The sections of a desktop's file; none of one that cannot be read."""
    reader = configparser.RawConfigParser(
        strict=False, delimiters=("=",), comment_prefixes=("#",), default_section=""
    )
    reader.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            reader.read_file(file)
    except (OSError, configparser.Error):
        return {}
    return {section: dict(reader.items(section)) for section in reader.sections()}
