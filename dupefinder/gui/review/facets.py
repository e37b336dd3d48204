"""Filters beyond words and decisions: folders, camera, year, format, size, and what is new."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from dupefinder.gui.results import Results
from dupefinder.text.figures import bytes_text, path_text
from dupefinder.text.translation import _

SIZES_BYTES = (1_000_000, 5_000_000, 10_000_000, 50_000_000, 100_000_000)
"""Sizes that are offered."""


class FolderScope(StrEnum):
    """Conditions on the source folders that the photos of a group come from."""

    ANY = ""
    BETWEEN = "between"
    WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Facets:
    """Conditions that groups have to meet, all of them; what is empty is none.

    Of `folder`, `camera`, `year` and `format` one photo of the group has to meet each.

    Attributes:
        scope: Whether its photos come from one source folder or from several.
        folder: Path of a source folder.
        other_folder: Path of a second one that the group has to have a photo of.
        camera: Make and model.
        year: Year of the exposure.
        format: Name of a format.
        least_bytes: Size of its largest photo, at least.
        is_new: True for groups with a content that the scan before did not have.
        group_ids: Only groups with these ids.
        name: Words for `group_ids`.
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
        """The same without one of its conditions."""
        return replace(self, **{name: getattr(NO_FACETS, name)})

    def conditions(self, folder_names: Mapping[str, str]) -> list[tuple[str, str]]:
        """The conditions that hold: the name of the attribute, and words for it.

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
    """Tell which groups meet the conditions, bool (n,)."""
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
