"""The summary of a plan: the promise, totals, warnings, and counts by folder."""

import os
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from dupefinder.actions.records import ActionKind, PlanWarning, SkipCode, Skipped
from dupefinder.core.records import Evidence
from dupefinder.gui.appearance.icons import pixmap, sign_of
from dupefinder.gui.appearance.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.gui.plan.columns import PlanTally, warning_cell
from dupefinder.gui.widgets.labels import PlainLabel, plain_tip
from dupefinder.gui.widgets.row_painting import CELL_ROLE, Cell
from dupefinder.gui.widgets.table_models import Index, ListedTable, Row
from dupefinder.text.counts import photos_text
from dupefinder.text.evidence import evidence_text
from dupefinder.text.figures import bytes_text, path_text
from dupefinder.text.plans import goes_text, root_text, way_sentence
from dupefinder.text.skips import remedy_text, skip_text
from dupefinder.text.translation import _, plural

_SIGN_PX = 20
_UNPROVEN = (SkipCode.NOT_IN_LIBRARY, SkipCode.NOT_LOOKED_AT, SkipCode.BELONGS_TO_WHAT_STAYS)
"""Reasons for files of a retired folder to stay, which nobody marked."""


class GravestWarning(QFrame):
    """The gravest warning about a plan, at its top; hidden without one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = PlainLabel()
        self.text = PlainLabel()
        self.text.setWordWrap(True)
        set_role(self.text, "warning")
        self.about = PlainLabel()
        self.about.setWordWrap(True)
        set_role(self.about, "quiet")
        grid = QGridLayout(self)
        grid.setContentsMargins(*(2 * SPACE_PX,) * 4)
        grid.setHorizontalSpacing(int(1.5 * SPACE_PX))
        grid.setVerticalSpacing(SPACE_PX // 2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._sign, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.text, 0, 1)
        grid.addWidget(self.about, 1, 1)
        set_role(self, "warning-notice")
        self._dress()
        self.hide()

    def set_warning(self, warning: PlanWarning | None) -> None:
        """Show a warning; None shows nothing."""
        self.setVisible(warning is not None)
        if warning is not None:
            cell = warning_cell(warning)
            self.text.setText(cell.first)
            self.about.setText(cell.second)

    def _dress(self) -> None:
        self._sign.setPixmap(pixmap("warning", _SIGN_PX, colours().warning))

    def changeEvent(self, event: QEvent) -> None:
        """Take the icon in another colour."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "about"):
            self._dress()


class PlanHead(QFrame):
    """The head of a plan."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._signs: list[tuple[QLabel, str, str]] = []
        self.numbers = PlainLabel()
        self.numbers.setFont(scaled_font(self.font(), 1.3, strong=True))
        self.numbers.setWordWrap(True)
        self.consequence = PlainLabel()
        set_role(self.consequence, "quiet")
        self.consequence.setWordWrap(True)
        self.space = PlainLabel()
        self.space.setWordWrap(True)
        self.promise = PlainLabel(_("Nothing is removed unless the kept copy was just read."))
        self.promise.setWordWrap(True)
        self.evidences = PlainLabel()
        self.evidences.setWordWrap(True)
        self.superuser = PlainLabel(root_text())
        self.superuser.setWordWrap(True)
        set_role(self.superuser, "warning")
        told = QVBoxLayout()
        told.setSpacing(SPACE_PX // 2)
        told.addWidget(self.numbers)
        told.addWidget(self.consequence)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(*(2 * SPACE_PX,) * 4)
        self._grid.setHorizontalSpacing(int(1.5 * SPACE_PX))
        self._grid.setVerticalSpacing(SPACE_PX)
        self._grid.setColumnStretch(1, 1)
        self._add_sign("trash", "text", 0)
        self._grid.addLayout(told, 0, 1)
        for row, (name, tone, label) in enumerate(
            (
                ("shield", "keep", self.promise),
                ("drive", "quiet", self.space),
                ("info", "quiet", self.evidences),
                ("warning", "warning", self.superuser),
            ),
            1,
        ):
            self._add_sign(name, tone, row)
            self._grid.addWidget(label, row, 1)
        self.set_superuser(False)
        self.set_space("")
        self._dress()
        set_role(self, "card")

    def set_superuser(self, superuser: bool) -> None:
        """Show or hide the warning for superusers."""
        self.superuser.setVisible(superuser)
        self._signs[-1][0].setVisible(superuser)

    def set_space(self, text: str) -> None:
        """Set the text on freed space; empty while it is looked up."""
        self.space.setText(text)
        for widget in (self.space, self._signs[2][0]):
            widget.setVisible(bool(text))

    def set_tally(
        self, kind: ActionKind, tally: PlanTally, by_evidence: Sequence[tuple[Evidence, PlanTally]]
    ) -> None:
        """Show the totals.

        Args:
            kind: The kind of action.
            tally: The totals.
            by_evidence: The totals by evidence.
        """
        self._signs[0] = (self._signs[0][0], sign_of(kind), "text")
        self._dress()
        self.consequence.setText(way_sentence(kind))
        what = photos_text(tally.photos)
        if tally.files:
            files = plural(
                "{n} file that belongs to them", "{n} files that belong to them", tally.files
            )
            what = _("{photos} and {files}").format(photos=what, files=files)
        size = bytes_text(tally.size_bytes)
        self.numbers.setText(goes_text(kind, tally.photos + tally.files, what, size))
        if not tally.photos:
            self.numbers.setText(_("Nothing to do: you left out every photo"))
        self.consequence.setVisible(tally.photos > 0)
        parts = [
            _("{evidence}: {photos}, {size}").format(
                evidence=evidence_text(evidence),
                photos=photos_text(counts.photos),
                size=bytes_text(counts.size_bytes),
            )
            for evidence, counts in by_evidence
        ]
        # Lines are broken between kinds, never within one.
        self.evidences.setText("  ·  ".join(part.replace(" ", "\u00a0") for part in parts))
        for widget in (self.evidences, self._signs[3][0]):
            widget.setVisible(bool(parts))

    def _add_sign(self, name: str, tone: str, row: int) -> None:
        label = PlainLabel()
        if row == 0:
            label.setContentsMargins(0, SPACE_PX // 4, 0, 0)  # beside larger text
        self._signs.append((label, name, tone))
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)

    def _dress(self) -> None:
        for label, name, tone in self._signs:
            label.setPixmap(pixmap(name, _SIGN_PX, getattr(colours(), tone)))

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in other colours, and sizes by another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_grid"):
            self._dress()
        elif event.type() is QEvent.Type.FontChange and hasattr(self, "_grid"):
            self.numbers.setFont(scaled_font(self.font(), 1.3, strong=True))


class _ListModel(ListedTable[Row]):
    """Rows of cells."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell, and its text."""
        if not index.isValid() or not 0 <= index.row() < self.rowCount():
            return None
        cell = self.cell_at(index.row(), index.column())
        if role == CELL_ROLE:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.first
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            lines = "\n".join(filter(None, (cell.first, cell.second)))
            text = os.path.join(cell.second, cell.first) if cell.is_place else lines
            return plain_tip(text) if role == Qt.ItemDataRole.ToolTipRole else text
        return None

    def cell_at(self, row: int, column: int) -> Cell:
        """Content of a cell."""
        raise NotImplementedError


