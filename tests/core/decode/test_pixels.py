import io
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_file
from dupefinder.core.decode.pixels import digest_pixels
from dupefinder.core.records import ProblemCode
from tests.core.pictures import (
    dng,
    encode,
    icc_profile,
    in_colours,
    jpeg,
    laid,
    orientation_exif,
    png,
    textured,
)

LIMITS = DecodeLimits()
PICTURE = textured(64, 48, seed=1)
OTHER = textured(64, 48, seed=2)

Digest = Callable[[bytes], bytes | None]


@pytest.fixture
def digest(tmp_path: Path) -> Digest:
    def of(content: bytes) -> bytes | None:
        path = tmp_path / "photo"
        path.write_bytes(content)
        return digest_pixels(str(path), decode_file(str(path), LIMITS).facts, LIMITS)

    return of


def levels(picture: Image.Image, dtype: str) -> np.ndarray[tuple[int, ...], np.dtype[np.integer]]:
    """16-bit samples that an 8-bit reading turns into the picture itself."""
    return np.asarray(picture).astype(dtype) * 257


def test_lossless_formats_show_the_same_pixels(digest: Digest) -> None:
    expected = digest(encode(PICTURE, "PNG"))
    assert expected is not None
    assert len(expected) == 32
    for content in (
        encode(PICTURE, "PNG", compress_level=0),
        encode(PICTURE, "TIFF", compression="tiff_lzw"),
        encode(PICTURE, "BMP"),
        encode(PICTURE, "WEBP", lossless=True),
        encode(PICTURE, "JPEG2000", irreversible=False),
        encode(PICTURE, "PPM"),
        encode(PICTURE, "SGI"),
    ):
        assert digest(content) == expected


def test_a_jpeg_shows_what_it_decodes_to(digest: Digest, tmp_path: Path) -> None:
    content = jpeg(PICTURE)
    (tmp_path / "a.jpg").write_bytes(content)
    with Image.open(tmp_path / "a.jpg") as opened:
        exported = encode(opened.convert("RGB"), "PNG")
    assert digest(content) == digest(exported)
    assert digest(content) != digest(encode(PICTURE, "PNG"))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["PNG", "TIFF"])
def test_the_orientation_is_applied_first(digest: Digest, orientation: int, format_: str) -> None:
    stored = laid(PICTURE, orientation)
    content = encode(stored, format_, exif=orientation_exif(orientation))
    assert digest(content) == digest(encode(PICTURE, "PNG"))


@pytest.mark.parametrize("orientation", range(2, 9))
def test_the_arrangement_of_pixels_counts(digest: Digest, orientation: int) -> None:
    assert digest(encode(laid(PICTURE, orientation), "PNG")) != digest(encode(PICTURE, "PNG"))


def test_one_pixel_makes_a_difference(digest: Digest) -> None:
    touched = PICTURE.copy()
    red, green, blue = np.asarray(PICTURE)[47, 63].tolist()
    touched.putpixel((63, 47), (red, green, blue ^ 1))
    assert digest(encode(touched, "PNG")) != digest(encode(PICTURE, "PNG"))


def test_size_counts_where_the_bytes_agree(digest: Digest) -> None:
    wide, tall = Image.new("L", (60, 20), 9), Image.new("L", (20, 60), 9)
    assert digest(encode(wide, "PNG")) != digest(encode(tall, "PNG"))


def test_mode_counts(digest: Digest) -> None:
    grey = PICTURE.convert("L")
    assert digest(encode(grey, "PNG")) != digest(encode(grey.convert("RGB"), "PNG"))


def test_a_palette_is_no_property_of_the_picture(digest: Digest) -> None:
    palette = in_colours(PICTURE, 32)
    shown = digest(encode(palette.convert("RGB"), "PNG"))
    turned_round = palette.remap_palette(list(reversed(range(32))))
    assert digest(encode(palette, "PNG")) == shown
    assert digest(encode(turned_round, "PNG")) == shown
    assert digest(encode(palette, "GIF")) == shown


@pytest.mark.parametrize("picture", [PICTURE, PICTURE.convert("L"), in_colours(PICTURE, 32)])
def test_a_transparent_colour_counts(digest: Digest, picture: Image.Image) -> None:
    colours = [(1, 2, 3), (3, 2, 1)] if picture.mode == "RGB" else [1, 3]
    contents = [encode(picture, "PNG")]
    contents += [encode(picture, "PNG", transparency=colour) for colour in colours]
    assert len({digest(content) for content in contents}) == 3


def test_alpha_counts(digest: Digest) -> None:
    opaque = PICTURE.convert("RGBA")
    clear = opaque.copy()
    clear.putalpha(254)
    digests = [digest(encode(picture, "PNG")) for picture in (PICTURE, opaque, clear)]
    assert len(set(digests)) == 3


def test_alpha_beside_a_palette_counts(digest: Digest) -> None:
    palette = in_colours(PICTURE.convert("RGBA"), 16)
    contents = []
    for alpha in (255, 100):
        stored = palette.convert("PA")
        stored.putalpha(alpha)
        contents.append(encode(stored, "TIFF"))
    assert digest(contents[0]) != digest(contents[1])


def test_bit_depth_counts(digest: Digest) -> None:
    grey = PICTURE.convert("L")
    deep = Image.fromarray(levels(grey, "<u2"))
    assert digest(encode(deep, "PNG")) not in (None, digest(encode(grey, "PNG")))
    touched = np.asarray(deep).copy()
    touched[0, 0] ^= 1
    assert digest(encode(Image.fromarray(touched), "PNG")) != digest(encode(deep, "PNG"))


