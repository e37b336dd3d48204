"""Codes of the engine → words of the person's language, and numbers as the locale writes them.

Every text that a person sees goes through `QObject.tr` or through `tr` here.
"""

import os
import unicodedata
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

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


def tr(text: str) -> str:
    """Translate a text that belongs to no widget."""
    return QCoreApplication.translate("words", text)


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun, such as "1,204 photos".

    Args:
        number: How many.
        one: Translated text for exactly one, with "{n}" in it.
        many: Translated text for any other number, with "{n}" in it.
    """
    return (one if number == 1 else many).format(n=number_text(number))


def number_text(number: int) -> str:
    """A whole number with the separators of the locale."""
    return QLocale().toString(number)


def photos_text(number: int) -> str:
    """A number of photos, such as "1,204 photos"."""
    return counted(number, tr("{n} photo"), tr("{n} photos"))


def bytes_text(size_bytes: int) -> str:
    """A size as people read it, such as "8.1 GB"."""
    digits = 0 if size_bytes < 10_000_000 else 1
    return QLocale().formattedDataSize(size_bytes, digits, QLocale.DataSizeFormat.DataSizeSIFormat)


def duration_text(seconds: float) -> str:
    """A rough time, such as "2 min"."""
    if seconds < 60:
        return tr("{n} s").format(n=number_text(max(round(seconds), 1)))
    if seconds < 3600:
        return tr("{n} min").format(n=number_text(round(seconds / 60)))
    hours, minutes = divmod(round(seconds / 60), 60)
    return tr("{hours} h {minutes} min").format(
        hours=number_text(hours), minutes=number_text(minutes)
    )


_MOST_MS = 250_000_000_000_000
"""Not quite eight thousand years: files may claim any time, and dates have four digits."""


def moment_text(ns: int) -> str:
    """A moment in local time, in the locale's short form; a dash for one that is no date."""
    since_1970_ms = ns // 1_000_000
    if abs(since_1970_ms) > _MOST_MS:
        return "–"
    moment = QDateTime.fromMSecsSinceEpoch(since_1970_ms)
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)


def taken_text(taken: str | None) -> str:
    """An EXIF time as "2010-05-02 14:12"; a dash without."""
    if taken is None:
        return "–"
    try:
        moment = datetime.fromisoformat(taken[:19])
    except ValueError:
        return taken
    return moment.strftime("%Y-%m-%d %H:%M")


def path_text(path: str) -> str:
    """A path to be read; what would mislead stands as a replacement character.

    That is what is not valid in the system's encoding, breaks the line, or turns its direction
    to fake an extension.
    """
    text = os.fsencode(path).decode("utf-8", "replace")
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        "\N{REPLACEMENT CHARACTER}"
        if unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp")
        else one
        for one in text
    )


def role_text(role: Role) -> str:
    """What a folder is to the scan."""
    return {
        Role.SCAN: tr("Scan"),
        Role.PROTECTED: tr("Protected"),
        Role.EXCLUDED: tr("Excluded"),
    }[role]


def phase_text(phase: str) -> str:
    """What is being done."""
    return {
        "scan": tr("Looking for photos"),
        "decode": tr("Reading photos"),
        "match": tr("Comparing photos"),
        "confirm": tr("Looking closer"),
        "measure": tr("Measuring"),
        "prove": tr("Comparing in full size"),
        "group": tr("Grouping"),
        "act": tr("Moving to the trash"),
        "undo": tr("Bringing back"),
        "open": tr("Opening the last results"),
    }.get(phase, phase)


def evidence_text(evidence: Evidence) -> str:
    """The name of an evidence, as on lanes and cards."""
    return {
        Evidence.SAME_BYTES: tr("Same file"),
        Evidence.SAME_PIXELS: tr("Same pixels"),
        Evidence.RE_ENCODED: tr("Re-encoded"),
        Evidence.EDITED: tr("Edited"),
        Evidence.ROTATED: tr("Rotated"),
        Evidence.MIRRORED: tr("Mirrored"),
        Evidence.RAW_PAIR: tr("RAW and rendering"),
        Evidence.LOOK_ALIKE: tr("Look-alike"),
    }[evidence]


