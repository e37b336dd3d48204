"""Tasks unfinished when the window closed: kept for the next start, which reports them."""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dupefinder.store.own_files import make_folder, private_opener
from dupefinder.text.translation import _

_LOOK_UPS = frozenset(
    {"history", "holdings", "look behind", "look for moved", "look up folders", "open", "reopen"}
    | {"fingerprints", "pair", "plan", "prove", "regroup", "search", "steps", "sum up"}
)
"""Tasks that only look: done again when they are asked for."""


class UnfinishedTasks:
    """A small file beside the journal, there only after an end that did not wait for all."""

    def __init__(self, journal_path: Path) -> None:
        self._path = journal_path.with_name("unfinished.json")

    def keep(self, names: Sequence[str]) -> None:
        """Write names of tasks down; nothing for none."""
        if not names:
            return
        with suppress(OSError):  # a full disk keeps no window open
            make_folder(self._path.parent)
            with open(self._path, "w", encoding="utf-8", opener=private_opener) as file:
                json.dump(list(names), file)

    def take(self) -> list[str]:
        """Return the names that were written down, once."""
        try:
            names = json.loads(self._path.read_text("utf-8"))
            self._path.unlink()
        except (OSError, ValueError):
            return []
        return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def unfinished_text(names: Sequence[str]) -> str:
    """Name the unfinished tasks; an unknown name is called "something else".

    Returns:
        Empty where nothing is lost with it.
    """
    names = [name for name in dict.fromkeys(names) if name not in _LOOK_UPS]
    if not names:
        return ""
    known = {
        "scan": _("a scan"),
        "compare": _("a comparison"),
        "act": _("removing photos"),
        "undo": _("bringing photos back"),
        "copy": _("copying photos"),
        "empty": _("emptying a folder"),
        "erase": _("erasing the catalog"),
        "note what is gone": _("updating the groups"),
        "keep marks": _("saving your marks"),
        "keep separation": _("saving your marks"),
        "keep role": _("saving what a drive is"),
    }
    told = list(dict.fromkeys(known.get(name, _("something else")) for name in names))
    return _(
        "When the window was closed, a drive did not answer, and this was not finished: {what}."
        " History shows what was done to photos."
    ).format(what=", ".join(told))
