"""Sets of fingerprints for the tests of the search, and the answer by brute force."""

from collections.abc import Iterable

import numpy as np
from hypothesis import strategies as st

from dupefinder.core.bktree.hamming import Hashes, PairBlock

Triples = list[tuple[int, int, int]]


def random_hashes(rng: np.random.Generator, count: int, words: int) -> Hashes:
    return rng.integers(0, 2**64, (count, words), dtype=np.uint64)


def with_bits_flipped(rng: np.random.Generator, hashes: Hashes, share: float) -> Hashes:
    """Flip each bit with a probability."""
    flips = rng.random((*hashes.shape, 64)) < share
    return hashes ^ np.packbits(flips, axis=-1).view(np.uint64)[..., 0]


def clustered(rng: np.random.Generator, count: int, words: int, centres: int) -> Hashes:
    """A few values, each with copies, near copies and opposites, in no order."""
    hashes = random_hashes(rng, centres, words)[rng.integers(0, centres, count)]
    copies = rng.random(count)[:, None]
    near = with_bits_flipped(rng, hashes, 0.03)
    return np.where(copies < 0.4, hashes, np.where(copies < 0.9, near, ~near))


@st.composite
def hash_sets(draw: st.DrawFn, words: int | None = None, most: int = 300) -> Hashes:
    if words is None:
        words = draw(st.sampled_from([1, 2, 4]))
    count = draw(st.integers(0, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return clustered(rng, count, words, draw(st.integers(1, 20)))


def radii(words: int) -> st.SearchStrategy[int]:
    return st.one_of(st.integers(0, 12), st.integers(0, 64 * words + 1))


def pairs_by_force(hashes: Hashes, radius: int) -> Triples:
    between = np.bitwise_count(hashes[:, None] ^ hashes[None]).sum(axis=2, dtype=int)
    i, j = np.nonzero(np.triu(between <= radius, 1))
    return list(zip(i.tolist(), j.tolist(), between[i, j].tolist(), strict=True))


def neighbours_by_force(queries: Hashes, hashes: Hashes, radius: int) -> Triples:
    between = np.bitwise_count(queries[:, None] ^ hashes[None]).sum(axis=2, dtype=int)
    i, j = np.nonzero(between <= radius)
    return list(zip(i.tolist(), j.tolist(), between[i, j].tolist(), strict=True))


def triples(blocks: Iterable[PairBlock]) -> Triples:
    """All that was found, in order; what was found twice stands there twice."""
    found: Triples = []
    for first, second, distance in blocks:
        assert [side.dtype.name for side in (first, second, distance)] == [
            "int64",
            "int64",
            "uint16",
        ]
        found.extend(zip(first.tolist(), second.tolist(), distance.tolist(), strict=True))
    return sorted(found)
