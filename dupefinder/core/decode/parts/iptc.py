"""Dates of IPTC → parts, the same as those of EXIF and XMP. Its texts are read as words.

Source: IPTC-NAA Information Interchange Model 4.2, 2:55 to 2:63.
"""

import re
from collections.abc import Iterator

from dupefinder.core.decode.parts.exif import date_part
from dupefinder.core.held_parts import Part

_RECORD = re.compile(rb"\x1c\x02([\x37\x3c\x3e\x3f])\x00(.)", re.DOTALL)
_CREATED, _DIGITIZED = (b"\x37", b"\x3c"), (b"\x3e", b"\x3f")
"""Numbers of a date, and of the time of that day."""
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
_TIME = re.compile(r"(\d\d)(\d\d)(\d\d)")
_DAY = len("2001-02-03")


def iptc_parts(block: bytes, taken: str | None) -> Iterator[Part]:
    """Read the dates of creation and digitisation.

    Args:
        block: Records, one after the other; empty without.
        taken: Time of exposure that EXIF says; dates of that day are copies of it.
    """
    texts: dict[bytes, str] = {}
    for match in _RECORD.finditer(block):
        content = block[match.end() : match.end() + match[2][0]]
        texts.setdefault(match[1], content.decode("latin-1"))
    for date_number, time_number in (_CREATED, _DIGITIZED):
        date = _DATE.match(texts.get(date_number, ""))
        if date is None or not int(date[1]):
            continue
        text = "-".join(date.groups())
        time = _TIME.match(texts.get(time_number, ""))
        if time is not None:
            text += "T" + ":".join(time.groups())
        if text[:_DAY] != (taken or "")[:_DAY]:
            yield date_part(text)
