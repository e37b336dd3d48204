"""The program says so in words and ends in peace where Qt finds no way to the screen."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from dupefinder.gui.app.qt_start import install_roles, reason_of
from dupefinder.gui.compare.page import ComparePage
from dupefinder.gui.review.filter.similarity_slider import SimilaritySlider
from dupefinder.qt_libraries import no_window_text
from tests.gui.compare.test_page import QUARTET
from tests.gui.compare.test_page import Stage as CompareStage
from tests.gui.groups import results_of
from tests.gui.review.cards.test_cards import TRIO, copies
from tests.gui.review.page_stage import Stage

NO_X11 = [
    "could not connect to display :7",
    "From 6.5.0, xcb-cursor0 or libxcb-cursor0 is needed to load the Qt xcb platform plugin.",
]


def test_qt_ends_the_program_with_a_sentence(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "dupefinder", "gui"],
        env={**os.environ, "QT_QPA_PLATFORM": "nosuch", "DUPEFINDER_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 1
    assert finished.stderr.startswith("dupefinder: the window cannot open. ")
    assert finished.stderr.rstrip().endswith("`dupefinder scan FOLDER` finds duplicates.")
    assert "Reinstalling" not in finished.stderr


def test_a_missing_library_counts_more_than_what_qt_says(
    linux: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    linux(missing=("libxcb-cursor.so.0",), release={"ID": "debian"})
    text = no_window_text(reason_of(NO_X11))
    assert "Missing on this system: libxcb-cursor.so.0." in text
    assert "\n  sudo apt-get install libxcb-cursor0\n" in text
    assert "Qt says" not in text


def test_else_qt_is_quoted_without_its_guess(linux: Callable[..., None]) -> None:
    linux()
    text = no_window_text(reason_of(NO_X11))
    assert "Qt says: could not connect to display :7." in text
    assert "cursor" not in text
    assert "does not say why" in reason_of(NO_X11[1:])


Role = QAccessible.Role


@pytest.fixture(autouse=True)
def roles(qapp: object) -> None:
    install_roles()
    install_roles()


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(qtbot, tmp_path)
    made.show(results_of(TRIO, copies(2, "two")))
    yield made
    made.close()


def heard(widget: QWidget) -> QAccessibleInterface:
    found = QAccessible.queryAccessibleInterface(widget)
    assert found is not None
    return found


def name_of(one: QAccessibleInterface) -> str:
    return one.text(QAccessible.Text.Name)


def below(one: QAccessibleInterface) -> list[QAccessibleInterface]:
    """All that is heard below something, in the order in which it is."""
    found = []
    for number in range(one.childCount()):
        child = one.child(number)
        if child is not None and not child.state().invisible:
            found += [child, *below(child)]
    return found


def of_role(root: QWidget, role: Role) -> list[str]:
    return [name_of(one) for one in below(heard(root)) if one.role() == role]


def test_cards_are_items_of_a_list_in_their_order(stage: Stage) -> None:
    assert heard(stage.cards.row).role() == Role.List
    assert of_role(stage.cards, Role.ListItem) == [
        "three.jpg, Proposed: keep, has the most detail",
        "three-1.jpg, Proposed: remove, the kept copy has everything this one has",
        "three-2.jpg, Proposed: remove, the kept copy has everything this one has",
    ]
    assert of_role(stage.cards, Role.Graphic) == [
        "Photo three.jpg",
        "Photo three-1.jpg",
        "Photo three-2.jpg",
    ]
    card = heard(stage.cards.row.cards[1])
    assert card.state().focusable
    assert card.text(QAccessible.Text.Description).startswith("Re-encoded · 2 bits, in ")


def test_screen_readers_hear_the_parts_of_a_card_from_above(stage: Stage) -> None:
    parts = [(one.role(), name_of(one)) for one in below(heard(stage.cards.row.cards[1]))]
    assert parts[0] == (Role.Graphic, "Photo three-1.jpg")
    assert [name for role, name in parts if role == Role.RadioButton] == [
        "Keep three-1.jpg",
        "Remove three-1.jpg",
    ]
    assert (
        Role.StaticText,
        "Proposed: remove: the kept copy has everything this one has",
    ) in parts
    assert (Role.Grouping, "Keep or remove") in parts


def test_a_decision_is_heard(stage: Stage, qtbot: QtBot) -> None:
    buttons = stage.cards.row.cards[1].buttons
    assert not heard(buttons.remove).state().checked
    qtbot.mouseClick(buttons.remove, Qt.MouseButton.LeftButton)
    assert heard(buttons.remove).state().checked
    assert not heard(buttons.keep).state().checked
    assert of_role(stage.cards, Role.ListItem)[1].startswith("three-1.jpg, REMOVE, ")


def test_the_head_says_what_the_group_is(stage: Stage) -> None:
    texts = of_role(stage.cards.header, Role.StaticText)
    assert texts[0] == "three and 2 copies"
    assert texts[1] == "2 saved again · 3 MB"
    assert texts[2].startswith("Equal on all: ")


def test_rows_of_the_list_say_all(stage: Stage) -> None:
    table = heard(stage.page.list)
    assert table.role() == Role.Table
    rows = [name_of(one) for one in below(table) if one.role() == Role.Cell]
    assert rows == [
        "three and 2 copies, 2 saved again, 3 MB, Re-encoded, undecided",
        "two and 1 copy, saved again, 2 MB, Re-encoded, undecided",
    ]


def test_the_slider_has_a_value_and_says_what_it_adds(qtbot: QtBot) -> None:
    similarity = SimilaritySlider()
    qtbot.addWidget(similarity)
    similarity.show()
    similarity.set_results(results_of(TRIO))
    slider = heard(similarity.slider)
    assert (slider.role(), name_of(slider)) == (Role.Slider, "Similarity")
    value = slider.valueInterface()
    assert value is not None
    assert (value.minimumValue(), value.currentValue(), value.maximumValue()) == (0, 10, 16)
    assert "Up to here: 2 photos in 1 group" in slider.text(QAccessible.Text.Description)
    chart = heard(similarity._histogram)
    assert chart.role() == Role.Chart
    assert chart.text(QAccessible.Text.Description) == "2 bits: 2 more photos, 1 new group"


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[ComparePage]:
    made = CompareStage()
    qtbot.addWidget(made.page)
    made.page.show()
    made.page.open(QUARTET, 1)
    yield made.page
    made.page.difference._differences.wait()
    made.pictures.close()


def test_photos_that_are_compared_are_heard_by_name_and_size(page: ComparePage) -> None:
    left, right = of_role(page, Role.Graphic)
    assert left.startswith("a.jpg, ")
    assert right.startswith("b.jpg, ")
    assert left.endswith(" %")


def test_the_table_of_details_says_which_value_is_better(page: ComparePage) -> None:
    page.tools.details.click()
    cells = [name_of(one) for one in below(heard(page.table)) if one.role() == Role.Cell]
    assert "Pixels: 4032 × 3024 (the best)" in cells
    assert "Pixels: 1600 × 1200 (less than another)" in cells
    assert "1 · a.jpg" in of_role(page.table, Role.ColumnHeader)


def test_the_layouts_are_a_switch_with_names(page: ComparePage, qtbot: QtBot) -> None:
    page.tools.mode.button(page.tools.mode.value)
    names = [name_of(heard(one)) for one in page.tools.mode._group.buttons()]
    assert names == ["Layout: Side by side", "Layout: Wipe", "Layout: By turns"]
    qtbot.keyClick(page, Qt.Key.Key_W)
    assert heard(page.tools.mode._group.buttons()[1]).state().checked
    assert name_of(heard(page.tools.wipe)) == "Divider"
    assert of_role(page, Role.Graphic) == ["Wipe: 50 % of photo 1"]
