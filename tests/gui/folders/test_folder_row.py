import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dupefinder.core.records import Role
from dupefinder.core.scan.managed_folders import PROGRAMS
from dupefinder.core.scan.options import FolderChoice
from dupefinder.gui.folders.folder_row import FolderRow
from dupefinder.services.places import FolderStatus
from dupefinder.text.scans import program_text

LEFT = Qt.MouseButton.LeftButton
PATH = "/home/anna/Pictures \udcff"
KNOWN = FolderStatus(12_430, 41_200_000_000, True, None)


@pytest.fixture
def row(qtbot: QtBot) -> FolderRow:
    row = FolderRow(FolderChoice(PATH))
    qtbot.addWidget(row)
    row.resize(800, row.sizeHint().height())
    row.show()
    qtbot.waitExposed(row)
    return row


def test_the_switch_changes_the_role(row: FolderRow, qtbot: QtBot) -> None:
    assert row.choice == FolderChoice(PATH, Role.SCAN)
    for role in (Role.PROTECTED, Role.EXCLUDED, Role.SCAN):
        with qtbot.waitSignal(row.role_chosen) as chosen:
            qtbot.mouseClick(row.role.button(role), LEFT)
        assert chosen.args == [PATH, role]
        assert row.choice == FolderChoice(PATH, role)


def test_arrows_change_the_role(row: FolderRow, qtbot: QtBot) -> None:
    row.role.setFocus()
    with qtbot.waitSignal(row.role_chosen) as chosen:
        qtbot.keyClick(row.role.button(Role.SCAN), Qt.Key.Key_Right)
    assert chosen.args == [PATH, Role.PROTECTED]


def test_the_cross_takes_it_off_the_list(row: FolderRow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(row.remove_requested) as removed:
        qtbot.mouseClick(row.remove, LEFT)
    assert removed.args == [PATH]


def test_an_undecodable_path_can_be_read(row: FolderRow) -> None:
    assert row.path.text() == "/home/anna/Pictures \N{REPLACEMENT CHARACTER}"
    assert "Pictures" in row.accessibleName()
    assert "Pictures" in row.remove.accessibleName()


def test_the_status_of_a_folder_is_shown(row: FolderRow) -> None:
    assert row.status.text().strip() == ""
    row.set_status(KNOWN)
    text = row.status.text().replace(",", "")
    assert text == "12430 photos · 41.2 GB"
    row.set_status(FolderStatus(None, 0, True, None))
    assert row.status.text() == "Not scanned yet"
    assert row.status.property("role") == "quiet"


def test_a_drive_that_is_away_is_said(row: FolderRow) -> None:
    row.set_status(KNOWN)
    before = row._picture.pixmap().toImage()
    row.set_status(FolderStatus(3, 5000, False, None))
    assert row.status.text() == "Not connected · 3 photos · 5 kB"
    assert row.status.property("role") == "warning"
    assert row._picture.pixmap().toImage() != before


def test_an_excluded_folder_steps_back(row: FolderRow) -> None:
    row.set_status(KNOWN)
    row.set_role(Role.EXCLUDED)
    assert row.status.text() == "Is not looked at"
    assert row.path.property("role") == "quiet"
    row.set_role(Role.SCAN)
    assert row.path.property("role") != "quiet"


@pytest.mark.parametrize("code", sorted({program.code for program in PROGRAMS}))
def test_every_managing_program_has_a_name(row: FolderRow, code: str) -> None:
    row.set_role(Role.PROTECTED)
    row.set_status(FolderStatus(None, 0, True, code))
    assert row.status.text().endswith(f"Managed by {program_text(code)}: protected")
    assert row.status.property("role") == "quiet"
    row.set_role(Role.SCAN)
    assert "protected" not in row.status.text()
    assert row.status.property("role") == "warning"


def test_an_unknown_program_is_named_by_its_code(row: FolderRow) -> None:
    row.set_role(Role.PROTECTED)
    row.set_status(FolderStatus(None, 0, True, "shoebox"))
    assert "Managed by shoebox: protected" in row.status.text()


def test_a_long_path_loses_its_left_and_keeps_it_in_the_tooltip(
    qtbot: QtBot,
) -> None:
    path = "/media/anna/" + "a long name/" * 20 + "Summer"
    row = FolderRow(FolderChoice(path))
    qtbot.addWidget(row)
    row.resize(600, 60)
    row.show()
    qtbot.waitExposed(row)
    assert row.path.is_elided
    assert row.path.toolTip() == path
    assert row.width() == 600


def test_every_control_has_a_name(row: FolderRow) -> None:
    assert row.accessibleName()
    assert row.role.accessibleName()
    assert row.remove.toolTip()
    for role in Role:
        assert row.role.button(role).toolTip()
