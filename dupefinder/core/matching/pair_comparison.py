"""Comparison of the small pictures of pairs: edge to edge, as thumbnails, reduced, and registered.

It writes the verdicts of a block of pairs into the block; `verification` keeps them in the catalog.
"""

from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import EVIDENCE_CODES, Catalog, Pairs, StoredContent
from dupefinder.core.confirm import (
    CONFIRM_VERSION,
    SAME_EXPOSURE_WORST,
    Structure,
    judge,
    measure_likeness,
    same_shape,
)
from dupefinder.core.confirm.alignment import inverse_maps
from dupefinder.core.confirm.registration import Registered, agree_edge_to_edge, register
from dupefinder.core.confirm.thumbnail_check import (
    REDUCTION_MOST_PX,
    Thumbnail,
    deserves_closer_look,
    is_re_encoded,
    is_reduction,
)
from dupefinder.core.exposures import Shot, are_different_exposures, shot_of
from dupefinder.core.fingerprint import hamming_bits
from dupefinder.core.fingerprint.views import WHOLE
from dupefinder.core.matching.equal_thumbnails import (
    INVERSES,
    EqualThumbnails,
    first_by_digest,
    oriented_by_rank,
)
from dupefinder.core.matching.shown_parts import ShownParts
from dupefinder.core.matching.small_pictures import SmallPictures, Thumbnails, turn_maps, turned
from dupefinder.core.records import Evidence, Orientation

CHECK_KIND = "phash-256"
WIDEST_CHECK_BITS = 100
"""Pairs whose 256-bit pHashes lie further apart are not looked at. Of 1,657 pairs of edited copies
as whole pictures none does, of 511 crops and what they were cut from one does; of pictures that
have nothing in common but a near fingerprint of 64 bits, six in ten."""
_PAIRS_IN_CACHE = 8
"""Chunk whose intermediate results stay in a core's cache."""
_LAID_AT_ONCE = 8
LOOK_ALIKE_CODE = EVIDENCE_CODES[Evidence.LOOK_ALIKE]
RE_ENCODED_CODE = EVIDENCE_CODES[Evidence.RE_ENCODED]
_EDITED_CODE = EVIDENCE_CODES[Evidence.EDITED]

Indices = NDArray[np.int64]


