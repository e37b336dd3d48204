"""The title in Google Takeout's metadata: the photo's name as it was when it was uploaded."""

import json
import os
import stat

_MOST_BYTES = 1 << 20


def read_title(path: str) -> str | None:
    """Read the title out of a JSON file.

    Args:
        path: The file; a link is not followed.

    Returns:
        None where it has none, or is no such file, or cannot be read.
    """
    # Without blocking: it may be a pipe.
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
        flags |= getattr(os, name, 0)
    try:
        with open(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_BYTES:
                return None
            document = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    title = document.get("title") if isinstance(document, dict) else None
    return title if isinstance(title, str) and title else None
