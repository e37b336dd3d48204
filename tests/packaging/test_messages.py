"""The template of the translations has every text of the program, each so that it can be used."""

import string
from collections.abc import Iterable
from pathlib import Path

import messages
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po


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


def test_the_template_reads_back_as_it_was_written(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "TEMPLATE", tmp_path / "build" / "dupefinder.pot")
    messages.write(catalog)
    with messages.TEMPLATE.open("rb") as file:
        read = read_po(file, abort_invalid=True)
    assert {one.id for one in read} == {one.id for one in catalog}
