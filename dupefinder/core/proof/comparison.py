"""The comparison of a picture with another one on its grid: luma, colours, and explanations.

Differences that encoding and one filter do not explain may still be explained by how a picture is
seen: beyond black, white and full colour nothing shows, and a palette has few colours for many.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.coding import BLOCK_PX, PALETTE, Floats
from dupefinder.core.proof.colours import (
    ChromaDifference,
    SeenColours,
    compare_colours,
    in_colours_of,
    is_beyond_full_colour,
    median_gap,
    moved_by,
    seen_colours,
    shown_colours,
    shown_colours_of_half,
)
from dupefinder.core.proof.filter_fit import Filter
from dupefinder.core.proof.full_picture import (
    FullPicture,
    Levels,
    at_half,
    to_levels,
)
from dupefinder.core.proof.pair_coding import Coding, luma_allowance
from dupefinder.core.proof.places import MOST_SHARE, places_of
from dupefinder.core.proof.registration import Placed
from dupefinder.core.proof.residual import allowance, residual

LUMA_LEVELS = 3.5
"""Root mean square over a window that encoding may leave unexplained where a picture is calm;
`colours` has the one of chroma. Of 560 pairs that were only saved again, in some 30 ways, 9 exceed
it, most of them sharpened, or of few colours, for which more is allowed."""
LUMA_HIDDEN = 1.85
"""Addition where it is busy."""
_MIDDLE_FREQUENCY = 0.25
_SHARPENED = 0.25
_SHARPENED_SLACK = 1.3
"""Programs that sharpen leave weak edges alone and clip at black and white, each in its own way."""
_ROUNDING_LEVELS = 4
_EQUAL_LEVELS = 2
_ROUNDED_LEVELS = 2
"""The change of levels by converting them to colours and back."""
_MOST_UNEQUAL = 0.05
LUMA_WINDOW_PX = 7
MOST_OFFSET = 2.5
ALL_OVER_SHARE = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class LumaComparison:
    """The luma of one picture compared with that of the other on its own grid.

    Attributes:
        differs: bool (rows, columns), blocks that encoding does not explain.
        level: Unexplained difference over all of it, root mean square in levels.
        blocks: See `Residual.blocks`.
        filter: The filter that was applied, None for none.
        likeness: The luma that it was compared with, uint8 (height, width).
        is_broken_off: True if the comparison was ended early, as more than enough differed.
    """

    differs: NDArray[np.bool_]
    level: float
    blocks: Floats
    filter: Filter | None
    likeness: Levels
    is_broken_off: bool

    @property
    def strongest(self) -> float:
        """Unexplained difference in the block that differs most; 0 if none does."""
        return float(self.blocks[self.differs].max(initial=0))

    @property
    def is_all_over(self) -> bool:
        """True if most of it differs."""
        return bool(np.mean(self.differs) > ALL_OVER_SHARE)

    def is_beyond(self, possible: Filter | None) -> bool:
        """True if a filter cannot explain the differences, or not all of a few places."""
        if possible is None or possible.does_nothing:
            return True
        is_stronger = self.strongest > LUMA_LEVELS * _SHARPENED_SLACK + possible.most_levels
        return is_stronger and places_of(self.differs).are_few

    @property
    def are_many(self) -> bool:
        """True if too many places differ to name them."""
        return bool(np.mean(self.differs) > MOST_SHARE)


@dataclass(eq=False)
class PictureComparison:
    """A picture and another one on its grid."""

    goes: FullPicture
    placed: Placed

    def luma(
        self, coding: Coding, used: Filter | None = None, *, until: float = 1.0
    ) -> LumaComparison:
        """Compare the luma of the picture with that of the other.

        Args:
            coding: The quantisation steps of both.
            used: The filter to apply to the other.
            until: Share of the blocks; if more of them differ, the comparison ends.
        """
        luma, other = self.goes.luma, self.placed.luma
        likeness = offset_like(luma, other) if used is None else used.apply(other)
        most, hidden = LUMA_LEVELS * coding.slack * sharpened_slack(used), LUMA_HIDDEN
        if coding.goes is PALETTE:
            most, hidden = most * hidden, 1.0  # dithering makes every place busy
        allowed = luma_allowance(coding)
        found = residual(
            luma,
            likeness,
            allowed,
            LUMA_WINDOW_PX,
            least_levels=most,
            hidden=hidden,
            until=until,
        )
        differs = found.blocks > most
        if coding.is_exact:
            differs |= _unequal(self.goes, self.placed)
        return LumaComparison(
            differs, found.level, found.blocks, used, likeness, found.is_broken_off
        )

    def colours(self, coding: Coding) -> ChromaDifference:
        """Compare the chroma of the picture with that of the other."""
        goes, placed = self.goes, self.placed
        rest = goes.size_px, coding.goes.chroma, coding.stays.chroma, coding.scale
        found = compare_colours(goes.chroma, placed.chroma, *rest)
        blocks, is_tinted = found.blocks, found.is_tinted
        is_explained = not is_tinted and not found.differ(coding.slack).any()
        if not is_explained and self._may_be_seen_otherwise and self._is_beyond_full_colour:
            ours, theirs = self._seen_otherwise(slice(None))
            rest = goes.size_px, coding.seen_otherwise.chroma, *rest[2:]
            seen = compare_colours(ours.chroma, theirs.chroma, *rest)
            # Seen in that way, no more than usual may stay unexplained.
            blocks = np.minimum(blocks, np.where(seen.differ(1.0), blocks, 0))
            is_tinted &= seen.is_tinted
        return ChromaDifference(blocks, is_tinted)

    @property
    def _may_be_seen_otherwise(self) -> bool:
        return not self.goes.is_grey and not self.placed.source.is_grey

    def luma_filtered(self, coding: Coding, used: Filter | None) -> LumaComparison:
        """Compare the luma of the picture with that of the other after a filter."""
        compared = self.without_explained(self.luma(coding, used, until=MOST_SHARE), coding)
        if compared.are_many or not compared.is_broken_off:
            return compared
        return self.without_explained(self.luma(coding, used), coding)

    def without_explained(self, compared: LumaComparison, coding: Coding) -> LumaComparison:
        """A comparison without the blocks that agree if they are seen in another way."""
        differs = compared.differs
        if not differs.any() or not self._may_be_seen_otherwise:
            return compared
        rows = np.flatnonzero(differs.any(axis=1))
        top, bottom = max(int(rows[0]) - 1, 0), int(rows[-1]) + 2
        part = slice(top * BLOCK_PX, bottom * BLOCK_PX)
        ours, theirs = self._seen_otherwise(part)
        # Elsewhere the pictures are unchanged.
        changed = np.maximum(
            cv2.absdiff(ours.luma, self.goes.luma[part]),
            cv2.absdiff(theirs.luma, self.placed.luma[part]),
        )
        asked = differs[top:bottom] & _near(
            _largest(np.asarray(changed, np.uint8)) > _ROUNDED_LEVELS
        )
        if not asked.any():
            return compared
        found = residual(
            ours.luma,
            theirs.luma,
            allowance(coding.seen_otherwise.luma, coding.stays.luma, coding.scale),
            LUMA_WINDOW_PX,
            least_levels=LUMA_LEVELS,
            hidden=LUMA_HIDDEN,
            within=asked,
        )
        left = differs.copy()
        left[top:bottom] &= ~asked | (found.blocks > LUMA_LEVELS)
        if coding.is_exact:
            left |= _unequal(self.goes, self.placed)
        return replace(compared, differs=left)

    def _seen_otherwise(self, rows: slice) -> tuple[SeenColours, SeenColours]:
        """Some rows of the pictures seen in another way, which may explain them as well.

        A palette has no room for every colour: the nearest one stands for those of a small place.
        And the levels of a JPEG may be beyond black, white and full colour, where nothing shows
        them.
        """
        goes, placed = self.goes, self.placed
        if goes.steps is PALETTE:
            part = tuple(channel[rows] for channel in goes.channels)
            return SeenColours(part[0], at_half(part)), seen_colours(
                to_levels(self._in_few_colours[rows])
            )
        ours = shown_colours([channel[rows] for channel in goes.channels])
        if placed.is_whole:
            return ours, shown_colours([channel[rows] for channel in placed.source.channels])
        # The colours of the other, which was resampled, are known at half size.
        assert placed.chroma is not None
        ends = (None if end is None else (end + 1) // 2 for end in (rows.start, rows.stop))
        halves = slice(*ends)
        cr, cb = (plane[halves] for plane in placed.chroma)
        return ours, shown_colours_of_half(placed.luma[rows], (cr, cb))

    @cached_property
    def _is_beyond_full_colour(self) -> bool:
        """True if a picture has colours beyond full colour, at half size."""
        if self.goes.steps is PALETTE:
            return True
        return any(
            is_beyond_full_colour(luma, chroma)
            for luma, chroma in (
                (self.goes.luma, self.goes.chroma),
                (self.placed.luma, self.placed.chroma),
            )
            if chroma is not None
        )

    @cached_property
    def _in_few_colours(self) -> Levels:
        return in_colours_of(self.goes.colours(), self.placed.colours())


def _largest(values: Levels) -> Levels:
    """The largest value in each block of 8 × 8 pixels."""
    down, across = (-side % BLOCK_PX for side in values.shape)
    if down or across:
        values = np.pad(values, ((0, down), (0, across)))
    rows, columns = (side // BLOCK_PX for side in values.shape)
    by_rows = values.reshape(rows, BLOCK_PX, -1).max(axis=1)
    largest: Levels = by_rows.reshape(rows, columns, BLOCK_PX).max(axis=2)
    return largest


def _near(places: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Blocks and their neighbours."""
    near = cv2.dilate(places.astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.asarray(near, np.bool_).reshape(places.shape)


def _unequal(goes: FullPicture, placed: Placed) -> NDArray[np.bool_]:
    """Blocks in which any pixel differs by more than rounding, of two lossless pictures.

    Only for two that are equal nearly everywhere: otherwise one of them was made of a lossy file.
    """
    levels, others = goes.levels, placed.levels
    if levels.shape != others.shape:
        return np.zeros([-(-side // BLOCK_PX) for side in levels.shape[:2]], np.bool_)
    gaps = np.asarray(cv2.absdiff(levels, others), np.uint8)
    largest = gaps if gaps.ndim == 2 else gaps.max(axis=2)
    if np.count_nonzero(largest > _EQUAL_LEVELS) > largest.size * _MOST_UNEQUAL:
        largest = np.zeros_like(largest)
    return _largest(largest) > _ROUNDING_LEVELS


def sharpened_slack(used: Filter | None) -> float:
    """Factor of the levels that may stay unexplained if a copy was sharpened or smoothed."""
    is_sharpened = used is not None and abs(used.response(_MIDDLE_FREQUENCY) - 1) > _SHARPENED
    return _SHARPENED_SLACK if is_sharpened else 1.0


def offset_like(luma: Levels, other: Levels) -> Levels:
    """The other luma, brighter or darker by the whole picture's difference, if that is small."""
    offset = median_gap(luma, other)
    if offset == 0 or abs(offset) > MOST_OFFSET:
        return other
    return moved_by(other, offset)
