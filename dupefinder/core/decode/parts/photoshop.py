"""Parts in Photoshop's image resources, which JPEG and TIFF files carry.

Source: Adobe, "Photoshop File Formats Specification", "Image Resource Blocks".
"""

from collections.abc import Iterator, Set

from dupefinder.core.decode.parts import made_anew
from dupefinder.core.file_parts import Part, PartKind

PHOTOSHOP_MARK = b"Photoshop 3.0\0"
"""Prefix of each JPEG segment that carries resources."""
_SIGNATURES = frozenset((b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR"))
_HEAD_BYTES = 6


IPTC, EXIF_COPY, XMP_COPY = 0x0404, 0x0422, 0x0424
"""Numbers of resources that files store elsewhere as well."""
_GRID, _GRID_BYTES = 0x0408, 16


def photoshop_parts(block: bytes, read: Set[int]) -> Iterator[Part]:
    """Read the resources that programs do not write anew.

    Args:
        block: The resources, one after the other.
        read: Numbers of resources that are read elsewhere; the last of each number is.
    """
    last = {IPTC: 0, EXIF_COPY: 0, XMP_COPY: 0}
    found: list[tuple[int, bytes]] = []
    for number, content in resources(block):
        if number is None:
            yield PartKind.APPLICATION_DATA, "resources", content
        elif number not in made_anew.PHOTOSHOP_RESOURCES:
            last[number] = len(found)
            found.append((number, content))
    for index, (number, content) in enumerate(found):
        is_default = not any(content) or (number == _GRID and len(content) <= _GRID_BYTES)
        if not is_default and not (number in read and last[number] == index):
            yield PartKind.APPLICATION_DATA, f"resource:{number}", content


def resources(block: bytes) -> Iterator[tuple[int | None, bytes]]:
    """Split a block into its resources.

    Args:
        block: The resources, one after the other.

    Yields:
        Number and content of each; None and the rest where something else follows.
    """
    place = 0
    while place + _HEAD_BYTES < len(block):
        if block[place : place + 4] not in _SIGNATURES:
            if block[place:].strip(b"\0 "):
                yield None, block[place:]
            return
        number = int.from_bytes(block[place + 4 : place + 6], "big")
        name_bytes = block[place + 6] + 1
        size_place = place + _HEAD_BYTES + name_bytes + name_bytes % 2
        size_bytes = int.from_bytes(block[size_place : size_place + 4], "big")
        end = size_place + 4 + size_bytes
        yield number, block[size_place + 4 : end]
        place = end + size_bytes % 2
