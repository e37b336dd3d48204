"""The panel of problems: what could not be read, why, and what to do about it."""

import os
from collections import Counter
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dupefinder.core.records import Problem, ProblemCode
from dupefinder.gui.appearance.icons import icon
from dupefinder.gui.appearance.theme import SPACE_PX, scaled_font, set_role
from dupefinder.gui.language import harmless
from dupefinder.gui.widgets.choices import ChoiceBox
from dupefinder.gui.widgets.labels import ElidedLabel, PlainLabel, plain_tip
from dupefinder.gui.widgets.photo_menu import photo_menu
from dupefinder.gui.widgets.row_painting import FolderDelegate
from dupefinder.gui.widgets.table_models import Index, ListedTable
from dupefinder.text.figures import number_text, path_text
from dupefinder.text.problems import advice_text, problem_text
from dupefinder.text.translation import _


def _prepare(
    table: QTableView, name: str, *, stretched: Sequence[int], folders: Sequence[int] = ()
) -> None:
    """Give the table the look and the keys of all tables.

    Args:
        table: The table, which has its model.
        name: Its name for screen readers.
        stretched: Columns that share the width; the others are as wide as their words.
        folders: Columns of folders.
    """
    table.setAccessibleName(name)
    # Cells begin where their titles begin.
    table.setStyleSheet(f"QTableView::item {{ padding: 0 {SPACE_PX // 2}px; }}")
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setAlternatingRowColors(False)
    table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    rows = table.verticalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(table.fontMetrics().height() + SPACE_PX)
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    header.setMinimumSectionSize(table.fontMetrics().averageCharWidth() * 8)
    for column in range(header.count()):
        header.setSectionResizeMode(
            column,
            QHeaderView.ResizeMode.Stretch
            if column in stretched
            else QHeaderView.ResizeMode.ResizeToContents,
        )
    # Widths come from the rows in sight, not from all 100,000.
    header.setResizeContentsPrecision(0)
    for column in folders:
        table.setItemDelegateForColumn(column, FolderDelegate(table))


class ProblemsModel(ListedTable[Problem]):
    """Name, folder and reason of each problem, of one reason or of all."""

    def __init__(self) -> None:
        super().__init__()
        self.titles = (_("Name"), _("Folder"), _("What is wrong"))
        self._problems: Sequence[Problem] = ()
        self._counts: Counter[ProblemCode] = Counter()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Take other problems; all of them are shown."""
        self._problems = problems
        self._counts = Counter(one.code for one in problems)
        self.show_code(None)

    def count(self, code: ProblemCode) -> int:
        """Number of problems with a reason."""
        return self._counts[code]

    def show_code(self, code: ProblemCode | None) -> None:
        """Show problems of one reason; None shows all."""
        self.set_rows(
            self._problems if code is None else [one for one in self._problems if one.code is code]
        )

    def codes(self) -> list[ProblemCode]:
        """The reasons there are."""
        return [code for code in ProblemCode if self._counts[code]]

    def problem_at(self, row: int) -> Problem:
        """The problem of a row."""
        return self.rows[row]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words of a cell; whole path and the decoder's own words in the tooltip."""
        if not index.isValid():
            return None
        problem = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                path_text(os.path.basename(problem.path) or problem.path),
                path_text(os.path.dirname(problem.path)),
                problem_text(problem),
            )[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{path_text(problem.path)}\n{problem.detail}".strip())
        return None


def advice_of(code: ProblemCode | None) -> str:
    """One line of advice on a kind of problem; None stands for all kinds."""
    if code is not None:
        return advice_text(code)
    return _(
        "These files were left alone; everything else was compared as usual."
        " Choose a reason to see what to do."
    )


class ProblemsPanel(QFrame):
    """A table of problems, one reason or all.

    Attributes:
        close_button: Closes the panel.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ProblemsModel()
        title = PlainLabel(_("Problems"))
        title.setFont(scaled_font(self.font(), 1.0, strong=True))
        self.advice = ElidedLabel("", Qt.TextElideMode.ElideRight)
        set_role(self.advice, "quiet")
        self.reason = ChoiceBox()
        self.reason.setAccessibleName(_("Which problems"))
        self.copy = QPushButton(_("Copy the list"))
        self.copy.setToolTip(_("Copies paths and reasons as text"))
        self.close_button = QToolButton()
        self.close_button.setAccessibleName(_("Close the list of problems"))
        self.close_button.setToolTip(_("Close the list of problems"))
        self.table = QTableView()
        self.table.setModel(self.model)
        _prepare(self.table, _("Files with problems"), stretched=(0, 1, 2), folders=(1,))
        head = QHBoxLayout()
        head.setSpacing(SPACE_PX)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.reason)
        head.addWidget(self.copy)
        head.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * SPACE_PX, SPACE_PX, 2 * SPACE_PX, SPACE_PX)
        whole.setSpacing(SPACE_PX)
        whole.addLayout(head)
        whole.addWidget(self.advice)
        whole.addWidget(self.table, 1)
        self.reason.currentIndexChanged.connect(self._reason_chosen)
        self.copy.clicked.connect(self._copy)
        self._dress()
        set_role(self, "bar")

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show other problems."""
        chosen = self.reason.currentData()
        self.model.set_problems(problems)
        self.reason.blockSignals(True)
        self.reason.clear()
        self.reason.addItem(_("All problems"), None)
        for code in self.model.codes():
            text = _("{reason} ({n})").format(
                reason=problem_text(Problem("", code)), n=number_text(self.model.count(code))
            )
            self.reason.addItem(text, code)
        self.reason.setCurrentIndex(max(self.reason.findData(chosen), 0))
        self.reason.blockSignals(False)
        self._reason_chosen()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show what can be done with the file of a row."""
        if not self.table.hasFocus():
            return
        problem = self.model.problem_at(self.table.currentIndex().row())
        photo_menu(problem.path, self).popup(event.globalPos())

    def _reason_chosen(self) -> None:
        data = self.reason.currentData()
        code = None if data is None else ProblemCode(data)
        self.model.show_code(code)
        self.advice.set_text(advice_of(code))

    def _copy(self) -> None:
        lines = [
            f"{harmless(problem.path)}\t{problem_text(problem)}\t{problem.detail}".rstrip()
            for problem in map(self.model.problem_at, range(self.model.rowCount()))
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close the panel with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_button.click()
        else:
            super().keyPressEvent(event)

    def _dress(self) -> None:
        self.close_button.setIcon(icon("close"))
        self.copy.setIcon(icon("copy"))

    def changeEvent(self, event: QEvent) -> None:
        """Take the icons of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
