"""Parts that fold away."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.gui.appearance.icons import icon
from dupefinder.gui.widgets.layouts import Fold, scrolled


@pytest.fixture
def body() -> QLabel:
    return QLabel("body")


@pytest.fixture
def fold(body: QLabel, qtbot: QtBot) -> Fold:
    fold = Fold("Title", body)
    qtbot.addWidget(fold)
    fold.resize(500, 200)
    fold.show()
    qtbot.waitExposed(fold)
    return fold


def shown(fold: Fold) -> list[str]:
    return [label.text() for label in fold.findChildren(QLabel) if label.isVisible()]


def test_a_click_opens_and_closes(fold: Fold, body: QLabel, qtbot: QtBot) -> None:
    fold.set_summary("what it holds")
    assert not body.isVisible()
    assert shown(fold) == ["what it holds"]
    closed = fold.button.accessibleDescription()
    with qtbot.waitSignal(fold.toggled) as toggled:
        qtbot.mouseClick(fold.button, Qt.MouseButton.LeftButton)
    assert toggled.args == [True]
    assert fold.is_open
    assert body.isVisible()
    assert "what it holds" not in shown(fold)
    assert fold.button.accessibleDescription() != closed
    with qtbot.waitSignal(fold.toggled) as toggled:
        qtbot.keyClick(fold.button, Qt.Key.Key_Space)
    assert toggled.args == [False]
    assert shown(fold) == ["what it holds"]


def test_the_title_stays_where_it_is(fold: Fold, qtbot: QtBot) -> None:
    before = fold.button.geometry().topLeft()
    qtbot.mouseClick(fold.button, Qt.MouseButton.LeftButton)
    layout = fold.layout()
    assert layout is not None
    layout.activate()
    assert fold.button.geometry().topLeft() == before


def test_it_may_begin_open(body: QLabel, qtbot: QtBot) -> None:
    fold = Fold("Title", body, is_open=True)
    qtbot.addWidget(fold)
    fold.show()
    assert body.isVisible()


def test_an_opened_section_scrolls_into_sight(qtbot: QtBot) -> None:
    body = QLabel("body")
    body.setFixedHeight(150)
    fold = Fold("Title", body)
    content = QWidget()
    down = QVBoxLayout(content)
    above = QLabel("above")
    above.setFixedHeight(250)
    down.addWidget(above)
    down.addWidget(fold)
    page = scrolled(content)
    qtbot.addWidget(page)
    page.resize(400, 320)
    page.show()
    qtbot.mouseClick(fold.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: body.visibleRegion().boundingRect().height() == 150)
    assert fold.button.visibleRegion().boundingRect().height() == fold.button.height()


def test_a_closed_fold_points_where_people_read_on(qtbot: QtBot) -> None:
    fold = Fold("More", QLabel("body"))
    qtbot.addWidget(fold)

    def sign() -> QImage:
        return fold.button.icon().pixmap(16, 16).toImage()

    to_the_right = sign()
    fold.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert sign() == icon("chevron-left").pixmap(16, 16).toImage() != to_the_right
    fold.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert sign() == to_the_right
