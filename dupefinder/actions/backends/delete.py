"""Deleting for good: nothing brings the file back."""

import os
from dataclasses import replace

from dupefinder.actions.backends import away
from dupefinder.actions.backends.opened_folder import opened
from dupefinder.actions.backends.protocol import StaysAway
from dupefinder.actions.backends.removing import Stays, put_back, remove_proven
from dupefinder.actions.presence import Presence, presence_of
from dupefinder.actions.records import ActionKind, JournalStep, SkipCode


class Delete:
    """Renames the file, reads the copy that stays there and then, and deletes."""

    kind = ActionKind.DELETE

    def choose_place(self, path: str) -> None:
        """See `Way`: it will be nowhere."""
        del path

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        """See `Way`."""
        stays = Stays(step.survivor, step.survivor_size_bytes, step.survivor_digest)
        with opened(step.path) as file:
            remove_proven(file, expected, step.digest, stays)

    def bring_back(self, step: JournalStep) -> None:
        """See `Way`: it cannot be."""
        if presence_of(step.path, step.size_bytes, step.digest) is not Presence.SAME:
            raise StaysAway(SkipCode.DELETED)

    def settle(self, step: JournalStep) -> JournalStep | None:
        """See `Way`: what was only put aside has its name again afterwards."""
        try:
            put_back(step.path)
        except OSError:
            return None
        if os.path.lexists(step.path):
            return away.as_before(step)
        return None if away.is_absent(step) else away.as_done(replace(step, place=None))
