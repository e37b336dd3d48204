"""The icons: SVG files of `resources/icons`, drawn in any colour, sharp at any scale."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from dupefinder.actions.records import ActionKind
from dupefinder.gui.appearance.theme import colours
from dupefinder.resources import resource_path

_SIZES_PX = (16, 20, 24, 32, 48, 64, 96)
"""Device pixels: 16 to 32 logical ones at 100 to 300 %."""


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    return resource_path(f"icons/{name}.svg").read_text("utf-8")


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """An icon of the set.

    Args:
        name: File name in `resources/icons` without ".svg".
        colour: Its colour; None takes that of plain text in the present palette.

    Raises:
        FileNotFoundError: There is no such icon.
    """
    return _icon(name, (colour or colours().text).name(), colours().quiet.name())


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, faint: str) -> QIcon:
    made = QIcon()
    for size_px in _SIZES_PX:
        made.addPixmap(_draw(name, colour, size_px))
        made.addPixmap(_draw(name, faint, size_px), QIcon.Mode.Disabled)
    return made


def _draw(name: str, colour: str, size_px: int) -> QPixmap:
    source = _source(name).replace("currentColor", colour)
    pixmap = QPixmap(size_px, size_px)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, size_px, size_px))
    painter.end()
    return pixmap


def pixmap(name: str, size_px: int, colour: QColor | None = None) -> QPixmap:
    """An icon as a picture of logical pixels, sharp on the application's densest screen."""
    ratio = max(screen.devicePixelRatio() for screen in QGuiApplication.screens())
    picture = _draw(name, (colour or colours().text).name(), round(size_px * ratio))
    picture.setDevicePixelRatio(ratio)
    return picture


def sign_of(kind: ActionKind) -> str:
    """The name of the icon for a kind of action."""
    return {
        ActionKind.TRASH: "trash",
        ActionKind.SET_ASIDE: "aside",
        ActionKind.MOVE: "folder",
        ActionKind.COPY: "copy",
        ActionKind.HARD_LINK: "link",
        ActionKind.DELETE: "cross",
        ActionKind.SIDECAR: "info",
    }[kind]
