import threading
from collections.abc import Iterator
from functools import partial
from multiprocessing.connection import Listener
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from dupefinder.core.decode import screen_picture
from dupefinder.core.decode.screen_picture import ScreenProcess
from dupefinder.core.records import Problem, ProblemCode
from dupefinder.gui.photos.picture_loader import FULL_PX, PictureLoader, step_px
from tests.core.odd_decoders import obedient_on_screen
from tests.core.pictures import jpeg, laid, orientation_exif, textured
from tests.gui.stand_ins import Decoder, catch


@pytest.fixture
def decoder() -> Decoder:
    return Decoder()


@pytest.fixture
def pictures(decoder: Decoder, qtbot: QtBot) -> Iterator[PictureLoader]:
    pictures = PictureLoader(decode=decoder)
    yield pictures
    decoder.gate.set()
    pictures.close()


@pytest.fixture(scope="module")
def undisturbed() -> Iterator[PictureLoader]:
    """Decodes as the window does; shared, because its processes take a while to start."""
    pictures = PictureLoader()
    yield pictures
    pictures.close()


def test_a_photo_comes_upright_from_its_file(
    undisturbed: PictureLoader, qtbot: QtBot, tmp_path: Path
) -> None:
    picture = textured(320, 200)
    (tmp_path / "a.jpg").write_bytes(jpeg(laid(picture, 6), exif=orientation_exif(6), quality=95))
    with qtbot.waitSignal(undisturbed.loaded, timeout=60_000) as caught:
        undisturbed.request(str(tmp_path / "a.jpg"), 320)
    path, image = caught.args
    assert path == str(tmp_path / "a.jpg")
    assert (image.width(), image.height()) == (320, 200)
    wanted = np.asarray(picture)[100, 160].astype(int)
    shown = image.pixelColor(160, 100)
    assert np.abs(wanted - (shown.red(), shown.green(), shown.blue())).max() < 40


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, ProblemCode.VANISHED), (b"", ProblemCode.EMPTY), (b"no", ProblemCode.NOT_A_PICTURE)],
)
def test_the_reason_for_a_missing_picture_is_told(
    undisturbed: PictureLoader,
    qtbot: QtBot,
    tmp_path: Path,
    content: bytes | None,
    code: ProblemCode,
) -> None:
    path = tmp_path / "odd \udcff.jpg"
    if content is not None:
        try:
            path.write_bytes(content)
        except OSError:
            pytest.skip("this file system takes no name that is not valid text")
    with qtbot.waitSignal(undisturbed.loaded, timeout=60_000) as caught:
        undisturbed.request(str(path), 100)
    assert caught.args == [str(path), Problem(str(path), code, caught.args[1].detail)]
    assert undisturbed.picture(str(path), 1) is None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MemoryError(), ProblemCode.OUT_OF_MEMORY),
        (RuntimeError("odd"), ProblemCode.READ_ERROR),
    ],
)
def test_a_fault_concerns_one_photo(qtbot: QtBot, error: Exception, code: ProblemCode) -> None:
    def fail(path: str, longest_px: int) -> NDArray[np.uint8]:
        raise error

    pictures = PictureLoader(decode=fail)
    for name in ("a", "b"):
        with qtbot.waitSignal(pictures.loaded) as caught:
            pictures.request(name, 100)
        assert caught.args[1].code is code
    pictures.close()


def test_loaded_pictures_are_not_decoded_again(
    pictures: PictureLoader, decoder: Decoder, qtbot: QtBot
) -> None:
    decoder.sizes["a"] = (4000, 3000)
    for longest_px in (700, 600, 513, 768):
        with qtbot.waitSignal(pictures.loaded):
            pictures.request("a", longest_px)
    assert decoder.asked == [("a", 768)]
    image = pictures.picture("a", 768)
    assert image is not None
    assert image.width() == 768
    assert pictures.picture("a", 769) is None
    assert pictures.picture("b", 1) is None


