"""Keyboard focus that comes back to a control which an action disabled or hid for a while."""

from collections.abc import Collection

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

_BACK = (QEvent.Type.EnabledChange, QEvent.Type.Show)


class KeptFocus(QObject):
    """Watches some pages: Qt passes the focus on when its control can have it no more.

    It is given back once the control can have it again, unless the person went elsewhere.
    """

    def __init__(self, pages: Collection[QWidget], parent: QObject) -> None:
        """Watch pages.

        Args:
            pages: The pages.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._pages = tuple(pages)
        self._lost: QWidget | None = None
        self._passed_to: QWidget | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)

    def _follow(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is None or not shiboken6.isValid(old):
            return
        if self._lost is not None and not shiboken6.isValid(self._lost):
            self._forget()
        was_passed_on = not (old.isEnabled() and old.isVisible())
        if self._lost is not None and old is self._passed_to and was_passed_on:
            self._passed_to = new  # once more
        elif was_passed_on and any(
            page.isVisible() and page.isAncestorOf(old) for page in self._pages
        ):
            self._forget()
            self._lost, self._passed_to = old, new
            old.installEventFilter(self)
        elif new is not None and new is not self._lost:
            self._forget()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the focus back as soon as its control can have it."""
        if watched is self._lost and event.type() in _BACK:
            lost = self._lost
            if lost is not None and lost.isEnabled() and lost.isVisible():
                focus = QApplication.focusWidget()
                passed_to = self._passed_to
                self._forget()
                if focus is None or focus is passed_to:
                    lost.setFocus(Qt.FocusReason.OtherFocusReason)
        return False

    def _forget(self) -> None:
        if self._lost is not None and shiboken6.isValid(self._lost):
            self._lost.removeEventFilter(self)
        self._lost = self._passed_to = None
