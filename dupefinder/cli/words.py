"""The codes of the engine in English."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dupefinder.actions.folder_roles import FolderRole
from dupefinder.actions.overview import Overview
from dupefinder.actions.records import (
    ActionKind,
    Freed,
    JournalStep,
    Plan,
    PlanWarning,
    SkipCode,
    Skipped,
    StepState,
    WarningCode,
)
from dupefinder.cli.figures import counted, size_words
from dupefinder.core.coverage.records import CoverageStatus, Extent
from dupefinder.core.difference_places import DifferencePlace
from dupefinder.core.records import (
    Alteration,
    AlterationCode,
    Evidence,
    Orientation,
    Problem,
    ProblemCode,
    Reason,
    ReasonCode,
)
from dupefinder.core.scan.left_out import LeftOut

PROBLEMS = {
    ProblemCode.EMPTY: "the file is empty",
    ProblemCode.NOT_A_PICTURE: "not a picture that can be read",
    ProblemCode.DAMAGED: "damaged",
    ProblemCode.PARTLY_DAMAGED: "partly damaged; what could be read was compared",
    ProblemCode.TOO_LARGE: "too large",
    ProblemCode.TIMED_OUT: "took too long to read",
    ProblemCode.DECODER_CRASHED: "made the decoder crash",
    ProblemCode.OUT_OF_MEMORY: "needs more memory than there is",
    ProblemCode.NO_PERMISSION: "no permission to read it",
    ProblemCode.VANISHED: "vanished before it was read",
    ProblemCode.CHANGED_WHILE_READ: "changed while it was read",
    ProblemCode.READ_ERROR: "cannot be read",
    ProblemCode.ONLINE_ONLY: "its content is not on this computer",
    ProblemCode.FOLDER_UNREADABLE: "the folder cannot be listed",
    ProblemCode.FOLDER_NOT_FOUND: "no such folder or file",
}

EVIDENCE = {
    Evidence.SAME_BYTES: "same bytes",
    Evidence.SAME_PIXELS: "same pixels",
    Evidence.RE_ENCODED: "re-encoded",
    Evidence.EDITED: "edited",
    Evidence.ROTATED: "rotated",
    Evidence.MIRRORED: "mirrored",
    Evidence.RAW_PAIR: "RAW pair",
    Evidence.LOOK_ALIKE: "look-alike",
}

COVERAGE = {
    CoverageStatus.COVERED: "In the library",
    CoverageStatus.SMALLER: "The library has a smaller copy",
    CoverageStatus.ALTERED: "The library has it altered",
    CoverageStatus.MISSING: "Not in the library",
}

EXTENTS = {
    Extent.ALL: "all",
    Extent.SOME: "some",
    Extent.NONE: "none",
}

REASONS = {
    ReasonCode.LASTS: "it lies in no trash and no snapshot",
    ReasonCode.PROTECTED: "it is protected",
    ReasonCode.WHOLE: "it is whole",
    ReasonCode.SHOWS_ALL: "others are cropped or framed",
    ReasonCode.FROM_CAMERA: "straight from a camera",
    ReasonCode.MORE_DETAIL: "most detail",
    ReasonCode.LESS_LOSSY: "least compressed",
    ReasonCode.ORIGINAL_FORMAT: "the format of the original",
    ReasonCode.MORE_METADATA: "most metadata",
    ReasonCode.MORE_COMPANIONS: "most files belong to it",
    ReasonCode.MORE_COPIES: "most copies look like it",
    ReasonCode.OLDER: "oldest",
    ReasonCode.LARGER_FILE: "largest file",
    ReasonCode.PLAIN_NAME: "its name is not that of a copy",
    ReasonCode.SHORTER_PATH: "shortest path",
    ReasonCode.IS_PROTECTED: "it is protected",
    ReasonCode.LOOKS_DIFFERENT: "it looks different",
    ReasonCode.HOLDS_GROUP: "others of the group match only it",
    ReasonCode.KEEPER_DOES_NOT_LAST: "the other copy lies in a trash or a snapshot",
    ReasonCode.KEEPER_IS_DAMAGED: "the better copy is damaged",
    ReasonCode.KEEPER_LACKS_DETAIL: "it has more detail",
    ReasonCode.KEEPER_LACKS_METADATA: "the better copy lacks",
    ReasonCode.KEEPER_LACKS_EXTRAS: "the better copy lacks",
    ReasonCode.KEEPER_LACKS_COMPANIONS: "the better copy has no equal of",
    ReasonCode.OTHER_EXPOSURE: "it was taken at another moment",
    ReasonCode.BEING_CHECKED: "it is still being compared in full size",
    ReasonCode.NOT_PROVEN: "it could not be compared in full size",
    ReasonCode.KEEPER_HAS_ALL: "the better copy has it all",
}

PLACES = {
    DifferencePlace.UPPER_LEFT: "upper left",
    DifferencePlace.TOP: "top",
    DifferencePlace.UPPER_RIGHT: "upper right",
    DifferencePlace.LEFT: "left",
    DifferencePlace.MIDDLE: "middle",
    DifferencePlace.RIGHT: "right",
    DifferencePlace.LOWER_LEFT: "lower left",
    DifferencePlace.BOTTOM: "bottom",
    DifferencePlace.LOWER_RIGHT: "lower right",
}

PARTS = PLACES | {DifferencePlace.TOP: "upper", DifferencePlace.BOTTOM: "lower"}

HINDRANCES = {
    **{code.value: words for code, words in PROBLEMS.items()},
    ProblemCode.PARTLY_DAMAGED.value: "partly damaged",
}
"""What kept two photos from being compared, by the value of its `ProblemCode`."""

PARAMETERS = {
    "date": "its date",
    "camera": "its camera",
    "gps": "its place",
    "caption": "its caption",
    "words": "its words",
    "rating": "its rating",
    "video": "its video",
    "gain-map": "its brightness map",
    "depth": "its depth map",
    "transparency": "its transparency",
    "frames": "its other pictures",
    "trailing-data": "what follows the picture",
    "settings": "its camera settings",
    "lens": "its lens",
    "maker-note": "its maker note",
    "exact-time": "its exact time",
    "fields": "fields of its own",
    "layers": "its layers",
    "thermal": "its heat picture",
    "provenance": "its proof of origin",
    "sound": "its sound",
    "auxiliary-image": "its hidden pictures",
    "program-data": "data of another program",
    "unknown-format": "what is not understood in it",
    "tags": "its tags or notes",
    "live-photo": "its film",
    "xmp": "its .xmp file",
    "aae": "its edits (.aae)",
    "thm": "its thumbnail (.thm)",
    "raw": "its RAW file",
    "takeout-json": "its Google metadata (.json)",
    "original": "its original",
    "folder-file": "what a file of its folder says of it",
    "sidecar": "its sidecar",
}

LEFT_OUT = {
    LeftOut.TRASH: "in the trash",
    LeftOut.SNAPSHOT: "snapshots",
    LeftOut.THUMBNAILS: "made by other programs from photos",
    LeftOut.HIDDEN: "hidden",
    LeftOut.EXCLUDED: "excluded",
    LeftOut.FILTERED_BY_GLOB: "not of the pattern asked for",
    LeftOut.FILTERED_BY_SIZE: "not of the size asked for",
    LeftOut.SYMLINK: "links",
    LeftOut.LOOP: "folders within themselves",
    LeftOut.ONLINE_ONLY: "not on this computer",
    LeftOut.NOT_A_PHOTO: "other files",
    LeftOut.SPECIAL_FILE: "pipes, sockets and devices",
    LeftOut.SYSTEM: "of the operating system",
    LeftOut.SET_ASIDE: "set aside",
}

PROGRAMS = {
    "aperture": "Aperture",
    "apple-photos": "Apple Photos",
    "capture-one": "Capture One",
    "digikam": "digiKam",
    "immich": "Immich",
    "iphoto": "iPhoto",
    "lightroom": "Lightroom",
    "nextcloud": "Nextcloud",
    "photoprism": "PhotoPrism",
}

DID = {
    ActionKind.TRASH: "moved to the trash",
    ActionKind.SET_ASIDE: "set aside",
    ActionKind.MOVE: "moved",
    ActionKind.COPY: "copied",
    ActionKind.HARD_LINK: "made hard links",
    ActionKind.DELETE: "deleted for good",
    ActionKind.SIDECAR: "written",
}

PUT = {
    ActionKind.TRASH: "in the trash",
    ActionKind.SET_ASIDE: "set aside",
    ActionKind.MOVE: "moved",
    ActionKind.COPY: "copied",
    ActionKind.HARD_LINK: "a hard link",
    ActionKind.DELETE: "deleted",
    ActionKind.SIDECAR: "written",
}

UNDOES = {
    ActionKind.TRASH: "brings back what was moved",
    ActionKind.SET_ASIDE: "brings back what was set aside",
    ActionKind.MOVE: "moves them back",
    ActionKind.COPY: "removes the copies again",
    ActionKind.HARD_LINK: "makes files of their own again",
    ActionKind.DELETE: "cannot bring them back",
    ActionKind.SIDECAR: "removes them again",
}

SKIPS = {
    SkipCode.PROTECTED: "it is protected",
    SkipCode.NO_SURVIVOR: "no copy of it is named that stays",
    SkipCode.SURVIVOR_GOES_TOO: "the copy that should stay goes, too",
    SkipCode.SURVIVOR_IN_TRASH: "the copy that should stay lies in a trash, in a snapshot or in"
    " what was set aside",
    SkipCode.TWICE_IN_PLAN: "it is listed twice",
    SkipCode.LOOK_AGAIN: "it was marked beside a copy that is not here now",
    SkipCode.NOT_A_DUPLICATE: "nothing proves it a duplicate",
    SkipCode.HAS_COMPANIONS: "what belongs to it has no equal beside the copy that stays",
    SkipCode.MIRROR: "what goes here may go from the mirror, too",
    SkipCode.BACKUP: "a backup and what it was made from do not stand for one another",
    SkipCode.ASK_ABOUT_DRIVES: "the copy that stays is on another drive, mirror or backup or not",
    SkipCode.TOO_FEW_COPIES: "fewer copies would stay than you want",
    SkipCode.NOT_IN_LIBRARY: "the library has no copy that stands for it",
    SkipCode.NOT_LOOKED_AT: "it was left out of the comparison",
    SkipCode.BELONGS_TO_WHAT_STAYS: "it belongs to a photo that stays",
    SkipCode.VANISHED: "it is not there any more",
    SkipCode.CHANGED: "it has changed since the scan",
    SkipCode.NOT_A_REGULAR_FILE: "not a plain file, but a link, a folder or a device",
    SkipCode.SAME_FILE: "it and the copy that stays are one file",
    SkipCode.UNREADABLE: "it cannot be read",
    SkipCode.SURVIVOR_VANISHED: "the copy that stays is not there any more",
    SkipCode.SURVIVOR_CHANGED: "the copy that stays has changed since the scan",
    SkipCode.SURVIVOR_UNREADABLE: "the copy that stays cannot be read",
    SkipCode.SURVIVOR_DAMAGED: "the copy that stays is damaged",
    SkipCode.NO_LONGER_PROVEN: "the two files do not show any more that they are one photo",
    SkipCode.SAYS_MORE: "it alone says or holds something beside its picture",
    SkipCode.CANNOT_RESCUE: "what it alone says cannot be written beside the copy that stays",
    SkipCode.STANDS_FOR_ANOTHER: "it stayed in place of a photo that the other one may not replace",
    SkipCode.OPEN_ELSEWHERE: "another program has it open",
    SkipCode.JUST_CHANGED: "it was changed a moment ago",
    SkipCode.HAS_OTHER_NAMES: "it has other names, hard links, that would be parted from it",
    SkipCode.NOT_SAME_BYTES: "only a copy with the same bytes can become a link",
    SkipCode.ONE_VOLUME: "its drive turned out to be that of the copy that stays",
    SkipCode.TRASH_FAILED: "it could not be moved to the trash",
    SkipCode.REFUSED_BY_SYSTEM: "the system refused it",
    SkipCode.CANCELLED: "stopped before its turn",
    SkipCode.NOT_IN_TRASH: "it is not in the trash any more",
    SkipCode.TRASH_AWAY: "its trash is not there: its drive is away, or the trash was removed",
    SkipCode.GONE_SINCE: "it is not where it was put any more",
    SkipCode.PLACE_TAKEN: "another file has taken its place",
    SkipCode.CHANGED_IN_TRASH: "it was changed in the trash",
    SkipCode.CHANGED_SINCE: "it was changed where it was put",
    SkipCode.ORIGINAL_GONE: "what it was copied from is gone, so the copy stays",
    SkipCode.PLACE_UNKNOWN: "its holding folder was moved, so --to FOLDER must say where to",
    SkipCode.NOT_IN_JOURNAL: "the journal does not know it, so --to FOLDER must say where to",
    SkipCode.LEADS_ELSEWHERE: "a link or its list leads elsewhere, so it is left alone",
    SkipCode.RESTORE_FAILED: "it could not be moved back",
    SkipCode.NOT_UNDOABLE: "only the system's own trash can bring it back",
    SkipCode.NOT_UNDERSTOOD: "the journal says of it what this version does not know",
    SkipCode.DELETED: "it was deleted for good",
}

ROLES = {
    FolderRole.MIRROR: "a mirror",
    FolderRole.BACKUP: "a backup",
    FolderRole.ORDINARY: "neither mirror nor backup",
}

GOING = {
    ActionKind.TRASH: "Would go to the trash",
    ActionKind.SET_ASIDE: "Would be set aside",
    ActionKind.MOVE: "Would be moved to",
    ActionKind.COPY: "Would be copied to",
    ActionKind.HARD_LINK: "Would become hard links to the copies that stay",
    ActionKind.DELETE: "Would be deleted for good",
    ActionKind.SIDECAR: "Would be written",
}

WARNINGS = {
    WarningCode.FOLDER_EMPTIED: "no photo stays in {path}; {photos} would go",
    WarningCode.ALBUM_SCATTERED: "{path} keeps {count:,} of {total:,} photos",
    WarningCode.SURVIVOR_REMOVABLE: (
        "copies that stay, for {files}, lie on a drive that can be unplugged: {path}{names}"
    ),
    WarningCode.SURVIVOR_NETWORK: "copies that stay, for {files}, lie on the network: {path}",
    WarningCode.SURVIVOR_LACKS: "{other} lacks {names} of {path}",
    WarningCode.VICTIM_HAS_EXTRAS: "{path} has more than {other}: {names}",
}

FREED = {
    Freed.AT_ONCE: "freed at once",
    Freed.TRASH_EMPTIED: "freed when the trash is emptied",
    Freed.HOLDING_EMPTIED: "freed when the holding folder is emptied",
    Freed.NEVER: "nothing is freed",
}

STEP_STATES = {
    StepState.INTENDED: "not settled",
    StepState.DONE: "done",
    StepState.SKIPPED: "in its place",
    StepState.UNDOING: "coming back",
    StepState.UNDONE: "brought back",
    StepState.LOST: "in neither place",
    StepState.UNKNOWN: "not understood",
}

TRANSFORMS: dict[Orientation, str | None] = {
    Orientation.IDENTITY: None,
    Orientation.ROTATE_90: "rotated-90",
    Orientation.ROTATE_180: "rotated-180",
    Orientation.ROTATE_270: "rotated-270",
    Orientation.MIRROR: "mirrored",
    Orientation.FLIP: "flipped",
    Orientation.TRANSPOSE: "transposed",
    Orientation.TRANSVERSE: "transversed",
}
"""Not words but codes of the JSON: what was done to a picture, turns being clockwise."""


def reason_words(reason: Reason) -> str:
    """Why a copy is the keeper, stays or could go."""
    if reason.code is ReasonCode.NOT_PROVEN and reason.parameters:
        causes = [HINDRANCES.get(code, code) for code in reason.parameters]
        return f"{REASONS[reason.code]}: {_listed(causes)}"
    named = [PARAMETERS.get(code, code) for code in reason.parameters]
    return f"{REASONS[reason.code]} {_listed(named)}" if named else REASONS[reason.code]


def problem_words(problem: Problem) -> str:
    """What is wrong with a file or folder, and the system's or decoder's own words."""
    words = PROBLEMS[problem.code]
    return f"{words} ({problem.detail})" if problem.detail else words


def left_out_words(left_out: Mapping[LeftOut, int]) -> str:
    """What a walk left out, and how many of each."""
    return ", ".join(f"{count:,} {LEFT_OUT[code]}" for code, count in left_out.items())


def skip_words(skip: Skipped) -> str:
    """Why a photo was left where it is, and what that is about."""
    words = SKIPS[skip.code]
    return f"{words} ({skip.detail})" if skip.detail else words


def state_words(step: JournalStep) -> str:
    """What became of a file of an action."""
    return PUT[step.kind] if step.state is StepState.DONE else STEP_STATES[step.state]


def going_words(plan: Plan) -> str:
    """What would become of the photos of a plan: "Would go to the trash"."""
    words = GOING[plan.kind]
    return words if plan.target is None else f"{words} {plan.target}"


def warning_words(warning: PlanWarning, noun: str = "photo") -> str:
    """What might be regretted.

    Args:
        warning: Its code and what it is about.
        noun: What the plan counts, one of it.
    """
    named = _listed([PARAMETERS.get(code, code) for code in warning.names]) if warning.names else ""
    if warning.code is WarningCode.SURVIVOR_REMOVABLE:
        named = f" ({named})" if named else ""
    return WARNINGS[warning.code].format(
        path=warning.path,
        other=warning.other,
        names=named,
        photos=counted(warning.count, "photo"),
        files=counted(warning.count, noun),
        count=warning.count,
        total=warning.total,
    )


def space_lines(overview: Overview) -> Iterator[str]:
    """How much space a plan makes, when, and what of it stays taken after all."""
    space = overview.space
    if overview.freed is Freed.NEVER:
        yield f"Space: {FREED[overview.freed]}"
        return
    yield f"Space: {size_words(space.freed_bytes)}, {FREED[overview.freed]}"
    for size_bytes, words in (
        (space.linked_bytes, "stays taken: these files have other names that stay (hard links)"),
        (space.shared_bytes, "stays taken: clones or snapshots hold the same blocks"),
        (space.unknown_bytes, "may stay taken: this drive does not tell of clones and snapshots"),
    ):
        if size_bytes:
            yield f"  {size_words(size_bytes)} {words}"


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def difference_text(places: Sequence[DifferencePlace]) -> str:
    """Where a picture differs from another: "differs in one place, lower right".

    Args:
        places: At least one, see `difference_places.places_of`.
    """
    if len(places) == 1:
        return f"differs in one place, {PLACES[places[0]]}"
    return f"differs in {len(places)} places"


def alteration_text(alteration: Alteration) -> str:
    """What was done to a picture: "cropped to 84 % (upper left part)", "turned by 1.9°"."""
    part = "" if alteration.part is None else f" ({PARTS[alteration.part]} part)"
    match alteration.code:
        case AlterationCode.FRAMED:
            return "framed"
        case AlterationCode.CROPPED:
            return f"cropped to {alteration.amount:.0f} %{part}"
        case AlterationCode.CROPPED_WIDTH:
            return f"cropped to {alteration.amount:.0f} % of its width{part}"
        case AlterationCode.CROPPED_HEIGHT:
            return f"cropped to {alteration.amount:.0f} % of its height{part}"
        case AlterationCode.TURNED:
            return f"turned by {alteration.amount:.1f}°"
