"""Pictures and picture files made in code, shared by the tests of the engine."""

import io
import struct
import zlib
from collections.abc import Sequence
from copy import deepcopy
from functools import lru_cache
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image, ImageCms

pillow_heif.register_heif_opener()

UNDO_ORIENTATION = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""By EXIF orientation, how an upright picture has to be laid for the tag to set it upright."""


def textured(width_px: int = 320, height_px: int = 240, seed: int = 0) -> Image.Image:
    """Make an RGB picture with the falling spectrum, edges and correlated colours of a photo."""
    return _textured(width_px, height_px, seed).copy()


@lru_cache(maxsize=64)
def _textured(width_px: int, height_px: int, seed: int) -> Image.Image:
    random = np.random.default_rng(seed)
    picture = np.zeros((height_px, width_px, 3), dtype=np.float32)
    for cells in (2, 4, 8, 16, 32, 64, 128):
        noise = random.normal(size=(cells, cells, 3)) + 2 * random.normal(size=(cells, cells, 1))
        for band in range(3):
            layer = Image.fromarray(noise[:, :, band].astype(np.float32))
            layer = layer.resize((width_px, height_px), Image.Resampling.BICUBIC)
            picture[:, :, band] += np.asarray(layer) / cells**0.8
    for _ in range(12):
        left, right = np.sort(random.integers(0, width_px + 1, 2))
        top, bottom = np.sort(random.integers(0, height_px + 1, 2))
        picture[top:bottom, left:right] += random.normal(size=3) / 3
    picture -= picture.min()
    return Image.fromarray((picture * (255 / max(picture.max(), 1e-9))).astype(np.uint8))


QUICKLY: dict[str, dict[str, Any]] = {
    "HEIF": {"enc_params": {"preset": "ultrafast"}},
    "AVIF": {"speed": 10},
    "PNG": {"compress_level": 1},
    "WEBP": {"method": 0},
}
"""Options by format with which a file comes out larger, as true to the picture, in a tenth to a
fifth of the time."""
QUICKLY_WITHOUT_LOSS = {"quality": 0}
"""Further options of a WebP without loss, whose quality is only the effort to make it small."""


def in_colours(picture: Image.Image, colours: int) -> Image.Image:
    """A picture of few colours, found in a hundredth of the time that Pillow's own way takes."""
    return picture.quantize(colours, Image.Quantize.FASTOCTREE)


def encode(picture: Image.Image, format_: str, **options: Any) -> bytes:
    """Save a picture to bytes."""
    # A copy: the encoder notes further options in what it is given.
    quickly = deepcopy(QUICKLY.get(format_, {}))
    if options.get("lossless"):
        quickly |= QUICKLY_WITHOUT_LOSS
    options = {**quickly, **options}
    if format_ == "GIF" and picture.mode == "RGB":
        picture = in_colours(picture, 256)
    buffer = io.BytesIO()
    # Pillow leaves the options in a picture that it could not save, for the next time.
    picture.copy().save(buffer, format_, **options)
    return buffer.getvalue()


def jpeg(picture: Image.Image | None = None, **options: Any) -> bytes:
    """Save a picture, textured if none is given, as JPEG of quality 90."""
    return encode(textured() if picture is None else picture, "JPEG", **{"quality": 90, **options})


def laid(picture: Image.Image, orientation: int) -> Image.Image:
    """Lay an upright picture so that the EXIF orientation sets it upright again."""
    undo = UNDO_ORIENTATION[orientation]
    return picture if undo is None else picture.transpose(undo)


def orientation_exif(orientation: object) -> Image.Exif:
    """EXIF with nothing but an orientation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def camera_exif(orientation: int = 1) -> Image.Exif:
    """EXIF as a camera writes it: make, model, times, exposure, maker note, position."""
    exif = orientation_exif(orientation)
    exif[0x010F] = "Canon"
    exif[0x0110] = "Canon EOS 5D"
    exif[306] = "2012:03:04 05:06:07"
    detail = exif.get_ifd(0x8769)
    detail[36867] = "2011:02:03 04:05:06"
    detail[36868] = "2011:02:03 04:05:06"
    detail[37521] = "42"
    detail[33437] = 2.8
    detail[0x927C] = bytes(range(256)) * 8
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (48.0, 12.0, 30.5)
    gps[3], gps[4] = "E", (16.0, 22.0, 12.25)
    return exif


def with_segment(jpeg_bytes: bytes, marker: int, payload: bytes) -> bytes:
    """Insert a segment behind a JPEG's start."""
    segment = struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload
    return jpeg_bytes[:2] + segment + jpeg_bytes[2:]


