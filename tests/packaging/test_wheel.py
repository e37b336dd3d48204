"""The wheel and the source archive have all that the program, and whoever builds it, needs."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from environment import CHECKOUT


def build(kind: str, folder: Path) -> Path:
    """Build one archive as `python -m build` does, with the packages that are here."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (archive,) = folder.iterdir()
    return archive


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return zipfile.ZipFile(build("wheel", tmp_path_factory.mktemp("wheel")))


def files_below(folder: Path, ignored: str = "__pycache__") -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and ignored not in path.parts
    }


def test_the_wheel_has_every_module_and_resource(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    modules = {f"dupefinder/{name}" for name in files_below(CHECKOUT / "dupefinder")}
    resources = {
        f"dupefinder/_resources/{name}"
        for name in files_below(CHECKOUT / "resources")
        if not name.startswith("pictures/") and not name.endswith(".po")
    }
    assert {name.split("/")[2] for name in resources} == {"help", "icons", "languages"}
    assert modules | resources <= names
    assert [name for name in names - modules - resources if ".dist-info/" not in name] == []


def test_the_wheel_has_a_command_and_one_for_the_window(wheel: zipfile.ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert wheel.read(name).decode().split("\n") == [
        "[console_scripts]",
        "dupefinder = dupefinder.__main__:main",
        "",
        "[gui_scripts]",
        "dupefinder-window = dupefinder.__main__:show_window",
        "",
    ]


def test_the_source_archive_has_what_a_checkout_has(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for folder in ("dupefinder", "resources", "packaging", "tests", ".ci", ".github"):
        expected = {f"{folder}/{name}" for name in files_below(CHECKOUT / folder)}
        assert expected <= names
    assert {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml"} <= names
