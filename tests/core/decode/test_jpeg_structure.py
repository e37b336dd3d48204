import io
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dupefinder.core.decode.extras import name_trailers
from dupefinder.core.decode.jpeg_structure import (
    ScanProgress,
    components_of_first_scan,
    estimate_quality,
    read_structure,
)
from tests.core.pictures import (
    camera_exif,
    film,
    jpeg,
    textured,
    with_segment,
    with_xmp,
    xmp_packet,
)

PLAIN = jpeg()
EOI = b"\xff\xd9"


def test_a_plain_jpeg_ends_where_its_file_ends() -> None:
    structure = read_structure(PLAIN)
    assert structure is not None
    assert structure.end_bytes == len(PLAIN)
    assert structure.is_whole
    assert len(structure.picture_digest) == 32


@pytest.mark.parametrize(
    "other",
    [
        with_segment(PLAIN, 0xE1, b"Exif\x00\x00" + camera_exif().tobytes()[6:]),
        with_segment(PLAIN, 0xFE, b"a comment"),
        with_segment(PLAIN, 0xE2, b"ICC_PROFILE\x00\x01\x01" + b"p" * 500),
        with_segment(PLAIN, 0xED, b"Photoshop 3.0\x00"),
        with_xmp(PLAIN, "<dc:title/>"),
        PLAIN + b"trailing",
    ],
    ids=["exif", "comment", "icc", "iptc", "xmp", "trailer"],
)
def test_metadata_do_not_touch_the_picture_digest(other: bytes) -> None:
    before, after = read_structure(PLAIN), read_structure(other)
    assert before is not None
    assert after is not None
    assert after.picture_digest == before.picture_digest


