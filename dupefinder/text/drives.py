"""Drives that are not connected, as places of photos."""

from dupefinder.text.figures import month_text, path_text
from dupefinder.text.translation import _


def away_text(name: str, seen_ns: int | None) -> str:
    """Report that a photo is on a drive which is not connected, and when that was seen last.

    Args:
        name: The name of the drive; empty where it has none.
        seen_ns: Nanoseconds since 1970; None where that is not known.
    """
    if not name:
        return _("On a drive that is not connected")
    name = path_text(name)
    if seen_ns is None:
        return _("On {name}, not connected").format(name=name)
    return _("On {name}, not connected, last seen in {month}").format(
        name=name, month=month_text(seen_ns)
    )
