"""The palettes: text can be read in each, and meanings told apart."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from dupefinder.gui.theme import THEMES, Appearance, apply_appearance, colours


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


@pytest.mark.parametrize("name", [name for name in THEMES if "high-contrast" in name])
def test_with_high_contrast_lines_and_the_focus_are_seen(name: str) -> None:
    of = THEMES[name]
    assert contrast(of.line, of.surface) >= 7
    assert contrast(of.accent, of.surface) >= 7


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
