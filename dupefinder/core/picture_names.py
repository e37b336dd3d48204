"""Names of files that may be photos; first bytes where the name says nothing.

The name only decides whether a file is worth decoding. Which format it really has is read
from its content later: a JPEG called "x.png" works, a text called "x.jpg" becomes a problem.
"""

import os

SNIFF_BYTES = 32
"""Bytes that `looks_like_photo` needs of a file with an unknown name."""

_PHOTOS = """
    jpg jpeg jpe jfif jif jfi pjpeg pjp mpo jps
    png apng heic heics heif heifs hif avif avifs webp tif tiff gif bmp dib
    jp2 j2k j2c jpf jpx jpc
    tga pcx ppm pgm pbm pnm
"""

_RAW = """
    3fr arw cr2 cr3 crw dcr dng erf fff gpr iiq kdc mef mos mrw nef nrw orf pef raf rw2 rwl sr2 srf
    srw x3f
"""

_FILMS_AND_SOUND = """
    mp4 m4v mov avi mkv webm mpg mpeg mpe m2v mts m2ts ts vob wmv asf flv f4v 3gp 3g2 ogv rm rmvb
    lrv insv dv mxf qt divx mp3 m4a m4b aac wav flac ogg oga opus wma aif aiff mid midi amr ape
    caf m3u m3u8 pls cue srt sub vtt ass idx
"""

_BESIDE_PHOTOS = """
    xmp aae thm pp3 dop cos cot cop comask on1 xml ini db db3 sqlite sqlite3 sqlite-wal sqlite-shm
    db-wal db-shm db-journal lrcat lrcat-data lrdata lock plist json jsonl yaml yml toml csv tsv
    log nfo picasa gpx kml kmz nmea fit tcx icc icm lut cube lnk url webloc desktop
"""

_DOCUMENTS_AND_DRAWINGS = """
    txt md rst rtf doc docx dot dotx xls xlsx xlsm ppt pptx pps ppsx odt ods odp odg pages numbers
    key pdf ps eps djvu epub mobi azw3 tex bib html htm xhtml mht css eml msg ics vcf
    svg svgz ico icns cur ani psd psb ai xcf kra indd afphoto afdesign cdr emf wmf dxf dwg blend
    obj stl fbx gltf glb mtl exr hdr dds ktx ttf otf ttc woff woff2 eot pfb
"""

_ARCHIVES_AND_PROGRAMS = """
    zip rar 7z tar gz tgz bz2 tbz2 xz txz zst lz4 lzma cab iso img dmg vhd vhdx vmdk vdi qcow2
    exe msi dll sys so dylib lib a o apk aab ipa app deb rpm jar war class bat cmd com ps1 sh bash
    zsh fish whl egg pack rev tmp temp part crdownload download torrent wasm
    pem crt cer p12 pfx gpg asc sig md5 sha1 sha256 sfv par2
    npy npz pkl h5 hdf5 parquet arrow pt onnx safetensors gguf
"""

_SOURCE_CODE = """
    c h cc cpp cxx hpp hh m mm cs java kt kts scala go rs py pyc pyo pyi pyd ipynb rb pl pm php js
    mjs cjs jsx tsx vue svelte map swift dart lua r jl hs ml ex exs erl clj lisp el vim sql proto
    cmake make mk gradle properties conf cfg config env gitignore gitattributes patch diff po mo
    qm ui qml qrc
"""

RAW_EXTENSIONS = frozenset((*_RAW.split(), "raw"))
"""Lower case, without the dot: RAW files. Other programs use "raw", too, so it tells no photo."""

PHOTO_EXTENSIONS = frozenset((*_PHOTOS.split(), *_RAW.split()))
"""Lower case, without the dot. A file with one of these is a candidate without being opened."""

OTHER_EXTENSIONS = frozenset(
    extension
    for names in (
        _FILMS_AND_SOUND,
        _BESIDE_PHOTOS,
        _DOCUMENTS_AND_DRAWINGS,
        _ARCHIVES_AND_PROGRAMS,
        _SOURCE_CODE,
    )
    for extension in names.split()
)
"""Lower case, without the dot. A file with one of these is no photo and is never opened."""

_HEIF_AND_CR3 = b"""
    heic heix heim heis hevc hevx hevm hevs mif1 mif2 msf1 avif avis crx
"""
_BRANDS = frozenset(brand.ljust(4) for brand in _HEIF_AND_CR3.split())
_SIGNATURES = (
    b"\xff\xd8\xff",  # JPEG
    b"\x89PNG\r\n\x1a\n",
    b"GIF87a",
    b"GIF89a",
    b"II*\0",  # TIFF and most RAW formats
    b"MM\0*",
    b"II+\0",  # BigTIFF
    b"MM\0+",
    b"IIRO",  # Olympus
    b"IIRS",
    b"MMOR",
    b"IIU\0",  # Panasonic, Leica
    b"FUJIFILMCCD-RAW",
    b"II\x1a\0\0\0HEAPCCDR",  # Canon CRW
    b"\0MRM",  # Minolta
    b"FOVb",  # Sigma
    b"\0\0\0\x0cjP  \r\n\x87\n",  # JPEG 2000
    b"\xff\x4f\xff\x51",  # JPEG 2000 codestream
)
_BMP_HEADER_BYTES = frozenset((12, 40, 52, 56, 64, 108, 124))


def extension(name: str) -> str:
    """The part after the last dot in lower case; empty without a dot."""
    _, dot, last = name.rpartition(".")
    return last.lower() if dot else ""


def looks_like_photo(head: bytes) -> bool:
    """True if a file that begins like this is worth decoding.

    Args:
        head: The first `SNIFF_BYTES` bytes, fewer for a smaller file.
    """
    if head.startswith(_SIGNATURES):
        return True
    if head[4:8] == b"ftyp":
        return head[8:12] in _BRANDS
    if head[:4] == b"RIFF":
        return head[8:12] == b"WEBP"
    # Two letters alone would take many a text for a bitmap: the size of its header must fit.
    return head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_BYTES


def read_head(path: str) -> bytes:
    """The first bytes of a regular file.

    Raises:
        OSError: The file cannot be opened or read.
    """
    # Should a pipe have taken the file's place meanwhile, opening it must not wait for a writer.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    try:
        return os.read(descriptor, SNIFF_BYTES)
    finally:
        os.close(descriptor)
