"""Rules for the copy of a photo to keep, in order, and for the others that may be removed.

A rule sees facts, never pixels. Nothing here marks a whole group: there is always one keeper,
and only a copy that the keeper replaces in full is proposed.

The person's order of folders comes after safety (lasting, whole, protected) and before all criteria
of quality. So between two folders the same side always stays, and a copy in the other one that has
more stays beside it.
"""

import math
import os
import re
from collections.abc import Callable, Iterable, Sequence, Set
from typing import Any, TypeVar

from dupefinder.core.exposures import is_other_exposure
from dupefinder.core.file_parts import count_of, lacking_parts
from dupefinder.core.records import Evidence, Proof, ProofVerdict, Reason, ReasonCode
from dupefinder.core.rules.candidate import (
    Candidate,
    breaks_off,
    is_from_camera,
    lacking_companions,
    lacking_extras,
    lacking_metadata,
    metadata_of,
)
from dupefinder.core.rules.quality import (
    QUALITY_STEP,
    claimed_quality,
    possible_sources,
    true_quality,
)

REPLACEABLE = frozenset((Evidence.SAME_BYTES, Evidence.SAME_PIXELS, Evidence.RE_ENCODED))
"""Evidence under which a copy may be proposed for removal."""

_GREY_MODES = frozenset(("1", "L", "LA", "La", "I", "I;16", "I;16B", "F"))
_DETAIL_TOLERANCE = 1.02
_COPY_NAME = re.compile(
    r"(?:\b|_)(?:copy|copie|copia|kopie|kopia|kópia|cópia|копия|edited|bearbeitet)(?:\b|_)"
    r"|\(\d+\)|~\d+$|[-_]wa\d{4}\b|コピー|副本",
    re.IGNORECASE,
)

_BACKUP_NAME = re.compile(
    r"back-?up|sicherung|sauvegarde|respaldo|copia de seguridad|резервн|バックアップ|备份",
    re.IGNORECASE,
)

_Key = Callable[[Candidate], object]
_Item = TypeVar("_Item")


def order_candidates(candidates: Sequence[Candidate]) -> tuple[list[Candidate], Reason]:
    """Order the copies of one photo, the keeper first, and name the rule that put it first.

    First the looks are ordered: whole, protected, uncut, straight from a camera, with the most
    detail, in colour, the most copies, the oldest; then the copies within each look. Copies in
    temporary places come last, and no look is judged by them.

    Args:
        candidates: At least one.

    Returns:
        The same candidates in order, and the reason for the first one.
    """
    by_look: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        by_look.setdefault(candidate.look, []).append(candidate)
    counted, look_code = _in_order([_counted(look) for look in by_look.values()], _LOOK_RULES)
    looks = (by_look[one[0].look] for one in counted)
    within = [_in_order(look, _rules_within(look)) for look in looks]
    ordered = [candidate for look, _ in within for candidate in look]
    return ordered, Reason(within[0][1] or look_code or ReasonCode.SHORTER_PATH)


def _in_order(
    items: list[_Item], rules: Sequence[tuple[ReasonCode, Callable[[_Item], Any]]]
) -> tuple[list[_Item], ReasonCode | None]:
    """Order by the first rule, equal ones by the next, and so on.

    Rules are evaluated only as far as needed: the first ones tell most copies apart.

    Args:
        items: At least one.
        rules: Sort keys, each with its reason code.

    Returns:
        The items in order, and the rule that puts the first before the second; None if no rule
        does.
    """
    for number, (code, key) in enumerate(rules if len(items) > 1 else ()):
        by_key: dict[Any, list[_Item]] = {}
        for item in items:
            by_key.setdefault(key(item), []).append(item)
        if len(by_key) > 1:
            rest = rules[number + 1 :]
            (first, first_code), *others = (_in_order(by_key[one], rest) for one in sorted(by_key))
            ordered = [*first, *(item for some, _ in others for item in some)]
            return ordered, code if len(first) == 1 else first_code
    return items, None


def _counted(look: list[Candidate]) -> list[Candidate]:
    """The copies by which a look is judged: the lasting ones, if there are any."""
    return [one for one in look if one.lasts] or look


def _best(look: Iterable[Candidate], key: Callable[[Candidate], float]) -> float:
    return min(key(candidate) for candidate in look)


def _path_key(candidate: Candidate) -> tuple[int, int, bytes]:
    path = os.fsencode(candidate.file.path)
    return (candidate.file.path.count(os.sep), len(path), path)


