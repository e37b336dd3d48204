import io
from contextlib import suppress

import numpy as np
import pytest
import rawpy
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dupefinder.core.decode.raw_preview import RawPhoto, is_raw
from dupefinder.core.decode.upright import turn
from tests.core.pictures import (
    camera_exif,
    dng,
    encode,
    jpeg,
    laid,
    orientation_exif,
    textured,
    with_segment,
)

SCENE = textured(320, 240)


def likeness(a: Image.Image, b: Image.Image) -> float:
    """Correlation of two pictures' greys, 1 for the same picture."""
    grey_a, grey_b = (
        np.asarray(picture.convert("L").resize((32, 32))).ravel() for picture in (a, b)
    )
    return float(np.corrcoef(grey_a, grey_b)[0, 1])


def camera_preview(picture: Image.Image, exif: Image.Exif) -> bytes:
    """A JPEG that begins with EXIF, as cameras write them; Pillow puts JFIF first."""
    return with_segment(jpeg(picture), 0xE1, exif.tobytes())


@pytest.mark.parametrize(
    ("data", "path", "expected"),
    [
        (b"II*\x00\x10\x00\x00\x00CR\x02\x00", "x", True),
        (b"\x00\x00\x00\x18ftypcrx \x00\x00", "x.jpg", True),
        (b"FUJIFILMCCD-RAW 0201", "x", True),
        (b"IIRO\x08\x00\x00\x00", "x", True),
        (b"IIU\x00\x18\x00\x00\x00", "x", True),
        (b"II\x1a\x00\x00\x00HEAPCCDR", "x", True),
        (b"\x00MRM\x00\x00", "x", True),
        (b"FOVb\x00\x00", "x", True),
        (b"II*\x00\x08\x00\x00\x00\x00\x00", "x.NEF", True),
        (b"II*\x00\x08\x00\x00\x00\x00\x00", "x.tif", False),
        (b"MM\x00*\x00\x00\x00\x08\x00\x00", "x.ArW", True),
        (b"MM\x00*\xff\xff\xff\xff", "x.tif", False),
        (b"II*\x00", "", False),
        (b"", "x.nef", False),
        (b"text", "x.cr2", False),
        (jpeg(SCENE), "x.dng", False),
    ],
)
def test_a_raw_file_is_known_by_its_content(data: bytes, path: str, expected: bool) -> None:
    assert is_raw(data, path) is expected


def test_a_dng_is_raw_whatever_its_name_and_a_tiff_is_not() -> None:
    assert is_raw(dng(SCENE, None), "scan.tif")
    assert not is_raw(encode(SCENE, "TIFF"), "scan.tif")


@given(st.binary(max_size=60), st.sampled_from(["x.nef", "x.tif", ""]))
def test_any_bytes_are_raw_or_not(data: bytes, path: str) -> None:
    assert is_raw(b"II*\x00" + data, path) in (True, False)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_preview_of_a_camera_that_tags_only_the_raw_file(orientation: int) -> None:
    preview = jpeg(laid(SCENE, orientation).resize((200, 150)) if orientation < 5 else
                   laid(SCENE, orientation).resize((150, 200)))  # fmt: skip
    with RawPhoto(dng(laid(SCENE, orientation), preview, orientation)) as raw:
        assert (raw.width_px, raw.height_px) == (320, 240)
        assert raw.format == "DNG"
        opened = raw.open_preview()
        assert opened is not None
        assert max(opened.size) == 200
        upright = turn(opened, raw.preview_orientation(opened))
    assert upright.size == (200, 150)
    assert likeness(upright, SCENE) > 0.99


@pytest.mark.parametrize(
    ("case", "orientation"),
    [
        (case, orientation)
        for case in ("tagged too", "turned by the camera", "exif without tag", "tag forgotten")
        for orientation in (1, 3, 6, 8)
        # Upside down and upright have one shape: there a wrong tag is believed.
        if (case, orientation) != ("tag forgotten", 3)
    ],
)
def test_a_preview_is_turned_exactly_once(case: str, orientation: int) -> None:
    as_it_lies = laid(SCENE, orientation)
    no_tag = Image.Exif()
    no_tag[0x010F] = "Testcam"
    preview = {
        "tagged too": camera_preview(as_it_lies, camera_exif(orientation)),
        "turned by the camera": camera_preview(SCENE, camera_exif(1)),
        "exif without tag": camera_preview(as_it_lies, no_tag),
        "tag forgotten": camera_preview(as_it_lies, orientation_exif(1)),
    }[case]
    with RawPhoto(dng(as_it_lies, preview, orientation)) as raw:
        opened = raw.open_preview()
        assert opened is not None
        upright = turn(opened, raw.preview_orientation(opened))
    assert upright.size == SCENE.size
    assert likeness(upright, SCENE) > 0.99


