"""Surroundings of groups: a digest of all companions and notes that the groups depend on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from blake3 import blake3

from dupefinder.core.companions.lookup import MOST_READ_BYTES, CompanionLookup
from dupefinder.core.kept_groups import GroupColumns
from dupefinder.core.records import FoundFile
from dupefinder.core.rules.candidate import FileBeside
from dupefinder.core.scan.temporary_places import LastingFiles


def look_around(
    groups: GroupColumns, count: int, checkpoint: Callable[[], None] = lambda: None
) -> bytes:
    """Look up the surroundings of groups, as grouping does.

    Args:
        groups: The groups.
        count: Number of groups of duplicates, which come first.
        checkpoint: See `ask_drives`.

    Returns:
        The result of `digest_of_surroundings`.

    Raises:
        Cancelled: The job was cancelled.
    """
    files = [*_files_of(groups, count)]
    companions, lasting = CompanionLookup(), LastingFiles()
    lasting.look_at((file for some in files for file in some), checkpoint)
    companions.look_at(([file.path for file in some] for some in files), checkpoint)
    checkpoint()
    return digest_of_surroundings(files, companions, lasting)


def digest_of_surroundings(
    groups: Iterable[Sequence[FoundFile]], companions: CompanionLookup, lasting: LastingFiles
) -> bytes:
    """Digest the known surroundings of photos.

    Args:
        groups: The photos, all of which were looked up.
        companions: Their companions.
        lasting: Tells which of them are in lasting places.
    """
    digest = blake3()
    for files in groups:
        for file in files:
            belonging = companions.of(file.path)
            says = *map(_known_of, belonging.companions), belonging.attributes, lasting.holds(file)
            digest.update(repr(says).encode("utf-8", "surrogatepass"))
    return digest.digest()


def _known_of(one: FileBeside) -> tuple[object, ...]:
    # Larger files are read only where two have one size, which depends on the order of scans.
    is_sure = one.size_bytes is not None and one.size_bytes <= MOST_READ_BYTES
    says = None if one.says is None else sorted(one.says)
    digest = one.digest if is_sure else None
    return one.kind, one.path, one.size_bytes, digest, one.is_left, says, one.attributes


def _files_of(groups: GroupColumns, count: int) -> Iterator[list[FoundFile]]:
    volumes = [*groups.volumes]
    bounds = groups.first[: count + 1].tolist()
    files = (
        FoundFile(path, volumes[volume], below, 0, 0, 0, 0, False)
        for path, below, volume in zip(
            groups.paths, groups.below, groups.volume.tolist(), strict=True
        )
    )
    for start, end in pairwise(bounds):
        yield [next(files) for _ in range(start, end)]
