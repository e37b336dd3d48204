"""The values of an action. Frozen and slotted, without behaviour; texts for codes are in `text`."""

from dataclasses import dataclass, field
from enum import StrEnum

from dupefinder.core.records import Evidence, Reason


class ActionKind(StrEnum):
    """Kind of action on a photo."""

    TRASH = "trash"
    SET_ASIDE = "set-aside"
    """Moved to a quarantine folder on its own volume."""
    MOVE = "move"
    """Moved to a folder that the person names."""
    COPY = "copy"
    """Copied to a folder that the person names; the photo stays, too."""
    HARD_LINK = "hard-link"
    """Replaced by a hard link to the kept copy."""
    DELETE = "delete"
    """Deleted for good."""
    SIDECAR = "sidecar"
    """A sidecar written beside a kept copy, within another action; never the kind of a plan."""


EXACT = frozenset((Evidence.SAME_BYTES, Evidence.SAME_PIXELS))
"""Evidence that carries over from one pair to the next."""

FOR_CHOSEN = (ActionKind.TRASH, ActionKind.SET_ASIDE)
"""Kinds of action for photos that a person chose by hand: those that can be undone."""


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A photo as the scan saw it.

    Attributes:
        path: Absolute path, see `core.records`.
        size_bytes: Size when it was scanned.
        mtime_ns: Modification time when it was scanned.
        digest: 32-byte BLAKE3 digest of the whole file when it was scanned.
        protected: True below a protected folder: never removed.
        holds: What else it holds beside its picture, as `rules.candidate.metadata_inventory` names
            it; None when that is not known.
    """

    path: str
    size_bytes: int
    mtime_ns: int
    digest: bytes
    protected: bool = False
    holds: tuple[str, ...] | None = None


METADATA = frozenset(
    (
        *("date", "camera", "gps", "caption", "rating"),
        *("settings", "lens", "maker-note", "exact-time", "fields"),
    )
)
"""Codes of `PlannedFile.holds` that are metadata; the others are films and further pictures."""


@dataclass(frozen=True, slots=True)
class Step:
    """One removal.

    Attributes:
        victim: The photo that goes.
        survivor: The kept copy, which replaces it.
        evidence: Evidence that the two hold the same photo.
        companions: Paths of files that belong to the victim alone and go with it; each has a
            byte-equal twin beside the survivor.
        why: Why its removal was proposed, for people; None when a person marked it.
        also_stay: Copies that have to stay beside the survivor, where a person wants several.
        accepts_smaller: True where a person accepted that the survivor may be smaller or altered.
        accepts_loss: True where a person accepted that the survivor may have less metadata. Only
            set in the window, never by a file.
    """

    victim: PlannedFile
    survivor: PlannedFile
    evidence: Evidence
    companions: tuple[str, ...] = ()
    why: Reason | None = None
    also_stay: tuple[PlannedFile, ...] = ()
    accepts_smaller: bool = False
    accepts_loss: bool = False


def going_along(step: Step, kind: ActionKind) -> tuple[str, ...]:
    """Paths of the companions that go with a photo.

    With hard links the path stays, and so do its companions.
    """
    return () if kind is ActionKind.HARD_LINK else step.companions


class SkipCode(StrEnum):
    """Reason for leaving a photo where it is."""

    # Found when the plan is made.
    PROTECTED = "protected"
    NO_SURVIVOR = "no-survivor"
    SURVIVOR_GOES_TOO = "survivor-goes-too"
    SURVIVOR_IN_TRASH = "survivor-in-trash"
    """The copy that should stay lies in a trash or a quarantine folder, which may be emptied."""
    TWICE_IN_PLAN = "twice-in-plan"
    NOT_A_DUPLICATE = "not-a-duplicate"
    CALLED_DIFFERENT = "called-different"
    """A person said that the two are no duplicates."""
    LOOK_AGAIN = "look-again"
    HAS_COMPANIONS = "has-companions"
    MIRROR = "mirror"
    BACKUP = "backup"
    ASK_ABOUT_DRIVES = "ask-about-drives"
    """The copies are on two drives whose roles nobody has stated."""
    TOO_FEW_COPIES = "too-few-copies"
    CHOSEN_BY_HAND = "chosen-by-hand"
    """Chosen by a person without a proof: it may only go where it can be undone."""
    NOT_IN_LIBRARY = "not-in-library"
    """Found when a folder is retired: the library has no copy that stands for it."""
    NOT_LOOKED_AT = "not-looked-at"
    """Found when a folder is retired: hidden, or otherwise left out of the comparison."""
    BELONGS_TO_WHAT_STAYS = "belongs-to-what-stays"
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
    SAYS_MORE = "says-more"
    CANNOT_RESCUE = "cannot-rescue"
    STANDS_FOR_ANOTHER = "stands-for-another"
    """A photo that went for this one is not proved to be like the survivor."""
    # Found while acting.
    OPEN_ELSEWHERE = "open-elsewhere"
    JUST_CHANGED = "just-changed"
    HAS_OTHER_NAMES = "has-other-names"
    NOT_SAME_BYTES = "not-same-bytes"
    ONE_VOLUME = "one-volume"
    """Its volume and that of the survivor turned out to be one, see `SAME_FILE`."""
    TRASH_FAILED = "trash-failed"
    REFUSED_BY_SYSTEM = "refused-by-system"
    """`TRASH_FAILED` for other backends."""
    CANCELLED = "cancelled"
    # Found while undoing.
    NOT_IN_TRASH = "not-in-trash"
    TRASH_AWAY = "trash-away"
    """Its trash is missing, too, so it may still be in it."""
    GONE_SINCE = "gone-since"
    """`NOT_IN_TRASH` for other backends."""
    PLACE_TAKEN = "place-taken"
    CHANGED_IN_TRASH = "changed-in-trash"
    CHANGED_SINCE = "changed-since"
    """`CHANGED_IN_TRASH` for other backends."""
    ORIGINAL_GONE = "original-gone"
    """A copy whose original is gone, so that it may be the last one."""
    PLACE_UNKNOWN = "place-unknown"
    """Its quarantine folder was moved, so that the place of the file is unknown."""
    NOT_IN_JOURNAL = "not-in-journal"
    """The journal does not know it: somebody else may have put it there."""
    LEADS_ELSEWHERE = "leads-elsewhere"
    """A link is on the way to it or to its place, or the list names a place outside."""
    RESTORE_FAILED = "restore-failed"
    NOT_UNDOABLE = "not-undoable"
    NOT_UNDERSTOOD = "not-understood"
    """Its row in the journal has a code that this version does not know."""
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A photo that was left where it is.

    Attributes:
        path: The photo.
        code: Why.
        detail: Names for the reason: another file, the system's message; may be empty.
    """

    path: str
    code: SkipCode
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps to be done, in this order, and files that are refused.

    Attributes:
        steps: The removals.
        refused: Photos that were asked for and stay, with the reason.
        kind: The kind of action.
        target: The folder to move or copy to; None for the other kinds.
        rescue_metadata: True to write metadata that a kept copy lacks into a new sidecar before the
            photo goes.
    """

    steps: tuple[Step, ...]
    refused: tuple[Skipped, ...] = ()
    kind: ActionKind = ActionKind.TRASH
    target: str | None = None
    rescue_metadata: bool = False


class Freed(StrEnum):
    """Time at which an action frees space."""

    AT_ONCE = "at-once"
    TRASH_EMPTIED = "trash-emptied"
    QUARANTINE_EMPTIED = "holding-emptied"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes that deleting files would free.

    Attributes:
        freed_bytes: Bytes that become free.
        linked_bytes: Bytes that stay in use, as the files have other names.
        shared_bytes: Bytes that stay in use, as clones or snapshots share the blocks.
        unknown_bytes: Bytes that may stay in use: the file system does not tell.
    """

    freed_bytes: int = 0
    linked_bytes: int = 0
    shared_bytes: int = 0
    unknown_bytes: int = 0


