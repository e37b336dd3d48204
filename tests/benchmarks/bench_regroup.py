"""Time that another threshold takes: only the grouping is repeated, on synthetic matches.

    python -m tests.benchmarks.bench_regroup [--photos 100000] [--rounds 5]

Three libraries: one in which a third of the photos has a copy or two; one of bursts, whose
frames are chained by edits and look-alikes; and one in which every photo has many neighbours.
A slider that is dragged should not be felt to stick: 200 ms is the aim for `regroup`.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import cast

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import EVIDENCE_CODES, PAIR_DTYPE, Catalog, Pairs, StoredContent
from dupefinder.core.grouping import Matches
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import Evidence, FoundFile

FACTS = PhotoFacts("JPEG", 4000, 3000, quality=90, contrast=40.0)


class CatalogOf:
    """The part of a catalog that grouping asks for; every photo is a content of its own."""

    contents_changes = 0

    def __init__(self, photos: int) -> None:
        self._ids = np.arange(1, photos + 1)
        self._contents = {
            content_id: StoredContent(
                content_id, content_id.to_bytes(32, "big"), 3_000_000, 1, FACTS, None
            )
            for content_id in self._ids.tolist()
        }

    def ids_by_digest(self) -> NDArray[np.int64]:
        return self._ids

    def raw_contents(self) -> NDArray[np.int64]:
        return self._ids[:0]

    def flat_contents(self, contrast: float) -> NDArray[np.int64]:
        return self._ids[:0]

    def facts(self, content_ids: NDArray[np.int64]) -> dict[int, StoredContent]:
        return {key: self._contents[key] for key in content_ids.tolist()}


def judged(a: NDArray[np.int64], b: NDArray[np.int64], shares: dict[Evidence, float]) -> Pairs:
    """Pairs with distances up to 10 bits and verdicts in these shares."""
    random = np.random.default_rng(1)
    pairs = np.zeros(len(a), PAIR_DTYPE)
    pairs["placement"] = np.nan
    pairs["a"], pairs["b"] = a, b
    pairs["distance_bits"] = random.integers(0, 11, len(a))
    codes = [EVIDENCE_CODES[evidence] for evidence in shares]
    pairs["evidence"] = random.choice(codes, len(a), p=list(shares.values()))
    return pairs


def copies(photos: int) -> Pairs:
    first = np.arange(1, photos - 2, 6)
    a, b = np.concatenate((first, first)), np.concatenate((first + 1, first + 2))
    return judged(a, b, {Evidence.RE_ENCODED: 0.8, Evidence.EDITED: 0.2})


def bursts(photos: int) -> Pairs:
    """Series of 20, each frame paired with the next six."""
    a = np.repeat(np.arange(1, photos + 1), 6)
    b = a + np.tile(np.arange(1, 7), photos)
    within = ((a - 1) // 20 == (b - 1) // 20) & (b <= photos)
    return judged(a[within], b[within], {Evidence.EDITED: 0.3, Evidence.LOOK_ALIKE: 0.7})


def crowds(photos: int) -> Pairs:
    """Ten neighbours for every photo, anywhere."""
    random = np.random.default_rng(2)
    ends = np.sort(random.integers(1, photos + 1, (5 * photos, 2)), axis=1)
    ends = np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0)
    return judged(
        ends[:, 0], ends[:, 1], {Evidence.RE_ENCODED: 0.2, Evidence.EDITED: 0.4,
                                 Evidence.LOOK_ALIKE: 0.4},
    )  # fmt: skip


def milliseconds(work: Callable[[int], object], rounds: int) -> float:
    spent = []
    for number in range(rounds):
        began_s = time.perf_counter()
        work(10 - number % 3)
        spent.append(time.perf_counter() - began_s)
    return statistics.median(spent) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    count: int = asked.photos
    files = [
        FoundFile(f"/p/{number:07}.jpg", "v", f"{number:07}.jpg", 3_000_000, number, 1, number,
                  protected=False)
        for number in range(count)
    ]  # fmt: skip
    ids = np.arange(1, count + 1)
    equal_thumbnails = EqualThumbnails(ids, ids, ids)
    catalog = cast(Catalog, CatalogOf(count))
    for make in (copies, bursts, crowds):
        pairs = make(count)
        matches = Matches(files, ids, equal_thumbnails, pairs, catalog)
        spent = [
            f"{name} {milliseconds(work, asked.rounds):.0f} ms"
            for name, work in (
                ("regroup", matches.regroup),
                ("groups", matches.groups),
                ("links", matches.links),
            )
        ]
        print(f"{make.__name__}: {count} photos, {len(pairs)} pairs: {', '.join(spent)}")


if __name__ == "__main__":
    main()
