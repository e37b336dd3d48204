"""Some blocks of one picture, and what another picture of the same shape makes of them.

A copy was resampled, perhaps filtered, and encoded. The first two are one small linear map for the
whole picture, and that is fitted: the copy as a sum of the other picture resampled by each of the
common kernels, a little moved and a little smoothed. What the map leaves over is what the copy
shows beyond the other picture, and what its own encoding did to it.

Only tiles are looked at, those with the finest detail and some of all the others, so that this
costs a small part of a comparison of every place.

Sources: the kernels are Pillow's; the fit is that of `registration`, least trimmed squares, here of
coefficients of blocks, each weighed by how coarsely it was encoded.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.proof.coding import BLOCK_PX, transform

Floats = NDArray[np.float32]
Levels = NDArray[np.uint8]
Box = tuple[float, float, float, float]

TILE_PX = 64
_TILES = 24
_MARGIN_PX = 8
_KERNELS = (
    Image.Resampling.BICUBIC,
    Image.Resampling.NEAREST,
    Image.Resampling.BILINEAR,
    Image.Resampling.LANCZOS,
)
_SUPPORT_PX = 4
_SIGMAS_PX = (1.0, 1.8, 3.2)
_NEAR = (-1, 0, 1)
_FIRST_NEAR = len(_KERNELS)
_AFTER_NEAR = _FIRST_NEAR + len(_NEAR) ** 2
_SCALES = _AFTER_NEAR + len(_SIGMAS_PX)
_TERMS = _SCALES + 3
"""Kernels, moves, smoothings, two stretches and an offset."""
_ALIGN_ROUNDS = 3
_TRIM_ROUNDS = 2
_KEPT_SHARE = 0.9
_ALIGNED_PX = 0.03
_MOST_MOVE_PX = 4.0
_RIDGE = 0.02
_BLOCKS = (TILE_PX // BLOCK_PX) ** 2


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """Blocks of 8 × 8 pixels as coefficients, in levels of an orthonormal DCT.

    Attributes:
        own: float32 (n, 64), of the picture.
        predicted: float32 (n, 64), what the other picture makes of them.
        plain: float32 (n, 64), of the other picture on the same grid, unfiltered.
    """

    own: Floats
    predicted: Floats
    plain: Floats


def predict(target: Levels, source: Levels, steps: Floats) -> Predicted | None:
    """Predict a sample of a picture's blocks from another picture of the same shape.

    Args:
        target: uint8 (height, width), luma.
        source: uint8 (height, width) of any size, luma, lying as the target does.
        steps: float32 (64,), the target's quantisation steps.

    Returns:
        None for a picture smaller than a tile.
    """
    corners = _tiles(target)
    if not corners:
        return None
    high, wide = target.shape
    edges = np.array((0, 0, source.shape[1], source.shape[0]), np.float64)
    box = edges
    own = _coefficients(np.stack([target[y : y + TILE_PX, x : x + TILE_PX] for x, y in corners]))
    weights = (1 / (steps + np.float32(2))).astype(np.float32)
    for last in range(_ALIGN_ROUNDS):
        terms = _terms(source, corners, box, (wide, high))
        solution = _fitted(own, terms, weights)
        gain = float(solution[:_SCALES].sum()) or 1.0
        near = solution[_FIRST_NEAR:_AFTER_NEAR].reshape(len(_NEAR), len(_NEAR))
        move = np.array((near[:, 2] - near[:, 0], near[2] - near[0])).sum(axis=1) / gain
        stretch = solution[_SCALES : _SCALES + 2] / gain
        is_aligned = max(np.abs(move).max(), np.abs(stretch).max()) < _ALIGNED_PX
        per_px = (box[2:] - box[:2]) / (wide, high)
        moved = box + np.concatenate(((move - stretch) * per_px, (move + stretch) * per_px))
        is_far = np.abs(moved - edges).max() > _MOST_MOVE_PX * max(per_px.max(), 1)
        if is_aligned or is_far or last == _ALIGN_ROUNDS - 1:
            break
        box = moved
    predicted = np.tensordot(solution.astype(np.float32), terms, 1)
    return Predicted(own, predicted, terms[0])


def power_of(luma: Levels) -> Floats:
    """Mean power of the coefficients of a sample of blocks, float32 (64,), in levels²."""
    corners = _tiles(luma)
    if not corners:
        return np.zeros(BLOCK_PX * BLOCK_PX, np.float32)
    own = _coefficients(np.stack([luma[y : y + TILE_PX, x : x + TILE_PX] for x, y in corners]))
    power: Floats = (own * own).mean(axis=0)
    return power


def _tiles(luma: Levels) -> list[tuple[int, int]]:
    """Left upper corners of the tiles with most detail, and of some among the others."""
    high, wide = luma.shape
    rows, columns = high // TILE_PX, wide // TILE_PX
    if not rows or not columns:
        return []
    inner = np.ascontiguousarray(luma[: rows * TILE_PX, : columns * TILE_PX])
    fine = cv2.absdiff(inner, cv2.blur(inner, (3, 3)))
    means = cv2.resize(fine.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
    order = np.argsort(-np.asarray(means).ravel(), kind="stable")
    others = order[_TILES // 2 :]
    spread = np.linspace(0, len(others) - 1, min(_TILES // 2, len(others))).astype(np.intp)
    chosen = np.concatenate((order[: _TILES // 2], others[spread]))
    return [(one % columns * TILE_PX, one // columns * TILE_PX) for one in chosen.tolist()]


def _coefficients(tiles: NDArray[np.generic]) -> Floats:
    """Coefficients of the blocks of tiles: (n, 64, 64) → float32 (n × 64, 64)."""
    count = TILE_PX // BLOCK_PX
    blocks = tiles.astype(np.float32).reshape(-1, count, BLOCK_PX, count, BLOCK_PX)
    blocks = blocks.transpose(0, 1, 3, 2, 4).reshape(-1, BLOCK_PX * BLOCK_PX) - np.float32(128)
    return blocks @ transform().T


def _terms(
    source: Levels,
    corners: list[tuple[int, int]],
    box: NDArray[np.float64],
    size_px: tuple[int, int],
) -> Floats:
    """What the fit may add up, float32 (terms, blocks, 64).

    Args:
        source: uint8 (height, width).
        corners: Of the tiles.
        box: Where the whole target lies in the source: left, top, right, bottom.
        size_px: Width and height of the target.
    """
    wide, high = size_px
    across, down = (box[2:] - box[:2]) / size_px
    resamples = abs(across - 1) > 1e-3 or abs(down - 1) > 1e-3
    side = TILE_PX + 2 * _MARGIN_PX
    inner = slice(_MARGIN_PX, _MARGIN_PX + TILE_PX)
    places = np.arange(TILE_PX, dtype=np.float32)
    planes = np.empty((_TERMS - 1, len(corners), TILE_PX, TILE_PX), np.float32)
    for number, (x, y) in enumerate(corners):
        left, top = box[0] + (x - _MARGIN_PX) * across, box[1] + (y - _MARGIN_PX) * down
        crop, within = _cut(source, (left, top, left + side * across, top + side * down))
        base = np.asarray(crop.resize((side, side), _KERNELS[0], box=within)).astype(np.float32)
        tile = planes[:, number]
        tile[0] = base[inner, inner]
        for place, kernel in enumerate(_KERNELS[1:], 1):
            if resamples:
                resized = crop.resize((side, side), kernel, box=within)
                tile[place] = np.asarray(resized)[inner, inner]
        moved = {
            (dy, dx): base[_MARGIN_PX + dy :, _MARGIN_PX + dx :][:TILE_PX, :TILE_PX]
            for dy in _NEAR
            for dx in _NEAR
        }
        tile[_FIRST_NEAR:_AFTER_NEAR] = np.stack(list(moved.values()))
        for place, sigma_px in enumerate(_SIGMAS_PX, _AFTER_NEAR):
            tile[place] = np.asarray(cv2.GaussianBlur(base, (0, 0), sigma_px))[inner, inner]
        slopes = moved[0, 1] - moved[0, -1], moved[1, 0] - moved[-1, 0]
        tile[_SCALES] = ((places + x) / wide - 0.5) * slopes[0] + 128
        tile[_SCALES + 1] = ((places + y) / high - 0.5)[:, None] * slopes[1] + 128
    # At the same size all kernels do the same: one of them is enough.
    left_out = () if resamples else range(1, len(_KERNELS))
    terms = np.stack(
        [
            np.zeros((len(corners) * _BLOCKS, BLOCK_PX**2), np.float32)
            if number in left_out
            else _coefficients(plane)
            for number, plane in enumerate(planes)
        ]
    )
    offset = np.zeros_like(terms[:1])
    offset[..., 0] = BLOCK_PX
    return np.concatenate((terms, offset))


def _cut(source: Levels, box: Box) -> tuple[Image.Image, Box]:
    """What the kernels need of a picture for a box, its edge repeated, and the box within that."""
    spare_px = int(_SUPPORT_PX * max((box[2] - box[0]) / TILE_PX, 1)) + 2
    left, top = int(np.floor(box[0])) - spare_px, int(np.floor(box[1])) - spare_px
    rows = np.arange(top, int(np.ceil(box[3])) + spare_px).clip(0, source.shape[0] - 1)
    columns = np.arange(left, int(np.ceil(box[2])) + spare_px).clip(0, source.shape[1] - 1)
    part = source[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    part = part[rows - rows[0]][:, columns - columns[0]]
    within = (box[0] - left, box[1] - top, box[2] - left, box[3] - top)
    return Image.fromarray(part), within


def _fitted(own: Floats, terms: Floats, weights: Floats) -> NDArray[np.float64]:
    """Least squares, without the blocks that agree least: float64 (terms,)."""
    count = len(terms)
    weighed, aim = terms * weights, own * weights
    ridge = _RIDGE * aim.size * float(np.mean(weights) ** 2)
    prior = np.zeros(count)
    prior[_FIRST_NEAR + len(_NEAR) ** 2 // 2] = 1
    normal, right = _normal(weighed, aim)
    solution: NDArray[np.float64] = prior
    for last in range(_TRIM_ROUNDS):
        left_out = np.zeros(len(own), np.bool_)
        if last:
            fitted = solution.astype(np.float32) @ weighed.reshape(count, -1)
            errors = np.abs(aim - fitted.reshape(aim.shape)).max(axis=1)
            left_out = errors > np.quantile(errors, _KEPT_SHARE)
        # Far fewer blocks are left out than kept.
        without, aim_without = _normal(weighed[:, left_out], aim[left_out])
        answer = np.linalg.solve(
            normal - without + ridge * np.eye(count), right - aim_without + ridge * prior
        )
        solution = np.asarray(answer, np.float64)
    return solution


def _normal(terms: Floats, aim: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Products of the terms with one another, (terms, terms), and with the aim, (terms,)."""
    ours = terms.reshape(len(terms), -1)
    return (ours @ ours.T).astype(np.float64), (ours @ aim.ravel()).astype(np.float64)
