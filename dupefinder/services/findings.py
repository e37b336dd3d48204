"""Findings of a scan, for review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dupefinder.core.records import FoundFile, Group, Problem, ReasonCode
from dupefinder.core.source_folders import SourceFolders

if TYPE_CHECKING:
    from dupefinder.core.grouping import Matches


@dataclass(slots=True, eq=False)
class Basis:
    """The matches that groups are made from.

    Attributes:
        matches: None where the groups were kept and their matches are not loaded yet; see
            `ScanSession.load_matches`.
        series_photos: See `Matches.series_photos`.
        is_of_last_scan: False for what a scan had found when it was broken off, where the catalog
            could not keep it.
    """

    matches: Matches | None
    series_photos: int
    is_of_last_scan: bool = True


@dataclass(frozen=True, slots=True)
class Findings:
    """Groups to be reviewed.

    Attributes:
        groups: Confirmed groups.
        look_alikes: Pairs that are not proven, as groups of two.
        basis: The matches they were made from; None before the first scan, and while one runs.
        threshold_bits: The Hamming threshold of the groups.
        problems: Files and folders that were not, or not fully, used.
        photos: Number of photos.
        is_settled: False where proposals wait for `ScanSession.settle`.
        is_provisional: True while the scan still runs.
        sources: The folders that the photos come from, and their order.
        new_contents: Contents that the scan before did not have.
        columns: Columns kept with the groups, see `ScanSession.keep`; None for new groups.
            Look-alikes are among the groups then.
    """

    groups: Sequence[Group]
    look_alikes: Sequence[Group]
    basis: Basis | None
    threshold_bits: int
    problems: Sequence[Problem]
    photos: int
    is_settled: bool
    is_provisional: bool = False
    sources: SourceFolders = field(default_factory=SourceFolders)
    new_contents: frozenset[int] = frozenset()
    columns: Mapping[str, bytes] | None = None


NO_FINDINGS = Findings((), (), None, 0, (), 0, is_settled=True)
"""The findings before the first scan."""


def with_pinned(groups: Sequence[Group], pinned: Sequence[Group]) -> list[Group]:
    """Replace groups of another threshold by groups that a person has decided on.

    A photo stays in its pinned group; its new group loses it, and is dropped when fewer than two
    photos remain.

    Args:
        groups: The groups of the new threshold.
        pinned: The groups that were decided.
    """
    # Proofs that were found meanwhile for the same photos count.
    by_paths = {_paths_of(group): group for group in groups}
    pinned = [
        by_paths.get(_paths_of(group), group) if _is_being_checked(group) else group
        for group in pinned
    ]
    taken = {member.file.path for group in pinned for member in group.members}
    kept = list(pinned)
    for group in groups:
        if all(member.file.path not in taken for member in group.members):
            kept.append(group)
            continue
        free = [member for member in group.members if member.file.path not in taken]
        paths = {member.file.path for member in free}
        if len(free) > 1:
            # A photo whose kept copy is in another group now is no longer proposed.
            kept.append(
                replace(
                    group,
                    members=tuple(
                        member
                        if member.against is None or member.against in paths
                        else replace(member, keep=True)
                        for member in free
                    ),
                )
            )
    return kept


def with_files(groups: Iterable[Group], files: Iterable[FoundFile]) -> list[Group]:
    """Update the files of groups that were made before.

    A folder may have been protected since, which each of its files states.

    Args:
        groups: Groups of earlier findings.
        files: The files as they are now; missing ones stay as they are.
    """
    file_at = {file.path: file for file in files}
    return [
        replace(
            group,
            members=tuple(
                replace(one, file=file_at.get(one.file.path, one.file)) for one in group.members
            ),
        )
        for group in groups
    ]


def _paths_of(group: Group) -> frozenset[str]:
    return frozenset(member.file.path for member in group.members)


def _is_being_checked(group: Group) -> bool:
    return any(member.reason.code is ReasonCode.BEING_CHECKED for member in group.members)
