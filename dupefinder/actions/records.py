"""The values of a removal. Frozen, slotted, no behaviour; codes get their words at the edge."""

from dataclasses import dataclass
from enum import StrEnum

from dupefinder.core.records import Evidence


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A photo as the scan saw it.

    Attributes:
        path: Absolute path, see `core.records`.
        size_bytes: Size when it was scanned.
        mtime_ns: Modification time when it was scanned.
        digest: 32-byte BLAKE3 digest of the whole file when it was scanned.
        protected: True below a protected folder: never removed.
    """

    path: str
    size_bytes: int
    mtime_ns: int
    digest: bytes
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One removal.

    Attributes:
        victim: The photo that goes.
        survivor: The copy that stays and replaces it.
        evidence: What shows that the two hold the same photo.
        companions: Paths of files that belong to the victim alone and go with it; each has a
            byte-equal twin beside the survivor.
    """

    victim: PlannedFile
    survivor: PlannedFile
    evidence: Evidence
    companions: tuple[str, ...] = ()


class SkipCode(StrEnum):
    """Why a photo was left where it is. Words are made at the edge."""

    # Found when the plan is made.
    PROTECTED = "protected"
    NO_SURVIVOR = "no-survivor"
    SURVIVOR_GOES_TOO = "survivor-goes-too"
    TWICE_IN_PLAN = "twice-in-plan"
    NOT_A_DUPLICATE = "not-a-duplicate"
    LOOK_AGAIN = "look-again"
    HAS_COMPANIONS = "has-companions"
    # Found by the preflight, at the moment of the action.
    VANISHED = "vanished"
    CHANGED = "changed"
    NOT_A_REGULAR_FILE = "not-a-regular-file"
    SAME_FILE = "same-file"
    UNREADABLE = "unreadable"
    SURVIVOR_VANISHED = "survivor-vanished"
    SURVIVOR_CHANGED = "survivor-changed"
    SURVIVOR_UNREADABLE = "survivor-unreadable"
    SURVIVOR_DAMAGED = "survivor-damaged"
    NO_LONGER_PROVEN = "no-longer-proven"
    # Found while acting.
    TRASH_FAILED = "trash-failed"
    CANCELLED = "cancelled"
    # Found while undoing.
    NOT_IN_TRASH = "not-in-trash"
    PLACE_TAKEN = "place-taken"
    CHANGED_IN_TRASH = "changed-in-trash"
    RESTORE_FAILED = "restore-failed"
    NOT_UNDOABLE = "not-undoable"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A photo that was left where it is.

    Attributes:
        path: The photo.
        code: Why.
        detail: What the reason names: another file, the system's own words; may be empty.
    """

    path: str
    code: SkipCode
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done, in this order.

    Attributes:
        steps: The removals.
        refused: Photos that were asked for and stay, with the reason.
    """

    steps: tuple[Step, ...]
    refused: tuple[Skipped, ...] = ()


class StepState(StrEnum):
    """What the journal knows of one file."""

    INTENDED = "intended"
    DONE = "done"
    SKIPPED = "skipped"
    UNDOING = "undoing"
    UNDONE = "undone"
    LOST = "lost"
    """Neither in its place nor in the trash: somebody else moved it or emptied the trash."""


@dataclass(frozen=True, slots=True)
class JournalStep:
    """One file of an action.

    Attributes:
        step_id: Number in the journal.
        path: Where the file was.
        size_bytes: Its size.
        mtime_ns: Its modification time when it went.
        digest: 32-byte BLAKE3 digest.
        survivor: Path of the copy that stayed; for a companion that of its photo's.
        evidence: What showed that the two hold the same photo; `SAME_BYTES` for a companion.
        state: What is known of it.
        trash_path: Where it lies in the trash; None when it is not, or the place is not known.
        skip: Why it was left, or was not brought back; None otherwise.
    """

    step_id: int
    path: str
    size_bytes: int
    mtime_ns: int
    digest: bytes
    survivor: str
    evidence: Evidence
    state: StepState
    trash_path: str | None = None
    skip: Skipped | None = None


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """One action of the history.

    Attributes:
        action_id: Number in the journal, rising.
        started_ns: Nanoseconds since 1970.
        finished_ns: None while it runs, or when it was broken off.
        undone_ns: When it was undone last, None when it was not.
        done: Files that are in the trash because of it.
        skipped: Files that were left where they are.
        undone: Files that were brought back.
        lost: Files that are neither in their place nor in the trash.
        done_bytes: Bytes of the files that are in the trash.
    """

    action_id: int
    started_ns: int
    finished_ns: int | None
    undone_ns: int | None
    done: int
    skipped: int
    undone: int
    lost: int
    done_bytes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action, or its undoing, did.

    Attributes:
        action_id: Its number in the journal.
        done: Paths that were moved to the trash, or brought back.
        done_bytes: Their bytes.
        skipped: Files that were left, with the reason.
        cancelled: True when it was stopped before the end; the rest is untouched.
    """

    action_id: int
    done: tuple[str, ...]
    done_bytes: int
    skipped: tuple[Skipped, ...]
    cancelled: bool = False
