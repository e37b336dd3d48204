"""Draws the program's icon in the sizes and formats that systems ask for, from its one SVG file."""

import io
import os
from pathlib import Path

from PIL import Image

SIZES_PX = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_WINDOWS_PX = (16, 24, 32, 48, 64, 128, 256)
_MACOS_PX = (16, 32, 64, 128, 256, 512, 1024)
SOURCE = Path(__file__).resolve().parent.parent / "resources" / "icons" / "dupefinder.svg"


def icon(size_px: int) -> Image.Image:
    """Draw the icon on a transparent ground."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    canvas = QImage(size_px, size_px, QImage.Format.Format_ARGB32_Premultiplied)
    canvas.fill(0)
    painter = QPainter(canvas)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    canvas.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub says bytes, Qt takes text
    return Image.open(io.BytesIO(buffer.data().data()))


def write_icons(folder: Path) -> None:
    """Write `N.png` for each size, and the icons of Windows and macOS.

    Args:
        folder: Is made where it lacks.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for size_px in SIZES_PX:
        icon(size_px).save(folder / f"{size_px}.png", optimize=True)
    for name, sizes_px in (("dupefinder.ico", _WINDOWS_PX), ("dupefinder.icns", _MACOS_PX)):
        *others, largest = (icon(size_px) for size_px in sizes_px)
        sizes = [(size_px, size_px) for size_px in sizes_px]
        largest.save(folder / name, append_images=others, sizes=sizes)
