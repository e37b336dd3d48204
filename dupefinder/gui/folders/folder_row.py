"""The row of a chosen folder: path, status and role."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from dupefinder.core.records import Role
from dupefinder.core.scan.options import FolderChoice
from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, colours, set_role
from dupefinder.gui.language import listed
from dupefinder.gui.widgets.choices import Segmented
from dupefinder.gui.widgets.labels import ElidedLabel, PlainLabel
from dupefinder.services.places import FolderStatus
from dupefinder.text import scans
from dupefinder.text.counts import photos_text
from dupefinder.text.figures import bytes_text, number_text, path_text
from dupefinder.text.scans import program_text
from dupefinder.text.translation import _

_ICON_PX = 24
_HANDLE_PX = 14


class DragHandle(QWidget):
    """Six dots to drag a row to another place; the arrow keys do the same.

    Attributes:
        carry: Called with the place of the pointer on the screen while the row is carried, and
            with None once it is put down.
    """

    def __init__(self) -> None:
        super().__init__()
        self.carry: Callable[[QPoint | None], object] = lambda place: None
        self.setFixedWidth(_HANDLE_PX)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip(_("Drag it to another place in the order"))
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the row up."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry it."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.carry(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Put it down."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            self.carry(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dots."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours().quiet)
        middle = self.rect().center()
        for across in (-3, 3):
            for down in (-6, 0, 6):
                painter.drawEllipse(QPointF(middle.x() + across, middle.y() + down), 1.5, 1.5)


class FolderRow(QFrame):
    """The row of a chosen folder, with its role.

    Signals:
        role_chosen: The folder's path as an object, because Qt's own text would lose what is not
            valid Unicode, and its new `Role`.
        remove_requested: The path of the folder to remove from the list.
    """

    role_chosen = Signal(object, object)
    remove_requested = Signal(object)

    def __init__(self, choice: FolderChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._choice = choice
        self._folder_status: FolderStatus | None = None
        self._place = 0
        shown = path_text(choice.path)
        self.setAccessibleName(shown)
        self._picture = PlainLabel()
        self.path = ElidedLabel(shown, Qt.TextElideMode.ElideLeft)
        self.status = ElidedLabel("", Qt.TextElideMode.ElideRight)
        self.role = Segmented[Role](
            _("Role of {folder} in the scan").format(folder=shown),
            (
                (
                    Role.SCAN,
                    scans.role_text(Role.SCAN),
                    _("Photos are compared, and may be proposed for removal"),
                ),
                (
                    Role.PROTECTED,
                    scans.role_text(Role.PROTECTED),
                    _("Photos are compared, and nothing here is ever removed"),
                ),
                (Role.EXCLUDED, scans.role_text(Role.EXCLUDED), _("Is not looked at")),
            ),
            choice.role,
        )
        self.role.chosen.connect(self._role_chosen)
        self.remove = QToolButton()
        self.remove.setToolTip(_("Take it off this list; nothing on the disk is changed"))
        self.remove.setAccessibleName(_("Take {folder} off this list").format(folder=shown))
        self.remove.clicked.connect(self._remove_clicked)
        self.up, self.down = QToolButton(), QToolButton()
        for button, tip, name in (
            (self.up, _("Move it up in the order"), _("Move {folder} up")),
            (self.down, _("Move it down in the order"), _("Move {folder} down")),
        ):
            button.setToolTip(tip)
            button.setAccessibleName(name.format(folder=shown))
            button.hide()
        self.handle = DragHandle()
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.path)
        texts.addWidget(self.status)
        across = QHBoxLayout(self)
        across.setContentsMargins(2 * SPACE_PX, int(1.5 * SPACE_PX), SPACE_PX, int(1.5 * SPACE_PX))
        across.setSpacing(int(1.5 * SPACE_PX))
        across.addWidget(self.handle)
        across.addWidget(self._picture)
        across.addLayout(texts, 1)
        across.addWidget(self.up)
        across.addWidget(self.down)
        across.addWidget(self.role)
        across.addWidget(self.remove)
        self._show()

    @property
    def choice(self) -> FolderChoice:
        """The folder and its role."""
        return self._choice

    @property
    def folder_status(self) -> FolderStatus | None:
        """The folder's status; None until it was looked up."""
        return self._folder_status

    @property
    def is_still_protected(self) -> bool:
        """True where it is to be scanned, and is protected in the results of the last scan."""
        known = self._folder_status
        return self._choice.role is Role.SCAN and known is not None and known.was_protected

    def set_role(self, role: Role) -> None:
        """Show another role, without a signal."""
        self._choice = FolderChoice(self._choice.path, role)
        self.role.choose(role)
        self._show()

    def set_status(self, status: FolderStatus) -> None:
        """Show its status."""
        self._folder_status = status
        self._show()

    def set_place(self, place: int, count: int) -> None:
        """Show its place in the order.

        Args:
            place: From 1; 0 without an order, or for an excluded folder.
            count: Folders in the order.
        """
        self._place = place
        self.handle.setVisible(place > 0)
        for button, can_move in ((self.up, place > 1), (self.down, 0 < place < count)):
            button.setVisible(place > 0)
            button.setEnabled(can_move)
        self._show()

    def minimumSizeHint(self) -> QSize:
        """Room for the switch and some of the path."""
        path_px = (28 if self._place else 20) * SPACE_PX
        return QSize(self.role.sizeHint().width() + path_px, super().minimumSizeHint().height())

    def _show(self) -> None:
        known, role = self._folder_status, self._choice.role
        away = known is not None and not known.connected
        managed = known is not None and known.managed_by is not None
        look, parts = "quiet", []
        if self._place == 1:
            parts.append(_("Main collection"))
        elif self._place:
            parts.append(_("No. {n} in the order").format(n=number_text(self._place)))
        if away:
            look = "warning"
            parts.append(_("Not connected"))
        if role is Role.EXCLUDED:
            look = "quiet"
            parts.append(_("Is not looked at"))
        elif known is not None:
            parts += self._known_parts(known)
            if self.is_still_protected:
                parts.append(_("Protected until the next scan"))
            if managed and role is Role.SCAN:
                look = "warning"
        self.status.set_text(listed(parts) or " ")
        set_role(self.status, look)
        set_role(self.path, "quiet" if role is Role.EXCLUDED else "")
        of = colours()
        if away:
            name, colour = "drive-absent", of.warning
        elif role is Role.PROTECTED:
            name, colour = "shield", of.keep
        elif role is Role.EXCLUDED:
            name, colour = "excluded", of.quiet
        else:
            name, colour = "folder", of.text
        self._picture.setPixmap(icons.pixmap(name, _ICON_PX, colour))
        self.remove.setIcon(icons.icon("close"))
        self.up.setIcon(icons.icon("chevron-up"))
        self.down.setIcon(icons.icon("chevron-down"))

    def _known_parts(self, known: FolderStatus) -> list[str]:
        parts = []
        if known.photos is None:
            parts.append(_("Not scanned yet"))
        else:
            parts += [photos_text(known.photos), bytes_text(known.size_bytes)]
        if known.managed_by is not None:
            program = program_text(known.managed_by)
            if self._choice.role is Role.SCAN:
                text = _("Managed by {program}: it may miss what is removed here")
            else:
                text = _("Managed by {program}: protected")
            parts.append(text.format(program=program))
        return parts

    def _role_chosen(self, role: Role) -> None:
        self._choice = FolderChoice(self._choice.path, role)
        self._show()
        self.role_chosen.emit(self._choice.path, role)

    def _remove_clicked(self) -> None:
        self.remove_requested.emit(self._choice.path)

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in other colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "remove"):
            self._show()
