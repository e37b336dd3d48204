"""The language of the window: its texts, Qt's dialogs, figures and the direction of reading.

Numbers, sizes, times and paths are written by the locale, see `LocaleNotation`.
"""

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from PySide6.QtCore import QDate, QDateTime, QLibraryInfo, QLocale, Qt, QTime, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from dupefinder.text.figures import Notation, use_notation
from dupefinder.text.translation import ENGLISH, Language, _, known_language, use_language

_MOST_MS = 250_000_000_000_000
"""Greatest time, as files may claim any time and dates have four digits."""
_MS_NS = 1_000_000


class LocaleNotation(Notation):
    """Figures in the person's locale, and paths without misleading characters."""

    def number(self, number: int) -> str:
        """A whole number with the separators of the locale."""
        return QLocale().toString(number)

    def decimal(self, number: float, digits: int) -> str:
        """A number with some digits behind the locale's point."""
        return QLocale().toString(float(number), "f", digits)

    def size(self, size_bytes: int) -> str:
        """A size in steps of 1000."""
        digits = 0 if size_bytes < 10_000_000 else 1
        form = QLocale.DataSizeFormat.DataSizeSIFormat
        return _isolated(QLocale().formattedDataSize(size_bytes, digits, form))

    def moment(self, since_1970_ns: int) -> str:
        """Local time in the locale's short form; a dash for a time no calendar has."""
        if abs(since_1970_ns // _MS_NS) > _MOST_MS:
            return "–"
        return QLocale().toString(_moment(since_1970_ns), _short_form())

    def local_time(self, moment: datetime) -> str:
        """Date and time in the locale's short form."""
        shown = QDateTime(
            QDate(moment.year, moment.month, moment.day), QTime(moment.hour, moment.minute)
        )
        return QLocale().toString(shown, _short_form())

    def month(self, since_1970_ns: int) -> str:
        """Month and year in the language of the locale."""
        return QLocale().toString(_moment(since_1970_ns).date(), "MMMM yyyy")

    def path(self, path: str) -> str:
        """A path for display, see `harmless`; read from the left everywhere."""
        return _isolated(harmless(path), "\N{LEFT-TO-RIGHT ISOLATE}")


def harmless(path: str) -> str:
    """A path with misleading characters replaced.

    These are invalid bytes, lone surrogates (in names of Windows), line breaks, and marks that
    turn the direction to fake an extension.
    """
    if path.isascii() and path.isprintable():
        return path
    return "".join(
        "\N{REPLACEMENT CHARACTER}"
        if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else one
        for one in path
    )


def listed(facts: Iterable[str]) -> str:
    """Facts on one line, such as "JPEG · 88 kB · 880 × 660", each in a direction of its own."""
    return _(" · ").join(map(_isolated, facts))


def _isolated(text: str, mark: str = "\N{FIRST STRONG ISOLATE}") -> str:
    """A text that keeps its order among words that are read from the right.

    Without the marks, letters and figures that are read from the left would draw the signs and
    figures around them to their side: a path its first "/", a size the date behind it. A window
    that is read from the left has no such marks, so that its texts stay what they seem.
    """
    if QGuiApplication.layoutDirection() is not Qt.LayoutDirection.RightToLeft or not text:
        return text
    return f"{mark}{text}\N{POP DIRECTIONAL ISOLATE}"


def names_region(system: QLocale) -> bool:
    """False for a system's locale that names a language at most, as with LC_ALL=C.

    Args:
        system: From `QLocale.system`.
    """
    return system.dateFormat(QLocale.FormatType.ShortFormat) != "d MM yyyy"


def _short_form() -> str:
    """The locale's short form of date and time, with years of four digits.

    Photos are of two centuries. A system without a locale gets the order of ISO 8601, as on the
    terminal; Qt's own "30 11 2026" can be read in two ways.
    """
    locale = QLocale()
    if locale.language() is QLocale.Language.C:
        return "yyyy-MM-dd HH:mm"
    form = locale.dateTimeFormat(QLocale.FormatType.ShortFormat)
    return form if "yyyy" in form else form.replace("yy", "yyyy")


def _moment(since_1970_ns: int) -> QDateTime:
    return QDateTime.fromMSecsSinceEpoch(since_1970_ns // _MS_NS)


def asked_language(chosen: str) -> Language:
    """The language that was chosen, or else the first that the system asks for and there is.

    Args:
        chosen: A code such as "de"; empty follows the system.
    """
    return known_language([chosen] if chosen else QLocale.system().uiLanguages())


def speak(application: QApplication, language: Language) -> None:
    """Set the language of all later texts.

    Numbers and dates are written as the system's region writes them, as long as it names one that
    speaks the language.

    Args:
        application: Gets the texts of Qt's own dialogs and the direction of reading.
        language: The language.
    """
    QLocale.setDefault(_locale(language))
    use_language(language)
    use_notation(LocaleNotation())
    application.setLayoutDirection(QLocale(language.code).textDirection())
    for before in application.findChildren(QTranslator):
        application.removeTranslator(before)
        before.deleteLater()
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(language.code), "qtbase", "_", folder):
        application.installTranslator(translator)


def _locale(language: Language) -> QLocale:
    system = QLocale.system()
    if not names_region(system):
        return QLocale.c() if language is ENGLISH else QLocale(language.code)
    return system if system.name().split("_")[0] == language.code else QLocale(language.code)
