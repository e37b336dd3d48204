"""What helps where a file was left: one hint for each code."""

from collections.abc import Iterable, Iterator

from dupefinder.actions.records import SkipCode, Skipped

REMEDIES = {
    SkipCode.PROTECTED: "scan again without --protect for that folder, if it may go after all",
    SkipCode.NO_SURVIVOR: "scan again; a photo goes only where a copy is named that stays",
    SkipCode.SURVIVOR_GOES_TOO: "scan again afterwards: then only copies that stay are named",
    SkipCode.SURVIVOR_IN_TRASH: "bring that copy back first, or keep both",
    SkipCode.TWICE_IN_PLAN: "nothing needs to be done: once is enough",
    SkipCode.NOT_A_DUPLICATE: "compare the two yourself; the program takes only what is proved",
    SkipCode.LOOK_AGAIN: "look at it in the window once more, beside the copies that are here",
    SkipCode.HAS_COMPANIONS: "copy what belongs to it to the copy that stays, if its name is"
    " free there, or move it yourself",
    SkipCode.MIRROR: "keep a copy outside the mirror, or say --ordinary FOLDER if it is none",
    SkipCode.BACKUP: "keep both, or say --ordinary FOLDER if that folder is no backup",
    SkipCode.ASK_ABOUT_DRIVES: "say once with --mirror, --backup or --ordinary what the drive is",
    SkipCode.TOO_FEW_COPIES: "ask for fewer with --keep-copies or --on-drives, or make a copy",
    SkipCode.NOT_IN_LIBRARY: "copy it to the library first, with --copy-missing",
    SkipCode.NOT_LOOKED_AT: "look at it yourself, or compare again with --hidden",
    SkipCode.BELONGS_TO_WHAT_STAYS: "look why its photo stays: the two go together",
    SkipCode.VANISHED: "scan again, if it is somewhere else now",
    SkipCode.CHANGED: "scan again: it is compared as it is now",
    SkipCode.NOT_A_REGULAR_FILE: "scan again without links",
    SkipCode.SAME_FILE: "remove one of the two folders or mounts from the scan",
    SkipCode.UNREADABLE: "look at its permissions and at the drive, then try again",
    SkipCode.SURVIVOR_VANISHED: "connect its drive or scan again: another copy may stay instead",
    SkipCode.SURVIVOR_CHANGED: "scan again: the copy that stays is compared as it is now",
    SkipCode.SURVIVOR_UNREADABLE: "look at permissions and drive of that copy, then try again",
    SkipCode.SURVIVOR_DAMAGED: "keep this photo, and look at the copy that should stay",
    SkipCode.NO_LONGER_PROVEN: "scan again, and compare the two yourself",
    SkipCode.SAYS_MORE: "scan again, and compare what the two say",
    SkipCode.CANNOT_RESCUE: "leave out --rescue-metadata, or write what is lacking there yourself",
    SkipCode.STANDS_FOR_ANOTHER: "bring back what went before, then scan again",
    SkipCode.OPEN_ELSEWHERE: "close it in the other program, then try again",
    SkipCode.JUST_CHANGED: "wait until it is written, then try again",
    SkipCode.HAS_OTHER_NAMES: "use the trash or --set-aside, which keep hard links as they are",
    SkipCode.NOT_SAME_BYTES: "use --evidence same-bytes with --hard-link",
    SkipCode.ONE_VOLUME: "scan only one of the two paths to that drive",
    SkipCode.TRASH_FAILED: "use --set-aside, which keeps photos in a folder on their own drive",
    SkipCode.REFUSED_BY_SYSTEM: "look at space, permissions and the drive, then try again; a hard"
    " link needs both on one drive",
    SkipCode.CANCELLED: "the same command once more does the rest",
    SkipCode.NOT_IN_TRASH: "look into the trash of its drive; the copy that stayed is there",
    SkipCode.TRASH_AWAY: "connect the drive that its trash is on, then undo again",
    SkipCode.GONE_SINCE: "connect its drive; what was set aside on a drive that has another name"
    " now comes back by `dupefinder restore`",
    SkipCode.PLACE_TAKEN: "rename or move the file that has its place, then undo again",
    SkipCode.CHANGED_IN_TRASH: "bring it back from the trash yourself, if you want it as it is now",
    SkipCode.CHANGED_SINCE: "move it back yourself, if you want it as it is now",
    SkipCode.ORIGINAL_GONE: "delete the copy yourself, if you want it gone",
    SkipCode.PLACE_UNKNOWN: "say where to with --to FOLDER",
    SkipCode.NOT_IN_JOURNAL: "say where to with --to FOLDER, if you trust what lies there; at the"
    " top of its own drive that is its own place",
    SkipCode.LEADS_ELSEWHERE: "look where the link leads; move the file yourself, if you know it",
    SkipCode.RESTORE_FAILED: "look at space, permissions and the drive, then undo again",
    SkipCode.NOT_UNDOABLE: "open the system's trash and bring it back there",
    SkipCode.NOT_UNDERSTOOD: "update the program, if a later version wrote it",
    SkipCode.DELETED: "the copy that stayed is there; `dupefinder history` names it",
}


def remedy_lines(skipped: Iterable[Skipped]) -> Iterator[str]:
    """What helps against the reasons that were met, each once."""
    codes = list(dict.fromkeys(skip.code for skip in skipped))
    for code in codes:
        yield f"  What helps: {REMEDIES[code]}."
