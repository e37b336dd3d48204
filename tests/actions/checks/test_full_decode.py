"""A photo that is to stay is decoded from its first pixel to its last."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from blake3 import blake3

from dupefinder.actions.checks import full_decode
from dupefinder.actions.checks.full_decode import (
    WholePhoto,
    close_decoder,
    decode_whole,
    read_in_full,
)
from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.records import ProblemCode
from tests.core.pictures import dng, encode, jpeg, textured

LIMITS = DecodeLimits()


def decoded(content: bytes, name: str = "x.jpg", limits: DecodeLimits = LIMITS) -> WholePhoto:
    digest = blake3(content).digest()
    photo = decode_whole(content, name, limits, digest, lambda _: None)
    assert photo.digest == digest
    return photo


def decode(content: bytes, name: str = "x.jpg", limits: DecodeLimits = LIMITS) -> None:
    assert decoded(content, name, limits).fault is None


def failure(content: bytes, name: str = "x.jpg", limits: DecodeLimits = LIMITS) -> ProblemCode:
    photo = decoded(content, name, limits)
    assert photo.fault is not None
    assert photo.pixel_digest is None
    return photo.fault.code


def test_the_pixels_are_digested() -> None:
    picture = textured()
    digests = {decoded(encode(picture, kind), f"x.{kind}").pixel_digest for kind in ("PNG", "BMP")}
    assert len(digests) == 1
    assert None not in digests
    assert decoded(encode(textured(seed=1), "PNG")).pixel_digest not in digests


def test_files_that_are_no_pictures_are_refused() -> None:
    with pytest.raises(DecodeFailed):
        decoded(b"no picture at all")


def test_a_jpeg_whose_end_was_lost_is_not_whole() -> None:
    whole = jpeg(textured())
    decode(whole)
    assert failure(whole[:-50]) is ProblemCode.PARTLY_DAMAGED


def test_a_jpeg_that_lacks_only_its_end_marker_shows_the_same() -> None:
    whole = jpeg(textured())
    assert decoded(whole[:-2]).pixel_digest == decoded(whole).pixel_digest


def test_every_page_counts() -> None:
    pages = [textured(seed=seed) for seed in range(3)]
    content = encode(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    decode(content, "x.tif")
    assert failure(content[: len(content) * 4 // 5], "x.tif") is ProblemCode.DAMAGED


def test_a_raw_file_is_developed_whatever_its_preview_shows() -> None:
    content = dng(textured(), jpeg(textured(160, 120)))
    decode(content, "x.dng")
    assert failure(content[:-20_000], "x.dng") is ProblemCode.DAMAGED


def test_the_memory_of_a_full_decode_is_bounded() -> None:
    limits = DecodeLimits(max_memory_bytes=1_500_000)
    decode(encode(textured(), "PNG"), limits=limits)
    with pytest.raises(DecodeFailed) as caught:
        decoded(encode(textured().resize((2000, 1500)), "PNG"), limits=limits)
    assert caught.value.code is ProblemCode.TOO_LARGE


def test_a_large_jpeg_is_decoded_to_its_end_at_an_eighth_of_its_size() -> None:
    limits = DecodeLimits(max_memory_bytes=1_500_000)
    large = jpeg(textured().resize((2000, 1500)))
    decode(large, limits=limits)
    # Its pixels are not held at once, so that they have no digest.
    assert decoded(large, limits=limits).pixel_digest is None
    assert failure(large[:-50], limits=limits) is ProblemCode.PARTLY_DAMAGED


def test_the_memory_of_developing_is_bounded() -> None:
    limits = DecodeLimits(max_memory_bytes=900_000)
    content = dng(textured(), jpeg(textured(160, 120)))
    assert failure(content, "x.dng", limits) is ProblemCode.TOO_LARGE


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    made = tmp_path / "photo.jpg"
    made.write_bytes(jpeg(textured()))
    yield made
    close_decoder()


def test_only_the_bytes_that_are_meant_count(path: Path) -> None:
    content = path.read_bytes()
    read_in_full(str(path), blake3(content).digest(), len(content), LIMITS)
    with pytest.raises(DecodeFailed) as caught:
        read_in_full(str(path), bytes(32), len(content), LIMITS)
    assert caught.value.code is ProblemCode.CHANGED_WHILE_READ


def test_one_process_serves_all_photos_and_ends_when_told(path: Path) -> None:
    content = path.read_bytes()
    pids = set()
    for _ in range(2):
        read_in_full(str(path), blake3(content).digest(), len(content), LIMITS)
        pids.add(full_decode._processes[LIMITS].pid)
    (pid,) = pids
    assert pid not in (None, os.getpid())
    close_decoder()
    assert full_decode._processes == {}
    close_decoder()
