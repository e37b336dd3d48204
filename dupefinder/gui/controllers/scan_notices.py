"""Notices of scans: what one found, where it stopped, and what became of the catalog."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dupefinder.gui.main_window import MainWindow
from dupefinder.text.counts import photos_text
from dupefinder.text.scans import duration_text
from dupefinder.text.translation import _, plural

if TYPE_CHECKING:
    from dupefinder.core.pipeline import Report


class ScanNotices:
    """Tells of scans in the strip above the pages."""

    def __init__(self, window: MainWindow) -> None:
        """Tell nothing yet.

        Args:
            window: The window with the strip.
        """
        self._window = window
        self._strip = window.notices

    def tell_scanned(self, report: Report) -> None:
        """Say what a scan found, also where nobody looks on."""
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
        """Say that a scan was stopped, and what is kept of it.

        Args:
            go_on: Called by *Continue the scan*.
            is_sample: True where it was to last half a minute.
        """
        if is_sample:
            text = _(
                "This is what half a minute found, in the folders that come first. Nothing was"
                " changed, and what was read is kept."
            )
        else:
            text = _(
                "Stopped. The groups found so far can be decided on, and what was read is kept."
            )
        self._strip.show_notice(text, "info", [(_("Continue the scan"), go_on)])

    def tell_lost(self, folder: str) -> None:
        """Say that a folder is not there, or no longer."""
        self._strip.show_notice(
            _(
                "{folder} is not there, or no longer there. Is its drive connected? What was read"
                " of it is kept: connect it and scan again."
            ).format(folder=folder),
            "drive-absent",
            kind="warning",
        )

    def tell_slept(self, seconds: float) -> None:
        """Say that the computer slept during the scan."""
        self._strip.show_notice(
            _("The computer slept for {time}; the scan goes on.").format(
                time=duration_text(seconds)
            ),
            "info",
        )

    def tell_outdated(self) -> None:
        """Say that another version of the program made the last results."""
        self._strip.show_notice(_outdated_text(), "info")

    def withdraw_outdated(self) -> None:
        """Take that back: a scan makes new results."""
        self._strip.withdraw(_outdated_text())

    def tell_damaged(self, name: str) -> None:
        """Say that the catalog was found damaged, and set aside under another name."""
        self._strip.show_notice(
            _(
                "The catalog was damaged. It was set aside as {name}, and a new one begun:"
                " the next scan reads all photos once more. No photo was harmed."
            ).format(name=name),
            "warning",
            kind="warning",
        )

    def tell_erased(self) -> None:
        """Say that the catalog was erased."""
        self._strip.show_notice(
            _("The catalog was erased. The next scan reads all photos once more."), "info"
        )


def _outdated_text() -> str:
    return _(
        "The last results are of an earlier version of the program. Scan once more to see"
        " the duplicates; your marks are kept."
    )
