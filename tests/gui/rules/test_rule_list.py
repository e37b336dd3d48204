"""The list of rules, as a person puts it in order."""

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from dupefinder.gui.rules.rule_list import RuleList
from dupefinder.review.rules import Criterion, Rule

LEFT = Qt.MouseButton.LeftButton
ALT = Qt.KeyboardModifier.AltModifier
RULES = (Rule(Criterion.PROTECTED), Rule(Criterion.SIZE), Rule(Criterion.DATE, is_reversed=True))


class Told(list[tuple[Rule, ...]]):
    """The rules, each time that they changed."""


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def rules(qtbot: QtBot, told: Told) -> RuleList:
    made = RuleList(lambda: told.append(made.rules))
    qtbot.addWidget(made)
    made.resize(500, 600)
    made.set_rules(RULES)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.rows.setFocus()
    return made


def texts(rules: RuleList) -> list[str]:
    return [rules.rows.item(row).text() for row in range(rules.rows.count())]


def test_ticked_rules_come_first_and_have_numbers(rules: RuleList, told: Told) -> None:
    assert rules.rules == RULES
    assert texts(rules)[:4] == [
        "1. Protected",
        "2. Larger file",
        "3. Newer",
        "Upper folder on the Folders page",
    ]
    assert rules.rows.count() == len(Criterion)
    assert told == []


def test_keys_and_buttons_move_a_rule(rules: RuleList, told: Told, qtbot: QtBot) -> None:
    qtbot.keyClick(rules.rows, Qt.Key.Key_Down, ALT)
    assert told[-1] == (RULES[1], RULES[0], RULES[2])
    qtbot.mouseClick(rules.down, LEFT)
    assert told[-1] == (RULES[1], RULES[2], RULES[0])
    qtbot.mouseClick(rules.up, LEFT)
    qtbot.keyClick(rules.rows, Qt.Key.Key_Up, ALT)
    assert told[-1] == RULES
    assert not rules.up.isEnabled()
    qtbot.keyClick(rules.rows, Qt.Key.Key_Up, ALT)
    assert len(told) == 4


def test_a_rule_is_dragged_to_another_place(rules: RuleList, told: Told) -> None:
    # Qt runs a loop of its own while a mouse drags; what it sends at the end is sent here.
    item = rules.rows.takeItem(2)
    rules.rows.insertItem(0, item)
    nowhere = QPointF(5, rules.rows.height() - 5)
    event = QDropEvent(
        nowhere, Qt.DropAction.MoveAction, QMimeData(), LEFT, Qt.KeyboardModifier.NoModifier
    )
    rules.rows.dropEvent(event)
    assert told[-1] == (RULES[2], RULES[0], RULES[1])
    assert texts(rules)[0] == "1. Newer"


def test_space_ticks_a_rule(rules: RuleList, told: Told, qtbot: QtBot) -> None:
    rules.rows.setCurrentRow(1)
    qtbot.keyClick(rules.rows, Qt.Key.Key_Space)
    assert told[-1] == (RULES[0], RULES[2])
    assert texts(rules)[:3] == ["1. Protected", "Larger file", "2. Newer"]


def test_a_direction_is_chosen_where_there_are_two(
    rules: RuleList, told: Told, qtbot: QtBot
) -> None:
    assert not rules.direction.isVisible()
    rules.rows.setCurrentRow(1)
    assert rules.direction.isVisible()
    rules.direction.setFocus()
    qtbot.keyClick(rules.direction, Qt.Key.Key_Down)
    assert told[-1][1] == Rule(Criterion.SIZE, is_reversed=True)
    assert texts(rules)[1] == "2. Smaller file"


def test_a_pattern_is_typed_and_its_rule_counts(rules: RuleList, told: Told, qtbot: QtBot) -> None:
    names = [rules.rows.item(row).text() for row in range(rules.rows.count())]
    rules.rows.setCurrentRow(names.index("Name fits"))
    assert rules.text.isVisible()
    rules.text.setFocus()
    qtbot.keyClicks(rules.text, "IMG_*")
    assert told[-1][-1] == Rule(Criterion.NAME, text="IMG_*")
    assert rules.text.text() == "IMG_*"
    assert "4. Name fits: IMG_*" in texts(rules)


def test_numbers_of_groups_stand_beside_their_rules(rules: RuleList, told: Told) -> None:
    rules.show_numbers((0, 1, 20))
    assert texts(rules)[:3] == [
        "1. Protected",
        "2. Larger file · decides 1 group",
        "3. Newer · decides 20 groups",
    ]
    assert told == []


def test_the_next_ticked_rule_comes_before_the_proposals(
    rules: RuleList, told: Told, qtbot: QtBot
) -> None:
    rules.set_rules([Rule(Criterion.PROTECTED), Rule(Criterion.PROPOSAL)])
    assert texts(rules)[-1] == "2. As the program proposes"
    rules.rows.setCurrentRow(3)
    qtbot.keyClick(rules.rows, Qt.Key.Key_Space)
    assert [rule.criterion for rule in told[-1]] == [
        Criterion.PROTECTED,
        Criterion.RESOLUTION,
        Criterion.PROPOSAL,
    ]


@pytest.mark.parametrize("ticked", [(), (Criterion.PROTECTED,)])
def test_the_first_rule_is_the_current_one(rules: RuleList, ticked: tuple[Criterion, ...]) -> None:
    expected = (*(Rule(one) for one in ticked), Rule(Criterion.PROPOSAL))
    rules.set_rules(expected)
    assert rules.rows.currentItem().text().startswith("1. ")
    assert rules.rules == expected
