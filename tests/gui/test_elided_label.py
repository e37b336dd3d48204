from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dupefinder.gui.elided_label import ElidedLabel, SteadyLabel

LONG = "a name that is by far too long for the room that there is.jpg"


def test_a_text_without_room_is_whole_in_its_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel(elide=Qt.TextElideMode.ElideMiddle)
    qtbot.addWidget(label)
    label.set_text(LONG)
    label.resize(100, 20)
    label.show()
    assert label.is_elided
    assert label.toolTip() == LONG
    assert label.text() == LONG
    label.resize(2000, 20)
    assert not label.is_elided
    assert label.toolTip() == ""


def test_a_hint_stays_whether_there_is_room_or_not(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.set_text("short", "what it means")
    label.resize(2000, 20)
    assert label.toolTip() == "what it means"
    label.resize(5, 20)
    assert label.toolTip() == "what it means"


def test_a_larger_font_may_need_the_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("short")
    qtbot.addWidget(label)
    label.resize(label.sizeHint().width() + 4, 20)
    label.show()
    assert label.toolTip() == ""
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 3)
    label.setFont(font)
    assert label.toolTip() == "short"


def test_it_can_become_narrow(qtbot: QtBot) -> None:
    label = ElidedLabel(LONG)
    qtbot.addWidget(label)
    assert label.minimumSizeHint().width() < label.sizeHint().width() / 3


def test_markup_is_shown_as_it_is(qtbot: QtBot) -> None:
    label = ElidedLabel("<b>name</b>.jpg")
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_what_is_drawn_ends_inside(qtbot: QtBot) -> None:
    label = ElidedLabel(LONG)
    qtbot.addWidget(label)
    label.resize(60, 20)
    image = label.grab().toImage()
    last = [image.pixelColor(image.width() - 1, y).name() for y in range(image.height())]
    assert len(set(last)) == 1


def test_a_steady_label_asks_for_the_room_of_the_longest_text(qtbot: QtBot) -> None:
    label = SteadyLabel()
    qtbot.addWidget(label)
    label.reserve("place 1 of 3, upper left", "short")
    before = label.sizeHint(), label.minimumSizeHint()
    label.resize(before[0])
    for text in ("short", "place 1 of 3, upper left"):
        label.set_text(text)
        assert (label.sizeHint(), label.minimumSizeHint()) == before
        assert not label.is_elided
    label.resize(before[1])
    assert label.is_elided
