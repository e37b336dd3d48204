"""A language is found by what is asked for, and its catalogue translates all that is shown."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dupefinder.text import languages
from dupefinder.text.counts import photos_text
from dupefinder.text.figures import Notation, bytes_text, use_notation
from dupefinder.text.languages import ENGLISH, LANGUAGES, known_language, use_language
from dupefinder.text.translation import _

VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def _english_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    before = use_notation(Notation())
    yield
    use_language(ENGLISH)
    use_notation(before)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (["de"], "de"),
        (["de-AT"], "de"),
        (["de_DE.UTF-8"], "de"),
        (["PL"], "pl"),
        (["pt_BR", "es_ES", "fr"], "es"),
        (["C"], "en"),
        (["C.UTF-8"], "en"),
        (["tlh", ""], "en"),
        ([], "en"),
    ],
)
def test_the_first_known_language_is_spoken(asked: list[str], code: str) -> None:
    assert known_language(asked).code == code


@pytest.mark.parametrize("place", range(len(VARIABLES)))
def test_the_environment_says_which_language(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES[place + 1 :]:
        monkeypatch.setenv(variable, "fr_FR.UTF-8")
    monkeypatch.setenv(VARIABLES[place], "ja_JP.UTF-8")
    assert known_language(languages.system_languages()).code == "ja"


def test_several_languages_are_asked_for_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "tlh:pl:de")
    assert known_language(languages.system_languages()).code == "pl"


def test_numbers_follow_the_language() -> None:
    use_language(LANGUAGES["de"])
    assert photos_text(12_345).startswith("12.345 ")
    assert bytes_text(3_141_593) == "3,1 MB"
    use_language(LANGUAGES["fr"])
    assert bytes_text(3_141_593) == "3,1 MB"


def test_texts_follow_the_language_and_come_back() -> None:
    use_language(LANGUAGES["de"])
    assert _("Settings") == "Einstellungen"
    use_language(ENGLISH)
    assert _("Settings") == "Settings"


@pytest.mark.parametrize(("number", "shown"), [(1, "1 zdjęcie"), (2, "2 zdjęcia"), (5, "5 zdjęć")])
def test_a_language_has_its_own_plural_forms(number: int, shown: str) -> None:
    use_language(LANGUAGES["pl"])
    assert photos_text(number) == shown


def test_the_command_line_speaks_it(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "dupefinder", "--help"],
        env={"LANGUAGE": "de", "PATH": "", "DUPEFINDER_DATA": str(tmp_path)},
        cwd=Path(languages.__file__).parents[2],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "Aufruf: dupefinder" in ran.stdout
    assert "doppelte Fotos" in ran.stdout
