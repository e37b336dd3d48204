"""The values that travel along the pipeline. Frozen, slotted, without behaviour.

Paths are `str` as `os.fsdecode` gives them: a name that is not valid in the file system's
encoding carries surrogate escapes and finds its file again through `os.fsencode`.
"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray


class Role(StrEnum):
    """What a folder is to a scan."""

    SCAN = "scan"
    PROTECTED = "protected"
    EXCLUDED = "excluded"


class ProblemCode(StrEnum):
    """Why a file or folder could not be used, or not fully. Words are made at the edge."""

    EMPTY = "empty"
    NOT_A_PICTURE = "not-a-picture"
    DAMAGED = "damaged"
    PARTLY_DAMAGED = "partly-damaged"
    TOO_LARGE = "too-large"
    TIMED_OUT = "timed-out"
    DECODER_CRASHED = "decoder-crashed"
    OUT_OF_MEMORY = "out-of-memory"
    NO_PERMISSION = "no-permission"
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
        code: What is wrong.
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


@dataclass(frozen=True, slots=True)
class FileBeside:
    """A file that belongs to a photo; a large one as far as it had to be read.

    Attributes:
        kind: Value of its `CompanionKind`.
        path: Where it is.
        size_bytes: Its size; None where it cannot be told.
        digest: 32-byte digest; None of a large one that was not read.
        is_left: True when it is left where it is once its photo goes.
        says: Of a folder's file: what it says of the photo; None where that cannot be known.
        attributes: What a person noted of the file, as `personal_attributes` gives it.
    """

    kind: str
    path: str
    size_bytes: int | None = None
    digest: bytes | None = None
    is_left: bool = False
    says: frozenset[str] | None = frozenset()
    attributes: bytes = b""


@dataclass(frozen=True, slots=True)
class Belonging:
    """Belongings of a photo beside its content.

    Attributes:
        companions: Files that belong to it: sidecars, films, its RAW file.
        attributes: Tags, comments and colours, as `personal_attributes` gives them.
    """

    companions: tuple[FileBeside, ...] = ()
    attributes: bytes = b""


NO_BELONGING = Belonging()


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
    """What shows that two files hold the same photo, strongest first."""

    SAME_BYTES = "same-bytes"
    SAME_PIXELS = "same-pixels"
    RE_ENCODED = "re-encoded"
    EDITED = "edited"
    ROTATED = "rotated"
    MIRRORED = "mirrored"
    RAW_PAIR = "raw-pair"
    LOOK_ALIKE = "look-alike"


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What one reading of a photo's content tells, kept so that nothing is decoded twice.

    Attributes:
        format: Name of the format that the content has ("JPEG", "HEIF", "CR2", …).
        width_px: Width as shown, that is after the EXIF orientation.
        height_px: Height as shown.
        exif_orientation: 1 to 8; 1 where the file has none or an invalid one.
        mode: Pillow's mode of the stored picture ("RGB", "L", "CMYK", "I;16", …).
        bits_per_channel: 8, 10, 12, 16 or 32.
        frames: Pictures in the file; 1 for a still.
        has_alpha: True when the picture carries transparency.
        is_raw: True for a camera's RAW file (its preview was read).
        is_lossless: True when the format keeps pixels as they were given to it.
        quality: Estimated JPEG quality 1 to 100; None when not known.
        sharpness: Variance of the Laplacian of the 96-pixel grey.
        contrast: Standard deviation of the 96-pixel grey, in grey levels.
        taken: EXIF time of exposure as "YYYY-MM-DDTHH:MM:SS[.sub-seconds]"; None without.
        camera: EXIF make and model; None without.
        has_gps: True when a GPS position is recorded.
        has_caption: True when a caption, title or keywords are recorded.
        rating: Star rating 0 to 5; None without.
        decodes_in_full: False when the content breaks off, or decoders make up a part of it; None
            when only an embedded preview was read.
        extras: Sorted codes of what the file holds besides its picture ("video",
            "gain-map", "depth", "frames", "trailing-data").
        extras_digest: 32-byte digest of those extras; None without.
        icc_digest: 32-byte digest of the ICC profile; None without.
        picture_digest: 32-byte digest of the compressed picture without its metadata;
            None for formats in which the two cannot be told apart cheaply.
        word_digests: Digests of what it says beyond time, camera, place and rating, sorted; see
            `decode.word_digests`.
        exposure_ids: What tells its exposure from others of the camera, "kind:value", sorted; see
            `decode.exposure_ids`.
        parts: What the file holds beside picture and words, as `held_parts.packed` gives it.
    """

    format: str
    width_px: int
    height_px: int
    exif_orientation: int = 1
    mode: str = "RGB"
    bits_per_channel: int = 8
    frames: int = 1
    has_alpha: bool = False
    is_raw: bool = False
    is_lossless: bool = False
    quality: int | None = None
    sharpness: float = 0.0
    contrast: float = 0.0
    taken: str | None = None
    camera: str | None = None
    has_gps: bool = False
    has_caption: bool = False
    rating: int | None = None
    decodes_in_full: bool | None = True
    extras: tuple[str, ...] = ()
    extras_digest: bytes | None = None
    icc_digest: bytes | None = None
    picture_digest: bytes | None = None
    word_digests: tuple[str, ...] = ()
    exposure_ids: tuple[str, ...] = ()
    parts: bytes = b""


