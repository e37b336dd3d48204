"""Shared layouts: scrolling columns, headings, forms, foldable parts."""

from PySide6.QtCore import (
    QEvent,
    QObject,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QFontMetrics,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from dupefinder.gui.appearance.icons import icon
from dupefinder.gui.appearance.theme import SPACE_PX, scaled_font, set_role
from dupefinder.gui.widgets.labels import ElidedLabel, PlainLabel
from dupefinder.text.translation import _

_WIDEST_PX = 960
_LABEL_CHARACTERS = 36


def scrolled_column(content: QWidget) -> QScrollArea:
    """Centre the content of a page in a scrolling column of readable width."""
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


def side_by_side() -> QSplitter:
    """A splitter for parts of a page, with a gap between them that can be dragged."""
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(2 * SPACE_PX)
    set_role(splitter, "gap")
    return splitter


def scrolled(content: QWidget) -> QScrollArea:
    """Let content fill its place, and scroll vertically where it is too high."""
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(content)
    return scroll


def bar_layout(bar: QWidget) -> QHBoxLayout:
    """Make a widget the bar at the bottom of a page, with a row for buttons."""
    set_role(bar, "bar")
    across = QHBoxLayout(bar)
    across.setContentsMargins(3 * SPACE_PX, int(1.5 * SPACE_PX), 3 * SPACE_PX, int(1.5 * SPACE_PX))
    return across


def lay_out_with_bar(page: QWidget, content: QScrollArea) -> QHBoxLayout:
    """Fill a page with content that scrolls, above a bar that stays in place.

    Returns:
        The layout of the bar, for its buttons.
    """
    bar = QFrame()
    across = bar_layout(bar)
    whole = QVBoxLayout(page)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(0)
    whole.addWidget(content, 1)
    whole.addWidget(bar)
    return across


class _Wheel(QObject):
    """Keeps the mouse wheel from fields without the focus."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pass the wheel to the parent of the field."""
        if (
            event.type() is QEvent.Type.Wheel
            and isinstance(watched, QWidget)
            and not watched.hasFocus()
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def leave_wheel_to_page(field: QWidget) -> None:
    """Keep the mouse wheel from changing fields while a page is scrolled."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel must not give it the focus
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


class Fold(QWidget):
    """A title that opens and closes the part below it, with a summary beside it.

    Signals:
        toggled: True when it was opened, False when it was closed.
    """

    toggled = Signal(bool)

    def __init__(
        self,
        title: str,
        body: QWidget,
        *,
        is_open: bool = False,
        warns: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Put a widget behind a title.

        Args:
            title: The title.
            body: The widget that is folded away.
            is_open: True to show it at first.
            warns: True to highlight the summary.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._body = body
        self.button = QPushButton(title)
        set_role(self.button, "plain")
        self.button.setCheckable(False)
        self.button.clicked.connect(self._clicked)
        self._summary = ElidedLabel("", Qt.TextElideMode.ElideRight)
        set_role(self._summary, "warning" if warns else "quiet")
        head = QHBoxLayout()
        head.setSpacing(SPACE_PX)
        head.addWidget(self.button)
        head.addWidget(self._summary, 1)
        down = QVBoxLayout(self)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(SPACE_PX)
        down.setAlignment(Qt.AlignmentFlag.AlignTop)
        down.addLayout(head)
        down.addWidget(body)
        self._is_open = is_open
        self._said = ""
        self._dress()

    @property
    def is_open(self) -> bool:
        """True while the body is shown."""
        return self._is_open

    def set_summary(self, text: str) -> None:
        """Set the summary, shown while it is closed."""
        self._said = text
        self._dress()

    def set_open(self, is_open: bool) -> None:
        """Open or close it, without a signal."""
        self._is_open = is_open
        self._dress()

    def _clicked(self) -> None:
        self.set_open(not self._is_open)
        self.toggled.emit(self._is_open)
        if self._is_open:
            # After the page has made room for it.
            QTimer.singleShot(0, self, self._scroll_to_body)

    def _scroll_to_body(self) -> None:
        page = self.parentWidget()
        while page is not None and not isinstance(page, QScrollArea):
            page = page.parentWidget()
        if page is not None:
            page.ensureWidgetVisible(self._body, 0, SPACE_PX)
            page.ensureWidgetVisible(self.button, 0, SPACE_PX)

    def _dress(self) -> None:
        self._body.setVisible(self._is_open)
        self._summary.set_text("" if self._is_open else self._said)
        from_right = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        closed = "chevron-left" if from_right else "chevron-right"
        self.button.setIcon(icon("chevron-down" if self._is_open else closed))
        state = _("shown") if self._is_open else _("folded")
        self.button.setAccessibleDescription(state)

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in other colours, or for the other direction of reading."""
        super().changeEvent(event)
        changes = (QEvent.Type.PaletteChange, QEvent.Type.LayoutDirectionChange)
        if event.type() in changes and hasattr(self, "_said"):
            self._dress()


def framed(rows: QAbstractItemView) -> QFrame:
    """A table or list as a card."""
    frame = QFrame()
    around = QVBoxLayout(frame)
    around.setContentsMargins(1, 1, 1, 1)
    around.addWidget(rows)
    set_role(frame, "card")
    return frame
