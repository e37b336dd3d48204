"""Digests of all that a photo says in words: enough to see that another says it, too.

`text_metadata` reads the few things that can be written elsewhere. Here counts whatever a person
may have written, in any field, so that no photo goes whose words the kept copy lacks. One
word has one digest wherever it stands: programs write captions in three places at once. What
programs write for themselves does not count, nor do time, camera, place and rating, of which
`metadata` knows.

Source: CIPA DC-008 (Exif 3.0), IPTC-IIM 4.2, Adobe's XMP Specification Parts 1 and 2, the PNG
Specification's keywords.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from blake3 import blake3
from PIL import Image

from dupefinder.core.decode.metadata import metadata_blocks, read_tiff_exif
from dupefinder.core.decode.metadata.program_texts import (
    MACHINE_COMMENT,
    is_machine_description,
    is_written_by_a_program,
)
from dupefinder.core.decode.metadata.text_metadata import (
    DC,
    EXIF,
    PHOTOSHOP,
    TIFF,
    XMP,
    plain_text,
    sub_ifd,
    tag_value,
    windows_text,
)
from dupefinder.core.decode.metadata.xmp import Leaf, xmp_leaves

Word = tuple[str, str]
"""A kind, which is one for all fields that say the same, and a text."""

_DIGEST_BYTES = 6
_MOST_WORDS = 256

_TEXT, _KEYWORD, _CREATOR, _RIGHTS, _DEVELOPED = "text", "keyword", "creator", "rights", "crs"

_EXIF_IFD = 0x8769
_XMP_TAG, _IPTC_TAG, _USER_COMMENT = 700, 33723, 37510
_EXIF_TEXTS = {270: _TEXT, 315: _CREATOR, 33432: _RIGHTS}
_WINDOWS_TEXTS = {
    40091: _TEXT,
    40092: _TEXT,
    40093: _CREATOR,
    40094: _KEYWORD,
    40095: _TEXT,
}
_COMMENT_CODES = {b"ASCII\0\0\0": "latin-1", b"JIS\0\0\0\0\0": "latin-1", bytes(8): "latin-1"}

_IPTC_RECORD = re.compile(rb"\x1c([\x01-\x09])(.)(..)", re.DOTALL)
_IPTC_ENVELOPE, _IPTC_APPLICATION = 1, 2
_FACEBOOKS = "FBMD"
"""Beginning of the mark that Facebook puts into each picture."""
_IPTC_KINDS = {
    5: _TEXT, 25: _KEYWORD, 40: f"{{{PHOTOSHOP}}}Instructions", 80: _CREATOR,
    85: f"{{{PHOTOSHOP}}}AuthorsPosition", 90: f"{{{PHOTOSHOP}}}City",
    92: "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}Location", 95: f"{{{PHOTOSHOP}}}State",
    101: f"{{{PHOTOSHOP}}}Country", 105: _TEXT, 110: f"{{{PHOTOSHOP}}}Credit",
    115: f"{{{PHOTOSHOP}}}Source", 116: _RIGHTS, 120: _TEXT, 122: f"{{{PHOTOSHOP}}}CaptionWriter",
}  # fmt: skip

_IPTC_TECHNICAL = frozenset((0, 55, 60, 62, 63, 65, 70, 130, 131, 200, 201, 202))
"""Version, dates of creation and digitisation, the program, the kind and turn of the picture, and
a preview. Whatever else is there counts under its number."""

_IPTC_ENVELOPES = frozenset((0, 20, 22, 90))
"""Version, format and its version, and the set of characters."""

_MICROSOFT = "http://ns.microsoft.com/photo/1.0/"
_CAMERA_RAW = "http://ns.adobe.com/camera-raw-settings/1.0/"
_DIGIKAM = "http://www.digikam.org/ns/1.0/"
_MANAGEMENT = "http://ns.adobe.com/xap/1.0/mm/"
_PDF = "http://ns.adobe.com/pdf/1.3/"
_DERIVED_FROM = f"{{{_MANAGEMENT}}}DerivedFrom"
_OWN_IDS = (f"{{{_MANAGEMENT}}}DocumentID", f"{{{_MANAGEMENT}}}OriginalDocumentID")
_IDS_OF_ORIGIN = ("}documentID", "}originalDocumentID")
"""All others change with every save."""
_XMP_KINDS = {
    f"{{{DC}}}title": _TEXT,
    f"{{{DC}}}description": _TEXT,
    f"{{{DC}}}subject": _KEYWORD,
    f"{{{DC}}}creator": _CREATOR,
    f"{{{DC}}}rights": _RIGHTS,
    f"{{{PHOTOSHOP}}}Headline": _TEXT,
    f"{{{EXIF}}}UserComment": _TEXT,
    f"{{{TIFF}}}ImageDescription": _TEXT,
    f"{{{TIFF}}}Artist": _CREATOR,
    f"{{{TIFF}}}Copyright": _RIGHTS,
    f"{{{_MICROSOFT}}}LastKeywordXMP": _KEYWORD,
    f"{{{_MICROSOFT}}}LastKeywordIPTC": _KEYWORD,
}
_READ_AS_PARTS = frozenset(
    (
        EXIF,
        TIFF,
        "http://cipa.jp/exif/1.0/",
        "http://ns.adobe.com/exif/1.0/aux/",
        "http://ns.adobe.com/hdr-gain-map/1.0/",
        "http://ns.google.com/photos/1.0/audio/",
        "http://ns.google.com/photos/1.0/camera/",
        "http://ns.google.com/photos/1.0/depthmap/",
        "http://ns.google.com/photos/1.0/image/",
    )
)
"""Namespaces of which `decode.parts.xmp` reads what is no text."""
_OF_PROGRAMS = frozenset(
    (
        "http://ns.adobe.com/xap/1.0/t/pg/",
        "http://ns.adobe.com/xap/1.0/g/",
        "http://ns.adobe.com/xmp/note/",
        "http://ns.apple.com/ImageIO/1.0/",
        "http://www.gimp.org/xmp/",
        "http://ns.google.com/photos/1.0/container/",
        *(
            f"{{{namespace}}}{name}"
            for namespace, names in (
                (XMP, "CreateDate ModifyDate MetadataDate CreatorTool Rating Thumbnails Format"),
                (DC, "date format Format"),
                (_PDF, "Producer"),
                (
                    PHOTOSHOP,
                    "ColorMode DateCreated DocumentAncestors EmbeddedXMPDigest History ICCProfile"
                    " LegacyIPTCDigest SidecarForExtension",
                ),
                (
                    _MANAGEMENT,
                    "DerivedFrom DocumentID History InstanceID LastURL OriginalDocumentID"
                    " RenditionClass RenditionParams SaveID VersionID",
                ),
                (_MICROSOFT, "DateAcquired Rating"),
                (_DIGIKAM, "CaptionsDateTimeStamps ImageHistory ImageUniqueID"),
            )
            for name in names.split()
        ),
    )
)
"""Namespaces and properties that programs keep for themselves: a person's words in them count."""
_OF_THE_SIZE = "AppliedToDimensions"
"""Key of the picture's size in a list of faces."""

