"""The appearance: the palette in use, the style sheet, and the 8-pixel grid."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from dupefinder.gui.appearance.palettes import (
    _DARK,
    _HIGH_CONTRAST_DARK,
    _HIGH_CONTRAST_LIGHT,
    _LIGHT,
    THEMES,
    Appearance,
    ThemeColours,
)
from dupefinder.resources import resource_path

SPACE_PX = 8
"""All margins and gaps are multiples or halves of this."""


def is_dark(palette: QPalette) -> bool:
    """True when a palette puts light text on a dark ground."""
    return palette.color(QPalette.ColorRole.Window).lightness() < 128


def colours() -> ThemeColours:
    """The theme colours of the application's palette."""
    palette = QApplication.palette()
    ground = palette.color(QPalette.ColorRole.Window)
    for of in THEMES.values():
        if of.canvas == ground:
            return of
    return _DARK if is_dark(palette) else _LIGHT


def _palette(of: ThemeColours) -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette(of.surface, of.canvas)
    for where, colour in (
        (role.Window, of.canvas),
        (role.WindowText, of.text),
        (role.Base, of.surface),
        (role.AlternateBase, of.canvas),
        (role.Text, of.text),
        (role.Button, of.surface),
        (role.ButtonText, of.text),
        (role.BrightText, of.remove),
        (role.ToolTipBase, of.surface),
        (role.ToolTipText, of.text),
        (role.PlaceholderText, of.quiet),
        (role.Highlight, of.accent),
        (role.HighlightedText, of.on_accent),
        (role.Accent, of.accent),
        (role.Link, of.accent),
        (role.LinkVisited, of.accent),
        (role.Light, of.surface.lighter(110)),
        (role.Midlight, of.hover),
        (role.Mid, of.line),
        (role.Dark, of.line.darker(130)),
        (role.Shadow, QColor("#000000")),
    ):
        palette.setColor(where, colour)
    faint = QColor(of.quiet)
    faint.setAlpha(150)
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, where, faint)
    palette.setColor(group.Disabled, role.Highlight, of.line)
    palette.setColor(group.Disabled, role.HighlightedText, faint)
    return palette


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the garbage collector from deleting a widget while Qt visits all widgets.

    It could run in Python code during a style change, and Qt would crash.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_without_collector()
def apply_appearance(application: QApplication, appearance: Appearance) -> None:
    """Set style, palette and style sheet; call it again when either changes.

    `SYSTEM` follows the desktop's scheme and contrast, by default light.
    """
    # With a sheet in force, Qt would dress each widget for the palette, then for the next sheet:
    # that took five times as long.
    application.setStyleSheet("")
    if application.style().objectName() != "fusion":
        application.setStyle("Fusion")
    hints = application.styleHints()  # a reference, as its values end with it
    scheme = hints.colorScheme()
    follows = appearance in (Appearance.SYSTEM, Appearance.HIGH_CONTRAST)
    dark = appearance is Appearance.DARK or (follows and scheme is Qt.ColorScheme.Dark)
    name = "dark" if dark else "light"
    asked = hints.accessibility().contrastPreference()
    strong = appearance is Appearance.HIGH_CONTRAST or (
        appearance is Appearance.SYSTEM and asked is Qt.ContrastPreference.HighContrast
    )
    of = THEMES[f"high-contrast {name}" if strong else name]
    application.setPalette(_palette(of))
    application.setStyleSheet(_style_sheet(of))


@contextmanager
def without_sheet(application: QApplication) -> Iterator[None]:
    """Suspend the style sheet while many widgets are made.

    With it, Qt restyles a widget and its children for each new parent, which made the window four
    times as slow to make.
    """
    sheet = application.styleSheet()
    with _without_collector():
        application.setStyleSheet("")
    try:
        yield
    finally:
        with _without_collector():
            application.setStyleSheet(sheet)


