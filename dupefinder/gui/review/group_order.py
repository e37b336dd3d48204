"""Choice and order of the groups in the list: NumPy index arrays over the columns of `Results`."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from dupefinder.gui.results import NO_TIME, MatchKind, Results
from dupefinder.gui.review.facets import NO_FACETS, Facets, meeting
from dupefinder.gui.review.mark_table import DECIDED, DISMISSED, MOVING, UNDECIDED

Indices = NDArray[np.int64]


class Sort(StrEnum):
    """The orders of groups; the greatest, oldest or first comes first."""

    SPACE = "space"
    COPIES = "copies"
    TAKEN = "taken"
    NAME = "name"
    FOLDER = "folder"


class Shown(StrEnum):
    """The groups to show, by their decision."""

    ALL = "all"
    UNDECIDED = "undecided"
    DECIDED = "decided"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class GroupView:
    """The person's choice of groups and order.

    Attributes:
        match_kind: Groups with a photo in this kind of match; None takes all but look-alikes.
        text: Words that must all be in the path of one photo.
        sort: The order.
        shown: Groups by what was decided.
        reverse: The other way round.
        facets: Further conditions.
    """

    match_kind: MatchKind | None = None
    text: str = ""
    sort: Sort = Sort.SPACE
    shown: Shown = Shown.ALL
    reverse: bool = False
    facets: Facets = NO_FACETS


def passing(results: Results, states: NDArray[np.uint8], view: GroupView) -> NDArray[np.bool_]:
    """Tell which groups pass the filters of a view, whatever their kind of match: bool (n,).

    Args:
        results: The groups.
        states: uint8 (n,), see `MarkTable.states`.
        view: What to list.
    """
    wanted: NDArray[np.bool_] = {
        Shown.ALL: states != DISMISSED,
        Shown.UNDECIDED: states == UNDECIDED,
        Shown.DECIDED: (states == DECIDED) | (states == MOVING),
        Shown.DISMISSED: states == DISMISSED,
    }[view.shown]
    if view.facets != NO_FACETS:
        wanted &= meeting(results, view.facets)
    if view.text.strip():
        wanted &= results.matching(view.text)
    return wanted


def listed(results: Results, states: NDArray[np.uint8], view: GroupView) -> Indices:
    """Indices of the groups that a view lists, in its order.

    Args:
        results: The groups.
        states: uint8 (n,), see `Marked.states`.
        view: What to list.
    """
    wanted = passing(results, states, view)
    if view.match_kind is None:
        wanted &= results.match_kinds != MatchKind.LOOK_ALIKE
    else:
        wanted &= (results.match_kinds & view.match_kind) != 0
    chosen = np.flatnonzero(wanted)
    keys = _keys(results, view.sort, chosen)
    if view.reverse:
        # What has no time comes last in either direction.
        keys = tuple(np.where(key == NO_TIME, key, -key) for key in keys)
    return chosen[np.lexsort(keys[::-1])]


def _keys(results: Results, sort: Sort, chosen: Indices) -> tuple[Indices, ...]:
    match sort:
        case Sort.SPACE:
            # Where nothing is proposed, by what the groups take.
            return -results.proposed_bytes[chosen], -results.total_bytes[chosen]
        case Sort.COPIES:
            return -results.copies[chosen], -results.total_bytes[chosen]
        case Sort.TAKEN:
            return (results.taken[chosen],)
        case Sort.NAME:
            return (results.name_rank[chosen],)
        case Sort.FOLDER:
            return (results.folder_rank[chosen],)


def keeping_rows(old: Results, before: Indices, new: Results, after: Indices) -> Indices:
    """Order groups so that those on show keep their rows; what is new comes at the end.

    Args:
        old: The earlier results.
        before: Indices in them, as they are on show.
        new: The later results.
        after: Indices in them that shall be shown.
    """
    there = followed(old, new)[before]
    shown = np.zeros(len(new.groups), np.bool_)
    shown[after] = True
    there = there[there >= 0]
    there = there[shown[there]]
    # Two groups may have become one: it stays in the row of the first.
    _, firsts = np.unique(there, return_index=True)
    kept = there[np.sort(firsts)]
    shown[kept] = False
    return np.concatenate((kept, after[shown[after]]))


def followed(old: Results, new: Results) -> Indices:
    """Find the groups of earlier results in later ones, by their first photo or their next one.

    Returns:
        int64 (n of the earlier results,), indices in the later ones; -1 for groups that are gone.
    """
    where = np.full(len(old.groups), -1, np.int64)
    ours, theirs = old.members, new.members
    if len(theirs.path_hash) == 0:
        return where
    ordered = theirs.path_hash[theirs.by_hash]
    at = np.minimum(np.searchsorted(ordered, ours.path_hash), len(ordered) - 1)
    found = np.flatnonzero(ordered[at] == ours.path_hash)[::-1]
    # Of several values for one group the last one counts, which is that of its first photo.
    where[ours.group[found]] = theirs.group[theirs.by_hash[at[found]]]
    return where
