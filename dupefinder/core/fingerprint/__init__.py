"""Perceptual hashes of small greys, packed into uint64 words, for many photos at a time.

Every hash here is a linear map of the 96-pixel grey followed by a comparison, so a batch of
photos is a handful of matrix products. The resampling to the hash's own grid and the cosine
transform are folded into one matrix each.

Source: the definitions of the `imagehash` package (aHash and pHash after Krawetz, "Looks Like
It", 2011; dHash after Krawetz, "Kind of Like That", 2013; wHash after Petrov, 2016), which is
also the oracle of the tests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from dupefinder.core.records import Orientation

FINGERPRINT_VERSION = 17
"""Rises whenever a stored fingerprint or fact would come out differently."""

Greys = NDArray[np.uint8]
Words = NDArray[np.uint64]
Level = TypeVar("Level", bound=np.generic)

_OVERSAMPLING = 4
"""pHash looks at four samples per kept frequency in each direction."""
_LANCZOS_LOBES = 3


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One kind of perceptual hash.

    Attributes:
        kind: Its name in the catalog, "phash-64" for example.
        bits: Bits of one hash.
        variants: Hashes of one photo: 8 where every orientation has its own, else 1.
        of_greys: Function from uint8 (n, side, side) to uint64 (n, variants, words).
    """

    kind: str
    bits: int
    variants: int
    of_greys: Callable[[Greys], Words]

    @property
    def words(self) -> int:
        """uint64 words of one hash."""
        return (self.bits + 63) // 64


def pack_bits(bits: NDArray[np.bool_]) -> Words:
    """Pack bits into words, first bit highest, so that hexadecimal reads as imagehash writes it.

    Args:
        bits: bool (..., b) with b a multiple of 64.

    Returns:
        uint64 (..., b / 64).
    """
    packed = np.packbits(bits, axis=-1)
    return packed.view(">u8").astype(np.uint64)


def hamming_bits(a: Words, b: Words) -> NDArray[np.int64]:
    """Count differing bits.

    Args:
        a: uint64 (..., words).
        b: uint64 (..., words), broadcast against `a`.

    Returns:
        int64 (...).
    """
    differing: NDArray[np.int64] = np.bitwise_count(np.bitwise_xor(a, b)).sum(
        axis=-1, dtype=np.int64
    )
    return differing


@lru_cache(maxsize=64)
def resampling_matrix(
    size_px: int, samples: int, span: tuple[float, float] = (0.0, 1.0)
) -> NDArray[np.float32]:
    """Build the matrix that resamples a line, by the Lanczos window of three lobes.

    Source: Duchon, "Lanczos Filtering in One and Two Dimensions", 1979; the placing of
    the samples is Pillow's.

    Args:
        size_px: Length of the line.
        samples: Samples wanted, at most as many as there are pixels.
        span: Begin and end, as shares of the line, of what is resampled.

    Returns:
        float32 (samples, size_px); every row sums to 1.
    """
    begin, end = span
    scale = size_px * (end - begin) / samples
    centres = size_px * begin + (np.arange(samples) + 0.5) * scale
    offsets = (np.arange(size_px) + 0.5 - centres[:, None]) / scale
    weights = np.sinc(offsets) * np.sinc(offsets / _LANCZOS_LOBES)
    weights[np.abs(offsets) >= _LANCZOS_LOBES] = 0.0
    matrix: NDArray[np.float32] = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return matrix


@lru_cache(maxsize=64)
def frequency_matrix(
    size_px: int, frequencies: int, span: tuple[float, float] = (0.0, 1.0)
) -> NDArray[np.float32]:
    """Build the matrix of a resampling followed by the lowest rows of a DCT-II.

    Args:
        size_px: Length of the line.
        frequencies: Rows of the cosine transform.
        span: Begin and end, as shares of the line, of what is transformed.

    Returns:
        float32 (frequencies, size_px).
    """
    samples = frequencies * _OVERSAMPLING
    angles = np.pi / samples * np.outer(np.arange(frequencies), np.arange(samples) + 0.5)
    cosines = 2.0 * np.cos(angles)
    return (cosines @ resampling_matrix(size_px, samples, span)).astype(np.float32)


