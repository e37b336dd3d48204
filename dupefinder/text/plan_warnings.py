"""Warnings about a plan, one sentence each, with the files that each is about."""

from dupefinder.actions.records import PlanWarning, WarningCode
from dupefinder.text.figures import number_text
from dupefinder.text.reasons import metadata_texts
from dupefinder.text.translation import _, plural


def warning_text(warning: PlanWarning) -> str:
    """The warning, to stand beside the path that it is about."""
    named = metadata_texts(warning.names)
    match warning.code:
        case WarningCode.FOLDER_EMPTIED:
            return plural(
                "No photo is left in this folder: {n} goes",
                "No photo is left in this folder: {n} go",
                warning.count,
            )
        case WarningCode.ALBUM_SCATTERED:
            return _("{n} of {total} photos are left in this album").format(
                n=number_text(warning.count), total=number_text(warning.total)
            )
        case WarningCode.SURVIVOR_REMOVABLE:
            return plural(
                "{n} kept copy is on a drive that can be unplugged",
                "{n} kept copies are on a drive that can be unplugged",
                warning.count,
            )
        case WarningCode.SURVIVOR_NETWORK:
            return plural(
                "{n} kept copy is on the network",
                "{n} kept copies are on the network",
                warning.count,
            )
        case WarningCode.SURVIVOR_LACKS:
            return _("The kept copy lacks {named}").format(named=named)
        case WarningCode.VICTIM_HAS_EXTRAS:
            return _("It has {named} the kept copy lacks").format(named=named)
