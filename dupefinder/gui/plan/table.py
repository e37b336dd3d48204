"""The steps of a plan as a table: each can be taken out by its tick, with mouse or space bar."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QCheckBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QWidget,
)

from dupefinder.core.records import Evidence
from dupefinder.gui.appearance.theme import SPACE_PX
from dupefinder.gui.plan.columns import PlanColumn, title
from dupefinder.gui.plan.steps_model import PlanModel
from dupefinder.gui.widgets.row_painting import Picture, paint_ground
from dupefinder.gui.widgets.row_table import RowTable
from dupefinder.gui.widgets.table_models import Index
from dupefinder.text.evidence import evidence_text
from dupefinder.text.figures import bytes_text
from dupefinder.text.translation import _

_NEVER_GOES = (Evidence.RAW_PAIR, Evidence.LOOK_ALIKE)


class TickDelegate(QStyledItemDelegate):
    """Paints a check box; a click anywhere in its cell toggles it."""

    def __init__(self, table: RowTable) -> None:
        super().__init__(table)
        self._table = table
        self._like = QCheckBox(table)
        self._like.hide()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one tick."""
        rectangle: QRect = option.rect
        painter.save()
        painter.setClipRect(rectangle)
        paint_ground(painter, option, index, self._table)
        box = QStyleOptionButton()
        style = self._like.style()
        side = style.pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth, box, self._like)
        place = QRect(0, 0, side, side)
        place.moveCenter(rectangle.center())
        taken = index.data(Qt.ItemDataRole.CheckStateRole) is Qt.CheckState.Checked
        state = QStyle.StateFlag
        of_box = state.State_On if taken else state.State_Off
        if self._table.isEnabled():
            of_box |= state.State_Enabled
        # The stubs declare these wrongly.
        setattr(box, "rect", place)  # noqa: B010
        setattr(box, "state", of_box)  # noqa: B010
        style.drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, box, painter, self._like)
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Take a click."""
        if (
            isinstance(event, QMouseEvent)
            and event.type() is QEvent.Type.MouseButtonRelease
            and event.button() is Qt.MouseButton.LeftButton
        ):
            taken = index.data(Qt.ItemDataRole.CheckStateRole) is Qt.CheckState.Checked
            other = Qt.CheckState.Unchecked if taken else Qt.CheckState.Checked
            return model.setData(index, other, Qt.ItemDataRole.CheckStateRole)
        return False


class PlanTable(RowTable):
    """A table of steps with ticks."""

    def __init__(
        self, picture: Picture, parent: QWidget | None = None, *, chosen: bool = False
    ) -> None:
        """Make a table without rows.

        Args:
            picture: Source of thumbnails.
            parent: Qt parent.
            chosen: True for the photos that a person chose by hand.
        """
        self.steps = PlanModel(chosen=chosen)
        super().__init__("", self.steps, picture, parent=parent)
        self.setAccessibleName(
            _("The photos that you chose, and the kept ones")
            if chosen
            else _("The photos that go, and the kept copies")
        )
        self.setSelectionMode(RowTable.SelectionMode.ExtendedSelection)
        self._ticks = TickDelegate(self)
        self.setItemDelegateForColumn(PlanColumn.TAKEN, self._ticks)
        self.sort_header.setSortIndicator(PlanColumn.EVIDENCE, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self._fit_columns()

    def show_first_order(self) -> None:
        """Sort by the weakest evidence, and scroll to the top."""
        self.sort_header.setSortIndicator(PlanColumn.EVIDENCE, Qt.SortOrder.AscendingOrder)
        self.scrollToTop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the chosen rows out or in again with Space."""
        rows = self.chosen_rows()
        if event.key() == Qt.Key.Key_Space and rows:
            if not event.isAutoRepeat():
                self.steps.set_taken(rows, not self.steps.is_taken(rows[0]))
            return
        super().keyPressEvent(event)

    def _fit_columns(self) -> None:
        evidences = [evidence_text(one) for one in Evidence if one not in _NEVER_GOES]
        self.set_widths(
            5 * SPACE_PX,
            0,
            self.text_width_px(bytes_text(888_800_000), title(PlanColumn.SIZE)),
            self.text_width_px(*evidences, _("not the same file"), title(PlanColumn.EVIDENCE)),
            0,
        )

    def changeEvent(self, event: QEvent) -> None:
        """With another font columns have other widths."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and hasattr(self, "_ticks"):
            self._fit_columns()
