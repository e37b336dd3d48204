"""One file by two paths, or two files: believed only when proved."""

import os
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.records import FoundFile
from dupefinder.core.scan import same_file
from dupefinder.core.scan.mounts import Volume
from dupefinder.core.scan.same_file import folded, may_be_one_file, merge_same_files
from dupefinder.core.scan.volumes import VolumeTable

UNSURE, SURE = False, True


def found(path: str, inode: int, *, size: int = 4, protected: bool = False) -> FoundFile:
    return FoundFile(path, "v", path.lstrip("/"), size, 1, 7, inode, protected)


def merge(
    files: list[FoundFile], *, numbered: bool = UNSURE, links: set[str] | None = None
) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    kept, others = merge_same_files(files, links or set(), lambda _: numbered, lambda: None)
    return [file.path for file in kept], others


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., FoundFile]:
    """Files whose numbers are what the test says, as on FAT, FUSE or through a bind mount."""
    statuses: dict[str, Any] = {}
    real_stat = os.stat

    def stat(path: Any, **kwargs: Any) -> Any:
        if path not in statuses:
            return real_stat(path, **kwargs)
        status = real_stat(path, **kwargs)
        inode, links = statuses[path]
        return SimpleNamespace(
            st_mode=status.st_mode,
            st_size=status.st_size,
            st_mtime_ns=1,
            st_dev=7,
            st_ino=inode,
            st_nlink=links,
        )

    def write(name: str, content: bytes, inode: int, links: int = 1) -> FoundFile:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        statuses[str(path)] = (inode, links)
        return found(str(path), inode, size=len(content))

    monkeypatch.setattr(os, "stat", stat)
    return write


def test_files_with_numbers_of_their_own_are_not_looked_at() -> None:
    # None of these exists: looking at one would fail and change nothing, comparing would.
    files = [found(f"/missing/{number}.jpg", number + 1) for number in range(3)]
    assert merge(files) == ([file.path for file in files], {})


@pytest.mark.parametrize("numbered", [UNSURE, SURE])
def test_same_number_and_same_bytes_are_one_file(
    disk: Callable[..., FoundFile], numbered: bool
) -> None:
    one, other = disk("one/a.jpg", b"same", 5), disk("bound/a.jpg", b"same", 5)
    assert merge([other, one], numbered=numbered) == ([one.path], {one.path: (other.path,)})


@pytest.mark.parametrize("numbered", [UNSURE, SURE])
@pytest.mark.parametrize("size", [4, 1 << 20])
def test_same_number_and_other_bytes_are_two_files(
    disk: Callable[..., FoundFile], numbered: bool, size: int
) -> None:
    one = disk("a.jpg", b"a" * size, 5)
    other = disk("b.jpg", b"b" * size, 5)
    assert merge([one, other], numbered=numbered) == ([one.path, other.path], {})


def test_a_reused_number_is_compared_to_the_last_byte(disk: Callable[..., FoundFile]) -> None:
    content = bytearray(1 << 20)
    one = disk("a.jpg", bytes(content), 5)
    content[700_000] = 1
    other = disk("b.jpg", bytes(content), 5)
    assert merge([one, other], numbered=UNSURE) == ([one.path, other.path], {})


def test_other_sizes_are_two_files(disk: Callable[..., FoundFile]) -> None:
    one, other = disk("a.jpg", b"same", 5), disk("b.jpg", b"same+", 5)
    assert merge([one, other], numbered=SURE)[1] == {}


