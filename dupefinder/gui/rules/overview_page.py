"""The overview page: counts of a scan by kind and between folders, each with a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dupefinder.core.records import Evidence
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.review.decision_line import DecisionLine, progress_hint, progress_text
from dupefinder.gui.review.groups.group_view import Facets, folder_text
from dupefinder.gui.widgets.labels import ElidedLabel, PlainLabel
from dupefinder.gui.widgets.layouts import (
    heading,
    lay_out_with_bar,
    page_title,
    quiet_text,
    scrolled_column,
)
from dupefinder.text.counts import groups_text, photos_text
from dupefinder.text.figures import bytes_text
from dupefinder.text.translation import _, plural

if TYPE_CHECKING:
    from dupefinder.gui.results import Results
    from dupefinder.gui.review.mark_table import Proposal
    from dupefinder.gui.review.marks import Marks
    from dupefinder.review.summary import Summary, SummaryLine

_MOST_LINES = 40
"""Most lines of folders, those with most photos."""


@dataclass(frozen=True, eq=False)
class Found:
    """The contents of the overview.

    Attributes:
        results: The results.
        summary: Their summary.
        new_groups: Number of groups with a content that the scan before did not have.
    """

    results: Results
    summary: Summary
    new_groups: int


class OverviewRequests(Protocol):
    """Requests of the page to its controller."""

    def sum_up(self) -> None:
        """Make the summary of the results on show, for `show_found`."""

    def still_open(self, line: SummaryLine) -> Proposal:
        """The proposals of a line that are not decided on yet."""

    def progress(self) -> tuple[int, int, int]:
        """Number of decided groups, of those decided in part, and of all groups."""

    def can_plan(self) -> bool:
        """True if marked photos can be planned now."""

    def show_facets(self, facets: Facets, evidence: Evidence | None) -> None:
        """Show groups in Review."""

    def accept(self, proposal: Proposal) -> None:
        """Mark proposed photos."""


class _Line(QWidget):
    """A line: text, numbers, Show, and the button that marks."""

    def __init__(self, text: str, tip: str = "") -> None:
        super().__init__()
        self.text = ElidedLabel(text, Qt.TextElideMode.ElideMiddle)
        self.numbers = PlainLabel()
        set_role(self.numbers, "quiet")
        self.show_button = QPushButton(_("Show"))
        self.show_button.setAccessibleName(_("Show: {line}").format(line=text))
        self.accept = QPushButton()
        for button in (self.show_button, self.accept):
            set_role(button, "compact")


class OverviewPage(QWidget):
    """The findings of a scan, line by line.

    Attributes:
        requests: Answers what the page asks for; set before it is shown.
        lines: The lines on show.
        review: Leads to all groups.
        plan: Opens the plan of removals, once something is marked.
        decisions: The last decision, with its undo.
    """

    requests: OverviewRequests

    def __init__(self, marks: Marks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Overview"))
        self._found: Found | None = None
        self.lines: list[_Line] = []
        self._shown: list[SummaryLine] = []
        self.decided = quiet_text("")
        self.decided.setToolTip(progress_hint())
        self.new = PlainLabel()
        self.show_new = QPushButton(_("Show"))
        self.show_new.setAccessibleName(_("Show new groups"))
        self._new_row = QFrame()
        set_role(self._new_row, "card")
        beside = QHBoxLayout(self._new_row)
        beside.addWidget(self.new, 1)
        beside.addWidget(self.show_new)
        self._body, self._grid = _table()
        content = QWidget()
        down = QVBoxLayout(content)
        down.setContentsMargins(*(3 * SPACE_PX,) * 4)
        down.setSpacing(int(1.5 * SPACE_PX))
        down.addWidget(page_title(_("Overview")))
        down.addWidget(self.decided)
        down.addWidget(self._new_row)
        down.addWidget(self._body)
        down.addStretch(1)
        self._down = down
        self.review = QPushButton(_("Review all groups"))
        self.plan = QPushButton(_("Review and remove…"))
        set_role(self.plan, "primary")
        self.plan.setEnabled(False)
        across = lay_out_with_bar(self, scrolled_column(content))
        self.decisions = DecisionLine(marks)
        across.addWidget(self.decisions, 1)
        across.addWidget(self.review)
        across.addWidget(self.plan)
        self.show_new.clicked.connect(self._show_new)
        self._shortcuts = [
            self._shortcut(keys, act)
            for keys, act in (
                ("Escape", self.review.click),
                ("Ctrl+Z", marks.stack.undo),
                ("U", marks.stack.undo),
                ("Ctrl+Shift+Z", marks.stack.redo),
                ("Ctrl+Return", self.plan.click),
                ("Ctrl+Enter", self.plan.click),
            )
        ]
        self.setFocusProxy(self.review)
        self._show()

    def _shortcut(self, keys: str, act: Callable[[], object]) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(act)
        return shortcut

    @property
    def results(self) -> Results | None:
        """The results that are summed up; None while they are not."""
        return None if self._found is None else self._found.results

    def open(self) -> None:
        """Ask for the summary of the results on show."""
        self._found = None
        self._show()
        self.requests.sum_up()

    def show_found(self, found: Found) -> None:
        """Show a summary."""
        self._found = found
        self._show()

    def show_progress(self) -> None:
        """Show the numbers of undecided photos."""
        if self._found is None:
            return
        self.plan.setEnabled(self.requests.can_plan())
        self.decided.setText(progress_text(*self.requests.progress()))
        for line, of in zip(self.lines, self._shown, strict=True):
            proposal = self.requests.still_open(of)
            line.accept.setEnabled(proposal.photos > 0)
            line.accept.setText(
                _("Mark {photos} · {size}").format(
                    photos=photos_text(proposal.photos), size=bytes_text(proposal.size_bytes)
                )
                if proposal.photos
                else _("All decided")
                if len(of.of_group)
                else _("Nothing proposed")
            )

    def _show(self) -> None:
        for line in self.lines:
            line.deleteLater()
        # A grid keeps empty rows, so each summary gets a new one.
        before = self._body
        self._body, self._grid = _table()
        self._down.replaceWidget(before, self._body)
        before.hide()
        before.deleteLater()
        self.lines, self._shown = [], []
        found = self._found
        self._new_row.setVisible(found is not None and found.new_groups > 0)
        if found is None:
            self.decided.setText(_("Summing up…"))
            return
        self.new.setText(
            plural(
                "{n} group has a photo that is new since the last scan",
                "{n} groups have photos that are new since the last scan",
                found.new_groups,
            )
        )
        self._add_lines(_("By kind"), found.summary.kinds)
        self._add_lines(_("By folder"), found.summary.pairs[:_MOST_LINES])
        left = len(found.summary.pairs) - _MOST_LINES
        if left > 0:
            more = quiet_text(plural("And {n} more line", "And {n} more lines", left))
            self._grid.addWidget(more, self._grid.rowCount(), 0, 1, 4)
        self.show_progress()

    def _add_lines(self, title: str, lines: Sequence[SummaryLine]) -> None:
        self._grid.setRowMinimumHeight(self._grid.rowCount(), SPACE_PX)
        self._grid.addWidget(heading(title), self._grid.rowCount(), 0, 1, 4)
        names = {} if self._found is None else self._found.results.folder_names
        for of in lines:
            line = _Line(line_text(of, names))
            row = self._grid.rowCount()
            line.numbers.setText(groups_text(of.groups))
            line.show_button.clicked.connect(lambda _checked=False, of=of: self._show_line(of))
            line.accept.clicked.connect(lambda _checked=False, of=of: self._accept(of))
            for column, part in enumerate((line.text, line.numbers, line.show_button, line.accept)):
                self._grid.addWidget(part, row, column)
            self.lines.append(line)
            self._shown.append(of)

    def _show_new(self) -> None:
        self.requests.show_facets(Facets(is_new=True), None)

    def _show_line(self, of: SummaryLine) -> None:
        other_folder = "" if of.folder == of.other_folder else of.other_folder
        facets = Facets(folder=of.folder, other_folder=other_folder)
        self.requests.show_facets(facets, of.evidence)

    def _accept(self, of: SummaryLine) -> None:
        self.requests.accept(self.requests.still_open(of))

    def hideEvent(self, event: QHideEvent) -> None:
        """Drop the summary while hidden, as results may change."""
        super().hideEvent(event)
        self._found = None


def _table() -> tuple[QWidget, QGridLayout]:
    """Make a card for lines, and its empty grid."""
    body = QWidget()
    grid = QGridLayout(body)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setColumnStretch(0, 1)
    grid.setHorizontalSpacing(int(1.5 * SPACE_PX))
    return body, grid


def line_text(line: SummaryLine, folder_names: Mapping[str, str]) -> str:
    """The folders and the copies of a line: "Phone 2014 ↔ Library: 3,120 same files".

    Args:
        line: The line.
        folder_names: See `Results.folder_names`.
    """
    copies = copies_text(line.evidence, line.photos)
    if not line.folder:
        return copies
    folder = folder_text(line.folder, folder_names)
    if line.folder == line.other_folder:
        return _("Within {folder}: {copies}").format(folder=folder, copies=copies)
    other = folder_text(line.other_folder, folder_names)
    return _("{folder} ↔ {other}: {copies}").format(folder=folder, other=other, copies=copies)


def copies_text(evidence: Evidence, photos: int) -> str:
    """A number of copies of a kind."""
    match evidence:
        case Evidence.SAME_BYTES:
            return plural("{n} same file", "{n} same files", photos)
        case Evidence.SAME_PIXELS:
            return plural("{n} copy with equal pixels", "{n} copies with equal pixels", photos)
        case Evidence.RE_ENCODED:
            return plural("{n} re-encoded copy", "{n} re-encoded copies", photos)
        case Evidence.EDITED:
            return plural("{n} edited copy", "{n} edited copies", photos)
        case Evidence.ROTATED | Evidence.MIRRORED:
            return plural("{n} turned or mirrored copy", "{n} turned or mirrored copies", photos)
    return photos_text(photos)
