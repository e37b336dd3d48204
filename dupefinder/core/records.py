"""Values that travel along the pipeline: files, problems, proofs, groups. Without behaviour.

Paths are `str` as `os.fsdecode` gives them: a name that is not valid in the file system's
encoding carries surrogate escapes and finds its file again through `os.fsencode`.
"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from dupefinder.core.photo_facts import PhotoFacts


class Role(StrEnum):
    """Role of a folder in a scan."""

    SCAN = "scan"
    PROTECTED = "protected"
    EXCLUDED = "excluded"


class ProblemCode(StrEnum):
    """Reason why a file or folder could not be used, or not fully. Words are made at the edge."""

    EMPTY = "empty"
    NOT_A_PICTURE = "not-a-picture"
    DAMAGED = "damaged"
    PARTLY_DAMAGED = "partly-damaged"
    HIDDEN_DATA = "hidden-data"
    """There are, or may be, more data than those of the pixels, which decoders ignore."""
    TOO_LARGE = "too-large"
    TIMED_OUT = "timed-out"
    DECODER_CRASHED = "decoder-crashed"
    OUT_OF_MEMORY = "out-of-memory"
    NO_PERMISSION = "no-permission"
    IN_USE = "in-use"
    """Another program has it open, and lets nobody else read it: Windows allows that."""
    VANISHED = "vanished"
    CHANGED_WHILE_READ = "changed-while-read"
    READ_ERROR = "read-error"
    ONLINE_ONLY = "online-only"
    FOLDER_UNREADABLE = "folder-unreadable"
    FOLDER_NOT_FOUND = "folder-not-found"


@dataclass(frozen=True, slots=True)
class Problem:
    """One file or folder that was not, or not fully, used.

    Attributes:
        path: The file or folder.
        code: The kind of problem.
        detail: The system's or the decoder's own words, for the curious; may be empty.
    """

    path: str
    code: ProblemCode
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that the walk found and that may be a photo.

    Attributes:
        path: Absolute path.
        volume_id: Identity of the volume (see `volumes`), stable over mounts and drive letters.
        relative_path: Path below the volume's mount point, "/"-separated.
        size_bytes: Size at the time of listing.
        mtime_ns: Modification time at the time of listing.
        device: `st_dev`.
        inode: `st_ino` (0 where the file system has none).
        protected: True below a protected folder: never proposed for removal.
    """

    path: str
    volume_id: str
    relative_path: str
    size_bytes: int
    mtime_ns: int
    device: int
    inode: int
    protected: bool


class Orientation(IntEnum):
    """The eight ways to lay a picture on a rectangle; `ROTATE_*` turns clockwise."""

    IDENTITY = 0
    ROTATE_90 = 1
    ROTATE_180 = 2
    ROTATE_270 = 3
    MIRROR = 4
    FLIP = 5
    TRANSPOSE = 6
    TRANSVERSE = 7


class Evidence(StrEnum):
    """Evidence that two files hold the same photo, strongest first."""

    SAME_BYTES = "same-bytes"
    SAME_PIXELS = "same-pixels"
    RE_ENCODED = "re-encoded"
    EDITED = "edited"
    ROTATED = "rotated"
    MIRRORED = "mirrored"
    RAW_PAIR = "raw-pair"
    LOOK_ALIKE = "look-alike"
    CHOSEN = "chosen"
    """No evidence: a person chose one of two photos by hand. In plans and in the journal only; no
    scan finds it, and it says nothing about any other pair."""


class DifferencePlace(StrEnum):
    """A ninth of a picture as it is shown, row by row."""

    UPPER_LEFT = "upper-left"
    TOP = "top"
    UPPER_RIGHT = "upper-right"
    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"
    LOWER_LEFT = "lower-left"
    BOTTOM = "bottom"
    LOWER_RIGHT = "lower-right"


class AlterationCode(StrEnum):
    """Alteration of a picture by an edit, as far as registering it on the other one shows."""

    FRAMED = "framed"
    CROPPED = "cropped"
    CROPPED_WIDTH = "cropped-width"
    CROPPED_HEIGHT = "cropped-height"
    TURNED = "turned"


@dataclass(frozen=True, slots=True)
class Alteration:
    """Something that was done to a picture.

    Attributes:
        code: The alteration.
        amount: Of CROPPED the percentage of each side that is left, of CROPPED_WIDTH and
            CROPPED_HEIGHT that of the one side that was cut; of TURNED the degrees clockwise; else
            None.
        part: Of a crop the part of the other picture that is left.
    """

    code: AlterationCode
    amount: float | None = None
    part: DifferencePlace | None = None


