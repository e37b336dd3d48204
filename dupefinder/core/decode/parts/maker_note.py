"""Maker notes wherever in their file they lie.

Many makers write a directory of tags whose values are found by their place in the file. A program
that moves the note to another place mends these numbers, and leaves out room at the end.

Source: for how notes begin, the tables of ExifTool and Exiv2. Notes that count from their own
beginning, as Nikon's newer ones and those of Fujifilm do, stay as they are when they are moved.
"""

import struct

_DIRECTORY_STARTS = {
    b"Nikon\0\1": 8,
    b"OLYMP\0": 8,
    b"SONY ": 12,
    b"Panasonic\0": 12,
}
"""How notes begin, and where their directory does; Canon's and Nikon's oldest are nothing else."""
_ENTRY_BYTES = 12
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_PLACE_BYTES = 4
_CANON_END, _CANON_END_BYTES = (b"II*\0", b"MM\0*"), 8
"""Canon says at the end once more where its note was; ExifTool adds that where it is lacking."""


def without_place(note: bytes) -> bytes:
    """Count the places of values from the first of them, so that a moved note is the same one.

    Args:
        note: The note.

    Returns:
        The note as it stands where it is not built like that, or has values elsewhere.
    """
    start = next((at for name, at in _DIRECTORY_STARTS.items() if note.startswith(name)), 0)
    for order in "<>":
        fields = _fields_of_places(note, start, order)
        if fields:
            break
    else:
        return note
    places = [(*struct.unpack_from(f"{order}I", note, field), size) for field, size in fields]
    first = min(place for place, _ in places)
    if max(place + size for place, size in places) - first > len(note) - max(fields)[0]:
        return note
    moved = bytearray(note)
    for (field, _), (place, _) in zip(fields, places, strict=True):
        struct.pack_into(f"{order}I", moved, field, place - first)
    if note[-_CANON_END_BYTES:-_PLACE_BYTES] in _CANON_END:
        del moved[-_CANON_END_BYTES:]
    return bytes(moved).rstrip(b"\0")


def _fields_of_places(note: bytes, start: int, order: str) -> list[tuple[int, int]]:
    """Where in a note the places of values stand, and how many bytes each value has.

    Returns:
        Nothing where there is no directory in this byte order.
    """
    if start + 2 > len(note):
        return []
    (count,) = struct.unpack_from(f"{order}H", note, start)
    end = start + 2 + count * _ENTRY_BYTES
    if end > len(note):
        return []
    found = []
    for entry in range(start + 2, end, _ENTRY_BYTES):
        _, kind, length = struct.unpack_from(f"{order}HHI", note, entry)
        if kind not in _SIZES:
            return []
        size_bytes = _SIZES[kind] * length
        if size_bytes > _PLACE_BYTES:
            found.append((entry + 8, size_bytes))
    return found
