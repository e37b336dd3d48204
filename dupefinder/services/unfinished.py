"""The action that was stopped, or interrupted, before all its photos were done.

While an action runs, a small file beside the journal lists its photos. It is removed at the end of
the action; where it is found later, journal and file together show what was not done.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dupefinder.actions.records import (
    ActionKind,
    Outcome,
    Plan,
    SkipCode,
    Skipped,
    StepState,
)
from dupefinder.store.own_files import make_folder, private_opener

if TYPE_CHECKING:
    from dupefinder.actions.journal import Journal

_FILE_NAME = "unfinished-action.json"


@dataclass(frozen=True, slots=True)
class UnfinishedAction:
    """The done part of an action, and the part left undone.

    Attributes:
        action_id: Its number in the journal; None where not even that was written.
        kind: The kind of action.
        target: The folder that they were moved to.
        rescues: True where metadata were kept beside the copies that stay.
        done: Photos that it was done to.
        photos: Photos that it should have been done to.
        rest: Paths of those that were not taken up.
        is_of_marks: True where the photos were marked in Review: what is still marked can go on.
    """

    action_id: int | None
    kind: ActionKind
    target: str | None
    rescues: bool
    done: int
    photos: int
    rest: tuple[str, ...]
    is_of_marks: bool


class UnfinishedFile:
    """The file; on errors nothing is reported."""

    def __init__(self, journal_path: Path) -> None:
        self._path = journal_path.with_name(_FILE_NAME)

    def begin(self, plan: Plan, since_ns: int, *, is_of_marks: bool) -> None:
        """Note what is about to be done.

        Args:
            plan: The plan.
            since_ns: The time now, in ns since 1970: an action that began earlier is another.
            is_of_marks: See `UnfinishedAction`.
        """
        content = {
            "since_ns": since_ns,
            "kind": plan.kind.value,
            "target": plan.target,
            "rescues": plan.rescue_metadata,
            "is_of_marks": is_of_marks,
            "photos": [step.victim.path for step in plan.steps],
        }
        with suppress(OSError):  # a full disk keeps nobody from making room
            make_folder(self._path.parent)
            with open(self._path, "w", encoding="ascii", opener=private_opener) as file:
                json.dump(content, file)

    def forget(self) -> None:
        """Remove the file: all was done, or nobody wants to go on."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def read(self, journal: Journal) -> UnfinishedAction | None:
        """Return what the last action left undone; None where it came to its end.

        Args:
            journal: After it was reconciled with the disk.

        Raises:
            JournalFault: It cannot be read.
        """
        try:
            content = json.loads(self._path.read_text("ascii"))
            kind = ActionKind(content["kind"])
            photos = [str(path) for path in content["photos"]]
            since_ns, target = int(content["since_ns"]), content["target"]
            rescues, is_of_marks = bool(content["rescues"]), bool(content["is_of_marks"])
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return None
        began = [one for one in journal.actions() if one.started_ns >= since_ns]
        action_id = began[-1].action_id if began else None
        steps = journal.steps(action_id) if action_id is not None else []
        taken_up = {step.path for step in steps if not _was_interrupted(step.skip)}
        done = {step.path for step in steps if step.state is StepState.DONE}
        return _unless_done(
            UnfinishedAction(
                action_id,
                kind,
                None if target is None else str(target),
                rescues,
                sum(path in done for path in photos),
                len(photos),
                tuple(path for path in photos if path not in taken_up),
                is_of_marks,
            )
        )


def left_undone(plan: Plan, outcome: Outcome, *, is_of_marks: bool) -> UnfinishedAction | None:
    """Return what an action did not take up that was stopped; None where that is nothing."""
    if not outcome.cancelled:
        return None
    done = set(outcome.done)
    taken_up = done | {one.path for one in outcome.skipped if not _was_interrupted(one)}
    photos: Sequence[str] = [step.victim.path for step in plan.steps]
    return _unless_done(
        UnfinishedAction(
            outcome.action_id,
            plan.kind,
            plan.target,
            plan.rescue_metadata,
            sum(path in done for path in photos),
            len(photos),
            tuple(path for path in photos if path not in taken_up),
            is_of_marks,
        )
    )


def _was_interrupted(skipped: Skipped | None) -> bool:
    """True for a photo that was left because of the stop alone."""
    return skipped is not None and skipped.code is SkipCode.CANCELLED


def _unless_done(action: UnfinishedAction) -> UnfinishedAction | None:
    return action if action.rest else None