def with_xmp(jpeg_bytes: bytes, properties: str) -> bytes:
    """Insert an XMP packet into a JPEG."""
    return with_segment(
        jpeg_bytes, 0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + xmp_packet(properties)
    )


def xmp_packet(properties: str) -> bytes:
    """Wrap properties in an XMP packet."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description rdf:about="">'
        f"{properties}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def film() -> bytes:
    """The least that looks like an MP4 film."""
    return (
        struct.pack(">I4s4sI", 16, b"ftyp", b"mp42", 0)
        + struct.pack(">I4s", 24, b"mdat")
        + (b"\x00" * 16)
    )


def png_chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    return (
        struct.pack(">I", len(content)) + name + content
        + struct.pack(">I", zlib.crc32(name + content))
    )  # fmt: skip


def png(
    width_px: int,
    height_px: int,
    bits: int,
    colour_type: int,
    rows: bytes,
    chunks: Sequence[tuple[bytes, bytes]] = (),
) -> bytes:
    """Write a PNG by hand.

    Args:
        width_px: Width that the header claims.
        height_px: Height that it claims.
        bits: Bits per sample.
        colour_type: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.
        rows: Filter byte and samples of each row.
        chunks: Further chunks before the picture data.
    """
    header = struct.pack(">IIBBBBB", width_px, height_px, bits, colour_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header)
        + b"".join(png_chunk(name, content) for name, content in chunks)
        + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")
    )  # fmt: skip


def icc_profile(*, swapped: bool = False, wide: bool = False, renamed: bool = True) -> bytes:
    """Make an ICC profile from Pillow's sRGB.

    Args:
        swapped: Let red mean blue and blue red.
        wide: Put the primaries where Display P3 has them.
        renamed: Let it not be called sRGB where it is something else.
    """
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", profile, 128)
    tags = {
        bytes(profile[132 + 12 * index : 136 + 12 * index]): 132 + 12 * index
        for index in range(count)
    }
    if swapped:
        red, blue = tags[b"rXYZ"] + 4, tags[b"bXYZ"] + 4
        profile[red : red + 8], profile[blue : blue + 8] = (
            profile[blue : blue + 8],
            profile[red : red + 8],
        )
    if wide:
        primaries = {
            b"rXYZ": (0.51512, 0.24120, -0.00105),
            b"gXYZ": (0.29198, 0.69225, 0.04189),
            b"bXYZ": (0.15710, 0.06657, 0.78407),
        }
        for name, xyz in primaries.items():
            (offset,) = struct.unpack_from(">I", profile, tags[name] + 4)
            struct.pack_into(">3i", profile, offset + 8, *(round(part * 65536) for part in xyz))
    if (swapped or wide) and renamed:
        profile = profile.replace("sRGB".encode("utf-16-be"), "Test".encode("utf-16-be"))
    return bytes(profile)


_Entry = tuple[int, int, int, bytes]


def _short(tag: int, *values: int) -> _Entry:
    return tag, 3, len(values), struct.pack(f"<{len(values)}H", *values)


def _long(tag: int, *values: int) -> _Entry:
    return tag, 4, len(values), struct.pack(f"<{len(values)}I", *values)


def _octets(tag: int, *values: int) -> _Entry:
    return tag, 1, len(values), bytes(values)


def _ascii(tag: int, text: str) -> _Entry:
    return tag, 2, len(text) + 1, text.encode() + b"\x00"


def _rational(tag: int, *values: float) -> _Entry:
    packed = b"".join(struct.pack("<ii", round(value * 10_000), 10_000) for value in values)
    return tag, 10, len(values), packed


def _directory(entries: Sequence[_Entry], offset: int) -> bytes:
    """A little-endian TIFF directory that lies at an offset, its values behind it."""
    values_at = offset + 2 + 12 * len(entries) + 4
    fields, values = b"", b""
    for tag, type_, count, content in sorted(entries):
        fields += struct.pack("<HHI", tag, type_, count)
        if len(content) <= 4:
            fields += content.ljust(4, b"\x00")
        else:
            fields += struct.pack("<I", values_at + len(values))
            values += content + b"\x00" * (len(content) % 2)
    return struct.pack("<H", len(entries)) + fields + struct.pack("<I", 0) + values


def dng(
    picture: Image.Image,
    preview: bytes | None,
    orientation: int = 1,
    claimed_px: tuple[int, int] | None = None,
) -> bytes:
    """Write the least DNG that LibRaw accepts: 16-bit Bayer data, a JPEG preview, EXIF.

    Args:
        picture: What the sensor saw, as it lies in the file; its sides are even.
        preview: A JPEG as the camera embeds it; None for none.
        orientation: Orientation in the RAW file's own directory.
        claimed_px: Width and height to claim for the sensor's data.
    """
    linear = (np.asarray(picture.convert("RGB")).astype(np.uint16) ** 2).clip(0, 65025)
    height_px, width_px = linear.shape[:2]
    mosaic = np.empty((height_px, width_px), dtype="<u2")
    mosaic[0::2, 0::2] = linear[0::2, 0::2, 0]
    mosaic[0::2, 1::2] = linear[0::2, 1::2, 1]
    mosaic[1::2, 0::2] = linear[1::2, 0::2, 1]
    mosaic[1::2, 1::2] = linear[1::2, 1::2, 2]
    claimed_width_px, claimed_height_px = claimed_px or (width_px, height_px)

    def directories(raw_at: int, exif_at: int, preview_at: int, data_at: int) -> list[list[_Entry]]:
        main = [
            _long(254, 0 if preview is None else 1),
            _ascii(271, "Testcam"), _ascii(272, "Testcam One"), _short(274, orientation),
            _ascii(306, "2015:06:07 08:09:10"), _long(330, raw_at), _long(34665, exif_at),
            _octets(50706, 1, 4, 0, 0), _octets(50707, 1, 1, 0, 0), _ascii(50708, "Testcam One"),
            _rational(50721, 1, 0, 0, 0, 1, 0, 0, 0, 1), _rational(50728, 1, 1, 1),
            _short(50778, 21),
        ]  # fmt: skip
        if preview is not None:
            main += [
                _long(256, 160), _long(257, 120), _short(258, 8, 8, 8), _short(259, 7),
                _short(262, 6), _long(273, preview_at), _short(277, 3), _long(278, 120),
                _long(279, len(preview)),
            ]  # fmt: skip
        raw = [
            _long(254, 0), _long(256, claimed_width_px), _long(257, claimed_height_px),
            _short(258, 16), _short(259, 1), _short(262, 32803), _long(273, data_at),
            _short(277, 1), _long(278, claimed_height_px),
            _long(279, min(claimed_width_px * claimed_height_px * 2, 0xFFFFFFFF)),
            _short(33421, 2, 2), _octets(33422, 0, 1, 1, 2), _short(50714, 0), _long(50717, 65535),
        ]  # fmt: skip
        exif = [_ascii(36867, "2014:05:06 07:08:09"), _ascii(37521, "25")]
        return [main, raw, exif]

    offsets = [8]
    for entries in directories(0, 0, 0, 0):
        offsets.append(offsets[-1] + len(_directory(entries, 0)))
    _, raw_at, exif_at, preview_at = offsets
    data_at = preview_at + len(preview or b"")
    data_at += data_at % 2
    content = b"II*\x00" + struct.pack("<I", 8)
    for entries in directories(raw_at, exif_at, preview_at, data_at):
        content += _directory(entries, len(content))
    return (content + (preview or b"")).ljust(data_at, b"\x00") + mosaic.tobytes()
