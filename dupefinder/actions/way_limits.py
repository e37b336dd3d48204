"""Limits of the ways to act on a photo, and the refusals that a plan foretells by itself.

No photo is read for it, so an action may refuse more than was foretold.
"""

from dataclasses import replace

from dupefinder.actions.records import (
    FOR_CHOSEN,
    METADATA,
    ActionKind,
    Plan,
    SkipCode,
    Skipped,
    Step,
)
from dupefinder.core.companions import companions_of
from dupefinder.core.companions.records import CompanionKind
from dupefinder.core.held_parts import PartKind
from dupefinder.core.records import Evidence
from dupefinder.core.rules import REPLACEABLE

_HAVE_TO_STAY = METADATA | {kind.code for kind in PartKind}
"""Codes of `PlannedFile.holds` that no photo goes with, as long as the kept copy lacks them."""


def beyond_way(step: Step, kind: ActionKind) -> Skipped | None:
    """Tell why a photo may not go in a way, whatever its file holds; None where it may.

    Args:
        step: Its removal.
        kind: The way.
    """
    victim, survivor = step.victim.path, step.survivor
    if step.evidence not in REPLACEABLE and kind not in FOR_CHOSEN:
        # No proof that it holds nothing of its own, so a person chose it: also an edited or
        # turned copy, whatever a plan or a list says that was changed by hand.
        return Skipped(victim, SkipCode.CHOSEN_BY_HAND, survivor.path)
    if kind is ActionKind.HARD_LINK:
        if survivor.protected:
            # Whoever edited the link would edit the protected photo.
            return Skipped(victim, SkipCode.PROTECTED, survivor.path)
        if step.evidence is not Evidence.SAME_BYTES:
            return Skipped(victim, SkipCode.NOT_SAME_BYTES)
    return None


def for_way(step: Step, kind: ActionKind) -> Step:
    """The step as it is done in a way: what is lost for good is lost by no consent."""
    return replace(step, accepts_loss=False) if kind is ActionKind.DELETE else step


def foretold(plan: Plan) -> Plan:
    """The plan with those photos among the refused that its action is known to leave.

    Args:
        plan: The plan, for the way that it will be carried out in.
    """
    if plan.kind is ActionKind.COPY:
        return plan  # nothing goes
    steps, refused = [], list(plan.refused)
    for step in plan.steps:
        skipped = beyond_way(step, plan.kind)
        if skipped is None and not plan.rescue_metadata:
            skipped = _says_more(for_way(step, plan.kind))
        if skipped is None:
            steps.append(step)
        else:
            refused.append(skipped)
    return replace(plan, steps=tuple(steps), refused=tuple(refused))


def _says_more(step: Step) -> Skipped | None:
    """Judge by what a scan found in the two, where no sidecar can make up for it."""
    victim, survivor = step.victim, step.survivor
    if step.accepts_loss or step.evidence in (Evidence.SAME_BYTES, Evidence.CHOSEN):
        return None
    if victim.holds is None or survivor.holds is None:
        return None
    lacking = (set(victim.holds) - set(survivor.holds)) & _HAVE_TO_STAY
    if not lacking or _has_sidecar(survivor.path):
        return None
    return Skipped(victim.path, SkipCode.SAYS_MORE, ",".join(sorted(lacking)))


def _has_sidecar(path: str) -> bool:
    try:
        return any(one.kind is CompanionKind.XMP for one in companions_of(path))
    except OSError:
        return False
