import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from dupefinder.actions.quarantine.restore import Quarantine
from dupefinder.actions.records import ActionKind
from dupefinder.gui.history import quarantine_panel
from dupefinder.gui.history.quarantine_panel import QuarantinePanel
from dupefinder.text import plans
from tests.gui.stand_ins import answered, catch, requested

LEFT = Qt.MouseButton.LeftButton
QUARANTINES = (
    Quarantine("/home/me/held", 120, 4_000_000),
    Quarantine("/media/red/held", 1, 2_000),
    Quarantine("/media/empty/held", 0, 0),
    Quarantine("/media/shut/held", 0, 0, "Permission denied"),
)


@pytest.fixture
def opened() -> list[QUrl]:
    return []


@pytest.fixture
def panel(qtbot: QtBot, opened: list[QUrl]) -> QuarantinePanel:
    def open_folder(url: QUrl) -> bool:
        opened.append(url)
        return True

    panel: QuarantinePanel = answered(QuarantinePanel(open_folder))
    qtbot.addWidget(panel)
    panel.resize(900, 600)
    panel.show()
    return panel


def says(panel: QuarantinePanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def test_nothing_is_set_aside(panel: QuarantinePanel) -> None:
    assert "Nothing is set aside" in says(panel)
    panel.set_quarantines(QUARANTINES[2:3])
    assert "Nothing is set aside" in says(panel)


def test_each_folder_tells_what_lies_there(panel: QuarantinePanel) -> None:
    panel.set_quarantines(QUARANTINES)
    assert len(panel.rows) == 3
    text = says(panel)
    assert "120 files · 4 MB" in text
    assert "1 file · 2 kB" in text
    assert "It cannot be read: Permission denied" in text
    assert "/media/red/held" in text
    assert not panel.rows[2].empty.isEnabled()
    assert "does not know" not in text
    panel.set_quarantines(())
    assert panel.rows == []


def test_files_set_aside_by_others_are_told_apart(panel: QuarantinePanel) -> None:
    panel.set_quarantines([Quarantine("/media/red/held", 3, 2_000, strange=3)])
    QApplication.processEvents()
    assert "History does not know these: another account or computer" in says(panel)
    assert "go to Actions" not in says(panel)
    panel.set_quarantines([Quarantine("/media/red/held", 1_300, 2_000, strange=12)])
    QApplication.processEvents()
    assert "History does not know 12 of them." in says(panel)
    assert "go to Actions" in says(panel)


def test_it_is_emptied_only_when_asked_twice(panel: QuarantinePanel, qtbot: QtBot) -> None:
    asked = requested(panel, "empty")
    panel.set_quarantines(QUARANTINES)
    row = panel.rows[0]
    qtbot.mouseClick(row.empty.first, LEFT)
    assert asked == []
    assert "Nothing brings them back." in says(panel)
    assert row.empty.second.text() == "Delete 120 files for good"
    qtbot.mouseClick(row.empty.second, LEFT)
    assert asked == ["/home/me/held"]


def test_it_is_moved_on_to_a_trash_that_undo_does_not_reach(
    panel: QuarantinePanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = requested(panel, "empty")
    for module in (quarantine_panel, plans):
        monkeypatch.setattr(module, "trash_brings_back", lambda: False)
    panel.set_quarantines(QUARANTINES)
    row = panel.rows[0]
    qtbot.mouseClick(row.to_trash.first, LEFT)
    assert asked == []
    assert "Undo ends there" in says(panel)
    qtbot.mouseClick(row.to_trash.second, LEFT)
    assert asked == [("/home/me/held", ActionKind.TRASH)]


def test_emptying_to_the_trash_is_not_offered_where_undo_reaches_it(
    panel: QuarantinePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine_panel, "trash_brings_back", lambda: True)
    panel.set_quarantines(QUARANTINES)
    assert not panel.rows[0].to_trash.isVisible()


def test_a_folder_of_an_undecodable_name_is_emptied(panel: QuarantinePanel, qtbot: QtBot) -> None:
    asked = requested(panel, "empty")
    panel.set_quarantines([Quarantine("/media/\udce9/held", 1, 2_000)])
    qtbot.mouseClick(panel.rows[0].empty.first, LEFT)
    qtbot.mouseClick(panel.rows[0].empty.second, LEFT)
    assert asked == ["/media/\udce9/held"]


def test_its_folder_is_opened(panel: QuarantinePanel, qtbot: QtBot, opened: list[QUrl]) -> None:
    panel.set_quarantines(QUARANTINES)
    qtbot.mouseClick(panel.rows[1].show_folder, LEFT)
    assert [url.toLocalFile() for url in opened] == ["/media/red/held"]


def test_while_one_is_emptied(panel: QuarantinePanel, qtbot: QtBot) -> None:
    stopped = catch(panel.progress.stop_requested)
    panel.set_quarantines(QUARANTINES)
    panel.set_busy(True)
    assert panel.progress.isVisible()
    assert not panel.rows[0].empty.isEnabled()
    qtbot.mouseClick(panel.progress.stop, LEFT)
    assert len(stopped) == 1
    panel.set_busy(False)
    assert not panel.progress.isVisible()
    assert panel.rows[0].empty.isEnabled()


def test_another_list_does_not_free_what_runs(panel: QuarantinePanel) -> None:
    panel.set_busy(True)
    panel.set_quarantines(QUARANTINES)
    assert not panel.rows[0].empty.isEnabled()
