"""Covers among many photos: what the search takes as a library grows, upright and turned.

    python -m tests.benchmarks.bench_covers [--sizes 5000 10000 20000 40000] [--radius 10]

The photos are drawn as in `bench_pairs`, with more frequencies, in the proportions of cameras and
phones; one in fifty is a cover of another. Searched are all among each other, then a thousand and
one that are new. Time is that of the processor.
"""

import argparse
import time

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.fingerprint import Greys, Words
from dupefinder.core.fingerprint.covers import cover_words
from dupefinder.core.job import JobContext
from dupefinder.core.matching.candidates import (
    MOST_PHOTOS_SEARCHED_TURNED,
    TURNED_FEWER_BITS,
)
from dupefinder.core.matching.cover_candidates import CoverPhotos, find_covers
from tests.benchmarks.bench_pairs import natural_coefficients

_FREQUENCIES, _SIDE_PX = 24, 48
_AT_ONCE = 2_000
_ASPECTS = {4 / 3: 0.4, 3 / 2: 0.2, 3 / 4: 0.2, 2 / 3: 0.1, 16 / 9: 0.05, 1.0: 0.05}
_COVERS = 0.02
_ADDED = 1_000


def draw_photos(random: np.random.Generator, count: int) -> CoverPhotos:
    """Draw the fingerprints of photos without margins.

    Args:
        random: Source of chance.
        count: Number of photos.
    """
    aspects = random.choice(list(_ASPECTS), count, p=list(_ASPECTS.values()))
    words = np.concatenate(
        [
            _words_of(random, aspects[start : start + _AT_ONCE])
            for start in range(0, count, _AT_ONCE)
        ]
    )
    logarithms = np.log(aspects)
    return CoverPhotos(words, logarithms, logarithms, np.zeros(count, np.bool_))


def _words_of(random: np.random.Generator, aspects: NDArray[np.float64]) -> Words:
    greys = _draw_greys(random, len(aspects))
    # Squares that are cut from photos that lie: a cover keeps their whole height.
    squares = np.flatnonzero(aspects == 1.0)
    photos = np.flatnonzero(aspects == 4 / 3)
    for cover in squares[: round(len(aspects) * _COVERS)] if len(photos) else ():
        photo = greys[random.choice(photos)]
        left = int(random.integers(_SIDE_PX // 4 + 1))
        window = photo[:, left : left + _SIDE_PX * 3 // 4]
        columns = np.linspace(0, window.shape[1] - 1, _SIDE_PX).round().astype(np.int64)
        greys[cover] = window[:, columns]
    return cover_words(greys, greys)


def _draw_greys(random: np.random.Generator, count: int) -> Greys:
    coefficients = natural_coefficients(random, count, _FREQUENCIES)
    coefficients[:, 0, 0] = 0
    places = np.pi / _SIDE_PX * (np.arange(_SIDE_PX) + 0.5)
    cosines = np.cos(np.outer(places, np.arange(_FREQUENCIES))).astype(np.float32)
    pictures = cosines @ coefficients @ cosines.T
    pictures *= 45 / pictures.std(axis=(1, 2), keepdims=True)
    return np.clip(pictures + 128, 0, 255).astype(np.uint8)


def search_s(
    photos: CoverPhotos, is_new: NDArray[np.bool_], turns: NDArray[np.int64], radius: int
) -> tuple[float, int]:
    """Search new photos among all; processor time, and how many pairs of views met."""
    began_s = time.process_time()
    met = 0
    for queried, asked in ((is_new, np.ones_like(is_new)), (~is_new, is_new)):
        photo = np.flatnonzero(queried)
        for found in find_covers(photos, photo, asked, turns, radius, JobContext(), 1):
            met += len(found.photo)
    return time.process_time() - began_s, met


def main() -> None:
    """Draw, search, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 10_000, 20_000, 40_000])
    parser.add_argument("--radius", type=int, default=10)
    arguments = parser.parse_args()
    for count in arguments.sizes:
        photos = draw_photos(np.random.default_rng(1), count)
        searches = {"upright": (np.array([0]), arguments.radius)}
        if count <= MOST_PHOTOS_SEARCHED_TURNED:
            searches["turned"] = (np.arange(1, 8), arguments.radius - TURNED_FEWER_BITS)
        for name, (turns, radius) in searches.items():
            for new in (count, _ADDED, 1):
                spent_s, met = search_s(photos, np.arange(count) < new, turns, radius)
                print(
                    f"{count:>9,} photos, {new:>7,} of them new, {name:<8}{spent_s:>8.2f} s"
                    f"{1e3 * spent_s / count:>8.3f} ms a photo{met:>10,} met",
                    flush=True,
                )


if __name__ == "__main__":
    main()
