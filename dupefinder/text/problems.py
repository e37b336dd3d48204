"""Problems and their remedies: files that cannot be read, and faults of the environment."""

from typing import NamedTuple

from dupefinder.actions.folder_roles import FolderRolesFault, FolderRolesNotRead
from dupefinder.actions.journal_file import (
    JournalDamaged,
    JournalInUse,
    JournalNotWritable,
    JournalTooNew,
)
from dupefinder.actions.json_fields import Misfit, ValidationError
from dupefinder.core.catalog.connection import CatalogDamaged
from dupefinder.core.errors import (
    CatalogInUse,
    CatalogNotWritable,
    CatalogTooNew,
    DecisionsNotKept,
    DecisionsNotRead,
    DupeFinderError,
    FolderNotFound,
    os_error_text,
)
from dupefinder.core.records import Problem, ProblemCode
from dupefinder.text.figures import bytes_text, path_text
from dupefinder.text.translation import N_, _, with_detail

_MISFITS = {
    Misfit.NO_JSON: N_("it is not JSON"),
    Misfit.TOO_LARGE: N_("it is too large for the memory of this computer"),
    Misfit.OVER_LIMIT: N_("it is larger than {size}, the most that is read"),
    Misfit.OTHER_FORMAT: N_('it does not say "format": "{expected}"'),
    Misfit.OTHER_VERSION: N_("its version is {found}, but only version {expected} is supported"),
    Misfit.MISSING: N_('"{name}" is missing or has the wrong type'),
    Misfit.UNKNOWN_CODE: N_('"{name}" is {found}'),
    Misfit.NO_WHOLE_PATH: N_("{found} is not an absolute path"),
    Misfit.NO_PATH: N_("{found} is not a path"),
    Misfit.NO_NUMBER: N_('"{name}" is not a number that a file can have'),
    Misfit.NO_TIME: N_('"{name}" is not a time that a file can have'),
    Misfit.NO_DIGEST: N_('"{name}" is not a digest'),
    Misfit.NO_NAMES: N_('"{name}" is not a list of names'),
    Misfit.NO_ACTION: N_('"{name}" is not an action that a plan can have'),
    Misfit.ONLY_BY_HAND: N_('"{name}" is "{found}", which only a person can choose, in the window'),
}


def misfit_text(error: ValidationError) -> str:
    """Describe how a document differs from what was expected, as the part of a sentence."""
    size_bytes = error.values.get("size_bytes")
    size = bytes_text(size_bytes) if isinstance(size_bytes, int) else ""
    return _(_MISFITS[error.misfit]).format(size=size, **error.values)


class _ProblemTexts(NamedTuple):
    """The texts for one code.

    Attributes:
        sentence: The problem.
        cause: The same in a few words, as the cause of something else.
        advice: Advice on files of this kind.
    """

    sentence: str
    cause: str
    advice: str


_PROBLEMS = {
    ProblemCode.EMPTY: _ProblemTexts(
        N_("The file is empty."),
        N_("a file is empty"),
        N_("Nothing is left in these files. Look for them in a backup."),
    ),
    ProblemCode.NOT_A_PICTURE: _ProblemTexts(
        N_("The file is not a picture that can be read."),
        N_("not a picture"),
        N_("They are named like pictures, but contain something else. Open one to see."),
    ),
    ProblemCode.DAMAGED: _ProblemTexts(
        N_("The picture is damaged and cannot be read."),
        N_("damaged"),
        N_("Look for another copy of them in a backup."),
    ),
    ProblemCode.PARTLY_DAMAGED: _ProblemTexts(
        N_("The picture is damaged; only a part of it can be read."),
        N_("partly damaged"),
        N_("The part that can be read is compared. Look for an undamaged copy in a backup."),
    ),
    ProblemCode.HIDDEN_DATA: _ProblemTexts(
        N_("The file holds, or may hold, data besides its picture."),
        N_("may hold data besides its picture"),
        N_("Nothing is wrong with them. Compare them yourself."),
    ),
    ProblemCode.TOO_LARGE: _ProblemTexts(
        N_("The picture has more pixels than can be read safely."),
        N_("too large"),
        N_("Nothing is wrong with them. Compare them yourself."),
    ),
    ProblemCode.TIMED_OUT: _ProblemTexts(
        N_("Reading the picture took too long."),
        N_("reading took too long"),
        N_("Scan again when the disk or network is less busy."),
    ),
    ProblemCode.DECODER_CRASHED: _ProblemTexts(
        N_("The picture makes its decoder crash."),
        N_("the decoder crashed"),
        N_("Open one in another program: it may be damaged."),
    ),
    ProblemCode.OUT_OF_MEMORY: _ProblemTexts(
        N_("There is not enough memory for this picture."),
        N_("not enough memory"),
        N_("Close other programs and scan again."),
    ),
    ProblemCode.NO_PERMISSION: _ProblemTexts(
        N_("You have no permission to read it."),
        N_("no permission to read it"),
        N_("Give yourself permission to read them and scan again."),
    ),
    ProblemCode.IN_USE: _ProblemTexts(
        N_("Another program has it open."),
        N_("open in another program"),
        N_("Close it there and scan again."),
    ),
    ProblemCode.VANISHED: _ProblemTexts(
        N_("It is no longer there."),
        N_("no longer there"),
        N_("If you moved them, nothing is wrong: scan again."),
    ),
    ProblemCode.CHANGED_WHILE_READ: _ProblemTexts(
        N_("It was changed while it was read."),
        N_("changed in the meantime"),
        N_("Another program is changing them. Scan again later."),
    ),
    ProblemCode.READ_ERROR: _ProblemTexts(
        N_("It cannot be read; the disk or the network reports an error."),
        N_("cannot be read"),
        N_("The disk may be failing. Make a backup now, and check it."),
    ),
    ProblemCode.ONLINE_ONLY: _ProblemTexts(
        N_("It is not on this computer, only online."),
        N_("not on this computer"),
        N_("Let your cloud program download them and scan again."),
    ),
    ProblemCode.FOLDER_UNREADABLE: _ProblemTexts(
        N_("The folder cannot be listed."),
        N_("its folder cannot be listed"),
        N_("Give yourself permission to list it and scan again."),
    ),
    ProblemCode.FOLDER_NOT_FOUND: _ProblemTexts(
        N_("There is no such file or folder."),
        N_("its folder is not there"),
        N_("Connect its drive and scan again."),
    ),
}