def test_hard_links_are_not_read(
    disk: Callable[..., FoundFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(same_file, "_same_content", lambda *_: pytest.fail("was read"))
    one, other = disk("a.jpg", b"same", 5, 2), disk("b.jpg", b"same", 5, 2)
    assert merge([one, other]) == ([one.path], {one.path: (other.path,)})


@pytest.mark.parametrize(
    ("name", "twin"), [("IMG_1.JPG", "img_1.jpg"), ("f\u00e9e.jpg", "fe\u0301e.jpg")]
)
def test_spellings_of_one_name_are_one_file(
    disk: Callable[..., FoundFile], monkeypatch: pytest.MonkeyPatch, name: str, twin: str
) -> None:
    monkeypatch.setattr(same_file, "_same_content", lambda *_: pytest.fail("was read"))
    one, other = disk(name, b"same", 5), disk(twin, b"same", 5)
    assert merge([one, other])[1] != {}


def test_spellings_of_one_name_with_numbers_of_their_own_are_two_files(
    disk: Callable[..., FoundFile],
) -> None:
    one, other = disk("IMG_1.JPG", b"same", 5), disk("img_1.jpg", b"same", 6)
    assert merge([one, other]) == (sorted([one.path, other.path]), {})


def test_without_numbers_only_files_of_one_name_are_compared(
    disk: Callable[..., FoundFile],
) -> None:
    one, mounted = disk("one/a.jpg", b"same", 0), disk("twice/A.JPG", b"same", 0)
    copy, other = disk("one/copy.jpg", b"same", 0), disk("x/a.jpg", b"else", 0)
    kept, others = merge([one, mounted, copy, other])
    assert kept == sorted([one.path, copy.path, other.path])
    assert others == {one.path: (mounted.path,)}


def test_a_listing_without_numbers_is_looked_up(tmp_path: Path) -> None:
    """On Windows the listing has no inode numbers, the files do."""
    for name in ("a.jpg", "copy.jpg"):
        (tmp_path / name).write_bytes(b"same")
        os.utime(tmp_path / name, ns=(1, 1))
    os.link(tmp_path / "a.jpg", tmp_path / "b.jpg")
    a, b, copy = (str(tmp_path / name) for name in ("a.jpg", "b.jpg", "copy.jpg"))
    files = [found(path, 0) for path in (a, b, copy)]
    assert merge(files, numbered=SURE) == ([a, copy], {a: (b,)})


def test_files_of_one_size_and_time_are_not_compared_in_pairs(
    disk: Callable[..., FoundFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Listings of Windows: an unpacked archive, or frames of one size."""
    files = [disk(f"{number}.jpg", b"same", number) for number in range(1, 51)]
    listed = [replace(file, inode=0) for file in files]
    look, looked = os.stat, []

    def count(path: Any, **kwargs: Any) -> Any:
        looked.append(path)
        return look(path, **kwargs)

    monkeypatch.setattr(os, "stat", count)
    assert merge(listed) == (sorted(file.path for file in files), {})
    assert len(looked) == len(files)


def test_files_that_vanish_meanwhile_are_kept_apart(disk: Callable[..., FoundFile]) -> None:
    one, other = disk("a.jpg", b"same", 5), disk("b.jpg", b"same", 5)
    os.unlink(other.path)
    assert merge([one, other]) == ([one.path, other.path], {})


def test_files_that_cannot_be_read_are_kept_apart(
    disk: Callable[..., FoundFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    one, other = disk("a.jpg", b"same", 5), disk("b.jpg", b"same", 5)
    monkeypatch.setattr("builtins.open", refuse)
    assert merge([one, other])[1] == {}


def test_three_of_one_number_may_be_two_files(disk: Callable[..., FoundFile]) -> None:
    a, b, c = disk("a.jpg", b"same", 5), disk("b.jpg", b"else", 5), disk("c.jpg", b"same", 5)
    assert merge([c, b, a]) == ([a.path, b.path], {a.path: (c.path,)})


def test_one_path_met_twice_is_one_file() -> None:
    file = found("/missing/a.jpg", 5)
    assert merge([file, file]) == (["/missing/a.jpg"], {})


@given(
    order=st.permutations(range(5)),
    links=st.sets(st.integers(0, 4)),
    shielded=st.sets(st.integers(0, 4)),
)
def test_the_path_kept_does_not_depend_on_the_order(
    order: list[int], links: set[int], shielded: set[int]
) -> None:
    folder = "/missing/"
    files = [
        found(folder + name, 5, protected=number in shielded)
        for number, name in enumerate(("b.jpg", "a.jpg", "aa.jpg", "c/a.jpg", "\udcff.jpg"))
    ]
    link_paths = {files[number].path for number in links}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(same_file, "_key_now", lambda _path: ())  # none of these exists
        patch.setattr(same_file, "_is_same_file", lambda *_: True)
        kept, others = merge([files[number] for number in order], links=link_paths)
    (path,) = kept
    best = min(
        files,
        key=lambda f: (
            not f.protected,
            f.path in link_paths,
            len(os.fsencode(f.path)),
            os.fsencode(f.path),
        ),
    )
    assert path == best.path
    assert others == {
        path: tuple(sorted((f.path for f in files if f.path != path), key=os.fsencode))
    }


@given(st.text())
def test_folding_is_settled(path: str) -> None:
    assert folded(folded(path)) == folded(path)
    assert folded(unicodedata.normalize("NFD", path)) == folded(path)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_folding_removes_case(path: str) -> None:
    assert folded(path.upper()) == folded(path.lower()) == folded(path)


def test_folding_knows_case_and_normal_form() -> None:
    assert folded("/A/F\u00c9E.JPG") == folded("/a/fe\u0301e.jpg")
    assert folded("/a/b") != folded("/a/c")


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("volume_ids", "is_one"), [(("share", "share"), True), (("share", "other"), False)]
)
def test_a_volume_that_is_mounted_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, volume_ids: tuple[str, str], is_one: bool
) -> None:
    ids = dict(zip((11, 12), volume_ids, strict=True))
    root = Path(os.path.realpath(tmp_path))

    def volume_of(_self: VolumeTable, path: str, device: int) -> Volume:
        return Volume(ids[device], str(root / Path(path).relative_to(root).parts[0]))

    monkeypatch.setattr(VolumeTable, "volume_of", volume_of)
    for mount in ("m1", "m2"):
        (root / mount / "sub").mkdir(parents=True)
    one = written(root / "m1" / "sub" / "photo.jpg", b"x")
    other = written(root / "m2" / "sub" / "Photo.jpg", b"x")
    os.utime(other, ns=(1, one.stat().st_mtime_ns))
    statuses = []
    for number, path in enumerate((one, other), start=11):
        fields = list(path.stat())
        fields[1], fields[2] = number, number  # inode and device
        statuses.append(os.stat_result(fields))
    found = may_be_one_file(str(one), statuses[0], str(other), statuses[1])
    assert found is is_one


@pytest.mark.parametrize(
    ("name", "is_one"), [("photo.jpg", True), ("PHOTO.JPG", True), ("other.jpg", False)]
)
def test_without_numbers_names_tell_what_is_one_file(
    tmp_path: Path, name: str, is_one: bool
) -> None:
    one = written(tmp_path / "photo.jpg", b"x")
    fields = list(one.stat())
    fields[1] = 0
    status = os.stat_result(fields)
    other = tmp_path / name
    assert may_be_one_file(str(one), status, str(other), status) is is_one
