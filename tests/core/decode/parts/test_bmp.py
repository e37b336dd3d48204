import struct

import numpy as np
import pytest
from PIL import Image

from dupefinder.core.decode.parts.bmp import bmp_parts
from dupefinder.core.file_parts import PartKind
from tests.core.decode.parts.containers import BMP, PICTURE, pixels_of
from tests.core.pictures import encode


def kinds(data: bytes) -> list[PartKind]:
    return [kind for kind, *_ in bmp_parts(data)]


def with_head(length: int, rest: bytes) -> bytes:
    """A BMP whose head is longer, with something in it."""
    head = struct.pack("<I", length) + BMP[18:54] + rest.ljust(length - 40, b"\0")
    return BMP[:10] + struct.pack("<I", 14 + length) + head + BMP[54:]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("width_px", [61, 62, 63, 64])
def test_encoded_files_have_no_parts(mode: str, width_px: int) -> None:
    shown = PICTURE.resize((width_px, 40)).convert("RGB" if mode == "RGBA" else mode)
    assert kinds(encode(shown.convert(mode), "BMP")) == []


def test_opacity_where_nothing_should_be_is_a_part() -> None:
    """Programs keep it in 32-bit files, and decoders pass over it."""
    transparent = PICTURE.convert("RGBA")
    assert kinds(encode(transparent, "BMP")) == []
    levels = np.arange(PICTURE.width * PICTURE.height, dtype=np.uint8)
    transparent.putalpha(Image.fromarray(levels.reshape(PICTURE.height, PICTURE.width)))
    data = encode(transparent, "BMP")
    assert pixels_of(data) == pixels_of(BMP)
    assert kinds(data) == [PartKind.AUXILIARY_IMAGE]


def test_the_room_behind_each_row_may_hold_something() -> None:
    odd = PICTURE.resize((61, 40))
    data = encode(odd, "BMP")
    hidden = data[:-1] + b"!"
    assert pixels_of(hidden) == pixels_of(data)
    assert kinds(hidden) == [PartKind.APPLICATION_DATA]


@pytest.mark.parametrize(
    ("length", "rest", "found"),
    [
        (40, b"", []),
        (124, b"", []),
        (124, bytes(20) + b"primaries", [PartKind.COLOURS]),
        (108, bytes(60) + b"curves", [PartKind.COLOURS]),
        (64, b"said", [PartKind.APPLICATION_DATA]),
        (56, b"masks", []),
    ],
)
def test_a_longer_head(length: int, rest: bytes, found: list[PartKind]) -> None:
    assert kinds(with_head(length, rest)) == found


def test_a_file_that_breaks_off_is_refused() -> None:
    with pytest.raises((struct.error, ValueError)):
        kinds(BMP[:-100])
