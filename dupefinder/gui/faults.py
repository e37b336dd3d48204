"""Faults of the environment in words, and what to do about them."""

from dupefinder.actions.journal_faults import JournalInUse, JournalNotWritable
from dupefinder.core.errors import (
    CatalogInUse,
    CatalogNotWritable,
    CatalogTooNew,
    DecisionsNotKept,
    DupeFinderError,
    FolderNotFound,
)
from dupefinder.text.translation import _


def fault_text(fault: Exception) -> str:
    """What went wrong and what to do; the details are in the log."""
    if isinstance(fault, FolderNotFound):
        return _("{path} cannot be read. Is its drive connected?").format(path=fault.path)
    if isinstance(fault, CatalogInUse):
        return _("Another dupefinder is at work with the same catalog. Close it first.")
    if isinstance(fault, CatalogTooNew):
        return _("A newer dupefinder wrote the catalog. Update this one; nothing was changed.")
    if isinstance(fault, CatalogNotWritable):
        return _(
            "The catalog cannot be written ({reason}). Is the disk full? What was read before is"
            " kept; make room and scan again."
        ).format(reason=fault.reason)
    if isinstance(fault, JournalInUse):
        return _("Another program has the journal open. Close it first.")
    if isinstance(fault, JournalNotWritable):
        return _(
            "The journal cannot be written. Is the disk full? Nothing is moved that cannot be"
            " written down; what was moved before is in the history."
        )
    if isinstance(fault, DecisionsNotKept):
        return _("Your marks cannot be written down: {reason}").format(reason=fault.reason)
    if isinstance(fault, DupeFinderError):
        return str(fault)
    return _("Something went wrong that should not have. No photo was harmed; the log tells more.")
