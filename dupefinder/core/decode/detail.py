"""How many of a photo's pixels hold true detail: fewer than it has where it was enlarged.

An enlarged picture is interpolated, and interpolation leaves two traces. Its spectrum breaks
off at the highest frequency that the smaller picture could hold; and the weak remainder above
that cut-off is the mirror image of what lies below it, line by line, in strength and in phase.
A photo that is merely soft, noisy or compressed may show a falling spectrum, but no such mirror.

Sources: A. C. Gallagher, "Detection of Linear and Cubic Interpolation in JPEG Compressed
Images", 2005, and A. C. Popescu and H. Farid, "Exposing Digital Forgeries by Detecting Traces of
Resampling", 2005, for the periodic trace of interpolation; D. Vázquez-Padín, C. Mosquera and
F. Pérez-González, "Two-dimensional Statistical Test for the Presence of Almost Cyclostationarity
on Images", 2010, for seeing it as a correlation between frequencies; D. J. Field, "Relations
between the Statistics of Natural Images and the Response Properties of Cortical Cells", 1987,
for the spectrum of a photo, whose power falls with the square of the frequency. What is used here
was worked out from these and measured anew: the phase that a centred enlargement must have, the
demand that both directions agree, and the tests against the traces of block compression.
"""

import cmath
import io
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.decode import DecodeFailed, DecodeLimits, read_whole
from dupefinder.core.decode.upright import to_displayed_rgb
from dupefinder.core.records import PhotoFacts, ProblemCode

_LEAST_SOURCE_PX = 48
"""Sides of a smaller picture below which there is too little to measure."""
_LEAST_ENLARGEMENT = 1.19
_MOST_ENLARGEMENT = 4.4
_SAMPLES = 1 << 20
"""Pixels that are looked at in each direction: whole lines, spread evenly over the picture."""
_LOWEST_FREQUENCY = 0.08
"""In cycles per pixel: what lies below says nothing of an enlargement up to fourfold."""
_WEAKEST_POWER = 0.02
"""Power that rounding to whole grey levels leaves in an empty part of the spectrum."""

_LEAST_PERIODICITY = 2.5
_CHANCE_PERIODS = 81
"""Neighbours whose median says what strength chance gives."""
_CANDIDATES = 6
_JPEG_LINES = 8
_CODEC_LINES = 32
"""Compression in blocks leaves traces in any photo, at all multiples of one period per block:
JPEG of one in 8 pixels, the newer codecs of one in 32 at most."""


class _Demands:
    """What a size must show to count as the one that a picture was enlarged from."""

    def __init__(self, coherence: float, lead: float, drop_db: float) -> None:
        self.coherence = coherence
        self.lead = lead
        self.drop_db = drop_db


_OFF_GRID = _Demands(coherence=0.4, lead=0.2, drop_db=4.5)
_ON_GRID = _Demands(coherence=0.6, lead=0.25, drop_db=5.0)
"""Where compression alone leaves a trace: twofold, fourfold, four thirds, eight fifths …"""

