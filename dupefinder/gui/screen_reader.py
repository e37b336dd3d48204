"""Roles of widgets that paint themselves, for screen readers: Qt takes each for a mere area."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_is_installed = False


def tell_roles() -> None:
    """From now on a widget with an `accessible_role` is what that says. Twice does no harm."""
    global _is_installed
    if not _is_installed:
        _is_installed = True
        QAccessible.installFactory(_interface)


def _interface(name: str, thing: QObject) -> QAccessibleInterface | None:
    """Qt asks for each class of a widget, from its own to the most general one."""
    if name != "QWidget" or not isinstance(thing, QWidget):
        return None
    role: QAccessible.Role | None = getattr(thing, "accessible_role", None)
    return None if role is None else QAccessibleWidget(thing, role)
