"""What a person can do about a problem."""

from dupefinder.core.records import ProblemCode
from dupefinder.gui.words import tr


def problem_advice(code: ProblemCode | None) -> str:
    """One line of advice.

    Args:
        code: The reason; None for problems of all kinds.
    """
    if code is None:
        return tr(
            "These files were left alone, everything else was looked at as usual."
            " Choose a reason to see what to do."
        )
    return {
        ProblemCode.EMPTY: tr("Nothing is left in these files. Look for them in a backup."),
        ProblemCode.NOT_A_PICTURE: tr("Their names say picture, their content does not. Open one."),
        ProblemCode.DAMAGED: tr("Look for another copy of them in a backup."),
        ProblemCode.PARTLY_DAMAGED: tr(
            "They are compared by what can be read. Look for a whole copy in a backup."
        ),
        ProblemCode.TOO_LARGE: tr("Nothing is wrong with them. Compare them yourself."),
        ProblemCode.TIMED_OUT: tr("Scan again when the disk or network is less busy."),
        ProblemCode.DECODER_CRASHED: tr("Open one in another program: it may be damaged."),
        ProblemCode.OUT_OF_MEMORY: tr("Close other programs and scan again."),
        ProblemCode.NO_PERMISSION: tr("Give yourself permission to read them and scan again."),
        ProblemCode.VANISHED: tr("Nothing is to be done if you moved them: scan again."),
        ProblemCode.CHANGED_WHILE_READ: tr("Another program is at work on them. Scan again later."),
        ProblemCode.READ_ERROR: tr("The disk may be failing. Make a backup now, and check it."),
        ProblemCode.ONLINE_ONLY: tr("Let your cloud program download them and scan again."),
        ProblemCode.FOLDER_UNREADABLE: tr("Give yourself permission to list it and scan again."),
        ProblemCode.FOLDER_NOT_FOUND: tr("Connect its drive and scan again."),
    }[code]