@pytest.mark.parametrize(
    "other",
    [
        jpeg(textured(seed=1)),
        jpeg(quality=89),
        jpeg(progressive=True),
        jpeg(restart_marker_rows=1),
        with_segment(PLAIN, 0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x00"),
    ],
    ids=["pixels", "quality", "progressive", "restarts", "colour transform"],
)
def test_another_picture_has_another_digest(other: bytes) -> None:
    before, after = read_structure(PLAIN), read_structure(other)
    assert before is not None
    assert after is not None
    assert after.picture_digest != before.picture_digest


@pytest.mark.parametrize(
    "data",
    [
        jpeg(progressive=True),
        jpeg(restart_marker_rows=1),
        jpeg(restart_marker_blocks=1, optimize=True),
        jpeg(textured().convert("L")),
        jpeg(textured().convert("CMYK")),
        jpeg(textured(1, 1)),
        jpeg(exif=camera_exif(), icc_profile=b"p" * 70_000),
        jpeg(textured().resize((2500, 1800)), quality=97),
    ],
    ids=["progressive", "restarts", "many restarts", "grey", "cmyk", "tiny", "metadata", "large"],
)
def test_every_kind_of_jpeg_is_followed_to_its_end(data: bytes) -> None:
    for trailer in (b"", b"\x00\x00", film(), PLAIN):
        structure = read_structure(data + trailer)
        assert structure is not None
        assert structure.end_bytes == len(data)
        assert structure.is_whole


def test_the_end_of_a_thumbnail_inside_exif_is_not_the_end() -> None:
    thumbnail = jpeg(textured(160, 120))
    data = with_segment(PLAIN, 0xE1, b"Exif\x00\x00" + b"II*\x00" + thumbnail)
    structure = read_structure(data)
    assert structure is not None
    assert structure.end_bytes == len(data)


def test_fill_bytes_before_markers_are_passed_over() -> None:
    scan = PLAIN.index(b"\xff\xda")
    for data in (
        PLAIN[:2] + b"\xff\xff\xff" + PLAIN[2:],
        PLAIN[:scan] + b"\xff\xff" + PLAIN[scan:],
        PLAIN[:-2] + b"\xff\xff" + EOI,
    ):
        structure = read_structure(data)
        assert structure is not None
        assert structure.end_bytes == len(data)
        assert structure.is_whole


def test_a_table_between_two_scans_may_hold_the_bytes_of_the_end() -> None:
    progressive = jpeg(progressive=True)
    first_scan = progressive.index(b"\xff\xda")
    second_table = progressive.index(b"\xff\xc4", first_scan)
    comment = b"\xff\xfe\x00\x06ab\xff\xd9"
    data = progressive[:second_table] + comment + progressive[second_table:]
    before, after = read_structure(progressive), read_structure(data)
    assert before is not None
    assert after is not None
    assert after.end_bytes == len(data)
    assert after.is_whole
    assert after.picture_digest == before.picture_digest


def test_stray_bytes_between_segments_are_passed_over() -> None:
    table = PLAIN.index(b"\xff\xdb")
    structure = read_structure(PLAIN[:table] + b"\x00stray" + PLAIN[table:])
    assert structure is not None
    assert structure.is_whole


@pytest.mark.parametrize("missing_bytes", range(4))
def test_a_long_scan_is_searched_without_a_gap_between_the_parts(missing_bytes: int) -> None:
    head = b"\xff\xd8\xff\xda\x00\x02"
    data = head + bytes((1 << 20) - missing_bytes) + b"\xff\x00\xff\xd0\xff\xff" + EOI
    structure = read_structure(data)
    assert structure is not None
    assert structure.end_bytes == len(data)
    assert structure.is_whole


def test_without_an_end_marker_it_is_not_whole() -> None:
    for data in (PLAIN[:-2], PLAIN[: len(PLAIN) // 2], PLAIN[:-1], PLAIN[:-2] + bytes(500)):
        structure = read_structure(data)
        assert structure is not None
        assert not structure.is_whole
        assert structure.end_bytes == len(data)


def test_a_marker_that_has_no_place_in_a_scan_shows_damage() -> None:
    middle = (PLAIN.index(b"\xff\xda") + len(PLAIN)) // 2
    data = PLAIN[:middle] + b"\xff\x30\x00\x00" + PLAIN[middle:]
    structure = read_structure(data)
    assert structure is not None
    assert not structure.is_whole
    assert structure.end_bytes == len(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"\xff\xd8" + EOI,
        b"\xff\xd8\xff\xe0",
        b"\xff\xd8\xff\xe0\xff\xff",
        b"\x89PNG",
        PLAIN[: PLAIN.index(b"\xff\xda")],
        PLAIN[1:],
    ],
)
def test_data_without_a_scan_has_no_structure(data: bytes) -> None:
    assert read_structure(data) is None


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_give_an_answer_inside_the_file(content: bytes, in_scan: bool) -> None:
    data = b"\xff\xd8" + b"\xff\xda\x00\x02" * in_scan + content
    structure = read_structure(data)
    assert (structure is not None) or not in_scan
    if structure is not None:
        assert 2 < structure.end_bytes <= len(data)
        assert structure.is_whole <= (data[structure.end_bytes - 2 : structure.end_bytes] == EOI)


@pytest.mark.parametrize("unit", [b"\xff\xfe\x00\x02", b"\xff\xda\x00\x02", b"\xff\x30", b"\xff"])
def test_a_file_made_to_keep_a_reader_busy_does_not(unit: bytes) -> None:
    data = b"\xff\xd8\xff\xda\x00\x02" + unit * (8_000_000 // len(unit))
    began_s = time.process_time()
    structure = read_structure(data)
    assert time.process_time() - began_s < 2
    assert structure is not None
    assert not structure.is_whole


@pytest.mark.parametrize("quality", range(1, 101))
def test_quality_is_read_from_the_tables(quality: int) -> None:
    picture = Image.open(io.BytesIO(jpeg(textured(16, 16), quality=quality)))
    found = estimate_quality(picture.quantization)  # type: ignore[attr-defined]  # of the plugin
    assert found == quality


@pytest.mark.parametrize(
    ("tables", "quality"),
    [
        ({}, None),
        ({0: []}, None),
        ({0: [1] * 63}, None),
        ({0: [1] * 64}, 100),
        ({0: [65535] * 64}, 1),
        ({1: [255] * 64}, 1),
    ],
)
def test_quality_of_odd_tables(tables: dict[int, list[int]], quality: int | None) -> None:
    assert estimate_quality(tables) == quality


@given(st.integers(1, 99), st.floats(0, 1))
def test_foreign_tables_lie_between_their_neighbours(quality: int, share: float) -> None:
    def table(setting: int) -> list[int]:
        picture = Image.open(io.BytesIO(jpeg(Image.new("L", (8, 8)), quality=setting)))
        tables: dict[int, list[int]] = picture.quantization  # type: ignore[attr-defined]  # plugin
        return tables[0]

    coarse, fine = table(quality), table(quality + 1)
    mixed = [round(a + share * (b - a)) for a, b in zip(coarse, fine, strict=True)]
    assert estimate_quality({0: mixed}) in (quality, quality + 1)


GAIN_MAP = with_xmp(jpeg(textured(80, 60)), "<hdrgm:Version>1.0</hdrgm:Version>")


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"", set()),
        (b"junk", {"trailing-data"}),
        (film(), {"video"}),
        (b"MotionPhoto_Data" + film(), {"video"}),
        (PLAIN, {"frames"}),
        (PLAIN + PLAIN, {"frames"}),
        (GAIN_MAP, {"gain-map"}),
        (GAIN_MAP + b"\x00\x00" + film(), {"gain-map", "video"}),
        (PLAIN + GAIN_MAP, {"frames", "gain-map"}),
        (PLAIN[:300], {"trailing-data"}),
        (PLAIN[:2] + b"junk", {"trailing-data"}),
    ],
)
def test_trailers_are_named(content: bytes, codes: set[str]) -> None:
    assert name_trailers(content, b"") == codes


