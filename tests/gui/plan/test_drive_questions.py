import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from dupefinder.actions.folder_roles import FolderRole
from dupefinder.actions.records import SkipCode
from dupefinder.gui.plan.drive_questions import BACKUP, MIRROR, ORDINARY, DriveQuestions
from tests.gui.plan.plans import refused
from tests.gui.stand_ins import catch

LEFT = Qt.MouseButton.LeftButton
ASKED = (
    refused("a.jpg", SkipCode.ASK_ABOUT_DRIVES, "/media/red"),
    refused("b.jpg"),
    refused("c.jpg", SkipCode.ASK_ABOUT_DRIVES, "/media/red"),
    refused("d.jpg", SkipCode.ASK_ABOUT_DRIVES, "/media/blue"),
)


@pytest.fixture
def questions(qtbot: QtBot) -> DriveQuestions:
    questions = DriveQuestions()
    qtbot.addWidget(questions)
    questions.resize(1000, 300)
    return questions


def test_a_drive_is_asked_about_once(questions: DriveQuestions) -> None:
    assert questions.isHidden()
    questions.set_refused(ASKED)
    questions.show()
    assert list(questions.rows) == ["/media/blue", "/media/red"]
    texts = [label.text() for label in questions.findChildren(QLabel)]
    assert any("2 photos are kept for now" in text and "/media/red" in text for text in texts)
    assert any("1 photo is kept for now" in text and "/media/blue" in text for text in texts)
    questions.set_refused(ASKED[1:2])
    assert questions.rows == {}
    assert questions.isHidden()


@pytest.mark.parametrize("role", [MIRROR, BACKUP, ORDINARY])
def test_what_it_is_is_said_by_a_click(questions: DriveQuestions, qtbot: QtBot, role: str) -> None:
    said = catch(questions.said)
    questions.set_refused(ASKED)
    questions.show()
    qtbot.mouseClick(questions.rows["/media/red"].buttons[role], LEFT)
    assert said == [("/media/red", role)]


def test_a_drive_of_an_undecodable_name(questions: DriveQuestions, qtbot: QtBot) -> None:
    said = catch(questions.said)
    questions.set_refused([refused("a.jpg", SkipCode.ASK_ABOUT_DRIVES, "/media/\udce9")])
    questions.show()
    qtbot.mouseClick(questions.rows["/media/\udce9"].buttons[BACKUP], LEFT)
    assert said == [("/media/\udce9", BACKUP)]


def test_the_roles_are_those_of_the_actions() -> None:
    assert {MIRROR, BACKUP, ORDINARY} == {role.value for role in FolderRole}
