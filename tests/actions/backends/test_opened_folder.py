"""Folders that are exchanged for links between the look and the act."""

import ctypes
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dupefinder.actions.backends import durable_copy, renaming
from dupefinder.actions.backends.attributes import attributes_of
from dupefinder.actions.backends.durable_copy import copy_durably
from dupefinder.actions.backends.opened_folder import opened
from dupefinder.actions.backends.protocol import FileChanged
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.records import ActionKind, StepState
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from tests.actions.removals import add, files_below, plan, planned, step, twins

pytestmark = pytest.mark.skipif(
    os.open not in os.supports_dir_fd, reason="this system opens no folders"
)


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A folder of somebody else, with files of the very names."""
    for name in ("photo.jpg", ".dupefinder-0.part"):
        add(tmp_path / "private" / name, b"private", 5)
    return tmp_path / "private"


def exchange(folder: Path, private: Path) -> None:
    """Put a link to the private folder in the place of a folder."""
    if not folder.is_symlink():
        folder.rename(folder.with_name(f"{folder.name}.real"))
        folder.symlink_to(private)


def exchange_back(folder: Path) -> None:
    folder.unlink()
    folder.with_name(f"{folder.name}.real").rename(folder)


def test_a_held_folder_is_that_folder_wherever_its_path_leads(
    tmp_path: Path, private: Path
) -> None:
    photo = add(tmp_path / "folder" / "photo.jpg", b"a photo")
    with opened(str(photo)) as entry:
        exchange(photo.parent, private)
        assert entry.status().st_size == len(b"a photo")
        entry.unlink()
    assert list((tmp_path / "folder.real").iterdir()) == []
    assert (private / "photo.jpg").exists()


def test_a_link_in_a_path_is_followed_unless_it_came_since(tmp_path: Path, private: Path) -> None:
    (tmp_path / "link").symlink_to(private)
    path = str(tmp_path / "link" / "photo.jpg")
    with opened(path) as entry:
        assert entry.status().st_mtime_ns == 5
    with pytest.raises(NotADirectoryError), opened(path, resolved=True):
        pass


def test_made_folders_are_removed_again_when_the_action_fails(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "photo.jpg"

    def fail(path: Path) -> None:
        with opened(str(path), make=True):
            assert path.parent.is_dir()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail(path)
    assert not (tmp_path / "a").exists()
    with opened(str(path), make=True):
        pass
    assert path.parent.is_dir()


@pytest.mark.parametrize("resolved", [False, True])
def test_no_folder_is_made_at_a_dangling_link(tmp_path: Path, resolved: bool) -> None:
    """Its drive may only be away."""
    (tmp_path / "link").symlink_to(tmp_path / "away")
    path = str(tmp_path / "link" / "a" / "photo.jpg")
    with pytest.raises(NotADirectoryError), opened(path, make=True, resolved=resolved):
        pass
    assert not (tmp_path / "away").exists()


@pytest.mark.parametrize("kind", [ActionKind.MOVE, ActionKind.COPY])
def test_a_target_that_is_a_link_is_followed_unless_it_leads_nowhere(
    tmp_path: Path, journal: Journal, kind: ActionKind
) -> None:
    one = twins(tmp_path / "photos")
    away, link = tmp_path / "away", tmp_path / "link"
    link.symlink_to(away)
    action = plan(one, kind=kind, target=link / "to")
    assert execute(action, journal, JobContext()).done == ()
    assert not away.exists()
    away.mkdir()
    assert execute(action, journal, JobContext()).done == (one.victim.path,)
    assert list(files_below(away)) == ["to/photo.jpg"]
    assert undo(2, journal, JobContext()).done == (one.victim.path,)
    assert files_below(away) == {}


def test_a_file_in_the_middle_of_a_path_is_refused(tmp_path: Path) -> None:
    path = add(tmp_path / "a", b"a file") / "photo.jpg"
    with pytest.raises(NotADirectoryError), opened(str(path), make=True):
        pass


def before_the_rename(monkeypatch: pytest.MonkeyPatch, harm: Callable[[], None]) -> None:
    """Do harm directly before the first rename, between the look and the act."""
    call = renaming._renameat2()
    if call is None:
        pytest.skip("this system has no renameat2")
    harms = iter([harm])

    def harmed(*arguments: object) -> int:
        next(harms, lambda: None)()
        return call(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(renaming, "_renameat2", lambda: harmed)
    ctypes.set_errno(0)


RENAMING = [ActionKind.TRASH, ActionKind.SET_ASIDE, ActionKind.MOVE]


@pytest.mark.parametrize("kind", [*RENAMING, ActionKind.DELETE])
def test_exchanging_the_folder_of_a_photo_does_not_reach_another_file(
    tmp_path: Path,
    private: Path,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    kind: ActionKind,
) -> None:
    one = twins(tmp_path / "photos")
    folder = Path(one.victim.path).parent
    before = files_below(private)
    before_the_rename(monkeypatch, lambda: exchange(folder, private))
    outcome = execute(plan(one, kind=kind, target=tmp_path / "to"), journal, JobContext())
    assert outcome.done == (one.victim.path,)
    assert files_below(private) == before
    assert files_below(folder.with_name("gone.real")) == {}


@pytest.mark.parametrize("kind", RENAMING)
def test_undo_does_not_reach_an_exchanged_folder(
    tmp_path: Path,
    private: Path,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    kind: ActionKind,
) -> None:
    one = twins(tmp_path / "photos", "own.jpg")
    folder = Path(one.victim.path).parent
    execute(plan(one, kind=kind, target=tmp_path / "to"), journal, JobContext())
    before = files_below(private)
    before_the_rename(monkeypatch, lambda: exchange(folder, private))
    assert undo(1, journal, JobContext()).done == (one.victim.path,)
    assert files_below(private) == before
    assert list(files_below(folder.with_name("gone.real"))) == ["own.jpg"]


@pytest.mark.parametrize("kind", [ActionKind.MOVE, ActionKind.COPY])
def test_a_target_that_is_exchanged_after_it_was_chosen_takes_nothing(
    tmp_path: Path,
    private: Path,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    kind: ActionKind,
) -> None:
    one = twins(tmp_path / "photos", "own.jpg")
    target = tmp_path / "to"
    target.mkdir()
    before = files_below(private)
    add_rows = Journal.add

    def exchanged(*arguments: object) -> object:
        rows = add_rows(*arguments)  # type: ignore[arg-type]
        exchange(target, private)
        return rows

    monkeypatch.setattr(Journal, "add", exchanged)
    outcome = execute(plan(one, kind=kind, target=target), journal, JobContext())
    assert outcome.done == ()
    assert Path(one.victim.path).exists()
    assert files_below(private) == before
    assert files_below(tmp_path / "to.real") == {}
    assert journal.steps(1)[0].state is StepState.SKIPPED


def test_a_hard_link_does_not_reach_an_exchanged_folder(
    tmp_path: Path, private: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = twins(tmp_path / "photos")
    folder = Path(one.victim.path).parent
    before = files_below(private)
    make = os.link

    def exchange_first(*arguments: object, **options: object) -> None:
        exchange(folder, private)
        make(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "link", exchange_first)
    execute(plan(one, kind=ActionKind.HARD_LINK), journal, JobContext())
    assert files_below(private) == before
    exchange_back(folder)
    assert Path(one.victim.path).samefile(one.survivor.path)


@pytest.mark.parametrize("call", ["chown", "chmod", "utime", "setxattr"])
def test_attributes_are_set_on_the_copy_and_not_on_a_file_that_took_its_name(
    tmp_path: Path, private: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    photo = add(tmp_path / "photo.jpg", b"a photo")
    photo.chmod(0o644)
    try:
        os.setxattr(photo, "user.rating", b"5")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    secret = private / "photo.jpg"
    secret.chmod(0o600)
    before = attributes_of(str(secret)), secret.stat().st_mtime_ns
    (tmp_path / "to").mkdir()
    plain = getattr(os, call)

    def exchange_first(*arguments: object, **options: object) -> object:
        for partial in (tmp_path / "to").glob(".dupefinder-*"):
            if not partial.is_symlink():
                partial.unlink()
                partial.symlink_to(secret)
        return plain(*arguments, **options)

    monkeypatch.setattr(os, call, exchange_first)
    with (
        opened(str(photo)) as source,
        opened(str(tmp_path / "to" / "photo.jpg")) as target,
        pytest.raises(OSError, match="took the place"),
    ):
        copy_durably(source, target, planned(photo).digest)
    assert (attributes_of(str(secret)), secret.stat().st_mtime_ns) == before
    assert secret.read_bytes() == b"private"


def test_a_photo_that_comes_back_from_another_volume_is_left_there_if_it_was_exchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = add(tmp_path / "a" / "photo.jpg", b"a photo")
    (tmp_path / "b").mkdir()
    copy = durable_copy.copy_durably

    def exchange_after(*arguments: object, **options: object) -> None:
        copy(*arguments, **options)  # type: ignore[arg-type]
        photo.unlink()
        add(photo, b"another")

    monkeypatch.setattr(durable_copy, "copy_durably", exchange_after)
    across = OSError(18, "across")
    monkeypatch.setattr(durable_copy, "rename_without_replacing", fails_once(across))
    with (
        opened(str(photo)) as source,
        opened(str(tmp_path / "b" / "photo.jpg")) as target,
        pytest.raises(FileChanged),
    ):
        durable_copy.carry(source, target, planned(photo).digest)
    assert photo.read_bytes() == b"another"
    assert list((tmp_path / "b").iterdir()) == []


def fails_once(error: OSError) -> Callable[..., None]:
    errors = iter([error])

    def rename(*arguments: object) -> None:
        for one in errors:
            raise one
        renaming.rename_without_replacing(*arguments)  # type: ignore[arg-type]

    return rename


def test_a_copy_is_made_of_the_file_that_was_looked_at(
    tmp_path: Path, private: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = add(tmp_path / "photos" / "photo.jpg", b"a photo")
    one = step(photo, add(tmp_path / "kept.jpg", b"a photo"))
    write = durable_copy.write_copy

    def exchange_first(*arguments: object, **options: object) -> os.stat_result:
        exchange(photo.parent, private)
        return write(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(durable_copy, "write_copy", exchange_first)
    to = tmp_path / "to"
    execute(plan(one, kind=ActionKind.COPY, target=to), journal, JobContext())
    assert [state.content for state in files_below(to).values()] == [b"a photo"]
