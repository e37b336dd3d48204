"""Searching covers finds what comparing everything finds, and only what fits in proportions."""

from collections.abc import Iterator
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dupefinder.core.fingerprint import Words, hamming_bits
from dupefinder.core.fingerprint.covers import (
    BLOCKS,
    FIRST_COVER,
    FIRST_WINDOW,
    INNER_PICTURE,
    SHARES,
    WHOLE_PICTURE,
    WINDOWS,
    turned_covers,
)
from dupefinder.core.fingerprint.views import INNER, WHOLE
from dupefinder.core.job import JobContext, Progress
from dupefinder.core.matching import cover_candidates
from dupefinder.core.matching.cover_candidates import (
    CoverPhotos,
    find_covers,
    is_cut_as,
    view_distance,
    widest_bits,
)
from dupefinder.core.matching.small_pictures import SWAPS_SIDES
from dupefinder.core.records import Orientation
from dupefinder.core.search.cover_index import CoverIndex
from tests.core.hash_sets import random_hashes, with_bits_flipped

ALL_TURNS = np.arange(len(Orientation))
Found = set[tuple[int, int, int, int, int, int]]
"""Photo, its view, cover, its view, turn, distance."""


def photos_of(seed: int, count: int) -> CoverPhotos:
    """Photos of usual proportions with fingerprints around a few values, so that many meet."""
    rng = np.random.default_rng(seed)
    centres = random_hashes(rng, 3, 1)
    drawn = rng.integers(0, len(centres), (count, FIRST_WINDOW + 2 * WINDOWS))
    words = with_bits_flipped(rng, centres[drawn.ravel()], 0.12).reshape(*drawn.shape, 1)
    aspects = np.log(rng.choice((4 / 3, 3 / 4, 1.0, 16 / 9, 3.0, 2 / 3), count))
    is_framed = rng.random(count) < 0.3
    inner = np.where(is_framed, aspects + rng.normal(0, 0.2, count), aspects)
    return CoverPhotos(words, aspects, inner, is_framed)


def some_of(photos: CoverPhotos, some: slice) -> CoverPhotos:
    return CoverPhotos(
        photos.words[some],
        photos.whole_aspects[some],
        photos.inner_aspects[some],
        photos.is_framed[some],
    )


def by_force(photos: CoverPhotos, radius: int, turns: list[int]) -> Found:
    found: Found = set()
    count = len(photos.words)
    for photo in range(count):
        for cover in range(count):
            pictures = [(WHOLE, WHOLE_PICTURE, photos.whole_aspects[cover])]
            if photos.is_framed[cover]:
                pictures.append((INNER, INNER_PICTURE, photos.inner_aspects[cover]))
            for view, first, aspect in pictures:
                if cover == photo:
                    continue
                for turn in turns:
                    turned = turned_covers(photos.words[cover, None, first : first + 2, 0])[0, turn]
                    its_aspect = -aspect if Orientation(turn) in SWAPS_SIDES else aspect
                    found |= {
                        (photo, window, cover, view, turn, bits)
                        for window, bits in met(photos, photo, turned, float(its_aspect), radius)
                    }
    return found


def met(
    photos: CoverPhotos, photo: int, cover: Words, aspect: float, radius: int
) -> list[tuple[int, int]]:
    windows = []
    for width in (0, 1):
        for share, (first, last) in zip(np.log(SHARES).tolist(), BLOCKS, strict=True):
            if not is_cut_as(float(photos.whole_aspects[photo]), aspect, share, width):
                continue
            for window in range(width * WINDOWS + first, width * WINDOWS + last):
                bits = hamming_bits(photos.words[photo, FIRST_WINDOW + window], cover[width])
                distance = int(view_distance(np.array([bits]))[0])
                if distance <= radius:
                    windows.append((FIRST_COVER + window, distance))
    return windows


def search(
    photos: CoverPhotos,
    radius: int,
    turns: list[int],
    threads: int = 1,
    queried: slice = slice(None),
    asked: slice = slice(None),
) -> Found:
    count = len(photos.words)
    is_asked = np.zeros(count, np.bool_)
    is_asked[asked] = True
    found: Found = set()
    for block in find_covers(
        photos,
        np.arange(count)[queried],
        is_asked,
        np.array(turns),
        radius,
        JobContext(),
        threads,
    ):
        rows = zip(
            *(
                values.tolist()
                for values in (
                    block.photo,
                    block.view,
                    block.cover,
                    block.cover_view,
                    block.turn,
                    block.distance_bits,
                )
            ),
            strict=True,
        )
        for row in rows:
            assert row not in found
            found.add(row)
    return found


