"""Codes of the engine → words of the person's language."""

import os

from dupefinder.actions.records import SkipCode, Skipped, StepState
from dupefinder.core.records import (
    Alteration,
    AlterationCode,
    Evidence,
    Orientation,
    Problem,
    ProblemCode,
    Reason,
    ReasonCode,
    Role,
)
from dupefinder.text.figures import decimal_text, number_text, path_text
from dupefinder.text.translation import _


def role_text(role: Role) -> str:
    """What a folder is to the scan."""
    return {
        Role.SCAN: _("Scan"),
        Role.PROTECTED: _("Protected"),
        Role.EXCLUDED: _("Excluded"),
    }[role]


def evidence_text(evidence: Evidence) -> str:
    """The name of an evidence, as on lanes and cards."""
    return {
        Evidence.SAME_BYTES: _("Same file"),
        Evidence.SAME_PIXELS: _("Same pixels"),
        Evidence.RE_ENCODED: _("Re-encoded"),
        Evidence.EDITED: _("Edited"),
        Evidence.ROTATED: _("Rotated"),
        Evidence.MIRRORED: _("Mirrored"),
        Evidence.RAW_PAIR: _("RAW and rendering"),
        Evidence.LOOK_ALIKE: _("Look-alike"),
    }[evidence]


def evidence_sentence(evidence: Evidence) -> str:
    """What an evidence means, for those who ask."""
    return {
        Evidence.SAME_BYTES: _("The two files are equal, byte for byte."),
        Evidence.SAME_PIXELS: _(
            "The pictures are equal pixel for pixel; only what is written beside them"
            " (date, place, names) differs."
        ),
        Evidence.RE_ENCODED: _("The same picture in another size, quality or format."),
        Evidence.EDITED: _(
            "The same exposure, but something was changed: tone, text, a border or a crop."
        ),
        Evidence.ROTATED: _("The same picture, turned."),
        Evidence.MIRRORED: _("The same picture, mirrored."),
        Evidence.RAW_PAIR: _("A camera's RAW file and the picture made from it."),
        Evidence.LOOK_ALIKE: _(
            "The pictures look alike, but they are not proven to be one: a series, a second"
            " shot, another page of a form. Look for yourself."
        ),
    }[evidence]


def orientation_text(orientation: Orientation) -> str:
    """How a picture was turned; empty where it was not."""
    return {
        Orientation.IDENTITY: "",
        Orientation.ROTATE_90: _("turned left"),
        Orientation.ROTATE_180: _("upside down"),
        Orientation.ROTATE_270: _("turned right"),
        Orientation.MIRROR: _("mirrored"),
        Orientation.FLIP: _("mirrored upside down"),
        Orientation.TRANSPOSE: _("mirrored and turned"),
        Orientation.TRANSVERSE: _("mirrored and turned"),
    }[orientation]


def alteration_text(alteration: Alteration) -> str:
    """What was done to a picture: "cropped to 84 %", "turned by 1.9°"."""
    match alteration.code:
        case AlterationCode.FRAMED:
            return _("in a frame")
        case AlterationCode.CROPPED:
            return _("cropped to {n} %").format(n=number_text(round(alteration.amount or 0)))
        case AlterationCode.CROPPED_WIDTH:
            text = _("cropped to {n} % of its width")
            return text.format(n=number_text(round(alteration.amount or 0)))
        case AlterationCode.CROPPED_HEIGHT:
            text = _("cropped to {n} % of its height")
            return text.format(n=number_text(round(alteration.amount or 0)))
        case AlterationCode.TURNED:
            degrees = decimal_text(abs(alteration.amount or 0))
            return _("turned by {n}°").format(n=degrees)