def test_xmp_of_the_picture_says_that_a_gain_map_follows() -> None:
    xmp = xmp_packet('<rdf:li hdrgm:Version="1.0"/>')
    assert name_trailers(PLAIN, xmp) == {"gain-map"}


def test_endless_trailing_pictures_are_not_all_followed() -> None:
    least = b"\xff\xd8\xff\xda\x00\x02" + EOI
    began_s = time.process_time()
    assert "frames" in name_trailers(least * 500_000, b"")
    assert time.process_time() - began_s < 2


def test_segment_lengths_beyond_the_file_do_no_harm() -> None:
    cut = with_segment(PLAIN, 0xE1, b"x" * 1000)
    at = 2 + 2
    broken = cut[:at] + struct.pack(">H", 0xFFFF) + cut[at + 2 :]
    assert read_structure(broken[:900]) is None


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (jpeg(), 3),
        (jpeg(restart_marker_blocks=1), 3),
        (jpeg(Image.new("L", (9, 9))), 1),
        (jpeg(Image.new("CMYK", (9, 9))), 4),
        (jpeg(exif=b"Exif\0\0" + jpeg(Image.new("L", (9, 9)))), 3),
        (jpeg()[:2] + b"stray\xff\x00\xff\xff" + jpeg()[3:], 3),
        (jpeg()[:99], 0),
        (jpeg()[:2], 0),
        (b"\xff\xd8" + bytes(99_999), 0),
    ],
    ids=["colour", "restarts", "grey", "cmyk", "thumbnail", "stray", "cut", "begun", "junk"],
)
def test_components_of_the_first_scan(data: bytes, count: int) -> None:
    assert components_of_first_scan(io.BytesIO(data)) == count


BASELINE, PROGRESSIVE, LOSSLESS, ARITHMETIC = 0xC0, 0xC2, 0xC3, 0xCA
HIERARCHICAL = 0xC6

Scan = tuple[tuple[int, ...], int, int, int, int]
"""Components, first and last coefficient, bit of the scan before, bit of this one."""

YCC = (1, 2, 3)
SUCCESSIVE: list[Scan] = [
    (YCC, 0, 0, 0, 1), ((1,), 1, 5, 0, 2), ((3,), 1, 63, 0, 1), ((2,), 1, 63, 0, 1),
    ((1,), 6, 63, 0, 2), ((1,), 1, 63, 2, 1), (YCC, 0, 0, 1, 0), ((3,), 1, 63, 1, 0),
    ((2,), 1, 63, 1, 0), ((1,), 1, 63, 1, 0),
]  # fmt: skip
"""Scans that libjpeg and jpegtran write."""
BY_SPECTRUM: list[Scan] = [
    ((1,), 0, 0, 0, 0), ((2,), 0, 0, 0, 0), ((3,), 0, 0, 0, 0),
    ((1,), 1, 8, 0, 0), ((1,), 9, 63, 0, 0), ((2,), 1, 63, 0, 0), ((3,), 1, 63, 0, 0),
]  # fmt: skip
"""Spectral selection alone, each component by itself, as mozjpeg may choose it."""
UNEVEN: list[Scan] = [
    (YCC, 0, 0, 0, 0), ((2,), 1, 2, 0, 1), ((2,), 3, 63, 0, 1), ((3,), 1, 63, 0, 0),
    ((1,), 1, 63, 0, 1), ((1,), 1, 63, 1, 0), ((2,), 1, 63, 1, 0),
]  # fmt: skip


