"""A card with the findings of the last scan, and a button that leads to Review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.gui.folders.scan_bar import LastScan
from dupefinder.gui.widgets.labels import PlainLabel
from dupefinder.text.counts import copies_text, groups_text, photos_text
from dupefinder.text.figures import bytes_text
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.gui.results import Results

_ICON_PX = 24


class ResultsCard(QFrame):
    """The findings in one line; hidden without results.

    Attributes:
        button: Leads to Review.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self.setAccessibleName(_("Results of the last scan"))
        self._is_provisional = self._has_groups = False
        self._picture = PlainLabel()
        self._title = PlainLabel()
        self._title.setFont(scaled_font(self.font(), 1.0, strong=True))
        self.text = PlainLabel()
        self.text.setWordWrap(True)
        set_role(self.text, "quiet")
        self.button = QPushButton(_("Review"))
        self.button.setToolTip(_("Review what was found (Ctrl+2)"))
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._title)
        texts.addWidget(self.text)
        across = QHBoxLayout(self)
        across.setContentsMargins(
            2 * SPACE_PX, int(1.5 * SPACE_PX), 2 * SPACE_PX, int(1.5 * SPACE_PX)
        )
        across.setSpacing(int(1.5 * SPACE_PX))
        across.addWidget(self._picture)
        across.addLayout(texts, 1)
        across.addWidget(self.button)
        self._dress()
        self.hide()

    def set_results(self, results: Results | None) -> None:
        """Show other results; None hides the card."""
        self.setVisible(results is not None)
        if results is None:
            return
        # Slow to load; whatever made the results has imported it.
        from dupefinder.gui.results import MatchKind

        confirmed = results.match_kinds != MatchKind.LOOK_ALIKE
        groups = int(confirmed.sum())
        copies = int((results.copies[confirmed] - 1).sum())
        self._is_provisional = results.provisional
        self._has_groups = groups > 0
        if groups:
            self.text.setText(
                _("{groups}, {copies}, {bytes} can be freed").format(
                    groups=groups_text(groups),
                    copies=copies_text(copies),
                    bytes=bytes_text(int(results.proposed_bytes[confirmed].sum())),
                )
            )
        else:
            self.text.setText(
                _("No duplicates among {photos}").format(photos=photos_text(results.photos))
            )
        if results.basis is not None and results.basis.series_photos:
            self.text.setText(
                _(
                    "{found}. Among {photos} that look like very many others, edited copies were"
                    " not looked for"
                ).format(
                    found=self.text.text(),
                    photos=photos_text(results.basis.series_photos),
                )
            )

    def set_last(self, last: LastScan) -> None:
        """Show the outcome of the last scan; after one that ended, to review is the next step."""
        self._title.setText(
            _("Found so far")
            if self._is_provisional
            else _("Found before the scan was stopped")
            if last is LastScan.STOPPED
            else _("Last scan")
        )
        is_next = last is LastScan.ENDED and self._has_groups
        set_role(self.button, "primary" if is_next else "")

    def _dress(self) -> None:
        self._picture.setPixmap(icons.pixmap("review", _ICON_PX, colours().accent))

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in other colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "button"):
            self._dress()
