"""The bar at the bottom of Review: what is marked, auto-select, and the way to the plan."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from dupefinder.gui.elided_label import ElidedLabel
from dupefinder.gui.icons import icon
from dupefinder.gui.plain_text import plain_tip
from dupefinder.gui.results import MatchKind
from dupefinder.gui.review.mark_table import Proposal
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.review.match_kind_bar import match_kind_text
from dupefinder.gui.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.text.counts import photos_text, problems_text
from dupefinder.text.figures import bytes_text
from dupefinder.text.translation import _, plural

_SAFEST_FIRST = (MatchKind.SAME_BYTES, MatchKind.SAME_PIXELS, MatchKind.RE_ENCODED)
"""Kinds of match in which anything is proposed."""


class ActionBar(QFrame):
    """Totals, undo and redo, and the buttons that lead on.

    Attributes:
        menu: That of auto-select; filled by `offer` when it is about to be shown.
        problems: Checked while the list of problems is shown.
        export: Writes the groups on show to a file.
        plan: Leads to what would be removed.
    """

    def __init__(self, marks: Marks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks = marks
        self._scanning = False
        self.total = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        self.total.setFont(scaled_font(self.font(), 1.0, strong=True))
        self.undo = QToolButton()
        self.redo = QToolButton()
        self.problems = QPushButton()
        set_role(self.problems, "plain")
        self.problems.setCheckable(True)
        self.auto_select = QPushButton(_("Auto-select"))
        self.auto_select.setToolTip(_("Mark what is proposed, a kind of match at a time"))
        self.menu = QMenu(self)
        self.auto_select.setMenu(self.menu)
        self.export = QToolButton()
        self.export.setAccessibleName(_("Export the list"))
        self.export.setToolTip(_("Write these groups to a file: with pictures, or as a table"))
        self.plan = QPushButton(_("Review and remove…"))
        set_role(self.plan, "primary")
        self._prepare_undo()
        across = QHBoxLayout(self)
        across.setContentsMargins(2 * SPACE_PX, SPACE_PX, 2 * SPACE_PX, SPACE_PX)
        across.setSpacing(SPACE_PX)
        across.addWidget(self.total)
        across.addWidget(self.undo)
        across.addWidget(self.redo)
        across.addStretch(1)
        across.addWidget(self.problems)
        across.addWidget(self.export)
        across.addWidget(self.auto_select)
        across.addWidget(self.plan)
        marks.changed.connect(self.show_totals)
        self.set_problems(0)
        self.show_totals()
        self._dress()
        set_role(self, "bar")

    def _prepare_undo(self) -> None:
        stack = self._marks.stack
        for button, text, keys, act in (
            (self.undo, _("Undo the mark"), "Ctrl+Z", stack.undo),
            (self.redo, _("Mark again"), "Ctrl+Shift+Z", stack.redo),
        ):
            button.setAccessibleName(text)
            button.setToolTip(
                _("{what} ({keys})").format(
                    what=text,
                    keys=QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText),
                )
            )
            button.clicked.connect(act)
        stack.canUndoChanged.connect(self.undo.setEnabled)
        stack.canRedoChanged.connect(self.redo.setEnabled)
        self.undo.setEnabled(stack.canUndo())
        self.redo.setEnabled(stack.canRedo())

    def show_totals(self) -> None:
        """Show what is marked, and whether a plan can be made of it."""
        photos, size_bytes = self._marks.totals()
        if photos:
            self.total.setText(
                _("{photos} marked · {size}").format(
                    photos=photos_text(photos), size=bytes_text(size_bytes)
                )
            )
        else:
            self.total.setText(_("Nothing is marked yet"))
        self.plan.setEnabled(photos > 0 and not self._scanning)
        if self._scanning:
            hint = _("The scan is still running; groups may change.")
        elif photos == 0:
            hint = _("Mark photos first: Space marks one, Auto-select what is proposed.")
        else:
            hint = _("Shows what would go and what is kept, before anything happens.")
        self.plan.setToolTip(plain_tip(hint))
        self.plan.setAccessibleDescription(hint)

    def set_scanning(self, scanning: bool) -> None:
        """While a scan runs nothing is marked or removed."""
        self._scanning = scanning
        self.auto_select.setEnabled(not scanning)
        self.export.setEnabled(not scanning)
        self.show_totals()

    def set_problems(self, number: int) -> None:
        """Show how many files could not, or not fully, be read."""
        self.problems.setVisible(number > 0)
        self.problems.setText(problems_text(number))

    def offer(self, proposals: Sequence[tuple[MatchKind | None, Proposal]]) -> None:
        """Fill the menu of auto-select; every line says what it would do.

        Args:
            proposals: Kinds of match, the safest first, and what would be marked in each.
        """
        self.menu.clear()
        for match_kind, proposal in proposals:
            if match_kind is None:
                self.menu.addSeparator()
            self.menu.addAction(self._line(match_kind, proposal))
        decided = max((proposal.decided_groups for _match_kind, proposal in proposals), default=0)
        if decided:
            note = QAction(
                plural(
                    "{n} group that you decided on stays as it is",
                    "{n} groups that you decided on stay as they are",
                    decided,
                ),
                self.menu,
            )
            note.setEnabled(False)
            self.menu.addSeparator()
            self.menu.addAction(note)

    def _line(self, match_kind: MatchKind | None, proposal: Proposal) -> QAction:
        name = _("All of these") if match_kind is None else match_kind_text(match_kind)
        if proposal.photos:
            text = _("{match_kind}: mark {photos}, {size}").format(
                match_kind=name,
                photos=photos_text(proposal.photos),
                size=bytes_text(proposal.size_bytes),
            )
        else:
            text = _("{match_kind}: nothing to mark").format(match_kind=name)
        action = QAction(text, self.menu)
        action.setEnabled(proposal.photos > 0)
        action.setData(proposal)
        action.triggered.connect(self._line_chosen)
        return action

    def _line_chosen(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._marks.auto_select(action.data())

    def _dress(self) -> None:
        self.undo.setIcon(icon("undo"))
        self.redo.setIcon(icon("redo"))
        self.problems.setIcon(icon("warning", colours().warning))
        self.auto_select.setIcon(icon("sparkle"))
        self.export.setIcon(icon("export"))

    def changeEvent(self, event: QEvent) -> None:
        """Take the icons of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()


def proposals_of(
    marks: Marks, match_kind: MatchKind | None, shown: Iterable[int]
) -> list[tuple[MatchKind | None, Proposal]]:
    """What auto-select has to offer for the groups on show.

    Args:
        marks: The marks.
        match_kind: The kind of match on show; None for all.
        shown: Indices of the groups on show.
    """
    match_kinds = [one for one in _SAFEST_FIRST if match_kind in (None, one)]
    offers: list[tuple[MatchKind | None, Proposal]] = [
        (one, marks.proposal(one, shown)) for one in match_kinds
    ]
    if match_kind is None:
        offers.append((None, marks.proposal(None, shown)))
    return offers
