"""The choice of groups, and their order: NumPy index arrays over the columns of `Results`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from dupefinder.gui.results import NO_TIME, MatchKind, Results
from dupefinder.gui.review.mark_table import DECIDED, DISMISSED, MOVING, UNDECIDED
from dupefinder.text.figures import bytes_text, path_text
from dupefinder.text.translation import _

SIZES_BYTES = (1_000_000, 5_000_000, 10_000_000, 50_000_000, 100_000_000)
"""Sizes offered as filters."""


class FolderScope(StrEnum):
    """Conditions on the source folders of the photos of a group."""

    ANY = ""
    BETWEEN = "between"
    WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Facets:
    """Conditions that groups must all meet; an empty one is none.

    For each of `folder`, `camera`, `year` and `format`, one photo of the group must meet it.

    Attributes:
        scope: Number of source folders of its photos: one, or several.
        folder: Path of a source folder.
        other_folder: Path of a second one with a photo of the group.
        camera: Make and model.
        year: Year of the exposure.
        format: Name of a format.
        least_bytes: Size of its largest photo, at least.
        is_new: True for groups with a content that the previous scan did not have.
        group_ids: Only groups with these ids.
        name: Text for `group_ids`.
    """

    scope: FolderScope = FolderScope.ANY
    folder: str = ""
    other_folder: str = ""
    camera: str = ""
    year: str = ""
    format: str = ""
    least_bytes: int = 0
    is_new: bool = False
    group_ids: frozenset[str] = frozenset()
    name: str = ""

    def without(self, name: str) -> "Facets":
        """A copy without one of its conditions."""
        return replace(self, **{name: getattr(NO_FACETS, name)})

    def conditions(self, folder_names: Mapping[str, str]) -> list[tuple[str, str]]:
        """The active conditions: the name of the attribute, and a text for it.

        Args:
            folder_names: See `Results.folder_names`.
        """
        return [
            (one.name, self._text(one.name, folder_names))
            for one in fields(self)
            if one.name != "name" and getattr(self, one.name)
        ]

    def _text(self, name: str, folder_names: Mapping[str, str]) -> str:
        match name:
            case "scope":
                return scope_text(self.scope)
            case "folder":
                return _("In {folder}").format(folder=folder_text(self.folder, folder_names))
            case "other_folder":
                other = folder_text(self.other_folder, folder_names)
                return _("And in {folder}").format(folder=other)
            case "least_bytes":
                return size_text(self.least_bytes)
            case "is_new":
                return _("New since the last scan")
            case "group_ids":
                return self.name
        return path_text(str(getattr(self, name)))


NO_FACETS = Facets()


def scope_text(scope: FolderScope) -> str:
    """The name of a choice of folders."""
    return {
        FolderScope.ANY: _("All folders"),
        FolderScope.BETWEEN: _("Between folders"),
        FolderScope.WITHIN: _("Within one folder"),
    }[scope]


def size_text(least_bytes: int) -> str:
    """The name of a choice of sizes."""
    return _("Over {size}").format(size=bytes_text(least_bytes))


def folder_text(path: str, folder_names: Mapping[str, str]) -> str:
    """A source folder by its name, see `Results.folder_names`."""
    return path_text(folder_names.get(path, path))


def meeting(results: Results, facets: Facets) -> NDArray[np.bool_]:
    """The groups that meet the conditions, bool (n,)."""
    found = np.ones(len(results.groups), np.bool_)
    members = results.members
    if facets.scope is not FolderScope.ANY:
        found &= results.is_between == (facets.scope is FolderScope.BETWEEN)
    for name in ("folder", "other_folder", "camera", "year", "format"):
        if value := getattr(facets, name):
            column = results.facets["folder" if name == "other_folder" else name]
            found &= results.groups_with(column.codes == column.code_of(value))
    if facets.least_bytes:
        found &= results.groups_with(members.size_bytes > facets.least_bytes)
    if facets.is_new:
        found &= results.is_new
    if facets.group_ids:
        chosen = np.zeros(len(results.groups), np.bool_)
        places = [results.index_of_id.get(one, -1) for one in facets.group_ids]
        chosen[[place for place in places if place >= 0]] = True
        found &= chosen
    return found


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
        shown: Groups by decision.
        reverse: True for the reverse order.
        facets: Further conditions.
    """

    match_kind: MatchKind | None = None
    text: str = ""
    sort: Sort = Sort.SPACE
    shown: Shown = Shown.ALL
    reverse: bool = False
    facets: Facets = NO_FACETS


