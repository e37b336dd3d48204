"""Texts are translated by one mechanism, which everything that shows texts uses."""

import ast
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path

import pytest

import dupefinder
from dupefinder.text import translation
from dupefinder.text.translation import _, plural

PACKAGE = Path(dupefinder.__file__).parent
TRANSLATING = {"_", "N_", "plural"}
QT = {"tr", "translate"}


class Loud(NullTranslations):
    """Another language."""

    def gettext(self, message: str) -> str:
        return message.upper()

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
    assert plural("{n} photo", "{n} photos", 21) == "<21 photo>"
    assert plural("{n} photo", "{n} photos", 2) == "<2 photos>"


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call of the package, by the last part of the name that is called."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
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
        texts = call.args[: 2 if name == "plural" else 1]
        # A text of a table, marked there, is looked up.
        if name == "_" and isinstance(texts[0], (ast.Subscript, ast.Attribute)):
            assert path.parent.name == "text"
            continue
        if not all(isinstance(one, ast.Constant) for one in texts):
            from_elsewhere.append(f"{path}:{call.lineno}")
    assert from_elsewhere == []
