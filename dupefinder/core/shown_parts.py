"""Pairs of which views met → which part of the one picture the other one seems to show."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, Pairs
from dupefinder.core.confirm.alignment import sample
from dupefinder.core.confirm.cover_places import cover_boxes
from dupefinder.core.confirm.laying import map_into
from dupefinder.core.fingerprint import hamming_bits, inverse
from dupefinder.core.fingerprint.covers import FIRST_COVER, box_of_view
from dupefinder.core.fingerprint.views import WHOLE, check_words
from dupefinder.core.records import Orientation
from dupefinder.core.small_pictures import SWAPS_SIDES, met_greys, turned, turned_box
from dupefinder.core.twins import Twins

_INVERSES = np.array([inverse(orientation) for orientation in Orientation])

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ShownParts:
    """How n pairs seem to lie: the picture of which a window met is moved onto the other one.

    Attributes:
        still: int64 (n,), contents.
        moved: int64 (n,), contents; of two whole pictures the one of higher rank.
        still_view: (n,), the view of each still one that met.
        moved_view: (n,), the same of the moved ones.
        turns: (n,), `Orientation`, how the moved ones have to be turned first.
        is_a_moved: bool (n,), where the first of the pair is moved.
        boxes: float64 (n, 4), what the still ones show of the moved ones, once these are turned:
            left, top, right and bottom in shares.
        check_bits: int64 (n,), distance of the 256-bit pHashes of what both show.
    """

    still: Indices
    moved: Indices
    still_view: NDArray[np.integer]
    moved_view: NDArray[np.integer]
    turns: NDArray[np.integer]
    is_a_moved: NDArray[np.bool_]
    boxes: NDArray[np.float64]
    check_bits: NDArray[np.int64]


def shown_parts(catalog: Catalog, pairs: Pairs, twins: Twins) -> ShownParts:
    """Guess what the one picture of each pair shows of the other.

    Args:
        catalog: Where small pictures are.
        pairs: n pairs.
        twins: Of all contents.
    """
    is_a_moved = (pairs["view_a"] > pairs["view_b"]) | (
        (pairs["view_a"] == pairs["view_b"])
        & (twins.rank_of(pairs["a"]) > twins.rank_of(pairs["b"]))
    )
    still = np.where(is_a_moved, pairs["b"], pairs["a"])
    moved = np.where(is_a_moved, pairs["a"], pairs["b"])
    still_view = np.where(is_a_moved, pairs["view_b"], pairs["view_a"])
    moved_view = np.where(is_a_moved, pairs["view_a"], pairs["view_b"])
    turns = np.where(is_a_moved, _INVERSES[pairs["orientation"]], pairs["orientation"])
    boxes = np.array(
        [
            turned_box(np.array(box_of_view(view)), Orientation(turn))
            for view, turn in zip(moved_view.tolist(), turns.tolist(), strict=True)
        ]
    ).reshape(-1, 4)
    ours = met_greys(catalog, still, still_view)
    theirs = turned(met_greys(catalog, moved, moved_view), turns)
    covers = np.flatnonzero(moved_view >= FIRST_COVER)
    if len(covers):
        cuts = _cuts(catalog, still[covers], still_view[covers], moved[covers], turns[covers])
        boxes[covers] = cover_boxes(ours[covers], theirs[covers], cuts, boxes[covers])
    parts = np.rint(sample(theirs.astype(np.float32), map_into(boxes), theirs.shape[-1]))
    whole = np.full(len(pairs), WHOLE)
    check_bits = hamming_bits(
        check_words(ours, whole), check_words(parts.astype(np.uint8), whole)
    )
    return ShownParts(still, moved, still_view, moved_view, turns, is_a_moved, boxes, check_bits)


def _cuts(
    catalog: Catalog,
    still: Indices,
    still_view: NDArray[np.integer],
    moved: Indices,
    turns: NDArray[np.integer],
) -> NDArray[np.float64]:
    """Proportions of covers by those of the photos that they may be cut from."""
    whole, inner = catalog.aspects(still)
    ours = np.where(still_view == WHOLE, whole, inner)
    _, theirs = catalog.aspects(moved)
    swaps = np.isin(turns, list(SWAPS_SIDES))
    cuts: NDArray[np.float64] = np.exp(ours - np.where(swaps, -theirs, theirs))
    return cuts
