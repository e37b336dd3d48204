"""The table of details of the compared photos, with better values marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from dupefinder.core.records import GroupMember
from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, colours, set_role
from dupefinder.gui.language import listed
from dupefinder.gui.review.file_place import companion_names
from dupefinder.gui.review.photo_values import Field, GroupValues, ValueRank
from dupefinder.gui.review.shown_values import field_text, name_text, value_text
from dupefinder.gui.tasks.window_thread import FileLookup
from dupefinder.gui.widgets.choices import Segmented
from dupefinder.gui.widgets.labels import PlainLabel, plain_tip
from dupefinder.gui.widgets.row_painting import FolderDelegate
from dupefinder.gui.widgets.table_models import Index, ListedTable
from dupefinder.text.figures import decimal_text, number_text, path_text, printable
from dupefinder.text.translation import _

if TYPE_CHECKING:  # these load the decoders
    from dupefinder.core.decode.metadata.photo_details import PhotoDetails
    from dupefinder.core.decode.metadata.text_metadata import TextMetadata

_MOST_ROWS = 6
"""Most visible rows, so that the photos have most of the page."""


@dataclass(frozen=True, slots=True)
class FileDetails:
    """The details read from one file and beside it.

    Attributes:
        photo: The details from the file; None where it could not be read.
        companions: Names of the files that belong to it.
    """

    photo: PhotoDetails | None
    companions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table.

    Attributes:
        name: Its name.
        texts: Texts by photo; empty where the file has none.
        ranks: Ranks among the photos, by photo.
    """

    name: str
    texts: tuple[str, ...]
    ranks: tuple[ValueRank, ...]

    @property
    def differs(self) -> bool:
        """True when the photos differ in this row."""
        return any(rank is not ValueRank.EQUAL for rank in self.ranks)


def table_rows(members: Sequence[GroupMember], found: Mapping[str, FileDetails]) -> list[Row]:
    """List the values of some photos, line by line.

    Args:
        members: The photos.
        found: The details of their files, by path; missing ones were not read yet.
    """
    values = GroupValues(members)
    by_photo = [values.of(index) for index in range(len(members))]
    details = [found.get(member.file.path) for member in members]

    def of_field(field: Field) -> Row:
        return Row(
            field_text(field),
            tuple(value_text(of[field]) for of in by_photo),
            tuple(of[field].standing for of in by_photo),
        )

    def of_file(name: str, texts: Sequence[str]) -> Row:
        return Row(name, tuple(texts), _ranks(texts))

    read = [one.photo if one is not None else None for one in details]
    places = [position_text(one.words) if one is not None else "" for one in read]
    place = of_field(Field.PLACE)
    if any(places):
        texts = [there or known for there, known in zip(places, place.texts, strict=True)]
        is_equal = len(set(texts)) == 1
        place = Row(place.name, tuple(texts), place.ranks if not is_equal else _ranks(texts))
    words = [words_text(one.words) if one is not None else "" for one in read]
    caption = of_file(field_text(Field.CAPTION), words) if any(words) else of_field(Field.CAPTION)
    return [
        *map(of_field, (Field.PIXELS, Field.BYTES, Field.FORMAT, Field.WHOLE)),
        *(of_field(field) for field in (Field.SHARPNESS,) if field in values.shown),
        *map(of_field, (Field.TAKEN, Field.CAMERA)),
        of_file(_("Lens"), [printable(one.lens or "") if one is not None else "" for one in read]),
        of_file(_("Exposure"), [exposure_text(one) if one is not None else "" for one in read]),
        place,
        caption,
        of_field(Field.RATING),
        of_file(
            _("Belongs to it"),
            [path_text(", ".join(one.companions)) if one is not None else "" for one in details],
        ),
        *map(of_field, (Field.HOLDS, Field.FILE_TIME, Field.NAME, Field.FOLDER)),
    ]


