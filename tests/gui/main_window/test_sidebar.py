import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dupefinder.gui.appearance.theme import colours
from dupefinder.gui.main_window.sidebar import Sidebar

LEFT = Qt.MouseButton.LeftButton
PLACES = ("folders", "review", "backups", "search", "history", "settings", "help")


@pytest.fixture
def sidebar(qtbot: QtBot) -> Sidebar:
    sidebar = Sidebar()
    qtbot.addWidget(sidebar)
    sidebar.resize(sidebar.sizeHint().width(), 600)
    sidebar.show()
    qtbot.waitExposed(sidebar)
    return sidebar


def test_a_click_chooses_a_place(sidebar: Sidebar, qtbot: QtBot) -> None:
    assert sidebar.place == "folders"
    for place in reversed(PLACES):
        with qtbot.waitSignal(sidebar.place_chosen) as chosen:
            qtbot.mouseClick(sidebar.button(place), LEFT)
        assert chosen.args == [place]
        assert sidebar.place == place
        assert [p for p in PLACES if sidebar.button(p).isChecked()] == [place]


def test_a_click_on_the_chosen_place_leads_there_again(sidebar: Sidebar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(sidebar.place_chosen) as chosen:
        qtbot.mouseClick(sidebar.button("folders"), LEFT)
    assert chosen.args == ["folders"]
    assert sidebar.place == "folders"


def test_choose_tells_nobody(sidebar: Sidebar, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(sidebar.place_chosen):
        sidebar.choose("history")
    assert sidebar.place == "history"


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_keys_choose(sidebar: Sidebar, qtbot: QtBot, key: Qt.Key) -> None:
    sidebar.button("review").setFocus()
    with qtbot.waitSignal(sidebar.place_chosen) as chosen:
        qtbot.keyClick(sidebar.button("review"), key)
    assert chosen.args == ["review"]


def test_arrows_walk_without_choosing(sidebar: Sidebar, qtbot: QtBot) -> None:
    sidebar.button("folders").setFocus()
    with qtbot.assertNotEmitted(sidebar.place_chosen):
        walked = []
        for key in (
            *[Qt.Key.Key_Down] * 7,
            Qt.Key.Key_Home,
            Qt.Key.Key_Up,
            Qt.Key.Key_End,
            Qt.Key.Key_Up,
        ):
            focused = next(p for p in PLACES if sidebar.button(p).hasFocus())
            qtbot.keyClick(sidebar.button(focused), key)
            walked.append(next(p for p in PLACES if sidebar.button(p).hasFocus()))
    assert walked == [
        "review", "backups", "search", "history", "settings", "help", "help",
        "folders", "folders", "help", "settings",
    ]  # fmt: skip
    assert sidebar.place == "folders"


def test_a_count_is_shown_and_said(sidebar: Sidebar) -> None:
    button = sidebar.button("review")
    width_px = sidebar.sizeHint().width()
    before = button.grab().toImage()
    sidebar.set_count("review", 412_345)
    assert button.count == 412_345
    assert button.accessibleName().startswith("Review")
    assert "412" in button.accessibleName()
    assert button.grab().toImage() != before
    assert sidebar.sizeHint().width() == width_px
    sidebar.set_count("review", 0)
    assert button.accessibleName() == "Review"
    assert button.grab().toImage() == before


def test_everything_has_a_name_and_a_key(sidebar: Sidebar) -> None:
    assert sidebar.accessibleName()
    for number, place in enumerate(PLACES, 1):
        button = sidebar.button(place)
        assert button.text()
        assert button.accessibleName()
        assert f"Ctrl+{number}" in button.toolTip()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_chosen_hovered_and_focused_look_different(sidebar: Sidebar) -> None:
    button = sidebar.button("history")
    sidebar.button("help").setFocus()
    plain = button.grab().toImage()
    sidebar.choose("history")
    chosen = button.grab().toImage()
    assert chosen != plain
    button.setFocus()
    assert button.grab().toImage() != chosen


def test_another_palette_is_drawn(sidebar: Sidebar) -> None:
    before = QApplication.palette()
    light = sidebar.grab().toImage()
    try:
        QApplication.setPalette(QPalette(Qt.GlobalColor.black))
        assert sidebar.grab().toImage() != light
    finally:
        QApplication.setPalette(before)


@pytest.mark.parametrize(
    "direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft]
)
def test_icons_stand_where_a_line_begins(sidebar: Sidebar, direction: Qt.LayoutDirection) -> None:
    sidebar.setLayoutDirection(direction)
    sidebar.choose("history")  # without the ring of the focus
    picture = sidebar.button("history").grab().toImage()
    accents = [
        x
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).rgb() == colours().accent.rgb()
    ]
    half = picture.width() // 2
    from_left = direction is Qt.LayoutDirection.LeftToRight
    assert (max(accents) < half) if from_left else (min(accents) > half)
