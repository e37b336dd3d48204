"""Texts for progress: the names of a job's phases, and lengths of time."""

from dupefinder.text.figures import number_text
from dupefinder.text.translation import _


def phase_text(phase: str) -> str:
    """The name of a phase of a job; its code where it has none."""
    return {
        "scan": _("Looking for photos"),
        "list": _("Listing the folder again"),
        "decode": _("Reading photos"),
        "match": _("Comparing photos"),
        "search": _("Searching"),
        "confirm": _("Looking closer"),
        "measure": _("Measuring detail"),
        "prove": _("Comparing in full size"),
        "group": _("Grouping"),
        "act": _("Working through the plan"),
        "undo": _("Bringing back"),
        "export": _("Exporting"),
        "rules": _("Trying the rules"),
        "summary": _("Summing up"),
        "open": _("Opening the last results"),
    }.get(phase, phase)


def duration_text(seconds: float) -> str:
    """A rough length of time, such as "2 min"."""
    if seconds < 59.5:
        return _("{n} s").format(n=number_text(max(round(seconds), 1)))
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("{n} min").format(n=number_text(minutes))
    hours, minutes = divmod(minutes, 60)
    return _("{hours} h {minutes} min").format(
        hours=number_text(hours), minutes=number_text(minutes)
    )