def compare_edge_to_edge(
    catalog: Catalog, block: Pairs, equal_thumbnails: EqualThumbnails, executor: Executor
) -> Indices:
    """Compare small pictures as they lie; return which upright pairs deserve a closer look."""
    still, moved, turns = oriented_by_rank(block, equal_thumbnails)
    unique_ids, index = np.unique(np.concatenate((still, moved)), return_inverse=True)
    at_still, at_moved = index[: len(block)], index[len(block) :]
    _, checks = catalog.fingerprints(CHECK_KIND, unique_ids)
    block["distance256_bits"] = hamming_bits(checks[at_still, 0], checks[at_moved, turns])
    block["confirm_version"] = CONFIRM_VERSION
    block["evidence"] = LOOK_ALIKE_CODE
    close = np.flatnonzero(is_near(block))
    if len(close) == 0:
        return close
    is_doubtful = np.zeros(len(block), np.bool_)
    greys, chromas = catalog.greys(unique_ids), catalog.chromas(unique_ids)
    # Most photos are compared with several others: each is prepared once for all of them.
    kinds = len(INVERSES)
    ours, theirs = at_still[close] * kinds, at_moved[close] * kinds + turns[close]
    variants, places = np.unique(np.concatenate((ours, theirs)), return_inverse=True)
    at_ours, at_theirs = np.zeros(len(block), np.int64), np.zeros(len(block), np.int64)
    at_ours[close], at_theirs[close] = places[: len(close)], places[len(close) :]
    variant_greys = turned(greys[variants // kinds], variants % kinds)
    structure = Structure.joined(
        executor.map(
            lambda part: Structure.of(part.astype(np.float32)),
            np.array_split(variant_greys, -(-len(variants) // _PAIRS_IN_CACHE)),
        )
    )

    def measure(part: Indices) -> tuple[NDArray[np.int8], NDArray[np.bool_], NDArray[np.float32]]:
        likeness = measure_likeness(
            variant_greys[at_ours[part]],
            variant_greys[at_theirs[part]],
            chromas[at_still[part]],
            turned(chromas[at_moved[part]], turns[part]),
            (structure.at(at_ours[part]), structure.at(at_theirs[part])),
        )
        codes = np.array([EVIDENCE_CODES[evidence] for evidence in judge(likeness)], np.int8)
        return codes, deserves_closer_look(likeness, codes == RE_ENCODED_CODE), likeness.worst

    parts = np.array_split(close, -(-len(close) // _PAIRS_IN_CACHE))
    for part, (codes, doubtful, worst) in zip(parts, executor.map(measure, parts), strict=True):
        block["evidence"][part] = codes
        block["likeness"][part] = worst
        is_doubtful[part] = doubtful
    return np.flatnonzero(is_doubtful & (block["orientation"] == Orientation.IDENTITY))


def look_closer(
    catalog: Catalog,
    block: Pairs,
    chosen: Indices,
    equal_thumbnails: EqualThumbnails,
    executor: Executor,
    thumbnails: Thumbnails,
) -> None:
    """Look at some of the pairs as large as their pictures are kept; correct their verdicts."""
    if len(chosen) == 0:
        return
    picture_ids = np.unique(np.concatenate((block["a"][chosen], block["b"][chosen])))
    content_of = first_by_digest(catalog, equal_thumbnails, picture_ids)
    thumbnails.load(np.array([content.content_id for content in content_of.values()], np.int64))

    def opened(content: StoredContent) -> Thumbnail:
        facts = content.facts
        picture = thumbnails.of(content.content_id)
        return Thumbnail(picture, facts.quality, has_palette=facts.mode == "P")

    def judged(index: int) -> int:
        a, b = (content_of[int(block[end][index])] for end in ("a", "b"))
        was_re_encoded = block["evidence"][index] == RE_ENCODED_CODE
        ours, theirs = a.facts, b.facts
        if not same_shape(ours.width_px, ours.height_px, theirs.width_px, theirs.height_px):
            return int(block["evidence"][index])
        if is_re_encoded(opened(a), opened(b), was_re_encoded=was_re_encoded):
            return RE_ENCODED_CODE
        return _EDITED_CODE

    block["evidence"][chosen] = list(executor.map(judged, chosen.tolist()))


def find_reductions(catalog: Catalog, block: Pairs, chosen: Indices) -> None:
    """Confirm tiny copies, of which too little is left to compare structure, among some pairs."""
    is_open = block["evidence"][chosen] == LOOK_ALIKE_CODE
    is_open &= block["orientation"][chosen] == Orientation.IDENTITY
    chosen = chosen[is_open]
    if len(chosen) == 0:
        return
    sizes_px = np.stack([catalog.sizes_px(block[end][chosen]) for end in ("a", "b")])
    smaller = sizes_px.max(axis=2).argmin(axis=0)
    for index in np.flatnonzero(sizes_px.max(axis=2).min(axis=0) <= REDUCTION_MOST_PX).tolist():
        tiny, other = smaller[index], 1 - smaller[index]
        if not same_shape(*sizes_px[0, index].tolist(), *sizes_px[1, index].tolist()):
            continue
        ends = [int(block[end][chosen[index]]) for end in ("a", "b")]
        greys = catalog.greys(ends)
        width_px, height_px = sizes_px[tiny, index].tolist()
        if is_reduction(greys[tiny], greys[other], (width_px, height_px)):
            block["evidence"][chosen[index]] = _EDITED_CODE


def is_near(block: Pairs) -> NDArray[np.bool_]:
    """Tell, bool (n,), which pairs are near enough by 256-bit pHash to be compared."""
    near: NDArray[np.bool_] = block["distance256_bits"] <= WIDEST_CHECK_BITS
    return near


def compare_registered(
    catalog: Catalog,
    block: Pairs,
    chosen: Indices,
    shown: ShownParts,
    equal_thumbnails: EqualThumbnails,
    executor: Executor,
    thumbnails: Thumbnails,
) -> NDArray[np.bool_]:
    """Register the pictures of some pairs, and write the verdicts into their block.

    Returns:
        bool (n,), False for pairs that were not compared, as their cameras recorded two exposures.
        That is not stored: a copy with other records may be found later.
    """
    is_final = np.ones(len(block), np.bool_)
    if len(chosen):
        differ = _are_different_exposures(catalog, block[chosen], equal_thumbnails)
        is_final[chosen[differ]] = False
        chosen = chosen[~differ]
    if len(chosen) == 0:
        return is_final
    shown = shown.of(chosen)
    is_a_moved, turns = shown.is_a_moved, shown.turns
    upright = np.zeros_like(turns)
    ids = np.unique(np.concatenate((shown.still, shown.moved)))
    pictures = SmallPictures(catalog, ids, thumbnails)

    # Pictures that agree edge to edge, and do not move so, need no alignment.
    agrees = (shown.still_view == WHOLE) & (shown.moved_view == WHOLE)
    agrees &= block["likeness"][chosen] >= SAME_EXPOSURE_WORST

    def stand_some(part: Indices) -> NDArray[np.bool_]:
        return agree_edge_to_edge(
            pictures.of(shown.still[part], shown.still_view[part], upright[part]),
            pictures.of(shown.moved[part], shown.moved_view[part], turns[part]),
        )

    left = np.flatnonzero(~agrees)
    parts = _parts(np.flatnonzero(agrees))
    for part, stands in zip(parts, executor.map(stand_some, parts), strict=True):
        block["evidence"][chosen[part[stands]]] = _EDITED_CODE
        left = np.concatenate((left, part[~stands]))

    def register_some(part: Indices) -> Registered:
        return register(
            pictures.of(shown.still[part], shown.still_view[part], upright[part]),
            pictures.of(shown.moved[part], shown.moved_view[part], turns[part]),
            shown.boxes[part],
            shown.is_cover[part],
        )

    parts = _parts(np.sort(left))
    for part, registered in zip(parts, executor.map(register_some, parts), strict=True):
        edited = part[registered.is_edited]
        _write_edits(block, chosen[edited], registered, turns[edited], is_a_moved[edited])
    return is_final


def _write_edits(
    block: Pairs,
    edited: Indices,
    registered: Registered,
    turns: NDArray[np.integer],
    is_a_moved: NDArray[np.bool_],
) -> None:
    """Write the edited ones of registered pairs into their block.

    Args:
        block: The pairs, in which verdict, likeness and placement are set.
        edited: int64 (m,), places of the edited pairs in the block.
        registered: The registered pairs, of which m are edited.
        turns: (m,), `Orientation` of the moved picture.
        is_a_moved: bool (m,), True where the moved picture is that of `a`.
    """
    block["evidence"][edited] = _EDITED_CODE
    # The likeness of whole pictures is how they agree edge to edge, and is kept for the next time.
    by_view = np.isnan(block["likeness"][edited])
    block["likeness"][edited[by_view]] = registered.worst[registered.is_edited][by_view]
    maps = registered.maps[registered.is_edited]
    # In the catalog b is turned and a is not.
    back = turn_maps(turns)
    into_a = np.where(
        is_a_moved[:, None, None], back @ maps @ inverse_maps(back), inverse_maps(maps)
    )
    block["placement"][edited] = into_a[:, :2].reshape(-1, 6)


def _parts(places: Indices) -> list[Indices]:
    """Split places into blocks that are compared at once."""
    return [places[start : start + _LAID_AT_ONCE] for start in range(0, len(places), _LAID_AT_ONCE)]


def _are_different_exposures(
    catalog: Catalog, pairs: Pairs, equal_thumbnails: EqualThumbnails
) -> NDArray[np.bool_]:
    """Tell, bool (n,), which pairs one camera says that it took at different times."""
    picture_ids = np.unique(np.concatenate((pairs["a"], pairs["b"])))
    members = equal_thumbnails.present_members(picture_ids)
    contents = catalog.facts(members)
    shots: dict[int, set[Shot]] = {}
    for member, picture_id in zip(
        members.tolist(), equal_thumbnails.of(members).tolist(), strict=True
    ):
        if (shot := shot_of(contents[member].facts)) is not None:
            shots.setdefault(picture_id, set()).add(shot)
    nothing: set[Shot] = set()
    return np.array(
        [
            are_different_exposures(shots.get(a, nothing), shots.get(b, nothing))
            for a, b in zip(pairs["a"].tolist(), pairs["b"].tolist(), strict=True)
        ],
        np.bool_,
    )
