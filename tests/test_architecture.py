"""The page on the architecture names only what is there."""

import re
from pathlib import Path

import pytest

import dupefinder

PACKAGE = Path(dupefinder.__file__).parent
PAGE = (PACKAGE / "README.md").read_text(encoding="utf-8")
ROOMS = sorted(entry.name for entry in PACKAGE.iterdir() if (entry / "__init__.py").exists())
BY_PATH = re.compile(r"`([a-z_]+(?:/[a-z_]+)+(?:\.py)?)/?`")
BY_DOTS = re.compile(rf"`((?:{'|'.join(ROOMS)})(?:\.[a-z_]+)+)")


def is_there(path: str) -> bool:
    return any(
        (folder / name).exists()
        for folder in (PACKAGE, PACKAGE.parent)
        for name in (path, f"{path}.py")
    )


@pytest.mark.parametrize("path", sorted({found[1] for found in BY_PATH.finditer(PAGE)}))
def test_a_module_named_by_its_path_is_there(path: str) -> None:
    assert is_there(path)


@pytest.mark.parametrize("name", sorted({found[1] for found in BY_DOTS.finditer(PAGE)}))
def test_a_module_named_with_dots_is_there(name: str) -> None:
    # The last part may be something in the module.
    path = name.replace(".", "/")
    assert is_there(path) or is_there(path.rpartition("/")[0])


def test_every_room_is_described() -> None:
    assert [room for room in ROOMS if f"| `{room}` |" not in PAGE] == []
