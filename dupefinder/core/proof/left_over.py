"""What encoding does not explain of the difference of two planes, block by block."""

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.blocks import blocks_of, is_clipped, rows_of
from dupefinder.core.proof.coding import BLOCK_PX, transform

Floats = NDArray[np.float32]
Levels = NDArray[np.uint8]

_RESAMPLING_SHARE = 0.05
_CLIPPED_ROUNDS = 4


class LeftOver:
    """What encoding does not explain of the difference of two planes, block by block."""

    def __init__(
        self, ours: Levels, theirs: Levels, places: NDArray[np.intp], allowed: Floats
    ) -> None:
        """Compare some blocks.

        Args:
            ours: uint8 (rows × 8, columns × 8).
            theirs: The other, likewise.
            places: The blocks, counted along the rows, rising.
            allowed: As `allowance` gives it.
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
    """What lies beyond the bounds of each coefficient, (n, 64)."""
    return coefficients - np.clip(coefficients, -bounds, bounds)


def _beyond_clipped(ours: Floats, theirs: Floats, bounds: Floats, left_over: Floats) -> Floats:
    """What is left over of blocks of which some pixels were cut off at black or white.

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
