import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.decode.parts.boxes import box_parts
from dupefinder.core.decode.parts.coded_units import settings_beside
from dupefinder.core.decode.parts.tags import unnamed
from dupefinder.core.file_parts import PartKind
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


def unit(content: bytes, kind: int = 19) -> bytes:
    """A unit of HEVC: by its kind a picture, a message, or room."""
    return struct.pack(">IBB", 2 + len(content), kind << 1, 1) + content


PICTURE: Item = (b"hvc1", b"", unit(b"picture"))
TILES = {2: (b"hvc1", b"", unit(b"left")), 3: (b"hvc1", b"", unit(b"right"))}


def test_a_picture_its_tiles_and_its_thumbnail_are_no_parts() -> None:
    items = {1: (b"grid", b"", b"grid"), **TILES, 4: (b"hvc1", b"", unit(b"small"))}
    data = heif(items, [(b"dimg", 1, [2, 3]), (b"thmb", 4, [1])])
    assert list(box_parts(data, has_alpha=False)) == []


def test_a_picture_that_belongs_to_nothing_is_a_part() -> None:
    found = list(box_parts(heif({1: PICTURE, **TILES}, []), has_alpha=False))
    assert [(kind, content) for kind, _, content in found] == [
        (PartKind.AUXILIARY_IMAGE, unit(b"left")),
        (PartKind.AUXILIARY_IMAGE, unit(b"right")),
    ]


@pytest.mark.parametrize("name", [b"free", b"skip", b"wide"])
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
    """None is looked up to be the opacity: all count then."""
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


def stored(*contents: bytes) -> bytes:
    """A box for data, and in it what is given, without any item that would name it."""
    return box(b"mdat", b"".join(contents))


def test_data_that_no_item_names_are_a_part() -> None:
    plain = heif({1: PICTURE}, [])
    assert list(box_parts(plain + stored(bytes(9)), has_alpha=False)) == []
    (found,) = box_parts(plain + stored(b"something"), has_alpha=False)
    assert found == (PartKind.APPLICATION_DATA, "unnamed", b"something")
    films = [plain + box(b"moov", b"sizes") + stored(content) for content in (b"one", b"two")]
    one, two = (list(box_parts(film, has_alpha=False)) for film in films)
    assert one[0] == two[0]
    assert [part[0] for part in (*one, *two)] == [PartKind.FILM] * 4
    assert one[1] != two[1]


@given(st.binary(min_size=1, max_size=40), st.integers(0, 9), st.integers(0, 9))
def test_data_are_named_or_parts_wherever_they_lie(hidden: bytes, at: int, part: int) -> None:
    """Among the data of items, before them and behind them."""
    pieces = [bytes((65 + number,)) * 3 for number in range(10)]
    places = []
    content = b""
    for number, piece in enumerate(pieces):
        if number == at:
            content += hidden
        places.append((len(content), len(content) + len(piece)))
        content += piece
    places = places[part:] + places[:part]
    for stores in ([(0, len(content))], [(0, 7), (7, len(content))]):
        assert b"".join(content[first:last] for first, last in unnamed(stores, places)) == hidden


def test_a_second_list_of_items_is_a_part() -> None:
    """Decoders show the picture of the first one."""
    plain = heif({1: PICTURE}, [])
    second = heif({1: (b"hvc1", b"", unit(b"another"))}, [])[12:]
    assert [kind for kind, *_ in box_parts(plain + second, has_alpha=False)] == [
        PartKind.APPLICATION_DATA
    ]


@pytest.mark.parametrize(
    "content",
    [
        unit(b"a message", kind=39),
        unit(b"a message", kind=40),
        unit(b"room with something in it", kind=38),
        unit(b"nobody knows", kind=50),
        b"a rest",
    ],
)
def test_units_that_are_not_of_the_picture_are_parts(content: bytes) -> None:
    item = (b"hvc1", b"", PICTURE[2] + content)
    ((kind, field, value),) = box_parts(heif({1: item}, []), has_alpha=False)
    assert (kind, field) == (PartKind.APPLICATION_DATA, "unit")
    assert content.endswith(value)


def test_an_encoders_note_of_itself_and_room_are_no_parts() -> None:
    note = bytes.fromhex("0580 2ca2de09b51747dbbb55a4fe7fc2fc4e") + b"x265 (build 199)"
    content = PICTURE[2] + unit(note, kind=39) + unit(b"\xff\xff\x80", kind=38) + bytes(3)
    assert list(box_parts(heif({1: (b"hvc1", b"", content)}, []), has_alpha=False)) == []


@pytest.mark.parametrize(("kind", "counts"), [(2, 0), (6, 0), (5, 1), (9, 1), (15, 1)])
def test_units_of_av1(kind: int, counts: int) -> None:
    whole = b"\x12\0" + bytes((kind << 3 | 2, 4)) + b"said" + bytes((6 << 3,)) + b"frame"
    found = list(box_parts(heif({1: (b"av01", b"", whole)}, []), has_alpha=False))
    assert len(found) == counts
    settings = b"\x81\0\0\0" + bytes((kind << 3 | 2, 4)) + b"said"
    assert len(list(settings_beside(b"av1C", settings))) == counts


def test_units_in_the_configuration_of_hevc() -> None:
    def configured(*units: bytes, rest: bytes = b"") -> bytes:
        arrays = b"".join(b"\x20\0\1" + struct.pack(">H", len(one)) + one for one in units)
        return bytes(22) + bytes((len(units),)) + arrays + rest

    plain = unit(b"set", kind=32)[4:], unit(b"set", kind=33)[4:]
    said = unit(b"said", kind=39)[4:]
    assert list(settings_beside(b"hvcC", configured(*plain))) == []
    assert list(settings_beside(b"hvcC", configured(*plain, said))) == [said]
    assert list(settings_beside(b"hvcC", configured(*plain, rest=b"rest"))) == [b"rest"]


def with_sides(whole_px: tuple[int, int], shown_px: tuple[int, int]) -> bytes:
    """A file whose picture is shown in part."""
    clap = struct.pack(">IIIIiIiI", shown_px[0], 1, shown_px[1], 1, 0, 1, 0, 1)
    sides = full(b"ispe", struct.pack(">II", *whole_px))
    properties = box(b"iprp", box(b"ipco", sides + box(b"clap", clap)))
    data = heif({1: PICTURE}, [])
    at = data.index(b"meta") - 4
    size = int.from_bytes(data[at : at + 4], "big") + len(properties)
    return data[:at] + struct.pack(">I", size) + data[at + 4 :] + properties


def test_data_cut_off_from_a_picture_are_a_part() -> None:
    """Programs crop so, and the rest is still there; encoders cut off what they had to add."""
    (part,) = box_parts(with_sides((640, 480), (640, 240)), has_alpha=False)
    assert part[:2] == (PartKind.APPLICATION_DATA, "box:clap")
    assert list(box_parts(with_sides((640, 480), (639, 479)), has_alpha=False)) == []
