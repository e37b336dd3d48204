"""Groups on which a person has decided, among the groups of another threshold."""

from collections.abc import Sequence
from dataclasses import replace

from dupefinder.core.records import Group, ReasonCode


def with_pinned(groups: Sequence[Group], pinned: Sequence[Group]) -> list[Group]:
    """Put groups on which a person has decided back among the groups of another threshold.

    A photo stays in the pinned group; the group that has it now goes on without it, and is left
    out when fewer than two of its photos remain.

    Args:
        groups: The groups of the new threshold.
        pinned: The groups that were decided.
    """
    # What was found out about the same photos meanwhile, by comparing them in full size, counts.
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


def _paths_of(group: Group) -> frozenset[str]:
    return frozenset(member.file.path for member in group.members)


def _is_being_checked(group: Group) -> bool:
    return any(member.reason.code is ReasonCode.BEING_CHECKED for member in group.members)
