"""Belongings of photos beside their content: files, and what a person noted of the file itself.

By these the rules know which of two equal copies stays, and what the other one would lack.
"""

import os
import stat
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from blake3 import blake3

from dupefinder.core.companions import FolderCompanions
from dupefinder.core.companions.records import Companion, CompanionKind
from dupefinder.core.companions.siblings import SiblingFolders
from dupefinder.core.companions.small_file import read_small_file
from dupefinder.core.personal_attributes import personal_attributes
from dupefinder.core.rules.candidate import NO_BELONGING, Belonging, FileBeside
from dupefinder.core.scan.online_only import has_no_blocks, recall_sign

_PATIENCE_S = 30.0
_MOST_READ_BYTES = 64 << 10
"""Sidecars are smaller, as a rule, and films are larger: those are read only where two have one
size."""
_MOST_COMPARED_BYTES = 64 << 20
"""Larger ones of one size are compared when a copy goes."""


class CompanionLookup:
    """Belongings of photos, each photo being looked at once.

    Of a folder that cannot be listed, no file is known to belong to its photos: whoever removes one
    will look again.
    """

    def __init__(self) -> None:
        self._found: dict[str, Belonging] = {}
        self._digests: dict[str, bytes | None] = {}

    def look_at(self, groups: Iterable[Sequence[str]]) -> None:
        """Look at photos that were not looked at before; each folder is listed once.

        A drive that does not answer is not waited for: of what lies there, and of what would have
        come after it, nothing is known.

        Args:
            groups: Photos that may be copies of one another. Of what belongs to these, large files
                of one size are read.
        """
        groups = [*groups]
        names: dict[str, dict[str, None]] = {}
        for path in (path for group in groups for path in group):
            if path not in self._found:
                folder, name = os.path.split(path)
                names.setdefault(folder, {})[name] = None
        if not groups:
            return
        # A daemon: the program's end does not wait for that drive either.
        looking = threading.Thread(target=self._look, args=(names, groups), daemon=True)
        looking.start()
        while looking.is_alive():
            known = len(self._found), len(self._digests)
            looking.join(_PATIENCE_S)
            if (len(self._found), len(self._digests)) == known:
                break

    def _look(self, names: Mapping[str, Collection[str]], groups: Iterable[Sequence[str]]) -> None:
        siblings = SiblingFolders()
        for folder, photos in names.items():
            try:
                listed = FolderCompanions(folder, photos, siblings=siblings)
            except (OSError, ValueError):
                listed = None
            for name in photos:
                path = os.path.join(folder, name)
                companions = () if listed is None else map(_beside, listed.of(name))
                self._found[path] = Belonging(tuple(companions), personal_attributes(path))
        for group in groups:
            self._read_large(group)

    def _read_large(self, group: Sequence[str]) -> None:
        """Read the large files of one size that belong to copies, so that others are told apart."""
        large: dict[tuple[str, int | None], set[str]] = {}
        for one in (one for path in group for one in self.of(path).companions if _is_large(one)):
            large.setdefault((one.kind, one.size_bytes), set()).add(one.path)
        wanted = {path for paths in large.values() if len(paths) > 1 for path in paths}
        for path in wanted - self._digests.keys():
            self._digests[path] = _digest_of(path, _MOST_COMPARED_BYTES)
        for path in group if wanted else ():
            known = self.of(path)
            read = (
                replace(one, digest=self._digests[one.path]) if one.path in wanted else one
                for one in known.companions
            )
            self._found[path] = replace(known, companions=tuple(read))

    def of(self, path: str) -> Belonging:
        """Of a photo that was looked at."""
        return self._found.get(path, NO_BELONGING)


def _beside(companion: Companion) -> FileBeside:
    size_bytes = digest = None
    with suppress(OSError, ValueError):
        status = os.lstat(companion.path)
        if stat.S_ISREG(status.st_mode):
            size_bytes = status.st_size
            if size_bytes <= _MOST_READ_BYTES:
                digest = _digest_of(companion.path, _MOST_READ_BYTES)
    return FileBeside(
        companion.kind.value,
        companion.path,
        size_bytes,
        digest,
        is_left=not companion.goes_along,
        says=companion.says,
        attributes=personal_attributes(companion.path),
    )


def _is_large(one: FileBeside) -> bool:
    """True for what may be read where another has its size; RAW files are judged themselves."""
    is_within = one.size_bytes is not None and one.size_bytes <= _MOST_COMPARED_BYTES
    return is_within and one.digest is None and one.kind != CompanionKind.RAW


def _digest_of(path: str, most_bytes: int) -> bytes | None:
    """The digest of a file; None where it cannot be read, or reading it would download it."""
    try:
        status = os.lstat(path)
        if recall_sign(status) or has_no_blocks(status):
            return None
        return blake3(read_small_file(path, most_bytes)).digest()
    except (OSError, ValueError):
        return None