_LOOK_RULES: tuple[tuple[ReasonCode, Callable[[list[Candidate]], object]], ...] = (
    (ReasonCode.LASTS, lambda look: not look[0].lasts),
    (ReasonCode.WHOLE, lambda look: _best(look, breaks_off)),
    (
        ReasonCode.PROTECTED,
        # A damaged protected copy does not count while there is a whole one.
        lambda look: min((breaks_off(one), not one.file.protected) for one in look),
    ),
    # A crop never beats its original, nor a screenshot the photo on it.
    (ReasonCode.SHOWS_ALL, lambda look: any(one.shows_less for one in look)),
    (ReasonCode.FROM_CAMERA, lambda look: _best(look, lambda one: not is_from_camera(one))),
    (
        ReasonCode.MORE_DETAIL,
        lambda look: -round(math.log(max(one.detail_px for one in look), _DETAIL_TOLERANCE)),
    ),
    (ReasonCode.EARLIER_FOLDER, lambda look: _best(look, lambda one: one.folder_rank)),
    # However often a photo was saved in greys, that is not what was photographed.
    (ReasonCode.IN_COLOUR, lambda look: any(one.facts.mode in _GREY_MODES for one in look)),
    (ReasonCode.MORE_COPIES, lambda look: -len(look)),
    (ReasonCode.PLAIN_NAME, lambda look: min(copy_signs(one.file.path) for one in look)),
    (ReasonCode.OLDER, lambda look: _best(look, lambda one: one.file.mtime_ns)),
    (ReasonCode.SHORTER_PATH, lambda look: min(_path_key(one) for one in look)),
)


