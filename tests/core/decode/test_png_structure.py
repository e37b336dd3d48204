import io

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from dupefinder.core.decode.png_structure import read_chunks


def _png(colour: tuple[int, int, int] = (10, 20, 30), *, text: str = "", level: int = 6) -> bytes:
    info = PngInfo()
    if text:
        info.add_text("Comment", text)
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(buffer, "PNG", pnginfo=info, compress_level=level)
    return buffer.getvalue()


def digest_picture(data: bytes) -> bytes | None:
    return read_chunks(data).picture_digest


def test_metadata_leave_the_digest_alone() -> None:
    assert digest_picture(_png()) == digest_picture(_png(text="holiday"))


def test_other_pixels_change_the_digest() -> None:
    assert digest_picture(_png()) != digest_picture(_png((10, 20, 31)))


def test_a_palette_change_changes_the_digest() -> None:
    digests = set()
    for colour in ((1, 2, 3), (4, 5, 6)):
        image = Image.new("P", (8, 8), 0)
        image.putpalette(list(colour) + [0] * 765)
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        digests.add(digest_picture(buffer.getvalue()))
    assert len(digests) == 2


def test_a_file_that_breaks_off_has_no_digest() -> None:
    data = _png()
    assert all(digest_picture(data[:length]) is None for length in range(len(data) - 12))


def test_a_wrong_checksum_gives_no_digest() -> None:
    data = bytearray(_png())
    data[data.index(b"IDAT") + 6] ^= 0xFF
    assert digest_picture(bytes(data)) is None
    assert not read_chunks(bytes(data)).is_sound


def test_only_a_wrong_checksum_is_unsound() -> None:
    data = _png()
    assert read_chunks(data).is_sound
    assert read_chunks(data[:-12]).is_sound
    assert read_chunks(b"").is_sound


def test_other_files_have_no_digest() -> None:
    assert digest_picture(b"") is None
    assert digest_picture(b"\xff\xd8\xff\xe0") is None