class WarningModel(_ListModel[PlanWarning]):
    """Warnings on a plan."""

    def __init__(self) -> None:
        super().__init__()
        self.titles = (_("Before you go on"),)

    def cell_at(self, row: int, column: int) -> Cell:
        """A warning."""
        return warning_cell(self.rows[row])


class PlanFolderModel(_ListModel[tuple[str, str, PlanTally]]):
    """Counts by folder and folder of the kept copies."""

    def __init__(self) -> None:
        super().__init__()
        self.titles = (
            _("Photos go from"),
            _("The kept copies are in"),
            _("Photos that go"),
            _("Size"),
        )
        self.numbers = self.titles[2:]

    def cell_at(self, row: int, column: int) -> Cell:
        """Two folders, photos, their bytes."""
        *folders, tally = self.rows[row]
        if column < len(folders):
            return Cell(path_text(str(folders[column])), is_folder=True)
        text = photos_text(tally.photos) if column == 2 else bytes_text(tally.size_bytes)
        return Cell(text, right=True)


class RefusedModel(_ListModel[Skipped]):
    """Refused photos, with their reasons."""

    def __init__(self) -> None:
        super().__init__()
        self.titles = (_("Kept photo"), _("Why"))

    def cell_at(self, row: int, column: int) -> Cell:
        """A photo, the reason."""
        skipped = self.rows[row]
        if column == 1:
            return Cell(skip_text(skipped), remedy_text(skipped.code))
        folder, _, name = skipped.path.rpartition(os.sep)
        return Cell(path_text(name), path_text(folder or os.sep), is_place=True, path=skipped.path)


def refused_text(refused: Sequence[Skipped]) -> str:
    """The number of files that a plan leaves where they are."""
    if any(skip.code in _UNPROVEN for skip in refused):
        return plural(
            "{n} file is not proven and is kept",
            "{n} files are not proven and are kept",
            len(refused),
        )
    return plural(
        "{n} photo is kept although it is marked",
        "{n} photos are kept although they are marked",
        len(refused),
    )


def of_chosen_text(photos: int) -> str:
    """A caution about photos that go because a person chose them."""
    return plural(
        "{n} photo is not proven to be the same as the kept one; it shows something of its own.",
        "{n} photos are not proven to be the same as the kept ones; they show something of their"
        " own.",
        photos,
    )


def nothing_text(refused: int, *, is_making: bool) -> tuple[str, str, str]:
    """The reason why a plan has no steps: an icon, a title and a text.

    Args:
        refused: Number of marked photos that are kept.
        is_making: True while the plan is being made.
    """
    if is_making:
        return (
            "review",
            _("Making the plan"),
            _("Looking up the copy to keep for every marked photo."),
        )
    if refused:
        return (
            "shield",
            plural(
                "{n} photo is marked, but kept", "{n} photos are marked, but all are kept", refused
            ),
            _("There is nothing to do; see the reasons below."),
        )
    return (
        "review",
        _("No photo is marked"),
        _("Go back, and mark the copies that you do not need."),
    )