def problem_text(problem: Problem) -> str:
    """Explain the problem of a file or folder in a sentence."""
    return _(_PROBLEMS[problem.code].sentence)


def detailed_problem_text(problem: Problem) -> str:
    """Explain a problem, with the message of the system or the decoder."""
    return with_detail(problem_text(problem), problem.detail)


def cause_text(code: str) -> str:
    """Explain why two photos could not be compared.

    Args:
        code: The value of a `ProblemCode`; others stay as they are.
    """
    try:
        texts = _PROBLEMS[ProblemCode(code)]
    except ValueError:
        return code
    return _(texts.cause)


def advice_text(code: ProblemCode) -> str:
    """Advise what can be done about files with this problem."""
    return _(_PROBLEMS[code].advice)


def fault_text(fault: Exception, *, in_terminal: bool = False) -> str:
    """Explain a fault, and what can be done about it.

    Args:
        fault: The exception.
        in_terminal: True where options of the command line are to be named.
    """
    match fault:
        case FolderNotFound():
            return _("{path} cannot be read. Is its drive connected?").format(
                path=path_text(fault.path)
            )
        case CatalogInUse() | CatalogTooNew() | CatalogNotWritable() | CatalogDamaged():
            return _catalog_text(fault, in_terminal=in_terminal)
        case JournalInUse() | JournalTooNew() | JournalNotWritable() | JournalDamaged():
            return _journal_text(fault)
        case FolderRolesFault():
            return _folder_roles_text(fault)
        case DecisionsNotRead():
            return _(
                "Your earlier decisions cannot be read ({reason}). The file {path} is left"
                " untouched."
            ).format(reason=fault.reason, path=path_text(str(fault.path)))
        case DecisionsNotKept():
            return _("Your marks cannot be saved: {reason}").format(reason=fault.reason)
        case DupeFinderError():
            return str(fault)
    return _("An unexpected error occurred. No photo was harmed; see the log.")


def _catalog_text(
    fault: CatalogInUse | CatalogTooNew | CatalogNotWritable | CatalogDamaged, *, in_terminal: bool
) -> str:
    path = path_text(str(fault.path))
    match fault:
        case CatalogInUse():
            return _("The catalog {path} is in use by {program}. Close that first.").format(
                path=path, program=fault.owner
            )
        case CatalogTooNew():
            text = (
                _(
                    "The catalog {path} has version {found}; this program knows {known}. Update"
                    " the program, or name another catalog with --catalog FILE."
                )
                if in_terminal
                else _(
                    "The catalog {path} has version {found}; this program knows {known}. Update"
                    " the program; nothing was changed."
                )
            )
            return text.format(path=path, found=fault.found_version, known=fault.known_version)
        case CatalogNotWritable():
            text = (
                _(
                    "The catalog {path} cannot be written ({reason}). Name another with --catalog"
                    " FILE."
                )
                if in_terminal
                else _(
                    "The catalog {path} cannot be written ({reason}). Is the disk full? What was"
                    " read before is kept; free up space and scan again."
                )
            )
            return text.format(path=path, reason=fault.reason)
        case CatalogDamaged():
            return _(
                "The catalog {path} is damaged ({reason}). The next start begins a new one."
            ).format(path=path, reason=fault.reason)


def _journal_text(fault: JournalInUse | JournalTooNew | JournalNotWritable | JournalDamaged) -> str:
    path = path_text(str(fault.path))
    match fault:
        case JournalInUse():
            return _("The journal {path} is in use by another program. Close that first.").format(
                path=path
            )
        case JournalTooNew():
            return _(
                "The journal {path} has version {found}; this program knows {known}. Update the"
                " program."
            ).format(path=path, found=fault.found_version, known=fault.known_version)
        case JournalNotWritable():
            return _(
                "The journal {path} cannot be written ({reason}). Nothing is moved that cannot be"
                " written down; what was moved before is in the history."
            ).format(path=path, reason=fault.reason)
        case JournalDamaged():
            return _(
                "The journal {path} is damaged ({reason}). The next start begins a new one."
            ).format(path=path, reason=fault.reason)


def _folder_roles_text(fault: FolderRolesFault) -> str:
    text = (
        _(
            "Your settings for folders, such as that one is a backup, cannot be read"
            " ({reason}). The file {path} is left untouched."
        )
        if isinstance(fault, FolderRolesNotRead)
        else _(
            "Your settings for folders, such as that one is a backup, cannot be written to"
            " {path} ({reason})."
        )
    )
    cause = fault.cause
    reason = misfit_text(cause) if isinstance(cause, ValidationError) else os_error_text(cause)
    return text.format(path=path_text(str(fault.path)), reason=reason)
