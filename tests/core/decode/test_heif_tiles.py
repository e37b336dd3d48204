"""HEIF photos of tiles: shown as libheif shows them, or left to it."""

import io
import struct
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dupefinder.core.decode import DecodeLimits, decode_bytes, heif_tiles
from dupefinder.core.decode.heif_tiles import load_tiles
from dupefinder.core.decode.parts.boxes import boxes_of, read_items
from tests.core.decode.parts.containers import box
from tests.core.pictures import encode, textured

TILE_PX = 128
COLUMNS, ROWS = 4, 3
SCENE = textured(COLUMNS * TILE_PX, ROWS * TILE_PX, seed=4)
NCLX = b"nclx" + struct.pack(">HHHB", 1, 13, 6, 0x80)
LIMITS = DecodeLimits()
LEVELS = 4
"""By which two decoders' colours may differ where a picture is smooth."""


def full(name: bytes, content: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A box with a version."""
    return box(name, struct.pack(">I", version << 24 | flags) + content)


@lru_cache
def tiles() -> tuple[bytes, list[bytes]]:
    """The decoder configuration of the scene's tiles, and their coded pictures."""
    configurations, pictures = set(), []
    for number in range(ROWS * COLUMNS):
        left, top = number % COLUMNS * TILE_PX, number // COLUMNS * TILE_PX
        data = encode(
            SCENE.crop((left, top, left + TILE_PX, top + TILE_PX)), "HEIF", quality=95, chroma=420
        )
        meta = next(one for one in boxes_of(data, 0, len(data)) if one[0] == b"meta")
        items = read_items(data, meta[1] + 4, meta[2])
        properties = heif_tiles._read_properties(data, meta[1] + 4, meta[2])[items.primary]
        configurations.add(dict(properties)[b"hvcC"])
        pictures.append(b"".join(data[a:b] for a, b in items.places[items.primary]))
    (configuration,) = configurations
    return configuration, pictures


def grid_heif(
    size_px: tuple[int, int] = SCENE.size,
    quarters: int = 0,
    colour: bytes = NCLX,
    further: bytes = b"",
) -> bytes:
    """Lay the tiles out as a phone does.

    Args:
        size_px: What is shown of them, before it is turned.
        quarters: How often it is turned counter-clockwise.
        colour: Content of the `colr` box.
        further: A property more of the whole.
    """
    configuration, pictures = tiles()
    count = len(pictures)
    side = struct.pack(">II", TILE_PX, TILE_PX)
    properties = [
        box(b"hvcC", configuration),
        full(b"ispe", side),
        full(b"ispe", struct.pack(">II", *size_px)),
        box(b"irot", bytes([quarters])),
        box(b"colr", colour),
    ]
    of_grid = [3, 5, 4]
    if further:
        properties.append(further)
        of_grid.append(6)
    associations = struct.pack(">HB", 1, len(of_grid)) + bytes(of_grid)
    for number in range(count):
        associations += struct.pack(">HB", number + 2, 2) + bytes([0x81, 2])
    kinds = [b"grid"] + [b"hvc1"] * count
    entries = b"".join(
        full(b"infe", struct.pack(">HH", number + 1, 0) + kind + b"\0", version=2)
        for number, kind in enumerate(kinds)
    )
    to_tiles = struct.pack(f">HH{count}H", 1, count, *range(2, count + 2))
    layout = struct.pack(">BBBBHH", 0, 0, ROWS - 1, COLUMNS - 1, *size_px)

    def meta(first: int) -> bytes:
        places = struct.pack(">HHHHII", 1, 1, 0, 1, 0, len(layout))
        at = first
        for number, picture in enumerate(pictures):
            places += struct.pack(">HHHHII", number + 2, 0, 0, 1, at, len(picture))
            at += len(picture)
        return full(
            b"meta",
            full(b"hdlr", struct.pack(">I4s12xx", 0, b"pict"))
            + full(b"pitm", struct.pack(">H", 1))
            + full(b"iloc", struct.pack(">BBH", 0x44, 0, count + 1) + places, version=1)
            + full(b"iinf", struct.pack(">H", count + 1) + entries)
            + full(b"iref", box(b"dimg", to_tiles))
            + box(
                b"iprp",
                box(b"ipco", b"".join(properties))
                + full(b"ipma", struct.pack(">I", count + 1) + associations),
            )
            + box(b"idat", layout),
        )

    brands = box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    first = len(brands) + len(meta(0)) + 8
    return brands + meta(first) + box(b"mdat", b"".join(pictures))


def shown(data: bytes) -> Image.Image:
    """What libheif makes of a file."""
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGB")


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("size_px", [SCENE.size, (COLUMNS * TILE_PX - 64, ROWS * TILE_PX - 32)])
def test_tiles_are_shown_as_libheif_shows_them(size_px: tuple[int, int], quarters: int) -> None:
    data = grid_heif(size_px, quarters)
    expected = shown(data)
    loaded = load_tiles(data, 8)
    assert loaded is not None
    levels, factor = loaded
    assert factor == 8
    assert levels.shape == (expected.height // 8, expected.width // 8, 3)
    differences = np.abs(levels.astype(int) - np.asarray(expected.reduce(8)))
    assert differences.mean() < LEVELS / 2
    assert differences.max() <= 2 * LEVELS


def test_a_factor_that_divides_no_tile_gives_way() -> None:
    loaded = load_tiles(grid_heif((500, 380)), 6)
    assert loaded is not None
    assert loaded[1] == 4


def test_a_photo_of_tiles_is_read_like_any_other() -> None:
    data = grid_heif(quarters=1)
    photo = decode_bytes(data, "IMG_1.HEIC", LIMITS)
    same = decode_bytes(encode(shown(data), "PNG"), "same.png", LIMITS)
    assert (photo.facts.width_px, photo.facts.height_px) == SCENE.size[::-1]
    assert photo.facts.decodes_in_full is None
    assert np.abs(photo.grey.astype(int) - same.grey).max() <= 2 * LEVELS
    assert np.abs(photo.chroma.astype(int) - same.chroma).max() <= 2 * LEVELS


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(encode(SCENE, "HEIF"), id="one picture"),
        pytest.param(grid_heif(further=box(b"imir", b"\0")), id="mirrored"),
        pytest.param(
            grid_heif(colour=b"nclx" + struct.pack(">HHHB", 9, 16, 9, 0x80)), id="other colours"
        ),
        pytest.param(grid_heif()[:-2000], id="broken off"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_phones_do_not_build_is_left_to_libheif(data: bytes) -> None:
    assert load_tiles(data, 8) is None


def test_a_missing_tile_is_left_to_libheif() -> None:
    data = bytearray(grid_heif())
    last = tiles()[1][-1]
    at = data.rindex(last)
    data[at + 4 : at + len(last)] = bytes(len(last) - 4)
    assert load_tiles(bytes(data), 8) is None


@given(st.data())
def test_anything_may_be_written_into_the_boxes(data: st.DataObject) -> None:
    whole = bytearray(grid_heif())
    end = whole.index(b"mdat")
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, end - 1))] = data.draw(st.integers(0, 255))
    loaded = load_tiles(bytes(whole), 8)
    assert loaded is None or loaded[0].ndim == 3


def test_tiles_that_all_lie_in_one_place_are_not_multiplied() -> None:
    data = grid_heif()
    at = data.index(tiles()[1][0])
    for number, picture in enumerate(tiles()[1]):
        place = struct.pack(">HHHHI", number + 2, 0, 0, 1, data.index(picture))
        data = data.replace(
            place + struct.pack(">I", len(picture)),
            struct.pack(">HHHHII", number + 2, 0, 0, 1, at, len(data) - at),
        )
    assert load_tiles(data, 8) is None


@given(st.lists(st.integers(0, 5000)))
def test_numbers_in_exponential_golomb_code_are_read_back(numbers: list[int]) -> None:
    bits = "".join("0" * ((n + 1).bit_length() - 1) + f"{n + 1:b}" for n in numbers)
    bits += "0" * (-len(bits) % 8)
    content = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    reader = heif_tiles._Bits(content)
    assert [reader.number() for _ in numbers] == numbers