_PNG_KINDS = {
    "title": _TEXT,
    "description": _TEXT,
    "comment": _TEXT,
    "author": _CREATOR,
    "copyright": _RIGHTS,
    "exif:imagedescription": _TEXT,
    "exif:artist": _CREATOR,
    "exif:copyright": _RIGHTS,
    "exif:usercomment": _TEXT,
    "tiff:artist": _CREATOR,
    "tiff:copyright": _RIGHTS,
    "tiff:document": _TEXT,
}
_PNG_OF_PROGRAMS = re.compile(
    r"software|tiff:(?!artist$|copyright$|document$).*|(?:date|jpeg|png|thumb):.*"
    r"|compression|chromaticity",
    re.IGNORECASE,
)
_PNG_COPIES = re.compile(
    r"xml:com\.adobe\.xmp|raw profile type.*|thumb::?uri"
    r"|icc:(?:brand|copyright|description|manufacturer|model)"
    r"|exif:(?!imagedescription$|artist$|copyright$|usercomment$).*",
    re.IGNORECASE,
)
"""Blocks and fields of EXIF, which are read elsewhere, texts of the profile, and the path of a
thumbnail's photo."""
_PNG_PROPERTIES = {
    "dc": DC,
    "pdf": _PDF,
    "photoshop": PHOTOSHOP,
    "xmp": XMP,
    "xmpmm": _MANAGEMENT,
}
"""Namespaces of XMP by the beginning of a keyword: ImageMagick writes each property once more."""


