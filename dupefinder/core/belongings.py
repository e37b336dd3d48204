"""Belongings of photos beside their content: files, and what a person noted of the file itself.

By these the rules know which of two equal copies stays, and what the other one would lack.
"""

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from blake3 import blake3

from dupefinder.core.companions import FolderCompanions
from dupefinder.core.companions.records import Companion
from dupefinder.core.companions.small_file import read_small_file
from dupefinder.core.personal_attributes import personal_attributes
from dupefinder.core.records import NO_BELONGING, Belonging, FileBeside
from dupefinder.core.scan.online_only import has_no_blocks, recall_sign

_PATIENCE_S = 30.0
_MOST_READ_BYTES = 64 << 10
"""Sidecars are smaller, as a rule, and films are larger: those are compared when a copy goes."""


class Belongings:
    """Belongings of photos, each photo being looked at once.

    Of a folder that cannot be listed, no file is known to belong to its photos: whoever removes one
    will look again.
    """

    def __init__(self) -> None:
        self._found: dict[str, Belonging] = {}

    def look_at(self, paths: Iterable[str]) -> None:
        """Look at photos that were not looked at before; each folder is listed once.

        A drive that does not answer is not waited for: of what lies there, and of what would have
        come after it, nothing is known.

        Args:
            paths: The photos.
        """
        names: dict[str, list[str]] = {}
        for path in paths:
            if path not in self._found:
                folder, name = os.path.split(path)
                names.setdefault(folder, []).append(name)
        if not names:
            return
        # A daemon: the program's end does not wait for that drive either.
        looking = threading.Thread(target=self._look, args=(names,), daemon=True)
        looking.start()
        while looking.is_alive():
            known = len(self._found)
            looking.join(_PATIENCE_S)
            if len(self._found) == known:
                break

    def _look(self, names: Mapping[str, Sequence[str]]) -> None:
        for folder, photos in names.items():
            try:
                listed = FolderCompanions(folder, photos)
            except (OSError, ValueError):
                listed = None
            for name in photos:
                path = os.path.join(folder, name)
                companions = () if listed is None else map(_beside, listed.of(name))
                self._found[path] = Belonging(tuple(companions), personal_attributes(path))

    def of(self, path: str) -> Belonging:
        """Of a photo that was looked at."""
        return self._found.get(path, NO_BELONGING)


def _beside(companion: Companion) -> FileBeside:
    size_bytes = digest = None
    with suppress(OSError, ValueError):
        status = os.lstat(companion.path)
        size_bytes = status.st_size
        # Reading what lies only online would download it.
        if size_bytes <= _MOST_READ_BYTES and not (recall_sign(status) or has_no_blocks(status)):
            digest = blake3(read_small_file(companion.path, _MOST_READ_BYTES)).digest()
    return FileBeside(
        companion.kind.value,
        companion.path,
        size_bytes,
        digest,
        is_left=not companion.goes_along,
        says=companion.says,
    )
