from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from dupefinder.core.decode.metadata.photo_details import PhotoDetails
from dupefinder.core.decode.metadata.text_metadata import TextMetadata
from dupefinder.core.records import Evidence
from dupefinder.gui.compare.details_table import (
    DetailsModel,
    DetailsTable,
    FileDetails,
    Row,
    exposure_text,
    position_text,
    table_rows,
    words_text,
)
from dupefinder.gui.review.photo_values import ValueRank
from tests.core.pictures import jpeg
from tests.gui.groups import FACTS, group, photo

LEFT = Qt.MouseButton.LeftButton
SMALL = replace(FACTS, width_px=1600, height_px=1200, quality=80)
TWO = group(photo("a.jpg"), photo("b.jpg", 9, facts=SMALL, evidence=Evidence.RE_ENCODED)).members
BEST, WORSE, EQUAL, DIFFERENT = (
    ValueRank.BEST,
    ValueRank.WORSE,
    ValueRank.EQUAL,
    ValueRank.DIFFERENT,
)


def row(rows: Sequence[Row], name: str) -> Row:
    (found,) = [one for one in rows if one.name == name]
    return found


def details(**values: Any) -> FileDetails:
    words = TextMetadata(**{k: values.pop(k) for k in tuple(values) if k in TextMetadata.__slots__})
    companions = values.pop("companions", ())
    return FileDetails(PhotoDetails(words, **values), companions)


def test_rows_name_what_is_known_and_which_is_better() -> None:
    rows = table_rows(TWO, {})
    assert [one.name for one in rows] == [
        "Pixels",
        "Size of the file",
        "Format",
        "Condition",
        "Taken",
        "Camera",
        "Lens",
        "Exposure",
        "Place",
        "Caption, title or keywords",
        "Rating",
        "Belongs to it",
        "Inside the file",
        "Time of the file",
        "Name",
        "Folder",
    ]
    assert row(rows, "Pixels") == Row("Pixels", ("4032 × 3024", "1600 × 1200"), (BEST, WORSE))
    assert row(rows, "Format").ranks == (BEST, WORSE)
    assert row(rows, "Taken").ranks == (EQUAL, EQUAL)
    assert row(rows, "Name").ranks == (DIFFERENT, DIFFERENT)
    assert not row(rows, "Lens").differs


def test_metadata_of_files_is_shown_as_it_stands() -> None:
    paths = [member.file.path for member in TWO]
    found = {
        paths[0]: details(
            lens="EF 35mm\n", f_number=2.0, latitude=1.0, longitude=2.0, keywords=("zoo", "lion")
        ),
        paths[1]: details(f_number=4.0, companions=("b.xmp", "b.mov")),
    }
    rows = table_rows(TWO, found)
    assert row(rows, "Lens") == Row("Lens", ("EF 35mm\\n", ""), (BEST, WORSE))
    assert row(rows, "Exposure") == Row("Exposure", ("f/2", "f/4"), (DIFFERENT, DIFFERENT))
    assert row(rows, "Place").texts == ("1.00000° N, 2.00000° E", "No place")
    assert row(rows, "Caption, title or keywords").texts == ("zoo, lion", "")
    assert row(rows, "Belongs to it").texts == ("", "b.xmp, b.mov")
    assert row(rows, "Belongs to it").ranks == (WORSE, BEST)


@pytest.fixture
def table(qtbot: QtBot) -> DetailsTable:
    table = DetailsTable()
    qtbot.addWidget(table)
    table.resize(700, 300)
    table.show()
    return table


def test_the_switch_leaves_out_what_is_equal(table: DetailsTable, qtbot: QtBot) -> None:
    table.set_photos(TWO, (1, 2))
    names = [one.name for one in table.model.rows]
    assert names == ["Pixels", "Size of the file", "Format", "Name"]
    qtbot.mouseClick(table.switch.button(False), LEFT)
    assert len(table.model.rows) == 16
    qtbot.mouseClick(table.switch.button(True), LEFT)
    assert [one.name for one in table.model.rows] == names


