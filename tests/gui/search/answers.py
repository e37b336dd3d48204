"""Answers made by hand, as the searcher would give them."""

import os

from blake3 import blake3
from PySide6.QtGui import QImage

from dupefinder.core.catalog import StoredContent
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import Alteration, Evidence, Orientation
from dupefinder.core.search.answers import StoredPlace
from dupefinder.core.search.verification import Hit
from dupefinder.gui.search.found_photos import Asked, Row

ROOT = os.path.abspath(os.sep)
FACTS = PhotoFacts("JPEG", 4032, 3024, taken="2010-05-02T14:12:00", contrast=40.0)


def asked(path: str = "query.jpg", *, is_away: bool = False) -> Asked:
    """A photo below the root; an empty path is a picture from the clipboard."""
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    full = ROOT + path if path else ""
    return Asked(full, FACTS, blake3(b"query").digest(), 2_000_000, 5, image, is_away)


def row(
    path: str | None,
    evidence: Evidence = Evidence.RE_ENCODED,
    *,
    rank: int = 1,
    distance_bits: int = 2,
    orientation: Orientation = Orientation.IDENTITY,
    alterations: tuple[Alteration, ...] = (),
    query_alterations: tuple[Alteration, ...] = (),
    volume_id: str = "uuid:1",
    content_id: int = 7,
) -> Row:
    """A file that was found; without a path its drive is away."""
    below = path or "DCIM/far.jpg"
    digest = blake3(below.encode()).digest()
    content = StoredContent(content_id, digest, 1_000_000, 1, FACTS, None)
    hit = Hit(content, evidence, distance_bits, orientation, alterations, query_alterations)
    full = None if path is None else ROOT + path
    return Row(rank, hit, StoredPlace(volume_id, below, full, 1_000_000, 5))
