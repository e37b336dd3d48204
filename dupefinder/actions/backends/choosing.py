"""Choice of the backend for an action, and for a step of the journal."""

import os
from collections.abc import Iterable

from dupefinder.actions.backends.delete import Delete
from dupefinder.actions.backends.hard_link import HardLink
from dupefinder.actions.backends.protocol import Backend
from dupefinder.actions.backends.sidecar import WriteSidecar
from dupefinder.actions.backends.to_folder import CopyToFolder, MoveToFolder
from dupefinder.actions.quarantine.backend import SetAside
from dupefinder.actions.records import ActionKind, Plan
from dupefinder.actions.trash import default_trash


def ways_for(plan: Plan) -> tuple[Backend, ...]:
    """The backends for a plan, the preferred one first.

    On a volume without a working trash, files are set aside instead.

    Raises:
        ValueError: A target is needed, and there is none: a bug.
    """
    if plan.kind is ActionKind.TRASH:
        return (default_trash(), SetAside())
    if plan.kind is not ActionKind.MOVE:
        return (way_back(plan.kind),)
    if plan.target is None:
        raise ValueError("moving needs a target")
    return (MoveToFolder(plan.target, common_folder(step.victim.path for step in plan.steps)),)


def way_back(kind: ActionKind) -> Backend:
    """The backend by which a step was done, to settle or undo it."""
    match kind:
        case ActionKind.TRASH:
            return default_trash()
        case ActionKind.SET_ASIDE:
            return SetAside()
        case ActionKind.MOVE:
            return MoveToFolder()
        case ActionKind.COPY:
            return CopyToFolder()
        case ActionKind.HARD_LINK:
            return HardLink()
        case ActionKind.DELETE:
            return Delete()
        case ActionKind.SIDECAR:
            return WriteSidecar()


def common_folder(paths: Iterable[str]) -> str | None:
    """The deepest folder that all these files lie below; None on several drives of Windows."""
    folders = {os.path.realpath(os.path.dirname(path)) for path in paths}
    try:
        return os.path.commonpath(folders) if folders else None
    except ValueError:
        return None