class ReasonCode(StrEnum):
    """Reason for keeping a copy or proposing its removal. Words are made at the edge."""

    # The keeper, by the first rule that told it from the next best copy.
    LASTS = "lasts"
    PROTECTED = "protected"
    WHOLE = "whole"
    EARLIER_FOLDER = "earlier-folder"
    SHOWS_ALL = "shows-all"
    FROM_CAMERA = "from-camera"
    MORE_DETAIL = "more-detail"
    LESS_LOSSY = "less-lossy"
    ORIGINAL_FORMAT = "original-format"
    MORE_METADATA = "more-metadata"
    MORE_COMPANIONS = "more-companions"
    IN_COLOUR = "in-colour"
    MORE_COPIES = "more-copies"
    PLAIN_NAME = "plain-name"
    OLDER = "older"
    LARGER_FILE = "larger-file"
    SHORTER_PATH = "shorter-path"
    # another kept copy.
    IS_PROTECTED = "is-protected"
    LOOKS_DIFFERENT = "looks-different"
    HOLDS_GROUP = "holds-group"
    WITHIN_FOLDER = "within-folder"
    KEEPER_DOES_NOT_LAST = "keeper-does-not-last"
    KEEPER_IS_DAMAGED = "keeper-is-damaged"
    KEEPER_LACKS_DETAIL = "keeper-lacks-detail"
    KEEPER_LACKS_METADATA = "keeper-lacks-metadata"
    KEEPER_LACKS_EXTRAS = "keeper-lacks-extras"
    KEEPER_LACKS_COMPANIONS = "keeper-lacks-companions"
    OTHER_EXPOSURE = "other-exposure"
    CALLED_DIFFERENT = "called-different"
    BEING_CHECKED = "being-checked"
    NOT_PROVEN = "not-proven"
    # A copy that is proposed for removal.
    KEEPER_HAS_ALL = "keeper-has-all"


@dataclass(frozen=True, slots=True)
class DifferenceBox:
    """A place in which a picture shows something else than another copy of the photo.

    Attributes:
        x_px: Left edge, in pixels of the picture as shown (upright).
        y_px: Top edge.
        width_px: Width, at least 1.
        height_px: Height, at least 1.
    """

    x_px: int
    y_px: int
    width_px: int
    height_px: int

    def scaled(self, shown_px: tuple[int, int], other_px: tuple[int, int]) -> "DifferenceBox":
        """Scale the box to another picture of the same shape.

        Args:
            shown_px: Width and height of the picture that this is a place of, as shown.
            other_px: The same of the other one.
        """
        across, down = other_px[0] / shown_px[0], other_px[1] / shown_px[1]
        left, top = int(self.x_px * across), int(self.y_px * down)
        right = min(round((self.x_px + self.width_px) * across), other_px[0])
        bottom = min(round((self.y_px + self.height_px) * down), other_px[1])
        return DifferenceBox(left, top, max(right - left, 1), max(bottom - top, 1))


class ProofVerdict(StrEnum):
    """Outcome of a full-size comparison: is all that one photo shows in another one?"""

    CONTAINED = "contained"
    """All that the photo shows is in the other one."""
    DIFFERS = "differs"
    """The two are one photo, but show different things in a few places."""
    ALTERED = "altered"
    """The two are one photo, but differ all over: in tone, noise or sharpness."""
    OTHER_PICTURE = "other-picture"
    """The two show different things in many places."""
    UNDECIDED = "undecided"
    """The comparison could not be made."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Result of a full-size comparison.

    Attributes:
        verdict: The outcome.
        differences: Places of `DIFFERS`, in pixels of the photo in question as shown.
        cause: Why it is `UNDECIDED`; None for any other outcome, and where it cannot be told
            whether the larger or sharper copy has true detail.
        stays_is_poorer: True where the copy that would stay has less true detail, or was made from
            the photo in question: enlarged, blurred, sharpened.
    """

    verdict: ProofVerdict
    differences: tuple[DifferenceBox, ...] = ()
    cause: ProblemCode | None = None
    stays_is_poorer: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with its parameters.

    Attributes:
        code: The reason.
        parameters: Details of the reason, as codes ("date", "gps", "caption", "rating", "video" …).
    """

    code: ReasonCode
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupMember:
    """One file of a group.

    Attributes:
        file: Its file.
        content_id: Its content in the catalog.
        digest: 32-byte BLAKE3 digest of the whole file.
        facts: The facts of the content.
        keep: False where its removal is proposed.
        is_keeper: True for the one copy that the rules would keep first.
        reason: Why.
        evidence: Evidence that it is the same photo as `against`; None for the keeper.
        against: Path of the kept copy with which the match is strongest; None for the keeper.
        distance_bits: Hamming distance of the search hashes; None for the keeper.
        orientation: Turn by which this file fits `against`.
        alterations: Alterations of this file, compared with `against`.
        placement: Its placement on `against`: the rows of the map from shares of this picture's
            width and height to shares of the other's; None when they lie edge to edge.
        differences: Places in which it differs from `against`, the largest first;
            empty where no places are known.
    """

    file: FoundFile
    content_id: int
    digest: bytes
    facts: PhotoFacts
    keep: bool
    is_keeper: bool
    reason: Reason
    evidence: Evidence | None = None
    against: str | None = None
    distance_bits: int | None = None
    orientation: Orientation = Orientation.IDENTITY
    alterations: tuple[Alteration, ...] = ()
    # Its last digits depend on what it was computed together with.
    placement: tuple[float, ...] | None = field(default=None, compare=False)
    differences: tuple[DifferenceBox, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Photos that are confirmed to be one, the keeper first.

    Attributes:
        group_id: Name that depends on the contents alone, so that it survives a new scan.
        members: At least two.
    """

    group_id: str
    members: tuple[GroupMember, ...]

    @property
    def is_look_alike(self) -> bool:
        """True for a pair that only looks alike, see `core.look_alikes`."""
        return any(one.evidence is Evidence.LOOK_ALIKE for one in self.members)


@dataclass(frozen=True, slots=True)
class Link:
    """A match that makes no group: a look-alike, a RAW and its rendering, two groups that touch.

    Attributes:
        path_a: The one file.
        path_b: The other.
        evidence: Evidence of the match.
        distance_bits: Hamming distance of the search hashes.
    """

    path_a: str
    path_b: str
    evidence: Evidence
    distance_bits: int
