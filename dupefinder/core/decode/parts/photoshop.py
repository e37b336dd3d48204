"""Photoshop's image resources, which JPEG and TIFF files carry, as parts.

Source: Adobe, "Photoshop File Formats Specification", "Image Resource Blocks".
"""

from collections.abc import Iterator

from dupefinder.core.decode.parts import made_anew
from dupefinder.core.held_parts import Part, PartKind

PHOTOSHOP_MARK = b"Photoshop 3.0\0"
"""How each segment of a JPEG begins that carries resources."""
_SIGNATURES = frozenset((b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR"))
_HEAD_BYTES = 6


def photoshop_parts(block: bytes) -> Iterator[Part]:
    """Read the resources that a program does not make anew.

    Args:
        block: The resources, one after the other.
    """
    place = 0
    while place + _HEAD_BYTES < len(block):
        if block[place : place + 4] not in _SIGNATURES:
            if block[place:].strip(b"\0 "):
                yield PartKind.APPLICATION_DATA, "resources", block[place:]
            return
        number = int.from_bytes(block[place + 4 : place + 6], "big")
        name_bytes = block[place + 6] + 1
        size_place = place + _HEAD_BYTES + name_bytes + name_bytes % 2
        size_bytes = int.from_bytes(block[size_place : size_place + 4], "big")
        end = size_place + 4 + size_bytes
        if number not in made_anew.PHOTOSHOP_RESOURCES and size_bytes:
            yield PartKind.APPLICATION_DATA, f"resource:{number}", block[size_place + 4 : end]
        place = end + size_bytes % 2
