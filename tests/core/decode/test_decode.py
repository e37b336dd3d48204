import io
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import imagehash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin

from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_bytes, decode_file
from dupefinder.core.decode.file_content import digest_parts_of, read_parts_digest
from dupefinder.core.decode.jpeg_structure import JPEG_END
from dupefinder.core.decode.kept_pixels import CHROMA_SIDE_PX, GREY_SIDE_PX, THUMBNAIL_SIDE_PX
from dupefinder.core.fingerprint import FINGERPRINTS, Words, hamming_bits, pack_bits
from dupefinder.core.photo_facts import DecodedPhoto, PhotoFacts
from dupefinder.core.records import ProblemCode
from tests.core.pictures import (
    camera_exif,
    dng,
    encode,
    film,
    icc_profile,
    in_colours,
    jpeg,
    laid,
    orientation_exif,
    png,
    png_chunk,
    textured,
    with_segment,
    with_xmp,
)

# The engine keeps Pillow's words about odd metadata from standard error; here they are no fault.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

LIMITS = DecodeLimits()
SCENE = textured(640, 480)
SMALL = textured(120, 90)


def decode(data: bytes, path: str = "photo", limits: DecodeLimits = LIMITS) -> DecodedPhoto:
    return decode_bytes(data, path, limits)


def code_of(data: bytes, path: str = "photo", limits: DecodeLimits = LIMITS) -> ProblemCode:
    with pytest.raises(DecodeFailed) as failed:
        decode_bytes(data, path, limits)
    return failed.value.code


def attempt(data: bytes, path: str = "photo") -> DecodedPhoto | DecodeFailed:
    try:
        return decode(data, path)
    except DecodeFailed as failed:
        return failed


def words(photo: DecodedPhoto, kind: str) -> Words:
    return FINGERPRINTS[kind].of_greys(photo.grey[None])[:, 0]


def bits_apart(a: DecodedPhoto, b: DecodedPhoto, kind: str) -> int:
    return int(hamming_bits(words(a, kind), words(b, kind))[0])


def level_apart(a: DecodedPhoto, b: DecodedPhoto) -> float:
    """Mean difference of two greys in grey levels."""
    return float(np.abs(a.grey.astype(int) - b.grey).mean())


def thumbnail(photo: DecodedPhoto) -> Image.Image:
    return Image.open(io.BytesIO(photo.thumbnail_jpeg))


REFERENCE = decode(jpeg(SCENE, quality=95))


def sixteen_bit(picture: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)


def dithered(picture: Image.Image) -> Image.Image:
    """256 colours as a painting program makes them; without dither, smooth areas turn to bands."""
    return picture.quantize(palette=in_colours(picture, 256))


def png_rgb16(picture: Image.Image) -> bytes:
    samples = (np.asarray(picture).astype(">u2") * 257).reshape(picture.height, -1)
    rows = b"".join(b"\x00" + row.tobytes() for row in samples)
    return png(picture.width, picture.height, 16, 2, rows)


FILES: dict[str, tuple[Callable[[], bytes], str, str, int, bool]] = {
    # name: content, format, mode, bits per channel, lossless
    "jpeg": (lambda: jpeg(SCENE), "JPEG", "RGB", 8, False),
    "jpeg progressive": (lambda: jpeg(SCENE, progressive=True), "JPEG", "RGB", 8, False),
    "jpeg grey": (lambda: jpeg(SCENE.convert("L")), "JPEG", "L", 8, False),
    "jpeg cmyk": (lambda: jpeg(SCENE.convert("CMYK")), "JPEG", "CMYK", 8, False),
    "jpeg rgb": (lambda: jpeg(SCENE, keep_rgb=True), "JPEG", "RGB", 8, False),
    "mpo": (
        lambda: encode(SCENE, "MPO", save_all=True, append_images=[SMALL], quality=90),
        "MPO", "RGB", 8, False,
    ),
    "png": (lambda: encode(SCENE, "PNG"), "PNG", "RGB", 8, True),
    "png interlaced": (lambda: interlaced_png(SCENE), "PNG", "RGB", 8, True),
    "png 16-bit rgb": (lambda: png_rgb16(SCENE), "PNG", "RGB", 16, True),
    "png 16-bit grey": (lambda: encode(sixteen_bit(SCENE), "PNG"), "PNG", "I;16", 16, True),
    "png palette": (
        lambda: encode(dithered(SCENE), "PNG"),
        "PNG", "P", 8, True,
    ),
    "png black and white": (lambda: encode(SCENE.convert("1"), "PNG"), "PNG", "1", 8, True),
    "png with alpha": (lambda: encode(SCENE.convert("RGBA"), "PNG"), "PNG", "RGBA", 8, True),
    "heif": (lambda: encode(SCENE, "HEIF", quality=90), "HEIF", "RGB", 8, False),
    "avif": (lambda: encode(SCENE, "AVIF", quality=90), "AVIF", "RGB", 8, False),
    "webp": (lambda: encode(SCENE, "WEBP", quality=90), "WEBP", "RGB", 8, False),
    "tiff": (lambda: encode(SCENE, "TIFF"), "TIFF", "RGB", 8, True),
    "tiff lzw": (
        lambda: encode(SCENE, "TIFF", compression="tiff_lzw"), "TIFF", "RGB", 8, True
    ),
    "tiff jpeg": (
        lambda: encode(SCENE, "TIFF", compression="jpeg", quality=90), "TIFF", "RGB", 8, False
    ),
    "tiff cmyk": (lambda: encode(SCENE.convert("CMYK"), "TIFF"), "TIFF", "CMYK", 8, True),
    "tiff 16-bit": (lambda: encode(sixteen_bit(SCENE), "TIFF"), "TIFF", "I;16", 16, True),
    "tiff float": (
        lambda: encode(Image.fromarray(np.asarray(SCENE.convert("L")) / np.float32(255)), "TIFF"),
        "TIFF", "F", 32, True,
    ),
    "gif": (
        lambda: encode(dithered(SCENE), "GIF"),
        "GIF", "P", 8, False,
    ),
    "bmp": (lambda: encode(SCENE, "BMP"), "BMP", "RGB", 8, True),
    "jpeg 2000": (
        lambda: encode(SCENE, "JPEG2000", quality_layers=[20]), "JPEG2000", "RGB", 8, False
    ),
    "jpeg 2000 codestream": (
        lambda: encode(SCENE, "JPEG2000", no_jp2=True), "JPEG2000", "RGB", 8, False
    ),
    "jpeg 2000 16-bit": (
        lambda: encode(sixteen_bit(SCENE), "JPEG2000"), "JPEG2000", "I;16", 16, False
    ),
    "jpeg 2000 that cannot be halved": (
        lambda: encode(SCENE, "JPEG2000", num_resolutions=1), "JPEG2000", "RGB", 8, False
    ),
    "ppm": (lambda: encode(SCENE, "PPM"), "PPM", "RGB", 8, True),
    "pgm": (lambda: encode(SCENE.convert("L"), "PPM"), "PPM", "L", 8, True),
    "pgm 16-bit": (lambda: encode(sixteen_bit(SCENE), "PPM"), "PPM", "I", 16, True),
    "tga": (lambda: encode(SCENE, "TGA"), "TGA", "RGB", 8, True),
    "pcx": (lambda: encode(SCENE, "PCX"), "PCX", "RGB", 8, True),
}  # fmt: skip


