"""The ordered rows of chosen folders, stored in the settings."""

from collections.abc import Iterable, Mapping
from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from dupefinder.core.records import Role
from dupefinder.core.scan.options import FolderChoice
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.folders.folder_row import FolderRow
from dupefinder.gui.settings import MOST_FOLDERS, Settings
from dupefinder.gui.widgets.chosen_paths import nested
from dupefinder.gui.widgets.labels import PlainLabel
from dupefinder.services.places import FolderStatus
from dupefinder.text.figures import number_text, path_text
from dupefinder.text.translation import _


class ChosenList(QWidget):
    """Rows in the order in which folders were added, or that a person gave them.

    Attributes:
        in_order: Checked where the copy in the upper folder stays.

    Signals:
        changed: Folders or roles changed.
        removed: The path that a person removed from the list.
    """

    changed = Signal()
    removed = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._rows: dict[str, FolderRow] = {}
        self._untouched: set[str] = set()
        self._note = PlainLabel()
        self._note.setWordWrap(True)
        set_role(self._note, "quiet")
        self.in_order = QCheckBox(_("Of equal copies, keep the one in the upper folder"))
        self.in_order.setToolTip(
            _(
                "The first folder is the main collection. A copy in another folder that holds"
                " more, such as more pixels or a date, stays as well."
            )
        )
        self.in_order.setChecked(settings.in_order)
        self.in_order.toggled.connect(self._keep)
        self._down = QVBoxLayout(self)
        self._down.setContentsMargins(0, 0, 0, 0)
        self._down.setSpacing(SPACE_PX)
        self._down.addWidget(self.in_order)
        self._down.addWidget(self._note)
        for choice in settings.folders:
            self._add_row(choice)
        self._explain()

    @property
    def paths(self) -> list[str]:
        """The folders, in the order of the rows."""
        return list(self._rows)

    @property
    def rows(self) -> list[FolderRow]:
        """The rows."""
        return list(self._rows.values())

    def add(self, paths: Iterable[str]) -> list[str]:
        """Add folders that are not in the list.

        Args:
            paths: Absolute paths.

        Returns:
            The added folders, up to a limit.
        """
        added = []
        for path in paths:
            if path not in self._rows and len(self._rows) < MOST_FOLDERS:
                self._add_row(FolderChoice(path))
                self._untouched.add(path)
                added.append(path)
        if added:
            self._keep()
        return added

    def put_instead(self, folders: Mapping[str, str]) -> None:
        """Replace files that were added by their folders.

        Args:
            folders: Folder by file.
        """
        known = [path for path in folders if path in self._rows]
        for path in known:
            self._drop_row(path)
        if known:
            self.add(dict.fromkeys(folders[path] for path in known))
            self._keep()

    def set_status(self, known: Mapping[str, FolderStatus]) -> None:
        """Show the status of folders.

        A folder that another program manages is protected as long as nobody chose its role.
        """
        protected = False
        for path, status in known.items():
            row = self._rows.get(path)
            if row is None:
                continue
            if status.managed_by is not None and path in self._untouched:
                row.set_role(Role.PROTECTED)
                protected = True
            self._untouched.discard(path)
            row.set_status(status)
        if protected:
            self._keep()

    def _add_row(self, choice: FolderChoice) -> None:
        row = FolderRow(choice)
        row.role_chosen.connect(self._role_chosen)
        row.remove_requested.connect(self._remove)
        row.handle.carry = partial(self._drag, choice.path)
        row.up.clicked.connect(partial(self._move, choice.path, -1))
        row.down.clicked.connect(partial(self._move, choice.path, 1))
        self._rows[choice.path] = row
        self._down.insertWidget(self._down.count() - 2, row)

    def _drop_row(self, path: str) -> None:
        row = self._rows.pop(path)
        self._untouched.discard(path)
        self._down.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _remove(self, path: str) -> None:
        number = self.paths.index(path)
        self._drop_row(path)
        # The next row is under the pointer now; the focus goes there, too.
        if self._rows:
            self.rows[min(number, len(self._rows) - 1)].remove.setFocus()
        self._keep()
        self.removed.emit(path)

    def _ordered(self) -> list[str]:
        """Folders with a place in the order: all but excluded ones."""
        return [path for path, row in self._rows.items() if row.choice.role is not Role.EXCLUDED]

    def _put(self, path: str, other: str) -> None:
        """Move the row of a folder to the place of another row."""
        paths = self.paths
        at, there = paths.index(path), paths.index(other)
        paths.insert(there, paths.pop(at))
        self._rows = {one: self._rows[one] for one in paths}
        for place, row in enumerate(self.rows):
            self._down.insertWidget(place, row)
        self._down.activate()

    def _drag(self, path: str, place: QPoint | None) -> None:
        """Swap a dragged row with the one below the pointer."""
        if place is None:
            self._keep()
            return
        y_px = self.mapFromGlobal(place).y()
        dragged = self._rows[path]
        above, below = [], []
        for other in self._ordered():
            # Past its middle, so that rows do not jump back and forth.
            row, middle_px = self._rows[other], self._rows[other].geometry().center().y()
            if y_px < middle_px and row.y() < dragged.y():
                above.append(other)
            elif y_px > middle_px and row.y() > dragged.y():
                below.append(other)
        if passed := above[:1] or below[-1:]:
            self._put(path, passed[0])
            self._number()

    def _move(self, path: str, by: int, _checked: bool = False) -> None:
        """Move a folder past the next one of the order."""
        ordered = self._ordered()
        self._put(path, ordered[ordered.index(path) + by])
        row = self._rows[path]
        button = row.up if by < 0 else row.down
        self._keep()
        # A disabled button passes the focus to its neighbour.
        (button if button.isEnabled() else row.down if by < 0 else row.up).setFocus()

    def _role_chosen(self, path: str, role: Role) -> None:
        del role  # the row has it
        self._untouched.discard(path)
        self._keep()

    def _keep(self) -> None:
        self._settings.folders = tuple(row.choice for row in self.rows)
        self._settings.in_order = self.in_order.isChecked()
        self._explain()
        self.changed.emit()

    def _number(self) -> None:
        ordered = [row for row in self.rows if row.choice.role is not Role.EXCLUDED]
        self.in_order.setVisible(len(ordered) > 1)
        has_order = len(ordered) > 1 and self.in_order.isChecked()
        for row in self.rows:
            place = ordered.index(row) + 1 if has_order and row in ordered else 0
            row.set_place(place, len(ordered))

    def _explain(self) -> None:
        self._number()
        pairs = nested(self.paths)
        notes = []
        if len(pairs) == 1:
            inner, outer = pairs[0]
            notes.append(
                _(
                    "{inner} is inside {outer}. For its photos its own role"
                    " counts, and each photo is read once."
                ).format(inner=path_text(inner), outer=path_text(outer))
            )
        elif pairs:
            notes.append(
                _(
                    "{n} of these folders are inside others. The nearest folder's"
                    " role counts, and each photo is read once."
                ).format(n=number_text(len(pairs)))
            )
        if len(self._rows) >= MOST_FOLDERS:
            notes.append(
                _("No more than {n} folders fit. Add a folder that contains several.").format(
                    n=number_text(MOST_FOLDERS)
                )
            )
        self._note.setText(" ".join(notes))
        self._note.setVisible(bool(notes))
