import io
import os
import sys
import threading
from collections.abc import Iterator
from multiprocessing.connection import Listener
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from dupefinder.core.decode import DecodeFailed, DecodeLimits, screen_picture
from dupefinder.core.decode.screen_picture import ScreenProcess, decode_for_screen
from dupefinder.core.records import ProblemCode
from tests.core.odd_decoders import noise, obedient_on_screen
from tests.core.pictures import dng, encode, icc_profile, jpeg, laid, orientation_exif, textured

PICTURE = textured(320, 200)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return tmp_path / "photo"


def difference(shown: np.ndarray, picture: Image.Image) -> float:
    """Mean difference in levels of a picture in the size that is shown."""
    height_px, width_px = shown.shape[:2]
    wanted = picture.convert("RGB").resize((width_px, height_px), Image.Resampling.LANCZOS)
    return float(np.abs(shown.astype(np.int16) - np.asarray(wanted)).mean())


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "TIFF", "WEBP", "HEIF", "AVIF"])
def test_a_photo_is_upright_at_every_size(photo: Path, format_: str, orientation: int) -> None:
    stored, exif = laid(PICTURE, orientation), orientation_exif(orientation).tobytes()
    photo.write_bytes(encode(stored, format_, exif=exif, quality=95))
    for longest_px, size_px in ((10_000, (320, 200)), (320, (320, 200)), (81, (81, 51))):
        shown = decode_for_screen(str(photo), longest_px)
        assert shown.shape == (size_px[1], size_px[0], 3)
        assert shown.dtype == np.uint8
        assert difference(shown, PICTURE) < 6


@pytest.mark.parametrize("mode", ["L", "P", "1", "RGBA", "LA", "I;16"])
def test_every_mode_becomes_rgb(photo: Path, mode: str) -> None:
    picture = Image.new(mode, (64, 32))
    photo.write_bytes(encode(picture, "PNG"))
    assert decode_for_screen(str(photo), 40).shape == (20, 40, 3)


def test_colours_are_those_that_the_profile_means(photo: Path) -> None:
    photo.write_bytes(
        encode(Image.new("RGB", (64, 32), "#f00"), "PNG", icc_profile=icc_profile(swapped=True))
    )
    assert decode_for_screen(str(photo), 40)[0, 0].argmax() == 2


def test_transparent_pixels_show_white(photo: Path) -> None:
    photo.write_bytes(encode(Image.new("RGBA", (64, 32), (9, 9, 9, 0)), "PNG"))
    assert decode_for_screen(str(photo), 40).min() == 255


@pytest.mark.parametrize("size_px", [(4000, 3), (3, 4000), (1, 1), (7, 2000)])
@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_no_side_is_ever_lost(photo: Path, size_px: tuple[int, int], format_: str) -> None:
    photo.write_bytes(encode(textured(*size_px), format_))
    height_px, width_px, _ = decode_for_screen(str(photo), 100).shape
    assert min(height_px, width_px) >= 1
    assert max(height_px, width_px) == min(100, max(size_px))


def test_a_large_jpeg_keeps_its_borders_when_it_is_decoded_reduced(photo: Path) -> None:
    picture = textured(1005, 803)
    photo.write_bytes(jpeg(picture, quality=95))
    for longest_px in (1004, 600, 333, 127, 60):
        shown = decode_for_screen(str(photo), longest_px)
        assert shown.shape[1] == longest_px
        assert difference(shown, picture) < 4


