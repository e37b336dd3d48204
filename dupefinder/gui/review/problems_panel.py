"""The panel of problems: what could not be read, why, and what to do about it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dupefinder.core.records import Problem, ProblemCode
from dupefinder.gui.choice_box import ChoiceBox
from dupefinder.gui.elided_label import ElidedLabel
from dupefinder.gui.icons import icon
from dupefinder.gui.photo_menu import photo_menu
from dupefinder.gui.plain_text import PlainLabel
from dupefinder.gui.review.problems_model import ProblemsModel
from dupefinder.gui.tables import prepare_table
from dupefinder.gui.theme import SPACE_PX, scaled_font, set_role
from dupefinder.text.figures import number_text, path_text
from dupefinder.text.problems import advice_text, problem_text
from dupefinder.text.translation import _


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
        prepare_table(self.table, _("Files with problems"), stretched=(0, 1, 2), folders=(1,))
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
            f"{path_text(problem.path)}\t{problem_text(problem)}\t{problem.detail}".rstrip()
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
