"""Demands on every widget of the window: a name for screen readers, words that are translated."""

import re
from collections.abc import Callable, Iterator
from gettext import NullTranslations
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QScrollBar,
    QTextEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dupefinder.actions.quarantine import folder as quarantine_folder
from dupefinder.gui.app import Application
from dupefinder.text import translation
from dupefinder.text.translation import LANGUAGES
from tests.cli.album import write_album
from tests.gui.whole import LIMIT_MS, button, scan_button, tasks_ended, whole_window

PLACES = (
    *("folders", "review", "overview", "rules", "plan"),
    *("backups", "search", "history", "settings", "help"),
)
CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QProgressBar,
    QTextEdit,
)


class Marker(NullTranslations):
    """Translates every text into itself between marks."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def pgettext(self, context: str, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whole")


@pytest.fixture(scope="module")
def program(
    qapp: QApplication, folder: Path, request: pytest.FixtureRequest
) -> Iterator[Application]:
    """The window with something on every page, each word marked; it is only looked at."""
    album = write_album(folder / "album")
    (album / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no more")
    translation.install(Marker())
    qtbot = QtBot(request)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder / "home"))
        patch.setenv("XDG_DATA_HOME", str(folder / "home" / "share"))
        # Set-aside folders on the drives of this computer are not looked at.
        patch.setattr(quarantine_folder, "mounted_volumes", dict)
        with whole_window(folder / "data", qtbot, is_dressed=True) as program:
            after_a_scan(program, album, qtbot)
            yield program
    translation.install(NullTranslations())


def after_a_scan(program: Application, album: Path, qtbot: QtBot) -> None:
    """Every page with something on it: groups, a plan, an action, problems."""
    window = program.window
    window.add_folders([str(album)])
    scan_button(window).click()
    qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
    window.show_place("review")
    window.review.bar.overview.click()
    qtbot.waitUntil(lambda: bool(window.overview.lines), timeout=LIMIT_MS)
    window.show_place("review")
    window.review.bar.choose.click()
    qtbot.waitUntil(lambda: window.rules.examples.count() > 0, timeout=LIMIT_MS)
    window.show_place("review")
    window.marks.accept_groups(np.array([0]))
    window.review.bar.problems.setChecked(True)
    window.review.filter.menu.aboutToShow.emit()
    window.review.list.selectAll()
    window.review.bar.plan.click()
    qtbot.waitUntil(lambda: window.plan.steps.rowCount() > 0, timeout=LIMIT_MS)
    window.plan.bar.act.click()
    qtbot.waitUntil(lambda: window.place == "review", timeout=LIMIT_MS)
    window.show_place("history")
    qtbot.waitUntil(lambda: window.history.steps.rowCount() > 0, timeout=LIMIT_MS)
    window.search.query.fingerprints.setChecked(True)
    with tasks_ended(program, qtbot, "search", "fingerprints"):
        window.cards.find_more()
    window.cards.compare_requested.emit()


def widgets_of(program: Application) -> list[QWidget]:
    return [
        one
        for one in program.window.findChildren(QWidget)
        # Parts of Qt's own: the field in a combo box, the views behind lists.
        if not one.objectName().startswith("qt_")
    ]


def is_inner(widget: QWidget) -> bool:
    """True for parts of Qt's own controls, which have the name of the whole."""
    parent = widget.parent()
    while isinstance(parent, QWidget):
        if isinstance(parent, (QComboBox, QAbstractSpinBox, QLineEdit)):
            return True
        if isinstance(parent, QAbstractItemView) and isinstance(
            widget, (QHeaderView, QAbstractButton)
        ):
            return True
        parent = parent.parent()
    return False


