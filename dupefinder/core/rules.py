"""Which copy of a photo to keep, as ordered rules, and which others may be proposed for removal.

A rule sees facts, never pixels. Nothing here marks a whole group: there is always one keeper,
and only a copy that the keeper replaces in full is proposed.
"""

import math
import os
import re
from collections.abc import Callable, Iterable, Sequence, Set
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
"""Where another format's quality is only guessed: a second encoding takes less than this share
of the bytes of a first one, and no more than this multiple of what it was made from."""
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
        shows_less: True for what is known to be cropped or framed from another of the group.
    """

    file: FoundFile
    content_id: int
    facts: PhotoFacts
    detail_px: int
    pixel_digest: bytes | None
    look: int
    shows_less: bool = False


_Key = Callable[[Candidate], object]


def order_candidates(candidates: Sequence[Candidate]) -> tuple[list[Candidate], Reason]:
    """Order the copies of one photo, the keeper first, and say what told it from the next.

    First the looks: the one that is whole, protected, uncut, straight from a camera, with the most
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


def _breaks_off(candidate: Candidate) -> bool:
    return candidate.facts.decodes_in_full is False


def _best(look: Iterable[Candidate], key: Callable[[Candidate], float]) -> float:
    return min(key(candidate) for candidate in look)


def _path_key(candidate: Candidate) -> tuple[int, int, bytes]:
    path = os.fsencode(candidate.file.path)
    return (candidate.file.path.count(os.sep), len(path), path)


