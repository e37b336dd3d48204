"""Results of the last scan, as the window shows them: groups, and NumPy columns to sort and filter.

Made in the runner's thread, see `builder`. Photos, not groups, have a kind of match; a
group is listed under every kind of its photos.
"""

from dupefinder.gui.results.groups import (
    MATCH_KIND_OF,
    NO_DISTANCE,
    NO_TIME,
    FacetColumn,
    MatchKind,
    MatchKindCount,
    Results,
    match_kind_of,
)
from dupefinder.gui.results.members import (
    Members,
    Places,
    SearchedPaths,
    digests_of_keys,
    mark_key,
    path_hash,
)

__all__ = [
    "MATCH_KIND_OF",
    "NO_DISTANCE",
    "NO_TIME",
    "FacetColumn",
    "MatchKind",
    "MatchKindCount",
    "Members",
    "Places",
    "Results",
    "SearchedPaths",
    "digests_of_keys",
    "mark_key",
    "match_kind_of",
    "path_hash",
]
