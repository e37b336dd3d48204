"""Bringing back what was set aside by its manifest alone: no catalog and no journal is needed."""

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass

from dupefinder.actions.presence import Presence, presence_of
from dupefinder.actions.protection import is_below
from dupefinder.actions.records import SkipCode, Skipped
from dupefinder.actions.set_aside.manifest import HeldFile, held_files
from dupefinder.actions.set_aside.way import remove_empty_folders
from dupefinder.actions.system_words import words_of
from dupefinder.actions.ways import away
from dupefinder.actions.ways.carrying import carry
from dupefinder.actions.ways.protocol import FileChanged
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back.

    Attributes:
        done: The files, by where they lay in the holding folder.
        done_bytes: Their bytes.
        skipped: What stays there, with the reason.
        cancelled: True when it was stopped before the end.
    """

    done: tuple[str, ...]
    done_bytes: int
    skipped: tuple[Skipped, ...]
    cancelled: bool = False


def held_now(holding: str, only: str | None = None) -> list[HeldFile]:
    """The files that a holding folder's manifests tell of and that lie there, whole or not.

    Args:
        holding: The folder.
        only: Keep to this file, and to what is in this folder; as they were called before, or
            as they are called in the holding folder.

    Raises:
        OSError: The folder or a manifest cannot be read.
    """
    wanted = None if only is None else os.path.abspath(only)
    return [
        held
        for held in held_files(holding)
        if os.path.lexists(held.place) and (wanted is None or _is_meant(held, wanted))
    ]


def _is_meant(held: HeldFile, wanted: str) -> bool:
    named = {wanted, os.path.realpath(wanted)}
    return any(
        is_below(place, name)
        for place in (held.place, held.path, held.home)
        if place is not None
        for name in named
    )


def restore(held: Sequence[HeldFile], context: JobContext, to: str | None = None) -> Restored:
    """Bring files back to where they belong. Nothing is overwritten.

    Args:
        held: What lies in a holding folder.
        context: Progress in the phase "undo", pause and cancel.
        to: A folder to bring them to instead, in the tree that they have from the top of the
            drive; None for their own places.
    """
    context.start_phase("undo", len(held))
    done: list[HeldFile] = []
    skipped: list[Skipped] = []
    cancelled = False
    try:
        for file in held:
            context.checkpoint()
            skip = _bring_back(file, _target(file, to))
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


def _target(file: HeldFile, to: str | None) -> str | None:
    if to is None:
        return file.home
    return os.path.join(os.path.abspath(to), *file.from_top.split("/"))


def _bring_back(file: HeldFile, target: str | None) -> Skipped | None:
    if target is None:
        return Skipped(file.place, SkipCode.PLACE_UNKNOWN, file.path)
    match presence_of(file.place, file.size_bytes, file.digest):
        case Presence.ABSENT:
            return Skipped(file.place, SkipCode.GONE_SINCE)
        case Presence.OTHER:
            return Skipped(file.place, SkipCode.CHANGED_SINCE)
    try:
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
        away.make_folder_of(target)
        carry(file.place, target, file.digest)
    except FileExistsError:
        return Skipped(file.place, SkipCode.PLACE_TAKEN, target)
    except FileChanged:
        return Skipped(file.place, SkipCode.CHANGED_SINCE)
    except (OSError, ValueError) as error:
        words = words_of(error)
        return Skipped(file.place, SkipCode.RESTORE_FAILED, words)
    away.restore_time(target, file.mtime_ns)
    remove_empty_folders(file.place)
    return None