_LOOK_RULES: tuple[tuple[ReasonCode, Callable[[Sequence[Candidate]], object]], ...] = (
    (ReasonCode.WHOLE, lambda look: _best(look, _breaks_off)),
    (
        ReasonCode.PROTECTED,
        # A protected copy that breaks off does not count while there is a whole one.
        lambda look: min((_breaks_off(one), not one.file.protected) for one in look),
    ),
    # A crop never beats what it was cut from, nor a screenshot the photo on it.
    (ReasonCode.SHOWS_ALL, lambda look: any(one.shows_less for one in look)),
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
    sources = _possible_sources(look)
    most_px = max(one.detail_px for one in look)
    lossy_pixels = {one.pixel_digest for one in look if not one.facts.is_lossless}

    def loss(one: Candidate) -> tuple[int, int, bool]:
        quality = true_quality(one, sources)
        bits = one.facts.bits_per_channel if quality == _claimed_quality(one) else 8
        return -(quality // _QUALITY_STEP), -bits, not one.facts.has_alpha

    return (
        (ReasonCode.WHOLE, _breaks_off),
        (ReasonCode.PROTECTED, lambda one: not one.file.protected),
        (
            ReasonCode.MORE_DETAIL,
            # Sizes that differ by rounding are equal; the steps count from the largest.
            lambda one: round(math.log(most_px / one.detail_px, _DETAIL_TOLERANCE) / 2),
        ),
        (ReasonCode.LESS_LOSSY, loss),
        (ReasonCode.ORIGINAL_FORMAT, lambda one: _is_copied_out(one, lossy_pixels)),
        (
            ReasonCode.MORE_METADATA,
            lambda one: (-len(metadata_of(one.facts)), -len(one.facts.word_digests)),
        ),
        (ReasonCode.OLDER, lambda one: (one.facts.taken is None, one.facts.taken or "")),
        (ReasonCode.OLDER, lambda one: one.file.mtime_ns),
        (ReasonCode.LARGER_FILE, lambda one: -one.file.size_bytes),
        (ReasonCode.PLAIN_NAME, lambda one: has_copy_name(one.file.path)),
        (ReasonCode.SHORTER_PATH, _path_key),
    )


def _possible_sources(look: Iterable[Candidate]) -> list[Candidate]:
    """The lossy copies that `true_quality` has to look at: of those alike the largest file.

    The larger the source, the more a second encoding would take; so the others show nothing
    that the largest does not, and 5,000 copies cost no 25 million comparisons.
    """
    sources: dict[tuple[object, ...], Candidate] = {}
    for one in look:
        facts = one.facts
        if facts.is_lossless:
            continue
        key = (
            *(facts.width_px, facts.height_px, _claimed_quality(one)),
            *(_from_camera(one), one.pixel_digest),
        )
        known = sources.get(key)
        if known is None or one.file.size_bytes > known.file.size_bytes:
            sources[key] = one
    return list(sources.values())


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
    quality = claimed = _claimed_quality(candidate)
    for other in look:
        theirs = other.facts
        if theirs.is_lossless or (theirs.width_px, theirs.height_px) != (
            facts.width_px,
            facts.height_px,
        ):
            continue
        lower = _claimed_quality(other)
        if facts.is_lossless:
            is_newer = _from_camera(other) and not _from_camera(candidate)
            if is_newer or _same_pixels(candidate, other):
                quality = min(quality, lower)
        elif lower < claimed and _is_hollow(candidate, other):
            quality = min(quality, max(lower - _QUALITY_STEP, 1))
    return quality


def _is_hollow(candidate: Candidate, other: Candidate) -> bool:
    """True for a file that was made from another one of lower quality, as far as sizes show."""
    finer, coarser = candidate.facts.quality, other.facts.quality
    if finer is None or coarser is None:
        steps = _claimed_quality(candidate) - _claimed_quality(other)
        growth = min(2 ** (steps / _QUALITY_OCTAVE) * _HOLLOW_SHARE, _HOLLOW_GROWTH)
    else:
        ratio = _table_scale(coarser) / _table_scale(finer)
        growth = ratio**_HOLLOW_EXPONENT if ratio >= _HOLLOW_LEAST_RATIO else 1
    return candidate.file.size_bytes < other.file.size_bytes * max(growth, 1)


def _table_scale(quality: int) -> float:
    """How coarse libjpeg's tables are at a quality, in percent of those at quality 50."""
    return 5000 / quality if quality < 50 else max(200 - 2 * quality, _FINEST_SCALE)


def _claimed_quality(candidate: Candidate) -> int:
    return estimated_quality(candidate.facts, candidate.file.size_bytes)


def _is_copied_out(candidate: Candidate, lossy_pixels: Set[bytes | None]) -> bool:
    """True for a lossless file that holds just what a lossy one decodes to."""
    digest = candidate.pixel_digest
    return candidate.facts.is_lossless and digest is not None and digest in lossy_pixels


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


def lacks_words(keeper: PhotoFacts, other: PhotoFacts) -> bool:
    """Tell whether a copy says in words what the one that stays does not."""
    return not set(other.word_digests) <= set(keeper.word_digests)


def holdings_of(facts: PhotoFacts) -> tuple[str, ...]:
    """Name what a photo holds beside its picture: metadata, extras, transparency; sorted."""
    transparency = {"transparency"} if facts.has_alpha else set()
    return tuple(sorted(metadata_of(facts) | set(facts.extras) | transparency))


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
    lack = lack_of_picture(keeper, other, evidence)
    if lack is not None and lack.code is not ReasonCode.KEEPER_LACKS_EXTRAS:
        return True, lack
    lacking_metadata = set(metadata_of(other.facts) - metadata_of(keeper.facts))
    if "caption" not in lacking_metadata and lacks_words(keeper.facts, other.facts):
        lacking_metadata.add("words")
    if lacking_metadata:
        return True, Reason(ReasonCode.KEEPER_LACKS_METADATA, tuple(sorted(lacking_metadata)))
    if lack is not None:
        return True, lack
    return False, Reason(ReasonCode.KEEPER_HAS_ALL)


def lack_of_picture(keeper: Candidate, other: Candidate, evidence: Evidence) -> Reason | None:
    """Say what another copy shows or holds that the one that stays does not, metadata aside.

    Args:
        keeper: The copy that stays.
        other: The other one; its bytes differ.
        evidence: One of `REPLACEABLE`.

    Returns:
        None where the copy that stays has it all.
    """
    if keeper.facts.decodes_in_full is False:
        return Reason(ReasonCode.KEEPER_IS_DAMAGED)
    if keeper.detail_px * _DETAIL_TOLERANCE < other.detail_px:
        return Reason(ReasonCode.KEEPER_LACKS_DETAIL)
    if evidence is Evidence.RE_ENCODED and _is_lossier(keeper, other):
        return Reason(ReasonCode.KEEPER_LACKS_DETAIL)
    if other.facts.has_alpha and not keeper.facts.has_alpha:
        return Reason(ReasonCode.KEEPER_LACKS_EXTRAS, ("transparency",))
    lacking_extras = set(other.facts.extras) - set(keeper.facts.extras)
    differing = other.facts.extras and other.facts.extras_digest != keeper.facts.extras_digest
    if lacking_extras or differing:
        return Reason(ReasonCode.KEEPER_LACKS_EXTRAS, tuple(sorted(other.facts.extras)))
    return None


def _is_lossier(keeper: Candidate, other: Candidate) -> bool:
    """True where a copy with no fewer pixels was compressed harder, or holds fewer bits."""
    if keeper.facts.bits_per_channel < other.facts.bits_per_channel:
        return True
    if keeper.detail_px > other.detail_px * _DETAIL_TOLERANCE:
        return False  # more pixels make up for a lower quality
    qualities = [true_quality(one, (keeper, other)) for one in (keeper, other)]
    return qualities[0] < qualities[1] - _QUALITY_STEP