def frame(components: tuple[int, ...]) -> bytes:
    specified = b"".join(bytes([one, 0x11, 0]) for one in components)
    return bytes([8, 0, 16, 0, 16, len(components)]) + specified


def scan_header(scan: Scan) -> bytes:
    components, first, last, before, bit = scan
    selected = b"".join(bytes([one, 0]) for one in components)
    return bytes([len(components)]) + selected + bytes([first, last, before << 4 | bit])


def is_complete(marker: int, components: tuple[int, ...], scans: list[Scan]) -> bool:
    progress = ScanProgress()
    progress.begin_frame(marker, frame(components))
    for scan in scans:
        progress.begin_scan(scan_header(scan))
    assert progress.scans == len(scans)
    return progress.is_complete


@pytest.mark.parametrize("marker", [PROGRESSIVE, ARITHMETIC])
@pytest.mark.parametrize("script", [SUCCESSIVE, BY_SPECTRUM, UNEVEN])
def test_a_script_is_complete_with_its_last_scan_only(marker: int, script: list[Scan]) -> None:
    assert is_complete(marker, YCC, script)
    for count in range(len(script)):
        assert not is_complete(marker, YCC, script[:count])


@pytest.mark.parametrize("left_out", range(len(BY_SPECTRUM)))
def test_no_scan_may_be_missing_in_the_middle(left_out: int) -> None:
    assert not is_complete(PROGRESSIVE, YCC, BY_SPECTRUM[:left_out] + BY_SPECTRUM[left_out + 1 :])


@pytest.mark.parametrize(
    "scan", [((1,), 0, 0, 1, 0), ((1,), 1, 62, 0, 0), ((1,), 1, 63, 0, 1), ((1,), 2, 63, 0, 0)]
)
def test_every_coefficient_counts_to_its_last_bit(scan: Scan) -> None:
    assert not is_complete(PROGRESSIVE, (1,), [((1,), 0, 0, 0, 0), scan])


@pytest.mark.parametrize("marker", [BASELINE, LOSSLESS])
def test_other_pictures_need_a_scan_of_each_component(marker: int) -> None:
    predictor = 1 if marker == LOSSLESS else 0
    assert is_complete(marker, YCC, [(YCC, predictor, 63, 0, 0)])
    assert is_complete(marker, YCC, [((one,), predictor, 0, 0, 0) for one in YCC])
    assert not is_complete(marker, YCC, [((1,), predictor, 63, 0, 0)])


def test_nothing_is_said_of_what_is_not_understood() -> None:
    assert is_complete(HIERARCHICAL, YCC, [])
    assert is_complete(PROGRESSIVE, (1, 1, 1), [((1,), 0, 0, 0, 0)])
    progress = ScanProgress()
    assert progress.is_complete
    progress.begin_frame(PROGRESSIVE, b"")
    progress.begin_scan(b"")
    progress.begin_scan(b"\xff\x01")
    assert progress.is_complete


@pytest.mark.parametrize("header", [b"\x01\x01\x00\xff\x00\xff", b"\x01\x01\x00\x05\x01\x00"])
def test_headers_that_make_no_sense_bring_nothing(header: bytes) -> None:
    progress = ScanProgress()
    progress.begin_frame(PROGRESSIVE, frame((1,)))
    for _ in range(100):
        progress.begin_scan(header)
    assert not progress.is_complete


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_progressive_file_is_whole_with_its_last_scan_only(mode: str) -> None:
    data = jpeg(textured().convert(mode), progressive=True)
    whole = read_structure(data)
    assert whole is not None
    assert whole.is_whole
    scans = [at for at in range(len(data)) if data.startswith(b"\xff\xda", at)]
    for scan in scans[1:]:
        structure = read_structure(data[: data.rindex(b"\xff\xc4", 0, scan)] + b"\xff\xd9")
        assert structure is not None
        assert structure.is_ended
        assert structure.has_every_scan is False
        assert not structure.is_whole