def test_equal_photos_say_so_in_place_of_rows(table: DetailsTable) -> None:
    same = photo("x/a.jpg"), replace(photo("x/a.jpg"), evidence=Evidence.SAME_BYTES)
    table.set_photos(same, (1, 2))
    assert not table.view.isVisible()
    assert table._nothing.isVisible()
    table.switch.button(False).click()
    assert table.view.isVisible()


def test_the_better_value_is_strong_and_has_a_sign_and_a_word(table: DetailsTable) -> None:
    table.set_photos(TWO, (1, 2))
    role = Qt.ItemDataRole
    best, worse = (table.model.index(0, column) for column in range(2))
    assert (best.data(), worse.data()) == ("4032 × 3024", "1600 × 1200")
    assert best.data(role.FontRole).bold()
    assert worse.data(role.FontRole) is None
    assert best.data(role.DecorationRole) is not None
    assert worse.data(role.DecorationRole) is None
    assert best.data(role.AccessibleTextRole) == "Pixels: 4032 × 3024 (the best)"
    assert worse.data(role.AccessibleTextRole) == "Pixels: 1600 × 1200 (less than another)"
    assert table.model.headerData(0, Qt.Orientation.Vertical) == "Pixels"
    assert table.model.headerData(1, Qt.Orientation.Horizontal) == "2 · b.jpg"


def test_the_model_is_a_proper_one(qtmodeltester: Any) -> None:
    model = DetailsModel()
    qtmodeltester.check(model)
    model.set_photos(("1", "2"), table_rows(TWO, {}))
    qtmodeltester.check(model)


def test_files_are_read_only_while_the_table_is_on_show(
    table: DetailsTable, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "IMG_1.jpg").write_bytes(jpeg())
    (tmp_path / "IMG_1.xmp").write_text("", "utf-8")
    one = photo("x.jpg")
    one = replace(one, file=replace(one.file, path=str(tmp_path / "IMG_1.jpg")))
    gone = photo("nowhere/y.jpg", evidence=Evidence.SAME_BYTES)
    table.hide()
    with qtbot.assertNotEmitted(table.lookup.found, wait=0):
        table.set_photos((one, gone), (1, 2))
    table.show()
    with qtbot.waitSignal(table.lookup.found):
        table.set_photos((one, gone), (1, 2))
    (belongs,) = [one for one in table.model.rows if one.name == "Belongs to it"]
    assert belongs.texts == ("IMG_1.xmp", "")
    assert isinstance(table.view, QTableView)


@pytest.mark.parametrize(
    ("details", "text"),
    [
        (PhotoDetails(TextMetadata()), ""),
        (PhotoDetails(TextMetadata(), exposure_s=1 / 250), "1/250 s"),
        (PhotoDetails(TextMetadata(), exposure_s=30.0, iso=1600), "30 s · ISO 1,600"),
        (PhotoDetails(TextMetadata(), exposure_s=2.5, f_number=2.8), "2.5 s · f/2.8"),
        (PhotoDetails(TextMetadata(), f_number=8.0, focal_length_mm=35.0), "f/8 · 35 mm"),
    ],
)
def test_an_exposure_reads_as_cameras_show_it(details: PhotoDetails, text: str) -> None:
    assert exposure_text(details) == text


def test_a_place_needs_both_numbers() -> None:
    assert position_text(TextMetadata(latitude=48.2)) == ""
    assert position_text(TextMetadata(latitude=48.2, longitude=16.5)) == "48.20000° N, 16.50000° E"
    assert position_text(TextMetadata(latitude=-1.5, longitude=-0.25)) == "1.50000° S, 0.25000° W"


def test_words_are_one_line_that_cannot_be_broken() -> None:
    words = TextMetadata(title="Zoo", caption="Zoo", keywords=("lion", "a\n\u202eb"))
    assert words_text(words) == "Zoo · lion, a\\n\\u202eb"
    assert words_text(TextMetadata()) == ""
