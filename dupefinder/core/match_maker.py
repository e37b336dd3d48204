"""The search among photos that were read, whose result is the basis of the groups."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, Pairs, StoredContent
from dupefinder.core.companions.lookup import CompanionLookup
from dupefinder.core.decisions.separated import SeparatedPhotos
from dupefinder.core.id_sets import distinct
from dupefinder.core.job import JobContext
from dupefinder.core.matching import MatchOptions, match_contents
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails, find_equal_thumbnails
from dupefinder.core.reading import NO_CONTENT
from dupefinder.core.records import FoundFile
from dupefinder.core.source_folders import SourceFolders

if TYPE_CHECKING:
    # Slow to load; imported where it is used, so that the first photo is read at once.
    from dupefinder.core.grouping import Matches


class MatchMaker:
    """Searches among the photos of one scan that were read, and makes `Matches` of the result.

    Attributes:
        options: Options of the search.
    """

    def __init__(
        self,
        files: Sequence[FoundFile],
        options: MatchOptions,
        sources: SourceFolders,
        catalog: Catalog,
        threads: int,
        separated: SeparatedPhotos,
    ) -> None:
        """Take the files of a scan.

        Args:
            files: The files.
            options: Options of the search.
            sources: The source folders.
            catalog: Has the contents; keeps the pairs.
            threads: Number of threads.
            separated: Photos that a person called different; they do not match.
        """
        self.options = options
        self._files = files
        self._sources = sources
        self._catalog = catalog
        self._threads = threads
        self._separated = separated
        self._companions = CompanionLookup()  # looked up once, however often matches are made

    def search(
        self, content_ids: NDArray[np.int64], context: JobContext, *, every_pair: bool = False
    ) -> tuple[Pairs, EqualThumbnails]:
        """Search the contents of the files.

        Args:
            content_ids: int64 (n,), the content of each file, or `NO_CONTENT`.
            context: Progress, pause, cancel.
            every_pair: True to judge every pair, for callers that count direct matches.

        Returns:
            Judged pairs, and the contents that have equal thumbnails.

        Raises:
            Cancelled: The job was cancelled; what was judged is kept.
        """
        present = distinct(content_ids[content_ids != NO_CONTENT])
        pairs = match_contents(
            self._catalog, present, self.options, context, self._threads, every_pair=every_pair
        )
        return pairs, find_equal_thumbnails(self._catalog, present)

    def matches(
        self,
        content_ids: NDArray[np.int64],
        pairs: Pairs,
        equal_thumbnails: EqualThumbnails,
        known: Mapping[int, StoredContent] | None = None,
    ) -> "Matches":
        """Make the basis of the groups from the results of a search.

        Args:
            content_ids: See `search`.
            pairs: See `search`.
            equal_thumbnails: See `search`.
            known: Contents that were read from the catalog before; None for none.
        """
        from dupefinder.core.grouping import Matches

        matches = Matches(
            self._files,
            content_ids,
            equal_thumbnails,
            pairs,
            self._catalog,
            self._companions,
            self.options.search_kind,
            self._sources,
            known or {},
        )
        matches.set_separated(self._separated, self._catalog)
        return matches
