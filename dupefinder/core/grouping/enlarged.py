"""Photos that may be enlarged copies of smaller ones, as far as sizes tell."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from dupefinder.core.catalog import StoredContent
from dupefinder.core.rules.quality import estimated_quality

_LARGER = 1.1
_SUSPICIOUS_SHARE = 0.8
_SUSPICIOUS_SHARE_OF_CAMERA = 0.45
"""Bits per pixel, against those of a smaller copy at the same quality, below which a photo may
be enlarged: a camera's own file is believed longer than any other. Enlarging by a factor leaves
about the bits that there were; shrinking to a half leaves 1.3 to 2 times the bits per pixel."""


def may_be_enlarged(contents: Iterable[StoredContent], beside: Iterable[StoredContent]) -> set[int]:
    """Find contents that have more pixels than another one but too few bits for them.

    Only these are worth a full decode. The bits of a lossless file say nothing, so one that is
    no camera's own is always doubted.

    Args:
        contents: What to look at.
        beside: What they were confirmed to be re-encodings of.

    Returns:
        Ids of the doubtful ones among `contents`.
    """
    smaller = sorted(
        (_pixels(content), _density(content)) for content in beside if not content.facts.is_raw
    )
    sizes_px = [pixels for pixels, _ in smaller]
    densest = list(accumulate((density for _, density in smaller), max))
    found = set()
    for content in contents:
        below = bisect_right(sizes_px, _pixels(content) / _LARGER)
        if not below or content.facts.is_raw:
            continue
        from_camera = content.facts.camera is not None and content.facts.taken is not None
        share = _SUSPICIOUS_SHARE_OF_CAMERA if from_camera else _SUSPICIOUS_SHARE
        is_doubtful = content.facts.is_lossless and not from_camera
        if is_doubtful or _density(content) < densest[below - 1] * share:
            found.add(content.content_id)
    return found


def _pixels(content: StoredContent) -> int:
    return content.facts.width_px * content.facts.height_px


def _density(content: StoredContent) -> float:
    """Bits per pixel, against what a JPEG of that quality commonly takes."""
    quality = estimated_quality(content.facts, content.size_bytes)
    return content.size_bytes * 8 / _pixels(content) / 2 ** ((quality - 50) / 22)
