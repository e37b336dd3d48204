"""Lines of a picture as spectra, and the traces that an enlargement leaves in them.

See `detail` for the traces, and for whose findings they are.
"""

import cmath
import math
from functools import cached_property

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

SAMPLES_PX = 1 << 20
"""Samples in each direction: whole lines, spread evenly over the picture."""
GLANCE_SAMPLES_PX, _GLANCE_LINES = 1 << 16, 64
"""Samples of a first look, and the lines that it takes at least: most photos end with it."""
_LOWEST_FREQUENCY = 0.08
"""In cycles per pixel; what lies below has no part in an enlargement up to fourfold."""
_ROUNDING_POWER = 0.02
"""Power that rounding to whole grey levels leaves in an empty part of the spectrum, about."""
Floats = NDArray[np.float32]
_MOST_FACTOR = 43
_AROUND = 81
"""Neighbours among which chance is measured, an odd number."""
_LINES_AT_ONCE = 64
"""Number of lines that fit into a processor's cache."""


class LineSpectra:
    """The rows of a picture, or its columns, as spectra.

    A trace is named by its number of periods along the line. That of an enlargement is the
    number of pixels that the line had before.
    """

    def __init__(self, lines: NDArray[np.uint8], samples_px: int) -> None:
        """Take evenly spread lines out of uint8 (lines, length), of so many samples about."""
        count, self.length_px = lines.shape
        most = max(SAMPLES_PX // self.length_px, 1)
        taken = min(max(samples_px // self.length_px, _GLANCE_LINES), most, count)
        self._samples = lines[np.linspace(0, count - 1, taken).round().astype(np.intp)]
        self._correlations: dict[int, complex] = {}

    @cached_property
    def _spectra(self) -> NDArray[np.complex64]:
        levels = self._samples.astype(np.float32)
        levels -= levels.mean(axis=1, keepdims=True)
        return _spectra_of(levels * _taper(self.length_px))

    @cached_property
    def _power(self) -> Floats:
        """Mean power of each frequency, float32 (length // 2 + 1,)."""
        parts = self._spectra.view(np.float32).reshape(len(self._spectra), -1)
        power = np.einsum("ij,ij->j", parts, parts).reshape(-1, 2).sum(axis=1)
        mean: Floats = power / (len(parts) * self.length_px)
        return mean

    def periodicity(self) -> NDArray[np.float64]:
        """Look for all traces at once, in the finest detail.

        Returns:
            float (length,): by number of periods, the strength in the phase of a centred
            enlargement, in units of what chance gives.
        """
        width = 2 * (self.length_px // 128) + 1
        logarithm = np.pad(np.log(self._power + 1e-6), width // 2, "edge")
        smooth_power = np.exp(np.convolve(logarithm, np.full(width, 1 / width), "valid"))
        gain = 1 / np.sqrt(smooth_power + _ROUNDING_POWER)
        gain[: math.ceil(_LOWEST_FREQUENCY * self.length_px)] = 0
        # All frequencies at one strength, the positive ones only: in the square of that signal
        # every pair of them shows up at the sum of the two.
        gain = gain.astype(np.float32)
        square = np.zeros((2, self.length_px))
        for first in range(0, len(self._spectra), _LINES_AT_ONCE):
            evened = self._spectra[first : first + _LINES_AT_ONCE] * gain
            real = _lines_of(evened, self.length_px)
            evened *= np.complex64(-1j)
            imaginary = _lines_of(evened, self.length_px)
            sizes = np.asarray(cv2.magnitude(real, imaginary), np.float32) + np.float32(1e-20)
            shares = real / sizes
            square[0] += (shares * real).sum(axis=0) * 2 - sizes.sum(axis=0)
            square[1] += (shares * imaginary).sum(axis=0) * 2
        pairs = np.fft.fft(square[0] + 1j * square[1])
        reach = _AROUND // 2
        around = sliding_window_view(np.pad(np.abs(pairs), reach, "edge"), _AROUND)
        # Sorting takes a seventh of the time of NumPy's median.
        chance = np.sort(around, axis=1)[:, reach]
        chance = chance / math.sqrt(math.log(2))  # of a Rayleigh distribution
        phases = -np.exp(-1j * np.pi * np.arange(self.length_px) / self.length_px)
        in_phase: NDArray[np.float64] = (pairs * phases).real / (chance + 1e-20)
        return in_phase

    def coherence(self, periods: int) -> float:
        """Measure how far the detail above a cut-off is the mirror image of that below.

        The phase must be that of two pictures that are centred on each other: pixel n of the
        smaller one lies at (n + 1/2) × enlargement − 1/2 of the larger one.

        Returns:
            1 for a perfect mirror, near 0 for unrelated detail, negative for the opposite phase.
        """
        phase = -cmath.exp(-1j * math.pi * periods / self.length_px)
        return (self._correlation(periods) * phase).real

    def coherence_around(self, periods: float) -> float:
        """Return the same, 0 to 1, for a trace of any phase and a broken number of periods."""
        return max(abs(self._correlation(int(periods))), abs(self._correlation(int(periods) + 1)))

    def _correlation(self, periods: int) -> complex:
        """Correlate frequencies that lie mirrored at half of `periods`, over all lines."""
        if periods not in self._correlations:
            above = np.arange((periods + 1) // 2, min(int(periods * 0.6), self.length_px // 2))
            if above.size < 2:
                return 0j
            upper, lower = self._spectra[:, above], self._spectra[:, periods - above]
            product = (upper * lower).sum(axis=0)
            power = (np.abs(upper) ** 2).sum(axis=0) * (np.abs(lower) ** 2).sum(axis=0)
            self._correlations[periods] = complex((product / (np.sqrt(power) + 1e-9)).mean())
        return self._correlations[periods]

    def drop_db(self, periods: int) -> float:
        """Return how far the power falls across a cut-off: in a photo by about 3.5 dB."""
        cutoff = periods / 2
        below = self._power[int(cutoff * 0.7) : int(cutoff * 0.9)].mean()
        above = self._power[int(cutoff * 1.1) : min(int(cutoff * 1.3), self.length_px // 2)].mean()
        return 10 * math.log10((below + 1e-6) / (above + 1e-6))


def _spectra_of(lines: Floats) -> NDArray[np.complex64]:
    """Transform real lines, float32 (n, length), to complex64 (n, length // 2 + 1)."""
    count, length = lines.shape
    if not _has_small_factors(length):
        return np.fft.rfft(lines, axis=1).astype(np.complex64)
    packed = np.asarray(cv2.dft(lines, flags=cv2.DFT_ROWS), np.float32)
    # Packed as the real part of the first, then both of each, without those that are always 0.
    spectra = np.zeros((count, 2 * (length // 2 + 1)), np.float32)
    spectra[:, 0] = packed[:, 0]
    spectra[:, 2 : length + 1] = packed[:, 1:]
    return spectra.view(np.complex64)


def _lines_of(spectra: NDArray[np.complex64], length: int) -> Floats:
    """The inverse of `_spectra_of`."""
    if not _has_small_factors(length):
        return np.fft.irfft(spectra, length, axis=1).astype(np.float32)
    parts = np.ascontiguousarray(spectra).view(np.float32)
    packed = np.empty((len(parts), length), np.float32)
    packed[:, 0] = parts[:, 0]
    packed[:, 1:] = parts[:, 2 : length + 1]
    flags = cv2.DFT_ROWS | cv2.DFT_INVERSE | cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT
    return np.asarray(cv2.dft(packed, flags=flags), np.float32)


def _has_small_factors(length: int) -> bool:
    """True for lengths that OpenCV transforms fast: it knows no way around large prime factors."""
    for factor in range(2, _MOST_FACTOR + 1):
        while length % factor == 0:
            length //= factor
    return length == 1


def _taper(length_px: int) -> NDArray[np.float32]:
    """Fade a line's ends out, so that they do not meet as an edge: float32 (length,)."""
    from_end = np.minimum(np.arange(length_px), np.arange(length_px)[::-1]) + 0.5
    share = np.minimum(from_end / max(length_px // 16, 1), 1)
    taper: NDArray[np.float32] = (0.5 - 0.5 * np.cos(np.pi * share)).astype(np.float32)
    return taper
