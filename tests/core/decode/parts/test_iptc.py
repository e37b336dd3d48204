import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.decode.parts.exif import date_part
from dupefinder.core.decode.parts.iptc import iptc_parts
from dupefinder.core.held_parts import kinds_of
from tests.core.pictures import jpeg, textured, with_segment


def records(**texts: bytes) -> bytes:
    """Records of the application part, by their numbers: `n55` is 2:55."""
    return b"".join(
        b"\x1c\x02" + bytes((int(name[1:]),)) + struct.pack(">H", len(text)) + text
        for name, text in texts.items()
    )


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (b"", None),
        (records(n55=b"20110203"), "2011-02-03"),
        (records(n55=b"20110203", n60=b"040506+0100"), "2011-02-03T04:05:06"),
        (records(n62=b"20110203", n63=b"040506"), "2011-02-03T04:05:06"),
        (records(n55=b"00000000"), None),
        (records(n55=b"yesterday"), None),
        (records(n60=b"040506"), None),
    ],
)
def test_dates_are_the_same_part_as_in_exif(block: bytes, said: str | None) -> None:
    assert list(iptc_parts(block, None)) == ([] if said is None else [date_part(said)])
    assert list(iptc_parts(block, "2011-02-03T11:00:00")) == []


def test_a_photo_whose_date_only_iptc_says() -> None:
    block = records(n55=b"20110203")
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block
    data = with_segment(jpeg(textured()), 0xED, b"Photoshop 3.0\0" + resource)
    facts = decode_bytes(data, "photo.jpg", DecodeLimits()).facts
    assert kinds_of(facts.parts) == {"exact-time"}


@given(st.binary(max_size=60))
def test_no_block_leads_astray(data: bytes) -> None:
    list(iptc_parts(data, None))
    list(iptc_parts(b"\x1c\x02\x37\0\x08" + data, "2011"))
