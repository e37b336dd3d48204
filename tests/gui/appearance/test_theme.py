"""The palettes: text can be read in each, and meanings told apart."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QMenu,
    QProgressBar,
    QPushButton,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dupefinder.gui import app
from dupefinder.gui.appearance.palettes import THEMES, Appearance
from dupefinder.gui.appearance.theme import apply_appearance, colours, set_role, without_sheet
from dupefinder.gui.compare.geometry import Viewpoint
from dupefinder.gui.compare.picture_view import PictureView
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.photos.picture_loader import PictureLoader
from dupefinder.gui.review.cards.photo_frame import PhotoFrame
from tests.gui.stand_ins import Decoder, thumbnails
from tests.gui.whole import whole_window


def luminance(colour: QColor) -> float:
    """Relative luminance, see WCAG 2.2."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_every_text_stands_out_from_every_ground(name: str) -> None:
    of = THEMES[name]
    least = 7.0 if "high-contrast" in name else 4.5
    for ground in ("surface", "canvas", "hover", "chosen"):
        for text in ("text", "quiet", "keep", "remove", "warning"):
            if "high-contrast" not in name and (text, ground) not in READ:
                continue
            assert contrast(getattr(of, text), getattr(of, ground)) >= least, (text, ground)
    assert contrast(of.on_accent, of.accent) >= least


READ = {
    (text, ground)
    for text in ("text", "quiet", "keep", "remove", "warning")
    for ground in ("surface", "canvas")
}
"""Colours and their grounds with ordinary contrast; on a chosen row only plain text stands."""


@pytest.mark.usefixtures("look_as_before")
def test_with_high_contrast_one_sees_where_a_photo_has_its_room(
    qtbot: QtBot, qapp: QApplication
) -> None:
    """Its ground is that of the page there; elsewhere it is another."""
    pictures = PictureLoader(decode=Decoder())
    frame, view = PhotoFrame(thumbnails(), pictures), PictureView(Viewpoint())
    for appearance in (Appearance.HIGH_CONTRAST, Appearance.LIGHT):
        apply_appearance(qapp, appearance)
        for widget in (frame, view):
            qtbot.addWidget(widget)
            widget.resize(200, 150)
            image = widget.grab().toImage()
            edge, inside = image.pixelColor(0, 75), image.pixelColor(60, 75)
            is_bounded = abs(edge.lightness() - inside.lightness()) > 100
            assert is_bounded == (appearance is Appearance.HIGH_CONTRAST)
    pictures.close()


@pytest.mark.parametrize("name", [name for name in THEMES if "high-contrast" in name])
def test_with_high_contrast_lines_and_the_focus_are_seen(name: str) -> None:
    of = THEMES[name]
    assert contrast(of.line, of.surface) >= 7
    assert contrast(of.accent, of.surface) >= 7