def evidence_sentence(evidence: Evidence) -> str:
    """What an evidence means, for those who ask."""
    return {
        Evidence.SAME_BYTES: tr("The two files are equal, byte for byte."),
        Evidence.SAME_PIXELS: tr(
            "The pictures are equal pixel for pixel; only what is written beside them"
            " (date, place, names) differs."
        ),
        Evidence.RE_ENCODED: tr("The same picture in another size, quality or format."),
        Evidence.EDITED: tr(
            "The same exposure, but something was changed: tone, text, a border or a crop."
        ),
        Evidence.ROTATED: tr("The same picture, turned."),
        Evidence.MIRRORED: tr("The same picture, mirrored."),
        Evidence.RAW_PAIR: tr("A camera's RAW file and the picture made from it."),
        Evidence.LOOK_ALIKE: tr(
            "The pictures look alike, but they are not proven to be one: a series, a second"
            " shot, another page of a form. Look for yourself."
        ),
    }[evidence]


def orientation_text(orientation: Orientation) -> str:
    """How a picture was turned; empty where it was not."""
    return {
        Orientation.IDENTITY: "",
        Orientation.ROTATE_90: tr("turned left"),
        Orientation.ROTATE_180: tr("upside down"),
        Orientation.ROTATE_270: tr("turned right"),
        Orientation.MIRROR: tr("mirrored"),
        Orientation.FLIP: tr("mirrored upside down"),
        Orientation.TRANSPOSE: tr("mirrored and turned"),
        Orientation.TRANSVERSE: tr("mirrored and turned"),
    }[orientation]


def alteration_text(alteration: Alteration) -> str:
    """What was done to a picture: "cropped to 84 %", "turned by 1.9°"."""
    match alteration.code:
        case AlterationCode.FRAMED:
            return tr("in a frame")
        case AlterationCode.CROPPED:
            return tr("cropped to {n} %").format(n=number_text(round(alteration.amount or 0)))
        case AlterationCode.CROPPED_WIDTH:
            text = tr("cropped to {n} % of its width")
            return text.format(n=number_text(round(alteration.amount or 0)))
        case AlterationCode.CROPPED_HEIGHT:
            text = tr("cropped to {n} % of its height")
            return text.format(n=number_text(round(alteration.amount or 0)))
        case AlterationCode.TURNED:
            degrees = QLocale().toString(abs(alteration.amount or 0), "f", 1)
            return tr("turned by {n}°").format(n=degrees)


def holding_text(code: str) -> str:
    """Name what a photo holds or has beside it.

    Args:
        code: Of `rules.holdings_of`, or the value of a `CompanionKind`.
    """
    return {
        "date": tr("its date"),
        "gps": tr("its place"),
        "caption": tr("its caption"),
        "words": tr("its text"),
        "rating": tr("its rating"),
        "camera": tr("its camera"),
        "video": tr("its video"),
        "gain-map": tr("its gain map"),
        "depth": tr("its depth map"),
        "frames": tr("its other frames"),
        "trailing-data": tr("what follows its picture"),
        "transparency": tr("its transparency"),
        "settings": tr("its camera settings"),
        "lens": tr("its lens"),
        "maker-note": tr("its maker note"),
        "exact-time": tr("its exact time"),
        "fields": tr("some of its fields"),
        "layers": tr("its layers"),
        "thermal": tr("its heat picture"),
        "provenance": tr("its proof of origin"),
        "sound": tr("its sound"),
        "auxiliary-image": tr("its hidden pictures"),
        "program-data": tr("data of another program in it"),
        "unknown-format": tr("what is not understood in it"),
        "tags": tr("its tags or notes"),
        "live-photo": tr("its film"),
        "xmp": tr("its .xmp file"),
        "aae": tr("its edits (.aae)"),
        "thm": tr("its thumbnail (.thm)"),
        "raw": tr("its RAW file"),
        "takeout-json": tr("its Google metadata (.json)"),
        "original": tr("its original"),
        "folder-file": tr("what a file of its folder says of it"),
        "sidecar": tr("a file beside it"),
    }.get(code, code)


