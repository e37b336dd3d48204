"""Groups made by hand, as the engine would make them."""

import os
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from blake3 import blake3

from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import (
    DifferenceBox,
    Evidence,
    FoundFile,
    Group,
    GroupMember,
    Orientation,
    Problem,
    Reason,
    ReasonCode,
)
from dupefinder.gui.results import MatchKind, Results, match_kind_of
from dupefinder.gui.results.builder import build_results
from dupefinder.gui.review.mark_table import Proposal
from dupefinder.services.findings import Findings

ROOT = os.path.abspath(os.sep)
FACTS = PhotoFacts("JPEG", 4032, 3024, quality=92, taken="2010-05-02T14:12:00", contrast=40.0)


def photo(
    path: str,
    size_bytes: int = 1_000_000,
    *,
    facts: PhotoFacts = FACTS,
    evidence: Evidence | None = None,
    against: str | None = None,
    keep: bool | None = None,
    protected: bool = False,
    content: str = "",
    content_id: int = 0,
    distance_bits: int = 2,
    orientation: Orientation = Orientation.IDENTITY,
    differences: Sequence[DifferenceBox] = (),
    reason: Reason | None = None,
) -> GroupMember:
    """A member; without evidence it is the keeper.

    Args:
        path: Below the root of the file system.
        size_bytes: Its size.
        facts: What its content tells.
        evidence: Its match with the keeper.
        against: Path of what it is held against.
        keep: None proposes the removal of what the evidence allows.
        protected: It lies in a protected folder.
        content: Name of its content; files of one name share it. Empty takes the path.
        content_id: Number of the content; 0 derives one.
        distance_bits: Of its match.
        orientation: Of its match.
        differences: Where it differs from what it is held against.
        reason: Why it stays or goes; None takes what goes with the evidence.
    """
    is_keeper = evidence is None
    if keep is None:
        keep = (
            is_keeper
            or protected
            or evidence not in (Evidence.SAME_BYTES, Evidence.SAME_PIXELS, Evidence.RE_ENCODED)
        )
    if reason is None:
        if is_keeper:
            reason = Reason(ReasonCode.MORE_DETAIL)
        elif keep:
            reason = Reason(ReasonCode.IS_PROTECTED if protected else ReasonCode.LOOKS_DIFFERENT)
        else:
            reason = Reason(ReasonCode.KEEPER_HAS_ALL)
    digest = blake3((content or path).encode("utf-8", "surrogateescape")).digest()
    return GroupMember(
        file=FoundFile(ROOT + path, "uuid:1", path, size_bytes, 5, 1, 1, protected),
        content_id=content_id or int.from_bytes(digest[:4], "big"),
        digest=digest,
        facts=facts,
        keep=keep,
        is_keeper=is_keeper,
        reason=reason,
        evidence=evidence,
        against=None if against is None else ROOT + against,
        distance_bits=None if is_keeper else distance_bits,
        orientation=orientation,
        differences=tuple(differences),
    )


def group(*members: GroupMember) -> Group:
    """A group; members that name nothing to be held against are held against the first."""
    first, *others = members
    settled = [
        replace(one, against=first.file.path) if one.against is None else one for one in others
    ]
    digest = blake3(b"".join(sorted(one.digest for one in members))).hexdigest(8)
    return Group(digest, (first, *settled))


def pair(name: str, evidence: Evidence = Evidence.SAME_BYTES, size_bytes: int = 1_000_000) -> Group:
    """A keeper in "library" and one copy in "backup"."""
    same = name if evidence is Evidence.SAME_BYTES else ""
    return group(
        photo(f"library/{name}", size_bytes, content=same),
        photo(f"backup/{name}", size_bytes, evidence=evidence, content=same),
    )


def results_of(
    *groups: Group,
    problems: Sequence[Problem] = (),
    threshold_bits: int = 10,
    provisional: bool = False,
) -> Results:
    """Results that show some groups; pairs of look-alikes come last, as in the window."""
    look_alikes = [one for one in groups if match_kind_of(one.members[-1]) is MatchKind.LOOK_ALIKE]
    confirmed = [one for one in groups if one not in look_alikes]
    photos = sum(len(one.members) for one in groups)
    return build_results(
        Findings(
            confirmed,
            look_alikes,
            None,
            threshold_bits,
            problems,
            photos,
            is_settled=True,
            is_provisional=provisional,
        )
    )


def proposed_in(
    results: Results, match_kind: MatchKind | None = None, groups: Sequence[int] | None = None
) -> Proposal:
    """All that is proposed in some results, decided or not.

    Args:
        results: The results.
        match_kind: Only photos of this kind of match; None takes all.
        groups: Indices of the groups to look at; None takes all.
    """
    members = results.members
    proposed = members.proposed.copy()
    if match_kind is not None:
        proposed &= members.match_kind == match_kind
    if groups is not None:
        proposed &= np.isin(members.group, groups)
    places = np.flatnonzero(proposed)
    return Proposal(results, places, int(members.size_bytes[places].sum()))
