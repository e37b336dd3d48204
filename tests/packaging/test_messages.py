"""Every text of the program can be translated, and is, in every language that can be chosen."""

import re
import string
from collections.abc import Iterable
from gettext import GNUTranslations
from pathlib import Path

import messages
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

from dupefinder.text.translation import ENGLISH, LANGUAGES


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return messages.collect()


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def forms(catalog: Catalog) -> Iterable[tuple[str, ...]]:
    ids = (one.id for one in catalog if one.id)
    return ((texts,) if isinstance(texts, str) else tuple(texts) for texts in ids)


def test_texts_of_the_command_line_the_window_and_both_are_in_it(catalog: Catalog) -> None:
    rooms = {name.split("/")[0] for one in catalog for name, _ in one.locations}
    assert {"cli", "export", "gui", "text"} <= rooms


def test_a_number_has_both_forms_with_it(catalog: Catalog) -> None:
    pairs = [texts for texts in forms(catalog) if len(texts) == 2]
    assert ("{n} photo", "{n} photos") in pairs
    # A language with one form for all numbers has only the second.
    assert [pair for pair in pairs if not names_in(pair[0]) <= names_in(pair[1])] == []


def test_every_value_of_a_text_has_a_name(catalog: Catalog) -> None:
    """Translators may change the order of named values; those without a name they cannot."""
    nameless = [
        text
        for texts in forms(catalog)
        for text in texts
        if any(not name.isidentifier() for name in names_in(text))
    ]
    assert nameless == []


@pytest.fixture(params=[source.parts[-3] for source in messages.sources()])
def source(request: pytest.FixtureRequest) -> Path:
    return messages.LANGUAGES / str(request.param) / "LC_MESSAGES" / "dupefinder.po"


def test_every_language_that_can_be_chosen_has_a_catalogue() -> None:
    codes = {source.parts[-3] for source in messages.sources()}
    assert codes == set(LANGUAGES) - {ENGLISH.code}


def keys(catalog: Catalog) -> set[tuple[str | None, object]]:
    return {(one.context, one.id) for one in catalog}


def test_each_catalogue_has_just_the_texts_of_the_program(source: Path, catalog: Catalog) -> None:
    assert keys(messages.read(source)) == keys(catalog)


def test_each_text_is_translated(source: Path) -> None:
    assert messages.untranslated(messages.read(source)) == []


def test_each_catalogue_is_compiled_as_it_stands(source: Path, tmp_path: Path) -> None:
    compiled = tmp_path / "dupefinder.mo"
    with compiled.open("wb") as file:
        write_mo(file, messages.read(source))
    assert source.with_suffix(".mo").read_bytes() == compiled.read_bytes()


def translations(source: Path) -> Iterable[tuple[str, str]]:
    """Each English text with each of its translations."""
    for one in messages.read(source):
        if not one.id:
            continue
        texts = (one.id,) if isinstance(one.id, str) else tuple(one.id)
        # A form of its own for one may name no number; any other stands for many.
        for place, form in enumerate(messages.forms_of(one)):
            yield texts[min(place, len(texts) - 1)], form


def test_translations_keep_values_marks_and_blanks(source: Path) -> None:
    assert [
        (text, form)
        for text, form in translations(source)
        if names_in(text) - {"n"} != names_in(form) - {"n"}
        or ("n" in names_in(form) and "n" not in names_in(text))
        or re.findall(r"%\(\w+\)[sr]|%[srd]", text) != re.findall(r"%\(\w+\)[sr]|%[srd]", form)
        or (blanks(text) != blanks(form) and text != ", ")
        or ("&" in text.replace("&&", "")) != ("&" in form.replace("&&", ""))
        or text.count("\n") != form.count("\n")
    ] == []


def blanks(text: str) -> tuple[int, int]:
    return len(text) - len(text.lstrip(" ")), len(text) - len(text.rstrip(" "))


def test_options_commands_and_file_names_stay_as_they_are(source: Path) -> None:
    kept = re.compile(r"--[a-z][a-z-]+|`[^`]+`|\.(?:json|html|csv|xmp|jpg|jpeg|png|md)\b")
    assert [
        (text, form)
        for text, form in translations(source)
        if sorted(kept.findall(text)) != sorted(kept.findall(form))
    ] == []


def test_an_update_brings_what_is_new_and_drops_what_is_gone(tmp_path: Path) -> None:
    source = tmp_path / "de" / "LC_MESSAGES" / "dupefinder.po"
    source.parent.mkdir(parents=True)
    source.touch()
    old, new = Catalog(), Catalog()
    for text in ("Gone", "Stays"):
        old.add(text)
    messages.update(source, old)
    catalog = messages.read(source)
    for text in ("Gone", "Stays"):
        catalog[text].string = f"{text} in German"
    with source.open("wb") as file:
        write_po(file, catalog)
    new.add("Stays")
    new.add(("{n} new", "{n} new ones"))
    assert [one.id for one in messages.update(source, new)] == [("{n} new", "{n} new ones")]
    assert {one.id: one.string for one in messages.read(source) if one.id} == {
        "Stays": "Stays in German",
        ("{n} new", "{n} new ones"): ("", ""),
    }
    with source.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    assert compiled.gettext("Stays") == "Stays in German"
    assert compiled.ngettext("{n} new", "{n} new ones", 2) == "{n} new ones"


SAME_WORDS = {
    "de": "details format log name pause plan system",
    "es": "bit bits byte bytes error log plan",
    "fr": "actions bit bits copies dimensions format log options pause photo photos pixels plan",
    "ja": "enter shift space",
    "pl": "argument bit enter folder format log plan problem shift system",
}
"""Words that are the same in English and another language; names of keys are everywhere."""
KEYS_AND_UNITS = {"alt", "ctrl", "esc", "iso", "min", "dupefinder"}


def test_texts_equal_to_english_are_listed_words(source: Path) -> None:
    code = source.parts[-3]
    known = KEYS_AND_UNITS | set(SAME_WORDS[code].split())
    same = [form for text, form in translations(source) if form == text]
    words = {
        word.lower()
        for text in same
        for word in re.findall(r"[^\W\d_]{3,}", re.sub(r"\{\w+\}|\(\w+\)s|`[^`]+`", "", text))
    }
    assert words <= known
    assert set(SAME_WORDS[code].split()) <= words
