"""Numbers, sizes, times and paths as a person reads them; light to load.

A `Notation` says how they are written. The one here is for a terminal; the window installs one
that follows the locale.
"""

import unicodedata
from datetime import datetime

_LARGER_UNITS = ("kB", "MB", "GB", "TB")
_NS_PER_S = 1_000_000_000
_UNSAFE = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Controls and line breaks, invisible formats that may reverse text, undecodable bytes."""
_JOINERS = frozenset("\u200c\u200d")
"""Formats that Persian words and composed emoji are written with; they move nothing."""


class Notation:
    """Figures for a terminal; paths stay as they are, a terminal escapes its lines."""

    def __init__(self, point: str = ".", separator: str = ",", byte_unit: str = "bytes") -> None:
        """Describe how a language writes figures; English without arguments.

        Args:
            point: Stands before the decimals.
            separator: Stands between groups of three digits.
            byte_unit: Stands behind a size in bytes.
        """
        self._marks = str.maketrans({".": point, ",": separator})
        self._units = (byte_unit, *_LARGER_UNITS)

    def number(self, number: int) -> str:
        """A whole number with separators."""
        return f"{number:,}".translate(self._marks)

    def decimal(self, number: float, digits: int) -> str:
        """A number with some digits behind the point."""
        return f"{number:,.{digits}f}".translate(self._marks)

    def size(self, size_bytes: int) -> str:
        """A size in steps of 1000, as file managers mostly show it."""
        size = float(size_bytes)
        unit = 0
        while round(size, 1) >= 1000 and unit < len(self._units) - 1:
            size /= 1000
            unit += 1
        return f"{self.decimal(size, 1) if unit else size_bytes} {self._units[unit]}"

    def moment(self, since_1970_ns: int) -> str:
        """Date and time; a dash for a time no calendar has."""
        moment = _local_time(since_1970_ns)
        return "-" if moment is None else self.local_time(moment)

    def local_time(self, moment: datetime) -> str:
        """Date and time of a clock that stood wherever it was."""
        return moment.strftime("%Y-%m-%d %H:%M")

    def month(self, since_1970_ns: int) -> str:
        """Month and year."""
        moment = _local_time(since_1970_ns)
        return "-" if moment is None else moment.strftime("%Y-%m")

    def path(self, path: str) -> str:
        """A path within a text."""
        return path


_notation = Notation()


def use_notation(notation: Notation) -> Notation:
    """Write figures from now on in a notation.

    Returns:
        The notation used so far.
    """
    global _notation
    before, _notation = _notation, notation
    return before


def number_text(number: int) -> str:
    """A whole number with separators, such as "1,204"."""
    return _notation.number(number)


def decimal_text(number: float, digits: int = 1) -> str:
    """A number with digits behind the point, such as "1.9"."""
    return _notation.decimal(number, digits)


def bytes_text(size_bytes: int) -> str:
    """A size, such as "8.1 GB"."""
    return _notation.size(size_bytes)


def moment_text(since_1970_ns: int) -> str:
    """Date and time in local time; a dash for a time no calendar has."""
    return _notation.moment(since_1970_ns)


def month_text(since_1970_ns: int) -> str:
    """Month and year, such as "May 2026" in the window and "2026-05" in a terminal."""
    return _notation.month(since_1970_ns)


def taken_text(taken: str | None) -> str:
    """An EXIF time, such as "2010-05-02 14:12"; a dash without one."""
    if taken is None:
        return "–"
    try:
        moment = datetime.fromisoformat(taken[:19])
    except ValueError:
        return taken
    return _notation.local_time(moment)


def path_text(path: str) -> str:
    """A path within a text."""
    return _notation.path(path)


def printable(text: str) -> str:
    r"""Text that can neither fool a terminal nor break a line.

    Control characters, line breaks and direction overrides are shown as Python writes them,
    undecodable bytes as "\xff". What else a name holds stays as it is, the backslash too.

    Args:
        text: A path, or words of the system or a decoder.
    """
    if text.isprintable():
        return text
    return "".join(
        _escaped(character)
        if unicodedata.category(character) in _UNSAFE and character not in _JOINERS
        else character
        for character in text
    )


def _escaped(character: str) -> str:
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")


def _local_time(since_1970_ns: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(since_1970_ns // _NS_PER_S).astimezone()
    except (OverflowError, ValueError, OSError):
        return None
