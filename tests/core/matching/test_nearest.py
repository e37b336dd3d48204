from collections.abc import Iterator

import numpy as np
import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dupefinder.core.catalog import PAIR_DTYPE, Catalog, Pairs
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, inverse, orient_greys
from dupefinder.core.fingerprint.stored_fingerprints import fingerprints_of
from dupefinder.core.matching import nearest
from dupefinder.core.matching.equal_thumbnails import find_equal_thumbnails
from dupefinder.core.matching.nearest import nearest_only
from dupefinder.core.photo_facts import DecodedPhoto, PhotoFacts
from dupefinder.core.records import Orientation
from tests.core.pictures import textured

Grey = NDArray[np.uint8]


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    with Catalog.open(None) as catalog:
        yield catalog


def scene(moment: int) -> Grey:
    """One view; a small thing passes."""
    grey = np.asarray(textured(96, 96, 3).convert("L")).copy()
    grey[40:52, moment % 84 : moment % 84 + 12] = 200
    return grey


def add(catalog: Catalog, greys: list[Grey]) -> list[int]:
    ids = []
    for number, grey in enumerate(greys):
        digest = blake3(number.to_bytes(4, "big") + grey.tobytes()).digest()
        facts = PhotoFacts("JPEG", 800, 600, contrast=float(grey.std()))
        chroma = np.full((2, 16, 16), 128, np.uint8)
        photo = DecodedPhoto(digest, digest[:16], facts, grey, chroma, b"")
        (words,) = fingerprints_of([photo])
        ids += catalog.add_contents([(photo, 1000, words)], FINGERPRINT_VERSION)
    return ids


def pairs_of(
    rows: list[tuple[int, int]],
    distance_bits: int = 2,
    turn: Orientation = Orientation.IDENTITY,
) -> Pairs:
    pairs = np.zeros(len(rows), PAIR_DTYPE)
    pairs["a"], pairs["b"] = np.array(rows).T
    pairs["distance_bits"], pairs["orientation"] = distance_bits, turn
    return pairs


def listed(pairs: Pairs) -> set[tuple[int, int]]:
    return set(zip(pairs["a"].tolist(), pairs["b"].tolist(), strict=True))


def test_few_neighbours_are_all_kept(catalog: Catalog) -> None:
    ids = add(catalog, [scene(number) for number in range(5)])
    pairs = pairs_of([(ids[0], one) for one in ids[1:]])
    assert len(nearest_only(pairs, find_equal_thumbnails(catalog), catalog)) == len(pairs)


@pytest.mark.parametrize("turn", Orientation)
def test_a_copy_hidden_in_a_series_is_among_the_nearest(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, turn: Orientation
) -> None:
    """Its fingerprint is no nearer than those of the others."""
    monkeypatch.setattr(nearest, "MOST_NEIGHBOURS", 2)
    frames = [scene(number * 7) for number in range(12)]
    shaken = np.random.default_rng(1).normal(scale=3, size=(96, 96))
    copy = (frames[5] * 0.9 + 8 + shaken).clip(0, 255).astype(np.uint8)
    ids = add(catalog, [*frames, orient_greys(copy, Orientation(inverse(turn)))])
    rows = [(one, ids[-1]) for one in ids[:-1]]
    # Every frame has near neighbours of its own, so that none keeps the copy for lack of others.
    rows += [(one, other) for place, one in enumerate(ids[:-1]) for other in ids[place + 1 : -1]]
    pairs = pairs_of(rows)
    pairs["orientation"][: len(frames)] = turn
    kept = listed(nearest_only(pairs, find_equal_thumbnails(catalog), catalog))
    assert (ids[5], ids[-1]) in kept
    assert len(kept) <= 2 * len(ids)


def test_the_distance_decides_between_matches_of_parts(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "MOST_NEIGHBOURS", 1)
    ids = add(catalog, [scene(number) for number in range(4)])
    pairs = pairs_of([(a, b) for a in ids for b in ids if a < b], 5)
    pairs["distance_bits"][-1] = 1
    assert (ids[2], ids[3]) in listed(nearest_only(pairs, find_equal_thumbnails(catalog)))


@settings(max_examples=30)
@given(st.permutations(range(10)))
def test_the_order_of_pairs_makes_no_difference(order: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patched, Catalog.open(None) as catalog:
        patched.setattr(nearest, "MOST_NEIGHBOURS", 2)
        ids = add(catalog, [scene(number * 9) for number in range(5)])
        pairs = pairs_of([(a, b) for a in ids for b in ids if a < b])
        equal_thumbnails = find_equal_thumbnails(catalog)
        expected = listed(nearest_only(pairs, equal_thumbnails, catalog))
        assert listed(nearest_only(pairs[np.array(order)], equal_thumbnails, catalog)) == expected


def test_a_picture_of_one_tone_is_like_none(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "MOST_NEIGHBOURS", 1)
    ids = add(catalog, [np.full((96, 96), 7, np.uint8), scene(1), scene(2)])
    kept = listed(
        nearest_only(
            pairs_of([(a, b) for a in ids for b in ids if a < b]),
            find_equal_thumbnails(catalog),
            catalog,
        )
    )
    assert (ids[1], ids[2]) in kept


@given(st.integers(0, 1000), st.sampled_from([0, 10**6]))
def test_products_are_the_same_from_a_table_and_one_by_one(seed: int, spare: int) -> None:
    rng = np.random.default_rng(seed)
    ours, theirs = rng.integers(-nearest._COARSE_LENGTH, nearest._COARSE_LENGTH, (2, 9, 64)).astype(
        np.float64
    )
    one, other = rng.integers(0, 9, (2, 30))
    expected = [
        sum(int(a) * int(b) for a, b in zip(ours[row], theirs[column], strict=True))
        for row, column in zip(one, other, strict=True)
    ]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(nearest, "_MOST_UNASKED_RATIO", spare)
        patched.setattr(nearest, "_PAIRS_IN_CACHE", 7)
        assert nearest._products(ours, theirs, one, other).tolist() == expected