def digest_texts(image: Image.Image) -> tuple[str, ...]:
    """Digest what an opened picture says. Damaged metadata count as absent.

    Args:
        image: A picture as `PIL.Image.open` returns it, loaded or not.

    Returns:
        Hexadecimal digests of 48 bits, sorted, each once.
    """
    exif, packet, iptc = metadata_blocks(image)
    words = [*_exif_texts(exif), *_comment_texts(image)]
    words += _xmp_texts(packet or tag_value(exif, _XMP_TAG)) if packet or len(exif) else ()
    words += _iptc_texts(iptc or tag_value(exif, _IPTC_TAG)) if iptc or len(exif) else ()
    return _digests(words)


def digest_tiff_texts(data: bytes) -> tuple[str, ...]:
    """Digest what a RAW file says that is built like a TIFF file; see `read_tiff_metadata`.

    Args:
        data: The whole file.
    """
    try:
        exif = read_tiff_exif(data)
    except Exception:  # see digest_texts
        return ()
    iptc, packet = tag_value(exif, _IPTC_TAG), tag_value(exif, _XMP_TAG)
    return _digests([*_exif_texts(exif), *_xmp_texts(packet), *_iptc_texts(iptc)])


def digest_xmp_texts(packet: bytes) -> tuple[str, ...]:
    """Digest what an XMP packet or sidecar says."""
    return _digests(_xmp_texts(packet))


def _digests(words: Iterable[Word]) -> tuple[str, ...]:
    digests = sorted({_digest(kind, text) for kind, text in words if text})
    if len(digests) > _MOST_WORDS:  # nobody writes so much, and they are kept for every photo
        return (_digest("many", " ".join(digests)),)
    return tuple(digests)


def _digest(kind: str, text: str) -> str:
    content = f"{kind}\0{text}".encode("utf-8", "surrogatepass")
    return blake3(content).hexdigest(_DIGEST_BYTES)


def _words(kind: str, text: str | None) -> Iterator[Word]:
    """The words of a text, however it is spaced or its accents are composed."""
    for part in (text or "").split(";") if kind in (_KEYWORD, _CREATOR) else (text or "",):
        spaced = unicodedata.normalize("NFC", " ".join(part.replace("\0", " ").split()))
        if spaced and not (kind == _TEXT and is_machine_description(spaced)):
            yield kind, spaced


def _exif_texts(exif: Image.Exif) -> Iterator[Word]:
    if not len(exif):
        return
    for tag, kind in _EXIF_TEXTS.items():
        yield from _words(kind, plain_text(tag_value(exif, tag)))
    for tag, kind in _WINDOWS_TEXTS.items():
        yield from _words(kind, windows_text(tag_value(exif, tag)))
    comment = tag_value(sub_ifd(exif, _EXIF_IFD), _USER_COMMENT)
    if isinstance(comment, bytes) and comment[:8] == b"UNICODE\0":
        comment = _wide_text(comment[8:], exif.endian)
    elif isinstance(comment, bytes) and comment[:8] in _COMMENT_CODES:
        comment = comment[8:]
    yield from _words(_TEXT, comment if isinstance(comment, str) else plain_text(comment))


def _wide_text(content: bytes, endian: str | None) -> str:
    """UTF-16 in the order that its zeros show; programs disagree on which it has to be."""
    is_little = content[1::2].count(0) - content[::2].count(0) + (endian == "<") > 0
    return content.decode("utf-16-le" if is_little else "utf-16-be", "replace").strip("\ufeff")


