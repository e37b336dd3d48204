"""The size from which a picture was clearly enlarged, measured in the picture alone.

An enlarged picture is interpolated, and that leaves two traces. Its spectrum breaks off at the
highest frequency that the smaller picture could hold; and the weak rest above this cut-off is
the mirror image, in strength and phase, of what lies below. A photo that is merely soft or
strongly compressed has a falling spectrum too, but no such mirror; both traces are demanded,
along the rows and along the columns, and for the same shape of the smaller picture.

Sources: A. C. Gallagher, "Detection of Linear and Cubic Interpolation in JPEG Compressed
Images", 2005, and A. C. Popescu and H. Farid, "Exposing Digital Forgeries by Detecting Traces of
Resampling", 2005: interpolation leaves a periodic trace. D. Vázquez-Padín, C. Mosquera and
F. Pérez-González, "Two-dimensional Statistical Test for the Presence of Almost Cyclostationarity
on Images", 2010: it shows as frequencies that correlate. D. J. Field, "Relations between the
Statistics of Natural Images and the Response Properties of Cortical Cells", 1987: a photo's own
power falls with the square of the frequency. The phase that a centred enlargement must have,
the comparison with the traces of block compression and all numbers were worked out here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.line_spectra import GLANCE_SAMPLES_PX, SAMPLES_PX, LineSpectra

_LEAST_SOURCE_PX = 48
"""Sides of a smaller picture below which there is too little to measure."""
_LEAST_ENLARGEMENT = 1.19
_MOST_ENLARGEMENT = 4.4
_GLANCE_SHARE = 0.75
"""Share of the demands that a size has to meet there. Of 173 enlarged copies that all lines tell,
each one meets them in full, at some size."""
_BAND_SHARE = 0.4
"""Share of all detail in a tenth of the lines, of a picture of which all lines are looked at."""
_LEAST_PERIODICITY = 2.5
_CANDIDATES = 6

_JPEG_LINES = 8
_CODEC_LINES = 32
"""Compression in blocks leaves traces in any photo, at the multiples of one period per block:
blocks of 8 pixels in JPEG, of up to 32 in newer formats."""


@dataclass(frozen=True, slots=True)
class _Demands:
    """Demands on a size to count as the one that a picture was enlarged from.

    Least values, set where none of 23,500 derivatives of 210 photos (shrunk, blurred, sharpened,
    compressed, several of these in a row) fails to count as genuine, with room to spare.
    """

    coherence: float
    lead: float
    drop_db: float


_OFF_LINES = _Demands(coherence=0.4, lead=0.2, drop_db=4.5)
_ON_LINE = _Demands(coherence=0.6, lead=0.25, drop_db=5.0)
"""Demands where blocks leave a trace as well: an enlargement by two, four, four thirds …"""

_NEXT_LINES = np.array(
    sorted({(order + step) / order for order in range(2, 8) for step in (-1, 1)})
)
_ALL_LINES = np.array(
    sorted({line / order for order in range(2, 8) for line in range(-(-order // 2), 3 * order)})
)
_ALL_LINES = _ALL_LINES[_ALL_LINES % 1 != 0]
"""Multiples of a trace at which others are seen if it stems from the blocks of an earlier
compression: those leave many, and this one may be any of the first seven. Not the eighth: where
it is no multiple of the blocks that the file has now, the blocks were enlarged with the picture."""


def true_size(luminance: NDArray[np.uint8]) -> tuple[int, int]:
    """Return width and height of the picture that this one was enlarged from, or its own.

    Args:
        luminance: uint8 (height, width), not of a JPEG 2000: wavelets leave the very traces of a
            twofold enlargement.
    """
    height_px, width_px = luminance.shape
    if not _may_be_enlarged(luminance):
        return width_px, height_px
    rows, columns = LineSpectra(luminance, SAMPLES_PX), LineSpectra(luminance.T, SAMPLES_PX)
    sizes = [size for size in _candidates(rows, columns) if _is_source_size(rows, columns, *size)]
    if not sizes:
        return width_px, height_px
    smallest = min(sizes)
    # An enlargement shows at its multiples again; anything else is a doubt.
    multiples = (width / smallest[0] for width, _ in sizes)
    if all(abs(multiple - round(multiple)) < 0.02 for multiple in multiples):
        return smallest
    return max(sizes)


def _may_be_enlarged(luminance: NDArray[np.uint8]) -> bool:
    """Look at few lines; False for what is no enlargement by all of them either.

    Where a narrow band of a calm picture has most of its detail, few lines tell too little.
    """
    if min(luminance.shape) < _LEAST_SOURCE_PX:
        return False
    if _is_in_a_band(luminance) or _is_in_a_band(luminance.T):
        return True
    rows, columns = (
        LineSpectra(luminance, GLANCE_SAMPLES_PX),
        LineSpectra(luminance.T, GLANCE_SAMPLES_PX),
    )
    return any(
        _meets(_demands_on(rows, columns, *size), rows, columns, *size, _GLANCE_SHARE)
        for size in _candidates(rows, columns)
    )


def _is_in_a_band(lines: NDArray[np.uint8]) -> bool:
    """True if few of the lines have much of the steps between neighbouring pixels."""
    count, length_px = lines.shape
    taken = min(max(SAMPLES_PX // length_px, 1), count)
    some = lines[np.linspace(0, count - 1, taken).round().astype(np.intp)]
    steps = np.sort(cv2.absdiff(some[:, 1:], some[:, :-1]).sum(axis=1, dtype=np.int64))
    return bool(steps[-max(taken // 10, 1) :].sum() > _BAND_SHARE * steps.sum())


def _candidates(rows: LineSpectra, columns: LineSpectra) -> Iterator[tuple[int, int]]:
    """Yield the sizes, of one shape with the picture, that leave the strongest traces."""
    width_px, height_px = rows.length_px, columns.length_px
    widths = np.arange(int(width_px / _MOST_ENLARGEMENT), int(width_px / _LEAST_ENLARGEMENT) + 1)
    heights = (widths * (height_px / width_px)).astype(np.intp)
    enough = np.minimum(widths, heights) >= _LEAST_SOURCE_PX
    if not enough.any():
        return
    widths, heights = widths[enough], heights[enough]
    in_columns = columns.periodicity()
    heights += in_columns[heights + 1] > in_columns[heights]
    if in_columns[heights].max() < _LEAST_PERIODICITY:
        return  # whatever is in the rows: half of all photos end here
    strength = np.minimum(rows.periodicity()[widths], in_columns[heights])
    on_line = _is_on_line(widths, width_px, _JPEG_LINES)
    on_line |= _is_on_line(heights, height_px, _JPEG_LINES)
    for among in (on_line, ~on_line):
        remaining = np.where(among, strength, 0)
        for _ in range(_CANDIDATES):
            best = int(remaining.argmax())
            if remaining[best] < _LEAST_PERIODICITY:
                break
            yield int(widths[best]), int(heights[best])
            remaining[max(best - 2, 0) : best + 3] = 0


def _is_on_line(periods: NDArray[Any], length_px: int, lines: int) -> NDArray[np.bool_]:
    """Find which traces compression in blocks may leave as well."""
    spacing = length_px / lines
    near: NDArray[np.bool_] = np.abs(periods - np.round(periods / spacing) * spacing) < 1.5
    return near


def _is_at_blocks(
    rows: LineSpectra,
    columns: LineSpectra,
    width_px: int,
    height_px: int,
    ratios: NDArray[Any],
    lines: int,
) -> NDArray[np.bool_]:
    """Tell, bool (n,), at which multiples of a size blocks may leave traces as well."""
    return _is_on_line(width_px * ratios, rows.length_px, lines) | _is_on_line(
        height_px * ratios, columns.length_px, lines
    )


def _demands_on(rows: LineSpectra, columns: LineSpectra, width_px: int, height_px: int) -> _Demands:
    size = rows, columns, width_px, height_px
    return _ON_LINE if _is_at_blocks(*size, np.ones(1), _CODEC_LINES).any() else _OFF_LINES


def _meets(
    demands: _Demands,
    rows: LineSpectra,
    columns: LineSpectra,
    width_px: int,
    height_px: int,
    share: float = 1.0,
) -> bool:
    """True if a size meets a share of the demands, its lead left aside."""
    coherence = min(rows.coherence(width_px), columns.coherence(height_px))
    if coherence < demands.coherence * share:
        return False
    return min(rows.drop_db(width_px), columns.drop_db(height_px)) >= demands.drop_db * share


def _is_source_size(rows: LineSpectra, columns: LineSpectra, width_px: int, height_px: int) -> bool:
    size = rows, columns, width_px, height_px
    demands = _demands_on(*size)
    if not _meets(demands, *size):
        return False
    share = width_px / rows.length_px
    if demands is _ON_LINE:
        # Only what lies near: further up, compression leaves more of a trace in any case.
        steps = np.array((-4, -2, -1, 1, 2, 4)) / (_CODEC_LINES * share)
        rivals = np.concatenate((_NEXT_LINES, 1 + steps))
    else:
        rivals = _ALL_LINES[~_is_at_blocks(*size, _ALL_LINES, _JPEG_LINES)]
    strongest = 0.0
    for ratio in rivals[(rivals * share > 0.1) & (rivals * share < 0.985)].tolist():
        along_rows = rows.coherence_around(width_px * ratio)
        along_columns = columns.coherence_around(height_px * ratio)
        strongest = max(strongest, min(along_rows, along_columns))
    coherence = min(rows.coherence(width_px), columns.coherence(height_px))
    return coherence - strongest >= demands.lead
