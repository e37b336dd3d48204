"""Texts for matches: the evidence, what was done to a copy, why it stays or could go."""

from collections.abc import Sequence

from dupefinder.core.records import (
    Alteration,
    AlterationCode,
    DifferencePlace,
    Evidence,
    Orientation,
    Reason,
    ReasonCode,
)
from dupefinder.text.counts import listed
from dupefinder.text.figures import decimal_text, number_text
from dupefinder.text.problems import cause_text
from dupefinder.text.translation import N_, _, plural

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
    ReasonCode.IN_COLOUR: N_("is in colour"),
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
    "colours": N_("its colour space"),
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
        code: Of `rules.candidate.metadata_inventory`, or the value of a `CompanionKind`; others
            stay as they are.
    """
    return _(_METADATA[code]) if code in _METADATA else code


def metadata_texts(codes: tuple[str, ...]) -> str:
    """The names of several, as a list in a sentence; empty for none."""
    return listed(map(metadata_text, codes))


_EVIDENCE = {
    Evidence.SAME_BYTES: (
        N_("Same file"),
        N_("The two files are equal, byte for byte."),
    ),
    Evidence.SAME_PIXELS: (
        N_("Same pixels"),
        N_(
            "The pictures are equal pixel for pixel; only the metadata (date, location, names)"
            " differ."
        ),
    ),
    Evidence.RE_ENCODED: (
        N_("Re-encoded"),
        N_("The same picture in another size, quality or format."),
    ),
    Evidence.EDITED: (
        N_("Edited"),
        N_("The same exposure, but something was changed: tone, text, a border or a crop."),
    ),
    Evidence.ROTATED: (
        N_("Rotated"),
        N_("The same picture, turned."),
    ),
    Evidence.MIRRORED: (
        N_("Mirrored"),
        N_("The same picture, mirrored."),
    ),
    Evidence.RAW_PAIR: (
        N_("RAW and rendering"),
        N_("A camera's RAW file and the picture made from it."),
    ),
    Evidence.LOOK_ALIKE: (
        N_("Look-alike"),
        N_(
            "The pictures look alike, but they are not proven to be the same: a series, a second"
            " shot, another page of a form. Look for yourself."
        ),
    ),
    Evidence.CHOSEN: (
        N_("Chosen by you"),
        N_(
            "You chose it by hand. It is not proven to be the same as the kept photo, and shows"
            " something of its own."
        ),
    ),
}

_ORIENTATIONS = {
    Orientation.IDENTITY: "",
    Orientation.ROTATE_90: N_("turned left"),
    Orientation.ROTATE_180: N_("upside down"),
    Orientation.ROTATE_270: N_("turned right"),
    Orientation.MIRROR: N_("mirrored"),
    Orientation.FLIP: N_("mirrored upside down"),
    Orientation.TRANSPOSE: N_("mirrored and turned"),
    Orientation.TRANSVERSE: N_("mirrored and turned"),
}

_PLACES = {
    DifferencePlace.UPPER_LEFT: N_("upper left"),
    DifferencePlace.TOP: N_("top"),
    DifferencePlace.UPPER_RIGHT: N_("upper right"),
    DifferencePlace.LEFT: N_("left"),
    DifferencePlace.MIDDLE: N_("middle"),
    DifferencePlace.RIGHT: N_("right"),
    DifferencePlace.LOWER_LEFT: N_("lower left"),
    DifferencePlace.BOTTOM: N_("bottom"),
    DifferencePlace.LOWER_RIGHT: N_("lower right"),
}


def evidence_text(evidence: Evidence) -> str:
    """The name of an evidence, such as "Re-encoded"."""
    return _(_EVIDENCE[evidence][0])


def evidence_sentence(evidence: Evidence) -> str:
    """An evidence explained in a sentence."""
    return _(_EVIDENCE[evidence][1])


def orientation_text(orientation: Orientation) -> str:
    """Describe how a picture was turned; empty where it was not."""
    return _(_ORIENTATIONS[orientation])


def alteration_text(alteration: Alteration) -> str:
    """Describe an alteration, such as "cropped to 84 % (left part)" or "turned by 1.9°"."""
    amount = alteration.amount or 0
    text = {
        AlterationCode.FRAMED: _("in a frame"),
        AlterationCode.CROPPED: _("cropped to {n} %"),
        AlterationCode.CROPPED_WIDTH: _("cropped to {n} % of its width"),
        AlterationCode.CROPPED_HEIGHT: _("cropped to {n} % of its height"),
        AlterationCode.TURNED: _("turned by {n}°"),
    }[alteration.code]
    if alteration.code is AlterationCode.TURNED:
        return text.format(n=decimal_text(abs(amount)))
    text = text.format(n=number_text(round(amount)))
    if alteration.part is None:
        return text
    return _("{crop} ({part})").format(crop=text, part=_part_text(alteration.part))


def _part_text(part: DifferencePlace) -> str:
    """The part of a photo that a crop left."""
    return {
        DifferencePlace.UPPER_LEFT: _("upper left part"),
        DifferencePlace.TOP: _("upper part"),
        DifferencePlace.UPPER_RIGHT: _("upper right part"),
        DifferencePlace.LEFT: _("left part"),
        DifferencePlace.MIDDLE: _("middle part"),
        DifferencePlace.RIGHT: _("right part"),
        DifferencePlace.LOWER_LEFT: _("lower left part"),
        DifferencePlace.BOTTOM: _("lower part"),
        DifferencePlace.LOWER_RIGHT: _("lower right part"),
    }[part]


def match_texts(
    evidence: Evidence,
    orientation: Orientation,
    alterations: Sequence[Alteration],
    *,
    is_compared: bool,
) -> list[str]:
    """The evidence of a match, and what was done to the picture, each in a few words.

    Args:
        evidence: Evidence that the two are the same.
        orientation: Turn by which the picture fits the other one.
        alterations: Alterations other than turning.
        is_compared: False where the two were not compared in full size.
    """
    is_open = evidence is Evidence.RE_ENCODED and not is_compared
    return [
        evidence_text(evidence),
        *([_("not compared in full size")] if is_open else []),
        *changes_texts(evidence, orientation, alterations),
    ]


def changes_texts(
    evidence: Evidence | None, orientation: Orientation, alterations: Sequence[Alteration]
) -> list[str]:
    """Describe how a picture differs from the other one, beyond what its evidence says.

    Args:
        evidence: Evidence that the two are the same.
        orientation: Turn by which the picture fits the other one.
        alterations: Alterations other than turning.
    """
    is_said = evidence is Evidence.MIRRORED and orientation is Orientation.MIRROR
    turned = "" if is_said else orientation_text(orientation)
    return [*filter(None, [turned]), *map(alteration_text, alterations)]


def place_text(place: DifferencePlace) -> str:
    """The part of a picture in which a difference lies."""
    return _(_PLACES[place])


def places_text(places: Sequence[DifferencePlace]) -> str:
    """Locate the differences of two pictures: "differs in one place, lower right".

    Args:
        places: At least one, see `difference_places.places_of`.
    """
    if len(places) == 1:
        return _("differs in one place, {place}").format(place=place_text(places[0]))
    return plural("differs in {n} place", "differs in {n} places", len(places))


def places_sentence(places: Sequence[DifferencePlace]) -> str:
    """All the places in which a picture differs from another, in a sentence."""
    if len(places) == 1:
        return _("It differs in one place: {places}.").format(places=place_text(places[0]))
    return plural(
        "It differs in {n} place: {places}.",
        "It differs in {n} places: {places}.",
        len(places),
        # Two places in one corner are named once.
        places=_(", ").join(place_text(one) for one in dict.fromkeys(places)),
    )


def called_different_text() -> str:
    """Report that a person called two matching photos different."""
    return _("you called these different")
