"""Copies on two drives that are really mounted: asked about once, and kept on both where wanted.

Needs to mount, so it runs as root; else it is skipped.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dupefinder.cli import action_journal, main
from tests.actions.mounting import mounted
from tests.actions.removals import add
from tests.cli.album import photo


@pytest.fixture
def drives(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """Two drives with two copies of one photo each."""
    monkeypatch.setattr(action_journal, "running_as_root", lambda: False)
    options = ("-t", "tmpfs", "-o", "size=8m", "none")
    with mounted(tmp_path / "inner", *options) as one, mounted(tmp_path / "stick", *options) as two:
        for drive in (one, two):
            for name in ("1.jpg", "2.jpg"):
                add(drive / "photos" / name, photo(1))
        yield [one, two]


def scan(tmp_path: Path, drives: list[Path]) -> str:
    groups = str(tmp_path / "groups.json")
    assert main(["scan", *map(str, drives), "--no-catalog", "--json", groups]) == 0
    return groups


def left(drives: list[Path]) -> list[int]:
    return [len(list((drive / "photos").iterdir())) for drive in drives]


def test_they_are_asked_about_once(
    tmp_path: Path, drives: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    groups = scan(tmp_path, drives)
    capsys.readouterr()
    assert main(["apply", "--from", groups, "--set-aside", "--yes"]) == 1
    assert "The copy that should be kept is on another drive" in capsys.readouterr().out
    # Within each drive nothing was in question.
    assert left(drives) == [1, 1]
    # The two that went are refused by name; of the drives nothing is in question any more.
    assert main(["apply", "--from", groups, "--ordinary", str(drives[1]), "--dry-run"]) == 1
    output = capsys.readouterr().out
    assert "1 photo would go to the trash" in output
    assert output.count("It is no longer there") == 2
    assert "Say once" not in output


def test_a_copy_stays_on_each(tmp_path: Path, drives: list[Path]) -> None:
    groups = scan(tmp_path, drives)
    said = ["--ordinary", str(drives[1]), "--on-drives", "2", "--set-aside", "--yes"]
    assert main(["apply", "--from", groups, *said]) == 1
    assert left(drives) == [1, 1]