def _rules_within(look: Sequence[Candidate]) -> tuple[tuple[ReasonCode, _Key], ...]:
    if len(look) == 1:
        return ()
    sources = possible_sources(look)
    most_px = max(one.detail_px for one in look)
    lossy_pixels = {one.pixel_digest for one in look if not one.facts.is_lossless}

    def loss(one: Candidate) -> tuple[int, int, bool]:
        quality = true_quality(one, sources)
        bits = one.facts.bits_per_channel if quality == claimed_quality(one) else 8
        return -(quality // QUALITY_STEP), -bits, not one.facts.has_alpha

    return (
        (ReasonCode.LASTS, lambda one: not one.lasts),
        (ReasonCode.WHOLE, breaks_off),
        (ReasonCode.PROTECTED, lambda one: not one.file.protected),
        (ReasonCode.EARLIER_FOLDER, lambda one: one.folder_rank),
        (
            ReasonCode.MORE_DETAIL,
            # Sizes that differ by rounding are equal; the steps count from the largest.
            lambda one: round(math.log(most_px / one.detail_px, _DETAIL_TOLERANCE) / 2),
        ),
        (ReasonCode.LESS_LOSSY, loss),
        (ReasonCode.ORIGINAL_FORMAT, lambda one: _is_copied_out(one, lossy_pixels)),
        (
            ReasonCode.MORE_METADATA,
            lambda one: (
                *(-len(metadata_of(one.facts)), -len(one.facts.word_digests)),
                -count_of(one.facts.parts) - count_of(one.belonging.attributes),
                -len(one.facts.extras),
            ),
        ),
        # A photo without its copy's sidecar could not be removed anyway.
        (ReasonCode.MORE_COMPANIONS, lambda one: -len(one.belonging.companions)),
        (ReasonCode.OLDER, lambda one: (one.facts.taken is None, one.facts.taken or "")),
        # A row or a column less is a sign of a copy: turning without loss trims a photo.
        (ReasonCode.MORE_DETAIL, lambda one: -one.detail_px),
        # The time of a file is a weak sign: copying, restoring or syncing gives it another one.
        (ReasonCode.PLAIN_NAME, lambda one: copy_signs(one.file.path)),
        (ReasonCode.OLDER, lambda one: one.file.mtime_ns),
        (ReasonCode.LARGER_FILE, lambda one: -one.file.size_bytes),
        (ReasonCode.SHORTER_PATH, _path_key),
    )


def _is_copied_out(candidate: Candidate, lossy_pixels: Set[bytes | None]) -> bool:
    """True for a lossless file with exactly the pixels that a lossy one decodes to."""
    digest = candidate.pixel_digest
    return candidate.facts.is_lossless and digest is not None and digest in lossy_pixels


def has_copy_name(path: str) -> bool:
    """True for a name that marks a copy ("copy", "(1)", "IMG-…-WA0001")."""
    name = os.path.splitext(os.path.basename(path))[0]
    return _COPY_NAME.search(name) is not None


def copy_signs(path: str) -> tuple[bool, int]:
    """Count the signs in a path that a photo is a copy; fewer signs come first.

    Returns:
        True if the photo's name says so, see `has_copy_name`; and the number of folders above it
        that do, or are called a backup.
    """
    folders = os.path.dirname(path).split(os.sep)
    signs = sum(_COPY_NAME.search(one) is not None or _is_backup(one) for one in folders)
    return has_copy_name(path), signs


def _is_backup(folder: str) -> bool:
    return _BACKUP_NAME.search(folder) is not None


def propose(
    keeper: Candidate, other: Candidate, evidence: Evidence | None, proof: Proof | None = None
) -> tuple[bool, Reason]:
    """Decide whether another copy stays beside the keeper.

    Args:
        keeper: The copy that is kept in any case.
        other: Another one.
        evidence: Direct evidence that both are the same photo; None without any.
        proof: The full-size comparison of a re-encoding; None if it was not made yet.

    Returns:
        True if it stays; and the reason.
    """
    if other.file.protected:
        return True, Reason(ReasonCode.IS_PROTECTED)
    if evidence not in REPLACEABLE:
        return True, Reason(ReasonCode.LOOKS_DIFFERENT)
    if not keeper.lasts:
        return True, Reason(ReasonCode.KEEPER_DOES_NOT_LAST)
    notes = lacking_parts(keeper.belonging.attributes, other.belonging.attributes)
    if evidence is Evidence.SAME_BYTES:
        if notes:
            return True, Reason(ReasonCode.KEEPER_LACKS_METADATA, tuple(sorted(notes)))
        return _propose_with_companions(keeper, other)
    lack = lack_of_picture(keeper, other, evidence)
    if lack is not None and lack.code is not ReasonCode.KEEPER_LACKS_EXTRAS:
        return True, lack
    if evidence is Evidence.RE_ENCODED:
        unproven = lack_of_proof(proof)
        if unproven is not None:
            return True, unproven
    lacking = notes.union(lacking_metadata(keeper.facts, other.facts))
    if lack is not None:
        return True, Reason(lack.code, tuple(sorted(lacking.union(lack.parameters))))
    if lacking:
        return True, Reason(ReasonCode.KEEPER_LACKS_METADATA, tuple(sorted(lacking)))
    return _propose_with_companions(keeper, other)


def _propose_with_companions(keeper: Candidate, other: Candidate) -> tuple[bool, Reason]:
    lacking = lacking_companions(keeper, other)
    if lacking:
        return True, Reason(ReasonCode.KEEPER_LACKS_COMPANIONS, lacking)
    return False, Reason(ReasonCode.KEEPER_HAS_ALL)


def lack_of_proof(proof: Proof | None) -> Reason | None:
    """The reason why a re-encoding is not proved to be contained in the keeper; None if it is.

    Args:
        proof: The full-size comparison; None if it was not made yet.
    """
    if proof is None:
        return Reason(ReasonCode.BEING_CHECKED)
    if proof.verdict is ProofVerdict.CONTAINED:
        return None
    return Reason(ReasonCode.NOT_PROVEN, () if proof.cause is None else (proof.cause.value,))


def lack_of_picture(keeper: Candidate, other: Candidate, evidence: Evidence) -> Reason | None:
    """The reason why the kept copy lacks something of another copy, apart from metadata.

    Another exposure is another photo: the kept copy has nothing of it.

    Args:
        keeper: The kept copy.
        other: The other one; its bytes differ.
        evidence: One of `REPLACEABLE`.

    Returns:
        None if the kept copy has everything.
    """
    if evidence is Evidence.RE_ENCODED and is_other_exposure(keeper.facts, other.facts):
        return Reason(ReasonCode.OTHER_EXPOSURE)
    if keeper.facts.decodes_in_full is False:
        return Reason(ReasonCode.KEEPER_IS_DAMAGED)
    if keeper.detail_px * _DETAIL_TOLERANCE < other.detail_px:
        return Reason(ReasonCode.KEEPER_LACKS_DETAIL)
    if evidence is Evidence.RE_ENCODED and is_lossier(keeper, other):
        return Reason(ReasonCode.KEEPER_LACKS_DETAIL)
    extras = lacking_extras(keeper.facts, other.facts)
    return Reason(ReasonCode.KEEPER_LACKS_EXTRAS, extras) if extras else None


def is_lossier(keeper: Candidate, other: Candidate) -> bool:
    """True if a copy with no fewer pixels was compressed harder, or has fewer bits."""
    if keeper.facts.bits_per_channel < other.facts.bits_per_channel:
        return True
    if keeper.detail_px > other.detail_px * _DETAIL_TOLERANCE:
        return False  # more pixels make up for a lower quality
    qualities = [true_quality(one, (keeper, other)) for one in (keeper, other)]
    return qualities[0] < qualities[1] - QUALITY_STEP
