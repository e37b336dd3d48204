"""All fingerprints of a photo, and for two photos how far they are apart in each kind."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dupefinder.core.records import Orientation
from dupefinder.gui.labels import plain_tip
from dupefinder.gui.layouts import heading, quiet_text
from dupefinder.gui.theme import SPACE_PX, set_role
from dupefinder.services.search import Fingerprints
from dupefinder.text.evidence import orientation_text
from dupefinder.text.figures import number_text
from dupefinder.text.translation import _

_SEGMENTS = "crop-resistant"


class FingerprintsPanel(QFrame):
    """A table of the fingerprints of one photo or two."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self.setAccessibleName(_("Fingerprints"))
        self.about = quiet_text("")
        self.table = QTableWidget(0, 4)
        self.table.setAccessibleName(_("Fingerprints by kind"))
        self.table.setHorizontalHeaderLabels(
            [
                _("Kind"),
                _("Apart"),
                _("Photo searched for"),
                _("Chosen photo"),
            ]
        )
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, mode in enumerate(
            (
                QHeaderView.ResizeMode.ResizeToContents,
                QHeaderView.ResizeMode.ResizeToContents,
                QHeaderView.ResizeMode.Stretch,
                QHeaderView.ResizeMode.Stretch,
            )
        ):
            header.setSectionResizeMode(column, mode)
        title: QLabel = heading(_("Fingerprints"))
        down = QVBoxLayout(self)
        down.setContentsMargins(*(int(1.5 * SPACE_PX),) * 4)
        down.setSpacing(SPACE_PX)
        down.addWidget(title)
        down.addWidget(self.about)
        down.addWidget(self.table, 1)
        self.set_waiting()

    def set_waiting(self) -> None:
        """Say that they are being computed."""
        self.about.setText(_("Computing the fingerprints…"))

    def set_fingerprints(self, found: Fingerprints) -> None:
        """Show them."""
        if found.other:
            self.about.setText(
                _(
                    "Of the photo searched for and of the chosen one. “Apart” says how many bits"
                    " differ, of crop-resistant how many parts of the picture agree."
                )
            )
        else:
            self.about.setText(
                _("Of the photo searched for. Choose a photo that was found to compare them.")
            )
        apart = self._apart_texts(found)
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.table.setRowCount(len(found.asked))
        for number, (kind, text) in enumerate(found.asked.items()):
            cells = (kind, apart.get(kind, ""), text, found.other.get(kind, ""))
            for column, content in enumerate(cells):
                item = QTableWidgetItem(content)
                item.setToolTip(plain_tip(content) if column > 1 else "")
                if column > 1:
                    item.setFont(fixed)
                self.table.setItem(number, column, item)

    def _apart_texts(self, found: Fingerprints) -> Mapping[str, str]:
        texts = {}
        for one in found.distances:
            text = _("{n} of {bits}").format(
                n=number_text(one.distance_bits), bits=number_text(one.bits)
            )
            if one.turn is not None and one.turn is not Orientation.IDENTITY:
                text = _("{apart}; {turned} {n}").format(
                    apart=text,
                    turned=orientation_text(one.turn),
                    n=number_text(one.least_bits),
                )
            texts[one.kind] = text
        if found.segments is not None:
            matching, segments, _bits = found.segments
            texts[_SEGMENTS] = _("{n} of {segments} parts").format(
                n=number_text(matching), segments=number_text(segments)
            )
        return texts
