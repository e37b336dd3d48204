"""What Review says when there is no group to show: why, and what to do."""

from enum import Enum, auto

from dupefinder.gui.results import Lane, Results
from dupefinder.gui.review.lane_bar import lane_text
from dupefinder.gui.review.nothing_here import NothingHere
from dupefinder.text.counts import photos_text
from dupefinder.text.translation import _


class Empty(Enum):
    """Why no group is on show."""

    SCANNING = auto()
    NEVER_SCANNED = auto()
    NO_DUPLICATES = auto()
    NOT_ALL_READ = auto()
    FILTERED = auto()
    LANE = auto()


def why_empty(results: Results | None, *, scanning: bool, narrowed: bool) -> Empty:
    """Why no group is on show.

    Args:
        results: What was found, None before the first scan.
        scanning: True while a scan runs.
        narrowed: True when a filter leaves groups out.
    """
    if results is not None and results.groups:
        return Empty.FILTERED if narrowed else Empty.LANE
    if scanning:
        return Empty.SCANNING
    if results is None or not (results.photos or results.problems):
        return Empty.NEVER_SCANNED
    return Empty.NO_DUPLICATES if not results.problems else Empty.NOT_ALL_READ


def say_empty(nothing: NothingHere, empty: Empty, photos: int, lane: Lane | None) -> None:
    """Say why no group is on show.

    Args:
        nothing: Says it.
        empty: Why.
        photos: Photos that were looked at.
        lane: The lane on show.
    """
    match empty:
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
                _("Other groups are there, but the filter leaves them out."),
                _("Clear the filter"),
            )
        case Empty.LANE:
            nothing.say(
                "check",
                _("Nothing in “{lane}”").format(lane=lane_text(lane)),
                _("The other kinds of matches are above."),
                _("Show all"),
            )
