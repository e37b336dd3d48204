"""The photos of the groups beside the chosen one are at hand before they are asked for."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dupefinder.core.records import Evidence
from tests.gui.groups import group, photo, results_of
from tests.gui.review.page_stage import Stage
from tests.gui.stand_ins import Decoder

# In the order in which they are listed: by the space that they would free.
GROUPS = [
    group(
        photo(f"library/{number}.jpg", 1_000_000 - number),
        *(
            photo(
                f"b{copy}/{number}.jpg",
                (8 - number) * 6000 // (1 + number % 3),
                evidence=Evidence.RE_ENCODED,
            )
            for copy in range(1 + number % 3)
        ),
    )
    for number in range(8)
]


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(qtbot, tmp_path)
    made.show(results_of(*GROUPS))
    yield made
    decoder_of(made).gate.set()
    made.close()


def decoder_of(stage: Stage) -> Decoder:
    decoder = stage.pictures._decode
    assert isinstance(decoder, Decoder)
    return decoder


def is_at_hand(stage: Stage, row: int) -> bool:
    shown = stage.page.list.groups.group_at(row)
    assert shown is not None
    return all(stage.pictures.picture(member.file.path, 1) for member in shown.members)


def test_the_neighbours_are_those_to_which_a_key_leads(stage: Stage) -> None:
    groups = stage.page.list
    at = groups.groups.group_at
    groups.choose_row(3)
    assert groups.neighbours() == [at(4), at(5), at(2)]
    stage.marks.keep_all(GROUPS[4])
    stage.marks.keep_all(GROUPS[5])
    assert groups.neighbours() == [at(4), at(6), at(5), at(2)]
    groups.choose_row(7)
    assert groups.neighbours() == [at(0), at(6)]
    groups.choose_row(-1)
    assert groups.neighbours() == []


@pytest.mark.parametrize(
    ("key", "row"), [(Qt.Key.Key_Down, 1), (Qt.Key.Key_Up, 0), (Qt.Key.Key_N, 4)]
)
def test_the_photos_that_a_key_leads_to_stand_sharp_at_once(
    stage: Stage, qtbot: QtBot, key: Qt.Key, row: int
) -> None:
    start = 1 if key == Qt.Key.Key_Up else 0
    if key == Qt.Key.Key_N:
        for decided in GROUPS[:4]:
            stage.marks.keep_all(decided)
    stage.page.list.setFocus()
    stage.page.list.choose_row(start)
    stage.page.list.setFocus()
    qtbot.waitUntil(lambda: is_at_hand(stage, start) and is_at_hand(stage, row))
    decoder_of(stage).gate.clear()  # nothing is decoded from now on
    began_s = time.process_time()
    qtbot.keyClick(stage.page.list, key)
    QApplication.processEvents()
    took_s = time.process_time() - began_s
    assert stage.page.list.currentIndex().row() == row
    shown = [card for card in stage.cards.row.cards if card.isVisible()]
    assert len(shown) == len(GROUPS[row].members)
    assert all(card.frame.is_sharp for card in shown)
    assert took_s < 0.1


def test_a_hidden_page_decodes_nothing_ahead(stage: Stage, qtbot: QtBot) -> None:
    stage.page.hide()
    asked = len(decoder_of(stage).asked)
    stage.page.list.choose_row(5)
    assert not stage.pictures._ahead
    assert len(decoder_of(stage).asked) == asked