def _ranks(texts: Sequence[str]) -> tuple[ValueRank, ...]:
    """Rank texts: any text is better than an empty one."""
    if len(set(texts)) == 1:
        return (ValueRank.EQUAL,) * len(texts)
    if all(texts):
        return (ValueRank.DIFFERENT,) * len(texts)
    return tuple(ValueRank.BEST if text else ValueRank.WORSE for text in texts)


def exposure_text(details: PhotoDetails) -> str:
    """The exposure of a photo, such as "1/250 s · f/2.8 · ISO 400 · 35 mm"; empty for nothing."""
    parts = []
    if details.exposure_s is not None:
        parts.append(_("{seconds} s").format(seconds=_seconds_text(details.exposure_s)))
    if details.f_number is not None:
        parts.append(_("f/{n}").format(n=_short(details.f_number)))
    if details.iso is not None:
        parts.append(_("ISO {n}").format(n=number_text(round(details.iso))))
    if details.focal_length_mm is not None:
        parts.append(_("{n} mm").format(n=_short(details.focal_length_mm)))
    return listed(parts)


def _seconds_text(seconds: float) -> str:
    """Below a second as a fraction, as cameras show it."""
    return _short(seconds) if seconds >= 1 else f"1/{number_text(round(1 / seconds))}"


def _short(number: float) -> str:
    is_whole = abs(number - round(number)) < 0.05
    return number_text(round(number)) if is_whole else decimal_text(number)


def position_text(words: TextMetadata) -> str:
    """A place on the earth, such as "48.20820° N, 16.37380° E"; empty where none is known."""
    if words.latitude is None or words.longitude is None:
        return ""
    north = _("{degrees}° N") if words.latitude >= 0 else _("{degrees}° S")
    east = _("{degrees}° E") if words.longitude >= 0 else _("{degrees}° W")
    return _("{latitude}, {longitude}").format(
        latitude=north.format(degrees=decimal_text(abs(words.latitude), 5)),
        longitude=east.format(degrees=decimal_text(abs(words.longitude), 5)),
    )


def words_text(words: TextMetadata) -> str:
    """Title, caption and keywords in one line; empty for none."""
    keywords = _(", ").join(words.keywords)
    parts = dict.fromkeys(part for part in (words.title, words.caption, keywords) if part)
    return listed(map(printable, parts))


