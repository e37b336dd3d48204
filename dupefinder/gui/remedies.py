"""What helps where a file was left: one hint for each reason."""

from dupefinder.actions.records import SkipCode
from dupefinder.gui.words import tr


def remedy_text(code: SkipCode) -> str:
    """What a person can do about it."""
    return {
        SkipCode.PROTECTED: tr("Give its folder another role on Folders, if it may go after all."),
        SkipCode.NO_SURVIVOR: tr("Keep one copy of the group."),
        SkipCode.SURVIVOR_GOES_TOO: tr("Keep that copy, or plan once more afterwards."),
        SkipCode.SURVIVOR_IN_TRASH: tr("Bring that copy back first, or keep both."),
        SkipCode.TWICE_IN_PLAN: tr("Nothing needs to be done."),
        SkipCode.NOT_A_DUPLICATE: tr("Compare the two yourself; only what is proven goes."),
        SkipCode.LOOK_AGAIN: tr("Look at it in Review, beside the copies that are here."),
        SkipCode.HAS_COMPANIONS: tr(
            "Copy that file beside the copy that stays, if its name is free there, and plan again."
        ),
        SkipCode.MIRROR: tr("Keep a copy outside of the mirror."),
        SkipCode.BACKUP: tr("Both stay. A copy on the same side would do."),
        SkipCode.ASK_ABOUT_DRIVES: tr("Say above what that drive is."),
        SkipCode.TOO_FEW_COPIES: tr("Want fewer copies in Settings, or make another one."),
        SkipCode.NOT_IN_LIBRARY: tr("Copy it to the library first."),
        SkipCode.NOT_LOOKED_AT: tr("Look at it yourself."),
        SkipCode.BELONGS_TO_WHAT_STAYS: tr("Look why its photo stays: the two go together."),
        SkipCode.VANISHED: tr("Scan again, if it is somewhere else now."),
        SkipCode.CHANGED: tr("Scan again: it is compared as it is now."),
        SkipCode.NOT_A_REGULAR_FILE: tr("Scan again without following links."),
        SkipCode.SAME_FILE: tr("Take one of the two folders out of the scan."),
        SkipCode.UNREADABLE: tr("Look at its permissions and its drive, then try again."),
        SkipCode.SURVIVOR_VANISHED: tr("Connect its drive, or scan again."),
        SkipCode.SURVIVOR_CHANGED: tr("Scan again: it is compared as it is now."),
        SkipCode.SURVIVOR_UNREADABLE: tr("Look at its permissions and its drive, then try again."),
        SkipCode.SURVIVOR_DAMAGED: tr("Keep this photo, and look at the other one."),
        SkipCode.NO_LONGER_PROVEN: tr("Scan again, and compare the two yourself."),
        SkipCode.SAYS_MORE: tr("Scan again, and compare what the two say."),
        SkipCode.CANNOT_RESCUE: tr("Go on without writing what only it knows, or write it there."),
        SkipCode.STANDS_FOR_ANOTHER: tr("Bring back in History what went before, then scan again."),
        SkipCode.OPEN_ELSEWHERE: tr("Close it there, then try again."),
        SkipCode.JUST_CHANGED: tr("Wait a moment, then try again."),
        SkipCode.HAS_OTHER_NAMES: tr("Use the trash, or set it aside: both keep hard links."),
        SkipCode.NOT_SAME_BYTES: tr("Use the trash, or set it aside."),
        SkipCode.ONE_VOLUME: tr("Scan only one of the two ways to that drive."),
        SkipCode.TRASH_FAILED: tr("Set it aside instead."),
        SkipCode.REFUSED_BY_SYSTEM: tr("Look at space, permissions and the drive, then try again."),
        SkipCode.CANCELLED: tr("Plan once more to do the rest."),
        SkipCode.NOT_IN_TRASH: tr(
            "Look into the trash of its drive; the copy that stayed is there."
        ),
        SkipCode.TRASH_AWAY: tr("Connect the drive that its trash is on, then try again."),
        SkipCode.GONE_SINCE: tr("Connect its drive, then try again."),
        SkipCode.PLACE_TAKEN: tr("Rename or move the file that has its place, then try again."),
        SkipCode.CHANGED_IN_TRASH: tr("Bring it back from the trash yourself, if you want it so."),
        SkipCode.CHANGED_SINCE: tr("Move it back yourself, if you want it as it is now."),
        SkipCode.ORIGINAL_GONE: tr("Delete the copy yourself, if you want it gone."),
        SkipCode.PLACE_UNKNOWN: tr("Its list in the holding folder names its place."),
        SkipCode.NOT_IN_JOURNAL: tr("Move it yourself, if you know where it came from."),
        SkipCode.LEADS_ELSEWHERE: tr("Look where the link leads; move the file yourself."),
        SkipCode.RESTORE_FAILED: tr("Look at space, permissions and the drive, then try again."),
        SkipCode.NOT_UNDOABLE: tr("Open the system's trash and bring it back there."),
        SkipCode.NOT_UNDERSTOOD: tr("Update the program, if a later version wrote it."),
        SkipCode.DELETED: tr("The copy that stayed is there; History names it."),
    }[code]