def _comment_texts(image: Image.Image) -> Iterator[Word]:
    """Comments of JPEG and GIF files, texts of PNG files."""
    if image.format == "PNG":
        exif, packet, _ = metadata_blocks(image)
        for key, value in image.info.items():
            if isinstance(key, str) and isinstance(value, str):
                yield from _png_texts(key, value, has_exif=len(exif) > 0, has_xmp=bool(packet))
        return
    comments = [content for name, content in getattr(image, "applist", ()) if name == "COM"]
    for comment in comments or [image.info.get("comment")]:
        text = plain_text(comment)
        if text and not MACHINE_COMMENT.fullmatch(text):
            yield from _words(_TEXT, text)


def _png_texts(keyword: str, text: str, *, has_exif: bool, has_xmp: bool) -> Iterator[Word]:
    """Words of a text in a PNG, unless it repeats a block of EXIF or XMP that is there, too."""
    beginning, _, name = keyword.partition(":")
    if namespace := _PNG_PROPERTIES.get(beginning.lower() if name else ""):
        path = f"{{{namespace}}}{name}"
        if not has_xmp and not _is_technical(path, text):
            yield from _words(_XMP_KINDS.get(path, path), text)
    elif not _PNG_COPIES.fullmatch(keyword) and (
        not _PNG_OF_PROGRAMS.fullmatch(keyword) or not is_written_by_a_program(text)
    ):
        is_repeated = has_exif and keyword.lower() == "exif:usercomment"
        if not is_repeated:
            yield from _words(_PNG_KINDS.get(keyword.lower(), f"png:{keyword}"), text)


def _iptc_texts(iptc: object) -> Iterator[Word]:
    if not isinstance(iptc, bytes):
        return
    for match in _IPTC_RECORD.finditer(iptc):
        record, number = match[1][0], match[2][0]
        kind = f"iptc:{record}:{number}"
        if record == _IPTC_ENVELOPE and number in _IPTC_ENVELOPES:
            continue
        if record == _IPTC_APPLICATION:
            if number in _IPTC_TECHNICAL:
                continue
            kind = _IPTC_KINDS.get(number, kind)
        length = int.from_bytes(match[3], "big")
        text = plain_text(iptc[match.end() : match.end() + length])
        if text and not text.startswith(_FACEBOOKS):
            yield from _words(kind, text)


def _xmp_texts(packet: object) -> list[Word]:
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    if not isinstance(packet, bytes):
        return []
    if not packet.strip(b"\x00 \t\r\n"):
        return []
    leaves = xmp_leaves(packet)
    if leaves is None:
        # Its texts cannot be read: only a copy with the very same packet counts as having them.
        return [("xmp", packet.strip(b"\x00 \t\r\n").decode("latin-1"))]
    return list(_words_of(leaves))


def _words_of(leaves: Sequence[Leaf]) -> Iterator[Word]:
    settings: list[str] = []
    yield from _origin_texts(leaves)
    for path, value in leaves:
        name = path.split(">", 1)[0]
        if name.startswith(f"{{{_CAMERA_RAW}}}"):
            settings.append(f"{path}={value}")
        elif not _is_technical(name, value) and _OF_THE_SIZE not in path:
            yield from _words(_XMP_KINDS.get(path, path), value)
    # Settings that the pixels show already say nothing that would be missed.
    if settings and f"{{{_CAMERA_RAW}}}AlreadyApplied=True" not in settings:
        yield _DEVELOPED, "\n".join(sorted(settings))


def _origin_texts(leaves: Iterable[Leaf]) -> Iterator[Word]:
    """The document from which a file says that it was derived, unless it is an older one of it."""
    own: set[str] = set()
    origin: set[str] = set()
    for path, value in leaves:
        if path in _OWN_IDS:
            own.add(value.strip())
        elif path.startswith(_DERIVED_FROM) and path.endswith(_IDS_OF_ORIGIN):
            origin.add(value.strip())
    if origin.isdisjoint(own):
        for value in origin:
            yield from _words(_DERIVED_FROM, value)


def _is_technical(name: str, value: str) -> bool:
    """True for what a program wrote for itself, or what is read as a part.

    Args:
        name: Property, the outermost one.
        value: Its text, or that of a structure in it.
    """
    namespace = name[1:].split("}", 1)[0]
    if namespace in _READ_AS_PARTS:
        return name not in _XMP_KINDS
    return not _OF_PROGRAMS.isdisjoint((namespace, name)) and is_written_by_a_program(value)
