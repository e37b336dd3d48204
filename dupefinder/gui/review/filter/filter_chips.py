"""The menu of filters, and the line of active ones: each a chip that a click removes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, colours, set_role
from dupefinder.gui.results import FacetColumn, MatchKind, Results
from dupefinder.gui.review.groups.group_view import (
    NO_FACETS,
    SIZES_BYTES,
    Facets,
    FolderScope,
    folder_text,
    scope_text,
    size_text,
)
from dupefinder.gui.widgets.labels import plain_caption, plain_tip
from dupefinder.text.figures import number_text, path_text
from dupefinder.text.translation import _

_MOST_VALUES = 24
"""Most values in one menu, the most frequent ones: more would not fit a small screen."""


class FilterMenu(QMenu):
    """Choices of all filters with the number of groups that meet each; filled when it is shown."""

    def __init__(self, choose: Callable[[Facets], object], parent: QWidget | None = None) -> None:
        """Make the menu.

        Args:
            choose: Called with the chosen facets.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._choose_facets = choose
        self._facets = NO_FACETS
        self._results: Results | None = None
        self._choices: dict[str, QActionGroup] = {}
        self.aboutToShow.connect(self._fill)

    def show_facets(self, facets: Facets, results: Results | None) -> None:
        """Set the active facets, and the groups to count."""
        self._facets, self._results = facets, results

    def _fill(self) -> None:
        self.clear()
        while self._choices:
            self._choices.popitem()[1].deleteLater()
        results, facets = self._results, self._facets
        if results is None:
            return
        confirmed = results.match_kinds != MatchKind.LOOK_ALIKE
        new = int(results.is_new[confirmed].sum())
        self._add(self, _("New since the last scan"), new, "is_new", True)
        self.addSeparator()
        between = int(results.is_between[confirmed].sum())
        for scope, groups in (
            (FolderScope.BETWEEN, between),
            (FolderScope.WITHIN, int(confirmed.sum()) - between),
        ):
            self._add(self, scope_text(scope), groups, "scope", scope)
        name_folder = partial(folder_text, folder_names=results.folder_names)
        for name, title, text in (
            ("folder", _("With a photo in"), name_folder),
            ("camera", _("Camera"), path_text),
            ("year", _("Year"), path_text),
            ("format", _("Format"), path_text),
        ):
            self._add_values(name, title, results.facets[name], text)
        sizes = self.addMenu(_("Size of a photo"))
        for size_bytes in SIZES_BYTES:
            self._add(sizes, size_text(size_bytes), None, "least_bytes", size_bytes)
        if facets != NO_FACETS:
            self.addSeparator()
            self.addAction(_("Clear all filters")).triggered.connect(
                lambda: self._choose_facets(NO_FACETS)
            )

    def _add_values(
        self, name: str, title: str, column: FacetColumn, text: Callable[[str], str]
    ) -> None:
        menu = self.addMenu(title)
        menu.setEnabled(bool(column.values))
        menu.setToolTipsVisible(True)
        for value, groups in column.most_frequent(_MOST_VALUES):
            action = self._add(menu, text(value), groups, name, value)
            if name == "folder":
                action.setToolTip(plain_tip(path_text(value)))

    def _add(self, menu: QMenu, text: str, groups: int | None, name: str, value: object) -> QAction:
        if groups is not None:
            text = _("{name} ({n})").format(name=text, n=number_text(groups))
        action = menu.addAction(plain_caption(text))
        action.setCheckable(True)
        holds = getattr(self._facets, name) == value
        action.setChecked(holds)
        action.setEnabled(groups != 0 or holds)
        action.setData((name, value))
        if value is not True:
            self._choice(name).addAction(action)
        action.triggered.connect(self._choose)
        return action

    def _choice(self, name: str) -> QActionGroup:
        """A group of lines with radio buttons, at most one of which is active."""
        if name not in self._choices:
            self._choices[name] = group = QActionGroup(self)
            group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        return self._choices[name]

    def _choose(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        name, value = action.data()
        holds = getattr(self._facets, name) == value
        facets = self._facets.without(name)
        self._choose_facets(facets if holds else replace(facets, **{name: value}))


class FilterChips(QFrame):
    """The active filters, side by side; hidden without any.

    Attributes:
        clear: Removes all of them.
    """

    def __init__(self, drop: Callable[[str], object], parent: QWidget | None = None) -> None:
        """Make the line.

        Args:
            drop: Called with the name of the condition that the person removed.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._drop = drop
        set_role(self, "bar")
        self.setAccessibleName(_("Filters"))
        self.clear = QPushButton(_("Clear all"))
        self.clear.setToolTip(_("Shows all groups of the kind again"))
        set_role(self.clear, "plain")
        self._chips: list[QToolButton] = []
        inside = QWidget()
        self._across = QHBoxLayout(inside)
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.setSpacing(SPACE_PX // 2)
        self._across.addStretch(1)
        # Many filters must not make the window wider.
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for widget in (inside, scroll.viewport()):
            widget.setAutoFillBackground(False)
        self._scroll, self._inside = scroll, inside
        whole = QHBoxLayout(self)
        whole.setContentsMargins(SPACE_PX, 0, 2 * SPACE_PX, SPACE_PX // 2)
        whole.addWidget(scroll, 1)
        whole.addWidget(self.clear)
        self.hide()

    @property
    def chips(self) -> Sequence[QToolButton]:
        """The chips, in their order."""
        return self._chips

    def show_conditions(self, conditions: Sequence[tuple[str, str]]) -> None:
        """Show the active conditions.

        Args:
            conditions: Their names, and a text for each.
        """
        had_focus = any(chip.hasFocus() for chip in self._chips)
        for chip in self._chips:
            self._across.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []
        for name, text in conditions:
            chip = QToolButton()
            shown = self.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideMiddle, self.fontMetrics().averageCharWidth() * 28
            )
            chip.setText(plain_caption(shown))
            chip.setToolTip(_("Take this filter away"))
            chip.setAccessibleName(_("Take away: {filter}").format(filter=text))
            chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            chip.clicked.connect(lambda _checked=False, name=name: self._drop(name))
            self._across.insertWidget(len(self._chips), chip)
            self._chips.append(chip)
        self._dress()
        self.setVisible(bool(conditions))
        self._settle_height()
        if had_focus and self._chips:
            self._chips[0].setFocus()

    def _settle_height(self) -> None:
        """Set the height to that of a chip, plus that of the scroll bar if needed."""
        inside = self._inside
        height = max(inside.sizeHint().height(), self.clear.sizeHint().height())
        if inside.minimumSizeHint().width() > self._scroll.width() > 0:
            height += self._scroll.horizontalScrollBar().sizeHint().height()
        self._scroll.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the scroll bar if it is needed."""
        super().resizeEvent(event)
        self._settle_height()

    def _dress(self) -> None:
        for chip in self._chips:
            chip.setIcon(icons.icon("close", colours().quiet))

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in other colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_chips"):
            self._dress()
