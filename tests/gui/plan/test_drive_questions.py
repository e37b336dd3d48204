from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from dupefinder.actions.folder_roles import FolderRole
from dupefinder.actions.records import SkipCode
from dupefinder.core.scan.mounts import Volume, VolumeKind
from dupefinder.gui.plan.drive_questions import (
    BACKUP,
    MIRROR,
    ORDINARY,
    DriveQuestions,
    Drives,
    drive_text,
)
from tests.gui.plan.plans import refused
from tests.gui.stand_ins import catch


@pytest.mark.parametrize(
    ("volume", "text"),
    [
        (Volume("uuid:1", "/media/anna/1", "Backup 2019"), "Backup 2019"),
        (Volume("uuid:1", "/"), "this computer"),
        (Volume("uuid:1", "/home"), "this computer"),
        (Volume("uuid:1", "/", "Macintosh HD"), "Macintosh HD"),
        (Volume("uuid:1", "/media/anna/CARD"), "CARD"),
        (Volume("net:nas/photos", "/mnt/nas", kind=VolumeKind.NETWORK), "nas (network)"),
        (Volume("uuid:1", "/mnt/caf\udce9"), "caf\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_drives_are_named(volume: Volume, text: str) -> None:
    assert drive_text(volume) == text


def test_folders_are_looked_up(qtbot: QtBot, tmp_path: Path) -> None:
    drives = Drives()
    there, gone = str(tmp_path), str(tmp_path / "gone")
    with qtbot.waitSignal(drives.found) as found:
        drives.look([there, there, gone, "a\0b"])
    assert found.args is not None
    assert list(found.args[0]) == [there]
    assert found.args[0][there]


def test_nothing_is_looked_up_for_no_folders(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("threading.Thread.start", _refuse)
    Drives().look([])


def _refuse(_: object) -> None:
    raise AssertionError("a thread was started")


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
def test_a_click_states_the_role_of_a_drive(
    questions: DriveQuestions, qtbot: QtBot, role: str
) -> None:
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
