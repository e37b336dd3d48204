"""Unfinished actions: shown, continued or undone; and a question before closing stops one."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox

from dupefinder.gui.controllers.history import HistoryController
from dupefinder.gui.controllers.removal import RemovalController
from dupefinder.gui.controllers.shown_tasks import MovingTasks
from dupefinder.gui.main_window import MainWindow
from dupefinder.services.unfinished import UnfinishedAction
from dupefinder.text.figures import number_text
from dupefinder.text.translation import _


class UnfinishedController(QObject):
    """Shows the line of an unfinished action, and asks before closing stops one."""

    def __init__(
        self,
        removals: RemovalController,
        history: HistoryController,
        moving: MovingTasks,
        window: MainWindow,
    ) -> None:
        """Connect the line and the window.

        Args:
            removals: Continues the action.
            history: Undoes the action.
            moving: The running task that moves photos.
            window: The window.
        """
        super().__init__(window)
        self._removals = removals
        self._history = history
        self._moving = moving
        self._window = window
        self._line = window.unfinished
        self._action: UnfinishedAction | None = None
        self._question: QMessageBox | None = None
        self._closes_anyway = False
        removals.tell_unfinished = self.show_action
        moving.when_ended = self._moving_ended
        self._line.go_on.clicked.connect(self._go_on)
        self._line.undo.clicked.connect(self._undo)
        self._line.close_button.clicked.connect(self._leave)
        window.may_close = self._may_close

    def show_action(self, action: UnfinishedAction | None) -> None:
        """Show an unfinished action; None hides the line."""
        self._action = action
        if action is None:
            self._line.hide()
        else:
            self._line.show_action(action, can_go_on=self._removals.can_go_on(action))

    def _go_on(self) -> None:
        if self._action is not None and not self._moving.is_moving:
            if self._removals.go_on(self._action):
                self._line.hide()
            else:
                self._window.notices.show_notice(
                    _("The last results are not open yet. Go on once the groups are shown."), "info"
                )

    def _undo(self) -> None:
        if self._action is not None and self._action.action_id is not None:
            action_id = self._action.action_id
            self._leave()
            self._history.undo(action_id)

    def _leave(self) -> None:
        self._action = None
        self._line.hide()
        self._removals.forget_unfinished()

    # Closing while photos are moved

    def close_anyway(self) -> None:
        """Close without a question, as the system ends the program."""
        self._closes_anyway = True

    def _may_close(self) -> bool:
        """Ask once, with a question that does not stop the task."""
        if self._closes_anyway or not self._moving.is_moving:
            return True
        if self._question is None:
            self._question = question = QMessageBox(self._window)
            question.setIcon(QMessageBox.Icon.Question)
            question.setTextFormat(Qt.TextFormat.PlainText)
            question.setWindowTitle(_("Photos are being moved"))
            question.setText(self._numbers())
            question.setInformativeText(
                _("Whatever is not done by then stays where it is, and you can continue later.")
            )
            stop = question.addButton(_("Stop and close"), QMessageBox.ButtonRole.AcceptRole)
            keep = question.addButton(_("Keep going"), QMessageBox.ButtonRole.RejectRole)
            question.setDefaultButton(keep)
            question.setEscapeButton(keep)
            stop.clicked.connect(self._close)
            question.finished.connect(self._forget_question)
            question.open()
        return False

    def _numbers(self) -> str:
        progress = self._moving.progress
        if progress is None or not progress.total:
            return _("Photos are being moved. Stop and close?")
        return _("{done} of {all} photos are done. Stop and close?").format(
            done=number_text(progress.done), all=number_text(progress.total)
        )

    def _close(self) -> None:
        self.close_anyway()
        self._window.close()

    def _moving_ended(self) -> None:
        """Close the question, as the task has ended."""
        if self._question is not None:
            self._question.reject()

    def _forget_question(self) -> None:
        if self._question is not None:
            self._question.deleteLater()
            self._question = None
