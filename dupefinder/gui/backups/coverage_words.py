"""What a comparison says, in the person's language."""

from collections.abc import Sequence

from dupefinder.core.coverage.records import (
    AbsentCopy,
    CoverageStatus,
    Extent,
    Overlap,
    PhotoCoverage,
    Tally,
)
from dupefinder.core.records import Evidence
from dupefinder.gui.words import evidence_text, reason_text
from dupefinder.text.figures import bytes_text, month_text, path_text
from dupefinder.text.translation import _, plural

SIGNS = {
    CoverageStatus.COVERED: "check",
    CoverageStatus.SMALLER: "info",
    CoverageStatus.ALTERED: "difference",
    CoverageStatus.MISSING: "photo-missing",
}


def status_text(status: CoverageStatus) -> str:
    """What a photo is to the library."""
    return {
        CoverageStatus.COVERED: _("In library"),
        CoverageStatus.SMALLER: _("Smaller"),
        CoverageStatus.ALTERED: _("Altered"),
        CoverageStatus.MISSING: _("Missing"),
    }[status]


def status_hint(status: CoverageStatus) -> str:
    """The same at length."""
    return {
        CoverageStatus.COVERED: _("The library has a copy that stands for the photo"),
        CoverageStatus.SMALLER: _("The library has it with fewer pixels, more compression or less"),
        CoverageStatus.ALTERED: _("The library has it edited, cropped or turned only"),
        CoverageStatus.MISSING: _("The library does not have it"),
    }[status]


def extent_text(extent: Extent | None, tally: Tally) -> str:
    """How many photos of a folder the library has."""
    if extent in (Extent.SOME, Extent.NONE) and not tally.missing:
        if tally.smaller + tally.altered == 0:
            return _("Some unreadable")
        return _("Some altered") if extent is Extent.SOME else _("All altered")
    return {
        Extent.ALL: _("All in library"),
        Extent.SOME: _("Some missing"),
        Extent.NONE: _("None in library"),
        None: "",
    }[extent]


def answer_text(photo: PhotoCoverage) -> str:
    """What shows it, and what is lacking."""
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
    """On which drives that are not connected a photo is, too; empty for none."""
    if not copies:
        return ""
    copy = copies[0]
    drive = _("drive {name}").format(name=path_text(copy.label)) if copy.label else _("a drive")
    text = _("Also on {drive}, not connected").format(drive=drive)
    if copy.seen_ns is not None:
        month = month_text(copy.seen_ns)
        text = _("{what}, last seen in {month}").format(what=text, month=month)
    return text


def match_text(photo: PhotoCoverage) -> str:
    """Where the best match lies; empty without one."""
    return "" if photo.answer is None else path_text(photo.answer.file.path)


def share_text(cell: Overlap) -> str:
    """A share in percent that says 100 or 0 only of all and of none."""
    if not cell.photos:
        return "–"
    percent = cell.covered * 100 / cell.photos
    if 0 < cell.covered < cell.photos:
        percent = min(max(percent, 1), 99)
    return _("{n} %").format(n=f"{percent:.0f}")


def missing_text(tally: Tally) -> str:
    """What the library lacks, such as "64 photos missing · 8.2 MB"."""
    return _("{what} · {size}").format(
        what=plural("{n} photo missing", "{n} photos missing", tally.missing),
        size=bytes_text(tally.missing_bytes),
    )
