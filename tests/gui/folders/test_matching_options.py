from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.core.matching import default_threshold_bits
from dupefinder.core.records import Role
from dupefinder.core.scan.options import FolderChoice
from dupefinder.gui.folders.matching_options import MatchingOptions, options_of, threshold_of
from dupefinder.gui.settings import KINDS, Settings
from dupefinder.text.scans import LEVELS, Similarity

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


def shown(settings: Settings, qtbot: QtBot) -> MatchingOptions:
    options = MatchingOptions(settings)
    qtbot.addWidget(options)
    options.resize(900, 600)
    options.show()
    qtbot.waitExposed(options)
    options.advanced.button.click()
    return options


@pytest.fixture
def options(settings: Settings, qtbot: QtBot) -> MatchingOptions:
    return shown(settings, qtbot)


def test_words_set_the_bits(options: MatchingOptions, settings: Settings, qtbot: QtBot) -> None:
    for level in LEVELS:
        qtbot.mouseClick(options.level.button(level), LEFT)
        assert settings.threshold_bits == level
        assert options.bits.value() == level


def test_bits_show_their_word(options: MatchingOptions, settings: Settings, qtbot: QtBot) -> None:
    with qtbot.waitSignal(options.changed):
        options.bits.setFocus()
        options.bits.selectAll()
        qtbot.keyClicks(options.bits, "7")
    assert settings.threshold_bits == 7
    assert options.level.value is Similarity.CLOSE
    assert options.summary().startswith("Close (7 bits)")
    options.bits.selectAll()
    qtbot.keyClicks(options.bits, "99")
    assert settings.threshold_bits <= 16


@pytest.mark.parametrize(
    ("control", "setting"),
    [
        ("rotations", "rotations"),
        ("parts", "parts"),
        ("hidden", "hidden"),
        ("links", "follow_symlinks"),
    ],
)
def test_boxes(
    options: MatchingOptions, settings: Settings, qtbot: QtBot, control: str, setting: str
) -> None:
    box = getattr(options, control)
    assert isinstance(box, QCheckBox)
    before = getattr(settings, setting)
    said = options.summary()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert getattr(settings, setting) is not before
    assert options.summary() != said
    qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    assert getattr(settings, setting) is before


def test_smallest_sizes(options: MatchingOptions, settings: Settings, qtbot: QtBot) -> None:
    assert options.min_kb.text() == "any"
    options.min_kb.setFocus()
    options.min_kb.selectAll()
    qtbot.keyClicks(options.min_kb, "50")
    assert settings.min_bytes == 50_000
    options.min_side_px.setFocus()
    qtbot.keyClick(options.min_side_px, Qt.Key.Key_Up)
    assert settings.min_side_px == 1
    assert "small" in options.summary()


def test_patterns(options: MatchingOptions, settings: Settings, qtbot: QtBot) -> None:
    qtbot.keyClicks(options.exclude, " *.png;; raw/ ;2019/*")
    assert list(settings.exclude) == ["*.png", "raw/", "2019/*"]
    assert "3 patterns" in options.summary()
    options.exclude.selectAll()
    qtbot.keyClick(options.exclude, Qt.Key.Key_Delete)
    assert list(settings.exclude) == []


def test_only_one_fingerprint_finds_turned_copies(
    options: MatchingOptions, settings: Settings, qtbot: QtBot
) -> None:
    assert options.rotations.isEnabled()
    qtbot.keyClick(options.kind, Qt.Key.Key_Down)
    assert settings.kind == KINDS[1] == "dhash-64"
    assert not options.rotations.isEnabled()
    assert options.rotations.toolTip()
    assert "turned" not in options.summary()
    assert not options.parts.isEnabled()
    assert options.parts.toolTip()
    assert "cropped" not in options.summary()
    qtbot.keyClick(options.kind, Qt.Key.Key_Up)
    assert options.rotations.isEnabled()
    assert options.parts.isEnabled()
    assert settings.rotations is True


