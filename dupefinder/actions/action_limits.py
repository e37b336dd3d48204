"""Limits of each kind of action, and the refusals that can be predicted from a plan.

No photo is read for this, so an action may refuse more photos.
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
from dupefinder.core.file_parts import PartKind
from dupefinder.core.records import Evidence
from dupefinder.core.rules import REPLACEABLE

_HAVE_TO_STAY = METADATA | {kind.code for kind in PartKind}
"""Codes of `PlannedFile.holds` that keep a photo as long as the kept copy lacks them."""


def beyond_way(step: Step, kind: ActionKind) -> Skipped | None:
    """The reason why a kind of action cannot remove a photo; None where it can.

    Args:
        step: Its removal.
        kind: The kind of action.
    """
    victim, survivor = step.victim.path, step.survivor
    if step.evidence not in REPLACEABLE and kind not in FOR_CHOSEN:
        # Without a proof, a person chose it. This includes edited and turned copies, even if a
        # plan that was changed by hand claims otherwise.
        return Skipped(victim, SkipCode.CHOSEN_BY_HAND, survivor.path)
    if kind is ActionKind.HARD_LINK:
        if survivor.protected:
            # Editing the link would edit the protected photo.
            return Skipped(victim, SkipCode.PROTECTED, survivor.path)
        if step.evidence is not Evidence.SAME_BYTES:
            return Skipped(victim, SkipCode.NOT_SAME_BYTES)
    return None


def for_way(step: Step, kind: ActionKind) -> Step:
    """The step for a kind of action: consent to loss does not hold for deleting."""
    return replace(step, accepts_loss=False) if kind is ActionKind.DELETE else step


def foretold(plan: Plan) -> Plan:
    """A plan whose refusals include the photos that its action is known to leave.

    Args:
        plan: The plan, with the kind of action that will be used.
    """
    if plan.kind is ActionKind.COPY:
        return plan  # no photo goes
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
    """True where a scan found metadata that the kept copy lacks and no sidecar can keep."""
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