def orient_frequencies(
    coefficients: NDArray[np.float32], orientation: Orientation
) -> NDArray[np.float32]:
    """Turn a picture by turning its DCT coefficients: a mirror negates the odd ones.

    Args:
        coefficients: float32 (..., h, h), vertical frequency first.
        orientation: The turn.

    Returns:
        Coefficients of the turned picture, same shape.
    """
    alternating = np.where(np.arange(coefficients.shape[-1]) % 2, -1.0, 1.0).astype(np.float32)
    transposed = np.swapaxes(coefficients, -1, -2)
    match orientation:
        case Orientation.IDENTITY:
            return coefficients
        case Orientation.MIRROR:
            return coefficients * alternating
        case Orientation.FLIP:
            return coefficients * alternating[:, None]
        case Orientation.ROTATE_180:
            return coefficients * alternating * alternating[:, None]
        case Orientation.TRANSPOSE:
            return transposed
        case Orientation.ROTATE_90:
            return transposed * alternating
        case Orientation.ROTATE_270:
            return transposed * alternating[:, None]
        case Orientation.TRANSVERSE:
            return transposed * alternating * alternating[:, None]


def orient_greys(greys: NDArray[Level], orientation: Orientation) -> NDArray[Level]:
    """Turn square pictures.

    Args:
        greys: (..., side, side).
        orientation: The turn; `ROTATE_*` is clockwise.

    Returns:
        A view of the same shape.
    """
    transposed = np.swapaxes(greys, -1, -2)
    match orientation:
        case Orientation.IDENTITY:
            return greys
        case Orientation.MIRROR:
            return greys[..., ::-1]
        case Orientation.FLIP:
            return greys[..., ::-1, :]
        case Orientation.ROTATE_180:
            return greys[..., ::-1, ::-1]
        case Orientation.TRANSPOSE:
            return transposed
        case Orientation.ROTATE_90:
            return transposed[..., ::-1]
        case Orientation.ROTATE_270:
            return transposed[..., ::-1, :]
        case Orientation.TRANSVERSE:
            return transposed[..., ::-1, ::-1]


def inverse(orientation: Orientation) -> Orientation:
    """The turn that undoes another."""
    match orientation:
        case Orientation.ROTATE_90:
            return Orientation.ROTATE_270
        case Orientation.ROTATE_270:
            return Orientation.ROTATE_90
        case _:
            return orientation


def _frequencies(greys: Greys, side: int) -> NDArray[np.float32]:
    matrix = frequency_matrix(greys.shape[-1], side)
    product: NDArray[np.float32] = matrix @ greys.astype(np.float32) @ matrix.T
    return product


def _flatten(values: NDArray[Any]) -> NDArray[Any]:
    """Join the last two dimensions, also of no pictures at all."""
    return values.reshape(*values.shape[:-2], values.shape[-2] * values.shape[-1])


def bits_above_median(values: NDArray[np.float32]) -> Words:
    """Pack which values lie above the median of their picture.

    Args:
        values: float32 (..., h, h).

    Returns:
        uint64 (..., h² / 64).
    """
    flat = _flatten(values)
    return pack_bits(flat > _medians(flat))


