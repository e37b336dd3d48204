"""The bar that chooses the groups of a kind of match: filter, state, order, similarity."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QToolButton, QWidget

from dupefinder.gui.appearance.icons import icon
from dupefinder.gui.appearance.theme import SPACE_PX, colours, set_role
from dupefinder.gui.results import MatchKind, Results
from dupefinder.gui.review.filter.filter_chips import FilterChips, FilterMenu
from dupefinder.gui.review.filter.similarity_slider import SimilaritySlider
from dupefinder.gui.review.groups.group_view import (
    NO_FACETS,
    Facets,
    GroupView,
    Shown,
    Sort,
    Wanted,
    all_groups,
)
from dupefinder.gui.widgets.choices import ChoiceBox
from dupefinder.text.translation import _

_NARROW_PX = 900
_BOX_CHARACTERS = 24
"""Width of a box in a narrow window, so that some is left for the field."""
_NO_LIMIT_PX = 16_777_215
_FIELD_SIGNS_PX = 48
"""Width of the field that its icon and its margins take."""
_LEAST_BOX_PX = 80
"""Least width of a box: in a narrow window it is cut off rather than its neighbours."""


class _NameField(QLineEdit):
    """The field for words of a path; its hint is short where the long one would be cut."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Filter by name or folder"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the hint."""
        super().resizeEvent(event)
        hint = _("Filter by name or folder")
        room_px = self.width() - _FIELD_SIGNS_PX
        fits = self.fontMetrics().horizontalAdvance(hint) <= room_px
        self.setPlaceholderText(hint if fits else _("Filter"))


def sort_text(sort: Sort) -> str:
    """The name of an order."""
    return {
        Sort.SPACE: _("Space freed"),
        Sort.COPIES: _("Number of copies"),
        Sort.TAKEN: _("Date taken"),
        Sort.NAME: _("Name"),
        Sort.FOLDER: _("Folder"),
    }[sort]


def shown_text(shown: Shown) -> str:
    """The name of a choice of groups."""
    return {
        Shown.ALL: _("All groups"),
        Shown.UNDECIDED: _("Undecided"),
        Shown.DECIDED: _("Decided"),
        Shown.DISMISSED: _("Not duplicates"),
    }[shown]


class FilterBar(QFrame):
    """A bar with the filter field, filters by facet, state, order and similarity.

    Signals:
        changed: Filter, state or order changed.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = _NameField()
        self.field.setToolTip(_("Ctrl+F. Shows groups with these words in a path."))
        self.field.setClearButtonEnabled(True)
        self._search = self.field.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self.state = ChoiceBox()
        self.state.setAccessibleName(_("Which groups"))
        self.state.setToolTip(_("Groups by your decision"))
        for shown in Shown:
            self.state.addItem(shown_text(shown), shown)
        self.order = ChoiceBox()
        self.order.setAccessibleName(_("Order of the groups"))
        self.order.setToolTip(_("Order of the groups"))
        for sort in Sort:
            self.order.addItem(sort_text(sort), sort)
        for box in (self.state, self.order):
            box.setMinimumWidth(_LEAST_BOX_PX)
        self.reverse = QToolButton()
        self.reverse.setCheckable(True)
        self.reverse.setAccessibleName(_("Reverse order"))
        self.reverse.setToolTip(_("Reverse order"))
        self.more = QToolButton()
        self.more.setAccessibleName(_("More filters"))
        self.more.setToolTip(_("Filter by folder, camera, year, format, size, or new photos"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = FilterMenu(self.set_facets, self.more)
        self.more.setMenu(self.menu)
        self.chips = FilterChips(self._drop)
        self._facets = NO_FACETS
        self._results: Results | None = None
        self.similarity = SimilaritySlider()
        across = self._across = QHBoxLayout(self)
        across.setContentsMargins(SPACE_PX, SPACE_PX, 2 * SPACE_PX, SPACE_PX)
        across.setSpacing(SPACE_PX)
        across.addWidget(self.field, 2)
        across.addWidget(self.more)
        across.addWidget(self.state)
        across.addWidget(self.order)
        across.addWidget(self.reverse)
        self._gap = across.count()
        across.addStretch(1)
        across.addWidget(self.similarity)
        self.field.textChanged.connect(self._tell)
        self.state.currentIndexChanged.connect(self._tell)
        self.order.currentIndexChanged.connect(self._tell)
        self.reverse.toggled.connect(self._tell)
        self.chips.clear.clicked.connect(self.clear)
        self._dress()
        set_role(self, "bar")

    def view(self, match_kind: MatchKind | None) -> GroupView:
        """The groups to show of a kind of match, and their order."""
        return GroupView(
            match_kind,
            self.field.text(),
            self.sort,
            self.shown,
            self.reverse.isChecked(),
            self._facets,
        )

    @property
    def facets(self) -> Facets:
        """The filters beyond words and decisions."""
        return self._facets

    def set_facets(self, facets: Facets) -> None:
        """Set other conditions for groups."""
        self._facets = facets
        self._tell()

    def set_results(self, results: Results, wanted: Wanted = all_groups) -> None:
        """Offer the filters of other results.

        Args:
            results: The results.
            wanted: See `SimilaritySlider.count_only`.
        """
        self._results = results
        self.menu.show_facets(self._facets, results)
        self.similarity.set_results(results, wanted)

    @property
    def is_narrowing(self) -> bool:
        """True if groups of a kind of match may be left out."""
        return bool(self._conditions())

    def _conditions(self) -> list[tuple[str, str]]:
        """The active conditions: their names, and a text for each."""
        names = {} if self._results is None else self._results.folder_names
        conditions = self._facets.conditions(names)
        if text := self.field.text().strip():
            conditions.append(("text", _("“{text}”").format(text=text)))
        if self.shown is not Shown.ALL:
            conditions.append(("shown", shown_text(self.shown)))
        return conditions

    def _drop(self, name: str) -> None:
        """Remove one condition."""
        if name == "text":
            self.field.clear()
        elif name == "shown":
            self.state.setCurrentIndex(0)
        else:
            self.set_facets(self._facets.without(name))

    @property
    def sort(self) -> Sort:
        """The order."""
        return Sort(self.order.currentData())

    @property
    def shown(self) -> Shown:
        """The chosen groups, by their decision."""
        return Shown(self.state.currentData())

    def show_sort(self, sort: Sort) -> None:
        """Choose an order."""
        self.order.setCurrentIndex(list(Sort).index(sort))

    def clear(self) -> None:
        """Show all groups of the kind of match."""
        for widget in (self.field, self.state):
            widget.blockSignals(True)
        self.field.clear()
        self.state.setCurrentIndex(0)
        for widget in (self.field, self.state):
            widget.blockSignals(False)
        self.set_facets(NO_FACETS)

    def _tell(self) -> None:
        self.chips.show_conditions(self._conditions())
        self.menu.show_facets(self._facets, self._results)
        self.changed.emit()

    def _dress(self) -> None:
        self._search.setIcon(icon("search", colours().quiet))
        self.reverse.setIcon(icon("sort"))
        self.more.setIcon(icon("filter"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the less important widgets in a narrow window."""
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW_PX
        self._across.setStretch(self._gap, 0 if is_narrow else 1)
        self.similarity.set_narrow(is_narrow)
        for row, sort in enumerate(Sort):
            text = sort_text(sort)
            self.order.setItemText(row, text if is_narrow else _("Sort: {name}").format(name=text))
        most_px = self.fontMetrics().averageCharWidth() * _BOX_CHARACTERS
        for box in (self.state, self.order):
            box.setMaximumWidth(most_px if is_narrow else _NO_LIMIT_PX)

    def changeEvent(self, event: QEvent) -> None:
        """Take the icons of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
