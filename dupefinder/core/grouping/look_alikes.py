"""Look-alikes as groups of two, to be looked at and never marked."""

from blake3 import blake3

from dupefinder.core.catalog import Catalog
from dupefinder.core.grouping import Matches
from dupefinder.core.records import Evidence, Group, GroupMember, Reason, ReasonCode


def look_alike_groups(matches: Matches, threshold_bits: int, catalog: Catalog) -> list[Group]:
    """Pair up the photos that are near and not confirmed, the nearest first.

    Args:
        matches: The matches of a scan.
        threshold_bits: See `Matches.regroup`.
        catalog: Facts are read from it.
    """
    links = [link for link in matches.links(threshold_bits) if link.evidence is Evidence.LOOK_ALIKE]
    wanted = {path for link in links for path in (link.path_a, link.path_b)}
    content_of = {
        file.path: (file, content_id)
        for file, content_id in zip(matches.files, matches.content_ids.tolist(), strict=True)
        if file.path in wanted
    }
    contents = catalog.facts(sorted({content_id for _, content_id in content_of.values()}))
    groups = []
    for link in links:
        members: list[GroupMember] = []
        for path, other in ((link.path_a, link.path_b), (link.path_b, link.path_a)):
            file, content_id = content_of[path]
            is_first = not members
            members.append(
                GroupMember(
                    file=file,
                    content_id=content_id,
                    digest=contents[content_id].digest,
                    facts=contents[content_id].facts,
                    keep=True,
                    is_keeper=is_first,
                    reason=Reason(ReasonCode.LOOKS_DIFFERENT),
                    evidence=None if is_first else Evidence.LOOK_ALIKE,
                    against=None if is_first else other,
                    distance_bits=None if is_first else link.distance_bits,
                )
            )
        digest = blake3(b"look-alike")
        for one in sorted(member.digest for member in members):
            digest.update(one)
        groups.append(Group(digest.hexdigest(8), tuple(members)))
    return groups
