"""The panel of problems: what could not be read, why, and what to do about it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dupefinder.core.records import Problem, ProblemCode
from dupefinder.gui.icons import icon
from dupefinder.gui.review.problems_model import ProblemsModel
from dupefinder.gui.theme import SPACE_PX, scaled_font, set_role
from dupefinder.gui.words import problem_text


class ProblemsPanel(QFrame):
    """See the module.

    Signals:
        closed: The person closed the panel.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ProblemsModel()
        title = QLabel(self.tr("Problems"))
        title.setFont(scaled_font(self.font(), 1.0, strong=True))
        advice = QLabel(
            self.tr("These files were left alone. Everything else was looked at as usual.")
        )
        set_role(advice, "quiet")
        self.reason = QComboBox()
        self.reason.setAccessibleName(self.tr("Which problems"))
        self.copy = QPushButton(self.tr("Copy the list"))
        self.copy.setToolTip(self.tr("Copies paths and reasons as text"))
        self.close_button = QToolButton()
        self.close_button.setAccessibleName(self.tr("Close the list of problems"))
        self.close_button.setToolTip(self.tr("Close the list of problems"))
        self.table = QTableView()
        self._prepare_table()
        head = QHBoxLayout()
        head.setSpacing(SPACE_PX)
        head.addWidget(title)
        head.addWidget(advice, 1)
        head.addWidget(self.reason)
        head.addWidget(self.copy)
        head.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * SPACE_PX, SPACE_PX, 2 * SPACE_PX, SPACE_PX)
        whole.setSpacing(SPACE_PX)
        whole.addLayout(head)
        whole.addWidget(self.table, 1)
        self.reason.currentIndexChanged.connect(self._reason_chosen)
        self.copy.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.closed)
        self._dress()
        set_role(self, "bar")

    def _prepare_table(self) -> None:
        self.table.setModel(self.model)
        self.table.setAccessibleName(self.tr("Files with problems"))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + SPACE_PX)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show other problems."""
        chosen = self.reason.currentData()
        self.model.set_problems(problems)
        self.reason.blockSignals(True)
        self.reason.clear()
        self.reason.addItem(self.tr("All problems"), None)
        for code in self.model.codes():
            self.reason.addItem(problem_text(Problem("", code)), code)
        self.reason.setCurrentIndex(max(self.reason.findData(chosen), 0))
        self.reason.blockSignals(False)
        self._reason_chosen()

    def _reason_chosen(self) -> None:
        code = self.reason.currentData()
        self.model.show_code(None if code is None else ProblemCode(code))

    def _copy(self) -> None:
        lines = [
            f"{problem.path}\t{problem_text(problem)}\t{problem.detail}".rstrip()
            for problem in map(self.model.problem_at, range(self.model.rowCount()))
        ]
        # A name that is no valid text cannot lie in the clipboard as it is.
        text = "\n".join(lines).encode("utf-8", "replace").decode("utf-8")
        QGuiApplication.clipboard().setText(text)

    def _dress(self) -> None:
        self.close_button.setIcon(icon("close"))
        self.copy.setIcon(icon("copy"))

    def changeEvent(self, event: QEvent) -> None:
        """Take the icons of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
