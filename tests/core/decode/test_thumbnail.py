import io
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from dupefinder.core.decode.thumbnail import encode_thumbnail


def noise(side_px: int, seed: int) -> Image.Image:
    levels = np.random.default_rng(seed).integers(0, 256, (side_px, side_px, 3))
    return Image.fromarray(levels.astype(np.uint8))


def plainly(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def test_a_small_one_after_a_large_one_keeps_nothing_of_it() -> None:
    for side_px in (320, 8, 160, 1):
        picture = noise(side_px, side_px)
        assert encode_thumbnail(picture) == plainly(picture)


def test_threads_do_not_write_into_each_others_file() -> None:
    pictures = [noise(40 + number % 50, number) for number in range(200)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(encode_thumbnail, pictures)) == list(map(plainly, pictures))


def test_without_files_in_memory_it_is_encoded_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(name: str) -> int:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(os, "memfd_create", refuse, raising=False)
    picture = noise(30, 5)
    with ThreadPoolExecutor(1) as pool:  # a thread that has no file yet
        assert pool.submit(encode_thumbnail, picture).result() == plainly(picture)


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="lists descriptors as Linux does")
def test_the_file_of_a_thread_ends_with_it() -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(encode_thumbnail, [noise(20, 1)] * 8))
    assert len(os.listdir("/proc/self/fd")) <= before
