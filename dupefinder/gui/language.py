"""The language of the window: its own texts, Qt's dialogs, figures and the direction of reading."""

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from dupefinder.gui.locale_notation import LocaleNotation, names_region
from dupefinder.text.figures import use_notation
from dupefinder.text.languages import ENGLISH, Language, known_language, use_language


def asked_language(chosen: str) -> Language:
    """The language that was chosen, or else the first that the system asks for and there is.

    Args:
        chosen: A code such as "de"; empty follows the system.
    """
    return known_language([chosen] if chosen else QLocale.system().uiLanguages())


def speak(application: QApplication, language: Language) -> None:
    """Show every text in a language from now on; what is shown already stays as it is.

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
