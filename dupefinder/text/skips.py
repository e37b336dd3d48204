"""Reasons why a file was left where it is, or did not come back, and what helps, by code."""

import os
from typing import NamedTuple

from dupefinder.actions.records import SkipCode, Skipped
from dupefinder.text.evidence import metadata_texts
from dupefinder.text.figures import path_text
from dupefinder.text.translation import N_, _, with_detail


class _SkipTexts(NamedTuple):
    """The texts for one code.

    Attributes:
        sentence: Why the file was left.
        remedy: Advice for the person.
        in_terminal: The remedy on the command line, where options take the place of buttons;
            empty where it is the same.
    """

    sentence: str
    remedy: str
    in_terminal: str = ""


_SKIPS = {
    # Found when the plan is made.
    SkipCode.PROTECTED: _SkipTexts(
        N_("Its folder is protected."),
        N_("If it may go after all, give its folder another role on Folders."),
        N_("If it may go after all, scan again without --protect for its folder."),
    ),
    SkipCode.NO_SURVIVOR: _SkipTexts(
        N_("No copy of it would be kept."),
        N_("Keep one copy of the group."),
        N_("Scan again: a photo goes only if a copy of it is kept."),
    ),
    SkipCode.SURVIVOR_GOES_TOO: _SkipTexts(
        N_("The copy that should be kept would go, too."),
        N_("Keep that copy, or plan again afterwards."),
        N_("Scan again afterwards; only copies that are kept are named then."),
    ),
    SkipCode.SURVIVOR_IN_TRASH: _SkipTexts(
        N_("The copy that should be kept is in a trash or a snapshot, or was set aside."),
        N_("Bring that copy back first, or keep both."),
    ),
    SkipCode.TWICE_IN_PLAN: _SkipTexts(
        N_("It is in the plan already."),
        N_("Nothing needs to be done."),
    ),
    SkipCode.LOOK_AGAIN: _SkipTexts(
        N_("It was marked beside a copy that is not there now."),
        N_("Look at it again in Review, beside the copies that are there."),
        N_("Look at it again in the window, beside the copies that are there."),
    ),
    SkipCode.NOT_A_DUPLICATE: _SkipTexts(
        N_("The two photos are not proven to be the same."),
        N_("Compare the two yourself; only proven copies can go."),
    ),
    SkipCode.CALLED_DIFFERENT: _SkipTexts(
        N_("You called it and the copy that should be kept different photos."),
        N_("If they are duplicates after all, say so in History, under Different photos."),
        N_("If they are duplicates after all, say so with `dupefinder different --allow`."),
    ),
    SkipCode.HAS_COMPANIONS: _SkipTexts(
        N_("A file that belongs to it has no equal next to the kept copy."),
        N_("Copy that file next to the kept copy, if its name is free there, then try again."),
    ),
    SkipCode.MIRROR: _SkipTexts(
        N_("Its folder is mirrored: removing it here may remove the other copy, too."),
        N_("Keep a copy outside the mirror."),
        N_("Keep a copy outside the mirror, or say --ordinary FOLDER if it is not a mirror."),
    ),
    SkipCode.BACKUP: _SkipTexts(
        N_("One of the two copies is a backup of the other, so both are kept."),
        N_("Keep both, or make another copy on the same side."),
        N_("Keep both, or say --ordinary FOLDER if that folder is not a backup."),
    ),
    SkipCode.ASK_ABOUT_DRIVES: _SkipTexts(
        N_("The copy that should be kept is on another drive."),
        N_("Say above what that drive is."),
        N_("Say once what that drive is, with --mirror, --backup or --ordinary."),
    ),
    SkipCode.CHOSEN_BY_HAND: _SkipTexts(
        N_(
            "You chose it by hand: such a photo is only moved to where it can be brought back from."
        ),
        N_("Choose the trash, or set it aside. What was set aside already you can delete by hand."),
    ),
    SkipCode.TOO_FEW_COPIES: _SkipTexts(
        N_("Fewer copies would be left than you want to keep."),
        N_("Ask for fewer copies in Settings, or make another one."),
        N_("Ask for fewer copies with --keep-copies or --on-drives, or make another one."),
    ),
    SkipCode.NOT_IN_LIBRARY: _SkipTexts(
        N_("The library has no copy that can replace it."),
        N_("Copy it to the library first."),
        N_("Copy it to the library first, with --copy-missing."),
    ),
    SkipCode.NOT_LOOKED_AT: _SkipTexts(
        N_("It was left out of the comparison."),
        N_("Look at it yourself."),
        N_("Look at it yourself, or compare again with --hidden."),
    ),
    SkipCode.BELONGS_TO_WHAT_STAYS: _SkipTexts(
        N_("It belongs to a photo that is kept."),
        N_("See why that photo is kept: the two go together."),
    ),
    # Found when the plan is carried out.
    SkipCode.VANISHED: _SkipTexts(
        N_("It is no longer there."),
        N_("If it is somewhere else now, scan again."),
    ),
    SkipCode.CHANGED: _SkipTexts(
        N_("It was changed since the scan."),
        N_("Scan again to compare it as it is now."),
    ),
    SkipCode.NOT_A_REGULAR_FILE: _SkipTexts(
        N_("It is not a regular file, but a link, a folder or a device."),
        N_("Scan again without following links."),
    ),
    SkipCode.SAME_FILE: _SkipTexts(
        N_("Its path and that of the copy to keep lead to one file."),
        N_("Take one of the two folders out of the scan."),
    ),
    SkipCode.UNREADABLE: _SkipTexts(
        N_("It cannot be read."),
        N_("Check its permissions and its drive, then try again."),
    ),
    SkipCode.SURVIVOR_VANISHED: _SkipTexts(
        N_("The copy that should be kept is no longer there."),
        N_("Connect its drive, or scan again: another copy may be kept instead."),
    ),
    SkipCode.SURVIVOR_CHANGED: _SkipTexts(
        N_("The copy that should be kept was changed since the scan."),
        N_("Scan again to compare it as it is now."),
    ),
    SkipCode.SURVIVOR_UNREADABLE: _SkipTexts(
        N_("The copy that should be kept cannot be read."),
        N_("Check the permissions and the drive of that copy, then try again."),
    ),
    SkipCode.SURVIVOR_DAMAGED: _SkipTexts(
        N_("The copy that should be kept is damaged."),
        N_("Keep this photo, and look at the other one."),
    ),
    SkipCode.NO_LONGER_PROVEN: _SkipTexts(
        N_("When they were read again, the two files were not proven to be the same photo."),
        N_("Scan again, and compare the two yourself."),
    ),
    SkipCode.SAYS_MORE: _SkipTexts(
        N_("Besides its picture it has data that the kept copy lacks."),
        N_("Scan again, and compare the metadata of the two."),
        N_("Compare the metadata of the two, or keep it in an .xmp file with --rescue-metadata."),
    ),
    SkipCode.CANNOT_RESCUE: _SkipTexts(
        N_("Metadata that only it has cannot be written next to the kept copy."),
        N_("Plan again without keeping metadata, or write it there yourself."),
        N_("Leave out --rescue-metadata, or write the metadata there yourself."),
    ),
    SkipCode.STANDS_FOR_ANOTHER: _SkipTexts(
        N_("It was kept in place of an earlier photo that the other copy cannot replace."),
        N_("Bring back the earlier photo in History, then scan again."),
        N_("Bring back the earlier photo with `dupefinder undo`, then scan again."),
    ),
    SkipCode.OPEN_ELSEWHERE: _SkipTexts(
        N_("Another program has it open."),
        N_("Close it there, then try again."),
    ),
    SkipCode.JUST_CHANGED: _SkipTexts(
        N_("It was changed a moment ago."),
        N_("Wait a moment, then try again."),
    ),
    SkipCode.HAS_OTHER_NAMES: _SkipTexts(
        N_("It has other names (hard links) that would be separated from it."),
        N_("Use the trash, or set it aside: both keep hard links."),
        N_("Use the trash or --set-aside: both keep hard links."),
    ),
    SkipCode.NOT_SAME_BYTES: _SkipTexts(
        N_("Only a copy with the same bytes can become a hard link."),
        N_("Use the trash, or set it aside."),
        N_("Use --evidence same-bytes with --hard-link."),
    ),
    SkipCode.ONE_VOLUME: _SkipTexts(
        N_("Its drive turned out to be that of the copy that should be kept."),
        N_("Scan only one of the two paths to that drive."),
    ),
    SkipCode.TRASH_FAILED: _SkipTexts(
        N_("It could not be moved to the trash."),
        N_("Set it aside instead."),
        N_("Use --set-aside, which keeps photos in a folder on their own drive."),
    ),
    SkipCode.REFUSED_BY_SYSTEM: _SkipTexts(
        N_("The system refused."),
        N_(
            "Check free space, permissions and the drive, then try again; a hard link needs both"
            " copies on one drive."
        ),
    ),
    SkipCode.CANCELLED: _SkipTexts(
        N_("You stopped before its turn."),
        N_("Plan again to do the rest."),
        N_("Run the same command again to do the rest."),
    ),
    # Found when an action is undone.
    SkipCode.NOT_IN_TRASH: _SkipTexts(
        N_("It is no longer in the trash."),
        N_("Look in the trash of its drive. History names the copy that was kept."),
        N_("Look in the trash of its drive. `dupefinder history` names the copy that was kept."),
    ),
    SkipCode.TRASH_AWAY: _SkipTexts(
        N_("Its trash is not connected, or was removed."),
        N_("Connect the drive with its trash, then try again."),
    ),
    SkipCode.GONE_SINCE: _SkipTexts(
        N_("It is no longer where it was put."),
        N_("Connect its drive, then try again."),
        N_(
            "Connect its drive, then try again; if the drive has another name now, use `dupefinder"
            " restore`."
        ),
    ),
    SkipCode.PLACE_TAKEN: _SkipTexts(
        N_("Another file has taken its place."),
        N_("Rename or move that file, then try again."),
    ),
    SkipCode.CHANGED_IN_TRASH: _SkipTexts(
        N_("It was changed in the trash."),
        N_("If you want it as it is now, bring it back from the trash yourself."),
    ),
    SkipCode.CHANGED_SINCE: _SkipTexts(
        N_("It was changed where it was put."),
        N_("If you want it as it is now, move it back yourself."),
    ),
    SkipCode.ORIGINAL_GONE: _SkipTexts(
        N_("The file it was copied from is gone, so the copy is kept."),
        N_("If you do not need the copy, delete it yourself."),
    ),
    SkipCode.PLACE_UNKNOWN: _SkipTexts(
        N_("Its set-aside folder was moved, so its original place is not known."),
        N_("The list in the set-aside folder names its place."),
        N_("Name a folder to bring it back to, with --to FOLDER."),
    ),
    SkipCode.NOT_IN_JOURNAL: _SkipTexts(
        N_("The journal does not know it."),
        N_("Move it yourself, if you know where it came from."),
        N_(
            "If you trust what is there, name a folder to bring it back to, with --to FOLDER; the"
            " top of its own drive is its original place."
        ),
    ),
    SkipCode.LEADS_ELSEWHERE: _SkipTexts(
        N_("A link or its list leads elsewhere, so it is left alone."),
        N_("See where the link leads, and move the file yourself."),
    ),
    SkipCode.RESTORE_FAILED: _SkipTexts(
        N_("It could not be brought back."),
        N_("Check free space, permissions and the drive, then try again."),
    ),
    SkipCode.NOT_UNDOABLE: _SkipTexts(
        N_("Only the system's own trash can bring it back."),
        N_("Open the system's trash and bring it back there."),
    ),
    SkipCode.NOT_UNDERSTOOD: _SkipTexts(
        N_("The journal has an entry that this version does not understand."),
        N_("If a later version wrote it, update the program."),
    ),
    SkipCode.DELETED: _SkipTexts(
        N_("It was deleted for good."),
        N_("History names the copy that was kept."),
        N_("The copy that was kept is named by `dupefinder history`."),
    ),
}


def skip_text(skipped: Skipped) -> str:
    """The reason why a file was left or did not come back, with the file or fault in question."""
    return with_detail(_(_SKIPS[skipped.code].sentence), path_text(_detail(skipped)))


def remedy_text(code: SkipCode, *, in_terminal: bool = False) -> str:
    """Advise what can be done about a refusal.

    Args:
        code: Why the file was left.
        in_terminal: True where options of the command line are to be named, not buttons.
    """
    texts = _SKIPS[code]
    return _(texts.in_terminal) if in_terminal and texts.in_terminal else _(texts.remedy)


def _detail(skipped: Skipped) -> str:
    """A companion is named from the folder of its photo, data by their kinds, the rest as it is."""
    if skipped.code is SkipCode.SAYS_MORE and not os.path.isabs(skipped.detail):
        return metadata_texts(tuple(filter(None, skipped.detail.split(","))))
    if skipped.code is SkipCode.HAS_COMPANIONS:
        return skipped.detail.removeprefix(os.path.join(os.path.dirname(skipped.path), ""))
    return skipped.detail
