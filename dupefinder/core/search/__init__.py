"""One photo → its near-duplicates in the catalog, ranked; also those on drives that are away.

`SearchIndex` is loaded once and asked many times. `search` nominates by fingerprints, as a scan
does, and has the nearest judged by the small pictures that the catalog keeps.
"""

from dupefinder.core.catalog import Catalog
from dupefinder.core.job import JobContext
from dupefinder.core.search.confirming import Hit, confirm
from dupefinder.core.search.index import Near, SearchIndex
from dupefinder.core.search.query import (
    Query,
    query_of_bytes,
    query_of_content,
    query_of_file,
)

__all__ = [
    "MOST_JUDGED",
    "Hit",
    "Query",
    "SearchIndex",
    "query_of_bytes",
    "query_of_content",
    "query_of_file",
    "search",
]

MOST_JUDGED = 64
"""So many of the nearest get a second look, of whole pictures and of views each; a series of
5,000 near-equal frames is answered as fast as any other photo."""


def search(
    index: SearchIndex,
    catalog: Catalog,
    query: Query,
    context: JobContext,
    most: int = MOST_JUDGED,
    threads: int = 1,
) -> list[Hit]:
    """Find the near-duplicates of a photo.

    Args:
        index: The fingerprints of the catalog.
        catalog: Where the small pictures are; it is not written.
        query: The photo.
        context: Cancel.
        most: Of the nearest whole pictures, and of the nearest views, so many are judged.
        threads: Number of threads for the second look.

    Returns:
        What was judged, confirmed copies first, each the nearest first; look-alikes are last.

    Raises:
        Cancelled: The job was cancelled.
    """
    wholes, *views = (_first(near, most) for near in index.near(query, context))
    return confirm(catalog, query, wholes, views, context, threads)


def _first(near: Near, most: int) -> Near:
    first: Near = near[:most]
    return first