def _medians(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Medians of rows of even length. NumPy's own parts each row, which is slower than sorting."""
    upper = values.shape[-1] // 2
    middles = np.sort(values, axis=-1)[..., upper - 1 : upper + 1]
    medians: NDArray[np.float32] = middles.mean(axis=-1, keepdims=True)
    return medians


_UPRIGHT = {
    Orientation.IDENTITY: Orientation.TRANSPOSE,
    Orientation.MIRROR: Orientation.ROTATE_270,
    Orientation.FLIP: Orientation.ROTATE_90,
    Orientation.ROTATE_180: Orientation.TRANSVERSE,
}
"""The turns that leave rows rows, each with the one whose coefficients are its transposed."""


def phash(greys: Greys, side: int) -> Words:
    """Compute pHash: the signs of low frequencies about their median, in all eight orientations.

    Args:
        greys: uint8 (n, s, s).
        side: Frequencies per direction: 8 gives 64 bits, 16 gives 256.

    Returns:
        uint64 (n, 8, side² / 64), indexed by `Orientation`.
    """
    coefficients = _frequencies(greys, side)
    stack = np.stack([orient_frequencies(coefficients, one) for one in _UPRIGHT], axis=1)
    flat = _flatten(stack)
    upright = (flat > _medians(flat)).reshape(stack.shape)
    bits = np.empty((len(greys), len(Orientation), side, side), np.bool_)
    for index, (orientation, transposed) in enumerate(_UPRIGHT.items()):
        bits[:, orientation] = upright[:, index]
        # Made of the same coefficients, which have the same median.
        bits[:, transposed] = np.swapaxes(upright[:, index], -1, -2)
    return pack_bits(_flatten(bits))


def _resample(greys: Greys, rows: int, columns: int) -> NDArray[np.float32]:
    side_px = greys.shape[-1]
    down = resampling_matrix(side_px, rows)
    across = resampling_matrix(side_px, columns)
    resampled: NDArray[np.float32] = down @ greys.astype(np.float32) @ across.T
    return np.rint(np.clip(resampled, 0, 255))


def ahash(greys: Greys, side: int) -> Words:
    """Compute aHash: samples brighter than their mean. Shapes as in `phash`, one variant."""
    samples = _flatten(_resample(greys, side, side))[:, None]
    return pack_bits(samples > samples.mean(axis=-1, keepdims=True))


def dhash(greys: Greys, side: int) -> Words:
    """Compute dHash: samples brighter than their left neighbour. Shapes as in `ahash`."""
    samples = _resample(greys, side, side + 1)
    return pack_bits(_flatten(samples[:, :, 1:] > samples[:, :, :-1])[:, None])


def dhash_vertical(greys: Greys, side: int) -> Words:
    """Downward dHash: samples brighter than the one above. Shapes as in `ahash`."""
    samples = _resample(greys, side + 1, side)
    return pack_bits(_flatten(samples[:, 1:, :] > samples[:, :-1, :])[:, None])


def whash(greys: Greys, side: int) -> Words:
    """Compute wHash: the Haar wavelet's low band about its median. Shapes as in `ahash`.

    The low band of the Haar wavelet is the mean of each block, and taking the overall
    mean away, as imagehash does, moves no comparison with the median.
    """
    block_px = greys.shape[-1] // side
    blocks = greys.astype(np.float32).reshape(len(greys), side, block_px, side, block_px)
    return bits_above_median(blocks.mean(axis=(2, 4))[:, None])


def _kind(
    name: str, function: Callable[[Greys, int], Words], side: int, variants: int
) -> Fingerprint:
    bits = side * side
    return Fingerprint(f"{name}-{bits}", bits, variants, lambda greys: function(greys, side))


FINGERPRINTS: dict[str, Fingerprint] = {
    fingerprint.kind: fingerprint
    for side in (8, 16)
    for fingerprint in (
        _kind("ahash", ahash, side, 1),
        _kind("phash", phash, side, 8),
        _kind("dhash", dhash, side, 1),
        _kind("dhash-vertical", dhash_vertical, side, 1),
        _kind("whash", whash, side, 1),
    )
}
"""Every kind that is computed from the 96-pixel grey, by name."""

STORED_KINDS = ("phash-64", "phash-256", "dhash-64")
"""Kinds kept for every photo; the others are computed from the stored grey when asked for."""

PICTURE_KIND = "picture-64"
"""Not a perceptual hash: equal for two photos only when their small pictures are equal."""


def picture_words(greys: Greys, chromas: NDArray[np.uint8]) -> Words:
    """Digest small pictures, so that equal ones are found by sorting.

    Args:
        greys: uint8 (n, s, s).
        chromas: uint8 (n, 2, c, c).

    Returns:
        uint64 (n, 1, 1).
    """
    digests = [
        blake3(grey.tobytes()).update(chroma.tobytes()).digest(8)
        for grey, chroma in zip(greys, chromas, strict=True)
    ]
    return np.frombuffer(b"".join(digests), dtype=">u8").astype(np.uint64).reshape(-1, 1, 1)
