"""Texts about how much of a backup a library has: photos, folders, copies on other drives."""

from collections.abc import Sequence

from dupefinder.core.coverage.records import (
    AbsentCopy,
    CoverageStatus,
    Extent,
    PhotoCoverage,
    Tally,
)
from dupefinder.core.records import Evidence
from dupefinder.text.counts import photos_text
from dupefinder.text.evidence import evidence_text, reason_text
from dupefinder.text.figures import bytes_text, month_text, number_text, path_text
from dupefinder.text.translation import N_, _, plural

_STATUSES = {
    CoverageStatus.COVERED: (
        N_("In library"),
        N_("The library has a copy that can replace the photo"),
    ),
    CoverageStatus.SMALLER: (
        N_("Smaller"),
        N_("The library has it with fewer pixels, more compression or less metadata"),
    ),
    CoverageStatus.ALTERED: (
        N_("Altered"),
        N_("The library has it only edited, cropped or turned"),
    ),
    CoverageStatus.MISSING: (
        N_("Missing"),
        N_("The library does not have it"),
    ),
}


def status_text(status: CoverageStatus) -> str:
    """Name what the library has of a photo, in a word or two."""
    return _(_STATUSES[status][0])


def status_hint(status: CoverageStatus) -> str:
    """Explain what the library has of a photo."""
    return _(_STATUSES[status][1])


def extent_text(extent: Extent | None, tally: Tally) -> str:
    """Count the photos of a folder that the library has; empty for a folder without photos."""
    if extent in (Extent.SOME, Extent.NONE) and not tally.missing:
        if tally.smaller + tally.altered == 0:
            return _("Some unreadable")
        return _("Some altered") if extent is Extent.SOME else _("All altered")
    match extent:
        case Extent.ALL:
            return _("All in library")
        case Extent.SOME:
            return _("Some missing")
        case Extent.NONE:
            return _("None in library")
        case None:
            return ""


def answer_text(photo: PhotoCoverage) -> str:
    """Describe how the best copy in the library matches a photo, and what that copy lacks."""
    answer = photo.answer
    if answer is None:
        return _("Nothing in the library resembles it")
    evidence = evidence_text(answer.evidence)
    if answer.lack is not None:
        return _("{evidence}; {reason}").format(evidence=evidence, reason=reason_text(answer.lack))
    if answer.evidence is Evidence.LOOK_ALIKE:
        return _("Only looks like it")
    return evidence


def absent_text(copies: Sequence[AbsentCopy]) -> str:
    """On which drive that is not connected a photo is, too; empty for none."""
    if not copies:
        return ""
    copy = copies[0]
    drive = _("drive {name}").format(name=path_text(copy.label)) if copy.label else _("a drive")
    if copy.seen_ns is None:
        return _("Also on {drive}, not connected").format(drive=drive)
    return _("Also on {drive}, not connected, last seen in {month}").format(
        drive=drive, month=month_text(copy.seen_ns)
    )


def share_text(part: int, whole: int) -> str:
    """A share in percent that says 100 or 0 only of all and of none; a dash of nothing."""
    if not whole:
        return "–"
    percent = part * 100 / whole
    if 0 < part < whole:
        percent = min(max(percent, 1), 99)
    return _("{n} %").format(n=number_text(round(percent)))


def total_text(total: Tally) -> str:
    """Sum up what the library has of all backups, and what it lacks."""
    text = _("{n} of {photos} are in the library")
    if total.photos == 1:
        text = _("{n} of {photos} is in the library")
    text = text.format(n=number_text(total.covered), photos=photos_text(total.photos))
    if total.unreadable:
        text = _("{what} · {unreadable}").format(
            what=text,
            unreadable=plural("{n} could not be read", "{n} could not be read", total.unreadable),
        )
    if total.missing:
        text = _("{what} · {missing}").format(what=text, missing=missing_text(total))
    return text


def missing_text(tally: Tally) -> str:
    """Sum up what the library lacks, such as "64 photos missing · 8.2 MB"."""
    return plural(
        "{n} photo missing · {size}",
        "{n} photos missing · {size}",
        tally.missing,
        size=bytes_text(tally.missing_bytes),
    )
