"""The computer's sleep is noticed by a heartbeat that comes too late."""

import time

import pytest
from PySide6.QtCore import QObject

from dupefinder.gui.controllers.notices import SleepWatch


@pytest.mark.usefixtures("qtbot")
def test_only_a_long_gap_is_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1_000_000.0
    monkeypatch.setattr(time, "time", lambda: now_s)
    parent = QObject()
    told: list[float] = []
    watch = SleepWatch(parent, told.append)
    watch.begin()
    for gap_s in (5, 64, 65 + 1, 5, 7200 + 5):
        now_s += gap_s
        watch.beat()
    assert told == [61.0, 7200.0]
