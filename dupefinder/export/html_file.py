"""HTML: one page with all pictures in it, without scripts, that loads nothing from anywhere."""

import base64
import io
import os
from collections.abc import Iterator
from html import escape

from PIL import Image

from dupefinder.core.job import JobContext
from dupefinder.export import Pictures
from dupefinder.export.document import Cell, Column, Document, PhotoCell, Row, Section, ValueCell
from dupefinder.export.target import HTML_MARK
from dupefinder.text.figures import printable
from dupefinder.text.translation import _

_PICTURE_PX = 240
_QUALITY = 72
_STYLE = """
:root { color-scheme: light dark; --line: #8885; --quiet: #777; --keep: #1a7f45; --go: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --quiet: #aaa; --keep: #6fd39a; --go: #ff8a80; } }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem;
  padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
p { margin: .2rem 0; } .quiet, th { color: var(--quiet); } th { font-weight: normal; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top;
  padding: .5rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
img { display: block; max-width: 100%; max-height: 240px; margin-bottom: .4rem; }
table img { max-height: 120px; }
.cards { display: flex; flex-wrap: wrap; gap: .75rem; }
.cards > div { width: 250px; box-sizing: border-box; border: 1px solid var(--line);
  border-radius: 8px; padding: .75rem; overflow-wrap: anywhere; }
.keep > :first-child { color: var(--keep); } .remove > :first-child { color: var(--go); }
b { font-weight: 600; }
""".strip()


def html_chunks(document: Document, pictures: Pictures, context: JobContext) -> Iterator[bytes]:
    """Yield the page piece by piece.

    Args:
        document: The document.
        pictures: Source of small pictures.
        context: The job.

    Raises:
        Cancelled: The job was cancelled.
    """
    title = escape(document.title)
    yield HTML_MARK
    yield _encoded(
        '<html><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>"
    )
    for note in document.notes:
        yield _encoded(f"<p>{_shown(note)}</p>")
    for section in document.sections():
        if section.title:
            yield _encoded(f"<h2>{_shown(section.title)}</h2>")
        if document.as_cards:
            yield from _cards(document, section, pictures, context)
        else:
            yield from _table(document, section, pictures, context)
    yield b"</body></html>\n"


def _cards(
    document: Document, section: Section, pictures: Pictures, context: JobContext
) -> Iterator[bytes]:
    yield b'<div class="cards">'
    for row in section.rows:
        context.checkpoint()
        parts = [
            f"<p>{_cell(column, cell, pictures, named=True)}</p>"
            for column, cell in zip(document.columns, row.cells, strict=True)
            if cell is not None and not (isinstance(cell, ValueCell) and not cell.text)
        ]
        yield _encoded(f"<div{_class(row)}>{''.join(parts)}</div>")
        context.advance()
    yield b"</div>"


def _table(
    document: Document, section: Section, pictures: Pictures, context: JobContext
) -> Iterator[bytes]:
    titles = "".join(f"<th>{escape(column.title)}</th>" for column in document.columns)
    yield _encoded(f"<table><thead><tr>{titles}</tr></thead><tbody>")
    for row in section.rows:
        context.checkpoint()
        cells = "".join(
            f"<td>{_cell(column, cell, pictures, named=False)}</td>"
            for column, cell in zip(document.columns, row.cells, strict=True)
        )
        yield _encoded(f"<tr{_class(row)}>{cells}</tr>")
        context.advance()
    yield b"</tbody></table>"


def _class(row: Row) -> str:
    return f' class="{row.tone}"' if row.tone else ""


def _cell(column: Column, cell: Cell, pictures: Pictures, *, named: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, PhotoCell):
        folder, name = os.path.split(cell.path)
        title = f'<span class="quiet">{escape(column.title)}</span><br>' if named else ""
        if named and column.code == "path":
            title = ""
        return (
            f"{title}{_picture(cell, pictures)}<b><bdi>{_shown(name)}</bdi></b><br>"
            f'<span class="quiet"><bdi>{_shown(folder)}</bdi></span>'
        )
    return f"<bdi>{_shown(cell.text)}</bdi>"


def _picture(cell: PhotoCell, pictures: Pictures) -> str:
    jpeg = pictures(cell.digest) if cell.digest else None
    small = None if jpeg is None else _smaller(jpeg)
    if small is None:
        return ""
    data = base64.b64encode(small).decode("ascii")
    words = escape(_("Picture of {name}").format(name=printable(os.path.basename(cell.path))))
    return f'<img alt="{words}" src="data:image/jpeg;base64,{data}">'


def _smaller(jpeg: bytes) -> bytes | None:
    """A JPEG of at most `_PICTURE_PX` a side; None where that cannot be made."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
            picture.thumbnail((_PICTURE_PX, _PICTURE_PX))
            made = io.BytesIO()
            picture.save(made, "JPEG", quality=_QUALITY)
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    return made.getvalue()


def _shown(text: str) -> str:
    """Any text, escaped as part of a page."""
    return escape(printable(text))


def _encoded(markup: str) -> bytes:
    return markup.encode("utf-8", "backslashreplace")
