"""Reading of a file, and the work that `decode_bytes` leaves to its caller: digest and memory."""

import errno
import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_bytes
from dupefinder.core.decode.file_content import digest_parts_of, read_parts_digest, read_whole
from dupefinder.core.records import ProblemCode
from tests.opened_files import locked

LIMITS = DecodeLimits()


def failure(path: Path) -> ProblemCode:
    with pytest.raises(DecodeFailed) as caught:
        read_whole(str(path), LIMITS)
    return caught.value.code


def encoded(format_: str, side_px: int = 1000) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (side_px, side_px), (9, 99, 199)).save(buffer, format_)
    return buffer.getvalue()


def test_content_comes_with_size_and_time(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"content")
    os.utime(path, ns=(1, 1_234_567_000))
    assert read_whole(str(path), LIMITS) == (b"content", 7, 1_234_567_000)


def test_empty_and_missing_files_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert failure(tmp_path / "empty") is ProblemCode.EMPTY
    assert failure(tmp_path / "gone") is ProblemCode.VANISHED


def test_a_server_that_does_not_answer_is_no_missing_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows raises the same error for both; the long form of the path tells them apart."""
    monkeypatch.setattr("dupefinder.core.errors.sys", SimpleNamespace(platform="win32"))
    assert failure(tmp_path / "gone") is ProblemCode.READ_ERROR


@pytest.mark.parametrize(
    ("number", "code"), [(32, ProblemCode.IN_USE), (5, ProblemCode.NO_PERMISSION)]
)
def test_sharing_violations_are_told_from_missing_permission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: ProblemCode
) -> None:
    def refuse(*_: object) -> int:
        error = PermissionError(errno.EACCES, "no")
        error.winerror = number  # type: ignore[attr-defined,unused-ignore]
        raise error

    monkeypatch.setattr("dupefinder.core.decode.file_content.os.open", refuse)
    assert failure(tmp_path / "photo.jpg") is code


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows locks what is open")
def test_a_photo_that_nobody_else_may_open(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"content")
    with locked(str(path)):
        assert failure(path) is ProblemCode.IN_USE
    assert read_whole(str(path), LIMITS)[0] == b"content"


@pytest.mark.parametrize("change", ["append", "shorten", "rewrite"])
@pytest.mark.parametrize("moment", [1, 2])
def test_a_change_while_it_is_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, moment: int
) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"content")
    os.utime(path, ns=(1, 1_000_000_000))
    fstat = os.fstat
    calls = 0

    def change_and_stat(descriptor: int) -> os.stat_result:
        """Change the file right after the first look at it, or right before the second."""
        nonlocal calls
        calls += 1
        status = fstat(descriptor)
        if calls == moment:
            if change == "rewrite":
                path.write_bytes(b"another")
            else:
                path.write_bytes(b"content and more" if change == "append" else b"con")
                os.utime(path, ns=(1, 1_000_000_000))  # the size alone tells
        return status if calls == 1 else fstat(descriptor)

    monkeypatch.setattr("dupefinder.core.decode.file_content.os.fstat", change_and_stat)
    assert failure(path) is ProblemCode.CHANGED_WHILE_READ


def test_a_file_larger_than_memory_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Greedy(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise MemoryError

    def open_greedily(path: str, mode: str, buffering: int, **_: object) -> Greedy:
        return Greedy(path)

    path = tmp_path / "photo.jpg"
    path.write_bytes(b"content")
    monkeypatch.setattr("builtins.open", open_greedily)
    assert failure(path) is ProblemCode.OUT_OF_MEMORY


def test_a_file_may_come_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(2)

    def open_slowly(path: str, mode: str, buffering: int, **_: object) -> Slow:
        return Slow(path)

    path = tmp_path / "photo.jpg"
    path.write_bytes(b"content")
    monkeypatch.setattr("builtins.open", open_slowly)
    assert read_whole(str(path), LIMITS)[:2] == (b"content", 7)


def test_a_digest_that_is_given_is_not_taken_again() -> None:
    assert decode_bytes(encoded("PNG"), "a.png", LIMITS, b"given").digest == b"given"


@pytest.mark.parametrize(
    ("format_", "least_bytes_per_px"),
    [("JPEG", 0.25), ("PNG", 4), ("WEBP", 16), ("AVIF", 9), ("JPEG2000", 1), ("TIFF", 4)],
)
def test_memory_is_reserved_once_and_enough(format_: str, least_bytes_per_px: float) -> None:
    data = encoded(format_)
    reserved: list[int] = []
    decode_bytes(data, "a", LIMITS, None, reserved.append)
    (needed_bytes,) = reserved
    assert needed_bytes >= len(data) + 1_000_000 * least_bytes_per_px


def test_nothing_is_reserved_for_what_is_refused() -> None:
    reserved: list[int] = []
    with pytest.raises(DecodeFailed) as caught:
        decode_bytes(
            encoded("PNG"), "a", DecodeLimits(max_memory_bytes=1_000_000), None, reserved.append
        )
    assert caught.value.code is ProblemCode.TOO_LARGE
    assert reserved == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "pipe.jpg"
    os.mkfifo(path)
    with pytest.raises(DecodeFailed, match="plain file"):
        read_whole(str(path), LIMITS)


@pytest.mark.parametrize("size", [0, 1, 100, 16_384, 16_385, 40_000, 200_000])
def test_parts_are_the_same_from_the_file_and_from_memory(size: int, tmp_path: Path) -> None:
    data = np.random.default_rng(size).bytes(size)
    path = tmp_path / "file"
    path.write_bytes(data)
    assert read_parts_digest(str(path), size) == digest_parts_of(data)
