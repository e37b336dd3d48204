"""The thin line below the photos: progress of deciding, and the last decision with its undo.

It is always shown, so that nothing moves when its text changes.
"""

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.gui.results import MatchKind
from dupefinder.gui.review.decisions import Decision
from dupefinder.gui.review.group_decisions import GroupDecisions
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.widgets.labels import ElidedLabel, PlainLabel
from dupefinder.text.counts import groups_text
from dupefinder.text.figures import number_text
from dupefinder.text.translation import _

_LASTS_MS = 12_000
"""Duration of a text that is no decision; the last decision stays until the next."""


class DecisionLine(QFrame):
    """Shown in Review and in the compare view.

    Attributes:
        progress: The number of decided groups, of those decided in part, and of all.
        told: The last decision, or for a while the reason why a key decided nothing.
        undo: Takes it back, or makes it again after it was taken back.
        accept: Accepts the proposals of the group on show and goes on; without proposals it only
            goes on. Always in the same place, so that groups need one click each. Hidden while no
            group is followed, as the progress is.
    """

    def __init__(self, marks: Marks, *, beside_px: int = 0, parent: QWidget | None = None) -> None:
        """Make an empty line.

        Args:
            marks: The decisions.
            beside_px: Margins at both ends, where the page has none.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._marks = marks
        self._deciding: GroupDecisions | None = None
        self._match_kind: MatchKind | None = None
        self._takes_back = True
        self._accepts: bool | None = None
        self._last: Decision | None = None
        self.progress = PlainLabel()
        set_role(self.progress, "quiet")
        self.progress.setToolTip(progress_hint())
        self.told = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        self.told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.undo = QPushButton()
        self.undo.setFont(scaled_font(self.font(), 1.0, strong=True))
        set_role(self.undo, "compact")
        self.accept = QPushButton()
        set_role(self.accept, "compact")
        self.accept.clicked.connect(self._accept_or_go_on)
        for button in (self.undo, self.accept):
            # A click leaves the focus on the photos or groups.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = self.undo.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.undo.setSizePolicy(policy)
        across = QHBoxLayout(self)
        across.setContentsMargins(beside_px, 2, beside_px, 2)
        across.setSpacing(SPACE_PX)
        across.addWidget(self.undo)
        across.addWidget(self.told, 1)
        across.addWidget(self.progress)
        across.addWidget(self.accept)
        self._end = QTimer(self, singleShot=True, interval=_LASTS_MS)
        self._end.timeout.connect(self._show_last)
        self.undo.clicked.connect(self._undo_or_redo)
        marks.changed.connect(self.show_progress)
        marks.decided.connect(self._tell)
        self.progress.hide()
        self.accept.hide()
        self.clear()
        self.show_progress()
        self._take_icons()

    def follow(self, deciding: GroupDecisions) -> None:
        """Connect the button to the decisions on the group on show."""
        self._deciding = deciding
        self.progress.show()
        self.accept.show()
        self.show_progress()

    def _accept_or_go_on(self) -> None:
        if self._deciding is None:
            return
        if self._deciding.can_accept:
            self._deciding.accept()
        else:
            self._deciding.go_on()

    def set_match_kind(self, match_kind: MatchKind | None) -> None:
        """Count the groups of another kind of match; None counts all but look-alikes."""
        self._match_kind = match_kind
        self.show_progress()

    def show_progress(self) -> None:
        """Count anew."""
        decided, in_part, groups = self._marks.progress(self._match_kind)
        self.progress.setText(progress_text(decided, in_part, groups) if groups else "")
        self.accept.setEnabled(groups > 0)
        self._show_offer()
        # Inside a macro nothing can be undone either, but its commands are counted.
        if self._takes_back and not self.undo.isHidden() and not self._marks.stack.count():
            self.clear()  # an action has begun since, and removed photos cannot be unmarked

    def _show_offer(self) -> None:
        accepts = self._deciding is None or self._deciding.can_accept
        if accepts == self._accepts:
            return
        self._accepts = accepts
        if accepts:
            self.accept.setToolTip(
                _("Decide as this group proposes, and go to the next one (Enter)")
            )
        else:
            self.accept.setToolTip(_("Nothing is left to be accepted here (N)"))
        self.accept.setText(_("Accept and go on") if accepts else _("Next undecided"))
        self._take_icons()

    def _keep_width(self) -> None:
        """Give the button one width for both texts, so that it stays under the pointer."""
        shown, widths_px = self.accept.text(), []
        for text in (_("Accept and go on"), _("Next undecided")):
            self.accept.setText(text)
            widths_px.append(self.accept.sizeHint().width())
        self.accept.setText(shown)
        self.accept.setMinimumWidth(max(widths_px))

    def showEvent(self, event: QShowEvent) -> None:
        """Measure the button when its style is set."""
        super().showEvent(event)
        self._keep_width()

    def say(self, text: str) -> None:
        """Show a note for a while."""
        self.told.set_text(text)
        self._end.start()
        self._announce()
        self.undo.hide()

    def clear(self) -> None:
        """Show nothing."""
        self._last = None
        self._end.stop()
        self.told.set_text("")
        self.undo.setText(_("Undo"))
        self.undo.hide()

    def _tell(self, decision: Decision) -> None:
        self._last = decision
        self._show_last()
        self._announce()

    def _show_last(self) -> None:
        self._end.stop()
        if self._last is None:
            self.clear()
            return
        text = self._last.text
        is_taken_back = self._last.is_taken_back
        self.told.set_text(_("Taken back: {what}").format(what=text) if is_taken_back else text)
        self._offer(takes_back=not is_taken_back)

    def _offer(self, *, takes_back: bool) -> None:
        self._takes_back = takes_back
        self.undo.setText(_("Undo") if takes_back else _("Redo"))
        self.undo.setToolTip(
            _("Take the mark back (U)") if takes_back else _("Mark again (Ctrl+Shift+Z)")
        )
        self.undo.show()
        self._take_icons()

    def _announce(self) -> None:
        if self.isVisible():
            announced = QAccessibleAnnouncementEvent(self, self.told.text())
            QAccessible.updateAccessibility(announced)

    def _undo_or_redo(self) -> None:
        stack = self._marks.stack
        if self._takes_back:
            stack.undo()
        else:
            stack.redo()

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in the colours of another palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._take_icons()
        elif event.type() is QEvent.Type.FontChange:
            self._keep_width()

    def _take_icons(self) -> None:
        if self._accepts:
            self.accept.setIcon(icons.icon("check", colours().keep))
        else:
            self.accept.setIcon(icons.icon("chevron-down"))
        self.undo.setIcon(icons.icon("undo" if self._takes_back else "redo"))


def progress_text(decided: int, in_part: int, groups: int) -> str:
    """The progress of a review: "2 of 131 groups decided · 50 in part".

    Args:
        decided: Number of decided groups.
        in_part: Number of groups in which a photo is marked, and something proposed is open.
        groups: Number of all groups.
    """
    text = _("{n} of {groups} decided").format(n=number_text(decided), groups=groups_text(groups))
    if not in_part:
        return text
    return _("{decided} · {n} in part").format(decided=text, n=number_text(in_part))


def progress_hint() -> str:
    """The explanation of these numbers."""
    return _("A group is decided once nothing that is proposed in it is left open.")
