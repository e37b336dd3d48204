import os

import pytest

from dupefinder.core.source_folders import SourceFolders, short_names

ROOT = os.path.abspath(os.sep)


def at(path: str) -> str:
    return os.path.join(ROOT, *path.split("/"))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("library/2014/a.jpg", "library"),
        ("phone/a.jpg", "phone"),
        ("library/phone/old/a.jpg", "library/phone"),
        ("elsewhere/x/a.jpg", "elsewhere/x"),
        ("library2/a.jpg", "library2"),
    ],
)
def test_a_photo_is_of_the_nearest_chosen_folder(path: str, source: str) -> None:
    sources = SourceFolders([at("library"), at("phone"), at("library/phone")])
    assert sources.source_of(at(path)) == at(source)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("all/phone/2014/a.jpg", "all/phone"),
        ("all/library/a.jpg", "all/library"),
        ("all/a.jpg", "all"),
    ],
)
def test_of_a_single_folder_those_in_it_are_the_sources(path: str, source: str) -> None:
    assert SourceFolders([at("all")]).source_of(at(path)) == at(source)


def test_the_nearest_preferred_folder_gives_the_rank() -> None:
    sources = SourceFolders([], [at("library"), at("library/phone"), at("library")])
    assert sources.rank_of(at("library/2014/a.jpg")) == 0
    assert sources.rank_of(at("library/phone/a.jpg")) == 1
    assert sources.rank_of(at("backup/a.jpg")) == len(sources.preferred)


@pytest.mark.parametrize("knows_case", [True, False])
def test_case_makes_a_difference_where_the_system_says_so(
    monkeypatch: pytest.MonkeyPatch, knows_case: bool
) -> None:
    monkeypatch.setattr(os.path, "normcase", str if knows_case else str.lower)
    sources = SourceFolders([at("Library"), at("phone")], [at("Library")])
    photo = at("LIBRARY/2014/a.jpg")
    assert sources.source_of(photo) == at("LIBRARY/2014" if knows_case else "Library")
    assert sources.rank_of(photo) == (1 if knows_case else 0)


def test_without_an_order_all_are_equal() -> None:
    sources = SourceFolders([at("library")])
    assert sources.rank_of(at("library/a.jpg")) == sources.rank_of(at("backup/b.jpg")) == 0


def test_they_are_equal_when_they_say_the_same() -> None:
    one = SourceFolders([at("a")], [at("b")], between_only=True)
    assert one == SourceFolders([at("a")], [at("b")], between_only=True)
    assert hash(one) == hash(SourceFolders([at("a")], [at("b")], between_only=True))
    assert one != SourceFolders([at("a")], [at("b")])
    assert one != SourceFolders([at("b")], [at("b")], between_only=True)
    assert one != at("a")


def test_folders_are_named_as_shortly_as_tells_them_apart() -> None:
    folders = [at("a/DCIM"), at("b/DCIM"), at("x/b/Photos"), at("library"), ROOT]
    assert short_names(folders) == {
        at("a/DCIM"): os.path.join("a", "DCIM"),
        at("b/DCIM"): os.path.join("b", "DCIM"),
        at("x/b/Photos"): "Photos",
        at("library"): "library",
        ROOT: ROOT,
    }
    nested = [at("DCIM"), at("DCIM/DCIM")]
    assert len(set(short_names(nested).values())) == 2
