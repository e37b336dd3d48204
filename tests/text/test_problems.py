"""Faults are told with what to do about them."""

from pathlib import Path

import pytest

from dupefinder.actions.journal_file import JournalInUse, not_writable
from dupefinder.core.errors import (
    CatalogInUse,
    CatalogNotWritable,
    CatalogTooNew,
    DecisionsNotKept,
    DecisionsNotRead,
    DupeFinderError,
    FolderNotFound,
)
from dupefinder.text.problems import fault_text

FILE = Path("/data/catalog.sqlite")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (FolderNotFound("/p"), "/p cannot be read. Is its drive connected?"),
        (CatalogInUse(FILE, "process 7"), f"{FILE} is in use by process 7. Close that first."),
        (
            CatalogTooNew(FILE, 9, 8),
            "has version 9; this program knows 8. Update the program; nothing was changed.",
        ),
        (CatalogNotWritable(FILE, "disk full"), "cannot be written (disk full)"),
        (JournalInUse(FILE, "is in use"), "Close that first."),
        (not_writable(FILE, "disk full"), "disk full. Nothing is moved"),
        (DecisionsNotKept(FILE, "disk full"), "Your marks cannot be saved: disk full"),
        (DecisionsNotRead(FILE, "damaged"), f"read (damaged). The file {FILE} is left untouched."),
        (DupeFinderError("anything else"), "anything else"),
        (ZeroDivisionError("a bug"), "No photo was harmed"),
    ],
)
def test_a_fault_says_what_to_do(fault: Exception, said: str) -> None:
    assert said in fault_text(fault)


def test_options_are_named_only_in_a_terminal() -> None:
    fault = CatalogNotWritable(FILE, "disk full")
    assert "--catalog FILE" in fault_text(fault, in_terminal=True)
    assert "--catalog" not in fault_text(fault)
