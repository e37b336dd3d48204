"""Fine texture of two pictures on one grid: do they share their noise, as one exposure does?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.block_residual import blocks_of, is_clipped
from dupefinder.core.proof.coding import BLOCK_PX, transform

Floats = NDArray[np.float32]
Levels = NDArray[np.uint8]

_CALM_SHARE = 0.4
_CALM_BLOCKS = 8_000
_STRONG_LEVELS = 2.5
_STRONG_COUNT = 300
_HELD_SHARE = 0.25
_SEED = 0


@dataclass(frozen=True, slots=True)
class Texture:
    """Fine texture in the calmer places of two pictures: sensor noise, grain, grass, water.

    Attributes:
        ours: Mean power of a coefficient in the one, in levels².
        theirs: The same in the other.
        common: Mean product: as large as the powers where the texture is one and the same.
        contradicted: Share of the one picture's strong coefficients of which the other shows
            little or nothing, or the opposite; 0 where there are too few to tell.
    """

    ours: float
    theirs: float
    common: float
    contradicted: float

    @property
    def agreement(self) -> float:
        """Share of the one picture's texture that the other shows, too."""
        return self.common / max(self.ours, 1e-6)

    @property
    def shared(self) -> float:
        """Share of the weaker texture that both show: noise added to one of them is not asked."""
        return self.common / max(min(self.ours, self.theirs), 1e-6)


def texture(
    target: Levels, likeness: Levels, allowed: Floats, differs: NDArray[np.bool_]
) -> Texture:
    """Compare the fine texture of two lumas where they are calm; see `Texture`.

    Args:
        target: uint8 (height, width).
        likeness: The other on the same grid, likewise.
        allowed: As `allowance` gives it.
        differs: bool (⌈height / 8⌉, ⌈width / 8⌉), blocks that show different things: left out.
    """
    rows, columns = (side // BLOCK_PX for side in target.shape)
    alike = np.flatnonzero(~differs[:rows, :columns].ravel())
    if not len(alike):
        return Texture(0.0, 0.0, 0.0, 0.0)
    chosen = alike
    if len(alike) > _CALM_BLOCKS:
        drawn = np.random.default_rng(_SEED).permutation(len(alike))[:_CALM_BLOCKS]
        chosen = alike[np.sort(drawn)]
    inner = slice(0, rows * BLOCK_PX), slice(0, columns * BLOCK_PX)
    ours, theirs = (
        blocks_of(np.ascontiguousarray(plane[inner]), chosen) for plane in (target, likeness)
    )
    # What was cut off at black and white has lost its noise.
    whole = ~(is_clipped(ours) | is_clipped(theirs))
    if not whole.any():
        return Texture(0.0, 0.0, 0.0, 0.0)
    order = np.add.outer(np.arange(BLOCK_PX), np.arange(BLOCK_PX)).ravel()
    coarse, fine = np.flatnonzero((order > 0) & (order < 3)), np.flatnonzero(order // 3 == 1)
    basis = transform()[np.concatenate((coarse, fine))].T
    own, others = (blocks[whole].astype(np.float32) @ basis for blocks in (ours, theirs))
    low = len(coarse)
    activity = (own[:, :low] ** 2 + others[:, :low] ** 2).sum(axis=1)
    last = max(int(len(activity) * _CALM_SHARE) - 1, 0)
    calm = activity <= np.partition(activity, last)[last]
    own, others = own[calm][:, low:], others[calm][:, low:]
    sizes = np.abs(own)
    # Encoding takes half of such a coefficient at most.
    strong = sizes > np.maximum(allowed[fine], _STRONG_LEVELS)
    missing = strong & (others * np.sign(own) < sizes * _HELD_SHARE)
    strong_count = np.count_nonzero(strong)
    return Texture(
        float((own * own).mean()),
        float((others * others).mean()),
        float((own * others).mean()),
        np.count_nonzero(missing) / strong_count if strong_count >= _STRONG_COUNT else 0.0,
    )
