"""A companion is dispensable where its equal lies beside the kept copy."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dupefinder.actions.equal_companions import have_same_bytes, twin_of
from dupefinder.core.companions import companions_of
from dupefinder.core.companions import lookup as companion_lookup
from dupefinder.core.companions.lookup import CompanionLookup
from dupefinder.core.companions.records import Companion, CompanionKind
from dupefinder.core.rules.candidate import lacking_companions
from tests.core.rules.candidates import candidate


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


def test_a_shared_companion_is_its_own_equal(tmp_path: Path) -> None:
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


LARGE = b"f" * 100_000
OTHER = LARGE[:50_000] + b"!" + LARGE[50_001:]


def put(content: bytes, name: str = "1.mov") -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return write


def nothing(folder: Path) -> None:
    pass


def linked(folder: Path) -> None:
    (folder / "1.mov").symlink_to(folder / "1.jpg")


def package(folder: Path) -> None:
    (folder / "1.mov").mkdir()


def second_name(folder: Path) -> None:
    os.link(folder.parent / "goes" / "1.mov", folder / "1.mov")


def noted(folder: Path) -> None:
    (folder / "1.mov").write_bytes(LARGE)
    (folder / "._1.mov").write_bytes(b"what nobody understands")


@pytest.mark.parametrize(
    ("goes", "stays", "may_go"),
    [
        (nothing, nothing, True),
        (put(b"small"), nothing, False),
        (put(b"small"), put(b"small"), True),
        (put(b"small"), put(b"other"), False),
        (put(LARGE), put(LARGE), True),
        (put(LARGE), put(OTHER), False),
        (put(LARGE), put(LARGE[1:]), False),
        (put(LARGE, "1.nef"), put(LARGE, "1.nef"), True),
        (put(LARGE, "1.nef"), put(OTHER, "1.nef"), False),
        (put(LARGE), put(LARGE, "1.m4v"), True),
        (put(LARGE), put(LARGE, "1.txt"), False),
        (put(LARGE), second_name, True),
        (put(LARGE), linked, False),
        (put(LARGE), package, False),
        (package, package, False),
        (put(LARGE), noted, True),
        (noted, put(LARGE), False),
        (noted, noted, True),
        (put(b"[1.jpg]\nstar=yes", ".picasa.ini"), nothing, False),
        (
            put(b"[1.jpg]\nstar=yes", ".picasa.ini"),
            put(b"[1.jpg]\nstar=yes", ".picasa.ini"),
            True,
        ),
    ],
)
@pytest.mark.parametrize("most_compared_bytes", [1 << 20, 1 << 16])
def test_the_rule_and_the_last_look_agree(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    goes: Callable[[Path], None],
    stays: Callable[[Path], None],
    may_go: bool,
    most_compared_bytes: int,
) -> None:
    """The action refuses nothing that a scan proposes: the largest files included."""
    monkeypatch.setattr(companion_lookup, "_MOST_COMPARED_BYTES", most_compared_bytes)
    photos = []
    for name, make in (("goes", goes), ("stays", stays)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.jpg").write_bytes(b"photo")
        try:
            make(tmp_path / name)
        except OSError:
            pytest.skip("no links here")
        photos.append(str(tmp_path / name / "1.jpg"))
    known = CompanionLookup()
    known.look_at([photos])
    other, keeper = (candidate(path, belonging=known.of(path)) for path in photos)
    beside = companions_of(photos[1])
    refused = [one for one in companions_of(photos[0]) if twin_of(one, beside) is None]
    assert (not lacking_companions(keeper, other)) is may_go
    assert (not refused) is may_go


def test_one_file_that_two_paths_lead_to_is_no_equal(tmp_path: Path) -> None:
    """For the rule as for the last look: over a folder that is mounted twice."""
    (tmp_path / "a").mkdir()
    for name in ("1.jpg", "1.mov"):
        (tmp_path / "a" / name).write_bytes(LARGE)
    try:
        (tmp_path / "b").symlink_to(tmp_path / "a")
    except OSError:
        pytest.skip("no permission to make links")
    photos = [str(tmp_path / folder / "1.jpg") for folder in "ab"]
    known = CompanionLookup()
    known.look_at([photos])
    other, keeper = (candidate(path, belonging=known.of(path)) for path in photos)
    assert lacking_companions(keeper, other) == ("live-photo",)
    (film,), beside = (companions_of(path) for path in photos)
    assert twin_of(film, beside) is None


def test_online_only_files_are_no_equals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, twin = (companion(tmp_path / folder / "1.xmp", b"x") for folder in "ab")
    assert have_same_bytes(ours.path, twin.path)
    for module in ("dupefinder.actions.equal_companions", "dupefinder.core.companions.lookup"):
        monkeypatch.setattr(f"{module}.recall_sign", lambda _: "OFFLINE")
    assert not have_same_bytes(ours.path, twin.path)
    photos = [str(companion(tmp_path / folder / "1.jpg", b"photo").path) for folder in "ab"]
    known = CompanionLookup()
    known.look_at([photos])
    other, keeper = (candidate(path, belonging=known.of(path)) for path in photos)
    assert lacking_companions(keeper, other) == ("xmp",)
