"""Notices over the page on how something ended, with buttons for what can be done.

A notice moves nothing, and disappears once there was time to read it.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import shiboken6
from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, colours, set_role
from dupefinder.gui.photos import desktop
from dupefinder.gui.widgets.labels import PlainLabel
from dupefinder.text.figures import number_text, path_text
from dupefinder.text.translation import _

_MOST_NOTICES = 4
_ICON_PX = 20
_WIDEST_PX = 760
_ABOVE_BAR_PX = 15 * SPACE_PX
"""Distance from the lower edge, so that the bars of pages stay free."""
_READ_MS = 6_000
_DECIDE_MS = 12_000
_HEED_MS = 45_000
"""Time for which a notice is shown: without buttons, with some, and where it warns."""

_SEEN_MS = 2_000
"""Time after which a notice counts as seen by a person working below it."""

NoticeKind = Literal["info", "warning"]
NoticeButtons = Sequence[tuple[str, Callable[[], object]]]


@dataclass(frozen=True, slots=True)
class _Notice:
    text: str
    icon_name: str
    buttons: tuple[tuple[str, Callable[[], object]], ...]
    kind: NoticeKind


class NoticeStrip(QFrame):
    """The latest notice is on top; closing it shows the one before. Only the latest few are kept.

    A notice stays while the pointer or the focus is on it, or the window is inactive. Unless it is
    a warning, it also disappears when the person works on below it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "notice")
        self._notices: list[_Notice] = []
        self._picture = PlainLabel()
        self._text = PlainLabel()
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._more = PlainLabel()
        set_role(self._more, "quiet")
        self._close = QToolButton()
        self._close.setAccessibleName(_("Close this notice"))
        self._close.setToolTip(_("Close this notice"))
        self._close.clicked.connect(self.close_notice)
        self._places = QHBoxLayout()
        self._places.setSpacing(SPACE_PX)
        self._shown_buttons: list[QPushButton] = []
        across = QHBoxLayout(self)
        across.setContentsMargins(2 * SPACE_PX, SPACE_PX, SPACE_PX, SPACE_PX)
        across.setSpacing(int(1.5 * SPACE_PX))
        across.addWidget(self._picture)
        across.addWidget(self._text, 1)
        across.addWidget(self._more)
        across.addLayout(self._places)
        across.addWidget(self._close)
        self._page: QWidget | None = None
        self._focus_before: QWidget | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow_focus)
        self._shown = QElapsedTimer()
        self._end = QTimer(self, singleShot=True)
        self._end.timeout.connect(self._time_over)
        self.hide()

    def _follow_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        is_inside = new is not None and self.isAncestorOf(new)
        if is_inside and old is not None and not self.isAncestorOf(old):
            self._focus_before = old

    def _give_focus_back(self) -> None:
        before, self._focus_before = self._focus_before, None
        focus = QApplication.focusWidget()
        is_inside = focus is not None and self.isAncestorOf(focus)
        if is_inside and before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def lie_over(self, page: QWidget) -> None:
        """Show notices over a widget, near its lower edge."""
        self._page = page
        self.setParent(page)
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the place when the page is resized."""
        if watched is self._page and event.type() is QEvent.Type.Resize:
            self._take_place()
        return super().eventFilter(watched, event)

    def _take_place(self) -> None:
        if self._page is None or self.isHidden():
            return
        width_px = min(self._page.width() - 4 * SPACE_PX, _WIDEST_PX)
        layout = self.layout()
        assert layout is not None
        layout.activate()
        height_px = max(layout.totalHeightForWidth(width_px), self.minimumSizeHint().height())
        self.setGeometry(
            (self._page.width() - width_px) // 2,
            max(self._page.height() - height_px - _ABOVE_BAR_PX, 0),
            width_px,
            height_px,
        )
        self.raise_()

    def _time_over(self) -> None:
        focus = self.focusWidget()
        is_in_use = self.underMouse() or (focus is not None and focus.hasFocus())
        if is_in_use or not self.isActiveWindow():
            self._end.start()
        else:
            self.close_notice()

    @property
    def text(self) -> str:
        """The notice on show; empty without."""
        return self._notices[-1].text if self._notices else ""

    def show_notice(
        self,
        text: str,
        icon_name: str,
        buttons: NoticeButtons = (),
        *,
        kind: NoticeKind = "info",
    ) -> None:
        """Show a notice above those that are there.

        Args:
            text: The news, in whole sentences.
            icon_name: An icon of the set.
            buttons: Texts and actions; a click also closes the notice.
            kind: "warning" for a warning.
        """
        notice = _Notice(text, icon_name, tuple(buttons), kind)
        self._notices = [one for one in self._notices if one.text != text][1 - _MOST_NOTICES :]
        self._notices.append(notice)
        self._show_latest()
        event = QAccessibleAnnouncementEvent(self, text)
        if kind == "warning":
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)

    def close_notice(self) -> None:
        """Close the notice on show."""
        if self._notices:
            self._notices.pop()
        self._show_latest()

    def tell_not_opened(self, path: str) -> None:
        """Report that no program opened a file, and offer to copy its path."""
        self._tell_path(
            _("No program could open {path}.").format(path=path_text(os.path.basename(path))), path
        )

    def tell_not_shown(self, path: str) -> None:
        """Report that no file manager showed a file, and offer to copy its path."""
        self._tell_path(
            _("No file manager answered. The file is in {folder}.").format(
                folder=path_text(os.path.dirname(path))
            ),
            path,
        )

    def _tell_path(self, text: str, path: str) -> None:
        copy = _("Copy path"), partial(desktop.copy_path, path)
        self.show_notice(text, "folder", [copy])

    def give_way(self) -> None:
        """Close a notice that was seen and is no warning, as the person works on."""
        if self._notices and self._notices[-1].kind == "info" and self._shown.elapsed() > _SEEN_MS:
            self.close_notice()

    def withdraw(self, text: str) -> None:
        """Close a notice that no longer holds, on show or below another one."""
        left = [one for one in self._notices if one.text != text]
        if len(left) < len(self._notices):
            self._notices = left
            self._show_latest()

    def clear(self) -> None:
        """Close all notices."""
        self._notices.clear()
        self._show_latest()

    def _show_latest(self) -> None:
        if not self._notices:
            self._give_focus_back()
        for button in self._shown_buttons:
            self._places.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._shown_buttons = []
        if not self._notices:
            self._end.stop()
            self.hide()
            return
        notice = self._notices[-1]
        self._text.setText(notice.text)
        self.setAccessibleName(notice.text)
        waiting = len(self._notices) - 1
        self._more.setText(_("{n} more").format(n=number_text(waiting)))
        self._more.setVisible(waiting > 0)
        for text, _action in notice.buttons:
            button = QPushButton(text)
            button.clicked.connect(self._button_clicked)
            self._places.addWidget(button)
            button.show()
            self._shown_buttons.append(button)
        self._dress()
        self.show()
        self._shown.start()
        self._take_place()
        warns = notice.kind == "warning"
        self._end.start(_HEED_MS if warns else _DECIDE_MS if notice.buttons else _READ_MS)

    def _button_clicked(self) -> None:
        sender = self.sender()
        number = next(n for n, button in enumerate(self._shown_buttons) if button is sender)
        action = self._notices[-1].buttons[number][1]
        self.close_notice()
        action()

    def _dress(self) -> None:
        if not self._notices:
            return
        notice = self._notices[-1]
        of = colours()
        colour = of.warning if notice.kind == "warning" else of.accent
        self._picture.setPixmap(icons.pixmap(notice.icon_name, _ICON_PX, colour))
        self._close.setIcon(icons.icon("close"))
        set_role(self, "warning-notice" if notice.kind == "warning" else "notice")

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in other colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_close"):
            self._dress()
