"""Settings come back; whatever else stands in the file does no harm."""

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from dupefinder.actions import default_way
from dupefinder.actions.records import ActionKind
from dupefinder.core.fingerprint import FINGERPRINTS
from dupefinder.core.records import Role
from dupefinder.core.scan.options import FolderChoice
from dupefinder.gui import settings as module
from dupefinder.gui.appearance.palettes import Appearance
from dupefinder.gui.settings import (
    KINDS,
    MOST_FOLDERS,
    MOST_RECENT,
    Settings,
    default_settings_path,
)
from dupefinder.review.rules import Criterion, Rule
from dupefinder.text.scans import Similarity

EXAMPLES: dict[str, object] = {
    "folders": (
        FolderChoice('/photos, old; "new" ä'),
        FolderChoice("/not unicode \udcff", Role.PROTECTED),
        FolderChoice("C:\\Photos", Role.EXCLUDED),
    ),
    "recent_folders": ("/a", "/b \udce4"),
    "in_order": True,
    "between_only": True,
    "review_rules": (
        Rule(Criterion.SIZE, is_reversed=True),
        Rule(Criterion.NAME, text='IMG_*; "ä"'),
    ),
    "kind": "dhash-256",
    "threshold_bits": 4,
    "rotations": False,
    "parts": False,
    "min_bytes": 5_000_000_000,
    "min_side_px": 200,
    "exclude": ("*.png", "raw/", "[ab]?,;"),
    "library_folders": ("/library", "/with \udcff"),
    "backup_folders": ("/backup",),
    "hidden": True,
    "follow_symlinks": True,
    "threads": 3,
    "default_way": next(
        way for way in (ActionKind.SET_ASIDE, ActionKind.TRASH) if way is not default_way()
    ),
    "keep_copies": 2,
    "keep_drives": 3,
    "appearance": Appearance.DARK,
    "language": "pl",
    "catalog_path": "/else where/catalog.sqlite",
    "seen_first_run": True,
    "options_open": True,
    "place": "review",
    "review_match_kind": "edited",
    "review_sort": "name",
    "review_group": "0123456789abcdef",
    "review_splitter": bytes(range(256)),
    "window_geometry": b"\0\xff@Invalid()",
}
KEYS = {name: vars(Settings)[name]._key for name in EXAMPLES}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


def written(path: Path) -> str:
    return path.read_text("utf-8")


def test_every_value_has_an_example() -> None:
    values = {name for name, value in vars(Settings).items() if isinstance(value, module._Value)}
    assert values == set(EXAMPLES)
    assert len(set(KEYS.values())) == len(KEYS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_value_comes_back(path: Path, name: str) -> None:
    settings = Settings(path)
    assert getattr(settings, name) != EXAMPLES[name]
    setattr(settings, name, EXAMPLES[name])
    settings.file.sync()
    del settings
    again = Settings(path)
    assert getattr(again, name) == EXAMPLES[name]
    assert type(getattr(again, name)) is type(EXAMPLES[name])


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "nonsense",
        "null",
        "[[[[",
        "[" * 100_000,
        "-1",
        "1e999",
        "9" * 5000,
        "{}",
        '[{"a": 1}]',
        '[["/a", "no role"]]',
        '[["", "scan"]]',
        '[["a\\u0000b", "scan"]]',
        '[["\\ud800", "scan"]]',
        '"\\ud800!"',
        "[1, 2]",
        '["\\u0000"]',
    ],
)
def test_nonsense_makes_no_fault(path: Path, name: str, nonsense: str) -> None:
    default = getattr(Settings(path), name)
    settings = Settings(path)
    settings.file.setValue(KEYS[name], nonsense)
    value = getattr(settings, name)
    assert type(value) is type(default)
    if not isinstance(default, str | tuple):
        assert value == default


