"""What helps where a file was left: one hint for each reason."""

from dupefinder.actions.records import SkipCode
from dupefinder.text.translation import _


def remedy_text(code: SkipCode) -> str:
    """What a person can do about it."""
    return {
        SkipCode.PROTECTED: _("Give its folder another role on Folders, if it may go after all."),
        SkipCode.NO_SURVIVOR: _("Keep one copy of the group."),
        SkipCode.SURVIVOR_GOES_TOO: _("Keep that copy, or plan once more afterwards."),
        SkipCode.SURVIVOR_IN_TRASH: _("Bring that copy back first, or keep both."),
        SkipCode.TWICE_IN_PLAN: _("Nothing needs to be done."),
        SkipCode.NOT_A_DUPLICATE: _("Compare the two yourself; only what is proven goes."),
        SkipCode.LOOK_AGAIN: _("Look at it in Review, beside the copies that are here."),
        SkipCode.HAS_COMPANIONS: _(
            "Copy that file beside the copy that stays, if its name is free there, and plan again."
        ),
        SkipCode.MIRROR: _("Keep a copy outside of the mirror."),
        SkipCode.BACKUP: _("Both stay. A copy on the same side would do."),
        SkipCode.ASK_ABOUT_DRIVES: _("Say above what that drive is."),
        SkipCode.TOO_FEW_COPIES: _("Want fewer copies in Settings, or make another one."),
        SkipCode.NOT_IN_LIBRARY: _("Copy it to the library first."),
        SkipCode.NOT_LOOKED_AT: _("Look at it yourself."),
        SkipCode.BELONGS_TO_WHAT_STAYS: _("Look why its photo stays: the two go together."),
        SkipCode.VANISHED: _("Scan again, if it is somewhere else now."),
        SkipCode.CHANGED: _("Scan again: it is compared as it is now."),
        SkipCode.NOT_A_REGULAR_FILE: _("Scan again without following links."),
        SkipCode.SAME_FILE: _("Take one of the two folders out of the scan."),
        SkipCode.UNREADABLE: _("Look at its permissions and its drive, then try again."),
        SkipCode.SURVIVOR_VANISHED: _("Connect its drive, or scan again."),
        SkipCode.SURVIVOR_CHANGED: _("Scan again: it is compared as it is now."),
        SkipCode.SURVIVOR_UNREADABLE: _("Look at its permissions and its drive, then try again."),
        SkipCode.SURVIVOR_DAMAGED: _("Keep this photo, and look at the other one."),
        SkipCode.NO_LONGER_PROVEN: _("Scan again, and compare the two yourself."),
        SkipCode.SAYS_MORE: _("Scan again, and compare what the two say."),
        SkipCode.CANNOT_RESCUE: _("Go on without writing what only it knows, or write it there."),
        SkipCode.STANDS_FOR_ANOTHER: _("Bring back in History what went before, then scan again."),
        SkipCode.OPEN_ELSEWHERE: _("Close it there, then try again."),
        SkipCode.JUST_CHANGED: _("Wait a moment, then try again."),
        SkipCode.HAS_OTHER_NAMES: _("Use the trash, or set it aside: both keep hard links."),
        SkipCode.NOT_SAME_BYTES: _("Use the trash, or set it aside."),
        SkipCode.ONE_VOLUME: _("Scan only one of the two ways to that drive."),
        SkipCode.TRASH_FAILED: _("Set it aside instead."),
        SkipCode.REFUSED_BY_SYSTEM: _("Look at space, permissions and the drive, then try again."),
        SkipCode.CANCELLED: _("Plan once more to do the rest."),
        SkipCode.NOT_IN_TRASH: _(
            "Look into the trash of its drive; the copy that stayed is there."
        ),
        SkipCode.TRASH_AWAY: _("Connect the drive that its trash is on, then try again."),
        SkipCode.GONE_SINCE: _("Connect its drive, then try again."),
        SkipCode.PLACE_TAKEN: _("Rename or move the file that has its place, then try again."),
        SkipCode.CHANGED_IN_TRASH: _("Bring it back from the trash yourself, if you want it so."),
        SkipCode.CHANGED_SINCE: _("Move it back yourself, if you want it as it is now."),
        SkipCode.ORIGINAL_GONE: _("Delete the copy yourself, if you want it gone."),
        SkipCode.PLACE_UNKNOWN: _("Its list in the holding folder names its place."),
        SkipCode.NOT_IN_JOURNAL: _("Move it yourself, if you know where it came from."),
        SkipCode.LEADS_ELSEWHERE: _("Look where the link leads; move the file yourself."),
        SkipCode.RESTORE_FAILED: _("Look at space, permissions and the drive, then try again."),
        SkipCode.NOT_UNDOABLE: _("Open the system's trash and bring it back there."),
        SkipCode.NOT_UNDERSTOOD: _("Update the program, if a later version wrote it."),
        SkipCode.DELETED: _("The copy that stayed is there; History names it."),
    }[code]
