"""A companion is dispensable where its equal lies beside the kept copy."""

import os
from pathlib import Path

import pytest

from dupefinder.actions.companion_twins import have_same_bytes, twin_of
from dupefinder.core.companions.records import Companion, CompanionKind


def companion(path: Path, content: bytes | None, *, shared: bool = False) -> Companion:
    if content is not None:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return Companion(str(path), CompanionKind.XMP, shared)


def test_the_same_bytes(tmp_path: Path) -> None:
    ours = companion(tmp_path / "a" / "1.xmp", b"x" * 2_000_000)
    other = companion(tmp_path / "b" / "0.xmp", b"x" * 1_999_999 + b"y")
    twin = companion(tmp_path / "b" / "1.xmp", b"x" * 2_000_000)
    assert twin_of(ours, [other, twin]) == twin.path
    assert twin_of(ours, [other]) is None


def test_another_kind_is_none(tmp_path: Path) -> None:
    ours = companion(tmp_path / "1.xmp", b"x")
    twin = companion(tmp_path / "2.xmp", b"x")
    assert twin_of(ours, [Companion(twin.path, CompanionKind.AAE)]) is None


def test_one_file_under_two_names_is_there_under_the_other(tmp_path: Path) -> None:
    ours = companion(tmp_path / "a" / "1.xmp", b"x")
    folder = tmp_path / "b"
    folder.mkdir()
    try:
        os.link(ours.path, folder / "1.xmp")
        os.link(ours.path, tmp_path / "a" / "2.xmp")
        (tmp_path / "c").symlink_to(tmp_path / "a")
    except OSError:
        pytest.skip("no links here")
    assert have_same_bytes(ours.path, str(folder / "1.xmp"))
    assert have_same_bytes(ours.path, str(tmp_path / "a" / "2.xmp"))
    # Over a second path to the folder it is the same name.
    assert not have_same_bytes(ours.path, str(tmp_path / "c" / "1.xmp"))


def test_one_name_is_no_second_one(tmp_path: Path) -> None:
    ours = companion(tmp_path / "a" / "1.xmp", b"x")
    try:
        (tmp_path / "c").symlink_to(tmp_path / "a")
    except OSError:
        pytest.skip("no permission to make links")
    assert not have_same_bytes(ours.path, str(tmp_path / "c" / "1.xmp"))


def test_what_stays_for_both_is_its_own(tmp_path: Path) -> None:
    shared = companion(tmp_path / "1.xmp", b"x", shared=True)
    alone = companion(tmp_path / "1.xmp", b"x")
    assert twin_of(shared, [shared]) == shared.path
    assert twin_of(alone, [alone]) is None


def test_links_and_missing_files_are_none(tmp_path: Path) -> None:
    ours = companion(tmp_path / "1.xmp", b"x")
    assert not have_same_bytes(ours.path, str(tmp_path / "gone"))
    assert not have_same_bytes(ours.path, "\0")
    try:
        (tmp_path / "2.xmp").symlink_to(ours.path)
    except OSError:
        pytest.skip("no permission to make links")
    assert not have_same_bytes(ours.path, str(tmp_path / "2.xmp"))


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ({"star=yes"}, {"star=yes", "caption=x"}, True),
        ({"star=yes", "caption=x"}, {"star=yes"}, False),
        ({"star=yes"}, None, False),
        (None, {"star=yes"}, False),
        (None, None, False),
    ],
)
def test_a_folders_file_has_to_say_as_much_of_the_copy(
    ours: set[str] | None, theirs: set[str] | None, found: bool
) -> None:
    one, other = (
        Companion(
            "/p/.picasa.ini",
            CompanionKind.FOLDER_FILE,
            shared=True,
            says=None if says is None else frozenset(says),
        )
        for says in (ours, theirs)
    )
    assert (twin_of(one, [other]) == "/p/.picasa.ini") is found
