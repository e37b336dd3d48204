import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dupefinder.core.job import Progress
from dupefinder.gui.main_window.scan_strip import ScanStrip
from tests.gui.stand_ins import answered, requested

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def strip(qtbot: QtBot) -> ScanStrip:
    strip: ScanStrip = answered(ScanStrip())
    qtbot.addWidget(strip)
    strip.resize(1080, strip.sizeHint().height())
    return strip


def progress(
    done: int = 12_430,
    total: int | None = 41_200,
    rate_per_s: float = 214.4,
    seconds_left: float | None = 134.0,
    phase: str = "decode",
) -> Progress:
    return Progress(phase, done, total, rate_per_s, seconds_left, 0)


def test_it_is_there_only_while_a_job_runs(strip: ScanStrip) -> None:
    assert strip.isHidden()
    strip.begin("scan")
    assert strip.isVisible()
    strip.finish()
    assert strip.isHidden()


@pytest.mark.parametrize("kind", ["scan", "act", "undo"])
def test_requested_tasks_are_shown_at_once(strip: ScanStrip, kind: str) -> None:
    strip.begin(kind)
    assert strip.isVisible()


def test_a_short_wait_shows_nothing_and_a_longer_one_does(strip: ScanStrip, qtbot: QtBot) -> None:
    strip.begin("open")
    assert strip.isHidden()
    strip.finish()
    strip.begin("open")
    qtbot.waitUntil(strip.isVisible, timeout=60_000)
    strip.begin("open")
    assert strip.isVisible()


def test_a_job_that_has_ended_is_not_shown_afterwards(strip: ScanStrip, qtbot: QtBot) -> None:
    strip.begin("open")
    strip.finish()
    assert not strip._delay.isActive()


def test_phase_counts_rate_and_time(strip: ScanStrip) -> None:
    strip.begin("scan")
    assert strip.phase.text() == "Looking for photos"
    assert strip.bar.maximum() == 0
    strip.show_progress(progress(7, None, phase="scan"))
    assert strip.numbers.text() == "7 so far"
    strip.show_progress(progress(0, None, phase="scan"))
    assert strip.numbers.text() == ""
    strip.show_progress(progress())
    assert strip.phase.text() == "Reading photos"
    text = strip.numbers.text().replace(",", "")
    assert text == "12430 of 41200 · 214/s · 2 min left"
    assert strip.bar.value() / strip.bar.maximum() == pytest.approx(12_430 / 41_200, abs=0.001)
    strip.show_progress(progress(seconds_left=None))
    assert strip.numbers.text().replace(",", "") == "12430 of 41200 · 214/s"
    strip.show_progress(progress(0, 9, 0.0, None))
    assert strip.numbers.text() == "0 of 9"
    strip.show_progress(progress(9, 9, 0.0, 1.0))
    assert strip.numbers.text() == "9 of 9"
    strip.show_progress(progress(0, 0))
    assert strip.bar.value() == strip.bar.maximum() > 0
    strip.show_progress(progress(5, 3))
    assert strip.bar.value() == strip.bar.maximum()


def test_pause_and_resume(strip: ScanStrip, qtbot: QtBot) -> None:
    strip.begin("scan")
    strip.show_progress(progress())
    assert strip.pause.accessibleName() == "Pause"
    running = strip.pause.icon().cacheKey()
    paused, resumed = requested(strip, "pause"), requested(strip, "resume")
    qtbot.mouseClick(strip.pause, LEFT)
    assert (len(paused), len(resumed)) == (1, 0)
    assert strip.phase.text() == "Paused"
    assert strip.pause.accessibleName() == "Go on"
    assert strip.pause.icon().cacheKey() != running
    strip.show_progress(progress(12_431))
    assert strip.phase.text() == "Paused"
    assert "left" not in strip.numbers.text()
    qtbot.mouseClick(strip.pause, LEFT)
    assert (len(paused), len(resumed)) == (1, 1)
    assert strip.phase.text() == "Reading photos"
    strip.set_paused(True)
    assert strip.phase.text() == "Paused"
    strip.begin("scan")
    assert strip.phase.text() == "Looking for photos"


def test_stop_is_asked_once(strip: ScanStrip, qtbot: QtBot) -> None:
    strip.begin("scan")
    strip.show_progress(progress())
    stopped = requested(strip, "stop")
    qtbot.mouseClick(strip.stop, LEFT)
    assert len(stopped) == 1
    assert strip.phase.text() == "Stopping"
    assert not strip.stop.isEnabled()
    assert not strip.pause.isEnabled()
    strip.show_progress(progress(12_500))
    assert strip.phase.text() == "Stopping"
    strip.finish()
    strip.begin("scan")
    assert strip.stop.isEnabled()
    assert strip.pause.isEnabled()


def test_the_keyboard_reaches_both_buttons(strip: ScanStrip, qtbot: QtBot) -> None:
    strip.begin("scan")
    strip.pause.setFocus()
    paused, stopped = requested(strip, "pause"), requested(strip, "stop")
    qtbot.keyClick(strip.pause, Qt.Key.Key_Space)
    assert len(paused) == 1
    qtbot.keyClick(strip.stop, Qt.Key.Key_Space)
    assert len(stopped) == 1


@pytest.mark.parametrize("width_px", [1080, 520])
def test_nothing_moves_as_numbers_change(strip: ScanStrip, qtbot: QtBot, width_px: int) -> None:
    strip.resize(width_px, strip.height())
    strip.begin("scan")
    qtbot.waitExposed(strip)

    def places() -> list[tuple[int, int]]:
        layout = strip.layout()
        assert layout is not None
        layout.activate()
        widgets = (strip.bar, strip.phase, strip.numbers, strip.pause, strip.stop)
        return [(widget.x(), widget.width()) for widget in widgets]

    strip.show_progress(progress(0, None, phase="scan"))
    before = places()
    for phase in (
        *("decode", "match", "confirm", "measure", "prove", "group"),
        *("act", "undo", "open"),
    ):
        strip.show_progress(progress(8_888_888, 8_888_888, 8888.0, 3600 * 8.8, phase))
        assert places() == before
        assert strip.width() == width_px
        assert strip.numbers.is_elided is (width_px == 520)
        assert bool(strip.numbers.toolTip()) is (width_px == 520)
    strip.set_paused(True)
    assert places() == before
    qtbot.mouseClick(strip.stop, LEFT)
    assert places() == before


def test_everything_has_a_name(strip: ScanStrip) -> None:
    for widget in (strip, strip.bar, strip.pause, strip.stop):
        assert widget.accessibleName()
    for button in (strip.pause, strip.stop):
        assert button.toolTip()
        assert not button.icon().isNull()
