"""The quality of a picture after compression, also as far as file sizes show it."""

import math
from collections.abc import Iterable

from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.rules.candidate import Candidate, is_from_camera, metadata_of

QUALITY_STEP = 3
"""Qualities nearer than this count as equal."""
_QUALITY_OCTAVE = 22
"""Steps of JPEG quality that double the size of a file, about."""
_HOLLOW_EXPONENT = 0.4
_HOLLOW_LEAST_RATIO = 2.5
"""Saved again with tables finer by a ratio r, a JPEG grows by less than r ** 0.4; a first
encoding has more bytes than one of coarser tables by more than that. Measured on 125 photos,
each reduced to a third first, and 28 pairs of qualities from 50 to 98: at ratios from 2.5 on
this holds for 73 to 100 % of second encodings, and for 1 or 2 % of first ones. At smaller ratios
the two cannot be told apart, but neither has fewer bytes than one of coarser tables."""
_FINEST_SCALE = 5.0
"""From quality 98 on, rounding makes all tables about as fine."""
_HOLLOW_SHARE = 0.75
_HOLLOW_GROWTH = 1.5
"""For another format, whose quality is only guessed: a second encoding takes less than this share
of the bytes of a first one, and no more than this multiple of what it was made from."""


def possible_sources(look: Iterable[Candidate]) -> list[Candidate]:
    """The lossy copies that `true_quality` must compare: of similar ones the largest file.

    The larger the source, the more a second encoding would take; so the others add nothing, and
    5,000 copies do not cost 25 million comparisons.
    """
    sources: dict[tuple[object, ...], Candidate] = {}
    for one in look:
        facts = one.facts
        if facts.is_lossless:
            continue
        key = (
            *(facts.width_px, facts.height_px, claimed_quality(one)),
            *(is_from_camera(one), one.pixel_digest, _told(facts)),
        )
        known = sources.get(key)
        if known is None or one.file.size_bytes > known.file.size_bytes:
            sources[key] = one
    return list(sources.values())


def true_quality(candidate: Candidate, look: Iterable[Candidate]) -> int:
    """Estimate a copy's quality, seeing through a re-encoding at a higher setting.

    A JPEG that was saved again at a higher quality gains nothing, and it shows: the file is
    smaller than a first encoding at that quality would be, measured by the other copies of
    the same size. A lossless file beside a camera's own was made from that and is no better.

    Args:
        candidate: The copy.
        look: All copies of the same look.

    Returns:
        1 to 100.
    """
    facts = candidate.facts
    quality = claimed = claimed_quality(candidate)
    for other in look:
        theirs = other.facts
        if theirs.is_lossless or (theirs.width_px, theirs.height_px) != (
            facts.width_px,
            facts.height_px,
        ):
            continue
        lower = claimed_quality(other)
        if facts.is_lossless:
            is_newer = is_from_camera(other) and not is_from_camera(candidate)
            if is_newer or _same_pixels(candidate, other):
                quality = min(quality, lower)
        elif lower < claimed and _is_hollow(candidate, other):
            quality = min(quality, max(lower - QUALITY_STEP, 1))
    return quality


def _is_hollow(candidate: Candidate, other: Candidate) -> bool:
    """True for a file that was made from one of lower quality, as far as sizes show."""
    finer, coarser = candidate.facts.quality, other.facts.quality
    if finer is None or coarser is None:
        # Sizes are a guess here, and no encoder adds what its source does not tell.
        if not _told(candidate.facts) <= _told(other.facts):
            return False
        steps = claimed_quality(candidate) - claimed_quality(other)
        growth = min(2 ** (steps / _QUALITY_OCTAVE) * _HOLLOW_SHARE, _HOLLOW_GROWTH)
    else:
        ratio = _table_scale(coarser) / _table_scale(finer)
        growth = ratio**_HOLLOW_EXPONENT if ratio >= _HOLLOW_LEAST_RATIO else 1
    return candidate.file.size_bytes < other.file.size_bytes * max(growth, 1)


def _told(facts: PhotoFacts) -> frozenset[str]:
    """The kinds of metadata of a copy, words among them."""
    return metadata_of(facts) | ({"words"} if facts.word_digests else set())


def _table_scale(quality: int) -> float:
    """Coarseness of libjpeg's tables at a quality, in percent of those at quality 50."""
    return 5000 / quality if quality < 50 else max(200 - 2 * quality, _FINEST_SCALE)


def claimed_quality(candidate: Candidate) -> int:
    """The `estimated_quality` of a copy, by its tables or its size."""
    return estimated_quality(candidate.facts, candidate.file.size_bytes)


def _same_pixels(one: Candidate, other: Candidate) -> bool:
    return one.pixel_digest is not None and one.pixel_digest == other.pixel_digest


def estimated_quality(facts: PhotoFacts, size_bytes: int) -> int:
    """Estimate the quality of any encoding on the scale of JPEG.

    Args:
        facts: The facts of the content.
        size_bytes: Size of the file.

    Returns:
        1 to 100; 100 for lossless formats. Where the format does not tell, the bits per pixel
        do, half a bit standing for quality 50; a camera's own file counts as 95 at least.
    """
    if facts.is_lossless:
        return 100
    if facts.quality is not None:
        return facts.quality
    bits_per_pixel = max(size_bytes * 8 / (facts.width_px * facts.height_px), 1e-3)
    quality = round(50 + _QUALITY_OCTAVE * math.log2(bits_per_pixel / 0.5))
    return min(max(quality, 95 if facts.camera and facts.taken else 10), 99)