def hindrance_text(code: str) -> str:
    """What kept two photos from being compared, by the value of its `ProblemCode`."""
    return {
        ProblemCode.EMPTY.value: tr("a file is empty"),
        ProblemCode.NOT_A_PICTURE.value: tr("not a picture"),
        ProblemCode.DAMAGED.value: tr("damaged"),
        ProblemCode.PARTLY_DAMAGED.value: tr("partly damaged"),
        ProblemCode.TOO_LARGE.value: tr("too large"),
        ProblemCode.TIMED_OUT.value: tr("it took too long"),
        ProblemCode.DECODER_CRASHED.value: tr("the decoder failed"),
        ProblemCode.OUT_OF_MEMORY.value: tr("not enough memory"),
        ProblemCode.NO_PERMISSION.value: tr("no permission to read it"),
        ProblemCode.VANISHED.value: tr("no longer there"),
        ProblemCode.CHANGED_WHILE_READ.value: tr("changed meanwhile"),
        ProblemCode.READ_ERROR.value: tr("the disk reports an error"),
        ProblemCode.ONLINE_ONLY.value: tr("not on this computer"),
        ProblemCode.FOLDER_UNREADABLE.value: tr("its folder cannot be listed"),
        ProblemCode.FOLDER_NOT_FOUND.value: tr("its folder is not there"),
    }.get(code, code)


def reason_text(reason: Reason) -> str:
    """Why a copy is the keeper, stays, or may go."""
    if reason.code is ReasonCode.NOT_PROVEN and reason.parameters:
        causes = tr(", ").join(hindrance_text(code) for code in reason.parameters)
        return tr("stays: could not be compared in full ({causes})").format(causes=causes)
    named = tr(", ").join(holding_text(code) for code in reason.parameters)
    text = {
        ReasonCode.LASTS: tr("lies in no trash and no snapshot"),
        ReasonCode.PROTECTED: tr("lies in a protected folder"),
        ReasonCode.WHOLE: tr("is whole"),
        ReasonCode.SHOWS_ALL: tr("shows the whole picture"),
        ReasonCode.FROM_CAMERA: tr("comes from the camera"),
        ReasonCode.MORE_DETAIL: tr("has the most detail"),
        ReasonCode.LESS_LOSSY: tr("has the best quality"),
        ReasonCode.ORIGINAL_FORMAT: tr("is in the original format"),
        ReasonCode.MORE_METADATA: tr("has more metadata"),
        ReasonCode.MORE_COMPANIONS: tr("has more files that belong to it"),
        ReasonCode.MORE_COPIES: tr("is the version with most copies"),
        ReasonCode.OLDER: tr("is the oldest file"),
        ReasonCode.LARGER_FILE: tr("is the largest file"),
        ReasonCode.PLAIN_NAME: tr("has a plain name"),
        ReasonCode.SHORTER_PATH: tr("has the shortest path"),
        ReasonCode.IS_PROTECTED: tr("stays: its folder is protected"),
        ReasonCode.LOOKS_DIFFERENT: tr("stays: it looks different"),
        ReasonCode.HOLDS_GROUP: tr("stays: the others are compared with it"),
        ReasonCode.KEEPER_DOES_NOT_LAST: tr("stays: the other lies in a trash or a snapshot"),
        ReasonCode.KEEPER_IS_DAMAGED: tr("stays: the better copy is damaged"),
        ReasonCode.KEEPER_LACKS_DETAIL: tr("stays: it has more detail"),
        ReasonCode.OTHER_EXPOSURE: tr("stays: it was taken at another moment"),
        ReasonCode.BEING_CHECKED: tr("stays for now: it is still being compared in full size"),
        ReasonCode.NOT_PROVEN: tr("stays: could not be compared in full"),
        ReasonCode.KEEPER_LACKS_METADATA: tr("stays: the other copy lacks {named}"),
        ReasonCode.KEEPER_LACKS_EXTRAS: tr("stays: the other copy lacks {named}"),
        ReasonCode.KEEPER_LACKS_COMPANIONS: tr("stays: the other copy has no equal of {named}"),
        ReasonCode.KEEPER_HAS_ALL: tr("the copy that stays has all that it has"),
    }[reason.code]
    return text.format(named=named or tr("something of it"))