class WarningCode(StrEnum):
    """Warning about a plan."""

    FOLDER_EMPTIED = "folder-emptied"
    ALBUM_SCATTERED = "album-scattered"
    SURVIVOR_REMOVABLE = "survivor-removable"
    SURVIVOR_NETWORK = "survivor-network"
    SURVIVOR_LACKS = "survivor-lacks"
    VICTIM_HAS_EXTRAS = "victim-has-extras"


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """One warning.

    Attributes:
        code: The code.
        path: Its subject: a folder, the mount point of a drive, or a photo that goes.
        other: The kept copy, where it is about a photo.
        names: Missing metadata, as codes of `PlannedFile.holds`; or the drive's label.
        count: Number of photos that go from the folder, stay in the album, or rely on the drive.
        total: Number of photos in the album now.
    """

    code: WarningCode
    path: str
    other: str = ""
    names: tuple[str, ...] = ()
    count: int = 0
    total: int = 0

    @property
    def is_about_photo(self) -> bool:
        """True if `path` is a photo to be removed."""
        return self.code in (WarningCode.SURVIVOR_LACKS, WarningCode.VICTIM_HAS_EXTRAS)


class StepState(StrEnum):
    """State of one file in the journal."""

    INTENDED = "intended"
    DONE = "done"
    SKIPPED = "skipped"
    UNDOING = "undoing"
    UNDONE = "undone"
    LOST = "lost"
    """In neither place: somebody moved it, or emptied the trash."""
    UNKNOWN = "unknown"
    """The journal has a code that this version does not know; never written."""


