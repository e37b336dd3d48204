"""Start of Qt, or a plain message on why it cannot open a window.

Where Qt finds no screen, it ends the program itself, with a message for developers.
"""

import os
import sys
from collections.abc import Sequence

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QApplication, QWidget

from dupefinder.qt_libraries import no_window_text

_FAILED = 1
_ALWAYS_SAID = "From 6.5.0, xcb-cursor0"
"""Beginning of a guess that Qt prints whenever X11 fails."""


def start_qt(arguments: Sequence[str]) -> QApplication:
    """Start Qt; where it cannot open a window, print why and end the program.

    Args:
        arguments: The program's name, and arguments for Qt.
    """
    said: list[str] = []

    def hear(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if kind is QtMsgType.QtFatalMsg:
            print(f"dupefinder: {no_window_text(reason_of(said))}", file=sys.stderr, flush=True)
            os._exit(_FAILED)  # Qt aborts when this returns
        if kind is not QtMsgType.QtInfoMsg:
            said.append(text)

    qInstallMessageHandler(hear)
    try:
        application = QApplication(list(arguments))
    finally:
        qInstallMessageHandler(None)
    for text in said:
        print(text, file=sys.stderr)
    return application


def reason_of(said: Sequence[str]) -> str:
    """Join the messages of Qt before it gave up into one sentence."""
    telling = [text.strip() for text in said if not text.startswith(_ALWAYS_SAID)]
    return f"Qt says: {'; '.join(telling)}." if telling else "Qt does not say why."


_installed = False


def install_roles() -> None:
    """Give widgets whose class has an `accessible_role` that role; once is enough."""
    global _installed
    if not _installed:
        QAccessible.installFactory(_interface_of)
        _installed = True


def _interface_of(class_name: str, item: QObject) -> QAccessibleInterface | None:
    del class_name
    role = getattr(type(item), "accessible_role", None)
    if isinstance(item, QWidget) and isinstance(role, QAccessible.Role):
        return QAccessibleWidget(item, role)
    return None  # Qt's own interface
