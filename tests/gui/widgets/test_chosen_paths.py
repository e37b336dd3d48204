import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QUrl

from dupefinder.gui.widgets.chosen_paths import absolute, dropped_paths, nested

ROOT = os.path.abspath(os.sep)


def at(*parts: str) -> str:
    return os.path.join(ROOT, *parts)


def test_absolute_paths_have_no_detours() -> None:
    assert absolute(at("a", "..", "b", "")) == at("b")
    assert absolute("c") == os.path.join(os.getcwd(), "c")


def test_local_files_and_folders_are_taken() -> None:
    dropped = QMimeData()
    names = ["plain", "with space & ünïcode", "100% #1? ;x", "new\nline"]
    dropped.setUrls(
        [QUrl("https://example.org/a.jpg")] + [QUrl.fromLocalFile(at(name)) for name in names]
    )
    assert dropped_paths(dropped) == [at(name) for name in names]


@pytest.mark.skipif(os.sep == "\\", reason="names are Unicode there")
def test_a_name_that_is_not_unicode_is_kept() -> None:
    dropped = QMimeData()
    dropped.setData("text/uri-list", b"file:///photos/caf%E9\r\n")
    assert dropped_paths(dropped) == [os.fsdecode(b"/photos/caf\xe9")]


def test_text_is_no_drop() -> None:
    dropped = QMimeData()
    dropped.setText(at("photos"))
    assert dropped_paths(dropped) == []


def test_nested_folders_know_the_nearest_around_them() -> None:
    paths = [at("a", "b", "c"), at("a"), at("ab"), at("a", "b"), at("d", "e")]
    assert nested(paths) == [(at("a", "b", "c"), at("a", "b")), (at("a", "b"), at("a"))]
    assert nested([ROOT, at("a")]) == [(at("a"), ROOT)]
    assert nested([]) == []


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=4), max_size=8))
def test_nested_is_what_prefixes_say(folders: list[list[str]]) -> None:
    paths = list(dict.fromkeys(at(*parts) for parts in folders))
    for inner, outer in nested(paths):
        assert os.path.commonpath([inner, outer]) == outer != inner
    inside = {inner for inner, _ in nested(paths)}
    for path in paths:
        others = [one for one in paths if one != path]
        assert (path in inside) == any(os.path.commonpath([path, one]) == one for one in others)
