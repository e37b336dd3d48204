"""Lists of parts that any program writes anew when it saves a picture, and that nobody would miss.

The lists are short, and each entry has its reason. Everything else counts.

Sources: CIPA DC-008 (Exif 3.0); Adobe, TIFF 6.0 and "Photoshop File Formats Specification"; W3C,
PNG (Third Edition), section 11; Google, "WebP Container Specification"; ISO/IEC 14496-12 and
23008-12 for HEIF; for private tags of programs the tables of ExifTool.
"""

import re

from dupefinder.core.decode.metadata.program_texts import is_written_by_a_program

_LAYOUT_OF_THE_FILE = (
    *(254, 255, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 292, 293, 317),
    *(320, 322, 323, 324, 325, 338, 339, 347, 513, 514, 529, 530, 531, 532),
)
"""Size, compression, strips and tiles of the pixels: the picture itself is compared."""
_SHOWN_BY_THE_PICTURE = (
    *(274, 301, 318, 319, 34675, 40961, 42240),
    *(37121, 37122, 40962, 40963, 0x0301, 0x0302, 0x0303),
)
"""Orientation, transfer function and pixel sizes, which are compared as shown; of colour spaces,
only Adobe RGB counts."""
_OF_THE_PRINT = (282, 283, 296, 50341)
"""Resolution and settings for printing: each program puts its own."""
_OF_THE_LAST_PROGRAM = (11, 305, 306, 316, 36880, 37520, 42016)
"""Name and computer of the program, time of saving, and an id by which exposures are compared."""
_VERSIONS = (36864, 40960)
"""Versions of EXIF and Flashpix."""
_DIRECTORIES = (34665, 34853, 40965)
"""Tags that refer to further directories, whose contents count. The interoperability directory,
which names the rules for file names, counts only where these are the rules for Adobe RGB."""
_PADDING = (59932, 59933)
"""Padding of Windows, and the distance by which it moved a maker note."""
TAGS = frozenset(
    (
        *(*_LAYOUT_OF_THE_FILE, *_SHOWN_BY_THE_PICTURE, *_OF_THE_PRINT, *_OF_THE_LAST_PROGRAM),
        *(*_VERSIONS, *_DIRECTORIES, *_PADDING),
        # Tables and thumbnails that the graphics library of Windows adds to what it saves.
        *range(0x5000, 0x5114),
    )
)
"""Numbers of TIFF and EXIF tags; a person's words in them count, see `is_field`."""

TEXTS_BY_DIRECTORY = {
    0: frozenset((270, 315, 700, 33432, 33723, 40091, 40092, 40093, 40094, 40095)),
    34665: frozenset((37510,)),
}
"""Texts, XMP and IPTC in the places where `text_digests` reads them: in the main directory, and the
comment in that for EXIF. They count anywhere else."""

GPS_TAGS = frozenset((0,))
"""The version."""

PHOTOSHOP_RESOURCES = frozenset(
    (
        # Resolution, printing, halftones and transfer functions.
        *(0x03E8, 0x03E9, 0x03EA, 0x03EB, 0x03ED, 0x03F3, 0x03F4, 0x03F5, 0x03F6, 0x03F7, 0x03F8),
        *(0x03F9, 0x03FA, 0x03FB, 0x03FC, 0x03FD, 0x0426, 0x043A, 0x043B, 0x043C, 0x2710),
        # State and target of layers, view, global light, counters, colour samplers, animation.
        *(0x0400, 0x0402, 0x040D, 0x0414, 0x0419, 0x041A, 0x0421, 0x0428, 0x042D, 0x0430, 0x0434),
        *(0x0431, 0x0435, 0x0436, 0x0FA0),
        # Thumbnails, the quality of the JPEG, the colour profile, transparency and background.
        *(0x0406, 0x0409, 0x040C, 0x040F, 0x0411, 0x0413, 0x0416, 0x0417, 0x041D, 0x03F2),
        # A digest by which changes of IPTC are noticed.
        0x0425,
    )
)
"""Numbers of Photoshop's image resources. Resources with copies of IPTC, EXIF and XMP count unless
these were read; the grid counts where it has guides."""

