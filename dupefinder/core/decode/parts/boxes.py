"""Parts in the boxes and items of HEIF and AVIF files.

Bytes in data boxes that no item refers to are a part, too: data that somebody put there, or the
pictures of a film. What lies between the units of coded pictures is read in `coded_units`.

Sources: ISO/IEC 14496-12 (ISO base media file format), 4.2, 8.11 and 12.1.4; ISO/IEC 23008-12
(HEIF), 6.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from dupefinder.core.decode.parts import made_anew
from dupefinder.core.decode.parts.chunks import trailing_parts
from dupefinder.core.decode.parts.coded_units import settings_beside, units_beside
from dupefinder.core.decode.parts.exif import exif_parts
from dupefinder.core.decode.parts.tags import unnamed
from dupefinder.core.file_parts import Part, PartKind

_FULL_BOX_BYTES = 4
_BLOCK_PX = 16
_MOST_ITEMS = 100_000
_IN_FILE, _IN_LIST = 0, 1
"""Places of an item's data."""
_EXIF, _XMP_TYPE = b"Exif", b"application/rdf+xml"
_KINDS = {b"tmap": PartKind.GAIN_MAP}
_OF_SRGB, _SRGB_PRIMARIES, _SRGB_CURVES = (1, 13), (0, 1, 2, 5, 6), (0, 1, 2, 6, 13)
"""Code points of ITU-T H.273 that are shown as sRGB: unspecified ones, and those of video."""
_FREE_SPACE = frozenset((b"free", b"skip", b"wide"))
"""Boxes of padding; content in them was put there by somebody."""
_BOX_KINDS = {b"jumb": PartKind.PROVENANCE, b"mpvd": PartKind.FILM, b"moov": PartKind.FILM}


@dataclass(frozen=True, slots=True)
class _Item:
    kind: bytes
    content_type: bytes


@dataclass(slots=True)
class _Items:
    """The items that a `meta` box lists.

    Attributes:
        primary: Number of the picture.
        items: Items by number.
        references: Kind, source and target of each reference.
        places: For each item the start and end of its extents in the file, in bytes.
        own_data: Start and end of the data inside the list itself, in bytes.
        others: Foreign boxes in the list, and properties that do not change the picture.
    """

    primary: int = 0
    items: dict[int, _Item] = field(default_factory=dict)
    references: list[tuple[bytes, int, tuple[int, ...]]] = field(default_factory=list)
    places: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    own_data: tuple[int, int] = (0, 0)
    others: list[tuple[bytes, bytes]] = field(default_factory=list)

    def of_the_picture(self) -> set[int]:
        """The picture, the tiles of which it consists, and its thumbnails."""
        tiles: dict[int, list[int]] = {}
        found = {self.primary}
        for kind, start, ends in self.references:
            if kind == b"thmb" and ends == (self.primary,):
                found.add(start)
            elif kind == b"dimg":
                tiles.setdefault(start, []).extend(ends)
        waiting = [self.primary]
        while waiting:
            fresh = [end for end in tiles.pop(waiting.pop(), ()) if end not in found]
            found.update(fresh)
            waiting += fresh
        return found


def box_parts(data: bytes, *, has_alpha: bool) -> Iterator[Part]:
    """Read the boxes of a file, and the items that do not belong to its picture.

    Args:
        data: The whole file.
        has_alpha: True where the picture has opacity, which is one auxiliary picture.

    Raises:
        ValueError: The file does not follow its format.
        struct.error: The file is truncated.
    """
    items: _Items | None = None
    stores: list[tuple[int, int]] = []
    is_film = False
    for name, start, end in _boxes(data, 0, len(data)):
        is_film |= name == b"moov"
        if name == b"meta" and items is None:
            items = _read_items(data, start + _FULL_BOX_BYTES, end)
            stores.append(items.own_data)
            yield from _item_parts(data, items, has_alpha=has_alpha)
        elif name == b"mdat":
            stores.append((start, end))
        elif name == b"":
            yield from trailing_parts(data, start)
        elif name in _FREE_SPACE and data[start:end].strip(b"\0"):
            yield PartKind.APPLICATION_DATA, "room", data[start:end]
        elif name not in _FREE_SPACE and name not in made_anew.BOXES:
            kind = _BOX_KINDS.get(name, PartKind.APPLICATION_DATA)
            yield kind, f"box:{name.decode('latin-1')}", data[start:end]
    named = chain.from_iterable(items.places.values() if items is not None else ())
    for start, end in unnamed(stores, named):
        if data[start:end].strip(b"\0"):
            kind = PartKind.FILM if is_film else PartKind.APPLICATION_DATA
            yield kind, "unnamed", data[start:end]