def interlaced_png(picture: Image.Image) -> bytes:
    """Write Adam7 passes by hand; Pillow writes none."""
    pixels = np.asarray(picture)
    starts = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
              (1, 0, 2, 1))  # fmt: skip
    rows = b"".join(
        b"\x00" + row.tobytes()
        for top, left, down, right in starts
        for row in pixels[top::down, left::right]
    )
    header = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 2, 0, 0, 1)
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")
    )  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_every_format_shows_the_same_picture(name: str) -> None:
    make, format_, mode, bits, is_lossless = FILES[name]
    photo = decode(make())
    facts = photo.facts
    assert (facts.format, facts.mode, facts.bits_per_channel) == (format_, mode, bits)
    assert (facts.width_px, facts.height_px) == SCENE.size
    assert facts.is_lossless is is_lossless
    assert facts.decodes_in_full is True
    assert not facts.is_raw
    assert bits_apart(photo, REFERENCE, "phash-64") <= 2
    assert bits_apart(photo, REFERENCE, "phash-256") <= 10
    assert thumbnail(photo).size in ((320, 240), (240, 180))


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (1111, 777), (640, 480), (320, 200)])
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "JPEG2000"])
def test_fingerprints_are_those_of_the_full_picture(size: tuple[int, int], format_: str) -> None:
    if format_ != "JPEG" and size[0] * size[1] > 2_000_000:
        size = (size[0] // 2, size[1] // 2)
    photo = decode(encode(resized(size), format_))
    for kind, side in (("phash-64", 8), ("phash-256", 16)):
        assert hamming_bits(words(photo, kind)[0], oracle(size, side)) <= side * side // 32


@cache
def resized(size: tuple[int, int]) -> Image.Image:
    """The scene in another size; not to be changed."""
    return SCENE.resize(size, Image.Resampling.BICUBIC)


@cache
def oracle(size: tuple[int, int], side: int) -> Words:
    """The hash of the scene in another size by another program."""
    return pack_bits(imagehash.phash(resized(size), side).hash.ravel())


@cache
def decoded_plain(size: tuple[int, int]) -> DecodedPhoto:
    return decode(jpeg(resized(size)))


@pytest.mark.parametrize("format_", ["PNG", "TIFF", "BMP", "PPM", "TGA", "PCX"])
def test_the_same_pixels_give_the_same_small_picture(format_: str) -> None:
    picture = textured(700, 500)
    first, second = (
        decode(encode(picture, "PNG", compress_level=1)),
        decode(encode(picture, format_)),
    )
    assert np.array_equal(first.grey, second.grey)
    assert np.array_equal(first.chroma, second.chroma)
    assert first.thumbnail_jpeg == second.thumbnail_jpeg


def test_a_decoded_photo_has_the_documented_shapes() -> None:
    photo = decode(jpeg(SCENE))
    assert photo.grey.shape == (GREY_SIDE_PX, GREY_SIDE_PX)
    assert photo.chroma.shape == (2, CHROMA_SIDE_PX, CHROMA_SIDE_PX)
    assert photo.grey.dtype == photo.chroma.dtype == np.uint8
    assert len(photo.digest) == 32
    assert len(photo.parts_digest) == 16
    assert photo.facts.sharpness > 0
    assert photo.facts.contrast == pytest.approx(photo.grey.std())


def test_the_chroma_tells_colours() -> None:
    blue_left = Image.new("RGB", (200, 100), (255, 0, 0))
    blue_left.paste((0, 0, 255), (0, 0, 100, 100))
    blueness, redness = decode(encode(blue_left, "PNG")).chroma.astype(int)
    assert blueness[:, :7].min() > 200 > 128 > blueness[:, 9:].max()
    assert redness[:, 9:].min() > 200 > 128 > redness[:, :7].max()


def test_sharpness_tells_a_blurred_picture_from_a_sharp_one() -> None:
    blurred = SCENE.reduce(8).resize(SCENE.size, Image.Resampling.BICUBIC)
    assert decode(jpeg(blurred)).facts.sharpness < decode(jpeg(SCENE)).facts.sharpness / 2


@cache
def upright(format_: str, size: tuple[int, int]) -> DecodedPhoto:
    return decode(encode(textured(*size), format_))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["JPEG", "TIFF", "PNG", "WEBP", "HEIF", "AVIF"])
