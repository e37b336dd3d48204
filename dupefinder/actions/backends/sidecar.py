"""Writing a new file beside a photo; undoing removes it if nobody has changed it.

In such a step the new file is path and place, and the photo whose texts it keeps is the survivor:
until that photo comes back, the sidecar stays.
"""

import os
from contextlib import suppress

from blake3 import blake3

from dupefinder.actions.backends import moved_away
from dupefinder.actions.backends.attributes import narrowed
from dupefinder.actions.backends.delete import put_back
from dupefinder.actions.backends.durable_copy import remove_passing, remove_passing_of, sync_folder
from dupefinder.actions.backends.opened_folder import Entry, opened
from dupefinder.actions.backends.protocol import Refused, StaysAway, place_of
from dupefinder.actions.backends.renaming import aside_name, partial_name, rename_without_replacing
from dupefinder.actions.presence import Presence, presence_of
from dupefinder.actions.records import ActionKind, JournalStep, SkipCode, StepState
from dupefinder.actions.rescue import Rescue
from dupefinder.core.records import Evidence

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class WriteSidecar:
    """Writes sidecars; `row` has to be called first with the content."""

    kind = ActionKind.SIDECAR

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    def row(self, rescue: Rescue, photo: str) -> JournalStep:
        """Accept a sidecar to be written.

        Args:
            rescue: Its content and path.
            photo: The photo whose metadata it keeps.

        Returns:
            The step for the journal, to be written before.
        """
        self._contents[rescue.path] = rescue.content
        return JournalStep(
            step_id=0,
            path=rescue.path,
            size_bytes=len(rescue.content),
            mtime_ns=0,
            digest=blake3(rescue.content).digest(),
            survivor=photo,
            evidence=Evidence.SAME_BYTES,
            state=StepState.INTENDED,
            place=rescue.path,
            kind=self.kind,
        )

    def choose_place(self, path: str) -> str:
        """Choose the path of the sidecar."""
        return path

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        """Write the sidecar; errors of the system are raised as `Refused`."""
        del expected
        path = place_of(step)
        try:
            with opened(step.survivor) as photo:
                # Accounts that may not read the photo may not read its texts either.
                rights = photo.status().st_mode & 0o666
            mode = 0o600 | narrowed(rights, owner_kept=False, group_kept=False)
            with opened(path) as place:
                self._write(place, mode)
        except OSError as error:
            words = f"{path}: {error.strerror or error}"
            raise Refused(SkipCode.CANNOT_RESCUE, words) from error

    def _write(self, place: Entry, mode: int) -> None:
        partial = place.beside(partial_name(place.path))
        content = self._contents[place.path]
        remove_passing(partial)
        try:
            with open(partial.open(_NEW_FILE, mode), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            rename_without_replacing(partial, place)
        except OSError:
            remove_passing(partial)
            # A server may report a failure although it did the work: the disk decides.
            if place.presence(len(content), blake3(content).digest()) is not Presence.SAME:
                raise
        sync_folder(os.path.dirname(place.path))

    def bring_back(self, step: JournalStep) -> None:
        """Remove the sidecar, once the photo is back."""
        path = place_of(step)
        match presence_of(path, step.size_bytes, step.digest):
            case Presence.ABSENT:
                return
            case Presence.OTHER | Presence.UNKNOWN:
                raise StaysAway(SkipCode.CHANGED_SINCE, path)
        if not os.path.lexists(step.survivor):
            raise StaysAway(SkipCode.ORIGINAL_GONE, path)
        with opened(path) as file:
            self._remove(file, step)
        sync_folder(os.path.dirname(path))

    @staticmethod
    def _remove(file: Entry, step: JournalStep) -> None:
        aside = file.beside(aside_name(file.path))
        moved_away.move_away(file, aside, file.status(), step.digest)
        if aside.presence(step.size_bytes, step.digest) is not Presence.SAME:
            put_back(file.path)
            raise StaysAway(SkipCode.CHANGED_SINCE, file.path)
        aside.unlink()

    def settle(self, step: JournalStep) -> JournalStep | None:
        """Determine how an interrupted step ended."""
        path = place_of(step)
        remove_passing_of(path)
        with suppress(OSError):
            put_back(path)
        match presence_of(path, step.size_bytes, step.digest):
            case Presence.SAME:
                return moved_away.as_done(step)
            case Presence.UNKNOWN:
                return None
        return None if moved_away.is_absent(step) else moved_away.as_before(step)
