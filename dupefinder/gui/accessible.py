"""Roles that screen readers hear of the window's own widgets; Qt knows those of its own."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_installed = False


def install_roles() -> None:
    """Let each widget whose class has an `accessible_role` be told by that; once is enough."""
    global _installed
    if not _installed:
        QAccessible.installFactory(_interface_of)
        _installed = True


def _interface_of(class_name: str, item: QObject) -> QAccessibleInterface | None:
    del class_name
    role = getattr(type(item), "accessible_role", None)
    if isinstance(item, QWidget) and isinstance(role, QAccessible.Role):
        return QAccessibleWidget(item, role)
    return None  # as Qt tells it