@pytest.mark.parametrize("size", [(640, 480), (101, 100)])
def test_every_orientation_is_applied_once(
    format_: str, orientation: int, size: tuple[int, int]
) -> None:
    exif = orientation_exif(orientation).tobytes()
    photo = decode(encode(laid(textured(*size), orientation), format_, exif=exif))
    reference = upright(format_, size)
    assert (photo.facts.width_px, photo.facts.height_px) == size
    assert photo.facts.exif_orientation == orientation
    assert level_apart(photo, reference) < 3
    assert bits_apart(photo, reference, "phash-64") <= 2
    assert np.abs(photo.chroma.astype(int) - reference.chroma).mean() < 4
    assert thumbnail(photo).size == thumbnail(reference).size
    shown = np.asarray(thumbnail(photo)).astype(int)
    assert np.abs(shown - np.asarray(thumbnail(reference))).mean() < 6


@pytest.mark.parametrize("size", [(4001, 3000), (2999, 4001), (2001, 2000)])
@pytest.mark.parametrize("orientation", [3, 6, 7])
def test_a_reduced_decode_is_turned_without_a_shift(
    size: tuple[int, int], orientation: int
) -> None:
    exif = orientation_exif(orientation)
    turned = decode(jpeg(laid(resized(size), orientation), exif=exif))
    assert (turned.facts.width_px, turned.facts.height_px) == size
    assert level_apart(turned, decoded_plain(size)) < 0.5


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_thumbnail_inside_a_heif_file_stands_for_it(orientation: int) -> None:
    exif = orientation_exif(orientation).tobytes()
    data = encode(laid(SCENE, orientation), "HEIF", exif=exif, thumbnails=[320], quality=70)
    photo = decode(data)
    assert photo.facts.decodes_in_full is None
    assert (photo.facts.width_px, photo.facts.height_px) == SCENE.size
    assert photo.facts.exif_orientation == orientation
    assert bits_apart(photo, REFERENCE, "phash-64") <= 2
    assert thumbnail(photo).size == (320, 240)


def test_a_page_turned_by_its_tag_is_turned_once_though_others_follow() -> None:
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory[0x0112] = 6
    first, second = laid(SCENE, 6), SMALL.copy()
    data = encode(first, "TIFF", tiffinfo=directory, save_all=True, append_images=[second])
    photo = decode(data)
    assert (photo.facts.width_px, photo.facts.height_px) == SCENE.size
    assert photo.facts.frames == 2
    assert level_apart(photo, decode(encode(SCENE, "TIFF"))) < 0.5


@pytest.mark.parametrize("value", [0, 9, 99, 65535])
def test_an_orientation_that_is_none_turns_nothing(value: int) -> None:
    photo = decode(jpeg(SCENE, exif=orientation_exif(value)))
    assert photo.facts.exif_orientation == 1
    assert np.array_equal(photo.grey, decode(jpeg(SCENE)).grey)


def exif_of(type_: int, count: int, value: bytes) -> bytes:
    """EXIF whose orientation has another type than it should."""
    return (
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01" + struct.pack(">HHI", 0x0112, type_, count)
        + value + bytes(4) + struct.pack(">II", 6, 1)
    )  # fmt: skip


@pytest.mark.parametrize(
    "block",
    [
        exif_of(2, 2, b"6\x00\x00\x00"),
        exif_of(5, 1, struct.pack(">I", 26)),
        exif_of(7, 1, b"\x06\x00\x00\x00"),
        exif_of(11, 1, struct.pack(">f", 6)),
    ],
    ids=["text", "rational", "bytes", "float"],
)
def test_an_orientation_of_another_type_turns_nothing(block: bytes) -> None:
    photo = decode(with_segment(jpeg(SCENE), 0xE1, block))
    assert (photo.facts.width_px, photo.facts.height_px) == SCENE.size
    assert photo.facts.exif_orientation == 1


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "TIFF", "WEBP", "HEIF", "AVIF"])
def test_colours_are_shown_through_the_profile(format_: str) -> None:
    red, green, blue = SCENE.split()
    exchanged = Image.merge("RGB", (blue, green, red))
    options = {"quality": 95} if format_ in ("JPEG", "WEBP", "HEIF", "AVIF") else {}
    profile = icc_profile(swapped=True)
    photo = decode(encode(exchanged, format_, icc_profile=profile, **options))
    assert level_apart(photo, REFERENCE) < 1.5
    assert np.abs(photo.chroma.astype(int) - REFERENCE.chroma).max() < 8
    assert photo.facts.icc_digest is not None
    plain = decode(encode(exchanged, format_, **options))
    assert np.abs(plain.chroma.astype(int) - REFERENCE.chroma).max() > 8
    assert plain.facts.icc_digest is None


def test_a_damaged_profile_is_ignored() -> None:
    for profile in (b"garbage" * 50, icc_profile(swapped=True)[:300]):
        photo = decode(jpeg(SCENE, icc_profile=profile))
        assert np.array_equal(photo.grey, decode(jpeg(SCENE)).grey)
        assert photo.facts.icc_digest is not None


def test_a_profile_of_rgb_in_a_cmyk_picture_is_ignored() -> None:
    cmyk = SCENE.convert("CMYK")
    photo = decode(jpeg(cmyk, icc_profile=icc_profile(wide=True)))
    assert np.array_equal(photo.grey, decode(jpeg(cmyk)).grey)


