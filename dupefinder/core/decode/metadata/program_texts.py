"""Texts that programs and cameras write by themselves, told from what a person wrote.

Programs fill some fields anew with every save: their name, their version, the time. The loss of
these matters to nobody; but nothing keeps a person from writing there. So the value of such a field
is a program's only if each word of it is known, and everything else counts as a person's.

Source: the values of Software, ProcessingSoftware, HostComputer, ImageDescription, CreatorTool and
comments in 1,400 public test files of ExifTool, metadata-extractor and exif-samples.
"""

import re
import unicodedata

MACHINE_DESCRIPTIONS = frozenset(
    ("OLYMPUS DIGITAL CAMERA", "SONY DSC", "DIGITAL CAMERA", "KODAK DIGITAL STILL CAMERA",
     "MINOLTA DIGITAL CAMERA", "KONICA MINOLTA DIGITAL CAMERA", "MINOLTA DSC", "EPSON DSC PICTURE",
     "SAMSUNG CAMERA PICTURES", "SAMSUNG DIGITAL CAMERA", "SAMSUNG CSC", "SAMSUNG", "DCF 1.0",
     "SANYO DIGITAL CAMERA", "GE DIGITAL CAMERA", "TRAVELER DIGITAL CAMERA", "KODAK ACTION CAM",
     "DCIM", "DIGICAM", "<DIGICAM>", "CREATED BY SAMSUNG", "DEFAULT", "SCREENSHOT",
     "EXIF_JPEG_PICTURE", "NULL")
)  # fmt: skip
"""Descriptions that a camera or its software writes by itself; their loss does not matter."""
_MACHINE_DESCRIPTION = re.compile(
    r"DCIM\\\d{3}[A-Z]+\\\w+\.\w{3}|<KENOX [\w -]+/ Samsung [\w ]+>|[\w ]+ / Samsung [A-Z]\d[\w ]+",
    re.IGNORECASE,
)
"""Path of a photo on a drone's card, and names of a camera in several countries."""

MACHINE_COMMENT = re.compile(
    r"(?:creator: gd-jpeg v[\d.]+ \(using ijg jpeg v\d+\)(?:, default quality|, quality =)?"
    r"|lavc|lead technologies(?:,? inc\.?)?(?: v)?|applemark|intel\(r\) jpeg library(?:, version)?"
    r"|created with (?:the )?gimp|optimized by (?:jpegmini [\d.]+ 0x[\da-f]+|ulead smartsaver)"
    r"|compressed by jpeg-recompress|processed by ebay with imagemagick, z[\d. |]+b"
    r"|handmade software, inc\. image alchemy(?: v)?|u-?lead systems(?:, inc\.?)?"
    r"|jpeg encoder copyright 1998, james r\. weeks and bioelectromech|acd systems digital imaging"
    r"|imagemagick|(?:file written by )?adobe (?:photoshop|imageready)(?: cs| cc)?)[\W\d]*",
    re.IGNORECASE,
)
"""Comments with which programs sign their files, version numbers aside. What a person writes behind
such a name, or of who processed a film, is none."""