def test_a_broken_off_photo_is_shown_as_far_as_it_goes(photo: Path) -> None:
    content = jpeg(textured(640, 480))
    photo.write_bytes(content[: len(content) // 2])
    shown = decode_for_screen(str(photo), 320)
    assert shown.shape == (240, 320, 3)
    assert difference(shown[:90], PICTURE) > 0
    assert shown[:90].std() > 5


def test_a_raw_photo_is_shown_by_its_preview(photo: Path) -> None:
    upright = textured(200, 160)
    sensor = Image.new("RGB", (200, 160), "#888")
    photo.write_bytes(dng(sensor, jpeg(upright, quality=95)))
    assert difference(decode_for_screen(str(photo), 1000), upright) < 6


def test_a_raw_photo_without_preview_is_developed(photo: Path) -> None:
    photo.write_bytes(dng(textured(400, 320), None))
    assert decode_for_screen(str(photo), 100).shape == (80, 100, 3)


def test_the_bound_of_pixels_holds_at_full_size(
    photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen_picture, "MOST_SCREEN_PX", 320 * 200 // 4)
    photo.write_bytes(jpeg(PICTURE))
    assert decode_for_screen(str(photo), 10_000).shape == (100, 160, 3)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", ProblemCode.EMPTY),
        (b"words", ProblemCode.NOT_A_PICTURE),
        (b"\xff\xd8\xff\xe0 and no more", ProblemCode.DAMAGED),
        (b"II*\x00" + bytes(40), ProblemCode.DAMAGED),
    ],
)
def test_files_that_are_no_pictures_are_reported(
    photo: Path, content: bytes, code: ProblemCode
) -> None:
    photo.write_bytes(content)
    with pytest.raises(DecodeFailed) as caught:
        decode_for_screen(str(photo), 100)
    assert caught.value.code is code


def test_a_missing_file_is_told(photo: Path) -> None:
    with pytest.raises(DecodeFailed) as caught:
        decode_for_screen(str(photo), 100)
    assert caught.value.code is ProblemCode.VANISHED


@pytest.mark.parametrize(
    "limits", [DecodeLimits(max_pixels=1000), DecodeLimits(max_memory_bytes=1)]
)
def test_limits_are_kept(photo: Path, limits: DecodeLimits) -> None:
    photo.write_bytes(encode(PICTURE, "PNG"))
    with pytest.raises(DecodeFailed) as caught:
        decode_for_screen(str(photo), 100, limits)
    assert caught.value.code is ProblemCode.TOO_LARGE


def test_memory_that_is_not_there_is_told(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    photo.write_bytes(encode(PICTURE, "PNG"))
    monkeypatch.setattr(screen_picture, "to_displayed_rgb", fail)
    with pytest.raises(DecodeFailed) as caught:
        decode_for_screen(str(photo), 100)
    assert caught.value.code is ProblemCode.OUT_OF_MEMORY


def test_the_array_belongs_to_nobody_else(photo: Path) -> None:
    photo.write_bytes(jpeg(PICTURE))
    shown = decode_for_screen(str(photo), 10_000)
    photo.unlink()
    assert shown.flags["C_CONTIGUOUS"]
    assert Image.open(io.BytesIO(encode(Image.fromarray(shown), "PNG"))).size == (320, 200)


@pytest.fixture(scope="module")
def process() -> Iterator[ScreenProcess]:
    """Decodes files."""
    with ScreenProcess() as process:
        yield process


@pytest.fixture(scope="module")
def odd() -> Iterator[ScreenProcess]:
    """Does what it is told."""
    with ScreenProcess(decode=obedient_on_screen) as process:
        yield process


def failure(process: ScreenProcess, path: str) -> DecodeFailed:
    with pytest.raises(DecodeFailed) as caught:
        process.decode_for_screen(path, 100)
    return caught.value


@pytest.mark.parametrize(
    "content",
    [
        jpeg(laid(PICTURE, 6), exif=orientation_exif(6)),
        encode(PICTURE, "WEBP"),
        encode(PICTURE, "AVIF"),
        dng(PICTURE, None),
    ],
    ids=["JPEG", "WEBP", "AVIF", "DNG"],
)
def test_a_picture_is_the_same_as_decoded_in_this_process(
    tmp_path: Path, process: ScreenProcess, content: bytes
) -> None:
    path = tmp_path / "odd \udcff.dng"
    try:
        path.write_bytes(content)
    except OSError:
        path = tmp_path / "this file system takes text alone.dng"
        path.write_bytes(content)
    for longest_px in (100, 10_000):
        shown = process.decode_for_screen(str(path), longest_px)
        assert shown.dtype == np.uint8
        np.testing.assert_array_equal(shown, decode_for_screen(str(path), longest_px))


@pytest.mark.parametrize(
    "content",
    [None, b"", b"no picture", b"\xff\xd8\xff\xe0 broken", b"II*\x00" + bytes(40)],
    ids=["missing", "empty", "other", "damaged", "damaged RAW"],
)
def test_a_failure_is_the_same_as_in_this_process(
    tmp_path: Path, process: ScreenProcess, content: bytes | None
) -> None:
    path = tmp_path / "photo.dng"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DecodeFailed) as here:
        decode_for_screen(str(path), 100)
    there = failure(process, str(path))
    assert (there.code, there.detail) == (here.value.code, here.value.detail)


def test_one_process_serves_pictures_of_any_size(odd: ScreenProcess) -> None:
    pids = set()
    for height_px in (1, 349, 350, 3000):  # about a block, and several
        np.testing.assert_array_equal(odd.decode_for_screen("a", height_px), noise(height_px))
        pids.add(odd.pid)
    assert len(pids) == 1
    assert pids.isdisjoint({None, os.getpid()})


def test_an_error_of_the_decoder_arrives_with_its_traceback(odd: ScreenProcess) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)in obedient_on_screen.*ZeroDivisionError: a bug"):
        odd.decode_for_screen("error", 1)
    assert odd.decode_for_screen("next", 1).shape == (1, 1000, 3)