@pytest.mark.parametrize("name", ["rgba", "grey and alpha", "palette", "colour key", "webp"])
def test_transparency_shows_a_white_background(name: str) -> None:
    hidden = textured(300, 300)
    shown = hidden.copy()
    shown.paste((255, 255, 255), (0, 0, 150, 300))
    alpha = Image.new("L", (300, 300), 255)
    alpha.paste(0, (0, 0, 150, 300))
    rgba = hidden.convert("RGBA")
    rgba.putalpha(alpha)
    if name == "palette":
        palette = in_colours(shown, 255)
        white = palette.getpixel((0, 0))
        data = encode(palette, "PNG", transparency=white)
        shown = in_colours(shown, 255).convert("RGB")
    elif name == "colour key":
        keyed = shown.point([min(level, 254) for level in range(256)] * 3)
        keyed.paste((255, 0, 255), (0, 0, 150, 300))
        data = encode(keyed, "PNG", transparency=(255, 0, 255))
    elif name == "grey and alpha":
        data = encode(rgba.convert("LA"), "PNG")
        shown = shown.convert("L").convert("RGB")
    else:
        options = {"lossless": True, "exact": True} if name == "webp" else {}
        data = encode(rgba, "WEBP" if name == "webp" else "PNG", **options)
    photo, expected = decode(data), decode(encode(shown, "PNG"))
    assert photo.facts.has_alpha
    assert not expected.facts.has_alpha
    assert level_apart(photo, expected) < 1


ANIMATIONS: dict[str, Callable[[list[Image.Image]], bytes]] = {
    "GIF": lambda frames: encode(
        in_colours(frames[0], 255), "GIF", save_all=True,
        append_images=[in_colours(frame, 255) for frame in frames[1:]],
    ),
    "WEBP": lambda frames: encode(
        frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True
    ),
    "PNG": lambda frames: encode(frames[0], "PNG", save_all=True, append_images=frames[1:]),
    "TIFF": lambda frames: encode(frames[0], "TIFF", save_all=True, append_images=frames[1:]),
    "AVIF": lambda frames: encode(
        frames[0], "AVIF", save_all=True, append_images=frames[1:], quality=90
    ),
    "HEIF": lambda frames: encode(
        frames[0], "HEIF", save_all=True, append_images=frames[1:], quality=90
    ),
    "MPO": lambda frames: encode(
        frames[0], "MPO", save_all=True, append_images=frames[1:], quality=90
    ),
}  # fmt: skip


@pytest.mark.parametrize("format_", ANIMATIONS)
def test_the_first_frame_stands_for_all(format_: str) -> None:
    frames = [textured(300, 200, seed) for seed in range(3)]
    photo = decode(ANIMATIONS[format_](frames))
    assert photo.facts.frames == 3
    assert photo.facts.extras == ("frames",)
    assert bits_apart(photo, decode(encode(frames[0], "PNG")), "phash-64") <= 2
    others = decode(ANIMATIONS[format_]([frames[0], frames[2], frames[1]]))
    assert photo.facts.extras_digest != others.facts.extras_digest


def gif(canvas: tuple[int, int], offset: tuple[int, int], frame: Image.Image) -> bytes:
    """Write a GIF whose only frame does not fill the canvas."""
    plain = encode(frame.convert("P", palette=Image.Palette.ADAPTIVE, colors=256), "GIF")
    descriptor = plain.index(b",\x00\x00\x00\x00" + struct.pack("<HH", *frame.size))
    return (
        plain[:6] + struct.pack("<HH", *canvas) + plain[10 : descriptor + 1]
        + struct.pack("<HH", *offset) + plain[descriptor + 5 :]
    )  # fmt: skip


def test_a_first_frame_with_an_offset_lies_where_it_belongs() -> None:
    frame = textured(100, 80)
    photo = decode(gif((300, 200), (150, 60), frame))
    assert (photo.facts.width_px, photo.facts.height_px) == (300, 200)
    width, height = GREY_SIDE_PX / 300, GREY_SIDE_PX / 200
    inside = photo.grey[
        round(62 * height) : round(138 * height), round(152 * width) : round(248 * width)
    ]
    assert inside.std() > 10
    assert photo.grey[: round(55 * height)].std() < 1


def test_a_frame_beyond_the_canvas_counts_with_its_true_size() -> None:
    assert code_of(gif((10, 10), (60_000, 60_000), SMALL)) is ProblemCode.TOO_LARGE


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("has_preview", [True, False])
def test_a_raw_file_shows_its_preview_and_tells_its_own_facts(
    orientation: int, has_preview: bool
) -> None:
    lying = laid(SCENE, orientation)
    preview = jpeg(lying.reduce(2)) if has_preview else None
    photo = decode(dng(lying, preview, orientation), "photo.dng")
    facts = photo.facts
    assert (facts.width_px, facts.height_px) == SCENE.size
    assert (facts.format, facts.mode, facts.bits_per_channel) == ("DNG", "RAW", 16)
    assert facts.is_raw
    assert facts.is_lossless
    assert facts.decodes_in_full is None
    assert facts.taken == "2014-05-06T07:08:09.25"
    assert facts.camera == "Testcam One"
    assert bits_apart(photo, REFERENCE, "phash-64") <= (2 if has_preview else 8)
    assert thumbnail(photo).size == (320, 240)


def test_metadata_of_the_preview_fill_the_gaps_of_the_raw_file() -> None:
    exif = camera_exif()
    preview = with_segment(jpeg(SCENE), 0xE1, exif.tobytes())
    facts = decode(dng(SCENE, preview), "photo.dng").facts
    assert facts.has_gps
    assert facts.taken == "2014-05-06T07:08:09.25"


@pytest.mark.parametrize("preview", [b"no picture", jpeg(SCENE)[:500], jpeg(SCENE)[:20_000]])
def test_a_raw_file_with_a_damaged_preview_is_developed(preview: bytes) -> None:
    photo = decode(dng(SCENE, preview), "photo.dng")
    assert bits_apart(photo, REFERENCE, "phash-64") <= 8


def test_a_raw_file_too_large_to_develop_is_refused() -> None:
    data = dng(SCENE, None, claimed_px=(20_000, 20_000))
    assert code_of(data, "photo.dng") is ProblemCode.TOO_LARGE


