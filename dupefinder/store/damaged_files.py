"""Databases that were found damaged: put beside the new one under a name that tells when."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from dupefinder.store.own_files import DATABASE_SUFFIXES


def set_aside(path: Path) -> Path:
    """Rename a damaged database and what belongs to it.

    Returns:
        Where it lies now.

    Raises:
        OSError: It cannot be renamed.
    """
    time = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = path.with_name(f"{path.stem}.damaged-{time}{path.suffix}")
    number = 2
    while target.exists():
        target = path.with_name(f"{path.stem}.damaged-{time}-{number}{path.suffix}")
        number += 1
    for companion in reversed(DATABASE_SUFFIXES):
        with suppress(FileNotFoundError):
            Path(f"{path}{companion}").rename(f"{target}{companion}")
    return target


def damaged_copies(path: Path) -> list[Path]:
    """What `set_aside` made of a database so far, with the companions; sorted by name.

    Raises:
        OSError: The folder cannot be listed.
    """
    companions = "|".join(DATABASE_SUFFIXES)
    pattern = re.compile(
        re.escape(path.stem)
        + r"\.damaged-\d{8}T\d{6}Z(-\d+)?"
        + re.escape(path.suffix)
        + f"({companions})"
    )
    return sorted(entry for entry in path.parent.iterdir() if pattern.fullmatch(entry.name))
