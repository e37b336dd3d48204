"""The line above the photos of a group: what they have in common, and what is done with all."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from dupefinder.core.records import Evidence, Group
from dupefinder.gui import icons, words
from dupefinder.gui.elided_label import ElidedLabel
from dupefinder.gui.theme import SPACE_PX, scaled_font, set_role


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
        self.compare = QPushButton(self.tr("Compare"))
        self.compare.setToolTip(self.tr("Compare two photos over the whole window (Enter)"))
        self.clear = QPushButton(self.tr("Clear marks"))
        self.clear.setToolTip(self.tr("Make this group undecided again"))
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
        title = self.tr(", ").join(words.evidence_text(kind) for kind in kinds)
        self.title.set_text(
            title or self.tr("Copies"),
            "\n".join(words.evidence_sentence(kind) for kind in kinds),
        )
        copies = words.counted(len(group.members), self.tr("{n} copy"), self.tr("{n} copies"))
        size = words.bytes_text(sum(member.file.size_bytes for member in group.members))
        if len(shown) < len(group.members):
            text = self.tr("{copies} · {size} · shown: {first} to {last}")
        else:
            text = self.tr("{copies} · {size}")
        self.summary.set_text(
            text.format(
                copies=copies,
                size=size,
                first=words.number_text(shown.start + 1),
                last=words.number_text(shown.stop),
            )
        )
        self.clear.setEnabled(marked)
        if dismissed:
            self.dismiss.setText(self.tr("Duplicates after all"))
            self.dismiss.setToolTip(self.tr("Take back that they are no duplicates (Shift+K)"))
        else:
            self.dismiss.setText(self.tr("Not duplicates"))
            self.dismiss.setToolTip(
                self.tr("These are different photos: do not show them again (Shift+K)")
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