def _boxes(data: bytes, place: int, end_of_all: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield names, starts and ends of boxes; an empty name for a rest that is no box."""
    while place + 8 <= end_of_all:
        (size_bytes,) = struct.unpack_from(">I", data, place)
        start = place + 8
        if size_bytes == 1:
            (size_bytes,) = struct.unpack_from(">Q", data, start)
            start += 8
        end = end_of_all if size_bytes == 0 else place + size_bytes
        if not start <= end <= end_of_all:
            break
        yield data[place + 4 : place + 8], start, end
        place = end
    if place < end_of_all:
        yield b"", place, end_of_all


def _item_parts(data: bytes, items: _Items, *, has_alpha: bool) -> Iterator[Part]:
    own = items.of_the_picture()
    auxiliary = [one for kind, one, ends in items.references if kind == b"auxl"]
    for name, content in items.others:
        kind = PartKind.COLOURS if name == b"colr" else PartKind.APPLICATION_DATA
        yield kind, f"box:{name.decode('latin-1')}", content
    has_exif = has_xmp = False
    left_bytes = len(data)
    tiles: set[tuple[tuple[int, int], ...]] = set()
    for number, item in items.items.items():
        places = tuple(items.places.get(number, ()))
        if number in own:
            if places in tiles:
                continue  # several that look alike
            tiles.add(places)
        left_bytes -= sum(max(last - first, 0) for first, last in places)
        if left_bytes < 0:
            raise ValueError("items that lie in the same place")  # to read all could take for ever
        if item.content_type == _XMP_TYPE and not has_xmp and number not in own:
            has_xmp = True
            continue
        content = b"".join(data[first:last] for first, last in places)
        if number in own:
            for unit in units_beside(item.kind, content):
                yield PartKind.APPLICATION_DATA, "unit", unit
        elif item.kind == _EXIF:
            prefix_bytes = 4 + int.from_bytes(content[:4], "big")
            yield from exif_parts(content[prefix_bytes:], is_first=not has_exif)
            has_exif = True
        elif has_alpha and number in auxiliary and len(auxiliary) == 1:
            continue
        else:
            kind = _KINDS.get(item.kind, PartKind.AUXILIARY_IMAGE)
            yield kind, f"item:{(item.kind + item.content_type).decode('latin-1')}", content


def _read_items(data: bytes, start: int, end: int) -> _Items:
    items = _Items()
    locations: tuple[int, int] | None = None
    for name, first, last in _boxes(data, start, end):
        version = data[first] if first < last else 0
        inner = first + _FULL_BOX_BYTES
        if name == b"pitm":
            (items.primary,) = struct.unpack_from(">H" if version == 0 else ">I", data, inner)
        elif name == b"iinf":
            for entry, at, _ in _boxes(data, inner + (2 if version == 0 else 4), last):
                if entry == b"infe":
                    _add_item(items, data, at)
        elif name == b"iref":
            code = "H" if version == 0 else "I"
            for kind, at, _ in _boxes(data, inner, last):
                one, count = struct.unpack_from(f">{code}H", data, at)
                ends = struct.unpack_from(
                    f">{count}{code}", data, at + struct.calcsize(f">{code}H")
                )
                items.references.append((kind, one, ends))
        elif name == b"iloc":
            locations = first, version
        elif name == b"idat":
            items.own_data = first, last
        elif name == b"iprp":
            items.others += _own_properties(data, first, last)
        if name not in made_anew.BOXES_OF_ITEMS:
            items.others.append((name, data[first:last]))
    if locations is not None:
        _add_places(items, data, *locations)
    return items


def _own_properties(data: bytes, first: int, last: int) -> Iterator[tuple[bytes, bytes]]:
    """Properties of items that do not change their pictures: titles, tags, unknown ones."""
    for name, start, end in _boxes(data, first, last):
        if name == b"ipco":
            yield from _cut_off(data, start, end)
            for kind, at, to in _boxes(data, start, end):
                if kind == b"colr" and _are_other_colours(data[at:to]):
                    yield kind, data[at:to]
                is_room = kind == b"free" and not data[at:to].strip(b"\0")
                if kind not in made_anew.ITEM_PROPERTIES and not is_room:
                    yield kind, data[at:to]
                else:
                    for unit in settings_beside(kind, data[at:to]):
                        yield kind, unit
        elif name != b"ipma":
            yield name, data[start:end]


def _cut_off(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    """Properties by which only a part of a larger picture is shown."""
    sizes, cuts = [(0, 0)], list[tuple[int, int]]()
    for kind, at, to in _boxes(data, start, end):
        if kind == b"ispe":
            sizes.append(struct.unpack_from(">II", data, at + _FULL_BOX_BYTES))
        elif kind == b"clap":
            cuts.append((at, to))
    for at, to in cuts:
        wide, wide_parts, high, high_parts = struct.unpack_from(">4I", data, at)
        shown = wide / max(wide_parts, 1), high / max(high_parts, 1)
        whole = (max(sides) for sides in zip(*sizes, strict=True))
        # Encoders that need even sides, or blocks, add a few pixels at the edge.
        if any(full - part >= _BLOCK_PX for full, part in zip(whole, shown, strict=True)):
            yield b"clap", data[at:to]


def _are_other_colours(content: bytes) -> bool:
    """True if a property declares other colours than sRGB, by code points and not by a profile."""
    points = struct.unpack_from(">HH", content, 4) if content.startswith(b"nclx") else _OF_SRGB
    return points[0] not in _SRGB_PRIMARIES or points[1] not in _SRGB_CURVES


def _add_item(items: _Items, data: bytes, at: int) -> None:
    version = data[at]
    at += _FULL_BOX_BYTES
    if version < 2 or len(items.items) >= _MOST_ITEMS:
        raise ValueError("too many items, or of a version that is not known")
    code = ">HH4s" if version == 2 else ">IH4s"
    number, _, kind = struct.unpack_from(code, data, at)
    content_type = b""
    if kind == b"mime":
        texts = data[at + struct.calcsize(code) :][:512].split(b"\0", 2)
        content_type = texts[1] if len(texts) > 1 else b""
    items.items[number] = _Item(kind, content_type)


def _add_places(items: _Items, data: bytes, first: int, version: int) -> None:
    at = first + _FULL_BOX_BYTES
    sizes = struct.unpack_from(">H", data, at)[0]
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    at += 2

    def number(size_bytes: int) -> int:
        nonlocal at
        if at + size_bytes > len(data):
            raise ValueError("the places of items break off")
        value = int.from_bytes(data[at : at + size_bytes], "big")
        at += size_bytes
        return value

    for _ in range(number(2 if version < 2 else 4)):
        item = number(2 if version < 2 else 4)
        method = number(2) & 15 if version > 0 else _IN_FILE
        if method not in (_IN_FILE, _IN_LIST) or number(2):
            raise ValueError("an item that lies within another one, or in another file")
        start = number(base) + (items.own_data[0] if method == _IN_LIST else 0)
        for _ in range(number(2)):
            if version > 0:
                number(index)
            begin = start + number(offset)
            size_bytes = number(length)
            whole = items.own_data[1] if method == _IN_LIST else len(data)
            end = begin + size_bytes if size_bytes else whole
            items.places.setdefault(item, []).append((begin, min(end, len(data))))