@pytest.mark.parametrize("name", EXAMPLES)
def test_values_that_are_no_text_fall_back_to_the_default(path: Path, name: str) -> None:
    default = getattr(Settings(path), name)
    settings = Settings(path)
    settings.file.setValue(KEYS[name], ["a", "b"])
    assert getattr(settings, name) == default


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=8))
@profile(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_json_gives_usable_values(path: Path, value: object) -> None:
    settings = Settings(path)
    for name, key in KEYS.items():
        settings.file.setValue(key, json.dumps(value))
        before = getattr(settings, name)
        setattr(settings, name, before)
        assert getattr(settings, name) == before


def test_a_file_of_bytes_that_are_no_settings(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 4)
    settings = Settings(path)
    assert settings.folders == ()
    assert settings.threshold_bits == Similarity.CLOSE


def test_numbers_out_of_range_fall_back(path: Path) -> None:
    settings = Settings(path)
    for key, value in (
        ("search/threshold_bits", "17"),
        ("search/threads", "100000"),
        ("search/min_bytes", "true"),
        ("search/rotations", "1"),
        ("search/kind", '"picture-64"'),
        ("actions/first_way", '"delete"'),
        ("window/appearance", '"pink"'),
    ):
        settings.file.setValue(key, value)
    assert settings.threshold_bits == 10
    assert settings.threads == 0
    assert settings.min_bytes == 0
    assert settings.rotations is True
    assert settings.kind == "phash-64"
    assert settings.default_way is default_way()
    assert settings.appearance is Appearance.SYSTEM


def test_a_folder_is_taken_once_and_not_too_many(path: Path) -> None:
    settings = Settings(path)
    settings.folders = (FolderChoice("/a"), FolderChoice("/a", Role.EXCLUDED))
    assert list(settings.folders) == [FolderChoice("/a")]
    settings.folders = tuple(FolderChoice(f"/{n}") for n in range(MOST_FOLDERS + 5))
    assert len(settings.folders) == MOST_FOLDERS


def test_recent_folders_have_the_latest_first(path: Path) -> None:
    settings = Settings(path)
    settings.remember_folders(["/a", "/b"])
    settings.remember_folders(["/c", "/b"])
    assert settings.recent_folders == ("/c", "/b", "/a")
    settings.remember_folders([f"/{n}" for n in range(20)])
    assert len(settings.recent_folders) == MOST_RECENT


def test_forgotten_sizes_are_not_remembered_again_until_the_end(path: Path) -> None:
    settings = Settings(path)
    settings.window_geometry = b"wide"
    settings.review_splitter = b"split"
    settings.forget_sizes()
    settings.window_geometry = b"as it is closed"
    assert settings.window_geometry == b""
    assert settings.review_splitter == b""
    settings.threads = 2
    assert settings.threads == 2
    settings.file.sync()
    again = Settings(path)
    again.window_geometry = b"new"
    assert again.window_geometry == b"new"


def test_search_hashes_are_those_of_the_engine() -> None:
    assert set(KINDS) == set(FINGERPRINTS)


def test_the_place_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUPEFINDER_DATA", str(tmp_path))
    assert default_settings_path() == tmp_path / "settings.ini"
    settings = Settings()
    settings.threads = 4
    settings.file.sync()
    assert "threads=4" in written(tmp_path / "settings.ini")
    monkeypatch.delenv("DUPEFINDER_DATA")
    assert default_settings_path().is_absolute()


@pytest.mark.skipif(os.name != "posix", reason="Windows knows no modes")
def test_nobody_else_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUPEFINDER_DATA", str(tmp_path / "own"))
    for _ in range(2):  # the file is new; it is as an earlier version made it
        settings = Settings()
        settings.threads += 1
        settings.file.sync()
        assert stat.S_IMODE((tmp_path / "own").stat().st_mode) == 0o700
        assert stat.S_IMODE(default_settings_path().stat().st_mode) == 0o600
        default_settings_path().chmod(0o644)
