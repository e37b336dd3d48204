"""Faults of the environment, and what to do about them."""

from dupefinder.actions.journal_file import JournalInUse, JournalNotWritable
from dupefinder.core.errors import (
    CatalogInUse,
    CatalogNotWritable,
    CatalogTooNew,
    DecisionsNotKept,
    DupeFinderError,
    FolderNotFound,
)
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _


def fault_text(fault: Exception, *, in_terminal: bool = False) -> str:
    """Explain a fault, and what can be done about it.

    Args:
        fault: What was raised.
        in_terminal: True where options of the command line are to be named.
    """
    if isinstance(fault, FolderNotFound):
        return _("{path} cannot be read. Is its drive connected?").format(
            path=path_text(fault.path)
        )
    if isinstance(fault, CatalogInUse):
        return _("The catalog {path} is in use by {program}. Close that first.").format(
            path=path_text(str(fault.path)), program=fault.owner
        )
    if isinstance(fault, CatalogTooNew):
        text = (
            _(
                "The catalog {path} has version {found}; this program knows {known}. Update the"
                " program, or name another catalog with --catalog FILE."
            )
            if in_terminal
            else _(
                "The catalog {path} has version {found}; this program knows {known}. Update the"
                " program; nothing was changed."
            )
        )
        return text.format(
            path=path_text(str(fault.path)), found=fault.found_version, known=fault.known_version
        )
    if isinstance(fault, CatalogNotWritable):
        text = (
            _("The catalog {path} cannot be written ({reason}). Name another with --catalog FILE.")
            if in_terminal
            else _(
                "The catalog {path} cannot be written ({reason}). Is the disk full? What was read"
                " before is kept; free up space and scan again."
            )
        )
        return text.format(path=path_text(str(fault.path)), reason=fault.reason)
    if isinstance(fault, JournalInUse):
        return _("The journal {path} is in use by another program. Close that first.").format(
            path=path_text(str(fault.path))
        )
    if isinstance(fault, JournalNotWritable):
        details = str(fault)
        return _(
            "{details}. Nothing is moved that cannot be written down; what was moved before is in"
            " the history."
        ).format(details=details[:1].upper() + details[1:])
    if isinstance(fault, DecisionsNotKept):
        return _("Your marks cannot be saved: {reason}").format(reason=fault.reason)
    if isinstance(fault, DupeFinderError):
        return str(fault)
    return _("Something went wrong that should not have. No photo was harmed; see the log.")
