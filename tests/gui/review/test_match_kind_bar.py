import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dupefinder.core.records import Evidence
from dupefinder.gui.results import MatchKind
from dupefinder.gui.review.match_kind_bar import MatchKindBar
from tests.gui.groups import pair, results_of
from tests.gui.stand_ins import catch

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(qtbot: QtBot) -> MatchKindBar:
    made = MatchKindBar()
    qtbot.addWidget(made)
    made.resize(1080, 60)
    results = results_of(
        pair("a.jpg", size_bytes=3_000_000),
        pair("b.jpg", Evidence.EDITED),
        pair("c.jpg", Evidence.MIRRORED),
        pair("d.jpg", Evidence.ROTATED),
        pair("l.jpg", Evidence.LOOK_ALIKE),
    )
    made.set_counts(results.kind_counts(np.ones(len(results.groups), np.bool_)))
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_each_match_kind_says_its_photos_and_what_is_to_win(bar: MatchKindBar) -> None:
    said = {match_kind: button.accessibleName() for match_kind, button in bar.buttons.items()}
    assert said[None] == "All: 4 photos, 3 MB can be freed"
    assert said[MatchKind.SAME_BYTES] == "Same file: 1 photo, 3 MB can be freed"
    assert said[MatchKind.SAME_PIXELS] == "Same pixels: 0 photos, 0 bytes can be freed"
    assert said[MatchKind.TURNED] == "Rotated or mirrored: 2 photos, 0 bytes can be freed"
    assert said[MatchKind.LOOK_ALIKE] == "Look-alikes: 1 photo, 0 bytes can be freed"
    assert all(button.toolTip() for button in bar.buttons.values())


def test_the_title_of_the_page_stands_beside_them_where_there_is_room(bar: MatchKindBar) -> None:
    kinds_px = {}
    for width_px in (1500, 900, 400):
        bar.resize(width_px, 60)
        QApplication.processEvents()
        kinds_px[width_px] = sum(one.width() for one in bar.buttons.values())
        assert bar.title.isVisible() == (width_px > 400)
    assert bar.title.text() == "Review"
    assert kinds_px[900] < kinds_px[1500]


@pytest.mark.parametrize("match_kind", [*MatchKind, None])
def test_a_click_chooses_a_match_kind(
    bar: MatchKindBar, qtbot: QtBot, match_kind: MatchKind | None
) -> None:
    chosen = catch(bar.match_kind_chosen)
    qtbot.mouseClick(bar.buttons[match_kind], LEFT)
    assert chosen == [match_kind]
    assert [one for one, button in bar.buttons.items() if button.isChecked()] == [match_kind]


def test_keys_go_from_match_kind_to_match_kind(bar: MatchKindBar, qtbot: QtBot) -> None:
    chosen = catch(bar.match_kind_chosen)
    bar.buttons[None].setFocus()
    qtbot.keyClick(bar.buttons[None], Qt.Key.Key_Right)
    assert QApplication.focusWidget() is bar.buttons[MatchKind.SAME_BYTES]
    qtbot.keyClick(bar.buttons[MatchKind.SAME_BYTES], Qt.Key.Key_Space)
    assert chosen[-1] is MatchKind.SAME_BYTES


def test_chosen_from_elsewhere_tells_nobody(bar: MatchKindBar) -> None:
    chosen = catch(bar.match_kind_chosen)
    bar.choose(MatchKind.EDITED)
    assert bar.buttons[MatchKind.EDITED].isChecked()
    assert chosen == []


def test_in_a_narrow_window_match_kinds_scroll_and_are_not_cut(
    bar: MatchKindBar, qtbot: QtBot
) -> None:
    wide = bar.height()
    last = bar.buttons[MatchKind.LOOK_ALIKE]
    bar.resize(360, wide)
    assert last.width() >= last.sizeHint().width()
    assert last.height() >= last.sizeHint().height()
    assert last.visibleRegion().isEmpty()
    last.setFocus(Qt.FocusReason.TabFocusReason)
    assert last.visibleRegion().boundingRect().width() >= last.width() - 1


def test_pointer_and_focus_are_seen(bar: MatchKindBar, qtbot: QtBot) -> None:
    button = bar.buttons[MatchKind.EDITED]
    bar.buttons[None].setFocus()
    plain = button.grab().toImage()
    button.setFocus()
    focused = button.grab().toImage()
    assert focused != plain
    bar.choose(MatchKind.EDITED)
    assert button.grab().toImage() != focused
    bar.choose(None)
    bar.buttons[None].setFocus()
    qtbot.mouseMove(button, QPoint(5, 5))
    assert button.sizeHint() == button.minimumSizeHint()


def test_larger_type_takes_more_room(bar: MatchKindBar) -> None:
    before = bar.buttons[MatchKind.EDITED].height()
    room = bar.sizeHint().height()
    font = bar.font()
    font.setPointSizeF(2 * font.pointSizeF())
    for button in bar.buttons.values():
        button.setFont(font)
    bar.setFont(font)
    QApplication.processEvents()
    assert bar.buttons[MatchKind.EDITED].height() > before
    assert bar.sizeHint().height() > room
