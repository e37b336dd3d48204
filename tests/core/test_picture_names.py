"""Names and first bytes of photos, checked against what Pillow writes."""

import io
from pathlib import Path

import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dupefinder.core.picture_names import (
    OTHER_EXTENSIONS,
    PHOTO_EXTENSIONS,
    SNIFF_BYTES,
    extension,
    looks_like_photo,
    read_head,
)


def test_no_extension_is_both() -> None:
    assert PHOTO_EXTENSIONS.isdisjoint(OTHER_EXTENSIONS)


def test_extensions_are_written_as_they_are_compared() -> None:
    for name in PHOTO_EXTENSIONS | OTHER_EXTENSIONS:
        assert extension(f"x.{name.upper()}") == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.JPG", "jpg"), ("a", ""), ("a.", ""), (".jpg", "jpg"), ("a.b.Cr2", "cr2"), ("", "")],
)
def test_extension(name: str, expected: str) -> None:
    assert extension(name) == expected


@pytest.mark.parametrize(
    "image_format", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "JPEG2000", "MPO", "AVIF", "HEIF"]
)
def test_recognises_what_is_written(image_format: str) -> None:
    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(out, format=image_format)
    assert looks_like_photo(out.getvalue()[:SNIFF_BYTES])


@pytest.mark.parametrize(
    "head",
    [
        b"II*\0\x10\0\0\0CR\x02\0",
        b"MM\0*\0\0\0\x08",
        b"IIRO\x08\0\0\0",
        b"IIU\0\x18\0\0\0",
        b"FUJIFILMCCD-RAW 0201",
        b"\0\0\0\x18ftypcrx \0\0\0\x01",
        b"\0\0\0\x18ftypmif1",
        b"\0MRM\0\0\0\0",
        b"FOVb\x03\x02\0\0",
        b"II\x1a\0\0\0HEAPCCDR",
        b"\xff\x4f\xff\x51\0",
    ],
)
def test_recognises_raw_and_rarer_formats(head: bytes) -> None:
    assert looks_like_photo(head)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff\xd8",
        b"BM is how this letter begins, and no bitmap",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"\0\0\0\x18ftypmp42",
        b"\0\0\0\x18ftypqt  ",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"SQLite format 3\0",
        b"II*",
    ],
)
def test_other_content_is_no_photo(head: bytes) -> None:
    assert not looks_like_photo(head)


@given(st.binary(max_size=SNIFF_BYTES))
def test_any_bytes_are_answered(head: bytes) -> None:
    assert looks_like_photo(head) in (True, False)
    assert looks_like_photo(b"\xff\xd8\xff" + head)


def test_reads_no_more_than_the_head(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(range(100)))
    assert read_head(str(path)) == bytes(range(SNIFF_BYTES))
    path.write_bytes(b"ab")
    assert read_head(str(path)) == b"ab"
    with pytest.raises(FileNotFoundError):
        read_head(str(tmp_path / "missing"))