def passing(results: Results, states: NDArray[np.uint8], view: GroupView) -> NDArray[np.bool_]:
    """The groups that pass the filters of a view, of any kind of match: bool (n,).

    Args:
        results: The groups.
        states: uint8 (n,), see `MarkTable.states`.
        view: The filter and the order.
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


Wanted = Callable[[Results], NDArray[np.bool_]]
"""Function from results to a mask of their wanted groups: bool (n,)."""


def all_groups(results: Results) -> NDArray[np.bool_]:
    """All of them, see `Wanted`."""
    return np.ones(len(results.groups), np.bool_)


def wanted_by(view: GroupView, shown: Results | None, passes: NDArray[np.bool_]) -> Wanted:
    """Make the mask function of the groups that a view lists, also for other results.

    Args:
        view: The filter.
        shown: The results on show, the only ones with known decisions.
        passes: bool (n,), the result of `passing` for these.
    """
    undecided = replace(view, shown=Shown.ALL)

    def wanted(results: Results) -> NDArray[np.bool_]:
        if results is shown:
            found = passes
        else:
            states = np.full(len(results.groups), UNDECIDED, np.uint8)
            found = passing(results, states, undecided)
        kind = view.match_kind
        return found if kind is None else found & (results.match_kinds & kind > 0)

    return wanted


def listed(results: Results, states: NDArray[np.uint8], view: GroupView) -> Indices:
    """Indices of the groups that a view lists, in its order.

    Args:
        results: The groups.
        states: uint8 (n,), see `Marked.states`.
        view: The filter and the order.
    """
    wanted = passing(results, states, view)
    if view.match_kind is None:
        wanted &= results.match_kinds != MatchKind.LOOK_ALIKE
    else:
        wanted &= (results.match_kinds & view.match_kind) != 0
    order = _order(results, view.sort, reverse=view.reverse)
    return order[wanted[order]]


def _order(results: Results, sort: Sort, *, reverse: bool) -> Indices:
    """Sort all groups, once and not at each letter of a filter."""
    name = f"{sort}, {reverse}"
    if name not in results.orders:
        keys = _keys(results, sort)
        if reverse:
            # Groups without a time come last in either direction.
            keys = tuple(np.where(key == NO_TIME, key, -key) for key in keys)
        results.orders[name] = np.lexsort(keys[::-1])
    return results.orders[name]


def _keys(results: Results, sort: Sort) -> tuple[Indices, ...]:
    match sort:
        case Sort.SPACE:
            # Without proposals, by the size of the groups.
            return -results.proposed_bytes, -results.total_bytes
        case Sort.COPIES:
            return -results.copies, -results.total_bytes
        case Sort.TAKEN:
            return (results.taken,)
        case Sort.NAME:
            return (results.name_rank,)
        case Sort.FOLDER:
            return (results.folder_rank,)


def keeping_rows(old: Results, before: Indices, new: Results, after: Indices) -> Indices:
    """Order groups so that those on show keep their rows; new ones come at the end.

    Args:
        old: The earlier results.
        before: Indices in them, in the order on show.
        new: The later results.
        after: Indices in them to be shown.
    """
    there = followed(old, new)[before]
    shown = np.zeros(len(new.groups), np.bool_)
    shown[after] = True
    there = there[there >= 0]
    there = there[shown[there]]
    # Two groups may have become one, which gets the row of the first.
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