@pytest.fixture(params=[1, 1_000], ids=["indexed", "compared"], scope="module")
def least_indexed(request: pytest.FixtureRequest) -> Iterator[None]:
    with patch.object(cover_candidates, "_LEAST_INDEXED", request.param):
        yield


@pytest.mark.usefixtures("least_indexed")
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 9), st.integers(0, 12), st.booleans())
def test_results_equal_those_of_brute_force(
    seed: int, count: int, radius: int, turned: bool
) -> None:
    photos = photos_of(seed, count)
    turns = list(range(1, 8)) if turned else [0]
    assert search(photos, radius, turns) == by_force(photos, radius, turns)


@pytest.mark.usefixtures("least_indexed")
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 20), st.integers(0, 20), st.booleans())
def test_new_photos_meet_what_they_meet_in_a_search_of_all(
    seed: int, count: int, known: int, turned: bool
) -> None:
    photos, radius, turns = photos_of(seed, count), 8, list(range(1, 8)) if turned else [0]
    new, old = slice(known, None), slice(known)
    found = search(photos, radius, turns, queried=new)
    assert found.isdisjoint(search(photos, radius, turns, queried=old, asked=new))
    found |= search(photos, radius, turns, queried=old, asked=new)
    everything = search(photos, radius, turns)
    assert found == {row for row in everything if row[0] >= known or row[2] >= known}


def test_progress_comes_to_its_end() -> None:
    photos, reports = photos_of(3, 12), list[Progress]()
    context = JobContext(reports.append)
    for asked in (slice(None), slice(1)):
        is_asked = np.zeros(12, np.bool_)
        is_asked[asked] = True
        list(find_covers(photos, np.arange(12), is_asked, np.array([0]), 8, context, 2))
        assert reports[-1].total
        assert reports[-1].done == reports[-1].total


def test_neither_pieces_nor_threads_change_what_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    photos = photos_of(5, 12)
    expected = search(photos, 8, [0, 4])
    monkeypatch.setattr(cover_candidates, "_BUCKET", 0.001)
    assert search(photos, 8, [0, 4], threads=2) == expected
    monkeypatch.setattr(cover_candidates, "_LEAST_INDEXED", 1)
    assert search(photos, 8, [0, 4], threads=2) == expected
    assert expected


def test_photos_of_equal_proportions_are_no_covers_of_each_other() -> None:
    same = np.zeros((2, FIRST_WINDOW + 2 * WINDOWS, 1), np.uint64)
    aspects = np.log(np.array([1.5, 1.5]))
    photos = CoverPhotos(same, aspects, aspects, np.zeros(2, np.bool_))
    assert search(photos, 10, [0]) == set()


@pytest.mark.parametrize(
    ("photo", "cover", "fits"),
    [(4 / 3, 1.0, True), (1.0, 4 / 3, False), (4 / 3, 0.5, False), (4 / 3, 1.32, False)],
)
def test_proportions_decide_which_covers_fit(photo: float, cover: float, fits: bool) -> None:
    share = float(np.log(SHARES[1]))
    assert bool(is_cut_as(float(np.log(photo)), float(np.log(cover)), share, 0)) is fits
    # Lying on its side everything is the other way round.
    assert bool(is_cut_as(-float(np.log(photo)), -float(np.log(cover)), share, 1)) is fits


def test_distances_are_told_as_those_between_views() -> None:
    for radius in range(15):
        widest = widest_bits(radius)
        assert view_distance(np.array([widest]))[0] <= radius
        assert view_distance(np.array([widest + 1]))[0] > radius


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 9), st.integers(0, 12))
def test_one_photo_against_an_index_finds_what_a_scan_finds(
    seed: int, count: int, radius: int
) -> None:
    photos = photos_of(seed, count)
    scanned = search(photos, radius, list(range(8)))
    query, index = some_of(photos, slice(-1, None)), CoverIndex(some_of(photos, slice(-1)))
    asked = count - 1
    found: Found = set()
    for orientation in Orientation:
        for near in index.near(query, orientation, radius, JobContext()):
            for place, view, query_view, bits in zip(
                near.index.tolist(),
                near.view.tolist(),
                near.query_view.tolist(),
                near.distance_bits.tolist(),
                strict=True,
            ):
                if query_view >= FIRST_COVER:
                    found.add((asked, query_view, place, view, int(orientation), bits))
                else:
                    assert near.turn is orientation
                    found.add((place, view, asked, query_view, int(orientation), bits))
    assert found == {row for row in scanned if asked in (row[0], row[2])}
