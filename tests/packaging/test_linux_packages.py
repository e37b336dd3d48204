"""The program as desktops find it: menu entry, actions of file managers, stores' description."""

import configparser
import os
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import which
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import linux_packages
import pytest
from environment import CHECKOUT
from icons import SIZES_PX
from linux_packages import DATA, add_desktop_files, app_id
from release import Maintainer

from dupefinder.text.translation import LANGUAGES

JANE = Maintainer("Jane Doe & Co", "jane@example.org", "https://github.com/jane/dupefinder")


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(which(program) is None, reason=f"{program} is not installed")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as PyInstaller leaves it, in small, with what Linux adds."""
    icons = tmp_path / "build" / "icons"
    icons.mkdir(parents=True)
    for size_px in SIZES_PX:
        (icons / f"{size_px}.png").touch()
    monkeypatch.setattr(linux_packages, "BUILD", tmp_path / "build")
    program = tmp_path / "program"
    for name in ("_internal", "licences"):
        (program / name).mkdir(parents=True)
        (program / name / "file").touch()
    (program / "dupefinder").write_text("#!/bin/sh\necho started\n")
    (program / "dupefinder").chmod(0o755)
    add_desktop_files(program, JANE)
    return program


@pytest.mark.parametrize(
    ("home", "name"),
    [
        ("https://github.com/jane/dupefinder", "io.github.jane.dupefinder"),
        ("https://gitlab.com/jane-doe/photos", "io.gitlab.jane_doe.dupefinder"),
        ("https://example.org/dupefinder", "org.example.dupefinder"),
        ("https://photos.example.org", "org.example.photos.dupefinder"),
    ],
)
def test_the_name_in_stores_follows_from_the_page(home: str, name: str) -> None:
    assert app_id(Maintainer("", "", home)) == name


def entry(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path, encoding="utf-8")
    return parser


def test_folders_can_be_opened_with_it_but_it_asks_to_be_nobodys_default() -> None:
    of = entry(DATA / "zz-dupefinder-folder.desktop")["Desktop Entry"]
    assert of["MimeType"] == "inode/directory;"
    assert of["InitialPreference"] == "0"
    assert of["NoDisplay"] == "true"
    assert of["Exec"] == "dupefinder gui %F"
    assert "MimeType" not in entry(DATA / "dupefinder.desktop")["Desktop Entry"]


def test_no_file_makes_it_a_default(folder: Path) -> None:
    texts = [path.read_bytes() for path in (folder / "share").rglob("*") if path.is_file()]
    assert texts
    assert not any(b"Default Applications" in text for text in texts)


def test_the_file_managers_have_their_action(folder: Path) -> None:
    share = folder / "share"
    nemo = entry(share / "nemo" / "actions" / "dupefinder.nemo_action")["Nemo Action"]
    dolphin = entry(share / "kio" / "servicemenus" / "dupefinder.desktop")
    action = dolphin["Desktop Action findDuplicates"]
    assert nemo["Name"] == action["Name"] == "Find duplicates here"
    assert nemo["Exec"] == action["Exec"] == "dupefinder gui %F"
    for code in set(LANGUAGES) - {"en"}:
        assert nemo[f"Name[{code}]"] == action[f"Name[{code}]"] == nautilus(folder)["LABELS"][code]
        assert f"Comment[{code}]" in entry(DATA / "dupefinder.desktop")["Desktop Entry"]


def test_nemo_has_it_on_the_ground_of_an_open_folder_too(folder: Path) -> None:
    actions = folder / "share" / "nemo" / "actions"
    selected = entry(actions / "dupefinder.nemo_action")["Nemo Action"]
    here = entry(actions / "dupefinder-here.nemo_action")["Nemo Action"]
    assert (here["Selection"], here["Exec"]) == ("None", "dupefinder gui %P")
    # Without it Nemo shows no action, not even where nothing is selected.
    assert here["Extensions"] == "any;"
    names = [key for key in selected if key.startswith("Name")]
    assert [here[key] for key in names] == [selected[key] for key in names]


def nautilus(folder: Path, languages: Sequence[str] = ()) -> dict[str, Any]:
    """The extension, loaded with stand-ins for what only Nautilus has."""

    class MenuItem(SimpleNamespace):
        def connect(self, _signal: str, done: Callable[[object], object]) -> None:
            self.activate = lambda: done(self)

    offered = SimpleNamespace(MenuProvider=object, MenuItem=MenuItem)
    repository = SimpleNamespace(
        GLib=SimpleNamespace(get_language_names=lambda: [*languages, "C"]),
        GObject=SimpleNamespace(GObject=type("GObject", (), {})),
        Nautilus=offered,
    )
    path = folder / "share" / "nautilus-python" / "extensions" / "dupefinder.py"
    loaded: dict[str, Any] = {}
    with patch.dict(sys.modules, {"gi": SimpleNamespace(), "gi.repository": repository}):
        exec(compile(path.read_text("utf-8"), str(path), "exec"), loaded)
    return loaded


def folder_at(path: str) -> SimpleNamespace:
    location = SimpleNamespace(get_path=lambda: path)
    return SimpleNamespace(get_location=lambda: location, is_directory=lambda: True)


@pytest.mark.parametrize(
    ("languages", "words"),
    [
        ([], "Find duplicates here"),
        (["de_AT.UTF-8", "de_AT", "de"], "Hier Duplikate suchen"),
        (["xx", "pl_PL", "pl"], "Szukaj duplikatów tutaj"),
    ],
)
def test_nautilus_opens_the_chosen_folders(
    folder: Path, monkeypatch: pytest.MonkeyPatch, languages: list[str], words: str
) -> None:
    extension = nautilus(folder, languages)
    started: list[list[str]] = []
    monkeypatch.setattr(subprocess, "Popen", started.append)
    provider = extension["FindDuplicates"]()
    (item,) = provider.get_file_items([folder_at("/a b"), folder_at("/é")])
    assert item.label == words
    item.activate()
    (on_the_ground,) = provider.get_background_items(folder_at("/c"))
    on_the_ground.activate()
    assert started == [["dupefinder", "gui", "/a b", "/é"], ["dupefinder", "gui", "/c"]]
    picture = SimpleNamespace(**{**vars(folder_at("/x.jpg")), "is_directory": lambda: False})
    assert provider.get_file_items([folder_at("/a"), picture]) == []


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others there")
def test_dolphin_may_execute_its_action_in_a_persons_folder(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    command = [str(folder / "install.sh"), str(home)]
    subprocess.run(command, check=True, capture_output=True)
    assert os.access(home / "share" / "kio" / "servicemenus" / "dupefinder.desktop", os.X_OK)


def test_the_description_names_who_answers_for_it(folder: Path) -> None:
    (path,) = (folder / "share" / "metainfo").iterdir()
    assert path.name == "io.github.jane.dupefinder.metainfo.xml"
    root = ET.parse(path).getroot()
    assert root.findtext("developer/name") == "Jane Doe & Co"
    assert root.findtext("url[@type='homepage']") == JANE.home
    for picture in root.iterfind("screenshots/screenshot/image"):
        assert picture.text is not None
        in_checkout = picture.text.removeprefix(f"{JANE.home}/raw/main/")
        assert (CHECKOUT / in_checkout).is_file()


@needs("desktop-file-validate")
@pytest.mark.parametrize("name", ["dupefinder.desktop", "zz-dupefinder-folder.desktop"])
def test_the_entry_is_valid(name: str) -> None:
    command = ["desktop-file-validate", str(DATA / name)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


@needs("appstreamcli")
def test_the_description_is_valid(folder: Path) -> None:
    (path,) = (folder / "share" / "metainfo").iterdir()
    command = ["appstreamcli", "validate", "--no-net", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="its installer is a script of a shell")
def test_the_installer_installs_for_one_person_and_takes_all_away(
    folder: Path, tmp_path: Path
) -> None:
    home = tmp_path / "a home"
    installer = str(folder / "install.sh")
    kept = home / "share" / "applications" / "other.desktop"
    kept.parent.mkdir(parents=True)
    kept.touch()
    subprocess.run([installer, str(home)], check=True, capture_output=True)
    started = subprocess.run([home / "bin" / "dupefinder"], capture_output=True, text=True)
    assert started.stdout == "started\n"
    assert (home / "share/icons/hicolor/256x256/apps/dupefinder.png").is_file()
    assert (home / "lib/dupefinder/licences/file").is_file()
    # It would come before the system's file manager.
    assert not list(home.rglob("zz-*"))
    # The desktop finds it wherever it looks for programs.
    menu = entry(home / "share/applications/dupefinder.desktop")["Desktop Entry"]
    command = [*shlex.split(menu["Exec"].replace("%F", "")), "/photos"]
    started = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    assert started.stdout == "started\n"
    nemo = entry(home / "share/nemo/actions/dupefinder.nemo_action")["Nemo Action"]
    assert nemo["Exec"] == menu["Exec"]
    assert "Dependencies" not in nemo
    program = f'["{home}/bin/dupefinder", "gui", *folders]'
    assert program in (home / "share/nautilus-python/extensions/dupefinder.py").read_text()
    subprocess.run([installer, "--remove", str(home)], check=True, capture_output=True)
    assert [path for path in home.rglob("*") if path.is_file()] == [kept]


@pytest.mark.skipif(sys.platform == "win32", reason="its installer is a script of a shell")
def test_the_systems_package_offers_it_for_folders_after_all_file_managers(
    folder: Path, tmp_path: Path
) -> None:
    variables = {**os.environ, "DESTDIR": str(tmp_path / "root")}
    subprocess.run([str(folder / "install.sh"), "/usr"], check=True, env=variables)
    subprocess.run([str(folder / "install.sh"), "/app"], check=True, env=variables)  # a Flatpak
    for prefix in ("app", "usr"):
        entries = tmp_path / "root" / prefix / "share" / "applications"
        assert entry(entries / "dupefinder.desktop")["Desktop Entry"]["Exec"] == "dupefinder gui %F"
    others = ["org.gnome.Nautilus.desktop", "pcmanfm-qt.desktop", "xfe.desktop"]
    assert max([*os.listdir(entries), *others]) == "zz-dupefinder-folder.desktop"
