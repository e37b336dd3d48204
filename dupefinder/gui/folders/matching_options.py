"""The options for matching and filtering, with advanced ones folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QFrame, QLineEdit, QVBoxLayout, QWidget

from dupefinder.core.records import Role
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.language import listed
from dupefinder.gui.settings import KINDS, Settings
from dupefinder.gui.widgets.choices import ChoiceBox, Segmented, StepBox
from dupefinder.gui.widgets.layouts import Fold, add_row, form, leave_wheel_to_page, quiet_text
from dupefinder.text.figures import number_text
from dupefinder.text.scans import (
    LEVELS,
    MOST_BITS,
    Similarity,
    level_of,
    level_sentence,
    level_text,
)
from dupefinder.text.translation import _, plural

if TYPE_CHECKING:
    from dupefinder.core.pipeline import Options


def threshold_of(bits: int, kind: str) -> int:
    """Scale a distance of 64-bit hashes to the length of a search hash.

    Args:
        bits: Hamming distance, of 64 bits.
        kind: The search hash; its name ends with its length in bits.
    """
    return bits * int(kind.rpartition("-")[2]) // 64


def options_of(settings: Settings) -> Options:
    """The options of a scan."""
    # The engine is slow to load, and not needed to show the window.
    from dupefinder.core.matching import MatchOptions
    from dupefinder.core.pipeline import Options
    from dupefinder.core.scan.options import ScanOptions

    return Options(
        scan=ScanOptions(
            folders=settings.folders,
            exclude=settings.exclude,
            min_bytes=settings.min_bytes,
            min_side_px=settings.min_side_px,
            follow_symlinks=settings.follow_symlinks,
            hidden=settings.hidden,
        ),
        match=MatchOptions(
            kind=settings.kind,
            threshold_bits=threshold_of(settings.threshold_bits, settings.kind),
            rotations=settings.rotations,
            parts=settings.parts,
        ),
        threads=settings.threads,
        preferred=preferred_folders(settings),
        between_only=settings.between_only,
    )


def preferred_folders(settings: Settings) -> tuple[str, ...]:
    """The chosen folders in the order in which their copies are kept; none without an order."""
    if not settings.in_order:
        return ()
    return tuple(one.path for one in settings.folders if one.role is not Role.EXCLUDED)


_INDENT_PX = 14
"""Indent below the title of a fold, which aligns with its sign."""

_TURNING = "phash-"
"""Only these search hashes find turned and mirrored copies."""
_CROPPING = KINDS[0]
"""Only this one finds cropped and framed copies."""


class MatchingOptions(QFrame):
    """Shows the settings of matching and writes each change down at once.

    Signals:
        changed: A setting was changed.
    """

    changed = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._settings = settings
        self._make_controls()
        self._lay_out()
        self._show()
        self._connect()

    def _make_controls(self) -> None:
        settings = self._settings
        self.level = Segmented[Similarity](
            _("Similarity"),
            [(level, level_text(level), level_sentence(level)) for level in LEVELS],
            level_of(settings.threshold_bits),
        )
        self._sentence = quiet_text("")
        self.rotations = QCheckBox(_("Find turned and mirrored copies, too"))
        self.rotations.setChecked(settings.rotations)
        self.parts = QCheckBox(_("Find cropped and framed copies, too"))
        self.parts.setChecked(settings.parts)
        self.between = QCheckBox(_("Ignore matches inside one folder"))
        self.between.setToolTip(
            _(
                "Shows only what two folders share. Of a single folder on the list, the folders"
                " directly in it count."
            )
        )
        self.between.setChecked(settings.between_only)
        self.hidden = QCheckBox(_("Look into hidden folders"))
        self.hidden.setChecked(settings.hidden)
        self.links = QCheckBox(_("Follow links to other folders and files"))
        self.links.setChecked(settings.follow_symlinks)
        self.min_kb = StepBox(
            0,
            10_000_000,
            -(-settings.min_bytes // 1000),
            suffix=_(" KB"),
            least_text=_("any"),
        )
        self.min_side_px = StepBox(
            0,
            100_000,
            settings.min_side_px,
            suffix=_(" px"),
            least_text=_("any"),
        )
        for box in (self.min_kb, self.min_side_px):
            box.setGroupSeparatorShown(True)
            box.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self.exclude = QLineEdit("; ".join(settings.exclude))
        self.exclude.setPlaceholderText(_("for example: *.png; raw/; 2019/*"))
        self.exclude.setToolTip(
            _(
                "Names or paths below the folder, with * for anything, separated by semicolons;"
                " a / at the end means folders"
            )
        )
        self.bits = StepBox(0, MOST_BITS, settings.threshold_bits, suffix=_(" of 64 bits"))
        self.kind = ChoiceBox()
        for kind in KINDS:
            name, _dash, bits = kind.rpartition("-")
            self.kind.addItem(
                _("{name}, {bits} bits").format(name=_hash_name(name), bits=bits), kind
            )
        self.kind.setCurrentIndex(KINDS.index(settings.kind))
        self.kind.setMinimumWidth(self.bits.minimumWidth())
        leave_wheel_to_page(self.kind)

    def _lay_out(self) -> None:
        main = form()
        add_row(main, _("&Similarity"), self.level)
        main.addWidget(self._sentence, main.rowCount(), 1)
        main.addWidget(self.rotations, main.rowCount(), 1)
        main.addWidget(self.parts, main.rowCount(), 1)
        main.addWidget(self.between, main.rowCount(), 1)
        add_row(main, _("Smallest &file"), self.min_kb)
        add_row(main, _("Smallest shorter si&de"), self.min_side_px)
        add_row(main, _("&Leave out"), self.exclude, wide=True)
        main.addWidget(self.hidden, main.rowCount(), 1)
        main.addWidget(self.links, main.rowCount(), 1)
        advanced = QWidget()
        more = form()
        more.setContentsMargins(_INDENT_PX, 0, 0, 0)
        add_row(more, _("Fingerprints may differ &by"), self.bits)
        add_row(more, _("Fin&gerprint"), self.kind)
        advanced.setLayout(more)
        self.advanced = Fold(_("Advanced"), advanced)
        down = QVBoxLayout(self)
        main.setContentsMargins(_INDENT_PX, 0, 0, 0)
        down.setContentsMargins(2 * SPACE_PX - _INDENT_PX, 2 * SPACE_PX, 2 * SPACE_PX, 2 * SPACE_PX)
        down.setSpacing(SPACE_PX)
        down.addLayout(main)
        down.addWidget(self.advanced)

    def _connect(self) -> None:
        self.level.chosen.connect(self._level_chosen)
        self.rotations.toggled.connect(self._keep)
        self.parts.toggled.connect(self._keep)
        self.between.toggled.connect(self._keep)
        self.hidden.toggled.connect(self._keep)
        self.links.toggled.connect(self._keep)
        self.min_kb.valueChanged.connect(self._min_kb_changed)
        self.min_side_px.valueChanged.connect(self._keep)
        self.exclude.textEdited.connect(self._keep)
        self.bits.valueChanged.connect(self._bits_changed)
        self.kind.currentIndexChanged.connect(self._keep)

    def summary(self) -> str:
        """The options in force, in a few words."""
        settings = self._settings
        bits = settings.threshold_bits
        level = level_of(bits)
        parts = [level_text(level)]
        if bits != level:
            parts[0] = _("{level} ({n} bits)").format(level=level_text(level), n=number_text(bits))
        if settings.rotations and settings.kind.startswith(_TURNING):
            parts.append(_("turned copies, too"))
        if settings.parts and settings.kind == _CROPPING:
            parts.append(_("cropped copies, too"))
        if settings.between_only:
            parts.append(_("between folders only"))
        if settings.min_bytes or settings.min_side_px:
            parts.append(_("no small photos"))
        if settings.exclude:
            parts.append(
                plural("{n} pattern left out", "{n} patterns left out", len(settings.exclude))
            )
        if settings.hidden:
            parts.append(_("hidden folders"))
        if settings.follow_symlinks:
            parts.append(_("links"))
        return listed(parts)

    def _level_chosen(self, level: Similarity) -> None:
        self.bits.setValue(int(level))

    def _bits_changed(self, bits: int) -> None:
        self.level.choose(level_of(bits))
        self._keep()

    def _min_kb_changed(self, size_kb: int) -> None:
        self._settings.min_bytes = size_kb * 1000
        self._keep()

    def _keep(self) -> None:
        settings = self._settings
        settings.threshold_bits = self.bits.value()
        settings.rotations = self.rotations.isChecked()
        settings.parts = self.parts.isChecked()
        settings.between_only = self.between.isChecked()
        settings.hidden = self.hidden.isChecked()
        settings.follow_symlinks = self.links.isChecked()
        settings.min_side_px = self.min_side_px.value()
        patterns = (pattern.strip() for pattern in self.exclude.text().split(";"))
        settings.exclude = tuple(pattern for pattern in patterns if pattern)
        settings.kind = KINDS[self.kind.currentIndex()]
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self._sentence.setText(level_sentence(level_of(self._settings.threshold_bits)))
        turning = self._settings.kind.startswith(_TURNING)
        self.rotations.setEnabled(turning)
        self.rotations.setToolTip(
            "" if turning else _("Only the fingerprint pHash finds turned copies")
        )
        cropping = self._settings.kind == _CROPPING
        self.parts.setEnabled(cropping)
        self.parts.setToolTip("" if cropping else _("Only pHash with 64 bits finds cropped copies"))


def _hash_name(name: str) -> str:
    return {
        "phash": "pHash",
        "dhash": "dHash",
        "dhash-vertical": "dHash (vertical)",
        "ahash": "aHash",
        "whash": "wHash",
    }[name]