_MAKERS = """
    agfa agfaphoto alpha android apple arashi arsat asus beholdtv benq blackberry canon casio
    contax coolpix coolscan cybershot dcs dimage dji dsc dslr dsmobile eastman easyshare eos epson
    exilim fairphone fdi finepix frontier fuji fujifilm fujitsu google gopro hasselblad htc huawei
    ilce imac imageclass insta ios ipad ipados iphone ipod ist ixus jenoptik kenox kodak konica
    kyocera leica lenovo logitech lumia lumix macbook mamiya mavic medion microtek minolta mobile
    motorola nex nexus nikkor nikon nokia olympus oneplus oppo optio panasonic pentacon pentax
    pixel playstation polaroid powershot praktica realme redmi reflecta ricoh rollei samsung sanyo
    sigma sony toshiba traveler umax vivitar vivo vluu voigtlander xerox xiaomi xperia yashica
    zeiss zenfone zoom zte
"""
"""Makers of cameras, scanners and telephones, and their models."""
_PROGRAMS = """
    acd acdsee adobe affinity aftershot aperture artweaver asta autodesk bibble bridge camedia
    camscanner camtasia capture company composer corel cristy cyberlink darktable digikam djview
    dxo exif exiftool exiv facetune faststone fastview fax ffmpeg firefox fireworks flameshot
    flickr fotor fotoxx freerawviewer gcam gd geosetter gimp gmic gnome greenshot gthumb gwenview
    halide hdiutil hipstamatic hugin iccprofile idimager illustrator imageglass imagemagick
    imagenation imageready indesign inkscape inshot instagram intel ipernity iphoto irfanview
    jalbum jasc jpegmini kde kolourpaint krita ksnip lavc lead lens libheif libjpeg libpng libtiff
    libvips lightroom lightshot lmc luminar lunapic mac macos macromedia matplotlib mediachance
    mediatek megapixel meitu microsoft monosnap mozilla mspaint ninja nomacs office ofoto oi
    onedrive onstream opencv paint paintbrush paintshop photo photodirector photoeditor
    photofiltre photoimpact photolab photomatix photomechanic photos photoscape photoshop
    photosuite picasa pickasa picmonkey picnik picsart pillow pixelmator pixlr pmb polarr
    powerpoint preview procamera prodibi ps ptgui qt qualcomm quicktime rawshooter rawtherapee
    remini retrica roxio screenshot sharex shotwell shutterfly silkypix skitch skyseek snagit
    snapseed snipping spectacle theophotos topaz trapeze ulead viewer viewnx vips visio visualizer
    vsco vuescan wavelet whatsapp windows word xfce xnconvert xnview zoner
"""
"""Makers of programs, and their programs."""
_PARTS_OF_NAMES = """
    ace action after album app application archive archiver auto backup batch beta bit bld build
    cam camera cc cd central classic client co cocoa com common compressed compression computer
    converter copyright core corp corporation creative cs database desk desktop diffusion digital
    dll document documents download dsp edition editor effects elements engine enterprise export
    express file fileformat files filter firmware for format free full fullscreen fw gallery
    gateway generic gps graphics gui handmade hdr home http https image images imaging inc
    incorporated integration international iptc jpegs kernel keys kit lab labs lib library lite
    loader ltd macintosh main maker manager mark master max mini mode model module msp native net
    noise offset online open org os package pc personal phone photoshp picture player plugin plus
    portable premium preset prg print printer prm pro processing processor professional program
    project protocol psd raster raw reader release resize resizer rev revision saver scan scanner
    scanning sdk se server service services setup share si size snapshot software sp speed
    standard starter stitch stitcher studio suite support system systems technologies technology
    the tool toolbox toolkit tools touch transfer trial tv ui ultimate ultra uninstall unknown
    unregistered untitled update uploader user utility ver version video view viewer von web wide
    win with wizard workshop workstation writer www xp zoom
"""
"""Words in the names of programs and of their versions."""
_FORMATS = """
    avif bmp cmyk coated content converted copied created cropped default derived did dng docid
    dot edited false filtered fogra formatted from gain gif gray grayscale grey heic heif iec iid
    jfif jpeg jpg jpx linear location lossless lossy lsb managed metadata mime msb new original
    pdf png primary printed produced profile proof prophoto published resized rgb saved scrgb
    semantic sgray srgb swop tif tiff to true uncoated updated uuid webp wide xmp
"""
"""Kinds of files, colours and compressions, and values of structures in XMP."""
_KNOWN_WORDS = frozenset(" ".join((_MAKERS, _PROGRAMS, _PARTS_OF_NAMES, _FORMATS)).split())
"""Words, in small letters, that make up the names of programs and cameras. Names of persons and
places are not among them, even where a program has one."""

_WORD = re.compile(r"[^\W\d_]+")
_CODE = re.compile(
    # Identifiers, digests, pictures; the system of a telephone; address; path; type of a file.
    r"\b(?:[a-z.]{1,20}:){0,4}[\da-f-]{8,}\b|[A-Za-z\d+/=]{60,}|\}image=[A-Za-z\d+/=\s]{200,}"
    r"|\b\w{1,40}/\w{1,40}/\w{1,40}:\S+|(?:https?|file)://\S+|\b[a-z]:[\\/]\S*"
    r"|\A\s*<\?xml.*<history.*"
    r"|\b(?:image|application|video|audio)/[\w.+-]+"
    # Names of properties in what an item of a list says.
    r"|\{[^{}]*\}[\w-]+[=>]"
    # A day and a month with the digits that make them a time.
    r"|\b(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* +\d{1,2},? +"
    r"(?:\d\d:\d\d(?::\d\d)? (?:[a-z]{3,4} )?)?\d{4}(?: \d\d:\d\d:\d\d)?"
    r"|\dT(?=\d)|\d ?(?:Z|[ap]m|UTC|GMT)\b",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_MIXED_CASE = re.compile(r"(?!Ma?c[A-Z])[A-Za-z]*[a-z][A-Z][A-Za-z]*")
"""A capital within a word, as in "FineViewer"; some family names have one behind "Mc"."""
_FEWEST_LETTERS_BESIDE_DIGITS = 4
_MOST_LETTERS_OF_A_CODE = 2
_MOST_CHARACTERS = 1 << 16


def is_written_by_a_program(text: str) -> bool:
    """True for the name of a program or a camera, its version, a time, an identifier or a number.

    Args:
        text: The value of a field that programs fill by themselves. A word that is not known counts
            as a person's, and so does a text without end.
    """
    if len(text) > _MOST_CHARACTERS:
        return False
    text = _CODE.sub(" ", unicodedata.normalize("NFC", text))
    return not any(_is_a_persons(match, text) for match in _WORD.finditer(text))


def _is_a_persons(match: re.Match[str], text: str) -> bool:
    word = match[0]
    if not word.isascii():
        return True  # a single sign may be a word
    if word.lower() in _KNOWN_WORDS:
        return False
    around = text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
    if any(sign.isdigit() for sign in around):
        # Part of a code, such as "G900FXXU1ANCE" or "v552p".
        return len(word) >= _FEWEST_LETTERS_BESIDE_DIGITS and word[1:].islower()
    if len(word) <= _MOST_LETTERS_OF_A_CODE:
        return len(word) > 1 and not word.isupper()
    return _MIXED_CASE.fullmatch(word) is None


def is_machine_description(text: str) -> bool:
    """True for a description of the photo that its camera wrote.

    Args:
        text: The description, without blanks at its ends.
    """
    return text.upper() in MACHINE_DESCRIPTIONS or _MACHINE_DESCRIPTION.fullmatch(text) is not None
