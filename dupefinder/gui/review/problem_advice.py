"""What a person can do about a problem."""

from dupefinder.core.records import ProblemCode
from dupefinder.text.translation import _


def problem_advice(code: ProblemCode | None) -> str:
    """One line of advice.

    Args:
        code: The reason; None for problems of all kinds.
    """
    if code is None:
        return _(
            "These files were left alone, everything else was looked at as usual."
            " Choose a reason to see what to do."
        )
    return {
        ProblemCode.EMPTY: _("Nothing is left in these files. Look for them in a backup."),
        ProblemCode.NOT_A_PICTURE: _("Their names say picture, their content does not. Open one."),
        ProblemCode.DAMAGED: _("Look for another copy of them in a backup."),
        ProblemCode.PARTLY_DAMAGED: _(
            "They are compared by what can be read. Look for a whole copy in a backup."
        ),
        ProblemCode.TOO_LARGE: _("Nothing is wrong with them. Compare them yourself."),
        ProblemCode.TIMED_OUT: _("Scan again when the disk or network is less busy."),
        ProblemCode.DECODER_CRASHED: _("Open one in another program: it may be damaged."),
        ProblemCode.OUT_OF_MEMORY: _("Close other programs and scan again."),
        ProblemCode.NO_PERMISSION: _("Give yourself permission to read them and scan again."),
        ProblemCode.VANISHED: _("Nothing is to be done if you moved them: scan again."),
        ProblemCode.CHANGED_WHILE_READ: _("Another program is at work on them. Scan again later."),
        ProblemCode.READ_ERROR: _("The disk may be failing. Make a backup now, and check it."),
        ProblemCode.ONLINE_ONLY: _("Let your cloud program download them and scan again."),
        ProblemCode.FOLDER_UNREADABLE: _("Give yourself permission to list it and scan again."),
        ProblemCode.FOLDER_NOT_FOUND: _("Connect its drive and scan again."),
    }[code]