def test_a_raw_file_whose_sensor_data_are_cut_off_is_damaged_or_a_picture() -> None:
    data = dng(SCENE, None)
    result = attempt(data[: len(data) // 2], "photo.dng")
    if isinstance(result, DecodeFailed):
        assert result.code is ProblemCode.DAMAGED
        assert not result.detail.startswith("b'")
    else:
        assert result.facts.is_raw


def test_a_tiff_that_is_called_raw_says_what_is_wrong() -> None:
    with pytest.raises(DecodeFailed) as failed:
        decode(encode(SCENE, "TIFF"), "photo.nef")
    assert failed.value.code is ProblemCode.DAMAGED
    assert "nsupported" in failed.value.detail


def zip_archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("photo.jpg", jpeg(SMALL))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"Dear Anna, " * 200,
        b"<html><body>404</body></html>",
        zip_archive(),
        film(),
        b"%PDF-1.7\n" + bytes(100),
        bytes(1000),
        b"\xff" * 1000,
        b"x",
        b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(28),
        np.random.default_rng(5).bytes(5000),
    ],
    ids=["text", "html", "zip", "film", "pdf", "zeros", "ones", "letter", "sound", "noise"],
)
@pytest.mark.parametrize("path", ["photo.jpg", "photo.png", "photo.nef"])
def test_files_that_are_no_pictures_are_named_so_under_any_name(data: bytes, path: str) -> None:
    assert code_of(data, path) is ProblemCode.NOT_A_PICTURE


@pytest.mark.parametrize("path", ["photo.png", "photo.tif", "photo.nef", "photo", "photo.txt"])
def test_the_content_decides_what_a_file_is(path: str) -> None:
    assert decode(jpeg(SMALL), path).facts.format == "JPEG"


@pytest.mark.parametrize(
    ("name", "share"),
    [
        (name, share)
        for name in ("jpeg", "png", "tiff", "webp", "heif", "avif")
        for share in (0.02, 0.1)
    ],
)
def test_files_truncated_early_are_damaged(name: str, share: float) -> None:
    data = FILES[name][0]()
    assert code_of(data[: int(len(data) * share)]) is ProblemCode.DAMAGED


@pytest.mark.parametrize(
    "name", ["jpeg", "jpeg cmyk", "jpeg grey", "png", "bmp", "ppm", "gif", "tiff lzw"]
)
def test_files_truncated_late_are_read_and_marked(name: str) -> None:
    data = FILES[name][0]()
    photo_bytes = data[: int(len(data) * 0.7)]
    if name == "tiff lzw":  # its directory lies at the end
        photo_bytes += bytes(2000) + data[len(photo_bytes) + 2000 :]
    photo = decode(photo_bytes)
    assert photo.facts.decodes_in_full is False
    assert (photo.facts.width_px, photo.facts.height_px) == SCENE.size
    assert bits_apart(photo, REFERENCE, "phash-64") <= 34


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_that_lacks_only_its_end_marker_is_whole(mode: str, progressive: bool) -> None:
    data = jpeg(SCENE.convert(mode), progressive=progressive)
    for lost_bytes in (1, 2):
        photo = decode(data[:-lost_bytes])
        assert photo.facts.decodes_in_full is True
        assert np.array_equal(photo.grey, decode(data).grey)
    photo = decode(data[:-6])
    assert photo.facts.decodes_in_full is False
    assert level_apart(photo, decode(data)) < 0.5


