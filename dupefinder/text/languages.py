"""The languages of the program: which there are, which one is asked for, and its catalogue."""

import ctypes
import gettext
import locale
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from dupefinder.resources import resource_path
from dupefinder.text.figures import Notation, use_notation
from dupefinder.text.translation import install

_FOLDER = "languages"
_DOMAIN = "dupefinder"


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