def holding_text(code: str) -> str:
    """Name what a photo holds or has beside it.

    Args:
        code: Of `rules.holdings_of`, or the value of a `CompanionKind`.
    """
    return {
        "date": _("its date"),
        "gps": _("its place"),
        "caption": _("its caption"),
        "words": _("its text"),
        "rating": _("its rating"),
        "camera": _("its camera"),
        "video": _("its video"),
        "gain-map": _("its gain map"),
        "depth": _("its depth map"),
        "frames": _("its other frames"),
        "trailing-data": _("what follows its picture"),
        "transparency": _("its transparency"),
        "settings": _("its camera settings"),
        "lens": _("its lens"),
        "maker-note": _("its maker note"),
        "exact-time": _("its exact time"),
        "fields": _("some of its fields"),
        "layers": _("its layers"),
        "thermal": _("its heat picture"),
        "provenance": _("its proof of origin"),
        "sound": _("its sound"),
        "auxiliary-image": _("its hidden pictures"),
        "program-data": _("data of another program in it"),
        "unknown-format": _("what is not understood in it"),
        "tags": _("its tags or notes"),
        "live-photo": _("its film"),
        "xmp": _("its .xmp file"),
        "aae": _("its edits (.aae)"),
        "thm": _("its thumbnail (.thm)"),
        "raw": _("its RAW file"),
        "takeout-json": _("its Google metadata (.json)"),
        "original": _("its original"),
        "folder-file": _("what a file of its folder says of it"),
        "sidecar": _("a file beside it"),
    }.get(code, code)


def hindrance_text(code: str) -> str:
    """What kept two photos from being compared, by the value of its `ProblemCode`."""
    return {
        ProblemCode.EMPTY.value: _("a file is empty"),
        ProblemCode.NOT_A_PICTURE.value: _("not a picture"),
        ProblemCode.DAMAGED.value: _("damaged"),
        ProblemCode.PARTLY_DAMAGED.value: _("partly damaged"),
        ProblemCode.TOO_LARGE.value: _("too large"),
        ProblemCode.TIMED_OUT.value: _("it took too long"),
        ProblemCode.DECODER_CRASHED.value: _("the decoder failed"),
        ProblemCode.OUT_OF_MEMORY.value: _("not enough memory"),
        ProblemCode.NO_PERMISSION.value: _("no permission to read it"),
        ProblemCode.VANISHED.value: _("no longer there"),
        ProblemCode.CHANGED_WHILE_READ.value: _("changed meanwhile"),
        ProblemCode.READ_ERROR.value: _("the disk reports an error"),
        ProblemCode.ONLINE_ONLY.value: _("not on this computer"),
        ProblemCode.FOLDER_UNREADABLE.value: _("its folder cannot be listed"),
        ProblemCode.FOLDER_NOT_FOUND.value: _("its folder is not there"),
    }.get(code, code)


def reason_text(reason: Reason) -> str:
    """Why a copy is the keeper, stays, or may go."""
    if reason.code is ReasonCode.NOT_PROVEN and reason.parameters:
        causes = _(", ").join(hindrance_text(code) for code in reason.parameters)
        return _("stays: could not be compared in full ({causes})").format(causes=causes)
    named = _(", ").join(holding_text(code) for code in reason.parameters)
    text = {
        ReasonCode.LASTS: _("lies in no trash and no snapshot"),
        ReasonCode.PROTECTED: _("lies in a protected folder"),
        ReasonCode.WHOLE: _("is whole"),
        ReasonCode.SHOWS_ALL: _("shows the whole picture"),
        ReasonCode.FROM_CAMERA: _("comes from the camera"),
        ReasonCode.MORE_DETAIL: _("has the most detail"),
        ReasonCode.LESS_LOSSY: _("has the best quality"),
        ReasonCode.ORIGINAL_FORMAT: _("is in the original format"),
        ReasonCode.MORE_METADATA: _("has more metadata"),
        ReasonCode.MORE_COMPANIONS: _("has more files that belong to it"),
        ReasonCode.MORE_COPIES: _("is the version with most copies"),
        ReasonCode.OLDER: _("is the oldest file"),
        ReasonCode.LARGER_FILE: _("is the largest file"),
        ReasonCode.PLAIN_NAME: _("has a plain name"),
        ReasonCode.SHORTER_PATH: _("has the shortest path"),
        ReasonCode.IS_PROTECTED: _("stays: its folder is protected"),
        ReasonCode.LOOKS_DIFFERENT: _("stays: it looks different"),
        ReasonCode.HOLDS_GROUP: _("stays: the others are compared with it"),
        ReasonCode.KEEPER_DOES_NOT_LAST: _("stays: the other lies in a trash or a snapshot"),
        ReasonCode.KEEPER_IS_DAMAGED: _("stays: the better copy is damaged"),
        ReasonCode.KEEPER_LACKS_DETAIL: _("stays: it has more detail"),
        ReasonCode.OTHER_EXPOSURE: _("stays: it was taken at another moment"),
        ReasonCode.BEING_CHECKED: _("stays for now: it is still being compared in full size"),
        ReasonCode.NOT_PROVEN: _("stays: could not be compared in full"),
        ReasonCode.KEEPER_LACKS_METADATA: _("stays: the other copy lacks {named}"),
        ReasonCode.KEEPER_LACKS_EXTRAS: _("stays: the other copy lacks {named}"),
        ReasonCode.KEEPER_LACKS_COMPANIONS: _("stays: the other copy has no equal of {named}"),
        ReasonCode.KEEPER_HAS_ALL: _("the copy that stays has all that it has"),
    }[reason.code]
    return text.format(named=named or _("something of it"))


