"""The menu of a photo's file, the same wherever the photo is shown, and dragging it out."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QLocale, QMimeDatabase, QObject, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFileDialog, QMenu, QWidget

from dupefinder.gui.appearance import icons
from dupefinder.gui.photos import desktop
from dupefinder.gui.widgets.labels import plain_caption
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _

_BY_EXTENSION = QMimeDatabase.MatchMode.MatchExtension


def photo_menu(path: str, parent: QWidget) -> QMenu:
    """A menu on a photo, headed by its name; it is deleted once it was closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction(plain_caption(path_text(os.path.basename(path)))).setEnabled(False)
    menu.addSeparator()
    add_file_actions(menu, path, parent)
    return menu


def add_file_actions(menu: QMenu, path: str, asker: QWidget) -> None:
    """Add the actions on a file to a menu: open, open with, show, copy its path.

    Args:
        menu: The menu.
        path: The file.
        asker: The widget that the menu is of, see `desktop.open_file`.
    """
    menu.addAction(icons.icon("photo"), _("Open"), partial(desktop.open_file, path, asker))
    _add_open_with(menu, path, asker)
    show = partial(desktop.show_in_folder, path, asker)
    menu.addAction(icons.icon("folder"), _("Show in folder"), show)
    menu.addAction(icons.icon("copy"), _("Copy path"), partial(desktop.copy_path, path))


def _add_open_with(menu: QMenu, path: str, asker: QWidget) -> None:
    language = QLocale().name().partition("_")[0]
    # The desktop's files are read in another thread, long before the submenu is opened.
    threading.Thread(target=desktop.photo_programs, args=(language,), daemon=True).start()
    programs = menu.addMenu(_("Open with"))

    def fill() -> None:
        programs.clear()
        of_kind = desktop.photo_programs(language)
        kind = QMimeDatabase().mimeTypeForFile(path, _BY_EXTENSION).name()
        for program in of_kind.get(kind) or of_kind.get("image/jpeg", ()):
            open_with = partial(desktop.open_with, program, path, asker)
            programs.addAction(plain_caption(program.name), open_with)
        if not programs.isEmpty():
            programs.addSeparator()
        programs.addAction(_("Another program…"), partial(_choose_program, path, asker))

    programs.aboutToShow.connect(fill)


def _choose_program(path: str, asker: QWidget) -> None:
    if desktop.ask_system_to_open_with(path):
        return
    window = QApplication.activeWindow()
    chosen, _filter = QFileDialog.getOpenFileName(window, _("Open with which program?"), "/usr/bin")
    if chosen:
        desktop.open_with_chosen(chosen, path, asker)


class PhotoHandle(QObject):
    """Lets a person drag photos out of a widget; other programs get a copy."""

    def __init__(
        self,
        widget: QWidget,
        path_at: Callable[[QPoint], str],
        picture_at: Callable[[QPoint], QPixmap | None] | None = None,
    ) -> None:
        """Watch a widget.

        Args:
            widget: Where the photos are; of a list its viewport.
            path_at: The path of the photo at a place in the widget; empty for none.
            picture_at: Its picture; None without.
        """
        super().__init__(widget)
        self._widget = widget
        self._path_at = path_at
        self._picture_at = picture_at
        self._pressed_at: QPoint | None = None
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin to drag when the pointer was moved far enough with its button held."""
        if isinstance(event, QMouseEvent) and watched is self._widget:
            kind = event.type()
            if kind is QEvent.Type.MouseButtonPress:
                is_left = event.button() is Qt.MouseButton.LeftButton
                self._pressed_at = event.position().toPoint() if is_left else None
            elif kind is QEvent.Type.MouseButtonRelease:
                self._pressed_at = None
            elif kind is QEvent.Type.MouseMove and self._pressed_at is not None:
                return self._move(event)
        return super().eventFilter(watched, event)

    def _move(self, event: QMouseEvent) -> bool:
        start = self._pressed_at
        if start is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return False
        path = self._path_at(start)
        if not path:
            return False
        far = QApplication.startDragDistance()
        if (event.position().toPoint() - start).manhattanLength() >= far:
            self._pressed_at = None
            picture = None if self._picture_at is None else self._picture_at(start)
            desktop.drag_out(self._widget, path, picture)
        return True


def show_menu_of(
    view: QAbstractItemView, event: QContextMenuEvent, path_at: Callable[[QPoint], str]
) -> None:
    """Show the menu of the photo under the pointer in a list, or by the keyboard of the current.

    Args:
        view: The list.
        event: Asks for the menu.
        path_at: The path of the photo at a place in the viewport; empty for none.
    """
    by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
    at = view.visualRect(view.currentIndex()).center() if by_key else event.pos()
    if path := path_at(at):
        photo_menu(path, view).popup(view.viewport().mapToGlobal(at))
