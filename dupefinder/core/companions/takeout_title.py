"""The title in Google Takeout's metadata: the photo's name as it was when it was uploaded."""

import json

from dupefinder.core.companions.small_file import read_small_file

_MOST_BYTES = 1 << 20


def read_title(path: str) -> str | None:
    """Read the title out of a JSON file.

    Args:
        path: The file; a link is not followed.

    Returns:
        None where it has none, or is no such file, or cannot be read.
    """
    try:
        document = json.loads(read_small_file(path, _MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    title = document.get("title") if isinstance(document, dict) else None
    return title if isinstance(title, str) and title else None
