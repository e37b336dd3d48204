import struct

import pytest

from dupefinder.core.decode.parts.boxes import box_parts
from dupefinder.core.held_parts import PartKind
from tests.core.decode.parts.containers import EXIF, box

Item = tuple[bytes, bytes, bytes]
"""Kind, type of content, content."""


def full(name: bytes, content: bytes, version: int = 0) -> bytes:
    return box(name, bytes((version, 0, 0, 0)) + content)


def heif(
    items: dict[int, Item], references: list[tuple[bytes, int, list[int]]], version: int = 1
) -> bytes:
    """A file of items that lie in `idat`; the first is the picture."""
    entries, places, own = b"", b"", b""
    for number, (kind, content_type, content) in items.items():
        entry = struct.pack(">HH4s", number, 0, kind) + b"\0" + content_type + b"\0"
        entries += full(b"infe", entry, 2)
        places += struct.pack(">HHHHII", number, 1, 0, 1, len(own), len(content))
        own += content
    links = b"".join(
        box(kind, struct.pack(f">HH{len(ends)}H", one, len(ends), *ends))
        for kind, one, ends in references
    )
    meta = (
        full(b"pitm", struct.pack(">H", next(iter(items))))
        + full(b"iinf", struct.pack(">H", len(items)) + entries)
        + full(b"iref", links)
        + full(b"iloc", struct.pack(">HH", 0x4400, len(items)) + places, version)
        + box(b"idat", own)
    )
    return box(b"ftyp", b"heic") + full(b"meta", meta)


PICTURE: Item = (b"hvc1", b"", b"picture")
TILES = {2: (b"hvc1", b"", b"left"), 3: (b"hvc1", b"", b"right")}


def test_a_picture_its_tiles_and_its_thumbnail_are_no_parts() -> None:
    items = {1: (b"grid", b"", b""), **TILES, 4: (b"hvc1", b"", b"small")}
    data = heif(items, [(b"dimg", 1, [2, 3]), (b"thmb", 4, [1])])
    assert list(box_parts(data, has_alpha=False)) == []


def test_a_picture_that_belongs_to_nothing_is_a_part() -> None:
    found = list(box_parts(heif({1: PICTURE, **TILES}, []), has_alpha=False))
    assert [(kind, content) for kind, _, content in found] == [
        (PartKind.AUXILIARY_IMAGE, b"left"),
        (PartKind.AUXILIARY_IMAGE, b"right"),
    ]


@pytest.mark.parametrize("name", [b"free", b"skip"])
def test_room_is_no_part_unless_something_is_in_it(name: bytes) -> None:
    plain = heif({1: PICTURE}, [])
    assert list(box_parts(plain + box(name, bytes(9)), has_alpha=False)) == []
    (found,) = box_parts(plain + box(name, b"something"), has_alpha=False)
    assert found == (PartKind.APPLICATION_DATA, "room", b"something")


def test_an_auxiliary_picture_is_a_part_unless_it_is_the_opacity() -> None:
    data = heif({1: PICTURE, 2: (b"hvc1", b"", b"depth")}, [(b"auxl", 2, [1])])
    assert len(list(box_parts(data, has_alpha=False))) == 1
    assert list(box_parts(data, has_alpha=True)) == []


def test_beside_the_opacity_every_auxiliary_picture_counts() -> None:
    """Which of them is the opacity is not looked up: all count then."""
    items = {1: PICTURE, **TILES}
    data = heif(items, [(b"auxl", 2, [1]), (b"auxl", 3, [1])])
    assert len(list(box_parts(data, has_alpha=True))) == 2


def test_a_gain_map_is_named() -> None:
    data = heif({1: PICTURE, 2: (b"tmap", b"", b"tones")}, [(b"dimg", 2, [1])])
    assert [part[0] for part in box_parts(data, has_alpha=False)] == [PartKind.GAIN_MAP]


def test_exif_is_read_field_by_field_and_xmp_elsewhere() -> None:
    exif = EXIF.tobytes()
    items = {
        1: PICTURE,
        2: (b"Exif", b"", struct.pack(">I", 6) + exif),
        3: (b"mime", b"application/rdf+xml", b"<x/>"),
        4: (b"mime", b"text/other", b"said"),
    }
    found = list(box_parts(heif(items, []), has_alpha=False))
    assert [kind for kind, *_ in found] == [
        *(PartKind.CAMERA, PartKind.CAMERA, PartKind.TIME, PartKind.AUXILIARY_IMAGE),
    ]


@pytest.mark.parametrize("cut", range(10, 120, 7))
def test_a_file_that_breaks_off_is_refused_or_told_in_part(cut: int) -> None:
    data = heif({1: PICTURE, **TILES}, [(b"dimg", 1, [2, 3])])
    try:
        found = list(box_parts(data[:cut], has_alpha=False))
    except (ValueError, struct.error, IndexError):
        return
    assert found


def test_a_box_of_a_program_is_a_part() -> None:
    data = heif({1: PICTURE}, [])
    found = list(box_parts(data + box(b"uuid", b"mine") + b"\0\0", has_alpha=False))
    assert found == [(PartKind.APPLICATION_DATA, "box:uuid", b"mine")]


def test_a_film_in_the_file_is_a_part() -> None:
    found = list(box_parts(heif({1: PICTURE}, []) + box(b"mpvd", b"film"), has_alpha=False))
    assert [kind for kind, *_ in found] == [PartKind.FILM]
