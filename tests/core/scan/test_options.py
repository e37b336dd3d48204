"""Include and exclude patterns."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.scan.options import GlobFilter


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.jpg", "a/b/IMG.JPG", True),
        ("*.jpg", "a/b/IMG.png", False),
        ("IMG_?.jpg", "IMG_1.jpg", True),
        ("IMG_?.jpg", "IMG_12.jpg", False),
        ("[ab].jpg", "x/b.jpg", True),
        ("[!ab].jpg", "x/b.jpg", False),
        ("2019/*", "2019/a.jpg", True),
        ("2019/*", "2019/deep/a.jpg", True),
        ("2019/*", "x/2019/a.jpg", False),
        ("*/2019/*", "x/2019/a.jpg", True),
        ("**/2019/*", "x/2019/a.jpg", True),
        ("**/2019/*", "2019/a.jpg", True),
        ("2019/", "2019/a.jpg", True),
        ("2019/", "x/2019/y/a.jpg", True),
        ("2019/", "2019", False),
        ("./2019/*", "2019/a.jpg", True),
        ("/2019/*", "2019/a.jpg", True),
        ("a.jpg", "x/a.jpg", True),
        ("x/a.jpg", "x/a.jpg", True),
        ("y/a.jpg", "x/a.jpg", False),
        ("a", "x/a.jpg", False),
        ("[", "[", True),
        ("STRASSE*", "strasse.jpg", True),
        ("ä*", unicodedata.normalize("NFD", "ä.jpg"), True),
        (unicodedata.normalize("NFD", "ä*"), "x/Ä.jpg", True),
        ("*\n*", "a\nb.jpg", True),
        ("*.jpg", "undecodable \udcff.jpg", True),
    ],
)
def test_include(pattern: str, path: str, expected: bool) -> None:
    assert GlobFilter([pattern], []).wants_file(path.rpartition("/")[2], path) is expected


@pytest.mark.parametrize(
    ("pattern", "folder", "expected"),
    [
        ("raw", "x/raw", True),
        ("raw/", "x/RAW", True),
        ("x/raw/", "x/raw", True),
        ("y/raw/", "x/raw", False),
        ("*.jpg", "x/raw", False),
        ("x/*", "x/raw", True),
        ("x/*", "x", False),
        ("**/raw", "raw", True),
        ("**/raw", "a/b/raw", True),
    ],
)
def test_exclude_folders(pattern: str, folder: str, expected: bool) -> None:
    globs = GlobFilter([], [pattern])
    assert globs.wants_folder(folder.rpartition("/")[2], folder) is not expected


def test_a_folder_pattern_does_not_exclude_files() -> None:
    globs = GlobFilter([], ["raw/"])
    assert globs.wants_file("raw", "x/raw")
    assert not GlobFilter([], ["raw"]).wants_file("raw", "x/raw")


def test_exclude_wins() -> None:
    globs = GlobFilter(["*.jpg", "*.png"], ["IMG_*"])
    assert globs.wants_file("a.jpg", "a.jpg")
    assert not globs.wants_file("IMG_1.jpg", "IMG_1.jpg")
    assert not globs.wants_file("a.gif", "a.gif")


def test_include_patterns_are_not_for_folders() -> None:
    assert GlobFilter(["*.jpg"], []).wants_folder("x", "x")


@pytest.mark.parametrize("blank", ["", "/", "./"])
def test_blank_patterns_mean_nothing(blank: str) -> None:
    globs = GlobFilter([""], [blank])
    assert globs.wants_file("a.jpg", "x/a.jpg")
    assert globs.wants_folder("x", "x")


def test_is_empty_only_without_patterns() -> None:
    assert GlobFilter([], []).is_empty
    assert GlobFilter([""], [""]).is_empty
    assert not GlobFilter(["a"], []).is_empty
    assert not GlobFilter([], ["a"]).is_empty
    assert not GlobFilter([], ["a/"]).is_empty


@given(st.text(max_size=12), st.text(min_size=1, max_size=12))
def test_any_pattern_is_understood(pattern: str, path: str) -> None:
    wanted = GlobFilter([pattern], []).wants_file(path.rpartition("/")[2], path)
    assert wanted in (True, False)
    assert not GlobFilter([], ["*"]).wants_file(path.rpartition("/")[2], path)


def test_many_stars_do_not_take_for_ever() -> None:
    assert not GlobFilter(["*a" * 25 + "b"], []).wants_file("a" * 200, "a" * 200)