def problem_text(problem: Problem) -> str:
    """What is wrong with a file or folder."""
    return {
        ProblemCode.EMPTY: tr("The file is empty."),
        ProblemCode.NOT_A_PICTURE: tr("The file is not a picture."),
        ProblemCode.DAMAGED: tr("The picture is damaged and cannot be read."),
        ProblemCode.PARTLY_DAMAGED: tr("The picture breaks off; only a part of it can be read."),
        ProblemCode.TOO_LARGE: tr("The picture has more pixels than can be read safely."),
        ProblemCode.TIMED_OUT: tr("Reading the picture took too long."),
        ProblemCode.DECODER_CRASHED: tr("The picture makes its decoder fail."),
        ProblemCode.OUT_OF_MEMORY: tr("There is not enough memory for this picture."),
        ProblemCode.NO_PERMISSION: tr("You have no permission to read it."),
        ProblemCode.VANISHED: tr("It is no longer there."),
        ProblemCode.CHANGED_WHILE_READ: tr("It was changed while it was read."),
        ProblemCode.READ_ERROR: tr("The disk reports an error."),
        ProblemCode.ONLINE_ONLY: tr("It is not on this computer, only online."),
        ProblemCode.FOLDER_UNREADABLE: tr("The folder cannot be listed."),
        ProblemCode.FOLDER_NOT_FOUND: tr("The folder is not there. Is its drive connected?"),
    }[problem.code]


