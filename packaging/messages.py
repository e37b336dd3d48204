"""Collect the texts to be translated: `python packaging/messages.py`.

It writes `build/dupefinder.pot`, the template from which `pybabel init` makes the catalogue of a
language, and by which `pybabel update` brings one up to date.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

CHECKOUT = Path(__file__).resolve().parent.parent
TEMPLATE = CHECKOUT / "build" / "dupefinder.pot"

KEYWORDS = {"_": None, "N_": None, "plural": (1, 2)}
"""Functions whose literal arguments are texts, with the places of these among the arguments."""


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
        catalog.add(text, None, [(module, line)], (), comments, context=context)
    return catalog


def write(catalog: Catalog) -> None:
    """Write the template."""
    TEMPLATE.parent.mkdir(exist_ok=True)
    with TEMPLATE.open("wb") as file:
        write_po(file, catalog, width=100, sort_by_file=True, include_lineno=False)


if __name__ == "__main__":
    write(collect())