_ANY_LENGTH = 1 << 40
# fmt: off
PNG_CHUNKS = {
    # The picture and its colours; frames are counted.
    b"IHDR": 13, b"PLTE": 768, b"IDAT": _ANY_LENGTH, b"IEND": 0, b"tRNS": 256,
    b"acTL": 8, b"fcTL": 26, b"fdAT": _ANY_LENGTH,
    b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"iCCP": _ANY_LENGTH, b"cICP": 4,
    b"mDCV": 24, b"mDCv": 24, b"cLLI": 8, b"cLLi": 8,
    b"sBIT": 4, b"bKGD": 6,
    # Resolution, and when it was saved.
    b"pHYs": 9, b"tIME": 7,
    # Where Apple's encoder can begin to decode; canvas and orientation, by ImageMagick.
    b"iDOT": 28, b"caNv": 16, b"orNT": 1,
    # Texts, among them XMP: `text_digests` has them. EXIF is read tag by tag.
    b"tEXt": _ANY_LENGTH, b"zTXt": _ANY_LENGTH, b"iTXt": _ANY_LENGTH, b"eXIf": _ANY_LENGTH,
}
"""Greatest length in bytes by name; a longer chunk holds something else as well."""

WEBP_CHUNKS = {
    b"VP8 ": _ANY_LENGTH, b"VP8L": _ANY_LENGTH, b"ALPH": _ANY_LENGTH, b"ANMF": _ANY_LENGTH,
    b"VP8X": 10, b"ANIM": 6,
    b"ICCP": _ANY_LENGTH, b"EXIF": _ANY_LENGTH, b"XMP ": _ANY_LENGTH,
}
# fmt: on
"""Greatest length in bytes of the chunks of picture, frames and profile; EXIF is read tag by tag,
XMP as text, and a frame by its own chunks."""

GIF_EXTENSIONS = frozenset((b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"))
"""Repetition of frames, and the profile."""

BOXES = frozenset((b"ftyp", b"mdat"))
"""Outer boxes of a file; items, and bytes that no item refers to, are examined one by one."""

BOXES_OF_ITEMS = frozenset(
    (b"hdlr", b"pitm", b"iinf", b"iref", b"iloc", b"iprp", b"idat", b"dinf", b"grpl")
)
"""Boxes of the list of items, their places, links and groups. The list also has names of items and
of its writer; encoders put theirs, such as "HEVC Image"."""

ITEM_PROPERTIES = frozenset(
    (
        *(b"ispe", b"pixi", b"colr", b"hvcC", b"lhvC", b"av1C", b"avcC", b"jpgC", b"vvcC", b"uncC"),
        *(b"irot", b"imir", b"clap", b"pasp", b"auxC", b"auxi", b"rloc", b"rref", b"lsel", b"tols"),
        *(b"a1op", b"a1lx", b"clli", b"mdcv", b"cclv", b"amve", b"iscl", b"rrtp", b"cmpd"),
    )
)
"""Size, colours, decoder settings and rotation, which are visible in the picture."""

XMP_REMARKS = re.compile(r"adobe-xap-filters esc=\"\w+\"|XMP toolkit [\w., :-]+|\w+:\w+ is aliased")
"""Remarks that Adobe's first library for XMP wrote about itself."""

XMP_NAMES = frozenset(
    ("NativeDigest", "ExifVersion", "FlashpixVersion", "PixelXDimension", "PixelYDimension")
)
"""Digests by which Adobe's programs notice changes, and properties visible in the picture."""


def is_field(number: int | None, text: str) -> bool:
    """True for a field that any program writes anew, in EXIF and in XMP alike.

    Args:
        number: Number of its tag; None if it has none.
        text: Its value; empty if that is no text.
    """
    return number in TAGS and is_written_by_a_program(text)


def is_property(name: str, text: str) -> bool:
    """True for a property of XMP, without a tag of its own, that any program writes anew."""
    return name in XMP_NAMES and is_written_by_a_program(text)
