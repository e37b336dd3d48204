"""Take the pictures of the window for README and stores: `python packaging/review_picture.py`.

It scans drawn photos and their copies in a folder of its own, and grabs *Review* and *Compare*
without showing the window on a screen. A folder that is named gets the pictures.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from help_pictures import landscape
from PIL import Image

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from dupefinder.gui.main_window import MainWindow

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "pictures"
NAMES = ("review.png", "compare.png")
_WINDOW_PX = (1280, 800)
_LONGEST_WAIT_S = 300.0
_SHOWN_FOLDER = "/home/anna/Pictures"
_SETTLED_S = 2.0
"""Time for the last thumbnails to be painted."""
_TINTS = (
    (1.0, 1.0, 1.0),
    (0.8, 0.86, 1.0),
    (1.0, 0.72, 0.78),
    (0.72, 1.0, 0.95),
    (1.0, 0.88, 0.62),
    (0.86, 0.92, 1.12),
    (0.66, 0.72, 0.9),
    (0.92, 1.1, 0.8),
)
"""Factors of red, green and blue: another light for each photo."""


def _photos() -> dict[str, Image.Image]:
    """Drawn photos by name, each with its walker, clouds and light."""
    photos = {}
    for number, tint in enumerate(_TINTS):
        drawn = landscape(walker_px=180 + 70 * number, clouds_px=45 * number)
        if number % 2:
            drawn = drawn.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        levels = np.asarray(drawn, np.float64) * tint
        lit = Image.fromarray(levels.clip(0, 255).astype(np.uint8))
        photos[f"IMG_{460 + 117 * number:04}"] = lit
    return photos


def write_photos(folder: Path) -> None:
    """Write photos as a camera has them, and copies as messengers and backups make them."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Canon", "Canon EOS 70D"
    exif.get_ifd(0x8769)[36867] = "2015:01:10 10:20:00"
    for number, (name, photo) in enumerate(_photos().items()):
        original = folder / "Photos" / "Winter" / f"{name}.JPG"
        copy = folder / "Backup 2016" / "Winter" / f"{name}.JPG"
        sent = folder / "Phone" / "WhatsApp Images" / f"IMG-20150110-WA{number:04}.jpg"
        turned = folder / "Phone" / "Camera" / f"2015{number:04}.jpg"
        for path in (original, copy, sent, turned):
            path.parent.mkdir(parents=True, exist_ok=True)
        photo.save(original, quality=92, exif=exif)
        if number % 3 != 2:
            copy.write_bytes(original.read_bytes())
        photo.resize((640, 480), Image.Resampling.LANCZOS).save(sent, quality=75)
        if number in (0, 4):
            photo.transpose(Image.Transpose.ROTATE_270).save(turned, quality=88, exif=exif)
    # A fixed time, so that the picture does not change from day to day.
    for path in folder.rglob("*.*"):
        os.utime(path, (1_430_000_000, 1_430_000_000))


def take_pictures(data: Path, photos: Path, folder: Path) -> None:
    """Scan photos in the window, and save pictures of its pages.

    Args:
        data: An empty folder for catalog and settings.
        photos: Folder of the photos.
        folder: Gets the pictures.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication, QPushButton

    from dupefinder.gui.app import Application
    from dupefinder.gui.app.qt_start import start_qt
    from dupefinder.gui.appearance.palettes import Appearance
    from dupefinder.gui.language import LocaleNotation, speak
    from dupefinder.gui.main_window import Paths
    from dupefinder.gui.settings import Settings
    from dupefinder.text.figures import use_notation
    from dupefinder.text.translation import ENGLISH

    application = QApplication.instance() or start_qt(["dupefinder"])
    assert isinstance(application, QApplication)

    class AtHome(LocaleNotation):
        """Figures as elsewhere; paths as if the photos were a person's."""

        def path(self, path: str) -> str:
            return super().path(path.replace(str(photos), _SHOWN_FOLDER))

    speak(application, ENGLISH)
    use_notation(AtHome())
    names = ("catalog.sqlite", "decisions.sqlite", "journal.sqlite", "log")
    settings = Settings(data / "settings.ini")
    settings.appearance = Appearance.LIGHT
    program = Application(application, settings, Paths(*(data / name for name in names)))
    program.begin([str(photos)])
    window = program.window
    window.showNormal()
    window.resize(*_WINDOW_PX)
    ended: list[str] = []
    program.tasks.ended.connect(lambda name, _: ended.append(name))
    _wait(application, lambda: "open" in ended)
    buttons = window.folders.findChildren(QPushButton)
    next(one for one in buttons if one.isVisible() and one.property("role") == "primary").click()
    _wait(application, lambda: "scan" in ended and window.review.list.groups.rowCount() > 0)
    window.show_place("review")
    _take_review_and_compare(application, window, folder)
    window.close()


def _take_review_and_compare(
    application: "QApplication", window: "MainWindow", folder: Path
) -> None:
    """Mark photos of two groups, and save pictures of Review and Compare."""
    rows = window.review.list.groups
    for row in (3, 4):
        group = rows.group_at(row)
        if group is not None:
            window.marks.keep_only(group, group.members[0])
    window.review.list.choose_row(0)
    _wait(application, lambda: all(card.frame.is_sharp for card in window.cards.row.cards))
    loaded: list[object] = []
    window.thumbnails.loaded.connect(loaded.append)
    window.thumbnails.forget()
    window.review.list.viewport().update()
    _wait(application, lambda: bool(loaded))
    _settle(application)
    window.cards.deciding.choose(0)
    window.notices.hide()
    review, compare = (str(folder / name) for name in NAMES)
    window.grab().save(review)
    window.cards.deciding.choose(2)
    window.cards.compare_requested.emit()
    _settle(application)
    window.grab().save(compare)


def _settle(application: "QApplication") -> None:
    settled_s = time.monotonic() + _SETTLED_S
    _wait(application, lambda: time.monotonic() > settled_s)


def _wait(application: "QApplication", done: Callable[[], bool]) -> None:
    end_s = time.monotonic() + _LONGEST_WAIT_S
    while not done():
        application.processEvents()
        if time.monotonic() > end_s:
            raise TimeoutError


def main() -> None:
    """Take the pictures into the folder of resources, or into one that is named."""
    parser = argparse.ArgumentParser(description="Take the pictures of the window.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="default: %(default)s")
    pictures: Path = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as folder:
        photos, data = Path(folder) / "home", Path(folder) / "data"
        data.mkdir()
        write_photos(photos)
        take_pictures(data, photos, pictures)


if __name__ == "__main__":
    main()
