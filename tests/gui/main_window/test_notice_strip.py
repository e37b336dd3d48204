import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.gui.main_window import notice_strip
from dupefinder.gui.main_window.notice_strip import NoticeStrip

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def strip(qtbot: QtBot) -> NoticeStrip:
    strip = NoticeStrip()
    qtbot.addWidget(strip)
    strip.resize(900, 60)
    return strip


class Ear:
    """Stands where screen readers listen."""

    AnnouncementPoliteness = QAccessible.AnnouncementPoliteness

    def __init__(self) -> None:
        self.heard: list[tuple[str, bool]] = []

    def updateAccessibility(self, event: QAccessibleAnnouncementEvent) -> None:  # noqa: N802 - Qt's
        assertive = event.politeness() is QAccessible.AnnouncementPoliteness.Assertive
        self.heard.append((event.message(), assertive))


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch) -> Ear:
    ear = Ear()
    monkeypatch.setattr(notice_strip, "QAccessible", ear)
    return ear


def buttons(strip: NoticeStrip) -> dict[str, QPushButton]:
    return {b.text(): b for b in strip.findChildren(QPushButton) if not b.isHidden()}


def says(strip: NoticeStrip) -> list[str]:
    return [label.text() for label in strip.findChildren(QLabel) if label.isVisible()]


def test_a_notice_is_shown_said_and_closed(strip: NoticeStrip, ear: Ear, qtbot: QtBot) -> None:
    assert strip.isHidden()
    strip.show_notice("1,204 moved to the trash.", "trash")
    assert strip.isVisible()
    assert "1,204 moved to the trash." in says(strip)
    assert strip.accessibleName() == "1,204 moved to the trash."
    assert ear.heard == [("1,204 moved to the trash.", False)]
    qtbot.mouseClick(strip._close, LEFT)
    assert strip.isHidden()
    assert strip.text == ""


def test_a_warning_looks_and_sounds_different(strip: NoticeStrip, ear: Ear) -> None:
    strip.show_notice("The disk is full.", "warning")
    calm = strip.property("role"), strip._picture.pixmap().toImage()
    strip.clear()
    strip.show_notice("The disk is full.", "warning", kind="warning")
    assert strip.property("role") != calm[0]
    assert strip._picture.pixmap().toImage() != calm[1]
    assert ear.heard == [("The disk is full.", False), ("The disk is full.", True)]


def test_a_button_acts_once_and_closes(strip: NoticeStrip, qtbot: QtBot) -> None:
    done: list[str] = []
    strip.show_notice(
        "Done.",
        "check",
        [("Undo", lambda: done.append("undo")), ("Details", lambda: done.append("details"))],
    )
    shown = buttons(strip)
    assert list(shown) == ["Undo", "Details"]
    qtbot.mouseClick(shown["Details"], LEFT)
    assert done == ["details"]
    assert strip.isHidden()
    assert buttons(strip) == {}


def test_a_button_may_show_the_next_notice(strip: NoticeStrip, qtbot: QtBot) -> None:
    strip.show_notice("Gone.", "trash", [("Undo", lambda: strip.show_notice("Back.", "undo"))])
    qtbot.mouseClick(buttons(strip)["Undo"], LEFT)
    assert strip.isVisible()
    assert strip.text == "Back."


def test_the_latest_is_on_top_and_the_one_before_comes_back(
    strip: NoticeStrip, qtbot: QtBot
) -> None:
    done: list[str] = []
    strip.show_notice("First.", "info", [("One", lambda: done.append("one"))])
    strip.show_notice("Second.", "info", [("Two", lambda: done.append("two"))])
    assert strip.text == "Second."
    assert "1 more" in says(strip)
    qtbot.keyClick(buttons(strip)["Two"], Qt.Key.Key_Space)
    assert strip.text == "First."
    assert "1 more" not in says(strip)
    qtbot.mouseClick(buttons(strip)["One"], LEFT)
    assert done == ["two", "one"]
    assert strip.isHidden()


def test_only_a_few_are_kept_and_each_text_once(strip: NoticeStrip, qtbot: QtBot) -> None:
    for n in range(9):
        strip.show_notice(f"{n}", "info")
        strip.show_notice(f"{n}", "info")
    seen = []
    while strip.text:
        seen.append(strip.text)
        qtbot.mouseClick(strip._close, LEFT)
    assert seen == ["8", "7", "6", "5"]


def test_a_text_is_never_read_as_markup(strip: NoticeStrip) -> None:
    strip.show_notice("<b>x</b> & y", "info")
    assert strip._text.textFormat() is Qt.TextFormat.PlainText


