"""The comparisons that proposals of some groups wait for."""

from collections.abc import Iterable

from dupefinder.core.records import Group, ReasonCode


def wanted_by(groups: Iterable[Group]) -> list[tuple[int, int]]:
    """Content ids: of a photo that may go, and of the one that would stay for it."""
    wanted: dict[tuple[int, int], None] = {}
    for group in groups:
        content_at = {one.file.path: one.content_id for one in group.members}
        for one in group.members:
            if one.reason.code is ReasonCode.BEING_CHECKED and one.against:
                wanted[one.content_id, content_at[one.against]] = None
    return list(wanted)