def test_remembered_options_are_shown_and_left_alone(settings: Settings, qtbot: QtBot) -> None:
    settings.threshold_bits = 3
    settings.kind = "phash-256"
    settings.min_bytes = 1500
    settings.exclude = ("a", "b")
    settings.hidden = True
    options = shown(settings, qtbot)
    assert options.bits.value() == 3
    assert options.level.value is Similarity.VERY_CLOSE
    assert options.kind.currentData() == "phash-256"
    assert options.min_kb.value() == 2
    assert options.exclude.text() == "a; b"
    assert options.hidden.isChecked()
    qtbot.keyClick(options.links, Qt.Key.Key_Space)
    assert settings.min_bytes == 1500
    assert settings.threshold_bits == 3


def wheel(widget: QWidget) -> None:
    where = QPointF(widget.rect().center())
    event = QWheelEvent(
        where,
        QPointF(widget.mapToGlobal(widget.rect().center())),
        QPoint(),
        QPoint(0, -240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_scrolling_past_a_number_does_not_change_it(
    options: MatchingOptions, settings: Settings
) -> None:
    options.exclude.setFocus()
    wheel(options.bits)
    wheel(options.kind)
    assert settings.threshold_bits == 10
    assert settings.kind == KINDS[0]
    options.bits.setFocus()
    wheel(options.bits)
    assert settings.threshold_bits < 10


def test_every_control_has_a_name_and_labels_lead_to_fields(options: MatchingOptions) -> None:
    for field in (
        options.level,
        options.min_kb,
        options.min_side_px,
        options.exclude,
        options.bits,
        options.kind,
    ):
        assert field.accessibleName()
    buddies = {label.buddy() for label in options.findChildren(QLabel)}
    assert {options.level, options.min_kb, options.exclude, options.bits, options.kind} <= buddies
    for spin in options.findChildren(QSpinBox):
        assert spin.focusPolicy() is Qt.FocusPolicy.StrongFocus


def test_advanced_is_folded_at_first(settings: Settings, qtbot: QtBot) -> None:
    options = MatchingOptions(settings)
    qtbot.addWidget(options)
    options.show()
    assert not options.bits.isVisible()
    qtbot.mouseClick(options.advanced.button, LEFT)
    assert options.bits.isVisible()
    assert options.advanced.is_open
    qtbot.mouseClick(options.advanced.button, LEFT)
    assert not options.kind.isVisible()


def test_every_setting_reaches_the_scan(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    settings.folders = (FolderChoice("/a"), FolderChoice("/b", Role.PROTECTED))
    settings.exclude = ("*.png",)
    settings.min_bytes = 5000
    settings.min_side_px = 64
    settings.hidden = True
    settings.follow_symlinks = True
    settings.kind = "dhash-256"
    settings.threshold_bits = 4
    settings.rotations = False
    settings.parts = False
    settings.threads = 3
    settings.between_only = True
    options = options_of(settings)
    assert options.scan.folders == settings.folders
    assert options.scan.exclude == ("*.png",)
    assert options.scan.min_bytes == 5000
    assert options.scan.min_side_px == 64
    assert options.scan.hidden is True
    assert options.scan.follow_symlinks is True
    assert options.match.kind == "dhash-256"
    assert options.match.threshold == 16
    assert options.match.rotations is False
    assert options.match.parts is False
    assert options.threads == 3
    assert options.between_only is True
    assert options.preferred == ()
    settings.in_order = True
    assert options_of(settings).preferred == ("/a", "/b")
    settings.folders = (FolderChoice("/a", Role.EXCLUDED), FolderChoice("/b"))
    assert options_of(settings).preferred == ("/b",)


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_setting_is_the_default_of_the_engine(kind: str) -> None:
    assert threshold_of(Similarity.CLOSE, kind) == default_threshold_bits(kind)