@pytest.mark.parametrize("word", ["exit", "exit in pixels", "abort"])
def test_a_crash_costs_one_picture(odd: ScreenProcess, word: str) -> None:
    failed = failure(odd, word)
    assert failed.code is ProblemCode.DECODER_CRASHED
    aborted = word == "abort" and sys.platform != "win32"
    assert failed.detail == ("SIGABRT" if aborted else "exit code 3")
    assert odd.pid is None
    assert odd.decode_for_screen("next", 1).shape == (1, 1000, 3)


def test_a_process_killed_meanwhile_is_started_again(odd: ScreenProcess) -> None:
    odd.decode_for_screen("one", 1)
    killed = psutil.Process(odd.pid)
    killed.kill()
    killed.wait(60)
    assert odd.decode_for_screen("two", 1).shape == (1, 1000, 3)
    assert odd.pid != killed.pid


def test_a_decode_beyond_the_time_limit_is_killed() -> None:
    with ScreenProcess(DecodeLimits(timeout_s=0.5), obedient_on_screen) as process:
        process.decode_for_screen("one", 1)
        hanging = process.pid
        assert hanging is not None
        failed = failure(process, "hang unheard")
        assert (failed.code, failed.detail) == (ProblemCode.TIMED_OUT, "0.5 s")
        assert not psutil.pid_exists(hanging)
        assert process.decode_for_screen("two", 1).shape == (1, 1000, 3)


def test_closing_ends_a_running_decode() -> None:
    failures: list[DecodeFailed] = []
    process = ScreenProcess(decode=obedient_on_screen)
    with Listener() as listener:
        path = f"hang:{listener.address}"
        thread = threading.Thread(target=lambda: failures.append(failure(process, path)))
        thread.start()
        with listener.accept():  # it has begun
            process.close()
            thread.join(10)
    assert [(failed.code, failed.detail) for failed in failures] == [
        (ProblemCode.DECODER_CRASHED, "closed")
    ]
    assert failure(process, "next").detail == "the process did not start: closed"
    process.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no niceness")
def test_it_gives_way_to_the_window(tmp_path: Path, process: ScreenProcess) -> None:
    (tmp_path / "a.jpg").write_bytes(jpeg(PICTURE))
    process.decode_for_screen(str(tmp_path / "a.jpg"), 100)
    assert process.pid is not None
    assert psutil.Process(process.pid).nice() > psutil.Process().nice()