def test_a_progressive_jpeg_that_breaks_off_late_is_read_and_marked() -> None:
    whole = jpeg(SCENE, progressive=True)
    second_scan = whole.index(b"\xff\xda", whole.index(b"\xff\xda") + 2)
    third_scan = whole.index(b"\xff\xda", second_scan + 2)
    torn_headers = (third_scan + 6, whole.index(b"\xff\xc4", second_scan) + 9)
    for size in (second_scan + 40, *torn_headers, len(whole) * 2 // 3, len(whole) - 200):
        photo = decode(whole[:size])
        assert photo.facts.decodes_in_full is False
        assert bits_apart(photo, decode(whole), "phash-64") <= 4
    assert code_of(whole[: second_scan * 2 // 3]) is ProblemCode.DAMAGED


def test_a_progressive_jpeg_that_ends_after_some_scans_is_not_whole() -> None:
    whole = jpeg(SCENE, progressive=True)
    tables = [at for at in range(len(whole)) if whole.startswith(b"\xff\xc4", at)]
    first_scan = whole.index(b"\xff\xda")
    ends = [at for at in tables if at > first_scan]
    assert len(ends) > 3
    for end in ends:
        assert decode(whole[:end] + JPEG_END).facts.decodes_in_full is False
    assert decode(whole).facts.decodes_in_full is True


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("restarts", [0, 2])
def test_a_jpeg_of_which_libjpeg_makes_up_a_part_is_not_whole(mode: str, restarts: int) -> None:
    data = bytearray(jpeg(SCENE.convert(mode), restart_marker_rows=restarts))
    middle = (data.index(b"\xff\xda") + len(data)) // 2
    data[middle : middle + 400] = bytes(400)
    photo = decode(bytes(data))
    assert photo.facts.decodes_in_full is False
    assert (photo.facts.width_px, photo.facts.height_px) == SCENE.size


@pytest.mark.parametrize("padding", [bytes(1), bytes(700), b"\xff" * 4, b"\x00\xff\x00\x00"])
def test_a_jpeg_that_is_filled_up_before_its_end_is_whole(padding: bytes) -> None:
    data = jpeg(SCENE)
    assert decode(data[:-2] + padding + JPEG_END).facts.decodes_in_full is True
    assert decode(data[:-2] + b"more of it" + JPEG_END).facts.decodes_in_full is False


def test_stray_bytes_among_the_headers_cost_nothing() -> None:
    data = jpeg(SCENE)
    for marker in (b"\xff\xdb", b"\xff\xc4"):
        at = data.index(marker)
        assert decode(data[:at] + bytes(2) + data[at:]).facts.decodes_in_full is True
    data = jpeg(SCENE, progressive=True)
    at = data.index(b"\xff\xc4", data.index(b"\xff\xda"))
    assert decode(data[:at] + b"stray" + data[at:]).facts.decodes_in_full is False


def test_a_png_with_a_wrong_checksum_is_not_whole() -> None:
    data = bytearray(encode(SCENE, "PNG"))
    assert decode(bytes(data)).facts.decodes_in_full is True
    checksum = data.rindex(b"IEND") - 5
    data[checksum] ^= 1
    photo = decode(bytes(data))
    assert photo.facts.decodes_in_full is False
    assert photo.facts.picture_digest is None


@pytest.mark.parametrize("share", [0.4, 0.7, 0.999])
def test_a_png_whose_compressed_data_are_damaged_is_not_whole(share: float) -> None:
    whole = encode(SCENE, "PNG")
    compressed = b"".join(
        whole[start : start + size]
        for start, size in (
            (at + 4, int.from_bytes(whole[at - 4 : at], "big"))
            for at in range(len(whole))
            if whole.startswith(b"IDAT", at)
        )
    )
    damaged = bytearray(compressed)
    damaged[int(len(damaged) * share)] ^= 0x55
    chunk = b"IDAT" + bytes(damaged)  # with a checksum that is right
    data = whole[: whole.index(b"IDAT") - 4] + struct.pack(">I", len(damaged)) + chunk
    data += struct.pack(">I", zlib.crc32(chunk)) + whole[-12:]
    assert decode(data).facts.decodes_in_full is False


def test_a_jpeg_whose_tail_was_lost_is_marked() -> None:
    tail_lost = jpeg(SCENE)
    tail_lost = tail_lost[: len(tail_lost) * 9 // 10].ljust(len(tail_lost), b"\x00")
    assert decode(tail_lost).facts.decodes_in_full is False


def test_trailing_junk_does_no_harm() -> None:
    plain, trailed = decode(jpeg(SCENE)), decode(jpeg(SCENE) + b"junk" * 100)
    assert trailed.facts.extras == ("trailing-data",)
    assert trailed.facts.decodes_in_full is True
    assert trailed.facts.picture_digest == plain.facts.picture_digest
    assert np.array_equal(trailed.grey, plain.grey)
    assert plain.facts.extras == ()
    assert plain.facts.extras_digest is None
    assert plain.digest != trailed.digest


def test_a_motion_photo_is_told_from_its_still() -> None:
    still, moving = decode(jpeg(SCENE)), decode(jpeg(SCENE) + film())
    assert moving.facts.extras == ("video",)
    assert moving.facts.picture_digest == still.facts.picture_digest
    assert moving.facts.extras_digest is not None
    assert moving.facts.extras_digest != decode(jpeg(SCENE) + film() + b"x").facts.extras_digest


def test_extras_of_a_heic_are_the_same_after_an_edit_of_its_metadata() -> None:
    def moving(exif: Image.Exif, content: bytes) -> PhotoFacts:
        box = struct.pack(">I4s", 8 + len(content), b"mpvd") + content
        return decode(encode(SCENE, "HEIF", exif=exif.tobytes()) + box).facts

    first = moving(camera_exif(), b"a film")
    edited = camera_exif()
    edited[270] = "A caption that somebody wrote later"
    assert first.extras == ("video",)
    assert first.extras_digest == moving(edited, b"a film").extras_digest
    assert first.extras_digest != moving(camera_exif(), b"a Film").extras_digest


def test_a_gain_map_is_told_from_a_second_picture() -> None:
    gain_map = with_xmp(jpeg(SMALL), "<hdrgm:Version>1.0</hdrgm:Version>")
    assert decode(jpeg(SCENE) + gain_map).facts.extras == ("gain-map",)
    assert decode(jpeg(SCENE) + jpeg(SMALL)).facts.extras == ("frames",)
    assert decode(jpeg(SCENE) + gain_map + film()).facts.extras == ("gain-map", "video")


def test_metadata_alone_leave_the_picture_digest() -> None:
    plain = decode(jpeg(SCENE)).facts
    dressed = decode(jpeg(SCENE, exif=camera_exif(), comment=b"hello")).facts
    assert dressed.picture_digest == plain.picture_digest
    assert dressed.taken == "2011-02-03T04:05:06.42"
    assert dressed.camera == "Canon EOS 5D"
    assert dressed.has_gps
    assert decode(jpeg(SMALL)).facts.picture_digest != plain.picture_digest
    assert decode(encode(SCENE, "BMP")).facts.picture_digest is None


@pytest.mark.parametrize("quality", [10, 30, 50, 75, 90, 95])
def test_quality_is_that_of_the_encoder(quality: int) -> None:
    assert decode(jpeg(SMALL, quality=quality)).facts.quality == quality
    assert decode(encode(SMALL, "PNG")).facts.quality is None


@pytest.mark.parametrize(
    "block",
    [
        b"Exif\x00\x00",
        b"Exif\x00\x00MM\x00*\xff\xff\xff\xff",
        b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff" + bytes(50),
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01" + struct.pack(">HHII", 0x8769, 4, 1, 8),
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01" + struct.pack(">HHII", 0x0112, 3, 2**31, 6),
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08" + b"\xff" * 3000,
    ],
    ids=["empty", "offset", "count", "loop", "absurd count", "ones"],
)
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_damaged_exif_does_not_cost_the_picture(block: bytes, format_: str) -> None:
    data = with_segment(jpeg(SMALL), 0xE1, block) if format_ == "JPEG" else encode(
        SMALL, format_, exif=block, **({"lossless": True} if format_ == "WEBP" else {})
    )  # fmt: skip
    photo = decode(data)
    assert (photo.facts.width_px, photo.facts.height_px) == SMALL.size
    assert level_apart(photo, decode(jpeg(SMALL))) < 3


def tiff_with(entries: dict[int, tuple[int, int, int]]) -> bytes:
    """A small grey TIFF with directory entries replaced or added: type, count, value."""
    fields = {
        256: (4, 1, 64), 257: (4, 1, 48), 258: (3, 1, 8), 259: (3, 1, 1), 262: (3, 1, 1),
        273: (4, 1, 1000), 277: (3, 1, 1), 278: (4, 1, 48), 279: (4, 1, 64 * 48), **entries,
    }  # fmt: skip
    directory = struct.pack("<H", len(fields)) + b"".join(
        struct.pack("<HHII", tag, *fields[tag]) for tag in sorted(fields)
    )
    pixels = np.asarray(textured(64, 48).convert("L")).tobytes()
    return (b"II*\x00\x08\x00\x00\x00" + directory + bytes(4)).ljust(1000, b"\x00") + pixels


@pytest.mark.parametrize(
    "entries",
    [
        {},
        {0x8769: (4, 1, 8)},
        {0x8825: (4, 1, 0xFFFFFFF0)},
        {0x0112: (2, 2, 0x36)},
        {0x0112: (3, 1, 99)},
        {306: (2, 20, 0xFFFFFF00)},
        {34675: (7, 400, 1000)},
        {700: (1, 400, 1000)},
    ],
    ids=["plain", "loop", "gps", "text", "99", "date", "icc", "xmp"],
)
def test_odd_tags_do_not_cost_a_tiff(entries: dict[int, tuple[int, int, int]]) -> None:
    photo = decode(tiff_with(entries))
    assert (photo.facts.width_px, photo.facts.height_px) == (64, 48)
    assert level_apart(photo, decode(encode(textured(64, 48).convert("L"), "PNG"))) < 1


def test_pages_that_lead_back_to_the_first_are_not_counted_for_ever() -> None:
    data = bytearray(tiff_with({}))
    struct.pack_into("<I", data, 8 + 2 + 12 * 9, 8)
    assert decode(bytes(data)).facts.frames >= 1


@pytest.mark.parametrize("format_", ["GIF", "TIFF"])
def test_damaged_later_pages_do_not_cost_the_first(format_: str) -> None:
    frames = [textured(200, 150, seed) for seed in range(3)]
    data = ANIMATIONS[format_](frames)
    whole = decode(data)
    for share in (0.5, 0.7, 0.9):
        cut = data[: int(len(data) * share)]
        photo = decode(cut)
        assert level_apart(photo, whole) < 1
        assert photo.facts.frames in (1, 2, 3)


@pytest.mark.parametrize("error", [SyntaxError, OSError, ValueError, struct.error, TypeError])
def test_counting_frames_may_raise_what_it_likes(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def n_frames(_: TiffImagePlugin.TiffImageFile) -> int:
        raise error("damaged")

    data = encode(SMALL, "TIFF")
    monkeypatch.setattr(TiffImagePlugin.TiffImageFile, "n_frames", property(n_frames))
    assert decode(data).facts.frames == 1


def test_getexif_may_raise_what_it_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    def getexif(_: Image.Image) -> Image.Exif:
        raise struct.error("damaged")

    data = jpeg(SMALL, exif=camera_exif(6))
    monkeypatch.setattr(Image.Image, "getexif", getexif)
    photo = decode(data)
    assert (photo.facts.width_px, photo.facts.height_px) == SMALL.size
    assert photo.facts.taken is None


def claiming_jpeg(width_px: int, height_px: int, **options: object) -> bytes:
    data = bytearray(jpeg(SMALL, **options))
    frame = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    struct.pack_into(">HH", data, frame + 5, height_px, width_px)
    return bytes(data)


def in_scans(data: bytes) -> bytes:
    """Let the first scan of a JPEG in colour have its first component only."""
    scan = data.index(b"\xff\xda")
    return data[:scan] + b"\xff\xda\x00\x08\x01" + data[scan + 5 : scan + 7] + data[scan + 11 :]


CLAIMS = {
    "png": png(50_000, 50_000, 8, 2, b"\x00" * 5000),
    "png grey": png(2**31 - 1, 2**31 - 1, 1, 0, b"\x00" * 50),
    "png below the limit of pixels": png(24_000, 24_000, 8, 6, b"\x00" * 5000),
    "jpeg": claiming_jpeg(65_500, 65_500),
    "jpeg progressive": claiming_jpeg(20_000, 20_000, progressive=True),
    "jpeg, colour by colour": in_scans(claiming_jpeg(20_000, 20_000)),
    "gif": b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + encode(SMALL, "GIF")[10:],
    "bmp": b"BM" + bytes(12) + struct.pack("<IiiHHI", 40, 60_000, 60_000, 1, 24, 0) + bytes(50),
    "ppm": b"P6 60000 60000 255\n" + bytes(500),
    "tiff": tiff_with({256: (4, 1, 60_000), 257: (4, 1, 60_000), 278: (4, 1, 60_000)}),
    "webp": encode(SMALL, "WEBP", lossless=True),
    "jpeg 2000": encode(SMALL, "JPEG2000", no_jp2=True),
}
CLAIMS["webp"] = (
    CLAIMS["webp"][:12] + b"VP8X" + struct.pack("<IB", 10, 0) + bytes(3)
    + (16_382).to_bytes(3, "little") + (16_382).to_bytes(3, "little") + CLAIMS["webp"][12:]
)  # fmt: skip
CLAIMS["jpeg 2000"] = (
    CLAIMS["jpeg 2000"][:8] + struct.pack(">II", 90_000, 90_000) + CLAIMS["jpeg 2000"][16:]
)


@pytest.mark.parametrize("name", CLAIMS)
def test_claims_of_huge_dimensions_are_refused_at_once(name: str) -> None:
    began_s = time.process_time()
    code = code_of(CLAIMS[name])
    assert time.process_time() - began_s < 0.5
    assert code in (ProblemCode.TOO_LARGE, ProblemCode.DAMAGED)
    if name not in ("webp", "jpeg 2000"):  # those notice themselves that the claim is false
        assert code is ProblemCode.TOO_LARGE


def test_limits_are_kept() -> None:
    data = encode(SCENE, "PNG")
    assert code_of(data, limits=DecodeLimits(max_pixels=640 * 480 - 1)) is ProblemCode.TOO_LARGE
    assert decode(data, limits=DecodeLimits(max_pixels=640 * 480)).facts.width_px == 640
    assert code_of(data, limits=DecodeLimits(max_memory_bytes=500_000)) is ProblemCode.TOO_LARGE


def test_memory_is_reserved_before_pixels_are_decoded() -> None:
    class Full(BaseException):
        pass

    def reserve(needed_bytes: int) -> None:
        asked.append(needed_bytes)
        raise Full

    for data, least in ((encode(SCENE, "PNG"), 640 * 480 * 4), (jpeg(SCENE), 320 * 240)):
        asked: list[int] = []
        with pytest.raises(Full):
            decode_bytes(data, "photo", LIMITS, None, reserve)
        assert least <= asked[0] < least * 20 + len(data)


PEAK_SCRIPT = """
import sys
from pathlib import Path
from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_file

def peak_kib():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])

decode_file(sys.argv[1], DecodeLimits())
Path("/proc/self/clear_refs").write_text("5")
before_kib = peak_kib()
try:
    decode_file(sys.argv[2], DecodeLimits())
except DecodeFailed as failed:
    print(failed.code)
print(peak_kib() - before_kib)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from Linux's /proc")
@pytest.mark.parametrize("name", ["12 megapixels", "bomb"])
def test_memory_stays_small(name: str, tmp_path: Path) -> None:
    warm_up, file = tmp_path / "small.jpg", tmp_path / "photo"
    warm_up.write_bytes(jpeg(SMALL))
    picture = SCENE.resize((4000, 3000), Image.Resampling.BICUBIC)
    data = jpeg(picture, quality=80) if name == "12 megapixels" else CLAIMS["png"]
    file.write_bytes(data)
    command = [sys.executable, "-c", PEAK_SCRIPT, str(warm_up), str(file)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    if name == "bomb":
        assert output[0] == "too-large"
    # In full it would be 48 MB.
    assert int(output[-1]) * 1024 < 8_000_000 + len(data)


@pytest.mark.parametrize(
    "size", [(1, 1), (2, 2), (1, 6000), (6000, 1), (3, 2000), (2000, 3), (97, 5)]
)
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP", "JPEG2000"])
def test_tiny_and_thin_pictures_are_read(size: tuple[int, int], format_: str) -> None:
    photo = decode(encode(textured(*size), format_))
    assert (photo.facts.width_px, photo.facts.height_px) == size
    assert max(thumbnail(photo).size) == min(max(size), THUMBNAIL_SIDE_PX)
    assert photo.facts.sharpness >= 0


@pytest.mark.parametrize("size", [(2_000_000, 3), (3, 2_000_000), (20_000, 300)])
@pytest.mark.parametrize("mode", ["L", "1", "F", "RGB"])
def test_a_line_of_millions_of_pixels_is_cheap(size: tuple[int, int], mode: str) -> None:
    half = Image.new(mode, size)
    width_px, height_px = size
    half.paste(
        1 if mode == "F" else (255,) * len(half.getbands()), (0, 0, width_px // 2, height_px)
    )
    data = encode(half, "TIFF")
    began_s = time.process_time()
    photo = decode(data)
    assert time.process_time() - began_s < 1
    assert (photo.facts.width_px, photo.facts.height_px) == size
    expected = (256, 4) if size == (20_000, 300) else (256, 1) if width_px > height_px else (1, 256)
    assert thumbnail(photo).size == expected
    assert photo.grey[:, :8].min() > 250
    assert photo.grey[:, -8:].max() < 5


@pytest.mark.parametrize("orientation", [5, 6])
def test_thin_pictures_are_turned(orientation: int) -> None:
    picture = textured(3000, 7)
    photo = decode(jpeg(laid(picture, orientation), exif=orientation_exif(orientation)))
    assert (photo.facts.width_px, photo.facts.height_px) == (3000, 7)
    assert thumbnail(photo).size == (256, 1)


def test_a_file_is_read_once_and_digested(tmp_path: Path) -> None:
    data = jpeg(SCENE)
    path = tmp_path / "photo.jpg"
    path.write_bytes(data)
    photo, again = decode_file(str(path), LIMITS), decode(data)
    assert photo.digest == again.digest
    assert photo.parts_digest == digest_parts_of(data) == read_parts_digest(str(path), len(data))
    assert photo.facts == again.facts


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("missing.jpg", ProblemCode.VANISHED),
        ("empty.jpg", ProblemCode.EMPTY),
        ("text.jpg", ProblemCode.NOT_A_PICTURE),
        ("large.jpg", ProblemCode.TOO_LARGE),
    ],
)
def test_files_that_cannot_be_used_say_why(name: str, code: ProblemCode, tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.jpg").write_text("Dear Anna")
    (tmp_path / "large.jpg").write_bytes(jpeg(SMALL))
    limits = DecodeLimits(max_file_bytes=1000)
    with pytest.raises(DecodeFailed) as failed:
        decode_file(str(tmp_path / name), limits)
    assert failed.value.code is code


@settings(max_examples=150)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_no_flipped_bytes_do_more_than_fail(name: str, data: st.DataObject) -> None:
    content = bytearray(SMALL_FILES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    result = attempt(bytes(content))
    if isinstance(result, DecodedPhoto):
        assert result.grey.shape == (GREY_SIDE_PX, GREY_SIDE_PX)


def shrunken_files() -> dict[str, bytes]:
    global SCENE
    scene, SCENE = SCENE, SMALL
    try:
        return {name: make() for name, (make, *_) in FILES.items()}
    finally:
        SCENE = scene


SMALL_FILES = shrunken_files()
