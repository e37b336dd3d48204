import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dupefinder.core.decisions.separated import PhotoKeys, SeparatedPhoto, Separation
from dupefinder.gui.history.different_panel import DifferentPanel, DifferentRow
from dupefinder.services.marks import ListedSeparation
from tests.gui.stand_ins import thumbnails

LEFT = Qt.MouseButton.LeftButton


def listed(number: int, *parts: int, known: bool = True) -> ListedSeparation:
    photos = tuple(
        SeparatedPhoto(
            PhotoKeys(bytes([number, place]) * 16), part, f"/photos/<b>{number}-{place}.jpg"
        )
        for place, part in enumerate(parts)
    )
    ids = {one.keys.digest: 100 * number + place for place, one in enumerate(photos)}
    return ListedSeparation(Separation(photos, number), ids if known else {})


class Requests:
    def __init__(self) -> None:
        self.loads = 0
        self.allowed: list[ListedSeparation] = []

    def load_separations(self) -> None:
        self.loads += 1

    def allow(self, one: ListedSeparation) -> None:
        self.allowed.append(one)


@pytest.fixture
def requests() -> Requests:
    return Requests()


@pytest.fixture
def panel(requests: Requests, qtbot: QtBot) -> DifferentPanel:
    panel = DifferentPanel(thumbnails())
    panel.requests = requests
    qtbot.addWidget(panel)
    panel.resize(900, 600)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def test_it_says_what_belongs_there_while_it_is_empty(
    panel: DifferentPanel, requests: Requests
) -> None:
    assert panel.nothing.isVisible()
    assert requests.loads == 1


def test_each_decision_has_its_photos_and_a_button(
    panel: DifferentPanel, requests: Requests, qtbot: QtBot
) -> None:
    split, pair = listed(1, 1, 0, 1), listed(2, 0, 1)
    panel.set_separations([split, pair])
    assert not panel.nothing.isVisible()
    first, second = panel.rows
    # Those that were left together stand side by side; names are plain text.
    assert first.title.text() == "<b>1-1.jpg ≠ <b>1-0.jpg and <b>1-2.jpg"
    assert second.title.text() == "<b>2-0.jpg ≠ <b>2-1.jpg"
    assert second.date.text()
    qtbot.mouseClick(second.allow, LEFT)
    assert requests.allowed == [pair]


def test_small_pictures_are_shown_as_they_come(qtbot: QtBot) -> None:
    store = thumbnails()
    row = DifferentRow(listed(1, 0, 1), store)
    qtbot.addWidget(row)
    row.resize(700, 120)
    with qtbot.waitExposed(row):
        row.show()
    before = row.strip.grab().toImage()
    assert set(store.asked) == {100, 101}
    store.bring(101, "#ff0000")
    after = row.strip.grab().toImage()
    assert before != after


def test_a_photo_that_the_catalog_forgot_has_a_frame(qtbot: QtBot) -> None:
    row = DifferentRow(listed(1, 0, 1, known=False), thumbnails())
    qtbot.addWidget(row)
    assert not row.strip.grab().isNull()


def test_of_many_photos_those_are_shown_that_there_is_room_for(qtbot: QtBot) -> None:
    store = thumbnails()
    row = DifferentRow(listed(1, *range(40)), store)
    qtbot.addWidget(row)
    row.resize(600, 120)
    row.strip.grab()
    assert 1 < len(set(store.asked)) < 10
    assert row.title.text() == "<b>1-0.jpg ≠ <b>1-1.jpg ≠ 38 more"


def test_of_many_decisions_some_are_shown_at_a_time(panel: DifferentPanel, qtbot: QtBot) -> None:
    panel.set_separations([listed(number, 0, 1) for number in range(120)])
    assert len(panel.rows) == 50
    assert panel.more.text() == "70 more"
    qtbot.mouseClick(panel.more, LEFT)
    qtbot.mouseClick(panel.more, LEFT)
    assert len(panel.rows) == 120
    assert not panel.more.isVisible()
