"""Notices above the pages: on scans, sleep of the computer, and actions."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from dupefinder.actions.records import ActionKind, JournalStep, Outcome, Skipped, StepState
from dupefinder.gui.appearance.icons import sign_of
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.main_window.notice_strip import NoticeStrip
from dupefinder.text.actions import comes_back, did_text, whereabouts_sentences, with_narrowed
from dupefinder.text.counts import photos_text
from dupefinder.text.figures import number_text, path_text
from dupefinder.text.scans import duration_text
from dupefinder.text.skips import remedy_text, skip_text
from dupefinder.text.translation import _, plural

if TYPE_CHECKING:
    from dupefinder.core.pipeline import Report
import time

from PySide6.QtCore import QObject, QTimer


class RemovalNotices:
    """Shows notices on actions in the strip above the pages."""

    def __init__(
        self,
        notices: NoticeStrip,
        show_action: Callable[[int | None], None],
        undo: Callable[[int], None],
    ) -> None:
        """Begin without notices.

        Args:
            notices: The strip.
            show_action: Called by *Details* with the number of the action; None where it is none.
            undo: Called by *Undo* with the number of the action.
        """
        self._notices = notices
        self._show_action = show_action
        self._undo = undo

    def tell_carried_out(self, outcome: Outcome) -> None:
        """Report removed and skipped photos."""
        text = did_text(outcome.kind, len(outcome.done))
        if outcome.skipped:
            text = _("{what}, {n} left where they are").format(
                what=text, n=number_text(len(outcome.skipped))
            )
        text = with_narrowed(text, len(outcome.narrowed))
        where = list(whereabouts_sentences(outcome))
        if where:
            text = f"{text}. {' '.join(where)}"
        buttons: list[tuple[str, Callable[[], None]]]
        buttons = [(_("Details"), partial(self._show_action, outcome.action_id))]
        if outcome.done:
            if comes_back(outcome):
                buttons.insert(0, (_("Undo"), lambda: self._undo(outcome.action_id)))
            self._notices.show_notice(text, sign_of(outcome.kind), buttons)
        elif outcome.skipped:
            self._notices.show_notice(
                _("Nothing was done. {name}: {reason} {helps}").format(
                    name=path_text(os.path.basename(outcome.skipped[0].path)),
                    reason=skip_text(outcome.skipped[0]),
                    helps=remedy_text(outcome.skipped[0].code),
                ),
                "warning",
                buttons,
                kind="warning",
            )

    def tell_undone(self, outcome: Outcome) -> None:
        """Report photos that were brought back, and skipped ones."""
        count = len(outcome.done)
        if outcome.kind is ActionKind.COPY:
            text = plural("{n} copy taken away", "{n} copies taken away", count)
        else:
            text = plural("{n} file brought back", "{n} files brought back", count)
        details = [(_("Details"), partial(self._show_action, outcome.action_id))]
        if outcome.skipped:
            most = _most_common(outcome.skipped)
            text = _("{what}, {n} not. {reason} {helps}").format(
                what=text,
                n=number_text(len(outcome.skipped)),
                reason=skip_text(most),
                helps=remedy_text(most.code),
            )
            self._notices.show_notice(text, "warning", details, kind="warning")
        elif outcome.done:
            self._notices.show_notice(text, "undo", details)

    def tell_copied(self, outcome: Outcome) -> None:
        """Report copies to the library."""
        text = did_text(ActionKind.COPY, len(outcome.done))
        if outcome.skipped:
            text = _("{what}, {n} not").format(what=text, n=number_text(len(outcome.skipped)))
        text = with_narrowed(text, len(outcome.narrowed))
        buttons: list[tuple[str, Callable[[], None]]]
        buttons = [(_("Details"), partial(self._show_action, outcome.action_id))]
        if outcome.done:
            buttons.insert(0, (_("Undo"), lambda: self._undo(outcome.action_id)))
        self._notices.show_notice(
            text, "copy", buttons, kind="warning" if outcome.skipped else "info"
        )

    def tell_emptied(self, outcome: Outcome, refused: Sequence[Skipped]) -> None:
        """Report files that were deleted for good, and skipped ones."""
        stay = (*refused, *outcome.skipped)
        text = did_text(outcome.kind, len(outcome.done))
        if stay:
            text = _("{what}, {n} kept. {reason}").format(
                what=text, n=number_text(len(stay)), reason=skip_text(stay[0])
            )
        self._notices.show_notice(
            text,
            sign_of(outcome.kind),
            [(_("Details"), partial(self._show_action, outcome.action_id))],
            kind="warning" if stay else "info",
        )

    def tell_damaged(self, name: str) -> None:
        """Report that a damaged journal was set aside."""
        self._notices.show_notice(
            _(
                "The journal was damaged. It was set aside as {name}, and a new one begun. What"
                " was moved before can no longer be brought back from History: look into the"
                " trash and the set-aside folders."
            ).format(name=path_text(name)),
            "warning",
            [(_("Details"), partial(self._show_action, None))],
            kind="warning",
        )

    def tell_settled(self, steps: Sequence[JournalStep]) -> None:
        """Report the settled files of an interrupted action."""
        lost = sum(step.state is StepState.LOST for step in steps)
        text = plural(
            "The last action was interrupted. {n} file that it had begun was looked for:",
            "The last action was interrupted. {n} files that it had begun were looked for:",
            len(steps),
        )
        if lost:
            text = _("{what} {lost} of them are neither in place nor where they were put.").format(
                what=text, lost=number_text(lost)
            )
        else:
            text = _("{what} each is in its place or where it was put.").format(what=text)
        self._notices.show_notice(
            text, "warning", [(_("Details"), partial(self._show_action, None))], kind="warning"
        )


def _most_common(skipped: Sequence[Skipped]) -> Skipped:
    """A skipped photo with the most common reason."""
    codes = Counter(one.code for one in skipped)
    return max(skipped, key=lambda one: codes[one.code])


class ScanNotices:
    """Shows notices on scans in the strip above the pages."""

    def __init__(self, window: MainWindow) -> None:
        """Begin without a notice.

        Args:
            window: The window with the strip.
        """
        self._window = window
        self._strip = window.notices

    def tell_scanned(self, report: Report) -> None:
        """Report the findings of a scan, also outside the window."""
        spent = duration_text(sum(report.seconds.values()))
        if report.groups:
            text = _("{photos} looked at in {time}: {groups}.").format(
                photos=photos_text(report.photos),
                time=spent,
                groups=plural(
                    "{n} group of duplicates", "{n} groups of duplicates", len(report.groups)
                ),
            )
        else:
            text = _("{photos} looked at in {time}: no duplicates.").format(
                photos=photos_text(report.photos), time=spent
            )
        buttons: list[tuple[str, Callable[[], object]]] = []
        if report.groups:
            buttons.append((_("Overview"), self._window.show_overview))
            if self._window.place != "review":
                buttons.append((_("Review"), lambda: self._window.show_place("review")))
        self._strip.show_notice(text, "check", buttons)
        self._window.attention.tell_end(text)

    def tell_stopped(self, go_on: Callable[[], None], *, is_sample: bool) -> None:
        """Report a stopped scan, and its kept results.

        Args:
            go_on: Called by *Continue the scan*.
            is_sample: True for a scan limited to half a minute.
        """
        if is_sample:
            text = _(
                "These are the results of half a minute, from the folders that come first."
                " Nothing was changed, and what was read is kept."
            )
        else:
            text = _(
                "Stopped. The groups found so far can be decided on, and what was read is kept."
            )
        self._strip.show_notice(text, "info", [(_("Continue the scan"), go_on)])

    def tell_unfinished(self, go_on: Callable[[], None]) -> None:
        """Report that the last scan was not finished: it was stopped, or the program ended.

        Args:
            go_on: Called by *Continue the scan*.
        """
        self._strip.show_notice(
            _(
                "The last scan did not come to its end. The groups found by then can be decided"
                " on, and going on reads only the rest."
            ),
            "info",
            [(_("Continue the scan"), go_on)],
        )

    def tell_lost(self, folder: str) -> None:
        """Report missing folders."""
        self._strip.show_notice(
            _(
                "{folder} is not there, or no longer there. Is its drive connected? What was read"
                " of it is kept: connect it and scan again."
            ).format(folder=folder),
            "drive-absent",
            kind="warning",
        )

    def tell_vanished(self, paths: Sequence[str]) -> None:
        """Report that photos are not in their folders any more; nothing for none."""
        if len(paths) == 1:
            text = _("{name} is no longer in its folder. Its group continues without it.").format(
                name=path_text(os.path.basename(paths[0]))
            )
        else:
            text = plural(
                "{n} photo is no longer in its folder. Its group goes on without it.",
                "{n} photos are no longer in their folders. Their groups go on without them.",
                len(paths),
            )
        if paths:
            self._strip.show_notice(text, "photo-missing")

    def tell_slept(self, seconds: float) -> None:
        """Report that the computer slept during the scan."""
        self._strip.show_notice(
            _("The computer slept for {time}; the scan continues.").format(
                time=duration_text(seconds)
            ),
            "info",
        )

    def tell_outdated(self) -> None:
        """Report that another version of the program made the last results."""
        self._strip.show_notice(_outdated_text(), "info")

    def withdraw_outdated(self) -> None:
        """Close that notice, as a scan makes new results."""
        self._strip.withdraw(_outdated_text())

    def tell_damaged(self, name: str) -> None:
        """Report that a damaged catalog was set aside."""
        self._strip.show_notice(
            _(
                "The catalog was damaged. It was set aside as {name}, and a new one begun:"
                " the next scan reads all photos once more. No photo was harmed."
            ).format(name=name),
            "warning",
            kind="warning",
        )

    def tell_erased(self) -> None:
        """Report that the catalog was erased."""
        self._strip.show_notice(
            _("The catalog was erased. The next scan reads all photos once more."), "info"
        )


def _outdated_text() -> str:
    return _(
        "The last results are of an earlier version of the program. Scan once more to see"
        " the duplicates; your marks are kept."
    )


_HEARTBEAT_MS = 5_000
_SLEPT_S = 60.0
"""Delay between two heartbeats that means that the computer slept."""


class SleepWatch:
    """Detects that the computer slept, while it is on."""

    def __init__(self, parent: QObject, tell: Callable[[float], None]) -> None:
        """Make a watch that is off.

        Args:
            parent: Qt parent of its timer.
            tell: Called with the seconds for which the computer slept.
        """
        self._tell = tell
        self._last_beat_s = 0.0
        self._heart = QTimer(parent)
        self._heart.setInterval(_HEARTBEAT_MS)
        self._heart.timeout.connect(self.beat)

    def begin(self) -> None:
        """Start watching."""
        self._last_beat_s = time.time()
        self._heart.start()

    def end(self) -> None:
        """Stop watching."""
        self._heart.stop()

    def beat(self) -> None:
        """Compare the time since the last heartbeat with what it should be."""
        now_s = time.time()
        slept_s = now_s - self._last_beat_s - _HEARTBEAT_MS / 1000
        self._last_beat_s = now_s
        if slept_s > _SLEPT_S:
            self._tell(slept_s)