@pytest.mark.usefixtures("look_as_before")
@pytest.mark.parametrize("appearance", [one for one in Appearance if one is not Appearance.SYSTEM])
def test_the_value_of_a_bar_or_slider_is_visible(
    appearance: Appearance, qtbot: QtBot, qapp: QApplication
) -> None:
    apply_appearance(qapp, appearance)
    bar, slider = QProgressBar(), QSlider(Qt.Orientation.Horizontal)
    bar.setTextVisible(False)  # as all of the window's; some fonts would draw it on the point read
    for widget in (bar, slider):
        qtbot.addWidget(widget)
        widget.setRange(0, 100)
        widget.setValue(50)
        widget.resize(200, widget.sizeHint().height())
        picture = widget.grab().toImage()
        done, ahead = (picture.pixelColor(x, picture.height() // 2) for x in (20, 180))
        assert done == colours().accent
        assert contrast(done, ahead) >= 3, type(widget).__name__


@pytest.fixture
def application(qapp: QApplication) -> Iterator[QApplication]:
    look = qapp.style().objectName(), qapp.palette(), qapp.styleSheet()
    yield qapp
    qapp.setStyleSheet(look[2])
    qapp.setStyle(look[0])
    qapp.setPalette(look[1])


@pytest.mark.parametrize(
    ("appearance", "name"),
    [
        (Appearance.LIGHT, "light"),
        (Appearance.DARK, "dark"),
        (Appearance.HIGH_CONTRAST, "high-contrast light"),
    ],
)
def test_an_appearance_is_taken(
    application: QApplication, appearance: Appearance, name: str
) -> None:
    apply_appearance(application, appearance)
    assert colours() is THEMES[name]


def test_another_appearance_dresses_a_widget_no_more_often_than_it_must(
    application: QApplication, qtbot: QtBot
) -> None:
    """It takes icons in other colours each time that its palette changes."""
    apply_appearance(application, Appearance.LIGHT)
    changes: list[QEvent.Type] = []

    class Noting(QPushButton):
        def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
            super().changeEvent(event)
            changes.append(event.type())

    button = Noting("Accept")
    qtbot.addWidget(button)
    button.show()
    changes.clear()
    apply_appearance(application, Appearance.DARK)
    assert changes.count(QEvent.Type.PaletteChange) <= 2
    assert changes.count(QEvent.Type.StyleChange) <= 2
    assert button.palette().color(QPalette.ColorRole.ButtonText) == THEMES["dark"].text


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_a_box_that_is_not_ticked_is_seen_in_a_menu(
    application: QApplication, appearance: Appearance, qtbot: QtBot
) -> None:
    apply_appearance(application, appearance)
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.addAction("Between folders").setCheckable(True)
    picture = menu.grab().toImage()
    frame = [
        (x, y)
        for x in range(min(28, picture.width()))
        for y in range(picture.height())
        if picture.pixelColor(x, y) == colours().quiet
    ]
    assert len(frame) >= 16
    across, down = (max(places) - min(places) for places in zip(*frame, strict=True))
    assert across == down >= 12


@pytest.mark.parametrize("appearance", [one for one in Appearance if one is not Appearance.SYSTEM])
def test_the_item_of_a_menu_that_is_pointed_at_can_be_read(
    application: QApplication, appearance: Appearance, qtbot: QtBot
) -> None:
    apply_appearance(application, appearance)
    menu = QMenu()
    qtbot.addWidget(menu)
    pointed_at, other = menu.addAction("Compare"), menu.addAction("Open")
    menu.setActiveAction(pointed_at)
    picture = menu.grab().toImage()

    def ground_and_contrast(action: QAction) -> tuple[QColor, float]:
        place = menu.actionGeometry(action)
        ground = picture.pixelColor(place.right() - 8, place.center().y())
        across = range(place.left(), place.right())
        line = [picture.pixelColor(x, place.center().y()) for x in across]
        return ground, max(contrast(one, ground) for one in line)

    grounds, contrasts = zip(*map(ground_and_contrast, (pointed_at, other)), strict=True)
    assert min(contrasts) > 4.5
    assert grounds[0] != grounds[1]


@pytest.mark.parametrize("appearance", [one for one in Appearance if one is not Appearance.SYSTEM])
def test_a_main_button_that_is_off_can_be_read(
    application: QApplication, appearance: Appearance, qtbot: QtBot
) -> None:
    apply_appearance(application, appearance)
    button = QPushButton("Review and remove")
    set_role(button, "primary")
    qtbot.addWidget(button)
    button.setEnabled(False)
    picture = button.grab().toImage()
    ground = picture.pixelColor(8, picture.height() // 2)
    best = max(
        contrast(picture.pixelColor(x, picture.height() // 2 + y), ground)
        for x in range(12, picture.width() - 12)
        for y in range(-6, 7)
    )
    assert best >= 4


def test_with_high_contrast_a_button_that_is_off_has_another_border(
    application: QApplication, qtbot: QtBot
) -> None:
    apply_appearance(application, Appearance.HIGH_CONTRAST)
    button = QPushButton("Nothing proposed")
    qtbot.addWidget(button)
    on = button.grab().toImage()
    button.setEnabled(False)
    off = button.grab().toImage()
    along = range(10, on.width() - 10)
    assert len({on.pixel(x, 0) for x in along}) == 1
    assert len({off.pixel(x, 0) for x in along}) > 1


def test_the_window_is_made_without_the_sheet_and_shown_with_it(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each parent that a widget is given would style it anew; that took most of the start."""
    sheets: list[str] = []

    def make(*arguments: Any) -> MainWindow:
        sheets.append(qapp.styleSheet())
        return MainWindow(*arguments)

    monkeypatch.setattr(app, "MainWindow", make)
    with whole_window(tmp_path / "data", qtbot, is_dressed=True):
        sheets.append(qapp.styleSheet())
    assert sheets[0] == ""
    assert "QPushButton" in sheets[1]


def test_no_widget_is_collected_while_all_are_styled(
    qapp: QApplication, qtbot: QtBot, look_as_before: None
) -> None:
    """Qt goes through a list of them, and crashed when one was gone."""
    may_collect: list[bool] = []

    class Told(QWidget):
        def event(self, event: QEvent) -> bool:
            if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
                may_collect.append(gc.isenabled())
            return super().event(event)

    told = Told()
    qtbot.addWidget(told)
    told.show()
    may_collect.clear()
    for appearance in (Appearance.LIGHT, Appearance.DARK):
        apply_appearance(qapp, appearance)
    with without_sheet(qapp):
        assert gc.isenabled()
    assert may_collect
    assert not any(may_collect)
    assert gc.isenabled()
