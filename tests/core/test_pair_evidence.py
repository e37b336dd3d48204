"""Two photos alone show what a scan of many would find between them."""

from collections.abc import Callable

import pytest
from blake3 import blake3
from PIL import Image

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.decode.pixels import digest_pixels_of
from dupefinder.core.pair_evidence import evidence_between
from dupefinder.core.photo_facts import DecodedPhoto
from dupefinder.core.records import Evidence
from tests.cli.album import scene
from tests.core.pictures import dng, encode, jpeg, textured

LIMITS = DecodeLimits()
Content = Callable[[], bytes]


def read(content: bytes, name: str = "x.jpg") -> tuple[DecodedPhoto, bytes | None]:
    photo = decode_bytes(content, name, LIMITS, blake3(content).digest())
    return photo, digest_pixels_of(content, photo.facts, LIMITS)


def between(one: bytes, other: bytes, name: str = "x.jpg") -> Evidence | None:
    (first, first_pixels), (second, second_pixels) = read(one), read(other, name)
    found = evidence_between(first, second, (first_pixels, second_pixels))
    back = evidence_between(second, first, (second_pixels, first_pixels))
    assert found == back
    return found


def turned(transpose: Image.Transpose) -> Content:
    return lambda: jpeg(scene(1).transpose(transpose))


def brightened() -> bytes:
    return jpeg(scene(1).point(lambda level: min(level * 1.25 + 10, 255)))


def cropped() -> bytes:
    width_px, height_px = scene(1).size
    return jpeg(scene(1).crop((20, 10, width_px - 10, height_px - 15)))


@pytest.mark.parametrize(
    ("made", "evidence"),
    [
        (lambda: jpeg(scene(1)), Evidence.SAME_BYTES),
        (lambda: encode(decoded_scene(), "PNG"), Evidence.SAME_PIXELS),
        (lambda: jpeg(scene(1), quality=60), Evidence.RE_ENCODED),
        (lambda: jpeg(scene(1).resize((240, 180))), Evidence.RE_ENCODED),
        (brightened, Evidence.EDITED),
        (cropped, Evidence.EDITED),
        (turned(Image.Transpose.ROTATE_90), Evidence.ROTATED),
        (turned(Image.Transpose.FLIP_LEFT_RIGHT), Evidence.MIRRORED),
        (lambda: jpeg(scene(2)), None),
    ],
)
def test_as_a_scan_would(made: Content, evidence: Evidence | None) -> None:
    assert between(jpeg(scene(1)), made()) is evidence


def decoded_scene() -> Image.Image:
    import io

    with Image.open(io.BytesIO(jpeg(scene(1)))) as picture:
        return picture.convert("RGB")


def test_the_same_compressed_picture_has_the_same_pixels() -> None:
    (one, _), (other, _) = read(jpeg(scene(1))), read(jpeg(scene(1), comment=b"another"))
    assert evidence_between(one, other) is Evidence.SAME_PIXELS


def test_flat_pictures_need_equal_pixels() -> None:
    pages = [Image.new("RGB", (200, 200), "white") for _ in range(2)]
    pages[1].putpixel((3, 3), (240, 240, 240))
    one, other = (encode(page, "PNG") for page in pages)
    assert between(one, other) is None
    assert between(one, encode(pages[0], "PNG", compress_level=0)) is Evidence.SAME_PIXELS


def test_a_raw_file_and_its_rendering_are_no_duplicates() -> None:
    picture = textured()
    assert between(jpeg(picture), dng(picture, jpeg(picture)), "x.dng") is None


@pytest.mark.parametrize("quality", [20, 50, 80])
def test_the_first_look_says_what_the_catalog_would(
    quality: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = jpeg(scene(1)), jpeg(scene(1), quality=quality)
    found = between(one, other)
    monkeypatch.setattr("dupefinder.core.pair_evidence._are_re_encoded", lambda *_: False)
    assert between(one, other) is found is Evidence.RE_ENCODED
