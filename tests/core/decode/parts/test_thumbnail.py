import io
import struct
from collections.abc import Callable

import pytest
from PIL import Image, TiffImagePlugin

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.file_parts import PartKind, kinds_of
from tests.core.pictures import encode, jpeg, laid, textured, with_segment

PHOTO = textured(320, 240, 4)
OWN = PartKind.AUXILIARY_IMAGE.code


def with_thumbnail(shown: Image.Image, thumbnail: bytes, orientation: int = 1) -> bytes:
    """A JPEG with an EXIF block of two directories, of which the second leads to the thumbnail."""
    first = struct.pack("<HHHIII", 1, 274, 3, 1, orientation, 26)
    second = struct.pack("<HHHIIHHIII", 2, 513, 4, 1, 56, 514, 4, 1, len(thumbnail), 0)
    block = b"Exif\0\0II*\0" + struct.pack("<I", 8) + first + second + thumbnail
    buffer = io.BytesIO()
    shown.save(buffer, "JPEG", quality=90, exif=block)
    return buffer.getvalue()


def with_extension(shown: Image.Image, code: bytes, content: bytes) -> bytes:
    """A JPEG with a segment of JFIF's extension."""
    return with_segment(jpeg(shown, quality=90), 0xE0, b"JFXX\0" + code + content)


def resources(thumbnail: bytes) -> bytes:
    """Photoshop's resources, of which one is a thumbnail."""
    content = struct.pack(">IIIIIIHH", 1, 160, 120, 480, 57_600, len(thumbnail), 24, 1) + thumbnail
    padding = bytes(len(content) % 2)
    return b"8BIM\x04\x0c\0\0" + struct.pack(">I", len(content)) + content + padding


def with_photoshop(shown: Image.Image, thumbnail: bytes) -> bytes:
    mark = b"Photoshop 3.0\0"
    return with_segment(jpeg(shown, quality=90), 0xED, mark + resources(thumbnail))


def tiff_with_photoshop(shown: Image.Image, thumbnail: bytes) -> bytes:
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory[34377] = resources(thumbnail)
    directory.tagtype[34377] = 7
    return encode(shown, "TIFF", tiffinfo=directory)


def kinds(data: bytes) -> frozenset[str]:
    return kinds_of(decode_bytes(data, "photo.jpg", DecodeLimits()).facts.parts)


def small(shown: Image.Image, width_px: int = 160, height_px: int = 120) -> bytes:
    return jpeg(shown.resize((width_px, height_px)), quality=70)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_thumbnail_of_the_picture_is_no_part(orientation: int) -> None:
    lying = laid(PHOTO, orientation)
    thumbnail = small(lying, *(side // 2 for side in lying.size))
    assert kinds(with_thumbnail(lying, thumbnail, orientation)) == frozenset()


def test_bars_around_it_do_not_matter() -> None:
    wide = PHOTO.crop((0, 0, 320, 180))
    framed = Image.new("RGB", (160, 120))
    framed.paste(wide.resize((160, 90)), (0, 15))
    assert kinds(with_thumbnail(wide, jpeg(framed, quality=70))) == frozenset()


def test_a_picture_that_was_turned_has_its_old_thumbnail() -> None:
    turned = PHOTO.transpose(Image.Transpose.ROTATE_90)
    assert kinds(with_thumbnail(turned, small(PHOTO))) == frozenset()


def test_a_thumbnail_that_shows_more_than_the_picture_is_a_part() -> None:
    assert kinds(with_thumbnail(PHOTO.crop((160, 0, 320, 120)), small(PHOTO))) == {OWN}


def test_one_that_shows_what_was_painted_over_is_a_part() -> None:
    painted = PHOTO.copy()
    painted.paste("black", (120, 90, 190, 145))
    assert kinds(with_thumbnail(painted, small(PHOTO))) == {OWN}


def test_one_that_cannot_be_decoded_is_a_part() -> None:
    assert kinds(with_thumbnail(PHOTO, b"\xff\xd8 no picture")) == {OWN}


@pytest.mark.parametrize(
    "kept",
    [
        with_photoshop,
        tiff_with_photoshop,
        lambda shown, thumbnail: with_extension(shown, b"\x10", thumbnail),
    ],
)
def test_thumbnails_in_other_places(kept: Callable[[Image.Image, bytes], bytes]) -> None:
    painted = PHOTO.copy()
    painted.paste("black", (120, 90, 190, 145))
    assert kinds(kept(PHOTO, small(PHOTO))) == frozenset()
    assert kinds(kept(painted, small(PHOTO))) == {OWN}


def test_one_that_is_no_jpeg_is_a_part() -> None:
    pixels = bytes((2, 1)) + b"rgbRGB"
    assert kinds(with_extension(PHOTO, b"\x13", pixels)) == {OWN}


def test_one_of_a_flat_picture() -> None:
    flat = Image.new("RGB", (320, 240), "navy")
    assert kinds(with_thumbnail(flat, small(flat))) == frozenset()
    assert kinds(with_thumbnail(flat, small(PHOTO))) == {OWN}
