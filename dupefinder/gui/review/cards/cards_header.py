"""The head of a group: title, differences, values in common, and buttons for all photos."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from dupefinder.core.records import Evidence, Group
from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, scaled_font, set_role
from dupefinder.gui.language import listed
from dupefinder.gui.review.photo_values import Field, GroupValues
from dupefinder.gui.review.shown_values import value_text
from dupefinder.gui.widgets.labels import ElidedLabel
from dupefinder.text import evidence
from dupefinder.text.figures import bytes_text, number_text
from dupefinder.text.groups import group_differences, group_title
from dupefinder.text.translation import _

_LEAST_PX = 220
_GAPS = 5
"""Gaps around the title and between four buttons."""


class CardsHeader(QWidget):
    """Three lines of text, and the buttons at the end of the first.

    Attributes:
        title: Such as "IMG_0460 and 3 copies".
        summary: How the copies differ, such as "2 smaller, 1 turned", their size, and which of them
            are on show.
        common: The values that all have in common; its line stays where there are none, so that the
            photos do not move from group to group.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel()
        self.title.setFont(scaled_font(self.font(), 1.15, strong=True))
        self.summary = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        self.common = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        for line in (self.summary, self.common):
            set_role(line, "quiet")
            # It must not widen the window.
            line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.compare = QPushButton(_("Compare"))
        self.compare.setToolTip(_("Compare two photos over the whole window (C)"))
        self.keep_all = QPushButton(_("Keep all"))
        self.keep_all.setToolTip(_("Keep every photo of this group (A)"))
        self.clear = QPushButton(_("Clear marks"))
        self.clear.setToolTip(_("Make this group undecided again"))
        self.dismiss = QPushButton()
        self.compare.setAccessibleName(_("Compare"))
        self.keep_all.setAccessibleName(_("Keep all"))
        self.clear.setAccessibleName(_("Clear marks"))
        self._buttons = (self.compare, self.keep_all, self.clear, self.dismiss)
        self._dismiss_text = _("Not duplicates")
        across = QHBoxLayout()
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(SPACE_PX)
        across.addWidget(self.title)
        across.addStretch(1)
        for button in self._buttons:
            set_role(button, "plain")
            across.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(across)
        column.addWidget(self.summary)
        column.addWidget(self.common)
        self._take_icons()

    def show_group(
        self, group: Group, values: GroupValues, *, shown: range, dismissed: bool, marked: bool
    ) -> None:
        """Describe a group.

        Args:
            group: The group.
            values: The values of its photos.
            shown: Indices of the photos on show.
            dismissed: True if its photos were called not duplicates.
            marked: True when a photo of it is marked.
        """
        there = {one.evidence for one in group.members}
        kinds = [kind for kind in Evidence if kind in there]
        sentences = "\n".join(evidence.evidence_sentence(kind) for kind in kinds)
        self.title.set_text(group_title(group), sentences)
        self._summarise(group, values, shown)
        self.keep_all.setEnabled(not dismissed)
        self.clear.setEnabled(marked)
        text = _("Duplicates after all") if dismissed else _("Not duplicates")
        self.dismiss.setAccessibleName(text)
        if dismissed:
            hint = _("Take back that they are no duplicates (Shift+K)")
        else:
            hint = _("These are different photos: do not show them again (Shift+K)")
        self.dismiss.setToolTip(hint)
        self._dismiss_text = text
        self._settle_buttons()

    def _summarise(self, group: Group, values: GroupValues, shown: range) -> None:
        parts = [
            group_differences(group),
            bytes_text(sum(member.file.size_bytes for member in group.members)),
        ]
        if len(shown) < len(group.members):
            parts.append(
                _("shown: {first} to {last} of {all}").format(
                    first=number_text(shown.start + 1),
                    last=number_text(shown.stop),
                    all=number_text(len(group.members)),
                )
            )
        self.summary.set_text(listed(filter(None, parts)))
        first = values.of(0)
        # Names and folders are on the cards.
        known = set(values.shown) - {Field.NAME, Field.FOLDER, *values.differing}
        equal = [field for field in Field if field in known]
        text = listed(value_text(first[field]) for field in equal)
        self.common.set_text(_("Equal on all: {values}").format(values=text) if equal else "")

    # Words or signs

    def _settle_buttons(self) -> None:
        """Show icons alone if texts would take the room of the title."""
        texts = (_("Compare"), _("Keep all"), _("Clear marks"), self._dismiss_text)
        for button, text in zip(self._buttons, texts, strict=True):
            button.setText(text)
        words_px = sum(button.sizeHint().width() for button in self._buttons)
        room_px = self.width() - self.title.sizeHint().width() - _GAPS * SPACE_PX
        if words_px > room_px:
            for button in self._buttons:
                button.setText("")

    def minimumSizeHint(self) -> QSize:
        """Room for the beginning of a title and the icons; longer texts are elided."""
        return QSize(_LEAST_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less fits."""
        super().resizeEvent(event)
        self._settle_buttons()

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in the colours of another palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._take_icons()

    def _take_icons(self) -> None:
        self.compare.setIcon(icons.icon("compare"))
        self.keep_all.setIcon(icons.icon("keep-all"))
        self.clear.setIcon(icons.icon("undo"))
        self.dismiss.setIcon(icons.icon("not-duplicates"))
