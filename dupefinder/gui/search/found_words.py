"""What was found → words."""

import os

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from dupefinder.core.records import Evidence, Orientation
from dupefinder.gui import words
from dupefinder.gui.search.found import Row

_EXACT = (Evidence.SAME_BYTES, Evidence.SAME_PIXELS)


def tr(text: str) -> str:
    """Translate a text that belongs to no widget."""
    return QCoreApplication.translate("search", text)


def name_text(row: Row) -> str:
    """The name of the file."""
    return words.path_text(os.path.basename(row.place.path or row.place.relative_path))


def folder_text(row: Row) -> str:
    """The folder of the file; of a drive that is away, the folder on it."""
    return words.path_text(os.path.dirname(row.place.path or row.place.relative_path))


def drive_text(row: Row) -> str:
    """What is to be said of the drive; empty where it is connected."""
    if row.place.path is not None:
        return ""
    kind, _, share = row.place.volume_id.partition(":")
    name = row.place.drive or (share if kind == "net" else "")
    if not name:
        return tr("On a drive that is not connected")
    name = words.path_text(name)
    if row.place.seen_ns is None:
        return tr("On {name}, not connected").format(name=name)
    seen = QDateTime.fromMSecsSinceEpoch(row.place.seen_ns // 1_000_000)
    return tr("On {name}, not connected, last seen in {month}").format(
        name=name, month=QLocale().toString(seen, "MMMM yyyy")
    )


def evidence_text(row: Row) -> str:
    """What shows that it is the same photo, and what was done to it."""
    hit = row.hit
    parts = [words.evidence_text(hit.evidence)]
    if hit.evidence is Evidence.RE_ENCODED and not hit.is_compared:
        parts.append(tr("not compared in full size"))
    # That it is mirrored, the evidence says already.
    if not (hit.evidence is Evidence.MIRRORED and hit.orientation is Orientation.MIRROR):
        parts.append(words.orientation_text(hit.orientation))
    parts += map(words.alteration_text, hit.alterations)
    if hit.query_alterations:
        done = tr(", ").join(map(words.alteration_text, hit.query_alterations))
        parts.append(tr("yours is {done}").format(done=done))
    return tr(" · ").join(part for part in parts if part)


def distance_text(row: Row) -> str:
    """How near it is; empty where that goes without saying."""
    if row.hit.evidence in _EXACT:
        return ""
    return words.counted(row.hit.distance_bits, tr("{n} bit"), tr("{n} bits"))


def facts_text(row: Row) -> str:
    """Pixels, size of the file, time of exposure."""
    facts = row.hit.content.facts
    parts = [
        tr("{width} × {height}").format(width=facts.width_px, height=facts.height_px),
        words.bytes_text(row.place.size_bytes),
    ]
    if facts.taken:
        parts.append(words.taken_text(facts.taken))
    return tr(" · ").join(parts)


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
    return tr(", ").join(part for part in parts if part)
