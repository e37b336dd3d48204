"""Marks → a plan: each photo that goes is held against a copy that stays."""

from collections.abc import Collection, Sequence

from dupefinder.actions.plan import make_plan
from dupefinder.actions.records import Plan, PlannedFile, SkipCode, Skipped, Step
from dupefinder.actions.retention import Retention, copies_of
from dupefinder.core.grouping import Matches
from dupefinder.core.holding import hold_against
from dupefinder.core.job import JobContext
from dupefinder.core.records import Group, GroupMember
from dupefinder.core.rules.holdings import holdings_of


def plan_removals(
    removals: Sequence[tuple[Group, Sequence[GroupMember]]],
    kept: Collection[str],
    matches: Matches,
    protected_folders: Sequence[str],
    retention: Retention,
    context: JobContext,
) -> Plan:
    """Make a plan of what a person marked.

    A mark may be older than the group: what it was made beside may be gone, and something worse
    in its place. So a photo goes only where that is proposed now, or beside a copy that the
    person kept.

    Args:
        removals: Groups and the photos of each that are marked for removal.
        kept: Paths of the photos that the person decided to keep.
        matches: What the groups were made from.
        protected_folders: Folders in which nothing may be removed.
        retention: How many copies have to stay, and where.
        context: Pause, cancel.

    Raises:
        Cancelled: The job was cancelled.
    """
    steps = []
    refused = []
    for group, gone in removals:
        going = {member.file.path for member in gone}
        staying = [member for member in group.members if member.file.path not in going]
        for member in gone:
            context.checkpoint()
            if not staying:
                refused.append(Skipped(member.file.path, SkipCode.NO_SURVIVOR))
                continue
            chosen = [one for one in staying if member.keep is False or one.file.path in kept]
            held = hold_against(matches, group, member, chosen)
            if held is None:
                refused.append(Skipped(member.file.path, SkipCode.LOOK_AGAIN))
                continue
            why = member.reason if member.keep is False else None
            steps.append(
                Step(
                    planned_file(member),
                    planned_file(held.survivor),
                    held.evidence,
                    why=why,
                    accepts_less=why is None,
                )
            )
    known = [
        copies
        for group, _ in (removals if retention.counts else ())
        for copies in copies_of(
            (planned_file(one), one.evidence, one.against) for one in group.members
        )
    ]
    plan = make_plan(steps, protected_folders, retention, known, context)
    return Plan(plan.steps, (*refused, *plan.refused))


def planned_file(member: GroupMember) -> PlannedFile:
    """A photo of a group as a plan names it."""
    file = member.file
    return PlannedFile(
        file.path,
        file.size_bytes,
        file.mtime_ns,
        member.digest,
        file.protected,
        holdings_of(member.facts),
    )