def test_a_photo_with_no_more_pixels_serves_every_size(
    pictures: PictureLoader, decoder: Decoder, qtbot: QtBot
) -> None:
    decoder.sizes["a"] = (300, 200)
    with qtbot.waitSignal(pictures.loaded):
        pictures.request("a", 380)
    image = pictures.picture("a", FULL_PX)
    assert image is not None
    assert image.width() == 300


def test_the_newest_request_is_done_first(
    pictures: PictureLoader, decoder: Decoder, qtbot: QtBot
) -> None:
    decoder.gate.clear()
    loaded = catch(pictures.loaded)
    for name in ("first", "second"):
        pictures.request(name, 100)
    qtbot.waitUntil(lambda: len(decoder.asked) == 2)  # both threads are busy
    for name in ("a", "b", "c", "a"):
        pictures.request(name, 100)
    decoder.gate.set()
    qtbot.waitUntil(lambda: len(loaded) == 5)
    assert [path for path, _ in decoder.asked[2:]] == ["a", "c", "b"]


def test_waiting_requests_can_be_dropped(
    pictures: PictureLoader, decoder: Decoder, qtbot: QtBot
) -> None:
    decoder.gate.clear()
    loaded = catch(pictures.loaded)
    for name in ("first", "second"):
        pictures.request(name, 100)
    qtbot.waitUntil(lambda: len(decoder.asked) == 2)
    pictures.request("gone", 100)
    pictures.drop_waiting()
    pictures.request("wanted", 100)
    decoder.gate.set()
    qtbot.waitUntil(lambda: len(loaded) == 3)
    assert sorted(path for path, _ in loaded) == ["first", "second", "wanted"]


def test_pictures_are_decoded_ahead_while_nothing_is_requested(
    pictures: PictureLoader, decoder: Decoder, qtbot: QtBot
) -> None:
    decoder.gate.clear()
    pictures.load_ahead([("next", 100), ("then", 100), ("last", 100)])
    qtbot.waitUntil(lambda: len(decoder.asked) == 1)
    for name in ("a", "b"):
        pictures.request(name, 100)
    qtbot.waitUntil(lambda: len(decoder.asked) == 2)  # one thread is left for requests
    decoder.gate.set()
    qtbot.waitUntil(lambda: len(decoder.asked) == 5)
    asked = [path for path, _ in decoder.asked]
    assert asked[0] == "next"
    assert set(asked[1:3]) == {"a", "b"}
    assert asked[3:] == ["then", "last"]


def test_other_wishes_take_the_place_of_what_was_to_be_decoded_ahead(
    pictures: PictureLoader, decoder: Decoder, qtbot: QtBot
) -> None:
    decoder.gate.clear()
    loaded = catch(pictures.loaded)
    pictures.load_ahead([("next", 100), ("gone", 100)])
    qtbot.waitUntil(lambda: len(decoder.asked) == 1)
    pictures.load_ahead([("other", 100)])
    pictures.request("next", 100)  # it is on its way
    decoder.gate.set()
    qtbot.waitUntil(lambda: len(loaded) == 2)
    assert [path for path, _ in decoder.asked] == ["next", "other"]
    pictures.load_ahead([("other", 100), ("next", 90)])
    pictures.drop_waiting()
    pictures.request("end", 100)
    qtbot.waitUntil(lambda: len(loaded) == 3)
    assert [path for path, _ in decoder.asked] == ["next", "other", "end"]


def test_few_are_decoded_ahead(pictures: PictureLoader, decoder: Decoder, qtbot: QtBot) -> None:
    loaded = catch(pictures.loaded)
    pictures.load_ahead([(str(number), 100) for number in range(100)])
    qtbot.waitUntil(lambda: len(loaded) == 20)
    assert [path for path, _ in decoder.asked] == [str(number) for number in range(20)]


def test_old_requests_are_forgotten(
    pictures: PictureLoader, decoder: Decoder, qtbot: QtBot
) -> None:
    decoder.gate.clear()
    loaded = catch(pictures.loaded)
    for name in ("first", "second"):
        pictures.request(name, 100)
    qtbot.waitUntil(lambda: len(decoder.asked) == 2)
    for number in range(100):
        pictures.request(str(number), 100)
    decoder.gate.set()
    qtbot.waitUntil(lambda: len(loaded) == 26)
    assert {path for path, _ in decoder.asked[2:]} == {str(number) for number in range(76, 100)}


