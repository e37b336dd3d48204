"""Proof that all that one photo shows is in another one: at its own size, in every place.

Only such a photo may go for the other. The proof is one-sided: the photo that stays may show more,
be larger or sharper, never less. It forgives what encoding, resampling and one small filter for the
whole picture explain, and nothing else: neither percentiles nor the pair's own differences make it
more lenient. Fingerprints, small pictures and words of a scan have no part in it.

`contained` is the proof; `full_picture.decode_full` makes what it compares.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.coding import BLOCK_PX, LOSSLESS, PALETTE, Steps
from dupefinder.core.proof.full_picture import BLACK, WHITE, FullPicture, Levels
from dupefinder.core.proof.places import Blocks, Places, places_of
from dupefinder.core.proof.registration import Filter, Placed, align, luma_of, place_on
from dupefinder.core.proof.residual import Texture, allowance, residual, texture
from dupefinder.core.proof.structure import matched_tone, unlike_share
from dupefinder.core.records import DifferenceBox, Proof, ProofVerdict

__all__ = ["contained"]

Plane = NDArray[np.uint8] | NDArray[np.float32]
"""A luma, (height, width)."""

LUMA_LEVELS = 6.5
CHROMA_LEVELS = 8.0
"""Root mean square over a window that encoding may leave unexplained. Of 207 pairs that were only
saved again, in 17 ways, 11 exceed it; of 225 with a change of ten pixels or more that can still
be seen, all do."""
_MIDDLE_FREQUENCY = 0.25
_SHARPENED = 0.25
_SHARPENED_SLACK = 1.3
"""Programs that sharpen leave weak edges alone and cut off at black and white, each its own way."""
_PALETTE_SLACK = 2.0
_LUMA_WINDOW_PX = 7
_CHROMA_WINDOW_PX = 5

_TEXTURE_POWER = 0.4
_LEAST_AGREEMENT = 0.3
_LEAST_SHARED = 0.75
_MOST_CONTRADICTED = 0.1
"""Two encodings of one exposure share its noise; two exposures of one scene do not."""
_MOST_GAIN = 0.025
_MOST_OFFSET = 2.5
_CHROMA_OFFSETS = (-6.0, 6.0)
_UNLIKE_SHARE = 0.03
_ALL_OVER_SHARE = 0.4
_MOST_TINT = 1.0
_COLOUR_SAMPLES = 256
_GREY_CHROMA = 6
_COLOURED_SHARE = 0.002


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """One picture held against the other on its own grid.

    Attributes:
        differs: bool (rows, columns), blocks that encoding does not explain.
        level: Unexplained difference over all of the luma, root mean square in levels.
        texture: Fine texture of both.
        filter: The filter that was applied, None for none.
        likeness: The luma that the picture was held against, (height, width).
        is_tinted: True where the colours of the whole picture were changed.
    """

    differs: NDArray[np.bool_]
    level: float
    texture: Texture
    filter: Filter | None
    likeness: Plane
    is_tinted: bool


def contained(goes: FullPicture, stays: FullPicture) -> Proof:
    """Find out whether all that a photo shows is in another one of the same shape.

    Args:
        goes: The photo in question.
        stays: The other.
    """
    if not goes.is_jpeg:
        # The blocks of a JPEG are found again where it lies as it does in its file.
        goes = goes.laid_as(stays.orientation if stays.is_jpeg else 1)
    # Over one of the two any difference in opacity shows. An opaque copy was laid on white.
    grounds = (WHITE,) if goes.alpha is None else (WHITE, BLACK)
    proofs = [_proof_over(goes.over(ground), stays.over(ground)) for ground in grounds]
    return max(proofs, key=lambda proof: _SEVERITY[proof.verdict])


_SEVERITY = {verdict: place for place, verdict in enumerate(ProofVerdict)}


def _proof_over(goes: FullPicture, stays: FullPicture) -> Proof:
    placed = place_on(stays, goes)
    compared = _compare(goes, stays, placed)
    if compared.differs.any():
        placed = align(stays, goes, placed)
        # Where most of it differs, the whole picture was changed: only a filter may explain that.
        is_all_over = np.count_nonzero(compared.differs) > compared.differs.size * _ALL_OVER_SHARE
        ways = (True,) if is_all_over else (False, True)
        compared = min(
            (_compare(goes, stays, placed, with_former=True, filtered=way) for way in ways),
            key=lambda one: (np.count_nonzero(one.differs), one.level),
        )
    is_dithered = any(one.steps is PALETTE or one.facts.mode == "1" for one in (goes, stays))
    if not is_dithered and _are_two_exposures(compared.texture):
        return Proof(ProofVerdict.OTHER_PICTURE)
    if not compared.differs.any():
        is_grey = _is_coloured(goes) != _is_coloured(stays)
        return Proof(ProofVerdict.ALTERED if is_grey else _of_the_whole(compared))
    places = places_of(compared.differs)
    if places.are_few:
        return _differing(places, goes)
    return _all_over(goes, compared)


def _compare(
    goes: FullPicture,
    stays: FullPicture,
    placed: Placed,
    *,
    with_former: bool = False,
    filtered: bool = False,
) -> _Compared:
    """Hold a picture against the other on its grid.

    Args:
        goes: The picture.
        stays: The other.
        placed: The other on the grid of the first.
        with_former: True to look for the JPEGs that lossless pictures were made of.
        filtered: True to apply the fitted filter.
    """
    ours, theirs = (_steps_of(one, with_former=with_former) for one in (goes, stays))
    if ours is PALETTE and theirs is PALETTE:
        theirs = LOSSLESS  # of two palettes one is allowed for: else a faint line would be lost
    scale = (stays.facts.width_px * stays.facts.height_px) ** 0.5
    scale /= (goes.facts.width_px * goes.facts.height_px) ** 0.5
    luma, other = luma_of(goes.levels), luma_of(placed.levels)
    used = placed.filter if filtered else None
    likeness: Plane
    if used is not None:
        likeness = used.apply(other.astype(np.float32))
    else:
        likeness = _offset_like(luma, other)
    in_luma = allowance(ours.luma, theirs.luma, scale)
    found = residual(luma, likeness, in_luma, _LUMA_WINDOW_PX)
    is_sharpened = used is not None and abs(used.response(_MIDDLE_FREQUENCY) - 1) > _SHARPENED
    slack = _SHARPENED_SLACK if is_sharpened else 1.0
    if ours is PALETTE or theirs is PALETTE:
        slack = _PALETTE_SLACK
    differs = found.blocks > LUMA_LEVELS * slack
    allowed = allowance(ours.chroma, theirs.chroma, scale)
    is_tinted = False
    in_colour = goes.levels.ndim == 3 or placed.levels.ndim == 3
    for channel in (1, 2) if in_colour else ():
        mine, its = (_chroma(levels, channel) for levels in (goes.levels, placed.levels))
        is_tinted |= _tint(mine, its) > _tint_allowed(ours, theirs, scale)
        offset = np.median(mine[::4, ::4].astype(np.float32) - its[::4, ::4])
        shifted = its.astype(np.float32) + np.float32(np.clip(offset, *_CHROMA_OFFSETS))
        in_chroma = residual(mine, shifted, allowed, _CHROMA_WINDOW_PX)
        coarse = (in_chroma.blocks > CHROMA_LEVELS * slack).repeat(2, axis=0).repeat(2, axis=1)
        differs |= coarse[: differs.shape[0], : differs.shape[1]]
    fine = texture(luma, likeness, in_luma, differs)
    return _Compared(differs, found.level, fine, used, likeness, is_tinted)


def _is_coloured(picture: FullPicture) -> bool:
    """Tell whether a picture shows any colour: one in greys is no full copy of it."""
    levels = picture.levels
    if levels.ndim == 2:
        return False
    step = max(1, min(picture.size_px) // _COLOUR_SAMPLES)
    chroma = np.abs(levels[::step, ::step, 1:].astype(np.int16) - 128)
    return bool(np.count_nonzero(chroma > _GREY_CHROMA) > chroma.size * _COLOURED_SHARE)


def _steps_of(picture: FullPicture, *, with_former: bool) -> Steps:
    if with_former and picture.steps is LOSSLESS:
        return picture.former_steps() or LOSSLESS
    return picture.steps


def _offset_like(luma: Levels, other: Levels) -> Plane:
    """The other luma, brighter or darker by the whole picture's difference, if that is small."""
    step = max(1, min(luma.shape) // 256)
    offset = float(np.median(luma[::step, ::step].astype(np.int16) - other[::step, ::step]))
    if offset == 0 or abs(offset) > _MOST_OFFSET:
        return other
    return np.asarray(np.clip(other.astype(np.float32) + np.float32(offset), 0, 255), np.float32)


def _chroma(levels: Levels, channel: int) -> Levels:
    """A chroma plane at half width and height, uint8; neutral for greys."""
    high, wide = levels.shape[:2]
    size_px = (-(-wide // 2), -(-high // 2))
    if levels.ndim == 2:
        return np.full(size_px[::-1], 128, np.uint8)
    plane = np.ascontiguousarray(levels[..., channel])
    return np.asarray(cv2.resize(plane, size_px, interpolation=cv2.INTER_AREA)).reshape(
        size_px[::-1]
    )


def _tint(chroma: Levels, other: Levels) -> float:
    """How far the colours of a whole picture were moved or strengthened, in levels.

    The errors of encoding cancel out in a line that is fitted to all of them.
    """
    high, wide = chroma.shape
    size_px = (-(-wide // BLOCK_PX), -(-high // BLOCK_PX))
    # Means of blocks: fine colour is lost by encoding, but not changed.
    ours, theirs = (
        np.asarray(cv2.resize(plane, size_px, interpolation=cv2.INTER_AREA), np.float64).ravel()
        for plane in (chroma.astype(np.float32), other.astype(np.float32))
    )
    spread = float(theirs.var())
    gain = 1.0
    if spread > 0:
        gain = float(((ours - ours.mean()) * (theirs - theirs.mean())).mean()) / spread
    moved = float(ours.mean() - theirs.mean())
    return float(np.hypot(moved, (gain - 1) * spread**0.5))


def _tint_allowed(ours: Steps, theirs: Steps, scale: float) -> float:
    """What rounding the mean colour of each block may amount to."""
    rounding = (float(ours.chroma[0]) + float(theirs.chroma[0]) / scale) / (2 * BLOCK_PX)
    return _MOST_TINT + rounding


def _of_the_whole(compared: _Compared) -> ProofVerdict:
    """Verdict on two pictures that differ in no single place."""
    if compared.is_tinted:
        return ProofVerdict.ALTERED
    used = compared.filter
    if used is not None and (abs(used.gain - 1) > _MOST_GAIN or abs(used.offset) > _MOST_OFFSET):
        return ProofVerdict.ALTERED
    fine = compared.texture
    if fine.ours > _TEXTURE_POWER and fine.agreement < _LEAST_AGREEMENT:
        return ProofVerdict.ALTERED
    return ProofVerdict.CONTAINED


def _are_two_exposures(fine: Texture) -> bool:
    """Tell whether both pictures show noise, but not the same.

    A copy, however often it was encoded, loses noise but makes none: of 500 copies, altered ones
    among them, none that shares less than three quarters of its texture is contradicted in more
    than a fiftieth of it. Two exposures that differ in nothing else are in a sixth or more.
    """
    is_noisy = min(fine.ours, fine.theirs) > _TEXTURE_POWER
    return is_noisy and fine.shared < _LEAST_SHARED and fine.contradicted > _MOST_CONTRADICTED


def _all_over(goes: FullPicture, compared: _Compared) -> Proof:
    """Proof of two pictures that differ in many places: with another tone, or another picture."""
    luma = luma_of(goes.levels)
    toned = matched_tone(luma, compared.likeness)
    steps = _steps_of(goes, with_former=True)
    found = residual(luma, toned, allowance(steps.luma, steps.luma, 1.0), _LUMA_WINDOW_PX)
    places = places_of(found.blocks > LUMA_LEVELS)
    if not places.boxes:
        return Proof(ProofVerdict.ALTERED)
    if places.are_few:
        return _differing(places, goes)
    if unlike_share(luma, toned) > _UNLIKE_SHARE:
        return Proof(ProofVerdict.OTHER_PICTURE)
    return Proof(ProofVerdict.ALTERED)


def _differing(places: Places, goes: FullPicture) -> Proof:
    boxes = tuple(_upright(box, goes) for box in places.boxes)
    return Proof(ProofVerdict.DIFFERS, boxes)


def _upright(box: Blocks, picture: FullPicture) -> DifferenceBox:
    """A box of blocks as one of pixels of the picture as it is shown."""
    wide, high = picture.size_px
    left, top = box[0] * BLOCK_PX, box[1] * BLOCK_PX
    right, bottom = min(left + box[2] * BLOCK_PX, wide), min(top + box[3] * BLOCK_PX, high)
    ends = [
        _turned(x, y, wide, high, picture.orientation)
        for x, y in ((left, top), (right - 1, bottom - 1))
    ]
    (left, right), (top, bottom) = (sorted(side) for side in zip(*ends, strict=True))
    return DifferenceBox(left, top, right - left + 1, bottom - top + 1)


def _turned(x: int, y: int, wide: int, high: int, orientation: int) -> tuple[int, int]:
    """Where a pixel of a picture (wide, high) lies once an EXIF orientation is applied."""
    back_x, back_y = wide - 1 - x, high - 1 - y
    return {
        2: (back_x, y), 3: (back_x, back_y), 4: (x, back_y), 5: (y, x),
        6: (back_y, x), 7: (back_y, back_x), 8: (y, back_x),
    }.get(orientation, (x, y))  # fmt: skip
