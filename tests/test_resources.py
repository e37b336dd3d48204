"""The program's own files are found in a checkout and in an installed package."""

from pathlib import Path

import pytest

from dupefinder import resources
from dupefinder.resources import resource_path


def test_finds_a_file_of_the_checkout() -> None:
    icon = resource_path("icons/dupefinder.svg")
    assert icon.is_absolute()
    assert icon.read_text(encoding="utf-8").lstrip().startswith("<svg")


def test_finds_a_folder() -> None:
    assert (resource_path("help") / "index.md").is_file()


def test_an_installed_copy_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed, checkout = tmp_path / "installed", tmp_path / "checkout"
    for folder in (installed, checkout):
        folder.mkdir()
        (folder / "page.md").touch()
    (checkout / "only-here.md").touch()
    monkeypatch.setattr(resources, "_FOLDERS", (installed, checkout))
    assert resource_path("page.md") == installed / "page.md"
    assert resource_path("only-here.md") == checkout / "only-here.md"


def test_a_missing_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"icons/no-such\.svg"):
        resource_path("icons/no-such.svg")
