"""Set-aside files: listed, and restored by manifest and journal.

Anybody may have written a manifest. A file that the journal does not know is restored only to a
folder that the person names, and no file is moved through a link.
"""

import errno
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dupefinder.actions.backends import moved_away
from dupefinder.actions.backends.durable_copy import carry
from dupefinder.actions.backends.opened_folder import Entry
from dupefinder.actions.backends.protocol import FileChanged
from dupefinder.actions.backends.trusted_folder import (
    LeadsElsewhere,
    existing_folder,
    trusted_entry,
)
from dupefinder.actions.presence import Presence
from dupefinder.actions.quarantine.backend import remove_empty_folders
from dupefinder.actions.quarantine.folder import possible_quarantine_folders, quarantine_folder_of
from dupefinder.actions.quarantine.manifest import (
    KnownFiles,
    Origin,
    QuarantinedFile,
    quarantined_files,
)
from dupefinder.actions.real_places import is_below
from dupefinder.actions.records import JournalStep, SkipCode, Skipped
from dupefinder.core.errors import Cancelled, is_gone, os_error_text
from dupefinder.core.job import JobContext, ask_each


@dataclass(frozen=True, slots=True)
class Restored:
    """Result of restoring files.

    Attributes:
        done: Restored files, by their places in the quarantine folder.
        done_bytes: Their bytes.
        skipped: The files that stay there, with the reason.
        cancelled: True when it was stopped before the end.
    """

    done: tuple[str, ...]
    done_bytes: int
    skipped: tuple[Skipped, ...]
    cancelled: bool = False


def quarantined_now(quarantine: str, only: str | None = None) -> list[QuarantinedFile]:
    """The files in a quarantine folder that its manifests list, whole or not.

    Args:
        quarantine: The folder.
        only: Only this file or folder, by its old path or its path in the quarantine folder.

    Raises:
        OSError: The folder or a manifest cannot be read.
    """
    wanted = None if only is None else os.path.abspath(only)
    return [
        held
        for held in quarantined_files(quarantine)
        if not is_gone(held.place) and (wanted is None or _is_meant(held, wanted))
    ]


def _is_meant(held: QuarantinedFile, wanted: str) -> bool:
    named = {wanted, os.path.realpath(wanted)}
    return any(
        is_below(place, name)
        for place in (held.place, held.path, held.home)
        if place is not None
        for name in named
    )


def restore(
    held: Sequence[QuarantinedFile],
    context: JobContext,
    to: str | None = None,
    known: Iterable[JournalStep] = (),
) -> Restored:
    """Bring files back to their own places, without overwriting anything.

    Args:
        held: The files in a quarantine folder.
        context: Progress in the phase "undo", pause and cancel.
        to: A folder to bring them to instead, in their tree from the top of the drive; None for
            their own places.
        known: Set-aside files that the user's own journal knows. Those that it does not
            know is only brought to a folder that is named.
    """
    context.start_phase("undo", len(held))
    targets = _Targets(to, KnownFiles(known))
    done: list[QuarantinedFile] = []
    skipped: list[Skipped] = []
    cancelled = False
    try:
        for file in held:
            context.checkpoint()
            skip = _bring_back(file, targets)
            if skip is None:
                done.append(file)
            else:
                skipped.append(skip)
            context.advance()
    except Cancelled:
        cancelled = True
    context.finish_phase()
    return Restored(
        tuple(file.place for file in done),
        sum(file.size_bytes for file in done),
        tuple(skipped),
        cancelled,
    )


class _Targets:
    """Places to which files are to be restored."""

    def __init__(self, to: str | None, known: KnownFiles) -> None:
        self._known = known
        self._to: Origin | None = None
        if to is not None:
            top = existing_folder(os.path.abspath(to))
            below = os.path.relpath(os.path.abspath(to), top)
            self._to = Origin(top, () if below == os.curdir else tuple(below.split(os.sep)))

    def of(self, file: QuarantinedFile) -> Origin | Skipped:
        """The place that a file is restored to, or the reason why it is not.

        Raises:
            OSError: Its quarantine folder cannot be looked at.
        """
        if self._to is not None:
            if file.from_top is None:
                return Skipped(file.place, SkipCode.LEADS_ELSEWHERE, file.path)
            return Origin(self._to.top, (*self._to.names, *file.from_top))
        if self._known.row_of(file) is None:
            return Skipped(file.place, SkipCode.NOT_IN_JOURNAL)
        origin = self._known.origin_of(file)
        return origin or Skipped(file.place, SkipCode.PLACE_UNKNOWN, file.path)


