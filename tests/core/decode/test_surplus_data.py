"""Data behind the pixels, within the coded data of a picture."""

import io
import struct
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.decode.pixels import digest_pixels_of
from dupefinder.core.decode.surplus_data import has_rest
from dupefinder.core.proof.files import PairProver, ScannedPhoto
from dupefinder.core.records import ProofVerdict
from tests.core.pictures import encode, in_colours, textured

LIMITS = DecodeLimits()
PICTURE = textured(150, 100)
RESTS = st.binary(min_size=24, max_size=300).filter(lambda rest: len(set(rest[-16:])) > 4)
With = Callable[[bytes, bytes], bytes]


def chunk(name: bytes, content: bytes) -> bytes:
    crc = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + crc


def png_parts(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Head, data and end of a PNG."""
    start, end = data.index(b"IDAT") - 4, data.index(b"IEND") - 4
    coded, place = b"", start
    while place < end:
        (size,) = struct.unpack_from(">I", data, place)
        coded += data[place + 8 : place + 8 + size]
        place += 12 + size
    return data[:start], coded, data[end:]


def behind_zlib(data: bytes, rest: bytes) -> bytes:
    head, coded, end = png_parts(data)
    return head + chunk(b"IDAT", coded + rest) + end


def in_another_chunk(data: bytes, rest: bytes) -> bytes:
    head, coded, end = png_parts(data)
    return head + chunk(b"IDAT", coded) + chunk(b"IDAT", rest) + end


def more_rows(data: bytes, rest: bytes) -> bytes:
    head, coded, end = png_parts(data)
    return head + chunk(b"IDAT", zlib.compress(zlib.decompress(coded) + rest)) + end


def behind_lzw(data: bytes, rest: bytes) -> bytes:
    blocks = b"".join(
        bytes((len(rest[at : at + 255]),)) + rest[at : at + 255] for at in range(0, len(rest), 255)
    )
    return data[:-2] + blocks + data[-2:]


def behind_vp8(data: bytes, rest: bytes) -> bytes:
    place = data.index(b"VP8", 12)
    (size,) = struct.unpack_from("<I", data, place + 4)
    coded = data[place + 8 : place + 8 + size] + rest
    whole = data[8 : place + 4] + struct.pack("<I", len(coded)) + coded + b"\0" * (len(coded) % 2)
    whole += data[place + 8 + size + size % 2 :]
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def behind_strip(data: bytes, rest: bytes) -> bytes:
    """The only strip moved to the end of the file, where there is room for more."""
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    fields = {
        struct.unpack_from("<H", data, place)[0]: place
        for place in range(start + 2, start + 2 + 12 * count, 12)
    }
    (at,), (size,) = (struct.unpack_from("<I", data, fields[number] + 8) for number in (273, 279))
    strip = data[at : at + size] + rest
    moved = bytearray(data[:at] + bytes(size) + data[at + size :])
    struct.pack_into("<HHII", moved, fields[273], 273, 4, 1, len(data))
    struct.pack_into("<HHII", moved, fields[279], 279, 4, 1, len(strip))
    return bytes(moved) + strip


def fewer_rows(data: bytes) -> bytes:
    """A TIFF of strips that says it has half as many rows."""
    whole = bytearray(data)
    (start,) = struct.unpack_from("<I", data, 4)
    at = data.index(struct.pack("<H", 257), start)
    struct.pack_into("<HHII", whole, at, 257, 4, 1, PICTURE.height // 2)
    return bytes(whole)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate"])
def test_strips_below_the_last_row_are_a_rest(compression: str) -> None:
    data = encode(PICTURE, "TIFF", compression=compression, tiffinfo={278: 10})
    assert not has_rest(data, "TIFF")
    assert has_rest(fewer_rows(data), "TIFF")


def tiff(compression: str) -> bytes:
    return encode(PICTURE, "TIFF", compression=compression, tiffinfo={278: PICTURE.height})


def behind_opacity(data: bytes, rest: bytes) -> bytes:
    place = data.index(b"ALPH", 12)
    (size,) = struct.unpack_from("<I", data, place + 4)
    coded = data[place + 8 : place + 8 + size] + rest
    whole = data[8 : place + 4] + struct.pack("<I", len(coded)) + coded + b"\0" * (len(coded) % 2)
    whole += data[place + 8 + size + size % 2 :]
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


TRANSPARENT = PICTURE.copy()
TRANSPARENT.putalpha(PICTURE.convert("L").point(lambda level: level // 2 + 100))
PNG = encode(PICTURE, "PNG")
CASES: dict[str, tuple[str, bytes, With]] = {
    "behind zlib": ("PNG", PNG, behind_zlib),
    "in another chunk": ("PNG", PNG, in_another_chunk),
    "more rows": ("PNG", PNG, more_rows),
    "few colours": ("PNG", encode(in_colours(PICTURE, 7), "PNG", bits=4), more_rows),
    "GIF": ("GIF", encode(in_colours(PICTURE, 200), "GIF"), behind_lzw),
    "GIF of two colours": ("GIF", encode(PICTURE.convert("1"), "GIF"), behind_lzw),
    "interlaced GIF": ("GIF", encode(in_colours(PICTURE, 64), "GIF", interlace=1), behind_lzw),
    "WebP": ("WEBP", encode(PICTURE, "WEBP", quality=80), behind_vp8),
    "lossless WebP": ("WEBP", encode(PICTURE, "WEBP", lossless=True), behind_vp8),
    "opacity of a WebP": ("WEBP", encode(TRANSPARENT, "WEBP", quality=80), behind_opacity),
    "plain TIFF": ("TIFF", tiff("raw"), behind_strip),
    "TIFF with LZW": ("TIFF", tiff("tiff_lzw"), behind_strip),
    "TIFF with zlib": ("TIFF", tiff("tiff_adobe_deflate"), behind_strip),
    "TIFF with runs": ("TIFF", tiff("packbits"), behind_strip),
}
BY_NAME = pytest.mark.parametrize("case", CASES)


def pixels_of(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").tobytes()


def scanned(data: bytes) -> ScannedPhoto:
    photo = decode_bytes(data, "photo", LIMITS)
    return ScannedPhoto(("photo",), blake3(data).digest(), photo.facts, data)


@BY_NAME
@settings(max_examples=15)
@given(rest=RESTS)
def test_a_rest_is_found(case: str, rest: bytes) -> None:
    format_, plain, with_rest = CASES[case]
    rich = with_rest(plain, rest)
    assert pixels_of(rich) == pixels_of(plain)
    assert has_rest(rich, format_)


@BY_NAME
def test_a_photo_with_hidden_data_never_goes_for_one_without(case: str) -> None:
    _, plain, with_rest = CASES[case]
    poor, rich = scanned(plain), scanned(with_rest(plain, b"grandma wrote a letter at the sea"))
    assert poor.content is not None
    assert rich.content is not None
    assert digest_pixels_of(poor.content, poor.facts, LIMITS) is not None
    assert digest_pixels_of(rich.content, rich.facts, LIMITS) is None
    prover = PairProver(LIMITS)
    assert prover.prove(rich, poor).proof.verdict is ProofVerdict.UNDECIDED
    assert prover.prove(poor, rich).proof.verdict is ProofVerdict.CONTAINED
    assert not prover.prove_again(rich, poor)
    assert prover.prove_again(poor, rich)


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (64, 64), (150, 100), (333, 2)])
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_encoded_files_have_no_rest(size: tuple[int, int], mode: str) -> None:
    picture = textured(256, 128).resize(size)
    shown = in_colours(picture, 90) if mode == "P" else picture.convert(mode.replace("I;16", "I"))
    shown = shown.convert(mode) if mode == "I;16" else shown
    made: list[tuple[str, dict[str, Any]]] = [("PNG", {}), ("PNG", {"optimize": True})]
    kinds = ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits")
    made += [("TIFF", {"compression": kind}) for kind in kinds]
    if mode in ("1", "L", "P"):
        made += [("GIF", {}), ("GIF", {"interlace": 1})]
    if mode in ("RGB", "RGBA"):
        made += [("WEBP", {}), ("WEBP", {"lossless": True}), ("WEBP", {"quality": 1})]
    for format_, options in made:
        assert not has_rest(encode(shown, format_, **options), format_), (format_, options)


@pytest.mark.filterwarnings("ignore:Truncated File Read")
@given(data=st.binary(max_size=400), format_=st.sampled_from(["PNG", "GIF", "WEBP", "TIFF"]))
def test_any_bytes_are_looked_at(data: bytes, format_: str) -> None:
    plain = next(plain for one, plain, _ in CASES.values() if one == format_)
    for damaged in (data, plain[:60] + data, plain[:-60] + data):
        has_rest(damaged, format_)


@pytest.mark.parametrize(
    "data",
    [
        encode(PICTURE, "TIFF", compression="jpeg"),
        encode(PICTURE.convert("1"), "TIFF", compression="group4"),
        encode(PICTURE, "TIFF", compression="zstd"),
        encode(PICTURE, "WEBP", save_all=True, append_images=[PICTURE.rotate(180)]),
        b"II*\0",
    ],
)
def test_data_with_an_unknown_end_may_have_a_rest(data: bytes) -> None:
    assert has_rest(data, "WEBP" if data[:4] == b"RIFF" else "TIFF")


def test_zeros_without_end_keep_nobody_waiting() -> None:
    head, coded, end = png_parts(PNG)
    zeros = zlib.compress(zlib.decompress(coded) + bytes(300 << 20), 9)
    began_s = time.process_time()
    assert has_rest(head + chunk(b"IDAT", zeros) + end, "PNG")
    assert time.process_time() - began_s < 5
