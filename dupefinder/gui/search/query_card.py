"""The query: the area to drop it on, its card, and its fingerprints."""

import os
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontDatabase, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dupefinder.core.records import Orientation
from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.gui.language import listed
from dupefinder.gui.search.found_photos import Asked
from dupefinder.gui.widgets.empty_state import DashedArea
from dupefinder.gui.widgets.labels import ElidedLabel, PlainLabel, plain_tip
from dupefinder.gui.widgets.layouts import heading, quiet_text
from dupefinder.services.search import Fingerprints
from dupefinder.text.evidence import orientation_text
from dupefinder.text.figures import bytes_text, number_text, path_text, taken_text
from dupefinder.text.translation import _

_SIGN_PX = 64


class DropPhoto(DashedArea):
    """A large area to drop a photo on, with two buttons.

    Attributes:
        choose: Button to choose a file.
        paste: Button to take the picture on the clipboard.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(large=True, parent=parent)
        self.setAccessibleName(_("Place to drop a photo"))
        self._sign = PlainLabel()
        title = PlainLabel(_("Drop a photo here to see where else it is"))
        title.setFont(scaled_font(self.font(), 1.5, strong=True))
        title.setWordWrap(True)
        hint = PlainLabel(_("or"))
        set_role(hint, "quiet")
        self.choose = QPushButton(_("Choose a photo…"))
        self.choose.setToolTip(_("Choose a photo (Ctrl+O)"))
        set_role(self.choose, "primary")
        self.paste = QPushButton(_("Paste"))
        self.paste.setToolTip(_("Search for the picture on the clipboard (Ctrl+V)"))
        about = PlainLabel(
            _(
                "Smaller, edited, cropped and turned copies are found, also on drives that are"
                " not connected now.\nIn Review, “Find more like this” on a photo leads here, too."
            )
        )
        about.setWordWrap(True)
        set_role(about, "quiet")
        for label in (title, about):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_PX)
        buttons.addStretch(1)
        buttons.addWidget(self.choose)
        buttons.addWidget(self.paste)
        buttons.addStretch(1)
        down = QVBoxLayout(self)
        down.setContentsMargins(*(4 * SPACE_PX,) * 4)
        down.setSpacing(SPACE_PX)
        down.addStretch(1)
        down.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        down.addSpacing(SPACE_PX)
        down.addWidget(title)
        down.addWidget(hint, 0, Qt.AlignmentFlag.AlignHCenter)
        down.addLayout(buttons)
        down.addSpacing(3 * SPACE_PX)
        down.addWidget(about)
        down.addStretch(1)
        self._dress()

    def _dress(self) -> None:
        self._sign.setPixmap(icons.pixmap("search", _SIGN_PX, colours().accent))

    def changeEvent(self, event: QEvent) -> None:
        """Take the sign in other colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "paste"):
            self._dress()


_SIDE_PX = 112


class _Print(QWidget):
    """A picture in its place."""

    def __init__(self) -> None:
        super().__init__()
        self._pixmap: QPixmap | None = None
        self.setFixedSize(QSize(_SIDE_PX * 4 // 3, _SIDE_PX))

    def set_pixmap(self, pixmap: QPixmap | None) -> None:
        self._pixmap = pixmap
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the backdrop and the whole picture."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), colours().backdrop)
        if self._pixmap is None or self._pixmap.isNull():
            return
        room = QRectF(self.rect())
        size = self._pixmap.size().toSizeF()
        size.scale(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        shown = QRectF(room)
        shown.setSize(size)
        shown.moveCenter(room.center())
        painter.drawPixmap(shown, self._pixmap, QRectF(self._pixmap.rect()))


class QueryCard(QFrame):
    """The card of the query, above the found photos.

    Attributes:
        choose: Button to choose another photo.
        paste: Button to take the picture on the clipboard.
        fingerprints: Checked while the fingerprints are shown.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self.setAccessibleName(_("The photo that is searched for"))
        self._print = _Print()
        self.name = ElidedLabel()
        self.name.setFont(scaled_font(self.font(), 1.2, strong=True))
        self.folder = ElidedLabel(elide=Qt.TextElideMode.ElideLeft)
        set_role(self.folder, "quiet")
        self.facts = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        set_role(self.facts, "quiet")
        self.choose = QPushButton(_("Another photo…"))
        self.choose.setToolTip(_("Choose another photo (Ctrl+O)"))
        self.paste = QPushButton(_("Paste"))
        self.paste.setToolTip(_("Search for the picture on the clipboard (Ctrl+V)"))
        self.fingerprints = QPushButton(_("Fingerprints"))
        self.fingerprints.setCheckable(True)
        self.fingerprints.setToolTip(
            _("Show all fingerprints of this photo, and how far those of the chosen one are")
        )
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_PX)
        buttons.addWidget(self.choose)
        buttons.addWidget(self.paste)
        buttons.addWidget(self.fingerprints)
        buttons.addStretch(1)
        lines = QVBoxLayout()
        lines.setSpacing(SPACE_PX // 2)
        lines.addWidget(self.name)
        lines.addWidget(self.folder)
        lines.addWidget(self.facts)
        lines.addStretch(1)
        lines.addLayout(buttons)
        across = QHBoxLayout(self)
        across.setContentsMargins(*(int(1.5 * SPACE_PX),) * 4)
        across.setSpacing(2 * SPACE_PX)
        across.addWidget(self._print)
        across.addLayout(lines, 1)

    def set_path(self, path: str) -> None:
        """Name the photo that is being read; empty for a picture from the clipboard."""
        self._print.set_pixmap(None)
        named = path_text(os.path.basename(path)) if path else _("Picture from the clipboard")
        self.name.set_text(named)
        self.folder.set_text(path_text(os.path.dirname(path)) if path else "")
        self.facts.set_text("")

    def set_asked(self, asked: Asked) -> None:
        """Show the photo that was read."""
        self.set_path(asked.path)
        self._print.set_pixmap(QPixmap.fromImage(asked.thumbnail))
        facts = asked.facts
        parts = [_("{width} × {height}").format(width=facts.width_px, height=facts.height_px)]
        if asked.path:
            parts += [facts.format, bytes_text(asked.size_bytes)]
        if facts.taken:
            parts.append(taken_text(facts.taken))
        if asked.is_away:
            parts.append(_("on a drive that is not connected"))
        self.facts.set_text(listed(parts))


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
        titles = (_("Kind"), _("Apart"), _("Photo searched for"), _("Chosen photo"))
        for column, text in enumerate(titles):
            item = QTableWidgetItem(text)
            item.setToolTip(text)  # in a narrow window the column is cut
            self.table.setHorizontalHeaderItem(column, item)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
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
        """Show that they are being computed."""
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
