"""Copying photos to a folder: nothing is removed, so no copy has to stay.

Used for photos that a library lacks, and for collecting duplicates in one place. Journal, undo and
recovery are the same as for every other action.
"""

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dupefinder.actions.backends.choosing import common_folder
from dupefinder.actions.backends.to_folder import CopyToFolder
from dupefinder.actions.journal import Journal
from dupefinder.actions.presence import digest_of
from dupefinder.actions.records import (
    ActionKind,
    JournalStep,
    Outcome,
    PlannedFile,
    SkipCode,
    StepState,
)
from dupefinder.actions.running_action import RunningAction, failure_of
from dupefinder.core.errors import os_error_text
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence


def copy_files(
    files: Sequence[PlannedFile],
    target: str | None,
    journal: Journal,
    context: JobContext,
    *,
    base: str | None = None,
    folders: Mapping[str, str] | None = None,
) -> Outcome:
    """Copy files to a folder, each only if it is unchanged since the scan.

    Args:
        files: The files; one with an empty digest is copied as it is now.
        target: The folder; made when missing. Names that are taken there are numbered.
        journal: Records the action.
        context: Progress in the phase "act", pause and cancel.
        base: The folder whose tree is kept in the target; None for the deepest that all the
            files lie below.
        folders: For each path the folder below the target, instead of its tree.

    Raises:
        ValueError: There is no target: a bug.
        JournalFault: The journal cannot be written; no further file is copied.
    """
    if target is None:
        raise ValueError("copying needs a target")
    way = CopyToFolder(target, base or common_folder(file.path for file in files), folders)
    action = RunningAction(ActionKind.COPY, target, journal, (way,))
    outcome = action.run(files, lambda file: _take(file, action), context)
    return replace(outcome, narrowed=tuple(way.narrowed))


def _take(file: PlannedFile, action: RunningAction) -> None:
    row = JournalStep(
        step_id=0,
        path=file.path,
        size_bytes=file.size_bytes,
        mtime_ns=file.mtime_ns,
        digest=file.digest,
        survivor="",
        evidence=Evidence.SAME_BYTES,
        state=StepState.INTENDED,
        kind=action.kind,
    )
    try:
        status = os.lstat(file.path)
        if not stat.S_ISREG(status.st_mode):
            action.leave(row, SkipCode.NOT_A_REGULAR_FILE, file.path)
            return
        digest = file.digest or digest_of(file.path)
        row = replace(row, size_bytes=status.st_size, mtime_ns=status.st_mtime_ns, digest=digest)
        row = action.placed(row)
    except (FileNotFoundError, NotADirectoryError):
        action.leave(row, SkipCode.VANISHED)
    except OSError as error:
        action.leave(row, failure_of(action.kind), os_error_text(error))
    else:
        (row,) = action.intend([row])
        action.carry_out(row, status)
