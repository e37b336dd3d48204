import re

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QTextDocument, QTextFormat, QTextImageFormat
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dupefinder.core.records import Evidence, Problem, ProblemCode
from dupefinder.gui.appearance.palettes import Appearance
from dupefinder.gui.appearance.theme import apply_appearance
from dupefinder.gui.help_page import HelpPage, help_pages
from dupefinder.resources import resource_path
from dupefinder.text.evidence import evidence_text
from dupefinder.text.problems import problem_text
from dupefinder.text.translation import ENGLISH, LANGUAGES

PAGES = list(help_pages())
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)]*)\)")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]*)\)")


def source(name: str) -> str:
    return resource_path(f"help/{name}").read_text("utf-8")


@pytest.fixture
def page(qtbot: QtBot) -> HelpPage:
    page = HelpPage()
    qtbot.addWidget(page)
    page.resize(1080, 800)
    page.show()
    page.activateWindow()
    qtbot.waitExposed(page)
    return page


def test_the_contents_name_every_page() -> None:
    files = {path.name for path in resource_path("help").glob("*.md")} - {"index.md"}
    assert set(PAGES) == files
    assert len(PAGES) == 10


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_its_title_and_links_that_lead_somewhere(name: str) -> None:
    assert source(name).startswith(f"# {help_pages()[name]}\n")
    for link in LINK.findall(source(name)):
        assert link in PAGES


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_shown(page: HelpPage, name: str) -> None:
    page.show_page(name)
    assert page.page == name
    assert page.browser.toPlainText().startswith(help_pages()[name])
    assert help_pages()[name] in page.browser.accessibleName()
    assert page.browser.verticalScrollBar().value() == 0
    assert page.browser.horizontalScrollBar().maximum() == 0


def test_the_first_page_is_shown_first(page: HelpPage) -> None:
    assert page.page == "first-steps.md"


def test_a_click_on_a_title_shows_its_page(page: HelpPage, qtbot: QtBot) -> None:
    for row, name in enumerate(PAGES):
        item = page.contents.item(row)
        where = page.contents.visualItemRect(item).center()
        qtbot.mouseClick(page.contents.viewport(), Qt.MouseButton.LeftButton, pos=where)
        assert page.page == name


def test_arrows_walk_through_the_pages(page: HelpPage, qtbot: QtBot) -> None:
    page.setFocus()
    assert page.contents.hasFocus()
    qtbot.keyClick(page.contents, Qt.Key.Key_Down)
    assert page.page == PAGES[1]
    qtbot.keyClick(page.contents, Qt.Key.Key_End)
    assert page.page == PAGES[-1]