def deep_png() -> bytes:
    rows = b"".join(b"\x00" + row.tobytes() for row in levels(PICTURE, ">u2"))
    return png(64, 48, 16, 2, rows)


def deep_ppm() -> bytes:
    return b"P6 64 48 65535\n" + levels(PICTURE, ">u2").tobytes()


def deep_sgi() -> bytes:
    return encode(PICTURE, "SGI", bpc=2)


def deep_tiff() -> bytes:
    content = bytearray(encode(PICTURE, "TIFF"))
    (directory,) = struct.unpack_from("<I", content, 4)
    (count,) = struct.unpack_from("<H", content, directory)
    samples = len(content)
    content += levels(PICTURE, "<u2").tobytes()
    for place in range(directory + 2, directory + 2 + 12 * count, 12):
        (tag,) = struct.unpack_from("<H", content, place)
        if tag == 258:
            (values,) = struct.unpack_from("<I", content, place + 8)
            struct.pack_into("<3H", content, values, 16, 16, 16)
        elif tag == 273:
            struct.pack_into("<I", content, place + 8, samples)
        elif tag == 279:
            struct.pack_into("<I", content, place + 8, 64 * 48 * 6)
    return bytes(content)


def deep_heif() -> bytes:
    buffer = io.BytesIO()
    heif = pillow_heif.from_bytes("RGB;16", (64, 48), levels(PICTURE, "<u2").tobytes())
    heif.save(buffer, quality=-1)
    return buffer.getvalue()


@pytest.mark.parametrize("make", [deep_png, deep_ppm, deep_sgi, deep_tiff, deep_heif])
def test_depths_that_pillow_reduces_give_no_digest(
    digest: Digest, make: Callable[[], bytes]
) -> None:
    assert digest(make()) is None


def test_a_deep_jpeg_2000_gives_no_digest(digest: Digest) -> None:
    content = bytearray(encode(PICTURE, "JPEG2000"))
    assert digest(bytes(content)) is not None
    # The third component alone is deeper: Pillow reads it as it reads the others.
    at = content.index(b"\xff\x4f\xff\x51") + 2
    assert content[at + 40 : at + 49 : 3] == bytes((7, 7, 7))
    content[at + 46] = 11
    assert digest(bytes(content)) is None


def test_a_deep_avif_gives_no_digest(digest: Digest) -> None:
    content = bytearray(encode(PICTURE, "AVIF"))
    assert digest(bytes(content)) is not None
    content[content.index(b"av1C") + 6] |= 0x40
    at = content.index(b"pixi") + 8  # has to agree
    assert content[at : at + 4] == b"\x03\x08\x08\x08"
    content[at + 1 : at + 4] = b"\x0a\x0a\x0a"
    assert digest(bytes(content)) is None


def test_every_frame_counts(digest: Digest) -> None:
    one = encode(PICTURE, "TIFF")
    same_again = encode(PICTURE, "TIFF", save_all=True, append_images=[PICTURE])
    another = encode(PICTURE, "TIFF", save_all=True, append_images=[OTHER])
    assert len({digest(one), digest(same_again), digest(another)}) == 3
    films = [
        encode(PICTURE, format_, save_all=True, append_images=[last])
        for format_ in ("GIF", "PNG")
        for last in (OTHER, PICTURE.transpose(Image.Transpose.ROTATE_180))
    ]
    assert len({digest(film) for film in films}) == 4


def test_the_colour_profile_counts(digest: Digest) -> None:
    contents = [
        encode(PICTURE, "PNG"),
        encode(PICTURE, "PNG", icc_profile=icc_profile()),
        encode(PICTURE, "PNG", icc_profile=icc_profile(wide=True)),
    ]
    assert len({digest(content) for content in contents}) == 3


def test_metadata_do_not_count(digest: Digest) -> None:
    assert digest(jpeg(PICTURE, comment=b"hello")) == digest(jpeg(PICTURE))


def test_raw_and_broken_off_pictures_give_no_digest(digest: Digest) -> None:
    assert digest(dng(PICTURE, jpeg(PICTURE))) is None
    large = jpeg(textured(640, 480))
    assert digest(large[: len(large) * 3 // 4]) is None


def test_a_picture_cut_off_after_the_scan_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg())
    facts = decode_file(str(path), LIMITS).facts
    path.write_bytes(jpeg()[:2000])
    with pytest.raises(DecodeFailed) as failed:
        digest_pixels(str(path), facts, LIMITS)
    assert failed.value.code is ProblemCode.DAMAGED
    path.unlink()
    with pytest.raises(DecodeFailed) as failed:
        digest_pixels(str(path), facts, LIMITS)
    assert failed.value.code is ProblemCode.VANISHED


def test_a_too_large_picture_is_not_decoded(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(encode(PICTURE, "TIFF", save_all=True, append_images=[textured(200, 200)]))
    facts = decode_file(str(path), LIMITS).facts
    for limit_bytes in (64 * 48 * 4 - 1, 200 * 200 * 4 - 1):  # the first page, the second
        with pytest.raises(DecodeFailed) as failed:
            digest_pixels(str(path), facts, replace(LIMITS, max_memory_bytes=limit_bytes))
        assert failed.value.code is ProblemCode.TOO_LARGE
    assert digest_pixels(str(path), facts, replace(LIMITS, max_memory_bytes=160_000)) is not None
