"""Unfinished work: tasks not done when the window closed, and a stopped action."""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from dupefinder.actions.records import ActionKind
from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, colours, set_role
from dupefinder.gui.widgets.labels import PlainLabel
from dupefinder.services.unfinished import UnfinishedAction
from dupefinder.store.own_files import make_folder, private_opener
from dupefinder.text.actions import stopped_text
from dupefinder.text.translation import _, plural

_ICON_PX = 20

_LOOK_UPS = frozenset(
    {
        "history",
        "holdings",
        "look behind",
        "look for moved",
        "look up folders",
        "open",
        "reopen",
        "foresee",
        "forget unfinished",
    }
    | {"fingerprints", "pair", "plan", "prove", "regroup", "search", "steps", "sum up"}
)
"""Tasks that only look something up, and so lose nothing."""


class UnfinishedTasks:
    """A small file beside the journal with tasks that were not finished at the last end."""

    def __init__(self, journal_path: Path) -> None:
        self._path = journal_path.with_name("unfinished.json")

    def keep(self, names: Sequence[str]) -> None:
        """Store the names of tasks; without any, nothing."""
        if not names:
            return
        with suppress(OSError):  # a full disk must not keep the window open
            make_folder(self._path.parent)
            with open(self._path, "w", encoding="utf-8", opener=private_opener) as file:
                json.dump(list(names), file)

    def take(self) -> list[str]:
        """Return the stored names, and delete them."""
        try:
            names = json.loads(self._path.read_text("utf-8"))
            self._path.unlink()
        except (OSError, ValueError):
            return []
        return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def unfinished_text(names: Sequence[str]) -> str:
    """Name the unfinished tasks; an unknown name is called "something else".

    Returns:
        Empty where nothing is lost.
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


class UnfinishedLine(QFrame):
    """The line above every page on an action that was stopped before its end.

    Attributes:
        go_on: Does the rest.
        undo: Brings back what was done.
        close_button: Dismisses the line.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = PlainLabel()
        self.text = PlainLabel()
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.go_on = QPushButton(_("Continue"))
        self.undo = QPushButton(_("Undo"))
        self.close_button = QToolButton()
        self.close_button.setAccessibleName(_("Leave the rest where it is"))
        self.close_button.setToolTip(_("Leave the rest where it is"))
        across = QHBoxLayout(self)
        across.setContentsMargins(2 * SPACE_PX, SPACE_PX // 2, SPACE_PX, SPACE_PX // 2)
        across.setSpacing(SPACE_PX)
        across.addWidget(self._picture)
        across.addWidget(self.text, 1)
        for button in (self.go_on, self.undo, self.close_button):
            across.addWidget(button)
        set_role(self, "warning-notice")
        self._take_icons()
        self.hide()

    def show_action(self, action: UnfinishedAction, *, can_go_on: bool) -> None:
        """Show what was done and what was not.

        Args:
            action: The stopped action.
            can_go_on: False where the backups have to be compared again first.
        """
        told = [stopped_text(action.kind, action.done, action.photos)]
        rest = len(action.rest)
        if action.is_of_marks:
            told.append(plural("{n} is still marked.", "{n} are still marked.", rest))
        elif can_go_on:
            told.append(plural("{n} is left to be done.", "{n} are left to be done.", rest))
        else:
            told.append(_("Files may have changed since the window was closed: compare again."))
        self.text.setText(" ".join(told))
        self.setAccessibleName(self.text.text())
        self.go_on.setText(_("Continue") if can_go_on else _("Compare again"))
        can_undo = action.done > 0 and action.kind is not ActionKind.DELETE
        self.undo.setVisible(can_undo and action.action_id is not None)
        self.show()

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in other colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "close_button"):
            self._take_icons()

    def _take_icons(self) -> None:
        self._picture.setPixmap(icons.pixmap("warning", _ICON_PX, colours().warning))
        self.close_button.setIcon(icons.icon("close"))
