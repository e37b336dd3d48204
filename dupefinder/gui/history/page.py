"""History: actions at the left, the files of the chosen one at the right, and the way back."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from dupefinder.actions.records import ActionRecord, JournalStep, StepState
from dupefinder.core.job import Progress
from dupefinder.gui.history.actions_model import ActionsModel, what_text
from dupefinder.gui.history.steps_model import StepsModel
from dupefinder.gui.icons import icon
from dupefinder.gui.review.nothing_here import NothingHere
from dupefinder.gui.tables import prepare_table
from dupefinder.gui.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.gui.words import counted, moment_text, number_text


class HistoryPage(QWidget):
    """See the module.

    Signals:
        refresh_requested: The page is shown; what is known may be old.
        steps_requested: Number of the action whose files are wanted.
        undo_requested: Number of the action to be undone.
        stop_requested: What runs shall stop; what was done stays done.
    """

    refresh_requested = Signal()
    steps_requested = Signal(int)
    undo_requested = Signal(int)
    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.records = ActionsModel()
        self.steps = StepsModel()
        self._chosen: int | None = None
        self._busy = False
        self._make_controls()
        self._lay_out()
        self._connect()
        self.set_actions([])
        self._dress()

    def _make_controls(self) -> None:
        self.title = QLabel(self.tr("History"))
        self.title.setFont(scaled_font(self.font(), 1.6, strong=True))
        self.list = QListView()
        self.list.setModel(self.records)
        self.list.setAccessibleName(self.tr("Actions"))
        self.list.setSpacing(SPACE_PX // 2)
        self.list.setWordWrap(True)
        self.list.setMinimumWidth(self.fontMetrics().averageCharWidth() * 30)
        self.table = QTableView()
        self.table.setModel(self.steps)
        prepare_table(
            self.table, self.tr("Files of the action"), stretched=(0, 1, 3, 4), folders=(1, 4)
        )
        self.when = QLabel()
        self.when.setFont(scaled_font(self.font(), 1.2, strong=True))
        self.what = QLabel()
        self.what.setWordWrap(True)
        set_role(self.what, "quiet")
        self.state = QComboBox()
        self.state.setAccessibleName(self.tr("Which files"))
        for state, text in (
            (None, self.tr("All files")),
            (StepState.DONE, self.tr("In the trash")),
            (StepState.SKIPPED, self.tr("Left where they were")),
            (StepState.UNDONE, self.tr("Brought back")),
            (StepState.LOST, self.tr("Not found")),
        ):
            self.state.addItem(text, state)
        self.undo = QPushButton()
        set_role(self.undo, "primary")
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setToolTip(self.tr("Stops after the file that is being brought back"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.progress = QLabel()
        self.nothing = NothingHere()
        self.nothing.say(
            "history",
            self.tr("Nothing was removed yet"),
            self.tr(
                "What you move to the trash is listed here, and can be brought back from here,"
                " also after a restart."
            ),
        )

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(SPACE_PX // 2)
        words.addWidget(self.when)
        words.addWidget(self.what)
        head = QHBoxLayout()
        head.setSpacing(SPACE_PX)
        head.addLayout(words, 1)
        head.addWidget(self.bar)
        head.addWidget(self.progress)
        head.addWidget(self.stop)
        head.addWidget(self.undo)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(2 * SPACE_PX, 2 * SPACE_PX, 2 * SPACE_PX, SPACE_PX)
        column.setSpacing(SPACE_PX)
        column.addLayout(head)
        column.addWidget(self.state, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.table, 1)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.list)
        self._splitter.addWidget(right)
        self._splitter.setStretchFactor(1, 1)
        self._content = QStackedWidget()
        self._content.addWidget(self._splitter)
        self._content.addWidget(self.nothing)
        line = QFrame()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(3 * SPACE_PX, 3 * SPACE_PX, 3 * SPACE_PX, 2 * SPACE_PX)
        top.addWidget(self.title)
        whole.addLayout(top)
        whole.addWidget(line)
        whole.addWidget(self._content, 1)
        set_role(line, "line")

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(self._row_chosen)
        self.state.currentIndexChanged.connect(self._state_chosen)
        self.undo.clicked.connect(self._undo)
        self.stop.clicked.connect(self._stop)

    # What is shown

    def set_actions(self, actions: Sequence[ActionRecord]) -> None:
        """Show the actions, newest first; the chosen one stays chosen."""
        newest = self.records.record_at(0)
        is_new = bool(actions) and (newest is None or newest.action_id != actions[0].action_id)
        self.records.set_actions(actions)
        self._content.setCurrentWidget(self._splitter if actions else self.nothing)
        row = 0 if is_new or self._chosen is None else self.records.row_of(self._chosen)
        if actions:
            self.list.setCurrentIndex(self.records.index(max(row, 0)))
        self._show_chosen()

    def set_steps(self, action_id: int, steps: Sequence[JournalStep]) -> None:
        """Show the files of the chosen action; those of another one are late and ignored."""
        if action_id == self._chosen:
            self.steps.set_steps(steps)

    def _row_chosen(self, current: QModelIndex) -> None:
        record = self.records.record_at(current.row())
        if record is None or record.action_id != self._chosen:
            self.steps.set_steps([])
        self._show_chosen()

    def _show_chosen(self) -> None:
        record = self.records.record_at(self.list.currentIndex().row())
        self._chosen = None if record is None else record.action_id
        if record is not None:
            self.when.setText(moment_text(record.started_ns))
            self.what.setText(what_text(record))
            self.steps_requested.emit(record.action_id)
        to_undo = 0 if record is None else record.done + record.lost
        self.undo.setText(
            counted(to_undo, self.tr("Bring back {n} file"), self.tr("Bring back {n} files"))
            if to_undo
            else self.tr("Nothing to bring back")
        )
        self.undo.setToolTip(
            self.tr("Names, contents and times come back; nothing is overwritten.")
            if to_undo
            else self.tr("No file of this action is in the trash any more.")
        )
        self.undo.setEnabled(to_undo > 0 and not self._busy)
        self.undo.setVisible(not self._busy)
        self.stop.setVisible(self._busy)
        self.bar.setVisible(self._busy)
        self.progress.setVisible(self._busy)

    def _state_chosen(self) -> None:
        state = self.state.currentData()
        self.steps.show_state(None if state is None else StepState(state))

    # Bringing back

    def set_busy(self, busy: bool) -> None:
        """Show that files are being brought back, or that they were."""
        self._busy = busy
        self.stop.setEnabled(busy)
        self.bar.setRange(0, 0)
        self.progress.clear()
        self._show_chosen()

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        if progress.total:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
            self.progress.setText(
                self.tr("{done} of {total}").format(
                    done=number_text(progress.done), total=number_text(progress.total)
                )
            )

    def _undo(self) -> None:
        if self._chosen is not None:
            self.undo_requested.emit(self._chosen)

    def _stop(self) -> None:
        self.stop.setEnabled(False)
        self.stop_requested.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what is new."""
        super().showEvent(event)
        self.refresh_requested.emit()

    def _dress(self) -> None:
        self.undo.setIcon(icon("undo", colours().on_accent))
        self.stop.setIcon(icon("stop"))

    def changeEvent(self, event: QEvent) -> None:
        """Take the icons of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "nothing"):
            self._dress()
