"""Faults are told with what to do about them."""

from pathlib import Path

import pytest

from dupefinder.actions.folder_roles import FolderRolesFault, FolderRolesNotRead
from dupefinder.actions.journal_file import (
    JournalDamaged,
    JournalInUse,
    JournalNotWritable,
    JournalTooNew,
)
from dupefinder.actions.json_fields import Misfit, ValidationError, document_of
from dupefinder.core.catalog.connection import CatalogDamaged
from dupefinder.core.errors import (
    CatalogInUse,
    CatalogNotWritable,
    CatalogTooNew,
    DecisionsNotKept,
    DecisionsNotRead,
    DupeFinderError,
    FolderNotFound,
)
from dupefinder.text.problems import fault_text, misfit_text

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
        (JournalInUse(FILE, "process 7"), "Close that first."),
        (JournalNotWritable(FILE, "disk full"), "cannot be written (disk full). Nothing is moved"),
        (JournalTooNew(FILE, 9, 8), f"{FILE} has version 9; this program knows 8. Update"),
        (JournalDamaged(FILE, "no tables"), f"The journal {FILE} is damaged (no tables)."),
        (CatalogDamaged(FILE, "no tables"), f"The catalog {FILE} is damaged (no tables)."),
        (FolderRolesFault(FILE, OSError(28, "disk full")), f"written to {FILE} (disk full)."),
        (FolderRolesNotRead(FILE, OSError(5, "bad disk")), f"(bad disk). The file {FILE} is left"),
        (
            FolderRolesNotRead(FILE, ValidationError(Misfit.OVER_LIMIT, size_bytes=10)),
            "cannot be read (it is larger than 10 bytes, the most that is read).",
        ),
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


@pytest.mark.parametrize("misfit", Misfit)
def test_each_misfit_has_its_words(misfit: Misfit) -> None:
    error = ValidationError(misfit, name="n", found="f", expected="e", size_bytes=10)
    assert not {"{", "}"} & set(misfit_text(error))


def test_words_of_the_document_are_no_names_of_values() -> None:
    with pytest.raises(ValidationError) as raised:
        document_of(b'{"format": "x", "version": "{size}"}', "x", 1)
    told = "its version is '{size}', but only version 1 is supported"
    assert misfit_text(raised.value) == told
