"""Which copy of a photo to keep, as ordered rules, and which others may be proposed for removal.

A rule sees facts, never pixels. Nothing here marks a whole group: there is always one keeper,
and only a copy that the keeper replaces in full is proposed.
"""

import math
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dupefinder.core.records import (
    Evidence,
    FoundFile,
    PhotoFacts,
    Reason,
    ReasonCode,
)

REPLACEABLE = frozenset((Evidence.SAME_BYTES, Evidence.SAME_PIXELS, Evidence.RE_ENCODED))
"""Evidence under which a copy may be proposed for removal."""

_DETAIL_TOLERANCE = 1.02
_QUALITY_STEP = 3
_QUALITY_OCTAVE = 22
"""Steps of JPEG quality that double the size of a file, about."""
_HOLLOW_SHARE = 0.75
_HOLLOW_GROWTH = 1.5
"""A second encoding takes less than this share of the bytes that its quality would take at
first hand, and no more than this multiple of the bytes of the first encoding."""
_COPY_NAME = re.compile(
    r"(?:\b|_)(?:copy|copie|copia|kopie|kopia|kópia|cópia|копия|edited|bearbeitet)(?:\b|_)"
    r"|\(\d+\)|~\d+$|[-_]wa\d{4}\b|コピー|副本",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file of a group as the rules see it.

    Attributes:
        file: Where it lies.
        content_id: Its content; byte-identical files share it.
        facts: What the content tells.
        detail_px: Pixels that hold true detail; fewer than width × height for an enlarged copy.
        pixel_digest: Digest of its pixels where it was needed, else None.
        look: Number of the look it shares with its re-encodings; an edited copy has another.
    """

    file: FoundFile
    content_id: int
    facts: PhotoFacts
    detail_px: int
    pixel_digest: bytes | None
    look: int


_Key = Callable[[Candidate], object]


def order_candidates(candidates: Sequence[Candidate]) -> tuple[list[Candidate], Reason]:
    """Order the copies of one photo, the keeper first, and say what told it from the next.

    First the looks: the one that is protected, whole, straight from a camera, with the most
    detail, the most copies, the oldest, stands for the original. Then the copies within it.

    Args:
        candidates: At least one.

    Returns:
        The same candidates in order, and why the first is first.
    """
    by_look: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        by_look.setdefault(candidate.look, []).append(candidate)
    looks = sorted(by_look.values(), key=_look_keys)
    ordered = [candidate for look in looks for candidate in _order_within(look)]
    return ordered, _reason_of_first(ordered, looks)


def _look_keys(look: Sequence[Candidate]) -> tuple[object, ...]:
    return tuple(key(look) for _, key in _LOOK_RULES)


def _from_camera(candidate: Candidate) -> bool:
    return candidate.facts.camera is not None and candidate.facts.taken is not None


def _best(look: Iterable[Candidate], key: Callable[[Candidate], float]) -> float:
    return min(key(candidate) for candidate in look)


def _path_key(candidate: Candidate) -> tuple[int, int, bytes]:
    path = os.fsencode(candidate.file.path)
    return (candidate.file.path.count(os.sep), len(path), path)


_LOOK_RULES: tuple[tuple[ReasonCode, Callable[[Sequence[Candidate]], object]], ...] = (
    (ReasonCode.PROTECTED, lambda look: _best(look, lambda one: not one.file.protected)),
    (
        ReasonCode.WHOLE,
        lambda look: _best(look, lambda one: one.facts.decodes_in_full is False),
    ),
    (ReasonCode.FROM_CAMERA, lambda look: _best(look, lambda one: not _from_camera(one))),
    (
        ReasonCode.MORE_DETAIL,
        lambda look: -round(math.log(max(one.detail_px for one in look), _DETAIL_TOLERANCE)),
    ),
    (ReasonCode.MORE_COPIES, lambda look: -len(look)),
    (ReasonCode.OLDER, lambda look: _best(look, lambda one: one.file.mtime_ns)),
    (ReasonCode.SHORTER_PATH, lambda look: min(_path_key(one) for one in look)),
)


def _order_within(look: Sequence[Candidate]) -> list[Candidate]:
    return sorted(look, key=_keys_within(look))


def _keys_within(look: Sequence[Candidate]) -> Callable[[Candidate], tuple[object, ...]]:
    rules = _rules_within(look)
    return lambda candidate: tuple(key(candidate) for _, key in rules)


def _rules_within(look: Sequence[Candidate]) -> tuple[tuple[ReasonCode, _Key], ...]:
    quality = {id(one): true_quality(one, look) for one in look}
    most_px = max(one.detail_px for one in look)
    return (
        (ReasonCode.PROTECTED, lambda one: not one.file.protected),
        (ReasonCode.WHOLE, lambda one: one.facts.decodes_in_full is False),
        (
            ReasonCode.MORE_DETAIL,
            # Sizes that differ by rounding are equal; the steps count from the largest.
            lambda one: round(math.log(most_px / one.detail_px, _DETAIL_TOLERANCE) / 2),
        ),
        (ReasonCode.LESS_LOSSY, lambda one: -(quality[id(one)] // _QUALITY_STEP)),
        (ReasonCode.ORIGINAL_FORMAT, lambda one: _is_copied_out(one, look)),
        (ReasonCode.MORE_METADATA, lambda one: -len(metadata_of(one.facts))),
        (ReasonCode.OLDER, lambda one: (one.facts.taken is None, one.facts.taken or "")),
        (ReasonCode.OLDER, lambda one: one.file.mtime_ns),
        (ReasonCode.LARGER_FILE, lambda one: -one.file.size_bytes),
        (ReasonCode.PLAIN_NAME, lambda one: has_copy_name(one.file.path)),
        (ReasonCode.SHORTER_PATH, _path_key),
    )


def _reason_of_first(ordered: Sequence[Candidate], looks: Sequence[list[Candidate]]) -> Reason:
    first = ordered[0]
    own_look = looks[0]
    if len(own_look) > 1:
        for code, key in _rules_within(own_look):
            if key(first) != key(ordered[1]):
                return Reason(code)
    if len(looks) > 1:
        for code, look_key in _LOOK_RULES:
            if look_key(own_look) != look_key(looks[1]):
                return Reason(code)
    return Reason(ReasonCode.SHORTER_PATH)


def true_quality(candidate: Candidate, look: Iterable[Candidate]) -> int:
    """Estimate a copy's quality, seeing through a re-encoding at a higher setting.

    A picture that was saved again at a higher quality gains nothing, and it shows: the file
    is smaller than a first encoding at that quality would be, measured by the other copies of
    the same size. A lossless file beside a camera's own was made from that and is no better.

    Args:
        candidate: The copy.
        look: All copies of the same look.

    Returns:
        1 to 100.
    """
    facts = candidate.facts
    claimed = estimated_quality(facts, candidate.file.size_bytes)
    quality = claimed
    for other in look:
        theirs = other.facts
        if theirs.is_lossless or (theirs.width_px, theirs.height_px) != (
            facts.width_px,
            facts.height_px,
        ):
            continue
        lower = estimated_quality(theirs, other.file.size_bytes)
        if facts.is_lossless:
            is_newer = _from_camera(other) and not _from_camera(candidate)
            if is_newer or _same_pixels(candidate, other):
                quality = min(quality, lower)
        elif lower < claimed:
            expected_bytes = other.file.size_bytes * 2 ** ((claimed - lower) / _QUALITY_OCTAVE)
            most_bytes = min(expected_bytes * _HOLLOW_SHARE, other.file.size_bytes * _HOLLOW_GROWTH)
            if candidate.file.size_bytes < max(most_bytes, other.file.size_bytes):
                quality = min(quality, lower - _QUALITY_STEP)
    return quality


def _is_copied_out(candidate: Candidate, look: Iterable[Candidate]) -> bool:
    """True for a lossless file that holds just what a lossy one decodes to."""
    return candidate.facts.is_lossless and any(
        not other.facts.is_lossless and _same_pixels(candidate, other) for other in look
    )


def _same_pixels(one: Candidate, other: Candidate) -> bool:
    return one.pixel_digest is not None and one.pixel_digest == other.pixel_digest


def estimated_quality(facts: PhotoFacts, size_bytes: int) -> int:
    """Place any encoding on the scale of JPEG qualities, roughly.

    Args:
        facts: What the content tells.
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


def metadata_of(facts: PhotoFacts) -> frozenset[str]:
    """Name the metadata whose loss a person would mourn.

    Returns:
        A set of "date", "camera", "gps", "caption", "rating".
    """
    present = {
        "date": facts.taken is not None,
        "camera": facts.camera is not None,
        "gps": facts.has_gps,
        "caption": facts.has_caption,
        "rating": bool(facts.rating),
    }
    return frozenset(name for name, there in present.items() if there)


def has_copy_name(path: str) -> bool:
    """Tell whether a name says of itself that it is a copy ("copy", "(1)", "IMG-…-WA0001")."""
    name = os.path.splitext(os.path.basename(path))[0]
    return _COPY_NAME.search(name) is not None


def propose(keeper: Candidate, other: Candidate, evidence: Evidence | None) -> tuple[bool, Reason]:
    """Decide whether another copy stays.

    Args:
        keeper: The copy that is kept in any case.
        other: Another one.
        evidence: What directly shows that both are the same photo; None where nothing does.

    Returns:
        Whether it stays, and why.
    """
    if other.file.protected:
        return True, Reason(ReasonCode.IS_PROTECTED)
    if evidence not in REPLACEABLE:
        return True, Reason(ReasonCode.LOOKS_DIFFERENT)
    if evidence is Evidence.SAME_BYTES:
        return False, Reason(ReasonCode.KEEPER_HAS_ALL)
    if keeper.facts.decodes_in_full is False:
        return True, Reason(ReasonCode.KEEPER_IS_DAMAGED)
    if keeper.detail_px * _DETAIL_TOLERANCE < other.detail_px:
        return True, Reason(ReasonCode.KEEPER_LACKS_DETAIL)
    lacking_metadata = metadata_of(other.facts) - metadata_of(keeper.facts)
    if lacking_metadata:
        return True, Reason(ReasonCode.KEEPER_LACKS_METADATA, tuple(sorted(lacking_metadata)))
    lacking_extras = set(other.facts.extras) - set(keeper.facts.extras)
    differing = other.facts.extras and other.facts.extras_digest != keeper.facts.extras_digest
    if lacking_extras or differing:
        return True, Reason(ReasonCode.KEEPER_LACKS_EXTRAS, tuple(sorted(other.facts.extras)))
    return False, Reason(ReasonCode.KEEPER_HAS_ALL)