def test_memory_is_bounded_and_the_last_used_stays(decoder: Decoder, qtbot: QtBot) -> None:
    pictures = PictureLoader(decode=decoder, most_bytes=3 * 400 * 300 * 4)
    for name in ("a", "b", "c"):
        with qtbot.waitSignal(pictures.loaded):
            pictures.request(name, 500)
    assert pictures.picture("a", 400) is not None
    with qtbot.waitSignal(pictures.loaded):
        pictures.request("d", 500)
    kept = [name for name in "abcd" if pictures.picture(name, 400) is not None]
    assert kept == ["a", "c", "d"]
    pictures.close()


def test_one_picture_is_kept_however_large(decoder: Decoder, qtbot: QtBot) -> None:
    pictures = PictureLoader(decode=decoder, most_bytes=10)
    for name in ("a", "b"):
        with qtbot.waitSignal(pictures.loaded):
            pictures.request(name, 500)
    assert pictures.picture("a", 400) is None
    assert pictures.picture("b", 400) is not None
    pictures.close()


def test_colours_arrive_as_decoded(qtbot: QtBot) -> None:
    def decode(path: str, longest_px: int) -> NDArray[np.uint8]:
        pixels = np.zeros((2, 3, 3), np.uint8)  # rows of 9 bytes: no multiple of four
        pixels[1, 2] = (10, 20, 30)
        return pixels

    pictures = PictureLoader(decode=decode)
    with qtbot.waitSignal(pictures.loaded) as caught:
        pictures.request("a", 100)
    image: QImage = caught.args[1]
    assert image.pixelColor(2, 1) == QColor(10, 20, 30)
    assert image.pixelColor(0, 0) == QColor(0, 0, 0)
    pictures.close()


def test_closing_ends_the_threads_and_takes_no_more(decoder: Decoder, qtbot: QtBot) -> None:
    others = set(threading.enumerate())
    pictures = PictureLoader(decode=decoder)
    with qtbot.waitSignal(pictures.loaded):
        pictures.request("a", 100)
    own = set(threading.enumerate()) - others
    assert [thread.name[:7] for thread in own] == ["picture", "picture"]
    pictures.close()
    assert not any(thread.is_alive() for thread in own)
    pictures.request("b", 100)
    assert decoder.asked == [("a", step_px(100))]
    pictures.close()


def test_closing_does_not_wait_for_a_hanging_decode(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    obedient = partial(ScreenProcess, decode=obedient_on_screen)
    monkeypatch.setattr(screen_picture, "ScreenProcess", obedient)
    others = set(threading.enumerate())
    pictures = PictureLoader()
    loaded = catch(pictures.loaded)
    with Listener() as listener:
        pictures.request(f"hang:{listener.address}", 100)
        with listener.accept() as hanging:  # it has begun
            own = set(threading.enumerate()) - others
            pictures.close()
            assert not any(thread.is_alive() for thread in own)
            with pytest.raises(EOFError):
                hanging.recv()  # the process has ended
    assert loaded == []


def test_a_crash_is_told_and_costs_one_photo(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    obedient = partial(ScreenProcess, decode=obedient_on_screen)
    monkeypatch.setattr(screen_picture, "ScreenProcess", obedient)
    pictures = PictureLoader()
    loaded = catch(pictures.loaded)
    for path in ("exit", "a"):
        with qtbot.waitSignal(pictures.loaded, timeout=60_000):
            pictures.request(path, 100)
    assert loaded[0] == ("exit", Problem("exit", ProblemCode.DECODER_CRASHED, "exit code 3"))
    assert isinstance(loaded[1][1], QImage)
    pictures.close()


def test_closing_without_any_request_is_fine(qtbot: QtBot) -> None:
    PictureLoader().close()


@pytest.mark.parametrize(("wanted", "step"), [(1, 384), (384, 384), (385, 512), (5000, FULL_PX)])
def test_sizes_come_in_steps(wanted: int, step: int) -> None:
    assert step_px(wanted) == step
