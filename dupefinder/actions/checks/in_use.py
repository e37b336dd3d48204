"""Files in use: opened by another program, as far as the system tells, or just written.

Windows refuses by itself to move what is open. Linux tells by a lease, which it grants only while
nobody else has the file open, on local file systems; elsewhere the open files of the account's
own programs are listed in /proc. macOS tells nothing.
"""

import errno
import os
import signal
import sys
import time
from collections.abc import Iterable

from dupefinder.actions.records import SkipCode, Skipped, Step
from dupefinder.core.scan.mounts import LOCAL_FILE_SYSTEMS
from dupefinder.core.scan.volumes import VolumeTable

_JUST_NOW_NS = 2_000_000_000
_LIST_LASTS_S = 1.0
# Programs that only read, such as indexers, are soon done.
_TRIES = 3
_PAUSE_S = 0.05
_PROCESSES = "/proc"


class InUse:
    """Looks at files directly before they are acted upon. For one thread at a time."""

    def __init__(self) -> None:
        self._volumes = VolumeTable()
        self._listed_s = float("-inf")
        self._open_files: frozenset[tuple[int, int]] = frozenset()

    def check(self, step: Step) -> Skipped | None:
        """Return the reason why a step has to wait; None when nobody uses its files.

        Any program that has the victim open, or may be writing the survivor, is a reason.
        """
        survivor = step.survivor.path
        for path in (step.victim.path, survivor):
            if _just_changed(path):
                return Skipped(step.victim.path, SkipCode.JUST_CHANGED, path)
        for path in (step.victim.path, *step.companions):
            if self._is_open(path, for_writing=False):
                return Skipped(step.victim.path, SkipCode.OPEN_ELSEWHERE, path)
        if self._is_open(survivor, for_writing=True):
            return Skipped(step.victim.path, SkipCode.OPEN_ELSEWHERE, survivor)
        return None

    def _is_open(self, path: str, *, for_writing: bool) -> bool:
        if not sys.platform.startswith("linux"):
            return False
        try:
            status = os.stat(path)
            folder = os.path.realpath(os.path.dirname(path))
            file_system = self._volumes.volume_of(folder, status.st_dev).file_system
            if file_system in LOCAL_FILE_SYSTEMS:
                return _is_leased_out(path, for_writing=for_writing)
        except (OSError, ValueError):
            return False  # the action itself will meet the fault
        # Readers of the survivor would do no harm, but cannot be told from writers here.
        return not for_writing and (status.st_dev, status.st_ino) in self._listed()

    def _listed(self) -> frozenset[tuple[int, int]]:
        if time.monotonic() - self._listed_s > _LIST_LASTS_S:
            self._open_files = frozenset(_open_files())
            self._listed_s = time.monotonic()
        return self._open_files


def _just_changed(path: str) -> bool:
    try:
        age_ns = time.time_ns() - os.lstat(path).st_mtime_ns
    except (OSError, ValueError):
        return False
    # A time in the future says nothing: clocks of cameras and drives are wrong.
    return 0 <= age_ns < _JUST_NOW_NS


def _is_leased_out(path: str, *, for_writing: bool) -> bool:
    for remaining in reversed(range(_TRIES)):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            _take_lease(descriptor, for_writing=for_writing)
        except OSError as error:
            if error.errno != errno.EAGAIN:
                return False  # another account's file, or a file system without leases
        else:
            return False
        finally:
            os.close(descriptor)
        if remaining:
            time.sleep(_PAUSE_S)
    return True


def is_sure_to_be_unwritten(descriptor: int) -> bool:
    """True only where the system is sure that no program has a file open for writing.

    A program that writes through `mmap` counts as having the file open; its first write sets the
    change time.

    Args:
        descriptor: Descriptor of the file, opened for reading.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        _take_lease(descriptor, for_writing=True)
    except OSError:
        return False
    return True


def _take_lease(descriptor: int, *, for_writing: bool) -> None:
    """Ask for a lease, and give it back at once.

    Args:
        descriptor: Descriptor of the file, opened for reading.
        for_writing: True to ask whether anybody writes; False whether anybody has it open.

    Raises:
        OSError: EAGAIN where some program does; another error where the system does not tell.
    """
    import fcntl

    kind = fcntl.F_RDLCK if for_writing else fcntl.F_WRLCK
    # By default, opening the file meanwhile would kill this process by a signal.
    fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, kind)
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)


def _open_files() -> Iterable[tuple[int, int]]:
    """Device and inode of every file that another process has open, as far as that is told."""
    own = str(os.getpid())
    for process in os.listdir(_PROCESSES):
        if not process.isdigit() or process == own:
            continue
        folder = os.path.join(_PROCESSES, process, "fd")
        try:
            names = os.listdir(folder)
        except OSError:  # of another account, or ended meanwhile
            continue
        for name in names:
            try:
                status = os.stat(os.path.join(folder, name))
            except OSError:
                continue
            yield status.st_dev, status.st_ino