def test_the_close_button_has_a_name(strip: NoticeStrip) -> None:
    strip.show_notice("x", "info")
    assert strip._close.accessibleName()
    assert strip._close.toolTip()
    assert not strip._close.icon().isNull()


def test_closing_nothing_does_nothing(strip: NoticeStrip) -> None:
    strip.close_notice()
    assert strip.isHidden()


@pytest.fixture
def page(strip: NoticeStrip, qtbot: QtBot) -> QWidget:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(900, 600)
    QPushButton("below", page).setGeometry(10, 560, 100, 30)
    strip.lie_over(page)
    page.show()
    qtbot.waitExposed(page)
    return page


def test_it_lies_over_the_page_and_moves_nothing(strip: NoticeStrip, page: QWidget) -> None:
    below = page.findChild(QPushButton, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert below is not None
    before = below.geometry()
    strip.show_notice("1,204 moved to the trash. " * 12, "trash", [("Undo", lambda: None)])
    assert below.geometry() == before
    assert page.rect().contains(strip.geometry())
    assert not strip.geometry().intersects(before)
    page.resize(500, 400)
    assert page.rect().contains(strip.geometry())
    assert strip.height() >= strip.minimumSizeHint().height()


@pytest.fixture
def active(strip: NoticeStrip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NoticeStrip, "isActiveWindow", lambda _: True)
    monkeypatch.setattr(NoticeStrip, "underMouse", lambda _: False)


def test_it_goes_by_itself(strip: NoticeStrip, page: QWidget, active: None) -> None:
    strip.show_notice("Before.", "info")
    strip.show_notice("Now.", "info")
    strip._end.timeout.emit()
    assert strip.text == "Before."
    assert strip._end.isActive()
    strip._end.timeout.emit()
    assert strip.isHidden()
    assert not strip._end.isActive()


def test_notices_that_ask_for_more_stay_longer(strip: NoticeStrip, page: QWidget) -> None:
    times = []
    strip.show_notice("Read.", "info")
    times.append(strip._end.interval())
    strip.show_notice("Decide.", "info", [("Undo", lambda: None)])
    times.append(strip._end.interval())
    strip.show_notice("Heed.", "warning", kind="warning")
    times.append(strip._end.interval())
    assert times == sorted(set(times))


def test_it_goes_when_one_goes_on_below_it(
    strip: NoticeStrip, page: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    strip.show_notice("Heed.", "warning", kind="warning")
    strip.show_notice("Exported.", "export", [("Open", lambda: None)])
    strip.give_way()
    assert strip.text == "Exported."  # nobody can have seen it yet
    monkeypatch.setattr(notice_strip, "_SEEN_MS", -1)
    strip.give_way()
    assert strip.text == "Heed."
    strip.give_way()
    assert strip.text == "Heed."


@pytest.mark.parametrize("holder", ["pointer", "focus", "elsewhere"])
def test_it_stays_while_it_is_used_or_nobody_looks(
    strip: NoticeStrip, page: QWidget, monkeypatch: pytest.MonkeyPatch, holder: str
) -> None:
    strip.show_notice("Now.", "info", [("Undo", lambda: None)])
    monkeypatch.setattr(NoticeStrip, "isActiveWindow", lambda _: holder != "elsewhere")
    monkeypatch.setattr(NoticeStrip, "underMouse", lambda _: holder == "pointer")
    if holder == "focus":
        buttons(strip)["Undo"].setFocus()
    strip._end.timeout.emit()
    assert strip.text == "Now."
    assert strip._end.isActive()


def test_the_focus_goes_back_to_where_it_was(
    strip: NoticeStrip, page: QWidget, qtbot: QtBot
) -> None:
    below = page.findChild(QPushButton, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert below is not None
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    below.setFocus()
    done: list[bool] = []
    strip.show_notice("Moved.", "trash", [("Undo", lambda: done.append(True))])
    buttons(strip)["Undo"].setFocus()
    buttons(strip)["Undo"].click()
    assert done == [True]
    assert below.hasFocus()


def test_a_notice_that_does_not_hold_any_more_is_withdrawn(strip: NoticeStrip) -> None:
    strip.show_notice("Scan once more.", "info")
    strip.show_notice("1,100 photos looked at.", "check")
    strip.withdraw("Scan once more.")
    assert strip.text == "1,100 photos looked at."
    assert "1 more" not in says(strip)
    strip.withdraw("1,100 photos looked at.")
    assert strip.isHidden()
    strip.withdraw("1,100 photos looked at.")
    assert strip.isHidden()
