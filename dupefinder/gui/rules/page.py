"""The Rules page: rules, the groups they apply to, and a preview of their marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QIcon, QKeySequence, QPainter, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dupefinder.core.job import Progress
from dupefinder.core.records import Evidence
from dupefinder.gui.appearance.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader
from dupefinder.gui.review.decisions import left_text
from dupefinder.gui.rules.rule_list import RuleList
from dupefinder.gui.rules.rule_texts import (
    decided_text,
    example_text,
    large_text,
    outcome_text,
    preset_text,
    ties_text,
    unchanged_text,
)
from dupefinder.gui.settings import Settings
from dupefinder.gui.widgets.choices import ChoiceBox
from dupefinder.gui.widgets.labels import PlainLabel, plain_tip
from dupefinder.gui.widgets.layouts import (
    add_row,
    form,
    heading,
    lay_out_with_bar,
    leave_wheel_to_page,
    page_title,
    quiet_text,
    scrolled,
)
from dupefinder.gui.widgets.row_painting import filling
from dupefinder.review.rules import PRESETS, Rule
from dupefinder.text.counts import groups_text, photos_text
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.gui.results import Results
    from dupefinder.review.preview import Preview

_PREVIEW_DELAY_MS = 150
"""Delay between the last change and the preview."""
_STEPS = 1000
_PICTURE_PX = 48


@dataclass(frozen=True, eq=False)
class Scope:
    """Groups that rules can be applied to.

    Attributes:
        text: Their name.
        groups: int64, indices of the groups in the results.
        only: Only photos with this evidence go; None takes all.
    """

    text: str
    groups: NDArray[np.int64]
    only: Evidence | None = None


@dataclass(frozen=True, eq=False)
class RuleOutcome:
    """The marks that rules would set in some results.

    Attributes:
        results: The results.
        groups: int64, indices of the previewed groups.
        decided_groups: Number of groups of the scope that were decided on before.
        away_groups: Number of groups in which a photo that would stay is not there now.
        large_groups: Number of groups so large that rules use only proposals in them.
        only: The kind of match that was asked for, see `Scope`.
        preview: The outcome; its groups are places in `groups`.
    """

    results: Results
    groups: NDArray[np.int64]
    decided_groups: int
    away_groups: int
    large_groups: int
    only: Evidence | None
    preview: Preview


class RulesRequests(Protocol):
    """Requests of the page to its controller."""

    def preview_rules(self, rules: Sequence[Rule], scope: Scope) -> None:
        """Preview the marks of rules, for `show_outcome`."""

    def apply_rules(self, outcome: RuleOutcome) -> None:
        """Set the marks of an outcome."""

    def show_groups(self, groups: NDArray[np.int64]) -> None:
        """Show some groups of the results in Review, given by their indices."""

    def stop_preview(self) -> None:
        """Stop the preview, as the page is hidden."""


class RulesPage(QWidget):
    """Rules, their preview, and the button that marks.

    Attributes:
        requests: Answers what the page asks for; set before it is shown.
    """

    requests: RulesRequests

    def __init__(
        self, settings: Settings, thumbnails: ThumbnailLoader, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Choose by rules"))
        self._settings = settings
        self._thumbnails = thumbnails
        self._scopes: Sequence[Scope] = ()
        self._outcome: RuleOutcome | None = None
        self.preset = ChoiceBox()
        for code in PRESETS:
            self.preset.addItem(preset_text(code), code)
        self.preset.addItem(_("My own rules"), "")
        self.scope = ChoiceBox()
        for box in (self.preset, self.scope):
            leave_wheel_to_page(box)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.rules = RuleList(self._rules_changed)
        self.outcome = PlainLabel()
        self.outcome.setWordWrap(True)
        self.outcome.setFont(scaled_font(self.font(), 1.15, strong=True))
        self.ties = quiet_text("")
        self.show_ties = QPushButton(_("Show ties"))
        self.show_ties.setToolTip(_("Shows these groups in Review"))
        self.unchanged = quiet_text("")
        self.decided = quiet_text("")
        self.away = quiet_text("")
        self.large = quiet_text("")
        self.examples = QListWidget()
        self.examples.setAccessibleName(_("Examples"))
        self.examples.setToolTip(_("Double-click an example to see its group"))
        self.examples.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.examples.setSpacing(2)
        self.examples.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.examples.setIconSize(QSize(2 * _PICTURE_PX + SPACE_PX, _PICTURE_PX))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(_("Trying the rules"))
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        self.back = QPushButton(_("Back"))
        self.back.setToolTip(_("Back to the groups; nothing is marked (Esc)"))
        self.act = QPushButton()
        set_role(self.act, "primary")
        self._soon = QTimer(self, singleShot=True, interval=_PREVIEW_DELAY_MS)
        self._lay_out()
        self._connect()
        self.rules.set_rules(settings.review_rules or PRESETS["proposed"])
        self._show_preset()
        self._show()

    def _lay_out(self) -> None:
        asked = form()
        asked.setColumnMinimumWidth(0, 0)  # half a page is too narrow for it
        add_row(asked, _("&For"), self.scope)
        add_row(asked, _("&Preset"), self.preset)
        left = QVBoxLayout()
        left.setSpacing(SPACE_PX)
        left.addLayout(asked)
        left.addWidget(heading(_("Rules, the first one counts most")))
        left.addWidget(self.rules, 1)
        told = QFrame()
        set_role(told, "card")
        right = QVBoxLayout(told)
        right.setContentsMargins(*(2 * SPACE_PX,) * 4)
        right.setSpacing(SPACE_PX)
        right.addWidget(heading(_("Preview")))
        right.addWidget(self.progress)
        right.addWidget(self.outcome)
        right.addWidget(self.ties)
        right.addWidget(self.show_ties, 0, Qt.AlignmentFlag.AlignLeft)
        right.addWidget(self.unchanged)
        right.addWidget(self.decided)
        right.addWidget(self.away)
        right.addWidget(self.large)
        self._examples_title = heading(_("Examples"))
        right.addWidget(self._examples_title)
        right.addWidget(self.examples, 1)
        both = QHBoxLayout()
        both.setSpacing(2 * SPACE_PX)
        both.addLayout(left, 4)
        both.addWidget(told, 5)
        inside = QWidget()
        content = QVBoxLayout(inside)
        content.setContentsMargins(3 * SPACE_PX, 3 * SPACE_PX, 3 * SPACE_PX, SPACE_PX)
        content.setSpacing(SPACE_PX)
        content.addWidget(page_title(_("Choose by rules")))
        content.addWidget(
            quiet_text(
                _(
                    "Rules put the copies of a group in order. The first stays, and a copy goes"
                    " only where everything in it is proved to be in one that stays."
                )
            )
        )
        content.addLayout(both, 1)
        across = lay_out_with_bar(self, scrolled(inside))
        across.addWidget(self.back)
        across.addStretch(1)
        across.addWidget(self.act)

    def _connect(self) -> None:
        self._soon.timeout.connect(self._ask)
        self._thumbnails.loaded.connect(self._show_pictures)
        self.preset.activated.connect(self._preset_chosen)
        self.scope.activated.connect(self.ask_again)
        self.show_ties.clicked.connect(self._show_ties)
        self.examples.itemActivated.connect(self._show_example)
        self.act.clicked.connect(self._act)
        escape = QShortcut(QKeySequence("Escape"), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.back.click)
        self._shortcuts = [escape]
        self.setFocusProxy(self.rules.rows)

    # Asking

    def open(self, scopes: Sequence[Scope]) -> None:
        """Offer some groups, and preview the first ones.

        Args:
            scopes: At least one.
        """
        self._scopes = scopes
        self.scope.clear()
        for one in scopes:
            self.scope.addItem(
                _("{name} ({groups})").format(name=one.text, groups=groups_text(len(one.groups)))
            )
        self.ask_again()

    def ask_again(self) -> None:
        """Renew the preview, as something it depends on has changed."""
        self._outcome = None
        self._show()
        self._soon.start()

    def _ask(self) -> None:
        if self._scopes:
            scope = self._scopes[max(self.scope.currentIndex(), 0)]
            self.requests.preview_rules(self.rules.rules, scope)

    def _rules_changed(self) -> None:
        self._settings.review_rules = self.rules.rules
        self._show_preset()
        self.ask_again()

    def _preset_chosen(self) -> None:
        rules = PRESETS.get(self.preset.currentData())
        if rules is not None:
            self.rules.set_rules(rules)
            self._rules_changed()

    def _show_preset(self) -> None:
        codes = [code for code, rules in PRESETS.items() if rules == self.rules.rules]
        self.preset.setCurrentIndex(self.preset.findData(codes[0] if codes else ""))

    # Showing

    def show_progress(self, progress: Progress) -> None:
        """Show how far the preview is."""
        self.progress.setRange(0, _STEPS)
        self.progress.setValue(_STEPS * progress.done // max(progress.total or 1, 1))

    def show_outcome(self, outcome: RuleOutcome) -> None:
        """Show what the rules would mark."""
        self._outcome = outcome
        self._show()

    def _show(self) -> None:
        outcome = self._outcome
        self.progress.setVisible(outcome is None)
        self.progress.setRange(0, 0)
        photos = 0 if outcome is None else outcome.preview.photos
        self.act.setEnabled(photos > 0)
        self.act.setText(
            _("Mark {photos}").format(photos=photos_text(photos))
            if photos
            else _("Nothing to mark")
        )
        self.act.setToolTip(_("Undo takes it back (Ctrl+Z)"))
        self.examples.clear()
        if outcome is None:
            self.outcome.setText(_("Trying the rules…"))
            self.rules.show_numbers(())
            notes = (self.ties, self.unchanged, self.decided, self.away, self.large)
            for label in (*notes, self.show_ties):
                label.setVisible(False)
            return
        preview = outcome.preview
        self.outcome.setText(outcome_text(preview))
        for label, number, text in (
            (self.ties, len(preview.ties), ties_text),
            (self.unchanged, preview.unchanged, unchanged_text),
            (self.decided, outcome.decided_groups, decided_text),
            (self.away, outcome.away_groups, left_text),
            (self.large, outcome.large_groups, large_text),
        ):
            label.setText(text(number))
            label.setVisible(number > 0)
        self.show_ties.setVisible(bool(preview.ties))
        self._examples_title.setVisible(bool(preview.examples))
        self.rules.show_numbers(preview.by_rule)
        # Letters of other scripts are higher, and a row that is too low shows fewer lines.
        high_px = max(4 * self.examples.fontMetrics().height(), _PICTURE_PX + SPACE_PX)
        row = QSize(0, high_px)
        for example in preview.examples:
            group = outcome.results.groups[int(outcome.groups[example.group])]
            item = QListWidgetItem(example_text(outcome.results, group, example, preview.rules))
            item.setToolTip(plain_tip(item.text()))
            item.setSizeHint(row)
            item.setData(Qt.ItemDataRole.UserRole, example.group)
            self.examples.addItem(item)
        self._show_pictures()

    def _show_pictures(self) -> None:
        """Show the photo that would go and its survivor beside each example."""
        outcome = self._outcome
        if outcome is None:
            return
        ratio = self.devicePixelRatioF()
        for row, example in enumerate(outcome.preview.examples):
            members = outcome.results.groups[int(outcome.groups[example.group])].members
            pair = (members[example.goes], members[example.stays])
            prints = [self._thumbnails.get(one.content_id, _PICTURE_PX, ratio) for one in pair]
            self.examples.item(row).setIcon(QIcon(_side_by_side(prints, ratio)))

    def _show_ties(self) -> None:
        if self._outcome is not None:
            self.requests.show_groups(self._outcome.groups[list(self._outcome.preview.ties)])

    def _show_example(self, item: QListWidgetItem) -> None:
        if self._outcome is not None:
            place = item.data(Qt.ItemDataRole.UserRole)
            self.requests.show_groups(self._outcome.groups[[place]])

    def _act(self) -> None:
        if self._outcome is not None:
            self.requests.apply_rules(self._outcome)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the preview."""
        super().hideEvent(event)
        self._soon.stop()
        if self._scopes:
            self.requests.stop_preview()


def _side_by_side(prints: Sequence[QPixmap | None], ratio: float) -> QPixmap:
    """Two thumbnails side by side in squares, which are empty without a thumbnail."""
    whole = QPixmap(QSize(2 * _PICTURE_PX + SPACE_PX, _PICTURE_PX) * ratio)
    whole.setDevicePixelRatio(ratio)
    whole.fill(Qt.GlobalColor.transparent)
    painter = QPainter(whole)
    for number, print_ in enumerate(prints):
        square = QRect(number * (_PICTURE_PX + SPACE_PX), 0, _PICTURE_PX, _PICTURE_PX)
        painter.fillRect(square, colours().backdrop)
        if print_ is not None:
            painter.setClipRect(square)
            painter.drawPixmap(filling(square, print_), print_)
    painter.end()
    return whole
