"""Numbers as a person reads them; light to load, for what is shown while other things load."""

_UNITS = ("bytes", "KB", "MB", "GB", "TB")


def size_words(size_bytes: int) -> str:
    """A size in steps of 1000, as file managers mostly show it."""
    size = float(size_bytes)
    unit = 0
    while round(size, 1) >= 1000 and unit < len(_UNITS) - 1:
        size /= 1000
        unit += 1
    return f"{size:.1f} {_UNITS[unit]}" if unit else f"{size_bytes} {_UNITS[0]}"


def time_words(seconds: float) -> str:
    """A length of time, roughly."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def counted(number: int, one: str, several: str | None = None) -> str:
    """A number and its noun: "1 photo", "1,204 photos"."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
