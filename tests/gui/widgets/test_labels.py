"""Labels show any text as it is, and shorten it where there is no room."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6 import QtGui
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QMenu,
    QProgressBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

import dupefinder.gui
from dupefinder.actions.records import SkipCode, Skipped
from dupefinder.gui.app import Application
from dupefinder.gui.widgets.labels import (
    ElidedLabel,
    PlainLabel,
    SteadyLabel,
    fitted,
    plain_caption,
    plain_tip,
)
from tests.cli.album import photo, pixels_of
from tests.core.pictures import jpeg
from tests.gui.test_whole_window import after_a_scan
from tests.gui.whole import LIMIT_MS, tasks_ended, whole_window

GUI = Path(dupefinder.gui.__file__).parent

HOSTILE = ("<b>", "<i>", "<u>", "<s>", "&lt;", "<img", "a&b")
READS_RICH_TEXT = {
    "QLabel", "QTextBrowser", "QTextEdit", "QTextDocument", "QStaticText", "QMessageBox",
    "QErrorMessage", "QGraphicsTextItem", "QSystemTrayIcon", "QToolTip",
}  # fmt: skip
RICH_ON_PURPOSE = {
    # Every other label is made of it.
    ("labels.py", "QLabel"),
    # The help, which comes with the program.
    ("help_page.py", "QTextBrowser"),
    ("help_page.py", "QTextDocument"),
    # Its format is plain text, and it names no file.
    ("unfinished.py", "QMessageBox"),
    # It tells numbers of photos, and no name.
    ("desktop_progress.py", "QSystemTrayIcon"),
    # It is given what `plain_tip` makes of a text.
    ("choices.py", "QToolTip"),
}
TIP_ROLES = (
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.StatusTipRole,
    Qt.ItemDataRole.WhatsThisRole,
)


def rendered(text: str) -> str:
    """The text that a person reads where Qt decides by itself whether it is HTML."""
    if not QtGui.Qt.mightBeRichText(text):
        return text
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


def is_literal(tip: str) -> bool:
    """True for a tooltip that shows letter by letter what it was made of."""
    return plain_tip(rendered(tip)) == tip


# The words themselves


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])))
def test_a_tooltip_shows_what_it_is_given(qapp: QApplication, text: str) -> None:
    assert rendered(plain_tip(text)) == text
    assert rendered(plain_tip("<b>" + text + "\n<img src=x>")) == "<b>" + text + "\n<img src=x>"


@given(st.text(st.sampled_from("a &<>;\nltbimgp=/\"'")))
def test_text_like_html_is_shown_as_it_is(qapp: QApplication, text: str) -> None:
    assert rendered(plain_tip(text)) == text


def test_plain_text_is_left_as_it_is(qapp: QApplication) -> None:
    assert plain_tip("1 < 2 & 3") == "1 < 2 & 3"


def test_a_label_takes_its_text_for_text(qtbot: QtBot) -> None:
    label = PlainLabel("<b>bold</b>")
    qtbot.addWidget(label)
    plain = label.sizeHint()
    label.setText("<b>bold</b><b></b>")
    assert label.sizeHint().width() > plain.width(), "every letter takes its room"


def test_a_caption_has_no_key(qtbot: QtBot) -> None:
    assert plain_caption("a&b && c") == "a&&b &&&& c"


# All widgets, all models


@pytest.fixture
def album(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if os.name == "nt":
        pytest.skip("no file can have such a name on Windows")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "share"))
    one = photo(1)
    contents = {
        "<b>a&b/<img src=x>&lt;b&gt;.jpg": one,
        "<b>a&b/<img src=x>.jpg": one,
        "<i>c/<b>&amp;.jpg": jpeg(pixels_of(one).resize((160, 120)), quality=60),
        "<i>c/<b>two.jpg": photo(2),
        "<i>c/<u>in/<s>two small.jpg": jpeg(pixels_of(photo(2)).resize((160, 120))),
        "<i>c/three a&b.jpg": photo(3),
        "<u>broken.jpg": b"\xff\xd8\xff\xe0 no more",
    }
    album = tmp_path / "<s>my a&b photos"
    for name, content in contents.items():
        (album / name).parent.mkdir(parents=True, exist_ok=True)
        (album / name).write_bytes(content)
        os.utime(album / name, (1_000_000, 1_000_000))
    return album


def widgets() -> Iterator[QWidget]:
    for window in QApplication.topLevelWidgets():
        yield window
        yield from window.findChildren(QWidget)


def columns_of(model: QAbstractItemModel, parent: QModelIndex | None = None) -> int:
    # Qt keeps this to itself for lists.
    if isinstance(model, QAbstractListModel):
        return 1
    return model.columnCount(parent or QModelIndex())


def indexes(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[QModelIndex]:
    for row in range(model.rowCount(parent)):
        for column in range(columns_of(model, parent)):
            index = model.index(row, column, parent)
            yield index
            if column == 0:
                yield from indexes(model, index)


def models() -> Iterator[QAbstractItemModel]:
    seen: set[QAbstractItemModel] = set()
    for widget in widgets():
        if isinstance(widget, (QAbstractItemView, QComboBox)):
            model: QAbstractItemModel | None = widget.model()
            if model is not None and model not in seen:
                seen.add(model)
                yield model


def tips_of_model(model: QAbstractItemModel) -> Iterator[tuple[str, object]]:
    for index in indexes(model, QModelIndex()):
        for role in TIP_ROLES:
            yield f"{type(model).__name__} {role.name}", index.data(role)
    for orientation, count in (
        (Qt.Orientation.Horizontal, columns_of(model)),
        (Qt.Orientation.Vertical, model.rowCount()),
    ):
        for section in range(count):
            for role in TIP_ROLES:
                told = model.headerData(section, orientation, role)
                yield f"{type(model).__name__} header {role.name}", told


def tips() -> Iterator[tuple[str, object]]:
    """Every text that Qt shows in a tooltip, and where it is from."""
    things: list[QObject] = list(widgets())
    for window in QApplication.topLevelWidgets():
        things += window.findChildren(QAction)
    for thing in things:
        if isinstance(thing, (QWidget, QAction)):
            for tip in (thing.toolTip(), thing.statusTip(), thing.whatsThis()):
                yield type(thing).__name__, tip
    for model in models():
        yield from tips_of_model(model)


def captions() -> Iterator[tuple[str, str]]:
    """Every text in which "&" makes the next letter a key."""
    for widget in widgets():
        if isinstance(widget, QAbstractButton):
            yield type(widget).__name__, widget.text()
        if isinstance(widget, QMenu):
            yield from (("QAction", action.text()) for action in widget.actions())
        if isinstance(widget, QLabel) and widget.buddy() is not None:
            yield type(widget).__name__, widget.text()


def misread() -> set[tuple[str, str]]:
    """Texts that are shown otherwise than they are written: the widget and its text."""
    found = {
        ("tooltip of " + what, str(tip)) for what, tip in tips() if tip and not is_literal(str(tip))
    }
    for widget in widgets():
        name = type(widget).__name__
        if isinstance(widget, QLabel) and widget.textFormat() is not Qt.TextFormat.PlainText:
            found.add((name, widget.text()))
        if isinstance(widget, QTextEdit) and any(one in widget.toPlainText() for one in HOSTILE):
            found.add((name, widget.toPlainText()))
        if isinstance(widget, QProgressBar) and any(one in widget.format() for one in HOSTILE):
            found.add((name, widget.format()))
        if widget.isWindow() and any(one in widget.windowTitle() for one in HOSTILE):
            found.add((name, widget.windowTitle()))
    for what, caption in captions():
        if "a&b" in caption.replace("&&", ""):
            found.add((what, caption))
    return found


def shows_a_name(page: QWidget) -> bool:
    """True where a hostile name is on a page at all."""
    texts = [label.text() for label in page.findChildren(QLabel)]
    for view in page.findChildren(QAbstractItemView):
        model: QAbstractItemModel | None = view.model()
        if model is not None:
            texts += [str(index.data()) for index in indexes(model, QModelIndex())]
    return any(one in text for one in HOSTILE for text in texts)


def compare_backups(program: Application, album: Path, qtbot: QtBot) -> None:
    page = program.window.backups
    program.window.show_place("backups")
    page.question.library.add_paths([str(album / "<b>a&b")])
    page.question.backups.add_paths([str(album / "<i>c")])
    with tasks_ended(program, qtbot, "compare"):
        page.question.compare.click()
    qtbot.waitUntil(lambda: page.bar.copy.isEnabled(), timeout=LIMIT_MS)
    page.bar.copy.click()


def test_every_name_is_shown_as_it_is(album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data <b>a&b", qtbot, is_dressed=True) as program:
        window = program.window
        after_a_scan(program, album, qtbot)
        assert misread() == set()
        drive = str(album)
        window.plan.questions.set_refused(
            [Skipped(str(album / "<b>two.jpg"), SkipCode.ASK_ABOUT_DRIVES, drive)]
        )
        window.notices.show_notice(f"<b>told</b> of {drive}", "warning")
        window.show_place("search")
        window.search.list.setCurrentIndex(window.search.list.model().index(0, 0))
        compare_backups(program, album, qtbot)
        for place in ("folders", "review", "plan", "backups", "search", "history"):
            window.show_place(place)
            QApplication.processEvents()
            assert misread() == set()
            assert shows_a_name(window.pages[place]), place
        assert sum(1 for _, tip in tips() if tip and tip != rendered(str(tip))) > 20


# Whatever is not walked


def test_nothing_else_that_reads_html_is_made() -> None:
    found = set()
    for path in GUI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                function = node.func
                name = function.id if isinstance(function, ast.Name) else ""
                if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
                    name = function.value.id
                found |= {(path.name, name)} if name in READS_RICH_TEXT else set()
            if isinstance(node, ast.ClassDef):
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                found |= {(path.name, base) for base in bases & READS_RICH_TEXT}
    assert found <= RICH_ON_PURPOSE


LONG = "a name that is by far too long for the room that there is.jpg"


def test_a_text_without_room_is_whole_in_its_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel(elide=Qt.TextElideMode.ElideMiddle)
    qtbot.addWidget(label)
    label.set_text(LONG)
    label.resize(100, 20)
    label.show()
    assert label.is_elided
    assert label.toolTip() == LONG
    assert label.text() == LONG
    label.resize(2000, 20)
    assert not label.is_elided
    assert label.toolTip() == ""


def test_a_hint_stays_whether_there_is_room_or_not(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.set_text("short", "what it means")
    label.resize(2000, 20)
    assert label.toolTip() == "what it means"
    label.resize(5, 20)
    assert label.toolTip() == "what it means"


def test_a_larger_font_may_need_the_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("short")
    qtbot.addWidget(label)
    label.resize(label.sizeHint().width() + 4, 20)
    label.show()
    assert label.toolTip() == ""
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 3)
    label.setFont(font)
    assert label.toolTip() == "short"


def test_it_can_become_narrow(qtbot: QtBot) -> None:
    label = ElidedLabel(LONG)
    qtbot.addWidget(label)
    assert label.minimumSizeHint().width() < label.sizeHint().width() / 3


def test_markup_is_shown_as_it_is(qtbot: QtBot) -> None:
    label = ElidedLabel("<b>name</b>.jpg")
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_elided_text_ends_inside_the_label(qtbot: QtBot) -> None:
    label = ElidedLabel(LONG)
    qtbot.addWidget(label)
    label.resize(60, 20)
    image = label.grab().toImage()
    last = [image.pixelColor(image.width() - 1, y).name() for y in range(image.height())]
    assert len(set(last)) == 1


def test_a_steady_label_asks_for_the_room_of_the_longest_text(qtbot: QtBot) -> None:
    label = SteadyLabel()
    qtbot.addWidget(label)
    label.reserve("place 1 of 3, upper left", "short")
    before = label.sizeHint(), label.minimumSizeHint()
    label.resize(before[0])
    for text in ("short", "place 1 of 3, upper left"):
        label.set_text(text)
        assert (label.sizeHint(), label.minimumSizeHint()) == before
        assert not label.is_elided
    label.resize(before[1])
    assert label.is_elided


@pytest.mark.parametrize("wraps", [False, True])
def test_a_text_that_begins_with_a_foreign_name_stands_where_people_read_from(
    qtbot: QtBot, wraps: bool
) -> None:
    label = PlainLabel("dupefinder")
    qtbot.addWidget(label)
    label.setWordWrap(wraps)
    label.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    label.resize(400, 30)
    picture = label.grab().toImage()
    ground = picture.pixelColor(0, 0)
    ink = [
        x
        for x in range(picture.width())
        if any(picture.pixelColor(x, y) != ground for y in range(picture.height()))
    ]
    assert min(ink) > picture.width() // 2


def test_a_folder_is_read_from_the_left_everywhere(qtbot: QtBot) -> None:
    label = ElidedLabel("/home/photos/2015", Qt.TextElideMode.ElideLeft)
    qtbot.addWidget(label)
    metrics = label.fontMetrics()
    whole = fitted(label.text(), Qt.TextElideMode.ElideLeft, metrics, 1_000)
    assert whole == "\N{LEFT-TO-RIGHT ISOLATE}/home/photos/2015\N{POP DIRECTIONAL ISOLATE}"
    room_px = metrics.horizontalAdvance(label.text()) // 2
    part = fitted(label.text(), Qt.TextElideMode.ElideLeft, metrics, room_px)
    assert part.startswith("\N{LEFT-TO-RIGHT ISOLATE}\N{HORIZONTAL ELLIPSIS}")
    assert part.endswith("2015\N{POP DIRECTIONAL ISOLATE}")
    assert fitted("IMG_1.jpg", Qt.TextElideMode.ElideMiddle, metrics, 1_000) == "IMG_1.jpg"
    assert label.text() == "/home/photos/2015"
    # The two directions draw the same line, which differed by its "/" before.
    drawn = []
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        label.setLayoutDirection(direction)
        label.resize(metrics.horizontalAdvance(label.text()) + 1, metrics.height())
        drawn.append(label.grab().toImage())
    assert drawn[0] == drawn[1]
