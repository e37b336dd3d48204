"""Parts of pictures that others seem to show, from pairs of matching views."""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, Pairs
from dupefinder.core.confirm.alignment import map_into, sample
from dupefinder.core.confirm.cover_places import cover_boxes
from dupefinder.core.fingerprint import hamming_bits
from dupefinder.core.fingerprint.covers import FIRST_COVER, box_of_view
from dupefinder.core.fingerprint.views import INNER, WHOLE, check_words
from dupefinder.core.matching.equal_thumbnails import INVERSES, EqualThumbnails, oriented_by_rank
from dupefinder.core.matching.small_pictures import SWAPS_SIDES, met_greys, turned, turned_box
from dupefinder.core.records import Orientation

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ShownParts:
    """Supposed placements of n pairs: the picture whose window met is moved onto the other.

    Attributes:
        still: int64 (n,), contents.
        moved: int64 (n,), contents; of two whole pictures the one of higher rank.
        still_view: (n,), the view of each still one that met.
        moved_view: (n,), the same of the moved ones.
        turns: (n,), `Orientation`, how the moved ones have to be turned first.
        is_a_moved: bool (n,), where the first of the pair is moved.
        is_cover: bool (n,), where the still one seems to be a cover of the moved one.
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
    is_cover: NDArray[np.bool_]
    boxes: NDArray[np.float64]
    check_bits: NDArray[np.int64]

    def of(self, chosen: Indices) -> "ShownParts":
        """The parts of some pairs, given by their places, int64 (m,)."""
        values = (getattr(self, field.name)[chosen] for field in fields(self))
        return ShownParts(*values)


def whole_pictures(pairs: Pairs, equal_thumbnails: EqualThumbnails) -> ShownParts:
    """Pairs of which whole pictures met: each shows all of the other.

    Args:
        pairs: n pairs.
        equal_thumbnails: Equal thumbnails of all contents.

    Returns:
        With no `check_bits`: these are known of whole pictures.
    """
    still, moved, turns = oriented_by_rank(pairs, equal_thumbnails)
    return ShownParts(
        still,
        moved,
        np.full(len(pairs), WHOLE),
        np.full(len(pairs), WHOLE),
        turns,
        moved == pairs["a"],
        np.zeros(len(pairs), np.bool_),
        np.tile((0.0, 0.0, 1.0, 1.0), (len(pairs), 1)),
        np.zeros(len(pairs), np.int64),
    )


def shown_parts(catalog: Catalog, pairs: Pairs, equal_thumbnails: EqualThumbnails) -> ShownParts:
    """Guess the part of the one picture of each pair that the other shows.

    Args:
        catalog: Source of the small pictures.
        pairs: n pairs.
        equal_thumbnails: Equal thumbnails of all contents.
    """
    is_a_moved = (pairs["view_a"] > pairs["view_b"]) | (
        (pairs["view_a"] == pairs["view_b"])
        & (equal_thumbnails.rank_of(pairs["a"]) > equal_thumbnails.rank_of(pairs["b"]))
    )
    still = np.where(is_a_moved, pairs["b"], pairs["a"])
    moved = np.where(is_a_moved, pairs["a"], pairs["b"])
    still_view = np.where(is_a_moved, pairs["view_b"], pairs["view_a"])
    moved_view = np.where(is_a_moved, pairs["view_a"], pairs["view_b"])
    turns = np.where(is_a_moved, INVERSES[pairs["orientation"]], pairs["orientation"])
    boxes = np.array(
        [
            turned_box(np.array(box_of_view(view)), Orientation(turn))
            for view, turn in zip(moved_view.tolist(), turns.tolist(), strict=True)
        ]
    ).reshape(-1, 4)
    is_cover = moved_view >= FIRST_COVER
    shown = ShownParts(
        still,
        moved,
        still_view,
        moved_view,
        turns,
        is_a_moved,
        is_cover,
        boxes,
        np.zeros(len(pairs), np.int64),
    )
    theirs = turned(met_greys(catalog, moved, moved_view), turns)
    _look_up(catalog, shown, theirs, np.arange(len(pairs)))
    # A dark edge may be taken for a margin: both are tried.
    is_framed = np.isin(still, catalog.framed_contents())
    framed = np.flatnonzero(is_cover & is_framed)
    if len(framed):
        before = replace(shown, boxes=boxes.copy(), check_bits=shown.check_bits.copy())
        shown.still_view[framed] = np.where(still_view[framed] == WHOLE, INNER, WHOLE)
        _look_up(catalog, shown, theirs, framed)
        worse = framed[shown.check_bits[framed] >= before.check_bits[framed]]
        for ours, its in (
            (shown.still_view, np.where(shown.still_view == WHOLE, INNER, WHOLE)),
            (shown.boxes, before.boxes),
            (shown.check_bits, before.check_bits),
        ):
            ours[worse] = its[worse]
    return shown


def _look_up(
    catalog: Catalog, shown: ShownParts, theirs: NDArray[np.uint8], chosen: Indices
) -> None:
    """Find the boxes of covers, and how far what both show is apart, of some of the pairs."""
    ours = met_greys(catalog, shown.still[chosen], shown.still_view[chosen])
    theirs = theirs[chosen]
    covers = np.flatnonzero(shown.is_cover[chosen])
    if len(covers):
        places = chosen[covers]
        shown.boxes[places] = cover_boxes(
            ours[covers], theirs[covers], _cuts(catalog, shown, places), shown.boxes[places]
        )
    boxes = shown.boxes[chosen]
    parts = np.rint(sample(theirs.astype(np.float32), map_into(boxes), theirs.shape[-1]))
    whole = np.full(len(chosen), WHOLE)
    shown.check_bits[chosen] = hamming_bits(
        check_words(ours, whole), check_words(parts.astype(np.uint8), whole)
    )


def _cuts(catalog: Catalog, shown: ShownParts, chosen: Indices) -> NDArray[np.float64]:
    """Proportions of covers by those of the photos that they may be cut from, of some pairs."""
    whole, inner = catalog.aspects(shown.still[chosen])
    ours = np.where(shown.still_view[chosen] == WHOLE, whole, inner)
    theirs, _ = catalog.aspects(shown.moved[chosen])
    swaps = np.isin(shown.turns[chosen], list(SWAPS_SIDES))
    cuts: NDArray[np.float64] = np.exp(ours - np.where(swaps, -theirs, theirs))
    return cuts