_NEXT_LINES = np.array(
    sorted({(order + step) / order for order in range(2, 8) for step in (-1, 1)})
)
_ALL_LINES = np.array(
    sorted(
        {line / order for order in range(2, 8) for line in range(-(-order // 2), 3 * order)}
        - {1, 2}
    )
)
"""Where else, in multiples of a trace, others must be seen if it stems from the blocks of an
earlier compression: those leave a whole comb of traces, and this one may be any of the first
seven. Not the eighth: where that lies off the grid, the blocks were enlarged with the picture."""


def measure_detail_px(path: str, facts: PhotoFacts, limits: DecodeLimits) -> int | None:
    """Decode a photo in full and count the pixels that hold true detail.

    Args:
        path: The file.
        facts: What `decode` told of it.
        limits: What the decode may cost; time excepted.

    Returns:
        Width × height, or, for a clear case of enlargement, width × height of the smaller
        picture. None where the photo cannot be decoded in full: RAW files, damaged pictures.

    Raises:
        DecodeFailed: The file cannot be read any more, or is too large to decode in full.
    """
    if facts.is_raw or facts.decodes_in_full is False:
        return None
    if facts.width_px * facts.height_px * 4 > limits.max_memory_bytes:
        raise DecodeFailed(ProblemCode.TOO_LARGE, f"{facts.width_px} × {facts.height_px} pixels")
    data, _, _ = read_whole(path, limits)
    try:
        width_px, height_px = _true_size(_decode_luminance(data, facts))
    except MemoryError as error:
        raise DecodeFailed(ProblemCode.OUT_OF_MEMORY) from error
    except Exception:  # decoders raise whatever a damaged file provokes
        return None
    return width_px * height_px


def _decode_luminance(data: bytes, facts: PhotoFacts) -> NDArray[np.uint8]:
    """Return uint8 (height, width), as stored: an enlargement shows in any orientation."""
    plugin = "JPEG" if facts.format == "MPO" else facts.format
    with Image.open(io.BytesIO(data), formats=(plugin,)) as image:
        if plugin == "JPEG":
            image.draft("L", image.size)  # full size, but the colours are left undecoded
        image.load()
        pixels = image if image.mode in ("L", "RGB") else to_displayed_rgb(image)
        return np.asarray(pixels.convert("L"))


def _true_size(luminance: NDArray[np.uint8]) -> tuple[int, int]:
    """Return width and height of the picture that this one was enlarged from, or its own."""
    height_px, width_px = luminance.shape
    rows, columns = _Lines(luminance), _Lines(luminance.T)
    sizes = [size for size in _candidates(rows, columns) if _is_source_size(rows, columns, *size)]
    if not sizes:
        return width_px, height_px
    smallest = min(sizes)
    # The trace of an enlargement repeats at its multiples; anything else leaves a doubt.
    multiples = [width / smallest[0] for width, _ in sizes]
    if all(abs(multiple - round(multiple)) < 0.02 for multiple in multiples):
        return smallest
    return max(sizes)


class _Lines:
    """The rows of a picture, or its columns, as spectra."""

    def __init__(self, lines: NDArray[np.uint8]) -> None:
        """Transform lines.

        Args:
            lines: uint8 (lines, length), of which evenly spread ones are taken.
        """
        count, self.length_px = lines.shape
        taken = min(max(_SAMPLES // self.length_px, 1), count)
        samples = lines[np.linspace(0, count - 1, taken).round().astype(np.intp)]
        samples = samples.astype(np.float32)
        samples -= samples.mean(axis=1, keepdims=True)
        self._spectra = np.fft.rfft(samples * _taper(self.length_px), axis=1)
        self._power = (np.abs(self._spectra) ** 2).mean(axis=0) / self.length_px
        self._correlations: dict[int, complex] = {}

    def periodicity(self) -> NDArray[np.float64]:
        """Look for periods in the strength and phase of the finest detail, all at once.

        Returns:
            float (length,): by number of periods along the line, the strength in the phase of
            a centred enlargement, in units of what chance gives.
        """
        length_px = self.length_px
        frequencies = np.arange(self._power.size) / length_px
        half_width = max(length_px // 128, 1)
        logarithm = np.pad(np.log(self._power + 1e-6), half_width, "edge")
        smooth = np.convolve(logarithm, np.full(2 * half_width + 1, 1 / (2 * half_width + 1)))
        smooth_power = np.exp(smooth[2 * half_width : 2 * half_width + self._power.size])
        gain = np.where(
            frequencies < _LOWEST_FREQUENCY, 0, 1 / np.sqrt(smooth_power + _WEAKEST_POWER)
        )
        # Every frequency at one strength, positive ones only: the phase of the square shows
        # how frequencies that are mirrored at any cut-off belong together.
        positive = np.zeros((self._spectra.shape[0], length_px), np.complex64)
        positive[:, : self._power.size] = self._spectra * gain.astype(np.float32)
        analytic = np.fft.ifft(positive, axis=1)
        squares = (analytic * analytic / (np.abs(analytic) + 1e-20)).sum(axis=0)
        periods = np.fft.fft(squares)
        strengths = np.pad(np.abs(periods), _CHANCE_PERIODS // 2, "edge")
        around = np.lib.stride_tricks.sliding_window_view(strengths, _CHANCE_PERIODS)
        chance = np.median(around, axis=1) / np.sqrt(np.log(2))
        phases = -np.exp(-1j * np.pi * np.arange(length_px) / length_px)
        in_phase: NDArray[np.float64] = (periods * phases).real / (chance + 1e-20)
        return in_phase

    def coherence(self, source_px: int) -> float:
        """Tell how much of what lies above a cut-off is the mirror image of what lies below.

        Args:
            source_px: Length of the line before it was enlarged.

        Returns:
            1 for all of it, near 0 for unrelated detail, negative for the opposite phase.
        """
        return (self._mirrored(source_px) * _centred(source_px / self.length_px)).real

    def coherence_around(self, periods: float) -> float:
        """Return the same for a trace that may lie off centre and between two periods."""
        return max(abs(self._mirrored(int(periods))), abs(self._mirrored(int(periods) + 1)))

    def _mirrored(self, periods: int) -> complex:
        """Correlate frequencies whose sum is given with each other."""
        if periods not in self._correlations:
            above = np.arange((periods + 1) // 2, min(int(periods * 0.6), self.length_px // 2))
            if above.size < 2:
                return 0j
            upper, lower = self._spectra[:, above], self._spectra[:, periods - above]
            product = (upper * lower).sum(axis=0)
            power = (np.abs(upper) ** 2).sum(axis=0) * (np.abs(lower) ** 2).sum(axis=0)
            self._correlations[periods] = complex((product / (np.sqrt(power) + 1e-9)).mean())
        return self._correlations[periods]

    def drop_db(self, source_px: int) -> float:
        """Return how far the power falls across a cut-off; a photo's own falls by 3.5 dB."""
        cutoff = source_px / 2
        below = self._power[int(cutoff * 0.7) : int(cutoff * 0.9)].mean()
        above = self._power[int(cutoff * 1.1) : min(int(cutoff * 1.3), self.length_px // 2)].mean()
        return float(10 * np.log10((below + 1e-6) / (above + 1e-6)))


def _taper(length_px: int) -> NDArray[np.float32]:
    """Fade both ends out, so that they do not meet as an edge; float32 (length,)."""
    faded_px = max(length_px // 16, 1)
    taper = np.ones(length_px, np.float32)
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(faded_px) + 0.5) / faded_px)
    taper[:faded_px] = ramp
    taper[-faded_px:] = ramp[::-1]
    return taper


def _centred(share: float) -> complex:
    """Undo the phase that a trace has when both pictures are centred on each other.

    Sample n of the smaller picture lies at (n + 1/2) / share − 1/2 of the larger one.
    """
    return -cmath.exp(-1j * math.pi * share)


def _candidates(rows: _Lines, columns: _Lines) -> Iterator[tuple[int, int]]:
    """Yield sizes of one shape with the picture whose trace is strongest in both directions."""
    width_px, height_px = rows.length_px, columns.length_px
    widths = np.arange(
        max(int(width_px / _MOST_ENLARGEMENT), _LEAST_SOURCE_PX),
        int(width_px / _LEAST_ENLARGEMENT) + 1,
    )
    heights = np.floor(widths * (height_px / width_px)).astype(np.intp)
    widths, heights = widths[heights >= _LEAST_SOURCE_PX], heights[heights >= _LEAST_SOURCE_PX]
    if widths.size == 0:
        return
    in_columns = columns.periodicity()
    heights += in_columns[heights + 1] > in_columns[heights]
    strength = np.minimum(rows.periodicity()[widths], in_columns[heights])
    on_grid = _is_on_line(widths, width_px, _JPEG_LINES)
    on_grid |= _is_on_line(heights, height_px, _JPEG_LINES)
    for among in (on_grid, ~on_grid):
        remaining = np.where(among, strength, 0)
        for _ in range(_CANDIDATES):
            best = int(remaining.argmax())
            if remaining[best] < _LEAST_PERIODICITY:
                break
            yield int(widths[best]), int(heights[best])
            remaining[max(best - 2, 0) : best + 3] = 0


def _is_on_line(periods: NDArray[Any], length_px: int, lines: int) -> NDArray[np.bool_]:
    """Tell where compression in blocks leaves a trace as well."""
    spacing = length_px / lines
    near: NDArray[np.bool_] = np.abs(periods - np.round(periods / spacing) * spacing) < 1.5
    return near


def _is_source_size(rows: _Lines, columns: _Lines, width_px: int, height_px: int) -> bool:
    def is_on_line(ratio: float | NDArray[np.float64], lines: int) -> NDArray[np.bool_]:
        return _is_on_line(np.multiply(width_px, ratio), rows.length_px, lines) | _is_on_line(
            np.multiply(height_px, ratio), columns.length_px, lines
        )

    share = width_px / rows.length_px
    if is_on_line(1.0, _CODEC_LINES):
        demands = _ON_GRID
        # Only what lies near: further up, compression leaves more of a trace in any case.
        steps = np.array([-4, -2, -1, 1, 2, 4]) / (_CODEC_LINES * share)
        rivals = np.concatenate((_NEXT_LINES, 1 + steps))
    else:
        demands = _OFF_GRID
        rivals = _ALL_LINES[~is_on_line(_ALL_LINES, _JPEG_LINES)]
    coherence = min(rows.coherence(width_px), columns.coherence(height_px))
    if coherence < demands.coherence:
        return False
    if min(rows.drop_db(width_px), columns.drop_db(height_px)) < demands.drop_db:
        return False
    strongest = max(
        (
            min(
                rows.coherence_around(width_px * ratio), columns.coherence_around(height_px * ratio)
            )
            for ratio in rivals[(rivals * share > 0.1) & (rivals * share < 0.985)]
        ),
        default=0.0,
    )
    return coherence - strongest >= demands.lead
