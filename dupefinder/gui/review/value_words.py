"""The values of photos → words."""

import os

from dupefinder.core.difference_places import places_of
from dupefinder.core.records import Evidence, GroupMember, Orientation, ReasonCode
from dupefinder.gui.review.values import Field, Value, ValueRank
from dupefinder.text.counts import bits_text
from dupefinder.text.evidence import (
    changes_texts,
    evidence_sentence,
    evidence_text,
    metadata_texts,
    places_sentence,
    places_text,
)
from dupefinder.text.figures import bytes_text, moment_text, number_text, path_text, taken_text
from dupefinder.text.translation import _, plural

_EXACT = (Evidence.SAME_BYTES, Evidence.SAME_PIXELS)


def name_text(member: GroupMember) -> str:
    """The name of a photo's file."""
    return path_text(os.path.basename(member.file.path))


def folder_text(member: GroupMember) -> str:
    """The folder of a photo's file."""
    return path_text(os.path.dirname(member.file.path))


def field_text(field: Field) -> str:
    """Name a field."""
    return {
        Field.PIXELS: _("Pixels"),
        Field.BYTES: _("Size of the file"),
        Field.FORMAT: _("Format"),
        Field.SHARPNESS: _("Sharpness"),
        Field.WHOLE: _("Condition"),
        Field.TAKEN: _("Taken"),
        Field.CAMERA: _("Camera"),
        Field.PLACE: _("Place"),
        Field.CAPTION: _("Caption, title or keywords"),
        Field.RATING: _("Rating"),
        Field.HOLDS: _("Inside the file"),
        Field.FILE_TIME: _("Time of the file"),
        Field.NAME: _("Name"),
        Field.FOLDER: _("Folder"),
    }[field]


def value_text(value: Value) -> str:
    """A value as a card shows it, without its field's name."""
    content = value.content
    match value.field:
        case Field.PIXELS:
            return _("{width} × {height}").format(width=content[0], height=content[1])
        case Field.BYTES:
            return bytes_text(content)
        case Field.FORMAT:
            if content[1] is None:
                return str(content[0])
            return _("{format} · quality {n}").format(format=content[0], n=number_text(content[1]))
        case Field.SHARPNESS:
            return "" if content is None else _("sharpness {n}").format(n=number_text(content))
        case Field.WHOLE:
            return _("Whole") if content else _("Breaks off")
        case Field.TAKEN:
            return taken_text(content) if content else _("No date")
        case Field.CAMERA:
            return content or _("No camera named")
        case Field.PLACE:
            return _("Place known") if content else _("No place")
        case Field.CAPTION:
            return _("Caption") if content else _("No caption")
        case Field.RATING:
            if content is None:
                return _("No rating")
            return plural("{n} star", "{n} stars", content)
        case Field.HOLDS:
            if content is None:
                return _("Nothing beside the picture")
            return _("Holds {names}").format(names=metadata_texts(tuple(content)))
        case Field.FILE_TIME:
            return _("File of {moment}").format(moment=moment_text(content))
        case Field.NAME | Field.FOLDER:
            return path_text(content)


def value_sentence(value: Value) -> str:
    """A value with its field's name and how it compares, for tooltips and screen readers."""
    text = {
        ValueRank.EQUAL: _("{field}: {value} (the same on all)"),
        ValueRank.BEST: _("{field}: {value} (the best)"),
        ValueRank.WORSE: _("{field}: {value} (less than another)"),
        ValueRank.DIFFERENT: _("{field}: {value}"),
    }[value.standing]
    return text.format(field=field_text(value.field), value=value_text(value))


def against_text(member: GroupMember) -> str:
    """Name the copy a photo is held against; empty for the keeper, and where nothing ties it."""
    if member.is_keeper or member.against is None or member.evidence is None:
        return ""
    folder, name = os.path.split(member.against)
    stem = os.path.splitext(name)[0]
    if stem == os.path.splitext(os.path.basename(member.file.path))[0]:
        # The name alone would point to the photo itself.
        return _("Matches the one in {folder}").format(folder=path_text(os.path.basename(folder)))
    return _("Matches {name}").format(name=path_text(stem))


def match_text(member: GroupMember) -> str:
    """Name the evidence of a photo's match with the copy it is held against, and its distance."""
    if member.is_keeper:
        # Of look-alikes none is the better copy of the other.
        is_alike = member.reason.code is ReasonCode.LOOKS_DIFFERENT
        return "" if is_alike else _("The best copy")
    if member.evidence is None:
        return ""
    parts = [evidence_text(member.evidence)]
    if places := places_of(member):
        # Where it differs says more than how far the two are apart.
        return _(" · ").join((*parts, places_text(places)))
    if member.distance_bits is not None and member.evidence not in _EXACT:
        parts.append(bits_text(member.distance_bits))
    # Where a copy was altered, too, that says more.
    turned = Orientation.IDENTITY if member.alterations else member.orientation
    if changes := changes_texts(member.evidence, turned, member.alterations):
        parts.append(_(", ").join(changes))
    return _(" · ").join(parts)


def match_sentence(member: GroupMember) -> str:
    """Explain the evidence, for those who ask."""
    if member.is_keeper:
        return _("Of these copies the rules would keep this one first.")
    if member.evidence is None:
        return ""
    sentence = evidence_sentence(member.evidence)
    if places := places_of(member):
        return _("{evidence}\n{places}").format(evidence=sentence, places=places_sentence(places))
    return sentence
