"""Chosen folders: where walks begin and stop."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dupefinder.core import job
from dupefinder.core.errors import Cancelled
from dupefinder.core.records import ProblemCode, Role
from dupefinder.core.scan.scan_roots import ChosenFolders
from tests.core.photo_tree import add, excluded, protected, scanned


def test_a_chosen_folder_begins_at_its_path(tmp_path: Path) -> None:
    real_path = os.path.realpath(tmp_path)
    status = os.stat(tmp_path)
    chosen = ChosenFolders([protected(tmp_path)])
    # Even when it was replaced meanwhile.
    for inode in (status.st_ino, status.st_ino + 1):
        begins = chosen.beginning_at(real_path, status.st_dev, inode)
        assert begins is not None
        assert begins.role is Role.PROTECTED


def test_a_chosen_folder_begins_at_another_spelling_of_its_path(tmp_path: Path) -> None:
    """On a system that does not distinguish case both spellings have one number."""
    spelled = os.path.realpath(tmp_path).swapcase()
    status = os.stat(tmp_path)
    chosen = ChosenFolders([scanned(tmp_path)])
    assert chosen.beginning_at(spelled, status.st_dev, status.st_ino) is not None
    assert chosen.beginning_at(spelled, status.st_dev, status.st_ino + 1) is None


def test_only_an_excluded_folder_begins_on_every_way_to_it(tmp_path: Path) -> None:
    status = os.stat(tmp_path)
    elsewhere = ("/bound", status.st_dev, status.st_ino)
    assert ChosenFolders([excluded(tmp_path)]).beginning_at(*elsewhere) is not None
    assert ChosenFolders([protected(tmp_path)]).beginning_at(*elsewhere) is None


def test_nearest(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    real_path = os.path.realpath(tmp_path)
    chosen = ChosenFolders([scanned(tmp_path), excluded(inner)])
    roles = {
        below: nearest.role
        for below in ("", "a", "ab", "a/b", "a/b/c/d", "a/bc")
        if (nearest := chosen.nearest(os.path.normpath(os.path.join(real_path, below)))) is not None
    }
    assert roles == {
        "": Role.SCAN,
        "a": Role.SCAN,
        "ab": Role.SCAN,
        "a/b": Role.EXCLUDED,
        "a/b/c/d": Role.EXCLUDED,
        "a/bc": Role.SCAN,
    }
    assert chosen.nearest(os.path.dirname(real_path)) is None


def test_starts_are_in_the_order_of_paths_whatever_was_named_first(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    file = add(tmp_path / "d.jpg")
    named = [scanned(file), protected(tmp_path / "c"), scanned(tmp_path / "a")]
    chosen = ChosenFolders([*named, excluded(tmp_path / "b")])
    assert [start.path for start in chosen.starts] == [
        str(tmp_path / "a"),
        str(tmp_path / "c"),
        file,
    ]


def test_of_two_names_of_one_folder_the_shorter_is_walked(tmp_path: Path) -> None:
    (tmp_path / "a long name").mkdir()
    (tmp_path / "link").symlink_to("a long name")
    chosen = ChosenFolders([scanned(tmp_path / "a long name"), scanned(tmp_path / "link")])
    assert [start.path for start in chosen.starts] == [str(tmp_path / "link")]


@pytest.fixture
def silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on a drive that does not answer."""
    folder, answers, status_of = tmp_path / "silent", threading.Event(), os.stat

    def stat(path: Any, **options: Any) -> os.stat_result:
        assert path != str(folder) or answers.wait(10)
        return status_of(path, **options)

    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", stat)
        yield folder
        answers.set()


def test_a_drive_that_does_not_answer_hides_no_other(
    tmp_path: Path, silent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "PATIENCE_S", 0.01)
    here = tmp_path / "here"
    here.mkdir()
    chosen = ChosenFolders([scanned(silent), scanned(here)])
    assert [one.path for one in chosen.starts] == [str(here)]
    (problem,) = chosen.problems
    assert (problem.path, problem.code) == (str(silent), ProblemCode.FOLDER_NOT_FOUND)


def test_an_excluded_folder_that_does_not_answer_stays_excluded(
    silent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "PATIENCE_S", 0.01)
    chosen = ChosenFolders([excluded(silent)])
    assert chosen.role_at(str(silent)) is Role.EXCLUDED
    assert not chosen.problems


def test_a_drive_that_does_not_answer_holds_up_no_stop(silent: Path) -> None:
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        ChosenFolders([scanned(silent)], stop)