def test_a_link_leads_to_its_page(page: HelpPage) -> None:
    page.browser.anchorClicked.emit(QUrl("evidence.md"))
    assert page.page == "evidence.md"
    assert page.contents.currentRow() == PAGES.index("evidence.md")


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org/evidence.md",
        "file:///etc/passwd",
        "../../README.md",
        "//example.org/keys.md",
        "index.md",
        "",
    ],
)
def test_nothing_leads_outside(page: HelpPage, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(url: QUrl) -> bool:
        raise AssertionError(url)

    monkeypatch.setattr(QDesktopServices, "openUrl", opened)
    before = page.browser.toPlainText()
    page.browser.anchorClicked.emit(QUrl(link))
    assert page.page == PAGES[0]
    assert page.browser.toPlainText() == before


def test_the_words_of_evidence_are_those_of_the_window() -> None:
    text = source("evidence.md")
    for evidence in Evidence:
        assert f"| {evidence_text(evidence)} |" in text
        assert f"`{evidence.value}`" in text


def test_each_evidence_has_a_paragraph_beside_the_pictures() -> None:
    text = source("in-pictures.md")
    for evidence in Evidence:
        assert f"\n## {evidence_text(evidence)}\n" in text


def shown_pictures(page: HelpPage) -> list[QTextImageFormat]:
    formats = []
    block = page.browser.document().begin()
    while block.isValid():
        for part in block.textFormats():
            if part.format.isImageFormat():
                image = part.format.toImageFormat()
                formats += [image] * part.length
        block = block.next()
    return formats


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_is_shown_and_has_words_for_those_who_do_not_see_it(
    page: HelpPage, name: str
) -> None:
    page.show_page(name)
    asked = PICTURE.findall(source(name))
    shown = shown_pictures(page)
    assert [image.name() for image in shown] == [file for _, file in asked]
    for image, (words, file) in zip(shown, asked, strict=True):
        assert words
        assert image.property(QTextFormat.Property.ImageAltText.value) == words
        loaded = page.browser.loadResource(
            QTextDocument.ResourceType.ImageResource.value, QUrl(file)
        )
        assert not QImage.fromData(loaded).isNull()


def test_every_picture_of_the_help_is_on_a_page() -> None:
    asked = {file for name in PAGES for _, file in PICTURE.findall(source(name))}
    folder = resource_path("help")
    assert asked == {f"pictures/{path.name}" for path in (folder / "pictures").iterdir()}


def test_pictures_are_seen_in_light_and_dark(page: HelpPage) -> None:
    """The sky of the original is blue where its line begins."""
    page.show_page("in-pictures.md")
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    before = application.palette()
    try:
        for appearance in (Appearance.LIGHT, Appearance.DARK):
            apply_appearance(application, appearance)
            cursor = page.browser.document().find("\N{OBJECT REPLACEMENT CHARACTER}")
            corner = page.browser.cursorRect(cursor)
            seen = page.browser.viewport().grab().toImage()
            sky = seen.pixelColor(corner.left() - 200, corner.bottom() - 150)
            assert sky.blue() > sky.red() + 60
    finally:
        application.setStyleSheet("")
        application.setPalette(before)


def test_every_problem_is_spoken_of() -> None:
    """Each reason shares a telling word with the page's table."""
    text = source("problems.md").casefold()
    for code in ProblemCode:
        words = re.findall(r"[a-z]{5,}", problem_text(Problem("x", code)).casefold())
        assert any(word in text for word in words), code


def test_other_colours_are_taken_at_once(page: HelpPage) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    before = application.palette()
    page.show_page("evidence.md")
    light = page.browser.grab().toImage()
    try:
        apply_appearance(application, Appearance.DARK)
        assert page.page == "evidence.md"
        dark = page.browser.grab().toImage()
        assert dark.pixelColor(2, 2).lightness() < 128 < light.pixelColor(2, 2).lightness()
    finally:
        application.setStyleSheet("")
        application.setPalette(before)


def test_punctuation_that_hangs_over_a_line_needs_no_scroll_bar(
    page: HelpPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.resize(840, 600)
    monkeypatch.setattr("dupefinder.gui.help_page.language_in_use", lambda: LANGUAGES["ja"])
    for name in reversed(PAGES):
        page.show_page(name)
        assert page.browser.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {ENGLISH.code}))
def test_every_language_has_every_page_with_its_links_pictures_and_keys(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dupefinder.gui.help_page.language_in_use", lambda: LANGUAGES[code])
    assert list(help_pages()) == PAGES
    for name in PAGES:
        english, text = source(name), source(f"{code}/{name}")
        assert text.startswith(f"# {help_pages()[name]}\n")
        assert sorted(LINK.findall(text)) == sorted(LINK.findall(english))
        assert [place for _, place in PICTURE.findall(text)] == [
            place for _, place in PICTURE.findall(english)
        ]
        assert re.findall(r"`[^`]+`", text) == re.findall(r"`[^`]+`", english)
        for shape in (r"^#+ ", r"^\|", r"^- ", r"^\d\. "):
            assert len(re.findall(shape, text, re.MULTILINE)) == len(
                re.findall(shape, english, re.MULTILINE)
            ), (name, shape)


def test_the_contents_keep_their_distance_from_the_side_where_reading_begins(
    page: HelpPage,
) -> None:
    gap_px = page.contents.geometry().left()
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    across = page.layout()
    assert across is not None
    across.activate()
    assert gap_px == page.width() - page.contents.geometry().right() - 1 > 0