def problem_text(problem: Problem) -> str:
    """What is wrong with a file or folder."""
    return {
        ProblemCode.EMPTY: _("The file is empty."),
        ProblemCode.NOT_A_PICTURE: _("The file is not a picture."),
        ProblemCode.DAMAGED: _("The picture is damaged and cannot be read."),
        ProblemCode.PARTLY_DAMAGED: _("The picture breaks off; only a part of it can be read."),
        ProblemCode.TOO_LARGE: _("The picture has more pixels than can be read safely."),
        ProblemCode.TIMED_OUT: _("Reading the picture took too long."),
        ProblemCode.DECODER_CRASHED: _("The picture makes its decoder fail."),
        ProblemCode.OUT_OF_MEMORY: _("There is not enough memory for this picture."),
        ProblemCode.NO_PERMISSION: _("You have no permission to read it."),
        ProblemCode.VANISHED: _("It is no longer there."),
        ProblemCode.CHANGED_WHILE_READ: _("It was changed while it was read."),
        ProblemCode.READ_ERROR: _("The disk reports an error."),
        ProblemCode.ONLINE_ONLY: _("It is not on this computer, only online."),
        ProblemCode.FOLDER_UNREADABLE: _("The folder cannot be listed."),
        ProblemCode.FOLDER_NOT_FOUND: _("The folder is not there. Is its drive connected?"),
    }[problem.code]