def _style_sheet(of: ThemeColours) -> str:
    """The rules that Fusion lacks; widgets select them by their `role` property."""

    def name(colour: QColor) -> str:
        return colour.name()

    theme = "dark" if of in (_DARK, _HIGH_CONTRAST_DARK) else "light"
    tick = resource_path(f"icons/tick-{theme}-theme.svg").as_posix()
    open_list = resource_path(f"icons/open-list-{theme}-theme.svg").as_posix()
    step_up = resource_path(f"icons/step-up-{theme}-theme.svg").as_posix()
    is_strong = of in (_HIGH_CONTRAST_LIGHT, _HIGH_CONTRAST_DARK)
    # Where text colours do not show what is disabled, the border does.
    off_border, off_primary = ("dashed", of.canvas) if is_strong else ("solid", of.line)
    # The strongest line beside the accent would hide how far a bar has come: only frame the groove.
    groove, rim = (of.surface, f"1px solid {name(of.line)}") if is_strong else (of.line, "none")
    grip = of.quiet
    scroll = f"rgba({grip.red()}, {grip.green()}, {grip.blue()}, 45%)"
    return f"""
QToolTip {{ color: {name(of.text)}; background: {name(of.surface)};
    border: 1px solid {name(of.line)}; padding: 4px; }}
QLabel[role="quiet"] {{ color: {name(of.quiet)}; }}
QLabel[role="warning"] {{ color: {name(of.warning)}; }}
QLabel[role="keep"] {{ color: {name(of.keep)}; font-weight: 600; }}
QLabel[role="remove"] {{ color: {name(of.remove)}; font-weight: 600; }}
QFrame[role="card"] {{ background: {name(of.surface)}; border: 1px solid {name(of.line)};
    border-radius: 8px; }}
QFrame[role="bar"] {{ background: {name(of.surface)}; }}
QFrame[role="strip"] {{ background: {name(of.surface)}; border: none;
    border-bottom: 1px solid {name(of.line)}; }}
QFrame[role="notice"] {{ background: {name(of.surface)}; border-radius: 8px;
    border: 1px solid {name(of.accent)}; border-left: 5px solid {name(of.accent)}; }}
QFrame[role="warning-notice"] {{ background: {name(of.surface)}; border-radius: 8px;
    border: 1px solid {name(of.warning)}; border-left: 5px solid {name(of.warning)}; }}
QFrame[role="line"] {{ background: {name(of.line)}; max-height: 1px; min-height: 1px;
    border: none; }}
QPushButton {{ padding: 6px 14px; border-radius: 6px; border: 1px solid {name(of.line)};
    background: {name(of.surface)}; color: {name(of.text)}; min-height: 20px; }}
QPushButton:hover {{ background: {name(of.hover)}; }}
QPushButton:pressed, QPushButton:checked {{ background: {name(of.chosen)};
    border-color: {name(of.accent)}; }}
QPushButton:focus {{ border: 2px solid {name(of.accent)}; padding: 5px 13px; }}
QPushButton:disabled {{ color: {name(of.quiet)}; background: {name(of.canvas)};
    border-style: {off_border}; }}
QPushButton[role="primary"] {{ background: {name(of.accent)}; color: {name(of.on_accent)};
    border-color: {name(of.accent)}; font-weight: 600; }}
QPushButton[role="primary"]:hover {{ background: {name(of.accent.darker(108))}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {name(of.text)}; }}
QPushButton[role="primary"]:disabled {{ background: {name(off_primary)};
    color: {name(of.quiet)}; border-color: {name(of.line)}; }}
QPushButton[role="compact"] {{ padding: 6px; }}
QPushButton[role="compact"]:focus {{ padding: 5px; }}
QPushButton[role="plain"] {{ border-color: transparent; background: transparent; }}
QPushButton[role="plain"]:hover {{ background: {name(of.hover)}; }}
QPushButton[role="plain"]:focus {{ border: 2px solid {name(of.accent)}; }}
QFrame[role="track"] {{ background: {name(of.canvas)}; border: 1px solid {name(of.line)};
    border-radius: 7px; }}
QPushButton[role~="segment"] {{ border: 1px solid transparent; background: transparent;
    padding: 3px 11px; margin: 1px; }}
QPushButton[role~="segment"]:hover {{ background: {name(of.hover)}; }}
QPushButton[role~="proposed"] {{ background: {name(of.surface)};
    border: 1px solid {name(of.quiet)}; }}
QPushButton[role~="segment"]:checked {{ background: {name(of.chosen)};
    border-color: {name(of.accent)}; }}
QPushButton[role~="segment"]:focus {{ border: 2px solid {name(of.accent)}; padding: 2px 10px; }}
QPushButton[role~="signs"] {{ padding: 3px 5px; }}
QPushButton[role~="signs"]:focus {{ border: 2px solid {name(of.accent)}; padding: 2px 4px; }}
QToolButton {{ padding: 5px; border-radius: 6px; border: 1px solid transparent; }}
QToolButton:hover {{ background: {name(of.hover)}; }}
QToolButton:checked, QToolButton:pressed {{ background: {name(of.chosen)}; }}
QToolButton:focus {{ border: 2px solid {name(of.accent)}; padding: 4px; }}
QSpinBox {{ padding: 5px 28px 5px 8px; border-radius: 6px; border: 1px solid {name(of.line)};
    background: {name(of.surface)}; color: {name(of.text)}; min-height: 20px; }}
QSpinBox:focus {{ border: 2px solid {name(of.accent)}; padding: 4px 27px 4px 7px; }}
QSpinBox:disabled {{ color: {name(of.quiet)}; background: {name(of.canvas)}; }}
QSpinBox::up-button, QSpinBox::down-button {{ subcontrol-origin: padding; width: 24px;
    border: none; border-radius: 5px; }}
QSpinBox::up-button {{ subcontrol-position: top right; }}
QSpinBox::down-button {{ subcontrol-position: bottom right; }}
QSpinBox::up-button:hover, QSpinBox::down-button:hover {{ background: {name(of.hover)}; }}
QSpinBox::up-arrow, QSpinBox::down-arrow {{ width: 10px; height: 10px; }}
QSpinBox::up-arrow {{ image: url("{step_up}"); }}
QSpinBox::down-arrow {{ image: url("{open_list}"); }}
QComboBox {{ padding: 5px 8px; border-radius: 6px; border: 1px solid {name(of.line)};
    background: {name(of.surface)}; color: {name(of.text)}; min-height: 20px; }}
QComboBox:hover {{ background: {name(of.hover)}; }}
QComboBox:focus {{ border: 2px solid {name(of.accent)}; padding: 4px 7px; }}
QComboBox:disabled {{ color: {name(of.quiet)}; background: {name(of.canvas)}; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: url("{open_list}"); width: 14px; height: 14px; }}
QComboBox QAbstractItemView {{ border: 1px solid {name(of.line)}; padding: 4px;
    selection-background-color: {name(of.chosen)}; selection-color: {name(of.text)}; }}
QLineEdit {{ padding: 5px 8px; border-radius: 6px; min-height: 20px;
    border: 1px solid {name(of.line)}; background: {name(of.surface)}; }}
QLineEdit:focus {{ border: 2px solid {name(of.accent)};
    padding: 4px 7px; }}
QAbstractItemView {{ border: none; background: {name(of.surface)}; outline: none; }}
QHeaderView {{ background: {name(of.surface)}; border: none; }}
QHeaderView::section {{ background: {name(of.surface)}; color: {name(of.quiet)}; border: none;
    border-bottom: 1px solid {name(of.line)}; padding: 6px 8px; }}
QHeaderView::section:vertical {{ border-bottom: none; }}
QTableCornerButton::section {{ background: {name(of.surface)}; border: none;
    border-bottom: 1px solid {name(of.line)}; }}
QTreeView[role="rows"], QTableView[role="rows"], QListWidget {{
    selection-background-color: {name(of.chosen)}; selection-color: {name(of.text)}; }}
QListWidget[role="contents"] {{ background: transparent; }}
QListWidget[role="contents"]::item {{ padding: 8px; border: 2px solid transparent;
    border-radius: 6px; color: {name(of.text)}; }}
QListWidget[role="contents"]::item:hover {{ background: {name(of.hover)}; }}
QListWidget[role="contents"]::item:selected {{ background: {name(of.chosen)}; }}
QListWidget[role="contents"]::item:focus {{ border-color: {name(of.accent)}; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollBar {{ background: transparent; border: none; margin: 0; }}
QScrollBar:vertical {{ width: 12px; }}
QScrollBar:horizontal {{ height: 12px; }}
QScrollBar::handle {{ background: {scroll}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {name(of.quiet)}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox::indicator {{ width: 16px; height: 16px; border: 1px solid {name(of.quiet)};
    border-radius: 4px; background: {name(of.surface)}; }}
QCheckBox::indicator:hover {{ background: {name(of.hover)}; }}
QCheckBox::indicator:focus {{ border: 2px solid {name(of.accent)}; width: 14px; height: 14px; }}
QCheckBox::indicator:checked {{ background: {name(of.accent)}; border-color: {name(of.accent)};
    image: url("{tick}"); }}
QCheckBox::indicator:checked:focus {{ border-color: {name(of.text)}; }}
QCheckBox::indicator:disabled {{ border-color: {name(of.line)}; background: {name(of.canvas)}; }}
QMenu {{ background: {name(of.surface)}; border: 1px solid {name(of.line)}; padding: 4px; }}
QMenu::item {{ padding: 5px 28px 5px 8px; border-radius: 4px; }}
QMenu::item:selected {{ background: {name(of.chosen)}; }}
QMenu::item:disabled {{ color: {name(of.quiet)}; }}
QMenu::icon {{ padding-left: 6px; }}
QMenu::separator {{ height: 1px; background: {name(of.line)}; margin: 4px 0; }}
QMenu::indicator {{ margin-left: 6px; }}
QMenu::indicator, QListWidget::indicator {{ width: 14px; height: 14px; border-radius: 4px;
    border: 1px solid {name(of.quiet)}; background: {name(of.surface)}; }}
QMenu::indicator:exclusive {{ border-radius: 7px; }}
QMenu::indicator:checked, QListWidget::indicator:checked {{ background: {name(of.accent)};
    border-color: {name(of.surface)}; image: url("{tick}"); }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; border: {rim};
    background: {name(groove)}; }}
QSlider::sub-page:horizontal {{ border-radius: 2px; background: {name(of.accent)}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -5px 0; border-radius: 7px;
    background: {name(of.accent)}; }}
QSlider::handle:horizontal:focus {{ width: 10px; height: 10px;
    border: 2px solid {name(of.text)}; }}
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled {{
    background: {name(of.quiet)}; }}
QSplitter::handle {{ background: {name(of.line)}; }}
QSplitter[role="gap"]::handle {{ background: transparent; }}
QProgressBar {{ border: {rim}; border-radius: 3px; background: {name(groove)};
    max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ border-radius: 3px; background: {name(of.accent)}; }}
"""


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget a role of the style sheet ("quiet", "primary", "card" …)."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def scaled_font(font: QFont, factor: float, *, strong: bool = False) -> QFont:
    """A font in another size, semi-bold if strong."""
    other = QFont(font)
    other.setPointSizeF(font.pointSizeF() * factor)
    if strong:
        other.setWeight(QFont.Weight.DemiBold)
    return other
