"""Prediction of some blocks of one picture from another picture of the same shape.

A copy was resampled, perhaps filtered, and encoded. Resampling and filter are one small linear map
for the whole picture, which is fitted: the copy as a sum of the other picture resampled by each of
the common kernels, shifted a little and smoothed a little. The residual is the detail that the copy
shows beyond the other picture, and the error of its own encoding.

Only some tiles are used, those with the finest detail and a few of the others, which costs a small
part of a comparison of all places.

Sources: the kernels are Pillow's; the fit is that of `registration`, least trimmed squares, here of
coefficients of blocks, each weighted by the coarseness of its encoding.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.proof.coding import BLOCK_PX

Floats = NDArray[np.float32]
Levels = NDArray[np.uint8]
Box = tuple[float, float, float, float]

TILE_PX = 64
MOST_TILES = 16
"""Number of tiles, half of which have the finest detail."""
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
"""Number of terms: kernels, shifts, smoothings, two stretches and an offset."""
_ALIGN_ROUNDS = 3
_KEPT_SHARE = 0.9
_ALIGNED_PX = 0.03
_MOST_MOVE_PX = 4.0
_RIDGE = 0.02
_MIDDLE_GREY = 128
_SIGMAS = 4
"""Reach of a smoothing, in standard deviations."""


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """Blocks of 8 × 8 pixels as coefficients, in levels of an orthonormal DCT.

    Attributes:
        own: float32 (n, 64), coefficients of the picture.
        predicted: float32 (n, 64), their prediction from the other picture.
        plain: float32 (n, 64), coefficients of the other picture on the same grid, unfiltered.
        repetition: Weight of the kernel that merely repeats pixels; about 1 where the picture was
            enlarged from the other in that way.
    """

    own: Floats
    predicted: Floats
    plain: Floats
    repetition: float


def predict(
    target: Levels, source: Levels, steps: Floats, tiles: int = MOST_TILES
) -> Predicted | None:
    """Predict a sample of a picture's blocks from another picture of the same shape.

    Args:
        target: uint8 (height, width), luma.
        source: uint8 (height, width) of any size, luma, registered with the target.
        steps: float32 (64,), quantisation steps of the target.
        tiles: Number of tiles to use.

    Returns:
        None for a picture smaller than a tile.
    """
    corners = _tiles(target, tiles)
    if not corners:
        return None
    high, wide = target.shape
    edges = np.array((0, 0, source.shape[1], source.shape[0]), np.float64)
    box = edges
    own = _transformed(_cut_out(target, corners))
    count = TILE_PX // BLOCK_PX
    weights = np.tile((1 / (steps + np.float32(2))).reshape(BLOCK_PX, BLOCK_PX), (count, count))
    for last in range(_ALIGN_ROUNDS):
        terms = _terms(source, corners, box, (wide, high))
        solution = _fitted(own, terms, weights.astype(np.float32))
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
    predicted = (solution.astype(np.float32) @ terms.reshape(_TERMS, -1)).reshape(own.shape)
    repetition = float(solution[_KERNELS.index(Image.Resampling.NEAREST)]) / gain
    return Predicted(_by_blocks(own), _by_blocks(predicted), _by_blocks(terms[0]), repetition)


def power_of(luma: Levels) -> Floats:
    """Mean power of the coefficients of a sample of blocks, float32 (64,), in levels²."""
    corners = _tiles(luma)
    if not corners:
        return np.zeros(BLOCK_PX * BLOCK_PX, np.float32)
    own = _by_blocks(_transformed(_cut_out(luma, corners)))
    power: Floats = (own * own).mean(axis=0)
    return power


def _tiles(luma: Levels, count: int = MOST_TILES) -> list[tuple[int, int]]:
    """Top left corners of the tiles with most detail, and of some others."""
    high, wide = luma.shape
    rows, columns = high // TILE_PX, wide // TILE_PX
    if not rows or not columns:
        return []
    inner = np.ascontiguousarray(luma[: rows * TILE_PX, : columns * TILE_PX])
    fine = cv2.absdiff(inner, cv2.blur(inner, (3, 3)))
    by_rows = fine.reshape(rows, TILE_PX, -1).sum(axis=1, dtype=np.uint16)
    sums = by_rows.reshape(rows, columns, TILE_PX).sum(axis=2, dtype=np.int64)
    order = np.argsort(-sums.ravel(), kind="stable")
    others = order[count // 2 :]
    spread = np.linspace(0, len(others) - 1, min(count // 2, len(others))).astype(np.intp)
    chosen = np.concatenate((order[: count // 2], others[spread]))
    return [(one % columns * TILE_PX, one // columns * TILE_PX) for one in chosen.tolist()]


def _cut_out(luma: Levels, corners: list[tuple[int, int]]) -> Floats:
    """Tiles of a picture, float32 (n, 64, 64), around middle grey."""
    tiles = np.stack([luma[y : y + TILE_PX, x : x + TILE_PX] for x, y in corners])
    return np.subtract(tiles, _MIDDLE_GREY, dtype=np.float32)


@lru_cache(maxsize=1)
def _transform() -> Floats:
    """Matrix of the DCT of each 8 of the pixels along a side of a tile, float32 (64, 64)."""
    places = np.arange(BLOCK_PX)
    rows = np.sqrt(2 / BLOCK_PX) * np.cos((2 * places + 1) * places[:, None] * np.pi / 16)
    rows[0] = np.sqrt(1 / BLOCK_PX)
    return np.kron(np.eye(TILE_PX // BLOCK_PX), rows).astype(np.float32)


def _transformed(tiles: Floats) -> Floats:
    """Coefficients of the blocks of tiles, each in the place of its block, (n, 64, 64)."""
    basis = _transform()
    across = (tiles.reshape(-1, TILE_PX) @ basis.T).reshape(tiles.shape)
    return np.asarray(np.matmul(basis, across), np.float32)


def _by_blocks(coefficients: Floats) -> Floats:
    """Coefficients of tiles, (n, 64, 64), by their blocks, (n × 64, 64)."""
    count = TILE_PX // BLOCK_PX
    blocks = coefficients.reshape(-1, count, BLOCK_PX, count, BLOCK_PX)
    return blocks.transpose(0, 1, 3, 2, 4).reshape(-1, BLOCK_PX * BLOCK_PX)


@lru_cache(maxsize=1)
def _moves() -> Floats:
    """Matrix of the shifts along a side of a block, float32 (3 × 8, 10).

    It maps the pixels of a block, with one on either side, to the coefficients of the block.
    """
    moves = np.zeros((len(_NEAR), BLOCK_PX, BLOCK_PX + 2), np.float32)
    for place in range(len(_NEAR)):
        moves[place, :, place : place + BLOCK_PX] = _transform()[:BLOCK_PX, :BLOCK_PX]
    return moves.reshape(-1, BLOCK_PX + 2)


def _moved(base: Floats) -> Floats:
    """Coefficients of tiles, shifted by each of nine moves, float32 (3, 3, n, 8, 8, 8, 8).

    Args:
        base: float32 (n, 80, 80), tiles and their margins.

    Returns:
        By moves down and across, tiles, blocks down, frequencies down, blocks across and
        frequencies across.
    """
    moves, tiles, blocks, side = _moves(), len(base), TILE_PX // BLOCK_PX, TILE_PX + 2
    part = base[:, _MARGIN_PX - 1 : 1 - _MARGIN_PX, _MARGIN_PX - 1 : 1 - _MARGIN_PX]
    windows = sliding_window_view(part, BLOCK_PX + 2, axis=2)[:, :, ::BLOCK_PX]
    across = (windows.reshape(-1, BLOCK_PX + 2) @ moves.T).reshape(tiles, side, -1)
    windows = sliding_window_view(across, BLOCK_PX + 2, axis=1)[:, ::BLOCK_PX]
    near = len(_NEAR)
    moved: Floats = np.matmul(moves, windows.swapaxes(2, 3))
    moved = moved.reshape(tiles, blocks, near, BLOCK_PX, blocks, near, BLOCK_PX)
    return moved.transpose(2, 5, 0, 1, 3, 4, 6)


@lru_cache(maxsize=1)
def _means() -> Floats:
    """Matrices of the smoothings along a side, float32 (3 × 64, 80).

    Each maps the pixels of a tile with its margins to the coefficients of the tile.
    """
    side = TILE_PX + 2 * _MARGIN_PX
    pixels = np.eye(side, dtype=np.float32)
    inner = slice(_MARGIN_PX, _MARGIN_PX + TILE_PX)
    rows: list[Floats] = []
    for sigma_px in _SIGMAS_PX:
        radius_px = round(sigma_px * _SIGMAS)
        weights = cv2.getGaussianKernel(2 * radius_px + 1, sigma_px, cv2.CV_32F)
        smooth = np.asarray(cv2.filter2D(pixels, -1, weights), np.float32)
        rows.append(smooth[inner])
    return np.concatenate([_transform() @ one for one in rows])


def _terms(
    source: Levels,
    corners: list[tuple[int, int]],
    box: NDArray[np.float64],
    size_px: tuple[int, int],
) -> Floats:
    """Terms of the fit as coefficients of tiles, float32 (terms, n, 64, 64).

    Args:
        source: uint8 (height, width).
        corners: Top left corners of the tiles.
        box: Place of the whole target in the source: left, top, right, bottom.
        size_px: Width and height of the target.
    """
    wide, high = size_px
    across, down = (box[2:] - box[:2]) / size_px
    resamples = abs(across - 1) > 1e-3 or abs(down - 1) > 1e-3
    # At the same size all kernels are equal, so one of them is enough.
    kernels = _KERNELS if resamples else _KERNELS[:1]
    planes = _resampled_tiles(source, corners, box, (across, down), kernels)
    planes -= np.float32(_MIDDLE_GREY)
    base, tiles, side = planes[0], len(corners), TILE_PX + 2 * _MARGIN_PX
    inner = slice(_MARGIN_PX, _MARGIN_PX + TILE_PX)
    terms = np.zeros((_TERMS, tiles, TILE_PX, TILE_PX), np.float32)
    moved = _moved(base)
    terms[_FIRST_NEAR:_AFTER_NEAR].reshape(moved.shape)[...] = moved
    means = _means()
    smooth_across = (base.reshape(-1, side) @ means.T).reshape(tiles, side, -1)
    for place in range(len(_SIGMAS_PX)):
        part = slice(place * TILE_PX, (place + 1) * TILE_PX)
        np.matmul(means[part], smooth_across[..., part], out=terms[_AFTER_NEAR + place])
    terms[0] = terms[_FIRST_NEAR + len(_NEAR) ** 2 // 2]
    for place in range(1, len(kernels)):
        terms[place] = _transformed(np.ascontiguousarray(planes[place, :, inner, inner]))
    places = np.arange(TILE_PX, dtype=np.float32)
    left, top = np.array(corners, np.float32).T[:, :, None]
    ramps = (left + places) / wide - np.float32(0.5), (top + places) / high - np.float32(0.5)
    before, after = slice(inner.start - 1, inner.stop - 1), slice(inner.start + 1, inner.stop + 1)
    terms[_SCALES] = _transformed(
        ramps[0][:, None] * (base[:, inner, after] - base[:, inner, before])
    )
    terms[_SCALES + 1] = _transformed(
        ramps[1][:, :, None] * (base[:, after, inner] - base[:, before, inner])
    )
    terms[-1, :, ::BLOCK_PX, ::BLOCK_PX] = BLOCK_PX
    return terms


def _resampled_tiles(
    source: Levels,
    corners: list[tuple[int, int]],
    box: NDArray[np.float64],
    scale: tuple[float, float],
    kernels: Sequence[Image.Resampling],
) -> Floats:
    """Tiles of the source and their margins on the grid of the target, float32 (…, n, 80, 80).

    Args:
        source: uint8 (height, width).
        corners: Top left corners of the tiles.
        box: See `_terms`.
        scale: Pixels of the source in one of the target, across and down.
        kernels: Resampling kernels.
    """
    side = TILE_PX + 2 * _MARGIN_PX
    planes = np.empty((len(kernels), len(corners), side, side), np.float32)
    for number, (x, y) in enumerate(corners):
        left, top = box[0] + (x - _MARGIN_PX) * scale[0], box[1] + (y - _MARGIN_PX) * scale[1]
        crop, within = _cut(source, (left, top, left + side * scale[0], top + side * scale[1]))
        is_whole = within[2] - within[0] == side and within[3] - within[1] == side
        if is_whole and within[0].is_integer() and within[1].is_integer():
            first, above = int(within[0]), int(within[1])
            planes[:, number] = crop[above : above + side, first : first + side]
            continue
        picture = Image.fromarray(crop)
        for place, kernel in enumerate(kernels):
            planes[place, number] = np.asarray(picture.resize((side, side), kernel, box=within))
    return planes


def _cut(source: Levels, box: Box) -> tuple[Levels, Box]:
    """The area that the kernels need for a box, its edge repeated, and the box within it."""
    spare_px = int(_SUPPORT_PX * max((box[2] - box[0]) / TILE_PX, 1)) + 2
    left, top = int(np.floor(box[0])) - spare_px, int(np.floor(box[1])) - spare_px
    bottom, right = int(np.ceil(box[3])) + spare_px, int(np.ceil(box[2])) + spare_px
    high, wide = source.shape
    part = source[max(top, 0) : min(bottom, high), max(left, 0) : min(right, wide)]
    missing = max(-top, 0), max(bottom - high, 0), max(-left, 0), max(right - wide, 0)
    if any(missing):
        part = np.asarray(cv2.copyMakeBorder(part, *missing, cv2.BORDER_REPLICATE), np.uint8)
    within = (
        float(box[0] - left),
        float(box[1] - top),
        float(box[2] - left),
        float(box[3] - top),
    )
    return part, within


def _fitted(own: Floats, terms: Floats, weights: Floats) -> NDArray[np.float64]:
    """Least trimmed squares, which leave out the blocks that agree least: float64 (terms,).

    Args:
        own: float32 (n, 64, 64), coefficients of tiles.
        terms: float32 (terms, n, 64, 64), the terms to be added up.
        weights: float32 (64, 64), weights of the coefficients of a tile.
    """
    count, blocks = len(terms), TILE_PX // BLOCK_PX
    weighed = (terms * weights).reshape(count, -1)
    aim = (own * weights).ravel()
    ridge = _RIDGE * aim.size * float(np.mean(weights) ** 2)
    prior = np.zeros(count)
    prior[_FIRST_NEAR + len(_NEAR) ** 2 // 2] = 1
    normal, right = _normal(weighed, aim)
    answer = np.linalg.solve(normal + ridge * np.eye(count), right + ridge * prior)
    errors = np.abs(aim - answer.astype(np.float32) @ weighed)
    by_rows = errors.reshape(-1, blocks, BLOCK_PX, TILE_PX).max(axis=2)
    largest = by_rows.reshape(-1, blocks, blocks, BLOCK_PX).max(axis=3)
    last = int(largest.size * _KEPT_SHARE)
    left_out = largest > np.partition(largest.ravel(), last)[last]
    # Far fewer blocks are left out than kept.
    is_out = left_out.repeat(BLOCK_PX, axis=1).repeat(BLOCK_PX, axis=2).ravel()
    without, aim_without = _normal(np.compress(is_out, weighed, axis=1), aim[is_out])
    answer = np.linalg.solve(
        normal - without + ridge * np.eye(count), right - aim_without + ridge * prior
    )
    return np.asarray(answer, np.float64)


def _normal(terms: Floats, aim: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Products of the terms with one another, (terms, terms), and with the target, (terms,)."""
    return (terms @ terms.T).astype(np.float64), (terms @ aim).astype(np.float64)
