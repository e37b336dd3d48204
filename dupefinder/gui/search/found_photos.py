"""Query and results of a search as the window shows them, made in another thread."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blake3 import blake3
from PySide6.QtGui import QImage

from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import (
    Evidence,
    FoundFile,
    Group,
    GroupMember,
    Problem,
    Reason,
    ReasonCode,
)
from dupefinder.gui.language import listed
from dupefinder.text.counts import bits_text, photos_text
from dupefinder.text.evidence import alteration_text, called_different_text, match_texts
from dupefinder.text.figures import bytes_text, number_text, path_text, taken_text
from dupefinder.text.problems import problem_text
from dupefinder.text.scans import away_text
from dupefinder.text.translation import _, plural

if TYPE_CHECKING:
    from dupefinder.core.search.answers import Answer, StoredPlace
    from dupefinder.core.search.verification import Hit


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The query.

    Attributes:
        path: Its file; empty for a picture from the clipboard.
        facts: The facts of its content.
        digest: 32-byte digest of its file.
        size_bytes: Size of its file.
        mtime_ns: Modification time of the file; 0 where it is not known.
        thumbnail: Its thumbnail.
        is_away: True when its drive is not connected.
    """

    path: str
    facts: PhotoFacts
    digest: bytes
    size_bytes: int
    mtime_ns: int
    thumbnail: QImage
    is_away: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A found file.

    Attributes:
        rank: Its rank from 1; files with the same bytes share one.
        hit: The evidence that it matches.
        place: Its place.
    """

    rank: int
    hit: Hit
    place: StoredPlace


@dataclass(frozen=True, slots=True, eq=False)
class FoundPhotos:
    """The outcome of a search.

    Attributes:
        rows: The found photos, ranked.
        photos: Number of different photos searched; 0 before the first scan.
        problem: The reason why the photo could not be searched for; None otherwise.
        unseen: Number of photos as near as these that were not judged.
    """

    rows: tuple[Row, ...]
    photos: int
    problem: Problem | None = None
    unseen: int = 0


def rows_of(answers: Sequence[Answer]) -> tuple[Row, ...]:
    """A row for each file."""
    return tuple(
        Row(rank, answer.hit, place)
        for rank, answer in enumerate(answers, 1)
        for place in answer.places
    )


def can_compare(asked: Asked, row: Row) -> bool:
    """True when both files can be read."""
    return bool(asked.path) and not asked.is_away and row.place.path is not None


def pair_of(asked: Asked, row: Row) -> Group:
    """The two photos as a group for Compare, without proposals."""
    place, content = row.place, row.hit.content
    assert place.path is not None
    stays = Reason(ReasonCode.LOOKS_DIFFERENT)
    one = GroupMember(
        file=FoundFile(
            asked.path, "", asked.path, asked.size_bytes, asked.mtime_ns, 0, 0, protected=False
        ),
        content_id=-1,
        digest=asked.digest,
        facts=asked.facts,
        keep=True,
        is_keeper=True,
        reason=stays,
    )
    other = GroupMember(
        file=FoundFile(
            place.path,
            place.volume_id,
            place.relative_path,
            place.size_bytes,
            place.mtime_ns,
            0,
            0,
            protected=False,
        ),
        content_id=content.content_id,
        digest=content.digest,
        facts=content.facts,
        keep=True,
        is_keeper=False,
        reason=stays,
        evidence=row.hit.evidence,
        against=asked.path,
        distance_bits=row.hit.distance_bits,
        orientation=row.hit.orientation,
        alterations=row.hit.alterations,
    )
    name = blake3(b"search" + asked.digest + content.digest).hexdigest(8)
    return Group(name, (one, other))


def is_proven(row: Row) -> bool:
    """False for look-alikes."""
    return row.hit.evidence is not Evidence.LOOK_ALIKE


_EXACT = (Evidence.SAME_BYTES, Evidence.SAME_PIXELS)


def name_text(row: Row) -> str:
    """The name of the file."""
    return path_text(os.path.basename(row.place.path or row.place.relative_path))


def folder_text(row: Row) -> str:
    """The folder of the file; on a disconnected drive, the path below its top."""
    return path_text(os.path.dirname(row.place.path or row.place.relative_path))


def drive_text(row: Row) -> str:
    """Remark on the drive; empty where it is connected."""
    if row.place.path is not None:
        return ""
    kind, _colon, share = row.place.volume_id.partition(":")
    name = row.place.drive or (share if kind == "net" else "")
    return away_text(name, row.place.seen_ns)


def evidence_text(row: Row) -> str:
    """Name the evidence that it is the same photo, and its alterations."""
    hit = row.hit
    parts = match_texts(hit.evidence, hit.orientation, hit.alterations, is_compared=hit.is_compared)
    if hit.query_alterations:
        done = _(", ").join(map(alteration_text, hit.query_alterations))
        parts.append(_("yours is {done}").format(done=done))
    if hit.called_different:
        parts.append(called_different_text())
    return listed(parts)


def distance_text(row: Row) -> str:
    """Its distance as text; empty where it is obvious."""
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
    return listed(parts)


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


def found_text(found: FoundPhotos) -> str:
    """The numbers of copies and look-alikes that were found, and of the photos searched."""
    proven = sum(map(is_proven, found.rows))
    text = plural("{n} copy of this photo", "{n} copies of this photo", proven)
    if others := len(found.rows) - proven:
        text = _("{copies}, {others}").format(
            copies=text,
            others=plural("{n} that looks alike", "{n} that look alike", others),
        )
    text = _("{found} among {photos}").format(found=text, photos=photos_text(found.photos))
    if found.unseen:
        text = _("{found}; {others}").format(
            found=text,
            others=plural(
                "{n} more was as near and not looked at closely",
                "{n} more were as near and not looked at closely",
                found.unseen,
            ),
        )
    return text


def nothing_found(found: FoundPhotos) -> tuple[str, str, str, str]:
    """The reason why a search found nothing: an icon, a title, a text, and the next step."""
    if found.problem is not None:
        return (
            "warning",
            _("This photo cannot be searched for"),
            problem_text(found.problem),
            _("Choose another photo"),
        )
    if found.photos == 0:
        return (
            "folder",
            _("Nothing was scanned yet"),
            _("Only photos that a scan has read can be found: scan your folders first."),
            _("Choose folders"),
        )
    return (
        "search",
        _("No other copy of this photo was found"),
        _(
            "None of the {n} photos that were scanned is a copy of it. Folders that were"
            " not scanned are not searched."
        ).format(n=number_text(found.photos)),
        _("Choose another photo"),
    )