def _bring_back(file: QuarantinedFile, targets: _Targets) -> Skipped | None:
    try:
        target = targets.of(file)
        if isinstance(target, Skipped):
            return target
    except OSError as error:
        return Skipped(file.place, SkipCode.RESTORE_FAILED, os_error_text(error))
    try:
        _move(file, target)
    except LeadsElsewhere as elsewhere:
        return Skipped(file.place, SkipCode.LEADS_ELSEWHERE, elsewhere.filename)
    except FileExistsError:
        return Skipped(file.place, SkipCode.PLACE_TAKEN, target.path)
    except FileChanged:
        return Skipped(file.place, SkipCode.CHANGED_SINCE)
    except FileNotFoundError:
        return Skipped(file.place, SkipCode.GONE_SINCE)
    except (OSError, ValueError) as error:
        return Skipped(file.place, SkipCode.RESTORE_FAILED, os_error_text(error))
    remove_empty_folders(file.quarantine, file.names)
    return None


def _move(file: QuarantinedFile, target: Origin) -> None:
    """Move a file to its place, without following links.

    Raises:
        FileExistsError: The place is taken. This and what follows: nothing was done.
        FileNotFoundError: The file is not in the quarantine folder.
        FileChanged: It is another one.
        LeadsElsewhere: A link is on the way.
        OSError: The system refuses.
    """
    with trusted_entry(file.quarantine, file.names) as place:
        match place.presence(file.size_bytes, file.digest):
            case Presence.ABSENT:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), file.place)
            case Presence.OTHER | Presence.UNKNOWN:
                raise FileChanged(file.place)
        # Before any folder is made for it.
        moved_away.demand_free(Entry(target.path, target.path))
        with trusted_entry(target.top, target.names, make=True) as path:
            moved_away.demand_free(path)
            carry(place, path, file.digest)
            moved_away.restore_time_of(path, file.mtime_ns)


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A quarantine folder.

    Attributes:
        path: Its path.
        files: Files that were set aside and lie there.
        size_bytes: Their bytes.
        fault: Why it cannot be read, in the system's words; empty when it can.
        strange: Files that the journal does not know, as another account or computer set them
            aside; no undo brings them back.
    """

    path: str
    files: int
    size_bytes: int
    fault: str = ""
    strange: int = 0


def quarantines(
    set_aside: Sequence[JournalStep], checkpoint: Callable[[], None] = lambda: None
) -> list[Quarantine]:
    """List the quarantine folders, by path.

    Args:
        set_aside: Files that the journal knows to be set aside; without, only the usual places are
            looked at.
        checkpoint: See `ask_drives`. Of a drive that does not answer, the folders are listed
            that the journal knows.

    Raises:
        Cancelled: The job was cancelled.
    """
    known = KnownFiles(set_aside)
    places = [row.place for row in set_aside if row.place]
    surely = {quarantine_folder_of(place) for place in places}
    found = []
    for path in possible_quarantine_folders(places):
        answers = ask_each(lambda one: _looked_into(one, known), [path], checkpoint)
        silent = Quarantine(path, 0, 0, os.strerror(errno.ETIMEDOUT)) if path in surely else None
        if (quarantine := answers.get(path, silent)) is not None:
            found.append(quarantine)
    return found


def _looked_into(path: str, known: KnownFiles) -> Quarantine | None:
    if not os.path.isdir(path) or os.path.islink(path):
        return None
    try:
        held = quarantined_now(path)
    except OSError as error:
        return Quarantine(path, 0, 0, os_error_text(error))
    strange = sum(known.row_of(file) is None for file in held)
    return Quarantine(path, len(held), sum(file.size_bytes for file in held), strange=strange)
