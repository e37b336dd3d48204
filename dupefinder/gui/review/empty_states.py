"""Texts of Review without a group to show: the reason, and what to do."""

from enum import Enum, auto

from dupefinder.gui.results import MatchKind, Results
from dupefinder.gui.review.match_kind_bar import match_kind_text
from dupefinder.gui.widgets.empty_state import EmptyState
from dupefinder.text.counts import photos_text
from dupefinder.text.translation import _


class Empty(Enum):
    """Reasons why no group is on show."""

    OPENING = auto()
    SCANNING = auto()
    NEVER_SCANNED = auto()
    NO_DUPLICATES = auto()
    NOT_ALL_READ = auto()
    FILTERED = auto()
    MATCH_KIND = auto()


def why_empty(
    results: Results | None, *, scanning: bool, narrowed: bool, opening: bool = False
) -> Empty:
    """Find the reason why no group is on show.

    Args:
        results: The results; None before the first scan.
        scanning: True while a scan runs.
        narrowed: True if a filter leaves groups out.
        opening: True while the results of the last scan are being read.
    """
    if results is not None and results.groups:
        return Empty.FILTERED if narrowed else Empty.MATCH_KIND
    if scanning:
        return Empty.SCANNING
    if opening and results is None:
        return Empty.OPENING
    if results is None or not (results.photos or results.problems):
        return Empty.NEVER_SCANNED
    return Empty.NO_DUPLICATES if not results.problems else Empty.NOT_ALL_READ


def say_empty(nothing: EmptyState, empty: Empty, photos: int, match_kind: MatchKind | None) -> None:
    """Show why no group is on show.

    Args:
        nothing: The widget for the text.
        empty: The reason.
        photos: Number of photos scanned.
        match_kind: The kind of match on show.
    """
    match empty:
        case Empty.OPENING:
            nothing.say("search", _("Opening the last results…"), _("They appear in a moment."))
        case Empty.SCANNING:
            nothing.say(
                "search",
                _("Looking for duplicates…"),
                _("Groups appear here as they are found. They are settled at the end."),
            )
        case Empty.NEVER_SCANNED:
            nothing.say(
                "folder",
                _("Nothing was scanned yet"),
                _("Choose the folders with your photos first."),
                _("Choose folders"),
            )
        case Empty.NO_DUPLICATES:
            nothing.say(
                "check",
                _("No duplicates"),
                _("Each of {photos} is there only once.").format(photos=photos_text(photos)),
                _("Choose other folders"),
            )
        case Empty.NOT_ALL_READ:
            nothing.say(
                "warning",
                _("No duplicates among what could be read"),
                _("{photos} were read. What could not be read is listed under Problems.").format(
                    photos=photos_text(photos)
                ),
                _("Choose other folders"),
            )
        case Empty.FILTERED:
            nothing.say(
                "filter",
                _("No group matches"),
                _("There are other groups, but the filter leaves them out."),
                _("Clear the filter"),
            )
        case Empty.MATCH_KIND:
            nothing.say(
                "check",
                _("Nothing in “{match_kind}”").format(match_kind=match_kind_text(match_kind)),
                _("The other kinds of matches are above."),
                _("Show all"),
            )