def skip_text(skipped: Skipped) -> str:
    """Why a photo was left where it is, or was not brought back."""
    text = {
        SkipCode.PROTECTED: tr("Its folder is protected."),
        SkipCode.NO_SURVIVOR: tr("No copy of it would stay."),
        SkipCode.SURVIVOR_GOES_TOO: tr("The copy that should stay is marked, too."),
        SkipCode.SURVIVOR_IN_TRASH: tr(
            "The copy that should stay is in a trash or a snapshot, or was set aside."
        ),
        SkipCode.TWICE_IN_PLAN: tr("It is in the plan already."),
        SkipCode.LOOK_AGAIN: tr(
            "You marked it beside a copy that is not here now. Look at it once more."
        ),
        SkipCode.NOT_A_DUPLICATE: tr("The two photos are not proven to be the same."),
        SkipCode.HAS_COMPANIONS: tr("Another file belongs to it: {detail}"),
        SkipCode.MIRROR: tr("What goes here may go from the mirror, too: {detail}"),
        SkipCode.BACKUP: tr("A backup and its original do not stand for one another: {detail}"),
        SkipCode.ASK_ABOUT_DRIVES: tr("The copy that should stay is on another drive: {detail}"),
        SkipCode.TOO_FEW_COPIES: tr("Fewer copies would stay than you want."),
        SkipCode.NOT_IN_LIBRARY: tr("The library has no copy that stands for it."),
        SkipCode.NOT_LOOKED_AT: tr("It was left out of the comparison."),
        SkipCode.BELONGS_TO_WHAT_STAYS: tr("It belongs to a photo that stays."),
        SkipCode.VANISHED: tr("It is no longer there."),
        SkipCode.CHANGED: tr("It was changed since the scan."),
        SkipCode.NOT_A_REGULAR_FILE: tr("It is a link or something else that is no plain file."),
        SkipCode.SAME_FILE: tr("The two paths lead to one and the same file."),
        SkipCode.UNREADABLE: tr("It cannot be read: {detail}"),
        SkipCode.SURVIVOR_VANISHED: tr("The copy that should stay is no longer there."),
        SkipCode.SURVIVOR_CHANGED: tr("The copy that should stay was changed since the scan."),
        SkipCode.SURVIVOR_UNREADABLE: tr("The copy that should stay cannot be read: {detail}"),
        SkipCode.SURVIVOR_DAMAGED: tr("The copy that should stay is damaged."),
        SkipCode.NO_LONGER_PROVEN: tr("Read again, the two files do not prove to be one photo."),
        SkipCode.SAYS_MORE: tr("Only it says or holds something beside its picture."),
        SkipCode.CANNOT_RESCUE: tr(
            "What it alone says cannot be written beside the copy that should stay: {detail}"
        ),
        SkipCode.STANDS_FOR_ANOTHER: tr(
            "It stayed in place of a photo that the other one may not replace: {detail}"
        ),
        SkipCode.OPEN_ELSEWHERE: tr("Another program has it open."),
        SkipCode.JUST_CHANGED: tr("It was changed a moment ago."),
        SkipCode.HAS_OTHER_NAMES: tr("It has other names (hard links) that would be parted."),
        SkipCode.NOT_SAME_BYTES: tr("Only a copy with the same bytes can become a link."),
        SkipCode.ONE_VOLUME: tr("Its drive turned out to be that of the copy that should stay."),
        SkipCode.TRASH_FAILED: tr("It could not be moved to the trash: {detail}"),
        SkipCode.REFUSED_BY_SYSTEM: tr("The system refused: {detail}"),
        SkipCode.CANCELLED: tr("You stopped before its turn came."),
        SkipCode.NOT_IN_TRASH: tr("It is no longer in the trash."),
        SkipCode.TRASH_AWAY: tr("Its trash is away, or was removed: {detail}"),
        SkipCode.GONE_SINCE: tr("It is no longer where it was put."),
        SkipCode.PLACE_TAKEN: tr("Another file has its name now."),
        SkipCode.CHANGED_IN_TRASH: tr("The file in the trash was changed."),
        SkipCode.CHANGED_SINCE: tr("The file was changed where it was put."),
        SkipCode.ORIGINAL_GONE: tr("What it was copied from is gone, so the copy stays."),
        SkipCode.PLACE_UNKNOWN: tr("Its holding folder was moved; nothing tells where it was."),
        SkipCode.NOT_IN_JOURNAL: tr("The journal does not know it."),
        SkipCode.LEADS_ELSEWHERE: tr("A link leads elsewhere, so it is left alone: {detail}"),
        SkipCode.RESTORE_FAILED: tr("It could not be brought back: {detail}"),
        SkipCode.NOT_UNDOABLE: tr("Bring it back from the system's trash yourself."),
        SkipCode.NOT_UNDERSTOOD: tr("Unknown to this version: {detail}"),
        SkipCode.DELETED: tr("It was deleted for good."),
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
        StepState.INTENDED: tr("not settled yet"),
        StepState.DONE: tr("done"),
        StepState.SKIPPED: tr("left in its place"),
        StepState.UNDOING: tr("not settled yet"),
        StepState.UNDONE: tr("brought back"),
        StepState.LOST: tr("lost"),
        StepState.UNKNOWN: tr("not understood"),
    }[state]


def step_state_sentence(state: StepState) -> str:
    """What a state means, for those who ask."""
    return {
        StepState.INTENDED: tr("The action was broken off at this file; its drive is absent."),
        StepState.DONE: tr("It was done as you wanted."),
        StepState.SKIPPED: tr("It was not touched."),
        StepState.UNDOING: tr("Bringing back was broken off at this file; its drive is absent."),
        StepState.UNDONE: tr("It is in its place again, with its bytes, name and times."),
        StepState.LOST: tr(
            "It is neither in its place nor where it was put: somebody moved it, or emptied the"
            " trash. The copy that stayed is the one beside it here."
        ),
        StepState.UNKNOWN: tr("The journal says of it what this version does not know."),
    }[state]
