"""A document to export, independent of the format: titled rows of photos and values."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dupefinder.text.figures import bytes_text


@dataclass(frozen=True, slots=True)
class PhotoCell:
    """A file.

    Attributes:
        path: Its path.
        digest: Digest of its file, by which its small picture is found; empty for none.
    """

    path: str
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class ValueCell:
    """A value.

    Attributes:
        code: As other programs read it: a number, or a code of the engine.
        text: As a person reads it.
    """

    code: int | str
    text: str


Cell = PhotoCell | ValueCell | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        code: Its name for other programs.
        title: Its name for people.
        is_file: True for one of `PhotoCell`.
    """

    code: str
    title: str
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row.

    Attributes:
        number: Number of its group, from 1; without groups, that of the row.
        cells: One for each column.
        tone: "keep", "remove", or empty.
    """

    number: int
    cells: tuple[Cell, ...]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a title.

    Attributes:
        title: The title; empty for none.
        rows: The rows.
    """

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The content of an export.

    Attributes:
        title: Its title.
        notes: Sentences below it.
        number_code: The name for other programs of what `Row.number` counts.
        columns: The columns.
        sections: Iterates over the sections, of which only one is in memory.
        rows: Number of rows in all sections.
        encode_json: Makes the JSON, in ASCII.
        as_cards: True to show the rows of a section side by side.
    """

    title: str
    notes: tuple[str, ...]
    number_code: str
    columns: tuple[Column, ...]
    sections: Callable[[], Iterator[Section]]
    rows: int
    encode_json: Callable[[], bytes]
    as_cards: bool = False


def size_cell(size_bytes: int) -> ValueCell:
    """The size of a file."""
    return ValueCell(size_bytes, bytes_text(size_bytes))
