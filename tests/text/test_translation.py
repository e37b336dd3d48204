"""Texts are marked for translation, and a language's catalogue translates all that is shown."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from gettext import NullTranslations
from pathlib import Path

import pytest

import dupefinder
from dupefinder.text import translation
from dupefinder.text.counts import photos_text
from dupefinder.text.figures import Notation, bytes_text, use_notation
from dupefinder.text.translation import (
    ENGLISH,
    LANGUAGES,
    _,
    in_context,
    known_language,
    plural,
    use_language,
)

PACKAGE = Path(dupefinder.__file__).parent
TRANSLATING = {"_": 1, "N_": 1, "NP_": 2, "plural": 2, "in_context": 2}
"""Functions that translate, and how many of their arguments are literals."""
NOT_SHOWING = {"ask", "critical", "error", "info", "warning"}
"""Methods that take the name of a task, or a line of the log."""
WORDS = re.compile(r"[A-Za-z]{2,}[,.:;?]? [A-Za-z]")
BESIDE_A_VALUE = re.compile(r"^,? ?[a-z]{2,},? | [a-z]{2,},? ?$|^,? [a-z]{2,}$")
"""A word in what stands between the values of an f-string."""
NOTATIONS = {
    "export/html_file.py",  # HTML and CSS
    "gui/photos/desktop.py",  # keys of other programs' files, a Windows command
    "gui/language.py",  # patterns of dates
    "gui/appearance/palettes.py",  # names of palettes
    "gui/appearance/theme.py",  # style sheets
    "gui/main_window/unfinished.py",  # names of tasks
}
"""Modules in which words beside each other may be a notation."""
NOT_SHOWN = {
    *("keep marks", "keep role", "keep separation", "regroup in order"),  # names of tasks
    *("Apple Photos", "Capture One"),  # programs
    *("segment signs", "stop signals"),  # a style, a thread
    '<qt><span style="white-space: pre">',
    *("dupefinder ", "picture ", " proposed"),  # the program, a thread, a style
    # Developers read crash reports; what Qt says goes with a text that must load without `text`.
    *("Latest lines of the log:", "thread ", "Qt says: ", "Qt does not say why."),
}
QT = {"tr", "translate"}


class Loud(NullTranslations):
    """Another language."""

    def gettext(self, message: str) -> str:
        return message.upper()

    def pgettext(self, context: str, message: str) -> str:
        return f"{message} ({context})"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        # Some languages write other numbers than one in the singular, too.
        return f"<{msgid1}>" if n in (1, 21) else f"<{msgid2}>"


@pytest.fixture
def _loud() -> Iterator[None]:
    translation.install(Loud())
    yield
    translation.install(NullTranslations())


def test_english_needs_no_catalogue() -> None:
    assert _("Nothing is marked yet") == "Nothing is marked yet"
    assert plural("{n} photo", "{n} photos", 1) == "1 photo"
    assert plural("{n} photo of {size}", "{n} photos, {size}", 1204, size="2 MB") == (
        "1,204 photos, 2 MB"
    )


@pytest.mark.usefixtures("_loud")
def test_a_catalogue_translates_and_has_its_own_plural_forms() -> None:
    assert _("Keep") == "KEEP"
    assert _("") == ""
    assert in_context("similarity", "Close") == "Close (similarity)"
    assert plural("{n} photo", "{n} photos", 21) == "<21 photo>"
    assert plural("{n} photo", "{n} photos", 2) == "<2 photos>"


@cache
def trees() -> dict[Path, ast.Module]:
    """Syntax of every module of the package."""
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call of the package, by the last part of the name that is called."""
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Name):
                    yield path, node, node.func.id
                elif isinstance(node.func, ast.Attribute):
                    yield path, node, node.func.attr


def test_no_text_is_translated_by_qt() -> None:
    shown = (PACKAGE / "cli", PACKAGE / "gui", PACKAGE / "text")
    by_qt = [
        f"{path}:{call.lineno}"
        for path, call, name in calls()
        if name in QT
        and any(folder in path.parents for folder in shown)
        # Painters and strings have a method of that name, too.
        and any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in call.args)
    ]
    assert by_qt == []


def test_texts_are_literals_that_can_be_extracted() -> None:
    from_elsewhere = []
    for path, call, name in calls():
        if name not in TRANSLATING or path.name == "translation.py":
            continue
        texts = call.args[: TRANSLATING[name]]
        # A text of a table, marked there, is looked up; of a plural, both forms at once.
        looked_up = texts[0].value if isinstance(texts[0], ast.Starred) else texts[0]
        if name in ("_", "plural") and isinstance(looked_up, (ast.Subscript, ast.Attribute)):
            assert path.parent.name == "text"
            continue
        if not all(isinstance(one, ast.Constant) for one in texts):
            from_elsewhere.append(f"{path}:{call.lineno}")
    assert from_elsewhere == []


def test_a_singular_has_one_plural() -> None:
    plurals: dict[str, set[str]] = {}
    for _path, call, name in calls():
        if name in ("NP_", "plural") and not isinstance(call.args[0], ast.Starred):
            one, many = (ast.literal_eval(text) for text in call.args[:2])
            plurals.setdefault(one, set()).add(many)
    assert {one: many for one, many in plurals.items() if len(many) > 1} == {}


def parts_that_no_person_reads(tree: ast.AST) -> Iterator[ast.AST]:
    """Texts that are translated, what goes to the log, names of tasks, docstrings and types."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[*given]) if name in TRANSLATING:
                yield from given[: TRANSLATING[name]]
            case ast.Call(func=ast.Attribute(attr=name), args=[text, *_]) if name in NOT_SHOWING:
                yield text
            case ast.Expr(value=ast.Constant() as text):
                yield text
            case ast.arg(annotation=ast.AST() as kind) | ast.AnnAssign(annotation=kind):
                yield kind
            case ast.FunctionDef(returns=ast.AST() as kind):
                yield kind


def test_words_beside_each_other_are_marked_for_translation() -> None:
    unmarked = []
    for path, tree in trees().items():
        room, name = path.relative_to(PACKAGE).parts[0], path.relative_to(PACKAGE).as_posix()
        if room not in ("cli", "export", "gui", "text") or name in NOTATIONS:
            continue
        passed = {one for part in parts_that_no_person_reads(tree) for one in ast.walk(part)}
        beside = {
            part for one in ast.walk(tree) if isinstance(one, ast.JoinedStr) for part in one.values
        }
        unmarked += [
            f"{name}:{node.lineno}: {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and (WORDS.search(node.value) or (node in beside and BESIDE_A_VALUE.search(node.value)))
            and node not in passed
            and node.value not in NOT_SHOWN
        ]
    assert unmarked == []


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
    assert known_language(translation.system_languages()).code == "ja"


def test_several_languages_are_asked_for_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "tlh:pl:de")
    assert known_language(translation.system_languages()).code == "pl"


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
        cwd=Path(translation.__file__).parents[2],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "Aufruf: dupefinder" in ran.stdout
    assert "doppelte Fotos" in ran.stdout