class DetailsModel(ListedTable[Row]):
    """Rows of the table; a column for each photo."""

    def __init__(self) -> None:
        super().__init__()
        self._all: Sequence[Row] = ()
        self.only_differing = True

    def set_photos(self, titles: Sequence[str], rows: Sequence[Row]) -> None:
        """Show other photos.

        Args:
            titles: Titles of the columns.
            rows: All rows.
        """
        self.titles, self._all = titles, rows
        self.set_rows([row for row in rows if row.differs or not self.only_differing])

    def set_only_differing(self, only: bool) -> None:
        """Hide or show rows that are equal for all photos."""
        self.only_differing = only
        self.set_photos(self.titles, self._all)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Names of rows, and numbers and names of photos."""
        if orientation is Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return super().headerData(section, orientation, role)
        return self.rows[section].name if section < len(self.rows) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A value; the better one is strong and has a sign."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        text, rank = row.texts[index.column()], row.ranks[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text or "–"
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(text)
            case Qt.ItemDataRole.DecorationRole if rank is ValueRank.BEST:
                return icons.icon("check", colours().keep)
            case Qt.ItemDataRole.FontRole if rank is ValueRank.BEST:
                font = QFont()
                font.setBold(True)
                return font
            case Qt.ItemDataRole.ForegroundRole:
                is_quiet = rank in (ValueRank.EQUAL, ValueRank.WORSE)
                return colours().quiet if is_quiet else colours().text
            case Qt.ItemDataRole.AccessibleTextRole:
                return _spoken(row, text, rank)
        return None


def _spoken(row: Row, text: str, rank: ValueRank) -> str:
    """A value with its name and how it compares."""
    said = {
        ValueRank.EQUAL: _("{field}: {value} (the same on all)"),
        ValueRank.BEST: _("{field}: {value} (the best)"),
        ValueRank.WORSE: _("{field}: {value} (less than another)"),
        ValueRank.DIFFERENT: _("{field}: {value}"),
    }[rank]
    return said.format(field=row.name, value=text or _("nothing"))


class DetailsTable(QWidget):
    """The table, and a switch that hides equal rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Details"))
        self._members: Sequence[GroupMember] = ()
        self._numbers: Sequence[int] = ()
        self._found: dict[str, FileDetails] = {}
        self.lookup = FileLookup(_look_up, self)
        self.model = DetailsModel()
        self.switch = Segmented(
            _("Rows"),
            [
                (True, _("What differs"), _("Show only values that differ between the photos")),
                (False, _("All"), _("Show all known values")),
            ],
            True,
        )
        self._nothing = PlainLabel(_("All known values are equal."))
        set_role(self._nothing, "quiet")
        self.view = QTableView()
        set_role(self.view, "rows")
        self.view.setAccessibleName(_("Details of the photos"))
        self.view.setModel(self.model)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setTabKeyNavigation(False)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setItemDelegate(FolderDelegate(self.view))
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for header in (self.view.horizontalHeader(), self.view.verticalHeader()):
            header.setDefaultAlignment(left)
            header.setHighlightSections(False)
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        above = QHBoxLayout()
        above.addWidget(self.switch)
        above.addWidget(self._nothing)
        above.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_PX // 2)
        column.addLayout(above)
        column.addWidget(self.view)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.switch.chosen.connect(self._choose_rows)
        self.lookup.found.connect(self._take)
        self._fit_rows()

    def set_photos(self, members: Sequence[GroupMember], numbers: Sequence[int]) -> None:
        """Show other photos; their files are read only while the table is on show.

        Args:
            members: The photos.
            numbers: Their numbers in the group, from 1.
        """
        self._members, self._numbers = members, numbers
        paths = [member.file.path for member in members]
        self._found = {path: one for path, one in self._found.items() if path in paths}
        self._show()
        if not self.isHidden() and (missing := [one for one in paths if one not in self._found]):
            self.lookup.look(missing)

    def _take(self, found: Mapping[str, FileDetails]) -> None:
        paths = {member.file.path for member in self._members}
        self._found |= {path: one for path, one in found.items() if path in paths}
        self._show()

    def _choose_rows(self) -> None:
        self.model.set_only_differing(self.switch.value)
        self._fit_rows()

    def _show(self) -> None:
        titles = [
            _("{number} · {name}").format(number=number_text(number), name=name_text(member))
            for number, member in zip(self._numbers, self._members, strict=True)
        ]
        self.model.set_photos(titles, table_rows(self._members, self._found))
        self._fit_rows()

    def _fit_rows(self) -> None:
        """Be as high as the rows, up to `_MOST_ROWS`."""
        row_px = self.fontMetrics().height() + SPACE_PX
        self.view.verticalHeader().setDefaultSectionSize(row_px)
        rows = self.model.rowCount()
        self._nothing.setVisible(rows == 0)
        self.view.setVisible(rows > 0)
        header_px = self.view.horizontalHeader().sizeHint().height()
        self.view.setFixedHeight(min(rows, _MOST_ROWS) * row_px + header_px + 2)

    def changeEvent(self, event: QEvent) -> None:
        """Adapt to another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_rows()


def _look_up(path: str) -> FileDetails:
    # Slow to load, and not needed for the start of the window.
    from dupefinder.core.decode import DecodeFailed
    from dupefinder.core.decode.metadata.photo_details import read_details

    try:
        photo = read_details(path)
    except DecodeFailed:
        photo = None  # the table still has its facts from the scan
    return FileDetails(photo, companion_names(path))