@dataclass(frozen=True, slots=True, eq=False)
class InnerPicture:
    """What uniform margins surround: the photo in a border, a letterbox or a screenshot.

    Attributes:
        box: Left, top, right and bottom as shares of the whole picture's width and height.
        grey: uint8 (96, 96), luminance of the inner picture squeezed to a square.
    """

    box: tuple[float, float, float, float]
    grey: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class DecodedPhoto:
    """What `decode` returns for one file. Plain values only: it may cross a process border.

    Attributes:
        digest: 32-byte BLAKE3 digest of the whole file.
        parts_digest: 16-byte BLAKE3 digest of size, first, middle and last 4 KiB.
        facts: What the content tells.
        grey: uint8 (96, 96), luminance of the upright picture squeezed to a square.
        chroma: uint8 (2, 16, 16), Cb and Cr of the upright picture squeezed to a square.
        thumbnail_jpeg: JPEG of the upright picture, at most 320 pixels a side.
        inner: What uniform margins surround; None without margins.
    """

    digest: bytes
    parts_digest: bytes
    facts: PhotoFacts
    grey: NDArray[np.uint8]
    chroma: NDArray[np.uint8]
    thumbnail_jpeg: bytes = field(repr=False)
    inner: InnerPicture | None = None


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
    """What an edit did to a picture, as far as laying it on the other one shows."""

    FRAMED = "framed"
    CROPPED = "cropped"
    CROPPED_WIDTH = "cropped-width"
    CROPPED_HEIGHT = "cropped-height"
    TURNED = "turned"


@dataclass(frozen=True, slots=True)
class Alteration:
    """Something that was done to a picture.

    Attributes:
        code: What it was.
        amount: Of CROPPED the percentage of each side that is left, of CROPPED_WIDTH and
            CROPPED_HEIGHT that of the one side that was cut; of TURNED the degrees clockwise; else
            None.
        part: Of a crop the part of the other picture that is left.
    """

    code: AlterationCode
    amount: float | None = None
    part: DifferencePlace | None = None


class ReasonCode(StrEnum):
    """Why a copy is the keeper, stays, or is proposed for removal. Words are made at the edge."""

    # The keeper, by the first rule that told it from the next best copy.
    LASTS = "lasts"
    PROTECTED = "protected"
    WHOLE = "whole"
    SHOWS_ALL = "shows-all"
    FROM_CAMERA = "from-camera"
    MORE_DETAIL = "more-detail"
    LESS_LOSSY = "less-lossy"
    ORIGINAL_FORMAT = "original-format"
    MORE_METADATA = "more-metadata"
    MORE_COMPANIONS = "more-companions"
    MORE_COPIES = "more-copies"
    OLDER = "older"
    LARGER_FILE = "larger-file"
    PLAIN_NAME = "plain-name"
    SHORTER_PATH = "shorter-path"
    # Another copy that stays.
    IS_PROTECTED = "is-protected"
    LOOKS_DIFFERENT = "looks-different"
    HOLDS_GROUP = "holds-group"
    KEEPER_DOES_NOT_LAST = "keeper-does-not-last"
    KEEPER_IS_DAMAGED = "keeper-is-damaged"
    KEEPER_LACKS_DETAIL = "keeper-lacks-detail"
    KEEPER_LACKS_METADATA = "keeper-lacks-metadata"
    KEEPER_LACKS_EXTRAS = "keeper-lacks-extras"
    KEEPER_LACKS_COMPANIONS = "keeper-lacks-companions"
    OTHER_EXPOSURE = "other-exposure"
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
    """A reason and what it is about.

    Attributes:
        code: The reason.
        parameters: What it names, codes again ("date", "gps", "caption", "rating", "video" …).
    """

    code: ReasonCode
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupMember:
    """One file of a group.

    Attributes:
        file: Where it lies.
        content_id: Its content in the catalog.
        digest: 32-byte BLAKE3 digest of the whole file.
        facts: What the content tells.
        keep: False where its removal is proposed.
        is_keeper: True for the one copy that the rules would keep first.
        reason: Why.
        evidence: What shows that it is the same photo as `against`; None for the keeper.
        against: Path of the copy that stays with which the match is strongest; None for the keeper.
        distance_bits: Hamming distance of the search hashes; None for the keeper.
        orientation: How this file must be turned to lie on `against`.
        alterations: What was done to this file, seen from `against`.
        placement: Where it lies on `against`: the rows of the map from shares of this picture's
            width and height to shares of the other's; None when they lie edge to edge.
        differences: Where it shows something else than `against`, the largest place first;
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


@dataclass(frozen=True, slots=True)
class Link:
    """A match that makes no group: a look-alike, a RAW and its rendering, two groups that touch.

    Attributes:
        path_a: The one file.
        path_b: The other.
        evidence: What the match is.
        distance_bits: Hamming distance of the search hashes.
    """

    path_a: str
    path_b: str
    evidence: Evidence
    distance_bits: int
