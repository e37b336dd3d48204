"""The files of an action: its head, which of them are shown, and a table with a button for one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from dupefinder.actions.records import ActionKind, ActionRecord, JournalStep, StepState
from dupefinder.gui.appearance.theme import SPACE_PX
from dupefinder.gui.history.actions import ActionHead
from dupefinder.gui.history.steps_model import (
    FILTERS,
    NO_STEPS,
    ListedSteps,
    StepColumn,
    StepsModel,
    title,
)
from dupefinder.gui.widgets.choices import ChoiceBox
from dupefinder.gui.widgets.labels import PlainLabel
from dupefinder.gui.widgets.layouts import framed
from dupefinder.gui.widgets.row_table import RowTable
from dupefinder.text.actions import location_text, state_text
from dupefinder.text.figures import bytes_text, number_text
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader


class ActionFiles(QWidget):
    """The action on show and its files, of which one can be brought back alone.

    Attributes:
        head: The action, with the button that undoes it.
        steps: Its files.
        export: Writes them to a file.
        one: Brings back the current file.
    """

    def __init__(self, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        """Make it without an action.

        Args:
            thumbnails: Source of thumbnails.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._digests: Mapping[str, bytes] = {}
        self._record: ActionRecord | None = None
        self._busy = False
        self.head = ActionHead()
        self.steps = StepsModel()
        self.table = RowTable(_("Files of the action"), self.steps, self._picture)
        self.shown = ChoiceBox()
        self.shown.setAccessibleName(_("Which files are shown"))
        self.shown.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._shown_label = PlainLabel(_("&Show"))
        self._shown_label.setBuddy(self.shown)
        self.export = QPushButton(_("Export…"))
        self.export.setToolTip(_("Write the results to a file: with pictures, or as a table"))
        self.one = QPushButton(_("Bring back only this file"))
        self.one.setToolTip(_("The rest of the action stays as it is"))
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(self._offer_one)
        self.steps.modelReset.connect(self._offer_one)
        thumbnails.loaded.connect(self.table.repaint_rows)
        self.shown.currentIndexChanged.connect(self._shown_chosen)

    def _lay_out(self) -> None:
        self.table.sort_header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.setSortingEnabled(True)
        self.table.setMinimumHeight(self.table.height_px(2))
        shown = QHBoxLayout()
        shown.setSpacing(SPACE_PX)
        shown.addWidget(self._shown_label)
        shown.addWidget(self.shown)
        shown.addStretch(1)
        shown.addWidget(self.export)
        shown.addWidget(self.one)
        down = QVBoxLayout(self)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(SPACE_PX)
        down.addWidget(self.head)
        down.addLayout(shown)
        down.addWidget(framed(self.table), 1)

    def _picture(self, path: str, size_px: int, ratio: float) -> QPixmap | None:
        digest = self._digests.get(path)
        return self._thumbnails.get(digest, size_px, ratio) if digest else None

    def set_record(self, record: ActionRecord, *, busy: bool) -> None:
        """Show an action.

        Args:
            record: The action.
            busy: True while an undo is running.
        """
        self._record, self._busy = record, busy
        self.head.set_record(record, busy=busy)
        self._offer_one()

    def clear(self, record: ActionRecord | None) -> None:
        """Show no files until those of another action are known."""
        self._record = record
        self.steps.set_steps(NO_STEPS)
        self.steps.set_shown(None)
        self._offer_filters()

    def set_steps(self, listed: ListedSteps) -> None:
        """Show the files of the action; the current one stays."""
        self._digests = listed.digests
        at = self.table.currentIndex()
        path = self.steps.step_at(at.row()).path if at.isValid() else ""
        self.steps.set_steps(listed)
        self._offer_filters()
        if path and (row := self.steps.row_of(path)) >= 0:
            self.table.setCurrentIndex(self.steps.index(row, at.column()))

    def set_narrow(self, is_narrow: bool) -> None:
        """Leave the label of the box out in a narrow window: the box needs the room."""
        self._shown_label.setHidden(is_narrow)

    def fit_columns(self) -> None:
        """Give the columns their widths, which depend on the font."""
        size_px = self.table.text_width_px(bytes_text(888_800_000), title(StepColumn.SIZE))
        self.table.set_widths(0, size_px, 0, 0)

    def chosen_step(self) -> JournalStep | None:
        """The current file of the table, if it can be brought back."""
        row = self.table.currentIndex().row()
        if not 0 <= row < self.steps.rowCount():
            return None
        step = self.steps.step_at(row)
        is_there = step.state in (StepState.DONE, StepState.LOST)
        return step if is_there and step.kind is not ActionKind.DELETE else None

    def _offer_one(self) -> None:
        self.one.setEnabled(not self._busy and self.chosen_step() is not None)

    def _offer_filters(self) -> None:
        """Offer the states that occur, with their numbers."""
        chosen = self.shown.currentData()
        self.shown.blockSignals(True)
        self.shown.clear()
        for state in (None, *FILTERS):
            number = self.steps.count(state)
            name = _("all files") if state is None else self._state_text(state)
            if number or state is None:
                text = _("{what} ({n})").format(what=name, n=number_text(number))
                self.shown.addItem(text, state)
        self.shown.setCurrentIndex(max(self.shown.findData(chosen), 0))
        self.shown.blockSignals(False)
        self._shown_chosen()

    def _state_text(self, state: StepState) -> str:
        if state is StepState.DONE and self._record is not None:
            return location_text(self._record.kind)
        return state_text(state)

    def _shown_chosen(self) -> None:
        state = self.shown.currentData()
        self.steps.set_shown(None if state is None else StepState(state))
