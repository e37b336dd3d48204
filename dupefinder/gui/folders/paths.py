"""Paths as they are dropped and chosen: exact, absolute, and which lies in which."""

import os
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes, urlsplit

from PySide6.QtCore import QMimeData, QUrl


def absolute(path: str) -> str:
    """A path without "..", from the root; nothing is looked up on a disk."""
    return os.path.abspath(path)


def dropped_paths(dropped: QMimeData) -> list[str]:
    """The local files and folders that were dropped.

    Qt's own conversion loses names that are not valid in the system's encoding.
    """
    return [_local_path(url) for url in dropped.urls() if url.isLocalFile()]


def _local_path(url: QUrl) -> str:
    if os.sep == "\\":
        return os.path.normpath(url.toLocalFile())
    encoded = bytes(url.toEncoded(QUrl.ComponentFormattingOption.FullyEncoded).data())
    return os.fsdecode(unquote_to_bytes(urlsplit(encoded).path))


def nested(paths: Sequence[str]) -> list[tuple[str, str]]:
    """Folders that lie in another one of a list, each with the nearest folder around it."""
    known = set(paths)
    found = []
    for path in paths:
        above = os.path.dirname(path)
        while above not in known and above != os.path.dirname(above):
            above = os.path.dirname(above)
        if above in known and above != path:
            found.append((path, above))
    return found