@dataclass(frozen=True, slots=True)
class JournalStep:
    """One file of an action.

    Attributes:
        step_id: Number in the journal.
        path: Former path of the file.
        size_bytes: Its size.
        mtime_ns: Its modification time when it went.
        digest: 32-byte BLAKE3 digest.
        survivor: Path of the copy that stayed; for a companion, that of its photo.
        evidence: Evidence that the two hold the same photo; `SAME_BYTES` for a companion.
        state: Its state.
        place: Where it lies in the trash, in the quarantine folder, or in the folder it was moved
            or copied to; None when it lies nowhere else, or the place is not known.
        skip: Reason why it was left, or not brought back; None otherwise.
        kind: The kind of action on it. On a volume without a trash, files are set aside.
        survivor_digest: Digest of the copy that stayed; empty when it is not known.
        survivor_size_bytes: Size of that copy.
        attributes: Its permissions and extended attributes, see `ways.attributes`; empty when
            they are not known.
    """

    step_id: int
    path: str
    size_bytes: int
    mtime_ns: int
    digest: bytes
    survivor: str
    evidence: Evidence
    state: StepState
    place: str | None = None
    skip: Skipped | None = None
    kind: ActionKind = ActionKind.TRASH
    survivor_digest: bytes = b""
    survivor_size_bytes: int = 0
    attributes: bytes = b""


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """One action of the history.

    Attributes:
        action_id: Number in the journal, rising.
        started_ns: Nanoseconds since 1970.
        finished_ns: None while it runs, or when it was interrupted.
        undone_ns: Time of the last undo; None without one.
        done: Number of files that are in the trash, or wherever it put them.
        skipped: Number of files that were left where they are.
        undone: Number of files that were brought back.
        lost: Number of files that are neither in their place nor where they were put.
        done_bytes: Bytes of the files that are done.
        kind: The kind of action that was asked for.
        target: The folder that was moved or copied to.
        unknown_kind: The kind of action that the journal names, where this version of the program
            does not know it and `kind` is meaningless; empty otherwise.
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
    kind: ActionKind = ActionKind.TRASH
    target: str | None = None
    unknown_kind: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of an action, or of undoing one.

    Attributes:
        action_id: Its number in the journal.
        done: Paths of files that were removed or brought back.
        done_bytes: Their bytes.
        skipped: Files that were left, with the reason.
        cancelled: True when it was stopped before the end; the rest is untouched.
        kind: The kind of action that was asked for.
        written: Sidecars that were written.
        set_aside: Set-aside folders that files lie in now.
        narrowed: Copies that only their owner may read, as the access list (ACL) of the original
            could not be kept.
        begun_ns: Start of the action, in nanoseconds since 1970: its number may be that of another
            action in another journal.
    """

    action_id: int
    done: tuple[str, ...]
    done_bytes: int
    skipped: tuple[Skipped, ...]
    cancelled: bool = False
    kind: ActionKind = ActionKind.TRASH
    written: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    narrowed: tuple[str, ...] = ()
    begun_ns: int = field(default=0, compare=False)
