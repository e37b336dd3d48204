"""The bar below a plan: back, steps taken out or progress, and the button that acts."""

from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QWidget

from dupefinder.actions.records import ActionKind
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.widgets.controls import ProgressRow
from dupefinder.gui.widgets.labels import ElidedLabel, plain_tip
from dupefinder.gui.widgets.layouts import bar_layout
from dupefinder.text.plans import act_text
from dupefinder.text.translation import _, plural


class Stage(StrEnum):
    """The stages of a plan on its way."""

    MAKING = "making"
    READY = "ready"


class PlanBar(QFrame):
    """The buttons of a plan, or its progress.

    Attributes:
        back: Leaves the plan.
        act: Carries it out.
        export: Writes it to a file.
        all: Takes all steps in again.
        progress: The progress, with a button to stop.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = QPushButton(_("Back"))
        self.back.setToolTip(_("Back to the groups; nothing is removed (Esc)"))
        self.left_out = ElidedLabel("", Qt.TextElideMode.ElideRight)
        set_role(self.left_out, "quiet")
        self.all = QPushButton(_("Put all back in"))
        set_role(self.all, "plain")
        self.export = QPushButton(_("Export…"))
        self.export.setToolTip(_("Write the plan to a file: with pictures, or as a table"))
        self.act = QPushButton()
        set_role(self.act, "primary")
        self.progress = ProgressRow()
        told = QWidget()
        beside = QHBoxLayout(told)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(SPACE_PX)
        beside.addStretch(1)
        beside.addWidget(self.left_out)
        beside.addWidget(self.all)
        self._middle = QStackedWidget()
        self._middle.addWidget(told)
        self._middle.addWidget(self.progress)
        across = bar_layout(self)
        across.setSpacing(2 * SPACE_PX)
        across.addWidget(self.back)
        across.addWidget(self.export)
        across.addWidget(self._middle, 1)
        across.addWidget(self.act)
        self.show_stage(Stage.READY, 0, 0)

    def show_stage(
        self,
        stage: Stage,
        photos: int,
        left_out: int,
        kind: ActionKind = ActionKind.TRASH,
        lacking: str = "",
        impossible: int = 0,
    ) -> None:
        """Show the buttons of a stage.

        Args:
            stage: See `Stage`.
            photos: Number of photos that would go.
            left_out: Number of photos that the person took out.
            kind: The kind of action.
            lacking: The choice that has to be made first; empty for none.
            impossible: Number of photos that the kind of action excludes.
        """
        self._middle.setCurrentIndex(1 if stage is Stage.MAKING else 0)
        self.export.setEnabled(photos > 0 and stage is Stage.READY)
        self.act.setText(act_text(kind, photos))
        reason = self._obstacle(stage, photos) or (lacking if photos else "")
        self.act.setEnabled(not reason)
        self.act.setToolTip(plain_tip(reason) or _("You can undo it in History (Ctrl+Delete)"))
        self.act.setAccessibleDescription(reason)
        self.all.setVisible(left_out > 0 and stage is Stage.READY)
        text = reason if reason == lacking else ""
        if left_out and stage is Stage.READY and not text:
            text = plural("You left out {n} photo", "You left out {n} photos", left_out)
        if impossible and stage is Stage.READY and not text:
            text = plural(
                "{n} photo cannot go this way, and stays; its row says why",
                "{n} photos cannot go this way, and stay; their rows say why",
                impossible,
            )
        self.left_out.set_text(text)

    def _obstacle(self, stage: Stage, photos: int) -> str:
        """Reason why nothing can be moved; empty when something can."""
        if stage is Stage.MAKING:
            return _("The plan is being made")
        return "" if photos else _("There is nothing to do")
