"""Words for the photos that a search found."""

import os

from dupefinder.core.records import Evidence
from dupefinder.gui.search.found import Row
from dupefinder.text.counts import bits_text
from dupefinder.text.drives import away_text
from dupefinder.text.evidence import alteration_text, called_different_text, match_texts
from dupefinder.text.figures import bytes_text, path_text, taken_text
from dupefinder.text.translation import _

_EXACT = (Evidence.SAME_BYTES, Evidence.SAME_PIXELS)


def name_text(row: Row) -> str:
    """The name of the file."""
    return path_text(os.path.basename(row.place.path or row.place.relative_path))


def folder_text(row: Row) -> str:
    """The folder of the file; of a drive that is away, the folder on it."""
    return path_text(os.path.dirname(row.place.path or row.place.relative_path))


def drive_text(row: Row) -> str:
    """Remark on the drive; empty where it is connected."""
    if row.place.path is not None:
        return ""
    kind, _colon, share = row.place.volume_id.partition(":")
    name = row.place.drive or (share if kind == "net" else "")
    return away_text(name, row.place.seen_ns)


def evidence_text(row: Row) -> str:
    """Name the evidence that it is the same photo, and what was done to it."""
    hit = row.hit
    parts = match_texts(hit.evidence, hit.orientation, hit.alterations, is_compared=hit.is_compared)
    if hit.query_alterations:
        done = _(", ").join(map(alteration_text, hit.query_alterations))
        parts.append(_("yours is {done}").format(done=done))
    if hit.called_different:
        parts.append(called_different_text())
    return _(" · ").join(parts)


def distance_text(row: Row) -> str:
    """Its distance, in words; empty where that goes without saying."""
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
