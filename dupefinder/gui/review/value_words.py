"""The values of photos → words."""

import os

from PySide6.QtCore import QCoreApplication

from dupefinder.core.difference_places import places_of
from dupefinder.core.records import Evidence, GroupMember, Orientation, ReasonCode
from dupefinder.gui import words
from dupefinder.gui.difference_words import places_sentence, places_text
from dupefinder.gui.review.values import Field, Standing, Value

_EXACT = (Evidence.SAME_BYTES, Evidence.SAME_PIXELS)


def tr(text: str) -> str:
    """Translate a text that belongs to no widget."""
    return QCoreApplication.translate("values", text)


def name_text(member: GroupMember) -> str:
    """The name of a photo's file."""
    return words.path_text(os.path.basename(member.file.path))


def folder_text(member: GroupMember) -> str:
    """The folder of a photo's file."""
    return words.path_text(os.path.dirname(member.file.path))


def field_text(field: Field) -> str:
    """What a value is about."""
    return {
        Field.PIXELS: tr("Pixels"),
        Field.BYTES: tr("Size of the file"),
        Field.FORMAT: tr("Format"),
        Field.WHOLE: tr("Condition"),
        Field.TAKEN: tr("Taken"),
        Field.CAMERA: tr("Camera"),
        Field.PLACE: tr("Place"),
        Field.CAPTION: tr("Caption, title or keywords"),
        Field.RATING: tr("Rating"),
        Field.HOLDS: tr("Inside the file"),
        Field.FILE_TIME: tr("Time of the file"),
        Field.NAME: tr("Name"),
        Field.FOLDER: tr("Folder"),
    }[field]


def value_text(value: Value) -> str:
    """A value as a card shows it, without its field's name."""
    content = value.content
    match value.field:
        case Field.PIXELS:
            return tr("{width} × {height}").format(width=content[0], height=content[1])
        case Field.BYTES:
            return words.bytes_text(content)
        case Field.FORMAT:
            if content[1] is None:
                return str(content[0])
            return tr("{format} · quality {n}").format(
                format=content[0], n=words.number_text(content[1])
            )
        case Field.WHOLE:
            return tr("Whole") if content else tr("Breaks off")
        case Field.TAKEN:
            return words.taken_text(content) if content else tr("No date")
        case Field.CAMERA:
            return content or tr("No camera named")
        case Field.PLACE:
            return tr("Place known") if content else tr("No place")
        case Field.CAPTION:
            return tr("Caption") if content else tr("No caption")
        case Field.RATING:
            if content is None:
                return tr("No rating")
            return words.counted(content, tr("{n} star"), tr("{n} stars"))
        case Field.HOLDS:
            if content is None:
                return tr("Nothing beside the picture")
            return tr("Holds {names}").format(names=tr(", ").join(map(words.holding_text, content)))
        case Field.FILE_TIME:
            return tr("File of {moment}").format(moment=words.moment_text(content))
        case Field.NAME | Field.FOLDER:
            return words.path_text(content)


def value_sentence(value: Value) -> str:
    """A value with its field's name and how it compares, for tooltips and screen readers."""
    text = {
        Standing.EQUAL: tr("{field}: {value} (the same on all)"),
        Standing.BEST: tr("{field}: {value} (the best)"),
        Standing.WORSE: tr("{field}: {value} (less than another)"),
        Standing.DIFFERENT: tr("{field}: {value}"),
    }[value.standing]
    return text.format(field=field_text(value.field), value=value_text(value))


def match_text(member: GroupMember) -> str:
    """What shows that a photo is the same as the copy it is held against, and how near it is."""
    if member.is_keeper:
        # Of look-alikes none is the better copy of the other.
        is_alike = member.reason.code is ReasonCode.LOOKS_DIFFERENT
        return "" if is_alike else tr("The best copy")
    if member.evidence is None:
        return ""
    evidence = words.evidence_text(member.evidence)
    # That it is mirrored, the evidence says already.
    is_said = member.evidence is Evidence.MIRRORED and member.orientation is Orientation.MIRROR
    turned = "" if is_said else words.orientation_text(member.orientation)
    if member.alterations:
        turned = tr(", ").join(map(words.alteration_text, member.alterations))
    if places := places_of(member):
        # Where it differs says more than how far the two are apart.
        differs = places_text(places)
        return tr("{evidence} · {differs}").format(evidence=evidence, differs=differs)
    if member.distance_bits is None or member.evidence in _EXACT:
        text = tr("{evidence} · {turned}") if turned else "{evidence}"
        return text.format(evidence=evidence, turned=turned)
    bits = words.counted(member.distance_bits, tr("{n} bit"), tr("{n} bits"))
    text = tr("{evidence} · {bits} · {turned}") if turned else tr("{evidence} · {bits}")
    return text.format(evidence=evidence, bits=bits, turned=turned)


def match_sentence(member: GroupMember) -> str:
    """What the evidence means, for those who ask."""
    if member.is_keeper:
        return tr("Of these copies the rules would keep this one first.")
    if member.evidence is None:
        return ""
    sentence = words.evidence_sentence(member.evidence)
    if places := places_of(member):
        return tr("{evidence}\n{places}").format(evidence=sentence, places=places_sentence(places))
    return sentence
