"""Layouts that pages share: a column that scrolls, headings, forms of label and field."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from dupefinder.gui.plain_text import PlainLabel
from dupefinder.gui.theme import SPACE_PX, scaled_font, set_role

_WIDEST_PX = 960
_LABEL_CHARACTERS = 36


def scrolled_column(content: QWidget) -> QScrollArea:
    """Put a page's content into the middle, at most as wide as reads well; it scrolls downwards."""
    content.setMaximumWidth(_WIDEST_PX)
    middle = QWidget()
    across = QHBoxLayout(middle)
    across.setContentsMargins(0, 0, 0, 0)
    across.addStretch(1)
    across.addWidget(content, 1000)
    across.addStretch(1)
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(middle)
    return scroll


def scrolled(content: QWidget) -> QScrollArea:
    """Let content fill its place, and scroll downwards where that is too low for it."""
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(content)
    return scroll


def lay_out_with_bar(page: QWidget, content: QScrollArea) -> QHBoxLayout:
    """Fill a page with content that scrolls, above a bar that stays in place.

    Returns:
        The layout of the bar, for its buttons.
    """
    bar = QFrame()
    set_role(bar, "bar")
    across = QHBoxLayout(bar)
    across.setContentsMargins(3 * SPACE_PX, int(1.5 * SPACE_PX), 3 * SPACE_PX, int(1.5 * SPACE_PX))
    whole = QVBoxLayout(page)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(0)
    whole.addWidget(content, 1)
    whole.addWidget(bar)
    return across


class _Wheel(QObject):
    """Keeps the wheel from a field without the focus."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pass the wheel on to what the field lies on."""
        if (
            event.type() is QEvent.Type.Wheel
            and isinstance(watched, QWidget)
            and not watched.hasFocus()
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def leave_wheel_to_page(field: QWidget) -> None:
    """Let scrolling a page change no number or choice that it passes over."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel shall not give it the focus
    field.installEventFilter(_Wheel(field))


def page_title(text: str) -> QLabel:
    """The title of a page."""
    label = PlainLabel(text)
    label.setFont(scaled_font(label.font(), 1.6, strong=True))
    return label


def heading(text: str) -> QLabel:
    """The heading of a part of a page."""
    label = PlainLabel(text)
    label.setFont(scaled_font(label.font(), 1.0, strong=True))
    return label


def quiet_text(text: str) -> QLabel:
    """A paragraph that explains."""
    label = PlainLabel(text)
    label.setWordWrap(True)
    set_role(label, "quiet")
    return label


def form() -> QGridLayout:
    """Labels in the first column, fields in the second."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(2 * SPACE_PX)
    grid.setVerticalSpacing(int(1.5 * SPACE_PX))
    grid.setColumnStretch(1, 1)
    # One column of labels for all forms.
    letter_px = QFontMetrics(QApplication.font()).averageCharWidth()
    grid.setColumnMinimumWidth(0, _LABEL_CHARACTERS * letter_px)
    return grid


def add_row(grid: QGridLayout, text: str, field: QWidget, *, wide: bool = False) -> None:
    """Append a label and its field.

    Args:
        grid: A `form`.
        text: The label, with "&" before the letter that leads to the field.
        field: The field; the label is its name when it has none.
        wide: True for a field that takes all the width there is.
    """
    label = PlainLabel(text)
    label.setBuddy(field)
    row = grid.rowCount()
    grid.addWidget(label, row, 0)
    if wide:
        grid.addWidget(field, row, 1)
    else:
        grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    if not field.accessibleName():
        field.setAccessibleName(text.replace("&", ""))
