"""Summary of a scan: number of copies of each kind, in total and between two folders."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence, Group, GroupMember
from dupefinder.core.source_folders import SourceFolders

PHASE = "summary"
_GROUPS_PER_CHECKPOINT = 200


@dataclass(frozen=True, eq=False)
class SummaryLine:
    """Copies of one kind, in all or between two source folders.

    Attributes:
        evidence: The kind; mirrored copies count as rotated ones.
        folder: One of the folders; empty for copies in all folders.
        other_folder: The other one, or the same for copies inside one folder.
        groups: Groups with such a copy.
        photos: Number of copies, without the photos that they were compared with.
        of_group: int64 (p,), places of the groups of the copies whose removal is proposed.
        in_group: int64 (p,), places of these copies in their groups.
        size_bytes: Their bytes.
    """

    evidence: Evidence
    folder: str
    other_folder: str
    groups: int
    photos: int
    of_group: NDArray[np.int64]
    in_group: NDArray[np.int64]
    size_bytes: int


@dataclass(frozen=True, eq=False)
class Summary:
    """The findings of a scan, counted.

    Attributes:
        kinds: Copies of each kind, the surest first.
        pairs: Copies of each kind between two folders or inside one; the folders that share most
            come first.
    """

    kinds: tuple[SummaryLine, ...]
    pairs: tuple[SummaryLine, ...]


class _Count:
    def __init__(self) -> None:
        self.groups = self.photos = self.size_bytes = 0
        self.last_group = -1
        self.proposed: list[tuple[int, int]] = []

    def add(self, member: GroupMember, group_number: int, place: int) -> None:
        """Count a copy.

        Args:
            member: The copy.
            group_number: Place of its group.
            place: Its place in the group.
        """
        self.photos += 1
        self.groups += self.last_group != group_number
        self.last_group = group_number
        if not member.keep and not member.file.protected:
            self.proposed.append((group_number, place))
            self.size_bytes += member.file.size_bytes

    def line(self, evidence: Evidence, folder: str = "", other_folder: str = "") -> SummaryLine:
        places = np.array(self.proposed, np.int64).reshape(-1, 2)
        return SummaryLine(
            evidence,
            folder,
            other_folder,
            self.groups,
            self.photos,
            places[:, 0],
            places[:, 1],
            self.size_bytes,
        )


def summarise(groups: Sequence[Group], sources: SourceFolders, context: JobContext) -> Summary:
    """Sum up the copies of groups.

    Args:
        groups: The groups.
        sources: The source folders of their photos.
        context: Progress, pause, cancel.

    Raises:
        Cancelled: The job was cancelled.
    """
    kinds: dict[Evidence, _Count] = {}
    pairs: dict[tuple[Evidence, str, str], _Count] = {}
    context.start_phase(PHASE, len(groups))
    for number, group in enumerate(groups):
        if number % _GROUPS_PER_CHECKPOINT == 0:
            context.checkpoint()
            context.advance(min(_GROUPS_PER_CHECKPOINT, len(groups) - number))
        for place, member in enumerate(group.members):
            if member.evidence is None or member.against is None:
                continue
            is_mirrored = member.evidence is Evidence.MIRRORED
            evidence = Evidence.ROTATED if is_mirrored else member.evidence
            one, other = map(sources.source_of, (member.file.path, member.against))
            ends = (min(one, other), max(one, other))
            kinds.setdefault(evidence, _Count()).add(member, number, place)
            pairs.setdefault((evidence, *ends), _Count()).add(member, number, place)
    context.finish_phase()
    order = {evidence: place for place, evidence in enumerate(Evidence)}
    of_pair: dict[tuple[str, str], int] = {}
    for (_, one, other), count in pairs.items():
        of_pair[one, other] = of_pair.get((one, other), 0) + count.photos
    return Summary(
        tuple(kinds[one].line(one) for one in sorted(kinds, key=order.__getitem__)),
        tuple(
            sorted(
                (count.line(*key) for key, count in pairs.items()),
                key=lambda line: (
                    -of_pair[line.folder, line.other_folder],
                    line.folder,
                    line.other_folder,
                    order[line.evidence],
                ),
            )
        ),
    )
