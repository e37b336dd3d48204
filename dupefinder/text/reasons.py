"""Reasons why a copy is the keeper, is kept beside it, or could go; names of metadata in them."""

from dupefinder.core.records import Reason, ReasonCode
from dupefinder.text.counts import listed
from dupefinder.text.problems import cause_text
from dupefinder.text.translation import N_, _

_REASONS = {
    # Why it is the keeper.
    ReasonCode.LASTS: N_("is not in a trash or a snapshot"),
    ReasonCode.PROTECTED: N_("is in a protected folder"),
    ReasonCode.WHOLE: N_("is not damaged"),
    ReasonCode.EARLIER_FOLDER: N_("its folder comes first"),
    ReasonCode.SHOWS_ALL: N_("shows the whole picture"),
    ReasonCode.FROM_CAMERA: N_("comes from the camera"),
    ReasonCode.MORE_DETAIL: N_("has the most detail"),
    ReasonCode.LESS_LOSSY: N_("has the best quality"),
    ReasonCode.ORIGINAL_FORMAT: N_("is in the original format"),
    ReasonCode.MORE_METADATA: N_("has more metadata"),
    ReasonCode.MORE_COMPANIONS: N_("has more files that belong to it"),
    ReasonCode.MORE_COPIES: N_("is the version with the most copies"),
    ReasonCode.PLAIN_NAME: N_("neither it nor its folder is named like a copy"),
    ReasonCode.OLDER: N_("is the oldest"),
    ReasonCode.LARGER_FILE: N_("is the largest file"),
    ReasonCode.SHORTER_PATH: N_("has the shortest path"),
    # Why it is kept beside the keeper.
    ReasonCode.IS_PROTECTED: N_("kept: its folder is protected"),
    ReasonCode.LOOKS_DIFFERENT: N_("kept: it looks different"),
    ReasonCode.HOLDS_GROUP: N_("kept: others of the group match only this one"),
    ReasonCode.WITHIN_FOLDER: N_("kept: matches inside one folder are ignored"),
    ReasonCode.KEEPER_DOES_NOT_LAST: N_("kept: the other copy is in a trash or a snapshot"),
    ReasonCode.KEEPER_IS_DAMAGED: N_("kept: the better copy is damaged"),
    ReasonCode.KEEPER_LACKS_DETAIL: N_("kept: has more detail"),
    ReasonCode.KEEPER_LACKS_METADATA: N_("kept: has {named} the other copy lacks"),
    ReasonCode.KEEPER_LACKS_EXTRAS: N_("kept: has {named} the other copy lacks"),
    ReasonCode.KEEPER_LACKS_COMPANIONS: N_("kept: comes with {named} of its own"),
    ReasonCode.OTHER_EXPOSURE: N_("kept: it was taken at another moment"),
    ReasonCode.CALLED_DIFFERENT: N_("kept: you called the two different"),
    ReasonCode.BEING_CHECKED: N_("kept for now: still being compared in full size"),
    ReasonCode.NOT_PROVEN: N_("kept: could not be compared in full size"),
    # Why it could go.
    ReasonCode.KEEPER_HAS_ALL: N_("the kept copy has everything this one has"),
}

_METADATA = {
    "date": N_("a date"),
    "gps": N_("a location"),
    "caption": N_("a caption"),
    "words": N_("text"),
    "rating": N_("a rating"),
    "camera": N_("a camera name"),
    "video": N_("a video"),
    "gain-map": N_("a gain map"),
    "depth": N_("a depth map"),
    "frames": N_("other frames"),
    "trailing-data": N_("data after the picture"),
    "transparency": N_("transparency"),
    "settings": N_("camera settings"),
    "lens": N_("lens data"),
    "maker-note": N_("a maker note"),
    "exact-time": N_("exact time"),
    "fields": N_("metadata fields"),
    "layers": N_("image layers"),
    "thermal": N_("a thermal picture"),
    "provenance": N_("proof of origin"),
    "sound": N_("a sound recording"),
    "auxiliary-image": N_("hidden pictures"),
    "program-data": N_("data of another program"),
    "unknown-format": N_("data in an unknown format"),
    "tags": N_("tags or notes"),
    "live-photo": N_("a Live Photo video"),
    "xmp": N_("an .xmp file"),
    "aae": N_("edits (.aae)"),
    "thm": N_("a thumbnail (.thm)"),
    "raw": N_("a RAW file"),
    "takeout-json": N_("Google metadata (.json)"),
    "original": N_("an original"),
    "folder-file": N_("notes in a file of its folder"),
    "sidecar": N_("a file beside it"),
}


def reason_text(reason: Reason) -> str:
    """Give the reason why a copy is the keeper, is kept beside it, or could go."""
    text = _(_REASONS[reason.code])
    if reason.code is ReasonCode.NOT_PROVEN and reason.parameters:
        causes = _(", ").join(map(cause_text, reason.parameters))
        return _("{text} ({causes})").format(text=text, causes=causes)
    return text.format(named=metadata_texts(reason.parameters) or _("something"))


def metadata_text(code: str) -> str:
    """The name of metadata, or of a file that belongs to a photo.

    Args:
        code: Of `rules.inventory.metadata_inventory`, or the value of a `CompanionKind`; others
            stay as they are.
    """
    return _(_METADATA[code]) if code in _METADATA else code


def metadata_texts(codes: tuple[str, ...]) -> str:
    """The names of several, as a list in a sentence; empty for none."""
    return listed(map(metadata_text, codes))
