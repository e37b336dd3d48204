"""Direct evidence between two photos that were just read, by the steps of a scan.

Fingerprints only find candidates. The two are candidates already, so any distance is accepted, and
only the verification decides.
"""

from collections.abc import Sequence

import numpy as np

from dupefinder.core.catalog import Catalog, StoredContent
from dupefinder.core.confirm import FLAT_CONTRAST, judge, measure_likeness, same_shape
from dupefinder.core.confirm.thumbnail_check import (
    Thumbnail,
    deserves_closer_look,
    is_re_encoded,
)
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, FINGERPRINTS, hamming_bits
from dupefinder.core.fingerprint.stored_fingerprints import fingerprints_of
from dupefinder.core.grouping import Matches
from dupefinder.core.grouping.match_graph import same_pixels
from dupefinder.core.job import JobContext
from dupefinder.core.matching import DEFAULT_KIND, MatchOptions, match_contents
from dupefinder.core.matching.equal_thumbnails import find_equal_thumbnails
from dupefinder.core.matching.pair_comparison import CHECK_KIND, WIDEST_CHECK_BITS
from dupefinder.core.matching.small_pictures import kept_picture
from dupefinder.core.photo_facts import DecodedPhoto
from dupefinder.core.records import Evidence, FoundFile

_STRONGEST = (Evidence.SAME_PIXELS, Evidence.RE_ENCODED)
_NO_FILE = FoundFile("", "", "", 0, 0, 0, 0, protected=False)


def evidence_between(
    one: DecodedPhoto,
    other: DecodedPhoto,
    pixel_digests: tuple[bytes | None, bytes | None] = (None, None),
) -> Evidence | None:
    """Find the evidence that two readings are one photo.

    Args:
        one: The one photo.
        other: The other.
        pixel_digests: The digest of each, from `pixels.digest_pixels`; without them equal pixels
            are only known if the compressed pictures are equal, too.

    Returns:
        The evidence that a scan of just these two would find; None without any.
    """
    if one.digest == other.digest:
        return Evidence.SAME_BYTES
    if _are_re_encoded(one, other, pixel_digests):
        return Evidence.RE_ENCODED
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
            return as_wholes  # parts could only add weaker evidence
        return _found_between(catalog, ids, parts=True)


def _are_re_encoded(
    one: DecodedPhoto, other: DecodedPhoto, pixel_digests: tuple[bytes | None, bytes | None]
) -> bool:
    """True if a scan calls two photos re-encoded by its first comparison: upright, edge to edge.

    Nearly all removed photos are such copies, and this is faster than making a catalog for two
    photos, which decides on the others.
    """
    ours, theirs = one.facts, other.facts
    if ours.is_raw or theirs.is_raw or min(ours.contrast, theirs.contrast) < FLAT_CONTRAST:
        return False
    if not same_shape(ours.width_px, ours.height_px, theirs.width_px, theirs.height_px):
        return False
    contents = (
        StoredContent(number, photo.digest, 0, FINGERPRINT_VERSION, photo.facts, pixels)
        for number, (photo, pixels) in enumerate(zip((one, other), pixel_digests, strict=True))
    )
    if same_pixels(*contents):
        return False
    greys = one.grey[None], other.grey[None]
    hashes = (FINGERPRINTS[CHECK_KIND].of_greys(grey)[:, 0] for grey in greys)
    if hamming_bits(*hashes)[0] > WIDEST_CHECK_BITS:
        return False
    likeness = measure_likeness(*greys, one.chroma[None], other.chroma[None])
    is_first_look = judge(likeness)[0] is Evidence.RE_ENCODED
    if not deserves_closer_look(likeness, np.array([is_first_look]))[0]:
        return is_first_look
    thumbnails = (
        Thumbnail(kept_picture(photo.thumbnail_jpeg), photo.facts.quality, photo.facts.mode == "P")
        for photo in (one, other)
    )
    return is_re_encoded(*thumbnails, was_re_encoded=is_first_look)


def _found_between(catalog: Catalog, ids: Sequence[int], *, parts: bool) -> Evidence | None:
    content_ids = np.array(ids, np.int64)
    options = MatchOptions(threshold_bits=FINGERPRINTS[DEFAULT_KIND].bits, parts=parts)
    pairs = match_contents(catalog, content_ids, options, JobContext(), 1)
    equal_thumbnails = find_equal_thumbnails(catalog)
    matches = Matches([_NO_FILE, _NO_FILE], content_ids, equal_thumbnails, pairs, catalog)
    if len(matches.contents) < len(ids):
        return None
    match = matches.graph_among(ids).between(*ids)
    return None if match is None else match.evidence
