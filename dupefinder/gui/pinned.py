"""Groups on which a person has decided, among the groups of another threshold."""

from collections.abc import Sequence
from dataclasses import replace

from dupefinder.core.records import Group


def with_pinned(groups: Sequence[Group], pinned: Sequence[Group]) -> list[Group]:
    """Put groups on which a person has decided back among the groups of another threshold.

    A photo stays in the pinned group; the group that has it now goes on without it, and is left
    out when fewer than two of its photos remain.

    Args:
        groups: The groups of the new threshold.
        pinned: The groups that were decided.
    """
    taken = {member.file.path for group in pinned for member in group.members}
    kept = list(pinned)
    for group in groups:
        if all(member.file.path not in taken for member in group.members):
            kept.append(group)
            continue
        free = [member for member in group.members if member.file.path not in taken]
        paths = {member.file.path for member in free}
        if len(free) > 1:
            # What was held against a copy that is elsewhere now is not proposed any more.
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
