"""The signs of a file whose content is elsewhere, on objects like those of `os.stat`."""

from types import SimpleNamespace

import pytest

from dupefinder.core.scan.online_only import has_no_blocks, recall_sign, stands_for_photo


@pytest.mark.parametrize(
    ("fields", "sign"),
    [
        ({"st_file_attributes": 0x400000}, "FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS"),
        ({"st_file_attributes": 0x40000 | 0x20}, "FILE_ATTRIBUTE_RECALL_ON_OPEN"),
        ({"st_file_attributes": 0x1000 | 0x1}, "FILE_ATTRIBUTE_OFFLINE"),
        # archive, compressed, reparse point (a downloaded OneDrive file), pinned, unpinned
        ({"st_file_attributes": 0x20 | 0x800 | 0x400 | 0x80000 | 0x100000}, None),
        ({"st_flags": 0x40000000}, "SF_DATALESS"),
        ({"st_flags": 0x8000 | 0x20 | 0x80000}, None),
        ({}, None),
    ],
)
def test_recall_sign(fields: dict[str, int], sign: str | None) -> None:
    assert recall_sign(SimpleNamespace(**fields)) == sign


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"st_blocks": 0, "st_size": 4097}, True),
        ({"st_blocks": 0, "st_size": 4096}, False),
        ({"st_blocks": 0, "st_size": 0}, False),
        ({"st_blocks": 1, "st_size": 1 << 30}, False),
        ({"st_size": 1 << 30}, False),  # Windows reports none
        ({"st_blocks": 0, "st_size": 1 << 20, "st_flags": 0x20}, False),  # compressed by macOS
        ({"st_blocks": 0, "st_size": 1 << 20, "st_flags": 0x8000}, True),
    ],
)
def test_has_no_blocks(fields: dict[str, int], expected: bool) -> None:
    assert has_no_blocks(SimpleNamespace(**fields)) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (".IMG_1.HEIC.icloud", True),
        ("a.jpg.nextcloud", True),
        ("a.jpg.owncloud", True),
        (".notes.txt.icloud", False),
        ("a.jpg", False),
        ("icloud", False),
        (".icloud", False),
        ("jpg.icloud", False),
    ],
)
def test_stands_for_photo(name: str, expected: bool) -> None:
    assert stands_for_photo(name) is expected