def test_no_control_lacks_an_accessible_name(program: Application) -> None:
    nameless = [
        f"{type(one).__name__} {one.objectName()} in {type(one.parent()).__name__}"
        for one in widgets_of(program)
        if isinstance(one, CONTROLS)
        and not isinstance(one, (QScrollBar, QMenu))
        and not is_inner(one)
        and not one.isHidden()
        and not one.accessibleName()
        and not (isinstance(one, QAbstractButton) and one.text())
    ]
    assert nameless == []


def texts_of(widget: QWidget) -> Iterator[str]:
    yield widget.toolTip()
    yield widget.accessibleName()
    yield widget.accessibleDescription()
    if isinstance(widget, (QLabel, QAbstractButton)):
        yield widget.text()
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(row) for row in range(widget.count()))
    if isinstance(widget, QMenu):
        yield from (action.text() for action in widget.actions())
    if isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
        columns = 0 if isinstance(model, QAbstractListModel) else model.columnCount()
        for column in range(columns):
            header = model.headerData(column, Qt.Orientation.Horizontal)
            yield header if isinstance(header, str) else ""


def is_data(text: str, known: set[str]) -> bool:
    """True for names, paths, numbers, dates and what has no words."""
    left = text
    for name in sorted(known, key=len, reverse=True):
        left = left.replace(name, "")
    left = re.sub(r"[…/\\]", " ", left)
    return re.search(r"[^\W\d_]{2,}", left) is None


def test_every_word_goes_through_the_translation(program: Application, folder: Path) -> None:
    known = {str(folder), *folder.parts, "JPEG", "PNG", "dupefinder", "log", "kB"}
    # Where a removed copy lies on systems whose trash does not give it back.
    known |= {*Path.home().parts, "dupefinder-set-aside", "one", "png"}
    known |= {language.name for language in LANGUAGES.values()}  # each stands in its own words
    for path in folder.rglob("*"):
        known |= {path.name, *path.name.split(".")}
    bare = {
        (type(one).__name__, text)
        for one in widgets_of(program)
        for text in texts_of(one)
        if text and "⟦" not in text and not is_data(text, known)
    }
    assert bare == set()


@pytest.mark.parametrize("place", PLACES)
def test_tab_reaches_every_control(place: str, program: Application) -> None:
    program.window.show_place(place)
    page = program.window.pages[place]
    reached: set[QWidget] = set()
    current = page.nextInFocusChain()
    while current is not None and current is not page:
        if current.focusPolicy() & Qt.FocusPolicy.TabFocus:
            reached.add(current)
        current = current.nextInFocusChain()
    missing = [
        one.text() or one.accessibleName()
        for one in page.findChildren(QAbstractButton)
        if one.isVisible()
        and one.isEnabled()
        and one not in reached
        and not (one.focusPolicy() & Qt.FocusPolicy.TabFocus)
        # Of a switch or a bar of kinds of match arrows reach the others.
        and one.group() is None
        and not is_inner(one)
    ]
    assert missing == []


# Through the eyes of a screen reader

ROLE = QAccessible.Role
ASKS_FOR_NAME = (
    *(ROLE.PushButton, ROLE.CheckBox, ROLE.RadioButton, ROLE.ComboBox, ROLE.EditableText),
    *(ROLE.Slider, ROLE.SpinBox, ROLE.List, ROLE.Table, ROLE.Tree, ROLE.PageTab),
    *(ROLE.ButtonMenu, ROLE.ButtonDropDown, ROLE.ProgressBar),
)
HAS_CELLS = (ROLE.List, ROLE.Table, ROLE.Tree)
MOST_CELLS = 40


def spoken(root: QWidget) -> Iterator[QAccessibleInterface]:
    """The parts of a widget that a screen reader meets, if on show; of lists the first cells."""
    waiting = [QAccessible.queryAccessibleInterface(root)]
    while waiting:
        one = waiting.pop()
        if one is None or not one.isValid() or one.state().invisible:
            continue
        yield one
        most = MOST_CELLS if one.role() in HAS_CELLS else one.childCount()
        waiting += [one.child(number) for number in range(min(one.childCount(), most))]


