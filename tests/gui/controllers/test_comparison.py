"""A comparison on show while another one is made."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dupefinder.core.comparing import FolderComparison
from dupefinder.core.coverage.records import Accepted
from dupefinder.core.errors import Cancelled
from dupefinder.services.comparison import ComparisonSession
from tests.cli.album import photo
from tests.gui.whole import LIMIT_MS, tasks_ended, whole_window


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A library, and two backups with one and two photos."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name, numbers in (("lib", (1,)), ("old", (1,)), ("older", (2, 3))):
        (tmp_path / name).mkdir()
        for number in numbers:
            (tmp_path / name / f"{number}.jpg").write_bytes(photo(number))
    return [str(tmp_path / name) for name in ("lib", "old", "older")]


def test_a_comparison_is_made_until_the_last_that_was_asked_for_has_ended(
    folders: list[str], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, old, older = folders
    with whole_window(tmp_path / "data", qtbot) as program:
        page = program.window.backups
        program.window.show_place("backups")
        titles: list[str] = []
        program.window.windowTitleChanged.connect(titles.append)
        told: list[bool] = []
        set_comparing = page.set_comparing

        def note(comparing: bool) -> None:
            told.append(comparing)
            set_comparing(comparing)

        monkeypatch.setattr(page, "set_comparing", note)
        ended: list[str] = []
        program.tasks.ended.connect(lambda name, _: ended.append(name))
        for backup in (old, older):
            page.requests.compare([library], [backup], Accepted())
        qtbot.waitUntil(lambda: ended.count("compare") == 2, timeout=LIMIT_MS)
        assert told == [True, True, False]
        # Its progress was in the title meanwhile.
        assert any("%" in title for title in titles)
        assert program.window.windowTitle() == "Backups – dupefinder"


def test_the_photos_behind_a_cell_are_those_of_the_comparison_on_show(
    folders: list[str], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after a later comparison that was stopped at its end."""
    library, old, older = folders
    compare = ComparisonSession.compare

    def compare_in_vain(*rest: object) -> FolderComparison:
        compare(*rest)  # type: ignore[arg-type]
        raise Cancelled("stopped")

    with whole_window(tmp_path / "data", qtbot) as program:
        page = program.window.backups
        with tasks_ended(program, qtbot, "compare"):
            page.requests.compare([library], [old], Accepted())
        monkeypatch.setattr(ComparisonSession, "compare", compare_in_vain)
        with tasks_ended(program, qtbot, "compare"):
            page.requests.compare([library], [older], Accepted())
        shown: list[int] = []
        monkeypatch.setattr(
            page, "set_behind", lambda *cell: shown.append(sum(map(len, cell[-1].values())))
        )
        page.requests.look_behind(1, 0)
        qtbot.waitUntil(lambda: bool(shown), timeout=LIMIT_MS)
        assert shown == [1]
