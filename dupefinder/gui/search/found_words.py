"""What was found → words."""

import os

from dupefinder.core.records import Evidence, Orientation
from dupefinder.gui import words
from dupefinder.gui.search.found import Row
from dupefinder.text.counts import bits_text
from dupefinder.text.figures import bytes_text, month_text, path_text, taken_text
from dupefinder.text.translation import _

_EXACT = (Evidence.SAME_BYTES, Evidence.SAME_PIXELS)


def name_text(row: Row) -> str:
    """The name of the file."""
    return path_text(os.path.basename(row.place.path or row.place.relative_path))


def folder_text(row: Row) -> str:
    """The folder of the file; of a drive that is away, the folder on it."""
    return path_text(os.path.dirname(row.place.path or row.place.relative_path))


def drive_text(row: Row) -> str:
    """What is to be said of the drive; empty where it is connected."""
    if row.place.path is not None:
        return ""
    kind, _colon, share = row.place.volume_id.partition(":")
    name = row.place.drive or (share if kind == "net" else "")
    if not name:
        return _("On a drive that is not connected")
    name = path_text(name)
    if row.place.seen_ns is None:
        return _("On {name}, not connected").format(name=name)
    return _("On {name}, not connected, last seen in {month}").format(
        name=name, month=month_text(row.place.seen_ns)
    )


def evidence_text(row: Row) -> str:
    """What shows that it is the same photo, and what was done to it."""
    hit = row.hit
    parts = [words.evidence_text(hit.evidence)]
    if hit.evidence is Evidence.RE_ENCODED and not hit.is_compared:
        parts.append(_("not compared in full size"))
    # That it is mirrored, the evidence says already.
    if not (hit.evidence is Evidence.MIRRORED and hit.orientation is Orientation.MIRROR):
        parts.append(words.orientation_text(hit.orientation))
    parts += map(words.alteration_text, hit.alterations)
    if hit.query_alterations:
        done = _(", ").join(map(words.alteration_text, hit.query_alterations))
        parts.append(_("yours is {done}").format(done=done))
    return _(" · ").join(part for part in parts if part)


def distance_text(row: Row) -> str:
    """How near it is; empty where that goes without saying."""
    if row.hit.evidence in _EXACT:
        return ""
    return bits_text(row.hit.distance_bits)


def facts_text(row: Row) -> str:
    """Pixels, size of the file, time of exposure."""
    facts = row.hit.content.facts
    parts = [
        _("{width} × {height}").format(width=facts.width_px, height=facts.height_px),
        bytes_text(row.place.size_bytes),
    ]
    if facts.taken:
        parts.append(taken_text(facts.taken))
    return _(" · ").join(parts)


def spoken_text(row: Row) -> str:
    """A row for screen readers."""
    parts = [
        name_text(row),
        evidence_text(row),
        distance_text(row),
        facts_text(row),
        drive_text(row),
        folder_text(row),
    ]
    return _(", ").join(part for part in parts if part)
