"""Folders that are reached without a link."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.actions.backends import trusted_folder as module
from dupefinder.actions.backends.trusted_folder import (
    LeadsElsewhere,
    is_name,
    is_own,
    owner_of,
    this_account,
    trusted_folder,
)


@pytest.fixture(params=["opened", "looked at"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of opening folders: that of POSIX and that of Windows."""
    if request.param == "looked at":
        monkeypatch.setattr(module, "_BY_STEPS", False)
    return str(request.param)


def test_the_folder_itself(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    with trusted_folder(str(tmp_path), ["a", "b"]) as folder:
        assert os.path.samefile(folder, tmp_path / "a" / "b")
    with trusted_folder(str(tmp_path)) as folder:
        assert os.path.samefile(folder, tmp_path)


def test_links_above_the_top_are_resolved(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to("a")
    with trusted_folder(str(tmp_path / "link"), ["b"]) as folder:
        assert os.path.samefile(folder, tmp_path / "a" / "b")


@pytest.mark.parametrize("names", [["link"], ["link", "b"], ["a", "up"], ["file"], ["loop"]])
@pytest.mark.parametrize("make", [False, True])
def test_a_link_on_the_way_leads_nowhere(tmp_path: Path, names: list[str], make: bool) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").touch()
    with (
        pytest.raises(LeadsElsewhere) as raised,
        trusted_folder(str(tmp_path), [*names, "c"] if make else names, make=make),
    ):
        pass
    assert os.path.basename(raised.value.filename) in ("link", "up", "file", "loop")
    assert sorted(os.listdir(tmp_path / "a")) == ["b", "up"]


def test_missing_folders_are_made(tmp_path: Path) -> None:
    with trusted_folder(str(tmp_path), ["a", "b"], make=True) as folder:
        Path(folder, "photo.jpg").touch()
    assert (tmp_path / "a" / "b" / "photo.jpg").exists()


def test_created_folders_are_removed_after_a_failure(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with (
        pytest.raises(OSError, match="full"),
        trusted_folder(str(tmp_path), ["a", "b", "c"], make=True),
    ):
        raise OSError("full")
    assert list((tmp_path / "a").iterdir()) == []


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), trusted_folder(str(tmp_path), ["a"]):
        pass


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts opened files by /proc")
@pytest.mark.parametrize("names", [["a", "b", "c", "d"], ["a", "file", "c"], ["a", "x/y"]])
@pytest.mark.parametrize("make", [False, True])
def test_nothing_stays_open(tmp_path: Path, names: list[str], make: bool) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").touch()
    before = len(os.listdir("/proc/self/fd"))
    with suppress(OSError, ValueError), trusted_folder(str(tmp_path), names, make=make):
        assert len(os.listdir("/proc/self/fd")) <= before + 4
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another account"
)
def test_folders_that_may_only_be_passed_through(tmp_path: Path) -> None:
    """Most homes are like this: other accounts may enter known paths, but list nothing."""
    code = (
        "import os, sys\n"
        "from dupefinder.actions.backends.trusted_folder import trusted_folder\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "with trusted_folder(sys.argv[1], ['a', 'b']) as folder:\n"
        "    print(os.listdir(folder))\n"
    )
    with TemporaryDirectory() as top:
        os.chmod(top, 0o711)
        inner = Path(top, "a", "b", "c")
        inner.mkdir(parents=True)
        inner.parent.parent.chmod(0o711)
        done = subprocess.run([sys.executable, "-c", code, top], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("['c']\n", "")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="paths of opened folders")
def test_a_link_that_comes_later_is_not_followed(tmp_path: Path, way: str) -> None:
    if way != "opened":
        pytest.skip("only an opened folder can be held")
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "elsewhere" / "b").mkdir(parents=True)
    with trusted_folder(str(tmp_path), ["a", "b"]) as folder:
        (tmp_path / "a").rename(tmp_path / "before")
        (tmp_path / "a").symlink_to("elsewhere")
        Path(folder, "photo.jpg").touch()
    assert (tmp_path / "before" / "b" / "photo.jpg").exists()
    assert list((tmp_path / "elsewhere" / "b").iterdir()) == []


@given(st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(["..", ".", "a/b"]))
def test_a_name_is_one_name(name: str) -> None:
    if is_name(name):
        assert os.path.dirname(os.path.normpath(os.path.join("top", name))) == "top"
    else:
        with pytest.raises(ValueError, match="is no name"), trusted_folder(os.sep, [name]):
            pass


def test_a_folder_that_this_account_made_is_its_own(tmp_path: Path) -> None:
    assert is_own(str(tmp_path), tmp_path.stat())


def test_a_folder_of_another_account_is_not_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()

    def owner(path: str, status: os.stat_result) -> str:
        return "S-1-5-21-7" if path == str(theirs) else owner_of(path, status)

    monkeypatch.setattr(module, "owner_of", owner)
    assert not is_own(str(theirs), theirs.stat())
    assert os.listdir(theirs) == []


@pytest.mark.skipif(sys.platform != "win32", reason="of Windows")
def test_windows_tells_whose_a_folder_is(tmp_path: Path) -> None:
    assert owner_of(str(tmp_path), tmp_path.stat()).startswith("S-1-")
    assert owner_of(str(tmp_path), tmp_path.stat()) == this_account()
    assert owner_of(str(tmp_path / "gone"), tmp_path.stat()) == ""
