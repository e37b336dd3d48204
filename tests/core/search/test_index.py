"""The index in memory finds what comparing with everything finds."""

from collections.abc import Sequence

import numpy as np
import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from dupefinder.core.catalog import Catalog
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, Words, hamming_bits
from dupefinder.core.fingerprint.views import INNER, VIEW_BOXES, VIEWS_KIND, WHOLE
from dupefinder.core.job import JobContext
from dupefinder.core.matching import MatchOptions
from dupefinder.core.photo_facts import DecodedPhoto, InnerPicture, PhotoFacts
from dupefinder.core.search.index import Near, SearchIndex
from dupefinder.core.search.query import Query
from tests.core.hash_sets import random_hashes, with_bits_flipped

VIEWS = len(VIEW_BOXES)
GREY = np.zeros((96, 96), np.uint8)
Found = dict[int, int]


def photo(number: int, *, framed: bool) -> DecodedPhoto:
    digest = blake3(b"%d" % number).digest()
    inner = InnerPicture((0.1, 0.1, 0.9, 0.9), GREY) if framed else None
    chroma = np.zeros((2, 16, 16), np.uint8)
    return DecodedPhoto(digest, digest, PhotoFacts("JPEG", 8, 6), GREY, chroma, b"", inner)


def words_of(rng: np.random.Generator, centres: Words, *, framed: bool) -> dict[str, Words]:
    """Fingerprints around a few values, so that any may meet any."""
    whole = with_bits_flipped(rng, centres[rng.integers(0, len(centres), 8)], 0.05)
    views = with_bits_flipped(rng, centres[rng.integers(0, len(centres), VIEWS)], 0.05)
    if not framed:
        views[0] = whole[0]
    return {"phash-64": whole, VIEWS_KIND: views}


def least(found: Near) -> Found:
    assert len(np.unique(found["content_id"])) == len(found)
    assert np.all(np.diff(found["distance_bits"]) >= 0)
    return dict(zip(found["content_id"].tolist(), found["distance_bits"].tolist(), strict=True))


def by_force(
    query: Query, known: Sequence[tuple[dict[str, Words], bool]], radius: int
) -> tuple[Found, Found]:
    """Answers due from `SearchIndex.near`: least distance of each content, whole and by views."""
    wholes: Found = {}
    views: Found = {}
    ours, our_views = query.words("phash-64"), query.words(VIEWS_KIND)
    is_framed = query.photo.inner is not None
    for number, (words, framed) in enumerate(known, 1):
        bits = int(hamming_bits(ours, words["phash-64"][0]).min())
        if bits <= radius:
            wholes[number] = bits
        whole, theirs = words["phash-64"][0], words[VIEWS_KIND]
        between = [hamming_bits(our_views[0 if is_framed else 1 :], whole)]
        between.append(hamming_bits(theirs[0 if framed else 1 :], ours[0]))
        if framed:
            between.append(hamming_bits(our_views[0 if is_framed else 1 :], theirs[0]))
        if is_framed:
            between.append(hamming_bits(theirs, our_views[0]))
        bits = int(np.concatenate(between).min())
        if bits <= radius:
            views[number] = bits
    return wholes, views


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(0, 20), st.integers(0, 14), st.booleans())
def test_near_photos_equal_those_of_brute_force(
    seed: int, count: int, radius: int, framed: bool
) -> None:
    rng = np.random.default_rng(seed)
    centres = random_hashes(rng, 6, 1)
    known = [
        (words_of(rng, centres, framed=is_framed), is_framed)
        for is_framed in (rng.random(count) < 0.3).tolist()
    ]
    query = Query("", photo(-1, framed=framed), 1, words_of(rng, centres, framed=framed))
    with Catalog.open(None) as catalog:
        catalog.add_contents(
            [
                (photo(number, framed=is_framed), 1, words)
                for number, (words, is_framed) in enumerate(known)
            ],
            FINGERPRINT_VERSION,
        )
        options = MatchOptions(threshold_bits=radius)
        index = SearchIndex(catalog, options, JobContext(), threads=1)
    wholes, views, _ = index.near(query, JobContext())
    assert len(index) == count
    assert (least(wholes), least(views)) == by_force(query, known, radius)


@pytest.fixture
def one_word() -> Words:
    return random_hashes(np.random.default_rng(1), 1, 1)


def test_matching_views_are_reported(one_word: Words) -> None:
    rng = np.random.default_rng(2)
    view = 7
    known = {"phash-64": random_hashes(rng, 8, 1), VIEWS_KIND: random_hashes(rng, VIEWS, 1)}
    known[VIEWS_KIND][view] = one_word[0]
    ours = {"phash-64": random_hashes(rng, 8, 1), VIEWS_KIND: random_hashes(rng, VIEWS, 1)}
    ours["phash-64"][0] = one_word[0]
    with Catalog.open(None) as catalog:
        catalog.add_contents([(photo(1, framed=False), 1, known)], FINGERPRINT_VERSION)
        index = SearchIndex(catalog, MatchOptions(), JobContext(), threads=1)
    _, views, _ = index.near(Query("", photo(2, framed=False), 1, ours), JobContext())
    assert views[["distance_bits", "view", "query_view"]].tolist() == [(0, view + INNER, WHOLE)]


def test_only_what_is_asked_for_is_searched(one_word: Words) -> None:
    words = {"phash-64": one_word.repeat(8, 0), VIEWS_KIND: one_word.repeat(VIEWS, 0)}
    with Catalog.open(None) as catalog:
        ids = catalog.add_contents(
            [(photo(number, framed=False), 1, words) for number in range(5)], FINGERPRINT_VERSION
        )
        among = np.array([ids[1], ids[3]])
        index = SearchIndex(catalog, MatchOptions(), JobContext(), among, threads=1)
    wholes, _, _ = index.near(Query("", photo(9, framed=False), 1, words), JobContext())
    assert sorted(least(wholes)) == among.tolist()
