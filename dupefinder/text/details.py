"""Details of a photo from its own file: exposure, place and words, as a person reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dupefinder.text.figures import decimal_text, number_text, printable
from dupefinder.text.translation import _

if TYPE_CHECKING:  # they load the decoders
    from dupefinder.core.decode.photo_details import PhotoDetails
    from dupefinder.core.decode.text_metadata import PhotoWords


@dataclass(frozen=True, slots=True)
class FileDetails:
    """The details read from one file and beside it.

    Attributes:
        photo: What the file says; None where it could not be read.
        companions: Names of the files that belong to it.
    """

    photo: PhotoDetails | None
    companions: tuple[str, ...] = ()


def exposure_text(details: PhotoDetails) -> str:
    """The exposure of a photo, such as "1/250 s · f/2.8 · ISO 400 · 35 mm"; empty for nothing."""
    parts = []
    if details.exposure_s is not None:
        parts.append(_("{seconds} s").format(seconds=_seconds_text(details.exposure_s)))
    if details.f_number is not None:
        parts.append(_("f/{n}").format(n=_short(details.f_number)))
    if details.iso is not None:
        parts.append(_("ISO {n}").format(n=number_text(round(details.iso))))
    if details.focal_length_mm is not None:
        parts.append(_("{n} mm").format(n=_short(details.focal_length_mm)))
    return _(" · ").join(parts)


def _seconds_text(seconds: float) -> str:
    """Below a second as a fraction, as cameras show it."""
    return _short(seconds) if seconds >= 1 else f"1/{number_text(round(1 / seconds))}"


def _short(number: float) -> str:
    is_whole = abs(number - round(number)) < 0.05
    return number_text(round(number)) if is_whole else decimal_text(number)


def position_text(words: PhotoWords) -> str:
    """A place on the earth, such as "48.20820° N, 16.37380° E"; empty where none is known."""
    if words.latitude is None or words.longitude is None:
        return ""
    north = _("{degrees}° N") if words.latitude >= 0 else _("{degrees}° S")
    east = _("{degrees}° E") if words.longitude >= 0 else _("{degrees}° W")
    return _("{latitude}, {longitude}").format(
        latitude=north.format(degrees=decimal_text(abs(words.latitude), 5)),
        longitude=east.format(degrees=decimal_text(abs(words.longitude), 5)),
    )


def words_text(words: PhotoWords) -> str:
    """Title, caption and keywords in one line; empty for none."""
    keywords = _(", ").join(words.keywords)
    parts = dict.fromkeys(part for part in (words.title, words.caption, keywords) if part)
    return printable(_(" · ").join(parts))
