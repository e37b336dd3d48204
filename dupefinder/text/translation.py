"""Translation: gettext with literal English texts as its keys, and the languages that there are.

A module imports `_` and `plural`, and calls them with literals, so that the texts can be extracted:

    _("Nothing is marked yet")
    plural("{n} photo", "{n} photos", count)
    in_context("similarity", "Close")

A table at the top of a module is filled before a language is chosen. Its texts are only marked
there, with `N_`, and translated by `_` where they are looked up; `NP_` marks both forms of one for
`plural`.
"""

import ctypes
import gettext
import locale
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from gettext import NullTranslations

from dupefinder.resources import resource_path
from dupefinder.text.figures import Notation, number_text, use_notation

_FOLDER = "languages"
_DOMAIN = "dupefinder"

_catalogue = NullTranslations()


def install(catalogue: NullTranslations) -> None:
    """Translate from now on by a catalogue; `NullTranslations` gives the English texts.

    Args:
        catalogue: See `gettext.translation`.
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
        number: The number of things.
        values: Values for the other names in braces.
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


def translatable_plural(one: str, many: str) -> tuple[str, str]:
    """Mark both English forms of a text of a table for extraction; they stay as they are."""
    return one, many


_ = translate
N_ = translatable
NP_ = translatable_plural


@dataclass(frozen=True, slots=True)
class Language:
    """A language that the program speaks.

    Attributes:
        code: Its code of ISO 639-1.
        name: Its name in itself.
        notation: Figures as a terminal shows them.
    """

    code: str
    name: str
    notation: Notation


ENGLISH = Language("en", "English", Notation())
LANGUAGES = {
    one.code: one
    for one in (
        ENGLISH,
        Language("de", "Deutsch", Notation(",", ".", "Byte")),
        Language("es", "Español", Notation(",", ".")),
        Language("fr", "Français", Notation(",", "\N{NARROW NO-BREAK SPACE}", "octets")),
        Language("ja", "日本語", Notation(byte_unit="バイト")),
        Language("pl", "Polski", Notation(",", "\N{NO-BREAK SPACE}", "B")),
    )
}


_in_use = ENGLISH


def language_in_use() -> Language:
    """The language that texts are shown in."""
    return _in_use


def known_language(asked: Iterable[str]) -> Language:
    """The first language asked for that the program speaks; English where it speaks none.

    Args:
        asked: Names such as "de", "de-AT" or "de_DE.UTF-8", the one liked best first.
    """
    for name in asked:
        code = name.replace("-", "_").split("_")[0].split(".")[0].lower()
        if code in LANGUAGES:
            return LANGUAGES[code]
    return ENGLISH


def system_languages() -> list[str]:
    """The languages that the system asks for, the one liked best first.

    As gettext does, heeds LANGUAGE, LC_ALL, LC_MESSAGES and LANG; Windows without them is asked
    for the language of its own texts.
    """
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return value.split(":")
    if sys.platform == "win32":
        number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return [locale.windows_locale.get(number, "")]
    return []


def use_language(language: Language) -> None:
    """Show every text from now on in a language, argparse's own ones too.

    Raises:
        FileNotFoundError: The program was not installed with its catalogue.
    """
    global _in_use
    _in_use = language
    use_notation(language.notation)
    if language is ENGLISH:
        install(gettext.NullTranslations())
        return
    folder = str(resource_path(_FOLDER))
    install(gettext.translation(_DOMAIN, folder, [language.code]))
    # argparse looks for its texts by the environment, in the domain that is the current one.
    os.environ["LANGUAGE"] = language.code
    gettext.bindtextdomain(_DOMAIN, folder)
    gettext.textdomain(_DOMAIN)
