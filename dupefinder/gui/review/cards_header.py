"""The line above the photos of a group: what they have in common, and what is done with all."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from dupefinder.core.records import Evidence, Group
from dupefinder.gui import icons
from dupefinder.gui.elided_label import ElidedLabel
from dupefinder.gui.theme import SPACE_PX, scaled_font, set_role
from dupefinder.text import evidence
from dupefinder.text.counts import copies_text
from dupefinder.text.figures import bytes_text, number_text
from dupefinder.text.translation import _


class CardsHeader(QWidget):
    """See the module."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        self.title.setFont(scaled_font(self.font(), 1.15, strong=True))
        self.summary = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        set_role(self.summary, "quiet")
        # In a small window it gives way to the title.
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.compare = QPushButton(_("Compare"))
        self.compare.setToolTip(_("Compare two photos over the whole window (C)"))
        self.clear = QPushButton(_("Clear marks"))
        self.clear.setToolTip(_("Make this group undecided again"))
        self.dismiss = QPushButton()
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(SPACE_PX)
        across.addWidget(self.title)
        across.addWidget(self.summary, 1)
        for button in (self.compare, self.clear, self.dismiss):
            set_role(button, "plain")
            across.addWidget(button)
        self._take_icons()

    def show_group(self, group: Group, *, shown: range, dismissed: bool, marked: bool) -> None:
        """Describe a group.

        Args:
            group: The group.
            shown: Places of the photos that are on show.
            dismissed: True when it was said to be no duplicates.
            marked: True when a photo of it is marked.
        """
        there = {one.evidence for one in group.members}
        kinds = [kind for kind in Evidence if kind in there]
        title = _(", ").join(evidence.evidence_text(kind) for kind in kinds)
        self.title.set_text(
            title or _("Copies"),
            "\n".join(evidence.evidence_sentence(kind) for kind in kinds),
        )
        copies = copies_text(len(group.members))
        size = bytes_text(sum(member.file.size_bytes for member in group.members))
        if len(shown) < len(group.members):
            text = _("{copies} · {size} · shown: {first} to {last}")
        else:
            text = _("{copies} · {size}")
        self.summary.set_text(
            text.format(
                copies=copies,
                size=size,
                first=number_text(shown.start + 1),
                last=number_text(shown.stop),
            )
        )
        self.clear.setEnabled(marked)
        if dismissed:
            self.dismiss.setText(_("Duplicates after all"))
            self.dismiss.setToolTip(_("Take back that they are no duplicates (Shift+K)"))
        else:
            self.dismiss.setText(_("Not duplicates"))
            self.dismiss.setToolTip(
                _("These are different photos: do not show them again (Shift+K)")
            )

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in the colours of another palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._take_icons()

    def _take_icons(self) -> None:
        self.compare.setIcon(icons.icon("compare"))
        self.clear.setIcon(icons.icon("undo"))
        self.dismiss.setIcon(icons.icon("not-duplicates"))
