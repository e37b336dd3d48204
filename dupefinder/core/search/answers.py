"""What a photo was found to match, and where that lies."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dupefinder.core.catalog import Catalog
from dupefinder.core.job import JobContext
from dupefinder.core.search import MOST_JUDGED, Hit, Query, SearchIndex, search
from dupefinder.core.search.places import StoredPlace, without_file

PlacesOf = Mapping[int, Sequence[StoredPlace]]
"""The places of contents; those that lie nowhere are missing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A content that matches a query.

    Attributes:
        hit: It, and what shows that it matches.
        places: Where it lies, connected places first; the query's own file is none of them.
    """

    hit: Hit
    places: tuple[StoredPlace, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a photo was found to match.

    Attributes:
        found: The contents, ranked.
        unseen: See `SearchResult`.
    """

    found: list[Answer]
    unseen: int


def answers_to(
    query: Query,
    index: SearchIndex,
    catalog: Catalog,
    find_places: Callable[[Sequence[int]], PlacesOf],
    context: JobContext,
    top: int,
    threads: int = 1,
) -> Answers:
    """Search for a photo, and find out where the near-duplicates lie.

    Args:
        query: The photo.
        index: The fingerprints of the catalog.
        catalog: Where small pictures and files are kept; it is not written.
        find_places: Tells where contents lie. What lies nowhere is left out.
        context: Cancel.
        top: Most contents wanted.
        threads: Number of threads.

    Raises:
        Cancelled: The job was cancelled.
    """
    result = search(index, catalog, query, context, max(top, MOST_JUDGED), threads)
    hits = result.hits
    places = find_places([hit.content.content_id for hit in hits])
    found = [
        Answer(hit, tuple(without_file(places.get(hit.content.content_id, ()), query.name)))
        for hit in hits
    ]
    return Answers([answer for answer in found if answer.places][:top], result.unseen)
