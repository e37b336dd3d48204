"""Bring the translations up to date: `python packaging/messages.py`.

Each catalogue in `resources/languages` gets the texts that are new, loses those that are gone, and
is compiled. What is left to translate is counted. A new language begins as a folder there with an
empty `LC_MESSAGES/dupefinder.po`.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from environment import CHECKOUT

LANGUAGES = CHECKOUT / "resources" / "languages"

KEYWORDS = {
    "_": None,
    "N_": None,
    "NP_": (1, 2),
    "plural": (1, 2),
    "in_context": ((1, "c"), 2),
}
"""Functions whose literal arguments are texts, with the places of these among the arguments."""

_WIDTH_CHARACTERS = 100
_MOST_LISTED = 20


def collect() -> Catalog:
    """Collect every text once, with the modules that show it.

    A comment before a text that begins with "Translators:" goes with it.
    """
    catalog = Catalog(project="dupefinder", header_comment="# Texts of dupefinder.", fuzzy=False)
    for module, line, text, comments, context in extract_from_dir(
        CHECKOUT / "dupefinder",
        method_map=[("**.py", "python")],
        keywords=KEYWORDS,
        comment_tags=["Translators:"],
        strip_comment_tags=True,
    ):
        place = Path(module).as_posix()  # alike on all systems
        catalog.add(text, None, [(place, line)], (), comments, context=context)
    return catalog


def sources() -> Iterator[Path]:
    """The catalogue of each language, as translators edit it."""
    yield from sorted(LANGUAGES.glob("*/LC_MESSAGES/dupefinder.po"))


def read(source: Path) -> Catalog:
    """Read a language's catalogue.

    Raises:
        PoFileError: It is no such catalogue.
    """
    with source.open("rb") as file:
        return read_po(file, locale=source.parts[-3], domain="dupefinder", abort_invalid=True)


def forms_of(message: Message) -> list[str]:
    """The translation of a text, or its translations for one, some and many."""
    if isinstance(message.string, tuple | list):
        return list(message.string)
    return [message.string or ""]


def untranslated(catalog: Catalog) -> list[Message]:
    """The texts that have no translation, or one that lacks a form for some numbers."""
    left = []
    for message in catalog:
        if not message.id:  # the header
            continue
        forms = forms_of(message)
        if not all(forms) or len(forms) != (catalog.num_plurals if message.pluralizable else 1):
            left.append(message)
    return left


def update(source: Path, template: Catalog) -> list[Message]:
    """Give a language's catalogue just the texts of the template, and compile it.

    Args:
        source: The catalogue; its language is the name of its folder.
        template: Every text of the program.

    Returns:
        The texts that are left to translate; the program shows them in English.
    """
    catalog = read(source)
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.header_comment = template.header_comment
    catalog.project = catalog.version = "dupefinder"
    catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = ""
    catalog.fuzzy = False
    with source.open("wb") as file:
        write_po(file, catalog, width=_WIDTH_CHARACTERS, sort_by_file=True, include_lineno=False)
    left = untranslated(catalog)
    for message in left:
        catalog.delete(message.id, message.context)
    with source.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    return left


def main() -> None:
    """Bring every language up to date."""
    template = collect()
    for source in sources():
        left = update(source, template)
        print(f"{source.parts[-3]}: {len(template) - len(left)} texts, {len(left)} left")
        for message in left[:_MOST_LISTED]:
            print(f"  {message.id}")


if __name__ == "__main__":
    main()
