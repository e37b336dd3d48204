"""Two photos that were just read → what directly ties them, by the very steps of a scan.

Fingerprints only nominate: here the two are nominated already, so any distance is near enough,
and what confirms them decides alone.
"""

from collections.abc import Sequence

import numpy as np

from dupefinder.core.catalog import Catalog
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, FINGERPRINTS
from dupefinder.core.fingerprint.stored import fingerprints_of
from dupefinder.core.grouping import Matches
from dupefinder.core.job import JobContext
from dupefinder.core.matching import DEFAULT_KIND, MatchOptions, match_contents
from dupefinder.core.matching.equal_thumbnails import find_equal_thumbnails
from dupefinder.core.photo_facts import DecodedPhoto
from dupefinder.core.records import Evidence, FoundFile

_STRONGEST = (Evidence.SAME_PIXELS, Evidence.RE_ENCODED)
_NO_FILE = FoundFile("", "", "", 0, 0, 0, 0, protected=False)


def evidence_between(
    one: DecodedPhoto,
    other: DecodedPhoto,
    pixel_digests: tuple[bytes | None, bytes | None] = (None, None),
) -> Evidence | None:
    """Say what shows that two readings are one photo.

    Args:
        one: The one photo.
        other: The other.
        pixel_digests: Of each, as `pixels.digest_pixels` gives them; without them equal pixels
            are known only where the compressed pictures are equal, too.

    Returns:
        The evidence that a scan of just these two would find; None where it finds none that
        holds.
    """
    if one.digest == other.digest:
        return Evidence.SAME_BYTES
    photos = (one, other)
    with Catalog.open(None) as catalog:
        ids = catalog.add_contents(
            [
                (photo, 0, fingerprints)
                for photo, fingerprints in zip(photos, fingerprints_of(photos), strict=True)
            ],
            FINGERPRINT_VERSION,
        )
        catalog.set_pixel_digests(
            {key: pixels for key, pixels in zip(ids, pixel_digests, strict=True) if pixels}
        )
        as_wholes = _found_between(catalog, ids, parts=False)
        if as_wholes in _STRONGEST:
            return as_wholes  # parts could only add what is weaker
        return _found_between(catalog, ids, parts=True)


def _found_between(catalog: Catalog, ids: Sequence[int], *, parts: bool) -> Evidence | None:
    content_ids = np.array(ids, np.int64)
    options = MatchOptions(threshold_bits=FINGERPRINTS[DEFAULT_KIND].bits, parts=parts)
    pairs = match_contents(catalog, content_ids, options, JobContext(), 1)
    twins = find_equal_thumbnails(catalog)
    matches = Matches([_NO_FILE, _NO_FILE], content_ids, twins, pairs, catalog)
    if len(matches.contents) < len(ids):
        return None
    match = matches.ties_among(ids).between(*ids)
    return None if match is None else match.evidence