def test_a_preview_turned_by_the_camera_without_any_tag_is_told_by_its_shape() -> None:
    no_tag = Image.Exif()
    no_tag[0x010F] = "Testcam"
    portrait = SCENE.transpose(Image.Transpose.ROTATE_90)
    with RawPhoto(dng(laid(portrait, 6), camera_preview(portrait, no_tag), 6)) as raw:
        assert (raw.width_px, raw.height_px) == portrait.size
        opened = raw.open_preview()
        assert opened is not None
        assert raw.preview_orientation(opened) == 1


def test_about_square_previews_follow_the_tag() -> None:
    square = SCENE.resize((240, 236))
    with RawPhoto(dng(laid(square, 6), jpeg(laid(square, 6)), 6)) as raw:
        opened = raw.open_preview()
        assert opened is not None
        assert raw.preview_orientation(opened) == 6


@pytest.mark.parametrize(
    "preview",
    [None, b"", b"no picture", jpeg(SCENE)[:300], jpeg(SCENE.resize((64, 48)))],
    ids=["none", "empty", "garbage", "cut", "tiny"],
)
def test_without_a_usable_preview_there_is_none(preview: bytes | None) -> None:
    with RawPhoto(dng(SCENE, preview)) as raw:
        assert raw.open_preview() is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_developing_gives_the_scene_upright_at_half_size(orientation: int) -> None:
    with RawPhoto(dng(laid(SCENE, orientation), None, orientation)) as raw:
        assert (raw.width_px, raw.height_px) == (320, 240)
        assert raw.develop_bytes >= 320 * 240 * 4
        developed = raw.develop()
    assert developed.size == (160, 120)
    assert likeness(developed, SCENE) > 0.95


def test_developing_works_after_the_preview_was_looked_at() -> None:
    with RawPhoto(dng(SCENE, jpeg(SCENE)[:300])) as raw:
        assert raw.open_preview() is None
        assert likeness(raw.develop(), SCENE) > 0.95


@pytest.mark.parametrize(
    "data",
    [b"", b"II*\x00", encode(SCENE, "TIFF"), dng(SCENE, None)[:300], b"FUJIFILMCCD-RAW" + bytes(9)],
    ids=["empty", "head", "tiff", "cut", "raf"],
)
def test_files_that_libraw_cannot_read_raise_its_error(data: bytes) -> None:
    with pytest.raises(rawpy.LibRawError):
        RawPhoto(data)


def test_data_that_break_off_are_an_error_or_a_picture() -> None:
    whole = dng(SCENE, None)
    for share in (0.3, 0.6, 0.9):
        with RawPhoto(whole[: int(len(whole) * share)]) as raw:
            developed = None
            with suppress(rawpy.LibRawError):
                developed = raw.develop()
            assert developed is None or developed.size == (160, 120)


def test_a_preview_that_is_no_jpeg_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    with RawPhoto(dng(SCENE, jpeg(SCENE))) as raw:
        bitmap = rawpy.Thumbnail(rawpy.ThumbFormat.BITMAP, np.asarray(SCENE))
        monkeypatch.setattr(raw, "_raw", FakeRaw(bitmap))
        opened = raw.open_preview()
        assert opened is not None
        assert opened.format == "PPM"
        assert np.array_equal(np.asarray(opened), np.asarray(SCENE))


class FakeRaw:
    """Stands for LibRaw where a file with such a preview cannot be made in code."""

    def __init__(self, thumbnail: rawpy.Thumbnail) -> None:
        self._thumbnail = thumbnail

    def extract_thumb(self) -> rawpy.Thumbnail:
        return self._thumbnail

    def close(self) -> None:
        pass


def test_a_huge_claim_is_known_before_anything_is_developed() -> None:
    with RawPhoto(dng(SCENE, None, claimed_px=(30_000, 30_000))) as raw:
        assert raw.develop_bytes > 1 << 30


def test_the_stream_is_left_to_nobody() -> None:
    raw = RawPhoto(dng(SCENE, jpeg(SCENE)))
    with raw:
        opened = raw.open_preview()
    assert opened is not None
    opened.load()  # the preview outlives LibRaw's memory
    assert isinstance(opened.fp, io.BytesIO | None)
