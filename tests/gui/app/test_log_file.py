import errno
import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from dupefinder.gui.app import log_file
from dupefinder.gui.app.log_file import (
    LEVELS,
    default_log_path,
    recent_lines,
    start_log,
    stop_log,
    without_folders,
)

LOG = logging.getLogger("dupefinder.test")


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    level = logging.getLogger("dupefinder").level
    yield
    stop_log()
    logging.getLogger("dupefinder").setLevel(level)


def test_lines_are_written_with_level_and_name(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "dupefinder.log"
    assert start_log(path)
    LOG.info("%d photos", 3)
    (line,) = path.read_text("utf-8").splitlines()
    assert line.endswith("dupefinder.test: 3 photos")
    assert " INFO " in line
    assert recent_lines() == [line]


def test_folders_stay_out_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    start_log(path)
    LOG.warning("%s cannot be read", "/home/anna/Secret/a.jpg")
    try:
        raise FileNotFoundError(2, "No such file", "/home/anna/Secret/b c.jpg")
    except FileNotFoundError:
        LOG.exception("failed")
    text = path.read_text("utf-8")
    assert "Secret" not in text
    assert "…/a.jpg" in text
    assert "'…/b c.jpg'" in text


@pytest.mark.parametrize("level", [*LEVELS, "loud"])
def test_the_level_is_respected(tmp_path: Path, level: str) -> None:
    start_log(tmp_path / "a.log", level)
    for name in LEVELS:
        LOG.log(logging.getLevelName(name.upper()), name)
    expected = LEVELS[LEVELS.index(level) if level in LEVELS else 1 :]
    assert tuple(line.rpartition(" ")[2] for line in recent_lines()) == expected


def test_its_files_are_few_and_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "_MOST_BYTES", 400)
    path = tmp_path / "a.log"
    start_log(path)
    for number in range(60):
        LOG.info("line %d", number)
    sizes = [file.stat().st_size for file in tmp_path.iterdir()]
    assert len(sizes) == 4
    assert max(sizes) <= 400
    assert "line 59" in path.read_text("utf-8")
    assert len(recent_lines()) == 60


def test_a_file_that_cannot_be_renamed_grows_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, "_MOST_BYTES", 100)
    monkeypatch.setattr("os.rename", _refuse)
    path = tmp_path / "a.log"
    start_log(path)
    for number in range(5):
        LOG.info("line %d", number)
    assert len(path.read_text("utf-8").splitlines()) == 5


def _refuse(*_: object) -> None:
    raise PermissionError(13, "in use")


def test_a_name_that_is_no_text_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    start_log(path)
    LOG.info("name %s", "caf\udce9.jpg")
    assert "caf\\udce9.jpg" in path.read_text("utf-8")


def test_without_a_place_the_program_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert not start_log(tmp_path / "file" / "a.log")
    LOG.info("still heard")
    assert any("still heard" in line for line in recent_lines())
    assert any("cannot be written" in line for line in recent_lines())


def test_starting_again_ends_the_first_log(tmp_path: Path) -> None:
    start_log(tmp_path / "a.log")
    start_log(tmp_path / "b.log")
    LOG.info("once")
    assert (tmp_path / "a.log").read_text() == ""
    assert len(recent_lines()) == 1
    stop_log()
    assert recent_lines() == []


def test_its_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DUPEFINDER_DATA", raising=False)
    assert default_log_path().name == "dupefinder.log"
    monkeypatch.setenv("DUPEFINDER_DATA", str(tmp_path))
    assert default_log_path() == tmp_path / "dupefinder.log"


@pytest.mark.skipif(os.name != "posix", reason="Windows knows no modes")
def test_nobody_else_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUPEFINDER_DATA", str(tmp_path / "own"))
    start_log(default_log_path())
    older = default_log_path().with_name("dupefinder.log.1")
    older.touch()
    for path in (older, default_log_path()):
        path.chmod(0o644)
    start_log(default_log_path())
    for path in (older, default_log_path()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "own").stat().st_mode) == 0o700


def test_a_full_disk_puts_nothing_on_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    start_log(tmp_path / "a.log")
    with monkeypatch.context() as full_disk:
        full_disk.setattr(log_file._File, "flush", fail)
        LOG.info("a line")
    assert capsys.readouterr().err == ""
    assert recent_lines()[-1].endswith("a line")


@pytest.mark.parametrize(
    ("text", "shortened"),
    [
        ("nothing to see", "nothing to see"),
        ("12/s, 3 of 4, a/b", "12/s, 3 of 4, a/b"),
        ("/home/anna/Pictures/IMG 1.jpg cannot be read", "…/IMG 1.jpg cannot be read"),
        ("cannot read /home/anna/a.jpg: gone", "cannot read …/a.jpg: gone"),
        ("No such file: '/media/anna/My drive/Anna, 8/a b.jpg'", "No such file: '…/a b.jpg'"),
        ('No such file: "/media/it\'s/a.jpg"', 'No such file: "…/a.jpg"'),
        ("'C:\\\\Users\\\\Anna\\\\a.jpg' is locked", "'…/a.jpg' is locked"),
        ("C:\\Users\\Anna\\a.jpg is locked", "…/a.jpg is locked"),
        ("\\\\server\\share\\a.jpg", "…/a.jpg"),
        ("'/media/card/'", "'…/card'"),
        ("the root / is odd", "the root / is odd"),
        ("see https://example.org/a/b", "see https://example.org/a/b"),
        ("one /a/b\ntwo /c/d", "one …/b\ntwo …/d"),
        ("", ""),
    ],
)
def test_paths_become_names(text: str, shortened: str) -> None:
    assert without_folders(text) == shortened


def test_shortened_paths_stay_as_they_are() -> None:
    once = without_folders("cannot read '/home/anna/a.jpg' and /home/anna/b.jpg")
    assert without_folders(once) == once


def test_lines_of_code_are_still_found() -> None:
    ours = f'  File "{os.path.abspath(log_file.__file__)}", line 3, in f'
    theirs = '  File "/home/anna/.venv/lib/python3.12/site-packages/PIL/Image.py", line 3, in f'
    other = f'  File "{os.path.expanduser("~")}/x.py", line 3, in f'
    inside = os.path.join("dupefinder", "gui", "app", "log_file.py")
    assert without_folders(ours) == f'  File "{inside}", line 3, in f'
    assert without_folders(theirs) == '  File "PIL/Image.py", line 3, in f'
    assert without_folders(other) == '  File "~/x.py", line 3, in f'
