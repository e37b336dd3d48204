"""The Help page: the pages of `resources/help`, with their titles at the left."""

import re
from functools import lru_cache

from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import (
    QResizeEvent,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from dupefinder.gui.appearance.theme import SPACE_PX, colours, set_role
from dupefinder.gui.widgets.layouts import page_title
from dupefinder.resources import resource_path
from dupefinder.text.translation import ENGLISH, _, language_in_use

_WIDEST_CHARACTERS = 110
_LINE_PERCENT = 130
_PICTURE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for a picture in the text of a document."""
_DIALECT = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)


def help_pages() -> dict[str, str]:
    """The titles of all pages by their file names, in the order of `index.md`."""
    links = re.findall(r"^- \[([^\]]+)\]\(([\w-]+\.md)\)$", _source("index.md"), re.MULTILINE)
    return {name: title for title, name in links}


def _source(name: str) -> str:
    language = language_in_use()
    return _page(name if language is ENGLISH else f"{language.code}/{name}")


@lru_cache
def _page(path: str) -> str:
    return resource_path(f"help/{path}").read_text("utf-8")


class _Browser(QTextBrowser):
    """A browser with lines of readable length, however wide the window is."""

    def __init__(self) -> None:
        super().__init__()
        self.setLineWrapMode(QTextBrowser.LineWrapMode.FixedPixelWidth)
        self._wrap()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break lines anew."""
        super().resizeEvent(event)
        self._wrap()

    def _wrap(self) -> None:
        widest_px = self.fontMetrics().averageCharWidth() * _WIDEST_CHARACTERS
        # Japanese punctuation hangs over the end of a line.
        room_px = self.viewport().width() - SPACE_PX
        self.setLineWrapColumnOrWidth(min(room_px, widest_px))


class HelpPage(QWidget):
    """Contents at the left, the page at the right. Links lead to other pages, and never outside."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Help"))
        self._pages = help_pages()
        self.contents = QListWidget()
        self.contents.setAccessibleName(_("Contents of the help"))
        self.contents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.contents.setWordWrap(True)
        set_role(self.contents, "contents")
        for name, title in self._pages.items():
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.contents.addItem(item)
        self.browser = _Browser()
        self.browser.setAccessibleName(_("Help page"))
        self.browser.setOpenLinks(False)
        self.browser.setSearchPaths([str(resource_path("help"))])
        self.browser.setFrameShape(QFrame.Shape.NoFrame)
        self.browser.anchorClicked.connect(self._follow)
        self.contents.currentItemChanged.connect(self._chosen)
        self._lay_out()
        self.setFocusProxy(self.contents)
        self.show_page(next(iter(self._pages)))

    @property
    def page(self) -> str:
        """The file name of the page on show."""
        return str(self.contents.currentItem().data(Qt.ItemDataRole.UserRole))

    def show_page(self, name: str) -> None:
        """Show a page.

        Args:
            name: Its file name in `resources/help`; a name that is no page does nothing.
        """
        if name in self._pages:
            self.contents.setCurrentRow(list(self._pages).index(name))

    def _lay_out(self) -> None:
        metrics = self.contents.fontMetrics()
        widest_px = max(metrics.horizontalAdvance(title) for title in self._pages.values())
        self.contents.setFixedWidth(min(widest_px, metrics.averageCharWidth() * 40) + 6 * SPACE_PX)
        left = QVBoxLayout()
        left.setContentsMargins(0, 3 * SPACE_PX, 0, 0)
        left.setSpacing(2 * SPACE_PX)
        left.addWidget(page_title(_("Help")))
        left.addWidget(self.contents, 1)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(3 * SPACE_PX)
        across.addSpacing(3 * SPACE_PX)  # margins are not mirrored, this is
        across.addLayout(left)
        across.addWidget(self.browser, 1)
        across.addStretch(0)

    def _chosen(self) -> None:
        name = self.page
        document = self.browser.document()
        document.setDocumentMargin(3 * SPACE_PX)
        document.setMarkdown(_source(name), _DIALECT)
        self._dress_document(document)
        self.browser.moveCursor(QTextCursor.MoveOperation.Start)
        self.browser.setAccessibleName(_("Help page: {title}").format(title=self._pages[name]))

    def _dress_document(self, document: QTextDocument) -> None:
        """Set spacing, and the width and borders of tables."""
        cursor = QTextCursor(document)
        block = document.begin()
        while block.isValid():
            cursor.setPosition(block.position())
            air = QTextBlockFormat()
            if _PICTURE in block.text():
                air.setBottomMargin(SPACE_PX)
            else:
                air.setLineHeight(
                    _LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
                )
            if block.blockFormat().headingLevel() > 1:
                air.setTopMargin(2 * SPACE_PX)
            cursor.mergeBlockFormat(air)
            block = block.next()
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                look = frame.format()
                look.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
                look.setCellPadding(SPACE_PX * 0.75)
                look.setBorderCollapse(True)
                look.setBorder(1)
                look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
                look.setBorderBrush(colours().line)
                look.setBottomMargin(SPACE_PX)
                frame.setFormat(look)

    def _follow(self, url: QUrl) -> None:
        # Only plain names of pages lead anywhere; links outside have a scheme or a host.
        self.show_page(url.toString())

    def changeEvent(self, event: QEvent) -> None:
        """Draw the page in other colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_pages"):
            self._chosen()
