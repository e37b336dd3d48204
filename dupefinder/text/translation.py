"""The one way texts are translated: gettext, with literal English texts as its keys.

A module imports `_` and `plural`, and calls them with literals, so that the texts can be extracted:

    _("Nothing is marked yet")
    plural("{n} photo", "{n} photos", count)
    in_context("similarity", "Close")

A table at the top of a module is filled before a language is chosen. Its texts are only marked
there, with `N_`, and translated by `_` where they are looked up.
"""

from gettext import NullTranslations

from dupefinder.text.figures import number_text

_catalogue = NullTranslations()


def install(catalogue: NullTranslations) -> None:
    """Translate from now on by a catalogue; `NullTranslations` gives the English texts.

    Args:
        catalogue: As `gettext.translation` reads it.
    """
    global _catalogue
    _catalogue = catalogue


def translate(text: str) -> str:
    """A text in the language of the catalogue."""
    # gettext answers the empty text with the catalogue's header.
    return _catalogue.gettext(text) if text else ""


def plural(one: str, many: str, number: int, **values: object) -> str:
    """A translated text with a number in it, such as "1,204 photos".

    Args:
        one: English text for exactly one, with "{n}" in it.
        many: English text for any other number, with "{n}" in it.
        number: How many.
        values: What stands for other names in braces.
    """
    return _catalogue.ngettext(one, many, number).format(n=number_text(number), **values)


def in_context(context: str, text: str) -> str:
    """A translated text that other languages say in other words elsewhere.

    Args:
        context: Tells translators where it stands.
        text: The English text.
    """
    return _catalogue.pgettext(context, text)


def with_detail(sentence: str, detail: str) -> str:
    """A sentence, and in parentheses what it is about or what the system says of it."""
    if not detail:
        return sentence
    return _("{sentence} ({detail}).").format(sentence=sentence.removesuffix("."), detail=detail)


def translatable(text: str) -> str:
    """Mark a text of a table for extraction; it stays as it is."""
    return text


_ = translate
N_ = translatable
