"""Search for a photo's near-duplicates in the catalog, ranked; disconnected drives are included.

`SearchIndex` is loaded once for many searches. `search` finds candidates by fingerprints, as a scan
does, and has the nearest verified by the small pictures in the catalog.
"""

from dataclasses import dataclass

import numpy as np

from dupefinder.core.catalog import Catalog
from dupefinder.core.job import JobContext
from dupefinder.core.matching.nearest import unlikeness_to
from dupefinder.core.search.index import Near, SearchIndex
from dupefinder.core.search.query import (
    Query,
    query_of_bytes,
    query_of_content,
    query_of_file,
)
from dupefinder.core.search.verification import Hit, confirm

__all__ = [
    "MOST_JUDGED",
    "Hit",
    "Query",
    "SearchIndex",
    "SearchResult",
    "query_of_bytes",
    "query_of_content",
    "query_of_file",
    "search",
]

MOST_JUDGED = 64
"""Number of nearest candidates to verify, of whole pictures and of views each. So a search in a
series of 5,000 near-equal frames takes no longer than any other."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Result of a search.

    Attributes:
        hits: Contents that were verified: confirmed copies, then look-alikes, each the nearest
            first.
        unseen: Number of further contents within the radius, which were not verified.
    """

    hits: list[Hit]
    unseen: int


def search(
    index: SearchIndex,
    catalog: Catalog,
    query: Query,
    context: JobContext,
    most: int = MOST_JUDGED,
    threads: int = 1,
) -> SearchResult:
    """Find the near-duplicates of a photo.

    Args:
        index: The fingerprints of the catalog.
        catalog: The catalog with the small pictures; only read.
        query: The photo.
        context: Cancel.
        most: Number of nearest whole pictures, and of nearest views, to verify.
        threads: Number of threads for the verification.

    Raises:
        Cancelled: The job was cancelled.
    """
    near = index.near(query, context)
    wholes = _nearest(near[0], most, query, catalog, are_parts=False)
    # If a whole picture is too unlike to be verified, so are its parts.
    passed_over = np.setdiff1d(near[0]["content_id"], wholes["content_id"])
    views = [
        _nearest(
            some[~np.isin(some["content_id"], passed_over)], most, query, catalog, are_parts=True
        )
        for some in near[1:]
    ]
    hits = confirm(catalog, query, wholes, views, context, threads)
    found, looked_at = (
        np.unique(np.concatenate([some["content_id"] for some in blocks]))
        for blocks in (near, (wholes, *views))
    )
    return SearchResult(hits, len(found) - len(looked_at))


def _nearest(near: Near, most: int, query: Query, catalog: Catalog, *, are_parts: bool) -> Near:
    """The candidates most like the query, as in a scan; of parts those of the least distance."""
    if len(near) <= most:
        return near
    ids = near["content_id"]
    unlikeness = np.zeros(len(near), np.int64)
    if not are_parts:
        unlikeness = unlikeness_to(query.photo.grey, near["turn"], ids, catalog)
    contents = catalog.facts(ids)
    digests = np.array([contents[one].digest for one in ids.tolist()], "S32")
    nearest: Near = near[np.lexsort((digests, near["distance_bits"], unlikeness))[:most]]
    return nearest
