import pytest

from dupefinder.core.decode.jpeg_scans import ScanProgress
from dupefinder.core.decode.jpeg_structure import read_structure
from tests.core.pictures import jpeg, textured

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
