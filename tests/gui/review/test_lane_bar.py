import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dupefinder.core.records import Evidence
from dupefinder.gui.results import Lane
from dupefinder.gui.review.lane_bar import LaneBar
from tests.gui.groups import pair, results_of
from tests.gui.stand_ins import catch

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(qtbot: QtBot) -> LaneBar:
    made = LaneBar()
    qtbot.addWidget(made)
    made.resize(1080, 60)
    made.set_results(
        results_of(
            pair("a.jpg", size_bytes=3_000_000),
            pair("b.jpg", Evidence.EDITED),
            pair("c.jpg", Evidence.MIRRORED),
            pair("d.jpg", Evidence.ROTATED),
            pair("l.jpg", Evidence.LOOK_ALIKE),
        )
    )
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_each_lane_says_its_photos_and_what_is_to_win(bar: LaneBar) -> None:
    said = {lane: button.accessibleName() for lane, button in bar.buttons.items()}
    assert said[None] == "All: 4 photos, 3 MB can be freed"
    assert said[Lane.SAME_BYTES] == "Same file: 1 photo, 3 MB can be freed"
    assert said[Lane.SAME_PIXELS] == "Same pixels: 0 photos, 0 bytes can be freed"
    assert said[Lane.TURNED] == "Rotated or mirrored: 2 photos, 0 bytes can be freed"
    assert said[Lane.LOOK_ALIKE] == "Look-alikes: 1 photo, 0 bytes can be freed"
    assert all(button.toolTip() for button in bar.buttons.values())


@pytest.mark.parametrize("lane", [*Lane, None])
def test_a_click_chooses_a_lane(bar: LaneBar, qtbot: QtBot, lane: Lane | None) -> None:
    chosen = catch(bar.lane_chosen)
    qtbot.mouseClick(bar.buttons[lane], LEFT)
    assert chosen == [lane]
    assert [one for one, button in bar.buttons.items() if button.isChecked()] == [lane]


def test_keys_go_from_lane_to_lane(bar: LaneBar, qtbot: QtBot) -> None:
    chosen = catch(bar.lane_chosen)
    bar.buttons[None].setFocus()
    qtbot.keyClick(bar.buttons[None], Qt.Key.Key_Right)
    assert QApplication.focusWidget() is bar.buttons[Lane.SAME_BYTES]
    qtbot.keyClick(bar.buttons[Lane.SAME_BYTES], Qt.Key.Key_Space)
    assert chosen[-1] is Lane.SAME_BYTES


def test_chosen_from_elsewhere_tells_nobody(bar: LaneBar) -> None:
    chosen = catch(bar.lane_chosen)
    bar.choose(Lane.EDITED)
    assert bar.buttons[Lane.EDITED].isChecked()
    assert chosen == []


def test_in_a_narrow_window_lanes_scroll_and_are_not_cut(bar: LaneBar, qtbot: QtBot) -> None:
    wide = bar.height()
    last = bar.buttons[Lane.LOOK_ALIKE]
    bar.resize(360, wide)
    assert last.width() >= last.sizeHint().width()
    assert last.height() >= last.sizeHint().height()
    assert last.visibleRegion().isEmpty()
    last.setFocus(Qt.FocusReason.TabFocusReason)
    assert last.visibleRegion().boundingRect().width() >= last.width() - 1


def test_pointer_and_focus_are_seen(bar: LaneBar, qtbot: QtBot) -> None:
    button = bar.buttons[Lane.EDITED]
    bar.buttons[None].setFocus()
    plain = button.grab().toImage()
    button.setFocus()
    focused = button.grab().toImage()
    assert focused != plain
    bar.choose(Lane.EDITED)
    assert button.grab().toImage() != focused
    bar.choose(None)
    bar.buttons[None].setFocus()
    qtbot.mouseMove(button, QPoint(5, 5))
    assert button.sizeHint() == button.minimumSizeHint()


def test_larger_type_takes_more_room(bar: LaneBar) -> None:
    before = bar.buttons[Lane.EDITED].height()
    room = bar.sizeHint().height()
    font = bar.font()
    font.setPointSizeF(2 * font.pointSizeF())
    for button in bar.buttons.values():
        button.setFont(font)
    bar.setFont(font)
    QApplication.processEvents()
    assert bar.buttons[Lane.EDITED].height() > before
    assert bar.sizeHint().height() > room
