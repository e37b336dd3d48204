"""The plan: what will happen, before it happens, and one button that does it."""

from collections import Counter
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from dupefinder.actions.records import Plan
from dupefinder.core.job import Progress
from dupefinder.core.records import Evidence
from dupefinder.gui.acting.plan_model import THUMBNAIL_PX, Column, PlanModel
from dupefinder.gui.acting.refused_model import RefusedModel
from dupefinder.gui.icons import icon
from dupefinder.gui.tables import prepare_table
from dupefinder.gui.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.gui.thumbnails import Thumbnails
from dupefinder.gui.words import (
    bytes_text,
    counted,
    duration_text,
    evidence_text,
    number_text,
    photos_text,
    tr,
)


class PlanPage(QWidget):
    """See the module.

    Signals:
        act_requested: The `Plan` that shall be carried out.
        stop_requested: What runs shall stop; what was done stays done.
        closed: Back to Review.
    """

    act_requested = Signal(object)
    stop_requested = Signal()
    closed = Signal()

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = PlanModel(thumbnails)
        self.refused = RefusedModel()
        self._plan = Plan(())
        self._superuser = False
        self._acting = False
        self._make_words()
        self._make_tables()
        self._make_buttons()
        self._lay_out()
        thumbnails.loaded.connect(self.model.repaint_thumbnails)
        self.model.dataChanged.connect(self._wanted_changed)
        self.set_plan(Plan(()))
        self._dress()

    def _make_words(self) -> None:
        self.title = QLabel(self.tr("What will happen"))
        self.title.setFont(scaled_font(self.font(), 1.6, strong=True))
        self.promise = QLabel(
            self.tr("Nothing is removed unless the copy that stays was just read.")
        )
        set_role(self.promise, "keep")
        self.numbers = QLabel()
        self.numbers.setWordWrap(True)
        self.kinds = QLabel()
        set_role(self.kinds, "quiet")
        self.warning = QLabel(
            self.tr(
                "You are running dupefinder as the system's administrator: it may move files that"
                " are not yours. Better start it as yourself."
            )
        )
        self.warning.setWordWrap(True)
        set_role(self.warning, "warning")

    def _make_tables(self) -> None:
        self.table = QTableView()
        self.table.setModel(self.model)
        prepare_table(
            self.table,
            self.tr("Photos that go to the trash"),
            stretched=(Column.GOES, Column.FOLDER, Column.STAYS),
            folders=(Column.FOLDER, Column.STAYS),
        )
        self.table.verticalHeader().setDefaultSectionSize(THUMBNAIL_PX + SPACE_PX)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(Column.EVIDENCE, Qt.SortOrder.DescendingOrder)
        self.refused_title = QPushButton()
        set_role(self.refused_title, "plain")
        self.refused_title.setCheckable(True)
        self.refused_title.setChecked(True)
        self.refused_title.toggled.connect(self._fold_refused)
        self.refused_table = QTableView()
        self.refused_table.setModel(self.refused)
        prepare_table(
            self.refused_table, self.tr("Photos that stay"), stretched=(0, 1, 2), folders=(1,)
        )

    def _make_buttons(self) -> None:
        self.back = QPushButton(self.tr("Back"))
        self.back.setToolTip(self.tr("Back to Review; nothing happens (Esc)"))
        self.act = QPushButton()
        set_role(self.act, "primary")
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setToolTip(self.tr("Stops after the photo that is being moved"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.progress = QLabel()
        self.back.clicked.connect(self.closed)
        self.act.clicked.connect(self._act)
        self.stop.clicked.connect(self._stop)

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(3 * SPACE_PX, 3 * SPACE_PX, 3 * SPACE_PX, 2 * SPACE_PX)
        head.setSpacing(SPACE_PX)
        for label in (self.title, self.promise, self.numbers, self.kinds, self.warning):
            head.addWidget(label)
        refused = QWidget()
        below = QVBoxLayout(refused)
        below.setContentsMargins(2 * SPACE_PX, SPACE_PX, 0, 0)
        below.setSpacing(SPACE_PX)
        below.addWidget(self.refused_title, 0, Qt.AlignmentFlag.AlignLeft)
        below.addWidget(self.refused_table, 1)
        self._refused = refused
        self._tables = QSplitter(Qt.Orientation.Vertical)
        self._tables.setHandleWidth(1)
        self._tables.setChildrenCollapsible(False)
        self._tables.addWidget(self.table)
        self._tables.addWidget(refused)
        self._tables.setStretchFactor(0, 3)
        self._tables.setStretchFactor(1, 1)
        foot = QFrame()
        across = QHBoxLayout(foot)
        across.setContentsMargins(3 * SPACE_PX, SPACE_PX, 2 * SPACE_PX, SPACE_PX)
        across.setSpacing(SPACE_PX)
        across.addWidget(self.bar, 1)
        across.addWidget(self.progress)
        across.addStretch(1)
        across.addWidget(self.back)
        across.addWidget(self.stop)
        across.addWidget(self.act)
        line = QFrame()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self._tables, 1)
        whole.addWidget(line)
        whole.addWidget(foot)
        set_role(line, "line")
        set_role(foot, "bar")

    # What is shown

    def set_superuser(self, superuser: bool) -> None:
        """Warn that the program may do more than the person."""
        self._superuser = superuser
        self.warning.setVisible(superuser)

    def set_contents(self, content_of: Callable[[str], int | None]) -> None:
        """Say how a path leads to the content whose thumbnail is shown."""
        self.model.set_contents(content_of)

    def set_busy(self) -> None:
        """The plan is being made."""
        self.set_plan(Plan(()))
        self.numbers.setText(self.tr("Looking at what belongs to the photos…"))
        self.bar.setRange(0, 0)
        self.bar.show()

    def set_plan(self, plan: Plan) -> None:
        """Show a plan, all of it wanted."""
        self._plan = plan
        self.model.ratio = self.devicePixelRatioF()
        self.model.set_plan(plan)
        self.refused.set_skipped(plan.refused)
        self.refused_title.setText(
            counted(
                len(plan.refused),
                self.tr("{n} marked photo stays"),
                self.tr("{n} marked photos stay"),
            )
        )
        self._refused.setVisible(bool(plan.refused))
        self.bar.hide()
        self.progress.clear()
        self._wanted_changed()

    def _wanted_changed(self) -> None:
        steps = self.model.wanted_steps()
        size_bytes = sum(step.victim.size_bytes for step in steps)
        if steps:
            self.numbers.setText(
                self.tr(
                    "{photos} · {size} go to the trash, from where they can be brought back."
                    " The space is free once the trash is emptied."
                ).format(photos=photos_text(len(steps)), size=bytes_text(size_bytes))
            )
        else:
            self.numbers.setText(self.tr("Nothing is left to do: every marked photo stays."))
        kinds = Counter(step.evidence for step in steps)
        self.kinds.setText(
            tr(" · ").join(
                tr("{kind}: {n}").format(kind=evidence_text(kind), n=number_text(kinds[kind]))
                for kind in Evidence
                if kinds[kind]
            )
        )
        self.kinds.setVisible(bool(steps))
        self.act.setText(
            counted(
                len(steps),
                self.tr("Move {n} photo to the trash"),
                self.tr("Move {n} photos to the trash"),
            )
        )
        self._show_buttons()

    def _show_buttons(self) -> None:
        wanted = bool(self.model.wanted_steps())
        self.act.setVisible(not self._acting)
        self.act.setEnabled(wanted and not self._acting)
        self.act.setToolTip(
            self.tr("It can be undone.") if wanted else self.tr("No photo is left in the plan.")
        )
        self.back.setEnabled(not self._acting)
        self.stop.setVisible(self._acting)
        self.table.setEnabled(not self._acting)

    def _fold_refused(self, shown: bool) -> None:
        self.refused_table.setVisible(shown)

    # Acting

    def set_acting(self, acting: bool) -> None:
        """Show that the plan is being carried out, or that it was."""
        self._acting = acting
        self.stop.setEnabled(acting)
        self.bar.setVisible(acting)
        self.bar.setRange(0, 0)
        self.progress.clear()
        self._show_buttons()

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        if progress.total:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
            left = progress.seconds_left
            self.progress.setText(
                self.tr("{done} of {total} · {time} left").format(
                    done=number_text(progress.done),
                    total=number_text(progress.total),
                    time="–" if left is None else duration_text(left),
                )
            )

    def _act(self) -> None:
        steps = self.model.wanted_steps()
        if steps and not self._acting:
            self.act_requested.emit(Plan(steps, self._plan.refused))

    def _stop(self) -> None:
        self.stop.setEnabled(False)
        self.stop_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back to Review."""
        if event.key() == Qt.Key.Key_Escape and not self._acting:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _dress(self) -> None:
        self.act.setIcon(icon("trash", colours().on_accent))
        self.stop.setIcon(icon("stop"))

    def changeEvent(self, event: QEvent) -> None:
        """Take the icons of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "stop"):
            self._dress()