def skip_text(skipped: Skipped) -> str:
    """Why a photo was left where it is, or was not brought back."""
    text = {
        SkipCode.PROTECTED: _("Its folder is protected."),
        SkipCode.NO_SURVIVOR: _("No copy of it would stay."),
        SkipCode.SURVIVOR_GOES_TOO: _("The copy that should stay is marked, too."),
        SkipCode.SURVIVOR_IN_TRASH: _(
            "The copy that should stay is in a trash or a snapshot, or was set aside."
        ),
        SkipCode.TWICE_IN_PLAN: _("It is in the plan already."),
        SkipCode.LOOK_AGAIN: _(
            "You marked it beside a copy that is not here now. Look at it once more."
        ),
        SkipCode.NOT_A_DUPLICATE: _("The two photos are not proven to be the same."),
        SkipCode.HAS_COMPANIONS: _("Another file belongs to it: {detail}"),
        SkipCode.MIRROR: _("What goes here may go from the mirror, too: {detail}"),
        SkipCode.BACKUP: _("A backup and its original do not stand for one another: {detail}"),
        SkipCode.ASK_ABOUT_DRIVES: _("The copy that should stay is on another drive: {detail}"),
        SkipCode.TOO_FEW_COPIES: _("Fewer copies would stay than you want."),
        SkipCode.NOT_IN_LIBRARY: _("The library has no copy that stands for it."),
        SkipCode.NOT_LOOKED_AT: _("It was left out of the comparison."),
        SkipCode.BELONGS_TO_WHAT_STAYS: _("It belongs to a photo that stays."),
        SkipCode.VANISHED: _("It is no longer there."),
        SkipCode.CHANGED: _("It was changed since the scan."),
        SkipCode.NOT_A_REGULAR_FILE: _("It is a link or something else that is no plain file."),
        SkipCode.SAME_FILE: _("The two paths lead to one and the same file."),
        SkipCode.UNREADABLE: _("It cannot be read: {detail}"),
        SkipCode.SURVIVOR_VANISHED: _("The copy that should stay is no longer there."),
        SkipCode.SURVIVOR_CHANGED: _("The copy that should stay was changed since the scan."),
        SkipCode.SURVIVOR_UNREADABLE: _("The copy that should stay cannot be read: {detail}"),
        SkipCode.SURVIVOR_DAMAGED: _("The copy that should stay is damaged."),
        SkipCode.NO_LONGER_PROVEN: _("Read again, the two files do not prove to be one photo."),
        SkipCode.SAYS_MORE: _("Only it says or holds something beside its picture."),
        SkipCode.CANNOT_RESCUE: _(
            "What it alone says cannot be written beside the copy that should stay: {detail}"
        ),
        SkipCode.STANDS_FOR_ANOTHER: _(
            "It stayed in place of a photo that the other one may not replace: {detail}"
        ),
        SkipCode.OPEN_ELSEWHERE: _("Another program has it open."),
        SkipCode.JUST_CHANGED: _("It was changed a moment ago."),
        SkipCode.HAS_OTHER_NAMES: _("It has other names (hard links) that would be parted."),
        SkipCode.NOT_SAME_BYTES: _("Only a copy with the same bytes can become a link."),
        SkipCode.ONE_VOLUME: _("Its drive turned out to be that of the copy that should stay."),
        SkipCode.TRASH_FAILED: _("It could not be moved to the trash: {detail}"),
        SkipCode.REFUSED_BY_SYSTEM: _("The system refused: {detail}"),
        SkipCode.CANCELLED: _("You stopped before its turn came."),
        SkipCode.NOT_IN_TRASH: _("It is no longer in the trash."),
        SkipCode.TRASH_AWAY: _("Its trash is away, or was removed: {detail}"),
        SkipCode.GONE_SINCE: _("It is no longer where it was put."),
        SkipCode.PLACE_TAKEN: _("Another file has its name now."),
        SkipCode.CHANGED_IN_TRASH: _("The file in the trash was changed."),
        SkipCode.CHANGED_SINCE: _("The file was changed where it was put."),
        SkipCode.ORIGINAL_GONE: _("What it was copied from is gone, so the copy stays."),
        SkipCode.PLACE_UNKNOWN: _("Its holding folder was moved; nothing tells where it was."),
        SkipCode.NOT_IN_JOURNAL: _("The journal does not know it."),
        SkipCode.LEADS_ELSEWHERE: _("A link leads elsewhere, so it is left alone: {detail}"),
        SkipCode.RESTORE_FAILED: _("It could not be brought back: {detail}"),
        SkipCode.NOT_UNDOABLE: _("Bring it back from the system's trash yourself."),
        SkipCode.NOT_UNDERSTOOD: _("Unknown to this version: {detail}"),
        SkipCode.DELETED: _("It was deleted for good."),
    }[skipped.code]
    return text.format(detail=_detail_text(skipped))


def _detail_text(skipped: Skipped) -> str:
    """Name what a reason is about, readable whatever its name; a file near the photo from there."""
    detail = skipped.detail
    if skipped.code is SkipCode.HAS_COMPANIONS:
        detail = detail.removeprefix(os.path.join(os.path.dirname(skipped.path), ""))
    return path_text(detail)


def step_state_text(state: StepState) -> str:
    """Where a file of an action is now; where it was put, `kind_words.place_text` says."""
    return {
        StepState.INTENDED: _("not settled yet"),
        StepState.DONE: _("done"),
        StepState.SKIPPED: _("left in its place"),
        StepState.UNDOING: _("not settled yet"),
        StepState.UNDONE: _("brought back"),
        StepState.LOST: _("lost"),
        StepState.UNKNOWN: _("not understood"),
    }[state]


def step_state_sentence(state: StepState) -> str:
    """What a state means, for those who ask."""
    return {
        StepState.INTENDED: _("The action was broken off at this file; its drive is absent."),
        StepState.DONE: _("It was done as you wanted."),
        StepState.SKIPPED: _("It was not touched."),
        StepState.UNDOING: _("Bringing back was broken off at this file; its drive is absent."),
        StepState.UNDONE: _("It is in its place again, with its bytes, name and times."),
        StepState.LOST: _(
            "It is neither in its place nor where it was put: somebody moved it, or emptied the"
            " trash. The copy that stayed is the one beside it here."
        ),
        StepState.UNKNOWN: _("The journal says of it what this version does not know."),
    }[state]