def name_of(one: QAccessibleInterface) -> str:
    return one.text(QAccessible.Text.Name)


def described(one: QAccessibleInterface) -> str:
    widget = one.object()
    above = widget.parent() if widget is not None else None
    return f"{one.role().name} {type(widget).__name__} in {type(above).__name__}"


@pytest.fixture
def page_of(program: Application) -> Callable[[str], QWidget]:
    def show(place: str) -> QWidget:
        window = program.window
        if place == "compare":
            window.show_place("review")
            window.cards.compare_requested.emit()
            return window.compare
        window.show_place(place)
        return window.pages[place]

    return show


@pytest.mark.parametrize("place", [*PLACES, "compare"])
def test_a_screen_reader_hears_a_name_for_every_control(
    place: str, page_of: Callable[[str], QWidget]
) -> None:
    nameless = [
        described(one)
        for one in spoken(page_of(place))
        if (one.role() in ASKS_FOR_NAME or one.state().focusable)
        and not name_of(one)
        and not is_part_of_control(one)
    ]
    assert nameless == []


def is_part_of_control(one: QAccessibleInterface) -> bool:
    """True for what Qt itself puts into a combo box, a spin box or a scroll area."""
    widget = one.object()
    return isinstance(widget, QWidget) and (
        is_inner(widget) or widget.objectName().startswith("qt_")
    )


@pytest.mark.parametrize("place", [*PLACES, "compare"])
def test_a_screen_reader_hears_what_each_control_is(
    place: str, page_of: Callable[[str], QWidget]
) -> None:
    page = page_of(place)
    unknown = [
        described(one)
        for one in spoken(page)
        if one.state().focusable
        and one.role() in (ROLE.NoRole, ROLE.Client)
        and one.object() is not page
        and not is_part_of_control(one)
    ]
    assert unknown == []


@pytest.mark.parametrize("place", [*PLACES, "compare"])
def test_a_screen_reader_hears_values_and_choices(
    place: str, page_of: Callable[[str], QWidget]
) -> None:
    silent = []
    for one in spoken(page_of(place)):
        if one.role() in (ROLE.Slider, ROLE.SpinBox) and one.valueInterface() is None:
            silent.append(described(one))
        if one.role() in (ROLE.CheckBox, ROLE.RadioButton) and not one.state().checkable:
            silent.append(described(one))
        widget = one.object()
        value = one.text(QAccessible.Text.Value)
        if isinstance(widget, QComboBox) and widget.count() and value != widget.currentText():
            silent.append(described(one))
    assert silent == []


@pytest.mark.parametrize("place", [*PLACES, "compare"])
def test_a_screen_reader_hears_choices_of_which_one_holds_as_such(
    place: str, program: Application, page_of: Callable[[str], QWidget]
) -> None:
    window = program.window
    switches = {window.review.bar.problems, window.compare.tools.difference}
    switches |= {window.compare.tools.details, window.search.query.fingerprints}
    page = page_of(place)
    wrong = [
        described(one)
        for root in (page, window.sidebar)
        for one in spoken(root)
        if one.role() is ROLE.CheckBox
        and not isinstance(one.object(), QCheckBox | QToolButton)
        and one.object() not in switches
    ]
    assert wrong == []


@pytest.mark.parametrize("place", ["plan", "history", "review", "search"])
def test_a_screen_reader_hears_the_rows_of_lists(
    place: str, page_of: Callable[[str], QWidget]
) -> None:
    cells = [
        name_of(one)
        for one in spoken(page_of(place))
        if one.role() in (ROLE.Cell, ROLE.ListItem, ROLE.TreeItem)
    ]
    assert place == "plan" or cells
    assert all(cells)


def test_help_is_where_the_sidebar_says(program: Application) -> None:
    button(program.window.sidebar, "⟦Help").click()
    assert program.window.place == "help"
