"""Residual block by block: the difference of two planes that encoding does not explain.

How much may be left over depends on the place. Beside strong edges and in busy texture, encoders
leave the most over, and there the eye sees the least of it. On paper, sky and skin they leave
hardly anything, and a faint mark is seen.

Source: spatial masking as in J. Mannos and D. Sakrison, "The Effects of a Visual Fidelity Criterion
on the Encoding of Images", 1974.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.coding import BLOCK_PX, Floats, is_clipped, transform

Levels = NDArray[np.uint8]


def blocks_of(levels: Levels, places: NDArray[np.intp]) -> Levels:
    """Some blocks of a contiguous plane of whole blocks, uint8 (n, 64).

    Args:
        levels: uint8 (rows × 8, columns × 8).
        places: Of the blocks, counted along the rows.
    """
    # Each row of a block is one number of 8 bytes.
    rows = levels.reshape(-1).view(np.uint64)
    indices = rows_of(places, levels.shape[1] // BLOCK_PX)
    return rows.take(indices, mode="clip").view(np.uint8).reshape(-1, 64)


def rows_of(places: NDArray[np.intp], columns: int) -> NDArray[np.intp]:
    """Indices of the rows of some blocks among the rows of all, (n, 8)."""
    down, across = np.divmod(places, columns)
    rows: NDArray[np.intp] = (down * (BLOCK_PX * columns) + across)[:, None]
    return rows + np.arange(BLOCK_PX) * columns


_CALM_LEVELS = 4.0
_BUSY_LEVELS = 12.0
"""Standard deviations in a block: up to the first it hides nothing, from the second on all that a
place may hide. Of 560 pairs that were only saved again, 28 leave more over than `comparison` allows
in calm places; 19 of these only where it is busy."""


def busyness(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> Floats:
    """Find where two planes of whole blocks are busy: float32 (rows, columns), from 0 to 1.

    Args:
        ours: uint8 (rows × 8, columns × 8).
        theirs: The other, likewise. The calmer of the two counts: what only one of them shows does
            not hide itself.
    """
    spread = np.minimum(_spread(ours), _spread(theirs))
    # Ringing and what a window gathers reach into the next block.
    around = np.asarray(cv2.dilate(spread, np.ones((3, 3), np.uint8))).reshape(spread.shape)
    busy: Floats = ((around - _CALM_LEVELS) / (_BUSY_LEVELS - _CALM_LEVELS)).clip(0, 1)
    return busy


def _spread(plane: NDArray[np.uint8]) -> Floats:
    """Standard deviation in each block."""
    size = plane.shape[1] // BLOCK_PX, plane.shape[0] // BLOCK_PX
    values = plane.astype(np.float32)
    means, squares = (
        np.asarray(cv2.resize(one, size, interpolation=cv2.INTER_AREA), np.float32)
        for one in (values, values * values)
    )
    return np.sqrt(np.maximum(squares - means * means, 0)).reshape(size[::-1])


_RESAMPLING_SHARE = 0.05
_CLIPPED_ROUNDS = 4


class LeftOver:
    """The difference of two planes that encoding does not explain, block by block."""

    def __init__(
        self, ours: Levels, theirs: Levels, places: NDArray[np.intp], allowed: Floats
    ) -> None:
        """Compare some blocks.

        Args:
            ours: uint8 (rows × 8, columns × 8).
            theirs: The other, likewise.
            places: The blocks, counted along the rows, rising.
            allowed: From `allowance`.
        """
        ours, theirs = blocks_of(ours, places), blocks_of(theirs, places)
        coefficients = np.subtract(ours, theirs, dtype=np.float32) @ transform().T
        # Whatever the other shows, no less is allowed: most blocks end here.
        is_beyond = (np.abs(coefficients) > allowed).any(axis=1)
        self._ours, self._theirs = ours[is_beyond], theirs[is_beyond]
        self._places = places[is_beyond]
        size = np.abs(self._theirs.astype(np.float32) @ transform().T)
        size[:, 0] = 0
        self._bounds = allowed + np.float32(_RESAMPLING_SHARE) * size
        self._beyond = _beyond(coefficients[is_beyond], self._bounds)

    def power(self, shape: tuple[int, int]) -> Floats:
        """Sum of squares in each block, float32 (rows, columns); the transform keeps it."""
        power = np.zeros(shape, np.float32)
        power.reshape(-1)[self._places] = np.einsum("ij,ij->i", self._beyond, self._beyond)
        return power

    def put(self, plane: Floats, chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Write what is left over in some blocks into a plane.

        Args:
            plane: float32 (rows × 8, columns × 8).
            chosen: bool (rows × columns), the blocks.

        Returns:
            Those of the blocks in which there is anything, counted along the rows.
        """
        some = chosen[self._places]
        ours, theirs, found = self._ours[some], self._theirs[some], self._places[some]
        left_over = self._beyond[some] @ transform()
        clipped = np.flatnonzero(is_clipped(ours) | is_clipped(theirs))
        if len(clipped):
            left_over[clipped] = _beyond_clipped(
                ours[clipped].astype(np.float32),
                theirs[clipped].astype(np.float32),
                self._bounds[some][clipped],
                left_over[clipped],
            )
        rows = plane.reshape(-1, BLOCK_PX)
        rows[rows_of(found, plane.shape[1] // BLOCK_PX)] = left_over.reshape(-1, BLOCK_PX, BLOCK_PX)
        return found


def _beyond(coefficients: Floats, bounds: Floats) -> Floats:
    """The part of each coefficient that lies beyond its bound, (n, 64)."""
    return coefficients - np.clip(coefficients, -bounds, bounds)


def _beyond_clipped(ours: Floats, theirs: Floats, bounds: Floats, left_over: Floats) -> Floats:
    """The residual of blocks of which some pixels were cut off at black or white.

    Decoders cut off what overshoots beside hard edges, so the coefficients of what they give are
    not those that were kept. Whatever lay beyond black and white is free; it is chosen so that the
    difference is explained as far as it can be.

    Source: alternating projections on convex sets, D. C. Youla and H. Webb, 1982.

    Args:
        ours: float32 (n, 64), levels.
        theirs: The same of the other.
        bounds: float32 (n, 64), what each coefficient may differ by.
        left_over: float32 (n, 64), what is left over if nothing was cut off; is changed.
    """
    basis = transform()
    differences = ours - theirs
    # Ours may have been more than white, or theirs less than black: then the difference is larger.
    may_rise = (ours >= 255) | (theirs <= 0)
    may_fall = (ours <= 0) | (theirs >= 255)
    least, most = (
        np.where(may, limit, differences)
        for may, limit in ((may_fall, -np.inf), (may_rise, np.inf))
    )
    free, rest = differences, np.arange(len(differences))
    for _ in range(_CLIPPED_ROUNDS):
        here = left_over[rest]
        wanted = np.where(may_rise[rest] & (here < 0) | may_fall[rest] & (here > 0), here, 0)
        is_left = np.abs(wanted).max(axis=1) > 0.5
        if not is_left.any():
            break
        rest = rest[is_left]
        free = np.clip(free[is_left] - wanted[is_left], least[rest], most[rest])
        left_over[rest] = _beyond(free @ basis.T, bounds[rest]) @ basis
    return left_over
