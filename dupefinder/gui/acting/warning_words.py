"""What might be regretted about a plan, as cells of a table."""

import os

from dupefinder.actions.records import PlanWarning, WarningCode
from dupefinder.gui.two_lines import Cell
from dupefinder.gui.words import holding_text
from dupefinder.text.figures import number_text, path_text
from dupefinder.text.translation import _, plural

_OF_A_PHOTO = (WarningCode.SURVIVOR_LACKS, WarningCode.VICTIM_HAS_EXTRAS)


def warning_text(warning: PlanWarning) -> str:
    """The warning in a sentence."""
    named = _(", ").join(holding_text(code) for code in warning.names)
    name = path_text(os.path.basename(warning.path) or warning.path)
    match warning.code:
        case WarningCode.FOLDER_EMPTIED:
            return plural(
                "No photo stays in this folder: {n} goes",
                "No photo stays in this folder: {n} go",
                warning.count,
            )
        case WarningCode.ALBUM_SCATTERED:
            return _("{album} keeps {n} of {total} photos").format(
                album=name, n=number_text(warning.count), total=number_text(warning.total)
            )
        case WarningCode.SURVIVOR_REMOVABLE:
            return plural(
                "{n} copy that stays is on a drive that can be unplugged",
                "{n} copies that stay are on a drive that can be unplugged",
                warning.count,
            )
        case WarningCode.SURVIVOR_NETWORK:
            return plural(
                "{n} copy that stays is on the network",
                "{n} copies that stay are on the network",
                warning.count,
            )
        case WarningCode.SURVIVOR_LACKS:
            return _("The copy that stays lacks {named}").format(named=named)
        case WarningCode.VICTIM_HAS_EXTRAS:
            return _("It has what the copy that stays has not: {named}").format(named=named)


def warning_cell(warning: PlanWarning) -> Cell:
    """The warning, and what it is about."""
    about = warning.path
    if warning.code is WarningCode.SURVIVOR_REMOVABLE and warning.names:
        about = _("{label} · {path}").format(label=warning.names[0], path=about)
    return Cell(
        warning_text(warning),
        path_text(about),
        picture_of=warning.path if warning.code in _OF_A_PHOTO else "",
        sign="warning",
        tone="warning",
    )
